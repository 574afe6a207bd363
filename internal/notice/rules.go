package notice

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/collection"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// plan is how a kind of notice reaches its member.
type plan struct {
	topic Topic
	inbox bool
	media []Medium

	// holds tells whether what it says about a bill is still true of the bill on a day (rule N04); nil if it always is.
	holds func(st billing.Statement, today jst.Day) bool
}

// Nobody is asked to pay what is paid, or told of days that are over.
func unpaid(st billing.Statement, _ jst.Day) bool {
	return st.State == billing.Issued && !st.WrittenOff
}

// What a bank was asked to debit is not asked for: its member would pay twice (rule T03).
func unpaidAndLate(st billing.Statement, today jst.Day) bool {
	return unpaid(st, today) && st.PastDue && !st.Awaited
}

func unpaidBefore(st billing.Statement, today jst.Day) bool {
	return unpaid(st, today) && !st.Awaited && today.Before(st.Due)
}

func unpaidOn(st billing.Statement, today jst.Day) bool {
	return unpaid(st, today) && !st.Awaited && today == st.Due
}

var (
	mail     = []Medium{ByMail}
	mailText = []Medium{ByMail, BySMS}
)

// plans is the table of all kinds (rule N02).
var plans = map[Kind]plan{
	Purchase:           {AboutPayment, true, mail, nil},
	Repeated:           {AboutPayment, true, nil, nil},
	Released:           {AboutPayment, true, nil, nil},
	Voided:             {AboutPayment, true, mail, nil},
	Expired:            {AboutPayment, true, mail, nil},
	Refunded:           {AboutPayment, true, mail, nil},
	Disowned:           {AboutPayment, true, mail, nil},
	BillIssued:         {AboutStatement, true, mail, unpaid},
	BillSettled:        {AboutStatement, true, mail, nil},
	BillPaid:           {AboutStatement, true, mail, nil},
	BillReopened:       {AboutStatement, true, mailText, unpaid},
	PaidTwice:          {AboutStatement, true, mail, nil},
	PaidTwiceReturned:  {AboutStatement, true, mail, nil},
	ReturnChosen:       {AboutStatement, true, mail, nil},
	ReturnPaid:         {AboutStatement, true, mail, nil},
	ReturnFailed:       {AboutStatement, true, mail, nil},
	PastDue:            {AboutStatement, true, mailText, unpaidAndLate},
	DueSoon:            {AboutStatement, false, mail, unpaidBefore},
	DueToday:           {AboutStatement, false, mail, unpaidOn},
	Registered:         {AboutMember, false, mail, nil},
	SignedIn:           {AboutMember, false, mail, nil},
	NumberPassedOn:     {AboutMember, false, mail, nil},
	AgreedWithShop:     {AboutToken, true, mail, nil},
	AgreementWithdrawn: {AboutToken, true, mail, nil},
	LateCharged:        {AboutStatement, true, mail, unpaidAndLate},
	Promised:           {AboutPromise, true, mail, nil},
	PartPaid:           {AboutStatement, true, mail, unpaid},
	NotDebited:         {AboutStatement, true, mailText, unpaid},
	DunFirst:           {AboutStatement, false, mailText, unpaidAndLate},
	DunSecond:          {AboutStatement, false, mailText, unpaidAndLate},
	DunLast:            {AboutStatement, false, mailText, unpaidAndLate},
	PlanAgreed:         {AboutStatement, true, mail, unpaidAndLate},
	PlanPartSoon:       {AboutStatement, false, mail, unpaidAndLate},
	PlanPartToday:      {AboutStatement, false, mail, unpaidAndLate},
	PlanBroken:         {AboutStatement, true, mail, unpaidAndLate},
	PlanDone:           {AboutStatement, true, nil, nil},
	PlanEnded:          {AboutStatement, true, mail, unpaidAndLate},
	LateWaived:         {AboutStatement, true, mail, nil},

	DisputeNoted:    {AboutStatement, true, mail, nil},
	DisputeUpheld:   {AboutStatement, true, mail, nil},
	DisputeRejected: {AboutStatement, true, mail, unpaid},

	AccountRegistered: {AboutAccount, true, mail, nil},
}

