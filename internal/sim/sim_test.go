package sim_test

import (
	"strings"
	"sync"
	"testing"

	"tsuke/internal/clock"
	"tsuke/internal/sim"
)

func TestSeeds(t *testing.T) {
	t.Parallel()
	seeds := uint64(30)
	if testing.Short() {
		seeds = 5
	}
	var played sim.Ways
	for seed := range seeds {
		r := sim.Run(seed, sim.Options{})
		played.Numbers += r.Ways.Numbers
		played.Transfers += r.Ways.Transfers
		played.Odd += r.Ways.Odd
		played.Wanted += r.Ways.Wanted
		played.PaidOut += r.Ways.PaidOut
		played.PayoutRefused += r.Ways.PayoutRefused
		played.Released += r.Ways.Released
		if v := r.Violation; v != nil {
			t.Errorf("seed %d: %s after %d steps at %s: %s", seed, v.Check, v.Step, v.At, v.Text)
		}
	}
	p := played
	if !testing.Short() && min(p.Numbers, p.Transfers, p.Odd, p.Wanted, p.PaidOut, p.PayoutRefused, p.Released) == 0 {
		t.Errorf("in %d seeds not everything has happened: %+v", seeds, p)
	}
}

// TestGuestsBuy wants what guests can do, and what can become of an invoice, to happen in the first towns.
func TestGuestsBuy(t *testing.T) {
	t.Parallel()
	var all sim.Invoices
	for seed := uint64(0); seed < 40 && (all.Issued < 50 || all.Upheld == 0 || all.Rejected == 0 || all.Reduced == 0 || all.Joined == 0); seed++ {
		r := sim.Run(seed, sim.Options{})
		all.Issued += r.Invoices.Issued
		all.Held += r.Invoices.Held
		all.Upheld += r.Invoices.Upheld
		all.Rejected += r.Invoices.Rejected
		all.Reduced += r.Invoices.Reduced
		all.Joined += r.Invoices.Joined
	}
	if all.Issued < 50 || all.Held == 0 || all.Upheld == 0 || all.Rejected == 0 || all.Reduced == 0 || all.Joined == 0 {
		t.Errorf("of all that can happen to guests, this did: %+v", all)
	}
}

// TestSameSeedIsTheSameYear plays seeds twice, once told as a story: telling changes nothing.
func TestSameSeedIsTheSameYear(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		var first, second strings.Builder
		quiet := sim.Run(seed, sim.Options{Days: 100})
		a := sim.Run(seed, sim.Options{Days: 100, Story: &first})
		b := sim.Run(seed, sim.Options{Days: 100, Story: &second})
		if quiet.Trace != a.Trace || a.Trace != b.Trace || first.String() != second.String() {
			t.Errorf("seed %d: traces %x, %x, %x", seed, quiet.Trace, a.Trace, b.Trace)
		}
		if !strings.Contains(first.String(), "presses Pay for order") {
			t.Errorf("seed %d: nobody pressed anything in its story", seed)
		}
	}
	if sim.Run(1, sim.Options{Days: 30}).Trace == sim.Run(2, sim.Options{Days: 30}).Trace {
		t.Error("two seeds are the same year")
	}
}

// TestWhatTheChecksAreFor plays towns whose store, or whose machine, breaks its promise: the checks must see it.
func TestWhatTheChecksAreFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		o     sim.Options
		check string
	}{
		{"a store that answers before it has flushed loses what people were told", sim.Options{Lazy: true}, "G15"},
	} {
		c.o.Only = []string{c.check}
		found := false
		for seed := uint64(0); seed < 40 && !found; seed++ {
			v := sim.Run(seed, c.o).Violation
			found = v != nil && v.Check == c.check
		}
		if !found {
			t.Errorf("%s, and %s saw nothing in 40 towns", c.name, c.check)
		}
	}
}

// TestAFleetCanBeStopped between two seeds, and tells where to go on.
func TestAFleetCanBeStopped(t *testing.T) {
	t.Parallel()
	halt := make(chan struct{})
	var once sync.Once
	fleet := sim.Fleet{
		From: 5, Seeds: 1_000_000, Options: sim.Options{Days: 3}, Now: clock.System().Now, Halt: halt,
		Progress: func(uint64) { once.Do(func() { close(halt) }) },
	}
	tally := fleet.Run()
	if tally.Seeds == 0 || tally.Seeds > 2*tally.Cores || tally.Next != 5+uint64(tally.Seeds) || len(tally.Broken) > 0 {
		t.Errorf("%d seeds were played on %d cores, the next is %d", tally.Seeds, tally.Cores, tally.Next)
	}
}

// BenchmarkTown plays years of small towns one after the other.
func BenchmarkTown(b *testing.B) {
	steps := 0
	for seed := uint64(0); b.Loop(); seed++ {
		steps += sim.Run(seed, sim.Options{}).Steps
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}
