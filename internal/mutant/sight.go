package mutant

import (
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
)

// Sight is what one check of the simulator, run alone, made of a mutant.
type Sight struct {
	Check string
	Seed  int // the first in which it went red; 0 if it did in none
	Text  string
}

// probeTimeout ends a simulation that a mutant made to run for ever.
const probeTimeout = 5 * time.Minute

// probe runs the simulator's program. only is a check, or empty for all of them.
func (h *Hunter) probe(ctx context.Context, program string, seeds int, only string) ([]Sight, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-seeds", strconv.Itoa(seeds), "-only", only)
	cmd.Dir = h.Root
	said, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("mutant: the simulator ended: %w", err)
	}
	return readSights(string(said))
}

// readSights reads what the probe prints.
func readSights(said string) ([]Sight, error) {
	var all []Sight
	for line := range strings.Lines(said) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(fields) < 3 {
			return nil, fmt.Errorf("mutant: the probe said %q", line)
		}
		seed, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, fmt.Errorf("mutant: the probe said %q", line)
		}
		all = append(all, Sight{fields[0], seed, fields[2]})
	}
	return all, nil
}

// Row is a mutant before all checks of the simulator, each alone.
type Row struct {
	Mutant Mutant
	Sights []Sight
}

// Finders are the guarantees whose checks went red.
func (r Row) Finders() []string {
	var found []string
	for _, s := range r.Sights {
		if s.Seed > 0 {
			found = append(found, s.Check)
		}
	}
	return found
}

// Matrix shows each mutant to every check of the simulator alone, and answers a row for each in the table's order. Those that
// only a real database or a test can show are rows without finders.
func (h *Hunter) Matrix(ctx context.Context, all []Mutant, seeds int, told func(Row)) ([]Row, error) {
	rows := make([]Row, len(all))
	err := h.each(all, func(i int, m Mutant, turn *sync.Mutex) error {
		sights, err := h.look(ctx, m, seeds)
		if err != nil {
			return err
		}
		rows[i] = Row{m, sights}
		turn.Lock()
		defer turn.Unlock()
		told(rows[i])
		return nil
	})
	return rows, err
}

func (h *Hunter) look(ctx context.Context, m Mutant, seeds int) ([]Sight, error) {
	dir, err := os.MkdirTemp(h.Dir, m.Name+"-")
	if err != nil {
		return nil, err
	}
	overlay := ""
	if len(m.Edits) > 0 {
		if overlay, err = m.overlay(h.Root, dir); err != nil {
			return nil, err
		}
	}
	program := filepath.Join(dir, "probe")
	if said, err := h.build(ctx, Catcher{}, overlay, program); err != nil {
		return nil, fmt.Errorf("mutant %s does not compile: %s", m.Name, said)
	}
	sights, err := h.probe(ctx, program, seeds, "")
	return sights, errors.Join(err, os.RemoveAll(dir))
}

// WriteRow prints the checks that see a mutant, each with the seed in which it first did.
func WriteRow(w io.Writer, r Row) {
	fmt.Fprintf(w, "%-34s", r.Mutant.Name)
	for _, s := range r.Sights {
		if s.Seed > 0 {
			fmt.Fprintf(w, " %s:%d", s.Check, s.Seed)
		}
	}
	fmt.Fprintln(w)
}

// WriteMatrix prints for each check the mutants that it alone finds.
func WriteMatrix(w io.Writer, rows []Row) {
	alone := map[string][]string{}
	var checks []string
	for _, r := range rows {
		for _, s := range r.Sights {
			if !slices.Contains(checks, s.Check) {
				checks = append(checks, s.Check)
			}
		}
		if found := r.Finders(); len(found) == 1 {
			alone[found[0]] = append(alone[found[0]], r.Mutant.Name)
		}
	}
	fmt.Fprintln(w)
	for _, check := range checks {
		fmt.Fprintf(w, "%s is the only finder of %d: %s\n", check, len(alone[check]), strings.Join(alone[check], ", "))
	}
}
