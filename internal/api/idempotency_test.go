package api

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
)

// TestEveryPostNeedsAKey: without one nothing happens, and the answer says where to read why.
func TestEveryPostNeedsAKey(t *testing.T) { // rule X01
	t.Parallel()
	w := open(t)
	for _, r := range routes() {
		if r.method != http.MethodPost {
			continue
		}
		out := w.post(strings.NewReplacer("{id}", "pay_0").Replace(r.path), "{}", withHeader("Idempotency-Key", ""))
		if out.status != 400 || out.field("code") != "idempotency_key_missing" || out.field("type") != "/v1/docs/problems/idempotency_key_missing" {
			t.Errorf("%s: %d %s", r.id, out.status, out.body)
		}
	}
	if w.held() != 0 {
		t.Error("something was charged")
	}
}

func TestSyntaxOfKeys(t *testing.T) { // rule X01
	t.Parallel()
	long := strings.Repeat("k", 255)
	for name, c := range map[string]struct {
		sent []string
		ok   bool
	}{
		"a UUID":                       {[]string{"0196f1c2-6d7e-7c3a-9f53-2f6f6c1f7a10"}, true},
		"16 characters":                {[]string{"abcdefghijklmnop"}, true},
		"15 characters":                {[]string{"abcdefghijklmno"}, false},
		"255 characters":               {[]string{long}, true},
		"256 characters":               {[]string{long + "k"}, false},
		"a quoted string":              {[]string{`"0196f1c2-6d7e-7c3a"`}, true},
		"a quoted string of 15":        {[]string{`"abcdefghijklmno"`}, false},
		"a blank inside":               {[]string{"abcdefgh ijklmnop"}, false},
		"not ASCII":                    {[]string{"キーキーキーキーキーキーキーキー"}, false},
		"empty":                        {[]string{""}, false},
		"twice, though the same value": {[]string{"abcdefghijklmnop", "abcdefghijklmnop"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := readKey(http.Header{"Idempotency-Key": c.sent})
			if (err == nil) != c.ok {
				t.Errorf("%q: %v", value, err)
			}
		})
	}
}

func TestAQuotedKeyIsTheSameKey(t *testing.T) { // rule X01
	t.Parallel()
	w := open(t)
	key := newKey()
	first := w.post("/v1/payments", w.charge("A-1", 100), withKey(key))
	again := w.post("/v1/payments", w.charge("A-1", 100), withKey(`"`+key+`"`))
	if again.header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(first.body, again.body) {
		t.Errorf("%d %s", again.status, again.body)
	}
}

// TestFingerprintIsOfTheMeaning: another spelling of the same request is the same request.
func TestFingerprintIsOfTheMeaning(t *testing.T) { // rule X02
	t.Parallel()
	w := open(t)
	key := newKey()
	first := w.must("/v1/payments", w.charge("A-1", 100), withKey(key))
	for name, body := range map[string]string{
		"order of fields": fmt.Sprintf(`{"member_token":%q,"currency":"JPY","amount":100,"order_ref":"A-1"}`, w.token),
		"white space":     strings.ReplaceAll(w.charge("A-1", 100), ",", " ,\n\t"),
		"escapes":         strings.ReplaceAll(w.charge("A-1", 100), "A-1", `\u0041-1`),
		"default written": strings.Replace(w.charge("A-1", 100), "{", `{"capture":"manual",`, 1),
	} {
		again := w.post("/v1/payments", body, withKey(key))
		if again.header.Get("Idempotency-Replayed") != "true" || !bytes.Equal(first.body, again.body) {
			t.Errorf("%s: %d %s", name, again.status, again.body)
		}
	}
}

