package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
)

type transfers struct {
	Take  transfersTake  `cmd:"" help:"Take a bank's statement of our account: each deposit is a receipt, once. A file that does not add up, or lacks lines that are known, is refused whole."`
	Payer transfersPayer `cmd:"" help:"Show who made a transfer that waits. It is personal data: that it was looked at is recorded."`
	Back  transfersBack  `cmd:"" help:"Write what members want back, with their accounts, as CSV for the bank. When it was sent: tsuke receipts returned."`
}

type transfersTake struct {
	store
	File string `arg:"" help:"The bank's file."`
	JSON bool   `help:"Print JSON."`
}

// errNotTaken makes the exit status 1; the lines were told.
var errNotTaken = errors.New("lines of the statement could not be read or do not add up and are told above; nothing was booked")

// Run takes a statement, or lists what is wrong with it.
func (c transfersTake) Run(sess *session) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return c.open(sess, func(a *app.App) error {
		file, err := a.ReadTransfers(f)
		if err != nil {
			return err
		}
		for _, bad := range file.Bad {
			say(sess.err, "%s\n", bad.Text().In(language()))
		}
		if len(file.Bad) > 0 {
			return errNotTaken
		}
		report, err := a.TakeTransfers(sess.ctx, file)
		for _, l := range report.Lacking {
			say(sess.err, "%s\n", l.Text().In(language()))
		}
		if err != nil {
			return err
		}
		return c.tell(sess, report, file.Passed)
	})
}

func (c transfersTake) tell(sess *session, report billing.Report, passed int) error {
	if c.JSON {
		return json.NewEncoder(sess.out).Encode(report)
	}
	if report.Repeated {
		say(sess.out, "this file was taken before; nothing was done\n")
	}
	for _, o := range report.Outcomes {
		what := strings.TrimSpace(string(o.Result) + " " + string(o.Reason))
		if o.Reason != "" {
			what += " " + o.Receipt.String()
		}
		say(sess.out, "line %d: %s\n", o.Number, what)
	}
	n := report.Counts
	say(sess.out, "applied %d, repeated %d, surplus %d, suspense %d; not deposits %d\n", n.Applied, n.Repeated, n.Surplus, n.Suspense, passed)
	return nil
}

type transfersPayer struct {
	store
	Receipt id.Receipt `arg:"" help:"rct_… in suspense, or to be sent back"`
	By      string     `required:"" help:"Number of who looks; no name."`
}

// Run shows a payer.
func (c transfersPayer) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var p billing.Payer
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			p, err = a.Billing.ShowPayer(tx, c.Receipt, c.By)
			return err
		})
		if err == nil {
			say(sess.out, "%s\n%s\n", p.Name.Reveal(), p.Text.Reveal())
		}
		return err
	})
}

type transfersBack struct {
	store
	Out string `required:"" placeholder:"FILE" help:"The file to write. It must not exist; it holds names and account numbers."`
}

// errNoAccount makes the exit status 1; the money was named.
var errNoAccount = errors.New("members without an account are named above and not in the file; ask them to register one")

// Run writes the list beside its place and moves it there when it is whole. Only its owner can read it.
func (c transfersBack) Run(sess *session) error {
	if _, err := os.Lstat(c.Out); err == nil {
		return &os.PathError{Op: "write", Path: c.Out, Err: os.ErrExist}
	}
	return c.open(sess, func(a *app.App) error {
		all, err := a.ListToSendBack(sess.ctx, sendBackMax)
		if err != nil {
			return err
		}
		f, err := os.CreateTemp(filepath.Dir(c.Out), ".back-*")
		if err != nil {
			return err
		}
		defer func() { _ = os.Remove(f.Name()) }()
		w := csv.NewWriter(f)
		_ = w.Write([]string{"receipt", "bank", "branch", "type", "number", "holder", "amount"}) // Flush tells what failed
		missing, written := 0, 0
		for _, r := range all {
			if !r.Found {
				say(sess.err, "%s: %s yen, no account\n", r.Receipt, r.Amount)
				missing++
				continue
			}
			written++
			acc := r.Account
			_ = w.Write([]string{r.Receipt.String(), acc.Bank, acc.Branch, fmt.Sprint(int(acc.Type)), acc.Number.Reveal(), acc.Holder.Reveal(), r.Amount.String()})
		}
		w.Flush()
		if err := errors.Join(w.Error(), f.Sync(), f.Close()); err != nil {
			return err
		}
		if err := os.Rename(f.Name(), c.Out); err != nil {
			return err
		}
		say(sess.out, "%d to send back\n", written)
		if missing > 0 {
			return errNoAccount
		}
		return nil
	})
}

// sendBackMax is how many lines such a list has at most.
const sendBackMax = 10_000
