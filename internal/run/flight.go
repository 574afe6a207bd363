package run

import (
	"context"
	"sync"

	"tsuke/internal/fault"
)

// flight knows which keys are being worked on in this process.
type flight struct {
	mu   sync.Mutex
	keys map[string]*aloft
}

// aloft is a key in flight: how many requests carry it, and a channel that is closed when the last of them has ended.
type aloft struct {
	n      int
	landed chan struct{}
}

// enter waits for its turn on the key, at most two seconds. The caller calls leave when done.
func (f *flight) enter(ctx context.Context, key string) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, Wait)
	defer cancel()
	for {
		f.mu.Lock()
		busy, taken := f.keys[key]
		if !taken {
			f.add(key)
			f.mu.Unlock()
			return func() { f.leave(key) }, nil
		}
		f.mu.Unlock()
		select {
		case <-busy.landed:
		case <-ctx.Done():
			return nil, inFlight()
		}
	}
}

// join notes one more request with the key, which runs beside the others, and tells whether there are others.
func (f *flight) join(key string) (twin bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add(key) > 1
}

func (f *flight) add(key string) int {
	if f.keys == nil {
		f.keys = map[string]*aloft{}
	}
	a := f.keys[key]
	if a == nil {
		a = &aloft{landed: make(chan struct{})}
		f.keys[key] = a
	}
	a.n++
	return a.n
}

func (f *flight) leave(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.keys[key]
	if a.n--; a.n == 0 {
		delete(f.keys, key)
		close(a.landed)
	}
}

func (f *flight) has(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.keys[key] != nil
}

// takeOff notes an order's key and says how long its caller waits: for a twin of an order that has not landed yet, two
// seconds. leave is called when the order has landed; an order without a key is not noted.
func (l *Lanes[I, R]) takeOff(ctx context.Context, key Key) (wait context.Context, twin bool, leave func()) {
	if key.Value == "" {
		return ctx, false, func() {}
	}
	hash := key.hashText()
	if !l.flight.join(hash) {
		return ctx, false, func() { l.flight.leave(hash) }
	}
	wait, cancel := context.WithTimeout(ctx, Wait)
	return wait, true, func() {
		cancel()
		l.flight.leave(hash)
	}
}

// land tells the result of an order that was worked off.
func (l *Lanes[I, R]) land(ctx context.Context, q *queued[I, R]) (Done[R], error) {
	if q.told.Err != nil {
		return Done[R]{}, q.told.Err
	}
	_, err := durable(ctx, l.batcher.DB, q.told.Done.Outcome)
	if err != nil {
		return Done[R]{}, err
	}
	return q.told.Done, nil
}

// landLater waits for an order whose caller has left, so that its key counts as being worked on until it is not.
func (l *Lanes[I, R]) landLater(q *queued[I, R], leave func()) {
	select {
	case <-q.ready:
	case <-l.quit:
	}
	leave()
}

// Running tells whether a request with the key is being worked on by this runner. Ask before looking the key up: what
// ends in between is then found.
func (r *Runner) Running(scope, value string) bool {
	return r.flight.has(Key{Scope: scope, Value: value}.hashText())
}

// Running tells whether an order with the key waits or is being worked on in these lanes.
func (l *Lanes[I, R]) Running(scope, value string) bool {
	return l.flight.has(Key{Scope: scope, Value: value}.hashText())
}

// inFlight is the answer to a duplicate that has waited long enough. The first may well charge.
func inFlight() error {
	e := InFlight.New().After(1)
	e.Charged = fault.Checking
	return e
}
