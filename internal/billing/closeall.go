package billing

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Progress is how far the close of a month has come.
type Progress struct {
	Month      jst.Month
	Closed     int       // buckets in which it is closed
	Buckets    int       // of so many
	Statements int       // that were issued in them
	Total      money.Yen // what these ask for
	First      time.Time // when the first bucket was closed; zero before
	Last       time.Time // when the last one was
}

// Done tells whether the month is closed everywhere.
func (p Progress) Done() bool { return p.Closed == p.Buckets }

// CloseProgress answers how far the close of a month has come, whoever closes it.
func CloseProgress(tx *db.Tx, month jst.Month) (Progress, error) { return selectProgress(tx, month) }

// Slice is what came of closing a month in some buckets.
type Slice struct {
	Statements int
	Total      money.Yen
}

// add counts a statement in.
func (s *Slice) add(st Statement) (err error) {
	s.Statements++
	s.Total, err = money.Add(s.Total, st.Total)
	return err
}

// A slice of the close is a transaction that closes the month in as many buckets as have about sliceBills bills together, at
// most bucketsMax. What it costs to begin and to commit is then shared, and still nobody's account stays locked for longer
// than it takes to write these bills. While nobody else wants to write into an SQLite database, a slice has quietBills: on
// that engine a commit waits for the disk alone. How many bills a bucket has is learned from the slices before.
const (
	sliceBills = 500
	quietBills = 2000
	bucketsMax = 64
)

// failuresMax is how many buckets may fail in one round. One that fails must not hold up the others; when many do, it is
// the database that fails.
const failuresMax = 8

// CloseAll closes a month in all buckets, and before it every earlier one of which something is not billed. It does so in
// slices of a few buckets, each a transaction of its own, so it can be stopped anywhere and run again: what is done stays
// done. On PostgreSQL two slices are under way at the same time. After each, whoever else writes is left alone for twice as long
// as it took (see [db.DB.Turn]). progress, which may be nil, is told after each slice how far
// the month has come; it is called by one at a time. CloseAll answers how many statements were issued.
func (b *Billing) CloseAll(ctx context.Context, d *db.DB, month jst.Month, progress func(Progress)) (int, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	if d.Now().Before(month.End()) {
		return 0, MonthOpen.New().With("month", month.String())
	}
	issued := 0
	for {
		var open []openBucket
		var so Progress
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			if open, err = selectOpen(tx, month, allBuckets()); err == nil {
				so, err = selectProgress(tx, month)
			}
			return err
		})
		progress(so)
		if err != nil || len(open) == 0 {
			return issued, err
		}
		r := &round{billing: b, db: d, so: so, tell: progress, left: inOrder(open), take: 1}
		err = r.run(ctx)
		issued += r.issued
		if err != nil {
			return issued, err
		}
	}
}

func allBuckets() []int {
	all := make([]int, id.Buckets)
	for i := range all {
		all[i] = i
	}
	return all
}

// inOrder puts buckets that have nothing to bill behind those that do; both in their order.
func inOrder(open []openBucket) []openBucket {
	var busy, idle []openBucket
	for _, o := range open {
		if o.oldest.IsZero() {
			idle = append(idle, o)
		} else {
			busy = append(busy, o)
		}
	}
	return append(busy, idle...)
}

// round brings every open bucket one step further: its oldest month with work, or the month itself if it has none. What
// stands behind mu belongs to several workers.
type round struct {
	billing *Billing
	db      *db.DB
	tell    func(Progress)

	mu     sync.Mutex
	left   []openBucket // that nobody has taken
	take   int          // how many of them make a slice
	last   struct{ buckets, bills int }
	so     Progress
	issued int
	failed []error
}

// run works off the round, on as many slices at a time as the database has writers.
func (r *round) run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range min(r.db.Writers(), 2) {
		workers.Go(func() {
			for slice := r.next(ctx); len(slice) > 0; slice = r.next(ctx) {
				r.aim(r.db.Turn(ctx, func(ctx context.Context) { r.close(ctx, slice) }))
			}
		})
	}
	workers.Wait()
	return errors.Join(r.failed...)
}

// next takes a slice: neighbours of which the same month is to be closed. It is empty when nothing is left, or too much has
// failed.
func (r *round) next(ctx context.Context) []openBucket {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() != nil && len(r.failed) == 0 {
		r.failed = append(r.failed, ctx.Err())
	}
	if ctx.Err() != nil || len(r.failed) >= failuresMax {
		return nil
	}
	n := 0
	for n < len(r.left) && n < r.take && r.left[n].oldest == r.left[0].oldest {
		n++
	}
	slice := r.left[:n]
	r.left = r.left[n:]
	return slice
}

// close closes a slice. If that fails its buckets are tried one by one, so that one bad bucket holds up no other.
func (r *round) close(ctx context.Context, slice []openBucket) {
	of := slice[0].oldest
	buckets := make([]int, len(slice))
	for i, o := range slice {
		buckets[i] = o.bucket
	}
	var done Slice
	closed := 0
	err := r.db.Write(ctx, func(tx *db.Tx) (err error) {
		if of.IsZero() {
			done = Slice{}
			closed, err = closeIdle(tx, r.so.Month, buckets)
			return err
		}
		done, err = r.billing.closeSlice(tx, of, buckets)
		closed = len(buckets)
		return err
	})
	if err != nil && len(slice) > 1 && ctx.Err() == nil {
		for _, one := range slice {
			r.close(ctx, []openBucket{one})
		}
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil && of.IsZero():
		r.failed = append(r.failed, fmt.Errorf("billing: close %s in idle bucket %d: %w", r.so.Month, buckets[0], err))
		return
	case err != nil:
		r.failed = append(r.failed, fmt.Errorf("billing: close %s in bucket %d: %w", of, buckets[0], err))
		return
	}
	r.issued += done.Statements
	r.last.buckets, r.last.bills = len(buckets), done.Statements
	if of.IsZero() || of == r.so.Month {
		r.so.Closed += closed
		r.so.Statements += done.Statements
		r.so.Total += done.Total
		if r.so.Last = r.db.Now(); r.so.First.IsZero() {
			r.so.First = r.so.Last
		}
	}
	r.tell(r.so)
}

// aim decides how large the next slice is, after one behind which the database was free or not.
func (r *round) aim(free bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.take = sliceOf(r.last.buckets, r.last.bills, free)
}

// sliceOf is how many buckets the next slice has, after one of so many buckets with so many bills behind which the database
// was free or not. It grows slowly: the buckets before may have been small by chance. It shrinks at once.
func sliceOf(buckets, bills int, free bool) int {
	goal := sliceBills
	if free {
		goal = quietBills
	}
	return max(1, min(buckets*goal/max(bills, 1), 4*buckets, bucketsMax))
}
