package event_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/id"
)

// readLog reads the whole log through a reader of its own.
func readLog(t *testing.T, d *db.DB) []event.Numbered {
	t.Helper()
	var all []event.Numbered
	reader := event.Reader{Name: "test.log", Step: func(_ *db.Tx, facts []event.Numbered) error {
		all = append(all, facts...)
		return errors.New("do not move")
	}}
	_, err := event.RunReader(context.Background(), d, reader, noLimit)
	if len(all) > 0 && err == nil {
		t.Fatal("the cursor moved")
	}
	return all
}

func checkLog(t *testing.T, d *db.DB, want int) {
	t.Helper()
	log := readLog(t, d)
	if len(log) != want {
		t.Errorf("the log has %d facts, %d were written", len(log), want)
	}
	seen := map[id.Event]bool{}
	numbers := map[id.Merchant]int64{}
	steps := map[event.Subject]int{}
	for i, f := range log {
		if f.Position != int64(i+1) {
			t.Fatalf("position %d stands at %d", f.Position, i+1)
		}
		if seen[f.ID] {
			t.Errorf("%s stands twice", f.ID)
		}
		seen[f.ID] = true
		numbers[f.Merchant]++
		if f.Number != numbers[f.Merchant] {
			t.Errorf("%s has number %d, not %d", f.ID, f.Number, numbers[f.Merchant])
		}
		var data struct{ Step int }
		if err := f.Decode(&data); err != nil {
			t.Fatal(err)
		}
		if steps[f.Subject]++; data.Step != steps[f.Subject] {
			t.Errorf("step %d of %x came as number %d", data.Step, f.Subject, steps[f.Subject])
		}
	}
}

// Many writers, two relays that step all the time: every fact gets one place, places have no gaps, each subject keeps
// its order.
func TestConcurrentWritersAndRelays(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	const writers, each = 8, 40
	ctx, stop := context.WithCancel(context.Background())
	var relays, done sync.WaitGroup
	for range 2 {
		relay := event.NewRelay(d, nil, nil)
		relays.Go(func() {
			for ctx.Err() == nil {
				if _, err := relay.Step(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for w := range writers {
		s := newSomeone(w)
		s.merchant = id.Merchant{15: byte(w%3 + 1)}
		done.Go(func() {
			for i := range each {
				f := s.fact("payment.touched")
				f.Data = map[string]int{"step": i + 1}
				err := d.Write(context.Background(), func(tx *db.Tx) error { return event.Append(tx, f) })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	stop()
	relays.Wait()
	for relay := event.NewRelay(d, nil, nil); step(t, relay) > 0; {
	}
	checkLog(t, d, writers*each)
}

// A transaction that began earlier and commits later gets a later place: who follows the log never misses it.
func TestLateCommitIsNotSkipped(t *testing.T) {
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("SQLite has one writer: no transaction can commit behind another one's back")
	}
	d := dbtest.Open(t)
	relay := event.NewRelay(d, nil, nil)
	early, quick := newSomeone(1), newSomeone(2)
	appended, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- d.Write(context.Background(), func(tx *db.Tx) error {
			if err := event.Append(tx, early.fact("early")); err != nil {
				return err
			}
			close(appended)
			<-release
			return nil
		})
	}()
	<-appended
	dbtest.Clock(d).Advance(time.Second)
	appendFacts(t, d, quick.fact("quick"))
	if n := step(t, relay); n != 1 {
		t.Errorf("%d facts got a place, not the committed one", n)
	}
	var seen []string
	follow := event.Reader{Name: "test.follow", Step: func(_ *db.Tx, facts []event.Numbered) error {
		for _, f := range facts {
			seen = append(seen, fmt.Sprintf("%d %s", f.Position, f.Kind))
		}
		return nil
	}}
	runReader(t, d, follow, 10)
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	step(t, relay)
	runReader(t, d, follow, 10)
	if diff := cmp.Diff([]string{"1 quick", "2 early"}, seen); diff != "" {
		t.Error(diff)
	}
}

// A step that is cut off leaves nothing behind, and the next one gives the same places.
func TestRelayStepIsAllOrNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	s := newSomeone(1)
	for i := range 5 {
		f := s.fact("payment.touched")
		f.Data = map[string]int{"step": i + 1}
		appendFacts(t, d, f)
	}
	cut := errors.New("power cut")
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if n, err := event.Give(tx); n != 5 || err != nil {
			t.Errorf("%d facts, %v", n, err)
		}
		return cut
	})
	if !errors.Is(err, cut) {
		t.Fatal(err)
	}
	if got := feed(t, d, s.merchant, 0, noLimit); len(got) != 0 {
		t.Errorf("%d facts are in the feed", len(got))
	}
	relay := event.NewRelay(d, nil, nil)
	if n := step(t, relay); n != 5 {
		t.Errorf("the next step gave %d places", n)
	}
	if n := step(t, relay); n != 0 {
		t.Errorf("an idle step gave %d places", n)
	}
	checkLog(t, d, 5)
}

func TestOldestTellsTheLag(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	oldest := func() (at time.Time, waits bool) {
		read(t, d, func(tx *db.Tx) (err error) {
			at, waits, err = event.Oldest(tx)
			return err
		})
		return at, waits
	}
	if _, waits := oldest(); waits {
		t.Error("something waits in an empty database")
	}
	appendFacts(t, d, newSomeone(1).fact("first"))
	dbtest.Clock(d).Advance(time.Minute)
	appendFacts(t, d, newSomeone(2).fact("second"))
	if at, waits := oldest(); !waits || !at.Equal(dbtest.Start) {
		t.Errorf("oldest: %v, %v", at, waits)
	}
}

func TestRelayRun(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	given := make(chan struct{}, 10)
	relay := event.NewRelay(d, nil, func() { given <- struct{}{} })
	ctx, stop := context.WithCancel(context.Background())
	tick, done := make(chan time.Time), make(chan error)
	go func() { done <- relay.Run(ctx, tick) }()

	write(t, d, func(tx *db.Tx) error {
		tx.AfterCommit(relay.Wake)
		return event.Append(tx, newSomeone(1).fact("woken"))
	})
	<-given
	appendFacts(t, d, newSomeone(2).fact("polled"))
	tick <- time.Time{}
	<-given
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n := len(readLog(t, d)); n != 2 {
		t.Errorf("%d facts in the log", n)
	}
}

// What one step does not take waits for the next, and a subject whose facts fall into two steps keeps its order.
func TestMoreThanOneStep(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	const subjects, each = 3, 500
	var facts []event.Fact
	for n := range subjects * each {
		s := newSomeone(n % subjects)
		s.payment, s.merchant = id.Payment{15: byte(n%subjects + 1)}, id.Merchant{15: 1}
		f := s.fact("payment.touched")
		f.Data = map[string]int{"step": n/subjects + 1}
		facts = append(facts, f)
	}
	appendFacts(t, d, facts[:700]...)
	dbtest.Clock(d).Advance(-time.Minute)
	appendFacts(t, d, facts[700:]...)
	relay := event.NewRelay(d, nil, nil)
	for _, want := range []int{event.StepMax, subjects*each - event.StepMax, 0} {
		if n := step(t, relay); n != want {
			t.Errorf("a step gave %d places, not %d", n, want)
		}
	}
	checkLog(t, d, subjects*each)
}
