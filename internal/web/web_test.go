package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tsuke/internal/fault"
)

var langs = []Lang{Japanese, English}

func render(t *testing.T, v *Views, lang Lang, p Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := v.Render(&b, lang, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPages renders every example in both languages and holds the HTML against the rules of the house.
func TestPages(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	seen := map[string]bool{}
	for _, e := range examples() {
		if seen[e.name] {
			t.Errorf("example %s stands twice", e.name)
		}
		seen[e.name] = true
		for _, lang := range langs {
			t.Run(e.name+"/"+string(lang), func(t *testing.T) {
				t.Parallel()
				text := render(t, v, lang, e.page)
				for _, complaint := range complaints(text, lang) {
					t.Error(complaint)
				}
			})
		}
	}
}

const mostBytes = 20 << 10

// complaints holds one page against the rules.
func complaints(text string, lang Lang) []string {
	var all []string
	complain := func(format string, a ...any) { all = append(all, fmt.Sprintf(format, a...)) }
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return []string{err.Error()}
	}
	if len(text) > mostBytes {
		complain("%d bytes, more than %d", len(text), mostBytes)
	}
	for _, bad := range []string{"ZgotmplZ", "%!", "{{", "<no value>"} {
		if strings.Contains(text, bad) {
			complain("contains %s", bad)
		}
	}
	p := survey(doc)
	if p.h1 != 1 {
		complain("%d h1", p.h1)
	}
	if p.lang != string(lang) {
		complain("lang is %q", p.lang)
	}
	all = append(all, p.wrong...)
	for _, ref := range p.refs {
		if !p.ids[ref] {
			complain("refers to %q, which is not there", ref)
		}
	}
	for id := range p.labelled {
		if !p.labels[id] {
			complain("no label for %q", id)
		}
	}
	if p.nodes > 800 {
		complain("%d elements", p.nodes)
	}
	return all
}

// page is what a walk through a document found.
type found struct {
	h1, nodes int
	level     int
	lang      string
	ids       map[string]bool
	refs      []string
	labels    map[string]bool
	labelled  map[string]bool
	wrong     []string
}

func survey(doc *html.Node) *found {
	f := &found{ids: map[string]bool{}, labels: map[string]bool{}, labelled: map[string]bool{}}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			f.visit(n)
		}
	}
	return f
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func (f *found) visit(n *html.Node) {
	f.nodes++
	for _, a := range n.Attr {
		switch {
		case a.Key == "style", strings.HasPrefix(a.Key, "on"):
			f.wrong = append(f.wrong, "attribute "+a.Key+" on "+n.Data)
		case a.Key == "id":
			if f.ids[a.Val] {
				f.wrong = append(f.wrong, "id "+a.Val+" stands twice")
			}
			f.ids[a.Val] = true
		case a.Key == "aria-labelledby", a.Key == "aria-describedby":
			f.refs = append(f.refs, strings.Fields(a.Val)...)
		case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
			f.refs = append(f.refs, a.Val[1:])
		case a.Key == "href" && (a.Val == "" || strings.HasPrefix(a.Val, "javascript")):
			f.wrong = append(f.wrong, "a link to nowhere")
		}
	}
	f.visitKind(n)
}

func (f *found) visitKind(n *html.Node) {
	switch n.Data {
	case "html":
		f.lang, _ = attr(n, "lang")
	case "h1", "h2", "h3":
		level := int(n.Data[1] - '0')
		if level == 1 {
			f.h1++
		}
		if level > f.level+1 {
			f.wrong = append(f.wrong, n.Data+" without the heading above it")
		}
		f.level = level
	case "script":
		if src, ok := attr(n, "src"); !ok || n.FirstChild != nil || !strings.HasPrefix(src, AssetsPath) {
			f.wrong = append(f.wrong, "inline or foreign script")
		}
	case "style":
		f.wrong = append(f.wrong, "inline style")
	case "label":
		if id, ok := attr(n, "for"); ok {
			f.labels[id] = true
		}
	case "input", "select":
		kind, _ := attr(n, "type")
		id, _ := attr(n, "id")
		if kind != "hidden" && !inside(n, "label") {
			f.labelled[id] = true
		}
	case "form":
		method, _ := attr(n, "method")
		if method == "post" && !holds(n, "csrf") {
			f.wrong = append(f.wrong, "a form without its token")
		}
	case "button":
		if _, ok := attr(n, "disabled"); ok {
			f.wrong = append(f.wrong, "a disabled button")
		}
	}
}

