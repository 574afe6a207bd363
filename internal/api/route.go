package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tsuke/internal/checkout"
	"tsuke/internal/fault"
	"tsuke/internal/merchant"
)

// route is one operation: everything that the router, the document, the reference page and the tests know of it.
type route struct {
	id      string // operationId, and the operation of idempotency keys: never changed
	method  string
	path    string
	tag     string
	summary string
	about   string
	inPath  param // the parameter in the address, if there is one
	query   []param
	body    reflect.Type // of a POST
	answers []answer
	kinds   []*fault.Kind // beyond those that every operation has
	serve   func(*call) (reply, error)
}

// answer is a good end of an operation.
type answer struct {
	status int
	about  string
	body   reflect.Type
}

// param is a parameter in an address or a query.
type param struct {
	name   string
	about  string
	schema *huma.Schema
}

// nothing is the body of verbs that need none.
var nothing = reflect.TypeFor[empty]()

// faults lists every kind that the operation can end in.
func (r route) faults() []*fault.Kind {
	all := slices.Concat(always, r.kinds)
	if r.method == http.MethodPost {
		all = append(all, onPost...)
	} else {
		all = append(all, onQuery...)
	}
	return all
}

func (r route) queryNames() string {
	names := make([]string, len(r.query))
	for i, p := range r.query {
		names[i] = p.name
	}
	return strings.Join(names, ", ")
}

// Pages of lists.
const (
	limitDefault = 20
	limitMax     = 100
)

func bound(n float64) *float64 { return &n }

func limitParam() param {
	return param{"limit", "How many entries a page has.", &huma.Schema{
		Type: huma.TypeInteger, Minimum: bound(1), Maximum: bound(limitMax), Default: limitDefault,
	}}
}

func words(all ...string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, w := range all {
		s.Enum = append(s.Enum, w)
	}
	return s
}

func textParam(name, about string, longest int) param {
	return param{name, about, &huma.Schema{Type: huma.TypeString, MinLength: pointer(1), MaxLength: &longest}}
}

// The tags of the document, in the order of a purchase.
var tags = []*huma.Tag{
	{Name: "Checkout sessions", Description: "An order on its way to a payment: the shop opens it, the member presses, the shop fetches the result."},
	{Name: "Payments", Description: "One order's money as a whole: authorize, confirm, capture, void, refund."},
	{Name: "Look-ups", Description: "What became of an order, a key, and everything else. Look-ups never change anything and are never shed under load."},
}

// routes lists the operations of the contract.
func routes() []route {
	return slices.Concat(sessionRoutes(), paymentRoutes(), moneyRoutes(), lookupRoutes())
}

func sessionRoutes() []route {
	session := reflect.TypeFor[checkoutSession]()
	sid := textParam("id", "The session's id, ses_ and 26 characters.", 64)
	return []route{
		{
			id: "createCheckoutSession", method: http.MethodPost, path: "/v1/checkout-sessions", tag: tags[0].Name,
			summary: "Open a checkout session",
			about: "Opens the page on which a member confirms an order and pays later. A newer session of the same order replaces the older one. " +
				"An order that has its payment already, for the same amount, gets a session that is done.",
			body:    reflect.TypeFor[openSession](),
			answers: []answer{{http.StatusCreated, "The session. Send the member's browser to its url.", session}},
			kinds: slices.Concat(onOrder, []*fault.Kind{
				checkout.BadCart, merchant.BadExpiry, merchant.ReturnShape, merchant.ReturnScheme, merchant.ReturnUser,
				merchant.ReturnFragment, merchant.ReturnOrigin, Paused,
			}),
			serve: createSession,
		},
		{
			id: "getCheckoutSession", method: http.MethodGet, path: "/v1/checkout-sessions/{id}", tag: tags[0].Name,
			summary: "Fetch a checkout session",
			about:   "Its state now, with its payment. Fetch it when the browser comes back: what the browser says is not proof.",
			inPath:  sid, answers: []answer{{http.StatusOK, "The session.", session}},
			kinds: []*fault.Kind{checkout.NoSession}, serve: findSession,
		},
		{
			id: "withdrawCheckoutSession", method: http.MethodPost, path: "/v1/checkout-sessions/{id}/withdraw", tag: tags[0].Name,
			summary: "Withdraw a checkout session",
			about:   "Closes a session whose order was cancelled or changed. One that has its payment cannot be withdrawn: void the payment.",
			inPath:  sid, body: nothing, answers: []answer{{http.StatusOK, "The session, withdrawn.", session}},
			kinds: []*fault.Kind{checkout.NoSession, checkout.SessionPaid}, serve: withdrawSession,
		},
	}
}

