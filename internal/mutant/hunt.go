package mutant

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tsuke/internal/clock"
)

// Verdict says what became of a mutant before one of its catchers.
type Verdict string

// The verdicts.
const (
	Caught   Verdict = "caught"
	Survived Verdict = "SURVIVED"
	Broken   Verdict = "BROKEN" // the table is at fault: it does not compile, or the catcher is no test
)

// Find is what one catcher made of one mutant.
type Find struct {
	Mutant  Mutant
	Catcher Catcher
	Verdict Verdict
	Took    time.Duration // running the catcher, without building it
	How     string        // what it said, in one line
}

// Hunter builds and runs catchers.
type Hunter struct {
	Root  string // of the repository
	Dir   string // for overlays and programs; the caller removes it
	Jobs  int    // how many mutants are hunted at a time
	Clock clock.Clock
	Told  func(Find) // called for each find as it is made; one at a time
}

// testTimeout ends a catcher that a mutant made to hang. It is generous: a loaded machine must not look like a bug.
const testTimeout = 3 * time.Minute

// Hunt runs every mutant against each of its catchers and answers the finds in the table's order. The error is about the
// hunt itself; what survived is among the finds.
func (h *Hunter) Hunt(ctx context.Context, all []Mutant) ([]Find, error) {
	finds := make([][]Find, len(all))
	err := h.each(all, func(i int, m Mutant, turn *sync.Mutex) error {
		found, err := h.one(ctx, m)
		finds[i] = found
		turn.Lock()
		defer turn.Unlock()
		for _, f := range found {
			h.Told(f)
		}
		return err
	})
	return slices.Concat(finds...), err
}

// each does something with every mutant, so many at a time as there are jobs. Who tells of it waits for their turn.
func (h *Hunter) each(all []Mutant, do func(i int, m Mutant, turn *sync.Mutex) error) error {
	var turn sync.Mutex
	var jobs errgroup.Group
	jobs.SetLimit(max(h.Jobs, 1))
	for i, m := range all {
		jobs.Go(func() error { return do(i, m, &turn) })
	}
	return jobs.Wait()
}

// one plants a mutant and shows it to its catchers.
func (h *Hunter) one(ctx context.Context, m Mutant) ([]Find, error) {
	dir, err := os.MkdirTemp(h.Dir, m.Name+"-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	overlay, err := m.overlay(h.Root, dir)
	if err != nil {
		return []Find{{Mutant: m, Verdict: Broken, How: err.Error()}}, nil //nolint:nilerr // told as a find
	}
	programs := map[string]string{}
	var out []Find
	for _, c := range m.Catchers {
		f := Find{Mutant: m, Catcher: c}
		place := h.Root
		if c.ReadsTree {
			overlay, place = "", filepath.Join(dir, "tree")
			if err := m.copyTree(h.Root, place); err != nil {
				return out, err
			}
		}
		program, ok := programs[c.target()]
		if !ok {
			program = filepath.Join(dir, strconv.Itoa(len(programs))+".test")
			if said, err := h.build(ctx, c, overlay, program); err != nil {
				f.Verdict, f.How = Broken, "does not compile: "+said
				out = append(out, f)
				continue
			}
			programs[c.target()] = program
		}
		f.Verdict, f.How, f.Took = h.run(ctx, c, program, place)
		out = append(out, f)
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
	}
	return out, err
}

// target is what has to be built for a catcher.
func (c Catcher) target() string {
	if c.Package == "" {
		return "./internal/mutant/probe"
	}
	return "./" + c.Package
}

// build makes a catcher's program. It answers what the compiler said if it failed.
func (h *Hunter) build(ctx context.Context, c Catcher, overlay, program string) (string, error) {
	args := []string{"test", "-c", "-vet=off"}
	if c.Package == "" {
		args = []string{"build"}
	}
	args = append(args, "-ldflags=-s -w", "-o", program) // without debugging tables, which take as long as the rest
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, c.target())...)
	cmd.Dir = h.Root
	said, err := cmd.CombinedOutput()
	return lastLine(said), err
}

