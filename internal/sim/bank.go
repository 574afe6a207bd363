package sim

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/debit"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	membership "tsuke/internal/member"
	"tsuke/internal/zengin"
)

// demand is what a clerk asks the bank for on one debit day, and what the bank does about it.
type demand struct {
	day     jst.Day
	drafts  [][]byte        // files that were written while nobody knew whether they count
	request []byte          // the file that the bank has; nil before
	truth   map[string]byte // what came of each number, in truth
	answer  []byte          // the bank's right answer; nil before
	taken   bool            // somebody was told that it is taken
}

// A file's records, counted from 0: how long they are, and where a data record has its amount, our number and the bank's answer.
// It is written once more here, and not with the product's own reader.
const (
	recordLength = 120
	amountFrom   = 80
	amountTo     = 90
	numberFrom   = 91
	numberTo     = 111
	resultAt     = 111
)

// records are the data records of a file.
func records(file []byte) [][]byte {
	var all [][]byte
	for ; len(file) >= recordLength; file = file[recordLength:] {
		if file[0] == '2' {
			all = append(all, file[:recordLength])
		}
	}
	return all
}

func numberOfRecord(r []byte) string { return string(r[numberFrom:numberTo]) }

func amountOfRecord(r []byte) int64 {
	n, err := strconv.ParseInt(string(r[amountFrom:amountTo]), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// result is an answer to a request: the same records with what came of each, and a trailer that adds up. Records that change
// does not want are left out, and it may change the others.
func result(request []byte, change func(r []byte) bool) []byte {
	out := append([]byte(nil), request[:recordLength]...)
	var count, sum [3]int64 // all, debited, not debited
	for _, r := range records(request) {
		r = append([]byte(nil), r...)
		if !change(r) {
			continue
		}
		out = append(out, r...)
		of := 2
		if r[resultAt] == '0' {
			of = 1
		}
		for _, i := range []int{0, of} {
			count[i]++
			sum[i] += amountOfRecord(r)
		}
	}
	trailer := fmt.Sprintf("8%06d%012d%06d%012d%06d%012d", count[0], sum[0], count[1], sum[1], count[2], sum[2])
	return fmt.Appendf(out, "%-*s%-*s", recordLength, trailer, recordLength, "9")
}

// asWasDone makes each record the one that tells the truth.
func (d *demand) asWasDone(r []byte) bool {
	r[resultAt] = d.truth[numberOfRecord(r)]
	return true
}

// lockAccount is what the product's members are wired with.
func lockAccount(tx *db.Tx, m id.Member) error {
	_, err := credit.Lock(tx, m)
	return err
}

// is tells whether an error is of a kind.
func is(err error, kind *fault.Kind) bool { return err != nil && fault.From(err).Kind == kind }

// unusable lets a member whose account no bank will debit again pay otherwise, as the product is wired (rule T06).
func (h *house) unusable(tx *db.Tx, m id.Member) error {
	if err := h.members.ChooseWay(tx, m, membership.ByEBarcode, "bank"); err != nil {
		return err
	}
	return h.members.RemoveAccount(tx, m)
}

// settles plans how a member pays: some by debit from the beginning, and some change their mind within the year.
func (m *member) settles() {
	w := m.w
	if w.percent(w.plan.debits) {
		w.after(w.between(0, 20*24*time.Hour), "way", m.payByDebit)
	}
	for range w.plan.wayChanges {
		if w.in(w.plan.members) == 0 {
			w.at(w.sometime(), "way", m.changeWay)
		}
	}
}

// payByDebit registers an account, in the place of one registered before, and chooses direct debit.
func (m *member) payByDebit() {
	w := m.w
	m.accounts++
	account := zengin.Account{
		Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: zengin.AccountNumber(fmt.Sprintf("%07d", 1000*m.nth+m.accounts)),
		Holder: mask.Name("ﾂｹ ﾊﾅｺ"),
	}
	w.write("way", func(tx *db.Tx) error {
		if err := lockAccount(tx, m.id); err != nil {
			return err
		}
		if err := upsertAccount(tx, m.id, account); err != nil {
			return err
		}
		if err := w.house.payouts.AccountChanged(tx, m.id); err != nil {
			return err
		}
		return w.house.members.ChooseWay(tx, m.id, membership.ByDebit, "member")
	}, func() { w.tell("%s registers a bank account and pays by debit from the next bill on.", m.name) })
}

// changeWay is a member who pays otherwise from the next bill on, and sometimes takes the account away.
func (m *member) changeWay() {
	w := m.w
	way := []string{membership.ByEBarcode, membership.ByPostcard, membership.ByDebit}[w.in(3)]
	if way == membership.ByDebit {
		m.payByDebit()
		return
	}
	remove := w.in(2) == 0
	w.write("way", func(tx *db.Tx) error {
		if err := w.house.members.ChooseWay(tx, m.id, way, "member"); err != nil || !remove {
			return err
		}
		return w.house.members.RemoveAccount(tx, m.id)
	}, func() { w.tell("%s pays by %s from the next bill on.", m.name, way) })
}

// debitDay is the day on which a month's bills are debited, and that on which they are gathered. It is asked for once.
func (h *house) debitDay(month jst.Month) (gather, debit jst.Day) {
	known, ok := h.debitDays[month]
	if !ok {
		known.gather, known.debit, _ = h.debits.DayOf(month) // beyond the calendar there is none
		h.debitDays[month] = known
	}
	return known.gather, known.debit
}

// gatherDebits gathers the run of a debit day once its day has come, as the product's worker does. It is false if that has to be
// gone on with later.
func (h *house) gatherDebits(today jst.Day) bool {
	for _, month := range []jst.Month{today.Month().Prev().Prev(), today.Month().Prev()} {
		from, day := h.debitDay(month)
		if day.IsZero() || today.Before(from) || !today.Before(day) || !h.gathered.Before(day) {
			continue
		}
		run, err := h.debits.Gather(background, day)
		if is(err, debit.TooEarly) {
			continue
		}
		if h.failed("gather", err) {
			h.retry("gather", h.midnightWork)
			return false
		}
		if !h.up {
			return false
		}
		h.gathered = day
		h.w.checkAllGathered(day)
		h.w.demand(day, run.Bills)
	}
	return true
}

// demand lets a clerk ask the bank, the first time that something is to be debited on a day.
func (w *world) demand(day jst.Day, bills int) {
	if bills == 0 || w.demandFor(day) != nil {
		return
	}
	w.tell("The service gathers %d bills to be debited on %s.", bills, day)
	d := &demand{day: day}
	w.demands = append(w.demands, d)
	w.after(w.between(time.Hour, 40*time.Hour), "ask", func() { w.ask(d) })
	for _, m := range w.members {
		if w.percent(w.plan.payAnyway) {
			most := 14 * 24 * time.Hour
			if w.in(2) == 0 { // before the bank has anything to say
				most = 3 * 24 * time.Hour
			}
			w.after(w.between(time.Hour, most), "pay", m.payAnyway)
		}
	}
}

// payAnyway is a member who pays at a till what the bank is asked for.
func (m *member) payAnyway() {
	m.insists = true
	m.pay()
	m.insists = false
}

func (w *world) demandFor(day jst.Day) *demand {
	for _, d := range w.demands {
		if d.day == day {
			return d
		}
	}
	return nil
}

// ask is a clerk who writes the request and carries it to the bank once it cannot be undone (rule X12), and tries again until then.
// Who does not know what became of a file keeps it.
func (w *world) ask(d *demand) {
	h := w.house
	if !h.up {
		w.after(time.Hour, "ask", func() { w.ask(d) })
		return
	}
	var file bytes.Buffer
	run, err := h.debits.Ask(background, d.day, &file)
	switch {
	case is(err, debit.NotGathered): // it was lost with the machine
		w.demands = slices.DeleteFunc(w.demands, func(e *demand) bool { return e == d })
		return
	case is(err, debit.NotSetUp):
		w.breaks("errors", "%v", err)
		return
	case is(err, debit.AccountsChanged):
		file = *bytes.NewBuffer(d.find(run.Request))
	case h.failed("ask", err) || !h.up:
		if file.Len() > 0 {
			d.drafts = append(d.drafts, file.Bytes())
		}
		w.after(w.between(time.Minute, time.Hour), "ask", func() { w.ask(d) })
		return
	}
	sum := sha256.Sum256(file.Bytes())
	if !bytes.Equal(sum[:], run.Request) {
		w.breaks("G17", "the bank was asked for %s with a file that nobody has", d.day)
		return
	}
	if !w.durable() {
		d.drafts = append(d.drafts, file.Bytes())
		w.after(w.between(time.Minute, time.Hour), "ask", func() { w.ask(d) })
		return
	}
	if d.request != nil {
		if !bytes.Equal(d.request, file.Bytes()) {
			w.breaks("G18", "two requests were written for %s", d.day)
		}
		return
	}
	w.sendToBank(d, file.Bytes())
}

// find is the draft with a hash, nil if there is none.
func (d *demand) find(hash []byte) []byte {
	for _, file := range append(d.drafts, d.request) {
		if sum := sha256.Sum256(file); bytes.Equal(sum[:], hash) {
			return file
		}
	}
	return nil
}

// sendToBank hands the request over. What the bank will do about each record is drawn at once; nobody knows it before the answer.
func (w *world) sendToBank(d *demand, file []byte) {
	d.request, d.drafts, d.truth = file, nil, map[string]byte{}
	for _, r := range records(file) {
		code := byte('0')
		if w.percent(w.plan.notDebited) {
			code = "1112349"[w.in(7)]
			if w.in(8) == 0 {
				code = '8'
			}
		}
		d.truth[numberOfRecord(r)] = code
	}
	w.tell("A clerk asks the bank to debit %d bills on %s.", len(d.truth), d.day)
	if w.habit(w.plan.askTwice) {
		w.after(w.between(time.Hour, 5*24*time.Hour), "ask", func() { w.ask(d) })
	}
	wait := max(d.day.Add(4).Start().Sub(w.now), 0) + w.between(0, 2*24*time.Hour)
	if w.percent(w.plan.bankLate) {
		w.faults.BadFiles++
		wait += w.between(24*time.Hour, 40*24*time.Hour)
	}
	if w.percent(w.plan.bankSilent) { // until somebody asks again
		w.faults.BadFiles++
		w.after(wait+w.between(10*24*time.Hour, 50*24*time.Hour), "bank", func() { w.bankAnswers(d) })
		return
	}
	w.after(wait, "bank", func() { w.bankAnswers(d) })
}

// bankAnswers lets the bank send its result, after others that it should not have sent.
func (w *world) bankAnswers(d *demand) {
	d.answer = result(d.request, d.asWasDone)
	var wait time.Duration
	for _, bad := range w.badAnswers(d) {
		w.faults.BadFiles++
		w.after(wait, "result", func() { w.takeBadAnswer(d, bad) })
		wait += w.between(time.Hour, 4*24*time.Hour)
	}
	w.after(wait, "result", func() { w.takeAnswer(d) })
	if w.percent(w.plan.bankTwice) {
		w.faults.BadFiles++
		w.after(wait+w.between(time.Minute, 20*24*time.Hour), "result", func() { w.takeAnswer(d) })
	}
}

// badAnswers are results that must be refused as a whole.
func (w *world) badAnswers(d *demand) [][]byte {
	var all [][]byte
	n := len(d.truth)
	if n == 0 {
		return nil
	}
	if w.percent(w.plan.bankOther) {
		for _, e := range w.demands {
			if e != d && e.answer != nil {
				all = append(all, e.answer)
				break
			}
		}
	}
	nth, i := w.in(n), 0
	if w.percent(w.plan.bankShort) {
		all = append(all, result(d.request, func(r []byte) bool { i++; return d.asWasDone(r) && i-1 != nth }))
	}
	if i = 0; w.percent(w.plan.bankChanged) {
		all = append(all, result(d.request, func(r []byte) bool {
			if i == nth {
				copy(r[amountFrom:amountTo], fmt.Sprintf("%010d", amountOfRecord(r)+1))
			}
			i++
			return d.asWasDone(r)
		}))
	}
	if w.percent(w.plan.bankCut) {
		all = append(all, d.answer[:recordLength*(1+w.in(n+1))])
	}
	return all
}

// takeBadAnswer wants an answer that does not fit to be refused, and nothing to be done about any part of it.
func (w *world) takeBadAnswer(d *demand, file []byte) {
	h := w.house
	if !h.up {
		w.after(time.Hour, "result", func() { w.takeBadAnswer(d, file) })
		return
	}
	before := w.sizes()
	_, err := h.debits.Answer(background, d.day, bytes.NewReader(d.request), bytes.NewReader(file))
	if h.store.dead {
		h.died()
		return
	}
	w.tell("The bank sends a result for %s that does not fit: %v", d.day, err)
	if err == nil || w.sizes() != before {
		w.breaks("G13", "a result for %s that does not fit its request was not refused as a whole: %v", d.day, err)
	}
}

// sizes tell whether something was written: each booking has its facts.
func (w *world) sizes() [3]int {
	if w.memory == nil {
		return [3]int{}
	}
	t := w.memory.Tables
	return [3]int{t.Events.Len(), t.Lines.Len(), t.Receipts.Len()}
}

// takeAnswer takes the bank's right answer, until somebody was told that it is taken. Once it is, another one is refused.
func (w *world) takeAnswer(d *demand) {
	h := w.house
	if !h.up {
		w.after(time.Hour, "result", func() { w.takeAnswer(d) })
		return
	}
	before, was := w.sizes(), w.answering(d)
	report, err := h.debits.Answer(background, d.day, bytes.NewReader(d.request), bytes.NewReader(d.answer))
	w.checkAnswered(d, was)
	if h.failed("result", err) || !h.up {
		w.after(w.between(time.Minute, time.Hour), "result", func() { w.takeAnswer(d) })
		return
	}
	w.tell("The bank's result for %s is taken: %d debited, %d not.", d.day, report.Totals.DoneCount, report.Totals.FailedCount)
	if d.taken && (!report.Repeated || w.sizes() != before) {
		w.breaks("G18", "the result for %s was taken twice", d.day)
	}
	first := !d.taken
	d.taken = true
	if left := w.answering(d); len(left) > 0 {
		w.breaks("G17", "the result for %s is taken to its end, and %d bills still wait for it", d.day, len(left))
	}
	if first && len(d.truth) > 0 && w.percent(w.plan.bankOther) {
		w.after(w.between(time.Hour, 9*24*time.Hour), "result", func() { w.takeBadAnswer(d, result(d.request, d.otherwise)) })
	}
	if first {
		w.afterRefusals(d)
	}
}

// otherwise makes each record tell the opposite of the truth.
func (d *demand) otherwise(r []byte) bool {
	r[resultAt] = '0'
	if d.truth[numberOfRecord(r)] == '0' {
		r[resultAt] = '1'
	}
	return true
}

// afterRefusals lets members who learn that nothing was debited pay at a till, and some register an account again.
func (w *world) afterRefusals(d *demand) {
	refused := false
	for _, code := range d.truth {
		refused = refused || code != '0'
	}
	if !refused {
		return
	}
	for _, m := range w.members {
		m.look()
		if w.in(3) == 0 {
			w.after(w.between(24*time.Hour, 60*24*time.Hour), "way", m.payByDebit)
		}
	}
}

// healBank lets somebody ask the bank again for each result that is missing.
func (w *world) healBank() {
	for _, d := range w.demands {
		if d.request != nil && !d.taken {
			w.after(max(d.day.Add(4).Start().Sub(w.now), 0)+w.between(time.Hour, 3*24*time.Hour), "bank", func() { w.bankAnswers(d) })
		}
	}
}
