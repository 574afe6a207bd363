package paper

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"tsuke/internal/fault"
	"tsuke/internal/money"
)

// Manifest is the list that goes to the printer with the PDFs: UTF-8, CSV (RFC 4180) with CR LF and a header row.
//
//	number      of the card, from 1 without a gap; it stands on the sheet beside the marks too
//	reference   of the card
//	file        the PDF that it is in
//	first_page  of the card in that PDF, from 1
//	last_page   the page after it: a card is an outside and an inside
//	area        the first three digits of the postal code, by which mail is sorted; more would be an address
//	amount      in yen
//	sha256      of the PDF, 64 hexadecimal digits
//
// The last line has "total" for the number, then the count of cards in first_page and their sum in amount; the other
// columns are empty.
type Manifest struct {
	Entries []Entry
}

// Entry is a card of the list.
type Entry struct {
	Number    int
	Reference string
	File      string
	FirstPage int
	Area      string
	Amount    money.Yen
	SHA256    string
}

var header = []string{"number", "reference", "file", "first_page", "last_page", "area", "amount", "sha256"}

const (
	totalMark   = "total"
	maxManifest = 256 << 20 // bytes, a million cards: more is no list of ours
)

// Write writes the list. The error is a [ManifestError] where ReadManifest would refuse it, or w's.
func (m Manifest) Write(w io.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	cards, amount, err := m.Total()
	if err != nil {
		return &ManifestError{Line: len(m.Entries) + 2, Problem: WrongTotal}
	}
	rows := [][]string{header}
	for _, e := range m.Entries {
		rows = append(rows, e.row())
	}
	rows = append(rows, []string{totalMark, "", "", strconv.Itoa(cards), "", "", amount.String(), ""})
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("paper: write the list: %w", err)
	}
	return nil
}

func (e Entry) row() []string {
	return []string{
		strconv.Itoa(e.Number), e.Reference, e.File, strconv.Itoa(e.FirstPage), strconv.Itoa(e.FirstPage + Pages - 1),
		e.Area, e.Amount.String(), e.SHA256,
	}
}

// ReadManifest reads a list, ours or the one that a printer sends back for what was printed, and proves that it is
// whole: numbers and pages follow each other without a gap, no reference comes twice, count and sum are those of the last
// line. The error is a [ManifestError] or r's.
func ReadManifest(r io.Reader) (Manifest, error) {
	in := csv.NewReader(io.LimitReader(r, maxManifest))
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	var m Manifest
	total := false
	for line := 1; ; line++ {
		row, err := in.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if !total {
				return Manifest{}, &ManifestError{Line: line, Problem: NoTotal}
			}
			return m, m.check()
		case errors.As(err, &broken):
			return Manifest{}, &ManifestError{Line: line, Problem: BadRow}
		case err != nil:
			return Manifest{}, fmt.Errorf("paper: read the list: %w", err)
		case total:
			return Manifest{}, &ManifestError{Line: line, Problem: AfterTotal}
		case line == 1:
			if !slices.Equal(row, header) {
				return Manifest{}, &ManifestError{Line: line, Problem: BadHeader}
			}
		case row[0] == totalMark:
			total = true
			if !m.totals(row) {
				return Manifest{}, &ManifestError{Line: line, Problem: WrongTotal}
			}
		default:
			e, ok := readEntry(row)
			if !ok {
				return Manifest{}, &ManifestError{Line: line, Problem: BadRow}
			}
			m.Entries = append(m.Entries, e)
		}
	}
}

// totals says whether the last line is right.
func (m Manifest) totals(row []string) bool {
	cards, amount, err := m.Total()
	want := []string{totalMark, "", "", strconv.Itoa(cards), "", "", amount.String(), ""}
	return err == nil && slices.Equal(row, want)
}

// readEntry reads a row, and only in the form that Write gives it: anything else was touched by somebody.
func readEntry(row []string) (Entry, bool) {
	if len(row) != len(header) {
		return Entry{}, false
	}
	number, err1 := strconv.Atoi(row[0])
	page, err2 := strconv.Atoi(row[3])
	amount, err3 := strconv.ParseInt(row[6], 10, 64)
	e := Entry{
		Number: number, Reference: strings.Clone(row[1]), File: strings.Clone(row[2]), FirstPage: page,
		Area: strings.Clone(row[5]), Amount: money.Yen(amount), SHA256: strings.Clone(row[7]),
	}
	ok := err1 == nil && err2 == nil && err3 == nil && slices.Equal(e.row(), row)
	return e, ok
}

