package db

import "time"

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
