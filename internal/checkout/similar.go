package checkout

import (
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/lifecycle"
)

// The second net (rule P09). An order's row makes sure that one order is charged once; it cannot help against a cart that
// makes a new order number when its customer starts again. So an order that looks like a purchase made a moment ago is
// stopped before it is charged: a checkout asks the member once whether it is the same, and a program has to say that it
// is another one. Which orders those are is decided in the batch, under the lock of the member's account, by [similarTo].

// Answer is what a checkout knows about the payment that its order looks like.
type Answer string

// The answers.
const (
	NotAsked Answer = ""
	Asked    Answer = "asked"   // the press was stopped, the member has not answered
	Same     Answer = "same"    // it is that purchase: nothing is charged for this order
	Another  Answer = "another" // it is a purchase of its own
)

// recent are live payments that orders of a batch could be a repeat of.
type recent map[id.Member][]Payment

// queueRecent reads what orders of a batch could be a repeat of. The members' accounts are locked before it, so nothing is
// added meanwhile: two tabs, two batches and two orders of one batch all find each other.
func queueRecent(q *db.Queue, all []*attempt) recent {
	asks := make([]similarAsk, 0, len(all))
	seen := make(map[similarAsk]bool, len(all))
	for _, a := range all {
		if !asksSimilar(a.Order) {
			continue
		}
		ask := similarAsk{a.buyer(), id.First[id.PaymentKind](q.Now().Add(-a.SimilarWithin))}
		if !seen[ask] {
			seen[ask] = true
			asks = append(asks, ask)
		}
	}
	found := recent{}
	selectRecent(q, asks, found)
	return found
}

// judgeSimilar stops an order that looks like a recent payment, unless somebody said that it is another one: the member
// in this checkout, the merchant in this request, or either of them about the payment that this one follows (rule P09).
func (a *attempt) judgeSimilar(b *book, now time.Time) *fault.Error {
	a.repeatOf = a.RepeatOf
	p, found := similarTo(a.Order, b.recent[a.Member], now)
	if !found {
		return nil
	}
	s := b.sessions[a.Session]
	if p.ID == a.RepeatOf || p.ID == a.earlier.RepeatOf || s != nil && s.Answer == Another && s.Similar == p.ID {
		a.repeatOf = p.ID
		return nil
	}
	a.similar = p
	if s != nil {
		a.asked = s.Answer != Asked || s.Similar != p.ID
		s.Similar, s.Answer = p.ID, Asked
	}
	return similarFault(p)
}

// similarFault names the payment that stands.
func similarFault(p Payment) *fault.Error {
	return SimilarPayment.New().About(p.ID.String()).With("reference", p.Reference().String()).With("order_ref", p.OrderRef).
		With("at", p.Created.Format(time.RFC3339))
}

// keepSimilar stores what a batch stopped, and what merchants declared to be a repeat, on the timelines of both sides.
// Nearly always there is nothing, and no statement runs.
func keepSimilar(tx *db.Tx, all []*attempt) error {
	var asked []Session
	var facts []event.Fact
	for _, a := range all {
		data := map[string]any{"order_ref": a.OrderRef, "amount": a.Amount, "checkout_session": a.Session}
		switch {
		case !a.similar.ID.IsZero() && a.Session.IsZero():
			facts = append(facts, fact(a.similar, "payment.similar_stopped", a.By, data))
		case a.asked:
			s := Session{ID: a.Session, Merchant: a.Merchant, OrderRef: a.OrderRef, Amount: a.Amount, Similar: a.similar.ID}
			asked = append(asked, s)
			facts = append(facts, fact(a.similar, "payment.similar_stopped", a.By, data), s.similarFact("checkout_session.asked", a.By))
		case a.fresh && !a.RepeatOf.IsZero():
			of := Payment{ID: a.RepeatOf, Member: a.Member, Merchant: a.Merchant}
			data["payment"] = a.result.Value.Payment.ID
			facts = append(facts, fact(of, "payment.similar_another", a.By, data))
		}
	}
	if err := askSessions(tx, asked); err != nil {
		return err
	}
	return event.Append(tx, facts...)
}

// Question answers the payment that a checkout has to ask this member about, looked at now: it was asked, it was not
// answered, and the press would be stopped again. It is false if there is nothing to ask (rule P09).
func Question(tx *db.Tx, s Session, member id.Member, within time.Duration) (Payment, bool, error) {
	if s.Answer != Asked || s.At(tx.Now()) != s.State || s.State == SessionDone || s.State == SessionDuplicate {
		return Payment{}, false, nil
	}
	p, ok, err := Find(tx, s.Similar)
	if err != nil || !ok {
		return Payment{}, false, err
	}
	o := Order{
		Merchant: s.Merchant, Member: member, OrderRef: s.OrderRef, Amount: s.Amount, Channel: credit.Online, SimilarWithin: within,
	}
	_, found := similarTo(o, []Payment{p}, tx.Now())
	return p, found, nil
}

// AnswerSimilar records what a member says about the payment that their checkout asked about. [Same] ends the checkout
// without a charge and points it to that payment; [Another] lets the next press be decided. An answer about something
// else than what is asked now changes nothing, and neither does a second answer: the page shows what stands. The payment
// that was asked about is of, and it must be the member's (NoPayment).
func (c *Checkout) AnswerSimilar(tx *db.Tx, sid id.Session, member id.Member, of id.Payment, answer Answer, by Actor) (Session, error) {
	p, ok, err := Find(tx, of)
	if err != nil {
		return Session{}, err
	}
	if !ok || p.Member != member {
		return Session{}, NoPayment.New()
	}
	if _, err := credit.Lock(tx, member); err != nil { // facts about the payment keep their order
		return Session{}, err
	}
	found, err := selectSessions(tx, []id.Session{sid}, true)
	if err != nil {
		return Session{}, err
	}
	if len(found) == 0 {
		return Session{}, NoSession.New()
	}
	s := found[0]
	if s.Answer != Asked || s.Similar != of || s.At(tx.Now()) != s.State {
		return s, nil
	}
	kind := "checkout_session.another"
	if answer == Same {
		to, verdict := SessionMachine.Next(s.State, Merge)
		if verdict == lifecycle.Refused {
			return s, nil
		}
		s.State, s.Ended, kind = to, tx.Now(), "checkout_session.duplicate"
	}
	s.Answer = answer
	if err := updateAnswer(tx, s); err != nil {
		return Session{}, err
	}
	data := map[string]any{"order_ref": s.OrderRef, "amount": s.Amount, "checkout_session": s.ID}
	return s, event.Append(tx, s.similarFact(kind, by), fact(p, "payment.similar_"+string(answer), by, data))
}

// similarFact is a fact of a checkout that names the payment it is about.
func (s Session) similarFact(kind string, by Actor) event.Fact {
	f := s.fact(kind, by)
	f.Data = map[string]any{"order_ref": s.OrderRef, "amount": s.Amount, "similar": s.Similar}
	return f
}
