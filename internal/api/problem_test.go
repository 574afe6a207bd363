package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
	"tsuke/internal/term"
)

// provoked is a request for each documented fault. A kind that is documented and not here fails the test.
var provoked = map[*fault.Kind]func(*world) result{
	KeyMissing: func(w *world) result {
		return w.post("/v1/payments", w.charge("A-1", 1), withHeader("Idempotency-Key", ""))
	},
	KeyMalformed: func(w *world) result { return w.post("/v1/payments", w.charge("A-1", 1), withKey("short")) },
	Paused: func(w *world) result {
		w.write(func(tx *db.Tx) error {
			_, err := w.options.Merchants.Move(tx, w.merchant, merchant.Pause, "operator")
			return err
		})
		return w.post("/v1/checkout-sessions", exampleCart)
	},
	NoRoute:     func(w *world) result { return w.get("/v1/nothing") },
	WrongMethod: func(w *world) result { return w.do(http.MethodDelete, "/v1/payments", "") },
	NotJSON: func(w *world) result {
		return w.post("/v1/payments", "order_ref=A-1", withHeader("Content-Type", "application/x-www-form-urlencoded"))
	},
	TooLarge:     func(w *world) result { return w.post("/v1/payments", strings.Repeat(" ", bodyMax+1)) },
	BadJSON:      func(w *world) result { return w.post("/v1/payments", "{") },
	FieldUnknown: func(w *world) result { return w.post("/v1/payments", with(w.charge("A-1", 1), `"amout":1`)) },
	FieldMissing: func(w *world) result {
		return w.post("/v1/payments", `{"order_ref":"A-1","amount":1,"currency":"JPY"}`)
	},
	FieldType: func(w *world) result {
		return w.post("/v1/payments", strings.Replace(w.charge("A-1", 1), ":1,", ":1.0,", 1))
	},
	FieldRange: func(w *world) result {
		return w.post("/v1/payments", strings.Replace(w.charge("A-1", 1), "JPY", "USD", 1))
	},
	checkout.SimilarPayment: func(w *world) result {
		w.pay("A-1", 1_980)
		return w.post("/v1/payments", w.charge("A-2", 1_980))
	},
	RepeatUnknown: func(w *world) result {
		return w.post("/v1/payments", strings.Replace(w.charge("A-1", 1), "{", `{"repeat_of":"`+examplePayment+`",`, 1))
	},
	member.TokenRevoked: func(w *world) result {
		w.write(func(tx *db.Tx) error { return w.options.Members.RevokeToken(tx, w.member, w.token) })
		return w.post("/v1/payments", w.charge("A-1", 1))
	},
	member.NoToken: func(w *world) result {
		return w.post("/v1/payments", strings.Replace(w.charge("A-1", 1), w.token.String(), exampleToken, 1))
	},
	merchant.KeyMissing: func(w *world) result { return w.get("/v1/payments", withHeader("Authorization", "")) },
	merchant.KeyShape:   func(w *world) result { return w.get("/v1/payments", withHeader("Authorization", "Bearer x")) },
	merchant.KeyUnknown: func(w *world) result {
		return w.get("/v1/payments", withHeader("Authorization", "Bearer tsk_live_"+strings.Repeat("0", 40)))
	},
	merchant.KeyRevoked: func(w *world) result {
		w.write(func(tx *db.Tx) error {
			issued, err := w.options.Merchants.IssueKey(tx, w.merchant, merchant.LiveKeys, time.Time{}, "operator")
			if err != nil {
				return err
			}
			w.apiKey = issued.Plain.Reveal()
			return w.options.Merchants.RevokeKey(tx, issued.Key.ID, "operator")
		})
		return w.get("/v1/payments")
	},
	merchant.KeyExpired: func(w *world) result {
		w.write(func(tx *db.Tx) error {
			issued, err := w.options.Merchants.IssueKey(tx, w.merchant, merchant.LiveKeys, dbtest.Clock(w.db).Now().Add(time.Minute), "operator")
			w.apiKey = issued.Plain.Reveal()
			return err
		})
		dbtest.Clock(w.db).Advance(time.Minute)
		return w.get("/v1/payments")
	},
	merchant.BadExpiry: func(w *world) result {
		return w.post("/v1/checkout-sessions", strings.Replace(exampleCart, `"expires_in": 1800`, `"expires_in": 86401`, 1))
	},
	merchant.ReturnShape:    returning("javascript:alert(1)"),
	merchant.ReturnScheme:   returning("http://shop.example.jp/"),
	merchant.ReturnUser:     returning("https://user@shop.example.jp/"),
	merchant.ReturnFragment: returning("https://shop.example.jp/#done"),
	merchant.ReturnOrigin:   returning("https://shop.example.com/"),
	checkout.NoPayment:      func(w *world) result { return w.get("/v1/payments/" + examplePayment) },
	checkout.NoSession:      func(w *world) result { return w.get("/v1/checkout-sessions/" + exampleSession) },
	checkout.OrderTaken: func(w *world) result {
		w.pay("A-1", 1)
		return w.post("/v1/payments", w.charge("A-1", 2))
	},
	checkout.WrongState: func(w *world) result {
		return w.post("/v1/payments/"+w.pay("A-1", 1)+"/refunds", `{"amount":1}`)
	},
	checkout.OverOpen: func(w *world) result {
		return w.post("/v1/payments/"+w.pay("A-1", 1)+"/captures", `{"amount":2}`)
	},
	checkout.OverCaptured: func(w *world) result {
		p := w.pay("A-1", 1)
		w.must("/v1/payments/"+p+"/captures", `{"amount":1}`)
		return w.post("/v1/payments/"+p+"/refunds", `{"amount":2}`)
	},
	checkout.SessionPaid: func(w *world) result {
		s := w.must("/v1/checkout-sessions", exampleCart).field("id")
		w.press(s)
		return w.post("/v1/checkout-sessions/"+s+"/withdraw", "{}")
	},
	checkout.BadOrderRef: func(w *world) result { return w.post("/v1/payments", w.charge("A 1", 1)) },
	checkout.BadAmount:   func(w *world) result { return w.post("/v1/payments", w.charge("A-1", 0)) },
	checkout.BadCapture: func(w *world) result {
		return w.post("/v1/payments", with(w.charge("A-1", 1), `"capture":"later"`))
	},
	checkout.BadCart: func(w *world) result {
		return w.post("/v1/checkout-sessions", strings.Replace(exampleCart, `"shipping": 500`, `"shipping": 501`, 1))
	},
	run.KeyReused: func(w *world) result {
		key := newKey()
		w.pay("A-1", 1, withKey(key))
		return w.post("/v1/payments", w.charge("A-1", 2), withKey(key))
	},
	run.KeyCancelled: func(w *world) result {
		key := newKey()
		w.must("/v1/payments/cancel-by-key", cancelBody(key))
		return w.post("/v1/payments", w.charge("A-1", 1), withKey(key))
	},
	run.KeyOld: func(w *world) result {
		key := newKey()
		w.must("/v1/payments/cancel-by-key", cancelBody(newKey()), withKey(key))
		w.strip()
		return w.post("/v1/payments/cancel-by-key", cancelBody(newKey()), withKey(key))
	},
	KeyNotPayment: func(w *world) result {
		key := newKey()
		w.must("/v1/checkout-sessions", exampleCart, withKey(key))
		return w.post("/v1/payments/cancel-by-key", cancelBody(key))
	},
	run.InFlight:       func(w *world) result { return w.inFlight() },
	run.TooBusy:        func(w *world) result { return w.post("/v1/payments", w.charge("A-1", 1), abandoned) },
	run.Unknown:        func(w *world) result { return w.unknown(w.charge("A-1", 1), newKey()) },
	fault.Unclassified: func(w *world) result { return w.broken() },
}

