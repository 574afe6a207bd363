// Package collection deals with bills that are not paid in time: what that costs, and what a member can do about it.
//
// # The story
//
// Package billing marks a bill as past due the moment its due day is over, and its member's account is blocked until it is
// paid. From the month after, two days a month add a late fee to it ([Collection.ChargeLate], rule D01), and late damages where
// they are asked for (rule D02). By default both together never exceed the legal cap (rule D03), and each charge keeps
// what it was reckoned from, so that the bill can show the sum. What is charged stands beside the bill's total: a bill is
// paid when its total is, and what remains of the charges is asked for by the next one (rule D04). A payment that was
// made before a charge and told of after it takes the charge back by itself (rule D05, [Collection.Excess]). On days on which we kept people
// from paying, and on the day after, nobody is charged (rule D07): an operator enters these days ([AddOutage]).
//
// A member who cannot pay at once names a day ([Collection.Promise], rule D08). Until it is over nobody is reminded; a promise
// that was not kept is a fact for who calls.
//
// Where the operator offers it, a bill can be paid in parts ([Collection.Agree], rules D09 to D13). While that plan is kept
// nobody is reminded of the bill and it is charged no fees; a part that does not come in breaks it ([Collection.BreakPlans]),
// and the rest goes on as without it.
//
// Staff can stop dunning of a member in hardship, in talks or in dispute, and of everybody at once ([Stop], [Resume], rules N14
// and N15): nobody is reminded then. What is charged is not touched by it.
//
// # Lock order
//
// That of package billing: accounts in bucket, member order, then statements. Promises, plans, holds and outages are not locked; a
// promise, plan or hold is written under the lock of its member's account.
package collection

