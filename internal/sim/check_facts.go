package sim

import (
	"encoding/binary"
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
	case "payment.repeated", "payment.similar_stopped", "payment.similar_same", "payment.similar_another":
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
		if f.refunded == f.captured {
			f.state = "refunded"
		}
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

// placed is a fact as a page of the log or of a feed lists it: 16 bytes of the subject, then turn and number.
type placed struct {
	subject      memory.ID
	turn, number int64
}

func placedIn(page string) []placed {
	var all []placed
	for b := []byte(page); len(b) >= 32; b = b[32:] {
		all = append(all, placed{memory.ID(b[:16]), int64(binary.BigEndian.Uint64(b[16:])), int64(binary.BigEndian.Uint64(b[24:]))})
	}
	return all
}

// checkPlaces is G25 and G26.
func (w *world) checkPlaces(t *memory.Tables) {
	c := w.checker
	for _, page := range t.Log.Rows()[c.pages:] {
		for _, p := range placedIn(page.Facts) {
			c.position++
			w.checkPlace(t, p)
		}
		if c.position != page.Last {
			w.breaks("G25", "the log goes to %d and holds %d facts", page.Last, c.position)
		}
	}
	c.pages = t.Log.Len()
	for _, page := range t.Feed.Rows()[c.feeds:] {
		for _, p := range placedIn(page.Facts) {
			e := t.Event(p.subject, p.turn)
			if c.fed[page.Merchant]++; p.number != c.fed[page.Merchant] || e == nil || e.Merchant != page.Merchant {
				w.breaks("G25", "a shop's feed goes from %d to %d", c.fed[page.Merchant]-1, p.number)
			}
		}
		if c.fed[page.Merchant] != page.Last {
			w.breaks("G25", "a shop's feed goes to %d and holds %d facts", page.Last, c.fed[page.Merchant])
		}
	}
	c.feeds = t.Feed.Len()
	waiting := 0
	for _, row := range t.Outbox {
		for b := []byte(row.Facts); len(b) >= 34; b = b[34:] {
			waiting++
			turn := row.Turn + int64(binary.BigEndian.Uint16(b[32:]))
			e := t.Event(memory.ID(b[:16]), turn)
			if e == nil || e.Merchant != memory.ID(b[16:32]) || e.Turn <= c.turns[e.Subject] {
				w.breaks("G26", "what waits for a place is no fact, or one that has its place")
			}
		}
	}
	if c.position+int64(waiting) != int64(t.Events.Len()) {
		w.breaks("G26", "there are %d facts; %d have their place and %d wait", t.Events.Len(), c.position, waiting)
	}
	if t.Relay != c.position {
		w.breaks("G25", "the relay is at %d and the log ends at %d", t.Relay, c.position)
	}
}

// checkPlace looks at the fact at one position of the log.
func (w *world) checkPlace(t *memory.Tables, p placed) {
	c := w.checker
	e := t.Event(p.subject, p.turn)
	if e == nil {
		w.breaks("G26", "position %d of the log is of no fact", c.position)
		return
	}
	if e.Turn <= c.turns[e.Subject] {
		w.breaks("G25", "%s stands in the log twice, or before what came earlier", e.Kind)
	}
	c.turns[e.Subject] = e.Turn
	if (e.Merchant == memory.ID{}) {
		return
	}
	if c.numbers[e.Merchant]++; p.number != c.numbers[e.Merchant] {
		w.breaks("G25", "a shop's facts go from %d to %d", c.numbers[e.Merchant]-1, p.number)
	}
}
