package jst_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/jst"
)

// holidaysOf lists what the calendar says of each day of a year, as "01-01 元日".
func holidaysOf(t *testing.T, year string) (days, names []string) {
	t.Helper()
	for d := day(t, year+"-01-01"); strings.HasPrefix(d.String(), year); d = d.Add(1) {
		if nameJA, ok := jst.Japan().Holiday(d); ok {
			days = append(days, d.String()[len("2006-"):])
			names = append(names, d.String()[len("2006-"):]+" "+nameJA)
		}
	}
	return days, names
}

func TestHolidaysOfAllYears(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/holidays.txt")
	if err != nil {
		t.Fatal(err)
	}
	years := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		years++
		fields := strings.Fields(line)
		got, _ := holidaysOf(t, fields[0])
		if diff := cmp.Diff(fields[1:], got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", fields[0], diff)
		}
	}
	if years != 31 {
		t.Errorf("%d years are listed, want 2020 to 2050", years)
	}
}

func TestHolidayNames(t *testing.T) {
	t.Parallel()
	for year, want := range map[string][]string{
		"2020": { // the Games moved three holidays
			"01-01 元日", "01-13 成人の日", "02-11 建国記念の日", "02-23 天皇誕生日", "02-24 振替休日", "03-20 春分の日",
			"04-29 昭和の日", "05-03 憲法記念日", "05-04 みどりの日", "05-05 こどもの日", "05-06 振替休日", "07-23 海の日",
			"07-24 スポーツの日", "08-10 山の日", "09-21 敬老の日", "09-22 秋分の日", "11-03 文化の日", "11-23 勤労感謝の日",
		},
		"2021": { // and again, one to a Sunday
			"01-01 元日", "01-11 成人の日", "02-11 建国記念の日", "02-23 天皇誕生日", "03-20 春分の日", "04-29 昭和の日",
			"05-03 憲法記念日", "05-04 みどりの日", "05-05 こどもの日", "07-22 海の日", "07-23 スポーツの日", "08-08 山の日",
			"08-09 振替休日", "09-20 敬老の日", "09-23 秋分の日", "11-03 文化の日", "11-23 勤労感謝の日",
		},
		"2026": { // a substitute three days after its Sunday, and a day between
			"01-01 元日", "01-12 成人の日", "02-11 建国記念の日", "02-23 天皇誕生日", "03-20 春分の日", "04-29 昭和の日",
			"05-03 憲法記念日", "05-04 みどりの日", "05-05 こどもの日", "05-06 振替休日", "07-20 海の日", "08-11 山の日",
			"09-21 敬老の日", "09-22 国民の休日", "09-23 秋分の日", "10-12 スポーツの日", "11-03 文化の日", "11-23 勤労感謝の日",
		},
		"2027": {
			"01-01 元日", "01-11 成人の日", "02-11 建国記念の日", "02-23 天皇誕生日", "03-21 春分の日", "03-22 振替休日",
			"04-29 昭和の日", "05-03 憲法記念日", "05-04 みどりの日", "05-05 こどもの日", "07-19 海の日", "08-11 山の日",
			"09-20 敬老の日", "09-23 秋分の日", "10-11 スポーツの日", "11-03 文化の日", "11-23 勤労感謝の日",
		},
	} {
		_, got := holidaysOf(t, year)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", year, diff)
		}
	}
}

func TestBankDay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"2026-07-10": true,
		"2026-07-11": false, // Saturday
		"2026-07-12": false, // Sunday
		"2026-07-20": false, // holiday
		"2026-05-06": false, // substitute
		"2026-09-22": false, // between
		"2026-12-30": true,
		"2026-12-31": false, // Thursday, Banking Act Enforcement Order art. 5
		"2027-01-01": false,
		"2029-01-02": false, // Tuesday
		"2029-01-03": false, // Wednesday
		"2029-01-04": true,
		"2020-07-20": true, // would be 海の日, moved
		"2020-01-06": true,
		"2050-12-30": true,
	} {
		if got, err := jst.Japan().BankDay(day(t, text)); got != want || err != nil {
			t.Errorf("%s: %t, %v", text, got, err)
		}
	}
}

// A direct debit of the 27th moves to the next bank day: all months of 2026 and 2027.
func TestDebitDays(t *testing.T) {
	t.Parallel()
	moved := map[string]string{
		"2026-06": "2026-06-29", "2026-09": "2026-09-28", "2026-12": "2026-12-28", "2027-02": "2027-03-01",
		"2027-03": "2027-03-29", "2027-06": "2027-06-28", "2027-11": "2027-11-29",
	}
	for m := month(t, "2026-05"); !m.After(month(t, "2027-12")); m = m.Next() {
		want, ok := moved[m.String()]
		if !ok {
			want = m.Day(27).String()
		}
		if got, err := jst.Japan().NextBankDay(m.Day(27)); err != nil || got.String() != want {
			t.Errorf("the debit of %s is on %s, %v; want %s", m, got, err, want)
		}
	}
}

