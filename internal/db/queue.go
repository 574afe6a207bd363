package db

import (
	"errors"
	"fmt"
	"time"
)

// Queue gathers statements that go to the database together. On PostgreSQL they travel in one round trip, and with the
// first of a transaction goes its BEGIN; on SQLite they run one after the other. Each statement sees what those before it
// did, and on PostgreSQL each sees what was committed before it began: a statement behind a lock reads what the lock's
// holder left.
type Queue struct {
	tx   *Tx
	each []each
}

// each is one set-based statement that waits in a Queue or for the commit.
type each struct {
	sql   string
	set   *Set
	scan  func(Row) error
	extra []any
	all   bool // must change one row for each row of its set
	fresh bool // inserts rows that nobody else may have inserted
}

// Queue makes an empty queue of the transaction.
func (t *Tx) Queue() *Queue { return &Queue{tx: t} }

// Now is the one instant of the queue's transaction.
func (q *Queue) Now() time.Time { return q.tx.now }

// Each puts a statement into the queue, as [Tx.Each] runs one. scan is called by Run.
func (q *Queue) Each(sql string, set *Set, scan func(Row) error, extra ...any) {
	q.each = append(q.each, each{sql: sql, set: set, scan: scan, extra: extra})
}

// Run runs the statements in their order and empties the queue. After an error the transaction is good for nothing.
func (q *Queue) Run() error {
	all := q.each
	q.each = nil
	p, pipelined := q.tx.session.(pipeliner)
	if !pipelined {
		for _, e := range all {
			if _, err := q.tx.Each(e.sql, e.set, e.scan, e.extra...); err != nil {
				return err
			}
		}
		return nil
	}
	statements, err := q.tx.statements(all)
	if err != nil || len(statements) == 0 {
		return err
	}
	return p.pipeline(statements)
}

// Later runs a statement over a set of rows by the time the transaction's next statement runs, or with its commit: on
// PostgreSQL in the same round trip. It is for writes whose result nobody looks at.
func (t *Tx) Later(sql string, set *Set, extra ...any) error {
	return t.later(each{sql: sql, set: set, extra: extra})
}

// LaterAll is Later for a statement without RETURNING that must change exactly one row for each row of its set. If it
// changes fewer, another transaction was faster: the whole transaction rolls back and runs again (ErrSerialization).
func (t *Tx) LaterAll(sql string, set *Set, extra ...any) error {
	return t.later(each{sql: sql, set: set, extra: extra, all: true})
}

// LaterNew is Later for an insert of rows that must be new. If one is there, another transaction was faster: the whole
// transaction rolls back and runs again (ErrSerialization). It costs less than ON CONFLICT.
func (t *Tx) LaterNew(sql string, set *Set, extra ...any) error {
	return t.later(each{sql: sql, set: set, extra: extra, fresh: true})
}

func (t *Tx) later(e each) error {
	p, pipelined := t.session.(pipeliner)
	if pipelined {
		statements, err := t.statements([]each{e})
		p.pend(statements)
		return err
	}
	n, err := t.Each(e.sql, e.set, nil, e.extra...)
	if err == nil && e.all && n != int64(e.set.Len()) {
		err = fmt.Errorf("%w: %d of %d rows were changed", ErrSerialization, n, e.set.Len())
	}
	if e.fresh {
		err = lost(err)
	}
	return err
}

// lost turns a unique constraint's refusal into a race that was lost.
func lost(err error) error {
	if errors.Is(err, ErrUnique) {
		return fmt.Errorf("%w: %w", ErrSerialization, err)
	}
	return err
}

// statements renders what is not empty.
func (t *Tx) statements(all []each) ([]statement, error) {
	out := make([]statement, 0, len(all))
	for _, e := range all {
		if e.set.err != nil {
			return nil, e.set.err
		}
		if e.set.Len() == 0 {
			continue
		}
		args, err := e.set.arrays()
		if err != nil {
			return nil, err
		}
		extra, err := plainArgs(e.extra)
		if err != nil {
			return nil, err
		}
		s := statement{text: t.render(e.sql, e.set.cols), args: append(args, extra...), scan: e.scan, fresh: e.fresh}
		if e.all {
			s.text = exactly(s.text, len(s.args)+1)
			s.args = append(s.args, int64(e.set.Len()))
		}
		out = append(out, s)
	}
	return out, nil
}

// exactly makes a statement fail that does not change as many rows as its last argument says. The failure is a division
// by zero, which nothing else here can cause (see mapPostgres): it stops the COMMIT behind it in the same round trip.
func exactly(text string, n int) string {
	return fmt.Sprintf("WITH done AS (\n%s\nRETURNING 1)\nSELECT 1 / (CASE WHEN COUNT(1) = $%d::bigint THEN 1 ELSE 0 END) FROM done", text, n)
}

// statement is rendered for PostgreSQL.
type statement struct {
	text string
	args []any
	scan func(Row) error // nil: its rows, if any, are not looked at

	fresh bool // see LaterNew
}

// pipeliner is a session for which a round trip is dear.
type pipeliner interface {
	pipeline([]statement) error
	pend([]statement) // to be sent before the next statement, or with the commit
}
