package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"

	"tsuke/internal/db"
	"tsuke/internal/payout"
)

// PayoutsReport is what is sent back.
type PayoutsReport struct {
	Name string // of the file in the folder; empty if there was nothing to send
	File payout.File
	Left []payout.Left // what no file can take yet
}

// WritePayouts gathers what is to be sent back into a file in a folder (rule B44). A file that was gathered and cut off before it was
// known as written is written first and alone, with the same name and bytes.
func (a *App) WritePayouts(ctx context.Context, dir, by string) (PayoutsReport, error) {
	var report PayoutsReport
	var found bool
	err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
		report.File, report.Left, found, err = a.Payouts.Gather(tx, by)
		return err
	})
	if err != nil || !found {
		return report, err
	}
	report.Name = fmt.Sprintf("payouts-%08d.txt", report.File.Number)
	sum, err := writeWhole(dir, report.Name, func(w io.Writer) error {
		return a.DB.Read(ctx, func(tx *db.Tx) error {
			_, err := a.Payouts.WriteFile(tx, report.File.Number, w)
			return err
		})
	}, a.surely(ctx))
	if err != nil {
		return report, err
	}
	return report, a.DB.Write(ctx, func(tx *db.Tx) error { return a.Payouts.Wrote(tx, report.File.Number, sum) })
}

// PayoutNumber finds the number of a file of transfers: by its number, or by the file itself, whose bytes have to be those that were
// written.
func (a *App) PayoutNumber(ctx context.Context, named string) (int, error) {
	var number int
	if _, err := fmt.Sscanf(named, "%d", &number); err == nil && fmt.Sprint(number) == named {
		return number, nil
	}
	f, err := os.Open(named)
	if err != nil {
		return 0, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	err = a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		number, err = payout.FindFile(tx, h.Sum(nil))
		return err
	})
	return number, err
}

// watchPayouts tells of money that is to be sent back and was not, or was refused (rule B47).
func (a *App) watchPayouts(tx *db.Tx) (Watch, error) {
	late, err := a.Payouts.Late(tx, payoutsMax)
	w := Watch{Name: "payouts", Look: len(late) > 0, Text: "no return waits for long"}
	if w.Look {
		w.Text = counted(min(len(late), itemsMax), "returns are not sent, or were refused: tsuke payouts list")
	}
	for _, o := range late[:min(len(late), itemsMax)] {
		w.Items = append(w.Items, fmt.Sprintf("%s %s yen, %s, since %s", o.Receipt, o.Amount, payoutState(o), clockText(o.Decided)))
	}
	return w, err
}

// payoutsMax is how many open returns are looked at.
const payoutsMax = 10_000

// payoutState is a state, with the reason of a refusal.
func payoutState(o payout.Open) string {
	if o.Reason == "" {
		return string(o.State)
	}
	return string(o.State) + " " + string(o.Reason)
}