// The calendar of a debit run: cut-off seven bank days before, results four and funds six after.
func TestDebitRuns(t *testing.T) {
	t.Parallel()
	for _, c := range [][4]string{
		{"2026-11-27", "2026-11-17", "2026-12-03", "2026-12-07"},
		{"2026-12-28", "2026-12-17", "2027-01-05", "2027-01-07"},
		{"2027-01-27", "2027-01-18", "2027-02-02", "2027-02-04"},
		{"2027-03-01", "2027-02-17", "2027-03-05", "2027-03-09"},
	} {
		for i, n := range []int{0, -7, 4, 6} {
			if got, err := jst.Japan().AddBankDays(day(t, c[0]), n); err != nil || got.String() != c[i] {
				t.Errorf("%s and %d bank days is %s, %v; want %s", c[0], n, got, err, c[i])
			}
		}
	}
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-07-11", 0, "2026-07-11"}, // Saturday, as it stands
		{"2026-07-11", 1, "2026-07-13"},
		{"2026-07-11", -1, "2026-07-10"},
		{"2026-12-30", 1, "2027-01-04"},
		{"2027-01-04", -1, "2026-12-30"},
	} {
		if got, err := jst.Japan().AddBankDays(day(t, c.from), c.n); err != nil || got.String() != c.want {
			t.Errorf("%s and %d bank days is %s, %v; want %s", c.from, c.n, got, err, c.want)
		}
	}
}

func TestCalendarFailsBeyondItsYears(t *testing.T) {
	t.Parallel()
	c := jst.Japan()
	for _, d := range []jst.Day{{}, day(t, "2019-12-31"), day(t, "2051-01-01"), day(t, "9999-12-31")} {
		if _, err := c.BankDay(d); !errors.Is(err, jst.ErrBeyond) {
			t.Errorf("BankDay of %s: %v", d, err)
		}
		if got, err := c.NextBankDay(d); !errors.Is(err, jst.ErrBeyond) || !got.IsZero() {
			t.Errorf("NextBankDay of %s: %s, %v", d, got, err)
		}
		if got, err := c.AddBankDays(d, 0); !errors.Is(err, jst.ErrBeyond) || !got.IsZero() {
			t.Errorf("AddBankDays of %s: %s, %v", d, got, err)
		}
		if _, err := c.With(jst.Override{Day: d, NameJA: "臨時の休日"}); !errors.Is(err, jst.ErrBeyond) {
			t.Errorf("With %s: %v", d, err)
		}
		if _, ok := c.Holiday(d); ok {
			t.Errorf("%s is a holiday", d)
		}
	}
	if got, err := c.NextBankDay(day(t, "2050-12-31")); !errors.Is(err, jst.ErrBeyond) {
		t.Errorf("the next bank day after the end is %s, %v", got, err)
	}
	for from, n := range map[string]int{"2050-12-30": 1, "2020-01-06": -1} {
		if got, err := c.AddBankDays(day(t, from), n); !errors.Is(err, jst.ErrBeyond) || !got.IsZero() {
			t.Errorf("%s and %d bank days is %s, %v", from, n, got, err)
		}
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	added, removed, renamed := day(t, "2028-04-28"), day(t, "2028-08-11"), day(t, "2028-11-03")
	c, err := jst.Japan().With(
		jst.Override{Day: added, NameJA: "即位の日"},
		jst.Override{Day: removed},
		jst.Override{Day: renamed, NameJA: "明治の日"},
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		day    jst.Day
		nameJA string
		open   bool
	}{{added, "即位の日", false}, {removed, "", true}, {renamed, "明治の日", false}, {day(t, "2028-05-03"), "憲法記念日", false}} {
		nameJA, ok := c.Holiday(want.day)
		open, err := c.BankDay(want.day)
		if nameJA != want.nameJA || ok != (want.nameJA != "") || open != want.open || err != nil {
			t.Errorf("%s: %q, %t, open %t, %v", want.day, nameJA, ok, open, err)
		}
	}
	if _, ok := jst.Japan().Holiday(added); ok {
		t.Error("an override changed the calendar of the law")
	}
}

func TestBankDaysAreConsistent(t *testing.T) {
	t.Parallel()
	c := jst.Japan()
	first := day(t, "2021-01-01")
	rapid.Check(t, func(t *rapid.T) {
		d := first.Add(rapid.IntRange(0, 28*365).Draw(t, "day"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		next, err := c.NextBankDay(d)
		if err != nil || next.Before(d) || next.Sub(d) > 10 {
			t.Fatalf("the next bank day of %s is %s, %v", d, next, err)
		}
		there, err := c.AddBankDays(next, n)
		if err != nil {
			t.Fatal(err)
		}
		back, err := c.AddBankDays(there, -n)
		if err != nil || back != next {
			t.Fatalf("%s, %d bank days on and back, is %s, %v", next, n, back, err)
		}
		open := 0
		for e := next.Add(1); !e.After(there); e = e.Add(1) {
			if is, _ := c.BankDay(e); is {
				open++
			}
		}
		if open != n {
			t.Fatalf("from %s to %s are %d bank days, want %d", next, there, open, n)
		}
	})
}
