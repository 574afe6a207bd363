package agentfile

import (
	"fmt"

	"tsuke/internal/fault"
)

// Problem is what is wrong with one column of one line.
type Problem int

// The problems.
const (
	BadColumns    Problem = iota // not 13 columns, or a quotation mark that does not close
	BadKind                      // a kind this program does not know
	BadDay                       // not a day YYYYMMDD
	BadTime                      // not a time HHMM
	BadBarcode                   // not EAN and 44 digits beginning with 91
	BadCheckDigit                // the last of the 44 digits does not fit the others
	BadStamp                     // neither 0 nor 1
	BadAmount                    // not 1 to 999,999
	BadCode                      // a code that is empty, too long, or not of digits
	BadText                      // bytes that are no Shift_JIS, or a name too long

	// Of the fixed layouts.
	BadLength        // not 120 bytes
	BadRecord        // a record of another kind among the details
	BadType          // a type that the contract gives no meaning
	BadDigits        // not 44 digits that begin with 91
	BadPart          // a part of the barcode that is not all digits, or does not begin with 91
	OtherCode        // a code that is not the header's
	OtherBarcodeKind // another barcode kind than the contract says
	Uncarried        // a value that the layout cannot carry; when writing
)

var problems = map[Problem]fault.Text{
	BadColumns:    {JA: "列が13ではないか、引用符が閉じていません。表計算ソフトで保存し直していない、収納代行会社のファイルを送ってください", EN: "Not 13 columns, or a quotation mark does not close. Send the agent's own file, not one saved again by a spreadsheet"},
	BadKind:       {JA: "種別が01・02・03・12・22・81のどれでもありません。収納代行会社に種別の意味を確かめてください", EN: "The kind is none of 01, 02, 03, 12, 22, 81. Ask the agent what it means"},
	BadDay:        {JA: "日付ではありません。20261210のように8桁で書いてください", EN: "Not a day. Write eight digits such as 20261210"},
	BadTime:       {JA: "時刻ではありません。0944のように4桁で書いてください", EN: "Not a time. Write four digits such as 0944"},
	BadBarcode:    {JA: "EANと91で始まる44桁の数字ではありません。列を文字列として扱い、E+形式の数になっていないか確かめてください", EN: "Not EAN and 44 digits that begin with 91. Keep the column as text: a spreadsheet may have made it a number such as 9.19E+43"},
	BadCheckDigit: {JA: "44桁目の検査数字が合いません。ファイルをもう一度受け取り、同じなら収納代行会社に確かめてください", EN: "The 44th digit does not fit the others. Fetch the file again; if it stays, ask the agent"},
	BadStamp:      {JA: "0か1ではありません", EN: "Neither 0 nor 1"},
	BadAmount:     {JA: "1円から999,999円の金額ではありません。数字だけで書いてください", EN: "Not an amount from 1 to 999,999 yen. Write digits only"},
	BadCode:       {JA: "数字だけのコードではありません", EN: "Not a code of digits"},
	BadText:       {JA: "Shift_JISとして読めない文字があるか、長すぎます", EN: "Not readable as Shift_JIS, or too long"},

	BadLength:        {JA: "120バイトではありません。編集や保存をしていない、収納代行会社のファイルを送ってください", EN: "Not 120 bytes. Send the agent's own file, not one that was edited or saved again"},
	BadRecord:        {JA: "明細ではありません（レコード区分が2ではありません）。ファイルをもう一度受け取り、同じなら収納代行会社に確かめてください", EN: "Not a detail: its record kind is not 2. Fetch the file again; if it stays, ask the agent"},
	BadType:          {JA: "意味の決まっていないデータ種別です。収納代行会社に確かめ、契約の設定に加えてください", EN: "A type that the contract's settings give no meaning. Ask the agent and add it there"},
	BadDigits:        {JA: "91で始まる44桁の数字ではありません。ファイルをもう一度受け取り、同じなら収納代行会社に確かめてください", EN: "Not 44 digits that begin with 91. Fetch the file again; if it stays, ask the agent"},
	BadPart:          {JA: "バーコードの一部として読めません（数字でないか、91で始まりません）。ファイルをもう一度受け取ってください", EN: "Not readable as a part of the barcode: not all digits, or another identifier than 91. Fetch the file again"},
	OtherCode:        {JA: "見出しレコードのコードと違います。収納代行会社に確かめてください", EN: "Not the code of the header record. Ask the agent"},
	OtherBarcodeKind: {JA: "契約の設定と違うバーコード種別です。収納代行会社に確かめてください", EN: "Another barcode kind than the contract's settings say. Ask the agent"},
	Uncarried:        {JA: "この形式では表せない値です。CSVで書いてください", EN: "A value that this layout cannot carry. Write it as CSV"},
}

// LineError is one column that could not be read.
type LineError struct {
	Layout  Layout // of the file; it says what the columns are
	Line    int    // counted from 1, the header being 1
	Column  Column // counted from 1; 0 when the line as a whole is meant
	Problem Problem
}

// Error is the English text.
func (e LineError) Error() string { return "agentfile: " + e.Text().EN }

