package staff

import (
	"time"

	"tsuke/internal/term"
)

// The figures of staff (rules O03 to O07).
var (
	LinkMinutes    = term.Minutes("staff.link.minutes", 24*60, "how long a link for enrolment can be used").Between(5*time.Minute, 7*24*time.Hour)
	Tries          = term.Int("staff.code.tries", 5, "wrong codes in a row until entry pauses").Between(1, 10)
	PauseMinutes   = term.Minutes("staff.code.pause_minutes", 15, "how long entry pauses").Between(time.Minute, 24*time.Hour)
	IdleMinutes    = term.Minutes("staff.session.idle_minutes", 30, "how long a session lasts without a visit").Between(5*time.Minute, 12*time.Hour)
	SessionMinutes = term.Minutes("staff.session.minutes", 12*60, "how long a session lasts at most").Between(5*time.Minute, 24*time.Hour)
	FreshMinutes   = term.Minutes("staff.fresh.minutes", 15, "how long after a code its person may approve, or look at personal data").Between(time.Minute, time.Hour)
)

// Terms lists the figures of this package.
var Terms = []term.Def{LinkMinutes, Tries, PauseMinutes, IdleMinutes, SessionMinutes, FreshMinutes}
