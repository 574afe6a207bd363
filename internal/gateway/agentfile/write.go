package agentfile

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/jst"
	"tsuke/internal/kana"
)

// Write writes lines the way the agent does; the store of the demo pays with it. What it writes is the normal form that
// Read gives back: full times and codes, names without blanks around them, ～ for 〜. Line.Number and Line.AmountDiffers
// are not looked at. A line that Read would refuse is refused here, with a LineError that counts as the file would; then
// nothing is written.
func Write(w io.Writer, lines []Line) error {
	var out bytes.Buffer
	var header []string
	for _, name := range names[1:] {
		header = append(header, name.ja)
	}
	rows := []string{strings.Join(header, ",")}
	for i, line := range lines {
		normal, bad := readLine(i+2, line.row())
		if len(bad) > 0 {
			return bad[0]
		}
		rows = append(rows, normal.row())
	}
	encoder := japanese.ShiftJIS.NewEncoder()
	for i, row := range rows {
		text, err := encoder.String(kana.Windows31J(row))
		if err != nil { // only the name can hold other letters
			return LineError{Line: i + 1, Column: columnChainName, Problem: BadText}
		}
		out.WriteString(text + "\r\n")
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("agentfile: write: %w", err)
	}
	return nil
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

// plain writes a day as YYYYMMDD, none as 0.
func plain(d jst.Day) string {
	if d.IsZero() {
		return "0"
	}
	return strings.ReplaceAll(d.String(), "-", "")
}
