package sim

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// agent is the collection agent: it hears from the tills and writes files.
type agent struct {
	w      *world
	till   []*till        // every payment at a till, in truth
	ready  []line         // what goes into the next file
	files  []billing.File // sent, and not known to be imported
	number int
	away   time.Time // it sends nothing before this
}

// till is one payment at one till, as it really happened.
type till struct {
	store     string // no two payments have the same
	member    *member
	bill      id.Statement // that the barcode was shown for
	amount    money.Yen
	day       jst.Day
	told      map[billing.LineKind]bool // what has been imported of it
	confirmed bool                      // how it ends: the money comes, or it is taken back
}

// line is a line of a file, with the payment it is about.
type line struct {
	billing.Line

	till *till
}

// billed is when members look at their new bills and decide when to pay them.
func (w *world) billed() {
	for _, m := range w.members {
		m.look()
	}
}

// look makes a member pay what is open: on time or late, once or twice.
func (m *member) look() {
	w := m.w
	if w.now.Before(m.pays) {
		return // whoever cannot pay for months does not look at what comes meanwhile
	}
	wait := w.between(time.Hour, 9*24*time.Hour)
	if w.percent(w.plan.payLate) {
		wait = w.between(8*24*time.Hour, 50*24*time.Hour)
	}
	if m.tardy || w.percent(w.plan.payMonths) {
		wait = w.between(20*24*time.Hour, 160*24*time.Hour)
		m.pays = w.now.Add(wait)
	}
	if w.percent(w.plan.promises) {
		w.after(w.between(5*24*time.Hour, 60*24*time.Hour), "promise", m.promise)
	}
	if w.percent(w.plan.inParts) {
		w.after(w.between(10*24*time.Hour, 60*24*time.Hour), "plan", m.agree)
	}
	w.after(wait, "pay", m.pay)
	if w.percent(w.plan.payTwice) {
		w.after(wait+w.between(time.Minute, 3*24*time.Hour), "pay", m.pay)
	}
}

// pay takes the barcodes of the open bills to a till.
func (m *member) pay() {
	w := m.w
	if w.ways.percent(w.ways.plan.transfers) && !m.insists {
		m.transfer()
		return
	}
	if w.healed || !w.percent(w.plan.payNever) {
		w.house.showSlips(m, func(slip billing.Slip) { w.agent.scan(m, slip) })
	}
}

// showSlips hands out the barcodes of a member's open bills. A bill that is being confirmed shows none, but somebody who
// has kept an old one can pay it again; and some pay with the one that they saw first, although the bill shows another now.
func (h *house) showSlips(m *member, pay func(billing.Slip)) {
	if !h.up {
		h.w.after(time.Hour, "pay", m.pay)
		return
	}
	var slips []billing.Slip
	err := h.db.Read(background, func(tx *db.Tx) error {
		slips = slips[:0]
		all, err := billing.Statements(tx, m.id)
		if err != nil {
			return err
		}
		for _, st := range all {
			if st.State != billing.Issued || m.leaves(st) {
				continue
			}
			slip, err := h.billing.SlipFor(tx, m.id, st.ID)
			if err == nil {
				slips = append(slips, slip)
			}
		}
		return nil
	})
	if err != nil {
		h.foreseen("bills", err)
		return
	}
	seen := slices.Clone(slips)
	if len(slips) > 1 && !h.w.healed && h.w.percent(h.w.plan.payMonths) { // who has not the money for all pays one of them
		slips = []billing.Slip{slips[h.w.in(len(slips))]}
	}
	for _, s := range slips {
		if h.w.percent(h.w.plan.payShown) {
			fresh := h.reissue(m, s)
			if !h.up {
				return
			}
			if fresh.ID != s.ID {
				seen = append(seen, fresh)
				m.payOld(s, pay)
			}
			s = fresh
		}
		pay(s)
	}
	for _, s := range m.kept {
		if h.w.percent(h.w.plan.payTwice) {
			pay(s)
		}
	}
	if len(m.kept) > 0 {
		m.payOld(m.kept[h.w.in(len(m.kept))], pay)
	}
	m.kept = seen
}

// leaves tells whether a member leaves a bill to the bank.
func (m *member) leaves(st billing.Statement) bool {
	return !m.insists && (st.Awaited || st.Way == billing.Debit && !st.PastDue || m.guest != nil && m.guest.doubts[st.ID])
}

// payOld is a member who pays with a barcode that is no longer shown, a while after the others.
func (m *member) payOld(s billing.Slip, pay func(billing.Slip)) {
	if m.w.percent(m.w.plan.payOld) {
		m.w.after(m.w.between(time.Minute, 20*24*time.Hour), "pay", func() { pay(s) })
	}
}

