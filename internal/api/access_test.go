package api

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/merchant"
)

// TestEveryRouteByEveryPrincipal: nobody without a good key gets past the door, and another merchant sees nothing.
func TestEveryRouteByEveryPrincipal(t *testing.T) { // rules A01, A02
	t.Parallel()
	w := open(t)
	payment := w.pay("A-1", 1_000, withKey(chargedKey))
	session := w.must("/v1/checkout-sessions", exampleCart).field("id")
	w.relay()
	good := w.apiKey
	issue := func(m id.Merchant, env merchant.Environment, expires time.Time) (plain string, key id.APIKey) {
		w.write(func(tx *db.Tx) error {
			issued, err := w.options.Merchants.IssueKey(tx, m, env, expires, "operator")
			plain, key = issued.Plain.Reveal(), issued.Key.ID
			return err
		})
		return plain, key
	}
	revoked, which := issue(w.merchant, merchant.LiveKeys, time.Time{})
	w.write(func(tx *db.Tx) error { return w.options.Merchants.RevokeKey(tx, which, "operator") })
	expired, _ := issue(w.merchant, merchant.LiveKeys, dbtest.Start.Add(time.Minute))
	trial, _ := issue(w.merchant, merchant.TestKeys, time.Time{})
	dbtest.Clock(w.db).Advance(time.Minute)
	other, foreign := w.newMerchant("みどり書店")
	otherToken := w.grant(w.member, other).String()

	for name, c := range map[string]struct{ header, code string }{
		"none":              {"", "key_missing"},
		"not bearer":        {"Basic " + good, "key_missing"},
		"no key at all":     {"Bearer ", "key_missing"},
		"malformed":         {"Bearer hello", "key_malformed"},
		"cut off":           {"Bearer " + good[:len(good)-1], "key_malformed"},
		"unknown":           {"Bearer " + good[:len(good)-4] + "0000", "key_unknown"},
		"other environment": {"Bearer " + trial, "key_unknown"},
		"revoked":           {"Bearer " + revoked, "key_revoked"},
		"expired":           {"Bearer " + expired, "key_expired"},
	} {
		for _, r := range routes() {
			out := w.do(r.method, address(r, payment, session), "{}", withHeader("Authorization", c.header))
			if out.status != 401 || out.field("code") != c.code || out.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s, %s: %d %s", r.id, name, out.status, out.body)
			}
		}
	}

	w.apiKey = foreign
	for _, r := range routes() {
		body := "{}"
		switch r.id {
		case "createCheckoutSession":
			body = exampleCart
		case "createPayment":
			body = w.charge("A-1", 1_000) // with the first merchant's token
		case "capturePayment", "refundPayment":
			body = `{"amount":1}`
		case "cancelPaymentByKey":
			body = `{"key":"` + chargedKey + `"}` // the key of the payment, as a key of its own
		}
		out := w.do(r.method, address(r, payment, session), body)
		mine := map[string]bool{"listPayments": true, "listEvents": true, "getIdempotencyKey": true, "createCheckoutSession": true, "cancelPaymentByKey": true}
		if !mine[r.id] && out.status != 404 {
			t.Errorf("%s on another merchant's object: %d %s", r.id, out.status, out.body)
		}
		if bytes.Contains(out.body, []byte(payment)) || bytes.Contains(out.body, []byte(session)) {
			t.Errorf("%s shows another merchant's object: %s", r.id, out.body)
		}
	}
	body := strings.Replace(w.charge("A-1", 1_000), w.token.String(), otherToken, 1)
	if out := w.post("/v1/payments", body); out.status != 201 {
		t.Errorf("the same order number of another merchant: %d %s", out.status, out.body)
	}
	w.apiKey = good
	if out := w.get("/v1/payments/" + payment); out.field("state") != "authorized" {
		t.Errorf("a stranger changed it: %s", out.body)
	}
}

// address is a route's path with an object in it.
func address(r route, payment, session string) string {
	object := payment
	if strings.Contains(r.path, "checkout-sessions") {
		object = session
	}
	return strings.NewReplacer("{id}", object, "{order_ref}", "A-1", "{key}", chargedKey).Replace(r.path)
}

