package api

import (
	"net/http"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/run"
)

// recall answers a repeat whose first answer is no longer kept: with the object as it is now, in the shape that the
// operation answers with (rule X14). What was refused, and what has no object, is told as a problem: a repeat of a refusal
// must not read like a success.
func (c *call) recall(out run.Outcome) ([]byte, error) {
	switch {
	case out.Operation == run.CancelledKey:
		return nil, run.KeyCancelled.New()
	case out.Status >= http.StatusBadRequest || out.Object == "":
		return nil, run.KeyOld.New().About(out.Object).With("status", decimal(int64(out.Status))).With("first_seen", instant(out.FirstSeen))
	}
	var body []byte
	err := c.DB.Read(c.ctx, func(tx *db.Tx) error {
		if sid, err := id.Parse[id.SessionKind](out.Object); err == nil {
			s, err := checkout.FindSessionOfMerchant(tx, c.who.Merchant, sid)
			if err != nil {
				return err
			}
			shown, err := c.loadSession(tx, s)
			body = encode(shown)
			return err
		}
		pid, err := id.Parse[id.PaymentKind](out.Object)
		if err != nil {
			return err
		}
		p, err := checkout.FindOfMerchant(tx, c.who.Merchant, pid)
		if err != nil {
			return err
		}
		shown, err := loadPayment(tx, p)
		body = encode(shown)
		if out.Operation == cancelOperation {
			body = encode(cancellation{Outcome: nothingLive, Payment: &shown})
		}
		return err
	})
	return body, err
}
