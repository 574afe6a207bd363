package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/e2e/browser"
)

// weightMax is what a page may weigh on a first visit, everything included, in bytes.
const weightMax = 50_000

// stop is one page of the audit.
type stop struct {
	name    string
	pattern string // the route that serves it; empty for one that no route names
	url     string
	press   string // pressed after the page has opened, for what only a form shows
	status  int    // 200 if nothing is said
	theirs  bool   // the words are kept as they were sent, or are for developers: not looked at for the page's language
	long    bool   // a reference: as many elements as it takes
}

// walk is a person's way through pages.
type walk struct {
	name  string
	who   *person
	ready func(t *testing.T, w *browser.Page) []stop // what must happen first, and the pages that this makes
	stops func() []stop
}

// TestEveryPage looks at every page that exists, on a phone and on a desk, in both languages: nothing that keeps anybody out
// (axe), nothing that does not fit (also on the narrowest phone and with doubled text), nothing heavy, nobody else asked,
// no error on the console, and everything there without script. A page that is added and not listed here fails the test.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	d := openDemo(t, [2]string{"collection.plan.enabled", "true"})
	a := &audit{d: d}
	a.prepare(t)
	walks := a.walks(t)
	t.Run("walk", func(t *testing.T) {
		for _, walk := range walks {
			for _, lang := range []string{"ja", "en"} {
				t.Run(walk.name+"/"+lang, func(t *testing.T) {
					t.Parallel()
					a.walk(t, walk, lang)
				})
			}
			t.Run(walk.name+"/without script", func(t *testing.T) {
				t.Parallel()
				a.compare(t, walk)
			})
		}
	})
	a.nothingForgotten(t)
	a.copies(t)
	a.afterTheDueDay(t)
}

type audit struct {
	d    *demo
	seen sync.Map // patterns of routes whose pages were looked at

	member, paying, paid, late, fresh                   *person
	nobody, coder, applicant, minor, known, reviewed    *person
	billed, payingBill, paidBill                        string // paths of bills
	bought                                              payment
	token                                               string // the path of an agreement with the shop
	open, changed, left, gone, refused, done, codeAsked session
	similar, merged                                     session
	slip                                                string // the path of a till's receipt

	number     *person // pays by receipt number
	numberBill string

	guest                *person // has no account, and stands before the form for an invoice
	guestAt              session
	aoki, kubo, stranger *person // of staff: finance, admin; nobody
	invitation           string  // the path of a link that is not used
	money, request       string  // paths of the console
	entry, entryAsked    string  // paths of an entry by hand, and of a request for one
}

// prepare lets people come to every place that there is a page for.
func (a *audit) prepare(t *testing.T) {
	d := a.d
	for _, p := range []**person{&a.member, &a.paying, &a.paid, &a.late} {
		*p = d.member(t)
		d.bought(t, *p, 12_000)
	}
	a.bought = d.bought(t, a.member, 3_000)
	a.number = d.member(t)
	a.number.post(t, "/account/way", "way", "number")
	d.bought(t, a.number, 12_000)
	d.moveClock(t, time.Date(2026, 7, 1, 9, 0, 0, 0, tokyo))
	for _, p := range []*person{a.member, a.paying, a.paid, a.late} {
		until(t, "the bills", func() bool { return p.bill(t) != "" })
	}
	until(t, "the numbers", func() bool {
		if a.numberBill = a.number.bill(t); a.numberBill == "" {
			return false
		}
		return strings.Contains(a.number.get(t, a.numberBill+"/pay"), "at=lawson")
	})
	a.billed, a.payingBill, a.paidBill = a.member.bill(t), a.paying.bill(t), a.paid.bill(t)
	d.payAt(t, a.paid)
	d.atTill(t, "/till/confirm")
	d.oddMoney(t, a.member)
	a.slip = d.payAt(t, a.paying)
	a.payTooMuch(t, a.paid, a.paidBill)

	a.nobody, a.coder = d.person(t, ""), d.person(t, newPhone())
	a.applicant, a.minor, a.known, a.reviewed = d.person(t, newPhone()), d.person(t, newPhone()), d.person(t, a.member.phone), d.person(t, a.late.phone)
	a.applicant.applyTo(t, "/register/agree")
	a.minor.applyTo(t, "/register/birth")
	a.minor.post(t, "/register/birth", "year", "2012", "month", "4", "day", "5")
	a.minor.post(t, "/register/guardian", "guardian_name", "山田 一郎", "relation", "father", "guardian_phone", newPhone())
	a.known.post(t, "/register", "phone", a.known.phone)
	a.known.postFor(t, slips, "/register/code", "code", d.code(t, a.known.phone)) // the number is a member's
	a.reviewed.post(t, "/register", "phone", a.reviewed.phone)
	a.reviewed.postFor(t, slips, "/register/code", "code", d.code(t, a.reviewed.phone))
	a.reviewed.post(t, "/register/known", "choice", "taken_over")
	a.reviewed.fillIn(t, "")
	a.reviewed.agree(t)
	a.prepareCheckouts(t)
	a.prepareGuests(t)
	a.prepareConsole(t)
}

