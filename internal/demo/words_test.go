package demo

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jba/templatecheck"

	"tsuke/internal/clock"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/page/pagetest"
	"tsuke/internal/demo/shop"
	"tsuke/internal/demo/trouble"
)

func TestWordsAndTemplates(t *testing.T) {
	t.Parallel()
	site := &page.Site{Clock: clock.NewHand(time.Time{}), Logger: slog.New(slog.DiscardHandler)}
	book, err := page.NewBook(site, files, stageWords, troubleWords)
	if err != nil {
		t.Fatal(err)
	}
	steps := page.Words{} // they are named by the shop and the line, and checked below
	own := page.Words{}
	for key, w := range troubleWords {
		if strings.HasPrefix(key, "step.") || strings.HasPrefix(key, "verb.") {
			steps[key] = w
			continue
		}
		own[key] = w
	}
	pagetest.Words(t, book, stageWords, own)
	for name, p := range map[string]any{"start": startPage{}, "clock": clockPage{}, "staff": staffPage{}, "trouble": troublePage{}, "stagefailed": startPage{}} {
		if err := templatecheck.CheckHTML(book.Templates().Lookup(name), p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	kinds := trouble.Kinds()
	for _, office := range trouble.Offices() {
		kinds = append(kinds, trouble.KindsOf(office)...)
	}
	for _, kind := range kinds {
		for _, key := range []string{"kind." + string(kind), "kind." + string(kind) + ".text"} {
			if _, found := troubleWords[key]; !found {
				t.Errorf("no words %q", key)
			}
		}
	}
	for _, stage := range shop.Stages() {
		if _, found := troubleWords["stage."+string(stage)]; !found {
			t.Errorf("no words for stage %q", stage)
		}
	}
	checkSteps(t, steps)
}

var noted = regexp.MustCompile(`"((?:step|verb)\.[a-z_]+)"`)

// checkSteps compares what is noted anywhere in the demo with the sentences for it.
func checkSteps(t *testing.T, words page.Words) {
	t.Helper()
	used := map[string]bool{}
	for _, verb := range []string{"session", "payment", "confirm", "void", "capture", "refund", "withdraw"} {
		used["verb."+verb] = true // the shop makes these of its acts
	}
	for _, pattern := range []string{"line/*.go", "shop/*.go", "trouble/*.go", "till/*.go", "bank/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range noted.FindAllStringSubmatch(string(text), -1) {
				if !strings.HasSuffix(name, "_test.go") {
					used[m[1]] = true
				}
			}
		}
	}
	for key := range used {
		if _, found := words[key]; !found {
			t.Errorf("%q is noted and has no words", key)
		}
	}
	for key := range words {
		if !used[key] {
			t.Errorf("%q is never noted", key)
		}
	}
}
