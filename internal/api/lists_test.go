package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
)

func TestListOfPaymentsPagesByKey(t *testing.T) { // rule A09
	t.Parallel()
	w := open(t)
	var made []string
	for i := range 7 {
		made = append(made, w.pay(fmt.Sprint("A-", i), 100+i))
		dbtest.Clock(w.db).Advance(time.Second)
	}
	w.must("/v1/payments/"+made[2]+"/captures", `{"amount":40,"final":false}`)
	w.must("/v1/payments/"+made[3]+"/void", "{}")
	var seen []string
	for after := ""; ; {
		out := w.get("/v1/payments?limit=3" + after)
		var page paymentList
		if err := json.Unmarshal(out.body, &page); err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Data {
			seen = append(seen, p.ID)
		}
		if page.Next == nil {
			break
		}
		after = "&after=" + *page.Next
	}
	if len(seen) != 7 || seen[0] != made[6] || seen[6] != made[0] {
		t.Errorf("%d seen", len(seen))
	}
	for query, want := range map[string]string{
		"state=partially_captured": made[2], "state=voided": made[3], "order_ref=A-5": made[5],
	} {
		out := w.get("/v1/payments?" + query)
		var page paymentList
		if err := json.Unmarshal(out.body, &page); err != nil || len(page.Data) != 1 || page.Data[0].ID != want {
			t.Errorf("%s: %s", query, out.body)
		}
	}
	out := w.get("/v1/payments?state=partially_captured")
	if !bytes.Contains(out.body, []byte(`"partially_captured"`)) || !bytes.Contains(out.body, []byte(`"cap_`)) {
		t.Errorf("%s", out.body)
	}
}

// TestTheFeedIsGaplessAndOnlyOnesOwn: numbers from 1, page by page, and no figure that is the member's.
func TestTheFeedIsGaplessAndOnlyOnesOwn(t *testing.T) { // rule A10
	t.Parallel()
	w := open(t)
	other, otherKey := w.newMerchant("みどり書店")
	w.grant(w.member, other)
	p := w.pay("A-1", 1_000)
	w.must("/v1/payments/"+p+"/confirm", "{}")
	w.must("/v1/payments/"+p+"/captures", `{"amount":400,"final":false}`)
	w.must("/v1/payments/"+p+"/void", "{}")
	w.must("/v1/payments/"+p+"/refunds", `{"amount":100}`)
	s := w.must("/v1/checkout-sessions", exampleCart).field("id")
	w.must("/v1/checkout-sessions/"+s+"/withdraw", "{}")
	w.must("/v1/payments", w.charge("A-2", 52_000))
	w.relay()
	var types []string
	next := int64(0)
	for {
		out := w.get(fmt.Sprint("/v1/events?limit=2&after=", next))
		var page eventList
		if err := json.Unmarshal(out.body, &page); err != nil {
			t.Fatal(err)
		}
		if len(page.Data) == 0 {
			if page.Next != next {
				t.Errorf("an empty page moves from %d to %d", next, page.Next)
			}
			break
		}
		for _, e := range page.Data {
			if e.Number != int64(len(types))+1 {
				t.Errorf("number %d after %d", e.Number, len(types))
			}
			types = append(types, e.Type)
			if strings.Contains(string(e.Data), "bill_month") {
				t.Errorf("%s tells the member's affairs: %s", e.Type, e.Data)
			}
		}
		next = page.Next
	}
	counted := map[string]int{}
	for _, kind := range types {
		counted[kind]++
	}
	for _, kind := range []string{
		"member_token.granted", "payment.authorized", "payment.confirmed", "payment.captured", "payment.released",
		"payment.refunded", "checkout_session.opened", "checkout_session.withdrawn", "payment.declined",
	} {
		if counted[kind] != 1 {
			t.Errorf("%s %d times: %v", kind, counted[kind], types)
		}
	}
	w.apiKey = otherKey
	var page eventList
	if out := w.get("/v1/events"); json.Unmarshal(out.body, &page) != nil || len(page.Data) != 1 || page.Data[0].Type != "member_token.granted" {
		t.Errorf("%s", out.body)
	}
}

// TestAFactThatIsNotListedShowsNoFigures: facts of packages to come concern a merchant without being written for it.
func TestAFactThatIsNotListedShowsNoFigures(t *testing.T) { // rule A10
	t.Parallel()
	w := open(t)
	w.write(func(tx *db.Tx) error {
		return event.Append(tx, event.Fact{
			Kind: "dispute.opened", Subject: event.Subject(w.token), Merchant: w.merchant, Side: "member", Actor: "member",
			Data: map[string]any{"words": "private"},
		})
	})
	w.relay()
	out := w.get("/v1/events?after=1")
	if !bytes.Contains(out.body, []byte(`"dispute.opened"`)) || bytes.Contains(out.body, []byte("private")) {
		t.Errorf("%s", out.body)
	}
}

