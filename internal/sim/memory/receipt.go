package memory

import (
	"cmp"
	"slices"
)

// The statements of package billing about the agent's files and the money that came in.
var _ = teach(map[string]handler{
	"billing.insertFile": {7, func(s *Store, v values, _ func(*row) error) (int64, error) {
		f := &File{
			Bucket: v.n(0), ID: v.id(1), Hash: string(v.bytes(2)), Agent: v.text(3), State: "open", Lines: v.n(4), Unread: v.n(5),
			Received: v.n(6),
		}
		if s.byHash[textKey{f.Bucket, f.Hash}] != nil {
			return 0, nil
		}
		return 1, s.Files.insert(f)
	}},
	"billing.selectFile": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		f := s.byHash[textKey{v.n(0), string(v.bytes(1))}]
		if f == nil {
			return 0, nil
		}
		return 1, out(s.fresh().id(f.ID).text(f.State).int(f.Applied).int(f.Repeated).int(f.Surplus).int(f.Suspense).int(f.Superseded))
	}},
	"billing.finishFile": {8, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Files.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		return 1, s.Files.update(old, func(f *File) {
			f.State, f.Applied, f.Repeated, f.Surplus, f.Suspense, f.Superseded, f.Finished = "done", v.n(2), v.n(3), v.n(4), v.n(5), v.n(6), v.n(7)
		})
	}},
	"billing.selectLine": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		l := s.Told.Find(Key{v.n(0), v.id(1)})
		if l == nil {
			return 0, nil
		}
		return 1, out(s.fresh().id(l.File).int(l.Number).text(l.Result).text(l.Reason).id(l.Receipt).id(l.Statement))
	}},
	"billing.insertLine": {16, func(s *Store, v values, _ func(*row) error) (int64, error) {
		if s.Told.Find(Key{v.n(0), v.id(1)}) != nil {
			return 0, nil
		}
		return 1, s.Told.insert(&ReceiptLine{
			Bucket: v.n(0), LineKey: v.id(1), File: v.id(2), Number: v.n(3), Kind: v.text(4), Result: v.text(5), Reason: v.text(6),
			Receipt: v.id(7), Statement: v.id(8), Digits: v.text(9), Amount: v.n(10), PaidDay: v.text(11), PaidTime: v.text(12),
			Chain: v.text(13), Store: v.text(14), Created: v.n(15),
		})
	}},
	"billing.lockReceipt": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		r := s.byTill[v.id(1)]
		if r == nil || r.Bucket != v.n(0) {
			return 0, nil
		}
		s.lock("receipt", r.ID)
		return 1, out(s.receipt(r))
	}},
	"billing.selectReceiptsToFold": {2, selectReceiptsToFold},
	"billing.insertReceipt": {20, func(s *Store, v values, _ func(*row) error) (int64, error) {
		r := &Receipt{
			Bucket: v.n(0), ID: v.id(1), TillKey: v.id(2), Slip: v.id(3), Statement: v.id(4), Member: v.id(5), State: v.text(6),
			Use: v.text(7), Reason: v.text(8), Amount: v.n(9), Principal: v.n(10), Fee: v.n(11), Late: v.n(12),
			Surplus: v.n(13), PaidDay: v.text(14), PaidTime: v.text(15), Chain: v.text(16), Store: v.text(17), Created: v.n(18),
			Changed: v.n(19),
		}
		if s.byTill[r.TillKey] != nil {
			return 0, nil
		}
		return 1, s.Receipts.insert(r)
	}},
	"billing.updateReceipt": {9, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Receipts.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		return 1, s.Receipts.update(old, func(r *Receipt) {
			r.State, r.Use, r.Principal, r.Fee, r.Late, r.Surplus, r.Changed = v.text(2), v.text(3), v.n(4), v.n(5), v.n(6), v.n(7), v.n(8)
		})
	}},
})

// selectReceiptsToFold lists the receipts of a statement as they were told, each with what was used of it.
func selectReceiptsToFold(s *Store, v values, out func(*row) error) (int64, error) {
	var all []*Receipt
	for _, r := range s.receiptsOf[v.id(1)] {
		if r.Bucket == v.n(0) && r.Use != "suspense" {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *Receipt) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), slices.Compare(a.ID[:], b.ID[:]))
	})
	for _, r := range all {
		var used int64
		if c := s.Credits.Find(Key{r.Bucket, r.ID}); c != nil && c.State == "used" {
			used = c.Amount
		}
		if err := out(s.receipt(r).int(used)); err != nil {
			return 0, err
		}
	}
	return int64(len(all)), nil
}

func (s *Store) receipt(r *Receipt) *row {
	return s.fresh().id(r.ID).id(r.Slip).id(r.Statement).id(r.Member).text(r.State).text(r.Use).text(r.Reason).int(r.Amount).
		int(r.Principal).int(r.Fee).int(r.Late).int(r.Surplus).text(r.PaidDay).text(r.PaidTime).text(r.Chain).text(r.Store).int(r.Created).int(r.Changed).id(r.TillKey)
}
