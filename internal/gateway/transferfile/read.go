package transferfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
)

// MaxBytes is the largest file that Read takes: about 400,000 lines.
const MaxBytes = 64 << 20

const (
	headerLines = 30  // how far down the header is looked for
	textMax     = 200 // characters of a payer or text
	serialMax   = 40  // bytes of a bank's number
)

// Read reads a statement. The error is a *FileError when the bytes are no such file, a *MappingError, or what r failed with; bad
// lines are no error but stand in File.Bad.
//
// It forgives what happens on the way and cannot be misread: line ends of LF alone, a missing last one, a final 0x1A,
// empty lines, a byte order mark, one comma too many at the end, amounts with separators or a unit, and days written in
// any usual way.
func Read(r io.Reader, m Mapping) (File, error) {
	if err := m.Check(); err != nil {
		return File{}, err
	}
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("transferfile: read: %w", err)
	}
	if len(raw) > MaxBytes {
		return File{}, &FileError{Reason: TooLarge}
	}
	if bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF}) {
		return File{}, &FileError{Reason: UTF16}
	}
	body := bytes.TrimPrefix(raw, []byte("\ufeff"))
	if len(bytes.TrimSpace(bytes.TrimRight(body, "\x1a"))) == 0 {
		return File{}, &FileError{Reason: Empty}
	}
	t, err := open(body, m)
	if err != nil {
		return File{}, err
	}
	file := t.read()
	file.Hash = sha256.Sum256(raw)
	return file, nil
}

// table is a file whose header was found.
type table struct {
	mapping  Mapping
	encoding Encoding
	lines    []string
	first    int // the index of the line after the header
	width    int // the columns of the header
	at       map[string]int
	seen     map[group]int
	steps    []step
}

// group is what equal lines have in common.
type group struct {
	day    jst.Day
	amount money.Yen
	payer  string
	serial string
}

// step is how a line changes the account, for the balance.
type step struct {
	number  int
	moved   money.Yen // what came in less what went out
	balance money.Yen // after it
}

// open finds the encoding out: the one in which the header's names are there. A file in Shift_JIS may be valid UTF-8 by
// chance, but it does not have these names then.
func open(body []byte, m Mapping) (*table, error) {
	t := &table{mapping: m, seen: map[group]int{}}
	var missed *FileError
	for _, encoding := range []Encoding{UTF8, ShiftJIS} {
		text, ok := decoded(body, encoding)
		if !ok {
			continue
		}
		t.encoding, t.lines = encoding, strings.Split(text, "\n")
		err := t.findHeader()
		if err == nil {
			return t, nil
		}
		if missed == nil || err.Reason == Twice || len(err.Columns) < len(missed.Columns) {
			missed = err
		}
	}
	return nil, missed
}

// decoded turns bytes into text. Bytes that are no Shift_JIS become U+FFFD and spoil their line only.
func decoded(body []byte, e Encoding) (string, bool) {
	if e == UTF8 {
		return string(body), utf8.Valid(body)
	}
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(body)
	return string(text), err == nil
}

// findHeader takes the first row that has all names. The error names those that the likeliest row lacks.
func (t *table) findHeader() *FileError {
	missed := &FileError{Reason: NoHeader, Columns: t.mapping.columns()}
	for i, line := range t.lines[:min(len(t.lines), headerLines)] {
		fields, err := split(line)
		if err != nil {
			continue
		}
		for j, f := range fields {
			fields[j] = normal(f)
		}
		at := map[string]int{}
		var missing []string
		twice := false
		for _, name := range t.mapping.columns() {
			at[name] = slices.Index(fields, normal(name))
			if at[name] < 0 {
				missing = append(missing, name)
				continue
			}
			twice = twice || slices.Contains(fields[at[name]+1:], normal(name))
		}
		switch {
		case len(missing) == 0 && twice:
			return &FileError{Reason: Twice, Columns: t.mapping.columns()}
		case len(missing) == 0:
			t.first, t.width, t.at = i+1, len(fields), at
			return nil
		case len(missing) < len(missed.Columns):
			missed.Columns = missing
		}
	}
	return missed
}

// split takes one line apart. Lines are cut before, so that a stray quotation mark spoils one line and not the rest.
func split(line string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimRight(line, "\r\x1a")))
	r.FieldsPerRecord = -1
	return r.Read()
}

func (t *table) read() File {
	file := File{Encoding: t.encoding}
	for i, text := range t.lines[t.first:] {
		if strings.TrimSpace(strings.TrimRight(text, "\r\x1a")) == "" {
			continue
		}
		line, passed, bad := t.readLine(t.first+i+1, text)
		switch {
		case len(bad) > 0:
			file.Bad = append(file.Bad, bad...)
		case passed:
			file.Passed++
		default:
			like := group{line.Day, line.Amount, line.Payer.Reveal(), line.Serial}
			t.seen[like]++
			line.Ordinal = t.seen[like]
			file.Lines = append(file.Lines, line)
		}
	}
	file.Bad = append(file.Bad, t.sameSerials(file.Lines)...)
	if len(file.Bad) == 0 {
		file.Bad = t.unbalanced()
	}
	return file
}

