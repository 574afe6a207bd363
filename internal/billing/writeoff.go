package billing

import (
	"slices"
	"strings"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Giving up what is owed on a bill (貸倒れ).
//
// Two people decide that nobody will pay a bill past due (rule D14). What is owed on it leaves what the member owes in the
// books: the principal, and what earlier bills left of their late charges, become loss (bad debt); the bill's own fee and
// late charges are taken out of the income that they were booked as, with their tax, because nobody earns from what nobody
// pays. The statement is marked and asks for nothing from then on. How much is given up is stored nowhere: it is what is not
// paid of it.
//
// The debt is not forgiven and money can still come in, by an old barcode or matched out of suspense. It pays the bill as ever
// and is a recovery (償却債権取立益) in the books, because what it pays is no longer owed there (rule D15). Two people can take
// the decision back; then the first entry is reversed by a new one, recoveries are taken off the loss, and the rest is owed
// and past due again (rule D16).
//
// A written-off statement keeps the member's limit in use and its account blocked. Only the money gives the limit back, and
// only a person lifts the block ([Billing.UnblockWrittenOff]).

// WriteOffReason is why nobody is expected to pay.
type WriteOffReason string

// The reasons.
const (
	Bankrupt    WriteOffReason = "bankrupt"    // 破産免責
	Deceased    WriteOffReason = "deceased"    // 死亡・相続放棄
	Untraceable WriteOffReason = "untraceable" // 所在不明
	TimeBarred  WriteOffReason = "time_barred" // 消滅時効
	TooSmall    WriteOffReason = "too_small"   // collecting costs more than it brings
	OtherReason WriteOffReason = "other"
)

// WriteOffReasons lists the reasons, in the order in which they are offered.
func WriteOffReasons() []WriteOffReason {
	return []WriteOffReason{Bankrupt, Deceased, Untraceable, TimeBarred, TooSmall, OtherReason}
}

// WriteOff is a decision to give up what is owed on a statement.
type WriteOff struct {
	ID           id.WriteOff
	Statement    id.Statement
	Member       id.Member
	Amount       money.Yen // what was owed then, late charges included
	Reason       WriteOffReason
	By, Second   string // numbers of staff
	Decided      time.Time
	UndoneBy     string // empty while it stands
	UndoneSecond string
	Undone       time.Time // zero while it stands
}

// Stands tells whether it was not taken back.
func (w WriteOff) Stands() bool { return w.Undone.IsZero() }

// Written is what is given up of the statement: what is not paid, once it was written off.
func (s Statement) Written() money.Yen {
	if !s.WrittenOff {
		return 0
	}
	return s.capacity() - s.Received
}

// WriteOff gives up what is owed on a statement that is past due, because two people decide so (rule D14). The same decision
// again answers what stands. The faults are NoStatement, NoAccount, NotPastDue, WrittenOffBefore (by others, or for another
// reason), WriteOffUnknown (the reason), TwoNeeded and WhoUnclear.
func (b *Billing) WriteOff(tx *db.Tx, statement id.Statement, by, second string, why WriteOffReason) (WriteOff, error) {
	if err := checkTwo(by, second); err != nil {
		return WriteOff{}, err
	}
	if !slices.Contains(WriteOffReasons(), why) {
		return WriteOff{}, WriteOffUnknown.In("reason")
	}
	st, account, err := lockToWrite(tx, statement)
	if err != nil {
		return WriteOff{}, err
	}
	known, had, err := newestWriteOff(tx, statement)
	switch {
	case err != nil:
		return WriteOff{}, err
	case st.WrittenOff && had && known.Reason == why && samePeople(known.By, known.Second, by, second):
		return known, nil
	case st.WrittenOff:
		return WriteOff{}, WrittenOffBefore.New().With("day", jst.DayOf(known.Decided).String()).About(statement.String())
	case !st.PastDue:
		return WriteOff{}, NotPastDue.New().About(statement.String())
	}
	charges, err := selectCharges(tx, statement)
	if err != nil {
		return WriteOff{}, err
	}
	w := WriteOff{
		ID: id.In[id.WriteOffKind](tx, statement.Bucket()), Statement: statement, Member: st.Member, Amount: st.Owed(), Reason: why,
		By: by, Second: second, Decided: tx.Now(),
	}
	entry := ledger.Entry{
		Bucket: statement.Bucket(), Reason: ledger.WrittenOff, Ref: w.ID[:], Day: jst.DayOf(tx.Now()), Lines: lossOf(st, charges, b.Terms.Current()),
	}
	if err := ledger.Post(tx, entry); err != nil {
		return WriteOff{}, err
	}
	if err := insertWriteOff(tx, w); err != nil {
		return WriteOff{}, err
	}
	st.PastDue, st.WrittenOff = false, true
	told := st.fact("statement.written_off", fault.Us, by, map[string]any{"amount": w.Amount, "reason": why, "second": second})
	return w, b.mark(tx, st, account, told)
}

// mark stores that a locked statement was written off, or that this was taken back, and tells of it. The block for what was
// given up is set or lifted beside that for what is past due.
func (b *Billing) mark(tx *db.Tx, st Statement, account *credit.Account, told event.Fact) error {
	if err := updateWrittenOff(tx, st); err != nil {
		return err
	}
	if err := event.Append(tx, told); err != nil {
		return err
	}
	if st.WrittenOff {
		if err := closeSlips(tx, st.ID); err != nil {
			return err
		}
		if err := credit.SetBlock(tx, st.Member, credit.WrittenOff); err != nil {
			return err
		}
	}
	late, given, err := countOpen(tx, st.Member)
	if err != nil {
		return err
	}
	if late == 0 && account.Blocks&credit.PastDue != 0 {
		if err := credit.LiftBlock(tx, st.Member, credit.PastDue); err != nil {
			return err
		}
	}
	if given == 0 && account.Blocks&credit.WrittenOff != 0 {
		if err := credit.LiftBlock(tx, st.Member, credit.WrittenOff); err != nil {
			return err
		}
	}
	if b.Follow == nil {
		return nil
	}
	return b.Follow(tx, st)
}

// UndoWriteOff takes back that a statement was written off, because two people decide so (rule D16): what is not paid of it is
// owed and past due again. The same again answers what stands. The faults are NoStatement, NoAccount, NotWrittenOff,
// TwoNeeded and WhoUnclear.
func (b *Billing) UndoWriteOff(tx *db.Tx, statement id.Statement, by, second string) (WriteOff, error) {
	if err := checkTwo(by, second); err != nil {
		return WriteOff{}, err
	}
	st, account, err := lockToWrite(tx, statement)
	if err != nil {
		return WriteOff{}, err
	}
	w, had, err := newestWriteOff(tx, statement)
	switch {
	case err != nil:
		return WriteOff{}, err
	case had && !w.Stands() && samePeople(w.UndoneBy, w.UndoneSecond, by, second):
		return w, nil
	case !had || !w.Stands():
		return WriteOff{}, NotWrittenOff.New().About(statement.String())
	}
	if err := b.reverse(tx, st, w); err != nil {
		return WriteOff{}, err
	}
	w.UndoneBy, w.UndoneSecond, w.Undone = by, second, tx.Now()
	if err := updateUndone(tx, w); err != nil {
		return WriteOff{}, err
	}
	told := st.fact("statement.write_off_undone", fault.Us, by, map[string]any{"amount": st.Written(), "second": second})
	st.WrittenOff = false
	if err := b.mark(tx, st, account, told); err != nil || st.State != Issued {
		return w, err
	}
	if err := markLate(tx, []Statement{st}); err != nil {
		return WriteOff{}, err
	}
	return w, b.slipAgain(tx, st)
}

// reverse books a write-off backwards, and what came in meanwhile off the loss instead of as a recovery: what is not paid is
// owed again.
func (b *Billing) reverse(tx *db.Tx, st Statement, w WriteOff) error {
	lines, err := selectLinesOf(tx, ledger.WrittenOff, w.ID)
	if err != nil {
		return err
	}
	for i := range lines {
		lines[i].Amount = -lines[i].Amount
	}
	recovered := w.Amount - st.Written()
	lines = append(lines, ledger.Debit(ledger.Recoveries, nil, recovered), ledger.Credit(ledger.MemberReceivable, st.Member[:], recovered))
	return ledger.Post(tx, ledger.Entry{
		Bucket: w.ID.Bucket(), Reason: ledger.WriteOffUndone, Ref: w.ID[:], Day: jst.DayOf(tx.Now()), Lines: merged(lines),
	})
}

// payableAgain makes a barcode for a statement that is open again because a payment was taken back, if none is left: it was given up
// when its payment came, and is owed again since.
func (b *Billing) payableAgain(tx *db.Tx, st Statement) error {
	if st.WrittenOff {
		return nil
	}
	if _, found, err := selectOpenSlip(tx, st.ID); err != nil || found {
		return err
	}
	return b.slipAgain(tx, st)
}

// slipAgain makes a barcode for a statement whose barcodes were closed.
func (b *Billing) slipAgain(tx *db.Tx, st Statement) error {
	numbers, err := numbersFor(tx, []Statement{st})
	if err != nil {
		return err
	}
	slip, err := newSlip(tx, st, st.Owed(), numbers[0], b.Terms.Current(), 0, jst.DayOf(tx.Now()))
	if err != nil {
		return event.Append(tx, withheld(st, err))
	}
	return insertSlips(tx, []Slip{slip})
}

// UnblockWrittenOff lets the member of a written-off statement buy again, because a person decides so. It is no error if
// nothing is in the way. The faults are NoStatement, NoAccount, NotWrittenOff and WhoUnclear.
func (b *Billing) UnblockWrittenOff(tx *db.Tx, statement id.Statement, by string) error {
	if err := checkWho("by", by); err != nil {
		return err
	}
	st, account, err := lockToWrite(tx, statement)
	switch {
	case err != nil:
		return err
	case !st.WrittenOff:
		return NotWrittenOff.New().About(statement.String())
	case account.Blocks&credit.WrittenOff == 0:
		return nil
	}
	if err := credit.LiftBlock(tx, st.Member, credit.WrittenOff); err != nil {
		return err
	}
	return event.Append(tx, event.Fact{
		Kind: "account.unblocked", Subject: event.Subject(st.Member), Member: st.Member, Side: fault.Us, Actor: by,
		Data: map[string]any{"block": "written_off", "statement": statement},
	})
}

// ListWrittenOff lists write-offs that stand, the newest first, at most limit.
func ListWrittenOff(tx *db.Tx, limit int) ([]WriteOff, error) {
	if err := tx.Survey(); err != nil {
		return nil, err
	}
	return selectStandingWriteOffs(tx, limit)
}

// WriteOffs lists what was decided about giving a statement up, the oldest first, what was taken back included.
func WriteOffs(tx *db.Tx, statement id.Statement) ([]WriteOff, error) {
	return selectWriteOffs(tx, statement)
}

func newestWriteOff(tx *db.Tx, statement id.Statement) (WriteOff, bool, error) {
	all, err := selectWriteOffs(tx, statement)
	if err != nil || len(all) == 0 {
		return WriteOff{}, false, err
	}
	return all[len(all)-1], true, nil
}

func lockToWrite(tx *db.Tx, statement id.Statement) (Statement, *credit.Account, error) {
	member, err := selectOwner(tx, statement)
	if err != nil {
		return Statement{}, nil, err
	}
	account, st, err := lockForMoney(tx, member, statement)
	return st, account, err
}

// checkTwo wants two numbers of staff, of two people.
func checkTwo(by, second string) error {
	if err := checkWho("by", by); err != nil {
		return err
	}
	if err := checkWho("second", second); err != nil {
		return err
	}
	if strings.EqualFold(by, second) {
		return TwoNeeded.In("second")
	}
	return nil
}

func samePeople(by, second, otherBy, otherSecond string) bool {
	return strings.EqualFold(by, otherBy) && strings.EqualFold(second, otherSecond)
}

// lossOf are the lines by which what is owed on a statement is given up. Money pays the principal first, then the fee, then
// what earlier statements left, then the statement's own charges, of which a statement past due has paid none.
func lossOf(st Statement, charges []Charge, terms term.Terms) []ledger.Line {
	principal := st.OpenPrincipal()
	fee := min(st.Fee, max(st.Principal()+st.Fee-st.Received, 0))
	lates := max(st.Total-st.Received, 0) - principal - fee
	net, tax := money.TaxIncluded(fee, FeeTax.On(terms, st.termsDay()))
	lines := []ledger.Line{
		ledger.Credit(ledger.MemberReceivable, st.Member[:], principal+fee+lates),
		ledger.Debit(ledger.BadDebt, nil, principal+lates), ledger.Debit(ledger.BillingFee, nil, net), ledger.Debit(ledger.ConsumptionTax, nil, tax),
	}
	for _, c := range charges {
		if c.Waived == "" && c.Amount > 0 {
			lines = append(lines, reversed(c.lines(FeeTax.On(terms, jst.DayOf(c.Created))))...)
		}
	}
	return merged(lines)
}

func reversed(lines []ledger.Line) []ledger.Line {
	for i := range lines {
		lines[i].Amount = -lines[i].Amount
	}
	return lines
}

// merged adds up the lines of each account, in the order in which they come first. What comes to nothing is left out.
func merged(lines []ledger.Line) []ledger.Line {
	var out []ledger.Line
	for _, l := range lines {
		i := slices.IndexFunc(out, func(o ledger.Line) bool { return o.Account == l.Account && slices.Equal(o.Holder, l.Holder) })
		if i < 0 {
			out = append(out, l)
		} else {
			out[i].Amount += l.Amount
		}
	}
	return slices.DeleteFunc(out, func(l ledger.Line) bool { return l.Amount == 0 })
}

// recover books what came in for a statement that was written off, or was taken back of it (rule D15): the money stands
// against what the member owes, where nothing is owed for this statement any more.
func (s *settlement) recover(tx *db.Tx) error {
	more := s.after.Received - s.before.Received
	if !s.after.WrittenOff || more == 0 || s.changed == none { // a disputed one is not written off so
		return nil
	}
	return s.folded[s.changed].postRecovered(tx, s.day, more)
}

// postRecovered books that so much of a receipt makes a loss of ours good, or if it is less than nothing no longer does.
func (r Receipt) postRecovered(tx *db.Tx, day jst.Day, amount money.Yen) error {
	return ledger.Post(tx, ledger.Entry{
		Bucket: r.ID.Bucket(), Reason: ledger.Recovered, Ref: id.Hash("recovered", r.ID.String(), string(r.State)), Day: day, Lines: []ledger.Line{
			ledger.Debit(ledger.MemberReceivable, r.Member[:], amount), ledger.Credit(ledger.Recoveries, nil, amount),
		},
	})
}
