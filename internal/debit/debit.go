// Package debit asks banks to debit the bills of members who pay so, and takes their answer.
//
// # The story
//
// Some bank days before the debit day the bills of a run are gathered ([Debits.Gather]): whatever is owed on a bill that is
// due on that day becomes a record with a number of its own, and from then on nobody is late with it, because only the bank
// knows whether it is paid (rules T02, T03). A member without an account is told at once to pay at a till. [Debits.Ask]
// writes the request file; what was written is remembered by its hash, and writing it again gives the same bytes or is
// refused. The file holds account numbers and names, so it is not kept here: whoever carries it to the bank keeps it
// until the answer.
//
// [Debits.Answer] takes the result together with the request that it answers. Unless both are whole, and every record is
// answered once with its own amount and account, nothing is booked. Then each bill is settled in a transaction of its own:
// debited, and the money is a receipt like any other (rule T04); or not, and the bill is to be paid at a till (rule T05). An
// answer that was cut off goes on where it stopped; the same answer again does nothing.
//
// # Lock order
//
// That of package billing, then items of a run, then the run.
package debit

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/run"
	"tsuke/internal/term"
	"tsuke/internal/zengin"
)

// Debits is the package's verbs.
type Debits struct {
	DB      *db.DB
	Terms   *term.Book
	Billing *billing.Billing

	// Accounts answers the accounts of members; who has none is left out.
	Accounts func(tx *db.Tx, members []id.Member) (map[id.Member]zengin.Account, error)
	// Unusable is told of a member whose account banks will not debit again: the next bill is paid otherwise. May be nil.
	Unusable func(tx *db.Tx, member id.Member) error
}

// Run is all bills of a debit day.
type Run struct {
	Day      jst.Day
	State    State
	Bills    int
	Total    money.Yen
	Request  []byte // hash of the file that was written; empty before
	Answer   []byte // hash of the file that answered it
	Gathered time.Time
	Asked    time.Time
	Answered time.Time
}

// State is where a run stands.
type State string

// The states of a run.
const (
	Gathered State = "gathered"
	Asked    State = "asked"
	Answered State = "answered"
)

// item is a bill of a run.
type item struct {
	statement id.Statement
	member    id.Member
	number    string
	amount    money.Yen
	state     itemState
}

type itemState string

const (
	itemAsked   itemState = "asked"
	itemDebited itemState = "debited"
	itemRefused itemState = "refused"
)

// noAccount is the code of a bill whose member has no account: no bank was asked.
const noAccount = "no_account"

// gatherMax is how many bills one transaction gathers.
const gatherMax = 200

// DayOf is the day on which the bills of a month are debited, and on which they are gathered for it (rule T01).
func (d *Debits) DayOf(month jst.Month) (gather, debit jst.Day, err error) {
	terms := d.Terms.Current()
	_, debit, err = billing.WayTerms(terms, billing.Debit, month)
	if err != nil {
		return gather, debit, err
	}
	gather, err = jst.Japan().AddBankDays(debit, -LeadDays.On(terms, debit))
	return gather, debit, err
}

// Gather gathers what is to be debited on a day, in slices, and can be run again after it was cut off. A run that was gathered
// stays as it is; so it is refused before its day has come and while something of its month is not billed, which would never
// be asked for, and when its day is over: whoever is past due by then stays so. The faults are NoDebitDay, TooEarly and TooLate.
func (d *Debits) Gather(ctx context.Context, day jst.Day) (Run, error) {
	var run Run
	var found bool
	err := d.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if run, found, err = selectRun(tx, day); err != nil || found {
			return err
		}
		return d.judgeDay(tx, day)
	})
	if err != nil || found {
		return run, err
	}
	for n := gatherMax; n > 0; {
		err := d.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = d.gatherSome(tx, day)
			return err
		})
		if err != nil {
			return Run{}, err
		}
	}
	err = d.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if err := insertRun(tx, day); err != nil {
			return err
		}
		run, _, err = selectRun(tx, day)
		return err
	})
	return run, err
}

// judgeDay refuses a day on which no month's bills are debited, or for which it is too early or too late.
func (d *Debits) judgeDay(tx *db.Tx, day jst.Day) error {
	for _, month := range []jst.Month{day.Month().Prev(), day.Month().Prev().Prev()} { // a bank holiday can move it into the next month
		gather, debit, err := d.DayOf(month)
		if err != nil {
			return err
		}
		if debit != day {
			continue
		}
		early := TooEarly.New().With("day", day.String()).With("gather", gather.String())
		switch today := jst.DayOf(tx.Now()); {
		case day.Before(today):
			return TooLate.New().With("day", day.String())
		case today.Before(gather):
			return early
		}
		open, err := billing.Unbilled(tx, month)
		if err == nil && open > 0 {
			return early
		}
		return err
	}
	return NoDebitDay.New().With("day", day.String())
}

