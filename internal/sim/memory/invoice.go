package memory

import (
	"cmp"
	"slices"
)

// Dispute is a row of invoice_dispute. Decided is 0 while it is open.
type Dispute struct {
	Bucket    int64
	Statement ID
	Member    ID
	Reason    string
	State     string
	Against   string
	Opened    int64
	Decided   int64
	By        string
}

// The statements about what is bought by invoice: its payments, captures and refunds, and what its payers dispute.
var _ = teach(map[string]handler{
	"checkout.markInvoices": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Payments.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("checkout.markInvoices", "payment", old.ID)
		return 1, s.Payments.update(old, func(p *Payment) { p.Invoice = true })
	}},
	"billing.selectUnbilled": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*Capture
		for _, c := range s.Captures.rows {
			if c.BillMonth == "" && c.Invoice == (ID{}) && c.Day < v.text(0) {
				all = append(all, c)
			}
		}
		slices.SortFunc(all, func(a, b *Capture) int {
			return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Bucket, b.Bucket), slices.Compare(a.ID[:], b.ID[:]))
		})
		all = all[:min(len(all), int(v.n(1)))]
		for _, c := range all {
			if err := out(s.fresh().id(c.ID).id(c.Payment).id(c.Member).int(c.Amount).text(c.Day)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.claimCapture": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Captures.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.BillMonth != "" || old.Invoice != (ID{}) {
			return 0, nil
		}
		s.changes("billing.claimCapture", "credit", old.Member)
		return 1, s.Captures.update(old, func(c *Capture) { c.Invoice = v.id(2) })
	}},
	"billing.claimRefunds": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		var n int64
		for _, r := range slices.Clone(s.backOf[v.id(1)]) {
			if r.Bucket != v.n(0) || r.BillMonth != "" || r.Invoice != (ID{}) || r.Receipt != (ID{}) {
				continue
			}
			n++
			s.changes("billing.claimRefunds", "credit", r.Member)
			if err := s.Refunds.update(r, func(r *Refund) { r.Invoice = v.id(2) }); err != nil {
				return n, err
			}
			if err := out(s.fresh().int(r.Amount)); err != nil {
				return n, err
			}
		}
		return n, nil
	}},
	"billing.updateRefundReceipt": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Refunds.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("billing.updateRefundReceipt", "credit", old.Member)
		return 1, s.Refunds.update(old, func(r *Refund) { r.Receipt = v.id(2) })
	}},
	"billing.selectInvoicesOf": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*Statement
		for _, c := range s.ofPayment[v.id(1)] {
			if b := s.Bills.Find(Key{c.Bucket, c.Invoice}); b != nil && c.Bucket == v.n(0) {
				all = append(all, b)
			}
		}
		slices.SortFunc(all, func(a, b *Statement) int { return slices.Compare(a.ID[:], b.ID[:]) })
		return s.handBills(all, out)
	}},
	"billing.selectInvoice": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		b := s.Bills.Find(Key{v.n(0), v.id(1)})
		if b == nil || b.Capture == (ID{}) {
			return 0, nil
		}
		return 1, out(s.bill(b))
	}},
	"billing.selectInvoiceOf": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		c := s.Captures.Find(Key{v.n(0), v.id(1)})
		if c == nil {
			return 0, nil
		}
		p := s.Payments.Find(Key{c.Bucket, c.Payment})
		return 1, out(s.fresh().id(p.ID).id(p.Merchant).text(p.OrderRef).int(p.Created).int(p.Captured - p.Refunded))
	}},
	"billing.selectInvoiceItems": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		item := func(kind, day string, amount int64, payment ID) error {
			p := s.Payments.Find(Key{v.n(0), payment})
			return out(s.fresh().text(kind).text(day).int(amount).id(p.ID).id(p.Merchant).text(p.OrderRef).int(p.Created))
		}
		c := s.Captures.Find(Key{v.n(0), v.id(1)})
		if c == nil {
			return 0, nil
		}
		if err := item("purchase", c.Day, c.Amount, c.Payment); err != nil {
			return 0, err
		}
		back := slices.DeleteFunc(slices.Clone(s.backOf[c.Payment]), func(r *Refund) bool { return r.Invoice != v.id(2) })
		slices.SortFunc(back, func(a, b *Refund) int {
			return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Created, b.Created), slices.Compare(a.ID[:], b.ID[:]))
		})
		for _, r := range back {
			if err := item("refund", r.Day, -r.Amount, r.Payment); err != nil {
				return 0, err
			}
		}
		return int64(1 + len(back)), nil
	}},
	"billing.insertDispute": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("billing.insertDispute", "statement", v.id(1))
		return 1, s.Disputes.insert(&Dispute{
			Bucket: v.n(0), Statement: v.id(1), Member: v.id(2), Reason: v.text(3), State: "open", Opened: v.n(4),
		})
	}},
	"billing.updateDispute": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Disputes.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("billing.updateDispute", "statement", old.Statement)
		return 1, s.Disputes.update(old, func(d *Dispute) { d.State, d.Against, d.Decided, d.By = v.text(2), v.text(3), v.n(4), v.text(5) })
	}},
	"billing.selectDispute": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		d := s.Disputes.Find(Key{v.n(0), v.id(1)})
		if d == nil {
			return 0, nil
		}
		return 1, out(s.dispute(d))
	}},
	"billing.selectDisputes": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		open := slices.DeleteFunc(slices.Clone(s.Disputes.rows), func(d *Dispute) bool { return d.State != "open" })
		slices.SortFunc(open, func(a, b *Dispute) int {
			return cmp.Or(cmp.Compare(a.Opened, b.Opened), cmp.Compare(a.Bucket, b.Bucket), slices.Compare(a.Statement[:], b.Statement[:]))
		})
		open = open[:min(len(open), int(v.n(0)))]
		for _, d := range open {
			if err := out(s.dispute(d)); err != nil {
				return 0, err
			}
		}
		return int64(len(open)), nil
	}},
	"billing.updateFrozen": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Bills.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("billing.updateFrozen", "statement", old.ID)
		return 1, s.Bills.update(old, func(r *Statement) { r.Awaited, r.PastDue, r.Due, r.Late = v.flag(2), v.flag(3), v.text(4), v.n(5) })
	}},
	"member.selectState": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		m := s.Payers.Find(Key{v.n(0), v.id(1)})
		if m == nil {
			return 0, nil
		}
		return 1, out(s.fresh().text(m.State))
	}},
	"sim.joinMember": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Payers.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("sim.joinMember", "credit", old.ID)
		return 1, s.Payers.update(old, func(m *Payer) { m.State = "active" })
	}},
})