// TestDeclinesTellNothingOfTheMembersAffairs (rule C09).
func TestDeclines(t *testing.T) {
	t.Parallel()
	w := open(t)
	for amount, want := range map[int]string{50_001: "limit other_amount", 60_000: "limit other_amount"} {
		out := w.must("/v1/payments", w.charge(fmt.Sprint("A-", amount), amount))
		if got := out.field("decline.code") + " " + out.field("decline.retry"); got != want || out.field("state") != "declined" || out.status != 201 {
			t.Errorf("%d: %s", amount, out.body)
		}
	}
	for i := range 9 {
		w.must("/v1/payments", w.charge(fmt.Sprint("B-", i), 100+i))
	}
	if out := w.must("/v1/payments", w.charge("B-9", 109)); out.field("decline.code") != "velocity" || out.field("decline.retry") != "later" {
		t.Errorf("%s", out.body)
	}
}

// TestLifeOfAPayment walks through every state that a shop can see.
func TestLifeOfAPayment(t *testing.T) {
	t.Parallel()
	w := open(t)
	body := with(w.charge("A-1", 1_000), `"capture":"automatic"`)
	auto := w.must("/v1/payments", body)
	if auto.field("capture") != "automatic" || auto.field("confirm_by") == "" || auto.field("capture_by") != "" {
		t.Errorf("%s", auto.body)
	}
	if out := w.must("/v1/payments/"+auto.field("id")+"/confirm", "{}"); out.field("state") != "captured" || out.field("captured") != "1000" {
		t.Errorf("%s", out.body)
	}
	p := w.must("/v1/payments", with(w.charge("A-2", 1_000), `"repeat_of":"`+auto.field("id")+`"`)).field("id")
	for _, step := range []struct{ verb, body, state, held string }{
		{"confirm", "{}", "confirmed", ""},
		{"captures", `{"amount":300,"final":false}`, "partially_captured", ""},
		{"captures", `{"amount":200}`, "captured", ""},
		{"refunds", `{"amount":100,"reason":"返品"}`, "partially_refunded", ""},
		{"refunds", `{"amount":400}`, "refunded", ""},
	} {
		out := w.must("/v1/payments/"+p+"/"+step.verb, step.body)
		if out.field("state") != step.state || (step.state == "confirmed") != (out.field("capture_by") != "" && out.field("confirm_by") == "" && step.verb == "confirm") {
			t.Errorf("after %s: %s", step.verb, out.body)
		}
		if out := w.get("/v1/payments/" + p); out.field("state") != step.state {
			t.Errorf("read after %s: %s", step.verb, out.body)
		}
	}
	last := w.get("/v1/payments/" + p)
	if last.field("captured") != "500" || last.field("released") != "500" || last.field("refunded") != "500" {
		t.Errorf("%s", last.body)
	}
}

// TestTheReferenceAsksNobodyElse: no page loads anything from elsewhere, and every link within leads somewhere.
func TestTheReferenceAsksNobodyElse(t *testing.T) { // rule A08
	t.Parallel()
	w := open(t)
	loads := regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	ids := regexp.MustCompile(` id="([^"]*)"`)
	pages := map[string]string{}
	queue := []string{"/v1/docs"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if _, read := pages[path]; read {
			continue
		}
		rec := httptest.NewRecorder()
		w.handler.ServeHTTP(rec, w.request(http.MethodGet, path, "", withHeader("Authorization", "")))
		if rec.Code != 200 || !strings.Contains(rec.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Fatalf("%s: %d %v", path, rec.Code, rec.Header())
		}
		text := rec.Body.String()
		pages[path] = text
		if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
			continue
		}
		if strings.Contains(text, "<script") || strings.Contains(text, "style=") || strings.Contains(text, "ZgotmplZ") || strings.Count(text, "<h1>") != 1 {
			t.Errorf("%s has a script, an inline style or not one h1", path)
		}
		for _, m := range loads.FindAllStringSubmatch(text, -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target != "" && !strings.HasPrefix(target, "/v1/") {
				t.Errorf("%s leads to %s", path, m[1])
			} else if target != "" {
				queue = append(queue, target)
			}
		}
	}
	for path, text := range pages {
		for _, m := range regexp.MustCompile(`href="([^"#]*)#([^"]*)"`).FindAllStringSubmatch(text, -1) {
			page := m[1]
			if page == "" {
				page = path
			}
			found := false
			for _, id := range ids.FindAllStringSubmatch(pages[page], -1) {
				found = found || id[1] == m[2]
			}
			if !found {
				t.Errorf("%s leads to %s, where nothing is", path, m[0])
			}
		}
	}
	if len(pages) < len(Documented())+4 {
		t.Errorf("%d pages", len(pages))
	}
}

// TestTheServedContractIsThePublishedOne but for the address of the server.
func TestTheServedContractIsThePublishedOne(t *testing.T) { // rule A08
	t.Parallel()
	w := open(t)
	file, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var published, served map[string]any
	if err := json.Unmarshal(file, &published); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(w.get("/v1/openapi.json").body, &served); err != nil {
		t.Fatal(err)
	}
	published["servers"] = []any{map[string]any{"url": publicURL}}
	if a, b := fmt.Sprint(published), fmt.Sprint(served); a != b {
		t.Error("they differ")
	}
	if yaml := w.get("/v1/openapi.yaml").body; !bytes.Contains(yaml, []byte("openapi: 3.1.0")) || !bytes.Contains(yaml, []byte("/v1/checkout-sessions")) {
		t.Errorf("%.200s", yaml)
	}
}
