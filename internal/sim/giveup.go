package sim

import (
	"bytes"
	"slices"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/sim/memory"
)

// planGivingUp plans when two people give up what somebody owes on a bill past due, and when they take late charges back.
func (w *world) planGivingUp() {
	for range w.plan.writeOffs {
		w.at(w.sometime(), "write off", w.writeOff)
	}
	for range w.plan.waivers {
		w.at(w.sometime(), "waive", w.waive)
	}
}

// waitsFor is how long people wait for a bill past due that they could decide about.
const waitsFor = 6 * 24 * time.Hour

// bills are all bills in the order of their ids, which is that of the database, too.
func (w *world) bills() []*memory.Statement {
	all := slices.Clone(w.rows().Bills.Rows())
	slices.SortFunc(all, func(a, b *memory.Statement) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return all
}

// lateBill is some bill past due; nil if there is none.
func (w *world) lateBill() *memory.Statement {
	var late []*memory.Statement
	for _, b := range w.bills() {
		if b.PastDue {
			late = append(late, b)
		}
	}
	if len(late) == 0 {
		return nil
	}
	return late[w.in(len(late))]
}

// writeOff is two people who give up what is owed on a bill past due. Whoever owes it sometimes pays with a barcode of before, and
// the two sometimes take their word back.
func (w *world) writeOff() {
	b := w.lateBill()
	if b == nil || !w.house.up {
		if !w.healed {
			w.after(waitsFor, "write off", w.writeOff)
		}
		return
	}
	bill, owner := id.Statement(b.ID), w.memberOf(b.Member)
	why := billing.WriteOffReasons()[w.in(len(billing.WriteOffReasons()))]
	known := w.slipsOf(b.ID)
	var done billing.WriteOff
	give := func(tx *db.Tx) (err error) {
		done, err = w.house.billing.WriteOff(tx, bill, clerk, second, why)
		return err
	}
	w.deskWrite("write off", give, func() {
		w.tell("Two people give up %s's bill of %s: %s yen.", owner.name, b.Month, done.Amount)
		if w.percent(w.plan.deskAgain) {
			w.after(w.between(time.Minute, 3*24*time.Hour), "write off", func() { w.again(bill, why) })
		}
		for _, s := range known {
			if w.in(3) == 0 { // with a barcode that was shown before
				w.after(w.between(time.Hour, 40*24*time.Hour), "pay", func() { w.agent.scan(owner, s) })
			}
		}
		switch w.in(4) {
		case 0, 1:
			at := w.now.Add(w.between(time.Hour, 90*24*time.Hour))
			if last := w.ends.Add(lastWord / 2); at.After(last) { // so that it can be paid before the end
				at = last
			}
			w.at(at, "write off", func() { w.undoWriteOff(bill) })
		case 2:
			w.after(w.between(time.Hour, 30*24*time.Hour), "unblock", func() {
				w.deskWrite("unblock", func(tx *db.Tx) error { return w.house.billing.UnblockWrittenOff(tx, bill, clerk) }, func() {
					w.tell("The operator lets %s buy again.", owner.name)
				})
			})
		}
	})
}

// slipsOf are the barcodes of a bill that members were shown.
func (w *world) slipsOf(bill memory.ID) []billing.Slip {
	var all []billing.Slip
	for _, m := range w.members {
		for _, s := range m.kept {
			if memory.ID(s.Statement) == bill {
				all = append(all, s)
			}
		}
	}
	return all
}

func (w *world) memberOf(who memory.ID) *member {
	for _, m := range w.members {
		if memory.ID(m.id) == who {
			return m
		}
	}
	return w.members[0] // nobody else has bills
}

// again is a decision that is made once more: by the same two it changes nothing, by others it is refused.
func (w *world) again(bill id.Statement, why billing.WriteOffReason) {
	if !w.house.up {
		return
	}
	b := w.rows().Bills.Find(memory.Key{Bucket: int64(bill.Bucket()), ID: memory.ID(bill)})
	if b == nil || !b.WrittenOff {
		return
	}
	who := clerk
	if w.in(2) == 0 {
		who = "op-3"
	}
	w.unchanged("a bill that was given up", who != clerk, func(tx *db.Tx) error {
		_, err := w.house.billing.WriteOff(tx, bill, who, second, why)
		return err
	})
}

// unchanged wants a decision that was made before to change nothing, and one that is another to be refused.
func (w *world) unchanged(what string, refused bool, verb func(*db.Tx) error) {
	h := w.house
	before := w.sizes()
	err := h.db.Write(background, verb)
	switch {
	case h.store.dead:
		h.died()
	case w.sizes() != before || refused && err == nil:
		w.breaks("G13", "about %s was decided once more, and that did something: %v", what, err)
	}
}

// undoWriteOff is two people who take it back that a bill was given up.
func (w *world) undoWriteOff(bill id.Statement) {
	var undone billing.WriteOff
	undo := func(tx *db.Tx) (err error) {
		undone, err = w.house.billing.UndoWriteOff(tx, bill, second, clerk)
		return err
	}
	w.deskWrite("undo", undo, func() {
		w.tell("Two people take it back that a bill over %s yen was given up.", undone.Amount)
		if w.percent(w.plan.deskAgain) && w.house.up {
			w.unchanged("taking a write-off back", false, undo)
		}
	})
}

// waive is two people who take late charges of bills past due back.
func (w *world) waive() {
	var which []id.LateCharge
	t := w.rows()
	charges := slices.Clone(t.Charges.Rows())
	slices.SortFunc(charges, func(a, b *memory.Charge) int { return bytes.Compare(a.ID[:], b.ID[:]) }) // rows of one instant have no order
	for _, k := range charges {
		b := t.Bills.Find(memory.Key{Bucket: k.Bucket, ID: k.Statement})
		if b.PastDue && k.State == "charged" && k.Amount > 0 && w.in(2) == 0 {
			which = append(which, id.LateCharge(k.ID))
		}
	}
	if len(which) == 0 || !w.house.up {
		if !w.healed {
			w.after(waitsFor, "waive", w.waive)
		}
		return
	}
	why := billing.Waivers()[w.in(len(billing.Waivers()))]
	back := func(by string) func(*db.Tx) error {
		return func(tx *db.Tx) error { return w.house.billing.WaiveCharges(tx, which, by, second, why) }
	}
	w.deskWrite("waive", back(clerk), func() {
		w.tell("Two people take %d late charges back.", len(which))
		if w.percent(w.plan.deskAgain) {
			w.after(w.between(time.Minute, 3*24*time.Hour), "waive", func() {
				if !w.house.up {
					return
				}
				other := w.in(2) == 0
				by := clerk
				if other {
					by = "op-3"
				}
				if w.standWaived(which) {
					w.unchanged("late charges that were taken back", other, back(by))
				}
			})
		}
	})
}

// standWaived tells whether charges are taken back: the machine may have lost that.
func (w *world) standWaived(which []id.LateCharge) bool {
	t := w.rows()
	for _, c := range which {
		if t.Waivers.Find(memory.Key{Bucket: int64(c.Bucket()), ID: memory.ID(c)}) == nil {
			return false
		}
	}
	return true
}
