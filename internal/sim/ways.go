package sim

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/gateway/transferfile"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/run"
	"tsuke/internal/sim/memory"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// ways is what the town does beside tills and debits: transfers to the service's account, receipt numbers, and money that goes
// back by bank. What it leaves to chance is drawn apart from everything else, so that towns without it are what they were.
type ways struct {
	rng  *rand.Rand
	plan waysPlan

	account  []*deposit // what came into the service's account, in truth, as it came
	taken    jst.Day    // up to which the bank's statements were taken
	names    int        // accounts that people have named
	drafts   map[string]draft
	remits   map[int]*remit      // files of transfers that the bank has, by number
	byHand   map[memory.ID]bool  // returns that a clerk has sent without a file
	untold   map[int]numbersFile // files of receipt numbers that may be written and are not handed over
	registry map[string]bool     // what the agent knows of each number, by its digits: true from its beginning to its end
}

// draft is a file as it was written first, and what the machine had lost by then: nothing stands after that.
type draft struct {
	text   []byte
	losses int
}

// waysPlan is how often it happens, in 100 unless something else is said.
type waysPlan struct {
	transfers, wrongText, wrongSum, twice, strangers, cut, again   int
	numbers                                                        int  // members who pay by receipt number
	payouts                                                        bool // money goes back by files, and not only by hand
	wantBack, byHand, refusedBefore, refusedAfter, released, early int
	fee                                                            int64 // yen that a transfer of money in suspense costs its payer
}

func newWays(seed uint64) *ways {
	r := rand.New(rand.NewPCG(seed, 0x77617973)) //nolint:gosec // the same seed must be the same year
	x := &ways{rng: r, drafts: map[string]draft{}, remits: map[int]*remit{}, byHand: map[memory.ID]bool{}, registry: map[string]bool{}, untold: map[int]numbersFile{}}
	x.plan = waysPlan{
		transfers: draw(r, 90), wrongText: draw(r, 70), wrongSum: draw(r, 40), twice: draw(r, 40), strangers: draw(r, 60), cut: draw(r, 60),
		again: draw(r, 50), numbers: draw(r, 80), payouts: r.IntN(4) > 0, wantBack: draw(r, 100), byHand: draw(r, 40),
		refusedBefore: draw(r, 50), refusedAfter: draw(r, 70), released: draw(r, 20), early: draw(r, 40),
	}
	if r.IntN(2) == 0 {
		x.plan.fee = 330
	}
	return x
}

// quiet is the town after the faults have stopped: people still get back what was decided.
func (p waysPlan) quiet() waysPlan { return waysPlan{payouts: p.payouts, fee: p.fee} }

func (x *ways) in(n int) int { return x.rng.IntN(n) }

func (x *ways) percent(n int) bool { return n > 0 && x.rng.IntN(100) < n }

func (x *ways) between(least, most time.Duration) time.Duration {
	return least + time.Duration(x.rng.Int64N(int64((most-least)/time.Microsecond)+1))*time.Microsecond
}

// bareKeys hold data keys as they are: that keys are kept apart from what they open is not simulated.
type bareKeys struct{ vault.KeySource }

// Wrap puts the key before what it is bound to.
func (bareKeys) Wrap(_ context.Context, key, bound []byte) ([]byte, error) {
	return append(append([]byte{}, key...), bound...), nil
}

// Unwrap gives the key back if it is bound to the same.
func (bareKeys) Unwrap(_ context.Context, wrapped, bound []byte) ([]byte, error) {
	key, ok := bytes.CutSuffix(wrapped, bound)
	if !ok {
		return nil, vault.ErrSealed
	}
	return key, nil
}

// enterWays wires what the other ways need, and lets it begin.
func (w *world) enterWays() {
	x, h := w.ways, w.house
	from := jst.DayOf(w.now).Add(2)
	set := func(name, value string) {
		h.before("a term", func(tx *db.Tx) error {
			return h.book.Set(tx, term.Change{Name: name, From: from, Value: value, By: "operator"})
		})
	}
	if x.plan.payouts {
		set(payout.Consignor.Name(), "1234567890")
		set(payout.ConsignorName.Name(), "ﾂｹ")
		set(payout.BankCode.Name(), "0001")
		set(payout.BranchCode.Name(), "001")
		set(payout.AccountNumber.Name(), "7654321")
		if x.plan.fee > 0 {
			set(payout.Fee.Name(), fmt.Sprint(x.plan.fee))
		}
		w.after(x.between(20*24*time.Hour, 40*24*time.Hour), "payday", w.payday)
	}
	if err := h.book.Reload(background, h.db); err != nil {
		w.breaks("errors", "the terms could not be read: %v", err)
	}
	for _, m := range w.members {
		if x.percent(x.plan.numbers) {
			w.after(x.between(3*24*time.Hour, 90*24*time.Hour), "way", m.payByNumber)
		}
		if x.plan.wantBack > 0 {
			w.after(x.between(30*24*time.Hour, 50*24*time.Hour), "choice", m.wantBack)
		}
	}
	x.taken = jst.DayOf(w.now)
	if x.plan.transfers > 0 || x.plan.strangers > 0 {
		w.after(x.between(24*time.Hour, 5*24*time.Hour), "statement", w.statement)
	}
	if x.plan.strangers > 0 {
		w.after(x.between(10*24*time.Hour, 60*24*time.Hour), "deposit", w.stranger)
	}
	if x.plan.numbers > 0 {
		w.after(x.between(time.Hour, 24*time.Hour), "numbers", w.tellNumbers)
	}
}

