package billing

import "tsuke/internal/lifecycle"

// State is where a statement stands. That its due day passed unpaid is a flag beside it: see Statement.PastDue.
type State string

// The states of a statement. One without anything to pay is paid from the beginning: see Statement.Settled.
const (
	Issued     State = "issued"     // to be paid
	Confirming State = "confirming" // paid at a till, the agent's final word is awaited
	Paid       State = "paid"
)

// News is what a line of the agent's file says about a payment at a till, or what people decide about money in suspense.
type News string

// The kinds of news.
const (
	Prompt  News = "prompt"  // 速報: scanned, not yet money
	Confirm News = "confirm" // 確報: final
	Cancel  News = "cancel"  // 速報取消: the prompt report is taken back

	Match    News = "match"  // it belongs to a statement (rule B24)
	SendBack News = "return" // it goes back to whoever paid (rule B26)
)

// StatementMachine is the only place that names a step of a statement (rules B11, B12, B13).
var StatementMachine = lifecycle.New(
	lifecycle.Move[State, News]{From: Issued, On: Prompt, To: Confirming},
	lifecycle.Move[State, News]{From: Issued, On: Confirm, To: Paid},
	lifecycle.Move[State, News]{From: Confirming, On: Confirm, To: Paid},
	lifecycle.Move[State, News]{From: Confirming, On: Cancel, To: Issued},
)

// ReceiptState is where one payment at one till stands.
type ReceiptState string

// The states of a receipt.
const (
	Unheard   ReceiptState = "unheard" // no line has told of it; never stored
	Prompted  ReceiptState = "prompt"
	Confirmed ReceiptState = "confirmed"
	Cancelled ReceiptState = "cancelled"
	MovedOn   ReceiptState = "moved"    // out of suspense: another receipt carries the money on (rule B24)
	SentBack  ReceiptState = "returned" // out of suspense: owed to whoever paid, or paid back (rule B26)
)

// Live tells whether the money of a receipt in this state counts.
func (s ReceiptState) Live() bool { return s == Prompted || s == Confirmed }

// ReceiptMachine is the only place that names a step of a receipt. The agent's lines can come late and in any order: a
// confirmation is final whatever came before (rule B12), a cancellation can overtake the prompt report that it takes back.
// What is refused is old news, or contradicts a confirmation (rule B13). The last three steps are for money in suspense only,
// and only what is final can be sent back (rule B26).
var ReceiptMachine = lifecycle.New(
	lifecycle.Move[ReceiptState, News]{From: Unheard, On: Prompt, To: Prompted},
	lifecycle.Move[ReceiptState, News]{From: Unheard, On: Confirm, To: Confirmed},
	lifecycle.Move[ReceiptState, News]{From: Unheard, On: Cancel, To: Cancelled},
	lifecycle.Move[ReceiptState, News]{From: Prompted, On: Confirm, To: Confirmed},
	lifecycle.Move[ReceiptState, News]{From: Prompted, On: Cancel, To: Cancelled},
	lifecycle.Move[ReceiptState, News]{From: Cancelled, On: Confirm, To: Confirmed},
	lifecycle.Move[ReceiptState, News]{From: Prompted, On: Match, To: MovedOn},
	lifecycle.Move[ReceiptState, News]{From: Confirmed, On: Match, To: MovedOn},
	lifecycle.Move[ReceiptState, News]{From: Confirmed, On: SendBack, To: SentBack},
)
