package memory

import (
	"cmp"
	"slices"
)

// CreditReturn is a row of credit_return.
type CreditReturn struct {
	Bucket    int64
	Source    ID
	Member    ID
	Statement ID
	Amount    int64
	Chosen    int64
	PaidDay   string
	PaidBy    string
}

// Regained is a row of loss_regained.
type Regained struct {
	Bucket    int64
	Source    ID
	Member    ID
	Statement ID
	Amount    int64
	Created   int64
}

// PayoutFile is a row of payout_file.
type PayoutFile struct {
	Number   int64
	Day      string
	State    string
	Records  int64
	Total    int64
	Hash     []byte
	Gathered int64
	Changed  int64
}

// Payout is a row of payout.
type Payout struct {
	Bucket  int64
	Receipt ID
	Member  ID
	State   string
	File    int64
	Reason  string
	Changed int64
}

// PayoutRecord is a row of payout_record. What is sealed in it is another text on each database, and nil once it is erased.
type PayoutRecord struct {
	Bucket  int64
	Receipt ID
	File    int64
	Number  string
	Ref     ID
	Amount  int64
	Sent    int64
	Outcome string
	Reason  string
	DataKey []byte
	Account []byte
	Changed int64
}

// PayoutAccount is a row of payout_account.
type PayoutAccount struct {
	Bucket  int64
	Receipt ID
	DataKey []byte
	Account []byte
	Changed int64
}

type recordKey struct {
	receipt ID
	file    int64
}

// payoutTables are what packages payout and billing keep of money that goes back.
type payoutTables struct {
	CreditReturns  Table[Key, CreditReturn]
	Regained       Table[Key, Regained]
	PayoutFiles    Table[int64, PayoutFile]
	Payouts        Table[Key, Payout]
	PayoutRecords  Table[recordKey, PayoutRecord]
	PayoutAccounts Table[Key, PayoutAccount]

	recordsOf map[ID][]*PayoutRecord // of a receipt
}

func (t *Tables) buildPayouts(s *Store) {
	t.CreditReturns = table(s, "credit_return", func(r *CreditReturn) Key { return Key{r.Bucket, r.Source} })
	t.CreditReturns.check = func(r *CreditReturn) bool { return r.Amount > 0 && (r.PaidDay != "") == (r.PaidBy != "") }
	t.Regained = table(s, "loss_regained", func(r *Regained) Key { return Key{r.Bucket, r.Source} })
	t.Regained.check = func(r *Regained) bool { return r.Amount > 0 }
	t.PayoutFiles = table(s, "payout_file", func(r *PayoutFile) int64 { return r.Number })
	t.PayoutFiles.check = func(r *PayoutFile) bool {
		return r.Number > 0 && oneOf(r.State, "gathered", "written", "taken", "released") && r.Records > 0 && r.Total > 0 &&
			(r.State == "gathered") == (r.Hash == nil)
	}
	t.Payouts = table(s, "payout", func(r *Payout) Key { return Key{r.Bucket, r.Receipt} })
	t.Payouts.check = func(r *Payout) bool {
		return oneOf(r.State, "decided", "in_file", "paid", "failed") && r.File > 0 && (r.State == "failed") == (r.Reason != "")
	}
	t.recordsOf = map[ID][]*PayoutRecord{}
	t.PayoutRecords = table(s, "payout_record", func(r *PayoutRecord) recordKey { return recordKey{r.Receipt, r.File} })
	t.PayoutRecords.check = func(r *PayoutRecord) bool {
		return r.Amount > 0 && r.Sent > 0 && r.Sent <= r.Amount && oneOf(r.Outcome, "open", "paid", "failed", "released") &&
			(r.Outcome == "failed") == (r.Reason != "") && (r.DataKey == nil) == (r.Account == nil)
	}
	t.PayoutRecords.clash = func(r *PayoutRecord) bool {
		return r.onItsWay() && slices.ContainsFunc(t.recordsOf[r.Receipt], (*PayoutRecord).onItsWay)
	}
	t.PayoutRecords.moved = func(old, r *PayoutRecord) {
		switch {
		case r == nil:
			all := t.recordsOf[old.Receipt]
			t.recordsOf[old.Receipt] = all[:len(all)-1]
		case old == nil:
			t.recordsOf[r.Receipt] = append(t.recordsOf[r.Receipt], r)
		default:
			all := t.recordsOf[r.Receipt]
			all[slices.Index(all, old)] = r
		}
	}
	t.PayoutAccounts = table(s, "payout_account", func(r *PayoutAccount) Key { return Key{r.Bucket, r.Receipt} })
}