// with adds a field to a JSON object.
func with(object, field string) string { return strings.Replace(object, "{", "{"+field+",", 1) }

func returning(address string) func(*world) result {
	return func(w *world) result {
		return w.post("/v1/checkout-sessions", strings.Replace(exampleCart, "https://shop.example.jp/cart", address, 1))
	}
}

// broken sends a request to a service that was put together wrongly: its book does not hold the merchant's terms.
func (w *world) broken() result {
	w.t.Helper()
	book, err := term.NewBook()
	if err != nil {
		w.t.Fatal(err)
	}
	p := w.pay("X-1", 1)
	o := w.options
	o.Terms = book
	w.handler = New(o)
	return w.post("/v1/payments/"+p+"/confirm", "{}")
}

// TestEveryDocumentedFaultCanBeMet also holds each problem against RFC 9457 and against the rules of the house: nothing of
// the caller's input comes back, and every sentence is there in both languages.
func TestEveryDocumentedFaultCanBeMet(t *testing.T) { // rules A06, A07
	t.Parallel()
	service := open(t)
	for _, k := range Documented() {
		t.Run(k.Code, func(t *testing.T) {
			send := provoked[k]
			if send == nil && k == run.NotDurable {
				t.Skip("needs a standby: TestNothingIsToldThatATakeoverCanUndo")
			}
			if send == nil {
				t.Fatal("documented, and no request here meets it")
			}
			w := service.another(t)
			out := send(w)
			if out.status != k.Status || out.field("code") != k.Code || out.field("status") != fmt.Sprint(k.Status) ||
				out.field("side") != string(k.Side) || out.field("retry") != string(k.Retry) {
				t.Fatalf("%d %s", out.status, out.body)
			}
			for _, sentence := range []string{out.field("title"), out.field("next"), out.field("detail")} {
				if sentence == "" || strings.ContainsAny(sentence, "{}") && k != merchant.ReturnOrigin && k != checkout.NoPayment && k != checkout.WrongState {
					t.Errorf("a figure is missing: %s", sentence)
				}
			}
			rec := httptest.NewRecorder()
			w.handler.ServeHTTP(rec, w.request(http.MethodGet, out.field("type"), ""))
			if rec.Code != 200 || !strings.Contains(rec.Body.String(), k.Code) {
				t.Errorf("its page: %d", rec.Code)
			}
		})
	}
	for k := range provoked {
		found := false
		for _, d := range Documented() {
			found = found || d == k
		}
		if !found {
			t.Errorf("%s is provoked here and not documented", k.Code)
		}
	}
}

