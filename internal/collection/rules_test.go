package collection

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/billing"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func terms(t testing.TB) term.Terms {
	t.Helper()
	book, err := term.NewBook(Terms...)
	if err != nil {
		t.Fatal(err)
	}
	return book.Current()
}

func TestFeeDays(t *testing.T) { // rule D01
	t.Parallel()
	for _, tc := range []struct {
		name, due, until string
		want             []string
	}{
		{"in the month of the due day there is none", "2026-07-10", "2026-07-31", nil},
		{"two in each month after it", "2026-07-10", "2026-09-30", []string{"2026-08-10", "2026-08-25", "2026-09-10", "2026-09-25"}},
		{"the day itself counts", "2026-07-10", "2026-08-10", []string{"2026-08-10"}},
		{"the day before does not", "2026-07-10", "2026-08-09", nil},
		{"due on the 27th", "2026-07-27", "2026-08-25", []string{"2026-08-10", "2026-08-25"}},
		{"over a year's end", "2026-12-20", "2027-01-25", []string{"2027-01-10", "2027-01-25"}},
	} {
		var got []string
		for _, d := range feeDays(terms(t), day(t, tc.due), day(t, tc.until)) {
			got = append(got, d.String())
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestDamages(t *testing.T) { // rule D02
	t.Parallel()
	for _, tc := range []struct {
		principal money.Yen
		days      int
		want      money.Yen
	}{
		{30_000, 365, 4_380}, {30_000, 366, 4_392}, {12_345, 17, 83}, {30_000, 31, 372}, {30_000, 0, 0}, {1, 365, 0},
	} {
		if got := DamagesFor(tc.principal, tc.days, 1460); got != tc.want {
			t.Errorf("%d for %d days: %d, want %d", tc.principal, tc.days, got, tc.want)
		}
	}
}

func TestYenDays(t *testing.T) { // rules D02, D05, D07
	t.Parallel()
	paid := func(on string, yen money.Yen) billing.Receipt {
		return billing.Receipt{PaidDay: day(t, on), Principal: yen}
	}
	for _, tc := range []struct {
		name, until string
		paid        []billing.Receipt
		outages     []Span
		want        int64
	}{
		{"on the due day nothing", "2026-07-10", nil, nil, 0},
		{"a day", "2026-07-11", nil, nil, 30_000},
		{"ten days", "2026-07-20", nil, nil, 300_000},
		{"what was paid counts from the day after", "2026-07-20", []billing.Receipt{paid("2026-07-15", 10_000)}, nil, 250_000},
		{"paid before the due day", "2026-07-20", []billing.Receipt{paid("2026-07-01", 10_000)}, nil, 200_000},
		{"paid in parts", "2026-07-20", []billing.Receipt{paid("2026-07-12", 10_000), paid("2026-07-17", 20_000)}, nil, 60_000 + 100_000},
		{"days of our fault", "2026-07-20", nil, []Span{{day(t, "2026-07-12"), day(t, "2026-07-14")}}, 210_000},
		{"which overlap", "2026-07-20", nil, []Span{{day(t, "2026-07-12"), day(t, "2026-07-14")}, {day(t, "2026-07-14"), day(t, "2026-07-15")}}, 180_000},
	} {
		if got := YenDays(30_000, day(t, "2026-07-10"), day(t, tc.until), tc.paid, tc.outages); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestOurs(t *testing.T) { // rule D07
	t.Parallel()
	outage := []Span{{day(t, "2026-08-08"), day(t, "2026-08-09")}}
	for d, want := range map[string]bool{
		"2026-08-07": false, "2026-08-08": true, "2026-08-09": true, "2026-08-10": true, "2026-08-11": false,
	} {
		if got := ours(outage, day(t, d)); got != want {
			t.Errorf("%s: %v", d, got)
		}
	}
}

func TestCharges(t *testing.T) { // rules D01, D02, D03
	t.Parallel()
	charge := func(kind billing.ChargeKind, on string, yen money.Yen) billing.Charge {
		return billing.Charge{Kind: kind, Day: day(t, on), Amount: yen, Full: yen}
	}
	waived := func(c billing.Charge) billing.Charge {
		c.Waived = billing.PaidBefore
		return c
	}
	const fee, damages = billing.LateFee, billing.Damages
	plain := figures{fee: 100, damageRate: 1460, capRate: 1460}
	capped, both, all := plain, plain, plain
	capped.capped = true
	both.damages = true
	all.damages, all.capped = true, true
	type want struct {
		kind         billing.ChargeKind
		amount, full money.Yen
	}
	for _, tc := range []struct {
		name      string
		principal money.Yen
		had       []billing.Charge
		withFee   bool
		f         figures
		want      []want
	}{
		{"the fee", 30_000, nil, true, plain, []want{{fee, 100, 100}}},
		{"another bill's turn", 30_000, nil, false, plain, nil},
		{"no fee by the terms", 30_000, nil, true, figures{capped: true, capRate: 1460}, nil},
		{"the fee under the cap", 30_000, nil, true, capped, []want{{fee, 100, 100}}},
		{"exactly the cap: 8,065 yen", 8_065, nil, true, capped, []want{{fee, 100, 100}}},
		{"just under it: 8,064 yen", 8_064, nil, true, capped, []want{{fee, 99, 100}}},
		{"what was charged counts", 30_000, []billing.Charge{charge(fee, "2026-08-01", 300)}, true, capped, []want{{fee, 72, 100}}},
		{"the fee of another way to pay does not", 30_000, []billing.Charge{charge(billing.Fallback, "2026-08-01", 300)}, true, capped, []want{{fee, 100, 100}}},
		{"what was waived does not", 30_000, []billing.Charge{waived(charge(fee, "2026-08-01", 300))}, true, capped, []want{{fee, 100, 100}}},
		{"nothing is left of the cap", 30_000, []billing.Charge{charge(fee, "2026-08-01", 400)}, true, capped, []want{{fee, 0, 100}}},
		{"damages and fee", 30_000, nil, true, both, []want{{damages, 372, 372}, {fee, 100, 100}}},
		{"damages go on", 30_000, []billing.Charge{charge(damages, "2026-08-01", 200)}, true, both, []want{{damages, 172, 172}, {fee, 100, 100}}},
		{"damages on each bill", 30_000, nil, false, both, []want{{damages, 372, 372}}},
		{"damages use the cap up", 30_000, nil, true, all, []want{{damages, 372, 372}, {fee, 0, 100}}},
		{"damages take what fees left", 30_000, []billing.Charge{charge(fee, "2026-08-01", 100)}, true, all, []want{{damages, 272, 272}, {fee, 0, 100}}},
		{"too little for a yen", 20, nil, true, all, []want{{damages, 0, 0}, {fee, 0, 100}}[1:]},
	} {
		late := billing.Late{Statement: billing.Statement{Total: tc.principal + 209, Fee: 209, Due: day(t, "2026-07-10")}, Charges: tc.had}
		var got []want
		for _, c := range chargesOn(late, day(t, "2026-08-10"), tc.withFee, tc.f, nil) {
			got = append(got, want{c.Kind, c.Amount, c.Full})
			if c.YenDays != int64(tc.principal)*31 || c.Day != day(t, "2026-08-10") {
				t.Errorf("%s: reckoned from %d yen-days on %s", tc.name, c.YenDays, c.Day)
			}
		}
		if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// TestTheCapHolds follows bills through years of fee days: whatever is paid and whenever we were down, what a bill was charged
// never exceeds what the cap's rate makes of its yen-days, and is never taken back by a later day, whenever we are told of a
// payment of a part.
func TestTheCapHolds(t *testing.T) { // rules D03, D05
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		late := billing.Late{Statement: billing.Statement{Due: day(t, "2026-07-10"), Fee: 209}}
		late.Total = late.Fee + money.Yen(rapid.Int64Range(1, 50_000).Draw(r, "principal"))
		f := figures{fee: 100, damages: rapid.Bool().Draw(r, "damages"), damageRate: 1460, capped: true, capRate: 1460}
		last := late.Due.Add(rapid.IntRange(1, 800).Draw(r, "days"))
		from := late.Due.Add(rapid.IntRange(0, 400).Draw(r, "outage"))
		outages := []Span{{from, from.Add(rapid.IntRange(0, 20).Draw(r, "long"))}}
		paid := late.Due.Add(rapid.IntRange(0, 400).Draw(r, "paid"))
		part := billing.Receipt{PaidDay: paid, Principal: money.Yen(rapid.Int64Range(0, int64(late.Principal())).Draw(r, "part"))}
		told := paid.Add(rapid.IntRange(1, 100).Draw(r, "told"))
		for _, d := range feeDays(terms(t), late.Due, last) {
			if !told.After(d) && len(late.Receipts) == 0 {
				late.Receipts = []billing.Receipt{part}
				for _, over := range excess(late, terms(t), outages) {
					i := slices.IndexFunc(late.Charges, func(c billing.Charge) bool { return c.Day == over.Day && c.Kind == over.Kind })
					late.Charges[i].Waived = billing.PaidBefore
				}
			}
			known := late
			for _, c := range chargesOn(known, d, true, f, outages) {
				if c.Amount < 0 {
					r.Fatalf("%d yen are charged on %s", c.Amount, d)
				}
				late.Charges = append(late.Charges, c)
			}
			var sum money.Yen
			for _, c := range late.Charges {
				if c.Waived == "" {
					sum += c.Amount
				}
			}
			if most := perYear(YenDays(late.Principal(), late.Due, d, known.Receipts, outages), 1460); sum > most {
				r.Fatalf("by %s %d yen were charged, the cap is %d", d, sum, most)
			}
		}
	})
}

// A payment of a part that was made before charges and is told of after them takes back those with which the cap is exceeded,
// and no others (rule D05).
func TestExcess(t *testing.T) {
	t.Parallel()
	const principal, due = 1_000, "2026-07-10"
	charge := func(on string, amount money.Yen) billing.Charge {
		return billing.Charge{Kind: billing.LateFee, Day: day(t, on), Amount: amount, Full: 100, Rate: 1460}
	}
	aug10, aug25, sep10 := charge("2026-08-10", 12), charge("2026-08-25", 6), charge("2026-09-10", 6)
	waived := aug25
	waived.Waived = billing.PaidBefore
	forgiven := aug25
	forgiven.Waived = billing.Courtesy
	outage := []Span{{day(t, "2026-08-01"), day(t, "2026-08-05")}}
	for _, tc := range []struct {
		name    string
		paid    string // nothing if empty
		part    money.Yen
		outages []Span
		charges []billing.Charge
		want    []string
	}{
		{"nothing was paid", "", 0, nil, []billing.Charge{aug10, aug25}, nil},
		{"what was paid after them changes nothing", "2026-09-11", 900, nil, []billing.Charge{aug10, aug25, sep10}, nil},
		{"paid before the last one", "2026-08-25", 900, nil, []billing.Charge{aug10, aug25, sep10}, []string{"2026-09-10"}},
		{"paid before two", "2026-08-10", 900, nil, []billing.Charge{aug10, aug25, sep10}, []string{"2026-08-25", "2026-09-10"}},
		{"so little that no yen is too much", "2026-09-09", 1, nil, []billing.Charge{aug10, aug25, sep10}, nil},
		{"taken back already", "2026-08-10", 900, nil, []billing.Charge{aug10, waived}, nil},
		{"what people took back counts as if it stood (rule O12)", "2026-08-25", 900, nil, []billing.Charge{aug10, forgiven, sep10}, []string{"2026-09-10"}},
		{"an outage that was entered later, nothing paid before", "2026-08-10", 1, outage, []billing.Charge{aug10}, nil},
		{"an outage that was entered later, a part paid before", "2026-08-09", 1, outage, []billing.Charge{aug10}, []string{"2026-08-10"}},
	} {
		late := billing.Late{Statement: billing.Statement{Total: principal + 209, Fee: 209, Due: day(t, due)}, Charges: tc.charges}
		if tc.paid != "" {
			late.Receipts = []billing.Receipt{{PaidDay: day(t, tc.paid), Principal: tc.part}}
		}
		var got []string
		for _, c := range excess(late, terms(t), tc.outages) {
			got = append(got, c.Day.String())
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// What people took back is not made again, whereas what a rule took back is reckoned anew (rules O12, D05).
func TestChargesTakenBackCount(t *testing.T) {
	t.Parallel()
	for why, want := range map[billing.Waiver]money.Yen{billing.PaidBefore: 372, billing.OurFault: 172, billing.Courtesy: 172, billing.Hardship: 172, "": 172} {
		late := billing.Late{
			Statement: billing.Statement{Purchases: 30_000, Total: 30_000, Due: day(t, "2026-07-10")},
			Charges:   []billing.Charge{{Kind: billing.Damages, Day: day(t, "2026-08-01"), Amount: 200, Full: 200, Waived: why}},
		}
		got := chargesOn(late, day(t, "2026-08-10"), false, figures{damageRate: 1460, damages: true}, nil)
		if len(got) != 1 || got[0].Amount != want {
			t.Errorf("taken back as %q: %+v, want %d", why, got, want)
		}
	}
}
