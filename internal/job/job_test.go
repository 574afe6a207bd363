package job_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/job"
)

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func enqueue(t *testing.T, d *db.DB, jobs ...job.Job) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error { return job.Enqueue(tx, jobs...) })
}

func work(kind, ref string, due time.Time) job.Job {
	return job.Job{Bucket: 5, Kind: kind, Ref: ref, Due: due}
}

func load(t *testing.T, d *db.DB, kind, ref string) job.Record {
	t.Helper()
	var r job.Record
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		r, err = job.Load(tx, 5, kind, ref)
		return err
	})
	if err != nil {
		t.Fatalf("%s %s: %v", kind, ref, err)
	}
	return r
}

func newWorker(t *testing.T, d *db.DB, c job.Config) *job.Worker {
	t.Helper()
	w, err := job.NewWorker(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func step(t *testing.T, w *job.Worker) int {
	t.Helper()
	n, err := w.Step(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// mark is an effect in the database that can be counted: a job of another kind that nobody works on.
func mark(tx *db.Tx, run job.Run) error {
	return job.Enqueue(tx, work("mark", fmt.Sprintf("%s %d", run.Ref, run.Attempt), tx.Now()))
}

func hasMark(t *testing.T, d *db.DB, ref string) bool {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		_, err := job.Load(tx, 5, "mark", ref)
		return err
	})
	if err != nil && !errors.Is(err, db.ErrNone) {
		t.Fatal(err)
	}
	return err == nil
}

func TestJobRunsOnceWhenDue(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	due := dbtest.Start.Add(time.Hour)
	var runs []job.Run
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {InTx: func(tx *db.Tx, run job.Run) error {
		runs = append(runs, run)
		return mark(tx, run)
	}}}})
	j := work("send", "ntc_1", due)
	j.Payload = map[string]int{"step": 3}
	enqueue(t, d, j, work("other", "ntc_1", due))
	enqueue(t, d, work("send", "ntc_1", due.Add(-time.Hour))) // the same job once more: the first stands
	if n := step(t, w); n != 0 {
		t.Fatalf("%d jobs ran before they were due", n)
	}
	dbtest.Clock(d).Set(due)
	if n := step(t, w); n != 1 {
		t.Fatalf("%d jobs ran", n)
	}
	if n := step(t, w); n != 0 {
		t.Errorf("%d jobs ran again", n)
	}
	enqueue(t, d, j) // done is done
	if n := step(t, w); n != 0 {
		t.Errorf("%d jobs ran after they were done", n)
	}
	var payload struct{ Step int }
	if len(runs) != 1 || runs[0].Ref != "ntc_1" || runs[0].Attempt != 1 || !runs[0].Due.Equal(due) ||
		runs[0].Decode(&payload) != nil || payload.Step != 3 {
		t.Errorf("runs: %+v", runs)
	}
	if !hasMark(t, d, "ntc_1 1") {
		t.Error("the handler's writes are missing")
	}
	got := load(t, d, "send", "ntc_1")
	want := job.Record{ID: got.ID, Bucket: 5, Kind: "send", Ref: "ntc_1", State: job.Done, Due: due, Attempts: 1, FinishedAt: due}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r := load(t, d, "other", "ntc_1"); r.State != job.Waiting {
		t.Errorf("a job of a kind this worker does not know is %s", r.State)
	}
}

