package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
)

// Handler does the jobs of one kind. Exactly one of InTx and Outside is set.
type Handler struct {
	// InTx writes through tx, in the transaction that marks the job as done. It may run again for the same attempt
	// when the transaction did not commit, so it touches nothing but tx.
	InTx func(tx *db.Tx, run Run) error

	// Outside may call other systems, and must end when ctx does. The function it answers, which may be nil, writes
	// what follows, in the transaction that marks the job as done.
	Outside func(ctx context.Context, run Run) (settle func(tx *db.Tx) error, err error)

	// Deadline is how long one run may take; DefaultDeadline if zero. The lease lasts a little longer.
	Deadline time.Duration

	// Waits is how long to wait after the first failure, the second, and so on; DefaultWaits if nil. The failure after
	// the last wait is final.
	Waits []time.Duration
}

// DefaultDeadline is how long a run may take unless its handler says otherwise.
const DefaultDeadline = 30 * time.Second

// leaseGrace is how much longer than the deadline a lease lasts: time for the last transaction to commit.
const leaseGrace = 30 * time.Second

// DefaultWaits is the schedule of retries unless a handler says otherwise: ten attempts over about two days.
func DefaultWaits() []time.Duration {
	return []time.Duration{
		10 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour,
		3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	}
}

func (h Handler) withDefaults() Handler {
	if h.Deadline == 0 {
		h.Deadline = DefaultDeadline
	}
	if h.Waits == nil {
		h.Waits = DefaultWaits()
	}
	return h
}

func (h Handler) check(kind string) error {
	if (h.InTx == nil) == (h.Outside == nil) {
		return fmt.Errorf("job: the handler of %q has to set one of InTx and Outside", kind)
	}
	if h.Deadline < 0 || slices.ContainsFunc(h.Waits, func(wait time.Duration) bool { return wait < 0 }) {
		return fmt.Errorf("job: the handler of %q has a negative deadline or wait", kind)
	}
	return nil
}

// lease is how long a claim keeps others off.
func (h Handler) lease() time.Duration { return h.Deadline + leaseGrace }

// attempts is how often a job of this kind is tried.
func (h Handler) attempts() int { return len(h.Waits) + 1 }

// Permanent marks an error after which trying again is of no use: the job is dead at once.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

// Unwrap gives the marked error.
func (p permanent) Unwrap() error { return p.error }

// outcome is what a failed attempt leads to.
type outcome struct {
	state    State
	attempts int       // used up so far
	at       time.Time // of the next try, or of death
	code     string    // why
}

// judge decides what becomes of a job whose attempt failed at an instant. stopping means that the process is being
// stopped: that attempt was not the job's fault and does not count.
func (h Handler) judge(run Run, err error, now time.Time, stopping bool) outcome {
	out := outcome{state: Waiting, attempts: run.Attempt, at: now, code: codeOf(err)}
	switch {
	case stopping:
		out.attempts--
		out.code = "stopped"
	case errors.As(err, new(permanent)), run.Attempt >= h.attempts():
		out.state = Dead
	default:
		out.at = now.Add(h.Waits[run.Attempt-1])
	}
	return out
}

// errPanic marks the failure of a handler that panicked.
var errPanic = errors.New("job: the handler panicked")

// codeOf is what is kept of an error: a code, because its text is not ours to judge.
func codeOf(err error) string {
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return f.Kind.Code
	case errors.Is(err, errPanic):
		return "panic"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	}
	return fault.Unclassified.Code
}
