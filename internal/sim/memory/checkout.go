package memory

import (
	"cmp"
	"slices"
)

// The statements of package checkout about orders, payments, captures and refunds.
var _ = teach(map[string]handler{
	"checkout.selectOrders": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.order(v, out)
	}},
	"checkout.lockOrders": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		s.lock("shop_order", v.id(1))
		return s.order(v, out)
	}},
	"checkout.claimOrders": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Orders.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.Live {
			return 0, nil
		}
		s.changes("checkout.claimOrders", "shop_order", old.Hash)
		return 1, s.Orders.update(old, func(o *Order) { o.Payment, o.Live = v.id(2), v.flag(3) })
	}},
	"checkout.insertOrders": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Orders.insert(&Order{
			Bucket: v.n(0), Hash: v.id(1), Payment: v.id(2), Live: v.flag(3),
		})
	}},
	"checkout.pointOrder": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Orders.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 1, s.Orders.insert(&Order{
				Bucket: v.n(0), Hash: v.id(1), Session: v.id(2),
			})
		}
		s.changes("checkout.pointOrder", "shop_order", old.Hash)
		return 1, s.Orders.update(old, func(o *Order) { o.Session = v.id(2) })
	}},
	"checkout.freeOrder": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Orders.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.Payment != v.id(2) {
			return 0, nil
		}
		s.changes("checkout.freeOrder", "shop_order", old.Hash)
		return 1, s.Orders.update(old, func(o *Order) { o.Live = false })
	}},
	"checkout.insertPayments": {17, func(s *Store, v values, _ func(*row) error) (int64, error) {
		p := &Payment{
			Bucket: v.n(0), ID: v.id(1), Merchant: v.id(2), Member: v.id(3), OrderRef: v.text(4), Session: v.id(5), Token: v.id(6),
			RetryOf: v.id(7), RepeatOf: v.id(8), Channel: v.text(9), Capture: v.text(10), State: v.text(11), Amount: v.n(12),
			Reasons: v.text(13), Facts: v.text(14), Due: v.n(15), Created: v.n(16), Changed: v.n(16),
		}
		s.lock("payment", p.ID)
		return 1, s.Payments.insert(p)
	}},
	"checkout.selectPayments": {2, (*Store).payment},
	"checkout.lockPayments": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		s.lock("payment", v.id(1))
		return s.payment(v, out)
	}},
	"checkout.updatePayment": {8, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Payments.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("checkout.updatePayment", "payment", old.ID)
		return 1, s.Payments.update(old, func(p *Payment) {
			p.State, p.Captured, p.Released, p.Refunded, p.Due, p.Changed = v.text(2), v.n(3), v.n(4), v.n(5), v.n(6), v.n(7)
		})
	}},
	"checkout.selectDue": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var due []*Payment
		for _, p := range s.open {
			if p.Due <= v.n(0) {
				due = append(due, p)
			}
		}
		slices.SortFunc(due, func(a, b *Payment) int {
			return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Bucket, b.Bucket), slices.Compare(a.ID[:], b.ID[:]))
		})
		due = due[:min(len(due), int(v.n(1)))]
		for _, p := range due {
			if err := out(s.fresh().id(p.ID)); err != nil {
				return 0, err
			}
		}
		return int64(len(due)), nil
	}},
	"checkout.insertCapture": {10, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Captures.insert(&Capture{
			Bucket: v.n(0), ID: v.id(1), Payment: v.id(2), Member: v.id(3), Merchant: v.id(4), Amount: v.n(5), Channel: v.text(6),
			Day: v.text(7), BillMonth: v.text(8), Created: v.n(9),
		})
	}},
	"checkout.selectCaptures": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := byTime(s.ofPayment[v.id(1)], func(c *Capture) (int64, ID) { return c.Created, c.ID })
		for _, c := range all {
			if err := out(s.fresh().id(c.ID).id(c.Payment).int(c.Amount).text(c.Day).day(c.BillMonth).int(c.Created)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"checkout.insertRefund": {11, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Refunds.insert(&Refund{
			Bucket: v.n(0), ID: v.id(1), Payment: v.id(2), Member: v.id(3), Merchant: v.id(4), Amount: v.n(5), Channel: v.text(6),
			Reason: v.text(7), Day: v.text(8), BillMonth: v.text(9), Created: v.n(10),
		})
	}},
	"checkout.selectRefunds": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := byTime(s.backOf[v.id(1)], func(r *Refund) (int64, ID) { return r.Created, r.ID })
		for _, r := range all {
			err := out(s.fresh().id(r.ID).id(r.Payment).int(r.Amount).text(r.Reason).text(r.Day).day(r.BillMonth).int(r.Created))
			if err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
})

