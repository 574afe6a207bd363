// Package numberfile writes and reads the file with which the collection agent is told of receipt numbers (受付番号): which of
// them begin, with all that stores, cash machines and banks have to know, and which end.
//
// # The story
//
// A number means nothing at a store's terminal until the agent has it. So the service writes a file whenever there is something to
// tell ([Write]); each has a serial number, one more than the last, so that the agent sees when one is missing and does
// nothing when one comes twice. The agent takes a file as a whole or not at all ([Read]): a slip anywhere is told with its
// line and column, and nothing is taken.
//
// # The layout
//
// No agent's layout for this is published. This one is an assumption, made of what published descriptions agree on: a number
// and a confirmation number, an amount, an expiry to the second that is 23:59:59 of a day in Japan, a product of at most 22 characters
// and a payer's name of at most 10. It is Windows-31J, lines end with CR+LF, columns are parted by commas, and nothing is
// quoted: no column can hold a comma, a quotation mark or a line end.
//
//	1,受付番号,serial 8,day made 8,issuer 6,client 5
//	2,number 11,confirmation number 10–11,slip number 13,44 digits,amount 1–6,expiry 14,Pay-easy code 4–6,product,payer
//	3,number 11,44 digits
//	8,records 1–8,sum of the amounts 1–15
//
// A record 2 begins a number: the confirmation number is the payer's phone number, the slip number is what is told at tills
// of Seven-Eleven, the code is Pay-easy's and its customer number is the number. A record 3 ends one; the agent then refuses it, unless it
// was paid in that moment. The 44 digits (GS1-128, AI 91) are by what the agent reports the payment, in the layouts of package
// agentfile: digits 19 to 29 are the number. Amount and last day are those of the digits.
package numberfile

import (
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
	"tsuke/internal/money"
)

// The most that files and texts hold.
const (
	MaxBytes   = 16 << 20
	MaxSerial  = 99_999_999
	MaxProduct = 22 // characters
	MaxPayer   = 10 // characters
)

// File is what a file tells.
type File struct {
	Serial  int // counted from 1
	Made    jst.Day
	Issuer  string // whose file it is: the company code of our barcodes, six digits
	Client  string // and the client code, five digits
	Records []Record
}

// Record tells of one number.
type Record struct {
	Ends   bool // the number ends; then only Number and Digits are told
	Number kiosk.ReceiptNumber
	Digits string // the 44 digits by which payments are reported

	Confirmation string // the payer's phone number: personal, never for logs
	Slip         kiosk.SlipNumber
	Amount       money.Yen
	Last         jst.Day // the last day to pay; zero if there is none
	Code         string  // Pay-easy's confirmation number
	Product      string
	Payer        string // personal, never for logs
}
