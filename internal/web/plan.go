package web

import (
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// PlanPath is the page where a bill past due is paid in parts; id is the bill's public id.
func PlanPath(id string) string { return BillPath(id) + "/parts" }

// SlipFirstDay and SlipParts are a first day and a number of parts that were not chosen, or are none.
const (
	SlipFirstDay Slipped = "slip.first"
	SlipParts    Slipped = "slip.parts"
)

// SaidPlanned notes that it was agreed to pay in parts.
const SaidPlanned Said = "planned"

// PlanPart is one part of a plan.
type PlanPart struct {
	Number int // 1 is the first
	Day    jst.Day
	Amount money.Yen
	Paid   bool
}

// PlanPage (M21) lets a member pay a bill past due in parts: first the choice, then the same page with days and sums and what
// they mean, to be agreed to; and what was agreed, while it stands. Where it is not offered it says so.
type PlanPage struct {
	Frame
	Form    Form
	Bill    BillHead
	URL     string // of the page itself
	Offered bool
	Stands  bool      // Parts were agreed
	Next    money.Yen // what a barcode is over: the next part, or all that is owed
	Parts   []PlanPart
	First   jst.Day // the first day that can be chosen for the first part
	Last    jst.Day // and the last
	Most    int     // parts
	Days    int     // from one part to the next
	Within  jst.Day // by which the last part must be paid by law; zero where that does not bind
	Grace   int     // days after the day of a part
	Fee     money.Yen
	Each    [2]int            // the days of each month on which Fee is added without a plan
	Damages money.BasisPoints // a year; 0 if none are asked for
}

// Counts are the numbers of parts that can be chosen.
func (p PlanPage) Counts() []int {
	var all []int
	for n := 2; n <= p.Most; n++ {
		all = append(all, n)
	}
	return all
}

// Day and Count are what the fields hold.
func (p PlanPage) Day() string { return p.Form.Typed["first"] }

// Count is the number of parts that was chosen.
func (p PlanPage) Count() string { return p.Form.Typed["parts"] }

// DaySlip is what is wrong with the first day, or nil.
func (p PlanPage) DaySlip() *Slip { return p.Form.SlipOf("first") }

// CountSlip is what is wrong with the number of parts, or nil.
func (p PlanPage) CountSlip() *Slip { return p.Form.SlipOf("parts") }

// Sum is what the parts come to.
func (p PlanPage) Sum() money.Yen {
	var sum money.Yen
	for _, part := range p.Parts {
		sum += part.Amount
	}
	return sum
}

// Status is 422 for a form with slips.
func (p PlanPage) Status() int { return formStatus(p.Form) }

func (p PlanPage) spec(ph phrases) spec {
	return spec{template: "member/plan", title: ph.text("plan.title"), tab: BillsTab, live: true, wrong: p.Form.Wrong()}
}
