package shop

import (
	"encoding/json"
	"time"

	"tsuke/internal/demo/trouble"
	"tsuke/internal/money"
)

// Method is a way to pay at the shop.
type Method string

// The ways to pay.
const (
	Later      Method = "later"  // pay later, on the service's own page
	Linked     Method = "linked" // pay later with what the member agreed to before, without leaving the shop
	OnDelivery Method = "cod"    // to the carrier, at the door
)

// Customer is what the shop remembers of one browser.
type Customer struct {
	Cart    map[string]int // pieces by slug
	Address Address
	Method  Method
	Token   string // the member token, once given
	Form    string // the key of the final form; pressing it twice makes one order
}

// Address is where the goods go. It never leaves the shop.
type Address struct{ Name, Postal, Place, Phone string }

// Order is one order with everything that was asked of the pay-later service and what it said.
type Order struct {
	Ref      string
	Customer string // the customer's cookie
	Form     string
	At       time.Time // the demo's time
	Lang     string
	Lines    []OrderLine
	Shipping money.Yen
	Fee      money.Yen // of paying at the door
	Amount   money.Yen // everything, tax included
	Address  Address
	Method   Method
	ToOrder  bool
	Trouble  trouble.Kind

	Acts        []Act
	Session     *Session  // as last seen
	Payment     *Payment  // as last seen
	SeenAt      time.Time // when, in the demo's time
	ConfirmFrom time.Time // the shop is slow: not before this instant of the machine's clock
}

// OrderLine is one article of an order.
type OrderLine struct {
	Slug     string
	Name     string
	Quantity int
	Unit     money.Yen
	TaxRate  int
}

// Sum is the line's amount.
func (l OrderLine) Sum() money.Yen { return money.Yen(l.Quantity) * l.Unit }

// Act is one thing the shop wants the pay-later service to do. It is stored, with its key, before it is sent for the
// first time; until its answer is known it is sent again, with the same key and the same words.
type Act struct {
	Verb    string // session, payment, confirm, void, capture, refund, withdraw
	Form    string // the key of the staff's form that asked for it, or empty
	Path    string
	Key     string
	Body    json.RawMessage
	State   string // open, done or refused
	Tries   int
	Last    string    // the last answer: a status, or "–" if there was none
	Problem *Problem  // why it was refused
	Next    time.Time // not to be tried before this instant of the machine's clock
}

// Stage is where an order stands, for the customer and the staff.
type Stage string

// The stages.
const (
	Asking       Stage = "asking"   // the service has not answered yet
	Paying       Stage = "paying"   // the customer is on the service's page, or left it open
	Left         Stage = "left"     // the customer left the page without paying
	Checking     Stage = "checking" // the result is not known yet
	Approved     Stage = "approved" // approved, and not confirmed by the shop
	Ordered      Stage = "ordered"  // confirmed; to be shipped
	Shipped      Stage = "shipped"  // captured
	PartRefunded Stage = "part_refunded"
	Refunded     Stage = "refunded"
	Cancelled    Stage = "cancelled" // given back before capture: void, or by time
	Declined     Stage = "declined"
	Ended        Stage = "ended"  // the page's time passed, or the shop took it back
	Merged       Stage = "merged" // the member said that it is the same purchase as an earlier order: nothing is charged for this one
	AtDoor       Stage = "at_door"
	Failed       Stage = "failed" // the service refused the shop's request
)

// Stages lists all stages.
func Stages() []Stage {
	return []Stage{
		Asking, Paying, Left, Checking, Approved, Ordered, Shipped, PartRefunded, Refunded, Cancelled, Declined, Ended, Merged, AtDoor, Failed,
	}
}

