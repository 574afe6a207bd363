package api

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/id"
)

// TestASimilarChargeIsStopped: the cart made a new number; the shop uses the payment that stands, or says that it is another.
func TestASimilarChargeIsStopped(t *testing.T) { // rules P09, P10, X07
	t.Parallel()
	w := open(t)
	first := w.pay("A-1", 1_000)
	key := newKey()
	out := w.post("/v1/payments", w.charge("A-2", 1_000), withKey(key), withHeader("Accept-Language", "en"))
	reference := w.get("/v1/payments/" + first).field("reference")
	if out.status != 409 || out.field("code") != "similar_payment" || out.field("object") != first || out.field("reference") != reference ||
		out.field("charged") != "no" || out.field("side") != "merchant" || out.field("retry") != "never" {
		t.Fatalf("%d %s", out.status, out.body)
	}
	for _, told := range []string{reference, "A-1", instant(dbtest.Start)[:16], "repeat_of"} {
		if !strings.Contains(out.field("detail"), told) {
			t.Errorf("it does not name %s: %s", told, out.field("detail"))
		}
	}
	if got := w.get("/v1/orders/A-2/payment"); got.status != 404 || w.held() != 1_000 {
		t.Errorf("%d, %d held", got.status, w.held())
	}
	if again := w.post("/v1/payments", w.charge("A-2", 1_000), withKey(key), withHeader("Accept-Language", "en")); again.header.Get("Idempotency-Replayed") != "true" || string(again.body) != string(out.body) {
		t.Errorf("the refusal is not final for its key: %d %s", again.status, again.body)
	}
	declared := with(w.charge("A-2", 1_000), `"repeat_of":"`+first+`"`)
	if again := w.post("/v1/payments", declared, withKey(key)); again.field("code") != "idempotency_key_reused" {
		t.Errorf("%d %s", again.status, again.body)
	}
	dbtest.Clock(w.db).Advance(time.Second)
	second := w.must("/v1/payments", declared)
	if second.status != 201 || second.field("repeat_of") != first || second.field("state") != "authorized" {
		t.Errorf("%d %s", second.status, second.body)
	}
	if third := w.post("/v1/payments", with(w.charge("A-3", 1_000), `"repeat_of":"`+first+`"`)); third.field("object") != second.field("id") {
		t.Errorf("an old declaration let a third one pass: %d %s", third.status, third.body)
	}
	w.relay()
	for _, kind := range []string{"payment.similar_stopped", "payment.similar_another"} {
		if !strings.Contains(string(w.get("/v1/events").body), kind) {
			t.Errorf("the feed has no %s", kind)
		}
	}
}

// TestWhatARepeatMayName: only a payment of this merchant, this member and this amount, under another number.
func TestWhatARepeatMayName(t *testing.T) { // rule P10
	t.Parallel()
	w := open(t)
	own := w.pay("A-1", 1_000)
	other := w.another(t)
	theirs := other.pay("A-1", 1_000)
	for name, body := range map[string]string{
		"no id":                 with(w.charge("A-2", 1_000), `"repeat_of":"A-1"`),
		"another merchant's":    with(w.charge("A-2", 1_000), `"repeat_of":"`+theirs+`"`),
		"one of another amount": with(w.charge("A-2", 1_001), `"repeat_of":"`+own+`"`),
		"its own order":         with(w.charge("A-1", 1_000), `"repeat_of":"`+own+`"`),
	} {
		if out := w.post("/v1/payments", body); out.status != 422 || !strings.Contains(string(out.body), "repeat_of_unknown") {
			t.Errorf("%s: %d %s", name, out.status, out.body)
		}
	}
}

