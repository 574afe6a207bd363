// Command killer kills the service again and again and tells what became of what was acknowledged. Its exit status is 1
// if anything was lost, doubled or changed.
//
//	go run ./internal/crash/killer --engine sqlite --cycles 2000
//	go run ./internal/crash/killer --engine postgres --cycles 200
//	go run ./internal/crash/killer --power --cycles 200
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"tsuke/internal/crash"
	"tsuke/internal/db"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "killer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	o := crash.Options{Out: os.Stderr}
	flags := flag.NewFlagSet("killer", flag.ContinueOnError)
	engine := flags.String("engine", "sqlite", "sqlite or postgres: what the service runs on while it is killed")
	flags.IntVar(&o.Cycles, "cycles", 100, "how often")
	flags.IntVar(&o.Round, "round", 50, "cycles on one database")
	flags.IntVar(&o.Callers, "callers", 8, "shops that call at the same time")
	flags.Uint64Var(&o.Seed, "seed", 1, "what is chosen follows from it, but not what the machine does meanwhile")
	flags.StringVar(&o.Exe, "exe", "", "the product's binary; built if empty")
	power := flags.Bool("power", false, "cut the power of the disk beneath SQLite instead of killing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o.Engine = db.Engine(*engine)
	if *power {
		return tell(crash.PowerLoss(ctx, crash.Power{Cycles: o.Cycles, Round: o.Round, Callers: o.Callers, Seed: o.Seed}))
	}
	if o.Exe == "" {
		dir, err := os.MkdirTemp("", "tsuke-killer-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }() // a binary that is left over does no harm
		o.Exe = filepath.Join(dir, "tsuke")
		if err := crash.Build(ctx, o.Exe); err != nil {
			return err
		}
	}
	return tell(crash.Run(ctx, o))
}

// tell prints a report and what was found.
func tell(report crash.Report, err error) error {
	fmt.Fprintln(os.Stdout, report.String())
	if err != nil {
		return err
	}
	all := report.Findings()
	for _, f := range all {
		fmt.Fprintln(os.Stderr, f)
	}
	if len(all) > 0 {
		return fmt.Errorf("%d findings", len(all))
	}
	return nil
}
