package page

var frameWords = Words{
	"site":         {"ツケのデモ", "Tsuke demo"},
	"skip":         {"本文へ", "Skip to the content"},
	"nav":          {"デモの場所", "Places of the demo"},
	"nav.start":    {"はじめに", "Start"},
	"nav.shop":     {"お店", "Shop"},
	"nav.member":   {"会員ページ", "Member app"},
	"nav.phone":    {"電話", "Phone"},
	"nav.till":     {"コンビニ", "Till"},
	"nav.printer":  {"印刷会社", "Printer"},
	"nav.bank":     {"銀行", "Bank"},
	"nav.clock":    {"時計", "Clock"},
	"nav.trouble":  {"いたずら", "Trouble"},
	"now":          {"デモの今", "Demo time"},
	"foot.note":    {"このデモの人、お店、お金は、どれも架空のものです。", "The people, shops and money of this demo are made up."},
	"absent.title": {"ページが見つかりません", "Page not found"},
	"absent.text":  {"アドレスが違うか、まだないページです。注文にも請求にも影響はありません。", "The address is wrong or the page isn't there yet. No order and no charge is affected."},
	"absent.start": {"はじめのページへ", "Go to the start page"},
}
