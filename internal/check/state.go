package check

import "tsuke/internal/lifecycle"

// RunState is where a run stands.
type RunState string

// The states of a run.
const (
	Running  RunState = "running"
	Complete RunState = "complete" // every check was made
	Failed   RunState = "failed"   // it came to its end, and a check could not be made
	Cut      RunState = "cut"      // it did not come to its end before another began
)

// RunEvent is what moves a run on.
type RunEvent string

// The events of a run.
const (
	Finish RunEvent = "finish"
	Fail   RunEvent = "fail"
	CutOff RunEvent = "cut_off"
)

// RunLife is the table of a run's steps (rule O20).
var RunLife = lifecycle.New(
	lifecycle.Move[RunState, RunEvent]{From: Running, On: Finish, To: Complete},
	lifecycle.Move[RunState, RunEvent]{From: Running, On: Fail, To: Failed},
	lifecycle.Move[RunState, RunEvent]{From: Running, On: CutOff, To: Cut},
)

// State is where a break stands.
type State string

// The states of a break.
const (
	Never State = "never" // it is not there, and is no row
	Open  State = "open"
	Gone  State = "gone" // a complete look found it no more; it stays as it was
)

// Event is what a check's look says of a break.
type Event string

// The events of a break.
const (
	Seen   Event = "seen"
	Unseen Event = "unseen" // the check was made, showed all it found, and did not find it
)

// Life is the table of a break's steps (rule O19). A break that is gone never opens again: the same one that comes back is a
// break of its own, which says that it was there before.
var Life = lifecycle.New(
	lifecycle.Move[State, Event]{From: Never, On: Seen, To: Open},
	lifecycle.Move[State, Event]{From: Open, On: Seen, To: Open},
	lifecycle.Move[State, Event]{From: Open, On: Unseen, To: Gone},
)
