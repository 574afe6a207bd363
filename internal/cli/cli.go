// Package cli is the command line: what an operator types, and nothing that decides anything.
//
// Every setting can also be given as an environment variable (TSUKE_DB for --db). Secrets are given by the name of a
// file, never by value. Answers go to the standard output, a line each or JSON with --json; what went wrong goes to the
// error output as one sentence that names the setting or the line, and the exit status is 1.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"tsuke/internal/app"
	"tsuke/internal/fault"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/gateway/orderfile"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/gateway/transferfile"
)

// commands is the whole command line.
type commands struct {
	Serve     serve     `cmd:"" help:"Run the service: pages, API and workers."`
	Demo      demoCmd   `cmd:"" help:"Run the service with a shop, a telephone, a store till and a trouble panel around it."`
	Secrets   secrets   `cmd:"" help:"Keys that personal data is encrypted with."`
	Keys      keysCmd   `cmd:"" help:"Replace those keys beside a running service."`
	Merchant  merchant  `cmd:"" help:"Merchants and the keys of their programs."`
	Postcards postcards `cmd:"" help:"Bills that are sent by post."`
	Numbers   numbers   `cmd:"" help:"Receipt numbers that the collection agent is told of."`
	Debit     debits    `cmd:"" help:"Bills that banks are asked to debit."`
	Late      late      `cmd:"" help:"Bills past due, and days of our own fault."`
	Invoices  invoices  `cmd:"" help:"Invoices of purchases without membership, and what their payers say of them."`
	Receipts  receipts  `cmd:"" help:"Files of collection agents, and the money and notices that fit nothing."`
	Transfers transfers `cmd:"" help:"Bank transfers of members."`
	Payouts   payouts   `cmd:"" help:"Files with which money that goes back is sent, and what came of them."`
	Orders    orders    `cmd:"" help:"Merchants' lists of their orders."`
	Review    review    `cmd:"" help:"Registrations that wait for a person."`
	Staff     people    `cmd:"" help:"People who work at the console."`
	Journal   journals  `cmd:"" help:"Entries of the books by hand, for what no other command books. Two people decide them."`
	Term      terms     `cmd:"" help:"The figures of the domain: limits, fees, days."`
	Close     closeCmd  `cmd:"" help:"Close a month by hand. A month that is closed stays as it is."`
	Status    status    `cmd:"" help:"Tell what waits and what is late. The exit status is 1 if somebody should look."`
	Doctor    doctor    `cmd:"" help:"Tell which settings of the database do not suit a busy service. The exit status is 1 if there is one."`
	Job       jobs      `cmd:"" help:"Work that was given up."`
	Breaks    breaks    `cmd:"" help:"What the daily check found: who sees to it, and since when."`
	Verify    verify    `cmd:"" help:"Prove the books and every kept sum. The exit status is 1 if anything is broken."`
	Sim       simulate  `cmd:"" name:"sim" help:"Play seeded years with faults and check every guarantee. The exit status is 1 if one did not hold."`
	OpenAPI   openAPI   `cmd:"" name:"openapi" help:"Print the API's contract (OpenAPI 3.1)."`
	Version   version   `cmd:"" help:"Print the version."`
}

// store is what each command that opens the database needs.
type store struct {
	DB         string `required:"" env:"TSUKE_DB" placeholder:"ADDRESS" help:"sqlite:FILE or postgres://USER@HOST/DATABASE"`
	Secrets    string `required:"" env:"TSUKE_SECRETS" placeholder:"DIR" help:"Folder made by: tsuke secrets create DIR"`
	ClockFile  string `env:"TSUKE_CLOCK_FILE" placeholder:"FILE" help:"File with a duration that shifts the clock; for demonstrations only."`
	Durability string `env:"TSUKE_DURABILITY" default:"live" enum:"live,eval" help:"live refuses a database that can lose an acknowledged commit; eval accepts any."`
	Failpoint  string `hidden:"" env:"TSUKE_FAILPOINT" help:"For crash tests: NAME:COUNT ends the process at a point of the database."`
}

