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
// not asked for any more either (rule I07).
func (b *Billing) TakeRefund(tx *db.Tx, p id.Payment, r id.Refund, amount money.Yen) (bool, error) {
	invoices, err := selectInvoicesOf(tx, p)
	if err != nil || len(invoices) == 0 {
		return false, err
	}
	locked, err := lockStatements(tx, invoices)
	if err != nil {
		return false, err
	}
	st := locked[0]
	for _, other := range locked[1:] { // captured in parts: the first that still asks for something
		if st.OpenPrincipal() == 0 && other.OpenPrincipal() > 0 {
			st = other
		}
	}
	if st, err = b.waiveFee(tx, st, amount); err != nil {
		return false, err
	}
	receipt, err := b.allow(tx, st, RefundChain, amount, id.Hash("refund", r.String()))
	if err != nil {
		return false, err
	}
	return true, updateRefundReceipt(tx, r, receipt.ID)
}

// waiveFee stops asking for the fee of a locked invoice, as far as nobody has paid it, if nothing is left that was bought once so
// much more is given back. It answers the invoice as it is then.
func (b *Billing) waiveFee(tx *db.Tx, st Statement, more money.Yen) (Statement, error) {
	rest, _, err := notGivenBack(tx, st)
	unpaid := min(st.Fee, st.Total-st.Received)
	if err != nil || rest > more || unpaid <= 0 || st.State != Issued {
		return st, err
	}
	r, err := b.allow(tx, st, WaivedChain, unpaid, id.Hash("waived", st.ID.String()))
	if err != nil {
		return st, err
	}
	net, tax := money.TaxIncluded(unpaid, FeeTax.On(b.Terms.Current(), st.termsDay()))
	err = r.postAllowance(tx, unpaid, ledger.Debit(ledger.BillingFee, nil, net), ledger.Debit(ledger.ConsumptionTax, nil, tax))
	if err != nil {
		return st, err
	}
	return relock(tx, st)
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
	accounts, err := credit.Lock(tx, st.Member)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{
		ID: id.In[id.ReceiptKind](tx, st.ID.Bucket()), Statement: st.ID, Member: st.Member, State: Confirmed, Use: Matched, Amount: amount,
		PaidDay: jst.DayOf(tx.Now()), PaidTime: "0000", Chain: chain, Created: tx.Now(), Changed: tx.Now(), tillKey: key,
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
	of, err := selectInvoiceOf(tx, d.Statement)
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
		"receipt": r.ID, "by": r.Chain, "amount": r.Amount, "owed": s.after.Owed(), "over": r.Surplus,
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
