package billing

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

func aMonth(s string) jst.Month {
	m, err := jst.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

func aDay(s string) jst.Day {
	d, err := jst.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestDrawUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule, name string
		month      string
		in         sums
		want       Statement
	}{
		{"B04", "purchases and the fee", "2026-06", sums{purchases: 30_000}, Statement{Purchases: 30_000, Fee: 209, Total: 30_209, Due: aDay("2026-07-10"), State: Issued}},
		{"B05", "a refund is taken off", "2026-06", sums{purchases: 30_000, refunds: 1_000}, Statement{Purchases: 30_000, Refunds: 1_000, Fee: 209, Total: 29_209, Due: aDay("2026-07-10"), State: Issued}},
		{"B04", "one yen is a bill", "2026-06", sums{purchases: 1}, Statement{Purchases: 1, Fee: 209, Total: 210, Due: aDay("2026-07-10"), State: Issued}},
		{"B04", "no fee when nothing remains", "2026-06", sums{purchases: 500, refunds: 500}, Statement{Purchases: 500, Refunds: 500, Due: aDay("2026-07-10"), State: Paid}},
		{"B07", "more given back than bought", "2026-06", sums{purchases: 500, refunds: 800}, Statement{Purchases: 500, Refunds: 800, Carried: 300, Due: aDay("2026-07-10"), State: Paid}},
		{"B07", "credits are taken off", "2026-06", sums{purchases: 500, credits: 200}, Statement{Purchases: 500, Credits: 200, Fee: 209, Total: 509, Due: aDay("2026-07-10"), State: Issued}},
		{"B07", "credits exceed the purchases", "2026-06", sums{purchases: 500, credits: 800}, Statement{Purchases: 500, Credits: 800, Carried: 300, Due: aDay("2026-07-10"), State: Paid}},
		{"B07", "credits cover the purchases", "2026-06", sums{purchases: 500, credits: 500}, Statement{Purchases: 500, Credits: 500, Due: aDay("2026-07-10"), State: Paid}},
		{"B07", "no credits where there is nothing to take them off", "2026-06", sums{refunds: 500, credits: 500}, Statement{Refunds: 500, Carried: 500, Due: aDay("2026-07-10"), State: Paid}},
		{"D04", "what late bills left", "2026-06", sums{purchases: 500, lates: 200}, Statement{Purchases: 500, Fee: 209, Lates: 200, Total: 909, Due: aDay("2026-07-10"), State: Issued}},
		{"D04", "which makes no bill by itself", "2026-06", sums{purchases: 500, refunds: 500, lates: 200}, Statement{Purchases: 500, Refunds: 500, Due: aDay("2026-07-10"), State: Paid}},
		{"D04", "nor is it paid by credits", "2026-06", sums{purchases: 500, credits: 600, lates: 200}, Statement{Purchases: 500, Credits: 600, Carried: 100, Due: aDay("2026-07-10"), State: Paid}},
		{"B06", "a due day on a Sunday stays", "2026-12", sums{purchases: 1_000}, Statement{Purchases: 1_000, Fee: 209, Total: 1_209, Due: aDay("2027-01-10"), State: Issued}},
	} {
		t.Run(c.rule+" "+c.name, func(t *testing.T) {
			t.Parallel()
			got, err := drawUp(aMonth(c.month), c.in, EBarcode, term.Terms{})
			if err != nil {
				t.Fatal(err)
			}
			c.want.Month, c.want.Way = aMonth(c.month), EBarcode
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := drawUp(aMonth("2026-06"), sums{}, "pigeon", term.Terms{}); err == nil {
		t.Error("an unknown way to pay is taken")
	}
}

func TestLastDay(t *testing.T) { // rule B09
	t.Parallel()
	for _, c := range []struct {
		due    string
		months int
		want   string
	}{
		{"2026-07-10", 3, "2026-10-31"},
		{"2026-11-10", 3, "2027-02-28"},
		{"2026-07-10", 1, "2026-08-31"},
		{"2026-07-10", 0, ""},
	} {
		if got := lastDay(aDay(c.due), c.months).String(); got != c.want {
			t.Errorf("due %s, %d months: %q, want %q", c.due, c.months, got, c.want)
		}
	}
}

func TestNewSlip(t *testing.T) { // rules B09, B10
	t.Parallel()
	st := Statement{
		ID: id.New[id.StatementKind](time.Unix(1_780_000_000, 0), 1023), Month: aMonth("2026-06"), Due: aDay("2026-07-10"),
		Total: 30_209, Way: EBarcode,
	}
	s, err := newSlip(moment(time.Unix(1_780_000_000, 0)), st, st.Owed(), numberOf(1023, 0), term.Terms{}, 12, aDay("2026-07-01"))
	if err != nil {
		t.Fatal(err)
	}
	code, err := konbini.Parse(s.Digits)
	if err != nil {
		t.Fatal(err)
	}
	want := konbini.Code{Company: "900000", Free: "00000" + s.Number, Reissue: 9, Due: "2026-10-31", Yen: 30_209}
	if diff := cmp.Diff(want, code); diff != "" {
		t.Error(diff)
	}
	number, bucket, ok := numberIn(s.Digits)
	if number != s.Number || bucket != 1023 || !ok {
		t.Errorf("read back as %s in bucket %d, %v", number, bucket, ok)
	}
	if s.Lapsed(aDay("2026-10-31")) || !s.Lapsed(aDay("2026-11-01")) {
		t.Error("lapses on another day than the one after the last")
	}
	st.Total = 300_000
	if _, err := newSlip(moment(st.ID.Time()), st, st.Owed(), numberOf(1023, 0), term.Terms{}, 0, aDay("2026-07-01")); err != nil {
		t.Errorf("300,000 yen: %v", err)
	}
	st.Total = 300_001
	if _, err := newSlip(moment(st.ID.Time()), st, st.Owed(), numberOf(1023, 0), term.Terms{}, 0, aDay("2026-07-01")); err == nil {
		t.Error("300,001 yen got a slip")
	}
}

func TestJudge(t *testing.T) { // rule B16
	t.Parallel()
	digits, err := konbini.Build(konbini.Code{Company: "900000", Free: "000000007000000000001", Yen: 5_209}, 300_000)
	if err != nil {
		t.Fatal(err)
	}
	slip := Slip{Digits: digits, Amount: 5_209}
	fine := Line{Kind: LinePrompt, Day: aDay("2026-07-07"), Digits: digits, Amount: 5_209}
	with := func(change func(*Line)) Line { l := fine; change(&l); return l }
	for _, c := range []struct {
		name        string
		line        Line
		found       bool
		slip        Slip
		broken, odd Reason
	}{
		{"fine", fine, true, slip, "", ""},
		{"a payment app", with(func(l *Line) { l.Kind = LineRealTime }), true, slip, "", ""},
		{"a postal transfer", with(func(l *Line) { l.Kind = "12" }), true, slip, KindUnknown, ""},
		{"no kind", with(func(l *Line) { l.Kind = "" }), true, slip, KindUnknown, ""},
		{"nothing paid", with(func(l *Line) { l.Amount = 0 }), true, slip, AmountWrong, ""},
		{"less than nothing", with(func(l *Line) { l.Amount = -5_209 }), true, slip, AmountWrong, ""},
		{"too much to be money", with(func(l *Line) { l.Amount = money.Max + 1 }), true, slip, AmountWrong, ""},
		{"no day", with(func(l *Line) { l.Day = jst.Day{} }), true, slip, AmountWrong, ""},
		{"one digit wrong", with(func(l *Line) { l.Digits = digits[:43] + string((digits[43]-'0'+1)%10+'0') }), false, Slip{}, "", DigitsWrong},
		{"a digit short", with(func(l *Line) { l.Digits = digits[:43] }), false, Slip{}, "", DigitsWrong},
		{"nobody's slip", fine, false, Slip{}, "", SlipUnknown},
		{"the slip says something else", fine, true, Slip{Digits: digits[:43] + "x", Amount: 5_209}, "", DigitsDiffer},
		{"another amount", with(func(l *Line) { l.Amount = 5_208 }), true, slip, "", AmountDiffers},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if broken, odd := judge(c.line, c.slip, c.found); broken != c.broken || odd != c.odd {
				t.Errorf("got %q, %q, want %q, %q", broken, odd, c.broken, c.odd)
			}
		})
	}
}

func TestLineKeys(t *testing.T) { // rule B14
	t.Parallel()
	one := Line{Number: 2, Kind: LinePrompt, Day: aDay("2026-07-07"), Time: "0944", Digits: "91", Amount: 5_209, Chain: "010", Store: "0123"}
	for _, c := range []struct {
		name               string
		change             func(*Line)
		sameTill, sameLine bool
	}{
		{"itself", func(*Line) {}, true, true},
		{"another place in another file", func(l *Line) { l.Number = 9 }, true, true},
		{"a store that lost its zeros", func(l *Line) { l.Store = "123" }, true, true},
		{"the confirmation", func(l *Line) { l.Kind = LineConfirmed }, true, false},
		{"another minute", func(l *Line) { l.Time = "0945" }, false, false},
		{"another day", func(l *Line) { l.Day = aDay("2026-07-08") }, false, false},
		{"another store", func(l *Line) { l.Store = "0124" }, false, false},
		{"another amount", func(l *Line) { l.Amount = 5_208 }, false, false},
		{"other digits", func(l *Line) { l.Digits = "92" }, false, false},
	} {
		other := one
		c.change(&other)
		if got := string(one.tillKey()) == string(other.tillKey()); got != c.sameTill {
			t.Errorf("%s: same payment %v, want %v", c.name, got, c.sameTill)
		}
		if got := string(one.key()) == string(other.key()); got != c.sameLine {
			t.Errorf("%s: same line %v, want %v", c.name, got, c.sameLine)
		}
	}
}

// TestLateChargesFollowTheTotal folds once more what a confirmed payment paid in full and a reported one paid late charges of,
// the second told of by a clock that had jumped back: the statement stays certain.
func TestLateChargesFollowTheTotal(t *testing.T) { // rules B22, B23
	t.Parallel()
	st := Statement{Total: 19_400, Fee: 209, Late: 400}
	receipts := []Receipt{
		{State: Prompted, Use: Matched, Amount: 19_400, Late: 400, Surplus: 19_000},
		{State: Confirmed, Use: Matched, Amount: 19_400, Principal: 19_191, Fee: 209},
		{State: Confirmed, Use: Matched, Amount: 19_400},
	}
	slices.SortStableFunc(receipts, inTurn)
	if after := allocate(st, receipts); after.standing() != Paid || after.Certain != 19_400 || after.Received != 19_800 {
		t.Errorf("it is %s, %s received and %s certain", after.standing(), after.Received, after.Certain)
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"0944", "0944"}, {"a\x00b\xffc", "a?b?c"}, {"セブン", "???"}, {"0123456789", "01234567"}} {
		if got := printable(c[0], 8); got != c[1] {
			t.Errorf("%q is kept as %q, want %q", c[0], got, c[1])
		}
	}
}