func inside(n *html.Node, element string) bool {
	for a := range n.Ancestors() {
		if a.Data == element {
			return true
		}
	}
	return false
}

func holds(form *html.Node, field string) bool {
	for n := range form.Descendants() {
		if name, _ := attr(n, "name"); n.Data == "input" && name == field {
			return true
		}
	}
	return false
}

// TestComplaints shows that the rules can fail.
func TestComplaints(t *testing.T) {
	t.Parallel()
	bad := `<html lang="ja"><h1>a</h1><h3 style="x">b</h3><h1>c</h1><a href="#x">d</a><i id="y"></i><i id="y"></i>` +
		`<input id="z"><form method="post"><button disabled>e</button></form><script>f()</script><p onclick="g()">{{h}}</p>`
	all := strings.Join(complaints(bad, English), "\n")
	for _, want := range []string{
		"contains {{", "2 h1", `lang is "ja"`, "attribute style", "h3 without", `refers to "x"`, "id y stands twice",
		`no label for "z"`, "without its token", "disabled button", "inline or foreign script", "attribute onclick",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("not complained about: %s\n%s", want, all)
		}
	}
}

// TestErrorParts holds every error page to the five questions.
func TestErrorParts(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	for _, e := range examples() {
		if e.page.spec(v.phrases(Japanese)).code == "" {
			continue
		}
		for _, lang := range langs {
			text := render(t, v, lang, e.page)
			doc, err := html.Parse(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for n := range doc.Descendants() {
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "data-err-") {
						parts[a.Key] = strings.TrimSpace(textOf(n))
					}
				}
			}
			for _, want := range []string{"data-err-what", "data-err-charged", "data-err-side", "data-err-next", "data-err-ref"} {
				if parts[want] == "" {
					t.Errorf("%s/%s: no %s", e.name, lang, want)
				}
			}
			if strings.Contains(parts["data-err-what"], "エラー") {
				t.Errorf("%s: the heading is not a fact", e.name)
			}
		}
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// TestErrorWithoutFigures: a code whose figures were not given is told by the fault's sentences, never with holes.
func TestErrorWithoutFigures(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	for code, with := range ErrorExamples() {
		if len(with) == 0 {
			continue
		}
		code, _, _ = strings.Cut(code, "/")
		got, err := v.phrases(Japanese).told(ErrorPage{Code: code, What: "事実", Next: "次の一手"})
		if err != nil {
			t.Fatal(err)
		}
		if got.Head != "事実" || got.ToDo != "次の一手" || got.Also != "" {
			t.Errorf("%s: %q, %q, %q", code, got.Head, got.ToDo, got.Also)
		}
	}
}

func TestRespond(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	for _, c := range []struct {
		page   Page
		status int
	}{
		{HomePage{}, http.StatusOK},
		{SignInPage{Form: Form{Again: true}}, http.StatusUnprocessableEntity},
		{KnownPage{}, http.StatusUnprocessableEntity},
		{ErrorPage{Code: "PAY-301"}, http.StatusGone},
		{ErrorPage{Code: "PAY-401", With: map[string]any{}}, http.StatusConflict},
		{ErrorPage{Code: "PAY-301", HTTP: http.StatusTeapot}, http.StatusTeapot},
		{ErrorPage{}, http.StatusInternalServerError},
	} {
		w := httptest.NewRecorder()
		if err := v.Respond(w, English, c.page); err != nil {
			t.Fatal(err)
		}
		if w.Code != c.status {
			t.Errorf("%T: status %d, want %d", c.page, w.Code, c.status)
		}
		for name, want := range map[string]string{
			"Content-Language": "en", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
			"Content-Security-Policy": contentPolicy, "Content-Type": "text/html; charset=utf-8",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%T: %s is %q", c.page, name, got)
			}
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	for name, most := range map[string]int{"app.css": 12 << 10, "app.js": 6 << 10, "icon.svg": 1 << 10} {
		path, err := v.AssetPath(name)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		v.Assets().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if w.Code != http.StatusOK || w.Body.Len() == 0 || w.Body.Len() > most {
			t.Errorf("%s: %d, %d bytes, at most %d", path, w.Code, w.Body.Len(), most)
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
	for _, path := range []string{"/assets/app.css", "/assets/", "/assets/../web.go", "/other"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.URL.Path = path
		v.Assets().ServeHTTP(w, r)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if _, err := v.AssetPath("none.css"); err == nil {
		t.Error("an asset that is not there has an address")
	}
}

// TestCSS: every class of the templates has a rule and every rule a class.
func TestCSS(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	used := map[string]bool{"copy": true} // set by the script
	for _, e := range examples() {
		doc, err := html.Parse(strings.NewReader(render(t, v, Japanese, e.page)))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if c, ok := attr(n, "class"); ok {
				for _, name := range strings.Fields(c) {
					used[name] = true
				}
			}
		}
	}
	css, err := os.ReadFile("assets/app.css")
	if err != nil {
		t.Fatal(err)
	}
	ruled := map[string]bool{}
	for _, m := range classRule.FindAllSubmatch(css, -1) {
		ruled[string(m[1])] = true
	}
	for name := range used {
		if !ruled[name] {
			t.Errorf("class %s has no rule", name)
		}
	}
	for name := range ruled {
		if !used[name] {
			t.Errorf("rule for class %s is not used", name)
		}
	}
}

// TestEscapes: what shops and members write stays text.
func TestEscapes(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	evil := `"><script>alert(1)</script>{{x}}`
	page := testConfirm()
	page.Order.Shop, page.Lines[0].Name, page.Cancel, page.OfferToken = evil, evil, evil, true
	page.Contact.Phone = evil
	form := RegisterPage{Step: RegisterName, Form: Form{
		Typed: map[string]string{"family": evil}, Slips: []Slip{{Field: "family", What: SlipNameChars, With: map[string]any{"chars": evil}}},
	}}
	wrong := ErrorPage{What: evil, Next: evil, Order: &Order{Shop: evil, Back: "javascript:alert(1)"}}
	for _, p := range []Page{page, form, wrong} {
		text := render(t, v, Japanese, p)
		if strings.Contains(text, "<script>") || strings.Contains(text, `href="javascript:`) {
			t.Errorf("%T: %s", p, text)
		}
	}
}

func TestTitles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		settings Settings
		lang     Lang
		page     Page
		want     string
	}{
		{Settings{}, Japanese, BillsPage{}, "<title>請求 - ツケ</title>"},
		{Settings{}, English, BillsPage{}, "<title>Bills - Tsuke</title>"},
		{Settings{Brand: "Ato"}, Japanese, BillsPage{}, "<title>請求 - Ato</title>"},
		{Settings{Brand: "Ato", BrandJA: "あと"}, Japanese, BillsPage{}, "<title>請求 - あと</title>"},
		{Settings{}, Japanese, SignInPage{Form: Form{Again: true}}, "<title>エラー: ログイン - ツケ</title>"},
		{Settings{}, Japanese, PaymentPage{Shop: ShopContact{Name: "A&B"}, Amount: 1980, State: PaymentComplete, Channel: Online}, "<title>A&amp;B 1,980円 - ツケ</title>"},
		{Settings{}, Japanese, ErrorPage{Code: "GEN-404"}, "<title>ページが見つかりません - ツケ</title>"},
		{Settings{}, Japanese, RegisterPage{Step: RegisterAddress}, "<title>住所（5/7） - 会員登録 - ツケ</title>"},
	} {
		v, err := NewViews(c.settings)
		if err != nil {
			t.Fatal(err)
		}
		if text := render(t, v, c.lang, c.page); !strings.Contains(text, c.want) {
			t.Errorf("%T: no %s", c.page, c.want)
		}
	}
}

func TestLanguageSwitch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ here, want string }{
		{"/history?month=2026-06", "/history?lang=en&month=2026-06"},
		{"/bills?lang=ja", "/bills?lang=en"},
		{"", "?lang=en"},
		{"https://evil.example/", "/?lang=en"},
		{"//evil.example/", "/?lang=en"},
		{"%zz", "/?lang=en"},
	} {
		if got := withLang(c.here, English); got != c.want {
			t.Errorf("%q: %q, want %q", c.here, got, c.want)
		}
	}
	for tag, want := range map[string]Lang{"en": English, "en-GB": English, "ja": Japanese, "": Japanese, "fr": Japanese} {
		if got := ParseLang(tag); got != want {
			t.Errorf("%q: %q", tag, got)
		}
	}
}

