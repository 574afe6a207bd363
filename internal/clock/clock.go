// Package clock is where the program learns what time it is.
//
// # The story
//
// Whatever depends on the time is handed a [Clock]. The product runs on [System]; tests set the time by hand with a
// [Hand]; the demo, in which a month passes at the press of a button, follows an offset in a file that all its processes
// read ([File]). An instant is always in UTC and has whole microseconds, as the database stores it, so that what was
// written and read again equals what was in memory. A clock may go back: nothing may be built on its being monotone.
package clock

import (
	"sync"
	"time"
)

// Clock tells the present instant in UTC, truncated to the microsecond, without a monotonic reading.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock.
func System() Clock { return system{} }

type system struct{}

func (system) Now() time.Time { return plain(time.Now()) }

// plain brings an instant to the form in which it is stored. Truncate also removes the monotonic reading.
func plain(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Hand is a clock that stands still until it is moved. It is safe for use by several goroutines.
type Hand struct {
	mu  sync.Mutex
	now time.Time
}

// NewHand makes a clock that stands at an instant.
func NewHand(at time.Time) *Hand { return &Hand{now: plain(at)} }

// Now implements Clock.
func (h *Hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Set moves the clock to an instant, later or earlier.
func (h *Hand) Set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = plain(at)
}

// Advance moves the clock by a duration, back if it is negative, and tells the instant it now shows.
func (h *Hand) Advance(by time.Duration) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = plain(h.now.Add(by))
	return h.now
}
