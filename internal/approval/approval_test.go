package approval_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/approval"
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
	"tsuke/internal/staff"
	"tsuke/internal/term"
)

// desk is a database with a verb that posts an entry, and can be told to do otherwise.
type desk struct {
	t      *testing.T
	db     *db.DB
	clock  *clock.Hand
	all    *approval.Approvals
	amount money.Yen
	fails  error
	done   []string // by and second of what was carried out and not rolled back
}

var busy = &fault.Kind{Code: "busy", Status: 409}

func open(t *testing.T) *desk {
	t.Helper()
	t.Parallel()
	book, err := term.NewBook(approval.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, db: dbtest.Open(t), amount: 6300}
	d.clock = dbtest.Clock(d.db)
	d.all = &approval.Approvals{DB: d.db, Terms: book, Verbs: approval.Verbs{ReturnReceipt: d.carryOut}}
	return d
}

func (d *desk) carryOut(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	if d.fails != nil {
		return nil, d.fails
	}
	err := ledger.Post(tx, ledger.Entry{Bucket: c.Receipt.Bucket(), Reason: ledger.ReceiptReturned, Ref: c.Receipt[:], Day: jst.DayOf(dbtest.Start), Lines: []ledger.Line{
		ledger.Debit(ledger.Suspense, nil, d.amount), ledger.Credit(ledger.ReturnsPayable, nil, d.amount),
	}})
	tx.AfterCommit(func() { d.done = append(d.done, by+" "+second) })
	return approval.Effect{{Account: ledger.Suspense, Amount: d.amount}, {Account: ledger.ReturnsPayable, Amount: -d.amount}}, err
}

func person(name string, roles ...staff.Role) staff.Person {
	return staff.Person{ID: id.New[id.StaffKind](dbtest.Start, 3), Name: name, Roles: roles, State: staff.Active}
}

func (d *desk) is(what string, err error, want *fault.Kind) {
	d.t.Helper()
	if want == nil && err != nil || want != nil && !fault.Is(err, want) {
		d.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (d *desk) ask(p staff.Person, c approval.Command) (approval.Approval, error) {
	return d.all.Ask(context.Background(), p, c)
}

func (d *desk) mustAsk(p staff.Person, c approval.Command) approval.Approval {
	d.t.Helper()
	a, err := d.ask(p, c)
	if err != nil {
		d.t.Fatal(err)
	}
	return a
}

func (d *desk) approve(p staff.Person, which id.Approval) (a approval.Approval, err error) {
	err = d.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		a, err = d.all.Approve(tx, p, which)
		return err
	})
	return a, err
}

func (d *desk) refuse(p staff.Person, which id.Approval) (a approval.Approval, err error) {
	err = d.db.Write(context.Background(), func(tx *db.Tx) (err error) {
		a, err = d.all.Refuse(tx, p, which)
		return err
	})
	return a, err
}

func (d *desk) entries() (sum money.Yen) {
	d.t.Helper()
	err := d.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		sum, err = ledger.Balance(tx, ledger.Suspense, nil)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return sum
}

func sendBack() approval.Command {
	return approval.Command{Kind: approval.ReturnReceipt, Receipt: id.New[id.ReceiptKind](dbtest.Start, 9), Way: "bank"}
}

func TestGrid(t *testing.T) { // rules O10, O11
	t.Parallel()
	want := `|          | approve  | refuse  | lapse   |
|----------|----------|---------|---------|
| waiting  | approved | refused | expired |
| approved | =        | ·       | ·       |
| refused  | ·        | =       | ·       |
| expired  | ·        | ·       | =       |
`
	if diff := cmp.Diff(want, approval.Life.Grid()); diff != "" {
		t.Error(diff)
	}
}

