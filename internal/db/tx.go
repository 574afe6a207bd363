package db

import (
	"context"
	"errors"
	"time"
)

// Tx is one transaction. It must not be used after the function it was handed to has returned, and not from two
// goroutines.
type Tx struct {
	ctx     context.Context //nolint:containedctx // a Tx lives exactly as long as the call that carries this context
	session session
	engine  Engine
	now     time.Time
	chance  func([]byte)
	at      func(string)
	after   []func()
}

// Row is one row of a result. Scan copies its columns in order.
type Row interface {
	Scan(dest ...any) error
}

// Now is the one instant of this transaction: UTC, microseconds.
func (t *Tx) Now() time.Time { return t.now }

// Chance fills b with bytes that nobody can guess. Ids and numbers drawn in a transaction come from here and from nowhere
// else, so that a simulator can run the same day twice.
func (t *Tx) Chance(b []byte) { t.chance(b) }

// Context is the caller's context: deadline and trace, for look-ups that a verb makes in memory.
func (t *Tx) Context() context.Context { return t.ctx }

// Engine says which software runs the transaction. Only this package's neighbours in machinery may ask.
func (t *Tx) Engine() Engine { return t.engine }

// Unwritten says that the transaction has only read and locked. On PostgreSQL it then ends without a commit: the lock of a
// row is written to the log, and its commit would wait for the disk and for a standby. Write returns nil all the same.
func (t *Tx) Unwritten() {
	if s, ok := t.session.(*pgSession); ok {
		s.idle = true
	}
}

// Survey says that the transaction is going to read whole tables: on PostgreSQL its statements may join and scan in every
// way, and take as long as the transaction may.
func (t *Tx) Survey() error {
	if t.engine != Postgres {
		return nil
	}
	const text = "-- db.survey\nSELECT set_config(r.name, r.value, TRUE) FROM {rows}"
	set := NewSet(Cols{"name:text", "value:text"})
	for _, name := range planned {
		set.Add(name, "on")
	}
	set.Add("statement_timeout", "0")
	return t.Later(text, set)
}

// AfterCommit calls f once this transaction has committed, and never if it has not. It is for waking a worker in this
// process: what must not be lost is a row, not a call.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// Exec runs a statement and tells how many rows it changed.
func (t *Tx) Exec(sql string, args ...any) (int64, error) {
	args, err := plainArgs(args)
	if err != nil {
		return 0, err
	}
	return t.session.exec(t.render(sql, nil), args)
}

// Row reads the one row that sql selects. Its Scan answers ErrNone if there is none.
func (t *Tx) Row(sql string, args ...any) Row {
	return oneRow{tx: t, sql: sql, args: args}
}

// Rows calls scan for each row that sql selects. scan must not use the Tx.
func (t *Tx) Rows(sql string, args []any, scan func(Row) error) error {
	args, err := plainArgs(args)
	if err != nil {
		return err
	}
	_, err = t.session.query(t.render(sql, nil), args, scan)
	return err
}

// Each runs sql once for a whole set of rows. The text names the set as {rows}, an alias r with the set's columns. On
// PostgreSQL that is one statement over arrays (unnest); on SQLite it runs over lists of values, some rows at a time, so
// that rows of one set do not see each other's effects on either engine. Values that are the same for all rows follow as extra, numbered after the set's columns. scan, which may be nil, sees the rows
// that a SELECT or a RETURNING clause gives. It answers how many rows were changed or returned.
//
// The order in which PostgreSQL returns rows is not the set's order: select a column that tells which row it was.
func (t *Tx) Each(sql string, set *Set, scan func(Row) error, extra ...any) (int64, error) {
	if set.err != nil {
		return 0, set.err
	}
	if set.Len() == 0 {
		return 0, nil
	}
	extra, err := plainArgs(extra)
	if err != nil {
		return 0, err
	}
	if own, ok := t.session.(foreignSession); ok {
		return own.Each(sql, set, extra, scan)
	}
	if t.engine != Postgres {
		t.about(sql)
		return t.eachChunk(sql, set, scan, extra)
	}
	args, err := set.arrays()
	if err != nil {
		return 0, err
	}
	return t.run(t.render(sql, set.cols), append(args, extra...), scan)
}

func (t *Tx) run(text string, args []any, scan func(Row) error) (int64, error) {
	if scan == nil {
		return t.session.exec(text, args)
	}
	return t.session.query(text, args, scan)
}

// oneRow delays its query until Scan, so that a chain tx.Row(…).Scan(…) has one error to look at.
type oneRow struct {
	tx   *Tx
	sql  string
	args []any
}

var errOneIsEnough = errors.New("db: one row is enough")

// Scan implements Row.
func (r oneRow) Scan(dest ...any) error {
	found := false
	err := r.tx.Rows(r.sql, r.args, func(row Row) error {
		if found {
			return errOneIsEnough
		}
		found = true
		return row.Scan(dest...)
	})
	switch {
	case errors.Is(err, errOneIsEnough):
		return nil
	case err != nil:
		return err
	case !found:
		return ErrNone
	}
	return nil
}
