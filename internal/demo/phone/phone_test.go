package phone

import (
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tsuke/internal/clock"
	"tsuke/internal/demo/page"
	"tsuke/internal/gateway"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newSite() *page.Site {
	return &page.Site{
		Host: "127.0.0.1:8080", Member: "http://127.0.0.1:8081", Logger: slog.New(slog.DiscardHandler),
		Clock: clock.NewHand(time.Date(2026, 7, 7, 1, 24, 7, 0, time.UTC)),
	}
}

func open(t *testing.T, dir string) *Phone {
	t.Helper()
	p, err := Open(dir, newSite())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// carrier is the product's own gateway, talking to the phone's endpoint.
func carrier(t *testing.T, p *Phone) *gateway.HTTPSMS {
	t.Helper()
	srv := httptest.NewServer(p.SMS("right"))
	t.Cleanup(srv.Close)
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("right"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := gateway.NewHTTPSMS(gateway.SMSSettings{URL: srv.URL + "/sms", TokenFile: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func postOffice(t *testing.T, p *Phone) *gateway.SMTPMail {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := p.Mail()
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { _ = server.Close(); served.Wait() })
	set, err := gateway.ParseMailURL("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	set.From, set.FromName = "no-reply@tsuke.example", "ツケ"
	m, err := gateway.NewSMTPMail(set, newSite().Clock)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWhatTheProductSendsArrives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := open(t, dir)
	sms, mail := carrier(t, p), postOffice(t, p)
	for range 2 { // the second is the same message again
		outcome, err := sms.Send(t.Context(), gateway.Text{To: "+819012345678", Body: "確認コード 482913", Key: "code.1"})
		if outcome != gateway.Done {
			t.Fatal(outcome, err)
		}
	}
	letter := gateway.Letter{
		To: "hanako@example.jp", Subject: "8,500円・あおぞら雑貨店・8月10日(月)まで", Lang: "ja", Key: "evt_1.mail",
		Text: "8,500円が1件、確定しています。\n\n支払期日は8月10日(月)です。", HTML: "<p>8,500円</p>",
	}
	if outcome, err := mail.Send(t.Context(), letter); outcome != gateway.Done {
		t.Fatal(outcome, err)
	}
	at := newSite().Clock.Now()
	want := []Entry{
		{Name: "hanako@example.jp", Only: "/phone?to=hanako%40example.jp", Message: Message{
			Channel: "mail", To: "hanako@example.jp", From: "ツケ <no-reply@tsuke.example>", Subject: letter.Subject, Body: letter.Text,
			Key: "evt_1.mail@tsuke.example", At: at, Times: 1,
		}},
		{Name: "090-1234-5678", Only: "/phone?to=090-1234-5678", Message: Message{
			Channel: "sms", To: "+819012345678", From: "ツケ", Body: "確認コード 482913", Key: "code.1", At: at, Times: 2,
		}},
	}
	for name, phone := range map[string]*Phone{"": p, "after a restart: ": open(t, dir)} {
		shown, n := phone.inbox("", 0)
		if diff := cmp.Diff(want, shown); diff != "" || n != 2 {
			t.Errorf("%s%d messages: %s", name, n, diff)
		}
	}
	rec := httptest.NewRecorder()
	p.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/phone", nil))
	for _, text := range []string{"確認コード 482913", "090-1234-5678", "2回届き", letter.Subject, "支払期日は8月10日(月)です。"} {
		if !strings.Contains(rec.Body.String(), text) {
			t.Errorf("the screen lacks %q", text)
		}
	}
}

func TestSMSRefusals(t *testing.T) {
	t.Parallel()
	p := open(t, t.TempDir())
	handler := p.SMS("right")
	for name, tt := range map[string]struct {
		method, token, body string
		want                int
	}{
		"wrong token": {"POST", "wrong", `{"to":"+819012345678","body":"x","key":"k"}`, 401},
		"no token":    {"POST", "", `{"to":"+819012345678","body":"x","key":"k"}`, 401},
		"a look":      {"GET", "right", "", 400},
		"no JSON":     {"POST", "right", "to=1", 400},
		"no number":   {"POST", "right", `{"body":"x"}`, 400},
		"no body":     {"POST", "right", `{"to":"+819012345678"}`, 400},
		"too long":    {"POST", "right", `{"to":"+819012345678","body":"` + strings.Repeat("x", maxText) + `"}`, 400},
	} {
		req := httptest.NewRequest(tt.method, "/sms", strings.NewReader(tt.body))
		if tt.token != "" {
			req.Header.Set("Authorization", "Bearer "+tt.token)
		}
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, req)
		if rec.Code != tt.want {
			t.Errorf("%s: %d, want %d", name, rec.Code, tt.want)
		}
	}
	if _, n := p.inbox("", 0); n != 0 {
		t.Error("something arrived")
	}
}

// What cannot be stored is not taken: the carrier says so, and the product sends it again.
func TestNotStored(t *testing.T) {
	t.Parallel()
	p := open(t, t.TempDir())
	good := p.path
	p.path = filepath.Join(t.TempDir(), "absent", "phone.json")
	sms, mail := carrier(t, p), postOffice(t, p)
	text := gateway.Text{To: "+819012345678", Body: "x", Key: "k"}
	if outcome, _ := sms.Send(t.Context(), text); outcome != gateway.Unknown {
		t.Errorf("text: %v", outcome)
	}
	if outcome, _ := mail.Send(t.Context(), gateway.Letter{To: "a@b.example", Subject: "s", Text: "x", Key: "k"}); outcome != gateway.SurelyNotSent {
		t.Errorf("letter: %v", outcome)
	}
	p.path = good
	outcome, err := sms.Send(t.Context(), text)
	if shown, n := p.inbox("", 0); outcome != gateway.Done || n != 1 || shown[0].Times != 1 {
		t.Errorf("again: %v %v %+v", outcome, err, shown)
	}
}

func TestReadLetter(t *testing.T) {
	t.Parallel()
	letter := func(lines ...string) string { return strings.Join(lines, "\r\n") }
	tests := map[string]struct {
		text string
		want string // the body; "!" for a refusal
	}{
		"plain":            {letter("Subject: s", "", "hello", ""), "hello"},
		"quoted-printable": {letter("Content-Transfer-Encoding: quoted-printable", "", "1=E5=86=86"), "1円"},
		"base64":           {letter("Content-Transfer-Encoding: BASE64", "", "MeWG", "hg=="), "1円"},
		"alternative": {letter(`Content-Type: multipart/alternative; boundary=b`, "", "--b", "Content-Type: text/html", "", "<p>no</p>",
			"--b", "Content-Type: text/plain; charset=UTF-8", "", "yes", "--b--"), "yes"},
		"nested": {letter(`Content-Type: multipart/mixed; boundary=a`, "", "--a", "Content-Type: multipart/alternative; boundary=b", "",
			"--b", "Content-Type: text/plain", "", "deep", "--b--", "--a--"), "deep"},
		"only HTML":    {letter("Content-Type: text/html", "", "<p>x</p>"), "!"},
		"no letter":    {"x", "!"},
		"wrong type":   {letter("Content-Type: ///", "", "x"), "!"},
		"not UTF-8":    {letter("Subject: s", "", "a\xffb"), "a�b"},
		"wrong base64": {letter("Content-Transfer-Encoding: base64", "", "*"), "!"},
	}
	for name, tt := range tests {
		m, err := readLetter(strings.NewReader(tt.text))
		got := m.Body
		if err != nil {
			got = "!"
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, tt.want, err)
		}
	}
}

func FuzzReadLetter(f *testing.F) {
	f.Add("Subject: =?UTF-8?b?44GC?=\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n")
	f.Add("Content-Transfer-Encoding: quoted-printable\r\n\r\n=E5=86=86")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := readLetter(io.LimitReader(strings.NewReader(text), maxLetter))
		if err == nil && m.Channel != "mail" {
			t.Error("a letter of no channel")
		}
	})
}

// TestInbox shows everything, the newest first, a page at a time, and what came to one number alone.
func TestInbox(t *testing.T) {
	t.Parallel()
	p := open(t, t.TempDir())
	for i := range 40 {
		m := Message{Channel: "sms", To: "+8190" + strconv.Itoa(10000000+i%10), Body: "text " + strconv.Itoa(i), Key: strconv.Itoa(i)}
		if err := p.take(m); err != nil {
			t.Fatal(err)
		}
	}
	look := func(path string) string {
		rec := httptest.NewRecorder()
		p.Handler().ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		return rec.Body.String()
	}
	next := 39
	for path := "/phone"; path != ""; {
		text := look(path)
		for _, m := range regexp.MustCompile(`bubble">text (\d+)<`).FindAllStringSubmatch(text, -1) {
			if m[1] != strconv.Itoa(next) {
				t.Errorf("%s shows %s where %d should be", path, m[1], next)
			}
			next--
		}
		path = ""
		if m := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(text); m != nil {
			path = m[1]
		}
	}
	if next != -1 {
		t.Errorf("%d messages are shown on no page", next+1)
	}
	if text := look("/phone?to=090-1000-0003"); strings.Count(text, "bubble") != 4 || !strings.Contains(text, "text 33<") || !strings.Contains(text, "090-1000-0003 に届いたもの") {
		t.Errorf("what came to one number: %s", text)
	}
	for _, path := range []string{"/phone?from=-3", "/phone?from=x", "/phone?to=nobody", "/phone?from=9999"} {
		if text := look(path); !strings.Contains(text, "</html>") {
			t.Errorf("%s: %s", path, text)
		}
	}
}
