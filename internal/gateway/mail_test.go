package gateway

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"tsuke/internal/clock"
	"tsuke/internal/mask"
)

const testMail = "hanako@example.jp"

var testLetter = Letter{
	To: mask.Mail(testMail), Subject: "8,500円・あおぞら雑貨店・8月10日(月)まで",
	Text: "8,500円が1件、確定しています。\n.\n点だけの行", HTML: "<p>8,500円</p>", Lang: "ja", Key: "evt_01ab.mail",
}

var testClock = clock.NewHand(time.Date(2026, 7, 7, 1, 24, 7, 0, time.UTC))

// mailbox is a mail server whose owner decides what each command gets.
type mailbox struct {
	onMail, onRcpt, onData error
	stall                  chan struct{} // DATA does not answer until it is closed
	cut                    bool          // the connection breaks when the data is read
	password               string

	mu   sync.Mutex
	mail []string
	to   []string
}

func (b *mailbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &mailSession{box: b, conn: c}, nil
}

func (b *mailbox) got() (to, mail []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.to), slices.Clone(b.mail)
}

type mailSession struct {
	box  *mailbox
	conn *smtp.Conn
	to   string
}

func (*mailSession) Reset()                                      {}
func (*mailSession) Logout() error                               { return nil }
func (s *mailSession) Mail(string, *smtp.MailOptions) error      { return s.box.onMail }
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return s.box.onRcpt }

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.box.onData != nil {
		return s.box.onData
	}
	s.box.mu.Lock()
	s.box.mail = append(s.box.mail, string(text))
	s.box.to = append(s.box.to, s.to)
	s.box.mu.Unlock()
	if s.box.stall != nil {
		<-s.box.stall
	}
	if s.box.cut {
		return s.conn.Conn().Close()
	}
	return nil
}

