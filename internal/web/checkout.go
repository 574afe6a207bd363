package web

import (
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Order is what stands on top of every page of a checkout: who asks for how much.
type Order struct {
	Shop     string
	Amount   money.Yen // tax and postage included
	OrderRef string    // the shop's number of the order
	Back     string    // the shop's address; looking back there changes nothing here
}

// EnterPage (C1) asks who is buying.
type EnterPage struct {
	Frame
	Order    Order
	Form     Form
	Action   string // where the phone number is posted
	Register string // leads to the registration, which returns here

	ByInvoice bool // the shop lets who is no member pay by invoice
}

// Status is 422 for a form with slips.
func (e EnterPage) Status() int { return formStatus(e.Form) }

func (e EnterPage) spec(p phrases) spec {
	return spec{
		template: "checkout/enter", title: p.text("enter.title"), area: checkoutArea, back: e.Order.Back,
		wrong: e.Form.Wrong(), live: true,
	}
}

// EnterCodePage (C1) asks for the code that was sent.
type EnterCodePage struct {
	Frame
	Order    Order
	Form     Form
	Action   string
	Resend   string
	Change   string
	Phone    string // masked
	SentAt   time.Time
	Until    time.Time
	ResendAt time.Time
}

// Status is 422 for a form with slips.
func (e EnterCodePage) Status() int { return formStatus(e.Form) }

func (e EnterCodePage) spec(p phrases) spec {
	return spec{
		template: "checkout/code", title: p.text("code.title"), area: checkoutArea, back: e.Order.Back,
		wrong: e.Form.Wrong(), live: true,
	}
}

// ConfirmPage (C2) is where the purchase is made. It holds the six items of Article 12-6 of the Act on Specified
// Commercial Transactions: quantity, price with postage, time and way of payment, delivery, application period,
// cancellation and return.
type ConfirmPage struct {
	Frame
	Order       Order
	Action      string
	Leave       string // where leaving without paying is posted
	Lines       []OrderLine
	Shipping    money.Yen
	Delivery    string // the shop's words
	Cancel      string // the shop's words on cancelling and returning
	ApplyUntil  string // the shop's words, where the offer is limited in time; may be empty
	Contact     ShopContact
	Bill        BillPreview
	Late        LateTerms
	UsableAfter money.Yen
	OfferToken  bool          // ask whether the shop may be paid next time without the member being present
	Final       bool          // pressing places the order too: no page of the shop follows
	Until       time.Time     // the session's end
	Invoice     *InvoiceTerms // for who pays by invoice without membership; Bill is then of no use
	Extend      string        // where more time is asked for by POST, near the end; empty before
	Was         money.Yen     // the amount the member saw before, when the shop changed it (PAY-407); zero if not
	Form        Form
}

// BillPreview is what the purchase does to the bill it will be on.
type BillPreview struct {
	Month jst.Month // of the purchase
	Due   jst.Day
	Way   Way
	Fee   money.Yen // per bill, however many purchases
	Total money.Yen // the bill as far as it is known, with this purchase and the fee
}

// InvoiceTerms are what an invoice for one purchase will ask for.
type InvoiceTerms struct {
	Fee   money.Yen
	Total money.Yen // the purchase with the fee
	Days  int       // after its issue, until it is due
}

// GuestPage (C1) is what somebody fills in who pays by invoice without membership.
type GuestPage struct {
	Frame
	Order    Order
	Form     Form
	Action   string
	Register string // leads to the registration instead
	Invoice  InvoiceTerms
	Late     LateTerms
}

// Version names the wording that is agreed to.
func (g GuestPage) Version() string { return TermsVersion }

// AgreeSlip is what is to be put right in the tick, or nil.
func (g GuestPage) AgreeSlip() *Slip { return g.Form.SlipOf("agree") }

// BirthSlip is what is to be put right in the date of birth as a whole, or nil.
func (g GuestPage) BirthSlip() *Slip { return RegisterPage{Form: g.Form}.BirthSlip() }

// Status is 422 for a form with slips.
func (g GuestPage) Status() int { return formStatus(g.Form) }

func (g GuestPage) spec(p phrases) spec {
	return spec{
		template: "checkout/guest", title: p.text("guest.title"), area: checkoutArea, back: g.Order.Back, wrong: g.Form.Wrong(), live: true,
	}
}

// LateTerms say what follows when a bill is not paid in time.
type LateTerms struct {
	Fee         money.Yen
	Days        [2]int
	DamagesRate money.BasisPoints
}

// Changed tells whether the shop changed the amount since the member saw it.
func (c ConfirmPage) Changed() bool { return c.Was != 0 && c.Was != c.Order.Amount }

// Status is 422 for a form with slips.
func (c ConfirmPage) Status() int { return formStatus(c.Form) }

func (c ConfirmPage) spec(p phrases) spec {
	return spec{
		template: "checkout/confirm", title: p.text("confirm.title", "shop", c.Order.Shop), area: checkoutArea,
		back: c.Order.Back, wrong: c.Form.Wrong(), live: true, leads: true,
	}
}

// SimilarPage (C8) asks, before anything is charged, whether an order is the same purchase as one made a moment ago.
type SimilarPage struct {
	Frame
	Order     Order
	Action    string    // where the answer is posted
	Of        string    // the payment asked about, for the form
	Earlier   string    // its order number
	Reference string    // its reference number
	At        time.Time // when it was made
}

func (s SimilarPage) spec(p phrases) spec {
	return spec{
		template: "checkout/similar", title: p.text("similar.title", "shop", s.Order.Shop), area: checkoutArea,
		back: s.Order.Back, live: true,
	}
}

// PendingPage (C3) is shown while the result is not known yet (PAY-202 waits for the shop, PAY-203 for us).
type PendingPage struct {
	Frame
	Order     Order
	Side      Side // SideShop or SideUs
	By        time.Time
	Reference string
	At        time.Time
	Again     string // this page's address: where the result is looked up
	Poll      string // answers JSON {"done": true} as soon as there is a result
}

// Shop tells whether the shop's answer is awaited.
func (c PendingPage) Shop() bool { return c.Side == SideShop }

// Code is the page's code for people.
func (c PendingPage) Code() string {
	if c.Shop() {
		return "PAY-202"
	}
	return "PAY-203"
}

func (c PendingPage) spec(p phrases) spec {
	title := "pending.us.title"
	if c.Shop() {
		title = "pending.shop.title"
	}
	return spec{
		template: "checkout/pending", title: p.text(title), area: checkoutArea, back: c.Order.Back, live: true,
		code: c.Code(),
	}
}

// DonePage (C4) says that the way of payment stands. Its address lasts.
type DonePage struct {
	Frame
	Order     Order
	Bill      BillPreview // zero unless the member is the one who looks
	Reference string
	At        time.Time
	Return    string        // the shop's address to go on to
	GoOn      bool          // go on by itself after five seconds, where script runs; not when the page is reopened
	Payment   string        // the purchase's page; empty unless the member is the one who looks
	Granted   bool          // the shop may be paid next time without the member being present
	Sent      int           // how often the order was sent
	Invoice   *InvoiceTerms // it is billed by an invoice of its own
	Merged    string        // the order number of this checkout, if the member said that it is this same purchase; otherwise empty
}

// Repeated tells whether the order was sent more than once (PAY-201).
func (c DonePage) Repeated() bool { return c.Sent > 1 }

func (c DonePage) spec(p phrases) spec {
	return spec{
		template: "checkout/done", title: p.text("done.title"), area: checkoutArea, back: c.Return, live: true,
	}
}
