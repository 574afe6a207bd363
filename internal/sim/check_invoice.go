package sim

import (
	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/jst"
	"tsuke/internal/sim/memory"
)

// invoiceDays is how many days after its issue an invoice is due: rule I05, written once more. Its fee is that of other bills.
const invoiceDays = 14

// byInvoice tells whether a bill is of one purchase without membership, and not of a month.
func byInvoice(b *memory.Statement) bool { return b.Capture != memory.ID{} }

// allowance tells whether an invoice asks for less by a receipt although no money came.
func allowance(r *memory.Receipt) bool {
	return r.Chain == "refund" || r.Chain == "waived" || r.Chain == "written_off"
}

// firstDue is when a bill was due before anybody disputed it.
func firstDue(b *memory.Statement) string {
	if !byInvoice(b) {
		return b.Due
	}
	return dayOf(b.Issued).Add(invoiceDays).String()
}

// layFor is by how many days a dispute that was decided has moved the due day of its invoice.
func layFor(d *memory.Dispute) int {
	if d == nil || d.State == "open" {
		return 0
	}
	return max(dayOf(d.Decided).Sub(dayOf(d.Opened)), 0)
}

// layStill are the days on which nothing was asked for of an invoice whose dispute is decided: they count for nothing.
func layStill(t *memory.Tables, b *memory.Statement) []outage {
	d := disputeOn(t, b)
	if layFor(d) == 0 {
		return nil
	}
	return []outage{{from: dayOf(d.Opened).Add(1), to: dayOf(d.Decided)}}
}

func disputeOn(t *memory.Tables, b *memory.Statement) *memory.Dispute {
	if !byInvoice(b) {
		return nil
	}
	return t.Disputes.Find(memory.Key{Bucket: b.Bucket, ID: b.ID})
}

// held tells whether somebody says that a bill is not theirs, and nobody has decided.
func held(t *memory.Tables, b *memory.Statement) bool {
	d := disputeOn(t, b)
	return d != nil && d.State == "open"
}

// checkIssuedInvoice is G11 of an invoice that was just issued: it is its capture less what was given back before and what stood to
// the payer's credit, on the day after at the earliest, due two weeks later, with the fee if anything is to be paid.
func (w *world) checkIssuedInvoice(t *memory.Tables, b *memory.Statement) {
	k := t.Captures.Find(memory.Key{Bucket: b.Bucket, ID: b.Capture})
	who := w.nameOf(b.Member)
	if k == nil || k.Member != b.Member || k.Invoice != b.ID || k.BillMonth != "" || b.Month != "" {
		w.breaks("G11", "an invoice over %d to %s is of no capture: %+v", b.Total, who, k)
		return
	}
	fee := int64(billFee)
	if b.Total == 0 {
		fee = 0
	}
	var back, used int64
	for _, r := range t.RefundsOf(k.Payment) {
		if r.Invoice == b.ID {
			back += r.Amount
		}
	}
	for _, c := range t.Credits.Rows() {
		if c.UsedIn == b.ID {
			used += c.Amount
		}
	}
	switch {
	case k.Day >= dayOf(b.Issued).String():
		w.breaks("G11", "what %s bought was captured on %s and is invoiced on the same day", who, k.Day)
	case b.Purchases != k.Amount || b.Refunds != back || b.Credits != used || b.Store != 0:
		w.breaks("G11", "%s's invoice says bought %d, refunded %d, credits %d; it was %d, %d and %d", who, b.Purchases, b.Refunds, b.Credits,
			k.Amount, back, used)
	case b.Way != "invoice" || b.Fee != fee || b.Due != firstDue(b) || b.Awaited || b.PastDue:
		w.breaks("G11", "%s's invoice over %d of %s is by %s, with a fee of %d, due on %s", who, b.Total, dayOf(b.Issued), b.Way, b.Fee, b.Due)
	}
}

// checkAllInvoiced is G11 of a night: what was captured by invoice before the day has its invoice.
func (w *world) checkAllInvoiced(day jst.Day) {
	if w.memory == nil {
		return
	}
	for _, k := range w.memory.Captures.Rows() {
		if k.BillMonth == "" && (k.Invoice == memory.ID{}) && k.Day < day.String() {
			w.breaks("G11", "%s bought by invoice, it was captured on %s, and on %s there is no invoice", w.nameOf(k.Member), k.Day, day)
		}
	}
}