func (*mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "tsuke" || password != s.box.password {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func startMail(t *testing.T, b *mailbox, config *tls.Config, implicit bool) MailSettings {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(b)
	server.Domain = "mx.example.jp"
	server.ErrorLog = log.New(io.Discard, "", 0)
	if implicit {
		listener = tls.NewListener(listener, config)
	} else {
		server.TLSConfig = config
	}
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { _ = server.Close(); served.Wait() })
	return MailSettings{Host: "127.0.0.1", Port: port, TLS: NoTLS, From: "no-reply@tsuke.example", FromName: "ツケ"}
}

func newMail(t *testing.T, set MailSettings) *SMTPMail {
	t.Helper()
	m, err := NewSMTPMail(set, testClock)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSMTPMailConversation(t *testing.T) {
	t.Parallel()
	reply := func(code int) error {
		return &smtp.SMTPError{Code: code, Message: "<" + testMail + "> not wanted"}
	}
	tests := []struct {
		name      string
		box       *mailbox
		want      Outcome
		step      string
		status    int
		delivered int
	}{
		{"taken", &mailbox{}, Done, "", 0, 1},
		{"sender refused", &mailbox{onMail: reply(550)}, Refused, "sender", 550, 0},
		{"sender not now", &mailbox{onMail: reply(451)}, SurelyNotSent, "sender", 451, 0},
		{"no such mailbox", &mailbox{onRcpt: reply(550)}, Refused, "recipient", 550, 0},
		{"mailbox full", &mailbox{onRcpt: reply(452)}, SurelyNotSent, "recipient", 452, 0},
		{"content refused", &mailbox{onData: reply(554)}, Refused, "end of data", 554, 0},
		{"greylisted at the end", &mailbox{onData: reply(450)}, SurelyNotSent, "end of data", 450, 0},
		{"taken, then cut before the answer", &mailbox{cut: true}, Unknown, "end of data", 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			outcome, err := newMail(t, startMail(t, tt.box, nil, false)).Send(t.Context(), testLetter)
			checkTold(t, outcome, err, testMail, "hanako", "8,500")
			if outcome != tt.want {
				t.Fatalf("outcome %v, want %v (%v)", outcome, tt.want, err)
			}
			var told *Error
			if errors.As(err, &told) && (told.Step != tt.step || told.Status != tt.status) {
				t.Errorf("told %q %d, want %q %d", told.Step, told.Status, tt.step, tt.status)
			}
			if _, mail := tt.box.got(); len(mail) != tt.delivered {
				t.Errorf("%d letters arrived, want %d", len(mail), tt.delivered)
			}
		})
	}
}

func TestSMTPMailLetter(t *testing.T) {
	t.Parallel()
	box := &mailbox{}
	outcome, err := newMail(t, startMail(t, box, nil, false)).Send(t.Context(), testLetter)
	checkTold(t, outcome, err)
	to, mails := box.got()
	if diff := cmp.Diff([]string{testMail}, to); diff != "" || len(mails) != 1 {
		t.Fatal(diff, len(mails))
	}
	msg, err := mail.ReadMessage(strings.NewReader(mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	from, err := mail.ParseAddress(msg.Header.Get("From"))
	if err != nil {
		t.Fatal(err)
	}
	kind, _, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{
		"subject": subject, "from": from.Name + "|" + from.Address, "id": msg.Header.Get("Message-ID"), "kind": kind,
		"date": msg.Header.Get("Date"), "auto": msg.Header.Get("Auto-Submitted"), "lang": msg.Header.Get("Content-Language"),
		"agent": msg.Header.Get("User-Agent") + msg.Header.Get("X-Mailer"),
	}
	want := map[string]string{
		"subject": testLetter.Subject, "from": "ツケ|no-reply@tsuke.example", "id": "<evt_01ab.mail@tsuke.example>",
		"kind": "multipart/alternative", "date": "Tue, 07 Jul 2026 10:24:07 +0900", "auto": "auto-generated", "lang": "ja",
		"agent": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Japanese carriers have handed out addresses with dots in a row; RFC 5321 carries them in quotes.
func TestSMTPMailDottedAddress(t *testing.T) {
	t.Parallel()
	box := &mailbox{}
	letter := testLetter
	letter.To = "a..b.@docomo.ne.jp"
	outcome, err := newMail(t, startMail(t, box, nil, false)).Send(t.Context(), letter)
	checkTold(t, outcome, err)
	to, _ := box.got()
	if diff := cmp.Diff([]string{"a..b.@docomo.ne.jp"}, to); diff != "" {
		t.Error(diff)
	}
}

func TestSMTPMailBadLetter(t *testing.T) {
	t.Parallel()
	m := newMail(t, MailSettings{Host: "127.0.0.1", Port: 1, TLS: NoTLS, From: "a@b.example"})
	change := func(f func(*Letter)) Letter { l := testLetter; f(&l); return l }
	for name, letter := range map[string]Letter{
		"no address":           change(func(l *Letter) { l.To = "" }),
		"two addresses":        change(func(l *Letter) { l.To = "a@b.example,c@d.example" }),
		"no domain":            change(func(l *Letter) { l.To = "a@" }),
		"line end in address":  change(func(l *Letter) { l.To = "a@b.example\r\nRCPT TO:<c@d.example>" }),
		"line end in subject":  change(func(l *Letter) { l.Subject = "a\r\nBcc: c@d.example" }),
		"line end in language": change(func(l *Letter) { l.Lang = "ja\nBcc: c@d.example" }),
		"no text":              change(func(l *Letter) { l.Text = "" }),
		"no key":               change(func(l *Letter) { l.Key = "" }),
	} {
		outcome, err := m.Send(t.Context(), letter)
		checkTold(t, outcome, err, "@b.example")
		if outcome != Refused {
			t.Errorf("%s: outcome %v, want refused", name, outcome)
		}
	}
}

// A server that stays silent after it has read everything may have delivered; the caller is not kept longer than agreed.
func TestSMTPMailSilent(t *testing.T) {
	t.Parallel()
	for name, give := range map[string]func(*SMTPMail) (context.Context, context.CancelFunc){
		"own deadline": func(m *SMTPMail) (context.Context, context.CancelFunc) {
			m.deadline = 200 * time.Millisecond
			return context.WithCancel(context.Background())
		},
		"caller's deadline": func(*SMTPMail) (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), 200*time.Millisecond)
		},
	} {
		box := &mailbox{stall: make(chan struct{})}
		m := newMail(t, startMail(t, box, nil, false))
		ctx, cancel := give(m)
		outcome, err := m.Send(ctx, testLetter)
		cancel()
		close(box.stall)
		checkTold(t, outcome, err, testMail)
		if outcome != Unknown || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: outcome %v (%v), want unknown, deadline exceeded", name, outcome, err)
		}
	}
}

// wire is a mail server that says fixed lines and hangs up when they are used up.
func wire(t *testing.T, replies ...string) MailSettings {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		lines := bufio.NewReader(conn)
		for _, reply := range replies {
			_, _ = io.WriteString(conn, reply+"\r\n")
			if _, err := lines.ReadString('\n'); err != nil {
				break
			}
		}
		_ = conn.Close()
	})
	t.Cleanup(func() { _ = listener.Close(); served.Wait() })
	return MailSettings{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, TLS: NoTLS, From: "no-reply@tsuke.example",
	}
}

// Until the line with the single dot, a server that hangs up cannot have taken the letter.
func TestSMTPMailDropped(t *testing.T) {
	t.Parallel()
	for name, replies := range map[string][]string{
		"before the greeting": nil, "after the greeting": {"220 mx.example.jp"},
		"after EHLO":  {"220 mx.example.jp", "250 mx.example.jp"},
		"after MAIL":  {"220 mx.example.jp", "250 mx.example.jp", "250 ok"},
		"after RCPT":  {"220 mx.example.jp", "250 mx.example.jp", "250 ok", "250 ok"},
		"busy":        {"421 come later"},
		"speaks HTTP": {"HTTP/1.1 400 Bad Request"},
	} {
		outcome, err := newMail(t, wire(t, replies...)).Send(t.Context(), testLetter)
		checkTold(t, outcome, err, testMail)
		var told *Error
		if outcome != SurelyNotSent || errors.As(err, &told) && told.What == NotSecure {
			t.Errorf("%s: outcome %v (%v), want not_sent", name, outcome, err)
		}
	}
}

