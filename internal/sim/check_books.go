package sim

import (
	"tsuke/internal/jst"
	"tsuke/internal/sim/memory"
)

// books are sums over all rows, kept by looking at those that are new or changed only. They are added up from entries on one side
// and from purchases, bills, charges and receipts on the other, and compared at every midnight and with all other checks.
type books struct {
	lines, captures, refunds, bills, origins int // rows that were added

	total    int64            // of all entries: debits less credits
	accounts map[string]int64 // of all entries, by account
	tabs     map[memory.ID]*tab
	receipts []*memory.Receipt // as they were added
	charges  []*memory.Charge
	returns  []*memory.Decision
	given    []*memory.Statement // that are given up, or once were
	came     came
	wanted   []*memory.CreditReturn
	regained []*memory.Regained
}

// tab is what a member owes: what the books say, and what was bought less what was given back, fees and late charges, less what
// was paid and what of bills that were given up is not paid. What was paid too much and goes back is owed again.
type tab struct{ booked, bought, billed, charged, paid, given, back int64 }

// came is what came in, by what became of it, in yen.
type came struct {
	matched, surplus, suspense, returned, sent, prompted, moved, carried int64

	transferred, wanted, wantedSent int64 // into our account; of the surplus, what members want back, and what of it was sent
}

func (b *books) tab(member memory.ID) *tab {
	if b.tabs[member] == nil {
		b.tabs[member] = &tab{}
	}
	return b.tabs[member]
}

// follow adds what is new or has changed.
func (b *books) follow(t *memory.Tables) {
	for _, l := range t.Lines.Rows()[b.lines:] {
		b.total += l.Amount
		b.accounts[l.Account] += l.Amount
		if l.Account == "member_receivable" {
			b.tab(l.Holder).booked += l.Amount
		}
	}
	for _, k := range t.Captures.Rows()[b.captures:] {
		b.tab(k.Member).bought += k.Amount
	}
	for _, r := range t.Refunds.Rows()[b.refunds:] {
		b.tab(r.Member).bought -= r.Amount
	}
	for _, s := range t.Bills.Rows()[b.bills:] {
		b.tab(s.Member).billed += s.Fee
	}
	for _, o := range t.Origins.Rows()[b.origins:] {
		b.came.carried += t.Receipts.Find(memory.Key{Bucket: o.SourceBucket, ID: o.Source}).Amount
	}
	b.lines, b.captures, b.refunds, b.bills, b.origins = t.Lines.Len(), t.Captures.Len(), t.Refunds.Len(), t.Bills.Len(), t.Origins.Len()
	b.charges = differ(b.charges, t.Charges.Rows(), func(k *memory.Charge, sign int64) {
		if k.State == "charged" {
			b.tab(k.Member).charged += sign * k.Amount
		}
	})
	b.receipts = differ(b.receipts, t.Receipts.Rows(), b.addReceipt)
	b.given = differ(b.given, t.Bills.Rows(), func(s *memory.Statement, sign int64) {
		if s.WrittenOff {
			b.tab(s.Member).given += sign * (s.Total + s.Late - s.Moved - s.Received)
		}
	})
	b.wanted = differ(b.wanted, t.CreditReturns.Rows(), func(k *memory.CreditReturn, sign int64) {
		b.tab(k.Member).back += sign * k.Amount
		b.came.wanted += sign * k.Amount
		if k.PaidDay != "" {
			b.came.wantedSent += sign * k.Amount
		}
	})
	b.regained = differ(b.regained, t.Regained.Rows(), func(g *memory.Regained, sign int64) {
		b.tab(g.Member).back += sign * g.Amount
	})
	b.returns = differ(b.returns, t.Decisions.Rows(), func(d *memory.Decision, sign int64) {
		if d.PaidDay != "" {
			b.came.sent += sign * t.Receipts.Find(memory.Key{Bucket: d.Bucket, ID: d.Receipt}).Amount
		}
	})
}

