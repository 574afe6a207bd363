package notice

// The words of invoices (rule I11): whoever gets them has no account, so every letter about one carries its address. What a kind
// says to a member stands in the catalogues of members; kinds that are not here are said to both alike.

const (
	payJA = `金額とコンビニで使うバーコードは、このアドレスで見られます。登録もログインも要りません。
{{.Link}}

このアドレスは、ほかの人に教えないでください。`
	notMineJA = `
この請求に心当たりがないとき、商品が届いていないときは、支払わずに上のアドレスで知らせてください。すぐにご案内を止めます。`
	paidMeanwhileJA = `
行き違いで支払い済みのときは、何もする必要はありません。`
	payEN = `To see the amount and the barcode for a convenience store, open this address. You need no account.
{{.Link}}

Please tell this address nobody.`
	notMineEN = `
If this bill is not yours, or the goods have not come, don't pay: tell us at the address above. We stop asking at once.`
	paidMeanwhileEN = `
If you have paid in the meantime, there is nothing to do.`
)

var japaneseInvoice = map[Kind]wording{
	Purchase: {
		head: `{{yen .Amount}}・{{.Shop}}・請求書払い`,
		body: `{{.Shop}}での{{yen .Amount}}の支払い方法が、請求書での後払いに確定しました。この注文の請求は1回だけです。

お店が発送した次の日に、請求書をメールでお送りします。それまでお支払いは要りません。
この注文に心当たりがないときは、お問い合わせ番号を添えてご連絡ください。`,
	},
	Refunded: {
		head: `返金{{yen .Amount}}・{{.Shop}}`,
		body: `{{.Shop}}が{{yen .Amount}}を返金しました。

請求書の前の返金は、請求書の金額から差し引きます。請求書のあとの返金は、残りのお支払いから差し引きます。今のお支払い額は、請求書のアドレスで見られます。支払い済みのときは、次の請求から差し引きます。
お客様が行うことはありません。`,
	},
	Disowned: {
		head: `{{yen .Amount}}を戻しました（お店に注文がありませんでした）・{{.Shop}}`,
		body: `{{.Shop}}から、この支払いに当たる注文がないという連絡がありました。このため、{{yen .Amount}}を全額戻しました。お店の側の原因によるものです。

この支払いのために、お支払いいただくものはありません。すでに支払った分は、次の請求から差し引きます。
品物が必要なときは、お店に確認してください。`,
	},
	BillIssued: {
		head: `{{.Shop}}の請求書・{{day .Due}}までに{{yen .Amount}}`,
		body: `{{.Shop}}でのお買い物の請求書です。

お支払い金額: {{yen .Amount}}{{if .Fee}}（請求の手数料{{yen .Fee}}を含みます。税込）{{end}}
支払期日: {{full .Due}}

` + payJA + notMineJA,
	},
	BillSettled: {
		head: `{{.Shop}}のお支払いはありません`,
		body: `{{.Shop}}でのお買い物は、返金などを差し引いた結果、お支払いいただく金額がありません。手数料もかかりません。

お客様が行うことはありません。`,
	},
	BillPaid: {
		head: `{{yen .Amount}}を確認しました・{{.Shop}}`,
		body: `{{.Shop}}の請求書{{yen .Amount}}のお支払いを確認しました。ありがとうございます。

{{if .Prompt}}コンビニからの最終の連絡は、数日後に届きます。もう一度支払う必要はありません。{{else}}お客様が行うことはありません。{{end}}`,
	},
	BillReopened: {
		head: `お支払いが取り消されました・{{.Shop}}`,
		body: `{{.Shop}}の請求書のお支払いについて、取り消したという連絡がコンビニから届きました（レジでの打ち直しなど）。この請求書は、まだ支払い済みではありません。

` + payJA + `
レジで返金を受けていないときは、もう一度支払わずに、レシートを用意してお問い合わせください。`,
		text: `請求書のお支払いがコンビニで取り消されました。メールをご覧ください。`,
	},
	PaidTwice: {
		head: `請求書が二度支払われました・{{yen .Amount}}・{{.Shop}}`,
		body: `支払い済みの{{.Shop}}の請求書に、もう一度{{yen .Amount}}のお支払いがありました。

{{yen .Amount}}は、次の請求から差し引きます。次の利用の予定がないときは、お問い合わせ番号を添えてご連絡ください。ご本人の銀行口座に返金します。`,
	},
	PaidTwiceReturned: {
		head: `2回目のお支払いは取り消されました・{{yen .Amount}}・{{.Shop}}`,
		body: `{{.Shop}}の請求書の2回目のお支払い{{yen .Amount}}について、取り消したという連絡がコンビニから届きました。請求書は支払い済みのままです。

この{{yen .Amount}}は、次の請求から差し引きません。
レジで返金を受けていないときは、レシートを用意してお問い合わせください。`,
	},
	ReturnChosen: {
		head: `{{yen .Amount}}を銀行口座に返金します・{{.Shop}}`,
		body: `{{.Shop}}の請求書で多く支払った{{yen .Amount}}を、お知らせいただいた銀行口座に返金します。振込の手数料は当社が負担します。

この{{yen .Amount}}は、次の請求からは差し引きません。振り込んだら、お知らせします。`,
	},
	ReturnPaid: {
		head: `{{yen .Amount}}を銀行口座に返金しました・{{.Shop}}`,
		body: `{{.Shop}}の請求書で多く支払った{{yen .Amount}}を、{{full .Day}}に、お知らせいただいた銀行口座に振り込みました。

2、3日たっても入金がないときは、お問い合わせ番号を添えてご連絡ください。`,
	},
	ReturnFailed: {
		head: `{{yen .Amount}}を振り込めませんでした・{{.Shop}}`,
		body: `{{.Shop}}の請求書で多く支払った{{yen .Amount}}を、お知らせいただいた銀行口座に振り込めませんでした。{{if eq .Code "no_account"}}銀行で口座が見つからなかったためです。{{else if eq .Code "name_differs"}}口座の名義がお名前と違ったためです。{{else if eq .Code "closed"}}口座が解約されていたためです。{{else}}理由は、当社が銀行に確かめています。{{end}}

お金は当社でお預かりしています。お問い合わせ番号を添えてご連絡ください。別の口座に振り込みます。`,
	},
	PastDue: {
		head: `支払期日を過ぎています・{{.Shop}}`,
		body: `{{.Shop}}の請求書のお支払いを、支払期日の{{full .Due}}までに確認できませんでした。

` + payJA + `
支払うまで、新しい後払いは使えません。
{{with .Costs}}支払いのないまま{{range $i, $day := $.Fees}}{{if $i}}、{{end}}{{day $day}}{{end}}になると、そのたびに手数料{{yen .Fee}}が加わり、その後も毎月{{.First}}日と{{.Second}}日に加わります。年{{.Rate}}の遅延損害金をいただくことがあります。
{{end}}お金のことで困ったときは、消費者ホットライン188（局番なし）に無料で相談できます。` + notMineJA + paidMeanwhileJA,
		text: `請求書の支払期日を過ぎています。支払い方法はメールをご覧ください。無料相談188。`,
	},
	DueSoon: {
		head: `あと{{.Days}}日です・{{.Shop}}の請求書{{yen .Amount}}`,
		body: `{{.Shop}}の請求書{{yen .Amount}}の支払期日は、{{full .Due}}です。あと{{.Days}}日です。

` + payJA + notMineJA + paidMeanwhileJA,
	},
	DueToday: {
		head: `今日が支払期日です・{{.Shop}}の請求書{{yen .Amount}}`,
		body: `{{.Shop}}の請求書{{yen .Amount}}の支払期日は、今日、{{full .Due}}です。23時59分までのお支払いが、期日どおりになります。

` + payJA + notMineJA + paidMeanwhileJA,
	},
	LateCharged: {
		head: `遅れた分{{yen .Amount}}が加わりました（{{day .Day}}）`,
		body: `支払期日を過ぎた請求書に、{{full .Day}}の分として{{yen .Amount}}が加わりました。

` + payJA + `
{{day .Day}}より前に支払っていたときは、確認できしだい自動で取り消します。`,
	},
	LateWaived: {
		head: `遅れた分{{yen .Amount}}を取り消しました・{{.Shop}}の請求書`,
		body: `{{.Shop}}の請求書に遅れた分として加わっていた{{yen .Amount}}を、当社で取り消しました。取り消した分が、もう一度加わることはありません。

残りのお支払い: {{yen .Owed}}

` + payJA,
	},
	PartPaid: {
		head: `一部のお支払いを確認しました・残り{{yen .Owed}}・{{.Shop}}`,
		body: `{{.Shop}}の請求書に、お支払いを確認しました。ありがとうございます。

これまでに受け取った金額: {{yen .Amount}}
残りのお支払い: {{yen .Owed}}
支払期日: {{full .Due}}

` + payJA,
	},
	DunFirst:  invoiceStepJA,
	DunSecond: invoiceStepJA,
	DunLast: {
		head: `担当者からお電話します・{{.Shop}}の請求書`,
		body: `{{.Shop}}の請求書{{yen .Amount}}のお支払いを、まだ確認できていません。支払期日は{{full .Due}}でした。

このあと、担当者からお電話します。どう支払うかを、いっしょに考えるための電話です。

` + payJA + `
お金のことで困ったときは、消費者ホットライン188（局番なし）に無料で相談できます。` + notMineJA + paidMeanwhileJA,
		text: `請求書の件で担当者がお電話します。メールもご覧ください。無料相談188。`,
	},
}

