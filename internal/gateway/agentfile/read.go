package agentfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

// MaxBytes is the largest file that Read takes: about 400,000 notices.
const MaxBytes = 64 << 20

// Read reads a file. The error is a *FileError when the bytes are no such file, or what r failed with; bad lines are no
// error but stand in File.Bad.
//
// It forgives what happens on the way and cannot be misread: line ends of LF alone, a missing last one, a final 0x1A,
// empty lines, and leading zeros that times and codes have lost.
func Read(r io.Reader) (File, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("agentfile: read: %w", err)
	}
	if len(raw) > MaxBytes {
		return File{}, &FileError{Reason: TooLarge}
	}
	file := File{Hash: sha256.Sum256(raw)}
	if err := judgeFile(raw); err != nil {
		return File{}, err
	}
	header := false
	for i, text := range bytes.Split(raw, []byte("\n")) {
		text = bytes.TrimRight(text, "\r\x1a")
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if !header {
			if err := judgeHeader(text); err != nil {
				return File{}, err
			}
			header = true
			continue
		}
		line, bad := readLine(i+1, decoded(text))
		file.Bad = append(file.Bad, bad...)
		if len(bad) == 0 {
			file.Lines = append(file.Lines, line)
		}
	}
	return file, nil
}

// judgeFile refuses what is no file of the agent, before any line of it is believed.
func judgeFile(raw []byte) error {
	body, marked := bytes.CutPrefix(raw, []byte("\ufeff"))
	if len(bytes.TrimSpace(bytes.TrimRight(body, "\x1a"))) == 0 {
		return &FileError{Reason: Empty}
	}
	if told, ok := bytes.CutPrefix(bytes.TrimSpace(body), []byte("error:")); ok {
		return &FileError{Reason: AgentFault, Message: message(told)}
	}
	utf16 := bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF})
	if marked || utf16 || utf8.Valid(raw) && !ascii(raw) {
		// Shift_JIS that says 種別 first is never valid UTF-8: the second byte cannot follow the first.
		return &FileError{Reason: NotShiftJIS}
	}
	return nil
}

// message is what the agent wrote, in whichever encoding, on one line and of bounded length.
func message(text []byte) string {
	s := string(text)
	if !utf8.Valid(text) {
		s = decoded(text)
	}
	runes := []rune(kana.Text(s))
	return string(runes[:min(len(runes), 300)])
}

// judgeHeader wants 13 columns that are not data, and none of the known names in another place. Their exact wording is
// left to the agent.
func judgeHeader(text []byte) error {
	fields, err := split(decoded(text))
	if err != nil || len(fields) != columns || Kind(fields[0]).known() {
		return &FileError{Reason: NoHeader}
	}
	for i, field := range fields {
		for column := columnKind; int(column) <= columns; column++ {
			if kana.Text(field) == kana.Text(names[column].ja) && int(column) != i+1 {
				return &FileError{Reason: OtherOrder}
			}
		}
	}
	return nil
}

// decoded turns Windows-31J into UTF-8; bytes that are none become U+FFFD.
func decoded(text []byte) string {
	s, err := japanese.ShiftJIS.NewDecoder().Bytes(text)
	if err != nil {
		return "\ufffd"
	}
	return string(s)
}

// split takes one line apart. Lines are cut before, so that a stray quotation mark spoils one line and not the rest.
func split(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = -1
	return r.Read()
}

// reader judges the columns of one line and collects what is wrong.
type reader struct {
	number int
	fields []string
	bad    []LineError
}

