package checkout

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
)

// Undo gives a payment back as a whole, wherever it stands: what is held is released, and what is captured is refunded.
// It tells whether there was anything to give back. A payment that came to nothing is answered as it is.
func (c *Checkout) Undo(tx *db.Tx, merchant id.Merchant, pid id.Payment, reason string, by Actor) (Payment, bool, error) {
	p, err := lockPayment(tx, merchant, pid)
	if err != nil {
		return Payment{}, false, err
	}
	undone := false
	if p.Open() > 0 {
		if p, err = c.giveBack(tx, p, voidOf(p), by); err != nil {
			return Payment{}, false, err
		}
		undone = true
	}
	on, amount, refused := refundOf(p, 0)
	if refused != nil || amount == 0 || !p.State.Live() {
		return p, undone, nil
	}
	if _, err := step(&p, on); err != nil {
		return Payment{}, false, err
	}
	p.Refunded += amount
	p.Changed = tx.Now()
	return p, true, c.writeRefund(tx, p, amount, reason, by)
}
