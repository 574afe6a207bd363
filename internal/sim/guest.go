package sim

import (
	"math/rand/v2"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	membership "tsuke/internal/member"
	"tsuke/internal/money"
	"tsuke/internal/sim/memory"
	"tsuke/internal/term"
)

// invoicing is what a town does about buying by invoice. It is drawn from a stream of its own, so that a town without guests is
// the same with and without it.
type invoicing struct {
	guests   int           // who live in the town beside its members
	every    time.Duration // from one purchase of a guest to the next, on average
	notMine  int           // in 100 invoices: of which somebody says that it is not theirs
	paysHeld int           // in 100 of those: that are paid all the same
	joins    int           // in 100 guests: who register within the year
	twins    int           // in 100 towns with two guests: in which both are one person with two numbers
	refuses  int           // in 100 shops: that do not allow it
}

func newInvoicing(seed uint64) invoicing {
	r := rand.New(rand.NewPCG(seed, 0x6775657374)) //nolint:gosec // the same seed must be the same year
	p := invoicing{guests: draw(r, 2), every: time.Duration(14+r.IntN(30)) * 24 * time.Hour}
	p.notMine, p.paysHeld, p.joins, p.twins, p.refuses = draw(r, 60), r.IntN(80), draw(r, 90), draw(r, 100), draw(r, 40)
	return p
}

// guest is what somebody is who buys without membership. A guest who has registered is a member under the same id.
type guest struct {
	twin    *member               // another account of the same person, under another number; nil if there is none
	letters map[id.Statement]bool // invoices that came by letter
	doubts  map[id.Statement]bool // those that are not theirs, as they mean to say; they are left alone until somebody has decided
}

// moveIn lets the town's guests move in, and plans what they do in the year.
func (w *world) moveIn() {
	for _, name := range []string{"Sora", "Rin"}[:w.invoicing.guests] {
		m := &member{w: w, nth: len(w.members), name: name, guest: &guest{letters: map[id.Statement]bool{}, doubts: map[id.Statement]bool{}}}
		m.id = id.In[id.MemberKind](moment{w}, w.in(id.Buckets))
		if w.in(3) == 0 {
			m.id = id.In[id.MemberKind](moment{w}, w.members[0].id.Bucket())
		}
		w.members = append(w.members, m)
		w.house.enter(m)
		m.tardy = w.percent(w.plan.tardy)
		w.after(w.between(2*24*time.Hour, 20*24*time.Hour), "guest", m.shopping)
		if w.percent(w.invoicing.joins) {
			w.at(w.sometime(), "join", m.join)
		}
	}
	if w.invoicing.guests == 0 {
		return
	}
	if all := w.members[w.plan.members:]; len(all) == 2 && w.percent(w.invoicing.twins) {
		all[0].guest.twin, all[1].guest.twin = all[1], all[0]
	}
	w.after(w.between(3*24*time.Hour, 8*24*time.Hour), "disputes", w.disputeDesk)
}

// allowInvoices lets shops sell to guests from the town's second day on.
func (w *world) allowInvoices() {
	if w.invoicing.guests == 0 {
		return
	}
	for _, s := range w.shops {
		if !w.percent(w.invoicing.refuses) {
			w.house.before("a term", func(tx *db.Tx) error {
				return w.house.book.Set(tx, term.Change{
					Name: checkout.InvoiceAllowed.Name(), Scope: s.id.String(), From: jst.DayOf(w.now).Add(2), Value: "true", By: "operator",
				})
			})
		}
	}
}

// guestOf is somebody who moved in as a guest, nil for everybody else.
func (w *world) guestOf(who id.Member) *member {
	for _, m := range w.members[w.plan.members:] {
		if m.id == who {
			return m
		}
	}
	return nil
}

// state is what somebody is, as the service knows it: the machine may have lost that a guest has registered.
func (m *member) state() membership.State {
	state := membership.Active
	err := m.w.house.db.Read(background, func(tx *db.Tx) error {
		is, err := m.w.house.members.IsGuest(tx, m.id)
		if is {
			state = membership.Guest
		}
		return err
	})
	if err != nil {
		m.w.house.foreseen("guest", err)
	}
	return state
}

// shopping is a guest who buys something, and the plan for the next time. Who has two numbers sometimes buys more than one of them
// may.
func (m *member) shopping() {
	w := m.w
	if w.now.After(w.ends) {
		return
	}
	w.after(w.some(w.invoicing.every), "guest", m.shopping)
	m.buy(180)
	if twin := m.guest.twin; twin != nil && w.in(3) == 0 {
		w.after(w.between(time.Minute, 3*time.Hour), "guest", func() { twin.buy(480) })
	}
}

