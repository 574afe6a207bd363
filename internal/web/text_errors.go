package web

// errorTexts are the sentences of the error pages: err.CODE.what is the heading, .also a second sentence on being charged,
// .why the cause, .next what to do, .go the main action. Figures are listed by [ErrorExamples].
var errorTexts = catalogue{
	"charged.no":       {"請求はありません。", "Nothing was charged."},
	"charged.once":     {"{sum}が1件、確定しています。", "{sum} is charged, once."},
	"charged.checking": {"確認中です。請求されるとしても1回だけです。結果は履歴でお知らせします。", "Being checked. If it is charged, it is charged once. The result will stand in your history."},
	"charged.until":    {"確認中です。{by}までにお知らせします。", "Being checked. We will tell you by {by}."},
	"charged.apart":    {"お支払いや請求には影響ありません。", "Your payments and bills are not affected."},

	"err.cause":   {"原因", "Cause"},
	"err.next":    {"次にすること", "What to do"},
	"err.history": {"履歴で確認する", "Look at your history"},
	"err.help":    {"ヘルプを見る", "Help"},
	"err.home":    {"ホームを開く", "Open home"},
	"err.toshop":  {"お店に戻る", "Back to the shop"},

	"err.other.what": {"受け付けられませんでした", "We couldn't take this"},
	"err.other.next": {"1分ほどおいて、もう一度お試しください。同じ操作が二重に請求されることはありません。", "Try the same thing again in about a minute. It can't be charged twice."},
	"err.other.go":   {"もう一度開く", "Open it again"},

	"why.none":    {"特に問題はありません。", "There is no fault."},
	"why.input":   {"送られた内容を、このままでは受け付けられませんでした。", "What was sent can't be taken as it is."},
	"why.device":  {"お客様の端末と当社の間の通信です。", "The connection between your device and us."},
	"why.shop":    {"お店からの依頼やお店の設定です。", "The shop's request or its setup."},
	"why.us":      {"当社の不具合です。お店とお客様の端末に問題はありません。", "A fault on our side. The shop and your device are fine."},
	"why.partner": {"コンビニ、SMS、メールなどの連携先です。", "A partner such as a store, an SMS or a mail carrier."},
	"why.rule":    {"利用枠やお支払いの状況によるもので、故障ではありません。", "It follows from your limit or payments; nothing is broken."},

	"err.PAY-201.what": {"この注文の支払いは済んでいます", "This order is already paid"},
	"err.PAY-201.also": {"あとから届いた同じ注文は、請求していません。", "The same order came again and was not charged."},
	"err.PAY-201.why":  {"再読み込みや二度押しなどで同じ注文が2回届き、1回にまとめました。", "A reload or a double tap sent the order twice; we kept one."},
	"err.PAY-201.next": {"お店に戻って注文を確かめてください。もう一度支払う必要はありません。", "Go back to the shop to see your order. There is no need to pay again."},
	"err.PAY-201.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-301.what": {"支払い画面の時間が過ぎました", "This payment page has timed out"},
	"err.PAY-301.why":  {"画面を開いてから{n:minute}分がたったため、安全のために閉じました。", "It closed {n:minute} after it was opened, for safety."},
	"err.PAY-301.next": {"お店に戻り、もう一度後払いを選んでください。カートに残るかどうかは、お店の設定によります。", "Go back to the shop and choose pay later again. Whether your cart is kept depends on the shop."},
	"err.PAY-301.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-302.what": {"お店がこの支払いを取り下げました", "The shop withdrew this payment"},
	"err.PAY-302.why":  {"{at}に、お店が注文を取り下げました。在庫切れなどの場合があります。", "The shop withdrew the order at {at}, for example because it is out of stock."},
	"err.PAY-302.next": {"在庫や注文の状態を、お店に確かめてください。", "Please ask the shop about the order."},
	"err.PAY-302.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-303.what": {"支払わずにやめました", "You left without paying"},
	"err.PAY-303.why":  {"確認の画面で「支払わずにやめる」が選ばれました。", "You chose to leave on the payment page."},
	"err.PAY-303.next": {"やはり支払う場合は、{until}まで支払い画面に戻れます。", "If you want to pay after all, you can return to the payment until {until}."},
	"err.PAY-303.go":   {"支払い画面に戻る", "Return to the payment"},

	"err.PAY-401.what": {"使える金額が{missing}足りません", "{missing} short of this purchase"},
	"err.PAY-401.why":  {"今使える金額は{usable}で、この注文は{sum}です。", "You can use {usable} now; this order is {sum}."},
	"err.PAY-401.next": {"{month}分の{pay}を支払うと、確認できしだい{then}まで使えます。お急ぎなら、お店で別の支払い方法を選んでください。", "Pay the {pay} of {month} and {then} is available as soon as we see it. In a hurry, choose another way at the shop."},
	"err.PAY-401.go":   {"請求を支払う", "Pay the bill"},

	"err.PAY-401/short.what": {"使える金額が{missing}足りません", "{missing} short of this purchase"},
	"err.PAY-401/short.why":  {"今使える金額は{usable}で、この注文は{sum}です。", "You can use {usable} now; this order is {sum}."},
	"err.PAY-401/short.next": {"同じ注文をもう一度試しても結果は変わりません。金額を減らすか、お店で別の支払い方法を選んでください。", "Trying again won't change it. Order less, or choose another way at the shop."},
	"err.PAY-401/short.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-402.what": {"お店で使える上限を超えています", "Above your in-store limit"},
	"err.PAY-402.why":  {"実店舗で1回に使えるのは{cap}まで、この会計は{sum}です。", "In stores you can use {cap} at a time; this is {sum}."},
	"err.PAY-402.next": {"{over}を別の方法で払えるか、レジでおたずねください。", "Ask at the till whether {over} can be paid another way."},
	"err.PAY-402.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-403.what": {"請求の支払いが済むと使えます", "Pay later is paused until the bill is paid"},
	"err.PAY-403.why":  {"{month}分{sum}の支払期日（{due}）が過ぎています。", "The {sum} of {month} was due on {due}."},
	"err.PAY-403.next": {"コンビニで支払うと、{n:minute}分ほどで確認でき、そのまま使えるようになります。支払いが難しいときはご相談ください。", "Pay at a store; we see it in about {n:minute} and it opens by itself. If paying is hard, talk to us."},
	"err.PAY-403.go":   {"請求を支払う", "Pay the bill"},

	"err.PAY-404.what": {"今回は後払いを使えません", "Pay later isn't available this time"},
	"err.PAY-404.why":  {"お支払いの状況や注文の内容を自動で確かめた結果です。基準の詳細はお伝えできませんが、端末やお店の故障ではありません。", "An automatic check of your payments and the order. We can't give its full criteria, but neither your device nor the shop is at fault."},
	"err.PAY-404.next": {"同じ注文をもう一度試しても結果は変わりません。お店で別の支払い方法を選んでください。人による見直しは、お問い合わせから申し込めます。", "Trying again won't change it. Please choose another way at the shop. You can ask for a review by a person through contact."},
	"err.PAY-404.go":   {"お店で別の方法を選ぶ", "Choose another way at the shop"},

	"err.PAY-405.what": {"安全のため、いったん止めています", "Paused for your safety"},
	"err.PAY-405.why":  {"ふだんと違う使い方が見られたため、当社が止めました。", "We paused this because it looks unlike your usual use."},
	"err.PAY-405.next": {"SMSの確認コードでご本人とわかれば、続けられます。心当たりがないときは、何も押さずにご連絡ください。", "Show with a code by SMS that it is you, and go on. If it isn't you, press nothing and contact us."},
	"err.PAY-405.go":   {"確認コードで続ける", "Go on with a code"},

	"err.PAY-407.what": {"金額が変わりました", "The amount has changed"},
	"err.PAY-407.why":  {"お店が金額を{was}から{sum}に変えました。まだ請求していません。", "The shop changed it from {was} to {sum}. Nothing is charged yet."},
	"err.PAY-407.next": {"新しい内容を確かめて、よければもう一度ボタンを押してください。", "Check the new details and press the button again if you agree."},
	"err.PAY-407.go":   {"新しい内容を見る", "See the new details"},

	"err.PAY-408.what": {"このお店は今、後払いを休んでいます", "This shop isn't taking pay later now"},
	"err.PAY-408.why":  {"お店の設定が終わっていないか、止められています。お客様の利用枠は変わっていません。", "The shop's setup is unfinished or paused. Your limit is unchanged."},
	"err.PAY-408.next": {"お店で別の支払い方法を選んでください。", "Please choose another way at the shop."},
	"err.PAY-408.go":   {"お店に戻る", "Back to the shop"},

	"err.PAY-501.what": {"支払いを受け付けられませんでした", "We couldn't take the payment"},
	"err.PAY-501.why":  {"当社のシステムの不具合です。お店とお客様の端末に問題はありません。", "A fault on our side. The shop and your device are fine."},
	"err.PAY-501.next": {"1分ほどおいて、もう一度お試しください。二重にはなりません。お急ぎなら、お店で別の方法を選べます。", "Try again in about a minute; it can't be charged twice. In a hurry, choose another way at the shop."},
	"err.PAY-501.go":   {"もう一度開く", "Open it again"},

	"err.PAY-503.what": {"予定した作業のため休んでいます", "Closed for planned work"},
	"err.PAY-503.why":  {"{from:moment}から{until:moment}まで、予定していた作業をしています。", "Planned work from {from:moment} to {until:moment}."},
	"err.PAY-503.next": {"{until:moment}以降に、もう一度開いてください。", "Please come back after {until:moment}."},
	"err.PAY-503.go":   {"ホームを開く", "Open home"},

	"err.NET-002.what": {"途中で通信が切れました", "The connection broke"},
	"err.NET-002.why":  {"送信は届いているかもしれません。請求されるとしても1回だけです。", "What you sent may have arrived. If it is charged, it is charged once."},
	"err.NET-002.next": {"つながったら「結果を確認する」を押してください。このページのアドレスを開き直しても、同じ結果が見られます。", "When you are back online, press \"See the result\". Opening this address again shows the same."},

	"err.AUTH-102.what": {"コードの送信をいったん止めています", "No more codes for a while"},
	"err.AUTH-102.why":  {"短い時間に、コードの送信が続きました。", "Many codes were asked for in a short time."},
	"err.AUTH-102.next": {"一番新しいSMSのコードを入力するか、{at}以降にもう一度送ってください。", "Enter the code of the latest SMS, or ask for a new one after {at}."},
	"err.AUTH-102.go":   {"コードの入力に戻る", "Back to the code"},

	"err.AUTH-103.what": {"{at}までコードの入力を止めています", "Entry is paused until {at}"},
	"err.AUTH-103.why":  {"確認コードが5回続けて違ったため、ご本人を守るために止めました。", "Five wrong codes in a row; we paused to protect you."},
	"err.AUTH-103.next": {"{at}に、新しいコードを送ってください。心当たりがないときは、ご連絡ください。", "Ask for a new code at {at}. If this wasn't you, contact us."},
	"err.AUTH-103.go":   {"ヘルプを見る", "Help"},

	"err.BILL-101.what": {"お支払いの確認を待っています", "Waiting to hear of your payment"},
	"err.BILL-101.why":  {"{sum}のお支払いの連絡が、コンビニからまだ届いていません。通常は{n:minute}分以内、混雑しているときは1時間ほどかかります。", "The store has not reported the {sum} yet. It usually takes {n:minute}, up to an hour when busy."},
	"err.BILL-101.next": {"もう一度支払わないでください。1時間たっても変わらないときは、受領証を用意してご連絡ください。支払った日に受け取ったものとして扱います。", "Please don't pay again. If nothing changes in an hour, contact us with your receipt at hand; the day you paid is what counts."},
	"err.BILL-101.go":   {"請求を見る", "See the bill"},

	"err.BILL-103.what": {"この請求は支払い済みです", "This bill is paid"},
	"err.BILL-103.why":  {"{day}に{sum}を受け取りました。", "We received {sum} on {day}."},
	"err.BILL-103.next": {"何もする必要はありません。もう一度レジで支払ってしまったときは、次の請求に充てるか、お返しします。", "There is nothing to do. If you paid at a till again, the money goes to the next bill or back to you."},
	"err.BILL-103.go":   {"請求を見る", "See the bill"},

	"err.GEN-404.what": {"ページが見つかりません", "Page not found"},
	"err.GEN-404.why":  {"アドレスが違うか、ページがなくなりました。", "The address is wrong, or the page is gone."},
	"err.GEN-404.next": {"ホームか履歴から開いてください。", "Open it from home or your history."},
	"err.GEN-404.go":   {"ホームを開く", "Open home"},

	"err.GEN-429.what": {"少しだけお待ちください", "Please wait a moment"},
	"err.GEN-429.why":  {"短い時間に多くの操作がありました。", "Many requests came in a short time."},
	"err.GEN-429.next": {"{n:second}秒たったら、もう一度お試しください。", "Try again in {n:second}."},
	"err.GEN-429.go":   {"もう一度開く", "Open it again"},
}