// checkInvoices is G11, G13 and G24 of what is bought without membership: each capture is on an invoice of its own and on no month's
// bill, what was given back lowers one once, and nobody is asked to pay for what they have sent back.
func (w *world) checkInvoices(t *memory.Tables) {
	if w.invoicing.guests == 0 {
		return
	}
	c := w.checker
	c.bought = differ(c.bought, t.Captures.Rows(), func(k *memory.Capture, sign int64) {
		if sign > 0 {
			w.checkCaptured(t, k)
		}
	})
	c.back = differ(c.back, t.Refunds.Rows(), func(r *memory.Refund, sign int64) {
		if sign > 0 {
			w.checkBack(t, r)
		}
	})
	c.invoices = differ(c.invoices, t.Bills.Rows(), func(b *memory.Statement, sign int64) {
		if sign > 0 && byInvoice(b) {
			w.checkInvoice(t, b)
		}
	})
}

func (w *world) checkCaptured(t *memory.Tables, k *memory.Capture) {
	p := paymentRow(t, k.Payment)
	invoice := k.Invoice != memory.ID{}
	if p.Invoice != (k.BillMonth == "") || invoice && !p.Invoice {
		w.breaks("G11", "order %s is by invoice: %v, and %d yen of it are billed in %q", p.OrderRef, p.Invoice, k.Amount, k.BillMonth)
	}
	if !invoice {
		return
	}
	if b := t.Bills.Find(memory.Key{Bucket: k.Bucket, ID: k.Invoice}); b == nil || b.Capture != k.ID {
		w.breaks("G11", "%d yen of order %s name an invoice, which is of something else", k.Amount, p.OrderRef)
	}
}

// checkBack wants a refund to be counted by the invoice that is to come, or to be taken by one that is there, and not both.
func (w *world) checkBack(t *memory.Tables, r *memory.Refund) {
	p := paymentRow(t, r.Payment)
	counted, taken := r.Invoice != memory.ID{}, r.Receipt != memory.ID{}
	if p.Invoice != (r.BillMonth == "") || (counted || taken) && !p.Invoice || counted && taken {
		w.breaks("G11", "%d yen of order %s (by invoice: %v) went back, in the month %q, before its invoice: %v, after it: %v", r.Amount, p.OrderRef,
			p.Invoice, r.BillMonth, counted, taken)
	}
}

// checkInvoice looks at an invoice that has changed.
func (w *world) checkInvoice(t *memory.Tables, b *memory.Statement) {
	k := t.Captures.Find(memory.Key{Bucket: b.Bucket, ID: b.Capture})
	p := paymentRow(t, k.Payment)
	var took, given int64 // by refunds, and by receipts of them
	alone := len(t.CapturesOf(p.ID)) == 1
	for _, r := range t.RefundsOf(p.ID) {
		switch {
		case r.Receipt != memory.ID{}:
			took += r.Amount
		case r.Invoice == memory.ID{}:
			w.breaks("G13", "%d yen of order %s went back, and its invoice still asks for them", r.Amount, p.OrderRef)
		}
	}
	reduced := 0
	for _, c := range t.CapturesOf(p.ID) {
		for _, r := range t.ReceiptsOf(c.Invoice) {
			if r.Chain == "refund" && (c.Invoice != memory.ID{}) {
				given += r.Amount
			}
		}
	}
	for _, r := range t.ReceiptsOf(b.ID) {
		if allowance(r) {
			reduced++
		}
	}
	paid := paidOf(t, b)
	asked := b.Total - paid.principal - paid.fee
	for _, r := range t.ReceiptsOf(b.ID) { // what another bill has taken off is not there any more
		if k := t.Credits.Find(memory.Key{Bucket: r.Bucket, ID: r.ID}); k != nil && k.State == "used" {
			asked -= k.Amount
		}
	}
	switch {
	case took != given:
		w.breaks("G13", "%d yen of order %s went back after its invoice, and invoices ask for %d less", took, p.OrderRef, given)
	case count(t, b.ID, "statement.reduced") != reduced:
		w.breaks("G24", "%s's invoice asks for less for %d reasons, and %d facts say so", w.nameOf(b.Member), reduced, count(t, b.ID, "statement.reduced"))
	case alone && p.Refunded == p.Captured && asked > b.Lates && len(t.WriteOffsOf(b.ID)) == 0:
		w.breaks("G13", "all of order %s went back, and %s is still asked for %d yen", p.OrderRef, w.nameOf(b.Member), asked)
	case purchaseLeft(t, b) < -givenAhead(t, b):
		w.breaks("G13", "%s's invoice is of %d yen, and %d more were given back or written off", w.nameOf(b.Member), b.Purchases-b.Refunds, -purchaseLeft(t, b))
	case b.Awaited != held(t, b):
		w.breaks("G12", "%s's invoice lies still: %v; somebody says that it is not theirs: %v", w.nameOf(b.Member), b.Awaited, held(t, b))
	}
}

