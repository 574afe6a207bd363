package browser

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// shop is a small site with two pages: one as it should be, and one where much is wrong.
type shop struct {
	*httptest.Server
	mu    sync.Mutex
	posts []string
	two   chan struct{} // closed when a second POST has come
	heard http.Header   // of the last page
	hold  chan struct{}
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{hold: make(chan struct{}), two: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.heard = r.Header.Clone()
		s.mu.Unlock()
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' https://fonts.example.com; img-src 'self' data:; form-action 'self'")
		w.Header().Set("Cache-Control", "no-store")
		http.ServeFile(w, r, filepath.Join("testdata", filepath.Base(r.URL.Path)))
	})
	mux.HandleFunc("POST /pay", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.posts = append(s.posts, r.PostFormValue("name")+"/"+r.PostFormValue("way")+"/"+r.PostFormValue("pay"))
		if len(s.posts) == 2 {
			close(s.two)
		}
		s.mu.Unlock()
		if r.URL.Query().Has("patient") {
			select { // as a shop that takes its time
			case <-s.two:
			case <-r.Context().Done():
			}
		}
		http.SetCookie(w, &http.Cookie{Name: "name", Value: "x", Path: "/", HttpOnly: true})
		http.Redirect(w, r, "/paid", http.StatusSeeOther)
	})
	page := func(path string, body func(*http.Request) string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, `<!doctype html><html lang="ja"><title>%s</title><main>%s</main></html>`, html.EscapeString(path), body(r))
		})
	}
	page("/paid", func(r *http.Request) string {
		_, err := r.Cookie("name")
		return fmt.Sprintf("<h1>支払いました</h1><p>cookie: %t</p>", err == nil)
	})
	page("/slow-pay", func(*http.Request) string {
		return `<form method="post" action="/pay?patient"><button>払う</button></form>`
	})
	page("/next", func(*http.Request) string { return "<h1>次</h1>" })
	page("/slow", func(*http.Request) string { <-s.hold; return "<h1>遅い</h1>" })
	page("/refreshing", func(*http.Request) string {
		return `<meta http-equiv="refresh" content="1;url=/next"><h1>お待ちください</h1>`
	})
	page("/traps", func(*http.Request) string {
		return `<button id="off" disabled>off</button><button id="hidden" hidden>hidden</button>
			<div style="position:fixed;inset:0;z-index:2"></div><button id="covered">covered</button>`
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func (s *shop) paid() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.posts...)
}

func TestGoodPageHasNothingToReport(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	for _, screen := range []Screen{Phone(), Desk(), Narrow()} {
		p := Open(t, screen)
		p.Go(s.URL + "/good.html")
		for _, v := range p.Violations() {
			t.Errorf("%s: %v", screen.Name, v)
		}
		for _, m := range p.Misfits() {
			t.Errorf("%s: %s", screen.Name, m)
		}
		for _, q := range p.Strangers(s.URL) {
			t.Errorf("%s: asked a stranger: %s", screen.Name, q.URL)
		}
		for _, e := range p.Errors() {
			t.Errorf("%s: console: %s", screen.Name, e)
		}
		if n := len(p.Requests()); n != 3 {
			t.Errorf("%s: %d requests, want the page, its style and its script: %v", screen.Name, n, p.Requests())
		}
		if w := p.Weight(); w < 1_000 || w > 5_000 {
			t.Errorf("%s: weighs %d bytes", screen.Name, w)
		}
		if got := p.Text("#script"); got != "スクリプトあり" {
			t.Errorf("%s: %s", screen.Name, got)
		}
		if p.DoubleText(); screen.Name == "narrow" && len(p.Misfits()) > 0 {
			t.Errorf("with doubled text: %v", p.Misfits())
		}
		p.Shot("good")
	}
}