// Stage reads where the order stands off what was last seen. The payment says more than the session.
func (o *Order) Stage() Stage {
	switch {
	case o.Method == OnDelivery:
		return AtDoor
	case o.Payment != nil:
		return paymentStage(o.Payment.State)
	case o.Session != nil:
		return sessionStage(o.Session.State)
	}
	for _, a := range o.Acts {
		if a.State == "refused" && (a.Verb == "session" || a.Verb == "payment") {
			return Failed
		}
	}
	if o.Method == Linked {
		return Checking
	}
	return Asking
}

func paymentStage(state string) Stage {
	switch state {
	case "authorized":
		return Approved
	case "confirmed":
		return Ordered
	case "captured", "partially_captured":
		return Shipped
	case "partially_refunded":
		return PartRefunded
	case "refunded":
		return Refunded
	case "voided", "expired":
		return Cancelled
	case "declined":
		return Declined
	default:
		return Checking
	}
}

func sessionStage(state string) Stage {
	switch state {
	case "open":
		return Paying
	case "left":
		return Left
	case "refused":
		return Declined
	case "expired", "withdrawn":
		return Ended
	case "duplicate":
		return Merged
	default: // pending; done without its payment
		return Checking
	}
}

// Placed tells whether the order stands: the shop will deliver, or has.
func (s Stage) Placed() bool {
	switch s {
	case Approved, Ordered, Shipped, PartRefunded, Refunded, AtDoor:
		return true
	default:
		return false
	}
}

// Over tells whether nothing will come of the order any more, so that the same cart may become another order.
func (s Stage) Over() bool {
	switch s {
	case Left, Cancelled, Declined, Ended, Merged, Failed:
		return true
	default:
		return false
	}
}

// Moving tells whether the order will change by itself within moments, so that its page looks again.
func (s Stage) Moving() bool { return s == Asking || s == Checking || s == Approved || s == Paying }

// open lists the acts whose answer is not known.
func (o *Order) open() []int {
	var out []int
	for i, a := range o.Acts {
		if a.State == "open" {
			out = append(out, i)
		}
	}
	return out
}

// wants is what the shop should do next about an approved payment, or "". An approval that the shop does not confirm is
// given back by the service, so a shop that will not deliver need only say so sooner.
func (o *Order) wants(now time.Time) string {
	if o.Payment == nil || o.Payment.State != "authorized" {
		return ""
	}
	switch {
	case o.Trouble == trouble.NeverConfirm, o.Trouble == trouble.SlowShop && now.Before(o.ConfirmFrom):
		return ""
	case o.Trouble == trouble.SoldOut, o.Payment.Amount != o.Amount: // what was approved is not what is delivered
		return "void"
	default:
		return "confirm"
	}
}

// MayStartAgain tells whether a bad cart would let its customer begin once more, without knowing what became of this try.
func (o *Order) MayStartAgain() bool { return o.Method == Later && !o.Stage().Over() }

// MayShip, MayCancel and Refundable are what the staff can do now.
func (o *Order) MayShip() bool { return o.Payment != nil && o.Payment.State == "confirmed" }

// MayCancel tells whether the payment can be voided.
func (o *Order) MayCancel() bool {
	return o.Payment != nil && (o.Payment.State == "authorized" || o.Payment.State == "confirmed")
}

// Refundable is what is left of the captured amount.
func (o *Order) Refundable() money.Yen {
	if o.Payment == nil {
		return 0
	}
	return o.Payment.Captured - o.Payment.Refunded
}

// price adds up an order: goods, postage, fee at the door.
func price(lines []OrderLine, method Method) (goods, shipping, fee, total money.Yen, err error) {
	sums := make([]money.Yen, len(lines))
	for i, l := range lines {
		sums[i] = l.Sum()
	}
	if goods, err = money.Sum(sums...); err != nil {
		return 0, 0, 0, 0, err
	}
	if goods > 0 && goods < freeFrom {
		shipping = shippingFee
	}
	if method == OnDelivery {
		fee = onDeliveryFee
	}
	total, err = money.Sum(goods, shipping, fee)
	return goods, shipping, fee, total, err
}
