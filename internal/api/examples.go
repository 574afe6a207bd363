package api

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// example is one request with its answer. The examples are published in the document, and a test sends each of them and
// compares the answer with the file that is published: none of them can be wrong.
type example struct {
	operation string
	name      string // of the example, and of its answer: examples/<operation>.<name>.json
	summary   string
	given     string // the state of the world before it; the test knows how to make it
	path      string // of the object in the address, in the illustrative form
	query     string
	body      string
	key       string // idempotency key, if the example is about it
	auth      string // the kind of key: "" is good, "none", "unknown"
	status    int
	problem   string // its code, if it ends in one
}

//go:embed examples
var exampleFiles embed.FS

// The illustrative objects of the examples. The test puts real ones in their place.
const (
	exampleToken   = "tok_01jwk5e0g0tznhd9c9pvr2ba7q"
	examplePayment = "pay_01jwk5e0g0tznhd9c9pvr2ba7q"
	exampleSession = "ses_01jwk5e0g0tznhd9c9pvr2ba7q"
)

const exampleCart = `{
  "order_ref": "A-1042",
  "amount": 8500,
  "currency": "JPY",
  "lines": [
    {"name": "波佐見焼 マグカップ", "quantity": 2, "unit_amount": 3700, "tax_rate": 10},
    {"name": "ほうじ茶 100g", "quantity": 1, "unit_amount": 600, "tax_rate": 8}
  ],
  "shipping": 500,
  "delivery": "3営業日以内に発送します",
  "cancellation": "未使用の商品は到着後7日以内に返品できます。送料はお客さまのご負担です",
  "return_url": "https://shop.example.jp/orders/A-1042/return",
  "cancel_url": "https://shop.example.jp/cart",
  "capture": "manual",
  "expires_in": 1800
}`

const exampleCharge = `{"order_ref": "A-1043", "amount": 1980, "currency": "JPY", "member_token": "` + exampleToken + `"}`

// examples lists them in the order of the document.
func examples() []example {
	return slices.Concat(sessionExamples(), chargeExamples(), moneyExamples(), lookupExamples())
}

func sessionExamples() []example {
	return []example{
		{operation: "createCheckoutSession", name: "opened", summary: "An order of 8,500 yen", body: exampleCart, status: 201},
		{
			operation: "createCheckoutSession", name: "wrong_sum", summary: "Lines and postage do not add up to the amount",
			body: strings.Replace(exampleCart, `"amount": 8500`, `"amount": 8400`, 1), status: 422, problem: "cart_malformed",
		},
		{
			operation: "createCheckoutSession", name: "slips", summary: "Several fields are wrong at once",
			body:   `{"order_ref": "A-1042", "amount": "8500", "currency": "JPY", "lines": [], "shiping": 500}`,
			status: 422, problem: "field_unknown",
		},
		{operation: "getCheckoutSession", name: "done", summary: "The member has pressed", given: "done", path: exampleSession, status: 200},
		{operation: "getCheckoutSession", name: "absent", summary: "No such session", path: "ses_0", status: 404, problem: "checkout_session_not_found"},
		{operation: "withdrawCheckoutSession", name: "withdrawn", summary: "The order was cancelled", given: "open", path: exampleSession, body: "{}", status: 200},
		{
			operation: "withdrawCheckoutSession", name: "paid", summary: "Too late: it has its payment", given: "done",
			path: exampleSession, body: "{}", status: 409, problem: "checkout_session_done",
		},
	}
}

func chargeExamples() []example {
	return []example{
		{operation: "createPayment", name: "authorized", summary: "Approved", given: "token", body: exampleCharge, status: 201},
		{
			operation: "createPayment", name: "declined", summary: "Declined: more than the member can use", given: "token",
			body: strings.Replace(exampleCharge, "1980", "52000", 1), status: 201,
		},
		{operation: "createPayment", name: "repeated", summary: "The order has its payment: nothing is charged again", given: "charged", body: exampleCharge, status: 200},
		{
			operation: "createPayment", name: "taken", summary: "The order has a payment of another amount", given: "charged",
			body: strings.Replace(exampleCharge, "1980", "2980", 1), status: 409, problem: "order_already_has_payment",
		},
		{
			operation: "createPayment", name: "similar", summary: "The same amount a moment ago under another order number: nothing is charged", given: "charged",
			body: strings.Replace(exampleCharge, "A-1043", "A-1044", 1), status: 409, problem: "similar_payment",
		},
		{
			operation: "createPayment", name: "another", summary: "Another purchase of the same amount, and the shop says so", given: "charged",
			body:   strings.Replace(strings.Replace(exampleCharge, "A-1043", "A-1044", 1), "{", `{"repeat_of": "`+examplePayment+`", `, 1),
			status: 201,
		},
		{
			operation: "createPayment", name: "key_reused", summary: "The key was used for another request", given: "charged", key: chargedKey,
			body: strings.Replace(exampleCharge, "1980", "2980", 1), status: 422, problem: "idempotency_key_reused",
		},
		{operation: "createPayment", name: "no_key", summary: "Without an API key", given: "token", auth: "none", body: exampleCharge, status: 401, problem: "key_missing"},
		{
			operation: cancelOperation, name: "given_back", summary: "It had been done: its payment is voided", given: "charged",
			body: `{"key": "` + chargedKey + `"}`, status: 200,
		},
		{
			operation: cancelOperation, name: "key_cancelled", summary: "It never came: its key is cancelled",
			body: `{"key": "0196f1c2-0000-7000-8000-000000000000"}`, status: 200,
		},
		{
			operation: cancelOperation, name: "not_a_payment", summary: "The key of another operation", given: "opened",
			body: `{"key": "` + openedKey + `"}`, status: 409, problem: "key_not_a_payment",
		},
	}
}

