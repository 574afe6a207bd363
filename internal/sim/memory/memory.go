// Package memory is a store that answers the product's own statements by their names, with maps and sorted lists, so
// that the simulator runs the product's code a hundred times faster than on a database.
//
// # The story
//
// The product hands each statement to a transaction as a text that begins with its name ("-- checkout.claimOrders").
// [Store] looks the name up and runs a handler in Go that does to the rows what the text says. A statement that it does
// not know fails loudly, and so does one with another number of values than the handler reads. Unique constraints and
// CHECKs are enforced like a database's. What keeps the handlers honest is a test that runs the same days here and on a
// real database and compares every table afterwards.
//
// One transaction runs at a time. Every change is remembered with its opposite, so that a transaction can be rolled
// back; and the opposites of committed transactions are kept until they are flushed, so that a machine that lost its
// power, or a standby that took over, can be shown as it was: see [Store.Lose].
//
// Rows that a decision depends on must have been locked by the transaction that changes them. With one transaction at a
// time nothing would go wrong if they were not, so the store counts it as an error: see [Store.Unlocked].
package memory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tsuke/internal/db"
)

// Store is the database.
type Store struct {
	*Tables

	// Chunks makes a statement for a set run over lists of these lengths, longest first, as on SQLite. Rows of one list do
	// not see each other's effects. None is one list, as on PostgreSQL.
	Chunks []int

	log      []func()      // the opposites of what the open transaction did
	locked   map[lock]bool // what the open transaction has locked or made
	kept     []committed   // transactions that are not flushed, oldest first
	lsn      int64         // of the last transaction that wrote
	flushed  int64         // everything up to here survives
	lazy     bool          // transactions are flushed by Flush only
	unlocked []string      // statements that changed a row without a lock
	turns    map[ID]int64  // of subjects, from before the statement that runs
	line     row           // reused for every row handed out
}

type committed struct {
	lsn int64
	log []func()
}

// New makes an empty, migrated store.
func New() *Store {
	s := &Store{Tables: &Tables{}, locked: map[lock]bool{}, turns: map[ID]int64{}}
	s.Tables.build(s)
	return s
}

// LSN numbers the transactions that wrote: it is that of the last one.
func (s *Store) LSN() int64 { return s.lsn }

// Flushed is the last transaction that a loss of power or of the machine leaves standing.
func (s *Store) Flushed() int64 { return s.flushed }

// Lazy makes transactions stand only once Flush is called, or again at once.
func (s *Store) Lazy(on bool) {
	if s.lazy = on; !on {
		s.Flush(s.lsn)
	}
}

// Flush makes everything up to a transaction safe.
func (s *Store) Flush(lsn int64) {
	s.flushed = max(s.flushed, lsn)
	n := 0
	for n < len(s.kept) && s.kept[n].lsn <= s.flushed {
		n++
	}
	s.kept = append(s.kept[:0], s.kept[n:]...)
}

// Lose takes back every transaction that was not flushed, and tells how many: the power went, or a standby took over.
func (s *Store) Lose() int {
	n := len(s.kept)
	for len(s.kept) > 0 {
		last := s.kept[len(s.kept)-1]
		s.kept = s.kept[:len(s.kept)-1]
		undo(last.log)
	}
	return n
}

// Unlocked lists the statements that changed a row which their transaction had neither locked nor made.
func (s *Store) Unlocked() []string { return s.unlocked }

// Write runs one transaction.
func (s *Store) Write(_ context.Context, run func(db.Session) error) error {
	s.log = s.log[:0]
	clear(s.locked)
	if err := run(session{s}); err != nil {
		undo(s.log)
		s.log = s.log[:0]
		return err
	}
	if len(s.log) == 0 {
		return nil
	}
	s.lsn++
	if s.lazy {
		s.kept = append(s.kept, committed{s.lsn, s.log})
		s.log = nil
		return nil
	}
	s.flushed = s.lsn
	return nil
}

