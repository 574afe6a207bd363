package zengin

import "tsuke/internal/fault"

// ResultCode is what came of a debit (振替結果コード), as the character in the file. The zero ResultCode means that the bank has
// not answered.
type ResultCode byte

// The codes.
const (
	Debited           ResultCode = '0' // 振替済
	InsufficientFunds ResultCode = '1' // 資金不足
	NoAccount         ResultCode = '2' // 預金取引なし
	StoppedByHolder   ResultCode = '3' // 預金者の都合による振替停止
	NoMandate         ResultCode = '4' // 預金口座振替依頼書なし
	StoppedByBiller   ResultCode = '8' // 委託者の都合による振替停止
	OtherReason       ResultCode = '9' // その他
)

// ResultCodes are all codes in order.
func ResultCodes() []ResultCode {
	return []ResultCode{Debited, InsufficientFunds, NoAccount, StoppedByHolder, NoMandate, StoppedByBiller, OtherReason}
}

var results = map[ResultCode]struct{ member, operator fault.Text }{
	Debited: {
		fault.Text{JA: "口座から引き落としました。お支払いは完了しています", EN: "The amount was debited from your account. Your payment is complete"},
		fault.Text{JA: "0 振替済", EN: "0 Debited"},
	},
	InsufficientFunds: {
		fault.Text{JA: "残高が足りず、引き落とせませんでした。お知らせする番号でお支払いください", EN: "The balance did not suffice, so nothing was debited. Please pay with the number we send you"},
		fault.Text{JA: "1 資金不足。請求書払いに切り替えて案内する", EN: "1 Insufficient funds. Send a slip for this bill"},
	},
	NoAccount: {
		fault.Text{JA: "登録の口座が見つからず、引き落とせませんでした。お知らせする番号でお支払いのうえ、口座を登録し直してください", EN: "The bank did not find the registered account, so nothing was debited. Please pay with the number we send you and register an account again"},
		fault.Text{JA: "2 預金取引なし。口座の解約・番号違い。登録し直しを案内する", EN: "2 No such account: closed, or another number. Ask for a new registration"},
	},
	StoppedByHolder: {
		fault.Text{JA: "口座の名義人のお申し出で口座振替が止められていて、引き落とせませんでした。お知らせする番号でお支払いのうえ、口座を登録し直してください", EN: "Debits were stopped at the account holder's instance, so nothing was debited. Please pay with the number we send you and register an account again"},
		fault.Text{JA: "3 預金者の都合による振替停止。登録し直しを案内する", EN: "3 Stopped at the depositor's instance. Ask for a new registration"},
	},
	NoMandate: {
		fault.Text{JA: "口座振替の手続きが金融機関で確認できず、引き落とせませんでした。お知らせする番号でお支払いのうえ、口座を登録し直してください", EN: "The bank has no mandate for the debit, so nothing was debited. Please pay with the number we send you and register an account again"},
		fault.Text{JA: "4 口座振替依頼書なし。登録し直しを案内する", EN: "4 No mandate on file. Ask for a new registration"},
	},
	StoppedByBiller: {
		fault.Text{JA: "当社が引き落としを取りやめました。口座からは引き落とされていません。お知らせする番号でお支払いください", EN: "We called the debit off, so nothing was debited from your account. Please pay with the number we send you"},
		fault.Text{JA: "8 委託者の都合による振替停止。取り消しを依頼した記録と照らし合わせる", EN: "8 Stopped at our instance. Compare with our own cancellation"},
	},
	OtherReason: {
		fault.Text{JA: "金融機関で引き落としができませんでした。お知らせする番号でお支払いください。理由は当社から金融機関に確かめます", EN: "The bank could not debit the amount. Please pay with the number we send you; we are asking the bank why"},
		fault.Text{JA: "9 その他。金融機関に理由を問い合わせる", EN: "9 Other. Ask the bank for the reason"},
	},
}

// Known tells whether the code is one of the seven.
func (c ResultCode) Known() bool {
	_, ok := results[c]
	return ok
}

// String is the character in the file, and "" for no answer.
func (c ResultCode) String() string {
	if c == 0 {
		return ""
	}
	return string(rune(c))
}

// ForMember is the sentence for the member whose account it is; empty if the code is not known.
func (c ResultCode) ForMember() fault.Text { return results[c].member }

// ForOperator is the sentence for our own people, with the code; empty if the code is not known.
func (c ResultCode) ForOperator() fault.Text { return results[c].operator }

// Reaction is what the biller does after an answer.
type Reaction int

// The reactions.
const (
	NeedsPerson   Reaction = iota // find out why before anything is sent
	Settled                       // the money was debited
	RetryBySlip                   // this bill by slip, the next by debit again
	RegisterAgain                 // bills by slip until an account is registered anew
	CalledOff                     // we asked for it
)

// Reactions are how answers are dealt with. What a code leads to is the biller's decision, not the convention's, so it is a
// value that can be changed.
type Reactions map[ResultCode]Reaction

// UsualReactions are those that billers commonly have, to be confirmed with the agent's terms.
func UsualReactions() Reactions {
	return Reactions{
		Debited: Settled, InsufficientFunds: RetryBySlip, NoAccount: RegisterAgain, StoppedByHolder: RegisterAgain,
		NoMandate: RegisterAgain, StoppedByBiller: CalledOff, OtherReason: NeedsPerson,
	}
}

// Of is the reaction to a code: NeedsPerson for a code that is not listed.
func (r Reactions) Of(c ResultCode) Reaction { return r[c] }
