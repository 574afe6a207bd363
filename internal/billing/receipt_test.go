package billing_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/konbini"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

// slipOf finds the slip of a statement that is not to be paid any more.
func slipOf(h *house, st billing.Statement) billing.Slip {
	h.t.Helper()
	var found billing.Slip
	h.read(func(tx *db.Tx) error {
		return tx.Row(`-- billing_test.slipOf
			SELECT digits, amount FROM slip WHERE bucket = $1 AND statement = $2 ORDER BY reissue LIMIT 1`, st.ID.Bucket(), st.ID).
			Scan(&found.Digits, &found.Amount)
	})
	return found
}

// billed is a member with one statement of June over 30,209 yen, on 1 July.
func billed(h *house) (id.Member, billing.Statement, billing.Slip) {
	h.t.Helper()
	m := h.member(7)
	h.buy(m, 30_000)
	h.at("2026-07-01 00:00")
	h.closeIn(m, "2026-06")
	st := h.statement(m, "2026-06")
	return m, st, h.slip(st)
}

func results(out []billing.Outcome) []billing.Result {
	var all []billing.Result
	for _, o := range out {
		all = append(all, o.Result)
	}
	return all
}

func (h *house) expect(st billing.Statement, state billing.State, usable money.Yen) {
	h.t.Helper()
	if got := h.statement(st.Member, st.Month.String()); got.State != state {
		h.t.Errorf("the statement is %s, want %s", got.State, state)
	}
	if got := h.account(st.Member).Usable(credit.Online); got != usable {
		h.t.Errorf("usable are %d, want %d", got, usable)
	}
	h.verify()
}

func TestPromptGivesTheLimitBack(t *testing.T) { // rules B11, B12
	h := open(t)
	_, st, slip := billed(h)
	h.expect(st, billing.Issued, 20_000)
	h.at("2026-07-07 10:30")
	out := h.tell(line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024"))
	if out[0].Result != billing.Applied || out[0].Statement != st.ID {
		t.Errorf("%+v", out[0])
	}
	h.expect(st, billing.Confirming, 50_000)
	h.read(func(tx *db.Tx) error {
		_, err := h.billing.SlipFor(tx, st.Member, st.ID)
		if !fault.Is(err, billing.StatementConfirming) {
			t.Errorf("a barcode to pay again: %v", err)
		}
		return nil
	})
	h.at("2026-07-12 05:00")
	h.tell(line(billing.LineConfirmed, slip, day(t, "2026-07-07"), "1024"))
	h.expect(st, billing.Paid, 50_000)
	d := h.detail(st)
	if d.PaidDay != day(t, "2026-07-07") || len(d.Receipts) != 1 || d.Receipts[0].State != billing.Confirmed || d.Receipts[0].Principal != 30_000 || d.Receipts[0].Fee != 209 {
		t.Errorf("paid on %s by %+v", d.PaidDay, d.Receipts)
	}
	if diff := cmp.Diff([]string{"statement.issued", "statement.confirming", "statement.paid"}, h.events(event.Subject(st.ID))); diff != "" {
		t.Error(diff)
	}
	h.read(func(tx *db.Tx) error {
		if _, err := h.billing.SlipFor(tx, st.Member, st.ID); !fault.Is(err, billing.StatementPaid) {
			t.Errorf("a barcode for a paid bill: %v", err)
		}
		return nil
	})
}

// TestLinesInAnyOrder sends the lines about one payment in every order that the agent's files can come in.
func TestLinesInAnyOrder(t *testing.T) { // rules B11, B12, B13, B14
	const p, c, x = billing.LinePrompt, billing.LineConfirmed, billing.LineCancelled
	for _, tc := range []struct {
		name   string
		kinds  []billing.LineKind
		want   []billing.Result
		state  billing.State
		usable money.Yen
	}{
		{"confirmed without a prompt", []billing.LineKind{c}, []billing.Result{billing.Applied}, billing.Paid, 50_000},
		{"each twice", []billing.LineKind{p, p, c, c}, []billing.Result{billing.Applied, billing.Repeated, billing.Applied, billing.Repeated}, billing.Paid, 50_000},
		{"the prompt late", []billing.LineKind{c, p}, []billing.Result{billing.Applied, billing.Superseded}, billing.Paid, 50_000},
		{"taken back", []billing.LineKind{p, x}, []billing.Result{billing.Applied, billing.Applied}, billing.Issued, 20_000},
		{"taken back before it was told", []billing.LineKind{x, p}, []billing.Result{billing.Applied, billing.Superseded}, billing.Issued, 20_000},
		{"taken back, then final", []billing.LineKind{p, x, c}, []billing.Result{billing.Applied, billing.Applied, billing.Applied}, billing.Paid, 50_000},
		{"final, then taken back", []billing.LineKind{p, c, x}, []billing.Result{billing.Applied, billing.Applied, billing.Suspended}, billing.Paid, 50_000},
		{"an app's report and the store's", []billing.LineKind{billing.LineRealTime, p, c}, []billing.Result{billing.Applied, billing.Superseded, billing.Applied}, billing.Paid, 50_000},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := open(t)
			_, st, slip := billed(h)
			var lines []billing.Line
			for _, k := range tc.kinds {
				lines = append(lines, line(k, slip, day(t, "2026-07-07"), "1024"))
			}
			if diff := cmp.Diff(tc.want, results(h.tell(lines...))); diff != "" {
				t.Error(diff)
			}
			h.expect(st, tc.state, tc.usable)
		})
	}
}

