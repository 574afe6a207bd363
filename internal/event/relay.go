package event

import (
	"context"
	"log/slog"
	"time"

	"tsuke/internal/db"
)

// StepMax is how many facts one step of the relay gives places to, or a few more: what was committed together stays
// together.
const StepMax = 1000

// Relay gives committed facts their places in the log and in the feeds of merchants. Several processes may run one
// each: they take turns on the relay's row.
type Relay struct {
	db    *db.DB
	log   *slog.Logger
	given func()
	wake  chan struct{}
}

// NewRelay makes a relay. log and given may be nil; given is called after each step that gave places, so that the readers in
// this process need not wait for their next poll.
func NewRelay(d *db.DB, log *slog.Logger, given func()) *Relay {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if given == nil {
		given = func() {}
	}
	return &Relay{db: d, log: log, given: given, wake: make(chan struct{}, 1)}
}

// Wake tells the relay that facts were committed. It never blocks and may be called from anywhere; a call that is lost
// costs one poll interval, nothing else.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends: on each Wake and on each tick. A step that fails is logged and tried again at the next one;
// nothing is lost, because the outbox is emptied by what succeeds only.
func (r *Relay) Run(ctx context.Context, tick <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.wake:
		case <-tick:
		}
		if err := r.drain(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("relay: facts wait for their places", "err", err)
		}
	}
}

// drain steps until less than a full step was waiting.
func (r *Relay) drain(ctx context.Context) error {
	for ctx.Err() == nil {
		n, err := r.Step(ctx)
		if err != nil {
			return err
		}
		if n < StepMax {
			return nil
		}
	}
	return ctx.Err()
}

// Step gives places to what waits, about StepMax facts, in one transaction, and answers how many got one. It does not
// write if nothing waits.
func (r *Relay) Step(ctx context.Context) (int, error) {
	waits := false
	err := r.db.Read(ctx, func(tx *db.Tx) (err error) {
		_, waits, err = Oldest(tx)
		return err
	})
	if err != nil || !waits {
		return 0, err
	}
	var given int
	err = r.db.Write(ctx, func(tx *db.Tx) (err error) {
		given, err = give(tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	if given > 0 {
		r.given()
	}
	return given, nil
}

// give is one step inside its transaction. The lock comes first: on PostgreSQL each statement sees what was committed
// before it began, hence all that earlier relays did.
func give(tx *db.Tx) (int, error) {
	position, err := lockRelay(tx)
	if err != nil {
		return 0, err
	}
	rows, err := loadOutbox(tx, StepMax)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	rows, waiting, err := firstOf(rows)
	if err != nil {
		return 0, err
	}
	last, err := loadLastNumbers(tx, waiting)
	if err != nil {
		return 0, err
	}
	for i := range waiting {
		w := &waiting[i]
		position++
		w.position = position
		if !w.merchant.IsZero() {
			last[w.merchant]++
			w.number = last[w.merchant]
		}
	}
	if err := insertLog(tx, waiting); err != nil {
		return 0, err
	}
	if err := insertMerchantEvents(tx, waiting); err != nil {
		return 0, err
	}
	if err := deleteOutbox(tx, rows); err != nil {
		return 0, err
	}
	return len(waiting), moveRelay(tx, position)
}

// firstOf takes rows of the outbox until they hold a step's worth of facts.
func firstOf(rows []waitingRow) ([]waitingRow, []waitingFact, error) {
	var facts []waitingFact
	for i, row := range rows {
		more, err := row.unpack()
		if err != nil {
			return nil, nil, err
		}
		if facts = append(facts, more...); len(facts) >= StepMax {
			return rows[:i+1], facts, nil
		}
	}
	return rows, facts, nil
}

// Oldest is the instant of the fact that has waited longest for its place, and false if none waits. Its age is the
// relay's lag; it keeps growing while no relay runs.
func Oldest(tx *db.Tx) (time.Time, bool, error) {
	return findOldestTurn(tx)
}