func readLine(number int, text string) (Line, []LineError) {
	fields, err := split(text)
	if err != nil || len(fields) != columns {
		return Line{}, []LineError{{Line: number, Column: wholeLine, Problem: BadColumns}}
	}
	r := &reader{number: number, fields: fields}
	line := Line{Number: number, Kind: Kind(r.field(columnKind))}
	if !line.Kind.known() {
		r.refuse(columnKind, BadKind)
	}
	line.Day = r.day(columnDay)
	line.Time = r.time(line.Kind)
	line.Barcode = r.barcode(line.Kind)
	line.User1 = r.digits(columnUser1, 0, 21)
	line.User2 = r.digits(columnUser2, 0, 21)
	line.Stamp = r.stamp()
	line.Amount = r.amount(line.Kind)
	line.Chain = fill(r.digits(columnChain, 1, 3), 3)
	line.ChainName = r.text(columnChainName)
	line.Store = r.digits(columnStore, 0, 10)
	if strings.Trim(r.field(columnPayoutDay), "0") != "" {
		line.PayoutDay = r.day(columnPayoutDay)
	}
	line.CreatedDay = r.day(columnCreatedDay)
	if len(r.bad) > 0 {
		return Line{}, r.bad
	}
	line.AmountDiffers = line.barcodeAmount() != fill(line.Amount.String(), 6)
	return line, nil
}

func (r *reader) field(c Column) string { return strings.TrimSpace(r.fields[c-1]) }

func (r *reader) refuse(c Column, p Problem) {
	r.bad = append(r.bad, LineError{Line: r.number, Column: c, Problem: p})
}

func (r *reader) day(c Column) jst.Day {
	s := r.field(c)
	if len(s) != 8 || !allDigits(s) {
		r.refuse(c, BadDay)
		return jst.Day{}
	}
	day, err := jst.ParseDay(s[:4] + "-" + s[4:6] + "-" + s[6:])
	if err != nil {
		r.refuse(c, BadDay)
	}
	return day
}

// time fills up leading zeros: a spreadsheet makes 0944 to 944. The post office tells no time.
func (r *reader) time(k Kind) string {
	s := fill(r.field(columnTime), 4)
	if k.postal() && strings.Trim(s, "0") == "" {
		return "0000"
	}
	if r.field(columnTime) == "" || len(s) != 4 || !allDigits(s) || s[:2] > "23" || s[2:] > "59" {
		r.refuse(columnTime, BadTime)
	}
	return s
}

// barcode wants the 44 digits. The check digit is not held against postal lines: their due day is rewritten to 999999.
func (r *reader) barcode(k Kind) string {
	digits, ok := strings.CutPrefix(r.field(columnBarcode), "EAN")
	if !ok || len(digits) != 44 || !allDigits(digits) || digits[:2] != "91" {
		r.refuse(columnBarcode, BadBarcode)
		return ""
	}
	check, err := konbini.CheckDigit(digits[:43])
	if (err != nil || check != int(digits[43]-'0')) && !k.postal() {
		r.refuse(columnBarcode, BadCheckDigit)
	}
	return digits
}

func (r *reader) stamp() bool {
	s := r.field(columnStamp)
	if s != "0" && s != "1" {
		r.refuse(columnStamp, BadStamp)
	}
	return s == "1"
}

// amount reads yen. A correction may say that nothing was paid.
func (r *reader) amount(k Kind) money.Yen {
	s := r.field(columnAmount)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !allDigits(s) || n > 999_999 || n < 1 && k != PostalCorrection {
		r.refuse(columnAmount, BadAmount)
	}
	return money.Yen(n)
}

func (r *reader) digits(c Column, least, most int) string {
	s := r.field(c)
	if len(s) < least || len(s) > most || s != "" && !allDigits(s) {
		r.refuse(c, BadCode)
	}
	return s
}

func (r *reader) text(c Column) string {
	s := r.field(c)
	if utf8.RuneCountInString(s) > 60 || strings.ContainsRune(s, utf8.RuneError) || strings.ContainsFunc(s, unicode.IsControl) {
		r.refuse(c, BadText)
	}
	return s
}

// fill puts zeros in front up to n digits.
func fill(s string, n int) string {
	return strings.Repeat("0", max(n-len(s), 0)) + s
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func ascii(text []byte) bool {
	return !slices.ContainsFunc(text, func(b byte) bool { return b >= utf8.RuneSelf })
}
