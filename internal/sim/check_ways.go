package sim

import (
	"strings"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/payout"
	"tsuke/internal/sim/memory"
)

// Ways counts what was paid and sent back by other ways than tills and debits: receipts by receipt number and by transfer, transfers that
// no bill explained, what members wanted back, what the bank paid in, what it refused, and files that were withdrawn.
type Ways struct{ Numbers, Transfers, Odd, Wanted, PaidOut, PayoutRefused, Released int }

func (n *Ways) add(m Ways) {
	n.Numbers += m.Numbers
	n.Transfers += m.Transfers
	n.Odd += m.Odd
	n.Wanted += m.Wanted
	n.PaidOut += m.PaidOut
	n.PayoutRefused += m.PayoutRefused
	n.Released += m.Released
}

func countWays(t *memory.Tables) Ways {
	n := Ways{Transfers: t.TransferLines.Len(), Wanted: t.CreditReturns.Len()}
	for _, r := range t.Receipts.Rows() {
		if s := t.Slips.Find(memory.Key{Bucket: r.Bucket, ID: r.Slip}); s != nil && s.Kind == "number" {
			n.Numbers++
		}
	}
	for _, l := range t.TransferLines.Rows() {
		if l.Result == "suspense" {
			n.Odd++
		}
	}
	for _, k := range t.PayoutRecords.Rows() {
		switch k.Outcome {
		case "paid":
			n.PaidOut++
		case "failed":
			n.PayoutRefused++
		}
	}
	for _, f := range t.PayoutFiles.Rows() {
		if f.State == "released" {
			n.Released++
		}
	}
	return n
}

// byTransfer tells whether money came by bank transfer into our own account.
func byTransfer(r *memory.Receipt) bool { return r.Chain == "transfer" }

// wantedBack adds up what a member has paid too much and wants back, and what shops gave back that made a loss good: it is owed again.
func wantedBack(t *memory.Tables, member memory.ID) int64 {
	var sum int64
	for _, g := range t.Regained.Rows() {
		if g.Member == member {
			sum += g.Amount
		}
	}
	for _, k := range t.CreditReturns.Rows() {
		if k.Member == member {
			sum += k.Amount
		}
	}
	return sum
}

// checkPayouts is G13, G04 and G24 of money that goes back: what a member wants back is nobody's any more, each return is on its way once
// at most, what was sent stands in the books while it is sent, and facts tell each step.
func (w *world) checkPayouts(t *memory.Tables) {
	returns := 0
	for _, k := range t.CreditReturns.Rows() {
		returns++
		w.checkChosen(t, k)
		w.checkSending(t, sending{bucket: k.Bucket, receipt: k.Source, member: k.Member, amount: k.Amount, sent: k.PaidDay != "", told: "credit.return_paid"})
	}
	for _, d := range t.Decisions.Rows() {
		if d.Act != "returned" {
			continue
		}
		returns++
		r := t.Receipts.Find(memory.Key{Bucket: d.Bucket, ID: d.Receipt})
		w.checkSending(t, sending{bucket: d.Bucket, receipt: d.Receipt, amount: r.Amount, sent: d.PaidDay != "", told: "receipt.return_paid"})
	}
	for _, p := range t.Payouts.Rows() {
		key := memory.Key{Bucket: p.Bucket, ID: p.Receipt}
		if d := t.Decisions.Find(key); t.CreditReturns.Find(key) == nil && (d == nil || d.Act != "returned") {
			w.breaks("G13", "money is sent back that nobody has decided to return")
		}
	}
	for _, c := range t.Credits.Rows() {
		key := memory.Key{Bucket: c.Bucket, ID: c.Source}
		if c.UsedIn == c.Source && c.State == "used" && t.CreditReturns.Find(key) == nil && t.Regained.Find(key) == nil {
			w.breaks("G13", "%d yen of %s stand to no credit any more, and go back to nobody", c.Amount, w.nameOf(c.Member))
		}
	}
	for _, f := range t.PayoutFiles.Rows() {
		w.checkPayoutFile(t, f)
	}
	w.checkWires()
}

