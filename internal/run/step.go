package run

import "context"

// Told is what the caller of one order of a Step is told.
type Told[R any] struct {
	Done Done[R]
	Err  error
}

// Step works off one batch, at most 256 orders, at once and in the caller's goroutine, and tells each of them in their
// order what a lane would have told it. Lanes of n = 0 have no goroutines and work in this way only.
func (l *Lanes[I, R]) Step(ctx context.Context, orders []Order[I]) []Told[R] {
	batch := make([]*queued[I, R], len(orders))
	for i, o := range orders {
		batch[i] = &queued[I, R]{ctx: ctx, order: o, ready: make(chan struct{})}
	}
	l.round(batch)
	told := make([]Told[R], len(batch))
	for i, q := range batch {
		told[i] = Told[R]{Done: q.done, Err: q.err}
	}
	return told
}