// buy puts something into a cart that costs so many hundreds of yen at most.
func (m *member) buy(most int) {
	w := m.w
	s := w.shops[w.in(len(w.shops))]
	h := w.house
	switch {
	case !h.up || m.guest.twin != nil && m.guest.twin.state() == membership.Active: // who is a member under another number is asked to sign in
		return
	case m.state() == membership.Guest && !checkout.InvoiceAllowed.OnFor(h.book.Current(), jst.DayOf(h.Now()), s.id.String()):
		w.tell("%s does not sell to %s, who is no member.", s.name, m.name)
		return
	}
	sl := &sale{ref: s.nextRef(), member: m, amount: money.Yen(100 * (1 + w.in(most))), capture: checkout.Manual}
	if w.in(3) == 0 {
		sl.capture = checkout.Automatic
	}
	s.sales = append(s.sales, sl)
	s.open(sl)
}

// byInvoice adds to a press what the door knows of a guest: that it is billed by invoice, and with which other accounts.
func (h *house) byInvoice(o *checkout.Order) error {
	m := h.w.guestOf(o.Member)
	if m == nil {
		return nil
	}
	return h.db.Read(background, func(tx *db.Tx) (err error) {
		o.SamePerson = nil
		if o.Invoice, err = h.members.IsGuest(tx, m.id); err != nil || !o.Invoice || m.guest.twin == nil {
			return err
		}
		other, err := h.members.IsGuest(tx, m.guest.twin.id)
		if other {
			o.SamePerson = []id.Member{m.guest.twin.id}
		}
		return err
	})
}

// join is a guest who registers with the number that they have bought with.
func (m *member) join() {
	w := m.w
	if w.healed || m.guest.twin != nil && m.guest.twin.state() == membership.Active {
		return
	}
	w.write("join", func(tx *db.Tx) error { return joinMember(tx, m.id) }, func() {
		w.tell("%s registers and is a member.", m.name)
		m.settles()
	})
}

// invoiceMax is how many invoices are issued in one transaction: few, so that those of a day are torn apart.
const invoiceMax = 2

// issueInvoices issues the invoices of what was captured before a day. It is false if that has to be gone on with later.
func (h *house) issueInvoices(day jst.Day) bool {
	if h.w.invoicing.guests == 0 {
		return true
	}
	for round := 0; h.up && round < roundsMax; round++ {
		n := 0
		err := h.db.Write(background, func(tx *db.Tx) (err error) {
			n, err = h.billing.IssueInvoices(tx, day, invoiceMax)
			return err
		})
		h.posted = h.posted || err != nil || n > 0
		if h.failed("invoices", err) {
			h.retry("invoices", h.midnightWork)
			return false
		}
		if n == 0 {
			break
		}
		h.w.tell("The service issues %d invoices.", n)
	}
	if h.up {
		h.w.checkAllInvoiced(day)
	}
	if h.up && h.posted {
		h.posted = false
		for _, m := range h.w.members[h.w.plan.members:] {
			m.readLetters()
		}
	}
	return h.up
}

// readLetters lets a guest find new invoices, plan when to pay them, and say of some that they are not theirs.
func (m *member) readLetters() {
	w := m.w
	var all []billing.Statement
	err := w.house.db.Read(background, func(tx *db.Tx) (err error) {
		all, err = billing.Statements(tx, m.id)
		return err
	})
	if err != nil {
		w.house.foreseen("letters", err)
		return
	}
	fresh := false
	for _, st := range all {
		if !st.ByInvoice() || m.guest.letters[st.ID] {
			continue
		}
		m.guest.letters[st.ID], fresh = true, true
		if !w.healed && w.percent(w.invoicing.notMine) {
			m.guest.doubts[st.ID] = w.in(4) > 0
			most := []int{3, 20, 90}[w.in(3)] // days: at once, or when it is late already
			w.after(w.between(time.Hour, time.Duration(most)*24*time.Hour), "dispute", func() { m.disputes(st.ID) })
		}
	}
	if fresh {
		m.look()
	}
}

// disputes is somebody who says that an invoice is not theirs. Some pay it all the same, and some say it again.
func (m *member) disputes(st id.Statement) {
	w, reasons := m.w, billing.DisputeReasons()
	if w.healed {
		return
	}
	reason := reasons[w.in(len(reasons))]
	say := func(tx *db.Tx) error {
		_, err := w.house.billing.Dispute(tx, m.id, st, reason)
		return err
	}
	w.insist(m.name, "dispute", say, func() {
		w.tell("%s says that the invoice %s is not theirs: %s.", m.name, st, reason)
		if w.percent(w.invoicing.paysHeld) {
			w.after(w.between(time.Hour, 2*24*time.Hour), "pay", m.payAnyway)
		}
		if w.percent(w.plan.deskAgain) {
			reason = reasons[w.in(len(reasons))]
			w.after(w.between(time.Minute, 20*24*time.Hour), "dispute", func() {
				if w.house.up && w.disputeOf(st) != nil {
					w.unchanged("an invoice that is not theirs", false, say)
				}
			})
		}
	})
}

