package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/run"
)

// instant is how a moment is written: RFC 3339 in UTC with microseconds.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func pointer[T any](v T) *T { return &v }

// text is a pointer to an id's text, nil for none.
func text[K id.Kind](i id.ID[K]) *string {
	if i.IsZero() {
		return nil
	}
	return pointer(i.String())
}

// paymentOf is a payment as the contract words it, without its captures and refunds.
func paymentOf(p checkout.Payment) payment {
	out := payment{
		ID: p.ID.String(), Reference: p.Reference().String(), OrderRef: p.OrderRef, State: string(p.Public()),
		Amount: p.Amount, Captured: p.Captured, Refunded: p.Refunded, Released: p.Released, Currency: "JPY",
		Capture: string(p.Capture), CreatedAt: instant(p.Created), RetryOf: text(p.RetryOf),
		RepeatOf: text(p.RepeatOf), Session: text(p.Session),
	}
	switch p.State {
	case checkout.Authorized:
		out.ConfirmBy = pointer(instant(p.Due))
	case checkout.Confirmed:
		out.CaptureBy = pointer(instant(p.Due))
	case checkout.Declined:
		out.Decline = declineOf(p.Reasons)
	default:
	}
	if p.Captured == 0 {
		out.Captures = []captured{}
	}
	if p.Refunded == 0 {
		out.Refunds = []refunded{}
	}
	return out
}

// declineOf tells a shop what may help its customer: the weightiest reason, without the member's affairs (rule C09).
func declineOf(reasons []credit.Reason) *decline {
	d := decline{Code: credit.OverLimit.MerchantCode(), Retry: "later"}
	if len(reasons) > 0 {
		d.Code = reasons[0].MerchantCode()
	}
	switch d.Code {
	case "limit":
		d.Retry = "other_amount"
	case "shop":
		d.Retry = "never"
		if reasons[0] == credit.OverShopMax {
			d.Retry = "other_amount"
		}
	}
	return &d
}

// loadPayment is a payment with its captures and refunds.
func loadPayment(tx *db.Tx, p checkout.Payment) (payment, error) {
	out := paymentOf(p)
	if out.Captures == nil {
		records, err := checkout.Captures(tx, p.ID)
		if err != nil {
			return out, err
		}
		for _, c := range records {
			out.Captures = append(out.Captures, captured{
				ID: c.ID.String(), Amount: c.Amount, Day: c.Day.String(), CreatedAt: instant(c.Created),
			})
		}
	}
	if out.Refunds == nil {
		records, err := checkout.Refunds(tx, p.ID)
		if err != nil {
			return out, err
		}
		for _, r := range records {
			out.Refunds = append(out.Refunds, refunded{
				ID: r.ID.String(), Amount: r.Amount, Reason: r.Reason, CreatedAt: instant(r.Created),
			})
		}
	}
	return out, nil
}

// loadSession is a session with its payment.
func (a *API) loadSession(tx *db.Tx, s checkout.Session) (checkoutSession, error) {
	out := checkoutSession{
		ID: s.ID.String(), URL: a.sessionURL(s.ID), State: string(s.At(tx.Now())), OrderRef: s.OrderRef, Amount: s.Amount,
		Currency: "JPY", Capture: string(s.Capture), MemberToken: text(s.Token), ExpiresAt: instant(s.Expires),
		CreatedAt: instant(s.Created),
	}
	if err := loadSimilar(tx, s, &out); err != nil || s.Payment.IsZero() {
		return out, err
	}
	p, ok, err := checkout.Find(tx, s.Payment)
	if err != nil || !ok {
		return out, err
	}
	full, err := loadPayment(tx, p)
	out.Payment = &full
	return out, err
}

// loadSimilar adds the payment that a session asked about (rule P09).
func loadSimilar(tx *db.Tx, s checkout.Session, out *checkoutSession) error {
	if s.Answer == checkout.NotAsked {
		return nil
	}
	p, ok, err := checkout.Find(tx, s.Similar)
	if ok {
		out.Similar = &similar{
			Payment: p.ID.String(), Reference: p.Reference().String(), OrderRef: p.OrderRef, CreatedAt: instant(p.Created),
			Answer: string(s.Answer),
		}
	}
	return err
}

// feed lists which figures of a fact go to the merchant, by its kind. What is not listed stays here: facts are written
// for the member and the operator too (rule A10).
var feed = map[string][]string{
	"payment.authorized":         {"amount", "order_ref", "repeat_of"},
	"payment.declined":           {"amount", "order_ref", "code"},
	"payment.repeated":           {"amount", "order_ref"},
	"payment.confirmed":          {"amount"},
	"payment.captured":           {"amount", "released", "capture"},
	"payment.released":           {"amount", "reason"},
	"payment.voided":             {"amount", "reason"},
	"payment.expired":            {"amount"},
	"payment.refunded":           {"amount", "refund", "reason"},
	"payment.disowned":           {"amount", "order_ref", "reason"},
	"payment.similar_stopped":    {"amount", "order_ref", "checkout_session"},
	"payment.similar_same":       {"amount", "order_ref", "checkout_session"},
	"payment.similar_another":    {"amount", "order_ref", "checkout_session", "payment"},
	"checkout_session.asked":     {"amount", "order_ref", "similar"},
	"checkout_session.another":   {"amount", "order_ref", "similar"},
	"checkout_session.duplicate": {"amount", "order_ref", "similar"},
	"checkout_session.opened":    {"amount", "order_ref"},
	"checkout_session.left":      {"amount", "order_ref"},
	"checkout_session.reopened":  {"amount", "order_ref"},
	"checkout_session.withdrawn": {"amount", "order_ref"},
	"member_token.granted":       {"checkout_session"},
	"member_token.revoked":       {},
}

// happeningOf is a fact as the feed words it.
func happeningOf(f event.Recorded) (happening, error) {
	out := happening{Number: f.Number, ID: f.ID.String(), Type: f.Kind, At: instant(f.At)}
	object, _, _ := strings.Cut(f.Kind, ".")
	switch object {
	case "payment":
		out.Payment = text(id.Payment(f.Subject))
	case "checkout_session":
		out.Session = text(id.Session(f.Subject))
	case "member_token":
		out.Token = text(id.Token(f.Subject))
	}
	var all map[string]json.RawMessage
	if err := f.Decode(&all); err != nil {
		return out, err
	}
	shown := map[string]json.RawMessage{}
	for _, name := range feed[f.Kind] {
		if value, ok := all[name]; ok && string(value) != `""` {
			shown[name] = value
		}
	}
	out.Data = encode(shown)
	return out, nil
}

// encode writes the JSON of an answer: no HTML escapes, no line break at its end. It panics for what is no value of the
// contract's shapes, all of which encode.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Render words what became of an order as the answer to POST /v1/payments: 201 with the new payment, declined or not;
// 200 with the payment that the order had already; 409 with a problem, in both languages. It is what the lanes keep with
// the key.
func Render(r run.Result[checkout.Authorization]) run.Answer {
	if r.Refused != nil {
		return problemAnswer(r.Refused, freeReference())
	}
	p := r.Value.Payment
	answer := run.Answer{Status: http.StatusCreated, Body: encode(paymentOf(p)), Object: p.ID.String()}
	if r.Value.Existing {
		answer.Status = http.StatusOK
	}
	return answer
}
