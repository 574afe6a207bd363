package sim

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/payout"
	"tsuke/internal/sim/memory"
	"tsuke/internal/vault"
	"tsuke/internal/zengin"
)

// remit is a file of transfers that the bank has, and what the bank does about it.
type remit struct {
	number  int
	day     jst.Day
	hash    []byte
	wires   []*wire
	refused bool // as a whole
	taken   bool // somebody was told that it is entered as made
}

// wire is one transfer of a file, as it really happens.
type wire struct {
	key     string
	amount  int64
	bucket  int64
	receipt memory.ID // what is returned with it
	fate    wireFate
	made    bool // the money left our account
	back    bool // and came back
	told    bool // that it was refused was entered
}

type wireFate int

const (
	arrives wireFate = iota
	refusedBefore
	refusedAfter
)

// wireWays wires what sends money back and knows who made transfers, as the product does.
func (h *house) wireWays() {
	h.billing.Vault = vault.New(bareKeys{})
	h.payouts = &payout.Payouts{DB: h.db, Terms: h.book, Vault: h.billing.Vault, Account: findAccount}
	h.billing.Sending = payout.Sending
	h.billing.HasAccount = func(tx *db.Tx, m id.Member) (bool, error) {
		_, found, err := findAccount(tx, m)
		return found, err
	}
}

func findAccount(tx *db.Tx, m id.Member) (zengin.Account, bool, error) {
	all, err := selectAccounts(tx, []id.Member{m})
	a, found := all[m]
	return a, found, err
}

// named is an account that nobody has named before.
func (x *ways) named() zengin.Account {
	x.names++
	return zengin.Account{
		Bank: "0005", BankName: "ﾐﾂﾋﾞｼ", Branch: "001", BranchName: "ﾎﾝﾃﾝ", Type: zengin.Ordinary,
		Number: zengin.AccountNumber(fmt.Sprintf("%07d", 9_000_000+x.names)), Holder: mask.Name("ﾔﾏﾀﾞ ﾀﾛｳ"),
	}
}

// register is a member who registers an account, in the place of one registered before, and pays bills as until now.
func (m *member) register() {
	w := m.w
	account := w.ways.named()
	w.write("account", func(tx *db.Tx) error {
		if err := lockAccount(tx, m.id); err != nil {
			return err
		}
		if err := upsertAccount(tx, m.id, account); err != nil {
			return err
		}
		return w.house.payouts.AccountChanged(tx, m.id)
	}, func() { w.tell("%s registers an account to which money can go back.", m.name) })
}

// wantBack is a member who looks at what earlier bills did not need, and wants some of it back.
func (m *member) wantBack() {
	w, x := m.w, m.w.ways
	if w.healed {
		return
	}
	w.after(x.between(4*24*time.Hour, 24*24*time.Hour), "choice", m.wantBack)
	var found []*memory.BillCredit
	gone := x.in(8) == 0
	for _, c := range w.rows().Credits.Rows() {
		if c.Member == memory.ID(m.id) && c.Reason == "surplus" && (c.State == "open" || c.State == "used" && gone) {
			found = append(found, c)
		}
	}
	if len(found) == 0 || !x.percent(x.plan.wantBack) || !w.house.up {
		return
	}
	slices.SortFunc(found, func(a, b *memory.BillCredit) int { return bytes.Compare(a.Source[:], b.Source[:]) })
	c := found[x.in(len(found))]
	m.choose(id.Receipt(c.Source))
}

// choose has what one payment had too much sent back.
func (m *member) choose(r id.Receipt) {
	w, x, h := m.w, m.w.ways, m.w.house
	row := w.rows().Receipts.Find(memory.Key{Bucket: int64(r.Bucket()), ID: memory.ID(r)})
	var shown []billing.Overpaid
	err := h.db.Read(background, func(tx *db.Tx) (err error) {
		shown, err = billing.OverpaidOn(tx, m.id, id.Statement(row.Statement))
		return err
	})
	if err != nil {
		h.foreseen("overpaid", err)
		return
	}
	w.checkShown(r, shown)
	back := func(tx *db.Tx) error {
		_, err := h.billing.ReturnCredit(tx, m.id, r, "member")
		return err
	}
	w.attempt("choice", back, func(refused error) {
		switch {
		case is(refused, billing.AccountNeeded):
			m.register()
		case refused != nil:
			w.tell("%s wants money back and is told: %v", m.name, refused)
		default:
			w.tell("%s wants %d yen back that were too much.", m.name, row.Surplus)
			w.checkPromised(r)
			if x.percent(x.plan.again) {
				w.after(x.between(time.Minute, 20*24*time.Hour), "choice", func() {
					if h.up && w.rows().CreditReturns.Find(memory.Key{Bucket: int64(r.Bucket()), ID: memory.ID(r)}) != nil {
						w.unchanged("money that a member wants back", false, back)
					}
				})
			}
		}
	})
}

