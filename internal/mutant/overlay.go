package mutant

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Apply gives the files that a mutant changes, as they are with the bug in them. An old text that is not in its file
// exactly once is an error: the product has moved on, and the table must follow.
func (m Mutant) Apply(root fs.FS) (map[string]string, error) {
	changed := map[string]string{}
	for _, e := range m.Edits {
		text, ok := changed[e.File]
		if !ok {
			raw, err := fs.ReadFile(root, e.File)
			if err != nil {
				return nil, fmt.Errorf("mutant %s: %w", m.Name, err)
			}
			text = string(raw)
		}
		if n := strings.Count(text, e.Old); n != 1 {
			return nil, fmt.Errorf("mutant %s: the old text stands %d times in %s, not once: %q", m.Name, n, e.File, e.Old)
		}
		changed[e.File] = strings.Replace(text, e.Old, e.New, 1)
	}
	return changed, nil
}

// overlay writes a mutant's files into dir and the list of them that the go command takes with -overlay, and answers that
// list's path.
func (m Mutant) overlay(root, dir string) (string, error) {
	changed, err := m.Apply(os.DirFS(root))
	if err != nil {
		return "", err
	}
	list := struct{ Replace map[string]string }{map[string]string{}}
	for file, text := range changed {
		planted := filepath.Join(dir, strings.ReplaceAll(file, "/", "__"))
		if err := os.WriteFile(planted, []byte(text), 0o600); err != nil {
			return "", err
		}
		list.Replace[filepath.Join(root, filepath.FromSlash(file))] = planted
	}
	raw, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, raw, 0o600)
}

// copyTree copies the sources into dir with a mutant's files in their places, for tests that read them.
func (m Mutant) copyTree(root, dir string) error {
	changed, err := m.Apply(os.DirFS(root))
	if err != nil {
		return err
	}
	return fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		to := filepath.Join(dir, filepath.FromSlash(name))
		switch {
		case err != nil:
			return err
		case d.IsDir() && notSources(name):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(to, 0o700)
		case !d.Type().IsRegular():
			return nil
		}
		text, ok := changed[name]
		if !ok {
			raw, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
			if err != nil {
				return err
			}
			text = string(raw)
		}
		return os.WriteFile(to, []byte(text), 0o600)
	})
}

// notSources tells folders that no test reads sources in.
func notSources(dir string) bool {
	base := path.Base(dir)
	return base == "node_modules" || base == ".git" || dir == "bin" || dir == "e2e/shots"
}
