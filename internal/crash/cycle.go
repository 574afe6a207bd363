package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"tsuke/internal/load"
)

// The bounds of a cycle.
const (
	answersMost = 150                  // what dies at any time dies after as many answers at most
	moment      = 3 * time.Millisecond // and then within a moment
	pointMost   = 400                  // answers; a failpoint that is not reached until then is given up
	cycleWithin = 3 * time.Minute      // for the slowest of machines; a cycle takes about half a second
	booksEvery  = 10
)

// cycle lets a crowd work until the service dies, starts it again, and compares.
func (k *killer) cycle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cycleWithin)
	defer cancel()
	name, point := "", ""
	if k.rand.IntN(2) == 0 {
		name, point = pick(k.rand, points)
		if err := k.kill("before a failpoint"); err != nil {
			return err
		}
	}
	alive, err := k.start(ctx, point)
	if err != nil {
		return err
	}
	crowd := k.crowd()
	defer crowd.Close()
	if alive { // a failpoint can end the start as well; then there is nothing to be told
		if err := k.mark(ctx, crowd); err == nil {
			if err := k.work(ctx, crowd, name); err != nil {
				return err
			}
		} else if !k.dead() {
			return err
		}
	}
	if k.dead() {
		k.up = nil
	}
	if err := k.restart(ctx); err != nil {
		return err
	}
	return k.compare(ctx, crowd)
}

// crowd makes the callers of this cycle. They carry no connection over from the last one.
func (k *killer) crowd() *load.Load {
	crowd := load.New(load.Options{
		Name: fmt.Sprintf("r%dc%d", k.round, k.report.Cycles), Addr: k.addr, People: k.people, Callers: k.Callers,
		Mix: load.Mix{Life: 70, Twins: 25}, Seed: k.rand.Uint64(),
	})
	if k.before != nil {
		crowd.Follow(k.before)
	}
	return crowd
}

// mark finds out where the first crowd of a round begins. It fails if the service dies meanwhile.
func (k *killer) mark(ctx context.Context, crowd *load.Load) error {
	if k.before != nil {
		return nil
	}
	return k.whileUp(ctx, func(ctx context.Context) error { return crowd.Mark(ctx) })
}

// whileUp gives do a context that ends when the service dies.
func (k *killer) whileUp(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	up := k.up
	go func() {
		select {
		case <-up.died:
			cancel()
		case <-ctx.Done():
		}
	}()
	return do(ctx)
}

// work lets the crowd work until what is to die has died.
func (k *killer) work(ctx context.Context, crowd *load.Load, point string) error {
	var killed error
	_ = k.whileUp(ctx, func(ctx context.Context) error {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		most := pointMost
		if point == "" {
			most = k.rand.IntN(answersMost)
		}
		enough := crowd.After(int64(most))
		over := make(chan struct{})
		go func() {
			defer close(over)
			killed = k.strike(ctx, point, enough)
			stop()
		}()
		crowd.Work(ctx)
		<-over
		return nil
	})
	return killed
}

// strike waits until the crowd has had enough answers and a moment longer, and kills. At a failpoint the service dies
// before that by itself.
func (k *killer) strike(ctx context.Context, point string, enough <-chan struct{}) error {
	select {
	case <-k.up.died:
		k.report.Kills[point]++
		return nil
	case <-enough:
	case <-ctx.Done():
	}
	if point != "" {
		return k.kill("at any time, not having come to " + point)
	}
	linger(ctx, k.rand)
	if k.cluster != nil {
		return k.strikeServer(ctx)
	}
	return k.kill("at any time")
}

// linger waits for a random moment.
func linger(ctx context.Context, r *rand.Rand) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(r.Int64N(int64(moment))))
	defer cancel()
	<-ctx.Done()
}

func (k *killer) dead() bool {
	if k.up == nil {
		return true
	}
	select {
	case <-k.up.died:
		return true
	default:
		return false
	}
}

// kill ends the service if it is up.
func (k *killer) kill(why string) error {
	if k.dead() {
		k.up = nil
		return nil
	}
	k.report.Kills[why]++
	err := k.up.kill()
	k.up = nil
	return err
}

// start starts the service unless it is up. alive is false if it died at its failpoint before it listened.
func (k *killer) start(ctx context.Context, failpoint string) (alive bool, err error) {
	if !k.dead() {
		return true, nil
	}
	began := k.clock.Now()
	if k.up, err = k.product.serve(failpoint); err != nil {
		return false, err
	}
	addr, dead, err := k.up.ready(ctx)
	switch {
	case err != nil:
		return false, k.explain(err)
	case dead && failpoint == "":
		return false, k.explain(errors.New("crash: the service does not start"))
	case dead:
		k.report.Kills["starting"]++
		return false, nil
	}
	k.report.Starts++
	k.report.starts = append(k.report.starts, k.clock.Now().Sub(began))
	k.addr = addr
	return true, nil
}

// restart brings the service up again. Half of the time the first try is killed before it is through.
func (k *killer) restart(ctx context.Context) error {
	if k.dead() && k.rand.IntN(2) == 0 {
		up, err := k.product.serve("")
		if err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, time.Duration(k.rand.Int64N(int64(40*time.Millisecond))))
		<-wait.Done()
		cancel()
		if err := up.kill(); err != nil {
			return err
		}
		k.report.Kills["starting"]++
	}
	_, err := k.start(ctx, "")
	return err
}

// compare has the crowd send again what has no answer, and look everything up.
func (k *killer) compare(ctx context.Context, crowd *load.Load) error {
	crowd.Turn(k.addr)
	if open := crowd.Settle(ctx); open > 0 {
		return fmt.Errorf("crash: %d requests got no answer: %w", open, context.Cause(ctx))
	}
	v := crowd.Verify(ctx, load.Look{Replay: true})
	k.report.Verdict.Add(v)
	k.report.Tally.Add(crowd.Tally())
	k.before = crowd
	if k.report.Cycles%booksEvery == booksEvery-1 {
		return k.verifyBooks()
	}
	return nil
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
