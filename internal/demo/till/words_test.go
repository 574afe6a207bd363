package till

import (
	"testing"

	"github.com/jba/templatecheck"

	"tsuke/internal/demo/page/pagetest"
)

func TestWordsAndTemplates(t *testing.T) {
	t.Parallel()
	book := newCounter(t).till.book
	pagetest.Words(t, book, words)
	for name, p := range map[string]any{"till": tillPage{}, "slip": slipPage{}, "tillfailed": tillFailed{}} {
		if err := templatecheck.CheckHTML(book.Templates().Lookup(name), p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
