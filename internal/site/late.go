package site

import (
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
	"tsuke/internal/web"
)

// What follows when a bill is not paid in time, as the pages tell it before anybody buys.
var (
	LateFee       = term.Yen("late.fee", 100, "what each of the two fee days of a month adds to a bill past due, tax included")
	LateFirstDay  = term.DayOfMonth("late.fee.first_day", 10, "the first fee day, from the month after the due day on")
	LateSecondDay = term.DayOfMonth("late.fee.second_day", 25, "the second fee day")
	DamagesRate   = term.BasisPoints("late.damages.rate", 1460, "late damages a year, of the principal")
)

// lateTerms lists the figures of being late.
var lateTerms = []term.Def{LateFee, LateFirstDay, LateSecondDay, DamagesRate}

// lateTerms are today's figures of being late.
func (v *visit) lateTerms() web.LateTerms {
	terms, today := v.site.Terms.Current(), v.today()
	return web.LateTerms{
		Fee:         LateFee.On(terms, today),
		Days:        [2]int{LateFirstDay.On(terms, today), LateSecondDay.On(terms, today)},
		DamagesRate: DamagesRate.On(terms, today),
	}
}

const (
	exampleSum    money.Yen = 30_000 // of the worked example of being late
	exampleMonths int       = 2      // that its fee days are followed for
	daysOfYear              = 365    // by which late damages are reckoned, in leap years too
)

// lateExample follows a sum that was used in a month and is not paid: what each fee day makes of it, and the damages of
// a whole year.
func lateExample(month jst.Month, dueDay int, late web.LateTerms) web.LateExample {
	e := web.LateExample{
		Sum: exampleSum, Month: month, Due: month.Next().Day(dueDay), Damages: damages(exampleSum, late.DamagesRate, daysOfYear),
	}
	total := e.Sum
	for n := range exampleMonths {
		for _, day := range late.Days {
			total += late.Fee
			e.Steps = append(e.Steps, web.LateStep{Day: e.Due.Month().Add(n + 1).Day(day), Total: total})
		}
	}
	return e
}

// damages are late damages on a principal for a number of days: reckoned for the whole of them and rounded down once.
func damages(principal money.Yen, rate money.BasisPoints, days int64) money.Yen {
	return principal.Portion(int64(rate)*days, 10_000*daysOfYear)
}
