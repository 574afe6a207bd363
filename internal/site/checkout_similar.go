package site

import (
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/web"
)

// similarWithin is how long a purchase at this shop is asked about (rule P09).
func (v *visit) similarWithin(t till) time.Duration {
	return checkout.SimilarMinutes.OnFor(v.site.Terms.Current(), v.today(), t.shop.ID.String())
}

// asked is the payment that this checkout has to ask its member about; zero if there is nothing to ask.
func (v *visit) asked(t till) (checkout.Payment, error) {
	var of checkout.Payment
	err := v.read(func(tx *db.Tx) error {
		p, asks, err := checkout.Question(tx, t.session, v.signIn.Member, v.similarWithin(t))
		if asks {
			of = p
		}
		return err
	})
	return of, err
}

// showSimilar draws C8: the purchase that this one looks like, and two answers of equal weight (rule P10).
func (v *visit) showSimilar(t till, of checkout.Payment) error {
	return v.show(web.SimilarPage{
		Frame: v.frame(), Order: v.order(t), Action: t.path("similar"), Of: of.ID.String(), Earlier: of.OrderRef,
		Reference: of.Reference().String(), At: of.Created,
	})
}

// answerSimilar takes the member's answer. What is asked now is what counts: an old tab, a second press and an answer that
// comes too late change nothing, and the page tells where the checkout stands.
func (s *Site) answerSimilar(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	of, err := id.Parse[id.PaymentKind](v.r.PostFormValue("of"))
	answer := checkout.Answer(v.r.PostFormValue("answer"))
	if err != nil || !v.fresh() || t.over() || answer != checkout.Same && answer != checkout.Another {
		return v.to(t.path("")) //nolint:nilerr // the form was changed or is old: the page asks again if there is something to ask
	}
	err = v.write(func(tx *db.Tx) error {
		_, err := s.Checkout.AnswerSimilar(tx, t.session.ID, v.signIn.Member, of, answer, v.by())
		return err
	})
	if err != nil && !fault.Is(err, checkout.NoPayment) {
		return err
	}
	return v.to(t.path(""))
}

// showDuplicate shows, in a checkout whose member said that it is the same purchase, the payment that stands: nothing was
// charged for this order, and the way back leads to the shop of this checkout, which settles its cart by it.
func (v *visit) showDuplicate(t till) error {
	err := v.read(func(tx *db.Tx) (err error) {
		t.payment, _, err = checkout.Find(tx, t.session.Similar)
		return err
	})
	if err != nil {
		return err
	}
	t.merged, t.session.OrderRef = t.session.OrderRef, t.payment.OrderRef
	return v.showDone(t)
}