func (r *PayoutRecord) onItsWay() bool { return oneOf(r.Outcome, "open", "paid") }

// RecordsOf are the tries to send a return, in the order of their files. They belong to the index.
func (t *Tables) RecordsOf(receipt ID) []*PayoutRecord { return t.recordsOf[receipt] }

// The statements of package payout, and of package billing about money that goes back.
var _ = teach(map[string]handler{
	"billing.selectOverpaid": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*Receipt
		for _, r := range s.receiptsOf[v.id(2)] {
			c := s.Credits.Find(Key{r.Bucket, r.ID})
			if c != nil && c.Bucket == v.n(0) && c.Member == v.id(1) && s.isOver(c) {
				all = append(all, r)
			}
		}
		slices.SortFunc(all, func(a, b *Receipt) int {
			return cmp.Or(cmp.Compare(a.Created, b.Created), slices.Compare(a.ID[:], b.ID[:]))
		})
		for _, r := range all {
			if err := out(s.overpaid(r)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"billing.selectOverpaidBy": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		key := Key{v.n(0), v.id(1)}
		c, r := s.Credits.Find(key), s.Receipts.Find(key)
		if c == nil || r == nil || c.Member != v.id(2) || !s.isOver(c) {
			return 0, nil
		}
		return 1, out(s.overpaid(r))
	}},
	"billing.withdrawToReturn": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Credits.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.State != "open" {
			return 0, nil
		}
		s.changes("billing.withdrawToReturn", "credit", old.Member)
		return 1, s.Credits.update(old, func(c *BillCredit) { c.State, c.UsedIn = "used", c.Source })
	}},
	"billing.insertCreditReturn": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("billing.insertCreditReturn", "credit", v.id(2))
		return 1, s.CreditReturns.insert(&CreditReturn{
			Bucket: v.n(0), Source: v.id(1), Member: v.id(2), Statement: v.id(3), Amount: v.n(4), Chosen: v.n(5),
		})
	}},
	"billing.insertUsedInItself": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Credits.insert(&BillCredit{
			Bucket: v.n(0), Source: v.id(1), Member: v.id(2), Amount: v.n(3), Reason: "surplus", State: "used", UsedIn: v.id(1), Created: v.n(4),
		})
	}},
	"billing.insertRegained": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("billing.insertRegained", "statement", v.id(3))
		return 1, s.Regained.insert(&Regained{
			Bucket: v.n(0), Source: v.id(1), Member: v.id(2), Statement: v.id(3), Amount: v.n(4), Created: v.n(5),
		})
	}},
	"billing.selectRegained": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var sum int64
		for _, r := range s.Regained.rows {
			if r.Bucket == v.n(0) && r.Statement == v.id(1) {
				sum += r.Amount
			}
		}
		return 1, out(s.fresh().int(sum))
	}},
	"billing.updateCreditReturned": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.CreditReturns.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.PaidDay != "" {
			return 0, nil
		}
		s.changes("billing.updateCreditReturned", "receipt", old.Source)
		return 1, s.CreditReturns.update(old, func(k *CreditReturn) { k.PaidDay, k.PaidBy = v.text(2), v.text(3) })
	}},
	"billing.reopenCreditReturn": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.CreditReturns.Find(Key{v.n(0), v.id(1)})
		if old == nil {
			return 0, nil
		}
		s.changes("billing.reopenCreditReturn", "receipt", old.Source)
		return 1, s.CreditReturns.update(old, func(k *CreditReturn) { k.PaidDay, k.PaidBy = "", "" })
	}},
	"billing.reopenReturn": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Decisions.Find(Key{v.n(0), v.id(1)})
		if old == nil || old.Act != "returned" {
			return 0, nil
		}
		s.changes("billing.reopenReturn", "receipt", old.Receipt)
		return 1, s.Decisions.update(old, func(d *Decision) { d.PaidDay, d.PaidBy = "", "" })
	}},
	"payout.selectOpenFile": {0, func(s *Store, _ values, out func(*row) error) (int64, error) {
		f := s.gatheredFile()
		if f == nil {
			return 0, nil
		}
		return 1, out(s.payoutFile(f))
	}},
	"payout.selectFile": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		f := s.PayoutFiles.Find(v.n(0))
		if f == nil {
			return 0, nil
		}
		return 1, out(s.payoutFile(f))
	}},
	"payout.lockFile": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		f := s.PayoutFiles.Find(v.n(0))
		if f == nil {
			return 0, nil
		}
		s.lock("payout_file", numbered(f.Number))
		return 1, out(s.payoutFile(f))
	}},
	"payout.selectByHash": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		for _, f := range s.PayoutFiles.rows {
			if f.Hash != nil && slices.Equal(f.Hash, v.bytes(0)) {
				return 1, out(s.fresh().int(f.Number))
			}
		}
		return 0, nil
	}},
	"payout.selectFiles": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := slices.Clone(s.PayoutFiles.rows)
		slices.SortFunc(all, func(a, b *PayoutFile) int { return cmp.Compare(b.Number, a.Number) })
		all = all[:min(len(all), int(v.n(0)))]
		for _, f := range all {
			if err := out(s.payoutFile(f)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"payout.insertFile": {4, func(s *Store, v values, out func(*row) error) (int64, error) {
		if s.gatheredFile() != nil {
			return 0, nil
		}
		f := &PayoutFile{Number: 1, Day: v.text(0), State: "gathered", Records: v.n(1), Total: v.n(2), Gathered: v.n(3), Changed: v.n(3)}
		for _, have := range s.PayoutFiles.rows {
			f.Number = max(f.Number, have.Number+1)
		}
		if err := s.PayoutFiles.insert(f); err != nil {
			return 0, err
		}
		return 1, out(s.fresh().int(f.Number))
	}},
	"payout.updateFile": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.PayoutFiles.Find(v.n(0))
		if old == nil {
			return 0, nil
		}
		s.changes("payout.updateFile", "payout_file", numbered(old.Number))
		return 1, s.PayoutFiles.update(old, func(f *PayoutFile) { f.State, f.Hash, f.Changed = v.text(1), v.bytes(2), v.n(3) })
	}},
	"payout.selectWaiting": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		after := returning{decided: v.n(0), receipt: v.id(1)}
		var all []returning
		for _, x := range s.returning() {
			if x.state == "decided" && x.compare(after) > 0 {
				all = append(all, x)
			}
		}
		all = all[:min(len(all), int(v.n(2)))]
		for _, x := range all {
			if err := out(s.fresh().int(x.decided).id(x.receipt)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"payout.selectOpen": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.returning()
		all = all[:min(len(all), int(v.n(0)))]
		for _, x := range all {
			if err := out(s.fresh().id(x.receipt).id(x.member).int(x.amount).int(x.decided).text(x.state).int(x.file).text(x.reason)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"payout.lockPayout": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		p := s.Payouts.Find(Key{v.n(0), v.id(1)})
		if p == nil {
			return 0, nil
		}
		s.lock("payout", p.Receipt)
		return 1, out(s.fresh().text(p.State).int(p.File).text(p.Reason))
	}},
	"payout.upsertPayout": {7, func(s *Store, v values, _ func(*row) error) (int64, error) {
		p := &Payout{Bucket: v.n(0), Receipt: v.id(1), Member: v.id(2), State: v.text(3), File: v.n(4), Reason: v.text(5), Changed: v.n(6)}
		s.changes("payout.upsertPayout", "receipt", p.Receipt)
		old := s.Payouts.Find(Key{p.Bucket, p.Receipt})
		if old == nil {
			return 1, s.Payouts.insert(p)
		}
		s.changes("payout.upsertPayout", "payout", p.Receipt)
		return 1, s.Payouts.update(old, func(r *Payout) { r.State, r.File, r.Reason, r.Changed = p.State, p.File, p.Reason, p.Changed })
	}},
	"payout.selectFailed": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []ID
		for _, p := range s.Payouts.rows {
			if p.Bucket == v.n(0) && p.Member == v.id(1) && p.State == "failed" {
				all = append(all, p.Receipt)
			}
		}
		slices.SortFunc(all, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
		for _, r := range all {
			if err := out(s.fresh().id(r)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"payout.insertRecord": {10, func(s *Store, v values, _ func(*row) error) (int64, error) {
		s.changes("payout.insertRecord", "receipt", v.id(1))
		return 1, s.PayoutRecords.insert(&PayoutRecord{
			Bucket: v.n(0), Receipt: v.id(1), File: v.n(2), Number: v.text(3), Ref: v.id(4), Amount: v.n(5), Sent: v.n(6), Outcome: "open",
			DataKey: v.bytes(7), Account: v.bytes(8), Changed: v.n(9),
		})
	}},
	"payout.selectRecords": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		var all []*PayoutRecord
		for _, r := range s.PayoutRecords.rows {
			if r.File == v.n(0) {
				all = append(all, r)
			}
		}
		slices.SortFunc(all, func(a, b *PayoutRecord) int {
			return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), cmp.Compare(a.Number, b.Number))
		})
		for _, r := range all {
			if err := out(s.payoutRecord(r)); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"payout.selectRecord": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		r := s.recordByNumber(v.n(0), v.text(1))
		if r == nil {
			return 0, nil
		}
		return 1, out(s.payoutRecord(r))
	}},
	"payout.updateRecord": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.recordByNumber(v.n(0), v.text(1))
		if old == nil {
			return 0, nil
		}
		s.changes("payout.updateRecord", "receipt", old.Receipt)
		return 1, s.PayoutRecords.update(old, func(r *PayoutRecord) { r.Outcome, r.Reason, r.Changed = v.text(2), v.text(3), v.n(4) })
	}},
	"payout.upsertAccount": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		a := &PayoutAccount{Bucket: v.n(0), Receipt: v.id(1), DataKey: v.bytes(2), Account: v.bytes(3), Changed: v.n(4)}
		s.changes("payout.upsertAccount", "receipt", a.Receipt)
		if old := s.PayoutAccounts.Find(Key{a.Bucket, a.Receipt}); old != nil {
			return 1, s.PayoutAccounts.update(old, func(r *PayoutAccount) { *r = *a })
		}
		return 1, s.PayoutAccounts.insert(a)
	}},
	"payout.selectAccount": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		a := s.PayoutAccounts.Find(Key{v.n(0), v.id(1)})
		if a == nil {
			return 0, nil
		}
		return 1, out(s.fresh().bytes(a.DataKey).bytes(a.Account))
	}},
	"payout.eraseRecords": {1, func(s *Store, v values, _ func(*row) error) (int64, error) {
		var n int64
		for _, r := range s.PayoutRecords.rows {
			if r.Account == nil || r.Outcome == "open" || r.Changed >= v.n(0) {
				continue
			}
			if p := s.Payouts.Find(Key{r.Bucket, r.Receipt}); p != nil && p.File == r.File && p.State == "failed" {
				continue
			}
			n++
			if err := s.PayoutRecords.update(r, func(r *PayoutRecord) { r.DataKey, r.Account = nil, nil }); err != nil {
				return n, err
			}
		}
		return n, nil
	}},
	// On these terms nobody proposes an account: two people name it at once.
	"payout.deleteProposals": {1, func(*Store, values, func(*row) error) (int64, error) { return 0, nil }},
	"payout.deleteAccounts": {1, func(s *Store, v values, _ func(*row) error) (int64, error) {
		var n int64
		for _, a := range slices.Clone(s.PayoutAccounts.rows) {
			if d := s.Decisions.Find(Key{a.Bucket, a.Receipt}); d != nil && d.PaidDay != "" && d.PaidDay < v.text(0) {
				n++
				s.PayoutAccounts.remove(a)
			}
		}
		return n, nil
	}},
})

