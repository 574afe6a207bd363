package agentfile

import (
	"bytes"
	"strconv"
	"strings"

	"tsuke/internal/money"
)

// The kinds of records, in the first byte of each.
const (
	header  = '1'
	detail  = '2'
	closing = '8' // of the details since the last header
	ending  = '9' // of the file
)

// record is one record of a fixed layout without its line end.
type record struct {
	number int // in the file, counted from 1: its line, or its place where there are no line ends
	text   []byte
}

// records takes a file apart: at its line ends, or every 120 bytes where it has none. No second byte of Shift_JIS is a
// line end.
func records(raw []byte) []record {
	raw = bytes.TrimRight(raw, "\x1a")
	var out []record
	keep := func(number int, text []byte) {
		if len(bytes.TrimSpace(text)) > 0 {
			out = append(out, record{number, text})
		}
	}
	if !bytes.ContainsAny(raw, "\r\n") {
		for n := 1; len(raw) > 0; n++ {
			width := min(len(raw), recordBytes)
			keep(n, raw[:width])
			raw = raw[width:]
		}
		return out
	}
	for i, text := range bytes.Split(raw, []byte("\n")) {
		keep(i+1, bytes.TrimRight(text, "\r\x1a"))
	}
	return out
}

// place is where in a file of fixed records the reader stands.
type place int

const (
	beforeHeader place = iota
	inGroup            // after a header, among its details
	groupClosed        // after a closing record
	ended
)

// fixedFile reads the records of a fixed layout one after the other.
type fixedFile struct {
	contract Contract
	layout   Layout
	place    place
	group    group
	file     File
}

// group is a header and what came after it.
type group struct {
	factor, company string // as the header of the Factor layout has them
	details         int    // those that could not be read included
	unread          int
	total           money.Yen
}

func (c Contract) readFixed(layout Layout, raw []byte) (File, error) {
	f := fixedFile{contract: c, layout: layout}
	all := records(raw)
	if len(all) == 0 {
		return File{}, &FileError{Reason: Empty}
	}
	if first := all[0].text; len(first) != recordBytes && utf8Text(raw) { // kanji of UTF-8 have three bytes where two belong
		return File{}, &FileError{Reason: NotShiftJIS}
	}
	for _, r := range all {
		if err := f.take(r); err != nil {
			return File{}, err
		}
	}
	if layout == Factor && f.place != ended {
		return File{}, &FileError{Reason: NoEnd}
	}
	return f.file, nil
}

// take reads a record. The error refuses the file: a header or closing record that is missing, repeated or wrong says
// that records were lost or belong to somebody else.
func (f *fixedFile) take(r record) error {
	kind := r.text[0]
	if f.place == inGroup && kind != header && kind != closing && kind != ending {
		f.takeDetail(r)
		return nil
	}
	text := padded(r.text)
	switch {
	case len(text) != recordBytes:
		return &FileError{Reason: OutOfOrder, Line: r.number}
	case kind == header && (f.place == beforeHeader || f.place == groupClosed):
		f.place, f.group = inGroup, group{}
		return f.takeHeader(r.number, text)
	case kind == closing && f.place == inGroup:
		f.place = groupClosed
		return f.takeClosing(r.number, text)
	case kind == ending && (f.place == groupClosed || f.place == inGroup && f.layout == Operator):
		f.place = ended
		return nil
	}
	return &FileError{Reason: OutOfOrder, Line: r.number}
}

func (f *fixedFile) takeDetail(r record) {
	f.group.details++
	line, bad := f.contract.readDetail(f.layout, f.group, r)
	f.file.Bad = append(f.file.Bad, bad...)
	if len(bad) > 0 {
		f.group.unread++
		return
	}
	f.group.total += line.Amount
	f.file.Lines = append(f.file.Lines, line)
}

