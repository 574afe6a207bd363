package site

import (
	"tsuke/internal/collection"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// lateTerms are today's figures of being late.
func (v *visit) lateTerms() web.LateTerms {
	terms, today := v.site.Terms.Current(), v.today()
	return web.LateTerms{
		Fee:         collection.LateFee.On(terms, today),
		Days:        [2]int{collection.LateFirstDay.On(terms, today), collection.LateSecondDay.On(terms, today)},
		DamagesRate: collection.DamagesRate.On(terms, today),
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
