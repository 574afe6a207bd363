package job

import (
	"context"
	"testing"

	"tsuke/internal/db"
)

// ClaimOnly claims what is due and does nothing with it, like a worker whose process ends right then.
func ClaimOnly(t testing.TB, w *Worker) int {
	t.Helper()
	var c claim
	err := w.db.Write(context.Background(), func(tx *db.Tx) error {
		due, err := dueKinds(tx, w.names)
		if err != nil || len(due) == 0 {
			return err
		}
		c, err = w.claim(tx, due)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(c.runs)
}

// LeaseTwice claims the same look at a kind twice, as two workers without the gate would, and tells what each got.
func LeaseTwice(t testing.TB, w *Worker, kind string) (first, second int) {
	t.Helper()
	err := w.db.Write(context.Background(), func(tx *db.Tx) error {
		runs, err := loadDue(tx, kind, w.width)
		if err != nil {
			return err
		}
		over := map[string]Handler{kind: {Deadline: -leaseGrace}} // ends at once: only the token keeps the second off
		a, err := lease(tx, runs, over)
		if err != nil {
			return err
		}
		b, err := lease(tx, runs, over)
		first, second = len(a), len(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return first, second
}
