package collection

import (
	"fmt"

	"tsuke/internal/billing"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// planFigures are the terms of paying in parts on a day.
type planFigures struct {
	enabled bool
	parts   int // at most
	first   int // days until the first part, at most
	days    int // from one part to the next
	least   money.Yen
	beyond  bool // two months
}

func planFiguresOn(terms term.Terms, day jst.Day) planFigures {
	return planFigures{
		enabled: PlanEnabled.On(terms, day), parts: PlanParts.On(terms, day), first: PlanFirst.On(terms, day), days: PlanDays.On(terms, day),
		least: PlanLeast.On(terms, day), beyond: PlanBeyond.On(terms, day),
	}
}

// purchased is the day of the earliest purchase on a bill: when the first of its contracts was made. What was bought and given
// back in full counts too, which is on the safe side.
func purchased(items []billing.Item) jst.Day {
	var first jst.Day
	for _, item := range items {
		if item.Kind == billing.ItemPurchase && (first.IsZero() || item.Bought.Before(first)) {
			first = item.Bought
		}
	}
	return first
}

// twoMonths is the last day that lies within two months of a day: the day of that number two months later, or the last of
// that month if it has none (Civil Code, Art. 143).
func twoMonths(from jst.Day) jst.Day {
	_, _, n := from.Date()
	return from.Month().Add(2).Day(n)
}

// LastPartDay is the last day on which a part can be paid of a bill with these lines, where two months bind (rule D10).
func LastPartDay(items []billing.Item) jst.Day { return twoMonths(purchased(items)) }

// FirstDays are the days on which the first part of a bill with these lines can be paid: from the day of asking to last, so
// that the second of two parts still lies within two months where they bind (rules D09, D10). Last is before that day if it
// is too late for parts.
func FirstDays(terms term.Terms, today jst.Day, items []billing.Item) (last jst.Day) {
	f := planFiguresOn(terms, today)
	last = today.Add(f.first)
	if f.beyond {
		return last
	}
	if latest := LastPartDay(items).Add(-f.days); latest.Before(last) {
		return latest
	}
	return last
}

// planParts draws up the parts of a sum owed today: as equal as whole yen can be, the earlier ones a yen larger, so many days
// apart (rule D09). long tells that the last one is more than two months after the purchase (rule D10).
func planParts(f planFigures, today jst.Day, owed money.Yen, bought jst.Day, wish PlanWish) (parts []Part, long bool, err error) {
	last := today.Add(f.first)
	switch {
	case !f.enabled:
		return nil, false, PlanOff.New()
	case wish.Parts < 2 || wish.Parts > f.parts:
		return nil, false, PlanPartsWrong.In("parts").With("most", fmt.Sprint(f.parts))
	case wish.First.Before(today) || wish.First.After(last):
		return nil, false, PlanFirstDay.In("first").With("last", last.String())
	}
	var upto money.Yen
	for i, amount := range money.Split(owed, make([]int64, wish.Parts)) {
		upto += amount
		parts = append(parts, Part{Day: wish.First.Add(i * f.days), Amount: amount, Upto: upto})
	}
	if end := parts[len(parts)-1]; end.Amount < f.least {
		return nil, false, PlanTooSmall.In("parts").With("least", f.least.String())
	}
	within := twoMonths(bought)
	long = parts[len(parts)-1].Day.After(within)
	if long && !f.beyond {
		return nil, false, PlanTooLong.In("parts").With("within", within.String())
	}
	return parts, long, nil
}

// missed tells whether the time of a part is over and it is not paid: which one, and the first day on which the plan is not
// kept any more. A part may come in until the end of its day and the days of grace, because agents tell of payments later than
// they are made; days on which we kept people from paying, and the day after them, are made up for (rules D07, D12).
func (p Plan) missed(received money.Yen, today jst.Day, grace int, outages []Span) (part Part, from jst.Day, missed bool) {
	next, _, open := p.Next(received)
	if !open {
		return Part{}, jst.Day{}, false
	}
	last := next.Day.Add(grace)
	for ours(outages, last) {
		last = last.Add(1)
	}
	return next, last.Add(1), last.Before(today)
}

// keeps tells whether a plan is kept on a day: from the day on which it was agreed until it was broken or ended. Nobody is
// charged a fee on such a day, and never for it (rule D11).
func (p Plan) keeps(day jst.Day) bool {
	return !day.Before(jst.DayOf(p.Made)) && (p.Until.IsZero() || day.Before(p.Until))
}
