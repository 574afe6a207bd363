package kana

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// What BirthDate refuses.
var (
	ErrBirthEmpty = errors.New("kana: a part of the birth date is missing")
	ErrBirthYear  = errors.New("kana: the year is neither four digits nor an era and its year")
	ErrBirthDay   = errors.New("kana: the calendar has no such day")
	ErrBirthEra   = errors.New("kana: the era did not include that day")
)

// era is one reign: the ways to write it, and its first and last day as yyyymmdd. Eras meet on one day, which belongs to both
// (昭和 began on the afternoon of 大正15年12月25日), except that 平成 and 令和 began at midnight.
type era struct {
	names       []string
	first, last int
}

func eras() []era {
	return []era{
		{[]string{"令和", "令", "R"}, 20190501, 99991231},
		{[]string{"平成", "平", "H"}, 19890108, 20190430},
		{[]string{"昭和", "昭", "S"}, 19261225, 19890107},
		{[]string{"大正", "大", "T"}, 19120730, 19261225},
	}
}

// BirthDate reads a date of birth from three fields. The year is Western ("1990", "1990年") or an era and its year
// ("昭和60", "昭60", "S60", 「平成元年」); month and day may carry their 月 and 日. Whether the day lies in the future, or too far
// back, is the caller's question: it has the clock. The errors are ErrBirthEmpty, ErrBirthYear, ErrBirthDay, ErrBirthEra.
func BirthDate(year, month, day string) (y, m, d int, err error) {
	year = strings.TrimSuffix(strings.ToUpper(strings.ReplaceAll(Text(year), " ", "")), "年")
	month = strings.TrimSuffix(Digits(month), "月")
	day = strings.TrimSuffix(Digits(day), "日")
	if year == "" || month == "" || day == "" {
		return 0, 0, 0, ErrBirthEmpty
	}
	y, reign, err := westernYear(year)
	if err != nil {
		return 0, 0, 0, err
	}
	m, errMonth := small(month)
	d, errDay := small(day)
	if errMonth != nil || errDay != nil || !onCalendar(y, m, d) {
		return 0, 0, 0, ErrBirthDay
	}
	if at := y*10000 + m*100 + d; at < reign.first || at > reign.last {
		return 0, 0, 0, ErrBirthEra
	}
	return y, m, d, nil
}

// westernYear reads a year, and the days its notation can mean.
func westernYear(s string) (int, era, error) {
	for _, e := range eras() {
		for _, name := range e.names {
			count, ok := strings.CutPrefix(s, name)
			if !ok {
				continue
			}
			n, err := small(strings.TrimPrefix(strings.Replace(count, "元", "1", 1), "."))
			if err != nil || n < 1 {
				return 0, era{}, ErrBirthYear
			}
			return e.first/10000 + n - 1, e, nil
		}
	}
	if len(s) != 4 || !allDigits(s) {
		return 0, era{}, ErrBirthYear
	}
	y, err := strconv.Atoi(s)
	return y, era{first: 0, last: 99991231}, err
}

// small reads one or two ASCII digits.
func small(s string) (int, error) {
	if len(s) > 2 || !allDigits(s) {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(s)
}

// onCalendar says whether the Gregorian calendar has the day: the standard library moves 31 April to 1 May.
func onCalendar(y, m, d int) bool {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return y > 0 && t.Year() == y && int(t.Month()) == m && t.Day() == d
}
