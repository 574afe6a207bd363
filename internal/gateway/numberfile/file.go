package numberfile

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/kiosk"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

// The kinds of lines, in their first column.
const (
	kindHeader  = "1"
	kindBegins  = "2"
	kindEnds    = "3"
	kindTrailer = "8"
)

// title stands in the header. Files in another encoding have other bytes there.
const title = "受付番号"

const (
	headerColumns  = 6
	beginsColumns  = 10
	endsColumns    = 3
	trailerColumns = 3

	clockLast = "235959"
	yenMax    = 999_999
)

// Text brings a product or a payer's name into the form that a column holds: the characters of Windows-31J, and no more of them than
// fit. What cannot be in a column at all stays, and Write refuses it.
func Text(s string, most int) string {
	runes := []rune(kana.Windows31J(s))
	return string(runes[:min(len(runes), most)])
}

// Write writes a file. What Read would refuse is refused here, with the same *Error; then nothing is written.
func Write(w io.Writer, f File) error {
	if err := f.check(); err != nil {
		return err
	}
	var out strings.Builder
	line := func(columns ...string) { out.WriteString(strings.Join(columns, ",") + "\r\n") }
	line(kindHeader, title, fmt.Sprintf("%08d", f.Serial), plain(f.Made), f.Issuer, f.Client)
	var sum money.Yen
	for _, r := range f.Records {
		if r.Ends {
			line(kindEnds, string(r.Number), r.Digits)
			continue
		}
		sum += r.Amount
		line(kindBegins, string(r.Number), r.Confirmation, string(r.Slip), r.Digits, strconv.FormatInt(int64(r.Amount), 10), expiry(r.Last),
			r.Code, kana.Windows31J(r.Product), kana.Windows31J(r.Payer))
	}
	line(kindTrailer, strconv.Itoa(len(f.Records)), strconv.FormatInt(int64(sum), 10))
	text, err := japanese.ShiftJIS.NewEncoder().String(out.String())
	if err != nil { // every column was judged
		return fmt.Errorf("numberfile: %w", err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("numberfile: write: %w", err)
	}
	return nil
}

// Check finds what is wrong with a record by itself, as Write and Read do: a *Error without a line.
func Check(r Record) error {
	if column, problem, ok := r.judge(); !ok {
		return &Error{Column: column, Problem: problem}
	}
	return nil
}

// check judges a file that is to be written.
func (f File) check() error {
	switch {
	case f.Serial < 1 || f.Serial > MaxSerial:
		return &Error{Line: 1, Column: 3, Problem: BadSerial}
	case f.Made.IsZero():
		return &Error{Line: 1, Column: 4, Problem: BadDay}
	case len(f.Issuer) != 6 || !allDigits(f.Issuer):
		return &Error{Line: 1, Column: 5, Problem: BadCompany}
	case len(f.Client) != 5 || !allDigits(f.Client):
		return &Error{Line: 1, Column: 6, Problem: BadCompany}
	}
	seen := map[kiosk.ReceiptNumber]bool{}
	for i, r := range f.Records {
		column, problem, ok := r.judge()
		if ok && seen[r.Number] {
			column, problem, ok = 2, Twice, false
		}
		if !ok {
			return &Error{Line: i + 2, Column: column, Problem: problem}
		}
		seen[r.Number] = true
	}
	return nil
}

func (r Record) digitsColumn() int {
	if r.Ends {
		return 3
	}
	return 5
}

// judge finds the first column of a record that is wrong.
func (r Record) judge() (column int, problem Problem, ok bool) {
	number, err := kiosk.Parse(string(r.Number))
	if err != nil || number != r.Number {
		return 2, BadNumber, false
	}
	code, err := konbini.Parse(r.Digits)
	if err != nil || r.Digits[18:29] != string(r.Number) {
		return r.digitsColumn(), BadDigits, false
	}
	if r.Ends {
		return 0, 0, true
	}
	phone, phoneErr := kiosk.Confirmation(r.Confirmation)
	slip, slipErr := kiosk.ParseSlipNumber(string(r.Slip))
	switch {
	case phoneErr != nil || phone != r.Confirmation:
		return 3, BadPhone, false
	case slipErr != nil || slip != r.Slip:
		return 4, BadSlip, false
	case r.Amount < 1 || r.Amount > yenMax:
		return 6, BadAmount, false
	case int64(r.Amount) != code.Yen:
		return 6, OtherAmount, false
	case r.Last.String() != code.Due:
		return 7, OtherExpiry, false
	case len(r.Code) < 4 || len(r.Code) > 6 || !allDigits(r.Code):
		return 8, BadCode, false
	case !fits(r.Product, MaxProduct):
		return 9, BadText, false
	case !fits(r.Payer, MaxPayer):
		return 10, BadText, false
	}
	return 0, 0, true
}

// fits tells whether a column can hold a text: it comes back as it went.
func fits(s string, most int) bool {
	s = kana.Windows31J(s)
	if s == "" || utf8.RuneCountInString(s) > most || strings.ContainsAny(s, `,"`) || strings.ContainsFunc(s, unicode.IsControl) {
		return false
	}
	encoded, err := japanese.ShiftJIS.NewEncoder().String(s)
	if err != nil {
		return false
	}
	back, err := japanese.ShiftJIS.NewDecoder().String(encoded)
	return err == nil && back == s
}

// Read reads a file. The error is a *Error, or what r failed with: a file is taken as a whole or not at all.
func Read(r io.Reader) (File, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("numberfile: read: %w", err)
	}
	switch {
	case len(raw) == 0:
		return File{}, &Error{Problem: Empty}
	case len(raw) > MaxBytes:
		return File{}, &Error{Problem: TooLarge}
	}
	raw, whole := bytes.CutSuffix(raw, []byte("\r\n"))
	lines := strings.Split(string(raw), "\r\n")
	f, err := readHeader(decoded(lines[0]))
	if err != nil {
		return File{}, err
	}
	if last := len(lines); !whole || last < 2 || !strings.HasPrefix(lines[last-1], kindTrailer+",") {
		return File{}, &Error{Problem: NoTrailer}
	}
	var sum money.Yen
	for i, text := range lines[1 : len(lines)-1] {
		record, column, problem, ok := readRecord(strings.Split(decoded(text), ","))
		if !ok {
			return File{}, &Error{Line: i + 2, Column: column, Problem: problem}
		}
		f.Records = append(f.Records, record)
		if !record.Ends {
			sum += record.Amount
		}
	}
	if err := f.check(); err != nil {
		return File{}, err
	}
	return f, f.sums(strings.Split(lines[len(lines)-1], ","), len(lines), sum)
}

