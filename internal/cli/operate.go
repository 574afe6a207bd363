package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"tsuke/internal/api"
	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	mer "tsuke/internal/merchant"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// operator is who acts when a command is typed, for the timeline.
const operator = "operator"

type secrets struct {
	Create struct {
		Dir string `arg:"" help:"Folder to make."`
	} `cmd:"" help:"Make the folder with fresh keys. Keep a copy of it apart from the database's."`
}

// Run makes the folder.
func (s secrets) Run(sess *session) error {
	if err := vault.Create(s.Create.Dir); err != nil {
		return err
	}
	say(sess.out, "%s\n", s.Create.Dir)
	return nil
}

type merchant struct {
	Create merchantCreate `cmd:"" help:"Enter a merchant and print its first key. The key is shown this once."`
	Key    merchantKey    `cmd:"" help:"Issue one more key."`
	Revoke merchantRevoke `cmd:"" help:"Revoke a key at once."`
	List   merchantList   `cmd:"" help:"List merchants and their keys."`
	Pause  merchantPause  `cmd:"" help:"Stop a merchant's new purchases."`
	Resume merchantResume `cmd:"" help:"Let a paused merchant sell again."`
}

type merchantCreate struct {
	store
	Name         string   `required:"" help:"Name as members read it."`
	NameEN       string   `name:"name-en" help:"The same in English; the Japanese name if left out."`
	Phone        string   `help:"Phone number for members."`
	Contact      string   `help:"Mail address for members."`
	URL          string   `help:"Address of the shop."`
	Hours        string   `help:"When the phone is answered."`
	HoursEN      string   `name:"hours-en" help:"The same in English."`
	ReturnOrigin []string `required:"" help:"Origin that members are sent back to, such as https://shop.example.jp; repeat for more."`
	Environment  string   `default:"live" enum:"test,live" help:"What the key is for."`
	JSON         bool     `help:"Print JSON."`
}

// Run enters the merchant.
func (c merchantCreate) Run(sess *session) error {
	if c.NameEN == "" {
		c.NameEN = c.Name
	}
	return c.open(sess, func(a *app.App) error {
		var m mer.Merchant
		var key mer.Issued
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			m, err = a.Merchants.Create(tx, mer.New{
				NameJA: c.Name, NameEN: c.NameEN, ReturnOrigins: c.ReturnOrigin,
				Contact: mer.Contact{Phone: c.Phone, Mail: c.Contact, URL: c.URL, HoursJA: c.Hours, HoursEN: c.HoursEN},
			}, operator)
			if err != nil {
				return err
			}
			key, err = a.Merchants.IssueKey(tx, m.ID, mer.Environment(c.Environment), time.Time{}, operator)
			return err
		})
		if err != nil {
			return err
		}
		return printKey(sess, m.ID, key, c.JSON)
	})
}

func printKey(sess *session, m id.Merchant, key mer.Issued, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(sess.out).Encode(map[string]string{"merchant": m.String(), "key_id": key.Key.ID.String(), "key": key.Plain.Reveal()})
	}
	say(sess.out, "merchant %s\nkey      %s\nsecret   %s\nThe secret is shown this once.\n", m, key.Key.ID, key.Plain.Reveal())
	return nil
}

type merchantKey struct {
	store
	Merchant    id.Merchant `arg:"" help:"mer_…"`
	Environment string      `default:"live" enum:"test,live" help:"What the key is for."`
	JSON        bool        `help:"Print JSON."`
}

// Run issues a key.
func (c merchantKey) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var key mer.Issued
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			key, err = a.Merchants.IssueKey(tx, c.Merchant, mer.Environment(c.Environment), time.Time{}, operator)
			return err
		})
		if err != nil {
			return err
		}
		return printKey(sess, c.Merchant, key, c.JSON)
	})
}

type merchantRevoke struct {
	store
	Key id.APIKey `arg:"" help:"key_…"`
}

// Run revokes a key.
func (c merchantRevoke) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error { return a.Merchants.RevokeKey(tx, c.Key, operator) })
		if err == nil {
			say(sess.out, "%s revoked\n", c.Key)
		}
		return err
	})
}

type merchantList struct{ store }

// Run lists merchants.
func (c merchantList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			var after id.Merchant
			for {
				page, err := a.Merchants.List(tx, after, 100)
				if err != nil || len(page) == 0 {
					return err
				}
				for _, m := range page {
					say(sess.out, "%s %s %s\n", m.ID, m.State, m.NameJA)
					keys, err := a.Merchants.Keys(tx, m.ID)
					if err != nil {
						return err
					}
					for _, k := range keys {
						say(sess.out, "  %s %s live=%v\n", k.ID, k.Environment, k.Live(tx.Now()))
					}
				}
				after = page[len(page)-1].ID
			}
		})
	})
}

