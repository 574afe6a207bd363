package web

// Said is a note about what was just done, shown once on the page that follows.
type Said string

// The notes.
const (
	SaidNothing     Said = ""
	SaidCodeSent    Said = "code_sent"
	SaidSignedOut   Said = "signed_out"
	SaidSignedOff   Said = "signed_off" // all browsers
	SaidDeviceEnded Said = "device_ended"
	SaidShopEnded   Said = "shop_ended"
	SaidResent      Said = "resent"
	SaidExtended    Said = "extended"

	SaidWayChanged     Said = "way_changed"
	SaidAccountAdded   Said = "account_added"
	SaidAccountRemoved Said = "account_removed"
)

var saidKeys = map[Said]string{
	SaidCodeSent: "said.code_sent", SaidSignedOut: "said.signed_out", SaidSignedOff: "said.signed_off",
	SaidDeviceEnded: "said.device_ended", SaidShopEnded: "said.shop_ended", SaidResent: "said.resent",
	SaidExtended: "said.extended", SaidWayChanged: "said.way_changed", SaidAccountAdded: "said.account_added",
	SaidAccountRemoved: "said.account_removed",
	SaidPromised:       "said.promised",
	SaidReturning:      "said.returning",
	SaidAccountGiven:   "said.account_given",
	SaidOpsGathered:    "said.ops_gathered", SaidOpsNothing: "said.ops_nothing", SaidOpsTook: "said.ops_took", SaidOpsFailed: "said.ops_failed",
	SaidPlanned:    "said.planned",
	SaidOpsMatched: "said.ops_matched", SaidOpsAsked: "said.ops_asked", SaidOpsApproved: "said.ops_approved", SaidOpsRefused: "said.ops_refused",
	SaidOpsSignedOut: "said.ops_signed_out",
	SaidOpsStopped:   "said.ops_stopped", SaidOpsResumed: "said.ops_resumed",
	SaidOpsOwned: "said.ops_owned", SaidOpsNoted: "said.ops_noted",
}

// Key is the note in the catalogue.
func (s Said) Key() string { return saidKeys[s] }

var frameTexts = catalogue{
	"frame.skip":  {"本文へ移動", "Skip to content"},
	"frame.help":  {"ヘルプ", "Help"},
	"frame.back":  {"お店に戻る", "Back to shop"},
	"frame.nav":   {"案内", "Guide"},
	"frame.tabs":  {"主なページ", "Main pages"},
	"frame.wrong": {"エラー: {title}", "Error: {title}"},

	"tab.home":    {"ホーム", "Home"},
	"tab.bills":   {"請求", "Bills"},
	"tab.history": {"履歴", "History"},
	"tab.menu":    {"メニュー", "Menu"},

	"said.code_sent":    {"確認コードをSMSで送りました。", "We sent you a code by SMS."},
	"said.signed_out":   {"ログアウトしました。", "You are logged out."},
	"said.signed_off":   {"すべての端末からログアウトしました。", "You are logged out on all devices."},
	"said.device_ended": {"その端末のログインを終わらせました。", "That device is logged out."},
	"said.shop_ended":   {"このお店の事前の同意を取り消しました。", "The shop can no longer charge you without asking."},
	"said.resent":       {"もう一度送りました。", "Sent once more."},
	"said.extended":     {"有効時間を延ばしました。", "You have more time now."},

	"ref.name":   {"お問い合わせ番号", "Reference number"},
	"ref.use":    {"お問い合わせのときは、この番号だけで、当社もお店も同じ記録を確認できます。", "With this number alone, we and the shop find the same record."},
	"ref.copy":   {"コピー", "Copy"},
	"ref.copied": {"コピーしました", "Copied"},

	"form.optional":   {"（任意）", " (optional)"},
	"form.busy":       {"処理しています…", "Working…"},
	"form.slips":      {"直すところがあります", "There is something to put right"},
	"form.again.what": {"もう一度送信してください", "Please send it again"},
	"form.again.next": {
		"前の送信は受け付けておらず、請求もありません。開いてから時間がたった画面だったため、安全の確認をやり直しました。入力はそのまま残してあります。確かめて、もう一度ボタンを押してください。",
		"The last try was not taken and nothing was charged. The page had been open for long, so we renewed its safety check. What you typed is still here: check it and press the button once more.",
	},

	"pager.name":  {"ページ送り", "Pages"},
	"pager.newer": {"新しいほう", "Newer"},
	"pager.older": {"古いほう", "Older"},
	"list.comma":  {"、", ", "},

	"contact.phone": {"電話", "Phone"},
	"contact.mail":  {"メール", "Mail"},
	"contact.site":  {"ホームページ", "Website"},

	"state.payment.complete":        {"完了", "Complete"},
	"state.payment.checking":        {"確認中", "Checking"},
	"state.payment.cancelled":       {"取消し", "Cancelled"},
	"state.payment.partly_refunded": {"一部返金", "Partly refunded"},
	"state.payment.refunded":        {"返金済み", "Refunded"},
	"state.payment.failed":          {"失敗", "Failed"},

	"state.bill.open":       {"集計中", "Open"},
	"state.bill.due":        {"お支払い待ち", "Due"},
	"state.bill.confirming": {"確認中", "Confirming"},
	"state.bill.paid":       {"支払い済み", "Paid"},
	"state.bill.overdue":    {"期日超過", "Overdue"},
	"state.bill.written":    {"請求終了", "Closed"},
	"state.bill.debit":      {"引き落とし予定", "To be debited"},
	"state.bill.parts":      {"分割払い中", "In parts"},
	"state.bill.asked":      {"確認中", "Confirming"},

	"way.ebarcode":     {"コンビニ（電子バーコード）", "Convenience store (barcode on your phone)"},
	"way.number":       {"受付番号・ATM", "Receipt number or ATM"},
	"way.postcard":     {"はがきの請求書", "Postcard bill"},
	"way.debit":        {"口座振替", "Direct debit"},
	"way.reduced":      {"減額", "Taken off"},
	"way.transfer":     {"銀行振込", "Bank transfer"},
	"channel.online":   {"ネットのお店", "Online"},
	"channel.in_store": {"実店舗", "In store"},

	"side.none":    {"どこにも問題はありません。", "Nothing is wrong."},
	"side.input":   {"入力内容", "What was entered"},
	"side.device":  {"お客様の端末・通信", "Your device or connection"},
	"side.member":  {"お客様", "You"},
	"side.shop":    {"お店", "The shop"},
	"side.us":      {"当社", "Us"},
	"side.partner": {"連携先", "A partner"},
	"side.rule":    {"利用枠・お支払い状況", "Limit and payments"},

	"order.to":       {"お支払い先", "You are paying"},
	"order.shop":     {"お店", "Shop"},
	"order.ref":      {"注文番号 {ref}", "Order {ref}"},
	"order.number":   {"注文番号", "Order number"},
	"order.lines":    {"注文の内容", "Your order"},
	"order.quantity": {"{unit} × {n}点", "{unit} × {n}"},
	"order.shipping": {"送料", "Postage"},
	"order.total":    {"合計", "Total"},
	"tax.included":   {"（税込）", " (tax included)"},
	"order.delivery": {"お届け", "Delivery"},
	"order.cancel":   {"取消し・返品", "Cancelling and returning"},
	"order.apply":    {"申込みの期限", "Offer ends"},
}
