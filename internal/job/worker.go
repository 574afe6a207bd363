package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"tsuke/internal/db"
)

// DefaultWidth is how many jobs a worker runs at a time unless it is told otherwise.
const DefaultWidth = 8

// Config says what a worker does.
type Config struct {
	Kinds     map[string]Handler // jobs of other kinds are left to other workers
	Recurring []Recurring        // their kinds are among Kinds
	Width     int                // how many jobs run at a time; DefaultWidth if zero
	Log       *slog.Logger       // discarded if nil
}

// Worker claims due jobs and runs them. Any number of workers, in any number of processes, share the work.
type Worker struct {
	db        *db.DB
	log       *slog.Logger
	kinds     map[string]Handler
	names     []string // of the kinds, sorted
	recurring map[string]Recurring
	width     int
	wake      chan struct{}
}

// NewWorker makes a worker, or says which handler is incomplete.
func NewWorker(d *db.DB, c Config) (*Worker, error) {
	w := &Worker{
		db: d, log: c.Log, kinds: make(map[string]Handler, len(c.Kinds)), recurring: make(map[string]Recurring, len(c.Recurring)),
		names: slices.Sorted(maps.Keys(c.Kinds)), width: cmp.Or(c.Width, DefaultWidth), wake: make(chan struct{}, 1),
	}
	if w.width < 0 {
		return nil, fmt.Errorf("job: a worker cannot run %d jobs at a time", w.width)
	}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	for kind, h := range c.Kinds {
		if err := h.check(kind); err != nil {
			return nil, err
		}
		w.kinds[kind] = h.withDefaults()
	}
	for _, r := range c.Recurring {
		if _, ok := w.kinds[r.Kind]; !ok || r.Next == nil {
			return nil, fmt.Errorf("job: recurring kind %q needs a handler and a Next", r.Kind)
		}
		if _, twice := w.recurring[r.Kind]; twice {
			return nil, fmt.Errorf("job: recurring kind %q is given twice", r.Kind)
		}
		w.recurring[r.Kind] = r
	}
	return w, nil
}

