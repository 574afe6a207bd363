package paper

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// An A4 page, in millimetres from its upper left corner.
const (
	a4Width    = 210.0
	a4Height   = 297.0
	a4Left     = 20.0
	a4Right    = 190.0
	a4Text     = 54.0  // where titles begin
	a4Amounts  = 36.0  // the width kept for amounts
	a4FirstRow = 118.0 // on the first page of a part
	a4NextRow  = 38.0  // on the pages that follow
	a4Bottom   = 276.0
)

// Sizes of letters in points.
const (
	a4Title = 15.0
	a4Body  = 9.5
	a4Small = 7.5
)

// WritePDF writes a statement as an A4 PDF. The same statement on the same day makes the same bytes. The whole PDF is made in
// memory: some 3 MB with its fonts, and 1 KB for each line.
func WritePDF(w io.Writer, st Statement) error {
	if err := st.Check(); err != nil {
		return err
	}
	c, err := newCanvas(fpdf.SizeType{Wd: a4Width, Ht: a4Height}, st.made(), light, strong)
	if err != nil {
		return err
	}
	d := &booklet{canvas: c, Statement: st.printable(c.faces[light].covers)}
	d.pdf.SetTitle(strings.TrimSpace(d.Brand+" "+d.title()), true)
	d.pdf.SetLang(d.in("ja", "en"))
	d.issued()
	d.since()
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	return nil
}

// booklet is a statement's PDF in the making.
type booklet struct {
	canvas
	Statement
}

// entry is a line ready to be drawn.
type entry struct {
	day    string
	title  []string
	notes  []string
	amount string
	strong bool
}

const (
	entryTitle = a4Body / pointsPerMM * lineHeight
	entryNote  = a4Small / pointsPerMM * lineHeight
	entrySpace = 3.0
)

func (e entry) height() float64 {
	return float64(len(e.title))*entryTitle + float64(len(e.notes))*entryNote + entrySpace
}

// entryOf breaks a line's words into lines of the column. Nothing is cut off.
func (d *booklet) entryOf(l Line) entry {
	e := entry{day: d.day(l.Day), amount: d.yen(l.Amount)}
	e.title = d.column(a4Body, l.Title)
	for _, note := range l.Notes {
		e.notes = append(e.notes, d.column(a4Small, note)...)
	}
	return e
}

func (d *booklet) sum(title, amount string) entry {
	return entry{title: []string{title}, amount: amount, strong: true}
}

func (d *booklet) column(size float64, text string) []string {
	lines, ok := d.wrapped(a4Right-a4Amounts-a4Text, size, []string{text})
	if !ok { // no character is wider than the column
		d.pdf.SetErrorf("a text cannot be wrapped")
	}
	return lines
}

// paginate parts entries into pages. The last one, the sum, is never alone on a page.
func paginate(entries []entry) [][]entry {
	var pages [][]entry
	var page []entry
	room := a4Bottom - a4FirstRow
	for _, e := range entries {
		if room -= e.height(); room < 0 && len(page) > 0 {
			var carried []entry
			if e.strong && len(page) > 1 {
				carried, page = slices.Clone(page[len(page)-1:]), page[:len(page)-1]
			}
			pages, page = append(pages, page), carried
			room = a4Bottom - a4NextRow - e.height()
			for _, c := range carried {
				room -= c.height()
			}
		}
		page = append(page, e)
	}
	return append(pages, page)
}

// issued draws the bill as it was issued. Nothing here depends on the day on which it is fetched, or on anything that came after
// (rules B19, B41).
func (d *booklet) issued() {
	var entries []entry
	for _, l := range d.Lines {
		entries = append(entries, d.entryOf(l))
	}
	entries = append(entries, d.sum(d.in("請求額（税込）", "Total, tax included"), d.yen(d.Total)))
	pages := paginate(entries)
	for i, page := range pages {
		d.pdf.AddPage()
		y := a4NextRow
		if i == 0 {
			d.head()
			y = a4FirstRow
		} else {
			d.running()
		}
		d.table(y, page)
		d.foot(d.in("ご請求", "Bill"), i+1, len(pages))
	}
}

// since draws what came of the bill, as of a day.
func (d *booklet) since() {
	var entries []entry
	for _, l := range d.Since {
		entries = append(entries, d.entryOf(l))
	}
	if len(entries) == 0 {
		none := d.in("この日までに、お支払いも加わったものもありません。", "Up to this day nothing was paid, and nothing was added.")
		entries = append(entries, entry{title: d.column(a4Body, none)})
	}
	entries = append(entries, d.sum(d.in("残りのお支払い額", "Still to pay"), d.yen(d.Owed)))
	pages := paginate(entries)
	for i, page := range pages {
		d.pdf.AddPage()
		d.running()
		y := a4NextRow
		if i == 0 {
			y = d.standing()
		}
		d.table(y, page)
		d.foot(d.in("その後", "Since"), i+1, len(pages))
	}
}

