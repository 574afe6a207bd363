package approval

import "tsuke/internal/term"

// Hours is how long a request waits for a second person (rule O10).
var Hours = term.Int("approval.hours", 24, "hours that a request waits for a second person").Between(1, 24*7)

// Terms lists the figures of this package.
var Terms = []term.Def{Hours}
