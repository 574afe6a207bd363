package orderfile

import (
	"fmt"

	"tsuke/internal/fault"
)

// Problem is what is wrong with a line.
type Problem int

// The problems.
const (
	BadColumns Problem = iota // not as many columns as the header, or a quotation mark that does not close
	BadRef                    // no order reference
	BadAmount                 // no amount
	BadState                  // neither placed nor cancelled
	Twice                     // the order stands in an earlier line
)

var problems = map[Problem]fault.Text{
	BadColumns: {JA: "列の数が見出し行と違うか、引用符が閉じていません。見出し行と同じ数の列にしてください", EN: "Not as many columns as the header row, or a quotation mark does not close. Write as many columns as the header has"},
	BadRef:     {JA: "注文番号ではありません。空白を含まないASCII文字1〜64字で、APIに送ったとおりに書いてください", EN: "Not an order reference. Write 1 to 64 visible ASCII characters, exactly as sent to the API"},
	BadAmount:  {JA: "金額ではありません。1円以上の整数を、桁区切りや「円」を付けずに書いてください", EN: "Not an amount. Write whole yen from 1, without separators and without a unit"},
	BadState:   {JA: "placed でも cancelled でもありません。どちらかを書くか、空のままにしてください", EN: "Neither placed nor cancelled. Write one of the two or leave it empty"},
	Twice:      {JA: "同じ注文番号が%d行目にもあります。正しいほうだけを残してください", EN: "The same order stands in line %d. Keep the one that is right"},
}

// LineError is one field of one line that could not be read.
type LineError struct {
	Line    int    // counted from 1, the header being 1
	Field   string // the column's name; empty when the line as a whole is meant
	Problem Problem
	First   int // with Twice the line in which the order stands first
}

// Error is the English text.
func (e LineError) Error() string { return "orderfile: " + e.Text().EN }

// Text says where it is, what is wrong and what to do. It does not repeat what stands there.
func (e LineError) Text() fault.Text {
	what := problems[e.Problem]
	if e.Problem == Twice {
		what = fault.Text{JA: fmt.Sprintf(what.JA, e.First), EN: fmt.Sprintf(what.EN, e.First)}
	}
	if e.Field == "" {
		return fault.Text{JA: fmt.Sprintf("%d行目: %s", e.Line, what.JA), EN: fmt.Sprintf("Line %d: %s", e.Line, what.EN)}
	}
	return fault.Text{
		JA: fmt.Sprintf("%d行目の%s: %s", e.Line, e.Field, what.JA),
		EN: fmt.Sprintf("Line %d, %s: %s", e.Line, e.Field, what.EN),
	}
}

// Reason is why a file is refused as a whole.
type Reason int

// The reasons.
const (
	NoHeader Reason = iota // nothing in it, or the first row is not the header
	NotUTF8                // as a spreadsheet in Japan saves by default
	TooLarge               // more than MaxBytes
)

var reasons = map[Reason]fault.Text{
	NoHeader: {JA: "1行目が見出し行ではありません。order_ref,amount または order_ref,amount,state と書いてください。注文のない期間のファイルにも見出し行が要ります", EN: "The first row is not the header. Write order_ref,amount or order_ref,amount,state; a list without orders needs it too"},
	NotUTF8:  {JA: "文字コードがUTF-8ではありません。UTF-8のCSVとして保存し直してください", EN: "Not in UTF-8. Save it again as CSV in UTF-8"},
	TooLarge: {JA: "ファイルが大きすぎます（64MBまで）。期間を分けてください", EN: "The file is larger than 64 MB. Send shorter periods"},
}

// FileError is a file that was refused as a whole.
type FileError struct{ Reason Reason }

// Error is the English text.
func (e *FileError) Error() string { return "orderfile: " + e.Text().EN }

// Text says what is wrong and what to do.
func (e *FileError) Text() fault.Text { return reasons[e.Reason] }
