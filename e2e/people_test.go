package e2e_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tsuke/e2e/browser"
)

var numbers atomic.Int64

// newPhone is a number that nobody else in this run has.
func newPhone() string { return fmt.Sprintf("090-1234-%04d", numbers.Add(1)) }

// person is a member or somebody on the way to be one, with a browser of their own. Most tests let it fill in the forms
// without drawing the pages, which is quicker, and then open a window that has its cookies.
type person struct {
	d     *demo
	phone string
	http  *http.Client
}

func (d *demo) person(t *testing.T, phone string) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{d: d, phone: phone, http: &http.Client{Jar: jar, Timeout: time.Minute}}
}

// member is a person who has registered just now and so needs no other code to buy.
func (d *demo) member(t *testing.T) *person {
	t.Helper()
	p := d.person(t, newPhone())
	p.applyTo(t, "/register/agree")
	p.agree(t)
	return p
}

// applyTo fills in the registration up to a page.
func (p *person) applyTo(t *testing.T, page string) {
	t.Helper()
	p.post(t, "/register", "phone", p.phone)
	p.post(t, "/register/code", "code", p.d.code(t, p.phone))
	p.fillIn(t, page)
}

// fillIn fills in the registration's pages before one of them, or all of them.
func (p *person) fillIn(t *testing.T, page string) {
	t.Helper()
	for _, step := range []struct {
		path   string
		fields []string
	}{
		{"/register/name", []string{"family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ"}},
		{"/register/birth", []string{"year", "1990", "month", "4", "day", "5"}},
		{"/register/address", []string{"postal", "150-0001", "prefecture", "東京都", "city", "渋谷区神宮前1-2-" + p.phone[len(p.phone)-4:], "building", ""}},
		{"/register/mail", []string{"mail", "hanako" + p.phone[len(p.phone)-4:] + "@example.jp"}},
	} {
		if step.path == page {
			return
		}
		p.post(t, step.path, step.fields...)
	}
}

var termsVersion = regexp.MustCompile(`name="terms" value="([^"]+)"`)

func (p *person) agree(t *testing.T) {
	t.Helper()
	page := p.get(t, "/register/agree")
	version := termsVersion.FindStringSubmatch(page)
	if version == nil {
		t.Fatalf("nothing to agree to: %s", page)
	}
	p.post(t, "/register/agree", "terms", version[1], "agree", "yes")
}

func (p *person) get(t *testing.T, path string) string {
	t.Helper()
	return p.at(t, p.d.public+path)
}

// at is a page of the service or of the demonstration.
func (p *person) at(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.read(t, req, http.StatusOK)
}

// post sends a form of the service and arrives at a page.
func (p *person) post(t *testing.T, path string, fields ...string) {
	t.Helper()
	p.postFor(t, http.StatusOK, path, fields...)
}

// postFor sends a form and arrives at a page of another status.
func (p *person) postFor(t *testing.T, want int, path string, fields ...string) {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.d.public+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	p.read(t, req, want)
}

func (p *person) read(t *testing.T, req *http.Request, want int) string {
	t.Helper()
	resp, err := p.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != want {
		t.Fatalf("%s %s: %s %v\n%s", req.Method, req.URL.Path, resp.Status, err, text)
	}
	return string(text)
}

// window opens a window with this person's cookies.
func (p *person) window(t *testing.T, screen browser.Screen, options ...browser.Option) *browser.Page {
	t.Helper()
	w := browser.Open(t, screen, options...)
	at, err := url.Parse(p.d.public)
	if err != nil {
		t.Fatal(err)
	}
	w.Carry(p.d.public, p.http.Jar.Cookies(at))
	return w
}

// texts are the SMS that have come to a number, the newest first, off the demonstration's telephone.
func (d *demo) texts(t *testing.T, phone string) []string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.stage+"/phone?to="+url.QueryEscape(phone), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := caller.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, bubble := range aBubble.FindAllStringSubmatch(string(page), -1) {
		out = append(out, html.UnescapeString(bubble[1]))
	}
	return out
}

var (
	aBubble = regexp.MustCompile(`class="bubble">([^<]*)<`)
	aCode   = regexp.MustCompile(`@127\.0\.0\.1:\d+ #(\d{6})`) // the last line of an SMS with a code, for browsers that fill it in
)

// code is the newest code that was sent to a number.
func (d *demo) code(t *testing.T, phone string) string {
	t.Helper()
	for _, text := range d.texts(t, phone) {
		if code := aCode.FindStringSubmatch(text); code != nil {
			return code[1]
		}
	}
	t.Fatalf("no code has come to %s", phone)
	return ""
}

// lookUpCode reads the code as a person does: in another tab, on the telephone's page.
func lookUpCode(t *testing.T, d *demo, w *browser.Page, phone string) string {
	t.Helper()
	telephone := w.Tab()
	telephone.Go(d.stage + "/phone")
	for _, message := range telephone.Texts("section.phone article") {
		if strings.Contains(message, phone) {
			if code := aCode.FindStringSubmatch(message); code != nil {
				return code[1]
			}
		}
	}
	t.Fatalf("no code has come to %s", phone)
	return ""
}

// order fills the cart with one article and presses the shop's last button. The window is then on the checkout's page.
func (d *demo) order(t *testing.T, w *browser.Page, slug string) session {
	t.Helper()
	w.Go(d.stage + "/shop/goods/" + slug)
	w.Click(`form[action="/shop/cart"] button`)
	w.Go(d.stage + "/shop/confirm")
	w.Click(`form[action="/shop/order"] button`)
	return d.sessionAt(t, w.URL())
}

// prove enters the number and its code on the checkout's page.
func (d *demo) prove(t *testing.T, w *browser.Page, phone string) {
	t.Helper()
	w.Fill("input[name=phone]", phone)
	w.Click(`form[action$="/phone"] button`)
	w.Fill("input[name=code]", d.code(t, phone))
	w.Click(`form[action$="/code"] button`)
}

// The pages of a checkout, by what only they have.
const (
	payButton  = `form[action$="/press"] button.pay` // C2
	onward     = `main a.btn[href*="/shop/return?"]` // C4: the way on to the shop's thank-you page
	phoneField = `form[action$="/phone"] input[name=phone]`
)

func wantPaid(t *testing.T, w *browser.Page) {
	t.Helper()
	if !w.Has(onward) || w.Has(payButton) {
		t.Errorf("%s does not say that the order is paid: %s", w.Path(), w.Text("main"))
	}
}

func wantConfirm(t *testing.T, w *browser.Page) {
	t.Helper()
	if !w.Has(payButton) {
		t.Errorf("%s does not offer to pay: %s", w.Path(), w.Text("main"))
	}
}

// wantError checks that a page tells what happened by the code of its sentences and answers all questions.
func wantError(t *testing.T, w *browser.Page, code string) {
	t.Helper()
	if got := w.Attribute("main", "data-error-page"); got != code {
		t.Errorf("%s is page %q, want %s: %s", w.Path(), got, code, w.Text("main"))
		return
	}
	for _, answer := range []string{"what", "charged", "side", "next", "ref"} {
		if text := w.Texts("[data-err-" + answer + "]"); len(text) != 1 || text[0] == "" {
			t.Errorf("%s does not answer %s", code, answer)
		}
	}
}

// fieldOf reads an attribute out of a page's source.
func fieldOf(page, pattern string) string {
	found := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}
