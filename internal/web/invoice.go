package web

import (
	"html/template"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// InvoicePage is one purchase's bill, for whoever has its secret address: no account is needed, and nothing on it says whose it
// is (rule I08).
type InvoicePage struct {
	Frame
	Shop      string
	OrderRef  string
	Bought    jst.Day
	Bill      BillHead // its links lead to pages of members and are not used
	Lines     []BillLine
	Charges   []BillCharge
	Reduced   money.Yen  // what it asks for less: given back or not asked for any more
	Paid      money.Yen  // what came in
	Over      []Overpaid // what it did not need; of accounts only what a browser may see in which the payer's number was proven
	Soonest   jst.Day    // when the next file of transfers is made at the earliest; zero where nothing goes into it
	Give      string     // where its payer gives the account to which it goes back; empty if none is needed, or the payer is a member
	Reference string
	Barcode   template.HTML // inline SVG with its own title; empty where nothing is to be paid now
	Number    string        // the 44 digits
	Until     jst.Day       // the last day the barcode is taken
	Chains    []string      // where it is taken
	Minutes   int           // how long the store's report usually takes
	Late      LateTerms
	Disputed  Disputed
	Action    string // where "this bill is not mine" is posted
	Form      Form
}

// Disputed says whether somebody said that an invoice is not theirs, and what became of it.
type Disputed string

// What can have become of it.
const (
	NotDisputed     Disputed = ""
	DisputeOpen     Disputed = "open"
	DisputeUpheld   Disputed = "upheld"
	DisputeRejected Disputed = "rejected"
)

// Grounds are the reasons to choose from, as they are posted.
func (i InvoicePage) Grounds() []Ground {
	return []Ground{NotBought, WrongPerson, NotReceived, GoodsBack, WrongAmount}
}

// Ground is a reason for which an invoice is not somebody's to pay.
type Ground string

// The reasons.
const (
	NotBought   Ground = "not_bought"
	WrongPerson Ground = "wrong_person"
	NotReceived Ground = "not_received"
	GoodsBack   Ground = "returned"
	WrongAmount Ground = "wrong_amount"
)

var groundKeys = map[Ground]string{
	NotBought: "notmine.not_bought", WrongPerson: "notmine.wrong_person", NotReceived: "notmine.not_received",
	GoodsBack: "notmine.returned", WrongAmount: "notmine.wrong_amount",
}

// Key is its sentence in the catalogue.
func (g Ground) Key() string { return groundKeys[g] }

// GroundSlip is what is to be put right in the choice, or nil.
func (i InvoicePage) GroundSlip() *Slip { return i.Form.SlipOf("reason") }

// Asks tells whether something is to be paid now, and nobody has said that it is not theirs.
func (i InvoicePage) Asks() bool { return i.Bill.State.Payable() && i.Disputed != DisputeOpen }

// Sums tells whether the page shows what the bill comes to, and not what is to be paid: nothing is.
func (i InvoicePage) Sums() bool { return i.Bill.State == BillPaid || i.Disputed == DisputeOpen }

// Status is 422 for a form with slips.
func (i InvoicePage) Status() int { return formStatus(i.Form) }

func (i InvoicePage) spec(p phrases) spec {
	return spec{template: "public/invoice", title: p.text("invoice.title", "shop", i.Shop), area: plainArea, wrong: i.Form.Wrong(), live: true}
}
