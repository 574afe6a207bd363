package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tsuke/internal/fault"
)

// contract is the published description and what requests are judged by: the same schemas.
type contract struct {
	huma.Registry

	doc      *huma.OpenAPI
	patterns map[string]*regexp.Regexp
}

const schemaPrefix = "#/components/schemas/"

// Version is the version of the contract.
const Version = "1.0.0"

// OpenAPI is the published description of the contract, OpenAPI 3.1 in JSON, for tools that want it as a file.
func OpenAPI() ([]byte, error) {
	return json.MarshalIndent(describe("https://pay.tsuke.example").doc, "", "  ")
}

// describe makes the description of the contract as it is served at an address.
func describe(server string) *contract {
	c := &contract{
		Registry: huma.NewMapRegistry(schemaPrefix, schemaName),
		patterns: map[string]*regexp.Regexp{},
	}
	c.doc = &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Tsuke", Version: Version, Description: introduction,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Servers:    []*huma.Server{{URL: server}},
		Security:   []map[string][]string{{"key": {}}},
		Tags:       tags,
		Components: c.components(),
	}
	for _, r := range routes() {
		c.doc.AddOperation(c.operation(r))
	}
	c.nullable("CheckoutSession", "payment")
	c.nullable("CheckoutSession", "similar")
	c.nullable("Payment", "decline")
	c.nullable("Cancellation", "payment")
	for _, s := range c.Map() {
		c.compile(s)
	}
	return c
}

// schemaNames are the published names of the shapes where they are not those of the Go types. Client programs are
// generated from them: they are never changed.
var schemaNames = map[string]string{
	"openSession": "NewCheckoutSession", "pay": "NewPayment", "capturing": "NewCapture", "refunding": "NewRefund",
	"cancelling": "NewCancellation", "captured": "Capture", "refunded": "Refund", "happening": "Event", "keyState": "IdempotencyKey", "slips": "FieldProblem",
}

func schemaName(t reflect.Type, hint string) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if name, ok := schemaNames[t.Name()]; ok {
		return name
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// schema is the schema of a body or an answer.
func (c *contract) schema(t reflect.Type) *huma.Schema { return c.Registry.Schema(t, true, "") }

// nullable lets an object's property be null as well.
func (c *contract) nullable(object, property string) {
	old := c.Map()[object].Properties[property]
	c.Map()[object].Properties[property] = &huma.Schema{
		Description: old.Description,
		AnyOf:       []*huma.Schema{{Ref: old.Ref}, {Type: "null"}},
	}
}

func (c *contract) compile(s *huma.Schema) {
	if s.Pattern != "" {
		c.patterns[s.Pattern] = regexp.MustCompile(s.Pattern)
	}
	for _, p := range s.Properties {
		c.compile(p)
	}
}

func (c *contract) operation(r route) *huma.Operation {
	op := &huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Summary: r.summary, Description: r.about, Tags: []string{r.tag},
		Responses: map[string]*huma.Response{},
	}
	if r.inPath.name != "" {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: r.inPath.name, In: "path", Required: true, Description: r.inPath.about, Schema: r.inPath.schema,
		})
	}
	for _, p := range r.query {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, In: "query", Description: p.about, Schema: p.schema})
	}
	op.Parameters = append(op.Parameters, &huma.Param{Ref: "#/components/parameters/Accept-Language"})
	if r.method == http.MethodPost {
		op.Parameters = append(op.Parameters, &huma.Param{Ref: "#/components/parameters/Idempotency-Key"})
		op.RequestBody = &huma.RequestBody{
			Required: r.body != nothing,
			Content:  map[string]*huma.MediaType{"application/json": {Schema: c.schema(r.body), Examples: requestExamples(r.id)}},
		}
	}
	for _, a := range r.answers {
		op.Responses[strconv.Itoa(a.status)] = &huma.Response{
			Description: a.about, Headers: answerHeaders(r, a.status),
			Content: map[string]*huma.MediaType{"application/json": {
				Schema: c.schema(a.body), Examples: answerExamples(r.id, a.status),
			}},
		}
	}
	for status, kinds := range byStatus(r.faults()) {
		op.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: listed(kinds), Headers: problemHeaders(r, status),
			Content: map[string]*huma.MediaType{"application/problem+json": {
				Schema: c.schema(reflect.TypeFor[problem]()), Examples: answerExamples(r.id, status),
			}},
		}
	}
	return op
}

// byStatus sorts kinds by the status they are answered with.
func byStatus(kinds []*fault.Kind) map[int][]*fault.Kind {
	out := map[int][]*fault.Kind{}
	for _, k := range kinds {
		if !slices.Contains(out[k.Status], k) {
			out[k.Status] = append(out[k.Status], k)
		}
	}
	return out
}