func TestCodesAreUnique(t *testing.T) { // rule A06
	t.Parallel()
	seen := map[string]bool{}
	shape := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	for _, k := range Documented() {
		if seen[k.Code] || !shape.MatchString(k.Code) {
			t.Errorf("code %q", k.Code)
		}
		seen[k.Code] = true
	}
	for _, k := range Kinds {
		if !seen[k.Code] {
			t.Errorf("%s is a kind of this package and no operation documents it", k.Code)
		}
	}
}

func TestLanguageOfProblems(t *testing.T) { // rule A06
	t.Parallel()
	w := open(t)
	for accept, want := range map[string]string{
		"": "ja", "ja": "ja", "en": "en", "en-GB,en;q=0.9": "en", "fr": "ja", "fr,en;q=0.5": "en", "ja;q=0.8,en;q=0.9": "en",
		"*": "ja", "not a language": "ja", "en;q=0.1, ja;q=0.2": "ja",
	} {
		out := w.get("/v1/nothing", withHeader("Accept-Language", accept))
		if got := out.header.Get("Content-Language"); got != want || (want == "en") != strings.Contains(out.field("title"), "nothing") {
			t.Errorf("%q: %s %s", accept, got, out.body)
		}
	}
}

// TestNoInputComesBack: what is refused is not repeated, be it a secret in the wrong place.
func TestNoInputComesBack(t *testing.T) { // rule A07
	t.Parallel()
	w := open(t)
	const canary = "kanariya-090-1234-5678"
	for _, body := range []string{
		with(w.charge("A-1", 1), `"`+canary+`":1`),
		with(w.charge("A-1", 1), `"capture":"`+canary+`"`),
		strings.Replace(w.charge("A-1", 1), "JPY", canary, 1),
		strings.Replace(w.charge("A-1", 1), `"A-1"`, `"A `+canary+`"`, 1),
		strings.Replace(w.charge("A-1", 1), w.token.String(), canary, 1),
		strings.Replace(w.charge("A-1", 1), ":1,", `:"`+canary+`",`, 1),
		`{"` + canary,
	} {
		for _, lang := range []string{"ja", "en"} {
			if out := w.post("/v1/payments", body, withHeader("Accept-Language", lang)); out.status < 400 || strings.Contains(string(out.body), canary) {
				t.Errorf("%d %s", out.status, out.body)
			}
		}
	}
	for _, path := range []string{"/v1/payments/" + canary, "/v1/payments?" + canary + "=1", "/v1/payments?state=" + canary, "/v1/payments?after=" + canary, "/v1/" + canary} {
		if out := w.get(path); out.status < 400 || strings.Contains(string(out.body), canary) {
			t.Errorf("%d %s", out.status, out.body)
		}
	}
	if strings.Contains(w.log.String(), canary) {
		t.Errorf("log: %s", w.log)
	}
}
