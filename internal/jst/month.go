package jst

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"
)

// Month is one month of the calendar in Japan, from 0001-01 to 9999-12. The zero Month means none. Months compare
// with ==.
type Month struct {
	number int32 // 12 × year + month − 1
}

const (
	firstMonth = 12 * 1
	lastMonth  = 12*9999 + 11
)

// MonthOf is the month in Japan to which an instant belongs. The zero Time gives the zero Month.
func MonthOf(t time.Time) Month { return DayOf(t).Month() }

func monthAt(year int, month time.Month) Month {
	return monthNumbered(12*int64(year) + int64(month) - 1)
}

func monthNumbered(n int64) Month {
	if n < firstMonth || n > lastMonth {
		return Month{}
	}
	return Month{number: int32(n)}
}

// ParseMonth reads a month written "2026-07", in exactly that form.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || len(s) != len("2006-01") || t.Year() < 1 {
		return Month{}, ErrForm
	}
	return monthAt(t.Year(), t.Month()), nil
}

// YearMonth is the year and the month; both zero for the zero Month.
func (m Month) YearMonth() (year int, month time.Month) {
	if m.IsZero() {
		return 0, 0
	}
	return int(m.number / 12), time.Month(m.number%12 + 1)
}

// IsZero tells whether m is no month at all.
func (m Month) IsZero() bool { return m == Month{} }

// Next is the month after.
func (m Month) Next() Month { return m.Add(1) }

// Prev is the month before.
func (m Month) Prev() Month { return m.Add(-1) }

// Add is the month n months later, or earlier if n is negative. It is the zero Month beyond the year 9999 and before
// the year 1, and for the zero Month.
func (m Month) Add(n int) Month {
	if m.IsZero() || n > lastMonth || n < -lastMonth {
		return Month{}
	}
	return monthNumbered(int64(m.number) + int64(n))
}

// Sub is how many months m is after o: 1 if o is the month before. Both must be months.
func (m Month) Sub(o Month) int { return int(m.number) - int(o.number) }

// Before tells whether m is earlier than o. The zero Month is before all others.
func (m Month) Before(o Month) bool { return m.number < o.number }

// After tells whether m is later than o.
func (m Month) After(o Month) bool { return m.number > o.number }

// Compare is -1, 0 or +1 as m is before, the same as or after o.
func (m Month) Compare(o Month) int { return compare(m.number, o.number) }

// Equal is m == o, in the shape that test comparisons look for.
func (m Month) Equal(o Month) bool { return m == o }

// First is the month's first day.
func (m Month) First() Day {
	if m.IsZero() {
		return Day{}
	}
	year, month := m.YearMonth()
	return dayAt(year, month, 1)
}

// Last is the month's last day.
func (m Month) Last() Day {
	if m.IsZero() {
		return Day{}
	}
	year, month := m.YearMonth()
	return dayAt(year, month+1, 0)
}

// Day is the month's n-th day. The month's end stands for days that it does not have: the 31st of February is the 28th
// or 29th. Below 1, n counts as 1.
func (m Month) Day(n int) Day {
	if m.IsZero() {
		return Day{}
	}
	_, _, days := m.Last().Date()
	return m.First().Add(min(max(n, 1), days) - 1)
}

// Start is the month's first instant, in UTC. The zero Month gives the zero Time.
func (m Month) Start() time.Time { return m.First().Start() }

// End is the first instant after the month, in UTC: what happens before it belongs to the month or an earlier one. The
// zero Month gives the zero Time.
func (m Month) End() time.Time {
	if m.IsZero() {
		return time.Time{}
	}
	return m.Last().Start().Add(24 * time.Hour)
}

// String is "2026-07", and "" for the zero Month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	year, month := m.YearMonth()
	return fmt.Sprintf("%04d-%02d", year, month)
}

// JA is "7月".
func (m Month) JA() string {
	if m.IsZero() {
		return ""
	}
	_, month := m.YearMonth()
	return strconv.Itoa(int(month)) + "月"
}

// JAFull is "2026年7月".
func (m Month) JAFull() string {
	if m.IsZero() {
		return ""
	}
	year, _ := m.YearMonth()
	return strconv.Itoa(year) + "年" + m.JA()
}

// EN is "July 2026".
func (m Month) EN() string {
	if m.IsZero() {
		return ""
	}
	year, month := m.YearMonth()
	return month.String() + " " + strconv.Itoa(year)
}

// MarshalText is the text of String.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes; an empty text is the zero Month.
func (m *Month) UnmarshalText(text []byte) error {
	return readText(m, string(text), ParseMonth)
}

// Value stores the month as TEXT, the zero Month as NULL.
func (m Month) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil
	}
	return m.String(), nil
}

// Scan reads what Value stores.
func (m *Month) Scan(src any) error { return scanText(m, src, ParseMonth) }