// listed words which problems a status stands for.
func listed(kinds []*fault.Kind) string {
	lines := make([]string, len(kinds))
	for i, k := range kinds {
		lines[i] = fmt.Sprintf("- [`%s`](%s%s) %s", k.Code, problemPath, k.Code, k.What.EN)
	}
	slices.Sort(lines)
	return "One of:\n\n" + strings.Join(lines, "\n")
}

func (c *contract) components() *huma.Components {
	text := func(about string) *huma.Param {
		return &huma.Param{Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return &huma.Components{
		Schemas: c.Registry,
		SecuritySchemes: map[string]*huma.SecurityScheme{"key": {
			Type: "http", Scheme: "bearer", BearerFormat: "tsk_live_… or tsk_test_…",
			Description: "The merchant's API key. It stays on the shop's server.",
		}},
		Parameters: map[string]*huma.Param{
			"Idempotency-Key": {
				Name: "Idempotency-Key", In: "header", Required: true,
				Description: "A new one for each request, stored before the first try and sent again with every repeat: 16 to 255 visible ASCII characters, such as a UUID.",
				Schema:      &huma.Schema{Type: huma.TypeString, MinLength: pointer(16), MaxLength: pointer(257)},
				Example:     "0196f1c2-6d7e-7c3a-9f53-2f6f6c1f7a10",
			},
			"Accept-Language": {
				Name: "Accept-Language", In: "header", Description: "The language of problems: ja (default) or en.",
				Schema: &huma.Schema{Type: huma.TypeString}, Example: "en",
			},
		},
		Headers: map[string]*huma.Header{
			"X-Request-Reference":    text("What to tell support about this very request."),
			"Idempotency-Replayed":   text("true if this answer was given before, byte by byte. reference if it is no longer kept and the object is shown as it is now."),
			"Idempotency-First-Seen": text("With a replay: when it was given first."),
			"Payment-State":          text("With a replay: the payment's state now, which may have moved on."),
			"Duplicate-Of":           text("The payment that the order had already."),
			"Retry-After":            text("In how many seconds the same request with the same key may be of use."),
			"Content-Language":       text("The language of the sentences."),
			"WWW-Authenticate":       text("How to sign in."),
		},
	}
}

func headers(names ...string) map[string]*huma.Param {
	out := map[string]*huma.Param{}
	for _, n := range names {
		out[n] = &huma.Param{Ref: "#/components/headers/" + n}
	}
	return out
}

func answerHeaders(r route, status int) map[string]*huma.Param {
	out := headers("X-Request-Reference")
	if r.method == http.MethodPost {
		maps.Copy(out, headers("Idempotency-Replayed", "Idempotency-First-Seen", "Payment-State"))
	}
	if r.id == payOperation && status == http.StatusOK {
		maps.Copy(out, headers("Duplicate-Of"))
	}
	return out
}

func problemHeaders(r route, status int) map[string]*huma.Param {
	out := headers("X-Request-Reference", "Content-Language")
	switch status {
	case http.StatusUnauthorized:
		maps.Copy(out, headers("WWW-Authenticate"))
	case http.StatusServiceUnavailable:
		maps.Copy(out, headers("Retry-After"))
	case http.StatusConflict:
		maps.Copy(out, headers("Retry-After"))
		if r.method == http.MethodPost {
			maps.Copy(out, headers("Idempotency-Replayed", "Idempotency-First-Seen", "Payment-State"))
		}
	}
	return out
}

// introduction is the first thing that the reader of the reference reads.
const introduction = `Pay later for shops. One order is charged once, whatever is pressed, resent or crashes.

- Amounts are whole yen, tax included. Instants are RFC 3339 in UTC. Unknown fields are refused in requests and may appear in answers.
- Every POST carries an Idempotency-Key. The same key and the same request get the same answer, byte by byte, for ever; the same key with another request is refused. Never make a new key for the same intent.
- An order (order_ref) has at most one live payment, whatever the keys. A second try with another key is answered with the payment that stands.
- A cart that makes a new order_ref when its customer starts again is caught too: the same member and amount within minutes is stopped before it is charged. The member is asked in the checkout (the session then tells: duplicate, or its payment); POST /v1/payments answers 409 similar_payment until the repeat is declared with repeat_of.
- A payment that you have no order for: disown it, and everything goes back to the member.
- A decline is a result, not an error: a payment in the state declined.
- Every error says on whose side it arose, whether anybody was charged, what to do next, and a reference number for support.
- If an answer was lost: send the request again with the same key, or look the order up, or cancel by its key. /v1/docs/retries says when to do which.
- Nothing is told that could still be undone, by repeats and look-ups neither: if it is not certain yet, the answer is 503 outcome_not_yet_durable.`
