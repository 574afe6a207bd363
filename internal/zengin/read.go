package zengin

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"strconv"
	"unicode/utf8"

	"tsuke/internal/mask"
	"tsuke/internal/money"
)

// ErrUnread tells that a file's end was not reached yet, so that nothing in it is proven.
var ErrUnread = errors.New("zengin: the file is not proven before all of it was read")

// Reader reads one file, record by record.
type Reader struct {
	in     *bufio.Reader
	hash   hash.Hash
	format Format
	way    direction

	record int // last read, from 1
	line   [recordBytes]byte
	crlf   bool // as the first record has it
	bad    error

	header  Header
	sums    sums
	summary Summary
	proven  bool
}

// ReadRequest begins to read a request file: the error is a FieldError about its header, or what r failed with.
//
// Of the format, NoConsignorAccount, BlankResult, CRLF and EndByte are not asked for: the header's account may be spaces
// or zeros, a request's results 0 or space, records may end in CR LF or in nothing, all alike, and 0x1A may follow
// the last. All else is strict.
func ReadRequest(r io.Reader, f Format) (*Reader, error) { return begin(r, f, request) }

// ReadResult begins to read a result file, as ReadRequest does.
func ReadResult(r io.Reader, f Format) (*Reader, error) { return begin(r, f, result) }

func begin(in io.Reader, f Format, way direction) (*Reader, error) {
	if err := f.judge(); err != nil {
		return nil, err
	}
	sum := sha256.New()
	r := &Reader{in: bufio.NewReaderSize(io.TeeReader(in, sum), 8<<10), hash: sum, format: f, way: way}
	r.next()
	if runeOf(r.line[0]) == unknown {
		r.refuse(wholeRecord, NotJIS) // UTF-8 with its mark, or UTF-16
	}
	if r.line[0] != kindHeader {
		r.refuse(FieldKind, BadOrder)
	}
	r.readHeader()
	if r.bad != nil {
		return nil, r.bad
	}
	return r, nil
}

// Header is the file's header.
func (r *Reader) Header() Header { return r.header }

// Debits are the data records in order, once; it goes on where an earlier loop was left. An error is a FieldError, or what
// the reader beneath failed with, and the last thing to come. No debit may be acted on for good before Summary has
// answered.
func (r *Reader) Debits() iter.Seq2[Debit, error] {
	return func(yield func(Debit, error) bool) {
		for !r.proven {
			d, ok := r.debit()
			if r.bad != nil {
				yield(Debit{}, r.bad)
				return
			}
			if ok && !yield(d, nil) {
				return
			}
		}
	}
}

// Summary is the trailer and the hash. It gives ErrUnread before Debits came to its end, and the error that stopped
// Debits.
func (r *Reader) Summary() (Summary, error) {
	switch {
	case r.bad != nil:
		return Summary{}, r.bad
	case !r.proven:
		return Summary{}, ErrUnread
	}
	return r.summary, nil
}

// File reads all that is left into memory, and gives it if the file is proven.
func (r *Reader) File() (File, error) {
	f := File{Header: r.header}
	for d, err := range r.Debits() {
		if err != nil {
			return File{}, err
		}
		f.Debits = append(f.Debits, d)
	}
	var err error
	f.Summary, err = r.Summary()
	return f, err
}

// debit reads one record: a debit, or the trailer and what follows it.
func (r *Reader) debit() (d Debit, ok bool) {
	r.next()
	if r.bad != nil {
		return Debit{}, false
	}
	switch r.line[0] {
	case kindData:
		d = r.readDebit()
		return d, r.bad == nil
	case kindTrailer:
		r.readTrailer()
		r.readEnd()
	default:
		r.refuse(FieldKind, BadOrder)
	}
	return Debit{}, false
}

// next reads 120 bytes and the line end after them.
func (r *Reader) next() {
	if r.bad != nil {
		return
	}
	r.record++
	n, err := io.ReadFull(r.in, r.line[:])
	switch {
	case n == 0 && r.record == 1 && errors.Is(err, io.EOF):
		r.bad = FieldError{Problem: EmptyFile}
	case n > 0 && r.record == 1 && r.line[0] == 0xF0|kindHeader&0x0F: // the digit 1 in EBCDIC
		r.refuse(wholeRecord, IsEBCDIC)
	case bytes.ContainsAny(r.line[:n], "\r\n"):
		r.refuse(wholeRecord, BadLineEnd)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		r.refuse(wholeRecord, CutOff)
	case err != nil:
		r.bad = fmt.Errorf("zengin: read: %w", err)
	default:
		r.lineEnd()
	}
}

// lineEnd takes CR LF after each record, or after none; after the last record it may be missing.
func (r *Reader) lineEnd() {
	ahead := r.ahead()
	has := string(ahead) == "\r\n"
	if r.record == 1 {
		r.crlf = has
	}
	stray := !has && len(ahead) > 0 && (ahead[0] == '\r' || ahead[0] == '\n')
	switch {
	case stray, has && !r.crlf, !has && r.crlf && r.line[0] != kindEnd:
		r.refuse(wholeRecord, BadLineEnd)
	case has:
		_, _ = r.in.Discard(len(ahead)) // it is in the buffer
	}
}

// ahead is the next two bytes, or what is left of the file.
func (r *Reader) ahead() []byte {
	next, err := r.in.Peek(2)
	if r.bad == nil && err != nil && !errors.Is(err, io.EOF) {
		r.bad = fmt.Errorf("zengin: read: %w", err)
	}
	return next
}

