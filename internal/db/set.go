package db

import (
	"database/sql/driver"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgtype"
)

// Cols names the columns of a Set, each as "name:type" with the types int, text, bytes and bool. A question mark after
// the type allows NULL: "merchant:bytes?".
type Cols []string

// Set is a list of rows handed to one statement. It is filled by Add and used once.
type Set struct {
	cols  []column
	rows  [][]any
	space []any // of the next rows, so that not each is made alone
	err   error
}

type column struct {
	name     string
	kind     string
	nullable bool
}

var (
	parsedCols atomic.Pointer[map[string][]column] // "a:int,b:text" → columns; the texts are constants of the program, so the map is small
	parsing    sync.Mutex                          // of whoever replaces the map by a larger copy
)

// NewSet makes an empty set of these columns.
func NewSet(cols Cols) *Set {
	return &Set{cols: parseCols(cols)}
}

func parseCols(cols Cols) []column {
	var space [256]byte
	key := space[:0]
	for _, c := range cols {
		key = append(append(key, c...), ',')
	}
	if known := parsedCols.Load(); known != nil {
		if out, ok := (*known)[string(key)]; ok {
			return out
		}
	}
	parsing.Lock()
	defer parsing.Unlock()
	more := map[string][]column{}
	if known := parsedCols.Load(); known != nil {
		if out, ok := (*known)[string(key)]; ok { // another was faster
			return out
		}
		maps.Copy(more, *known)
	}
	out := make([]column, len(cols))
	for i, c := range cols {
		name, kind, ok := strings.Cut(c, ":")
		kind, nullable := strings.CutSuffix(kind, "?")
		if _, known := pgTypes[kind]; !ok || !known {
			panic("db: column " + strconv.Quote(c) + " is not name:int, name:text, name:bytes or name:bool")
		}
		out[i] = column{name: name, kind: kind, nullable: nullable}
	}
	more[string(key)] = out
	parsedCols.Store(&more)
	return out
}

// Add appends one row; the values stand in the order of the columns.
func (s *Set) Add(values ...any) {
	if len(values) != len(s.cols) {
		s.err = fmt.Errorf("db: a row of %d values for %d columns", len(values), len(s.cols))
		return
	}
	n := len(values)
	if len(s.space) < n {
		s.space = make([]any, n*min(max(len(s.rows), 1), spaceMax))
	}
	row := s.space[:n:n]
	if err := fillPlain(row, values); err != nil {
		s.err = err
		return
	}
	s.rows, s.space = append(s.rows, row), s.space[n:]
}

// spaceMax is how many rows are made at once at most.
const spaceMax = 64

// Len is the number of rows.
func (s *Set) Len() int { return len(s.rows) }

var pgTypes = map[string]string{"int": "bigint", "text": "text", "bytes": "bytea", "bool": "boolean"}

