package sim

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/debit"
	"tsuke/internal/event"
	"tsuke/internal/jst"
	membership "tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/payout"
	"tsuke/internal/run"
	"tsuke/internal/sim/memory"
	"tsuke/internal/term"
)

// house is the service: one process that can die, and a database that stays.
type house struct {
	w     *world
	store *faultyStore
	db    *db.DB
	ids   *rand.PCG
	skew  time.Duration // of its clock

	up       bool
	life     int       // counts the processes; what belonged to an earlier one is gone
	hindered bool      // a worker's step has to be taken again
	since    time.Time // it is up, or its clock jumped
	losses   int       // how often the machine lost something

	book       *term.Book
	checkout   *checkout.Checkout
	billing    *billing.Billing
	collection *collection.Collection
	credit     *credit.Credit
	members    *membership.Members
	debits     *debit.Debits
	payouts    *payout.Payouts
	runner     *run.Runner
	batcher    run.Batcher[checkout.Order, checkout.Authorization]
	relay      *event.Relay

	waiting   []*delivery // what the next batch will take
	relaying  bool        // a step of the relay is planned
	watched   time.Time   // the due instant for which a look is planned
	debitDays map[jst.Month]struct{ gather, debit jst.Day }

	closed   jst.Month // as far as this process knows
	gathered jst.Day   // the debit day up to which bills were gathered, as far as this process knows
	read     int64     // the position up to which the reader's facts were taken over
	pending  int64     // the position that the reader's last transaction would move to

	posted bool // somebody may have an invoice that is not read
}

// figures are the terms of the domain. Each town has a book of its own, because some change what is at its default.
var figures = slices.Concat(credit.Terms, merchant.Terms, checkout.Terms, billing.Terms, collection.Terms, debit.Terms, payout.Terms)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newHouse(w *world) *house {
	h := &house{w: w, ids: rand.NewPCG(w.seed, 0x696473), up: true}
	var inner db.Store
	if w.o.Database != nil {
		inner = db.StoreOf(w.o.Database)
	} else {
		w.memory = memory.New()
		if !w.o.Postgres {
			w.memory.Chunks = []int{64, 16, 4, 1}
		}
		w.memory.Lazy(w.o.Lazy)
		inner = w.memory
	}
	h.store = &faultyStore{w: w, inner: inner}
	h.db = db.OpenStore(h.store, db.Options{Clock: h, Chance: h.chance}, func() {})
	h.book = must(term.NewBook(figures...))
	h.checkout = &checkout.Checkout{Terms: h.book}
	h.billing = &billing.Billing{Terms: h.book}
	h.collection = &collection.Collection{Terms: h.book, Billing: h.billing}
	h.billing.Excess, h.billing.NextPart, h.billing.Follow = h.collection.Excess, h.collection.NextPart, h.collection.Follow
	h.credit = &credit.Credit{Terms: h.book}
	h.checkout.TakeRefund, h.billing.Return = h.billing.TakeRefund, h.returnPurchase
	h.members = &membership.Members{Terms: h.book, Hooks: membership.Hooks{LockAccount: lockAccount}}
	h.billing.Ways = h.members.OtherWays
	h.debits = &debit.Debits{DB: h.db, Terms: h.book, Billing: h.billing, Accounts: selectAccounts, Unusable: h.unusable}
	h.wireWays()
	h.debitDays = map[jst.Month]struct{ gather, debit jst.Day }{}
	h.born()
	h.nextMidnight()
	return h
}

// Now implements clock.Clock.
func (h *house) Now() time.Time { return h.w.now.Add(h.skew) }

// chance is where ids come from.
func (h *house) chance(b []byte) {
	var word [8]byte
	for len(b) > 0 {
		binary.LittleEndian.PutUint64(word[:], h.ids.Uint64())
		b = b[copy(b, word[:]):]
	}
}

// born makes what lives in the process's memory.
func (h *house) born() {
	h.life++
	h.since = h.w.now
	h.waiting, h.relaying, h.closed, h.watched = nil, false, jst.Month{}, time.Time{}
	h.gathered = jst.Day{}
	h.runner = run.New(h.db)
	h.batcher = run.Batcher[checkout.Order, checkout.Authorization]{DB: h.db, Batch: h.checkout.Batch, Render: render}
	h.relay = event.NewRelay(h.db, nil, nil)
	h.db.OnCommit(h.wake)
}

// enter makes a member's or a guest's account, before the faults begin.
func (h *house) enter(m *member) {
	h.before("an account", func(tx *db.Tx) error {
		state := membership.Active
		if m.guest != nil {
			state = membership.Guest
		}
		if err := insertMember(tx, m.id, state); err != nil {
			return err
		}
		return h.credit.Open(tx, m.id)
	})
}

// before writes something before the faults begin.
func (h *house) before(what string, verb func(*db.Tx) error) {
	plan := h.w.plan
	h.w.plan = plan.quiet()
	if err := h.db.Write(background, verb); err != nil {
		h.w.breaks("errors", "%s could not be entered: %v", what, err)
	}
	h.w.plan = plan
}

