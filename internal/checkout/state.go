package checkout

import "tsuke/internal/lifecycle"

// State is the stored state of a payment. What is a function of its amounts is computed: see Payment.Public.
type State string

// The states.
const (
	Authorized State = "authorized" // held, not yet confirmed by the shop
	Confirmed  State = "confirmed"  // the shop has the order; perhaps partly captured
	Captured   State = "captured"   // captured as far as it will be; perhaps partly refunded
	Refunded   State = "refunded"   // all that was captured is given back
	Voided     State = "voided"     // given back before any capture
	Expired    State = "expired"    // given back by itself, because the shop was silent
	Declined   State = "declined"   // never held
)

// Live tells whether a payment in this state counts as the one payment of its order.
func (s State) Live() bool { return s == Authorized || s == Confirmed || s == Captured }

// Event is what can happen to a payment.
type Event string

// The events.
const (
	Confirm      Event = "confirm"       // the shop says it has the order
	CapturePart  Event = "capture_part"  // and keeps the rest
	CaptureFinal Event = "capture_final" // and the rest, if any, is released
	Release      Event = "release"       // the rest of a partly captured payment is given back
	ReleaseLast  Event = "release_last"  // likewise, when all that was captured is refunded already
	Void         Event = "void"
	Expire       Event = "expire"
	RefundPart   Event = "refund_part"
	RefundAll    Event = "refund_all"
)

// Machine is the only place that names a step of a payment (rule P03).
var Machine = lifecycle.New(
	lifecycle.Move[State, Event]{From: Authorized, On: Confirm, To: Confirmed},
	lifecycle.Move[State, Event]{From: Authorized, On: CapturePart, To: Confirmed},
	lifecycle.Move[State, Event]{From: Authorized, On: CaptureFinal, To: Captured},
	lifecycle.Move[State, Event]{From: Authorized, On: Void, To: Voided},
	lifecycle.Move[State, Event]{From: Authorized, On: Expire, To: Expired},
	lifecycle.Move[State, Event]{From: Confirmed, On: CapturePart, To: Confirmed},
	lifecycle.Move[State, Event]{From: Confirmed, On: CaptureFinal, To: Captured},
	lifecycle.Move[State, Event]{From: Confirmed, On: Release, To: Captured},
	lifecycle.Move[State, Event]{From: Confirmed, On: ReleaseLast, To: Refunded},
	lifecycle.Move[State, Event]{From: Confirmed, On: Void, To: Voided},
	lifecycle.Move[State, Event]{From: Confirmed, On: Expire, To: Expired},
	lifecycle.Move[State, Event]{From: Confirmed, On: RefundPart, To: Confirmed},
	lifecycle.Move[State, Event]{From: Captured, On: RefundPart, To: Captured},
	lifecycle.Move[State, Event]{From: Captured, On: RefundAll, To: Refunded},
)

// The public states that are computed.
const (
	PartiallyCaptured State = "partially_captured"
	PartiallyRefunded State = "partially_refunded"
)

// Public is the state that shops and members read.
func (p Payment) Public() State {
	switch {
	case p.State == Confirmed && p.Captured > 0:
		return PartiallyCaptured
	case p.State == Captured && p.Refunded > 0:
		return PartiallyRefunded
	}
	return p.State
}

// SessionState is the stored state of a session. That its time is over is computed: see Session.At.
type SessionState string

// The states of a session.
const (
	SessionOpen      SessionState = "open"
	SessionDone      SessionState = "done"      // has its payment
	SessionRefused   SessionState = "refused"   // declined; pressing again decides anew
	SessionLeft      SessionState = "left"      // the member went back to the shop; can be reopened
	SessionWithdrawn SessionState = "withdrawn" // by the shop
	SessionDuplicate SessionState = "duplicate" // the member said that it is a purchase made already; nothing is charged for it
	SessionExpired   SessionState = "expired"   // computed, never stored
)

// SessionEvent is what can happen to a session.
type SessionEvent string

// The events of a session.
const (
	Approve  SessionEvent = "approve"
	Decline  SessionEvent = "decline"
	Leave    SessionEvent = "leave"
	Reopen   SessionEvent = "reopen"
	Withdraw SessionEvent = "withdraw"
	Merge    SessionEvent = "merge" // it is the same purchase as another payment
)

// SessionMachine is the only place that names a step of a session.
var SessionMachine = lifecycle.New(
	lifecycle.Move[SessionState, SessionEvent]{From: SessionOpen, On: Approve, To: SessionDone},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionRefused, On: Approve, To: SessionDone},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionLeft, On: Approve, To: SessionDone},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionOpen, On: Decline, To: SessionRefused},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionLeft, On: Decline, To: SessionRefused},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionOpen, On: Leave, To: SessionLeft},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionRefused, On: Leave, To: SessionLeft},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionLeft, On: Reopen, To: SessionOpen},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionOpen, On: Withdraw, To: SessionWithdrawn},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionRefused, On: Withdraw, To: SessionWithdrawn},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionLeft, On: Withdraw, To: SessionWithdrawn},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionOpen, On: Merge, To: SessionDuplicate},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionRefused, On: Merge, To: SessionDuplicate},
	lifecycle.Move[SessionState, SessionEvent]{From: SessionLeft, On: Merge, To: SessionDuplicate},
)