func (a *audit) prepareCheckouts(t *testing.T) {
	d := a.d
	a.fresh = d.member(t)
	ref := func() string { return fmt.Sprintf("E-%04d", numbers.Add(1)) }
	a.open, a.left, a.gone, a.refused, a.codeAsked = d.ask(t, ref(), 4_000), d.ask(t, ref(), 4_100), d.ask(t, ref(), 4_200), d.ask(t, ref(), 60_000), d.ask(t, ref(), 4_400)
	changed := ref()
	before := d.ask(t, changed, 4_300)
	a.changed = d.ask(t, changed, 4_800)
	a.changed.URL += "?from=" + before.ID
	a.fresh.postFor(t, http.StatusNotFound, "/pay/"+a.left.ID+"/leave") // arrives at the shop, whose book does not have this order
	d.call(t, "/v1/checkout-sessions/"+a.gone.ID+"/withdraw", struct{}{}, nil)
	a.fresh.postFor(t, http.StatusConflict, "/pay/"+a.refused.ID+"/press")
	a.done = d.ask(t, ref(), 2_000)
	a.fresh.post(t, "/pay/"+a.done.ID+"/press", "grant", "yes")
	a.similar, a.merged = d.ask(t, ref(), 2_000), d.ask(t, ref(), 2_000)
	a.fresh.post(t, "/pay/"+a.similar.ID+"/press")
	a.fresh.post(t, "/pay/"+a.merged.ID+"/press")
	a.fresh.post(t, "/pay/"+a.merged.ID+"/similar", "of", d.lastPayment(t, a.done.OrderRef).ID, "answer", "same")
	a.coder.post(t, "/signin", "phone", a.coder.phone)
	a.coder.phone = newPhone()
	a.coder.post(t, "/register", "phone", a.coder.phone)
	a.coder.phone = newPhone()
	a.coder.post(t, "/pay/"+a.codeAsked.ID+"/phone", "phone", a.coder.phone)
	a.token = fieldOf(a.fresh.get(t, "/menu/shops"), `href="(/menu/shops/tok_[^"]+)"`)
	if a.token == "" {
		t.Error("nothing was agreed with the shop")
	}
}

// bought is a purchase that has been captured; no page was drawn for it.
func (d *demo) bought(t *testing.T, p *person, amount int64) payment {
	t.Helper()
	return d.captures(t, p, d.ask(t, fmt.Sprintf("E-%04d", numbers.Add(1)), amount))
}

// captures presses at a checkout, and lets the shop take the money at once.
func (d *demo) captures(t *testing.T, p *person, s session) (now payment) {
	t.Helper()
	p.post(t, "/pay/"+s.ID+"/press")
	d.call(t, "/v1/orders/"+s.OrderRef+"/payment", nil, &now)
	d.call(t, "/v1/payments/"+now.ID+"/confirm", struct{}{}, nil)
	d.call(t, "/v1/payments/"+now.ID+"/captures", map[string]any{"amount": s.Amount}, &now)
	return now
}

