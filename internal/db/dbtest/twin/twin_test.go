package twin_test

import (
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/db/dbtest/twin"
)

func TestATwinHoldsTheRowsAndTheConstraints(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	write := func(f func(tx *db.Tx) error) error { return d.Write(t.Context(), f) }
	err := write(func(tx *db.Tx) error {
		if _, err := tx.Exec("-- test.fill\nINSERT INTO month_fence (bucket, closed) VALUES (1, '2026-06'), (2, '2026-07')"); err != nil {
			return err
		}
		return twin.Make(tx, "month_fence", "SELECT t.* FROM month_fence t WHERE t.closed = $1", "2026-07")
	})
	if err != nil {
		t.Fatal(err)
	}
	fill := func() (n int64, err error) {
		err = write(func(tx *db.Tx) (err error) {
			n, err = twin.Fill(tx, "month_fence")
			return err
		})
		return n, err
	}
	if n, err := fill(); n != 1 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := fill(); err == nil {
		t.Error("a twin without its primary key")
	}
	if err := write(func(tx *db.Tx) error { return twin.Drop(tx, "month_fence") }); err != nil {
		t.Error(err)
	}
}