func TestAnotherPaymentAfterOneWasTakenBack(t *testing.T) { // rule B13
	h := open(t)
	_, st, slip := billed(h)
	out := h.tell(
		line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024"),
		line(billing.LineCancelled, slip, day(t, "2026-07-07"), "1024"),
		line(billing.LinePrompt, slip, day(t, "2026-07-08"), "0900"),
		line(billing.LineConfirmed, slip, day(t, "2026-07-08"), "0900"),
	)
	if diff := cmp.Diff([]billing.Result{billing.Applied, billing.Applied, billing.Applied, billing.Applied}, results(out)); diff != "" {
		t.Error(diff)
	}
	h.expect(st, billing.Paid, 50_000)
	kinds := []string{"statement.issued", "statement.confirming", "statement.reopened", "statement.confirming", "statement.paid"}
	if diff := cmp.Diff(kinds, h.events(event.Subject(st.ID))); diff != "" {
		t.Error(diff)
	}
}

func TestPaidTwice(t *testing.T) { // rules B15, B18
	h := open(t)
	m, st, slip := billed(h)
	out := h.tell(
		line(billing.LineConfirmed, slip, day(t, "2026-07-07"), "1024"),
		line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1824"),
	)
	if diff := cmp.Diff([]billing.Result{billing.Applied, billing.Over}, results(out)); diff != "" {
		t.Error(diff)
	}
	h.expect(st, billing.Paid, 50_000)
	if a := h.account(m); a.Unpaid != -30_209 {
		t.Errorf("owes %d, want −30,209: the whole second payment is the member's", a.Unpaid)
	}
	preview := func() (next billing.Statement) {
		h.read(func(tx *db.Tx) (err error) {
			next, err = h.billing.PreviewWith(tx, m, month(t, "2026-07"), 40_000)
			return err
		})
		return next
	}
	if p := preview(); p.Credits != 0 {
		t.Errorf("credit for money that is not certain: %+v", p)
	}
	h.tell(line(billing.LineConfirmed, slip, day(t, "2026-07-07"), "1824"))
	if p := preview(); p.Credits != 30_209 || p.Total != 10_000 {
		t.Errorf("the next bill would be %+v", p)
	}
	if diff := cmp.Diff([]string{"receipt.overpaid"}, h.events(event.Subject(out[1].Receipt))); diff != "" {
		t.Error(diff)
	}
	h.buy(m, 40_000)
	h.at("2026-08-01 00:00")
	h.closeMonth("2026-07")
	july := h.statement(m, "2026-07")
	d := h.detail(july)
	if july.Total != 10_000 || july.Credits != 30_209 || july.Fee != 209 {
		t.Errorf("July is %+v", july)
	}
	if it := d.Items[1]; it.Kind != billing.ItemCredit || it.Amount != -30_209 || it.Why != billing.PaidTwice || it.Source != event.Subject(out[1].Receipt) {
		t.Errorf("the credit's line is %+v", it)
	}
	h.tell(line(billing.LineConfirmed, h.slip(july), day(t, "2026-08-07"), "0900"))
	if a := h.account(m); a.Unpaid != 0 {
		t.Errorf("after everything is paid the member owes %d", a.Unpaid)
	}
}

