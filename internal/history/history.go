// Package history records what concurrent callers asked of the product and what they were told, and checks that one order
// of it all explains it.
//
// # The story
//
// A caller asks, is told something, or is told nothing: each such [Attempt] is an interval of time with an [Answer]. One
// whose answer was lost, or that was told that its outcome is being found out, stays open: it may have happened at any
// later time, or never. A history is right if every attempt can be given one instant within its interval so that, done one
// after the other at these instants, each would have been told what it was told (linearizability, Herlihy and Wing 1990).
// Package porcupine looks for such an order.
//
// Three models say what would have been told: [Orders] (which payment of an order is live, rule P01), [Credit] (what a
// member may still buy, rules C02 and C05) and [Keys] (the answer of a key is the first one, rules X03, X05 and X08). A
// model looks at one order, one member or one key at a time.
//
// [Play] makes histories: callers of two processes on one database who lose answers, send twice, give up in the middle and
// break the lines, each from a seed. The order of their steps is the machine's.
//
// # Lock order
//
// A Recorder's mutex is the only lock and is held for an append.
package history

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"tsuke/internal/run"
)

// Verb is what can be asked.
type Verb string

// The verbs. The last three only look.
const (
	Pay     Verb = "pay"
	Capture Verb = "capture" // all of it
	Void    Verb = "void"
	Refund  Verb = "refund" // all of it
	Look    Verb = "look up the order"
	Find    Verb = "look up the key"
	Used    Verb = "look up the member"
)

// Ask is one request.
type Ask struct {
	Verb    Verb
	Order   string // the shop's number
	Member  int
	Amount  int64 // yen, of Pay
	Payment string
}

// meaning is what a key stands for: two asks that differ in it must not share one.
func (a Ask) meaning() string {
	if a.Verb == Pay {
		return fmt.Sprintf("pay %s by %d: %d", a.Order, a.Member, a.Amount)
	}
	return fmt.Sprintf("%s %s", a.Verb, a.Payment)
}

// Told says how much an answer says.
type Told int

// The kinds of answers.
const (
	Unknown Told = iota // nothing came, or that the outcome is being found out
	Nothing             // that nothing was done, and that the same key is free: 5xx with "not charged", a duplicate in flight
	Whole               // an answer of the product
)

// Answer is what a caller was told.
type Answer struct {
	Told     Told
	Status   int
	Body     string
	Replayed bool

	Code    string // of a problem
	Payment string // the one that was made, found, or stands in the way
	Amount  int64  // of the payment, in yen
	State   string // of the payment, or of the key
	Decline string // why a purchase was declined, as the shop is told
	Held    int64  // in yen, of Used
	Unpaid  int64
}

// Attempt is one sending of a request. Call and Return are instants of the recorder; an open one has no Return.
type Attempt struct {
	Key  string // empty for a look-up without one
	Ask  Ask
	Call int64

	Return int64
	Answer Answer
}

// never is the end of what stays open.
const never = math.MaxInt64

// Recorder keeps the attempts of one history. It is safe for concurrent use.
type Recorder struct {
	now atomic.Int64

	mu  sync.Mutex
	all []Attempt
}

// Record has ask sent and keeps what came of it.
func (r *Recorder) Record(key string, ask Ask, send func() Answer) Answer {
	a := Attempt{Key: key, Ask: ask, Call: r.now.Add(1)}
	a.Answer = send()
	a.Return = r.now.Add(1)
	looks := ask.Verb == Look || ask.Verb == Find || ask.Verb == Used
	if a.Answer.Told == Unknown {
		a.Return = never
	}
	if looks && a.Answer.Told != Whole {
		return a.Answer // whoever saw nothing says nothing
	}
	r.mu.Lock()
	r.all = append(r.all, a)
	r.mu.Unlock()
	return a.Answer
}

// Attempts lists what was recorded.
func (r *Recorder) Attempts() []Attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Attempt(nil), r.all...)
}

// intents make one operation of all attempts with one key: it began with the first of them and was over when the first
// whole answer came. Attempts that were told that the key stands for something else, or that nothing was done, are none.
func intents(all []Attempt) []Attempt {
	at := map[string]int{}
	var out []Attempt
	for _, a := range all {
		switch {
		case a.Answer.Told == Nothing, a.reused():
			continue
		case a.Key == "" || a.Ask.Verb == Find:
			out = append(out, a)
			continue
		}
		i, seen := at[a.Key]
		if !seen {
			at[a.Key] = len(out)
			out = append(out, a)
			continue
		}
		one := &out[i]
		one.Call = min(one.Call, a.Call)
		if a.Return < one.Return {
			one.Return = a.Return
			one.Answer = a.Answer
		}
	}
	return out
}

// reused tells whether an attempt was told that its key stands for something else (rule X05).
func (a Attempt) reused() bool { return a.Answer.Code == run.KeyReused.Code }

// Check looks for an order that explains the attempts. It answers false if there is none, and an error if none was found
// in time.
func Check(m Model, all []Attempt, within time.Duration) (bool, error) {
	ops := m.operations(all)
	switch result := porcupine.CheckOperationsTimeout(m.model(), ops, within); result {
	case porcupine.Ok:
		return true, nil
	case porcupine.Illegal:
		return false, nil
	default:
		return false, fmt.Errorf("history: %d operations of the model of %s are not judged after %s", len(ops), m.name, within)
	}
}
