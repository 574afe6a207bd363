// Package payout sends back money that is owed to people, by files of bank transfers (総合振込), each return exactly once.
//
// # The story
//
// What goes back is decided elsewhere: a member wants a surplus returned, or two people send money in suspense back. From
// then on the books owe it. [Payouts.Gather] takes all of it whose account is known into one file for a transfer day, in one
// transaction, before a byte of the file exists: from there on nobody else sends it, by another file or by hand. A member's money goes
// to the account that the member registered, money in suspense to the account that its payer named ([Payouts.NameAccount]). The
// account is kept with the record, sealed, as it was then, so that [Payouts.WriteFile] gives the same bytes whenever it is called.
//
// On the transfer day [Payouts.Took] says that the bank has made the transfers: only now does the money leave our account in
// the books. What the bank could not pay in, or what comes back days later (組戻し), is read by [Payouts.Refuse]: the money is owed
// again where it was owed before, with the reason. Once the member has another account, or two people gave one, or somebody
// found the cause gone, the next file takes it again. A file of which the bank took nothing is withdrawn ([Payouts.Release]).
//
// # Lock order
//
// That of package billing, whose receipts come last there; then a payout, then its record. Took and Release lock their file before all
// of them.
package payout

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
	"tsuke/internal/term"
	"tsuke/internal/vault"
	"tsuke/internal/zengin"
)

// Payouts is the package's verbs.
type Payouts struct {
	DB    *db.DB
	Terms *term.Book
	Vault *vault.Vault
	// Account answers the account that a member has registered.
	Account func(tx *db.Tx, member id.Member) (zengin.Account, bool, error)
	Guests  Guests // needed by ReturnToGuest only
}

// File is a file of transfers.
type File struct {
	Number   int
	Day      jst.Day // on which the bank makes them
	State    FileState
	Records  int
	Total    money.Yen // of what is returned, bank fees that holders bear included
	Hash     []byte    // of its bytes, once they are written
	Gathered time.Time
}

// FileState is where a file stands.
type FileState string

// The states of a file.
const (
	Gathered FileState = "gathered"
	Written  FileState = "written"
	Taken    FileState = "taken"    // the bank made its transfers
	Released FileState = "released" // the bank took nothing of it
)

// Left is a return that no file can take yet.
type Left struct {
	Receipt id.Receipt
	Amount  money.Yen
	Why     LeftWhy
}

// LeftWhy is why.
type LeftWhy string

// The causes.
const (
	NoneNamed  LeftWhy = "no_account_named" // the member has removed the account, or nobody named one
	Unwritable LeftWhy = "account_unusable" // a file cannot hold it
	TooSmall   LeftWhy = "too_small"        // the bank's fee eats it up
)

// gatherMax is how many returns one file takes.
const gatherMax = 1000

// record is one try to send one return.
type record struct {
	receipt id.Receipt
	file    int
	number  string
	amount  money.Yen
	sent    money.Yen
	outcome string
	reason  Reason
	key     []byte
	account []byte
}

// The outcomes of a record.
const (
	open       = "open"
	paid       = "paid"
	refused    = "failed"
	withdrawn  = "released"
	byClock    = "clock"
	byItsOwner = "member"
)

// ref names a record's entries in the books.
func ref(number string) []byte { return id.Hash("payout", number) }

// Day is the transfer day of a file that is gathered at an instant: so many bank days after the day on which it counts as handed in
// (rule B44).
func (p *Payouts) Day(now time.Time) (jst.Day, error) {
	terms, today := p.Terms.Current(), jst.DayOf(now)
	calendar := jst.Japan()
	isOpen, err := calendar.BankDay(today)
	if err != nil {
		return jst.Day{}, err
	}
	handed := today
	if !isOpen || jst.In(now).Hour() >= CutOff.On(terms, today) {
		if handed, err = calendar.AddBankDays(today, 1); err != nil {
			return jst.Day{}, err
		}
	}
	return calendar.AddBankDays(handed, LeadDays.On(terms, today))
}

