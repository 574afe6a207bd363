package billing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
)

// counter is money in suspense and the bills to which it may belong, on 7 July: taro's of 30,209 yen in bucket 7, with whose
// barcode it was paid, jiro's of 8,209 in the same bucket, and hanako's of 5,209 in another one.
type counter struct {
	*house
	taro, jiro, hanako billing.Statement
	line               billing.Line // the prompt report
	receipt            id.Receipt
}

func openCounter(t *testing.T, amount money.Yen) *counter {
	t.Helper()
	t.Parallel()
	return openCounterHere(t, amount)
}

func openCounterHere(t *testing.T, amount money.Yen) *counter {
	t.Helper()
	return setUp(t, open(t), amount)
}

func setUp(t *testing.T, h *house, amount money.Yen) *counter {
	t.Helper()
	c := &counter{house: h}
	members := []id.Member{h.member(7), h.member(7), h.member(400)}
	for i, yen := range []money.Yen{30_000, 8_000, 5_000} {
		h.buy(members[i], yen)
	}
	h.at("2026-07-01 00:00")
	h.closeIn(members[0], "2026-06")
	h.closeIn(members[2], "2026-06")
	c.taro, c.jiro, c.hanako = h.statement(members[0], "2026-06"), h.statement(members[1], "2026-06"), h.statement(members[2], "2026-06")
	h.at("2026-07-07 12:00")
	c.line = line(billing.LinePrompt, h.slip(c.taro), day(t, "2026-07-07"), "1024")
	c.line.Amount = amount
	out := c.told(billing.LinePrompt)
	if out.Result != billing.Suspended || out.Reason != billing.AmountDiffers {
		t.Fatalf("%+v", out)
	}
	c.receipt = out.Receipt
	return c
}

// told tells of the payment once more.
func (c *counter) told(kind billing.LineKind) billing.Outcome {
	c.t.Helper()
	l := c.line
	l.Kind = kind
	out := c.tell(l)[0]
	c.verify()
	return out
}

func (c *counter) match(st billing.Statement) (r billing.Receipt, err error) {
	c.t.Helper()
	err = c.try(func(tx *db.Tx) error {
		r, err = c.billing.MatchReceipt(tx, c.receipt, st.ID, "7")
		return err
	})
	c.verify()
	return r, err
}

func (c *counter) mustMatch(st billing.Statement) billing.Receipt {
	c.t.Helper()
	r, err := c.match(st)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *counter) giveBack(to billing.ReturnWay, by, second string) (d billing.Decision, err error) {
	c.t.Helper()
	err = c.try(func(tx *db.Tx) error {
		d, err = c.billing.ReturnReceipt(tx, c.receipt, to, by, second)
		return err
	})
	c.verify()
	return d, err
}

func (c *counter) sent(on string) (d billing.Decision, err error) {
	c.t.Helper()
	err = c.try(func(tx *db.Tx) error {
		d, err = c.billing.ReturnPaid(tx, c.receipt, day(c.t, on), "7")
		return err
	})
	c.verify()
	return d, err
}

func (h *house) balance(a ledger.Account) (sum money.Yen) {
	h.t.Helper()
	h.read(func(tx *db.Tx) (err error) {
		sum, err = ledger.Balance(tx, a, nil)
		return err
	})
	return sum
}