// run shows the program to the catcher. root is where it finds the sources.
func (h *Hunter) run(ctx context.Context, c Catcher, program, root string) (Verdict, string, time.Duration) {
	if c.Package == "" {
		return h.simulate(ctx, c, program)
	}
	args := []string{"-test.run=^(" + c.Test + ")$", "-test.failfast", "-test.timeout=" + testTimeout.String(), "-test.count=" + strconv.Itoa(c.Rounds)}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Join(root, filepath.FromSlash(c.Package)), &said, &said
	cmd.Env = append(os.Environ(), "CI=true", "TSUKE_TEST_DB="+string(c.Engine))
	begun := h.Clock.Now()
	err := cmd.Run()
	took := h.Clock.Now().Sub(begun)
	verdict, how := judge(err, said.String())
	return verdict, how, took
}

// simulate shows the program to one check of the simulator.
func (h *Hunter) simulate(ctx context.Context, c Catcher, program string) (Verdict, string, time.Duration) {
	begun := h.Clock.Now()
	sights, err := h.probe(ctx, program, c.Seeds, c.Guarantee)
	took := h.Clock.Now().Sub(begun)
	switch {
	case err != nil:
		return Broken, err.Error(), took
	case len(sights) == 0:
		return Broken, "the simulator has no such check", took
	case sights[0].Seed == 0:
		return Survived, fmt.Sprintf("%d seeds", c.Seeds), took
	}
	return Caught, fmt.Sprintf("seed %d: %s", sights[0].Seed, sights[0].Text), took
}

// judge reads off a catcher's exit and words whether it went red. A program that could not be run, or in which the test
// does not exist, has caught nothing.
func judge(err error, said string) (Verdict, string) {
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit):
		return Broken, err.Error()
	case strings.Contains(said, "no tests to run"), strings.Contains(said, "--- SKIP"):
		return Broken, "ran nothing"
	case err == nil:
		return Survived, ""
	case strings.Contains(said, "panic: test timed out"):
		return Caught, "hung"
	case strings.Contains(said, "--- FAIL"), strings.Contains(said, "panic: "):
		return Caught, reason(said)
	}
	return Broken, lastLine([]byte(said))
}

// reason is the last line in which a test says what it found: those before it may be notes.
func reason(said string) string {
	found := lastLine([]byte(said))
	for line := range strings.Lines(said) {
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "panic: ") {
			return text
		}
		if strings.Contains(text, "_test.go:") {
			found = text
		}
	}
	return found
}

func lastLine(said []byte) string {
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// Baseline makes sure that every catcher of the mutants is green without them: a check that is always red catches
// nothing. The first that is not is the error.
func (h *Hunter) Baseline(ctx context.Context, all []Mutant) error {
	for i, c := range suites(all) {
		program := filepath.Join(h.Dir, fmt.Sprintf("baseline-%d.test", i))
		if said, err := h.build(ctx, c, "", program); err != nil {
			return fmt.Errorf("mutant: %s does not compile without any mutant: %s", c.target(), said)
		}
		verdict, how, _ := h.run(ctx, c, program, h.Root)
		if err := os.Remove(program); err != nil {
			return err
		}
		if verdict != Survived {
			return fmt.Errorf("mutant: a catcher is not green without any mutant: %s: %s", c, how)
		}
	}
	return nil
}

// suites puts the catchers that are one program on one engine together: all tests of a package, each check of the
// simulator with the most seeds it gets.
func suites(all []Mutant) []Catcher {
	var sums []Catcher
	for _, m := range all {
		for _, c := range m.Catchers {
			i := slices.IndexFunc(sums, func(s Catcher) bool {
				return s.Package == c.Package && s.Engine == c.Engine && (c.Package != "" || s.Guarantee == c.Guarantee)
			})
			if i < 0 {
				c.Rounds, c.ReadsTree = 1, false
				sums = append(sums, c)
				continue
			}
			sums[i].Seeds = max(sums[i].Seeds, c.Seeds)
			if c.Test != "" && !slices.Contains(strings.Split(sums[i].Test, "|"), c.Test) {
				sums[i].Test += "|" + c.Test
			}
		}
	}
	return sums
}

// Lost tells whether any of the finds is no catch.
func Lost(finds []Find) bool {
	return slices.ContainsFunc(finds, func(f Find) bool { return f.Verdict != Caught })
}

// WriteLine prints one find as a line of the hunt's table.
func WriteLine(w io.Writer, f Find) {
	fmt.Fprintf(w, "%-34s %-4s %-62s %-8s %7.2f s  %s\n", f.Mutant.Name, f.Catcher.Guarantee, f.Catcher, f.Verdict, f.Took.Seconds(), shortened(f.How, 120))
}

func shortened(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
