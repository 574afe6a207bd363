package tidy

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestHouse holds every rule against this repository.
func TestHouse(t *testing.T) {
	t.Parallel()
	tree, err := Load(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	if tree.Module == "" || len(tree.Go) == 0 || len(tree.Texts) == 0 {
		t.Fatalf("read module %q, %d Go files, %d texts: this is not the repository", tree.Module, len(tree.Go), len(tree.Texts))
	}
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			for _, p := range sorted(rule.Check(tree, House())) {
				t.Error(p)
			}
		})
	}
}

// root is the folder with the go.mod above this package.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestFixtures holds each rule against small repositories in which the rule is broken, and compares what it says.
//
// A fixture is named after its rule, with an optional -variant. Its file "want" lists the problems; its file "layout"
// stands in for the house's own.
func TestFixtures(t *testing.T) {
	t.Parallel()
	for _, rule := range Rules() {
		names, err := filepath.Glob(filepath.Join("testdata", rule.Name+"*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		faults := 0
		for _, name := range names {
			variant := strings.TrimPrefix(unit(name), rule.Name)
			if variant != "" && !strings.HasPrefix(variant, "-") {
				continue // of a rule whose name begins with this one's
			}
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := file(archive, "want")
			faults += len(want)
			t.Run(rule.Name+variant, func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(want, findings(t, rule, archive)); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
		if faults == 0 {
			t.Errorf("rule %s has no fixture in which it finds fault: add testdata/%s.txtar", rule.Name, rule.Name)
		}
	}
}

func findings(t *testing.T, rule Rule, archive *txtar.Archive) string {
	t.Helper()
	fsys := fstest.MapFS{"go.mod": &fstest.MapFile{Data: []byte("module tsuke\n")}}
	for _, f := range archive.Files {
		if f.Name != "want" && f.Name != "layout" {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	tree, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, p := range sorted(rule.Check(tree, layout(t, file(archive, "layout")))) {
		out.WriteString(p.String() + "\n")
	}
	return out.String()
}

func file(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// layout reads lines "package DIR FLOOR ROLE", "planned DIR" and "module PATH WHY"; without any, the house's own.
func layout(t *testing.T, text string) Layout {
	t.Helper()
	if text == "" {
		house := House()
		house.Planned = []string{"internal/more"} // a fixture does not use every module
		return house
	}
	var l Layout
	for line := range strings.Lines(text) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, rest, _ := strings.Cut(rest, " ")
		switch word {
		case "package":
			floor, role, _ := strings.Cut(rest, " ")
			n, err := strconv.Atoi(floor)
			if err != nil {
				t.Fatal(err)
			}
			l.Packages = append(l.Packages, Package{Dir: name, Floor: n, Role: role})
		case "planned":
			l.Planned = append(l.Planned, name)
		case "module":
			l.Modules = append(l.Modules, Module{Path: name, Why: rest})
		default:
			t.Fatalf("layout: %q", line)
		}
	}
	return l
}

func TestBrokenRatchetIsReported(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"internal/money/money.go", "internal/money/money.go many", "a b 3"} {
		fsys := fstest.MapFS{ratchetPath: &fstest.MapFile{Data: []byte("# heading\n" + line + "\n"), Mode: fs.ModePerm}}
		if _, err := Load(fsys); err == nil || !strings.Contains(err.Error(), ratchetPath+":2") {
			t.Errorf("%q: error %v does not name the line", line, err)
		}
	}
}
