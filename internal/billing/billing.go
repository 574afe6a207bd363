// Package billing turns a month's captures and refunds into one statement per member, shows how it can be paid, and
// matches the money that comes in.
//
// # The story
//
// A capture or refund carries the month it will be billed in from the moment it is written (rule B02). When that month is
// over in Japan, [Billing.Close] adds up what each member of a bucket bought and was given back, takes off what stands
// to the member's credit, adds the fee of the member's way to pay, and writes a [Statement], its [Slip], the fee's entry
// in the books and the event, in one transaction with the record that the bucket's month is closed. Nothing that is
// billed is updated, and nothing about the sums of a statement ever changes again (rule B19): a later refund stands on
// the next one. [Billing.CloseAll] does so for all buckets, a few at a time, and can be stopped and started anywhere
// (rule B43).
//
// A member pays at a till. The collection agent's files tell of it in up to three lines, over days, repeatedly and in any
// order: scanned (prompt), final (confirmed), taken back (cancelled). [Billing.ImportFile] takes each line in a
// transaction of its own. Lines about the same payment at the same till make one [Receipt]; the first that is worth
// money decides what it is used for: it pays its statement (matched); or the statement is paid already and the money
// stands to the member's credit (surplus, rule B15); or it fits nothing and waits for a person (suspense, rule B16).
// The prompt line gives the limit back at once, and until the agent's last word the statement is confirming: paid, as far
// as the member is concerned (rule B11).
//
// A statement that is not paid when its due day has passed is past due and its member's account is blocked until it is
// paid (rule B17). Both are written under the lock of the account, so no purchase slips through between them. While a bank was
// asked to debit it and has not answered nobody is late ([Await], rule T03). Package collection decides what being late
// costs; the charges are kept here ([Billing.AddCharges]).
//
// Money in suspense is matched to a statement or sent back by people ([Billing.MatchReceipt], [Billing.ReturnReceipt]): see
// suspense.go. Bank transfers come in the bank's statement of our account ([Billing.TakeTransfers]): see transfer.go. What
// stands to a member's credit goes back to the member's account if the member chooses so ([Billing.ReturnCredit]): see surplus.go.
//
// # Sums
//
// What a statement asks for is principal, fee, and what earlier statements left of their late charges. Principal is what the
// member used of the limit, so paying returns it; fees use no limit (rule B18). What a statement is charged for being late
// stands beside its total and never keeps it from being paid: money pays the principal first, then the fee, then late charges,
// and what is over stands to the member's credit (rule B23). Which receipt pays what is never decided when it comes in, but
// folded anew from all that came in for the statement, in the order in which it was told: see allocate. Each of these sums
// is derived again by [Checks].
//
// # Lock order
//
// Credit rows in bucket, member order, then statements, then slips, then receipts and their lines. Rows of bill_credit are
// written only under the lock of their member's credit row and are not locked themselves. Closing a month locks all
// credit rows of the bucket before it raises the fence: a capture is either seen by the close or knows that it comes too late.
package billing

