package memory

import (
	"cmp"
	"slices"
)

// TransferLine is a row of transfer_line.
type TransferLine struct {
	Bucket        int64
	LineKey       ID
	File          ID
	Number        int64
	Account       ID
	Day           string
	Amount        int64
	Result        string
	Reason        string
	ReceiptBucket int64
	Receipt       ID
	Statement     ID
	Created       int64
}

// TransferPayer is a row of transfer_payer. What is sealed in it is another text on each database.
type TransferPayer struct {
	Bucket  int64
	Receipt ID
	DataKey []byte
	Sealed  []byte
}

// NumberClaim is a row of number_claim.
type NumberClaim struct {
	Bucket  int64
	Number  string
	Created int64
}

// NumberSlip is a row of number_slip.
type NumberSlip struct {
	Bucket    int64
	Slip      ID
	Statement ID
	Code      string
	ToldIn    int64
	EndedIn   int64
}

// NumberFile is a row of number_file.
type NumberFile struct {
	Number  int64
	Made    string
	Written bool
	Hash    []byte
	Changed int64
}

// wayTables are what package billing keeps of bank transfers and receipt numbers.
type wayTables struct {
	TransferLines  Table[Key, TransferLine]
	TransferPayers Table[Key, TransferPayer]
	NumberClaims   Table[textKey, NumberClaim]
	NumberSlips    Table[Key, NumberSlip]
	NumberFiles    Table[int64, NumberFile]
}

func (t *Tables) buildWays(s *Store) {
	t.TransferLines = table(s, "transfer_line", func(r *TransferLine) Key { return Key{r.Bucket, r.LineKey} })
	t.TransferLines.check = func(r *TransferLine) bool {
		return r.Amount > 0 && oneOf(r.Result, "applied", "surplus", "suspense") && (r.Result == "suspense") == (r.Reason != "")
	}
	t.TransferPayers = table(s, "transfer_payer", func(r *TransferPayer) Key { return Key{r.Bucket, r.Receipt} })
	t.NumberClaims = table(s, "number_claim", func(r *NumberClaim) textKey { return textKey{r.Bucket, r.Number} })
	t.NumberSlips = table(s, "number_slip", func(r *NumberSlip) Key { return Key{r.Bucket, r.Slip} })
	t.NumberSlips.check = func(r *NumberSlip) bool { return r.ToldIn >= 0 && r.EndedIn >= 0 }
	t.NumberFiles = table(s, "number_file", func(r *NumberFile) int64 { return r.Number })
	t.NumberFiles.check = func(r *NumberFile) bool { return r.Number > 0 && r.Written == (r.Hash != nil) }
}