import (
	"slices"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Collection is the package's verbs.
type Collection struct {
	Terms   *term.Book
	Billing *billing.Billing
}

// Outage is a run of days on which we kept people from paying.
type Outage struct {
	Span
	Reason string // what happened, in words for whoever asks
	By     string // who entered it
	At     time.Time
}

// Promise is the day that a member named.
type Promise struct {
	Member id.Member
	Day    jst.Day
	Amount money.Yen // what was owed then on bills past due
	Made   time.Time
}

// ChargeLate charges bills that are past due with what the fee days up to a day add to them, at most limit bills, going on after
// a bill (zero to begin with). It answers the last bill it looked at and how many there were; with fewer than limit it is
// at the end. Doing it again, or after a crash, charges nothing twice; a fee day that was missed is made up for.
func (c *Collection) ChargeLate(tx *db.Tx, day jst.Day, after billing.Statement, limit int) (last billing.Statement, seen int, err error) {
	found, err := billing.ListLate(tx, day.Month().First(), after, limit)
	if err != nil || len(found) == 0 {
		return after, 0, err
	}
	last = found[len(found)-1]
	outages, err := selectOutages(tx)
	if err != nil {
		return after, 0, err
	}
	late, err := billing.LockLate(tx, found)
	if err != nil {
		return after, 0, err
	}
	slices.SortStableFunc(late, func(a, b billing.Late) int { return a.Due.Compare(b.Due) })
	plans, err := selectPlansOf(tx, late)
	if err != nil {
		return after, 0, err
	}
	charged := map[id.Member][]jst.Day{} // days on which members were charged a fee, for whichever bill
	for _, l := range late {
		if _, known := charged[l.Member]; !known {
			if charged[l.Member], err = billing.FeeDays(tx, l.Member); err != nil {
				return after, 0, err
			}
		}
		days, err := c.chargeOne(tx, l, day, charged[l.Member], outages, plans[l.ID])
		if err != nil {
			return after, 0, err
		}
		charged[l.Member] = append(charged[l.Member], days...)
	}
	return last, len(found), nil
}

// chargeOne charges one locked bill. A member with several bills past due is charged one fee on a fee day, for the one that
// was due first (rule D01), and none for a bill on a day on which its plan is kept (rule D11). It answers the days on which it
// charged a fee.
func (c *Collection) chargeOne(tx *db.Tx, late billing.Late, until jst.Day, charged []jst.Day, outages []Span, plans []Plan) ([]jst.Day, error) {
	terms := c.Terms.Current()
	outages = append(slices.Clip(outages), givenUp(late.WriteOffs)...)
	long := slices.ContainsFunc(plans, func(p Plan) bool { return p.Long })
	var days []jst.Day
	for _, day := range feeDays(terms, late.Due, until) {
		withFee := !slices.Contains(charged, day) && !slices.ContainsFunc(plans, func(p Plan) bool { return p.keeps(day) })
		was := slices.ContainsFunc(late.Charges, func(k billing.Charge) bool { return k.Day == day })
		if ours(outages, day) || was && !withFee {
			continue
		}
		f := figuresOn(terms, day)
		if long {
			f.damageRate = min(f.damageRate, PlanLongRate.On(terms, day))
		}
		charges := chargesOn(late, day, withFee, f, outages)
		if was { // its plan broke before that day, as is known since: the fee is made up for, and damages stay as they were reckoned
			charges = slices.DeleteFunc(charges, func(k billing.Charge) bool { return k.Kind != billing.LateFee })
		}
		var err error
		if late, err = c.Billing.AddCharges(tx, late, charges...); err != nil {
			return nil, err
		}
		if withFee {
			days = append(days, day)
		}
	}
	return days, nil
}

// Excess lists those charges of a bill that exceed the cap now that a payment made before them is known (rule D05). Package
// billing asks for it, with the account locked, and takes them back.
func (c *Collection) Excess(tx *db.Tx, late billing.Late) ([]billing.Charge, error) {
	if !slices.ContainsFunc(late.Charges, func(k billing.Charge) bool { return k.Waived == "" && k.Kind != billing.Fallback }) {
		return nil, nil
	}
	outages, err := selectOutages(tx)
	if err != nil {
		return nil, err
	}
	return excess(late, c.Terms.Current(), append(outages, givenUp(late.WriteOffs)...)), nil
}

// AddOutage enters days on which we kept people from paying (rule D07). What was charged on them before stays until a person
// waives it; nothing is charged on them from now on.
func AddOutage(tx *db.Tx, o Outage) error {
	if o.From.IsZero() || o.To.Before(o.From) {
		return NoSpan.New()
	}
	return insertOutage(tx, o)
}

// Outages lists the days on which we kept people from paying, the latest first.
func Outages(tx *db.Tx) ([]Outage, error) { return listOutages(tx) }

// Promise takes down the day on which a member with a bill past due will pay. Reminders stop until it is over (rule D08). A
// later promise replaces an earlier one, the same again changes nothing. The faults are NothingLate and PromiseDay.
func (c *Collection) Promise(tx *db.Tx, member id.Member, day jst.Day) (Promise, error) {
	accounts, err := credit.Lock(tx, member)
	if err != nil {
		return Promise{}, err
	}
	if accounts[member] == nil || accounts[member].Blocks&credit.PastDue == 0 {
		return Promise{}, NothingLate.New()
	}
	today := jst.DayOf(tx.Now())
	last := today.Add(PromiseDays.On(c.Terms.Current(), today))
	if day.Before(today) || day.After(last) {
		return Promise{}, PromiseDay.In("day").With("last", last.String())
	}
	owed, err := billing.OwedLate(tx, member)
	if err != nil {
		return Promise{}, err
	}
	if known, found, err := FindPromise(tx, member); err != nil || found && known.Day == day && known.Amount == owed {
		return known, err
	}
	p := Promise{Member: member, Day: day, Amount: owed, Made: tx.Now()}
	if err := upsertPromise(tx, p); err != nil {
		return Promise{}, err
	}
	return p, event.Append(tx, event.Fact{
		Kind: "collection.promised", Subject: event.Subject(member), Member: member, Side: fault.Member, Actor: "member",
		Data: map[string]any{"day": day, "amount": owed},
	})
}

// FindPromise answers the promise of a member whose day is not over. It is false if there is none.
func FindPromise(tx *db.Tx, member id.Member) (Promise, bool, error) {
	return selectPromise(tx, member, jst.DayOf(tx.Now()))
}
