package dbtest

import (
	"context"
	"crypto/rand"

	"tsuke/internal/db"
)

// WithoutStandby is the same database while its standby is away: nothing that can be read is durable. It is for repeats,
// which commit nothing.
func WithoutStandby(d *db.DB) *db.DB {
	return db.OpenStore(away{db.StoreOf(d)}, db.Options{Clock: Clock(d), Chance: func(b []byte) { _, _ = rand.Read(b) }}, func() {})
}

type away struct{ db.Store }

// Barrier says that the standby does not answer.
func (away) Barrier(context.Context) error { return db.ErrNotDurable }
