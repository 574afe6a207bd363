package bank

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tsuke/internal/demo/keep"
	"tsuke/internal/gateway/transferfile"
	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
	"tsuke/internal/money"
)

// Transfers (振込) into the service's account. Whoever makes one writes its payer's text: with the bill's reference in it or without, with
// a slip in it, for the right sum or another, once or twice. After each the bank sends the statement of the account, with all
// that came in so far: the product has to tell what is new by itself.

// Deposit is a transfer that came into the service's account.
type Deposit struct {
	Day    string // 2026-07-06
	Amount money.Yen
	Payer  string // in katakana, as banks carry it; the visitor's own words, and nobody's data
}

// statement is what came of the last one.
type statement struct {
	Said   string
	Failed bool
}

const (
	maxDeposits  = 300
	payerLength  = 48 // characters of a payer in the banks' own files
	statementCSV = "statement.csv"
)

// errTransfer is a transfer that no bank would make.
var errTransfer = errors.New("bank: no such transfer")

// transfer makes a transfer and sends the statement.
func (b *Bank) transfer(ctx context.Context, amount, payer string) error {
	b.serial.Lock()
	defer b.serial.Unlock()
	yen, err := strconv.ParseInt(strings.ReplaceAll(kana.Digits(amount), ",", ""), 10, 64)
	if err != nil || yen < 1 || !money.Yen(yen).InRange() || utf8.RuneCountInString(payer) > payerLength {
		return errTransfer
	}
	made := Deposit{Day: jst.DayOf(b.clock.Now()).String(), Amount: money.Yen(yen), Payer: kana.Katakana(kana.Windows31J(payer))}
	if _, err := statementOf([]Deposit{made}); err != nil { // with letters that a statement cannot carry
		return errTransfer
	}
	err = b.change(func(m *memory) error {
		m.Deposits = append(m.Deposits, made)
		for len(m.Deposits) > maxDeposits { // whole days, oldest first: a statement has its days from their beginning
			oldest := m.Deposits[0].Day
			m.Deposits = slices.DeleteFunc(m.Deposits, func(d Deposit) bool { return d.Day == oldest })
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.tell(ctx)
}

// tellAgain sends the statement once more.
func (b *Bank) tellAgain(ctx context.Context) error {
	b.serial.Lock()
	defer b.serial.Unlock()
	return b.tell(ctx)
}

// tell hands the statement to the product and keeps what it said.
func (b *Bank) tell(ctx context.Context) error {
	mem := b.look()
	if len(mem.Deposits) == 0 {
		return errAbsent
	}
	text, err := statementOf(mem.Deposits)
	if err != nil {
		return err
	}
	if err := keep.Write(b.path(statementCSV), text); err != nil {
		return err
	}
	said, err := b.product.Statement(ctx, b.path(statementCSV))
	if err != nil {
		said = strings.TrimSpace(said + "\n" + err.Error())
	}
	return b.change(func(m *memory) error {
		m.Statement = statement{Said: strings.TrimSpace(said), Failed: err != nil}
		return nil
	})
}

func statementOf(deposits []Deposit) ([]byte, error) {
	lines := make([]transferfile.Line, len(deposits))
	for i, d := range deposits {
		day, err := jst.ParseDay(d.Day)
		if err != nil {
			return nil, err
		}
		lines[i] = transferfile.Line{Day: day, Amount: d.Amount, Payer: mask.Name(d.Payer), Text: "振込"}
	}
	var text bytes.Buffer
	err := transferfile.Write(&text, transferfile.Deposits(""), transferfile.ShiftJIS, lines)
	return text.Bytes(), err
}
