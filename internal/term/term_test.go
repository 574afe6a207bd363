package term_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

var (
	limit   = term.Yen("test.limit", 50_000, "what may be owed").Between(0, 1_000_000)
	tries   = term.Int("test.tries", 10, "purchases within the span")
	dueDay  = term.DayOfMonth("test.due_day", 10, "day on which payment is due")
	grace   = term.Days("test.grace", 14, "days until the invoice is due")
	span    = term.Minutes("test.span", 10, "span in which tries are counted")
	damages = term.BasisPoints("test.damages", 1460, "late damages a year")
	open    = term.Bool("test.open", true, "whether new members are taken")
	sender  = term.Text("test.sender", "ツケ", "name that mails come from")
	policy  = term.OneOf("test.policy", "what a new shop may do", "ask", "allow")
	all     = []term.Def{limit, tries, dueDay, grace, span, damages, open, sender, policy}
)

func book(t *testing.T, defs ...term.Def) *term.Book {
	t.Helper()
	b, err := term.NewBook(defs...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func day(t *testing.T, text string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func set(d *db.DB, b *term.Book, c term.Change) error {
	if c.By == "" {
		c.By = "operator"
	}
	return d.Write(context.Background(), func(tx *db.Tx) error { return b.Set(tx, c) })
}

func mustSet(t *testing.T, d *db.DB, b *term.Book, name, scope, from, value string) {
	t.Helper()
	c := term.Change{Name: name, Scope: scope, From: day(t, from), Value: value, Ends: value == "ends"}
	if err := set(d, b, c); err != nil {
		t.Fatal(err)
	}
}

func reloaded(t *testing.T, d *db.DB, b *term.Book) term.Terms {
	t.Helper()
	if err := b.Reload(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	return b.Current()
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := book(t, all...)
	today := day(t, "2026-06-01")
	for name, terms := range map[string]term.Terms{"zero": {}, "before a reload": b.Current(), "empty database": reloaded(t, d, b)} {
		got := []any{
			limit.On(terms, today), tries.On(terms, today), dueDay.On(terms, today), grace.On(terms, today), span.On(terms, today),
			damages.On(terms, today), open.On(terms, today), sender.On(terms, today), policy.On(terms, today),
		}
		want := []any{
			money.Yen(50_000), 10, 10, 14, 10 * time.Minute, money.BasisPoints(1460), true, "ツケ", "ask",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEveryKindOfValueIsStoredAndReadBack(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := book(t, all...)
	for name, value := range map[string]string{
		"test.limit": "1000000", "test.tries": "0", "test.due_day": "31", "test.grace": "7", "test.span": "90",
		"test.damages": "300", "test.open": "false", "test.sender": "", "test.policy": "allow",
	} {
		mustSet(t, d, b, name, "", "2026-07-01", value)
	}
	terms, july := reloaded(t, d, b), day(t, "2026-07-01")
	got := []any{
		limit.On(terms, july), tries.On(terms, july), dueDay.On(terms, july), grace.On(terms, july), span.On(terms, july),
		damages.On(terms, july), open.On(terms, july), sender.On(terms, july), policy.On(terms, july),
	}
	want := []any{
		money.Yen(1_000_000), 0, 31, 7, 90 * time.Minute, money.BasisPoints(300), false, "", "allow",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestValueOfADayAndScope(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := book(t, all...)
	mustSet(t, d, b, "test.limit", "", "2026-08-01", "70000")
	mustSet(t, d, b, "test.limit", "", "2026-07-01", "60000") // planned later for an earlier day
	mustSet(t, d, b, "test.limit", "mer_1", "2026-07-15", "5000")
	mustSet(t, d, b, "test.limit", "mer_1", "2026-08-15", "ends")
	mustSet(t, d, b, "test.limit", "", "2026-09-01", "80000")
	mustSet(t, d, b, "test.limit", "", "2026-09-01", "90000") // thought better of
	mustSet(t, d, b, "test.limit", "", "2026-10-01", "ends")
	terms := reloaded(t, d, b)
	for _, row := range []struct {
		day, scope string
		want       money.Yen
	}{
		{"2026-06-30", "", 50_000}, // the default until the first change
		{"2026-07-01", "", 60_000}, // from its first day on
		{"2026-07-31", "", 60_000}, //
		{"2026-08-01", "", 70_000}, //
		{"2026-09-01", "", 90_000}, // the replacement, not what it replaced
		{"2026-10-01", "", 50_000}, // back to the default
		{"2026-06-30", "mer_1", 50_000},
		{"2026-07-14", "mer_1", 60_000}, // what is valid for everybody until the scope's first day
		{"2026-07-15", "mer_1", 5_000},
		{"2026-08-14", "mer_1", 5_000},  // the scope's own value, though everybody's changed
		{"2026-08-15", "mer_1", 70_000}, // ended
		{"2026-07-15", "mer_2", 60_000}, // another scope
	} {
		if got := limit.OnFor(terms, day(t, row.day), row.scope); got != row.want {
			t.Errorf("%s for %q: %s, want %s", row.day, row.scope, got, row.want)
		}
	}
	if got := tries.OnFor(terms, day(t, "2026-07-15"), "mer_1"); got != 10 {
		t.Errorf("another term changed to %d", got)
	}
}

func TestSetRefuses(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := book(t, all...)
	good := term.Change{Name: "test.limit", From: day(t, "2026-07-01"), Value: "60000"}
	for _, row := range []struct {
		name  string
		spoil func(*term.Change)
		kind  *fault.Kind
		field string
	}{
		{"unknown name", func(c *term.Change) { c.Name = "test.limits" }, term.Unknown, "name"},
		{"below", func(c *term.Change) { c.Value = "-1" }, term.BadValue, "value"},
		{"above", func(c *term.Change) { c.Value = "1000001" }, term.BadValue, "value"},
		{"beyond int64", func(c *term.Change) { c.Value = "99999999999999999999" }, term.BadValue, "value"},
		{"separators", func(c *term.Change) { c.Value = "60,000" }, term.BadValue, "value"},
		{"leading zero", func(c *term.Change) { c.Value = "060000" }, term.BadValue, "value"},
		{"plus sign", func(c *term.Change) { c.Value = "+60000" }, term.BadValue, "value"},
		{"full width", func(c *term.Change) { c.Value = "６００００" }, term.BadValue, "value"},
		{"fraction", func(c *term.Change) { c.Value = "60000.0" }, term.BadValue, "value"},
		{"empty", func(c *term.Change) { c.Value = "" }, term.BadValue, "value"},
		{"day 0", func(c *term.Change) { c.Name, c.Value = "test.due_day", "0" }, term.BadValue, "value"},
		{"day 32", func(c *term.Change) { c.Name, c.Value = "test.due_day", "32" }, term.BadValue, "value"},
		{"too many minutes", func(c *term.Change) { c.Name, c.Value = "test.span", "9223372036854775807" }, term.BadValue, "value"},
		{"over 100 %", func(c *term.Change) { c.Name, c.Value = "test.damages", "10001" }, term.BadValue, "value"},
		{"maybe", func(c *term.Change) { c.Name, c.Value = "test.open", "1" }, term.BadValue, "value"},
		{"two lines", func(c *term.Change) { c.Name, c.Value = "test.sender", "a\nb" }, term.BadValue, "value"},
		{"long text", func(c *term.Change) { c.Name, c.Value = "test.sender", strings.Repeat("あ", 501) }, term.BadValue, "value"},
		{"broken text", func(c *term.Change) { c.Name, c.Value = "test.sender", "\xff" }, term.BadValue, "value"},
		{"no such word", func(c *term.Change) { c.Name, c.Value = "test.policy", "deny" }, term.BadValue, "value"},
		{"today", func(c *term.Change) { c.From = day(t, "2026-06-01") }, term.TooEarly, "from"},
		{"the past", func(c *term.Change) { c.From = day(t, "2020-01-01") }, term.TooEarly, "from"},
		{"no day", func(c *term.Change) { c.From = jst.Day{} }, term.TooEarly, "from"},
		{"long scope", func(c *term.Change) { c.Scope = strings.Repeat("x", 65) }, term.BadScope, "scope"},
		{"odd scope", func(c *term.Change) { c.Scope = "a\x00" }, term.BadScope, "scope"},
	} {
		c := good
		row.spoil(&c)
		err := set(d, b, c)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != row.kind || f.Field != row.field {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		for _, lang := range []string{"ja", "en"} {
			if text := f.What(lang) + f.Next(lang); strings.Contains(text, "{") {
				t.Errorf("%s: a figure is missing in %q", row.name, text)
			}
		}
	}
	if err := d.Write(context.Background(), func(tx *db.Tx) error { return b.Set(tx, good) }); err == nil {
		t.Error("a change by nobody was taken")
	}
	if got := limit.On(reloaded(t, d, b), day(t, "2030-01-01")); got != 50_000 {
		t.Errorf("a refused change is valid: %s", got)
	}
}

// A change is for a day that begins in Notice or later, in Japan.
func TestEarliestDay(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := book(t, all...)
	clock := dbtest.Clock(d)
	midnight := day(t, "2026-06-02").Start()
	for _, row := range []struct {
		before  time.Duration // midnight in Japan
		from    string
		refused string // the day offered instead
	}{
		{15 * time.Hour, "2026-06-01", "2026-06-02"},
		{15 * time.Hour, "2026-06-02", ""},
		{term.Notice, "2026-06-02", ""},
		{term.Notice - time.Microsecond, "2026-06-02", "2026-06-03"},
		{term.Notice - time.Microsecond, "2026-06-03", ""},
		{0, "2026-06-02", "2026-06-03"},
		{0, "2026-06-03", ""},
	} {
		clock.Set(midnight.Add(-row.before))
		err := set(d, b, term.Change{Name: "test.tries", From: day(t, row.from), Value: "5"})
		var f *fault.Error
		switch {
		case row.refused == "" && err != nil:
			t.Errorf("%s before midnight, %s: %v", row.before, row.from, err)
		case row.refused != "" && (!errors.As(err, &f) || f.Kind != term.TooEarly || f.Param("day") != row.refused):
			t.Errorf("%s before midnight, %s: %v", row.before, row.from, err)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := book(t, span, limit)
	mustSet(t, d, b, "test.span", "", "2026-06-02", "90")
	mustSet(t, d, b, "test.span", "mer_1", "2026-06-02", "5")
	dbtest.Clock(d).Advance(48 * time.Hour)
	var lines []term.Line
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		lines, err = b.List(tx)
		return err
	})
	if err != nil || len(lines) != 2 {
		t.Fatalf("%+v, %v", lines, err)
	}
	first, second := lines[0], lines[1]
	if first.Name() != "test.limit" || first.Today != "50000" || first.Default() != "50000" || first.Range() != "0–1000000" || first.Unit() != "yen" {
		t.Errorf("first line: %+v", first)
	}
	if second.Name() != "test.span" || second.Today != "90" || second.Default() != "10" || second.Meaning() == "" {
		t.Errorf("second line: %+v", second)
	}
	want := []term.Listed{
		{Change: term.Change{Name: "test.span", From: day(t, "2026-06-02"), Value: "90", By: "operator"}, At: dbtest.Start},
		{Change: term.Change{Name: "test.span", Scope: "mer_1", From: day(t, "2026-06-02"), Value: "5", By: "operator"}, At: dbtest.Start},
	}
	if diff := cmp.Diff(want, second.Changes); diff != "" {
		t.Error(diff)
	}
}

func TestNewBookRefuses(t *testing.T) {
	t.Parallel()
	for name, defs := range map[string][]term.Def{
		"twice":       {limit, limit},
		"no package":  {term.Int("tries", 1, "x")},
		"capitals":    {term.Int("test.Tries", 1, "x")},
		"no meaning":  {term.Int("test.tries", 1, "")},
		"out of its":  {term.DayOfMonth("test.day", 32, "x")},
		"narrowed":    {term.Yen("test.yen", 5, "x").Between(6, 7)},
		"never words": {term.OneOf("test.word", "x")},
	} {
		if _, err := term.NewBook(defs...); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// A database written by another version: what this one does not know is left alone, what it does not allow is refused
// by name, and the snapshot in use stays.
func TestOtherVersions(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := book(t, all...)
	mustSet(t, d, b, "test.limit", "mer_1", "2026-06-02", "900000")
	newer := book(t, tries)
	if got := tries.On(reloaded(t, d, newer), day(t, "2026-07-01")); got != 10 {
		t.Errorf("tries: %d", got)
	}
	narrowed := limit.Between(0, 100_000)
	older := book(t, narrowed)
	err := older.Reload(context.Background(), d)
	if err == nil || !strings.Contains(err.Error(), "test.limit") || !strings.Contains(err.Error(), "mer_1") || !strings.Contains(err.Error(), "0–100000") {
		t.Errorf("the error does not name the term: %v", err)
	}
	if got := narrowed.On(older.Current(), day(t, "2026-07-01")); got != 50_000 {
		t.Errorf("limit: %s", got)
	}
}

// A term that is in no book could never be changed. Whoever uses it learns so in the first test.
func TestTermOutsideTheBookPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := recover(); p == nil || !strings.Contains(p.(string), "test.tries") {
			t.Errorf("recovered %v", p)
		}
	}()
	tries.On(book(t, limit).Current(), day(t, "2026-06-01"))
}
