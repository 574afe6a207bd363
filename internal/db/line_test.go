package db_test

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/netfault"
)

// lined is a database behind a line that can be broken, and the same one with a good line.
func lined(t *testing.T) (*db.DB, *db.DB, *netfault.Proxy) {
	t.Helper()
	if !dbtest.Postgres() {
		t.Skip("SQLite is in the process: there is no line to break")
	}
	good := dbtest.DSN(t)
	address, err := url.Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	line, err := netfault.Listen(address.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	address.Host = line.Addr()
	behind, direct := dbtest.OpenDSN(t, address.String()), dbtest.OpenDSN(t, good)
	scratch(t, direct)
	return behind, direct, line
}

func heal(t *testing.T, line *netfault.Proxy) {
	t.Helper()
	if err := line.Heal(); err != nil {
		t.Fatal(err)
	}
}

func met(trap *netfault.Trap) bool {
	select {
	case <-trap.Met():
		return true
	default:
		return false
	}
}

// A line that breaks during a transaction leaves the outcome unknown only if the commit was under way. Each round trip of
// a write is hit once, by each fault. Before the commit nothing stands, and the function runs again on another connection:
// the caller does not even notice.
func TestABrokenLineIsOnlyUnknownDuringTheCommit(t *testing.T) {
	t.Parallel()
	behind, direct, line := lined(t)
	for _, kind := range []netfault.Kind{
		netfault.CutRequest, netfault.HalfRequest, netfault.DropAnswer, netfault.HalfAnswer, netfault.ResetRequest, netfault.ResetAnswer,
	} {
		unknown, last := -1, -1
		for skip := 0; last == skip-1; skip++ {
			add := func(tx *db.Tx) error { // under a name of its own at each run; one row travels with the commit
				var n int
				if err := tx.Row("-- db_test.count\nSELECT count(*) FROM scratch").Scan(&n); err != nil {
					return err
				}
				set := db.NewSet(db.Cols{"name:text"})
				set.Add(time.Now().String())
				return tx.LaterNew(`-- db_test.later
					INSERT INTO scratch (bucket, name, n) SELECT 0, r.name, 1 FROM {rows} WHERE TRUE`, set)
			}
			write(t, behind, add) // the connection knows the statements
			before := len(names(t, direct))
			trap := line.Arm(netfault.Fault{Kind: kind, Skip: skip})
			err := behind.Write(context.Background(), add)
			heal(t, line)
			if met(trap) {
				last = skip
			}
			written := len(names(t, direct)) - before
			switch {
			case errors.Is(err, db.ErrCommitUnknown):
				if unknown >= 0 {
					t.Errorf("%s: unknown after %d and after %d", kind, unknown, skip)
				}
				unknown = skip
				if surely := kind == netfault.DropAnswer || kind == netfault.ResetAnswer; surely && written != 1 {
					t.Errorf("%s after %d: %d written, and the server had answered", kind, skip, written)
				}
			case err != nil:
				t.Errorf("%s after %d, at %q: %v", kind, skip, trap.Sent(), err)
			case written != 1:
				t.Errorf("%s after %d: written %d times", kind, skip, written)
			}
		}
		if unknown != last || last < 1 {
			t.Errorf("%s: unknown after %d, and the last round trip is that after %d", kind, unknown, last)
		}
	}
}

// Reading is never an outcome that anybody has to find out. A line that turns out to be dead at the first statement, as all
// of them are after a server was started again, is nobody's error: the function has seen nothing and runs again on another
// line. What has seen something never runs twice.
func TestABrokenLineWhileReading(t *testing.T) {
	t.Parallel()
	behind, _, line := lined(t)
	for _, kind := range []netfault.Kind{netfault.CutRequest, netfault.DropAnswer, netfault.HalfAnswer, netfault.ResetRequest, netfault.ResetAnswer} {
		again, broken := 0, 0
		for skip := 0; ; skip++ {
			tries, seen := 0, 0
			look := func(tx *db.Tx) error {
				tries++
				for range 2 {
					var n int
					if err := tx.Row("-- db_test.count\nSELECT count(*) FROM scratch").Scan(&n); err != nil {
						return err
					}
					seen++
				}
				return nil
			}
			if err := behind.Read(context.Background(), look); err != nil { // the connection knows the statements
				t.Fatal(err)
			}
			tries, seen = 0, 0
			trap := line.Arm(netfault.Fault{Kind: kind, Skip: skip})
			err := behind.Read(context.Background(), look)
			heal(t, line)
			switch {
			case errors.Is(err, db.ErrCommitUnknown):
				t.Errorf("%s after %d, at %q: %v", kind, skip, trap.Sent(), err)
			case err != nil && seen != 1:
				t.Errorf("%s after %d, at %q: %d seen, %v", kind, skip, trap.Sent(), seen, err)
			case err != nil:
				broken++
			case seen != 2:
				t.Errorf("%s after %d: %d seen in %d tries", kind, skip, seen, tries)
			case tries > 1:
				again++
			}
			if !met(trap) {
				break
			}
		}
		if again == 0 || broken == 0 {
			t.Errorf("%s: %d ran again, %d were told of it", kind, again, broken)
		}
	}
}

// A server that goes down ends its sessions. What was not committed is done again on another one.
func TestASessionEndedByTheServerIsTriedAgain(t *testing.T) {
	t.Parallel()
	behind, direct, _ := lined(t)
	tries := 0
	err := behind.Write(context.Background(), func(tx *db.Tx) error {
		tries++
		if err := put(tx, "a", 1); err != nil || tries > 1 {
			return err
		}
		var pid int64
		if err := tx.Row("-- db_test.pid\nSELECT CAST(pg_backend_pid() AS BIGINT)").Scan(&pid); err != nil {
			return err
		}
		return errors.Join(direct.Read(context.Background(), func(tx *db.Tx) error {
			var ended bool
			return tx.Row("-- db_test.end\nSELECT pg_terminate_backend(CAST($1 AS INTEGER), 10000)", pid).Scan(&ended)
		}), put(tx, "b", 1))
	})
	if err != nil || tries != 2 {
		t.Errorf("%d tries, %v", tries, err)
	}
	if got := names(t, direct); len(got) != 1 {
		t.Errorf("written: %q", got)
	}
}

// A half-open line answers nothing and breaks nothing. Nobody waits for it longer than their own time, a commit has ten
// seconds, and the connections that hang are not used again.
func TestNobodyWaitsForAHalfOpenLine(t *testing.T) {
	t.Parallel()
	behind, direct, line := lined(t)
	line.Arm(netfault.Fault{Kind: netfault.SilentRequest, Stays: true})
	for range places + 4 {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		err := behind.Write(ctx, func(tx *db.Tx) error { return put(tx, "lost", 1) })
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	}
	heal(t, line)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := behind.Write(ctx, func(tx *db.Tx) error { return put(tx, "after", 1) }); err != nil {
		t.Error(err)
	}
	if got := names(t, direct); len(got) != 1 || got[0] != "after" {
		t.Errorf("written: %q", got)
	}
}

// A pool whose connections all hang half-open makes new ones: neither a look at an idle connection nor the making of a new
// one may take for ever.
func TestThePoolRecoversFromAHalfOpenLine(t *testing.T) {
	t.Parallel()
	behind, _, line := lined(t)
	line.Arm(netfault.Fault{Kind: netfault.SilentRequest, Stays: true})
	for range places + 4 {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		err := behind.Write(ctx, func(tx *db.Tx) error { return put(tx, "lost", 1) })
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	}
	line.Arm(netfault.Fault{}) // what is new passes; what hangs, hangs on
	t.Cleanup(func() { heal(t, line) })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var inside, all sync.WaitGroup // as many at once as the pool has places
	inside.Add(places)
	for range places {
		all.Go(func() {
			arrived := sync.OnceFunc(inside.Done)
			defer arrived()
			err := behind.Read(ctx, func(tx *db.Tx) error {
				var n int
				err := tx.Row("-- db_test.count\nSELECT count(*) FROM scratch").Scan(&n)
				arrived()
				inside.Wait()
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// places is how many connections a pool has.
const places = 16
