package shop

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tsuke/internal/demo/page"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// frame is what all pages of the shop have.
type frame struct {
	page.Frame
	Pieces int    // in the cart
	Step   string // of the order: "cart", "address", "payment", "confirm", or empty
}

func (s *Shop) frame(r *http.Request, title string, args ...any) frame {
	pieces := 0
	for _, n := range s.store.customer(customerOf(r)).Cart {
		pieces += n
	}
	return frame{Frame: s.book.Frame(r, "shop", title, args...), Pieces: pieces}
}

type shelfPage struct {
	frame
	Goods []Article
}

// shelf is D1.
func (s *Shop) shelf(w http.ResponseWriter, r *http.Request) {
	s.book.Show(w, http.StatusOK, "shelf", shelfPage{s.frame(r, "shelf.title"), Goods()})
}

type articlePage struct {
	frame
	Article Article
	Until   jst.Day // the last day of the offer; zero without one
	Counts  []int
}

// article is D2.
func (s *Shop) article(w http.ResponseWriter, r *http.Request) {
	a, found := articleOf(r.PathValue("slug"))
	if !found {
		s.book.NotFound(w, r, "shop")
		return
	}
	p := articlePage{frame: s.frame(r, "article.title"), Article: a, Counts: counts(1)}
	p.Title = p.Say(a.Name)
	if a.MonthOnly {
		p.Until = jst.MonthOf(s.now()).Last()
	}
	s.book.Show(w, http.StatusOK, "article", p)
}

// counts are the quantities that can be chosen.
func counts(from int) []int {
	var out []int
	for n := from; n <= maxQuantity; n++ {
		out = append(out, n)
	}
	return out
}

// CartLine is one article in the cart.
type CartLine struct {
	Article  Article
	Quantity int
	Sum      money.Yen
}

// basket is a cart with its sums.
type basket struct {
	Cart                        []CartLine
	Goods, Shipping, Fee, Total money.Yen
	ToOrder                     bool // something in it is made to order
	MonthOnly                   bool // something in it is offered for a time only
}

// basketOf reads a cart in the order of the shelf.
func basketOf(c Customer) (basket, error) {
	var b basket
	var lines []OrderLine
	for _, a := range Goods() {
		if n := c.Cart[a.Slug]; n > 0 {
			line := OrderLine{Quantity: n, Unit: a.Price}
			lines = append(lines, line)
			b.Cart = append(b.Cart, CartLine{Article: a, Quantity: n, Sum: line.Sum()})
			b.ToOrder = b.ToOrder || a.ToOrder
			b.MonthOnly = b.MonthOnly || a.MonthOnly
		}
	}
	var err error
	b.Goods, b.Shipping, b.Fee, b.Total, err = price(lines, c.Method)
	return b, err
}

type cartPage struct {
	frame
	basket
	Counts []int
}

// cart is D3.
func (s *Shop) cart(w http.ResponseWriter, r *http.Request) {
	c := s.store.customer(customerOf(r))
	c.Method = Later // what paying at the door adds is told where it is chosen
	b, err := basketOf(c)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	p := cartPage{frame: s.frame(r, "cart.title"), basket: b, Counts: counts(0)}
	p.Step = "cart"
	s.book.Show(w, http.StatusOK, "cart", p)
}

// fill puts articles into the cart, or changes how many there are. A changed cart is another order.
func (s *Shop) fill(w http.ResponseWriter, r *http.Request) {
	slug := r.PostFormValue("slug")
	n, err := strconv.Atoi(r.PostFormValue("quantity"))
	_, known := articleOf(slug)
	if err != nil || !known || n < 0 || n > maxQuantity {
		page.Go(w, r, "/shop/cart")
		return
	}
	cookie := welcome(w, r)
	if err := s.store.change(func(m *memory) error {
		c := m.customer(cookie)
		if r.PostFormValue("add") != "" {
			n = min(c.Cart[slug]+n, maxQuantity)
		}
		c.Form = ""
		if c.Cart[slug] = n; n == 0 {
			delete(c.Cart, slug)
		}
		return nil
	}); err != nil {
		s.failed(w, r, err)
		return
	}
	page.Go(w, r, "/shop/cart")
}

