package member

import "tsuke/internal/term"

// The figures of membership (rules M02 to M20).
var (
	CodeMinutes     = term.Minutes("member.code.minutes", 5, "how long a code sent by SMS can be entered").Between(minute, 10*minute)
	CodeWait        = term.Int("member.code.wait_seconds", 30, "seconds until a code can be sent again").Between(10, 600)
	CodeShortMax    = term.Int("member.code.number_max", 3, "codes to one number within its short span").Between(1, 20)
	CodeShortSpan   = term.Minutes("member.code.number_minutes", 10, "the short span of a number").Between(minute, 24*60*minute)
	CodeDayMax      = term.Int("member.code.day_max", 10, "codes to one number within 24 hours").Between(1, 100)
	CodeNetworkMax  = term.Int("member.code.network_max", 20, "codes asked for from one network (IPv4 /24, IPv6 /56) within an hour").Between(1, 100_000)
	CodePrefixMax   = term.Int("member.code.prefix_max", 100, "codes to numbers with the same first six digits within an hour").Between(1, 1_000_000)
	CodeTries       = term.Int("member.code.tries", 5, "wrong codes for one number and purpose until entry pauses").Between(1, 10)
	CodePause       = term.Minutes("member.code.pause_minutes", 30, "how long entry pauses; also the span in which wrong codes are counted").Between(5*minute, 24*60*minute)
	AgeAlone        = term.Int("member.age.alone", 18, "the age from which no guardian's consent is needed").Between(18, 20)
	ApplicationDays = term.Days("member.application.days", 7, "how long an unfinished registration is kept after its last step").Between(1, 30)
	Agreement       = term.Text("member.agreement.version", "2026-06-01", "the version of the terms of use in force")
	SignInDays      = term.Days("member.sign_in.days", 30, "how long a browser stays signed in after its last code").Between(1, 90)
	FreshMinutes    = term.Minutes("member.fresh.minutes", 15, "how long after its last code a browser may spend or change what is personal").Between(minute, 60*minute)
)

// Terms lists the figures of this package.
var Terms = []term.Def{
	CodeMinutes, CodeWait, CodeShortMax, CodeShortSpan, CodeDayMax, CodeNetworkMax, CodePrefixMax, CodeTries, CodePause,
	AgeAlone, ApplicationDays, Agreement, SignInDays, FreshMinutes,
}