func paymentRoutes() []route {
	one := reflect.TypeFor[payment]()
	return []route{
		{
			id: payOperation, method: http.MethodPost, path: "/v1/payments", tag: tags[1].Name,
			summary: "Charge an order under a member's agreement",
			about: "Authorizes an order without the member present, under a member token. A decline is a result: 201 with a payment in the " +
				"state declined. An order that has its payment already is not charged again. An order of the same member and amount as a payment made " +
				"a moment ago (checkout.similar.minutes) is stopped before it is charged, with 409 similar_payment: use that payment, or " +
				"declare with repeat_of and a new key that it is another purchase.",
			body: reflect.TypeFor[pay](),
			answers: []answer{
				{http.StatusCreated, "The payment, authorized or declined.", one},
				{http.StatusOK, "The payment that the order had already; nothing was done.", one},
			},
			kinds: slices.Concat(onOrder, onToken, onSimilar), serve: createPayment,
		},
		{
			id: cancelOperation, method: http.MethodPost, path: "/v1/payments/cancel-by-key", tag: tags[1].Name,
			summary: "Cancel a charge by its key",
			about: "For when the answer to a charge was lost and the order is given up: whatever became of the request with the key, nobody is " +
				"charged afterwards. If it was done, its payment is voided or refunded in full, also one that the order had already. If it has not " +
				"come, its key is cancelled: when it comes, even years later, it is refused with key_cancelled. Repeat this until it is answered.",
			body:    reflect.TypeFor[cancelling](),
			answers: []answer{{http.StatusOK, "What it came to.", reflect.TypeFor[cancellation]()}},
			kinds:   []*fault.Kind{KeyNotPayment}, serve: cancelByKey,
		},
		{
			id: "listPayments", method: http.MethodGet, path: "/v1/payments", tag: tags[1].Name,
			summary: "List payments",
			about:   "Newest first, page by page.",
			query: []param{
				textParam("order_ref", "Of this order, also those that came to nothing.", checkout.OrderMax),
				{"state", "Of this state.", words(
					"authorized", "confirmed", "partially_captured", "captured", "partially_refunded", "refunded", "voided", "expired", "declined",
				)},
				textParam("after", "The next of the page before.", 64),
				limitParam(),
			},
			answers: []answer{{http.StatusOK, "A page of payments.", reflect.TypeFor[paymentList]()}},
			kinds:   []*fault.Kind{checkout.BadOrderRef}, serve: listPayments,
		},
		{
			id: "getPayment", method: http.MethodGet, path: "/v1/payments/{id}", tag: tags[1].Name,
			summary: "Fetch a payment",
			about:   "Its state now, with its captures and refunds.",
			inPath:  textParam("id", "The payment's id, pay_ and 26 characters.", 64), answers: []answer{{http.StatusOK, "The payment.", one}},
			kinds: []*fault.Kind{checkout.NoPayment}, serve: findPayment,
		},
	}
}

