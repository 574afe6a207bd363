package billing

import (
	"context"
	"errors"
	"fmt"
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

// Close closes a month in a bucket: one statement for each member who bought or was given back something that is billed in
// that month, and the fence that makes what comes later billed later. It answers how many statements were issued; a
// month that is closed already is left alone and gives 0 (rule B03). It is refused with MonthOpen before the month is
// over in Japan, and with EarlierOpen while something of an earlier month is not billed.
func (b *Billing) Close(tx *db.Tx, month jst.Month, bucket int) (int, error) {
	if tx.Now().Before(month.End()) {
		return 0, MonthOpen.New().With("month", month.String())
	}
	if err := credit.LockBucket(tx, bucket); err != nil {
		return 0, err
	}
	open, err := selectOpen(tx, month, bucket, bucket)
	if err != nil || len(open) == 0 {
		return 0, err
	}
	if oldest := open[0].oldest; !oldest.IsZero() && oldest.Before(month) {
		return 0, EarlierOpen.New().With("month", month.String()).With("earlier", oldest.String())
	}
	statements, err := b.issue(tx, month, bucket)
	if err != nil {
		return 0, err
	}
	return len(statements), record(tx, month, bucket, statements)
}

// record raises the fence and writes down that the month is closed in the bucket.
func record(tx *db.Tx, month jst.Month, bucket int, statements []Statement) error {
	var total money.Yen
	for _, st := range statements {
		var err error
		if total, err = money.Add(total, st.Total); err != nil {
			return err
		}
	}
	if err := credit.CloseMonth(tx, bucket, month); err != nil {
		return err
	}
	return insertClose(tx, month, bucket, len(statements), total)
}

// issue draws up and writes the statements of a bucket's month.
func (b *Billing) issue(tx *db.Tx, month jst.Month, bucket int) ([]Statement, error) {
	all, err := selectSums(tx, month, bucket)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	credits, err := selectCredits(tx, membersOf(all))
	if err != nil {
		return nil, err
	}
	lates, err := selectLates(tx, membersOf(all))
	if err != nil {
		return nil, err
	}
	ways, err := b.waysOf(tx, membersOf(all))
	if err != nil {
		return nil, err
	}
	terms := b.Terms.Current()
	statements := make([]Statement, len(all))
	for i, s := range all {
		s.credits, s.lates = credits[s.member], lates[s.member]
		if statements[i], err = drawUp(month, s, ways[s.member], terms); err != nil {
			return nil, err
		}
		statements[i].ID = id.In[id.StatementKind](tx, bucket)
		statements[i].Issued = tx.Now()
	}
	return statements, write(tx, statements, terms)
}

// write stores statements and all that comes with them: credits taken and carried, fees in the books, slips, events.
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
	var entries []ledger.Entry
	var changes []credit.Change
	var slips []Slip
	var facts []event.Fact
	numbers, err := numbersFor(tx, statements)
	if err != nil {
		return err
	}
	for i, st := range statements {
		facts = append(facts, st.fact("statement.issued", fault.Us, byClock, map[string]any{"fee": st.Fee, "way": st.Way}))
		if st.Carried > 0 {
			carried = append(carried, billCredit{st.Member, event.Subject(st.ID), st.Carried, CarriedOver})
		}
		if st.Settled() {
			changes = append(changes, moved(st.Member, 0, -st.Store)...)
			continue
		}
		if st.Fee > 0 {
			entries = append(entries, feeEntry(st, FeeTax.On(terms, issueDay(st.Month))))
		}
		slip, err := newSlip(tx, st, st.Owed(), numbers[i], terms, 0, issueDay(st.Month))
		if err != nil {
			facts = append(facts, withheld(st, err))
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
	if err := ledger.Post(tx, entries...); err != nil {
		return err
	}
	if err := credit.Apply(tx, changes...); err != nil {
		return err
	}
	return event.Append(tx, facts...)
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
	if b.Ways != nil {
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

// idleSlice is how many buckets without work are closed in one transaction.
const idleSlice = 64

// CloseAll closes a month in all buckets, and before it every earlier one of which something is not billed. Each bucket
// with work is a transaction of its own, so it can be stopped anywhere and run again: what is done stays done. progress,
// which may be nil, is told how many of the buckets are closed. It answers how many statements were issued.
func (b *Billing) CloseAll(ctx context.Context, d *db.DB, month jst.Month, progress func(done, of int)) (int, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	if d.Now().Before(month.End()) {
		return 0, MonthOpen.New().With("month", month.String())
	}
	issued := 0
	for {
		var open []openBucket
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			open, err = selectOpen(tx, month, 0, id.Buckets-1)
			return err
		})
		progress(id.Buckets-len(open), id.Buckets)
		if err != nil || len(open) == 0 {
			return issued, err
		}
		n, err := b.closeRound(ctx, d, month, open)
		issued += n
		if err != nil {
			return issued, err
		}
	}
}

// openBucket is a bucket in which a month is not closed, with the oldest month up to it that has something to bill.
type openBucket struct {
	bucket int
	oldest jst.Month // zero if there is nothing to bill
}

// failuresMax is how many buckets may fail in one round. One that fails must not hold up the others; when many do, it is
// the database that fails.
const failuresMax = 8

// closeRound brings every open bucket one step further: its oldest month with work, or the month itself if it has none.
func (b *Billing) closeRound(ctx context.Context, d *db.DB, month jst.Month, open []openBucket) (int, error) {
	issued := 0
	var idle []int
	var failed []error
	for _, o := range open {
		if o.oldest.IsZero() {
			idle = append(idle, o.bucket)
			continue
		}
		n := 0
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = b.Close(tx, o.oldest, o.bucket)
			return err
		})
		if err == nil {
			issued += n
			continue
		}
		failed = append(failed, fmt.Errorf("billing: close %s in bucket %d: %w", o.oldest, o.bucket, err))
		if ctx.Err() != nil || len(failed) == failuresMax {
			return issued, errors.Join(failed...)
		}
	}
	for slice := range slices.Chunk(idle, idleSlice) {
		if err := d.Write(ctx, func(tx *db.Tx) error { return closeIdle(tx, month, slice) }); err != nil {
			failed = append(failed, fmt.Errorf("billing: close %s in idle buckets from %d: %w", month, slice[0], err))
			break
		}
	}
	return issued, errors.Join(failed...)
}

// closeIdle closes a month in buckets, in their order, that seemed to have nothing to bill. One that has meanwhile is left
// for the next round.
func closeIdle(tx *db.Tx, month jst.Month, buckets []int) error {
	for _, bucket := range buckets {
		if err := credit.LockBucket(tx, bucket); err != nil {
			return err
		}
	}
	open, err := selectOpen(tx, month, buckets[0], buckets[len(buckets)-1])
	if err != nil {
		return err
	}
	for _, o := range open {
		if !o.oldest.IsZero() || !slices.Contains(buckets, o.bucket) {
			continue
		}
		if err := record(tx, month, o.bucket, nil); err != nil {
			return err
		}
	}
	return nil
}
