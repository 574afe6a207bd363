package api

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/run"
)

func cancelBody(key string) string { return fmt.Sprintf(`{"key":%q}`, key) }

func (w *world) cancel(key string, changes ...change) result {
	w.t.Helper()
	return w.post("/v1/payments/cancel-by-key", cancelBody(key), changes...)
}

// TestCancelByKey takes a payment to each of its states and cancels it by its key.
func TestCancelByKey(t *testing.T) { // rule X13
	t.Parallel()
	for _, c := range []struct {
		name           string
		amount         int
		moves          []string // "verb body"
		outcome, state string
	}{
		{"authorized", 1000, nil, "given_back", "voided"},
		{"confirmed", 1000, []string{"confirm {}"}, "given_back", "voided"},
		{"captured in part", 1000, []string{`captures {"amount":400,"final":false}`}, "given_back", "refunded"},
		{"captured in part and refunded in part", 1000, []string{`captures {"amount":400,"final":false}`, `refunds {"amount":100}`}, "given_back", "refunded"},
		{"captured in part, all of it refunded", 1000, []string{`captures {"amount":400,"final":false}`, `refunds {"amount":400}`}, "given_back", "refunded"},
		{"captured", 1000, []string{`captures {"amount":1000}`}, "given_back", "refunded"},
		{"refunded in part", 1000, []string{`captures {"amount":1000}`, `refunds {"amount":1}`}, "given_back", "refunded"},
		{"refunded", 1000, []string{`captures {"amount":1000}`, `refunds {"amount":1000}`}, "nothing_live", "refunded"},
		{"voided", 1000, []string{"void {}"}, "nothing_live", "voided"},
		{"declined", 50_001, nil, "nothing_live", "declined"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := open(t)
			key, cancel := newKey(), newKey()
			p := w.pay("A-1", c.amount, withKey(key))
			for _, move := range c.moves {
				verb, body, _ := strings.Cut(move, " ")
				w.must("/v1/payments/"+p+"/"+verb, body)
			}
			out := w.cancel(key, withKey(cancel))
			if out.status != 200 || out.field("outcome") != c.outcome || out.field("payment.state") != c.state || out.field("payment.id") != p {
				t.Fatalf("%d %s", out.status, out.body)
			}
			if again := w.cancel(key, withKey(cancel)); !bytes.Equal(again.body, out.body) || again.header.Get("Idempotency-Replayed") != "true" {
				t.Errorf("repeated: %d %s", again.status, again.body)
			}
			if again := w.cancel(key); again.field("outcome") != "nothing_live" || again.field("payment.state") != c.state {
				t.Errorf("cancelled once more: %d %s", again.status, again.body)
			}
			now := w.get("/v1/payments/" + p)
			if w.held() != 0 || now.field("captured") != now.field("refunded") {
				t.Errorf("held %d, %s", w.held(), now.body)
			}
		})
	}
}

// TestACancelledKeyNeverExecutes: whatever comes with it, and whenever.
func TestACancelledKeyNeverExecutes(t *testing.T) { // rule X13
	t.Parallel()
	w := open(t)
	other := w.pay("B-1", 100)
	key := newKey()
	if out := w.cancel(key); out.status != 200 || out.field("outcome") != "key_cancelled" || out.field("payment") != "" {
		t.Fatalf("%d %s", out.status, out.body)
	}
	if out := w.get("/v1/idempotency/" + key); out.field("state") != "cancelled" || out.field("object") != "" {
		t.Errorf("%s", out.body)
	}
	first := w.post("/v1/payments", w.charge("A-1", 100), withKey(key))
	if first.status != 409 || first.field("code") != "key_cancelled" || first.field("charged") != "no" {
		t.Errorf("%d %s", first.status, first.body)
	}
	again := w.post("/v1/payments", w.charge("A-2", 200), withKey(key))
	if again.status != 409 || !bytes.Equal(again.body, first.body) {
		t.Errorf("another request: %d %s", again.status, again.body)
	}
	if out := w.post("/v1/payments/"+other+"/void", "{}", withKey(key)); out.field("code") != "key_cancelled" {
		t.Errorf("another operation: %d %s", out.status, out.body)
	}
	if out := w.cancel(key); out.field("outcome") != "key_cancelled" {
		t.Errorf("cancelled again: %d %s", out.status, out.body)
	}
	dbtest.Clock(w.db).Advance(3 * 365 * 24 * time.Hour)
	w.strip()
	if out := w.post("/v1/payments", w.charge("A-1", 100), withKey(key)); out.status != 409 || out.field("code") != "key_cancelled" {
		t.Errorf("after years: %d %s", out.status, out.body)
	}
	if w.held() != 100 {
		t.Errorf("held %d", w.held())
	}
	w.pay("A-1", 100) // the order is free for a request with another key
}

