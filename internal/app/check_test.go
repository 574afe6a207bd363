package app

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tsuke/internal/check"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
	"tsuke/internal/staff"
)

// TestEveryCheckHasItsMeaning: no check is without the sentences of what it compares and what to do (rule O21), none of them is
// about a check that there is no more, and each check has a name of its own by which its breaks are known again (rule O19).
func TestEveryCheckHasItsMeaning(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range ledger.All(Checks()...) {
		code := c.Code()
		if _, ok := check.Meanings[code]; !ok || seen[code] || strings.ContainsAny(code, " \n\t") || !strings.Contains(code, ".check") {
			t.Errorf("check %q (%s): has its meaning: %t, stands twice: %t", code, c.Name, ok, seen[code])
		}
		seen[code] = true
	}
	for code := range check.Meanings {
		if !seen[code] {
			t.Errorf("%s: there is no such check", code)
		}
	}
}

// watch is the line of the daily check.
func (h *house) watch() Watch {
	h.t.Helper()
	all, err := h.Status(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return all[slices.IndexFunc(all, func(w Watch) bool { return w.Name == "checks" })]
}

// TestDailyCheckOfTheHouse is O19 and O20 on the whole service: all checks are made over a real purchase, a planted break is found and
// told, a check that cannot be made is told and tried again, and a missing run is missed.
func TestDailyCheckOfTheHouse(t *testing.T) {
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-01 10:00")
	h.owe(h.newMember())
	if w := h.watch(); w.Look || !strings.HasPrefix(w.Text, "no check was completed yet") {
		t.Errorf("a new installation: %+v", w)
	}
	h.at("2026-06-02 04:00")
	night := func() error {
		_, err := h.checkBooks(context.Background(), runAt(t, "2026-06-02 04:00"))
		return err
	}
	if err := night(); err != nil {
		t.Fatal(err)
	}
	if w := h.watch(); w.Look || !strings.HasPrefix(w.Text, "the last complete check is of 2026-06-02 04:0") {
		t.Errorf("a clean night: %+v", w)
	}

	shift := func(by int) {
		h.write(func(tx *db.Tx) error {
			_, err := tx.Exec("-- app.damage\nUPDATE credit SET unpaid = unpaid + $1", by)
			return err
		})
	}
	shift(-1)
	if w := h.watch(); w.Look {
		t.Errorf("a status makes no check: %+v", w)
	}
	h.at("2026-06-03 04:00")
	if err := night(); err != nil {
		t.Fatal(err)
	}
	h.at("2026-06-04 05:00")
	w := h.watch()
	if !w.Look || len(w.Items) == 0 || !strings.Contains(w.Text, "breaks are open, the oldest for 1 days: tsuke breaks list") || !strings.HasPrefix(w.Items[0], "brk_") {
		t.Errorf("a break: %+v", w)
	}
	h.at("2026-06-04 06:30")
	if w := h.watch(); !strings.Contains(w.Text, "one is missed: is the service running?") {
		t.Errorf("a night without a check: %+v", w)
	}

	shift(1)
	good := h.Proof.Checks
	h.Proof.Checks = append(slices.Clone(good), ledger.Check{Name: "lost", SQL: "-- app.checkLost\nSELECT 'x', 'y' FROM no_such_table"})
	if err := night(); err == nil || !strings.Contains(err.Error(), "app.checkLost") {
		t.Errorf("the job is not tried again: %v", err)
	}
	if w := h.watch(); !w.Look || !strings.HasSuffix(w.Text, "could not be made: app.checkLost") || len(w.Items) != 0 {
		t.Errorf("a check that could not be made: %+v", w)
	}
	h.Proof.Checks = good
	if err := night(); err != nil {
		t.Fatal(err)
	}
	if w := h.watch(); w.Look {
		t.Errorf("all is well again: %+v", w)
	}
}

// TestOwnBreakByName is O21 at the command line.
func TestOwnBreakByName(t *testing.T) {
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-01 10:00")
	h.owe(h.newMember())
	h.write(func(tx *db.Tx) error {
		_, err := tx.Exec("-- app.damage\nUPDATE credit SET unpaid = unpaid - 1")
		return err
	})
	if _, err := h.Proof.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	var open []check.Break
	h.write(func(tx *db.Tx) (err error) {
		if _, err = h.Staff.Add(tx, "aoki", []staff.Role{staff.Finance}, "operator"); err != nil {
			return err
		}
		open, err = check.ListOpen(tx, 10)
		return err
	})
	own := func(which id.Break, name string) error {
		return h.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := h.OwnBreak(tx, which, name, "operator")
			return err
		})
	}
	if err := own(open[0].ID, "nobody"); !fault.Is(err, staff.NoPerson) {
		t.Errorf("nobody: %v", err)
	}
	if err := own(id.New[id.BreakKind](h.Clock.Now(), 1), "aoki"); !fault.Is(err, check.NoBreak) {
		t.Errorf("no break: %v", err)
	}
	if err := own(open[0].ID, "Aoki"); !fault.Is(err, staff.NotAllowed) { // invited, and not enrolled
		t.Errorf("not enrolled: %v", err)
	}
}