// addReceipt adds a receipt to what came in, or takes it out again.
func (b *books) addReceipt(r *memory.Receipt, sign int64) {
	amount := sign * r.Amount
	switch {
	case r.State == "cancelled" || r.Chain == "refund": // the refund says it
		return
	case allowance(r):
		b.tab(r.Member).paid += amount
		return
	case r.State == "moved":
		b.came.moved += amount
		return
	case r.State == "returned":
		b.came.returned += amount
	case r.Use == "suspense":
		b.came.suspense += amount
	default:
		b.came.matched += sign * (r.Principal + r.Fee + r.Late)
		b.came.surplus += sign * r.Surplus
		b.tab(r.Member).paid += sign * (r.Principal + r.Fee + r.Late + r.Surplus)
	}
	if r.State == "prompt" {
		b.came.prompted += amount
	}
	if byTransfer(r) {
		b.came.transferred += amount
	}
}

// differ takes out each row that was replaced and adds what is in its place. Rows are never deleted.
func differ[R any](known, rows []*R, add func(r *R, sign int64)) []*R {
	for i, r := range rows {
		switch {
		case i == len(known):
			known = append(known, r)
		case known[i] == r:
			continue
		default:
			add(known[i], -1)
			known[i] = r
		}
		add(r, 1)
	}
	return known
}

// checkSums is G04 and G13 of every yen: debits are credits, what each member owes follows from purchases, refunds, fees, late
// charges and payments, and all that came in was matched, stands to a credit, waits in suspense or is sent back.
func (w *world) checkSums(t *memory.Tables) {
	b := &w.checker.books
	b.follow(t)
	if b.total != 0 {
		w.breaks("G04", "debits exceed credits by %d", b.total)
	}
	for _, m := range w.members {
		s := b.tab(memory.ID(m.id))
		if owed := s.bought + s.billed + s.charged - s.paid - s.given + s.back; s.booked != owed {
			w.breaks("G04", "the books say that %s owes %d; it adds up to %d", m.name, s.booked, owed)
		}
	}
	c, a := b.came, b.accounts
	all := c.matched + c.surplus + c.suspense + c.returned
	switch {
	case a["agent_receivable"]+a["agent_prompt"] != all-c.transferred || a["agent_prompt"] != c.prompted:
		w.breaks("G13", "the agent and the banks owe %d and have reported %d, by the books; receipts say %+v", a["agent_receivable"], a["agent_prompt"], c)
	case -a["suspense"] != c.suspense:
		w.breaks("G13", "in suspense are %d by the books, and receipts of %d", -a["suspense"], c.suspense)
	case -a["returns_payable"] != c.returned-c.sent+c.wanted-c.wantedSent || a["bank"] != c.transferred-c.sent-c.wantedSent:
		w.breaks("G13", "of %d that were to be sent back, and %d that were, beside %d that came into our account, the books say %d and %d",
			c.returned+c.wanted, c.sent+c.wantedSent, c.transferred, -a["returns_payable"], a["bank"])
	case c.moved != c.carried:
		w.breaks("G13", "of what was matched by hand, %d left suspense and %d were carried on", c.moved, c.carried)
	}
}

// atMidnight compares the books with everything else whenever a day ends in Japan.
func (w *world) atMidnight() {
	w.midnight = jst.DayOf(w.now).Add(1).Start()
	if w.memory == nil || !w.o.wants("G04") && !w.o.wants("G11") && !w.o.wants("G13") {
		return
	}
	t := w.memory.Tables
	w.freshen(false)
	w.checkSums(t)
	w.checkChangedBills(t)
	w.midnights++
}

// checkChangedBills is G11 and G13 of bills that are new or have changed since the last look: a bill is the sum of its lines, and
// what is paid of it is what its receipts pay.
func (w *world) checkChangedBills(t *memory.Tables) {
	c := w.checker
	c.added = differ(c.added, t.Bills.Rows(), func(b *memory.Statement, sign int64) {
		if sign < 0 {
			return
		}
		if b.Total-b.Carried != b.Purchases-b.Refunds-b.Credits+b.Fee+b.Lates {
			w.breaks("G11", "%s's bill of %s over %d is not its lines", w.nameOf(b.Member), b.Month, b.Total)
		}
		w.checkParts(t, b)
	})
}