func TestAKeyIsForOneRequest(t *testing.T) { // rule X05
	t.Parallel()
	w := open(t)
	key := newKey()
	first := w.must("/v1/payments", w.charge("A-1", 100), withKey(key))
	p := first.field("id")
	for name, c := range map[string]struct{ path, body, fields string }{
		"another amount":    {"/v1/payments", w.charge("A-1", 101), "amount"},
		"another order":     {"/v1/payments", w.charge("A-2", 100), "order_ref"},
		"another operation": {"/v1/payments/" + p + "/void", "{}", "operation"},
		"more differences":  {"/v1/payments", w.charge("A-2", 102), "amount, order_ref"},
	} {
		out := w.post(c.path, c.body, withKey(key), withHeader("Accept-Language", "en"))
		if out.status != 422 || out.field("code") != "idempotency_key_reused" ||
			!strings.Contains(out.field("title"), "(differing fields: "+c.fields+")") || strings.Contains(out.field("title"), "101") {
			t.Errorf("%s: %d %s", name, out.status, out.body)
		}
	}
	other := w.pay("B-1", 200)
	confirm := newKey()
	w.must("/v1/payments/"+p+"/confirm", "{}", withKey(confirm))
	if out := w.post("/v1/payments/"+other+"/confirm", "{}", withKey(confirm)); out.field("code") != "idempotency_key_reused" {
		t.Errorf("the object in the address is not part of the fingerprint: %s", out.body)
	}
	if again := w.post("/v1/payments", w.charge("A-1", 100), withKey(key)); !bytes.Equal(again.body, first.body) {
		t.Error("a mismatch touched the first record")
	}
	if w.held() != 300 {
		t.Errorf("held %d", w.held())
	}
}

// TestReplaysAreTheSameBytes: every kind of kept answer, and what is told beside it.
func TestReplaysAreTheSameBytes(t *testing.T) { // rules X07, X08
	t.Parallel()
	w := open(t)
	p := w.pay("A-1", 1_000)
	full := w.pay("A-2", 40_000)
	requests := []struct {
		name, path, body string
		status           int
	}{
		{"session", "/v1/checkout-sessions", exampleCart, 201},
		{"authorized", "/v1/payments", w.charge("B-1", 100), 201},
		{"declined", "/v1/payments", w.charge("B-2", 50_000), 201},
		{"existing", "/v1/payments", w.charge("A-1", 1_000), 200},
		{"refused in the lanes", "/v1/payments", w.charge("A-1", 1_001), 409},
		{"capture", "/v1/payments/" + p + "/captures", `{"amount":400,"final":false}`, 200},
		{"refused verb", "/v1/payments/" + p + "/captures", `{"amount":601}`, 409},
		{"refund", "/v1/payments/" + p + "/refunds", `{"amount":1}`, 200},
		{"void", "/v1/payments/" + full + "/void", "{}", 200},
	}
	for _, r := range requests {
		key := newKey()
		first := w.post(r.path, r.body, withKey(key))
		if first.status != r.status || first.header.Get("Idempotency-Replayed") != "" {
			t.Fatalf("%s: %d %s", r.name, first.status, first.body)
		}
		dbtest.Clock(w.db).Advance(400 * 24 * time.Hour)
		again := w.post(r.path, r.body, withKey(key))
		if again.status != first.status || !bytes.Equal(again.body, first.body) {
			t.Errorf("%s: %d %s\nwant %d %s", r.name, again.status, again.body, first.status, first.body)
		}
		h := again.header
		if h.Get("Idempotency-Replayed") != "true" || h.Get("Content-Type") != first.header.Get("Content-Type") || h.Get("Duplicate-Of") != first.header.Get("Duplicate-Of") {
			t.Errorf("%s: headers %v", r.name, h)
		}
		if seen, err := time.Parse(time.RFC3339Nano, h.Get("Idempotency-First-Seen")); err != nil || !seen.Equal(dbtest.Clock(w.db).Now().Add(-400*24*time.Hour)) {
			t.Errorf("%s: first seen %q", r.name, h.Get("Idempotency-First-Seen"))
		}
	}
}

