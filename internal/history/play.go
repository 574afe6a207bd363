package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"tsuke/internal/netfault"
)

// The size of one history.
const (
	callers      = 6
	each         = 8     // intents of a caller
	orders       = 3     // that callers quarrel about
	triesMax     = 20    // attempts at one intent; the last ones meet no fault
	faultyTries  = 4     // attempts that can meet one
	faultPercent = 40    // of them do
	quarrelMax   = 9     // purchases of one member in a history about orders: no decline gets in the way
	priceLeast   = 6_000 // yen, in a history about credit; six of them are the limit
	priceSpread  = 14_000
)

// About is what the callers of a history quarrel about.
type About int

// What histories are about.
const (
	AboutOrders About = iota // the same few orders
	AboutCredit              // the limits of two members, each order once
)

// Plan is what makes a history: the same plan has the same intents and faults, in an order that the machine chooses.
type Plan struct {
	Seed  uint64
	About About
	HTTP  bool // through the API; otherwise through lanes and runner
	Calm  bool // nothing breaks and nobody gives up
}

// String names a plan in a failure.
func (p Plan) String() string {
	return fmt.Sprintf("seed %d, about %s, %s", p.Seed, map[About]string{AboutOrders: "orders", AboutCredit: "credit"}[p.About],
		map[bool]string{true: "over HTTP", false: "in process"}[p.HTTP])
}

// game is a plan that is played.
type game struct {
	*Stage
	Plan
	shop *shop
	log  Recorder

	mu     sync.Mutex
	seen   map[string]Ask // by payment: what it was bought as
	known  []string       // the payments in the order they were seen
	bought []int          // purchases by member
	lost   []string       // intents that never found out
}

// Play plays a plan and answers what everybody asked and was told. An error means that somebody on a good line never found
// out, or that the stage broke.
func (s *Stage) Play(plan Plan) ([]Attempt, error) {
	members := map[About]int{AboutOrders: orders + 1, AboutCredit: 2}[plan.About]
	shop, err := s.newShop(members)
	if err != nil {
		return nil, err
	}
	g := &game{Stage: s, Plan: plan, shop: shop, seen: map[string]Ask{}, bought: make([]int, members)}
	var all sync.WaitGroup
	for n := range callers {
		c := &player{game: g, n: n, chance: rand.New(rand.NewPCG(plan.Seed, uint64(n)))} //nolint:gosec // to be played again
		if err := c.connect(); err != nil {
			return nil, err
		}
		all.Go(func() {
			defer c.leave()
			for range each {
				c.intend()
			}
		})
	}
	all.Wait()
	last := &player{game: g, n: callers, services: g.good()}
	for n := range orders {
		last.look(Ask{Verb: Look, Order: g.orderRef(n)})
	}
	for n := range members {
		last.look(Ask{Verb: Used, Member: n})
	}
	if len(g.lost) > 0 {
		return nil, fmt.Errorf("history: never found out on a good line: %q", g.lost)
	}
	return g.log.Attempts(), nil
}

// good are both processes without a line that breaks.
func (g *game) good() (out [2]service) {
	for i, p := range g.processes {
		if out[i] = (inProcess{process: p, shop: g.shop}); g.HTTP {
			out[i] = overHTTP{host: p.host, shop: g.shop, client: perRequest}
		}
	}
	return out
}

func (g *game) orderRef(n int) string { return fmt.Sprintf("A-%d", n) }

// saw keeps the payments that somebody was told of.
func (g *game) saw(ask Ask, a Answer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.seen[a.Payment]; a.Payment == "" || ok || a.State != "authorized" {
		return
	}
	ask.Payment, ask.Amount = a.Payment, a.Amount
	g.seen[a.Payment] = ask
	g.known = append(g.known, a.Payment)
}

// player is one caller.
type player struct {
	*game
	n        int
	intents  int
	chance   *rand.Rand
	services [2]service
	lines    [2]*netfault.Proxy // of a caller over HTTP
}

func (c *player) connect() error {
	c.services = c.good()
	if !c.HTTP {
		return nil
	}
	for i, p := range c.processes {
		line, err := netfault.Listen(p.host)
		if err != nil {
			return err
		}
		c.lines[i] = line
		c.services[i] = overHTTP{host: line.Addr(), shop: c.shop, client: perRequest}
	}
	return nil
}

func (c *player) leave() {
	for _, line := range c.lines {
		if line != nil {
			line.Close()
		}
	}
}

func (c *player) percent(n int) bool { return c.chance.IntN(100) < n }

// intend wants one thing, and sends it until it knows or gives up for ever.
func (c *player) intend() {
	ask := c.wish()
	c.intents++
	key := fmt.Sprintf("history-%016d-%d-%d", c.Seed, c.n, c.intents)
	if ask.Verb == Look || ask.Verb == Used {
		c.look(ask)
		return
	}
	if c.percent(10) {
		c.find(key, ask)
	}
	for try := 1; ; try++ {
		a := c.attempt(key, ask, try)
		if a.Told == Whole {
			c.saw(ask, a)
			break
		}
		if c.percent(4) && !c.Calm { // a caller that crashed and never comes back
			return
		}
		if try == triesMax {
			c.mu.Lock()
			c.lost = append(c.lost, key)
			c.mu.Unlock()
			return
		}
	}
	switch {
	case c.percent(10):
		c.find(key, ask)
	case c.percent(10):
		c.attempt(key, ask, triesMax) // told again
	case c.percent(10) && ask.Verb == Pay: // the key for something else
		ask.Amount++
		c.attempt(key, ask, triesMax)
	}
}