// bill is the path of the newest bill, or empty.
func (p *person) bill(t *testing.T) string {
	t.Helper()
	return fieldOf(p.get(t, "/bills"), `href="(/bills/stm_[0-9a-z]+)"`)
}

// payAt pays a bill at the till and gives the path of the till's receipt.
func (d *demo) payAt(t *testing.T, p *person) string {
	t.Helper()
	digits := fieldOf(p.get(t, p.bill(t)+"/pay"), `(?s)<p class="digits">(.*?)</p>`)
	digits = strings.NewReplacer("<span>", "", "</span>", "", " ", "").Replace(digits)
	slip := d.atTill(t, "/till/scan", "digits", digits, "store", "000101")
	d.atTill(t, slip+"/pay")
	until(t, "the store's notice", func() bool { return !strings.Contains(p.get(t, p.bill(t)), p.bill(t)+`/pay"`) })
	return slip
}

// payTooMuch makes a transfer for a bill that is paid, and proves the number once more: money goes back with a fresh code only.
func (a *audit) payTooMuch(t *testing.T, p *person, bill string) {
	t.Helper()
	reference := fieldOf(p.get(t, bill), `([0-9A-Z]{4}-[0-9A-Z]{4})`)
	a.d.atTill(t, "/bank/transfer", "payer", reference+" ヤマダ", "amount", "1000")
	until(t, "the choice", func() bool { return strings.Contains(p.get(t, bill), bill+`/return"`) })
	p.post(t, "/account/code/send", "return", bill+"/return")
	p.post(t, "/account/code", "code", a.d.code(t, p.phone))
}

func (d *demo) atTill(t *testing.T, path string, fields ...string) (arrived string) {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.stage+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := caller.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("POST %s: %s", path, resp.Status)
	}
	return resp.Request.URL.Path
}

// cookies are what the service has given this person.
func (p *person) cookies(t *testing.T) []*http.Cookie {
	t.Helper()
	at, err := url.Parse(p.d.public + "/ops") // those of all pages, and those of the console
	if err != nil {
		t.Fatal(err)
	}
	return p.http.Jar.Cookies(at)
}

// walk looks at each stop in one language.
func (a *audit) walk(t *testing.T, walk walk, lang string) {
	w, stops := a.window(t, walk, lang, browser.NoCache())
	for _, s := range stops {
		w.Resize(browser.Phone())
		a.arrive(t, w, s)
		look := looking{t: t, stop: s, w: w}
		look.once(a.d, lang)
		look.at("phone", true)
		w.Shot(s.name + "-" + lang)
		w.Resize(browser.Narrow())
		look.at("narrow", false)
		w.Resize(browser.Desk())
		look.at("desk", true)
		if lang == "ja" {
			w.Shot(s.name + "-" + lang)
		}
		w.Resize(browser.Narrow())
		w.DoubleText()
		look.at("narrow with doubled text", false)
	}
}

func (a *audit) window(t *testing.T, walk walk, lang string, options ...browser.Option) (*browser.Page, []stop) {
	t.Helper()
	w := browser.Open(t, browser.Phone(), append(options, browser.Language(lang))...)
	w.Carry(a.d.public, walk.who.cookies(t))
	w.Carry(a.d.public, []*http.Cookie{{Name: "lang", Value: lang}, {Name: "demo_lang", Value: lang}})
	stops := walk.stops()
	if walk.ready != nil {
		stops = append(stops, walk.ready(t, w)...)
	}
	return w, stops
}