// TestAReplayTellsThePresentState: the body is the past, the header is now.
func TestAReplayTellsThePresentState(t *testing.T) { // rule X08
	t.Parallel()
	w := open(t)
	pay, session := newKey(), newKey()
	p := w.pay("A-1", 1_000, withKey(pay))
	s := w.must("/v1/checkout-sessions", exampleCart, withKey(session)).field("id")
	w.press(s)
	w.must("/v1/payments/"+p+"/captures", `{"amount":1000}`)
	w.must("/v1/payments/"+p+"/refunds", `{"amount":1}`)
	again := w.post("/v1/payments", w.charge("A-1", 1_000), withKey(pay))
	if again.field("state") != "authorized" || again.header.Get("Payment-State") != "partially_refunded" {
		t.Errorf("%s, now %s", again.body, again.header.Get("Payment-State"))
	}
	again = w.post("/v1/checkout-sessions", exampleCart, withKey(session))
	if again.field("state") != "open" || again.header.Get("Payment-State") != "authorized" {
		t.Errorf("%s, now %s", again.body, again.header.Get("Payment-State"))
	}
}

// TestAProblemIsKeptInBothLanguages: a repeat reads the same bytes in the same language.
func TestAProblemIsKeptInBothLanguages(t *testing.T) { // rule X08
	t.Parallel()
	w := open(t)
	w.pay("A-1", 1_000)
	key := newKey()
	send := func(lang string) result {
		return w.post("/v1/payments", w.charge("A-1", 1_001), withKey(key), withHeader("Accept-Language", lang))
	}
	ja, en, ja2, en2 := send("ja"), send("en"), send("ja"), send("en")
	if !bytes.Equal(ja.body, ja2.body) || !bytes.Equal(en.body, en2.body) || bytes.Equal(ja.body, en.body) {
		t.Errorf("%s\n%s\n%s\n%s", ja.body, ja2.body, en.body, en2.body)
	}
	if ja.header.Get("Content-Language") != "ja" || en.header.Get("Content-Language") != "en" || en.header.Get("Vary") != "Accept-Language" {
		t.Errorf("%v %v", ja.header, en.header)
	}
}

// TestWhatIsNotKept: the same key executes after the request was put right.
func TestWhatIsNotKept(t *testing.T) { // rule X07
	t.Parallel()
	w := open(t)
	good := w.charge("A-1", 100)
	for name, bad := range map[string]func(key string) result{
		"400": func(k string) result { return w.post("/v1/payments", "{", withKey(k)) },
		"401": func(k string) result {
			return w.post("/v1/payments", good, withKey(k), withHeader("Authorization", "Bearer tsk_live_x"))
		},
		"404": func(k string) result {
			return w.post("/v1/payments", strings.Replace(good, w.token.String(), "tok_0", 1), withKey(k))
		},
		"413": func(k string) result {
			return w.post("/v1/payments", good+strings.Repeat(" ", bodyMax), withKey(k))
		},
		"415": func(k string) result {
			return w.post("/v1/payments", good, withKey(k), withHeader("Content-Type", "text/plain"))
		},
		"422": func(k string) result { return w.post("/v1/payments", w.charge("A-1", 0), withKey(k)) },
		"503": func(k string) result { return w.post("/v1/payments", good, withKey(k), abandoned) },
	} {
		key := newKey()
		if out := bad(key); fmt.Sprint(out.status) != name || out.field("charged") != "no" {
			t.Fatalf("%s: %d %s", name, out.status, out.body)
		}
		if out := w.get("/v1/idempotency/" + key); out.field("state") != "absent" {
			t.Errorf("%s is kept: %s", name, out.body)
		}
		if out := w.post("/v1/payments", good, withKey(key)); out.status >= 300 || out.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("after %s: %d %s", name, out.status, out.body)
		}
	}
	if w.held() != 100 {
		t.Errorf("held %d", w.held())
	}
}

// abandoned is a request whose caller has hung up.
func abandoned(r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	*r = *r.WithContext(ctx)
}

// TestARefusalIsFinalForItsKey: a new try needs a new key.
func TestARefusalIsFinalForItsKey(t *testing.T) { // rule X07
	t.Parallel()
	w := open(t)
	p := w.pay("A-1", 1_000)
	key := newKey()
	body := fmt.Sprintf(`{"amount":%d}`, 200)
	if out := w.post("/v1/payments/"+p+"/refunds", body, withKey(key)); out.status != 409 {
		t.Fatalf("%d %s", out.status, out.body)
	}
	w.must("/v1/payments/"+p+"/captures", `{"amount":1000}`)
	if out := w.post("/v1/payments/"+p+"/refunds", body, withKey(key)); out.status != 409 {
		t.Errorf("the refusal was forgotten: %d %s", out.status, out.body)
	}
	w.must("/v1/payments/"+p+"/refunds", body)
}