// AddressForm is the address with what is missing in it.
type AddressForm struct {
	Address
	Missing []string // fields: "name", "postal", "place", "phone"
}

// Lacks tells whether a field is missing.
func (f AddressForm) Lacks(field string) bool { return slices.Contains(f.Missing, field) }

type addressPage struct {
	frame
	Form AddressForm
}

// address is D4.
func (s *Shop) address(w http.ResponseWriter, r *http.Request) {
	c := s.store.customer(customerOf(r))
	if len(c.Cart) == 0 {
		page.Go(w, r, "/shop/cart")
		return
	}
	s.showAddress(w, r, http.StatusOK, AddressForm{Address: c.Address})
}

func (s *Shop) showAddress(w http.ResponseWriter, r *http.Request, status int, form AddressForm) {
	p := addressPage{frame: s.frame(r, "address.title"), Form: form}
	p.Step = "address"
	if len(form.Missing) > 0 {
		p.Title = p.T("form.wrong") + p.Title
	}
	s.book.Show(w, status, "address", p)
}

// saveAddress takes the address as it is typed; a carrier reads it, no machine does.
func (s *Shop) saveAddress(w http.ResponseWriter, r *http.Request) {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	form := AddressForm{Address: Address{
		Name: field("name"), Postal: field("postal"), Place: field("place"), Phone: field("phone"),
	}}
	for _, name := range []string{"name", "postal", "place", "phone"} {
		if field(name) == "" {
			form.Missing = append(form.Missing, name)
		}
	}
	if len(form.Missing) > 0 {
		s.showAddress(w, r, http.StatusUnprocessableEntity, form)
		return
	}
	cookie := welcome(w, r)
	if err := s.store.change(func(m *memory) error {
		m.customer(cookie).Address = form.Address
		return nil
	}); err != nil {
		s.failed(w, r, err)
		return
	}
	page.Go(w, r, "/shop/payment")
}

type paymentPage struct {
	frame
	basket
	Method  Method
	Linked  bool // the member agreed to be charged without leaving the shop
	Due     jst.Day
	BillFee money.Yen
	DoorFee money.Yen
}

// payment is D5.
func (s *Shop) payment(w http.ResponseWriter, r *http.Request) {
	c := s.store.customer(customerOf(r))
	if len(c.Cart) == 0 {
		page.Go(w, r, "/shop/cart")
		return
	}
	chosen := c.Method
	c.Method = Later
	b, err := basketOf(c)
	if err != nil {
		s.failed(w, r, err)
		return
	}
	p := paymentPage{
		frame: s.frame(r, "payment.title"), basket: b, Method: chosen, Linked: c.Token != "", Due: s.due(),
		BillFee: billFee, DoorFee: onDeliveryFee,
	}
	p.Step = "payment"
	s.book.Show(w, http.StatusOK, "payment", p)
}

// due is when a purchase of today is paid by a new member: on the 10th of the next month.
func (s *Shop) due() jst.Day { return jst.MonthOf(s.now()).Next().Day(10) }

// choose keeps the way to pay.
func (s *Shop) choose(w http.ResponseWriter, r *http.Request) {
	cookie := welcome(w, r)
	method := Method(r.PostFormValue("method"))
	if !slices.Contains([]Method{Later, Linked, OnDelivery}, method) {
		page.Go(w, r, "/shop/payment")
		return
	}
	if err := s.store.change(func(m *memory) error {
		c := m.customer(cookie)
		if method == Linked && c.Token == "" {
			method = Later
		}
		if c.Method != method {
			c.Method, c.Form = method, ""
		}
		return nil
	}); err != nil {
		s.failed(w, r, err)
		return
	}
	page.Go(w, r, "/shop/confirm")
}

// failed is the page for what the shop itself could not do.
func (s *Shop) failed(w http.ResponseWriter, r *http.Request, err error) {
	s.log.Error("shop failed", "err", err)
	s.book.Show(w, http.StatusInternalServerError, "failed", s.frame(r, "failed.title"))
}

// back is an address of the shop that the service sends the customer to.
func (s *Shop) back(path string) string {
	to, err := url.JoinPath(s.origin, path)
	if err != nil {
		return s.origin
	}
	return to
}
