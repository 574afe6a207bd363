package jst_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/jst"
)

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

func month(t testing.TB, s string) jst.Month {
	t.Helper()
	m, err := jst.ParseMonth(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return m
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Midnight in Japan is 15:00 UTC of the day before, to the microsecond.
func TestDayAndMonthOfAnInstant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ at, day, month, clock string }{
		{"2026-06-30T14:59:59.999999Z", "2026-06-30", "2026-06", "23:59"},
		{"2026-06-30T15:00:00Z", "2026-07-01", "2026-07", "00:00"},
		{"2026-06-30T15:00:00.000001Z", "2026-07-01", "2026-07", "00:00"},
		{"2026-07-01T00:00:00+09:00", "2026-07-01", "2026-07", "00:00"},
		{"2026-06-30T23:59:59.999999+09:00", "2026-06-30", "2026-06", "23:59"},
		{"2026-12-31T14:59:59.999999Z", "2026-12-31", "2026-12", "23:59"},
		{"2026-12-31T15:00:00Z", "2027-01-01", "2027-01", "00:00"},
		{"2028-02-28T15:00:00Z", "2028-02-29", "2028-02", "00:00"},
		{"2028-02-29T15:00:00Z", "2028-03-01", "2028-03", "00:00"},
		{"2026-07-10T01:24:59Z", "2026-07-10", "2026-07", "10:24"},
		{"1969-12-31T15:00:00Z", "1970-01-01", "1970-01", "00:00"},
		{"1969-12-31T14:59:59Z", "1969-12-31", "1969-12", "23:59"},
		{"0001-01-01T14:59:59Z", "0001-01-01", "0001-01", "23:59"},
	} {
		at := instant(t, c.at)
		if got := jst.DayOf(at).String(); got != c.day {
			t.Errorf("%s is on %s, want %s", c.at, got, c.day)
		}
		if got := jst.MonthOf(at).String(); got != c.month {
			t.Errorf("%s is in %s, want %s", c.at, got, c.month)
		}
		if got := jst.ClockText(at); got != c.clock {
			t.Errorf("%s is at %s, want %s", c.at, got, c.clock)
		}
		if got := jst.In(at); !got.Equal(at) || got.Location() != jst.Zone() {
			t.Errorf("%s in Japan is %v", c.at, got)
		}
	}
	if name, seconds := jst.In(instant(t, "2026-07-01T00:00:00Z")).Zone(); name != "JST" || seconds != 32400 {
		t.Errorf("the zone is %s, %d s", name, seconds)
	}
}

func TestStartAndEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ month, start, end string }{
		{"2026-06", "2026-05-31T15:00:00Z", "2026-06-30T15:00:00Z"},
		{"2026-12", "2026-11-30T15:00:00Z", "2026-12-31T15:00:00Z"},
		{"2028-02", "2028-01-31T15:00:00Z", "2028-02-29T15:00:00Z"},
		{"9999-12", "9999-11-30T15:00:00Z", "9999-12-31T15:00:00Z"},
	} {
		m := month(t, c.month)
		if got := m.Start(); got != instant(t, c.start) {
			t.Errorf("%s starts at %v, want %s", c.month, got, c.start)
		}
		if got := m.End(); got != instant(t, c.end) {
			t.Errorf("%s ends at %v, want %s", c.month, got, c.end)
		}
		last := m.End().Add(-time.Microsecond)
		if jst.MonthOf(last) != m || jst.DayOf(last) != m.Last() || jst.MonthOf(m.Start()) != m {
			t.Errorf("%s does not hold its first and last microsecond", c.month)
		}
		if jst.MonthOf(m.End()) == m || jst.MonthOf(m.Start().Add(-time.Microsecond)) == m {
			t.Errorf("%s holds a microsecond too many", c.month)
		}
	}
	if got := day(t, "2026-07-01").Start(); got != instant(t, "2026-06-30T15:00:00Z") || got.Location() != time.UTC {
		t.Errorf("1 July starts at %v", got)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	d := day(t, "2026-07-10")
	m := month(t, "2026-06")
	for _, c := range [][2]string{
		{d.String(), "2026-07-10"},
		{d.JA(), "7月10日(金)"},
		{d.JAFull(), "2026年7月10日(金)"},
		{d.EN(), "Fri 10 Jul 2026"},
		{day(t, "2027-03-01").JAFull(), "2027年3月1日(月)"},
		{day(t, "2027-01-03").JA(), "1月3日(日)"},
		{m.String(), "2026-06"},
		{m.JA(), "6月"},
		{m.JAFull(), "2026年6月"},
		{m.EN(), "June 2026"},
		{month(t, "0042-11").String(), "0042-11"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
}

func TestDayArithmetic(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		to   string
	}{
		{"2026-07-10", 0, "2026-07-10"},
		{"2026-07-10", 31, "2026-08-10"},
		{"2028-02-28", 1, "2028-02-29"},
		{"2026-02-28", 1, "2026-03-01"},
		{"2026-12-31", 1, "2027-01-01"},
		{"2027-01-01", -1, "2026-12-31"},
		{"1970-01-01", -1, "1969-12-31"},
		{"0001-01-01", 3652058, "9999-12-31"},
	} {
		from, to := day(t, c.from), day(t, c.to)
		if got := from.Add(c.n); got != to {
			t.Errorf("%s + %d is %s, want %s", c.from, c.n, got, c.to)
		}
		if got := to.Sub(from); got != c.n {
			t.Errorf("%s − %s is %d, want %d", c.to, c.from, got, c.n)
		}
		if from.Before(to) != (c.n > 0) || from.After(to) != (c.n < 0) || from.Equal(to) != (c.n == 0) {
			t.Errorf("the order of %s and %s", c.from, c.to)
		}
	}
	if got, want := day(t, "2026-07-10").Compare(day(t, "2026-07-11")), -1; got != want {
		t.Errorf("Compare is %d", got)
	}
	if got := day(t, "2026-07-10").Weekday(); got != time.Friday {
		t.Errorf("10 July 2026 is a %v", got)
	}
	for _, n := range []int{1, math.MaxInt, math.MaxInt32} {
		if got := day(t, "9999-12-31").Add(n); !got.IsZero() {
			t.Errorf("after the last day comes %s", got)
		}
		if got := day(t, "0001-01-01").Add(-n); !got.IsZero() {
			t.Errorf("before the first day comes %s", got)
		}
	}
}

func TestDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		year, month, day int
		ok               bool
	}{
		{2026, 7, 10, true},
		{2028, 2, 29, true},
		{2026, 2, 29, false},
		{2026, 4, 31, false},
		{2026, 13, 1, false},
		{2026, 0, 1, false},
		{2026, 1, 0, false},
		{0, 1, 1, false},
		{10000, 1, 1, false},
		{9999, 12, 31, true},
	} {
		d, ok := jst.Date(c.year, time.Month(c.month), c.day)
		if ok != c.ok || ok == d.IsZero() {
			t.Errorf("%v: %s, %t", c, d, ok)
		}
		if year, m, n := d.Date(); ok && (year != c.year || int(m) != c.month || n != c.day) {
			t.Errorf("%v comes back as %d-%d-%d", c, year, m, n)
		}
	}
}

