package run

import (
	"context"
	"runtime"
	"sync"
	"time"

	"tsuke/internal/fault"
)

// batchMax is how many orders one transaction takes. Measured: more brings nothing and makes the first ones wait.
const batchMax = 256

// queueMax bounds what may wait. Who finds the queue full is told so before any work began.
const queueMax = 8192

// crowd is how many orders must wait before a second batch begins while one is under way. With fewer, they are cheaper
// together in the next batch: a good part of what a small batch costs does not depend on its size. With many more, the
// database rests while this process works, and the other way round. Measured: with 32, 64 callers are served faster than
// with 96, in process by a third and over HTTP by a sixth on average (docs/decisions/0012-plans-and-batches.md).
const crowd = 32

// batchWait is how long a batch may take. It has no caller's deadline, and without one a line to the database that is
// half-open would stop its lane for ever.
const batchWait = 10 * time.Second

// Lanes gather orders for a hot verb. A lane is one goroutine that takes what waits and works it off in one transaction;
// orders of one bucket are never under way in two lanes, so two orders of one member see each other.
type Lanes[I, R any] struct {
	batcher  Batcher[I, R]
	bucketOf func(I) int
	crowd    int
	flight   flight
	quit     chan struct{}
	running  sync.WaitGroup

	mu       sync.Mutex
	ready    sync.Cond // a lane may find something to do, or has to end
	waiting  []*queued[I, R]
	batches  int         // under way
	underway map[int]int // orders of a bucket that are
	stopped  bool
}

type queued[I, R any] struct {
	ctx    context.Context //nolint:containedctx // looked at once, before work begins
	order  Order[I]
	bucket int
	told   Told[R]
	ready  chan struct{}
}

// NewLanes starts n lanes. Stop ends them.
func NewLanes[I, R any](b Batcher[I, R], n int, bucketOf func(I) int) *Lanes[I, R] {
	l := &Lanes[I, R]{batcher: b, bucketOf: bucketOf, crowd: crowd, quit: make(chan struct{}), underway: map[int]int{}}
	l.ready.L = &l.mu
	for range n {
		l.running.Go(l.work)
	}
	return l
}

// Stop lets the lanes finish what they hold and ends them. Orders still queued are told that nothing was begun.
func (l *Lanes[I, R]) Stop() {
	l.mu.Lock()
	defer l.running.Wait()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	l.stopped = true
	close(l.quit)
	l.ready.Broadcast()
	for _, q := range l.waiting {
		q.refuse()
	}
	l.waiting = nil
}

func (q *queued[I, R]) refuse() {
	q.told.Err = notBegun()
	close(q.ready)
}

// Do hands in an order and waits for its result. Once the order is being worked on, the caller's deadline no longer
// matters: what commits is told to whoever still listens, and the key tells the rest. A duplicate of an order that waits
// or is being worked on waits at most two seconds, then it is refused with InFlight.
func (l *Lanes[I, R]) Do(ctx context.Context, order Order[I]) (Done[R], error) {
	wait, twin, leave := l.takeOff(ctx, order.Key)
	q := &queued[I, R]{ctx: wait, order: order, bucket: l.bucketOf(order.Input), ready: make(chan struct{})}
	if !twin && ctx.Err() != nil || !l.enqueue(q) { // a twin's first may charge
		leave()
		return Done[R]{}, notBegun()
	}
	select {
	case <-q.ready:
		leave()
		return l.land(ctx, q)
	case <-wait.Done():
		go l.landLater(q, leave)
		if twin && ctx.Err() == nil {
			return Done[R]{}, inFlight()
		}
		return Done[R]{}, stillRunning(ctx.Err())
	}
}

func notBegun() error {
	e := TooBusy.New().After(1)
	e.Charged = fault.NotCharged
	return e
}

// stillRunning is the truth about an order whose caller stopped waiting: it may still be decided.
func stillRunning(cause error) error {
	e := Unknown.Because(cause).After(1)
	e.Charged = fault.Checking
	return e
}

// enqueue lets an order wait, unless too many do.
func (l *Lanes[I, R]) enqueue(q *queued[I, R]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped || len(l.waiting) >= queueMax {
		return false
	}
	l.waiting = append(l.waiting, q)
	if l.enough() {
		l.ready.Signal()
	}
	return true
}

// enough tells whether a batch is worth to be begun now: always if none is under way. No timer is involved.
func (l *Lanes[I, R]) enough() bool {
	return len(l.waiting) >= l.crowd || l.batches == 0 && len(l.waiting) > 0
}

func (l *Lanes[I, R]) work() {
	for batch := l.gather(); batch != nil; batch = l.gather() {
		l.round(batch)
		runtime.Gosched() // those who were just told may have their next order ready: it belongs into the next batch
		l.release(batch)
	}
}

// gather takes what waits, once there is enough; nil when the lanes end.
func (l *Lanes[I, R]) gather() []*queued[I, R] {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.stopped {
		if l.enough() {
			if batch := l.pick(); len(batch) > 0 {
				l.batches++
				return batch
			}
		}
		l.ready.Wait()
	}
	return nil
}

// pick takes the orders, in their order of arrival, whose buckets are not under way in another lane.
func (l *Lanes[I, R]) pick() []*queued[I, R] {
	batch := make([]*queued[I, R], 0, min(len(l.waiting), batchMax))
	left := l.waiting[:0]
	for _, q := range l.waiting {
		if len(batch) == batchMax || l.underway[q.bucket] > 0 {
			left = append(left, q)
		} else {
			batch = append(batch, q)
		}
	}
	clear(l.waiting[len(left):])
	l.waiting = left
	for _, q := range batch {
		l.underway[q.bucket]++
	}
	return batch
}

// release makes room for the orders that had to wait for those of a batch.
func (l *Lanes[I, R]) release(batch []*queued[I, R]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.batches--
	for _, q := range batch {
		if l.underway[q.bucket]--; l.underway[q.bucket] == 0 {
			delete(l.underway, q.bucket)
		}
	}
	l.ready.Broadcast()
}

// round works off one batch. Orders whose callers' time is up are dropped before work begins.
func (l *Lanes[I, R]) round(all []*queued[I, R]) {
	live := all[:0:0]
	var orders []Order[I]
	for _, q := range all {
		if q.ctx.Err() != nil {
			q.refuse()
			continue
		}
		live = append(live, q)
		orders = append(orders, q.order)
	}
	if len(live) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(live[0].ctx), batchWait)
	defer cancel()
	told := l.batcher.Do(ctx, orders)
	for i, q := range live {
		q.told = told[i]
		close(q.ready)
	}
}
