package transferfile

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/kana"
	"tsuke/internal/money"
)

// Write writes lines the way a bank of this mapping does; the bank of the demo answers with it. It writes the columns of the
// mapping and no others, in the normal form that Read gives back. Line.Number, Account and Ordinal are not looked at, and Text
// and Serial are left out where the mapping has no column for them. A balance begins with the first line, from nothing. A line that would not read back is refused with a LineError that counts as
// the file would; then nothing is written. The other errors are *MappingError and what w failed with.
func Write(w io.Writer, m Mapping, e Encoding, lines []Line) error {
	if err := m.Check(); err != nil {
		return err
	}
	if e != UTF8 && e != ShiftJIS {
		return &MappingError{Field: "Encoding"}
	}
	rows := []string{row(m.columns())}
	t := table{mapping: m, width: len(m.columns()), at: map[string]int{}}
	for i, name := range m.columns() {
		t.at[name] = i
	}
	var balance money.Yen
	for i, line := range lines {
		balance += line.Amount
		text := row(m.cells(line, balance))
		if bad := t.lost(i+2, text, e, line); bad != nil {
			return *bad
		}
		rows = append(rows, text)
	}
	text, ok := encoded(strings.Join(rows, "\r\n")+"\r\n", e)
	if !ok {
		return &MappingError{Field: "Columns"} // the lines were tried
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("transferfile: write: %w", err)
	}
	return nil
}

// lost says what of a line does not read back.
func (t *table) lost(number int, text string, e Encoding, line Line) *LineError {
	if _, ok := encoded(text, e); !ok || strings.ContainsAny(text, "\r\n") {
		return &LineError{Line: number, Problem: Uncarried}
	}
	again, passed, bad := t.readLine(number, text)
	switch {
	case len(bad) > 0:
		return &bad[0]
	case passed:
		return &LineError{Line: number, Column: t.mapping.Amount, Problem: BadAmount}
	case again.Day != line.Day:
		return &LineError{Line: number, Column: t.mapping.Day, Problem: BadDay}
	case again.Payer.Reveal() != reading(line.Payer.Reveal()):
		return &LineError{Line: number, Column: t.mapping.Payer, Problem: Uncarried}
	case t.mapping.Serial != "" && again.Serial != line.Serial:
		return &LineError{Line: number, Column: t.mapping.Serial, Problem: Uncarried}
	}
	return nil
}

// cells are a line under the mapping's columns, and what is in the account after it.
func (m Mapping) cells(l Line, balance money.Yen) []string {
	payer, words := reading(l.Payer.Reveal()), normal(l.Text.Reveal())
	if m.Payer == "" && words == "" && payer != "" {
		words = m.PayerAfter[0] + payer
	}
	day := ""
	if !l.Day.IsZero() {
		day = strings.ReplaceAll(l.Day.String(), "-", "/")
	}
	cells := []string{day, l.Amount.String()}
	if m.Payer != "" {
		cells = append(cells, payer)
	}
	if m.Text != "" {
		cells = append(cells, words)
	}
	if m.Serial != "" {
		cells = append(cells, l.Serial)
	}
	if m.Out != "" {
		cells = append(cells, "")
	}
	if m.Balance != "" {
		cells = append(cells, balance.String())
	}
	return cells
}

func row(cells []string) string {
	quoted := make([]string, len(cells))
	for i, c := range cells {
		quoted[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	return strings.Join(quoted, ",")
}

func encoded(text string, e Encoding) (string, bool) {
	if e == UTF8 {
		return text, true
	}
	out, err := japanese.ShiftJIS.NewEncoder().String(kana.Windows31J(text))
	return out, err == nil
}