// reissue answers the barcode that a bill shows now, or the one that is known if something goes wrong.
func (h *house) reissue(m *member, known billing.Slip) billing.Slip {
	fresh := known
	err := h.db.Write(background, func(tx *db.Tx) (err error) {
		fresh, err = h.billing.Reissue(tx, m.id, known.Statement)
		return err
	})
	if h.failed("barcode", err) || !h.up {
		return known
	}
	if fresh.ID != known.ID {
		h.w.tell("%s is shown another barcode, over %s yen and no longer %s.", m.name, fresh.Amount, known.Amount)
	}
	h.w.checkShownNumber(fresh)
	return fresh
}

// promise is a member who names the day on which what is past due will be paid, and mostly keeps it.
func (m *member) promise() {
	w, h := m.w, m.w.house
	if !h.up {
		return
	}
	day := jst.DayOf(w.now).Add(w.in(33))
	var told collection.Promise
	err := h.db.Write(background, func(tx *db.Tx) (err error) {
		told, err = h.collection.Promise(tx, m.id, day)
		return err
	})
	if h.failed("promise", err) || !h.up {
		return
	}
	found := false
	err = h.db.Read(background, func(tx *db.Tx) (err error) {
		_, found, err = collection.FindPromise(tx, m.id)
		return err
	})
	if err == nil && !found {
		w.breaks("G15", "%s was told of a promise that nobody finds", m.name)
	}
	w.tell("%s promises to pay %s yen on %s.", m.name, told.Amount, told.Day)
	w.checkPromise(told)
	w.after(time.Duration(w.in(34))*24*time.Hour, "pay", m.pay)
}

// scan is a till that takes money.
func (a *agent) scan(m *member, slip billing.Slip) {
	w := a.w
	if slip.Lapsed(jst.DayOf(w.now)) {
		return
	}
	if !w.ways.serves(slip) {
		m.comesBack(slip)
		return
	}
	a.number++
	t := &till{store: strconv.Itoa(100_000 + a.number), member: m, bill: slip.Statement, amount: slip.Amount, day: jst.DayOf(w.now), told: map[billing.LineKind]bool{}}
	t.confirmed = !w.percent(w.plan.takenBack) && (!m.insists || !w.percent(w.plan.regrets))
	a.till = append(a.till, t)
	l := line{till: t, Line: billing.Line{
		Day: jst.DayOf(w.now), Time: w.now.Add(9 * time.Hour).Format("1504"), Digits: slip.Digits, Amount: slip.Amount,
		Chain: "010", Store: t.store,
	}}
	if w.percent(w.plan.wrongMoney) {
		w.faults.BadFiles++
		t.amount++
		l.Amount++
	}
	if w.percent(w.plan.wrongDigits) { // a digit that the scanner misread
		w.faults.BadFiles++
		l.Digits = misread(l.Digits, w.in(len(l.Digits)))
	}
	w.tell("%s pays %s yen at a store's till.", m.name, l.Amount)
	tell := func(kind billing.LineKind, wait time.Duration) {
		told := l
		told.Kind = kind
		w.after(wait, "till", func() { a.ready = append(a.ready, told) })
	}
	first, final := 12*time.Hour, 5*24*time.Hour
	if w.percent(w.plan.tellLate) { // so late that the bill was charged for the days since
		w.faults.BadFiles++
		final = 45 * 24 * time.Hour
		if w.in(2) == 0 {
			first = 25 * 24 * time.Hour
		}
	}
	if w.in(4) > 0 {
		tell([]billing.LineKind{billing.LinePrompt, billing.LineRealTime}[w.in(2)], w.between(0, first))
	}
	last := billing.LineConfirmed
	if !t.confirmed {
		last = billing.LineCancelled
	}
	wait := w.between(0, final)
	tell(last, wait)
	if last == billing.LineConfirmed && w.percent(w.plan.cancelLate) { // it takes back what was final: nothing comes of it but a question
		w.faults.BadFiles++
		w.after(wait+w.between(24*time.Hour, 15*24*time.Hour), "till", func() {
			told := l
			told.Kind = billing.LineCancelled
			a.ready = append(a.ready, told)
		})
	}
}

// misread is a barcode of which one digit is another.
func misread(digits string, at int) string {
	b := []byte(digits)
	b[at] = '0' + (b[at]-'0'+1)%10
	return string(b)
}

