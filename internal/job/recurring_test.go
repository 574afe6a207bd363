package job_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
)

// nightly is due at 02:00 in Japan each day.
func nightly(after time.Time) time.Time {
	at := func(d jst.Day) time.Time { return d.Start().Add(2 * time.Hour) }
	if today := at(jst.DayOf(after)); today.After(after) {
		return today
	}
	return at(jst.DayOf(after).Add(1))
}

type chain struct {
	days []string
	fail func(run job.Run) error
}

func (c *chain) worker(t *testing.T, d *db.DB, skipMissed bool) *job.Worker {
	t.Helper()
	return newWorker(t, d, job.Config{
		Kinds: map[string]job.Handler{"close": {Waits: []time.Duration{time.Minute}, InTx: func(_ *db.Tx, run job.Run) error {
			if c.fail != nil {
				if err := c.fail(run); err != nil {
					return err
				}
			}
			c.days = append(c.days, jst.DayOf(run.Due).String())
			return nil
		}}},
		Recurring: []job.Recurring{{Kind: "close", Next: nightly, SkipMissed: skipMissed}},
	})
}

func start(t *testing.T, w *job.Worker) {
	t.Helper()
	if err := w.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, w *job.Worker) (n int) {
	t.Helper()
	for range 100 {
		k := step(t, w)
		if n += k; k == 0 {
			return n
		}
	}
	t.Fatal("the worker never comes to rest")
	return n
}

func TestMissedDaysAreMadeUpForInOrder(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t) // Monday 1 June 2026, 09:00
	var c chain
	w := c.worker(t, d, false)
	start(t, w)
	start(t, w) // a second start, or a second process, begins no second chain
	if n := drain(t, w); n != 0 {
		t.Fatalf("%d runs before the first is due", n)
	}
	dbtest.Clock(d).Set(dbtest.Start.Add(24 * time.Hour)) // 2 June, 09:00
	drain(t, w)
	dbtest.Clock(d).Set(dbtest.Start.Add(4*24*time.Hour + time.Hour)) // down until 5 June
	w = c.worker(t, d, false)
	start(t, w)
	drain(t, w)
	if diff := cmp.Diff([]string{"2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05"}, c.days); diff != "" {
		t.Error(diff)
	}
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		r, err := job.Load(tx, id.BucketOf("job", "close"), "close", "2026-06-06T02:00:00+09:00")
		if r.State != job.Waiting {
			t.Errorf("the next run is %+v", r)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSkipMissed(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	var c chain
	w := c.worker(t, d, true)
	start(t, w)
	dbtest.Clock(d).Set(dbtest.Start.Add(10 * 24 * time.Hour)) // 11 June
	drain(t, w)
	dbtest.Clock(d).Advance(24 * time.Hour)
	drain(t, w)
	if diff := cmp.Diff([]string{"2026-06-02", "2026-06-12"}, c.days); diff != "" {
		t.Error(diff)
	}
}

// A run that ends dead does not stop the chain, and its revival does not begin a second one.
func TestDeadRunDoesNotStopTheChain(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	c := chain{fail: func(run job.Run) error {
		if jst.DayOf(run.Due).String() == "2026-06-02" {
			return errors.New("broken")
		}
		return nil
	}}
	w := c.worker(t, d, false)
	start(t, w)
	for range 3 {
		dbtest.Clock(d).Advance(24 * time.Hour)
		drain(t, w)
		dbtest.Clock(d).Advance(time.Minute) // the second attempt
		drain(t, w)
	}
	if diff := cmp.Diff([]string{"2026-06-03", "2026-06-04"}, c.days); diff != "" {
		t.Error(diff)
	}
	c.fail = nil
	write(t, d, func(tx *db.Tx) error {
		dead, err := job.ListDead(tx, 10)
		if err != nil || len(dead) != 1 {
			t.Fatalf("dead: %+v, %v", dead, err)
		}
		_, err = job.Revive(tx, dead[0].ID)
		return err
	})
	// Its followers were swept long ago: that must not make them run again either.
	write(t, d, func(tx *db.Tx) error {
		_, err := job.Sweep(tx, tx.Now().Add(-time.Hour), 10)
		return err
	})
	drain(t, w)
	if diff := cmp.Diff([]string{"2026-06-03", "2026-06-04", "2026-06-02"}, c.days); diff != "" {
		t.Error(diff)
	}
}

// Two processes that start at once begin one chain: the second waits for the first.
func TestSimultaneousStartsBeginOneChain(t *testing.T) {
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("SQLite has one writer: no transaction can start a chain while another one is about to")
	}
	d := dbtest.Open(t)
	worker := func(next func(time.Time) time.Time) *job.Worker {
		return newWorker(t, d, job.Config{
			Kinds:     map[string]job.Handler{"tick": {InTx: func(*db.Tx, job.Run) error { return nil }}},
			Recurring: []job.Recurring{{Kind: "tick", Next: next}},
		})
	}
	second := worker(func(after time.Time) time.Time { return after.Add(2 * time.Second) })
	first := worker(func(after time.Time) time.Time { // between the look and the write of the first start
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		defer cancel()
		if err := second.Start(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the second start did not wait: %v", err)
		}
		return after.Add(time.Second)
	})
	start(t, first)
	start(t, second)
	dbtest.Clock(d).Advance(time.Hour)
	if n := drain(t, newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"tick": {
		InTx: func(*db.Tx, job.Run) error { return nil },
	}}})); n != 1 {
		t.Errorf("%d chains began", n)
	}
}

// A schedule that does not move on would run for ever; it is refused instead, and the run that met it stays visible.
func TestScheduleThatStandsStill(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	for name, next := range map[string]func(time.Time) time.Time{
		"still":    func(after time.Time) time.Time { return after },
		"back":     func(after time.Time) time.Time { return after.Add(-time.Hour) },
		"fraction": func(after time.Time) time.Time { return after.Add(time.Second + time.Microsecond) },
	} {
		w := newWorker(t, d, job.Config{
			Kinds:     map[string]job.Handler{name: {InTx: func(*db.Tx, job.Run) error { return nil }}},
			Recurring: []job.Recurring{{Kind: name, Next: next}},
		})
		if err := w.Start(context.Background()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