// Gather makes the next file of everything that is to be sent and whose account is known, or answers the one that is gathered
// and not written: whoever was cut off goes on with it. It is false if there is nothing to send. What no file can take yet is
// listed, too. The fault is NotSetUp.
func (p *Payouts) Gather(tx *db.Tx, by string) (File, []Left, bool, error) {
	if f, found, err := selectOpenFile(tx); err != nil || found {
		return f, nil, found, err
	}
	if _, _, err := p.header(jst.DayOf(tx.Now()), jst.DayOf(tx.Now())); err != nil {
		return File{}, nil, false, err
	}
	records, members, left, err := p.collect(tx)
	if err != nil || len(records) == 0 {
		return File{}, left, false, err
	}
	f := File{State: Gathered, Records: len(records), Gathered: tx.Now()}
	for _, r := range records {
		f.Total += r.amount
	}
	if f.Day, err = p.Day(tx.Now()); err != nil {
		return File{}, nil, false, err
	}
	if f.Number, err = insertFile(tx, f); err != nil {
		return File{}, nil, false, err
	}
	for i, r := range records {
		r.file = f.Number
		if err := insertRecord(tx, r); err != nil {
			return File{}, nil, false, err
		}
		if err := upsertPayout(tx, r.receipt, members[i], InFile, f.Number, ""); err != nil {
			return File{}, nil, false, err
		}
		told := fact("payout.gathered", r.receipt, members[i], fault.Us, by, map[string]any{"file": f.Number, "amount": r.amount, "sent": r.sent, "day": f.Day})
		if err := event.Append(tx, told); err != nil {
			return File{}, nil, false, err
		}
	}
	return f, left, true, nil
}

// collect locks what can be sent, the longest waiting first, and makes its records.
func (p *Payouts) collect(tx *db.Tx) (records []record, members []id.Member, left []Left, err error) {
	last := waiting{decided: -1}
	for len(records) < gatherMax {
		page, err := selectWaiting(tx, last, gatherMax)
		if err != nil || len(page) == 0 {
			return records, members, left, err
		}
		for _, w := range page {
			last = w
			r, why, member, err := p.recordOf(tx, w.receipt)
			switch {
			case err != nil:
				return nil, nil, nil, err
			case why != "":
				left = append(left, Left{Receipt: w.receipt, Amount: r.amount, Why: why})
			case r.number != "" && len(records) < gatherMax:
				records, members = append(records, r), append(members, member)
			}
		}
	}
	return records, members, left, nil
}

// recordOf locks a return and makes its record. It has no number if the return is not to be sent any more.
func (p *Payouts) recordOf(tx *db.Tx, receipt id.Receipt) (record, LeftWhy, id.Member, error) {
	ret, err := billing.LockReturn(tx, receipt)
	if err != nil {
		return record{}, "", id.Member{}, err
	}
	now, err := lockPayout(tx, receipt)
	if err != nil {
		return record{}, "", id.Member{}, err
	}
	if _, verdict := Machine.Next(now.state, Gather); verdict != lifecycle.Moved || !ret.PaidDay.IsZero() {
		return record{}, "", id.Member{}, nil
	}
	r := record{receipt: receipt, amount: ret.Amount, outcome: open}
	account, found, err := p.accountOf(tx, ret)
	r.sent = r.amount
	if ret.Member.IsZero() { // a member is promised that the fee is ours
		r.sent -= Fee.On(p.Terms.Current(), jst.DayOf(tx.Now()))
	}
	switch {
	case err != nil:
		return r, "", ret.Member, err
	case !found:
		return r, NoneNamed, ret.Member, nil
	case len(account.Validate()) > 0:
		return r, Unwritable, ret.Member, nil
	case r.sent <= 0:
		return r, TooSmall, ret.Member, nil
	}
	r.number = numberFor(tx, receipt.Bucket())
	r.key, r.account, err = p.seal(tx, r.number, account)
	return r, "", ret.Member, err
}

