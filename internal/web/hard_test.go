package web

import (
	"strings"
	"testing"

	"tsuke/internal/jst"
)

func hardExamples() []example {
	today := june.Next().Day(13)
	bill := testBill(BillOverdue)
	bill.Rest = 30309
	full := HardPage{
		Frame: testFrame(HardPath), Owed: 30309, Charged: true, Bills: []BillHead{bill}, First: today, Last: today.Add(31),
		Costs: HardCosts{Fee: 100, Each: [2]int{10, 25}, Days: []jst.Day{june.Add(2).Day(10)}, Cap: 1460},
	}
	promised := full
	promised.Owed, promised.Charged, promised.Bills = 30209, false, []BillHead{testBill(BillOverdue)}
	promised.Promise, promised.Said = today.Add(7), SaidPromised
	promised.Costs = HardCosts{Fee: 100, Each: [2]int{10, 25}, Damages: 1460}
	wrong := full
	wrong.Form = Form{Typed: map[string]string{"day": "2027-01-01"}, Slips: []Slip{slipOn("day", 0)}}
	long := promised
	long.Owed, long.Bills, long.Said = biggest, []BillHead{bill, bill, bill}, SaidNothing
	for i := range long.Bills {
		long.Bills[i].Rest = biggest
	}
	long.Costs = HardCosts{Fee: biggest, Each: [2]int{10, 25}, Days: full.Costs.Days, Cap: 1460, Damages: 1460}
	long.Bills[0].PartsURL = PlanPath("stm_1")
	long.Parts = long.Bills[:1]
	free := full
	free.Costs = HardCosts{}
	return []example{
		{"hard-full", full},
		{"hard-promised", promised},
		{"hard-wrong", wrong},
		{"hard-long", long},
		{"hard-free", free},
		{"hard-empty", HardPage{Frame: testFrame(HardPath)}},
	}
}

// TestHardLinks: the page for whom paying is hard is led to from where a bill is past due, and from nowhere else.
func TestHardLinks(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	with := map[string]bool{
		"home-overdue": true, "home-full": false, "home-empty": false, "bill-overdue": true, "bill-full": false, "bill-paid": false,
		"bills-full": false, "hard-full": false,
	}
	seen := 0
	check := func(name string, page Page, want bool) {
		for _, lang := range langs {
			_, main, _ := strings.Cut(render(t, v, lang, page), "<main")
			if got := strings.Contains(main, `href="`+HardPath+`"`); got != want {
				t.Errorf("%s: leads there: %t", name, got)
			}
		}
	}
	for _, e := range examples() {
		if want, ok := with[e.name]; ok {
			seen++
			check(e.name, e.page, want)
		}
	}
	if seen != len(with) {
		t.Errorf("%d of %d examples found", seen, len(with))
	}
	late := testBill(BillOverdue)
	check("bills", BillsPage{Frame: testFrame("/bills"), Open: &late}, true)
	for code, figures := range ErrorExamples() {
		code, _, _ = strings.Cut(code, "/")
		check(code, ErrorPage{Frame: testFrame("/x"), Code: code, With: figures}, code == "PAY-403")
	}
}