func planOf(k Kind) plan { return plans[k] }

// The data of facts, as far as notices need it.
type (
	paymentData struct {
		Amount    money.Yen `json:"amount"`
		Released  money.Yen `json:"released"`
		BillMonth jst.Month `json:"bill_month"`
		Reason    string    `json:"reason"`
		Invoice   bool      `json:"invoice"`
	}
	statementData struct {
		Month   jst.Month   `json:"month"`
		Total   money.Yen   `json:"total"`
		Due     jst.Day     `json:"due"`
		Fee     money.Yen   `json:"fee"`
		Way     billing.Way `json:"way"`
		Receipt id.Receipt  `json:"receipt"`

		Kind     billing.ChargeKind `json:"kind"`
		Day      jst.Day            `json:"day"`
		Amount   money.Yen          `json:"amount"`
		Received money.Yen          `json:"received"`
		Owed     money.Yen          `json:"owed"`
		Code     string             `json:"code"`
		Invoice  bool               `json:"invoice"`
	}
	planData struct {
		Month  jst.Month `json:"month"`
		Sum    money.Yen `json:"sum"`
		Parts  int       `json:"parts"`
		First  jst.Day   `json:"first"`
		Last   jst.Day   `json:"last"`
		Day    jst.Day   `json:"day"`
		Amount money.Yen `json:"amount"`
		Owed   money.Yen `json:"owed"`
	}
	promiseData struct {
		Day    jst.Day   `json:"day"`
		Amount money.Yen `json:"amount"`
	}
	receiptData struct {
		Amount    money.Yen    `json:"amount"`
		Statement id.Statement `json:"statement"`
		Month     jst.Month    `json:"month"`
		Day       jst.Day      `json:"day"`
		Reason    string       `json:"reason"` // why the bank did not take it
	}
	accountData struct {
		Replaced bool `json:"replaced"`
	}
	signInData struct {
		Device    string `json:"device"`
		NewDevice bool   `json:"new_device"`
	}
)

// draftsOf says what a fact means to its member: usually one notice, or nothing. It is a function of the fact alone.
func draftsOf(f event.Recorded) ([]draft, error) {
	d := draft{member: f.Member, subject: f.Subject, fact: f.ID, at: f.At, figures: figures{Merchant: f.Merchant}}
	switch f.Kind {
	case "payment.confirmed", "payment.captured", "payment.repeated", "payment.released", "payment.voided",
		"payment.expired", "payment.refunded", "payment.disowned":
		return ofPayment(f, d)
	case "statement.issued", "statement.confirming", "statement.paid", "statement.reopened", "statement.past_due",
		"statement.part_paid", "statement.not_debited", "statement.late_charged", "statement.late_waived",
		"statement.disputed", "statement.dispute_upheld", "statement.dispute_rejected":
		return ofStatement(f, d)
	case "plan.agreed", "plan.broken", "plan.done", "plan.ended":
		return ofPlan(f, d)
	case "collection.promised":
		return ofPromise(f, d)
	case "receipt.overpaid", "receipt.overpaid_cancelled", "credit.return_chosen", "credit.return_paid", "credit.return_failed":
		return ofReceipt(f, d)
	case "member.registered":
		d.kind = Registered
	case "member.signed_in":
		return ofSignIn(f, d)
	case "member.account_registered":
		return ofBankAccount(f, d)
	case "member.number_passed_on":
		d.kind = NumberPassedOn
	case "member_token.granted":
		d.kind = AgreedWithShop
	case "member_token.revoked":
		d.kind = AgreementWithdrawn
	default:
		return nil, nil
	}
	return []draft{d}, nil
}