// attempt sends once, or twice at the same time to both processes.
func (c *player) attempt(key string, ask Ask, try int) Answer {
	at := c.chance.IntN(2)
	if try > 1 || !c.percent(20) {
		return c.send(at, key, ask, try, c.chance.Uint64())
	}
	var twins [2]Answer
	var both sync.WaitGroup
	for i := range twins {
		seed := c.chance.Uint64()
		both.Go(func() { twins[i] = c.send(i, key, ask, try, seed) })
	}
	both.Wait()
	if twins[0].Told == Whole {
		return twins[0]
	}
	return twins[1]
}

// quiet is how long a caller listens to a line that says nothing.
const quiet = 40 * time.Millisecond

// send asks one process, perhaps over a line that breaks, or as a caller that stops listening.
func (c *player) send(at int, key string, ask Ask, try int, seed uint64) Answer {
	chance := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // to be played again
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	heal := func() {}
	if try <= faultyTries && !c.Calm && chance.IntN(100) < faultPercent {
		switch line := c.lines[at]; {
		case at == 1 && c.database != nil && chance.IntN(3) == 0:
			kinds := []netfault.Kind{netfault.CutRequest, netfault.HalfRequest, netfault.DropAnswer, netfault.HalfAnswer, netfault.ResetAnswer}
			c.database.Arm(netfault.Fault{Kind: kinds[chance.IntN(len(kinds))], Skip: chance.IntN(12)})
		case line != nil && chance.IntN(4) > 0:
			kind := netfault.Kinds()[chance.IntN(len(netfault.Kinds()))]
			line.Arm(netfault.Fault{Kind: kind})
			heal = func() {
				if err := line.Heal(); err != nil {
					c.t.Error(err)
				}
			}
			if kind == netfault.SilentRequest || kind == netfault.SilentAnswer {
				cancel()
				ctx, cancel = context.WithTimeout(context.Background(), quiet)
				defer cancel()
			}
		default: // stops listening at once, or in the middle
			cancel()
			ctx, cancel = context.WithTimeout(context.Background(), time.Duration(chance.Int64N(int64(5*time.Millisecond))))
			defer cancel()
		}
	}
	a := c.log.Record(key, ask, func() Answer { return c.services[at].send(ctx, key, ask) })
	heal()
	return a
}

// look asks what stands; only the core knows what a member has used.
func (c *player) look(ask Ask) {
	from := c.good()[c.n%2]
	if ask.Verb == Used {
		from = inProcess{process: c.processes[c.n%2], shop: c.shop}
	}
	a := c.log.Record("", ask, func() Answer { return from.send(context.Background(), "", ask) })
	if ask.Verb == Look {
		c.saw(ask, a)
	}
}

func (c *player) find(key string, ask Ask) {
	find := Ask{Verb: Find, Order: ask.Order, Member: ask.Member}
	c.log.Record(key, find, func() Answer { return c.good()[c.n%2].send(context.Background(), key, find) })
}

// wish is what a caller wants next.
func (c *player) wish() Ask {
	dice := c.chance.IntN(100)
	if dice >= 55 {
		if ask, ok := c.wishPayment(dice); ok {
			return ask
		}
	}
	if c.About == AboutCredit {
		if dice >= 40 && dice < 55 {
			return Ask{Verb: Used, Member: c.chance.IntN(len(c.bought))}
		}
		return Ask{
			Verb: Pay, Order: fmt.Sprintf("B-%d-%d", c.n, c.intents), Member: c.chance.IntN(len(c.bought)),
			Amount: priceLeast + c.chance.Int64N(priceSpread/64)*64 + int64(c.n*each+c.intents), // no purchase resembles another (rule P09)
		}
	}
	n := c.chance.IntN(orders)
	ask := Ask{Verb: Pay, Order: c.orderRef(n), Member: n, Amount: int64(100 * (n + 1))}
	switch dice % 8 {
	case 0:
		ask.Amount++ // the shop changed the amount
	case 1:
		ask.Member = orders // somebody else presses
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bought[ask.Member]++; c.bought[ask.Member] > quarrelMax || dice >= 45 && dice < 55 {
		c.bought[ask.Member]--
		return Ask{Verb: Look, Order: ask.Order}
	}
	return ask
}

// wishPayment wants something of a payment that somebody has seen, rather the newest.
func (c *player) wishPayment(dice int) (Ask, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) == 0 {
		return Ask{}, false
	}
	at := len(c.known) - 1 - min(c.chance.IntN(len(c.known)), c.chance.IntN(len(c.known)))
	ask := c.seen[c.known[at]]
	switch {
	case dice < 72:
		ask.Verb = Void
	case dice < 88:
		ask.Verb = Capture
	default:
		ask.Verb = Refund
	}
	return ask, true
}
