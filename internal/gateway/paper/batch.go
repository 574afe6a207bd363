package paper

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"tsuke/internal/money"
)

// Job is a batch for the printer.
type Job struct {
	Name    string // of the files: 1 to 40 of a–z, 0–9 and "-", as "2026-11"
	PerFile int    // cards in one PDF at most; 0 means 500. It bounds the memory that a batch needs
}

const (
	usualPerFile = 500
	mostPerFile  = 5_000
	mostName     = 40
)

// ErrJob is a job whose name or size cannot be used.
var ErrJob = errors.New("paper: a job's name is 1 to 40 of a–z, 0–9 and \"-\", and a PDF holds 1 to 5000 cards")

// ErrEmpty is a batch without a card: nobody should send that to a printer.
var ErrEmpty = errors.New("paper: no card in the batch")

// Result is what a batch came to.
type Result struct {
	Manifest Manifest
	Replaced []Replacement // in the order of the cards, the form's first
}

// Batch writes cards to PDFs of at most job.PerFile cards each, "2026-11-001.pdf" and so on, and the list of them,
// "2026-11.csv" (see [Manifest]), which comes last: without its last line a batch is not whole and must not be printed.
// create opens a file for a name and is given each name once.
//
// It stops at the first card that is refused ([CardError]), with the error that cards yields, or create's or a file's. Two cards
// with one reference or one barcode are refused, since the second would be paid by mistake. The files made until then are to be
// thrown away. The same arguments make the same bytes.
func Batch(form Form, job Job, cards iter.Seq2[Card, error], create func(name string) (io.WriteCloser, error)) (Result, error) {
	job.PerFile = cmp.Or(job.PerFile, usualPerFile)
	if !jobName(job.Name) || job.PerFile < 1 || job.PerFile > mostPerFile {
		return Result{}, ErrJob
	}
	if err := form.refused(); err != nil {
		return Result{}, err
	}
	b := &batch{form: form, job: job, create: create, seen: map[string]bool{}}
	for card, err := range cards {
		if err != nil {
			return Result{}, fmt.Errorf("paper: card %d: %w", len(b.result.Manifest.Entries)+1, err)
		}
		if err := b.add(card); err != nil {
			return Result{}, err
		}
	}
	if len(b.result.Manifest.Entries) == 0 {
		return Result{}, ErrEmpty
	}
	if err := b.closeFile(); err != nil {
		return Result{}, err
	}
	return b.result, b.write(job.Name+".csv", b.result.Manifest.Write)
}

func jobName(s string) bool {
	return s != "" && len(s) <= mostName && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
}

// batch is a job in the making.
type batch struct {
	form   Form
	job    Job
	create func(string) (io.WriteCloser, error)
	result Result
	seen   map[string]bool // references and barcodes
	open   *sheets         // the PDF that is being filled; nil when the next card begins one
	files  int
	inFile int // cards in it
}

func (b *batch) add(card Card) error {
	number := len(b.result.Manifest.Entries) + 1
	if err := card.refused(number, b.form.Limit); err != nil {
		return err
	}
	if w := first([]test{{b.seen[card.Reference], FieldReference, Repeated}, {b.seen[card.Slip], FieldSlip, Repeated}}); w != nil {
		return &CardError{Number: number, Reference: card.Reference, Field: w.field, Problem: w.problem}
	}
	b.seen[card.Reference], b.seen[card.Slip] = true, true
	if b.open == nil {
		open, err := newSheets(b.form)
		if err != nil {
			return err
		}
		if b.files > 0 {
			open.replaced = nil // the form's were told with the first file
		}
		b.open, b.files, b.inFile = open, b.files+1, 0
	}
	if err := b.open.card(number, card); err != nil {
		return err
	}
	b.result.Replaced, b.open.replaced = append(b.result.Replaced, b.open.replaced...), nil
	b.result.Manifest.Entries = append(b.result.Manifest.Entries, Entry{
		Number: number, Reference: card.Reference, File: fmt.Sprintf("%s-%03d.pdf", b.job.Name, b.files),
		FirstPage: b.inFile*Pages + 1, Area: card.To.PostalCode[:3], Amount: card.Total,
	})
	if b.inFile++; b.inFile == b.job.PerFile {
		return b.closeFile()
	}
	return nil
}

// closeFile writes the PDF and gives its cards its sum.
func (b *batch) closeFile() error {
	if b.open == nil {
		return nil
	}
	entries := b.result.Manifest.Entries[len(b.result.Manifest.Entries)-b.inFile:]
	sum := sha256.New()
	if err := b.write(entries[0].File, func(w io.Writer) error { return b.open.output(io.MultiWriter(w, sum)) }); err != nil {
		return err
	}
	for i := range entries {
		entries[i].SHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	b.open = nil
	return nil
}

func (b *batch) write(name string, content func(io.Writer) error) error {
	file, err := b.create(name)
	if err != nil {
		return fmt.Errorf("paper: open %s: %w", name, err)
	}
	if err := content(file); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", name, err), file.Close())
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("paper: close %s: %w", name, err)
	}
	return nil
}

// Total counts cards and money.
func (m Manifest) Total() (cards int, amount money.Yen, err error) {
	amounts := make([]money.Yen, 0, len(m.Entries))
	for _, e := range m.Entries {
		amounts = append(amounts, e.Amount)
	}
	amount, err = money.Sum(amounts...)
	return len(m.Entries), amount, err
}
