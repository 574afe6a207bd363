package checkout

import (
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// NoOrder is the reason of what is given back because the shop has no such order.
const NoOrder = "no_order"

// Disown gives everything back of a payment whose shop has no such order: what is held is released, what was captured and
// not refunded yet is refunded (rule P11). A payment with nothing left to give back, because it was disowned before or
// came to nothing, is answered as it is.
func (c *Checkout) Disown(tx *db.Tx, merchant id.Merchant, pid id.Payment, by Actor) (Payment, error) {
	p, err := lockPayment(tx, merchant, pid)
	if err != nil {
		return Payment{}, err
	}
	open, rest := p.Open(), p.Captured-p.Refunded
	if open+rest == 0 || p.State == Declined {
		return p, nil
	}
	data := map[string]any{"order_ref": p.OrderRef, "amount": open + rest, "reason": NoOrder}
	if rest > 0 {
		month, err := billMonthOf(tx, p, jst.DayOf(tx.Now()))
		if err != nil {
			return Payment{}, err
		}
		data["bill_month"] = month
	}
	if err := event.Append(tx, fact(p, "payment.disowned", by, data)); err != nil {
		return Payment{}, err
	}
	return c.returnAll(tx, p, NoOrder, NoOrder, by)
}