// accountOf is where a return goes now.
func (p *Payouts) accountOf(tx *db.Tx, ret billing.Return) (zengin.Account, bool, error) {
	if !ret.Member.IsZero() {
		return p.Account(tx, ret.Member)
	}
	return p.named(tx, ret.Receipt)
}

// numberFor makes a key of twenty digits: four of the bucket, sixteen of chance.
func numberFor(m id.Moment, bucket int) string {
	var chance [8]byte
	m.Chance(chance[:])
	return fmt.Sprintf("%04d%016d", bucket, binary.BigEndian.Uint64(chance[:])%10_000_000_000_000_000)
}

// bucketIn reads the bucket out of a key.
func bucketIn(number string) (int, bool) {
	if len(number) != 20 {
		return 0, false
	}
	bucket := 0
	for i, r := range number {
		if r < '0' || r > '9' {
			return 0, false
		}
		if i < 4 {
			bucket = bucket*10 + int(r-'0')
		}
	}
	return bucket, bucket < id.Buckets
}

// header is the header of a file and its format, by the terms of the day on which it was gathered. The fault is NotSetUp.
func (p *Payouts) header(gathered, day jst.Day) (zengin.Header, zengin.Format, error) {
	terms := p.Terms.Current()
	for _, t := range []term.Term[string]{Consignor, ConsignorName, BankCode, BranchCode, AccountNumber} {
		if t.On(terms, gathered) == "" {
			return zengin.Header{}, zengin.Format{}, NotSetUp.New().With("term", t.Name())
		}
	}
	kind := zengin.Ordinary
	if AccountKind.On(terms, gathered) == fmt.Sprint(int(zengin.Current)) {
		kind = zengin.Current
	}
	return zengin.Header{
		Consignor: Consignor.On(terms, gathered), ConsignorName: ConsignorName.On(terms, gathered), Day: zengin.MonthDayOf(day),
		Bank: BankCode.On(terms, gathered), Branch: BranchCode.On(terms, gathered),
		AccountType: kind, AccountNumber: zengin.AccountNumber(AccountNumber.On(terms, gathered)),
	}, zengin.Format{CRLF: LineEnds.On(terms, gathered), CustomerCodes: !EDI.On(terms, gathered)}, nil
}

// WriteFile writes the bytes of a file. They are the same whenever it is called, as long as the accounts of its records are kept.
// The faults are NoFile and NotSetUp; what the format cannot hold is an error of zengin, which names the record.
func (p *Payouts) WriteFile(tx *db.Tx, number int, w io.Writer) (zengin.Summary, error) {
	f, err := selectFile(tx, number)
	if err != nil {
		return zengin.Summary{}, err
	}
	header, format, err := p.header(jst.DayOf(f.Gathered), f.Day)
	if err != nil {
		return zengin.Summary{}, err
	}
	records, err := selectRecords(tx, number)
	if err != nil {
		return zengin.Summary{}, err
	}
	return zengin.WriteTransfers(w, format, header, func(yield func(zengin.Transfer, error) bool) {
		for _, r := range records {
			account, _, err := p.unseal(tx, r.number, r.key, r.account)
			if !yield(zengin.Transfer{Account: account, Amount: r.sent, Key: r.number}, err) {
				return
			}
		}
	})
}

// Wrote notes that a file is written, with the hash of its bytes. Whoever wrote the same bytes at the same time changes nothing.
// The faults are NoFile and OtherBytes.
func (p *Payouts) Wrote(tx *db.Tx, number int, hash []byte) error {
	f, err := lockFile(tx, number)
	switch {
	case err != nil:
		return err
	case f.State == Gathered:
		return updateFile(tx, number, Written, hash)
	case !slices.Equal(f.Hash, hash):
		return OtherBytes.New()
	}
	return nil
}

