// Package paper renders what goes to paper: the monthly bill as a postcard (はがき請求書) that can be paid with at a
// convenience store or a post office, print-ready, and batches of it with a list by which the printer and we can prove
// that nothing is missing and nothing was printed twice. It also writes the bill as a member keeps it, as an A4 PDF and as
// CSV: see [Statement].
//
// # The story
//
// The card is a pressure-sealed one (圧着はがき), folded once. Whoever carries it reads an address; whoever it is for
// pulls it open. One card is one sheet, and one sheet is two pages of the PDF:
//
//	outside                              inside
//	+----------------------+             +----------------------+
//	| address, turned left |             | statement            |
//	| by a quarter         |             |                      |
//	+ - - - - fold - - - - +             + - - - - fold - - - - +
//	| what to do, whom     |             | receipt stub 受領証  |
//	| to ask               |             | · · perforation · ·  |
//	+----------------------+             | payment slip 払込票  |
//	                                     +----------------------+
//
// The sheet is 148 × 200 mm, printed on both sides and turned over its long edge; folded it is a postcard of 100 × 148
// mm that opens on the right. The amount stands on the inside only. What a shop keeps, the slip, has the back of the
// card behind it and not the address. A page is larger than the sheet: 3 mm of bleed, then marks for cutting, folding
// and perforating, and a line with the running number. TrimBox and BleedBox say the same to machines.
//
// The panel is 148 mm wide because the lines that a post office's machine reads have 44 figures at ten to the inch,
// 112 mm, and must not cross a fold. The bars are rectangles, never a picture, X = 0.169 mm: with both quiet zones 52 mm
// of the 60 allowed.
//
// Nothing is cut off to make it fit. A name or an address gets smaller and then wraps, purchases that find no room are
// counted and summed in a line of their own, and what fits at no size is refused ([CardError]). A character that the
// font lacks is printed as 〓 and reported ([Replacement]), so that a person can look at that card before it is sent.
//
// # The fonts
//
// BIZ UDPGothic by Morisawa (OFL 1.1; see fonts/OFL.txt) is made for bills: 6, 8 and 9 cannot be mistaken for each other at
// small sizes. It comes in 4.7 MB a weight, 3 MB compressed. fonts/regular.ttf.gz keeps the characters of Windows-31J and
// the Latin letters with accents, 7,705, and with those all that Japanese systems of shops and banks can hand over: 1.8 MB.
// The bold one has only what this package itself says: 0.06 MB. What a post office's machine reads is OCR-B
// (fonts/ocrb.ttf.gz), of which the ten digits are there: 2 KB. generate/main.go makes all three. A PDF holds the glyphs that
// it uses and no more: a card alone is some 80 KB, one of many 6 KB.
//
// Everything here is a function of its arguments: the time in a PDF is the one given, and the same cards make the same bytes.
package paper

//go:generate go run generate/main.go "$BIZUD" "$OCRB" fonts

import (
	"io"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Form is what all cards of a batch share.
type Form struct {
	From    Sender
	Agent   string    // who collects for the sender (収納代行会社); "" prints no line
	Postage []string  // what stands where a stamp would: 料金後納郵便 and the post office; nil leaves the place to a stamp
	Back    []string  // paragraphs for the back of the card, in Japanese or English; no personal data and no amounts
	Limit   money.Yen // the most that the agent collects with one barcode, a term of the contract (often 300,000)
	Made    time.Time // the time that the PDF says it was made
}

// Sender is who sends the bill and is asked about it.
type Sender struct {
	Name         string
	PostalCode   string // seven digits
	Lines        []string
	Phone        string // as it is to be printed
	Hours        string // when somebody answers; "" prints nothing
	Registration string // the number of an issuer of qualified invoices (登録番号), T and 13 digits; "" when there is none
}

// Card is one bill.
type Card struct {
	To        Addressee
	Reference string    // what the member tells the support: 1 to 20 of A–Z, 0–9 and "-"; unique within a batch
	Month     jst.Month // of the purchases

	Purchases []Purchase // in the order of print; those that find no room are summed in one line
	Fees      []Item     // added to the purchases
	Taxes     []Item     // of which consumption tax: contained in the total, not added to it
	Total     money.Yen  // purchases and fees; what the barcode asks for
	DueDay    jst.Day
	LateNote  string // what happens when it is paid late

	Slip   string  // the 44 digits; see konbini.Build. Its stamp flag decides about the place for the revenue stamp
	Postal *Postal // the lines for post offices; nil when the card cannot be paid there
}

// Addressee is whom the card is for.
type Addressee struct {
	PostalCode string   // seven digits
	Lines      []string // of the address, one to four
	Name       string
	Honorific  string // "様" when empty; "御中" for a company
}

// Purchase is a line of the bill.
type Purchase struct {
	Day    jst.Day
	Shop   string
	Amount money.Yen // less than 0 for a refund
}

// Item is another line of the bill. EN stands small beside JA where there is room for it, else it is left out.
type Item struct {
	JA, EN string
	Amount money.Yen
}

// Postal is what a post office's machine reads (払込取扱票の印字), one agent's layout of which has the two lines here.
type Postal struct {
	Account string // as people write it: "00160-9-123456"
	Upper   string // 39 digits, the first two for checking
	Lower   string // 44 digits, the first two for checking
}

// Replacement is a character that could not be printed. It is of use only to somebody who may read the card.
type Replacement struct {
	Number    int    // of the card in its batch, from 1; 0 for the form
	Reference string // of the card
	Field     Field
	Char      rune // what stood there: it was printed as 〓, or left out where it has no shape of its own
}

// Pages is how many pages of the PDF a card has: its outside and its inside.
const Pages = 2

// Postcard writes one card as a PDF of two pages. The error is a [CardError] with Number 1, one of the font's, or w's.
func Postcard(w io.Writer, form Form, card Card) ([]Replacement, error) {
	if err := form.refused(); err != nil {
		return nil, err
	}
	if err := card.refused(1, form.Limit); err != nil {
		return nil, err
	}
	s, err := newSheets(form)
	if err != nil {
		return nil, err
	}
	if err := s.card(1, card); err != nil {
		return nil, err
	}
	return s.replaced, s.output(w)
}
