package site

import (
	"net/url"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/member"
	"tsuke/internal/web"
)

// enterPage draws C1: who is buying.
func (v *visit) enterPage(t till, form web.Form) web.EnterPage {
	register := web.RegisterPath + "?return=" + url.QueryEscape(t.path(""))
	return web.EnterPage{
		Frame: v.frame(), Order: v.order(t), Form: form, Action: t.path("phone"), Register: register, ByInvoice: v.byInvoice(t),
	}
}

// enterPhone sends a code that is bound to this checkout and its amount.
func (s *Site) enterPhone(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	phone, err := member.ReadPhone("phone", v.r.PostFormValue("phone"))
	if err == nil {
		err = v.askTillCode(t, func(tx *db.Tx) (member.Sent, error) {
			return s.Members.RequestCode(tx, member.CodeRequest{
				Phone: phone, Purpose: member.ForCheckout, BoundTo: v.tillBinding(t), Address: v.address(),
			})
		})
	}
	if err != nil {
		slips, err := v.numberSlips(err)
		if err != nil {
			return err
		}
		return v.show(v.enterPage(t, web.Form{Typed: v.typed("phone"), Slips: slips}))
	}
	return v.to(t.path("code"))
}

func (v *visit) askTillCode(t till, ask func(tx *db.Tx) (member.Sent, error)) error {
	words := t.shop.Name("ja") + " " + t.session.Amount.JA()
	if v.lang == web.English {
		words = "to pay " + t.session.Amount.EN() + " at " + t.shop.Name("en")
	}
	return v.askCode(ask, words)
}

// tillBinding ties a code to this browser, this checkout and its amount: a code for one purchase confirms no other.
func (v *visit) tillBinding(t till) string {
	return v.binding() + " " + t.session.ID.String() + " " + t.session.Amount.String()
}

func (s *Site) showTillCode(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	return v.tillCodePage(t, web.Form{})
}

// tillCodePage draws the page on which the code is entered, or goes back to the number if no code is under way.
func (v *visit) tillCodePage(t till, form web.Form) error {
	if v.fresh() || t.state == checkout.SessionDone {
		return v.to(t.path(""))
	}
	var pending member.Pending
	var found bool
	err := v.read(func(tx *db.Tx) (err error) {
		pending, found, err = v.site.Members.FindCode(tx, member.ForCheckout, v.tillBinding(t))
		return err
	})
	if err != nil {
		return err
	}
	if !found {
		return v.to(t.path(""))
	}
	return v.show(web.EnterCodePage{
		Frame: v.frame(), Order: v.order(t), Form: form, Action: t.path("code"), Resend: t.path("resend"), Change: t.path(""),
		Phone: pending.MaskedPhone, SentAt: pending.SentAt, Until: pending.ExpiresAt, ResendAt: pending.ResendAt,
	})
}

// enterTillCode proves the number and brings the member to the confirmation. A number that is nobody's goes on to the
// registration, which returns here.
func (s *Site) enterTillCode(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	var entered member.Entered
	var who id.Member
	var known bool
	var guest member.Draft
	err = v.write(func(tx *db.Tx) (err error) {
		entered, err = s.Members.EnterCode(tx, member.ForCheckout, v.tillBinding(t), v.r.PostFormValue("code"))
		if err != nil || !entered.OK {
			return err
		}
		who, known, err = s.Members.FindByPhone(tx, entered.Phone)
		if err == nil && !known && v.byInvoice(t) {
			guest, err = s.Members.ApplyGuest(tx, entered, string(v.lang))
		}
		return err
	})
	if err == nil {
		err = entered.Err()
	}
	if err != nil {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.tillCodePage(t, web.Form{Typed: v.typed("code"), Slips: slips})
	}
	if !guest.ID.IsZero() {
		if err := v.apply(guest.ID); err != nil {
			return err
		}
		return v.to(t.path("guest"))
	}
	if !known {
		return v.to(web.RegisterPath + "?return=" + url.QueryEscape(t.path("")))
	}
	if err := v.become(who); err != nil {
		return err
	}
	return v.backInTill(t)
}

// backInTill goes on to the checkout. Who had left and has proven the number again wants to pay after all.
func (v *visit) backInTill(t till) error {
	if t.state != checkout.SessionLeft {
		return v.to(t.path(""))
	}
	err := v.write(func(tx *db.Tx) error {
		_, err := v.site.Checkout.ReopenSession(tx, t.session.ID, v.by())
		return err
	})
	if err != nil {
		return err
	}
	return v.to(t.path(""))
}

func (s *Site) resendTillCode(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	err = v.askTillCode(t, func(tx *db.Tx) (member.Sent, error) {
		return s.Members.ResendCode(tx, member.ForCheckout, v.tillBinding(t), v.address())
	})
	if fault.Is(err, member.CodeExpired) { // there is none to send again
		return v.to(t.path(""))
	}
	if err != nil {
		return err
	}
	v.say(web.SaidCodeSent)
	return v.to(t.path("code"))
}
