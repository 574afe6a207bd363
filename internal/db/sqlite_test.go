package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
)

func TestNameless(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, plain string
		places      []int
	}{
		{"SELECT $1, $2", "SELECT ?, ?", []int{1, 2}},
		{"SELECT $2 || $1 || $1", "SELECT ? || ? || ?", []int{2, 1, 1}},
		{"-- pays $1\nSELECT $12", "-- pays $1\nSELECT ?", []int{12}},
		{"SELECT '$1 it''s $2', $1", "SELECT '$1 it''s $2', ?", []int{1}},
		{"SELECT 1", "SELECT 1", nil},
		{"SELECT $0", "SELECT $0", nil},
	} {
		plain, places := db.Nameless(test.text)
		if plain != test.plain || !slices.Equal(places, test.places) {
			t.Errorf("%s: %s %v", test.text, plain, places)
		}
	}
}

// TestAFailedStatementFailsItsTransaction: even if the function says that all is well. On SQLite a statement over a set
// leaves the rows before the one that was refused.
func TestAFailedStatementFailsItsTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	for name, statement := range map[string]func(tx *db.Tx) error{
		"a row": func(tx *db.Tx) error { return put(tx, "large", 1000) },
		"a set": func(tx *db.Tx) error {
			set := db.NewSet(db.Cols{"name:text", "n:int"})
			set.Add("a", 1)
			set.Add("b", 1000)
			_, err := tx.Each("-- db_test.putAll\nINSERT INTO scratch (bucket, name, n) SELECT 0, r.name, r.n FROM {rows}", set, nil)
			return err
		},
		"a question": func(tx *db.Tx) error {
			var n int
			return tx.Row("-- db_test.divided\nSELECT CAST('x' AS NOTHING) FROM nowhere").Scan(&n)
		},
	} {
		var seen error
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			if err := put(tx, "before", 1); err != nil {
				return err
			}
			seen = statement(tx)
			return nil
		})
		if seen == nil || err == nil {
			t.Errorf("%s: the statement said %v, the transaction %v", name, seen, err)
		}
		if got := names(t, d); len(got) > 0 {
			t.Errorf("%s: %v were kept", name, got)
		}
	}
	write(t, d, func(tx *db.Tx) error { return put(tx, "after", 1) })
}

// TestAFileIsHeldOpenUntilItsLastDatabaseIsClosed: to close a descriptor earlier would drop the locks of the other one.
func TestAFileIsHeldOpenUntilItsLastDatabaseIsClosed(t *testing.T) {
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "held.db")
	alias := filepath.Join(dir, "alias.db")
	first, err := db.Open(context.Background(), "sqlite:"+file, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, alias); err != nil {
		t.Fatal(err)
	}
	second, err := db.Open(context.Background(), "sqlite:"+alias, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range []*db.DB{first, second} {
		if !db.Held(file) {
			t.Errorf("the file is not held with %d of 2 databases closed", i)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if db.Held(file) {
		t.Error("the file is held, and nobody uses it")
	}
}

// TestAFlushOfTheCheckpointerThatFailsBreaksTheDatabase: the system may tell of it once only, and SQLite would not hear of it.
func TestAFlushOfTheCheckpointerThatFailsBreaksTheDatabase(t *testing.T) {
	t.Parallel()
	d, err := db.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "flush.db"), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	scratch(t, d)
	db.Checkpoint(d, 4, 1, 1000)
	err = db.CloseHeld(d)
	for i := 0; err == nil && i < 10_000; i++ {
		err = d.Write(context.Background(), func(tx *db.Tx) error { return put(tx, strconv.Itoa(i), 1) })
	}
	if !errors.Is(err, db.ErrBroken) {
		t.Errorf("%v", err)
	}
	if err := d.Close(); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

// TestTheLogOfSQLiteBeginsAgain: it does not grow with what is written, whether somebody reads meanwhile or not.
func TestTheLogOfSQLiteBeginsAgain(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "tsuke.db")
	d, err := db.Open(context.Background(), "sqlite:"+file, db.Options{MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	db.Checkpoint(d, 64, 16, 256)
	scratch(t, d)
	long := strings.Repeat("x", 3000)
	grow := func(rows int) {
		for range rows {
			write(t, d, func(tx *db.Tx) error {
				var n int
				if err := tx.Row("-- db_test.count\nSELECT COUNT(1) FROM scratch").Scan(&n); err != nil {
					return err
				}
				return put(tx, long+string(rune('a'+n%26))+strings.Repeat("y", n/26), n%1000)
			})
		}
	}
	grow(100)
	enough := errors.New("enough")
	err = d.Read(context.Background(), func(tx *db.Tx) error { // pins the log
		var n int
		if err := tx.Row("-- db_test.count\nSELECT COUNT(1) FROM scratch").Scan(&n); err != nil {
			return err
		}
		grow(200)
		return enough
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	grow(400)
	before := size(t, file+"-wal")
	grow(400)
	if after := size(t, file+"-wal"); after > before {
		t.Errorf("the log grew from %d to %d bytes", before, after)
	}
	if got, least := size(t, file), int64(700*3000); got < least {
		t.Errorf("the file has %d bytes: less than %d, its pages stay in the log", got, least)
	}
}

func size(t *testing.T, file string) int64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
