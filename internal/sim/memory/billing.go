package memory

import (
	"cmp"
	"slices"
)

// The statements of package billing about closing months, statements, slips and credits.
var _ = teach(map[string]handler{
	"billing.selectOpen": {2, selectOpen},
	"billing.countUnbilled": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		if bought, back := s.unbilled(v.n(0), v.text(1)); bought+back == "" {
			return 0, nil // a list's count of nothing
		}
		return 1, out(s.fresh().int(1))
	}},
	"billing.insertCloses": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Closes.insert(&Close{Bucket: v.n(0), Month: v.text(1), Statements: v.n(2), Total: v.n(3), Closed: v.n(4)})
	}},
	"billing.selectSums": {2, selectSums},
	"billing.insertStatements": {17, func(s *Store, v values, _ func(*row) error) (int64, error) {
		r := &Statement{
			Bucket: v.n(0), ID: v.id(1), Member: v.id(2), Month: v.text(3), Purchases: v.n(4), Refunds: v.n(5), Credits: v.n(6),
			Fee: v.n(7), Lates: v.n(8), Total: v.n(9), Carried: v.n(10), Store: v.n(11), Way: v.text(12), Due: v.text(13),
			State: v.text(14), Issued: v.n(15), Capture: v.id(16),
		}
		s.lock("statement", r.ID)
		return 1, s.Bills.insert(r)
	}},
	"billing.lockStatements": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		r := s.Bills.Find(Key{v.n(0), v.id(1)})
		if r == nil {
			return 0, nil
		}
		s.lock("statement", r.ID)
		return 1, out(s.bill(r))
	}},
	"billing.updateStatement": {8, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Bills.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("billing.updateStatement", "statement", old.ID)
		return 1, s.Bills.update(old, func(r *Statement) {
			r.State, r.PastDue, r.PaidDay, r.Received, r.Certain, r.Late = v.text(2), v.flag(3), v.text(4), v.n(5), v.n(6), v.n(7)
		})
	}},
	"billing.selectStatements": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.bills(func(r *Statement) bool { return r.Bucket == v.n(0) && r.Member == v.id(1) })
		month := func(r *Statement) string { return cmp.Or(r.Month, r.Due[:7]) }
		slices.SortFunc(all, func(a, b *Statement) int {
			return cmp.Or(cmp.Compare(month(b), month(a)), cmp.Compare(b.Due, a.Due), slices.Compare(b.ID[:], a.ID[:]))
		})
		return s.handBills(all, out)
	}},
	"billing.selectStatement": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		r := s.Bills.Find(Key{v.n(0), v.id(1)})
		if r == nil || r.Member != v.id(2) {
			return 0, nil
		}
		return 1, out(s.bill(r))
	}},
	"billing.selectDue": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.bills(func(r *Statement) bool {
			return r.State == "issued" && !r.PastDue && !r.Awaited && r.Due < v.text(0) && !r.WrittenOff
		})
		slices.SortFunc(all, func(a, b *Statement) int {
			return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Bucket, b.Bucket), slices.Compare(a.ID[:], b.ID[:]))
		})
		return s.handBills(all[:min(len(all), int(v.n(1)))], out)
	}},
	"billing.countPastDue": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		late := s.bills(func(r *Statement) bool { return r.Bucket == v.n(0) && r.Member == v.id(1) && r.PastDue })
		return 1, out(s.fresh().int(int64(len(late))))
	}},
	"billing.insertSlips": {12, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Slips.insert(&Slip{
			Bucket: v.n(0), ID: v.id(1), Statement: v.id(2), Member: v.id(3), Kind: v.text(4), Number: v.text(5), Digits: v.text(6),
			Reissue: v.n(7), Amount: v.n(8), ValidFrom: v.text(9), ValidTo: v.text(10), State: "open", Created: v.n(11),
		})
	}},
	"billing.selectOpenSlip": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.slip(s.openSlip[v.id(1)], out)
	}},
	"billing.selectSlipByNumber": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.slip(s.byNumber[textKey{v.n(0), v.text(1)}], out)
	}},
	"billing.closeSlip": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Slips.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		return 1, s.Slips.update(old, func(r *Slip) { r.State = "closed" })
	}},
	"billing.closeSlips": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.openSlip[v.id(1)]
		if old == nil || old.Bucket != v.n(0) {
			return 0, nil
		}
		return 1, s.Slips.update(old, func(r *Slip) { r.State = "closed" })
	}},
	"billing.selectLates": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var sum int64
		for _, r := range s.leftLate(v.n(0), v.id(1)) {
			sum += r.Total + r.Late - r.Moved - r.Received
		}
		if sum == 0 {
			return 0, nil
		}
		return 1, out(s.fresh().id(v.id(1)).int(sum))
	}},
	"billing.moveLates": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		all := s.leftLate(v.n(0), v.id(1))
		for _, r := range all {
			if err := s.Bills.update(r, func(r *Statement) { r.Moved = r.Total + r.Late - r.Received }); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.giveCredit": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Credits.Find(Key{v.n(0), v.id(1)})
		switch {
		case old == nil:
			return 1, s.Credits.insert(&BillCredit{
				Bucket: v.n(0), Source: v.id(1), Member: v.id(2), Amount: v.n(3), Reason: v.text(4), State: "open", Created: v.n(5),
			})
		case old.State == "used":
			return 0, nil
		}
		return 1, s.Credits.update(old, func(c *BillCredit) { c.Amount, c.State = v.n(3), "open" })
	}},
	"billing.selectCredits": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var sum int64
		for _, c := range s.Credits.rows {
			if c.Bucket == v.n(0) && c.Member == v.id(1) && c.State == "open" {
				sum += c.Amount
			}
		}
		if sum == 0 {
			return 0, nil
		}
		return 1, out(s.fresh().id(v.id(1)).int(sum))
	}},
	"billing.selectBucketCredits": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all amounts
		for _, c := range s.Credits.rows {
			if c.Bucket == v.n(0) && c.State == "open" {
				all.add(c.Member, c.Amount)
			}
		}
		return all.hand(s, out)
	}},
	"billing.selectBucketLates": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all amounts
		for _, r := range s.Bills.rows {
			if r.Bucket == v.n(0) && r.Late > r.Moved && r.State == "paid" && !r.Awaited && !r.WrittenOff {
				all.add(r.Member, r.Total+r.Late-r.Moved-r.Received)
			}
		}
		return all.hand(s, out)
	}},
	"billing.useCredits": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		var n int64
		for _, c := range s.Credits.rows {
			if c.Bucket != v.n(0) || c.Member != v.id(1) || c.State != "open" {
				continue
			}
			n++
			if err := s.Credits.update(c, func(c *BillCredit) { c.State, c.UsedIn = "used", v.id(2) }); err != nil {
				return n, err
			}
		}
		return n, nil
	}},
	"billing.insertCredits": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Credits.insert(&BillCredit{
			Bucket: v.n(0), Source: v.id(1), Member: v.id(2), Amount: v.n(3), Reason: v.text(4), State: "open", Created: v.n(5),
		})
	}},
	"billing.withdrawCredit": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Credits.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.State != "open" {
			return 0, nil
		}
		return 1, s.Credits.update(old, func(c *BillCredit) { c.State = "withdrawn" })
	}},
})

