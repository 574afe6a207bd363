package sim_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/ledger"
	"tsuke/internal/payout"
	"tsuke/internal/sim"
)

// TestStoreInMemoryIsTheDatabase plays the same days on the store in memory and on a real database: every step, and
// every row of every table afterwards, is the same. It is what makes the other runs worth anything.
func TestStoreInMemoryIsTheDatabase(t *testing.T) {
	t.Parallel()
	seeds := 6
	if testing.Short() {
		seeds = 2
	}
	for seed := range uint64(seeds) {
		playTwice(t, seed, 45)
	}
}

// TestBanksAndTheDeskInMemoryAreThoseOfTheDatabase does the same with months in which bills are debited and refused, and money in
// suspense is matched and sent back, and bills are given up and owed again.
func TestBanksAndTheDeskInMemoryAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("plays months on a database")
	}
	const days = 100
	wanted := map[string]func(sim.Result) bool{
		"banks that debit and refuse":   func(r sim.Result) bool { return r.Bank.Debited > 0 && r.Bank.Refused > 0 },
		"money matched":                 func(r sim.Result) bool { return r.Desk.Matched > 0 },
		"money sent back":               func(r sim.Result) bool { return r.Desk.Returned > 0 },
		"notices closed":                func(r sim.Result) bool { return r.Desk.Closed > 0 },
		"bills given up and owed again": func(r sim.Result) bool { return r.GivenUp.Undone > 0 },
		"plans that are paid":           func(r sim.Result) bool { return r.Plans.Done > 0 },
		"plans that are broken":         func(r sim.Result) bool { return r.Plans.Broken > 0 },
		"late charges taken back":       func(r sim.Result) bool { return r.GivenUp.Charges > 0 },
		"receipt numbers":               func(r sim.Result) bool { return r.Ways.Numbers > 2 },
		"transfers that fit and do not": func(r sim.Result) bool { return r.Ways.Transfers > r.Ways.Odd && r.Ways.Odd > 0 },
		"money sent back by file":       func(r sim.Result) bool { return r.Ways.PaidOut > 0 && r.Ways.Wanted > 0 },
		"transfers that a bank refuses": func(r sim.Result) bool { return r.Ways.PayoutRefused > 0 },
		"files that are withdrawn":      func(r sim.Result) bool { return r.Ways.Released > 0 },

		"invoices that were not their payers'": func(r sim.Result) bool { return r.Invoices.Upheld > 0 },
		"invoices that were":                   func(r sim.Result) bool { return r.Invoices.Rejected > 0 },
		"refunds after the invoice":            func(r sim.Result) bool { return r.Invoices.Reduced > 0 },
		"guests who join":                      func(r sim.Result) bool { return r.Invoices.Joined > 0 },
	}
	for seed := uint64(0); seed < 400 && len(wanted) > 0; seed++ {
		r := sim.Run(seed, sim.Options{Days: days, Alone: true, Postgres: dbtest.Postgres()})
		had := len(wanted)
		maps.DeleteFunc(wanted, func(_ string, has func(sim.Result) bool) bool { return has(r) })
		if len(wanted) < had {
			playTwice(t, seed, days)
		}
	}
	for what := range wanted {
		t.Errorf("no seed has %s, which is to be compared", what)
	}
}

// playTwice plays a seed in memory and on a database of its own.
func playTwice(t *testing.T, seed uint64, days int) {
	t.Helper()
	o := sim.Options{Days: days, Alone: true, Postgres: dbtest.Postgres()}
	quick := sim.Run(seed, o)
	d := dbtest.Open(t)
	o.Database = d
	slow := sim.Run(seed, o)
	for _, r := range []sim.Result{quick, slow} {
		if v := r.Violation; v != nil {
			t.Errorf("seed %d: %s after %d steps: %s", seed, v.Check, v.Step, v.Text)
		}
	}
	if quick.Steps != slow.Steps || quick.Commits != slow.Commits {
		t.Errorf("seed %d: %d steps and %d commits in memory, %d and %d on the database", seed, quick.Steps, quick.Commits, slow.Steps, slow.Commits)
	}
	sameRows(t, seed, quick.Rows.Dump(), slow.Rows.Dump())
	verified(t, d)
}

func sameRows(t *testing.T, seed uint64, quick, slow string) {
	t.Helper()
	left, right := strings.Split(quick, "\n"), strings.Split(slow, "\n")
	shown := 0
	for i := range max(len(left), len(right)) {
		var a, b string
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		if a != b && shown < 5 {
			shown++
			t.Errorf("seed %d, row %d\n   memory: %s\n database: %s", seed, i, a, b)
		}
	}
}

// verified lets the product prove its own sums on what the simulator left behind.
func verified(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		broken, err := ledger.Verify(tx, slices.Concat(credit.Checks, checkout.Checks, billing.Checks, payout.Checks)...)
		for _, b := range broken {
			t.Errorf("verify: %v", b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
