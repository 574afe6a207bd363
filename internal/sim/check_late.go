package sim

import (
	"math"
	"slices"
	"strings"

	"tsuke/internal/collection"
	"tsuke/internal/jst"
	"tsuke/internal/sim/memory"
)

// The rules of lateness, written once more: an amount in yen, days of a month, and the legal rate in basis points of a year.
const (
	feeYen    = 100
	yearly    = 1460
	yearParts = 365 * 10_000
)

func isFeeDay(day string) bool { return day[8:] == "10" || day[8:] == "25" }

// split is what the money that came in for a bill pays.
type split struct{ principal, fee, late, surplus int64 }

// paidOf splits all that came in for a bill at once: whichever payment was first, the principal is paid before the rest of the
// total, that before late charges, and what a later bill has taken off is gone.
func paidOf(t *memory.Tables, b *memory.Statement) split {
	var came, gone int64
	for _, r := range t.ReceiptsOf(b.ID) {
		if !counts(r) {
			continue
		}
		came += r.Amount
		if c := t.Credits.Find(memory.Key{Bucket: r.Bucket, ID: r.ID}); c != nil && c.State == "used" {
			gone += c.Amount
		}
	}
	left := came - gone
	take := func(most int64) int64 {
		part := min(left, most)
		left -= part
		return part
	}
	s := split{principal: take(b.Total - b.Fee - b.Lates), fee: take(b.Fee + b.Lates), late: take(standing(t, b) - b.Moved)}
	s.surplus = left + gone
	return s
}

// counts tells whether the money of a receipt is there, and is for its bill.
func counts(r *memory.Receipt) bool { return r.State != "cancelled" && r.Use != "suspense" }

// standing adds up what a bill is charged for being late.
func standing(t *memory.Tables, b *memory.Statement) int64 {
	var sum int64
	for _, c := range t.ChargesOf(b.ID) {
		if c.State == "charged" {
			sum += c.Amount
		}
	}
	return sum
}

func countLate(t *memory.Tables) Late {
	l := Late{Charges: t.Charges.Len()}
	for _, c := range t.Charges.Rows() {
		if c.State == "waived" {
			l.Waived++
		}
		if c.Amount < c.FullAmount {
			l.Cut++
		}
	}
	for _, b := range t.Bills.Rows() {
		if b.Lates > 0 {
			l.Moved++
		}
	}
	return l
}

// settledBill is what was there when a bill's money and charges were looked at last.
type settledBill struct {
	charges int
	row     *memory.Statement
}

type feeDay struct {
	member memory.ID
	day    string
}

// checkLate is G12, and G13 and G24 of a bill's money and charges. A bill is looked at when it, or what it is charged, changed.
func (w *world) checkLate(t *memory.Tables) {
	c := w.checker
	for _, k := range t.Charges.Rows()[c.charges:] {
		if k.Kind != "fee" {
			continue
		}
		if c.feeDays[feeDay{k.Member, k.Day}] {
			w.breaks("G12", "%s is charged two fees on %s", w.nameOf(k.Member), k.Day)
		}
		c.feeDays[feeDay{k.Member, k.Day}] = true
	}
	c.charges = t.Charges.Len()
	changed := false
	for i, b := range t.Bills.Rows() {
		if i == len(c.settled) {
			c.settled = append(c.settled, settledBill{})
		}
		charges := t.ChargesOf(b.ID)
		if now := (settledBill{len(charges), b}); c.settled[i] != now {
			c.settled[i], changed = now, true
			w.checkParts(t, b)
			w.checkCharges(t, b, charges)
			w.checkChargeFacts(t, b, charges)
		}
	}
	if changed {
		w.checkMoved(t)
	}
}

// checkMoved is G11 of what earlier bills left of their late charges: later ones ask for it, once.
func (w *world) checkMoved(t *memory.Tables) {
	for _, m := range w.members {
		var lates, moved int64
		for _, b := range t.Bills.Rows() {
			if b.Member == memory.ID(m.id) {
				lates += b.Lates
				moved += b.Moved
			}
		}
		if lates != moved {
			w.breaks("G11", "of %s's late charges %d were left to later bills, which ask for %d", m.name, moved, lates)
		}
	}
}