// gatherSome takes some bills into a day's run and answers how many it looked at.
func (d *Debits) gatherSome(tx *db.Tx, day jst.Day) (int, error) {
	found, err := billing.ListDebits(tx, day, 0, id.Buckets-1, gatherMax)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	open, err := billing.LockDebits(tx, day, found)
	if err != nil {
		return 0, err
	}
	members := make([]id.Member, len(open))
	for i, st := range open {
		members[i] = st.Member
	}
	accounts, err := d.Accounts(tx, members)
	if err != nil {
		return 0, err
	}
	var asked []billing.Statement
	var items []item
	for _, st := range open {
		if _, ok := accounts[st.Member]; !ok {
			if err := d.fallBack(tx, st.Member, st.ID, noAccount, 0); err != nil {
				return 0, err
			}
			continue
		}
		asked = append(asked, st)
		items = append(items, item{statement: st.ID, member: st.Member, number: numberFor(tx, st.ID.Bucket()), amount: st.Owed()})
	}
	if err := billing.Await(tx, asked); err != nil {
		return 0, err
	}
	return len(found), insertItems(tx, day, items)
}

// numberFor makes a customer number of twenty digits: four of the bucket, sixteen of chance.
func numberFor(m id.Moment, bucket int) string {
	var chance [8]byte
	m.Chance(chance[:])
	return fmt.Sprintf("%04d%016d", bucket, binary.BigEndian.Uint64(chance[:])%10_000_000_000_000_000)
}

// FindRequest tells whether a file is the request that a run was asked with. A file that is none, or is cut off, is not.
func (d *Debits) FindRequest(ctx context.Context, day jst.Day, file io.Reader) (run Run, is bool, err error) {
	err = d.DB.Read(ctx, func(tx *db.Tx) (err error) {
		run, _, err = selectRun(tx, day)
		return err
	})
	if err != nil || len(run.Request) == 0 {
		return run, false, err
	}
	request, err := zengin.ReadRequest(file, d.format(day))
	if err != nil {
		return run, false, nil //nolint:nilerr // it is no request
	}
	found, err := request.File()
	return run, err == nil && string(found.Hash[:]) == string(run.Request), nil
}

// Ask writes the request file of a run. What has a Sync, as files have, is on the disk before the run is told of it. The first time it is written it becomes the run's; later it is written again if it is
// the same, byte for byte, and refused otherwise. The faults are NotGathered, NotSetUp and AccountsChanged; an account
// that the format cannot hold is an error of zengin, which names the record.
func (d *Debits) Ask(ctx context.Context, day jst.Day, w io.Writer) (Run, error) {
	header, format, err := d.header(day)
	if err != nil {
		return Run{}, err
	}
	run, err := d.dropLost(ctx, day)
	if err != nil {
		return run, err
	}
	var sum zengin.Summary
	err = d.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if run, _, err = selectRun(tx, day); err == nil {
			sum, err = zengin.WriteRequest(w, format, header, d.records(tx, run))
		}
		return err
	})
	if err != nil {
		return run, err
	}
	if file, ok := w.(interface{ Sync() error }); ok {
		if err := file.Sync(); err != nil {
			return run, err
		}
	}
	if sum.Totals.Count != run.Bills || sum.Totals.Amount != run.Total {
		return run, fmt.Errorf("debit: %s: %d bills over %d are written, %d over %d were gathered", day, sum.Totals.Count, sum.Totals.Amount, run.Bills, run.Total)
	}
	err = d.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if err := askRun(tx, day, sum.Hash[:]); err != nil {
			return err
		}
		run, _, err = selectRun(tx, day)
		return err
	})
	if err == nil && string(run.Request) != string(sum.Hash[:]) {
		err = AccountsChanged.New().With("day", day.String())
	}
	return run, err
}

// dropLost takes bills out of a run that was not asked for yet whose members have removed their account since it was gathered:
// they are to be paid at a till, as if there had been none (rule T02). It answers the run as it is then.
func (d *Debits) dropLost(ctx context.Context, day jst.Day) (run Run, err error) {
	for after, next := "", ""; ; after = next {
		var lost []item
		err := d.DB.Read(ctx, func(tx *db.Tx) (err error) {
			var found bool
			if run, found, err = selectRun(tx, day); err != nil {
				return err
			}
			if !found {
				return NotGathered.New().With("day", day.String())
			}
			lost, next, err = d.lost(tx, day, after)
			return err
		})
		if err != nil || next == "" || run.State != Gathered {
			return run, err
		}
		for _, it := range lost {
			if err := d.DB.Write(ctx, func(tx *db.Tx) error { return d.drop(tx, day, it) }); err != nil {
				return run, err
			}
		}
	}
}

