// Package printer is the demo's printing house, つばめ印刷. It has the product write the month's postcards, keeps the PDFs with
// their list as a printer would be handed them, holds each PDF against the list, and shows them.
package printer

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"tsuke/internal/clock"
	"tsuke/internal/demo/keep"
	"tsuke/internal/demo/page"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

//go:embed templates/*.html
var files embed.FS

const (
	monthsShown = 3
	maxBatches  = 24
)

// Write has the product write the cards of a month into a folder, and gives what it said. It can fail although cards were
// written: the product ends with an error if it left a card out.
type Write func(ctx context.Context, month jst.Month, dir string) (string, error)

// Batch is what the printer was handed for a month.
type Batch struct {
	Month  string
	Cards  int
	Amount money.Yen
	Files  []string // PDFs, then the list
	Whole  bool     // every PDF is the one of the list
	Failed bool     // the product ended with an error
	Said   string
}

// Of is the month; zero if a file that was changed by hand tells none.
func (b Batch) Of() jst.Month {
	month, err := jst.ParseMonth(b.Month)
	if err != nil {
		return jst.Month{}
	}
	return month
}

// Printer is safe for concurrent use.
type Printer struct {
	dir    string
	clock  clock.Clock
	book   *page.Book
	write  Write
	serial sync.Mutex // held while the product writes

	mu  sync.Mutex
	mem memory
}

type memory struct {
	Batches []Batch // oldest first
}

// Open reads what the printer was handed. dir holds its book, and a folder for each month.
func Open(dir string, site *page.Site, write Write) (*Printer, error) {
	book, err := page.NewBook(site, files, words)
	if err != nil {
		return nil, err
	}
	p := &Printer{dir: dir, clock: site.Clock, book: book, write: write}
	_, err = keep.Load(filepath.Join(dir, "printer.json"), &p.mem)
	return p, err
}

func (p *Printer) look() []Batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.mem.Batches)
}

// print has the month's cards written, in the place of an earlier batch of the month.
func (p *Printer) print(ctx context.Context, month jst.Month) error {
	p.serial.Lock()
	defer p.serial.Unlock()
	dir := filepath.Join(p.dir, month.String())
	said, err := p.write(ctx, month, dir)
	b := Batch{Month: month.String(), Failed: err != nil, Said: strings.TrimSpace(said)}
	if err != nil {
		b.Said = strings.TrimSpace(b.Said + "\n" + err.Error())
	}
	if err := b.read(dir); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	next := memory{slices.DeleteFunc(slices.Clone(p.mem.Batches), func(o Batch) bool { return o.Month == b.Month })}
	next.Batches = append(next.Batches, b)
	if over := len(next.Batches) - maxBatches; over > 0 {
		next.Batches = slices.Delete(next.Batches, 0, over)
	}
	if err := keep.Save(filepath.Join(p.dir, "printer.json"), next); err != nil {
		return err
	}
	p.mem = next
	return nil
}

// read takes the list and holds each PDF against it, as the printer does before it prints. Without a list there is no batch.
func (b *Batch) read(dir string) error {
	list, err := os.OpenInRoot(dir, b.Month+".csv")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("printer: %w", err)
	}
	manifest, err := paper.ReadManifest(list)
	if err := errors.Join(err, list.Close()); err != nil {
		b.Said = strings.TrimSpace(b.Said + "\n" + err.Error())
		return nil
	}
	b.Whole = true
	for _, e := range manifest.Entries {
		if slices.Contains(b.Files, e.File) {
			continue
		}
		b.Files = append(b.Files, e.File)
		if err := proven(manifest, dir, e.File); err != nil {
			b.Whole, b.Said = false, strings.TrimSpace(b.Said+"\n"+err.Error())
		}
	}
	b.Files = append(b.Files, b.Month+".csv")
	b.Cards, b.Amount, err = manifest.Total()
	return err
}

func proven(m paper.Manifest, dir, name string) error {
	f, err := os.OpenInRoot(dir, name)
	if err != nil {
		return err
	}
	return errors.Join(m.Verify(name, f), f.Close())
}

type printerPage struct {
	page.Frame
	Months  []jst.Month // the last one first
	Batches []Batch     // newest first
}

// printerFailed is the page for what the printer could not write down.
type printerFailed struct{ page.Frame }

// Handler serves the printer's pages, below /printer.
func (p *Printer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /printer", p.get)
	mux.HandleFunc("POST /printer", p.post)
	mux.HandleFunc("GET /printer/{month}/{name}", p.getFile)
	mux.HandleFunc("/printer/", func(w http.ResponseWriter, r *http.Request) { p.book.NotFound(w, r, "printer") })
	return mux
}

func (p *Printer) get(w http.ResponseWriter, r *http.Request) {
	shown := printerPage{Frame: p.book.Frame(r, "printer", "printer.title"), Batches: p.look()}
	slices.Reverse(shown.Batches)
	this := jst.MonthOf(p.clock.Now())
	for i := range monthsShown {
		shown.Months = append(shown.Months, this.Add(-1-i))
	}
	p.book.Show(w, http.StatusOK, "printer", shown)
}

func (p *Printer) post(w http.ResponseWriter, r *http.Request) {
	month, err := jst.ParseMonth(r.PostFormValue("month"))
	if err != nil {
		page.Go(w, r, "/printer")
		return
	}
	if err := p.print(r.Context(), month); err != nil {
		p.book.Show(w, http.StatusInternalServerError, "printerfailed", printerFailed{p.book.Frame(r, "printer", "printer.failed")})
		return
	}
	page.Go(w, r, "/printer")
}

// getFile shows a file that the printer was handed, and no other.
func (p *Printer) getFile(w http.ResponseWriter, r *http.Request) {
	month, name := r.PathValue("month"), r.PathValue("name")
	known := slices.ContainsFunc(p.look(), func(b Batch) bool { return b.Month == month && slices.Contains(b.Files, name) })
	if !known {
		p.book.NotFound(w, r, "printer")
		return
	}
	f, err := os.OpenInRoot(p.dir, filepath.Join(month, name))
	if err != nil {
		p.book.NotFound(w, r, "printer")
		return
	}
	defer func() { _ = f.Close() }() // it was only read
	kind := "application/pdf"
	if strings.HasSuffix(name, ".csv") {
		kind = "text/csv; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	_, _ = io.Copy(w, f) // a browser that is gone needs no answer
}
