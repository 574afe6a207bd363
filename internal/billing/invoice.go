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
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Invoices: what is bought without membership is billed purchase by purchase. A capture without a month waits until the day
// after it, when [Billing.IssueInvoices] makes a [Statement] of it alone (rule I05); from there on it is a bill like any other:
// its slip, its receipts, its due day, its late charges. What its shop gives back before that lowers it, and what it gives back
// after that is taken by it like money (rule I07), so that nobody first pays for what they have sent back.

// The chains of receipts by which an invoice asks for less although no money came.
const (
	RefundChain   = "refund"      // the shop gave it back; the books have it as the refund
	WaivedChain   = "waived"      // a fee that is not asked for any more
	WriteOffChain = "written_off" // a loss of ours
)

// allowances are these chains in SQL.
const allowances = `'refund', 'waived', 'written_off'`

// Allowance tells whether no money came with the receipt.
func (r Receipt) Allowance() bool {
	return r.Chain == RefundChain || r.Chain == WaivedChain || r.Chain == WriteOffChain
}

// unbilled is a capture that waits for its invoice.
type unbilled struct {
	id      id.Capture
	payment id.Payment
	member  id.Member
	amount  money.Yen
	day     jst.Day
}

// IssueInvoices issues the invoices of captures of before a day, at most limit, and answers how many it looked at; it is run
// again until that is 0. Each is issued once, whatever crashes or runs beside it (rule I05).
func (b *Billing) IssueInvoices(tx *db.Tx, day jst.Day, limit int) (int, error) {
	waiting, err := selectUnbilled(tx, day, limit)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	members := make([]id.Member, len(waiting))
	for i, c := range waiting {
		members[i] = c.member
	}
	if _, err := credit.Lock(tx, members...); err != nil {
		return 0, err
	}
	slices.SortFunc(waiting, func(a, b unbilled) int { return cmp.Or(cmp.Compare(a.id.Bucket(), b.id.Bucket()), a.id.Compare(b.id)) })
	for _, c := range waiting {
		if err := b.issueInvoice(tx, c); err != nil {
			return 0, err
		}
	}
	return len(waiting), nil
}

// issueInvoice issues one, unless somebody was faster. The account is locked.
func (b *Billing) issueInvoice(tx *db.Tx, c unbilled) error {
	st := Statement{ID: id.In[id.StatementKind](tx, c.id.Bucket()), Member: c.member, Capture: c.id, Issued: tx.Now()}
	claimed, err := claimCapture(tx, c.id, st.ID)
	if err != nil || !claimed {
		return err
	}
	s := sums{member: c.member, purchases: c.amount}
	if s.refunds, err = claimRefunds(tx, c.payment, st.ID); err != nil {
		return err
	}
	credits, err := selectCredits(tx, []id.Member{c.member})
	if err != nil {
		return err
	}
	lates, err := selectLates(tx, []id.Member{c.member})
	if err != nil {
		return err
	}
	s.credits, s.lates = credits[c.member], lates[c.member]
	terms := b.Terms.Current()
	return write(tx, []Statement{drawInvoice(st, s, jst.DayOf(tx.Now()), terms)}, terms)
}

// drawInvoice makes the invoice of a capture: due so many days after its issue (rule I05). It is a function of its arguments.
func drawInvoice(st Statement, s sums, day jst.Day, terms term.Terms) Statement {
	st.Way, st.Due = Invoice, day.Add(InvoiceDays.On(terms, day))
	return fill(st, s, FeeInvoice.On(terms, day))
}

// InvoicePreview is what a purchase by invoice will be asked for: the amount with the fee, and how many days after its issue it
// is due.
func (b *Billing) InvoicePreview(day jst.Day, amount money.Yen) (total, fee money.Yen, days int) {
	terms := b.Terms.Current()
	fee, days = FeeInvoice.On(terms, day), InvoiceDays.On(terms, day)
	return amount + fee, fee, days
}

