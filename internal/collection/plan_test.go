package collection

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/billing"
	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

func TestPlanGrid(t *testing.T) { // rules D12, D13
	t.Parallel()
	want := `|          | miss   | pay  | reopen   | end   |
|----------|--------|------|----------|-------|
| standing | broken | done | =        | ended |
| broken   | =      | ·    | ·        | ·     |
| done     | ·      | =    | standing | ·     |
| ended    | ·      | ·    | ·        | =     |
`
	if diff := cmp.Diff(want, PlanMachine.Grid()); diff != "" {
		t.Error(diff)
	}
}

func TestPurchased(t *testing.T) { // rule D10
	t.Parallel()
	bought := func(kind billing.ItemKind, on string) billing.Item {
		return billing.Item{Kind: kind, Bought: day(t, on), Day: day(t, "2026-06-30")}
	}
	items := []billing.Item{
		bought(billing.ItemPurchase, "2026-06-20"), bought(billing.ItemPurchase, "2026-06-05"), bought(billing.ItemPurchase, "2026-06-12"),
		bought(billing.ItemRefund, "2026-05-01"),
		{Kind: billing.ItemFee},
	}
	if got := purchased(items); got != day(t, "2026-06-05") {
		t.Errorf("the earliest purchase was on %s", got)
	}
}

func TestTwoMonths(t *testing.T) { // rule D10
	t.Parallel()
	for from, want := range map[string]string{
		"2027-01-01": "2027-03-01", // the debit on this very day is what the law just lets pass
		"2026-06-05": "2026-08-05", "2026-12-31": "2027-02-28", "2027-12-30": "2028-02-29", "2026-07-31": "2026-09-30", "2026-11-15": "2027-01-15",
	} {
		if got := twoMonths(day(t, from)); got != day(t, want) {
			t.Errorf("two months from %s end on %s, want %s", from, got, want)
		}
	}
}

