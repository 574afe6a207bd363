package api

import (
	"errors"
	"net/http"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
)

// createSession is POST /v1/checkout-sessions.
func createSession(c *call) (reply, error) {
	in, err := input[openSession](c)
	if err != nil {
		return reply{}, err
	}
	return c.once(func(tx *db.Tx) (run.Answer, error) {
		lasts, err := c.judgeSession(tx, in)
		if err != nil {
			return run.Answer{}, err
		}
		s, err := c.Checkout.OpenSession(tx, in.session(c.who.Merchant), lasts, c.actor())
		if err != nil {
			return run.Answer{}, err
		}
		return c.sessionAnswer(tx, http.StatusCreated, s)
	})
}

// judgeSession judges what depends on the merchant's row and terms, and answers how long the session lasts.
func (c *call) judgeSession(tx *db.Tx, in openSession) (time.Duration, error) {
	m, err := c.Merchants.Load(tx, c.who.Merchant)
	if err != nil {
		return 0, err
	}
	if m.State != merchant.Live {
		return 0, Paused.New()
	}
	slips := []error{merchant.AllowsReturn(m, "return_url", in.ReturnURL), merchant.AllowsReturn(m, "cancel_url", in.CancelURL)}
	lasts, err := c.conditions(tx).SessionFor(in.seconds())
	return lasts, joined(append(slips, err)...)
}

// seconds is how long the session was asked to last, 0 if the shop does not say.
func (in openSession) seconds() int64 {
	switch {
	case in.ExpiresIn == nil:
		return 0
	case *in.ExpiresIn == 0:
		return -1 // as wrong as any other too short one
	}
	return *in.ExpiresIn
}

// joined makes one error of several slips; what is no slip goes first.
func joined(all ...error) error {
	var slips []*fault.Error
	for _, err := range all {
		var e *fault.Error
		if err != nil && !errors.As(err, &e) {
			return err
		}
		if e != nil {
			slips = append(slips, e)
		}
	}
	if len(slips) == 0 {
		return nil
	}
	return fault.Join(slips)
}

// conditions are the merchant's terms of the day.
func (c *call) conditions(tx *db.Tx) merchant.Conditions {
	return merchant.ConditionsOn(c.Terms.Current(), jst.DayOf(tx.Now()), c.who.Merchant)
}

// session is the order that a request describes.
func (in openSession) session(m id.Merchant) checkout.Session {
	s := checkout.Session{
		Merchant: m, OrderRef: in.OrderRef, Amount: in.Amount, Capture: checkout.Capture(in.Capture),
		ReturnURL: in.ReturnURL, CancelURL: in.CancelURL, OfferToken: in.OfferToken,
		Cart: checkout.Cart{
			Shipping: in.Shipping, Delivery: in.Delivery, Cancellation: in.Cancellation, Period: in.Period,
			ShopConfirms: in.Confirmation == "shop",
		},
	}
	for _, l := range in.Lines {
		s.Cart.Lines = append(s.Cart.Lines, checkout.CartLine(l))
	}
	return s
}

// findSession is GET /v1/checkout-sessions/{id}.
func findSession(c *call) (reply, error) {
	sid, err := c.pathSession()
	if err != nil {
		return reply{}, err
	}
	var out checkoutSession
	err = c.DB.Read(c.ctx, func(tx *db.Tx) error {
		s, err := checkout.FindSessionOfMerchant(tx, c.who.Merchant, sid)
		if err != nil {
			return err
		}
		out, err = c.loadSession(tx, s)
		return err
	})
	return reply{status: http.StatusOK, body: encode(out)}, err
}

// withdrawSession is POST /v1/checkout-sessions/{id}/withdraw.
func withdrawSession(c *call) (reply, error) {
	sid, err := c.pathSession()
	if err != nil {
		return reply{}, err
	}
	return c.once(func(tx *db.Tx) (run.Answer, error) {
		s, err := c.Checkout.WithdrawSession(tx, c.who.Merchant, sid, c.actor())
		if err != nil {
			return run.Answer{}, err
		}
		return c.sessionAnswer(tx, http.StatusOK, s)
	})
}

func (c *call) sessionAnswer(tx *db.Tx, status int, s checkout.Session) (run.Answer, error) {
	out, err := c.loadSession(tx, s)
	return run.Answer{Status: status, Body: encode(out), Object: s.ID.String()}, err
}

// pathSession reads the session in the address. What is no id is a session that does not exist.
func (c *call) pathSession() (id.Session, error) {
	sid, err := id.Parse[id.SessionKind](c.r.PathValue("id"))
	if err != nil {
		return sid, checkout.NoSession.New()
	}
	return sid, nil
}
