package sim

import (
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/money"
)

// planOperator plans what a person at the service's desk does in the year.
func (w *world) planOperator() {
	for range w.plan.limits {
		w.at(w.sometime(), "limit", w.changeLimit)
	}
	for range w.plan.holds {
		w.at(w.sometime(), "hold", w.hold)
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
