package memory

import (
	"cmp"
	"slices"
)

// The statements of package billing about what is given up: bills that nobody will pay, and late charges that people take back.
var _ = teach(map[string]handler{
	"billing.insertWriteOff": {9, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("billing.insertWriteOff", "statement", v.id(2))
		return 1, s.WriteOffs.insert(&WriteOff{
			Bucket: v.n(0), ID: v.id(1), Statement: v.id(2), Member: v.id(3), Amount: v.n(4), Reason: v.text(5), By: v.text(6), Second: v.text(7),
			Decided: v.n(8),
		})
	}},
	"billing.updateUndone": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.WriteOffs.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.Undone != 0 {
			return 0, nil
		}
		s.changes("billing.updateUndone", "statement", old.Statement)
		return 1, s.WriteOffs.update(old, func(r *WriteOff) { r.UndoneBy, r.UndoneSecond, r.Undone = v.text(2), v.text(3), v.n(4) })
	}},
	"billing.updateWrittenOff": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Bills.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("billing.updateWrittenOff", "statement", old.ID)
		return 1, s.Bills.update(old, func(r *Statement) { r.WrittenOff, r.PastDue = v.flag(2), v.flag(3) })
	}},
	"billing.selectWriteOffs": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := slices.Clone(s.writeOffsOf[v.id(1)])
		slices.SortFunc(all, func(a, b *WriteOff) int {
			return cmp.Or(cmp.Compare(a.Decided, b.Decided), slices.Compare(a.ID[:], b.ID[:]))
		})
		for _, r := range all {
			err := out(s.fresh().id(r.ID).id(r.Statement).id(r.Member).int(r.Amount).text(r.Reason).text(r.By).text(r.Second).int(r.Decided).
				text(r.UndoneBy).text(r.UndoneSecond).int(r.Undone))
			if err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.countOpen": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var late, given int64
		for _, r := range s.Bills.rows {
			if r.Bucket != v.n(0) || r.Member != v.id(1) {
				continue
			}
			late += counted(r.PastDue)
			given += counted(r.WrittenOff)
		}
		return 1, out(s.fresh().int(late).int(given))
	}},
	"billing.selectLinesOf": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		entry, _ := s.EntryOf(v.n(0), v.text(1), v.id(2))
		all := slices.Clone(s.byEntry[entry])
		slices.SortFunc(all, func(a, b *Line) int { return cmp.Compare(a.Number, b.Number) })
		for _, l := range all {
			if err := out(s.fresh().text(l.Account).id(l.Holder).int(l.Amount)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.selectChosen": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		c := s.Charges.Find(Key{v.n(0), v.id(1)})
		if c == nil {
			return 0, nil
		}
		return 1, out(s.charge(c))
	}},
	"billing.insertWaiver": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Waivers.insert(&LateWaiver{Bucket: v.n(0), Charge: v.id(1), By: v.text(2), Second: v.text(3), Decided: v.n(4)})
	}},
	"billing.selectWaivers": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		w := s.Waivers.Find(Key{v.n(0), v.id(1)})
		if w == nil {
			return 0, nil
		}
		return 1, out(s.fresh().id(w.Charge).text(w.By).text(w.Second))
	}},
})

func (s *Store) charge(c *Charge) *row {
	return s.fresh().id(c.ID).id(c.Statement).id(c.Member).text(c.Day).text(c.Kind).int(c.Amount).int(c.FullAmount).int(c.YenDays).int(c.Rate).
		text(c.Reason).int(c.Created)
}

func (t *Tables) buildGivenUp(s *Store) {
	t.writeOffsOf = map[ID][]*WriteOff{}
	t.WriteOffs = table(s, "write_off", func(r *WriteOff) Key { return Key{r.Bucket, r.ID} })
	t.WriteOffs.check = func(r *WriteOff) bool {
		stands := r.Undone == 0
		return r.Amount > 0 && r.Reason != "" && r.By != "" && r.Second != "" && r.By != r.Second && stands == (r.UndoneBy == "") &&
			stands == (r.UndoneSecond == "") && (stands || r.UndoneBy != r.UndoneSecond)
	}
	t.WriteOffs.clash = func(r *WriteOff) bool {
		return slices.ContainsFunc(t.writeOffsOf[r.Statement], func(have *WriteOff) bool { return have.Undone == 0 })
	}
	t.WriteOffs.moved = func(old, r *WriteOff) {
		switch {
		case r == nil:
			all := t.writeOffsOf[old.Statement]
			t.writeOffsOf[old.Statement] = all[:len(all)-1]
		case old == nil:
			t.writeOffsOf[r.Statement] = append(t.writeOffsOf[r.Statement], r)
		default:
			all := t.writeOffsOf[r.Statement]
			all[slices.Index(all, old)] = r
		}
	}
	t.Waivers = table(s, "late_waiver", func(r *LateWaiver) Key { return Key{r.Bucket, r.Charge} })
	t.Waivers.check = func(r *LateWaiver) bool { return r.By != "" && r.Second != "" && r.By != r.Second }
}

// WriteOffsOf are the decisions to give a statement up, as they were made. They belong to the index.
func (t *Tables) WriteOffsOf(statement ID) []*WriteOff { return t.writeOffsOf[statement] }
