// Command hunt plants bugs in the product and reports which check found each, see package mutant.
//
//	go run ./internal/mutant/hunt                    all of them
//	go run ./internal/mutant/hunt -n 10 -seed 7      a sample of ten, and those that every sample has
//	go run ./internal/mutant/hunt -only order-row    one; a star at the end takes all that begin so
//	go run ./internal/mutant/hunt -list              what there is
//	go run ./internal/mutant/hunt -matrix 100        which checks of the simulator see each, and which is the only one
//
// Its exit status is 1 if a mutant survived or the table is broken. Some catchers need PostgreSQL: run under pgserve they
// share one server, otherwise each starts its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"tsuke/internal/clock"
	"tsuke/internal/mutant"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := hunt(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hunt:", err)
		os.Exit(1)
	}
}

var errLost = errors.New("not every mutant was caught")

func hunt(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("hunt", flag.ContinueOnError)
	only := flags.String("only", "", "names of mutants, separated by commas")
	n := flags.Int("n", 0, "size of the sample; 0 takes all")
	seed := flags.Uint64("seed", 1, "which sample")
	jobs := flags.Int("jobs", 1, "how many mutants are hunted at a time")
	matrix := flags.Int("matrix", 0, "show each mutant to every check of the simulator alone, with so many seeds each")
	list := flags.Bool("list", false, "print the table and hunt nothing")
	bare := flags.Bool("bare", false, "do not check first that the catchers are green without mutants")
	if err := flags.Parse(args); err != nil {
		return err
	}
	all := mutant.Table()
	if *only != "" {
		var err error
		if all, err = mutant.Named(all, strings.Split(*only, ",")...); err != nil {
			return err
		}
	}
	if *n > 0 {
		all = mutant.Sample(all, *n, rand.New(rand.NewPCG(*seed, 0))) //nolint:gosec // a sample needs no secrecy
	}
	if *list {
		mutant.WriteTable(out, all)
		return nil
	}
	root, err := findRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return err
	}
	h := &mutant.Hunter{Root: root, Dir: dir, Jobs: *jobs, Clock: clock.System(), Told: func(f mutant.Find) { mutant.WriteLine(out, f) }}
	if *matrix > 0 {
		return errors.Join(look(ctx, h, all, *matrix, out), os.RemoveAll(dir))
	}
	return errors.Join(report(ctx, h, all, *bare, out), os.RemoveAll(dir))
}

func look(ctx context.Context, h *mutant.Hunter, all []mutant.Mutant, seeds int, out io.Writer) error {
	rows, err := h.Matrix(ctx, all, seeds, func(r mutant.Row) { mutant.WriteRow(out, r) })
	mutant.WriteMatrix(out, rows)
	return err
}

func report(ctx context.Context, h *mutant.Hunter, all []mutant.Mutant, bare bool, out io.Writer) error {
	begun := h.Clock.Now()
	if !bare {
		if err := h.Baseline(ctx, all); err != nil {
			return err
		}
		fmt.Fprintf(out, "every catcher is green without mutants (%.0f s)\n", h.Clock.Now().Sub(begun).Seconds())
	}
	finds, err := h.Hunt(ctx, all)
	if err != nil {
		return err
	}
	mutant.WriteSummary(out, all, finds, h.Clock.Now().Sub(begun))
	if mutant.Lost(finds) {
		return errLost
	}
	return nil
}

// findRoot is the nearest folder upwards with a go.mod.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("run it inside the repository")
		}
		dir = parent
	}
}