func TestSecondPaymentTakenBack(t *testing.T) { // rules B13, B15
	h := open(t)
	m, st, slip := billed(h)
	out := h.tell(
		line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024"),
		line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1824"),
		line(billing.LineCancelled, slip, day(t, "2026-07-07"), "1824"),
	)
	if diff := cmp.Diff([]billing.Result{billing.Applied, billing.Over, billing.Applied}, results(out)); diff != "" {
		t.Error(diff)
	}
	h.expect(st, billing.Confirming, 50_000)
	if a := h.account(m); a.Unpaid != 0 {
		t.Errorf("owes %d", a.Unpaid)
	}
	if diff := cmp.Diff([]string{"receipt.overpaid", "receipt.overpaid_cancelled"}, h.events(event.Subject(out[1].Receipt))); diff != "" {
		t.Error(diff)
	}
}

// TestSecondPaymentStepsIn takes the first of two payments back.
func TestSecondPaymentStepsIn(t *testing.T) { // rule B22
	first := func(k billing.LineKind, s billing.Slip, t *testing.T) billing.Line {
		return line(k, s, day(t, "2026-07-07"), "1024")
	}
	second := func(k billing.LineKind, s billing.Slip, t *testing.T) billing.Line {
		return line(k, s, day(t, "2026-07-07"), "1824")
	}
	t.Run("reported", func(t *testing.T) {
		h := open(t)
		_, st, slip := billed(h)
		h.tell(first(billing.LinePrompt, slip, t), second(billing.LinePrompt, slip, t), first(billing.LineCancelled, slip, t))
		h.expect(st, billing.Confirming, 50_000)
		h.tell(second(billing.LineConfirmed, slip, t))
		h.expect(st, billing.Paid, 50_000)
	})
	t.Run("confirmed", func(t *testing.T) {
		h := open(t)
		_, st, slip := billed(h)
		h.tell(first(billing.LinePrompt, slip, t), second(billing.LineConfirmed, slip, t), first(billing.LineCancelled, slip, t))
		h.expect(st, billing.Paid, 50_000)
	})
	t.Run("a confirmed one before a reported one", func(t *testing.T) {
		h := open(t)
		_, st, slip := billed(h)
		h.tell(first(billing.LinePrompt, slip, t), second(billing.LinePrompt, slip, t))
		h.tell(line(billing.LineConfirmed, slip, day(t, "2026-07-08"), "0900"), first(billing.LineCancelled, slip, t))
		h.expect(st, billing.Paid, 50_000)
	})
	t.Run("after its credit was used", func(t *testing.T) {
		h := open(t)
		m, st, slip := billed(h)
		h.tell(first(billing.LinePrompt, slip, t), second(billing.LineConfirmed, slip, t))
		h.buy(m, 40_000)
		h.at("2026-08-01 00:00")
		h.closeMonth("2026-07")
		h.tell(first(billing.LineCancelled, slip, t)) // the money is on July's bill already
		if july := h.statement(m, "2026-07"); july.Total != 10_000 {
			t.Errorf("July is %+v", july)
		}
		h.expect(st, billing.Issued, 10_209)
	})
}

