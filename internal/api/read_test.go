package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tsuke/internal/fault"
)

// TestReadingBodies: what is taken and what is refused, with the code and the field.
func TestReadingBodies(t *testing.T) { // rules A04, A05
	t.Parallel()
	w := open(t)
	body := func(amount string) string {
		return fmt.Sprintf(`{"order_ref":"A-1","amount":%s,"currency":"JPY","member_token":%q}`, amount, w.token)
	}
	for name, c := range map[string]struct{ body, want string }{
		"empty":                {"", "json_malformed"},
		"a list":               {"[]", "json_malformed"},
		"a number":             {"1", "json_malformed"},
		"null":                 {"null", "json_malformed"},
		"cut off":              {`{"order_ref":"A-1"`, "json_malformed"},
		"a comma too many":     {`{"order_ref":"A-1",}`, "json_malformed"},
		"something behind":     {body("1") + "{}", "json_malformed"},
		"not UTF-8":            {body("1") + "\xff", "json_malformed"},
		"too deep":             {`{"a":` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + "}", "json_malformed"},
		"a field twice":        {with(body("1"), `"amount":1`), "json_malformed"},
		"unknown field":        {with(body("1"), `"amout":1`), "field_unknown amout"},
		"unprintable field":    {with(body("1"), `"<b>":1`), "field_unknown (…)"},
		"a fraction":           {body("1.5"), "field_type amount"},
		"a whole fraction":     {body("1.0"), "field_type amount"},
		"an exponent":          {body("1e3"), "field_type amount"},
		"a string":             {body(`"1"`), "field_type amount"},
		"null for a number":    {body("null"), "field_type amount"},
		"a boolean":            {body("true"), "field_type amount"},
		"minus zero":           {body("-0"), "field_type amount"},
		"zero":                 {body("0"), "amount_out_of_range amount"},
		"negative":             {body("-1"), "amount_out_of_range amount"},
		"too dear":             {body("10000001"), "amount_out_of_range amount"},
		"beyond 64 bits":       {body("99999999999999999999"), "amount_out_of_range amount"},
		"another currency":     {strings.Replace(body("1"), "JPY", "USD", 1), "field_out_of_range currency"},
		"a long order":         {strings.Replace(body("1"), "A-1", strings.Repeat("A", 65), 1), "order_ref_malformed order_ref"},
		"an order in Japanese": {strings.Replace(body("1"), "A-1", "注文1", 1), "order_ref_malformed order_ref"},
		"a token of a number":  {strings.Replace(body("1"), `"`+w.token.String()+`"`, "1", 1), "field_type member_token"},
	} {
		out := w.post("/v1/payments", c.body)
		if got := told(out); got != c.want || out.status < 400 {
			t.Errorf("%s: %d %q, want %q", name, out.status, got, c.want)
		}
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"no line":             {`"lines": [`, `"lines": [], "x": [`, "field_unknown x field_out_of_range lines"},
		"quantity 0":          {`"quantity": 2`, `"quantity": 0`, "field_out_of_range lines[0].quantity"},
		"tax of 9 %":          {`"tax_rate": 8`, `"tax_rate": 9`, "field_out_of_range lines[1].tax_rate"},
		"a line's slip":       {`"name": "ほうじ茶 100g"`, `"nmae": "ほうじ茶"`, "field_unknown lines[1].nmae field_missing lines[1].name"},
		"a control character": {"ほうじ茶", `\u0000`, "field_out_of_range lines[1].name"},
		"half a pair":         {"ほうじ茶", `\ud800`, "field_out_of_range lines[1].name"},
		"a long name":         {"ほうじ茶", strings.Repeat("茶", 121), "field_out_of_range lines[1].name"},
		"no time":             {`"expires_in": 1800`, `"expires_in": 0`, "expires_in_out_of_range expires_in"},
		"too little time":     {`"expires_in": 1800`, `"expires_in": 299`, "expires_in_out_of_range expires_in"},
		"a foreign origin":    {`"https://shop.example.jp/cart"`, `"https://evil.example/cart"`, "return_url_origin_not_registered cancel_url"},
		"offer in words":      {`"expires_in"`, `"offer_token": "yes", "expires_in"`, "field_type offer_token"},
	} {
		out := w.post("/v1/checkout-sessions", strings.Replace(exampleCart, c.old, c.new, 1))
		if got := told(out); got != c.want {
			t.Errorf("%s: %d %q, want %q", name, out.status, got, c.want)
		}
	}
}