func TestEnqueueRefusesIncompleteJobs(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	good := work("send", "x", dbtest.Start)
	for name, spoil := range map[string]func(*job.Job){
		"no kind":  func(j *job.Job) { j.Kind = "" },
		"no ref":   func(j *job.Job) { j.Ref = "" },
		"no due":   func(j *job.Job) { j.Due = time.Time{} },
		"bucket":   func(j *job.Job) { j.Bucket = 1024 },
		"no JSON":  func(j *job.Job) { j.Payload = func() {} },
		"too long": func(j *job.Job) { j.Payload = strings.Repeat("x", 20_000) },
	} {
		bad := good
		spoil(&bad)
		if err := d.Write(context.Background(), func(tx *db.Tx) error { return job.Enqueue(tx, bad) }); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// A failed job leaves no writes, waits longer each time, and is dead and listed in the end. A person can revive it.
func TestRetriesWidenAndEnd(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	clock := dbtest.Clock(d)
	kind := &fault.Kind{Code: "carrier_down"}
	fails := true
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {
		Waits: []time.Duration{time.Minute, time.Hour},
		InTx: func(tx *db.Tx, run job.Run) error {
			if err := mark(tx, run); err != nil || !fails {
				return err
			}
			return fmt.Errorf("send: %w", kind.New())
		},
	}}})
	enqueue(t, d, work("send", "a", dbtest.Start))
	for i, wait := range []time.Duration{time.Minute, time.Hour} {
		if n := step(t, w); n != 1 {
			t.Fatalf("attempt %d: %d jobs ran", i+1, n)
		}
		if r := load(t, d, "send", "a"); r.State != job.Waiting || r.Attempts != i+1 || r.LastFault != "carrier_down" || !r.FinishedAt.IsZero() {
			t.Errorf("after attempt %d: %+v", i+1, r)
		}
		clock.Advance(wait - time.Microsecond)
		if n := step(t, w); n != 0 {
			t.Fatalf("attempt %d came too early", i+2)
		}
		clock.Advance(time.Microsecond)
	}
	step(t, w)
	if r := load(t, d, "send", "a"); r.State != job.Dead || r.Attempts != 3 || !r.FinishedAt.Equal(clock.Now()) {
		t.Errorf("after the last attempt: %+v", r)
	}
	for attempt := 1; attempt <= 3; attempt++ {
		if hasMark(t, d, fmt.Sprintf("a %d", attempt)) {
			t.Errorf("attempt %d failed and its writes stand", attempt)
		}
	}
	clock.Advance(1000 * time.Hour)
	if n := step(t, w); n != 0 {
		t.Fatal("a dead job ran")
	}
	var dead []job.Record
	write(t, d, func(tx *db.Tx) (err error) {
		dead, err = job.ListDead(tx, 10)
		return err
	})
	if len(dead) != 1 || dead[0].Ref != "a" {
		t.Fatalf("dead: %+v", dead)
	}
	revive(t, d, dead[0], true)
	revive(t, d, dead[0], false)
	fails = false
	step(t, w)
	if r := load(t, d, "send", "a"); r.State != job.Done || r.Attempts != 1 || r.LastFault != "" {
		t.Errorf("after its revival: %+v", r)
	}
}

func revive(t *testing.T, d *db.DB, r job.Record, want bool) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		revived, err := job.Revive(tx, r.ID)
		if revived != want {
			t.Errorf("revived: %v", revived)
		}
		return err
	})
}

func TestHowAnAttemptFails(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	unreachable := errors.New("no route")
	ran := func(err error) func(context.Context, job.Run) (func(*db.Tx) error, error) {
		return func(context.Context, job.Run) (func(*db.Tx) error, error) { return nil, err }
	}
	handlers := map[string]job.Handler{
		"fails":     {Outside: ran(unreachable)},
		"for_good":  {Outside: ran(job.Permanent(fmt.Errorf("send: %w", unreachable)))},
		"panics":    {Outside: func(context.Context, job.Run) (func(*db.Tx) error, error) { panic("x") }},
		"panics_tx": {InTx: func(*db.Tx, job.Run) error { panic("x") }},
		"settles": {Outside: func(context.Context, job.Run) (func(*db.Tx) error, error) {
			return func(*db.Tx) error { return unreachable }, nil
		}},
		"overruns": {Deadline: time.Millisecond, Outside: func(ctx context.Context, _ job.Run) (func(*db.Tx) error, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}},
		"once": {Waits: []time.Duration{}, Outside: ran(unreachable)},
	}
	want := map[string]struct {
		state job.State
		code  string
	}{
		"fails":     {job.Waiting, "internal"},
		"for_good":  {job.Dead, "internal"},
		"panics":    {job.Waiting, "panic"},
		"panics_tx": {job.Waiting, "panic"},
		"settles":   {job.Waiting, "internal"},
		"overruns":  {job.Waiting, "deadline"},
		"once":      {job.Dead, "internal"},
	}
	w := newWorker(t, d, job.Config{Kinds: handlers, Width: len(handlers)})
	for kind := range handlers {
		enqueue(t, d, work(kind, "a", dbtest.Start))
	}
	if n := step(t, w); n != len(handlers) {
		t.Fatalf("%d jobs ran", n)
	}
	for kind, wanted := range want {
		if r := load(t, d, kind, "a"); r.State != wanted.state || r.LastFault != wanted.code || r.Attempts != 1 {
			t.Errorf("%s: %+v, want %+v", kind, r, wanted)
		}
	}
	if !errors.Is(job.Permanent(unreachable), unreachable) {
		t.Error("Permanent hides its cause")
	}
}