func moneyRoutes() []route {
	pid := textParam("id", "The payment's id, pay_ and 26 characters.", 64)
	now := []answer{{http.StatusOK, "The payment as it now is.", reflect.TypeFor[payment]()}}
	return []route{
		{
			id: "confirmPayment", method: http.MethodPost, path: "/v1/payments/{id}/confirm", tag: tags[1].Name,
			summary: "Confirm that the shop has the order",
			about: "Until it is confirmed a payment is provisional: after confirm_by it is given back by itself, so that nobody pays for an " +
				"order that no shop has. With capture automatic this also captures the whole amount.",
			inPath: pid, body: nothing, answers: now, kinds: onPayment, serve: confirmPayment,
		},
		{
			id: "capturePayment", method: http.MethodPost, path: "/v1/payments/{id}/captures", tag: tags[1].Name,
			summary: "Capture an amount",
			about:   "Makes an amount billable when the goods are shipped. By default the rest is released to the member; with final false it stays held for the next parcel.",
			inPath:  pid, body: reflect.TypeFor[capturing](), answers: now,
			kinds: slices.Concat(onPayment, []*fault.Kind{checkout.OverOpen, checkout.BadAmount}), serve: capturePayment,
		},
		{
			id: "voidPayment", method: http.MethodPost, path: "/v1/payments/{id}/void", tag: tags[1].Name,
			summary: "Void a payment",
			about:   "Gives back what is held. Of a partly captured payment the rest is released and the captured part stays.",
			inPath:  pid, body: nothing, answers: now, kinds: onPayment, serve: voidPayment,
		},
		{
			id: "disownPayment", method: http.MethodPost, path: "/v1/payments/{id}/disown", tag: tags[1].Name,
			summary: "We have no such order",
			about: "Gives everything back of a payment whose order the shop does not have: what is held is released, what was captured is " +
				"refunded in full. The member is told that the shop had no order. Where nothing is left to give back, the payment is answered as it is.",
			inPath: pid, body: nothing, answers: now, kinds: []*fault.Kind{checkout.NoPayment}, serve: disownPayment,
		},
		{
			id: "refundPayment", method: http.MethodPost, path: "/v1/payments/{id}/refunds", tag: tags[1].Name,
			summary: "Refund an amount",
			about:   "Gives back captured money, in parts if need be.",
			inPath:  pid, body: reflect.TypeFor[refunding](), answers: now,
			kinds: slices.Concat(onPayment, []*fault.Kind{checkout.OverCaptured, checkout.BadAmount}), serve: refundPayment,
		},
	}
}

func lookupRoutes() []route {
	return []route{
		{
			id: "getPaymentOfOrder", method: http.MethodGet, path: "/v1/orders/{order_ref}/payment", tag: tags[2].Name,
			summary: "What became of an order?",
			about:   "The order's newest payment, whatever became of it. Ask this when the answer to a charge was lost.",
			inPath:  textParam("order_ref", "The shop's number for the order, percent-encoded.", checkout.OrderMax),
			answers: []answer{{http.StatusOK, "The payment.", reflect.TypeFor[payment]()}},
			kinds:   []*fault.Kind{checkout.NoPayment}, serve: findByOrder,
		},
		{
			id: "getIdempotencyKey", method: http.MethodGet, path: "/v1/idempotency/{key}", tag: tags[2].Name,
			summary: "What became of a key?",
			about:   "Whether a request with this key was answered, cancelled, or is being worked on, and what it made. Asking changes nothing.",
			inPath:  textParam("key", "The idempotency key, percent-encoded.", 257),
			answers: []answer{{http.StatusOK, "What became of it.", reflect.TypeFor[keyState]()}},
			kinds:   []*fault.Kind{KeyMalformed}, serve: findKey,
		},
		{
			id: "listEvents", method: http.MethodGet, path: "/v1/events", tag: tags[2].Name,
			summary: "Everything that happened, in order",
			about: "Facts about this merchant's objects, numbered without gaps. Keep the last number you have worked through and ask for what " +
				"comes after it: nothing is missed and nothing ages out.",
			query: []param{
				{"after", "The last number seen; 0 from the first.", &huma.Schema{
					Type: huma.TypeInteger, Minimum: bound(0), Maximum: bound(1 << 53), Default: 0,
				}},
				limitParam(),
			},
			answers: []answer{{http.StatusOK, "A page of facts.", reflect.TypeFor[eventList]()}},
			serve:   listEvents,
		},
	}
}
