package billing

import (
	"slices"
	"strconv"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// Taking late charges back (遅延の費用の取消し).
//
// Two people decide that a bill past due is not charged what it was charged for being late, one charge or many at once
// (rule O12). A charge that is taken back leaves what the member owes and the income that it was booked as, with its tax. It
// stands on the bill as taken back and is never made again: the day has had its fee, and damages go on from what they had come
// to. Barcodes over the sum of before stop serving; whoever still pays with one has paid too much, and the rest stands to
// their credit.
//
// They are taken back while the bill is past due. Then nobody has paid them, because money pays a bill's total first (rule B23),
// and no later bill asks for them, because it does so only once the total is paid (rule D04).

// The reasons for which people take a charge back.
const (
	Courtesy Waiver = "courtesy"  // because the member asked, and was good otherwise
	OurFault Waiver = "our_fault" // we kept them from paying, or told them something wrong
	Hardship Waiver = "hardship"  // illness, disaster, or the like
)

// Waivers lists the reasons for which people take a charge back, in the order in which they are offered.
func Waivers() []Waiver { return []Waiver{OurFault, Courtesy, Hardship} }

// ByPeople tells whether people decided so, and not a rule.
func (w Waiver) ByPeople() bool { return w == Goodwill || slices.Contains(Waivers(), w) }

// WaiveMax is how many charges are taken back by one decision at most (rule O13).
const WaiveMax = 200

// TooMany is the fault of a decision about more than [WaiveMax] charges, in a field.
func TooMany(field string) *fault.Error {
	return TooManyCharges.In(field).With("max", strconv.Itoa(WaiveMax))
}

// waiver is who took a charge back.
type waiver struct{ by, second string }

// WaiveCharges takes late charges back, all or none, because two people decide so (rules O12, O13). The same decision again
// changes nothing. The faults are NoCharges, TooManyCharges, ChargeUnknown, ChargeWaived (for another reason, by others, or by
// itself, and of 0 yen), ChargeMoved, ChargeSettled, WaiverUnknown (the reason), TwoNeeded and WhoUnclear.
func (b *Billing) WaiveCharges(tx *db.Tx, which []id.LateCharge, by, second string, why Waiver) error {
	if err := checkTwo(by, second); err != nil {
		return err
	}
	which = distinct(which)
	switch {
	case !slices.Contains(Waivers(), why):
		return WaiverUnknown.In("reason")
	case len(which) == 0:
		return NoCharges.In("charge")
	case len(which) > WaiveMax:
		return TooMany("charge")
	}
	chosen, err := selectChosen(tx, which)
	switch {
	case err != nil:
		return err
	case len(chosen) < len(which):
		return ChargeUnknown.In("charge")
	}
	late, err := LockLate(tx, statementsOf(chosen))
	if err != nil {
		return err
	}
	known, err := selectWaivers(tx, which)
	if err != nil {
		return err
	}
	if chosen, err = selectChosen(tx, which); err != nil { // as they are now, under the locks
		return err
	}
	if !slices.ContainsFunc(chosen, func(c Charge) bool {
		w, found := known[c.ID]
		return !found || c.Waived != why || !samePeople(w.by, w.second, by, second)
	}) {
		return nil
	}
	for _, l := range late {
		of := func(c Charge) bool { return c.Statement == l.ID }
		mine := slices.DeleteFunc(slices.Clone(chosen), func(c Charge) bool { return !of(c) })
		if err := b.waiveOf(tx, l.Statement, mine, by, second, why); err != nil {
			return err
		}
		chosen = slices.DeleteFunc(chosen, of)
	}
	if len(chosen) > 0 { // their bill is past due no more
		return whyNotLate(tx, chosen[0])
	}
	return nil
}

// whyNotLate is the fault of a charge whose bill is not past due.
func whyNotLate(tx *db.Tx, c Charge) error {
	st, err := Find(tx, c.Statement)
	switch {
	case err != nil:
		return err
	case st.Moved > 0:
		return ChargeMoved.In("charge").About(st.ID.String())
	}
	return ChargeSettled.In("charge").About(st.ID.String())
}

// waiveOf takes charges of one locked bill past due back.
func (b *Billing) waiveOf(tx *db.Tx, st Statement, chosen []Charge, by, second string, why Waiver) error {
	days := make([]jst.Day, len(chosen))
	var sum money.Yen
	for i, c := range chosen {
		if c.Waived != "" || c.Amount == 0 {
			return ChargeWaived.In("charge").With("day", c.Day.String()).About(st.ID.String())
		}
		if err := b.waive(tx, c, why); err != nil {
			return err
		}
		if err := insertWaiver(tx, c.ID, waiver{by, second}); err != nil {
			return err
		}
		sum += c.Amount
		days[i] = c.Day
	}
	st.Late -= sum
	if err := updateStatement(tx, st); err != nil {
		return err
	}
	return event.Append(tx, st.fact("statement.late_waived", fault.Us, by,
		map[string]any{"amount": sum, "days": days, "reason": why, "second": second, "owed": st.Owed()}))
}

// ListCharges lists what bills past due were charged for being late on days from the first to the last, and is asked for: at most
// limit, by bill and day.
func ListCharges(tx *db.Tx, first, last jst.Day, limit int) ([]Charge, error) {
	if err := tx.Survey(); err != nil {
		return nil, err
	}
	return selectChargesIn(tx, first, last, limit)
}

// ChargesOf lists what a statement was charged for being late, by day, what was taken back included.
func ChargesOf(tx *db.Tx, statement id.Statement) ([]Charge, error) {
	return selectCharges(tx, statement)
}

// WaivedEntries are the entries by which charges were taken out of the books.
func WaivedEntries(tx *db.Tx, which []id.LateCharge) ([]ledger.Posted, error) {
	var out []ledger.Posted
	for _, c := range which {
		all, err := ledger.About(tx, c[:])
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			if e.Reason == ledger.LateWaived {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

func distinct(which []id.LateCharge) []id.LateCharge {
	out := slices.Clone(which)
	slices.SortFunc(out, id.LateCharge.Compare)
	return slices.Compact(out)
}

func statementsOf(charges []Charge) []Statement {
	var out []Statement
	for _, c := range charges {
		if !slices.ContainsFunc(out, func(st Statement) bool { return st.ID == c.Statement }) {
			out = append(out, Statement{ID: c.Statement, Member: c.Member})
		}
	}
	return out
}
