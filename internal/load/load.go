// Package load is a crowd of shops that calls a running service over its public API and remembers every answer: it
// measures, and it can tell afterwards whether each promise was kept.
//
// # The story
//
// A [Population] says who takes part and is seeded into the database. [New] makes the callers, each with connections of
// its own. [Load.Work] has them place orders until the context ends or the orders are used up. Each order has its
// reference and its keys before the first try, as guarantees ask of a client: after a network error or a 5xx the same
// request goes out again with the same key. Some requests go out twice at once, some orders under a second key. What is
// charged is then carried on: confirmed, captured in whole or in parts, voided, refunded.
//
// When the service dies in between, requests are left without an answer. [Load.Settle] sends them again. [Load.Verify]
// then looks everything up: order, payment, key, the list of payments and the feed of events. It reports what was
// acknowledged and is not there (lost), what is there twice (doubled), answers that changed under one key, and payments
// that nobody asked for.
//
// The callers are closed loops: each waits for its answer before it goes on. Nothing is locked; each caller writes only
// what is its own, and what belongs to all is read after they are done.
package load

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tsuke/internal/clock"
)

// Options say who calls whom, and how much.
type Options struct {
	Name    string // begins every order reference and key of this load; no other load of the same population may have it
	Addr    string // host:port of the service
	People  Population
	Callers int
	Orders  int // at most this many; 0: until the context ends
	Mix     Mix
	Seed    uint64 // what the callers choose follows from it
}

// Mix is what callers do besides placing orders, in percent.
type Mix struct {
	Life  int // of the orders: carried on after they were authorized
	Twins int // of the requests: sent twice at once, with one key or (orders only) with two
}

// Op is what a request asks for.
type Op string

// The operations.
const (
	Authorize Op = "authorize"
	Confirm   Op = "confirm"
	Capture   Op = "capture"
	Void      Op = "void"
	Refund    Op = "refund"
)

// order is one intent to buy, with all that was asked for it.
type order struct {
	ref      string
	member   int
	amount   int64 // yen, a multiple of 4
	requests []*request
}

// request is one use of one key.
type request struct {
	op      Op
	path    string
	body    string
	key     string
	amount  int64 // of a capture or refund, yen
	answers []answer
	sent    time.Time // the first try
	denied  bool      // every try so far was answered with "nobody was charged"
	lied    bool      // and yet it had been done
	resent  bool      // by Settle
}

// answer is what a caller was told: the first 2xx or final refusal of a try.
type answer struct {
	status   int
	sum      uint64 // hash of the body
	payment  string
	state    string
	code     string // of a problem
	charged  string // likewise
	replayed bool
	at       time.Time
}

func (r *request) answered() bool { return len(r.answers) > 0 }

// done tells whether the request was answered with success.
func (r *request) done() bool { return r.answered() && r.answers[0].status < 300 }

// Load is a crowd of callers and what they were told. Its methods must not overlap.
type Load struct {
	Options

	clock   clock.Clock
	callers []*caller
	placed  atomic.Int64
	tries   atomic.Int64
	goal    int64         // see After
	reached chan struct{} // closed when so many tries were answered
	hash    maphash.Seed
	keys    []string // of the merchants
	marks   []string // the newest payment of each merchant before this load
	feeds   []int64  // the last number in each merchant's feed before this load
}

// caller places orders one after the other.
type caller struct {
	*Load

	number int
	rand   *rand.Rand
	wire   *wire
	spare  *wire // for the twin of a request
	orders []*order
	tally  tally
}

// New prepares the callers. Nothing is sent before [Load.Mark] or [Load.Work].
func New(o Options) *Load {
	l := &Load{Options: o, clock: clock.System(), hash: maphash.MakeSeed()}
	for j := range o.People.Merchants {
		l.keys = append(l.keys, o.People.APIKey(j))
	}
	l.marks, l.feeds = make([]string, o.People.Merchants), make([]int64, o.People.Merchants)
	for i := range o.Callers {
		l.callers = append(l.callers, &caller{
			Load: l, number: i, rand: rand.New(rand.NewPCG(o.Seed, uint64(i))), //nolint:gosec // a load can be repeated
			wire: l.dial(), spare: l.dial(),
		})
	}
	return l
}