func TestTakenBackAfterTheLimitWasUsedAgain(t *testing.T) { // rules B11, B13
	h := open(t)
	m, st, slip := billed(h)
	h.tell(line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024"))
	h.buy(m, 45_000) // with the limit that came back
	h.tell(line(billing.LineCancelled, slip, day(t, "2026-07-07"), "1024"))
	if a := h.account(m); a.Unpaid != 75_000 {
		t.Errorf("owes %d, want 75,000", a.Unpaid)
	}
	h.expect(st, billing.Issued, 0)
	if _, ok := h.tryAuthorize(m, credit.Online, 1); ok {
		t.Error("bought over the limit")
	}
	h.tell(line(billing.LineConfirmed, slip, day(t, "2026-07-09"), "1024"))
	h.expect(st, billing.Paid, 5_000)
}

func TestSuspense(t *testing.T) { // rule B16
	for _, tc := range []struct {
		name   string
		change func(*testing.T, billing.Line) billing.Line
		reason billing.Reason
		booked bool
		member bool // the slip tells whose it is
	}{
		{"a check digit that does not fit", func(_ *testing.T, l billing.Line) billing.Line {
			l.Digits = l.Digits[:43] + string('0'+(l.Digits[43]-'0'+1)%10)
			return l
		}, billing.DigitsWrong, true, false},
		{"no digits at all", func(_ *testing.T, l billing.Line) billing.Line {
			l.Digits = "\x00セブン"
			return l
		}, billing.DigitsWrong, true, false},
		{"a slip that was never issued", func(t *testing.T, l billing.Line) billing.Line {
			return withDigits(t, l, func(c *konbini.Code) { c.Free = c.Free[:9] + "999999999999" })
		}, billing.SlipUnknown, true, false},
		{"a bucket that does not exist", func(t *testing.T, l billing.Line) billing.Line {
			return withDigits(t, l, func(c *konbini.Code) { c.Free = c.Free[:5] + "9999" + c.Free[9:] })
		}, billing.SlipUnknown, true, false},
		{"another company's code", func(t *testing.T, l billing.Line) billing.Line {
			return withDigits(t, l, func(c *konbini.Code) { c.Company = "123456" })
		}, billing.DigitsDiffer, true, true},
		{"another amount", func(_ *testing.T, l billing.Line) billing.Line {
			l.Amount--
			return l
		}, billing.AmountDiffers, true, true},
		{"a postal transfer", func(_ *testing.T, l billing.Line) billing.Line {
			l.Kind = "12"
			return l
		}, billing.KindUnknown, false, true},
		{"no amount", func(_ *testing.T, l billing.Line) billing.Line {
			l.Amount = 0
			return l
		}, billing.AmountWrong, false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := open(t)
			_, st, slip := billed(h)
			l := tc.change(t, line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024"))
			out := h.tell(l, l)
			if out[0].Result != billing.Suspended || out[0].Reason != tc.reason || out[1].Result != billing.Repeated {
				t.Fatalf("%+v", out)
			}
			h.expect(st, billing.Issued, 20_000)
			var suspense money.Yen
			h.read(func(tx *db.Tx) (err error) {
				suspense, err = ledger.Balance(tx, ledger.Suspense, nil)
				return err
			})
			if want := -l.Amount; tc.booked && suspense != want || !tc.booked && suspense != 0 {
				t.Errorf("suspense holds %d", suspense)
			}
			waiting := h.waiting()
			if len(waiting) != 1 || waiting[0].Reason != tc.reason || waiting[0].Amount != l.Amount || waiting[0].Since.IsZero() {
				t.Errorf("waiting: %+v", waiting)
			}
			if known := !waiting[0].Statement.IsZero(); known != tc.member {
				t.Errorf("its statement is told: %v", known)
			}
			if tc.booked { // the final line moves the money on, the cancelled one would have taken it back
				l.Kind = billing.LineConfirmed
				if out := h.tell(l); out[0].Result != billing.Suspended || out[0].Reason != tc.reason {
					t.Errorf("%+v", out)
				}
				if waiting := h.waiting(); len(waiting) != 1 || waiting[0].State != billing.Confirmed {
					t.Errorf("waiting: %+v", waiting)
				}
			}
			h.verify()
		})
	}
}

func (h *house) waiting() []billing.Waiting {
	h.t.Helper()
	var w []billing.Waiting
	h.read(func(tx *db.Tx) (err error) {
		w, err = h.billing.ListWaiting(tx, 100)
		return err
	})
	return w
}

func TestSuspenseTakenBack(t *testing.T) { // rules B13, B16
	h := open(t)
	_, _, slip := billed(h)
	l := line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024")
	l.Amount++
	taken := l
	taken.Kind = billing.LineCancelled
	h.tell(l, taken)
	if w := h.waiting(); len(w) != 0 {
		t.Errorf("still waiting: %+v", w)
	}
}

func TestPromptThatNobodyConfirms(t *testing.T) { // rule B16
	h := open(t)
	_, st, slip := billed(h)
	h.at("2026-07-07 10:30")
	oldest := func() (since time.Time, found bool) {
		h.read(func(tx *db.Tx) (err error) {
			since, found, err = billing.OldestPrompt(tx)
			return err
		})
		return since, found
	}
	if since, found := oldest(); found {
		t.Errorf("a report nobody made, of %s", since)
	}
	told := h.db.Now()
	h.tell(line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024"))
	h.at("2026-07-08 10:30")
	h.tell(line(billing.LinePrompt, slip, day(t, "2026-07-08"), "1024"))
	if since, found := oldest(); !found || !since.Equal(told) {
		t.Errorf("the oldest report is of %s (%v), want %s", since, found, told)
	}
	h.tell(line(billing.LineCancelled, slip, day(t, "2026-07-08"), "1024"))
	h.at("2026-07-17 23:59")
	if w := h.waiting(); len(w) != 0 {
		t.Errorf("waiting on the tenth day: %+v", w)
	}
	h.at("2026-07-18 00:00")
	if w := h.waiting(); len(w) != 1 || w[0].Statement != st.ID || w[0].State != billing.Prompted || w[0].Reason != "" {
		t.Errorf("waiting: %+v", w)
	}
	h.tell(line(billing.LineConfirmed, slip, day(t, "2026-07-07"), "1024"))
	if since, found := oldest(); found {
		t.Errorf("confirmed, and still waiting since %s", since)
	}
}

func TestCancelAfterConfirmWaits(t *testing.T) { // rule B13
	h := open(t)
	_, _, slip := billed(h)
	h.tell(line(billing.LineConfirmed, slip, day(t, "2026-07-07"), "1024"), line(billing.LineCancelled, slip, day(t, "2026-07-07"), "1024"))
	if w := h.waiting(); len(w) != 1 || w[0].Reason != billing.CancelLate || w[0].Receipt.IsZero() {
		t.Errorf("waiting: %+v", w)
	}
}

func TestFileTwice(t *testing.T) { // rule B14
	h := open(t)
	_, st, slip := billed(h)
	l := line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024")
	other := line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1824")
	f := billing.File{Hash: []byte("the file"), Agent: "agent", Lines: []billing.Line{l, other, l}, Unread: 1}
	for i := range f.Lines {
		f.Lines[i].Number = i + 2
	}
	first := h.send(f)
	want := billing.Counts{Applied: 1, Surplus: 1, Repeated: 1}
	if first.Repeated || first.Counts != want {
		t.Errorf("%+v", first)
	}
	again := h.send(f)
	if !again.Repeated || again.File != first.File || again.Counts != want || again.Outcomes != nil {
		t.Errorf("%+v", again)
	}
	if r, err := h.billing.ImportFile(t.Context(), dbtest.WithoutStandby(h.db), f); !fault.Is(err, run.NotDurable) { // rule X12
		t.Errorf("told that it was taken before, although that can be undone: %+v, %v", r, err)
	}
	f.Hash = []byte("the same lines in another file")
	if r := h.send(f); r.Repeated || r.Counts != (billing.Counts{Repeated: 3}) {
		t.Errorf("%+v", r)
	}
	h.expect(st, billing.Confirming, 50_000)
}

// TestImportGoesOnAfterACrash cuts an import off in the middle of its lines.
func TestImportGoesOnAfterACrash(t *testing.T) { // rule B14
	h := open(t)
	_, _, slip := billed(h)
	var f billing.File
	f.Hash, f.Agent = []byte("cut"), "agent"
	for i, at := range []string{"1000", "1001", "1002", "1003"} {
		l := line(billing.LinePrompt, slip, day(t, "2026-07-07"), at)
		l.Number = i + 2
		f.Lines = append(f.Lines, l)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := h.billing.ImportFile(ctx, h.db, billing.File{Agent: "agent"}); err == nil {
		t.Error("a file without a hash was taken")
	}
	cancel()
	if _, err := h.billing.ImportFile(ctx, h.db, f); err == nil {
		t.Error("imported although it was stopped")
	}
	first := h.send(f)
	if want := (billing.Counts{Applied: 1, Surplus: 3}); first.Repeated || first.Counts != want {
		t.Errorf("%+v", first)
	}
	h.write(func(tx *db.Tx) error { // as if the process had died before it wrote that the file is done
		_, err := tx.Exec("-- billing_test.reopen\nUPDATE receipt_file SET state = 'open' WHERE id = $1", first.File)
		return err
	})
	if again := h.send(f); again.Repeated || again.File != first.File || again.Counts != first.Counts {
		t.Errorf("%+v", again)
	}
}

// TestTheSameFileFromTwoSides imports one file in two processes at once.
func TestTheSameFileFromTwoSides(t *testing.T) { // rule B14
	h := open(t)
	_, st, slip := billed(h)
	bad := line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024")
	bad.Digits = "9"
	var f billing.File
	f.Agent = "agent"
	for _, k := range []billing.LineKind{billing.LinePrompt, billing.LineConfirmed} {
		bad.Kind = k
		f.Lines = append(f.Lines, line(k, slip, day(t, "2026-07-07"), "1024"), line(k, slip, day(t, "2026-07-07"), "1824"), bad)
	}
	for i := range f.Lines {
		f.Lines[i].Number = i + 2
	}
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i, hash := range []string{"one", "two"} {
		both.Go(func() {
			mine := f
			mine.Hash = []byte(hash)
			_, errs[i] = h.billing.ImportFile(context.Background(), h.db, mine)
		})
	}
	both.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	h.expect(st, billing.Paid, 50_000)
	if d := h.detail(st); len(d.Receipts) != 2 {
		t.Errorf("%d receipts, want 2", len(d.Receipts))
	}
}

func TestReissue(t *testing.T) { // rules B09, B21
	h := open(t)
	m, st, old := billed(h)
	reissue := func() (s billing.Slip) {
		h.write(func(tx *db.Tx) (err error) {
			s, err = h.billing.Reissue(tx, m, st.ID)
			return err
		})
		return s
	}
	h.at("2026-10-31 23:59")
	if s := reissue(); s.ID != old.ID {
		t.Error("replaced a slip that tills still take")
	}
	h.at("2026-11-01 00:00")
	if !h.slip(st).Lapsed(day(t, "2026-11-01")) {
		t.Error("the old slip has not lapsed")
	}
	fresh := reissue()
	if fresh.ID == old.ID || fresh.Number == old.Number || fresh.Reissue != 1 || fresh.ValidTo != day(t, "2027-02-28") || reissue().ID != fresh.ID {
		t.Errorf("%+v", fresh)
	}
	h.tell(line(billing.LineConfirmed, old, day(t, "2026-11-02"), "1024")) // a till took the old one all the same
	h.expect(st, billing.Paid, 50_000)
	err := h.try(func(tx *db.Tx) error {
		_, err := h.billing.Reissue(tx, m, st.ID)
		return err
	})
	if !fault.Is(err, billing.StatementPaid) {
		t.Errorf("a new barcode for a paid bill: %v", err)
	}
}

// TestStoreLimitComesBack pays a bill of purchases in stores and online.
func TestStoreLimitComesBack(t *testing.T) { // rule B18
	h := open(t)
	m := h.member(7)
	h.write(func(tx *db.Tx) error {
		_, err := tx.Exec("-- billing_test.verify\nUPDATE credit SET verified = TRUE, limit_store = 15000 WHERE member = $1", m)
		return err
	})
	p := h.authorize(m, credit.Store, 10_000)
	h.confirm(p)
	h.buy(m, 5_000)
	h.at("2026-07-01 00:00")
	h.closeMonth("2026-06")
	st := h.statement(m, "2026-06")
	if st.Store != 10_000 || h.account(m).Usable(credit.Store) != 5_000 {
		t.Errorf("%d of the bill are from stores, usable there %d", st.Store, h.account(m).Usable(credit.Store))
	}
	slip := h.slip(st)
	h.tell(line(billing.LinePrompt, slip, day(t, "2026-07-07"), "1024"))
	if got := h.account(m).Usable(credit.Store); got != 15_000 {
		t.Errorf("usable in stores %d, want 15,000", got)
	}
	h.tell(line(billing.LineCancelled, slip, day(t, "2026-07-07"), "1024"))
	if got := h.account(m).Usable(credit.Store); got != 5_000 {
		t.Errorf("usable in stores %d, want 5,000", got)
	}
	h.refund(p, 10_000) // on July's bill, which it exceeds: the store's part is settled there
	h.at("2026-08-01 00:00")
	h.closeMonth("2026-07")
	h.tell(line(billing.LineConfirmed, slip, day(t, "2026-08-07"), "1024"))
	if a := h.account(m); a.UnpaidStore != 0 || a.Unpaid != -10_000 {
		t.Errorf("owes %d, %d of it from stores", a.Unpaid, a.UnpaidStore)
	}
}
