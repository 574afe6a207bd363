package load

import "fmt"

// step is one request of an authorized order's life. parts is its share of the order in quarters.
type step struct {
	op    Op
	parts int64
	final bool
}

// lives are what becomes of orders after they were authorized: every verb, in every order that the table of payments
// allows a shop.
var lives = [][]step{
	{{op: Confirm}, {Capture, 4, true}},
	{{op: Confirm}, {Capture, 1, false}, {Capture, 3, true}, {Refund, 2, false}, {Refund, 1, false}},
	{{op: Confirm}, {Capture, 2, true}, {Refund, 2, false}},
	{{Capture, 4, true}, {Refund, 4, false}},
	{{op: Confirm}, {op: Void}},
	{{op: Void}},
}

func (s step) amount(order int64) int64 { return order / 4 * s.parts }

func (s step) body(order int64) string {
	switch s.op {
	case Capture:
		return fmt.Sprintf(`{"amount":%d,"final":%t}`, s.amount(order), s.final)
	case Refund:
		return fmt.Sprintf(`{"amount":%d,"reason":"returned"}`, s.amount(order))
	default:
		return "{}"
	}
}

func (o Op) path() string {
	switch o {
	case Capture:
		return "/captures"
	case Refund:
		return "/refunds"
	default:
		return "/" + string(o)
	}
}
