package event_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
)

const noLimit = 1 << 20

// someone is a member with a payment at a merchant.
type someone struct {
	member   id.Member
	merchant id.Merchant
	payment  id.Payment
}

func newSomeone(bucket int) someone {
	return someone{
		member:   id.New[id.MemberKind](dbtest.Start, bucket),
		merchant: id.New[id.MerchantKind](dbtest.Start, 1023-bucket),
		payment:  id.New[id.PaymentKind](dbtest.Start, bucket),
	}
}

func (s someone) fact(kind string) event.Fact {
	return event.Fact{
		Kind: kind, Subject: event.Subject(s.payment), Member: s.member, Merchant: s.merchant,
		Side: fault.Member, Actor: "member", Request: "K7F2-9QXM", Data: map[string]any{"amount": 8500},
	}
}

func appendFacts(t *testing.T, d *db.DB, facts ...event.Fact) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error { return event.Append(tx, facts...) })
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func step(t *testing.T, r *event.Relay) int {
	t.Helper()
	n, err := r.Step(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func timeline(t *testing.T, d *db.DB, subject event.Subject) []event.Recorded {
	t.Helper()
	var facts []event.Recorded
	read(t, d, func(tx *db.Tx) (err error) {
		facts, err = event.Timeline(tx, subject, noLimit)
		return err
	})
	return facts
}

func feed(t *testing.T, d *db.DB, merchant id.Merchant, after int64, limit int) []event.Recorded {
	t.Helper()
	var facts []event.Recorded
	read(t, d, func(tx *db.Tx) (err error) {
		facts, err = event.Feed(tx, merchant, after, limit)
		return err
	})
	return facts
}

func kinds(facts []event.Recorded) string {
	var out []string
	for _, f := range facts {
		out = append(out, f.Kind)
	}
	return strings.Join(out, " ")
}

func TestAppendKeepsWhatItWasGiven(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	s := newSomeone(7)
	appendFacts(t, d, s.fact("payment.authorized"))
	appendFacts(t, d, event.Fact{Kind: "member.joined", Subject: event.Subject(s.member), Side: fault.Us, Actor: "system"})

	got := timeline(t, d, event.Subject(s.payment))
	if len(got) != 1 {
		t.Fatalf("%d facts", len(got))
	}
	if got[0].ID.Bucket() != 7 || got[0].ID.IsZero() {
		t.Errorf("id %s is not in the subject's bucket", got[0].ID)
	}
	want := event.Recorded{
		ID: got[0].ID, Kind: "payment.authorized", Subject: event.Subject(s.payment), Member: s.member, Merchant: s.merchant,
		Side: fault.Member, Actor: "member", Request: "K7F2-9QXM", Data: []byte(`{"amount":8500}`), At: dbtest.Start,
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Error(diff)
	}
	var data struct{ Amount int64 }
	if err := got[0].Decode(&data); err != nil || data.Amount != 8500 {
		t.Errorf("decoded %v, %v", data, err)
	}
	bare := timeline(t, d, event.Subject(s.member))
	if len(bare) != 1 || !bare[0].Member.IsZero() || !bare[0].Merchant.IsZero() || string(bare[0].Data) != "{}" {
		t.Errorf("a fact without member, merchant and data came back as %+v", bare)
	}
}

func TestAppendRefusesFactsNobodyCouldRead(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	good := newSomeone(1).fact("payment.authorized")
	for name, spoil := range map[string]func(*event.Fact){
		"no kind":    func(f *event.Fact) { f.Kind = "" },
		"no subject": func(f *event.Fact) { f.Subject = event.Subject{} },
		"no side":    func(f *event.Fact) { f.Side = "" },
		"no actor":   func(f *event.Fact) { f.Actor = "" },
		"no JSON":    func(f *event.Fact) { f.Data = func() {} },
		"too long":   func(f *event.Fact) { f.Data = strings.Repeat("x", 20_000) },
	} {
		bad := good
		spoil(&bad)
		err := d.Write(context.Background(), func(tx *db.Tx) error { return event.Append(tx, good, bad) })
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if got := timeline(t, d, good.Subject); len(got) != 0 {
		t.Errorf("%d facts stand though their transactions failed", len(got))
	}
}

// The order of one subject's facts is the order of its transactions, even if they fall into one millisecond (ids compare
// at random then) or if the clock of the second machine is behind.
func TestOrderOfOneSubject(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	s, other := newSomeone(3), newSomeone(3)
	var want []string
	at := func(clock time.Time, names ...string) {
		dbtest.Clock(d).Set(clock)
		var facts []event.Fact
		for _, name := range names {
			facts = append(facts, s.fact(name), other.fact("other."+name))
		}
		want = append(want, names...)
		appendFacts(t, d, facts...)
	}
	at(dbtest.Start, "a", "b", "c")
	at(dbtest.Start, "d")                      // the same instant
	at(dbtest.Start.Add(-5*time.Second), "e")  // a machine that is late
	at(dbtest.Start.Add(-5*time.Second), "f")  //
	at(dbtest.Start.Add(3*time.Second), "g")   // and one that is right
	at(dbtest.Start.Add(-time.Hour), "h", "i") //
	at(dbtest.Start.Add(24*time.Hour), "j")    //
	write(t, d, func(tx *db.Tx) error {        // two calls in one transaction
		want = append(want, "k", "l")
		return errors.Join(event.Append(tx, s.fact("k")), event.Append(tx, s.fact("l")))
	})

	facts := timeline(t, d, event.Subject(s.payment))
	if diff := cmp.Diff(strings.Join(want, " "), kinds(facts)); diff != "" {
		t.Errorf("timeline: %s", diff)
	}
	if late := facts[4]; !late.At.Equal(dbtest.Start.Add(-5 * time.Second)) {
		t.Errorf("the instant shown is %v, not the one of the clock", late.At)
	}
	step(t, event.NewRelay(d, nil, nil))
	if diff := cmp.Diff(strings.Join(want, " "), kinds(feed(t, d, s.merchant, 0, noLimit))); diff != "" {
		t.Errorf("feed: %s", diff)
	}
	var last []event.Recorded
	read(t, d, func(tx *db.Tx) (err error) {
		last, err = event.Timeline(tx, event.Subject(s.payment), 3)
		return err
	})
	if kinds(last) != "j k l" {
		t.Errorf("the latest three are %s", kinds(last))
	}
}

func TestFeedIsGaplessAndPaged(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	relay := event.NewRelay(d, nil, nil)
	a, b := newSomeone(1), newSomeone(2)
	for i := range 25 {
		appendFacts(t, d, a.fact(fmt.Sprintf("a.%02d", i)))
		if i%3 == 0 {
			appendFacts(t, d, b.fact(fmt.Sprintf("b.%02d", i)))
		}
		if i%7 == 0 {
			step(t, relay)
		}
	}
	step(t, relay)
	var after int64
	var seen []string
	for {
		page := feed(t, d, a.merchant, after, 4)
		if len(page) == 0 {
			break
		}
		for _, f := range page {
			after++
			if f.Number != after {
				t.Fatalf("number %d follows %d", f.Number, after-1)
			}
			seen = append(seen, f.Kind)
		}
	}
	if len(seen) != 25 || seen[0] != "a.00" || seen[24] != "a.24" {
		t.Errorf("the feed gave %v", seen)
	}
	if got := feed(t, d, b.merchant, 0, noLimit); len(got) != 9 || got[8].Number != 9 {
		t.Errorf("the other merchant's feed gave %s", kinds(got))
	}
}

func runReader(t *testing.T, d *db.DB, r event.Reader, limit int) int {
	t.Helper()
	n, err := event.RunReader(context.Background(), d, r, limit)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// counter is a reader whose effect in the database is an event of its own for each fact it sees.
func counter(name string, s someone, fail func(call int) bool) event.Reader {
	call := 0
	return event.Reader{Name: name, Step: func(tx *db.Tx, facts []event.Numbered) error {
		call++
		for _, f := range facts {
			seen := s.fact(fmt.Sprintf("seen.%d", f.Position))
			seen.Merchant = id.Merchant{}
			if err := event.Append(tx, seen); err != nil {
				return err
			}
		}
		if fail(call) {
			return errors.New("a fault in the middle")
		}
		return nil
	}}
}

// Effects in the database happen once for each fact, however often a step fails and whoever runs the reader.
func TestReaderHasItsEffectOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	relay := event.NewRelay(d, nil, nil)
	s, effects := newSomeone(1), newSomeone(2)
	for i := range 10 {
		appendFacts(t, d, s.fact(fmt.Sprintf("fact.%d", i)))
	}
	step(t, relay)
	var behind int64
	read(t, d, func(tx *db.Tx) (err error) {
		behind, err = event.Behind(tx, "test.effects")
		return err
	})
	if behind != 10 {
		t.Errorf("a new reader is %d behind, not 10", behind)
	}
	flaky := counter("test.effects", effects, func(call int) bool { return call%2 == 1 })
	var failures int
	for runs := 0; runs < 20 && len(timeline(t, d, event.Subject(effects.payment))) < 10; runs++ {
		if _, err := event.RunReader(context.Background(), d, flaky, 3); err != nil {
			failures++
			if !strings.Contains(err.Error(), "test.effects") {
				t.Errorf("the error does not name the reader: %v", err)
			}
		}
	}
	if failures != 4 { // 10 facts in steps of 3 are 4 steps, each of which failed once
		t.Errorf("%d failures", failures)
	}
	want := "seen.1 seen.2 seen.3 seen.4 seen.5 seen.6 seen.7 seen.8 seen.9 seen.10"
	if got := kinds(timeline(t, d, event.Subject(effects.payment))); got != want {
		t.Errorf("effects: %s", got)
	}
	if n := runReader(t, d, flaky, 3); n != 0 {
		t.Errorf("%d facts were handed out again", n)
	}
}

// A reader asks for more than there is, and later facts are not lost by it; nor are those that concern no merchant.
func TestReaderMissesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	relay := event.NewRelay(d, nil, nil)
	alone := newSomeone(1).fact("fact.alone")
	alone.Merchant = id.Merchant{}
	var seen []string
	reader := event.Reader{Name: "test.all", Step: func(_ *db.Tx, facts []event.Numbered) error {
		for _, f := range facts {
			seen = append(seen, f.Kind)
		}
		return nil
	}}
	for range 3 {
		appendFacts(t, d, alone, newSomeone(2).fact("fact.sold"))
		step(t, relay)
		runReader(t, d, reader, 100)
	}
	if len(seen) != 6 || strings.Count(strings.Join(seen, " "), "fact.alone") != 3 {
		t.Errorf("seen %v", seen)
	}
}

func TestTwinReadersShareOneCursor(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	s, effects := newSomeone(1), newSomeone(2)
	for i := range 60 {
		appendFacts(t, d, s.fact(fmt.Sprintf("fact.%d", i)))
	}
	step(t, event.NewRelay(d, nil, nil))
	var twins sync.WaitGroup
	for range 4 {
		twins.Go(func() {
			reader := counter("test.twins", effects, func(int) bool { return false })
			for {
				n, err := event.RunReader(context.Background(), d, reader, 7)
				if err != nil {
					t.Error(err)
				}
				if n == 0 {
					return
				}
			}
		})
	}
	twins.Wait()
	got := timeline(t, d, event.Subject(effects.payment))
	if len(got) != 60 {
		t.Fatalf("60 facts had %d effects", len(got))
	}
	for i, f := range got {
		if f.Kind != fmt.Sprintf("seen.%d", i+1) {
			t.Fatalf("effect %d is %s", i+1, f.Kind)
		}
	}
}

// The list of facts is insert-only: no source file of the program holds a statement that changes or removes one.
func TestNoStatementChangesAFact(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)\b(UPDATE(\s+ONLY)?|DELETE\s+FROM|TRUNCATE(\s+TABLE)?|DROP\s+TABLE|ALTER\s+TABLE)\s+event\b`)
	for _, bad := range []string{"UPDATE event SET", "delete  from event\nWHERE", "TRUNCATE event;"} {
		if !forbidden.MatchString(bad) {
			t.Fatalf("the pattern misses %q", bad)
		}
	}
	if forbidden.MatchString("DELETE FROM event_outbox WHERE") {
		t.Fatal("the pattern takes the outbox for the list")
	}
	files := 0
	err := filepath.WalkDir("..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".sql") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if at := forbidden.Find(text); at != nil {
			t.Errorf("%s: %s", path, bytes.TrimSpace(at))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d files were looked at", files)
	}
}
