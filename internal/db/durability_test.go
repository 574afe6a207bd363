package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/db/dbtest/pgcluster"
)

// TestStandbys takes a PostgreSQL of its own through the states of its standby: none, one that is named and away, one
// that answers, one that is lost, none again.
func TestStandbys(t *testing.T) { // rule X12
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("about PostgreSQL")
	}
	ctx, c := pgcluster.ForTest(t)
	open := func(t *testing.T, settings string, durability db.Durability) *db.DB {
		t.Helper()
		d, err := db.Open(ctx, c.DSN("postgres")+settings, db.Options{Durability: durability})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		return d
	}
	profile := func(t *testing.T, d *db.DB, want db.Profile) {
		t.Helper()
		if p, err := d.Profile(ctx); err != nil || p != want {
			t.Errorf("profile %s, %v, want %s", p, err, want)
		}
	}
	waitFor := func(standby string) {
		t.Helper()
		if err := c.WaitFor(ctx, standby); err != nil {
			t.Fatal(err)
		}
	}
	profile(t, open(t, "", db.Live), db.Single)
	barriers(ctx, t, open(t, "", db.Live), 0)
	before := open(t, "", db.Live)
	scratch(t, before)

	waitFor("away")
	for _, commit := range []string{"on", "remote_write", "remote_apply"} {
		profile(t, open(t, "&synchronous_commit="+commit, db.Live), db.Replicated)
	}
	profile(t, open(t, "&synchronous_commit=local", db.Eval), db.Evaluation)
	for _, commit := range []string{"local", "off"} {
		d, err := db.Open(ctx, c.DSN("postgres")+"&synchronous_commit="+commit, db.Options{})
		if err == nil {
			_ = d.Close()
			t.Errorf("synchronous_commit=%s was taken for live use", commit)
		} else if !strings.Contains(err.Error(), "synchronous_commit="+commit) {
			t.Errorf("%s: the refusal does not say why: %v", commit, err)
		}
	}
	// Somebody cuts the wait off; the server reports success and warns. That is no success, and it is there to be read.
	committed := make(chan error, 1)
	go func() { committed <- before.Write(ctx, func(tx *db.Tx) error { return put(tx, "a", 1) }) }()
	for cut := 0; cut == 0; {
		var err error
		if cut, err = c.CutWaits(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-committed; !errors.Is(err, db.ErrCommitUnknown) {
		t.Errorf("a commit that no standby has was acknowledged: %v", err)
	}
	if got := names(t, before); len(got) != 1 {
		t.Errorf("%v", got)
	}
	barriers(ctx, t, open(t, "", db.Live), 20)

	waitFor("")
	other, err := c.Standby(ctx, "other")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Stop() })
	waitFor("other")
	d := open(t, "", db.Live)
	barriers(ctx, t, d, 0)
	if err := errors.Join(other.Kill(), c.Alone(ctx)); err != nil {
		t.Fatal(err)
	}
	barriers(ctx, t, d, 20)
	waitFor("")
	barriers(ctx, t, d, 0)
}

// barriers asks twenty times at once whether everything is durable; bad of them must say no.
func barriers(ctx context.Context, t *testing.T, d *db.DB, bad int) {
	t.Helper()
	errs := make([]error, 20)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = d.Durable(ctx) })
	}
	all.Wait()
	got := 0
	for _, err := range errs {
		if errors.Is(err, db.ErrNotDurable) {
			got++
		} else if err != nil {
			t.Error(err)
		}
	}
	if got != bad {
		t.Errorf("%d of 20 barriers failed, want %d", got, bad)
	}
}

// TestWhatAKilledProcessWroteIsFlushedAtTheStart opens what such a process leaves: everything is in the log and nothing
// in the file.
func TestWhatAKilledProcessWroteIsFlushedAtTheStart(t *testing.T) { // rule X12
	t.Parallel()
	if dbtest.Postgres() {
		t.Skip("about SQLite; PostgreSQL flushes its log itself when it starts after a crash")
	}
	dsn := dbtest.DSN(t)
	d := dbtest.OpenDSN(t, dsn)
	scratch(t, d)
	write(t, d, func(tx *db.Tx) error { return put(tx, "a", 1) })
	left := filepath.Join(t.TempDir(), "left.db")
	file := strings.TrimPrefix(dsn, "sqlite:")
	for _, end := range []string{"", "-wal"} {
		copyFile(t, file+end, left+end)
	}
	dbtest.OpenDSN(t, "sqlite:"+left)
	alone := filepath.Join(t.TempDir(), "alone.db") // the file without its log
	copyFile(t, left, alone)
	if got := names(t, dbtest.OpenDSN(t, "sqlite:"+alone)); len(got) != 1 {
		t.Errorf("the log was not flushed into the file: %v", got)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