// told is what a refusal says: the code, or code and field of each slip.
func told(out result) string {
	var p problem
	if err := json.Unmarshal(out.body, &p); err != nil {
		return err.Error()
	}
	var all []string
	for _, e := range p.Errors {
		all = append(all, e.Code+" "+e.Field)
	}
	if len(all) == 0 {
		return p.Code
	}
	return strings.Join(all, " ")
}

// TestManySlipsAreToldAtOnceAndBounded keeps a hostile body from making a huge answer.
func TestManySlipsAreToldAtOnceAndBounded(t *testing.T) { // rule A04
	t.Parallel()
	w := open(t)
	var body strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&body, `"x%d":1,`, i)
	}
	out := w.post("/v1/payments", with(w.charge("A-1", 1), strings.TrimSuffix(body.String(), ",")))
	var p problem
	if err := json.Unmarshal(out.body, &p); err != nil || len(p.Errors) != faultsMax {
		t.Errorf("%d slips, %v", len(p.Errors), err)
	}
}

func TestVerbsWithoutABody(t *testing.T) {
	t.Parallel()
	w := open(t)
	p := w.pay("A-1", 1)
	for name, c := range map[string]struct {
		body   string
		change change
		status int
	}{
		"empty object":        {"{}", withHeader("Content-Type", "application/json"), 200},
		"no body and no type": {"", withHeader("Content-Type", ""), 200},
		"a field":             {`{"amount":1}`, withHeader("Content-Type", "application/json"), 422},
		"with a charset":      {"{}", withHeader("Content-Type", "application/json; charset=UTF-8"), 200},
		"another charset":     {"{}", withHeader("Content-Type", "application/json; charset=Shift_JIS"), 415},
	} {
		if out := w.post("/v1/payments/"+p+"/confirm", c.body, c.change); out.status != c.status {
			t.Errorf("%s: %d %s", name, out.status, out.body)
		}
	}
}

func TestQueries(t *testing.T) { // rule A09
	t.Parallel()
	w := open(t)
	for query, want := range map[string]string{
		"state=captured&limit=1": "",
		"sate=captured":          "field_unknown sate",
		"state=paid":             "field_out_of_range state",
		"limit=0":                "field_out_of_range limit",
		"limit=101":              "field_out_of_range limit",
		"limit=ten":              "field_type limit",
		"limit=1.0":              "field_type limit",
		"limit=1&limit=2":        "field_out_of_range limit",
		"after=pay_0":            "field_out_of_range after",
		"order_ref=":             "order_ref_malformed order_ref",
	} {
		if out := w.get("/v1/payments?" + query); (want == "") != (out.status == 200) || want != "" && told(out) != want {
			t.Errorf("%s: %d %s", query, out.status, out.body)
		}
	}
}

// FuzzBody: whatever arrives is taken as an object of the schema or refused as a fault of the caller, and what is taken
// reads the same when it is written again.
func FuzzBody(f *testing.F) { // rules A04, A05
	for _, e := range examples() {
		f.Add([]byte(e.body))
	}
	for _, s := range []string{"", "{", "[]", `{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}`, `{"amount":1e400}`, `{"amount":-0}`, "{\"\xff\":1}", `{"a":"\ud800"}`} {
		f.Add([]byte(s))
	}
	c := describe(publicURL)
	f.Fuzz(func(t *testing.T, raw []byte) {
		object, err := parseObject(raw)
		if err != nil {
			if !fault.Is(err, BadJSON) {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := json.Marshal(object)
		if err != nil {
			t.Fatalf("%q: %v", raw, err)
		}
		if _, err := parseObject(again); err != nil {
			t.Fatalf("%q was taken and %q not: %v", raw, again, err)
		}
		for _, r := range routes() {
			if r.body == nil {
				continue
			}
			j := judge{contract: c}
			j.value(c.schema(r.body), object, "")
			if len(j.bad) > faultsMax {
				t.Fatalf("%d slips", len(j.bad))
			}
			for _, e := range j.bad {
				if e.Kind.Status != 422 {
					t.Fatalf("%v", e)
				}
			}
		}
	})
}
