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

// Table is one table: rows that are replaced and never changed, in the order in which they were inserted. But
// for bank accounts no row is ever deleted.
type Table[K comparable, R any] struct {
	Name string

	at    map[K]int
	rows  []*R
	keyOf func(*R) K
	check func(*R) bool     // the CHECK constraints; nil for none
	moved func(old, new *R) // keeps the indexes, forward and back; nil for none
	clash func(*R) bool     // tells whether another unique constraint refuses a new row; nil for none
	store *Store
}

// Find is the row with a key, nil if there is none.
func (t *Table[K, R]) Find(key K) *R {
	if i, ok := t.at[key]; ok {
		return t.rows[i]
	}
	return nil
}

// Len is the number of rows.
func (t *Table[K, R]) Len() int { return len(t.rows) }

// Rows are all rows in the order in which they were inserted. They belong to the table.
func (t *Table[K, R]) Rows() []*R { return t.rows }

// insert adds a row. Another one with its key, or with what else is unique, refuses it.
func (t *Table[K, R]) insert(r *R) error {
	key := t.keyOf(r)
	if _, stands := t.at[key]; stands || (t.clash != nil && t.clash(r)) {
		return fmt.Errorf("%w (%s)", db.ErrUnique, t.Name)
	}
	if t.check != nil && !t.check(r) {
		return fmt.Errorf("%w (%s)", db.ErrCheck, t.Name)
	}
	t.Load(r)
	t.store.log = append(t.store.log, func() {
		delete(t.at, key)
		t.rows = t.rows[:len(t.rows)-1]
		if t.moved != nil {
			t.moved(r, nil)
		}
	})
	return nil
}

// update replaces a row by a changed copy of it.
func (t *Table[K, R]) update(old *R, change func(*R)) error {
	r := new(R)
	*r = *old
	change(r)
	if t.check != nil && !t.check(r) {
		return fmt.Errorf("%w (%s)", db.ErrCheck, t.Name)
	}
	i := t.at[t.keyOf(old)]
	t.replace(i, old, r)
	t.store.log = append(t.store.log, func() { t.replace(i, r, old) })
	return nil
}

// remove deletes a row of a table without indexes. It costs a look at every row after it.
func (t *Table[K, R]) remove(old *R) {
	i := t.at[t.keyOf(old)]
	t.rows = append(t.rows[:i], t.rows[i+1:]...)
	t.number()
	t.store.log = append(t.store.log, func() {
		t.rows = append(t.rows[:i], append([]*R{old}, t.rows[i:]...)...)
		t.number()
	})
}

// number notes anew where each row is.
func (t *Table[K, R]) number() {
	clear(t.at)
	for i, r := range t.rows {
		t.at[t.keyOf(r)] = i
	}
}

func (t *Table[K, R]) replace(i int, old, r *R) {
	t.rows[i] = r
	if t.moved != nil {
		t.moved(old, r)
	}
}

// Load adds a row that was read elsewhere. It is for making a copy of a database, and cannot be undone.
func (t *Table[K, R]) Load(r *R) {
	t.at[t.keyOf(r)] = len(t.rows)
	t.rows = append(t.rows, r)
	if t.moved != nil {
		t.moved(nil, r)
	}
}
