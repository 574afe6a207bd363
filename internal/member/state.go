package member

import "tsuke/internal/lifecycle"

// ApplicationState is where a registration stands. Which step of an open one comes next is not stored: it follows from
// what has been filled in (see Step).
type ApplicationState string

// The states of a registration.
const (
	Open    ApplicationState = "open"    // being filled in
	Review  ApplicationState = "review"  // waits for a person (rules M15, M16)
	Done    ApplicationState = "done"    // became a member
	Refused ApplicationState = "refused" // a person decided against it

	BecameGuest ApplicationState = "guest" // ended as a purchase without membership (rule I02)
)

// ApplicationEvent is what moves a registration on.
type ApplicationEvent string

// The events of a registration.
const (
	Agreed     ApplicationEvent = "agree"      // the applicant agreed to the terms, and nothing stands in the way
	NeedsCheck ApplicationEvent = "ask_review" // the applicant agreed, and a person has to look first
	Cleared    ApplicationEvent = "clear"      // the person found nothing against it
	Declined   ApplicationEvent = "refuse"     // the person decided against it

	GuestAgreed ApplicationEvent = "agree_guest" // the applicant agreed, to buy by invoice without membership
)

// ApplicationLife is the table of a registration's steps.
var ApplicationLife = lifecycle.New(
	lifecycle.Move[ApplicationState, ApplicationEvent]{From: Open, On: Agreed, To: Done},
	lifecycle.Move[ApplicationState, ApplicationEvent]{From: Open, On: NeedsCheck, To: Review},
	lifecycle.Move[ApplicationState, ApplicationEvent]{From: Open, On: GuestAgreed, To: BecameGuest},
	lifecycle.Move[ApplicationState, ApplicationEvent]{From: Review, On: Cleared, To: Done},
	lifecycle.Move[ApplicationState, ApplicationEvent]{From: Review, On: Declined, To: Refused},
)

// State is where a membership stands.
type State string

// The states of a membership.
const (
	Active     State = "active"
	Guest      State = "guest"      // no membership: buys by invoice, and signs in nowhere (rule I02)
	Numberless State = "numberless" // the phone number belongs to somebody else now (rule M17); account and bills stay
)

// Event is what moves a membership on.
type Event string

// NumberPassedOn tells that a person found the number to be another applicant's.
const NumberPassedOn Event = "pass_number_on"

// Joined tells that a guest registered.
const Joined Event = "join"

// Life is the table of a membership's steps.
var Life = lifecycle.New(
	lifecycle.Move[State, Event]{From: Active, On: NumberPassedOn, To: Numberless},
	lifecycle.Move[State, Event]{From: Guest, On: NumberPassedOn, To: Numberless},
	lifecycle.Move[State, Event]{From: Guest, On: Joined, To: Active},
)

// Step is what an applicant does next.
type Step string

// The steps, in their order.
const (
	StepKnown    Step = "known"    // the number is a member's: sign in, or say that it was taken over
	StepName     Step = "name"     // name and reading
	StepBirth    Step = "birth"    // birth date
	StepGuardian Step = "guardian" // under age: who the guardian is
	StepConsent  Step = "consent"  // under age: the guardian's code
	StepAddress  Step = "address"
	StepMail     Step = "mail"
	StepAgree    Step = "agree"  // the terms of use
	StepReview   Step = "review" // a person looks at it
	StepDone     Step = "done"
	StepRefused  Step = "refused"
	StepGuest    Step = "guest" // bought by invoice instead
)