// healWays stops what is odd.
func (w *world) healWays() { w.ways.plan = w.ways.plan.quiet() }

// attempt does something, and again until it is done or refused for a reason, which it is told.
func (w *world) attempt(what string, verb func(*db.Tx) error, done func(refused error)) {
	w.attemptMany(what, func() error { return w.house.db.Write(background, verb) }, done)
}

// attemptMany is attempt for what takes several transactions.
func (w *world) attemptMany(what string, verb func() error, done func(refused error)) {
	h := w.house
	if h.up {
		err := verb()
		if err != nil && !h.store.dead && answered(err) {
			done(err)
			return
		}
		if !h.failed(what, err) && h.up {
			done(nil)
			return
		}
	}
	w.after(w.ways.between(time.Minute, time.Hour), what, func() { w.attemptMany(what, verb, done) })
}

// deposit is money that came into the service's account.
type deposit struct {
	day    jst.Day
	amount money.Yen
	payer  string
	text   string
	meant  id.Statement // what it was to pay; zero for money of strangers
	pays   id.Statement // the bill whose reference, and no other's, is in its words; zero if there is none such
}

// transfer is a member who pays open bills by bank transfer, some of them with words or a sum that are not right.
func (m *member) transfer() {
	w, h := m.w, m.w.house
	if !h.up {
		w.after(time.Hour, "pay", m.pay)
		return
	}
	var bills []billing.Statement
	err := h.db.Read(background, func(tx *db.Tx) (err error) {
		bills, err = billing.Statements(tx, m.id)
		return err
	})
	if err != nil {
		h.foreseen("bills", err)
		return
	}
	for _, st := range bills {
		if st.State == billing.Issued && !m.leaves(st) && st.Owed() > 0 && (!st.WrittenOff || w.ways.in(2) == 0) {
			m.deposit(st)
		}
	}
}

// kanaNames are the names of members and guests as banks write them.
var kanaNames = []string{"タナカ ハナコ", "サトウ タロウ", "スズキ ユキ", "タカハシ ケン", "イトウ ミカ", "ワタナベ ゴロウ"}

// deposit makes one transfer for a bill.
func (m *member) deposit(st billing.Statement) {
	w, x := m.w, m.w.ways
	d := &deposit{amount: st.Owed(), payer: kanaNames[m.nth%len(kanaNames)], meant: st.ID, pays: st.ID}
	if x.in(10) == 0 { // somebody else's account
		d.payer = "カ)ヤマダ"
	}
	words := written(x, st.Reference())
	if x.percent(x.plan.wrongText) {
		w.faults.BadFiles++
		d.pays = id.Statement{}
		switch x.in(4) {
		case 0:
			words = ""
		case 1:
			words = misspelt(x, st.Reference().String())
		case 2: // of a bill that nobody has
			words = id.ReferenceOf(id.In[id.StatementKind](moment{w}, st.ID.Bucket())).String()
		case 3:
			bills := w.bills()
			if other := id.Statement(bills[x.in(len(bills))].ID); other != st.ID {
				words += " " + id.ReferenceOf(other).String()
			} else {
				words = ""
			}
		}
	}
	if x.percent(x.plan.wrongSum) {
		w.faults.BadFiles++
		if x.in(2) == 0 {
			d.amount = max(1, d.amount-money.Yen(1+x.in(500)))
		} else {
			d.amount += money.Yen(1 + x.in(3000))
		}
	}
	if x.in(4) == 0 {
		d.text = strings.TrimSpace("振込 " + words)
	} else {
		d.payer = strings.TrimSpace(words + " " + d.payer)
	}
	w.deposited(d)
	if x.percent(x.plan.twice) {
		again := *d
		wait := x.between(0, 6*24*time.Hour)
		if x.in(2) == 0 {
			wait = x.between(0, time.Hour) // two lines that are alike
		}
		w.after(wait, "deposit", func() { w.deposited(&again) })
	}
}