// isOver tells whether a credit is, or was, its member's to have sent back.
func (s *Store) isOver(c *BillCredit) bool {
	return c.State != "withdrawn" && s.Regained.Find(Key{c.Bucket, c.Source}) == nil
}

// overpaid is money that a bill did not need, with what becomes of it.
func (s *Store) overpaid(r *Receipt) *row {
	c := s.Credits.Find(Key{r.Bucket, r.ID})
	b := s.Bills.Find(Key{r.Bucket, r.Statement})
	used, chosen, day := "", int64(0), ""
	if u := s.Bills.Find(Key{c.Bucket, c.UsedIn}); u != nil {
		used = u.Month
	}
	if k := s.CreditReturns.Find(Key{r.Bucket, r.ID}); k != nil {
		chosen, day = k.Chosen, k.PaidDay
	}
	return s.fresh().id(r.ID).id(c.Member).id(b.ID).text(b.Month).int(c.Amount).text(c.State).text(b.State).text(used).int(chosen).day(day)
}

func (s *Store) gatheredFile() *PayoutFile {
	for _, f := range s.PayoutFiles.rows {
		if f.State == "gathered" {
			return f
		}
	}
	return nil
}

func (s *Store) payoutFile(f *PayoutFile) *row {
	return s.fresh().int(f.Number).text(f.Day).text(f.State).int(f.Records).int(f.Total).bytes(f.Hash).int(f.Gathered)
}

