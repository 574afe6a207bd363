package billing

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
)

// Money in suspense, and what people do about it.
//
// The receipt of a payment that fits nothing lives in the bucket of its digits; the statement to which it turns out to
// belong can be anybody's in any bucket. So a match does not change whose the receipt is: it is marked as moved, its money
// leaves suspense and the agent's account in that bucket, and a second receipt is made in the statement's bucket, where the
// money stands against what the member owes as if it had fitted (rule B24). A [Decision] leads from the first to the
// second, and [Origin] back. What the agent tells later of the payment still names the first, and is done to the second
// (rule B25): see follow.
//
// Locks: those of the package, in its order. Of the two receipts the one in suspense is locked first. A line of the agent
// looks for a match before it locks anything; one that overtakes it is noticed under the receipt's lock, and the line's
// transaction runs again.

// Act is what was decided about money in suspense.
type Act string

// The acts.
const (
	ActMatched  Act = "matched"
	ActReturned Act = "returned"
)

// ReturnWay is how money is sent back to whoever paid it. Who that is, and on which account, is kept outside: a till asks
// for no name.
type ReturnWay string

// The ways.
const (
	ReturnByAgent ReturnWay = "agent" // through the collection agent, whose chain hands it out at the till
	ReturnByBank  ReturnWay = "bank"  // 振込: a transfer to an account that the payer named
	ReturnByPost  ReturnWay = "post"  // 普通為替: a money order by mail
)

var returnWays = []ReturnWay{ReturnByAgent, ReturnByBank, ReturnByPost}

// Decision is what was decided about the money of a receipt in suspense.
type Decision struct {
	Receipt   id.Receipt
	Act       Act
	Carried   id.Receipt   // of a match: the receipt that carries the money on
	Statement id.Statement // of a match: what it pays
	Member    id.Member    // of a match: whose statement it is
	Way       ReturnWay    // of a return
	By        string       // who decided: a number of staff
	Second    string       // of a return: who agreed
	Decided   time.Time
	PaidDay   jst.Day // of a return: the day of the transfer; zero while it is to be made
	PaidBy    string  // who said so
}

// same tells whether two decisions about a receipt are the same act, whenever they were made.
func (d Decision) same(o Decision) bool {
	return d.Act == o.Act && d.Statement == o.Statement && d.Way == o.Way &&
		(d.Act == ActMatched || strings.EqualFold(d.By, o.By) && strings.EqualFold(d.Second, o.Second))
}

// ReturnUnpaid is why money that is to be sent back waits for a person.
const ReturnUnpaid Reason = "return_unpaid"

// MatchReceipt says that money in suspense belongs to a statement, whoever's it is (rule B24). It is folded into the
// statement as if it had fitted. It answers the receipt that carries the money on; the same match again answers it as it
// is now. The faults are NoReceipt, NotInSuspense, ReceiptMoved (to another statement), ReceiptReturned, NoStatement,
// NoAccount and WhoUnclear.
func (b *Billing) MatchReceipt(tx *db.Tx, receipt id.Receipt, statement id.Statement, by string) (Receipt, error) {
	if err := checkWho("by", by); err != nil {
		return Receipt{}, err
	}
	member, err := selectOwner(tx, statement)
	if err != nil {
		return Receipt{}, err
	}
	account, st, err := lockForMoney(tx, member, statement)
	if err != nil {
		return Receipt{}, err
	}
	old, err := lockReceiptByID(tx, receipt)
	if err != nil {
		return Receipt{}, err
	}
	d := Decision{Receipt: receipt, Act: ActMatched, Statement: statement, Member: member, By: by, Decided: tx.Now()}
	known, err := decide(tx, old, Match, d)
	switch {
	case err != nil:
		return Receipt{}, err
	case known.Act != "": // done before
		return selectReceipt(tx, known.Carried)
	}
	fresh := old.carriedBy(tx, st)
	d.Carried = fresh.ID
	if err := moveOut(tx, old, fresh, d); err != nil {
		return Receipt{}, err
	}
	if err := event.Append(tx, old.movedFact(fresh, by), fresh.matchedFact(old, st, by)); err != nil {
		return Receipt{}, err
	}
	fresh, err = b.settle(tx, account, st, fresh, by)
	if err != nil {
		return Receipt{}, err
	}
	return fresh, insertReceipt(tx, fresh)
}

