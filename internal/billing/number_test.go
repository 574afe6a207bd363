package billing_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// byNumber is a member with a bill of June that is paid by receipt number.
func byNumber(t *testing.T, amount money.Yen) (*house, id.Member) {
	t.Helper()
	h := open(t)
	h.billing.Ways = func(_ *db.Tx, members []id.Member) (map[id.Member]string, error) {
		out := map[id.Member]string{}
		for _, m := range members {
			out[m] = string(billing.Number)
		}
		return out, nil
	}
	m := h.member(7)
	h.write(func(tx *db.Tx) error { return credit.SetLimit(tx, m, credit.Online, 2_000_000, "test", "operator") })
	h.buy(m, amount)
	h.at("2026-07-01 00:30")
	h.closeMonth("2026-06")
	return h, m
}

func (h *house) numbers(s billing.Slip) (n billing.Numbers) {
	h.t.Helper()
	h.read(func(tx *db.Tx) (err error) {
		n, err = billing.NumbersOf(tx, s)
		return err
	})
	return n
}

// tellNumbers gathers the next file and notes it as written. It answers its records as "+number" and "-number".
func (h *house) tellNumbers() []string {
	h.t.Helper()
	var file billing.NumberFile
	var found bool
	h.write(func(tx *db.Tx) (err error) {
		file, found, err = billing.GatherNumbers(tx, 100)
		return err
	})
	if !found {
		return nil
	}
	told := h.records(file)
	h.write(func(tx *db.Tx) error { return billing.NumbersWritten(tx, file.Number, []byte{1}) })
	return told
}

func (h *house) records(file billing.NumberFile) (told []string) {
	h.t.Helper()
	h.read(func(tx *db.Tx) error {
		told = nil
		records, err := billing.NumberRecords(tx, file.Number)
		for _, r := range records {
			sign := "+"
			if r.Ends {
				sign = "-"
			}
			told = append(told, sign+string(r.Slip.ReceiptNumber()))
		}
		return err
	})
	return told
}

func (h *house) reissued(st billing.Statement) (s billing.Slip) {
	h.t.Helper()
	h.write(func(tx *db.Tx) (err error) {
		s, err = h.billing.Reissue(tx, st.Member, st.ID)
		return err
	})
	return s
}

func TestReceiptNumber(t *testing.T) { // rules B04, B06, B31
	h, m := byNumber(t, 30_000)
	st := h.statement(m, "2026-06")
	if st.Way != billing.Number || st.Fee != 209 || st.Total != 30_209 || st.Due != day(t, "2026-07-10") {
		t.Errorf("%+v", st)
	}
	s := h.slip(st)
	if n, err := kiosk.Parse(string(s.ReceiptNumber())); err != nil || n != s.ReceiptNumber() {
		t.Errorf("%q is no receipt number: %v", s.ReceiptNumber(), err)
	}
	if s.ValidTo != day(t, "2026-10-31") {
		t.Errorf("valid to %s", s.ValidTo)
	}
	if got := s.Digits[18:29]; got != string(s.ReceiptNumber()) {
		t.Errorf("digits 19 to 29 are %s, the number is %s", got, s.ReceiptNumber())
	}
	if n := h.numbers(s); len(n.Code) != 4 || n.Told || n.Ended {
		t.Errorf("%+v", n)
	}
	other := billing.Slip{Kind: billing.EBarcode, Number: s.Number}
	if got := other.ReceiptNumber(); got != "" {
		t.Errorf("an e-barcode has the receipt number %s", got)
	}
}

// TestReceiptNumbersDiffer: a number that somebody had is drawn again, whichever bucket that was in.
func TestReceiptNumbersDiffer(t *testing.T) { // rule B31
	h, m := byNumber(t, 30_000)
	seen := map[kiosk.ReceiptNumber]bool{h.slip(h.statement(m, "2026-06")).ReceiptNumber(): true}
	for range 40 {
		h.buy(h.member(9), 1_000)
	}
	h.at("2026-08-01 00:30")
	h.closeMonth("2026-07")
	n := 0
	h.read(func(tx *db.Tx) error {
		return tx.Rows("-- billing_test.numbers\nSELECT number FROM number_claim", nil, func(row db.Row) error {
			n++
			var number kiosk.ReceiptNumber
			err := row.Scan(&number)
			seen[number] = true
			return err
		})
	})
	if n != 41 || len(seen) != 41 {
		t.Errorf("%d claims, %d numbers; want 41", n, len(seen))
	}
}

