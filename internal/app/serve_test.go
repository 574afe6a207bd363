package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/notice"
	"tsuke/internal/web"
)

// TestServeStartsSoon starts on a database that exists, as every restart does.
func TestServeStartsSoon(t *testing.T) {
	t.Parallel()
	address := dsn(t)
	build(t, address) // makes it
	begun := time.Now()
	h := build(t, address)
	h.serve()
	a := h.get("/healthz")
	t.Logf("from nothing to the first answer: %s", time.Since(begun).Round(time.Millisecond)) // told, not judged: machines differ
	if a.status != http.StatusOK || string(a.body) != "ok\n" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("health: %d %q %v", a.status, a.body, a.header)
	}
}

// TestHealthNeedsTheDatabase takes the database away under the handler.
func TestHealthNeedsTheDatabase(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	h := build(t, dsn(t))
	lost := *h.App
	lost.DB = d
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // what was asked cannot be read
	w := httptest.NewRecorder()
	lost.health(w, h.request(http.MethodGet, "/healthz", "").WithContext(ctx))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "database") {
		t.Errorf("health: %d %q", w.Code, w.Body)
	}
}

// TestStopFinishesWhatWasBegun tells the service to end in the middle of a payment: its database is slow, because the test
// holds the member's account. The payment gets its answer, and who comes new is refused at once.
func TestStopFinishesWhatWasBegun(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(*house, shop, id.Member) (*http.Request, func(answer) string){
		"authorization by the shop": askAuthorization, "press by the member": askPress,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := dsn(t)
			h := build(t, address)
			h.serve()
			s, m := h.newShop(), h.newMember()
			req, judge := ask(h, s, m)
			release := h.hold(m)
			got := h.begin(req)
			h.stop()
			h.refusesNew()
			select {
			case a := <-got:
				t.Fatalf("it was answered while the account was held: %d %s", a.status, a.body)
			default:
			}
			release()
			if slip := judge(<-got); slip != "" {
				t.Error(slip)
			}
			h.stop = nil
			if err := <-h.ended; err != nil {
				t.Errorf("the service ended with %v", err)
			}
			h.read(func(tx *db.Tx) error {
				account, err := credit.Load(tx, m)
				if account.Held != 1234 {
					t.Errorf("%d yen are held", account.Held)
				}
				return err
			})
			h.verify()
		})
	}
}

func askAuthorization(h *house, s shop, m id.Member) (*http.Request, func(answer) string) {
	req := s.order(h, "A-1", 1234, h.grant(m, s), "order-A-1-0123456789")
	return req, func(a answer) string {
		if a.status != http.StatusCreated || a.field("state") != "authorized" {
			return fmt.Sprintf("%d %s", a.status, a.body)
		}
		return ""
	}
}

func askPress(h *house, s shop, m id.Member) (*http.Request, func(answer) string) {
	opened := h.must(s.post(h, "/v1/checkout-sessions", "session-A-1-0123456789", map[string]any{
		"order_ref": "A-1", "amount": 1234, "currency": "JPY", "capture": string(checkout.Manual), "offer_token": true,
		"lines":    []map[string]any{{"name": "皿", "quantity": 1, "unit_amount": 1234, "tax_rate": 10}},
		"delivery": "3日以内", "cancellation": "到着後8日以内",
		"return_url": "https://shop.example.jp/done", "cancel_url": "https://shop.example.jp/cart",
	}))
	var token mask.Secret
	h.write(func(tx *db.Tx) error {
		first, _, err := h.Members.OpenSignIn(tx, "Firefox")
		if err == nil {
			token, _, err = h.Members.Prove(tx, first, "Firefox", m)
		}
		return err
	})
	path := web.CheckoutPath + opened.field("id")
	req := h.request(http.MethodPost, path+"/press", url.Values{"amount": {"1234"}}.Encode(),
		"Content-Type", "application/x-www-form-urlencoded", "Cookie", "tsuke="+token.Reveal())
	return req, func(a answer) string {
		if a.status != http.StatusSeeOther || a.header.Get("Location") != path+"?done=1" {
			return fmt.Sprintf("%d to %q: %s", a.status, a.header.Get("Location"), a.body)
		}
		return ""
	}
}

// hold locks a member's account, as a slow database would, until release is called.
func (h *house) hold(m id.Member) (release func()) {
	h.t.Helper()
	held, let, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- h.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := credit.Lock(tx, m)
			close(held)
			<-let
			return err
		})
	}()
	<-held
	release = sync.OnceFunc(func() {
		close(let)
		if err := <-done; err != nil {
			h.t.Error(err)
		}
	})
	h.t.Cleanup(release)
	return release
}

