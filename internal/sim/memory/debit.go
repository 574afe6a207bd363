package memory

import (
	"cmp"
	"slices"
)

// The statements of package debit, of package billing about debits, and of package member about ways to pay and accounts.
var _ = teach(map[string]handler{
	"debit.selectRun": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		r := s.DebitRuns.Find(v.text(0))
		if r == nil {
			return 0, nil
		}
		return 1, out(s.fresh().text(r.Day).text(r.State).int(r.Bills).int(r.Total).bytes(r.Request).bytes(r.Answer).int(r.Gathered).
			int(r.Asked).int(r.Answered))
	}},
	"debit.insertRun": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		r := &DebitRun{Day: v.text(0), State: "gathered", Gathered: v.n(1)}
		if s.DebitRuns.Find(r.Day) != nil {
			return 0, nil
		}
		r.Bills, r.Total = s.countItems(r.Day, func(*DebitItem) bool { return true })
		return 1, s.DebitRuns.insert(r)
	}},
	"debit.recountRun": {1, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.changeRun(v.text(0), "gathered", func(r *DebitRun) {
			r.Bills, r.Total = s.countItems(r.Day, func(i *DebitItem) bool { return i.Code != "no_account" })
		})
	}},
	"debit.askRun": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.changeRun(v.text(0), "gathered", func(r *DebitRun) { r.State, r.Request, r.Asked = "asked", v.bytes(1), v.n(2) })
	}},
	"debit.answerRun": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.changeRun(v.text(0), "asked", func(r *DebitRun) { r.State, r.Answer, r.Answered = "answered", v.bytes(1), v.n(2) })
	}},
	"debit.insertItems": {7, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.DebitItems.insert(&DebitItem{
			Bucket: v.n(0), Day: v.text(1), Statement: v.id(2), Member: v.id(3), Number: v.text(4), Amount: v.n(5), State: "asked",
			Created: v.n(6), Changed: v.n(6),
		})
	}},
	"debit.selectItems": {4, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*DebitItem
		for _, i := range s.DebitItems.rows {
			if i.Day == v.text(0) && i.Bucket >= v.n(1) && i.Number > v.text(2) && i.Code != "no_account" {
				all = append(all, i)
			}
		}
		slices.SortFunc(all, func(a, b *DebitItem) int {
			return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Number, b.Number))
		})
		all = all[:min(len(all), int(v.n(3)))]
		for _, i := range all {
			if err := out(s.fresh().id(i.Statement).id(i.Member).text(i.Number).int(i.Amount).text(i.State)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"debit.selectItem": {2, (*Store).item},
	"debit.lockItem": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		s.lock("debit_item", itemLock(v.n(0), v.text(1)))
		return s.item(v, out)
	}},
	"debit.updateItem": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.DebitItems.Find(numberKey{v.n(0), v.text(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("debit.updateItem", "debit_item", itemLock(v.n(0), v.text(1)))
		return 1, s.DebitItems.update(old, func(i *DebitItem) { i.State, i.Code, i.Receipt, i.Changed = v.text(2), v.text(3), v.id(4), v.n(5) })
	}},
	"billing.selectDebits": {4, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.bills(func(r *Statement) bool {
			return r.State == "issued" && r.Way == "debit" && !r.Awaited && r.Due == v.text(0) && r.Bucket >= v.n(1) && r.Bucket <= v.n(2)
		})
		slices.SortFunc(all, func(a, b *Statement) int {
			return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), slices.Compare(a.ID[:], b.ID[:]))
		})
		return s.handBills(all[:min(len(all), int(v.n(3)))], out)
	}},
	"billing.updateAwaited": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Bills.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("billing.updateAwaited", "statement", old.ID)
		return 1, s.Bills.update(old, func(r *Statement) { r.Awaited, r.Due, r.Way = v.flag(2), v.text(3), v.text(4) })
	}},
	"member.lockMember": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		m := s.Payers.Find(Key{v.n(0), v.id(1)})
		if m == nil {
			return 0, nil
		}
		s.lock("member", m.ID)
		return 1, out(s.fresh().text(m.State))
	}},
	"member.selectWays": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		m := s.Payers.Find(Key{v.n(0), v.id(1)})
		if m == nil {
			return 0, nil
		}
		return 1, out(s.fresh().id(m.ID).text(m.Way))
	}},
	"member.selectOtherWays": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		m := s.Payers.Find(Key{v.n(0), v.id(1)})
		if m == nil || m.Way == "ebarcode" {
			return 0, nil
		}
		return 1, out(s.fresh().id(m.ID).text(m.Way))
	}},
	"member.updateWay": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Payers.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.Way != v.text(2) {
			return 0, nil
		}
		s.changes("member.updateWay", "member", old.ID)
		return 1, s.Payers.update(old, func(m *Payer) { m.Way = v.text(3) })
	}},
	"member.selectAccount": {2, (*Store).bankAccount},
	"sim.selectAccounts":   {2, (*Store).bankAccount},
	"member.deleteAccount": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.BankAccounts.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("member.deleteAccount", "member", old.Member)
		s.BankAccounts.remove(old)
		return 1, nil
	}},
	// Nobody enters an account step by step here.
	"member.deleteEntry": {2, func(*Store, values, func(*row) error) (int64, error) { return 0, nil }},
	"sim.insertMember": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.lock("member", v.id(1))
		return 1, s.Payers.insert(&Payer{Bucket: v.n(0), ID: v.id(1), State: v.text(3), Way: "ebarcode"})
	}},
	"sim.upsertAccount": {7, func(s *Store, v values, _ func(*row) error) (int64, error) {
		a := &BankAccount{
			Bucket: v.n(0), Member: v.id(1), Bank: v.text(2), Branch: v.text(3), Type: 1, Number: v.bytes(4), Holder: v.bytes(5), Registered: v.n(6),
		}
		s.changes("sim.upsertAccount", "credit", a.Member)
		if old := s.BankAccounts.Find(Key{a.Bucket, a.Member}); old != nil {
			return 1, s.BankAccounts.update(old, func(r *BankAccount) { *r = *a })
		}
		return 1, s.BankAccounts.insert(a)
	}},
})

// itemLock names a bill of a run for the list of locked rows.
func itemLock(bucket int64, number string) ID {
	var id ID
	copy(id[:], number[len(number)-min(len(number), len(id)):])
	id[0] ^= byte(bucket)
	return id
}

func (s *Store) item(v values, out func(*row) error) (int64, error) {
	i := s.DebitItems.Find(numberKey{v.n(0), v.text(1)})
	if i == nil {
		return 0, nil
	}
	return 1, out(s.fresh().id(i.Statement).id(i.Member).int(i.Amount).text(i.State))
}

func (s *Store) bankAccount(v values, out func(*row) error) (int64, error) {
	a := s.BankAccounts.Find(Key{v.n(0), v.id(1)})
	if a == nil {
		return 0, nil
	}
	return 1, out(s.fresh().text(a.Bank).text(a.Branch).int(a.Type).bytes(a.Number).bytes(a.Holder))
}

// countItems counts and adds up the bills of a run that are wanted.
func (s *Store) countItems(day string, want func(*DebitItem) bool) (n, sum int64) {
	for _, i := range s.DebitItems.rows {
		if i.Day == day && want(i) {
			n++
			sum += i.Amount
		}
	}
	return n, sum
}

// changeRun updates the run of a day if it is in a state.
func (s *Store) changeRun(day, state string, with func(*DebitRun)) (int64, error) {
	old := s.DebitRuns.Find(day)
	if old == nil || old.State != state {
		return 0, nil
	}
	return 1, s.DebitRuns.update(old, with)
}
