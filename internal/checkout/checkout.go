// Package checkout carries an order from the shop's cart to its money: session, authorization, confirmation, capture,
// void, refund, expiry.
//
// # The story
//
// A shop opens a [Session] for an order: what is bought, for how much, and where the member comes from. The member opens
// its page, and presses once, or three times, or in two tabs. Each press is an [Order] handed to [Checkout.Authorize],
// which decides many orders in one transaction and makes at most one live payment for each of the shop's orders: the row
// of the order (shop_order) is the only place where a payment can become live. Whoever comes second is answered with the
// payment that stands (rule P01). An order that looks like a purchase made a moment ago under another number is stopped
// before it is charged, until somebody has said that it is another one (rule P09).
//
// An authorization holds a part of the member's limit and is provisional until the shop confirms that it has the order.
// A shop that never does gets its authorization voided by itself (rule P05); the member pays nothing for an order that
// nobody has. A capture makes money billable, in parts if the shop ships in parts; what is not captured is released. A
// refund gives captured money back, in parts if need be. Each of these is a row, an event on the payment's timeline, and
// an entry in the books, in one transaction.
//
// A shop that finds a payment for which it has no order disowns it, and everything goes back (rule P11).
//
// A decline is a result: a payment in the state declined, with every reason and the facts it was decided on.
//
// # Lock order
//
// Credit rows, then shop orders, then sessions, then tokens, then payments, each in (bucket, id) order. A payment's member never
// changes, so the payment is read without a lock first to learn whose credit row to lock.
package checkout

