package approval

import "tsuke/internal/lifecycle"

// State is where a request stands.
type State string

// The states of a request.
const (
	Waiting  State = "waiting"
	Approved State = "approved"
	Refused  State = "refused"
	Expired  State = "expired" // nobody decided in time, and the same was asked for once more
)

// Event is what moves a request on.
type Event string

// The events of a request.
const (
	Agree   Event = "approve"
	Decline Event = "refuse"
	Lapse   Event = "lapse"
)

// Life is the table of a request's steps (rules O10, O11).
var Life = lifecycle.New(
	lifecycle.Move[State, Event]{From: Waiting, On: Agree, To: Approved},
	lifecycle.Move[State, Event]{From: Waiting, On: Decline, To: Refused},
	lifecycle.Move[State, Event]{From: Waiting, On: Lapse, To: Expired},
)
