package sim

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/sim/memory"
)

// checkOrders is G01.
func (w *world) checkOrders(t *memory.Tables) {
	if !w.o.wants("G01") {
		return
	}
	type order struct {
		merchant memory.ID
		ref      string
	}
	standing := map[order]memory.ID{}
	t.Payments.All(func(p *memory.Payment) bool {
		if !live(p.State) {
			return true
		}
		o := order{p.Merchant, p.OrderRef}
		if _, two := standing[o]; two {
			w.breaks("G01", "order %s has two live payments", p.OrderRef)
		}
		standing[o] = p.ID
		return w.violation == nil
	})
	t.Orders.All(func(o *memory.Order) bool {
		p, stands := standing[order{o.Merchant, o.OrderRef}]
		if o.Live != stands || (stands && p != o.Payment) {
			w.breaks("G01", "the row of order %s says live=%v and points elsewhere than its payment", o.OrderRef, o.Live)
		}
		delete(standing, order{o.Merchant, o.OrderRef})
		return w.violation == nil
	})
	if len(standing) > 0 {
		w.breaks("G01", "%d live payments have no row of their order", len(standing))
	}
}

// checkAmounts is G02.
func (w *world) checkAmounts(t *memory.Tables) {
	if !w.o.wants("G02") {
		return
	}
	t.Payments.All(func(p *memory.Payment) bool {
		captured, refunded := sums(t, p)
		switch {
		case captured != p.Captured || refunded != p.Refunded:
			w.breaks("G02", "order %s says captured %d, refunded %d; its rows add up to %d and %d", p.OrderRef, p.Captured, p.Refunded, captured, refunded)
		case captured > p.Amount || refunded > captured || p.Released < 0 || captured+p.Released > p.Amount:
			w.breaks("G02", "order %s over %d: captured %d, released %d, refunded %d", p.OrderRef, p.Amount, captured, p.Released, refunded)
		case !live(p.State) && p.State != "refunded" && captured > 0:
			w.breaks("G02", "order %s is %s with %d captured", p.OrderRef, p.State, captured)
		}
		return w.violation == nil
	})
}

// checkBooks is G04.
func (w *world) checkBooks(t *memory.Tables) {
	if !w.o.wants("G04") {
		return
	}
	c := w.checker
	c.entries = t.Entries.From(c.entries, func(e *memory.Entry) {
		var sum int64
		lines := t.LinesOf(e.ID)
		for _, l := range lines {
			sum += l.Amount
		}
		if sum != 0 || len(lines) < 2 {
			w.breaks("G04", "an entry %s of %s has %d lines that add up to %d", e.Reason, e.Day, len(lines), sum)
		}
	})
	c.captures = t.Captures.From(c.captures, func(r *memory.Capture) {
		w.checkEntry(t, "captured", r.Bucket, r.ID, r.Member, r.Merchant, r.Amount)
	})
	c.refunds = t.Refunds.From(c.refunds, func(r *memory.Refund) {
		w.checkEntry(t, "refunded", r.Bucket, r.ID, r.Member, r.Merchant, -r.Amount)
	})
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
	if !w.o.wants("G06") {
		return
	}
	t.Accounts.All(func(a *memory.Account) bool {
		held, unpaid := used(t, a.Member)
		if a.Held != held || a.Unpaid != unpaid {
			w.breaks("G06", "%s's account says held %d, unpaid %d; it adds up to %d and %d", w.nameOf(a.Member), a.Held, a.Unpaid, held, unpaid)
		}
		return w.violation == nil
	})
}

// checkHolds is G09. A process that has just started, or whose clock has just jumped, has a minute.
func (w *world) checkHolds(t *memory.Tables) {
	if !w.o.wants("G09") || !w.house.up || w.now.Sub(w.house.since) < 2*time.Minute {
		return
	}
	late := w.house.Now().Add(-time.Minute).UnixMicro()
	t.Payments.All(func(p *memory.Payment) bool {
		if (p.State == "authorized" || p.State == "confirmed") && p.Due < late {
			w.breaks("G09", "order %s is still %s; its time was over %s ago", p.OrderRef, p.State, time.Duration(late+60_000_000-p.Due)*time.Microsecond)
		}
		return w.violation == nil
	})
}

