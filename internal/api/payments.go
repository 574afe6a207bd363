package api

import (
	"net/http"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
)

// payOperation is the operation whose answer says with 200 that the order had its payment already.
const payOperation = "createPayment"

// cancelOperation is the operation that cancels another by its key.
const cancelOperation = "cancelPaymentByKey"

// createPayment is POST /v1/payments: a purchase without the member present. It goes through the lanes. Everything that
// can change with time is judged there, after the key and under locks: a repeat of a request that was answered replays
// the answer, even if the token was revoked since.
func createPayment(c *call) (reply, error) {
	in, err := input[pay](c)
	if err != nil {
		return reply{}, err
	}
	order, err := c.order(in)
	if err != nil {
		return reply{}, err
	}
	done, err := c.Lanes.Do(c.ctx, run.Order[checkout.Order]{Key: c.key, Input: order})
	if err != nil {
		return reply{}, err
	}
	return c.told(done.Outcome)
}

// order is what the lanes decide: the request, and the merchant's terms, which this process has in its memory (rule A12).
// Whose token it is the lanes find out.
func (c *call) order(in pay) (checkout.Order, error) {
	terms, day, scope := c.Terms.Current(), jst.DayOf(c.DB.Now()), c.who.Merchant.String()
	o := checkout.Order{
		Merchant: c.who.Merchant, MerchantLive: c.who.Live, MerchantMax: credit.MerchantMax.OnFor(terms, day, scope),
		OrderRef: in.OrderRef, Amount: in.Amount, Channel: credit.Online, Capture: checkout.Capture(in.Capture),
		ConfirmWithin: merchant.ConditionsOn(terms, day, c.who.Merchant).ConfirmWithin,
		SimilarWithin: checkout.SimilarMinutes.OnFor(terms, day, scope), By: c.actor(),
	}
	var err error
	if o.Token, err = id.Parse[id.TokenKind](in.Token); err != nil {
		return o, member.NoToken.In("member_token")
	}
	if in.RepeatOf != "" {
		o.RepeatOf, err = c.repeatOf(in, o.Token)
	}
	return o, err
}

// repeatOf is the payment that a request declares to be another purchase than (rule P09). It was the merchant's, the
// member's and of that amount for ever, or the request is refused before its key is claimed.
func (c *call) repeatOf(in pay, token id.Token) (id.Payment, error) {
	of, err := id.Parse[id.PaymentKind](in.RepeatOf)
	if err != nil {
		return of, RepeatUnknown.In("repeat_of")
	}
	return of, c.DB.Read(c.ctx, func(tx *db.Tx) error {
		who, err := c.Members.FindToken(tx, token, c.who.Merchant)
		if err != nil {
			return err
		}
		p, ok, err := checkout.Find(tx, of)
		if err == nil && (!ok || p.Merchant != c.who.Merchant || p.Member != who || p.Amount != in.Amount || p.OrderRef == in.OrderRef) {
			err = RepeatUnknown.In("repeat_of")
		}
		return err
	})
}

// findPayment is GET /v1/payments/{id}.
func findPayment(c *call) (reply, error) {
	pid, err := c.pathPayment()
	if err != nil {
		return reply{}, err
	}
	return c.show(func(tx *db.Tx) (checkout.Payment, error) {
		return checkout.FindOfMerchant(tx, c.who.Merchant, pid)
	})
}

// findByOrder is GET /v1/orders/{order_ref}/payment: the one answer to "what became of this order?".
func findByOrder(c *call) (reply, error) {
	return c.show(func(tx *db.Tx) (checkout.Payment, error) {
		p, ok, err := checkout.FindByOrder(tx, c.who.Merchant, c.r.PathValue("order_ref"))
		if err == nil && !ok {
			err = checkout.NoPayment.New()
		}
		return p, err
	})
}

// show answers with one payment.
func (c *call) show(find func(*db.Tx) (checkout.Payment, error)) (reply, error) {
	var out payment
	err := c.DB.Read(c.ctx, func(tx *db.Tx) error {
		p, err := find(tx)
		if err != nil {
			return err
		}
		out, err = loadPayment(tx, p)
		return err
	})
	return reply{status: http.StatusOK, body: encode(out)}, err
}

