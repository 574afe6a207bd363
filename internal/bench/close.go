package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/clock"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest/twin"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// effort is what something took: time on the clock, processor time of this process and of the database's, and bytes written
// (see place.walBytes).
type effort struct {
	took, own, database time.Duration
	written             int64
}

// closing measures the close of a month beside its reference: a bare INSERT … SELECT of the very rows that it wrote, out of
// copies of them into empty tables with the same columns, constraints and indexes, on the same database. In each round every
// member has bought in another month, which is closed and then copied. At last a month is closed with a shop full of people,
// who are counted before, meanwhile and afterwards. The books are proven at the end.
func (p *place) closing(ctx context.Context, w io.Writer) error {
	month := jst.MonthOf(p.product.DB.Now()).Add(-p.s.rounds - 1)
	var closes, bares []effort
	bills := 0
	for round := range p.s.rounds {
		one, n, err := p.closeNext(ctx, month)
		if err != nil {
			return err
		}
		begun := db.Micros(p.product.DB.Now().Add(-one.took - time.Second))
		bare, err := p.copyRows(ctx, month, begun)
		if err != nil {
			return err
		}
		closes, bares, bills = append(closes, one), append(bares, bare), n
		progress("round %d of %d: close %s, bare INSERT %s: %.2f\n", round+1, p.s.rounds, short(one.took), short(bare.took), times(one.took, bare.took))
		month = month.Next()
	}
	var sales selling
	if p.s.lasts > 0 {
		var err error
		if sales, err = p.closeWhileSelling(ctx, month); err != nil {
			return err
		}
	}
	p.printClose(w, bills, closes, bares, sales)
	return p.verifyBills(ctx)
}

// closeNext lets everybody buy in a month and closes it.
func (p *place) closeNext(ctx context.Context, month jst.Month) (one effort, bills int, err error) {
	if err = p.capture(ctx, month); err != nil {
		return one, 0, err
	}
	explained, err := p.explain(ctx)
	if err != nil {
		return one, 0, err
	}
	stop, err := profile(p.s.profile)
	if err != nil {
		return one, 0, err
	}
	one, err = p.effort(ctx, func() (err error) {
		bills, err = p.product.Billing.CloseAll(ctx, p.product.DB, month, nil)
		return err
	})
	return one, bills, errors.Join(err, stop(), explained())
}

// explain counts statements from now on, if that was asked for, until explained prints those that took longest.
func (p *place) explain(ctx context.Context) (explained func() error, err error) {
	if !p.s.explain || p.cluster == nil {
		return func() error { return nil }, nil
	}
	_, err = p.psql(ctx, "SELECT pg_stat_statements_reset()")
	return func() error {
		top, err := p.psql(ctx, `SELECT lpad(round(total_exec_time::numeric)::text, 8) || ' ms ' || lpad(calls::text, 7) || ' calls '
			|| lpad(rows::text, 9) || ' rows ' || lpad((wal_bytes / 1000000)::bigint::text, 6) || ' MB  ' || split_part(query, E'\n', 1)
			FROM pg_stat_statements WHERE total_exec_time > 5 ORDER BY total_exec_time DESC LIMIT 20`)
		progress("%s", top)
		return err
	}, err
}

// effort measures what something takes.
func (p *place) effort(ctx context.Context, do func() error) (effort, error) {
	c := clock.System()
	own, other, written, begun := ownCPU(), treeCPU(p.pid()), p.walBytes(ctx), c.Now()
	err := do()
	took := c.Now().Sub(begun)
	return effort{took, ownCPU() - own, treeCPU(p.pid()) - other, p.walBytes(ctx) - written}, err
}

// copyRows writes the rows that a close left behind once more, each table in a transaction of its own.
func (p *place) copyRows(ctx context.Context, month jst.Month, begun int64) (effort, error) {
	if err := p.eachWritten(ctx, func(tx *db.Tx, table, rows string) error { return twin.Make(tx, table, rows, month, begun) }); err != nil {
		return effort{}, err
	}
	if err := p.settle(ctx); err != nil {
		return effort{}, err
	}
	bare, err := p.effort(ctx, func() error {
		return p.eachWritten(ctx, func(tx *db.Tx, table, _ string) error {
			_, err := twin.Fill(tx, table)
			return err
		})
	})
	if err != nil {
		return bare, err
	}
	return bare, p.eachWritten(ctx, func(tx *db.Tx, table, _ string) error { return twin.Drop(tx, table) })
}

