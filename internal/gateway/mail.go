package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"tsuke/internal/clock"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
)

const mailDeadline = 15 * time.Second

// TLSPolicy says how a mail connection is protected.
type TLSPolicy string

// The policies.
const (
	StartTLS    TLSPolicy = "required" // STARTTLS or no mail: the default of smtp://
	TryStartTLS TLSPolicy = "offered"  // STARTTLS if the server offers it
	NoTLS       TLSPolicy = "none"     // plain text: the default to this machine
	ImplicitTLS TLSPolicy = "implicit" // TLS from the first byte (RFC 8314): smtps://
)

// MailSettings say where the mail server is and who writes.
type MailSettings struct {
	Host         string
	Port         int
	TLS          TLSPolicy
	User         string // empty: no sign-in
	PasswordFile string // holds the password; readable by its owner only

	From     string // the sender's address
	FromName string // the sender's name as mailboxes show it
}

// ParseMailURL reads the address of a mail server:
//
//	smtp://mail.example.jp:587?user=tsuke&password_file=/etc/tsuke/mail
//	smtps://mail.example.jp:465?…
//	smtp://127.0.0.1:2525
//
// starttls=required, offered or none changes the policy. A password in the URL is refused. From and FromName are left
// to the caller.
func ParseMailURL(text string) (MailSettings, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return MailSettings{}, errors.New("gateway: the mail server is named like smtp://mail.example.jp:587")
	}
	set := MailSettings{Host: u.Hostname()}
	q := u.Query()
	for name := range q {
		if !slices.Contains([]string{"user", "password_file", "starttls"}, name) || len(q[name]) != 1 {
			return MailSettings{}, fmt.Errorf("gateway: the mail server's URL takes user, password_file and starttls once each, not %q", name)
		}
	}
	set.User, set.PasswordFile = q.Get("user"), q.Get("password_file")
	switch {
	case u.User != nil:
		return MailSettings{}, errors.New("gateway: the mail server's URL must not hold a password: use user= and password_file=")
	case (set.User == "") != (set.PasswordFile == ""):
		return MailSettings{}, errors.New("gateway: the mail server's URL needs both user= and password_file=, or neither")
	}
	if set.TLS, err = tlsPolicy(u.Scheme, set.Host, q); err != nil {
		return MailSettings{}, err
	}
	set.Port, err = mailPort(u.Port(), set.TLS)
	return set, err
}

func tlsPolicy(scheme, host string, q url.Values) (TLSPolicy, error) {
	asked := TLSPolicy(q.Get("starttls"))
	switch {
	case scheme == "smtps" && !q.Has("starttls"):
		return ImplicitTLS, nil
	case scheme == "smtp" && !q.Has("starttls") && isLoopback(host):
		return NoTLS, nil
	case scheme == "smtp" && !q.Has("starttls"):
		return StartTLS, nil
	case scheme == "smtp" && slices.Contains([]TLSPolicy{StartTLS, TryStartTLS, NoTLS}, asked):
		return asked, nil
	case scheme == "smtp":
		return "", errors.New("gateway: starttls= in the mail server's URL is required, offered or none")
	case scheme == "smtps":
		return "", errors.New("gateway: smtps:// is TLS from the first byte and takes no starttls=")
	default:
		return "", errors.New("gateway: the mail server's URL begins with smtp:// or smtps://")
	}
}

func mailPort(text string, policy TLSPolicy) (int, error) {
	if text == "" {
		if policy == ImplicitTLS {
			return 465, nil
		}
		return 587, nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, errors.New("gateway: the mail server's port is a number from 1 to 65535")
	}
	return port, nil
}

// SMTPMail sends letters to a mail server, one connection for each.
type SMTPMail struct {
	set      MailSettings
	from     mail.Address
	domain   string
	tls      *tls.Config
	clock    clock.Clock
	deadline time.Duration
}

// NewSMTPMail checks the settings; it does not connect. The clock dates the letters.
func NewSMTPMail(set MailSettings, clk clock.Clock) (*SMTPMail, error) {
	from, err := mail.ParseAddress(set.From)
	if err != nil || from.Name != "" {
		return nil, errors.New("gateway: the sender of mail is an address such as no-reply@tsuke.example")
	}
	if set.Host == "" || set.Port == 0 || set.TLS == "" {
		return nil, errors.New("gateway: no mail server is named")
	}
	if set.User != "" {
		if _, err := readSecret(set.PasswordFile); err != nil {
			return nil, fmt.Errorf("gateway: password of the mail server: %w", err)
		}
	}
	from.Name = set.FromName
	return &SMTPMail{
		set: set, from: *from, domain: from.Address[strings.LastIndexByte(from.Address, '@')+1:],
		tls:      &tls.Config{ServerName: set.Host, MinVersion: tls.VersionTLS12},
		clock:    clk,
		deadline: mailDeadline,
	}, nil
}

// Send implements Mail. It takes at most 15 seconds.
func (m *SMTPMail) Send(ctx context.Context, l Letter) (Outcome, error) {
	letter, err := m.write(l)
	if err != nil {
		return Refused, mailError("prepare", BadMessage, nil, 0)
	}
	var password mask.Secret
	if m.set.User != "" {
		if password, err = readSecret(m.set.PasswordFile); err != nil {
			return SurelyNotSent, mailError("prepare", BadSecret, err, 0)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, m.deadline)
	defer cancel()
	client, err := m.client(ctx, password)
	if err != nil {
		return SurelyNotSent, mailError("prepare", BadMessage, nil, 0)
	}
	line, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return SurelyNotSent, greetingError(ctx, err)
	}
	outcome, err := judgeSent(ctx, client.SendWithSMTPClient(line, letter), letter.IsDelivered())
	part(ctx, line)
	return outcome, err
}