func TestBadPageIsFoundOut(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := Open(t, Phone())
	p.Go(s.URL + "/bad.html")

	rules := map[string]bool{}
	for _, v := range p.Violations() {
		rules[v.Rule] = true
		if len(v.Where) == 0 || v.Help == "" {
			t.Errorf("%v names no place or no help", v)
		}
	}
	for _, want := range []string{"html-has-lang", "color-contrast", "image-alt", "label"} {
		if !rules[want] {
			t.Errorf("axe did not report %s, only %v", want, rules)
		}
	}
	for want, list := range map[string][]string{
		"scrolls sideways: table":            p.Misfits(),
		"too low to press: input#twice":      p.Misfits(),
		"too low to press: a#twice.low":      p.Misfits(),
		"small print in a field":             p.Misfits(),
		"has 0 h1 headings":                  p.Misfits(),
		"two elements have the id twice":     p.Misfits(),
		"Content Security Policy":            p.Errors(),
		"a complaint":                        p.Errors(),
		"Cannot read properties of null":     p.Errors(),
		"https://fonts.example.com/font.css": urls(p.Strangers(s.URL)),
	} {
		if !strings.Contains(strings.Join(list, "\n"), want) {
			t.Errorf("%q is missing in:\n%s", want, strings.Join(list, "\n"))
		}
	}
	if q := p.Sent("GET", "/pixel.gif"); len(q) != 1 || q[0].Status != http.StatusNotFound {
		t.Errorf("the missing picture was %v", q)
	}
	if p.Forget(); len(p.Requests())+len(p.Errors()) != 0 {
		t.Error("Forget forgets nothing")
	}
}

func urls(requests []Request) []string {
	var out []string
	for _, q := range requests {
		out = append(out, q.URL)
	}
	return out
}

func TestBuying(t *testing.T) {
	t.Parallel()
	for _, options := range [][]Option{nil, {NoScript()}} {
		for _, screen := range []Screen{Phone(), Desk()} {
			t.Run(fmt.Sprintf("%s/%d", screen.Name, len(options)), func(t *testing.T) {
				t.Parallel()
				buy(t, newShop(t), Open(t, screen, options...), len(options) == 0)
			})
		}
	}
}

func buy(t *testing.T, s *shop, p *Page, scripts bool) {
	p.Go(s.URL + "/good.html")
	if want := map[bool]string{true: "スクリプトあり", false: "スクリプトなし"}[scripts]; p.Text("#script") != want {
		t.Errorf("the page says %s, want %s", p.Text("#script"), want)
	}
	p.Fill("#name", "誰か")
	p.Fill("#name", "髙橋 花子")
	if got := p.Value("#name"); got != "髙橋 花子" {
		t.Errorf("the field holds %q", got)
	}
	p.Choose("#way", "bank")
	p.Click("button[name=pay]")
	if got := s.paid(); len(got) != 1 || got[0] != "髙橋 花子/bank/1" {
		t.Errorf("the shop heard %q", got)
	}
	if p.Path() != "/paid" || p.Title() != "/paid" || !p.Says("支払い ました") || !p.Says("cookie: true") || p.Says("次へ") {
		t.Errorf("landed on %s: %s", p.URL(), p.HTML())
	}
	if q := p.Sent("POST", "/pay"); len(q) != 1 || q[0].Status != http.StatusSeeOther {
		t.Errorf("sent %v", q)
	}

	p.Reload()
	p.Back()
	if p.Path() != "/good.html" || !p.Has("button[name=pay]") {
		t.Errorf("Back leads to %s", p.URL())
	}
	p.Forward()
	if p.Path() != "/paid" {
		t.Errorf("Forward leads to %s", p.URL())
	}
	if n := len(s.paid()); n != 1 {
		t.Errorf("looking again paid %d times", n)
	}

	second := p.Tab()
	second.Go(s.URL + "/paid")
	if !second.Says("cookie: true") {
		t.Error("a second tab has cookies of its own")
	}
	stranger := Open(t, p.screen)
	stranger.Go(s.URL + "/paid")
	if !stranger.Says("cookie: false") {
		t.Error("another window shares the cookies")
	}
}

