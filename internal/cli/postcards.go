package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"tsuke/internal/app"
	"tsuke/internal/jst"
)

type postcards struct {
	Write postcardsWrite `cmd:"" help:"Write the bills of a month that are paid with a postcard, as PDFs for the printer and a list that proves them. The exit status is 1 if a card is left out."`
}

type postcardsWrite struct {
	store
	Month   jst.Month `required:"" help:"Month of the purchases: 2026-06"`
	Out     string    `required:"" placeholder:"DIR" help:"Folder for the files, made if it is not there. Files of the same month in it are replaced."`
	PerFile int       `placeholder:"N" help:"Cards in one PDF at most; 500 if left out."`
	JSON    bool      `help:"Print JSON."`

	Name         string   `env:"TSUKE_CONTACT_NAME" required:"" help:"Who sends the cards: the name that members are told."`
	Phone        string   `env:"TSUKE_CONTACT_PHONE" required:"" help:"Phone number on the cards."`
	Hours        string   `env:"TSUKE_CONTACT_HOURS" help:"When the phone is answered."`
	PostalCode   string   `env:"TSUKE_SENDER_POSTAL_CODE" required:"" help:"Sender's postal code, 7 digits."`
	Address      []string `env:"TSUKE_SENDER_ADDRESS" required:"" sep:";" help:"Sender's address; lines are parted by ;"`
	Registration string   `env:"TSUKE_SENDER_REGISTRATION" help:"Number of an issuer of qualified invoices, T and 13 digits."`
	Agent        string   `env:"TSUKE_SENDER_AGENT" help:"Collection agent, as it is to stand on the slip."`
	Postage      []string `env:"TSUKE_SENDER_POSTAGE" sep:";" help:"Postage mark in the place of a stamp; lines are parted by ;"`
}

// errLeftOut makes the exit status 1; the cards were told.
var errLeftOut = errors.New("some cards were left out and are told above; the others are written")

// Run writes the batch and says what a person should look at.
func (c postcardsWrite) Run(sess *session) error {
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return err
	}
	folder := batchFolder{dir: c.Out, batch: c.Month.String()}
	conf := c.config()
	conf.Contact = app.Contact{Name: c.Name, Phone: c.Phone, Hours: c.Hours}
	return openWith(sess, conf, func(a *app.App) error {
		report, err := a.WritePostcards(sess.ctx, app.Postcards{
			Month: c.Month, PerFile: c.PerFile, Create: folder.create, Keep: folder.keep,
			Sender: app.Sender{PostalCode: c.PostalCode, Address: c.Address, Registration: c.Registration, Agent: c.Agent, Postage: c.Postage},
		})
		if err != nil {
			return errors.Join(err, folder.drop())
		}
		if err := c.tell(sess, report); err != nil {
			return err
		}
		if len(report.Refused) > 0 {
			return errLeftOut
		}
		return nil
	})
}

func (c postcardsWrite) tell(sess *session, report app.PostcardReport) error {
	for _, n := range report.Refused {
		say(sess.err, "%s left out: %s\n", n.Reference, n.Reason.In(language()))
	}
	for _, n := range report.Replace {
		say(sess.err, "%s look: %s\n", n.Reference, n.Reason.In(language()))
	}
	if c.JSON {
		return json.NewEncoder(sess.out).Encode(report)
	}
	for _, f := range report.Files {
		say(sess.out, "%s\n", filepath.Join(c.Out, f))
	}
	say(sess.out, "cards %d, yen %s, left out %d\n", report.Cards, report.Amount, len(report.Refused))
	return nil
}

// batchFolder is where a batch is written. Its files appear under their names only when all are whole, the list last, and an
// earlier batch of the same name is gone then: who finds a list finds what it lists, and nothing beside it.
type batchFolder struct{ dir, batch string }

// part is what a file is called until the batch is whole.
func (f batchFolder) part(name string) string { return filepath.Join(f.dir, name+".part") }

// create opens a file for its owner only: it holds names and addresses.
func (f batchFolder) create(name string) (io.WriteCloser, error) {
	file, err := os.OpenFile(f.part(name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return flushed{file}, nil
}

// flushed is a file that is on the disk when it is closed.
type flushed struct{ *os.File }

func (f flushed) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

// keep takes an earlier batch away, its list first, and gives the files their names.
func (f batchFolder) keep(names []string) error {
	if err := os.Remove(filepath.Join(f.dir, f.batch+".csv")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	old, err := f.files(`\.pdf`)
	if err != nil {
		return err
	}
	for _, name := range old {
		if !slices.Contains(names, name) {
			if err := os.Remove(filepath.Join(f.dir, name)); err != nil {
				return err
			}
		}
	}
	for _, name := range names {
		if err := os.Rename(f.part(name), filepath.Join(f.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// drop takes away what a batch that failed has left.
func (f batchFolder) drop() error {
	parts, err := f.files(`(\.pdf|\.csv)\.part`)
	for _, name := range parts {
		err = errors.Join(err, os.Remove(filepath.Join(f.dir, name)))
	}
	return err
}

// files lists the batch's files with an ending.
func (f batchFolder) files(ending string) ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, err
	}
	ours := regexp.MustCompile(`^` + regexp.QuoteMeta(f.batch) + `(-[0-9]{3,})?` + ending + `$`)
	var names []string
	for _, e := range entries {
		if ours.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
