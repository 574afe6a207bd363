package web

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tsuke/internal/money"
)

// Rule B41: a copy says what the bill's page says, line by line, in both languages: what each amount is, and how it came about.
func TestCopySaysWhatThePageSays(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	for _, lang := range langs {
		for _, state := range []BillState{BillOverdue, BillPaid} {
			b := testBillPage(state)
			doc, err := html.Parse(strings.NewReader(render(t, v, lang, b)))
			if err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			for n := range doc.Descendants() {
				if n.Type == html.TextNode {
					said.WriteString(n.Data)
				}
			}
			page := strings.Join(strings.Fields(said.String()), " ")
			c := v.Copy(lang, b, 0, 0)
			if len(c.Lines) != len(b.Lines) || len(c.Since) != len(b.Charges)+len(b.Receipts) {
				t.Fatalf("%d and %d lines", len(c.Lines), len(c.Since))
			}
			for _, l := range append(c.Lines, c.Since[:len(b.Charges)]...) {
				if l.Kind == "" || !strings.Contains(page, l.Title) {
					t.Errorf("%s: the page does not say %q", lang, l.Title)
				}
				for _, note := range l.Notes {
					if l.Kind != "refund" && !strings.Contains(page, strings.Join(strings.Fields(note), " ")) {
						t.Errorf("%s: the page does not say %q", lang, note)
					}
				}
			}
			if !strings.Contains(page, c.State) {
				t.Errorf("%s: the page does not say %q", lang, c.State)
			}
		}
	}
}

// Rules B07, B15, B41: what a copy says and the page does not: tax, the part of a payment that the bill did not need, and sums that
// a later bill has.
func TestCopySaysWhereMoneyWent(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	b := BillPage{
		Bill: testBill(BillPaid), Lines: []BillLine{{Kind: LineFee, Amount: 209, Tax: 19, TaxRate: 1000, Way: EBarcode}},
		Charges:  []BillCharge{{Day: june.Day(10), Due: june.Day(9), Amount: 100, Full: 100, Tax: 9, TaxRate: 1000}},
		Receipts: []BillReceipt{{At: noon, Amount: 500, Taken: 209, Way: EBarcode, Place: "ローソン"}},
	}
	for lang, want := range map[Lang][]string{
		Japanese: {"うち消費税19円（10%）", "うち消費税9円（10%）", "受け取った500円のうち、この請求に使わなかった291円", "あとの請求に加えた、遅れた分", "あとの請求に回した分", "お店からの速報", "ローソン"},
		English:  {"consumption tax of ¥19 (10%)", "consumption tax of ¥9 (10%)", "We received ¥500. The ¥291", "moved to a later bill", "Carried to a later bill", "first report", "ローソン"},
	} {
		c := v.Copy(lang, b, 70, 100)
		var said strings.Builder
		var sum money.Yen
		for _, l := range append(c.Lines, c.Since...) {
			said.WriteString(l.Title + " " + strings.Join(l.Notes, " ") + "\n")
			sum += l.Amount
		}
		for _, w := range want {
			if !strings.Contains(said.String(), w) {
				t.Errorf("%s: no %q in\n%s", lang, w, said.String())
			}
		}
		if sum != 209+70+100-100-209 {
			t.Errorf("%s: the lines make %d", lang, sum)
		}
	}
}
