package numberfile

import (
	"fmt"

	"tsuke/internal/fault"
)

// Problem is what is wrong with a file.
type Problem int

// The problems. The first four are about the file as a whole.
const (
	Empty       Problem = iota // nothing in it
	TooLarge                   // more than MaxBytes
	NoHeader                   // the first line is no header, or not in Windows-31J
	NoTrailer                  // the last line is no trailer: the rest is missing
	OtherSums                  // the trailer counts other records, or another sum
	BadKind                    // a line that is neither a record nor in its place
	BadColumns                 // another number of columns
	BadSerial                  // not 1 to 99999999 in eight digits
	BadDay                     // not a day YYYYMMDD
	BadCompany                 // not six or five digits
	BadNumber                  // no receipt number
	BadPhone                   // no phone number
	BadSlip                    // no slip number
	BadDigits                  // no 44 digits, or another receipt number in them
	BadAmount                  // not 1 to 999999
	OtherAmount                // not the amount in the digits
	BadExpiry                  // not 23:59:59 of a day
	OtherExpiry                // not the last day in the digits
	BadCode                    // not four to six digits
	BadText                    // too long, empty, or with what a column cannot hold
	Twice                      // a number that the file tells of before
)

var problems = map[Problem]fault.Text{
	Empty:       {JA: "ファイルが空です。もう一度書き出してください", EN: "The file is empty. Write it again"},
	TooLarge:    {JA: "ファイルが大きすぎます（16MBまで）。件数を分けてください", EN: "The file is larger than 16 MB. Tell of fewer numbers at once"},
	NoHeader:    {JA: "1行目が見出しではないか、文字コードがWindows-31Jではありません。書き出したままのファイルを渡してください", EN: "The first line is no header, or not in Windows-31J. Hand over the file as it was written"},
	NoTrailer:   {JA: "終わりの行（8）がなく、途中で切れています。もう一度渡してください", EN: "No trailer (8): the file was cut off. Hand it over again"},
	OtherSums:   {JA: "終わりの行の件数か合計金額が、明細と一致しません。もう一度渡してください", EN: "The trailer counts other records, or another sum, than there are. Hand the file over again"},
	BadKind:     {JA: "登録（2）・取消（3）・終わり（8）の行が、あるべき場所にありません", EN: "Not a line 2, 3 or 8 in its place"},
	BadColumns:  {JA: "列の数が違います。書き出したままのファイルを渡してください", EN: "Another number of columns. Hand over the file as it was written"},
	BadSerial:   {JA: "8桁の通し番号ではありません", EN: "Not a serial number of eight digits"},
	BadDay:      {JA: "日付ではありません。20260701のように8桁で書いてください", EN: "Not a day. Write eight digits such as 20260701"},
	BadCompany:  {JA: "企業コード6桁、委託者コード5桁ではありません。設定を確かめてください", EN: "Not an issuer of six digits and a client of five. Look at the terms billing.slip.company and billing.slip.client"},
	BadNumber:   {JA: "受付番号ではありません（11桁、末尾は検査数字）", EN: "Not a receipt number: 11 digits, the last a check digit"},
	BadPhone:    {JA: "0で始まる10桁か11桁の電話番号ではありません。会員に電話番号の登録を頼んでください", EN: "Not a phone number of 10 or 11 digits from 0. Ask the member to register one"},
	BadSlip:     {JA: "13桁の払込票番号ではありません。設定billing.number.sevenを確かめてください", EN: "Not a slip number of 13 digits. Look at the term billing.number.seven"},
	BadDigits:   {JA: "44桁の番号ではないか、その19〜29桁目が受付番号ではありません", EN: "Not 44 digits, or digits 19 to 29 are not the receipt number"},
	BadAmount:   {JA: "1円から999,999円の金額ではありません", EN: "Not an amount from 1 to 999,999 yen"},
	OtherAmount: {JA: "44桁の番号の中の金額と違います", EN: "Not the amount in the 44 digits"},
	BadExpiry:   {JA: "期限ではありません。20261031235959のように、日付と235959を書いてください", EN: "Not an expiry. Write a day and 235959, such as 20261031235959"},
	OtherExpiry: {JA: "44桁の番号の中の期限と違います", EN: "Not the last day in the 44 digits"},
	BadCode:     {JA: "4桁から6桁の確認番号ではありません", EN: "Not a confirmation number of four to six digits"},
	BadText:     {JA: "空か、長すぎるか（商品22文字、氏名10文字まで）、Windows-31Jにない文字・コンマ・引用符があります", EN: "Empty, too long (product 22, payer 10 characters), or with a comma, a quotation mark or a character that Windows-31J has not"},
	Twice:       {JA: "同じ受付番号が、このファイルに2回あります", EN: "The file tells of this receipt number twice"},
}

// Error is what is wrong, and where.
type Error struct {
	Line    int // counted from 1, the header being 1; 0 where the file as a whole is meant
	Column  int // counted from 1; 0 where the line as a whole is meant
	Problem Problem
}

// Error is the English text.
func (e *Error) Error() string { return "numberfile: " + e.Text().EN }

// Text says where it is, what is wrong and what to do. It does not repeat what stands there.
func (e *Error) Text() fault.Text {
	what := problems[e.Problem]
	switch {
	case e.Line == 0:
		return what
	case e.Column == 0:
		return fault.Text{JA: fmt.Sprintf("%d行目: %s", e.Line, what.JA), EN: fmt.Sprintf("Line %d: %s", e.Line, what.EN)}
	}
	return fault.Text{
		JA: fmt.Sprintf("%d行目の%d列目: %s", e.Line, e.Column, what.JA),
		EN: fmt.Sprintf("Line %d, column %d: %s", e.Line, e.Column, what.EN),
	}
}
