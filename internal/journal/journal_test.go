package journal_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// office is a database with books, in which two people decide.
type office struct {
	t     *testing.T
	db    *db.DB
	clock *clock.Hand
	all   *journal.Journal
}

func open(t *testing.T) *office {
	t.Helper()
	t.Parallel()
	book, err := term.NewBook(journal.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, db: dbtest.Open(t), all: &journal.Journal{Terms: book}}
	o.clock = dbtest.Clock(o.db)
	return o
}

func (o *office) today() jst.Day { return jst.DayOf(o.clock.Now()) }

func debit(a ledger.Account, amount money.Yen) journal.Line {
	return journal.Line{Account: a, Amount: amount}
}

func credit(a ledger.Account, amount money.Yen) journal.Line {
	return journal.Line{Account: a, Amount: -amount}
}

// bankFee is a fee of 550 yen, tax included.
func (o *office) bankFee(reference string) journal.Draft {
	return journal.Draft{
		Reference: reference, Reason: journal.BankFee, Note: "振込手数料 11月分", Day: o.today(),
		Lines: []journal.Line{debit(ledger.BankFees, 500), debit(ledger.InputTax, 50), credit(ledger.Bank, 550)},
	}
}

func (o *office) post(d journal.Draft, by, second string) (e journal.Entry, err error) {
	err = o.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		e, err = o.all.Post(tx, d, by, second)
		return err
	})
	return e, err
}

func (o *office) mustPost(d journal.Draft) journal.Entry {
	o.t.Helper()
	e, err := o.post(d, "1024", "2048")
	if err != nil {
		o.t.Fatal(err)
	}
	return e
}

func (o *office) reverse(which id.Journal, note, by, second string) (e journal.Entry, err error) {
	err = o.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		e, err = o.all.Reverse(tx, which, note, by, second)
		return err
	})
	return e, err
}