// lockForMoney locks the account and the statement that money is going to be matched with.
func lockForMoney(tx *db.Tx, member id.Member, statement id.Statement) (*credit.Account, Statement, error) {
	accounts, err := credit.Lock(tx, member)
	if err != nil {
		return nil, Statement{}, err
	}
	account, open := accounts[member]
	if !open {
		return nil, Statement{}, NoAccount.New().About(statement.String())
	}
	st, err := lockOfMember(tx, member, statement)
	return account, st, err
}

// decide judges an act on a locked receipt. It answers the decision that stands if this is the same act again, and none if
// it may happen (rule B29).
func decide(tx *db.Tx, r Receipt, on News, d Decision) (Decision, error) {
	if r.State != MovedOn && r.State != SentBack {
		return Decision{}, r.refuses(on)
	}
	known, err := selectDecision(tx, r.ID)
	switch {
	case err != nil || known.same(d):
		return known, err
	case r.State == MovedOn:
		return Decision{}, ReceiptMoved.New().About(known.Statement.String())
	}
	return Decision{}, ReceiptReturned.New().About(r.ID.String())
}

// refuses tells why an act cannot be done to money about which nothing was decided; nil if it can.
func (r Receipt) refuses(on News) error {
	if r.Use != Suspense || !r.State.Live() {
		return NotInSuspense.New().About(r.ID.String())
	}
	if _, verdict := ReceiptMachine.Next(r.State, on); verdict != lifecycle.Moved {
		return ReceiptUncertain.New().About(r.ID.String())
	}
	return nil
}

// carriedBy is the receipt that carries money out of suspense to a statement. No till key of the agent's lines is like its.
// It was told of when the first one was, so it stands where it would have stood among the payments of its statement.
func (r Receipt) carriedBy(tx *db.Tx, st Statement) Receipt {
	return Receipt{
		ID: id.In[id.ReceiptKind](tx, st.ID.Bucket()), Statement: st.ID, Member: st.Member, State: r.State, Use: Matched, Amount: r.Amount,
		PaidDay: r.PaidDay, PaidTime: r.PaidTime, Chain: r.Chain, Store: r.Store, Created: r.Created, Changed: tx.Now(),
		tillKey: id.Hash("receipt_carried", r.ID.String()),
	}
}

// moveOut takes the money out of suspense in its bucket and puts it against what the member owes in the statement's. Each
// bucket's books balance by themselves, and what the agent owes us is the same as before.
func moveOut(tx *db.Tx, old, fresh Receipt, d Decision) error {
	paying, today := old.payingAccount(), jst.DayOf(tx.Now())
	err := old.post(tx, ledger.ReceiptMoved, today, ledger.Debit(ledger.Suspense, nil, old.Amount), ledger.Credit(paying, nil, old.Amount))
	if err != nil {
		return err
	}
	err = fresh.post(tx, ledger.ReceiptMatched, today, ledger.Debit(paying, nil, fresh.Amount),
		ledger.Credit(ledger.MemberReceivable, fresh.Member[:], fresh.Amount))
	if err != nil {
		return err
	}
	old.State, old.Changed = MovedOn, tx.Now()
	if err := updateReceipt(tx, old); err != nil {
		return err
	}
	if err := insertDecision(tx, d); err != nil {
		return err
	}
	if err := old.forgetPayer(tx); err != nil {
		return err
	}
	return insertOrigin(tx, fresh.ID, old.ID)
}

// payingAccount is where the other side of a live receipt stands: with the agent, or in our account.
func (r Receipt) payingAccount() ledger.Account {
	switch {
	case r.Chain == TransferChain:
		return ledger.Bank
	case r.State == Prompted:
		return ledger.AgentPrompt
	}
	return ledger.AgentReceivable
}

