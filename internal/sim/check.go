package sim

import (
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/run"
	"tsuke/internal/sim/memory"
)

// Checks are the names of all checks, each with what it says.
var Checks = []struct{ Name, Says string }{
	{"G01", "an order has at most one live payment, and its row points at it"},
	{"G02", "captures do not exceed what was authorized, refunds not what was captured, and both are what their rows add up to"},
	{"G03", "a payment moves only as the published table says"},
	{"G04", "every entry balances, and every capture and refund stands in the books"},
	{"G06", "what is held and what is unpaid are what payments, captures, refunds and receipts add up to"},
	{"G08", "no purchase is approved beyond the limit"},
	{"G09", "nothing is held whose time is over"},
	{"G11", "a bill is its lines, each captured yen is on one bill or unbilled, and a bill never changes"},
	{"G13", "money at a till is taken once, and for what it was"},
	{"G15", "what somebody was told stands"},
	{"G16", "what was refused left no trace"},
	{"G17", "after the faults have stopped, everybody learns within minutes what they did not know"},
	{"G18", "the same key is answered with the same bytes"},
	{"G19", "an answer is repeated only once it can no longer be lost"},
	{"G20", "the same key with another request has no effect"},
	{"G22", "recovering twice is recovering once"},
	{"G24", "every change has exactly one fact"},
	{"G25", "facts are numbered without gaps, and each payment's in their order"},
	{"G26", "a fact waits or has its place, and readers get each once"},
	{"G28", "the timeline tells the state"},
	{"locks", "what a decision depends on is locked before it is changed"},
	{"errors", "nothing goes wrong in a way that nobody foresaw"},
}

// checker is what the checks remember between two rounds.
type checker struct {
	events, entries, captures, refunds, placed, payments int
	places                                               map[memory.ID]bool
	numbers                                              map[memory.ID]int64
	turns                                                map[memory.ID]int64
	folded                                               map[memory.ID]folded
}

func newChecker() *checker {
	return &checker{
		places: map[memory.ID]bool{}, numbers: map[memory.ID]int64{}, turns: map[memory.ID]int64{}, folded: map[memory.ID]folded{},
	}
}

// check runs all checks that are wanted. After the machine lost something, everything is looked at anew.
func (w *world) check(last bool) {
	t := w.rows()
	if w.memory == nil || w.house.losses != w.memories.losses || w.checker == nil {
		w.checker, w.memories.losses = newChecker(), w.house.losses
	}
	rounds := []struct {
		name string
		run  func(*memory.Tables)
	}{
		{"G01", w.checkOrders}, {"G02", w.checkAmounts}, {"G03", w.checkTimelines}, {"G04", w.checkBooks}, {"G06", w.checkBalances},
		{"G09", w.checkHolds}, {"G11", w.checkBills}, {"G13", w.checkReceipts}, {"G15", w.checkAcks}, {"G16", w.checkRefusals},
		{"G24", w.checkFacts}, {"G25", w.checkPlaces},
	}
	for _, r := range rounds {
		if w.violation != nil {
			return
		}
		r.run(t)
	}
	if w.memory != nil {
		for _, name := range w.memory.Unlocked() {
			w.breaks("locks", "%s changes a row that its transaction has not locked", name)
		}
	}
	if last {
		w.checkEnds(t)
	}
}

// settled runs the checks for the end, when everybody has had time to ask.
func (w *world) settled() {
	for range 50 { // what was committed last still waits for its place
		if n, err := w.house.relay.Step(background); err != nil || n == 0 {
			break
		}
	}
	w.house.relayStep()
	w.check(true)
}

// rows are the tables as they are now.
func (w *world) rows() *memory.Tables {
	if w.memory != nil {
		return w.memory.Tables
	}
	return must(Load(background, w.o.Database))
}

// nextDue is when the next authorized or confirmed payment's time is over.
func (w *world) nextDue() time.Time {
	if w.memory != nil {
		return db.FromMicros(w.memory.NextDue())
	}
	return must(nextDue(background, w.o.Database))
}

// buckets are those in which somebody lives.
func (w *world) buckets() []int {
	var all []int
	seen := map[int]bool{}
	for _, m := range w.members {
		if !seen[m.id.Bucket()] {
			seen[m.id.Bucket()] = true
			all = append(all, m.id.Bucket())
		}
	}
	return all
}

// finish takes the hash of all rows.
func (w *world) finish() {
	t := w.rows()
	w.payments = t.Payments.Len()
	t.Events.All(func(e *memory.Event) bool {
		for _, b := range e.ID {
			w.mix(uint64(b))
		}
		w.note(e.Kind)
		w.note(e.Data)
		return true
	})
	t.Accounts.All(func(a *memory.Account) bool {
		w.mix(uint64(a.Held))
		w.mix(uint64(a.Unpaid))
		return true
	})
}

// checkUsed compares what each member uses with the limit, right after a batch in which something new was approved (G08).
func (w *world) checkUsed(orders []run.Order[checkout.Order]) {
	if !w.o.wants("G08") {
		return
	}
	t := w.rows()
	fresh := map[memory.ID]bool{}
	w.memories.payments = t.Payments.From(w.memories.payments, func(p *memory.Payment) {
		if live(p.State) {
			fresh[p.Member] = true
		}
	})
	for _, o := range orders {
		m := memory.ID(o.Input.Member)
		if !fresh[m] {
			continue
		}
		delete(fresh, m)
		a := t.Accounts.Find(memory.Key{Bucket: int64(o.Input.Member.Bucket()), ID: m})
		held, unpaid := used(t, m)
		if exposure := held + max(unpaid, 0); exposure > a.LimitOnline {
			w.breaks("G08", "%s was approved %d yen in all with a limit of %d", w.nameOf(m), exposure, a.LimitOnline)
		}
	}
}

// used adds up what a member has on hold and what is captured and unpaid, from the rows that make it so.
func used(t *memory.Tables, member memory.ID) (held, unpaid int64) {
	t.Payments.All(func(p *memory.Payment) bool {
		if p.Member != member {
			return true
		}
		captured, refunded := sums(t, p)
		unpaid += captured - refunded
		if p.State == "authorized" || p.State == "confirmed" {
			held += p.Amount - captured - p.Released
		}
		return true
	})
	t.Receipts.All(func(r *memory.Receipt) bool {
		if r.Member == member {
			unpaid -= principal(t, r)
		}
		return true
	})
	return held, unpaid
}

// sums adds up a payment's captures and refunds.
func sums(t *memory.Tables, p *memory.Payment) (captured, refunded int64) {
	for _, c := range t.CapturesOf(p.ID) {
		captured += c.Amount
	}
	for _, r := range t.RefundsOf(p.ID) {
		refunded += r.Amount
	}
	return captured, refunded
}

// principal is the part of a receipt that returns limit.
func principal(t *memory.Tables, r *memory.Receipt) int64 {
	switch {
	case r.State == "cancelled" || r.Use == "suspense":
		return 0
	case r.Use == "matched":
		return r.Amount - t.Bills.Find(memory.Key{Bucket: r.Bucket, ID: r.Statement}).Fee
	}
	return r.Amount
}

func live(state string) bool { return state == "authorized" || state == "confirmed" || state == "captured" }

func (w *world) nameOf(m memory.ID) string {
	for _, who := range w.members {
		if memory.ID(who.id) == m {
			return who.name
		}
	}
	return "somebody"
}
