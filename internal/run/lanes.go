package run

import (
	"context"
	"sync"
	"time"

	"tsuke/internal/fault"
)

// batchMax is how many orders one transaction takes. Measured: more brings nothing and makes the first ones wait.
const batchMax = 256

// queueMax bounds what may wait in one lane. Who finds it full is told so before any work began.
const queueMax = 4096

// batchWait is how long a batch may take. It has no caller's deadline, and without one a line to the database that is
// half-open would stop its lane for ever.
const batchWait = 10 * time.Second

// Lanes gather orders for a hot verb. A lane is one goroutine; orders of one bucket always meet in the same lane, so
// two orders of one member see each other.
type Lanes[I, R any] struct {
	batcher  Batcher[I, R]
	bucketOf func(I) int
	flight   flight
	queues   []chan *queued[I, R]
	quit     chan struct{}
	running  sync.WaitGroup
	stopOnce sync.Once
}

type queued[I, R any] struct {
	ctx   context.Context //nolint:containedctx // looked at once, before work begins
	order Order[I]
	told  Told[R]
	ready chan struct{}
}

// NewLanes starts n lanes. Stop ends them.
func NewLanes[I, R any](b Batcher[I, R], n int, bucketOf func(I) int) *Lanes[I, R] {
	l := &Lanes[I, R]{batcher: b, bucketOf: bucketOf, quit: make(chan struct{})}
	for range n {
		q := make(chan *queued[I, R], queueMax)
		l.queues = append(l.queues, q)
		l.running.Add(1)
		go l.work(q)
	}
	return l
}

// Stop lets the lanes finish what they hold and ends them. Orders still queued are told that nothing was begun.
func (l *Lanes[I, R]) Stop() {
	l.stopOnce.Do(func() { close(l.quit) })
	l.running.Wait()
}

// Do hands in an order and waits for its result. Once the order is being worked on, the caller's deadline no longer
// matters: what commits is told to whoever still listens, and the key tells the rest. A duplicate of an order that waits
// or is being worked on waits at most two seconds, then it is refused with InFlight.
func (l *Lanes[I, R]) Do(ctx context.Context, order Order[I]) (Done[R], error) {
	wait, twin, leave := l.takeOff(ctx, order.Key)
	q := &queued[I, R]{ctx: wait, order: order, ready: make(chan struct{})}
	lane := l.queues[l.bucketOf(order.Input)%len(l.queues)]
	select {
	case <-l.quit:
		leave()
		return Done[R]{}, notBegun()
	default:
	}
	select {
	case lane <- q:
	default:
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

func (l *Lanes[I, R]) work(queue chan *queued[I, R]) {
	defer l.running.Done()
	for {
		select {
		case q := <-queue:
			l.round(gather(queue, q))
		case <-l.quit:
			for {
				select {
				case q := <-queue:
					q.told.Err = notBegun()
					close(q.ready)
				default:
					return
				}
			}
		}
	}
}

// gather takes what waits already and never waits itself.
func gather[I, R any](queue chan *queued[I, R], first *queued[I, R]) []*queued[I, R] {
	all := []*queued[I, R]{first}
	for len(all) < batchMax {
		select {
		case q := <-queue:
			all = append(all, q)
		default:
			return all
		}
	}
	return all
}

// round works off one batch. Orders whose callers' time is up are dropped before work begins.
func (l *Lanes[I, R]) round(all []*queued[I, R]) {
	live := all[:0:0]
	var orders []Order[I]
	for _, q := range all {
		if q.ctx.Err() != nil {
			q.told.Err = notBegun()
			close(q.ready)
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