// The statements of package billing about bank transfers and receipt numbers.
var _ = teach(map[string]handler{
	"billing.selectTransferLine": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		l := s.TransferLines.Find(Key{v.n(0), v.id(1)})
		if l == nil {
			return 0, nil
		}
		return 1, out(s.fresh().id(l.File).int(l.Number).text(l.Result).text(l.Reason).id(l.Receipt).id(l.Statement))
	}},
	"billing.insertTransferLine": {13, func(s *Store, v values, _ func(*row) error) (int64, error) {
		if s.TransferLines.Find(Key{v.n(0), v.id(1)}) != nil {
			return 0, nil
		}
		return 1, s.TransferLines.insert(&TransferLine{
			Bucket: v.n(0), LineKey: v.id(1), File: v.id(2), Number: v.n(3), Account: v.id(4), Day: v.text(5), Amount: v.n(6), Result: v.text(7),
			Reason: v.text(8), ReceiptBucket: v.n(9), Receipt: v.id(10), Statement: v.id(11), Created: v.n(12),
		})
	}},
	"billing.selectTransferLines": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*TransferLine
		for _, l := range s.TransferLines.rows {
			if l.Account == v.id(0) && l.Day >= v.text(1) && l.Day <= v.text(2) {
				all = append(all, l)
			}
		}
		slices.SortFunc(all, func(a, b *TransferLine) int {
			return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Created, b.Created), cmp.Compare(a.Number, b.Number))
		})
		for _, l := range all {
			if err := out(s.fresh().id(l.LineKey).id(l.File).int(l.Number).text(l.Day).int(l.Amount)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.selectByReferences": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.handBills(s.bills(func(b *Statement) bool { return b.Bucket == v.n(0) && slices.Equal(b.ID[13:], v.bytes(1)) }), out)
	}},
	"billing.insertPayer": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.TransferPayers.insert(&TransferPayer{Bucket: v.n(0), Receipt: v.id(1), DataKey: v.bytes(2), Sealed: v.bytes(3)})
	}},
	"billing.selectPayer": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		p := s.TransferPayers.Find(Key{v.n(0), v.id(1)})
		if p == nil {
			return 0, nil
		}
		return 1, out(s.fresh().bytes(p.DataKey).bytes(p.Sealed))
	}},
	"billing.deletePayer": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		p := s.TransferPayers.Find(Key{v.n(0), v.id(1)})
		if p == nil {
			return 0, nil
		}
		s.changes("billing.deletePayer", "receipt", p.Receipt)
		s.TransferPayers.remove(p)
		return 1, nil
	}},
	"billing.insertClaims": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		if s.NumberClaims.Find(textKey{v.n(0), v.text(1)}) != nil {
			return 0, nil
		}
		if err := s.NumberClaims.insert(&NumberClaim{Bucket: v.n(0), Number: v.text(1), Created: v.n(2)}); err != nil {
			return 0, err
		}
		return 1, out(s.fresh().text(v.text(1)))
	}},
	"billing.insertNumbered": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.NumberSlips.insert(&NumberSlip{Bucket: v.n(0), Slip: v.id(1), Statement: v.id(2), Code: v.text(3)})
	}},
	"billing.selectNumbered": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		n := s.NumberSlips.Find(Key{v.n(0), v.id(1)})
		if n == nil {
			return 0, nil
		}
		return 1, out(s.fresh().text(n.Code).int(n.ToldIn).int(n.EndedIn))
	}},
	"billing.fileWritten": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		f := s.NumberFiles.Find(v.n(0))
		if f == nil {
			return 0, nil
		}
		return 1, out(s.fresh().flag(f.Written))
	}},
	"billing.selectOpenNumberFile": {0, func(s *Store, _ values, out func(*row) error) (int64, error) {
		for _, f := range s.NumberFiles.rows {
			if !f.Written {
				return 1, out(s.fresh().int(f.Number).text(f.Made))
			}
		}
		return 0, nil
	}},
	"billing.insertNumberFile": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		f := &NumberFile{Number: 1, Made: v.text(0), Changed: v.n(1)}
		for _, have := range s.NumberFiles.rows {
			if !have.Written {
				return 0, nil
			}
			f.Number = max(f.Number, have.Number+1)
		}
		if err := s.NumberFiles.insert(f); err != nil {
			return 0, err
		}
		return 1, out(s.fresh().int(f.Number))
	}},
	"billing.updateNumberFile": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.NumberFiles.Find(v.n(0))
		if old == nil || old.Written {
			return 0, nil
		}
		return 1, s.NumberFiles.update(old, func(f *NumberFile) { f.Written, f.Hash, f.Changed = true, v.bytes(1), v.n(2) })
	}},
	"billing.selectUntold": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.handNumbered(int(v.n(1)), out, func(n *NumberSlip, l *Slip, b *Statement) bool {
			return n.ToldIn == 0 && n.EndedIn == 0 && l.State == "open" && b.State == "issued" && (l.ValidTo == "" || l.ValidTo >= v.text(0))
		})
	}},
	"billing.selectEnding": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.handNumbered(int(v.n(1)), out, func(n *NumberSlip, l *Slip, b *Statement) bool {
			over := l.State == "closed" || b.State != "issued" || l.ValidTo != "" && l.ValidTo < v.text(0)
			return n.ToldIn != 0 && n.EndedIn == 0 && over && !slices.ContainsFunc(s.receiptsOf[n.Statement], func(r *Receipt) bool {
				return r.Slip == n.Slip && oneOf(r.State, "prompt", "confirmed")
			})
		})
	}},
	"billing.markTold": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.mark(v, func(n *NumberSlip) { n.ToldIn = v.n(2) })
	}},
	"billing.markEnded": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return s.mark(v, func(n *NumberSlip) { n.EndedIn = v.n(2) })
	}},
	"billing.selectRecords": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.numberSlips(func(n *NumberSlip) bool {
			in := n.ToldIn
			if v.flag(1) {
				in = n.EndedIn
			}
			return n.ToldIn != n.EndedIn && in == v.n(0)
		})
		for _, n := range all {
			if err := out(s.slipRow(s.Slips.Find(Key{n.Bucket, n.Slip})).text(n.Code)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
})

// mark changes the number of a slip.
func (s *Store) mark(v values, with func(*NumberSlip)) (int64, error) {
	old := s.NumberSlips.Find(Key{v.n(0), v.id(1)})
	if old == nil {
		return 0, nil
	}
	return 1, s.NumberSlips.update(old, with)
}

// numberSlips lists those that are wanted in the order of buckets and ids.
func (s *Store) numberSlips(want func(*NumberSlip) bool) []*NumberSlip {
	var all []*NumberSlip
	for _, n := range s.NumberSlips.rows {
		if want(n) {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b *NumberSlip) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), slices.Compare(a.Slip[:], b.Slip[:]))
	})
	return all
}

// handNumbered hands out slips with numbers that are wanted, at most limit.
func (s *Store) handNumbered(limit int, out func(*row) error, want func(*NumberSlip, *Slip, *Statement) bool) (int64, error) {
	all := s.numberSlips(func(n *NumberSlip) bool {
		return want(n, s.Slips.Find(Key{n.Bucket, n.Slip}), s.Bills.Find(Key{n.Bucket, n.Statement}))
	})
	all = all[:min(len(all), limit)]
	for _, n := range all {
		if _, err := s.slip(s.Slips.Find(Key{n.Bucket, n.Slip}), out); err != nil {
			return 0, err
		}
	}
	return int64(len(all)), nil
}
