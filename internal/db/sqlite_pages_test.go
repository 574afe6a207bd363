package db_test

import (
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
)

// TestPagesLieInSlots: what SQLite keeps of a file is in the memory that was laid out for it, and not in pieces of its own.
func TestPagesLieInSlots(t *testing.T) {
	d := dbtest.Open(t)
	if d.Engine() != db.SQLite {
		t.Skip("PostgreSQL keeps pages itself")
	}
	taken, without := db.SlotsTaken()
	if taken < 50 { // the tables alone have a root each
		t.Errorf("%d slots are taken, %d bytes lie elsewhere", taken, without)
	}
}

// TestHeadersOfPagesAreSpread: a slot has room for the page and its header, and is an odd number of cache lines.
func TestHeadersOfPagesAreSpread(t *testing.T) {
	t.Parallel()
	for header, want := range map[int]int{0: 4160, 64: 4160, 65: 4288, 192: 4288, 240: 4416, 320: 4416, 321: 4544} {
		if got := db.SlotFor(header); got != want {
			t.Errorf("a header of %d bytes: a slot of %d, want %d", header, got, want)
		}
	}
}
