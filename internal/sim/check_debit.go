package sim

import (
	"slices"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/sim/memory"
)

// The rules of ways to pay and of direct debit, written once more: fees in yen, days of a month, and days to pay what was not
// debited.
const (
	billFee      = 209
	fallbackDays = 10
	noAccount    = "no_account"
)

// asksFee tells whether a member pays the fee of a till after a bank's refusal: the account was short, or is of no use.
func asksFee(code string) bool { return code == "1" || useless(code) }

// useless tells whether no bank will debit the account again.
func useless(code string) bool { return code == "2" || code == "3" || code == "4" }

// dueOf is when a bill of a month is due (rule B06): banks are closed at week ends, on holidays and around the new year.
func dueOf(month, way string) jst.Day {
	next := must(jst.ParseMonth(month)).Next()
	switch way {
	case "postcard":
		return next.Day(20)
	case "debit":
		d := next.Day(27)
		for closedBank(d) {
			d = d.Add(1)
		}
		return d
	}
	return next.Day(10)
}

func closedBank(d jst.Day) bool {
	_, holiday := jst.Japan().Holiday(d)
	_, m, n := d.Date()
	return holiday || d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || m == time.December && n == 31 || m == time.January && n <= 3
}

// judged are how many rows of each table were judged in the commit that made them. What they depend on cannot have changed.
type judged struct {
	bills, charges, items, given int

	disputes []*memory.Dispute // as they were
}

// committed looks at what a transaction has just made.
func (w *world) committed() {
	if w.memory == nil || w.violation != nil {
		return
	}
	t, j := w.memory.Tables, &w.judged
	for ; j.bills < t.Bills.Len(); j.bills++ {
		w.checkIssued(t, t.Bills.Rows()[j.bills])
	}
	for ; j.charges < t.Charges.Len(); j.charges++ {
		w.checkCap(t, t.Charges.Rows()[j.charges])
		w.judgeCharged(t, t.Charges.Rows()[j.charges])
	}
	for ; j.items < t.DebitItems.Len(); j.items++ {
		w.checkItem(t, t.DebitItems.Rows()[j.items])
	}
	for ; j.given < t.WriteOffs.Len(); j.given++ {
		w.judgeGivenUp(t, t.WriteOffs.Rows()[j.given])
	}
	j.disputes = differ(j.disputes, t.Disputes.Rows(), func(d *memory.Dispute, sign int64) {
		if sign > 0 {
			w.judgeDispute(t, d)
		}
	})
}

// lost forgets what was judged of rows that the machine has lost.
func (w *world) lost() {
	t, j := w.memory.Tables, &w.judged
	j.bills, j.charges, j.items = min(j.bills, t.Bills.Len()), min(j.charges, t.Charges.Len()), min(j.items, t.DebitItems.Len())
	j.given = min(j.given, t.WriteOffs.Len())
	j.disputes = j.disputes[:min(len(j.disputes), t.Disputes.Len())]
}

// checkIssued is G11 of how a new bill is to be paid: as its member has chosen, at that way's fee and until its day.
func (w *world) checkIssued(t *memory.Tables, b *memory.Statement) {
	if byInvoice(b) {
		w.checkIssuedInvoice(t, b)
		return
	}
	p := t.Payers.Find(memory.Key{Bucket: b.Bucket, ID: b.Member})
	fee := int64(billFee)
	if b.Way == "debit" || b.Total == 0 {
		fee = 0
	}
	if p == nil || b.Way != p.Way || b.Fee != fee || b.Due != dueOf(b.Month, b.Way).String() || b.Awaited {
		w.breaks("G11", "%s pays by %v, and the bill of %s is to be paid by %s until %s with a fee of %d", w.nameOf(b.Member), p, b.Month, b.Way, b.Due, b.Fee)
	}
}

// checkItem is G13 of a bill that is taken into a run: all that is owed on it is asked for, once, on the day on which it is due.
func (w *world) checkItem(t *memory.Tables, i *memory.DebitItem) {
	b := t.Bills.Find(memory.Key{Bucket: i.Bucket, ID: i.Statement})
	var owed int64
	if b != nil {
		p := paidOf(t, b)
		owed = b.Total + standing(t, b) - b.Moved - p.principal - p.fee - p.late
	}
	switch {
	case b == nil || i.Amount != owed || i.Member != b.Member:
		w.breaks("G13", "the bank is to be asked for %d yen of %s, who owes %d", i.Amount, w.nameOf(i.Member), owed)
	case b.Way != "debit" || i.Day != b.Due || i.Day != dueOf(b.Month, "debit").String() || len(t.ItemsOf(b.ID)) != 1:
		w.breaks("G13", "%s's bill of %s, by %s until %s, is asked for on %s, for the %d. time", w.nameOf(b.Member), b.Month, b.Way, b.Due, i.Day,
			len(t.ItemsOf(b.ID)))
	case t.BankAccounts.Find(memory.Key{Bucket: b.Bucket, ID: b.Member}) == nil:
		w.breaks("G13", "the bank is to be asked for a bill of %s, who has no account", w.nameOf(b.Member))
	}
}

