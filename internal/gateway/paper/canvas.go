package paper

import (
	"fmt"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

const pointsPerMM = 72 / 25.4

// style is one of the fonts.
type style int

const (
	light   style = iota // BIZ UDPGothic regular: everything that others said
	strong               // BIZ UDPGothic bold: our own words and figures
	machine              // OCR-B: figures that a machine reads
)

// families are the names of the fonts within a PDF.
var families = [...]string{light: "regular", strong: "bold", machine: "ocrb"}

// align is where a text stands in its width, in halves of it.
type align int

const (
	left align = iota
	center
	right
)

// canvas is a PDF that text is set on.
type canvas struct {
	pdf   *fpdf.Fpdf
	faces [len(families)]*typeface
	x, y  float64 // from the corner of the page to that of what is drawn
}

// newCanvas begins a PDF with the fonts that are used in it. The time in it is the one given.
func newCanvas(size fpdf.SizeType, made time.Time, fonts ...style) (canvas, error) {
	c := canvas{pdf: fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: size})}
	c.pdf.SetMargins(0, 0, 0)
	c.pdf.SetAutoPageBreak(false, 0)
	c.pdf.SetCatalogSort(true)
	c.pdf.SetCreationDate(made.UTC())
	c.pdf.SetModificationDate(made.UTC())
	c.pdf.SetProducer("Tsuke", true)
	load := [len(families)]func() (*typeface, error){light: regular, strong: bold, machine: ocrb}
	for _, st := range fonts {
		face, err := load[st]()
		if err != nil {
			return c, err
		}
		c.faces[st] = face
		// A copy each: fpdf pads and patches tables where they lie in the file it was given.
		c.pdf.AddUTF8FontFromBytes(families[st], "", slices.Clone(face.file))
	}
	if err := c.pdf.Error(); err != nil {
		return c, fmt.Errorf("paper: %w", err)
	}
	return c, nil
}

func (c *canvas) measure(st style, size float64, text string) float64 {
	return c.faces[st].measure(size/pointsPerMM, text)
}

// text puts one line with its base line at y. x is the line's left end, middle or right end. A character that the font
// lacks makes the whole PDF fail, since it would be printed as an empty box: what others said was cleaned before, so
// this can only be a word of our own that generate/main.go does not know.
func (c *canvas) text(x, y, size float64, st style, a align, text string) {
	for _, r := range text {
		if !c.faces[st].covers(r) {
			c.pdf.SetErrorf("the font %s lacks %U", families[st], r)
			return
		}
	}
	width := c.measure(st, size, text)
	c.pdf.SetFont(families[st], "", size)
	c.pdf.Text(c.x+x-width*float64(a)/2, c.y+y, text)
}

func (c *canvas) wrapped(width, size float64, paragraphs []string) ([]string, bool) {
	var out []string
	for _, paragraph := range paragraphs {
		lines, ok := wrap(paragraph, width, func(text string) float64 { return c.measure(light, size, text) })
		if !ok {
			return nil, false
		}
		out = append(out, lines...)
	}
	return out, true
}

func (c *canvas) line(x1, y1, x2, y2, width float64) {
	c.pdf.SetLineWidth(width)
	c.pdf.Line(c.x+x1, c.y+y1, c.x+x2, c.y+y2)
}
