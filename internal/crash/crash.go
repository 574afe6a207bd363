// Package crash ends the real service with SIGKILL while a crowd of shops calls it, starts it again, and compares what
// every shop was told with what is stored.
//
// # The story
//
// [Run] works in rounds, each on a new database. The first start is killed in the middle of the migrations; then people
// are seeded. In each cycle a crowd (package load) places and carries on orders for a moment, and the service dies: at a
// random instant, or at a named failpoint ([points]) that it was started with. Half of the new starts die as well before
// they are through. Then the crowd sends again whatever has no answer, looks everything up, and repeats every request:
// nothing that was acknowledged may be missing, nothing may be there twice, no answer may change, and the feed of events
// has no gap. At the end of a round the month is closed and a file of receipts is imported by commands that are killed
// again and again until they come to their end; and the books must agree.
//
// On PostgreSQL the service is not the only one to die: a backend is, which makes the server restart all of them, and the
// whole server.
//
// SIGKILL does not show a missing fsync, because what was written survives in the kernel's memory. For that there is
// [PowerLoss].
package crash

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest/pgcluster"
	"tsuke/internal/load"
)

// Options say what is killed and how often.
type Options struct {
	Engine  db.Engine
	Cycles  int
	Round   int // cycles on one database; 50 if zero
	Callers int // 8 if zero
	Seed    uint64
	Exe     string    // the product's binary
	Out     io.Writer // a line for each round; may be nil
}

// Report is what a run brought to light.
type Report struct {
	Cycles  int
	Kills   map[string]int // by what was killed, or at which point
	Tally   load.Tally
	Verdict load.Verdict
	Books   int      // times that every kept sum was proven
	Broken  []string // what was wrong with them
	Starts  int
	Start   time.Duration // the median time from the start of the process until it listens
	Took    time.Duration

	starts []time.Duration
}

// Findings are all that is wrong, a line each.
func (r *Report) Findings() []string { return append(r.Verdict.Findings(), r.Broken...) }

// String is the report for people.
func (r *Report) String() string {
	t, v := r.Tally, r.Verdict
	return fmt.Sprintf("cycles %d in %s (%.0f a minute), kills %v\n"+
		"orders %d, requests %d, acknowledged before the kill %d, without an answer %d, of which %d were done already; refused %v, declined %d\n"+
		"acknowledged effects verified %d, keys %d, repeats %d, events %d; lost %d, doubled %d, changed %d, unasked %d, failed %d\n"+
		"books proven %d times, broken %d; starts %d, median %s",
		r.Cycles, r.Took.Round(time.Second), float64(r.Cycles)/max(r.Took.Minutes(), 1e-9), r.Kills,
		t.Orders, t.Requests, t.Promised, t.Resent, t.Committed, t.Refused, t.Declined,
		v.Effects, v.Keys, v.Replays, v.Events, len(v.Lost), len(v.Doubled), len(v.Changed), len(v.Unasked), len(v.Failures),
		r.Books, len(r.Broken), r.Starts, r.Start.Round(time.Millisecond))
}

// killer is a run.
type killer struct {
	Options

	report  Report
	rand    *rand.Rand
	clock   clock.Clock
	dir     string
	cluster *pgcluster.Cluster // nil on SQLite

	product *product
	people  load.Population
	round   int
	up      *server // nil while it is down
	addr    string
	before  *load.Load
}

// Run kills until all cycles are done, something is found, or ctx ends. The error is about what kept it from going on.
func Run(ctx context.Context, o Options) (_ Report, err error) {
	k := &killer{Options: o, clock: clock.System(), rand: rand.New(rand.NewPCG(o.Seed, 1))} //nolint:gosec // can be repeated
	k.Round, k.Callers = orDefault(k.Round, 50), orDefault(k.Callers, 8)
	k.report.Kills = map[string]int{}
	if k.dir, err = os.MkdirTemp("", "tsuke-crash-"); err != nil {
		return k.report, err
	}
	defer func() { err = errors.Join(err, k.end(), os.RemoveAll(k.dir)) }()
	if o.Engine == db.Postgres {
		if k.cluster, err = pgcluster.Start(ctx); err != nil {
			return k.report, err
		}
	}
	began := k.clock.Now()
	for k.report.Cycles < k.Cycles {
		err := k.runRound(ctx, min(k.Round, k.Cycles-k.report.Cycles))
		k.report.Took = k.clock.Now().Sub(began)
		k.report.Start = median(k.report.starts)
		if err != nil {
			return k.report, k.explain(err)
		}
		if k.Out != nil {
			_, _ = fmt.Fprintln(k.Out, k.report.String()) // a reader that is gone is told at the end
		}
		if len(k.report.Findings()) > 0 {
			return k.report, nil
		}
	}
	return k.report, nil
}

func orDefault(n, other int) int {
	if n <= 0 {
		return other
	}
	return n
}

func (k *killer) end() error {
	var errs []error
	if k.up != nil {
		errs = append(errs, k.up.kill())
	}
	if k.cluster != nil {
		errs = append(errs, k.cluster.Stop())
	}
	return errors.Join(errs...)
}

// explain adds the end of the service's log to an error.
func (k *killer) explain(err error) error {
	if k.up == nil {
		return err
	}
	return fmt.Errorf("%w\nthe service's log ends:\n%s", err, k.up.log)
}

// runRound is a number of cycles on a new database.
func (k *killer) runRound(ctx context.Context, cycles int) error {
	if err := k.begin(ctx); err != nil {
		return err
	}
	for range cycles {
		if err := k.cycle(ctx); err != nil {
			return err
		}
		k.report.Cycles++
		if len(k.report.Findings()) > 0 {
			break
		}
	}
	if err := k.kill("end of round"); err != nil {
		return err
	}
	if err := k.verifyBooks(); err != nil || len(k.report.Findings()) > 0 {
		return err
	}
	return k.monthEnd(ctx)
}

// begin installs the product anew, kills its first start, and seeds people.
func (k *killer) begin(ctx context.Context) error {
	k.round++
	dir := filepath.Join(k.dir, fmt.Sprint(k.round))
	if err := errors.Join(os.RemoveAll(filepath.Join(k.dir, fmt.Sprint(k.round-1))), os.Mkdir(dir, 0o700)); err != nil {
		return err
	}
	dsn := "sqlite:" + filepath.Join(dir, "tsuke.db")
	if k.cluster != nil {
		name := fmt.Sprintf("crash_%d", k.round)
		if err := k.cluster.CreateDatabase(ctx, name); err != nil {
			return err
		}
		dsn = k.cluster.DSN(name)
	}
	var err error
	if k.product, err = install(ctx, k.Exe, dsn, dir); err != nil {
		return err
	}
	name, spec := pick(k.rand, birth)
	_, killed, err := k.product.do(spec, "verify")
	if err != nil {
		return err
	}
	if killed {
		k.report.Kills["migrating: "+name]++
	}
	k.people = load.Population{Seed: k.Seed + uint64(k.round), Members: 2000, Merchants: 4}
	k.before = nil
	return k.seed(ctx)
}

func (k *killer) seed(ctx context.Context) (err error) {
	d, err := db.Open(ctx, k.product.dsn, db.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	return load.Seed(ctx, d, k.people)
}

// verifyBooks proves every kept sum, as an operator does.
func (k *killer) verifyBooks() error {
	out, _, err := k.product.do("", "verify")
	k.report.Books++
	if err != nil {
		k.report.Broken = append(k.report.Broken, out)
	}
	return nil
}
