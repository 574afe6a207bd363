package shop

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"tsuke/internal/demo/page"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

type confirmPage struct {
	frame
	basket
	Address Address
	Method  Method
	Form    string
	Due     jst.Day
	BillFee money.Yen
	Until   jst.Day // the last day of the offer; zero without one
}

// confirm is D6: the final screen with the six items of Article 12-6 of the Act on Specified Commercial Transactions.
// The form's key is made here. While the order it made is still alive, the form shown again is the same form.
func (s *Shop) confirm(w http.ResponseWriter, r *http.Request) {
	cookie := customerOf(r)
	c := s.store.customer(cookie)
	if len(c.Cart) == 0 {
		page.Go(w, r, "/shop/cart")
		return
	}
	b, err := basketOf(c)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	form := c.Form
	if earlier, found := s.store.find(func(o *Order) bool { return o.Form == form }); form == "" || found && earlier.Stage().Over() {
		form = randomHex()
		if err := s.store.change(func(m *memory) error { m.customer(cookie).Form = form; return nil }); err != nil {
			s.failed(w, r, err)
			return
		}
	}
	p := confirmPage{
		frame: s.frame(r, "confirm.title"), basket: b, Address: c.Address, Method: c.Method, Form: form, Due: s.due(),
		BillFee: billFee,
	}
	p.Step = "confirm"
	if b.MonthOnly {
		p.Until = jst.MonthOf(s.now()).Last()
	}
	s.book.Show(w, http.StatusOK, "confirm", p)
}

