package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/clock"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// closing measures the close of a month: alone, beside a bare INSERT … SELECT of the rows that it left behind (on PostgreSQL), and with
// authorizations under way. Every member bought in each of two months; the first is closed alone, the second with a shop full of
// people. The books are proven at the end.
func (p *place) closing(ctx context.Context, w io.Writer) error {
	second := jst.MonthOf(p.product.DB.Now()).Prev()
	first := second.Prev()
	for _, month := range []jst.Month{first, second} {
		if err := p.capture(ctx, month); err != nil {
			return err
		}
	}
	alone, bills, err := p.closeMonth(ctx, first)
	if err != nil {
		return err
	}
	var bare time.Duration
	if p.cluster != nil {
		if bare, err = p.copyRows(ctx); err != nil {
			return err
		}
	}
	quiet, err := p.selling(ctx, func() error { return wait(ctx, p.s.lasts) })
	if err != nil {
		return err
	}
	var busy time.Duration
	sold, err := p.selling(ctx, func() (err error) {
		busy, _, err = p.closeMonth(ctx, second)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nclose of a month, %s: %d members, %d captures, %d bills\n\n", p.about, p.s.members, p.s.members*p.s.captures, bills)
	times := func(d time.Duration) string {
		if bare == 0 {
			return ""
		}
		return fmt.Sprintf("  %.2f × the bare INSERT", d.Seconds()/bare.Seconds())
	}
	if bare > 0 {
		fmt.Fprintf(w, "%-44s %8.1f s\n", "bare INSERT … SELECT of its rows", bare.Seconds())
	}
	fmt.Fprintf(w, "%-44s %8.1f s%s\n", "close", alone.Seconds(), times(alone))
	fmt.Fprintf(w, "%-44s %8.1f s%s\n", "close while 64 callers buy", busy.Seconds(), times(busy))
	fmt.Fprintf(w, "%-44s %8.0f a second\n", "authorizations without a close", quiet)
	fmt.Fprintf(w, "%-44s %8.0f a second, %.0f %%\n", "authorizations during the close", sold, 100*sold/quiet)
	return p.verifyBills(ctx)
}

// wait lets a span go by.
func wait(ctx context.Context, d time.Duration) error {
	within, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-within.Done()
	return ctx.Err()
}

func (p *place) closeMonth(ctx context.Context, month jst.Month) (time.Duration, int, error) {
	c := clock.System()
	begun := c.Now()
	bills, err := p.product.Billing.CloseAll(ctx, p.product.DB, month, nil)
	return c.Now().Sub(begun), bills, err
}

// selling counts the orders that 64 callers get through while something lasts.
func (p *place) selling(ctx context.Context, during func() error) (float64, error) {
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
					_, err = lanes.Do(ctx, order)
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
	begun := c.Now()
	err = during()
	took := c.Now().Sub(begun)
	close(ended)
	callers.Wait()
	if f := failed.Load(); err == nil && f != nil {
		err = *f
	}
	return float64(sold.Load()) / took.Seconds(), err
}

// captureMembers is how many members' captures are written in one transaction.
const captureMembers = 500

// capture lets every member have bought in a month: payments that are captured, their entries in the books, and what the
// accounts owe. Facts and orders are left out; the close does not look at them.
func (p *place) capture(ctx context.Context, month jst.Month) error {
	for from := 0; from < p.s.members; from += captureMembers {
		err := p.product.DB.Write(ctx, func(tx *db.Tx) error {
			return p.captureSome(tx, month, from, min(from+captureMembers, p.s.members))
		})
		if err != nil {
			return err
		}
	}
	return p.product.DB.Write(ctx, func(tx *db.Tx) error { return owe(tx, month) })
}

func (p *place) captureSome(tx *db.Tx, month jst.Month, from, to int) error {
	set := db.NewSet(db.Cols{"bucket:int", "payment:bytes", "capture:bytes", "member:bytes", "merchant:bytes", "ref:text", "amount:int", "day:text", "month:text", "now:int"})
	var entries []ledger.Entry
	for i := from; i < to; i++ {
		m := p.people.Member(i)
		for n := range p.s.captures {
			amount := money.Yen(1_000 + 10*n)
			payment, capture := id.In[id.PaymentKind](tx, m.Bucket()), id.In[id.CaptureKind](tx, m.Bucket())
			shop := p.people.Merchant((i + n) % p.s.shops)
			set.Add(m.Bucket(), payment, capture, m, shop, fmt.Sprintf("%s-%d-%d", month, i, n), amount, month.First(), month, db.Micros(tx.Now()))
			entries = append(entries, ledger.Entry{
				Bucket: m.Bucket(), Reason: ledger.Captured, Ref: capture[:], Day: month.First(),
				Lines: []ledger.Line{ledger.Debit(ledger.MemberReceivable, m[:], amount), ledger.Credit(ledger.MerchantPayable, shop[:], amount)},
			})
		}
	}
	if err := insertCaptures(tx, set); err != nil {
		return err
	}
	return ledger.Post(tx, entries...)
}

// copyRows writes the rows that a close left behind once more, with the same keys and indexes.
func (p *place) copyRows(ctx context.Context) (time.Duration, error) {
	if err := p.psql(ctx, makeCopies); err != nil {
		return 0, err
	}
	c := clock.System()
	begun := c.Now()
	err := p.psql(ctx, fillCopies)
	return c.Now().Sub(begun), err
}

func (p *place) psql(ctx context.Context, text string) error {
	_, err := p.cluster.Run(ctx, "psql", "-h", p.cluster.Socket(), "-p", p.cluster.Port(), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-c", text, "product")
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
