package phone

import (
	"testing"

	"github.com/jba/templatecheck"

	"tsuke/internal/demo/page/pagetest"
)

func TestWordsAndTemplates(t *testing.T) {
	t.Parallel()
	book := open(t, t.TempDir()).book
	pagetest.Words(t, book, words)
	if err := templatecheck.CheckHTML(book.Templates().Lookup("phone"), phonePage{}); err != nil {
		t.Error(err)
	}
}
