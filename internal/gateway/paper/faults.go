package paper

import (
	"fmt"

	"tsuke/internal/fault"
)

// Field is a part of a card or of its form.
type Field int

// The fields.
const (
	FieldName Field = iota
	FieldAddress
	FieldPostalCode
	FieldReference
	FieldMonth
	FieldPurchases
	FieldFees
	FieldTaxes
	FieldTotal
	FieldDueDay
	FieldLateNote
	FieldSlip
	FieldPostal
	FieldSenderName
	FieldSenderAddress
	FieldSenderPostalCode
	FieldSenderPhone
	FieldRegistration
	FieldAgent
	FieldPostage
	FieldBack
	FieldLimit
	FieldMade
)

var fields = map[Field]fault.Text{
	FieldName:             {JA: "宛名", EN: "addressee's name"},
	FieldAddress:          {JA: "宛先の住所", EN: "addressee's address"},
	FieldPostalCode:       {JA: "宛先の郵便番号", EN: "addressee's postal code"},
	FieldReference:        {JA: "お問い合わせ番号", EN: "reference"},
	FieldMonth:            {JA: "ご利用月", EN: "month"},
	FieldPurchases:        {JA: "ご利用明細", EN: "purchases"},
	FieldFees:             {JA: "手数料", EN: "fees"},
	FieldTaxes:            {JA: "消費税", EN: "taxes"},
	FieldTotal:            {JA: "ご請求金額", EN: "total"},
	FieldDueDay:           {JA: "お支払期限", EN: "due day"},
	FieldLateNote:         {JA: "遅延損害金の説明", EN: "note about late payment"},
	FieldSlip:             {JA: "バーコードの44桁", EN: "44 digits of the barcode"},
	FieldPostal:           {JA: "払込取扱票の印字", EN: "lines for post offices"},
	FieldSenderName:       {JA: "差出人名", EN: "sender's name"},
	FieldSenderAddress:    {JA: "差出人の住所", EN: "sender's address"},
	FieldSenderPostalCode: {JA: "差出人の郵便番号", EN: "sender's postal code"},
	FieldSenderPhone:      {JA: "差出人の電話番号", EN: "sender's phone and hours"},
	FieldRegistration:     {JA: "登録番号", EN: "registration number"},
	FieldAgent:            {JA: "収納代行会社名", EN: "collection agent's name"},
	FieldPostage:          {JA: "料金後納の表示", EN: "postage mark"},
	FieldBack:             {JA: "裏面の文章", EN: "text on the back"},
	FieldLimit:            {JA: "バーコードの上限額", EN: "barcode limit"},
	FieldMade:             {JA: "作成日時", EN: "time of making"},
}

// Problem is what is wrong with a field.
type Problem int

// The problems.
const (
	Missing     Problem = iota // nothing there
	BadForm                    // other characters, or another number of them, than the field has
	TooMany                    // more lines than the card has room for
	TooLong                    // fits at no size that can be read
	OverLimit                  // above what one barcode may collect
	NoSum                      // not the sum of its lines
	Differs                    // not what the barcode says
	EndsEarly                  // the barcode can no longer be paid with on the due day
	Repeated                   // another card of the batch has it too
	BadSlip                    // not digits of a slip, or a check digit that does not fit
	OutOfRange                 // not an amount or time that can be printed
	Unprintable                // has a character that the font lacks
)

var problems = map[Problem]fault.Text{
	Missing:     {JA: "ありません。入れてください", EN: "is missing: fill it in"},
	BadForm:     {JA: "形式が違います。桁数と使える文字を確かめてください", EN: "has the wrong form: check its length and its characters"},
	TooMany:     {JA: "行が多すぎて、はがきに入りません。行をまとめてください", EN: "has more lines than the card has room for: join some"},
	TooLong:     {JA: "読める大きさでは枠に入りません。短くしてください", EN: "does not fit at a size that can be read: shorten it"},
	OverLimit:   {JA: "バーコード1枚で収納できる金額を超えています。分けるか、口座振込をご案内ください", EN: "is above what one barcode may collect: split it, or ask for a bank transfer"},
	NoSum:       {JA: "明細と手数料の合計と合いません。作り直してください", EN: "is not the sum of purchases and fees: make the bill anew"},
	Differs:     {JA: "バーコードの金額と違います。バーコードを作り直してください", EN: "differs from the amount in the barcode: build the barcode anew"},
	EndsEarly:   {JA: "バーコードの有効期限より後です。期限を延ばしたバーコードを作ってください", EN: "is later than the barcode's last day: build a barcode that lasts longer"},
	Repeated:    {JA: "同じものが前のはがきにもあります。二重に渡していないか確かめてください", EN: "stands on an earlier card too: check whether the card was handed over twice"},
	BadSlip:     {JA: "払込票の数字ではないか、検査数字が合いません。作り直してください", EN: "are no digits of a slip, or the check digit does not fit: build them anew"},
	OutOfRange:  {JA: "印刷できる範囲の値ではありません", EN: "is not a value that can be printed"},
	Unprintable: {JA: "印刷できない文字があります。使える文字を会員に確かめてください", EN: "has a character that cannot be printed: ask the member how to write it"},
}

// CardError is why a card is refused. It tells nothing that stands on the card but its reference.
type CardError struct {
	Number    int    // of the card in its batch, from 1; 0 when all cards are meant: the form
	Reference string // of the card; "" when that is what is wrong
	Field     Field
	Problem   Problem
}

// Error is the English text.
func (e *CardError) Error() string { return "paper: " + e.Text().EN }

// Reason says which field, what is wrong and what to do, for a list that names the card itself.
func (e *CardError) Reason() fault.Text {
	field, problem := fields[e.Field], problems[e.Problem]
	return fault.Text{JA: fmt.Sprintf("「%s」: %s", field.JA, problem.JA), EN: fmt.Sprintf("the %s %s", field.EN, problem.EN)}
}

// Text says which card, which field, what is wrong and what to do.
func (e *CardError) Text() fault.Text {
	reason := e.Reason()
	ja, en := reason.JA, reason.EN
	if e.Number == 0 {
		return fault.Text{JA: "はがきの共通項目" + ja, EN: "form of the cards: " + en}
	}
	name := ""
	if e.Reference != "" {
		name = " (" + e.Reference + ")"
	}
	return fault.Text{JA: fmt.Sprintf("%d枚目%sの%s", e.Number, name, ja), EN: fmt.Sprintf("card %d%s: %s", e.Number, name, en)}
}
