package checkout

import (
	"encoding/json"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
)

// Session is an order on its way to a payment: what the shop asked for and what the member is shown.
type Session struct {
	ID         id.Session
	Merchant   id.Merchant
	OrderRef   string
	Amount     money.Yen // the total, tax and postage included
	Capture    Capture
	Cart       Cart
	ReturnURL  string
	CancelURL  string
	OfferToken bool // the page offers to agree to later purchases without being present
	State      SessionState
	Payment    id.Payment // its payment: live, or the last declined one
	Token      id.Token   // granted in this session
	Similar    id.Payment // the payment that it was asked about; zero if nothing was asked (rule P09)
	Answer     Answer     // and what the member said
	Created    time.Time
	Expires    time.Time
	Ended      time.Time // when it was done, withdrawn or left last
}

// Cart is what the final confirmation must show: the six items of the Act on Specified Commercial Transactions, Article
// 12-6 (quantity; price with tax and postage; time and method of payment, which are ours; delivery; application period;
// cancellation and returns).
type Cart struct {
	Lines        []CartLine `json:"lines"`
	Shipping     money.Yen  `json:"shipping"`
	Delivery     string     `json:"delivery"`
	Cancellation string     `json:"cancellation"`
	Period       string     `json:"period,omitempty"`
	ShopConfirms bool       `json:"shop_confirms,omitempty"` // the shop's own page was the final confirmation
}

// CartLine is one kind of goods. UnitAmount is yen, tax included; TaxRate is 8 or 10.
type CartLine struct {
	Name       string    `json:"name"`
	Quantity   int       `json:"quantity"`
	UnitAmount money.Yen `json:"unit_amount"`
	TaxRate    int       `json:"tax_rate"`
}

// Limits of a cart (rule P02).
const (
	cartLinesMax = 100
	cartTextMax  = 500
	cartNameMax  = 120
	quantityMax  = 10_000
)

// OpenSession opens a session for an order. A newer session of the same order replaces the older one, which then sends
// its member here (rule P06). An order that is paid already gets a session that is done, with that payment, if the
// amount is the same, and OrderTaken otherwise. The session's id, state and times are set here.
func (c *Checkout) OpenSession(tx *db.Tx, s Session, lasts time.Duration, by Actor) (Session, error) {
	if bad := s.check(); len(bad) > 0 {
		return Session{}, fault.Join(bad)
	}
	key := keyOf(s.Merchant, s.OrderRef)
	s.ID = id.In[id.SessionKind](tx, key.bucket)
	s.State, s.Created, s.Expires = SessionOpen, tx.Now(), tx.Now().Add(lasts)
	orders, err := selectOrders(tx, []orderKey{key}, true)
	if err != nil {
		return Session{}, err
	}
	if o := orders[key]; o.live {
		p, _, err := Find(tx, o.payment)
		if err != nil {
			return Session{}, err
		}
		if p.Amount != s.Amount {
			refused := OrderTaken.New().About(p.ID.String())
			refused.Charged = fault.ChargedOnce
			return Session{}, refused
		}
		s.State, s.Payment, s.Ended = SessionDone, p.ID, tx.Now()
	}
	if err := pointOrder(tx, key, s); err != nil {
		return Session{}, err
	}
	if err := insertSession(tx, s); err != nil {
		return Session{}, err
	}
	return s, event.Append(tx, s.fact("checkout_session.opened", by))
}

// check judges the shop's request (rule P02).
func (s Session) check() []*fault.Error {
	bad := checkOrder(s.OrderRef, s.Amount, s.Capture)
	cart := func(field, ja, en string) {
		bad = append(bad, BadCart.In(field).With("problem_ja", ja).With("problem_en", en))
	}
	if n := len(s.Cart.Lines); n == 0 || n > cartLinesMax {
		cart("lines", "1〜100行です", "there are 1 to 100 lines")
	}
	total := s.Cart.Shipping
	for i, l := range s.Cart.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		if l.Name == "" || len(l.Name) > cartNameMax*4 {
			cart(at+".name", "商品名を120字以内で入れてください", "give a name of at most 120 characters")
		}
		if l.Quantity < 1 || l.Quantity > quantityMax {
			cart(at+".quantity", "1以上の整数です", "a whole number from 1")
			continue
		}
		if l.UnitAmount < 0 || l.UnitAmount > AmountMax {
			cart(at+".unit_amount", "0円以上の整数です", "a whole number of yen, not negative")
			continue
		}
		if l.TaxRate != 8 && l.TaxRate != 10 {
			cart(at+".tax_rate", "8か10です", "8 or 10")
		}
		total += l.UnitAmount * money.Yen(l.Quantity)
	}
	if s.Cart.Shipping < 0 || s.Cart.Shipping > AmountMax {
		cart("shipping", "0円以上の整数です", "a whole number of yen, not negative")
	} else if total != s.Amount && len(bad) == 0 {
		cart("amount", "明細と送料の合計は "+total.String()+" 円です", "lines and shipping add up to "+total.String()+" yen")
	}
	for _, text := range []struct{ field, value string }{{"delivery", s.Cart.Delivery}, {"cancellation", s.Cart.Cancellation}} {
		if text.value == "" || len(text.value) > cartTextMax*4 {
			cart(text.field, "500字以内で入れてください（特定商取引法12条の6）", "give it in at most 500 characters (Act on Specified Commercial Transactions, Art. 12-6)")
		}
	}
	return bad
}

