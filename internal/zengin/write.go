package zengin

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"tsuke/internal/money"
)

// WriteRequest writes a request file, record by record as the debits come; their Result is not looked at. Counts and sums
// are the writer's own.
//
// A record that the format cannot hold is refused with a FieldError before a byte of it is written, and a customer number
// that stands in the file already with Doubled: a debit twice is not easily given back. That costs some 40 bytes a
// record; nothing else is kept. An error of the sequence ends the file too. After any error what was written has no trailer
// and no bank takes it; throw it away.
func WriteRequest(w io.Writer, f Format, h Header, debits iter.Seq2[Debit, error]) (Summary, error) {
	return write(w, f, h, debits, request)
}

// WriteResult writes the file with which a bank answers, as WriteRequest does; each debit has its Result.
func WriteResult(w io.Writer, f Format, h Header, debits iter.Seq2[Debit, error]) (Summary, error) {
	return write(w, f, h, debits, result)
}

// direction tells the two files apart, which no byte of them does.
type direction int

const (
	request direction = iota
	result
	transfer // has no answer, and other fields
)

func write(w io.Writer, f Format, h Header, debits iter.Seq2[Debit, error], way direction) (Summary, error) {
	if err := f.judge(); err != nil {
		return Summary{}, err
	}
	hash := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(w, hash), 64<<10)
	s := &scribe{out: buffered, format: f, way: way}
	if err := s.file(h, debits); err != nil {
		return Summary{}, err
	}
	if err := buffered.Flush(); err != nil {
		return Summary{}, wroteBadly(err)
	}
	return Summary{Totals: s.sums.told(s.way), Hash: [sha256.Size]byte(hash.Sum(nil))}, nil
}

func wroteBadly(err error) error { return fmt.Errorf("zengin: write: %w", err) }

// scribe writes one file. The record in the making is line; the first thing that does not fit into it is bad.
type scribe struct {
	out    *bufio.Writer
	format Format
	way    direction
	record int // being made, from 1
	line   [recordBytes]byte
	bad    error
	sums   sums
	seen   map[[20]byte]struct{} // customer numbers as they stand in the file
}

func (s *scribe) file(h Header, debits iter.Seq2[Debit, error]) error {
	s.header(h)
	s.done()
	if s.bad != nil {
		return s.bad
	}
	s.seen = map[[20]byte]struct{}{}
	for d, err := range debits {
		if err != nil {
			return fmt.Errorf("zengin: the debits to write: %w", err)
		}
		s.debit(d)
		s.done()
		if s.bad != nil {
			return s.bad
		}
	}
	s.trailer()
	s.done()
	s.begin(kindEnd)
	s.done()
	return s.bad
}

func (s *scribe) begin(kind byte) {
	s.record++
	for i := range s.line {
		s.line[i] = ' '
	}
	s.line[0] = kind
}

// done writes the record if all of it fitted, and if nothing went wrong before.
func (s *scribe) done() {
	if s.bad != nil {
		return
	}
	end := ""
	if s.format.CRLF {
		end = "\r\n"
	}
	if s.format.EndByte && s.line[0] == kindEnd {
		end += string(rune(endOfFile))
	}
	_, err := s.out.Write(append(s.line[:], end...))
	if err != nil {
		s.bad = wroteBadly(err)
	}
}

func (s *scribe) refuse(f Field, p Problem) {
	if s.bad == nil && p != fine {
		s.bad = FieldError{Record: s.record, Field: f, Problem: p}
	}
}

func (s *scribe) digits(f Field, text string) {
	p := judgeDigits(f, text)
	if p == fine {
		copy(f.of(s.line[:]), text)
	}
	s.refuse(f, p)
}

// number fills up with zeros. The caller has seen that n is not negative and fits.
func (s *scribe) number(f Field, n int64) {
	into := f.of(s.line[:])
	for i := len(into) - 1; i >= 0; i-- {
		into[i] = byte('0' + n%10)
		n /= 10
	}
}

func (s *scribe) text(f Field, text string) {
	p := judgeText(f, text, s.format.Extra)
	if p == fine {
		into := f.of(s.line[:])
		i := 0
		for _, r := range text {
			into[i] = byteOf(r, s.format.Extra)
			i++
		}
	}
	s.refuse(f, p)
}

