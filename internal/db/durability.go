package db

import (
	"context"
	"errors"
)

// Profile says what an acknowledged commit survives. It is printed at the start and by tsuke status.
type Profile string

// The profiles.
const (
	// Single survives everything but the loss of the machine: a log that is flushed before a commit is acknowledged.
	Single Profile = "single"
	// Replicated survives the loss of any one machine too: a standby has the commit before it is acknowledged.
	Replicated Profile = "replicated"
	// Evaluation promises nothing: whatever the store does is accepted.
	Evaluation Profile = "eval"
)

// ErrNotDurable means that something was read which a takeover by a standby could still undo: the standby does not
// answer in time.
var ErrNotDurable = errors.New("db: what was read is not known to be on the standby yet")

// replicating is a backend that can have synchronous standbys.
type replicating interface {
	profile(ctx context.Context) (Profile, error)
	barrier(ctx context.Context) error
}

// Profile is what an acknowledged commit of this database survives now.
func (d *DB) Profile(ctx context.Context) (Profile, error) {
	if d.durability == Eval {
		return Evaluation, nil
	}
	if b, ok := d.backend.(replicating); ok {
		return b.profile(ctx)
	}
	return Single, nil
}

// Durable returns nil once everything that could be read when it was called is as durable as the profile promises, and
// ErrNotDurable if that is not so within two seconds. Call it after a read whose result somebody will rely on and that
// is not followed by a commit of its own: a commit that succeeds says the same.
//
// It is needed where a commit waits for a synchronous standby. Until the standby has it, nobody else sees such a commit;
// but if the server is killed and started again, or the wait is cut off, it is there to be read, and a takeover can still
// undo it. Durable then commits an empty record behind it and waits for that one. Where there is no synchronous standby,
// and on SQLite, it costs nothing.
func (d *DB) Durable(ctx context.Context) error {
	if b, ok := d.backend.(replicating); ok {
		return b.barrier(ctx)
	}
	return nil
}
