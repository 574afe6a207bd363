package sim_test

import (
	"testing"

	"tsuke/internal/sim"
)

func TestSeeds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		r := sim.Run(seed, sim.Options{})
		if v := r.Violation; v != nil {
			t.Errorf("seed %d: %s after %d steps at %s: %s", seed, v.Check, v.Step, v.At, v.Text)
		}
		t.Logf("seed %d: %d steps %d commits %d payments", seed, r.Steps, r.Commits, r.Payments)
	}
}
