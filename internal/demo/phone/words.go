package phone

import "tsuke/internal/demo/page"

var words = page.Words{
	"phone.title": {JA: "電話に届いたもの", EN: "What came to the phone"},
	"phone.lead":  {JA: "デモの人たちに送られたSMSとメールが、新しい順に届きます。宛先を選ぶと、その人に届いたものだけになります。この画面は2秒ごとに新しくなります。", EN: "Texts and mail sent to the people of the demo arrive here, the newest first. Choose whom one is for to see only what came to them. The page renews itself every two seconds."},
	"phone.only":  {JA: "{0} に届いたもの", EN: "What came to {0}"},
	"phone.all":   {JA: "全員に届いたものを見る", EN: "See what came to everybody"},
	"phone.count": {JA: "{2}件のうち{0}〜{1}件目", EN: "{0}–{1} of {2}"},
	"phone.pages": {JA: "ページ送り", EN: "Pages"},
	"phone.newer": {JA: "新しいほう", EN: "Newer"},
	"phone.older": {JA: "古いほう", EN: "Older"},
	"phone.none":  {JA: "まだ何も届いていません。会員登録で携帯電話の番号を入れると、ここに確認コードが届きます。番号は 090-1234-5678 のような形なら何でもかまいません。", EN: "Nothing has come yet. Enter a mobile number when you register and the code arrives here. Any number shaped like 090-1234-5678 will do."},
	"phone.sms":   {JA: "SMS", EN: "Text"},
	"phone.mail":  {JA: "メール", EN: "Mail"},
	"phone.times": {JA: "{0}回届き、1通にまとめました", EN: "came {0} times, shown once"},
}