func TestMonthArithmetic(t *testing.T) {
	t.Parallel()
	june := month(t, "2026-06")
	for _, c := range []struct{ got, want jst.Month }{
		{june.Next(), month(t, "2026-07")},
		{june.Prev(), month(t, "2026-05")},
		{month(t, "2026-12").Next(), month(t, "2027-01")},
		{month(t, "2026-01").Prev(), month(t, "2025-12")},
		{june.Add(19), month(t, "2028-01")},
		{june.Add(-6), month(t, "2025-12")},
		{month(t, "9999-12").Next(), jst.Month{}},
		{month(t, "0001-01").Prev(), jst.Month{}},
		{june.Add(math.MaxInt), jst.Month{}},
		{june.Add(math.MinInt), jst.Month{}},
		{day(t, "2026-06-30").Month(), june},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
	if june.Add(19).Sub(june) != 19 || !june.Before(june.Next()) || !june.After(june.Prev()) || june.Compare(june) != 0 {
		t.Error("the order of months")
	}
	if year, m := june.YearMonth(); year != 2026 || m != time.June {
		t.Errorf("June 2026 is %d, %v", year, m)
	}
}

func TestDaysOfAMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		month string
		n     int
		want  string
	}{
		{"2026-07", 10, "2026-07-10"},
		{"2026-07", 27, "2026-07-27"},
		{"2026-02", 31, "2026-02-28"},
		{"2028-02", 31, "2028-02-29"},
		{"2026-04", 31, "2026-04-30"},
		{"2026-12", 31, "2026-12-31"},
		{"2026-04", 99, "2026-04-30"},
		{"2026-04", 1, "2026-04-01"},
		{"2026-04", 0, "2026-04-01"},
		{"2026-04", -3, "2026-04-01"},
	} {
		if got := month(t, c.month).Day(c.n); got != day(t, c.want) {
			t.Errorf("day %d of %s is %s, want %s", c.n, c.month, got, c.want)
		}
	}
	m := month(t, "2028-02")
	if m.First() != day(t, "2028-02-01") || m.Last() != day(t, "2028-02-29") {
		t.Errorf("February 2028 is %s to %s", m.First(), m.Last())
	}
}