func (r *Reader) refuse(f Field, p Problem) {
	if r.bad == nil && p != fine {
		r.bad = FieldError{Record: r.record, Field: f, Problem: p}
	}
}

func (r *Reader) digits(f Field) string {
	s := string(f.of(r.line[:]))
	r.refuse(f, judgeDigits(f, s))
	return s
}

// number reads at most twelve digits, so the result fits.
func (r *Reader) number(f Field) int64 {
	n, err := strconv.ParseInt(r.digits(f), 10, 64)
	if err != nil {
		r.refuse(f, BadDigits)
	}
	return n
}

func (r *Reader) text(f Field) string {
	raw := bytes.TrimRight(f.of(r.line[:]), " ")
	var room [3 * recordBytes]byte
	out := room[:0]
	for _, b := range raw {
		char := runeOf(b)
		if char == unknown {
			r.refuse(f, NotJIS)
		}
		out = utf8.AppendRune(out, char)
	}
	s := string(out)
	r.refuse(f, judgeText(f, s, r.format.Extra))
	return s
}

func (r *Reader) blank(f Field) {
	if len(bytes.Trim(f.of(r.line[:]), " ")) > 0 {
		r.refuse(f, NotBlank)
	}
}

func (r *Reader) accountType(f Field) AccountType {
	t := AccountType(f.of(r.line[:])[0] - '0')
	if !t.known() {
		r.refuse(f, BadAccount)
	}
	return t
}

func (r *Reader) readHeader() {
	if r.bad != nil {
		return
	}
	form := r.way.form()
	if r.digits(FieldType) != form.kind {
		r.refuse(FieldType, form.another)
	}
	switch Code(FieldCode.of(r.line[:])[0]) {
	case JIS:
	case EBCDIC:
		r.refuse(FieldCode, IsEBCDIC)
	default:
		r.refuse(FieldCode, BadCode)
	}
	h := Header{
		Consignor: r.digits(FieldConsignor), ConsignorName: r.text(FieldConsignorName), Day: MonthDay(r.digits(form.day)),
		Bank: r.digits(FieldOurBank), BankName: r.text(FieldOurBankName),
		Branch: r.digits(FieldOurBranch), BranchName: r.text(FieldOurBranchName),
	}
	if !h.Day.exists() {
		r.refuse(form.day, BadDay)
	}
	both := r.line[fields[FieldOurAccountType].from-1 : fields[fieldHeaderFiller].from-1]
	if len(bytes.Trim(both, " ")) > 0 && len(bytes.Trim(both, "0")) > 0 {
		h.AccountType = r.accountType(FieldOurAccountType)
		h.AccountNumber = AccountNumber(r.digits(FieldOurAccountNumber))
	}
	r.blank(fieldHeaderFiller)
	r.header = h
}

func (r *Reader) readDebit() Debit {
	f := r.way.form()
	d := Debit{
		Account: Account{
			Bank: r.digits(f.bank), BankName: r.text(f.bankName), Branch: r.digits(f.branch), BranchName: r.text(f.branchName),
			Type: r.accountType(f.accountType), Number: AccountNumber(r.digits(f.number)), Holder: mask.Name(r.text(f.holder)),
		},
		Amount:   money.Yen(r.number(f.amount)),
		New:      NewCode(r.number(f.isNew)),
		Customer: r.text(f.key),
	}
	r.refuse(f.amount, judgeAmount(d.Amount))
	if d.New > Changed {
		r.refuse(f.isNew, BadNew)
	}
	if r.way == transfer {
		r.wire()
	} else {
		d.Result = r.result()
		r.blank(fieldDataFiller)
		r.blank(fieldDataEndFiller)
	}
	field, problem := r.sums.add(d)
	r.refuse(f.named(field), problem)
	return d
}

func (r *Reader) result() ResultCode {
	b := FieldResult.of(r.line[:])[0]
	switch {
	case r.way == result && ResultCode(b).Known():
		return ResultCode(b)
	case r.way == request && (b == '0' || b == ' '):
		return 0
	}
	r.refuse(FieldResult, BadResult)
	return 0
}

// readTrailer wants the six figures to be those of the records. That debited and not debited make up all follows: each
// record was counted as one of the two.
func (r *Reader) readTrailer() {
	for _, c := range r.sums.columns(r.way) {
		switch told := r.number(c.field); {
		case told == c.n:
		case r.way == request && c.field != FieldCount && c.field != FieldSum:
			r.refuse(c.field, NotZero)
		default:
			r.refuse(c.field, WrongCount)
		}
	}
	if r.way == transfer {
		r.blank(fieldSumFiller)
		return
	}
	r.blank(fieldTrailerFiller)
}

// readEnd wants the end record, and at most the end byte after it.
func (r *Reader) readEnd() {
	r.next()
	if r.bad != nil {
		return
	}
	if r.line[0] != kindEnd {
		r.refuse(FieldKind, BadOrder)
	}
	r.blank(fieldEndFiller)
	if rest := r.ahead(); len(rest) > 1 || len(rest) == 1 && rest[0] != endOfFile {
		r.refuse(wholeRecord, MoreAfter)
	}
	if r.bad != nil {
		return
	}
	r.proven = true
	// Looking for two bytes and finding one at most has drawn every byte through the hash.
	r.summary = Summary{Totals: r.sums.told(r.way), Hash: [sha256.Size]byte(r.hash.Sum(nil))}
}