func TestKeysBelongToTheMerchant(t *testing.T) { // rule X04
	t.Parallel()
	w := open(t)
	key := newKey()
	first := w.must("/v1/payments", w.charge("A-1", 100), withKey(key))
	w.write(func(tx *db.Tx) error {
		issued, err := w.options.Merchants.IssueKey(tx, w.merchant, merchant.LiveKeys, time.Time{}, "operator")
		w.apiKey = issued.Plain.Reveal()
		return err
	})
	if again := w.post("/v1/payments", w.charge("A-1", 100), withKey(key)); !bytes.Equal(again.body, first.body) || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the merchant's other API key does not find it: %s", again.body)
	}
	var other id.Merchant
	other, w.apiKey = w.newMerchant("みどり書店")
	token := w.grant(w.member, other)
	body := strings.Replace(w.charge("A-1", 100), w.token.String(), token.String(), 1)
	if out := w.post("/v1/payments", body, withKey(key)); out.status != 201 || out.field("id") == first.field("id") {
		t.Errorf("two merchants met: %d %s", out.status, out.body)
	}
}

// TestAKeyNeverExecutesTwice: not after years, not after the token was revoked.
func TestAKeyNeverExecutesTwice(t *testing.T) { // rule X03
	t.Parallel()
	w := open(t)
	key := newKey()
	first := w.must("/v1/payments", w.charge("A-1", 100), withKey(key))
	w.must("/v1/payments/"+first.field("id")+"/void", "{}")
	w.write(func(tx *db.Tx) error { return w.options.Members.RevokeToken(tx, w.member, w.token) })
	dbtest.Clock(w.db).Advance(3 * 365 * 24 * time.Hour)
	again := w.post("/v1/payments", w.charge("A-1", 100), withKey(key))
	if !bytes.Equal(again.body, first.body) || again.header.Get("Payment-State") != "voided" {
		t.Errorf("%d %s", again.status, again.body)
	}
	if w.held() != 0 {
		t.Errorf("held %d", w.held())
	}
}

// TestOrderIdentityBeneathKeys: a new key does not make a new order.
func TestOrderIdentityBeneathKeys(t *testing.T) { // rule X09
	t.Parallel()
	w := open(t)
	first := w.must("/v1/payments", w.charge("A-1", 100))
	again := w.post("/v1/payments", w.charge("A-1", 100))
	if again.status != 200 || !bytes.Equal(again.body, first.body) || again.header.Get("Duplicate-Of") != first.field("id") {
		t.Errorf("%d %s %v", again.status, again.body, again.header)
	}
	taken := w.post("/v1/payments", w.charge("A-1", 101))
	if taken.status != 409 || taken.field("object") != first.field("id") || taken.field("charged") != "once" || taken.field("reference") != first.field("reference") {
		t.Errorf("%d %s", taken.status, taken.body)
	}
	w.must("/v1/payments/"+first.field("id")+"/void", "{}")
	retry := w.must("/v1/payments", w.charge("A-1", 101))
	if retry.status != 201 || retry.field("retry_of") != first.field("id") {
		t.Errorf("%d %s", retry.status, retry.body)
	}
}

// TestADuplicateOfACapturedOrderSendsToTheObject: its captures are not at hand there, and the answer does not claim none.
func TestADuplicateOfACapturedOrderSendsToTheObject(t *testing.T) {
	t.Parallel()
	w := open(t)
	p := w.pay("A-1", 100)
	w.must("/v1/payments/"+p+"/captures", `{"amount":100}`)
	again := w.post("/v1/payments", w.charge("A-1", 100))
	if again.status != 200 || again.field("captured") != "100" || !bytes.Contains(again.body, []byte(`"captures":null`)) {
		t.Errorf("%d %s", again.status, again.body)
	}
}

