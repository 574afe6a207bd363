package collection

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
)

// Paying a bill past due in parts.
//
// A plan is an agreement about one statement: days and sums that add up to what was owed when it was agreed (rule D09). Which
// parts are paid is stored nowhere: it follows from what has come in for the statement since, so that a payment that is
// taken back opens its parts again by itself (rule D12). What is stored is what people agreed on and what became of it.
//
// By the Instalment Sales Act (割賦販売法, Art. 2 and 30-2-3) payment over more than two months from the contract is regulated
// credit. The contract is the purchase, so the two months are counted from the earliest purchase on the bill (rule D10).

// Plan is an agreement to pay a statement in parts.
type Plan struct {
	Statement id.Statement
	Number    int // of the statement's plans: 1 is the first
	Member    id.Member
	State     PlanState
	Sum       money.Yen // what was owed when it was agreed: the parts add up to it
	Before    money.Yen // what had come in for the statement by then
	Long      bool      // its last part is more than two months after the purchase (rule D10)
	By        string    // who agreed: "member", or the number of staff who entered it
	Made      time.Time
	Until     jst.Day // the first day on which it was not kept any more; zero while it stands, and when it is done
	Parts     []Part  // by day
}

// Part is one part of a plan.
type Part struct {
	ID     id.PlanPart
	Day    jst.Day   // by the end of which it is to be paid
	Amount money.Yen // of this part
	Upto   money.Yen // of this part and those before it
}

// PlanWish is what somebody who wants to pay in parts chooses. The rest follows from it.
type PlanWish struct {
	First jst.Day // the day of the first part
	Parts int
}

// byMember is who agrees on the member's own page.
const byMember = "member"

// Offer answers the plan that a member's statement would be paid by. Nothing is written. The faults are those of Agree, but
// for those about a plan that stands.
func (c *Collection) Offer(tx *db.Tx, member id.Member, statement id.Statement, wish PlanWish) (Plan, error) {
	d, err := billing.LoadStatement(tx, member, statement)
	if err != nil {
		return Plan{}, err
	}
	if !d.PastDue {
		return Plan{}, NothingLate.New()
	}
	return c.drawUp(tx, d.Statement, d.Items, wish, byMember)
}

func (c *Collection) drawUp(tx *db.Tx, st billing.Statement, items []billing.Item, wish PlanWish, by string) (Plan, error) {
	today := jst.DayOf(tx.Now())
	f := planFiguresOn(c.Terms.Current(), today)
	parts, long, err := planParts(f, today, st.Owed(), purchased(items), wish)
	if err != nil {
		return Plan{}, err
	}
	return Plan{
		Statement: st.ID, Member: st.Member, State: Standing, Sum: st.Owed(), Before: st.Received, Long: long, By: by, Made: tx.Now(), Parts: parts,
	}, nil
}

// Agree makes the plan that Offer shows, for a statement that is past due: by is "member", or the number of staff who enters
// what was agreed otherwise. The same wish again answers the plan that stands. The faults are NoStatement (also for another
// member's), NothingLate, PlanOff, PlanPartsWrong, PlanFirstDay, PlanTooSmall, PlanTooLong (rule D10), PlanStands (another
// one does), PlanOnce (a member's second one, rule D13) and PlanWho.
func (c *Collection) Agree(tx *db.Tx, member id.Member, statement id.Statement, wish PlanWish, by string) (Plan, error) {
	if !staffForm.MatchString(by) {
		return Plan{}, PlanWho.In("by")
	}
	d, err := billing.LoadStatement(tx, member, statement)
	if err != nil {
		return Plan{}, err
	}
	late, err := billing.LockLate(tx, []billing.Statement{d.Statement})
	if err != nil {
		return Plan{}, err
	}
	known, had, err := FindPlan(tx, statement)
	switch {
	case err != nil:
		return Plan{}, err
	case had && known.State == Standing && known.wish() == wish:
		return known, nil
	case len(late) == 0:
		return Plan{}, NothingLate.New()
	case had && known.State == Standing:
		return Plan{}, PlanStands.New().With("first", known.Parts[0].Day.String()).With("parts", fmt.Sprint(len(known.Parts))).About(statement.String())
	case had && by == byMember:
		return Plan{}, PlanOnce.New().About(statement.String())
	}
	p, err := c.drawUp(tx, late[0].Statement, d.Items, wish, by)
	if err != nil {
		return Plan{}, err
	}
	p.Number = known.Number + 1
	for i := range p.Parts {
		p.Parts[i].ID = id.In[id.PlanPartKind](tx, statement.Bucket())
	}
	if err := insertPlan(tx, p); err != nil {
		return Plan{}, err
	}
	last := p.Parts[len(p.Parts)-1]
	return p, event.Append(tx, p.fact("plan.agreed", sideOf(by), by, map[string]any{
		"month": d.Month, "sum": p.Sum, "parts": len(p.Parts), "first": p.Parts[0].Day, "amount": p.Parts[0].Amount, "last": last.Day, "long": p.Long,
	}))
}

