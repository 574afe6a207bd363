package notice

import (
	"time"

	"tsuke/internal/term"
)

// The figures of notices.
var (
	RemindDays    = term.Days("notice.remind.days", 3, "how many days before the due day a bill is reminded of (rule N08); 0 for no such reminder").Between(0, 9)
	SMSFrom       = term.Minutes("notice.sms.from_minutes", 9*60, "minutes after midnight from which texts about late bills are sent on bank days (rule N07)").Between(7*time.Hour, 12*time.Hour)
	SMSUntil      = term.Minutes("notice.sms.until_minutes", 20*60, "minutes after midnight until which texts about late bills are sent on bank days (rule N07)").Between(13*time.Hour, 21*time.Hour)
	DunFirstDays  = term.Days("notice.dunning.first.days", 3, "how many days after the due day the first notice of a bill past due is sent (rule N11)").Between(1, 7)
	DunSecondDays = term.Days("notice.dunning.second.days", 10, "how many days after the due day the second one is sent (rule N11)").Between(8, 20)
	DunLastDays   = term.Days("notice.dunning.last.days", 30, "how many days after the due day the last one is sent, before a person calls (rule N11)").Between(21, 90)
	ResendWait    = term.Minutes("notice.resend.minutes", 1, "how long after a message its next copy can be asked for (rule N10)").Between(time.Minute, time.Hour)
	ResendMax     = term.Int("notice.resend.max", 5, "copies of one message that are sent at most (rule N10)").Between(1, 20)
)

// Terms lists the figures of this package.
var Terms = []term.Def{RemindDays, DunFirstDays, DunSecondDays, DunLastDays, SMSFrom, SMSUntil, ResendWait, ResendMax}
