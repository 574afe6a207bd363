package sim

import (
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/jst"
	"tsuke/internal/sim/memory"
)

// givenUp are the days on which a bill was given up and is owed again, as they were known at an instant: nothing is charged for them
// (rule D16).
func givenUp(t *memory.Tables, bill memory.ID, at int64) []outage {
	var all []outage
	for _, f := range t.WriteOffsOf(bill) {
		if f.Undone != 0 && f.Undone <= at {
			all = append(all, outage{from: dayOf(f.Decided), to: dayOf(f.Undone)})
		}
	}
	return all
}

func dayOf(micros int64) jst.Day { return jst.DayOf(time.UnixMicro(micros)) }

// judgeGivenUp is G13 of a decision that was just made: what is given up is all that is owed on a bill that is late.
func (w *world) judgeGivenUp(t *memory.Tables, f *memory.WriteOff) {
	b := t.Bills.Find(memory.Key{Bucket: f.Bucket, ID: f.Statement})
	var owed int64
	if b != nil {
		p := paidOf(t, b)
		owed = b.Total + standing(t, b) - b.Moved - p.principal - p.fee - p.late
	}
	if b == nil || f.Amount != owed || f.Member != b.Member || !b.WrittenOff || b.PastDue || b.Awaited {
		w.breaks("G13", "%d yen of %s are given up, who owes %d on %+v", f.Amount, w.nameOf(f.Member), owed, b)
	}
}

// checkGivenUp is G04, G08, G12 and G24 of bills that are given up and of late charges that people took back: two people decided each,
// the books say so, facts tell it, and whoever owed does not buy meanwhile.
func (w *world) checkGivenUp(t *memory.Tables) {
	stands := map[memory.ID]bool{}
	var loss, recovered int64
	for _, f := range t.WriteOffs.Rows() {
		b := t.Bills.Find(memory.Key{Bucket: f.Bucket, ID: f.Statement})
		left := b.Total + b.Late - b.Moved - b.Received
		w.checkGivenUpEntries(t, f)
		if f.Undone != 0 {
			continue
		}
		stands[f.Statement] = true
		loss += f.Amount
		recovered += f.Amount - left
		if a := t.Accounts.Find(memory.Key{Bucket: b.Bucket, ID: b.Member}); credit.Block(a.Blocks)&credit.WrittenOff == 0 && count(t, b.Member, "account.unblocked") == 0 {
			w.breaks("G08", "%s's bill of %s is given up, and nothing keeps %s from buying", w.nameOf(b.Member), b.Month, w.nameOf(b.Member))
		}
	}
	for _, g := range t.Regained.Rows() { // what a shop gave back of an invoice that was not its payer's
		recovered += g.Amount
	}
	if booked := -w.checker.books.accounts["recoveries"]; booked != recovered {
		w.breaks("G04", "of %d yen that are given up %d came in all the same; the books say %d", loss, recovered, booked)
	}
	for _, b := range t.Bills.Rows() {
		all := t.WriteOffsOf(b.ID)
		undone := 0
		for _, f := range all {
			if f.Undone != 0 {
				undone++
			}
		}
		if b.WrittenOff != stands[b.ID] || count(t, b.ID, "statement.written_off") != len(all) || count(t, b.ID, "statement.write_off_undone") != undone {
			w.breaks("G24", "%s's bill of %s is given up: %v; it was decided %d times and taken back %d times", w.nameOf(b.Member), b.Month, b.WrittenOff,
				len(all), undone)
		}
	}
	w.checkWaivers(t)
}

// checkGivenUpEntries wants a decision to stand in the books as what it is over, and one that was taken back to be reversed once.
func (w *world) checkGivenUpEntries(t *memory.Tables, f *memory.WriteOff) {
	var booked int64
	entry, _ := t.EntryOf(f.Bucket, "written_off", f.ID)
	for _, l := range t.LinesOf(entry) {
		if l.Account == "member_receivable" && l.Holder == f.Member {
			booked += l.Amount
		}
	}
	if _, back := t.EntryOf(f.Bucket, "write_off_undone", f.ID); booked != -f.Amount || back != (f.Undone != 0) {
		w.breaks("G04", "%d yen of %s were given up; the books say %d, and that it was taken back: %v", f.Amount, w.nameOf(f.Member), -booked, back)
	}
}

// checkWaivers is G12 and G24 of late charges that people took back.
func (w *world) checkWaivers(t *memory.Tables) {
	var back, told int64
	for _, k := range t.Charges.Rows() {
		people := t.Waivers.Find(memory.Key{Bucket: k.Bucket, ID: k.ID})
		if d := t.Disputes.Find(memory.Key{Bucket: k.Bucket, ID: k.Statement}); k.Reason == "goodwill" && (d == nil || d.State != "upheld") {
			w.breaks("G12", "a late charge of %d for %s is not asked for, and its bill was its payer's", k.Amount, k.Day)
		}
		if (k.State == "waived" && k.Reason != "paid_before" && k.Reason != "goodwill") != (people != nil) {
			w.breaks("G12", "a late charge of %d for %s is %s %s, and the people who took it back are %+v", k.Amount, k.Day, k.State, k.Reason, people)
		}
		if people != nil {
			back += k.Amount
		}
	}
	for _, b := range t.Bills.Rows() {
		for _, e := range t.Timeline(b.ID) {
			if e.Kind == "statement.late_waived" {
				told += figure(e.Data, `"amount":`)
			}
		}
	}
	if back != told {
		w.breaks("G24", "people took %d yen of late charges back, and facts tell of %d", back, told)
	}
}

// GivenUp counts what people gave up: bills, those that are owed again, payments that came in all the same, and late charges taken back.
type GivenUp struct{ Bills, Undone, Recovered, Charges int }

func (g *GivenUp) add(h GivenUp) {
	g.Bills += h.Bills
	g.Undone += h.Undone
	g.Recovered += h.Recovered
	g.Charges += h.Charges
}

func countGivenUp(t *memory.Tables) GivenUp {
	g := GivenUp{Bills: t.WriteOffs.Len(), Charges: t.Waivers.Len()}
	for _, f := range t.WriteOffs.Rows() {
		if f.Undone != 0 {
			g.Undone++
		}
	}
	for _, e := range t.Entries.Rows() {
		if e.Reason == "recovered" {
			g.Recovered++
		}
	}
	return g
}
