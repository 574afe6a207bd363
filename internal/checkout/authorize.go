package checkout

import (
	"fmt"
	"slices"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/member"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

// Order is one press, one call, one try to buy.
type Order struct {
	Merchant      id.Merchant
	MerchantLive  bool      // the merchant may sell now
	MerchantMax   money.Yen // the most one purchase there may cost; 0 means no cap
	Member        id.Member // zero if Token says who it is
	OrderRef      string
	Amount        money.Yen
	Channel       credit.Channel
	Capture       Capture
	Session       id.Session  // pressed in this checkout; zero for a purchase without the member present
	Token         id.Token    // agreed to by this token; zero if pressed
	Grant         bool        // the member also agrees that the shop may buy again without them, if this is approved
	RepeatOf      id.Payment  // the merchant says that it is another purchase than this one; zero if nothing is said
	Invoice       bool        // billed by an invoice of its own, for a buyer who is no member (rule I05)
	SamePerson    []id.Member // other accounts of the same person, whose exposure counts too (rule I04)
	ConfirmWithin time.Duration
	SimilarWithin time.Duration // how long a similar purchase is asked about; 0 asks nothing (rule P09)
	By            Actor
}

// Bucket is the lane of an order: its member's, so that two orders of one member see each other.
func (o Order) Bucket() int { return o.buyer().Bucket() }

func (o Order) buyer() credit.Buyer {
	if o.Member.IsZero() {
		return credit.Buyer{Token: o.Token}
	}
	return credit.Buyer{Member: o.Member}
}

// Authorization is what became of an order.
type Authorization struct {
	Payment  Payment
	Existing bool // the order had this payment already; nothing was done
}

// attempt is an order on its way through a batch.
type attempt struct {
	Order
	key      orderKey
	known    bool    // the order has a row
	earlier  Payment // the order's newest payment before this batch; zero if none
	result   run.Result[Authorization]
	decision credit.Decision
	fresh    bool       // makes a new payment, approved or declined
	similar  Payment    // what stopped it; zero if nothing did
	asked    bool       // its checkout has to ask about similar, and did not know yet
	repeatOf id.Payment // what it was said to be another of; zero if nothing had to be said
}

// Authorize decides orders in their order of arrival and answers one result each: Batch for a caller that has a
// transaction, which must hold nothing locked yet.
func (c *Checkout) Authorize(tx *db.Tx, orders []Order) ([]run.Result[Authorization], error) {
	q := tx.Queue()
	decide := c.Batch(q, orders)
	if err := q.Run(); err != nil {
		return nil, err
	}
	pick := make([]int, len(orders))
	for i := range pick {
		pick[i] = i
	}
	return decide(tx, pick)
}

// Batch is the run.Batch of orders. A refused result is about the order itself: it is taken by another payment, its
// session is over. A decline is a payment in the state declined.
func (c *Checkout) Batch(q *db.Queue, orders []Order) run.Decide[Authorization] {
	all := make([]*attempt, len(orders))
	for i, o := range orders {
		all[i] = &attempt{Order: o, key: keyOf(o.Merchant, o.OrderRef)}
	}
	accounts := credit.QueueLock(q, append(buyersOf(all), othersOf(all)...)...)
	b := queueBook(q, all)
	return func(tx *db.Tx, pick []int) ([]run.Result[Authorization], error) {
		picked := make([]*attempt, len(pick))
		for n, i := range pick {
			picked[n] = all[i]
		}
		return c.authorize(tx, b, accounts, picked)
	}
}

func (c *Checkout) authorize(tx *db.Tx, b *book, accounts map[id.Member]*credit.Account, all []*attempt) ([]run.Result[Authorization], error) {
	if err := b.loadEarlier(tx); err != nil {
		return nil, err
	}
	for _, a := range all {
		if err := c.decide(tx, b, accounts, a); err != nil {
			return nil, err
		}
	}
	if err := c.write(tx, all, accounts); err != nil {
		return nil, err
	}
	results := make([]run.Result[Authorization], len(all))
	for i, a := range all {
		results[i] = a.result
	}
	return results, nil
}

// book is what a batch knows of orders and sessions, changed as orders of the same batch are decided.
type book struct {
	orders   map[orderKey]shopOrder
	made     map[orderKey]bool // the orders whose first row this batch makes
	sessions map[id.Session]*Session
	payments map[id.Payment]Payment
	recent   recent // live payments that orders of the batch could be a repeat of
	tokens   map[id.Token]member.Token
}

func queueBook(q *db.Queue, all []*attempt) *book {
	var keys []orderKey
	var sessions []id.Session
	for _, a := range all {
		keys = append(keys, a.key)
		if !a.Session.IsZero() {
			sessions = append(sessions, a.Session)
		}
	}
	return &book{
		orders:   queueOrders(q, keys, true),
		made:     map[orderKey]bool{},
		sessions: queueSessions(q, sessions),
		tokens:   member.QueueTokens(q, tokensOf(all)...),
		recent:   queueRecent(q, all),
		payments: map[id.Payment]Payment{},
	}
}

// loadEarlier loads the payments that the orders have already. Most orders are new, and then there is nothing to load.
func (b *book) loadEarlier(tx *db.Tx) error {
	var ids []id.Payment
	for _, o := range b.orders {
		if !o.payment.IsZero() {
			ids = append(ids, o.payment)
		}
	}
	slices.SortFunc(ids, id.Payment.Compare)
	earlier, err := selectPayments(tx, ids, false)
	for _, p := range earlier {
		b.payments[p.ID] = p
	}
	return err
}

// decide folds one order into the batch: the order's identity first, then its session, then credit.
func (c *Checkout) decide(tx *db.Tx, b *book, accounts map[id.Member]*credit.Account, a *attempt) error {
	if a.result.Refused = a.resolve(b); a.result.Refused != nil {
		return nil
	}
	o, known := b.orders[a.key]
	a.known = known && !b.made[a.key]
	a.earlier = b.payments[o.payment]
	if o.live {
		a.join(b)
		return nil
	}
	if a.result.Refused = a.judge(b, o, tx.Now()); a.result.Refused != nil {
		return nil
	}
	account, ok := accounts[a.Member]
	if !ok {
		return fmt.Errorf("checkout: member %s has no credit account", a.Member)
	}
	p := c.newPayment(tx, a, account, accounts)
	a.result.Value = Authorization{Payment: p}
	a.fresh = true
	b.payments[p.ID] = p
	if p.State.Live() {
		b.recent[a.Member] = append(b.recent[a.Member], p)
	}
	b.made[a.key] = b.made[a.key] || !known
	b.orders[a.key] = shopOrder{key: a.key, payment: p.ID, live: p.State.Live(), session: o.session}
	if s := b.sessions[a.Session]; s != nil {
		on := Decline
		if p.State.Live() {
			on = Approve
		}
		s.State, _ = SessionMachine.Next(s.State, on)
		s.Payment = p.ID
	}
	return nil
}

// join answers a later try of an order with the payment that stands, or refuses it if it asks for something else.
func (a *attempt) join(b *book) {
	if !sameOrder(a.earlier, a.Order) {
		refused := OrderTaken.New().About(a.earlier.ID.String())
		refused.Charged = fault.ChargedOnce
		a.result.Refused = refused
		return
	}
	a.result.Value = Authorization{Payment: a.earlier, Existing: true}
	if s := b.sessions[a.Session]; s != nil && s.State != SessionDone {
		s.State, s.Payment = SessionDone, a.earlier.ID
	}
}

// judge finds out whether an order may be decided at all: by its checkout, its token, and what was bought a moment ago.
func (a *attempt) judge(b *book, o shopOrder, now time.Time) *fault.Error {
	if refused := a.judgeSession(b, o, now); refused != nil {
		return refused
	}
	if refused := a.judgeToken(b); refused != nil {
		return refused
	}
	return a.judgeSimilar(b, now)
}

// judgeSession refuses a press in a session that is over, or that the shop has replaced by a newer one (rule P06).
func (a *attempt) judgeSession(b *book, o shopOrder, now time.Time) *fault.Error {
	if a.Session.IsZero() {
		return nil
	}
	s := b.sessions[a.Session]
	if s == nil {
		return NoSession.New()
	}
	switch s.At(now) {
	case SessionExpired:
		return SessionOver.New()
	case SessionWithdrawn:
		return SessionTakenBack.New()
	case SessionDuplicate:
		return SessionMerged.New().About(s.Similar.String())
	case SessionOpen, SessionRefused, SessionLeft, SessionDone:
	}
	if o.session != s.ID {
		return SessionReplaced.New().About(o.session.String())
	}
	return nil
}

// newPayment decides credit for an order and moves the account's figures, so that the next order of the same member in
// this batch sees them.
func (c *Checkout) newPayment(tx *db.Tx, a *attempt, account *credit.Account, accounts map[id.Member]*credit.Account) Payment {
	day := jst.DayOf(tx.Now())
	terms := c.Terms.Current()
	facts := credit.Facts{
		Account: *account, MerchantLive: a.MerchantLive, MerchantMax: a.MerchantMax,
		MaxTries: credit.MaxTries.On(terms, day), TriesSpan: credit.TriesMinutes.On(terms, day), Now: tx.Now(),
	}
	facts.Others = othersIn(a.SamePerson, accounts)
	a.decision = credit.Decide(facts, credit.Ask{Amount: a.Amount, Channel: a.Channel})
	p := Payment{
		ID: id.In[id.PaymentKind](tx, a.Member.Bucket()), Merchant: a.Merchant, Member: a.Member, OrderRef: a.OrderRef,
		Session: a.Session, Token: a.Token, RetryOf: a.earlier.ID, RepeatOf: a.repeatOf, Channel: a.Channel, Capture: a.Capture, State: Declined,
		Amount: a.Amount, Reasons: a.decision.Reasons, Invoice: a.Invoice, Facts: factsOf(facts, a.decision, a.Channel), Created: tx.Now(), Changed: tx.Now(),
	}
	account.Tries, account.TriesSince = facts.Tried()
	if a.decision.Approved {
		p.State, p.Due = Authorized, tx.Now().Add(a.ConfirmWithin)
		account.Held += a.Amount
		if a.Channel == credit.Store {
			account.HeldStore += a.Amount
		}
	}
	return p
}

// write stores what the fold decided: one statement each for payments, orders, credit, sessions and events.
func (c *Checkout) write(tx *db.Tx, all []*attempt, accounts map[id.Member]*credit.Account) error {
	var payments []Payment
	var changes []credit.Change
	var facts []event.Fact
	for _, a := range all {
		if a.result.Refused != nil {
			continue
		}
		p := a.result.Value.Payment
		facts = append(facts, a.fact(p))
		if !a.fresh {
			continue
		}
		payments = append(payments, p)
		account := accounts[a.Member]
		change := credit.Change{Member: a.Member, Tries: account.Tries, TriesSince: account.TriesSince}
		if p.State == Authorized {
			change.Held = p.Amount
			if p.Channel == credit.Store {
				change.HeldStore = p.Amount
			}
		}
		changes = append(changes, change)
	}
	if err := insertPayments(tx, payments); err != nil {
		return err
	}
	if err := markInvoices(tx, payments); err != nil {
		return err
	}
	if err := claimOrders(tx, all); err != nil {
		return err
	}
	if err := credit.Apply(tx, changes...); err != nil {
		return err
	}
	if err := updateSessions(tx, all); err != nil {
		return err
	}
	if err := event.Append(tx, facts...); err != nil {
		return err
	}
	if err := keepSimilar(tx, all); err != nil {
		return err
	}
	return c.grant(tx, all)
}

// grant keeps what members agreed to while paying, in the transaction that approves the purchase.
func (c *Checkout) grant(tx *db.Tx, all []*attempt) error {
	for _, a := range all {
		if !a.Order.Grant || !a.fresh || a.result.Value.Payment.State != Authorized {
			continue
		}
		token, err := c.Grant(tx, a.Member, a.Merchant, a.Session)
		if err != nil {
			return err
		}
		if err := updateSessionToken(tx, a.Session, token); err != nil {
			return err
		}
	}
	return nil
}

// fact is the timeline entry of an order: authorized, declined, or sent again and counted once.
func (a *attempt) fact(p Payment) event.Fact {
	kind := "payment.repeated"
	data := map[string]any{"amount": p.Amount, "order_ref": p.OrderRef}
	switch {
	case a.fresh && p.State == Declined:
		kind = "payment.declined"
		data["code"] = p.Reasons[0].MerchantCode()
	case a.fresh:
		kind = "payment.authorized"
	}
	if a.fresh && !p.RepeatOf.IsZero() {
		data["repeat_of"] = p.RepeatOf
	}
	f := fact(p, kind, a.By, data)
	f.First = a.fresh
	return f
}

// fact words an event of a payment for its timeline and its merchant's feed.
func fact(p Payment, kind string, by Actor, data map[string]any) event.Fact {
	if p.Invoice {
		data["invoice"] = true
	}
	return event.Fact{
		Kind: kind, Subject: event.Subject(p.ID), Member: p.Member, Merchant: p.Merchant,
		Side: by.Side, Actor: by.Name, Request: by.Request, Data: data,
	}
}

func buyersOf(all []*attempt) []credit.Buyer {
	out := make([]credit.Buyer, len(all))
	for i, a := range all {
		out[i] = a.buyer()
	}
	return out
}

// othersOf are the further accounts that orders of a batch are decided by.
func othersOf(all []*attempt) []credit.Buyer {
	var out []credit.Buyer
	for _, a := range all {
		for _, m := range a.SamePerson {
			out = append(out, credit.Buyer{Member: m})
		}
	}
	return out
}

// othersIn adds up what these accounts use of the one limit of their person (rule I04).
func othersIn(others []id.Member, accounts map[id.Member]*credit.Account) (sum credit.Others) {
	for _, m := range others {
		if account := accounts[m]; account != nil {
			sum.Exposure += account.Exposure()
			sum.PastDue = sum.PastDue || account.Blocks&credit.PastDue != 0
		}
	}
	return sum
}

// newest answers, of several fresh attempts at one order in one batch, the last one of each: a declined order may have
// been tried again.
func newest(all []*attempt) []*attempt {
	last := map[orderKey]*attempt{}
	for _, a := range all {
		if a.fresh {
			last[a.key] = a
		}
	}
	var out []*attempt
	for _, a := range all {
		if last[a.key] == a {
			out = append(out, a)
		}
	}
	return out
}