func TestWhatACancellationDoesNotTouch(t *testing.T) { // rules X04, X13
	t.Parallel()
	w := open(t)
	stands, refused, repeated, session, capture := newKey(), newKey(), newKey(), newKey(), newKey()
	p := w.pay("A-1", 1_000, withKey(stands))
	w.post("/v1/payments", w.charge("A-1", 999), withKey(refused))
	w.must("/v1/checkout-sessions", exampleCart, withKey(session))
	w.must("/v1/payments/"+p+"/captures", `{"amount":400,"final":false}`, withKey(capture))
	if out := w.cancel(refused); out.status != 200 || out.field("outcome") != "nothing_live" || out.field("payment") != "" {
		t.Errorf("the key of a refusal: %d %s", out.status, out.body)
	}
	cancel := newKey()
	w.cancel(newKey(), withKey(cancel))
	for name, key := range map[string]string{"a session": session, "a capture": capture, "a cancellation": cancel} {
		if out := w.cancel(key); out.status != 409 || out.field("code") != "key_not_a_payment" {
			t.Errorf("the key of %s: %d %s", name, out.status, out.body)
		}
	}
	if out := w.cancel(stands, withKey(stands)); out.status != 422 {
		t.Errorf("its own key: %d %s", out.status, out.body)
	}
	if out := w.cancel(`"` + newKey()); out.status != 200 {
		t.Errorf("%d %s", out.status, out.body)
	}
	mine := w.apiKey
	_, w.apiKey = w.newMerchant("みどり書店")
	if out := w.cancel(stands); out.field("outcome") != "key_cancelled" {
		t.Errorf("another merchant's key: %d %s", out.status, out.body)
	}
	w.apiKey = mine
	if out := w.get("/v1/payments/" + p); out.field("state") != "partially_captured" {
		t.Errorf("%s", out.body)
	}
	w.must("/v1/payments", w.charge("A-1", 1_000), withKey(repeated))
	if out := w.cancel(repeated); out.field("outcome") != "given_back" || out.field("payment.id") != p {
		t.Errorf("the key of a repeat: %d %s", out.status, out.body) // both keys are of this order, and it is given up
	}
}

// TestARequestAndItsCancellationMeet in the same instant on two processes: either the request was done and is given back,
// or it is never done. Nobody stays charged.
func TestARequestAndItsCancellationMeet(t *testing.T) { // rule X13
	t.Parallel()
	w := open(t)
	here, there := *w, *w
	there.start()
	seen := map[string]int{}
	for i := range 60 {
		dbtest.Clock(w.db).Advance(2 * time.Minute) // or too many tries are declined
		key, body := newKey(), w.charge(fmt.Sprint("A-", i), 100)
		var charged, cancelled result
		var both sync.WaitGroup
		both.Go(func() { charged = here.patiently("/v1/payments", body, withKey(key)) })
		both.Go(func() { cancelled = there.patiently("/v1/payments/cancel-by-key", cancelBody(key)) })
		both.Wait()
		got := fmt.Sprintf("%d %s", charged.status, cancelled.field("outcome"))
		seen[got]++
		if got != "201 given_back" && got != "409 key_cancelled" {
			t.Fatalf("%s: %s %s", got, charged.body, cancelled.body)
		}
		again := w.post("/v1/payments", body, withKey(key))
		if again.status != charged.status || !bytes.Equal(again.body, charged.body) {
			t.Fatalf("told %s first and then %s", charged.body, again.body)
		}
		if held := w.held(); held != 0 {
			t.Fatalf("%s: held %d", got, held)
		}
	}
	t.Log(seen)
}

// patiently sends until the answer is not "later".
func (w *world) patiently(path, body string, changes ...change) result {
	for {
		out := w.post(path, body, append([]change{withKey(newKey())}, changes...)...)
		if out.field("retry") != "later" {
			return out
		}
	}
}

