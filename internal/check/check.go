// Package check keeps what the checks find: each place where something does not agree has an age, an owner and an end.
//
// # The story
//
// A run ([Proof.Run]) makes all checks, each in a short reading transaction of its own, so that no snapshot stays open for
// as long as they take together. What a check finds is compared with what is open of it, by what it is about: what is new is
// opened, what was there gets older and says what it says now, and what is found no more is gone, with its day (rule O19). One
// that comes back is opened anew and says so. A check that could not be made, or found more than is kept, ends nothing.
//
// A run is complete when every check was made. One that was cut off by the end of its process is begun anew by the next
// (rule O20): runs name breaks by check and subject, so that nothing is opened twice. A run that another has overtaken stops at
// its next write.
//
// People take a break over ([Own]) and note what they found ([Note]); only the checks end it (rule O21). What each check
// compares, and what to do when it breaks, is said in [Meanings].
//
// # Lock order
//
// The run's row, then breaks of one check in the order of their ids.
package check

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
	"tsuke/internal/lifecycle"
	"tsuke/internal/staff"
)

// Proof makes the checks and keeps what they find.
type Proof struct {
	DB      *db.DB
	Checks  []ledger.Check // all of them, those of the books included
	Version string         // of the program, as runs keep it
	Log     *slog.Logger   // told why a check could not be made
}

// Run is one run of all checks.
type Run struct {
	ID      id.CheckRun
	State   RunState
	Version string
	Begun   time.Time
	Ended   time.Time // zero while it runs
	Checks  int       // that were made
	Failed  []string  // codes of those that could not be made
	More    []string  // codes of those that found more than is kept
	Breaks  int       // open at its end
	Found   int       // breaks that it opened
	Gone    int       // breaks that it ended
}

// Break is one place where a check does not hold, for as long as it does not.
type Break struct {
	ID      id.Break
	Code    string // of the check
	Subject string // the id of what it is about, or words of the check
	Said    string // what the check said first
	Says    string // what it said last
	First   time.Time
	Last    time.Time
	Gone    time.Time // zero while it is open
	Earlier int       // how often the same was there before
	Before  time.Time // when that ended; zero if it never was
	Owner   id.Staff  // who sees to it; zero for nobody
	Owned   time.Time
}

// State is where a break stands.
func (b Break) State() State {
	if b.Gone.IsZero() {
		return Open
	}
	return Gone
}

const (
	foundMax = 200              // breaks of one check that are kept; what breaks everywhere has one cause
	checkFor = 10 * time.Minute // one check may take so long
)

// ErrOvertaken means that another run began while this one ran: it goes on, and this one has stopped.
var ErrOvertaken = errors.New("check: another run has begun since, and this one has stopped")

// Run makes all checks and keeps what they find (rules O19, O20). The run is Failed if a check could not be made; an error means
// that it did not come to its end. It opens transactions of its own.
func (p *Proof) Run(ctx context.Context) (Run, error) {
	r, err := p.begin(ctx)
	if err != nil {
		return Run{}, err
	}
	for _, c := range p.Checks {
		if err := p.prove(ctx, &r, c); err != nil {
			return Run{}, err
		}
	}
	return p.end(ctx, r)
}

// begin starts a run. One that still runs was cut off, or is overtaken: it is left as it is.
func (p *Proof) begin(ctx context.Context) (Run, error) {
	var r Run
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		old, found, err := lockRunning(tx)
		if err != nil {
			return err
		}
		if found {
			if old, err = old.move(tx, CutOff); err != nil {
				return err
			}
			if err := event.Append(tx, old.fact("check.cut")); err != nil {
				return err
			}
		}
		r = Run{ID: id.In[id.CheckRunKind](tx, 0), State: Running, Version: p.Version, Begun: tx.Now()}
		if err := insertRun(tx, r); err != nil {
			return err
		}
		return event.Append(tx, r.fact("check.begun"))
	})
	return r, err
}