func sideOf(by string) fault.Side {
	if by == byMember {
		return fault.Member
	}
	return fault.Us
}

// staffForm is a number of staff, or a role: facts keep it for ever, so it is no name.
var staffForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// FindPlan answers the newest plan of a statement. It is false if there was none.
func FindPlan(tx *db.Tx, statement id.Statement) (Plan, bool, error) {
	p, err := selectPlan(tx, statement)
	if errors.Is(err, db.ErrNone) {
		return Plan{}, false, nil
	}
	return p, err == nil, err
}

// ListPlans lists plans that stand, in bucket, statement order, after a statement (zero to begin with), at most limit.
func ListPlans(tx *db.Tx, after id.Statement, limit int) ([]Plan, error) {
	found, err := selectStanding(tx, after, limit)
	if err != nil {
		return nil, err
	}
	return eachPlan(tx, found)
}

func eachPlan(tx *db.Tx, statements []id.Statement) ([]Plan, error) {
	plans := make([]Plan, 0, len(statements))
	for _, st := range statements {
		p, found, err := FindPlan(tx, st)
		if err != nil {
			return nil, err
		}
		if found {
			plans = append(plans, p)
		}
	}
	return plans, nil
}

// EndPlan ends the plan of a statement that stands, because a person says so. Dunning goes on at once, fees from tomorrow on. One that
// was ended before is answered as it is. The faults are NoStatement, NoPlan and PlanWho.
func (c *Collection) EndPlan(tx *db.Tx, member id.Member, statement id.Statement, by string) (Plan, error) {
	if !staffForm.MatchString(by) {
		return Plan{}, PlanWho.In("by")
	}
	d, err := billing.LoadStatement(tx, member, statement)
	if err != nil {
		return Plan{}, err
	}
	if _, err := billing.LockLate(tx, []billing.Statement{d.Statement}); err != nil {
		return Plan{}, err
	}
	if d, err = billing.LoadStatement(tx, member, statement); err != nil {
		return Plan{}, err
	}
	p, found, err := FindPlan(tx, statement)
	switch {
	case err != nil:
		return Plan{}, err
	case found && p.State == Ended:
		return p, nil
	case !found || p.State != Standing:
		return Plan{}, NoPlan.New().About(statement.String())
	}
	return p, p.move(tx, End, jst.DayOf(tx.Now()).Add(1), p.fact("plan.ended", fault.Us, by, map[string]any{"month": d.Month, "owed": d.Owed()}))
}

// BreakPlans breaks plans of which a part was not paid by the end of its day and the days of grace (rule D12), at most limit,
// going on after a statement (zero to begin with). It answers the last one it looked at and how many there were; with fewer
// than limit it is at the end. Doing it again breaks nothing twice.
func (c *Collection) BreakPlans(tx *db.Tx, day jst.Day, after id.Statement, limit int) (last id.Statement, seen int, err error) {
	grace := PlanGrace.On(c.Terms.Current(), day)
	found, err := selectBehind(tx, day.Add(-grace), after, limit)
	if err != nil || len(found) == 0 {
		return after, 0, err
	}
	last = found[len(found)-1].ID
	outages, err := selectOutages(tx)
	if err != nil {
		return after, 0, err
	}
	late, err := billing.LockLate(tx, found)
	if err != nil {
		return after, 0, err
	}
	for _, l := range late {
		p, known, err := FindPlan(tx, l.ID)
		if err != nil {
			return after, 0, err
		}
		if !known || p.State != Standing {
			continue
		}
		part, from, missed := p.missed(l.Received, day, grace, outages)
		if !missed {
			continue
		}
		told := p.fact("plan.broken", fault.Member, "clock", map[string]any{
			"month": l.Month, "day": part.Day, "amount": part.Upto - p.Paid(l.Received), "owed": l.Owed(), "from": from,
		})
		if err := p.move(tx, Miss, from, told); err != nil {
			return after, 0, err
		}
	}
	return last, len(found), nil
}