func (s *Store) payoutRecord(r *PayoutRecord) *row {
	return s.fresh().id(r.Receipt).int(r.File).text(r.Number).int(r.Amount).int(r.Sent).text(r.Outcome).text(r.Reason).bytes(r.DataKey).bytes(r.Account)
}

func (s *Store) recordByNumber(bucket int64, number string) *PayoutRecord {
	for _, r := range s.PayoutRecords.rows {
		if r.Bucket == bucket && r.Number == number {
			return r
		}
	}
	return nil
}

// returning is money that goes back by bank and was not sent.
type returning struct {
	receipt, member       ID
	amount, decided, file int64
	state, reason         string
}

func (r returning) compare(o returning) int {
	return cmp.Or(cmp.Compare(r.decided, o.decided), slices.Compare(r.receipt[:], o.receipt[:]))
}

// returning lists it, the longest waiting first.
func (s *Store) returning() []returning {
	var all []returning
	add := func(bucket int64, x returning) {
		x.state = "decided"
		if p := s.Payouts.Find(Key{bucket, x.receipt}); p != nil {
			x.state, x.file, x.reason = p.State, p.File, p.Reason
		}
		all = append(all, x)
	}
	for _, k := range s.CreditReturns.rows {
		if k.PaidDay == "" {
			add(k.Bucket, returning{receipt: k.Source, member: k.Member, amount: k.Amount, decided: k.Chosen})
		}
	}
	for _, d := range s.Decisions.rows {
		if d.Act == "returned" && d.Way == "bank" && d.PaidDay == "" {
			add(d.Bucket, returning{receipt: d.Receipt, amount: s.Receipts.Find(Key{d.Bucket, d.Receipt}).Amount, decided: d.Decided})
		}
	}
	slices.SortFunc(all, returning.compare)
	return all
}

// numbered names a row that has a number for the list of locked rows.
func numbered(n int64) ID {
	var id ID
	for i := range 8 {
		id[i] = byte(n >> (8 * i))
	}
	return id
}
