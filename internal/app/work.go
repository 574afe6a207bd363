package app

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/notice"
	"tsuke/internal/run"
)

// How often the workers look by themselves. Commits of this process wake them a moment later, once for all commits of
// that moment: a worker that looked after each would cost more than the commits.
const (
	moment      = 50 * time.Millisecond
	relayEvery  = 500 * time.Millisecond
	jobEvery    = time.Second
	expireEvery = time.Second
	termsEvery  = time.Minute
)

// work starts the workers: the relay of facts, the reader that writes notices, due jobs, expiry, and the reloading of
// terms. They end with ctx.
func (a *App) work(ctx context.Context, all *sync.WaitGroup) error {
	ctx = db.Background(ctx)
	var err error
	if a.worker, err = job.NewWorker(a.DB, a.jobs()); err != nil {
		return err
	}
	if err := a.worker.Start(ctx); err != nil {
		return err
	}
	if err := a.holdKeys(ctx, all); err != nil {
		return err
	}
	read := make(chan struct{}, 1)
	a.Relay = event.NewRelay(a.DB, a.Log, func() { nudge(read) })
	a.DB.OnCommit(inAMoment(func() { a.Relay.Wake(); a.worker.Wake() }))
	a.start(all, "relay", func(tick <-chan time.Time) error { return a.Relay.Run(ctx, tick) }, relayEvery)
	a.start(all, "jobs", func(tick <-chan time.Time) error { return a.worker.Run(ctx, tick) }, jobEvery)
	a.start(all, "notices", func(tick <-chan time.Time) error { return a.readFacts(ctx, read, tick) }, relayEvery)
	a.start(all, "expiry", func(tick <-chan time.Time) error { return a.expire(ctx, tick) }, expireEvery)
	a.start(all, "terms", func(tick <-chan time.Time) error { return a.reloadTerms(ctx, tick) }, termsEvery)
	return nil
}

// start runs one worker with a ticker of its own.
func (a *App) start(all *sync.WaitGroup, name string, run func(tick <-chan time.Time) error, every time.Duration) {
	all.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		if err := run(ticker.C); err != nil && !errors.Is(err, context.Canceled) {
			a.Log.Error("worker ended", "worker", name, "err", err)
		}
	})
}

// inAMoment answers a function that calls wake a moment after it is called, once for all calls until then.
func inAMoment(wake func()) func() {
	var coming atomic.Bool
	return func() {
		if coming.CompareAndSwap(false, true) {
			time.AfterFunc(moment, func() {
				coming.Store(false)
				wake()
			})
		}
	}
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// factsMax is how many facts the notices' reader takes in one transaction.
const factsMax = 200

func (a *App) readFacts(ctx context.Context, wake <-chan struct{}, tick <-chan time.Time) error {
	reader := a.Notices.Reader()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-tick:
		}
		for {
			var n int
			var err error
			a.DB.Turn(ctx, func(ctx context.Context) { n, err = event.RunReader(ctx, a.DB, reader, factsMax) })
			if err != nil {
				if ctx.Err() == nil {
					a.Log.Error("notices wait", "err", err)
				}
				break
			}
			if n < factsMax {
				break
			}
		}
	}
}

// expireMax is how many payments are given back in one transaction.
const expireMax = 100

// expire gives back authorizations whose time is over (rule P05).
func (a *App) expire(ctx context.Context, tick <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
		for n := expireMax; n == expireMax; {
			err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
				n, err = a.Checkout.ExpireDue(tx, expireMax)
				return err
			})
			if err != nil {
				if ctx.Err() == nil {
					a.Log.Error("expiry waits", "err", err)
				}
				break
			}
		}
	}
}

func (a *App) reloadTerms(ctx context.Context, tick <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
		if err := a.Terms.Reload(ctx, a.DB); err != nil && ctx.Err() == nil {
			a.Log.Error("terms stay as they are", "err", err)
		}
	}
}

// The kinds of recurring jobs.
const (
	closeMonthJob = "billing.close"
	invoiceJob    = "billing.invoices"
	pastDueJob    = "billing.past_due"
	lateJob       = "collection.charge"
	gatherJob     = "debit.gather"
	remindJob     = "notice.remind"
	sweepJob      = "app.sweep"
	numbersJob    = "billing.numbers"
	checkJob      = "check.run"
)

