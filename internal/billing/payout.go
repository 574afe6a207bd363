package billing

import (
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// Return is money that goes back to somebody's account by bank transfer: a member chose so (rule B38), or two people decided it
// (rule B26). How it is sent is package payout's; what that means for the books is here.
type Return struct {
	Receipt   id.Receipt
	Member    id.Member    // whose choice it was; zero where two people decided
	Statement id.Statement // the bill that did not need it; zero where two people decided
	Amount    money.Yen
	Decided   time.Time
	PaidDay   jst.Day // zero while it is to be sent

	receipt Receipt
	over    Overpaid
}

// LockReturn locks the receipt of a return. The faults are NoReceipt, and NotToReturn for money that does not go back, or not
// by bank.
func LockReturn(tx *db.Tx, receipt id.Receipt) (Return, error) {
	r, err := lockReceiptByID(tx, receipt)
	if err != nil {
		return Return{}, err
	}
	out := Return{Receipt: receipt, Amount: r.Amount, receipt: r}
	if r.State == SentBack {
		d, err := selectDecision(tx, receipt)
		if err == nil && d.Way != ReturnByBank {
			err = NotToReturn.New().About(receipt.String())
		}
		out.Decided, out.PaidDay = d.Decided, d.PaidDay
		return out, err
	}
	o, err := selectOverpaidBy(tx, r.Member, receipt)
	if errors.Is(err, db.ErrNone) || err == nil && o.Chosen.IsZero() {
		return Return{}, NotToReturn.New().About(receipt.String())
	}
	out.Member, out.Statement, out.Amount, out.Decided, out.PaidDay, out.over = o.Member, o.Statement, o.Amount, o.Chosen, o.PaidDay, o
	return out, err
}

// Sent books that a locked return left our account on a day, by one try of its own name (rule B45). Whoever chose it is told as with
// ReturnPaid, and who paid is forgotten: should it come back, the account that was named is known (rule B37).
func (r Return) Sent(tx *db.Tx, ref []byte, day jst.Day, by string) error {
	if !r.PaidDay.IsZero() {
		return ReturnPaidBefore.New().With("day", r.PaidDay.String()).About(r.Receipt.String())
	}
	err := r.post(tx, ledger.PayoutSent, ref, day, ledger.Debit(ledger.ReturnsPayable, nil, r.Amount), ledger.Credit(ledger.Bank, nil, r.Amount))
	if err != nil {
		return err
	}
	if r.Member.IsZero() {
		if err := updateReturnPaid(tx, r.Receipt, day, by); err != nil {
			return err
		}
		if err := r.receipt.forgetPayer(tx); err != nil {
			return err
		}
		return event.Append(tx, r.receipt.fact("receipt.return_paid", by, map[string]any{"amount": r.Amount, "day": day}))
	}
	if err := updateCreditReturned(tx, r.Receipt, day, by); err != nil {
		return err
	}
	return event.Append(tx, r.over.fact("credit.return_paid", fault.Us, by, map[string]any{"day": day}))
}

// CameBack books that the bank gave a locked return that was sent back to us: it is owed again, as it was before (rule B46).
func (r Return) CameBack(tx *db.Tx, ref []byte, day jst.Day) error {
	err := r.post(tx, ledger.PayoutFailed, ref, day, ledger.Debit(ledger.Bank, nil, r.Amount), ledger.Credit(ledger.ReturnsPayable, nil, r.Amount))
	if err != nil {
		return err
	}
	if r.Member.IsZero() {
		return reopenReturn(tx, r.Receipt)
	}
	return reopenCreditReturn(tx, r.Receipt)
}

// Refused tells whoever chose a return that the bank refused it; where two people decided, nobody is told.
func (r Return) Refused(tx *db.Tx, reason, by string) error {
	if r.Member.IsZero() {
		return nil
	}
	return event.Append(tx, r.over.fact("credit.return_failed", fault.Partner, by, map[string]any{"reason": reason}))
}

func (r Return) post(tx *db.Tx, reason ledger.Reason, ref []byte, day jst.Day, lines ...ledger.Line) error {
	return ledger.Post(tx, ledger.Entry{Bucket: r.Receipt.Bucket(), Reason: reason, Ref: ref, Day: day, Lines: lines})
}
