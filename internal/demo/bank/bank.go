// Package bank is the demo's bank, すずめ銀行. It is asked by file to debit accounts (口座振替) and answers by file: the product
// writes the request, the bank reads it, and on the debit day or later it writes the result, which the product takes together
// with the request.
//
// Members can also make transfers (振込) at it into the product's account; the statement of that account is a file too. Money that
// goes back comes as a file of transfers (総合振込), which the bank makes on their day; which of them it refuses, and why, is for the
// visitor to say.
//
// What the bank finds in an account is for the visitor to say: enough money, too little, an account that is closed, or debits
// that its holder has stopped. What was answered stays; the same file can be sent again any number of times.
//
// The bank can misbehave on command ([trouble.Bank]): the next answer comes twice, has another amount, leaves a debit out, is
// cut off, or does not come. An answer that the product did not take is made anew at the next press, as a bank does that
// was told of its mistake.
//
// What was decided is on the disk before its file is sent.
package bank

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"tsuke/internal/clock"
	"tsuke/internal/demo/keep"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/zengin"
)

//go:embed templates/*.html
var files embed.FS

// format is what the bank and the product have agreed on.
var format = zengin.Format{NoConsignorAccount: true}

const maxRuns = 24

// State is what the bank finds in an account.
type State string

// The states.
const (
	Enough  State = "enough"
	Short   State = "short"   // too little money: the next request may be debited again
	Closed  State = "closed"  // no such account any more
	Stopped State = "stopped" // its holder has stopped the debits
)

// States lists the states in the order in which they are offered.
func States() []State { return []State{Enough, Short, Closed, Stopped} }

var answers = map[State]zengin.ResultCode{
	Enough: zengin.Debited, Short: zengin.InsufficientFunds, Closed: zengin.NoAccount, Stopped: zengin.StoppedByHolder,
}

// Account is an account that a request has named.
type Account struct {
	Key    string // of its bank, branch, type and number
	Bank   string
	Branch string
	Masked string // the number as it may be shown
	State  State
}

// Run is a request and what came of it.
type Run struct {
	Day    string // the debit day, 2026-07-27; names the run
	Count  int
	Amount money.Yen
	Sent   int    // how often an answer was sent
	Taken  bool   // the product has taken an answer: no other is made
	Failed bool   // the last time
	Said   string // what the product said the last time
}

// DebitDay is the run's day.
func (r Run) DebitDay() jst.Day {
	day, _ := jst.ParseDay(r.Day)
	return day
}

func (r Run) request() string { return "request-" + r.Day + ".txt" }

// answer is the file of the answer; n is 0 for the bank's own, 1 for one that contradicts it.
func (r Run) answer(n int) string { return fmt.Sprintf("answer-%s-%d.txt", r.Day, n) }

// Product is how the bank reaches the product. Each answers what the product said.
type Product struct {
	// Request has the product write its request for the bills of a month into a file.
	Request func(ctx context.Context, month jst.Month, path string) (string, error)
	// Answer hands the answer for a day to the product, together with the request.
	Answer func(ctx context.Context, day jst.Day, request, answer string) (string, error)
	// Statement hands the statement of the product's account to it.
	Statement func(ctx context.Context, path string) (string, error)
	// Payouts has the product write its next file of transfers into a folder, if there is something to send.
	Payouts func(ctx context.Context, dir string) (string, error)
	// Took tells the product that the transfers of a file were made.
	Took func(ctx context.Context, path string) (string, error)
	// Refused hands what was refused to the product.
	Refused func(ctx context.Context, path string) (string, error)
}

// Bank is safe for concurrent use.
type Bank struct {
	dir     string
	clock   clock.Clock
	book    *page.Book
	desk    *trouble.Desk
	product Product
	serial  sync.Mutex // held while the bank works on a file: one after the other

	mu  sync.Mutex
	mem memory
}

type memory struct {
	Accounts []Account
	Runs     []Run // oldest first
	Refused  string

	Deposits  []Deposit // oldest first
	Statement statement

	Payouts []Payout `json:",omitempty"` // oldest first
	Asked   statement
}

func (m memory) clone() memory {
	m.Accounts, m.Runs, m.Deposits = slices.Clone(m.Accounts), slices.Clone(m.Runs), slices.Clone(m.Deposits)
	m.Payouts = slices.Clone(m.Payouts)
	for i := range m.Payouts {
		m.Payouts[i].Lines = slices.Clone(m.Payouts[i].Lines)
	}
	return m
}

func (m *memory) run(day string) *Run {
	for i := range m.Runs {
		if m.Runs[i].Day == day {
			return &m.Runs[i]
		}
	}
	return nil
}

// Open reads what the bank knows. dir holds its book and the files.
func Open(dir string, site *page.Site, desk *trouble.Desk, product Product) (*Bank, error) {
	book, err := page.NewBook(site, files, words)
	if err != nil {
		return nil, err
	}
	b := &Bank{dir: dir, clock: site.Clock, book: book, desk: desk, product: product}
	_, err = keep.Load(b.path("bank.json"), &b.mem)
	return b, err
}

func (b *Bank) path(name string) string { return filepath.Join(b.dir, name) }

// change changes the book; what is not on the disk did not happen.
func (b *Bank) change(f func(*memory) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.mem.clone()
	if err := f(&next); err != nil {
		return err
	}
	if err := keep.Save(b.path("bank.json"), next); err != nil {
		return err
	}
	b.mem = next
	return nil
}

