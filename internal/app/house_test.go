package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/vault"
)

// patience is how long a test waits for what is sure to come, on a machine with a lot to do.
const patience = 3 * time.Minute

// secretsDir is one set of keys for all tests: making one takes longer than most of them.
var secretsDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "app")
	if err == nil {
		secretsDir = filepath.Join(dir, "secrets")
		err = vault.Create(secretsDir)
	}
	code := 1
	if err == nil {
		code = m.Run()
	}
	if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// house is the whole service on a database of its own, with carriers that keep what they are given. It is not running
// until serve.
type house struct {
	*App

	t        *testing.T
	clockAt  string // the file that moves the clock
	carriers *carriers
	log      *lockedBuffer
	url      string // of the running service
	stop     func() // tells it to end
	ended    chan error
	people   int
}

// build opens a service at 9:00 on Monday 1 June 2026 in Japan, and closes it when the test ends.
func build(t *testing.T, dsn string) *house {
	t.Helper()
	return buildAt(t, dsn, "2026-06-01 09:00")
}

func buildAt(t *testing.T, dsn, at string) *house {
	t.Helper()
	h := &house{t: t, carriers: openCarriers(t), log: &lockedBuffer{}}
	h.open(dsn, at)
	t.Cleanup(func() {
		h.end()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// open opens the service on the database of an address; its clock stands at a time of Japan and runs.
func (h *house) open(dsn, at string) {
	h.t.Helper()
	c := Config{
		DB: dsn, Secrets: secretsDir, ClockFile: filepath.Join(h.t.TempDir(), "clock"), Addr: "127.0.0.1:0",
		PublicURL: "http://127.0.0.1:8081", Mail: "smtp://" + h.carriers.mailAddr, MailFrom: "no-reply@tsuke.example",
		SMS: h.carriers.smsURL, SMSToken: filepath.Join(h.t.TempDir(), "token"),
		Contact: Contact{Name: "ツケ事務局", Mail: "help@tsuke.example"},
	}
	if err := os.WriteFile(c.SMSToken, []byte("sms-token\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.clockAt = c.ClockFile
	h.at(at)
	var err error
	if h.App, err = Open(h.t.Context(), c, slog.New(slog.NewTextHandler(h.log, nil))); err != nil {
		h.t.Fatal(err)
	}
}

// at moves the clock to a time of Japan, from where it runs on.
func (h *house) at(text string) {
	h.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, jst.Zone())
	if err != nil {
		h.t.Fatal(err)
	}
	if err := clock.WriteFile(h.clockAt, time.Until(at)); err != nil {
		h.t.Fatal(err)
	}
	if h.App != nil {
		h.until("the clock to show "+text, func() bool { return h.Clock.Now().Sub(at).Abs() < time.Minute })
	}
}

// serve runs the service until the test ends or end is called.
func (h *house) serve() {
	h.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	h.stop, h.ended = stop, make(chan error, 1)
	ready := make(chan string, 1)
	go func() { h.ended <- h.Serve(ctx, func(addr string) { ready <- addr }) }()
	select {
	case addr := <-ready:
		h.url = "http://" + addr
	case err := <-h.ended:
		h.t.Fatal(err)
	}
}

// end stops the service and waits for its end.
func (h *house) end() {
	h.t.Helper()
	if h.stop == nil {
		return
	}
	h.stop()
	h.stop = nil
	if err := <-h.ended; err != nil {
		h.t.Errorf("the service ended with %v", err)
	}
}

// until waits for what the workers are sure to bring about.
func (h *house) until(what string, done func() bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			h.t.Fatalf("waited in vain for %s; the log:\n%s", what, h.log)
		case <-look.C:
		}
	}
}

func (h *house) write(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.DB.Write(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) read(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.DB.Read(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// verify proves the books.
func (h *house) verify() {
	h.t.Helper()
	broken, err := h.Verify(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, b := range broken {
		h.t.Error(b)
	}
}

// shop is a merchant with a program.
type shop struct {
	id  id.Merchant
	key string
}

func (h *house) newShop() shop {
	h.t.Helper()
	var s shop
	h.write(func(tx *db.Tx) error {
		m, err := h.Merchants.Create(tx, merchant.New{
			NameJA: "みどり雑貨", NameEN: "Midori Goods", Contact: merchant.Contact{Phone: "03-0000-0000"},
			ReturnOrigins: []string{"https://shop.example.jp"},
		}, "operator")
		if err != nil {
			return err
		}
		key, err := h.Merchants.IssueKey(tx, m.ID, merchant.LiveKeys, time.Time{}, "operator")
		s = shop{m.ID, key.Plain.Reveal()}
		return err
	})
	return s
}

const mailbox = "taro.yamada@example.jp"

// newMember registers somebody from the number to the end.
func (h *house) newMember() (m id.Member) {
	h.t.Helper()
	h.people++
	phone := mask.Phone(fmt.Sprintf("+8190%08d", 12345678+h.people))
	browser := "browser " + phone.Reveal()
	h.write(func(tx *db.Tx) error {
		sent, err := h.Members.RequestCode(tx, member.CodeRequest{
			Phone: phone, Purpose: member.ForRegistration, BoundTo: browser,
			Address: netip.AddrFrom4([4]byte{10, 0, byte(h.people), 1}),
		})
		if err != nil {
			return err
		}
		entered, err := h.Members.EnterCode(tx, member.ForRegistration, browser, sent.Code.Reveal())
		if err != nil {
			return err
		}
		d, err := h.Members.Apply(tx, entered, "ja")
		if err != nil {
			return err
		}
		_, errName := h.Members.SaveName(tx, d.ID, member.NameInput{Family: "山田", Given: "太郎", FamilyKana: "ヤマダ", GivenKana: "タロウ"})
		errBirth := h.Members.SaveBirth(tx, d.ID, member.BirthInput{Year: "1990", Month: "4", Day: "1"})
		_, errAddress := h.Members.SaveAddress(tx, d.ID, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3"})
		errMail := h.Members.SaveMail(tx, d.ID, mailbox, false)
		if err := errors.Join(errName, errBirth, errAddress, errMail); err != nil {
			return err
		}
		d, err = h.Members.Agree(tx, d.ID, member.Agreement.Default())
		m = d.Member
		return err
	})
	return m
}

func (h *house) grant(m id.Member, s shop) (token id.Token) {
	h.t.Helper()
	h.write(func(tx *db.Tx) (err error) {
		token, err = h.Members.Grant(tx, m, s.id, id.Session{})
		return err
	})
	return token
}

// answer is what a client was told.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// field is one field of the answer's JSON.
func (a answer) field(name string) string {
	var v map[string]any
	if json.Unmarshal(a.body, &v) != nil || v[name] == nil {
		return ""
	}
	return fmt.Sprint(v[name])
}

// client asks each thing on a connection of its own, follows no redirect, and unpacks nothing.
var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true, ExpectContinueTimeout: patience},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (h *house) request(method, path, body string, header ...string) *http.Request {
	h.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

func do(req *http.Request) (answer, error) {
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, body}, errors.Join(err, resp.Body.Close())
}

func (h *house) get(path string, header ...string) answer {
	h.t.Helper()
	a, err := do(h.request(http.MethodGet, path, "", header...))
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// post is a call of a shop's program.
func (s shop) post(h *house, path, key string, body map[string]any) *http.Request {
	h.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.request(http.MethodPost, path, string(text),
		"Authorization", "Bearer "+s.key, "Content-Type", "application/json", "Idempotency-Key", key)
}

func (s shop) order(h *house, ref string, amount int, token id.Token, key string) *http.Request {
	h.t.Helper()
	return s.post(h, "/v1/payments", key, map[string]any{
		"order_ref": ref, "amount": amount, "currency": "JPY", "member_token": token.String(), "capture": string(checkout.Automatic),
	})
}

// must asks and wants a 2xx.
func (h *house) must(req *http.Request) answer {
	h.t.Helper()
	a, err := do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	if a.status/100 != 2 {
		h.t.Fatalf("%s %s: %d %s", req.Method, req.URL.Path, a.status, a.body)
	}
	return a
}

// buy orders something that the shop confirms and that is billed at once.
func (h *house) buy(s shop, ref string, amount int, token id.Token) answer {
	h.t.Helper()
	paid := h.must(s.order(h, ref, amount, token, "order-"+ref+"-0123456789"))
	h.must(s.post(h, "/v1/payments/"+paid.field("id")+"/confirm", "confirm-"+ref+"-0123456789", map[string]any{}))
	return paid
}

// carriers take mail and texts.
type carriers struct {
	mailAddr, smsURL string

	mu      sync.Mutex
	letters []string // "taro@example.jp subject"
	texts   []string // "+8190… body"
}

func openCarriers(t *testing.T) *carriers {
	t.Helper()
	c := &carriers{}
	sms := httptest.NewServer(http.HandlerFunc(c.takeText))
	t.Cleanup(sms.Close)
	c.smsURL = sms.URL + "/send"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.mailAddr = listener.Addr().String()
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{carriers: c}, nil }))
	server.Domain = "mail.example.jp"
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if ended := <-served; ended != nil {
			t.Log(ended)
		}
	})
	return c
}

func (c *carriers) takeText(w http.ResponseWriter, r *http.Request) {
	var text struct{ To, Body, Key string }
	if r.Header.Get("Authorization") != "Bearer sms-token" || json.NewDecoder(r.Body).Decode(&text) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, text.To+" "+text.Body)
	_, _ = fmt.Fprintf(w, `{"id":%q}`, text.Key)
}

// told is everything that was sent so far.
func (c *carriers) told() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Concat(c.letters, c.texts)
}

// delivery is one conversation with the mail server.
type delivery struct {
	carriers *carriers
	to       string
}

func (*delivery) Reset()                               {}
func (*delivery) Logout() error                        { return nil }
func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	return nil
}

func (d *delivery) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	d.carriers.mu.Lock()
	defer d.carriers.mu.Unlock()
	d.carriers.letters = append(d.carriers.letters, d.to+" "+subject)
	return nil
}

// lockedBuffer is written by the service and read by the test.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// dsn is the address of a new database of the engine that is tested.
func dsn(t *testing.T) string {
	t.Helper()
	return dbtest.DSN(t)
}