// TestAPausedMerchant sells nothing new; what was bought goes on (rules A11, S07).
func TestAPausedMerchant(t *testing.T) {
	t.Parallel()
	w := open(t)
	p := w.pay("A-1", 1_000)
	w.write(func(tx *db.Tx) error {
		_, err := w.options.Merchants.Move(tx, w.merchant, merchant.Pause, "operator")
		return err
	})
	dbtest.Clock(w.db).Advance(merchant.CallerMemory) // rule A12
	if out := w.post("/v1/checkout-sessions", exampleCart); out.status != 409 || out.field("code") != "merchant_paused" {
		t.Errorf("%d %s", out.status, out.body)
	}
	if out := w.must("/v1/payments", w.charge("A-2", 1_001)); out.field("decline.code") != "shop" || out.field("decline.retry") != "never" {
		t.Errorf("%d %s", out.status, out.body)
	}
	w.must("/v1/payments/"+p+"/captures", `{"amount":1000}`)
	w.must("/v1/payments/"+p+"/refunds", `{"amount":1000}`)
}

// TestHeadersOfEveryAnswer: nothing is cached, and each request can be found in the log.
func TestHeadersOfEveryAnswer(t *testing.T) { // rule A03
	t.Parallel()
	w := open(t)
	seen := map[string]bool{}
	for _, out := range []result{
		w.get("/v1/payments"), w.get("/v1/payments/pay_0"), w.get("/v1/nothing"), w.post("/v1/payments", "{"),
		w.do(http.MethodDelete, "/v1/payments", ""), w.must("/v1/payments", w.charge("A-1", 1)),
	} {
		ref := out.header.Get("X-Request-Reference")
		if seen[ref] || len(ref) != 9 || out.header.Get("Cache-Control") != "no-store" || out.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d: %v", out.status, out.header)
		}
		seen[ref] = true
		if out.status >= 400 && (out.header.Get("Content-Type") != "application/problem+json" || out.field("reference") != ref) {
			t.Errorf("%d: %v %s", out.status, out.header, out.body)
		}
	}
}

func TestAddressesAndMethodsThatDoNotExist(t *testing.T) {
	t.Parallel()
	w := open(t)
	for _, c := range []struct {
		method, path  string
		status        int
		code, allowed string
	}{
		{http.MethodGet, "/v1/nothing", 404, "not_found", ""},
		{http.MethodGet, "/v1/", 404, "not_found", ""},
		{http.MethodPost, "/v1/payments/pay_0/refund", 404, "not_found", ""},
		{http.MethodDelete, "/v1/payments", 405, "method_not_allowed", "GET, POST"},
		{http.MethodPut, "/v1/payments/pay_0", 405, "method_not_allowed", "GET"},
		{http.MethodGet, "/v1/payments/pay_0/confirm", 405, "method_not_allowed", "POST"},
		{http.MethodPost, "/v1/docs", 405, "method_not_allowed", "GET"},
	} {
		out := w.do(c.method, c.path, "")
		if out.status != c.status || out.field("code") != c.code || out.header.Get("Allow") != c.allowed {
			t.Errorf("%s %s: %d %s, allowed %q", c.method, c.path, out.status, out.body, out.header.Get("Allow"))
		}
	}
	if out := w.do(http.MethodHead, "/v1/payments", ""); out.status != 200 {
		t.Errorf("HEAD: %d", out.status)
	}
}

// TestAFaultOfOursIsLoggedAndNotShown: the log and the caller have the reference in common and nothing else.
func TestAFaultOfOursIsLoggedAndNotShown(t *testing.T) { // rule A07
	t.Parallel()
	w := open(t)
	out := w.broken()
	if out.status != 500 || out.field("side") != "us" || out.field("charged") != "no" || bytes.Contains(out.body, []byte("panic")) {
		t.Errorf("%d %s", out.status, out.body)
	}
	if log := w.log.String(); !strings.Contains(log, out.field("reference")) || !strings.Contains(log, "panic") || strings.Contains(log, w.apiKey) {
		t.Errorf("log: %s", log)
	}
}
