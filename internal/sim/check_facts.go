package sim

import (
	"strconv"
	"strings"

	"tsuke/internal/sim/memory"
)

// folded is what a timeline said when it was read last.
type folded struct {
	facts int
	row   *memory.Payment
}

// checkTimelines is G03 and G28: the facts of each payment, one after the other, are a legal way to the state it is in.
func (w *world) checkTimelines(t *memory.Tables) {
	if !w.o.wants("G03") && !w.o.wants("G28") {
		return
	}
	t.Payments.All(func(p *memory.Payment) bool {
		all := t.Timeline(p.ID)
		if known := w.checker.folded[p.ID]; known.facts == len(all) && known.row == p {
			return true
		}
		w.checker.folded[p.ID] = folded{len(all), p}
		f := fold{amount: p.Amount}
		for _, e := range all {
			if !f.takes(e.Kind, figure(e.Data, `"amount":`), figure(e.Data, `"released":`)) {
				w.breaks("G03", "order %s is %s and then %s", p.OrderRef, f.state, e.Kind)
			}
		}
		if f.state != p.State || f.captured != p.Captured || f.released != p.Released || f.refunded != p.Refunded {
			w.breaks("G28", "the timeline of order %s ends %s with captured %d, released %d, refunded %d; it is %s with %d, %d, %d",
				p.OrderRef, f.state, f.captured, f.released, f.refunded, p.State, p.Captured, p.Released, p.Refunded)
		}
		return w.violation == nil
	})
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

// checkFacts is G24: one fact for each change, counted.
func (w *world) checkFacts(t *memory.Tables) {
	if !w.o.wants("G24") {
		return
	}
	w.checkPaymentFacts(t)
	t.Bills.All(func(b *memory.Statement) bool {
		if n := count(t, b.ID, "statement.issued"); n != 1 {
			w.breaks("G24", "%s's bill of %s was issued and %d facts say so", w.nameOf(b.Member), b.Month, n)
		}
		return w.violation == nil
	})
	t.Sessions.All(func(s *memory.Session) bool {
		if n := count(t, s.ID, "checkout_session.opened"); n != 1 {
			w.breaks("G24", "a checkout of order %s was opened and %d facts say so", s.OrderRef, n)
		}
		return w.violation == nil
	})
}

func (w *world) checkPaymentFacts(t *memory.Tables) {
	t.Payments.All(func(p *memory.Payment) bool {
		born, captured, refunded, ended := 0, 0, 0, 0
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
		gone := 0
		if p.State == "voided" || p.State == "expired" {
			gone = 1
		}
		if born != 1 || captured != len(t.CapturesOf(p.ID)) || refunded != len(t.RefundsOf(p.ID)) || ended > 1 || ended < gone {
			w.breaks("G24", "order %s (%s): %d facts of its beginning, %d of %d captures, %d of %d refunds, %d of its end", p.OrderRef, p.State,
				born, captured, len(t.CapturesOf(p.ID)), refunded, len(t.RefundsOf(p.ID)), ended)
		}
		return w.violation == nil
	})
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
	c.placed = t.Log.From(c.placed, func(p *memory.Place) {
		if position++; p.Position != position {
			w.breaks("G25", "the log goes from %d to %d", position-1, p.Position)
		}
		e := t.Events.Find(memory.Key{Bucket: p.EventBucket, ID: p.EventID})
		if e == nil || c.places[p.EventID] {
			w.breaks("G26", "position %d of the log is of no fact, or of one that has a place already", p.Position)
			return
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
	})
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
