package checkout_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/checkout"
)

var update = flag.Bool("update", false, "write the grids that are observed")

// TestGrids holds the whole of both tables, refusals included, against what was reviewed (rule P03).
func TestGrids(t *testing.T) {
	t.Parallel()
	for name, grid := range map[string]string{
		"payment": checkout.Machine.Grid() + "\n```mermaid\n" + checkout.Machine.Mermaid() + "```\n",
		"session": checkout.SessionMachine.Grid() + "\n```mermaid\n" + checkout.SessionMachine.Mermaid() + "```\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", "grid", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(grid), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), grid); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPublicStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		payment checkout.Payment
		want    checkout.State
	}{
		{checkout.Payment{State: checkout.Authorized}, checkout.Authorized},
		{checkout.Payment{State: checkout.Confirmed}, checkout.Confirmed},
		{checkout.Payment{State: checkout.Confirmed, Captured: 1}, checkout.PartiallyCaptured},
		{checkout.Payment{State: checkout.Captured, Captured: 2}, checkout.Captured},
		{checkout.Payment{State: checkout.Captured, Captured: 2, Refunded: 1}, checkout.PartiallyRefunded},
		{checkout.Payment{State: checkout.Refunded, Captured: 2, Refunded: 2}, checkout.Refunded},
		{checkout.Payment{State: checkout.Declined}, checkout.Declined},
	} {
		if got := c.payment.Public(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.payment, got, c.want)
		}
	}
}
