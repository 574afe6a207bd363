package run_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/run"
)

// job is an input of the lanes under test.
type job struct {
	name   string
	poison bool // fails its whole batch
	refuse *fault.Kind
}

func newLanes(t *testing.T, d *db.DB, n int) *run.Lanes[job, string] {
	t.Helper()
	batch := func(_ *db.Queue, jobs []job) run.Decide[string] {
		return func(tx *db.Tx, pick []int) ([]run.Result[string], error) {
			out := make([]run.Result[string], len(pick))
			for i, n := range pick {
				j := jobs[n]
				if j.poison {
					return nil, errors.New("poison")
				}
				if j.refuse != nil {
					out[i].Refused = j.refuse.New()
					continue
				}
				if _, err := tx.Exec("-- run_test.lane\nINSERT INTO work (bucket, name) VALUES (0, $1)", j.name); err != nil {
					return nil, err
				}
				out[i].Value = j.name
			}
			return out, nil
		}
	}
	render := func(r run.Result[string]) run.Answer {
		if r.Refused != nil {
			return run.Answer{Status: r.Refused.Kind.Status, Body: []byte(r.Refused.Kind.Code)}
		}
		return run.Answer{Status: 201, Body: []byte(r.Value)}
	}
	l := run.NewLanes(run.Batcher[job, string]{DB: d, Batch: batch, Render: render}, n, func(j job) int { return len(j.name) })
	t.Cleanup(l.Stop)
	return l
}

func TestLanesDecideEachOrderOnce(t *testing.T) {
	t.Parallel()
	d := counter(t)
	l := newLanes(t, d, 2)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			name := fmt.Sprintf("%0*d", i%2+4, i/2) // each pair differs in length: both lanes
			key := keyFor(t, fmt.Sprintf("key-%012d-%d", i/2, i%2), map[string]string{"name": name})
			for range 2 { // everybody sends twice
				done, err := l.Do(context.Background(), run.Order[job]{Key: key, Input: job{name: name}})
				if err != nil || string(done.Body) != name {
					t.Errorf("%s: %q, %v", name, done.Body, err)
				}
			}
		})
	}
	all.Wait()
	if n := worked(t, d); n != 200 {
		t.Errorf("%d done", n)
	}
}

func TestTheSameKeyInOneBatchIsDoneOnce(t *testing.T) {
	t.Parallel()
	d := counter(t)
	l := newLanes(t, d, 1)
	key := keyFor(t, aKey, map[string]string{"name": "a"})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			done, err := l.Do(context.Background(), run.Order[job]{Key: key, Input: job{name: "a"}})
			if err != nil || string(done.Body) != "a" {
				t.Errorf("%q, %v", done.Body, err)
			}
		})
	}
	all.Wait()
	if n := worked(t, d); n != 1 {
		t.Errorf("%d done", n)
	}
}

func TestTheSameKeyInOneBatchForSomethingElseIsRefused(t *testing.T) { // rule X05
	t.Parallel()
	d := counter(t)
	l := newLanes(t, d, 1)
	var all sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		all.Go(func() {
			name := fmt.Sprintf("n%02d", i)
			_, errs[i] = l.Do(context.Background(), run.Order[job]{Key: keyFor(t, aKey, map[string]string{"name": name}), Input: job{name: name}})
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !fault.Is(err, run.KeyReused) {
			t.Error(err)
		}
	}
	if n := worked(t, d); n != 1 || won != 1 {
		t.Errorf("%d done, %d told so", n, won)
	}
}

func TestOneBadOrderTakesNobodyDown(t *testing.T) {
	t.Parallel()
	d := counter(t)
	l := newLanes(t, d, 1)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			j := job{name: fmt.Sprintf("n%02d", i), poison: i == 13}
			_, err := l.Do(context.Background(), run.Order[job]{Input: j})
			if (err != nil) != j.poison {
				t.Errorf("%s: %v", j.name, err)
			}
			if err != nil && fault.From(err).Charged != fault.NotCharged {
				t.Errorf("%s: charged %s", j.name, fault.From(err).Charged)
			}
		})
	}
	all.Wait()
	if n := worked(t, d); n != 59 {
		t.Errorf("%d done", n)
	}
}

func TestLanesKeepFinalRefusalsOnly(t *testing.T) { // rule X07
	t.Parallel()
	d := counter(t)
	l := newLanes(t, d, 1)
	for _, c := range []struct {
		kind *fault.Kind
		kept bool
	}{{refusal, true}, {malformed, false}} {
		key := keyFor(t, aKey+c.kind.Code, map[string]string{"name": c.kind.Code})
		first, err := l.Do(context.Background(), run.Order[job]{Key: key, Input: job{name: c.kind.Code, refuse: c.kind}})
		if err != nil || first.Result.Refused.Charged != fault.NotCharged {
			t.Fatal(first, err)
		}
		again, err := l.Do(context.Background(), run.Order[job]{Key: key, Input: job{name: c.kind.Code}})
		if err != nil || again.Replayed != c.kept {
			t.Errorf("%s: %+v, %v", c.kind.Code, again, err)
		}
	}
}

func TestADeadCallerIsNotDecided(t *testing.T) {
	t.Parallel()
	d := counter(t)
	l := newLanes(t, d, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := l.Do(ctx, run.Order[job]{Input: job{name: "a"}})
	l.Stop()
	if e := fault.From(err); e.Kind != run.Unknown && e.Kind != run.TooBusy {
		t.Error(err)
	}
	if n := worked(t, d); n != 0 {
		t.Errorf("%d done", n)
	}
}

func TestStoppedLanesTakeNothing(t *testing.T) {
	t.Parallel()
	l := newLanes(t, counter(t), 1)
	l.Stop()
	_, err := l.Do(context.Background(), run.Order[job]{Input: job{name: "a"}})
	if e := fault.From(err); e.Kind != run.TooBusy || e.Charged != fault.NotCharged {
		t.Error(err)
	}
}
