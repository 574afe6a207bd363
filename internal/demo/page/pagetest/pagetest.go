// Package pagetest holds what the tests of all parts of the demo ask of their sentences and templates.
package pagetest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tsuke/internal/demo/page"
)

var (
	asked  = regexp.MustCompile(`\.T "([a-z0-9_.]+)"`)     // {{.T "cart.title"}}
	begun  = regexp.MustCompile(`\(print "([a-z0-9_.]+)"`) // {{.T (print "stage." .Stage)}}
	joined = regexp.MustCompile(`"([a-z0-9_]+\.)" *\+`)    // f.T("stage." + string(stage))
	figure = regexp.MustCompile(`\{\d\}`)                  // {0}
	banned = regexp.MustCompile(`システムエラー|不正な|予期しない|させていただき|invalid|oops|something went wrong`)
)

// Words checks a book's sentences against the package in the working directory: each key that a template names exists
// in both languages with the same figures, and each sentence of own is used.
func Words(t *testing.T, book *page.Book, own ...page.Words) {
	t.Helper()
	all := book.Words()
	templates, code := read(t, "templates/*.html"), read(t, "*.go")
	for _, m := range asked.FindAllStringSubmatch(templates, -1) {
		if _, found := all[m[1]]; !found {
			t.Errorf("a template asks for %q, which does not exist", m[1])
		}
	}
	var starts []string
	for _, m := range append(begun.FindAllStringSubmatch(templates, -1), joined.FindAllStringSubmatch(code, -1)...) {
		starts = append(starts, m[1])
	}
	for _, words := range own {
		for key, w := range words {
			literal := strings.Contains(templates, `"`+key+`"`) || strings.Count(code, `"`+key+`"`) > 1 // once where it is told
			if !literal && !slices.ContainsFunc(starts, func(s string) bool { return strings.HasPrefix(key, s) }) {
				t.Errorf("%q is not used", key)
			}
			if w.JA == "" || w.EN == "" || !slices.Equal(figures(w.JA), figures(w.EN)) {
				t.Errorf("%q is not the same in both languages: %q, %q", key, w.JA, w.EN)
			}
			if bad := banned.FindString(w.JA + w.EN); bad != "" {
				t.Errorf("%q says %q", key, bad)
			}
		}
	}
}

func figures(s string) []string {
	out := figure.FindAllString(s, -1)
	slices.Sort(out)
	return slices.Compact(out)
}

func read(t *testing.T, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	if all.Len() == 0 {
		t.Fatalf("nothing to read at %s", pattern)
	}
	return all.String()
}
