package demo

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/demo/keep"
	"tsuke/internal/jst"
)

// visitor is a running demo and a browser that looks at it.
type visitor struct {
	t       *testing.T
	dir     string
	stage   string // origin of the demo's pages
	public  string // origin of the product's
	browser *http.Client
	end     func()
}

// syncBuffer is written by the demo and read by the test.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// signalWriter tells when the demo has said where to look.
type signalWriter struct {
	io.Writer
	once sync.Once
	said chan struct{}
}

func (s *signalWriter) Write(p []byte) (int, error) {
	s.once.Do(func() { close(s.said) })
	return s.Writer.Write(p)
}

func visit(t *testing.T, dir string) *visitor {
	t.Helper()
	t.Setenv("TSUKE_ACT", "1")
	log := &syncBuffer{}
	out := &signalWriter{Writer: log, said: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, Options{
			Addr: "127.0.0.1:0", Dir: dir, Exe: self(t), Out: out, Log: slog.New(slog.NewTextHandler(log, nil)),
		})
	}()
	select {
	case <-out.said:
	case err := <-ended:
		cancel()
		t.Fatal(err)
	}
	var p places
	if _, err := keep.Load(filepath.Join(dir, "places.json"), &p); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, dir: dir, stage: "http://" + p.Stage, public: "http://" + p.Public, browser: &http.Client{
		Jar: jar, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	var once sync.Once
	v.end = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if t.Failed() {
				t.Log(log.String())
			}
		})
	}
	t.Cleanup(v.end)
	return v
}

// get opens an address and gives status, target and text.
func (v *visitor) get(address string) (int, string, string) {
	v.t.Helper()
	return v.read(v.browser.Get(address))
}

func (v *visitor) post(address string, fields ...string) (int, string, string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return v.read(v.browser.PostForm(address, form))
}

func (v *visitor) read(resp *http.Response, err error) (int, string, string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(text)
}

var formKey = regexp.MustCompile(`name="form" value="([0-9a-f]{32})"`)

// order buys an article and gives the address of the page to pay on.
func (v *visitor) order(slug string) string {
	v.t.Helper()
	v.post(v.stage+"/shop/cart", "slug", slug, "quantity", "1", "add", "1")
	_, _, text := v.get(v.stage + "/shop/confirm")
	key := formKey.FindStringSubmatch(text)
	if key == nil {
		v.t.Fatalf("no form on the final page: %s", text)
	}
	_, to, _ := v.post(v.stage+"/shop/order", "form", key[1])
	return to
}

func (v *visitor) done() string {
	v.t.Helper()
	_, _, text := v.get(v.public + "/done")
	return text
}

func (v *visitor) contains(what, text string, wants ...string) {
	v.t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			v.t.Errorf("%s lacks %q:\n%s", what, want, text)
		}
	}
}

func TestPurchaseAndRestart(t *testing.T) {
	dir := t.TempDir()
	v := visit(t, dir)
	to := v.order("kyusu")
	if want := v.public + "/pay/ses_1"; to != want {
		t.Fatalf("sent to %s, want %s", to, want)
	}
	v.post(to + "/press")
	_, to, _ = v.get(v.stage + "/shop/return?checkout_session=ses_1")
	_, _, text := v.get(v.stage + to)
	v.contains("the order's page", text, "ご注文ありがとうございます", "K7F2-9QXM", "8,500円")
	stage := v.stage
	v.end()

	v = visit(t, dir)
	if v.stage != stage {
		t.Errorf("the demo moved from %s to %s", stage, v.stage)
	}
	_, _, text = v.get(v.stage + "/shop/staff/A-1001")
	v.contains("the order after a restart", text, "発送済み", "K7F2-9QXM")
	if got := v.done(); got != "1 payments, 2 acts" {
		t.Error(got)
	}
}

// The server is killed at the worst moments. In the end there is one payment, and each act was done once.
func TestKills(t *testing.T) {
	for kind, said := range map[string]string{
		"kill_before": "届く前に強制終了しました", "kill_after": "処理したあと、返事（303）の前に強制終了しました",
		"kill_confirm": "処理したあと、返事（200）の前に強制終了しました",
	} {
		t.Run(kind, func(t *testing.T) {
			v := visit(t, t.TempDir())
			v.post(v.stage+"/trouble", "kind", kind)
			page := v.order("kyusu")
			if status, _, text := v.post(page + "/press"); status == http.StatusBadGateway {
				v.contains("the page of the broken line", text, "途中で通信が切れました", "請求されるとしても1回だけです")
				v.post(page + "/press") // the member presses again
			} else if kind != "kill_confirm" {
				t.Errorf("the press was answered with %d", status)
			}
			v.get(v.stage + "/shop/return?checkout_session=ses_1")
			_, _, text := v.get(v.stage + "/trouble")
			v.contains("the story", text, said, "ミリ秒で戻りました", "注文確定・発送済み", "K7F2-9QXM", "/payments/pay_1")
			if got := v.done(); got != "1 payments, 2 acts" {
				t.Error(got)
			}
		})
	}
}