// The writes that follow from an outside call are committed with the mark that the job is done.
func TestOutsideSettles(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {
		Outside: func(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("an outside call without a deadline")
			}
			return func(tx *db.Tx) error { return mark(tx, run) }, nil
		},
	}}})
	enqueue(t, d, work("send", "a", dbtest.Start))
	step(t, w)
	if r := load(t, d, "send", "a"); r.State != job.Done || !hasMark(t, d, "a 1") {
		t.Errorf("%+v", r)
	}
}

// Whoever comes to an end after the lease, when another worker has claimed the job, is refused with all writes.
func TestLateFinisherIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	var w *job.Worker
	attempts := 0
	w = newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {
		Deadline: 10 * time.Second,
		Outside: func(_ context.Context, run job.Run) (func(*db.Tx) error, error) {
			attempts++
			if run.Attempt == 1 { // hangs for longer than its lease; meanwhile another worker takes over
				if step(t, w) != 0 {
					t.Error("the job was claimed within its lease")
				}
				dbtest.Clock(d).Advance(time.Minute)
				if step(t, w) != 1 {
					t.Error("the job was not claimed after its lease")
				}
			}
			return func(tx *db.Tx) error { return mark(tx, run) }, nil
		},
	}}})
	enqueue(t, d, work("send", "a", dbtest.Start))
	step(t, w)
	if attempts != 2 || hasMark(t, d, "a 1") || !hasMark(t, d, "a 2") {
		t.Errorf("%d attempts, the late one's writes stand: %v", attempts, hasMark(t, d, "a 1"))
	}
	if r := load(t, d, "send", "a"); r.State != job.Done || r.Attempts != 2 {
		t.Errorf("%+v", r)
	}
}

// TestLateFinisherMeetsTheNext is about the fence itself: the job is running, though not in the hands of the late one.
func TestLateFinisherMeetsTheNext(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	var w *job.Worker
	begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan int, 1)
	w = newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {
		Deadline: time.Minute,
		Outside: func(_ context.Context, run job.Run) (func(*db.Tx) error, error) {
			if run.Attempt == 1 {
				dbtest.Clock(d).Advance(2 * time.Minute)
				go func() { ended <- step(t, w) }()
				<-begun
			} else {
				close(begun)
				<-goOn
			}
			return func(tx *db.Tx) error { return mark(tx, run) }, nil
		},
	}}})
	enqueue(t, d, work("send", "a", dbtest.Start))
	step(t, w)
	if r := load(t, d, "send", "a"); r.State != job.Running || hasMark(t, d, "a 1") {
		t.Errorf("the late one wrote: %+v", r)
	}
	close(goOn)
	<-ended
	if r := load(t, d, "send", "a"); r.State != job.Done || r.Attempts != 2 || !hasMark(t, d, "a 2") {
		t.Errorf("%+v", r)
	}
}

