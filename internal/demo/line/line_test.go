package line

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/clock"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
)

// fakeServer stands for the product's process: it remembers what reached it and how often it was killed.
type fakeServer struct {
	mu     sync.Mutex
	seen   []string
	killed int
	down   error
}

func (f *fakeServer) Ready(context.Context) error { return f.down }

func (f *fakeServer) Kill() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.killed++
	f.seen = append(f.seen, "killed")
	return nil
}

func (f *fakeServer) Gap() (int, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.killed, 800 * time.Millisecond
}

func (f *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.seen = append(f.seen, r.Method+" "+r.URL.Path+" "+string(body))
	n := len(f.seen)
	f.mu.Unlock()
	w.Header().Set("X-Host", r.Host)
	w.Header().Set("X-Forwarded", r.Header.Get("X-Forwarded-Host"))
	_, _ = fmt.Fprintf(w, "answer %d", n)
}

type stage struct {
	server *fakeServer
	desk   *trouble.Desk
	url    string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	hand := clock.NewHand(time.Date(2026, 7, 7, 1, 24, 7, 0, time.UTC))
	desk, err := trouble.Open(t.TempDir(), hand)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{server: &fakeServer{}, desk: desk}
	target := httptest.NewServer(s.server)
	t.Cleanup(target.Close)
	site := &page.Site{Host: "127.0.0.1:8080", Member: "http://127.0.0.1:8081", Clock: hand, Logger: slog.New(slog.DiscardHandler)}
	handler, err := New(strings.TrimPrefix(target.URL, "http://"), s.server, desk, site)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(handler)
	t.Cleanup(proxy.Close)
	s.url = proxy.URL
	return s
}

// order arms a trouble and lets an order take it.
func (s *stage) order(t *testing.T, kind trouble.Kind) {
	t.Helper()
	if err := s.desk.Arm(kind); err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Begin("A-1001"); err != nil {
		t.Fatal(err)
	}
}

// send answers with the status and the text, or "cut".
func (s *stage) send(t *testing.T, method, path, key, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
		req.GetBody = nil // without it the client's transport would send it again by itself
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "cut"
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "cut"
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Sprint(resp.StatusCode)
	}
	return string(text)
}

func (s *stage) steps() []string {
	var out []string
	for _, step := range s.desk.Records()[0].Steps[1:] {
		out = append(out, strings.Join(append([]string{step.Key}, step.Args...), " "))
	}
	return out
}

func check(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s:\n%s", what, diff)
	}
}

const (
	sessions = "/v1/checkout-sessions"
	confirm  = "/v1/payments/pay_1/confirm"
	press    = "/pay/ses_1/press"
)

func TestStraight(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	check(t, "get", "answer 1", s.send(t, "GET", "/bills", "", ""))
	check(t, "post", "answer 2", s.send(t, "POST", sessions, "key-000000000001", "{}"))
	check(t, "seen", []string{"GET /bills ", "POST /v1/checkout-sessions {}"}, s.server.seen)
	resp, err := http.Get(s.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	host := strings.TrimPrefix(s.url, "http://")
	check(t, "host is kept", []string{host, host}, []string{resp.Header.Get("X-Host"), resp.Header.Get("X-Forwarded")})
}

func TestLostAnswer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.order(t, trouble.LostAnswer)
	got := []string{
		s.send(t, "POST", sessions, "key-a", "1"), s.send(t, "POST", sessions, "key-a", "1"),
		s.send(t, "POST", press, "", "2"), s.send(t, "GET", "/v1/checkout-sessions/ses_1", "", ""),
		s.send(t, "POST", confirm, "key-b", "3"), s.send(t, "POST", confirm, "key-b", "3"),
	}
	check(t, "callers see", []string{"cut", "answer 2", "answer 3", "answer 4", "cut", "answer 6"}, got)
	check(t, "steps", []string{"step.lost verb.session 200", "step.lost verb.confirm 200"}, s.steps())
}

func TestTwice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.order(t, trouble.Twice)
	s.send(t, "POST", press, "", "x")
	s.send(t, "POST", press, "", "x")
	s.send(t, "POST", "/pay/ses_1/code", "", "482913")
	check(t, "seen", []string{"POST /pay/ses_1/press x", "POST /pay/ses_1/press x", "POST /pay/ses_1/press x", "POST /pay/ses_1/code 482913"}, s.server.seen)
	check(t, "steps", []string{"step.twice verb.press 200 200"}, s.steps())
}

func TestKills(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind  trouble.Kind
		path  string
		first string
		seen  []string
		steps []string
	}{
		{
			trouble.KillBefore, press, "502",
			[]string{"killed", "POST /pay/ses_1/press x"},
			[]string{"step.kill_before verb.press", "step.back 800"},
		},
		{
			trouble.KillAfter, press, "502",
			[]string{"POST /pay/ses_1/press x", "killed", "POST /pay/ses_1/press x"},
			[]string{"step.kill_after verb.press 200", "step.back 800"},
		},
		{
			trouble.KillAfter, "/v1/payments", "cut",
			[]string{"POST /v1/payments x", "killed", "POST /v1/payments x"},
			[]string{"step.kill_after verb.payment 200", "step.back 800"},
		},
		{
			trouble.KillConfirm, confirm, "cut",
			[]string{"POST " + confirm + " x", "killed", "POST " + confirm + " x"},
			[]string{"step.kill_after verb.confirm 200", "step.back 800"},
		},
		{trouble.KillConfirm, press, "answer 1", []string{"POST /pay/ses_1/press x", "POST /pay/ses_1/press x"}, nil},
	}
	for _, tt := range tests {
		s := newStage(t)
		s.order(t, tt.kind)
		check(t, string(tt.kind)+" at "+tt.path, tt.first, s.send(t, "POST", tt.path, "key-a", "x"))
		if again := s.send(t, "POST", tt.path, "key-a", "x"); !strings.HasPrefix(again, "answer") {
			t.Errorf("%s at %s: the second try is not answered: %s", tt.kind, tt.path, again)
		}
		check(t, string(tt.kind)+" seen", tt.seen, s.server.seen)
		check(t, string(tt.kind)+" steps", tt.steps, s.steps())
	}
}

func TestServerAway(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.server.down = errors.New("does not start")
	check(t, "a machine", "cut", s.send(t, "GET", "/v1/payments/pay_1", "", ""))
	check(t, "a person", "502", s.send(t, "GET", "/", "", ""))
}

// A connection that nobody accepts is tried again: the request cannot have arrived.
func TestRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	_, err = http.Get("http://" + addr)
	if err == nil || !refused(err) {
		t.Errorf("not seen as refused: %v", err)
	}
	if refused(io.ErrUnexpectedEOF) {
		t.Error("a broken answer is not a refused connection")
	}
}

func TestBrokenPage(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.order(t, trouble.KillBefore)
	resp, err := http.Post(s.url+press, "application/x-www-form-urlencoded", strings.NewReader("a=b"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<h1>途中で通信が切れました</h1>`, `請求されるとしても1回だけです`, `href="/pay/ses_1"`,
		`href="http://127.0.0.1:8080/assets/`, `href="http://127.0.0.1:8080/shop"`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestIsPress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"/pay/ses_1": false, "/pay/ses_1/press": true, "/pay/ses_1/confirm": false, "/pay//press": false, "/pay/ses_1/code": false, "/pay/ses_1/phone": false,
		"/pay/ses_1/leave": false, "/pay/": false, "/bills/stm_1/pay": false, "/": false,
	} {
		if isPress(address) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
}
