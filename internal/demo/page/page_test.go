package page

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jba/templatecheck"

	"tsuke/internal/clock"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

const testHost = "127.0.0.1:8080"

func newSite() *Site {
	return &Site{
		Host: testHost, Member: "http://127.0.0.1:8081", Logger: slog.New(slog.DiscardHandler),
		Clock: clock.NewHand(time.Date(2026, 7, 10, 1, 24, 7, 0, time.UTC)),
	}
}

type helloPage struct {
	Frame
	Name string
}

var hello = fstest.MapFS{"templates/hello.html": {Data: []byte(`{{define "hello"}}{{template "top" .}}<main id="main"><h1>{{.Title}}</h1>{{.T "hello.text" .Name}}</main>{{template "bottom" .}}{{end}}`)}}

var helloWords = Words{"hello.title": {"こんにちは", "Hello"}, "hello.text": {"{0}さん", "dear {0}"}}

func newBook(t *testing.T) *Book {
	t.Helper()
	b, err := NewBook(newSite(), hello, helloWords)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func request(method, target string, change ...func(*http.Request)) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Host = testHost
	for _, c := range change {
		c(r)
	}
	return r
}

func english(r *http.Request) { r.AddCookie(&http.Cookie{Name: langCookie, Value: "en"}) }

func TestShow(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	for lang, wants := range map[string][]string{
		"ja": {`<html lang="ja">`, "<title>こんにちは - ツケのデモ</title>", "&lt;b&gt;さん", "7月10日(金) 10:24", `href="/x?a=1&amp;lang=en"`},
		"en": {`<html lang="en">`, "<title>Hello - Tsuke demo</title>", "dear &lt;b&gt;", "Fri 10 Jul 2026 10:24", `href="/x?a=1&amp;lang=ja"`},
	} {
		r := request("GET", "/x?a=1")
		if lang == "en" {
			english(r)
		}
		rec := httptest.NewRecorder()
		b.Show(rec, http.StatusTeapot, "hello", helloPage{b.Frame(r, "shop", "hello.title"), "<b>"})
		if rec.Code != http.StatusTeapot {
			t.Errorf("%s: status %d", lang, rec.Code)
		}
		for _, want := range wants {
			if !strings.Contains(rec.Body.String(), want) {
				t.Errorf("%s lacks %q:\n%s", lang, want, rec.Body)
			}
		}
	}
	rec := httptest.NewRecorder()
	b.Show(rec, http.StatusOK, "hello", struct{}{})
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "<html") {
		t.Errorf("half a page was sent: %d %s", rec.Code, rec.Body)
	}
	rec = httptest.NewRecorder()
	b.NotFound(rec, request("GET", "/nowhere"), "shop")
	if rec.Code != http.StatusNotFound || !strings.Contains(rec.Body.String(), "ページが見つかりません") {
		t.Errorf("not found: %d", rec.Code)
	}
}

func TestFrameTemplates(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	for name, page := range map[string]any{"hello": helloPage{}, "absent": Absent{}} {
		if err := templatecheck.CheckHTML(b.Templates().Lookup(name), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWordsStandOnce(t *testing.T) {
	t.Parallel()
	if _, err := NewBook(newSite(), hello, helloWords, Words{"hello.text": {"二度", "twice"}}); err == nil {
		t.Error("one key with two sentences was accepted")
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	ja := Frame{Lang: "ja", words: Words{"k": {"{0}を{1}に", "{0} to {1}"}}}
	en := ja
	en.Lang = "en"
	day, err := jst.ParseDay("2026-07-10")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		ja.T("k", money.Yen(8500), day): "8,500円を7月10日(金)に", en.T("k", money.Yen(8500), day): "¥8,500 to Fri 10 Jul 2026",
		ja.T("k", 3, day.Start()): "3を7月10日(金) 00:00に", ja.T("none"): "[none]",
		ja.Second(day.Start().Add(time.Second)): "00:00:01", newBook(t).Text("en", "hello.text", "you"): "dear you",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	handler := newSite().Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	}))
	ask := func(r *http.Request) *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		return rec
	}
	for name, tt := range map[string]struct {
		req  *http.Request
		want int
	}{
		"a page":             {request("GET", "/shop"), 200},
		"own form":           {request("POST", "/shop", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }), 200},
		"another site's":     {request("POST", "/shop", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }), 403},
		"another name":       {request("GET", "/shop", func(r *http.Request) { r.Host = "evil.example:8080" }), 421},
		"the next port":      {request("GET", "/shop", func(r *http.Request) { r.Host = "127.0.0.1:8081" }), 421},
		"choosing English":   {request("GET", "/shop?lang=en&x=1"), 303},
		"an endless form":    {httptest.NewRequest("POST", "/", strings.NewReader("a="+strings.Repeat("x", maxForm))), 413},
		"choosing by a form": {request("POST", "/shop?lang=en"), 200},
	} {
		if name == "an endless form" {
			tt.req.Host = testHost
			tt.req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if got := ask(tt.req).Code; got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	rec := ask(request("GET", "//evil.example/x?lang=en&a=1"))
	if to := rec.Header().Get("Location"); to != "/evil.example/x?a=1" || !strings.Contains(rec.Header().Get("Set-Cookie"), "demo_lang=en") {
		t.Errorf("leads to %q with %q", to, rec.Header().Get("Set-Cookie"))
	}
	policy := ask(request("GET", "/")).Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "form-action 'self' http://127.0.0.1:8081") {
		t.Errorf("policy %q", policy)
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		address, err := Frame{}.Asset(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		Assets().ServeHTTP(rec, httptest.NewRequest("GET", address, nil))
		if rec.Code != http.StatusOK || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", address, rec.Code, rec.Header())
		}
	}
	for _, address := range []string{"/assets/", "/assets/000000000000/demo.css", "/assets/x/none.css", "/assets/../page.go"} {
		rec := httptest.NewRecorder()
		Assets().ServeHTTP(rec, httptest.NewRequest("GET", address, nil))
		if rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, rec.Code)
		}
	}
	if _, err := (Frame{}).Asset("none.css"); err == nil {
		t.Error("an asset that is not there has an address")
	}
	css, err := os.ReadFile("assets/demo.css")
	if err != nil {
		t.Fatal(err)
	}
	if len(css) > 8<<10 {
		t.Errorf("the stylesheet has %d bytes, at most %d", len(css), 8<<10)
	}
}
