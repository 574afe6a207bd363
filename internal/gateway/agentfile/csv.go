package agentfile

import (
	"bytes"
	"encoding/csv"
	"strings"
	"unicode/utf8"

	"tsuke/internal/kana"
)

// readCSV reads a file that judgeFile let pass.
func readCSV(raw []byte) (File, error) {
	var file File
	headed := false
	for i, text := range bytes.Split(raw, []byte("\n")) {
		text = bytes.TrimRight(text, "\r\x1a")
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if !headed {
			if err := judgeHeader(text); err != nil {
				return File{}, err
			}
			headed = true
			continue
		}
		line, bad := readRow(i+1, decoded(text))
		file.Bad = append(file.Bad, bad...)
		if len(bad) == 0 {
			file.Lines = append(file.Lines, line)
		}
	}
	if !headed {
		return File{}, &FileError{Reason: Empty}
	}
	return file, nil
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
			if kana.Text(field) == kana.Text(tables[CSV][column].ja) && int(column) != i+1 {
				return &FileError{Reason: OtherOrder}
			}
		}
	}
	return nil
}

// split takes one line apart. Lines are cut before, so that a stray quotation mark spoils one line and not the rest.
func split(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = -1
	return r.Read()
}

func readRow(number int, text string) (Line, []LineError) {
	fields, err := split(text)
	if err != nil || len(fields) != columns {
		return Line{}, []LineError{{Line: number, Column: wholeLine, Problem: BadColumns}}
	}
	r := &reader{layout: CSV, number: number, fields: fields}
	line := Line{Number: number, Kind: Kind(r.field(columnKind))}
	if !line.Kind.known() {
		r.refuse(columnKind, BadKind)
	}
	line.Day = r.day(columnDay)
	line.Time = r.time(columnTime, line.Kind)
	line.Barcode = r.barcode(line.Kind)
	line.User1 = r.digits(columnUser1, 0, 21)
	line.User2 = r.digits(columnUser2, 0, 21)
	line.Stamp = r.flag(columnStamp, r.field(columnStamp))
	line.Amount = r.yen(columnAmount, line.Kind, r.field(columnAmount))
	line.Chain = fill(r.digits(columnChain, 1, 3), 3)
	line.ChainName = r.text(columnChainName)
	line.Store = r.digits(columnStore, 0, 10)
	line.PayoutDay = r.dayOrNone(columnPayoutDay)
	line.CreatedDay = r.day(columnCreatedDay)
	if len(r.bad) > 0 {
		return Line{}, r.bad
	}
	line.AmountDiffers = line.barcodeAmount() != fill(line.Amount.String(), 6)
	return line, nil
}

// barcode wants EAN and the 44 digits.
func (r *reader) barcode(k Kind) string {
	digits, ok := strings.CutPrefix(r.field(columnBarcode), "EAN")
	if !ok || len(digits) != 44 || !allDigits(digits) || digits[:2] != "91" {
		r.refuse(columnBarcode, BadBarcode)
		return ""
	}
	r.checked(columnBarcode, k, digits)
	return digits
}

// utf8Text tells text that an editor saved in UTF-8. Shift_JIS that says 種別 first is never valid UTF-8: the second byte
// cannot follow the first.
func utf8Text(raw []byte) bool { return utf8.Valid(raw) && !ascii(raw) }

// csvRows are the header row and the lines in their normal form. The error is a LineError.
func csvRows(lines []Line) ([]string, error) {
	var names []string
	for _, column := range tables[CSV][1:] {
		names = append(names, column.ja)
	}
	rows := []string{strings.Join(names, ",")}
	for i, line := range lines {
		normal, bad := readRow(i+2, line.row())
		if len(bad) > 0 {
			return nil, bad[0]
		}
		if _, ok := encoded(normal.ChainName); !ok { // only the name can hold other letters
			return nil, LineError{Line: i + 2, Column: columnChainName, Problem: BadText}
		}
		rows = append(rows, normal.row())
	}
	return rows, nil
}

func (l Line) row() string {
	stamp := "0"
	if l.Stamp {
		stamp = "1"
	}
	return strings.Join([]string{
		string(l.Kind), plain(l.Day), l.Time, "EAN" + l.Barcode, l.User1, l.User2, stamp, l.Amount.String(),
		l.Chain, `"` + strings.ReplaceAll(l.ChainName, `"`, `""`) + `"`, l.Store, plain(l.PayoutDay), plain(l.CreatedDay),
	}, ",")
}
