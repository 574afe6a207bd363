package zengin

import (
	"errors"

	"tsuke/internal/jst"
)

// ErrLead tells that a lead time is negative.
var ErrLead = errors.New("zengin: a lead time is a number of bank days, 0 or more")

// Lead is how far from the debit day the other days lie, in bank days. Agents differ: 7, 4 and 6 with one, 9 before with
// another.
type Lead struct {
	CutOff  int // before it: the last day to send the request; the hour is the agent's
	Results int // after it: the result can be fetched
	Funds   int // after it: the money arrives
}

// Run is the calendar of one debit.
type Run struct {
	CutOff  jst.Day
	Debit   jst.Day
	Results jst.Day
	Funds   jst.Day
}

// Plan is the calendar of a month's debit. dayOfMonth is the contract's (27 with most agents; the month's end stands for
// days that it does not have); on a bank holiday the debit moves to the next bank day, which may lie in the next
// month. The errors are ErrLead and jst.ErrBeyond.
func Plan(c *jst.Calendar, month jst.Month, dayOfMonth int, lead Lead) (Run, error) {
	if lead.CutOff < 0 || lead.Results < 0 || lead.Funds < 0 {
		return Run{}, ErrLead
	}
	debit, err := c.NextBankDay(month.Day(dayOfMonth))
	if err != nil {
		return Run{}, err
	}
	run := Run{Debit: debit}
	for _, d := range []struct {
		into *jst.Day
		n    int
	}{{&run.CutOff, -lead.CutOff}, {&run.Results, lead.Results}, {&run.Funds, lead.Funds}} {
		if *d.into, err = c.AddBankDays(debit, d.n); err != nil {
			return Run{}, err
		}
	}
	return run, nil
}