// takeHeader reads the header of the Factor layout. Of the Operator layout's no more is known than its first byte.
func (f *fixedFile) takeHeader(number int, text []byte) error {
	if f.layout != Factor {
		return nil
	}
	made, factor, company := string(text[1:9]), string(text[9:14]), string(text[14:19])
	_, ok := parsePlain(made)
	if !ok || !allDigits(factor) || !allDigits(company) {
		return &FileError{Reason: BadHeader, Line: number}
	}
	if want := f.contract.Factor; want != "" && want != factor {
		return &FileError{Reason: OtherCompany, Line: number, Code: factor}
	}
	if want := f.contract.Company; want != "" && want != company {
		return &FileError{Reason: OtherCompany, Line: number, Code: company}
	}
	f.group.factor, f.group.company = factor, company
	return nil
}

// takeClosing holds the sums against the details. The sum in yen says nothing while a detail could not be read.
func (f *fixedFile) takeClosing(number int, text []byte) error {
	c := f.contract
	if c.Count.Width > 0 && !c.Count.says(text, int64(f.group.details)) ||
		c.Total.Width > 0 && f.group.unread == 0 && !c.Total.says(text, int64(f.group.total)) {
		return &FileError{Reason: OtherSums, Line: number}
	}
	return nil
}

func (s Span) says(text []byte, want int64) bool {
	digits := strings.TrimSpace(string(text[s.From-1 : s.From-1+s.Width]))
	got, err := strconv.ParseInt(digits, 10, 64)
	return err == nil && allDigits(digits) && got == want
}

// padded gives back the blanks that the end of a record has lost.
func padded(text []byte) []byte {
	return append(bytes.Clone(text), bytes.Repeat([]byte(" "), max(recordBytes-len(text), 0))...)
}

// readDetail takes a detail apart. What is lost at its end must be blanks only: the last field that says something has
// to be whole.
func (c Contract) readDetail(layout Layout, g group, r record) (Line, []LineError) {
	refuse := func(p Problem) (Line, []LineError) {
		return Line{}, []LineError{{Layout: layout, Line: r.number, Column: wholeLine, Problem: p}}
	}
	table := tables[layout]
	_, told := span(layout, 1, Column(len(table)-2)) // all but the spare bytes at the end
	switch {
	case r.text[0] != detail:
		return refuse(BadRecord)
	case len(r.text) < told || len(r.text) > recordBytes:
		return refuse(BadLength)
	}
	text := padded(r.text)
	in := &reader{layout: layout, number: r.number}
	for _, column := range table[1:] {
		in.fields = append(in.fields, decoded(text[:column.width]))
		text = text[column.width:]
	}
	line := Line{Number: r.number}
	if layout == Operator {
		c.readOperator(in, &line)
	} else {
		c.readFactor(in, g, &line)
	}
	if len(in.bad) > 0 {
		return Line{}, in.bad
	}
	line.User1, line.User2 = line.Barcode[13:19], line.Barcode[19:30]
	return line, nil
}

// readKind reads a type.
func (c Contract) readKind(in *reader, column Column) Kind {
	kind := c.kind(in.field(column))
	if !kind.known() {
		in.refuse(column, BadType)
	}
	return kind
}

// readChain reads a chain code. The name is told where the contract says which chain a code is.
func (c Contract) readChain(in *reader, column Column) (chain, name string) {
	code := in.digits(column, 1, tables[in.layout][column].width)
	chain = c.chain(code)
	if _, agreed := c.Chains[code]; agreed {
		name, _ = ChainName(chain)
	}
	return chain, name
}

// told are the fields of both layouts that are no part of the barcode, under their columns.
type told struct {
	kind, day, time, store, acquired, payout, accounting, chain Column
}

func (c Contract) readTold(in *reader, at told, line *Line) {
	line.Kind = c.readKind(in, at.kind)
	line.Day = in.day(at.day)
	line.Time = in.time(at.time, line.Kind)
	line.Store = in.digits(at.store, 0, 7)
	line.CreatedDay = in.dayOrNone(at.acquired)
	line.PayoutDay = in.dayOrNone(at.payout)
	line.AccountingDay = in.dayOrNone(at.accounting)
	line.Chain, line.ChainName = c.readChain(in, at.chain)
}