// day is the agent's night shift: what is ready goes into a file, and what was not taken is sent again.
func (a *agent) day() {
	w := a.w
	w.after(24*time.Hour, "agent", a.day)
	if w.now.Before(a.away) {
		return
	}
	if w.percent(w.plan.agentAway) { // nothing for days, and then all at once
		w.faults.BadFiles++
		a.away = w.now.Add(w.between(2*24*time.Hour, 20*24*time.Hour))
	}
	if len(a.ready) > 0 && !w.percent(w.plan.fileLate) {
		a.pack()
	}
	files := a.files
	a.files = nil
	for _, f := range files {
		w.house.takeFile(f, func() { a.files = append(a.files, f) })
		if w.percent(w.plan.fileDouble) {
			w.faults.BadFiles++
			w.after(w.between(time.Hour, 5*24*time.Hour), "file", func() { w.house.takeFile(f, func() {}) })
		}
	}
}

// pack writes a file, as badly as the town's agent does.
func (a *agent) pack() {
	w := a.w
	lines := a.ready
	a.ready = nil
	if w.percent(w.plan.partial) && len(lines) > 1 {
		w.faults.BadFiles++
		n := 1 + w.in(len(lines)-1)
		a.ready = append(a.ready, lines[n:]...)
		lines = lines[:n]
	}
	if w.percent(w.plan.shuffled) {
		w.rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	}
	f := billing.File{Agent: "agent"}
	hash := sha256.New()
	add := func(l line) {
		l.Number = len(f.Lines) + 1
		f.Lines = append(f.Lines, l.Line)
		fmt.Fprint(hash, l.Number, l.Kind, l.Day, l.Time, l.Digits, l.Amount, l.Store, "\n")
	}
	whole := len(lines)
	if w.percent(w.plan.cutFiles) && whole > 1 { // the file breaks off, and comes as a whole the next day
		w.faults.BadFiles++
		a.ready = append(a.ready, lines...)
		whole = 1 + w.in(whole-1)
	}
	recall := w.percent(w.plan.recalls)
	for _, l := range lines[:whole] {
		add(l)
		if recall && l.Kind != billing.LineConfirmed && l.Kind != billing.LineCancelled { // the file is taken back the next day
			w.faults.BadFiles++
			back := l
			back.Kind = billing.LineCancelled
			a.ready = append(a.ready, back)
		}
		if w.percent(w.plan.lineDouble) {
			w.faults.BadFiles++
			if w.in(2) == 0 {
				add(l)
			} else {
				a.ready = append(a.ready, l)
			}
		}
	}
	fmt.Fprint(hash, w.now.UnixMicro())
	f.Hash = hash.Sum(nil)
	a.files = append(a.files, f)
	w.tell("The agent sends a file of %d lines.", len(f.Lines))
}

func (a *agent) find(store string) *till {
	n, err := strconv.Atoi(store)
	if err != nil || n-100_001 < 0 || n-100_001 >= len(a.till) {
		return nil
	}
	return a.till[n-100_001]
}

// lastWord is how long after the faults have stopped the agent has taken back all that it will.
const lastWord = 55 * 24 * time.Hour

// heal lets the agent send everything within days.
func (a *agent) heal() {
	a.away = time.Time{}
	for _, m := range a.w.members {
		a.w.after(time.Hour, "pay", m.pay)
		for d := 6 * 24 * time.Hour; d < lastWord; d += 6 * 24 * time.Hour {
			if len(a.w.rows().Plans.Rows()) > 0 { // one part after the other
				a.w.after(d, "pay", m.pay)
			}
		}
		a.w.after(lastWord, "pay", m.pay) // what was taken back meanwhile
	}
}

// takeFile imports a file, line by line. If it does not come to its end, the file is given back.
func (h *house) takeFile(f billing.File, again func()) {
	if !h.up {
		again()
		return
	}
	var report billing.Report
	err := h.db.Write(background, func(tx *db.Tx) (err error) {
		report, err = billing.OpenFile(tx, f)
		return err
	})
	if h.failed("file", err) || !h.up {
		again()
		return
	}
	if report.Repeated {
		if !h.w.durable() {
			again()
			return
		}
		h.w.tell("A file comes once more.")
		return
	}
	if !h.takeLines(f, report.File) {
		again()
	}
}

func (h *house) takeLines(f billing.File, file id.ReceiptFile) bool {
	outcomes := make([]billing.Outcome, len(f.Lines))
	for i, l := range f.Lines {
		err := h.db.Write(background, func(tx *db.Tx) (err error) {
			outcomes[i], err = h.billing.TakeLine(tx, file, l)
			return err
		})
		if h.failed("line", err) || !h.up {
			return false
		}
		h.w.tell("  line %d (%s, %s yen): %s %s", l.Number, l.Kind, l.Amount, outcomes[i].Result, outcomes[i].Reason)
		if t := h.w.agent.find(l.Store); t != nil {
			t.told[l.Kind] = true
		}
	}
	err := h.db.Write(background, func(tx *db.Tx) error { return billing.FinishFile(tx, file, outcomes) })
	return !h.failed("file", err) && h.up
}
