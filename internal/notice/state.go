package notice

import "tsuke/internal/lifecycle"

// State is where a message stands.
type State string

// The states of a message.
const (
	Waiting   State = "waiting" // to be sent, or to be tried again
	Unknown   State = "unknown" // a carrier may have taken it; its answer was lost
	Sent      State = "sent"    // the carrier took it
	Rejected  State = "refused" // the carrier refused it, or the member has no number it could go to
	Dead      State = "dead"    // no carrier could be reached for a day
	Overtaken State = "dropped" // it was not true any more when it would have been sent
)

// Event is what can happen to a message.
type Event string

// The events of a message.
const (
	Take     Event = "take"     // the carrier says that it has it
	Lose     Event = "lose"     // the carrier's answer was lost
	Reject   Event = "refuse"   // the carrier says that it will not have it
	GiveUp   Event = "give_up"  // the last try got nowhere
	Overtake Event = "overtake" // what it says is no longer true
)

// Machine is the only place that names a step of a message (rule N06). Once an answer was lost the message may have
// arrived: only the carrier's own word ends that.
var Machine = lifecycle.New(
	lifecycle.Move[State, Event]{From: Waiting, On: Take, To: Sent},
	lifecycle.Move[State, Event]{From: Waiting, On: Lose, To: Unknown},
	lifecycle.Move[State, Event]{From: Waiting, On: Reject, To: Rejected},
	lifecycle.Move[State, Event]{From: Waiting, On: GiveUp, To: Dead},
	lifecycle.Move[State, Event]{From: Waiting, On: Overtake, To: Overtaken},
	lifecycle.Move[State, Event]{From: Unknown, On: Take, To: Sent},
	lifecycle.Move[State, Event]{From: Unknown, On: Lose, To: Unknown},
	lifecycle.Move[State, Event]{From: Unknown, On: Reject, To: Rejected},
	lifecycle.Move[State, Event]{From: Unknown, On: GiveUp, To: Unknown},
	lifecycle.Move[State, Event]{From: Unknown, On: Overtake, To: Unknown},
)
