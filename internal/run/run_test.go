package run_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/run"
)

var refusal = &fault.Kind{Code: "no", Status: 409, Side: fault.Policy, Retry: fault.RetryNever}

var malformed = &fault.Kind{Code: "bad", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed}

// counter is a table that counts how often work was done.
func counter(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.Open(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec("-- run_test.create\nCREATE TABLE work (bucket BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (bucket, name))")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func worked(t *testing.T, d *db.DB) int {
	t.Helper()
	var n int
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Row("-- run_test.count\nSELECT count(*) FROM work").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var nth atomic.Int64

// work does one piece of work that nothing but the key keeps from being done twice.
func work(tx *db.Tx) error {
	_, err := tx.Exec("-- run_test.work\nINSERT INTO work (bucket, name) VALUES (0, $1)", fmt.Sprint(nth.Add(1)))
	return err
}

func keyFor(t *testing.T, value string, body any) run.Key {
	t.Helper()
	p, err := run.PrintOf("test", body)
	if err != nil {
		t.Fatal(err)
	}
	return run.Key{Scope: "test/mer", Value: value, Operation: "test", Print: p}
}

func refuse(e *fault.Error) run.Answer {
	return run.Answer{Status: e.Kind.Status, Body: []byte(e.Kind.Code)}
}

const aKey = "0123456789abcdef"

func TestAKeyExecutesOnce(t *testing.T) { // rules X03, X08
	t.Parallel()
	d := counter(t)
	key := keyFor(t, aKey, map[string]int{"amount": 1})
	verb := func(tx *db.Tx) (run.Answer, error) {
		return run.Answer{Status: 201, Body: []byte(`{"a":1}`), Object: "pay_1"}, work(tx)
	}
	first, err := run.New(d).Do(context.Background(), key, refuse, verb)
	if err != nil || first.Replayed {
		t.Fatal(first, err)
	}
	again, err := run.New(d).Do(context.Background(), key, refuse, verb) // another process
	if err != nil || !again.Replayed || !again.FirstSeen.Equal(first.FirstSeen) {
		t.Fatal(again, err)
	}
	if diff := cmp.Diff(first.Answer, again.Answer); diff != "" {
		t.Error(diff)
	}
	if n := worked(t, d); n != 1 {
		t.Errorf("done %d times", n)
	}
}

func TestManyAtOnceExecuteOnce(t *testing.T) { // rules X03, X06
	t.Parallel()
	d := counter(t)
	runners := []*run.Runner{run.New(d), run.New(d)} // two processes
	key := keyFor(t, aKey, map[string]int{"amount": 1})
	var all sync.WaitGroup
	var done atomic.Int64
	for i := range 24 {
		all.Go(func() {
			out, err := runners[i%2].Do(context.Background(), key, refuse, func(tx *db.Tx) (run.Answer, error) {
				return run.Answer{Status: 201, Body: []byte("x")}, work(tx)
			})
			if err == nil && string(out.Body) == "x" {
				done.Add(1)
			} else if !fault.Is(err, run.InFlight) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := worked(t, d); n != 1 || done.Load() == 0 {
		t.Errorf("done %d times, %d answered", n, done.Load())
	}
}

func TestAnotherInputUnderTheSameKeyDoesNothing(t *testing.T) { // rule X05
	t.Parallel()
	d := counter(t)
	r := run.New(d)
	verb := func(tx *db.Tx) (run.Answer, error) { return run.Answer{Status: 201}, work(tx) }
	if _, err := r.Do(context.Background(), keyFor(t, aKey, map[string]any{"amount": 1, "order_ref": "A"}), refuse, verb); err != nil {
		t.Fatal(err)
	}
	_, err := r.Do(context.Background(), keyFor(t, aKey, map[string]any{"amount": 2, "order_ref": "A"}), refuse, verb)
	e := fault.From(err)
	if e.Kind != run.KeyReused || e.Param("fields") != "amount" || e.Charged != fault.NotCharged {
		t.Errorf("%v, fields %q", err, e.Param("fields"))
	}
	if strings.Contains(e.What("en"), "2") && strings.Contains(e.What("en"), "amount: 2") {
		t.Error("the refusal repeats a value")
	}
	_, err = r.Do(context.Background(), keyFor(t, aKey, map[string]any{"amount": 1, "purchase": "A"}), refuse, verb)
	if e := fault.From(err); e.Kind != run.KeyReused || e.Param("fields") != "purchase" {
		t.Errorf("the same values under other names: %v, fields %q", err, e.Param("fields"))
	}
	other := keyFor(t, aKey, map[string]any{"amount": 1, "order_ref": "A"})
	other.Operation = "void"
	if _, err := r.Do(context.Background(), other, refuse, verb); fault.From(err).Param("fields") != "operation" {
		t.Errorf("another operation: %v", err)
	}
	if n := worked(t, d); n != 1 {
		t.Errorf("done %d times", n)
	}
}

func TestMerchantsNeverMeet(t *testing.T) { // rule X04
	t.Parallel()
	d := counter(t)
	for i, scope := range []string{"live/a", "live/b", "test/a"} {
		key := keyFor(t, aKey, map[string]int{"amount": 1})
		key.Scope = scope
		out, err := run.New(d).Do(context.Background(), key, refuse, func(tx *db.Tx) (run.Answer, error) { return run.Answer{Status: 201}, work(tx) })
		if err != nil || out.Replayed {
			t.Errorf("%d: %v %v", i, out, err)
		}
	}
}

func TestWhatAKeyKeeps(t *testing.T) { // rule X07
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		kept bool
	}{
		{"business refusal", refusal.New(), true},
		{"malformed input", malformed.New(), false},
		{"our own failure", errors.New("disk on fire"), false},
		{"unclassified fault", fault.Unclassified.New(), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := counter(t)
			r := run.New(d)
			key := keyFor(t, aKey, map[string]int{"amount": 1})
			out, err := r.Do(context.Background(), key, refuse, func(tx *db.Tx) (run.Answer, error) {
				return run.Answer{}, errors.Join(work(tx), c.err)
			})
			if c.kept != (err == nil) || c.kept && out.Status != 409 {
				t.Fatalf("first: %+v, %v", out, err)
			}
			out, err = r.Do(context.Background(), key, refuse, func(tx *db.Tx) (run.Answer, error) { return run.Answer{Status: 201}, work(tx) })
			if err != nil || out.Replayed != c.kept {
				t.Fatalf("second: %+v, %v", out, err)
			}
			want := 1
			if c.kept {
				want = 0
			}
			if n := worked(t, d); n != want {
				t.Errorf("done %d times, want %d", n, want)
			}
		})
	}
}

func TestChargedIsReadOffTheOutcome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err     error
		charged fault.Charged
		kind    *fault.Kind
	}{
		{errors.New("x"), fault.NotCharged, fault.Unclassified},
		{refusal.New(), fault.NotCharged, refusal},
		{fmt.Errorf("commit: %w", db.ErrCommitUnknown), fault.Checking, run.Unknown},
		{context.DeadlineExceeded, fault.NotCharged, run.TooBusy},
		{checking(), fault.Checking, run.Unknown}, // what is being decided is not undone by whoever stops waiting
	} {
		if e := run.Charged(c.err); e.Charged != c.charged || e.Kind != c.kind {
			t.Errorf("%v: %s, %s", c.err, e.Charged, e.Kind.Code)
		}
	}
}

func checking() error {
	e := run.Unknown.Because(context.DeadlineExceeded)
	e.Charged = fault.Checking
	return e
}

func TestParseKey(t *testing.T) { // rule X01
	t.Parallel()
	long := strings.Repeat("k", 255)
	for header, want := range map[string]string{
		aKey: aKey, `"` + aKey + `"`: aKey, long: long, `"0123456789abcde\"f"`: `0123456789abcde"f`,
		"": "", "short": "", long + "k": "", "0123456789 abcdef": "", "0123456789abcdé": "", `"short"`: "", "0123456789abcde\x7f": "",
	} {
		got, ok := run.ParseKey(header)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", header, got, ok)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add(aKey)
	f.Add(`"` + aKey + `"`)
	f.Fuzz(func(t *testing.T, header string) {
		key, ok := run.ParseKey(header)
		if !ok {
			return
		}
		if len(key) < 16 || len(key) > 255 {
			t.Errorf("%q gives a key of %d bytes", header, len(key))
		}
		for i := range len(key) {
			if key[i] <= ' ' || key[i] > '~' {
				t.Errorf("%q gives %q", header, key)
			}
		}
	})
}

func TestPrintIsOfTheMeaning(t *testing.T) { // rule X02
	t.Parallel()
	print := func(op string, body any) run.Print {
		p, err := run.PrintOf(op, body)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	type order struct {
		Amount int    `json:"amount"`
		Ref    string `json:"order_ref"`
	}
	base := print("authorize", order{1, "A"})
	if base != print("authorize", map[string]any{"order_ref": "A", "amount": 1}) {
		t.Error("the order of fields matters")
	}
	for name, other := range map[string]run.Print{
		"operation": print("void", order{1, "A"}), "value": print("authorize", order{2, "A"}),
		"moved value": print("authorize", map[string]any{"order_ref": 1, "amount": "A"}),
	} {
		if other == base {
			t.Errorf("another %s has the same print", name)
		}
	}
	if _, err := run.PrintOf("authorize", 7); err == nil {
		t.Error("a number was taken for an object")
	}
}

func TestFindTouchesNothing(t *testing.T) { // rule X10
	t.Parallel()
	d := counter(t)
	key := keyFor(t, aKey, map[string]int{"amount": 1})
	look := func() (out run.Outcome, ok bool) {
		err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			out, ok, err = run.Find(tx, key.Scope, key.Value)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out, ok
	}
	if _, ok := look(); ok {
		t.Error("an absent key was found")
	}
	if _, err := run.New(d).Do(context.Background(), key, refuse, func(*db.Tx) (run.Answer, error) { return run.Answer{Status: 201, Object: "pay_1"}, nil }); err != nil {
		t.Fatal(err)
	}
	if out, ok := look(); !ok || out.Object != "pay_1" {
		t.Errorf("%+v, %v", out, ok)
	}
}