// eachWritten does something with each table into which a close writes, in a transaction of its own.
func (p *place) eachWritten(ctx context.Context, do func(tx *db.Tx, table, rows string) error) error {
	for _, w := range written {
		if err := p.product.DB.Write(ctx, func(tx *db.Tx) error { return do(tx, w.table, w.rows) }); err != nil {
			return fmt.Errorf("%s: %w", w.table, err)
		}
	}
	return nil
}

// selling are orders a second that 64 callers got through.
type selling struct {
	before, during, after float64
	close                 effort
}

// part is how much of the usual rate was left during the close.
func (s selling) part() float64 { return 2 * s.during / (s.before + s.after) }

func (p *place) closeWhileSelling(ctx context.Context, month jst.Month) (s selling, err error) {
	if err = p.capture(ctx, month); err != nil {
		return s, err
	}
	quiet := func() error { return wait(ctx, p.s.lasts) }
	if s.before, err = p.sell(ctx, quiet); err != nil {
		return s, err
	}
	s.during, err = p.sell(ctx, func() error {
		s.close, err = p.effort(ctx, func() error {
			_, err := p.product.Billing.CloseAll(ctx, p.product.DB, month, nil)
			return err
		})
		return err
	})
	if err != nil {
		return s, err
	}
	s.after, err = p.sell(ctx, quiet)
	return s, err
}

func (p *place) printClose(w io.Writer, bills int, closes, bares []effort, s selling) {
	fmt.Fprintf(w, "\nclose of a month, %s: %d members, %d captures, %d bills; medians of %d\n\n", p.about, p.s.members,
		p.s.members*p.s.captures, bills, len(closes))
	fmt.Fprintf(w, "%-36s %10s %10s %10s %10s %10s\n", "", "time", "× bare", "own CPU", "database's", "written")
	bare := middle(bares)
	for _, line := range []struct {
		name string
		effort
	}{{"bare INSERT … SELECT of its rows", bare}, {"close", middle(closes)}, {"close while 64 callers buy", s.close}} {
		if line.took > 0 {
			fmt.Fprintf(w, "%-36s %10s %10.2f %10s %10s %7d MB\n", line.name, short(line.took), times(line.took, bare.took), short(line.own),
				short(line.database), line.written>>20)
		}
	}
	ratios := make([]float64, len(closes))
	for i := range closes {
		ratios[i] = times(closes[i].took, bares[i].took)
	}
	slices.Sort(ratios)
	fmt.Fprintf(w, "\nratio of each round: %.2f\n", ratios)
	if s.before > 0 {
		fmt.Fprintf(w, "authorizations a second: %.0f before, %.0f during the close (%.0f %%), %.0f after\n", s.before, s.during, 100*s.part(), s.after)
	}
}

func progress(text string, args ...any) { fmt.Fprintf(os.Stderr, text, args...) }

