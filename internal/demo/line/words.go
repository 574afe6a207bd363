package line

import "tsuke/internal/demo/page"

var lineWords = page.Words{
	"line.title":   {JA: "途中で通信が切れました", EN: "The connection broke"},
	"line.sent":    {JA: "送信は届いている可能性があります。請求されるとしても1回だけです。", EN: "Your request may have arrived. If it is charged, it is charged once."},
	"line.notsent": {JA: "表示だけの通信でした。注文にも請求にも影響はありません。", EN: "This was only a look. No order and no charge is affected."},
	"line.why":     {JA: "デモの「いたずら」が、お客様とツケの間の通信を切ったか、サーバーを止めました。サーバーは自動で起動し直しています。", EN: "A trouble of this demo cut the line between you and Tsuke, or stopped the server. It is being started again by itself."},
	"line.look":    {JA: "結果を確認する", EN: "See the result"},
	"line.again":   {JA: "もう一度開いても、もう一度押しても、二重にはなりません。", EN: "Opening it again or pressing again can't charge twice."},
}
