// Package web is the face of the service: what a person sees, in Japanese and English.
//
// # The story
//
// A page is a struct. It holds values that are ready to be shown (sums as [money.Yen], days as [jst.Day], enums of this
// package) and nothing of the domain's machinery, so a page can be drawn, looked at and tested without a database.
// [Views.Render] turns it into HTML in two steps: the page's own template fills the main column, then the frame is put
// around it (title, top bar, tabs, footer). Both are buffered: a page is sent whole or not at all.
//
// Sentences stand in one catalogue, Japanese and English side by side (text_*.go). Templates name them by key and give
// figures by name; the figures are formatted by the language they are shown in. Tests see to it that no key is missing,
// unused, or filled with the wrong figures.
//
// Every page works without script, under a content security policy that allows neither inline script nor inline style.
// POST changes and is answered by 303 or by the same form with its slips (422); GET shows.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// Lang is the language a page is shown in.
type Lang string

// The languages. Japanese is the default.
const (
	Japanese Lang = "ja"
	English  Lang = "en"
)

// ParseLang reads a language tag; all but English become Japanese.
func ParseLang(s string) Lang {
	if s == "en" || strings.HasPrefix(s, "en-") {
		return English
	}
	return Japanese
}

// Page is one screen. The structs of this package implement it.
type Page interface {
	// Status is the HTTP status the page is sent with.
	Status() int
	frame() Frame
	spec(p phrases) spec
}

// spec is what the frame needs to know about a page.
type spec struct {
	template string // file below templates, without .html
	title    string // page and state, in the language of p; the brand is added by the frame
	tab      Tab    // the tab that is marked as current
	area     area
	live     bool   // shows the state of money: shown from the cache of Back, it is loaded again
	wrong    bool   // a form with slips: the title says so first
	code     string // the code of an error page
	back     string // at checkout: the shop's address
	leads    bool   // a form of the page may be answered by a redirect to back
	open     bool   // a public page that search engines may list
}

// area says which frame is drawn around the page.
type area int

const (
	memberArea   area = iota // tabs
	checkoutArea             // no tabs; the way back to the shop
	plainArea                // tabs only for those signed in
	opsArea                  // the console's tabs for staff who are signed in
)

// Tab is one of the four moves that stand on every page of a member.
type Tab string

// The tabs.
const (
	NoTab      Tab = ""
	HomeTab    Tab = "home"
	BillsTab   Tab = "bills"
	HistoryTab Tab = "history"
	MenuTab    Tab = "menu"
)

// Frame is what every page carries besides its own content.
type Frame struct {
	Here     string // path and query of this page; the language switch leads back to it
	Token    string // goes with every form as the hidden field "csrf"; empty where requests of other sites are told by their headers
	SignedIn bool   // public pages show the tabs too
	Unread   int    // notices not read yet
	Said     Said   // a note about what was just done, or SaidNothing
	Desk     *Desk  // set on the console's pages
}

// Desk is who sits at the console.
type Desk struct {
	Name  string // empty until they are signed in
	Books bool   // they may see the ledger
	Audit bool   // they may see who looked at whose data
}

func (f Frame) frame() Frame { return f }

// Status is 200 unless the page says otherwise.
func (f Frame) Status() int { return http.StatusOK }

// Operator is who runs the service, as told to members. Empty fields are not shown.
type Operator struct {
	Name    string // registered name; the brand if empty
	Address string
	Mail    string
	Phone   string // as it is shown, 03-0000-0000
	HoursJA string // when the phone is answered, 平日10〜17時
	HoursEN string
}

// Settings are what the operator of an installation may choose about the pages.
type Settings struct {
	Brand    string // the name in English pages and in the top bar; "Tsuke" if empty
	BrandJA  string // the name in Japanese sentences and titles; Brand if that is set, else 「ツケ」
	Operator Operator
}

func (s Settings) filled() Settings {
	if s.BrandJA == "" {
		s.BrandJA = s.Brand
	}
	if s.Brand == "" {
		s.Brand = "Tsuke"
	}
	if s.BrandJA == "" {
		s.BrandJA = "ツケ"
	}
	if s.Operator.Name == "" {
		s.Operator.Name = s.Brand
	}
	return s
}

// Views draws pages. It is safe for concurrent use.
type Views struct {
	settings Settings
	sets     map[Lang]*template.Template
	assets   *assets
}