// gatheredAt is when a run was gathered, in microseconds; zero if it was not.
func gatheredAt(t *memory.Tables, day jst.Day) int64 {
	for _, r := range t.DebitRuns.Rows() {
		if r.Day == day.String() {
			return r.Gathered
		}
	}
	return 0
}

// checkAllGathered is G13 of a run that was gathered: no bill that is to be debited on its day was forgotten. One that was paid then
// and whose payment was taken back since is owed, but in no run.
func (w *world) checkAllGathered(day jst.Day) {
	t := w.rows()
	for _, b := range t.Bills.Rows() {
		since := func(r *memory.Receipt) bool { return r.State == "cancelled" && r.Changed >= gatheredAt(t, day) }
		if b.Way == "debit" && b.Due == day.String() && b.State == "issued" && !b.Awaited && !slices.ContainsFunc(t.ReceiptsOf(b.ID), since) {
			w.breaks("G13", "%s's bill of %s was to be debited on %s, and nobody asks for it", w.nameOf(b.Member), b.Month, day)
		}
	}
}

// asked is a bill of a run that is not answered, as it is before an answer.
type asked struct {
	item *memory.DebitItem
	bill *memory.Statement
}

// answering lists what waits for the bank's answer of a day.
func (w *world) answering(d *demand) []asked {
	var all []asked
	if w.memory == nil {
		return nil
	}
	t := w.memory.Tables
	for _, i := range t.DebitItems.Rows() {
		if i.Day == d.day.String() && i.State == "asked" {
			all = append(all, asked{i, t.Bills.Find(memory.Key{Bucket: i.Bucket, ID: i.Statement})})
		}
	}
	return all
}

// checkAnswered is G13, G12 and G24 of what an answer did, right after it: each bill was debited, or is to be paid otherwise, as the
// bank says.
func (w *world) checkAnswered(d *demand, was []asked) {
	if w.memory == nil {
		return
	}
	t, today := w.memory.Tables, jst.DayOf(w.house.Now())
	for _, a := range was {
		i := t.DebitItem(a.item.Bucket, a.item.Number)
		b := t.Bills.Find(memory.Key{Bucket: i.Bucket, ID: i.Statement})
		switch truth := string(d.truth[i.Number]); {
		case i.State == "asked" && b.Awaited:
		case b.Awaited:
			w.breaks("G13", "the bank has answered for %s's bill of %s, which still waits", w.nameOf(b.Member), b.Month)
		case i.Code != truth:
			w.breaks("G13", "the bank says %q of %s's bill of %s, and it was booked as %q", truth, w.nameOf(b.Member), b.Month, i.Code)
		case i.State == "debited":
			w.checkDebited(t, i)
		default:
			w.checkNotDebited(t, a.bill, b, i.Code, today)
		}
	}
}

// checkDebited wants the money of a debit to be a receipt that is final.
func (w *world) checkDebited(t *memory.Tables, i *memory.DebitItem) {
	r := t.Receipts.Find(memory.Key{Bucket: i.Bucket, ID: i.Receipt})
	if r == nil || i.Code != "0" || r.Amount != i.Amount || r.PaidDay != i.Day || r.Statement != i.Statement || r.State != "confirmed" || r.Use == "suspense" {
		w.breaks("G13", "%d yen of %s were debited on %s, and the receipt is %+v", i.Amount, w.nameOf(i.Member), i.Day, r)
	}
}

// checkNotDebited wants a bill that was not debited to be payable at a till, with a fee or without as the answer says, and the
// account to be gone if it is of no use.
func (w *world) checkNotDebited(t *memory.Tables, was, b *memory.Statement, code string, today jst.Day) {
	who := w.nameOf(b.Member)
	fees := fallbacks(t, b)
	wantWay, wantDue, wantFees, told := was.Way, was.Due, 0, 0
	if was.State == "issued" {
		wantWay, wantDue, told = "ebarcode", max(was.Due, today.Add(fallbackDays).String()), 1
		if asksFee(code) {
			wantFees = 1
		}
	}
	if b.Way != wantWay || b.Due != wantDue || fees != wantFees {
		w.breaks("G12", "%s's bill of %s (%s) was refused with %s and is to be paid by %s until %s with %d fees; it should be %s until %s with %d",
			who, b.Month, was.State, code, b.Way, b.Due, fees, wantWay, wantDue, wantFees)
	}
	if n := count(t, b.ID, "statement.not_debited"); n != told {
		w.breaks("G24", "%s's bill of %s was not debited, and %d facts say so", who, b.Month, n)
	}
	key := memory.Key{Bucket: b.Bucket, ID: b.Member}
	if useless(code) && (t.Payers.Find(key).Way == "debit" || t.BankAccounts.Find(key) != nil) {
		w.breaks("G12", "the bank will never debit %s's account (%s), and the next bill is asked for there", who, code)
	}
}

