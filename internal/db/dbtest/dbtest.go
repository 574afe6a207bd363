// Package dbtest gives each test a migrated database of its own, on the engine that TSUKE_TEST_DB names: "sqlite" (the
// default) or "postgres". There are no mocks of our own database: tests run the real thing.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest/pgcluster"
)

// Start is the instant at which each test's clock stands: Monday 1 June 2026, 09:00 in Japan.
var Start = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

var hands sync.Map // *db.DB → *clock.Hand

// Open gives a migrated, empty database whose clock is set by hand; it is closed and removed when the test ends.
func Open(t testing.TB) *db.DB {
	t.Helper()
	return OpenDSN(t, DSN(t))
}

// OpenDSN opens and migrates the database at dsn with a hand-set clock. A test that restarts the product opens the same
// address twice.
func OpenDSN(t testing.TB, dsn string) *db.DB {
	t.Helper()
	hand := clock.NewHand(Start)
	d, err := db.Open(context.Background(), dsn, db.Options{Clock: hand})
	if err != nil {
		t.Fatal(err)
	}
	hands.Store(d, hand)
	t.Cleanup(func() {
		hands.Delete(d)
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d
}

// Clock is the hand-set clock of a database that Open gave.
func Clock(d *db.DB) *clock.Hand {
	hand, ok := hands.Load(d)
	if !ok {
		panic("dbtest: this database was not opened by dbtest.Open")
	}
	return hand.(*clock.Hand)
}

// Postgres tells whether this run tests on PostgreSQL.
func Postgres() bool { return os.Getenv("TSUKE_TEST_DB") == "postgres" }

// DSN is the address of a new, empty database of this run's engine. On PostgreSQL it is already migrated, as a copy of
// a template, which is faster than migrating each.
func DSN(t testing.TB) string {
	t.Helper()
	if !Postgres() {
		return "sqlite:" + filepath.Join(t.TempDir(), "tsuke.db")
	}
	admin, template := templateOnce()
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), count.Add(1))
	adminExec(t, admin, "CREATE DATABASE "+name+" TEMPLATE "+template)
	t.Cleanup(func() { adminExec(t, admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return withDatabase(admin, name)
}

var count atomic.Int64

// own keeps the cluster of this process reachable: its watcher ends the server when nothing holds it any more.
var own *pgcluster.Cluster

// templateOnce starts or finds the cluster and migrates the template, once per test process.
var templateOnce = sync.OnceValues(func() (admin, template string) {
	ctx := context.Background()
	admin = os.Getenv("TSUKE_TEST_PG")
	if admin == "" {
		var err error
		if own, err = pgcluster.Start(ctx); err != nil {
			panic(err)
		}
		admin = own.DSN("postgres")
	}
	template = fmt.Sprintf("template_%d_%d", os.Getpid(), time.Now().UnixNano())
	if err := execOnce(ctx, admin, "CREATE DATABASE "+template); err != nil {
		panic(err)
	}
	d, err := db.Open(ctx, withDatabase(admin, template), db.Options{Clock: clock.NewHand(Start)}) // made when tests begin, as on SQLite
	if err != nil {
		panic(err)
	}
	if err := d.Migrate(ctx); err != nil {
		panic(err)
	}
	if err := d.Close(); err != nil {
		panic(err)
	}
	return admin, template
})

func adminExec(t testing.TB, admin, statement string) {
	t.Helper()
	if err := execOnce(context.Background(), admin, statement); err != nil {
		t.Fatal(err)
	}
}

// adminTurn lets one CREATE DATABASE run at a time: copies of one template exclude each other in the server anyway.
var adminTurn sync.Mutex

func execOnce(ctx context.Context, dsn, statement string) error {
	adminTurn.Lock()
	defer adminTurn.Unlock()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	if closed := conn.Close(ctx); err == nil {
		err = closed
	}
	return err
}

// withDatabase puts another database's name into a URL-shaped address.
func withDatabase(dsn, name string) string {
	head, query, _ := strings.Cut(dsn, "?")
	i := strings.LastIndex(head, "/")
	out := head[:i+1] + name
	if query != "" {
		out += "?" + query
	}
	return out
}