// Took says that the bank has made the transfers of a file, on its day: each leaves our account in the books in a transaction of
// its own, so that whoever was cut off goes on where it stopped (rule B45). What was refused already stays so. The same again
// answers what stands. The faults are NoFile, NotWritten, TooEarly, FileOver (withdrawn) and WhoUnclear.
func (p *Payouts) Took(ctx context.Context, number int, by string) (File, error) {
	if err := billing.CheckOne(by); err != nil {
		return File{}, err
	}
	var f File
	var records []record
	err := p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if f, err = selectFile(tx, number); err != nil {
			return err
		}
		records, err = selectRecords(tx, number)
		return err
	})
	if err == nil {
		err = f.takable(jst.DayOf(p.DB.Now()))
	}
	if err != nil || f.State == Taken {
		return f, err
	}
	for _, r := range records {
		if r.outcome != open {
			continue
		}
		if err := p.DB.Write(ctx, func(tx *db.Tx) error { return p.take(tx, f, r.number, by) }); err != nil {
			return f, err
		}
	}
	f.State = Taken
	return f, p.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := lockFile(tx, number)
		if err != nil || now.State == Taken {
			return err
		}
		if now.State != Written {
			return FileOver.New()
		}
		return updateFile(tx, number, Taken, now.Hash)
	})
}

func (f File) takable(today jst.Day) error {
	switch {
	case f.State == Gathered:
		return NotWritten.New()
	case f.State == Released:
		return FileOver.New()
	case today.Before(f.Day):
		return TooEarly.New().With("day", f.Day.String())
	}
	return nil
}

// take books one transfer. One that was taken or refused before does nothing.
func (p *Payouts) take(tx *db.Tx, f File, number, by string) error {
	if now, err := lockFile(tx, f.Number); err != nil || now.State != Written {
		return err
	}
	r, ret, now, err := lockRecord(tx, number)
	if err != nil || r.outcome != open {
		return err
	}
	if err := now.moves(Take); err != nil {
		return err
	}
	if err := ret.Sent(tx, ref(number), f.Day, by); err != nil {
		return err
	}
	if err := updateRecord(tx, r, paid, ""); err != nil {
		return err
	}
	if err := upsertPayout(tx, r.receipt, ret.Member, Paid, r.file, ""); err != nil {
		return err
	}
	return event.Append(tx, fact("payout.sent", r.receipt, ret.Member, fault.Us, by, map[string]any{"file": r.file, "amount": r.amount, "sent": r.sent, "day": f.Day}))
}

// lockRecord locks the return of a record, its payout and the record.
func lockRecord(tx *db.Tx, number string) (record, billing.Return, standing, error) {
	r, err := selectRecord(tx, number)
	if err != nil {
		return r, billing.Return{}, standing{}, err
	}
	ret, err := billing.LockReturn(tx, r.receipt)
	if err != nil {
		return r, ret, standing{}, err
	}
	now, err := lockPayout(tx, r.receipt)
	if err != nil {
		return r, ret, now, err
	}
	r, err = selectRecord(tx, number)
	return r, ret, now, err
}

// standing is where a payout stands.
type standing struct {
	state  State
	file   int
	reason Reason
}

// moves wants a piece of news to move a payout: the records say what may happen, so that anything else is a bug.
func (s standing) moves(on News) error {
	if _, verdict := Machine.Next(s.state, on); verdict != lifecycle.Moved {
		return fmt.Errorf("payout: %s a payout that is %s", on, s.state)
	}
	return nil
}

