package db_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
)

// crowded is an SQLite database at whose writer one transaction works and another waits until the test lets them go on.
func crowded(t *testing.T) *db.DB {
	t.Helper()
	d := dbtest.OpenDSN(t, "sqlite:"+t.TempDir()+"/turn.db")
	begun, goOn := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 2)
	go func() {
		ended <- d.Write(context.Background(), func(*db.Tx) error {
			close(begun)
			<-goOn
			return nil
		})
	}()
	<-begun
	go func() { ended <- d.Write(context.Background(), func(*db.Tx) error { return nil }) }()
	t.Cleanup(func() {
		close(goOn)
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
	for db.Waiting(d) == 0 {
		runtime.Gosched()
	}
	return d
}

// TestTurnGivesWay: twice as long as the work took, if somebody waits for the writer.
func TestTurnGivesWay(t *testing.T) {
	t.Parallel()
	d := crowded(t)
	begun := time.Now()
	var took time.Duration
	free := d.Turn(context.Background(), func(context.Context) {
		for range 100 {
			_ = d.Read(context.Background(), func(*db.Tx) error { return nil })
		}
		took = time.Since(begun)
	})
	if all := time.Since(begun); all < 3*took-time.Millisecond {
		t.Errorf("after %v of work the others had the writer for %v", took, all-took)
	}
	if free {
		t.Error("the database is called free while somebody waits")
	}
}

// TestTurnDoesNotWaitForTheClock: the demonstration's clock leaps while a month is being closed. The close once paused for
// as long as the clock was moved, with whatever the demonstration's visitor waited for.
func TestTurnDoesNotWaitForTheClock(t *testing.T) {
	t.Parallel()
	d := crowded(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	d.Turn(ctx, func(context.Context) { dbtest.Clock(d).Advance(13 * time.Hour) })
	if ctx.Err() != nil {
		t.Error("who moves the clock by 13 hours makes long work pause for as long")
	}
}

// TestTurnTellsWhetherTheDatabaseIsFree: on SQLite it is while nobody else writes; on PostgreSQL nobody can tell who waits for a row.
func TestTurnTellsWhetherTheDatabaseIsFree(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	if free := d.Turn(t.Context(), func(context.Context) {}); free != (d.Engine() == db.SQLite) {
		t.Errorf("on %s: %t", d.Engine(), free)
	}
}

// TestTurnGivesWayToOtherTransactions: that nobody waits when a piece is done does not mean that nobody writes. SQLite's writer has
// taken what waited by then, and PostgreSQL lets all write at once, on the same machine.
func TestTurnGivesWayToOtherTransactions(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	write := func(ctx context.Context) {
		if err := d.Write(ctx, func(*db.Tx) error { return nil }); err != nil {
			t.Error(err)
		}
	}
	before := db.Others(d)
	d.Turn(t.Context(), func(own context.Context) {
		write(own)
		write(db.Background(t.Context()))
	})
	if n := db.Others(d) - before; n != 0 {
		t.Errorf("%d transactions of the work itself and of the background count as people's", n)
	}
	begun := time.Now()
	var took time.Duration
	d.Turn(t.Context(), func(context.Context) {
		for range 20 {
			write(t.Context())
		}
		took = time.Since(begun)
	})
	if all := time.Since(begun); all < 3*took-time.Millisecond {
		t.Errorf("after %v of work the others were left alone for %v", took, all-took)
	}
}
