package run_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/run"
)

// held is an input of lanes whose work waits.
type held struct {
	lane int
	wait func()
}

// holding makes lanes that do one piece of work for each input that nothing but its key keeps from being done twice.
func holding(t *testing.T, d *db.DB, n int) *run.Lanes[held, string] {
	t.Helper()
	batch := func(_ *db.Queue, inputs []held) run.Decide[string] {
		return func(tx *db.Tx, pick []int) ([]run.Result[string], error) {
			out := make([]run.Result[string], len(pick))
			for i, n := range pick {
				inputs[n].wait()
				out[i].Value = "x"
				if err := work(tx); err != nil {
					return nil, err
				}
			}
			return out, nil
		}
	}
	render := func(r run.Result[string]) run.Answer { return run.Answer{Status: 201, Body: []byte(r.Value)} }
	l := run.NewLanes(run.Batcher[held, string]{DB: d, Batch: batch, Render: render}, n, func(h held) int { return h.lane })
	t.Cleanup(l.Stop)
	return l
}

// TestTwinsThatPassEachOther: both have found the key free before either commits. On PostgreSQL one of them loses at the
// insert of the key, is rolled back whole, and finds the other's answer; on SQLite one follows the other anyway.
func TestTwinsThatPassEachOther(t *testing.T) { // rules X03, X06
	t.Parallel()
	type doer func(context.Context, run.Key, func()) (run.Outcome, error)
	inLane := func(l *run.Lanes[held, string], lane int) doer {
		return func(ctx context.Context, key run.Key, wait func()) (run.Outcome, error) {
			done, err := l.Do(ctx, run.Order[held]{Key: key, Input: held{lane, wait}})
			return done.Outcome, err
		}
	}
	alone := func(r *run.Runner) doer {
		return func(ctx context.Context, key run.Key, wait func()) (run.Outcome, error) {
			return r.Do(ctx, key, refuse, func(tx *db.Tx) (run.Answer, error) {
				wait()
				return run.Answer{Status: 201, Body: []byte("x")}, work(tx)
			})
		}
	}
	for name, pair := range map[string]func(*testing.T, *db.DB) [2]doer{
		"two lanes of one process": func(t *testing.T, d *db.DB) [2]doer {
			l := holding(t, d, 2)
			l.Crowd(1)
			first, second := inLane(l, 0), inLane(l, 1)
			begun := make(chan struct{})
			var once sync.Once
			return [2]doer{
				func(ctx context.Context, key run.Key, wait func()) (run.Outcome, error) {
					return first(ctx, key, func() { once.Do(func() { close(begun) }); wait() })
				},
				func(ctx context.Context, key run.Key, wait func()) (run.Outcome, error) {
					<-begun // or both would be in one batch
					return second(ctx, key, wait)
				},
			}
		},
		"lanes of two processes": func(t *testing.T, d *db.DB) [2]doer {
			return [2]doer{inLane(holding(t, d, 1), 0), inLane(holding(t, d, 1), 0)}
		},
		"alone and in a lane": func(t *testing.T, d *db.DB) [2]doer {
			return [2]doer{alone(run.New(d)), inLane(holding(t, d, 1), 0)}
		},
		"alone in two processes": func(_ *testing.T, d *db.DB) [2]doer { return [2]doer{alone(run.New(d)), alone(run.New(d))} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := counter(t)
			var arrived atomic.Int64
			both := make(chan struct{})
			meet := func() {
				n := arrived.Add(1)
				if n == 2 {
					close(both)
				}
				if dbtest.Postgres() {
					<-both
				}
			}
			twins, key := pair(t, d), keyFor(t, aKey, map[string]int{"amount": 1})
			replayed := [2]bool{}
			var all sync.WaitGroup
			for i, do := range twins {
				all.Go(func() {
					out, err := do(context.Background(), key, meet)
					if err != nil || string(out.Body) != "x" {
						t.Errorf("%q, %v", out.Body, err)
					}
					replayed[i] = out.Replayed
				})
			}
			all.Wait()
			if n := worked(t, d); n != 1 || replayed[0] == replayed[1] {
				t.Errorf("done %d times, replayed %v", n, replayed)
			}
			if dbtest.Postgres() && arrived.Load() != 2 {
				t.Errorf("%d of them began: they did not pass each other", arrived.Load())
			}
		})
	}
}

