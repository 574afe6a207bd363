package sim

import (
	"encoding/binary"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/run"
	"tsuke/internal/sim/memory"
)

// Check is one check that can be run alone or left out.
type Check struct{ Name, Says string }

// Checks are all of them.
var Checks = []Check{
	{"G01", "an order has at most one live payment, and its row points at it"},
	{"G02", "captures do not exceed what was authorized, refunds not what was captured, and both are what their rows add up to"},
	{"G03", "a payment moves only as the published table says"},
	{"G04", "every entry balances, every capture, refund and late charge stands in the books, and so does what each member owes"},
	{"G06", "what is held and what is unpaid are what payments, captures, refunds and receipts add up to"},
	{"G08", "no purchase is approved beyond the limit"},
	{"G09", "nothing is held whose time is over"},
	{"G11", "a bill is its lines, each captured yen is on one bill or unbilled, and a bill never changes"},
	{"G12", "nobody is charged for being late beyond the rules: when, how often, how much, not after the payment, nor while a bank is asked"},
	{"G13", "money that comes in is taken once, for what it was, and every yen of it pays one thing, waits or is sent back"},
	{"G15", "what somebody was told stands"},
	{"G16", "what was refused left no trace"},
	{"G17", "after the faults have stopped, everybody learns what they did not know, and nothing stays undecided"},
	{"G18", "the same key is answered with the same bytes"},
	{"G19", "an answer is repeated only once it can no longer be lost"},
	{"G20", "the same key with another request has no effect"},
	{"G21", "a key that was cancelled charges nobody"},
	{"G22", "recovering twice is recovering once"},
	{"G24", "every change has exactly one fact"},
	{"G25", "facts are numbered without gaps, and each payment's in their order"},
	{"G26", "a fact waits or has its place, and readers get each once"},
	{"G28", "the timeline tells the state"},
	{"locks", "what a decision depends on is locked before it is changed"},
	{"errors", "nothing goes wrong in a way that nobody foresaw"},
}

// checker is what the checks remember between two rounds, so that each looks at what is new only.
type checker struct {
	events, entries, captures, refunds, bills, sessions, pages, feeds, charges int // rows that were looked at

	numberOf map[orderOf]int
	orders   []int               // of each payment, the number of its order
	standing []*memory.Payment   // by number of order
	position int64               // in the log
	numbers  map[memory.ID]int64 // in the log, by merchant
	fed      map[memory.ID]int64 // in the feeds
	turns    map[memory.ID]int64
	read     []timeline // by payment

	books   books
	added   []*memory.Statement // bills as they were when they were added up
	settled []settledBill       // by bill
	booked  []*memory.Charge    // as it was when its place in the books was looked at
	feeDays map[feeDay]bool

	bought   []*memory.Capture // as they were when it was looked at how they are billed
	back     []*memory.Refund
	invoices []*memory.Statement
}

func newChecker() *checker {
	return &checker{
		numberOf: map[orderOf]int{}, numbers: map[memory.ID]int64{}, fed: map[memory.ID]int64{}, turns: map[memory.ID]int64{},
		books: books{accounts: map[string]int64{}, tabs: map[memory.ID]*tab{}}, feeDays: map[feeDay]bool{},
	}
}

// rounds are the checks that look at rows.
var rounds = []struct {
	check, also, too string
	run              func(*world, *memory.Tables)
}{
	{"G01", "G01", "G01", (*world).checkOrders},
	{"G02", "G02", "G02", (*world).checkAmounts},
	{"G03", "G28", "G24", (*world).checkTimelines},
	{"G04", "G04", "G04", (*world).checkBooks},
	{"G04", "G13", "G13", (*world).checkSums},
	{"G04", "G04", "G04", (*world).checkChargeEntries},
	{"G06", "G06", "G06", (*world).checkBalances},
	{"G09", "G09", "G09", (*world).checkHolds},
	{"G11", "G11", "G11", (*world).checkBills},
	{"G12", "G13", "G24", (*world).checkLate},
	{"G13", "G13", "G13", (*world).checkReceipts},
	{"G13", "G12", "G12", (*world).checkDebits},
	{"G13", "G24", "G24", (*world).checkDecisions},
	{"G04", "G12", "G24", (*world).checkGivenUp},
	{"G12", "G13", "G24", (*world).checkPlans},
	{"G13", "G04", "G24", (*world).checkPayouts},
	{"G13", "G24", "G24", (*world).checkTransfers},
	{"G13", "G24", "G24", (*world).checkNumbers},
	{"G11", "G13", "G24", (*world).checkInvoices},
	{"G12", "G13", "G24", (*world).checkDisputes},
	{"G15", "G15", "G15", (*world).checkAcks},
	{"G16", "G16", "G16", (*world).checkRefusals},
	{"G24", "G24", "G24", (*world).checkFacts},
	{"G25", "G26", "G26", (*world).checkPlaces},
}