var invoiceStepJA = wording{
	head: `お支払いの確認ができていません・{{.Shop}}の請求書`,
	body: `{{.Shop}}の請求書{{yen .Amount}}のお支払いを、まだ確認できていません。支払期日は{{full .Due}}でした。

` + payJA + `
今支払えないときは、支払える日を、お問い合わせ番号を添えてお知らせください。
{{with .Costs}}支払いのないまま{{range $i, $day := $.Fees}}{{if $i}}、{{end}}{{day $day}}{{end}}になると、そのたびに手数料{{yen .Fee}}が加わります。
{{end}}お金のことで困ったときは、消費者ホットライン188（局番なし）に無料で相談できます。` + notMineJA + paidMeanwhileJA,
	text: `請求書のお支払いを確認できていません。メールをご覧ください。無料相談188。`,
}

var englishInvoice = map[Kind]wording{
	Purchase: {
		head: `{{yen .Amount}} · {{.Shop}} · by invoice`,
		body: `You pay for {{yen .Amount}} at {{.Shop}} by invoice. This order is charged once.

The day after the shop ships we send you the invoice by mail. Until then there is nothing to pay.
If you did not order this, please contact us with the reference number.`,
	},
	Refunded: {
		head: `Refund {{yen .Amount}} · {{.Shop}}`,
		body: `{{.Shop}} gave back {{yen .Amount}}.

Before the invoice it lowers the invoice; after it, it lowers what is left to pay, as the invoice's address shows. If you have paid already, it is taken off your next bill.
There is nothing to do.`,
	},
	Disowned: {
		head: `{{yen .Amount}} given back (the shop has no such order) · {{.Shop}}`,
		body: `{{.Shop}} tells us that it has no order for this payment, so all of the {{yen .Amount}} was given back. The cause is on the shop's side.

There is nothing to pay for it. What you have paid already is taken off your next bill.
If you still need the goods, please ask the shop.`,
	},
	BillIssued: {
		head: `Invoice of {{.Shop}} · {{yen .Amount}} by {{day .Due}}`,
		body: `This is the invoice for your purchase at {{.Shop}}.

To pay: {{yen .Amount}}{{if .Fee}} (with the billing fee of {{yen .Fee}}, tax included){{end}}
Due: {{full .Due}}

` + payEN + notMineEN,
	},
	BillSettled: {
		head: `Nothing to pay for {{.Shop}}`,
		body: `After refunds and the like there is nothing to pay for your purchase at {{.Shop}}, and no fee.

There is nothing to do.`,
	},
	BillPaid: {
		head: `We received {{yen .Amount}} · {{.Shop}}`,
		body: `We received your payment of {{yen .Amount}} for the invoice of {{.Shop}}. Thank you.

{{if .Prompt}}The store's final word follows in a few days. You don't need to pay again.{{else}}There is nothing to do.{{end}}`,
	},
	BillReopened: {
		head: `A payment was cancelled · {{.Shop}}`,
		body: `The convenience store tells us that your payment for the invoice of {{.Shop}} was cancelled, for example because it was rung up again. It is not paid yet.

` + payEN + `
If the till did not give your money back, don't pay again: keep the receipt and contact us.`,
		text: `The payment of your invoice was cancelled by the store. Please see our mail.`,
	},
	PaidTwice: {
		head: `An invoice was paid twice · {{yen .Amount}} · {{.Shop}}`,
		body: `The invoice of {{.Shop}} was paid already, and another {{yen .Amount}} came in for it.

The {{yen .Amount}} is taken off your next bill. If you don't mean to buy again, contact us with the reference number: we send it to your own bank account.`,
	},
	PaidTwiceReturned: {
		head: `The second payment was cancelled · {{yen .Amount}} · {{.Shop}}`,
		body: `The convenience store tells us that the second payment of {{yen .Amount}} for the invoice of {{.Shop}} was cancelled. The invoice stays paid.

The {{yen .Amount}} is not taken off your next bill.
If the till did not give your money back, keep the receipt and contact us.`,
	},
	ReturnChosen: {
		head: `{{yen .Amount}} will be sent back · {{.Shop}}`,
		body: `The {{yen .Amount}} that you paid too much for the invoice of {{.Shop}} will be sent to the bank account that you told us, at our cost.

The {{yen .Amount}} is not taken off your next bill. We tell you when it was sent.`,
	},
	ReturnPaid: {
		head: `{{yen .Amount}} was sent back · {{.Shop}}`,
		body: `The {{yen .Amount}} that you paid too much for the invoice of {{.Shop}} was sent on {{full .Day}} to the bank account that you told us.

If it has not arrived in two or three days, please contact us with the reference number.`,
	},
	ReturnFailed: {
		head: `{{yen .Amount}} could not be sent · {{.Shop}}`,
		body: `The {{yen .Amount}} that you paid too much for the invoice of {{.Shop}} could not be sent to the bank account that you told us. {{if eq .Code "no_account"}}The bank did not find the account.{{else if eq .Code "name_differs"}}The account is in another name than yours.{{else if eq .Code "closed"}}The account was closed.{{else}}We are asking the bank why.{{end}}

The money is safe with us. Contact us with the reference number and we send it to another account.`,
	},
	PastDue: {
		head: `Past due · invoice of {{.Shop}}`,
		body: `We have not seen your payment for the invoice of {{.Shop}}, which was due on {{full .Due}}.

` + payEN + `
Pay later is paused until it is paid.
{{with .Costs}}If it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}, a fee of {{yen .Fee}} is added each time, and again on day {{.First}} and day {{.Second}} of each later month. Damages of {{.Rate}} a year may be asked.
{{end}}For free advice on money call the consumer hotline 188 (in Japan, no area code).` + notMineEN + paidMeanwhileEN,
		text: `Your invoice is past due. See our mail for how to pay. Free advice: 188.`,
	},
	DueSoon: {
		head: `{{.Days}} {{if eq .Days 1}}day{{else}}days{{end}} left · invoice of {{.Shop}}, {{yen .Amount}}`,
		body: `The invoice of {{.Shop}}, {{yen .Amount}}, is due on {{full .Due}}: {{.Days}} {{if eq .Days 1}}day{{else}}days{{end}} left.

` + payEN + notMineEN + paidMeanwhileEN,
	},
	DueToday: {
		head: `Due today · invoice of {{.Shop}}, {{yen .Amount}}`,
		body: `The invoice of {{.Shop}}, {{yen .Amount}}, is due today, {{full .Due}}. What is paid by 23:59 is on time.

` + payEN + notMineEN + paidMeanwhileEN,
	},
	LateCharged: {
		head: `{{yen .Amount}} added for being late ({{day .Day}})`,
		body: `On {{full .Day}}, {{yen .Amount}} was added to an invoice of yours that is past due.

` + payEN + `
If you paid before {{day .Day}}, it is taken back by itself when we see that.`,
	},
	LateWaived: {
		head: `{{yen .Amount}} for being late was taken back · invoice of {{.Shop}}`,
		body: `We took back {{yen .Amount}} that had been added to the invoice of {{.Shop}} for being late. It will not be added again.

Left to pay: {{yen .Owed}}

` + payEN,
	},
	PartPaid: {
		head: `We received a part · {{yen .Owed}} left · {{.Shop}}`,
		body: `We received a payment for the invoice of {{.Shop}}. Thank you.

Received so far: {{yen .Amount}}
Left to pay: {{yen .Owed}}
Due: {{full .Due}}

` + payEN,
	},
	DunFirst:  invoiceStepEN,
	DunSecond: invoiceStepEN,
	DunLast: {
		head: `A person will call you · invoice of {{.Shop}}`,
		body: `We have not seen your payment for the invoice of {{.Shop}}, {{yen .Amount}}, which was due on {{full .Due}}.

Next, a person will call you to find a way of paying together with you.

` + payEN + `
For free advice on money call the consumer hotline 188 (in Japan, no area code).` + notMineEN + paidMeanwhileEN,
		text: `A person will call you about your invoice. Please see our mail too. Free advice: 188.`,
	},
}

var invoiceStepEN = wording{
	head: `We have not seen your payment · invoice of {{.Shop}}`,
	body: `We have not seen your payment for the invoice of {{.Shop}}, {{yen .Amount}}, which was due on {{full .Due}}.

` + payEN + `
If you can't pay now, tell us a day on which you can, with the reference number.
{{with .Costs}}If it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}, a fee of {{yen .Fee}} is added each time.
{{end}}For free advice on money call the consumer hotline 188 (in Japan, no area code).` + notMineEN + paidMeanwhileEN,
	text: `We have not seen the payment of your invoice. Please see our mail. Free advice: 188.`,
}
