package term

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"tsuke/internal/db"
	"tsuke/internal/jst"
)

// Notice is how long before the Japan day on which it begins a change has to be made at least. Every process reads the
// changes much more often than that, so none meets a day it has the wrong terms for.
const Notice = 10 * time.Minute

// Book lists all terms of the program and holds the snapshot that a running process works with. It is safe for
// concurrent use.
type Book struct {
	defs    map[string]Def
	current atomic.Pointer[Terms]
}

var nameForm = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9_]+)+$`)

// NewBook makes a book of terms. It refuses a name that is malformed or stands twice, and a default outside its range.
func NewBook(defs ...Def) (*Book, error) {
	b := &Book{defs: make(map[string]Def, len(defs))}
	for _, d := range defs {
		if !nameForm.MatchString(d.Name()) {
			return nil, fmt.Errorf("term: %q is no name: write package.what_it_is", d.Name())
		}
		if _, twice := b.defs[d.Name()]; twice {
			return nil, fmt.Errorf("term: %s is declared twice", d.Name())
		}
		if _, err := d.parse(d.Default()); err != nil {
			return nil, fmt.Errorf("term: the default of %s, %s, is not in its range %s", d.Name(), d.Default(), d.Range())
		}
		if d.Meaning() == "" {
			return nil, fmt.Errorf("term: %s does not say what it means", d.Name())
		}
		b.defs[d.Name()] = d
	}
	b.current.Store(&Terms{book: b})
	return b, nil
}

// Current is the snapshot that was reloaded last; before the first Reload it has no changes.
func (b *Book) Current() Terms { return *b.current.Load() }

// Reload reads the changes and makes them current. After an error the former snapshot stays.
func (b *Book) Reload(ctx context.Context, d *db.DB) error {
	return d.Read(ctx, func(tx *db.Tx) error {
		terms, err := b.Load(tx)
		if err == nil {
			b.current.Store(&terms)
		}
		return err
	})
}

// Terms is a snapshot of all changes. It never changes and may be shared. The zero value has no changes.
type Terms struct {
	book    *Book
	changes map[place][]dated // by day, latest first
}

type place struct{ name, scope string }

type dated struct {
	from  jst.Day
	value any // nil if what is more general applies again
}

func (t Terms) find(name string, day jst.Day, scope string) (any, bool) {
	if t.book != nil && t.book.defs[name] == nil {
		panic("term: " + name + " is used and not in the book")
	}
	if scope != "" {
		if v := t.at(place{name, scope}, day); v != nil {
			return v, true
		}
	}
	v := t.at(place{name, ""}, day)
	return v, v != nil
}

func (t Terms) at(p place, day jst.Day) any {
	for _, d := range t.changes[p] {
		if !d.from.After(day) {
			return d.value
		}
	}
	return nil
}

// Load reads the changes. A stored value that this binary does not allow is refused by name: guessing a number of the
// domain would be worse than not starting. Changes of terms that this binary does not know belong to another version
// and are left alone.
func (b *Book) Load(tx *db.Tx) (Terms, error) {
	rows, err := loadRows(tx)
	if err != nil {
		return Terms{}, err
	}
	return b.snapshot(rows)
}

func (b *Book) snapshot(rows []Listed) (Terms, error) {
	t := Terms{book: b, changes: map[place][]dated{}}
	for _, r := range rows {
		def, known := b.defs[r.Name]
		if !known {
			continue
		}
		d := dated{from: r.From}
		if !r.Ends {
			var err error
			if d.value, err = def.parse(r.Value); err != nil {
				return Terms{}, fmt.Errorf("term: the database holds %q for %s (scope %q, from %s): %w; allowed is %s %s",
					r.Value, r.Name, r.Scope, r.From, err, def.Range(), def.Unit())
			}
		}
		p := place{r.Name, r.Scope}
		t.changes[p] = append(t.changes[p], d)
	}
	for _, changes := range t.changes {
		slices.SortFunc(changes, func(a, b dated) int { return b.from.Compare(a.from) })
	}
	return t, nil
}

// Change is what an operator wants to be valid from a day on.
type Change struct {
	Name  string
	Scope string  // whom it is for, such as a merchant's id; empty for everybody
	From  jst.Day // the first day
	Value string  // as text, in the term's unit; ignored if Ends
	Ends  bool    // ends the scope's own value, or for everybody returns to the default
	By    string  // who made it: a role or an operator's id, never a name
}

// scopeMax is the length of a scope in bytes.
const scopeMax = 64

// Set plans a change, or replaces one planned for the same day. It is refused unless the day begins at least Notice
// from now in Japan, so a change is for tomorrow at the earliest.
func (b *Book) Set(tx *db.Tx, c Change) error {
	def, known := b.defs[c.Name]
	if !known {
		return Unknown.In("name").With("name", printable(c.Name))
	}
	if len(c.Scope) > scopeMax || printable(c.Scope) != c.Scope {
		return BadScope.In("scope").With("name", c.Name)
	}
	if c.By == "" {
		return errors.New("term: a change has to say who made it")
	}
	if earliest := earliestDay(tx.Now()); c.From.Before(earliest) {
		return TooEarly.In("from").With("name", c.Name).With("day", earliest.String())
	}
	if c.Ends {
		c.Value = ""
	} else if _, err := def.parse(c.Value); err != nil {
		return BadValue.In("value").With("name", c.Name).With("range", def.Range()).With("unit", def.Unit())
	}
	return upsertRow(tx, c)
}

// earliestDay is the first Japan day that begins Notice from now or later.
func earliestDay(now time.Time) jst.Day {
	return jst.DayOf(now.Add(Notice - time.Microsecond)).Add(1)
}

// printable is s if it is one line of sane text, and otherwise empty: what was typed wrongly is not repeated.
func printable(s string) string {
	if !utf8.ValidString(s) || len(s) > scopeMax {
		return ""
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return ""
		}
	}
	return s
}

// Line is one term as an operator sees it.
type Line struct {
	Def

	Today   string   // the value for everybody on the day of the transaction
	Changes []Listed // all that are stored: by scope, then by day
}

// Listed is a stored change.
type Listed struct {
	Change

	At time.Time // when it was made, UTC
}

// List gives all terms of the book by name, with their changes.
func (b *Book) List(tx *db.Tx) ([]Line, error) {
	rows, err := loadRows(tx)
	if err != nil {
		return nil, err
	}
	terms, err := b.snapshot(rows)
	if err != nil {
		return nil, err
	}
	byName := map[string][]Listed{}
	for _, r := range rows {
		byName[r.Name] = append(byName[r.Name], r)
	}
	lines := make([]Line, 0, len(b.defs))
	for _, name := range slices.Sorted(maps.Keys(b.defs)) {
		line := Line{Def: b.defs[name], Today: b.defs[name].Default(), Changes: byName[name]}
		if v, ok := terms.find(name, jst.DayOf(tx.Now()), ""); ok {
			line.Today = line.format(v)
		}
		lines = append(lines, line)
	}
	return lines, nil
}