// settleReturn is a clerk who finds on the list that money is to be sent back: most leave it to the files.
func (w *world) settleReturn(it billing.Waiting) {
	x := w.ways
	small := it.Reason == billing.ReturnUnpaid && int64(it.Amount) <= x.plan.fee // the fee of a transfer would eat it up
	if !x.plan.payouts || small || x.percent(x.plan.byHand) {
		w.payReturn(it.Receipt)
	}
}

// sentByHand notes that a clerk has made a transfer without a file: if that is what the service has just noted.
func (w *world) sentByHand(r id.Receipt) {
	if _, booked := w.rows().EntryOf(int64(r.Bucket()), "return_paid", memory.ID(r)); booked && w.durable() {
		w.ways.byHand[memory.ID(r)] = true
	}
}

// decideTransfer is a clerk who finds a transfer that no bill explains: it is matched to the bill that was meant, or sent back.
func (w *world) decideTransfer(it billing.Waiting) {
	x := w.ways
	if x.in(2) == 0 {
		w.lookWhoPaid(it)
	}
	bill, known := w.meantBy(it)
	if !known || x.in(4) == 0 {
		w.sendBack(it.Receipt)
		return
	}
	w.matchTo(it.Receipt, bill)
}

// payday is a morning on which clerks see to what goes back: accounts are named and changed, and a file is written.
func (w *world) payday() {
	x, h := w.ways, w.house
	w.after(x.between(6*24*time.Hour, 18*24*time.Hour), "payday", w.payday)
	if !h.up {
		return
	}
	var open []payout.Open
	err := h.db.Read(background, func(tx *db.Tx) (err error) {
		open, err = payout.ListOpen(tx, 1000)
		return err
	})
	if err != nil {
		h.foreseen("payouts", err)
		return
	}
	w.checkOpen(open)
	for _, o := range open {
		w.prepare(o)
	}
	if x.in(4) == 0 {
		w.deskWrite("sweep", h.payouts.Sweep, func() {})
	}
	noon := jst.DayOf(w.now).Add(1).Start().Add(13 * time.Hour)
	w.at(noon.Add(x.between(0, 4*time.Hour)), "payday", w.writePayouts)
}

// prepare sees to it that the next file can take a return.
func (w *world) prepare(o payout.Open) {
	x := w.ways
	again := func() {
		w.deskWrite("retry", func(tx *db.Tx) error { return w.house.payouts.Retry(tx, o.Receipt, clerk) }, func() {
			w.tell("The operator has found out why the bank refused %s yen.", o.Amount)
		})
	}
	key := memory.Key{Bucket: int64(o.Receipt.Bucket()), ID: memory.ID(o.Receipt)}
	switch {
	case o.State == payout.InFile || !w.healed && x.in(4) == 0:
	case o.State == payout.Failed && x.in(3) == 0:
		again()
	case o.Member.IsZero() && (o.State == payout.Failed || w.rows().PayoutAccounts.Find(key) == nil || x.in(10) == 0):
		account := x.named()
		w.deskWrite("account", func(tx *db.Tx) error { return w.house.payouts.NameAccount(tx, o.Receipt, account, clerk, second) }, func() {
			w.tell("Two people name an account to which %s yen go back.", o.Amount)
		})
	case o.Member.IsZero():
	case o.State == payout.Failed || w.rows().BankAccounts.Find(memory.Key{Bucket: key.Bucket, ID: memory.ID(o.Member)}) == nil:
		w.memberOf(memory.ID(o.Member)).register()
	}
}