// The statements of package checkout about sessions.
var _ = teach(map[string]handler{
	"checkout.insertSession": {15, func(s *Store, v values, _ func(*row) error) (int64, error) {
		r := &Session{
			Bucket: v.n(0), ID: v.id(1), Merchant: v.id(2), OrderRef: v.text(3), Amount: v.n(4), Capture: v.text(5), Cart: v.text(6),
			ReturnURL: v.text(7), CancelURL: v.text(8), OfferToken: v.flag(9), State: v.text(10), Payment: v.id(11),
			Created: v.n(12), Expires: v.n(13), Ended: v.n(14),
		}
		s.lock("checkout_session", r.ID)
		return 1, s.Sessions.insert(r)
	}},
	"checkout.selectSessions": {2, (*Store).session},
	"checkout.lockSessions": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		s.lock("checkout_session", v.id(1))
		return s.session(v, out)
	}},
	"checkout.updateSessions": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Sessions.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.State == "done" {
			return 0, nil
		}
		s.changes("checkout.updateSessions", "checkout_session", old.ID)
		return 1, s.Sessions.update(old, func(r *Session) { r.State, r.Payment, r.Ended = v.text(2), v.id(3), v.n(4) })
	}},
	"checkout.updateSession": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Sessions.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("checkout.updateSession", "checkout_session", old.ID)
		return 1, s.Sessions.update(old, func(r *Session) { r.State, r.Expires, r.Ended = v.text(2), v.n(3), v.n(4) })
	}},
	"checkout.selectRecent": {4, func(s *Store, v values, out func(*row) error) (int64, error) {
		var n int64
		since := v.id(2)
		for _, p := range s.Payments.rows {
			if p.Bucket != v.n(0) || p.Member != v.id(1) || slices.Compare(p.ID[:], since[:]) < 0 || p.Channel != "online" ||
				!oneOf(p.State, "authorized", "confirmed", "captured") {
				continue
			}
			n++
			if err := out(s.paymentRow(p)); err != nil {
				return n, err
			}
		}
		return n, nil
	}},
	"checkout.askSessions": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Sessions.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("checkout.askSessions", "checkout_session", old.ID)
		return 1, s.Sessions.update(old, func(r *Session) { r.Similar, r.Answer = v.id(2), "asked" })
	}},
	"checkout.updateAnswer": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Sessions.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("checkout.updateAnswer", "checkout_session", old.ID)
		return 1, s.Sessions.update(old, func(r *Session) { r.State, r.Answer, r.Ended = v.text(2), v.text(3), v.n(4) })
	}},
	"checkout.updateSessionToken": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Sessions.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		return 1, s.Sessions.update(old, func(r *Session) { r.Token = v.id(2) })
	}},
})

func (s *Store) order(v values, out func(*row) error) (int64, error) {
	o := s.Orders.Find(Key{v.n(0), v.id(1)})
	if o == nil {
		return 0, nil
	}
	return 1, out(s.fresh().int(o.Bucket).id(o.Hash).id(o.Payment).flag(o.Live).id(o.Session))
}

func (s *Store) payment(v values, out func(*row) error) (int64, error) {
	p := s.Payments.Find(Key{v.n(0), v.id(1)})
	if p == nil {
		return 0, nil
	}
	return 1, out(s.paymentRow(p))
}

func (s *Store) paymentRow(p *Payment) *row {
	return s.fresh().id(p.ID).id(p.Merchant).id(p.Member).text(p.OrderRef).id(p.Session).id(p.Token).id(p.RetryOf).id(p.RepeatOf).
		text(p.Channel).text(p.Capture).text(p.State).int(p.Amount).int(p.Captured).int(p.Released).int(p.Refunded).
		text(p.Reasons).text(p.Facts).int(p.Due).int(p.Created).int(p.Changed).flag(p.Invoice)
}

func (s *Store) session(v values, out func(*row) error) (int64, error) {
	r := s.Sessions.Find(Key{v.n(0), v.id(1)})
	if r == nil {
		return 0, nil
	}
	return 1, out(s.fresh().id(r.ID).id(r.Merchant).text(r.OrderRef).int(r.Amount).text(r.Capture).text(r.Cart).text(r.ReturnURL).
		text(r.CancelURL).flag(r.OfferToken).text(r.State).id(r.Payment).id(r.Token).
		id(r.Similar).text(r.Answer).int(r.Created).int(r.Expires).int(r.Ended))
}