// wake is called after each commit: facts wait for their places.
func (h *house) wake() {
	if h.relaying {
		return
	}
	h.relaying = true
	life := h.life
	h.w.after(h.w.between(time.Millisecond, 3*time.Second), "relay", func() {
		if life == h.life && h.up {
			h.relaying = false
			h.relayStep()
		}
	})
}

// relayStep gives places to what waits, and lets the reader follow.
func (h *house) relayStep() {
	if _, err := h.relay.Step(background); h.failed("relay", err) {
		h.retry("relay", h.relayStep)
		return
	}
	reader := event.Reader{Name: "sim", Step: func(_ *db.Tx, facts []event.Numbered) error {
		for i, f := range facts {
			if f.Position != h.read+int64(i)+1 {
				h.w.breaks("G26", "the reader is at %d and was handed position %d", h.read, f.Position)
			}
		}
		h.pending = facts[len(facts)-1].Position
		return nil
	}}
	n, err := event.RunReader(background, h.db, reader, 200)
	if err == nil && n > 0 {
		h.read = h.pending
	}
	if h.failed("reader", err) {
		h.retry("reader", h.relayStep)
	}
}

// failed tells whether a worker's step has to be taken again: it died, or lost, or does not know.
func (h *house) failed(what string, err error) bool {
	if h.store.dead {
		h.died()
		return false
	}
	if err != nil {
		h.hindered = true
		h.foreseen(what, err)
	}
	h.settleReader()
	return err != nil
}

// settleReader takes over what a reader's transaction did whose outcome nobody knew.
func (h *house) settleReader() {
	if h.pending != h.read && h.w.cursor() == h.pending {
		h.read = h.pending
	}
	h.pending = h.read
}

// retry takes a worker's step again a little later, if the process still lives.
func (h *house) retry(what string, step func()) {
	life := h.life
	h.w.after(h.w.between(time.Second, 5*time.Second), what, func() {
		if h.life == life && h.up {
			step()
		}
	})
}

// died is the end of a process: what it held in memory is gone, and it is started again some time later.
func (h *house) died() {
	if !h.up {
		return
	}
	h.up = false
	h.life++
	h.waiting = nil
	h.w.after(h.w.between(time.Second, 10*time.Minute), "restart", h.start)
}

// powerCut is a death at which the machine forgets what was not flushed.
func (h *house) powerCut() {
	h.w.faults.PowerCuts++
	h.w.tell("The power goes.")
	h.lose()
	h.store.dead = true
	h.died()
}

func (h *house) lose() {
	if h.w.memory == nil {
		return
	}
	if n := h.w.memory.Lose(); n > 0 {
		h.losses++
		h.w.lost()
		h.w.tell("  … %d transactions are lost", n)
	}
	h.settleReaderBack()
}

// settleReaderBack follows a cursor that went back with the machine.
func (h *house) settleReaderBack() {
	h.read = h.w.cursor()
	h.pending = h.read
}

// start starts the process. It catches up before it opens its doors, and may die of that.
func (h *house) start() {
	h.store.dead = false
	h.store.strike = nowhere
	if h.w.percent(h.w.plan.killInRecovery) {
		h.store.arm(where(1+h.w.in(3)), 1+h.w.in(10))
	}
	h.up = true
	h.born()
	h.w.tell("The service is started.")
	if !h.recover() {
		return
	}
	before := h.w.lsn()
	again := h.recover()
	h.watch()
	if again && h.w.lsn() != before {
		h.w.breaks("G22", "recovering once more changed something")
	}
}

// recover does what may have been missed. It is false if a fault kept it from coming to its end.
func (h *house) recover() bool {
	h.settleReader()
	h.hindered = false
	h.midnightWork()
	if h.up {
		h.expire()
	}
	for h.up && !h.hindered {
		n, err := h.relay.Step(background)
		if h.failed("relay", err) {
			h.wake()
		}
		if err == nil && n == 0 {
			break
		}
	}
	return h.up && !h.hindered
}

// standbyLeaves begins a time in which commits are not answered, because the standby cannot confirm them. It comes
// back, or takes over.
func (h *house) standbyLeaves() {
	w := h.w
	if w.memory == nil || w.healed {
		return
	}
	w.tell("The standby is away.")
	w.standbyAway = true
	w.memory.Lazy(true)
	for _, s := range w.shops { // it is the hour in which something is bought that counts
		w.after(w.between(0, 10*time.Minute), "order", s.order)
	}
	w.after(w.between(time.Minute, time.Hour), "standby", func() {
		if !w.standbyAway {
			return
		}
		w.standbyAway = false
		if w.in(2) == 0 {
			w.tell("The standby is back and catches up.")
			w.memory.Lazy(false)
			return
		}
		w.tell("The machine is lost; the standby takes over.")
		w.faults.PowerCuts++
		h.lose()
		w.memory.Lazy(false)
		h.store.dead = true
		h.died()
	})
}

