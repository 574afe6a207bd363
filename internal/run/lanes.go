package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
)

// batchMax is how many orders one transaction takes. Measured: more brings nothing and makes the first ones wait.
const batchMax = 256

// queueMax bounds what may wait in one lane. Who finds it full is told so before any work began.
const queueMax = 4096

// batchWait is how long a batch may take. It has no caller's deadline, and without one a line to the database that is
// half-open would stop its lane for ever.
const batchWait = 10 * time.Second

// Order is one request for a hot verb. Without a key (Value empty) the verb's own identity of orders is the only guard.
type Order[I any] struct {
	Key   Key
	Input I
}

// Batch works off inputs in one transaction and answers one result per input, in their order. An error fails all of
// them; a refusal of one input is a result with a fault.
type Batch[I, R any] func(tx *db.Tx, inputs []I) ([]Result[R], error)

// Result is what became of one input: a value or a refusal.
type Result[R any] struct {
	Value   R
	Refused *fault.Error
}

// Render turns a result into the answer that is kept with the key. It runs inside the transaction and does no I/O.
type Render[R any] func(Result[R]) Answer

// Done is what a caller of Lanes.Do is told: the result of this run, or the answer that was stored before.
type Done[R any] struct {
	Outcome
	Result Result[R] // empty on a replay
}

// Lanes gather orders for a hot verb. A lane is one goroutine; orders of one bucket always meet in the same lane, so
// two orders of one member see each other.
type Lanes[I, R any] struct {
	db       *db.DB
	bucketOf func(I) int
	batch    Batch[I, R]
	render   Render[R]
	queues   []chan *queued[I, R]
	quit     chan struct{}
	running  sync.WaitGroup
	stopOnce sync.Once
}

type queued[I, R any] struct {
	ctx   context.Context //nolint:containedctx // looked at once, before work begins
	order Order[I]
	done  Done[R]
	err   error
	ready chan struct{}
}

// NewLanes starts n lanes. Stop ends them.
func NewLanes[I, R any](d *db.DB, n int, bucketOf func(I) int, batch Batch[I, R], render Render[R]) *Lanes[I, R] {
	l := &Lanes[I, R]{db: d, bucketOf: bucketOf, batch: batch, render: render, quit: make(chan struct{})}
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
// matters: what commits is told to whoever still listens, and the key tells the rest.
func (l *Lanes[I, R]) Do(ctx context.Context, order Order[I]) (Done[R], error) {
	q := &queued[I, R]{ctx: ctx, order: order, ready: make(chan struct{})}
	lane := l.queues[l.bucketOf(order.Input)%len(l.queues)]
	select {
	case <-l.quit:
		return Done[R]{}, notBegun()
	default:
	}
	select {
	case lane <- q:
	default:
		return Done[R]{}, notBegun()
	}
	select {
	case <-q.ready:
		return q.done, q.err
	case <-ctx.Done():
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
					q.err = notBegun()
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

// round works off one batch. Orders whose callers' time is up are dropped before work begins. If the batch fails as a
// whole, each order is tried alone, so that one bad order cannot take others down.
func (l *Lanes[I, R]) round(all []*queued[I, R]) {
	live := all[:0:0]
	for _, q := range all {
		if q.ctx.Err() != nil {
			q.err = notBegun()
			close(q.ready)
			continue
		}
		live = append(live, q)
	}
	if len(live) == 0 {
		return
	}
	err := l.commit(live)
	if err != nil && len(live) > 1 && Charged(err).Charged == fault.NotCharged {
		for _, q := range live {
			if err := l.commit([]*queued[I, R]{q}); err != nil {
				q.err = Charged(err)
			}
		}
		err = nil
	}
	for _, q := range live {
		if err != nil {
			q.err = Charged(err)
		}
		close(q.ready)
	}
}

// commit runs one transaction for the orders: keys looked up, duplicates within the batch resolved in memory, the verb,
// answers stored.
func (l *Lanes[I, R]) commit(all []*queued[I, R]) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(all[0].ctx), batchWait)
	defer cancel()
	return l.db.Write(ctx, func(tx *db.Tx) error {
		fresh, twins, err := l.sortOut(tx, all)
		if err != nil || len(fresh) == 0 {
			return err
		}
		inputs := make([]I, len(fresh))
		for i, q := range fresh {
			inputs[i] = q.order.Input
		}
		results, err := l.batch(tx, inputs)
		if err != nil {
			return err
		}
		if len(results) != len(fresh) {
			return fmt.Errorf("run: %d results for %d orders", len(results), len(fresh))
		}
		if err := l.keep(tx, fresh, results); err != nil {
			return err
		}
		for twin, first := range twins {
			twin.done, twin.err = first.done, first.err
			twin.done.Replayed = true
		}
		return nil
	})
}

// sortOut answers the orders whose key is not answered yet, one per key, and the later twins of those. Orders that
// replay or are refused have their outcome set.
func (l *Lanes[I, R]) sortOut(tx *db.Tx, all []*queued[I, R]) (fresh []*queued[I, R], twins map[*queued[I, R]]*queued[I, R], err error) {
	keys := make([]Key, 0, len(all))
	for _, q := range all {
		q.done, q.err = Done[R]{}, nil
		if q.order.Key.Value != "" {
			keys = append(keys, q.order.Key)
		}
	}
	answered, err := selectKeys(tx, keys)
	if err != nil {
		return nil, nil, err
	}
	twins = map[*queued[I, R]]*queued[I, R]{}
	first := map[string]*queued[I, R]{}
	for _, q := range all {
		key := q.order.Key
		hash := key.hashText()
		if s, ok := answered[hash]; ok && key.Value != "" {
			if q.err = s.matches(key); q.err == nil {
				q.done = Done[R]{Outcome: s.outcome()}
			}
			continue
		}
		if earlier, ok := first[hash]; ok && key.Value != "" {
			same := stored{operation: earlier.order.Key.Operation, sum: earlier.order.Key.Print.sum[:16], fields: earlier.order.Key.Print.fields, firstSeen: tx.Now()}
			if q.err = same.matches(key); q.err == nil {
				twins[q] = earlier
			}
			continue
		}
		first[hash] = q
		fresh = append(fresh, q)
	}
	return fresh, twins, nil
}

// keep stores the answers. A refusal inside a batch is stored like any other answer if it is final for its key.
func (l *Lanes[I, R]) keep(tx *db.Tx, fresh []*queued[I, R], results []Result[R]) error {
	var rows []keyed
	for i, q := range fresh {
		r := results[i]
		if r.Refused != nil {
			r.Refused = Charged(r.Refused)
		}
		q.done = Done[R]{Result: r, Outcome: Outcome{Answer: l.render(r), FirstSeen: tx.Now()}}
		if q.order.Key.Value == "" || (r.Refused != nil && !final(r.Refused)) {
			continue
		}
		rows = append(rows, keyed{q.order.Key, q.done.Answer})
	}
	kept, err := insertKeys(tx, rows)
	if err != nil {
		return err
	}
	if int(kept) != len(rows) {
		return fmt.Errorf("%w: a key was answered meanwhile", db.ErrSerialization)
	}
	return nil
}
