// Package keep stores what a part of the demo must not forget: one value in one JSON file. What was saved is on the disk
// when Save returns, and a crash leaves the old value or the new one, never half of one.
package keep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Load reads a file into v and tells whether there was one.
func Load(path string, v any) (bool, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return false, fmt.Errorf("keep: %s: %w", path, err)
	}
	return true, nil
}

// Save writes v as JSON.
func Save(path string, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("keep: %s: %w", path, err)
	}
	return Write(path, text)
}

// Write replaces a file as a whole: a new file is written and flushed, takes the old one's name, and the folder that
// holds the name is flushed too. Only the owner may read it.
func Write(path string, text []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".keep-*")
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	_, err = temp.Write(text)
	if err == nil {
		err = temp.Sync()
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep: %s: %w", path, errors.Join(err, os.Remove(temp.Name())))
	}
	return flushFolder(filepath.Dir(path))
}

func flushFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be flushed there; the system keeps its own journal of names
	}
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	return nil
}