// post books an entry about a receipt, in its bucket.
func (r Receipt) post(tx *db.Tx, reason ledger.Reason, day jst.Day, lines ...ledger.Line) error {
	return ledger.Post(tx, ledger.Entry{Bucket: r.ID.Bucket(), Reason: reason, Ref: r.ID[:], Day: day, Lines: lines})
}

// follow makes a line about a payment that was matched be done to the receipt that carries its money on (rule B25), with
// that receipt's account and statement locked.
func (a *arrival) follow(tx *db.Tx, c carried) error {
	a.slip = Slip{Statement: c.statement, Member: c.member} // its facts are about the receipt, which is locked
	a.odd, a.told = "", c.told
	var err error
	if a.account, a.statement, err = lockForMoney(tx, c.member, c.statement); err != nil {
		return err
	}
	a.receipt, err = lockReceiptByID(tx, c.receipt)
	return err
}

// Origin answers the receipt in suspense from which a match took the money of another. It is false for one that came in
// as it is.
func Origin(tx *db.Tx, receipt id.Receipt) (id.Receipt, bool, error) {
	return selectOrigin(tx, receipt)
}

// ReturnReceipt decides that money in suspense is sent back to whoever paid it (rule B26): two people do, by and second.
// The money is owed from now on and listed until ReturnPaid. The same decision again answers what stands. The faults are
// NoReceipt, NotInSuspense, ReceiptUncertain (only reported), ReceiptMoved, ReceiptReturned, SamePerson, WhoUnclear,
// ReturnWayUnknown and ReturnByBankOnly (a transfer).
func (b *Billing) ReturnReceipt(tx *db.Tx, receipt id.Receipt, to ReturnWay, by, second string) (Decision, error) {
	if err := checkReturn(to, by, second); err != nil {
		return Decision{}, err
	}
	r, err := lockReceiptByID(tx, receipt)
	if err != nil {
		return Decision{}, err
	}
	if r.Chain == TransferChain && to != ReturnByBank {
		return Decision{}, ReturnByBankOnly.In("to").About(receipt.String())
	}
	d := Decision{Receipt: receipt, Act: ActReturned, Way: to, By: by, Second: second, Decided: tx.Now()}
	known, err := decide(tx, r, SendBack, d)
	if err != nil || known.Act != "" {
		return known, err
	}
	err = r.post(tx, ledger.ReceiptReturned, jst.DayOf(tx.Now()),
		ledger.Debit(ledger.Suspense, nil, r.Amount), ledger.Credit(ledger.ReturnsPayable, nil, r.Amount))
	if err != nil {
		return Decision{}, err
	}
	r.State, r.Changed = SentBack, tx.Now()
	if err := updateReceipt(tx, r); err != nil {
		return Decision{}, err
	}
	if err := insertDecision(tx, d); err != nil {
		return Decision{}, err
	}
	return d, event.Append(tx, r.fact("receipt.return_decided", by, map[string]any{"amount": r.Amount, "way": to, "second": second}))
}

// CheckTwo wants the numbers of two people who decide together. The faults are WhoUnclear and SamePerson.
func CheckTwo(by, second string) error {
	if err := checkWho("by", by); err != nil {
		return err
	}
	if err := checkWho("second", second); err != nil {
		return err
	}
	if strings.EqualFold(by, second) {
		return SamePerson.In("second")
	}
	return nil
}

// CheckOne wants the number of who acts. The fault is WhoUnclear.
func CheckOne(by string) error { return checkWho("by", by) }

func checkReturn(to ReturnWay, by, second string) error {
	if err := CheckTwo(by, second); err != nil {
		return err
	}
	for _, w := range returnWays {
		if w == to {
			return nil
		}
	}
	return ReturnWayUnknown.In("to")
}

