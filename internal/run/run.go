// Package run is the one way from a request to the database. It opens the transaction, checks the idempotency key, runs
// the verb, stores the answer with the key, commits, and reads off the outcome whether anybody was charged.
//
// # The story
//
// A request that changes something carries an idempotency key, chosen by the caller and kept before the first try. The
// key, the operation and a fingerprint of the input are stored in the same transaction as what the request did and what
// was answered. So a crash leaves either nothing (the key is free) or everything (the answer is found again), and no
// row in between. The same key again gets the stored answer; the same key with another input gets nothing but a refusal
// that names what differs (rules X01–X08).
//
// Two shapes of verb pass here. [Runner.Do] runs one verb in one transaction. [Lanes] gather the hot verbs: callers hand
// in an order and wait, a lane takes what is queued and works it off in one transaction with a handful of set-based
// statements. A single request is a batch of one; no timer delays it.
//
// # Lock order
//
// Keys are looked up without a lock before everything else and inserted after everything else. A duplicate on another
// process that slips between the two loses at the insert: its whole transaction rolls back and runs again, and then finds
// the stored answer.
package run

import (
	"context"
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
)

// Key is the idempotency key of one request together with what was asked.
type Key struct {
	Scope     string // who may see it: environment and merchant (rule X04)
	Value     string // as sent: 16–255 visible ASCII characters
	Operation string
	Print     Print // of the input, without what has no meaning
}

// Answer is what the caller was told, kept with the key to be told again byte by byte.
type Answer struct {
	Status int    // HTTP status
	Body   []byte // JSON; empty for pages, which are drawn anew from the object
	Object string // the id of the object the request made or found
}

// Outcome is an answer and whether it had been given before.
type Outcome struct {
	Answer
	Operation string // that the key was used for; CancelledKey if it was cancelled. Known of a replay only
	Replayed  bool
	Forgotten bool // the answer is no longer kept; status and object are (rule X14)
	FirstSeen time.Time
}

// Verb does the work of one request inside the transaction it is handed.
type Verb func(*db.Tx) (Answer, error)

// Refusal renders a refusal that is kept with its key: a business refusal is final for the key it was given to.
type Refusal func(*fault.Error) Answer

// Runner runs single verbs.
type Runner struct {
	db     *db.DB
	flight flight
}

// New makes a runner on d.
func New(d *db.DB) *Runner { return &Runner{db: d} }

// Wait is how long a duplicate waits for the first request of its key before it is told to come again (rule X06).
const Wait = 2 * time.Second

// Do runs verb once for key. A key that was answered before replays the answer, as soon as that can no longer be undone.
// A key that is being worked on in this process is waited for at most two seconds, then refused with InFlight; on another
// process the database's own locks make it wait. A refusal of the verb (a fault with status 409) is stored with the key;
// other errors leave the key free.
func (r *Runner) Do(ctx context.Context, key Key, refuse Refusal, verb Verb) (Outcome, error) {
	out, err := r.once(ctx, key, refuse, verb)
	if err != nil {
		return Outcome{}, err
	}
	return durable(ctx, r.db, out)
}

func (r *Runner) once(ctx context.Context, key Key, refuse Refusal, verb Verb) (Outcome, error) {
	leave, err := r.flight.enter(ctx, key.hashText())
	if err != nil {
		return Outcome{}, err
	}
	defer leave()
	var out Outcome
	err = r.db.Write(ctx, func(tx *db.Tx) error {
		found, ok, err := find(tx, key)
		if err != nil || ok {
			out = found
			return err
		}
		answer, err := verb(tx)
		if err != nil {
			return err
		}
		out = Outcome{Answer: answer, FirstSeen: tx.Now()}
		return keep(tx, key, answer)
	})
	if err == nil {
		return out, nil
	}
	return r.refused(ctx, key, refuse, err)
}

// refused stores a business refusal with its key and says whether anybody was charged.
func (r *Runner) refused(ctx context.Context, key Key, refuse Refusal, err error) (Outcome, error) {
	e := Charged(err)
	if !final(e) {
		return Outcome{}, e
	}
	answer := refuse(e)
	var out Outcome
	err = r.db.Write(ctx, func(tx *db.Tx) error {
		found, ok, err := find(tx, key)
		if err != nil || ok {
			out = found
			return err
		}
		out = Outcome{Answer: answer, FirstSeen: tx.Now()}
		return keep(tx, key, answer)
	})
	if err != nil {
		return Outcome{}, Charged(err)
	}
	return out, nil
}

// final tells the refusals that a key keeps: a rule of the business said no to this very request (rule X07).
func final(e *fault.Error) bool {
	return e.Kind.Status == 409 && e.Kind.Retry == fault.RetryNever
}

// Charged classifies an error and says whether anybody was charged, from the outcome alone: a transaction that failed
// wrote nothing; a commit whose answer was lost may stand.
func Charged(err error) *fault.Error {
	e := *fault.From(err)
	switch {
	case e.Charged != "": // whoever read it off an outcome knows better
	case errors.Is(err, db.ErrCommitUnknown):
		e = *Unknown.Because(err)
		e.Charged = fault.Checking
	case e.Kind == fault.Unclassified && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)):
		e = *TooBusy.Because(err).After(1)
		e.Charged = fault.NotCharged
	default:
		e.Charged = fault.NotCharged
	}
	return &e
}

// Find looks a key up without touching it: whether it was answered, and with what (rule X10).
func Find(tx *db.Tx, scope, value string) (Outcome, bool, error) {
	row, ok, err := selectKey(tx, Key{Scope: scope, Value: value})
	return row.outcome(), ok, err
}

// find answers the stored outcome of the same request, or the refusal of another request under the same key.
func find(tx *db.Tx, key Key) (Outcome, bool, error) {
	row, ok, err := selectKey(tx, key)
	if err != nil || !ok {
		return Outcome{}, false, err
	}
	if err := row.matches(key); err != nil {
		return Outcome{}, false, err
	}
	return row.outcome(), true, nil
}

func keep(tx *db.Tx, key Key, answer Answer) error {
	return insertKeys(tx, []keyed{{key, answer}})
}
