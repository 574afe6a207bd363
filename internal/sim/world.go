package sim

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"tsuke/internal/id"
	"tsuke/internal/sim/memory"
)

// world is one run.
type world struct {
	o     Options
	seed  uint64
	rng   *rand.Rand // of the world
	plan  plan
	story io.Writer

	now     time.Time
	ends    time.Time
	queue   queue
	planned int
	healed  bool

	memory      *memory.Store // nil on a real database
	standbyAway bool
	house       *house
	members     []*member
	shops       []*shop
	agent       *agent
	demands     []*demand          // what the bank was asked for, the oldest first
	acts        map[id.Receipt]act // what the operator decided about money in suspense
	ways        *ways

	steps, payments int
	late            Late
	bank            Bank
	decided         Desk
	givenUp         GivenUp
	agreed          Plans
	otherWays       Ways
	faults          Faults
	trace           uint64
	violation       *Violation
	firsts          map[string]*Violation // with Options.Every: the first of each check
	broken          int                   // how many there were
	memories        memories
	checker         *checker
	outages         []outage  // as the operator entered them
	judged          judged    // rows that were judged in the commit that made them
	midnight        time.Time // the next one in Japan
	midnights       int       // at which the books were compared

	invoicing invoicing
	invoiced  Invoices
}

// daybreak is when the first seed's year begins; the others begin in one of the 24 months from here.
var daybreak = time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC)

func newWorld(seed uint64, o Options) *world {
	r := rand.New(rand.NewPCG(seed, 0x7475736b65)) //nolint:gosec // the same seed must be the same year
	w := &world{
		o: o, seed: seed, rng: r, story: o.Story, trace: 14695981039346656037,
		now: daybreak.AddDate(0, r.IntN(24), r.IntN(28)).Add(time.Duration(r.IntN(86_400)) * time.Second),
	}
	w.plan, w.invoicing = newPlan(r, o), newInvoicing(seed)
	w.ends = w.now.Add(time.Duration(o.Days) * 24 * time.Hour)
	w.ways = newWays(seed)
	w.memories, w.firsts, w.acts = newMemories(), map[string]*Violation{}, map[id.Receipt]act{}
	w.house = newHouse(w)
	return w
}

// in draws a number from 0 up to but without n.
func (w *world) in(n int) int { return w.rng.IntN(n) }

// percent is true in n of 100 cases, chance in n of 1,000.
func (w *world) percent(n int) bool { return n > 0 && w.rng.IntN(100) < n }

func (w *world) chance(n int) bool { return n > 0 && w.rng.IntN(1000) < n }

// between draws a duration.
func (w *world) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.rng.Int64N(int64((most-least)/time.Microsecond)+1))*time.Microsecond
}

// some draws a duration with this mean, often shorter and sometimes much longer.
func (w *world) some(mean time.Duration) time.Duration {
	return time.Duration(w.rng.ExpFloat64() * float64(mean))
}

// habit counts a bad habit that shows.
func (w *world) habit(percent int) bool {
	if !w.percent(percent) {
		return false
	}
	w.faults.Habits++
	return true
}

func (w *world) lsn() int64 {
	if w.memory == nil {
		return 0
	}
	return w.memory.LSN()
}

var (
	memberNames = []string{"Hanako", "Taro", "Yuki", "Ken"}
	shopNames   = []string{"Kiriko", "Aoba", "Minato"}
)

// populate lets people move in, and plans what the seed has in store for them.
func (w *world) populate() {
	for i := range w.plan.members {
		m := &member{w: w, nth: i, name: memberNames[i], id: id.In[id.MemberKind](moment{w}, w.in(id.Buckets))}
		if i > 0 && w.in(3) == 0 { // neighbours in a bucket
			m.id = id.In[id.MemberKind](moment{w}, w.members[0].id.Bucket())
		}
		w.members = append(w.members, m)
		w.house.enter(m)
		m.tardy = w.percent(w.plan.tardy)
		m.settles()
	}
	for i := range w.plan.shops {
		s := newShop(w, shopNames[i])
		w.shops = append(w.shops, s)
		w.after(w.some(w.plan.everyOrder), "order", s.nextOrder)
		w.after(w.some(24*time.Hour), "poll", s.poll)
	}
	w.allowInvoices()
	w.enterTerms()
	w.agent = &agent{w: w}
	w.enterWays()
	w.after(24*time.Hour, "agent", w.agent.day)
	w.after(w.between(24*time.Hour, 8*24*time.Hour), "desk", w.desk)
	w.planFaults()
	w.planOperator()
	w.planGivingUp()
	w.moveIn()
}

// sometime is an instant of the year.
func (w *world) sometime() time.Time { return w.now.Add(w.between(0, w.ends.Sub(w.now))) }

func (w *world) planFaults() {
	for range w.plan.kills {
		w.at(w.sometime(), "arm", func() { w.house.store.arm(where(1+w.in(3)), 1+w.in(40)) })
	}
	for range w.plan.powerCuts {
		w.at(w.sometime(), "power", w.house.powerCut)
	}
	for range w.plan.clockSteps {
		w.at(w.sometime(), "clock", func() {
			w.faults.ClockSteps++
			w.house.skew = w.between(-time.Hour, time.Hour)
			w.tell("The service's clock is %v off from now on.", w.house.skew.Round(time.Minute))
			w.house.clockMoved()
		})
	}
	for range w.plan.failovers {
		w.at(w.sometime(), "standby", w.house.standbyLeaves)
	}
}

// heal stops all faults and lets everybody find out what they do not know.
func (w *world) heal() {
	w.healed = true
	w.tell("Here the faults end. Everybody asks for what they do not know.")
	w.plan = w.plan.quiet()
	w.house.heal()
	for _, s := range w.shops {
		s.heal()
	}
	for _, m := range w.members {
		m.heal()
	}
	w.agent.heal()
	w.healBank()
	w.healWays()
}

// tell adds a line to the story.
func (w *world) tell(format string, args ...any) {
	if w.story == nil {
		return
	}
	jst := w.now.In(time.FixedZone("JST", 9*60*60))
	_, _ = fmt.Fprintf(w.story, jst.Format("2006-01-02 15:04:05 ")+format+"\n", args...) // a reader that is gone misses the rest
}

// brokenMax ends a run that keeps every violation and does nothing any more but break.
const brokenMax = 200

// breaks records a violation. The first one ends the run, unless every check is to have its own.
func (w *world) breaks(check, format string, args ...any) {
	if w.violation != nil || !w.o.wants(check) {
		return
	}
	v := &Violation{Check: check, Text: fmt.Sprintf(format, args...), Step: w.steps, At: w.now}
	if w.o.Every {
		if w.firsts[check] == nil {
			w.firsts[check] = v
		}
		if w.broken++; w.broken < brokenMax {
			return
		}
	}
	w.violation = v
	w.tell("VIOLATION of %s: %s", check, w.violation.Text)
}

// background is the context of everything that the service does here.
var background = context.Background()

// moment lets the world make ids before the service is there.
type moment struct{ w *world }

// Now implements id.Moment.
func (m moment) Now() time.Time { return m.w.now }

// Chance implements id.Moment.
func (m moment) Chance(b []byte) { m.w.house.chance(b) }
