package sim

import (
	"strconv"
	"strings"

	"tsuke/internal/sim/memory"
)

// timeline is what was there when a payment's timeline was read last.
type timeline struct {
	facts, captures, refunds int
	row                      *memory.Payment
}

// changed lists the payments about which there is something new since the last round.
func (c *checker) changed(t *memory.Tables) []*memory.Payment {
	var out []*memory.Payment
	for i, p := range t.Payments.Rows() {
		now := timeline{len(t.Timeline(p.ID)), len(t.CapturesOf(p.ID)), len(t.RefundsOf(p.ID)), p}
		if i == len(c.read) {
			c.read = append(c.read, timeline{})
		}
		if c.read[i] != now {
			out = append(out, p)
			c.read[i] = now
		}
	}
	return out
}

// checkTimelines is G03 and G28: the facts of each payment, one after the other, are a legal way to the state it is in.
// It is G24 too: each change has one of them.
func (w *world) checkTimelines(t *memory.Tables) {
	for _, p := range w.checker.changed(t) {
		f := fold{amount: p.Amount}
		for _, e := range t.Timeline(p.ID) {
			if !f.takes(e.Kind, figure(e.Data, `"amount":`), figure(e.Data, `"released":`)) {
				w.breaks("G03", "order %s is %s and then %s", p.OrderRef, f.state, e.Kind)
			}
		}
		if f.state != p.State || f.captured != p.Captured || f.released != p.Released || f.refunded != p.Refunded {
			w.breaks("G28", "the timeline of order %s ends %s with captured %d, released %d, refunded %d; it is %s with %d, %d, %d",
				p.OrderRef, f.state, f.captured, f.released, f.refunded, p.State, p.Captured, p.Released, p.Refunded)
		}
		w.countFacts(t, p)
	}
}

// figure reads a whole number out of a fact's data.
func figure(data, name string) int64 {
	_, rest, found := strings.Cut(data, name)
	if !found {
		return 0
	}
	end := 0
	for end < len(rest) && (rest[end] == '-' || rest[end] >= '0' && rest[end] <= '9') {
		end++
	}
	n, err := strconv.ParseInt(rest[:end], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// fold is a payment as its facts tell it.
type fold struct {
	state                                string
	amount, captured, released, refunded int64
}

// takes applies a fact. It is false if nothing like that may happen now: the published table, written once more.
func (f *fold) takes(kind string, amount, released int64) bool {
	open := f.state == "authorized" || f.state == "confirmed"
	switch kind {
	case "payment.repeated":
		return f.state != ""
	case "payment.authorized", "payment.declined":
		if f.state != "" {
			return false
		}
		f.state = strings.TrimPrefix(kind, "payment.")
		return true
	case "payment.confirmed":
		if f.state != "authorized" {
			return false
		}
		f.state = "confirmed"
		return true
	case "payment.captured":
		if !open {
			return false
		}
		f.captured += amount
		f.released += released
		f.state = "confirmed"
		if f.captured+f.released == f.amount {
			f.state = "captured"
		}
		return true
	case "payment.voided", "payment.expired":
		if !open || f.captured > 0 {
			return false
		}
		f.released += amount
		f.state = strings.TrimPrefix(kind, "payment.")
		return true
	case "payment.released":
		if f.state != "confirmed" || f.captured == 0 {
			return false
		}
		f.released += amount
		f.state = "captured"
		return true
	case "payment.refunded":
		if f.captured == 0 || f.state == "refunded" {
			return false
		}
		f.refunded += amount
		if f.state == "captured" && f.refunded == f.captured {
			f.state = "refunded"
		}
		return true
	}
	return false
}

// countFacts is G24 of a payment.
func (w *world) countFacts(t *memory.Tables, p *memory.Payment) {
	born, captured, refunded, ended, gone := 0, 0, 0, 0, 0
	for _, e := range t.Timeline(p.ID) {
		switch e.Kind {
		case "payment.authorized", "payment.declined":
			born++
		case "payment.captured":
			captured++
		case "payment.refunded":
			refunded++
		case "payment.voided", "payment.expired", "payment.released":
			ended++
		}
	}
	if p.State == "voided" || p.State == "expired" {
		gone = 1
	}
	if born != 1 || captured != len(t.CapturesOf(p.ID)) || refunded != len(t.RefundsOf(p.ID)) || ended > 1 || ended < gone {
		w.breaks("G24", "order %s (%s): %d facts of its beginning, %d of %d captures, %d of %d refunds, %d of its end", p.OrderRef, p.State,
			born, captured, len(t.CapturesOf(p.ID)), refunded, len(t.RefundsOf(p.ID)), ended)
	}
}

// checkFacts is G24 of bills and checkouts.
func (w *world) checkFacts(t *memory.Tables) {
	for _, b := range t.Bills.Rows() {
		if n := count(t, b.ID, "statement.issued"); n != 1 {
			w.breaks("G24", "%s's bill of %s was issued and %d facts say so", w.nameOf(b.Member), b.Month, n)
		}
	}
	for _, s := range t.Sessions.Rows()[w.checker.sessions:] {
		if n := count(t, s.ID, "checkout_session.opened"); n != 1 {
			w.breaks("G24", "a checkout of order %s was opened and %d facts say so", s.OrderRef, n)
		}
	}
	w.checker.sessions = t.Sessions.Len()
}

func count(t *memory.Tables, subject memory.ID, kind string) int {
	n := 0
	for _, e := range t.Timeline(subject) {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// checkPlaces is G25 and G26.
func (w *world) checkPlaces(t *memory.Tables) {
	c := w.checker
	position := int64(c.placed)
	for _, p := range t.Log.Rows()[c.placed:] {
		if position++; p.Position != position {
			w.breaks("G25", "the log goes from %d to %d", position-1, p.Position)
		}
		e := t.Events.Find(memory.Key{Bucket: p.EventBucket, ID: p.EventID})
		if e == nil || c.places[p.EventID] {
			w.breaks("G26", "position %d of the log is of no fact, or of one that has a place already", p.Position)
			continue
		}
		c.places[p.EventID] = true
		if e.Turn <= c.turns[e.Subject] {
			w.breaks("G25", "%s stands in the log before what came earlier", e.Kind)
		}
		c.turns[e.Subject] = e.Turn
		if (e.Merchant != memory.ID{}) {
			c.numbers[e.Merchant]++
			if p.Number != c.numbers[e.Merchant] {
				w.breaks("G25", "a shop's facts go from %d to %d", c.numbers[e.Merchant]-1, p.Number)
			}
		}
	}
	c.placed = t.Log.Len()
	for _, waits := range t.Outbox {
		if c.places[waits.ID] {
			w.breaks("G26", "a fact has its place and waits for one")
		}
	}
	if have := len(c.places) + len(t.Outbox); have != t.Events.Len() {
		w.breaks("G26", "there are %d facts, and %d of them wait or have their place", t.Events.Len(), have)
	}
	if t.Relay != position {
		w.breaks("G25", "the relay is at %d and the log ends at %d", t.Relay, position)
	}
}