type merchantPause struct {
	store
	Merchant id.Merchant `arg:"" help:"mer_…"`
}

// Run stops new purchases at a merchant.
func (c merchantPause) Run(sess *session) error {
	return moveMerchant(sess, c.store, c.Merchant, mer.Pause)
}

type merchantResume struct {
	store
	Merchant id.Merchant `arg:"" help:"mer_…"`
}

// Run lets a merchant sell again.
func (c merchantResume) Run(sess *session) error {
	return moveMerchant(sess, c.store, c.Merchant, mer.Resume)
}

func moveMerchant(sess *session, s store, merchant id.Merchant, on mer.Event) error {
	return s.open(sess, func(a *app.App) error {
		var m mer.Merchant
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			m, err = a.Merchants.Move(tx, merchant, on, operator)
			return err
		})
		if err == nil {
			say(sess.out, "%s %s\n", m.ID, m.State)
		}
		return err
	})
}

type receipts struct {
	Import   receiptsImport   `cmd:"" help:"Match the lines of a file. A file or line that was sent before does nothing."`
	Waiting  receiptsWaiting  `cmd:"" help:"List what waits for a person: money that fits no bill, money to be sent back, notices, reports nobody confirmed."`
	Suggest  receiptsSuggest  `cmd:"" help:"List bills to which money probably belongs, and why. It changes nothing."`
	Match    receiptsMatch    `cmd:"" help:"Money belongs to a bill: it pays it as if it had fitted."`
	Return   receiptsReturn   `cmd:"" help:"Money goes back to whoever paid, in an emergency: it believes the two numbers. Else two people decide so on the console."`
	Returned receiptsReturned `cmd:"" help:"Money was sent back on a day."`
	Close    receiptsClose    `cmd:"" help:"Notices that are no money were dealt with. The note must not hold personal data: no name, number or address."`
}

type receiptsImport struct {
	store
	File   string `arg:"" help:"The agent's file."`
	Layout string `enum:",csv,operator,factor" default:"" help:"How it is laid out: csv, operator or factor. Without it the file tells, unless it is one of fixed records without a payment."`
	JSON   bool   `help:"Print JSON."`
}

// read reads the file in the layout that was named, or in the one that it tells.
func (c receiptsImport) read(r io.Reader) (agentfile.File, error) {
	if layout, named := agentfile.ParseLayout(c.Layout); named {
		return agentfile.Contract{}.ReadAs(layout, r)
	}
	return agentfile.Read(r)
}

// errUnread makes the exit status 1; the lines were told.
var errUnread = errors.New("some lines could not be read and are told above; ask the agent for a new file with them")

// Run imports a file and says what became of each line. Lines that cannot be read, and lines that fail, are told and
// keep no other line from being matched.
func (c receiptsImport) Run(sess *session) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	file, err := c.read(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	for _, bad := range file.Bad {
		say(sess.err, "line %d: %s\n", bad.Line, bad.Text().In(language()))
	}
	return c.open(sess, func(a *app.App) error {
		report, err := a.ImportReceipts(sess.ctx, file)
		if err := errors.Join(err, c.tell(sess, report, len(file.Bad))); err != nil {
			return err
		}
		if len(file.Bad) > 0 {
			return errUnread
		}
		return nil
	})
}

func (c receiptsImport) tell(sess *session, report billing.Report, unread int) error {
	if c.JSON {
		return json.NewEncoder(sess.out).Encode(report)
	}
	if report.Repeated {
		say(sess.out, "this file was imported before; nothing was done\n")
	}
	for _, o := range report.Outcomes {
		say(sess.out, "line %d: %s\n", o.Number, strings.TrimSpace(string(o.Result)+" "+string(o.Reason)))
	}
	n := report.Counts
	say(sess.out, "applied %d, repeated %d, surplus %d, suspense %d, superseded %d, unread %d\n",
		n.Applied, n.Repeated, n.Surplus, n.Suspense, n.Superseded, unread)
	return nil
}

type review struct {
	List   reviewList   `cmd:"" help:"List them."`
	Clear  reviewClear  `cmd:"" help:"Nothing stands against it: it becomes a member."`
	Refuse reviewRefuse `cmd:"" help:"Decide against it."`
}

type reviewList struct{ store }

