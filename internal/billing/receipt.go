package billing

import (
	"cmp"
	"slices"

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
	told      id.Receipt // the line's own receipt, if an operator's match made another carry its money on
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
		if out, err = a.apply(tx, b); err != nil {
			return Outcome{}, err
		}
		if !a.told.IsZero() {
			out.Receipt = a.told
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
	carried, moved, err := selectCarried(tx, a.bucket, l.tillKey())
	if err != nil {
		return nil, err
	}
	if moved {
		return a, a.follow(tx, carried)
	}
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
	if a.receipt.State == MovedOn { // while this waited for the lock: the next try follows it
		return nil, db.ErrSerialization
	}
	return a, nil
}

// unheard is the receipt of a payment that no line has told of before.
func (a *arrival) unheard(tx *db.Tx) Receipt {
	l := a.line
	r := Receipt{
		ID: id.In[id.ReceiptKind](tx, a.bucket), Slip: a.slip.ID, Statement: a.slip.Statement, Member: a.slip.Member,
		State: Unheard, Use: Matched, Reason: a.odd, Amount: l.Amount, PaidDay: l.Day, PaidTime: printable(l.Time, 8),
		Chain: chainTold(l.Chain), Store: printable(l.Store, 32), Created: tx.Now(), tillKey: l.tillKey(),
	}
	if a.odd != "" {
		r.Use = Suspense
	}
	return r
}

// chainTold is a chain's code as an agent's file has it. The words for money that no till took are not for it to use.
func chainTold(code string) string {
	code = printable(code, 16)
	if slices.Contains([]string{DebitChain, TransferChain, RefundChain, WaivedChain, WriteOffChain}, code) {
		return "?"
	}
	return code
}

// apply moves the receipt as the line says and does what follows from it.
func (a *arrival) apply(tx *db.Tx, b *Billing) (Outcome, error) {
	out := Outcome{Number: a.line.Number, Receipt: a.receipt.ID, Statement: a.receipt.Statement}
	was := a.receipt.State
	to, verdict := ReceiptMachine.Next(was, a.news)
	if verdict != lifecycle.Moved {
		out.Result, out.Reason = unmoved(was, a.news)
		return out, nil
	}
	a.receipt.State, a.receipt.Changed = to, tx.Now()
	if err := a.book(tx, was, to); err != nil {
		return Outcome{}, err
	}
	if a.receipt.Use != Suspense {
		after, err := b.settle(tx, a.account, a.statement, a.receipt, byAgent)
		if err != nil {
			return Outcome{}, err
		}
		a.receipt = after
	}
	out.Result, out.Reason = resultOf(a.receipt)
	if a.fresh {
		return out, insertReceipt(tx, a.receipt)
	}
	if err := updateReceipt(tx, a.receipt); err != nil || to.Live() || !a.statement.ByInvoice() {
		return out, err
	}
	return out, b.waiveOfNothing(tx, a.statement)
}

// unmoved says what a line means that the machine has no step for: a contradiction waits for a person, the rest is old
// news (rule B13).
func unmoved(state ReceiptState, on News) (Result, Reason) {
	if (state == Confirmed || state == SentBack) && on == Cancel {
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
	case r.Surplus > 0:
		return Over, ""
	}
	return Applied, ""
}

// book writes down that money came, became certain, or did not come after all. Whose it is does not depend on what it pays:
// the whole of it stands against what the member owes.
func (a *arrival) book(tx *db.Tx, was, to ReceiptState) error {
	amount := a.receipt.Amount
	account, holder := a.counter()
	switch {
	case to.Live() && was.Live():
		return a.post(tx, ledger.ReceiptConfirmed, ledger.Debit(ledger.AgentReceivable, nil, amount), ledger.Credit(ledger.AgentPrompt, nil, amount))
	case to == Confirmed:
		return a.post(tx, ledger.ReceiptConfirmed, ledger.Debit(a.receipt.payingAccount(), nil, amount), ledger.Credit(account, holder, amount))
	case to == Prompted:
		return a.post(tx, ledger.ReceiptPrompt, ledger.Debit(ledger.AgentPrompt, nil, amount), ledger.Credit(account, holder, amount))
	case was.Live():
		return a.post(tx, ledger.ReceiptCancelled, ledger.Debit(account, holder, amount), ledger.Credit(ledger.AgentPrompt, nil, amount))
	}
	return nil
}

// settlement is what a change of one receipt makes of its statement.
type settlement struct {
	account *credit.Account
	before  Statement
	after   Statement
	all     []Receipt // as they were, the changed one included as it is now
	folded  []Receipt // as they are
	changed int       // which one is new or has moved, or none
	day     jst.Day
	by      string // whose word it is: the agent's, a bank's, or the number of a member of staff
}

// none is the changed receipt of a statement that asks for less although no receipt has changed.
const none = -1

// settle folds everything that came in for a locked statement anew after one receipt changed, and does what follows: the
// limit returns or is taken again, the block is lifted or set, money that is over stands to the member's credit. It answers
// the changed receipt with its parts; who called stores it.
func (b *Billing) settle(tx *db.Tx, account *credit.Account, st Statement, changed Receipt, by string) (Receipt, error) {
	all, err := selectReceiptsToFold(tx, st.ID)
	if err != nil {
		return Receipt{}, err
	}
	if i := slices.IndexFunc(all, changed.same); i < 0 {
		all = append(all, changed)
	} else {
		changed.keepParts(all[i])
		all[i] = changed
	}
	slices.SortStableFunc(all, inTurn)
	s := settlement{account: account, before: st, by: by, changed: slices.IndexFunc(all, changed.same)}
	if err := b.fold(tx, &s, all); err != nil {
		return Receipt{}, err
	}
	return s.folded[s.changed], nil
}

// refold folds everything that came in for a locked statement anew because it asks for less than it did. Who called tells why.
func (b *Billing) refold(tx *db.Tx, st Statement) error {
	accounts, err := credit.Lock(tx, st.Member)
	if err != nil {
		return err
	}
	all, err := selectReceiptsToFold(tx, st.ID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, inTurn)
	return b.fold(tx, &settlement{account: accounts[st.Member], before: st, by: byClock, changed: none}, all)
}

// fold lets receipts pay the statement in turn, and does what follows.
func (b *Billing) fold(tx *db.Tx, s *settlement, all []Receipt) (err error) {
	s.day, s.all, s.folded = jst.DayOf(tx.Now()), all, slices.Clone(all)
	s.after = allocate(s.before, s.folded)
	s.after.State = s.after.standing()
	if s.after.Late, err = b.waiveUndue(tx, s.after, s.folded); err != nil {
		return err
	}
	s.after = allocate(s.after, s.folded)
	for _, step := range []func(*db.Tx) error{s.moveStatement, s.moveReceipts, s.moveAccount, s.recover, s.tell, s.moveBlock} {
		if err := step(tx); err != nil {
			return err
		}
	}
	if s.before.State != Issued && s.after.State == Issued {
		if err := b.payableAgain(tx, s.after); err != nil {
			return err
		}
	}
	if b.Follow != nil && s.before.State != s.after.State {
		return b.Follow(tx, s.after)
	}
	return nil
}

// moveStatement brings the statement where its money says, by the table, and closes its slips when it is paid.
func (s *settlement) moveStatement(tx *db.Tx) error {
	st := &s.after
	st.State = s.before.State
	for _, on := range s.before.news(st.standing()) {
		if err := st.step(on); err != nil {
			return err
		}
	}
	if st.State != Issued {
		st.PastDue = false
	} else {
		st.PaidDay = jst.Day{}
	}
	if err := updateStatement(tx, *st); err != nil {
		return err
	}
	if s.before.State != Paid && st.State == Paid {
		return closeSlips(tx, st.ID)
	}
	return nil
}

// moveReceipts stores the other receipts whose parts are not what they were, and what is over of those that are certain.
func (s *settlement) moveReceipts(tx *db.Tx) error {
	for i, r := range s.folded {
		if i != s.changed && !r.sameParts(s.all[i]) {
			r.Changed = tx.Now()
			if err := updateReceipt(tx, r); err != nil {
				return err
			}
		}
		if r.State != Confirmed || i != s.changed && r.Surplus == s.all[i].Surplus {
			continue
		}
		var err error
		if r.Surplus > 0 {
			err = giveCredit(tx, creditOf(r)) // only now that it is certain (rule B15)
		} else {
			err = withdrawCredit(tx, r.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moveAccount changes what the member owes of the limit by what is paid of principals now and was not before. What was
// bought in stores returns to the stores' limit with its statement.
func (s *settlement) moveAccount(tx *db.Tx) error {
	var unpaid, store money.Yen
	for i, r := range s.folded {
		unpaid += s.all[i].Principal + s.all[i].Surplus - r.Principal - r.Surplus
	}
	switch was, is := s.before.State == Issued, s.after.State == Issued; {
	case was && !is:
		store = -s.after.Store
	case !was && is:
		store = s.after.Store
	}
	if unpaid == 0 && store == 0 {
		return nil
	}
	return move(tx, s.after.Member, unpaid, store)
}

// moveBlock lifts the block with the last statement that was past due, and makes one past due at once whose payment was
// taken back after the due day (rule B17).
func (s *settlement) moveBlock(tx *db.Tx) error {
	st := s.after
	switch {
	case st.WrittenOff: // a person lifts that block
		return nil
	case st.State != Issued && s.before.State == Issued:
		return liftIfClear(tx, st.Member, s.account)
	case st.State == Issued && s.before.State != Issued && !st.Awaited && st.Due.Before(s.day):
		return markLate(tx, []Statement{st})
	}
	return nil
}

// tell writes the facts: where the statement stands now, and money of the changed receipt that is over or no longer is.
func (s *settlement) tell(tx *db.Tx) error {
	if s.changed == none {
		return nil
	}
	st, r, was := s.after, s.folded[s.changed], s.all[s.changed]
	var facts []event.Fact
	if fact, yes := s.allowed(); yes { // nobody has paid: the shop's refund, or the decision, is told by who made it
		return event.Append(tx, fact)
	}
	payer := s.payer()
	data := map[string]any{"receipt": payer.ID, "paid_day": payer.PaidDay}
	switch {
	case st.WrittenOff && st.Received != s.before.Received && st.State == Issued: // nothing is asked for, whatever comes or goes
		data["amount"], data["received"], data["written"] = st.Received-s.before.Received, st.Received, st.Written()
		facts = append(facts, st.fact("statement.recovered", s.side(), s.by, data))
	case st.State == Issued && s.before.State != Issued:
		facts = append(facts, st.fact("statement.reopened", s.side(), s.by, map[string]any{"receipt": r.ID}))
	case st.State != s.before.State || st.State != Issued && payer.ID != r.ID: // rule B22
		facts = append(facts, st.fact("statement."+string(st.State), s.side(), s.by, data))
	case st.Received > s.before.Received && st.State == Issued:
		data["received"], data["owed"] = st.Received, st.Owed()
		facts = append(facts, st.fact("statement.part_paid", s.side(), s.by, data))
	}
	for i, r := range s.folded {
		if s.all[i].Surplus == 0 && r.Surplus > 0 {
			facts = append(facts, r.overpaid(st, "receipt.overpaid", r.Surplus))
		}
	}
	if was.Surplus > 0 && !r.State.Live() {
		facts = append(facts, r.overpaid(st, "receipt.overpaid_cancelled", was.Surplus))
	}
	return event.Append(tx, facts...)
}

// side is whose word moved the money.
func (s *settlement) side() fault.Side {
	if s.by == byAgent || s.by == byBank {
		return fault.Partner
	}
	return fault.Us
}

// payer is the receipt that moved the statement: the one that changed, or if that was taken back the one that steps into
// its place.
func (s *settlement) payer() Receipt {
	changed := s.folded[s.changed]
	if changed.State.Live() {
		return changed
	}
	for i, r := range s.folded {
		if r.paid() > s.all[i].paid() {
			return r
		}
	}
	return changed
}

// paid is the part of a receipt that pays its statement.
func (r Receipt) paid() money.Yen { return r.Principal + r.Fee + r.Late }

// inTurn is the order in which receipts pay their statement: first those of which another bill has taken off a part, because what
// is left of them cannot stand to the credit any more; then those that pay already, of its total before of its late charges,
// then what is certain before what is only reported, then as they were told of (rule B22). When they were told is no help
// among those that pay: clocks jump back, and one that pays late charges must not step before the one that pays the total.
func inTurn(a, b Receipt) int {
	turn := func(r Receipt) int {
		switch {
		case r.used > 0 && r.used < r.Amount:
			return -1
		case r.Principal+r.Fee > 0:
			return 0
		case r.Late > 0:
			return 1
		case r.State == Confirmed:
			return 2
		}
		return 3
	}
	return cmp.Compare(turn(a), turn(b))
}

func (r Receipt) same(o Receipt) bool { return r.ID == o.ID }

// keepParts takes over what a receipt paid before it changed.
func (r *Receipt) keepParts(was Receipt) {
	r.Use, r.Principal, r.Fee, r.Late, r.Surplus, r.used = was.Use, was.Principal, was.Fee, was.Late, was.Surplus, was.used
}

// sameParts tells whether two states of a receipt pay the same.
func (r Receipt) sameParts(o Receipt) bool {
	return r.Use == o.Use && r.Principal == o.Principal && r.Fee == o.Fee && r.Late == o.Late && r.Surplus == o.Surplus
}

// news lists what the table has to be told so that a statement stands in a state. Where one payment steps into the place
// of another that was taken back (rule B22), nothing moves.
func (s Statement) news(to State) []News {
	switch {
	case s.State == to:
		return nil
	case to == Paid:
		return []News{Confirm}
	case to == Confirming:
		return []News{Prompt}
	}
	return []News{Cancel}
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
	return a.receipt.post(tx, reason, a.day, lines...)
}

// overpaid is the event by which a member is told of money that a statement did not need.
func (r Receipt) overpaid(st Statement, kind string, amount money.Yen) event.Fact {
	return event.Fact{
		Kind: kind, Subject: event.Subject(r.ID), Member: r.Member, Side: fault.Partner, Actor: byAgent,
		Data: map[string]any{"amount": amount, "statement": r.Statement, "month": st.Month, "state": r.State},
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
	return billCredit{member: r.Member, source: event.Subject(r.ID), amount: r.Surplus, reason: PaidTwice}
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