func TestLookUps(t *testing.T) { // rule X10
	t.Parallel()
	w := open(t)
	key := newKey()
	if out := w.get("/v1/idempotency/" + key); out.status != 200 || out.field("state") != "absent" {
		t.Errorf("%d %s", out.status, out.body)
	}
	if out := w.get("/v1/orders/A-1/payment"); out.status != 404 {
		t.Errorf("%d %s", out.status, out.body)
	}
	p := w.pay("A-1", 100, withKey(key))
	if out := w.get("/v1/idempotency/" + key); out.field("state") != "done" || out.field("object") != p || out.field("status") != "201" {
		t.Errorf("%d %s", out.status, out.body)
	}
	if out := w.get("/v1/orders/A-1/payment"); out.field("id") != p {
		t.Errorf("%d %s", out.status, out.body)
	}
	odd := "A/2?%&=;"
	q := w.must("/v1/payments", w.charge(odd, 101)).field("id")
	if out := w.get("/v1/orders/A%2F2%3F%25%26%3D%3B/payment"); out.field("id") != q {
		t.Errorf("%d %s", out.status, out.body)
	}
	if out := w.get("/v1/idempotency/short"); out.status != 400 {
		t.Errorf("%d %s", out.status, out.body)
	}
}

// TestOnlyServerTimeCounts: the instants of an answer are the service's own.
func TestOnlyServerTimeCounts(t *testing.T) { // rule X11
	t.Parallel()
	w := open(t)
	out := w.post("/v1/payments", w.charge("A-1", 100), withHeader("Date", "Tue, 01 Jan 2030 00:00:00 GMT"))
	if out.field("created_at") != instant(dbtest.Start) || out.field("confirm_by") != instant(dbtest.Start.Add(time.Hour)) {
		t.Error(string(out.body))
	}
}

// TestTheSessionIsTheBrowsersKey: presses in a session make one payment, and the session tells it.
func TestTheSessionIsTheBrowsersKey(t *testing.T) {
	t.Parallel()
	w := open(t)
	s := w.must("/v1/checkout-sessions", exampleCart).field("id")
	for range 3 {
		w.press(s)
	}
	out := w.get("/v1/checkout-sessions/" + s)
	if out.field("state") != "done" || out.field("payment.state") != "authorized" || w.held() != 8_500 {
		t.Errorf("%s, held %d", out.body, w.held())
	}
}

// TestParallelDuplicates: 32 callers at once, one charge, one answer.
func TestParallelDuplicates(t *testing.T) { // rules X06, X09
	t.Parallel()
	for name, keyOf := range map[string]func(same string) string{
		"one key":        func(same string) string { return same },
		"different keys": func(string) string { return newKey() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t)
			results := parallel(32, func(same string) result { return w.post("/v1/payments", w.charge("A-1", 100), withKey(keyOf(same))) })
			ids := map[string]int{}
			for _, r := range results {
				if r.status != 201 && r.status != 200 {
					t.Fatalf("%d %s", r.status, r.body)
				}
				ids[r.field("id")]++
			}
			if len(ids) != 1 || w.held() != 100 {
				t.Errorf("%d payments, held %d", len(ids), w.held())
			}
		})
	}
	t.Run("a capture", func(t *testing.T) {
		t.Parallel()
		w := open(t)
		p := w.pay("A-1", 100)
		results := parallel(32, func(key string) result {
			for {
				r := w.post("/v1/payments/"+p+"/captures", `{"amount":40,"final":false}`, withKey(key))
				if r.status != http.StatusConflict || r.field("code") != run.InFlight.Code {
					return r
				} // on a slow machine the first may take longer than a duplicate waits: it comes again, as told
			}
		})
		for _, r := range results {
			if r.status != 200 || r.field("captured") != "40" {
				t.Fatalf("%d %s", r.status, r.body)
			}
		}
	})
}

func parallel(n int, send func(same string) result) []result {
	key := newKey()
	out := make([]result, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { out[i] = send(key) })
	}
	all.Wait()
	return out
}