func times(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

// middle takes the median of each figure on its own.
func middle(all []effort) effort {
	of := func(figure func(effort) int64) int64 {
		values := make([]int64, len(all))
		for i, e := range all {
			values[i] = figure(e)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return effort{
		took: time.Duration(of(func(e effort) int64 { return int64(e.took) })), own: time.Duration(of(func(e effort) int64 { return int64(e.own) })),
		database: time.Duration(of(func(e effort) int64 { return int64(e.database) })), written: of(func(e effort) int64 { return e.written }),
	}
}

// wait lets a span go by.
func wait(ctx context.Context, d time.Duration) error {
	within, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-within.Done()
	return ctx.Err()
}

// sell counts the orders that 64 callers get through while something lasts.
func (p *place) sell(ctx context.Context, during func() error) (float64, error) {
	lanes, stop, err := p.product.Start(ctx)
	if err != nil {
		return 0, err
	}
	defer stop()
	var sold atomic.Int64
	var failed atomic.Pointer[error]
	var callers sync.WaitGroup
	ended := make(chan struct{})
	for range 64 {
		callers.Go(func() {
			for {
				select {
				case <-ended:
					return
				default:
				}
				order, err := p.order("c", p.placed.Add(1), p.s.shops)
				if err == nil {
					err = charge(ctx, lanes, order)
				}
				if err != nil {
					failed.Store(&err)
					return
				}
				sold.Add(1)
			}
		})
	}
	c := clock.System()
	begun, old := c.Now(), sold.Load()
	err = during()
	n, took := sold.Load()-old, c.Now().Sub(begun)
	close(ended)
	callers.Wait()
	if f := failed.Load(); err == nil && f != nil {
		err = *f
	}
	return float64(n) / took.Seconds(), err
}

// captureMembers is how many members' captures are written in one transaction.
const captureMembers = 2000

// capture lets every member have bought in a month: payments that are captured, their entries in the books, and what the
// accounts owe. Everybody buys once before anybody buys again, so that a member's purchases do not lie side by side. Facts
// and orders are left out; the close does not look at them.
func (p *place) capture(ctx context.Context, month jst.Month) error {
	progress("%s: everybody buys %d times in %s\n", p.about, p.s.captures, month)
	for n := range p.s.captures {
		for from := 0; from < p.s.members; from += captureMembers {
			err := p.product.DB.Write(ctx, func(tx *db.Tx) error {
				return p.captureSome(tx, month, n, from, min(from+captureMembers, p.s.members))
			})
			if err != nil {
				return err
			}
		}
	}
	if err := p.product.DB.Write(ctx, func(tx *db.Tx) error { return owe(tx, month) }); err != nil {
		return err
	}
	return p.settle(ctx)
}

func (p *place) captureSome(tx *db.Tx, month jst.Month, n, from, to int) error {
	set := db.NewSet(db.Cols{"bucket:int", "payment:bytes", "capture:bytes", "member:bytes", "merchant:bytes", "ref:text", "amount:int", "day:text", "month:text", "now:int"})
	var entries []ledger.Entry
	for i := from; i < to; i++ {
		m := p.people.Member(i)
		amount := money.Yen(1_000 + 10*n)
		payment, capture := id.In[id.PaymentKind](tx, m.Bucket()), id.In[id.CaptureKind](tx, m.Bucket())
		shop := p.people.Merchant((i + n) % p.s.shops)
		set.Add(m.Bucket(), payment, capture, m, shop, fmt.Sprintf("%s-%d-%d", month, i, n), amount, month.First(), month, db.Micros(tx.Now()))
		entries = append(entries, ledger.Entry{
			Bucket: m.Bucket(), Reason: ledger.Captured, Ref: capture[:], Day: month.First(),
			Lines: []ledger.Line{ledger.Debit(ledger.MemberReceivable, m[:], amount), ledger.Credit(ledger.MerchantPayable, shop[:], amount)},
		})
	}
	if err := insertCaptures(tx, set); err != nil {
		return err
	}
	return ledger.Post(tx, entries...)
}

// settle brings the database to rest, so that what is measured next does not pay for what was done before: on PostgreSQL a
// checkpoint, and the vacuum that comes by itself while captures are written over a month.
func (p *place) settle(ctx context.Context) error {
	if p.cluster == nil {
		return nil
	}
	_, err := p.psql(ctx, "VACUUM (ANALYZE) capture, refund, payment, credit", "CHECKPOINT")
	return err
}

// verifyBills proves what the close and the money have to do with each other; facts of the captures were not written.
func (p *place) verifyBills(ctx context.Context) error {
	return p.product.DB.Read(ctx, func(tx *db.Tx) error {
		if err := tx.Survey(); err != nil {
			return err
		}
		broken, err := ledger.Verify(tx, append(append([]ledger.Check{}, credit.Checks...), billing.Checks...)...)
		if err == nil && len(broken) > 0 {
			err = fmt.Errorf("the books are broken: %v", broken[0])
		}
		return err
	})
}
