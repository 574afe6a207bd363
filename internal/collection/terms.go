package collection

import "tsuke/internal/term"

// The figures of lateness. They are asked for the day of a charge.
var (
	LateFee       = term.Yen("late.fee", 100, "what each of the two fee days of a month adds to a bill past due, tax included (rule D01)")
	LateFirstDay  = term.DayOfMonth("late.fee.first_day", 10, "the first fee day, from the month after the due day on (rule D01)")
	LateSecondDay = term.DayOfMonth("late.fee.second_day", 25, "the second fee day (rule D01)")
	DamagesRate   = term.BasisPoints("late.damages.rate", 1460, "late damages a year, of the principal (rule D02)")
	DamagesOn     = term.Bool("late.damages", false, "whether late damages are asked for (rule D02)")
	Capped        = term.Bool("late.cap", true, "whether fees and damages together never exceed the rate of the cap (rule D03)")
	CapRate       = term.BasisPoints("late.cap.rate", 1460, "the most that being late may cost a year, of the principal (rule D03)")
	PromiseDays   = term.Days("late.promise.days", 31, "how far ahead a member can promise to pay (rule D08)")
)

// Terms lists the figures of this package.
var Terms = []term.Def{LateFee, LateFirstDay, LateSecondDay, DamagesRate, DamagesOn, Capped, CapRate, PromiseDays}
