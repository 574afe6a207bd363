package till

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tsuke/internal/gateway/numberfile"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
)

// Known is a number that the product has told of.
type Known struct {
	Number kiosk.ReceiptNumber
	Phone  string // the payer's, which has to be typed with the number
	Slip   kiosk.SlipNumber
	Digits string
	Last   jst.Day // zero without one
	Ended  bool
}

// Fetcher has the product write its files of numbers into a folder.
type Fetcher func(ctx context.Context, dir string) error

// What the terminal says no to. The texts are keys of its words.
var (
	errNumber  = errors.New("number.wrong")
	errUnknown = errors.New("number.unknown")
	errEnded   = errors.New("number.ended")
	errPaid    = errors.New("number.paid")
)

// Numbers is the folder in which the agent finds files of numbers.
func Numbers(dir string) string { return filepath.Join(dir, "numbers") }

// fetchNumbers has the product tell of its numbers now, and takes them.
func (t *Till) fetchNumbers(ctx context.Context) error {
	if err := os.MkdirAll(Numbers(t.dir), 0o700); err != nil {
		return err
	}
	if err := t.fetch(ctx, Numbers(t.dir)); err != nil {
		return err
	}
	t.takeNumbers()
	return nil
}

// takeNumbers takes the files of numbers that have come, in the order of their serial numbers, each as a whole. At the first that is
// missing or cannot be read it stops; what is wrong stands on the till's page until there is a better one.
func (t *Till) takeNumbers() {
	for {
		serial := t.look().Taken + 1
		file, err := readNumbers(t.dir, serial)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		kept := t.change(func(m *memory) error {
			switch {
			case m.Taken+1 != serial: // somebody else took it
			case err != nil:
				m.Refused = err.Error()
			default:
				m.take(file)
			}
			return nil
		})
		if err != nil || kept != nil {
			return
		}
	}
}

func readNumbers(dir string, serial int) (numberfile.File, error) {
	in, err := os.Open(filepath.Join(Numbers(dir), fmt.Sprintf("numbers-%08d.csv", serial)))
	if err != nil {
		return numberfile.File{}, err
	}
	defer func() { _ = in.Close() }() // only read
	file, err := numberfile.Read(in)
	if err == nil && file.Serial != serial {
		err = &numberfile.Error{Line: 1, Column: 3, Problem: numberfile.BadSerial}
	}
	return file, err
}

// take takes what a file tells.
func (m *memory) take(f numberfile.File) {
	m.Taken, m.Refused = f.Serial, ""
	for _, r := range f.Records {
		if !r.Ends {
			m.Numbers = append(m.Numbers, Known{Number: r.Number, Phone: r.Confirmation, Slip: r.Slip, Digits: r.Digits, Last: r.Last})
			continue
		}
		for i := range m.Numbers {
			if m.Numbers[i].Number == r.Number {
				m.Numbers[i].Ended = true
			}
		}
	}
}

// judge says why a number cannot be paid with.
func (m memory) judge(k Known, now time.Time) error {
	for _, s := range m.Slips {
		if s.Digits == k.Digits && (s.State == "prompt" || s.State == "confirmed") {
			return errPaid
		}
	}
	if k.Ended || !k.Last.IsZero() && jst.DayOf(now).After(k.Last) {
		return errEnded
	}
	return nil
}

// scanNumber looks a number up. Which of the two is wrong, the number or the phone number, is not told.
func (t *Till) scanNumber(store, typed, phone string) (int, error) {
	number, err := kiosk.Parse(clean(typed))
	slip, slipErr := kiosk.ParseSlipNumber(clean(typed))
	if err != nil && slipErr != nil {
		return 0, errNumber
	}
	payer, _ := kiosk.Confirmation(clean(phone)) // "" fits nobody
	t.takeNumbers()
	mem := t.look()
	for _, k := range mem.Numbers {
		if slipErr == nil && k.Slip == slip || err == nil && k.Number == number && k.Phone == payer {
			if err := mem.judge(k, t.clock.Now()); err != nil {
				return 0, err
			}
			return t.scan(store, k.Digits)
		}
	}
	return 0, errUnknown
}
