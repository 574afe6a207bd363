// Package orderfile reads a merchant's list of its orders: a CSV file in UTF-8 with the header order_ref,amount or
// order_ref,amount,state, one order a line.
//
// # The story
//
// The list is held against what was charged: a payment whose order is not in it goes back to the member (rule P12). So a line
// that cannot be read must never look like an order that is not there. [Read] reads every line, tells of each that it does not
// understand where and how to cure it ([LineError]), and whoever uses the file does nothing while there is one. What is no
// such list at all is refused as a whole ([FileError]); an order that stands twice is a slip, because one of the two is wrong.
package orderfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tsuke/internal/checkout"
	"tsuke/internal/money"
)

// MaxBytes is the largest file that Read takes: about two million orders.
const MaxBytes = 64 << 20

// Order is one line of the list.
type Order struct {
	Line      int // in the file, the header being 1
	Ref       string
	Amount    money.Yen // the total, tax and postage included
	Cancelled bool      // the merchant has the order, and it is cancelled
}

// File is a list as it was read.
type File struct {
	Orders []Order
	Bad    []LineError
}

// Columns of the list.
const (
	refColumn = iota
	amountColumn
	stateColumn
)

var columns = []string{"order_ref", "amount", "state"}

// Read reads a list. The error is a *FileError when the bytes are no such list, or what r failed with; bad lines are no error
// but stand in File.Bad.
func Read(r io.Reader) (File, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("orderfile: read: %w", err)
	}
	if len(raw) > MaxBytes {
		return File{}, &FileError{Reason: TooLarge}
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff")) // as spreadsheets write it
	if !utf8.Valid(raw) {
		return File{}, &FileError{Reason: NotUTF8}
	}
	rows := csv.NewReader(bytes.NewReader(raw))
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil || len(header) < 2 || len(header) > 3 || !slices.Equal(trimmed(header), columns[:len(header)]) {
		return File{}, &FileError{Reason: NoHeader}
	}
	return readLines(rows, len(header)), nil
}

func readLines(rows *csv.Reader, width int) File {
	file := File{}
	seen := map[string]int{}
	for {
		fields, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return file
		}
		var slip *csv.ParseError
		if errors.As(err, &slip) {
			file.Bad = append(file.Bad, LineError{Line: slip.Line, Problem: BadColumns})
			continue
		}
		line, _ := rows.FieldPos(0)
		if err != nil || len(fields) != width {
			file.Bad = append(file.Bad, LineError{Line: line, Problem: BadColumns})
			continue
		}
		o, bad := readOrder(line, trimmed(fields))
		if first := seen[o.Ref]; len(bad) == 0 && first > 0 {
			bad = append(bad, LineError{Line: line, Field: columns[refColumn], Problem: Twice, First: first})
		}
		file.Bad = append(file.Bad, bad...)
		if len(bad) == 0 {
			seen[o.Ref] = line
			file.Orders = append(file.Orders, o)
		}
	}
}

func readOrder(line int, fields []string) (o Order, bad []LineError) {
	slip := func(column int, p Problem) {
		bad = append(bad, LineError{Line: line, Field: columns[column], Problem: p})
	}
	o = Order{Line: line, Ref: fields[refColumn]}
	if o.Ref == "" || len(o.Ref) > checkout.OrderMax || strings.ContainsFunc(o.Ref, func(r rune) bool { return r < '!' || r > '~' }) {
		slip(refColumn, BadRef)
	}
	amount, err := strconv.ParseInt(fields[amountColumn], 10, 64)
	if err != nil || amount < 1 || money.Yen(amount) > checkout.AmountMax || fields[amountColumn] != strconv.FormatInt(amount, 10) {
		slip(amountColumn, BadAmount)
	}
	o.Amount = money.Yen(amount)
	if len(fields) > stateColumn {
		switch fields[stateColumn] {
		case "", "placed":
		case "cancelled":
			o.Cancelled = true
		default:
			slip(stateColumn, BadState)
		}
	}
	return o, bad
}

func trimmed(fields []string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = strings.TrimSpace(f)
	}
	return out
}