func (b *Bank) look() memory {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mem.clone()
}

// What the bank says no to.
var (
	errAbsent = errors.New("bank: no such run or account")
	errState  = errors.New("bank: no such state")
	errEarly  = errors.New("bank: the debit day has not come")
)

// fetch has the product write its request for a month, and reads it. What the product or the file says against it is kept for
// the page.
func (b *Bank) fetch(ctx context.Context, month jst.Month) error {
	b.serial.Lock()
	defer b.serial.Unlock()
	fresh := b.path("request.new")
	said, err := b.product.Request(ctx, month, fresh)
	var text []byte
	if err == nil {
		text, err = os.ReadFile(fresh)
	}
	var file zengin.File
	if err == nil {
		file, err = readRequest(text)
	}
	if err != nil {
		reason := strings.TrimSpace(said + "\n" + err.Error())
		return b.change(func(m *memory) error { m.Refused = reason; return nil })
	}
	day, ok := file.Header.Day.Near(month.Next().Last())
	if !ok {
		return fmt.Errorf("bank: no debit day %q", file.Header.Day)
	}
	return b.change(func(m *memory) error {
		m.Refused = ""
		m.enter(file)
		if m.run(day.String()) != nil {
			return nil // the product writes the same bytes again, or refuses
		}
		r := Run{Day: day.String(), Count: file.Totals.Count, Amount: file.Totals.Amount}
		m.Runs = append(m.Runs, r)
		if over := len(m.Runs) - maxRuns; over > 0 {
			m.Runs = slices.Delete(m.Runs, 0, over)
		}
		return keep.Write(b.path(r.request()), text)
	})
}

func readRequest(text []byte) (zengin.File, error) {
	r, err := zengin.ReadRequest(bytes.NewReader(text), format)
	if err != nil {
		return zengin.File{}, err
	}
	return r.File()
}

// enter enters the accounts that a request names, those known already as they are.
func (m *memory) enter(file zengin.File) {
	for _, d := range file.Debits {
		key := keyOf(d.Account)
		if !slices.ContainsFunc(m.Accounts, func(a Account) bool { return a.Key == key }) {
			m.Accounts = append(m.Accounts, Account{
				Key: key, Bank: d.Account.Bank, Branch: d.Account.Branch, Masked: d.Account.MaskedNumber(), State: Enough,
			})
		}
	}
}

func keyOf(a zengin.Account) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %s", a.Bank, a.Branch, a.Type, a.Number.Reveal()))
	return hex.EncodeToString(sum[:8])
}

// set says what the bank finds in an account from now on.
func (b *Bank) set(key string, state State) error {
	if !slices.Contains(States(), state) {
		return errState
	}
	return b.change(func(m *memory) error {
		for i := range m.Accounts {
			if m.Accounts[i].Key == key {
				m.Accounts[i].State = state
				return nil
			}
		}
		return errAbsent
	})
}

// answer debits what can be debited and sends the result, in the way that was armed for it. Pressed again, it sends the
// answer that the product has taken, or if it took none a new one.
func (b *Bank) answer(ctx context.Context, day string) error {
	b.serial.Lock()
	defer b.serial.Unlock()
	mem := b.look()
	run := mem.run(day)
	switch {
	case run == nil:
		return errAbsent
	case run.Taken:
		return b.send(ctx, *run, run.answer(0))
	case jst.DayOf(b.clock.Now()).Before(run.DebitDay()):
		return errEarly
	}
	text, err := os.ReadFile(b.path(run.request()))
	if err != nil {
		return err
	}
	request, err := readRequest(text)
	if err != nil {
		return err
	}
	for i := range request.Debits {
		d := &request.Debits[i]
		d.Result = mem.finds(d.Account)
	}
	return b.misbehave(ctx, *run, request)
}

func (m memory) finds(a zengin.Account) zengin.ResultCode {
	key := keyOf(a)
	for _, known := range m.Accounts {
		if known.Key == key {
			return answers[known.State]
		}
	}
	return zengin.NoAccount
}

// write writes an answer into the bank's folder.
func (b *Bank) write(name string, h zengin.Header, debits []zengin.Debit) error {
	text, err := written(h, debits)
	if err != nil {
		return err
	}
	return keep.Write(b.path(name), text)
}

func written(h zengin.Header, debits []zengin.Debit) ([]byte, error) {
	var text bytes.Buffer
	_, err := zengin.WriteResult(&text, format, h, func(yield func(zengin.Debit, error) bool) {
		for _, d := range debits {
			if !yield(d, nil) {
				return
			}
		}
	})
	return text.Bytes(), err
}

// send hands a file to the product and keeps what it said.
func (b *Bank) send(ctx context.Context, run Run, name string) error {
	said, err := b.product.Answer(ctx, run.DebitDay(), b.path(run.request()), b.path(name))
	if err != nil {
		said = strings.TrimSpace(said + "\n" + err.Error())
	}
	return b.change(func(m *memory) error {
		r := m.run(run.Day)
		if r == nil {
			return errAbsent
		}
		r.Sent, r.Failed, r.Said = r.Sent+1, err != nil, strings.TrimSpace(said)
		r.Taken = r.Taken || err == nil
		return nil
	})
}
