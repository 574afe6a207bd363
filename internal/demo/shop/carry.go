package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"tsuke/internal/demo/trouble"
	"tsuke/internal/id"
	"tsuke/internal/money"
)

const (
	tries      = 8                      // while the customer waits
	firstPause = 200 * time.Millisecond // doubled after each try
	longPause  = 30 * time.Second
	lookAfter  = 3 // after this many tries without an answer the order is looked up by its number
	slowFor    = 20 * time.Second
)

// newKey is an idempotency key: 128 random bits with a word that says what it is for.
func (s *Shop) newKey(verb string) string {
	return "aozora-" + verb + "-" + id.New[id.EventKind](s.machine.Now(), 0).String()
}

// want stores an act of an order. If the order has it already (the same verb, and the same form of the staff), nothing
// is stored. It gives the act's place in the order.
func (s *Shop) want(ref, verb, form, path string, body any) (int, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	place := -1
	err = s.store.changeOrder(ref, func(o *Order) error {
		for i, a := range o.Acts {
			if a.Verb == verb && a.Form == form {
				place = i
				return nil
			}
		}
		place = len(o.Acts)
		o.Acts = append(o.Acts, Act{
			Verb: verb, Form: form, Path: path, Key: s.newKey(verb), Body: text, State: "open", Last: "–",
		})
		return nil
	})
	return place, err
}

// carry sends an open act until its answer is known, at most n times, and stores each answer before it does anything
// else. What is still open afterwards is taken up again by Follow. An order is carried by one goroutine at a time;
// were there two, the key would keep them from doing anything twice.
func (s *Shop) carry(ctx context.Context, ref string, place, n int) error {
	defer s.alone(ref)()
	for try := 1; ; try++ {
		o, found := s.store.order(ref)
		if !found || o.Acts[place].State != "open" {
			return nil
		}
		act := o.Acts[place]
		answer, err := s.client.Post(ctx, act.Path, act.Key, o.Lang, act.Body)
		if err := s.learn(ref, place, answer, err); err != nil {
			return err
		}
		if err == nil && answer.verdict() != again {
			continue // the loop ends at the look above
		}
		if act.Tries+1 >= lookAfter && act.Verb == "payment" {
			s.lookUp(ctx, ref, place)
		}
		if try >= n {
			return nil
		}
		if err := s.pause(ctx, jittered(firstPause<<min(try-1, 5))); err != nil {
			return nil //nolint:nilerr // the customer has gone; Follow goes on
		}
	}
}

// jittered is a pause of half to all of d, so that many shops do not call in step.
func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2) //nolint:gosec // no secret
}

// learn stores what a try brought.
func (s *Shop) learn(ref string, place int, answer Answer, callErr error) error {
	var verb, key string
	var args []string
	err := s.store.changeOrder(ref, func(o *Order) error {
		a := &o.Acts[place]
		a.Tries++
		a.Last = "–"
		if callErr == nil {
			a.Last = fmt.Sprint(answer.Status)
		}
		a.Next = s.machine.Now().Add(jittered(min(time.Second<<min(a.Tries, 5), longPause)))
		verb, args = a.Verb, []string{"verb." + a.Verb, fmt.Sprint(a.Tries), a.Last}
		key = "step.shop_broke"
		if callErr != nil {
			return nil
		}
		switch answer.verdict() {
		case done:
			key = "step.shop_ok"
			switch {
			case answer.Replayed && a.Tries == 1:
				key = "step.shop_twin"
			case answer.Replayed:
				key = "step.shop_replayed"
			}
			return s.accept(o, a, answer)
		case refused:
			key = "step.shop_refused"
			problem := answer.problem()
			a.State, a.Problem = "refused", &problem
			args[2] = problem.Code
		case again:
			key = "step.shop_again"
		}
		return nil
	})
	if err == nil {
		s.desk.NoteFor(ref, key, args...)
	}
	if callErr != nil {
		s.log.Info("no answer", "verb", verb, "order", ref, "err", callErr)
	}
	return err
}

// accept takes in the object that a successful act answered with. An answer that is not the object leaves the act open.
func (s *Shop) accept(o *Order, a *Act, answer Answer) error {
	if a.Verb == "session" || a.Verb == "withdraw" {
		var session Session
		if json.Unmarshal(answer.Body, &session) != nil || session.ID == "" {
			return nil
		}
		a.State = "done"
		s.see(o, &session, session.Payment)
		return nil
	}
	var payment Payment
	if json.Unmarshal(answer.Body, &payment) != nil || payment.ID == "" {
		return nil
	}
	a.State = "done"
	s.see(o, nil, &payment)
	return nil
}

