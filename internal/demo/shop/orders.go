package shop

import (
	"context"
	"net/http"
	"time"
)

const lookDeadline = 2 * time.Second // how long a page waits for the service before it shows what was last seen

type orderPage struct {
	frame
	Order   *Order
	Stage   Stage
	Stale   bool   // the service did not answer; what is shown is from Order.SeenAt
	Form    string // the key of the staff's next act
	Slip    bool   // the amount to refund was not one
	AsStaff bool
}

// order is D7 and, opened again, D8: what became of one order, read from the service when the page is made.
func (s *Shop) order(w http.ResponseWriter, r *http.Request) {
	o, found := s.ofCustomer(r)
	if !found {
		s.book.NotFound(w, r, "shop")
		return
	}
	p := s.seen(r, o.Ref)
	p.Title = p.T("stage." + string(p.Stage) + ".title")
	p.Live = p.Stage.Moving()
	s.book.Show(w, http.StatusOK, "order", p)
}

// seen looks at an order and at what the service says about it now.
func (s *Shop) seen(r *http.Request, ref string) orderPage {
	ctx, cancel := context.WithTimeout(r.Context(), lookDeadline)
	defer cancel()
	p := orderPage{frame: s.frame(r, "order.title", ref), Form: randomHex()}
	if err := s.settle(ctx, ref, 1); err != nil {
		s.log.Info("order shown as last seen", "order", ref, "err", err)
		p.Stale = true
	}
	p.Order, _ = s.store.order(ref)
	p.Stage = p.Order.Stage()
	return p
}

type ordersPage struct {
	frame
	Orders []listed
	Stale  bool
}

// listed is one line of a list of orders.
type listed struct {
	Order *Order
	Stage Stage
}

// orders is D8.
func (s *Shop) orders(w http.ResponseWriter, r *http.Request) {
	cookie := customerOf(r)
	p := ordersPage{frame: s.frame(r, "orders.title")}
	p.Orders, p.Stale = s.list(r.Context(), 10, func(o *Order) bool { return cookie != "" && o.Customer == cookie })
	s.book.Show(w, http.StatusOK, "orders", p)
}

// list looks at orders, newest first. One look that fails is enough to show the rest as last seen.
func (s *Shop) list(ctx context.Context, limit int, f func(*Order) bool) (out []listed, stale bool) {
	ctx, cancel := context.WithTimeout(ctx, lookDeadline)
	defer cancel()
	for _, o := range s.store.orders(limit, f) {
		if !stale && s.settle(ctx, o.Ref, 1) != nil {
			stale = true
		}
		if now, found := s.store.order(o.Ref); found {
			out = append(out, listed{now, now.Stage()})
		}
	}
	return out, stale
}

// staff lists all orders of the shop.
func (s *Shop) staff(w http.ResponseWriter, r *http.Request) {
	p := ordersPage{frame: s.frame(r, "staff.title")}
	p.Orders, p.Stale = s.list(r.Context(), 20, func(*Order) bool { return true })
	s.book.Show(w, http.StatusOK, "staff", p)
}

// staffOrder is one order as the staff sees it: what can be done, and everything that was said to the service.
func (s *Shop) staffOrder(w http.ResponseWriter, r *http.Request) {
	if _, found := s.store.order(r.PathValue("ref")); !found {
		s.book.NotFound(w, r, "shop")
		return
	}
	p := s.seen(r, r.PathValue("ref"))
	p.AsStaff = true
	p.Slip = r.URL.Query().Get("slip") != ""
	s.book.Show(w, http.StatusOK, "stafforder", p)
}

// Tag is a stage as a word with its colour.
type Tag struct{ Text, Tone string }

// Tag is the word for a stage in the page's language.
func (f frame) Tag(stage Stage) Tag { return Tag{f.T("stage." + string(stage)), f.Tone(stage)} }

// Tone is the colour of a stage: ok, info while it is being found out, warn when the customer can do something, bad
// never without need. Colour says nothing that the word beside it does not.
func (f frame) Tone(stage Stage) string {
	switch stage {
	case Ordered, Shipped, AtDoor:
		return "ok"
	case Asking, Checking, Approved:
		return "info"
	case Paying, Left, Declined, Ended, Merged:
		return "warn"
	case Failed:
		return "bad"
	default: // refunded, cancelled: over, and nobody need act
		return ""
	}
}
