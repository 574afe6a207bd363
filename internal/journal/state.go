package journal

import "tsuke/internal/lifecycle"

// State is where an entry stands. It follows from whether two people reversed it.
type State string

// The states of an entry.
const (
	Standing State = "standing"
	Reversed State = "reversed"
)

// Event is what moves an entry on.
type Event string

// Mirror is the only event of an entry: its exact mirror is booked.
const Mirror Event = "mirror"

// Life is the table of an entry's steps (rule O18).
var Life = lifecycle.New(
	lifecycle.Move[State, Event]{From: Standing, On: Mirror, To: Reversed},
)

// State is where the entry stands.
func (e Entry) State() State {
	if e.Undone.IsZero() {
		return Standing
	}
	return Reversed
}

// Stands tells whether it was not reversed.
func (e Entry) Stands() bool { return e.State() == Standing }