func TestMatch(t *testing.T) { // rule B24
	t.Parallel()
	for _, tc := range []struct {
		name   string
		amount money.Yen
		final  bool // confirmed before it is matched
		to     func(*counter) billing.Statement
		want   billing.Receipt
		state  billing.State
		usable money.Yen
		events []string // about the statement, from its match on
	}{
		{
			"all of a bill in another bucket", 5_209, true, func(c *counter) billing.Statement { return c.hanako },
			billing.Receipt{State: billing.Confirmed, Use: billing.Matched, Principal: 5_000, Fee: 209},
			billing.Paid, 50_000,
			[]string{"statement.paid"},
		},
		{
			"reported, for another's bill in the same bucket", 8_209, false, func(c *counter) billing.Statement { return c.jiro },
			billing.Receipt{State: billing.Prompted, Use: billing.Matched, Principal: 8_000, Fee: 209},
			billing.Confirming, 50_000,
			[]string{"statement.confirming"},
		},
		{
			"a part of the bill whose barcode it was", 10_000, true, func(c *counter) billing.Statement { return c.taro },
			billing.Receipt{State: billing.Confirmed, Use: billing.Matched, Principal: 10_000},
			billing.Issued, 30_000,
			[]string{"statement.part_paid"},
		},
		{
			"more than the bill", 6_000, true, func(c *counter) billing.Statement { return c.hanako },
			billing.Receipt{State: billing.Confirmed, Use: billing.Matched, Principal: 5_000, Fee: 209, Surplus: 791},
			billing.Paid, 50_000,
			[]string{"statement.paid"},
		},
		{
			"a bill that is paid", 6_000, true, func(c *counter) billing.Statement {
				c.tell(line(billing.LineConfirmed, c.slip(c.hanako), c.line.Day, "0900"))
				return c.hanako
			},
			billing.Receipt{State: billing.Confirmed, Use: billing.Surplus, Surplus: 6_000},
			billing.Paid, 50_000,
			[]string{"statement.paid"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := openCounter(t, tc.amount)
			if tc.final {
				c.told(billing.LineConfirmed)
			}
			st := tc.to(c)
			got := c.mustMatch(st)
			want := tc.want
			want.Amount, want.Statement, want.Member = tc.amount, st.ID, st.Member
			shown := billing.Receipt{
				State: got.State, Use: got.Use, Amount: got.Amount, Principal: got.Principal, Fee: got.Fee, Late: got.Late, Surplus: got.Surplus,
				Statement: got.Statement, Member: got.Member,
			}
			if fmt.Sprint(shown) != fmt.Sprint(want) || got.PaidDay != c.line.Day || got.PaidTime != "1024" || got.Store != c.line.Store || got.ID.Bucket() != st.ID.Bucket() {
				t.Errorf("got %+v, want %+v", got, want)
			}
			c.expect(st, tc.state, tc.usable)
			if a := c.account(st.Member); got.Surplus > 0 && a.Unpaid != -got.Surplus {
				t.Errorf("%d are over, and the member owes %d", got.Surplus, a.Unpaid)
			}
			if got := c.balance(ledger.Suspense); got != 0 {
				t.Errorf("suspense holds %d", got)
			}
			if w := c.waiting(); len(w) != 0 {
				t.Errorf("still waiting: %+v", w)
			}
			if diff := cmp.Diff(append([]string{"statement.issued"}, tc.events...), c.facts(st, "statement.")); diff != "" {
				t.Error(diff)
			}
			c.leadsBothWays(got)
		})
	}
}

// facts are the kinds of a statement's events that begin with a word. Money that was suspended is told beside them.
func (c *counter) facts(st billing.Statement, prefix string) []string {
	all := c.events(event.Subject(st.ID))
	return slices.DeleteFunc(all, func(kind string) bool { return !strings.HasPrefix(kind, prefix) })
}

// leadsBothWays follows the money from suspense to the bill and back.
func (c *counter) leadsBothWays(carried billing.Receipt) {
	c.t.Helper()
	c.read(func(tx *db.Tx) error {
		d, decided, err := billing.LoadDecision(tx, c.receipt)
		if err != nil {
			return err
		}
		if !decided || d.Act != billing.ActMatched || d.Carried != carried.ID || d.Statement != carried.Statement || d.By != "7" {
			c.t.Errorf("the decision is %+v", d)
		}
		from, found, err := billing.Origin(tx, carried.ID)
		if !found || from != c.receipt {
			c.t.Errorf("the money comes from %s (%v)", from, found)
		}
		if _, found, err := billing.Origin(tx, c.receipt); found || err != nil {
			c.t.Errorf("money from the till has an origin: %v", err)
		}
		if _, decided, err := billing.LoadDecision(tx, carried.ID); decided || err != nil {
			c.t.Errorf("something was decided about money that is matched: %v", err)
		}
		return err
	})
	if diff := cmp.Diff([]string{"receipt.moved"}, c.events(event.Subject(c.receipt))); diff != "" {
		c.t.Error(diff)
	}
	if all := c.events(event.Subject(carried.ID)); len(all) == 0 || all[0] != "receipt.matched" {
		c.t.Errorf("what happened to the money: %v", all)
	}
}

func TestMatchLiftsTheBlock(t *testing.T) { // rules B17, B24
	c := openCounter(t, 5_209)
	c.told(billing.LineConfirmed)
	c.at("2026-07-11 00:00")
	c.markPastDue("2026-07-11")
	blocked := func() bool { return c.account(c.hanako.Member).Blocks&credit.PastDue != 0 }
	if !blocked() {
		t.Fatal("not blocked")
	}
	c.mustMatch(c.hanako)
	if blocked() {
		t.Error("paid in time, and still blocked")
	}
}

