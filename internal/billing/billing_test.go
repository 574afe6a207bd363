package billing_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// house is a database with one shop, members, and a collection agent that sends files.
type house struct {
	t        tb
	db       *db.DB
	book     *term.Book
	checkout *checkout.Checkout
	credit   *credit.Credit
	billing  *billing.Billing
	merchant id.Merchant
	count    atomic.Int64
}

// tb is what a test and a property's run have in common.
type tb interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

var (
	byMember   = checkout.Actor{Side: fault.Member, Name: "member"}
	byMerchant = checkout.Actor{Side: fault.Merchant, Name: "merchant"}
)

func open(t testing.TB) *house {
	t.Helper()
	h := openOn(t, dbtest.Open(t))
	t.Cleanup(h.verify)
	return h
}

func openOn(t testing.TB, d *db.DB) *house {
	t.Helper()
	book, err := term.NewBook(append(append([]term.Def{}, credit.Terms...), billing.Terms...)...)
	if err != nil {
		t.Fatal(err)
	}
	return &house{
		t: t, db: d, book: book, checkout: &checkout.Checkout{Terms: book}, credit: &credit.Credit{Terms: book},
		billing: &billing.Billing{Terms: book}, merchant: id.New[id.MerchantKind](dbtest.Start, 1),
	}
}

// verify proves the books and every sum.
func (h *house) verify() {
	h.t.Helper()
	for _, b := range h.broken() {
		h.t.Error(b)
	}
}

func (h *house) broken() []ledger.Break {
	h.t.Helper()
	var broken []ledger.Break
	var checks []ledger.Check
	checks = append(append(append(checks, credit.Checks...), checkout.Checks...), billing.Checks...)
	h.read(func(tx *db.Tx) (err error) {
		broken, err = ledger.Verify(tx, checks...)
		return err
	})
	return broken
}

func (h *house) try(fn func(*db.Tx) error) error { return h.db.Write(context.Background(), fn) }

func (h *house) write(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.try(fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) read(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.db.Read(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// at sets the clock to a minute in Japan: "2026-07-01 00:00".
func (h *house) at(minute string) {
	h.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", minute, jst.Zone())
	if err != nil {
		h.t.Fatal(err)
	}
	dbtest.Clock(h.db).Set(at)
}

func (h *house) member(bucket int) id.Member {
	h.t.Helper()
	m := id.New[id.MemberKind](h.db.Now(), bucket)
	h.write(func(tx *db.Tx) error { return h.credit.Open(tx, m) })
	return m
}

// authorize makes an authorization that the shop has not confirmed.
func (h *house) authorize(m id.Member, channel credit.Channel, amount money.Yen) checkout.Payment {
	h.t.Helper()
	p, ok := h.tryAuthorize(m, channel, amount)
	if !ok {
		h.t.Fatalf("%d yen were declined: %v", amount, p.Reasons)
	}
	return p
}

func (h *house) tryAuthorize(m id.Member, channel credit.Channel, amount money.Yen) (checkout.Payment, bool) {
	h.t.Helper()
	o := checkout.Order{
		Merchant: h.merchant, MerchantLive: true, Member: m, OrderRef: fmt.Sprintf("A-%d", h.count.Add(1)), Amount: amount,
		Channel: channel, Capture: checkout.Automatic, ConfirmWithin: 24 * time.Hour, By: byMember,
	}
	var p checkout.Payment
	h.write(func(tx *db.Tx) error {
		out, err := h.checkout.Authorize(tx, []checkout.Order{o})
		if err == nil {
			p = out[0].Value.Payment
		}
		return err
	})
	return p, p.State == checkout.Authorized
}

func (h *house) confirm(p checkout.Payment) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := h.checkout.Confirm(tx, h.merchant, p.ID, 30*24*time.Hour, byMerchant)
		return err
	})
}

// buy is a purchase from press to capture.
func (h *house) buy(m id.Member, amount money.Yen) checkout.Payment {
	h.t.Helper()
	dbtest.Clock(h.db).Advance(15 * time.Minute) // tries are counted over ten
	p := h.authorize(m, credit.Online, amount)
	h.confirm(p)
	return p
}