// Run lists registrations that wait.
func (c reviewList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := a.Members.Reviews(tx, 100)
			for _, r := range all {
				say(sess.out, "%s %s since %s\n", r.ID, r.Reason, jst.In(r.Since).Format("2006-01-02 15:04"))
			}
			return err
		})
	})
}

type reviewClear struct {
	store
	Application id.Application `arg:"" help:"apl_…"`
}

// Run clears one and prints the member it has become.
func (c reviewClear) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var m id.Member
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			m, err = a.Members.Clear(tx, c.Application, operator)
			return err
		})
		if err == nil {
			say(sess.out, "%s\n", m)
		}
		return err
	})
}

type reviewRefuse struct {
	store
	Application id.Application `arg:"" help:"apl_…"`
}

// Run refuses one.
func (c reviewRefuse) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error { return a.Members.Refuse(tx, c.Application, operator) })
		if err == nil {
			say(sess.out, "%s refused\n", c.Application)
		}
		return err
	})
}

type terms struct {
	List termList `cmd:"" help:"List every figure with its value today, its range, its meaning, and all changes."`
	Set  termSet  `cmd:"" help:"Change a figure from a day on."`
	End  termEnd  `cmd:"" help:"Return to the default from a day on, or for one merchant to what holds for all."`
}

type termList struct{ store }

// Run lists the terms.
func (c termList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			lines, err := a.Terms.List(tx)
			for _, l := range lines {
				say(sess.out, "%s = %s (%s, %s): %s\n", l.Name(), orNothing(l.Today), l.Unit(), l.Range(), l.Meaning())
				for _, change := range l.Changes {
					say(sess.out, "  %s\n", changeText(change.Change))
				}
			}
			return err
		})
	})
}

func orNothing(value string) string {
	if value == "" {
		return `""`
	}
	return value
}

func changeText(c term.Change) string {
	s := "from " + c.From.String()
	if c.Scope != "" {
		s += " for " + c.Scope
	}
	if c.Ends {
		return s + " ended"
	}
	return s + " " + orNothing(c.Value)
}

type termSet struct {
	store
	Name  string  `arg:"" help:"Name of the term, such as credit.limit.online"`
	Value string  `arg:"" help:"The new value."`
	From  jst.Day `required:"" placeholder:"DAY" help:"First day in Japan on which it holds: 2026-07-01"`
	Scope string  `help:"Only for this merchant: mer_…"`
}

// Run sets a term.
func (c termSet) Run(sess *session) error {
	return changeTerm(sess, c.store, term.Change{Name: c.Name, Scope: c.Scope, From: c.From, Value: c.Value, By: operator})
}

type termEnd struct {
	store
	Name  string  `arg:"" help:"Name of the term, such as credit.limit.online"`
	From  jst.Day `required:"" placeholder:"DAY" help:"First day in Japan on which the change holds no more: 2026-07-01"`
	Scope string  `help:"Only for this merchant: mer_…"`
}

// Run ends a term's change.
func (c termEnd) Run(sess *session) error {
	return changeTerm(sess, c.store, term.Change{Name: c.Name, Scope: c.Scope, From: c.From, Ends: true, By: operator})
}

func changeTerm(sess *session, s store, c term.Change) error {
	return s.open(sess, func(a *app.App) error {
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error { return a.Terms.Set(tx, c) })
		if err == nil {
			say(sess.out, "%s %s\n", c.Name, changeText(c))
		}
		return err
	})
}

type verify struct {
	store
	Keep bool `help:"Keep what is found, as the daily check does: what is new gets an owner and an age, what is no more ends."`
}

// errBroken makes the exit status 1; the breaks were printed.
var errBroken = errors.New("the books do not agree; see above")

// Run proves the books.
func (c verify) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		if c.Keep {
			return keepBreaks(sess, a)
		}
		broken, err := a.Verify(sess.ctx)
		if err != nil {
			return err
		}
		for _, b := range broken {
			say(sess.out, "%s\n", b)
		}
		if len(broken) > 0 {
			return errBroken
		}
		say(sess.out, "OK: the books and every kept sum agree\n")
		return nil
	})
}

type openAPI struct{}

// Run prints the contract.
func (openAPI) Run(sess *session) error {
	text, err := api.OpenAPI()
	if err == nil {
		_, err = sess.out.Write(text)
	}
	return err
}

type version struct{}

// Run prints the version that the build knows of itself.
func (version) Run(sess *session) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this binary was built without its version")
	}
	rev := "no revision"
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			rev = s.Value
		}
	}
	say(sess.out, "tsuke %s (%s, %s)\n", info.Main.Version, rev, info.GoVersion)
	return nil
}