func TestLostAnswersAndDoubles(t *testing.T) {
	for kind, said := range map[string]string{"lost_answer": "同じ鍵で送り直しました", "twice": "同時に2つ送りました"} {
		t.Run(kind, func(t *testing.T) {
			v := visit(t, t.TempDir())
			v.post(v.stage+"/trouble", "kind", kind)
			page := v.order("kyusu")
			v.post(page + "/press")
			v.get(v.stage + "/shop/return?checkout_session=ses_1")
			_, _, text := v.get(v.stage + "/trouble")
			v.contains("the story", text, said, "注文確定・発送済み")
			if got := v.done(); got != "1 payments, 2 acts" {
				t.Error(got)
			}
		})
	}
}

func TestPanels(t *testing.T) {
	v := visit(t, t.TempDir())
	before := time.Now()
	for _, to := range []string{"nowhere", "first"} {
		if status, where, _ := v.post(v.stage+"/clock", "to", to); status != http.StatusSeeOther || where != "/clock" {
			t.Errorf("clock to %s: %d %s", to, status, where)
		}
	}
	offset, err := os.ReadFile(filepath.Join(v.dir, "clock"))
	if err != nil {
		t.Fatal(err)
	}
	by, err := time.ParseDuration(strings.TrimSpace(string(offset)))
	if err != nil {
		t.Fatal(err)
	}
	next := jst.MonthOf(before).Next().First().Start().Add(9 * time.Hour)
	if moved := before.Add(by); moved.Before(next.Add(-time.Minute)) || moved.After(next.Add(time.Minute)) {
		t.Errorf("the clock stands at %v, want %v", moved, next)
	}

	v.post(v.stage + "/trouble/verify")
	_, _, text := v.get(v.stage + "/trouble")
	v.contains("the books", text, "すべて一致しています")
	if err := os.WriteFile(filepath.Join(v.dir, "secrets", "broken"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	v.post(v.stage + "/trouble/verify")
	_, _, text = v.get(v.stage + "/trouble")
	v.contains("the broken books", text, "一致しないところがあります", "statement stm_1: 8500 is not 8709")

	v.post(v.stage + "/trouble/kill")
	v.done() // waits until the server is back
	_, _, text = v.get(v.stage + "/trouble")
	v.contains("the kill", text, "これまでに1回起動し直し")

	v.post(v.stage+"/trouble", "kind", "flood")
	v.post(v.stage+"/trouble", "kind", "sold_out")
	_, _, text = v.get(v.stage + "/trouble")
	v.contains("what is armed", text, "次の注文で「承認のあとで在庫切れ」が起こります")
	v.post(v.stage+"/trouble", "kind", "")
	if _, _, text = v.get(v.stage + "/trouble"); strings.Contains(text, "が起こります") {
		t.Error("still armed")
	}
}

// A page of another site, and a name that somebody points at this machine, reach nothing.
func TestStrangers(t *testing.T) {
	v := visit(t, t.TempDir())
	ask := func(method, path string, change func(*http.Request)) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, v.stage+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		change(req)
		status, to, _ := v.read(v.browser.Do(req))
		return status, to
	}
	if status, _ := ask("POST", "/trouble/kill", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }); status != http.StatusForbidden {
		t.Errorf("another site's form: %d", status)
	}
	if status, _ := ask("GET", "/", func(r *http.Request) { r.Host = "evil.example" }); status != http.StatusMisdirectedRequest {
		t.Errorf("another name: %d", status)
	}
	port := v.stage[strings.LastIndexByte(v.stage, ':'):]
	if status, to := ask("GET", "/shop?x=1", func(r *http.Request) { r.Host = "localhost" + port }); status != http.StatusFound || to != v.stage+"/shop?x=1" {
		t.Errorf("localhost: %d %s", status, to)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Setenv("TSUKE_ACT", "1")
	log := slog.New(slog.DiscardHandler)
	run := func(addr, dir, exe string) error {
		return Run(t.Context(), Options{Addr: addr, Dir: dir, Exe: exe, Out: io.Discard, Log: log})
	}
	for _, addr := range []string{"", "8080", "0.0.0.0:8080", "192.0.2.1:8080", "shop.example:80", "127.0.0.1:x", "127.0.0.1:65535"} {
		if err := run(addr, t.TempDir(), self(t)); err == nil || !strings.Contains(err.Error(), "127.0.0.1:8080") {
			t.Errorf("%q: %v", addr, err)
		}
	}
	dir := t.TempDir()
	if err := keep.Save(filepath.Join(dir, "places.json"), places{"127.0.0.1:9", "127.0.0.1:10"}); err != nil {
		t.Fatal(err)
	}
	if err := run("127.0.0.1:18080", dir, self(t)); err == nil || !strings.Contains(err.Error(), "127.0.0.1:9") {
		t.Errorf("a folder of another address: %v", err)
	}
	if err := run("127.0.0.1:0", t.TempDir(), "/absent"); err == nil {
		t.Error("ran without a binary")
	}
	if err := os.WriteFile(filepath.Join(dir, "clock"), []byte("soon"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLeaps(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, jst.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return v.UTC()
	}
	tests := map[string][]string{ // now: hour, tomorrow, month's end, first, due, day after, debit day
		"2026-07-07 10:24": {"2026-07-07 11:29", "2026-07-08 09:00", "2026-07-31 20:00", "2026-08-01 09:00", "2026-07-10 09:00", "2026-07-11 09:00", "2026-07-27 09:00"},
		"2026-07-10 09:00": {"2026-07-10 10:05", "2026-07-11 09:00", "2026-07-31 20:00", "2026-08-01 09:00", "2026-08-10 09:00", "2026-07-11 09:00", "2026-07-27 09:00"},
		"2026-06-27 08:00": {"2026-06-27 09:05", "2026-06-28 09:00", "2026-06-30 20:00", "2026-07-01 09:00", "2026-07-10 09:00", "2026-07-11 09:00", "2026-06-29 09:00"},
		"2026-12-31 23:30": {"2027-01-01 00:35", "2027-01-01 09:00", "2027-01-31 20:00", "2027-01-01 09:00", "2027-01-10 09:00", "2027-01-11 09:00", "2027-01-27 09:00"},
	}
	for now, want := range tests {
		var got []string
		for _, l := range leaps(at(now)) {
			if !l.To.After(at(now)) {
				t.Errorf("%s: %s is not later", now, l.Name)
			}
			got = append(got, jst.In(l.To).Format("2006-01-02 15:04"))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", now, diff)
		}
	}
}

// The agent and the bank misbehave once each, and the page tells what they did.
func TestFilePanels(t *testing.T) {
	v := visit(t, t.TempDir())
	v.post(v.stage+"/trouble/files", "office", "agent", "kind", "bank_cut") // not the agent's
	v.post(v.stage+"/trouble/files", "office", "post", "kind", "agent_twice")
	if _, _, text := v.get(v.stage + "/trouble"); strings.Contains(text, "が起こります") {
		t.Error("armed what does not exist")
	}
	v.post(v.stage+"/trouble/files", "office", "agent", "kind", "agent_silent")
	v.post(v.stage+"/trouble/files", "office", "bank", "kind", "bank_cut")
	_, _, text := v.get(v.stage + "/trouble")
	v.contains("what is armed", text, "次は「丸1日何も知らせない」が起こります", "次は「ファイルが途中で切れる」が起こります")

	v.post(v.stage+"/till/scan", "store", "000101", "digits", "91912345000010000000020260001026081000087091")
	v.post(v.stage + "/till/slips/1/pay")
	_, _, text = v.get(v.stage + "/till")
	v.contains("the till", text, "まだ送っていません")
	v.post(v.stage+"/clock", "to", "debit")
	v.post(v.stage+"/clock", "to", "tomorrow") // a day of silence is over
	v.post(v.stage+"/clock", "to", "tomorrow")
	_, _, text = v.get(v.stage + "/till")
	v.contains("the till", text, "1回送信", "2 matched")

	v.post(v.stage+"/bank/request", "month", jst.MonthOf(time.Now()).Prev().String())
	_, _, text = v.get(v.stage + "/bank")
	v.contains("the bank", text, "0001-001", "1件・8,500円", "いたずら", "引き落として結果を返す")
	answer := regexp.MustCompile(`/bank/runs/[0-9-]+/answer`).FindString(text)
	v.post(v.stage + answer)
	_, _, text = v.get(v.stage + "/bank")
	v.contains("after the cut", text, "結果は受け取られていません")
	v.post(v.stage + answer)
	_, _, text = v.get(v.stage + "/bank")
	v.contains("in the end", text, "結果を返しました", "debited 1")

	v.post(v.stage+"/bank/transfer", "payer", "K7F2-9QXM ヤマダ", "amount", "8,500")
	_, _, text = v.get(v.stage + "/bank")
	v.contains("a transfer", text, "K7F2-9QXM ヤマダ", "8,500円", "applied 1", "明細をもう一度送る")
	v.post(v.stage + "/bank/statement")
	v.post(v.stage+"/bank/transfer", "payer", "ヤマダ", "amount", "0")

	_, _, text = v.get(v.stage + "/trouble")
	v.contains("the story", text, "丸1日、知らせを止めました", "途中で切れたファイルを送りました")
	v.post(v.stage+"/printer", "month", "2026-06")
	_, _, text = v.get(v.stage + "/printer")
	v.contains("the printer", text, "cards 0, yen 0", "はがきにする請求はありません")
	for _, path := range []string{"/trouble", "/bank", "/printer", "/till"} {
		for _, lang := range []string{"ja", "en"} {
			v.get(v.stage + "/?lang=" + lang)
			_, _, text := v.get(v.stage + path)
			for _, fault := range judge(text, lang) {
				t.Errorf("%s in %s: %s", path, lang, fault)
			}
		}
	}
}
