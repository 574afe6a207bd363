package shop

import (
	"testing"

	"github.com/jba/templatecheck"

	"tsuke/internal/demo/page/pagetest"
)

func TestWordsAndTemplates(t *testing.T) {
	t.Parallel()
	book := newWorld(t).shop.book
	pagetest.Words(t, book, pageWords, orderWords)
	for _, stage := range Stages() {
		for _, key := range []string{"stage." + string(stage), "stage." + string(stage) + ".title", "stage." + string(stage) + ".text"} {
			if _, found := orderWords[key]; !found {
				t.Errorf("no words %q", key)
			}
		}
	}
	for name, p := range map[string]any{
		"shelf": shelfPage{}, "article": articlePage{}, "cart": cartPage{}, "address": addressPage{}, "payment": paymentPage{},
		"confirm": confirmPage{}, "order": orderPage{}, "orders": ordersPage{}, "staff": ordersPage{}, "stafforder": orderPage{},
		"failed": frame{},
	} {
		if err := templatecheck.CheckHTML(book.Templates().Lookup(name), p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