func (l *Load) dial() *wire { return &wire{addr: l.Addr, clock: l.clock} }

// Turn has all later requests go to another address, such as a service that was started again. It must not overlap with
// another method.
func (l *Load) Turn(addr string) {
	l.Addr = addr
	for _, c := range l.callers {
		c.wire.close()
		c.spare.close()
		c.wire, c.spare = l.dial(), l.dial()
	}
}

// Close gives the connections back.
func (l *Load) Close() { l.Turn(l.Addr) }

// Work places orders until ctx ends or they are used up. What has no answer then stays open for Settle.
func (l *Load) Work(ctx context.Context) {
	l.each(func(c *caller) {
		for ctx.Err() == nil && (l.Orders == 0 || l.placed.Add(1) <= int64(l.Orders)) {
			c.carry(ctx, c.draw())
		}
	})
}

// Settle sends every request that has no answer again, with its key, until each has one or ctx ends. It answers how many
// are still open.
func (l *Load) Settle(ctx context.Context) int {
	var open atomic.Int64
	l.each(func(c *caller) {
		for _, o := range c.orders {
			for _, r := range o.requests {
				if r.answered() {
					continue
				}
				denied := r.denied
				c.one(ctx, o, r, false)
				r.resent = true
				if !r.answered() {
					open.Add(1)
					continue
				}
				r.lied = denied && r.answers[0].replayed
			}
		}
	})
	return int(open.Load())
}

// Forget drops every answer that came at an instant or later, and every request that was first sent then: what happened
// after the power failed never happened.
func (l *Load) Forget(since time.Time) {
	for _, c := range l.callers {
		for _, o := range c.orders {
			kept := o.requests[:0]
			for _, r := range o.requests {
				if r.sent.IsZero() || !r.sent.Before(since) {
					continue
				}
				r.answers = slices.DeleteFunc(r.answers, func(a answer) bool { return !a.at.Before(since) })
				r.denied = r.denied && len(r.answers) == 0
				kept = append(kept, r)
			}
			o.requests = kept
		}
	}
}

// After answers a channel that is closed when so many more tries were answered, in whatever way. It is for whoever wants
// something to happen in the middle of the Work that follows, on a machine of whatever speed.
func (l *Load) After(tries int64) <-chan struct{} {
	l.tries.Store(0)
	l.goal, l.reached = max(tries, 1), make(chan struct{})
	return l.reached
}

// each runs do for every caller at the same time.
func (l *Load) each(do func(*caller)) {
	var all sync.WaitGroup
	for _, c := range l.callers {
		all.Go(func() { do(c) })
	}
	all.Wait()
}

// draw makes the next order of a caller.
func (c *caller) draw() *order {
	o := &order{
		ref:    fmt.Sprintf("%s-%d-%d", c.Name, c.number, len(c.orders)),
		member: c.rand.IntN(c.People.Members), amount: 4 * (25 + c.rand.Int64N(10_000)),
	}
	c.orders = append(c.orders, o)
	return o
}

// ask appends a request to an order. Its key is made here, before anything is sent.
func (o *order) ask(op Op, path, body string, amount int64) *request {
	r := &request{op: op, path: path, body: body, amount: amount, key: fmt.Sprintf("load-key-%s-%d", o.ref, len(o.requests))}
	o.requests = append(o.requests, r)
	return r
}

// carry sends an order and what is to follow it. It stops where an answer is missing or not what the next step needs.
func (c *caller) carry(ctx context.Context, o *order) {
	body := fmt.Sprintf(`{"order_ref":%q,"amount":%d,"currency":"JPY","member_token":%q}`, o.ref, o.amount, c.People.Token(o.member))
	first := o.ask(Authorize, "/v1/payments", body, 0)
	second := first
	if twin := c.chance(c.Mix.Twins); twin && c.chance(50) {
		second = o.ask(Authorize, "/v1/payments", body, 0)
		c.both(ctx, o, first, second)
	} else {
		c.one(ctx, o, first, twin)
	}
	if !first.done() || !second.done() || first.answers[0].state != "authorized" || !c.chance(c.Mix.Life) {
		return
	}
	payment := "/v1/payments/" + first.answers[0].payment
	for _, s := range lives[c.rand.IntN(len(lives))] {
		r := o.ask(s.op, payment+s.op.path(), s.body(o.amount), s.amount(o.amount))
		if c.one(ctx, o, r, c.chance(c.Mix.Twins)); !r.done() {
			return
		}
	}
}