func FuzzNumberIn(f *testing.F) {
	f.Add("91912345000010000000020260001026121000302098")
	f.Add("91929023252070000010123499900199999900106050")
	f.Add("")
	f.Fuzz(func(t *testing.T, digits string) {
		number, bucket, ok := numberIn(digits)
		if !ok {
			return
		}
		if len(number) != numberLength || bucket < 0 || bucket >= id.Buckets {
			t.Errorf("%q gives number %q in bucket %d", digits, number, bucket)
		}
		if _, err := konbini.Parse(digits); err != nil {
			t.Errorf("%q is read and no barcode: %v", digits, err)
		}
	})
}

// moment is an instant at which chance never varies.
type moment time.Time

func (m moment) Now() time.Time  { return time.Time(m) }
func (m moment) Chance(b []byte) { clear(b) }

// TestDueDays follows every month's due day by each way to pay through five years; those of direct debits that move because
// banks are closed are written down.
func TestDueDays(t *testing.T) { // rules B06, T01
	t.Parallel()
	moved := map[string]string{
		"2026-05": "2026-06-29", "2026-08": "2026-09-28", "2026-11": "2026-12-28", "2027-01": "2027-03-01", "2027-02": "2027-03-29",
		"2027-05": "2027-06-28", "2027-10": "2027-11-29", "2028-01": "2028-02-28", "2028-04": "2028-05-29", "2028-07": "2028-08-28",
		"2028-12": "2029-01-29", "2029-04": "2029-05-28", "2029-09": "2029-10-29", "2029-12": "2030-01-28", "2030-03": "2030-04-30",
		"2030-06": "2030-07-29", "2030-09": "2030-10-28",
	}
	terms := term.Terms{}
	for m := aMonth("2025-12"); !m.After(aMonth("2030-11")); m = m.Next() {
		next := m.Next().String()
		want := map[Way]string{EBarcode: next + "-10", Number: next + "-10", Postcard: next + "-20", Debit: next + "-27"}
		if day, ok := moved[m.String()]; ok {
			want[Debit] = day
		}
		for _, way := range Ways() {
			_, due, err := WayTerms(terms, way, m)
			if err != nil || due.String() != want[way] {
				t.Errorf("%s by %s: due %s, %v, want %s", m, way, due, err, want[way])
			}
		}
	}
	if _, _, err := WayTerms(terms, "cheque", aMonth("2026-06")); err == nil {
		t.Error("a way that nobody knows has terms")
	}
	if _, _, err := WayTerms(terms, Debit, aMonth("2051-01")); err == nil {
		t.Error("a due day beyond the calendar is guessed")
	}
}

