package paper

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"tsuke/internal/konbini"
)

// Lengths are in millimetres from the sheet's upper left corner, sizes of letters in points.
const (
	sheetWidth  = 148.0
	sheetHeight = 200.0
	foldAt      = 100.0
	cutAt       = 138.0 // the perforation between stub and slip
	bleed       = 3.0
	around      = 14.0 // from the edge of the page to the sheet: bleed, marks, and the line with the running number

	lineHeight = 1.35 // of a letter's size
)

// sheets is a PDF of postcards in the making.
type sheets struct {
	canvas
	form     Form // as it can be printed
	replaced []Replacement
	number   int        // of the card that is drawn
	ref      string     // of the card that is drawn
	failed   *CardError // the first thing that did not fit
}

// newSheets begins a PDF for cards of a form that was found to be right.
func newSheets(form Form) (*sheets, error) {
	size := fpdf.SizeType{Wd: sheetWidth + 2*around, Ht: sheetHeight + 2*around}
	c, err := newCanvas(size, form.Made, light, strong, machine)
	if err != nil {
		return nil, err
	}
	s := &sheets{canvas: c, form: form}
	s.pdf.SetTitle("はがき請求書 / Postcard invoices", true)
	s.pdf.SetLang("ja")
	s.pdf.SetPageBox("trim", around, around, sheetWidth, sheetHeight)
	s.pdf.SetPageBox("bleed", around-bleed, around-bleed, sheetWidth+2*bleed, sheetHeight+2*bleed)
	s.pdf.AddSpotColor(postalRed, 0, 80, 90, 0)
	if err := s.pdf.Error(); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	s.cleanForm()
	return s, nil
}

// output writes the PDF. A sheets cannot be used afterwards.
func (s *sheets) output(w io.Writer) error {
	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	if _, err := w.Write(sortedBoxes(out.Bytes())); err != nil {
		return fmt.Errorf("paper: write: %w", err)
	}
	return nil
}

// sortedBoxes gives the two boxes of each page one order. fpdf keeps them in a map and writes them as they come, which
// would make other bytes each time; as long as only their order changes nothing in the file moves.
func sortedBoxes(pdf []byte) []byte {
	trim := boxLine("TrimBox", around, sheetWidth, sheetHeight)
	wide := boxLine("BleedBox", around-bleed, sheetWidth+2*bleed, sheetHeight+2*bleed)
	return bytes.ReplaceAll(pdf, []byte(trim+wide), []byte(wide+trim))
}

// boxLine is how fpdf writes a box whose left and lower margins are the same.
func boxLine(name string, margin, width, height float64) string {
	low := margin * pointsPerMM
	return fmt.Sprintf("/%s [%.2f %.2f %.2f %.2f]\n", name, low, low, width*pointsPerMM+low, height*pointsPerMM+low)
}

// card draws the two pages of a card that was found to be right. After an error a sheets must not be used any more: it may
// have half a card.
func (s *sheets) card(number int, c Card) error {
	s.number, s.ref = number, c.Reference
	symbol, err := readSymbol(c.Slip)
	if err != nil {
		s.fail(FieldSlip, BadSlip)
		return s.failed
	}
	c = s.clean(c)
	s.page("外面 outside")
	s.outside(c)
	s.page("内面 inside")
	s.inside(c, symbol)
	if s.failed != nil {
		return s.failed
	}
	if err := s.pdf.Error(); err != nil {
		return fmt.Errorf("paper: card %d (%s): %w", number, c.Reference, err)
	}
	return nil
}

func (s *sheets) fail(field Field, problem Problem) {
	if s.failed == nil {
		s.failed = &CardError{Number: s.number, Reference: s.ref, Field: field, Problem: problem}
	}
}

// symbol is what a slip says and how it is drawn.
type symbol struct {
	widths       []int  // of bars and spaces, in modules
	upper, lower string // the figures beneath the bars
	stamp        bool   // its receipt needs a revenue stamp
}

