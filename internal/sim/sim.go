// Package sim plays years of a small town in milliseconds: members who press twice, shops with bad habits, a collection
// agent whose files come late and double, a bank that answers wrongly or not at all, an operator who decides about money in
// suspense, a network that loses, repeats and delays, and a service that is killed at any statement. All of the service's
// steps are the product's own code: checkout, credit, ledger, event, billing, collection, debit, member, run.
//
// # The story
//
// A seed is a town. Everything that is left to chance (who lives there, which faults there are and how often, every id)
// is drawn from the seed, and there is no goroutine and no real clock, so the same seed is the same year, step by step:
// [Run] answers a hash of all of it, and a test compares. The queue in clockwork.go holds what happens next; the
// network in net.go stands between the people and the [house], which is the service; its database is a store in memory
// ([tsuke/internal/sim/memory]) or a real one behind the same faults.
//
// Clients remember what they were told. Every 64 steps, and at the end, when the faults have stopped and everybody has
// asked again for what they did not know, the checks in check*.go compare the rows with each other and with those
// memories. When a day ends in Japan the books are compared with everything else (check_books.go), and what depends on a
// state that passes is judged in the commit that made it (check_debit.go). Each check has the number of a guarantee and
// can be run alone or left out. They are written from the rules and share no code with the product.
//
// A violation comes with the seed and can be told as a story: the same run again, with every step in words.
package sim

import (
	"io"
	"slices"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/sim/memory"
)

// Options are how a seed is run. The zero value is a year with everything.
type Options struct {
	Days       int       // how long, 366 if zero
	Only       []string  // run these checks only; all if empty
	Without    []string  // leave these out
	Every      bool      // go on after a violation, and keep the first of each check as if it had run alone
	Story      io.Writer // is told every step; nil for none
	Database   *db.DB    // run on this migrated, empty database instead of the store in memory
	Postgres   bool      // the store in memory gives turns as PostgreSQL does, not as SQLite
	Replicated bool      // in every town, and not in some, the machine has a standby that can be away and take over
	Alone      bool      // in no town it has
	Lazy       bool      // the store acknowledges before it flushes: what a broken store would do
}

// Result is what became of a seed.
type Result struct {
	Seed      uint64
	Steps     int // things that happened
	Commits   int // transactions that were committed
	Payments  int
	Late      Late
	Bank      Bank
	Desk      Desk
	GivenUp   GivenUp
	Plans     Plans
	Ways      Ways
	Invoices  Invoices
	Midnights int // at which the books were compared
	Faults    Faults
	Trace     uint64 // a hash of every step and every row
	Violation *Violation
	Firsts    map[string]*Violation // with Options.Every: the first violation of each check
	Rows      *memory.Tables        // as they were at the end, of the store in memory
}

// Late counts what was charged for being late: how often, how often that was taken back because the bill had been paid
// before, how often the legal cap cut it, and how many later bills asked for what was left of it.
type Late struct{ Charges, Waived, Cut, Moved int }

func (l *Late) add(m Late) {
	l.Charges += m.Charges
	l.Waived += m.Waived
	l.Cut += m.Cut
	l.Moved += m.Moved
}

// Bank counts what banks were asked for, by what came of it.
type Bank struct{ Debited, Refused, Dropped int }

func (b *Bank) add(c Bank) {
	b.Debited += c.Debited
	b.Refused += c.Refused
	b.Dropped += c.Dropped
}

// Desk counts what people decided about money in suspense and about notices.
type Desk struct{ Matched, Returned, Closed int }

func (d *Desk) add(e Desk) {
	d.Matched += e.Matched
	d.Returned += e.Returned
	d.Closed += e.Closed
}

// Faults counts what was done to the town.
type Faults struct {
	Lost, Doubled, Late, Kills, Conflicts, Unknowns, ClockSteps, PowerCuts, Habits, BadFiles int
}

// Add adds up.
func (f *Faults) Add(g Faults) {
	f.Lost += g.Lost
	f.Doubled += g.Doubled
	f.Late += g.Late
	f.Kills += g.Kills
	f.Conflicts += g.Conflicts
	f.Unknowns += g.Unknowns
	f.ClockSteps += g.ClockSteps
	f.PowerCuts += g.PowerCuts
	f.Habits += g.Habits
	f.BadFiles += g.BadFiles
}

// Sum is how many there were.
func (f Faults) Sum() int {
	return f.Lost + f.Doubled + f.Late + f.Kills + f.Conflicts + f.Unknowns + f.ClockSteps + f.PowerCuts + f.Habits + f.BadFiles
}

// Violation is a guarantee that did not hold.
type Violation struct {
	Check string // "G08"
	Text  string
	Step  int
	At    time.Time
}

// checkEvery is how many steps pass between two checks.
const checkEvery = 64

// Run plays a seed.
func Run(seed uint64, o Options) Result {
	if o.Days <= 0 {
		o.Days = 366
	}
	w := newWorld(seed, o)
	w.populate()
	w.play(w.ends)
	if w.violation == nil {
		w.heal()
		w.play(w.now.Add(aftermath))
	}
	if w.violation == nil {
		w.settled()
	}
	w.finish()
	return Result{
		Seed: seed, Steps: w.steps, Commits: w.house.store.commits, Payments: w.payments, Late: w.late, Faults: w.faults, Trace: w.trace,
		Bank: w.bank, Desk: w.decided, GivenUp: w.givenUp, Plans: w.agreed, Ways: w.otherWays, Invoices: w.invoiced,
		Midnights: w.midnights, Violation: w.violation, Firsts: w.firsts, Rows: w.rows(),
	}
}

// aftermath is how long people go on after the faults have stopped: long enough for a bill to be closed, paid and
// reported.
const aftermath = 100 * 24 * time.Hour

func (o Options) wants(check string) bool {
	return (len(o.Only) == 0 || slices.Contains(o.Only, check)) && !slices.Contains(o.Without, check)
}