// A late failure must not touch the job that another worker has claimed since.
func TestLateFailureIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	var w *job.Worker
	w = newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {
		Deadline: 10 * time.Second,
		Outside: func(_ context.Context, run job.Run) (func(*db.Tx) error, error) {
			if run.Attempt > 1 {
				return nil, nil
			}
			dbtest.Clock(d).Advance(time.Minute)
			step(t, w)
			return nil, errors.New("too late to matter")
		},
	}}})
	enqueue(t, d, work("send", "a", dbtest.Start))
	step(t, w)
	if r := load(t, d, "send", "a"); r.State != job.Done || r.Attempts != 2 || r.LastFault != "" {
		t.Errorf("%+v", r)
	}
}

// A job that takes its process down in each attempt is dead after as many claims as it has attempts.
func TestJobThatKillsItsWorkerEnds(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	handlers := map[string]job.Handler{"crash": {
		Deadline: 10 * time.Second, Waits: []time.Duration{time.Second},
		InTx: func(*db.Tx, job.Run) error { return nil },
	}}
	w := newWorker(t, d, job.Config{Kinds: handlers})
	enqueue(t, d, work("crash", "a", dbtest.Start))
	for attempt := range 2 {
		if n := job.ClaimOnly(t, w); n != 1 {
			t.Fatalf("attempt %d: %d claims", attempt+1, n)
		}
		dbtest.Clock(d).Advance(time.Minute)
	}
	if n := step(t, w); n != 1 {
		t.Errorf("%d jobs were looked at", n)
	}
	if r := load(t, d, "crash", "a"); r.State != job.Dead || r.Attempts != 2 || r.LastFault != "lease_ended" {
		t.Errorf("%+v", r)
	}
}

// An attempt that the stop of the process cut off does not count, and is made again at once by the next process.
func TestStopGivesTheJobBack(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	ctx, stop := context.WithCancel(context.Background())
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {
		Waits: []time.Duration{},
		Outside: func(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
			stop()
			<-ctx.Done()
			return nil, ctx.Err()
		},
	}}})
	enqueue(t, d, work("send", "a", dbtest.Start))
	if _, err := w.Step(ctx); err != nil {
		t.Error(err)
	}
	if r := load(t, d, "send", "a"); r.State != job.Waiting || r.Attempts != 0 || r.LastFault != "stopped" {
		t.Errorf("%+v", r)
	}
	if n := job.ClaimOnly(t, w); n != 1 {
		t.Errorf("%d claims", n)
	}
}

// Many workers at once: each job runs exactly once.
func TestConcurrentWorkers(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	const jobs = 60
	var mu sync.Mutex
	runs := map[string]int{}
	handler := job.Handler{InTx: func(_ *db.Tx, run job.Run) error {
		mu.Lock()
		defer mu.Unlock()
		runs[run.Kind+run.Ref]++
		return nil
	}}
	for i := range jobs {
		enqueue(t, d, work([]string{"x", "y", "z"}[i%3], fmt.Sprint(i), dbtest.Start))
	}
	var workers sync.WaitGroup
	for range 4 {
		w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"x": handler, "y": handler, "z": handler}, Width: 5})
		workers.Go(func() {
			for {
				n, err := w.Step(context.Background())
				if err != nil {
					t.Error(err)
				}
				if n == 0 {
					return
				}
			}
		})
	}
	workers.Wait()
	for i := range jobs {
		kind := []string{"x", "y", "z"}[i%3]
		if r := load(t, d, kind, fmt.Sprint(i)); r.State != job.Done || r.Attempts != 1 {
			t.Errorf("%+v", r)
		}
	}
	if len(runs) != jobs {
		t.Errorf("%d jobs ran", len(runs))
	}
}

// Two workers that looked at the same due job do not both get it, whatever keeps them apart otherwise.
func TestOneLookIsClaimedOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{
		"send": {InTx: func(*db.Tx, job.Run) error { return nil }},
	}})
	enqueue(t, d, work("send", "a", dbtest.Start), work("send", "b", dbtest.Start))
	if first, second := job.LeaseTwice(t, w, "send"); first != 2 || second != 0 {
		t.Errorf("the first claim got %d jobs, the second %d", first, second)
	}
}