// TestASessionTellsWhatItAskedAndHeard: by that its cart settles.
func TestASessionTellsWhatItAskedAndHeard(t *testing.T) { // rule P10
	t.Parallel()
	w := open(t)
	first := w.pay("A-1", 8_500)
	ses := w.must("/v1/checkout-sessions", exampleCart).field("id")
	sid, _ := id.Parse[id.SessionKind](ses)
	pid, _ := id.Parse[id.PaymentKind](first)
	by := checkout.Actor{Side: fault.Member, Name: "member"}
	w.write(func(tx *db.Tx) error {
		got, err := w.options.Checkout.Authorize(tx, []checkout.Order{{
			Merchant: w.merchant, MerchantLive: true, Member: w.member, OrderRef: "A-1042", Amount: 8_500, Channel: "online",
			Capture: checkout.Manual, Session: sid, ConfirmWithin: time.Hour, SimilarWithin: time.Hour, By: by,
		}})
		if err == nil && !fault.Is(got[0].Refused, checkout.SimilarPayment) {
			t.Errorf("%+v", got[0])
		}
		return err
	})
	if out := w.get("/v1/checkout-sessions/" + ses); out.field("state") != "open" || out.field("similar.payment") != first || out.field("similar.answer") != "asked" {
		t.Errorf("%s", out.body)
	}
	w.write(func(tx *db.Tx) error {
		_, err := w.options.Checkout.AnswerSimilar(tx, sid, w.member, pid, checkout.Same, by)
		return err
	})
	out := w.get("/v1/checkout-sessions/" + ses)
	if out.field("state") != "duplicate" || out.field("payment") != "" || out.field("similar.order_ref") != "A-1" || out.field("similar.answer") != "same" {
		t.Errorf("%s", out.body)
	}
	w.relay()
	if feed := string(w.get("/v1/events").body); !strings.Contains(feed, `"checkout_session.duplicate"`) || !strings.Contains(feed, `"similar":"`+first+`"`) {
		t.Errorf("%s", feed)
	}
}

// TestManyCallsOneMember: who buys is found out in the batch, and the account is locked there all the same.
func TestManyCallsOneMember(t *testing.T) { // rules C02, M22
	t.Parallel()
	w := open(t)
	var all sync.WaitGroup
	var approved atomic.Int64
	for i := range 9 { // of 12,000 yen each; four fit into 50,000
		all.Go(func() {
			order := checkout.Order{
				Merchant: w.merchant, MerchantLive: true, Token: w.token, OrderRef: fmt.Sprint("A-", i), Amount: 12_000, Channel: "online",
				Capture: checkout.Manual, ConfirmWithin: time.Hour, By: checkout.Actor{Side: fault.Merchant, Name: "merchant"},
			}
			err := w.db.Write(context.Background(), func(tx *db.Tx) error {
				r, err := w.options.Checkout.Authorize(tx, []checkout.Order{order})
				if err == nil && r[0].Value.Payment.State == checkout.Authorized {
					tx.AfterCommit(func() { approved.Add(1) })
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if approved.Load() != 4 || w.held() != 48_000 {
		t.Errorf("%d approved, %d held", approved.Load(), w.held())
	}
}

// TestARevocationWins: what was taken back an instant before the lane decides is not charged, and the refusal is kept.
func TestARevocationWins(t *testing.T) { // rules M22, X07
	t.Parallel()
	w := open(t)
	paid := w.pay("A-1", 1_000)
	order := checkout.Order{
		Merchant: w.merchant, MerchantLive: true, Member: w.member, OrderRef: "A-2", Amount: 1_001, Channel: "online", Token: w.token,
		Capture: checkout.Manual, ConfirmWithin: time.Hour, By: checkout.Actor{Side: fault.Merchant, Name: "merchant"},
	}
	w.write(func(tx *db.Tx) error { // the lane read the request; the member is faster
		return w.options.Members.RevokeToken(tx, w.member, w.token)
	})
	w.write(func(tx *db.Tx) error {
		got, err := w.options.Checkout.Authorize(tx, []checkout.Order{order})
		if err == nil && (got[0].Refused == nil || got[0].Refused.Kind.Code != "member_token_revoked") {
			t.Errorf("%+v", got[0])
		}
		return err
	})
	key := newKey()
	for range 2 {
		if out := w.post("/v1/payments", w.charge("A-2", 1_001), withKey(key)); out.status != 409 || out.field("code") != "member_token_revoked" {
			t.Errorf("%d %s", out.status, out.body)
		}
	}
	if out := w.post("/v1/payments", w.charge("A-1", 1_000)); out.status != 200 || out.field("id") != paid {
		t.Errorf("the order's payment is not told any more: %d %s", out.status, out.body)
	}
	if w.held() != 1_000 {
		t.Errorf("%d held", w.held())
	}
}