// TestTwoPeople follows a request to its end (rules O09, O10).
func TestTwoPeople(t *testing.T) {
	d := open(t)
	aoki, baba := person("aoki", staff.Finance), person("baba", staff.Finance)
	c := sendBack()
	a := d.mustAsk(aoki, c)
	if d.entries() != 0 || len(d.done) != 0 {
		t.Error("asking has moved money")
	}
	want := approval.Effect{{Account: ledger.Suspense, Amount: 6300}, {Account: ledger.ReturnsPayable, Amount: -6300}}
	if a.State != approval.Waiting || !slices.Equal(a.Effect, want) || !a.Expires.Equal(d.clock.Now().Add(24*time.Hour)) {
		t.Errorf("%+v", a)
	}
	if again := d.mustAsk(baba, c); again.ID != a.ID || again.AskedBy != aoki.ID {
		t.Errorf("asked for twice: %+v", again)
	}
	_, err := d.approve(aoki, a.ID)
	d.is("the same person", err, approval.SamePerson)
	if d.entries() != 0 {
		t.Error("one person has moved money")
	}
	for range 2 { // twice is once
		got, err := d.approve(baba, a.ID)
		if err != nil || got.State != approval.Approved || got.By != baba.ID {
			t.Errorf("%+v %v", got, err)
		}
	}
	if d.entries() != 6300 || !slices.Equal(d.done, []string{aoki.ID.String() + " " + baba.ID.String()}) {
		t.Errorf("%d, %v", d.entries(), d.done)
	}
	_, err = d.refuse(baba, a.ID)
	d.is("refused afterwards", err, approval.DecidedBefore)
	_, err = d.approve(person("kubo", staff.Admin), a.ID)
	d.is("approved by a third", err, approval.DecidedBefore)
	d.facts(a, "approval.asked", "approval.approved")
}

