package db

// Waiting is how many functions wait for the writer of an SQLite database.
func Waiting(d *DB) int { return len(d.backend.(*sqliteDB).queue) }

// Mapped is what becomes of a driver's error.
var Mapped = mapped
