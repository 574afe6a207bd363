package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

// shop is a merchant's program.
type shop struct {
	w      *world
	name   string
	id     id.Merchant
	scope  string
	paused bool
	away   time.Time // it neither sends nor hears before this
	sales  []*sale
	asked  []*intent // everything it ever asked for that changes something
	feed   int64     // the last number of its feed that it knows
	keys   int
}

// sale is an order as the shop knows it.
type sale struct {
	ref     string
	member  *member
	amount  money.Yen
	capture checkout.Capture
	payment id.Payment
	session id.Session
	looks   int

	repeatOf id.Payment // the shop says that the order is another purchase than this one
	planned  bool       // what follows the authorization is under way
}

// intent is something that the shop wants once, and asks for until it knows what became of it.
type intent struct {
	shop  *shop
	what  string // for the story
	q     *request
	tries int
	known bool
	then  func(reply)
}

func newShop(w *world, name string) *shop {
	s := &shop{w: w, name: name, id: id.In[id.MerchantKind](moment{w}, w.in(id.Buckets))}
	s.scope = "live " + s.id.String()
	return s
}

// nextOrder is an order that somebody puts into a cart, and the plan for the one after it.
func (s *shop) nextOrder() {
	w := s.w
	if w.now.After(w.ends) {
		return
	}
	wait := w.some(w.plan.everyOrder)
	if w.percent(w.plan.burst) {
		wait = w.between(0, 3*time.Second)
	} else if w.percent(w.plan.monthEnd) { // bought before midnight, and confirmed after it
		wait = jst.MonthOf(w.now).End().Sub(w.now) - w.between(0, 50*time.Minute)
		wait = max(wait, 0)
	}
	w.after(wait, "order", s.nextOrder)
	s.order()
}

// order begins one.
func (s *shop) order() {
	w := s.w
	if w.habit(w.plan.down) {
		s.away = w.now.Add(w.between(time.Minute, 4*24*time.Hour))
		w.tell("%s's program goes down.", s.name)
	}
	sl := &sale{
		ref: s.nextRef(), member: w.members[w.in(w.plan.members)],
		amount: money.Yen(100 * (1 + w.in(180))), capture: checkout.Manual,
	}
	if w.in(3) == 0 {
		sl.capture = checkout.Automatic
	}
	if n := len(s.sales); n > 0 && w.habit(w.plan.startAgain) { // a cart that makes a new number
		sl.member, sl.amount = s.sales[n-1].member, s.sales[n-1].amount
	}
	if len(s.sales) > 0 && w.habit(w.plan.reused) {
		sl.ref = s.sales[w.in(len(s.sales))].ref
	}
	s.sales = append(s.sales, sl)
	if w.in(2) == 0 || sl.member.guest != nil { // nobody buys for a guest
		s.open(sl)
		return
	}
	s.charge(sl)
}

func (s *shop) nextRef() string { return fmt.Sprintf("%c-%d", s.name[0], len(s.sales)+1) }

// charge buys without the member present.
func (s *shop) charge(sl *sale) {
	s.ask("charges "+sl.member.name+" "+sl.amount.String()+" yen for order "+sl.ref, &request{
		op: opPay, member: sl.member.id, orderRef: sl.ref, amount: sl.amount, capture: sl.capture, repeatOf: sl.repeatOf,
	}, func(r reply) {
		if stands, ok := r.similar(); ok && sl.repeatOf.IsZero() && s.w.in(2) == 0 {
			s.w.tell("%s says that order %s is another purchase.", s.name, sl.ref)
			sl.repeatOf = stands
			s.charge(sl)
			return
		}
		s.authorized(sl, r)
	})
}

// open opens a checkout and sends the member there.
func (s *shop) open(sl *sale) {
	s.ask("opens a checkout for order "+sl.ref+" over "+sl.amount.String()+" yen", &request{
		op: opSession, orderRef: sl.ref, amount: sl.amount, capture: sl.capture,
	}, func(r reply) {
		text, _, _ := strings.Cut(r.body, " ")
		sid, err := id.Parse[id.SessionKind](text)
		if r.status != 201 || err != nil {
			return
		}
		sl.session = sid
		s.w.after(s.w.between(time.Second, 2*time.Minute), "arrive", func() { sl.member.arrive(s, sl) })
		s.w.after(s.w.between(time.Minute, 10*time.Minute), "look", func() { s.lookAt(sl) })
	})
}

// lookAt asks what became of an order whose member was sent to the checkout.
func (s *shop) lookAt(sl *sale) {
	if sl.planned || sl.looks > 4 {
		return
	}
	sl.looks++
	s.w.send(&request{op: opLook, shop: s, orderRef: sl.ref}, func(r reply) {
		if r.status == 200 {
			s.authorized(sl, r)
		}
	})
	s.w.after(s.w.between(time.Minute, 8*time.Minute)*time.Duration(sl.looks), "look", func() { s.lookAt(sl) })
}