func (s *scribe) header(h Header) {
	s.begin(kindHeader)
	form := s.way.form()
	s.digits(FieldType, form.kind)
	FieldCode.of(s.line[:])[0] = byte(JIS)
	s.digits(FieldConsignor, h.Consignor)
	s.text(FieldConsignorName, h.ConsignorName)
	s.digits(form.day, string(h.Day))
	if !h.Day.exists() {
		s.refuse(form.day, BadDay)
	}
	s.digits(FieldOurBank, h.Bank)
	s.text(FieldOurBankName, h.BankName)
	s.digits(FieldOurBranch, h.Branch)
	s.text(FieldOurBranchName, h.BranchName)
	if s.format.NoConsignorAccount {
		return
	}
	s.accountType(FieldOurAccountType, h.AccountType)
	s.digits(FieldOurAccountNumber, h.AccountNumber.Reveal())
}

func (s *scribe) accountType(f Field, t AccountType) {
	if !t.known() {
		s.refuse(f, BadAccount)
		return
	}
	s.digits(f, strconv.Itoa(int(t)))
}

func (s *scribe) debit(d Debit) {
	s.begin(kindData)
	a, f := d.Account, s.way.form()
	s.digits(f.bank, a.Bank)
	s.text(f.bankName, a.BankName)
	s.digits(f.branch, a.Branch)
	s.text(f.branchName, a.BranchName)
	s.accountType(f.accountType, a.Type)
	s.digits(f.number, a.Number.Reveal())
	s.text(f.holder, a.Holder.Reveal())
	s.refuse(f.amount, judgeAmount(d.Amount))
	s.number(f.amount, int64(d.Amount))
	if d.New < NotNew || d.New > Changed {
		s.refuse(f.isNew, BadNew)
	}
	s.number(f.isNew, int64(d.New))
	s.text(f.key, d.Customer)
	if s.way == transfer {
		s.wire()
	} else {
		s.result(d.Result)
	}
	s.refuse(f.key, s.first())
	field, problem := s.sums.add(d)
	s.refuse(f.named(field), problem)
}

func judgeAmount(y money.Yen) Problem {
	if y < 1 || y > maxAmount {
		return BadAmount
	}
	return fine
}

func (s *scribe) result(c ResultCode) {
	into := FieldResult.of(s.line[:])
	switch {
	case s.way == result && c.Known():
		into[0] = byte(c)
	case s.way == result:
		s.refuse(FieldResult, BadResult)
	case !s.format.BlankResult:
		into[0] = '0'
	}
}

// first remembers the customer number, and says whether it was there before.
func (s *scribe) first() Problem {
	key := [20]byte(FieldCustomer.of(s.line[:]))
	if _, again := s.seen[key]; again {
		return s.way.form().doubled
	}
	s.seen[key] = struct{}{}
	return fine
}

func (s *scribe) trailer() {
	s.begin(kindTrailer)
	for _, c := range s.sums.columns(s.way) {
		s.number(c.field, c.n)
	}
}

// sums counts and adds what the trailer tells.
type sums struct{ totals Totals }

// add takes in one debit, unless the trailer could not tell it.
func (s *sums) add(d Debit) (Field, Problem) {
	t := s.totals
	sum, err := money.Add(t.Amount, d.Amount)
	switch {
	case t.Count == maxCount:
		return wholeRecord, TooMany
	case errors.Is(err, money.ErrRange) || sum > maxSum:
		return FieldAmount, SumTooLarge
	}
	t.Count, t.Amount = t.Count+1, sum
	if d.Result == Debited { // both parts stay within the whole
		t.DoneCount, t.DoneAmount = t.DoneCount+1, t.DoneAmount+d.Amount
	} else {
		t.FailedCount, t.FailedAmount = t.FailedCount+1, t.FailedAmount+d.Amount
	}
	s.totals = t
	return wholeRecord, fine
}

type sumColumn struct {
	field Field
	n     int64
}

// told is what the trailer tells. A request has no results to tell, whatever the debits' own say.
func (s *sums) told(way direction) Totals {
	if way != result {
		return Totals{Count: s.totals.Count, Amount: s.totals.Amount}
	}
	return s.totals
}

// columns are the trailer's figures.
func (s *sums) columns(way direction) []sumColumn {
	t := s.told(way)
	both := []sumColumn{{FieldCount, int64(t.Count)}, {FieldSum, int64(t.Amount)}}
	if way == transfer {
		return both
	}
	return append(both, []sumColumn{
		{FieldDoneCount, int64(t.DoneCount)},
		{FieldDoneSum, int64(t.DoneAmount)},
		{FieldFailedCount, int64(t.FailedCount)},
		{FieldFailedSum, int64(t.FailedAmount)},
	}...)
}
