package app

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// The lines of a card add up to what its barcode asks for, whatever stands beside the bill's total (rule B30).
func TestCardsAddUp(t *testing.T) {
	t.Parallel()
	h := build(t, dbtest.DSN(t))
	may, err := jst.ParseMonth("2026-05")
	if err != nil {
		t.Fatal(err)
	}
	fee := billing.Item{Kind: billing.ItemFee, Day: may.Next().First(), Amount: 209}
	fees := []paper.Item{{JA: "請求手数料", EN: "Billing fee", Amount: 209}}
	tax := []paper.Item{{JA: "手数料のうち消費税（10 %）", EN: "Tax in the fee", Amount: 19}}
	for name, tt := range map[string]struct {
		items []billing.Item
		total money.Yen // of the bill
		slip  money.Yen
		want  []paper.Item
	}{
		"as issued": {[]billing.Item{fee}, 209, 209, fees},
		"late before": {
			[]billing.Item{fee, {Kind: billing.ItemLates, Amount: 200}},
			409, 409,
			append(fees[:1:1], paper.Item{JA: "前の請求の支払いが遅れたための費用", EN: "Earlier bills paid late", Amount: 200}),
		},
		"late now": {[]billing.Item{fee}, 209, 309, append(fees[:1:1], paper.Item{JA: "お支払いの遅れによる費用", EN: "Late charges", Amount: 100})},
		"credit and a part paid": {
			[]billing.Item{{Kind: billing.ItemCredit, Amount: -30}, {Kind: billing.ItemCredit, Amount: -20}, fee},
			159, 100,
			append(fees[:1:1], paper.Item{JA: "お預かりしていた金額・お支払い済みの金額", EN: "Credit and paid", Amount: -109}),
		},
	} {
		b := &postcards{app: h.App}
		card := paper.Card{Total: tt.slip}
		st := billing.Detail{Items: tt.items, Statement: billing.Statement{Month: may, Total: tt.total, Issued: may.End()}}
		h.read(func(tx *db.Tx) error { return b.fill(tx, &card, st) })
		if diff := cmp.Diff(tt.want, card.Fees); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(tax, card.Taxes); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		var sum money.Yen
		for _, f := range card.Fees {
			sum += f.Amount
		}
		if sum != tt.slip {
			t.Errorf("%s: the lines make %d, the barcode asks for %d", name, sum, tt.slip)
		}
	}
	note := h.lateNote(may.Next().Day(20))
	for _, want := range []string{"翌月から10日と25日に100円ずつ", "年14.6 %を超えることはありません", "新しい後払いは使えません"} {
		if !strings.Contains(note, want) {
			t.Errorf("the note about being late lacks %q: %s", want, note)
		}
	}
}