func TestSMTPMailSecure(t *testing.T) {
	t.Parallel()
	web := httptest.NewTLSServer(nil) // only for its certificate, which is made for 127.0.0.1
	defer web.Close()
	secret := func(text string) string {
		path := filepath.Join(t.TempDir(), "password")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := []struct {
		name     string
		policy   TLSPolicy
		server   *tls.Config
		password string
		want     Outcome
		what     What
	}{
		{"STARTTLS demanded and offered", StartTLS, web.TLS, "right", Done, ""},
		{"STARTTLS demanded and not offered", StartTLS, nil, "right", SurelyNotSent, NotSecure},
		{"implicit TLS", ImplicitTLS, web.TLS, "right", Done, ""},
		{"wrong password", StartTLS, web.TLS, "wrong", SurelyNotSent, SignInRefused},
		{"no password over plain text", TryStartTLS, nil, "right", SurelyNotSent, NotSecure},
	}
	for _, tt := range tests {
		box := &mailbox{password: "right"}
		var config *tls.Config
		if tt.server != nil {
			config = &tls.Config{Certificates: tt.server.Certificates}
		}
		set := startMail(t, box, config, tt.policy == ImplicitTLS)
		set.TLS, set.User, set.PasswordFile = tt.policy, "tsuke", secret(tt.password)
		m := newMail(t, set)
		m.tls.RootCAs = web.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		outcome, err := m.Send(t.Context(), testLetter)
		checkTold(t, outcome, err, testMail, tt.password)
		var told *Error
		if outcome != tt.want || errors.As(err, &told) && told.What != tt.what {
			t.Errorf("%s: outcome %v (%v), want %v %s", tt.name, outcome, err, tt.want, tt.what)
		}
		if _, mail := box.got(); (len(mail) == 1) != (tt.want == Done) {
			t.Errorf("%s: %d letters arrived", tt.name, len(mail))
		}
	}
	set := startMail(t, &mailbox{}, &tls.Config{Certificates: web.TLS.Certificates}, false)
	set.TLS = StartTLS
	outcome, err := newMail(t, set).Send(t.Context(), testLetter)
	var told *Error
	if outcome != SurelyNotSent || !errors.As(err, &told) || told.What != NotSecure {
		t.Errorf("certificate of nobody: outcome %v (%v), want not_sent, not secure", outcome, err)
	}
}

func TestParseMailURL(t *testing.T) {
	t.Parallel()
	good := map[string]MailSettings{
		"smtp://mail.example.jp":                  {Host: "mail.example.jp", Port: 587, TLS: StartTLS},
		"smtp://mail.example.jp:25?starttls=none": {Host: "mail.example.jp", Port: 25, TLS: NoTLS},
		"smtp://127.0.0.1:2525":                   {Host: "127.0.0.1", Port: 2525, TLS: NoTLS},
		"smtps://mail.example.jp?user=u&password_file=/run/p": {
			Host: "mail.example.jp", Port: 465, TLS: ImplicitTLS, User: "u", PasswordFile: "/run/p",
		},
		"smtp://[::1]:2525/": {Host: "::1", Port: 2525, TLS: NoTLS},
	}
	for text, want := range good {
		got, err := ParseMailURL(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	for _, text := range []string{
		"", "mail.example.jp:25", "http://mail.example.jp", "smtp://u:hush@mail.example.jp", "smtp://m.example?user=u",
		"smtp://m.example?password_file=/p", "smtp://m.example?starttls=maybe", "smtps://m.example?starttls=none",
		"smtp://m.example?password=hush", "smtp://m.example:0", "smtp://m.example:99999", "smtp://m.example/path",
		"smtp://m.example?user=a&user=b&password_file=/p", "smtp://",
	} {
		if set, err := ParseMailURL(text); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %+v, %v", text, set, err)
		}
	}
}

func FuzzParseMailURL(f *testing.F) {
	f.Add("smtp://mail.example.jp:587?user=u&password_file=/run/p&starttls=offered")
	f.Add("smtps://[::1]")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := ParseMailURL(text)
		if err == nil && (set.Host == "" || set.Port < 1 || set.Port > 65535 || set.TLS == "") {
			t.Errorf("%q: %+v", text, set)
		}
	})
}

func TestNewSMTPMail(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]MailSettings{
		"no sender":       {Host: "h", Port: 25, TLS: NoTLS},
		"sender's name":   {Host: "h", Port: 25, TLS: NoTLS, From: "Tsuke <a@b.example>"},
		"no server":       {From: "a@b.example"},
		"absent password": {Host: "h", Port: 25, TLS: StartTLS, From: "a@b.example", User: "u", PasswordFile: "absent"},
	} {
		if _, err := NewSMTPMail(set, testClock); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
