// Package api is the JSON contract with shops, version 1: the HTTP edge of checkout.
//
// # The story
//
// A shop's server sends a request with its API key. The key says which merchant asks and in which environment; nothing
// of another merchant can be seen or touched with it (rule A02). A request that changes something carries an
// idempotency key (rules X01–X10): it is read, judged against the published schema, and handed to the runner, which
// does it once and keeps the answer byte by byte. A purchase goes through the lanes, where it is decided together with
// whatever arrives in the same moment. Look-ups read and never write.
//
// One table, [routes], holds every operation: its address, the shapes of its body and answers, the faults it can end
// in, and its handler. The router, the OpenAPI document, the reference page at /v1/docs and the tests are all made from
// it, so that none of them can say something else than the others. The schemas come from the Go types of the bodies
// (package huma); requests are judged by those schemas here and not by huma, which would read 1.0 as a whole number and
// repeat the offending value to the caller.
//
// Whatever goes wrong is a fault, and one function words it as a problem (RFC 9457): what happened, on whose side,
// whether anybody was charged, what to do, and a reference that support can find in the log.
//
// Nothing is locked here.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
	"tsuke/internal/term"
)

// Options is what the API is built from. All fields are required but Environment and Log.
type Options struct {
	// Environment is whose keys open this installation; empty means live. A key of the other environment is unknown
	// here, so that a trial never charges and a live order never goes to a trial.
	Environment merchant.Environment

	DB        *db.DB
	Runner    *run.Runner
	Lanes     *run.Lanes[checkout.Order, checkout.Authorization] // made with Render
	Checkout  *checkout.Checkout
	Merchants merchant.Merchants
	Members   *member.Members
	Terms     *term.Book
	PublicURL string // of this service, without a slash at its end, such as "https://pay.example.jp"
	Log       *slog.Logger
}

// API serves the contract.
type API struct {
	Options

	callers  merchant.Callers
	contract *contract
	mux      *http.ServeMux
}

// wait is how long one request may take (its work goes on if it was begun; the key finds out).
const wait = 10 * time.Second

// New makes the handler of everything under /v1/. It panics if the contract contradicts itself, which a test finds.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Environment == "" {
		o.Environment = merchant.LiveKeys
	}
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	a := &API{Options: o, contract: describe(o.PublicURL), mux: http.NewServeMux()}
	for _, r := range routes() {
		a.mux.Handle(r.method+" "+r.path, a.handler(r))
	}
	a.document()
	a.mux.HandleFunc("/v1/", a.lost)
	return a.mux
}

// sessionURL is the page of a checkout.
func (a *API) sessionURL(s id.Session) string { return a.PublicURL + "/pay/" + s.String() }

// call is one request on its way.
type call struct {
	*API

	r       *http.Request
	ctx     context.Context //nolint:containedctx // a call lives exactly as long as its request
	lang    string
	ref     id.Reference // of the request, for the log and for people
	who     merchant.Caller
	body    map[string]any // as judged, defaults filled in; nil for a look-up
	key     run.Key        // empty for a look-up
	refused func(*fault.Error) run.Answer
}

// reply is what is sent back.
type reply struct {
	status int
	body   []byte
	header http.Header
}

// handler is the way of one operation: who asks, what do they ask, do it, answer.
func (a *API) handler(op route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), wait)
		defer cancel()
		c := &call{API: a, r: r, ctx: ctx, lang: langOf(r), ref: freeReference()}
		defer c.recover(w)
		out, err := c.answer(op)
		if err != nil {
			out = c.problem(err)
		}
		c.send(w, out)
	})
}

// answer does the work. The order of the checks is the promise of rule X07: nothing is claimed before the caller is
// known and the request is understood.
func (c *call) answer(op route) (reply, error) {
	if err := c.authenticate(); err != nil {
		return reply{}, err
	}
	if err := c.judgeQuery(op); err != nil {
		return reply{}, err
	}
	if op.method == http.MethodPost {
		if err := c.prepare(op); err != nil {
			return reply{}, err
		}
		return op.serve(c)
	}
	out, err := op.serve(c)
	if err == nil {
		err = run.Durable(c.ctx, c.DB) // nothing is told that could still be undone (rule X12)
	}
	return out, err
}

// authenticate says who asks (rule A01).
func (c *call) authenticate() error {
	scheme, key, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		key = ""
	}
	var err error
	c.who, err = c.callers.Authenticate(c.ctx, c.DB, mask.Secret(strings.TrimSpace(key)))
	if err == nil && c.who.Environment != c.Environment {
		err = merchant.KeyUnknown.New()
	}
	return err
}

// actor is the caller for the timeline.
func (c *call) actor() checkout.Actor {
	return checkout.Actor{Side: fault.Merchant, Name: "merchant " + c.who.Key.String(), Request: c.ref.String()}
}

// send writes an answer. Nothing of this contract may be kept by a cache on the way.
func (c *call) send(w http.ResponseWriter, out reply) {
	h := w.Header()
	for name, values := range out.header {
		h[name] = values
	}
	h.Set("Content-Type", "application/json")
	if out.status >= http.StatusBadRequest {
		h.Set("Content-Type", "application/problem+json")
		h.Set("Content-Language", c.lang)
		h.Set("Vary", "Accept-Language")
		out.body = inLanguage(out.body, c.lang)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Request-Reference", c.ref.String())
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body) // a caller that is gone asks again with its key
}

// problem words a fault for the caller. What is ours goes to the log with the reference that the caller is shown.
func (c *call) problem(err error) reply {
	e := run.Charged(err)
	if gone := errors.Is(c.r.Context().Err(), context.Canceled); e.Kind.Side == fault.Us && !gone { // who hung up is no failure
		c.Log.ErrorContext(c.ctx, "request failed", "reference", c.ref.String(), "method", c.r.Method,
			"operation", c.r.Pattern, "code", e.Kind.Code, "err", err.Error())
	}
	answer := problemAnswer(e, c.ref)
	header := http.Header{}
	if e.RetryAfterSeconds > 0 {
		header.Set("Retry-After", decimal(int64(e.RetryAfterSeconds)))
	}
	if e.Kind.Status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Bearer realm="tsuke"`)
	}
	return reply{status: answer.Status, body: answer.Body, header: header}
}

// recover answers a request whose handler panicked. Its transaction rolled back with it.
func (c *call) recover(w http.ResponseWriter) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way
		panic(cause)
	}
	c.send(w, c.problem(fault.Unclassified.Because(panicked{cause})))
}

// lost answers for addresses and methods that do not exist.
func (a *API) lost(w http.ResponseWriter, r *http.Request) {
	c := &call{API: a, r: r, ctx: r.Context(), lang: langOf(r), ref: freeReference()}
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		twin := r.Clone(r.Context())
		twin.Method = method
		if _, pattern := a.mux.Handler(twin); pattern != "/v1/" {
			allow = append(allow, method)
		}
	}
	if len(allow) == 0 {
		c.send(w, c.problem(NoRoute.New()))
		return
	}
	out := c.problem(WrongMethod.New().With("allow", strings.Join(allow, ", ")))
	out.header.Set("Allow", strings.Join(allow, ", "))
	c.send(w, out)
}