// writePayouts gathers and writes the next file, and hands over what the bank has not got.
func (w *world) writePayouts() {
	h := w.house
	again := func() { w.after(w.ways.between(time.Minute, time.Hour), "payouts", w.writePayouts) }
	if !h.up {
		again()
		return
	}
	err := h.db.Write(background, func(tx *db.Tx) error {
		_, _, _, err := h.payouts.Gather(tx, clerk)
		return err
	})
	if h.failed("payouts", err) || !h.up {
		again()
		return
	}
	var files []payout.File
	err = h.db.Read(background, func(tx *db.Tx) (err error) {
		files, err = payout.Files(tx, 200)
		return err
	})
	if h.failed("payouts", err) || !h.up {
		again()
		return
	}
	for _, f := range files {
		if w.ways.remits[f.Number] == nil && !w.handIn(f) {
			again()
			return
		}
	}
}

// handIn writes a file and hands it over. It is false if that has to be gone on with later.
func (w *world) handIn(f payout.File) bool {
	h := w.house
	var file bytes.Buffer
	err := h.db.Read(background, func(tx *db.Tx) error {
		_, err := h.payouts.WriteFile(tx, f.Number, &file)
		return err
	})
	if h.failed("payouts", err) || !h.up {
		return false
	}
	w.sameFile(fmt.Sprintf("payouts %d", f.Number), file.Bytes())
	sum := sha256.Sum256(file.Bytes())
	err = h.db.Write(background, func(tx *db.Tx) error { return h.payouts.Wrote(tx, f.Number, sum[:]) })
	if h.failed("payouts", err) || !h.up || !w.durable() {
		return false
	}
	w.bankGets(&remit{number: f.Number, day: f.Day, hash: sum[:]}, file.Bytes())
	return true
}

// bankGets is the bank with a file in its hands: what becomes of each transfer is drawn at once, and nobody knows it.
func (w *world) bankGets(r *remit, file []byte) {
	x, t := w.ways, w.rows()
	x.remits[r.number] = r
	of := map[string]*memory.PayoutRecord{}
	for _, k := range t.PayoutRecords.Rows() {
		of[k.Number] = k
	}
	r.refused = x.percent(x.plan.released)
	for _, line := range records(file) {
		key := numberOfRecord(line)
		k := of[key]
		if k == nil {
			w.breaks("G13", "the bank is to make a transfer of which nobody knows")
			continue
		}
		f := &wire{key: key, amount: amountOfRecord(line), bucket: k.Bucket, receipt: k.Receipt}
		switch {
		case x.percent(x.plan.refusedBefore):
			f.fate = refusedBefore
		case x.percent(x.plan.refusedAfter):
			f.fate = refusedAfter
		}
		r.wires = append(r.wires, f)
	}
	w.tell("The bank gets a file of %d transfers for %s.", len(r.wires), r.day)
	w.checkFileIsWhole(t, r)
	dawn := r.day.Start()
	if r.refused {
		w.faults.BadFiles++
		w.at(later(dawn, w.now).Add(x.between(-6*time.Hour, 30*time.Hour)), "release", func() { w.release(r) })
		return
	}
	w.at(later(dawn.Add(10*time.Hour), w.now), "bank", func() { w.bankMakes(r) })
	w.at(later(dawn.Add(10*time.Hour), w.now).Add(x.between(time.Hour, 60*time.Hour)), "took", func() { w.took(r) })
	if early := dawn.Add(-6 * time.Hour).Sub(w.now); early > 0 && x.percent(x.plan.early) {
		w.after(x.between(0, early), "took", func() { w.tookEarly(r) })
	}
	if unpaid := r.of(refusedBefore); len(unpaid) > 0 {
		w.at(later(dawn, w.now).Add(x.between(-4*time.Hour, 4*24*time.Hour)), "refused", func() { w.refuse(r, unpaid) })
	}
	if unpaid := r.of(refusedAfter); len(unpaid) > 0 {
		w.at(later(dawn, w.now).Add(x.between(30*time.Hour, 8*24*time.Hour)), "bank", func() {
			for _, f := range unpaid {
				f.back = true
			}
			w.after(x.between(time.Hour, 3*24*time.Hour), "refused", func() { w.refuse(r, unpaid) })
		})
	}
}

// of are the transfers of a fate.
func (r *remit) of(fate wireFate) []*wire {
	var all []*wire
	for _, f := range r.wires {
		if f.fate == fate {
			all = append(all, f)
		}
	}
	return all
}

