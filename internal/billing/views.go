package billing

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// ItemKind says what a line of a statement is.
type ItemKind string

// The kinds of lines.
const (
	ItemPurchase ItemKind = "purchase"
	ItemRefund   ItemKind = "refund" // minus
	ItemCredit   ItemKind = "credit" // minus: paid or given back too much before
	ItemFee      ItemKind = "fee"    // for the way to pay
	ItemLates    ItemKind = "lates"  // late charges that earlier statements left (rule D04)
)

// Item is one line of a statement. The amounts of a statement's items add up to its total, and to minus what is carried
// if there is nothing to pay.
type Item struct {
	Kind     ItemKind
	Day      jst.Day     // on which it counts
	Amount   money.Yen   // signed
	Payment  id.Payment  // of a purchase or refund
	Merchant id.Merchant // of a purchase or refund
	OrderRef string      // of a purchase or refund
	Bought   jst.Day     // day of the purchase that a refund belongs to
	Why      CreditReason
	Source   event.Subject // of a credit: the receipt or statement that it comes from
	Way      Way           // of a fee
}

// Detail is a statement with everything that is on it and all that was paid on it.
type Detail struct {
	Statement
	Items    []Item    // purchases, refunds, credits, each by day, then the fee and what earlier statements left
	Receipts []Receipt // in the order in which they were told, those taken back included
	Charges  []Charge  // for being late, beside the total (rule D06): by day, waived ones included
}

// Statements lists a member's statements, the newest month first.
func Statements(tx *db.Tx, member id.Member) ([]Statement, error) {
	return selectStatements(tx, member)
}

// Owner answers whose a statement is. It gives NoStatement if there is none.
func Owner(tx *db.Tx, statement id.Statement) (id.Member, error) { return selectOwner(tx, statement) }

// Find answers a statement, whoever's it is. It gives NoStatement if there is none.
func Find(tx *db.Tx, statement id.Statement) (Statement, error) {
	member, err := selectOwner(tx, statement)
	if err != nil {
		return Statement{}, err
	}
	return findOfMember(tx, member, statement)
}

// LoadStatement answers a member's statement in full. It gives NoStatement if there is none, or it is another's.
func LoadStatement(tx *db.Tx, member id.Member, statement id.Statement) (Detail, error) {
	st, err := findOfMember(tx, member, statement)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Statement: st}
	if st.ByInvoice() {
		d.Items, err = selectInvoiceItems(tx, st)
	} else {
		d.Items, err = selectItems(tx, member, st.Month)
	}
	if err != nil {
		return Detail{}, err
	}
	credits, err := selectCreditItems(tx, member, st.ID)
	if err != nil {
		return Detail{}, err
	}
	d.Items = append(d.Items, credits...)
	if st.Fee > 0 {
		d.Items = append(d.Items, Item{Kind: ItemFee, Day: jst.DayOf(st.Issued), Amount: st.Fee, Way: st.Way})
	}
	if st.Lates > 0 {
		d.Items = append(d.Items, Item{Kind: ItemLates, Day: jst.DayOf(st.Issued), Amount: st.Lates})
	}
	if d.Receipts, err = selectReceipts(tx, st.ID); err != nil {
		return Detail{}, err
	}
	d.Charges, err = selectCharges(tx, st.ID)
	return d, err
}

// AsIssued gives a statement the way to pay and the due day that it was issued with. A bank that could not debit it changes both
// (rule T05); its sums and lines never change (rules B19, B41).
func AsIssued(tx *db.Tx, d Detail) (Detail, error) {
	facts, err := event.Timeline(tx, event.Subject(d.ID), issuedFactsMax)
	if err != nil {
		return d, err
	}
	at := slices.IndexFunc(facts, func(f event.Recorded) bool { return f.Kind == factIssued })
	if at < 0 {
		return d, fmt.Errorf("billing: nothing tells that %s was issued", d.ID)
	}
	var told struct {
		Way Way     `json:"way"`
		Due jst.Day `json:"due"`
	}
	if err := facts[at].Decode(&told); err != nil {
		return d, err
	}
	d.Way, d.Due = told.Way, told.Due
	d.Items = slices.Clone(d.Items)
	for i := range d.Items {
		if d.Items[i].Kind == ItemFee {
			d.Items[i].Way = told.Way
		}
	}
	return d, nil
}

const (
	factIssued     = "statement.issued" // the first fact of every statement
	issuedFactsMax = 1000               // facts of a statement that are looked through; it has some dozens
)

// Preview is what the statement of a month that is not closed will be, as far as is known now: purchases and refunds so
// far, credits, the fee of the way to pay chosen now, the due day. It has no id; a month without anything is all zeros.
func (b *Billing) Preview(tx *db.Tx, member id.Member, month jst.Month) (Statement, error) {
	s, err := selectMemberSums(tx, member, month)
	if err != nil {
		return Statement{}, err
	}
	return b.preview(tx, month, s)
}

// PreviewWith is Preview with one more purchase on it: what a member sees before pressing.
func (b *Billing) PreviewWith(tx *db.Tx, member id.Member, month jst.Month, amount money.Yen) (Statement, error) {
	s, err := selectMemberSums(tx, member, month)
	if err != nil {
		return Statement{}, err
	}
	s.purchases += amount
	return b.preview(tx, month, s)
}