// NewViews parses the templates for both languages. An error is a fault in the templates themselves.
func NewViews(s Settings) (*Views, error) {
	v := &Views{settings: s.filled(), sets: map[Lang]*template.Template{}}
	var err error
	if v.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	for _, lang := range []Lang{Japanese, English} {
		if v.sets[lang], err = v.parse(lang); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *Views) parse(lang Lang) (*template.Template, error) {
	set := template.New("").Funcs(v.phrases(lang).funcs(v.assets)).Option("missingkey=error")
	err := fs.WalkDir(templateFiles, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(templateFiles, path)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "templates/"), ".html")
		_, err = set.New(name).Parse(string(text))
		return err
	})
	return set, err
}

func (v *Views) phrases(lang Lang) phrases {
	brand := v.settings.Brand
	if lang == Japanese {
		brand = v.settings.BrandJA
	}
	return phrases{lang: lang, brand: brand, operator: v.settings.Operator}
}

// framed is what the frame's template is drawn from.
type framed struct {
	Frame
	Title  string
	Tabs   []tabLink
	Main   template.HTML
	Live   bool
	Code   string
	Back   string
	Open   bool
	Switch switchLink
}

type tabLink struct {
	Tab     Tab
	Key     string
	URL     string
	Current bool
}

type switchLink struct {
	Lang Lang
	URL  string
}

// Render writes the whole page. An error is a fault in a template: nothing was written then.
func (v *Views) Render(w io.Writer, lang Lang, page Page) error {
	p := v.phrases(lang)
	set, ok := v.sets[lang]
	if !ok {
		return fmt.Errorf("web: no language %q", lang)
	}
	s := page.spec(p)
	var main bytes.Buffer
	if err := set.ExecuteTemplate(&main, s.template, page); err != nil {
		return fmt.Errorf("web: page %s: %w", s.template, err)
	}
	f := framed{
		Frame: page.frame(), Title: p.title(s), Live: s.live, Code: s.code, Back: s.back, Open: s.open,
		Main: template.HTML(main.Bytes()), //nolint:gosec // written by html/template just above
	}
	f.Switch = f.otherLang(lang)
	switch {
	case f.Desk != nil:
		f.Tabs = f.Desk.tabs(s.tab)
	case s.area == memberArea || s.area == plainArea && f.SignedIn:
		f.Tabs = tabs(s.tab)
	}
	var whole bytes.Buffer
	if err := set.ExecuteTemplate(&whole, "layout/frame", f); err != nil {
		return fmt.Errorf("web: frame of %s: %w", s.template, err)
	}
	_, err := w.Write(whole.Bytes())
	return err
}

// Respond sends the page with its status and the headers of a personal page: it is not stored anywhere, not framed, and
// runs nothing but this service's own files.
func (v *Views) Respond(w http.ResponseWriter, lang Lang, page Page) error {
	var b bytes.Buffer
	if err := v.Render(&b, lang, page); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(lang))
	h.Add("Vary", "Cookie, Accept-Language")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy(page.spec(v.phrases(lang))))
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(page.Status())
	_, err := w.Write(b.Bytes())
	return err
}

const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// policy is the page's content security policy. Browsers hold form-action against redirects too, so a form that may lead
// back to the shop has to name it.
func policy(s spec) string {
	if !s.leads {
		return contentPolicy
	}
	u, err := url.Parse(s.back)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || !plainHost.MatchString(u.Host) {
		return contentPolicy
	}
	return contentPolicy + " " + u.Scheme + "://" + u.Host
}

// plainHost is a host, with its port, that cannot say anything else within a policy.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)

func (p phrases) title(s spec) string {
	title := s.title
	if s.wrong {
		title = p.text("frame.wrong", "title", title)
	}
	return title + " - " + p.brand
}

func tabs(current Tab) []tabLink {
	all := []tabLink{
		{Tab: HomeTab, Key: "tab.home", URL: HomePath},
		{Tab: BillsTab, Key: "tab.bills", URL: BillsPath},
		{Tab: HistoryTab, Key: "tab.history", URL: HistoryPath},
		{Tab: MenuTab, Key: "tab.menu", URL: MenuPath},
	}
	for i := range all {
		all[i].Current = all[i].Tab == current
	}
	return all
}

// otherLang leads to the same page in the other language.
func (f Frame) otherLang(lang Lang) switchLink {
	other := English
	if lang == English {
		other = Japanese
	}
	return switchLink{Lang: other, URL: withLang(f.Here, other)}
}
