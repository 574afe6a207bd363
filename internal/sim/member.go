package sim

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/id"
)

// member is somebody with a telephone.
type member struct {
	w       *world
	name    string
	id      id.Member
	presses []*press
	kept    []billing.Slip // barcodes seen last time
	pays    time.Time      // when it has put off paying until

	nth      int  // in the town
	accounts int  // that it has registered so far
	tardy    bool // never pays before months have passed
	waits    int  // how often it would have paid in parts what was not late
	insists  bool // pays at a till now, also what a bank is asked for

	guest *guest // who moved in without membership; nil for a member
}

// press is a checkout on a member's screen, pressed until the page says what became of it.
type press struct {
	member *member
	shop   *shop
	sale   *sale
	tries  int
	known  bool
}

// arrive is a member who comes to a checkout from the shop.
func (m *member) arrive(s *shop, sl *sale) {
	w := m.w
	p := &press{member: m, shop: s, sale: sl}
	m.presses = append(m.presses, p)
	if w.habit(w.plan.leave) {
		w.tell("%s goes back to %s without paying.", m.name, s.name)
		w.send(&request{op: opLeave, shop: s, session: sl.session}, func(reply) {})
		if w.in(2) == 0 {
			p.known = true
			return
		}
		w.after(w.between(time.Minute, 20*time.Minute), "return", func() {
			w.tell("%s comes back to the checkout.", m.name)
			w.send(&request{op: opLeave, shop: s, session: sl.session, final: true}, func(reply) {})
			p.push()
		})
		return
	}
	p.push()
	if w.percent(w.plan.doubleClick) {
		for range 1 + w.in(2) {
			w.after(w.between(50*time.Millisecond, 600*time.Millisecond), "press", p.push)
		}
	}
	if w.percent(w.plan.tabs) {
		w.after(w.between(time.Second, 15*time.Minute), "tab", func() {
			w.tell("%s finds the checkout in another tab.", m.name)
			p.push()
		})
	}
}

// push presses the button.
func (p *press) push() {
	w := p.member.w
	p.tries++
	w.tell("%s presses Pay for order %s at %s (%s yen)%s.", p.member.name, p.sale.ref, p.shop.name, p.sale.amount, again(p.tries))
	q := &request{op: opPress, shop: p.shop, member: p.member.id, session: p.sale.session, orderRef: p.sale.ref}
	w.send(q, func(r reply) {
		w.memories.heard(w, q, r)
		if p.known || !r.says() {
			return
		}
		if stands, ok := r.similar(); ok && p.tries < 20 {
			p.answer(stands)
			return
		}
		p.known = true
		w.tell("%s is shown: %d %s", p.member.name, r.status, r.body)
	})
	w.after(w.between(10*time.Second, time.Minute)<<min(p.tries, 8), "impatience", func() {
		if !p.known {
			p.push()
		}
	})
}

// answer says whether it is the purchase that was made a moment ago.
func (p *press) answer(stands id.Payment) {
	w := p.member.w
	say := checkout.Same
	if w.in(2) == 0 {
		say = checkout.Another
	}
	w.tell("%s is asked whether order %s is a purchase of its own, and says: %s.", p.member.name, p.sale.ref, say)
	w.send(&request{op: opAnswer, shop: p.shop, member: p.member.id, session: p.sale.session, payment: stands, same: say}, func(reply) {})
	w.after(w.between(2*time.Second, 20*time.Second), "press", p.push)
}

// heal lets the member press once more where the page did not say what became of it.
func (m *member) heal() {
	m.tardy, m.pays = false, time.Time{}
	if m.guest != nil {
		clear(m.guest.doubts)
	}
	for _, p := range m.presses {
		if !p.known {
			m.w.after(m.w.between(time.Second, 2*time.Minute), "chase", p.push)
		}
	}
}