func (h *house) refund(p checkout.Payment, amount money.Yen) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := h.checkout.Refund(tx, h.merchant, p.ID, amount, "returned", byMerchant)
		return err
	})
}

// closeMonth closes a month in all buckets.
func (h *house) closeMonth(m string) int {
	h.t.Helper()
	n, err := h.billing.CloseAll(context.Background(), h.db, month(h.t, m), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// closeIn closes a month in a member's bucket only.
func (h *house) closeIn(m id.Member, of string) int {
	h.t.Helper()
	n := 0
	h.write(func(tx *db.Tx) (err error) {
		n, err = h.billing.Close(tx, month(h.t, of), m.Bucket())
		return err
	})
	return n
}

func month(t tb, s string) jst.Month {
	t.Helper()
	m, err := jst.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func day(t tb, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// statement is a member's statement of a month.
func (h *house) statement(m id.Member, of string) billing.Statement {
	h.t.Helper()
	st, ok := h.findStatement(m, of)
	if !ok {
		h.t.Fatalf("no statement of %s", of)
	}
	return st
}

func (h *house) findStatement(m id.Member, of string) (found billing.Statement, ok bool) {
	h.t.Helper()
	h.read(func(tx *db.Tx) error {
		all, err := billing.Statements(tx, m)
		for _, st := range all {
			if st.Month == month(h.t, of) {
				found, ok = st, true
			}
		}
		return err
	})
	return found, ok
}

func (h *house) detail(st billing.Statement) billing.Detail {
	h.t.Helper()
	var d billing.Detail
	h.read(func(tx *db.Tx) (err error) {
		d, err = billing.LoadStatement(tx, st.Member, st.ID)
		return err
	})
	return d
}

func (h *house) slip(st billing.Statement) billing.Slip {
	h.t.Helper()
	var s billing.Slip
	h.read(func(tx *db.Tx) (err error) {
		s, err = h.billing.SlipFor(tx, st.Member, st.ID)
		return err
	})
	return s
}

func (h *house) account(m id.Member) credit.Account {
	h.t.Helper()
	var a credit.Account
	h.read(func(tx *db.Tx) (err error) {
		a, err = credit.Load(tx, m)
		return err
	})
	return a
}

// line is what the agent tells of a payment with a slip at a till.
func line(kind billing.LineKind, s billing.Slip, on jst.Day, at string) billing.Line {
	return billing.Line{Number: 2, Kind: kind, Day: on, Time: at, Digits: s.Digits, Amount: s.Amount, Chain: "010", Store: "012345"}
}

// tell sends each line in a file of its own.
func (h *house) tell(lines ...billing.Line) []billing.Outcome {
	h.t.Helper()
	var out []billing.Outcome
	for _, l := range lines {
		r := h.file(l)
		out = append(out, r.Outcomes...)
	}
	return out
}

// file sends lines in one file that was never sent before.
func (h *house) file(lines ...billing.Line) billing.Report {
	h.t.Helper()
	for i := range lines {
		lines[i].Number = i + 2
	}
	return h.send(billing.File{Hash: []byte(fmt.Sprintf("file %d", h.count.Add(1))), Agent: "agent", Lines: lines})
}

func (h *house) send(f billing.File) billing.Report {
	h.t.Helper()
	r, err := h.billing.ImportFile(context.Background(), h.db, f)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) markPastDue(on string) int {
	h.t.Helper()
	total := 0
	for {
		n := 0
		h.write(func(tx *db.Tx) (err error) {
			n, err = h.billing.MarkPastDue(tx, day(h.t, on), 2)
			return err
		})
		if n == 0 {
			return total
		}
		total += n
	}
}

func (h *house) events(subject event.Subject) []string {
	h.t.Helper()
	var kinds []string
	h.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, subject, 100)
		for _, f := range facts {
			kinds = append(kinds, f.Kind)
		}
		return err
	})
	return kinds
}

// withDigits is a line whose barcode says something else, with a check digit that fits.
func withDigits(t tb, l billing.Line, change func(*konbini.Code)) billing.Line {
	t.Helper()
	code, err := konbini.Parse(l.Digits)
	if err != nil {
		t.Fatal(err)
	}
	change(&code)
	if l.Digits, err = konbini.Build(code, 999_999); err != nil {
		t.Fatal(err)
	}
	return l
}