// checkChosen is G13 of one choice: the money is certain, too much, of a bill that is paid, and no bill's any more.
func (w *world) checkChosen(t *memory.Tables, k *memory.CreditReturn) {
	key := memory.Key{Bucket: k.Bucket, ID: k.Source}
	c, r, b := t.Credits.Find(key), t.Receipts.Find(key), t.Bills.Find(memory.Key{Bucket: k.Bucket, ID: k.Statement})
	switch {
	case c == nil || c.State != "used" || c.UsedIn != k.Source || c.Amount != k.Amount || c.Member != k.Member:
		w.breaks("G13", "%s wants %d yen back, which are %+v", w.nameOf(k.Member), k.Amount, c)
	case r.State != "confirmed" || r.Surplus != k.Amount || r.Statement != k.Statement || b == nil || b.State != "paid":
		w.breaks("G13", "%s gets %d yen back of a payment that has %d too much and is %s", w.nameOf(k.Member), k.Amount, r.Surplus, r.State)
	case count(t, k.Source, "credit.return_chosen") != 1:
		w.breaks("G24", "%s wants %d yen back, and %d facts say so", w.nameOf(k.Member), k.Amount, count(t, k.Source, "credit.return_chosen"))
	}
	if owed := booked(t, k.Bucket, "credit_returned", k.Source, "returns_payable"); owed != -k.Amount {
		w.breaks("G04", "%s wants %d yen back, and the books owe %d", w.nameOf(k.Member), k.Amount, -owed)
	}
}

// booked is what an entry has on an account.
func booked(t *memory.Tables, bucket int64, reason string, ref memory.ID, account string) int64 {
	var sum int64
	entry, _ := t.EntryOf(bucket, reason, ref)
	for _, l := range t.LinesOf(entry) {
		if l.Account == account {
			sum += l.Amount
		}
	}
	return sum
}

// sending is a return, whoever decided it.
type sending struct {
	bucket          int64
	receipt, member memory.ID // member is zero where two people decided
	amount          int64
	sent            bool // as it says itself
	told            string
}

// standsAs is where a return stands after its last record.
var standsAs = map[string]string{"open": "in_file", "paid": "paid", "failed": "failed", "released": "decided"}

// checkSending follows one return through its files.
func (w *world) checkSending(t *memory.Tables, s sending) {
	fee := w.ways.plan.fee
	if s.member != (memory.ID{}) {
		fee = 0
	}
	onWay, net, made := int64(0), int64(0), 0
	var last *memory.PayoutRecord
	for _, k := range t.RecordsOf(s.receipt) {
		last = k
		out, back := booked(t, k.Bucket, "payout_sent", k.Ref, "bank"), booked(t, k.Bucket, "payout_failed", k.Ref, "bank")
		if k.Amount != s.amount || k.Sent != s.amount-fee {
			w.breaks("G13", "%d yen go back, less a fee of %d; the file has %d of %d", s.amount, fee, k.Sent, k.Amount)
		}
		if k.Outcome == "open" || k.Outcome == "paid" {
			onWay++
		}
		if out != 0 {
			made++
		}
		wantOut, wantBack := int64(0), int64(0)
		switch {
		case k.Outcome == "paid":
			wantOut = -s.amount
		case k.Outcome == "failed" && out != 0:
			wantOut, wantBack = -s.amount, s.amount
		}
		if out != wantOut || back != wantBack {
			w.breaks("G13", "a transfer of %d is %s; by the books %d left our account and %d came back", k.Amount, k.Outcome, -out, back)
		}
		net -= out + back
	}
	if hand := -booked(t, s.bucket, "return_paid", s.receipt, "bank"); hand != 0 {
		onWay++
		made++
		net += hand
	}
	if onWay > 1 || net > s.amount {
		w.breaks("G13", "%d yen go back %d times; by the books %d were sent", s.amount, onWay, net)
	}
	if (net == s.amount) != s.sent || net != 0 && net != s.amount {
		w.breaks("G13", "of %d yen that go back %d were sent by the books, and it says: %v", s.amount, net, s.sent)
	}
	if n := count(t, s.receipt, s.told); n != made {
		w.breaks("G24", "%d yen were sent back %d times, and %d facts say so", s.amount, made, n)
	}
	p := t.Payouts.Find(memory.Key{Bucket: s.bucket, ID: s.receipt})
	switch {
	case (p == nil) != (last == nil):
		w.breaks("G13", "%d yen go back; their record is %+v and they stand as %+v", s.amount, last, p)
	case p == nil:
	case p.File != last.File || p.Member != s.member || p.State != standsAs[last.Outcome] && (p.State != "decided" || last.Outcome != "failed"):
		w.breaks("G13", "%d yen are %s, and their last record is %s", s.amount, p.State, last.Outcome)
	default:
		w.foldPayout(t, s, p)
	}
}

