package staff

import "tsuke/internal/lifecycle"

// State is where a person stands.
type State string

// The states of a person.
const (
	Invited   State = "invited" // has a link, and nothing to sign in with
	Active    State = "active"
	Suspended State = "suspended"
)

// Event is what moves a person on.
type Event string

// The events of a person.
const (
	Invite  Event = "invite"  // a new link: what was enrolled before ends
	Enrol   Event = "enrol"   // the link was used
	Suspend Event = "suspend" // nothing can be done any more, at once
)

// Life is the table of a person's steps (rule O02).
var Life = lifecycle.New(
	lifecycle.Move[State, Event]{From: Invited, On: Invite, To: Invited},
	lifecycle.Move[State, Event]{From: Invited, On: Enrol, To: Active},
	lifecycle.Move[State, Event]{From: Invited, On: Suspend, To: Suspended},
	lifecycle.Move[State, Event]{From: Active, On: Invite, To: Invited},
	lifecycle.Move[State, Event]{From: Active, On: Suspend, To: Suspended},
	lifecycle.Move[State, Event]{From: Suspended, On: Invite, To: Invited},
)