// part says goodbye. What the server did with the letter is known by now, so its answer does not matter.
func part(ctx context.Context, line *smtp.Client) {
	if ctx.Err() == nil && line.Quit() == nil {
		return
	}
	_ = line.Close()
}

func (m *SMTPMail) client(ctx context.Context, password mask.Secret) (*gomail.Client, error) {
	policy := map[TLSPolicy]gomail.TLSPolicy{StartTLS: gomail.TLSMandatory, TryStartTLS: gomail.TLSOpportunistic}[m.set.TLS]
	if m.set.TLS == NoTLS || m.set.TLS == ImplicitTLS {
		policy = gomail.NoTLS
	}
	options := []gomail.Option{
		gomail.WithPort(m.set.Port), gomail.WithTLSConfig(m.tls.Clone()),
		gomail.WithTimeout(2 * m.deadline), // the call's context ends first; see dial
		gomail.WithTLSPolicy(policy), gomail.WithHELO(m.domain), gomail.WithoutNoop(),
		gomail.WithDialContextFunc(m.dial(ctx)),
	}
	if m.set.User != "" {
		kind := gomail.SMTPAuthAutoDiscover
		if m.set.TLS == ImplicitTLS {
			kind = gomail.SMTPAuthPlain // the library does not see that our own dialler encrypts, and would not offer it
		}
		options = append(options, gomail.WithSMTPAuth(kind), gomail.WithUsername(m.set.User),
			gomail.WithPassword(password.Reveal()))
	}
	return gomail.NewClient(m.set.Host, options...)
}

// dial connects, and closes the connection when the call's context ends: the library looks at the context only while it
// connects, and moves the connection's deadline afterwards.
func (m *SMTPMail) dial(call context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(call, func() { _ = conn.Close() })
		if m.set.TLS != ImplicitTLS {
			return conn, nil
		}
		secure := tls.Client(conn, m.tls.Clone())
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return secure, nil
	}
}

// write makes the message. The address is not parsed again: Japanese carriers have handed out local parts with dots in a
// row, which RFC 5322 allows only in quotes; the library writes those quotes.
func (m *SMTPMail) write(l Letter) (*gomail.Msg, error) {
	address := l.To.Reveal()
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 || strings.ContainsAny(address, " \t\r\n<>,;:\\\"()[]") {
		return nil, errors.New("address")
	}
	if !ValidKey(l.Key) || l.Text == "" || strings.ContainsAny(l.Subject+l.Lang, "\r\n") {
		return nil, errors.New("letter")
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingB64))
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &m.from)
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &mail.Address{Address: address})
	msg.SetMessageIDWithValue(l.Key + "@" + m.domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday replies to us
	if l.Lang != "" {
		msg.SetGenHeader("Content-Language", l.Lang)
	}
	msg.SetDateWithValue(jst.In(m.clock.Now()))
	msg.Subject(l.Subject)
	msg.SetBodyString(gomail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	}
	return msg, nil
}

// greetingError is a failure before the letter was begun.
func greetingError(ctx context.Context, err error) error {
	status := smtpStatus(err)
	what, is := cause(err)
	switch {
	case ctx.Err() != nil:
		what, is = cause(ctx.Err())
	case status == 530 || status == 534 || status == 535: // RFC 4954, section 6
		what = SignInRefused
	case status != 0:
		what = Answered
	case what == Cut && broken(err):
		what = NoConnection
	case what == Cut: // the line is well: the library found that TLS or a way to sign in is missing
		what = NotSecure
	}
	return mailError("connect", what, is, status)
}

// broken tells whether an error is of the line itself or of a side that does not speak SMTP.
func broken(err error) bool {
	var network net.Error
	var protocol textproto.ProtocolError
	return errors.As(err, &network) || errors.As(err, &protocol) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.ErrUnexpectedEOF)
}

// steps name where the library was when it failed.
var steps = map[gomail.SendErrReason]string{
	gomail.ErrSMTPMailFrom: "sender", gomail.ErrSMTPRcptTo: "recipient", gomail.ErrSMTPData: "data",
	gomail.ErrWriteContent: "content", gomail.ErrSMTPDataClose: "end of data", gomail.ErrConnCheck: "connect",
}

// judgeSent classifies how the conversation ended. A server that has not read the line with the single dot must not
// deliver (RFC 5321, sections 3.8 and 4.1.1.4); once it may have read it, only its answer tells (section 4.5.3.2.6).
// A reply of 5xx is its last word, one of 4xx means that it did not take the letter now.
func judgeSent(ctx context.Context, err error, delivered bool) (Outcome, error) {
	if err == nil || delivered {
		return Done, nil
	}
	var sent *gomail.SendError
	if !errors.As(err, &sent) {
		return Unknown, mailError("send", Cut, nil, 0)
	}
	step, known := steps[sent.Reason]
	if !known {
		return Refused, mailError("prepare", BadMessage, nil, 0)
	}
	status := sent.ErrorCode()
	switch {
	case status >= 500:
		return Refused, mailError(step, Answered, nil, status)
	case status >= 400:
		return SurelyNotSent, mailError(step, Answered, nil, status)
	}
	what, is := Cut, error(nil)
	if ctx.Err() != nil {
		what, is = cause(ctx.Err())
	}
	if sent.Reason == gomail.ErrSMTPDataClose {
		return Unknown, mailError(step, what, is, 0)
	}
	return SurelyNotSent, mailError(step, what, is, 0)
}

func smtpStatus(err error) int {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

func mailError(step string, what What, is error, status int) error {
	return &Error{Channel: "mail", Step: step, What: what, Status: status, is: is}
}
