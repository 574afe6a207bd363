package transferfile

import (
	"strconv"
	"strings"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// minus are the marks that bookkeepers put for a minus sign.
var minus = strings.NewReplacer("△", "-", "▲", "-")

// parseAmount reads yen: "30209", "30,209", "¥30,209", "30,209円", "-500", "▲500", "+500". Nothing, and a hyphen alone, are 0.
func parseAmount(s string) (money.Yen, bool) {
	s = minus.Replace(normal(s))
	if s == "" || s == "-" {
		return 0, true
	}
	s = strings.TrimSuffix(s, "円")
	sign := ""
	for _, mark := range []string{"+", "-", "¥", `\`, "-"} { // a minus stands before or after the unit
		rest, ok := strings.CutPrefix(s, mark)
		if !ok {
			continue
		}
		if s = rest; mark == "+" || mark == "-" {
			sign += mark
		}
	}
	digits, ok := ungrouped(s)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || !money.Yen(n).InRange() || len(sign) > 1 {
		return 0, false
	}
	if sign == "-" {
		n = -n
	}
	return money.Yen(n), true
}

// ungrouped takes the separators out, if they stand where they belong: a comma anywhere else may be a fraction of another country.
func ungrouped(s string) (string, bool) {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		first := i == 0
		if !allDigits(g) || !first && len(g) != 3 || first && len(groups) > 1 && len(g) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// Years of the era that some banks count in. Its first year is also written 元年.
const beforeReiwa = 2018

// separators are what stands between the parts of a day; blanks pad single digits.
var separators = strings.NewReplacer("令和 ", "R", "令和", "R", "年 ", "/", "年", "/", "月 ", "/", "月", "/", "日", "", "-", "/", ".", "/")

// parseDay reads a day as banks write it: 20261205, 2026/12/5, 2026-12-05, 2026.12.05, 2026年12月5日, 令和8年12月5日,
// R8.12.5, each with a time behind a blank or without. Two digits without an era are no year: they may be of either count.
func parseDay(s string) (jst.Day, bool) {
	s, _, _ = strings.Cut(separators.Replace(normal(s)), " ")
	if len(s) == 8 && allDigits(s) {
		s = s[:4] + "/" + s[4:6] + "/" + s[6:]
	}
	s, reiwa := strings.CutPrefix(s, "R")
	if rest, ok := strings.CutPrefix(s, "元/"); ok && reiwa {
		s = "1/" + rest
	}
	parts := strings.Split(s, "/")
	if len(parts) != 3 || len(parts[0]) > 2 == reiwa {
		return jst.Day{}, false
	}
	var numbers [3]int
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || !allDigits(part) || i > 0 && len(part) > 2 || len(part) > 4 {
			return jst.Day{}, false
		}
		numbers[i] = n
	}
	if reiwa {
		numbers[0] += beforeReiwa
	}
	day, ok := jst.Date(numbers[0], time.Month(numbers[1]), numbers[2])
	first, _ := jst.Date(2019, time.May, 1)
	if !ok || reiwa && day.Before(first) || numbers[0] < 1000 {
		return jst.Day{}, false
	}
	return day, true
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