// Start begins the recurring chains that have not begun. It may be called at each start of each process.
func (w *Worker) Start(ctx context.Context) error {
	return w.db.Write(ctx, func(tx *db.Tx) error {
		if err := lockGate(tx); err != nil {
			return err
		}
		for _, kind := range slices.Sorted(maps.Keys(w.recurring)) {
			if err := w.recurring[kind].start(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// Wake tells the worker that a job may be due. It never blocks; a call that is lost costs one poll interval.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends: on each Wake and on each tick it steps until nothing is due.
func (w *Worker) Run(ctx context.Context, tick <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.wake:
		case <-tick:
		}
		for ctx.Err() == nil {
			n, err := w.Step(ctx)
			if err != nil && ctx.Err() == nil {
				w.log.Error("worker: due jobs wait", "err", err)
			}
			if n == 0 || err != nil {
				break
			}
		}
	}
}

// Step claims what is due, at most the worker's width, runs it side by side and waits for its end. It answers how many
// jobs it claimed; 0 means that nothing is due. A failed job is no error of Step: it is written at the job.
func (w *Worker) Step(ctx context.Context) (int, error) {
	var due []string
	err := w.db.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = dueKinds(tx, w.names)
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	var c claim
	err = w.db.Write(ctx, func(tx *db.Tx) (err error) {
		c, err = w.claim(tx, due)
		return err
	})
	if err != nil {
		return 0, err
	}
	failed := make([]error, len(c.runs))
	var running sync.WaitGroup
	for i, run := range c.runs {
		running.Go(func() { failed[i] = w.do(ctx, run) })
	}
	running.Wait()
	return len(c.runs) + c.buried, errors.Join(failed...)
}

// claim is what one step took.
type claim struct {
	runs   []Run
	buried int // jobs whose last lease ended without a word
}

// claim takes due jobs of each due kind in turn, so that a flood of one kind does not hold up the others. Claims of all
// workers take turns at the gate.
func (w *Worker) claim(tx *db.Tx, due []string) (claim, error) {
	if err := lockGate(tx); err != nil {
		return claim{}, err
	}
	var c claim
	share := max(1, w.width/len(due))
	for _, kind := range due {
		limit := min(share, w.width-len(c.runs))
		if limit <= 0 {
			break
		}
		found, err := loadDue(tx, kind, limit)
		if err != nil {
			return claim{}, err
		}
		h := w.kinds[kind]
		for _, run := range found {
			if run.state == Running && run.Attempt > h.attempts() {
				if err := w.bury(tx, run); err != nil {
					return claim{}, err
				}
				c.buried++
				continue
			}
			c.runs = append(c.runs, run)
		}
	}
	var err error
	c.runs, err = lease(tx, c.runs, w.kinds)
	return c, err
}

// bury ends a job whose lease ran out in its last attempt: its process went down, or it does not heed its deadline.
func (w *Worker) bury(tx *db.Tx, run Run) error {
	run.token-- // it is not claimed, so the token is still that of the claim that ran out
	out := outcome{state: Dead, attempts: run.Attempt - 1, at: tx.Now(), code: "lease_ended"}
	if err := settle(tx, run, out); err != nil {
		return err
	}
	return w.follow(tx, run)
}

// do runs one claimed job to its end and answers an error only if that end could not be written.
func (w *Worker) do(ctx context.Context, run Run) error {
	h := w.kinds[run.Kind]
	within, cancel := context.WithTimeout(ctx, h.Deadline)
	defer cancel()
	err := w.attempt(within, h, run)
	log := w.log.With("job", run.ID.String(), "kind", run.Kind, "ref", run.Ref, "attempt", run.Attempt)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrLeaseLost):
		log.Warn("job: came too late, its writes are rolled back")
		return nil
	case errors.Is(err, db.ErrCommitUnknown):
		// Done, or not: if not, its lease ends and it is claimed again.
		log.Warn("job: the outcome of its commit is not known", "err", err)
		return nil
	}
	return w.fail(ctx, log, run, err)
}

// attempt is the handler's work and the mark that it is done.
func (w *Worker) attempt(ctx context.Context, h Handler, run Run) error {
	after := func(tx *db.Tx) error { return h.InTx(tx, run) }
	if h.Outside != nil {
		var err error
		if after, err = outside(ctx, h, run); err != nil {
			return err
		}
	}
	return w.db.Write(ctx, func(tx *db.Tx) (err error) {
		defer func() { err = panicked(recover(), err) }()
		if after != nil {
			if err := after(tx); err != nil {
				return err
			}
		}
		if err := settle(tx, run, outcome{state: Done, attempts: run.Attempt, at: tx.Now()}); err != nil {
			return err
		}
		return w.follow(tx, run)
	})
}

func outside(ctx context.Context, h Handler, run Run) (after func(tx *db.Tx) error, err error) {
	defer func() { err = panicked(recover(), err) }()
	return h.Outside(ctx, run)
}

// panicked turns a panic of a handler into a failure of its job; without a panic it passes err on.
func panicked(panicking any, err error) error {
	if panicking == nil {
		return err
	}
	return fmt.Errorf("%w: %v\n%s", errPanic, panicking, debug.Stack())
}

// fail writes what becomes of a job whose attempt failed. It is written even while the process is being stopped.
func (w *Worker) fail(ctx context.Context, log *slog.Logger, run Run, cause error) error {
	stopping := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseGrace)
	defer cancel()
	var out outcome
	err := w.db.Write(ctx, func(tx *db.Tx) error {
		out = w.kinds[run.Kind].judge(run, cause, tx.Now(), stopping)
		if err := settle(tx, run, out); err != nil {
			return err
		}
		if out.state != Dead {
			return nil
		}
		return w.follow(tx, run)
	})
	switch {
	case errors.Is(err, ErrLeaseLost):
		log.Warn("job: failed after its lease", "err", cause)
		return nil
	case err != nil:
		return fmt.Errorf("job: write the failure of %s: %w", run.ID, err)
	case out.state == Dead:
		log.Error("job: given up, a person has to look at it", "code", out.code, "err", cause)
	default:
		log.Warn("job: failed, will be tried again", "code", out.code, "at", out.at, "err", cause)
	}
	return nil
}

// follow goes on with the chain of a run that has ended, if its kind recurs.
func (w *Worker) follow(tx *db.Tx, run Run) error {
	r, ok := w.recurring[run.Kind]
	if !ok || run.Bucket != r.bucket() {
		return nil
	}
	return r.follow(tx, run)
}