// check runs all checks that are wanted. After the machine lost something, everything is looked at anew.
func (w *world) check(last bool) {
	t := w.rows()
	w.freshen(last)
	for _, r := range rounds {
		if w.violation == nil && (w.o.wants(r.check) || w.o.wants(r.also) || w.o.wants(r.too)) {
			r.run(w, t)
		}
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

// freshen forgets what was looked at where it may have changed behind the checks' back.
func (w *world) freshen(last bool) {
	if last || w.memory == nil || w.house.losses != w.memories.losses || w.checker == nil {
		w.checker, w.memories.losses = newChecker(), w.house.losses
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

// cursor is how far the reader's own row says that it has come.
func (w *world) cursor() int64 {
	if w.memory == nil {
		return must(cursor(background, w.o.Database))
	}
	if c := w.memory.Cursors.Find("sim"); c != nil {
		return c.Position
	}
	return 0
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
	w.payments, w.late, w.bank, w.decided = t.Payments.Len(), countLate(t), countBank(t), countDesk(t)
	w.givenUp, w.agreed = countGivenUp(t), countPlans(t)
	w.otherWays = countWays(t)
	w.invoiced = w.countInvoices(t)
	for _, e := range t.Events.Rows() {
		w.mix(binary.LittleEndian.Uint64(e.ID[:8]))
		w.mix(binary.LittleEndian.Uint64(e.ID[8:]))
		w.note(e.Kind)
		w.note(e.Data)
	}
	for _, a := range t.Accounts.Rows() {
		w.mix(uint64(a.Held))
		w.mix(uint64(a.Unpaid))
	}
}

// checkUsed compares what each member uses with the limit, right after a batch in which something new was approved (G08).
func (w *world) checkUsed(orders []run.Order[checkout.Order]) {
	if !w.o.wants("G08") {
		return
	}
	t := w.rows()
	fresh := map[memory.ID]bool{}
	for _, p := range t.Payments.Rows()[min(w.memories.payments, t.Payments.Len()):] {
		if live(p.State) {
			fresh[p.Member] = true
		}
	}
	w.memories.payments = t.Payments.Len()
	for _, o := range orders {
		m := memory.ID(o.Input.Member)
		if !fresh[m] {
			continue
		}
		delete(fresh, m)
		a := t.Accounts.Find(memory.Key{Bucket: int64(o.Input.Member.Bucket()), ID: m})
		held, unpaid := used(t, m)
		elsewhere, late := w.usedElsewhere(t, m)
		if exposure := held + max(unpaid, 0) + elsewhere; exposure > a.LimitOnline || late {
			w.breaks("G08", "%s was approved %d yen in all with a limit of %d", w.nameOf(m), exposure, a.LimitOnline)
		}
	}
}

// used adds up what a member has on hold and what is captured and unpaid, from the rows that make it so.
func used(t *memory.Tables, member memory.ID) (held, unpaid int64) {
	for _, p := range t.Payments.Rows() {
		if p.Member != member || p.State == "declined" {
			continue
		}
		captured, refunded := sums(t, p)
		unpaid += captured - refunded
		if p.State == "authorized" || p.State == "confirmed" {
			held += p.Amount - captured - p.Released
		}
	}
	for _, r := range t.Refunds.Rows() {
		if r.Member == member && (r.Receipt != memory.ID{}) {
			unpaid += r.Amount // its invoice has taken it, and tells what it pays
		}
	}
	for _, b := range t.Bills.Rows() {
		if b.Member == member {
			paid := paidOf(t, b)
			unpaid -= paid.principal + paid.surplus
		}
	}
	return held, unpaid + wantedBack(t, member)
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

func live(state string) bool {
	return state == "authorized" || state == "confirmed" || state == "captured"
}

func (w *world) nameOf(m memory.ID) string {
	for _, who := range w.members {
		if memory.ID(who.id) == m {
			return who.name
		}
	}
	return "somebody"
}