func (o *office) is(what string, err error, want *fault.Kind) {
	o.t.Helper()
	if want == nil && err != nil || want != nil && !fault.Is(err, want) {
		o.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// broken is what the checks of this package say of the books; that of the bank and of what agents owe is in billing's tests.
func (o *office) broken() []string {
	o.t.Helper()
	var out []string
	err := o.db.Read(context.Background(), func(tx *db.Tx) error {
		out = nil
		found, err := ledger.Verify(tx, journal.Checks...)
		for _, b := range found {
			out = append(out, b.String())
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *office) agrees(when string) {
	o.t.Helper()
	if broken := o.broken(); len(broken) > 0 {
		o.t.Errorf("%s: %s", when, strings.Join(broken, "\n"))
	}
}

func (o *office) trial() map[ledger.Account]money.Yen {
	o.t.Helper()
	out := map[ledger.Account]money.Yen{}
	err := o.db.Read(context.Background(), func(tx *db.Tx) error {
		totals, err := ledger.Trial(tx)
		for _, t := range totals {
			out[t.Account] = t.Amount
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *office) facts(which id.Journal) []string {
	o.t.Helper()
	var out []string
	err := o.db.Read(context.Background(), func(tx *db.Tx) error {
		out = nil
		all, err := event.Timeline(tx, event.Subject(which), 10)
		for _, f := range all {
			out = append(out, f.Kind+" "+f.Actor)
			for _, typed := range []string{"振込手数料", "BANK"} {
				if strings.Contains(string(f.Data), typed) {
					o.t.Errorf("%s tells what was typed: %s", f.Kind, f.Data)
				}
			}
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// TestOnceForEachReference: the same decision again is the same entry, another one about the reference is refused (rule O17).
func TestOnceForEachReference(t *testing.T) {
	o := open(t)
	d := o.bankFee("bank-2026-3")
	e := o.mustPost(d)
	if e.Reference != "BANK-2026-3" || !e.Stands() || e.Sum() != 550 {
		t.Errorf("%+v", e)
	}
	want := map[ledger.Account]money.Yen{ledger.BankFees: 500, ledger.InputTax: 50, ledger.Bank: -550}
	again := d
	again.Reference, again.Note = " BANK-2026-3 ", d.Note+" "
	for _, same := range []journal.Draft{d, again} {
		if got, err := o.post(same, "1024", "2048"); err != nil || !cmp.Equal(got, e) {
			t.Errorf("%v (-first +again):\n%s", err, cmp.Diff(e, got))
		}
	}
	for name, change := range map[string]func(*journal.Draft){
		"reason": func(d *journal.Draft) { d.Reason = journal.Other },
		"note":   func(d *journal.Draft) { d.Note = "別の手数料" },
		"day":    func(d *journal.Draft) { d.Day = d.Day.Add(-1) },
		"lines": func(d *journal.Draft) {
			d.Lines = []journal.Line{debit(ledger.BankFees, 550), credit(ledger.Bank, 550)}
		},
	} {
		other := o.bankFee("BANK-2026-3")
		change(&other)
		_, err := o.post(other, "1024", "2048")
		o.is(name, err, journal.ReferenceTaken)
		if err != nil && !strings.Contains(fault.From(err).What("en"), e.ID.String()) {
			t.Errorf("%s: %s", name, fault.From(err).What("en"))
		}
	}
	_, err := o.post(d, "1024", "4096")
	o.is("other people", err, journal.ReferenceTaken)
	_, err = o.post(d, "1024", "1024")
	o.is("one person", err, journal.TwoNeeded)
	if diff := cmp.Diff(want, o.trial()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"journal.posted 1024"}, o.facts(e.ID)); diff != "" {
		t.Error(diff)
	}
	o.clock.Advance(200 * 24 * 60 * 60 * 1e9)
	if got, err := o.post(d, "1024", "2048"); err != nil || got.ID != e.ID { // its day of value could not be chosen any more
		t.Errorf("%v %v", got, err)
	}
	o.agrees("at the end")
}

// TestAtTheSameInstant: one entry comes of a decision that arrives several times at once, and one mirror (rules O17, O18).
func TestAtTheSameInstant(t *testing.T) {
	o := open(t)
	d := o.bankFee("BANK-1")
	together := func(act func() (journal.Entry, error)) {
		t.Helper()
		errs := make(chan error)
		for range 4 {
			go func() {
				_, err := act()
				errs <- err
			}()
		}
		for range 4 {
			o.is("at once", <-errs, nil)
		}
	}
	together(func() (journal.Entry, error) { return o.post(d, "1024", "2048") })
	if got := o.trial()[ledger.Bank]; got != -550 {
		t.Errorf("the bank stands at %d", got)
	}
	e := o.mustPost(d)
	together(func() (journal.Entry, error) { return o.reverse(e.ID, "取消し", "1024", "2048") })
	if got := o.trial()[ledger.Bank]; got != 0 {
		t.Errorf("reversed, the bank stands at %d", got)
	}
	if diff := cmp.Diff([]string{"journal.posted 1024", "journal.reversed 1024"}, o.facts(e.ID)); diff != "" {
		t.Error(diff)
	}
	o.agrees("at the end")
}

// TestReversedOnce: the mirror is exact, of this day, and there is one (rule O18).
func TestReversedOnce(t *testing.T) {
	o := open(t)
	e := o.mustPost(o.bankFee("BANK-1"))
	o.clock.Advance(48 * 60 * 60 * 1e9)
	_, err := o.reverse(e.ID, "二重に記帳", "1024", "1024")
	o.is("one person", err, journal.TwoNeeded)
	_, err = o.reverse(e.ID, " ", "1024", "2048")
	o.is("no note", err, journal.NoteWrong)
	_, err = o.reverse(id.New[id.JournalKind](o.clock.Now(), 3), "二重に記帳", "1024", "2048")
	o.is("no entry", err, journal.NoEntry)
	var first journal.Entry
	for i := range 2 { // twice is once
		got, err := o.reverse(e.ID, "二重に記帳", "4096", "2048")
		if err != nil || got.Stands() || got.UndoneBy != "4096" || got.UndoneSecond != "2048" || !cmp.Equal(got.Lines, e.Lines) {
			t.Fatalf("%+v %v", got, err)
		}
		if i > 0 && !cmp.Equal(first, got) {
			t.Error(cmp.Diff(first, got))
		}
		first = got
	}
	_, err = o.reverse(e.ID, "二重に記帳", "1024", "2048")
	o.is("by others", err, journal.ReversedBefore)
	_, err = o.reverse(e.ID, "別の理由", "4096", "2048")
	o.is("for another reason", err, journal.ReversedBefore)
	_, err = o.post(o.bankFee("BANK-1"), "4096", "2048")
	o.is("the reference once more", err, journal.ReferenceTaken)
	if diff := cmp.Diff(map[ledger.Account]money.Yen{ledger.BankFees: 0, ledger.InputTax: 0, ledger.Bank: 0}, o.trial()); diff != "" {
		t.Error(diff)
	}
	err = o.db.Read(context.Background(), func(tx *db.Tx) error {
		booked, err := ledger.About(tx, e.ID[:])
		if len(booked) != 2 || booked[1].Reason != ledger.ManualReversed || booked[1].Day != o.today() || booked[0].Day != e.Day {
			t.Errorf("%+v", booked)
		}
		return err
	})
	o.is("read", err, nil)
	if diff := cmp.Diff([]string{"journal.posted 1024", "journal.reversed 4096"}, o.facts(e.ID)); diff != "" {
		t.Error(diff)
	}
	o.agrees("reversed")
}

// ordinary are the entries that people write, one of each reason (rule O16). The agent's payout stands beside receipts that the
// agent confirmed; here there are none, so it is told apart.
func (o *office) ordinary() []journal.Draft {
	return []journal.Draft{
		o.bankFee("A1"),
		{Reference: "A2", Reason: journal.Interest, Note: "普通預金利息", Day: o.today().Add(-92), Lines: []journal.Line{
			debit(ledger.Bank, 847), debit(ledger.WithheldTax, 153), credit(ledger.Interest, 1_000),
		}},
		{Reference: "A3", Reason: journal.AgentPayout, Note: "10月前半の精算", Day: o.today(), Lines: []journal.Line{
			debit(ledger.Bank, 28_999), debit(ledger.AgentFees, 1_099), debit(ledger.InputTax, 110), debit(ledger.Differences, 1),
			credit(ledger.AgentReceivable, 30_209),
		}},
		{Reference: "A4", Reason: journal.AgentDifference, Note: "1円多い", Day: o.today(), Lines: []journal.Line{
			debit(ledger.Bank, 1), credit(ledger.Differences, 1),
		}},
		{Reference: "A5", Reason: journal.Correction, Note: "手数料の科目を訂正", Day: o.today(), Lines: []journal.Line{
			debit(ledger.AgentFees, 500), credit(ledger.BankFees, 500),
		}},
		{Reference: "A6", Reason: journal.Other, Note: "本社口座へ移動", Day: o.today(), Lines: []journal.Line{
			debit(ledger.HeadOffice, 10_000_000), credit(ledger.Bank, 10_000_000),
		}},
	}
}

// TestBooksAgree: whatever is booked by hand and reversed, each kept sum is derived to the yen (rules O16, O18, L04).
func TestBooksAgree(t *testing.T) {
	o := open(t)
	var all []journal.Entry
	for _, d := range o.ordinary() {
		all = append(all, o.mustPost(d))
		o.agrees("after " + d.Reference)
	}
	for _, e := range all {
		if _, err := o.reverse(e.ID, "取消し", "1024", "2048"); err != nil {
			t.Fatal(err)
		}
		o.agrees("after the mirror of " + e.Reference)
	}
	for a, sum := range o.trial() {
		if sum != 0 {
			t.Errorf("%d is left on %s", sum, a)
		}
	}
}

// TestTamperedBooksAreFound: who changes what was decided, or what stands in the books, is told by a check (rule O18).
func TestTamperedBooksAreFound(t *testing.T) {
	o := open(t)
	o.mustPost(o.bankFee("BANK-1"))
	o.agrees("before")
	for _, tc := range []struct{ name, sql, check string }{
		{"a sum in the books", `UPDATE line SET amount = amount * 2`, "as it was decided"},
		{"an account in the books", `UPDATE line SET account = 'bank_fees' WHERE account = 'input_tax'`, "as it was decided"},
		{"a sum that was decided", `UPDATE journal_line SET amount = amount * 2`, "as it was decided"},
		{"the day of value", `UPDATE journal SET day = '2026-01-01'`, "its day"},
		{"the decision", `DELETE FROM journal`, "its day"},
		{"its lines", `DELETE FROM journal_line`, "as it was decided"},
		{"the entry in the books", `DELETE FROM entry`, "its day"},
		{"a reversal that nobody booked", `UPDATE journal SET undone = 1, undone_by = '1', undone_second = '2', undone_note = 'x'`, "as it was decided"},
		{"an account of members", `UPDATE line SET account = 'suspense' WHERE account = 'bank_fees'`, "only the accounts that are theirs"},
		{"a member's money", `UPDATE line SET holder = entry WHERE account = 'bank_fees'`, "only the accounts that are theirs"},
		{"another reason", `UPDATE entry SET reason = 'captured'`, "these only they touch"},
	} {
		if found := o.tampered(tc.sql); !strings.Contains(found, tc.check) {
			t.Errorf("%s is not found:\n%s", tc.name, found)
		}
	}
}

// tampered is what the checks say after a statement, which is rolled back.
func (o *office) tampered(sql string) string {
	o.t.Helper()
	var found []string
	rolledBack := errors.New("rolled back")
	err := o.db.Write(context.Background(), func(tx *db.Tx) error {
		found = nil
		if _, err := tx.Exec("-- journal_test.tamper\n" + sql); err != nil {
			return err
		}
		broken, err := ledger.Verify(tx, journal.Checks...)
		if err != nil {
			return err
		}
		for _, b := range broken {
			found = append(found, b.String())
		}
		return rolledBack
	})
	if !errors.Is(err, rolledBack) {
		o.t.Error(err)
	}
	return strings.Join(found, "\n")
}

// TestSearch: entries are found by day, reason and reference, the latest first (rule O17).
func TestSearch(t *testing.T) {
	o := open(t)
	for _, d := range o.ordinary() {
		o.mustPost(d)
		o.clock.Advance(1e9)
	}
	for _, tc := range []struct {
		name  string
		s     journal.Search
		limit int
		want  string
	}{
		{"all", journal.Search{}, 10, "A6 A5 A4 A3 A1 A2"},
		{"two", journal.Search{}, 2, "A6 A5"},
		{"until a day", journal.Search{Last: o.today().Add(-1)}, 10, "A2"},
		{"from a day", journal.Search{First: o.today()}, 10, "A6 A5 A4 A3 A1"},
		{"a reason", journal.Search{Reason: journal.Interest}, 10, "A2"},
		{"a reference", journal.Search{Reference: " a4 "}, 10, "A4"},
		{"a part of one", journal.Search{Reference: "A"}, 10, ""},
	} {
		var got []string
		err := o.db.Read(context.Background(), func(tx *db.Tx) error {
			got = nil
			found, err := journal.List(tx, tc.s, tc.limit)
			for _, e := range found {
				got = append(got, e.Reference)
				if len(e.Lines) < journal.LinesMin || e.Lines[0].Amount <= 0 {
					t.Errorf("%s: %+v", tc.name, e.Lines)
				}
			}
			return err
		})
		if diff := cmp.Diff(tc.want, strings.Join(got, " ")); diff != "" || err != nil {
			t.Errorf("%s: %v %s", tc.name, err, diff)
		}
	}
}