// purchaseLeft is what is left of the purchase of an invoice: neither given back nor written off. What was written off and then given
// back counts once.
func purchaseLeft(t *memory.Tables, b *memory.Statement) int64 {
	left := b.Purchases - b.Refunds
	for _, r := range t.ReceiptsOf(b.ID) {
		if r.Chain != "refund" && r.Chain != "written_off" {
			continue
		}
		left -= r.Amount
		if t.Regained.Find(memory.Key{Bucket: r.Bucket, ID: r.ID}) != nil {
			left += r.Amount
		}
	}
	return left
}

// givenAhead is the most that an invoice may have taken of parts of its purchase whose own invoices came later.
func givenAhead(t *memory.Tables, b *memory.Statement) int64 {
	var first, ahead int64
	for _, r := range t.ReceiptsOf(b.ID) {
		if r.Chain == "refund" && (first == 0 || r.Created < first) {
			first = r.Created
		}
	}
	k := t.Captures.Find(memory.Key{Bucket: b.Bucket, ID: b.Capture})
	for _, c := range t.CapturesOf(k.Payment) {
		if other := t.Bills.Find(memory.Key{Bucket: c.Bucket, ID: c.Invoice}); c.ID != b.Capture && (other == nil || other.Issued > first) {
			ahead += c.Amount
		}
	}
	return ahead
}

// checkDisputes is G12 and G24 of invoices that somebody says are not theirs: nothing is asked for until a person has decided, the days
// until then count for nothing, and facts tell of each step.
func (w *world) checkDisputes(t *memory.Tables) {
	for _, d := range t.Disputes.Rows() {
		b := t.Bills.Find(memory.Key{Bucket: d.Bucket, ID: d.Statement})
		if b == nil || b.Member != d.Member || !byInvoice(b) {
			w.breaks("G13", "somebody says that a bill is not theirs, and it is no invoice: %+v", b)
			continue
		}
		upheld, rejected := 0, 0
		due := must(jst.ParseDay(firstDue(b))).Add(layFor(d)).String()
		switch d.State {
		case "upheld":
			upheld = 1
		case "rejected":
			rejected = 1
		}
		if b.Awaited != (d.State == "open") || b.Awaited && b.PastDue || b.Due != due {
			w.breaks("G12", "%s's invoice of %s is %s since %s until %s; it lies still: %v, is late: %v, and due on %s", w.nameOf(b.Member),
				dayOf(b.Issued), d.State, dayOf(d.Opened), dayOf(d.Decided), b.Awaited, b.PastDue, b.Due)
		}
		if count(t, b.ID, "statement.disputed") != 1 || count(t, b.ID, "statement.dispute_upheld") != upheld ||
			count(t, b.ID, "statement.dispute_rejected") != rejected {
			w.breaks("G24", "that %s's invoice is not theirs is %s, and facts tell otherwise", w.nameOf(b.Member), d.State)
		}
	}
	for _, m := range w.members[w.plan.members:] {
		late := false
		for _, b := range t.Bills.Rows() {
			late = late || b.PastDue && b.Member == memory.ID(m.id)
		}
		a := t.Accounts.Find(memory.Key{Bucket: int64(m.id.Bucket()), ID: memory.ID(m.id)})
		if credit.Block(a.Blocks)&credit.PastDue != 0 != late {
			w.breaks("G12", "%s has a bill past due: %v, and the account's blocks are %d", m.name, late, a.Blocks)
		}
	}
}

