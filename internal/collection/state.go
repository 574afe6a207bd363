package collection

import "tsuke/internal/lifecycle"

// PlanState is where a plan stands.
type PlanState string

// The states of a plan.
const (
	Standing PlanState = "standing" // its parts are being paid
	Broken   PlanState = "broken"   // a part was not paid in time
	Done     PlanState = "done"     // its statement is paid
	Ended    PlanState = "ended"    // an operator ended it, or the statement was given up
)

// PlanNews is what happens to a plan.
type PlanNews string

// The kinds of news.
const (
	Miss   PlanNews = "miss"   // the time of a part is over, and it is not paid
	PayOff PlanNews = "pay"    // its statement is paid, the agent's report is enough
	Reopen PlanNews = "reopen" // the payment was taken back
	End    PlanNews = "end"    // a person says so
)

// PlanMachine is the only place that names a step of a plan (rules D12, D13). What is broken or ended stays so: another plan
// needs an operator.
var PlanMachine = lifecycle.New(
	lifecycle.Move[PlanState, PlanNews]{From: Standing, On: Miss, To: Broken},
	lifecycle.Move[PlanState, PlanNews]{From: Standing, On: PayOff, To: Done},
	lifecycle.Move[PlanState, PlanNews]{From: Done, On: Reopen, To: Standing},
	lifecycle.Move[PlanState, PlanNews]{From: Standing, On: End, To: Ended},
)