// strip lets answers grow old and be forgotten, as the daily job does.
func (w *world) strip() {
	w.t.Helper()
	for day := range 30 {
		if err := run.Strip(context.Background(), w.db, day, dbtest.Clock(w.db).Now().Add(time.Second)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestOldAnswersBecomeReferences: the key still executes nothing, and a repeat shows the object as it is now.
func TestOldAnswersBecomeReferences(t *testing.T) { // rules X03, X14
	t.Parallel()
	w := open(t)
	type sent struct{ path, body, key string }
	p := w.pay("A-1", 1_000)
	capture := sent{"/v1/payments/" + p + "/captures", `{"amount":400,"final":false}`, newKey()}
	charge := sent{"/v1/payments", w.charge("A-2", 100), newKey()}
	repeat := sent{"/v1/payments", w.charge("A-1", 1_000), newKey()}
	session := sent{"/v1/checkout-sessions", exampleCart, newKey()}
	for _, s := range []sent{capture, charge, repeat, session} {
		w.must(s.path, s.body, withKey(s.key))
	}
	cancelKey, refusedKey := newKey(), newKey()
	w.cancel(charge.key, withKey(cancelKey))
	w.post("/v1/payments", w.charge("A-1", 999), withKey(refusedKey))
	w.strip()
	for name, c := range map[string]struct {
		sent
		status       int
		field, value string
	}{
		"a capture":               {capture, 200, "captured", "400"},
		"a charge":                {charge, 201, "state", "voided"},
		"a repeat":                {repeat, 200, "id", p},
		"a session":               {session, 201, "state", "open"},
		"a cancellation":          {sent{"/v1/payments/cancel-by-key", cancelBody(charge.key), cancelKey}, 200, "outcome", "nothing_live"},
		"a refusal":               {sent{"/v1/payments", w.charge("A-1", 999), refusedKey}, 409, "code", "idempotency_key_old"},
		"with another body":       {sent{charge.path, w.charge("A-3", 100), charge.key}, 201, "state", "voided"},
		"for something else":      {sent{"/v1/payments/" + p + "/void", "{}", charge.key}, 422, "code", "idempotency_key_reused"},
		"the amount of a refusal": {sent{"/v1/payments", w.charge("A-1", 1_000), refusedKey}, 409, "charged", "no"},
	} {
		out := w.post(c.path, c.body, withKey(c.key))
		if out.status != c.status || out.field(c.field) != c.value {
			t.Errorf("%s: %d %s", name, out.status, out.body)
		}
		if replayed := out.header.Get("Idempotency-Replayed"); (out.status < 300) != (replayed == "reference") {
			t.Errorf("%s: Idempotency-Replayed is %q", name, replayed)
		}
	}
	if out := w.get("/v1/idempotency/" + charge.key); out.field("state") != "done" || out.field("operation") != "createPayment" {
		t.Errorf("%s", out.body)
	}
	if w.held() != 600 {
		t.Errorf("held %d", w.held())
	}
}

// TestARunningKey is asked about while its request is being worked on, alone and in the lanes.
func TestARunningKey(t *testing.T) { // rule X10
	t.Parallel()
	w := open(t)
	state := func(key string) string { return w.get("/v1/idempotency/" + key).field("state") }
	alone := run.Key{Scope: "live " + w.merchant.String(), Value: newKey(), Operation: "voidPayment"}
	_, err := w.options.Runner.Do(context.Background(), alone, nil, func(*db.Tx) (run.Answer, error) {
		if got := state(alone.Value); got != "running" {
			t.Errorf("alone: %s", got)
		}
		return run.Answer{Status: 200, Body: []byte("{}")}, nil
	})
	if err != nil || state(alone.Value) != "done" {
		t.Error(err, state(alone.Value))
	}
	inLanes := newKey()
	var out result
	var sent sync.WaitGroup
	err = w.db.Write(context.Background(), func(tx *db.Tx) error { // what the order has to wait for
		if _, err := tx.Exec(`-- api_test.lock
			UPDATE credit SET tries = tries WHERE bucket = $1 AND member = $2`, w.member.Bucket(), w.member); err != nil {
			return err
		}
		sent.Go(func() { out = w.post("/v1/payments", w.charge("A-1", 1), withKey(inLanes)) })
		for state(inLanes) != "running" {
			if t.Context().Err() != nil {
				return t.Context().Err()
			}
		}
		return nil
	})
	sent.Wait()
	if err != nil || out.status != 201 || state(inLanes) != "done" {
		t.Errorf("%v, %d %s, %s", err, out.status, out.body, state(inLanes))
	}
	out = w.get("/v1/idempotency/" + inLanes)
	if out.field("link") != "/v1/payments/"+out.field("object") || out.field("operation") != "createPayment" {
		t.Errorf("%s", out.body)
	}
}

// TestFingerprintsReachInside: the order of fields does not matter on any level, and what differs is named on each.
func TestFingerprintsReachInside(t *testing.T) { // rules X02, X05
	t.Parallel()
	w := open(t)
	key := newKey()
	first := w.must("/v1/checkout-sessions", exampleCart, withKey(key))
	moved := strings.NewReplacer(
		`{"name": "波佐見焼 マグカップ", "quantity": 2, "unit_amount": 3700, "tax_rate": 10}`,
		`{"tax_rate": 10, "unit_amount": 3700, "quantity": 2, "name": "\u6ce2佐見焼 マグカップ"}`,
		`"shipping": 500`, `"final_confirmation": "tsuke", "offer_token": false, "shipping": 500`,
	).Replace(exampleCart)
	if again := w.post("/v1/checkout-sessions", moved, withKey(key)); !bytes.Equal(again.body, first.body) {
		t.Errorf("the same in another order: %d %s", again.status, again.body)
	}
	for name, c := range map[string]struct{ old, new, fields string }{
		"inside a line":     {`"quantity": 2, "unit_amount": 3700`, `"quantity": 1, "unit_amount": 7400`, "lines[0].quantity, lines[0].unit_amount"},
		"a line left out":   {`,` + "\n    " + `{"name": "ほうじ茶 100g", "quantity": 1, "unit_amount": 600, "tax_rate": 8}`, ``, "lines"},
		"no longer given":   {`,` + "\n  " + `"expires_in": 1800`, ``, "expires_in"},
		"given now":         {`"shipping": 500`, `"shipping": 500, "application_period": "今日まで"`, "application_period"},
		"other than before": {`"capture": "manual"`, `"capture": "automatic"`, "capture"},
	} {
		body := strings.Replace(exampleCart, c.old, c.new, 1)
		out := w.post("/v1/checkout-sessions", body, withKey(key), withHeader("Accept-Language", "en"))
		if out.status != 422 || !strings.Contains(out.field("title"), "(differing fields: "+c.fields+")") {
			t.Errorf("%s: %d %s", name, out.status, out.body)
		}
	}
}

// TestAFingerprintOutlivesNewFields: a request that was answered when the operation did not have its optional field yet is
// still the same request.
func TestAFingerprintOutlivesNewFields(t *testing.T) { // rule X02
	t.Parallel()
	w := open(t)
	before, err := run.PrintOf("createPayment", map[string]any{
		"order_ref": "A-1", "amount": 100, "currency": "JPY", "member_token": w.token.String(),
	})
	if err != nil {
		t.Fatal(err)
	}
	key := run.Key{Scope: "live " + w.merchant.String(), Value: newKey(), Operation: "createPayment", Print: before}
	stored := w.must("/v1/payments", w.charge("B-1", 100))
	_, err = w.options.Runner.Do(context.Background(), key, nil, func(*db.Tx) (run.Answer, error) {
		return run.Answer{Status: 201, Body: stored.body, Object: stored.field("id")}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{w.charge("A-1", 100), with(w.charge("A-1", 100), `"capture":"manual"`)} {
		if again := w.post("/v1/payments", body, withKey(key.Value)); !bytes.Equal(again.body, stored.body) {
			t.Errorf("%s: %d %s", body, again.status, again.body)
		}
	}
}

// TestAKeyTakesFewBytes: every purchase writes one, into the log and into the table.
func TestAKeyTakesFewBytes(t *testing.T) {
	t.Parallel()
	w := open(t)
	out := w.must("/v1/payments", w.charge("A-1042", 1_980))
	var parts, answer, others int
	w.read(func(tx *db.Tx) error {
		return tx.Row(`-- api_test.keySize
			SELECT length(parts), length(answer), length(key) + length(fingerprint) + length(operation) + length(object)
			FROM idempotency WHERE object = $1`, out.field("id")).Scan(&parts, &answer, &others)
	})
	t.Logf("parts %d, answer %d of %d, others %d", parts, answer, len(out.body), others)
	if parts > 20 || answer > 100 || others > 80 {
		t.Errorf("parts %d, answer %d of %d, others %d", parts, answer, len(out.body), others)
	}
}