// arrive opens a stop and checks its status.
func (a *audit) arrive(t *testing.T, w *browser.Page, s stop) {
	t.Helper()
	a.seen.Store(s.pattern, true)
	w.Forget()
	w.Go(s.url)
	if s.press != "" {
		w.Forget()
		w.Click(s.press)
	}
	status := 0
	for _, q := range w.Requests() {
		if q.Kind == "Document" {
			status = q.Status
		}
	}
	if want := max(s.status, http.StatusOK); status != want {
		t.Errorf("%s: %s answers %d, want %d", s.name, w.Path(), status, want)
	}
	if path, _, _ := strings.Cut(strings.TrimPrefix(s.url, a.d.public), "?"); s.press == "" && !strings.HasPrefix(w.URL(), a.d.stage) {
		if at, _, _ := strings.Cut(w.Path(), "?"); at != path {
			t.Errorf("%s: %s leads away to %s", s.name, path, at)
		}
	}
}

// looking is one look at a stop.
type looking struct {
	t *testing.T
	stop
	w *browser.Page
}

// once looks at what does not depend on the screen.
func (l looking) once(d *demo, lang string) {
	l.t.Helper()
	if weight := l.w.Weight(); weight > weightMax {
		l.t.Errorf("%s: weighs %d bytes", l.name, weight)
	}
	for _, q := range l.w.Strangers(d.stage, d.public) {
		l.t.Errorf("%s: asked a stranger: %s", l.name, q.URL)
	}
	for _, e := range l.w.Errors() {
		l.t.Errorf("%s: console: %s", l.name, e)
	}
	if l.theirs {
		return
	}
	if got := l.w.Attribute("html", "lang"); got != lang {
		l.t.Errorf("%s: is in %q, want %s", l.name, got, lang)
	}
	if lang == "en" {
		(&story{t: l.t, d: d, w: l.w}).onlyEnglish(l.name)
	}
}

func (l looking) at(screen string, axe bool) {
	l.t.Helper()
	for _, m := range l.w.Misfits() {
		if l.long && strings.Contains(m, "elements, more than") {
			continue
		}
		l.t.Errorf("%s, %s: %s", l.name, screen, m)
	}
	if !axe {
		return
	}
	for _, v := range l.w.Violations() {
		l.t.Errorf("%s, %s: %v", l.name, screen, v)
	}
}

// ownNumber is the number of an order at the shop: each of two windows has made its own.
var ownNumber = regexp.MustCompile(`A-\d+`)

// compare opens each stop with and without script: what can be read and pressed must be the same.
func (a *audit) compare(t *testing.T, walk walk) {
	with, stops := a.window(t, walk, "ja")
	without, also := a.window(t, walk, "ja", browser.NoScript())
	const parts = "main h1, main h2, main label, main a.btn, main button:not(.copy):not([type=button])"
	for i, s := range stops {
		a.arrive(t, with, s)
		a.arrive(t, without, also[i])
		got, want := without.Texts(parts), with.Texts(parts)
		for i := range got {
			got[i] = ownNumber.ReplaceAllString(got[i], "A-")
		}
		for i := range want {
			want[i] = ownNumber.ReplaceAllString(want[i], "A-")
		}
		if !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%s: without script there is %q, with it %q", s.name, got, want)
		}
	}
}

// nothingForgotten asks, as a member, for every route of which no page was looked at. What answers with one should have been.
func (a *audit) nothingForgotten(t *testing.T) {
	fill := strings.NewReplacer(
		"{session}", a.open.ID, "{statement}", strings.TrimPrefix(a.billed, "/bills/"), "{payment}", a.bought.ID,
		"{token}", strings.TrimPrefix(a.token, "/menu/shops/"), "{device}", "sgn_0", "{message}", "ntc_0",
		"{link}", strings.TrimPrefix(a.invitation, "/ops/enrol/"), "{receipt}", strings.TrimPrefix(a.money, "/ops/receipts/"),
		"{approval}", strings.TrimPrefix(a.request, "/ops/approvals/"), "{look}", "lok_0", "{entry}", strings.TrimPrefix(a.entry, "/ops/journal/"), "{ref}", "A-1001", "{slug}", "kyusu", "{number}", "1",
	)
	for origin, routes := range map[string][]string{a.d.public: siteRoutes(t), a.d.stage: demoRoutes(t)} {
		for _, pattern := range routes {
			if _, seen := a.seen.Load(pattern); !seen {
				a.isNoPage(t, origin+fill.Replace(pattern))
			}
		}
	}
}

