package collection

import (
	"slices"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// HoldReason is why a member is not reminded. It is out of a list, so that facts keep no words about a person.
type HoldReason string

// The reasons.
const (
	Hardship  HoldReason = "hardship" // the member cannot pay: ill, out of work, struck by a disaster
	InTalks   HoldReason = "talks"    // with the member, a lawyer or an adviser: who is represented is not asked
	InDispute HoldReason = "dispute"  // whether it is owed
	Died      HoldReason = "deceased"
	Incident  HoldReason = "incident" // what we would say may be wrong; only for everybody
	OtherHold HoldReason = "other"
)

// HoldReasons lists the reasons for which a member, or everybody, is not reminded, in the order in which they are offered.
func HoldReasons(whom id.Member) []HoldReason {
	if whom == Everybody {
		return []HoldReason{Incident, OtherHold}
	}
	return []HoldReason{Hardship, InTalks, InDispute, Died, OtherHold}
}

// Everybody stands for all members where dunning is stopped as a whole (rule N15). It is no member's id.
var Everybody = id.Member(id.Hash("dunning", "everybody"))

// Hold is that a member, or Everybody, is not reminded of what is past due.
type Hold struct {
	Member  id.Member
	Reason  HoldReason
	Last    jst.Day // the last day of it; zero for no end
	By      string  // who stopped it
	Stopped time.Time
	LiftBy  string // who lifted it
	Lifted  time.Time
}

// Stands tells whether nobody is reminded because of it on a day.
func (h Hold) Stands(today jst.Day) bool {
	return !h.Stopped.IsZero() && h.Lifted.IsZero() && (h.Last.IsZero() || !h.Last.Before(today))
}

// Stop ends dunning of a member, or of Everybody, until it is resumed or a last day is over (rules N14, N15). The same again
// answers what stands. The faults are PlanWho, HoldReasonWrong, HoldDay, HoldWhom (no such member) and HoldStands (another one
// does).
func Stop(tx *db.Tx, whom id.Member, reason HoldReason, last jst.Day, by string) (Hold, error) {
	today := jst.DayOf(tx.Now())
	switch {
	case !staffForm.MatchString(by):
		return Hold{}, PlanWho.In("by")
	case !slices.Contains(HoldReasons(whom), reason):
		return Hold{}, HoldReasonWrong.In("hold")
	case !last.IsZero() && last.Before(today):
		return Hold{}, HoldDay.In("last")
	}
	if err := lockWhom(tx, whom); err != nil {
		return Hold{}, err
	}
	h := Hold{Member: whom, Reason: reason, Last: last, By: by, Stopped: tx.Now()}
	fresh, err := upsertHold(tx, h, today)
	if err != nil {
		return Hold{}, err
	}
	if !fresh {
		return standing(tx, h)
	}
	data := map[string]any{"reason": reason}
	if !last.IsZero() {
		data["last"] = last
	}
	return h, event.Append(tx, h.fact("dunning.stopped", by, data))
}

// standing answers the hold that stands, if it is what was asked for.
func standing(tx *db.Tx, asked Hold) (Hold, error) {
	known, _, err := selectHold(tx, asked.Member)
	if err == nil && (known.Reason != asked.Reason || known.Last != asked.Last) {
		err = HoldStands.New().With("reason", string(known.Reason))
	}
	return known, err
}

// Resume lets dunning of a member, or of Everybody, go on. Where it went on before, that is answered. The faults are PlanWho, HoldWhom and
// NoHold (it was never stopped).
func Resume(tx *db.Tx, whom id.Member, by string) (Hold, error) {
	if !staffForm.MatchString(by) {
		return Hold{}, PlanWho.In("by")
	}
	if err := lockWhom(tx, whom); err != nil {
		return Hold{}, err
	}
	lifted, err := liftHold(tx, whom, by, jst.DayOf(tx.Now()))
	if err != nil {
		return Hold{}, err
	}
	h, found, err := selectHold(tx, whom)
	switch {
	case err != nil:
		return Hold{}, err
	case !found:
		return Hold{}, NoHold.New()
	case !lifted:
		return h, nil
	}
	return h, event.Append(tx, h.fact("dunning.resumed", by, nil))
}

// lockWhom locks a member's account. What holds for everybody is ordered by its row alone.
func lockWhom(tx *db.Tx, whom id.Member) error {
	if whom == Everybody {
		return nil
	}
	accounts, err := credit.Lock(tx, whom)
	if err == nil && accounts[whom] == nil {
		err = HoldWhom.New()
	}
	return err
}

// FindHold answers the hold of a member, or of Everybody, that stands today. It is false if there is none.
func FindHold(tx *db.Tx, whom id.Member) (Hold, bool, error) {
	h, _, err := selectHold(tx, whom)
	if err != nil || !h.Stands(jst.DayOf(tx.Now())) {
		return Hold{}, false, err
	}
	return h, true, nil
}

// Held answers why a member is not reminded today: the hold of Everybody or the member's own, whichever lasts longer.
func Held(tx *db.Tx, member id.Member) (Hold, bool, error) {
	all, ofAll, err := FindHold(tx, Everybody)
	if err != nil {
		return Hold{}, false, err
	}
	own, ofOwn, err := FindHold(tx, member)
	if ofAll && (!ofOwn || !own.outlasts(all)) {
		return all, true, err
	}
	return own, ofOwn, err
}

// outlasts tells whether a hold ends later than another one.
func (h Hold) outlasts(other Hold) bool {
	return !other.Last.IsZero() && (h.Last.IsZero() || h.Last.After(other.Last))
}

// ListHolds lists the holds of members that stand today, the oldest first, at most limit. That of Everybody is none of a member's.
func ListHolds(tx *db.Tx, limit int) ([]Hold, error) {
	return selectHolds(tx, jst.DayOf(tx.Now()), limit)
}

func (h Hold) fact(kind, by string, data map[string]any) event.Fact {
	f := event.Fact{Kind: kind, Subject: event.Subject(h.Member), Side: fault.Us, Actor: by, Data: data}
	if h.Member != Everybody {
		f.Member = h.Member
	}
	return f
}
