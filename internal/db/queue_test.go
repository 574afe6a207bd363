package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
)

const insertNote = "-- db_test.note\nINSERT INTO note (bucket, n) SELECT 0, r.n FROM {rows} WHERE TRUE ON CONFLICT (bucket, n) DO NOTHING"

func numbers(all ...int) *db.Set {
	set := db.NewSet(db.Cols{"n:int"})
	for _, n := range all {
		set.Add(n)
	}
	return set
}

func notes(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.Open(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec("-- db_test.table\nCREATE TABLE note (bucket BIGINT NOT NULL, n BIGINT NOT NULL CHECK (n > 0), PRIMARY KEY (bucket, n))")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sum(tx *db.Tx) (n int, err error) {
	err = tx.Row("-- db_test.sum\nSELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM note").Scan(&n)
	return n, err
}

func total(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		n, err = sum(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLaterIsDoneBeforeWhatFollows: what was left for later is there for the transaction's next statement, and for the
// commit if none follows.
func TestLaterIsDoneBeforeWhatFollows(t *testing.T) {
	t.Parallel()
	d := notes(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if err := tx.LaterAll(insertNote, numbers(1, 2)); err != nil {
			return err
		}
		if n, err := sum(tx); err != nil || n != 3 {
			t.Errorf("the next statement sees %d, %v", n, err)
		}
		return tx.Later(insertNote, numbers(2, 4)) // nobody minds that 2 is there
	})
	if err != nil || total(t, d) != 7 {
		t.Errorf("%d stand, %v", total(t, d), err)
	}
}

// TestLaterAllRunsAgain: a write that changes fewer rows than it has to takes the whole transaction with it, which runs
// again and may then decide otherwise.
func TestLaterAllRunsAgain(t *testing.T) {
	t.Parallel()
	d := notes(t)
	tries := 0
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if tries++; tries == 2 {
			return tx.LaterAll(insertNote, numbers(8))
		}
		if err := tx.Later(insertNote, numbers(1)); err != nil {
			return err
		}
		return tx.LaterAll(insertNote, numbers(1, 2))
	})
	if err != nil || tries != 2 || total(t, d) != 8 {
		t.Errorf("%d tries, %d stand, %v", tries, total(t, d), err)
	}
	err = d.Write(context.Background(), func(tx *db.Tx) error { return tx.LaterAll(insertNote, numbers(8)) })
	if !errors.Is(err, db.ErrSerialization) || errors.Is(err, db.ErrCommitUnknown) {
		t.Errorf("a write that never succeeds ends in %v", err)
	}
}

// TestLaterRefusedWithTheCommit: what the database refuses in the round trip of the commit stops the commit, and the
// outcome is known.
func TestLaterRefusedWithTheCommit(t *testing.T) {
	t.Parallel()
	d := notes(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if err := tx.Later(insertNote, numbers(1)); err != nil {
			return err
		}
		return tx.Later(insertNote, numbers(-1))
	})
	if !errors.Is(err, db.ErrCheck) || errors.Is(err, db.ErrCommitUnknown) || total(t, d) != 0 {
		t.Errorf("%d stand, %v", total(t, d), err)
	}
}

// TestQueueRunsInOrder: each statement of a queue sees what those before it did.
func TestQueueRunsInOrder(t *testing.T) {
	t.Parallel()
	d := notes(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		if err := tx.Later(insertNote, numbers(1)); err != nil {
			return err
		}
		var seen []int
		look := func(row db.Row) error {
			var n int
			err := row.Scan(&n)
			seen = append(seen, n)
			return err
		}
		const find = "-- db_test.find\nSELECT note.n FROM {rows} JOIN note ON note.n = r.n"
		q := tx.Queue()
		q.Each(find, numbers(1), look)
		q.Each(insertNote, numbers(2), nil)
		q.Each(find, numbers(2), look)
		q.Each(find, numbers(), look)
		if err := q.Run(); err != nil {
			return err
		}
		if len(seen) != 2 || seen[0] != 1 || seen[1] != 2 {
			t.Errorf("the queue saw %v", seen)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSetsAreLookedUp: a set is looked up in a table's key, whatever order its rows are locked in. An engine that walks
// the table instead is right and a hundred times slower.
func TestSetsAreLookedUp(t *testing.T) {
	t.Parallel()
	d := notes(t)
	if d.Engine() != db.SQLite {
		return // PostgreSQL's planner decides by statistics, which a test's tables have none of
	}
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		for _, statement := range []string{
			"SELECT note.n FROM {rows} JOIN note ON note.bucket = 0 AND note.n = r.n ORDER BY note.bucket, note.n {forupdate note}",
			"UPDATE note SET n = note.n + 1 FROM {rows} WHERE note.bucket = 0 AND note.n = r.n",
			"DELETE FROM note WHERE (bucket, n) IN (SELECT 0, r.n FROM {rows})",
		} {
			_, err := tx.Each("-- db_test.plan\nEXPLAIN QUERY PLAN "+statement, numbers(1, 2, 3, 4, 5), func(row db.Row) error {
				var id, parent, unused int
				var detail string
				err := row.Scan(&id, &parent, &unused, &detail)
				if strings.HasPrefix(detail, "SCAN note") {
					t.Errorf("%s: %s", statement, detail)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
