package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

// A soak asks for this part of what the service can do at most, in percent, by so many callers, and looks at it so often.
const (
	soakPercent = 60
	soakCallers = 512
	soakLooks   = 20
)

// frequent makes PostgreSQL do within minutes what otherwise comes twice an hour: checkpoints, and vacuums of what was changed.
var frequent = []string{"checkpoint_timeout = 1min", "autovacuum_naptime = 10s"}

// look is what was seen of the service in one part of a soak.
type look struct {
	sample

	memory   int64         // of this process, in bytes
	database int64         // of the database's processes, without what they share
	lag      time.Duration // of the fact that has waited longest for its place in the log
	upkeep   upkeep
}

// upkeep is what the database has done for itself since it was made.
type upkeep struct{ checkpoints, vacuums int64 }

// soaking measures what the service does at most, and then asks for less of it for a long time: half of the orders go to one
// shop, and one member buys once a second all the while. Orders come by the clock, whether those before them are done or not,
// and each waits from when it was to come. A service that wears out shows it in the rate, the waits or the memory of the last
// third beside the first.
func (p *place) soaking(ctx context.Context, w io.Writer) error {
	lanes, stop, err := p.product.Start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	most, err := drive(soakCallers, p.s.lasts, func(int) error {
		order, err := p.order("most", p.placed.Add(1), p.s.shops)
		if err != nil {
			return err
		}
		return charge(ctx, lanes, order)
	})
	if err != nil {
		return err
	}
	rate := most.rate * soakPercent / 100
	progress("%.0f orders a second by %d callers; %.0f a second for %s\n", most.rate, soakCallers, rate, p.s.soak)
	looks, err := p.soak(ctx, lanes, rate)
	if err != nil {
		return err
	}
	p.printSoak(w, most.rate, looks)
	return p.verify(ctx, w)
}

// soak lets orders come at a rate, and looks at the service now and then.
func (p *place) soak(ctx context.Context, lanes lanesOf, rate float64) ([]look, error) {
	working, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	due := make(chan time.Time, int(rate)) // of one second
	spent := make([]spans, soakCallers)
	var all sync.WaitGroup
	all.Go(func() { cancelIf(cancel, pace(working, ended, rate, due)) })
	for i := range soakCallers {
		all.Go(func() { cancelIf(cancel, p.take(working, lanes, due, &spent[i])) })
	}
	looks, err := p.lookOn(working, spent)
	close(ended)
	all.Wait()
	if cause := context.Cause(working); cause != nil {
		err = cause
	}
	return looks, err
}

// cancelIf lets the first failure end all.
func cancelIf(cancel context.CancelCauseFunc, err error) {
	if err != nil {
		cancel(err)
	}
}

// lookOn looks until the time is over.
func (p *place) lookOn(ctx context.Context, spent []spans) ([]look, error) {
	var looks []look
	begun := clock.System().Now()
	for range soakLooks {
		one, err := p.look(ctx, spent, &begun)
		if err != nil {
			return nil, err
		}
		looks = append(looks, one)
		progress("%d of %d: %s, memory %s and %s, %d checkpoints, %d vacuums, the log is %s behind\n", len(looks), soakLooks, one.sample,
			size(one.memory), size(one.database), one.upkeep.checkpoints, one.upkeep.vacuums, short(one.lag))
	}
	return looks, nil
}

// pace hands out when orders are due, one after the other at a rate, until the soak has ended. If a second's orders wait, the
// service cannot keep up.
func pace(ctx context.Context, ended <-chan struct{}, rate float64, due chan<- time.Time) error {
	defer close(due)
	c := clock.System()
	begun := c.Now()
	for n := 0; ; {
		select {
		case <-ended:
			return nil
		default:
		}
		gone := c.Now().Sub(begun)
		for ; float64(n) < gone.Seconds()*rate; n++ {
			select {
			case due <- begun.Add(time.Duration(float64(n) / rate * float64(time.Second))):
			default:
				return fmt.Errorf("after %s a second's orders wait: the service does not keep up with %.0f a second", gone.Round(time.Second), rate)
			}
		}
		if err := wait(ctx, time.Millisecond); err != nil {
			return err
		}
	}
}

// spans are the waits that one caller has met since they were last collected.
type spans struct {
	mu  sync.Mutex
	all []time.Duration
}

func (s *spans) add(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, d)
}

func (s *spans) collect() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.all)
	s.all = s.all[:0]
	return out
}

// take places orders when they are due.
func (p *place) take(ctx context.Context, lanes lanesOf, due <-chan time.Time, spent *spans) error {
	c := clock.System()
	for at := range due {
		order, err := p.soaked(at)
		if err != nil {
			return err
		}
		if err := charge(ctx, lanes, order); err != nil {
			return err
		}
		spent.add(c.Now().Sub(at))
	}
	return nil
}

