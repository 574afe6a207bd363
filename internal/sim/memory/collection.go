package memory

import (
	"cmp"
	"slices"
)

// The statements of package billing about late charges.
var _ = teach(map[string]handler{
	"billing.selectLate": {5, selectLate},
	"billing.insertCharge": {11, func(s *Store, v values, _ func(*row) error) (int64, error) {
		c := &Charge{
			Bucket: v.n(0), ID: v.id(1), Statement: v.id(2), Day: v.text(3), Kind: v.text(4), Member: v.id(5), Amount: v.n(6),
			FullAmount: v.n(7), YenDays: v.n(8), Rate: v.n(9), State: "charged", Created: v.n(10), Changed: v.n(10),
		}
		if s.charged[chargeKey{c.Statement, c.Day, c.Kind}] {
			return 0, nil
		}
		return 1, s.Charges.insert(c)
	}},
	"billing.waiveCharge": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Charges.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.State != "charged" {
			return 0, nil
		}
		s.changes("billing.waiveCharge", "statement", old.Statement)
		return 1, s.Charges.update(old, func(c *Charge) { c.State, c.Reason, c.Changed = "waived", v.text(2), v.n(3) })
	}},
	"billing.selectCharges": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := slices.Clone(s.chargesOf[v.id(1)])
		slices.SortFunc(all, func(a, b *Charge) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Kind, b.Kind)) })
		for _, c := range all {
			if err := out(s.charge(c)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.selectFeeDays": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var days []string
		for _, c := range s.Charges.rows {
			if c.Bucket == v.n(0) && c.Member == v.id(1) && c.Kind == "fee" {
				days = append(days, c.Day)
			}
		}
		slices.Sort(days)
		for _, d := range days {
			if err := out(s.fresh().text(d)); err != nil {
				return 0, err
			}
		}
		return int64(len(days)), nil
	}},
	"billing.selectOwedLate": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var owed int64
		for _, r := range s.Bills.rows {
			if r.Bucket == v.n(0) && r.Member == v.id(1) && r.PastDue {
				owed += r.Total + r.Late - r.Moved - r.Received
			}
		}
		return 1, out(s.fresh().int(owed))
	}},
})

// The statements of package collection.
var _ = teach(map[string]handler{
	"collection.insertOutage": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		fresh := &Outage{From: v.text(0), To: v.text(1), Reason: v.text(2), EnteredBy: v.text(3), At: v.n(4)}
		if old := s.Outages.Find(fresh.From); old != nil {
			return 1, s.Outages.update(old, func(o *Outage) { *o = *fresh })
		}
		return 1, s.Outages.insert(fresh)
	}},
	"collection.listOutages": {0, func(s *Store, _ values, out func(*row) error) (int64, error) {
		all := slices.Clone(s.Outages.rows)
		slices.SortFunc(all, func(a, b *Outage) int { return cmp.Compare(b.From, a.From) })
		for _, o := range all {
			if err := out(s.fresh().text(o.From).text(o.To).text(o.Reason).text(o.EnteredBy).int(o.At)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"collection.upsertPromise": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		fresh := &Promise{Bucket: v.n(0), Member: v.id(1), Day: v.text(2), Amount: v.n(3), Made: v.n(4)}
		s.changes("collection.upsertPromise", "credit", fresh.Member)
		if old := s.Promises.Find(Key{fresh.Bucket, fresh.Member}); old != nil {
			return 1, s.Promises.update(old, func(p *Promise) { *p = *fresh })
		}
		return 1, s.Promises.insert(fresh)
	}},
	"collection.selectPromise": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		p := s.Promises.Find(Key{v.n(0), v.id(1)})
		if p == nil || p.Day < v.text(2) {
			return 0, nil
		}
		return 1, out(s.fresh().text(p.Day).int(p.Amount).int(p.Made))
	}},
})

// The statements of package term.
var _ = teach(map[string]handler{
	"term.loadRows": {0, func(s *Store, _ values, out func(*row) error) (int64, error) {
		all := slices.Clone(s.Terms.rows)
		slices.SortFunc(all, func(a, b *Term) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.From, b.From))
		})
		for _, t := range all {
			if err := out(s.fresh().text(t.Name).text(t.Scope).text(t.From).day(t.Value).text(t.SetBy).int(t.SetAt)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"term.upsertRow": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		fresh := &Term{Name: v.text(0), Scope: v.text(1), From: v.text(2), Value: v.text(3), SetBy: v.text(4), SetAt: v.n(5)}
		if old := s.Terms.Find(termKey{fresh.Name, fresh.Scope, fresh.From}); old != nil {
			return 1, s.Terms.update(old, func(t *Term) { *t = *fresh })
		}
		return 1, s.Terms.insert(fresh)
	}},
})

// selectLate lists statements that are past due and were due before a day, the longest due first, after a given one.
func selectLate(s *Store, v values, out func(*row) error) (int64, error) {
	place := func(a *Statement, due string, bucket int64, id ID) int {
		return cmp.Or(cmp.Compare(a.Due, due), cmp.Compare(a.Bucket, bucket), slices.Compare(a.ID[:], id[:]))
	}
	all := s.bills(func(r *Statement) bool {
		return r.PastDue && r.Due < v.text(0) && place(r, v.text(1), v.n(2), v.id(3)) > 0
	})
	slices.SortFunc(all, func(a, b *Statement) int { return place(a, b.Due, b.Bucket, b.ID) })
	return s.handBills(all[:min(len(all), int(v.n(4)))], out)
}
