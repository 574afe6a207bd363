package cli

import (
	"errors"
	"os"
	"path/filepath"

	"tsuke/internal/app"
	"tsuke/internal/db"
	"tsuke/internal/debit"
	"tsuke/internal/jst"
)

type debits struct {
	List   debitList   `cmd:"" help:"List the runs, the latest first."`
	Gather debitGather `cmd:"" help:"Gather the bills to be debited on a day. The service does so by itself seven bank days before."`
	Ask    debitAsk    `cmd:"" help:"Write the file with which the bank is asked. Keep it until the bank has answered; it holds names and account numbers."`
	Answer debitAnswer `cmd:"" help:"Take the bank's answer. Unless it fits the request nothing is booked."`
}

type debitList struct{ store }

// Run lists the runs.
func (c debitList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := debit.Runs(tx, 100)
			for _, r := range all {
				tellRun(sess, r)
			}
			return err
		})
	})
}

func tellRun(sess *session, r debit.Run) {
	say(sess.out, "%s %s: %d bills, %d yen\n", r.Day, r.State, r.Bills, r.Total)
}

type debitGather struct {
	store
	Day jst.Day `arg:"" help:"The debit day: 2026-07-27"`
}

// Run gathers a run. One that was gathered stays as it is.
func (c debitGather) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		run, err := a.Debits.Gather(sess.ctx, c.Day)
		if err == nil {
			tellRun(sess, run)
		}
		return err
	})
}

type debitAsk struct {
	store
	Day jst.Day `arg:"" help:"The debit day."`
	Out string  `required:"" placeholder:"FILE" help:"The file to write. It must not exist."`
}

// Run writes the request beside its place and moves it there when it is whole and known to the run. Whoever was ended between the
// two finds it in its place the next time, whatever became of the accounts meanwhile.
func (c debitAsk) Run(sess *session) error {
	if _, err := os.Lstat(c.Out); err == nil {
		return &os.PathError{Op: "write", Path: c.Out, Err: os.ErrExist}
	}
	return c.open(sess, func(a *app.App) error {
		run, found, err := c.left(sess, a)
		if err == nil && !found {
			run, err = c.write(sess, a)
		}
		if err != nil {
			return err
		}
		if err := a.DB.Durable(sess.ctx); err != nil { // what a bank was told nobody can undo (rule X12)
			return err
		}
		if err := os.Rename(c.part(), c.Out); err != nil {
			return err
		}
		if err := syncFolder(filepath.Dir(c.Out)); err != nil {
			return err
		}
		tellRun(sess, run)
		return nil
	})
}

// part is where the request lies until the run knows it.
func (c debitAsk) part() string { return c.Out + ".part" }

// left tells whether an earlier call that was ended has left the run's request.
func (c debitAsk) left(sess *session, a *app.App) (debit.Run, bool, error) {
	f, err := os.Open(c.part())
	if errors.Is(err, os.ErrNotExist) {
		return debit.Run{}, false, nil
	}
	if err != nil {
		return debit.Run{}, false, err
	}
	defer func() { _ = f.Close() }()
	return a.Debits.FindRequest(sess.ctx, c.Day, f)
}

// write writes the request, for its owner only. What was left half is replaced. If nobody knows whether the run knows the file, it
// is left for the next call to find out.
func (c debitAsk) write(sess *session, a *app.App) (debit.Run, error) {
	if err := os.Remove(c.part()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return debit.Run{}, err
	}
	f, err := os.OpenFile(c.part(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return debit.Run{}, err
	}
	run, err := a.Debits.Ask(sess.ctx, c.Day, f)
	if failed := errors.Join(err, f.Close()); failed != nil {
		if !errors.Is(err, db.ErrCommitUnknown) {
			_ = os.Remove(c.part())
		}
		return run, failed
	}
	return run, nil
}

// syncFolder makes a new name in a folder outlive a power cut.
func syncFolder(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

type debitAnswer struct {
	store
	Day     jst.Day `arg:"" help:"The debit day."`
	Request string  `required:"" placeholder:"FILE" help:"The file with which the bank was asked."`
	Answer  string  `required:"" placeholder:"FILE" help:"The bank's file."`
}

// Run takes an answer, or lists where it differs from the request.
func (c debitAnswer) Run(sess *session) error {
	request, err := os.Open(c.Request)
	if err != nil {
		return err
	}
	defer func() { _ = request.Close() }()
	answer, err := os.Open(c.Answer)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }()
	return c.open(sess, func(a *app.App) error {
		report, err := a.Debits.Answer(sess.ctx, c.Day, request, answer)
		for _, m := range report.Mismatches {
			say(sess.err, "%s\n", m.Text().In(language()))
		}
		if err != nil {
			return err
		}
		if report.Repeated {
			say(sess.out, "this answer was taken before; nothing was done\n")
		}
		say(sess.out, "debited %d, %d yen; not debited %d, %d yen\n", report.Totals.DoneCount, report.Totals.DoneAmount,
			report.Totals.FailedCount, report.Totals.FailedAmount)
		return nil
	})
}
