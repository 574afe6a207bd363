package line

import (
	"log/slog"
	"testing"
	"time"

	"github.com/jba/templatecheck"

	"tsuke/internal/clock"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/page/pagetest"
)

func TestWordsAndTemplates(t *testing.T) {
	t.Parallel()
	site := &page.Site{Clock: clock.NewHand(time.Time{}), Logger: slog.New(slog.DiscardHandler)}
	book, err := page.NewBook(site, files, lineWords)
	if err != nil {
		t.Fatal(err)
	}
	pagetest.Words(t, book, lineWords)
	if err := templatecheck.CheckHTML(book.Templates().Lookup("broken"), brokenPage{}); err != nil {
		t.Error(err)
	}
}
