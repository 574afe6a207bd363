package jst

import (
	"errors"
	"maps"
	"sync"
	"time"
)

// ErrBeyond tells that a day lies outside the years for which the calendar is known.
var ErrBeyond = errors.New("jst: the bank calendar is known from 2020-01-01 to 2050-12-31 only")

const (
	firstYear = 2020
	lastYear  = 2050
)

// Calendar knows Japan's national holidays and the days on which its banks are open, from 2020-01-01 to 2050-12-31. It
// does not change; With makes another.
type Calendar struct {
	holidays map[Day]string
}

// Override corrects the calendar for one day. The days of the two equinoxes are official only from the February before,
// and laws move holidays for one year; the new day, the old one and each substitute are entered as one Override each.
type Override struct {
	Day    Day
	NameJA string // the holiday's name; empty if the day is no holiday
}

var japan = sync.OnceValue(func() *Calendar {
	c := &Calendar{holidays: map[Day]string{}}
	for year := firstYear; year <= lastYear; year++ {
		maps.Copy(c.holidays, holidaysOf(year))
	}
	return c
})

// Japan is the calendar by the law as it stands, without overrides.
func Japan() *Calendar { return japan() }

// With is the same calendar with some days corrected. What an override says of its day is final: no substitute day
// is worked out from it. It gives ErrBeyond for a day outside the calendar's years.
func (c *Calendar) With(overrides ...Override) (*Calendar, error) {
	out := &Calendar{holidays: maps.Clone(c.holidays)}
	for _, o := range overrides {
		if !known(o.Day) {
			return nil, ErrBeyond
		}
		if o.NameJA == "" {
			delete(out.holidays, o.Day)
		} else {
			out.holidays[o.Day] = o.NameJA
		}
	}
	return out, nil
}

func known(d Day) bool {
	year, _, _ := d.Date()
	return firstYear <= year && year <= lastYear
}

// Holiday is the Japanese name of a national holiday, a substitute or a day between two of them, and false for other
// days. Outside the calendar's years it is always false: ask BankDay where money depends on it.
func (c *Calendar) Holiday(d Day) (nameJA string, ok bool) {
	nameJA, ok = c.holidays[d]
	return nameJA, ok
}

// BankDay tells whether banks are open: not on Saturday, Sunday, national holidays and from 31 December to 3 January
// (Banking Act art. 15, its Enforcement Order art. 5). It gives ErrBeyond outside the calendar's years.
func (c *Calendar) BankDay(d Day) (bool, error) {
	if !known(d) {
		return false, ErrBeyond
	}
	_, month, day := d.Date()
	_, holiday := c.holidays[d]
	weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
	newYear := month == time.December && day == 31 || month == time.January && day <= 3
	return !holiday && !weekend && !newYear, nil
}

// NextBankDay is d itself if banks are open on it, else the first day after it on which they are: what the law and
// every agent's terms say of a payment day that falls on a bank holiday.
func (c *Calendar) NextBankDay(d Day) (Day, error) {
	for {
		open, err := c.BankDay(d)
		if open || err != nil {
			return whole(d, err)
		}
		d = d.Add(1)
	}
}

// AddBankDays is the n-th bank day after d, or before it if n is negative; d itself does not count, whether banks are
// open on it or not. With n = 0 it is d as it stands.
func (c *Calendar) AddBankDays(d Day, n int) (Day, error) {
	if !known(d) {
		return Day{}, ErrBeyond
	}
	step := 1
	if n < 0 {
		step = -1
	}
	for n != 0 {
		d = d.Add(step)
		open, err := c.BankDay(d)
		if err != nil {
			return Day{}, err
		}
		if open {
			n -= step
		}
	}
	return d, nil
}

func whole(d Day, err error) (Day, error) {
	if err != nil {
		return Day{}, err
	}
	return d, nil
}