// deposited is money that comes into the account.
func (w *world) deposited(d *deposit) {
	d.day = jst.DayOf(w.now)
	w.ways.account = append(w.ways.account, d)
	w.tell("%s yen come into the service's account: %s %s.", d.amount, d.payer, d.text)
}

// stranger is money that no bill explains.
func (w *world) stranger() {
	x := w.ways
	if w.healed {
		return
	}
	w.after(x.between(20*24*time.Hour, 120*24*time.Hour), "deposit", w.stranger)
	if !x.percent(x.plan.strangers) {
		return
	}
	w.faults.BadFiles++
	d := &deposit{amount: money.Yen(1 + x.in(9000)), payer: "カ)ヤマダ"}
	if x.in(3) == 0 {
		d.payer, d.text = "", "利息"
	}
	w.deposited(d)
}

// written is a reference as people and banks write it.
func written(x *ways, r id.Reference) string {
	s := r.String()
	switch x.in(4) {
	case 0:
		return strings.ReplaceAll(s, "-", "")
	case 1:
		return strings.ReplaceAll(s, "-", " ")
	case 2:
		return strings.ToLower(s)
	}
	return s
}

// misspelt is a reference with one letter that is another; its check letter does not fit.
func misspelt(x *ways, s string) string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	b := []byte(s)
	at := x.in(len(b) - 1)
	if b[at] == '-' {
		at++
	}
	b[at] = letters[(strings.IndexByte(letters, b[at])+1+x.in(len(letters)-1))%len(letters)]
	return string(b)
}

// ourAccount is how the bank names the account.
const ourAccount = "0001-001-1-7654321"

// statement is a clerk who takes the bank's statement of the account: of the days since the last one and some before, today as far as it
// has come.
func (w *world) statement() {
	x := w.ways
	w.after(x.between(12*time.Hour, 8*24*time.Hour), "statement", w.statement)
	today := jst.DayOf(w.now)
	lines := x.lines(x.taken.Add(-x.in(6)), today)
	if len(lines) == 0 || !w.house.up {
		return
	}
	if x.percent(x.plan.cut) {
		w.takeCut(x.lines(x.taken.Add(-90), today))
	}
	w.takeStatement(lines, today)
}

// lines are what came in on some days.
func (x *ways) lines(from, to jst.Day) []*deposit {
	var all []*deposit
	for _, d := range x.account {
		if !d.day.Before(from) && !d.day.After(to) {
			all = append(all, d)
		}
	}
	return all
}

// statementOf is the bank's file, read.
func (w *world) statementOf(lines []*deposit) billing.TransferFile {
	var all []transferfile.Line
	for _, d := range lines {
		all = append(all, transferfile.Line{Day: d.day, Amount: d.amount, Payer: mask.Name(d.payer), Text: mask.Name(d.text)})
	}
	var text bytes.Buffer
	m := transferfile.Deposits(ourAccount)
	if err := transferfile.Write(&text, m, transferfile.UTF8, all); err != nil {
		w.breaks("errors", "a bank's statement: %v", err)
	}
	file, err := transferfile.Read(&text, m)
	if err != nil || len(file.Bad) > 0 || len(file.Lines) != len(lines) {
		w.breaks("errors", "a bank's statement of %d lines is read as %d, %d bad: %v", len(lines), len(file.Lines), len(file.Bad), err)
	}
	f := billing.TransferFile{Hash: file.Hash[:], Account: ourAccount}
	for _, l := range file.Lines {
		f.Lines = append(f.Lines, billing.Transfer{Number: l.Number, Key: l.Key(), Day: l.Day, Amount: l.Amount, Payer: l.Payer, Text: l.Text})
	}
	return f
}

// takeStatement takes a file until somebody was told that it is taken, and sometimes once more.
func (w *world) takeStatement(lines []*deposit, upTo jst.Day) {
	f, h := w.statementOf(lines), w.house
	take := func() (err error) {
		_, err = h.billing.TakeTransfers(background, h.db, f)
		return err
	}
	w.attemptMany("transfers", take, func(refused error) {
		switch {
		case is(refused, billing.TransferLineWrong) && jst.DayOf(h.Now()).Before(upTo): // the service's clock is behind: tomorrow
			return
		case is(refused, billing.TransferLacking) && w.missed(f.Lines): // a later file was taken meanwhile
			return
		case refused != nil:
			w.breaks("G13", "a bank's statement that is whole was refused: %v", refused)
			return
		}
		w.tell("A bank's statement of %d lines is taken.", len(lines))
		if w.durable() && w.ways.taken.Before(upTo) {
			w.ways.taken = upTo
		}
		if w.ways.percent(w.ways.plan.again) && h.up {
			before := w.sizes()
			report, err := h.billing.TakeTransfers(background, h.db, f)
			switch {
			case h.store.dead:
				h.died()
			case w.sizes() != before || err == nil && !report.Repeated:
				w.breaks("G13", "a bank's statement that was taken did something when it came again: %v", err)
			}
		}
	})
}

