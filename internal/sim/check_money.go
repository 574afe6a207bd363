package sim

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/sim/memory"
)

// orderOf names an order without its key: by who sells it and what they call it.
type orderOf struct {
	merchant memory.ID
	ref      string
}

// checkOrders is G01.
func (w *world) checkOrders(t *memory.Tables) {
	c := w.checker
	for _, p := range t.Payments.Rows()[len(c.orders):] {
		o := orderOf{p.Merchant, p.OrderRef}
		if _, known := c.numberOf[o]; !known {
			c.numberOf[o] = len(c.numberOf)
		}
		c.orders = append(c.orders, c.numberOf[o])
	}
	c.standing = append(c.standing[:0], make([]*memory.Payment, len(c.numberOf))...)
	lives := 0
	for i, p := range t.Payments.Rows() {
		if !live(p.State) {
			continue
		}
		lives++
		if c.standing[c.orders[i]] != nil {
			w.breaks("G01", "order %s has two live payments", p.OrderRef)
			return
		}
		c.standing[c.orders[i]] = p
	}
	for _, o := range t.Orders.Rows() {
		if !o.Live {
			continue
		}
		lives--
		if p := paymentRow(t, o.Payment); p == nil || !live(p.State) {
			w.breaks("G01", "the row of an order in bucket %d says that it has a payment, and points at none", o.Bucket)
			return
		}
	}
	if lives != 0 {
		w.breaks("G01", "%d live payments more than orders that say they have one", lives)
	}
}

// paymentRow finds a payment by its id, whose bucket it carries.
func paymentRow(t *memory.Tables, p memory.ID) *memory.Payment {
	return t.Payments.Find(memory.Key{Bucket: int64(p[6])<<2 | int64(p[7]>>6), ID: p})
}

// checkAmounts is G02.
func (w *world) checkAmounts(t *memory.Tables) {
	for _, p := range t.Payments.Rows() {
		captured, refunded := sums(t, p)
		switch {
		case captured != p.Captured || refunded != p.Refunded:
			w.breaks("G02", "order %s says captured %d, refunded %d; its rows add up to %d and %d", p.OrderRef, p.Captured, p.Refunded, captured, refunded)
		case captured > p.Amount || refunded > captured || p.Released < 0 || captured+p.Released > p.Amount:
			w.breaks("G02", "order %s over %d: captured %d, released %d, refunded %d", p.OrderRef, p.Amount, captured, p.Released, refunded)
		case !live(p.State) && p.State != "refunded" && captured > 0:
			w.breaks("G02", "order %s is %s with %d captured", p.OrderRef, p.State, captured)
		}
	}
}

// checkBooks is G04.
func (w *world) checkBooks(t *memory.Tables) {
	c := w.checker
	for _, e := range t.Entries.Rows()[c.entries:] {
		var sum int64
		lines := t.LinesOf(e.ID)
		for _, l := range lines {
			sum += l.Amount
		}
		if sum != 0 || len(lines) < 2 {
			w.breaks("G04", "an entry %s of %s has %d lines that add up to %d", e.Reason, e.Day, len(lines), sum)
		}
	}
	c.entries = t.Entries.Len()
	for _, r := range t.Captures.Rows()[c.captures:] {
		w.checkEntry(t, "captured", r.Bucket, r.ID, r.Member, r.Merchant, r.Amount)
	}
	c.captures = t.Captures.Len()
	for _, r := range t.Refunds.Rows()[c.refunds:] {
		w.checkEntry(t, "refunded", r.Bucket, r.ID, r.Member, r.Merchant, -r.Amount)
	}
	c.refunds = t.Refunds.Len()
}

// checkEntry wants what the member owes, and what the merchant is owed, to stand in the books once.
func (w *world) checkEntry(t *memory.Tables, reason string, bucket int64, ref, member, merchant memory.ID, amount int64) {
	entry, ok := t.EntryOf(bucket, reason, ref)
	var owed, owing int64
	for _, l := range t.LinesOf(entry) {
		switch {
		case l.Account == "member_receivable" && l.Holder == member:
			owed += l.Amount
		case l.Account == "merchant_payable" && l.Holder == merchant:
			owing += l.Amount
		}
	}
	if !ok || owed != amount || owing != -amount {
		w.breaks("G04", "%s %d: the books say that the member owes %d and the shop is owed %d", reason, amount, owed, -owing)
	}
}

// checkBalances is G06.
func (w *world) checkBalances(t *memory.Tables) {
	for _, a := range t.Accounts.Rows() {
		held, unpaid := used(t, a.Member)
		if a.Held != held || a.Unpaid != unpaid {
			w.breaks("G06", "%s's account says held %d, unpaid %d; it adds up to %d and %d", w.nameOf(a.Member), a.Held, a.Unpaid, held, unpaid)
		}
	}
}

// The times of rule P05, in microseconds.
const (
	toConfirm = 60 * 60 * 1_000_000
	toCapture = 30 * 24 * 60 * 60 * 1_000_000
)