// selectOpen tells whether a month is not closed in a bucket, and the oldest month up to it that has something to bill.
func selectOpen(s *Store, v values, out func(*row) error) (int64, error) {
	bucket, month := v.n(0), v.text(1)
	if s.Closes.Find(monthKey{bucket, month}) != nil {
		return 0, nil
	}
	bought, back := s.unbilled(bucket, month)
	return 1, out(s.fresh().int(bucket).day(bought).day(back))
}

// unbilled is the first month that is not closed and has purchases, and that with refunds, of a bucket up to a month.
func (s *Store) unbilled(bucket int64, month string) (bought, back string) {
	if len(s.captured[bucket])+len(s.refunded[bucket]) == 0 || s.Closes.Find(monthKey{bucket, month}) != nil {
		return "", ""
	}
	newest := ""
	for _, c := range s.closesOf[bucket] {
		newest = max(newest, c.Month)
	}
	return s.captured.oldest(bucket, newest, month), s.refunded.oldest(bucket, newest, month)
}

// months counts rows by bucket and the month that they are billed in.
type months map[int64]map[string]int

func (m months) count(bucket int64, month string, by int) {
	if m[bucket] == nil {
		m[bucket] = map[string]int{}
	}
	m[bucket][month] += by
}

// oldest is the first month after one and up to another that has rows; empty if none has.
func (m months) oldest(bucket int64, after, upTo string) string {
	found := ""
	for month, n := range m[bucket] {
		if n > 0 && month > after && month <= upTo && (found == "" || month < found) {
			found = month
		}
	}
	return found
}

