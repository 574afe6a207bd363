package printer

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jba/templatecheck"

	"tsuke/internal/clock"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/page/pagetest"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
)

type house struct {
	t       *testing.T
	dir     string
	printer *Printer
	write   Write
	url     string
	browser *http.Client
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir()}
	site := &page.Site{
		Host: "127.0.0.1:8080", Member: "http://127.0.0.1:8081", Clock: clock.NewHand(time.Date(2026, 7, 1, 3, 0, 0, 0, time.UTC)),
		Logger: slog.New(slog.DiscardHandler),
	}
	var err error
	h.printer, err = Open(h.dir, site, func(ctx context.Context, m jst.Month, dir string) (string, error) { return h.write(ctx, m, dir) })
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h.printer.Handler())
	t.Cleanup(srv.Close)
	h.url, h.browser = srv.URL, srv.Client()
	h.browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return h
}

// cards is the product's side: a batch of one card.
func cards(t *testing.T) Write {
	t.Helper()
	return func(_ context.Context, month jst.Month, dir string) (string, error) {
		digits, err := konbini.Build(konbini.Code{Company: "912345", Free: "1", Due: "2026-10-31", Yen: 8_709}, 300_000)
		if err != nil {
			return "", err
		}
		card := paper.Card{
			To: paper.Addressee{PostalCode: "1000001", Lines: []string{"東京都千代田区千代田1-1"}, Name: "山田 花子"}, Reference: "K7F2-9QXM",
			Month: month, DueDay: month.Next().Day(20), LateNote: "お早めに", Slip: digits, Total: 8_709,
			Purchases: []paper.Purchase{{Day: month.First(), Shop: "あおぞら雑貨店", Amount: 8_709}},
		}
		form := paper.Form{
			From:  paper.Sender{Name: "ツケ", PostalCode: "1500002", Lines: []string{"東京都渋谷区"}, Phone: "03-0000-0000"},
			Limit: 300_000, Made: month.End(),
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", err
		}
		_, err = paper.Batch(form, paper.Job{Name: month.String()}, func(yield func(paper.Card, error) bool) { yield(card, nil) },
			func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(dir, name)) })
		return "cards 1\n", err
	}
}

func (h *house) post(month string) int {
	h.t.Helper()
	resp, err := h.browser.PostForm(h.url+"/printer", url.Values{"month": {month}})
	if err != nil {
		h.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

func (h *house) get(path string) (int, string, string) {
	h.t.Helper()
	resp, err := h.browser.Get(h.url + path)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Content-Type"), string(text)
}

func TestPrints(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write = cards(t)
	if status := h.post("2026-06"); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	b := h.printer.look()[0]
	if !b.Whole || b.Failed || b.Cards != 1 || b.Amount != 8_709 || len(b.Files) != 2 {
		t.Errorf("%+v", b)
	}
	if status, kind, text := h.get("/printer/2026-06/2026-06-001.pdf"); status != 200 || kind != "application/pdf" || !strings.HasPrefix(text, "%PDF-") {
		t.Errorf("the PDF: %d %s", status, kind)
	}
	if status, kind, text := h.get("/printer/2026-06/2026-06.csv"); status != 200 || !strings.HasPrefix(kind, "text/csv") || !strings.Contains(text, "K7F2-9QXM") {
		t.Errorf("the list: %d %s %s", status, kind, text)
	}
	for _, path := range []string{"/printer/2026-06/printer.json", "/printer/..%2f/printer.json", "/printer/2026-05/2026-05.csv", "/printer/2026-06/%2e%2e%2fprinter.json"} {
		if status, _, _ := h.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _, text := h.get("/printer"); status != 200 || !strings.Contains(text, "一覧と一致") || !strings.Contains(text, "8,709円") {
		t.Errorf("the page: %d %s", status, text)
	}
	// Written again: the batch takes the place of the earlier one.
	h.post("2026-06")
	if n := len(h.printer.look()); n != 1 {
		t.Errorf("%d batches of one month", n)
	}
}

// A PDF that is not the one of the list is not printed.
func TestNotAsListed(t *testing.T) {
	t.Parallel()
	h := open(t)
	whole := cards(t)
	h.write = func(ctx context.Context, m jst.Month, dir string) (string, error) {
		said, err := whole(ctx, m, dir)
		return said, errors.Join(err, os.WriteFile(filepath.Join(dir, "2026-06-001.pdf"), []byte("%PDF-other"), 0o600))
	}
	h.post("2026-06")
	if b := h.printer.look()[0]; b.Whole || !strings.Contains(b.Said, "SHA-256") {
		t.Errorf("%+v", b)
	}
	if _, _, text := h.get("/printer"); !strings.Contains(text, "一覧と違う") {
		t.Error(text)
	}
}

func TestNothingToPrint(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write = func(context.Context, jst.Month, string) (string, error) { return "cards 0", nil }
	h.post("2026-06")
	h.write = func(context.Context, jst.Month, string) (string, error) { return "left out", errors.New("status 1") }
	h.post("2026-05")
	if h.post("soon") != http.StatusSeeOther {
		t.Error("a month that is none")
	}
	_, _, text := h.get("/printer")
	for _, want := range []string{"はがきにする請求はありません", "作れなかったものがあります", "status 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q:\n%s", want, text)
		}
	}
	h.printer.dir = filepath.Join(h.dir, "absent")
	if status := h.post("2026-06"); status != http.StatusInternalServerError {
		t.Errorf("not written: %d", status)
	}
}

func TestWordsAndTemplates(t *testing.T) {
	t.Parallel()
	book := open(t).printer.book
	pagetest.Words(t, book, words)
	for name, p := range map[string]any{"printer": printerPage{}, "printerfailed": printerFailed{}} {
		if err := templatecheck.CheckHTML(book.Templates().Lookup(name), p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