// fallbacks counts the fees that a bill was charged because it was not debited.
func fallbacks(t *memory.Tables, b *memory.Statement) int {
	n := 0
	for _, k := range t.ChargesOf(b.ID) {
		if k.Kind == "fallback" {
			n++
		}
	}
	return n
}

// checkDebits is G12 of bills that a bank is asked for, and G13 of what it has debited: nobody is late while the bank has not
// answered, and each debit is one receipt.
func (w *world) checkDebits(t *memory.Tables) {
	debited := 0
	for _, i := range t.DebitItems.Rows() {
		b := t.Bills.Find(memory.Key{Bucket: i.Bucket, ID: i.Statement})
		if b.Awaited != (i.State == "asked") {
			w.breaks("G13", "%s's bill of %s is %s by its run and awaited: %v", w.nameOf(b.Member), b.Month, i.State, b.Awaited)
		}
		if n := count(t, b.ID, "statement.not_debited"); n > 1 {
			w.breaks("G24", "%d facts say that %s's bill of %s was not debited", n, w.nameOf(b.Member), b.Month)
		}
		if i.State == "debited" {
			debited++
			w.checkDebited(t, i)
		}
	}
	for _, b := range t.Bills.Rows() {
		if b.Awaited && b.PastDue {
			w.breaks("G12", "%s's bill of %s is late, and the bank has not answered", w.nameOf(b.Member), b.Month)
		}
		if b.Awaited && len(t.ItemsOf(b.ID)) == 0 && !byInvoice(b) {
			w.breaks("G13", "%s's bill of %s waits for a bank that nobody asks", w.nameOf(b.Member), b.Month)
		}
	}
	for _, r := range t.Receipts.Rows() {
		if byDebit(r) {
			debited--
		}
	}
	if debited != 0 {
		w.breaks("G13", "%d debits more than receipts of them", debited)
	}
}

// byDebit tells whether a bank debited the money of a receipt. No store of the town's tills has four digits.
func byDebit(r *memory.Receipt) bool { return r.Chain == "debit" }

func countBank(t *memory.Tables) Bank {
	var b Bank
	for _, i := range t.DebitItems.Rows() {
		switch {
		case i.State == "debited":
			b.Debited++
		case i.Code == noAccount:
			b.Dropped++
		case i.State == "refused":
			b.Refused++
		}
	}
	return b
}

// checkKnown is G17 at the end: whatever was under way long enough before is known. No report is unconfirmed, no bill awaits a
// bank, no result is missing, nobody has left anything in suspense, and everybody could pay what was due.
func (w *world) checkKnown(t *memory.Tables) {
	long := w.now.Add(-45 * 24 * time.Hour)
	day := jst.DayOf(long).String()
	for _, r := range t.Receipts.Rows() {
		switch old := r.Changed < long.UnixMicro(); {
		case old && r.State == "prompt":
			w.breaks("G17", "%d yen were reported on %s, and nobody knows whether they come", r.Amount, r.PaidDay)
		case old && r.State == "confirmed" && r.Use == "suspense":
			w.breaks("G17", "%d yen of %s are in suspense, and nobody has decided", r.Amount, r.PaidDay)
		}
	}
	for _, d := range t.Decisions.Rows() {
		if d.Act == "returned" && d.PaidDay == "" && d.Decided < long.UnixMicro() {
			w.breaks("G17", "money was to be sent back and was not")
		}
	}
	for _, b := range t.Bills.Rows() {
		if b.Awaited && b.Due < day && !byInvoice(b) {
			w.breaks("G17", "%s's bill of %s waits for a bank that was to debit it on %s", w.nameOf(b.Member), b.Month, b.Due)
		}
	}
	for _, b := range t.Bills.Rows() {
		if b.State == "issued" && b.Due < day && !b.WrittenOff {
			w.breaks("G17", "%s's bill of %s was to be paid until %s; nothing is wrong any more, and it is not", w.nameOf(b.Member), b.Month, b.Due)
		}
	}
	for _, d := range t.Disputes.Rows() {
		if d.State == "open" && d.Opened < long.UnixMicro() {
			w.breaks("G17", "%s's invoice was said not to be theirs on %s, and nobody has decided", w.nameOf(d.Member), dayOf(d.Opened))
		}
	}
	for _, f := range t.Files.Rows() {
		if f.State != "done" && f.Received < long.UnixMicro() {
			w.breaks("G17", "a file of the agent was never taken to its end")
		}
	}
	for _, d := range w.demands {
		if !d.taken && d.day.String() < day {
			w.breaks("G17", "nobody knows what the bank debited on %s", d.day)
		}
	}
}