// check judges the order of the entries and their form.
func (m Manifest) check() error {
	references, files := map[string]bool{}, map[string]bool{}
	var before Entry
	for i, e := range m.Entries {
		first := 1
		if i > 0 && e.File == before.File {
			first = before.FirstPage + Pages
		}
		name, ending := strings.CutSuffix(e.File, ".pdf")
		hash, err := hex.DecodeString(e.SHA256)
		problem := BadRow
		switch {
		case !reference(e.Reference), !ending, !jobName(name), len(e.Area) != 3, !digits(e.Area),
			e.Amount < 1, !e.Amount.InRange(), err != nil, len(hash) != sha256.Size, strings.ToLower(e.SHA256) != e.SHA256,
			i > 0 && e.File == before.File && e.SHA256 != before.SHA256:
		case e.Number != i+1 || e.FirstPage != first || e.File != before.File && files[e.File]:
			problem = Gap
		case references[e.Reference]:
			problem = Twice
		default:
			references[e.Reference], files[e.File], before = true, true, e
			continue
		}
		return &ManifestError{Line: i + 2, Problem: problem}
	}
	return nil
}

// Verify proves that a PDF is the one of the list: named in it, and the same to the last byte. The errors are
// [ErrNotListed], [ErrOtherPDF] and r's.
func (m Manifest) Verify(name string, r io.Reader) error {
	for _, e := range m.Entries {
		if e.File != name {
			continue
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, r); err != nil {
			return fmt.Errorf("paper: read %s: %w", name, err)
		}
		if hex.EncodeToString(sum.Sum(nil)) != e.SHA256 {
			return ErrOtherPDF
		}
		return nil
	}
	return ErrNotListed
}

// What Verify finds.
var (
	ErrNotListed = errors.New("paper: the list has no PDF of this name")
	ErrOtherPDF  = errors.New("paper: not the PDF of the list: its SHA-256 differs")
)

// ManifestProblem is what is wrong with a list.
type ManifestProblem int

// The problems of a list.
const (
	BadHeader  ManifestProblem = iota // not the header row
	BadRow                            // not a row of ours
	Gap                               // numbers or pages that do not follow each other
	Twice                             // a reference that an earlier row has
	NoTotal                           // the file ends before its last line
	WrongTotal                        // count or sum of the last line are not those of the rows
	AfterTotal                        // rows after the last line
)

var manifestProblems = map[ManifestProblem]fault.Text{
	BadHeader:  {JA: "見出し行が違います。印刷データと一緒に渡したCSVを送ってください", EN: "not the header row: send the CSV that came with the PDFs"},
	BadRow:     {JA: "行の形式が違います。表計算ソフトで保存し直していないCSVを送ってください", EN: "not a row of this list: send a CSV that no spreadsheet has saved again"},
	Gap:        {JA: "番号かページが続いていません。抜けた、または重なった行を確かめてください", EN: "number or page does not follow the row before: look for a missing or doubled row"},
	Twice:      {JA: "お問い合わせ番号が前の行と重複しています。二重に印刷していないか確かめてください", EN: "an earlier row has this reference: check whether the card was printed twice"},
	NoTotal:    {JA: "合計行がありません。ファイルが途中で切れています。もう一度受け取ってください", EN: "no line of totals: the file is cut off; fetch it again"},
	WrongTotal: {JA: "合計行の枚数か金額が、行の合計と合いません。抜けた行を確かめてください", EN: "count or sum are not those of the rows: look for a missing row"},
	AfterTotal: {JA: "合計行の後に行があります。1回分のCSVだけを送ってください", EN: "rows after the line of totals: send the CSV of one batch only"},
}

// ManifestError is a line that makes a list worthless as a proof.
type ManifestError struct {
	Line    int // from 1, the header being 1
	Problem ManifestProblem
}

// Error is the English text.
func (e *ManifestError) Error() string { return "paper: " + e.Text().EN }

// Text says where it is, what is wrong and what to do.
func (e *ManifestError) Text() fault.Text {
	what := manifestProblems[e.Problem]
	return fault.Text{JA: fmt.Sprintf("%d行目: %s", e.Line, what.JA), EN: fmt.Sprintf("Line %d: %s", e.Line, what.EN)}
}
