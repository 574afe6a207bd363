package memory

import (
	"cmp"
	"slices"
)

// The statements of package billing about money in suspense.
var _ = teach(map[string]handler{
	"billing.selectCarried": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		r := s.byTill[v.id(1)]
		if r == nil || r.Bucket != v.n(0) {
			return 0, nil
		}
		d := s.Decisions.Find(Key{r.Bucket, r.ID})
		if d == nil || d.Act != "matched" {
			return 0, nil
		}
		return 1, out(s.fresh().id(r.ID).id(d.Carried).id(d.Statement).id(d.Member))
	}},
	"billing.lockReceiptByID": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		s.lock("receipt", v.id(1))
		return s.oneReceipt(v, out)
	}},
	"billing.selectReceipt": {2, (*Store).oneReceipt},
	"billing.selectOwner": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		b := s.Bills.Find(Key{v.n(0), v.id(1)})
		if b == nil {
			return 0, nil
		}
		return 1, out(s.fresh().id(b.Member))
	}},
	"billing.insertDecision": {11, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("billing.insertDecision", "receipt", v.id(1))
		return 1, s.Decisions.insert(&Decision{
			Bucket: v.n(0), Receipt: v.id(1), Act: v.text(2), CarriedBucket: v.n(3), Carried: v.id(4), Statement: v.id(5), Member: v.id(6),
			Way: v.text(7), By: v.text(8), Second: v.text(9), Decided: v.n(10),
		})
	}},
	"billing.selectDecision": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		d := s.Decisions.Find(Key{v.n(0), v.id(1)})
		if d == nil {
			return 0, nil
		}
		return 1, out(s.fresh().id(d.Receipt).text(d.Act).id(d.Carried).id(d.Statement).id(d.Member).text(d.Way).text(d.By).text(d.Second).
			int(d.Decided).day(d.PaidDay).text(d.PaidBy))
	}},
	"billing.updateReturnPaid": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Decisions.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.Act != "returned" || old.PaidDay != "" {
			return 0, nil
		}
		s.changes("billing.updateReturnPaid", "receipt", old.Receipt)
		return 1, s.Decisions.update(old, func(d *Decision) { d.PaidDay, d.PaidBy = v.text(2), v.text(3) })
	}},
	"billing.insertOrigin": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Origins.insert(&Origin{Bucket: v.n(0), Receipt: v.id(1), SourceBucket: v.n(2), Source: v.id(3)})
	}},
	"billing.lockFile": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		f := s.Files.Find(Key{v.n(0), v.id(1)})
		if f == nil {
			return 0, nil
		}
		s.lock("receipt_file", f.ID)
		return 1, out(s.fresh().id(f.ID))
	}},
	"billing.lockLine": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		for _, l := range s.Told.rows {
			if l.File == v.id(0) && l.Number == v.n(1) && l.Result == "suspense" {
				s.lock("receipt_line", l.LineKey)
				return 1, out(s.fresh().int(l.Bucket).id(l.LineKey).text(l.Reason).id(l.Receipt).id(l.Statement).int(l.Amount))
			}
		}
		return 0, nil
	}},
	"billing.selectLineClose": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		c := s.LineCloses.Find(Key{v.n(0), v.id(1)})
		if c == nil {
			return 0, nil
		}
		return 1, out(s.fresh().text(c.Note).text(c.ClosedBy).int(c.Closed))
	}},
	"billing.insertLineClose": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("billing.insertLineClose", "receipt_line", v.id(1))
		return 1, s.LineCloses.insert(&LineClose{Bucket: v.n(0), LineKey: v.id(1), Note: v.text(2), ClosedBy: v.text(3), Closed: v.n(4)})
	}},
	"billing.selectWaiting": {2, selectWaiting},
})

func (s *Store) oneReceipt(v values, out func(*row) error) (int64, error) {
	r := s.Receipts.Find(Key{v.n(0), v.id(1)})
	if r == nil {
		return 0, nil
	}
	return 1, out(s.receipt(r))
}

// waits is a row of the list of what waits for a person.
type waits struct {
	reason, state, day, time, chain, store string
	receipt, file, statement               ID
	number, amount, since                  int64
}

func waitsAs(reason string, r *Receipt, since int64) waits {
	return waits{
		reason: reason, receipt: r.ID, statement: r.Statement, state: r.State, amount: r.Amount, day: r.PaidDay, time: r.PaidTime, chain: r.Chain,
		store: r.Store, since: since,
	}
}

// selectWaiting lists money in suspense or to be sent back, notices that nobody has closed, and reports older than an instant.
func selectWaiting(s *Store, v values, out func(*row) error) (int64, error) {
	var all []waits
	for _, r := range s.Receipts.rows {
		switch {
		case r.Use == "suspense" && (r.State == "prompt" || r.State == "confirmed"):
			all = append(all, waitsAs(r.Reason, r, r.Created))
		case r.Use != "suspense" && r.State == "prompt" && r.Created < v.n(0):
			all = append(all, waitsAs("", r, r.Created))
		}
	}
	for _, d := range s.Decisions.rows {
		if d.Act == "returned" && d.PaidDay == "" {
			all = append(all, waitsAs("return_unpaid", s.Receipts.Find(Key{d.Bucket, d.Receipt}), d.Decided))
		}
	}
	for _, k := range s.CreditReturns.rows {
		if k.PaidDay == "" {
			w := waitsAs("credit_return", s.Receipts.Find(Key{k.Bucket, k.Source}), k.Chosen)
			w.amount = k.Amount
			all = append(all, w)
		}
	}
	for _, l := range s.Told.rows {
		notice := l.Result == "suspense" && (l.Receipt == ID{} || l.Reason == "cancel_after_confirm")
		if notice && s.LineCloses.Find(Key{l.Bucket, l.LineKey}) == nil {
			all = append(all, waits{
				reason: l.Reason, receipt: l.Receipt, file: l.File, number: l.Number, statement: l.Statement, amount: l.Amount, day: l.PaidDay,
				time: l.PaidTime, chain: l.Chain, store: l.Store, since: l.Created,
			})
		}
	}
	slices.SortStableFunc(all, func(a, b waits) int {
		return cmp.Or(cmp.Compare(a.since, b.since), slices.Compare(a.receipt[:], b.receipt[:]))
	})
	all = all[:min(len(all), int(v.n(1)))]
	for _, w := range all {
		err := out(s.fresh().text(w.reason).id(w.receipt).id(w.file).int(w.number).id(w.statement).text(w.state).int(w.amount).day(w.day).
			text(w.time).text(w.chain).text(w.store).int(w.since))
		if err != nil {
			return 0, err
		}
	}
	return int64(len(all)), nil
}
