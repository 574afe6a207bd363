package sim

import (
	"strconv"
	"time"

	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/debit"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// planOperator plans what a person at the service's desk does in the year.
func (w *world) planOperator() {
	for range w.plan.limits {
		w.at(w.sometime(), "limit", w.changeLimit)
	}
	for range w.plan.holds {
		w.at(w.sometime(), "hold", w.hold)
	}
	for range w.plan.outages {
		w.at(w.sometime(), "outage", w.enterOutage)
	}
	for range w.plan.pauses {
		w.at(w.sometime(), "pause", func() {
			s := w.shops[w.in(len(w.shops))]
			s.paused = true
			w.tell("%s is paused.", s.name)
			w.after(w.between(time.Hour, 10*24*time.Hour), "resume", func() { s.paused = false })
		})
	}
}

// write does something at the desk, and again until it is done.
func (w *world) write(what string, verb func(*db.Tx) error, done func()) {
	if !w.house.up {
		w.after(time.Hour, what, func() { w.write(what, verb, done) })
		return
	}
	err := w.house.db.Write(background, verb)
	if w.house.failed(what, err) || !w.house.up {
		w.after(time.Minute, what, func() { w.write(what, verb, done) })
		return
	}
	done()
}

// enterTerms sets who asks banks for debits, and what this town does about lateness otherwise than by default, from its second day on: nobody is late
// before.
func (w *world) enterTerms() {
	from := jst.DayOf(w.now).Add(2)
	set := func(name, value string) {
		w.house.before("a term", func(tx *db.Tx) error {
			return w.house.book.Set(tx, term.Change{Name: name, From: from, Value: value, By: "operator"})
		})
	}
	set(debit.Consignor.Name(), "1234567890")
	set(debit.ConsignorName.Name(), "ﾂｹ")
	set(debit.BankCode.Name(), "0001")
	set(debit.BranchCode.Name(), "001")
	if w.plan.damages {
		set(collection.DamagesOn.Name(), "true")
	}
	if w.plan.inParts > 0 {
		set(collection.PlanEnabled.Name(), "true")
		set(collection.PlanBeyond.Name(), strconv.FormatBool(w.plan.longParts))
	}
	if w.plan.uncapped {
		set(collection.Capped.Name(), "false")
	}
	if err := w.house.book.Reload(background, w.house.db); err != nil {
		w.breaks("errors", "the terms could not be read: %v", err)
	}
}

// outage is what the operator entered: charges made from then on know of it.
type outage struct {
	from, to jst.Day
	charges  int // how many there were when it was entered
}

// enterOutage enters days on which people were kept from paying, most of them around a day on which fees are charged. Of days
// that are known it only learns that there were more of them.
func (w *world) enterOutage() {
	fee := jst.DayOf(w.now).Month().Day([]int{10, 25}[w.in(2)])
	o := outage{from: fee.Add(-w.in(4))}
	o.to = o.from.Add(w.in(5))
	w.write("outage", func(tx *db.Tx) error {
		for _, known := range w.outages {
			if known.from == o.from && o.to.Before(known.to) {
				o.to = known.to
			}
		}
		return collection.AddOutage(tx, collection.Outage{Span: collection.Span{From: o.from, To: o.to}, Reason: "tills", By: "operator"})
	}, func() {
		w.tell("The operator enters that nobody could pay from %s to %s.", o.from, o.to)
		o.charges = w.rows().Charges.Len()
		w.outages = append(w.outages, o)
	})
}

func (w *world) changeLimit() {
	m := w.members[w.in(len(w.members))]
	limit := money.Yen(1000 * w.in(120))
	w.write("limit", func(tx *db.Tx) error {
		return credit.SetLimit(tx, m.id, credit.Online, limit, "assessed", "operator")
	}, func() { w.tell("The operator sets %s's limit to %s yen.", m.name, limit) })
}

// hold puts an account on hold for some days.
func (w *world) hold() {
	m := w.members[w.in(len(w.members))]
	w.write("hold", func(tx *db.Tx) error {
		if _, err := credit.Lock(tx, m.id); err != nil {
			return err
		}
		return credit.SetBlock(tx, m.id, credit.OnHold)
	}, func() {
		w.tell("The operator puts %s's account on hold.", m.name)
		w.after(w.between(time.Hour, 20*24*time.Hour), "hold", func() {
			w.write("hold", func(tx *db.Tx) error {
				if _, err := credit.Lock(tx, m.id); err != nil {
					return err
				}
				return credit.LiftBlock(tx, m.id, credit.OnHold)
			}, func() {})
		})
	})
}
