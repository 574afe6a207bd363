package site

import (
	"net/url"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/member"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// Paying by invoice without membership (rules I01 to I04, I12). The browser belongs to nobody: it is tied to the registration that
// ended as a guest's, and for as long as the proof of the number is fresh it may buy for that guest, in a checkout and nowhere
// else. Pages of members never ask here.

// byInvoice tells whether the shop lets who is no member pay by invoice (rule I01).
func (v *visit) byInvoice(t till) bool {
	return checkout.InvoiceAllowed.OnFor(v.site.Terms.Current(), v.today(), t.shop.ID.String())
}

// loadGuest takes a guest whose number was proven in this browser as its buyer, for this checkout.
func (v *visit) loadGuest(tx *db.Tx) error {
	guest, found, err := v.site.Members.ProvenGuest(tx, v.signIn)
	if found {
		v.signIn.Member, v.guest = guest, true
	}
	return err
}

// samePerson lists the accounts whose use counts with the guest's.
func (v *visit) samePerson() (others []id.Member, err error) {
	err = v.read(func(tx *db.Tx) error {
		others, err = v.site.Members.SamePerson(tx, v.signIn.Member)
		return err
	})
	return others, err
}

// othersUse is what they use, for a page; nothing for a member.
func (v *visit) othersUse(tx *db.Tx) (sum credit.Others, err error) {
	if !v.guest {
		return sum, nil
	}
	others, err := v.site.Members.SamePerson(tx, v.signIn.Member)
	if err != nil {
		return sum, err
	}
	for _, m := range others {
		account, err := credit.Load(tx, m)
		if err != nil {
			return sum, err
		}
		sum.Exposure += account.Exposure()
		sum.PastDue = sum.PastDue || account.Blocks&credit.PastDue != 0
	}
	return sum, nil
}

func (v *visit) termsOfInvoice(amount money.Yen) *web.InvoiceTerms {
	total, fee, days := v.site.Billing.InvoicePreview(v.today(), amount)
	return &web.InvoiceTerms{Fee: fee, Total: total, Days: days}
}

// invoiceTerms are those of a guest's purchase; a member has none.
func (v *visit) invoiceTerms(amount money.Yen) *web.InvoiceTerms {
	if !v.guest {
		return nil
	}
	return v.termsOfInvoice(amount)
}

// billBeforePress is the bill of the month with this order on it. A guest's order is on none.
func (v *visit) billBeforePress(tx *db.Tx, t till) (web.BillPreview, error) {
	if v.guest {
		return web.BillPreview{}, nil
	}
	return v.billPreview(tx, v.signIn.Member, jst.DayOf(tx.Now()).Month(), t.session.Amount)
}

// showFault draws a fault as a page of the checkout.
func (v *visit) showFault(t till, e *fault.Error) error {
	e.Charged = fault.NotCharged
	page := web.FaultPage(e, v.lang, v.site.DB.Now())
	order := v.order(t)
	page.Frame, page.Order, page.Reference = v.frame(), &order, v.ref.String()
	return v.show(page)
}

// guestFields are the fields of the form, in their order.
var guestFields = []string{
	"family", "given", "family_kana", "given_kana", "year", "month", "day", "postal", "prefecture", "city", "building", "mail",
}

// guestDraft is what this browser is filling in. If there is nothing to fill in, it answers where to go instead.
func (v *visit) guestDraft() (t till, d member.Draft, elsewhere string, err error) {
	if t, err = v.loadTill(); err != nil {
		return t, d, "", err
	}
	if v.fresh() || t.over() || !v.byInvoice(t) || v.signIn.Application.IsZero() || !v.proven() {
		return t, d, t.path(""), nil
	}
	err = v.read(func(tx *db.Tx) error {
		d, err = v.site.Members.LoadDraft(tx, v.signIn.Application)
		return err
	})
	switch {
	case fault.Is(err, member.ApplicationGone):
		return t, d, t.path(""), nil
	case err == nil && d.State == member.Review:
		return t, d, web.RegisterReviewPath, nil
	case err == nil && (d.State != member.Open || d.Step == member.StepKnown):
		return t, d, t.path(""), nil
	}
	return t, d, "", err
}

func (v *visit) guestForm(t till, form web.Form) web.GuestPage {
	return web.GuestPage{
		Frame: v.frame(), Order: v.order(t), Form: form, Action: t.path("guest"), Invoice: *v.termsOfInvoice(t.session.Amount),
		Late: v.lateTerms(), Register: web.RegisterPath + "?return=" + url.QueryEscape(t.path("")),
	}
}

// guestPage draws the form, with what the same applicant filled in before.
func (s *Site) guestPage(v *visit) error {
	t, d, elsewhere, err := v.guestDraft()
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	typed := storedMail(d)
	for _, stored := range []map[string]string{storedName(d), storedBirth(d), storedAddress(d)} {
		for field, value := range stored {
			typed[field] = value
		}
	}
	return v.show(v.guestForm(t, web.Form{Typed: typed}))
}

// becomeGuest takes the form: all slips at once, or on to the confirmation. Nothing is charged by it.
func (s *Site) becomeGuest(v *visit) error {
	t, d, elsewhere, err := v.guestDraft()
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	typed := v.r.PostFormValue("mail")
	err = v.write(func(tx *db.Tx) error {
		err := s.Members.SaveGuest(tx, d.ID, member.GuestInput{
			Name: member.NameInput{
				Family: v.r.PostFormValue("family"), Given: v.r.PostFormValue("given"),
				FamilyKana: v.r.PostFormValue("family_kana"), GivenKana: v.r.PostFormValue("given_kana"),
			},
			Birth: member.BirthInput{Year: v.r.PostFormValue("year"), Month: v.r.PostFormValue("month"), Day: v.r.PostFormValue("day")},
			Address: member.AddressInput{
				PostalCode: v.r.PostFormValue("postal"), Prefecture: v.r.PostFormValue("prefecture"), City: v.r.PostFormValue("city"),
				Building: v.r.PostFormValue("building"),
			},
			Mail: typed, Insists: v.askedBefore(typed),
		})
		if err != nil || v.r.PostFormValue("agree") != "yes" {
			return err
		}
		_, err = s.Members.BecomeGuest(tx, d.ID, v.r.PostFormValue("terms"))
		return err
	})
	if e := fault.From(err); e != nil && (e.Kind == member.GuestNumberOther || e.Kind == member.GuestIsMember) {
		return v.showFault(t, e)
	}
	slips, elsewhere, err := v.stepSlips(err)
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	if v.r.PostFormValue("agree") != "yes" {
		slips = append(slips, web.Slip{Field: "agree", What: web.SlipAgreeGuest})
	}
	if len(slips) > 0 {
		v.keepAsked(typed)
		return v.show(v.guestForm(t, web.Form{Typed: v.typed(guestFields...), Slips: slips}))
	}
	return v.backInTill(t)
}