// missed tells whether the day of some line had more lines by the time a file was taken at last.
func (w *world) missed(lines []billing.Transfer) bool {
	var last jst.Day
	for _, l := range lines {
		if l.Day.After(last) {
			last = l.Day
		}
	}
	n := 0
	for _, d := range w.ways.account {
		if d.day == last {
			n++
		}
	}
	for _, l := range lines {
		if l.Day == last {
			n--
		}
	}
	return n > 0
}

// durable tells whether what was read just now can no longer be lost.
func (w *world) durable() bool {
	err := run.Durable(background, w.house.db)
	return !w.house.failed("durable", err) && w.house.up
}

// takeCut wants a file that lacks a line which is known of its days to be refused as a whole.
func (w *world) takeCut(lines []*deposit) {
	x, h := w.ways, w.house
	nth := x.in(len(lines))
	lost := lines[nth]
	rest := append(append([]*deposit{}, lines[:nth]...), lines[nth+1:]...)
	var spans bool
	if len(rest) > 0 {
		spans = !rest[0].day.After(lost.day) && !rest[len(rest)-1].day.Before(lost.day)
	}
	if !spans || !lost.day.Before(x.taken) {
		return
	}
	w.faults.BadFiles++
	f, before := w.statementOf(rest), w.sizes()
	report, err := h.billing.TakeTransfers(background, h.db, f)
	switch {
	case h.store.dead:
		h.died()
	case is(err, billing.TransferLacking) && len(report.Lacking) > 0 && w.sizes() == before:
		w.tell("A bank's statement that lacks a line is refused.")
	case err != nil && !answered(err), is(err, billing.TransferLineWrong): // it was never looked at, or by a clock that is behind
	default:
		w.breaks("G13", "a bank's statement lacks %s yen of %s, which were taken, and was not refused as a whole: %v", lost.amount, lost.day, err)
	}
}

// meantBy is what money that waits was to pay; false for what nobody of the town has sent.
func (w *world) meantBy(it billing.Waiting) (id.Statement, bool) {
	for _, d := range w.ways.account {
		if d.day == it.PaidDay && d.amount == it.Amount && d.pays.IsZero() && !d.meant.IsZero() {
			return d.meant, true
		}
	}
	return id.Statement{}, false
}

// lookWhoPaid is a clerk who looks at who made a transfer: it is what the bank wrote.
func (w *world) lookWhoPaid(it billing.Waiting) {
	var p billing.Payer
	w.attempt("payer", func(tx *db.Tx) (err error) {
		p, err = w.house.billing.ShowPayer(tx, it.Receipt, clerk)
		return err
	}, func(refused error) {
		if refused != nil {
			return // it was matched or sent back meanwhile
		}
		for _, d := range w.ways.account {
			if d.day == it.PaidDay && d.amount == it.Amount && alike(d.payer, p.Name.Reveal()) {
				return
			}
		}
		w.breaks("G13", "%s yen of %s are said to be of somebody who sent none", it.Amount, it.PaidDay)
	})
}

// alike compares two names but for their width and case.
func alike(a, b string) bool {
	plain := func(s string) string {
		var out strings.Builder
		for _, r := range strings.ToUpper(s) {
			switch {
			case 0xff01 <= r && r <= 0xff5e:
				out.WriteRune(r - 0xfee0)
			case !strings.ContainsRune(" \u3000-ー－‐−", r):
				out.WriteRune(r)
			}
		}
		return out.String()
	}
	return plain(a) == plain(b)
}

// sameFile wants a file that is written again to have the bytes of before.
func (w *world) sameFile(name string, text []byte) {
	x := w.ways
	known, written := x.drafts[name]
	if written && known.losses == w.house.losses && !bytes.Equal(known.text, text) {
		w.breaks("G18", "the file %s was written twice, and not alike", name)
	}
	x.drafts[name] = draft{append([]byte{}, text...), w.house.losses}
}

// answered tells whether an error is the product's own word, and not one after which nothing is known, or that what is known
// can still be undone.
func answered(err error) bool {
	return err != nil && !is(err, fault.Unclassified) && !is(err, run.NotDurable)
}