func (h *house) heal() {
	h.store.strike = nowhere
	if h.skew != 0 {
		h.skew = 0
		h.clockMoved() // what was to be looked at by the wrong clock is due at another moment
	}
	if h.w.standbyAway {
		h.w.standbyAway = false
		h.w.memory.Lazy(false)
	}
	h.w.after(10*time.Minute, "recover", func() {
		if h.up {
			h.recover()
		}
	})
}

// watch plans a look at what expires, for when the next payment's time is over. The product's worker looks every second.
func (h *house) watch() {
	due := h.w.nextDue()
	if due.IsZero() || !h.up || (!h.watched.IsZero() && !due.Before(h.watched)) {
		return
	}
	h.watched = due
	life, at := h.life, due.Add(-h.skew).Add(time.Second)
	if !at.After(h.w.now) {
		at = h.w.now.Add(time.Second)
	}
	h.w.at(at, "expiry", func() {
		if h.up && h.life == life && h.watched.Equal(due) {
			h.watched = time.Time{}
			h.expire()
			h.watch()
		}
	})
}

func (h *house) clockMoved() {
	h.watched, h.since = time.Time{}, h.w.now
	if h.up {
		h.expire()
		h.watch()
	}
}

// roundsMax bounds a worker's loop: work that finds the same again and again is for a check to see.
const roundsMax = 200

// expireMax is how many payments are given back in one transaction.
const expireMax = 3

// expire gives back what was not confirmed or captured in time.
func (h *house) expire() {
	for round := 0; h.up && round < roundsMax; round++ {
		n := 0
		err := h.db.Write(background, func(tx *db.Tx) (err error) {
			n, err = h.checkout.ExpireDue(tx, expireMax)
			return err
		})
		if h.failed("expiry", err) {
			h.retry("expiry", h.expire)
			return
		}
		if n > 0 && h.up {
			h.w.tell("The service gives back %d payments whose time is over.", n)
		}
		if n < expireMax {
			return
		}
	}
}

// nextMidnight plans the work of each day in Japan, half an hour after midnight.
func (h *house) nextMidnight() {
	next := jst.DayOf(h.w.now).Add(1).Start().Add(30 * time.Minute)
	h.w.at(next, "midnight", func() {
		if h.up {
			h.midnightWork()
		}
		h.nextMidnight()
	})
}

// midnightWork closes the months that are over and marks what is past due.
func (h *house) midnightWork() {
	day := jst.DayOf(h.Now())
	if !h.closeMonths(day.Month().Prev()) || !h.gatherDebits(day) || !h.issueInvoices(day) {
		return
	}
	for round := 0; h.up && round < roundsMax; round++ {
		n := 0
		err := h.db.Write(background, func(tx *db.Tx) (err error) {
			n, err = h.billing.MarkPastDue(tx, day, 2)
			return err
		})
		if h.failed("past due", err) {
			h.retry("past due", h.midnightWork)
			return
		}
		if n == 0 {
			if h.breakPlans(day) {
				h.chargeLate(day)
			}
			return
		}
		h.w.tell("The service looks at %d bills that were due and are not paid.", n)
	}
}

// lateMax is how many bills past due are charged in one transaction: few, so that a member's bills are torn apart.
const lateMax = 2

// lateNight thins out the nights on which late charges are made: those of the fee days, the ones after them, and every third
// for what was missed. The product does it every night, which here costs a tenth of all time and finds nothing more.
func lateNight(day jst.Day) bool {
	_, _, n := day.Date()
	return n%3 == 0 || n == 10 || n == 11 || n == 25 || n == 26
}

// chargeLate adds to bills past due what the fee days up to a day say.
func (h *house) chargeLate(day jst.Day) {
	if !lateNight(day) {
		return
	}
	var last billing.Statement
	for round := 0; h.up && round < roundsMax; round++ {
		n, next := 0, last
		err := h.db.Write(background, func(tx *db.Tx) (err error) {
			next, n, err = h.collection.ChargeLate(tx, day, last, lateMax)
			return err
		})
		if h.failed("late", err) {
			h.retry("late", h.midnightWork)
			return
		}
		if !h.up {
			return
		}
		if n < lateMax {
			h.w.charged(day)
			return
		}
		last = next
	}
}

// closeMonths closes a month, and those before it, in every bucket somebody lives in. It is false if that has to be gone
// on with later.
func (h *house) closeMonths(month jst.Month) bool {
	if h.closed == month {
		return true
	}
	for _, bucket := range h.w.buckets() {
		for done := false; !done; {
			issued := 0
			err := h.db.Write(background, func(tx *db.Tx) (err error) {
				issued, done, err = h.billing.CloseStep(tx, month, bucket)
				return err
			})
			if h.failed("close", err) {
				h.retry("close", h.midnightWork)
				return false
			}
			if !h.up {
				return false
			}
			if issued > 0 {
				h.w.tell("The service closes a month up to %s: %d bills.", month, issued)
				h.w.billed()
			}
		}
	}
	h.closed = month
	return true
}
