package memory

// The statements of package credit.
var _ = teach(map[string]handler{
	"credit.insertAccount": {7, func(s *Store, v values, _ func(*row) error) (int64, error) {
		a := &Account{
			Bucket: v.n(0), Member: v.id(1), LimitOnline: v.n(2), LimitStore: v.n(3), Ceiling: v.n(4), Verified: v.flag(5), Opened: v.n(6),
		}
		s.lock("credit", a.Member)
		return 1, s.Accounts.insert(a)
	}},
	"credit.selectAccounts": {2, (*Store).account},
	"credit.lockAccounts": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		s.lock("credit", v.id(1))
		return s.account(v, out)
	}},
	"credit.updateAccounts": {8, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.change("credit.updateAccounts", v, func(a *Account) {
			a.Held += v.n(2)
			a.Unpaid += v.n(3)
			a.HeldStore += v.n(4)
			a.UnpaidStore += v.n(5)
			if !v.null(6) {
				a.Tries = v.n(6)
			}
			if !v.null(7) {
				a.TriesSince = v.n(7)
			}
		})
	}},
	"credit.updateBlocks": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.change("credit.updateBlocks", v, func(a *Account) { a.Blocks = (a.Blocks | v.n(2)) &^ v.n(3) })
	}},
	"credit.updateLimits": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.change("credit.updateLimits", v, func(a *Account) { a.LimitOnline, a.LimitStore, a.Ceiling = v.n(2), v.n(3), v.n(4) })
	}},
	"credit.raiseCeiling": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.change("credit.raiseCeiling", v, func(a *Account) { a.Ceiling = max(a.Held+a.Unpaid+v.n(2), a.LimitOnline) })
	}},
	"credit.insertLimitChange": {8, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Limits.Find(changeKey{v.id(1), v.n(2), v.text(3)})
		if old != nil {
			return 1, s.Limits.update(old, func(c *LimitChange) { c.NewLimit, c.Reason, c.Actor = v.n(5), v.text(6), v.text(7) })
		}
		return 1, s.Limits.insert(&LimitChange{
			Bucket: v.n(0), Member: v.id(1), At: v.n(2), Channel: v.text(3), OldLimit: v.n(4), NewLimit: v.n(5), Reason: v.text(6),
			Actor: v.text(7),
		})
	}},
	"credit.lockBuckets": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		var n int64
		for _, a := range s.Accounts.rows {
			if a.Bucket == v.n(0) {
				n++
				s.lock("credit", a.Member)
			}
		}
		return 1, out(s.fresh().int(n))
	}},
	"credit.upsertFences": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Fences.Find(v.n(0))
		switch {
		case old == nil:
			return 1, s.Fences.insert(&Fence{Bucket: v.n(0), Closed: v.text(1)})
		case old.Closed < v.text(1):
			return 1, s.Fences.update(old, func(f *Fence) { f.Closed = v.text(1) })
		}
		return 0, nil
	}},
	"credit.selectFences": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		f := s.Fences.Find(v.n(0))
		if f == nil {
			return 0, nil
		}
		return 1, out(s.fresh().int(f.Bucket).text(f.Closed))
	}},
})

func (s *Store) account(v values, out func(*row) error) (int64, error) {
	a := s.Accounts.Find(Key{v.n(0), v.id(1)})
	if a == nil {
		return 0, nil
	}
	return 1, out(s.fresh().id(a.Member).int(a.LimitOnline).int(a.LimitStore).int(a.Held).int(a.Unpaid).int(a.HeldStore).
		int(a.UnpaidStore).int(a.Blocks).flag(a.Verified).int(a.Tries).int(a.TriesSince).int(a.Opened))
}

// change updates the account that the first two values name.
func (s *Store) change(statement string, v values, with func(*Account)) (int64, error) {
	old := s.Accounts.Find(Key{v.n(0), v.id(1)})
	if old == nil {
		return 0, nil
	}
	s.changes(statement, "credit", old.Member)
	return 1, s.Accounts.update(old, with)
}