import (
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Capture says how an authorization becomes billable.
type Capture string

// The ways to capture.
const (
	Manual    Capture = "manual"    // the shop captures when it ships
	Automatic Capture = "automatic" // the confirmation captures the whole amount, dated on the day of purchase
)

// Payment is one order's money as a whole. Amounts are yen, tax included.
type Payment struct {
	ID       id.Payment
	Merchant id.Merchant
	Member   id.Member
	OrderRef string     // the shop's number for the order
	Session  id.Session // the checkout it was pressed in; zero if none
	Token    id.Token   // the agreement it was made under without the member present; zero if none
	RetryOf  id.Payment // the earlier payment of the same order that came to nothing; zero if none
	RepeatOf id.Payment // the similar payment that it was said to be another purchase than; zero if nothing had to be said
	Channel  credit.Channel
	Capture  Capture
	State    State
	Amount   money.Yen // authorized, or asked for if declined
	Captured money.Yen
	Released money.Yen       // given back without having been captured
	Refunded money.Yen       // given back after having been captured
	Reasons  []credit.Reason // why it was declined, weightiest first
	Invoice  bool            // billed by an invoice of its own, not by the month's statement (rule I05)
	Facts    string          // the figures it was decided on: "limit=50000 usable=20000"
	Due      time.Time       // authorized: to be confirmed by; confirmed: to be captured by; otherwise without meaning
	Created  time.Time
	Changed  time.Time
}

// Reference is the number that people read to each other about this payment.
func (p Payment) Reference() id.Reference { return id.ReferenceOf(p.ID) }

// Day is the Japan day of the purchase.
func (p Payment) Day() jst.Day { return jst.DayOf(p.Created) }

// Open is what is still held: neither captured nor given back.
func (p Payment) Open() money.Yen {
	if p.State != Authorized && p.State != Confirmed {
		return 0
	}
	return p.Amount - p.Captured - p.Released
}

// Captured is one capture of a payment.
type CaptureRecord struct {
	ID        id.Capture
	Payment   id.Payment
	Amount    money.Yen
	Day       jst.Day   // the day it counts for
	BillMonth jst.Month // the month whose bill it stands on; zero if it is billed by an invoice of its own (rule I05)
	Created   time.Time
}

// RefundRecord is one refund of a payment.
type RefundRecord struct {
	ID        id.Refund
	Payment   id.Payment
	Amount    money.Yen
	Reason    string // the shop's words
	Day       jst.Day
	BillMonth jst.Month
	Created   time.Time
}

// Actor is who asks for something, for the timeline.
type Actor struct {
	Side    fault.Side
	Name    string // a role, or a role and an id: "member", "merchant key_…", "clock"
	Request string // the reference or request id it was asked with
}

// Clock is the actor of what happens by itself when its time has come.
var Clock = Actor{Side: fault.Us, Name: "clock"}

// Checkout is the package's verbs.
type Checkout struct {
	Terms *term.Book
	// Grant agrees with a shop that it may buy again without the member present; app fills it with member.Members.Grant.
	Grant func(*db.Tx, id.Member, id.Merchant, id.Session) (id.Token, error)
	// TakeRefund takes a refund of a payment that is billed by invoice. It is false while no invoice of the payment is issued: the
	// refund then lowers the one that will be, and what the account owes is lowered here (rule I07). app fills it with
	// billing.Billing.TakeRefund.
	TakeRefund func(tx *db.Tx, p id.Payment, r id.Refund, amount money.Yen) (bool, error)
}

// Find looks a payment up. It is false if there is none.
func Find(tx *db.Tx, p id.Payment) (Payment, bool, error) {
	found, err := selectPayments(tx, []id.Payment{p}, false)
	if err != nil || len(found) == 0 {
		return Payment{}, false, err
	}
	return found[0], true, nil
}

// FindOfMerchant looks up a payment of one merchant; another merchant's payment is absent.
func FindOfMerchant(tx *db.Tx, merchant id.Merchant, p id.Payment) (Payment, error) {
	found, ok, err := Find(tx, p)
	if err != nil {
		return Payment{}, err
	}
	if !ok || found.Merchant != merchant {
		return Payment{}, NoPayment.New()
	}
	return found, nil
}

// FindByOrder answers the newest payment of a merchant's order, whatever became of it. It is false if there is none.
func FindByOrder(tx *db.Tx, merchant id.Merchant, orderRef string) (Payment, bool, error) {
	orders, err := selectOrders(tx, []orderKey{keyOf(merchant, orderRef)}, false)
	if err != nil {
		return Payment{}, false, err
	}
	o, ok := orders[keyOf(merchant, orderRef)]
	if !ok || o.payment.IsZero() {
		return Payment{}, false, nil
	}
	return Find(tx, o.payment)
}

// FindByReference lists the payments that a reference number can mean, newest first: one, as good as always.
func FindByReference(tx *db.Tx, r id.Reference) ([]Payment, error) {
	tail, ok := r.Tail()
	if !ok {
		return nil, nil
	}
	return selectByTail(tx, r.Bucket(), tail)
}

// Filter narrows a list of payments.
type Filter struct {
	OrderRef string
	States   []State     // as Payment.Public tells them; none for all
	Month    jst.Month   // of the purchase; zero for all
	Merchant id.Merchant // for a member's list; zero for all
	After    id.Payment  // the last one seen, going back in time; zero from the newest
	Before   id.Payment  // the first one seen, going forward again; zero otherwise
	Limit    int         // at most 100
}

// ListOfMerchant lists a merchant's payments, newest first.
func ListOfMerchant(tx *db.Tx, merchant id.Merchant, f Filter) ([]Payment, error) {
	f.Merchant = merchant
	return selectList(tx, f, id.Member{})
}

// ListOfMember lists a member's payments, newest first.
func ListOfMember(tx *db.Tx, member id.Member, f Filter) ([]Payment, error) {
	return selectList(tx, f, member)
}

// CountOfMember counts what a filter matches in a member's list: all of it, or with Before only what is newer.
func CountOfMember(tx *db.Tx, member id.Member, f Filter) (int, error) {
	return countOfMember(tx, member, f)
}

// ShopsOfMember lists the merchants that a member has bought from, and the month of the first purchase; zero if there
// was none.
func ShopsOfMember(tx *db.Tx, member id.Member) ([]id.Merchant, jst.Month, error) {
	shops, first, err := selectShops(tx, member)
	if err != nil || len(shops) == 0 {
		return nil, jst.Month{}, err
	}
	return shops, jst.MonthOf(db.FromMicros(first)), nil
}

// Captures lists the captures of a payment in their order.
func Captures(tx *db.Tx, p id.Payment) ([]CaptureRecord, error) { return selectCaptures(tx, p) }

// Refunds lists the refunds of a payment in their order.
func Refunds(tx *db.Tx, p id.Payment) ([]RefundRecord, error) { return selectRefunds(tx, p) }
