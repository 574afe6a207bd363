package db

import (
	"time"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Waiting is how many functions wait for the writer of an SQLite database.
func Waiting(d *DB) int { return len(d.backend.(*sqliteDB).queue) }

// Mapped is what becomes of a driver's error.
var Mapped = mapped

// Checkpoint makes the log of an SQLite database move early: no writer is at work yet.
func Checkpoint(d *DB, checkpoint, remainder, log int) {
	b := d.backend.(*sqliteDB)
	b.sizes, b.due = thresholds{checkpoint, remainder, log}, checkpoint
}

// Nameless is how SQLite's writer sees a statement.
var Nameless = nameless

// Others is how many transactions were committed that are not in the background.
func Others(d *DB) int64 { return d.others.Load() }

// KeepPlans says how long the connections of a PostgreSQL keep their plans.
func KeepPlans(d *DB, plansFor time.Duration) { d.backend.(*postgresDB).plansFor = plansFor }

// SlotsTaken is how many of the slots for pages of SQLite are in use, and how many pages found none, in this process.
func SlotsTaken() (taken, without int64) {
	tls := libc.NewTLS()
	defer tls.Close()
	return status(tls, sqlite3.SQLITE_STATUS_PAGECACHE_USED), status(tls, sqlite3.SQLITE_STATUS_PAGECACHE_OVERFLOW)
}

func status(tls *libc.TLS, what int32) int64 {
	found := libc.Xcalloc(tls, 2, 8) // now, and at most
	defer libc.Xfree(tls, found)
	sqlite3.Xsqlite3_status64(tls, what, found, found+8, 0)
	return libc.AtomicLoadPInt64(found)
}

// SlotFor is how many bytes a page takes with its header.
var SlotFor = slotFor

// Held tells whether a file is held open for the checkpointer.
func Held(file string) bool {
	descriptors.Lock()
	defer descriptors.Unlock()
	return descriptors.open[file] != nil
}

// CloseHeld closes what is held open for the checkpointer, so that it cannot flush.
func CloseHeld(d *DB) error { return d.backend.(*sqliteDB).held.Close() }