// prove makes one check and keeps what it finds. A check that cannot be made is noted in the run, which goes on.
func (p *Proof) prove(ctx context.Context, r *Run, c ledger.Check) error {
	var found []ledger.Break
	var open []Break
	within, cancel := context.WithTimeout(ctx, checkFor)
	defer cancel()
	err := p.DB.Read(within, func(tx *db.Tx) (err error) {
		if found, err = ledger.Prove(tx, c, foundMax+1); err != nil {
			return err
		}
		open, err = selectOpen(tx, c.Code(), false)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		p.Log.Error("a check could not be made", "check", c.Code(), "err", err)
		r.Failed = append(r.Failed, c.Code())
		return nil
	}
	r.Checks++
	whole := len(found) <= foundMax
	if !whole {
		r.More = append(r.More, c.Code())
		found = found[:foundMax]
	}
	if len(found) == 0 && len(open) == 0 {
		return nil
	}
	return p.keep(ctx, r, c.Code(), found, whole)
}

// keep writes what a check found.
func (p *Proof) keep(ctx context.Context, r *Run, code string, found []ledger.Break, whole bool) error {
	var change changes
	err := p.DB.Write(ctx, func(tx *db.Tx) error { // may run again
		if err := lockStill(tx, r.ID); err != nil {
			return err
		}
		open, err := selectOpen(tx, code, true)
		if err != nil {
			return err
		}
		change = compare(open, found, whole)
		return change.write(tx)
	})
	r.Found += len(change.opened)
	r.Gone += len(change.gone)
	return err
}

// write stores what changed, and the facts of it.
func (c changes) write(tx *db.Tx) error {
	var facts []event.Fact
	earlier, err := selectEarlier(tx, c.opened)
	if err != nil {
		return err
	}
	for i := range c.opened {
		b := &c.opened[i]
		was := earlier[key{b.Code, b.Subject}]
		b.ID, b.First, b.Last = id.In[id.BreakKind](tx, c.buckets[i]), tx.Now(), tx.Now()
		b.Earlier, b.Before = was.times, was.last
		facts = append(facts, b.fact("check.found", "clock", map[string]any{"check": b.Code, "about": b.Subject, "earlier": b.Earlier}))
	}
	for i := range c.again {
		c.again[i].Last = tx.Now()
	}
	for i := range c.gone {
		b := &c.gone[i]
		b.Gone = tx.Now()
		facts = append(facts, b.fact("check.gone", "clock", map[string]any{"check": b.Code, "about": b.Subject}))
	}
	if err := errors.Join(insertBreaks(tx, c.opened), updateBreaks(tx, slices.Concat(c.again, c.gone))); err != nil {
		return err
	}
	return event.Append(tx, facts...)
}

// end ends a run that made every check that could be made. What checks found that this program no longer knows ends with a run
// that is complete.
func (p *Proof) end(ctx context.Context, r Run) (Run, error) {
	var ended Run
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lockStill(tx, r.ID); err != nil {
			return err
		}
		ended = r
		on := Finish
		if len(r.Failed) > 0 {
			on = Fail
		}
		if on == Finish {
			gone, err := p.endForgotten(tx)
			if err != nil {
				return err
			}
			ended.Gone += gone
		}
		var err error
		if ended.Breaks, err = countOpen(tx); err != nil {
			return err
		}
		if ended, err = ended.move(tx, on); err != nil {
			return err
		}
		return event.Append(tx, ended.fact("check.finished"))
	})
	return ended, err
}

