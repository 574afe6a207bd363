package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"
)

// Verdict is what looking everything up brought to light.
type Verdict struct {
	Orders   int // looked up
	Keys     int // looked up
	Replays  int // requests sent again and answered with the same bytes
	Effects  int // acknowledged authorizations, confirmations, captures, voids and refunds that are there
	Events   int // facts read in the merchants' feeds, numbered without a gap
	Lost     []string
	Doubled  []string
	Changed  []string // answers under one key that differ
	Unasked  []string // payments that nobody asked for
	Failures []string // what could not be looked up
}

// OK tells whether every promise was kept.
func (v *Verdict) OK() bool { return len(v.Findings()) == 0 }

// Findings are all that is wrong, a line each.
func (v *Verdict) Findings() []string {
	var out []string
	for _, part := range []struct {
		name string
		all  []string
	}{{"lost", v.Lost}, {"doubled", v.Doubled}, {"changed", v.Changed}, {"unasked", v.Unasked}, {"failed", v.Failures}} {
		for _, f := range part.all {
			out = append(out, part.name+": "+f)
		}
	}
	return out
}

// Add adds another verdict.
func (v *Verdict) Add(u Verdict) {
	v.Orders += u.Orders
	v.Keys += u.Keys
	v.Replays += u.Replays
	v.Effects += u.Effects
	v.Events += u.Events
	v.Lost = append(v.Lost, u.Lost...)
	v.Doubled = append(v.Doubled, u.Doubled...)
	v.Changed = append(v.Changed, u.Changed...)
	v.Unasked = append(v.Unasked, u.Unasked...)
	v.Failures = append(v.Failures, u.Failures...)
}

// Look says how much Verify looks up.
type Look struct {
	Every  int  // only each n-th order of a caller; 0 and 1: all. Lists and feeds are left out if it is not all
	Replay bool // also send every request again that was answered, and compare
}

// payment is what the API says of one.
type payment struct {
	ID       string     `json:"id"`
	OrderRef string     `json:"order_ref"`
	State    string     `json:"state"`
	Amount   int64      `json:"amount"`
	Captured int64      `json:"captured"`
	Refunded int64      `json:"refunded"`
	Captures []struct{} `json:"captures"`
	Refunds  []struct{} `json:"refunds"`
}

type keyState struct {
	State  string `json:"state"`
	Status int    `json:"status"`
	Object string `json:"object"`
}

// Mark notes where the merchants' payments and feeds stand, so that Verify later looks at this load's part only. It is
// called before Work; without it everything that is there counts.
func (l *Load) Mark(ctx context.Context) error {
	w := l.dial()
	defer w.close()
	for j := range l.keys {
		newest, err := l.list(ctx, w, j, "", 1)
		if err != nil {
			return err
		}
		if len(newest.Data) > 0 {
			l.marks[j] = newest.Data[0].ID
		}
		if l.feeds[j], err = l.endOfFeed(ctx, w, j); err != nil {
			return err
		}
	}
	return nil
}

// Follow takes the place of Mark for a load that begins where another one was verified.
func (l *Load) Follow(before *Load) {
	copy(l.marks, before.marks)
	copy(l.feeds, before.feeds)
}

// Verify looks up, through the public API, what became of everything that was asked for, and compares it with what the
// callers were told. It reads lists and feeds on from where the last Verify ended, and does not overlap with Work.
func (l *Load) Verify(ctx context.Context, look Look) Verdict {
	parts := make([]Verdict, len(l.callers))
	l.each(func(c *caller) {
		v := &parts[c.number]
		for i, o := range c.orders {
			if look.Every > 1 && i%look.Every != 0 {
				continue
			}
			if err := c.check(ctx, o, look, v); err != nil {
				v.Failures = append(v.Failures, o.ref+": "+err.Error())
				return
			}
		}
	})
	var sum Verdict
	for _, v := range parts {
		sum.Add(v)
	}
	if look.Every <= 1 && sum.OK() { // what is lost would be waited for in the feed
		sum.Add(l.verifyLists(ctx))
	}
	return sum
}