// authorized is what the shop does with an order that has its payment.
func (s *shop) authorized(sl *sale, r reply) {
	pid, state, ok := payment(r)
	if !ok || sl.planned || (state != "authorized" && state != "confirmed" && state != "captured") {
		return
	}
	sl.planned, sl.payment = true, pid
	w := s.w
	switch {
	case w.habit(w.plan.silent):
		return // the shop forgets the order
	case w.in(8) == 0:
		w.after(w.between(time.Second, 40*time.Minute), "void", func() { s.void(sl) })
		return
	case sl.capture == checkout.Manual && w.in(4) == 0:
		w.after(w.between(time.Minute, 50*time.Minute), "capture", func() { s.ship(sl) })
		return
	}
	wait := w.between(time.Second, 20*time.Minute)
	if w.habit(w.plan.lateCapture) {
		wait = w.between(40*time.Minute, 3*time.Hour)
	}
	w.after(wait, "confirm", func() {
		s.ask("confirms order "+sl.ref, &request{op: opConfirm, payment: pid}, func(r reply) { s.confirmed(sl, r) })
	})
}

func (s *shop) confirmed(sl *sale, r reply) {
	w := s.w
	switch _, state, ok := payment(r); {
	case !ok:
	case state == "captured":
		s.mayRefund(sl)
	case w.in(8) == 0:
		w.after(w.between(time.Hour, 10*24*time.Hour), "void", func() { s.void(sl) })
	default:
		wait := w.between(time.Hour, 20*24*time.Hour)
		if w.habit(w.plan.lateCapture) {
			wait = w.between(25*24*time.Hour, 40*24*time.Hour)
		}
		w.after(wait, "capture", func() { s.ship(sl) })
	}
}

func (s *shop) void(sl *sale) {
	s.ask("voids order "+sl.ref, &request{op: opVoid, payment: sl.payment}, func(reply) {})
	if s.w.habit(s.w.plan.twice) {
		s.ask("voids order "+sl.ref+" again", &request{op: opVoid, payment: sl.payment}, func(reply) {})
	}
}

// ship captures: all of it, or a part and later the rest.
func (s *shop) ship(sl *sale) {
	w := s.w
	part := money.Yen(0)
	if w.habit(w.plan.parts) {
		part = 1 + money.Yen(w.in(int(sl.amount)))
	}
	final := part == 0 || w.in(3) == 0
	s.ask(fmt.Sprintf("captures %s yen of order %s", part, sl.ref), &request{op: opCapture, payment: sl.payment, amount: part, final: final},
		func(r reply) {
			if _, _, ok := payment(r); ok {
				s.mayRefund(sl)
			}
		})
	if !final {
		w.after(w.between(time.Hour, 25*24*time.Hour), "capture", func() {
			if w.in(4) == 0 {
				s.void(sl)
				return
			}
			s.ask("captures the rest of order "+sl.ref, &request{op: opCapture, payment: sl.payment, final: true}, func(reply) {})
		})
	}
	if w.habit(w.plan.twice) {
		s.ask("captures order "+sl.ref+" once more", &request{op: opCapture, payment: sl.payment, final: true}, func(reply) {})
	}
}

func (s *shop) mayRefund(sl *sale) {
	w := s.w
	if w.in(3) != 0 {
		return
	}
	amount := money.Yen(0)
	switch {
	case w.habit(w.plan.greedy):
		amount = sl.amount + money.Yen(1+w.in(1000))
	case w.in(2) == 0:
		amount = 1 + money.Yen(w.in(int(sl.amount)))
	}
	w.after(w.between(time.Hour, 50*24*time.Hour), "refund", func() {
		for range 1 + w.in(2) {
			s.ask(fmt.Sprintf("refunds %s yen of order %s", amount, sl.ref), &request{op: opRefund, payment: sl.payment, amount: amount}, func(reply) {})
		}
	})
}

// ask begins an intent. Its key is made, and kept, before the first try.
func (s *shop) ask(what string, q *request, then func(reply)) {
	in := &intent{shop: s, what: what, q: q, then: then}
	q.shop = s
	q.key = s.newKey(q)
	s.asked = append(s.asked, in)
	in.try()
}

// newKey makes a key that no request of this shop had before.
func (s *shop) newKey(q *request) run.Key {
	s.keys++
	k := run.Key{Scope: s.scope, Value: s.name + "-key-0123456789-" + strconv.Itoa(s.keys), Operation: string(q.op)}
	k.Print = printOf(q)
	return k
}

func printOf(q *request) run.Print {
	return must(run.PrintOf(string(q.op), map[string]any{
		"member": q.member.String(), "order_ref": q.orderRef, "amount": int64(q.amount), "final": q.final, "capture": string(q.capture),
		"id": q.payment.String(), "repeat_of": q.repeatOf.String(), "key": q.cancels,
	}))
}

