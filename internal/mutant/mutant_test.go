package mutant_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"tsuke/internal/mutant"
)

const root = "../.."

func TestTableFitsTheProduct(t *testing.T) {
	t.Parallel()
	product := os.DirFS(root)
	names, bugs := map[string]bool{}, map[string]bool{}
	for _, m := range mutant.Table() {
		if names[m.Name] || bugs[m.Bug] || !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(m.Name) {
			t.Errorf("%s: the name is no name, or there are two", m.Name)
		}
		names[m.Name], bugs[m.Bug] = true, true
		if !strings.HasSuffix(m.Bug, ".") || len(m.Edits) == 0 || len(m.Catchers) == 0 {
			t.Errorf("%s: a mutant has a sentence, an edit and a catcher", m.Name)
		}
		changed, err := m.Apply(product)
		if err != nil {
			t.Error(err)
			continue
		}
		for file, text := range changed {
			if _, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution); err != nil && strings.HasSuffix(file, ".go") {
				t.Errorf("%s: %v", m.Name, err)
			}
			if raw, err := os.ReadFile(filepath.Join(root, file)); err != nil || string(raw) == text {
				t.Errorf("%s changes nothing in %s: %v", m.Name, file, err)
			}
		}
	}
	if len(names) < 40 {
		t.Errorf("only %d mutants", len(names))
	}
}

// TestCatchersExist finds a renamed test before a hunt of minutes does.
func TestCatchersExist(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]bool{}
	for _, m := range mutant.Table() {
		for _, c := range m.Catchers {
			if !regexp.MustCompile(`^G([0-3][0-9]|40)$`).MatchString(c.Guarantee) {
				t.Errorf("%s: %q is no guarantee", m.Name, c.Guarantee)
			}
			if c.Package == "" {
				if c.Seeds < 1 {
					t.Errorf("%s: %s runs no seeds", m.Name, c)
				}
				continue
			}
			if tests[c.Package] == nil {
				tests[c.Package] = testsIn(t, filepath.Join(root, c.Package))
			}
			if !tests[c.Package][c.Test] || c.Rounds < 1 {
				t.Errorf("%s: there is no %s", m.Name, c)
			}
		}
	}
}

func testsIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") {
				found[fn.Name.Name] = true
			}
		}
	}
	return found
}

func TestApplyRefusesWhatMoved(t *testing.T) {
	t.Parallel()
	product := fstest.MapFS{"a.go": {Data: []byte("package a\nvar x = 1\nvar y = 1\n")}}
	for old, want := range map[string]bool{"x = 1": true, "= 1": false, "x = 2": false} {
		m := mutant.Mutant{Name: "m", Edits: []mutant.Edit{{File: "a.go", Old: old, New: "x = 3"}}}
		changed, err := m.Apply(product)
		if (err == nil) != want || want && changed["a.go"] != "package a\nvar x = 3\nvar y = 1\n" {
			t.Errorf("%q: %q, %v", old, changed["a.go"], err)
		}
	}
	two := mutant.Mutant{Name: "m", Edits: []mutant.Edit{{"a.go", "x = 1", "x = 2"}, {"a.go", "x = 2", "x = 3"}}}
	if changed, err := two.Apply(product); err != nil || !strings.Contains(changed["a.go"], "x = 3") {
		t.Errorf("edits of one file do not add up: %v, %v", changed, err)
	}
	if _, err := (mutant.Mutant{Name: "m", Edits: []mutant.Edit{{"b.go", "x", "y"}}}).Apply(product); err == nil {
		t.Error("a file that is gone was edited")
	}
}

func TestASampleIsDrawnFromItsSeed(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64) []string {
		var names []string
		for _, m := range mutant.Sample(mutant.Table(), 10, rand.New(rand.NewPCG(seed, 0))) {
			names = append(names, m.Name)
		}
		return names
	}
	first := strings.Join(draw(1), " ")
	if first != strings.Join(draw(1), " ") {
		t.Error("the same seed draws another sample")
	}
	if first == strings.Join(draw(2), " ") {
		t.Error("another seed draws the same sample")
	}
	for _, m := range mutant.Table() {
		if m.Always && !strings.Contains(first, m.Name) {
			t.Errorf("%s is not in the sample", m.Name)
		}
	}
	if n := len(strings.Fields(first)); n < 10 {
		t.Errorf("a sample of %d", n)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	all := mutant.Table()
	one, err := mutant.Named(all, "credit-lock")
	if err != nil || len(one) != 1 || one[0].Name != "credit-lock" {
		t.Errorf("%v, %v", one, err)
	}
	if many, err := mutant.Named(all, "event-*"); err != nil || len(many) < 2 {
		t.Errorf("%d, %v", len(many), err)
	}
	if _, err := mutant.Named(all, "no-such"); err == nil {
		t.Error("a mutant that does not exist was found")
	}
}

func TestSummaryTellsWhoFoundWhatAlone(t *testing.T) {
	t.Parallel()
	both := mutant.Mutant{Name: "both", Catchers: []mutant.Catcher{{Guarantee: "G01"}, {Guarantee: "G02"}}}
	alone := mutant.Mutant{Name: "alone", Catchers: []mutant.Catcher{{Guarantee: "G02"}}}
	lost := mutant.Mutant{Name: "lost", Catchers: []mutant.Catcher{{Guarantee: "G03"}}}
	finds := []mutant.Find{
		{Mutant: both, Verdict: mutant.Caught},
		{Mutant: both, Verdict: mutant.Caught},
		{Mutant: alone, Verdict: mutant.Caught},
		{Mutant: lost, Verdict: mutant.Survived},
	}
	var out bytes.Buffer
	mutant.WriteSummary(&out, []mutant.Mutant{both, alone, lost}, finds, 0)
	for _, want := range []string{"2 of 3 mutants caught", "G01 finds 1, alone 0", "G02 finds 2, alone 1: alone", "not caught: lost"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	if !mutant.Lost(finds) || mutant.Lost(finds[:3]) {
		t.Error("Lost is wrong")
	}
}
