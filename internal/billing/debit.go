package billing

import (
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// ListDebits lists statements of the buckets first to last that are to be debited on a day and are neither paid nor asked for,
// at most limit, in bucket, id order.
func ListDebits(tx *db.Tx, day jst.Day, first, last, limit int) ([]Statement, error) {
	return selectDebits(tx, day, first, last, limit)
}

// LockDebits locks the accounts and statements and answers those that still wait to be debited on a day: something is owed on
// them, and no bank was asked (rule T02).
func LockDebits(tx *db.Tx, day jst.Day, statements []Statement) ([]Statement, error) {
	members := make([]id.Member, len(statements))
	for i, st := range statements {
		members[i] = st.Member
	}
	if _, err := credit.Lock(tx, members...); err != nil {
		return nil, err
	}
	locked, err := lockStatements(tx, statements)
	if err != nil {
		return nil, err
	}
	var open []Statement
	for _, st := range locked {
		if st.Way == Debit && st.State == Issued && !st.Awaited && st.Due == day && st.Owed() > 0 {
			open = append(open, st)
		}
	}
	return open, nil
}

// Await notes on locked statements that a bank was asked to debit them. Until it has answered nobody is late (rule T03).
func Await(tx *db.Tx, statements []Statement) error {
	for _, st := range statements {
		st.Awaited = true
		if err := updateAwaited(tx, st); err != nil {
			return err
		}
	}
	return nil
}

// Debited takes the money of a debit: a receipt that is final at once (rule T04). key names the debit, so that the same one
// is taken once; bank is the bank's code. What was paid otherwise meanwhile makes it a surplus.
func (b *Billing) Debited(tx *db.Tx, member id.Member, statement id.Statement, amount money.Yen, day jst.Day, key []byte, bank string) (Receipt, error) {
	accounts, err := credit.Lock(tx, member)
	if err != nil {
		return Receipt{}, err
	}
	st, err := lockOfMember(tx, member, statement)
	if err != nil {
		return Receipt{}, err
	}
	known, found, err := lockReceipt(tx, statement.Bucket(), key)
	if err != nil || found {
		return known, err
	}
	st.Awaited = false
	if err := updateAwaited(tx, st); err != nil {
		return Receipt{}, err
	}
	a := arrival{bucket: statement.Bucket(), statement: st, account: accounts[member], day: jst.DayOf(tx.Now()), fresh: true, receipt: Receipt{
		ID: id.In[id.ReceiptKind](tx, statement.Bucket()), Statement: statement, Member: member, State: Confirmed, Use: Matched, Amount: amount,
		PaidDay: day, PaidTime: "0000", Chain: DebitChain, Store: bank, Created: tx.Now(), Changed: tx.Now(), tillKey: key,
	}}
	return b.takeFinal(tx, a, byBank)
}

// DebitChain stands where a receipt has the code of a chain of stores, when the money was debited by a bank.
const DebitChain = "debit"

// NotDebited takes the bank's word that nothing was debited: the statement is to be paid at a till, until a later day and with
// the fee of that way (rule T05). It is told on the statement with the code of the result.
func (b *Billing) NotDebited(tx *db.Tx, member id.Member, statement id.Statement, due jst.Day, fee money.Yen, code string) error {
	if _, err := credit.Lock(tx, member); err != nil {
		return err
	}
	st, err := lockOfMember(tx, member, statement)
	if err != nil {
		return err
	}
	st.Awaited = false
	if st.State == Issued {
		st.Way, st.Due = EBarcode, laterOf(st.Due, due)
	}
	if err := updateAwaited(tx, st); err != nil {
		return err
	}
	if st.State != Issued { // paid at a till meanwhile: nothing is to be done
		return nil
	}
	told := st.fact("statement.not_debited", fault.Partner, byBank, map[string]any{"code": code})
	if err := event.Append(tx, told); err != nil || fee == 0 {
		return err
	}
	charge := Charge{Day: jst.DayOf(tx.Now()), Kind: Fallback, Amount: fee, Full: fee}
	_, err = b.AddCharges(tx, Late{Statement: st}, charge)
	return err
}