// lost lists those of the next items whose members have no account, and the number of the last item that was looked at.
func (d *Debits) lost(tx *db.Tx, day jst.Day, after string) (lost []item, last string, err error) {
	items, err := selectItems(tx, day, after, recordsPage)
	if err != nil || len(items) == 0 {
		return nil, "", err
	}
	members := make([]id.Member, len(items))
	for i, it := range items {
		members[i] = it.member
	}
	accounts, err := d.Accounts(tx, members)
	for _, it := range items {
		if _, has := accounts[it.member]; !has {
			lost = append(lost, it)
		}
	}
	return lost, items[len(items)-1].number, err
}

// drop takes a bill out of a run that is only gathered.
func (d *Debits) drop(tx *db.Tx, day jst.Day, it item) error {
	if _, err := credit.Lock(tx, it.member); err != nil {
		return err
	}
	locked, err := lockItem(tx, it.statement.Bucket(), it.number)
	if err != nil || locked.state != itemAsked {
		return err
	}
	if err := d.fallBack(tx, it.member, it.statement, noAccount, 0); err != nil {
		return err
	}
	if err := updateItem(tx, locked, itemRefused, noAccount, id.Receipt{}); err != nil {
		return err
	}
	return recountRun(tx, day)
}

// recordsPage is how many items are read at once while a request is written.
const recordsPage = 500

// records are the debits of a run in the order of their numbers, with the accounts as they are now. Once a bank was asked, an
// account that is gone makes another request of it (AccountsChanged).
func (d *Debits) records(tx *db.Tx, run Run) iter.Seq2[zengin.Debit, error] {
	day := run.Day
	return func(yield func(zengin.Debit, error) bool) {
		after := ""
		for {
			items, err := selectItems(tx, day, after, recordsPage)
			if err != nil {
				yield(zengin.Debit{}, err)
				return
			}
			if len(items) == 0 {
				return
			}
			members := make([]id.Member, len(items))
			for i, it := range items {
				members[i] = it.member
			}
			accounts, err := d.Accounts(tx, members)
			if err != nil {
				yield(zengin.Debit{}, err)
				return
			}
			for _, it := range items {
				if _, has := accounts[it.member]; !has && len(run.Request) > 0 {
					yield(zengin.Debit{}, AccountsChanged.New().With("day", day.String()))
					return
				}
				if !yield(zengin.Debit{Account: accounts[it.member], Amount: it.amount, Customer: it.number}, nil) {
					return
				}
			}
			after = items[len(items)-1].number
		}
	}
}

// header is the request's header by the terms, and the format of its file.
func (d *Debits) header(day jst.Day) (zengin.Header, zengin.Format, error) {
	terms := d.Terms.Current()
	for _, t := range []term.Term[string]{Consignor, ConsignorName, BankCode, BranchCode} {
		if t.On(terms, day) == "" {
			return zengin.Header{}, zengin.Format{}, NotSetUp.New().With("term", t.Name())
		}
	}
	return zengin.Header{
		Consignor: Consignor.On(terms, day), ConsignorName: ConsignorName.On(terms, day), Day: zengin.MonthDayOf(day),
		Bank: BankCode.On(terms, day), Branch: BranchCode.On(terms, day),
	}, d.format(day), nil
}

func (d *Debits) format(day jst.Day) zengin.Format {
	return zengin.Format{CRLF: LineEnds.On(d.Terms.Current(), day), NoConsignorAccount: true}
}

// Report is what came of an answer.
type Report struct {
	Run        Run
	Repeated   bool // this very file was taken to its end before; nothing was done
	Totals     zengin.Totals
	Mismatches []zengin.Mismatch // why nothing was booked; see OtherAnswer
}

