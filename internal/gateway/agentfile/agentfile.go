// Package agentfile reads and writes the collection agent's payment notices (収納データ): what was paid with our slips and
// barcodes at convenience stores, in payment apps and at post offices. Agents lay their files out in one of three ways
// ([Layout]); what they say is the same [Line].
//
// # The story
//
// The agent collects at dozens of chains and hands over one file after another, in Shift_JIS (Windows-31J): a CSV with a
// header row and 13 columns, or records of 120 bytes. [Read] tells by the bytes which it is and refuses to guess. One payment arrives as up to three lines over several days. A [Prompt] line (速報) comes within
// hours and says that a till scanned the barcode; it is not money yet, and a [Cancelled] line may take it back. The [Confirmed] line
// (確報) is final. Post offices send [PostalTransfer] only, payment apps may send [RealTime].
//
// Files repeat: a download is tried again, periods overlap, somebody opens a file in a spreadsheet and sends it on. So
// [File] has a hash, each [Line] a key that survives what a spreadsheet does to leading zeros and is the same in every
// layout, and importing either twice must change nothing. A line that stands twice in a file has one key; one that is missing
// shows in the counts of the closing record, where the agent sends such ([Contract]). The amount column is the money; the digits of the barcode only say what was asked for. Where they
// disagree the line says so ([Line.AmountDiffers]) and a person decides. The fixed layouts have no amount beside the barcode's:
// there the check digit alone vouches for it, and a digit that was changed makes the line a bad one.
//
// A line that cannot be read does not hide the others: [Read] returns every line that it understands, and every column that
// it does not with the cure in words. What is no such file at all, is cut short or is somebody else's is refused as a
// whole ([FileError]).
package agentfile

import (
	"crypto/sha256"
	"strings"

	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Kind is what a line tells (種別).
type Kind string

// The kinds.
const (
	Prompt           Kind = "01" // 速報: scanned at a till
	Confirmed        Kind = "02" // 確報: final
	Cancelled        Kind = "03" // 速報取消: the prompt line is taken back
	PostalTransfer   Kind = "12" // 郵便振替: paid at a post office or its machine
	PostalCorrection Kind = "22" // 郵便振替訂正: the right amount of such a payment
	RealTime         Kind = "81" // リアルタイム速報
)

func (k Kind) known() bool {
	switch k {
	case Prompt, Confirmed, Cancelled, PostalTransfer, PostalCorrection, RealTime:
		return true
	}
	return false
}

func (k Kind) postal() bool { return k == PostalTransfer || k == PostalCorrection }

// Line is one notice.
type Line struct {
	Number int // in the file, the header being 1; 0 in a line that is to be written

	Kind    Kind
	Day     jst.Day // when it was paid (収納日)
	Time    string  // "HHMM" in Japan, four digits; "0000" where the kind is postal: not told
	Barcode string  // the 44 digits; with PostalTransfer the due day in them is always 999999
	User1   string  // digits 14–19 of the barcode, or as the agent cuts them
	User2   string  // digits 20–30, likewise

	Stamp      bool      // the receipt carried a revenue stamp
	Amount     money.Yen // what was paid; with PostalCorrection what should have been told before
	Chain      string    // the agent's code of the chain, app or post office: "010"; see ChainName and Contract.Chains
	ChainName  string    // as the file has it; "" where the layout has none and the contract does not tell
	Store      string    // the chain's code of the store, with or without leading zeros
	PayoutDay  jst.Day   // when the agent pays it out (振込日); zero until it is known
	CreatedDay jst.Day   // when the agent made the line, or in the fixed layouts acquired it

	AccountingDay jst.Day // in which day's books the agent has it (経理処理日); the fixed layouts only

	AmountDiffers bool // from the amount in the barcode; set by Read
}

// Key identifies a notice whichever file it comes in: 16 bytes over kind, day, time, the 44 digits and the store. The
// store counts without its leading zeros, which spreadsheets drop. Two payments of one slip in one store within one
// minute have one key: the agent's files do not tell them apart.
func (l Line) Key() []byte {
	return id.Hash("agentfile.line", string(l.Kind), l.Day.String(), l.Time, l.Barcode, strings.TrimLeft(l.Store, "0"))
}

// barcodeAmount is digits 38–43 as they stand.
func (l Line) barcodeAmount() string { return l.Barcode[37:43] }

// File is what a file holds.
type File struct {
	Layout Layout
	Lines  []Line            // the lines that were understood, in the order of the file
	Bad    []LineError       // every column that was not, in the order of the file
	Hash   [sha256.Size]byte // of the bytes as received: the same file comes twice
}

// ChainName is how the agent's files write a chain, app or post office, in full-width letters.
func ChainName(code string) (name string, ok bool) {
	for _, c := range chains {
		if c.code == code {
			return c.name, true
		}
	}
	return "", false
}

var chains = []struct{ code, name string }{
	{"010", "セブン－イレブン"},
	{"020", "ローソン"},
	{"030", "ファミリーマート"},
	{"050", "デイリーヤマザキ"},
	{"080", "ミニストップ"},
	{"530", "ＰａｙＢ"},
	{"730", "ポプラ"},
	{"750", "Ｊ－Ｃｏｉｎ"},
	{"760", "セコマ"},
	{"780", "ａｕ　ＰＡＹ"},
	{"800", "ｄ払い"},
	{"810", "ＬＩＮＥ　Ｐａｙ"},
	{"820", "ＰａｙＰａｙ"},
	{"830", "楽天銀行"},
	{"840", "銀行Ｐａｙ"},
	{"890", "ＭＭＫ設置店"},
	{"910", "郵便振替"},
	{"911", "郵便振替（窓口）"},
}
