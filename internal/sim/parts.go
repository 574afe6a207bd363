package sim

import (
	"time"

	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/sim/memory"
)

// The rules of paying in parts, written once more: days of grace after the day of a part.
const partGrace = 3

// agree is a member who agrees to pay a bill past due in parts, or an operator who enters that; some of the parts are paid late or
// never, and sometimes the operator ends it.
func (m *member) agree() {
	w := m.w
	var bill *memory.Statement
	for _, b := range w.bills() {
		if b.PastDue && b.Member == memory.ID(m.id) && (bill == nil || w.in(2) == 0) {
			bill = b
		}
	}
	if bill == nil {
		if m.waits++; !w.healed && m.waits%8 != 0 { // asks again a little later
			w.after(waitsFor, "plan", m.agree)
		}
		return
	}
	by := "member"
	if w.in(4) == 0 {
		by = clerk
	}
	wish := collection.PlanWish{First: jst.DayOf(w.now).Add(1 + w.in(20)), Parts: 2 + w.in(3)}
	var p collection.Plan
	w.deskWrite("plan", func(tx *db.Tx) (err error) {
		p, err = w.house.collection.Agree(tx, m.id, id.Statement(bill.ID), wish, by)
		return err
	}, func() {
		w.tell("%s agrees to pay %s yen in %d parts.", m.name, p.Sum, len(p.Parts))
		for _, part := range p.Parts {
			if w.in(5) == 0 {
				continue // does not pay it
			}
			day := part.Day.Add(w.in(6) - 4).Start()
			w.at(later(day, w.now).Add(w.between(time.Hour, 20*time.Hour)), "pay", m.pay)
		}
		if w.in(8) == 0 {
			w.after(w.between(time.Hour, 30*24*time.Hour), "plan", func() {
				w.deskWrite("plan", func(tx *db.Tx) error {
					_, err := w.house.collection.EndPlan(tx, m.id, id.Statement(bill.ID), clerk)
					return err
				}, func() { w.tell("The operator ends what was agreed with %s.", m.name) })
			})
		}
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// breakPlans breaks plans of which a part was not paid in time. It is false if that has to be gone on with later.
func (h *house) breakPlans(day jst.Day) bool {
	var last id.Statement
	for round := 0; h.up && round < roundsMax; round++ {
		n, next := 0, last
		err := h.db.Write(background, func(tx *db.Tx) (err error) {
			next, n, err = h.collection.BreakPlans(tx, day, last, lateMax)
			return err
		})
		if h.failed("plans", err) {
			h.retry("plans", h.midnightWork)
			return false
		}
		if h.up && n < lateMax {
			h.w.checkBroken(day)
			return true
		}
		last = next
	}
	return h.up
}

// keeps tells whether a plan is kept on a day.
func keeps(p *memory.Plan, day string) bool {
	return day >= dayOf(p.Made).String() && (p.Until == "" || day < p.Until)
}

// checkBroken is G17 of plans after the service has looked at them: one of which a part is not paid days after its time does not stand.
func (w *world) checkBroken(today jst.Day) {
	if w.memory == nil {
		return
	}
	t := w.rows()
	for _, p := range t.Plans.Rows() {
		if p.State != "standing" {
			continue
		}
		b := t.Bills.Find(memory.Key{Bucket: p.Bucket, ID: p.Statement})
		for _, q := range t.PartsOf(p.Statement, p.Number) {
			if q.Upto <= b.Received-p.Before {
				continue
			}
			last := must(jst.ParseDay(q.Day)).Add(partGrace)
			for kept := true; kept; {
				kept = false
				for _, o := range t.Outages.Rows() {
					if o.From <= last.String() && last.Add(-1).String() <= o.To {
						last, kept = last.Add(1), true
					}
				}
			}
			if last.Before(today) {
				w.breaks("G17", "a part of %s's bill of %s was to be paid until %s, and what was agreed stands", w.nameOf(b.Member), b.Month, last)
			}
			break
		}
	}
}

// checkPlans is G12, G13 and G24 of bills that are paid in parts: the parts are what was owed, one stands only while its bill is late,
// no fee is charged for a day on which it is kept, and facts tell of each step.
func (w *world) checkPlans(t *memory.Tables) {
	for _, p := range t.Plans.Rows() {
		b := t.Bills.Find(memory.Key{Bucket: p.Bucket, ID: p.Statement})
		var sum int64
		parts := t.PartsOf(p.Statement, p.Number)
		for _, q := range parts {
			if sum += q.Amount; q.Upto != sum {
				w.breaks("G13", "the parts of %s's bill of %s come to %d and not to %d", w.nameOf(b.Member), b.Month, sum, q.Upto)
			}
		}
		if sum != p.Sum || len(parts) < 2 {
			w.breaks("G13", "%s's bill of %s is to be paid in %d parts of %d in all; %d were owed", w.nameOf(b.Member), b.Month, len(parts), sum, p.Sum)
		}
		if p.State == "standing" && !b.PastDue || p.State == "done" && b.State == "issued" && !b.WrittenOff {
			w.breaks("G13", "%s's bill of %s is %s, and its plan is %s", w.nameOf(b.Member), b.Month, b.State, p.State)
		}
		for _, k := range t.ChargesOf(p.Statement) {
			if k.Kind == "fee" && k.Created > p.Made && keeps(p, k.Day) {
				w.breaks("G12", "%s keeps to what was agreed about the bill of %s and is charged a fee for %s", w.nameOf(b.Member), b.Month, k.Day)
			}
		}
	}
	for _, b := range t.Bills.Rows() {
		over, all := 0, t.PlansOf(b.ID)
		for _, p := range all {
			if p.Until != "" {
				over++
			}
		}
		if count(t, b.ID, "plan.agreed") != len(all) || count(t, b.ID, "plan.broken")+count(t, b.ID, "plan.ended") != over {
			w.breaks("G24", "%s's bill of %s has %d plans, %d are over, and facts tell otherwise", w.nameOf(b.Member), b.Month, len(all), over)
		}
	}
}

// Plans counts agreements to pay in parts, by what became of them.
type Plans struct{ Agreed, Done, Broken, Ended int }

func (p *Plans) add(q Plans) {
	p.Agreed += q.Agreed
	p.Done += q.Done
	p.Broken += q.Broken
	p.Ended += q.Ended
}

func countPlans(t *memory.Tables) Plans {
	n := Plans{Agreed: t.Plans.Len()}
	for _, p := range t.Plans.Rows() {
		switch p.State {
		case "done":
			n.Done++
		case "broken":
			n.Broken++
		case "ended":
			n.Ended++
		}
	}
	return n
}