func readHeader(text string) (File, error) {
	columns := strings.Split(text, ",")
	if len(columns) != headerColumns || columns[0] != kindHeader || columns[1] != title {
		return File{}, &Error{Problem: NoHeader}
	}
	f := File{Issuer: columns[4], Client: columns[5]}
	serial, ok := digits(columns[2], 8, 8)
	if !ok {
		return File{}, &Error{Line: 1, Column: 3, Problem: BadSerial}
	}
	f.Serial = int(serial)
	if f.Made, ok = parsePlain(columns[3]); !ok {
		return File{}, &Error{Line: 1, Column: 4, Problem: BadDay}
	}
	return f, nil
}

// readRecord reads the columns of a record. What they say is judged with the file.
func readRecord(columns []string) (r Record, column int, problem Problem, ok bool) {
	switch kind := columns[0]; {
	case kind != kindBegins && kind != kindEnds:
		return r, 1, BadKind, false
	case kind == kindEnds && len(columns) != endsColumns, kind == kindBegins && len(columns) != beginsColumns:
		return r, 0, BadColumns, false
	case kind == kindEnds:
		return Record{Ends: true, Number: kiosk.ReceiptNumber(columns[1]), Digits: columns[2]}, 0, 0, true
	}
	amount, ok := digits(columns[5], 1, 6)
	if !ok {
		return r, 6, BadAmount, false
	}
	r = Record{
		Number: kiosk.ReceiptNumber(columns[1]), Confirmation: columns[2], Slip: kiosk.SlipNumber(columns[3]), Digits: columns[4],
		Amount: money.Yen(amount), Code: columns[7], Product: columns[8], Payer: columns[9],
	}
	if columns[6] != "" {
		day, at := columns[6][:min(8, len(columns[6]))], columns[6][min(8, len(columns[6])):]
		if r.Last, ok = parsePlain(day); !ok || at != clockLast {
			return r, 7, BadExpiry, false
		}
	}
	return r, 0, 0, true
}

// sums holds the trailer against the records.
func (f File) sums(columns []string, line int, sum money.Yen) error {
	if len(columns) != trailerColumns {
		return &Error{Line: line, Problem: BadColumns}
	}
	count, counted := digits(columns[1], 1, 8)
	total, summed := digits(columns[2], 1, 15)
	if !counted || !summed || count != int64(len(f.Records)) || money.Yen(total) != sum {
		return &Error{Line: line, Problem: OtherSums}
	}
	return nil
}

// decoded turns Windows-31J into UTF-8; bytes that are none become U+FFFD, which no column holds.
func decoded(text string) string {
	s, err := japanese.ShiftJIS.NewDecoder().String(text)
	if err != nil {
		return "\ufffd"
	}
	return s
}

// plain is a day as YYYYMMDD.
func plain(d jst.Day) string { return strings.ReplaceAll(d.String(), "-", "") }

func expiry(d jst.Day) string {
	if d.IsZero() {
		return ""
	}
	return plain(d) + clockLast
}

func parsePlain(s string) (jst.Day, bool) {
	if len(s) != 8 || !allDigits(s) {
		return jst.Day{}, false
	}
	day, err := jst.ParseDay(s[:4] + "-" + s[4:6] + "-" + s[6:])
	return day, err == nil
}

// digits reads a number of so many digits.
func digits(s string, least, most int) (int64, bool) {
	if len(s) < least || len(s) > most || !allDigits(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
