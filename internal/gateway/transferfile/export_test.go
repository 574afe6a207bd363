package transferfile

import "tsuke/internal/money"

// ParseDay is a day as read, "" for none.
func ParseDay(s string) string {
	day, ok := parseDay(s)
	if !ok {
		return ""
	}
	return day.String()
}

// ParseAmount is an amount as read.
func ParseAmount(s string) (money.Yen, bool) { return parseAmount(s) }