// Answer takes the bank's answer to a run, together with the request that it answers. Nothing is booked unless the two fit. The
// errors of files that are not whole are zengin's; the faults are NotAsked, OtherRequest, OtherAnswer and SecondAnswer.
func (d *Debits) Answer(ctx context.Context, day jst.Day, request, answer io.Reader) (Report, error) {
	var report Report
	err := d.DB.Read(ctx, func(tx *db.Tx) (err error) {
		report.Run, _, err = selectRun(tx, day)
		return err
	})
	if err != nil {
		return report, err
	}
	if len(report.Run.Request) == 0 {
		return report, NotAsked.New().With("day", day.String())
	}
	sent, result, err := d.read(day, request, answer)
	if err != nil {
		return report, err
	}
	if string(sent.Hash[:]) != string(report.Run.Request) {
		return report, OtherRequest.New().With("day", day.String())
	}
	if report.Mismatches = zengin.Match(sent, result, day); len(report.Mismatches) > 0 {
		return report, OtherAnswer.New().With("count", fmt.Sprint(len(report.Mismatches)))
	}
	report.Totals = result.Totals
	if report.Run.State == Answered {
		report.Repeated = true
		if string(result.Hash[:]) != string(report.Run.Answer) {
			return report, SecondAnswer.New().With("day", day.String())
		}
		return report, run.Durable(ctx, d.DB) // who is told so throws the bank's file away (rule X12)
	}
	for _, r := range result.Debits {
		if err := d.DB.Write(ctx, func(tx *db.Tx) error { return d.take(tx, day, r) }); err != nil {
			return report, err
		}
	}
	return report, d.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if err := answerRun(tx, day, result.Hash[:]); err != nil {
			return err
		}
		report.Run, _, err = selectRun(tx, day)
		return err
	})
}

func (d *Debits) read(day jst.Day, request, answer io.Reader) (sent, result zengin.File, err error) {
	r, err := zengin.ReadRequest(request, d.format(day))
	if err != nil {
		return sent, result, err
	}
	if sent, err = r.File(); err != nil {
		return sent, result, err
	}
	if r, err = zengin.ReadResult(answer, d.format(day)); err != nil {
		return sent, result, err
	}
	result, err = r.File()
	return sent, result, err
}

// take books one answer. One that was taken before does nothing.
func (d *Debits) take(tx *db.Tx, day jst.Day, r zengin.Debit) error {
	bucket, ok := bucketIn(r.Customer)
	if !ok {
		return fmt.Errorf("debit: a customer number that is none of ours")
	}
	it, err := selectItem(tx, bucket, r.Customer)
	if err != nil {
		return err
	}
	if _, err := credit.Lock(tx, it.member); err != nil {
		return err
	}
	if it, err = lockItem(tx, bucket, r.Customer); err != nil || it.state != itemAsked {
		return err
	}
	if r.Result == zengin.Debited {
		receipt, err := d.Billing.Debited(tx, it.member, it.statement, it.amount, day, id.Hash("debit", it.number), r.Account.Bank)
		if err != nil {
			return err
		}
		return updateItem(tx, it, itemDebited, r.Result.String(), receipt.ID)
	}
	reaction := zengin.UsualReactions().Of(r.Result)
	var fee money.Yen
	if reaction == zengin.RetryBySlip || reaction == zengin.RegisterAgain {
		fee = FallbackFee.On(d.Terms.Current(), jst.DayOf(tx.Now()))
	}
	if err := d.fallBack(tx, it.member, it.statement, r.Result.String(), fee); err != nil {
		return err
	}
	if reaction == zengin.RegisterAgain && d.Unusable != nil {
		if err := d.Unusable(tx, it.member); err != nil {
			return err
		}
	}
	return updateItem(tx, it, itemRefused, r.Result.String(), id.Receipt{})
}

// fallBack lets a bill be paid at a till, some days from now (rule T05).
func (d *Debits) fallBack(tx *db.Tx, member id.Member, statement id.Statement, code string, fee money.Yen) error {
	today := jst.DayOf(tx.Now())
	due := today.Add(FallbackDays.On(d.Terms.Current(), today))
	return d.Billing.NotDebited(tx, member, statement, due, fee, code)
}

// bucketIn reads the bucket out of a customer number.
func bucketIn(number string) (int, bool) {
	bucket := 0
	if len(number) != 20 {
		return 0, false
	}
	for _, r := range number[:4] {
		if r < '0' || r > '9' {
			return 0, false
		}
		bucket = bucket*10 + int(r-'0')
	}
	return bucket, bucket < id.Buckets
}

// Runs lists the runs, the latest first, at most limit.
func Runs(tx *db.Tx, limit int) ([]Run, error) { return listRuns(tx, limit) }

// Failed tells what a bill was refused with, in the words for the member; empty if the code is no bank's.
func Failed(code string) fault.Text {
	if len(code) != 1 {
		return fault.Text{}
	}
	return zengin.ResultCode(code[0]).ForMember()
}
