package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/db/dbtest/pgcluster"
)

// TestNothingIsToldThatATakeoverCanUndo kills a server whose commits wait for a standby that is away, starts it again,
// finds on it what no standby has, and asks for it in every way. Then the standby takes over, and the truth is what the
// callers were told: nothing.
func TestNothingIsToldThatATakeoverCanUndo(t *testing.T) { // rule X12
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("about PostgreSQL with a standby")
	}
	ctx, primary := pgcluster.ForTest(t)
	if err := primary.CreateDatabase(ctx, "shop"); err != nil {
		t.Fatal(err)
	}
	w := openOn(t, dbtest.OpenDSN(t, primary.DSN("shop")))
	second, err := primary.Standby(ctx, "second")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Stop() })
	if err := primary.WaitFor(ctx, "second"); err != nil {
		t.Fatal(err)
	}

	kept, lost, voided := newKey(), newKey(), newKey()
	other := w.grant(w.newMember(), w.merchant) // somebody whose account is not locked by what waits
	acknowledged := strings.Replace(w.charge("A-1", 100), w.token.String(), other.String(), 1)
	before := w.must("/v1/payments", acknowledged, withKey(kept))
	p := before.field("id")
	if again := w.post("/v1/payments", acknowledged, withKey(kept)); !bytes.Equal(again.body, before.body) {
		t.Errorf("beside its standby: %d %s", again.status, again.body)
	}
	if err := errors.Join(second.Kill(), primary.Alone(ctx)); err != nil {
		t.Fatal(err)
	}
	w.killedWhileWaiting(ctx, primary, func() []result {
		return inParallel(
			func() result { return w.post("/v1/payments", w.charge("A-2", 200), withKey(lost)) },
			func() result { return w.post("/v1/payments/"+p+"/void", "{}", withKey(voided)) },
		)
	})

	w.read(func(tx *db.Tx) error { // it is there to be read
		found, ok, err := checkout.FindByOrder(tx, w.merchant, "A-2")
		if err != nil || !ok || found.State != checkout.Authorized {
			t.Errorf("the scene is not set: %v, %v, %v", found.State, ok, err)
		}
		return err
	})
	names := []string{"repeat in the lanes", "repeat alone", "the key", "the order", "the voided payment", "the list", "the feed"}
	answers := inParallel(
		func() result { return w.post("/v1/payments", w.charge("A-2", 200), withKey(lost)) },
		func() result { return w.post("/v1/payments/"+p+"/void", "{}", withKey(voided)) },
		func() result { return w.get("/v1/idempotency/" + lost) },
		func() result { return w.get("/v1/orders/A-2/payment") },
		func() result { return w.get("/v1/payments/" + p) },
		func() result { return w.get("/v1/payments") },
		func() result { return w.get("/v1/events") },
	)
	for i, out := range answers {
		if out.status != http.StatusServiceUnavailable || out.field("code") != "outcome_not_yet_durable" ||
			out.field("charged") != "checking" || out.header.Get("Retry-After") != "1" {
			t.Errorf("%s: %d %s", names[i], out.status, out.body)
		}
	}
	// Another key for the order is a commit of its own, which waits for the standby as the first one did.
	if out := w.post("/v1/payments", w.charge("A-2", 200), patience(2*time.Second)); out.field("code") != "outcome_unknown" {
		t.Errorf("another key: %d %s", out.status, out.body)
	}

	w.takenOver(ctx, primary, second, func(w *world) {
		if out := w.get("/v1/orders/A-2/payment"); out.status != http.StatusNotFound {
			t.Errorf("the payment that no standby had: %d %s", out.status, out.body)
		}
		if again := w.post("/v1/payments", acknowledged, withKey(kept)); !bytes.Equal(again.body, before.body) {
			t.Errorf("what was acknowledged: %d %s", again.status, again.body)
		}
		first := w.must("/v1/payments", w.charge("A-2", 200), withKey(lost))
		again := w.must("/v1/payments", w.charge("A-2", 200), withKey(lost))
		if first.header.Get("Idempotency-Replayed") != "" || !bytes.Equal(first.body, again.body) {
			t.Errorf("the same key after the takeover: %s, then %s", first.body, again.body)
		}
		if out := w.must("/v1/payments/"+p+"/void", "{}", withKey(voided)); out.field("state") != "voided" {
			t.Errorf("%s", out.body)
		}
		if w.held() != 200 {
			t.Errorf("held %d", w.held())
		}
	})
}

func inParallel(sends ...func() result) []result {
	out := make([]result, len(sends))
	var all sync.WaitGroup
	for i, send := range sends {
		all.Go(func() { out[i] = send() })
	}
	all.Wait()
	return out
}

// killedWhileWaiting kills the server once every one of the requests waits for the standby, and starts it again. Nobody
// was told that anything was done.
func (w *world) killedWhileWaiting(ctx context.Context, primary *pgcluster.Cluster, send func() []result) {
	w.t.Helper()
	done := make(chan []result, 1)
	go func() { done <- send() }()
	for waiting := 0; waiting < 2; {
		var err error
		if waiting, err = primary.Waiting(ctx); err != nil {
			w.t.Fatal(err)
		}
		select {
		case all := <-done:
			w.t.Fatalf("acknowledged without the standby: %s", all[0].body)
		default:
		}
	}
	if err := primary.Kill(); err != nil {
		w.t.Fatal(err)
	}
	for _, out := range <-done {
		if out.field("code") != "outcome_unknown" || out.field("charged") != "checking" {
			w.t.Errorf("told a caller whose server was killed: %d %s", out.status, out.body)
		}
	}
	if err := primary.Restart(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// takenOver loses the server, makes its standby the new one, and serves the shop from there.
func (w *world) takenOver(ctx context.Context, primary, second *pgcluster.Cluster, after func(*world)) {
	w.t.Helper()
	if err := primary.Kill(); err != nil {
		w.t.Fatal(err)
	}
	if err := second.Restart(ctx); err != nil {
		w.t.Fatal(err)
	}
	if err := second.Promote(ctx); err != nil {
		w.t.Fatal(err)
	}
	d, err := db.Open(ctx, second.DSN("shop"), db.Options{Clock: clock.NewHand(dbtest.Start.Add(time.Minute))})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	n := *w
	n.db, n.options.DB = d, d
	n.start()
	after(&n)
	n.verify()
	n.options.Lanes.Stop()
	if err := primary.Restart(ctx); err != nil { // its books are proven when the test ends, like everybody's
		w.t.Fatal(err)
	}
}