// A flood of one kind does not hold up the others.
func TestFloodOfOneKind(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	var mu sync.Mutex
	ran := map[string]int{}
	handler := job.Handler{InTx: func(_ *db.Tx, run job.Run) error {
		mu.Lock()
		defer mu.Unlock()
		ran[run.Kind]++
		return nil
	}}
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"flood": handler, "urgent": handler}, Width: 2})
	for i := range 50 {
		enqueue(t, d, work("flood", fmt.Sprint(i), dbtest.Start.Add(-time.Hour)))
	}
	enqueue(t, d, work("urgent", "a", dbtest.Start))
	step(t, w)
	if ran["flood"] != 1 || ran["urgent"] != 1 {
		t.Errorf("the first step ran %v", ran)
	}
}

func TestSweepKeepsWhatIsNotDone(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{
		"good": {InTx: func(*db.Tx, job.Run) error { return nil }},
		"bad":  {Waits: []time.Duration{}, InTx: func(*db.Tx, job.Run) error { return errors.New("no") }},
	}})
	enqueue(t, d, work("good", "old", dbtest.Start), work("bad", "old", dbtest.Start), work("wait", "old", dbtest.Start))
	step(t, w)
	dbtest.Clock(d).Advance(time.Hour)
	enqueue(t, d, work("good", "new", dbtest.Start))
	step(t, w)
	sweep := func() (n int) {
		write(t, d, func(tx *db.Tx) (err error) {
			n, err = job.Sweep(tx, dbtest.Start.Add(time.Minute), 10)
			return err
		})
		return n
	}
	if n := sweep(); n != 1 {
		t.Errorf("%d swept", n)
	}
	if n := sweep(); n != 0 {
		t.Errorf("%d swept again", n)
	}
	load(t, d, "good", "new")
	load(t, d, "bad", "old")
	load(t, d, "wait", "old")
}

func TestNewWorkerRefusesIncompleteHandlers(t *testing.T) {
	t.Parallel()
	in := func(*db.Tx, job.Run) error { return nil }
	out := func(context.Context, job.Run) (func(*db.Tx) error, error) { return nil, nil }
	next := func(after time.Time) time.Time { return after.Add(time.Hour) }
	for name, c := range map[string]job.Config{
		"no function":     {Kinds: map[string]job.Handler{"a": {}}},
		"both":            {Kinds: map[string]job.Handler{"a": {InTx: in, Outside: out}}},
		"negative":        {Kinds: map[string]job.Handler{"a": {InTx: in, Deadline: -1}}},
		"unknown chain":   {Recurring: []job.Recurring{{Kind: "a", Next: next}}},
		"chain w/o next":  {Kinds: map[string]job.Handler{"a": {InTx: in}}, Recurring: []job.Recurring{{Kind: "a"}}},
		"chain twice":     {Kinds: map[string]job.Handler{"a": {InTx: in}}, Recurring: []job.Recurring{{Kind: "a", Next: next}, {Kind: "a", Next: next}}},
		"negative width":  {Kinds: map[string]job.Handler{"a": {InTx: in}}, Width: -1},
		"negative a wait": {Kinds: map[string]job.Handler{"a": {InTx: in, Waits: []time.Duration{-1}}}},
	} {
		if _, err := job.NewWorker(nil, c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestRunWakesAndTicks(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	ran := make(chan string, 10)
	w := newWorker(t, d, job.Config{Kinds: map[string]job.Handler{"send": {InTx: func(tx *db.Tx, run job.Run) error {
		tx.AfterCommit(func() { ran <- run.Ref })
		return nil
	}}}})
	ctx, stop := context.WithCancel(context.Background())
	tick, done := make(chan time.Time), make(chan error)
	go func() { done <- w.Run(ctx, tick) }()
	write(t, d, func(tx *db.Tx) error {
		tx.AfterCommit(w.Wake)
		return job.Enqueue(tx, work("send", "woken", tx.Now()))
	})
	if ref := <-ran; ref != "woken" {
		t.Errorf("%s ran", ref)
	}
	enqueue(t, d, work("send", "polled", dbtest.Start))
	tick <- time.Time{}
	if ref := <-ran; ref != "polled" {
		t.Errorf("%s ran", ref)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