// amounts are sums by member, in the order in which the members came first.
type amounts struct {
	members []ID
	sums    map[ID]int64
}

func (a *amounts) add(member ID, amount int64) {
	if a.sums == nil {
		a.sums = map[ID]int64{}
	}
	if _, known := a.sums[member]; !known {
		a.members = append(a.members, member)
	}
	a.sums[member] += amount
}

func (a *amounts) hand(s *Store, out func(*row) error) (int64, error) {
	for _, m := range a.members {
		if err := out(s.fresh().id(m).int(a.sums[m])); err != nil {
			return 0, err
		}
	}
	return int64(len(a.members)), nil
}

// selectSums adds up a bucket's month by member.
func selectSums(s *Store, v values, out func(*row) error) (int64, error) {
	type sums struct{ purchase, refund, store int64 }
	all := map[ID]*sums{}
	of := func(member ID) *sums {
		if all[member] == nil {
			all[member] = &sums{}
		}
		return all[member]
	}
	for _, c := range s.Captures.rows {
		if c.Bucket == v.n(0) && c.BillMonth == v.text(1) {
			of(c.Member).purchase += c.Amount
			if c.Channel == "store" {
				of(c.Member).store += c.Amount
			}
		}
	}
	for _, r := range s.Refunds.rows {
		if r.Bucket == v.n(0) && r.BillMonth == v.text(1) {
			of(r.Member).refund += r.Amount
			if r.Channel == "store" {
				of(r.Member).store -= r.Amount
			}
		}
	}
	members := make([]ID, 0, len(all))
	for m := range all {
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	for _, m := range members {
		if err := out(s.fresh().id(m).int(all[m].purchase).int(all[m].refund).int(all[m].store)); err != nil {
			return 0, err
		}
	}
	return int64(len(members)), nil
}

// leftLate are a member's paid statements that may have left something of their late charges.
func (s *Store) leftLate(bucket int64, member ID) []*Statement {
	return s.bills(func(r *Statement) bool {
		return r.Late > r.Moved && r.State == "paid" && r.Bucket == bucket && r.Member == member && !r.Awaited && !r.WrittenOff
	})
}

func (s *Store) bills(want func(*Statement) bool) []*Statement {
	var all []*Statement
	for _, r := range s.Bills.rows {
		if want(r) {
			all = append(all, r)
		}
	}
	return all
}

func (s *Store) handBills(all []*Statement, out func(*row) error) (int64, error) {
	for _, r := range all {
		if err := out(s.bill(r)); err != nil {
			return 0, err
		}
	}
	return int64(len(all)), nil
}

func (s *Store) bill(r *Statement) *row {
	return s.fresh().id(r.ID).id(r.Member).day(r.Month).int(r.Purchases).int(r.Refunds).int(r.Credits).int(r.Fee).int(r.Lates).
		int(r.Total).int(r.Carried).int(r.Store).text(r.Way).text(r.Due).text(r.State).flag(r.PastDue).day(r.PaidDay).int(r.Issued).flag(r.Awaited).
		int(r.Late).int(r.Moved).int(r.Received).int(r.Certain).flag(r.WrittenOff).id(r.Capture)
}

func (s *Store) slip(r *Slip, out func(*row) error) (int64, error) {
	if r == nil {
		return 0, nil
	}
	return 1, out(s.slipRow(r))
}

func (s *Store) slipRow(r *Slip) *row {
	return s.fresh().id(r.ID).id(r.Statement).id(r.Member).text(r.Kind).text(r.Number).text(r.Digits).int(r.Reissue).
		int(r.Amount).text(r.ValidFrom).day(r.ValidTo).text(r.State).int(r.Created)
}
