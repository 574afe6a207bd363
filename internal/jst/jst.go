// Package jst holds the two kinds of time that a Japanese bill knows besides the instant: the day and the month.
//
// # The story
//
// An instant is a [time.Time], kept in UTC. A [Day] is a day of the calendar in Japan, a [Month] a month of it; they are
// types of their own, so that a due day can never be compared with an instant by mistake. Japan has been nine hours
// ahead of UTC without summer time since 1952, so the zone is a fixed one and needs no zone file. A [Calendar] tells on
// which days banks are open; it refuses to answer beyond the years that it was checked for.
//
// The zero Day and the zero Month mean "none" and are stored as NULL.
package jst

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrForm tells that a text is not a day or month of the calendar in the years 0001 to 9999.
var ErrForm = errors.New("jst: not a day such as 2026-07-10 or a month such as 2026-07")

var zone = time.FixedZone("JST", 9*60*60)

// Zone is Japan's time zone: nine hours ahead of UTC, named JST.
func Zone() *time.Location { return zone }

// In is the same instant with Japan's wall clock.
func In(t time.Time) time.Time { return t.In(zone) }

// ClockText is an instant's time of day in Japan: "10:24".
func ClockText(t time.Time) string { return In(t).Format("15:04") }

// Day is one day of the calendar in Japan, from 0001-01-01 to 9999-12-31. The zero Day means none. Days compare with ==.
type Day struct {
	number int32 // 1 is 0001-01-01
}

const (
	daySeconds = 24 * 60 * 60
	lastNumber = 3_652_059 // 9999-12-31
	epochDay   = 719_163   // 1970-01-01
)

// DayOf is the day in Japan to which an instant belongs. The zero Time gives the zero Day.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return Day{}
	}
	year, month, day := In(t).Date()
	return dayAt(year, month, day)
}

// Date is the day of that year, month and day of the month, and false if there is no such day.
func Date(year int, month time.Month, day int) (Day, bool) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	y, m, d := t.Date()
	if y != year || m != month || d != day || year < 1 || year > 9999 {
		return Day{}, false
	}
	return dayAt(year, month, day), true
}

func dayAt(year int, month time.Month, day int) Day {
	seconds := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	return dayNumbered(seconds/daySeconds + epochDay) // whole days, so the division is exact before 1970 too
}

func dayNumbered(n int64) Day {
	if n < 1 || n > lastNumber {
		return Day{}
	}
	return Day{number: int32(n)}
}

// ParseDay reads a day written "2026-07-10", in exactly that form.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil || len(s) != len("2006-01-02") || t.Year() < 1 {
		return Day{}, ErrForm
	}
	return dayAt(t.Date()), nil
}

// utc is midnight UTC of the date, which carries the calendar's arithmetic; it is not the day's first instant.
func (d Day) utc() time.Time {
	return time.Unix((int64(d.number)-epochDay)*daySeconds, 0).UTC()
}

// Date is the year, the month and the day of the month; all zero for the zero Day.
func (d Day) Date() (year int, month time.Month, day int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	return d.utc().Date()
}

// IsZero tells whether d is no day at all.
func (d Day) IsZero() bool { return d == Day{} }

// Add is the day n days later, or earlier if n is negative. It is the zero Day beyond the year 9999 and before the year
// 1, and for the zero Day.
func (d Day) Add(n int) Day {
	if d.IsZero() || n > lastNumber || n < -lastNumber {
		return Day{}
	}
	return dayNumbered(int64(d.number) + int64(n))
}

// Sub is how many days d is after e: 1 if e is the day before. Both must be days.
func (d Day) Sub(e Day) int { return int(d.number) - int(e.number) }

// Before tells whether d is earlier than e. The zero Day is before all others.
func (d Day) Before(e Day) bool { return d.number < e.number }

// After tells whether d is later than e.
func (d Day) After(e Day) bool { return d.number > e.number }

// Compare is -1, 0 or +1 as d is before, the same as or after e.
func (d Day) Compare(e Day) int { return compare(d.number, e.number) }

// Equal is d == e, in the shape that test comparisons look for.
func (d Day) Equal(e Day) bool { return d == e }

// Month is the month to which the day belongs.
func (d Day) Month() Month {
	if d.IsZero() {
		return Month{}
	}
	year, month, _ := d.Date()
	return monthAt(year, month)
}

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Start is the day's first instant, midnight in Japan, in UTC: 15:00 of the day before. The zero Day gives the zero Time.
func (d Day) Start() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.utc().Add(-9 * time.Hour)
}

// String is "2026-07-10", and "" for the zero Day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format("2006-01-02")
}

var weekdaysJA = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// JA is "7月10日(金)".
func (d Day) JA() string {
	if d.IsZero() {
		return ""
	}
	_, month, day := d.Date()
	return fmt.Sprintf("%d月%d日(%s)", month, day, weekdaysJA[d.Weekday()])
}

// JAFull is "2026年7月10日(金)".
func (d Day) JAFull() string {
	if d.IsZero() {
		return ""
	}
	year, _, _ := d.Date()
	return strconv.Itoa(year) + "年" + d.JA()
}

// EN is "Fri 10 Jul 2026".
func (d Day) EN() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format("Mon 2 Jan 2006")
}

// MarshalText is the text of String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; an empty text is the zero Day.
func (d *Day) UnmarshalText(text []byte) error {
	return readText(d, string(text), ParseDay)
}

// Value stores the day as TEXT, the zero Day as NULL.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value stores.
func (d *Day) Scan(src any) error { return scanText(d, src, ParseDay) }

func readText[T any](into *T, text string, parse func(string) (T, error)) error {
	var parsed T
	if text != "" {
		var err error
		if parsed, err = parse(text); err != nil {
			return err
		}
	}
	*into = parsed
	return nil
}

// scanText reads a column of TEXT. NULL is the zero value; an empty text was never stored by Value and is refused.
func scanText[T any](into *T, src any, parse func(string) (T, error)) error {
	var text string
	switch v := src.(type) {
	case nil:
		*into = *new(T)
		return nil
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("jst: a column of TEXT is expected, not %T", src)
	}
	parsed, err := parse(text)
	if err != nil {
		return err
	}
	*into = parsed
	return nil
}

func compare(a, b int32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