// ReturnPaid says that money was sent back on a day: money that two people decided to return, or that a member wanted back
// (rule B39). The same day again answers what stands. The faults are NoReceipt,
// NotToReturn, ReturnInFile, ReturnPaidBefore (on another day), ReturnDayWrong (before it was decided, or in the future) and WhoUnclear.
func (b *Billing) ReturnPaid(tx *db.Tx, receipt id.Receipt, day jst.Day, by string) (Decision, error) {
	if err := checkWho("by", by); err != nil {
		return Decision{}, err
	}
	r, err := lockReceiptByID(tx, receipt)
	if err != nil {
		return Decision{}, err
	}
	if b.Sending != nil {
		sending, err := b.Sending(tx, receipt)
		switch {
		case err != nil:
			return Decision{}, err
		case sending:
			return Decision{}, ReturnInFile.New().About(receipt.String())
		}
	}
	if r.Surplus > 0 && r.State == Confirmed {
		o, err := selectOverpaidBy(tx, r.Member, receipt)
		if err == nil && !o.Chosen.IsZero() {
			return creditReturnPaid(tx, o, day, by)
		}
		if err != nil && !errors.Is(err, db.ErrNone) {
			return Decision{}, err
		}
	}
	if r.State != SentBack {
		return Decision{}, NotToReturn.New().About(receipt.String())
	}
	d, err := selectDecision(tx, receipt)
	if err != nil {
		return Decision{}, err
	}
	if done, err := d.paidOn(tx, day); done || err != nil {
		return d, err
	}
	err = r.post(tx, ledger.ReturnPaid, day, ledger.Debit(ledger.ReturnsPayable, nil, r.Amount), ledger.Credit(ledger.Bank, nil, r.Amount))
	if err != nil {
		return Decision{}, err
	}
	d.PaidDay, d.PaidBy = day, by
	if err := updateReturnPaid(tx, receipt, day, by); err != nil {
		return Decision{}, err
	}
	if err := r.forgetPayer(tx); err != nil {
		return Decision{}, err
	}
	return d, event.Append(tx, r.fact("receipt.return_paid", by, map[string]any{"amount": r.Amount, "day": day}))
}

// paidOn judges the day on which money is said to have been sent back. It answers true if that was said before.
func (d Decision) paidOn(tx *db.Tx, day jst.Day) (done bool, err error) {
	switch {
	case d.PaidDay == day && !day.IsZero():
		return true, nil
	case !d.PaidDay.IsZero():
		return false, ReturnPaidBefore.New().With("day", d.PaidDay.String()).About(d.Receipt.String())
	case day.IsZero() || day.Before(jst.DayOf(d.Decided)) || day.After(jst.DayOf(tx.Now())):
		return false, ReturnDayWrong.In("day").With("decided", jst.DayOf(d.Decided).String())
	}
	return false, nil
}

// LoadDecision answers what was decided about the money of a receipt. It is false if nothing was.
func LoadDecision(tx *db.Tx, receipt id.Receipt) (Decision, bool, error) {
	d, err := selectDecision(tx, receipt)
	if errors.Is(err, db.ErrNone) {
		return Decision{}, false, nil
	}
	return d, err == nil, err
}

// LineRef names a line of the agent's files: "rcf_…/12" is the twelfth line of that file.
type LineRef struct {
	File   id.ReceiptFile
	Number int
}

// IsZero tells whether it names none.
func (l LineRef) IsZero() bool { return l.File.IsZero() }

// String is the form that ParseLineRef reads; empty for none.
func (l LineRef) String() string {
	if l.IsZero() {
		return ""
	}
	return l.File.String() + "/" + strconv.Itoa(l.Number)
}

// ParseLineRef reads the name of a line. Its errors never repeat the text.
func ParseLineRef(s string) (LineRef, error) {
	file, number, _ := strings.Cut(s, "/")
	f, err := id.Parse[id.ReceiptFileKind](file)
	if err != nil {
		return LineRef{}, fmt.Errorf("billing: a line is named like rcf_…/12: %w", err)
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return LineRef{}, fmt.Errorf("billing: a line is named like rcf_…/12: the number after the slash is missing") //nolint:err113 // told to the person who typed it
	}
	return LineRef{File: f, Number: n}, nil
}

