package kiosk

import "fmt"

// Field is the number that an error is about.
type Field int

// The fields.
const (
	FieldReceipt      Field = iota // 受付番号
	FieldSlip                      // 払込票番号
	FieldOnline                    // オンライン決済番号
	FieldConfirmation              // 確認番号 at a store
	FieldCollector                 // 収納機関番号
	FieldCustomer                  // お客様番号
	FieldPayEasyCode               // 確認番号 of Pay-easy
	FieldCategory                  // 納付区分
	FieldAmount                    // the amount of a Pay-easy payment
)

var fields = map[Field]Words{
	FieldReceipt:      {"受付番号", "receipt number"},
	FieldSlip:         {"払込票番号", "slip number"},
	FieldOnline:       {"オンライン決済番号", "online payment number"},
	FieldConfirmation: {"確認番号（電話番号）", "confirmation number (telephone)"},
	FieldCollector:    {"収納機関番号", "collector number"},
	FieldCustomer:     {"お客様番号", "customer number"},
	FieldPayEasyCode:  {"確認番号", "confirmation number"},
	FieldCategory:     {"納付区分", "payment category"},
	FieldAmount:       {"金額", "amount"},
}

// Problem is what is wrong with a field.
type Problem int

// The problems.
const (
	Missing       Problem = iota // nothing there
	NotDigits                    // a character that is no digit
	BadLength                    // too few or too many digits
	BadCheckDigit                // mistyped: the last digit does not fit the others
	NotPhone                     // a telephone number begins with 0
	TestNumber                   // 00000 outside tests
	RealNumber                   // another number than 00000 in a test
	TooSmall                     // less than the least amount
	TooLarge                     // more than the limit of the means
)

var problems = map[Problem]Words{
	Missing:       {"入力してください（%s桁の数字）", "missing. Type %s digits"},
	NotDigits:     {"数字だけで入力してください", "not digits only. Type it in half-width digits"},
	BadLength:     {"桁数が違います。%s桁の数字です", "another number of digits. It has %s"},
	BadCheckDigit: {"番号が違います。お知らせの番号を確かめて、もう一度入力してください", "mistyped. Compare it with the notice and type it again"},
	NotPhone:      {"0で始まる電話番号を入力してください", "not a telephone number. Type it from its leading 0"},
	TestNumber:    {"00000は試験用の番号です。本番の番号を設定してください", "00000 is for tests. Set the real number"},
	RealNumber:    {"試験では00000だけを使ってください", "a test uses 00000 only"},
	TooSmall:      {"%s円から支払えます", "payable from %s yen"},
	TooLarge:      {"%s円まで支払えます。ほかの支払い方法を選んでください", "payable up to %s yen. Choose another way to pay"},
}

// Error is a number that cannot be used.
type Error struct {
	Field       Field
	Problem     Problem
	Least, Most int   // with Missing and BadLength how many digits it has
	Yen         int64 // with TooSmall and TooLarge the limit
}

// Error is the English text.
func (e *Error) Error() string { return "kiosk: " + e.Text().EN }

// Text names the field, what is wrong and the cure. It does not repeat what was typed.
func (e *Error) Text() Words {
	field, what := fields[e.Field], problems[e.Problem]
	switch e.Problem {
	case Missing, BadLength:
		ja, en := e.counts()
		what = Words{JA: fmt.Sprintf(what.JA, ja), EN: fmt.Sprintf(what.EN, en)}
	case TooSmall, TooLarge:
		what = Words{JA: fmt.Sprintf(what.JA, fmt.Sprint(e.Yen)), EN: fmt.Sprintf(what.EN, fmt.Sprint(e.Yen))}
	default: // the others have no figure
	}
	return Words{JA: field.JA + ": " + what.JA, EN: field.EN + ": " + what.EN}
}

func (e *Error) counts() (ja, en string) {
	switch {
	case e.Least == e.Most:
		return fmt.Sprint(e.Most), fmt.Sprint(e.Most)
	case e.Field == FieldCategory: // nothing between the two
		return "3または10", "3 or 10"
	}
	return fmt.Sprintf("%d〜%d", e.Least, e.Most), fmt.Sprintf("%d to %d", e.Least, e.Most)
}