// endForgotten ends what is open of checks that there are no more.
func (p *Proof) endForgotten(tx *db.Tx) (int, error) {
	codes, err := selectOpenCodes(tx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, code := range codes {
		if slices.ContainsFunc(p.Checks, func(c ledger.Check) bool { return c.Code() == code }) {
			continue
		}
		open, err := selectOpen(tx, code, true)
		if err != nil {
			return 0, err
		}
		c := compare(open, nil, true)
		n += len(c.gone)
		if err := c.write(tx); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// move brings a run that is locked to its end and stores it.
func (r Run) move(tx *db.Tx, on RunEvent) (Run, error) {
	to, verdict := RunLife.Next(r.State, on)
	if verdict != lifecycle.Moved {
		return Run{}, ErrOvertaken
	}
	r.State, r.Ended = to, tx.Now()
	return r, updateRun(tx, r)
}

// Own makes a person of staff the one who sees to a break that is open (rule O21). instead is who was shown to see to it: two who
// press at the same time do not take it from each other unseen. The same again answers what stands. by is who says so, for the
// facts. The faults are staff.NotAllowed, NoBreak, BreakGone and OwnedBefore.
func Own(tx *db.Tx, which id.Break, owner staff.Person, instead id.Staff, by string) (Break, error) {
	if err := owner.Needs(staff.Books); err != nil {
		return Break{}, err
	}
	b, err := selectBreak(tx, which, true)
	switch {
	case err != nil:
		return Break{}, err
	case b.Owner == owner.ID:
		return b, nil
	case b.State() == Gone:
		return Break{}, BreakGone.New()
	case b.Owner != instead:
		return Break{}, OwnedBefore.New()
	}
	b.Owner, b.Owned = owner.ID, tx.Now()
	if err := updateOwner(tx, b); err != nil {
		return Break{}, err
	}
	return b, event.Append(tx, b.fact("check.owned", by, map[string]any{"owner": b.Owner, "instead": instead}))
}

// Noted is what somebody noted on a break.
type Noted struct {
	Number int
	Note   string
	By     string // their number, or a role
	At     time.Time
}

// Note keeps what somebody found out about a break, also about one that is gone (rule O21). It must not hold personal data, and is
// in no fact. What was noted last by the same person in the same words is answered as it is. The faults are NoBreak and
// NoteWrong.
func Note(tx *db.Tx, which id.Break, note, by string) (Noted, error) {
	text, ok := readNote(note)
	if !ok {
		return Noted{}, NoteWrong.In("finding")
	}
	b, err := selectBreak(tx, which, true)
	if err != nil {
		return Noted{}, err
	}
	all, err := selectNotes(tx, b.ID)
	if err != nil {
		return Noted{}, err
	}
	if n := len(all); n > 0 && all[n-1].Note == text && all[n-1].By == by {
		return all[n-1], nil
	}
	n := Noted{Number: len(all) + 1, Note: text, By: by, At: tx.Now()}
	if err := insertNote(tx, b.ID, n); err != nil {
		return Noted{}, err
	}
	return n, event.Append(tx, b.fact("check.noted", by, map[string]any{"number": n.Number}))
}

// Notes lists what was noted on a break, in its order.
func Notes(tx *db.Tx, which id.Break) ([]Noted, error) { return selectNotes(tx, which) }

// Find answers a break. The fault is NoBreak.
func Find(tx *db.Tx, which id.Break) (Break, error) { return selectBreak(tx, which, false) }

// ListOpen lists breaks that are open, the oldest first, at most limit.
func ListOpen(tx *db.Tx, limit int) ([]Break, error) { return selectAllOpen(tx, limit) }

// ListGone lists breaks that went away since an instant, the latest first, at most limit.
func ListGone(tx *db.Tx, since time.Time, limit int) ([]Break, error) {
	return selectGone(tx, since, limit)
}

// CountOpen counts the breaks that are open.
func CountOpen(tx *db.Tx) (int, error) { return countOpen(tx) }

// FindComplete answers the last run that made every check. It is false if there was none.
func FindComplete(tx *db.Tx) (Run, bool, error) { return selectRun(tx, true) }

// FindLast answers the run that began last, whatever became of it. It is false if there was none.
func FindLast(tx *db.Tx) (Run, bool, error) { return selectRun(tx, false) }

func (r Run) fact(kind string) event.Fact {
	data := map[string]any{"version": r.Version}
	if r.State != Running {
		data["state"], data["checks"], data["failed"] = r.State, r.Checks, strings.Join(r.Failed, " ")
		data["breaks"], data["found"], data["gone"] = r.Breaks, r.Found, r.Gone
	}
	return event.Fact{Kind: kind, Subject: event.Subject(r.ID), Side: fault.Us, Actor: "clock", Data: data}
}

func (b Break) fact(kind, by string, data map[string]any) event.Fact {
	return event.Fact{Kind: kind, Subject: event.Subject(b.ID), Side: fault.Us, Actor: by, Data: data}
}