func (c *caller) chance(percent int) bool { return c.rand.IntN(100) < percent }

// one sends a request, perhaps twice at once with its one key.
func (c *caller) one(ctx context.Context, o *order, r *request, twice bool) {
	if !twice {
		r.begun(c.clock.Now())
		r.take(c.send(ctx, c.wire, o, r, &c.tally))
		return
	}
	a, b := c.atOnce(ctx, o, r, r)
	a.answers, a.denied = append(a.answers, b.answers...), a.denied && b.denied
	r.take(a)
}

// both sends two requests at once.
func (c *caller) both(ctx context.Context, o *order, first, second *request) {
	a, b := c.atOnce(ctx, o, first, second)
	first.take(a)
	second.take(b)
}

func (c *caller) atOnce(ctx context.Context, o *order, first, second *request) (a, b told) {
	first.begun(c.clock.Now())
	second.begun(c.clock.Now())
	var beside tally
	var other sync.WaitGroup
	other.Go(func() { b = c.send(ctx, c.spare, o, second, &beside) })
	a = c.send(ctx, c.wire, o, first, &c.tally)
	other.Wait()
	c.tally.add(beside)
	return a, b
}

// told is what came of sending a request.
type told struct {
	answers []answer
	denied  bool // each try was answered with "nobody was charged"
}

func (r *request) take(t told) { r.answers, r.denied = t.answers, t.denied }

func (r *request) begun(at time.Time) {
	if r.sent.IsZero() {
		r.sent = at
	}
}

// send tries a request with its one key until it has a final answer or ctx ends.
func (c *caller) send(ctx context.Context, w *wire, o *order, r *request, t *tally) told {
	key := c.keys[c.People.MerchantOf(o.member)]
	denied := true
	for try := 0; ; try++ {
		began := c.clock.Now()
		got, err := w.call(ctx, "POST", r.path, key, r.key, r.body)
		took := c.clock.Now().Sub(began)
		if err == nil && c.tries.Add(1) == c.goal {
			close(c.reached)
		}
		if err == nil {
			if a := c.read(got); !a.passing() {
				a.at = began.Add(took)
				t.told(r.op, a, took)
				return told{answers: []answer{a}}
			} else if a.charged != "no" {
				denied = false
			}
			t.PutOff++
		} else {
			denied = false
			if ctx.Err() == nil {
				t.Lost++
			}
		}
		if pause(ctx, try) != nil {
			return told{denied: denied}
		}
	}
}

// read takes from an answer what is remembered of it.
func (l *Load) read(got response) answer {
	a := answer{status: got.status, sum: maphash.Bytes(l.hash, got.body), replayed: got.replayed}
	if got.status < 300 {
		a.payment, a.state = text(got.body, `"id":"`), text(got.body, `"state":"`)
	} else {
		a.code, a.charged = text(got.body, `"code":"`), text(got.body, `"charged":"`)
	}
	return a
}

// passing tells whether an answer says nothing about what becomes of the key.
func (a answer) passing() bool {
	return a.status >= 500 || a.status == 429 || a.code == "idempotency_in_flight"
}

// text is the JSON string behind the first mark of a body; the strings looked for hold no escapes.
func text(body []byte, mark string) string {
	_, rest, ok := bytes.Cut(body, []byte(mark))
	value, _, closed := bytes.Cut(rest, []byte{'"'})
	if !ok || !closed {
		return ""
	}
	return string(value)
}

// pause waits before another try: full jitter under a doubling ceiling of 2 ms to 128 ms. It fails if ctx ends first.
func pause(ctx context.Context, try int) error {
	ceiling := 2 * time.Millisecond << min(try, 6)
	wait, cancel := context.WithTimeout(ctx, rand.N(ceiling)) //nolint:gosec // jitter needs no secrecy
	defer cancel()
	<-wait.Done()
	return ctx.Err()
}