// checkBills is G11.
func (w *world) checkBills(t *memory.Tables) {
	if !w.o.wants("G11") {
		return
	}
	type month struct {
		member memory.ID
		month  string
	}
	bought, back := map[month]int64{}, map[month]int64{}
	t.Captures.All(func(c *memory.Capture) bool {
		bought[month{c.Member, c.BillMonth}] += c.Amount
		return true
	})
	t.Refunds.All(func(r *memory.Refund) bool {
		back[month{r.Member, r.BillMonth}] += r.Amount
		return true
	})
	t.Bills.All(func(b *memory.Statement) bool {
		w.checkBill(b, bought[month{b.Member, b.Month}], back[month{b.Member, b.Month}])
		delete(bought, month{b.Member, b.Month})
		return w.violation == nil
	})
	closed := map[memory.ID]string{}
	t.Accounts.All(func(a *memory.Account) bool {
		if f := t.Fences.Find(a.Bucket); f != nil {
			closed[a.Member] = f.Closed
		}
		return true
	})
	for m := range bought {
		if m.month <= closed[m.member] {
			w.breaks("G11", "%s bought in %s, the month is closed, and there is no bill", w.nameOf(m.member), m.month)
		}
	}
}

func (w *world) checkBill(b *memory.Statement, bought, back int64) {
	sums := [...]int64{b.Purchases, b.Refunds, b.Credits, b.Fee, b.Total, b.Carried}
	first, known := w.memories.bills[b.ID]
	w.memories.bills[b.ID] = sums
	switch {
	case known && first != sums:
		w.breaks("G11", "%s's bill of %s was %v and is now %v", w.nameOf(b.Member), b.Month, first, sums)
	case b.Purchases != bought || b.Refunds != back:
		w.breaks("G11", "%s's bill of %s says bought %d, refunded %d; it was %d and %d", w.nameOf(b.Member), b.Month, b.Purchases, b.Refunds, bought, back)
	case b.Total-b.Carried != bought-back-b.Credits+b.Fee || (b.Total > 0) == (b.Fee == 0):
		w.breaks("G11", "%s's bill of %s does not add up: %v", w.nameOf(b.Member), b.Month, sums)
	}
}

// checkReceipts is G13 as far as it holds at any time: a payment at a till is one receipt, and the books hold what came.
func (w *world) checkReceipts(t *memory.Tables) {
	if !w.o.wants("G13") {
		return
	}
	seen := map[string]bool{}
	var confirmed, prompted, suspended int64
	t.Receipts.All(func(r *memory.Receipt) bool {
		if seen[r.Store] {
			w.breaks("G13", "the payment at store %s was taken twice", r.Store)
		}
		seen[r.Store] = true
		switch r.State {
		case "confirmed":
			confirmed += r.Amount
		case "prompt":
			prompted += r.Amount
		}
		if r.State != "cancelled" && r.Use == "suspense" {
			suspended += r.Amount
		}
		if c := t.Credits.Find(memory.Key{Bucket: r.Bucket, ID: r.ID}); r.Use == "surplus" && r.State == "confirmed" && (c == nil || c.Amount != r.Amount) {
			w.breaks("G13", "%d yen paid twice do not stand to %s's credit", r.Amount, w.nameOf(r.Member))
		}
		return w.violation == nil
	})
	var agent, prompt, suspense int64
	t.Lines.All(func(l *memory.Line) bool {
		switch l.Account {
		case "agent_receivable":
			agent += l.Amount
		case "agent_prompt":
			prompt += l.Amount
		case "suspense":
			suspense -= l.Amount
		}
		return true
	})
	if agent != confirmed || prompt != prompted || suspense != suspended {
		w.breaks("G13", "the books hold %d confirmed, %d reported, %d in suspense; the receipts %d, %d, %d", agent, prompt, suspense, confirmed, prompted, suspended)
	}
}

// checkTills is G13 at the end, when every file was taken: each payment at a till is in the books as it truly ended.
func (w *world) checkTills(t *memory.Tables) {
	found := map[string]*memory.Receipt{}
	t.Receipts.All(func(r *memory.Receipt) bool {
		found[r.Store] = r
		return true
	})
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
		case r.State != want || r.Amount != int64(a.amount):
			w.breaks("G13", "%s's %d yen at store %s are %s; they should be %s", a.member.name, r.Amount, a.store, r.State, want)
		}
	}
}
