package web

var returnTexts = catalogue{
	"back.title":     {"返金先の口座の入力", "Where to send your money"},
	"back.sum":       {"{shop} の請求書から返金する金額", "To be sent back, from your invoice for {shop}"},
	"back.code":      {"ご注文のときに確認した携帯電話の番号に、確認コードをSMSで送ります。コードを入力すると、口座の入力に進みます。会員登録は要りません。", "We send a code by SMS to the mobile number that was confirmed with the order. After the code you enter the account. You need no membership."},
	"back.own":       {"返金できるのは、ご注文のときのお名前の口座だけです。通帳かキャッシュカードを用意してください。", "Only an account in the name given with the order can be used. Have your passbook or cash card ready."},
	"back.refused":   {"前にお知らせいただいた口座には、振り込めませんでした", "The account that you gave before did not take it"},
	"back.other":     {"お金は当社でお預かりしています。別の口座を入力してください。", "The money is safe with us. Please give another account."},
	"back.phone":     {"その電話が手元にないとき", "If you don't have that phone"},
	"back.phone.how": {"番号が変わったときなどは、お問い合わせ番号を添えてご連絡ください。電話でも口座を受け付けます。", "If the number is not yours any more, for example, contact us with the reference number. We also take the account by telephone."},
	"back.invoice":   {"請求書に戻る", "Back to the invoice"},

	"back.confirm.text":   {"この口座に返金します。口座番号は、のぞき見を防ぐため下3桁だけを表示しています。", "We send the money to this account. Only the last three digits of its number are shown."},
	"back.confirm.use":    {"返金のためにだけ使います。引き落としはしません。", "It is used for money that goes back to you. Nothing is taken from it."},
	"back.confirm.button": {"この口座で受け取る", "Send it to this account"},

	"field.payer_holder.hint": {"ご注文のときのお名前と同じ名義の口座だけを使えます。", "It has to be in the name given with the order."},

	"said.account_given": {"返金先の口座を受け付けました。", "We have the account for your money."},

	"invoice.over.give":    {"ご本人の銀行口座に返金できます。口座をお知らせいただくまでは、次の請求から差し引きます。", "We can send it to your own bank account. Until you give one, it is taken off your next bill."},
	"invoice.over.other":   {"お金は当社でお預かりしています。別の口座を入力してください。", "The money is safe with us. Please give another account."},
	"invoice.over.button":  {"返金先の口座を入力する", "Give an account for the money"},
	"invoice.over.phone":   {"ご注文のときの携帯電話が手元にないときは、お問い合わせ番号を添えてご連絡ください。", "If you don't have the mobile phone of the order, contact us with the reference number."},
	"invoice.over.to":      {"振込先: {to}", "To: {to}"},
	"invoice.over.soonest": {"早ければ{day}に振り込みます。", "It is sent on {day} at the earliest."},
}
