package web

import (
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// mark is a state as a tag shows it: a word, and a look that only repeats what the word says.
type mark struct {
	Key  string
	Look string // ok, bad, warn, info, off
}

// PaymentState is the state of a purchase in the member's words.
type PaymentState string

// The states of a purchase.
const (
	PaymentComplete       PaymentState = "complete"
	PaymentChecking       PaymentState = "checking"
	PaymentCancelled      PaymentState = "cancelled" // voided or expired before the shop shipped
	PaymentPartlyRefunded PaymentState = "partly_refunded"
	PaymentRefunded       PaymentState = "refunded"
	PaymentFailed         PaymentState = "failed" // declined
)

var paymentMarks = map[PaymentState]mark{
	PaymentComplete:       {"state.payment.complete", "ok"},
	PaymentChecking:       {"state.payment.checking", "info"},
	PaymentCancelled:      {"state.payment.cancelled", "off"},
	PaymentPartlyRefunded: {"state.payment.partly_refunded", "off"},
	PaymentRefunded:       {"state.payment.refunded", "off"},
	PaymentFailed:         {"state.payment.failed", "warn"},
}

// PaymentStates lists the states in the order a choice shows them.
func PaymentStates() []PaymentState {
	return []PaymentState{
		PaymentComplete, PaymentChecking, PaymentCancelled, PaymentPartlyRefunded, PaymentRefunded, PaymentFailed,
	}
}

// Mark is the state's tag.
func (s PaymentState) Mark() mark { return paymentMarks[s] } //nolint:revive // for templates

// BillState is the state of a month's bill in the member's words.
type BillState string

// The states of a bill.
const (
	BillOpen       BillState = "open" // the month is not over
	BillDue        BillState = "due"
	BillConfirming BillState = "confirming" // a store has reported the money, its final word is awaited
	BillPaid       BillState = "paid"
	BillOverdue    BillState = "overdue"
	BillWritten    BillState = "written_off" // nothing is asked for any more
	BillDebit      BillState = "debit"       // the bank takes the money on the due day, and nothing need be done
	BillAsked      BillState = "asked"       // that day has come, and the bank has not answered yet
)

var billMarks = map[BillState]mark{
	BillOpen:       {"state.bill.open", "off"},
	BillDue:        {"state.bill.due", "info"},
	BillConfirming: {"state.bill.confirming", "info"},
	BillPaid:       {"state.bill.paid", "ok"},
	BillOverdue:    {"state.bill.overdue", "bad"},
	BillWritten:    {"state.bill.written", "off"},
	BillDebit:      {"state.bill.debit", "info"},
	BillAsked:      {"state.bill.asked", "info"},
}

// Mark is the state's tag.
func (s BillState) Mark() mark { return billMarks[s] } //nolint:revive // for templates

// Payable tells whether a page offers to pay the bill.
func (s BillState) Payable() bool { return s == BillDue || s == BillOverdue }

// Way is a way to pay a bill.
type Way string

// The ways to pay a bill.
const (
	ByInvoice Way = "invoice"  // an invoice for one purchase, paid at a convenience store; nobody chooses it
	EBarcode  Way = "ebarcode" // a barcode on the phone, at a convenience store's till
	Postcard  Way = "postcard" // a bill on paper with a barcode, to the registered address
	Debit     Way = "debit"    // the bank takes the money from the registered account
	Number    Way = "number"   // numbers to type at a store's terminal, a cash machine or in online banking
	Reduced   Way = "reduced"  // no payment: the shop gave back what an invoice asked for, or nobody has to pay it
	Transfer  Way = "transfer" // a transfer to our account: how a payment was made, not a way that is chosen for bills
)

var (
	wayKeys = map[Way]string{
		EBarcode: "way.ebarcode", Postcard: "way.postcard", Debit: "way.debit", Number: "way.number", Transfer: "way.transfer", ByInvoice: "way.invoice", Reduced: "way.reduced",
	}
	wayTextKeys = map[Way]string{
		EBarcode: "way.ebarcode.text", Postcard: "way.postcard.text", Debit: "way.debit.text", Number: "way.number.text", ByInvoice: "confirm.invoice.way",
	}
)

// Ways lists the ways in the order a choice shows them.
func Ways() []Way { return []Way{EBarcode, Number, Postcard, Debit} }

// Text says in a sentence how one pays that way: its name in the catalogue.
func (w Way) Text() string { return wayTextKeys[w] }

// Key is the way's name in the catalogue.
func (w Way) Key() string { return wayKeys[w] }

// Channel is where a purchase is made.
type Channel string

// The channels.
const (
	Online  Channel = "online"
	InStore Channel = "in_store"
)

var channelKeys = map[Channel]string{Online: "channel.online", InStore: "channel.in_store"}

// Key is the channel's name in the catalogue.
func (c Channel) Key() string { return channelKeys[c] }

// Usable is the sum behind "what you can still use": Limit − Unpaid − Reserved.
type Usable struct {
	Now      money.Yen // what can be used now; never negative
	Limit    money.Yen
	Unpaid   money.Yen // billed or to be billed, not paid yet
	Reserved money.Yen // approved, the shop has not shipped yet
	Channels []ChannelUse
	Return   *Return // nil when nothing is to be paid, or paying it alone gives nothing back
	Paused   Pause
}

// Pause is why nothing can be bought, whatever is left of the limit.
type Pause string

// The reasons.
const (
	NotPaused   Pause = ""
	PausedLate  Pause = "late"  // a bill is past due
	PausedOther Pause = "other" // only a person can tell
)

var pauseKeys = map[Pause]string{PausedLate: "limit.paused.late", PausedOther: "limit.paused.other"}

// Key is the sentence in the catalogue.
func (p Pause) Key() string { return pauseKeys[p] }

// ChannelUse is what can be used in one channel, where that is capped.
type ChannelUse struct {
	Channel Channel
	Now     money.Yen
	Cap     money.Yen // per channel; Now is the smaller of this and the whole
}

// Return says when the limit comes back: pay this, and that much can be used.
type Return struct {
	Month jst.Month // the month the bill is for
	Pay   money.Yen
	Then  money.Yen // usable at once when the payment is seen
}

// BillHead is a bill in short.
type BillHead struct {
	Month    jst.Month // the month of the purchases
	State    BillState
	Total    money.Yen // with fees, tax included
	Rest     money.Yen // still to be paid, late charges included; what was paid while that is being confirmed
	Returns  money.Yen // the part of Rest that can be used again once it is paid
	Next     money.Yen // late charges that a paid bill leaves to the next one
	Due      jst.Day
	DaysLeft int // until Due; negative when it has passed
	Way      Way
	Fee      money.Yen // billing fee within Total
	PaidOn   jst.Day   // zero until it is paid
	URL      string
	PayURL   string
	PartsURL string    // where it is paid in parts; empty where that is not offered
	Part     money.Yen // what is to be paid next of one that is paid in parts; 0 for others
	PartDay  jst.Day   // by which that is, of one that is paid in parts as agreed; zero for others
	From     string    // bank and masked number of the account that it is debited from; empty if it is not known which was told to the bank
	Asked    bool      // the bank was asked to debit it, so nothing else is offered until it has answered (rule T03)
}

// Mark is the bill's tag: that of its state, unless it is paid in parts as agreed.
func (b BillHead) Mark() mark { //nolint:revive // for templates
	if !b.PartDay.IsZero() {
		return mark{"state.bill.parts", "info"}
	}
	return b.State.Mark()
}

// Debited tells whether a bank takes the money.
func (b BillHead) Debited() bool { return b.State == BillDebit || b.State == BillAsked }

// CanPay tells whether its member can pay it now, although perhaps nothing need be done.
func (b BillHead) CanPay() bool { return b.State.Payable() || b.State == BillDebit && !b.Asked }

// Press is the sum on the button that leads to the barcode.
func (b BillHead) Press() money.Yen {
	if b.Part > 0 {
		return b.Part
	}
	return b.Rest
}

// DaysPast is how many days the due date has passed by.
func (b BillHead) DaysPast() int { return -b.DaysLeft }

// PaymentLine is a purchase in a list.
type PaymentLine struct {
	Shop     string
	At       time.Time
	Channel  Channel
	Amount   money.Yen
	Refunded money.Yen
	State    PaymentState
	Sent     int // how often the same order was sent; it counts once
	URL      string
}

// Repeated tells whether the same order was sent more than once.
func (l PaymentLine) Repeated() bool { return l.Sent > 1 }

// OrderLine is one article of an order.
type OrderLine struct {
	Name       string
	Quantity   int
	UnitAmount money.Yen // tax included
	Amount     money.Yen // Quantity × UnitAmount
}

// ShopContact is how a shop is reached.
type ShopContact struct {
	Name  string
	Phone string
	Mail  string
	Hours string
	URL   string // https
}

// Side is whose side something was on.
type Side string

// The sides, in the words of the member's pages.
const (
	SideNone    Side = ""
	SideInput   Side = "input"  // what was typed
	SideDevice  Side = "device" // the member's device or its connection
	SideMember  Side = "member" // what the member did
	SideShop    Side = "shop"
	SideUs      Side = "us"
	SidePartner Side = "partner" // stores, banks, SMS and mail carriers
	SideRule    Side = "rule"    // limit, unpaid bill, assessment
	SideOffice  Side = "office"  // at the console: roles, and what two people decide
)

var sideKeys = map[Side]string{
	SideNone: "side.none", SideInput: "side.input", SideDevice: "side.device", SideMember: "side.member",
	SideShop: "side.shop", SideUs: "side.us", SidePartner: "side.partner", SideRule: "side.rule",
	SideOffice: "side.office",
}

// Key is the side's name in the catalogue.
func (s Side) Key() string { return sideKeys[s] }
