package sim

import (
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"
)

// Fleet runs many seeds, one town per core at a time.
type Fleet struct {
	From, Seeds uint64
	Options     Options
	Stop        int              // runs end after this many violations; 1 if zero
	Now         func() time.Time // for the rate; the simulator itself knows no clock
	Progress    func(done uint64)
	Halt        <-chan struct{} // once closed no other seed is begun; nil never is
}

// Tally is what became of a fleet.
type Tally struct {
	Seeds, Steps, Commits, Payments int
	Twice                           int // seeds that were run twice and compared
	Late                            Late
	Bank                            Bank
	Desk                            Desk
	GivenUp                         GivenUp
	Plans                           Plans
	Ways                            Ways
	Invoices                        Invoices
	Midnights                       int
	Faults                          Faults
	Took                            time.Duration
	Cores                           int
	Next                            uint64   // the first seed that was not begun
	Broken                          []Result // with a violation, in the order of seeds
}

// twiceEvery says which seeds are run twice: the second run must be the first, step by step.
const twiceEvery = 100

// Run runs all seeds.
func (f Fleet) Run() Tally {
	t := Tally{Cores: runtime.GOMAXPROCS(0)}
	stop := max(f.Stop, 1)
	begun := f.Now()
	var mu sync.Mutex
	next := f.From
	take := func() (uint64, bool) {
		mu.Lock()
		defer mu.Unlock()
		if next >= f.From+f.Seeds || len(t.Broken) >= stop || f.halted() {
			return 0, false
		}
		next++
		return next - 1, true
	}
	var all sync.WaitGroup
	for range t.Cores {
		all.Go(func() {
			for seed, ok := take(); ok; seed, ok = take() {
				r, twice := runChecked(seed, f.Options)
				mu.Lock()
				t.add(r, twice)
				done := uint64(t.Seeds)
				mu.Unlock()
				if f.Progress != nil {
					f.Progress(done)
				}
			}
		})
	}
	all.Wait()
	t.Took, t.Next = f.Now().Sub(begun), next
	return t
}

func (f Fleet) halted() bool {
	select {
	case <-f.Halt:
		return true
	default:
		return false
	}
}

// runChecked runs a seed, and some seeds twice.
func runChecked(seed uint64, o Options) (Result, bool) {
	r := Run(seed, o)
	if seed%twiceEvery != 0 || r.Violation != nil || o.Database != nil {
		return r, false
	}
	if again := Run(seed, o); again.Trace != r.Trace || again.Steps != r.Steps {
		r.Violation = &Violation{Check: "determinism", Text: fmt.Sprintf("two runs of the seed differ: %d steps and %d, traces %x and %x",
			r.Steps, again.Steps, r.Trace, again.Trace), Step: r.Steps}
	}
	return r, true
}

func (t *Tally) add(r Result, twice bool) {
	t.Seeds++
	t.Steps += r.Steps
	t.Commits += r.Commits
	t.Payments += r.Payments
	t.Late.add(r.Late)
	t.Bank.add(r.Bank)
	t.Desk.add(r.Desk)
	t.GivenUp.add(r.GivenUp)
	t.Plans.add(r.Plans)
	t.Ways.add(r.Ways)
	t.Invoices.add(r.Invoices)
	t.Midnights += r.Midnights
	t.Faults.Add(r.Faults)
	if twice {
		t.Twice++
		t.Steps += r.Steps
	}
	if r.Violation != nil {
		r.Rows = nil
		t.Broken = append(t.Broken, r)
	}
}

// Print tells what became of a fleet in lines.
func (t Tally) Print(to io.Writer) {
	seconds := t.Took.Seconds()
	rate := float64(t.Steps) / max(seconds, 0.001) / float64(t.Cores)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(to, format+"\n", args...) } // a terminal that is gone
	line("seeds       %d (%d of them twice), in %.1f s on %d cores", t.Seeds, t.Twice, seconds, t.Cores)
	line("steps       %d, %.0f per second and core", t.Steps, rate)
	line("commits     %d", t.Commits)
	line("payments    %d", t.Payments)
	line("charges     %d for being late: %d cut by the cap, %d taken back, and %d bills that ask for what was left", t.Late.Charges,
		t.Late.Cut, t.Late.Waived, t.Late.Moved)
	line("debits      %d debited, %d refused, %d of accounts that were gone", t.Bank.Debited, t.Bank.Refused, t.Bank.Dropped)
	line("suspense    %d matched by hand, %d sent back; %d notices closed", t.Desk.Matched, t.Desk.Returned, t.Desk.Closed)
	line("given up    %d bills by two people, %d of them owed again, %d payments all the same; %d late charges taken back by two",
		t.GivenUp.Bills, t.GivenUp.Undone, t.GivenUp.Recovered, t.GivenUp.Charges)
	line("plans       %d to pay in parts: %d paid, %d broken, %d ended by people", t.Plans.Agreed, t.Plans.Done, t.Plans.Broken, t.Plans.Ended)
	line("ways        %d receipt numbers and %d transfers, %d of them odd", t.Ways.Numbers, t.Ways.Transfers, t.Ways.Odd)
	line("sent back   %d wanted by members; %d by file, %d refused by the bank, %d files withdrawn", t.Ways.Wanted, t.Ways.PaidOut,
		t.Ways.PayoutRefused, t.Ways.Released)
	line("invoices    %d without membership: %d said not to be theirs, %d upheld, %d rejected; %d refunds after the invoice; %d guests who joined",
		t.Invoices.Issued, t.Invoices.Held, t.Invoices.Upheld, t.Invoices.Rejected, t.Invoices.Reduced, t.Invoices.Joined)
	line("midnights   %d at which every yen was accounted for", t.Midnights)
	f := t.Faults
	line("faults      %d: messages lost %d, doubled %d, late %d; kills %d; power cuts %d; conflicts %d; answers of commits lost %d; "+
		"clock steps %d; bad habits of shops %d; bad files %d",
		f.Sum(), f.Lost, f.Doubled, f.Late, f.Kills, f.PowerCuts, f.Conflicts, f.Unknowns, f.ClockSteps, f.Habits, f.BadFiles)
	line("violations  %d", len(t.Broken))
	for _, r := range t.Broken {
		v := r.Violation
		line("seed %d breaks %s after %d steps: %s", r.Seed, v.Check, v.Step, v.Text)
		line("  to read the story: tsuke sim --replay %d", r.Seed)
	}
}