// checkParts is G13 of one bill: each receipt is the sum of its parts, and together they pay what the money that came can pay.
func (w *world) checkParts(t *memory.Tables, b *memory.Statement) {
	var parts split
	var certain int64
	for _, r := range t.ReceiptsOf(b.ID) {
		if !counts(r) {
			continue
		}
		if r.Principal+r.Fee+r.Late+r.Surplus != r.Amount {
			w.breaks("G13", "%d yen of %s are %d principal, %d fee, %d late charges and %d too much", r.Amount, w.nameOf(r.Member),
				r.Principal, r.Fee, r.Late, r.Surplus)
		}
		parts.principal += r.Principal
		parts.fee += r.Fee
		parts.late += r.Late
		parts.surplus += r.Surplus
		if r.State == "confirmed" {
			certain += r.Amount - r.Surplus
		}
	}
	paid := parts.principal + parts.fee + parts.late
	switch want := paidOf(t, b); {
	case parts != want:
		w.breaks("G13", "%s's bill of %s is paid %+v and should be %+v", w.nameOf(b.Member), b.Month, parts, want)
	case b.Received != paid || b.Certain != certain:
		w.breaks("G13", "%s's bill of %s says received %d, certain %d; its receipts say %d and %d", w.nameOf(b.Member), b.Month,
			b.Received, b.Certain, paid, certain)
	case b.Late != standing(t, b):
		w.breaks("G13", "%s's bill of %s says late %d; its charges say %d", w.nameOf(b.Member), b.Month, b.Late, standing(t, b))
	}
}

// checkCharges is G12 of one bill.
func (w *world) checkCharges(t *memory.Tables, b *memory.Statement, charges []*memory.Charge) {
	if len(charges) == 0 {
		return
	}
	if len(t.WriteOffsOf(b.ID)) > 0 { // what came in while it was given up has taken nothing back
		for _, k := range charges {
			w.checkCharge(t, b, k)
		}
		return
	}
	paid := paidDay(t, b)
	for _, k := range charges {
		w.checkCharge(t, b, k)
		if k.State != "waived" && b.Moved == 0 {
			w.checkCap(t, k) // again, now that more is known of its payments
		}
		if k.State != "waived" && k.Amount > 0 && paid != "" && k.Day > paid {
			w.breaks("G12", "%s's bill of %s was paid on %s and is charged %d for %s", w.nameOf(b.Member), b.Month, paid, k.Amount, k.Day)
		}
	}
}

// checkCap is G12 of a charge that was just made: with it, what its bill is charged up to its day is no more than the legal rate
// makes of what was open until then, as far as it was known; and again when more is known, as long as it can be taken back.
func (w *world) checkCap(t *memory.Tables, k *memory.Charge) {
	if k.Kind == "fallback" {
		return // it is the fee of another way to pay, and not for being late
	}
	if k.Amount == 0 {
		return // it charges nothing: an outage that was entered since then lowers what is charged later (rule D07)
	}
	b := t.Bills.Find(memory.Key{Bucket: k.Bucket, ID: k.Statement})
	var all, damages int64
	for _, c := range t.ChargesOf(b.ID) {
		if c.State == "waived" || c.Kind == "fallback" || c.Day > k.Day {
			continue
		}
		if all += c.Amount; c.Kind == "damages" {
			damages += c.Amount
		}
	}
	most := w.yenDays(t, b, k) * yearly / yearParts
	if k.Kind == "damages" && damages > most || !w.plan.uncapped && all > most { // an uncapped fee is not lowered by damages
		w.breaks("G12", "%s's bill of %s is charged %d, of it damages %d, up to %s; the rate makes %d of the principal and the days",
			w.nameOf(b.Member), b.Month, all, damages, k.Day, most)
	}
}