// UnmarshalText reads what ParseLineRef reads.
func (l *LineRef) UnmarshalText(text []byte) error {
	parsed, err := ParseLineRef(string(text))
	*l = parsed
	return err
}

// MarshalText is the text of String.
func (l LineRef) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// ClosedLine is a notice that was dealt with.
type ClosedLine struct {
	Line   LineRef
	Note   string
	By     string
	Closed time.Time
}

// waitingLine is a line in suspense.
type waitingLine struct {
	bucket    int
	key       []byte
	reason    Reason
	receipt   id.Receipt
	statement id.Statement
	amount    money.Yen
}

// noteMax is how many characters a note may have.
const noteMax = 200

// CloseLine says that a notice which waits was dealt with, and how (rule B28). The note must not hold personal data: it is
// kept as long as the books, and is in no event. The same note by the same person again answers what stands. The faults are
// NoLine, LineIsMoney (its money waits, and is matched or sent back instead), LineClosed, NoteWrong and WhoUnclear.
func (b *Billing) CloseLine(tx *db.Tx, line LineRef, note, by string) (ClosedLine, error) {
	if err := checkWho("by", by); err != nil {
		return ClosedLine{}, err
	}
	note = strings.TrimSpace(note)
	if note == "" || !utf8.ValidString(note) || utf8.RuneCountInString(note) > noteMax || strings.ContainsFunc(note, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ClosedLine{}, NoteWrong.In("note")
	}
	if err := lockFile(tx, line.File); err != nil {
		return ClosedLine{}, err
	}
	l, found, err := lockLine(tx, line)
	switch {
	case err != nil:
		return ClosedLine{}, err
	case !found:
		return ClosedLine{}, NoLine.New()
	case !l.receipt.IsZero() && l.reason != CancelLate:
		return ClosedLine{}, LineIsMoney.New().About(l.receipt.String())
	}
	known, closed, err := selectLineClose(tx, l)
	if err != nil {
		return ClosedLine{}, err
	}
	known.Line = line
	if closed {
		if known.Note == note && strings.EqualFold(known.By, by) {
			return known, nil
		}
		return ClosedLine{}, LineClosed.New().About(line.String())
	}
	c := ClosedLine{Line: line, Note: note, By: by, Closed: tx.Now()}
	if err := insertLineClose(tx, l, c); err != nil {
		return ClosedLine{}, err
	}
	return c, event.Append(tx, event.Fact{
		Kind: "receipt_line.closed", Subject: event.Subject(line.File), Side: fault.Us, Actor: by,
		Data: map[string]any{"line": line.Number, "reason": l.reason, "amount": l.amount, "receipt": l.receipt},
	})
}

// whoForm is a number of staff, or a role: facts keep it for ever, so it is no name.
var whoForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

func checkWho(field, who string) error {
	if !whoForm.MatchString(who) {
		return WhoUnclear.In(field)
	}
	return nil
}

// fact words an event about money in suspense. It is in nobody's history: whose it is was not known.
func (r Receipt) fact(kind, by string, data map[string]any) event.Fact {
	return event.Fact{Kind: kind, Subject: event.Subject(r.ID), Side: fault.Us, Actor: by, Data: data}
}

func (r Receipt) movedFact(fresh Receipt, by string) event.Fact {
	return r.fact("receipt.moved", by, map[string]any{"amount": r.Amount, "reason": r.Reason, "carried": fresh.ID, "statement": fresh.Statement})
}

// matchedFact is the event by which the member's history tells where the money came from.
func (r Receipt) matchedFact(old Receipt, st Statement, by string) event.Fact {
	f := r.fact("receipt.matched", by, map[string]any{"amount": r.Amount, "from": old.ID, "statement": st.ID, "month": st.Month, "state": r.State})
	f.Member = st.Member
	return f
}