// arrays turns the rows into one typed array per column, as unnest takes them. pgx sends a FlatArray without reflection.
func (s *Set) arrays() ([]any, error) {
	out := make([]any, len(s.cols))
	for i, c := range s.cols {
		var err error
		switch c.kind {
		case "int":
			out[i], err = arrayOf[int64](s.rows, i, c)
		case "text":
			out[i], err = arrayOf[string](s.rows, i, c)
		case "bool":
			out[i], err = arrayOf[bool](s.rows, i, c)
		case "bytes":
			out[i], err = bytesArray(s.rows, i, c)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func arrayOf[T any](rows [][]any, i int, c column) (any, error) {
	if c.nullable {
		out := make(pgtype.FlatArray[*T], len(rows))
		for n, row := range rows {
			if row[i] == nil {
				continue
			}
			v, ok := row[i].(T)
			if !ok {
				return nil, wrongType(c, row[i])
			}
			out[n] = &v
		}
		return out, nil
	}
	out := make(pgtype.FlatArray[T], len(rows))
	for n, row := range rows {
		v, ok := row[i].(T)
		if !ok {
			return nil, wrongType(c, row[i])
		}
		out[n] = v
	}
	return out, nil
}

func bytesArray(rows [][]any, i int, c column) (any, error) {
	out := make(pgtype.FlatArray[[]byte], len(rows))
	for n, row := range rows {
		v, ok := row[i].([]byte)
		if !ok && (row[i] != nil || !c.nullable) {
			return nil, wrongType(c, row[i])
		}
		out[n] = v
	}
	return out, nil
}

func wrongType(c column, v any) error {
	return fmt.Errorf("db: column %s is %s, not %T", c.name, c.kind, v)
}

// plainArgs brings arguments to the few types both drivers take: nil, int64, string, bool, []byte. A type with a
// Value method (ids, days, months) is asked for its value; other named types count as their underlying kind.
func plainArgs(args []any) ([]any, error) {
	out := make([]any, len(args))
	if err := fillPlain(out, args); err != nil {
		return nil, err
	}
	return out, nil
}

func fillPlain(out, args []any) error {
	for i, a := range args {
		v, err := plain(a)
		if err != nil {
			return fmt.Errorf("db: argument %d: %w", i+1, err)
		}
		out[i] = v
	}
	return nil
}

func plain(a any) (any, error) {
	switch v := a.(type) {
	case nil, int64, string, bool, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case driver.Valuer:
		if rv := reflect.ValueOf(a); rv.Kind() == reflect.Pointer && rv.IsNil() {
			return nil, nil
		}
		return v.Value()
	}
	rv := reflect.ValueOf(a)
	switch {
	case rv.Kind() == reflect.Pointer:
		if rv.IsNil() {
			return nil, nil
		}
		return plain(rv.Elem().Interface())
	case rv.CanInt():
		return rv.Int(), nil
	case rv.Kind() == reflect.String:
		return rv.String(), nil
	case rv.Kind() == reflect.Bool:
		return rv.Bool(), nil
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() == reflect.Uint8:
		return rv.Bytes(), nil
	}
	return nil, fmt.Errorf("%T cannot be stored", a)
}

var (
	lockMark = regexp.MustCompile(`\{forupdate(?: (\w+))?\}`)
	// orFail marks a writing statement over a set. By itself SQLite would copy each page before such a statement changes it,
	// to take back what was done before a row was refused; here the whole transaction goes then (see liteSession).
	orFail   = regexp.MustCompile(`(?m)^(\s*(?:INSERT|UPDATE))\b`)
	rendered sync.Map // {sql, engine, columns} → text; statements are constants of the program
)

type renderKey struct {
	sql    string
	engine Engine
	first  *column // the parsed columns are cached, so their first element's address names them
	rows   int     // of a list of values
	extra  int     // arguments behind the first row's
}

// render replaces {rows} and {forupdate} by what the engine understands. The other differences are none.
func render(sql string, engine Engine, cols []column) string {
	return renderRows(sql, engine, cols, 1, 0)
}

func renderRows(sql string, engine Engine, cols []column, rows, extra int) string {
	if engine == Foreign || !strings.Contains(sql, "{") {
		return sql
	}
	key := renderKey{sql: sql, engine: engine, rows: rows, extra: extra}
	if len(cols) > 0 {
		key.first = &cols[0]
	}
	if text, ok := rendered.Load(key); ok {
		return text.(string)
	}
	text := sql
	if engine == SQLite {
		// CROSS keeps the set on the outside: an ORDER BY of locks would otherwise lead SQLite through the whole table.
		text = strings.ReplaceAll(text, "{rows} JOIN", "{rows} CROSS JOIN")
		text = strings.ReplaceAll(text, "{rows}", valuesText(cols, rows, extra))
		text = lockMark.ReplaceAllString(text, "")
		if len(cols) > 0 {
			text = orFail.ReplaceAllString(text, "$1 OR FAIL")
		}
	} else {
		text = strings.ReplaceAll(text, "{rows}", arraysText(cols))
		text = lockMark.ReplaceAllStringFunc(text, func(m string) string {
			if of := lockMark.FindStringSubmatch(m)[1]; of != "" {
				return "FOR UPDATE OF " + of
			}
			return "FOR UPDATE"
		})
	}
	rendered.Store(key, text)
	return text
}

func arraysText(cols []column) string {
	var parts, names []string
	for i, c := range cols {
		parts = append(parts, "$"+strconv.Itoa(i+1)+"::"+pgTypes[c.kind]+"[]")
		names = append(names, c.name)
	}
	return "unnest(" + strings.Join(parts, ", ") + ") AS r(" + strings.Join(names, ", ") + ")"
}

// valuesText lists rows as values. The first row has the arguments $1 to the number of columns, as PostgreSQL's arrays
// have; the other rows come behind the extra arguments.
func valuesText(cols []column, rows, extra int) string {
	var b strings.Builder
	b.WriteString("(SELECT ")
	for i, c := range cols {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "column%d AS %s", i+1, c.name)
	}
	b.WriteString(" FROM (VALUES ")
	for n := range rows {
		first := 1
		if n > 0 {
			first = n*len(cols) + extra + 1
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for i := range cols {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(first+i))
		}
		b.WriteByte(')')
	}
	b.WriteString(")) AS r")
	return b.String()
}

// chunks are the lengths of lists of values: few, because each is a prepared statement of its own.
var chunks = []int{64, 16, 4, 1}

// eachChunk is Each on SQLite.
func (t *Tx) eachChunk(sql string, set *Set, scan func(Row) error, extra []any) (int64, error) {
	var total int64
	for rows := set.rows; len(rows) > 0; {
		n := chunks[slices.IndexFunc(chunks, func(c int) bool { return c <= len(rows) })]
		args := make([]any, 0, n*len(set.cols)+len(extra))
		args = append(append(args, rows[0]...), extra...)
		for _, row := range rows[1:n] {
			args = append(args, row...)
		}
		changed, err := t.run(renderRows(sql, t.engine, set.cols, n, len(extra)), args, scan)
		if err != nil {
			return total, err
		}
		total += changed
		rows = rows[n:]
	}
	return total, nil
}