func TestSliceOf(t *testing.T) { // rule B43
	t.Parallel()
	for _, tc := range []struct {
		name           string
		buckets, bills int
		free           bool
		want           int
	}{
		{"the first one was empty", 1, 0, false, 4},
		{"small buckets", 16, 320, false, 25},
		{"small buckets, nobody waits", 16, 320, true, 64},
		{"no more than four times as many at once", 2, 40, true, 8},
		{"as many as there are at most", 64, 100, true, 64},
		{"large buckets", 1, 1_000, false, 1},
		{"large buckets, nobody waits", 1, 1_000, true, 2},
		{"somebody came", 8, 2_000, false, 2},
		{"one bucket has too many", 1, 9_000, false, 1},
	} {
		if got := sliceOf(tc.buckets, tc.bills, tc.free); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestAllocate(t *testing.T) { // rules B15, B18, B22, B23, D04
	t.Parallel()
	st := Statement{Total: 1_309, Fee: 209, Lates: 100, Late: 200} // a principal of 1,000
	in := func(state ReceiptState, amount money.Yen, on string) Receipt {
		return Receipt{State: state, Use: Matched, Amount: amount, PaidDay: aDay(on)}
	}
	used := func(r Receipt, yen money.Yen) Receipt {
		r.used = yen
		return r
	}
	suspense := in(Confirmed, 500, "2026-07-01")
	suspense.Use = Suspense
	type part struct{ principal, fee, late, surplus money.Yen }
	for _, tc := range []struct {
		name              string
		in                []Receipt
		want              []part
		received, certain money.Yen
		state             State
		paidDay           string
	}{
		{"nothing", nil, nil, 0, 0, Issued, ""},
		{"the principal first", []Receipt{in(Confirmed, 600, "2026-07-01")}, []part{{600, 0, 0, 0}}, 600, 600, Issued, ""},
		{"then the rest of the total", []Receipt{in(Confirmed, 1_200, "2026-07-01")}, []part{{1_000, 200, 0, 0}}, 1_200, 1_200, Issued, ""},
		{"the total", []Receipt{in(Confirmed, 1_309, "2026-07-01")}, []part{{1_000, 309, 0, 0}}, 1_309, 1_309, Paid, "2026-07-01"},
		{"then late charges", []Receipt{in(Confirmed, 1_400, "2026-07-01")}, []part{{1_000, 309, 91, 0}}, 1_400, 1_400, Paid, "2026-07-01"},
		{"the rest is the member's", []Receipt{in(Confirmed, 2_000, "2026-07-01")}, []part{{1_000, 309, 200, 491}}, 1_509, 1_509, Paid, "2026-07-01"},
		{"only reported", []Receipt{in(Prompted, 1_309, "2026-07-01")}, []part{{1_000, 309, 0, 0}}, 1_309, 0, Confirming, "2026-07-01"},
		{"in parts, one of them only reported", []Receipt{in(Prompted, 700, "2026-07-01"), in(Confirmed, 700, "2026-07-02")}, []part{{700, 0, 0, 0}, {300, 309, 91, 0}}, 1_400, 700, Confirming, "2026-07-02"},
		{"paid twice", []Receipt{in(Confirmed, 1_509, "2026-07-01"), in(Prompted, 1_509, "2026-07-02")}, []part{{1_000, 309, 200, 0}, {0, 0, 0, 1_509}}, 1_509, 1_509, Paid, "2026-07-01"},
		{"taken back", []Receipt{in(Cancelled, 1_309, "2026-07-01")}, []part{{}}, 0, 0, Issued, ""},
		{"taken back, and paid again", []Receipt{in(Cancelled, 1_309, "2026-07-01"), in(Confirmed, 1_309, "2026-07-05")}, []part{{}, {1_000, 309, 0, 0}}, 1_309, 1_309, Paid, "2026-07-05"},
		{"in suspense", []Receipt{suspense}, []part{{}}, 0, 0, Issued, ""},
		{"what a later bill used stays used", []Receipt{used(in(Confirmed, 1_309, "2026-07-01"), 1_309)}, []part{{0, 0, 0, 1_309}}, 0, 0, Issued, ""},
		{"a part of it", []Receipt{used(in(Confirmed, 1_309, "2026-07-01"), 309)}, []part{{1_000, 0, 0, 309}}, 1_000, 1_000, Issued, ""},
	} {
		receipts := append([]Receipt{}, tc.in...)
		got := allocate(st, receipts)
		var parts []part
		for i, r := range receipts {
			parts = append(parts, part{r.Principal, r.Fee, r.Late, r.Surplus})
			if live := r.State.Live() && r.Use != Suspense; live && r.paid()+r.Surplus != r.Amount {
				t.Errorf("%s: the parts of receipt %d do not add up", tc.name, i)
			}
		}
		if diff := cmp.Diff(tc.want, parts, cmp.AllowUnexported(part{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		if got.Received != tc.received || got.Certain != tc.certain || got.standing() != tc.state || got.PaidDay.String() != tc.paidDay {
			t.Errorf("%s: received %d, certain %d, %s, paid on %s", tc.name, got.Received, got.Certain, got.standing(), got.PaidDay)
		}
	}
}