func TestMeansFor(t *testing.T) { // rule B32
	t.Parallel()
	on := day(t, "2026-07-01")
	for _, c := range []struct {
		yen  money.Yen
		want billing.Means
	}{
		{1, billing.Means{Till: true, Cash: true, Account: true}},
		{99_000, billing.Means{Till: true, Cash: true, Account: true}},
		{99_001, billing.Means{Till: true, Account: true}},
		{300_000, billing.Means{Till: true, Account: true}},
		{300_001, billing.Means{Account: true}},
		{999_999, billing.Means{Account: true}},
		{1_000_000, billing.Means{}},
	} {
		if got := billing.MeansFor(term.Terms{}, on, c.yen); got != c.want || got.None() != (c.yen > 999_999) {
			t.Errorf("%d yen: %+v, want %+v", c.yen, got, c.want)
		}
	}
	want := []kiosk.Chain{kiosk.SevenEleven, kiosk.Lawson, kiosk.FamilyMart, kiosk.Ministop, kiosk.DailyYamazaki, kiosk.Seicomart}
	if diff := cmp.Diff(want, billing.Chains(term.Terms{}, on)); diff != "" {
		t.Error(diff)
	}
}

func TestNumberAboveAllMeans(t *testing.T) { // rules B10, B32
	for _, c := range []struct {
		name      string
		amount    money.Yen
		collector string
		has       bool
	}{
		{"more than a till takes", 300_000, "00000", true},
		{"the most", 999_790, "00000", true},
		{"more than anything takes", 999_791, "00000", false},
		{"more than a till takes, without Pay-easy", 300_000, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			h.setTerm("billing.number.collector", c.collector)
			h.billing.Ways = func(_ *db.Tx, members []id.Member) (map[id.Member]string, error) {
				return map[id.Member]string{members[0]: string(billing.Number)}, nil
			}
			m := h.member(7)
			h.write(func(tx *db.Tx) error { return credit.SetLimit(tx, m, credit.Online, 2_000_000, "test", "operator") })
			h.buy(m, c.amount)
			h.at("2026-07-01 00:30")
			h.closeMonth("2026-06")
			st := h.statement(m, "2026-06")
			h.read(func(tx *db.Tx) error {
				_, err := h.billing.SlipFor(tx, m, st.ID)
				if has := err == nil; has != c.has || !has && !fault.Is(err, billing.NoSlip) {
					t.Errorf("slip: %v", err)
				}
				return nil
			})
			withheld := strings.Contains(strings.Join(h.events(event.Subject(st.ID)), " "), "statement.slip_withheld")
			if withheld == c.has {
				t.Errorf("a person was told: %v", withheld)
			}
		})
	}
}

func (h *house) setTerm(name, value string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		return h.book.Set(tx, term.Change{Name: name, From: jst.DayOf(tx.Now()).Add(1), Value: value, By: "test"})
	})
	if err := h.book.Reload(h.t.(*testing.T).Context(), h.db); err != nil {
		h.t.Fatal(err)
	}
}

// TestAgentIsTold: of a number once, from then on it can be paid with; of its end when nobody shall pay with it any more.
func TestAgentIsTold(t *testing.T) { // rules B33, B34
	h, m := byNumber(t, 30_000)
	st := h.statement(m, "2026-06")
	first := h.slip(st)
	was := string(first.ReceiptNumber())
	if diff := cmp.Diff([]string{"+" + was}, h.tellNumbers()); diff != "" {
		t.Error(diff)
	}
	if n := h.numbers(first); !n.Told || n.Ended {
		t.Errorf("after the file: %+v", n)
	}
	if told := h.tellNumbers(); told != nil {
		t.Errorf("told again: %v", told)
	}
	if s := h.reissued(st); s.ID != first.ID {
		t.Error("a number that serves was replaced")
	}

	h.at("2026-07-20 10:00") // a charge: what is owed changes
	h.charge(st, 100)
	second := h.reissued(st)
	if second.ID == first.ID || second.Amount != 30_309 || second.ReceiptNumber() == first.ReceiptNumber() {
		t.Errorf("%+v", second)
	}
	if n := h.numbers(second); n.Told {
		t.Error("a number that nobody was told of can be paid with")
	}
	if diff := cmp.Diff([]string{"+" + string(second.ReceiptNumber()), "-" + was}, h.tellNumbers()); diff != "" {
		t.Error(diff)
	}

	// The old number was paid all the same, in the moment before it ended: the bill is paid by it as far as it goes (B21, B23).
	h.tell(line(billing.LinePrompt, first, day(t, "2026-07-20"), "1010"))
	if now := h.statement(m, "2026-06"); now.State != billing.Confirming || now.Received != 30_209 || now.Owed() != 100 {
		t.Errorf("%+v", now)
	}
	if diff := cmp.Diff([]string{"-" + string(second.ReceiptNumber())}, h.tellNumbers()); diff != "" { // another way is open to pay it
		t.Error(diff)
	}
	h.tell(line(billing.LineCancelled, first, day(t, "2026-07-20"), "1010")) // taken back: the bill needs a number again
	third := h.reissued(st)
	if third.ID == second.ID || third.Reissue != 2 {
		t.Errorf("a number that ended serves again: %+v", third)
	}
	if diff := cmp.Diff([]string{"+" + string(third.ReceiptNumber())}, h.tellNumbers()); diff != "" {
		t.Error(diff)
	}
	h.tell(line(billing.LineConfirmed, third, day(t, "2026-07-21"), "1010"))
	h.expect(st, billing.Paid, 2_000_000)
	if told := h.tellNumbers(); told != nil {
		t.Errorf("a number that was paid with is told to end: %v", told)
	}
}

