package paper

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// csvColumns are the first line of a statement's CSV. Programs rely on them: they are the same in both languages, and columns
// are only ever added at the end.
var csvColumns = []string{
	"reference", "month", "part", "kind", "day", "title", "shop", "order", "purchase_day", "amount", "tax", "note",
}

// The two parts of a statement in its CSV.
const (
	partIssued = "issued" // adds up to what was billed
	partSince  = "since"  // payments and late charges: with them it adds up to what is owed
)

// byteOrderMark tells spreadsheets that the file is UTF-8; without it they take Japanese for Shift_JIS.
const byteOrderMark = "\uFEFF"

// WriteCSV writes a statement as CSV (RFC 4180: CRLF, quotation marks where needed; UTF-8 with a byte order mark), a row for
// each line. Amounts are plain whole yen, less than nothing for what is taken off. No cell of words is taken for a
// formula by a spreadsheet (rule B42). Rows are written as they are made.
func WriteCSV(w io.Writer, st Statement) error {
	if err := st.Check(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(csvColumns); err != nil {
		return err
	}
	for _, part := range []struct {
		name  string
		lines []Line
	}{{partIssued, st.Lines}, {partSince, st.Since}} {
		for _, l := range part.lines {
			if err := out.Write(st.csvRow(part.name, l)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func (st Statement) csvRow(part string, l Line) []string {
	return []string{
		st.Reference, st.Month.String(), part, l.Kind, orEmpty(l.Day), words(l.Title), words(l.Shop), words(l.Order), orEmpty(l.Bought),
		l.Amount.String(), taxOrEmpty(l.Tax), words(strings.Join(l.Notes, " ")),
	}
}

func orEmpty(d jst.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func taxOrEmpty(tax money.Yen) string {
	if tax == 0 {
		return ""
	}
	return tax.String()
}

// words is a cell of words: one line, and with an apostrophe before a sign with which spreadsheets begin a formula, the
// full-width ones included (OWASP, CSV Injection).
func words(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	first, _ := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("=+-@＝＋－＠", first) && s != "" {
		return "'" + s
	}
	return s
}
