package billing

import (
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

// Result says what became of a line of the agent's file.
type Result string

// The results.
const (
	Applied    Result = "applied"    // it did what it says
	Repeated   Result = "repeated"   // it was taken before; nothing was done (rule B14)
	Over       Result = "surplus"    // the statement was paid already; the money stands to the member's credit
	Suspended  Result = "suspense"   // it waits for a person; the reason says why
	Superseded Result = "superseded" // older news than what is known; nothing was done
)

// Outcome is what became of one line.
type Outcome struct {
	Number    int // of the line
	Result    Result
	Reason    Reason // of a Suspended one
	Receipt   id.Receipt
	Statement id.Statement
}

// arrival is a line on its way into the books, with what it is about locked.
type arrival struct {
	line      Line
	file      id.ReceiptFile
	bucket    int
	news      News
	slip      Slip
	broken    Reason // no receipt can be made of it
	odd       Reason // its money goes to suspense
	account   *credit.Account
	statement Statement // zero without a slip
	receipt   Receipt
	fresh     bool // the receipt is not stored yet
	day       jst.Day
}

// take applies one line: everything it means, or nothing. The same line again is Repeated, unless it was this file that
// brought it (an import that was cut off goes on): then it is answered with what became of it.
func (b *Billing) take(tx *db.Tx, file id.ReceiptFile, l Line) (Outcome, error) {
	a, err := meet(tx, file, l)
	if err != nil {
		return Outcome{}, err
	}
	known, found, err := selectLine(tx, a.bucket, l.key())
	if err != nil {
		return Outcome{}, err
	}
	if found {
		return known.again(file, l), nil
	}
	out := Outcome{Number: l.Number, Result: Suspended, Reason: a.broken, Statement: a.slip.Statement}
	if a.broken == "" {
		if out, err = a.apply(tx); err != nil {
			return Outcome{}, err
		}
	}
	if out.Result == Suspended {
		if err := event.Append(tx, a.suspended(out)); err != nil {
			return Outcome{}, err
		}
	}
	return out, insertLine(tx, a, out)
}

// meet finds out what a line is about and locks it: the member's account, the statement, the receipt.
func meet(tx *db.Tx, file id.ReceiptFile, l Line) (*arrival, error) {
	slip, found, err := FindSlipByDigits(tx, l.Digits)
	if err != nil {
		return nil, err
	}
	a := &arrival{line: l, file: file, bucket: l.bucket(), news: newsOf[l.Kind], slip: slip, day: jst.DayOf(tx.Now())}
	a.broken, a.odd = judge(l, slip, found)
	if found {
		accounts, err := credit.Lock(tx, slip.Member)
		if err != nil {
			return nil, err
		}
		a.account = accounts[slip.Member]
		if a.statement, err = lockOfMember(tx, slip.Member, slip.Statement); err != nil {
			return nil, err
		}
	}
	a.receipt, found, err = lockReceipt(tx, a.bucket, l.tillKey())
	if err != nil {
		return nil, err
	}
	if !found {
		a.fresh = true
		a.receipt = a.unheard(tx)
	}
	return a, nil
}

// unheard is the receipt of a payment that no line has told of before.
func (a *arrival) unheard(tx *db.Tx) Receipt {
	l := a.line
	r := Receipt{
		ID: id.In[id.ReceiptKind](tx, a.bucket), Slip: a.slip.ID, Statement: a.slip.Statement, Member: a.slip.Member,
		State: Unheard, Use: Matched, Reason: a.odd, Amount: l.Amount, PaidDay: l.Day, PaidTime: printable(l.Time, 8),
		Chain: printable(l.Chain, 16), Store: printable(l.Store, 32), Created: tx.Now(), tillKey: l.tillKey(),
	}
	if a.odd != "" {
		r.Use = Suspense
	} else {
		r.Fee, r.Principal = a.statement.Fee, a.statement.Principal()
	}
	return r
}

// apply moves the receipt as the line says and does what follows from it.
func (a *arrival) apply(tx *db.Tx) (Outcome, error) {
	out := Outcome{Number: a.line.Number, Receipt: a.receipt.ID, Statement: a.receipt.Statement}
	was := a.receipt.State
	to, verdict := ReceiptMachine.Next(was, a.news)
	if verdict != lifecycle.Moved {
		out.Result, out.Reason = unmoved(was, a.news)
		return out, nil
	}
	a.receipt.State, a.receipt.Changed = to, tx.Now()
	var err error
	switch {
	case to.Live() && !was.Live():
		err = a.comeIn(tx)
	case to.Live():
		err = a.settle(tx)
	case was.Live():
		err = a.takeBack(tx)
	}
	if err != nil {
		return Outcome{}, err
	}
	out.Result, out.Reason = resultOf(a.receipt)
	if a.fresh {
		return out, insertReceipt(tx, a.receipt)
	}
	return out, updateReceipt(tx, a.receipt)
}

// unmoved says what a line means that the machine has no step for: a contradiction waits for a person, the rest is old
// news (rule B13).
func unmoved(state ReceiptState, on News) (Result, Reason) {
	if state == Confirmed && on == Cancel {
		return Suspended, CancelLate
	}
	return Superseded, ""
}

// resultOf is the result of a line after which a receipt is as given.
func resultOf(r Receipt) (Result, Reason) {
	switch {
	case !r.State.Live():
		return Applied, "" // nothing is left of it
	case r.Use == Suspense:
		return Suspended, r.Reason
	case r.Use == Surplus:
		return Over, ""
	}
	return Applied, ""
}

// comeIn is a payment that begins to count: it pays its statement, or more than it, or goes to suspense.
func (a *arrival) comeIn(tx *db.Tx) error {
	r := &a.receipt
	reason, asset := ledger.ReceiptPrompt, ledger.AgentPrompt
	if r.State == Confirmed {
		reason, asset = ledger.ReceiptConfirmed, ledger.AgentReceivable
	}
	account, holder := a.counter()
	if err := a.post(tx, reason, ledger.Debit(asset, nil, r.Amount), ledger.Credit(account, holder, r.Amount)); err != nil {
		return err
	}
	switch {
	case r.Use == Suspense:
		return nil
	case a.statement.State == Issued:
		r.Use, r.Fee, r.Principal = Matched, a.statement.Fee, a.statement.Principal()
		return a.pay(tx, r, a.news, -r.Principal)
	}
	r.Use, r.Fee, r.Principal = Surplus, 0, r.Amount
	if err := move(tx, r.Member, -r.Amount, 0); err != nil {
		return err
	}
	if err := event.Append(tx, a.overpaid("receipt.overpaid")); err != nil || r.State == Prompted {
		return err
	}
	return insertCredits(tx, []billCredit{creditOf(*r)})
}

// settle is the agent's final word on a payment that counts already.
func (a *arrival) settle(tx *db.Tx) error {
	r := &a.receipt
	err := a.post(tx, ledger.ReceiptConfirmed, ledger.Debit(ledger.AgentReceivable, nil, r.Amount), ledger.Credit(ledger.AgentPrompt, nil, r.Amount))
	if err != nil {
		return err
	}
	switch r.Use {
	case Matched:
		return a.pay(tx, r, Confirm, 0)
	case Surplus: // it stands to the member's credit only now that it is certain (rule B15)
		return insertCredits(tx, []billCredit{creditOf(*r)})
	case Suspense:
	}
	return nil
}

// takeBack is a payment that was announced and did not come (rule B13): everything it did is undone, and a second payment
// of the same statement steps into its place.
func (a *arrival) takeBack(tx *db.Tx) error {
	r := &a.receipt
	account, holder := a.counter()
	if err := a.post(tx, ledger.ReceiptCancelled, ledger.Debit(account, holder, r.Amount), ledger.Credit(ledger.AgentPrompt, nil, r.Amount)); err != nil {
		return err
	}
	switch r.Use {
	case Suspense:
		return nil
	case Surplus:
		if err := move(tx, r.Member, r.Principal, 0); err != nil {
			return err
		}
		return event.Append(tx, a.overpaid("receipt.overpaid_cancelled"))
	case Matched:
	}
	if err := a.unpay(tx, r.Principal); err != nil {
		return err
	}
	if err := a.promote(tx); err != nil {
		return err
	}
	return a.blockIfLate(tx)
}

// promote lets a second payment of a statement, which so far stood to the member's credit, pay it after the first was
// taken back (rule B22). A credit that a later statement took already stays where it is.
func (a *arrival) promote(tx *db.Tx) error {
	second, found, err := selectSecond(tx, a.statement.ID, a.receipt.ID)
	if err != nil || !found {
		return err
	}
	news := Prompt
	if second.State == Confirmed {
		news = Confirm
		if err := withdrawCredit(tx, second.ID); err != nil {
			return err
		}
	}
	second.Use, second.Fee, second.Principal, second.Changed = Matched, a.statement.Fee, a.statement.Principal(), tx.Now()
	if err := a.pay(tx, &second, news, second.Fee); err != nil {
		return err
	}
	return updateReceipt(tx, second)
}

// pay moves the statement on as paid at a till, and what the member owes by unpaid. The first step returns the limit and
// lifts the block.
func (a *arrival) pay(tx *db.Tx, r *Receipt, on News, unpaid money.Yen) error {
	st := &a.statement
	first := st.State == Issued
	if err := st.step(on); err != nil {
		return err
	}
	st.PaidDay, st.PastDue = r.PaidDay, false
	if err := updateStatement(tx, *st); err != nil {
		return err
	}
	if first {
		if err := move(tx, st.Member, unpaid, -st.Store); err != nil {
			return err
		}
		if err := liftIfClear(tx, st.Member, a.account); err != nil {
			return err
		}
	}
	return event.Append(tx, st.fact("statement."+string(st.State), fault.Partner, byAgent, map[string]any{"receipt": r.ID, "paid_day": r.PaidDay}))
}

// unpay brings the statement back to be paid.
func (a *arrival) unpay(tx *db.Tx, principal money.Yen) error {
	st := &a.statement
	if err := st.step(Cancel); err != nil {
		return err
	}
	st.PaidDay = jst.Day{}
	if err := updateStatement(tx, *st); err != nil {
		return err
	}
	if err := move(tx, st.Member, principal, st.Store); err != nil {
		return err
	}
	return event.Append(tx, st.fact("statement.reopened", fault.Partner, byAgent, map[string]any{"receipt": a.receipt.ID}))
}

// blockIfLate makes a statement past due at once whose payment was taken back after the due day (rule B17).
func (a *arrival) blockIfLate(tx *db.Tx) error {
	st := &a.statement
	if st.State != Issued || !st.Due.Before(a.day) {
		return nil
	}
	return markLate(tx, []Statement{*st})
}

// step asks the table.
func (s *Statement) step(on News) error {
	to, verdict := StatementMachine.Next(s.State, on)
	if verdict != lifecycle.Moved {
		return &stepError{s.ID, s.State, on}
	}
	s.State = to
	return nil
}

// counter is the account against which money of the receipt is booked.
func (a *arrival) counter() (account ledger.Account, holder []byte) {
	if a.receipt.Use == Suspense {
		return ledger.Suspense, nil
	}
	return ledger.MemberReceivable, a.receipt.Member[:]
}

func (a *arrival) post(tx *db.Tx, reason ledger.Reason, lines ...ledger.Line) error {
	return ledger.Post(tx, ledger.Entry{Bucket: a.bucket, Reason: reason, Ref: a.receipt.ID[:], Day: a.day, Lines: lines})
}

// overpaid is the event by which a member is told of a second payment.
func (a *arrival) overpaid(kind string) event.Fact {
	r := a.receipt
	return event.Fact{
		Kind: kind, Subject: event.Subject(r.ID), Member: r.Member, Side: fault.Partner, Actor: byAgent,
		Data: map[string]any{"amount": r.Amount, "statement": r.Statement, "month": a.statement.Month, "state": r.State},
	}
}

// suspended is the event of a line that waits for a person.
func (a *arrival) suspended(out Outcome) event.Fact {
	subject := event.Subject(a.receipt.ID)
	if !a.slip.ID.IsZero() {
		subject = event.Subject(a.slip.Statement)
	}
	return event.Fact{
		Kind: "receipt.suspended", Subject: subject, Member: a.slip.Member, Side: fault.Partner, Actor: byAgent,
		Data: map[string]any{"reason": out.Reason, "amount": a.line.Amount, "kind": a.line.Kind, "receipt": out.Receipt},
	}
}

func creditOf(r Receipt) billCredit {
	return billCredit{member: r.Member, source: event.Subject(r.ID), amount: r.Amount, reason: PaidTwice}
}

// move changes what a locked account owes. What comes back can exceed the limit, because the member may have bought again
// meanwhile: that stops further purchases and nothing else, so the account's ceiling makes room for it first.
func move(tx *db.Tx, member id.Member, unpaid, store money.Yen) error {
	if unpaid > 0 {
		if err := credit.Restore(tx, member, unpaid); err != nil {
			return err
		}
	}
	return credit.Apply(tx, moved(member, unpaid, store)...)
}
