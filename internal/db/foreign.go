package db

import (
	"context"
	"errors"
	"log/slog"
)

// Foreign is the engine of a database that OpenStore made. It is handed statements as they are written, {rows} and
// {forupdate} included, and knows them by their names.
const Foreign Engine = "foreign"

// Store is a database of somebody else's making that answers the program's own statements: a simulator runs the product
// on one. It commits what run did as a whole or not at all.
type Store interface {
	Write(ctx context.Context, run func(Session) error) error
	Read(ctx context.Context, run func(Session) error) error
}

// Session is one open transaction of a Store. Arguments are nil, int64, string, bool or []byte and belong to the caller;
// errors are those of this package. A scan may be nil.
type Session interface {
	// Exec runs a statement and tells how many rows it changed.
	Exec(sql string, args []any) (int64, error)
	// Query runs a statement and calls scan for each row.
	Query(sql string, args []any, scan func(Row) error) (int64, error)
	// Each runs a statement once for each row of a set, extra behind the set's columns. See Tx.Each.
	Each(sql string, set *Set, extra []any, scan func(Row) error) (int64, error)
}

// OpenStore makes a DB on a store. pause is called before a transaction that lost runs again, instead of waiting.
func OpenStore(store Store, opt Options, pause func()) *DB {
	d := &DB{
		backend: foreign{store}, clock: opt.Clock, chance: opt.Chance, log: opt.Logger, name: string(Foreign),
		pause: func(context.Context, int) error { pause(); return nil },
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	return d
}

// Rows are the set's rows. They belong to the set.
func (s *Set) Rows() [][]any { return s.rows }

type foreign struct{ store Store }

func (f foreign) engine() Engine { return Foreign }

func (f foreign) write(ctx context.Context, run func(session) error) error {
	return f.store.Write(ctx, func(s Session) error { return run(foreignSession{s}) })
}

func (f foreign) read(ctx context.Context, run func(session) error) error {
	return f.store.Read(ctx, func(s Session) error { return run(foreignSession{s}) })
}

func (f foreign) script(context.Context, session, string) error {
	return errors.New("db: a store of somebody else's making has no migrations")
}

func (f foreign) checkDurability(context.Context) error { return nil }

func (f foreign) close() error { return nil }

func (f foreign) profile(context.Context) (Profile, error) { return Single, nil }

// barrier asks a store that can lose what it shows: see [DB.Durable].
func (f foreign) barrier(ctx context.Context) error {
	if b, ok := f.store.(interface{ Barrier(context.Context) error }); ok {
		return b.Barrier(ctx)
	}
	return nil
}

type foreignSession struct{ Session }

func (s foreignSession) exec(sql string, args []any) (int64, error) { return s.Exec(sql, args) }

func (s foreignSession) query(sql string, args []any, scan func(Row) error) (int64, error) {
	return s.Query(sql, args, scan)
}

// StoreOf lets an open database answer as a Store, so that faults can be put between it and the program.
func StoreOf(d *DB) Store { return real{d} }

type real struct{ d *DB }

// Write implements Store.
func (r real) Write(ctx context.Context, run func(Session) error) error {
	return r.d.Write(ctx, func(tx *Tx) error { return run(realSession{tx}) })
}

// Read implements Store.
func (r real) Read(ctx context.Context, run func(Session) error) error {
	return r.d.Read(ctx, func(tx *Tx) error { return run(realSession{tx}) })
}

type realSession struct{ tx *Tx }

// Exec implements Session.
func (s realSession) Exec(sql string, args []any) (int64, error) { return s.tx.Exec(sql, args...) }

// Query implements Session.
func (s realSession) Query(sql string, args []any, scan func(Row) error) (int64, error) {
	return s.tx.run(render(sql, s.tx.engine, nil), args, scan)
}

// Each implements Session.
func (s realSession) Each(sql string, set *Set, extra []any, scan func(Row) error) (int64, error) {
	return s.tx.Each(sql, set, scan, extra...)
}