// check looks up one order.
func (c *caller) check(ctx context.Context, o *order, look Look, v *Verdict) error {
	merchant := c.People.MerchantOf(o.member)
	v.Orders++
	var p payment
	found, err := c.get(ctx, c.wire, merchant, "/v1/orders/"+url.PathEscape(o.ref)+"/payment", &p)
	if err != nil {
		return err
	}
	if !found {
		p = payment{}
	}
	o.compare(p, v)
	for _, r := range o.requests {
		if err := c.checkKey(ctx, merchant, r, v); err != nil {
			return err
		}
		if look.Replay && r.answered() {
			again := c.send(ctx, c.wire, o, r, &c.tally)
			if len(again.answers) == 0 {
				return errors.New("no answer to a repeat")
			}
			r.answers = append(r.answers, again.answers...)
			v.Replays++
		}
		r.compareAnswers(v)
	}
	return nil
}

// checkKey asks what became of a key.
func (c *caller) checkKey(ctx context.Context, merchant int, r *request, v *Verdict) error {
	var k keyState
	if _, err := c.get(ctx, c.wire, merchant, "/v1/idempotency/"+url.PathEscape(r.key), &k); err != nil {
		return err
	}
	v.Keys++
	if !r.answered() || !r.answers[0].kept() {
		return nil
	}
	if a := r.answers[0]; k.State != "done" || k.Status != a.status || r.done() && k.Object != a.payment {
		v.Lost = append(v.Lost, fmt.Sprintf("key %s was answered %d about %s and is %s (%d, %s)", r.key, a.status, a.payment, k.State, k.Status, k.Object))
	}
	return nil
}

// kept tells whether an answer stays with its key (rule X07).
func (a answer) kept() bool { return a.status < 300 || a.status == 409 }

// compareAnswers compares everything that was answered under one key.
func (r *request) compareAnswers(v *Verdict) {
	if r.lied {
		v.Changed = append(v.Changed, fmt.Sprintf("%s %s: nobody was charged, it was said, and it had been done", r.op, r.key))
	}
	for _, a := range r.answers {
		if first := r.answers[0]; (a.kept() || first.kept()) && (a.status != first.status || a.sum != first.sum) {
			v.Changed = append(v.Changed, fmt.Sprintf("%s %s: %d %s, then %d %s", r.op, r.key, first.status, first.state, a.status, a.state))
			return
		}
	}
}

// bounds is how much of something there must be and may be.
type bounds struct{ least, most int64 }

func (b *bounds) add(r *request, n int64) {
	if r.done() {
		b.least += n
	}
	if r.done() || !r.answered() {
		b.most += n
	}
}

// expected is what an order's requests and answers say of its payment.
type expected struct {
	payment            string // acknowledged; empty if none
	authorized         bounds
	confirmed, voided  bounds
	captured, refunded bounds // yen
	captures, refunds  bounds // how many
}

func (o *order) expect(v *Verdict) expected {
	var e expected
	for _, r := range o.requests {
		switch r.op {
		case Authorize:
			e.authorized.add(r, 1)
		case Confirm:
			e.confirmed.add(r, 1)
		case Void:
			e.voided.add(r, 1)
		case Capture:
			e.captured.add(r, r.amount)
			e.captures.add(r, 1)
		case Refund:
			e.refunded.add(r, r.amount)
			e.refunds.add(r, 1)
		}
		if !r.done() || r.answers[0].state == "declined" {
			continue
		}
		if id := r.answers[0].payment; e.payment == "" {
			e.payment = id
		} else if e.payment != id {
			v.Doubled = append(v.Doubled, fmt.Sprintf("order %s has the payments %s and %s", o.ref, e.payment, id))
		}
	}
	return e
}