// TestPreview writes all examples with their assets to the folder named by TSUKE_PREVIEW, to be looked at in a browser.
func TestPreview(t *testing.T) {
	dir := os.Getenv("TSUKE_PREVIEW")
	if dir == "" {
		t.Skip("TSUKE_PREVIEW names no folder")
	}
	v := testViews(t)
	write := func(name string, content []byte) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, a := range v.assets.files {
		write("assets/"+name, a.content)
	}
	for _, e := range examples() {
		for _, lang := range langs {
			write(string(lang)+"/"+e.name+".html", []byte(render(t, v, lang, e.page)))
		}
	}
}

// TestFaultPage: a fault is told by its own sentences unless the figures of the catalogue's are known.
func TestFaultPage(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	at := noon
	slow := &fault.Kind{Page: "GEN-429", Status: 429, Side: fault.Member, Retry: fault.RetryLater, What: fault.Text{JA: "多すぎます"}, Next: fault.Text{JA: "待つ"}}
	ours := fault.Unclassified.New()
	ours.Charged = fault.NotCharged
	for _, c := range []struct {
		name            string
		page            ErrorPage
		head, label, to string
		cause           Side
		withinShop      string
	}{
		{name: "ours, again", page: with(FaultPage(ours, Japanese, at), "/menu", nil), head: "受け付けられませんでした", label: "もう一度開く", to: "/menu", cause: SideUs},
		{name: "figures known", page: with(FaultPage(slow.New().After(20), Japanese, at), "/menu", nil), head: "少しだけお待ちください", label: "もう一度開く", to: "/menu", cause: SideDevice},
		{name: "figures not known", page: with(FaultPage(slow.New(), Japanese, at), "/menu", nil), head: "多すぎます", label: "もう一度開く", to: "/menu", cause: SideInput},
		{name: "nowhere to go", page: ErrorPage{Code: "GEN-404"}, head: "ページが見つかりません", label: "ホームを開く", to: HomePath, cause: SideInput},
		{name: "the action has no address", page: ErrorPage{Code: "BILL-103", With: ErrorExamples()["BILL-103"]}, head: "この請求は支払い済みです", label: "ホームを開く", to: HomePath},
		{name: "to the shop", page: with(ErrorPage{Code: "PAY-408"}, "/pay/s", ptr(testOrder())), head: "このお店は今、後払いを休んでいます", label: "お店に戻る", to: testOrder().Back, cause: SideShop},
		{name: "and to the shop", page: with(ErrorPage{Code: "PAY-501"}, "/pay/s", ptr(testOrder())), head: "支払いは受け付けられていません", label: "もう一度開く", to: "/pay/s", cause: SideUs, withinShop: testOrder().Back},
	} {
		got, err := v.phrases(Japanese).told(c.page)
		if err != nil {
			t.Fatal(err)
		}
		if got.Head != c.head || string(got.Go) != c.label || got.GoTo != c.to || got.Cause != c.cause || got.Shop != c.withinShop {
			t.Errorf("%s: %q, %q → %q, side %q, shop %q", c.name, got.Head, got.Go, got.GoTo, got.Cause, got.Shop)
		}
	}
}

func with(e ErrorPage, here string, o *Order) ErrorPage {
	e.Here, e.Order = here, o
	return e
}

// TestPolicy: only the page whose form may lead back to the shop allows that, and a host cannot widen the policy.
func TestPolicy(t *testing.T) {
	t.Parallel()
	for back, want := range map[string]string{
		"https://shop.example.jp/cart?a=b": " https://shop.example.jp",
		"http://127.0.0.1:8081/cart":       " http://127.0.0.1:8081",
		"https://a;script-src/":            "",
		"javascript:alert(1)":              "",
		"":                                 "",
		"%zz":                              "",
	} {
		page := testConfirm()
		page.Order.Back = back
		if got := policy(page.spec(phrases{lang: Japanese})); got != contentPolicy+want {
			t.Errorf("%s: %s", back, got)
		}
		if got := policy((EnterPage{Order: page.Order}).spec(phrases{lang: Japanese})); got != contentPolicy {
			t.Errorf("%s: %s", back, got)
		}
	}
}