// try sends the request, and comes back to it if no answer came.
func (in *intent) try() {
	w := in.shop.w
	if in.known {
		return
	}
	if w.now.Before(in.shop.away) {
		w.at(in.shop.away.Add(w.between(0, time.Minute)), "back", in.try)
		return
	}
	in.tries++
	w.tell("%s %s%s.", in.shop.name, in.what, again(in.tries))
	q := in.q
	w.send(q, func(r reply) { in.hear(q, r) })
	patience := w.between(2*time.Second, 30*time.Second) << min(in.tries, 8)
	w.after(patience, "patience", func() {
		if in.known {
			return
		}
		if in.tries > 2 && q.op == opPay && w.habit(w.plan.cancels) {
			in.cancel()
			return
		}
		in.grow()
		in.try()
	})
	if w.habit(w.plan.changed) {
		in.confuse()
	}
}

func again(tries int) string {
	if tries == 1 {
		return ""
	}
	return " (try " + strconv.Itoa(tries) + ", no answer so far)"
}

// cancel is a shop that does not want to wait any longer: nobody is to be charged for the order, whatever became of it.
func (in *intent) cancel() {
	key := in.q.key.Value
	in.known = true
	in.shop.ask("cancels its request for order "+in.q.orderRef, &request{op: opCancel, cancels: key}, func(r reply) {
		if r.status == 200 {
			in.shop.w.memories.cancelled[key] = true
		}
	})
}

// grow is what some shops do when no answer comes: they take a new key for the same order.
func (in *intent) grow() {
	if in.q.op != opPay || !in.shop.w.habit(in.shop.w.plan.newKey) {
		return
	}
	q := *in.q
	q.key = in.shop.newKey(&q)
	in.q = &q
	in.shop.w.tell("%s takes a new key for order %s.", in.shop.name, q.orderRef)
}

// confuse sends the same key with another amount.
func (in *intent) confuse() {
	q := *in.q
	q.amount += 100
	q.key.Print = printOf(&q)
	in.shop.w.tell("%s sends the same key with another amount.", in.shop.name)
	in.shop.w.send(&q, func(r reply) { in.shop.w.memories.heard(in.shop.w, &q, r) })
}

// hear takes an answer, the first or one more.
func (in *intent) hear(q *request, r reply) {
	w := in.shop.w
	if w.now.Before(in.shop.away) {
		return
	}
	w.memories.heard(w, q, r)
	if in.known || !r.says() {
		return
	}
	in.known = true
	w.tell("%s is told: %d %s", in.shop.name, r.status, r.body)
	in.then(r)
}

// says tells whether an answer is final: the client need not ask again.
func (r reply) says() bool {
	switch r.code {
	case "too_busy", "outcome_unknown", "outcome_not_yet_durable", "idempotency_in_flight", "internal":
		return false
	}
	return true
}

// similar is the payment that an order looked like, if it was stopped for that.
func (r reply) similar() (id.Payment, bool) {
	code, object, _ := strings.Cut(r.body, " ")
	pid, err := id.Parse[id.PaymentKind](object)
	return pid, err == nil && code == "similar_payment"
}

// payment reads an answer about a payment.
func payment(r reply) (id.Payment, string, bool) {
	text, rest, _ := strings.Cut(r.body, " ")
	pid, err := id.Parse[id.PaymentKind](text)
	state, _, _ := strings.Cut(rest, " ")
	return pid, state, err == nil && r.status < 300
}

// poll reads the shop's feed.
func (s *shop) poll() {
	w := s.w
	w.after(w.some(5*24*time.Hour), "poll", s.poll)
	if s.w.plan.amnesia > 0 && len(s.asked) > 0 && w.habit(w.plan.amnesia) {
		s.replay()
	}
	if !w.house.up || w.now.Before(s.away) {
		return
	}
	var facts []event.Recorded
	err := w.house.db.Read(background, func(tx *db.Tx) (err error) {
		facts, err = event.Feed(tx, s.id, s.feed, 100)
		return err
	})
	if err != nil {
		w.house.foreseen("feed", err)
		return
	}
	for _, f := range facts {
		if f.Number != s.feed+1 {
			w.breaks("G25", "%s's feed goes from %d to %d", s.name, s.feed, f.Number)
		}
		s.feed = f.Number
	}
}

// replay is a shop that lost its memory of the last days, and sends everything again with the keys of then.
func (s *shop) replay() {
	w := s.w
	w.tell("%s lost its database and sends its last requests again.", s.name)
	from := max(0, len(s.asked)-1-w.in(20))
	for _, in := range s.asked[from:] {
		q := in.q
		w.after(w.between(0, time.Hour), "replay", func() {
			w.send(q, func(r reply) { w.memories.heard(w, q, r) })
		})
	}
}

// heal lets the shop ask at once for what it does not know.
func (s *shop) heal() {
	s.away = time.Time{}
	for _, in := range s.asked {
		if !in.known {
			s.w.after(s.w.between(time.Second, 2*time.Minute), "chase", in.try)
		}
	}
}
