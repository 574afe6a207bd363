package api

import (
	"net/http"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/run"
)

// What a cancellation by key came to.
const (
	keyCancelled = "key_cancelled"
	givenBack    = "given_back"
	nothingLive  = "nothing_live"
)

// cancelByKey is POST /v1/payments/cancel-by-key: whatever became of the request with a key, or becomes of it, nobody is
// charged (rule X13). The row of the key decides: whoever writes it first, the request or its cancellation, the other one
// finds it.
func cancelByKey(c *call) (reply, error) {
	in, err := input[cancelling](c)
	if err != nil {
		return reply{}, err
	}
	value, ok := run.ParseKey(in.Key)
	if !ok || value == c.key.Value {
		return reply{}, FieldRange.In("key").With("want_ja", "取り消したい依頼の Idempotency-Key（この依頼のキーとは別のもの）").
			With("want_en", "the Idempotency-Key of the request to be cancelled, which is not that of this request")
	}
	return c.once(func(tx *db.Tx) (run.Answer, error) {
		found, answered, err := run.Find(tx, c.scope(), value)
		switch {
		case err != nil:
			return run.Answer{}, err
		case !answered:
			err := run.Cancel(tx, c.scope(), value, c.refused(run.KeyCancelled.New()))
			return cancellationAnswer(cancellation{Outcome: keyCancelled}), err
		case found.Operation == run.CancelledKey:
			return cancellationAnswer(cancellation{Outcome: keyCancelled}), nil
		case found.Operation != payOperation:
			return run.Answer{}, KeyNotPayment.New().With("operation", found.Operation).About(found.Object)
		case found.Status >= http.StatusBadRequest: // refused; its object, if any, is not what it made
			return cancellationAnswer(cancellation{Outcome: nothingLive}), nil
		}
		return c.undo(tx, found.Object, in.Reason)
	})
}

// undo gives back the payment that a key made or found.
func (c *call) undo(tx *db.Tx, object, reason string) (run.Answer, error) {
	pid, err := id.Parse[id.PaymentKind](object)
	if err != nil {
		return run.Answer{}, err
	}
	p, undone, err := c.Checkout.Undo(tx, c.who.Merchant, pid, reason, c.actor())
	if err != nil {
		return run.Answer{}, err
	}
	shown, err := loadPayment(tx, p)
	out := cancellation{Outcome: nothingLive, Payment: &shown}
	if undone {
		out.Outcome = givenBack
	}
	return cancellationAnswer(out), err
}

func cancellationAnswer(out cancellation) run.Answer {
	answer := run.Answer{Status: http.StatusOK, Body: encode(out)}
	if out.Payment != nil {
		answer.Object = out.Payment.ID
	}
	return answer
}
