package paper

import (
	"fmt"

	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

// The barcode (see package konbini): X is two dots of a printer of 300 dpi. 308 modules with the quiet zones are 52 mm of
// the 60 that the guideline allows, and the bars are higher than its 10 mm.
const (
	barModule = 0.169
	barHeight = 12.0
	barQuiet  = 10 // modules on either side
)

func (s *sheets) inside(c Card, mark symbol) {
	s.statement(c)
	s.dashed(1, func() { s.line(4, cutAt, sheetWidth-4, cutAt, 0.15) })
	s.text(sheetWidth-9, cutAt-1, 4.5, light, right, "切り取り線（収納店で切り離します） The store cuts here")
	s.stub(c, mark)
	s.slip(c, mark)
}

// statement is what the member keeps.
func (s *sheets) statement(c Card) {
	const x, width = 9.0, 54.0
	s.title(x, 14, 14, "ご請求書", "Invoice")
	s.text(x, 20, 8.5, light, left, c.Month.JAFull()+"ご利用分")
	s.text(x+width, 20, 6, light, right, c.Month.EN())
	s.fit(FieldName, area{x, 22.5, width, 9}, 10, 5.5, left, payer(c))

	s.pdf.SetFillColor(240, 240, 240)
	s.pdf.Rect(s.x+x, s.y+33.5, width, 28, "F")
	s.label(x+2.5, 38, "ご請求金額（税込）", "Total")
	s.text(x+width-2.5, 46.5, 20, strong, right, c.Total.JA())
	s.line(x+2.5, 49.5, x+width-2.5, 49.5, 0.1)
	s.label(x+2.5, 53.5, "お支払期限", "Due")
	s.text(x+width-2.5, 53.5, 5.5, light, right, c.DueDay.EN())
	s.text(x+width-2.5, 59, 11, strong, right, c.DueDay.JAFull())

	s.fit(FieldLateNote, area{x, 64, width, 14}, 6.5, 4.5, left, c.LateNote)

	s.line(x, 79.5, x+width, 79.5, 0.1)
	y := 80.5 + s.fit(FieldSenderName, area{x, 80.5, width, 5.5}, 7, 4.5, left, s.form.From.Name)
	if s.form.From.Registration != "" {
		s.text(x, y+2.2, 6, light, left, "登録番号 "+s.form.From.Registration)
	}
	s.label(x, 93, "お問い合わせ番号", "Reference")
	s.text(x+width, 93, 9, strong, right, c.Reference)
	s.table(c)
}

func payer(c Card) string { return c.To.Name + "\u00A0" + c.To.Honorific }

const (
	tableLeft   = 69.0
	tableRight  = 139.0
	tableTop    = 15.5
	tableBottom = 93.5
	tableRow    = 4.4
	shopLeft    = tableLeft + 13
	shopWidth   = 36.0
	shopSize    = 7.0
)

// row is a line of the table, ready to be drawn: its shop's name may have several lines.
type row struct {
	day    string
	lines  []string
	small  string // English beside the first line
	size   float64
	amount string
	height float64
	strong bool
}

// table lists purchases, fees, the total and its taxes. It is drawn from the end: fees, total and taxes have their
// place for certain, purchases fill what is left, and the last line of them tells what did not fit.
func (s *sheets) table(c Card) {
	s.text(tableLeft, 13, 6, light, left, "日付 Date")
	s.text(shopLeft, 13, 6, light, left, "ご利用店 Shop")
	s.text(tableRight, 13, 6, light, right, "金額（税込） Amount")
	s.line(tableLeft, tableTop-1, tableRight, tableTop-1, 0.25)

	var last []row
	for _, fee := range c.Fees {
		last = append(last, s.item(FieldFees, fee))
	}
	total := row{lines: []string{"合計"}, small: "Total", size: 8.5, amount: c.Total.JA(), height: tableRow + 1.2, strong: true}
	last = append(last, total)
	for _, tax := range c.Taxes {
		last = append(last, s.item(FieldTaxes, tax))
	}
	y := tableTop
	for _, r := range append(s.purchases(c.Purchases, tableBottom-tableTop-heights(last)), last...) {
		s.row(y, r)
		y += r.height
	}
	if y > tableBottom+0.001 {
		s.fail(FieldFees, TooLong)
	}
}

func heights(rows []row) float64 {
	sum := 0.0
	for _, r := range rows {
		sum += r.height
	}
	return sum
}

// purchases gives the lines that fit into a height, with one for the rest if not all do.
func (s *sheets) purchases(all []Purchase, height float64) []row {
	var rows []row
	for _, p := range all {
		rows = append(rows, s.purchase(p))
		if heights(rows) > height {
			break
		}
	}
	if heights(rows) <= height {
		return rows
	}
	for len(rows) > 0 && heights(rows)+tableRow > height {
		rows = rows[:len(rows)-1]
	}
	var rest money.Yen
	for _, p := range all[len(rows):] {
		rest += p.Amount // all of them together were found to be in range
	}
	n := len(all) - len(rows)
	more := row{
		lines: []string{fmt.Sprintf("ほか %d 件", n)}, small: fmt.Sprintf("and %d more", n),
		size: shopSize, amount: rest.JA(), height: tableRow,
	}
	return append(rows, more)
}

func (s *sheets) purchase(p Purchase) row {
	_, month, day := p.Day.Date()
	r := s.wrappedRow(FieldPurchases, p.Shop)
	r.day, r.amount = fmt.Sprintf("%d/%d", month, day), p.Amount.JA()
	return r
}

func (s *sheets) item(field Field, i Item) row {
	r := s.wrappedRow(field, i.JA)
	r.amount = i.Amount.JA()
	if len(r.lines) == 1 && s.measure(light, r.size, i.JA)+1+s.measure(light, 5, i.EN) <= shopWidth {
		r.small = i.EN
	}
	return r
}

// wrappedRow sets a name at its size, smaller if that keeps it on one line, else on as many lines as it needs.
func (s *sheets) wrappedRow(field Field, name string) row {
	const least = 5.5
	for size := shopSize; size >= least; size -= 0.25 {
		if s.measure(light, size, name) <= shopWidth {
			return row{lines: []string{name}, size: size, height: tableRow}
		}
	}
	lines, ok := s.wrapped(shopWidth, least, []string{name})
	if !ok {
		s.fail(field, TooLong)
	}
	return row{lines: lines, size: least, height: tableRow + float64(len(lines)-1)*least/pointsPerMM*1.2}
}

func (s *sheets) row(y float64, r row) {
	st := light
	if r.strong {
		st = strong
		s.line(tableLeft, y, tableRight, y, 0.25)
		y += 0.6
	}
	base := y + 3.1
	s.text(tableLeft+9, base, shopSize, light, right, r.day)
	for i, line := range r.lines {
		s.text(shopLeft, base+float64(i)*r.size/pointsPerMM*1.2, r.size, st, left, line)
	}
	if r.small != "" {
		s.text(shopLeft+s.measure(st, r.size, r.lines[0])+1, base, 5, light, left, r.small)
	}
	s.text(tableRight, base, max(r.size, shopSize), st, right, r.amount)
}

// stub is the receipt that the shop stamps and gives back.
func (s *sheets) stub(c Card, mark symbol) {
	const x, width = 9.0, 78.0
	s.title(x, 107.5, 10, "払込受領証", "Receipt")
	s.text(x+width, 107.5, 5, light, right, "お客さま控え  Customer's copy")
	s.line(x, 109.5, x+width, 109.5, 0.25)
	s.slipFacts(c, x, 110.5, width)
	s.text(x, 132.3, 6, light, left, mark.upper)
	s.text(x, 135.2, 6, light, left, mark.lower)

	if mark.stamp {
		s.dashed(0.6, func() { s.box(91, 106, 20, 27, 0.15) })
		s.text(101, 117.5, 6, light, center, "収入印紙")
		s.text(101, 120.5, 6, light, center, "貼付欄")
		s.text(101, 123.5, 4.5, light, center, "Revenue stamp")
	}
	s.box(113, 106, 26, 27, 0.15)
	s.text(126, 109.2, 5.5, light, center, "領収日附印  Date stamp")
}

// slipFacts are payee, payer, reference and amount, the same on both parts of the slip.
func (s *sheets) slipFacts(c Card, x, y, width float64) {
	const name = 19.0
	payee := s.form.From.Name
	if s.form.Agent != "" {
		payee += "（収納代行 " + s.form.Agent + "）"
	}
	s.label(x, y+2.9, "受取人", "Payee")
	s.fit(FieldSenderName, area{x + name, y + 0.4, width - name, 4.4}, 7.5, 4.5, left, payee)
	s.label(x, y+7.5, "お客さま", "Payer")
	s.fit(FieldName, area{x + name, y + 5, width - name, 5.2}, 8, 3.75, left, payer(c))
	s.label(x, y+12.2, "番号", "Ref.")
	s.text(x+name, y+12.2, 7.5, light, left, c.Reference)
	s.label(x, y+17.2, "金額", "Amount")
	s.text(x+name, y+17.4, 12, strong, left, c.Total.JA())
}

// slip is what the shop keeps: bars, the figures beneath them, and the lines for post offices.
func (s *sheets) slip(c Card, mark symbol) {
	const x, width = 9.0, 68.0
	s.title(x, 145.5, 10, "払込票", "Payment slip")
	s.text(x+width, 145.5, 5, light, right, "収納店控え  Store's copy")
	s.line(x, 147.5, x+width, 147.5, 0.25)
	s.slipFacts(c, x, 148.5, width)
	s.label(x, 171, "お支払期限", "Due")
	s.text(x+19, 171, 8, light, left, c.DueDay.JAFull())

	const whole = (konbini.Modules + 2*barQuiet) * barModule
	const from = sheetWidth - 9 - whole
	s.bars(from+barQuiet*barModule, 148, barModule, barHeight, mark.widths)
	const middle = from + whole/2
	s.text(middle, 163, 6.5, light, center, mark.upper)
	s.text(middle, 166, 6.5, light, center, mark.lower)
	s.postal(c)
}

// postal prints what a post office's machine reads: OCR-B at ten figures to the inch, nothing else beside or beneath.
func (s *sheets) postal(c Card) {
	if c.Postal == nil {
		s.box(sheetWidth-9-26, 170, 26, 24, 0.15)
		s.text(sheetWidth-9-13, 173.2, 5.5, light, center, "収納印  Store's stamp")
		return
	}
	s.label(9, 178, "口座記号番号", "Postal account")
	s.text(44, 178, 8, light, left, c.Postal.Account)
	s.ocr(sheetWidth-18, 186, c.Postal.Upper)
	s.ocr(sheetWidth-18, 193, c.Postal.Lower)
}

// ocr sets figures so that the last one ends at x. A figure is 0.723 of the font's size wide.
func (s *sheets) ocr(x, y float64, figures string) {
	const pitch, size = 2.54, 2.54 * pointsPerMM / 0.723
	for i := range figures {
		s.text(x-float64(len(figures)-i)*pitch, y, size, machine, left, figures[i:i+1])
	}
}