// checkCharge is G12 of one charge alone.
func (w *world) checkCharge(t *memory.Tables, b *memory.Statement, k *memory.Charge) {
	who := w.nameOf(b.Member)
	if k.Kind == "fallback" {
		if k.Amount != billFee || !slices.ContainsFunc(t.ItemsOf(b.ID), func(i *memory.DebitItem) bool { return asksFee(i.Code) }) {
			w.breaks("G12", "%s is charged %d for a bill that no bank refused", who, k.Amount)
		}
		return
	}
	switch {
	case !isFeeDay(k.Day) || k.Day[:7] <= firstDue(b)[:7]:
		w.breaks("G12", "%s's bill due on %s is charged for %s", who, b.Due, k.Day)
	case k.Kind == "fee" && (k.Amount > feeYen || w.plan.uncapped && k.Amount != feeYen):
		w.breaks("G12", "%s is charged a fee of %d", who, k.Amount)
	case k.Kind == "damages" && !w.plan.damages:
		w.breaks("G12", "%s is charged damages, which are not asked for", who)
	case k.State == "waived" && k.Reason == "paid_before" && !slices.ContainsFunc(t.ReceiptsOf(b.ID), func(r *memory.Receipt) bool { return r.PaidDay < k.Day }):
		w.breaks("G12", "%s is not charged for %s, and nothing was paid before", who, k.Day)
	}
	for _, o := range w.knownAt(t, k) {
		if o.from.String() <= k.Day && k.Day <= o.to.Add(1).String() {
			w.breaks("G12", "%s is charged for %s; nobody could pay from %s to %s", who, k.Day, o.from, o.to)
		}
	}
}

// knownAt are the outages that had been entered when a charge was made, and the days on which its bill had been given up.
func (w *world) knownAt(t *memory.Tables, k *memory.Charge) []outage {
	known := givenUp(t, k.Statement, k.Created)
	if len(w.outages) == 0 || w.memory == nil {
		return known
	}
	nth := slices.Index(t.Charges.Rows(), k)
	for _, o := range w.outages {
		if nth >= o.charges {
			known = append(known, o)
		}
	}
	return known
}

// yenDays adds up, from captures and payments, what was open of a bill's principal on each day after the due day up to that of
// a charge. Days of outages that were known then do not count.
func (w *world) yenDays(t *memory.Tables, b *memory.Statement, k *memory.Charge) int64 {
	var principal int64
	for _, c := range t.Captures.Rows() {
		if c.Member == b.Member && c.BillMonth == b.Month && (c.BillMonth != "" || c.Invoice == b.ID) {
			principal += c.Amount
		}
	}
	for _, r := range t.Refunds.Rows() {
		if r.Member == b.Member && r.BillMonth == b.Month && (r.BillMonth != "" || r.Invoice == b.ID) {
			principal -= r.Amount
		}
	}
	for _, c := range t.Credits.Rows() {
		if c.UsedIn == b.ID {
			principal -= c.Amount
		}
	}
	known := append(w.knownAt(t, k), layStill(t, b)...)
	var sum int64
	last := must(jst.ParseDay(k.Day))
	for d := must(jst.ParseDay(firstDue(b))).Add(1); !d.After(last); d = d.Add(1) {
		if slices.ContainsFunc(known, func(o outage) bool { return !d.Before(o.from) && !d.After(o.to) }) {
			continue
		}
		open := principal
		for _, r := range t.ReceiptsOf(b.ID) {
			if counts(r) && r.PaidDay < d.String() {
				open -= r.Principal
			}
		}
		sum += max(open, 0)
	}
	return sum
}

// paidDay is the day of the payment after which nothing of a bill's total was open; empty while something is.
func paidDay(t *memory.Tables, b *memory.Statement) string {
	var paid int64
	day := ""
	for _, r := range t.ReceiptsOf(b.ID) {
		if part := r.Principal + r.Fee; counts(r) && part > 0 {
			paid += part
			day = max(day, r.PaidDay)
		}
	}
	if paid < b.Total {
		return ""
	}
	return day
}

// checkChargeFacts is G24 of what a bill is charged, and G12: while it was told to be past due.
func (w *world) checkChargeFacts(t *memory.Tables, b *memory.Statement, charges []*memory.Charge) {
	var told, asked, sum int64
	pastDue := false
	for _, e := range t.Timeline(b.ID) {
		switch e.Kind {
		case "statement.past_due":
			pastDue = true
		case "statement.confirming", "statement.paid", "statement.disputed":
			pastDue = false
		case "statement.late_charged":
			told++
			sum += figure(e.Data, `"amount":`)
			if !pastDue && !strings.Contains(e.Data, `"kind":"fallback"`) {
				w.breaks("G12", "%s's bill of %s is charged for being late and was not", w.nameOf(b.Member), b.Month)
			}
		}
	}
	for _, k := range charges {
		sum -= k.Amount
		if k.Amount > 0 {
			asked++
		}
	}
	if told != asked || sum != 0 {
		w.breaks("G24", "%s's bill of %s has %d late charges and %d facts, which differ by %d yen", w.nameOf(b.Member), b.Month, asked, told, sum)
	}
}