// bankMakes is the day on which the bank makes the transfers.
func (w *world) bankMakes(r *remit) {
	for _, f := range r.wires {
		f.made = f.fate != refusedBefore
	}
	w.checkWires()
}

// took is a clerk who enters that the bank has made the transfers of a file.
func (w *world) took(r *remit) {
	x, h := w.ways, w.house
	before := w.sizes()
	w.attemptMany("took", func() error {
		var number int
		err := h.db.Read(background, func(tx *db.Tx) (err error) {
			number, err = payout.FindFile(tx, r.hash)
			return err
		})
		if err != nil {
			return err
		}
		before = w.sizes()
		_, err = h.payouts.Took(background, number, clerk)
		return err
	}, func(refused error) {
		switch {
		case refused != nil:
			w.breaks("G17", "the bank has made the transfers of file %d, and that cannot be entered: %v", r.number, refused)
			return
		case r.taken && w.sizes() != before:
			w.breaks("G18", "the transfers of file %d were entered twice", r.number)
		case !r.taken:
			w.tell("The operator enters that the bank has made the transfers of file %d.", r.number)
			w.checkTook(r)
		}
		r.taken = true
		if x.percent(x.plan.again) {
			w.after(x.between(time.Minute, 9*24*time.Hour), "took", func() { w.took(r) })
		}
	})
}

// tookEarly wants it to be refused that the bank has made what it has not.
func (w *world) tookEarly(r *remit) {
	h := w.house
	if !h.up {
		return
	}
	before := w.sizes()
	_, err := h.payouts.Took(background, r.number, clerk)
	switch {
	case h.store.dead:
		h.died()
	case !is(err, payout.TooEarly) || w.sizes() != before:
		w.breaks("G13", "before %s somebody entered that the bank has made the transfers of file %d: %v", r.day, r.number, err)
	}
}

// release is two people who withdraw a file of which the bank took nothing.
func (w *world) release(r *remit) {
	x := w.ways
	release := func(tx *db.Tx) error {
		_, err := w.house.payouts.Release(tx, r.number, clerk, second)
		return err
	}
	w.attempt("release", release, func(refused error) {
		if refused != nil {
			w.breaks("G17", "the bank took nothing of file %d, and it cannot be withdrawn: %v", r.number, refused)
			return
		}
		w.tell("Two people withdraw file %d, of which the bank took nothing.", r.number)
		r.taken = true
		if x.percent(x.plan.again) && w.house.up {
			w.unchanged("a file that was withdrawn", false, release)
		}
	})
}

// refuse is a clerk who enters what the bank could not pay in, sometimes first with an amount that is not right, or once more.
func (w *world) refuse(r *remit, unpaid []*wire) {
	x, h := w.ways, w.house
	lines := func(more int64) func(tx *db.Tx) error {
		var text strings.Builder
		text.WriteString("key,amount,reason\n")
		for i, f := range unpaid {
			amount := f.amount
			if i == len(unpaid)-1 {
				amount += more
			}
			fmt.Fprintf(&text, "%s,%d,%s\n", f.key, amount, payout.Reasons[i%len(payout.Reasons)])
		}
		return func(tx *db.Tx) error {
			all, err := payout.ReadRefusals(strings.NewReader(text.String()))
			if err != nil {
				return err
			}
			_, err = h.payouts.Refuse(tx, all, clerk)
			return err
		}
	}
	if h.up && x.percent(x.plan.early) {
		w.faults.BadFiles++
		w.unchanged("transfers of another amount", true, lines(1))
	}
	w.attempt("refused", lines(0), func(refused error) {
		if refused != nil {
			w.breaks("G17", "the bank refused %d transfers of file %d, and that cannot be entered: %v", len(unpaid), r.number, refused)
			return
		}
		w.tell("The bank could not pay in %d transfers of file %d.", len(unpaid), r.number)
		for _, f := range unpaid {
			f.told = true
		}
		w.checkRefused(unpaid)
		if x.percent(x.plan.again) {
			w.after(x.between(time.Minute, 30*24*time.Hour), "refused", func() {
				if h.up {
					w.unchanged("what the bank refused", false, lines(0))
				}
			})
		}
	})
}
