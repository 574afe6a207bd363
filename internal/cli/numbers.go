package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"tsuke/internal/app"
)

type numbers struct {
	Write numbersWrite `cmd:"" help:"Write the files with which the collection agent is told of receipt numbers that begin or end, each once. The service does so by itself where it is told a folder. The exit status is 1 if a number is left out."`
}

type numbersWrite struct {
	store
	Out   string `required:"" placeholder:"DIR" env:"TSUKE_NUMBERS" help:"Folder for the files, made if it is not there. They hold names and phone numbers."`
	Brand string `env:"TSUKE_BRAND" help:"Name of the service, as stores print it."`
	JSON  bool   `help:"Print JSON."`
}

// errNotTold makes the exit status 1; the numbers were told.
var errNotTold = errors.New("some numbers were left out and are told above; the others are written")

// Run writes the files and says what a person should look at.
func (c numbersWrite) Run(sess *session) error {
	if err := os.MkdirAll(c.Out, 0o700); err != nil {
		return err
	}
	conf := c.config()
	conf.Brand = c.Brand
	return openWith(sess, conf, func(a *app.App) error {
		report, err := a.WriteNumbers(sess.ctx, c.Out)
		for _, n := range report.Refused {
			say(sess.err, "%s left out: %s\n", n.Reference, n.Reason.In(language()))
		}
		if err != nil {
			return err
		}
		if c.JSON {
			err = json.NewEncoder(sess.out).Encode(report)
		} else {
			for _, f := range report.Files {
				say(sess.out, "%s\n", filepath.Join(c.Out, f))
			}
			say(sess.out, "begin %d, yen %s, end %d, left out %d\n", report.Begin, report.Amount, report.End, len(report.Refused))
		}
		if err == nil && len(report.Refused) > 0 {
			err = errNotTold
		}
		return err
	})
}