// The times of day, in Japan, at which they run. The close waits half an hour after midnight for transactions that began
// before it; a payment that arrives even later is billed in the next month (rule B02).
const (
	closeAt        = 30 * time.Minute
	invoiceAt      = 2 * time.Hour
	pastDueAt      = time.Second
	pastDueOnFirst = time.Hour
	lateAt         = 3 * time.Hour
	sweepAt        = 4 * time.Hour
	remindAt       = 9 * time.Hour
)

// closeWithin is how long the close of a month may take, and what waits for it. Whoever comes after goes on where it
// stopped.
const closeWithin = 2 * time.Hour

// jobs says what the worker does: notices to be sent, and what recurs by the Japan day.
func (a *App) jobs() job.Config {
	return job.Config{
		Log: a.Log,
		Kinds: map[string]job.Handler{
			notice.SendJob: a.Notices.Handler(),
			closeMonthJob:  {Outside: a.closeMonth, Deadline: closeWithin},
			invoiceJob:     {Outside: a.issueInvoices, Deadline: closeWithin},
			pastDueJob:     {Outside: a.markPastDue, Deadline: closeWithin},
			lateJob:        {Outside: a.chargeLate, Deadline: closeWithin},
			gatherJob:      {Outside: a.gatherDebits, Deadline: closeWithin},
			remindJob:      {Outside: a.remind, Deadline: closeWithin},
			sweepJob:       {Outside: a.sweep, Deadline: time.Hour},
			numbersJob:     {Outside: a.tellNumbers, Deadline: time.Hour},
			checkJob:       {Outside: a.checkBooks, Deadline: closeWithin, Waits: checkWaits},
		},
		Recurring: []job.Recurring{
			{Kind: closeMonthJob, Next: func(after time.Time) time.Time { return nextMonthly(after, closeAt) }},
			{Kind: invoiceJob, Next: func(after time.Time) time.Time { return nextDaily(after, invoiceAt) }},
			{Kind: pastDueJob, Next: nextPastDue},
			{Kind: lateJob, Next: func(after time.Time) time.Time { return nextDaily(after, lateAt) }},
			{Kind: gatherJob, Next: func(after time.Time) time.Time { return nextDaily(after, gatherAt) }},
			{Kind: remindJob, Next: func(after time.Time) time.Time { return nextDaily(after, remindAt) }, SkipMissed: true},
			{Kind: sweepJob, Next: func(after time.Time) time.Time { return nextDaily(after, sweepAt) }, SkipMissed: true},
			{Kind: numbersJob, Next: a.nextNumbers, SkipMissed: true},
			{Kind: checkJob, Next: a.nextCheck, SkipMissed: true},
		},
	}
}

// nextDaily is the first instant after another that is so long after midnight in Japan.
func nextDaily(after time.Time, sinceMidnight time.Duration) time.Time {
	day := jst.DayOf(after)
	if at := day.Start().Add(sinceMidnight); at.After(after) {
		return at
	}
	return day.Add(1).Start().Add(sinceMidnight)
}

// nextPastDue is the moment after midnight in Japan at which a due day is over: nobody buys on a bill that is past due
// (rule C03). On the first of a month the month before is closed first.
func nextPastDue(after time.Time) time.Time {
	for day := jst.DayOf(after); ; day = day.Add(1) {
		at := day.Start().Add(pastDueAt)
		if day == day.Month().First() {
			at = day.Start().Add(pastDueOnFirst)
		}
		if at.After(after) {
			return at
		}
	}
}

// nextMonthly is the same on the first day of a month.
func nextMonthly(after time.Time, sinceMidnight time.Duration) time.Time {
	month := jst.MonthOf(after)
	if at := month.Start().Add(sinceMidnight); at.After(after) {
		return at
	}
	return month.Next().Start().Add(sinceMidnight)
}

// closeMonth closes the month before the one in which it was due, and tells the agent of its bills' numbers at once.
func (a *App) closeMonth(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
	if err := a.closeBefore(ctx, jst.DayOf(run.Due)); err != nil {
		return nil, err
	}
	return a.tellNumbers(ctx, run)
}