// Read runs a transaction that may not write.
func (s *Store) Read(_ context.Context, run func(db.Session) error) error {
	s.log = s.log[:0]
	clear(s.locked)
	err := run(session{s})
	if len(s.log) > 0 {
		undo(s.log)
		s.log = s.log[:0]
		err = errors.Join(err, errors.New("memory: a read-only transaction wrote"))
	}
	return err
}

func undo(log []func()) {
	for i := len(log) - 1; i >= 0; i-- {
		log[i]()
	}
}

// session is the open transaction.
type session struct{ s *Store }

// handler does what a statement says for one row of values, hands found rows out, and counts what it changed or found.
type handler struct {
	values int // how many it reads
	run    func(s *Store, v values, out func(*row) error) (int64, error)
}

// Exec implements db.Session.
func (t session) Exec(sql string, args []any) (int64, error) { return t.one(sql, args, nil) }

// Query implements db.Session.
func (t session) Query(sql string, args []any, scan func(db.Row) error) (int64, error) {
	return t.one(sql, args, scan)
}

// Each implements db.Session.
func (t session) Each(sql string, set *db.Set, extra []any, scan func(db.Row) error) (int64, error) {
	h, name, err := find(sql)
	if err != nil {
		return 0, err
	}
	out := t.out(scan)
	var total int64
	rows := set.Rows()
	list := 0
	var both []any // a row's values and those behind them; a handler reads them while it runs
	for i, args := range rows {
		if list == 0 {
			list = t.s.chunk(len(rows) - i)
			clear(t.s.turns)
		}
		list--
		if len(extra) > 0 {
			both = append(append(both[:0], args...), extra...)
			args = both
		}
		n, err := t.call(h, name, args, out)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// chunk is how many of the rows that are left go into one list.
func (s *Store) chunk(left int) int {
	for _, n := range s.Chunks {
		if n <= left {
			return n
		}
	}
	return left
}

func (t session) one(sql string, args []any, scan func(db.Row) error) (int64, error) {
	h, name, err := find(sql)
	if err != nil {
		return 0, err
	}
	clear(t.s.turns)
	return t.call(h, name, args, t.out(scan))
}

func (t session) call(h handler, name string, args []any, out func(*row) error) (int64, error) {
	if len(args) != h.values {
		return 0, fmt.Errorf("memory: statement %s comes with %d values, %d were expected: teach its handler", name, len(args), h.values)
	}
	n, err := h.run(t.s, values{args}, out)
	if err != nil {
		return n, fmt.Errorf("memory: %s: %w", name, err)
	}
	return n, nil
}

func (t session) out(scan func(db.Row) error) func(*row) error {
	if scan == nil {
		return func(*row) error { return nil }
	}
	return func(r *row) error { return scan(r) }
}

// find looks a statement up by its name.
func find(sql string) (handler, string, error) {
	name, _, ok := strings.Cut(strings.TrimPrefix(sql, "-- "), "\n")
	if !ok {
		return handler{}, "", fmt.Errorf("memory: a statement without a name: %.40q", sql)
	}
	h, ok := handlers[name]
	if !ok {
		return handler{}, "", fmt.Errorf("memory: nobody taught this store the statement %s", name)
	}
	return h, name, nil
}

// handlers are all statements that the store can answer.
var handlers = map[string]handler{}

func teach(all map[string]handler) bool {
	for name, h := range all {
		if _, twice := handlers[name]; twice {
			panic("memory: two handlers for " + name)
		}
		handlers[name] = h
	}
	return true
}

// lock names a row that a transaction has locked.
type lock struct {
	table string
	id    ID
}

func (s *Store) lock(table string, id ID) { s.locked[lock{table, id}] = true }

// changes notes that a statement changes a row, which must be locked.
func (s *Store) changes(statement, table string, id ID) {
	if !s.locked[lock{table, id}] && len(s.unlocked) < 20 {
		s.unlocked = append(s.unlocked, statement)
	}
}