// TestWhoseWordItWas: the timeline of the bill names who matched the money, and the agent for what the agent said.
func TestWhoseWordItWas(t *testing.T) { // rules B24, B29
	c := openCounter(t, 5_209)
	c.told(billing.LinePrompt)
	c.mustMatch(c.hanako)
	c.told(billing.LineConfirmed)
	told := map[string]string{}
	c.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(c.hanako.ID), 10)
		for _, f := range facts {
			told[f.Kind] = string(f.Side) + " " + f.Actor
		}
		return err
	})
	for kind, want := range map[string]string{"statement.confirming": "us 7", "statement.paid": "partner agent"} {
		if told[kind] != want {
			t.Errorf("%s: the word of %q, want %q", kind, told[kind], want)
		}
	}
}

// TestLaterLinesFollow tells of a payment before and after it was matched with a bill in another bucket.
func TestLaterLinesFollow(t *testing.T) { // rules B12, B13, B25
	t.Parallel()
	const p, f, x = billing.LinePrompt, billing.LineConfirmed, billing.LineCancelled
	for _, tc := range []struct {
		name          string
		before, after []billing.LineKind
		want          []billing.Result
		state         billing.State
		usable        money.Yen
		waits         int
	}{
		{"confirmed", nil, []billing.LineKind{f}, []billing.Result{billing.Applied}, billing.Paid, 50_000, 0},
		{"confirmed twice", nil, []billing.LineKind{f, f, p}, []billing.Result{billing.Applied, billing.Repeated, billing.Repeated}, billing.Paid, 50_000, 0},
		{"an app's report", nil, []billing.LineKind{billing.LineRealTime, f}, []billing.Result{billing.Superseded, billing.Applied}, billing.Paid, 50_000, 0},
		{"taken back", nil, []billing.LineKind{x}, []billing.Result{billing.Applied}, billing.Issued, 45_000, 0},
		{"taken back, then final", nil, []billing.LineKind{x, f}, []billing.Result{billing.Applied, billing.Applied}, billing.Paid, 50_000, 0},
		{"final, then taken back", nil, []billing.LineKind{f, x}, []billing.Result{billing.Applied, billing.Suspended}, billing.Paid, 50_000, 1},
		{"taken back after it was final", []billing.LineKind{f}, []billing.LineKind{x}, []billing.Result{billing.Suspended}, billing.Paid, 50_000, 1},
		{"of no kind", nil, []billing.LineKind{"12", f}, []billing.Result{billing.Suspended, billing.Applied}, billing.Paid, 50_000, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := openCounter(t, 5_209)
			for _, kind := range tc.before {
				c.told(kind)
			}
			carried := c.mustMatch(c.hanako)
			var got []billing.Result
			for _, kind := range tc.after {
				out := c.told(kind)
				got = append(got, out.Result)
				if out.Result == billing.Applied && (out.Receipt != c.receipt || out.Statement != c.hanako.ID) {
					t.Errorf("%s: %+v", kind, out)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			c.expect(c.hanako, tc.state, tc.usable)
			c.expect(c.taro, billing.Issued, 20_000)
			w := c.waiting()
			if len(w) != tc.waits {
				t.Errorf("waiting: %+v", w)
			}
			for _, notice := range w {
				if notice.Line.IsZero() {
					t.Errorf("a notice without a name: %+v", notice)
				}
			}
			if again := c.mustMatch(c.hanako); again.ID != carried.ID {
				t.Errorf("matched again: %+v", again)
			}
		})
	}
}

// TestActsOnEveryState prints what each act comes to in each state that money can be in. Each is done twice: it is the same
// the second time, unless the first changed something.
func TestActsOnEveryState(t *testing.T) { // rules B24, B26, B27, B29
	t.Parallel()
	type act struct {
		name string
		run  func(*counter) error
	}
	acts := []act{
		{"match", func(c *counter) error { _, err := c.match(c.hanako); return err }},
		{"match other", func(c *counter) error { _, err := c.match(c.jiro); return err }},
		{"return", func(c *counter) error { _, err := c.giveBack(billing.ReturnByBank, "7", "8"); return err }},
		{"return other", func(c *counter) error { _, err := c.giveBack(billing.ReturnByPost, "7", "8"); return err }},
		{"returned", func(c *counter) error { _, err := c.sent("2026-07-07"); return err }},
		{"suggest", func(c *counter) error {
			return c.db.Read(context.Background(), func(tx *db.Tx) error {
				_, err := c.billing.Suggest(tx, c.receipt)
				return err
			})
		}},
	}
	states := []struct {
		name string
		make func(*counter)
	}{
		{"unknown", func(c *counter) { c.receipt = id.New[id.ReceiptKind](c.db.Now(), 7) }},
		{"matched by its digits", func(c *counter) {
			c.receipt = c.tell(line(billing.LineConfirmed, slipOf(c.house, c.jiro), c.line.Day, c.line.Time))[0].Receipt
		}},
		{"prompt", func(*counter) {}},
		{"confirmed", func(c *counter) { c.told(billing.LineConfirmed) }},
		{"cancelled", func(c *counter) { c.told(billing.LineCancelled) }},
		{"moved", func(c *counter) { c.mustMatch(c.hanako) }},
		{"carried on", func(c *counter) { c.receipt = c.mustMatch(c.hanako).ID }},
		{"returned", func(c *counter) { c.told(billing.LineConfirmed); c.mustReturn() }},
		{"sent", func(c *counter) {
			c.told(billing.LineConfirmed)
			c.mustReturn()
			if _, err := c.sent("2026-07-07"); err != nil {
				c.t.Fatal(err)
			}
		}},
	}
	want := map[string]string{
		"unknown":               "receipt_not_found, receipt_not_found, receipt_not_found, receipt_not_found, receipt_not_found, receipt_not_found",
		"matched by its digits": "receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_to_return, receipt_not_in_suspense",
		"prompt":                "done, done, receipt_uncertain, receipt_uncertain, receipt_not_to_return, done",
		"confirmed":             "done, done, done, done, receipt_not_to_return, done",
		"cancelled":             "receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_to_return, receipt_not_in_suspense",
		"moved":                 "done, receipt_moved, receipt_moved, receipt_moved, receipt_not_to_return, receipt_not_in_suspense",
		"carried on":            "receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_in_suspense, receipt_not_to_return, receipt_not_in_suspense",
		"returned":              "receipt_returned, receipt_returned, done, receipt_returned, done, receipt_not_in_suspense",
		"sent":                  "receipt_returned, receipt_returned, done, receipt_returned, done, receipt_not_in_suspense",
	}
	for _, s := range states {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			c := openCounterHere(t, 5_209)
			for i, a := range acts { // each on a payment of its own
				c.line.Time = fmt.Sprintf("11%02d", i)
				c.receipt = c.told(billing.LinePrompt).Receipt
				s.make(c)
				first := code(a.run(c))
				got = append(got, first)
				facts := c.allFacts()
				if again := code(a.run(c)); again != first {
					t.Errorf("%s: first %s, then %s", a.name, first, again)
				}
				if c.allFacts() != facts {
					t.Errorf("%s: the same act again is a fact of its own", a.name)
				}
			}
			if diff := cmp.Diff(want[s.name], strings.Join(got, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Kind.Code
	}
	if err != nil {
		return err.Error()
	}
	return "done"
}

func (c *counter) mustReturn() {
	c.t.Helper()
	if _, err := c.giveBack(billing.ReturnByBank, "7", "8"); err != nil {
		c.t.Fatal(err)
	}
}

func (h *house) allFacts() (n int) {
	h.t.Helper()
	h.read(func(tx *db.Tx) error { return tx.Row("-- billing_test.allFacts\nSELECT COUNT(*) FROM event").Scan(&n) })
	return n
}

func TestActsRefuse(t *testing.T) { // rules B24, B26, B29
	t.Parallel()
	nobody := func(c *counter) billing.Statement {
		return billing.Statement{ID: id.New[id.StatementKind](c.db.Now(), 7)}
	}
	for _, tc := range []struct {
		name string
		want *fault.Kind
		run  func(*counter) error
	}{
		{"a bill that does not exist", billing.NoStatement, func(c *counter) error { _, err := c.match(nobody(c)); return err }},
		{"a member without an account", billing.NoAccount, func(c *counter) error {
			st := c.hanako
			c.write(func(tx *db.Tx) error {
				_, err := tx.Exec("-- billing_test.close\nUPDATE credit SET bucket = 401 WHERE member = $1", st.Member)
				return err
			})
			err := c.try(func(tx *db.Tx) error {
				_, err := c.billing.MatchReceipt(tx, c.receipt, st.ID, "7")
				return err
			})
			c.write(func(tx *db.Tx) error {
				_, err := tx.Exec("-- billing_test.reopen\nUPDATE credit SET bucket = 400 WHERE member = $1", st.Member)
				return err
			})
			return err
		}},
		{"nobody", billing.WhoUnclear, func(c *counter) error { _, err := c.giveBack(billing.ReturnByBank, "", "8"); return err }},
		{"a name", billing.WhoUnclear, func(c *counter) error { _, err := c.giveBack(billing.ReturnByBank, "7", "山田 太郎"); return err }},
		{"a long number", billing.WhoUnclear, func(c *counter) error {
			_, err := c.giveBack(billing.ReturnByBank, strings.Repeat("7", 33), "8")
			return err
		}},
		{"one person", billing.SamePerson, func(c *counter) error { _, err := c.giveBack(billing.ReturnByBank, "a7", "A7"); return err }},
		{"no such way", billing.ReturnWayUnknown, func(c *counter) error { _, err := c.giveBack("cash", "7", "8"); return err }},
		{"before it was decided", billing.ReturnDayWrong, func(c *counter) error { c.mustReturn(); _, err := c.sent("2026-07-06"); return err }},
		{"in the future", billing.ReturnDayWrong, func(c *counter) error { c.mustReturn(); _, err := c.sent("2026-07-08"); return err }},
		{"sent on another day", billing.ReturnPaidBefore, func(c *counter) error {
			c.mustReturn()
			c.at("2026-07-09 12:00")
			if _, err := c.sent("2026-07-08"); err != nil {
				return err
			}
			_, err := c.sent("2026-07-09")
			return err
		}},
		{"matched by nobody", billing.WhoUnclear, func(c *counter) error {
			return c.try(func(tx *db.Tx) error { _, err := c.billing.MatchReceipt(tx, c.receipt, c.taro.ID, " "); return err })
		}},
		{"sent by nobody", billing.WhoUnclear, func(c *counter) error {
			return c.try(func(tx *db.Tx) error { _, err := c.billing.ReturnPaid(tx, c.receipt, c.line.Day, ""); return err })
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := openCounter(t, 777)
			c.told(billing.LineConfirmed)
			err := tc.run(c)
			if !fault.Is(err, tc.want) {
				t.Fatalf("%v, want %s", err, tc.want.Code)
			}
			for _, lang := range []string{"ja", "en"} {
				f := fault.From(err)
				if said := f.What(lang) + f.Next(lang); strings.ContainsAny(said, "{}") {
					t.Errorf("a figure is missing: %s", said)
				}
			}
			c.verify()
		})
	}
}

func TestReturn(t *testing.T) { // rule B26
	c := openCounter(t, 777)
	c.told(billing.LineConfirmed)
	c.at("2026-07-08 09:00")
	c.mustReturn()
	books := func() string {
		return fmt.Sprint(c.balance(ledger.AgentReceivable), c.balance(ledger.Suspense), c.balance(ledger.ReturnsPayable), c.balance(ledger.Bank))
	}
	if got := books(); got != "777 0 -777 0" {
		t.Errorf("agent, suspense, returns, bank: %s", got)
	}
	w := c.waiting()
	if len(w) != 1 || w[0].Reason != billing.ReturnUnpaid || w[0].Receipt != c.receipt || w[0].State != billing.SentBack || !w[0].Since.Equal(c.db.Now()) {
		t.Errorf("waiting: %+v", w)
	}
	if out := c.told(billing.LineCancelled); out.Reason != billing.CancelLate { // the agent takes back what we send back
		t.Errorf("%+v", out)
	}
	c.at("2026-07-10 09:00")
	d, err := c.sent("2026-07-09")
	if err != nil || d.PaidDay != day(t, "2026-07-09") || d.PaidBy != "7" || d.By != "7" || d.Second != "8" || d.Way != billing.ReturnByBank {
		t.Errorf("%+v, %v", d, err)
	}
	if got := books(); got != "777 0 0 -777" {
		t.Errorf("agent, suspense, returns, bank: %s", got)
	}
	if w := c.waiting(); len(w) != 1 || w[0].Reason != billing.CancelLate {
		t.Errorf("waiting: %+v", w)
	}
	if diff := cmp.Diff([]string{"receipt.return_decided", "receipt.return_paid"}, c.events(event.Subject(c.receipt))); diff != "" {
		t.Error(diff)
	}
}

// TestTwoOperatorsAtOnce lets two people, or a person and the agent, act on the same money in the same instant. Whoever comes
// second is told, or finds it done.
func TestTwoOperatorsAtOnce(t *testing.T) { // rules B25, B29
	t.Parallel()
	match := func(of func(*counter) billing.Statement) func(*counter) error {
		return func(c *counter) error {
			return c.try(func(tx *db.Tx) error { _, err := c.billing.MatchReceipt(tx, c.receipt, of(c).ID, "7"); return err })
		}
	}
	hanako := match(func(c *counter) billing.Statement { return c.hanako })
	jiro := match(func(c *counter) billing.Statement { return c.jiro })
	back := func(c *counter) error {
		return c.try(func(tx *db.Tx) error {
			_, err := c.billing.ReturnReceipt(tx, c.receipt, billing.ReturnByBank, "7", "8")
			return err
		})
	}
	agent := func(kind billing.LineKind) func(*counter) error {
		return func(c *counter) error {
			l := c.line
			l.Kind = kind
			_, err := c.billing.ImportFile(context.Background(), c.db, billing.File{Hash: []byte("at once " + kind), Agent: "agent", Lines: []billing.Line{l}})
			return err
		}
	}
	for _, tc := range []struct {
		name        string
		final       bool
		left, right func(*counter) error
		want        []string // what the two are told, in any order; each line is one that may be
	}{
		{"two bills", false, hanako, jiro, []string{"done, receipt_moved"}},
		{"one bill", false, hanako, hanako, []string{"done, done"}},
		{"a bill and back", true, hanako, back, []string{"done, receipt_moved", "done, receipt_returned"}},
		{"the agent confirms", false, hanako, agent(billing.LineConfirmed), []string{"done, done"}},
		{"the agent takes back", false, hanako, agent(billing.LineCancelled), []string{"done, done", "done, receipt_not_in_suspense"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				c := openCounterHere(t, 5_209)
				if tc.final {
					c.told(billing.LineConfirmed)
				}
				var both sync.WaitGroup
				errs := make([]error, 2)
				both.Go(func() { errs[0] = tc.left(c) })
				both.Go(func() { errs[1] = tc.right(c) })
				both.Wait()
				got := []string{code(errs[0]), code(errs[1])}
				slices.Sort(got)
				if told := strings.Join(got, ", "); !slices.Contains(tc.want, told) {
					t.Errorf("they were told: %s", told)
				}
				c.verify()
			}
		})
	}
}

func TestCloseLine(t *testing.T) { // rules B28, B29
	c := openCounter(t, 777)
	odd := c.line
	odd.Kind = "12"
	c.tell(odd)
	var notice billing.LineRef
	for _, w := range c.waiting() {
		if w.Reason == billing.KindUnknown {
			notice = w.Line
		}
	}
	money := billing.LineRef{File: c.fileOf("amount_differs"), Number: 2}
	shut := func(l billing.LineRef, note, by string) (closed billing.ClosedLine, err error) {
		err = c.try(func(tx *db.Tx) error {
			closed, err = c.billing.CloseLine(tx, l, note, by)
			return err
		})
		c.verify()
		return closed, err
	}
	for _, tc := range []struct {
		name     string
		line     billing.LineRef
		note, by string
		want     *fault.Kind
	}{
		{"no note", notice, " ", "7", billing.NoteWrong},
		{"two lines", notice, "a\nb", "7", billing.NoteWrong},
		{"too long", notice, strings.Repeat("あ", 201), "7", billing.NoteWrong},
		{"no text", notice, "\xff", "7", billing.NoteWrong},
		{"nobody", notice, "note", "", billing.WhoUnclear},
		{"no such file", billing.LineRef{File: id.New[id.ReceiptFileKind](c.db.Now(), 7), Number: 2}, "note", "7", billing.NoLine},
		{"no such line", billing.LineRef{File: notice.File, Number: 3}, "note", "7", billing.NoLine},
		{"none", billing.LineRef{}, "note", "7", billing.NoLine},
		{"money", money, "note", "7", billing.LineIsMoney},
	} {
		if _, err := shut(tc.line, tc.note, tc.by); !fault.Is(err, tc.want) {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want.Code)
		}
	}
	first, err := shut(notice, " "+strings.Repeat("あ", 200), "7")
	if err != nil || first.Line != notice || !first.Closed.Equal(c.db.Now()) {
		t.Errorf("%+v, %v", first, err)
	}
	facts := c.allFacts()
	c.at("2026-07-08 12:00")
	if again, err := shut(notice, first.Note, "7"); err != nil || again != first {
		t.Errorf("%+v, %v", again, err)
	}
	for _, other := range [][2]string{{first.Note, "8"}, {"another", "7"}} {
		if _, err := shut(notice, other[0], other[1]); !fault.Is(err, billing.LineClosed) {
			t.Errorf("%v", err)
		}
	}
	if c.allFacts() != facts {
		t.Error("closed more than once")
	}
	if w := c.waiting(); len(w) != 1 || w[0].Receipt != c.receipt {
		t.Errorf("waiting: %+v", w)
	}
	if diff := cmp.Diff([]string{"receipt_line.closed"}, c.events(event.Subject(notice.File))); diff != "" {
		t.Error(diff)
	}
}

// fileOf is the file of the line that waits for a reason.
func (c *counter) fileOf(reason billing.Reason) (file id.ReceiptFile) {
	c.t.Helper()
	c.read(func(tx *db.Tx) error {
		return tx.Row("-- billing_test.fileOf\nSELECT file FROM receipt_line WHERE reason = $1", reason).Scan(&file)
	})
	return file
}

func TestLineRef(t *testing.T) {
	t.Parallel()
	want := billing.LineRef{File: id.New[id.ReceiptFileKind](time.Unix(1_800_000_000, 0), 9), Number: 12}
	if got, err := billing.ParseLineRef(want.String()); err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
	if (billing.LineRef{}).String() != "" {
		t.Error("no line has a name")
	}
	for _, bad := range []string{"", "rcf_1/2", want.File.String(), want.File.String() + "/", want.File.String() + "/0", want.File.String() + "/x", "rct_" + want.String()[4:]} {
		if _, err := billing.ParseLineRef(bad); err == nil || strings.Contains(err.Error(), want.File.String()) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestSuggest(t *testing.T) { // rule B27
	t.Parallel()
	number := func(c *counter, change func(n []byte)) func(*konbini.Code) {
		return func(code *konbini.Code) {
			n := []byte(code.Free)
			change(n[5:])
			code.Free = string(n)
		}
	}
	for _, tc := range []struct {
		name string
		line func(*counter, *testing.T) billing.Line
		want []billing.Likeness
		of   func(*counter) billing.Statement // the first
	}{
		{"another amount", func(c *counter, _ *testing.T) billing.Line { c.line.Amount = 444; return c.line }, []billing.Likeness{billing.SameNumber}, taros},
		{"another's amount", func(c *counter, _ *testing.T) billing.Line { c.line.Amount = 5_209; return c.line }, []billing.Likeness{billing.SameNumber, billing.SameAmount}, taros},
		{"its own amount, with another company", func(c *counter, t *testing.T) billing.Line {
			c.line.Amount = 30_209
			return withDigits(t, c.line, func(code *konbini.Code) { code.Company = "123456" })
		}, []billing.Likeness{billing.SameNumber}, taros},
		{"a check digit that does not fit", func(c *counter, _ *testing.T) billing.Line {
			c.line.Amount = 444
			c.line.Digits = c.line.Digits[:43] + string('0'+(c.line.Digits[43]-'0'+1)%10)
			return c.line
		}, []billing.Likeness{billing.SameNumber}, taros},
		{"one digit of the number", func(c *counter, t *testing.T) billing.Line {
			c.line.Amount = 444
			return withDigits(t, c.line, number(c, func(n []byte) { n[15] = '0' + (n[15]-'0'+1)%10 }))
		}, []billing.Likeness{billing.CloseNumber}, taros},
		{"one digit of the bucket", func(c *counter, t *testing.T) billing.Line {
			c.line.Amount = 444
			return withDigits(t, c.line, number(c, func(n []byte) { n[3] = '3' }))
		}, []billing.Likeness{billing.CloseNumber}, taros},
		{"two neighbours swapped", func(c *counter, t *testing.T) billing.Line {
			c.line.Amount = 444
			return withDigits(t, c.line, number(c, func(n []byte) { n[2], n[3] = n[3], n[2] }))
		}, []billing.Likeness{billing.CloseNumber}, taros},
		{"another number and a known amount", func(c *counter, t *testing.T) billing.Line {
			c.line.Amount = 8_209
			return withDigits(t, c.line, number(c, func(n []byte) { copy(n, "0007999999999999") }))
		}, []billing.Likeness{billing.SameAmount}, func(c *counter) billing.Statement { return c.jiro }},
		{"no digits and an amount that nobody owes", func(c *counter, _ *testing.T) billing.Line {
			c.line.Digits, c.line.Amount = "none", 444
			return c.line
		}, nil, nil},
		{"paid before the bill was issued", func(c *counter, t *testing.T) billing.Line {
			c.line.Digits, c.line.Amount, c.line.Day = "none", 5_209, day(t, "2026-06-30")
			return c.line
		}, nil, nil},
		{"a barcode that was replaced", func(c *counter, _ *testing.T) billing.Line {
			c.at("2026-11-01 00:00")
			c.write(func(tx *db.Tx) error { _, err := c.billing.Reissue(tx, c.taro.Member, c.taro.ID); return err })
			c.line.Amount = 444
			return c.line
		}, []billing.Likeness{billing.OldBarcode}, taros},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := openCounter(t, 777)
			l := tc.line(c, t)
			l.Time = "0900"
			out := c.tell(l)[0]
			got := c.suggest(out.Receipt)
			var why []billing.Likeness
			for _, s := range got {
				why = append(why, s.Why)
				if s.Why.Text().JA == "" || s.Why.Text().EN == "" {
					t.Errorf("%s is not told in words", s.Why)
				}
			}
			if diff := cmp.Diff(tc.want, why); diff != "" {
				t.Error(diff)
			}
			if tc.of != nil && got[0].Statement != tc.of(c).ID {
				t.Errorf("%+v", got)
			}
			if w := c.waiting(); len(w) != 2 {
				t.Errorf("a suggestion changed what waits: %+v", w)
			}
		})
	}
}

func taros(c *counter) billing.Statement { return c.taro }

func (c *counter) suggest(r id.Receipt) (all []billing.Suggestion) {
	c.t.Helper()
	c.read(func(tx *db.Tx) (err error) {
		all, err = c.billing.Suggest(tx, r)
		return err
	})
	return all
}

func TestSuggestTenAtMost(t *testing.T) { // rule B27
	c := openCounter(t, 4_209)
	for range 12 {
		c.buy(c.member(7), 4_000)
	}
	c.at("2026-08-01 00:00")
	c.closeMonth("2026-07")
	c.at("2026-08-02 00:00")
	l := c.line
	l.Day, l.Time = day(t, "2026-08-01"), "0900"
	got := c.suggest(c.tell(l)[0].Receipt)
	if len(got) != 10 || got[0].Statement != c.taro.ID || got[1].Why != billing.SameAmount || got[1].Owed != 4_209 {
		t.Errorf("%+v", got)
	}
	if first := c.suggest(c.receipt); len(first) != 1 { // paid before those were issued
		t.Errorf("%+v", first)
	}
}

// TestSuspenseChecksFind breaks what was decided behind the package's back, one way at a time: a check that cannot fail
// proves nothing.
func TestSuspenseChecksFind(t *testing.T) { // rules B24, B26, B28
	t.Parallel()
	const decision, carried = "money is out of suspense by a decision, and a decision takes it out", "money that was matched is carried on by one receipt, and that one leads back"
	const owed, total = "money to be sent back is owed until it was", "what is owed to be sent back is decided returns and nothing else"
	for _, tc := range []struct{ name, damage, check string }{
		{"a decision lost", "DELETE FROM receipt_decision WHERE act = 'matched'", decision},
		{"moved without one", "UPDATE receipt SET state = 'confirmed' WHERE state = 'moved'", decision},
		{"a receipt lost", "DELETE FROM receipt WHERE state = 'returned'", decision},
		{"the way back lost", "DELETE FROM receipt_origin", carried},
		{"carried on by half", "UPDATE receipt SET principal = 1000, amount = 1000, fee = 0 WHERE use = 'matched'", carried},
		{"a match that leads elsewhere", "UPDATE receipt_decision SET carried = receipt WHERE act = 'matched'", carried},
		{"sent and not booked", "UPDATE receipt_decision SET paid_day = '2026-07-07', paid_by = '7' WHERE act = 'returned'", owed},
		{"sent and not subtracted", "UPDATE receipt_decision SET paid_day = '2026-07-07', paid_by = '7' WHERE act = 'returned'", total},
		{"owed without a decision", "DELETE FROM receipt_decision WHERE act = 'returned'", total},
		{"a note about money", "INSERT INTO receipt_line_close (bucket, line_key, note, closed_by, closed) SELECT bucket, line_key, 'x', '7', 1 FROM receipt_line WHERE reason = 'amount_differs'", "what was closed with a note is a notice that waited, and not money"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := setUp(t, openOn(t, dbtest.Open(t)), 5_209) // not proved at the end: it is broken
			c.mustMatch(c.hanako)
			other := c.line
			other.Kind, other.Time = billing.LineConfirmed, "0900"
			c.receipt = c.tell(other)[0].Receipt
			c.mustReturn()
			c.write(func(tx *db.Tx) error {
				_, err := tx.Exec("-- billing_test.damage\n" + tc.damage)
				return err
			})
			for _, b := range c.broken() {
				if b.Check == tc.check {
					return
				}
			}
			t.Errorf("%q found nothing", tc.check)
		})
	}
}