// foldPayout is G24 of a return: its facts, one after the other, are a legal way to where it stands, and the bank's refusal is asked about
// again only by a person, or once there is another account.
func (w *world) foldPayout(t *memory.Tables, s sending, p *memory.Payout) {
	state, file := "decided", int64(0)
	step := func(kind, to string, from ...string) {
		legal := false
		for _, f := range from {
			legal = legal || f == state
		}
		if !legal {
			w.breaks("G24", "%d yen that go back are %s and then %s", s.amount, state, kind)
		}
		state = to
	}
	for _, e := range t.Timeline(s.receipt) {
		switch e.Kind {
		case "payout.gathered":
			file = figure(e.Data, `"file":`)
			step(e.Kind, "in_file", "decided")
		case "payout.sent":
			step(e.Kind, "paid", "in_file")
		case "payout.failed":
			step(e.Kind, "failed", "in_file", "paid")
		case "payout.released":
			step(e.Kind, "decided", "in_file")
		case "payout.reopened":
			step(e.Kind, "decided", "failed")
			f, a := t.PayoutFiles.Find(file), t.BankAccounts.Find(memory.Key{Bucket: s.bucket, ID: s.member})
			if e.Actor == "member" && a != nil && f != nil && a.Registered < f.Gathered-2*hour {
				w.breaks("G13", "the bank has refused %d yen, and they are sent to the same account again", s.amount)
			}
		}
	}
	if state != p.State || file != p.File {
		w.breaks("G24", "%d yen that go back are %s of file %d; their facts end with %s of file %d", s.amount, p.State, p.File, state, file)
	}
}

const hour = 60 * 60 * 1_000_000 // in microseconds

// checkPayoutFile is G13 of one file: it is its records, over when all of them are, and for the day that the rule says.
func (w *world) checkPayoutFile(t *memory.Tables, f *memory.PayoutFile) {
	var n, sum, open, withdrawn int64
	for _, k := range t.PayoutRecords.Rows() {
		if k.File != f.Number {
			continue
		}
		n++
		sum += k.Amount
		switch k.Outcome {
		case "open":
			open++
		case "released":
			withdrawn++
		}
	}
	over := f.State == "taken" || f.State == "released"
	if n != f.Records || sum != f.Total || over && open > 0 || withdrawn != 0 && withdrawn != n || (withdrawn == n) != (f.State == "released") {
		w.breaks("G13", "file %d is %s with %d transfers over %d; it has %d over %d, %d open and %d withdrawn", f.Number, f.State, f.Records, f.Total, n,
			sum, open, withdrawn)
	}
	if day := transferDay(time.UnixMicro(f.Gathered)); f.Day != day.String() {
		w.breaks("G13", "file %d was gathered %s and its transfers are made on %s, not on %s", f.Number, time.UnixMicro(f.Gathered), f.Day, day)
	}
}

