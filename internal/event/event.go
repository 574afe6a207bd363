// Package event keeps the one append-only list of facts: the timeline that people read, the outbox that webhooks and
// mail are sent from, and the audit trail. It knows no word of the domain: a fact has a kind, a subject and some data.
//
// # The story
//
// A verb that changes something calls [Append] in its own transaction, so that the change and the fact stand or fall
// together. Append writes the fact, and lists it in the outbox, which holds what has no place in the log yet.
//
// The [Relay] gives the places. It takes what is committed, gives each fact the next position of the log and, if a
// merchant is concerned, that merchant's next number, and empties the outbox: all in one transaction that holds the
// relay's row. Places are given after the commit and by one hand, hence without gaps and in the order in which readers
// can see them. A counter taken inside the selling transaction would either leave gaps that never close, or make each
// popular merchant a row that all its sales wait for.
//
// A [Reader] remembers how far it has come. Its effects and its cursor move in one transaction: what it writes into the
// database happens once for each fact, after any number of errors, crashes and twin processes. A fact that commits late
// gets a later position and is therefore never skipped.
//
// # The order of one subject
//
// The facts of one subject keep the order in which they became true, although ids made in the same millisecond compare
// at random and the clocks of two machines may disagree by seconds. Each fact has a turn: its instant in microseconds,
// or one more than the last turn of its subject if that is later. The verb that appends has locked the subject's row
// before (a subject just created needs no lock), so it sees the subject's last fact. The timeline is read, and the
// outbox emptied, in the order of turns. What people are shown is the instant, not the turn.
//
// # Lock order
//
// Append locks nothing. The relay locks its row and then only writes. A reader locks its cursor first and then whatever
// its step locks; a step must not run another reader.
package event

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
)

// Subject is the object that a fact is about: any id of package id, converted: event.Subject(paymentID). The fact lives
// in the subject's bucket.
type Subject [16]byte

// Bucket is the bucket of the subject and of all facts about it. Ids of all kinds carry it in the same place.
func (s Subject) Bucket() int { return id.Event(s).Bucket() }

// Value stores the subject as 16 bytes.
func (s Subject) Value() (driver.Value, error) { return s[:], nil }

// Scan reads the 16 bytes that Value stored.
func (s *Subject) Scan(src any) error {
	raw, ok := src.([]byte)
	if !ok || len(raw) != len(s) {
		return fmt.Errorf("event: a subject is %d bytes, not %T", len(s), src)
	}
	copy(s[:], raw)
	return nil
}

// dataMax bounds the data of one fact, in bytes of JSON. A fact that needs more wants to name an object instead.
const dataMax = 16 << 10

// Fact is something that became true. Kind, Subject, Side and Actor are required.
type Fact struct {
	Kind     string      // what happened: object, dot, past participle, such as "payment.authorized"
	Subject  Subject     // the object it happened to
	Member   id.Member   // whose history shows it; zero if no member is concerned
	Merchant id.Merchant // whose feed and webhooks carry it; zero if no merchant is concerned
	Side     fault.Side  // whose act it was
	Actor    string      // who acted on that side: a role, or a role and an id; never a name
	Request  string      // the reference or request id that it was asked with; may be empty
	Data     any         // figures for people and readers, kept as JSON; no personal data; nil for none
	First    bool        // the subject is made in this transaction, and all that it appends about it is in one call
}

// Recorded is a fact as it stands in the list.
type Recorded struct {
	ID       id.Event
	Kind     string
	Subject  Subject
	Member   id.Member
	Merchant id.Merchant
	Side     fault.Side
	Actor    string
	Request  string
	Data     json.RawMessage
	At       time.Time // the instant of the transaction that wrote it, UTC
	Number   int64     // its number in the feed of its merchant, from 1; 0 without a merchant, and in a timeline
}

// Decode reads the data of a fact into what it was written from.
func (r Recorded) Decode(into any) error {
	if err := json.Unmarshal(r.Data, into); err != nil {
		return fmt.Errorf("event: data of %s (%s): %w", r.ID, r.Kind, err)
	}
	return nil
}

// Append records facts in the transaction that makes them true. Facts about one subject keep the order in which they are
// given, within this call and over all calls. They are written with the commit. The caller has locked the row of each subject, or creates it.
func Append(tx *db.Tx, facts ...Fact) error {
	if len(facts) == 0 {
		return nil
	}
	now := db.Micros(tx.Now())
	first, further := newFactSet(), newFactSet()
	waiting := newOutboxSet()
	var together []byte
	var leader id.Event
	steps := make(map[Subject]int64, len(facts))
	for i := range facts {
		f := &facts[i]
		data, err := f.checked()
		if err != nil {
			return err
		}
		step, fid := steps[f.Subject], id.In[id.EventKind](tx, f.Subject.Bucket())
		steps[f.Subject]++
		set := further
		if f.First {
			set = first
			if leader.IsZero() {
				leader = fid
			}
			together = appendOutboxFact(together, f.Subject, f.Merchant, step)
		} else {
			waiting.Add(f.Subject.Bucket(), f.Subject, now, fid, appendOutboxFact(nil, f.Subject, f.Merchant, 0))
		}
		set.Add(f.Subject.Bucket(), fid, step, f.Kind, f.Subject, f.Member, f.Merchant, f.Side, f.Actor, data, f.Request, now)
	}
	if err := insertFurther(tx, further, waiting); err != nil || len(together) == 0 {
		return err
	}
	outbox := newOutboxSet()
	outbox.Add(leader.Bucket(), nil, now, leader, together)
	return insertFirst(tx, first, outbox)
}

// checked refuses a fact that nobody could read later, and gives its data as JSON.
func (f *Fact) checked() (string, error) {
	switch {
	case f.Kind == "":
		return "", fmt.Errorf("event: a fact without a kind")
	case f.Subject == Subject{}:
		return "", fmt.Errorf("event: %s without a subject", f.Kind)
	case f.Side == "" || f.Actor == "":
		return "", fmt.Errorf("event: %s does not say whose act it was", f.Kind)
	case f.Data == nil:
		return "{}", nil
	}
	data, err := json.Marshal(f.Data)
	if err != nil {
		return "", fmt.Errorf("event: data of %s: %w", f.Kind, err)
	}
	if len(data) > dataMax {
		return "", fmt.Errorf("event: data of %s has %d bytes, at most %d are kept", f.Kind, len(data), dataMax)
	}
	return string(data), nil
}

// Timeline lists what happened to a subject, in the order in which it became true: the latest facts, at most limit of
// them.
func Timeline(tx *db.Tx, subject Subject, limit int) ([]Recorded, error) {
	return loadTimeline(tx, subject, limit)
}

// Feed lists the facts that concern a merchant, with their numbers: those after the given number, at most limit. The
// numbers have no gaps; a fact without a number yet (see Relay) follows later.
func Feed(tx *db.Tx, merchant id.Merchant, after int64, limit int) ([]Recorded, error) {
	places, err := loadMerchantPlaces(tx, merchant, after, limit)
	if err != nil {
		return nil, err
	}
	facts := make([]Recorded, len(places))
	err = loadFacts(tx, places, func(i int, f Recorded) { facts[i] = f })
	return facts, err
}
