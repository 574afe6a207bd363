package notice

// english is the catalogue in English: the same facts in the same order.
var english = map[Kind]wording{
	DisputeNoted: {
		head: `We stopped a bill, as you told us`,
		body: `You told us that a bill is not yours or not right, and we stopped asking for it.

Until it is decided you need not pay, and no fees are added. A person asks the shop, and we tell you the result by mail.
If you did not tell us this, please contact us with the reference number.`,
	},
	DisputeUpheld: {
		head: `A bill is withdrawn`,
		body: `We have checked the bill that you told us about. There is nothing for you to pay, no fees either. We are sorry for the trouble.

What you may have paid already is taken off your next bill. To have it sent back, contact us with the reference number.`,
	},
	DisputeRejected: {
		head: `A bill is to be paid · by {{day .Due}}`,
		body: `We have checked the invoice of {{.Shop}} that you told us about. It is to be paid.

The due date is later by the days it was stopped: {{full .Due}}. Nothing was added for those days.

` + payEN + `
If you do not agree, contact us with the reference number. The consumer hotline 188 gives free advice (in Japan, no area code).`,
	},
	Purchase: {
		head: `{{yen .Amount}} · {{.Shop}}{{if not .Estimated}} · due {{day .Due}}{{end}}`,
		body: `Your order of {{yen .Amount}} at {{.Shop}} is placed, to be paid later. It is charged once.

{{if .Estimated}}It goes on the bill of the month in which the shop ships. If that is still {{month .Month}}, the bill is due on {{full .Due}}.{{else}}It goes on the bill for {{month .Month}}, due on {{full .Due}}.{{end}}

When the month is over we write to you with the amount and how to pay. There is nothing to do now.
If you don't recognise this order, please contact us with the reference number.`,
	},
	Repeated: {
		head: `The same payment came again and was counted once · {{yen .Amount}} · {{.Shop}}`,
	},
	Released: {
		head: `{{yen .Amount}} will not be charged · {{.Shop}}`,
	},
	Voided: {
		head: `Your payment of {{yen .Amount}} was cancelled · {{.Shop}}`,
		body: `{{.Shop}} cancelled your payment of {{yen .Amount}}. Nothing is charged for it.

Your available amount is back to what it was.
Please ask the shop about your order. There is nothing to do about the payment.`,
	},
	Expired: {
		head: `No payment was made · {{yen .Amount}} · {{.Shop}}`,
		body: `{{.Shop}} did not confirm your order in time. So your payment of {{yen .Amount}} was not made, and nothing is charged.

Your available amount is back to what it was.
Please ask the shop about your order. There is nothing to do about the payment.`,
	},
	Refunded: {
		head: `Refund of {{yen .Amount}} · {{.Shop}}`,
		body: `{{.Shop}} refunded {{yen .Amount}}.

It is taken off your bill for {{month .Month}}, due on {{full .Due}}. What is more than that bill goes to the next one.
Your available amount shows it already. There is nothing to do.`,
	},
	Disowned: {
		head: `{{yen .Amount}} returned: the shop had no order · {{.Shop}}`,
		body: `{{.Shop}} told us that it has no order for this payment. So all of it, {{yen .Amount}}, was returned. This was on the shop's side.
{{if not .Month.IsZero}}
It is taken off your bill for {{month .Month}}, due on {{full .Due}}. What is more than that bill goes to the next one.
{{else}}
Nothing is charged for it.
{{end}}
Your available amount shows it already. There is nothing to do about the payment.
If you still need the goods, please ask the shop.`,
	},
	BillIssued: {
		head: `{{yen .Amount}} by {{day .Due}} ({{month .Month}})`,
		body: `Your bill for {{month .Month}} is ready.

To pay: {{yen .Amount}}{{if .Fee}} (with the billing fee of {{yen .Fee}}, tax included){{end}}
Due: {{full .Due}}

{{if eq .Way "ebarcode"}}How to pay: show the barcode at the till of a convenience store. To see it, log in at the address below and open "Bills".{{else if eq .Way "number"}}How to pay: type a number at a convenience store, at an ATM or in online banking. To see your numbers and the steps, log in at the address below and open "Bills".{{else if eq .Way "postcard"}}How to pay: use the barcode on the postcard that we send to your registered address. If it does not arrive, log in at the address below and open "Bills".{{else if eq .Way "debit"}}How to pay: it is taken from your registered bank account on {{full .Due}}. Please have the money there by the day before.{{else}}To see how to pay, log in at the address below and open "Bills".{{end}}
Paying brings your available amount back. You never need to pay the same bill twice.`,
	},
	BillSettled: {
		head: `Nothing to pay for {{month .Month}}`,
		body: `Your bill for {{month .Month}} is ready. After refunds and the like there is nothing to pay, and no fee.

There is nothing to do. To see the lines, log in at the address below and open "Bills".`,
	},
	BillPaid: {
		head: `We received {{yen .Amount}}{{with .Usable}}. You can use {{yen .}} now{{end}}`,
		body: `We received your payment of {{yen .Amount}} for {{month .Month}}. Thank you.

{{with .Usable}}You can use {{yen .}} now.{{else}}{{if .Late}}Another bill is past due, so pay later stays paused.{{else}}Pay later is paused at the moment. Please contact us for the details.{{end}}{{end}}
{{if .Prompt}}The store's final word follows in a few days. You don't need to pay again.{{else}}There is nothing to do.{{end}}`,
	},
	BillReopened: {
		head: `A payment was cancelled · {{yen .Amount}} for {{month .Month}}`,
		body: `The convenience store tells us that your payment of {{yen .Amount}} for {{month .Month}} was cancelled, for example because it was rung up again. This bill is not paid yet.

{{if .Late}}It was due on {{full .Due}}, so pay later is paused until it is paid.{{else}}Please pay it by {{full .Due}}.{{end}} To see the {{if eq .Way "number"}}numbers to pay with{{else}}barcode{{end}}, log in at the address below and open "Bills".
If the till did not give your money back, don't pay again: keep the receipt and contact us.`,
		text: `Your payment for {{month .Month}} was cancelled by the store, so the bill is not paid.`,
	},
	PaidTwice: {
		head: `The bill for {{month .Month}} was paid twice · {{yen .Amount}}`,
		body: `Your bill for {{month .Month}} was paid already, and another {{yen .Amount}} came in for it.

The second {{yen .Amount}} is taken off your next bill. Your available amount shows it already.
There is nothing to do. Once your payments are final, you can also have it sent back to your bank account: see the page of the bill.`,
	},
	PaidTwiceReturned: {
		head: `A second payment was cancelled · {{yen .Amount}} for {{month .Month}}`,
		body: `The convenience store tells us that the second payment of {{yen .Amount}} for {{month .Month}} was cancelled. The bill for {{month .Month}} stays paid.

This {{yen .Amount}} is not taken off your next bill.
If the till did not give your money back, keep the receipt and contact us.`,
	},
	ReturnChosen: {
		head: `{{yen .Amount}} will be sent back · {{month .Month}}`,
		body: `The {{yen .Amount}} that you paid too much for {{month .Month}} will be sent back to your registered bank account, at our cost.

It is not taken off your next bill. We tell you when it was sent.`,
	},
	ReturnPaid: {
		head: `{{yen .Amount}} was sent back · {{month .Month}}`,
		body: `The {{yen .Amount}} that you paid too much for {{month .Month}} was sent to your registered bank account on {{full .Day}}.

If it has not arrived in two or three days, please contact us.`,
	},
	ReturnFailed: {
		head: `{{yen .Amount}} could not be sent · {{month .Month}}`,
		body: `The {{yen .Amount}} that you paid too much for {{month .Month}} could not be sent to your registered bank account. {{if eq .Code "no_account"}}The bank did not find the account.{{else if eq .Code "name_differs"}}The account is in another name than the one we have.{{else if eq .Code "closed"}}The account was closed.{{else}}We are asking the bank why.{{end}}

The money is safe with us. Sign in at the address below and register another account: we send it there, and there is nothing else to do. We tell you when it was sent.`,
	},
	PastDue: {
		head: `Past due · {{yen .Amount}} for {{month .Month}}`,
		body: `We have not seen your payment of {{yen .Amount}} for {{month .Month}}, which was due on {{full .Due}}.

Pay later is paused until it is paid, and opens again when we see the payment.
{{with .Costs}}If it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}, a fee of {{yen .Fee}} is added each time, and again on day {{.First}} and day {{.Second}} of each later month. Damages of {{.Rate}} a year may be asked.
{{end}}
{{if eq .Way "ebarcode"}}How to pay: show the barcode at the till of a convenience store. It works after the due date too. To see it, log in at the address below and open "Bills".{{else if eq .Way "number"}}How to pay: with a receipt number, after the due date too. To see your numbers and the steps, log in at the address below and open "Bills".{{else if eq .Way "postcard"}}How to pay: the barcode on the postcard works after the due date too. If you don't have it at hand, log in at the address below and open "Bills".{{else}}To see how to pay, log in at the address below and open "Bills".{{end}}

If you can't pay now, choose a day on which you can: open "Bills" and "If paying is hard". Until that day is over we send you no reminder.
For free advice on money call the consumer hotline 188 (in Japan, no area code).
If you have paid in the meantime, there is nothing to do.`,
		text: `Your bill for {{month .Month}} is past due. Log in and open Bills for the amount and how to pay. Free advice: 188.`,
	},
	DueSoon: {
		head: `{{.Days}} {{if eq .Days 1}}day{{else}}days{{end}} left · {{yen .Amount}} by {{day .Due}}`,
		body: `Your bill for {{month .Month}}, {{yen .Amount}}, is due on {{full .Due}}: {{.Days}} {{if eq .Days 1}}day{{else}}days{{end}} left.

{{if eq .Way "ebarcode"}}Show the barcode at the till of a convenience store. To see it, log in at the address below and open "Bills".{{else if eq .Way "number"}}Type a number at a convenience store, at an ATM or in online banking. To see your numbers and the steps, log in at the address below and open "Bills".{{else if eq .Way "postcard"}}Use the barcode on the postcard that we sent to your registered address. If you don't have it at hand, log in at the address below and open "Bills".{{else if eq .Way "debit"}}It is taken from your registered bank account on that day. Please have the money there.{{else}}To see how to pay, log in at the address below and open "Bills".{{end}}
If you have paid in the meantime, there is nothing to do.`,
	},
	DueToday: {
		head: `Due today · {{yen .Amount}} for {{month .Month}}`,
		body: `Your bill for {{month .Month}}, {{yen .Amount}}, is due today, {{full .Due}}. What is paid by 23:59 is on time.

{{if eq .Way "ebarcode"}}Show the barcode at the till of a convenience store. To see it, log in at the address below and open "Bills".{{else if eq .Way "number"}}Type a number at a convenience store, at an ATM or in online banking. To see your numbers and the steps, log in at the address below and open "Bills".{{else if eq .Way "postcard"}}Use the barcode on the postcard that we sent to your registered address. If you don't have it at hand, log in at the address below and open "Bills".{{else if eq .Way "debit"}}It is taken from your registered bank account on that day. Please have the money there.{{else}}To see how to pay, log in at the address below and open "Bills".{{end}}
If you can't pay today, you can choose another day from tomorrow on: open "Bills" and "If paying is hard".
If you have paid in the meantime, there is nothing to do.`,
	},
	Registered: {
		head: `You are registered`,
		body: `You are a member now. Choose pay later at a shop to use it.

What you buy in a month comes on one bill in the next. To see your available amount, bills and history, log in at the address below.
We never ask for your codes by mail or phone.
If you did not register, please contact us.`,
	},
	SignedIn: {
		head: `A new device logged in`,
		body: `Somebody logged in with a code by SMS, from a device we have not seen before.

Device: {{device .Device}}

If it was you, there is nothing to do.
If it wasn't, log in at the address below, open "Menu" and "Devices", and log out everywhere. Then contact us with the reference number.`,
	},
	AccountRegistered: {
		head: `Your bank account was {{if .Replaced}}changed{{else}}registered{{end}}`,
		body: `{{if .Guest}}The bank account that you told us was registered, to send money back to you. Nothing is ever debited from it.

If you did not tell us one, please contact us with the reference number.{{else}}{{if .Replaced}}Another bank account has taken the place of your registered one. What we kept of that one was erased.{{else}}A bank account was registered.{{end}}

It is used to send money back to you, and to debit your bills if you have chosen direct debit. To see it, log in at the address below and open "Menu" and "How bills are paid".
If it was you, there is nothing to do.
If it wasn't, log in at the address below, open "Menu" and "Devices", and log out everywhere. Then contact us with the reference number.{{end}}`,
	},
	NumberPassedOn: {
		head: `Your phone number was removed`,
		body: `We found that the mobile number of your membership belongs to somebody else now. So we took it off your membership.

Your bills and history stay yours. Nobody can log in to your membership with that number any more.
To log in with a new number, or if you never gave the old one up, please contact us with the reference number.`,
	},
	AgreedWithShop: {
		head: `You agreed to later purchases without a page · {{.Shop}}`,
		body: `You agreed that {{.Shop}} may use pay later next time without showing you a page.

We write to you each time. To end the agreement, log in at the address below, open "Menu" and "Shops you have agreed with".
If you don't recognise this, end the agreement and contact us with the reference number.`,
	},
	AgreementWithdrawn: {
		head: `You ended your agreement · {{.Shop}}`,
		body: `Your agreement with {{.Shop}} has ended. The shop can no longer use pay later without asking you.

Orders that are already fixed, and their bills, stay as they are. There is nothing to do.`,
	},
	LateCharged: {
		head: `{{yen .Amount}} was added for being late ({{day .Day}})`,
		body: `{{yen .Amount}} was added to your bills past due for {{full .Day}}.
{{if .Owed}}
In all {{yen .Owed}} is past due. To see each charge and how it was reckoned, log in at the address below and open "Bills".
{{end}}
If you had paid before {{day .Day}}, it is taken back by itself as soon as we see the payment.
If you can't pay now, you can choose a day on which you can: open "Bills" and "If paying is hard".`,
	},
	Promised: {
		head: `You will pay on {{day .Day}}: we have noted it`,
		body: `We have noted that you will pay on {{full .Day}}. When you told us, {{yen .Amount}} was past due.

Until {{day .Day}} is over we send you no reminder.
Late fees may still be added meanwhile. Pay later stays paused until you pay, and opens again when we see the payment.

To change the day, log in at the address below, open "Bills" and "If paying is hard", and choose another.`,
	},
	PartPaid: {
		head: `We received a part · {{yen .Owed}} left for {{month .Month}}`,
		body: `We received a payment for your bill for {{month .Month}}. Thank you.

Received so far: {{yen .Amount}}
Still to pay: {{yen .Owed}}

{{if .Late}}It was due on {{full .Due}}, so pay later stays paused until the rest is paid.{{else}}Please pay the rest by {{full .Due}}.{{end}} To see {{if eq .Way "number"}}numbers for the rest{{else}}a barcode over the rest{{end}}, log in at the address below and open "Bills".
If paying is hard, please contact us.`,
	},
	NotDebited: {
		head: `Not debited · {{yen .Amount}} by {{day .Due}} ({{month .Month}})`,
		body: `{{.Why}}. Your bill for {{month .Month}} is not paid yet.

To pay: {{yen .Amount}}{{if .Fee}} (with the fee of {{yen .Fee}} for paying at a store, tax included){{end}}
Due: {{full .Due}}

Show the barcode at the till of a convenience store. To see it, log in at the address below and open "Bills".
If you pay by {{day .Due}}, no late fee is added. This bill is not debited from your account again.`,
		text: `Your bill for {{month .Month}} could not be debited. Please pay at a store by {{day .Due}}.`,
	},
	DunFirst: {
		head: `We have not seen your payment for {{month .Month}} · {{yen .Amount}}`,
		body: `We have not seen your payment of {{yen .Amount}} for {{month .Month}} yet. It was due on {{full .Due}}.

{{if eq .Way "number"}}How to pay: type numbers at a convenience store, at an ATM or in online banking. To see them, log in at the address below and open "Bills".{{else}}How to pay: show the barcode at the till of a convenience store. To see it, log in at the address below and open "Bills".{{end}} Pay later opens again when we see the payment.
{{with .Costs}}If it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}, a fee of {{yen .Fee}} is added each time.
{{end}}
If you can't pay now, choose a day on which you can: open "Bills" and "If paying is hard". Until that day is over we send you no reminder.
For free advice on money call the consumer hotline 188 (in Japan, no area code).
If you have paid in the meantime, there is nothing to do.`,
		text: `We have not seen your payment for {{month .Month}} yet. Log in and open Bills. Free advice: 188.`,
	},
	DunSecond: {
		head: `Which day would suit you? · {{yen .Amount}} for {{month .Month}}`,
		body: `We have not seen your payment of {{yen .Amount}} for {{month .Month}} yet. It was due on {{full .Due}}.

If you can't pay today, tell us a day on which you can. Log in at the address below, open "Bills" and "If paying is hard", and choose it. Until that day is over we send you no reminder.
{{with .Costs}}A fee of {{yen .Fee}} is added each time it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}.
{{end}}
{{if eq .Way "number"}}How to pay: type the numbers under "Bills" at a convenience store, at an ATM or in online banking.{{else}}How to pay: show the barcode under "Bills" at the till of a convenience store.{{end}} Pay later opens again when we see the payment.
For free advice on money call the consumer hotline 188 (in Japan, no area code).
If you have paid in the meantime, there is nothing to do.`,
		text: `Which day would suit you to pay for {{month .Month}}? Log in and choose it under Bills. Free advice: 188.`,
	},
	DunLast: {
		head: `We will call you · {{yen .Amount}} for {{month .Month}}`,
		body: `We have not seen your payment of {{yen .Amount}} for {{month .Month}} yet. It was due on {{full .Due}}.

One of our people will call you next. The call is for finding a way to pay together.
You can choose a day on which you can pay before that: log in at the address below, open "Bills" and "If paying is hard". Until that day is over we neither call nor write.
{{with .Costs}}A fee of {{yen .Fee}} is added each time it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}.
{{end}}
{{if eq .Way "number"}}How to pay: type the numbers under "Bills" at a convenience store, at an ATM or in online banking.{{else}}How to pay: show the barcode under "Bills" at the till of a convenience store.{{end}} Pay later opens again when we see the payment.
For free advice on money call the consumer hotline 188 (in Japan, no area code).
If you have paid in the meantime, there is nothing to do.`,
		text: `About {{month .Month}}: one of our people will call you. You can choose a day to pay under Bills first. Free advice: 188.`,
	},
	PlanAgreed: {
		head: `You pay your bill for {{month .Month}} in {{.Parts}} parts: we have noted it`,
		body: `We have noted that you pay your bill for {{month .Month}}, {{yen .Amount}}, in {{.Parts}} parts.

First part: {{yen .Part}} by {{full .Day}}
Last part: by {{full .Last}}

To see the day and sum of each part, and its barcode, log in at the address below and open "Bills". You can also pay the whole rest at once.

While you pay as agreed, we don't press you for this bill and add no late fees. Pay later stays paused until everything is paid, and opens again when we see the last payment.
If you find that you can't pay a part, please contact us early. We will find a way together.`,
	},
	PlanPartSoon: {
		head: `{{yen .Amount}} by {{day .Day}} (a part of {{month .Month}})`,
		body: `The next part of your bill for {{month .Month}} is to be paid by {{full .Day}}.

This part: {{yen .Amount}}
Left with this part: {{yen .Owed}}

Show the barcode at the till of a convenience store. To see it, log in at the address below and open "Bills".
If you can't pay it, please contact us early. We will find a way together.
If you have paid in the meantime, there is nothing to do.`,
	},
	PlanPartToday: {
		head: `{{yen .Amount}} today (a part of {{month .Month}})`,
		body: `This part of your bill for {{month .Month}} is to be paid today, {{full .Day}}.

This part: {{yen .Amount}}
Left with this part: {{yen .Owed}}

Show the barcode at the till of a convenience store. To see it, log in at the address below and open "Bills".
If you can't pay it, please contact us. We will find a way together.
If you have paid in the meantime, there is nothing to do.`,
	},
	PlanBroken: {
		head: `Paying in parts has ended · {{yen .Owed}} left for {{month .Month}}`,
		body: `We have not seen {{yen .Amount}} that was to be paid by {{full .Day}}. So paying your bill for {{month .Month}} in parts has ended.

Left to pay: {{yen .Owed}}
To see the barcode, log in at the address below and open "Bills".
{{with .Costs}}If it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}, a fee of {{yen .Fee}} is added each time. Nothing is added for the time before.
{{end}}
If you can't pay now, choose a day on which you can: open "Bills" and "If paying is hard". If you need to pay in parts again, please contact us.
For free advice on money call the consumer hotline 188 (in Japan, no area code).
If you have paid in the meantime, there is nothing to do.`,
	},
	PlanDone: {
		head: `All parts are paid ({{month .Month}})`,
	},
	PlanEnded: {
		head: `Paying in parts was ended · {{yen .Owed}} left for {{month .Month}}`,
		body: `Our staff have ended paying your bill for {{month .Month}} in parts.

Left to pay: {{yen .Owed}}
To see the barcode, log in at the address below and open "Bills".
{{with .Costs}}If it is still unpaid on {{range $i, $day := $.Fees}}{{if $i}} and on {{end}}{{day $day}}{{end}}, a fee of {{yen .Fee}} is added each time. Nothing is added for the time before.
{{end}}
If you did not expect this, or can't pay now, please contact us. We will find a way together.`,
	},
	LateWaived: {
		head: `{{yen .Amount}} for being late was taken back ({{month .Month}})`,
		body: `We took back {{yen .Amount}} that had been added to your bill for {{month .Month}} for being late. It will not be added again.

Left to pay: {{yen .Owed}}
To see each charge, log in at the address below and open "Bills". A barcode over the earlier sum still pays; what it pays too much comes off your next bill or is sent back.`,
	},
}
