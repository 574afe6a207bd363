package agentfile

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/money"
)

// Write writes lines as CSV, without a contract.
func Write(w io.Writer, lines []Line) error {
	return Contract{}.Write(w, CSV, jst.Day{}, lines)
}

// Write writes lines the way the agent does; the store of the demo pays with it. What it writes is the normal form that
// Read gives back: full times and codes, names without blanks around them, ～ for 〜. Line.Number and Line.AmountDiffers
// are not looked at. A line that Read would refuse, or that the layout cannot carry, is refused here, with a LineError that
// counts as the file would; then nothing is written.
//
// made stands in the header of the Factor layout. That layout and the Operator's carry no name of a chain and no cut of the
// free field; both are left out, and so is AccountingDay in the CSV. The other errors are *ContractError and what w failed with.
func (c Contract) Write(w io.Writer, layout Layout, made jst.Day, lines []Line) error {
	if err := c.Check(); err != nil {
		return err
	}
	rows, err := c.rows(layout, made, lines)
	if err != nil {
		return err
	}
	text, ok := encoded(strings.Join(rows, "\r\n") + "\r\n")
	if !ok {
		return &ContractError{Field: "CompanyName"}
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("agentfile: write: %w", err)
	}
	return nil
}

func (c Contract) rows(layout Layout, made jst.Day, lines []Line) ([]string, error) {
	switch layout {
	case CSV:
		return csvRows(lines)
	case Operator:
		return c.fixedRows(Operator, string(rune(header)), lines)
	case Factor:
		switch {
		case c.Factor == "":
			return nil, &ContractError{Field: "Factor"}
		case c.Company == "":
			return nil, &ContractError{Field: "Company"}
		case made.IsZero():
			return nil, &ContractError{Field: "Made"}
		}
		return c.fixedRows(Factor, string(rune(header))+plain(made)+c.Factor+c.Company+c.CompanyName, lines)
	}
	return nil, &ContractError{Field: "Layout"}
}

// fixedRows are a header, the details in their normal form, and the closing records where there are such.
func (c Contract) fixedRows(layout Layout, head string, lines []Line) ([]string, error) {
	rows := []string{wide(head)}
	g := group{factor: c.Factor, company: c.Company}
	for i, line := range lines {
		row, bad := c.fixedRow(layout, g, i+2, line)
		if len(bad) > 0 {
			return nil, bad[0]
		}
		rows = append(rows, row)
		g.details++
		g.total += line.Amount
	}
	if layout == Factor || c.Count.Width+c.Total.Width > 0 {
		last := []byte(wide(string(rune(closing))))
		switch {
		case !c.Count.put(last, money.Yen(g.details)):
			return nil, &ContractError{Field: "Count"}
		case !c.Total.put(last, g.total):
			return nil, &ContractError{Field: "Total"}
		}
		rows = append(rows, string(last))
	}
	if layout == Factor {
		rows = append(rows, wide(string(rune(ending))))
	}
	return rows, nil
}

// fixedRow is a detail that reads back as the line.
func (c Contract) fixedRow(layout Layout, g group, number int, line Line) (string, []LineError) {
	bad := func(column Column, p Problem) []LineError {
		return []LineError{{Layout: layout, Line: number, Column: column, Problem: p}}
	}
	at := barcodeOf[layout]
	if len(line.Barcode) != 44 {
		return "", bad(at.first, BadDigits)
	}
	values := c.operatorValues
	stamp, amount := at.first, at.first
	if layout == Factor {
		values, stamp, amount = c.factorValues, factorStamp, factorAmount
	}
	var row strings.Builder
	for i, value := range values(line) {
		width := tables[layout][i].width
		if len(value) > width {
			return "", bad(Column(i), Uncarried)
		}
		row.WriteString(value + strings.Repeat(" ", width-len(value)))
	}
	normal, wrong := c.readDetail(layout, g, record{number, []byte(row.String())})
	switch {
	case len(wrong) > 0:
		return "", wrong
	case normal.Amount != line.Amount:
		return "", bad(amount, Uncarried)
	case normal.Stamp != line.Stamp:
		return "", bad(stamp, Uncarried)
	}
	return row.String(), nil
}

// store is a store's code with the zeros that the fixed layouts put in front, or nothing.
func store(l Line) string {
	if l.Store == "" {
		return ""
	}
	return fill(l.Store, 7)
}

// put writes a number at its bytes of a record, if there are such and it fits.
func (s Span) put(into []byte, n money.Yen) bool {
	if s.Width == 0 {
		return true
	}
	digits := fill(n.String(), s.Width)
	copy(into[s.From-1:], digits[:s.Width])
	return len(digits) == s.Width
}

// wide fills a record up with blanks, counting bytes of Shift_JIS.
func wide(s string) string {
	text, _ := encoded(s) // Check has seen the only letters that might not be writable
	return s + strings.Repeat(" ", max(recordBytes-len(text), 0))
}

// encoded is a text in Windows-31J, if it can be.
func encoded(s string) (string, bool) {
	text, err := japanese.ShiftJIS.NewEncoder().String(kana.Windows31J(s))
	return text, err == nil
}