func (a *audit) isNoPage(t *testing.T, address string) {
	t.Helper()
	once := &http.Client{Jar: a.fresh.http.Jar, Timeout: caller.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := once.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode == http.StatusOK && strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%s is a page that nobody looks at", req.URL.Path)
	}
}

// copies follows the links under which a bill can be kept, as a browser without script does.
func (a *audit) copies(t *testing.T) {
	t.Helper()
	page := a.paid.get(t, a.paidBill)
	for ending, begins := range map[string]string{"pdf": "%PDF-", "csv": "\uFEFFreference,month,part,"} {
		path := fieldOf(page, `href="(/bills/stm_[0-9a-z]+/`+ending+`)"`)
		if path == "" {
			t.Errorf("the bill does not lead to its %s", ending)
			continue
		}
		if file := a.paid.get(t, path); !strings.HasPrefix(file, begins) {
			t.Errorf("%s is no %s: %.40q", path, ending, file)
		}
	}
}

// afterTheDueDay looks at what is shown to a member who has not paid.
func (a *audit) afterTheDueDay(t *testing.T) {
	d := a.d
	d.moveClock(t, time.Date(2026, 7, 2, 9, 0, 0, 0, tokyo)) // before anything is late
	invoices := a.invoiceStops(t)
	d.moveClock(t, time.Date(2026, 7, 13, 10, 0, 0, 0, tokyo)) // a Monday: members are called on bank days only
	until(t, "the SMS about the bill", func() bool {
		return slices.ContainsFunc(d.texts(t, a.late.phone), func(text string) bool { return !aCode.MatchString(text) })
	})
	s := d.ask(t, fmt.Sprintf("E-%04d", numbers.Add(1)), 1_000)
	d.proveBy(t, a.late, s) // a month has passed: nobody is signed in any more
	a.late.postFor(t, http.StatusConflict, "/pay/"+s.ID+"/press")
	stops := func() []stop {
		return []stop{
			{name: "late-home", url: d.public + "/"},
			{name: "late-bill", url: d.public + a.late.bill(t)},
			{name: "late-pay", url: d.public + a.late.bill(t) + "/pay"},
			{name: "late-parts", url: d.public + a.late.bill(t) + "/parts"},
			{name: "late-parts-shown", url: d.public + a.late.bill(t) + "/parts?parts=2&first=2026-07-20"},
			{name: "late-parts-slips", url: d.public + a.late.bill(t) + "/parts", press: `main form[method=get] button`, status: slips},
			{name: "late-bills", url: d.public + "/bills"},
			{name: "late-hard", url: d.public + "/bills/hard"},
			{name: "late-hard-slip", url: d.public + "/bills/hard", press: "main form button", status: http.StatusUnprocessableEntity},
			{name: "late-refused", url: s.URL, status: http.StatusConflict},
		}
	}
	aoki := d.staff(t, "aoki")
	console := a.lateStops(t, aoki)
	for _, lang := range []string{"ja", "en"} {
		t.Run("console/"+lang, func(t *testing.T) {
			t.Parallel()
			a.walk(t, walk{name: "console", who: aoki, stops: func() []stop { return console }}, lang)
		})
		t.Run("invoice/"+lang, func(t *testing.T) {
			t.Parallel()
			a.walk(t, walk{name: "invoice", who: a.nobody, stops: func() []stop { return invoices }}, lang)
		})
		t.Run("late/"+lang, func(t *testing.T) {
			t.Parallel()
			a.walk(t, walk{name: "late", who: a.late, stops: stops}, lang)
		})
	}
}

// proveBy enters a code at a checkout without drawing its pages.
func (d *demo) proveBy(t *testing.T, p *person, s session) {
	t.Helper()
	p.post(t, "/pay/"+s.ID+"/phone", "phone", p.phone)
	p.post(t, "/pay/"+s.ID+"/code", "code", d.code(t, p.phone))
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