// head is the top of the first page: who sends it, whom it is for, and the sums.
func (d *booklet) head() {
	d.black()
	y := 22.0
	for _, text := range append(append([]string{d.From.Name, d.postalCode()}, d.From.Lines...), d.contact(), d.registration()) {
		if text == "" {
			continue
		}
		lines, _ := d.wrapped(72, 8, []string{text})
		for _, line := range lines {
			d.text(a4Right, y, 8, light, right, line)
			y += 4
		}
	}
	to := d.To
	if !d.English {
		to += " 様"
	}
	names, _ := d.wrapped(90, 12, []string{to})
	for i, line := range names {
		d.text(a4Left, 30+float64(i)*6, 12, light, left, line)
	}
	d.text(a4Left, 62, a4Title, light, left, d.title())
	d.line(a4Left, 66, a4Right, 66, 0.4)
	for i, fact := range [][2]string{
		{d.in("請求額（税込）", "Total, tax included"), d.yen(d.Total)},
		{d.in("支払期日", "Due"), d.day(d.Due)},
		{d.in("支払い方法", "Way to pay"), d.Way},
		{d.in("発行日", "Issued"), d.day(d.Issued)},
		{d.in("お問い合わせ番号", "Reference"), d.Reference},
	} {
		y := 74 + float64(i)*7
		size := a4Body
		if i == 0 {
			size = 13
		}
		d.grey()
		d.text(a4Left, y, 8.5, light, left, fact[0])
		d.black()
		d.text(a4Text, y, size, light, left, fact[1])
	}
}

func (d *booklet) registration() string {
	if d.From.Registration == "" {
		return ""
	}
	return d.in("登録番号 ", "Registration number ") + d.From.Registration
}

// running is the top of the pages that follow.
func (d *booklet) running() {
	d.black()
	d.text(a4Left, 24, a4Body, light, left, d.title())
	d.text(a4Right, 24, a4Body, light, right, d.Reference)
	d.line(a4Left, 27, a4Right, 27, 0.4)
}

// standing is what the second part begins with, and where its table begins.
func (d *booklet) standing() float64 {
	d.text(a4Left, 38, 13, light, left, d.in(d.day(d.AsOf)+"現在", "As of "+d.day(d.AsOf)))
	d.text(a4Left, 46, a4Body, light, left, d.in("状態  ", "State  ")+d.State)
	note := d.in("前のページまでは、請求した時のままです。このページは、お支払いなどがあると変わります。",
		"The pages before stay as they were billed. This one changes as payments come in.")
	d.grey()
	d.text(a4Left, 52, a4Small, light, left, note)
	d.black()
	return 66
}

func (d *booklet) table(y float64, entries []entry) {
	d.grey()
	d.text(a4Left, y-3, a4Small, light, left, d.in("日付", "Day"))
	d.text(a4Text, y-3, a4Small, light, left, d.in("内容", "What"))
	d.text(a4Right, y-3, a4Small, light, right, d.in("金額", "Amount"))
	d.black()
	d.line(a4Left, y-1, a4Right, y-1, 0.25)
	for _, e := range entries {
		d.entry(y, e)
		y += e.height()
		d.pdf.SetDrawColor(200, 200, 200)
		d.line(a4Left, y-0.8, a4Right, y-0.8, 0.1)
		d.pdf.SetDrawColor(0, 0, 0)
	}
}

func (d *booklet) entry(y float64, e entry) {
	size, figures, base := a4Body, light, y+3.8
	if e.strong {
		size, figures, base = 11, strong, y+4.4
	}
	d.text(a4Left, base, 8.5, light, left, e.day)
	for i, line := range e.title {
		d.text(a4Text, base+float64(i)*entryTitle, size, light, left, line)
	}
	d.text(a4Right, base, size, figures, right, e.amount)
	d.grey()
	for i, line := range e.notes {
		d.text(a4Text, base+float64(len(e.title))*entryTitle+float64(i)*entryNote-0.4, a4Small, light, left, line)
	}
	d.black()
}

// foot numbers the pages of each part by themselves: the first part must not know how long the second one is.
func (d *booklet) foot(part string, page, of int) {
	d.grey()
	d.text(a4Left, 287, a4Small, light, left, d.From.Name)
	d.text(a4Right, 287, a4Small, light, right, fmt.Sprintf("%s  %s %d / %d", d.Reference, part, page, of))
	d.black()
}

func (d *booklet) black() { d.pdf.SetTextColor(0, 0, 0) }
func (d *booklet) grey()  { d.pdf.SetTextColor(77, 77, 77) }
