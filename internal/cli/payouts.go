package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"tsuke/internal/app"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/payout"
	"tsuke/internal/zengin"
)

type payouts struct {
	Write   payoutsWrite   `cmd:"" help:"Gather what is to be sent back and write it as a file of bank transfers (総合振込), each return once. A file that was cut off is written again first, with the same bytes. The exit status is 1 if a return is left out."`
	Took    payoutsTook    `cmd:"" help:"Say that the bank has made the transfers of a file, on its day."`
	Failed  payoutsFailed  `cmd:"" help:"Take what the bank refused or sent back (振込不能, 組戻し): CSV with the lines key,amount,reason. It is owed again, and the member is told why."`
	Release payoutsRelease `cmd:"" help:"Withdraw a file of which the bank took nothing: two people say so. The next file takes its returns."`
	Account payoutsAccount `cmd:"" help:"Name the account to which money in suspense goes back: JSON on the standard input with bank, branch, type, number and holder. Two people say so."`
	Again   payoutsAgain   `cmd:"" help:"Send a refused return to the same account again, once the cause is gone."`
	List    payoutsList    `cmd:"" help:"List the files, and the returns that are not sent."`
}

type payoutsWrite struct {
	store
	Out  string `required:"" placeholder:"DIR" help:"Folder for the file, made if it is not there. The file holds names and account numbers."`
	By   string `default:"operator" help:"Number of who sends it; no name."`
	JSON bool   `help:"Print JSON."`
}

// errNotSent makes the exit status 1; the returns were named.
var errNotSent = errors.New("some returns are left out and are named above; the others are in the file")

// Run writes a file and says what it leaves out.
func (c payoutsWrite) Run(sess *session) error {
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return err
	}
	return c.open(sess, func(a *app.App) error {
		report, err := a.WritePayouts(sess.ctx, c.Out, c.By)
		for _, l := range report.Left {
			say(sess.err, "%s left out: %s yen, %s\n", l.Receipt, l.Amount, l.Why)
		}
		switch {
		case err != nil:
			return err
		case c.JSON:
			err = json.NewEncoder(sess.out).Encode(report)
		case report.Name == "":
			say(sess.out, "nothing to send\n")
		default:
			say(sess.out, "%s\n", filepath.Join(c.Out, report.Name))
			tellPayouts(sess, report.File)
		}
		if err == nil && len(report.Left) > 0 {
			err = errNotSent
		}
		return err
	})
}

func tellPayouts(sess *session, f payout.File) {
	say(sess.out, "file %d, to be made on %s: %d transfers, %s yen\n", f.Number, f.Day, f.Records, f.Total)
}

type payoutsTook struct {
	store
	File string `arg:"" help:"The file as it was written, or its number."`
	By   string `default:"operator" help:"Number of who says so; no name."`
}

// Run books the transfers of a file.
func (c payoutsTook) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		number, err := a.PayoutNumber(sess.ctx, c.File)
		if err != nil {
			return err
		}
		f, err := a.Payouts.Took(sess.ctx, number, c.By)
		if err == nil {
			say(sess.out, "file %d was made on %s: %d transfers, %s yen\n", f.Number, f.Day, f.Records, f.Total)
		}
		return err
	})
}

type payoutsFailed struct {
	store
	File string `arg:"" help:"The lines, with key,amount,reason first; reasons are no_account, name_differs, closed and other."`
	By   string `default:"operator" help:"Number of who says so; no name."`
}

// Run takes refusals, all or none.
func (c payoutsFailed) Run(sess *session) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	all, err := payout.ReadRefusals(f)
	if err != nil {
		return err
	}
	return c.open(sess, func(a *app.App) error {
		var fresh int
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			fresh, err = a.Payouts.Refuse(tx, all, c.By)
			return err
		})
		if err == nil {
			say(sess.out, "refused %d, known before %d\n", fresh, len(all)-fresh)
		}
		return err
	})
}

type payoutsRelease struct {
	store
	File   string `arg:"" help:"The file as it was written, or its number."`
	By     string `required:"" help:"Number of who says so; no name."`
	Second string `required:"" help:"Number of who has checked it with the bank."`
}

// Run withdraws a file.
func (c payoutsRelease) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		number, err := a.PayoutNumber(sess.ctx, c.File)
		if err != nil {
			return err
		}
		err = a.DB.Write(sess.ctx, func(tx *db.Tx) error {
			_, err := a.Payouts.Release(tx, number, c.By, c.Second)
			return err
		})
		if err == nil {
			say(sess.out, "file %d is withdrawn; the next one takes its returns\n", number)
		}
		return err
	})
}

type payoutsAccount struct {
	store
	Receipt id.Receipt `arg:"" help:"rct_… that two people decided to send back by bank"`
	By      string     `required:"" help:"Number of who names it; no name."`
	Second  string     `required:"" help:"Number of who has checked it."`
}

// accountMax is how much is read, in bytes.
const accountMax = 4096

// Run names an account. It is read from the standard input, so that it stands in no list of commands.
func (c payoutsAccount) Run(sess *session) error {
	account, err := readAccount()
	if err != nil {
		return err
	}
	return c.open(sess, func(a *app.App) error {
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error { return a.Payouts.NameAccount(tx, c.Receipt, account, c.By, c.Second) })
		if err == nil {
			say(sess.out, "%s goes to bank %s\n", c.Receipt, account.Bank)
		}
		return err
	})
}

// errAccount tells how an account is written. The cause could repeat it.
var errAccount = errors.New(`write the account as JSON on the standard input: {"bank": "0005", "branch": "001", "type": "1", "number": "1234567", "holder": "…"}`)

// readAccount reads an account from the standard input.
func readAccount() (zengin.Account, error) {
	var typed payout.AccountInput
	if json.NewDecoder(io.LimitReader(os.Stdin, accountMax)).Decode(&typed) != nil {
		return zengin.Account{}, errAccount
	}
	return payout.ReadAccount(typed)
}

type payoutsAgain struct {
	store
	Receipt id.Receipt `arg:"" help:"rct_… that the bank refused"`
	By      string     `required:"" help:"Number of who found the cause gone; no name."`
}

// Run lets the next file take a return again.
func (c payoutsAgain) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error { return a.Payouts.Retry(tx, c.Receipt, c.By) })
		if err == nil {
			say(sess.out, "%s goes into the next file\n", c.Receipt)
		}
		return err
	})
}

type payoutsList struct {
	store
	JSON bool `help:"Print JSON."`
}

// payoutsMax is how many files and returns are listed.
const payoutsMax = 1000

// Run lists files and returns. It opens no account.
func (c payoutsList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var list struct {
			Files   []payout.File
			Returns []payout.Open
		}
		err := a.DB.Read(sess.ctx, func(tx *db.Tx) (err error) {
			if list.Files, err = payout.Files(tx, payoutsMax); err != nil {
				return err
			}
			list.Returns, err = payout.ListOpen(tx, payoutsMax)
			return err
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(sess.out).Encode(list)
		}
		for _, f := range list.Files {
			say(sess.out, "file %d %s %s: %d transfers, %s yen\n", f.Number, f.Day, f.State, f.Records, f.Total)
		}
		for _, o := range list.Returns {
			why := ""
			if o.Reason != "" {
				why = ", " + string(o.Reason)
			}
			say(sess.out, "%s %s: %s yen%s\n", o.Receipt, o.State, o.Amount, why)
		}
		return nil
	})
}