// begin sends a request and comes back when its handler is at work: it has asked for the body.
func (h *house) begin(req *http.Request) <-chan answer {
	h.t.Helper()
	working := make(chan struct{})
	req.Header.Set("Expect", "100-continue")
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(working) }}))
	got, failed := make(chan answer, 1), make(chan error, 1)
	go func() {
		a, err := do(req)
		if err != nil {
			failed <- err
			return
		}
		got <- a
	}()
	select {
	case <-working:
	case err := <-failed:
		h.t.Fatal(err)
	case a := <-got:
		h.t.Fatalf("it was answered unread: %d %s", a.status, a.body)
	}
	go func() {
		if err, lost := <-failed; lost {
			h.t.Errorf("the answer is lost: %v", err)
			got <- answer{}
		}
	}()
	h.t.Cleanup(func() { close(failed) })
	return got
}

// refusesNew waits until nobody can connect any more.
func (h *house) refusesNew() {
	h.t.Helper()
	h.until("new connections to be refused", func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			return true
		}
		_ = conn.Close()
		return false
	})
}

// TestServeLeavesNothing counts goroutines before and after a service that has worked.
func TestServeLeavesNothing(t *testing.T) { // not parallel: other tests' goroutines would be counted
	address, there := dsn(t), openCarriers(t)
	before := goleak.IgnoreCurrent()
	h := &house{t: t, carriers: there, log: &lockedBuffer{}}
	h.open(address, "2026-06-01 09:00")
	h.serve()
	s, m := h.newShop(), h.newMember()
	h.buy(s, "A-1", 1000, h.grant(m, s))
	h.until("a letter", func() bool { return len(there.told()) > 0 })
	if _, err := h.Notices.SMS(t.Context(), notice.Text{To: "+819012345678", Body: "a text", Key: "text-1"}); err != nil {
		t.Error(err) // its connection stays open for the next text
	}
	h.end()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}

