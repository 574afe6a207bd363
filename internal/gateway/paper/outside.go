package paper

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// postalRed is the ink of the boxes for the postal code: yellow and magenta only, so that the sorting machine, which
// looks through red, sees nothing but the figures.
const postalRed = "PostalRed"

// The boxes for the postal code on a postcard (Japan Post, 郵便番号記入枠: 8.0 × 5.7 mm each, 47.7 mm together, 12 mm
// from the upper edge, 8 mm from the right one; the first three with thicker lines).
const (
	boxTop    = 12.0
	boxWidth  = 5.7
	boxHeight = 8.0
	boxThick  = 0.5
	boxThin   = 0.3
)

var boxLeft = [7]float64{44.3, 51.3, 58.3, 65.9, 72.7, 79.5, 86.3}

const cardWidth = 100.0 // of the folded card, held upright

func (s *sheets) outside(c Card) {
	// The card is held upright for reading, which is a quarter turn from how it lies on the sheet: its left edge is the fold.
	s.pdf.TransformBegin()
	s.pdf.TransformRotate(90, around, around+foldAt)
	s.x, s.y = around, around+foldAt
	s.address(c)
	s.pdf.TransformEnd()
	s.x, s.y = around, around+foldAt
	s.back()
}

// address is what everybody sees: no amount, no shop, no due day.
func (s *sheets) address(c Card) {
	s.postage()
	s.text(cardWidth/2, 7, 6.5, light, center, "郵 便 は が き　POSTCARD")
	s.postalCode(c.To.PostalCode)

	s.fit(FieldAddress, area{14, 38, 78, 22}, 11, 6, left, c.To.Lines...)
	s.fit(FieldName, area{18, 62, 74, 20}, 16, 7, left, c.To.Name+"\u00A0\u00A0"+c.To.Honorific)

	s.box(14, 90, 26, 6, 0.25)
	s.text(27, 94.2, 8, strong, center, "重要・親展")
	s.text(42, 92.6, 6, light, left, "ご本人さまがお開きください。")
	s.text(42, 95.6, 5, light, left, "Private: to be opened by the addressee only")

	s.line(14, 100, 92, 100, 0.1)
	s.label(14, 104.5, "差出人", "From")
	s.fit(FieldSenderName, area{14, 106, 52, 9}, 9, 5.5, left, s.form.From.Name)
	s.fit(FieldSenderAddress, area{14, 115, 52, 11}, 7, 5, left, append([]string{"〒" + hyphenated(s.form.From.PostalCode)}, s.form.From.Lines...)...)
	s.fit(FieldSenderPhone, area{14, 126.5, 52, 6}, 7, 5, left, strings.TrimSpace("電話 "+s.form.From.Phone+"  "+s.form.From.Hours))
	s.text(14, 136, 5.5, light, left, "あて所にお届けできないときは上記へお返しください。")
	s.label(14, 142, "お問い合わせ番号", "Reference")
	s.text(47, 142.2, 9, strong, left, c.Reference)

	s.open()
}

func (s *sheets) postage() {
	if len(s.form.Postage) == 0 {
		return
	}
	s.box(12, 10, 22, 22, 0.3)
	s.fit(FieldPostage, area{13.2, 15, 19.6, 16}, 8, 4.5, center, s.form.Postage...)
}

func (s *sheets) postalCode(code string) {
	s.pdf.SetDrawSpotColor(postalRed, 100)
	for i, x := range boxLeft {
		thickness := boxThin
		if i < 3 {
			thickness = boxThick
		}
		s.box(x+thickness/2, boxTop+thickness/2, boxWidth-thickness, boxHeight-thickness, thickness)
	}
	s.line(boxLeft[2]+boxWidth+0.4, boxTop+boxHeight/2, boxLeft[3]-0.4, boxTop+boxHeight/2, boxThick)
	s.pdf.SetDrawColor(0, 0, 0)
	for i, digit := range code {
		s.text(boxLeft[i]+boxWidth/2, boxTop+6.05, 14, light, center, string(digit))
	}
}

// open shows at which edge the card is pulled open.
func (s *sheets) open() {
	s.line(94.5, 104, 94.5, 140, 0.1)
	s.text(92.5, 132, 5.5, light, right, "右端からゆっくり")
	s.text(92.5, 135, 5.5, light, right, "はがしてください")
	s.text(92.5, 138.5, 5, light, right, "Peel open here")
	s.pdf.SetFillColor(0, 0, 0)
	s.pdf.Polygon([]fpdf.PointType{{X: s.x + 95.5, Y: s.y + 120}, {X: s.x + 95.5, Y: s.y + 124}, {X: s.x + 98, Y: s.y + 122}}, "F")
}

// back is the outer side of the slip: how to pay and whom to ask, the same on all cards but for the reference.
func (s *sheets) back() {
	const x, width = 10.0, sheetWidth - 20
	s.title(x, 14, 12, "お支払いのご案内", "How to pay")
	s.line(x, 17, x+width, 17, 0.3)
	s.fit(FieldBack, area{x, 20, width, 52}, 8.5, 5.5, left, s.form.Back...)
	s.line(x, 76, x+width, 76, 0.1)
	s.label(x, 81, "お問い合わせ", "Contact")
	s.fit(FieldSenderName, area{x, 82.5, width, 5}, 9, 5.5, left, s.form.From.Name)
	s.fit(FieldSenderPhone, area{x, 87.5, width, 5}, 8, 5, left, strings.TrimSpace("電話 "+s.form.From.Phone+"  "+s.form.From.Hours))
}

func hyphenated(postalCode string) string { return postalCode[:3] + "-" + postalCode[3:] }
