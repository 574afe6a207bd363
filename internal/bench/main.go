// Command bench measures how many orders a second the service authorizes, and prints one table of ratios from one run.
//
// # The story
//
// Absolute figures say more about a machine than about a program, and shared machines change their speed while one
// looks. So each figure stands beside a reference that ran on the same database in the same round: pgbench's TPC-B
// (prepared, 32 clients) for PostgreSQL, and a bare INSERT of the rows that an order leaves behind, without reading or
// deciding anything, for both engines. The measures take turns, round after round, and the table shows medians.
//
// "In process" hands orders to the lanes that the service itself runs, with its workers on. "Through HTTP" is the whole
// service behind a socket, called by package load in this same process, on the same cores; each answer is remembered,
// and after the last round the load looks everything up: what is lost or doubled makes the run fail.
//
// A soak (-soak 10m) asks for 60 % of the most for a long time instead, and shows whether anything wears out.
//
// Every commit is durable: fsync is on, and the service refuses a store on which it is not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"tsuke/internal/app"
)

// settings are what a run is asked for.
type settings struct {
	engine   string
	members  int
	shops    int
	rounds   int
	lasts    time.Duration // of one measure
	scale    int           // of pgbench, in 100,000 accounts
	only     string        // of the measures: those whose name and callers contain it, and the references
	dir      string        // where databases are made
	close    bool          // measure the close of a month instead
	captures int           // what each member bought in a month that is closed
	soak     time.Duration // ask for a part of the most for so long instead; 0 for not
	explain  bool          // print the statements that took the database most
	profile  string        // file that takes the processor's profile of the last measure; empty for none
}

func main() {
	var s settings
	flag.StringVar(&s.engine, "engine", "both", "sqlite, postgres or both")
	flag.IntVar(&s.members, "members", 1_000_000, "how many members there are")
	flag.IntVar(&s.shops, "shops", 100, "how many merchants there are")
	flag.IntVar(&s.rounds, "rounds", 5, "how often each measure is taken")
	flag.DurationVar(&s.lasts, "for", 10*time.Second, "how long one measure lasts")
	flag.IntVar(&s.scale, "scale", 50, "pgbench's scale")
	flag.StringVar(&s.only, "only", "", `take only the references and what contains this: "in process 64"`)
	flag.StringVar(&s.dir, "dir", os.TempDir(), "where databases are made")
	flag.BoolVar(&s.close, "close", false, "measure the close of a month instead, beside a bare INSERT … SELECT of the rows it writes")
	flag.DurationVar(&s.soak, "soak", 0, "see instead whether anything wears out while orders come for so long, at 60 % of the most")
	flag.IntVar(&s.captures, "captures", 5, "with -close: how many purchases each member made in the month")
	flag.BoolVar(&s.explain, "statements", false, "on PostgreSQL: print the statements that took longest, of each measure or, with -close, of the last quiet close")
	flag.StringVar(&s.profile, "profile", "", "file that takes the processor's profile of the last measure (go tool pprof)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	app.TuneMemory()
	if err := measureAll(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func measureAll(ctx context.Context, s settings) error {
	var errs error
	for _, engine := range []string{"postgres", "sqlite"} {
		if s.engine == engine || s.engine == "both" {
			errs = errors.Join(errs, onEngine(ctx, s, engine))
		}
	}
	return errs
}

// onEngine prepares a place, takes each measure in each round, and prints the table.
func onEngine(ctx context.Context, s settings, engine string) (err error) {
	p, err := prepare(ctx, s, engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if s.close {
		return p.closing(ctx, os.Stdout)
	}
	if s.soak > 0 {
		return p.soaking(ctx, os.Stdout)
	}
	measures := p.measures()
	taken := make([][]sample, len(measures))
	for round := range s.rounds {
		for i, m := range measures {
			explained, err := p.explain(ctx)
			if err != nil {
				return err
			}
			one, err := m.profiled(ctx, s.profile, fmt.Sprintf("r%d-%d", round, i))
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			taken[i] = append(taken[i], one)
			fmt.Fprintf(os.Stderr, "round %d of %d: %s by %d, %s\n", round+1, s.rounds, m.name, m.callers, one)
			if err := explained(); err != nil {
				return err
			}
		}
	}
	p.print(os.Stdout, measures, taken)
	return p.verify(ctx, os.Stdout)
}