func TestPlanParts(t *testing.T) { // rules D09, D10
	t.Parallel()
	usual := planFigures{enabled: true, parts: 6, first: 31, days: 14, least: 1_000}
	off, beyond := usual, usual
	off.enabled, beyond.beyond = false, true
	today := day(t, "2026-07-15")
	for _, tc := range []struct {
		name   string
		f      planFigures
		owed   money.Yen
		bought string
		first  string
		parts  int
		want   []money.Yen
		long   bool
		fault  *fault.Kind
	}{
		{"equal parts", usual, 30_000, "2026-06-28", "2026-07-20", 3, []money.Yen{10_000, 10_000, 10_000}, false, nil},
		{"the earlier ones are a yen larger", usual, 30_209, "2026-06-28", "2026-07-20", 3, []money.Yen{10_070, 10_070, 10_069}, false, nil},
		{"today", usual, 30_209, "2026-06-28", "2026-07-15", 2, []money.Yen{15_105, 15_104}, false, nil},
		{"the last first day", usual, 30_209, "2026-06-30", "2026-08-15", 2, []money.Yen{15_105, 15_104}, false, nil},
		{"the least part", usual, 2_000, "2026-06-28", "2026-07-20", 2, []money.Yen{1_000, 1_000}, false, nil},
		{"exactly two months", usual, 20_000, "2026-06-03", "2026-07-20", 2, []money.Yen{10_000, 10_000}, false, nil},
		{"a day more", usual, 20_000, "2026-06-02", "2026-07-20", 2, nil, false, PlanTooLong},
		{"a day more, with a registration", beyond, 20_000, "2026-06-02", "2026-07-20", 2, []money.Yen{10_000, 10_000}, true, nil},
		{"within two months, with a registration", beyond, 20_000, "2026-06-03", "2026-07-20", 2, []money.Yen{10_000, 10_000}, false, nil},
		{"not offered", off, 30_000, "2026-06-28", "2026-07-20", 3, nil, false, PlanOff},
		{"in one part", usual, 30_000, "2026-06-28", "2026-07-20", 1, nil, false, PlanPartsWrong},
		{"in too many", usual, 30_000, "2026-06-28", "2026-07-20", 7, nil, false, PlanPartsWrong},
		{"yesterday", usual, 30_000, "2026-06-28", "2026-07-14", 2, nil, false, PlanFirstDay},
		{"too late a first day", usual, 30_000, "2026-06-28", "2026-08-16", 2, nil, false, PlanFirstDay},
		{"too little", usual, 1_999, "2026-06-28", "2026-07-20", 2, nil, false, PlanTooSmall},
	} {
		parts, long, err := planParts(tc.f, today, tc.owed, day(t, tc.bought), PlanWish{First: day(t, tc.first), Parts: tc.parts})
		var got []money.Yen
		for _, p := range parts {
			got = append(got, p.Amount)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" || long != tc.long {
			t.Errorf("%s: long %v (-want +got):\n%s", tc.name, long, diff)
		}
		if tc.fault == nil && err != nil || tc.fault != nil && !fault.Is(err, tc.fault) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

// someday is a plan of three parts of 10,000 yen, agreed on 15 July after 500 yen had come in.
func someday(t testing.TB) Plan {
	t.Helper()
	return Plan{Sum: 30_000, Before: 500, Made: day(t, "2026-07-15").Start().Add(12 * time.Hour), Parts: []Part{
		{Day: day(t, "2026-07-20"), Amount: 10_000, Upto: 10_000},
		{Day: day(t, "2026-08-03"), Amount: 10_000, Upto: 20_000},
		{Day: day(t, "2026-08-17"), Amount: 10_000, Upto: 30_000},
	}}
}

func TestNextPart(t *testing.T) { // rule D12
	t.Parallel()
	for _, tc := range []struct {
		received, paid, rest money.Yen
		next                 string
	}{
		{0, 0, 10_000, "2026-07-20"}, // what had come in before was taken back
		{500, 0, 10_000, "2026-07-20"},
		{4_500, 4_000, 6_000, "2026-07-20"},
		{10_499, 9_999, 1, "2026-07-20"},
		{10_500, 10_000, 10_000, "2026-08-03"},
		{25_500, 25_000, 5_000, "2026-08-17"},
		{30_500, 30_000, 0, ""},
		{31_000, 30_000, 0, ""},
	} {
		part, rest, open := someday(t).Next(tc.received)
		if paid := someday(t).Paid(tc.received); paid != tc.paid || rest != tc.rest || open != (tc.next != "") || open && part.Day != day(t, tc.next) {
			t.Errorf("received %d: paid %d, next %d on %s", tc.received, paid, rest, part.Day)
		}
	}
}

func TestMissed(t *testing.T) { // rules D07, D12
	t.Parallel()
	for _, tc := range []struct {
		name     string
		received money.Yen
		today    string
		grace    int
		outages  []Span
		from     string
	}{
		{"on its day", 500, "2026-07-20", 3, nil, ""},
		{"within the days of grace", 500, "2026-07-23", 3, nil, ""},
		{"after them", 500, "2026-07-24", 3, nil, "2026-07-24"},
		{"long after them", 500, "2026-08-01", 3, nil, "2026-07-24"},
		{"without grace", 500, "2026-07-21", 0, nil, "2026-07-21"},
		{"paid but for a yen", 10_499, "2026-07-24", 3, nil, "2026-07-24"},
		{"paid", 10_500, "2026-07-24", 3, nil, ""},
		{"the second one", 10_500, "2026-08-07", 3, nil, "2026-08-07"},
		{"all paid", 30_500, "2027-01-01", 3, nil, ""},
		{"nobody could pay on the last day", 500, "2026-07-25", 3, []Span{{day(t, "2026-07-22"), day(t, "2026-07-24")}}, ""},
		{"nor the day after", 500, "2026-07-27", 3, []Span{{day(t, "2026-07-22"), day(t, "2026-07-24")}}, "2026-07-27"},
	} {
		_, from, missed := someday(t).missed(tc.received, day(t, tc.today), tc.grace, tc.outages)
		want := jst.Day{}
		if tc.from != "" {
			want = day(t, tc.from)
		}
		if missed && from != want || missed != (tc.from != "") {
			t.Errorf("%s: missed %v from %s, want %s", tc.name, missed, from, want)
		}
	}
}

func TestKeeps(t *testing.T) { // rule D11
	t.Parallel()
	p := someday(t)
	broken := p
	broken.Until = day(t, "2026-08-10")
	for on, want := range map[string][2]bool{
		"2026-07-14": {false, false}, "2026-07-15": {true, true}, "2026-08-09": {true, true}, "2026-08-10": {true, false},
	} {
		if got := [2]bool{p.keeps(day(t, on)), broken.keeps(day(t, on))}; got != want {
			t.Errorf("%s: %v", on, got)
		}
	}
}

// TestAnyPlanFits: whatever is wished for, a plan that is drawn up adds up to what is owed, and every rule about it holds.
func TestAnyPlanFits(t *testing.T) { // rules D09, D10
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		f := planFigures{
			enabled: true, parts: rapid.IntRange(2, 24).Draw(r, "most"), first: rapid.IntRange(1, 62).Draw(r, "ahead"),
			days: rapid.IntRange(1, 62).Draw(r, "days"), least: money.Yen(rapid.Int64Range(1, 5_000).Draw(r, "least")), beyond: rapid.Bool().Draw(r, "beyond"),
		}
		today := day(t, "2026-07-11").Add(rapid.IntRange(0, 100).Draw(r, "today"))
		bought := day(t, "2026-06-01").Add(rapid.IntRange(-30, 29).Draw(r, "bought"))
		owed := money.Yen(rapid.Int64Range(1, 60_000).Draw(r, "owed"))
		wish := PlanWish{First: today.Add(rapid.IntRange(-3, 70).Draw(r, "first")), Parts: rapid.IntRange(0, 26).Draw(r, "parts")}
		parts, long, err := planParts(f, today, owed, bought, wish)
		if err != nil {
			return
		}
		var sum money.Yen
		for i, p := range parts {
			sum += p.Amount
			if p.Amount < f.least || p.Amount > parts[0].Amount || parts[0].Amount-p.Amount > 1 || p.Upto != sum || p.Day != wish.First.Add(i*f.days) {
				r.Fatalf("part %d is %+v", i+1, p)
			}
		}
		within := !parts[len(parts)-1].Day.After(twoMonths(bought))
		if sum != owed || len(parts) != wish.Parts || len(parts) > f.parts || wish.First.After(today.Add(f.first)) || long == within || long && !f.beyond {
			r.Fatalf("%d parts of %d add up to %d, long %v", len(parts), owed, sum, long)
		}
	})
}

func TestGivenUp(t *testing.T) { // rule D16
	t.Parallel()
	at := func(s string) time.Time { return day(t, s).Start().Add(time.Hour) }
	got := givenUp([]billing.WriteOff{{Decided: at("2026-08-01"), Undone: at("2026-08-20")}, {Decided: at("2026-09-01")}})
	if diff := cmp.Diff([]Span{{day(t, "2026-08-01"), day(t, "2026-08-20")}}, got); diff != "" {
		t.Error(diff)
	}
}
