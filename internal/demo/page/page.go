// Package page is the frame that all pages of the demo share: the bar with the ways between the shop, the phone, the
// till and the rest, the stylesheet, the sentences in Japanese and English, and the headers that keep a page to itself.
//
// A page is a struct that embeds [Frame] and a template of the same name. A [Book] holds the templates and sentences of
// one part of the demo; [Site] holds what all parts have in common.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tsuke/internal/clock"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

//go:embed templates/*.html
var frameFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// Site is what all pages have in common.
type Site struct {
	Host   string      // host and port that the demo is reached at; requests for any other name are refused
	Member string      // where the product's own pages are: "http://127.0.0.1:8081"
	Clock  clock.Clock // the demo's time
	Logger *slog.Logger
}

// Word is one sentence in both languages. {0}, {1} … stand for figures.
type Word struct{ JA, EN string }

// Words are sentences by key.
type Words map[string]Word

// Book is the templates and sentences of one part of the demo.
type Book struct {
	site  *Site
	words Words
	pages *template.Template
}

// NewBook reads the templates below files and joins the words with those of the frame.
func NewBook(site *Site, files fs.FS, words ...Words) (*Book, error) {
	pages, err := template.ParseFS(frameFiles, "templates/*.html")
	if err == nil {
		pages, err = pages.ParseFS(files, "templates/*.html")
	}
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	b := &Book{site: site, words: Words{}, pages: pages}
	for _, some := range append(words, frameWords) {
		for key, word := range some {
			if _, twice := b.words[key]; twice {
				return nil, fmt.Errorf("page: the words %q stand twice", key)
			}
			b.words[key] = word
		}
	}
	return b, nil
}

// Frame is what every page needs. Page structs embed it.
type Frame struct {
	Lang   string    // "ja" or "en"
	Title  string    // of the page
	Here   string    // which part of the demo: "start", "shop", "phone", "till", "printer", "bank", "clock", "trouble" or "line"
	Member string    // where the product's own pages are
	Now    time.Time // the demo's time
	Live   bool      // the page renews itself while it is looked at
	Path   string    // of this page, without the language
	Base   string    // where the demo's other pages are, if not at this page's own host
	words  Words
}

// Frame makes the frame of a page. The title is a key of the book's words.
func (b *Book) Frame(r *http.Request, here, title string, args ...any) Frame {
	f := Frame{
		Lang: Lang(r), Here: here, Member: b.site.Member, Now: b.site.Clock.Now(), Path: r.URL.RequestURI(), words: b.words,
	}
	f.Title = f.T(title, args...)
	return f
}

// Show writes a page. It is made as a whole before anything is sent.
func (b *Book) Show(w http.ResponseWriter, status int, name string, page any) {
	var text bytes.Buffer
	if err := b.pages.ExecuteTemplate(&text, name, page); err != nil {
		b.site.Logger.Error("page not made", "page", name, "err", err)
		http.Error(w, "This page could not be made. The reason stands in the log.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = text.WriteTo(w)
}

// Templates are the book's templates, for tests that check them against their structs.
func (b *Book) Templates() *template.Template { return b.pages }

// Words are the book's sentences, for tests.
func (b *Book) Words() Words { return b.words }

// T is a sentence in the page's language. Amounts, days and instants among the figures are written as the language
// writes them. A key that does not exist is shown as it is; tests refuse it.
func (f Frame) T(key string, args ...any) string {
	word, found := f.words[key]
	if !found {
		return "[" + key + "]"
	}
	s := f.Say(word)
	for i, arg := range args {
		s = strings.ReplaceAll(s, fmt.Sprintf("{%d}", i), f.show(arg))
	}
	return s
}

func (f Frame) show(arg any) string {
	switch a := arg.(type) {
	case money.Yen:
		return f.Yen(a)
	case jst.Day:
		return f.Day(a)
	case jst.Month:
		return f.Month(a)
	case time.Time:
		return f.Moment(a)
	default:
		return fmt.Sprint(a)
	}
}

// Text is a sentence in a language, for what is not a page.
func (b *Book) Text(lang, key string, args ...any) string {
	return Frame{Lang: lang, words: b.words}.T(key, args...)
}

// Say is a word in the page's language.
func (f Frame) Say(w Word) string {
	if f.EN() {
		return w.EN
	}
	return w.JA
}

// EN tells whether the page is in English.
func (f Frame) EN() bool { return f.Lang == "en" }

// Yen is an amount as the language writes it.
func (f Frame) Yen(y money.Yen) string {
	if f.EN() {
		return y.EN()
	}
	return y.JA()
}

// Day is a day as the language writes it.
func (f Frame) Day(d jst.Day) string {
	if f.EN() {
		return d.EN()
	}
	return d.JA()
}

// Month is a month as the language writes it.
func (f Frame) Month(m jst.Month) string {
	if f.EN() {
		return m.EN()
	}
	return m.JAFull()
}

// Moment is an instant in Japan, to the minute: 7月10日(金) 10:24.
func (f Frame) Moment(t time.Time) string { return f.Day(jst.DayOf(t)) + " " + jst.ClockText(t) }

// Second is the time of day in Japan with seconds, for timelines: 10:24:07.
func (f Frame) Second(t time.Time) string { return jst.In(t).Format("15:04:05") }

// In is this page's address in a language.
func (f Frame) In(lang string) string {
	u, err := url.ParseRequestURI(f.Path)
	if err != nil {
		return "/?lang=" + lang
	}
	q := u.Query()
	q.Set("lang", lang)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// Asset is the address of an asset. It changes with the asset's content, so that browsers may keep it for ever.
func (f Frame) Asset(name string) (string, error) {
	sum, err := assetSum(name)
	return "/assets/" + sum + "/" + name, err
}

func assetSum(name string) (string, error) {
	text, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		return "", fmt.Errorf("page: no asset %q", name)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6]), nil
}