// disputeOf is what was said about an invoice, nil if nothing was or the machine has lost it.
func (w *world) disputeOf(st id.Statement) *memory.Dispute {
	return w.rows().Disputes.Find(memory.Key{Bucket: int64(st.Bucket()), ID: memory.ID(st)})
}

// disputeDesk is a morning on which a person decides about invoices that are said not to be their payers'.
func (w *world) disputeDesk() {
	w.after(w.between(5*24*time.Hour, 11*24*time.Hour), "disputes", w.disputeDesk)
	h := w.house
	if !h.up {
		return
	}
	var list []billing.Dispute
	err := h.db.Read(background, func(tx *db.Tx) (err error) {
		list, err = billing.ListDisputes(tx, 1000)
		return err
	})
	if err != nil {
		h.foreseen("disputes", err)
		return
	}
	w.checkDisputeList(list)
	for _, d := range list {
		if h.up && !w.percent(w.plan.deskSlow) {
			w.decideDispute(d)
		}
	}
}

// The decisions about an invoice that somebody says is not theirs.
var verdicts = []string{billing.AgainstMerchant, billing.AgainstUs, ""}

// verdict decides: against whom it is upheld, or with nobody that it is rejected.
func (w *world) verdict(st id.Statement, against string) func(*db.Tx) error {
	return func(tx *db.Tx) (err error) {
		if against == "" {
			_, err = w.house.billing.RejectDispute(tx, st, clerk)
			return err
		}
		_, err = w.house.billing.UpholdDispute(tx, st, against, clerk)
		return err
	}
}

func (w *world) decideDispute(d billing.Dispute) {
	against := verdicts[w.in(len(verdicts))]
	w.deskWrite("verdict", w.verdict(d.Statement, against), func() {
		m := w.memberOf(memory.ID(d.Member))
		w.tell("The operator decides about %s's invoice %s: against %q.", m.name, d.Statement, against)
		delete(m.guest.doubts, d.Statement)
		m.look()
		if w.percent(w.plan.deskAgain) {
			w.after(w.between(time.Minute, 5*24*time.Hour), "verdict", func() { w.decideAgain(d.Statement) })
		}
	})
}

// decideAgain decides about an invoice once more: the same, which changes nothing, or something else, which is refused.
func (w *world) decideAgain(st id.Statement) {
	row := w.disputeOf(st)
	if row == nil || row.State == "open" || !w.house.up {
		return
	}
	against := verdicts[w.in(len(verdicts))]
	w.unchanged("an invoice that was said not to be its payer's", against != row.Against, w.verdict(st, against))
}

// returnPurchase gives back a purchase against its shop, as the product is wired (rule I10).
func (h *house) returnPurchase(tx *db.Tx, p id.Payment, amount money.Yen, by string) error {
	found, _, err := checkout.Find(tx, p)
	if err != nil {
		return err
	}
	_, err = h.checkout.Refund(tx, found.Merchant, p, amount, "invoice not the payer's", checkout.Actor{Side: fault.Us, Name: by})
	return err
}

// Invoices counts what was bought without membership: invoices, those that somebody said are not theirs, what was decided about
// them, refunds that came after an invoice, and guests who became members.
type Invoices struct{ Issued, Held, Upheld, Rejected, Reduced, Joined int }

func (i *Invoices) add(j Invoices) {
	i.Issued += j.Issued
	i.Held += j.Held
	i.Upheld += j.Upheld
	i.Rejected += j.Rejected
	i.Reduced += j.Reduced
	i.Joined += j.Joined
}

func (w *world) countInvoices(t *memory.Tables) Invoices {
	n := Invoices{Held: t.Disputes.Len()}
	for _, b := range t.Bills.Rows() {
		if byInvoice(b) {
			n.Issued++
		}
	}
	for _, d := range t.Disputes.Rows() {
		switch d.State {
		case "upheld":
			n.Upheld++
		case "rejected":
			n.Rejected++
		}
	}
	for _, r := range t.Refunds.Rows() {
		if (r.Receipt != memory.ID{}) {
			n.Reduced++
		}
	}
	for _, m := range w.members[w.plan.members:] {
		if t.Payers.Find(memory.Key{Bucket: int64(m.id.Bucket()), ID: memory.ID(m.id)}).State == "active" {
			n.Joined++
		}
	}
	return n
}