func (d *desk) facts(a approval.Approval, want ...string) {
	d.t.Helper()
	var got []string
	err := d.db.Read(context.Background(), func(tx *db.Tx) error {
		all, err := event.Timeline(tx, event.Subject(a.ID), 10)
		for _, f := range all {
			got = append(got, f.Kind)
			if !strings.HasPrefix(f.Actor, "stf_") || !strings.Contains(string(f.Data), a.Command.Receipt.String()) {
				d.t.Errorf("%s by %s: %s", f.Kind, f.Actor, f.Data)
			}
		}
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		d.t.Error(diff, err)
	}
}

// TestRefusals is what a request and a decision can be refused for (rules O01, O09, O10, O11).
func TestRefusals(t *testing.T) {
	d := open(t)
	aoki, baba := person("aoki", staff.Finance), person("baba", staff.Finance)
	support, gone := person("sato", staff.Support), person("goto", staff.Finance)
	gone.State = staff.Suspended
	_, err := d.ask(support, sendBack())
	d.is("asked without the right", err, staff.NotAllowed)
	_, err = d.ask(gone, sendBack())
	d.is("asked by a suspended person", err, staff.NotAllowed)
	_, err = d.ask(aoki, approval.Command{Kind: "gift"})
	d.is("no such kind", err, approval.NoSuchKind)
	d.fails = busy.New()
	_, err = d.ask(aoki, sendBack())
	d.is("cannot be done", err, busy)
	d.fails = nil
	_, err = d.approve(baba, id.New[id.ApprovalKind](dbtest.Start, 9))
	d.is("no such request", err, approval.NoRequest)

	a := d.mustAsk(aoki, sendBack())
	_, err = d.approve(support, a.ID)
	d.is("approved without the right", err, staff.NotAllowed)
	_, err = d.approve(gone, a.ID)
	d.is("approved by a suspended person", err, staff.NotAllowed)
	_, err = d.refuse(support, a.ID)
	d.is("refused without the right", err, staff.NotAllowed)
	d.fails = busy.New()
	_, err = d.approve(baba, a.ID)
	d.is("cannot be done any more", err, busy)
	d.fails, d.amount = nil, 6200
	_, err = d.approve(baba, a.ID)
	d.is("moves something else", err, approval.Changed)
	if d.entries() != 0 {
		t.Error("what was refused has moved money")
	}
	for range 2 {
		got, err := d.refuse(baba, a.ID)
		if err != nil || got.State != approval.Refused {
			t.Errorf("%+v %v", got, err)
		}
	}
	_, err = d.approve(baba, a.ID)
	d.is("approved afterwards", err, approval.DecidedBefore)
	d.facts(a, "approval.asked", "approval.refused")

	own := d.mustAsk(aoki, sendBack())
	got, err := d.refuse(aoki, own.ID)
	if err != nil || got.State != approval.Refused {
		t.Errorf("taken back: %+v %v", got, err)
	}
}

// TestExpiry: a request ends after a day, and the same can then be asked for once more (rule O10).
func TestExpiry(t *testing.T) {
	d := open(t)
	aoki, baba := person("aoki", staff.Finance), person("baba", staff.Finance)
	c := sendBack()
	a := d.mustAsk(aoki, c)
	d.clock.Advance(24*time.Hour - time.Second)
	if a.Over(d.clock.Now()) {
		t.Error("over too early")
	}
	d.clock.Advance(time.Second)
	_, err := d.approve(baba, a.ID)
	d.is("approved late", err, approval.RequestOver)
	_, err = d.refuse(baba, a.ID)
	d.is("refused late", err, approval.RequestOver)
	fresh := d.mustAsk(aoki, c)
	if fresh.ID == a.ID {
		t.Error("the old request goes on")
	}
	_, err = d.approve(baba, a.ID)
	d.is("the old one", err, approval.RequestOver)
	_, err = d.approve(baba, fresh.ID)
	d.is("the new one", err, nil)
	err = d.db.Read(context.Background(), func(tx *db.Tx) error {
		all, err := approval.List(tx, 10)
		if len(all) != 2 || all[0].ID != fresh.ID || all[1].State != approval.Expired {
			t.Errorf("%+v", all)
		}
		one, errLoad := approval.Load(tx, fresh.ID)
		if errLoad != nil || one.State != approval.Approved || !cmp.Equal(one.Command, c) {
			t.Errorf("%+v %v", one, errLoad)
		}
		return err
	})
	d.is("listed", err, nil)
}

// A request to take charges back waits in the bucket of the first of them, and is the same one only for the same charges (rules
// O09, O13).
func TestAskAboutManyCharges(t *testing.T) {
	d := open(t)
	d.all.Verbs.WaiveCharges = func(*db.Tx, approval.Command, string, string) (approval.Effect, error) { return nil, d.fails }
	aoki := person("aoki", staff.Collection)
	charges := []id.LateCharge{id.New[id.LateChargeKind](dbtest.Start, 7), id.New[id.LateChargeKind](dbtest.Start, 9)}
	both := d.mustAsk(aoki, approval.Command{Kind: approval.WaiveCharges, Reason: "courtesy", Charges: charges})
	again := d.mustAsk(aoki, approval.Command{Kind: approval.WaiveCharges, Reason: "courtesy", Charges: charges})
	one := d.mustAsk(aoki, approval.Command{Kind: approval.WaiveCharges, Reason: "courtesy", Charges: charges[:1]})
	if both.ID != again.ID || both.ID == one.ID || both.ID.Bucket() != 7 {
		t.Errorf("%s, %s and %s", both.ID, again.ID, one.ID)
	}
	err := d.db.Read(context.Background(), func(tx *db.Tx) error {
		waiting, err := approval.WaitingIn(tx, 7)
		whole := func(a approval.Approval) bool { return a.ID == both.ID && slices.Equal(a.Command.Charges, charges) }
		if len(waiting) != 2 || !slices.ContainsFunc(waiting, whole) { // of one instant, so in any order
			t.Errorf("%+v", waiting)
		}
		return err
	})
	d.is("waiting", err, nil)
	d.fails = busy.New()
	_, err = d.ask(aoki, approval.Command{Kind: approval.WaiveCharges})
	d.is("none", err, busy)
}

// Entries by hand are finance's to ask for; they wait by their voucher's reference, and facts tell nothing that was typed (rules
// O16, O17).
func TestAskForAnEntry(t *testing.T) {
	d := open(t)
	d.all.Verbs.PostJournal = func(*db.Tx, approval.Command, string, string) (approval.Effect, error) { return nil, d.fails }
	d.all.Verbs.ReverseJournal = d.all.Verbs.PostJournal
	command := approval.Command{
		Kind: approval.PostJournal, Reference: "BANK-1", Reason: "bank_fee", Note: "振込手数料", Day: jst.DayOf(dbtest.Start),
		Lines: []journal.Line{{Account: ledger.BankFees, Amount: 550}, {Account: ledger.Bank, Amount: -550}},
	}
	reversal := approval.Command{Kind: approval.ReverseJournal, Journal: id.New[id.JournalKind](dbtest.Start, 5), Note: "振込手数料"}
	for role, want := range map[staff.Role]*fault.Kind{
		staff.Support: staff.NotAllowed, staff.Collection: staff.NotAllowed, staff.Admin: staff.NotAllowed, staff.Finance: nil,
	} {
		for _, c := range []approval.Command{command, reversal} {
			_, err := d.ask(person("who", role), c)
			d.is(string(role)+" asks", err, want)
		}
	}
	aoki := person("aoki", staff.Finance)
	a, again := d.mustAsk(aoki, command), d.mustAsk(aoki, command)
	if a.ID != again.ID || a.ID.Bucket() != journal.BucketOf("bank-1") || !cmp.Equal(a.Command.Draft().Lines, command.Lines) {
		t.Errorf("%+v and %+v", a, again)
	}
	if r := d.mustAsk(aoki, reversal); r.ID.Bucket() != 5 {
		t.Errorf("%+v", r)
	}
	err := d.db.Read(context.Background(), func(tx *db.Tx) error {
		one, err := approval.Load(tx, a.ID)
		if one.Command.Note != command.Note || one.Command.Reference != command.Reference || one.Command.Day != command.Day {
			t.Errorf("%+v", one.Command)
		}
		told, errTold := event.Timeline(tx, event.Subject(a.ID), 10)
		if len(told) != 1 || strings.Contains(string(told[0].Data), "振込") || strings.Contains(string(told[0].Data), "BANK-1") || !strings.Contains(string(told[0].Data), "bank_fees") {
			t.Errorf("%v", told)
		}
		return errors.Join(err, errTold)
	})
	d.is("read", err, nil)
}

// The account to which money goes back is finance's to name and to approve: who approves has to be able to see it. The request waits
// where the money is, and holds a key only (rule B49).
func TestAskForAnAccount(t *testing.T) {
	d := open(t)
	nothing := func(*db.Tx, approval.Command, string, string) (approval.Effect, error) { return nil, nil }
	d.all.Verbs.NamePayee, d.all.Verbs.ReturnGuest = nothing, nothing
	for _, c := range []approval.Command{
		{Kind: approval.NamePayee, Receipt: id.New[id.ReceiptKind](dbtest.Start, 4), Account: "00040000000000000001"},
		{Kind: approval.ReturnGuest, Statement: id.New[id.StatementKind](dbtest.Start, 4), Account: "00040000000000000002"},
	} {
		for role, want := range map[staff.Role]*fault.Kind{
			staff.Support: staff.NotAllowed, staff.Collection: staff.NotAllowed, staff.Admin: staff.NotAllowed, staff.Finance: nil,
		} {
			_, err := d.ask(person("who", role), c)
			d.is(string(role)+" asks", err, want)
		}
		a := d.mustAsk(person("aoki", staff.Finance), c)
		if a.ID.Bucket() != 4 || len(a.Effect) != 0 {
			t.Errorf("%+v", a)
		}
		_, err := d.approve(person("kubo", staff.Admin), a.ID)
		d.is("an admin approves", err, staff.NotAllowed)
		_, err = d.approve(person("baba", staff.Finance), a.ID)
		d.is("finance approves", err, nil)
	}
}
