package merchant

import (
	"time"

	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// The figures that can differ by merchant: their scope is the merchant's id (rule S08).
var (
	ConfirmMinutes = term.Minutes("merchant.confirm.minutes", 60, "how long a shop may take to confirm that it has the order").Between(time.Minute, 1440*time.Minute)
	CaptureDays    = term.Days("merchant.capture.days", 30, "how long a confirmed payment can be captured").Between(1, 60)
	Fee            = term.BasisPoints("merchant.fee", 250, "what a merchant is charged of what was captured, tax excluded")
	SessionMinutes = term.Minutes("merchant.session.minutes", 30, "how long a checkout stays open unless the shop says otherwise").Between(5*time.Minute, 1440*time.Minute)
	SessionMax     = term.Minutes("merchant.session.max_minutes", 1440, "the longest that a shop may keep a checkout open").Between(5*time.Minute, 1440*time.Minute)
)

// Terms lists the figures of this package.
var Terms = []term.Def{ConfirmMinutes, CaptureDays, Fee, SessionMinutes, SessionMax}

// Conditions are the figures of one merchant on one day.
type Conditions struct {
	ConfirmWithin time.Duration
	CaptureWithin time.Duration
	Fee           money.BasisPoints
	Session       time.Duration // how long a checkout lasts if the shop does not say
	SessionMax    time.Duration
}

// ConditionsOn are the figures of a merchant on a Japan day.
func ConditionsOn(terms term.Terms, day jst.Day, merchant id.Merchant) Conditions {
	scope := merchant.String()
	return Conditions{
		ConfirmWithin: ConfirmMinutes.OnFor(terms, day, scope),
		CaptureWithin: time.Duration(CaptureDays.OnFor(terms, day, scope)) * 24 * time.Hour,
		Fee:           Fee.OnFor(terms, day, scope),
		Session:       SessionMinutes.OnFor(terms, day, scope),
		SessionMax:    SessionMax.OnFor(terms, day, scope),
	}
}

// SessionFor is how long a checkout lasts that a shop asks for in seconds, 0 if it does not say. The fault is BadExpiry.
func (c Conditions) SessionFor(seconds int64) (time.Duration, error) {
	if seconds == 0 {
		return min(c.Session, c.SessionMax), nil
	}
	if seconds < int64(sessionMin/time.Second) || seconds > int64(c.SessionMax/time.Second) {
		return 0, BadExpiry.In("expires_in").
			With("min", plain(int64(sessionMin/time.Second))).With("max", plain(int64(c.SessionMax/time.Second)))
	}
	return time.Duration(seconds) * time.Second, nil
}

// sessionMin is the shortest checkout: less is no time to read what is bought and enter a code.
const sessionMin = 5 * time.Minute
