package sim

import (
	"strconv"
	"strings"

	"tsuke/internal/id"
	"tsuke/internal/run"
	"tsuke/internal/sim/memory"
)

// memories are what the people of the town were told.
type memories struct {
	arrivals int
	keys     map[string]first
	acks     []ack
	checked  int // acks that were looked at
	refused  map[string]op
	bills    map[memory.ID][7]int64
	payments int // that were looked at after a batch
	losses   int

	cancelled map[string]bool // keys that somebody was told will never do anything, or no longer
}

// first is the first answer that was kept with a key.
type first struct {
	print  run.Print
	status int
	body   string
}

// ack is a success that somebody was told of.
type ack struct {
	object                       memory.ID
	bucket                       int64
	session                      bool
	captured, released, refunded int64
}

func newMemories() memories {
	return memories{keys: map[string]first{}, refused: map[string]op{}, bills: map[memory.ID][7]int64{}, cancelled: map[string]bool{}}
}

// heard takes note of an answer, and holds it against those that the same key was given before (G18, G20).
func (m *memories) heard(w *world, q *request, r reply) {
	if r.status < 300 {
		m.remember(r)
	}
	kept := r.status < 300 || (r.status == 409 && r.says())
	if q.key.Value == "" || !kept {
		return
	}
	f, known := m.keys[q.key.Value]
	switch {
	case !known:
		m.keys[q.key.Value] = first{q.key.Print, r.status, r.body}
	case f.print != q.key.Print && r.body == f.body && strings.HasPrefix(r.body, run.KeyCancelled.Code): // whatever comes with it (rule X13)
	case f.print != q.key.Print:
		w.breaks("G20", "one key was answered for two requests: %d %s and %d %s", f.status, f.body, r.status, r.body)
	case f.status != r.status || f.body != r.body:
		w.breaks("G18", "one key was answered %d %s and then %d %s", f.status, f.body, r.status, r.body)
	}
}

// remember keeps what a success said.
func (m *memories) remember(r reply) {
	fields := strings.Fields(r.body)
	if len(fields) == 2 {
		if sid, err := id.Parse[id.SessionKind](fields[0]); err == nil {
			m.acks = append(m.acks, ack{object: memory.ID(sid), bucket: int64(sid.Bucket()), session: true})
		}
		return
	}
	if len(fields) != 6 {
		return
	}
	pid, err := id.Parse[id.PaymentKind](fields[0])
	if err != nil {
		return
	}
	a := ack{object: memory.ID(pid), bucket: int64(pid.Bucket())}
	for i, into := range []*int64{&a.captured, &a.released, &a.refunded} {
		*into, _ = strconv.ParseInt(fields[3+i], 10, 64) // written by paymentAnswer
	}
	m.acks = append(m.acks, a)
}

// refusedAt notes that a request was told that nothing was done for it.
func (w *world) refusedAt(d *delivery) { w.memories.refused[d.ref] = d.op }

// checkAcks is G15.
func (w *world) checkAcks(t *memory.Tables) {
	m := &w.memories
	for _, a := range m.acks[m.checked:] {
		w.checkAck(t, a)
	}
	m.checked = len(m.acks)
}

func (w *world) checkAck(t *memory.Tables, a ack) {
	key := memory.Key{Bucket: a.bucket, ID: a.object}
	if a.session {
		if t.Sessions.Find(key) == nil {
			w.breaks("G15", "somebody was told of a checkout that is not there")
		}
		return
	}
	switch p := t.Payments.Find(key); {
	case p == nil:
		w.breaks("G15", "somebody was told of a payment that is not there")
	case p.Captured < a.captured || p.Released < a.released || p.Refunded < a.refunded:
		w.breaks("G15", "of order %s somebody was told captured %d, released %d, refunded %d; it is %d, %d, %d", p.OrderRef,
			a.captured, a.released, a.refunded, p.Captured, p.Released, p.Refunded)
	}
}

// checkRefusals is G16.
func (w *world) checkRefusals(t *memory.Tables) {
	for _, e := range t.Events.Rows()[w.checker.events:] {
		if e.Kind == "payment.similar_stopped" || e.Kind == "checkout_session.asked" {
			continue // that it was stopped is what they tell
		}
		if what, refused := w.memories.refused[e.Request]; refused {
			w.breaks("G16", "a %s was refused and left the fact %s", what, e.Kind)
		}
	}
	w.checker.events = t.Events.Len()
}

// checkDurable is G19: an answer is repeated only once the machine can be lost without losing it.
func (w *world) checkDurable(key run.Key) {
	if w.memory == nil || key.Value == "" {
		return
	}
	row := memory.Key{Bucket: int64(id.BucketOf(key.Scope, key.Value)), ID: memory.ID(id.Hash(key.Scope, key.Value))}
	if a := w.memory.Answers.Find(row); a != nil && a.LSN > w.memory.Flushed() {
		w.breaks("G19", "an answer is repeated that one machine alone knows of")
	}
}

// checkCancelled is G21: what was charged with a key that was cancelled is given back, before and after.
func (w *world) checkCancelled(t *memory.Tables) {
	for _, s := range w.shops {
		for _, in := range s.asked {
			key := in.q.key
			if in.q.op != opPay || !w.memories.cancelled[key.Value] {
				continue
			}
			a := t.Answers.Find(memory.Key{Bucket: int64(id.BucketOf(key.Scope, key.Value)), ID: memory.ID(id.Hash(key.Scope, key.Value))})
			if a == nil {
				w.breaks("G21", "the key of order %s was cancelled and is free", in.q.orderRef)
				continue
			}
			pid, err := id.Parse[id.PaymentKind](a.Object)
			if err != nil || a.Status >= 400 {
				continue
			}
			if p := paymentRow(t, memory.ID(pid)); p == nil || (live(p.State) && p.Refunded < p.Captured) || p.State == "authorized" {
				w.breaks("G21", "the key of order %s was cancelled and its payment stands", in.q.orderRef)
			}
		}
	}
}

// checkEnds are the checks for which everybody must have asked for everything.
func (w *world) checkEnds(t *memory.Tables) {
	for _, a := range w.memories.acks {
		if w.o.wants("G15") {
			w.checkAck(t, a)
		}
	}
	for _, s := range w.shops {
		for _, in := range s.asked {
			if !in.known {
				w.breaks("G17", "%s %s and never learned what became of it", s.name, in.what)
			}
		}
	}
	for _, m := range w.members {
		for _, p := range m.presses {
			if !p.known {
				w.breaks("G17", "%s pressed for order %s and never learned what became of it", m.name, p.sale.ref)
			}
		}
	}
	w.checkCancelled(t)
	w.checkKnown(t)
	w.checkWaysKnown(t)
	if len(t.Outbox) > 0 || w.house.read != t.Relay {
		w.breaks("G26", "%d facts still wait; the reader is at %d of %d", len(t.Outbox), w.house.read, t.Relay)
	}
	if w.o.wants("G13") {
		w.checkTills(t)
	}
}
