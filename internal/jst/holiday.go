package jst

import "time"

// The national holidays by the Act on National Holidays (国民の祝日に関する法律, Act 178 of 1948) as amended up to 2020:
// art. 2 names them, art. 3 adds the substitute days and the days between.

const (
	substituteName = "振替休日"  // art. 3 para. 2
	betweenName    = "国民の休日" // art. 3 para. 3
)

// fixed are the holidays of art. 2 with a date of their own.
var fixed = []struct {
	month  time.Month
	day    int
	nameJA string
}{
	{time.January, 1, "元日"},
	{time.February, 11, "建国記念の日"},
	{time.February, 23, "天皇誕生日"},
	{time.April, 29, "昭和の日"},
	{time.May, 3, "憲法記念日"},
	{time.May, 4, "みどりの日"},
	{time.May, 5, "こどもの日"},
	{time.August, 11, "山の日"},
	{time.November, 3, "文化の日"},
	{time.November, 23, "勤労感謝の日"},
}

// mondays are the holidays of art. 2 that fall on the n-th Monday of a month.
var mondays = []struct {
	month  time.Month
	nth    int
	nameJA string
}{
	{time.January, 2, "成人の日"},
	{time.July, 3, "海の日"},
	{time.September, 3, "敬老の日"},
	{time.October, 2, "スポーツの日"},
}

// moved are the days that the special act for the Tokyo Olympic and Paralympic Games (Act 33 of 2015, as amended
// in 2018 and 2020) put elsewhere in one year.
var moved = map[int]map[string]struct {
	month time.Month
	day   int
}{
	2020: {"海の日": {time.July, 23}, "スポーツの日": {time.July, 24}, "山の日": {time.August, 10}},
	2021: {"海の日": {time.July, 22}, "スポーツの日": {time.July, 23}, "山の日": {time.August, 8}},
}

// holidaysOf gives the holidays of one year with their substitutes and the days between.
func holidaysOf(year int) map[Day]string {
	named := map[Day]string{}
	enter := func(month time.Month, day int, nameJA string) {
		if to, ok := moved[year][nameJA]; ok {
			month, day = to.month, to.day
		}
		named[dayAt(year, month, day)] = nameJA
	}
	for _, f := range fixed {
		enter(f.month, f.day, f.nameJA)
	}
	for _, m := range mondays {
		enter(m.month, nthMonday(year, m.month, m.nth), m.nameJA)
	}
	enter(time.March, equinox(year, 20_843_100), "春分の日")
	enter(time.September, equinox(year, 23_248_800), "秋分の日")
	return withDaysOff(named)
}

func nthMonday(year int, month time.Month, nth int) int {
	first := dayAt(year, month, 1).Weekday()
	return 1 + (int(time.Monday)-int(first)+7)%7 + 7*(nth-1)
}

// equinox is the day of the month of an equinox, by the almanac formula for 1980–2099 in millionths of a day:
// floor(start + 0.242194 × years) − floor(years ÷ 4), with years counted from 1980.
func equinox(year, start int) int {
	years := year - 1980
	return (start+242_194*years)/1_000_000 - years/4
}

// withDaysOff adds what art. 3 adds: the first day after a Sunday holiday that is no holiday itself (para. 2), and a day
// that is no holiday but has one on either side (para. 3).
func withDaysOff(named map[Day]string) map[Day]string {
	all := make(map[Day]string, len(named)+3)
	for day, nameJA := range named {
		all[day] = nameJA
	}
	for day := range named {
		if day.Weekday() == time.Sunday {
			all[firstOutside(named, day.Add(1))] = substituteName
		}
		between := day.Add(1)
		if _, taken := named[between]; taken {
			continue
		}
		if _, ok := named[day.Add(2)]; ok && between.Weekday() != time.Sunday && all[between] == "" {
			all[between] = betweenName
		}
	}
	return all
}

func firstOutside(named map[Day]string, day Day) Day {
	for {
		if _, taken := named[day]; !taken {
			return day
		}
		day = day.Add(1)
	}
}
