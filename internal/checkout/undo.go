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
	undone := p.Open()+p.Captured-p.Refunded > 0
	p, err = c.returnAll(tx, p, reason, "", by)
	return p, undone, err
}

// returnAll gives back what a locked payment holds and what it has captured and not refunded yet. reason is kept with the
// refund; why is told by the facts.
func (c *Checkout) returnAll(tx *db.Tx, p Payment, reason, why string, by Actor) (Payment, error) {
	rest := p.Captured - p.Refunded
	if p.Open() > 0 {
		var err error
		if p, err = c.giveBack(tx, p, voidOf(p), why, by); err != nil {
			return Payment{}, err
		}
	}
	if rest == 0 {
		return p, nil
	}
	if _, err := step(&p, RefundAll); err != nil {
		return Payment{}, err
	}
	p.Refunded += rest
	p.Changed = tx.Now()
	return p, c.writeRefund(tx, p, rest, reason, why, by)
}
