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

// The figures of paying in parts. They are asked for the day on which a plan is agreed, the last two for the day they are used.
var (
	PlanEnabled  = term.Bool("collection.plan.enabled", false, "whether a bill past due can be paid in parts (rule D09)")
	PlanParts    = term.Int("collection.plan.parts.max", 6, "the most parts that a bill past due is paid in (rule D09)").Between(2, 24)
	PlanFirst    = term.Days("collection.plan.first.days", 31, "how far ahead the first part may be paid (rule D09)").Between(1, 62)
	PlanDays     = term.Days("collection.plan.days", 14, "the days from one part to the next (rule D09)").Between(1, 62)
	PlanLeast    = term.Yen("collection.plan.least", 1_000, "the least that a part comes to (rule D09)").Between(1, 100_000)
	PlanBeyond   = term.Bool("collection.plan.beyond_two_months", false, "whether the last part may be more than two months after the purchase: regulated credit, which needs a registration (rule D10)")
	PlanGrace    = term.Days("collection.plan.grace.days", 3, "the days after the day of a part until which it may come in (rule D12)").Between(0, 14)
	PlanLongRate = term.BasisPoints("collection.plan.damages.rate", 300, "the most that late damages of a bill may come to a year once it was paid in parts over more than two months: the legal rate (rule D11)")
)

// Terms lists the figures of this package.
var Terms = []term.Def{
	LateFee, LateFirstDay, LateSecondDay, DamagesRate, DamagesOn, Capped, CapRate, PromiseDays,
	PlanEnabled, PlanParts, PlanFirst, PlanDays, PlanLeast, PlanBeyond, PlanGrace, PlanLongRate,
}
