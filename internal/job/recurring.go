package job

import (
	"errors"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// Recurring makes a kind of job run again and again. Each run's ref is its due instant in Japan time. Jobs of such a
// kind are enqueued by its chain only.
type Recurring struct {
	Kind string

	// Next gives the first due instant after another: whole seconds, later than its argument.
	Next func(after time.Time) time.Time

	// SkipMissed lets a chain that has fallen behind go on from now, with one run for all that were missed. Without
	// it each missed run is made, in order: right for work that belongs to a day.
	SkipMissed bool
}

// bucket is where the chain of a kind lives.
func (r Recurring) bucket() int { return id.BucketOf("job", r.Kind) }

// after is the job that follows one due at an instant.
func (r Recurring) after(due time.Time) (Job, error) {
	next := r.Next(due)
	if !next.After(due) || next.Nanosecond() != 0 {
		return Job{}, fmt.Errorf("job: %s recurs at %v after %v: it has to be later and a whole second", r.Kind, next, due)
	}
	return Job{Bucket: r.bucket(), Kind: r.Kind, Ref: refAt(next), Due: next}, nil
}

// refAt is the ref of a run. All have the same width and offset, so they sort by time.
func refAt(due time.Time) string { return jst.In(due).Format(time.RFC3339) }

// start begins the chain, unless it runs already: from the chain's last run if there was one, otherwise from now.
func (r Recurring) start(tx *db.Tx) error {
	last, err := lastOfChain(tx, r.bucket(), r.Kind)
	switch {
	case errors.Is(err, db.ErrNone):
		return r.enqueueAfter(tx, tx.Now())
	case err != nil:
		return err
	case last.State == Waiting || last.State == Running:
		return nil
	}
	return r.goOn(tx, last.Due)
}

// follow enqueues the run after one that has ended. If the chain has gone on before (the run was dead and has been
// revived), it does nothing.
func (r Recurring) follow(tx *db.Tx, run Run) error {
	last, err := lastOfChain(tx, r.bucket(), r.Kind)
	if err != nil || last.Ref != run.Ref {
		return err
	}
	return r.goOn(tx, run.Due)
}

func (r Recurring) goOn(tx *db.Tx, due time.Time) error {
	if r.SkipMissed && due.Before(tx.Now()) {
		due = tx.Now()
	}
	return r.enqueueAfter(tx, due)
}

func (r Recurring) enqueueAfter(tx *db.Tx, due time.Time) error {
	next, err := r.after(due)
	if err != nil {
		return err
	}
	return Enqueue(tx, next)
}
