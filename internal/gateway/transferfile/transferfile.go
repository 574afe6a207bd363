// Package transferfile reads and writes a bank's statement of an account as CSV, for the transfers (銀行振込) that members
// pay their bills with.
//
// # The story
//
// A transfer arrives with a day, an amount and the payer's name in kana, and without a word about what it is for. Every bank
// writes its CSV in its own way: other names for the columns, one column for what came in or one for both directions, the
// payer in a column of its own or within the text, UTF-8 or Shift_JIS, lines about the account above the header. So where a
// bank has what is a value, the [Mapping]; [Deposits] and [Signed] are two examples to start from.
//
// Statements overlap: this week's file has last week's days again. Most banks give their lines no number, so a line is known by day,
// amount, payer and how many lines like it the day has had, and by the bank's number where it has one ([Line.Key]). Two equal
// transfers of one day are two lines, in this file and in the next, as long as each file has its days from their beginning; a
// file that begins in the middle of a day would pass a second transfer off as the first.
//
// Where the mapping has a column for the balance, each line has to lead from the balance before it to its own, in the order of the
// file or against it: a line that is missing, there twice or changed on the way is found so.
//
// The payer's name is personal data, and the text may hold it again: both are masked, and no error repeats them. A line that
// cannot be read does not hide the others: it stands in [File.Bad] with the cure in words. What went out of the
// account is passed over and counted.
package transferfile

import (
	"crypto/sha256"
	"strconv"

	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
)

// Line is one amount that came in.
type Line struct {
	Number  int    // in the file, its first line being 1; 0 in a line that is to be written
	Account string // Mapping.Account

	Day    jst.Day   // as the bank has it (取引日, 起算日)
	Amount money.Yen // at least 1
	Payer  mask.Name // in full-width katakana, as kana.Katakana gives it; "" where the bank tells none, as for interest
	Text   mask.Name // the bank's words (摘要), as kana.Text gives them; "" where the mapping has no column for it
	Serial string    // the bank's own number of the line; "" where the mapping has no column for it

	Ordinal int // which of the day's lines with this amount, payer and number, from 1; set by Read
}

// Key identifies a line whichever file it comes in: 16 bytes over account, day, amount, payer, the bank's number and
// ordinal. The text does not count: banks word it anew.
func (l Line) Key() []byte {
	return id.Hash("transferfile.line", l.Account, l.Day.String(), l.Amount.String(), l.Payer.Reveal(), l.Serial, strconv.Itoa(l.Ordinal))
}

// File is what a file holds.
type File struct {
	Lines    []Line            // the lines that were understood, in the order of the file
	Bad      []LineError       // every column that was not, in the order of the file
	Passed   int               // lines that brought no money in
	Encoding Encoding          // found out by Read
	Hash     [sha256.Size]byte // of the bytes as received: the same file comes twice
}

// Encoding is how a file writes its letters.
type Encoding int

// The encodings.
const (
	UTF8 Encoding = iota
	ShiftJIS
)