// TestATwinInALaneWaitsTwoSeconds: then it is told to come again, and is not worked off after that.
func TestATwinInALaneWaitsTwoSeconds(t *testing.T) { // rule X06
	t.Parallel()
	d := counter(t)
	l := holding(t, d, 1)
	key := keyFor(t, aKey, map[string]int{"amount": 1})
	begun, release := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		_, err := l.Do(context.Background(), run.Order[held]{Key: key, Input: held{0, func() { close(begun); <-release }}})
		first <- err
	}()
	<-begun
	patient, cancel := context.WithTimeout(context.Background(), 4*run.Wait)
	defer cancel()
	_, err := l.Do(patient, run.Order[held]{Key: key, Input: held{0, func() { t.Error("the twin was worked off") }}})
	if e := fault.From(err); e.Kind != run.InFlight || e.Charged != fault.Checking || e.RetryAfterSeconds != 1 {
		t.Errorf("the twin: %v", err)
	}
	if !l.Running(key.Scope, key.Value) {
		t.Error("its key does not count as being worked on")
	}
	gone, leave := context.WithCancel(context.Background())
	leave()
	if _, err := l.Do(gone, run.Order[held]{Key: key, Input: held{0, nil}}); !fault.Is(err, run.Unknown) {
		t.Errorf("a twin whose caller is gone: %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	out, err := l.Do(context.Background(), run.Order[held]{Key: key, Input: held{0, nil}})
	if err != nil || !out.Replayed || worked(t, d) != 1 {
		t.Errorf("%+v, %v, done %d times", out, err, worked(t, d))
	}
	for l.Running(key.Scope, key.Value) { // those who left are still dropped by the lane
		if t.Context().Err() != nil {
			t.Fatal("the key counts as being worked on for ever")
		}
	}
}

// TestStripForgetsByAgeAndTurn: young answers stay, each bucket has its turn within thirty days, and a second run finds
// nothing more.
func TestStripForgetsByAgeAndTurn(t *testing.T) { // rule X14
	t.Parallel()
	d := counter(t)
	r := run.New(d)
	keys := make([]run.Key, 40)
	for i := range keys {
		keys[i] = keyFor(t, fmt.Sprintf("key-%012d", i), map[string]int{"amount": i})
		if _, err := r.Do(context.Background(), keys[i], refuse, func(*db.Tx) (run.Answer, error) {
			return run.Answer{Status: 201, Body: []byte("x"), Object: "pay_1"}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	forgotten := func() (n int) {
		for _, key := range keys {
			out, err := r.Do(context.Background(), key, refuse, func(*db.Tx) (run.Answer, error) {
				t.Error("executed again")
				return run.Answer{}, nil
			})
			if err != nil || out.Status != 201 || out.Object != "pay_1" || out.Forgotten != (out.Body == nil) {
				t.Fatalf("%+v, %v", out, err)
			}
			if out.Forgotten {
				n++
			}
		}
		return n
	}
	strip := func(day int, before time.Time) {
		if err := run.Strip(context.Background(), d, day, before); err != nil {
			t.Fatal(err)
		}
	}
	for day := range 30 {
		strip(day, dbtest.Start)
	}
	if n := forgotten(); n != 0 {
		t.Errorf("%d young answers are gone", n)
	}
	strip(7, dbtest.Start.Add(time.Microsecond))
	if n := forgotten(); n == len(keys) {
		t.Error("one day took the buckets of all days")
	}
	for day := 1000; day < 1030; day++ {
		strip(day, dbtest.Start.Add(time.Microsecond))
	}
	if n := forgotten(); n != len(keys) {
		t.Errorf("%d of %d are forgotten after thirty days", n, len(keys))
	}
}