// Text says where it is, what is wrong and what to do. It does not repeat what stands there.
func (e LineError) Text() fault.Text {
	what := problems[e.Problem]
	if e.Column == wholeLine {
		return fault.Text{
			JA: fmt.Sprintf("%d行目: %s", e.Line, what.JA),
			EN: fmt.Sprintf("Line %d: %s", e.Line, what.EN),
		}
	}
	name := tables[e.Layout][e.Column]
	if e.Layout != CSV {
		from, to := span(e.Layout, e.Column, e.Column)
		return fault.Text{
			JA: fmt.Sprintf("%d行目の%d〜%dバイト目「%s」: %s", e.Line, from, to, name.ja, what.JA),
			EN: fmt.Sprintf("Line %d, bytes %d to %d (%s): %s", e.Line, from, to, name.en, what.EN),
		}
	}
	return fault.Text{
		JA: fmt.Sprintf("%d行目の%d列目「%s」: %s", e.Line, e.Column, name.ja, what.JA),
		EN: fmt.Sprintf("Line %d, column %d (%s): %s", e.Line, e.Column, name.en, what.EN),
	}
}

// Reason is why a file is refused as a whole.
type Reason int

// The reasons.
const (
	Empty       Reason = iota // nothing in it; a day without payments still has its header
	TooLarge                  // more than MaxBytes
	AgentFault                // the agent answered with an error instead of a file
	NotShiftJIS               // UTF-8 or UTF-16, as an editor saves
	NoHeader                  // the first row is data, or has not 13 columns
	OtherOrder                // the columns of the header are in another order

	// Of the fixed layouts, but for OtherCompany.
	Ambiguous    // fixed records of which none tells the layout
	OtherCompany // made for, or issued by, somebody else than the contract says
	BadHeader    // the header record has no day made or no codes
	OutOfOrder   // a header, closing or end record is missing, repeated or not 120 bytes
	NoEnd        // the last record is not the end record: the rest of the file is missing
	OtherSums    // the closing record counts other details than there are
)

var reasons = map[Reason]fault.Text{
	Empty:        {JA: "ファイルが空です。入金がない日のファイルにも見出し行があります。もう一度受け取ってください", EN: "The file is empty. Even a day without payments has its header row: fetch it again"},
	TooLarge:     {JA: "ファイルが大きすぎます（64MBまで）。期間を分けて受け取ってください", EN: "The file is larger than 64 MB. Fetch shorter periods"},
	AgentFault:   {JA: "収納代行会社がファイルの代わりにエラーを返しました。内容を確かめて、もう一度受け取ってください", EN: "The agent answered with an error instead of a file. Read it, then fetch the file again"},
	NotShiftJIS:  {JA: "文字コードがShift_JISではありません。編集や保存をしていない、収納代行会社のファイルを送ってください", EN: "Not in Shift_JIS. Send the agent's own file, not one that was edited or saved again"},
	NoHeader:     {JA: "1行目が13列の見出し行ではありません。見出し行のあるCSVを送ってください", EN: "The first row is not a header row of 13 columns. Send the CSV with its header row"},
	Ambiguous:    {JA: "120バイト固定長のファイルですが、形式を見分けられる明細がありません。形式（operator か factor）を指定してください", EN: "Records of 120 bytes, but no detail tells which layout they have. Name the layout: operator or factor"},
	OtherCompany: {JA: "別の会社のファイルです（コード%s）。自社のファイルを受け取ってください。コードが変わったのなら契約の設定に加えてください", EN: "A file of another company (code %s). Fetch your own file; if your code has changed, add it to the contract's settings"},
	BadHeader:    {JA: "見出しレコードの作成日かコードが読めません。ファイルをもう一度受け取ってください", EN: "The header record has no readable day or codes. Fetch the file again"},
	OutOfOrder:   {JA: "レコードが120バイトでないか、あるべき場所にありません（見出し1・明細2・終わり8と9の順）。ファイルをもう一度受け取ってください", EN: "A record that is not 120 bytes, or not in its place: header 1, details 2, then 8 and 9. Fetch the file again"},
	NoEnd:        {JA: "終わりのレコード（9）がなく、途中で切れています。ファイルをもう一度受け取ってください", EN: "No end record (9): the file was cut off. Fetch it again"},
	OtherSums:    {JA: "終わりのレコードの件数か合計金額が明細と一致しません。ファイルをもう一度受け取り、同じなら収納代行会社に確かめてください", EN: "The closing record counts other details, or another sum, than there are. Fetch the file again; if it stays, ask the agent"},
	OtherOrder:   {JA: "見出し行の列の順が違います。列を並べ替えていないファイルを送ってください", EN: "The columns of the header row are in another order. Send the file as the agent made it"},
}

// FileError is a file that was refused as a whole.
type FileError struct {
	Reason  Reason
	Message string // with AgentFault what the agent wrote, shortened; for the operator's screen, not for logs
	Line    int    // where in the file, counted from 1; 0 where the file as a whole is meant
	Code    string // with OtherCompany the code that was found
}

// Error is the English text without the agent's message.
func (e *FileError) Error() string { return "agentfile: " + e.Text().EN }

// Text says what is wrong and what to do.
func (e *FileError) Text() fault.Text {
	what := reasons[e.Reason]
	if e.Reason == OtherCompany {
		what = fault.Text{JA: fmt.Sprintf(what.JA, e.Code), EN: fmt.Sprintf(what.EN, e.Code)}
	}
	if e.Line == 0 {
		return what
	}
	return fault.Text{JA: fmt.Sprintf("%d行目: %s", e.Line, what.JA), EN: fmt.Sprintf("Line %d: %s", e.Line, what.EN)}
}
