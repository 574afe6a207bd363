package phone

import "tsuke/internal/demo/page"

var words = page.Words{
	"phone.title": {JA: "電話に届いたもの", EN: "What came to the phone"},
	"phone.lead":  {JA: "デモの人たちに送られたSMSとメールが届きます。この画面は2秒ごとに新しくなります。", EN: "Texts and mail sent to the people of the demo arrive here. The page renews itself every two seconds."},
	"phone.none":  {JA: "まだ何も届いていません。会員登録で携帯電話の番号を入れると、ここに確認コードが届きます。番号は 090-1234-5678 のような形なら何でもかまいません。", EN: "Nothing has come yet. Enter a mobile number when you register and the code arrives here. Any number shaped like 090-1234-5678 will do."},
	"phone.sms":   {JA: "SMS", EN: "Texts"},
	"phone.mail":  {JA: "メール", EN: "Mail"},
	"phone.times": {JA: "{0}回届き、1通にまとめました", EN: "came {0} times, shown once"},
}
