package web

import (
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// HardPath is the page for whom paying is hard. Longer paths below BillsPath are bills.
const HardPath = "/bills/hard"

// SlipPayDay is a day to pay on that was not chosen, or is no day.
const SlipPayDay Slipped = "slip.payday"

// SaidPromised notes that the day on which the member will pay was taken down.
const SaidPromised Said = "promised"

// HardPage (M20) is for whom paying is hard: what is owed, a day to choose, what that costs, what stops and what does not.
// Without bills past due it says so.
type HardPage struct {
	Frame
	Form    Form
	Owed    money.Yen  // on all bills past due, late charges included
	Charged bool       // Owed holds such charges
	Bills   []BillHead // those past due, the longest due first
	Promise jst.Day    // the day that was chosen and is not over; zero if there is none
	First   jst.Day    // the first day that can be chosen
	Last    jst.Day    // and the last
	Costs   HardCosts
	Parts   []BillHead // of Bills: those that can be paid in parts, or are
}

// HardCosts is what it costs to pay on a later day.
type HardCosts struct {
	Fee     money.Yen         // added on each of Days, for whichever bill is past due longest
	Each    [2]int            // the days of each month on which it is
	Days    []jst.Day         // those of them after today that lie before or on the last day that can be chosen
	Cap     money.BasisPoints // a year, of what was used: all charges together never exceed it; 0 if there is none
	Damages money.BasisPoints // a year, besides the fee; 0 if none are asked for
}

// Pay is the bill to pay first.
func (h HardPage) Pay() BillHead { return h.Bills[0] }

// DaySlip is what is wrong with the day, or nil.
func (h HardPage) DaySlip() *Slip { return h.Form.SlipOf("day") }

// Day is what the field holds: what was typed, or the day that was chosen before.
func (h HardPage) Day() string {
	if typed, ok := h.Form.Typed["day"]; ok {
		return typed
	}
	if h.Promise.IsZero() {
		return ""
	}
	return h.Promise.String()
}

// Status is 422 for a form with slips.
func (h HardPage) Status() int { return formStatus(h.Form) }

func (h HardPage) spec(p phrases) spec {
	return spec{template: "member/hard", title: p.text("hard.title"), tab: BillsTab, live: true, wrong: h.Form.Wrong()}
}
