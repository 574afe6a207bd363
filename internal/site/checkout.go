package site

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/run"
	"tsuke/internal/term"
	"tsuke/internal/web"
)

// Terms lists the figures of this package.
var Terms = []term.Def{DecideSeconds, ExtendMinutes}

// The figures of the checkout page.
var (
	DecideSeconds = term.Int("site.decide.seconds", 8, "how long a press waits for its result before the page says that it is being found out").Between(0, 8)
	ExtendMinutes = term.Minutes("site.extend.minutes", 30, "how much more time a member gets who asks for it on the checkout page")
)

// till is one look at a checkout: the session, its shop, and its payment if it has one.
type till struct {
	session checkout.Session
	state   checkout.SessionState
	shop    merchant.Merchant
	payment checkout.Payment
	merged  string // the order number of a checkout that was said to be the same purchase as payment
}

// loadTill reads a session by the id in the address. An address that names none is a page that does not exist.
func (v *visit) loadTill() (till, error) {
	sid, err := id.Parse[id.SessionKind](v.r.PathValue("session"))
	if err != nil {
		return till{}, NoPage.New()
	}
	var t till
	err = v.read(func(tx *db.Tx) error {
		s, ok, err := checkout.FindSession(tx, sid)
		if err != nil {
			return err
		}
		if !ok {
			return NoPage.New()
		}
		t.session, t.state = s, s.At(tx.Now())
		if err := v.loadGuest(tx); err != nil {
			return err
		}
		if t.shop, err = v.site.Merchants.Load(tx, s.Merchant); err != nil || s.Payment.IsZero() {
			return err
		}
		t.payment, _, err = checkout.Find(tx, s.Payment)
		return err
	})
	return t, err
}

// over tells whether nothing can be decided in this session any more.
func (t till) over() bool {
	return t.state == checkout.SessionDone || t.state == checkout.SessionDuplicate || t.state == checkout.SessionExpired ||
		t.state == checkout.SessionWithdrawn
}

func (t till) path(what string) string { return web.SessionPath(t.session.ID.String(), what) }

// order is what stands on top of each page of the checkout.
func (v *visit) order(t till) web.Order {
	return web.Order{Shop: t.shop.Name(string(v.lang)), Amount: t.session.Amount, OrderRef: t.session.OrderRef, Back: backTo(t.session.CancelURL, t.session.ID)}
}

// backTo is a shop's address with the session's id and nothing else: the shop fetches the result, the browser does not
// carry it.
func backTo(address string, sid id.Session) string {
	u, err := url.Parse(address)
	if err != nil {
		return web.HomePath
	}
	q := u.Query()
	q.Set("checkout_session", sid.String())
	u.RawQuery = q.Encode()
	return u.String()
}

// showTill is the one page of a checkout: whatever state the session is in, at this address it is told. What became of the
// order comes before what became of the session: a page whose time is over must not say that nothing is charged when the
// order was paid in a newer one.
func (s *Site) showTill(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	if t.state == checkout.SessionDone {
		return v.showDone(t)
	}
	if s.pressing.now(t.session.ID) {
		return v.showPending(t)
	}
	newer, err := v.newerSession(t)
	if err != nil || newer != "" {
		return orTo(v, err, newer)
	}
	if paid, err := v.paidElsewhere(t); err != nil || !paid.ID.IsZero() {
		return v.showPaidElsewhere(t, paid, err)
	}
	return v.showOrder(t)
}

// showOrder tells of an order that is not paid: confirm it, or why that is over.
func (v *visit) showOrder(t till) error {
	switch t.state {
	case checkout.SessionDuplicate:
		return v.showDuplicate(t)
	case checkout.SessionWithdrawn:
		return v.show(v.endedPage(t, "PAY-302", map[string]any{"at": t.session.Ended}, ""))
	case checkout.SessionExpired:
		lasted := t.session.Expires.Sub(t.session.Created)
		return v.show(v.endedPage(t, "PAY-301", map[string]any{"n": int(lasted / time.Minute)}, ""))
	case checkout.SessionLeft:
		if v.r.URL.Query().Get("again") == "" {
			return v.show(v.endedPage(t, "PAY-303", map[string]any{"until": t.session.Expires}, t.path("")+"?again=1"))
		}
	case checkout.SessionOpen, checkout.SessionRefused, checkout.SessionDone:
	}
	if !v.fresh() || v.guest && !v.byInvoice(t) {
		return v.show(v.enterPage(t, web.Form{}))
	}
	if of, err := v.asked(t); err != nil || !of.ID.IsZero() {
		return orElse(err, func() error { return v.showSimilar(t, of) })
	}
	return v.showConfirm(t)
}