// Follow brings the plan of a statement where its money has brought the statement: paid off, or open again because a payment
// was taken back (rule D12), or given up. It is run in the transaction that moved the money, with the account locked.
func (c *Collection) Follow(tx *db.Tx, st billing.Statement) error {
	p, found, err := FindPlan(tx, st.ID)
	if err != nil || !found {
		return err
	}
	switch {
	case (st.WrittenOff || st.Awaited) && p.State == Standing: // nothing is asked for any more, or not until it was decided whose it is
		return p.move(tx, End, jst.DayOf(tx.Now()), p.fact("plan.ended", fault.Us, "clock", map[string]any{"month": st.Month}))
	case st.State != billing.Issued && p.State == Standing:
		return p.move(tx, PayOff, jst.Day{}, p.fact("plan.done", fault.Member, byMember, map[string]any{"month": st.Month, "sum": p.Sum}))
	case st.State == billing.Issued && p.State == Done && !st.WrittenOff:
		return p.move(tx, Reopen, jst.Day{}, p.fact("plan.reopened", fault.Partner, "agent", map[string]any{"month": st.Month, "owed": st.Owed()}))
	}
	return nil
}

// NextPart is what a barcode of a statement is over while a plan stands: what is not paid of its next part. It is 0 where all
// that is owed is asked for at once (rule D11).
func (c *Collection) NextPart(tx *db.Tx, st billing.Statement) (money.Yen, error) {
	if !st.PastDue {
		return 0, nil
	}
	p, found, err := FindPlan(tx, st.ID)
	if err != nil || !found || p.State != Standing {
		return 0, err
	}
	_, rest, _ := p.Next(st.Received)
	return min(rest, st.Owed()), nil
}

// move brings a plan where the table says, and tells of it.
func (p *Plan) move(tx *db.Tx, on PlanNews, until jst.Day, told event.Fact) error {
	to, verdict := PlanMachine.Next(p.State, on)
	if verdict != lifecycle.Moved {
		return &planError{p.Statement, p.State, on}
	}
	p.State, p.Until = to, until
	if err := updatePlan(tx, *p); err != nil {
		return err
	}
	return event.Append(tx, told)
}

// planError is a step of a plan that its table does not know: a bug, and never an outcome.
type planError struct {
	statement id.Statement
	state     PlanState
	on        PlanNews
}

func (e *planError) Error() string {
	return fmt.Sprintf("collection: the plan of %s is %s and cannot take %s", e.statement, e.state, e.on)
}

// fact words an event about a plan. It is in the history of its statement.
func (p Plan) fact(kind string, side fault.Side, actor string, data map[string]any) event.Fact {
	all := map[string]any{"plan": p.Number}
	for k, v := range data {
		all[k] = v
	}
	return event.Fact{Kind: kind, Subject: event.Subject(p.Statement), Member: p.Member, Side: side, Actor: actor, Data: all}
}

func (p Plan) wish() PlanWish { return PlanWish{First: p.Parts[0].Day, Parts: len(p.Parts)} }

// Paid is what has come in for the parts, of what has come in for the statement: the sum since the plan began.
func (p Plan) Paid(received money.Yen) money.Yen { return min(max(received-p.Before, 0), p.Sum) }

// Next is the earliest part that is not paid in full, and what is not paid of it. It is false if all are.
func (p Plan) Next(received money.Yen) (next Part, rest money.Yen, open bool) {
	paid := p.Paid(received)
	i := slices.IndexFunc(p.Parts, func(part Part) bool { return part.Upto > paid })
	if i < 0 {
		return Part{}, 0, false
	}
	return p.Parts[i], p.Parts[i].Upto - paid, true
}