// moneyExamples are those of one payment and what is done with it.
func moneyExamples() []example {
	return []example{
		{operation: "listPayments", name: "page", summary: "One page", given: "charged", query: "limit=2", status: 200},
		{operation: "getPayment", name: "captured", summary: "Captured in part and refunded in part", given: "refunded", path: examplePayment, status: 200},
		{operation: "confirmPayment", name: "confirmed", summary: "The shop has the order", given: "charged", path: examplePayment, body: "{}", status: 200},
		{operation: "capturePayment", name: "part", summary: "The first of two parcels", given: "charged", path: examplePayment, body: `{"amount": 1000, "final": false}`, status: 200},
		{
			operation: "capturePayment", name: "too_much", summary: "More than is held", given: "charged", path: examplePayment,
			body: `{"amount": 1981}`, status: 409, problem: "amount_over_open",
		},
		{operation: "voidPayment", name: "voided", summary: "The order was cancelled before it was shipped", given: "charged", path: examplePayment, body: "{}", status: 200},
		{
			operation: "voidPayment", name: "too_late", summary: "Captured already: refund it", given: "refunded", path: examplePayment,
			body: "{}", status: 409, problem: "payment_state_conflict",
		},
		{
			operation: "disownPayment", name: "returned", summary: "Captured, but there is no such order", given: "captured", path: examplePayment,
			body: "{}", status: 200,
		},
		{
			operation: "refundPayment", name: "part", summary: "One of two goods came back", given: "captured", path: examplePayment,
			body: `{"amount": 980, "reason": "返品（1点）"}`, status: 200,
		},
	}
}

func lookupExamples() []example {
	return []example{
		{operation: "getPaymentOfOrder", name: "found", summary: "The order's payment", given: "charged", path: "A-1043", status: 200},
		{operation: "getPaymentOfOrder", name: "absent", summary: "The order was never charged", path: "A-9999", status: 404, problem: "payment_not_found"},
		{operation: "getIdempotencyKey", name: "done", summary: "Answered", given: "charged", path: chargedKey, status: 200},
		{operation: "getIdempotencyKey", name: "cancelled", summary: "Cancelled before it came", given: "cancelled", path: chargedKey, status: 200},
		{operation: "getIdempotencyKey", name: "absent", summary: "Never arrived", path: "0196f1c2-0000-7000-8000-000000000000", status: 200},
		{operation: "listEvents", name: "page", summary: "From the first", given: "refunded", query: "after=0", status: 200},
	}
}

// chargedKey is the idempotency key under which the payment of the examples was made.
const chargedKey = "0196f1c2-6d7e-7c3a-9f53-2f6f6c1f7a10"

// openedKey is that under which a session of the examples was opened.
const openedKey = "0196f1c2-6d7e-7c3a-9f53-2f6f6c1f7a11"

func (e example) file() string { return "examples/" + e.operation + "." + e.name + ".json" }

func requestExamples(operation string) map[string]*huma.Example {
	out := map[string]*huma.Example{}
	for _, e := range examples() {
		if e.operation == operation && e.body != "" && e.status < 300 {
			out[e.name] = &huma.Example{Summary: e.summary, Value: json.RawMessage(e.body)}
		}
	}
	return out
}

func answerExamples(operation string, status int) map[string]*huma.Example {
	out := map[string]*huma.Example{}
	for _, e := range examples() {
		if e.operation != operation || e.status != status {
			continue
		}
		if text, err := exampleFiles.ReadFile(e.file()); err == nil {
			out[e.name] = &huma.Example{Summary: e.summary, Value: json.RawMessage(text)}
		}
	}
	return out
}