// judgeDispute is G12 and G13 of what was just said or decided about an invoice.
func (w *world) judgeDispute(t *memory.Tables, d *memory.Dispute) {
	b := t.Bills.Find(memory.Key{Bucket: d.Bucket, ID: d.Statement})
	if b == nil || d.State != "upheld" {
		return // what else there is to see stays to be seen
	}
	k := t.Captures.Find(memory.Key{Bucket: b.Bucket, ID: b.Capture})
	var cash, over, fee, spent int64 // spent was over, and has paid another bill
	for _, r := range t.ReceiptsOf(b.ID) {
		for _, c := range t.Credits.Rows() {
			if c.Source == r.ID && c.State == "used" && c.UsedIn != b.ID && c.UsedIn != r.ID {
				spent += c.Amount
			}
		}
		switch {
		case !counts(r):
			continue
		case !allowance(r):
			cash += r.Amount
		case r.Chain == "waived":
			fee += r.Amount
		}
		over += r.Surplus
	}
	paid := paidOf(t, b)
	owed := b.Total + standing(t, b) - b.Moved - paid.principal - paid.fee - paid.late
	rest := purchaseLeft(t, b) // something if it was given back with another part of it
	who := w.nameOf(b.Member)
	switch {
	case rest != 0 && len(t.CapturesOf(k.Payment)) == 1:
		w.breaks("G13", "of %s's invoice, which was not theirs, %d of %d yen are left", who, rest, b.Purchases-b.Refunds)
	case fee != b.Fee || standing(t, b) != 0:
		w.breaks("G12", "%s's invoice was not theirs; of the fee of %d yen %d are asked for, and %d for being late", who, b.Fee, b.Fee-fee, standing(t, b))
	case over != max(cash+b.Credits-b.Lates-rest, spent, 0) || owed-over != b.Lates+rest-cash-b.Credits:
		w.breaks("G13", "%s paid %d, and %d stood to the credit, for what was not theirs; %d are owed and %d are over", who, cash, b.Credits, owed, over)
	}
}

// judgeCharged is G12 of a charge that was just made: its bill is not disputed, and its day is of a month after the due day's.
func (w *world) judgeCharged(t *memory.Tables, k *memory.Charge) {
	b := t.Bills.Find(memory.Key{Bucket: k.Bucket, ID: k.Statement})
	if held(t, b) || byInvoice(b) && k.Day[:7] <= b.Due[:7] {
		w.breaks("G12", "%s's invoice, due on %s, is charged for %s; somebody says that it is not theirs: %v", w.nameOf(b.Member), b.Due, k.Day, held(t, b))
	}
}

// checkDisputeList is G17 of what waits for a person's decision: the list has all of it, and nothing else.
func (w *world) checkDisputeList(list []billing.Dispute) {
	open := 0
	for _, d := range w.rows().Disputes.Rows() {
		if d.State == "open" {
			open++
		}
	}
	if open != len(list) {
		w.breaks("G17", "%d invoices are said not to be their payers', and %d are listed for a person", open, len(list))
	}
}

// usedElsewhere is what the other account of a guest's person uses, and whether something is past due there (rule I04).
func (w *world) usedElsewhere(t *memory.Tables, who memory.ID) (exposure int64, late bool) {
	isGuest := func(m *member) bool {
		return t.Payers.Find(memory.Key{Bucket: int64(m.id.Bucket()), ID: memory.ID(m.id)}).State == "guest"
	}
	for _, m := range w.members[w.plan.members:] {
		twin := m.guest.twin
		if memory.ID(m.id) != who || twin == nil || !isGuest(m) || !isGuest(twin) {
			continue
		}
		for _, b := range t.Bills.Rows() {
			late = late || b.PastDue && b.Member == memory.ID(twin.id)
		}
		held, unpaid := used(t, memory.ID(twin.id))
		return held + max(unpaid, 0), late
	}
	return 0, false
}