// charged is G12 after the service has charged all that is late up to a day: each fee day of a bill past due, on which people
// could pay, was charged to its member for one bill or another.
func (w *world) charged(day jst.Day) {
	if w.memory == nil || !w.o.wants("G12") {
		return
	}
	t := w.rows()
	fees := map[feeDay]bool{}
	for _, k := range t.Charges.Rows() {
		if k.Kind == "fee" {
			fees[feeDay{k.Member, k.Day}] = true
		}
	}
	for _, b := range t.Bills.Rows() {
		if !b.PastDue {
			continue
		}
		for m := must(jst.ParseDay(b.Due)).Month().Next(); !m.First().After(day); m = m.Next() {
			for _, n := range []int{10, 25} {
				d := m.Day(n)
				free := func(o *memory.Outage) bool { return o.From <= d.String() && d.Add(-1).String() <= o.To }
				if slices.ContainsFunc(t.PlansOf(b.ID), func(p *memory.Plan) bool { return keeps(p, d.String()) }) {
					continue
				}
				// Also if the clock was set back since it was taken back.
				given := func(o outage) bool { return !d.Before(o.from) && !d.After(o.to.Add(1)) }
				if slices.ContainsFunc(givenUp(t, b.ID, math.MaxInt64), given) {
					continue
				}
				if d.After(day) || fees[feeDay{b.Member, d.String()}] || slices.ContainsFunc(t.Outages.Rows(), free) {
					continue
				}
				w.breaks("G12", "%s's bill of %s is past due and nothing was charged for %s", w.nameOf(b.Member), b.Month, d)
			}
		}
	}
}

// checkChargeEntries is G04 of late charges that are new or were taken back.
func (w *world) checkChargeEntries(t *memory.Tables) {
	c := w.checker
	c.booked = differ(c.booked, t.Charges.Rows(), func(k *memory.Charge, sign int64) {
		if sign > 0 {
			w.checkChargeEntry(t, k)
		}
	})
}

// checkChargeEntry wants a late charge to stand in the books once, and one that was taken back to be out of them.
func (w *world) checkChargeEntry(t *memory.Tables, k *memory.Charge) {
	booked := func(reason string) (sum int64) {
		if e, ok := t.EntryOf(k.Bucket, reason, k.ID); ok {
			for _, l := range t.LinesOf(e) {
				if l.Account == "member_receivable" && l.Holder == k.Member {
					sum += l.Amount
				}
			}
		}
		return sum
	}
	var back int64
	if k.State == "waived" {
		back = -k.Amount
	}
	if got, out := booked("late_charged"), booked("late_waived"); got != k.Amount || out != back {
		w.breaks("G04", "a late charge of %d for %s is %s; the books say %d and %d", k.Amount, k.Day, k.State, got, out)
	}
}

// checkPromise is G15 and G24 of the day that a member has just been told to have promised.
func (w *world) checkPromise(told collection.Promise) {
	t := w.rows()
	who := memory.ID(told.Member)
	var owed int64
	for _, b := range t.Bills.Rows() {
		if b.Member == who && b.PastDue {
			owed += b.Total + standing(t, b) - b.Moved - b.Received
		}
	}
	p := t.Promises.Find(memory.Key{Bucket: int64(told.Member.Bucket()), ID: who})
	if p == nil || p.Day != told.Day.String() || p.Amount != owed {
		w.breaks("G15", "%s was told of a promise of %d on %s; %d are past due and the row is %+v", w.nameOf(who), told.Amount, told.Day, owed, p)
	}
	last := ""
	for _, e := range t.Timeline(who) {
		if e.Kind == "collection.promised" {
			last = e.Data
		}
	}
	if figure(last, `"amount":`) != owed {
		w.breaks("G24", "%s promises %d and the last fact says %q", w.nameOf(who), owed, last)
	}
}
