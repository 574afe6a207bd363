package billing

import (
	"cmp"
	"slices"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// ChargeKind is what a statement is charged for when it is late.
type ChargeKind string

// The kinds of charges.
const (
	LateFee ChargeKind = "fee"     // 遅延事務手数料: so much on each of two days a month (rule D01)
	Damages ChargeKind = "damages" // 遅延損害金: so much a year, by the day (rule D02)
	// Fallback is the billing fee of a bill that a bank did not debit and that is paid at a till instead (rule T05).
	Fallback ChargeKind = "fallback"
)

// Waiver says why a charge is not asked for.
type Waiver string

// The reasons.
const (
	PaidBefore Waiver = "paid_before" // the payment was made before the day of the charge, and told of after it (rule D05)
	Goodwill   Waiver = "goodwill"    // a person decided so
)

// Charge is what a statement is charged for being late on a day, and what that was reckoned from: whoever reads it can do
// the sum again.
type Charge struct {
	ID        id.LateCharge
	Statement id.Statement
	Member    id.Member
	Day       jst.Day
	Kind      ChargeKind
	Amount    money.Yen         // what is asked for, consumption tax included where there is any; 0 if the cap leaves nothing
	Full      money.Yen         // what it would be without the cap
	YenDays   int64             // the principal that was open on each day since the due day, added up
	Rate      money.BasisPoints // a year: the cap of a fee, 0 without one, or the rate of damages
	Waived    Waiver            // empty while it is asked for
	Created   time.Time
}

// Late is a statement that is past due, as it stands, with what was paid of it and what it was charged so far.
type Late struct {
	Statement
	Receipts []Receipt // those that pay it
	Charges  []Charge  // waived ones included, by day

	WriteOffs []WriteOff // that were taken back: while one stands the statement is not past due
	Disputed  Dispute    // what was said about an invoice, and decided; zero if nothing was
}

// ListLate lists statements that are past due and were due before a day, the longest due first, after a given one (zero to
// begin with), at most limit. They are not locked: see LockLate.
func ListLate(tx *db.Tx, before jst.Day, after Statement, limit int) ([]Statement, error) {
	return selectLate(tx, before, after, limit)
}

// LockLate locks the accounts and statements and answers those that are still past due.
func LockLate(tx *db.Tx, statements []Statement) ([]Late, error) {
	slices.SortFunc(statements, func(a, b Statement) int { return cmp.Or(cmp.Compare(a.ID.Bucket(), b.ID.Bucket()), a.ID.Compare(b.ID)) })
	members := make([]id.Member, len(statements))
	for i, st := range statements {
		members[i] = st.Member
	}
	if _, err := credit.Lock(tx, members...); err != nil {
		return nil, err
	}
	locked, err := lockStatements(tx, statements)
	if err != nil {
		return nil, err
	}
	var late []Late
	for _, st := range locked {
		if !st.PastDue {
			continue
		}
		l := Late{Statement: st}
		all, err := selectReceiptsToFold(tx, st.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			if r.pays() {
				l.Receipts = append(l.Receipts, r)
			}
		}
		if l.Charges, err = selectCharges(tx, st.ID); err != nil {
			return nil, err
		}
		if l.WriteOffs, err = selectWriteOffs(tx, st.ID); err != nil {
			return nil, err
		}
		if l.Disputed, err = disputeOf(tx, st); err != nil {
			return nil, err
		}
		late = append(late, l)
	}
	return late, nil
}

// pays tells whether a receipt pays its statement.
func (r Receipt) pays() bool { return r.State.Live() && r.Use == Matched }

// AddCharges charges statements that LockLate locked. A charge of the same statement, day and kind is made once, whatever
// became of it. The member is told of what is asked for on the bill (rule D06). It answers the statement with them.
func (b *Billing) AddCharges(tx *db.Tx, late Late, charges ...Charge) (Late, error) {
	var facts []event.Fact
	var entries []ledger.Entry
	rate := FeeTax.On(b.Terms.Current(), jst.DayOf(tx.Now()))
	for _, c := range charges {
		c.ID, c.Statement, c.Member = id.In[id.LateChargeKind](tx, late.ID.Bucket()), late.ID, late.Member
		added, err := insertCharge(tx, c)
		if err != nil {
			return late, err
		}
		if !added {
			continue
		}
		late.Charges = append(late.Charges, c)
		if c.Amount == 0 {
			continue
		}
		late.Statement.Late += c.Amount
		entries = append(entries, c.entry(tx, ledger.LateCharged, rate))
		facts = append(facts, late.fact("statement.late_charged", fault.Us, byClock,
			map[string]any{"kind": c.Kind, "day": c.Day, "amount": c.Amount, "owed": late.Owed()}))
	}
	if len(facts) == 0 {
		return late, nil
	}
	if err := updateStatement(tx, late.Statement); err != nil {
		return late, err
	}
	if err := ledger.Post(tx, entries...); err != nil {
		return late, err
	}
	return late, event.Append(tx, facts...)
}

// FeeDays lists the days on which a member was charged a late fee, waived ones included, for whichever statement.
func FeeDays(tx *db.Tx, member id.Member) ([]jst.Day, error) { return selectFeeDays(tx, member) }

// OwedLate adds up what a member owes on statements that are past due, late charges included.
func OwedLate(tx *db.Tx, member id.Member) (money.Yen, error) { return selectOwedLate(tx, member) }

// entry books a charge, or takes it out of the books again when it is waived. A fee includes consumption tax, damages are
// none of the things that are taxed.
func (c Charge) entry(tx *db.Tx, reason ledger.Reason, rate money.BasisPoints) ledger.Entry {
	lines := c.lines(rate)
	if reason == ledger.LateWaived {
		lines = reversed(lines)
	}
	return ledger.Entry{Bucket: c.ID.Bucket(), Reason: reason, Ref: c.ID[:], Day: jst.DayOf(tx.Now()), Lines: lines}
}

func (c Charge) lines(rate money.BasisPoints) []ledger.Line {
	income, net, tax := ledger.LateDamages, c.Amount, money.Yen(0)
	switch c.Kind {
	case LateFee:
		income = ledger.LateFee
		net, tax = money.TaxIncluded(c.Amount, rate)
	case Fallback:
		income = ledger.BillingFee
		net, tax = money.TaxIncluded(c.Amount, rate)
	case Damages:
	}
	lines := []ledger.Line{ledger.Debit(ledger.MemberReceivable, c.Member[:], c.Amount)}
	if net > 0 {
		lines = append(lines, ledger.Credit(income, nil, net))
	}
	if tax > 0 {
		lines = append(lines, ledger.Credit(ledger.ConsumptionTax, nil, tax))
	}
	return lines
}

// waiveUndue takes back what a payment that is told of late leaves undue: the agent's report comes hours or days after it
// (rule D05). It answers what is left of the statement's late charges; who called stores that and folds the receipts anew.
// What a later statement asks for, or has used, stays as it is.
func (b *Billing) waiveUndue(tx *db.Tx, st Statement, receipts []Receipt) (money.Yen, error) {
	if st.WrittenOff || st.Late == 0 { // given up with the rest, or nothing is asked for
		return st.Late, nil
	}
	charges, err := selectCharges(tx, st.ID)
	if err != nil {
		return 0, err
	}
	undue, err := b.undue(tx, st, receipts, charges)
	if err != nil {
		return 0, err
	}
	free := st.Owed()
	for _, r := range receipts {
		if r.used == 0 {
			free += r.Late
		}
	}
	left := st.Late
	for _, c := range undue {
		if st.Late-left+c.Amount > free {
			continue
		}
		if err := b.waive(tx, c, PaidBefore); err != nil {
			return 0, err
		}
		left -= c.Amount
	}
	return left, nil
}

// undue are the charges that would not have been made had everything been known that is known now: those of days after the
// payment with which the statement was paid, and those that exceed the cap because a part was paid before them.
func (b *Billing) undue(tx *db.Tx, st Statement, receipts []Receipt, charges []Charge) ([]Charge, error) {
	var undue []Charge
	if st.State != Issued {
		day := paidIn(st, receipts)
		for i, c := range charges {
			if c.Waived == "" && c.Day.After(day) {
				charges[i].Waived = PaidBefore
				undue = append(undue, c)
			}
		}
	}
	if b.Excess == nil {
		return undue, nil
	}
	writeOffs, err := selectWriteOffs(tx, st.ID)
	if err != nil {
		return nil, err
	}
	disputed, err := disputeOf(tx, st)
	if err != nil {
		return nil, err
	}
	paying := slices.DeleteFunc(slices.Clone(receipts), func(r Receipt) bool { return !r.pays() })
	excess, err := b.Excess(tx, Late{Statement: st, Receipts: paying, Charges: charges, WriteOffs: writeOffs, Disputed: disputed})
	return append(undue, excess...), err
}

// paidIn is the first day on which what had been paid by then came to the statement's total, whichever of the receipts pay it:
// one that was told of late may stand to the member's credit because another was told of first.
func paidIn(st Statement, receipts []Receipt) jst.Day {
	live := slices.DeleteFunc(slices.Clone(receipts), func(r Receipt) bool { return !r.State.Live() || r.Use == Suspense || r.used > 0 })
	slices.SortStableFunc(live, func(a, b Receipt) int { return a.PaidDay.Compare(b.PaidDay) })
	var sum money.Yen
	for _, r := range live {
		if sum += r.Amount; sum >= st.Total {
			return r.PaidDay
		}
	}
	return st.PaidDay
}

// waive stops asking for a charge.
func (b *Billing) waive(tx *db.Tx, c Charge, why Waiver) error {
	if err := waiveCharge(tx, c.ID, why); err != nil || c.Amount == 0 {
		return err
	}
	return ledger.Post(tx, c.entry(tx, ledger.LateWaived, FeeTax.On(b.Terms.Current(), jst.DayOf(c.Created))))
}
