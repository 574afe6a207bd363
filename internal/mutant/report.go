package mutant

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Sample draws n mutants by chance and adds those that every sample has, in the table's order.
func Sample(all []Mutant, n int, chance *rand.Rand) []Mutant {
	drawn := map[string]bool{}
	for _, i := range chance.Perm(len(all))[:min(n, len(all))] {
		drawn[all[i].Name] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(m Mutant) bool { return !drawn[m.Name] && !m.Always })
}

// WriteTable lists mutants without hunting them.
func WriteTable(w io.Writer, all []Mutant) {
	for _, m := range all {
		fmt.Fprintf(w, "%-34s %s\n", m.Name, m.Bug)
		for _, c := range m.Catchers {
			fmt.Fprintf(w, "%-34s   %s %s\n", "", c.Guarantee, c)
		}
	}
	fmt.Fprintf(w, "%d mutants\n", len(all))
}

// WriteSummary prints how many were caught, and for each guarantee the mutants that its checks found and of which they are
// the only finders.
func WriteSummary(w io.Writer, all []Mutant, finds []Find, took time.Duration) {
	found := map[string][]string{} // by guarantee
	alone := map[string][]string{}
	var lost []string
	caught := 0
	for _, m := range all {
		own := slices.DeleteFunc(slices.Clone(finds), func(f Find) bool { return f.Mutant.Name != m.Name })
		if Lost(own) || len(own) == 0 {
			lost = append(lost, m.Name)
			continue
		}
		caught++
		breaks := m.Breaks()
		for _, g := range breaks {
			found[g] = append(found[g], m.Name)
			if len(breaks) == 1 {
				alone[g] = append(alone[g], m.Name)
			}
		}
	}
	fmt.Fprintf(w, "\n%d of %d mutants caught in %.0f s\n", caught, len(all), took.Seconds())
	for i := range guaranteesMax {
		g := fmt.Sprintf("G%02d", i+1)
		if len(found[g]) > 0 {
			fmt.Fprintf(w, "%s finds %d, alone %d: %s\n", g, len(found[g]), len(alone[g]), strings.Join(alone[g], ", "))
		}
	}
	if len(lost) > 0 {
		fmt.Fprintf(w, "not caught: %s\n", strings.Join(lost, ", "))
	}
}

// guaranteesMax is how many guarantees are numbered: G01 to G40.
const guaranteesMax = 40
