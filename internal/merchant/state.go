package merchant

import "tsuke/internal/lifecycle"

// State is whether a merchant sells.
type State string

// The states of a merchant.
const (
	Live   State = "live"
	Paused State = "paused" // no new purchases; what was bought goes on (rule S07)
)

// Event is what moves a merchant from one state to the other.
type Event string

// The events of a merchant.
const (
	Pause  Event = "pause"
	Resume Event = "resume"
)

// Life is the table of a merchant's steps.
var Life = lifecycle.New(
	lifecycle.Move[State, Event]{From: Live, On: Pause, To: Paused},
	lifecycle.Move[State, Event]{From: Paused, On: Resume, To: Live},
)