func TestTripleClickIsSentAsPressed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := Open(t, Phone())
	p.Go(s.URL + "/slow-pay")
	p.TripleClick("button")
	if p.Path() != "/paid" {
		t.Errorf("landed on %s", p.URL())
	}
	// This page does nothing against it, so the shop must have heard more than one press; else the act would prove nothing.
	if sent, heard := len(p.Sent("POST", "/pay")), len(s.paid()); sent < 2 || heard < 2 {
		t.Errorf("three presses were sent %d times and heard %d times", sent, heard)
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := Open(t, Desk(), Language("en-GB,en;q=0.8"))
	p.Go(s.URL + "/good.html")
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := s.heard.Get("Accept-Language"); !strings.HasPrefix(got, "en-GB") {
		t.Errorf("asked for %q", got)
	}
}

func TestKeyboard(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := Open(t, Desk())
	p.Go(s.URL + "/good.html")
	p.Keys(kb.Tab)
	if got := p.Focused(); got != "input#name[name=name]" {
		t.Errorf("the first Tab leads to %s", got)
	}
	p.Keys("Hanako" + kb.Enter)
	if got := s.paid(); len(got) != 1 || !strings.HasPrefix(got[0], "Hanako/store/") {
		t.Errorf("the shop heard %q", got)
	}
}

func TestOffline(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := Open(t, Phone())
	p.Go(s.URL + "/good.html")
	p.Offline(true)
	p.Click("button[name=pay]")
	if n := len(s.paid()); n != 0 {
		t.Errorf("the shop heard %d requests through a cut line", n)
	}
	if q := p.Sent("POST", "/pay"); len(q) == 0 || q[0].Failed == "" {
		t.Errorf("the request did not fail: %v", q)
	}
	p.Offline(false)
	p.Go(s.URL + "/paid")
	if !p.Says("支払いました") {
		t.Error("the line is still cut")
	}
}

func TestActsWaitForSlowPages(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := Open(t, Phone())
	go close(s.hold)
	p.Go(s.URL + "/slow")
	if !p.Has("h1") {
		t.Error("came back before the page was there")
	}
	p.Go(s.URL + "/refreshing")
	if !p.Says("お待ちください") {
		t.Errorf("waited for %s", p.URL())
	}
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	for p.Path() != "/next" && ctx.Err() == nil {
		p.rest("wait for the refresh")
	}
	if p.Path() != "/next" {
		t.Error("the page did not go on by itself")
	}
}

func TestRestEndsWithItsDeadline(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	defer close(s.hold)
	p := Open(t, Phone())
	p.Go(s.URL + "/next")
	ctx, cancel := context.WithTimeout(p.ctx, time.Second)
	defer cancel()
	if _, err := call[bool](ctx, `(url) => { fetch(url); return true }`, s.URL+"/slow"); err != nil {
		t.Fatal(err)
	}
	if err := p.log.rest(ctx); err == nil || !strings.Contains(err.Error(), "/slow") {
		t.Errorf("a page with an open request is at rest: %v", err)
	}
}

func TestWhatCannotBePressed(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := Open(t, Phone())
	p.Go(s.URL + "/traps")
	for selector, want := range map[string]string{
		"#none":    "not on the page",
		"#hidden":  "not to be seen",
		"#off":     "switched off",
		"#covered": "covered by <div",
	} {
		if err := press(p.ctx, selector); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", selector, err, want)
		}
	}
}

func TestPicturesAreKept(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TSUKE_SHOTS", folder)
	s := newShop(t)
	p := Open(t, Phone())
	p.Go(s.URL + "/good.html")
	p.Shot("first")
	name := filepath.Join(folder, t.Name(), "first-phone.png")
	if picture, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(picture), "\x89PNG") {
		t.Errorf("%s: %v", name, err)
	}
}