// TestTwoProcesses lets two services work on one database: each order goes to both at once, with another key, and is
// charged once (rule P01).
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	address := dsn(t)
	one, two := build(t, address), build(t, address)
	one.serve()
	two.serve()
	s := one.newShop()
	const members, each = 10, 5
	tokens := make([]id.Token, members)
	for i := range tokens {
		tokens[i] = one.grant(one.newMember(), s)
	}
	var all sync.WaitGroup
	answers := make([][2]answer, members*each)
	for i := range answers {
		for side, h := range []*house{one, two} {
			req := s.order(h, fmt.Sprintf("A-%d", i), 100+i, tokens[i%members], fmt.Sprintf("order-%d-%d-0123456789", i, side))
			all.Go(func() {
				var err error
				if answers[i][side], err = do(req); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	charged := map[string]bool{}
	for i, a := range answers {
		if a[0].status/100 != 2 || a[1].status/100 != 2 || a[0].field("id") != a[1].field("id") {
			t.Errorf("order %d: %d %s, %d %s", i, a[0].status, a[0].body, a[1].status, a[1].body)
		}
		charged[a[0].field("id")] = true
	}
	if len(charged) != len(answers) {
		t.Errorf("%d orders are %d payments", len(answers), len(charged))
	}
	var held int64
	one.read(func(tx *db.Tx) error {
		for _, token := range tokens {
			m, err := one.Members.FindToken(tx, token, s.id)
			if err != nil {
				return err
			}
			account, err := credit.Load(tx, m)
			if err != nil {
				return err
			}
			held += int64(account.Held)
		}
		return nil
	})
	if want := int64(members*each*100 + members*each*(members*each-1)/2); held != want {
		t.Errorf("%d yen are held, want %d", held, want)
	}
	one.end()
	two.verify()
	if a := two.get("/healthz"); a.status != http.StatusOK {
		t.Errorf("the other one is well no more: %d", a.status)
	}
}

// TestHeaders looks at what each kind of answer carries, whoever wrote it.
func TestHeaders(t *testing.T) {
	t.Parallel()
	h := build(t, dsn(t))
	lanes := h.lanes()
	t.Cleanup(lanes.Stop)
	h.public = &url.URL{Scheme: "https", Host: "pay.tsuke.example"}
	handler, _, err := h.handlers(lanes, nil)
	if err != nil {
		t.Fatal(err)
	}
	views, err := web.NewViews(web.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	css, err := views.AssetPath("app.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		req    *http.Request
		status int
		html   bool // framed by nobody, running nothing but the service's own
		stored bool // may be kept by caches
	}{
		{"page", h.request(http.MethodGet, web.SignInPath, ""), 200, true, false},
		{"page that needs a member", h.request(http.MethodGet, web.HomePath, ""), 303, false, false},
		{"no page", h.request(http.MethodGet, "/nowhere", ""), 404, true, false},
		{"form from elsewhere", h.request(http.MethodPost, web.SignInPath, "", "Sec-Fetch-Site", "cross-site"), 403, true, false},
		{"asset", h.request(http.MethodGet, css, ""), 200, false, true},
		{"no asset", h.request(http.MethodGet, web.AssetsPath+"none.css", ""), 404, false, false},
		{"API without a key", h.request(http.MethodGet, "/v1/payments", ""), 401, false, false},
		{"API by a wrong method", h.request(http.MethodDelete, "/v1/payments", ""), 405, false, false},
		{"API's reference", h.request(http.MethodGet, "/v1/docs", ""), 200, true, true},
		{"contract", h.request(http.MethodGet, "/v1/openapi.yaml", ""), 200, false, true},
		{"health", h.request(http.MethodGet, "/healthz", ""), 200, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, test.req)
			head := w.Header()
			if w.Code != test.status {
				t.Errorf("status %d, want %d", w.Code, test.status)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
				"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
			} {
				if diff := cmp.Diff([]string{want}, head.Values(name)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			policy := head.Get("Content-Security-Policy")
			if framed := !strings.Contains(policy, "frame-ancestors 'none'") || !strings.Contains(policy, "default-src 'none'"); test.html && framed {
				t.Errorf("policy %q", policy)
			}
			if kept := strings.Contains(head.Get("Cache-Control"), "public"); kept != test.stored {
				t.Errorf("Cache-Control %q", head.Get("Cache-Control"))
			}
			if body, err := io.ReadAll(w.Body); err != nil || strings.Contains(string(body), "<script>") {
				t.Errorf("script within the page, or %v", err)
			}
		})
	}
}

// TestHeadersOfPlainHTTP promises https to nobody who cannot have it.
func TestHeadersOfPlainHTTP(t *testing.T) {
	t.Parallel()
	h := build(t, dsn(t))
	h.serve()
	if a := h.get(web.SignInPath); a.header.Get("Strict-Transport-Security") != "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", a.header)
	}
}

// TestServeRefuses names the setting that cannot be used, before anything works.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for name, test := range map[string]struct {
		change  func(*Config)
		setting string
	}{
		"address in use":      {func(c *Config) { c.Addr = taken.Addr().String() }, "--addr: "},
		"mail by http":        {func(c *Config) { c.Mail = "http://mail.example.jp" }, "--mail: "},
		"no sender":           {func(c *Config) { c.MailFrom = "nobody" }, "--mail, --mail-from: "},
		"texts in the clear":  {func(c *Config) { c.SMS = "http://sms.example.jp/" }, "--sms: "},
		"no token for texts":  {func(c *Config) { c.SMSToken += ".none" }, "--sms: "},
		"public in the clear": {func(c *Config) { c.PublicURL = "http://127.evil.example" }, "--public-url: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := build(t, dsn(t))
			test.change(&h.Config)
			err := h.Serve(t.Context(), func(string) { t.Error("it serves") })
			if err == nil || !strings.HasPrefix(err.Error(), test.setting) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestOpenRefuses tells what cannot be opened, and leaves no open database behind.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	good := build(t, dsn(t)).Config
	for name, test := range map[string]struct {
		change  func(*Config)
		setting string
	}{
		"database of another kind": {func(c *Config) { c.DB = "mysql://x" }, "--db: "},
		"no folder of secrets":     {func(c *Config) { c.Secrets = "none" }, "--secrets: "},
		"durability":               {func(c *Config) { c.Durability = "perhaps" }, "--durability: "},
		"clock":                    {func(c *Config) { c.ClockFile = c.SMSToken }, "--clock-file: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := good
			test.change(&c)
			_, err := Open(t.Context(), c, slog.New(slog.DiscardHandler))
			if err == nil || !strings.HasPrefix(err.Error(), test.setting) {
				t.Errorf("%v", err)
			}
		})
	}
}
