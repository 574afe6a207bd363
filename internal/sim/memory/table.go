package memory

import (
	"fmt"

	"tsuke/internal/db"
)

// Key is the primary key of most tables.
type Key struct {
	Bucket int64
	ID     ID
}

// Table is one table: rows that are replaced and never changed, in the order in which they were inserted.
type Table[K comparable, R any] struct {
	Name string

	rows  map[K]*R
	order []K
	keyOf func(*R) K
	check func(*R) bool     // the CHECK constraints; nil for none
	moved func(old, new *R) // keeps the indexes, forward and back; nil for none
	clash func(*R) bool     // tells whether another unique constraint refuses a new row; nil for none
	store *Store
}

// Find is the row with a key, nil if there is none.
func (t *Table[K, R]) Find(key K) *R { return t.rows[key] }

// Len is the number of rows.
func (t *Table[K, R]) Len() int { return len(t.rows) }

// All calls each for all rows in the order in which they were inserted, until it answers false.
func (t *Table[K, R]) All(each func(*R) bool) {
	for _, k := range t.order {
		if r := t.rows[k]; r != nil && !each(r) {
			return
		}
	}
}

// insert adds a row. Another one with its key, or with what else is unique, refuses it.
func (t *Table[K, R]) insert(r *R) error {
	key := t.keyOf(r)
	if t.rows[key] != nil || (t.clash != nil && t.clash(r)) {
		return fmt.Errorf("%w (%s)", db.ErrUnique, t.Name)
	}
	return t.put(key, r)
}

// update replaces a row by a changed copy of it.
func (t *Table[K, R]) update(old *R, change func(*R)) error {
	r := *old
	change(&r)
	return t.put(t.keyOf(old), &r)
}

// put stores a row under its key and remembers how to undo it.
func (t *Table[K, R]) put(key K, r *R) error {
	if t.check != nil && !t.check(r) {
		return fmt.Errorf("%w (%s)", db.ErrCheck, t.Name)
	}
	old := t.rows[key]
	t.rows[key] = r
	if old == nil {
		t.order = append(t.order, key)
	}
	if t.moved != nil {
		t.moved(old, r)
	}
	t.store.log = append(t.store.log, func() {
		if old == nil {
			delete(t.rows, key)
			t.order = t.order[:len(t.order)-1]
		} else {
			t.rows[key] = old
		}
		if t.moved != nil {
			t.moved(r, old)
		}
	})
	return nil
}

// Load adds a row that was read elsewhere. It is for making a copy of a database, and cannot be undone.
func (t *Table[K, R]) Load(r *R) {
	key := t.keyOf(r)
	t.rows[key] = r
	t.order = append(t.order, key)
	if t.moved != nil {
		t.moved(nil, r)
	}
}

// From calls each for the rows that were inserted after the first n, and answers how many rows there are.
func (t *Table[K, R]) From(n int, each func(*R)) int {
	for _, k := range t.order[min(n, len(t.order)):] {
		if r := t.rows[k]; r != nil {
			each(r)
		}
	}
	return len(t.order)
}