// compare holds an order's payment, zero if there is none, against what was told.
func (o *order) compare(p payment, v *Verdict) {
	e := o.expect(v)
	lost := func(format string, args ...any) {
		v.Lost = append(v.Lost, "order "+o.ref+": "+fmt.Sprintf(format, args...))
	}
	doubled := func(format string, args ...any) {
		v.Doubled = append(v.Doubled, "order "+o.ref+": "+fmt.Sprintf(format, args...))
	}
	switch {
	case p.ID == "" && e.authorized.least > 0:
		lost("acknowledged, and there is no payment")
		return
	case p.ID == "":
		return
	case e.authorized.most == 0:
		v.Unasked = append(v.Unasked, fmt.Sprintf("%s of order %s, which was refused", p.ID, o.ref))
		return
	case e.payment != "" && p.ID != e.payment:
		lost("%s was acknowledged, %s stands", e.payment, p.ID)
		return
	case p.Amount != o.amount:
		lost("%d yen were asked for, %d stand", o.amount, p.Amount)
	}
	for _, f := range []struct {
		what string
		is   int64
		must bounds
	}{
		{"yen captured", p.Captured, e.captured},
		{"yen refunded", p.Refunded, e.refunded},
		{"captures", int64(len(p.Captures)), e.captures},
		{"refunds", int64(len(p.Refunds)), e.refunds},
	} {
		if f.is < f.must.least {
			lost("%d %s acknowledged, %d stand", f.must.least, f.what, f.is)
		}
		if f.is > f.must.most {
			doubled("%d %s asked for, %d stand", f.must.most, f.what, f.is)
		}
	}
	if e.confirmed.least > 0 && p.State == "authorized" {
		lost("its confirmation was acknowledged, and it is not confirmed")
	}
	if (e.voided.least > 0) != (p.State == "voided") && e.voided.most == e.voided.least {
		lost("%d voids acknowledged, and it is %s", e.voided.least, p.State)
	}
	v.Effects += int(e.effects())
}

func (e expected) effects() int64 {
	n := e.confirmed.least + e.voided.least + e.captures.least + e.refunds.least
	if e.authorized.least > 0 {
		n++
	}
	return n
}

// get asks a look-up until it is answered, and reads a 200 into out. A 404 is not found.
func (l *Load) get(ctx context.Context, w *wire, merchant int, path string, out any) (found bool, err error) {
	for try := 0; ; try++ {
		got, err := w.call(ctx, "GET", path, l.keys[merchant], "", "")
		switch {
		case err == nil && got.status == 200:
			return true, json.Unmarshal(got.body, out)
		case err == nil && got.status == 404:
			return false, nil
		case err == nil && got.status < 500:
			return false, fmt.Errorf("GET %s: %d %s", path, got.status, got.body)
		}
		if ended := pause(ctx, try); ended != nil {
			return false, errors.Join(ended, err)
		}
	}
}

// relayWithin bounds how long Verify waits for the relay to give facts their places.
const relayWithin = time.Minute

// verifyLists reads what is new in the merchants' lists and feeds.
func (l *Load) verifyLists(ctx context.Context) Verdict {
	ctx, cancel := context.WithTimeout(ctx, relayWithin)
	defer cancel()
	parts := make([]Verdict, len(l.keys))
	var all sync.WaitGroup
	busy := make(chan struct{}, max(len(l.callers), 1))
	for j := range l.keys {
		busy <- struct{}{}
		all.Go(func() {
			defer func() { <-busy }()
			w := l.dial()
			defer w.close()
			mine := l.ordersOf(j)
			err := l.verifyList(ctx, w, j, mine, &parts[j])
			if err == nil {
				err = l.verifyFeed(ctx, w, j, mine, &parts[j])
			}
			if err != nil {
				parts[j].Failures = append(parts[j].Failures, fmt.Sprintf("merchant %d: %s", j, err))
			}
		})
	}
	all.Wait()
	var sum Verdict
	for _, v := range parts {
		sum.Add(v)
	}
	return sum
}

// ordersOf are a merchant's orders by reference.
func (l *Load) ordersOf(merchant int) map[string]*order {
	out := map[string]*order{}
	for _, c := range l.callers {
		for _, o := range c.orders {
			if c.People.MerchantOf(o.member) == merchant {
				out[o.ref] = o
			}
		}
	}
	return out
}