import (
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// Billing is the package's verbs.
type Billing struct {
	Terms *term.Book

	// Ways answers the way to pay of members, as it stands now (rule B08). A member it leaves out, and every member if
	// it is nil, pays by e-barcode.
	Ways func(tx *db.Tx, members []id.Member) (map[id.Member]string, error)

	// NextPart answers what a barcode of a statement that is paid in parts is over, and 0 for one of which all that is owed is
	// asked for at once (rule D11). No statement is paid in parts if it is nil.
	NextPart func(tx *db.Tx, st Statement) (money.Yen, error)

	// Follow is told of a statement whose state has changed, with its account locked: a plan to pay it in parts follows. It may
	// be nil.
	Follow func(tx *db.Tx, st Statement) error

	// Excess lists those charges of a statement that, by what is known of its payments now, exceed the legal cap: they are taken
	// back when a payment is told of late (rule D05). None are if it is nil.
	Excess func(tx *db.Tx, late Late) ([]Charge, error)

	// Vault seals who made a transfer while its money waits (rule B37); needed by the verbs about transfers.
	Vault *vault.Vault
	// Named answers the members whose name is a payer's, as banks write names (rule B27). Nil: nobody is found so.
	Named func(tx *db.Tx, payer mask.Name) ([]id.Member, error)
	// HasAccount tells whether a member has registered a bank account, to which money can go back (rule B38). Nil: none has.
	HasAccount func(tx *db.Tx, member id.Member) (bool, error)
	// Sending tells whether the money of a locked receipt is in a file of transfers whose outcome is not told (rule B44). Nil: none is.
	Sending func(tx *db.Tx, receipt id.Receipt) (bool, error)

	// Return gives back so much of a captured payment, against its merchant: what an invoice asked for that was found not to be
	// its payer's (rule I10). app fills it with checkout's refund.
	Return func(tx *db.Tx, p id.Payment, amount money.Yen, by string) error
}

// Statement is one member's bill for one month. Amounts are yen, tax included.
type Statement struct {
	ID        id.Statement
	Member    id.Member
	Month     jst.Month  // of the purchases; zero on an invoice
	Capture   id.Capture // what an invoice is for (rule I05); zero on a month's statement
	Purchases money.Yen
	Refunds   money.Yen
	Credits   money.Yen // taken off: paid or given back too much before
	Fee       money.Yen
	Lates     money.Yen // late charges that earlier statements left unpaid (rule D04)
	Total     money.Yen // to be paid: purchases − refunds − credits + fee + lates, never below nothing
	Carried   money.Yen // what refunds and credits exceed the purchases by; goes to a later statement
	Store     money.Yen // the part of purchases less refunds that was bought in stores
	Way       Way
	Due       jst.Day
	State     State
	PastDue   bool      // the due day has passed and it is not paid
	PaidDay   jst.Day   // the day of the payment with which it was paid; zero while it is not
	Issued    time.Time // UTC
	Awaited   bool      // nobody is late meanwhile: a bank was asked to debit it (rule T03), or whoever got it says that it is not theirs (rule I09)

	Late     money.Yen // what it was charged for being late, beside its total (rule D01)
	Moved    money.Yen // the part of Late that a later statement asks for
	Received money.Yen // what came in for it, prompt reports included: never more than Total + Late − Moved
	Certain  money.Yen // the part of Received that is final

	WrittenOff bool // nothing is asked for any more: what is not paid was given up (rule D14)
}

// Settled tells whether there was nothing to pay from the beginning (rule B07).
func (s Statement) Settled() bool { return s.Total == 0 }

// ByInvoice tells whether it is the bill of one purchase without membership, and not of a month (rule I05).
func (s Statement) ByInvoice() bool { return !s.Capture.IsZero() }

// termsDay is the day whose terms it is drawn up by.
func (s Statement) termsDay() jst.Day {
	if s.ByInvoice() {
		return jst.DayOf(s.Issued)
	}
	return issueDay(s.Month)
}

// Principal is the part of Total that was used of the limit: all but the fee and what was late before.
func (s Statement) Principal() money.Yen { return s.Total - s.Fee - s.Lates }

// Owed is what remains to be paid on the statement today, late charges included. Nothing is once it was written off.
func (s Statement) Owed() money.Yen { return s.capacity() - s.Received - s.Written() }

// capacity is the most that the statement takes of what comes in.
func (s Statement) capacity() money.Yen { return s.Total + s.Late - s.Moved }

// OpenPrincipal is the part of the principal that is not paid. Money pays the principal first (rule B23).
func (s Statement) OpenPrincipal() money.Yen { return max(s.Principal()-s.Received, 0) }

// Reference is the number that people read to each other about this statement.
func (s Statement) Reference() id.Reference { return id.ReferenceOf(s.ID) }

// Slip is a barcode with which a statement can be paid at a till.
type Slip struct {
	ID        id.Slip
	Statement id.Statement
	Member    id.Member
	Kind      Way
	Number    string    // 16 digits: four of the bucket, then twelve of chance, or 0 and the receipt number
	Digits    string    // the 44 digits of the barcode, Number among them
	Reissue   int       // 0 the first, then counted up
	Amount    money.Yen // what was owed on the statement when it was made, or a part of it
	ValidFrom jst.Day
	ValidTo   jst.Day // the last day on which a till takes it; zero if there is none
	Closed    bool    // replaced by a newer one; money paid with it still counts
	Created   time.Time
}

// Lapsed tells whether tills refuse the slip on a day because its time is over. Reissue makes another.
func (s Slip) Lapsed(day jst.Day) bool { return !s.ValidTo.IsZero() && day.After(s.ValidTo) }

// Serves tells whether the slip is one to pay with on a day: tills take it, and it is over what is to be asked for (see Asks).
func (s Slip) Serves(asked money.Yen, day jst.Day) bool { return !s.Lapsed(day) && s.Amount == asked }

// Receipt is one payment at one till, as far as the agent has told of it.
type Receipt struct {
	ID        id.Receipt
	Slip      id.Slip      // zero if unknown
	Statement id.Statement // zero if unknown
	Member    id.Member    // zero if unknown
	State     ReceiptState
	Use       Use
	Reason    Reason    // why it is in suspense; empty otherwise
	Amount    money.Yen // what was paid
	Principal money.Yen // the part that pays the statement's principal
	Fee       money.Yen // the part that pays the rest of its total
	Late      money.Yen // the part that pays what it was charged for being late
	Surplus   money.Yen // the part that the statement does not need: stands to the member's credit
	PaidDay   jst.Day
	PaidTime  string // "HHMM" in Japan
	Chain     string // the agent's code of the chain: "010"
	Store     string // the chain's code of the store
	Created   time.Time
	Changed   time.Time

	tillKey []byte
	used    money.Yen // the part of Surplus that a later statement took; it cannot come back
}

// Use is what the money of a receipt is used for.
type Use string

// The uses.
const (
	Matched  Use = "matched"  // pays its statement; what is over stands to the member's credit
	Surplus  Use = "surplus"  // its statement was paid already: all of it stands to the member's credit
	Suspense Use = "suspense" // fits nothing: waits for a person
)

// CreditReason says where money to a member's credit comes from.
type CreditReason string

// The reasons.
const (
	PaidTwice   CreditReason = "surplus" // source: the receipt
	CarriedOver CreditReason = "carried" // source: the statement whose refunds and credits exceeded its purchases
)

// billCredit is money that a later statement takes off.
type billCredit struct {
	member id.Member
	source event.Subject // a receipt's or a statement's id
	amount money.Yen
	reason CreditReason
}

// The actors of this package's events.
const (
	byClock = "clock"
	byAgent = "agent"
	byBank  = "bank"
)

// fact words an event about a statement.
func (s Statement) fact(kind string, side fault.Side, actor string, data map[string]any) event.Fact {
	all := map[string]any{"month": s.Month, "total": s.Total, "due": s.Due}
	if s.ByInvoice() {
		all["invoice"] = true
	}
	for k, v := range data {
		all[k] = v
	}
	return event.Fact{Kind: kind, Subject: event.Subject(s.ID), Member: s.Member, Side: side, Actor: actor, Data: all}
}