// transferDay is when the bank makes the transfers of a file (rule B44): the bank day after the one on which it is handed in, which is
// today until three.
func transferDay(gathered time.Time) jst.Day {
	d := jst.DayOf(gathered)
	if jst.In(gathered).Hour() >= 15 {
		d = d.Add(1)
	}
	for closedBank(d) {
		d = d.Add(1)
	}
	for d = d.Add(1); closedBank(d); d = d.Add(1) {
	}
	return d
}

// checkWires is G13 in truth: whatever the service has noted, nobody has got more than what was to go back.
func (w *world) checkWires() {
	got := map[memory.ID]int{}
	for r := range w.ways.byHand {
		got[r]++
	}
	for _, r := range w.ways.remits {
		for _, f := range r.wires {
			if f.made && !f.back {
				got[f.receipt]++
			}
		}
	}
	for _, n := range got {
		if n > 1 {
			w.breaks("G13", "the same money was sent back %d times", n)
		}
	}
}

// checkFileIsWhole is G13 of a file in the bank's hands: it has each of its records once.
func (w *world) checkFileIsWhole(t *memory.Tables, r *remit) {
	var records, sum int64
	for _, k := range t.PayoutRecords.Rows() {
		if k.File == int64(r.number) {
			records++
			sum += k.Sent
		}
	}
	for _, f := range r.wires {
		records--
		sum -= f.amount
	}
	if records != 0 || sum != 0 {
		w.breaks("G13", "file %d lacks %d transfers and %d yen", r.number, records, sum)
	}
}

// checkTook is G17 of a file that was entered as made: nothing of it is open.
func (w *world) checkTook(r *remit) {
	if w.memory == nil {
		return
	}
	t := w.rows()
	f := t.PayoutFiles.Find(int64(r.number))
	if f == nil || f.State != "taken" {
		w.breaks("G17", "the bank has made the transfers of file %d, which is %+v", r.number, f)
	}
	for _, k := range r.wires {
		if o := outcome(t, r.number, k); o != "paid" && (o != "failed" || !k.told && k.fate == arrives) {
			w.breaks("G17", "the bank has made a transfer of %d, which is %s", k.amount, o)
		}
	}
}

func outcome(t *memory.Tables, file int, f *wire) string {
	for _, k := range t.RecordsOf(f.receipt) {
		if k.File == int64(file) {
			return k.Outcome
		}
	}
	return "nowhere"
}

// checkRefused is G13 of what was entered as refused: it is owed again.
func (w *world) checkRefused(unpaid []*wire) {
	if w.memory == nil {
		return
	}
	t := w.rows()
	for _, f := range unpaid {
		for _, k := range t.RecordsOf(f.receipt) {
			if k.Number == f.key && k.Outcome != "failed" {
				w.breaks("G13", "the bank has refused a transfer of %d, which is %s", f.amount, k.Outcome)
			}
		}
	}
}

// checkOpen is G17 of what clerks see of money that goes back: all that is not sent, and nothing else.
func (w *world) checkOpen(list []payout.Open) {
	t := w.rows()
	var n int
	var sum int64
	for _, k := range t.CreditReturns.Rows() {
		if k.PaidDay == "" {
			n++
			sum += k.Amount
		}
	}
	for _, d := range t.Decisions.Rows() {
		if d.Act == "returned" && d.PaidDay == "" {
			n++
			sum += t.Receipts.Find(memory.Key{Bucket: d.Bucket, ID: d.Receipt}).Amount
		}
	}
	for _, o := range list {
		n--
		sum -= int64(o.Amount)
	}
	if n != 0 || sum != 0 {
		w.breaks("G17", "the list of what goes back lacks %d returns over %d yen", n, sum)
	}
}