func readSymbol(digits string) (symbol, error) {
	code, err := konbini.Parse(digits)
	if err != nil {
		return symbol{}, err
	}
	upper, lower, err := konbini.Readable(digits)
	if err != nil {
		return symbol{}, err
	}
	widths, err := konbini.Widths(digits)
	return symbol{widths: widths, upper: upper, lower: lower, stamp: code.Stamp}, err
}

// cleanText brings a text into the form that can be printed and remembers what was replaced.
func (s *sheets) cleanText(field Field, text string) string {
	clean, replaced := printable(text, s.faces[light].covers)
	for _, r := range replaced {
		s.replaced = append(s.replaced, Replacement{Number: s.number, Reference: s.ref, Field: field, Char: r})
	}
	return clean
}

// cleanLines does the same for several, and leaves out those of which nothing remains.
func (s *sheets) cleanLines(field Field, texts []string) []string {
	var out []string
	for _, text := range texts {
		if clean := s.cleanText(field, text); clean != "" {
			out = append(out, clean)
		}
	}
	return out
}

func (s *sheets) cleanForm() {
	f := &s.form
	f.From.Name = s.cleanText(FieldSenderName, f.From.Name)
	f.From.Lines = s.cleanLines(FieldSenderAddress, f.From.Lines)
	f.From.Phone, f.From.Hours = s.cleanText(FieldSenderPhone, f.From.Phone), s.cleanText(FieldSenderPhone, f.From.Hours)
	f.Agent = s.cleanText(FieldAgent, f.Agent)
	f.Postage = s.cleanLines(FieldPostage, f.Postage)
	f.Back = s.cleanLines(FieldBack, f.Back)
}

func (s *sheets) clean(c Card) Card {
	if c.To.Honorific == "" {
		c.To.Honorific = "様"
	}
	c.To.Name, c.To.Honorific = s.cleanText(FieldName, c.To.Name), s.cleanText(FieldName, c.To.Honorific)
	c.To.Lines = s.cleanLines(FieldAddress, c.To.Lines)
	c.LateNote = s.cleanText(FieldLateNote, c.LateNote)
	c.Fees, c.Taxes = s.cleanItems(FieldFees, c.Fees), s.cleanItems(FieldTaxes, c.Taxes)
	purchases := make([]Purchase, 0, len(c.Purchases))
	for _, p := range c.Purchases {
		purchases = append(purchases, Purchase{Day: p.Day, Shop: s.cleanText(FieldPurchases, p.Shop), Amount: p.Amount})
	}
	c.Purchases = purchases
	return c
}

func (s *sheets) cleanItems(field Field, items []Item) []Item {
	out := make([]Item, 0, len(items))
	for _, i := range items {
		out = append(out, Item{JA: s.cleanText(field, i.JA), EN: s.cleanText(field, i.EN), Amount: i.Amount})
	}
	return out
}

// ---- drawing -------------------------------------------------------------------------------------------------------------

// area is a rectangle for text.
type area struct{ x, y, width, height float64 }

// fit sets paragraphs into an area and gives the height it took: on a line each if that takes off no more than a quarter
// of the size most, else wrapped, at the largest size from most down to least at which all fit. What fits at no size is
// no card.
func (s *sheets) fit(field Field, in area, most, least float64, a align, paragraphs ...string) float64 {
	for _, wrapping := range []bool{false, true} {
		smallest := least
		if !wrapping {
			smallest = max(least, most*0.75)
		}
		for size := most; size >= smallest; size -= 0.25 {
			lines, ok := s.wrapped(in.width, size, paragraphs)
			step := size / pointsPerMM * lineHeight
			if !ok || float64(len(lines))*step > in.height || !wrapping && len(lines) > len(paragraphs) {
				continue
			}
			for i, line := range lines {
				s.text(in.x+in.width*float64(a)/2, in.y+float64(i)*step+size/pointsPerMM, size, light, a, line)
			}
			return float64(len(lines)) * step
		}
	}
	s.fail(field, TooLong)
	return 0
}

