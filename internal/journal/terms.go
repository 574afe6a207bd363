package journal

import "tsuke/internal/term"

// The figures of entries by hand (rule O16). They are asked for the day on which an entry is decided.
var (
	LineMax  = term.Yen("journal.line.max", 10_000_000, "the most that one line of an entry by hand moves (rule O16)").Between(1, 1_000_000_000)
	BackDays = term.Days("journal.back.days", 92, "how many days back an entry by hand may have its day of value (rule O16)").Between(1, 3660)
)

// Terms lists the figures of this package.
var Terms = []term.Def{LineMax, BackDays}