func (s store) config() app.Config {
	return app.Config{DB: s.DB, Secrets: s.Secrets, ClockFile: s.ClockFile, Durability: s.Durability, Failpoint: s.Failpoint}
}

// session is what commands work with.
type session struct {
	ctx context.Context //nolint:containedctx // lives as long as the command
	out io.Writer
	err io.Writer
	log *slog.Logger
}

// open opens the database for a command and hands the service to it.
func (s store) open(sess *session, do func(*app.App) error) error {
	return openWith(sess, s.config(), do)
}

func openWith(sess *session, c app.Config, do func(*app.App) error) error {
	a, err := app.Open(sess.ctx, c, sess.log)
	if err != nil {
		return err
	}
	return errors.Join(do(a), a.Close())
}

// Run runs one command and answers the exit status of the process.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("tsuke"), kong.Writers(stdout, stderr), kong.UsageOnError(),
		kong.Exit(func(code int) { exit = code }),
		kong.Description("Tsuke (ツケ) is a pay-later platform: one order is charged once, whatever is pressed, resent or crashes."))
	if err != nil {
		return report(stderr, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		return report(stderr, err)
	}
	sess := &session{ctx: ctx, out: stdout, err: stderr, log: slog.New(slog.NewTextHandler(stderr, nil))}
	return report(stderr, parsed.Run(sess))
}

// report says what went wrong in one sentence.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	var file *agentfile.FileError
	if errors.As(err, &file) {
		say(stderr, "tsuke: %s\n", file.Text().In(language()))
		return 1
	}
	var statement *transferfile.FileError
	if errors.As(err, &statement) {
		say(stderr, "tsuke: %s\n", statement.Text().In(language()))
		return 1
	}
	var list *orderfile.FileError
	if errors.As(err, &list) {
		say(stderr, "tsuke: %s\n", list.Text().In(language()))
		return 1
	}
	var card *paper.CardError
	if errors.As(err, &card) {
		say(stderr, "tsuke: %s\n", card.Text().In(language()))
		return 1
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Unclassified {
		for _, one := range f.All() {
			say(stderr, "tsuke: %s%s%s\n", settingOf(one), sentence(one.What(language())), one.Next(language()))
		}
		return 1
	}
	say(stderr, "tsuke: %s\n", strings.Join(strings.FieldsFunc(err.Error(), isLineEnd), "; "))
	return 1
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\t' }

// settings are the flags and arguments behind those fields of faults that have another name here.
var settings = map[string]string{
	"name": "<name>", "value": "<value>", "from": "--from", "to": "--to", "scope": "--scope",
	"name_ja": "--name", "name_en": "--name-en", "return_origins": "--return-origin",
	"by": "--by", "second": "--second", "day": "--day", "note": "--note", "first": "--first", "parts": "--parts", "reason": "--reason",
	"contact_phone": "--phone", "contact_mail": "--contact", "contact_url": "--url", "hours_ja": "--hours", "hours_en": "--hours-en",
}

func settingOf(e *fault.Error) string {
	if e.Field == "" {
		return ""
	}
	if flag, ok := settings[e.Field]; ok {
		return flag + ": "
	}
	return e.Field + ": "
}

// sentence ends a sentence that another one follows.
func sentence(s string) string {
	switch {
	case strings.HasSuffix(s, "。"):
		return s
	case language() == "ja":
		return s + "。"
	}
	return strings.TrimSuffix(s, ".") + ". "
}

// language is Japanese for an operator whose terminal is, and English otherwise.
func language() string {
	if lang := os.Getenv("LANG"); len(lang) >= 2 && lang[:2] == "ja" {
		return "ja"
	}
	return "en"
}

// say prints for a person; a terminal that is gone is no error of the command.
func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...) // see above
}
