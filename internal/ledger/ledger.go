// Package ledger keeps the books: double entry, insert only, whole yen.
//
// # The story
//
// An entry says why money moved ([Reason]), for which object (ref), on which Japan day, and by at least two lines whose
// amounts add up to nothing. A debit is positive, a credit negative. (bucket, reason, ref) is unique, so posting the
// same fact twice is a replay and not a second entry. Nothing is ever updated or deleted; a correction is a new entry.
//
// A hold is not money and is not posted: the books begin at the capture. All lines of an entry stand in one bucket, the
// member's. There is no balance row that sales would queue for: balances are summed from lines.
//
// [Verify] proves the books, and together with the checks that other packages hand in, that the rest of the system
// agrees with them.
//
// Locks: none. Entries are inserted under the locks their callers hold.
package ledger

import (
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Account is one account of the chart. Most accounts have a holder, so that the balance of one member or one merchant
// can be told from the sum.
type Account string

// The chart. The normal side is the one on which the balance stands in ordinary times.
const (
	MemberReceivable Account = "member_receivable" // asset; holder member: captured and billed, not yet paid
	AgentPrompt      Account = "agent_prompt"      // asset; holder none: reported by the agent as scanned, not yet certain
	AgentReceivable  Account = "agent_receivable"  // asset; holder none: confirmed by the agent, not yet paid out to us
	MerchantPayable  Account = "merchant_payable"  // liability; holder merchant: captured, not yet settled
	BillingFee       Account = "billing_fee"       // income, without tax
	LateFee          Account = "late_fee"          // income, without tax
	LateDamages      Account = "late_damages"      // income; no consumption tax
	ConsumptionTax   Account = "consumption_tax"   // liability: consumption tax received
	Suspense         Account = "suspense"          // liability: money that came in and belongs to nobody known yet
	ReturnsPayable   Account = "returns_payable"   // liability: money that came in wrongly and is to be sent back to whoever paid
	Bank             Account = "bank"              // asset: our account; overdrawn here as far as what the agent paid into it is not booked
	BadDebt          Account = "bad_debt"          // expense: what was given up of what is owed, fees and late charges aside, and what was bought in a false name
	Recoveries       Account = "recoveries"        // income: what came in after it was given up
)

// Accounts that only people move, by entries of their own (rule O16). None has a holder.
const (
	BankFees    Account = "bank_fees"    // expense, without tax: what the bank took of our account
	AgentFees   Account = "agent_fees"   // expense, without tax: what an agent kept of what it paid out
	InputTax    Account = "input_tax"    // asset: consumption tax in what we paid
	Interest    Account = "interest"     // income: what the bank paid for our balance, before tax was withheld
	WithheldTax Account = "withheld_tax" // asset: income tax that the bank withheld from interest
	Differences Account = "differences"  // expense or income: yen that an agent or a bank paid more or less, roundings
	HeadOffice  Account = "head_office"  // asset or liability: what goes to and comes from the company's general ledger
)

// Chart lists every account; a line on any other is refused.
var Chart = []Account{
	MemberReceivable, AgentPrompt, AgentReceivable, MerchantPayable, BillingFee, LateFee, LateDamages, ConsumptionTax, Suspense,
	ReturnsPayable, Bank, BadDebt, Recoveries,
	BankFees, AgentFees, InputTax, Interest, WithheldTax, Differences, HeadOffice,
}

// Reason says why an entry stands in the books.
type Reason string

// The reasons.
const (
	Captured         Reason = "captured"          // ref: capture
	Refunded         Reason = "refunded"          // ref: refund
	InvoiceWaived    Reason = "invoice_waived"    // ref: the receipt by which an invoice asks for less
	FeeBilled        Reason = "fee_billed"        // ref: statement
	LateCharged      Reason = "late_charged"      // ref: late charge
	LateWaived       Reason = "late_waived"       // ref: late charge
	ReceiptPrompt    Reason = "receipt_prompt"    // ref: receipt
	ReceiptConfirmed Reason = "receipt_confirmed" // ref: receipt
	ReceiptCancelled Reason = "receipt_cancelled" // ref: receipt
	ReceiptMoved     Reason = "receipt_moved"     // ref: the receipt in suspense, out of which the money goes
	ReceiptMatched   Reason = "receipt_matched"   // ref: the receipt that carries the money on, for its statement
	ReceiptReturned  Reason = "receipt_returned"  // ref: receipt
	CreditReturned   Reason = "credit_returned"   // ref: the receipt of which money stood to the member's credit
	ReturnPaid       Reason = "return_paid"       // ref: receipt
	PayoutSent       Reason = "payout_sent"       // ref: a hash of the key in the file by which it was sent back
	PayoutFailed     Reason = "payout_failed"     // ref: the same hash; the bank gave it back to us
	WrittenOff       Reason = "written_off"       // ref: write-off
	WriteOffUndone   Reason = "write_off_undone"  // ref: write-off
	Recovered        Reason = "recovered"         // ref: a hash of the receipt and the state that brought or took the money

	Manual         Reason = "manual"          // ref: the entry that two people decided
	ManualReversed Reason = "manual_reversed" // ref: the same
)

// Line is one side of an entry. Amount is in yen, debit positive, credit negative, never zero.
type Line struct {
	Account Account
	Holder  []byte // the id of the member or merchant; empty for accounts without holders
	Amount  money.Yen
}

// Debit is a line on the debit side.
func Debit(a Account, holder []byte, amount money.Yen) Line { return Line{a, holder, amount} }

// Credit is a line on the credit side.
func Credit(a Account, holder []byte, amount money.Yen) Line { return Line{a, holder, -amount} }

// Entry is one fact of the books. Ref is the id of the object that Reason is about.
type Entry struct {
	Bucket int
	Reason Reason
	Ref    []byte
	Day    jst.Day
	Lines  []Line
}

// Post inserts entries, all with one statement each for heads and lines. An entry whose (reason, ref) stands already is
// a replay and left out. An entry that does not balance is a bug and refused.
func Post(tx *db.Tx, entries ...Entry) error {
	heads := newHeads()
	byID := make(map[id.Entry]Entry, len(entries))
	for _, e := range entries {
		if err := check(e); err != nil {
			return err
		}
		byID[addHead(tx, heads, e)] = e
	}
	posted, err := insertHeads(tx, heads)
	if err != nil {
		return err
	}
	lines := newLines()
	for _, eid := range posted {
		addLines(lines, eid, byID[eid])
	}
	return insertLines(tx, lines)
}

// PostNew is Post for entries about objects that are made in this transaction, so that none can stand already: it asks for
// no answer and is written with the commit.
func PostNew(tx *db.Tx, entries ...Entry) error {
	heads, lines := newHeads(), newLines()
	for _, e := range entries {
		if err := check(e); err != nil {
			return err
		}
		eid := addHead(tx, heads, e)
		addLines(lines, eid, e)
	}
	return insertNew(tx, heads, lines)
}

func addHead(tx *db.Tx, heads *db.Set, e Entry) id.Entry {
	eid := id.In[id.EntryKind](tx, e.Bucket)
	heads.Add(e.Bucket, eid, string(e.Reason), e.Ref, e.Day, db.Micros(tx.Now()))
	return eid
}

func addLines(lines *db.Set, eid id.Entry, e Entry) {
	for i, l := range e.Lines {
		lines.Add(e.Bucket, eid, i+1, string(l.Account), holderOf(l), l.Amount)
	}
}

func holderOf(l Line) []byte {
	if l.Holder == nil {
		return []byte{}
	}
	return l.Holder
}

// check is the rule of double entry: at least two lines, known accounts, no zero, sum nothing (rule L01).
func check(e Entry) error {
	if len(e.Lines) < 2 || len(e.Ref) == 0 {
		return fmt.Errorf("ledger: entry %s has %d lines and a ref of %d bytes", e.Reason, len(e.Lines), len(e.Ref))
	}
	var sum money.Yen
	for _, l := range e.Lines {
		if !known(l.Account) || l.Amount == 0 {
			return fmt.Errorf("ledger: entry %s has a line of %d yen on account %q", e.Reason, l.Amount, l.Account)
		}
		var err error
		if sum, err = money.Add(sum, l.Amount); err != nil {
			return fmt.Errorf("ledger: entry %s: %w", e.Reason, err)
		}
	}
	if sum != 0 {
		return fmt.Errorf("ledger: entry %s is out of balance by %d yen", e.Reason, sum)
	}
	return nil
}

func known(a Account) bool {
	for _, c := range Chart {
		if c == a {
			return true
		}
	}
	return false
}

// Balance is the sum of an account's lines for one holder in yen, debit positive. An empty holder means the accounts
// without one.
func Balance(tx *db.Tx, a Account, holder []byte) (money.Yen, error) {
	return selectBalance(tx, a, holderOf(Line{Holder: holder}))
}

// Total is an account's balance over all holders.
type Total struct {
	Account Account
	Amount  money.Yen
}

// Trial is the trial balance: every account that has lines, in the chart's order. Its amounts add up to nothing.
func Trial(tx *db.Tx) ([]Total, error) {
	sums, err := selectTotals(tx)
	if err != nil {
		return nil, err
	}
	var out []Total
	for _, a := range Chart {
		if sum, ok := sums[a]; ok {
			out = append(out, Total{a, sum})
		}
	}
	return out, nil
}

// Posted is an entry as it stands in the books.
type Posted struct {
	Entry

	ID id.Entry
	At time.Time
}

// About lists the entries about one object, by its id, in the order in which they were posted.
func About(tx *db.Tx, ref []byte) ([]Posted, error) {
	if len(ref) != len(id.Entry{}) {
		return nil, nil
	}
	return selectAbout(tx, id.Entry(ref).Bucket(), ref)
}