// TestARestartReplaysTheSameBytes: what was answered before a restart is answered after it.
func TestARestartReplaysTheSameBytes(t *testing.T) { // rule X08
	t.Parallel()
	w := open(t)
	before := map[string]result{}
	bodies := map[string]string{}
	for i := range 10 {
		key := newKey()
		bodies[key] = w.charge(fmt.Sprint("A-", i), 8_000+i) // the seventh is over the limit
		before[key] = w.must("/v1/payments", bodies[key], withKey(key))
	}
	w.start()
	for _, key := range slices.Sorted(maps.Keys(before)) {
		again := w.post("/v1/payments", bodies[key], withKey(key))
		if again.status != before[key].status || !bytes.Equal(again.body, before[key].body) || again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%d %s\nbefore %d %s", again.status, again.body, before[key].status, before[key].body)
		}
	}
}

// TestADuplicateInFlightIsToldToComeAgain: it waits two seconds and executes nothing.
func TestADuplicateInFlightIsToldToComeAgain(t *testing.T) { // rule X06
	t.Parallel()
	w := open(t)
	out := w.inFlight()
	if out.status != 409 || out.field("code") != "idempotency_in_flight" || out.header.Get("Retry-After") != "1" || out.field("charged") != "checking" {
		t.Errorf("%d %s %v", out.status, out.body, out.header)
	}
}

// inFlight sends a request while another one with its key is being worked on.
func (w *world) inFlight() (out result) {
	w.t.Helper()
	p := w.pay("F-1", 100)
	key := run.Key{Scope: "live " + w.merchant.String(), Value: newKey(), Operation: "voidPayment"}
	begun, release := make(chan struct{}), make(chan struct{})
	var first sync.WaitGroup
	first.Go(func() {
		_, _ = w.options.Runner.Do(context.Background(), key, nil, func(*db.Tx) (run.Answer, error) {
			close(begun)
			<-release
			return run.Answer{}, run.TooBusy.New()
		})
	})
	<-begun
	out = w.post("/v1/payments/"+p+"/void", "{}", withKey(key.Value))
	close(release)
	first.Wait()
	return out
}

// TestAnUnknownOutcomeIsFoundOutWithTheSameKey: the caller stops waiting while the order is being worked on.
func TestAnUnknownOutcomeIsFoundOutWithTheSameKey(t *testing.T) { // rule X03
	t.Parallel()
	w := open(t)
	body, key := w.charge("A-1", 100), newKey()
	out := w.unknown(body, key)
	if out.status != 503 || out.field("charged") != "checking" || out.header.Get("Retry-After") == "" {
		t.Fatalf("%d %s", out.status, out.body)
	}
	again := w.must("/v1/payments", body, withKey(key))
	if again.field("state") != "authorized" || w.held() != 100 {
		t.Errorf("%s, held %d", again.body, w.held())
	}
}

// unknown sends a purchase whose caller's time is up while the database is busy.
func (w *world) unknown(body, key string) (out result) {
	w.t.Helper()
	for range 20 { // on a slow machine the time may be up before the order was handed in
		begun, release := make(chan struct{}), make(chan struct{})
		var busy sync.WaitGroup
		busy.Go(func() {
			_ = w.db.Write(context.Background(), func(tx *db.Tx) error {
				if _, err := tx.Exec(`-- api_test.lock
					UPDATE credit SET tries = tries WHERE bucket = $1 AND member = $2`, w.member.Bucket(), w.member); err != nil {
					return err
				}
				close(begun)
				<-release
				return nil
			})
		})
		<-begun
		out = w.post("/v1/payments", body, withKey(key), patience(300*time.Millisecond))
		close(release)
		busy.Wait()
		if out.field("code") == "outcome_unknown" {
			return out
		}
	}
	w.t.Fatalf("never unknown: %d %s", out.status, out.body)
	return out
}

// patience is how long the caller of a request waits.
func patience(d time.Duration) change {
	return func(r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), d)
		context.AfterFunc(ctx, cancel)
		*r = *r.WithContext(ctx)
	}
}

func FuzzIdempotencyKey(f *testing.F) { // rule X01
	for _, s := range []string{"", "abcdefghijklmnop", `"abcdefghijklmnop"`, `"\"\\"`, strings.Repeat("k", 256), "キー"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		value, err := readKey(http.Header{"Idempotency-Key": {sent}})
		if err != nil {
			return
		}
		if len(value) < 16 || len(value) > 255 || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("%q was taken as %q", sent, value)
		}
	})
}
