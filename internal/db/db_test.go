package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
)

// scratch makes a table that only a test needs.
func scratch(t *testing.T, d *db.DB) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		_, err := tx.Exec("-- db_test.scratch\nCREATE TABLE scratch (bucket BIGINT NOT NULL, name TEXT NOT NULL, n BIGINT, PRIMARY KEY (bucket, name), CHECK (n < 1000))")
		return err
	})
}

func write(t *testing.T, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func put(tx *db.Tx, name string, n int) error {
	_, err := tx.Exec("-- db_test.put\nINSERT INTO scratch (bucket, name, n) VALUES (0, $1, $2)", name, n)
	return err
}

func names(t *testing.T, d *db.DB) []string {
	t.Helper()
	var out []string
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Rows("-- db_test.names\nSELECT name FROM scratch ORDER BY name", nil, func(r db.Row) error {
			var s string
			err := r.Scan(&s)
			out = append(out, s)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPlaceholdersMayRepeatAndRunBackwards(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	write(t, d, func(tx *db.Tx) error {
		_, err := tx.Exec("-- db_test.backwards\nINSERT INTO scratch (bucket, name, n) VALUES ($2, $1 || $1, $2)", "ab", 7)
		return err
	})
	if diff := cmp.Diff([]string{"abab"}, names(t, d)); diff != "" {
		t.Error(diff)
	}
}

func TestEachTakesRowsNullsAndExtras(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	type pair struct {
		Name string
		N    *int64
	}
	var got []pair
	write(t, d, func(tx *db.Tx) error {
		got = nil
		set := db.NewSet(db.Cols{"name:text", "n:int?"})
		set.Add("a", 1)
		set.Add("b", nil)
		set.Add("c", 3)
		n, err := tx.Each(`-- db_test.each
			INSERT INTO scratch (bucket, name, n) SELECT $3, r.name, r.n FROM {rows} WHERE TRUE
			ON CONFLICT (bucket, name) DO NOTHING RETURNING name, n`, set, func(r db.Row) error {
			var p pair
			err := r.Scan(&p.Name, &p.N)
			got = append(got, p)
			return err
		}, 5)
		if n != 3 {
			t.Errorf("%d rows", n)
		}
		return err
	})
	one, three := int64(1), int64(3)
	if diff := cmp.Diff([]pair{{"a", &one}, {"b", nil}, {"c", &three}}, got); diff != "" {
		t.Error(diff)
	}
	write(t, d, func(tx *db.Tx) error {
		set := db.NewSet(db.Cols{"name:text", "by:int"})
		set.Add("a", 10)
		set.Add("c", 20)
		set.Add("missing", 30)
		n, err := tx.Each(`-- db_test.eachUpdate
			UPDATE scratch SET n = scratch.n + r.by FROM {rows} WHERE scratch.bucket = 5 AND scratch.name = r.name`, set, nil)
		if n != 2 {
			t.Errorf("%d rows changed, want 2", n)
		}
		return err
	})
}

func TestEachRefusesWrongTypes(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		set := db.NewSet(db.Cols{"name:text"})
		set.Add(struct{}{})
		_, err := tx.Each("-- db_test.wrong\nSELECT r.name FROM {rows}", set, func(db.Row) error { return nil })
		return err
	})
	if err == nil {
		t.Error("a struct was taken for a text")
	}
}

func TestErrorsAreMappedByCode(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	write(t, d, func(tx *db.Tx) error { return put(tx, "a", 1) })
	for _, c := range []struct {
		name string
		run  func(*db.Tx) error
		want error
	}{
		{"unique", func(tx *db.Tx) error { return put(tx, "a", 2) }, db.ErrUnique},
		{"check", func(tx *db.Tx) error { return put(tx, "b", 1000) }, db.ErrCheck},
		{"none", func(tx *db.Tx) error {
			var n int
			return tx.Row("-- db_test.none\nSELECT n FROM scratch WHERE name = 'zz'").Scan(&n)
		}, db.ErrNone},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := d.Write(context.Background(), c.run); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
	if diff := cmp.Diff([]string{"a"}, names(t, d)); diff != "" {
		t.Error("a failed write left something: " + diff)
	}
}

func TestCodesOfPostgres(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]error{
		"23505": db.ErrUnique, "23514": db.ErrCheck, "40001": db.ErrSerialization, "40P01": db.ErrSerialization,
	} {
		if err := db.Mapped(&pgconn.PgError{Code: code}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", code, err, want)
		}
	}
	if err := db.Mapped(&pgconn.PgError{Code: "57014"}); errors.Is(err, db.ErrSerialization) {
		t.Error("a statement that was stopped runs again")
	}
}

func TestReadRefusesWrites(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	err := d.Read(context.Background(), func(tx *db.Tx) error { return put(tx, "a", 1) })
	if err == nil || len(names(t, d)) != 0 {
		t.Errorf("a read wrote: %v", err)
	}
}

func TestWhatIsAcknowledgedIsThere(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	for i := range 50 {
		write(t, d, func(tx *db.Tx) error { return put(tx, fmt.Sprint(i), i) })
		if n := len(names(t, d)); n != i+1 {
			t.Fatalf("%d rows were acknowledged, %d are there", i+1, n)
		}
	}
}

func TestNowIsOneInstantForTheWholeTransaction(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	hand := dbtest.Clock(d)
	write(t, d, func(tx *db.Tx) error {
		before := tx.Now()
		hand.Advance(time.Hour)
		if !tx.Now().Equal(before) {
			t.Error("time went on inside a transaction")
		}
		return nil
	})
	if got := d.Now(); !got.Equal(dbtest.Start.Add(time.Hour)) {
		t.Errorf("now %s", got)
	}
}

func TestOneFailureOfAGroupTakesNobodyElseDown(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	boom := errors.New("boom")
	var all sync.WaitGroup
	errs := make([]error, 60)
	for i := range errs {
		all.Go(func() {
			errs[i] = d.Write(context.Background(), func(tx *db.Tx) error {
				if err := put(tx, fmt.Sprintf("n%02d", i), i); err != nil {
					return err
				}
				if i%3 == 0 {
					return boom
				}
				return nil
			})
		})
	}
	all.Wait()
	kept := 0
	for i, err := range errs {
		switch {
		case i%3 == 0 && !errors.Is(err, boom):
			t.Errorf("%d: %v, want boom", i, err)
		case i%3 != 0 && err != nil:
			t.Errorf("%d: %v", i, err)
		case i%3 != 0:
			kept++
		}
	}
	if got := len(names(t, d)); got != kept {
		t.Errorf("%d rows, want %d", got, kept)
	}
}

func TestAPanicReachesItsOwnCallerOnly(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	scratch(t, d)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = d.Write(context.Background(), func(tx *db.Tx) error {
			if err := put(tx, "lost", 1); err != nil {
				return err
			}
			panic("boom")
		})
	}()
	write(t, d, func(tx *db.Tx) error { return put(tx, "kept", 1) })
	if diff := cmp.Diff([]string{"kept"}, names(t, d)); diff != "" {
		t.Error(diff)
	}
}

func TestADeadCallerIsDroppedBeforeWorkBegins(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	ran := false
	err := d.Write(ctx, func(*db.Tx) error { ran = true; return nil })
	if !errors.Is(err, context.Canceled) || ran {
		t.Errorf("err %v, ran %v", err, ran)
	}
}

// TestACallerWhoGaveUpInTheQueueIsNotServed is about the queue before SQLite's one writer; PostgreSQL has none.
func TestACallerWhoGaveUpInTheQueueIsNotServed(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	if d.Engine() != db.SQLite {
		return
	}
	busy, goOn, first, second := make(chan struct{}), make(chan struct{}), make(chan error), make(chan error)
	go func() {
		first <- d.Write(context.Background(), func(*db.Tx) error { close(busy); <-goOn; return nil })
	}()
	<-busy
	ctx, cancel := context.WithCancel(context.Background())
	ran := false
	go func() { second <- d.Write(ctx, func(*db.Tx) error { ran = true; return nil }) }()
	for db.Waiting(d) == 0 {
		runtime.Gosched()
	}
	cancel()
	close(goOn)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := <-second; !errors.Is(err, context.Canceled) || ran {
		t.Errorf("err %v, ran %v", err, ran)
	}
}

func TestAfterCommitRunsOnceAndOnlyAfterACommit(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	calls := 0
	_ = d.Write(context.Background(), func(tx *db.Tx) error {
		tx.AfterCommit(func() { calls++ })
		return errors.New("no")
	})
	if calls != 0 {
		t.Error("a hook ran without a commit")
	}
	tries := 0
	write(t, d, func(tx *db.Tx) error {
		tries++
		tx.AfterCommit(func() { calls++ })
		if tries == 1 {
			return db.ErrSerialization
		}
		return nil
	})
	if calls != 1 || tries != 2 {
		t.Errorf("%d calls in %d tries", calls, tries)
	}
}

func TestSerializationFailuresEnd(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	tries := 0
	err := d.Write(context.Background(), func(*db.Tx) error { tries++; return db.ErrSerialization })
	if !errors.Is(err, db.ErrSerialization) || tries != 8 {
		t.Errorf("%d tries, %v", tries, err)
	}
}

func TestMigrateTwiceIsOnce(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	first := dbtest.OpenDSN(t, dsn)
	scratch(t, first)
	write(t, first, func(tx *db.Tx) error { return put(tx, "kept", 1) })
	second := dbtest.OpenDSN(t, dsn)
	if diff := cmp.Diff([]string{"kept"}, names(t, second)); diff != "" {
		t.Error(diff)
	}
}

func TestAChangedMigrationRefusesToStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, sql string }{
		{"changed", "-- db_test.tamper\nUPDATE migration SET checksum = 'x' WHERE number = 1"},
		{"newer", "-- db_test.newer\nINSERT INTO migration (bucket, number, name, checksum, at) VALUES (0, 9999, 'later', 'x', 0)"},
	} {
		dsn := dbtest.DSN(t)
		d := dbtest.OpenDSN(t, dsn)
		write(t, d, func(tx *db.Tx) error { _, err := tx.Exec(c.sql); return err })
		if err := d.Migrate(context.Background()); !errors.Is(err, db.ErrMigration) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestOpenRefusesUnknownAddresses(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"", "mysql://x", "sqlite:"} {
		if d, err := db.Open(context.Background(), dsn, db.Options{}); err == nil {
			t.Errorf("%q was opened", dsn)
			_ = d.Close()
		}
	}
}

func TestDurabilityIsCheckedAtStart(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t)
	if !dbtest.Postgres() {
		t.Run("wal and full sync", func(t *testing.T) { dbtest.OpenDSN(t, dsn) })
		return
	}
	weak := dsn + "&synchronous_commit=off"
	if _, err := db.Open(context.Background(), weak, db.Options{}); err == nil {
		t.Error("a PostgreSQL that commits asynchronously was taken for live use")
	}
	d, err := db.Open(context.Background(), weak, db.Options{Durability: db.Eval})
	if err != nil {
		t.Fatal("refused for evaluation: ", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