// TakeRefund takes a refund of a payment that is billed by invoice: it is checkout's hook, under the lock of the account. If no
// invoice of the payment is issued yet it answers false and does nothing. Otherwise the refund pays the invoice as money would;
// what the invoice does not need stands to the payer's credit, and when nothing of the purchase is left to pay for, the fee is
// not asked for any more either (rule I07). A payment that was captured in parts has several invoices: each takes what is left of
// its own part, those that still ask for something first.
func (b *Billing) TakeRefund(tx *db.Tx, p id.Payment, r id.Refund, amount money.Yen) (bool, error) {
	invoices, err := selectInvoicesOf(tx, p)
	if err != nil || len(invoices) == 0 {
		return false, err
	}
	locked, err := lockStatements(tx, invoices)
	if err != nil {
		return false, err
	}
	parts, err := share(tx, locked, amount)
	if err != nil {
		return false, err
	}
	for i, part := range parts {
		key := id.Hash("refund", r.String())
		if i > 0 {
			key = id.Hash("refund", r.String(), part.ID.String())
		}
		take := b.takeBack
		if part.regains {
			take, key = b.regain, id.Hash("regained", r.String(), part.ID.String())
		}
		receipt, err := take(tx, part, key)
		if err != nil {
			return false, err
		}
		if i == 0 {
			if err := updateRefundReceipt(tx, r, receipt.ID); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// takeBack lets a locked invoice take what is given back of it.
func (b *Billing) takeBack(tx *db.Tx, part givenBack, key []byte) (Receipt, error) {
	st := part.Statement
	l, err := leftOf(tx, st)
	if err != nil {
		return Receipt{}, err
	}
	if l.purchase <= part.amount && !st.WrittenOff {
		if st, err = b.waiveFee(tx, st, l, min(l.fee, st.Total-st.Received)); err != nil {
			return Receipt{}, err
		}
	}
	return b.allow(tx, st, RefundChain, part.amount, key)
}

// regain lets what is given back of a locked invoice make good what we had written off of it. The receipt's money is over, as nothing
// is asked for any more, and used in itself, so that no bill takes it off and nobody can have it sent back.
func (b *Billing) regain(tx *db.Tx, part givenBack, key []byte) (Receipt, error) {
	st, err := relock(tx, part.Statement) // it may have taken a part before
	if err != nil {
		return Receipt{}, err
	}
	r := allowance(tx, st, RefundChain, part.amount, key)
	r.used = part.amount
	if err := insertRegained(tx, r); err != nil {
		return Receipt{}, err
	}
	if r, err = b.takeAllowance(tx, st, r); err != nil {
		return Receipt{}, err
	}
	if err := move(tx, r.Member, part.amount, 0); err != nil {
		return Receipt{}, err
	}
	return r, r.postRecovered(tx, r.PaidDay, part.amount)
}

// waiveOfNothing stops asking for the fee of a locked invoice that is open again because a payment was taken back, if all that was
// bought went back meanwhile (rule I07).
func (b *Billing) waiveOfNothing(tx *db.Tx, st Statement) error {
	st, err := relock(tx, st)
	if err != nil || st.State != Issued || st.WrittenOff {
		return err
	}
	l, err := leftOf(tx, st)
	if err != nil || l.purchase > 0 {
		return err
	}
	_, err = b.waiveFee(tx, st, l, min(l.fee, st.Total-st.Received))
	return err
}

// waiveFee stops asking for so much of what is left of the fee of a locked invoice. It answers the invoice as it is then.
func (b *Billing) waiveFee(tx *db.Tx, st Statement, l left, fee money.Yen) (Statement, error) {
	if fee <= 0 {
		return st, nil
	}
	r, err := b.allow(tx, st, WaivedChain, fee, id.Hash("waived", st.ID.String(), l.fee.String()))
	if err != nil {
		return st, err
	}
	net, tax := money.TaxIncluded(fee, FeeTax.On(b.Terms.Current(), st.termsDay()))
	err = r.postAllowance(tx, fee, ledger.Debit(ledger.BillingFee, nil, net), ledger.Debit(ledger.ConsumptionTax, nil, tax))
	if err != nil {
		return st, err
	}
	return relock(tx, st)
}

// givenBack is what an invoice takes of a refund.
type givenBack struct {
	Statement

	amount  money.Yen
	regains bool // it makes a loss of ours good
}

// share divides a refund among the locked invoices of its payment, which are in the order of their issue: first the one that is being
// brought to nothing because it was not its payer's, then those that still ask for something. None takes more than is left of its
// purchase. What is over makes good what was written off of them; and what is over then, of parts whose invoice is to come, is the
// first one's and stands to the payer's credit.
func share(tx *db.Tx, locked []Statement, amount money.Yen) ([]givenBack, error) {
	turn := make(map[id.Statement]int, len(locked))
	for _, st := range locked {
		upheld, err := isCleared(tx, st)
		switch {
		case err != nil:
			return nil, err
		case upheld:
		case st.OpenPrincipal() > 0:
			turn[st.ID] = 1
		default:
			turn[st.ID] = 2
		}
	}
	slices.SortStableFunc(locked, func(a, b Statement) int { return cmp.Compare(turn[a.ID], turn[b.ID]) })
	var parts, losses []givenBack
	for _, st := range locked {
		l, err := leftOf(tx, st)
		if err != nil {
			return nil, err
		}
		if part := min(l.part, amount); part > 0 {
			parts = append(parts, givenBack{Statement: st, amount: part})
			amount -= part
		}
		if l.lost > 0 {
			losses = append(losses, givenBack{Statement: st, amount: l.lost, regains: true})
		}
	}
	for _, loss := range losses {
		if loss.amount = min(loss.amount, amount); loss.amount > 0 {
			parts = append(parts, loss)
			amount -= loss.amount
		}
	}
	switch {
	case amount == 0:
	case len(parts) == 0 || parts[0].regains:
		parts = slices.Insert(parts, 0, givenBack{Statement: locked[0], amount: amount})
	default:
		parts[0].amount += amount
	}
	return parts, nil
}

// isCleared tells whether a locked invoice is about to be brought to nothing: it was decided that it is not its payer's, and it still
// lies still.
func isCleared(tx *db.Tx, st Statement) (bool, error) {
	if !st.Awaited {
		return false, nil
	}
	d, err := disputeOf(tx, st)
	return d.State == DisputeUpheld, err
}

// left is what is left of an invoice.
type left struct {
	part     money.Yen // of its own part of the purchase: neither given back nor written off
	purchase money.Yen // the same, but no more than is left of the whole payment
	fee      money.Yen // of the fee: not waived
	lost     money.Yen // of what was written off because it was not its payer's: not given back since
	of       InvoiceOf
}

func leftOf(tx *db.Tx, st Statement) (left, error) {
	of, whole, err := selectInvoiceOf(tx, st)
	if err != nil {
		return left{}, err
	}
	receipts, err := selectReceipts(tx, st.ID)
	if err != nil {
		return left{}, err
	}
	regained, err := selectRegained(tx, st)
	l := left{part: st.Purchases - st.Refunds + regained, fee: st.Fee, lost: -regained, of: of}
	for _, r := range receipts {
		switch r.Chain {
		case WriteOffChain:
			l.part -= r.Amount
			l.lost += r.Amount
		case RefundChain:
			l.part -= r.Amount
		case WaivedChain:
			l.fee -= r.Amount
		}
	}
	l.part = max(l.part, 0)
	l.purchase = min(l.part, whole)
	return l, err
}

// relock answers a locked statement as it is now.
func relock(tx *db.Tx, st Statement) (Statement, error) {
	locked, err := lockStatements(tx, []Statement{st})
	if err != nil || len(locked) != 1 {
		return st, err
	}
	return locked[0], nil
}

// postAllowance books that less is owed, against other accounts; lines of nothing are left out.
func (r Receipt) postAllowance(tx *db.Tx, amount money.Yen, against ...ledger.Line) error {
	lines := []ledger.Line{ledger.Credit(ledger.MemberReceivable, r.Member[:], amount)}
	for _, l := range against {
		if l.Amount != 0 {
			lines = append(lines, l)
		}
	}
	return r.post(tx, ledger.InvoiceWaived, r.PaidDay, lines...)
}

// allow lets a locked invoice ask for so much less. It books nothing: who called does. key names it, so that it is made once.
func (b *Billing) allow(tx *db.Tx, st Statement, chain string, amount money.Yen, key []byte) (Receipt, error) {
	return b.takeAllowance(tx, st, allowance(tx, st, chain, amount, key))
}

func allowance(tx *db.Tx, st Statement, chain string, amount money.Yen, key []byte) Receipt {
	return Receipt{
		ID: id.In[id.ReceiptKind](tx, st.ID.Bucket()), Statement: st.ID, Member: st.Member, State: Confirmed, Use: Matched, Amount: amount,
		PaidDay: jst.DayOf(tx.Now()), PaidTime: "0000", Chain: chain, Created: tx.Now(), Changed: tx.Now(), tillKey: key,
	}
}

func (b *Billing) takeAllowance(tx *db.Tx, st Statement, r Receipt) (Receipt, error) {
	accounts, err := credit.Lock(tx, st.Member)
	if err != nil {
		return Receipt{}, err
	}
	after, err := b.settle(tx, accounts[st.Member], st, r, byClock)
	if err != nil {
		return Receipt{}, err
	}
	return after, insertReceipt(tx, after)
}

// InvoicesOf lists the invoices of a payment, the oldest first: one for each of its captures that is issued.
func InvoicesOf(tx *db.Tx, p id.Payment) ([]Statement, error) { return selectInvoicesOf(tx, p) }

// InvoiceOf is what an invoice's page and letters need besides the statement: whose purchase it is of.
type InvoiceOf struct {
	Payment  id.Payment
	Merchant id.Merchant
	OrderRef string
	Bought   jst.Day
}

// LoadInvoice answers an invoice in full, with the purchase that it is of.
func LoadInvoice(tx *db.Tx, member id.Member, statement id.Statement) (Detail, InvoiceOf, error) {
	d, err := LoadStatement(tx, member, statement)
	if err != nil {
		return Detail{}, InvoiceOf{}, err
	}
	of, _, err := selectInvoiceOf(tx, d.Statement)
	return d, of, err
}

// FindInvoice looks an invoice up by its id alone, for an operator. It gives NoInvoice for what is none.
func FindInvoice(tx *db.Tx, statement id.Statement) (Statement, error) {
	st, err := selectInvoice(tx, statement)
	return st, orNoInvoice(err)
}

// allowed is the fact of a change of an invoice by which nobody has paid.
func (s *settlement) allowed() (event.Fact, bool) {
	r := s.folded[s.changed]
	if !r.Allowance() {
		return event.Fact{}, false
	}
	return s.after.fact("statement.reduced", fault.Us, s.by, map[string]any{
		"receipt": r.ID, "by": r.Chain, "amount": r.Amount, "owed": s.after.Owed(), "over": r.Surplus - r.used,
	}), true
}

// InvoiceNamed finds an invoice by its reference, as its payer tells it by telephone. The fault is NoInvoice.
func InvoiceNamed(tx *db.Tx, reference id.Reference) (Statement, error) {
	all, err := selectByReferences(tx, []id.Reference{reference})
	switch {
	case err != nil:
		return Statement{}, err
	case len(all) == 0:
		return Statement{}, NoInvoice.New()
	}
	return FindInvoice(tx, all[0].ID)
}
