package web

// errorTexts are the sentences of the error pages: err.CODE.what is the heading, .also a second sentence on being charged,
// .why the cause, .next what to do, .go the main action. Figures are listed by [ErrorExamples].
var errorTexts = catalogue{
	"charged.no":       {"請求はありません。", "Nothing was charged."},
	"charged.once":     {"{sum}が1件、確定しています。", "{sum} is charged, once."},
	"charged.checking": {"確認中です。請求が起きても、1回を超えることはありません。結果は履歴でお知らせします。", "Being checked. It can be charged once at most. The result will stand in your history."},
	"charged.until":    {"確認中です。{by}までにお知らせします。", "Being checked. We will tell you by {by}."},
	"charged.apart":    {"お支払いや請求には影響ありません。", "Your payments and bills are not affected."},

	"err.cause":   {"原因", "Cause"},
	"err.next":    {"次にすること", "What to do"},
	"err.history": {"履歴で確認する", "Look at your history"},
	"err.help":    {"ヘルプを見る", "Help"},
	"err.home":    {"ホームを開く", "Open home"},
	"err.toshop":  {"お店に戻る", "Back to the shop"},

	"err.other.what": {"受け付けられませんでした", "We couldn't take this"},
	"err.other.next": {"1分ほど待って、同じ操作をもう一度お試しください。何度送っても請求は1回です。", "Wait about a minute and try the same thing again. However often you send it, it is charged once."},
	"err.other.go":   {"もう一度開く", "Open it again"},

	"why.none":    {"特に問題はありません。", "There is no fault."},
	"why.input":   {"送られた内容を、このままでは受け付けられませんでした。", "What was sent can't be taken as it is."},
	"why.device":  {"お客様の端末と当社の間の通信です。", "The connection between your device and us."},
	"why.shop":    {"お店からの依頼やお店の設定です。", "The shop's request or its setup."},
	"why.us":      {"当社の側で起きた不具合です。お店やお使いの端末のせいではありません。", "The fault is ours, not the shop's and not your device's."},
	"why.partner": {"コンビニ、SMS、メールなどの連携先です。", "A partner such as a store, an SMS or a mail carrier."},
	"why.rule":    {"利用枠やお支払いの状況によるもので、故障ではありません。", "It follows from your limit or payments; nothing is broken."},

	"err.PAY-201.what": {"この注文の支払いは済んでいます", "This order is already paid"},
	"err.PAY-201.also": {"あとから届いた同じ注文は、請求していません。", "The same order came again and was not charged."},
	"err.PAY-201.why":  {"再読み込みや二度押しなどで同じ注文が2回届き、1回にまとめました。", "A reload or a double tap sent the order twice; we kept one."},
	"err.PAY-201.next": {"支払い直さずに、お店に戻って注文を確かめてください。", "Don't pay again; go back to the shop and look at your order."},
	"err.PAY-201.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-301.what": {"支払い画面の時間が過ぎました", "This payment page has timed out"},
	"err.PAY-301.why":  {"画面を開いてから{n:minute}分がたったため、安全のために閉じました。", "It closed {n:minute} after it was opened, for safety."},
	"err.PAY-301.next": {"買い物を続けるときは、お店で後払いを選び直してください。カートが残っているかどうかは、お店によって違います。", "To go on, choose pay later at the shop once more. Some shops keep your cart, some don't."},
	"err.PAY-301.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-302.what": {"お店がこの支払いを取りやめました", "The shop called this payment off"},
	"err.PAY-302.why":  {"{at}にお店から取りやめの連絡がありました。在庫がなくなったときなどに起こります。", "The shop called it off at {at}. This happens when something has sold out, for example."},
	"err.PAY-302.next": {"在庫や注文の状態を、お店に確かめてください。", "Please ask the shop about the order."},
	"err.PAY-302.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-303.what": {"支払わずにやめました", "You left without paying"},
	"err.PAY-303.why":  {"確認の画面で「支払わずにやめる」が選ばれました。", "You chose to leave on the payment page."},
	"err.PAY-303.next": {"やはり支払う場合は、{until}まで支払い画面に戻れます。", "If you want to pay after all, you can return to the payment until {until}."},
	"err.PAY-303.go":   {"支払い画面に戻る", "Return to the payment"},

	"err.PAY-401.what": {"使える金額が{missing}足りません", "{missing} short of this purchase"},
	"err.PAY-401.why":  {"今使える金額は{usable}で、この注文は{sum}です。", "You can use {usable} now; this order is {sum}."},
	"err.PAY-401.next": {"{month}分の{pay}を支払うと、確認できしだい{then}まで使えます。お急ぎのときは、お店でほかの支払い方法をお使いください。", "Pay the {pay} of {month} and {then} is available as soon as we see it. If you can't wait, use another way of paying at the shop."},
	"err.PAY-401.go":   {"請求を支払う", "Pay the bill"},

	"err.PAY-401/short.what": {"使える金額が{missing}足りません", "{missing} short of this purchase"},
	"err.PAY-401/short.why":  {"今使える金額は{usable}で、この注文は{sum}です。", "You can use {usable} now; this order is {sum}."},
	"err.PAY-401/short.next": {"繰り返しても結果は同じです。金額を減らすか、お店でほかの支払い方法をお使いください。", "Repeating it gives the same answer. Order less, or use another way of paying at the shop."},
	"err.PAY-401/short.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-402.what": {"お店で使える上限を超えています", "Above your in-store limit"},
	"err.PAY-402.why":  {"実店舗で1回に使えるのは{cap}まで、この会計は{sum}です。", "In stores you can use {cap} at a time; this is {sum}."},
	"err.PAY-402.next": {"{over}を別の方法で払えるか、レジでおたずねください。", "Ask at the till whether {over} can be paid another way."},
	"err.PAY-402.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-403.what": {"請求の支払いが済むと使えます", "You can use this again once the bill is paid"},
	"err.PAY-403.why":  {"{month}分{sum}の支払期日（{due}）が過ぎています。", "The {sum} of {month} was due on {due}."},
	"err.PAY-403.next": {"コンビニで支払うと、{n:minute}分ほどで確認でき、そのまま使えるようになります。支払いが難しいときは、支払える日を選べます。", "Pay at a store; we see it in about {n:minute} and it opens by itself. If paying is hard, you can choose a day."},
	"err.PAY-403.go":   {"請求を支払う", "Pay the bill"},

	"err.PAY-404.what": {"今回は後払いを使えません", "Pay later isn't available this time"},
	"err.PAY-404.why":  {"注文のたびに行う自動の審査で、今回は受け付けられませんでした。審査の細かい基準は公開していません。どこかが壊れているわけではありません。", "Every order is assessed automatically, and this one was not accepted. The details of the assessment are not public. Nothing is broken."},
	"err.PAY-404.next": {"繰り返しても結果は同じです。お店でほかの支払い方法をお使いください。担当者による見直しは、お問い合わせから頼めます。", "Repeating it gives the same answer. Please use another way of paying at the shop. To have a person look at it, contact us."},
	"err.PAY-404.go":   {"お店で別の方法を選ぶ", "Choose another way at the shop"},

	"err.PAY-405.what": {"安全のため、いったん止めています", "Paused for your safety"},
	"err.PAY-405.why":  {"ふだんの使い方と違って見えたので、当社の判断で止めました。", "It looked unlike your usual purchases, so we stopped it."},
	"err.PAY-405.next": {"SMSの確認コードでご本人とわかれば、続けられます。ご自分の操作でないときは、先に進まずにご連絡ください。", "Show with a code by SMS that it is you, and go on. If it isn't you, stop here and contact us."},
	"err.PAY-405.go":   {"確認コードで続ける", "Go on with a code"},

	"err.PAY-407.what": {"金額が変わりました", "The amount has changed"},
	"err.PAY-407.why":  {"お店が金額を{was}から{sum}に変えました。まだ請求していません。", "The shop changed it from {was} to {sum}. Nothing is charged yet."},
	"err.PAY-407.next": {"変わったあとの内容でよければ、あらためてボタンを押してください。", "If the new details are fine with you, press the button once more."},
	"err.PAY-407.go":   {"新しい内容を見る", "See the new details"},

	"err.PAY-408.what": {"このお店は今、後払いを休んでいます", "This shop isn't taking pay later now"},
	"err.PAY-408.why":  {"お店の側で、後払いが使えない状態になっています。お客様の利用枠には関係ありません。", "Pay later is switched off at the shop. It has nothing to do with your limit."},
	"err.PAY-408.next": {"お店でほかの支払い方法をお使いください。", "Please use another way of paying at the shop."},
	"err.PAY-408.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-501.what": {"支払いは受け付けられていません", "The payment was not taken"},
	"err.PAY-501.why":  {"当社の側で起きた不具合です。お店やお使いの端末のせいではありません。", "The fault is ours, not the shop's and not your device's."},
	"err.PAY-501.next": {"1分ほど待って、同じ注文をもう一度送ってください。何度送っても請求は1回です。お急ぎのときは、お店でほかの支払い方法も使えます。", "Wait about a minute and send the same order again; however often you send it, it is charged once. If you can't wait, the shop has other ways of paying."},
	"err.PAY-501.go":   {"もう一度開く", "Open it again"},

	"err.PAY-503.what": {"予定した作業のため休んでいます", "Closed for planned work"},
	"err.PAY-503.why":  {"{from:moment}から{until:moment}まで、予定していた作業をしています。", "Planned work from {from:moment} to {until:moment}."},
	"err.PAY-503.next": {"{until:moment}以降に、もう一度開いてください。", "Please come back after {until:moment}."},
	"err.PAY-503.go":   {"ホームを開く", "Open home"},

	"err.NET-002.what": {"通信が途切れました", "The connection was lost"},
	"err.NET-002.why":  {"送った内容は届いているかもしれません。請求が起きても、1回を超えることはありません。", "What you sent may have arrived. It can be charged once at most."},
	"err.NET-002.next": {"通信が戻ったら「結果を確認する」を押してください。このページを開き直してもかまいません。", "When the connection is back, press \"See the result\", or just open this page again."},

	"err.AUTH-102.what": {"コードの送信をいったん止めています", "No more codes for a while"},
	"err.AUTH-102.why":  {"短い時間に、コードの送信が続きました。", "Many codes were asked for in a short time."},
	"err.AUTH-102.next": {"一番新しいSMSのコードを入力するか、{at}以降にもう一度送ってください。", "Enter the code of the latest SMS, or ask for a new one after {at}."},
	"err.AUTH-102.go":   {"コードの入力に戻る", "Back to the code"},

	"err.AUTH-103.what": {"{at}までコードの入力を止めています", "Entry is paused until {at}"},
	"err.AUTH-103.why":  {"確認コードが5回続けて違ったため、ご本人を守るために止めました。", "Five wrong codes in a row; we paused to protect you."},
	"err.AUTH-103.next": {"{at}に、新しいコードを送ってください。心当たりがないときは、ご連絡ください。", "Ask for a new code at {at}. If this wasn't you, contact us."},
	"err.AUTH-103.go":   {"ヘルプを見る", "Help"},

	"err.BILL-101.what": {"お支払いの確定を待っています", "Your payment is being confirmed"},
	"err.BILL-101.why":  {"コンビニから、{sum}を受け取ったという最初の連絡がありました。確定の連絡が届くまで数日かかります。使える金額はもう元に戻っています。", "The store has reported {sum}; its final word takes a few days. What you can use is back already."},
	"err.BILL-101.next": {"もう一度支払わないでください。確定したらお知らせします。期日に間に合ったかどうかは、支払った日で決まります。", "Please don't pay a second time. We tell you when it is final; what counts for the due date is the day you paid."},
	"err.BILL-101.go":   {"請求を見る", "See the bill"},

	"err.BILL-103.what": {"この請求は支払い済みです", "This bill is paid"},
	"err.BILL-103.why":  {"{day}に{sum}を受け取りました。", "We received {sum} on {day}."},
	"err.BILL-103.next": {"このままでだいじょうぶです。もう一度レジで支払ってしまったときは、次の請求から差し引きます。", "You are all set. If you paid at a till again, the next bill is lowered by it."},
	"err.BILL-103.go":   {"請求を見る", "See the bill"},

	"err.BILL-104.what": {"コンビニで支払える金額を超えています", "More than a store can take"},
	"err.BILL-104.why":  {"この請求は{sum}です。コンビニで一度に支払えるのは{most}までで、当社の振込先の口座もまだ用意できていません。", "This bill is {sum}. A store takes {most} at a time at most, and our account for transfers is not set up yet."},
	"err.BILL-104.next": {"下のお問い合わせ番号を添えてご連絡ください。担当者が支払い方法をご案内します。", "Contact us with the reference number below; a person will find a way to pay with you."},
	"err.BILL-104.go":   {"問い合わせ先を見る", "How to reach us"},

	"err.GEN-404.what": {"ページが見つかりません", "Page not found"},
	"err.GEN-404.why":  {"アドレスに間違いがあるか、もう公開していないページです。", "The address has a slip in it, or the page no longer exists."},
	"err.GEN-404.next": {"ホームや履歴からたどってください。", "Find it from home or from your history."},
	"err.GEN-404.go":   {"ホームを開く", "Open home"},

	"err.GEN-429.what": {"少しだけお待ちください", "Please wait a moment"},
	"err.GEN-429.why":  {"続けて何度も操作されたため、間をあけています。", "There were many requests in a row, so we are leaving a gap."},
	"err.GEN-429.next": {"{n:second}秒たったら、もう一度お試しください。", "Try again in {n:second}."},
	"err.GEN-429.go":   {"もう一度開く", "Open it again"},
}