// place is the press of the final button. The order and what it will ask of the service are stored before anything is
// sent.
func (s *Shop) place(w http.ResponseWriter, r *http.Request) {
	cookie, form := customerOf(r), r.PostFormValue("form")
	if cookie == "" || form == "" {
		page.Go(w, r, "/shop/cart")
		return
	}
	o, err := s.enter(r, cookie, form)
	if errors.Is(err, errOldForm) {
		page.Go(w, r, "/shop/confirm")
		return
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	ctx := r.Context()
	s.withdraw(ctx, cookie, o.Ref)
	switch o.Method {
	case Linked:
		err = s.payLinked(ctx, o)
	case Later:
		err = s.openPage(ctx, o)
	case OnDelivery:
		err = s.finish(o.Ref)
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	if o, found := s.store.order(o.Ref); found && o.Stage() == Paying {
		page.Go(w, r, o.Session.URL)
		return
	}
	page.Go(w, r, orderPath(o.Ref))
}

func orderPath(ref string) string { return "/shop/orders/" + url.PathEscape(ref) }

// errOldForm is a form that was made for another cart.
var errOldForm = errors.New("shop: form of another cart")

// enter writes the order into the book, or finds the one that this form has made already.
func (s *Shop) enter(r *http.Request, cookie, form string) (*Order, error) {
	made := ""
	fresh := false
	err := s.store.change(func(m *memory) error {
		for _, o := range m.Orders {
			if o.Form == form && o.Customer == cookie {
				made = o.Ref
				return nil
			}
		}
		c := m.customer(cookie)
		if c.Form != form || len(c.Cart) == 0 {
			return errOldForm
		}
		o, err := s.newOrder(m, c, page.Lang(r))
		if err != nil {
			return err
		}
		o.Customer, made, fresh = cookie, o.Ref, true
		m.Orders = append(m.Orders, o)
		m.Next++
		return nil
	})
	if err != nil {
		return nil, err
	}
	if fresh {
		if err := s.takeTrouble(made); err != nil {
			return nil, err
		}
	}
	o, found := s.store.order(made)
	if !found {
		return nil, errAbsent
	}
	return o, nil
}

// takeTrouble lets the new order take the trouble that is armed, if any.
func (s *Shop) takeTrouble(ref string) error {
	kind, err := s.desk.Begin(ref)
	if err != nil || kind == "" {
		return err
	}
	return s.store.changeOrder(ref, func(o *Order) error { o.Trouble = kind; return nil })
}

func (s *Shop) newOrder(m *memory, c *Customer, lang string) (*Order, error) {
	b, err := basketOf(*c)
	if err != nil {
		return nil, err
	}
	o := &Order{
		Ref: "A-" + strconv.Itoa(m.Next), Form: c.Form, At: s.now(), Lang: lang, Shipping: b.Shipping, Fee: b.Fee,
		Amount: b.Total, Address: c.Address, Method: c.Method, ToOrder: b.ToOrder,
	}
	for _, l := range b.Cart {
		name := l.Article.Name.JA
		if lang == "en" {
			name = l.Article.Name.EN
		}
		o.Lines = append(o.Lines, OrderLine{
			Slug: l.Article.Slug, Name: name, Quantity: l.Quantity, Unit: l.Article.Price, TaxRate: l.Article.TaxRate,
		})
	}
	return o, nil
}

// openPage asks for the page on which the customer will pay.
func (s *Shop) openPage(ctx context.Context, o *Order) error {
	place, err := s.want(o.Ref, "session", "", "/v1/checkout-sessions", s.sessionRequest(o))
	if err != nil {
		return err
	}
	return s.carry(ctx, o.Ref, place, tries)
}

func (s *Shop) sessionRequest(o *Order) sessionRequest {
	text := func(key string, args ...any) string { return s.book.Text(o.Lang, key, args...) }
	req := sessionRequest{
		OrderRef: o.Ref, Amount: o.Amount, Currency: "JPY", Shipping: o.Shipping, Delivery: text(deliveryKey(o.ToOrder)),
		Cancellation: text("six.cancel.text"), ReturnURL: s.back("/shop/return"), CancelURL: s.back("/shop/left"),
		Capture: o.capture(), ExpiresIn: sessionSeconds, OfferToken: true, FinalConfirmation: "shop",
	}
	for _, l := range o.Lines {
		req.Lines = append(req.Lines, lineRequest{Name: l.Name, Quantity: l.Quantity, UnitAmount: l.Unit, TaxRate: l.TaxRate})
		if a, found := articleOf(l.Slug); found && a.MonthOnly {
			req.ApplicationPeriod = text("six.period.until", jst.MonthOf(o.At).Last())
		}
	}
	return req
}

func deliveryKey(toOrder bool) string {
	if toOrder {
		return "six.delivery.toorder"
	}
	return "six.delivery.stock"
}

// payLinked charges by what the member agreed to before. If that agreement is gone, the shop forgets it.
func (s *Shop) payLinked(ctx context.Context, o *Order) error {
	place, err := s.want(o.Ref, "payment", "", "/v1/payments", paymentRequest{
		OrderRef: o.Ref, Amount: o.Amount, Currency: "JPY", MemberToken: s.store.customer(o.Customer).Token, Capture: o.capture(),
	})
	if err == nil {
		err = s.carry(ctx, o.Ref, place, tries)
	}
	if err != nil {
		return err
	}
	now, found := s.store.order(o.Ref)
	if found && tokenGone(now.Acts[place].Problem) {
		return s.store.change(func(m *memory) error {
			c := m.customer(o.Customer)
			c.Token, c.Method = "", Later
			return nil
		})
	}
	if found && now.Payment != nil {
		s.settleSoon(ctx, o.Ref)
	}
	return nil
}

// settleSoon settles while the customer waits. What does not come to an end now is Follow's work.
func (s *Shop) settleSoon(ctx context.Context, ref string) {
	if err := s.settle(ctx, ref, tries); err != nil && !errors.Is(err, context.Canceled) {
		s.log.Info("order not settled yet", "order", ref, "err", err)
	}
}

// comeBack is where the service sends the customer, paid or not. The address names the session and nothing else counts.
func (s *Shop) comeBack(w http.ResponseWriter, r *http.Request) {
	session := r.URL.Query().Get("checkout_session")
	o, found := s.store.find(func(o *Order) bool { return session != "" && o.Session != nil && o.Session.ID == session })
	if !found {
		s.book.NotFound(w, r, "shop")
		return
	}
	s.settleSoon(r.Context(), o.Ref)
	page.Go(w, r, orderPath(o.Ref))
}

// startAgain is what a bad cart does when its customer begins once more: it forgets the order that was under way and makes a
// new one of the same goods, under a new number. No number tells the service that it is the same purchase. A good shop goes
// on with the order it has, as this one does everywhere else.
func (s *Shop) startAgain(w http.ResponseWriter, r *http.Request) {
	o, found := s.ofCustomer(r)
	if !found || !o.MayStartAgain() {
		s.book.NotFound(w, r, "shop")
		return
	}
	made := ""
	err := s.store.change(func(m *memory) error {
		made = "A-" + strconv.Itoa(m.Next)
		m.Next++
		m.Orders = append(m.Orders, &Order{
			Ref: made, Customer: o.Customer, Form: randomHex(), At: s.now(), Lang: o.Lang, Lines: o.Lines, Shipping: o.Shipping,
			Amount: o.Amount, Address: o.Address, Method: o.Method, ToOrder: o.ToOrder,
		})
		return nil
	})
	if err == nil {
		err = s.takeTrouble(made)
	}
	again, found := s.store.order(made)
	if err == nil && found {
		err = s.openPage(r.Context(), again)
	}
	if err != nil {
		s.failed(w, r, err)
		return
	}
	if again, found := s.store.order(made); found && again.Stage() == Paying {
		page.Go(w, r, again.Session.URL)
		return
	}
	page.Go(w, r, orderPath(made))
}

// takeBack withdraws an order that is not paid, so that the customer can pay in another way.
func (s *Shop) takeBack(w http.ResponseWriter, r *http.Request) {
	o, found := s.ofCustomer(r)
	if !found {
		s.book.NotFound(w, r, "shop")
		return
	}
	s.withdraw(r.Context(), o.Customer, "")
	page.Go(w, r, "/shop/payment")
}

// ofCustomer is the order that the address names, if it is this customer's.
func (s *Shop) ofCustomer(r *http.Request) (*Order, bool) {
	o, found := s.store.order(r.PathValue("ref"))
	return o, found && o.Customer == customerOf(r)
}

// work is what the staff does with an order: ship it, cancel it, give money back. The form's key keeps a second press
// from being a second act.
func (s *Shop) work(w http.ResponseWriter, r *http.Request) {
	o, found := s.store.order(r.PathValue("ref"))
	form := r.PostFormValue("form")
	if !found || o.Payment == nil || form == "" {
		s.book.NotFound(w, r, "shop")
		return
	}
	here := "/shop/staff/" + url.PathEscape(o.Ref)
	verb, body, err := task(r.PathValue("verb"), o, r.PostFormValue("amount"))
	if err != nil {
		page.Go(w, r, here+"?slip=amount")
		return
	}
	if err := s.ask(r.Context(), o, verb, form, body, tries); err != nil {
		s.failed(w, r, err)
		return
	}
	page.Go(w, r, here)
}

type amountRequest struct {
	Amount money.Yen `json:"amount"`
}

// task reads the staff's form.
func task(name string, o *Order, amount string) (verb string, body any, err error) {
	switch name {
	case "ship":
		return "capture", amountRequest{o.Payment.Amount}, nil
	case "cancel":
		return "void", struct{}{}, nil
	case "refund":
		n, err := strconv.ParseInt(amount, 10, 64)
		if err != nil || n < 1 || money.Yen(n) > o.Refundable() {
			return "", nil, fmt.Errorf("shop: amount to refund: %q", amount)
		}
		return "refund", amountRequest{money.Yen(n)}, nil
	default:
		return "", nil, fmt.Errorf("shop: no task %q", name)
	}
}
