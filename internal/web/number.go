package web

import (
	"time"

	"tsuke/internal/jst"
)

// NumberPage (M6, by receipt number) is where a bill is paid with numbers that are typed: the places to choose from, then the
// steps of the chosen one.
type NumberPage struct {
	Frame
	Bill    BillHead
	ReadyAt time.Time // when the numbers can be used; zero if they can be now
	Until   jst.Day   // the last day on which they can be used
	Stores  []PayPlace
	Banks   []PayPlace // cash machines and online banking
	Chosen  *PayGuide  // nil until a place is chosen
	Minutes int        // how long the report of a payment usually takes
	Return  *Return
	Paying
}

// PayPlace is one place to pay at.
type PayPlace struct {
	Name string
	URL  string
	Here bool // it is the chosen one
}

// PayGuide is how a bill is paid at a place.
type PayGuide struct {
	Name    string
	Machine string // where it begins
	Steps   []PayStep
	Minutes int  // how long what the terminal prints can be paid at the till; 0 where that is not told
	Test    bool // the numbers are for trying out, and no bank takes them
	Stored  bool // a store, where one pays in cash
}

// PayStep is one thing to do.
type PayStep struct {
	Do     string
	Label  string // what the machine calls the number that this step needs; empty without one
	Number string // its digits; empty for the phone number
	Phone  string // masked: the member's own number is what the step needs
}

func (b NumberPage) spec(p phrases) spec {
	return spec{template: "member/number", title: p.text("pay.title", "month", b.Bill.Month), tab: BillsTab, live: true}
}