// see takes in what the service says about an order now.
func (s *Shop) see(o *Order, session *Session, payment *Payment) {
	o.SeenAt = s.now()
	if session != nil {
		o.Session = session
	}
	if payment == nil {
		return
	}
	first := o.Payment == nil
	o.Payment = payment
	if first && o.Trouble == trouble.SlowShop {
		o.ConfirmFrom = s.machine.Now().Add(slowFor)
	}
}

// lookUp asks by the shop's own number whether an order has a payment whose answer never came.
func (s *Shop) lookUp(ctx context.Context, ref string, place int) {
	payment, err := s.client.PaymentOf(ctx, ref)
	if err != nil {
		return // no news; the same call with the same key goes on
	}
	if err := s.store.changeOrder(ref, func(o *Order) error {
		o.Acts[place].State = "done"
		s.see(o, nil, payment)
		return nil
	}); err != nil {
		s.log.Error("order not stored", "order", ref, "err", err)
		return
	}
	s.desk.NoteFor(ref, "step.shop_found", payment.State)
}

// refresh asks where an order stands now, and stores it. It never believes what a browser says.
func (s *Shop) refresh(ctx context.Context, ref string) error {
	o, found := s.store.order(ref)
	if !found {
		return errAbsent
	}
	var session *Session
	var payment *Payment
	var err error
	switch {
	case o.Payment != nil && (o.Payment.State != "declined" || o.Session == nil):
		payment, err = s.client.Payment(ctx, o.Payment.ID)
	case o.Session != nil: // a member who was declined can press again, and then the session has another payment
		if session, err = s.client.Session(ctx, o.Session.ID); err == nil {
			payment = session.Payment
		}
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return s.store.change(func(m *memory) error {
		o := m.order(ref)
		s.see(o, session, payment)
		if session != nil && session.MemberToken != "" {
			m.customer(o.Customer).Token = session.MemberToken
		}
		return nil
	})
}

// settle brings an order as far as it can come now: it asks where the order stands and does what the shop owes.
func (s *Shop) settle(ctx context.Context, ref string, n int) error {
	if err := s.refresh(ctx, ref); err != nil {
		return err
	}
	o, found := s.store.order(ref)
	if !found {
		return errAbsent
	}
	if verb := o.wants(s.machine.Now()); verb != "" {
		if err := s.ask(ctx, o, verb, "", struct{}{}, n); err != nil {
			return err
		}
	}
	return s.finish(ref)
}

// ask stores an act about an order's payment and carries it.
func (s *Shop) ask(ctx context.Context, o *Order, verb, form string, body any, n int) error {
	path := map[string]string{"capture": "captures", "refund": "refunds"}[verb]
	if path == "" {
		path = verb
	}
	place, err := s.want(o.Ref, verb, form, "/v1/payments/"+url.PathEscape(o.Payment.ID)+"/"+path, body)
	if err != nil {
		return err
	}
	return s.carry(ctx, o.Ref, place, n)
}

// finish empties the cart of an order that stands.
func (s *Shop) finish(ref string) error {
	o, found := s.store.order(ref)
	if !found || !o.Stage().Placed() {
		return nil
	}
	return s.store.change(func(m *memory) error {
		if c := m.customer(o.Customer); c.Form == o.Form {
			c.Cart, c.Form = map[string]int{}, ""
		}
		return nil
	})
}

// withdraw takes back the open pages of a customer's earlier orders: the customer has decided otherwise.
func (s *Shop) withdraw(ctx context.Context, customer, except string) {
	for _, o := range s.store.orders(20, func(o *Order) bool {
		stage := o.Stage()
		return o.Customer == customer && o.Ref != except && o.Session != nil &&
			(stage == Paying || stage == Left || stage == Declined)
	}) {
		path := "/v1/checkout-sessions/" + url.PathEscape(o.Session.ID) + "/withdraw"
		place, err := s.want(o.Ref, "withdraw", "", path, struct{}{})
		if err == nil {
			err = s.carry(ctx, o.Ref, place, 1)
		}
		if err != nil {
			s.log.Error("session not withdrawn", "order", o.Ref, "err", err)
		}
	}
}

// Follow reads the feed of events and takes up what is open, until ctx ends. It is what makes the shop certain of every
// order even if the customer's browser never comes back and even if the shop itself is started again.
func (s *Shop) Follow(ctx context.Context) {
	for ctx.Err() == nil {
		s.Step(ctx)
		if s.pause(ctx, time.Second) != nil {
			return
		}
	}
}

// Step is one round of Follow.
func (s *Shop) Step(ctx context.Context) {
	if err := s.readEvents(ctx); err != nil && ctx.Err() == nil {
		s.log.Debug("events not read", "err", err)
	}
	now := s.machine.Now()
	for _, o := range s.store.orders(100, func(o *Order) bool { return len(o.open()) > 0 || o.wants(now) != "" }) {
		for _, place := range o.open() {
			if o.Acts[place].Next.After(now) {
				continue
			}
			if err := s.carry(ctx, o.Ref, place, 1); err != nil {
				s.log.Error("act not carried", "order", o.Ref, "err", err)
			}
		}
		if o.wants(now) != "" && len(o.open()) == 0 {
			s.told(ctx, o.Ref)
		}
	}
}

// told settles an order of which there is news. What fails is tried again in the next round.
func (s *Shop) told(ctx context.Context, ref string) {
	if err := s.settle(ctx, ref, 1); err != nil && !errors.Is(err, context.Canceled) {
		s.log.Info("order not settled", "order", ref, "err", err)
	}
}

// readEvents takes in what happened since the last look. The cursor moves only behind what was taken in.
func (s *Shop) readEvents(ctx context.Context) error {
	events, err := s.client.Events(ctx, s.store.cursor())
	if err != nil {
		return err
	}
	for _, e := range events {
		ref, payment, err := s.orderOf(ctx, e)
		if err != nil {
			return err
		}
		if e.Type == "checkout_session.duplicate" {
			if ref, err = s.merge(ctx, e.Session); err != nil {
				return err
			}
		}
		if err := s.store.change(func(m *memory) error {
			m.Cursor = e.Number
			if o := m.order(ref); o != nil {
				s.see(o, nil, payment)
			}
			return nil
		}); err != nil {
			return err
		}
		s.desk.NoteFor(ref, "step.event", e.Type)
	}
	return nil
}

// merge takes in that a member said of an order that it is the same purchase as an earlier one, and gives its number.
func (s *Shop) merge(ctx context.Context, session string) (string, error) {
	o, found := s.store.find(func(o *Order) bool { return o.Session != nil && o.Session.ID == session })
	if !found {
		return "", nil
	}
	return o.Ref, s.refresh(ctx, o.Ref)
}

// orderOf finds the order that an event is about, if it is about a payment of this shop's book.
func (s *Shop) orderOf(ctx context.Context, e Event) (string, *Payment, error) {
	if e.Payment == "" {
		return "", nil, nil
	}
	payment, err := s.client.Payment(ctx, e.Payment)
	if errors.Is(err, errAbsent) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	if _, found := s.store.order(payment.OrderRef); !found {
		return "", nil, nil
	}
	return payment.OrderRef, payment, nil
}

// sessionRequest is the body of POST /v1/checkout-sessions.
type sessionRequest struct {
	OrderRef          string        `json:"order_ref"`
	Amount            money.Yen     `json:"amount"`
	Currency          string        `json:"currency"`
	Lines             []lineRequest `json:"lines"`
	Shipping          money.Yen     `json:"shipping"`
	Delivery          string        `json:"delivery"`
	Cancellation      string        `json:"cancellation"`
	ApplicationPeriod string        `json:"application_period,omitempty"`
	ReturnURL         string        `json:"return_url"`
	CancelURL         string        `json:"cancel_url"`
	Capture           string        `json:"capture"`
	ExpiresIn         int           `json:"expires_in"`
	OfferToken        bool          `json:"offer_token"`
	FinalConfirmation string        `json:"final_confirmation"`
}

type lineRequest struct {
	Name       string    `json:"name"`
	Quantity   int       `json:"quantity"`
	UnitAmount money.Yen `json:"unit_amount"`
	TaxRate    int       `json:"tax_rate"`
}

// paymentRequest is the body of POST /v1/payments.
type paymentRequest struct {
	OrderRef    string    `json:"order_ref"`
	Amount      money.Yen `json:"amount"`
	Currency    string    `json:"currency"`
	MemberToken string    `json:"member_token"`
	Capture     string    `json:"capture"`
}

// capture is how the order's money is captured: with the confirmation if the goods leave at once, else when they do.
func (o *Order) capture() string {
	if o.ToOrder {
		return "manual"
	}
	return "automatic"
}

// tokenGone tells whether a refusal means that the member's consent no longer counts.
func tokenGone(p *Problem) bool { return p != nil && p.Code == "member_token_not_found" }