// ofPayment words facts of a payment. It is fixed when the shop has it, which a capture says too: whichever comes first
// tells the member, once for each payment (rule N03).
func ofPayment(f event.Recorded, d draft) ([]draft, error) {
	var data paymentData
	if err := f.Decode(&data); err != nil {
		return nil, err
	}
	if data.Reason == checkout.NoOrder && f.Kind != "payment.disowned" {
		return nil, nil // told with the fact that explains it
	}
	d.figures.Amount, d.figures.Month, d.figures.Invoice = data.Amount, data.BillMonth, data.Invoice
	fixed := d
	fixed.kind, fixed.fact, fixed.of = Purchase, f.Subject, id.Payment(f.Subject)
	switch f.Kind {
	case "payment.confirmed":
		return []draft{fixed}, nil
	case "payment.captured":
		if data.Released == 0 {
			return []draft{fixed}, nil
		}
		d.kind, d.figures.Amount = Released, data.Released
		return []draft{fixed, d}, nil
	case "payment.repeated":
		d.kind, d.fact = Repeated, f.Subject
	case "payment.released":
		d.kind = Released
	case "payment.voided":
		d.kind = Voided
	case "payment.expired":
		d.kind = Expired
	case "payment.refunded":
		d.kind = Refunded
	case "payment.disowned":
		d.kind = Disowned
	}
	return []draft{d}, nil
}

// ofStatement words facts of a bill. A payment at a till is told once, although the agent reports it first and confirms
// it days later: both name the same receipt. So are the charges of one fee day, on however many bills (rule N03).
func ofStatement(f event.Recorded, d draft) ([]draft, error) {
	var data statementData
	if err := f.Decode(&data); err != nil {
		return nil, err
	}
	d.figures = figures{
		Amount: data.Total, Month: data.Month, Due: data.Due, Fee: data.Fee, Way: data.Way,
		Invoice: data.Invoice, Late: data.Due.Before(jst.DayOf(f.At)),
	}
	switch f.Kind {
	case "statement.issued":
		d.kind, d.figures.Late = BillIssued, false
		if data.Total == 0 {
			d.kind = BillSettled
		}
	case "statement.confirming", "statement.paid":
		d.kind, d.fact, d.paid = BillPaid, data.Receipt, f.ID
		d.figures.Prompt = f.Kind == "statement.confirming"
	case "statement.reopened":
		d.kind, d.fact = BillReopened, data.Receipt
	case "statement.past_due":
		d.kind = PastDue
	case "statement.disputed":
		d.kind = DisputeNoted
	case "statement.dispute_upheld":
		d.kind = DisputeUpheld
	case "statement.dispute_rejected":
		d.kind, d.figures.Amount = DisputeRejected, data.Owed
	case "statement.part_paid":
		d.kind, d.figures.Amount, d.figures.Owed = PartPaid, data.Received, data.Owed
	case "statement.not_debited":
		d.kind, d.figures.Code = NotDebited, data.Code
	case "statement.late_waived":
		d.kind, d.figures.Amount, d.figures.Owed = LateWaived, data.Amount, data.Owed
	case "statement.late_charged":
		if data.Kind == billing.Fallback { // NotDebited tells of it
			return nil, nil
		}
		d.kind, d.figures.Day, d.figures.Amount = LateCharged, data.Day, data.Amount
		d.fact = [16]byte(id.Hash("late_charged", f.Member.String(), data.Day.String()))
	}
	return []draft{d}, nil
}

// ofPlan words what becomes of a plan to pay in parts. The letter about the last payment tells that the bill is paid.
func ofPlan(f event.Recorded, d draft) ([]draft, error) {
	var data planData
	if err := f.Decode(&data); err != nil {
		return nil, err
	}
	d.figures = figures{Month: data.Month, Amount: data.Sum}
	switch f.Kind {
	case "plan.agreed":
		d.kind, d.figures.Parts, d.figures.Day, d.figures.Part, d.figures.Last = PlanAgreed, data.Parts, data.First, data.Amount, data.Last
	case "plan.broken":
		d.kind, d.figures.Day, d.figures.Amount, d.figures.Owed = PlanBroken, data.Day, data.Amount, data.Owed
	case "plan.done":
		d.kind = PlanDone
	case "plan.ended":
		if data.Owed == 0 { // with the bill, which was given up
			return nil, nil
		}
		d.kind, d.figures.Owed = PlanEnded, data.Owed
	}
	return []draft{d}, nil
}

