package cli

import (
	"encoding/json"
	"errors"
	"os"
	"strings"

	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
)

type transfers struct {
	Take  transfersTake  `cmd:"" help:"Take a bank's statement of our account: each deposit is a receipt, once. A file that does not add up, or lacks lines that are known, is refused whole."`
	Payer transfersPayer `cmd:"" help:"Show who made a transfer that waits. It is personal data: that it was looked at is recorded."`
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