// Release withdraws a file of which the bank took nothing, so that the next one takes its returns (rule B46). Two people say so: money
// that the bank did take would be sent twice. The same again answers what stands. The faults are NoFile, NotWritten, FileOver
// (something came of a record), WhoUnclear and SamePerson.
func (p *Payouts) Release(tx *db.Tx, number int, by, second string) (File, error) {
	if err := billing.CheckTwo(by, second); err != nil {
		return File{}, err
	}
	f, err := lockFile(tx, number)
	switch {
	case err != nil || f.State == Released:
		return f, err
	case f.State == Gathered:
		return f, NotWritten.New()
	case f.State == Taken:
		return f, FileOver.New()
	}
	records, err := selectRecords(tx, number)
	if err != nil {
		return f, err
	}
	for _, r := range records {
		r, ret, now, err := lockRecord(tx, r.number)
		if err != nil {
			return f, err
		}
		if r.outcome != open {
			return f, FileOver.New()
		}
		if err := now.moves(Release); err != nil {
			return f, err
		}
		if err := updateRecord(tx, r, withdrawn, ""); err != nil {
			return f, err
		}
		if err := upsertPayout(tx, r.receipt, ret.Member, Decided, r.file, ""); err != nil {
			return f, err
		}
		if err := event.Append(tx, fact("payout.released", r.receipt, ret.Member, fault.Partner, by, map[string]any{"file": r.file, "amount": r.amount, "second": second})); err != nil {
			return f, err
		}
	}
	f.State = Released
	return f, updateFile(tx, number, Released, f.Hash)
}

// Sending tells whether a locked return is in a file whose outcome is not told. It is a hook of package billing.
func Sending(tx *db.Tx, receipt id.Receipt) (bool, error) {
	now, err := lockPayout(tx, receipt)
	return now.state == InFile, err
}

// fact words an event about a payout. It holds no more of an account than that there is one.
func fact(kind string, receipt id.Receipt, member id.Member, side fault.Side, actor string, data map[string]any) event.Fact {
	return event.Fact{Kind: kind, Subject: event.Subject(receipt), Member: member, Side: side, Actor: actor, Data: data}
}

// FindFile answers the number of the file with these bytes. The fault is OtherBytes.
func FindFile(tx *db.Tx, hash []byte) (int, error) { return selectByHash(tx, hash) }

// Files lists the files, the latest first, at most limit.
func Files(tx *db.Tx, limit int) ([]File, error) { return selectFiles(tx, limit) }

// Open is a return that is not sent, or whose outcome is not told.
type Open struct {
	Receipt id.Receipt
	Member  id.Member // zero where two people decided
	Amount  money.Yen
	Decided time.Time
	State   State
	File    int // the last one it was in
	Reason  Reason
}

// ListOpen lists them, the longest waiting first.
func ListOpen(tx *db.Tx, limit int) ([]Open, error) { return selectOpen(tx, limit) }

// Standing is where a return stands, for whoever gets it.
type Standing struct {
	State   State
	Reason  Reason
	Day     jst.Day        // the transfer day of the last file it was in
	Sent    money.Yen      // what the account gets or got
	Account zengin.Account // where it went or goes; erased some time after the end
	Known   bool           // whether it is kept
}

// Find answers where a return stands. It is false for one that was in no file yet.
func (p *Payouts) Find(tx *db.Tx, receipt id.Receipt) (Standing, bool, error) {
	now, r, day, found, err := selectStanding(tx, receipt)
	if err != nil || !found {
		return Standing{}, false, err
	}
	out := Standing{State: now.state, Reason: now.reason, Day: day, Sent: r.sent}
	out.Account, out.Known, err = p.unseal(tx, r.number, r.key, r.account)
	return out, err == nil, err
}

// Late lists what is work for a person: returns that were decided so many days ago and are not sent, and refused ones, the longest
// waiting first (rule B47).
func (p *Payouts) Late(tx *db.Tx, limit int) ([]Open, error) {
	today := jst.DayOf(tx.Now())
	before := today.Add(-WaitDays.On(p.Terms.Current(), today)).Start()
	all, err := selectOpen(tx, limit)
	return slices.DeleteFunc(all, func(o Open) bool { return o.State != Failed && !o.Decided.Before(before) }), err
}
