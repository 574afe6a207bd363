package cli

import (
	"os"
	"path/filepath"

	"tsuke/internal/app"
	"tsuke/internal/demo"
)

type serve struct {
	store
	Addr      string `env:"TSUKE_ADDR" default:"127.0.0.1:8081" help:"Where to listen."`
	OpsAddr   string `env:"TSUKE_OPS_ADDR" placeholder:"ADDRESS" help:"Where the console of staff listens, and then nowhere else. Without it: at --addr, below /ops."`
	PublicURL string `env:"TSUKE_PUBLIC_URL" required:"" placeholder:"URL" help:"The address that members and merchants know, such as https://pay.example.jp"`
	Mail      string `env:"TSUKE_MAIL" required:"" placeholder:"URL" help:"Mail server: smtp://HOST:PORT?user=NAME&password_file=FILE"`
	MailFrom  string `env:"TSUKE_MAIL_FROM" default:"no-reply@localhost.localdomain" placeholder:"ADDRESS" help:"Sender of mails."`
	SMS       string `env:"TSUKE_SMS" required:"" placeholder:"URL" help:"HTTP address of the SMS carrier."`
	SMSToken  string `env:"TSUKE_SMS_TOKEN_FILE" name:"sms-token-file" required:"" placeholder:"FILE" help:"File with the SMS carrier's token."`
	Brand     string `env:"TSUKE_BRAND" help:"Name of the service on its pages."`

	ContactName  string `env:"TSUKE_CONTACT_NAME" help:"Who runs this installation, as told to members."`
	ContactMail  string `env:"TSUKE_CONTACT_MAIL" help:"Mail address for members."`
	ContactPhone string `env:"TSUKE_CONTACT_PHONE" help:"Phone number for members."`
	ContactHours string `env:"TSUKE_CONTACT_HOURS" help:"When the phone is answered."`

	Numbers            string   `env:"TSUKE_NUMBERS" placeholder:"DIR" help:"Folder in which the collection agent finds files with receipt numbers. Without it none is written by itself: see tsuke numbers write."`
	SenderPostalCode   string   `env:"TSUKE_SENDER_POSTAL_CODE" help:"Postal code on the copies of bills that members keep, 7 digits."`
	SenderAddress      []string `env:"TSUKE_SENDER_ADDRESS" sep:";" help:"Address on them; lines are parted by ;"`
	SenderRegistration string   `env:"TSUKE_SENDER_REGISTRATION" help:"Number of an issuer of qualified invoices on them, T and 13 digits."`
}

// Run serves until the process is told to end.
func (s serve) Run(sess *session) error {
	c := s.config()
	c.Addr, c.PublicURL, c.Mail, c.MailFrom = s.Addr, s.PublicURL, s.Mail, s.MailFrom
	c.OpsAddr = s.OpsAddr
	c.SMS, c.SMSToken, c.Brand = s.SMS, s.SMSToken, s.Brand
	c.Contact = app.Contact{Name: s.ContactName, Mail: s.ContactMail, Phone: s.ContactPhone, Hours: s.ContactHours}
	c.Numbers = s.Numbers
	c.Sender = app.Sender{PostalCode: s.SenderPostalCode, Address: s.SenderAddress, Registration: s.SenderRegistration}
	a, err := app.Open(sess.ctx, c, sess.log)
	if err != nil {
		return err
	}
	profile, err := a.DB.Profile(sess.ctx)
	if err == nil {
		app.TuneMemory()
		err = a.Serve(sess.ctx, func(addr string) {
			sess.log.Info("serving", "addr", addr, "public", s.PublicURL, "db", a.DB.Name(), "durability", s.Durability, "profile", profile)
		})
	}
	if closed := a.Close(); err == nil {
		err = closed
	}
	return err
}

type demoCmd struct {
	Addr string `default:"127.0.0.1:8080" help:"Where the demonstration listens; the service itself is on the next port."`
	Data string `placeholder:"DIR" help:"Keep everything in this folder; a temporary one otherwise."`
}

// Run plays the world around the service until the process is told to end.
func (d demoCmd) Run(sess *session) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	if d.Data != "" {
		if d.Data, err = filepath.Abs(d.Data); err != nil {
			return err
		}
	}
	return demo.Run(sess.ctx, demo.Options{Addr: d.Addr, Dir: d.Data, Exe: exe, Out: sess.out, Log: sess.log})
}