// charge adds a fee to a bill, as being late does.
func (h *house) charge(st billing.Statement, yen money.Yen) {
	h.t.Helper()
	h.markPastDue("2026-07-11")
	h.write(func(tx *db.Tx) error {
		late, err := billing.LockLate(tx, []billing.Statement{st})
		if err != nil {
			return err
		}
		_, err = h.billing.AddCharges(tx, late[0], billing.Charge{Day: jst.DayOf(tx.Now()), Kind: billing.LateFee, Amount: yen, Full: yen})
		return err
	})
}

// TestNumberFileStays: between the file and the note that it is written, nothing changes what is in it.
func TestNumberFileStays(t *testing.T) { // rule B33
	h, m := byNumber(t, 30_000)
	st := h.statement(m, "2026-06")
	first := h.slip(st)
	gather := func() (f billing.NumberFile) {
		h.write(func(tx *db.Tx) (err error) {
			f, _, err = billing.GatherNumbers(tx, 100)
			return err
		})
		return f
	}
	file := gather()
	want := h.records(file)
	h.tell(line(billing.LineConfirmed, withOther(t, h, first), day(t, "2026-07-02"), "1010"))
	h.at("2026-11-01 00:00")
	fresh := h.reissued(st) // the first is replaced before anybody saw that it was written
	again := gather()
	if diff := cmp.Diff(file, again); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, h.records(again)); diff != "" {
		t.Error(diff)
	}
	h.write(func(tx *db.Tx) error { return billing.NumbersWritten(tx, file.Number, []byte{1}) })
	if diff := cmp.Diff([]string{"+" + string(fresh.ReceiptNumber()), "-" + string(first.ReceiptNumber())}, h.tellNumbers()); diff != "" {
		t.Error(diff)
	}
}

// withOther is a slip of nobody: what is paid with it waits for a person.
func withOther(t *testing.T, h *house, s billing.Slip) billing.Slip {
	t.Helper()
	l := withDigits(h.t, billing.Line{Digits: s.Digits}, func(c *konbini.Code) { c.Free = "00000" + "0007" + "000000000018" })
	s.Digits = l.Digits
	return s
}

func TestDropNumber(t *testing.T) { // rule B33
	h, m := byNumber(t, 30_000)
	st := h.statement(m, "2026-06")
	first := h.slip(st)
	var file billing.NumberFile
	h.write(func(tx *db.Tx) (err error) {
		if file, _, err = billing.GatherNumbers(tx, 100); err != nil {
			return err
		}
		return billing.DropNumber(tx, file.Number, first)
	})
	if got := h.records(file); got != nil {
		t.Errorf("%v", got)
	}
	h.write(func(tx *db.Tx) error { return billing.NumbersWritten(tx, file.Number, []byte{1}) })
	if n := h.numbers(first); !n.Ended {
		t.Errorf("%+v", n)
	}
	if s := h.reissued(st); s.ID == first.ID {
		t.Error("a number that was dropped serves")
	}
}

// TestMoneyByNumber: what the agent tells of a number is told of its slip (B34).
func TestMoneyByNumber(t *testing.T) { // rules B11, B15, B16, B34
	h, m := byNumber(t, 30_000)
	st := h.statement(m, "2026-06")
	s := h.slip(st)
	other := line(billing.LinePrompt, s, day(t, "2026-07-03"), "1010")
	other.Amount -= 1_000
	got := h.tell(
		other, // another amount
		line(billing.LinePrompt, withOther(t, h, s), day(t, "2026-07-03"), "1020"), // a number of nobody
		line(billing.LinePrompt, s, day(t, "2026-07-03"), "1030"),
		line(billing.LineConfirmed, s, day(t, "2026-07-03"), "1030"),
		line(billing.LineConfirmed, s, day(t, "2026-07-04"), "1040"), // closed: paid before
	)
	var results []string
	for _, o := range got {
		results = append(results, strings.TrimSpace(string(o.Result)+" "+string(o.Reason)))
	}
	if diff := cmp.Diff([]string{"suspense amount_differs", "suspense slip_unknown", "applied", "applied", "surplus"}, results); diff != "" {
		t.Error(diff)
	}
	h.expect(st, billing.Paid, 2_000_000)
}
