package bank

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tsuke/internal/demo/keep"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/zengin"
)

// Transfers out of the service's account (総合振込): money that goes back. The bank asks for the file, shows what is in it, and makes the
// transfers on their day. What it refuses it tells first; what it made and gets back later (組戻し) it tells then. It keeps nobody's
// name, and of an account no more than its last digits.

// Payout is a file of transfers and what came of it.
type Payout struct {
	File   string // payouts-00000001.txt; names it
	Day    string // on which they are made, 2026-07-09
	Lines  []PayoutLine
	Made   bool   // and the product knows
	Failed bool   // the last time
	Said   string // what the product said the last time
}

// PayoutLine is one transfer.
type PayoutLine struct {
	Key     string // of the product's
	Account string // bank, branch and masked number
	Amount  money.Yen
	Refusal Refusal
	Told    bool // the product knows of the refusal
}

// Refusal is why the bank does not make a transfer, as the product reads it; empty if it does.
type Refusal string

// The refusals.
const (
	Makes       Refusal = ""
	NoAccount   Refusal = "no_account"
	NameDiffers Refusal = "name_differs"
	ClosedThere Refusal = "closed"
	OtherCause  Refusal = "other"
)

// Refusals lists them in the order in which they are offered.
func Refusals() []Refusal { return []Refusal{Makes, NoAccount, NameDiffers, ClosedThere, OtherCause} }

// PayDay is the day of the transfers.
func (p Payout) PayDay() jst.Day {
	day, _ := jst.ParseDay(p.Day)
	return day
}

// Total is their sum.
func (p Payout) Total() (sum money.Yen) {
	for _, l := range p.Lines {
		sum += l.Amount
	}
	return sum
}

const maxPayouts = 24

// errPayDay is that the day of the transfers has not come.
var errPayDay = errors.New("bank: the day of the transfers has not come")

func (m *memory) payout(file string) *Payout {
	i := slices.IndexFunc(m.Payouts, func(p Payout) bool { return p.File == file })
	if i < 0 {
		return nil
	}
	return &m.Payouts[i]
}

// collect has the product write its next file, and reads all that it has not read. The product says, too, what it left out.
func (b *Bank) collect(ctx context.Context) error {
	b.serial.Lock()
	defer b.serial.Unlock()
	said, failure := b.product.Payouts(ctx, b.dir)
	if failure != nil {
		said = strings.TrimSpace(said + "\n" + failure.Error())
	}
	files, err := filepath.Glob(b.path("payouts-*.txt"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	var fresh []Payout
	mem := b.look()
	for _, path := range files {
		if mem.payout(filepath.Base(path)) != nil {
			continue
		}
		p, err := b.readPayout(path)
		if err != nil {
			said, failure = strings.TrimSpace(said+"\n"+err.Error()), err
			continue
		}
		fresh = append(fresh, p)
	}
	return b.change(func(m *memory) error {
		m.Asked = statement{Said: strings.TrimSpace(said), Failed: failure != nil}
		m.Payouts = append(m.Payouts, fresh...)
		if over := len(m.Payouts) - maxPayouts; over > 0 {
			m.Payouts = slices.Delete(m.Payouts, 0, over)
		}
		return nil
	})
}

func (b *Bank) readPayout(path string) (Payout, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Payout{}, err
	}
	f, err := zengin.ReadTransfers(bytes.NewReader(text), zengin.Format{})
	if err != nil {
		return Payout{}, err
	}
	day, ok := f.Header.Day.Near(jst.DayOf(b.clock.Now()))
	if !ok {
		return Payout{}, fmt.Errorf("bank: no day %q", f.Header.Day)
	}
	p := Payout{File: filepath.Base(path), Day: day.String()}
	for _, t := range f.Transfers {
		account := t.Account.Bank + "-" + t.Account.Branch + " " + t.Account.MaskedNumber()
		p.Lines = append(p.Lines, PayoutLine{Key: t.Key, Account: account, Amount: t.Amount})
	}
	return p, nil
}

// refuse says what the bank makes of a transfer. What was told stays; one that was made comes back at once.
func (b *Bank) refuse(ctx context.Context, file, key string, why Refusal) error {
	b.serial.Lock()
	defer b.serial.Unlock()
	if !slices.Contains(Refusals(), why) {
		return errState
	}
	made := false
	err := b.change(func(m *memory) error {
		p := m.payout(file)
		if p == nil {
			return errAbsent
		}
		i := slices.IndexFunc(p.Lines, func(l PayoutLine) bool { return l.Key == key })
		if i < 0 {
			return errAbsent
		}
		if !p.Lines[i].Told {
			p.Lines[i].Refusal = why
		}
		made = p.Made
		return nil
	})
	if err != nil || !made {
		return err
	}
	return b.tellPayout(ctx, file, b.tellRefused)
}

// payOut makes the transfers of a file and tells the product: what was refused, then that the others are made. Pressed again, it tells
// the same.
func (b *Bank) payOut(ctx context.Context, file string) error {
	b.serial.Lock()
	defer b.serial.Unlock()
	mem := b.look()
	p := mem.payout(file)
	switch {
	case p == nil:
		return errAbsent
	case jst.DayOf(b.clock.Now()).Before(p.PayDay()):
		return errPayDay
	}
	return b.tellPayout(ctx, file, func(ctx context.Context, p Payout) (string, error) {
		refused, err := b.tellRefused(ctx, p)
		if err != nil {
			return refused, err
		}
		said, err := b.product.Took(ctx, b.path(p.File))
		return refused + said, err
	})
}

// tellPayout tells the product of a file and keeps what it said. What it took was told.
func (b *Bank) tellPayout(ctx context.Context, file string, tell func(context.Context, Payout) (string, error)) error {
	mem := b.look()
	p := mem.payout(file)
	if p == nil {
		return errAbsent
	}
	said, err := tell(ctx, *p)
	if err != nil {
		said = strings.TrimSpace(said + "\n" + err.Error())
	}
	return b.change(func(m *memory) error {
		p := m.payout(file)
		if p == nil {
			return errAbsent
		}
		p.Said, p.Failed = strings.TrimSpace(said), err != nil
		if err != nil {
			return nil
		}
		p.Made = true
		for i, l := range p.Lines {
			p.Lines[i].Told = l.Told || l.Refusal != Makes
		}
		return nil
	})
}

// tellRefused hands what is refused to the product. What it knows of it repeats.
func (b *Bank) tellRefused(ctx context.Context, p Payout) (string, error) {
	text := "key,amount,reason\n"
	refusedAny := false
	for _, l := range p.Lines {
		if l.Refusal != Makes {
			refusedAny = true
			text += fmt.Sprintf("%s,%d,%s\n", l.Key, int64(l.Amount), l.Refusal)
		}
	}
	if !refusedAny {
		return "", nil
	}
	path := b.path("refused-" + strings.TrimSuffix(p.File, ".txt") + ".csv")
	if err := keep.Write(path, []byte(text)); err != nil {
		return "", err
	}
	return b.product.Refused(ctx, path)
}