// FindSession looks a session up. It is false if there is none.
func FindSession(tx *db.Tx, sid id.Session) (Session, bool, error) {
	found, err := selectSessions(tx, []id.Session{sid}, false)
	if err != nil || len(found) == 0 {
		return Session{}, false, err
	}
	return found[0], true, nil
}

// FindSessionOfMerchant looks up a session of one merchant; another merchant's session is absent.
func FindSessionOfMerchant(tx *db.Tx, merchant id.Merchant, sid id.Session) (Session, error) {
	s, ok, err := FindSession(tx, sid)
	if err != nil {
		return Session{}, err
	}
	if !ok || s.Merchant != merchant {
		return Session{}, NoSession.New()
	}
	return s, nil
}

// CurrentSession answers the newest session of a session's order: itself, or the one that replaced it.
func CurrentSession(tx *db.Tx, s Session) (Session, error) {
	key := keyOf(s.Merchant, s.OrderRef)
	orders, err := selectOrders(tx, []orderKey{key}, false)
	if err != nil {
		return Session{}, err
	}
	if o := orders[key]; !o.session.IsZero() && o.session != s.ID {
		newer, ok, err := FindSession(tx, o.session)
		if err != nil || ok {
			return newer, err
		}
	}
	return s, nil
}

// WithdrawSession closes a session for the shop. Withdrawing it again answers the session; one that has its payment is
// refused with SessionPaid: the payment is there to be voided.
func (c *Checkout) WithdrawSession(tx *db.Tx, merchant id.Merchant, sid id.Session, by Actor) (Session, error) {
	if _, err := FindSessionOfMerchant(tx, merchant, sid); err != nil {
		return Session{}, err
	}
	return c.moveSession(tx, sid, Withdraw, "checkout_session.withdrawn", by)
}

// LeaveSession records that the member went back to the shop without paying.
func (c *Checkout) LeaveSession(tx *db.Tx, sid id.Session, by Actor) (Session, error) {
	return c.moveSession(tx, sid, Leave, "checkout_session.left", by)
}

// ReopenSession brings a member back who had left.
func (c *Checkout) ReopenSession(tx *db.Tx, sid id.Session, by Actor) (Session, error) {
	return c.moveSession(tx, sid, Reopen, "checkout_session.reopened", by)
}

func (c *Checkout) moveSession(tx *db.Tx, sid id.Session, on SessionEvent, kind string, by Actor) (Session, error) {
	found, err := selectSessions(tx, []id.Session{sid}, true)
	if err != nil {
		return Session{}, err
	}
	if len(found) == 0 {
		return Session{}, NoSession.New()
	}
	s := found[0]
	to, verdict := SessionMachine.Next(s.State, on)
	switch {
	case verdict == lifecycle.Already:
		return s, nil
	case verdict == lifecycle.Refused && s.State == SessionDone && on == Withdraw:
		refused := SessionPaid.New().About(s.Payment.String())
		refused.Charged = fault.ChargedOnce
		return Session{}, refused
	case verdict == lifecycle.Refused:
		return s, nil // leaving or reopening what is over changes nothing; the page shows what it is
	}
	s.State, s.Ended = to, tx.Now()
	if err := updateSession(tx, s); err != nil {
		return Session{}, err
	}
	return s, event.Append(tx, s.fact(kind, by))
}

// ExtendSession gives a session more time from now, before it ends; the page offers it (WCAG 2.2.1).
func (c *Checkout) ExtendSession(tx *db.Tx, sid id.Session, lasts time.Duration) (Session, error) {
	found, err := selectSessions(tx, []id.Session{sid}, true)
	if err != nil {
		return Session{}, err
	}
	if len(found) == 0 {
		return Session{}, NoSession.New()
	}
	s := found[0]
	if s.At(tx.Now()) == s.State && s.Expires.Before(tx.Now().Add(lasts)) && s.State != SessionDone && s.State != SessionDuplicate && s.State != SessionWithdrawn {
		s.Expires = tx.Now().Add(lasts)
		return s, updateSession(tx, s)
	}
	return s, nil
}

func (s Session) fact(kind string, by Actor) event.Fact {
	return event.Fact{
		Kind: kind, Subject: event.Subject(s.ID), Merchant: s.Merchant,
		Side: by.Side, Actor: by.Name, Request: by.Request, Data: map[string]any{"order_ref": s.OrderRef, "amount": s.Amount},
	}
}

func (c Cart) text() (string, error) {
	b, err := json.Marshal(c)
	return string(b), err
}