// listPayments is GET /v1/payments.
func listPayments(c *call) (reply, error) {
	f := checkout.Filter{OrderRef: c.query("order_ref"), Limit: c.limit()}
	if state := c.query("state"); state != "" {
		f.States = []checkout.State{checkout.State(state)}
	}
	if after := c.query("after"); after != "" {
		last, err := id.Parse[id.PaymentKind](after)
		if err != nil {
			return reply{}, FieldRange.In("after").With("want_ja", "一覧の next の値").With("want_en", "the next of a list")
		}
		f.After = last
	}
	out := paymentList{Data: []payment{}}
	err := c.DB.Read(c.ctx, func(tx *db.Tx) error {
		found, err := checkout.ListOfMerchant(tx, c.who.Merchant, f)
		if err != nil {
			return err
		}
		for _, p := range found {
			one, err := loadPayment(tx, p)
			if err != nil {
				return err
			}
			out.Data = append(out.Data, one)
		}
		if len(found) == f.Limit {
			out.Next = pointer(found[len(found)-1].ID.String())
		}
		return nil
	})
	return reply{status: http.StatusOK, body: encode(out)}, err
}

// confirmPayment is POST /v1/payments/{id}/confirm.
func confirmPayment(c *call) (reply, error) {
	return c.move(func(tx *db.Tx, pid id.Payment) (checkout.Payment, error) {
		return c.Checkout.Confirm(tx, c.who.Merchant, pid, c.conditions(tx).CaptureWithin, c.actor())
	})
}

// capturePayment is POST /v1/payments/{id}/captures.
func capturePayment(c *call) (reply, error) {
	in, err := input[capturing](c)
	if err != nil {
		return reply{}, err
	}
	return c.move(func(tx *db.Tx, pid id.Payment) (checkout.Payment, error) {
		return c.Checkout.Capture(tx, c.who.Merchant, pid, in.Amount, in.Final, c.conditions(tx).CaptureWithin, c.actor())
	})
}

// voidPayment is POST /v1/payments/{id}/void.
func voidPayment(c *call) (reply, error) {
	return c.move(func(tx *db.Tx, pid id.Payment) (checkout.Payment, error) {
		return c.Checkout.Void(tx, c.who.Merchant, pid, c.actor())
	})
}

// disownPayment is POST /v1/payments/{id}/disown.
func disownPayment(c *call) (reply, error) {
	return c.move(func(tx *db.Tx, pid id.Payment) (checkout.Payment, error) {
		return c.Checkout.Disown(tx, c.who.Merchant, pid, c.actor())
	})
}

// refundPayment is POST /v1/payments/{id}/refunds.
func refundPayment(c *call) (reply, error) {
	in, err := input[refunding](c)
	if err != nil {
		return reply{}, err
	}
	return c.move(func(tx *db.Tx, pid id.Payment) (checkout.Payment, error) {
		return c.Checkout.Refund(tx, c.who.Merchant, pid, in.Amount, in.Reason, c.actor())
	})
}

// move does something to the payment in the address, once, and answers with the payment as it then is.
func (c *call) move(verb func(*db.Tx, id.Payment) (checkout.Payment, error)) (reply, error) {
	pid, err := c.pathPayment()
	if err != nil {
		return reply{}, err
	}
	return c.once(func(tx *db.Tx) (run.Answer, error) {
		p, err := verb(tx, pid)
		if err != nil {
			return run.Answer{}, err
		}
		out, err := loadPayment(tx, p)
		return run.Answer{Status: http.StatusOK, Body: encode(out), Object: p.ID.String()}, err
	})
}

// pathPayment reads the payment in the address. What is no id is a payment that does not exist.
func (c *call) pathPayment() (id.Payment, error) {
	pid, err := id.Parse[id.PaymentKind](c.r.PathValue("id"))
	if err != nil {
		return pid, checkout.NoPayment.New()
	}
	return pid, nil
}