// checkHolds is G09. A process that has just started, or whose clock has just jumped, has a minute more.
func (w *world) checkHolds(t *memory.Tables) {
	for _, p := range t.Payments.Rows() {
		if (p.State == "authorized" && p.Due-p.Created > toConfirm) || (p.State == "confirmed" && p.Due-p.Changed > toCapture) {
			w.breaks("G09", "order %s is %s for longer than its time", p.OrderRef, p.State)
		}
	}
	if !w.house.up || w.now.Sub(w.house.since) < 2*time.Minute {
		return
	}
	now := w.house.Now().UnixMicro()
	for _, p := range t.Payments.Rows() {
		if late := now - p.Due; late > 60_000_000 && (p.State == "authorized" || p.State == "confirmed") {
			w.breaks("G09", "order %s is still %s; its time was over %s ago", p.OrderRef, p.State, time.Duration(late)*time.Microsecond)
		}
	}
}

// checkBills is G11. Sums are added up again whenever a bill was issued, and at the end.
func (w *world) checkBills(t *memory.Tables) {
	for _, b := range t.Bills.Rows() {
		sums := [...]int64{b.Purchases, b.Refunds, b.Credits, b.Fee, b.Total, b.Carried, b.Lates}
		if first, known := w.memories.bills[b.ID]; known && first != sums {
			w.breaks("G11", "%s's bill of %s was %v and is now %v", w.nameOf(b.Member), b.Month, first, sums)
		}
		w.memories.bills[b.ID] = sums
	}
	if t.Bills.Len() == w.checker.bills {
		return
	}
	w.checker.bills = t.Bills.Len()
	type month struct {
		member memory.ID
		month  string
	}
	bought, back := map[month]int64{}, map[month]int64{}
	for _, c := range t.Captures.Rows() {
		bought[month{c.Member, c.BillMonth}] += c.Amount
	}
	for _, r := range t.Refunds.Rows() {
		back[month{r.Member, r.BillMonth}] += r.Amount
	}
	for _, b := range t.Bills.Rows() {
		if byInvoice(b) {
			continue // it is its capture: see checkIssuedInvoice
		}
		w.checkBill(b, bought[month{b.Member, b.Month}], back[month{b.Member, b.Month}])
	}
	for _, c := range t.Captures.Rows() {
		if f := t.Fences.Find(c.Bucket); f != nil && c.BillMonth != "" && c.BillMonth <= f.Closed && t.Bill(c.Bucket, c.Member, c.BillMonth) == nil {
			w.breaks("G11", "%s bought in %s, the month is closed, and there is no bill", w.nameOf(c.Member), c.BillMonth)
		}
	}
}

func (w *world) checkBill(b *memory.Statement, bought, back int64) {
	switch {
	case b.Purchases != bought || b.Refunds != back:
		w.breaks("G11", "%s's bill of %s says bought %d, refunded %d; it was %d and %d", w.nameOf(b.Member), b.Month, b.Purchases, b.Refunds, bought, back)
	case b.Total-b.Carried != bought-back-b.Credits+b.Fee+b.Lates:
		w.breaks("G11", "%s's bill of %s does not add up: bought %d, refunded %d, credits %d, fee %d, total %d, carried %d",
			w.nameOf(b.Member), b.Month, bought, back, b.Credits, b.Fee, b.Total, b.Carried)
	}
}

// checkReceipts is G13 as far as it holds at any time: a payment at a till is one receipt, and what it has too much stands to the
// credit.
func (w *world) checkReceipts(t *memory.Tables) {
	seen := make(map[string]bool, t.Receipts.Len())
	for _, r := range t.Receipts.Rows() {
		if byDebit(r) || byTransfer(r) || allowance(r) || r.State == "moved" { // the one that carries its money on has the same till
			continue
		}
		if seen[r.Store] {
			w.breaks("G13", "the payment at store %s was taken twice", r.Store)
		}
		seen[r.Store] = true
	}
	for _, r := range t.Receipts.Rows() {
		w.checkSurplus(t, r)
	}
}

// checkSurplus is G13 of what a receipt has too much: it stands to the member's credit once it is certain, and nothing else
// does.
func (w *world) checkSurplus(t *memory.Tables, r *memory.Receipt) {
	var stands int64
	if c := t.Credits.Find(memory.Key{Bucket: r.Bucket, ID: r.ID}); c != nil && c.State != "withdrawn" {
		stands = c.Amount
	}
	over := r.Surplus
	if r.State != "confirmed" {
		over = 0
	}
	if stands != over {
		w.breaks("G13", "of %d yen paid by %s %d are too much, and %d stand to the credit", r.Amount, w.nameOf(r.Member), over, stands)
	}
}

// checkTills is G13 at the end, when every file was taken: each payment at a till is in the books as it truly ended.
func (w *world) checkTills(t *memory.Tables) {
	found := map[string]*memory.Receipt{}
	for _, r := range t.Receipts.Rows() {
		if r.State != "moved" {
			found[r.Store] = r
		}
	}
	for _, a := range w.agent.till {
		want := ""
		switch {
		case a.told[billing.LineConfirmed]:
			want = "confirmed"
		case a.told[billing.LineCancelled]:
			want = "cancelled"
		case a.told[billing.LinePrompt] || a.told[billing.LineRealTime]:
			want = "prompt"
		}
		r := found[a.store]
		switch {
		case want == "" && r == nil:
		case want == "" || r == nil:
			w.breaks("G13", "%s's %d yen at store %s: told %q, found %v", a.member.name, a.amount, a.store, want, r != nil)
		case r.State == "returned" && want == "confirmed" && r.Amount == int64(a.amount):
		case r.State != want || r.Amount != int64(a.amount):
			w.breaks("G13", "%s's %d yen at store %s are %s; they should be %s", a.member.name, r.Amount, a.store, r.State, want)
		}
	}
}