// ofPromise words a promise to pay.
func ofPromise(f event.Recorded, d draft) ([]draft, error) {
	var data promiseData
	if err := f.Decode(&data); err != nil {
		return nil, err
	}
	d.kind, d.figures = Promised, figures{Day: data.Day, Amount: data.Amount}
	return []draft{d}, nil
}

// ofReceipt words money that a bill did not need, and what becomes of it. The notice is about the bill.
func ofReceipt(f event.Recorded, d draft) ([]draft, error) {
	var data receiptData
	if err := f.Decode(&data); err != nil {
		return nil, err
	}
	d.kind, d.subject = PaidTwice, event.Subject(data.Statement)
	d.figures = figures{Amount: data.Amount, Month: data.Month, Day: data.Day, Invoice: data.Month.IsZero()}
	switch f.Kind {
	case "receipt.overpaid_cancelled":
		d.kind = PaidTwiceReturned
	case "credit.return_chosen":
		d.kind = ReturnChosen
	case "credit.return_paid":
		d.kind = ReturnPaid
	case "credit.return_failed":
		d.kind, d.figures.Code = ReturnFailed, data.Reason
	}
	return []draft{d}, nil
}

// ofBankAccount words a bank account. Nothing of it but that it is another one is kept.
func ofBankAccount(f event.Recorded, d draft) ([]draft, error) {
	var data accountData
	if err := f.Decode(&data); err != nil {
		return nil, err
	}
	d.kind, d.figures = AccountRegistered, figures{Replaced: data.Replaced}
	return []draft{d}, nil
}

// firstVisit is how long after registering a sign-in is the registration's own.
const firstVisit = 10 * time.Minute

// ofSignIn words a sign-in with a browser that was not seen before. The one that ends the registration is nothing new.
func ofSignIn(f event.Recorded, d draft) ([]draft, error) {
	var data signInData
	if err := f.Decode(&data); err != nil {
		return nil, err
	}
	if !data.NewDevice || f.At.Sub(f.Member.Time()) < firstVisit {
		return nil, nil
	}
	d.kind, d.figures = SignedIn, figures{Device: data.Device}
	return []draft{d}, nil
}

// reminds tells whether a message asks a member for what they know of, so that it is not sent while they have promised to pay
// on a later day (rule N12). That a bill is past due is news; the text that repeats it is not.
func reminds(k Kind, m Medium) bool {
	switch k { //nolint:exhaustive // the others ask for nothing
	case DueSoon, DueToday, DunFirst, DunSecond, DunLast:
		return true
	case PastDue:
		return m == BySMS
	}
	return false
}

// ofPart tells whether a message reminds of a part of a plan.
func ofPart(k Kind) bool { return k == PlanPartSoon || k == PlanPartToday }

// opens tells whether a plan stands by which a day's part is to be paid, and it is not.
func opens(p collection.Plan, received money.Yen, day, today jst.Day) bool {
	next, _, open := p.Next(received)
	return p.State == collection.Standing && open && !next.Day.After(day) && !today.After(day)
}

// quiet tells whether a message keeps to the hours in which people may be reminded of a debt (rule N07). Letters wait in
// a mailbox and disturb nobody.
func quiet(k Kind, m Medium) bool {
	return m == BySMS && (k == NotDebited || reminds(k, m))
}

// nextOpen is the first instant from at on that lies in the hours of a bank day. The error is jst.ErrBeyond.
func nextOpen(c *jst.Calendar, at time.Time, from, until time.Duration) (time.Time, error) {
	day := jst.DayOf(at)
	open, err := c.BankDay(day)
	if err != nil {
		return time.Time{}, err
	}
	since := at.Sub(day.Start())
	switch {
	case open && since < from:
		return day.Start().Add(from), nil
	case open && since < until:
		return at, nil
	}
	day, err = c.AddBankDays(day, 1)
	return day.Start().Add(from), err
}
