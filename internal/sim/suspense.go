package sim

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/sim/memory"
)

// The staff of the service's desk.
const (
	clerk  = "op-1"
	second = "op-2"
)

// act is what was decided about money in suspense, as somebody was told.
type act struct {
	carried   id.Receipt // of a match
	statement id.Statement
	returned  bool
}

// desk is a morning at the service's desk: whatever waits for a person is looked at.
func (w *world) desk() {
	w.after(w.between(5*24*time.Hour, 9*24*time.Hour), "desk", w.desk)
	h := w.house
	if !h.up {
		return
	}
	var list []billing.Waiting
	err := h.db.Read(background, func(tx *db.Tx) (err error) {
		list, err = h.billing.ListWaiting(tx, 1000)
		return err
	})
	if err != nil {
		h.foreseen("desk", err)
		return
	}
	w.checkWaiting(list)
	for _, it := range list {
		if !h.up {
			return
		}
		switch {
		case it.Reason == "" || w.percent(w.plan.deskSlow):
		case !it.Line.IsZero():
			w.closeNotice(it.Line)
		case it.Reason == billing.ReturnUnpaid || it.Reason == billing.CreditReturn:
			w.settleReturn(it)
		case it.Chain == billing.TransferChain:
			w.decideTransfer(it)
		case it.State == billing.Confirmed && w.in(3) == 0:
			w.sendBack(it.Receipt)
		default:
			w.match(it)
		}
	}
}

// deskWrite does something at the desk, and again until it is done or refused for a reason.
func (w *world) deskWrite(what string, verb func(*db.Tx) error, done func()) {
	w.insist("The operator", what, verb, done)
}

// insist lets somebody do something, and again until it is done or refused for a reason.
func (w *world) insist(who, what string, verb func(*db.Tx) error, done func()) {
	h := w.house
	if h.up {
		err := h.db.Write(background, verb)
		if err != nil && !is(err, fault.Unclassified) && !h.store.dead {
			w.tell("%s is refused: %v", who, err)
			return
		}
		if !h.failed(what, err) && h.up {
			done()
			return
		}
	}
	w.after(w.between(time.Minute, time.Hour), what, func() { w.insist(who, what, verb, done) })
}

func (w *world) closeNotice(line billing.LineRef) {
	w.deskWrite("notice", func(tx *db.Tx) error {
		_, err := w.house.billing.CloseLine(tx, line, "asked the agent", clerk)
		return err
	}, func() { w.tell("The operator closes a notice.") })
}

// sendBack is two people who decide that money goes back to whoever paid it.
func (w *world) sendBack(r id.Receipt) {
	w.deskWrite("return", func(tx *db.Tx) error {
		_, err := w.house.billing.ReturnReceipt(tx, r, billing.ReturnByBank, clerk, second)
		return err
	}, func() {
		w.tell("The operator decides to send money in suspense back.")
		w.acts[r] = act{returned: true}
		w.decideOtherwise(r)
	})
}

// payReturn enters that money was sent back today, and sometimes once more.
func (w *world) payReturn(r id.Receipt) {
	var paid billing.Decision
	pay := func(tx *db.Tx) (err error) {
		paid, err = w.house.billing.ReturnPaid(tx, r, jst.DayOf(tx.Now()), clerk)
		return err
	}
	w.deskWrite("transfer", pay, func() {
		w.tell("The operator enters that money was sent back on %s.", paid.PaidDay)
		w.sentByHand(r)
		if w.percent(w.plan.deskAgain) {
			w.after(w.between(time.Minute, 3*24*time.Hour), "transfer", func() { w.deskWrite("transfer", pay, func() {}) })
		}
	})
}

// match says to which bill money belongs: the one that was paid, or by mistake another one, of anybody.
func (w *world) match(it billing.Waiting) {
	bill := it.Statement
	if t := w.agent.find(it.Store); t != nil {
		bill = t.bill
	}
	if all := w.bills(); bill.IsZero() || w.percent(w.plan.deskWrong) {
		bill = id.Statement(all[w.in(len(all))].ID)
	}
	w.matchTo(it.Receipt, bill)
}

func (w *world) matchTo(r id.Receipt, bill id.Statement) {
	var carried billing.Receipt
	w.deskWrite("match", func(tx *db.Tx) (err error) {
		carried, err = w.house.billing.MatchReceipt(tx, r, bill, clerk)
		return err
	}, func() {
		w.tell("The operator matches %s yen in suspense to the bill %s.", carried.Amount, bill)
		if known, again := w.acts[r]; again && known != (act{carried: carried.ID, statement: bill}) {
			w.breaks("G15", "money in suspense was matched once more, and to something else")
		}
		w.acts[r] = act{carried: carried.ID, statement: bill}
		w.decideOtherwise(r)
	})
}

// decideOtherwise is somebody who decides about the same money once more: the same, which answers what stands, or something else,
// which is refused.
func (w *world) decideOtherwise(r id.Receipt) {
	if !w.percent(w.plan.deskAgain) {
		return
	}
	known := w.acts[r]
	w.after(w.between(time.Minute, 3*24*time.Hour), "decide", func() {
		if w.in(2) == 0 && !known.returned {
			w.matchTo(r, known.statement)
			return
		}
		w.otherAct(r, known)
	})
}

// otherAct wants another decision about the same money to be refused and to do nothing.
func (w *world) otherAct(r id.Receipt, known act) {
	h := w.house
	if !h.up {
		return
	}
	before := w.sizes()
	err := h.db.Write(background, func(tx *db.Tx) (err error) {
		if known.returned {
			var bill id.Statement
			if all := w.bills(); len(all) > 0 { // strangers pay in before there are any
				bill = id.Statement(all[0].ID)
			}
			_, err = h.billing.MatchReceipt(tx, r, bill, clerk)
			return err
		}
		_, err = h.billing.ReturnReceipt(tx, r, billing.ReturnByPost, clerk, second)
		return err
	})
	if h.store.dead {
		h.died()
		return
	}
	if err == nil || w.sizes() != before {
		w.breaks("G13", "about money of which it was decided what becomes of it something else was decided as well")
	}
}

// checkWaiting is G17 of what waits for a person: the list has all of it, and nothing else.
func (w *world) checkWaiting(list []billing.Waiting) {
	t := w.rows()
	money, notices, returns := 0, 0, 0
	for _, r := range t.Receipts.Rows() {
		if r.Use == "suspense" && (r.State == "prompt" || r.State == "confirmed") {
			money++
		}
	}
	for _, d := range t.Decisions.Rows() {
		if d.Act == "returned" && d.PaidDay == "" {
			returns++
		}
	}
	for _, k := range t.CreditReturns.Rows() {
		if k.PaidDay == "" {
			returns++
		}
	}
	for _, l := range t.Told.Rows() {
		if l.Result == "suspense" && (l.Receipt == memory.ID{} || l.Reason == "cancel_after_confirm") {
			notices++
		}
	}
	notices -= t.LineCloses.Len()
	for _, it := range list {
		switch {
		case !it.Line.IsZero():
			notices--
		case it.Reason == billing.ReturnUnpaid || it.Reason == billing.CreditReturn:
			returns--
		case it.Reason != "":
			money--
		}
	}
	if money != 0 || notices != 0 || returns != 0 {
		w.breaks("G17", "the list of what waits for a person lacks %d of money in suspense, %d notices and %d returns", money, notices, returns)
	}
}
