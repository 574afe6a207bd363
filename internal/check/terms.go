package check

import "tsuke/internal/term"

// The figures of the daily check (rule O20).
var (
	Hour       = term.Int("check.hour", 4, "hour of the day, in Japan, at which all checks are made").Between(0, 23)
	StaleHours = term.Int("check.stale_hours", 26, "hours after which a complete check is missed").Between(24, 24*7)
)

// Terms lists the figures of this package.
var Terms = []term.Def{Hour, StaleHours}
