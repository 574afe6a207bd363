package memory

import (
	"fmt"
	"reflect"
	"slices"
)

// ID is an id or a hash of 16 bytes; the zero ID is NULL.
type ID = [16]byte

// values are what a statement is handed, in the order of its placeholders from 0.
type values struct{ v []any }

func (v values) n(i int) int64 {
	n, _ := v.v[i].(int64)
	return n
}

func (v values) text(i int) string {
	s, _ := v.v[i].(string)
	return s
}

func (v values) flag(i int) bool {
	b, _ := v.v[i].(bool)
	return b
}

func (v values) null(i int) bool { return v.v[i] == nil }

func (v values) bytes(i int) []byte {
	b, _ := v.v[i].([]byte)
	return b
}

// id reads 16 bytes; NULL is the zero ID.
func (v values) id(i int) ID {
	var id ID
	copy(id[:], v.bytes(i))
	return id
}

// scanner is what ids, days and months read themselves with.
type scanner interface{ Scan(src any) error }

type kind uint8

const (
	isNull kind = iota
	isInt
	isText
	isFlag
	isBytes
)

type cell struct {
	kind kind
	n    int64
	s    string
	b    []byte
	id   ID // what b is of, if the column is an id
}

// row is a row on its way out. It is used again for the next one.
type row struct{ cells []cell }

// fresh begins a new row.
func (s *Store) fresh() *row {
	s.line.cells = s.line.cells[:0]
	return &s.line
}

func (r *row) int(n int64) *row {
	r.cells = append(r.cells, cell{kind: isInt, n: n})
	return r
}

func (r *row) text(s string) *row {
	r.cells = append(r.cells, cell{kind: isText, s: s})
	return r
}

// null is NULL.
func (r *row) null() *row {
	r.cells = append(r.cells, cell{})
	return r
}

// day is a text that is NULL when empty.
func (r *row) day(s string) *row {
	if s == "" {
		r.cells = append(r.cells, cell{})
		return r
	}
	return r.text(s)
}

func (r *row) flag(b bool) *row {
	n := int64(0)
	if b {
		n = 1
	}
	r.cells = append(r.cells, cell{kind: isFlag, n: n})
	return r
}

func (r *row) bytes(b []byte) *row {
	if b == nil {
		r.cells = append(r.cells, cell{})
		return r
	}
	r.cells = append(r.cells, cell{kind: isBytes, b: b})
	return r
}

func (r *row) id(id ID) *row {
	if id == (ID{}) {
		r.cells = append(r.cells, cell{})
		return r
	}
	r.cells = append(r.cells, cell{kind: isBytes, id: id})
	c := &r.cells[len(r.cells)-1]
	c.b = c.id[:]
	return r
}

// Scan implements db.Row as database/sql does.
func (r *row) Scan(dest ...any) error {
	if len(dest) != len(r.cells) {
		return fmt.Errorf("memory: %d places for %d columns", len(dest), len(r.cells))
	}
	for i := range dest {
		if err := r.cells[i].into(dest[i]); err != nil {
			return fmt.Errorf("memory: column %d: %w", i+1, err)
		}
	}
	return nil
}

func (c *cell) into(dest any) error {
	switch d := dest.(type) {
	case *int64:
		if c.kind == isInt {
			*d = c.n
			return nil
		}
	case *int:
		if c.kind == isInt {
			*d = int(c.n)
			return nil
		}
	case **int64:
		if *d = nil; c.kind == isInt {
			n := c.n // the cell is used again
			*d = &n
		}
		if c.kind == isInt || c.kind == isNull {
			return nil
		}
	case *string:
		if c.kind == isText {
			*d = c.s
			return nil
		}
	case **string:
		if *d = nil; c.kind == isText {
			*d = &c.s
		}
		if c.kind == isText || c.kind == isNull {
			return nil
		}
	case *bool:
		if c.kind == isFlag {
			*d = c.n != 0
			return nil
		}
	case *[]byte:
		if c.kind == isBytes || c.kind == isNull {
			*d = slices.Clone(c.b)
			return nil
		}
	case scanner:
		return d.Scan(c.value())
	default:
		return c.reflected(dest)
	}
	return fmt.Errorf("%v does not go into %T", c.value(), dest)
}

// reflected fills a named text or number.
func (c *cell) reflected(dest any) error {
	v := reflect.ValueOf(dest).Elem()
	switch {
	case v.Kind() == reflect.String && c.kind == isText:
		v.SetString(c.s)
	case v.CanInt() && c.kind == isInt:
		v.SetInt(c.n)
	default:
		return fmt.Errorf("%v does not go into %T", c.value(), dest)
	}
	return nil
}

func (c *cell) value() any {
	switch c.kind {
	case isInt:
		return c.n
	case isText:
		return c.s
	case isFlag:
		return c.n != 0
	case isBytes:
		return c.b
	case isNull:
	}
	return nil
}