// soaked is the next order: every other one is of one shop, and the first of each second of one member.
func (p *place) soaked(at time.Time) (run.Order[checkout.Order], error) {
	n := p.placed.Add(1)
	second := at.Unix()
	if last := p.second.Load(); second > last && p.second.CompareAndSwap(last, second) {
		return p.orderOf(0, p.people.Merchant(0), "soak-"+strconv.FormatInt(n, 10), money.Yen(2+4*(second%2477))) // no other order has such an amount
	}
	shops := p.s.shops
	if n%2 == 0 {
		shops = 1
	}
	return p.order("soak", n, shops)
}

// look waits, and tells what was done since it was called last.
func (p *place) look(ctx context.Context, spent []spans, since *time.Time) (one look, err error) {
	one.sample, err = p.metered(ctx, func() (sample, error) {
		if err := wait(ctx, p.s.soak/soakLooks); err != nil {
			return sample{}, err
		}
		all := make([][]time.Duration, len(spent))
		for i := range spent {
			all[i] = spent[i].collect()
		}
		now := clock.System().Now()
		took := now.Sub(*since)
		*since = now
		return sampleOf(all, took), nil
	})
	if err != nil {
		return one, err
	}
	one.memory, one.database = memoryOf(os.Getpid()), p.databaseMemory()
	if one.upkeep, err = p.upkeep(ctx); err != nil {
		return one, err
	}
	err = p.product.DB.Read(ctx, func(tx *db.Tx) error {
		at, waits, err := event.Oldest(tx)
		if waits {
			one.lag = tx.Now().Sub(at)
		}
		return err
	})
	return one, err
}

// upkeep asks PostgreSQL; SQLite keeps no count.
func (p *place) upkeep(ctx context.Context) (u upkeep, err error) {
	if p.cluster == nil {
		return u, nil
	}
	out, err := p.psql(ctx, `SELECT checkpoints_timed + checkpoints_req || ' ' || (SELECT SUM(autovacuum_count) FROM pg_stat_all_tables) FROM pg_stat_bgwriter`)
	if err == nil {
		_, err = fmt.Sscan(out, &u.checkpoints, &u.vacuums)
	}
	return u, err
}

// databaseMemory is what the database's processes have for themselves; 0 if it runs in this one.
func (p *place) databaseMemory() (sum int64) {
	if p.cluster == nil {
		return 0
	}
	for _, pid := range childrenOf(p.pid()) {
		sum += memoryOf(pid)
	}
	return sum
}

// memoryOf is what a process has in memory for itself, without files and what it shares (proc(5), status, RssAnon).
func memoryOf(pid int) int64 {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			var kib int64
			if _, err := fmt.Sscan(rest, &kib); err == nil {
				return kib << 10
			}
		}
	}
	return 0
}

func size(n int64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f MB", float64(n)/(1<<20))
}

// printSoak writes a third of the soak in each row, and how the last one differs from the first.
func (p *place) printSoak(w io.Writer, most float64, looks []look) {
	fmt.Fprintf(w, "\n%s, %d members, %s at %d %% of %.0f orders a second; half of them to one shop, one member buys every second\n\n",
		p.about, p.s.members, p.s.soak, soakPercent, most)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "part\tper second\tp50\tp99\tlongest\tmemory\tdatabase's\tbytes written\tcheckpoints\tvacuums\tlog behind\t")
	third := len(looks) / 3
	parts := [][]look{looks[:third], looks[third : len(looks)-third], looks[len(looks)-third:]}
	var before upkeep
	for i, part := range parts {
		m, last := medianLook(part), part[len(part)-1]
		fmt.Fprintf(t, "%s\t%.0f\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\t\n", []string{"first third", "second", "last"}[i], m.rate, short(m.p50), short(m.p99),
			short(m.longest), size(m.memory), size(m.database), m.wal, last.upkeep.checkpoints-before.checkpoints, last.upkeep.vacuums-before.vacuums, short(m.lag))
		before = last.upkeep
	}
	_ = t.Flush()
	first, last := medianLook(parts[0]), medianLook(parts[2])
	fmt.Fprintf(w, "\nlast third × first: rate %.3f, p99 %.2f, memory %.2f\n", last.rate/first.rate, last.p99.Seconds()/first.p99.Seconds(),
		float64(last.memory+last.database)/float64(first.memory+first.database))
}

// medianLook is the median of each figure, but the longest wait of all.
func medianLook(all []look) look {
	samples := make([]sample, len(all))
	one := all[len(all)/2]
	var memory, database, lag []int64
	var longest time.Duration
	for i, l := range all {
		samples[i], longest = l.sample, max(longest, l.longest)
		memory, database, lag = append(memory, l.memory), append(database, l.database), append(lag, int64(l.lag))
	}
	one.sample = median(samples)
	one.longest = longest
	for _, of := range [][]int64{memory, database, lag} {
		slices.Sort(of)
	}
	one.memory, one.database, one.lag = memory[len(memory)/2], database[len(database)/2], time.Duration(lag[len(lag)/2])
	return one
}
