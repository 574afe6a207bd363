package web

import (
	"html/template"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// HomePage (M3) is where a member sees what can be used and what is to be paid.
type HomePage struct {
	Frame
	Usable  Usable
	Bill    *BillHead // the next bill to pay, or nil
	Month   MonthSoFar
	Bars    []MonthUse // up to six months, the oldest first, the last one is this month
	Latest  []PaymentLine
	Notices []NoticeLine // the newest ones not read yet, at most three
}

// MonthSoFar is what this month's purchases have come to.
type MonthSoFar struct {
	Month jst.Month
	Sum   money.Yen // purchases less refunds, without fees
	Due   jst.Day   // when they will be due
}

// MonthUse is the sum of one month's purchases less refunds.
type MonthUse struct {
	Month jst.Month
	Sum   money.Yen
}

func (h HomePage) spec(p phrases) spec {
	return spec{template: "member/home", title: p.text("home.title"), tab: HomeTab, live: true}
}

// BillsPage (M4) lists the bills of all months.
type BillsPage struct {
	Frame
	Open  *BillHead  // the bill to pay now, or nil
	Month MonthSoFar // the month that is not billed yet
	Past  []BillHead // the newest first, without Open
	Newer string     // address, or empty
	Older string
}

func (b BillsPage) spec(p phrases) spec {
	return spec{template: "member/bills", title: p.text("bills.title"), tab: BillsTab, live: true}
}

// BillPage (M5) is one month's bill with every line.
type BillPage struct {
	Frame
	Bill      BillHead
	Lines     []BillLine
	Charges   []BillCharge // for being late, beside the total
	Receipts  []BillReceipt
	Paid      money.Yen // sum of Receipts
	Over      []Overpaid
	Reference string // empty for a bill that is still open

	Plan    []PlanPart // by which it is paid in parts; empty if it is not
	PlanURL string
	Written money.Yen // given up: nothing is asked for
	Given   bool      // it was given up
}

// Overpaid is money that a bill did not need, and what becomes of it.
type Overpaid struct {
	Amount money.Yen
	Fate   OverpaidFate
	Month  jst.Month // of OverpaidUsed: whose bill took it off
	Day    jst.Day   // of OverpaidReturning: when the member chose so; of OverpaidReturned and OverpaidOnWay: when it was or is sent
	URL    string    // of OverpaidOpen: where the member chooses; of OverpaidRefused: where another account is registered
	To     string    // bank and masked number of the account; empty if it is not known
	Reason Refusal   // of OverpaidRefused
}

// Refusal is why a bank did not take money that was sent to an account.
type Refusal string

// The reasons.
const (
	RefusedNoAccount Refusal = "no_account"
	RefusedName      Refusal = "name_differs"
	RefusedClosed    Refusal = "closed"
	RefusedOther     Refusal = "other"
)

var refusalKeys = map[Refusal]string{
	RefusedNoAccount: "over.refused.no_account", RefusedName: "over.refused.name_differs", RefusedClosed: "over.refused.closed", RefusedOther: "over.refused.other",
}

// Key is the sentence about it in the catalogue.
func (r Refusal) Key() string { return refusalKeys[r] }

// OverpaidFate is what becomes of money that a bill did not need.
type OverpaidFate string

// The fates.
const (
	OverpaidOpen      OverpaidFate = "open"      // the next bill takes it off, unless the member has it sent back
	OverpaidUnsettled OverpaidFate = "unsettled" // the same, but the bill's own payment is not final
	OverpaidUsed      OverpaidFate = "used"
	OverpaidReturning OverpaidFate = "returning"
	OverpaidReturned  OverpaidFate = "returned"
	OverpaidOnWay     OverpaidFate = "on_way"  // the bank is to make the transfer
	OverpaidRefused   OverpaidFate = "refused" // the bank did not take it
)

var overpaidKeys = map[OverpaidFate]string{
	OverpaidOpen: "over.open", OverpaidUnsettled: "over.unsettled", OverpaidUsed: "over.used", OverpaidReturning: "over.returning",
	OverpaidReturned: "over.returned", OverpaidOnWay: "over.onway", OverpaidRefused: "over.refused",
}

// Key is the sentence about it in the catalogue.
func (f OverpaidFate) Key() string { return overpaidKeys[f] }

// SaidReturning notes that money will be sent back.
const SaidReturning Said = "returning"

// ReturnPage (M5) asks once more before money that a bill did not need is sent back, or says why it cannot be now.
type ReturnPage struct {
	Frame
	Bill     BillHead
	Sum      money.Yen    // what is sent back; zero if there is nothing to choose
	Receipts []string     // the payments that it is of, for the form
	Over     []Overpaid   // what became of the rest
	Account  *BankAccount // where it goes; nil if none is registered
	URL      string       // of this page
}

func (r ReturnPage) spec(p phrases) spec {
	return spec{template: "member/return", title: p.text("return.title"), tab: BillsTab}
}

// BillLineKind says what a line of a bill is.
type BillLineKind string

// The kinds of lines.
const (
	LinePurchase BillLineKind = "purchase"
	LineRefund   BillLineKind = "refund" // minus; names the purchase it belongs to
	LineFee      BillLineKind = "fee"    // for the way of paying
	LineCredit   BillLineKind = "credit" // minus; money paid twice or too much before
	LineLates    BillLineKind = "lates"  // late charges that earlier bills left
)

var lineReasons = map[BillLineKind]string{
	LinePurchase: "bill.line.purchase", LineRefund: "bill.line.refund", LineFee: "bill.line.fee",
	LineLates: "bill.line.lates", LineCredit: "bill.line.credit",
}

// Reason is the sentence that explains the kind of line.
func (k BillLineKind) Reason() string { return lineReasons[k] }

// BillLine is one line of a bill.
type BillLine struct {
	Kind   BillLineKind
	Day    jst.Day
	Shop   string // for purchases and refunds
	Of     jst.Day
	Way    Way       // for a fee
	Amount money.Yen // signed: minus for refunds and credits
	URL    string    // the purchase's page, for purchases and refunds

	Order   string            // the shop's number of the order, for purchases and refunds
	Tax     money.Yen         // consumption tax within a fee
	TaxRate money.BasisPoints // its rate
}

// BillCharge is what a bill was charged for being late on a day, with the sum it was reckoned from.
type BillCharge struct {
	Day     jst.Day
	Due     jst.Day           // the due day that had passed
	Damages bool              // late damages; otherwise a fee
	Instead bool              // the fee of paying at a till because the account could not be debited; otherwise of being late
	Amount  money.Yen         // 0 if it was waived, or nothing was left of the legal limit
	Full    money.Yen         // what the fee would be without the legal limit
	YenDays money.Yen         // the open principal of each day since the due day, added up
	Rate    money.BasisPoints // a year: of the damages, or of the legal limit of a fee; 0 without a limit
	Waived  bool

	Forgiven bool      // waived because people decided so, and not because the payment was made before
	Tax      money.Yen // consumption tax within a fee that is asked for
	TaxRate  money.BasisPoints
}

// Key is what the charge is called.
func (c BillCharge) Key() string {
	switch {
	case c.Damages:
		return "bill.line.damages"
	case c.Instead:
		return "bill.line.instead"
	}
	return "bill.line.late_fee"
}

// Cut tells whether the legal limit lowered the fee.
func (c BillCharge) Cut() bool { return !c.Waived && c.Amount < c.Full }

// Most is what the yearly rate makes of the yen-days: the damages, or the legal limit of all that is charged.
func (c BillCharge) Most() money.Yen { return c.YenDays.Portion(int64(c.Rate), 365*10_000) }

// PDF is where the bill is fetched as a document.
func (b BillPage) PDF() string { return b.Bill.URL + CopyPDF }

// CSV is where the bill is fetched as a table.
func (b BillPage) CSV() string { return b.Bill.URL + CopyCSV }

// Owed is what the bill asks for with its charges.
func (b BillPage) Owed() money.Yen {
	sum := b.Bill.Total
	for _, c := range b.Charges {
		sum += c.Amount
	}
	return sum
}

// BillReceipt is money that was received for a bill.
type BillReceipt struct {
	At     time.Time
	Amount money.Yen
	Taken  money.Yen // the part that pays this bill
	Way    Way
	Place  string // the chain's name; may be empty
	Final  bool   // false while only the store's first report is known
}

// Timed tells whether the time of a payment is told: a till does, a bank does not.
func (r BillReceipt) Timed() bool { return r.Way != Transfer && r.Way != Reduced && r.Way != Debit }

// Day is the day of a payment of which no time is told, as by transfer.
func (r BillReceipt) Day() jst.Day { return jst.DayOf(r.At) }

func (b BillPage) spec(p phrases) spec {
	return spec{template: "member/bill", title: p.text("bill.title", "month", b.Bill.Month), tab: BillsTab, live: true}
}

// PayPage (M6) shows the barcode with which a bill is paid at a convenience store.
type PayPage struct {
	Frame
	Bill    BillHead
	NoCode  bool          // there is no barcode for the sum: only a transfer is offered, or nothing to a member whose bank takes it
	Barcode template.HTML // inline SVG with its own title
	Number  string        // the 44 digits
	Until   jst.Day       // the last day the barcode is taken
	Chains  []string      // where it is taken
	Minutes int           // how long the store's report usually takes
	Return  *Return
	Paying
}

// Paying is what the pages on which a bill is paid say of the sum and of other ways.
type Paying struct {
	Transfer *TransferTo // where else it can be paid to; nil if that is not offered

	Part    money.Yen // what the barcode or number is over, of a bill that is paid in parts; 0 if it is over everything
	PartDay jst.Day   // by which it is to be paid
	Whole   string    // where the barcode is over everything, while Part is not
	Parts   string    // where it is over the next part, while it is over everything
}

// TransferTo is how a bill is paid by bank transfer.
type TransferTo struct {
	Account   BankAccount // ours, in full
	Sum       money.Yen
	Reference string // to be put before the payer's name
}

func (b PayPage) spec(p phrases) spec {
	return spec{template: "member/pay", title: p.text("pay.title", "month", b.Bill.Month), tab: BillsTab, live: true}
}

// HistoryPage (M8) lists purchases.
type HistoryPage struct {
	Frame
	Months []jst.Month // to choose from, the newest first
	Shops  []ShopChoice
	Month  jst.Month    // chosen, or zero
	State  PaymentState // chosen, or empty
	Shop   string       // the id of the chosen one, or empty
	Lines  []PaymentLine
	Count  int    // of all that match
	From   int    // the first line's place among them, from 1
	Newer  string // address, or empty
	Older  string
}

// ShopChoice is a shop in a list to choose from.
type ShopChoice struct {
	ID   string
	Name string
}

// Filtered tells whether the list is narrowed down.
func (h HistoryPage) Filtered() bool { return !h.Month.IsZero() || h.State != "" || h.Shop != "" }

// To is the last line's place among all that match.
func (h HistoryPage) To() int { return h.From + len(h.Lines) - 1 }

// States are the states to choose from.
func (h HistoryPage) States() []PaymentState { return PaymentStates() }

func (h HistoryPage) spec(p phrases) spec {
	return spec{template: "member/history", title: p.text("history.title"), tab: HistoryTab, live: true}
}

// PaymentPage (M9) is one purchase.
type PaymentPage struct {
	Frame
	Shop      ShopContact
	OrderRef  string // the shop's number of the order
	Amount    money.Yen
	Refunded  money.Yen
	State     PaymentState
	At        time.Time
	Channel   Channel
	Lines     []OrderLine // may be empty: the shop sent none
	Shipping  money.Yen
	Delivery  string    // the shop's words
	Returns   string    // the shop's words on cancelling and returning
	Bill      *BillHead // the bill it is on or will be on; nil if it is on none
	Timeline  []Moment  // the newest first
	Reference string
	Sent      int // how often the same order was sent
}

// Repeated tells whether the same order was sent more than once.
func (b PaymentPage) Repeated() bool { return b.Sent > 1 }

// Moment is one entry of a purchase's timeline.
type Moment struct {
	What   Happened
	At     time.Time
	Side   Side
	Amount money.Yen // where What is about a sum

	Untimed bool // only the day is known: a bank tells no time
}

// Day is the day of a moment.
func (m Moment) Day() jst.Day { return jst.DayOf(m.At) }

// Happened says what a moment of a timeline is.
type Happened string

// What can happen to a purchase.
const (
	HappenedApproved  Happened = "approved"
	HappenedDeclined  Happened = "declined"
	HappenedConfirmed Happened = "confirmed" // the shop took the order
	HappenedCaptured  Happened = "captured"  // the shop shipped, or part of it
	HappenedReleased  Happened = "released"  // a part the shop will not ship
	HappenedVoided    Happened = "voided"
	HappenedExpired   Happened = "expired"
	HappenedRefunded  Happened = "refunded"
	HappenedRepeated  Happened = "repeated" // the same order came again and was not charged again
	HappenedStopped   Happened = "stopped"  // a similar order was stopped before it was charged
	HappenedSame      Happened = "same"     // and was said to be this purchase
	HappenedAnother   Happened = "another"  // or to be one of its own
	HappenedDisowned  Happened = "disowned" // the shop has no such order
	HappenedBilled    Happened = "billed"
	HappenedPaid      Happened = "paid"
)

var happenedKeys = map[Happened]string{
	HappenedApproved: "happened.approved", HappenedDeclined: "happened.declined",
	HappenedConfirmed: "happened.confirmed", HappenedCaptured: "happened.captured",
	HappenedReleased: "happened.released", HappenedVoided: "happened.voided", HappenedExpired: "happened.expired",
	HappenedRefunded: "happened.refunded", HappenedRepeated: "happened.repeated", HappenedBilled: "happened.billed",
	HappenedStopped: "happened.stopped", HappenedSame: "happened.same", HappenedAnother: "happened.another",
	HappenedDisowned: "happened.disowned",
	HappenedPaid:     "happened.paid",
}

// Key is the sentence in the catalogue.
func (m Moment) Key() string { return happenedKeys[m.What] }

func (b PaymentPage) spec(p phrases) spec {
	return spec{
		template: "member/payment", title: p.text("payment.title", "shop", b.Shop.Name, "sum", b.Amount),
		tab: HistoryTab, live: true,
	}
}

// SignInPage (M1) asks for the phone number.
type SignInPage struct {
	Frame
	Form   Form
	Return string // where the member wanted to go, a path of this service; may be empty
}

func (s SignInPage) spec(p phrases) spec {
	return spec{template: "member/signin", title: p.text("signin.title"), area: plainArea, wrong: s.Form.Wrong()}
}

// CodePage asks for the code that was sent by SMS: to sign in (M1b), in registration, for a guardian's consent.
type CodePage struct {
	Frame
	Form     Form
	Action   string // where the code is posted; may carry where to go on in its query
	Resend   string // where a new code is asked for by POST
	Change   string // where another number can be given, or empty
	Phone    string // masked: 090-****-5678
	SentAt   time.Time
	Until    time.Time
	ResendAt time.Time // from when on a new one can be asked for
	Step     *Step     // in registration
	Guardian bool      // the code went to a guardian: entering it is the consent
}

func (c CodePage) spec(p phrases) spec {
	return spec{template: "member/code", title: p.text("code.title"), area: plainArea, wrong: c.Form.Wrong()}
}
