package billing

import (
	"errors"
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

// Close closes a month in buckets, in ascending order: one statement for each member who bought or was given back something
// that is billed in that month, and in each bucket the fence that makes what comes later billed later. It answers how many
// statements were issued; a bucket in which the month is closed already is left alone and gives none (rule B03). It is refused
// with MonthOpen before the month is over in Japan, and with EarlierOpen while something of an earlier month is not billed.
func (b *Billing) Close(tx *db.Tx, month jst.Month, buckets ...int) (int, error) {
	if tx.Now().Before(month.End()) {
		return 0, MonthOpen.New().With("month", month.String())
	}
	done, err := b.closeSlice(tx, month, buckets)
	return done.Statements, err
}

// closeSlice is Close for a month that is over.
func (b *Billing) closeSlice(tx *db.Tx, month jst.Month, buckets []int) (Slice, error) {
	w, err := lookAt(tx, month, buckets)
	if err != nil {
		return Slice{}, err
	}
	for _, o := range w.open {
		if !o.oldest.IsZero() && o.oldest.Before(month) {
			return Slice{}, EarlierOpen.New().With("month", month.String()).With("earlier", o.oldest.String())
		}
	}
	return b.issue(tx, month, w)
}

// work is what there is to do to close a month in some buckets, read under the locks of all their accounts.
type work struct {
	open    []openBucket // in which the month is not closed
	sums    []sums       // of the month, by bucket and member, in whichever of the buckets
	credits map[id.Member]money.Yen
	lates   map[id.Member]money.Yen
}

// lookAt locks the accounts of buckets and reads what is to be billed in them, all in one round trip.
func lookAt(tx *db.Tx, month jst.Month, buckets []int) (work, error) {
	q := tx.Queue()
	credit.QueueLockBuckets(q, buckets)
	w := work{credits: map[id.Member]money.Yen{}, lates: map[id.Member]money.Yen{}}
	queueOpen(q, month, buckets, &w.open)
	queueSums(q, month, buckets, &w.sums)
	queueCredits(q, buckets, w.credits)
	queueLates(q, buckets, w.lates)
	return w, q.Run()
}

// issue draws up and writes the statements of a month in the open buckets, raises their fences and writes down that the
// month is closed in them.
func (b *Billing) issue(tx *db.Tx, month jst.Month, w work) (done Slice, err error) {
	closed := make(map[int]*Slice, len(w.open))
	for _, o := range w.open {
		closed[o.bucket] = &Slice{}
	}
	all := slices.DeleteFunc(w.sums, func(s sums) bool { return closed[s.member.Bucket()] == nil })
	ways, err := b.waysOf(tx, membersOf(all))
	if err != nil {
		return done, err
	}
	terms := b.Terms.Current()
	statements := make([]Statement, len(all))
	for i, s := range all {
		s.credits, s.lates = w.credits[s.member], w.lates[s.member]
		st, err := drawUp(month, s, ways[s.member], terms)
		if err != nil {
			return done, err
		}
		st.ID, st.Issued = id.In[id.StatementKind](tx, s.member.Bucket()), tx.Now()
		statements[i] = st
		if err := errors.Join(done.add(st), closed[st.ID.Bucket()].add(st)); err != nil {
			return done, err
		}
	}
	if err := write(tx, statements, terms); err != nil {
		return done, err
	}
	return done, record(tx, month, w.open, closed)
}

// record raises the fences and writes down that the month is closed in the buckets, and what came of it.
func record(tx *db.Tx, month jst.Month, open []openBucket, closed map[int]*Slice) error {
	buckets := make([]int, len(open))
	for i, o := range open {
		buckets[i] = o.bucket
	}
	if err := credit.CloseMonth(tx, month, buckets...); err != nil {
		return err
	}
	return insertCloses(tx, month, buckets, closed)
}

// write stores statements and all that comes with them: credits taken and carried, fees in the books, slips, events. It
// travels with the commit.
func write(tx *db.Tx, statements []Statement, terms term.Terms) error {
	if err := insertStatements(tx, statements); err != nil {
		return err
	}
	if err := useCredits(tx, statements); err != nil {
		return err
	}
	if err := moveLates(tx, statements); err != nil {
		return err
	}
	var carried []billCredit
	var changes []credit.Change
	entries, slips := make([]ledger.Entry, 0, len(statements)), make([]Slip, 0, len(statements))
	facts := make([]event.Fact, 0, len(statements))
	numbers, err := numbersFor(tx, statements)
	if err != nil {
		return err
	}
	for i, st := range statements {
		facts = append(facts, issued(st))
		if st.Carried > 0 {
			carried = append(carried, billCredit{st.Member, event.Subject(st.ID), st.Carried, CarriedOver})
		}
		if st.Settled() {
			changes = append(changes, moved(st.Member, 0, -st.Store)...)
			continue
		}
		if st.Fee > 0 {
			entries = append(entries, feeEntry(st, FeeTax.On(terms, st.termsDay())))
		}
		slip, err := newSlip(tx, st, st.Owed(), numbers[i], terms, 0, st.termsDay())
		if err != nil {
			fact := withheld(st, err)
			fact.First = true
			facts = append(facts, fact)
			continue
		}
		slips = append(slips, slip)
	}
	if err := insertCredits(tx, carried); err != nil {
		return err
	}
	if err := insertSlips(tx, slips); err != nil {
		return err
	}
	if err := ledger.PostNew(tx, entries...); err != nil {
		return err
	}
	if err := credit.Apply(tx, changes...); err != nil {
		return err
	}
	return event.Append(tx, facts...)
}

// issued is the fact with which a statement begins. Each bill is told by one, so its data is no map.
func issued(st Statement) event.Fact {
	return event.Fact{
		Kind: "statement.issued", Subject: event.Subject(st.ID), Member: st.Member, Side: fault.Us, Actor: byClock, First: true,
		Data: struct {
			Due     jst.Day   `json:"due"`
			Fee     money.Yen `json:"fee"`
			Invoice bool      `json:"invoice,omitempty"`
			Month   jst.Month `json:"month"`
			Total   money.Yen `json:"total"`
			Way     Way       `json:"way"`
		}{st.Due, st.Fee, st.ByInvoice(), st.Month, st.Total, st.Way},
	}
}

// feeEntry books a billing fee: income without tax, and the consumption tax within it (rule B04).
func feeEntry(st Statement, rate money.BasisPoints) ledger.Entry {
	net, tax := money.TaxIncluded(st.Fee, rate)
	lines := []ledger.Line{ledger.Debit(ledger.MemberReceivable, st.Member[:], st.Fee)}
	if net > 0 {
		lines = append(lines, ledger.Credit(ledger.BillingFee, nil, net))
	}
	if tax > 0 {
		lines = append(lines, ledger.Credit(ledger.ConsumptionTax, nil, tax))
	}
	return ledger.Entry{
		Bucket: st.ID.Bucket(), Reason: ledger.FeeBilled, Ref: st.ID[:], Day: jst.DayOf(st.Issued), Lines: lines,
	}
}

// moved is a change of what an account owes: over all channels, and the part of it that was bought in stores.
func moved(member id.Member, unpaid, store money.Yen) []credit.Change {
	if unpaid == 0 && store == 0 {
		return nil
	}
	return []credit.Change{
		credit.Moved(member, credit.Store, 0, store),
		credit.Moved(member, credit.Online, 0, unpaid-store),
	}
}

// waysOf answers the way to pay of each member.
func (b *Billing) waysOf(tx *db.Tx, members []id.Member) (map[id.Member]Way, error) {
	chosen := map[id.Member]string{}
	if b.Ways != nil && len(members) > 0 {
		var err error
		if chosen, err = b.Ways(tx, members); err != nil {
			return nil, err
		}
	}
	out := make(map[id.Member]Way, len(members))
	for _, m := range members {
		out[m] = EBarcode
		if way, ok := chosen[m]; ok {
			out[m] = Way(way)
		}
	}
	return out, nil
}

func membersOf(all []sums) []id.Member {
	out := make([]id.Member, len(all))
	for i, s := range all {
		out[i] = s.member
	}
	return out
}

// openBucket is a bucket in which a month is not closed, with the oldest month up to it that has something to bill.
type openBucket struct {
	bucket int
	oldest jst.Month // zero if there is nothing to bill
}

// closeIdle closes a month in buckets that seemed to have nothing to bill. One that has meanwhile is left for the next round.
func closeIdle(tx *db.Tx, month jst.Month, buckets []int) (int, error) {
	w, err := lookAt(tx, month, buckets)
	if err != nil {
		return 0, err
	}
	w.open = slices.DeleteFunc(w.open, func(o openBucket) bool { return !o.oldest.IsZero() })
	closed := make(map[int]*Slice, len(w.open))
	for _, o := range w.open {
		closed[o.bucket] = &Slice{}
	}
	return len(w.open), record(tx, month, w.open, closed)
}