// sameSerials finds lines of one day with one number.
func (t *table) sameSerials(lines []Line) (bad []LineError) {
	seen := map[group]bool{}
	for _, l := range lines {
		named := group{day: l.Day, serial: l.Serial}
		if l.Serial != "" && seen[named] {
			bad = append(bad, LineError{Line: l.Number, Column: t.mapping.Serial, Problem: SameSerial})
		}
		seen[named] = true
	}
	return bad
}

// unbalanced finds the first line whose balance does not follow from its neighbour's, in the order in which the file fits
// better: banks write the oldest line first, or the newest.
func (t *table) unbalanced() []LineError {
	if t.mapping.Balance == "" {
		return nil
	}
	down := t.breaks(func(before, after step) bool { return before.balance+after.moved == after.balance })
	up := t.breaks(func(after, before step) bool { return before.balance+after.moved == after.balance })
	if len(up) < len(down) {
		down = up
	}
	return down[:min(len(down), 1)]
}

// breaks lists the lines that do not fit the one above them.
func (t *table) breaks(fits func(above, here step) bool) (bad []LineError) {
	for i := 1; i < len(t.steps); i++ {
		if !fits(t.steps[i-1], t.steps[i]) {
			bad = append(bad, LineError{Line: t.steps[i].number, Column: t.mapping.Balance, Problem: BadBalance})
		}
	}
	return bad
}

// readLine reads one line; passed says that it brought no money in.
func (t *table) readLine(number int, text string) (line Line, passed bool, bad []LineError) {
	refuse := func(column string, p Problem) {
		bad = append(bad, LineError{Line: number, Column: column, Problem: p})
	}
	fields, err := split(text)
	if err == nil && len(fields) == t.width+1 && fields[t.width] == "" {
		fields = fields[:t.width]
	}
	if err != nil || len(fields) != t.width {
		refuse("", BadColumns)
		return Line{}, false, bad
	}
	m := t.mapping
	field := func(column string) string {
		if column == "" {
			return ""
		}
		s := fields[t.at[column]]
		if strings.ContainsRune(s, utf8.RuneError) || utf8.RuneCountInString(normal(s)) > textMax {
			refuse(column, BadText)
			return ""
		}
		return s
	}
	amount, ok := parseAmount(field(m.Amount))
	switch {
	case len(bad) > 0:
	case !ok:
		refuse(m.Amount, BadAmount)
	case amount < 0 && !m.Signed:
		refuse(m.Amount, Negative)
	}
	t.follow(number, amount, field, refuse)
	if len(bad) == 0 && amount <= 0 {
		return Line{}, true, nil
	}
	serial := normal(field(m.Serial))
	if !isSerial(serial) {
		refuse(m.Serial, BadSerial)
	}
	day, ok := parseDay(field(m.Day))
	if !ok {
		refuse(m.Day, BadDay)
	}
	payer, words := reading(field(m.Payer)), normal(field(m.Text))
	if m.Payer == "" {
		payer = reading(m.payerIn(words))
	}
	if len(bad) > 0 {
		return Line{}, false, bad
	}
	return Line{
		Number: number, Account: m.Account, Day: day, Amount: amount, Payer: mask.Name(payer), Text: mask.Name(words), Serial: serial,
	}, false, nil
}

// follow reads what else changes the balance, and the balance.
func (t *table) follow(number int, in money.Yen, field func(string) string, refuse func(string, Problem)) {
	if t.mapping.Balance == "" {
		return
	}
	out, ok := parseAmount(field(t.mapping.Out))
	if !ok || out < 0 {
		refuse(t.mapping.Out, BadAmount)
	}
	balance, ok := parseAmount(field(t.mapping.Balance))
	if !ok || strings.TrimSpace(field(t.mapping.Balance)) == "" {
		refuse(t.mapping.Balance, BadAmount)
	}
	t.steps = append(t.steps, step{number, in - out, balance})
}

// isSerial tells whether a text can be a bank's number of a line. It is kept as it is, so it must not be able to hold a name.
func isSerial(s string) bool {
	return len(s) <= serialMax && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") == ""
}

// payerIn is what follows the longest of the words in front of a name.
func (m Mapping) payerIn(words string) string {
	longest, name := 0, ""
	for _, before := range m.PayerAfter {
		prefix := normal(before)
		if strings.TrimRight(before, " 　") != before {
			prefix += " "
		}
		if rest, ok := strings.CutPrefix(words, prefix); ok && len(prefix) > longest {
			longest, name = len(prefix), rest
		}
	}
	return name
}
