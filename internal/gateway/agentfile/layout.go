package agentfile

import (
	"bytes"

	"tsuke/internal/konbini"
)

// Layout is how a file is laid out. Which one an agent sends is part of the contract with it; Read finds it out.
type Layout int

// The layouts.
const (
	CSV      Layout = iota // 13 columns with a header row
	Operator               // records of 120 bytes: header 1, details 2 with the barcode in one piece
	Factor                 // records of 120 bytes: header 1, details 2 with the barcode's parts, 8, end 9

	layouts = int(Factor) + 1
)

// String is the layout's name in settings and messages: "csv", "operator", "factor".
func (l Layout) String() string {
	if l < 0 || int(l) >= layouts {
		return "unknown"
	}
	return [layouts]string{CSV: "csv", Operator: "operator", Factor: "factor"}[l]
}

// ParseLayout reads a name that String gives.
func ParseLayout(name string) (Layout, bool) {
	for l := CSV; int(l) < layouts; l++ {
		if l.String() == name {
			return l, true
		}
	}
	return 0, false
}

// recordBytes is the width of a record of the two fixed layouts.
const recordBytes = 120

// detect finds the layout out, or refuses to guess.
//
// A file of fixed records begins with the digit 1 and has neither comma nor quotation mark in its first field, while the
// CSV's first row has 13 columns. Between the two fixed layouts the 17th byte of a detail decides: the barcode begins with 91, in
// the 16th byte of one layout and in the 17th of the other, so this byte is 1 there and 9 here and never both. Every
// detail whose check digit fits has a vote; a file without such a detail is told apart by nobody.
func detect(raw []byte) (Layout, error) {
	if !fixedWidth(raw) {
		return CSV, nil
	}
	votes := [layouts]int{}
	for _, r := range records(raw) {
		for _, l := range []Layout{Operator, Factor} {
			if fits(r.text, l) {
				votes[l]++
			}
		}
	}
	switch {
	case votes[Operator] > 0 && votes[Factor] == 0:
		return Operator, nil
	case votes[Factor] > 0 && votes[Operator] == 0:
		return Factor, nil
	}
	return 0, &FileError{Reason: Ambiguous}
}

func fixedWidth(raw []byte) bool {
	first := raw[:min(len(raw), 9)] // kind and day made, in the layout whose header is known
	return len(first) > 0 && first[0] == header && !bytes.ContainsAny(first, ",\"")
}

// fits says whether a record is a detail of a layout beyond doubt: all 44 digits where the layout has them, with their
// check digit.
func fits(text []byte, l Layout) bool {
	from, to := span(l, barcodeOf[l].first, barcodeOf[l].last)
	if len(text) < to || text[0] != detail {
		return false
	}
	digits := string(text[from-1 : to])
	if !allDigits(digits) || digits[:2] != "91" {
		return false
	}
	check, err := konbini.CheckDigit(digits[:43])
	return err == nil && check == int(digits[43]-'0')
}

// span is where columns stand in a record, both ends counted from 1 and included.
func span(l Layout, first, last Column) (from, to int) {
	from = 1
	for _, c := range tables[l][1:first] {
		from += c.width
	}
	to = from - 1
	for _, c := range tables[l][first : last+1] {
		to += c.width
	}
	return from, to
}