// paidElsewhere is the live payment of an order that was not made in this session: by another device, another member, or
// the shop itself.
func (v *visit) paidElsewhere(t till) (checkout.Payment, error) {
	var paid checkout.Payment
	err := v.read(func(tx *db.Tx) error {
		p, ok, err := checkout.FindByOrder(tx, t.session.Merchant, t.session.OrderRef)
		if ok && p.State.Live() && p.Session != t.session.ID {
			paid = p
		}
		return err
	})
	return paid, err
}

// showPaidElsewhere tells that the order is paid (PAY-201). Whoever paid it sees their payment, another member that it was
// not charged to them. Who is not signed in may be either, and is told what the books say of the order.
func (v *visit) showPaidElsewhere(t till, paid checkout.Payment, err error) error {
	if err != nil {
		return err
	}
	if v.signIn.Member == paid.Member && paid.Amount == t.session.Amount {
		t.payment = paid
		return v.showDone(t)
	}
	page := v.endedPage(t, "PAY-201", nil, "")
	if v.signIn.Member.IsZero() || v.signIn.Member == paid.Member {
		page.Charged, page.Sum, page.Reference = fault.ChargedOnce, paid.Amount, paid.Reference().String()
	}
	return v.show(page)
}

// orElse is the error, or what comes of next if there is none.
func orElse(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

func orTo(v *visit, err error, path string) error {
	if err != nil {
		return err
	}
	return v.to(path)
}

// newerSession is the address of the session that replaced this one, carrying which one the member looked at.
func (v *visit) newerSession(t till) (string, error) {
	var path string
	err := v.read(func(tx *db.Tx) error {
		current, err := checkout.CurrentSession(tx, t.session)
		if err == nil && current.ID != t.session.ID {
			path = web.SessionPath(current.ID.String(), "") + "?from=" + t.session.ID.String()
		}
		return err
	})
	return path, err
}

// amountBefore is what the member saw in the session that this one replaced; zero if they came here directly.
func (v *visit) amountBefore(tx *db.Tx, t till) (money.Yen, error) {
	from, err := id.Parse[id.SessionKind](v.r.URL.Query().Get("from"))
	if err != nil {
		return 0, nil //nolint:nilerr // not an id: nobody came from anywhere
	}
	s, ok, err := checkout.FindSession(tx, from)
	if err != nil || !ok || s.Merchant != t.session.Merchant || s.OrderRef != t.session.OrderRef {
		return 0, err
	}
	return s.Amount, nil
}

// showConfirm draws C2 with the figures of this moment, or, for an order that was declined and would be again, the
// reason. The decision itself is made when the button is pressed.
func (v *visit) showConfirm(t till) error {
	var page web.ConfirmPage
	var against credit.Decision
	var account credit.Account
	err := v.read(func(tx *db.Tx) error {
		var err error
		if account, err = credit.Load(tx, v.signIn.Member); err != nil {
			return err
		}
		if against, err = v.decideAgain(tx, t, account); err != nil {
			return err
		}
		if page, err = v.confirmPage(tx, t, account); err != nil {
			return err
		}
		page.Was, err = v.amountBefore(tx, t)
		return err
	})
	if err != nil {
		return err
	}
	if v.wasDeclined(t) && !against.Approved {
		return v.showDeclined(t, against, account)
	}
	return v.show(page)
}

// wasDeclined tells whether it was this member's press that was declined: another one may still be approved.
func (v *visit) wasDeclined(t till) bool {
	return t.state == checkout.SessionRefused && t.payment.Member == v.signIn.Member
}

// stillDeclined tells whether a press that was declined would be declined again: then it is not handed in once more, and
// costs the member no try.
func (v *visit) stillDeclined(t till) (bool, error) {
	if !v.wasDeclined(t) {
		return false, nil
	}
	var against credit.Decision
	err := v.read(func(tx *db.Tx) error {
		account, err := credit.Load(tx, v.signIn.Member)
		if err == nil {
			against, err = v.decideAgain(tx, t, account)
		}
		return err
	})
	return !against.Approved, err
}

// decideAgain asks the rules as they stand now, without a try being counted: is the reason of a decline gone?
func (v *visit) decideAgain(tx *db.Tx, t till, account credit.Account) (credit.Decision, error) {
	day := jst.DayOf(tx.Now())
	terms := v.site.Terms.Current()
	others, err := v.othersUse(tx)
	return credit.Decide(credit.Facts{
		Account: account, Others: others, MerchantLive: t.shop.State == merchant.Live, MerchantMax: credit.MerchantMax.OnFor(terms, day, t.shop.ID.String()),
		MaxTries: credit.MaxTries.On(terms, day), TriesSpan: credit.TriesMinutes.On(terms, day), Now: tx.Now(),
	}, credit.Ask{Amount: t.session.Amount, Channel: credit.Online}), err
}

func (v *visit) confirmPage(tx *db.Tx, t till, account credit.Account) (web.ConfirmPage, error) {
	cart := t.session.Cart
	bill, err := v.billBeforePress(tx, t)
	if err != nil {
		return web.ConfirmPage{}, err
	}
	page := web.ConfirmPage{
		Frame: v.frame(), Order: v.order(t), Action: t.path("press"), Leave: t.path("leave"),
		Lines: orderLines(cart), Shipping: cart.Shipping, Delivery: cart.Delivery, Cancel: cart.Cancellation, ApplyUntil: cart.Period,
		Contact: v.contact(t.shop), Bill: bill, Late: v.lateTerms(), UsableAfter: max(account.Usable(credit.Online)-t.session.Amount, 0),
		OfferToken: t.session.OfferToken && !v.guest, Final: !cart.ShopConfirms, Until: t.session.Expires,
		Invoice: v.invoiceTerms(t.session.Amount),
	}
	if t.session.Expires.Sub(tx.Now()) <= askBeforeEnd {
		page.Extend = t.path("extend")
	}
	return page, nil
}

// askBeforeEnd is how long before its end a page offers more time (WCAG 2.2.1).
const askBeforeEnd = 5 * time.Minute

func orderLines(cart checkout.Cart) []web.OrderLine {
	out := make([]web.OrderLine, len(cart.Lines))
	for i, l := range cart.Lines {
		out[i] = web.OrderLine{Name: l.Name, Quantity: l.Quantity, UnitAmount: l.UnitAmount, Amount: l.UnitAmount * money.Yen(l.Quantity)}
	}
	return out
}

// showDone draws C4. Whoever holds the address may see that the order is paid; what concerns the member's bill is shown
// to the member only.
func (v *visit) showDone(t till) error {
	page := web.DonePage{
		Frame: v.frame(), Order: v.order(t), Reference: t.payment.Reference().String(), At: t.payment.Created,
		Return: backTo(t.session.ReturnURL, t.session.ID), GoOn: v.r.URL.Query().Get("done") == "1",
		Payment: web.PaymentPath(t.payment.ID.String()), Granted: !t.session.Token.IsZero(),
		Merged: t.merged,
	}
	err := v.read(func(tx *db.Tx) error {
		sent, err := v.timesSent(tx, t.payment.ID)
		page.Sent = sent
		if err != nil || v.signIn.Member != t.payment.Member {
			return err
		}
		if t.payment.Invoice {
			return nil
		}
		page.Bill, err = v.billPreview(tx, t.payment.Member, t.payment.Day().Month(), 0)
		return err
	})
	if err != nil {
		return err
	}
	if t.payment.Invoice {
		page.Invoice = v.termsOfInvoice(t.payment.Amount)
	}
	if v.signIn.Member != t.payment.Member || v.guest {
		page.Payment = ""
	}
	if !t.payment.State.Live() {
		if paid, err := v.paidElsewhere(t); err != nil || !paid.ID.IsZero() {
			return v.showPaidElsewhere(t, paid, err)
		}
		return v.showGivenBack(t)
	}
	return v.show(page)
}

// showGivenBack tells about a payment that stood and was given back: voided or refunded in full by the shop, or because the
// shop stayed silent.
func (v *visit) showGivenBack(t till) error {
	kind := GivenBack
	if t.payment.State == checkout.Expired {
		kind = NeverConfirmed
	}
	if t.payment.State == checkout.Refunded {
		kind = AllRefunded
	}
	e := kind.New()
	e.Charged = fault.NotCharged
	page := web.FaultPage(e, v.lang, t.payment.Changed)
	page.Frame, page.Reference = v.frame(), t.payment.Reference().String()
	order := v.order(t)
	page.Order = &order
	return v.show(page)
}

func (v *visit) showPending(t till) error {
	now := v.site.DB.Now()
	return v.show(web.PendingPage{
		Frame: v.frame(), Order: v.order(t), Side: web.SideUs, By: now.Add(pendingWithin), Reference: v.ref.String(), At: now,
		Again: t.path(""), Poll: t.path("state"),
	})
}

// pendingWithin is what a pending page promises. A decision takes milliseconds; what takes longer is a database that is
// coming back, and by then the press is either found or known not to have arrived.
const pendingWithin = 10 * time.Minute

// endedPage is C6: why this checkout is over, and that nothing is charged.
func (v *visit) endedPage(t till, code string, with map[string]any, goTo string) web.ErrorPage {
	order := v.order(t)
	return web.ErrorPage{
		Frame: v.frame(), Code: code, With: with, Charged: fault.NotCharged, Order: &order, GoURL: goTo,
		Reference: v.ref.String(), At: v.site.DB.Now(),
	}
}

// showDeclined draws C5: one page per reason, with the figures that would change it.
func (v *visit) showDeclined(t till, d credit.Decision, account credit.Account) error {
	if v.guest && d.Reasons[0] == credit.BillPastDue {
		return v.showFault(t, GuestPastDue.New())
	}
	order := v.order(t)
	page := web.ErrorPage{
		Frame: v.frame(), Charged: fault.NotCharged, Order: &order, Reference: t.payment.Reference().String(), At: v.site.DB.Now(),
	}
	err := v.read(func(tx *db.Tx) error {
		next, unpaid, err := v.nextBill(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		page.Code, page.With, page.GoURL = declinedPage(d, t.session.Amount, account, next, unpaid && next.CanPay() && !v.guest)
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// declinedPage chooses the page and figures of a decline by its weightiest reason. A bill is only named as the way out if
// it is one: it can be paid now (one that is being confirmed was paid), and paying it makes enough usable.
func declinedPage(d credit.Decision, amount money.Yen, account credit.Account, next web.BillHead, unpaid bool) (code string, with map[string]any, goTo string) {
	switch d.Reasons[0] {
	case credit.OverLimit:
		with = map[string]any{"missing": d.Missing, "usable": d.Usable, "sum": amount}
		then := account
		then.Unpaid -= next.Returns
		if !unpaid || then.Usable(credit.Online) < amount {
			return "PAY-401", with, ""
		}
		with["month"], with["pay"], with["then"] = next.Month, next.Rest, then.Usable(credit.Online)
		return "PAY-401", with, next.PayURL
	case credit.BillPastDue:
		if unpaid {
			return "PAY-403", map[string]any{"month": next.Month, "sum": next.Rest, "due": next.Due, "n": tellsWithinMinutes}, next.PayURL
		}
		return "PAY-404", nil, ""
	case credit.ShopPaused:
		return "PAY-408", nil, ""
	case credit.AccountHeld, credit.BillWritten, credit.NotIdentified, credit.TooManyTries, credit.OverShopMax:
	}
	return "PAY-404", nil, ""
}

// tellsWithinMinutes is how long a store's first report usually takes.
const tellsWithinMinutes = 10

// press is the button. However often it is pressed, in however many tabs, the order is decided once: the session and the
// order's own row see to it, not this handler.
func (s *Site) press(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	if !v.fresh() || t.over() || v.guest && !v.byInvoice(t) {
		return v.to(t.path(""))
	}
	if still, err := v.stillDeclined(t); err != nil || still {
		return orTo(v, err, t.path(""))
	}
	order, err := v.orderOf(t)
	if err != nil {
		return err
	}
	if v.guest {
		order.Invoice, order.Grant = true, false
		if order.SamePerson, err = v.samePerson(); err != nil {
			return err
		}
	}
	done, err := v.decide(order)
	switch e := fault.From(err); {
	case e == nil && done.Result.Refused == nil:
		return v.to(t.path("") + "?done=1")
	case e != nil && e.Charged == fault.Checking:
		return v.to(t.path("")) // the page tells where it stands
	case e != nil:
		return err
	}
	return v.to(t.path("")) // over, withdrawn, replaced, or taken: the page says which
}

// orderOf is the order that a press hands in. The amount is the session's; nothing is taken from the browser but the
// tick for the agreement.
func (v *visit) orderOf(t till) (checkout.Order, error) {
	day := v.today()
	terms := v.site.Terms.Current()
	return checkout.Order{
		Merchant: t.shop.ID, MerchantLive: t.shop.State == merchant.Live, MerchantMax: credit.MerchantMax.OnFor(terms, day, t.shop.ID.String()),
		Member: v.signIn.Member, OrderRef: t.session.OrderRef, Amount: t.session.Amount, Channel: credit.Online,
		Capture: t.session.Capture, Session: t.session.ID, Grant: t.session.OfferToken && v.r.PostFormValue("grant") == "yes",
		ConfirmWithin: merchant.ConfirmMinutes.OnFor(terms, day, t.shop.ID.String()), By: v.by(),
		SimilarWithin: v.similarWithin(t),
	}, nil
}

// decide waits for the decision, but not longer than a person waits. The work goes on without the browser; its page then
// says that the result is being found out.
func (v *visit) decide(order checkout.Order) (run.Done[checkout.Authorization], error) {
	type outcome struct {
		done run.Done[checkout.Authorization]
		err  error
	}
	result := make(chan outcome, 1)
	end := v.site.pressing.begin(order.Session)
	go func() {
		done, err := v.site.Lanes.Do(v.detached(), run.Order[checkout.Order]{Input: order})
		end() // before anybody is told: whoever is sent on to the page must not be told there that it is still being decided
		result <- outcome{done, err}
	}()
	wait := time.Duration(DecideSeconds.On(v.site.Terms.Current(), v.today())) * time.Second
	ctx, cancel := context.WithTimeout(v.r.Context(), wait)
	defer cancel()
	select {
	case o := <-result:
		return o.done, o.err
	case <-ctx.Done():
		e := run.Unknown.Because(ctx.Err())
		e.Charged = fault.Checking
		return run.Done[checkout.Authorization]{}, e
	}
}

// tillState is polled by the pending page: is there a result?
func (s *Site) tillState(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	v.wrote = true
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(v.w).Encode(map[string]bool{"done": !s.pressing.now(t.session.ID)})
}

func (s *Site) leaveTill(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	var now checkout.Session
	err = v.write(func(tx *db.Tx) (err error) {
		now, err = s.Checkout.LeaveSession(tx, t.session.ID, v.by())
		return err
	})
	if err != nil {
		return err
	}
	if now.State == checkout.SessionLeft {
		v.wrote = true
		http.Redirect(v.w, v.r, backTo(t.session.CancelURL, t.session.ID), http.StatusSeeOther)
		return nil
	}
	return v.to(t.path(""))
}

func (s *Site) extendTill(v *visit) error {
	t, err := v.loadTill()
	if err != nil {
		return err
	}
	lasts := ExtendMinutes.On(s.Terms.Current(), v.today())
	err = v.write(func(tx *db.Tx) error {
		_, err := s.Checkout.ExtendSession(tx, t.session.ID, lasts)
		return err
	})
	if err != nil {
		return err
	}
	v.say(web.SaidExtended)
	return v.to(t.path(""))
}
