package transferfile

import (
	"fmt"
	"strings"

	"tsuke/internal/fault"
)

// Problem is what is wrong with one column of one line.
type Problem int

// The problems.
const (
	BadColumns Problem = iota // not as many columns as the header, or a quotation mark that does not close
	BadDay                    // not a day
	BadAmount                 // not a whole amount of yen
	Negative                  // less than nothing came in
	BadText                   // bytes that are no letters, or too many of them
	Uncarried                 // would not read back; when writing
	BadBalance                // does not follow from the balance of the line before
	BadSerial                 // not a number of letters, digits and hyphens
	SameSerial                // another line of the day has this number
)

var problems = map[Problem]fault.Text{
	BadColumns: {JA: "列の数が見出し行と違うか、引用符が閉じていません。編集や保存をしていない、銀行のファイルを送ってください", EN: "Not as many columns as the header row, or a quotation mark does not close. Send the bank's own file, not one that was edited or saved again"},
	BadDay:     {JA: "日付ではありません。2026/12/05のように西暦4桁か、令和を付けて書いてください", EN: "Not a day. Write it such as 2026/12/05, with four digits of the year"},
	BadAmount:  {JA: "金額ではありません。1円単位の数字で書いてください", EN: "Not an amount. Write whole yen in digits"},
	Negative:   {JA: "入金額がマイナスです。銀行の訂正かどうか確かめ、手で処理してください", EN: "Less than nothing came in. Ask the bank whether it corrected a line, and settle it by hand"},
	BadText:    {JA: "読めない文字があるか、長すぎます。ファイルをもう一度受け取ってください", EN: "Letters that cannot be read, or too many. Fetch the file again"},
	BadBalance: {JA: "残高が前の行の残高と合いません。行が抜けているか、重複しているか、書き換えられています。期間を指定し直し、銀行からもう一度受け取ってください", EN: "The balance does not follow from that of the line before: a line is missing, is there twice, or was changed. Fetch the statement from the bank again"},
	BadSerial:  {JA: "取引番号ではありません。40文字までの英数字とハイフンです", EN: "Not a number that a bank gives a line: up to 40 letters, digits and hyphens"},
	SameSerial: {JA: "同じ日に同じ取引番号の行があります。銀行からもう一度受け取ってください", EN: "Another line of that day has the same number. Fetch the statement from the bank again"},
	Uncarried:  {JA: "この文字コードや列では表せない値です。UTF-8で書くか、値を直してください", EN: "A value that this encoding or these columns cannot carry. Write UTF-8, or correct the value"},
}

// LineError is one column that could not be read.
type LineError struct {
	Line    int    // counted from 1, the file's first line being 1
	Column  string // as the mapping names it; "" when the line as a whole is meant
	Problem Problem
}

// Error is the English text.
func (e LineError) Error() string { return "transferfile: " + e.Text().EN }

// Text says where it is, what is wrong and what to do. It does not repeat what stands there.
func (e LineError) Text() fault.Text {
	what := problems[e.Problem]
	if e.Column == "" {
		return fault.Text{JA: fmt.Sprintf("%d行目: %s", e.Line, what.JA), EN: fmt.Sprintf("Line %d: %s", e.Line, what.EN)}
	}
	return fault.Text{
		JA: fmt.Sprintf("%d行目の「%s」: %s", e.Line, e.Column, what.JA),
		EN: fmt.Sprintf("Line %d, column %s: %s", e.Line, e.Column, what.EN),
	}
}

// Reason is why a file is refused as a whole.
type Reason int

// The reasons.
const (
	Empty    Reason = iota // nothing in it
	TooLarge               // more than MaxBytes
	UTF16                  // as spreadsheets save “Unicode text”
	NoHeader               // no row with the names of the mapping
	Twice                  // a name of the mapping stands twice in the header
)

var reasons = map[Reason]fault.Text{
	Empty:    {JA: "ファイルが空です。もう一度受け取ってください", EN: "The file is empty. Fetch it again"},
	TooLarge: {JA: "ファイルが大きすぎます（64MBまで）。期間を分けて受け取ってください", EN: "The file is larger than 64 MB. Fetch shorter periods"},
	UTF16:    {JA: "文字コードがUTF-16です。編集や保存をしていない、銀行のファイルを送ってください", EN: "In UTF-16. Send the bank's own file, not one that was saved again"},
	NoHeader: {JA: "見出し行に次の列がありません: %s。銀行のファイルかどうかと、列の設定を確かめてください", EN: "The header row lacks these columns: %s. See whether it is the bank's file, and whether the mapping names its columns"},
	Twice:    {JA: "見出し行に同じ名前の列が二つあります（設定の列: %s）。列の設定を確かめてください", EN: "A column stands twice in the header row (the mapping's columns: %s). Correct the mapping"},
}

// FileError is a file that was refused as a whole.
type FileError struct {
	Reason  Reason
	Columns []string // with NoHeader the mapping's names that were not found, with Twice all of them
}

// Error is the English text.
func (e *FileError) Error() string { return "transferfile: " + e.Text().EN }

// Text says what is wrong and what to do. It repeats names of the mapping, and nothing of the file.
func (e *FileError) Text() fault.Text {
	what := reasons[e.Reason]
	if len(e.Columns) == 0 {
		return what
	}
	return fault.Text{JA: fmt.Sprintf(what.JA, strings.Join(e.Columns, "、")), EN: fmt.Sprintf(what.EN, strings.Join(e.Columns, ", "))}
}