func TestZeroMeansNone(t *testing.T) {
	t.Parallel()
	var d jst.Day
	var m jst.Month
	for _, text := range []string{
		d.String(), d.JA(), d.JAFull(), d.EN(), m.String(), m.JA(), m.JAFull(), m.EN(),
	} {
		if text != "" {
			t.Errorf("none is written %q", text)
		}
	}
	if !d.Add(1).IsZero() || !d.Month().IsZero() || !d.Start().IsZero() || !jst.DayOf(time.Time{}).IsZero() {
		t.Error("no day leads to a day")
	}
	if !m.Next().IsZero() || !m.First().IsZero() || !m.Last().IsZero() || !m.Day(3).IsZero() ||
		!m.End().IsZero() || !m.Start().IsZero() || !jst.MonthOf(time.Time{}).IsZero() {
		t.Error("no month leads to a month")
	}
	if year, month, n := d.Date(); year != 0 || month != 0 || n != 0 {
		t.Errorf("no day is %d-%d-%d", year, month, n)
	}
	if year, n := m.YearMonth(); year != 0 || n != 0 {
		t.Errorf("no month is %d-%d", year, n)
	}
	if !d.Before(day(t, "0001-01-01")) || !m.Before(month(t, "0001-01")) {
		t.Error("none is not before all others")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "2026-7-10", "2026/07/10", "20260710", "2026-07-32", "2026-02-29", "2026-00-01", "0000-01-01", "2026-07-10 ",
		" 2026-07-10", "2026-07-10T00:00:00Z", "12026-07-10", "-026-07-10", "２０２６-07-10", "2026-07-1０",
	} {
		if d, err := jst.ParseDay(text); !errors.Is(err, jst.ErrForm) || !d.IsZero() {
			t.Errorf("%q is the day %s, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "2026-7", "2026-13", "2026-00", "0000-01", "202607", "2026-07-10", "2026-07 ", "+026-07"} {
		if m, err := jst.ParseMonth(text); !errors.Is(err, jst.ErrForm) || !m.IsZero() {
			t.Errorf("%q is the month %s, %v", text, m, err)
		}
	}
}

func TestStored(t *testing.T) {
	t.Parallel()
	for _, want := range []jst.Day{{}, day(t, "2026-07-10")} {
		stored, err := want.Value()
		if err != nil || want.IsZero() != (stored == nil) {
			t.Fatalf("%s is stored as %v, %v", want, stored, err)
		}
		got := day(t, "2001-01-01")
		if err := got.Scan(stored); err != nil || got != want {
			t.Errorf("%s comes back as %s, %v", want, got, err)
		}
	}
	for _, want := range []jst.Month{{}, month(t, "2026-07")} {
		stored, err := want.Value()
		if err != nil || want.IsZero() != (stored == nil) {
			t.Fatalf("%s is stored as %v, %v", want, stored, err)
		}
		got := month(t, "2001-01")
		if err := got.Scan(stored); err != nil || got != want {
			t.Errorf("%s comes back as %s, %v", want, got, err)
		}
	}
	var d jst.Day
	if err := d.Scan([]byte("2026-07-10")); err != nil || d != day(t, "2026-07-10") {
		t.Errorf("read from bytes: %s, %v", d, err)
	}
	for _, src := range []any{"", "2026-07", int64(20260710), time.Unix(0, 0)} {
		if err := d.Scan(src); err == nil {
			t.Errorf("a day is read from %v", src)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type bill struct {
		Due   jst.Day   `json:"due"`
		Month jst.Month `json:"month"`
		None  jst.Day   `json:"none"`
		Left  jst.Day   `json:"left,omitzero"`
	}
	in := bill{Due: day(t, "2026-07-10"), Month: month(t, "2026-06")}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"due":"2026-07-10","month":"2026-06","none":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out bill
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, wrong := range []string{`{"due":"tomorrow"}`, `{"due":20260710}`, `{"month":"2026-07-10"}`} {
		if err := json.Unmarshal([]byte(wrong), &out); err == nil {
			t.Errorf("%s was read", wrong)
		}
	}
}

// Days count like the calendar of package time, one by one, over all years.
func TestDaysAgreeWithTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3652058).Draw(t, "n")
		want := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		first, _ := jst.Date(1, 1, 1)
		d := first.Add(n)
		if d.String() != want.Format("2006-01-02") || d.Weekday() != want.Weekday() || d.Sub(first) != n {
			t.Fatalf("day %d is %s, want %v", n, d, want)
		}
		if got, err := jst.ParseDay(d.String()); err != nil || got != d {
			t.Fatalf("%s is read as %s, %v", d, got, err)
		}
		if jst.DayOf(d.Start()) != d || jst.DayOf(d.Start().Add(-1)) == d {
			t.Fatalf("%s does not start with its first instant", d)
		}
		m := d.Month()
		if m.First().After(d) || m.Last().Before(d) || m.Next().First() != m.Last().Add(1) {
			t.Fatalf("%s is not within %s", d, m)
		}
	})
}

func FuzzParseDay(f *testing.F) {
	for _, seed := range []string{"2026-07-10", "2028-02-29", "2026-02-29", "0000-01-01", "9999-12-31", "2026-7-1", "", "２０２６-07-10"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := jst.ParseDay(text)
		if (err != nil) != d.IsZero() || err == nil && d.String() != text {
			t.Fatalf("%q is read as %q, %v", text, d, err)
		}
	})
}

func FuzzParseMonth(f *testing.F) {
	for _, seed := range []string{"2026-07", "2026-13", "0000-01", "9999-12", "2026-7", "", "2026-07-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := jst.ParseMonth(text)
		if (err != nil) != m.IsZero() || err == nil && m.String() != text {
			t.Fatalf("%q is read as %q, %v", text, m, err)
		}
	})
}
