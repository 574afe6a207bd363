package memory

import (
	"cmp"
	"slices"
)

// The statements of package collection about plans, and of package billing about the lines of a bill.
var _ = teach(map[string]handler{
	"collection.insertPlan": {10, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("collection.insertPlan", "statement", v.id(1))
		return 1, s.Plans.insert(&Plan{
			Bucket: v.n(0), Statement: v.id(1), Number: v.n(2), Member: v.id(3), State: v.text(4), Sum: v.n(5), Before: v.n(6), Long: v.flag(7),
			By: v.text(8), Made: v.n(9), Changed: v.n(9),
		})
	}},
	"collection.insertPlanParts": {8, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.PlanParts.insert(&PlanPart{
			Bucket: v.n(0), Statement: v.id(1), Number: v.n(2), Part: v.n(3), ID: v.id(4), Day: v.text(5), Amount: v.n(6), Upto: v.n(7),
		})
	}},
	"collection.updatePlan": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Plans.Find(planKey{v.id(1), v.n(2)})
		if old == nil {
			return 0, nil
		}
		s.changes("collection.updatePlan", "statement", old.Statement)
		return 1, s.Plans.update(old, func(p *Plan) { p.State, p.Until, p.Changed = v.text(3), v.text(4), v.n(5) })
	}},
	"collection.selectPlan": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		p := s.PlanOf(v.id(1))
		if p == nil {
			return 0, nil
		}
		return 1, out(s.plan(p))
	}},
	"collection.selectPlanParts": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.PartsOf(v.id(1), v.n(2))
		for _, q := range all {
			if err := out(s.fresh().id(q.ID).text(q.Day).int(q.Amount).int(q.Upto)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"collection.selectPlansOf": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.PlansOf(v.id(1))
		for _, p := range all {
			if err := out(s.plan(p)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"collection.selectBehind": {4, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*Plan
		after := v.id(1)
		for _, p := range s.Plans.rows {
			b := s.Bills.Find(Key{p.Bucket, p.Statement})
			place := cmp.Or(cmp.Compare(p.Bucket, v.n(0)), slices.Compare(p.Statement[:], after[:]))
			behind := func(q *PlanPart) bool { return q.Day < v.text(2) && q.Upto > b.Received-p.Before }
			if p.State == "standing" && b != nil && place > 0 && slices.ContainsFunc(s.PartsOf(p.Statement, p.Number), behind) {
				all = append(all, p)
			}
		}
		slices.SortFunc(all, func(a, b *Plan) int {
			return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), slices.Compare(a.Statement[:], b.Statement[:]))
		})
		all = all[:min(len(all), int(v.n(3)))]
		for _, p := range all {
			if err := out(s.fresh().id(p.Statement).id(p.Member)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.selectItems": {3, selectItems},
	"billing.selectCreditItems": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*BillCredit
		for _, c := range s.Credits.rows {
			if c.Bucket == v.n(0) && c.Member == v.id(1) && c.UsedIn == v.id(2) {
				all = append(all, c)
			}
		}
		slices.SortFunc(all, func(a, b *BillCredit) int {
			return cmp.Or(cmp.Compare(a.Created, b.Created), slices.Compare(a.Source[:], b.Source[:]))
		})
		for _, c := range all {
			if err := out(s.fresh().id(c.Source).int(c.Amount).text(c.Reason).int(c.Created)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.selectReceipts": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := slices.Clone(s.receiptsOf[v.id(1)])
		slices.SortFunc(all, func(a, b *Receipt) int {
			return cmp.Or(cmp.Compare(a.Created, b.Created), slices.Compare(a.ID[:], b.ID[:]))
		})
		for _, r := range all {
			if err := out(s.receipt(r)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
})

// selectItems lists the purchases and then the refunds that are billed in a member's month.
func selectItems(s *Store, v values, out func(*row) error) (int64, error) {
	type item struct {
		kind, day       string
		amount, created int64
		id, payment     ID
	}
	var all []item
	for _, c := range s.Captures.rows {
		if c.Bucket == v.n(0) && c.BillMonth == v.text(1) && c.Member == v.id(2) {
			all = append(all, item{"purchase", c.Day, c.Amount, c.Created, c.ID, c.Payment})
		}
	}
	for _, r := range s.Refunds.rows {
		if r.Bucket == v.n(0) && r.BillMonth == v.text(1) && r.Member == v.id(2) {
			all = append(all, item{"refund", r.Day, -r.Amount, r.Created, r.ID, r.Payment})
		}
	}
	slices.SortFunc(all, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.day, b.day), cmp.Compare(a.created, b.created), slices.Compare(a.id[:], b.id[:]))
	})
	for _, it := range all {
		p := s.Payments.Find(Key{v.n(0), it.payment})
		if err := out(s.fresh().text(it.kind).text(it.day).int(it.amount).id(p.ID).id(p.Merchant).text(p.OrderRef).int(p.Created)); err != nil {
			return 0, err
		}
	}
	return int64(len(all)), nil
}

func (s *Store) plan(p *Plan) *row {
	return s.fresh().id(p.Statement).int(p.Number).id(p.Member).text(p.State).int(p.Sum).int(p.Before).flag(p.Long).text(p.By).int(p.Made).day(p.Until)
}

func (t *Tables) buildPlans(s *Store) {
	t.Plans = table(s, "bill_plan", func(r *Plan) planKey { return planKey{r.Statement, r.Number} })
	t.Plans.check = func(r *Plan) bool {
		over := oneOf(r.State, "broken", "ended")
		return r.Number > 0 && (over || oneOf(r.State, "standing", "done")) && r.Sum > 0 && r.Before >= 0 && r.By != "" && over == (r.Until != "")
	}
	t.Plans.clash = func(r *Plan) bool {
		return slices.ContainsFunc(t.PlansOf(r.Statement), func(have *Plan) bool { return have.State == "standing" })
	}
	t.PlanParts = table(s, "bill_plan_part", func(r *PlanPart) partKey { return partKey{r.Statement, r.Number, r.Part} })
	t.PlanParts.check = func(r *PlanPart) bool { return r.Part > 0 && r.Amount > 0 && r.Upto >= r.Amount }
}

// PlansOf are the plans of a statement, the first one first.
func (t *Tables) PlansOf(statement ID) []*Plan {
	var all []*Plan
	for n := int64(1); ; n++ {
		p := t.Plans.Find(planKey{statement, n})
		if p == nil {
			return all
		}
		all = append(all, p)
	}
}

// PlanOf is the newest plan of a statement, nil if there is none.
func (t *Tables) PlanOf(statement ID) *Plan {
	all := t.PlansOf(statement)
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// PartsOf are the parts of a plan in their order.
func (t *Tables) PartsOf(statement ID, number int64) []*PlanPart {
	var all []*PlanPart
	for n := int64(1); ; n++ {
		q := t.PlanParts.Find(partKey{statement, number, n})
		if q == nil {
			return all
		}
		all = append(all, q)
	}
}
