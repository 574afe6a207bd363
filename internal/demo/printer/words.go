package printer

import "tsuke/internal/demo/page"

var words = page.Words{
	"printer.title":       {JA: "つばめ印刷", EN: "Tsubame Printing"},
	"printer.lead":        {JA: "はがきで支払う会員の請求を、圧着はがきの印刷用PDFと、突き合わせ用の一覧で受け取ります。", EN: "Gets the bills of members who pay with a postcard: print-ready PDFs of pressure-sealed cards, and a list that proves them."},
	"printer.write":       {JA: "はがきを作る", EN: "Write the postcards"},
	"printer.write.text":  {JA: "締めた月の請求のうち、はがきで支払うもので、まだ支払われていないものがはがきになります。", EN: "Of a month that is closed, the bills that are paid with a postcard and are not paid yet become cards."},
	"printer.month":       {JA: "利用月", EN: "Month of the purchases"},
	"printer.go":          {JA: "ツケに作ってもらう", EN: "Have Tsuke write them"},
	"printer.busy":        {JA: "処理しています…", EN: "Working…"},
	"printer.list":        {JA: "受け取ったもの", EN: "What has come"},
	"printer.none":        {JA: "まだ何も届いていません。作ると、ここに並びます。", EN: "Nothing yet. Batches will stand here."},
	"printer.batch":       {JA: "{0}分・{1}枚・{2}", EN: "{0}: cards {1}, {2}"},
	"printer.whole":       {JA: "一覧と一致", EN: "as listed"},
	"printer.other":       {JA: "一覧と違う", EN: "not as listed"},
	"printer.left":        {JA: "作れなかったものがあります", EN: "something was left out"},
	"printer.empty":       {JA: "はがきにする請求はありません。支払い方法がはがきの会員の請求だけが、はがきになります。", EN: "No bill became a card. Only members whose way to pay is the postcard get one."},
	"printer.said":        {JA: "ツケの返事", EN: "What Tsuke said"},
	"printer.failed":      {JA: "印刷会社の記録に書き込めませんでした", EN: "The printer could not write its book"},
	"printer.failed.text": {JA: "印刷会社の側の不具合です。もう一度同じ操作をしてください。請求には影響ありません。", EN: "A fault of the printer. Do the same again; no bill is affected."},
	"printer.back":        {JA: "印刷会社に戻る", EN: "Back to the printer"},
}
