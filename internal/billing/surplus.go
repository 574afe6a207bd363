package billing

import (
	"errors"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// Money paid too much, and the member's choice about it.
//
// What a bill did not need stands to the member's credit and is taken off the next one (rule B15). While no bill has taken it the
// member can have it sent back instead, to the account registered in the member's own name (rule B38). From then on it is
// used: no close takes it off, and the fold never gives it to another payment's place. What the member owes grows by as much, the
// books owe it (returns payable), and it is listed beside the money that people decided to return, until somebody enters the
// day of the transfer (rule B39). One person does: it is the member's money and the member's word, and it goes to an account whose
// holder is the member (rule M26).
//
// Only what is certain stands to a credit, and only the money of a bill that is paid can be sent back: while its first
// payment could still be taken back, the second may have to step into its place (rule B22).

// Overpaid is money of a bill that the bill did not need, once it is certain.
type Overpaid struct {
	Receipt   id.Receipt
	Member    id.Member
	Statement id.Statement // the bill that did not need it
	Month     jst.Month    // of that bill
	Amount    money.Yen
	Fate      Fate
	UsedIn    jst.Month // of CarriedOn: the month of the bill that took it off
	Chosen    time.Time // of SendingBack and WasSentBack: when the member chose so
	PaidDay   jst.Day   // of WasSentBack: the day of the transfer

	billPaid bool
}

// Fate is what becomes of money that a bill did not need.
type Fate string

// The fates. Only Choosable can be changed by the member.
const (
	Choosable   Fate = "open"      // the next bill takes it off, unless the member has it sent back
	Unsettled   Fate = "unsettled" // as Choosable, but the bill's own payment is still being confirmed
	CarriedOn   Fate = "used"      // a later bill took it off
	SendingBack Fate = "returning" // will be sent back
	WasSentBack Fate = "returned"
)

// fate reads it off what is stored.
func (o Overpaid) fate(state string, chosen bool) Fate {
	switch {
	case chosen && !o.PaidDay.IsZero():
		return WasSentBack
	case chosen:
		return SendingBack
	case state == "used":
		return CarriedOn
	case o.billPaid:
		return Choosable
	}
	return Unsettled
}

// CreditReturn is why money to a member's credit waits for a person: the member wants it back.
const CreditReturn Reason = "credit_return"

// OverpaidOn lists what a member's bill did not need, in the order in which it was told, and what becomes of it. What is only
// reported is not among it.
func OverpaidOn(tx *db.Tx, member id.Member, statement id.Statement) ([]Overpaid, error) {
	return selectOverpaid(tx, member, statement)
}

// ReturnCredit has money that a bill did not need sent back to the member's own account, as the member chose (rule B38). by is who
// pressed. The same choice again answers what stands. The faults are NoCredit, CreditUsed (a later bill has taken it off),
// CreditUnsettled (the bill is still being confirmed) and AccountNeeded.
func (b *Billing) ReturnCredit(tx *db.Tx, member id.Member, receipt id.Receipt, by string) (Overpaid, error) {
	if _, err := credit.Lock(tx, member); err != nil {
		return Overpaid{}, err
	}
	o, err := selectOverpaidBy(tx, member, receipt)
	switch {
	case errors.Is(err, db.ErrNone):
		return Overpaid{}, NoCredit.New()
	case err != nil || o.Fate == SendingBack || o.Fate == WasSentBack:
		return o, err
	case o.Fate == CarriedOn:
		return Overpaid{}, CreditUsed.New().With("month", o.UsedIn.String()).About(o.Statement.String())
	case o.Fate == Unsettled:
		return Overpaid{}, CreditUnsettled.New().About(o.Statement.String())
	}
	has := false
	if b.HasAccount != nil {
		if has, err = b.HasAccount(tx, member); err != nil {
			return Overpaid{}, err
		}
	}
	if !has {
		return Overpaid{}, AccountNeeded.New().About(o.Statement.String())
	}
	o.Fate, o.Chosen = SendingBack, tx.Now()
	err = ledger.Post(tx, ledger.Entry{
		Bucket: receipt.Bucket(), Reason: ledger.CreditReturned, Ref: receipt[:], Day: jst.DayOf(tx.Now()), Lines: []ledger.Line{
			ledger.Debit(ledger.MemberReceivable, member[:], o.Amount), ledger.Credit(ledger.ReturnsPayable, nil, o.Amount),
		},
	})
	if err != nil {
		return Overpaid{}, err
	}
	if err := withdrawToReturn(tx, o); err != nil {
		return Overpaid{}, err
	}
	if err := insertCreditReturn(tx, o); err != nil {
		return Overpaid{}, err
	}
	if err := move(tx, member, o.Amount, 0); err != nil {
		return Overpaid{}, err
	}
	return o, event.Append(tx, o.fact("credit.return_chosen", fault.Member, by, nil))
}

// creditReturnPaid is ReturnPaid for money that a member wanted back. Its receipt is locked.
func creditReturnPaid(tx *db.Tx, o Overpaid, day jst.Day, by string) (Decision, error) {
	d := Decision{Receipt: o.Receipt, Act: ActReturned, Statement: o.Statement, Member: o.Member, Way: ReturnByBank, Decided: o.Chosen, PaidDay: o.PaidDay}
	if done, err := d.paidOn(tx, day); done || err != nil {
		return d, err
	}
	err := ledger.Post(tx, ledger.Entry{
		Bucket: o.Receipt.Bucket(), Reason: ledger.ReturnPaid, Ref: o.Receipt[:], Day: day, Lines: []ledger.Line{
			ledger.Debit(ledger.ReturnsPayable, nil, o.Amount), ledger.Credit(ledger.Bank, nil, o.Amount),
		},
	})
	if err != nil {
		return Decision{}, err
	}
	d.PaidDay, d.PaidBy = day, by
	if err := updateCreditReturned(tx, o.Receipt, day, by); err != nil {
		return Decision{}, err
	}
	return d, event.Append(tx, o.fact("credit.return_paid", fault.Us, by, map[string]any{"day": day}))
}

// fact words an event about the money. It is in the member's history.
func (o Overpaid) fact(kind string, side fault.Side, actor string, data map[string]any) event.Fact {
	all := map[string]any{"amount": o.Amount, "statement": o.Statement, "month": o.Month}
	for k, v := range data {
		all[k] = v
	}
	return event.Fact{Kind: kind, Subject: event.Subject(o.Receipt), Member: o.Member, Side: side, Actor: actor, Data: all}
}