// NextMonth is the month of the next bill that is drawn up for a member, from which a changed way to pay counts (rule B08): this one,
// or an earlier one that is over and not closed yet, if something of the member's is billed in it.
func NextMonth(tx *db.Tx, member id.Member) (jst.Month, error) {
	this := jst.MonthOf(tx.Now())
	closed, err := credit.Closed(tx, member.Bucket())
	if err != nil {
		return jst.Month{}, err
	}
	open, found, err := selectFirstOpen(tx, member, closed, this)
	if err != nil || !found {
		return this, err
	}
	return open, nil
}

func (b *Billing) preview(tx *db.Tx, month jst.Month, s sums) (Statement, error) {
	members := []id.Member{s.member}
	credits, err := selectCredits(tx, members)
	if err != nil {
		return Statement{}, err
	}
	lates, err := selectLates(tx, members)
	if err != nil {
		return Statement{}, err
	}
	ways, err := b.waysOf(tx, members)
	if err != nil {
		return Statement{}, err
	}
	s.credits, s.lates = credits[s.member], lates[s.member]
	return drawUp(month, s, ways[s.member], b.Terms.Current())
}

// MonthSum is what a member bought in a month, as billed.
type MonthSum struct {
	Month  jst.Month
	Amount money.Yen // purchases less refunds; below nothing if more was given back
}

// Usage is what a member bought in each of the last months, the present one last (months of them).
func Usage(tx *db.Tx, member id.Member, months int) ([]MonthSum, error) {
	last := jst.MonthOf(tx.Now())
	first := last.Add(1 - months)
	found, err := selectUsage(tx, member, first)
	if err != nil {
		return nil, err
	}
	out := make([]MonthSum, 0, months)
	for m := first; !m.After(last); m = m.Next() {
		out = append(out, MonthSum{Month: m, Amount: found[m]})
	}
	return out, nil
}

// NextBill is the statement that a member should look at next: the oldest one to be paid, or if there is none the oldest
// that is being confirmed. It is false if everything is paid.
func NextBill(tx *db.Tx, member id.Member) (Statement, bool, error) {
	st, err := selectNext(tx, member)
	if errors.Is(err, db.ErrNone) {
		return Statement{}, false, nil
	}
	return st, err == nil, err
}

// LoadReceipt answers money that came in. It gives NoReceipt if there is none.
func LoadReceipt(tx *db.Tx, receipt id.Receipt) (Receipt, error) { return selectReceipt(tx, receipt) }

// Waiting is money or a notice that waits for a person (rule B16).
type Waiting struct {
	Reason    Reason       // empty for a payment that was reported and never confirmed
	Receipt   id.Receipt   // zero if there is only a notice
	Line      LineRef      // names a notice: see CloseLine; zero for money
	Statement id.Statement // zero if unknown
	State     ReceiptState // empty if there is only a notice
	Amount    money.Yen
	PaidDay   jst.Day
	PaidTime  string // "HHMM"
	Chain     string
	Store     string
	Since     time.Time // when it was told; its age is counted from here
}

// Name is what a person calls it by: the receipt's id, or a notice's line.
func (w Waiting) Name() string {
	if !w.Line.IsZero() {
		return w.Line.String()
	}
	return w.Receipt.String()
}

// ListWaiting lists what waits for a person, the oldest first, at most limit: money in suspense or to be sent back, notices
// that could not be used, and payments that the agent reported but has not confirmed for longer than the term
// billing.prompt.days. What can be done about each is in suspense.go.
func (b *Billing) ListWaiting(tx *db.Tx, limit int) ([]Waiting, error) {
	today := jst.DayOf(tx.Now())
	before := today.Add(-PromptDays.On(b.Terms.Current(), today)).Start()
	return selectWaiting(tx, before, limit)
}

// OldestPrompt is when the agent first told of the payment that has waited longest for its confirmation. It is false if
// none waits. Until then the money is not there, although its statement counts as paid (rule B11).
func OldestPrompt(tx *db.Tx) (since time.Time, found bool, err error) {
	since, err = selectOldestPrompt(tx)
	if errors.Is(err, db.ErrNone) {
		return time.Time{}, false, nil
	}
	return since, err == nil, err
}

// Unbilled counts the buckets in which something of a month, or of an earlier one, is not billed. After the close of the
// month there is none.
func Unbilled(tx *db.Tx, month jst.Month) (buckets int, err error) {
	return countUnbilled(tx, month, allBuckets())
}

// findOfMember answers a member's statement. It gives NoStatement if there is none, or it is another's.
func findOfMember(tx *db.Tx, member id.Member, statement id.Statement) (Statement, error) {
	return orNone(selectStatement(tx, member, statement))
}

// lockOfMember is findOfMember with the row locked. The member's account is locked already.
func lockOfMember(tx *db.Tx, member id.Member, statement id.Statement) (Statement, error) {
	locked, err := lockStatements(tx, []Statement{{ID: statement}})
	if err != nil {
		return Statement{}, err
	}
	if len(locked) == 0 || locked[0].Member != member {
		return Statement{}, NoStatement.New()
	}
	return locked[0], nil
}

func orNone(st Statement, err error) (Statement, error) {
	if errors.Is(err, db.ErrNone) {
		return Statement{}, NoStatement.New()
	}
	return st, err
}
