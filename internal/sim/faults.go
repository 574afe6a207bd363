package sim

import (
	"context"
	"errors"
	"time"

	"tsuke/internal/db"
)

// errKilled is what the program sees after it was killed: nothing it does any more has an effect.
var errKilled = errors.New("sim: the process was killed")

// where a kill strikes.
type where int

const (
	nowhere where = iota
	atStatement
	beforeCommit
	afterCommit
)

// faultyStore stands between the program and its database. It kills the process at a statement or on either side of a
// commit, lets transactions lose against others that are not there, and loses the answers of commits.
type faultyStore struct {
	w     *world
	inner db.Store

	dead       bool
	strike     where
	statements int // until it strikes
	commits    int
}

// arm plans the process's next death.
func (f *faultyStore) arm(at where, statements int) { f.strike, f.statements = at, statements }

// Write implements db.Store.
func (f *faultyStore) Write(ctx context.Context, run func(db.Session) error) error {
	if f.dead {
		return errKilled
	}
	w := f.w
	before := w.lsn()
	err := f.inner.Write(ctx, func(s db.Session) error {
		if err := run(faultySession{f, s}); err != nil {
			return err
		}
		switch {
		case f.dead:
			return errKilled
		case f.strike == beforeCommit && f.due():
			return f.kill("before it committed")
		case w.chance(w.plan.conflict):
			w.faults.Conflicts++
			return db.ErrSerialization
		case w.chance(w.plan.unknown):
			w.faults.Unknowns++
			w.tell("  … the database breaks the connection before the commit")
			return db.ErrCommitUnknown
		}
		return nil
	})
	if err != nil {
		return err
	}
	f.commits++
	w.mix(uint64(f.commits))
	w.committed()
	w.house.watch()
	if lsn := w.lsn(); w.o.Lazy && lsn != before {
		w.after(w.between(0, 12*time.Hour), "flush", func() { w.memory.Flush(lsn) })
	}
	switch {
	case f.strike == afterCommit && f.due():
		return f.kill("after it committed")
	case w.chance(w.plan.unknown):
		w.faults.Unknowns++
		w.tell("  … the database commits and the answer is lost")
		return db.ErrCommitUnknown
	case w.standbyAway && w.lsn() != before:
		w.tell("  … the commit waits for a standby that is away")
		return db.ErrCommitUnknown
	}
	return nil
}

// Read implements db.Store.
func (f *faultyStore) Read(ctx context.Context, run func(db.Session) error) error {
	if f.dead {
		return errKilled
	}
	return f.inner.Read(ctx, func(s db.Session) error { return run(faultySession{f, s}) })
}

// Barrier tells whether everything that can be read would survive the loss of the machine.
func (f *faultyStore) Barrier(context.Context) error {
	switch {
	case f.dead:
		return errKilled
	case f.w.standbyAway && f.w.memory.Flushed() < f.w.lsn():
		return db.ErrNotDurable
	}
	return nil
}

func (f *faultyStore) due() bool {
	f.statements--
	return f.statements <= 0
}

func (f *faultyStore) kill(when string) error {
	f.dead, f.strike = true, nowhere
	f.w.faults.Kills++
	f.w.tell("  … the service is killed %s", when)
	return errKilled
}

type faultySession struct {
	f *faultyStore
	s db.Session
}

func (t faultySession) struck() error {
	switch {
	case t.f.dead:
		return errKilled
	case t.f.strike == atStatement && t.f.due():
		return t.f.kill("in the middle of a transaction")
	}
	return nil
}

// Exec implements db.Session.
func (t faultySession) Exec(sql string, args []any) (int64, error) {
	if err := t.struck(); err != nil {
		return 0, err
	}
	return t.s.Exec(sql, args)
}

// Query implements db.Session.
func (t faultySession) Query(sql string, args []any, scan func(db.Row) error) (int64, error) {
	if err := t.struck(); err != nil {
		return 0, err
	}
	return t.s.Query(sql, args, scan)
}

// Each implements db.Session.
func (t faultySession) Each(sql string, set *db.Set, extra []any, scan func(db.Row) error) (int64, error) {
	if err := t.struck(); err != nil {
		return 0, err
	}
	return t.s.Each(sql, set, extra, scan)
}