// checkShown is G17 of what a member sees of a bill: what it did not need, and whether it can still be sent back.
func (w *world) checkShown(r id.Receipt, shown []billing.Overpaid) {
	t := w.rows()
	c := t.Credits.Find(memory.Key{Bucket: int64(r.Bucket()), ID: memory.ID(r)})
	for _, o := range shown {
		if o.Receipt != r {
			continue
		}
		if free := o.Fate == billing.Choosable || o.Fate == billing.Unsettled; int64(o.Amount) != c.Amount || free != (c.State == "open") {
			w.breaks("G17", "%s sees %s yen that are %s, and they are %+v", w.nameOf(c.Member), o.Amount, o.Fate, c)
		}
		return
	}
	w.breaks("G17", "%s has %d yen to the credit and does not see them with their bill", w.nameOf(c.Member), c.Amount)
}

// checkPromised is G15 of a member who was just told that money goes back.
func (w *world) checkPromised(r id.Receipt) {
	if w.rows().CreditReturns.Find(memory.Key{Bucket: int64(r.Bucket()), ID: memory.ID(r)}) == nil {
		w.breaks("G15", "somebody was told that money goes back, and nobody knows of it")
	}
}

// arrived names transfers that are alike to who counts them.
type arrived struct {
	day    string
	amount int64
	bill   memory.ID
}

// checkTransfers is G13 and G24 of bank transfers: each amount that came into our account is one receipt, of the bill whose reference is in
// its words or of none, and who made it is known exactly while somebody has to find that out.
func (w *world) checkTransfers(t *memory.Tables) {
	left := map[arrived]int{}
	for _, d := range w.ways.account {
		left[arrived{d.day.String(), int64(d.amount), memory.ID(d.pays)}]++
	}
	for _, l := range t.TransferLines.Rows() {
		r := t.Receipts.Find(memory.Key{Bucket: l.ReceiptBucket, ID: l.Receipt})
		if r == nil || !byTransfer(r) || r.Amount != l.Amount || r.PaidDay != l.Day || (r.Use == "suspense") != (l.Result == "suspense") {
			w.breaks("G13", "%d yen of %s came by transfer, and the receipt is %+v", l.Amount, l.Day, r)
			continue
		}
		a := arrived{l.Day, l.Amount, r.Statement}
		if left[a]--; left[a] < 0 {
			w.breaks("G13", "%d yen of %s that came by transfer were taken for %s's bill, for which nobody has paid them", l.Amount, l.Day, w.nameOf(r.Member))
		}
	}
	lines := 0
	for _, r := range t.Receipts.Rows() {
		if !byTransfer(r) {
			continue
		}
		if t.Origins.Find(memory.Key{Bucket: r.Bucket, ID: r.ID}) == nil {
			lines++
		}
		kept := t.TransferPayers.Find(memory.Key{Bucket: r.Bucket, ID: r.ID}) != nil
		waits := r.Use == "suspense" && (r.State == "confirmed" || r.State == "returned" && count(t, r.ID, "receipt.return_paid") == 0)
		if kept != waits || r.State == "prompt" || r.State == "cancelled" {
			w.breaks("G13", "%d yen of %s that came by transfer are %s, %s; who sent them is known: %v", r.Amount, r.PaidDay, r.State, r.Use, kept)
		}
	}
	if lines != t.TransferLines.Len() {
		w.breaks("G13", "%d receipts are of %d transfers", lines, t.TransferLines.Len())
	}
}

// checkNumbers is G13 of receipt numbers: each slip of that way has one that no other ever had, with a check digit that fits, and it is
// the slip's key in the agent's files. One way closes the others: a bill that is paid has no slip by which it could be paid again.
func (w *world) checkNumbers(t *memory.Tables) {
	seen := map[string]bool{}
	for _, s := range t.Slips.Rows() {
		if b := t.Bills.Find(memory.Key{Bucket: s.Bucket, ID: s.Statement}); s.State == "open" && b.State == "paid" {
			w.breaks("G13", "%s's bill of %s is paid, and can still be paid by %s", w.nameOf(s.Member), b.Month, s.Kind)
		}
		n := t.NumberSlips.Find(memory.Key{Bucket: s.Bucket, ID: s.ID})
		if (n != nil) != (s.Kind == "number") {
			w.breaks("G13", "a slip by %s has a number: %v", s.Kind, n != nil)
		}
		if n == nil {
			continue
		}
		number := s.Digits[18:29]
		if seen[number] || !luhn(number) || !strings.HasSuffix(s.Number, number) || n.Statement != s.Statement {
			w.breaks("G13", "the receipt number of a bill of %s is another's, or none", w.nameOf(s.Member))
		}
		seen[number] = true
	}
	if len(seen) != t.NumberClaims.Len() {
		w.breaks("G13", "%d receipt numbers are claimed for %d slips", t.NumberClaims.Len(), len(seen))
	}
}

