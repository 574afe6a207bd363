package collection

import (
	"slices"

	"tsuke/internal/billing"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// figures are the terms of lateness on a day.
type figures struct {
	fee        money.Yen
	damages    bool
	damageRate money.BasisPoints
	capped     bool
	capRate    money.BasisPoints
}

func figuresOn(terms term.Terms, day jst.Day) figures {
	return figures{
		fee: LateFee.On(terms, day), damages: DamagesOn.On(terms, day), damageRate: DamagesRate.On(terms, day),
		capped: Capped.On(terms, day), capRate: CapRate.On(terms, day),
	}
}

// feeDays lists the days, up to one, on which a bill that was due on a day and stays unpaid is charged: two in each month from
// the one after its due day on (rule D01).
func feeDays(terms term.Terms, due, until jst.Day) []jst.Day {
	var days []jst.Day
	for m := due.Month().Next(); !m.First().After(until); m = m.Next() {
		first, second := m.Day(LateFirstDay.On(terms, m.First())), m.Day(LateSecondDay.On(terms, m.First()))
		for _, d := range slices.Compact([]jst.Day{first, second}) {
			if !d.After(until) {
				days = append(days, d)
			}
		}
	}
	return days
}

// excess are the charges with which what a bill is charged exceeds the cap, or its damages their rate, by what is known of its
// payments now, the earliest first: a payment of a part that was told of after them was made before them (rules D03, D05). A
// charge before which nothing was paid stays.
func excess(late billing.Late, terms term.Terms, outages []Span) []billing.Charge {
	var all, damages money.Yen
	var over []billing.Charge
	for _, k := range late.Charges {
		if k.Waived == billing.PaidBefore || k.Kind == billing.Fallback {
			continue
		}
		yenDays := yenDaysOf(late, k.Day, outages)
		f := figuresOn(terms, k.Day)
		more := k.Kind == billing.Damages && damages+k.Amount > perYear(yenDays, k.Rate) ||
			f.capped && all+k.Amount > perYear(yenDays, f.capRate)
		paid := slices.ContainsFunc(late.Receipts, func(r billing.Receipt) bool { return r.PaidDay.Before(k.Day) })
		if more && paid && k.Waived == "" && k.Amount > 0 {
			over = append(over, k)
			continue
		}
		if all += k.Amount; k.Kind == billing.Damages {
			damages += k.Amount
		}
	}
	return over
}

// Span is a run of days, both ends included.
type Span struct {
	From, To jst.Day
}

func (s Span) holds(d jst.Day) bool { return !d.Before(s.From) && !d.After(s.To) }

// outageRest is how many days after an outage nobody is charged: who could not pay then gets the time to do so.
const outageRest = 1

// ours tells whether nobody is charged on a day because we kept people from paying on it or just before (rule D07).
func ours(outages []Span, d jst.Day) bool {
	return slices.ContainsFunc(outages, func(s Span) bool { return Span{s.From, s.To.Add(outageRest)}.holds(d) })
}

// givenUp are the days on which a bill was written off that is past due again: they count like those of an outage (rule D16).
func givenUp(all []billing.WriteOff) []Span {
	var spans []Span
	for _, w := range all {
		if !w.Stands() {
			spans = append(spans, Span{jst.DayOf(w.Decided), jst.DayOf(w.Undone)})
		}
	}
	return spans
}

// YenDays adds up the principal that was open on each day after the due day, until a day, that one included. What was paid
// on a day counts from the next. Days on which we kept people from paying count for nothing (rule D07).
func YenDays(principal money.Yen, due, until jst.Day, paid []billing.Receipt, outages []Span) int64 {
	var sum int64
	for d := due.Add(1); !d.After(until); d = d.Add(1) {
		if slices.ContainsFunc(outages, func(s Span) bool { return s.holds(d) }) {
			continue
		}
		open := principal
		for _, r := range paid {
			if r.PaidDay.Before(d) {
				open -= r.Principal
			}
		}
		sum += int64(max(open, 0))
	}
	return sum
}

// yenDaysOf is YenDays of a bill. The days on which an invoice lay still because somebody said that it was not theirs count for
// nothing; its due day was moved by them, so that the others are counted from what it was before (rule I10).
func yenDaysOf(late billing.Late, until jst.Day, outages []Span) int64 {
	if n := late.Disputed.Lay(); n > 0 {
		last := jst.DayOf(late.Disputed.Decided)
		late.Due = late.Due.Add(-n)
		outages = append(slices.Clip(outages), Span{last.Add(1 - n), last})
	}
	return YenDays(late.Principal(), late.Due, until, late.Receipts, outages)
}

// perYear is what a yearly rate makes of yen-days: a year is 365 days, whatever year it is, and a fraction of a yen at the end
// is dropped once (rule D02).
func perYear(yenDays int64, rate money.BasisPoints) money.Yen {
	return money.Yen(yenDays * int64(rate) / (365 * 10_000))
}

// DamagesFor is what late damages at a yearly rate come to for a principal that was open for so many days (rule D02).
func DamagesFor(principal money.Yen, days int, rate money.BasisPoints) money.Yen {
	return perYear(int64(principal)*int64(days), rate)
}

// chargesOn are what a bill past due is charged on a fee day: damages for the days since the due day that are not charged yet,
// where they are asked for, and the fee, if it falls to this bill. With the cap, fees and damages together never exceed what
// the rate of the cap makes of the principal and the days (Consumer Contract Act, article 9, paragraph 1, number 2); a fee
// of which the cap leaves nothing is a charge of 0 yen, so that the bill can say so (rules D01, D02, D03).
func chargesOn(late billing.Late, day jst.Day, withFee bool, f figures, outages []Span) []billing.Charge {
	var fees, damages money.Yen
	for _, c := range late.Charges {
		switch {
		case c.Waived == billing.PaidBefore: // what people took back is not made again (rule O12)
		case c.Kind == billing.LateFee:
			fees += c.Amount
		case c.Kind == billing.Damages:
			damages += c.Amount
		}
	}
	yenDays := yenDaysOf(late, day, outages)
	var out []billing.Charge
	if f.damages {
		rate := f.damageRate
		more := max(perYear(yenDays, rate)-damages, 0)
		if f.capped {
			more = min(more, max(perYear(yenDays, f.capRate)-fees-damages, 0))
		}
		if more > 0 {
			damages += more
			out = append(out, billing.Charge{Day: day, Kind: billing.Damages, Amount: more, Full: more, YenDays: yenDays, Rate: rate})
		}
	}
	if !withFee || f.fee == 0 {
		return out
	}
	c := billing.Charge{Day: day, Kind: billing.LateFee, Amount: f.fee, Full: f.fee, YenDays: yenDays}
	if f.capped {
		c.Rate = f.capRate
		c.Amount = min(f.fee, max(perYear(yenDays, f.capRate)-fees-damages, 0))
	}
	return append(out, c)
}