// closeBefore closes what is not closed yet of the months before a day's. What looks at bills on a day waits for it:
// after downtime the day's run would otherwise find no bill, and look past it.
func (a *App) closeBefore(ctx context.Context, day jst.Day) error {
	month := day.Month().Prev()
	_, err := a.Billing.CloseAll(ctx, a.DB, month, func(p billing.Progress) {
		a.Log.Debug("closing the month", "month", month.String(), "buckets", p.Closed, "of", p.Buckets, "bills", p.Statements)
	})
	return err
}

// issueInvoices issues the invoices of what was captured by invoice before the day (rule I05).
func (a *App) issueInvoices(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
	day := jst.DayOf(run.Due)
	return nil, a.inBatches(ctx, func(tx *db.Tx) (int, error) { return a.Billing.IssueInvoices(tx, day, batchMax) })
}

// batchMax is how many statements a daily job works off in one transaction.
const batchMax = 200

// markPastDue blocks whose bill was due before the day (rule B17), once every bill that can have been due is issued. If
// the close fails, so does this, and nobody is blocked before it is tried again.
func (a *App) markPastDue(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
	day := jst.DayOf(run.Due)
	if err := a.closeBefore(ctx, day); err != nil {
		return nil, err
	}
	return nil, a.inBatches(ctx, func(tx *db.Tx) (int, error) { return a.Billing.MarkPastDue(tx, day, batchMax) })
}

// chargeLate adds to bills past due what the fee days up to the day say (rule D01), once whoever was due is past due and plans
// that were not kept are broken (rule D12). The
// agent's reports of the day before have come by three in the morning; what comes later takes a charge back (rule D05).
func (a *App) chargeLate(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
	day := jst.DayOf(run.Due)
	if _, err := a.markPastDue(ctx, run); err != nil {
		return nil, err
	}
	if err := a.breakPlans(ctx, day); err != nil {
		return nil, err
	}
	var last, next billing.Statement
	for n := batchMax; n > 0; last = next {
		err := a.DB.Write(ctx, func(tx *db.Tx) (err error) { // may run again, and begins where the one before it ended
			next, n, err = a.Collection.ChargeLate(tx, day, last, batchMax)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (a *App) breakPlans(ctx context.Context, day jst.Day) error {
	var last, next id.Statement
	for n := batchMax; n > 0; last = next {
		err := a.DB.Write(ctx, func(tx *db.Tx) (err error) { // may run again, and begins where the one before it ended
			next, n, err = a.Collection.BreakPlans(tx, day, last, batchMax)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// remind reminds of the bills of today (rule N08), also when the run is one that was missed. If the close fails,
// whoever has a bill is reminded all the same, and the rest when it is tried again: each bill is reminded of once.
func (a *App) remind(ctx context.Context, _ job.Run) (func(*db.Tx) error, error) {
	now := a.DB.Now()
	day := jst.DayOf(now)
	if now.Before(day.Start().Add(remindAt)) {
		return nil, nil // up late after downtime: today's own run is still to come
	}
	return nil, errors.Join(
		a.closeBefore(ctx, day),
		a.inBatches(ctx, func(tx *db.Tx) (int, error) { return a.Notices.Remind(tx, day, batchMax) }),
	)
}

// sweptAfter is how long a job that is done stays to be looked at.
const sweptAfter = 90 * 24 * time.Hour

func (a *App) sweep(ctx context.Context, _ job.Run) (func(*db.Tx) error, error) {
	if err := a.forget(ctx, jst.DayOf(a.DB.Now())); err != nil {
		return nil, err
	}
	if err := a.DB.Write(ctx, a.Payouts.Sweep); err != nil {
		return nil, err
	}
	err := a.inBatches(ctx, func(tx *db.Tx) (int, error) { return job.Sweep(tx, tx.Now().Add(-sweptAfter), batchMax) })
	if err != nil {
		return nil, err
	}
	return nil, a.inBatches(ctx, func(tx *db.Tx) (int, error) {
		n, err := a.Members.Sweep(tx)
		return int(n), err
	})
}

// forget takes old answers from their keys (rule X14).
func (a *App) forget(ctx context.Context, day jst.Day) error {
	days := run.AnswerDays.On(a.Terms.Current(), day)
	turn := int(day.Start().Unix() / (24 * 60 * 60))
	return run.Strip(ctx, a.DB, turn, day.Add(-days).Start())
}

// inBatches runs step in one transaction after the other until it finds nothing more.
func (a *App) inBatches(ctx context.Context, step func(*db.Tx) (int, error)) error {
	for {
		n := 0
		err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = step(tx)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