func (s *Store) dispute(d *Dispute) *row {
	r := s.fresh().id(d.Statement).id(d.Member).text(d.Reason).text(d.State).text(d.Against).int(d.Opened)
	if d.Decided == 0 {
		return r.null().text(d.By)
	}
	return r.int(d.Decided).text(d.By)
}

func (t *Tables) buildInvoices(s *Store) {
	t.byCapture = map[ID]ID{}
	t.Disputes = table(s, "invoice_dispute", func(r *Dispute) Key { return Key{r.Bucket, r.Statement} })
	t.Disputes.check = func(r *Dispute) bool {
		open := r.State == "open"
		return oneOf(r.State, "open", "upheld", "rejected") && oneOf(r.Against, "", "merchant", "us") && open == (r.Decided == 0) && open == (r.By == "") &&
			(r.State == "upheld") == (r.Against != "") && oneOf(r.Reason, "not_bought", "wrong_person", "not_received", "returned", "wrong_amount")
	}
}

// billed tells whether there is another bill of the same month, or of the same capture.
func (t *Tables) billed(r *Statement) bool {
	if r.Month == "" {
		return t.byCapture[r.Capture] != ID{}
	}
	return t.byMonth[billKey{r.Member, r.Month}] != ID{}
}

func (t *Tables) billMoved(old, r *Statement) {
	switch {
	case r == nil && old.Month == "":
		delete(t.byCapture, old.Capture)
	case r == nil:
		delete(t.byMonth, billKey{old.Member, old.Month})
	case r.Month == "":
		t.byCapture[r.Capture] = r.ID
	default:
		t.byMonth[billKey{r.Member, r.Month}] = r.ID
	}
}

// relisted keeps an index of rows that are updated as well.
func relisted[R any](index map[ID][]*R, old, r *R, of func(*R) ID) {
	if old == nil || r == nil {
		listed(index, old, r, of)
		return
	}
	all := index[of(r)]
	all[slices.Index(all, old)] = r
}