// checkShownNumber is G17 of the number that a bill shows now: the agent takes money for it, or will.
func (w *world) checkShownNumber(s billing.Slip) {
	if s.Kind != billing.Number {
		return
	}
	n := w.rows().NumberSlips.Find(memory.Key{Bucket: int64(s.ID.Bucket()), ID: memory.ID(s.ID)})
	if n == nil || n.EndedIn != 0 {
		w.breaks("G17", "%s is to pay with a number that nobody takes any more", w.nameOf(memory.ID(s.Member)))
	}
}

// luhn tells whether the check digit of a number fits.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// checkNumbersTold is G13 and G17 of receipt numbers when nothing is left to tell the agent: it takes money for a number exactly as long as
// the bill is to be paid with it; once it is paid by other means nobody can pay it so again.
func (w *world) checkNumbersTold() {
	if w.memory == nil || !w.o.wants("G17") && !w.o.wants("G13") {
		return
	}
	t, x := w.rows(), w.ways
	today := jst.DayOf(w.house.Now()).String()
	for _, n := range t.NumberSlips.Rows() {
		s := t.Slips.Find(memory.Key{Bucket: n.Bucket, ID: n.Slip})
		b := t.Bills.Find(memory.Key{Bucket: n.Bucket, ID: n.Statement})
		lasts := s.ValidTo == "" || s.ValidTo >= today
		serves := x.registry[s.Digits]
		paidSo := false
		for _, r := range t.ReceiptsOf(n.Statement) {
			paidSo = paidSo || r.Slip == n.Slip && (r.State == "prompt" || r.State == "confirmed")
		}
		if serves && !paidSo && (s.State == "closed" || b.State != "issued" || !lasts) {
			w.breaks("G13", "%s's bill of %s is %s, and terminals still take its number", w.nameOf(s.Member), b.Month, b.State)
		}
		if _, known := x.registry[s.Digits]; !known && s.State == "open" && b.State == "issued" && lasts {
			w.breaks("G17", "%s's bill of %s is to be paid with a number, and the agent was not told of it", w.nameOf(s.Member), b.Month)
		}
		if serves != (n.ToldIn != 0 && n.EndedIn == 0) {
			w.breaks("G17", "the agent takes a number: %v; by what it was told it should not, or should", serves)
		}
	}
}

// checkWaysKnown is G17 at the end: what was to be sent back long before was sent, every file is over, and all that came into our account
// long before was taken.
func (w *world) checkWaysKnown(t *memory.Tables) {
	long := w.now.Add(-45 * 24 * time.Hour)
	for _, k := range t.CreditReturns.Rows() {
		if k.PaidDay == "" && k.Chosen < long.UnixMicro() {
			w.breaks("G17", "%s was to get %d yen back and did not", w.nameOf(k.Member), k.Amount)
		}
	}
	for _, f := range t.PayoutFiles.Rows() {
		if f.Gathered < long.UnixMicro() && f.State != "taken" && f.State != "released" {
			w.breaks("G17", "nobody knows what the bank has made of file %d, which is %s", f.Number, f.State)
		}
	}
	old := 0
	for _, d := range w.ways.account {
		if d.day.Before(jst.DayOf(long)) {
			old++
		}
	}
	for _, l := range t.TransferLines.Rows() {
		if l.Day < jst.DayOf(long).String() {
			old--
		}
	}
	if old != 0 {
		w.breaks("G17", "%d transfers came into our account long ago and were never taken", old)
	}
}