// title is a heading: Japanese in bold, English small beside it.
func (s *sheets) title(x, y, size float64, ja, en string) {
	s.text(x, y, size, strong, left, ja)
	s.text(x+s.measure(strong, size, ja)+1.5, y, size*0.6, light, left, en)
}

// label names what stands beside or beneath it.
func (s *sheets) label(x, y float64, ja, en string) {
	s.text(x, y, 6.5, light, left, ja)
	s.text(x+s.measure(light, 6.5, ja)+1, y, 5, light, left, en)
}

func (s *sheets) box(x, y, width, height, line float64) {
	s.pdf.SetLineWidth(line)
	s.pdf.Rect(s.x+x, s.y+y, width, height, "D")
}

func (s *sheets) dashed(length float64, draw func()) {
	s.pdf.SetDashPattern([]float64{length, length}, 0)
	draw()
	s.pdf.SetDashPattern(nil, 0)
}

// bars paints a symbol from its widths in modules, starting with a bar. The figures have four decimals of a point, since
// a module has but half a point.
func (s *sheets) bars(x, y, module, height float64, widths []int) {
	_, pageHeight := s.pdf.GetPageSize()
	bottom := (pageHeight - s.y - y - height) * pointsPerMM
	var path strings.Builder
	at := 0
	for i, width := range widths {
		if i%2 == 0 {
			fmt.Fprintf(&path, "%.4f %.4f %.4f %.4f re ",
				(s.x+x+float64(at)*module)*pointsPerMM, bottom, float64(width)*module*pointsPerMM, height*pointsPerMM)
		}
		at += width
	}
	s.pdf.SetFillColor(0, 0, 0)
	s.pdf.RawWriteStr(path.String() + "f\n")
}

// ---- the page around the sheet ------------------------------------------------------------------------------------------

// page begins a page: marks for cutting (トンボ) with corners at the edge of the sheet and of the bleed, marks in the
// middle of each side, marks for the fold, and the running number, by which a person finds a sheet of the list.
func (s *sheets) page(side string) {
	s.pdf.AddPage()
	s.x, s.y = around, around
	s.pdf.SetDrawColor(0, 0, 0)
	s.pdf.SetTextColor(0, 0, 0)
	const near, far = bleed + 1, bleed + 8
	for _, x := range []float64{0, sheetWidth} {
		out := 1.0
		if x == 0 {
			out = -1
		}
		for _, y := range []float64{0, sheetHeight} {
			down := 1.0
			if y == 0 {
				down = -1
			}
			s.line(x+out*near, y, x+out*far, y, 0.1)
			s.line(x, y+down*near, x, y+down*far, 0.1)
			s.line(x+out*(bleed+1), y+down*bleed, x+out*far, y+down*bleed, 0.1)
			s.line(x+out*bleed, y+down*(bleed+1), x+out*bleed, y+down*far, 0.1)
		}
		s.dashed(0.8, func() { s.line(x+out*near, foldAt, x+out*far, foldAt, 0.2) })
		s.dashed(0.4, func() { s.line(x+out*near, cutAt, x+out*far, cutAt, 0.2) })
	}
	for _, y := range []float64{-near, sheetHeight + near} {
		s.line(sheetWidth/2-8, y, sheetWidth/2+8, y, 0.1)
	}
	s.line(sheetWidth/2, -far, sheetWidth/2, -near, 0.1)
	s.line(sheetWidth/2, sheetHeight+near, sheetWidth/2, sheetHeight+far, 0.1)
	s.text(8, -bleed-3, 5.5, light, left, fmt.Sprintf("No. %06d   %s   %s", s.number, s.ref, side))
	s.text(-near, foldAt-1, 5, light, right, "折り")
	s.text(-near, cutAt-1, 5, light, right, "ミシン目")
}
