// Package journal keeps the entries of the books that two people decide.
//
// # The story
//
// Most money moves because a verb moved it. Some does not: the bank takes a fee of the account into which members pay, interest
// comes in, an agent pays out what it collected, less what it keeps and a yen more or less, an amount stands on the wrong
// account. A person of finance writes that down with a voucher's reference, a reason out of a list and a note, and a second
// person agrees ([Journal.Post], rules O16, O17). What was decided is kept here and stands in the books as an entry of its own,
// so that each proves the other. A mistake is not changed: two people decide to reverse the entry, by its exact mirror, once
// ([Journal.Reverse], rule O18).
//
// No entry makes the books say of a member, a shop or a receipt what their own rows do not say. [Hands] tells for each account
// of the chart whether it may be touched by hand, and which verb moves it otherwise.
//
// # Lock order
//
// The journal's row. Nothing is locked after it.
package journal

import (
	"slices"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Line is one side of an entry: debits positive, credits negative.
type Line struct {
	Account ledger.Account `json:"account"`
	Amount  money.Yen      `json:"amount"`
}

// Draft is what two people decide about.
type Draft struct {
	Reference string // the voucher, such as a line of the bank's statement; each has one entry
	Reason    Reason
	Note      string  // one line for whoever reads the books later; no personal data
	Day       jst.Day // of value
	Lines     []Line
}

// Sum is what the entry moves: what it debits.
func (d Draft) Sum() (sum money.Yen) {
	for _, l := range d.Lines {
		sum += max(l.Amount, 0)
	}
	return sum
}

// Entry is what was decided.
type Entry struct {
	Draft

	ID           id.Journal
	By, Second   string // numbers of staff
	Decided      time.Time
	UndoneBy     string // empty while it stands
	UndoneSecond string
	UndoneNote   string
	Undone       time.Time // zero while it stands
}

// Journal is the package's verbs.
type Journal struct {
	Terms *term.Book
}

// BucketOf is where the entry about a reference stands, so that there is one.
func BucketOf(reference string) int { return id.BucketOf("journal", readReference(reference)) }

// Post books an entry because two people decide so (rules O16, O17). The same decision again answers what stands. The faults are
// those of the fields, TwoNeeded, WhoUnclear, and ReferenceTaken if something else was decided about the reference.
func (j *Journal) Post(tx *db.Tx, d Draft, by, second string) (Entry, error) {
	if err := checkTwo(by, second); err != nil {
		return Entry{}, err
	}
	d = d.read()
	if err := d.check(j.bounds(tx.Now())); err != nil {
		return j.standing(tx, d, by, second, err)
	}
	bucket := BucketOf(d.Reference)
	e := Entry{Draft: d, ID: id.In[id.JournalKind](tx, bucket), By: by, Second: second, Decided: tx.Now()}
	added, err := insertEntry(tx, e)
	if err != nil {
		return Entry{}, err
	}
	if !added {
		return j.standing(tx, d, by, second, nil)
	}
	if err := insertLines(tx, e); err != nil {
		return Entry{}, err
	}
	if err := ledger.Post(tx, e.booked(ledger.Manual, d.Day, 1)); err != nil {
		return Entry{}, err
	}
	return e, event.Append(tx, e.fact("journal.posted", by, map[string]any{"second": second, "reason": d.Reason, "day": d.Day, "amount": d.Sum()}))
}

// standing answers the entry about a reference if it is the very decision, also when the draft could not be posted any more
// because a day has passed or a bound has changed. Otherwise it gives what is wrong with the draft, or that the reference is taken.
func (*Journal) standing(tx *db.Tx, d Draft, by, second string, wrong error) (Entry, error) {
	known, found, err := findByReference(tx, d.Reference)
	switch {
	case err != nil:
		return Entry{}, err
	case found && known.same(d) && samePeople(known.By, known.Second, by, second):
		return known, nil
	case wrong != nil:
		return Entry{}, wrong
	}
	return Entry{}, ReferenceTaken.In("reference").With("entry", known.ID.String()).With("day", known.Day.String()).About(known.ID.String())
}

// Reverse books the exact mirror of an entry on this day, because two people decide so (rule O18). It is done once; the same
// decision again answers what stands. The faults are NoEntry, ReversedBefore, NoteWrong, NotePersonal, TwoNeeded and WhoUnclear.
func (*Journal) Reverse(tx *db.Tx, which id.Journal, note, by, second string) (Entry, error) {
	if err := checkTwo(by, second); err != nil {
		return Entry{}, err
	}
	note = strings.TrimSpace(note)
	if err := checkNote(note); err != nil {
		return Entry{}, err
	}
	e, err := load(tx, which, true)
	if err != nil {
		return Entry{}, err
	}
	_, verdict := Life.Next(e.State(), Mirror)
	switch {
	case verdict == lifecycle.Already && e.UndoneNote == note && samePeople(e.UndoneBy, e.UndoneSecond, by, second):
		return e, nil
	case verdict != lifecycle.Moved:
		return Entry{}, ReversedBefore.New().With("day", jst.DayOf(e.Undone).String()).About(which.String())
	}
	e.UndoneBy, e.UndoneSecond, e.UndoneNote, e.Undone = by, second, note, tx.Now()
	if err := updateUndone(tx, e); err != nil {
		return Entry{}, err
	}
	if err := ledger.Post(tx, e.booked(ledger.ManualReversed, jst.DayOf(tx.Now()), -1)); err != nil {
		return Entry{}, err
	}
	return e, event.Append(tx, e.fact("journal.reversed", by, map[string]any{"second": second, "amount": e.Sum()}))
}

// booked is the entry as the books have it, or its mirror with a sign of -1.
func (e Entry) booked(why ledger.Reason, day jst.Day, sign money.Yen) ledger.Entry {
	lines := make([]ledger.Line, len(e.Lines))
	for i, l := range e.Lines {
		lines[i] = ledger.Line{Account: l.Account, Amount: sign * l.Amount}
	}
	return ledger.Entry{Bucket: e.ID.Bucket(), Reason: why, Ref: e.ID[:], Day: day, Lines: lines}
}

// fact words an event about an entry. It tells no note and no reference: people type them.
func (e Entry) fact(kind, by string, data map[string]any) event.Fact {
	return event.Fact{Kind: kind, Subject: event.Subject(e.ID), Side: fault.Us, Actor: by, Data: data}
}

// same tells whether two people who decided this would have decided the other.
func (d Draft) same(other Draft) bool {
	return d.Reference == other.Reference && d.Reason == other.Reason && d.Note == other.Note && d.Day == other.Day && slices.Equal(d.Lines, other.Lines)
}

// Load answers an entry. The fault is NoEntry.
func Load(tx *db.Tx, which id.Journal) (Entry, error) { return load(tx, which, false) }

// Search says which entries are looked for. What is zero is not looked at.
type Search struct {
	First, Last jst.Day // of value, both included
	Reason      Reason
	Reference   string
}

// List lists entries with their lines, the latest day of value first, at most limit.
func List(tx *db.Tx, s Search, limit int) ([]Entry, error) {
	s.Reference = readReference(s.Reference)
	found, err := selectEntries(tx, s, limit)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found, addLines(tx, found)
}

func load(tx *db.Tx, which id.Journal, lock bool) (Entry, error) {
	e, err := selectEntry(tx, which, lock)
	if err != nil {
		return Entry{}, err
	}
	one := []Entry{e}
	err = addLines(tx, one)
	return one[0], err
}

func findByReference(tx *db.Tx, reference string) (Entry, bool, error) {
	which, found, err := selectByReference(tx, BucketOf(reference), reference)
	if err != nil || !found {
		return Entry{}, false, err
	}
	e, err := load(tx, which, false)
	return e, err == nil, err
}

func samePeople(by, second, otherBy, otherSecond string) bool {
	return strings.EqualFold(by, otherBy) && strings.EqualFold(second, otherSecond)
}
