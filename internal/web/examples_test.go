package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"testing"
	"time"

	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// example is one page with one set of values. Every page has a full one and an empty one, and those that show names and
// sums one with very long names and very big sums.
type example struct {
	name string
	page Page
}

var (
	noon      = time.Date(2026, 7, 7, 1, 24, 7, 0, time.UTC)
	june      = month("2026-06")
	longShop  = "株式会社みどり野生活雑貨オンラインショップ渋谷神南店（旧あおぞら生活協同組合連合会通信販売部）"
	longGoods = "有機栽培コットン100%やわらか敷きパッドシーツ（セミダブル・抗菌防臭加工・生成り色・日本製・二枚組）"
	biggest   = money.Max
)

func month(s string) jst.Month {
	m, err := jst.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

func testViews(t testing.TB) *Views {
	t.Helper()
	v, err := NewViews(Settings{Operator: Operator{
		Name: "見本後払い株式会社", Address: "東京都千代田区千代田1-1", Mail: "help@example.jp", Phone: "03-0000-0000",
		HoursJA: "平日10〜17時", HoursEN: "weekdays 10:00–17:00",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func testFrame(here string) Frame {
	return Frame{Here: here, Token: "8Jt3nV0qLw2c", SignedIn: true}
}

func examples() []example {
	return slices.Concat(memberExamples(), menuExamples(), registerExamples(), checkoutExamples(), accountExamples(), publicExamples(), errorExamples(),
		hardExamples(), planExamples(), invoiceExamples(), returnExamples(), opsExamples(),
		journalExamples(),
		payoutExamples())
}

func testBill(state BillState) BillHead {
	b := BillHead{
		Month: june, State: state, Total: 30209, Rest: 30209, Due: june.Next().Day(10), DaysLeft: 3, Way: EBarcode,
		Fee: 209, URL: BillPath("stm_1"), PayURL: PayPath("stm_1"),
	}
	switch state {
	case BillPaid:
		b.Rest, b.PaidOn = 0, june.Next().Day(7)
	case BillOverdue:
		b.DaysLeft = -3
	case BillDebit:
		b.Way, b.Fee, b.From = Debit, 0, "すずめ銀行 ••••567"
	}
	return b
}

// cardBill is one that is paid with a postcard.
func cardBill() BillHead {
	b := testBill(BillDue)
	b.Way = Postcard
	return b
}

// askedBill is one that the bank was asked to debit.
func askedBill(state BillState) BillHead {
	b := testBill(BillDebit)
	b.State, b.Asked = state, true
	return b
}

func testLines(n int) []PaymentLine {
	all := []PaymentLine{
		{Shop: "みどり雑貨オンライン", At: noon, Channel: Online, Amount: 8500, State: PaymentComplete, Sent: 3},
		{Shop: "あおぞら書店", At: noon.Add(-26 * time.Hour), Channel: Online, Amount: 1980, State: PaymentChecking},
		{Shop: "ひなた家具", At: noon.Add(-50 * time.Hour), Channel: Online, Amount: 30000, Refunded: 1200, State: PaymentPartlyRefunded},
		{Shop: "みどり雑貨オンライン", At: noon.Add(-80 * time.Hour), Channel: Online, Amount: 4200, State: PaymentCancelled},
		{Shop: "ことり文具", At: noon.Add(-99 * time.Hour), Channel: Online, Amount: 660, Refunded: 660, State: PaymentRefunded},
		{Shop: "ことり文具", At: noon.Add(-99 * time.Hour), Channel: InStore, Amount: 52000, State: PaymentFailed},
	}
	lines := make([]PaymentLine, n)
	for i := range lines {
		lines[i] = all[i%len(all)]
		lines[i].URL = PaymentPath(fmt.Sprintf("pay_%d", i+1))
	}
	return lines
}

func testNotices(n int) []NoticeLine {
	all := make([]NoticeLine, n)
	for i := range all {
		all[i] = NoticeLine{
			Text: "6月分の請求が決まりました。7月10日(金)までに30,209円をお支払いください。", At: noon, New: i < 2,
			URL: BillPath("stm_1"),
		}
	}
	return all
}

func testBars(sums ...money.Yen) []MonthUse {
	var all []MonthUse
	for i, s := range sums {
		all = append(all, MonthUse{Month: june.Next().Add(i - len(sums) + 1), Sum: s})
	}
	return all
}

func memberExamples() []example {
	soFar := MonthSoFar{Month: june.Next(), Sum: 10480, Due: june.Add(2).Day(10)}
	usable := Usable{
		Now: 7311, Limit: 50000, Unpaid: 40689, Reserved: 2000,
		Channels: []ChannelUse{{Channel: InStore, Now: 7311, Cap: 15000}},
		Return:   &Return{Month: june, Pay: 30209, Then: 37520},
	}
	full := HomePage{
		Frame: testFrame("/"), Usable: usable, Bill: ptr(testBill(BillDue)), Month: soFar,
		Bars: testBars(12000, 4800, 0, 22340, 30000, 10480), Latest: testLines(3), Notices: testNotices(2),
	}
	full.Unread = 2
	paused := full
	paused.Usable.Paused, paused.Usable.Return, paused.Usable.Now = PausedOther, nil, 0
	overdue := full
	overdue.Usable.Paused, overdue.Usable.Now = PausedLate, 0
	overdue.Bill = ptr(testBill(BillOverdue))
	overdue.Bill.DaysLeft = -1
	debited := full
	debited.Bill = ptr(testBill(BillDebit))
	long := full
	long.Usable = Usable{Now: biggest, Limit: biggest, Unpaid: biggest, Reserved: biggest}
	long.Bill = ptr(testBill(BillConfirming))
	long.Bill.Rest = biggest
	long.Latest = []PaymentLine{{Shop: longShop, At: noon, Channel: Online, Amount: biggest, Refunded: biggest, State: PaymentPartlyRefunded, Sent: 12, URL: "/payments/pay_1"}}
	long.Bars = testBars(999999, 1000000, 999999, 999999, 999999, 999999)
	inParts := testBill(BillOverdue)
	inParts.Part, inParts.PartDay = 10_070, june.Add(2).Day(3)
	today := testBill(BillDue)
	today.DaysLeft = 0
	return []example{
		{"home-full", full},
		{"home-empty", HomePage{Frame: testFrame("/"), Usable: Usable{Now: 50000, Limit: 50000}, Month: soFar}},
		{"home-overdue", overdue},
		{"home-paused", paused},
		{"bills-parts", BillsPage{Frame: testFrame("/bills"), Open: &inParts, Month: soFar}},
		{"home-long", long},
		{"bills-full", BillsPage{
			Frame: testFrame("/bills"), Open: &today, Month: soFar, Past: []BillHead{testBill(BillPaid), {Month: june.Add(-2), State: BillPaid, URL: BillPath("stm_0")}},
			Older: "/bills?before=2026-01",
		}},
		{"bills-empty", BillsPage{Frame: testFrame("/bills"), Month: soFar}},
		{"bill-full", testBillPage(BillDue)},
		{"bill-paid", testBillPage(BillPaid)},
		{"bill-confirming", testBillPage(BillConfirming)},
		{"bill-overdue", testBillPage(BillOverdue)},
		{"bill-written", testBillPage(BillWritten)},
		{"bill-empty", BillPage{Frame: testFrame("/bills/2026-07"), Bill: testBill(BillOpen)}},
		{"pay-full", PayPage{
			Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillDue), Barcode: testBarcode(),
			Number: "91912345012345678901234567890123456789012345", Until: june.Next().Last(),
			Chains:  []string{"セブン-イレブン", "ローソン", "ファミリーマート", "ミニストップ", "セイコーマート", "デイリーヤマザキ"},
			Minutes: 10, Return: &Return{Month: june, Pay: 30209, Then: 37520},
		}},
		{"pay-empty", PayPage{
			Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillOverdue), Barcode: testBarcode(),
			Number: "91912345012345678901234567890123456789012345", Until: june.Next().Last(), Minutes: 1,
		}},
		{"pay-debit", PayPage{
			Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillDebit), Barcode: testBarcode(),
			Number: "91912345012345678901234567890123456789012345", Until: june.Next().Last(), Minutes: 10,
		}},
		{"pay-postcard", PayPage{
			Frame: testFrame("/bills/stm_1/pay"), Bill: cardBill(), Barcode: testBarcode(),
			Number: "91912345012345678901234567890123456789012345", Until: june.Next().Last(), Minutes: 10,
		}},
		{"pay-debit-large", PayPage{Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillDebit), NoCode: true, Minutes: 10}},
		{"pay-part", PayPage{
			Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillOverdue), Barcode: testBarcode(),
			Number: "91912345012345678901234567890123456789012345", Until: june.Next().Last(), Minutes: 10,
			Paying: Paying{Part: 10_070, PartDay: june.Next().Day(20), Whole: "/bills/stm_1/pay?sum=all"},
		}},
		{"pay-whole", PayPage{
			Frame: testFrame("/bills/stm_1/pay?sum=all"), Bill: testBill(BillOverdue), Barcode: testBarcode(),
			Number: "91912345012345678901234567890123456789012345", Until: june.Next().Last(), Minutes: 10, Paying: Paying{Parts: "/bills/stm_1/pay"},
		}},
		{"pay-asked", PayPage{Frame: testFrame("/bills/stm_1/pay"), Bill: askedBill(BillDebit)}},
		{"pay-waiting", PayPage{Frame: testFrame("/bills/stm_1/pay"), Bill: askedBill(BillAsked)}},
		{"home-debit", debited},
		{"bills-debit", BillsPage{Frame: testFrame("/bills"), Open: ptr(askedBill(BillAsked)), Month: soFar, Past: []BillHead{testBill(BillDebit)}}},
		{"bill-debit", testBillPage(BillDebit)},
		{"bill-asked", BillPage{Frame: testFrame("/bills/stm_1"), Bill: askedBill(BillDebit), Reference: "K7F2-9QXM"}},
		{"number-wait", NumberPage{Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillDue), ReadyAt: noon}},
		{"number-choose", testNumberPage(nil)},
		{"number-part", numberInParts()},
		{"number-store", testNumberPage(testStoreGuide())},
		{"number-bank", testNumberPage(testBankGuide())},
		{"pay-transfer", PayPage{
			Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillDue), Barcode: testBarcode(),
			Number: "91912345012345678901234567890123456789012345", Until: june.Next().Last(), Minutes: 10, Paying: Paying{Transfer: testTransfer()},
		}},
		{"pay-nocode", PayPage{
			Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillOverdue), NoCode: true, Minutes: 10, Paying: Paying{Transfer: testTransfer()},
		}},
		{"bill-over", overpaidBill()},
		{"return-full", ReturnPage{
			Frame: testFrame("/bills/stm_1/return"), Bill: testBill(BillPaid), Sum: 30209, Receipts: []string{"rct_1", "rct_2"}, URL: "/bills/stm_1/return",
			Account: &BankAccount{Bank: "すずめ銀行", Branch: "本店営業部", Kind: OrdinaryAccount, Number: "••••567"}, Over: overpaidBill().Over[2:],
		}},
		{"return-account", ReturnPage{Frame: testFrame("/bills/stm_1/return"), Bill: testBill(BillPaid), Sum: 30209, URL: "/bills/stm_1/return"}},
		{"return-empty", ReturnPage{Frame: testFrame("/bills/stm_1/return"), Bill: testBill(BillPaid), URL: "/bills/stm_1/return"}},
		{"history-full", HistoryPage{
			Frame: testFrame("/history?month=2026-07&state=complete"), Months: []jst.Month{june.Next(), june}, Shops: []ShopChoice{{"shp_1", "みどり雑貨オンライン"}, {"shp_2", longShop}},
			Month: june.Next(), State: PaymentComplete, Shop: "shp_2", Lines: testLines(20), Count: 42, From: 21,
			Newer: "/history?after=x", Older: "/history?before=y",
		}},
		{"history-empty", HistoryPage{Frame: testFrame("/history")}},
		{"history-none", HistoryPage{Frame: testFrame("/history?state=failed"), State: PaymentFailed}},
		{"payment-full", testPaymentPage()},
		{"payment-empty", PaymentPage{
			Frame: testFrame("/payments/pay_2"), Shop: ShopContact{Name: "あおぞら書店"}, Amount: 1980, State: PaymentFailed,
			At: noon, Channel: Online, Reference: "M3C8-7TWR",
			Timeline: []Moment{{What: HappenedDeclined, At: noon, Side: SideRule}},
		}},
		{"payment-long", longPaymentPage()},
	}
}

// overpaidBill has money of each fate.
func overpaidBill() BillPage {
	b := testBillPage(BillPaid)
	b.Said = SaidReturning
	b.Receipts = append(b.Receipts, BillReceipt{At: noon, Amount: 30209, Way: Transfer, Final: true})
	b.Over = []Overpaid{
		{Amount: 30209, Fate: OverpaidOpen, URL: "/bills/stm_1/return"},
		{Amount: 100, Fate: OverpaidUnsettled},
		{Amount: 200, Fate: OverpaidUsed, Month: june.Next()},
		{Amount: 300, Fate: OverpaidReturning, Day: june.Next().Day(12)},
		{Amount: 400, Fate: OverpaidReturned, Day: june.Next().Day(15)},
		{Amount: 500, Fate: OverpaidReturned, Day: june.Next().Day(15), To: "すずめ銀行 ••••567"},
		{Amount: 600, Fate: OverpaidOnWay, Day: june.Next().Day(16), To: "すずめ銀行 ••••567"},
		{Amount: 700, Fate: OverpaidRefused, Reason: RefusedNoAccount, To: "すずめ銀行 ••••567", URL: "/menu/bank"},
		{Amount: 800, Fate: OverpaidRefused, Reason: RefusedName, To: "すずめ銀行 ••••567", URL: "/menu/bank"},
		{Amount: 900, Fate: OverpaidRefused, Reason: RefusedClosed, To: "すずめ銀行 ••••567", URL: "/menu/bank"},
		{Amount: 1000, Fate: OverpaidRefused, Reason: RefusedOther, To: "すずめ銀行 ••••567", URL: "/menu/bank"},
	}
	return b
}

func ptr[T any](v T) *T { return &v }

func testBarcode() template.HTML {
	var b strings.Builder
	b.WriteString(`<svg viewBox="0 0 308 60" role="img" aria-labelledby="bc-t"><title id="bc-t">払込用バーコード</title>`)
	for x := 10; x < 298; x += 4 {
		fmt.Fprintf(&b, `<rect x="%d" y="0" width="%d" height="60"/>`, x, 1+x%3)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

func testBillPage(state BillState) BillPage {
	p := BillPage{
		Frame: testFrame("/bills/stm_1"), Bill: testBill(state), Reference: "K7F2-9QXM",
		Lines: []BillLine{
			{Kind: LinePurchase, Day: june.Day(3), Shop: "みどり雑貨オンライン", Amount: 8500, URL: "/payments/pay_1"},
			{Kind: LinePurchase, Day: june.Day(21), Shop: longShop, Amount: 22700, URL: "/payments/pay_2"},
			{Kind: LineRefund, Day: june.Day(25), Of: june.Day(3), Shop: "みどり雑貨オンライン", Amount: -1200, URL: "/payments/pay_1"},
			{Kind: LineFee, Day: june.Last(), Way: EBarcode, Amount: 209},
			{Kind: LineLates, Day: june.Last(), Amount: 100},
			{Kind: LineCredit, Day: june.Day(9), Amount: -100},
		},
	}
	if state == BillWritten {
		p.Given, p.Written, p.Bill.Rest = true, 30_209, 0
	}
	if state == BillOverdue {
		p.Plan, p.PlanURL = testParts(), PlanPath("stm_1")
		due := june.Next().Day(10)
		p.Charges = []BillCharge{
			{Day: june.Add(2).Day(10), Due: due, Damages: true, Amount: 372, Full: 372, YenDays: 930_000, Rate: 1460},
			{Day: june.Add(2).Day(10), Due: due, Amount: 0, Full: 100, YenDays: 930_000, Rate: 1460},
			{Day: june.Add(2).Day(25), Due: due, Amount: 100, Full: 100, YenDays: 1_380_000},
			{Day: june.Next().Day(3), Due: due, Amount: 209, Full: 209, Instead: true},
			{Day: june.Add(3).Day(10), Due: due, Amount: 0, Full: 100, YenDays: 1_860_000, Rate: 1460, Waived: true},
		}
	}
	if state == BillPaid || state == BillConfirming {
		p.Receipts = []BillReceipt{{At: noon, Amount: 30209, Way: EBarcode, Place: "ローソン", Final: state == BillPaid}}
		p.Paid = 30209
	}
	return p
}

func testPaymentPage() PaymentPage {
	return PaymentPage{
		Frame: testFrame("/payments/pay_1"),
		Shop: ShopContact{
			Name: "みどり雑貨オンライン", Phone: "03-0000-0000", Mail: "shop@example.jp", Hours: "平日10〜17時",
			URL: "https://shop.example.jp/",
		},
		OrderRef: "A-20260707-0012", Amount: 8500, Refunded: 1200, State: PaymentPartlyRefunded, At: noon, Channel: Online,
		Lines: testOrderLines(), Shipping: 500, Delivery: "注文から2〜4日", Returns: "未使用品は到着後8日以内に返品できます。送料はお客様のご負担です。",
		Bill: ptr(testBill(BillOpen)), Reference: "K7F2-9QXM", Sent: 3,
		Timeline: []Moment{
			{What: HappenedPaid, At: noon.Add(9 * time.Hour), Side: SideMember, Amount: 30209},
			{What: HappenedBilled, At: noon.Add(8 * time.Hour), Side: SideUs},
			{What: HappenedRefunded, At: noon.Add(7 * time.Hour), Side: SideShop, Amount: 1200},
			{What: HappenedReleased, At: noon.Add(6 * time.Hour), Side: SideShop, Amount: 100},
			{What: HappenedCaptured, At: noon.Add(5 * time.Hour), Side: SideShop, Amount: 8500},
			{What: HappenedRepeated, At: noon.Add(2 * time.Second), Side: SideDevice},
			{What: HappenedConfirmed, At: noon.Add(time.Second), Side: SideShop},
			{What: HappenedApproved, At: noon, Side: SideUs, Amount: 8500},
		},
	}
}

func longPaymentPage() PaymentPage {
	p := testPaymentPage()
	p.Shop.Name, p.Amount, p.Refunded, p.State = longShop, biggest, biggest, PaymentRefunded
	p.Lines = []OrderLine{{Name: longGoods, Quantity: 1000, UnitAmount: biggest / 1000, Amount: biggest}}
	p.Timeline = []Moment{
		{What: HappenedVoided, At: noon, Side: SideShop, Amount: biggest},
		{What: HappenedExpired, At: noon, Side: SideUs},
		{What: HappenedStopped, At: noon, Side: SideShop, Amount: biggest},
		{What: HappenedSame, At: noon, Side: SideMember},
		{What: HappenedAnother, At: noon, Side: SideMember},
		{What: HappenedDisowned, At: noon, Side: SideShop, Amount: biggest},
	}
	p.OrderRef = strings.Repeat("ORDER-2026-", 12)
	return p
}

func testOrderLines() []OrderLine {
	return []OrderLine{
		{Name: "リネンのふきん", Quantity: 2, UnitAmount: 1500, Amount: 3000},
		{Name: "木のまな板（中）", Quantity: 1, UnitAmount: 5000, Amount: 5000},
	}
}

func menuExamples() []example {
	devices := []Device{
		{Browser: "Chrome, Android", Since: noon, LastSeen: noon, Here: true, EndURL: EndDevicePath("sgn_1")},
		{Browser: "Safari, iPhone", Since: noon, LastSeen: noon, EndURL: EndDevicePath("sgn_2")},
		{Since: noon, LastSeen: noon, EndURL: EndDevicePath("sgn_3")},
	}
	shop := AgreedShop{Name: "みどり雑貨オンライン", Since: noon, LastUsed: noon, URL: RevokePath("tok_1")}
	unused := AgreedShop{Name: longShop, Since: noon, URL: RevokePath("tok_2")}
	sent := []SentMessage{
		{Subject: "6月分の請求 30,209円（7月10日まで）", At: noon, Medium: ByMail, To: "h••••@example.jp", State: DeliverySent},
		{Subject: "8,500円・みどり雑貨オンライン", At: noon, Medium: ByMail, To: "h••••@example.jp", State: DeliveryFailed, ResendURL: ResendPath("ntc_1")},
		{Subject: "確認コード", At: noon, Medium: BySMS, To: "090-••••-5678", State: DeliveryWaiting},
		{Subject: longShop, At: noon, Medium: ByMail, To: "h••••@example.jp", State: DeliveryUnknown},
	}
	menu := MenuPage{Frame: testFrame("/menu"), Phone: "090-••••-5678", Way: EBarcode, WayFee: 209, Shops: 2, Devices: 3}
	menu.Unread = 2
	saying := menu
	saying.Said, saying.Unread, saying.Shops, saying.Devices = SaidResent, 0, 0, 1
	return []example{
		{"menu-full", menu},
		{"menu-empty", saying},
		{"profile-full", ProfilePage{
			Frame: testFrame("/menu/profile"), Name: "山••子", Phone: "090-••••-5678", Birth: "19••年•月•日", Address: "東京都渋谷区••••••",
			Mail: "h••••@example.jp", Way: testWays()[2], Since: noon,
		}},
		{"shops-full", ShopsPage{Frame: testFrame("/menu/shops"), Shops: []AgreedShop{shop, unused}}},
		{"shops-empty", ShopsPage{Frame: testFrame("/menu/shops")}},
		{"revoke-full", RevokePage{Frame: testFrame("/menu/shops/tok_1"), Shop: shop, Action: RevokePath("tok_1")}},
		{"revoke-long", RevokePage{Frame: testFrame("/menu/shops/tok_2"), Shop: unused, Action: RevokePath("tok_2")}},
		{"devices-full", DevicesPage{Frame: testFrame("/menu/devices"), Devices: devices}},
		{"devices-empty", DevicesPage{Frame: testFrame("/menu/devices"), Devices: devices[:1]}},
		{"sent-full", SentPage{Frame: testFrame("/menu/messages"), Messages: sent, Older: "/menu/messages?before=x"}},
		{"sent-empty", SentPage{Frame: testFrame("/menu/messages")}},
		{"notices-full", NoticesPage{Frame: testFrame("/notices"), Notices: testNotices(8), Older: "/notices?before=x"}},
		{"notices-empty", NoticesPage{Frame: testFrame("/notices")}},
		{"signin-full", SignInPage{
			Frame: Frame{Here: "/signin", Token: "x"}, Return: "/history",
			Form: Form{Typed: map[string]string{"phone": "03-1234-5678"}, Slips: []Slip{{Field: "phone", What: SlipPhoneFixed}}},
		}},
		{"signin-empty", SignInPage{Frame: Frame{Here: "/signin", Token: "x", Said: SaidSignedOut}}},
		{"code-full", testCodePage(Form{
			Typed: map[string]string{"code": "123456"},
			Slips: []Slip{{Field: "code", What: SlipCodeWrong, With: map[string]any{"at": noon, "n": 4}}},
		}, &Step{Number: 2, Of: RegisterSteps})},
		{"code-empty", testCodePage(Form{}, nil)},
		{"code-guardian", guardianCode()},
	}
}

func testCodePage(f Form, s *Step) CodePage {
	return CodePage{
		Frame: Frame{Here: SignInCodePath, Token: "x"}, Form: f, Action: SignInCodePath, Resend: SignInCodePath + "/resend",
		Change: SignInPath, Phone: "090-••••-5678", SentAt: noon, Until: noon.Add(5 * time.Minute),
		ResendAt: noon.Add(30 * time.Second), Step: s,
	}
}

func guardianCode() CodePage {
	c := testCodePage(Form{}, &Step{Number: 4, Of: RegisterSteps})
	c.Guardian = true
	return c
}

// Every slip stands in one of the forms.
var slipsByField = map[string][]Slip{
	"phone": {
		{What: SlipPhoneEmpty},
		{What: SlipPhoneLetters},
		{What: SlipPhoneLength, With: map[string]any{"n": 10}},
		{What: SlipPhoneShape},
		{What: SlipPhoneFixed},
		{What: SlipPhoneIP},
		{What: SlipPhoneFree},
		{What: SlipPhoneForeign},
		{What: SlipOther, Text: "この番号は使えません"},
	},
	"day": {{What: SlipPayDay}},

	"transfer_key":    {{What: SlipTransferKey}, {What: SlipTransferOver}},
	"transfer_amount": {{What: SlipTransferAmount}},
	"payee_reference": {{What: SlipPayeeReference}},
	"first":           {{What: SlipFirstDay}}, "parts": {{What: SlipParts}},
	"code": {
		{What: SlipCodeEmpty},
		{What: SlipCodeShape},
		{What: SlipCodeWrong, With: map[string]any{"at": noon, "n": 4}},
		{What: SlipCodeOld},
	},
	"family": {
		{What: SlipFamilyEmpty},
		{What: SlipNameChars, With: map[string]any{"chars": "𠮷"}},
		{What: SlipNameLong, With: map[string]any{"n": 20}},
	},
	"given":          {{What: SlipGivenEmpty}},
	"family_kana":    {{What: SlipKanaEmpty}, {What: SlipKanaShape}},
	"year":           {{What: SlipBirthEmpty}, {What: SlipBirthDate}, {What: SlipBirthRange}},
	"guardian_name":  {{What: SlipGuardianEmpty}},
	"guardian_phone": {{What: SlipGuardianSame}},
	"relation":       {{What: SlipRelationEmpty}},
	"postal": {
		{What: SlipPostalEmpty},
		{What: SlipPostalShape},
		{What: SlipPostalUnknown},
		{What: SlipPostalDiffers, With: map[string]any{"code": "150-0001", "place": "東京都渋谷区神宮前"}},
	},
	"prefecture": {{What: SlipPrefecture}},
	"city": {
		{What: SlipCityEmpty},
		{What: SlipCityNumber},
		{What: SlipAddressChars, With: map[string]any{"chars": "𠮷"}},
		{What: SlipAddressLong, With: map[string]any{"n": 100}},
	},
	"mail": {
		{What: SlipMailEmpty}, {What: SlipMailShape}, {What: SlipMailSlip, With: map[string]any{"mail": "hanako@gmail.com"}},
	},
	"agree": {{What: SlipAgreeEmpty}, {What: SlipAgreeGuest}},
}

func slipOn(field string, i int) Slip {
	s := slipsByField[field][i]
	s.Field = field
	return s
}

func testHow() HowItWorks {
	due := june.Next().Day(10)
	return HowItWorks{
		Limit: 50000, Ways: testWays(), LateFee: 100, LateDays: [2]int{10, 25},
		DamagesRate: 1460,
		Example: LateExample{
			Sum: 30000, Month: june, Due: due, Damages: 4380,
			Steps: []LateStep{{june.Add(2).Day(10), 30100}, {june.Add(2).Day(25), 30200}, {june.Add(3).Day(10), 30300}, {june.Add(3).Day(25), 30400}},
		},
	}
}

func registerExamples() []example {
	frame := func(here string) Frame { return Frame{Here: here, Token: "x"} }
	steps := map[RegisterStep][]string{
		RegisterPhone: {"phone"}, RegisterName: {"family", "given", "family_kana"}, RegisterBirth: {"year"},
		RegisterGuardian: {"guardian_name", "relation", "guardian_phone"}, RegisterAddress: {"postal", "prefecture", "city"}, RegisterMail: {"mail"},
	}
	typed := map[string]string{
		"phone": "０９０−１２３４−５６７", "family": "髙橋", "given": "花子", "family_kana": "高橋", "given_kana": "ハナコ", "year": "昭和99",
		"month": "13", "day": "32", "postal": "1500001", "prefecture": "大阪府", "city": "渋谷区神宮前1-2-3", "building": "みどりマンション203",
		"mail": "hanako＠gmial.com", "guardian_name": "高橋 一郎", "relation": "father", "guardian_phone": "090",
	}
	var all []example
	for _, step := range []RegisterStep{RegisterPhone, RegisterName, RegisterBirth, RegisterGuardian, RegisterAddress, RegisterMail} {
		all = append(all, example{"register-" + string(step) + "-empty", RegisterPage{Frame: frame(stepSpecs[step].action), Step: step}})
		full := RegisterPage{Frame: frame(stepSpecs[step].action), Step: step, Form: Form{Typed: typed}, Return: "/pay/ses_1"}
		for _, f := range steps[step] {
			full.Form.Slips = append(full.Form.Slips, slipOn(f, len(slipsByField[f])-1))
		}
		if step == RegisterName {
			full.Offers = []SpellingFix{{"髙", "高"}, {"﨑", "崎"}}
		}
		if step == RegisterAddress {
			full.Places = []Place{{"0", "東京都", "渋谷区神宮前"}, {"1", "東京都", "渋谷区千駄ヶ谷"}}
		}
		all = append(all, example{"register-" + string(step) + "-full", full})
	}
	again := RegisterPage{Frame: frame(RegisterMailPath), Step: RegisterMail, Form: Form{Typed: typed, Again: true}}
	return append(all,
		example{"register-again-full", again},
		example{"agree-full", AgreePage{Frame: frame(RegisterAgreePath), How: testHow(), Return: "/pay/ses_1", Form: Form{Slips: []Slip{slipOn("agree", 0)}}}},
		example{"agree-empty", AgreePage{Frame: frame(RegisterAgreePath), How: testHow()}},
		example{"registered-full", RegisteredPage{Frame: testFrame(RegisterDonePath), Limit: 50000, Way: testHow().Ways[0], Return: "/pay/ses_1", Shop: longShop}},
		example{"registered-empty", RegisteredPage{Frame: testFrame(RegisterDonePath), Limit: 50000, Way: testHow().Ways[0]}},
		example{"known-full", KnownPage{Frame: frame(RegisterKnownPath), Phone: "090-••••-5678", Action: RegisterKnownPath, Return: "/pay/ses_1"}},
		example{"review-number", ReviewPage{Frame: frame(RegisterReviewPath), Why: ReviewNumber, Reference: "K7F2-9QXM"}},
		example{"review-address", ReviewPage{Frame: frame(RegisterReviewPath), Why: ReviewAddress, Reference: "K7F2-9QXM"}},
	)
}

func testOrder() Order {
	return Order{Shop: "みどり雑貨オンライン", Amount: 8500, OrderRef: "A-20260707-0012", Back: "https://shop.example.jp/cart?checkout_session=ses_1"}
}

func testConfirm() ConfirmPage {
	return ConfirmPage{
		Frame: Frame{Here: "/pay/ses_1", Token: "x"}, Order: testOrder(), Action: SessionPath("ses_1", "confirm"),
		Leave: SessionPath("ses_1", "leave"), Lines: testOrderLines(), Shipping: 500, Delivery: "7月9日(木)〜7月11日(土)にお届け",
		Cancel:  "発送前は取り消せます。未使用品は到着後8日以内に返品できます（送料はお客様のご負担）。",
		Contact: ShopContact{Name: "みどり雑貨オンライン", Phone: "03-0000-0000", Hours: "平日10〜17時"},
		Bill:    BillPreview{Month: june.Next(), Due: june.Add(2).Day(10), Way: EBarcode, Fee: 209, Total: 19189},
		Late:    LateTerms{Fee: 100, Days: [2]int{10, 25}, DamagesRate: 1460}, UsableAfter: 27520, Until: noon.Add(30 * time.Minute),
	}
}

func checkoutExamples() []example {
	full := testConfirm()
	full.OfferToken, full.Final, full.ApplyUntil, full.Extend = true, true, "7月31日まで", SessionPath("ses_1", "extend")
	changed := testConfirm()
	changed.Was = 9200
	wrong := testConfirm()
	wrong.Form.Again = true
	long := testConfirm()
	long.Order.Shop, long.Order.Amount, long.Bill.Total, long.UsableAfter = longShop, biggest, biggest, biggest
	long.Lines = []OrderLine{{longGoods, 1000, biggest / 1000, biggest}, {longGoods, 1, biggest, biggest}}
	long.Cancel, long.Delivery = strings.Repeat(longGoods, 3), strings.Repeat(longShop, 2)
	done := DonePage{
		Frame: Frame{Here: "/pay/ses_1/done", Token: "x"}, Order: testOrder(), Bill: testConfirm().Bill, Reference: "K7F2-9QXM", At: noon,
		Return: "https://shop.example.jp/thanks?checkout_session=ses_1", Payment: PaymentPath("pay_1"),
	}
	doneFull := done
	doneFull.GoOn, doneFull.Granted, doneFull.Sent = true, true, 2
	merged := done
	merged.Merged = "A-20260707-0013"
	similar := SimilarPage{
		Frame: Frame{Here: "/pay/ses_1", Token: "x"}, Order: testOrder(), Action: SessionPath("ses_1", "similar"), Of: "pay_1",
		Earlier: "A-20260707-0011", Reference: "K7F2-9QXM", At: noon,
	}
	similarLong := similar
	similarLong.Order.Shop, similarLong.Order.Amount, similarLong.Earlier = longShop, biggest, strings.Repeat("ORDER-2026-", 5)
	stranger := done
	stranger.Bill, stranger.Payment = BillPreview{}, ""
	enter := EnterPage{Frame: Frame{Here: "/pay/ses_1", Token: "x"}, Order: testOrder(), Action: SessionPath("ses_1", "phone"), Register: "/register?return=%2Fpay%2Fses_1"}
	enterFull := enter
	enterFull.Form = Form{Typed: map[string]string{"phone": "090-1234"}, Slips: []Slip{{Field: "phone", What: SlipPhoneLength, With: map[string]any{"n": 7}}}}
	enterFull.Order.Shop, enterFull.Order.Amount = longShop, biggest
	code := EnterCodePage{
		Frame: Frame{Here: "/pay/ses_1/code", Token: "x", Said: SaidCodeSent}, Order: testOrder(), Action: SessionPath("ses_1", "code"),
		Resend: SessionPath("ses_1", "resend"), Change: SessionPath("ses_1", ""), Phone: "090-••••-5678", SentAt: noon,
		Until: noon.Add(5 * time.Minute), ResendAt: noon.Add(30 * time.Second),
	}
	codeFull := code
	codeFull.Form = Form{Typed: map[string]string{"code": "12"}, Slips: []Slip{{Field: "code", What: SlipCodeShape}}}
	pending := PendingPage{
		Frame: Frame{Here: "/pay/ses_1", Token: "x"}, Order: testOrder(), Side: SideShop, By: noon.Add(10 * time.Minute), Reference: "K7F2-9QXM",
		At: noon, Again: "/pay/ses_1", Poll: "/pay/ses_1/state",
	}
	ours := pending
	ours.Side = SideUs
	byInvoice := testConfirm()
	byInvoice.Bill, byInvoice.Invoice = BillPreview{}, &InvoiceTerms{Fee: 209, Total: 8709, Days: 14}
	doneInvoice := stranger
	doneInvoice.Invoice = byInvoice.Invoice
	guest := GuestPage{
		Frame: Frame{Here: "/pay/ses_1/guest", Token: "x"}, Order: testOrder(), Action: SessionPath("ses_1", "guest"),
		Register: enter.Register, Invoice: *byInvoice.Invoice, Late: full.Late,
	}
	guestWrong := guest
	guestWrong.Form = Form{Typed: map[string]string{"family": "山田", "year": "2012"}, Slips: []Slip{
		{Field: "given", What: SlipOther, Text: "名を入力してください。"},
		{Field: "year", What: SlipOther, Text: "18歳以上の方が使えます。"},
		{Field: "agree", What: SlipAgreeGuest},
	}}
	enterEither := enter
	enterEither.ByInvoice = true
	return []example{
		{"guest-full", guestWrong},
		{"guest-empty", guest},
		{"enter-either", enterEither},
		{"confirm-invoice", byInvoice},
		{"done-invoice", doneInvoice},
		{"enter-full", enterFull},
		{"enter-empty", enter},
		{"entercode-full", codeFull},
		{"entercode-empty", code},
		{"confirm-full", full},
		{"confirm-empty", testConfirm()},
		{"confirm-changed", changed},
		{"confirm-wrong", wrong},
		{"confirm-long", long},
		{"pending-shop", pending},
		{"pending-us", ours},
		{"similar", similar},
		{"similar-long", similarLong},
		{"done-merged", merged},
		{"done-full", doneFull},
		{"done-empty", done},
		{"done-stranger", stranger},
	}
}

func invoiceExamples() []example {
	due := InvoicePage{
		Frame: Frame{Here: "/i/x", Token: "x"}, Shop: "みどり雑貨オンライン", OrderRef: "A-20260707-0012", Bought: june.Day(28), Bill: testBill(BillDue),
		Lines:     []BillLine{{Kind: LinePurchase, Shop: "みどり雑貨オンライン", Day: june.Day(30), Amount: 8500}, {Kind: LineFee, Amount: 209}},
		Reference: "K7F2-9QXM", Barcode: "<svg></svg>", Number: strings.Repeat("9", 44), Until: june.Add(4).Day(31),
		Chains: []string{"セブン-イレブン", "ローソン"}, Minutes: 10, Late: LateTerms{Fee: 100, Days: [2]int{10, 25}, DamagesRate: 1460},
		Action: InvoicePath("x") + "/not-mine",
	}
	wrong := due
	wrong.Form = Form{Slips: []Slip{{Field: "reason", What: SlipOther, Text: "あてはまるものを1つ選んでください。"}}}
	late := due
	late.Bill, late.Reduced, late.Paid, late.Disputed = testBill(BillOverdue), 2000, 1000, DisputeRejected
	late.Shop, late.Number, late.Barcode = longShop, "", ""
	late.Charges = []BillCharge{{Day: june.Add(2).Day(10), Due: june.Next().Day(15), Amount: 100, Full: 100}, {Day: june.Add(2).Day(25), Due: june.Next().Day(15), Full: 100, Waived: true}}
	open := due
	open.Disputed = DisputeOpen
	paid := due
	paid.Bill, paid.Disputed = testBill(BillPaid), DisputeUpheld
	confirming := due
	confirming.Bill = testBill(BillConfirming)
	over := due
	over.Bill, over.Paid = testBill(BillPaid), 12000
	over.Over = []Overpaid{
		{Amount: 100, Fate: OverpaidOpen},
		{Amount: 200, Fate: OverpaidUsed},
		{Amount: 300, Fate: OverpaidReturning, Day: june.Next().Day(12)},
		{Amount: 400, Fate: OverpaidOnWay, Day: june.Next().Day(13)},
		{Amount: 500, Fate: OverpaidReturned, Day: june.Next().Day(13)},
		{Amount: 600, Fate: OverpaidRefused, Reason: RefusedName},
	}
	give := over
	give.Over = []Overpaid{{Amount: 1000, Fate: OverpaidOpen}}
	give.Give = AccountPlace{Invoice: InvoicePath("x")}.Bank()
	other := give
	other.Over = []Overpaid{{Amount: biggest, Fate: OverpaidRefused, Reason: RefusedNoAccount, To: "三菱ＵＦＪ信託銀行ながいなまえの金融機関 ••••567"}}
	given := over
	given.Said, given.Soonest = SaidAccountGiven, june.Next().Day(14)
	given.Over = []Overpaid{{Amount: 1000, Fate: OverpaidReturning, Day: june.Next().Day(13), To: "みずほ ••••567"}, {Amount: 900, Fate: OverpaidOnWay, Day: june.Next().Day(14), To: "みずほ ••••567"}}
	return []example{
		{"invoice-give", give},
		{"invoice-give-other", other},
		{"invoice-given", given},
		{"invoice-over", over},
		{"invoice-full", late},
		{"invoice-empty", due},
		{"invoice-wrong", wrong},
		{"invoice-disputed", open},
		{"invoice-paid", paid},
		{"invoice-confirming", confirming},
	}
}

// returnExamples are the pages on which the payer of an invoice gives an account.
func returnExamples() []example {
	at := AccountPlace{Invoice: InvoicePath("x")}
	frame := func(here string) Frame { return Frame{Here: here, Token: "x"} }
	start := ReturnStartPage{Frame: frame(at.Bank()), Shop: "みどり雑貨オンライン", Reference: "K7F2-9QXM", Sum: 1000, Place: at}
	refused := start
	refused.Shop, refused.Sum, refused.Reason = longShop, biggest, RefusedNoAccount
	code := testCodePage(Form{}, nil)
	code.Frame, code.Change = frame(at.Code()), ""
	pick := PickPage{Frame: frame(at.Bank()), Place: at, Why: PickEveryday, Choices: []PickChoice{{Name: "みずほ", Code: "0001", URL: at.Branches("0001")}}}
	number := AccountPage{Frame: frame(at.Number("0001", "210")), Place: at, Bank: "みずほ", BankCode: "0001", Branch: "渋谷中央", BranchCode: "210"}
	wrong := number
	wrong.Form = Form{
		Typed: map[string]string{"type": "1", "account_number": "1234567", "payer_holder": "サトウ タロウ"},
		Slips: []Slip{{Field: "payer_holder", Text: "口座名義がお名前と違います。"}},
	}
	passbook := AccountPage{Frame: frame(at.Branches("9900")), Place: at, Bank: "ゆうちょ", BankCode: "9900"}
	account := BankAccount{Bank: "みずほ", Branch: "渋谷中央", Kind: OrdinaryAccount, Number: "••••567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
	return []example{
		{"back-start", start},
		{"back-start-refused", refused},
		{"back-code", code},
		{"back-bank", pick},
		{"back-account", number},
		{"back-account-wrong", wrong},
		{"back-account-post", passbook},
		{"back-confirm", ConfirmAccountPage{Frame: frame(at.Confirm()), Place: at, Account: account, Key: "K", Again: at.Number("0001", "210")}},
	}
}

func publicExamples() []example {
	frame := Frame{Here: "/help", Token: "x"}
	line := testLines(1)[0]
	return []example{
		{"how-full", HowPage{Frame: testFrame("/how"), How: testHow()}},
		{"how-empty", HowPage{Frame: frame, How: testHow()}},
		{"help-full", HelpPage{Frame: testFrame("/help"), Minutes: 10, Fee: 209, Last: &line}},
		{"help-empty", HelpPage{Frame: frame, Minutes: 10, Fee: 209}},
		{"terms-full", TermsPage{Frame: frame, How: testHow()}},
		{"privacy-full", PrivacyPage{Frame: frame}},
		{"accessibility-full", AccessibilityPage{Frame: frame}},
		{"licenses-full", LicensesPage{Frame: frame}},
	}
}

func errorExamples() []example {
	var all []example
	order := testOrder()
	for kind, with := range ErrorExamples() {
		code, _, _ := strings.Cut(kind, "/")
		page := ErrorPage{
			Frame: Frame{Here: "/pay/ses_1", Token: "x"}, Code: code, With: with, Charged: fault.NotCharged, GoURL: "/bills/stm_1/pay",
			Reference: "K7F2-9QXM", At: noon,
		}
		switch {
		case code == "PAY-201":
			page.Charged, page.Sum, page.Order = fault.ChargedOnce, 8500, &order
		case strings.HasPrefix(code, "PAY-"):
			page.Order = &order
		case code == "GEN-404":
			page.Charged, page.GoURL = "", ""
		case code == "BILL-104":
			page.Charged = ""
		case strings.HasPrefix(code, "BILL-"):
			page.Charged, page.By = fault.Checking, noon.Add(time.Hour)
		}
		all = append(all, example{"error-" + strings.ReplaceAll(kind, "/", "-"), page})
	}
	kind := &fault.Kind{
		Code: "shop_asleep", Status: 409, Side: fault.Merchant, Retry: fault.RetryLater,
		What: fault.Text{JA: "お店が休んでいます", EN: "The shop is asleep"}, Next: fault.Text{JA: "{n}分後にお試しください", EN: "Try in {n} minutes"},
	}
	return append(all,
		example{"error-fault", faultExample(kind)},
		example{"error-nothing", ErrorPage{Frame: Frame{Here: "/"}, Charged: fault.Checking, Reference: "K7F2-9QXM", At: noon, Side: SideUs}},
	)
}

func faultExample(kind *fault.Kind) ErrorPage {
	e := kind.New().With("n", "3").After(180)
	e.Reference, e.Charged = "K7F2-9QXM", fault.NotCharged
	return FaultPage(e, Japanese, noon)
}

func testWays() []WayTerms {
	return []WayTerms{{Way: EBarcode, DueDay: 10, Fee: 209}, {Way: Number, DueDay: 10, Fee: 209}, {Way: Postcard, DueDay: 20, Fee: 209}, {Way: Debit, DueDay: 27}}
}

func accountExamples() []example {
	account := BankAccount{Bank: "みずほ", Branch: "渋谷中央", Kind: OrdinaryAccount, Number: "••••567"}
	post := BankAccount{Bank: "ゆうちょ", Branch: "〇一八", Kind: OrdinaryAccount, Number: "••••567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
	long := BankAccount{Bank: "三菱ＵＦＪ信託銀行ながいなまえの金融機関", Branch: "ロサンゼルス・ニューヨーク・東京営業部出張所", Kind: CurrentAccount, Number: "••••567", Holder: strings.Repeat("ｶﾞ", 15)}
	ways := testWays()
	first := WayPage{Frame: testFrame(WayPath), Now: ways[0], Others: ways[1:], From: june.Next()}
	debited := WayPage{Frame: testFrame(WayPath), Now: ways[2], Others: ways[:2], From: june.Next(), Account: &account}
	debited.Said = SaidWayChanged
	refused := first
	refused.Form.Slips = []Slip{{Field: "way", Text: "引き落とす銀行口座がまだ登録されていません。先に銀行口座を登録してください。"}}
	wide := debited
	wide.Account, wide.Said = &long, SaidAccountAdded
	wide.Now, wide.Others = ways[1], []WayTerms{{Way: EBarcode, DueDay: 10, Fee: biggest}, ways[2]}

	heads := func(list, current string) (all []PickHead) {
		for _, h := range []string{"あ", "か", "さ", "た", "な", "は", "ま", "や", "ら", "わ", "A"} {
			all = append(all, PickHead{Head: h, URL: PickRowPath(list, h, 0), Current: h == current})
		}
		return all
	}
	choices := func(n int, name string) (all []PickChoice) {
		for i := range n {
			code := fmt.Sprintf("%04d", i)
			all = append(all, PickChoice{Name: name, Code: code, URL: BranchesPath(code)})
		}
		return all
	}
	bank := PickPage{Frame: testFrame(BankPath), Heads: heads(BankPath, ""), Why: PickEveryday, Choices: choices(12, "みずほ")}
	row := PickPage{
		Frame: testFrame(BankPath), Heads: heads(BankPath, "か"), Why: PickRow, Choices: choices(50, "飛騨高山ながいなまえの農業協同組合連合会"),
		Newer: PickRowPath(BankPath, "か", 0), Older: PickRowPath(BankPath, "か", 100),
	}
	none := PickPage{Frame: testFrame(BankPath), Heads: heads(BankPath, ""), Why: PickFound, Query: "ぬるぽ"}
	branch := PickPage{Frame: testFrame(BranchesPath("0001")), Bank: "みずほ", Code: "0001", Heads: heads(BranchesPath("0001"), "")}
	found := branch
	found.Why, found.Query, found.Choices = PickFound, "渋谷", choices(2, "渋谷中央")

	number := AccountPage{Frame: testFrame("/account/bank/0001/210"), Bank: "みずほ", BankCode: "0001", Branch: "渋谷中央", BranchCode: "210"}
	number.Form.Typed = map[string]string{"holder": "ヤマダ ハナコ"}
	wrong := number
	wrong.Form = Form{
		Typed: map[string]string{"type": "2", "account_number": "12345", "holder": "山田花子"},
		Slips: []Slip{
			{Field: "type", Text: "預金の種類を選んでください。"},
			{Field: "account_number", Text: "口座番号は7桁の数字です。"},
			{Field: "holder", Text: "口座名義に使えない文字があります。"},
		},
	}
	passbook := AccountPage{Frame: testFrame("/account/bank/9900"), Bank: "ゆうちょ", BankCode: "9900", Form: number.Form}
	torn := passbook
	torn.Form = Form{
		Typed: map[string]string{"symbol": "0", "passbook_number": "9", "holder": ""},
		Slips: []Slip{
			{Field: "symbol", Text: "記号は1で始まる5桁の数字です。"},
			{Field: "passbook_number", Text: "番号は1で終わる8桁までの数字です。"},
			{Field: "holder", Text: "口座名義を入力してください。"},
		},
	}
	code := testCodePage(Form{}, nil)
	code.Frame, code.Change = testFrame(AccountCodePath), ""
	return []example{
		{"way-empty", first},
		{"way-full", debited},
		{"way-refused", refused},
		{"way-long", wide},
		{"prove-full", ProvePage{Frame: testFrame(BankPath), Phone: "•••• 5678", Return: BankPath}},
		{"prove-empty", ProvePage{Frame: testFrame(BankPath), Return: BankPath}},
		{"code-account", code},
		{"pick-bank-full", bank},
		{"pick-bank-long", row},
		{"pick-bank-empty", none},
		{"pick-branch-empty", branch},
		{"pick-branch-full", found},
		{"account-empty", number},
		{"account-full", wrong},
		{"account-post-empty", passbook},
		{"account-post-full", torn},
		{"account-confirm-full", ConfirmAccountPage{Frame: testFrame(AccountConfirmPath), Account: post, Key: "K", Again: BranchesPath("9900"), Replaces: true}},
		{"account-confirm-long", ConfirmAccountPage{Frame: testFrame(AccountConfirmPath), Account: long, Key: "K", Again: BankPath}},
		{"account-remove-full", RemoveAccountPage{Frame: testFrame(AccountRemovePath), Account: account}},
		{"account-remove-inuse", RemoveAccountPage{Frame: testFrame(AccountRemovePath), Account: account, InUse: true}},
	}
}

// testNumberPage is a bill to be paid by receipt number, with a place chosen or not.
func testNumberPage(chosen *PayGuide) NumberPage {
	p := NumberPage{
		Frame: testFrame("/bills/stm_1/pay"), Bill: testBill(BillDue), Until: june.Next().Last(), Chosen: chosen, Minutes: 10,
		Stores: []PayPlace{
			{Name: "セブン-イレブン", URL: "/bills/stm_1/pay?at=seven_eleven"},
			{Name: "ローソン", URL: "/bills/stm_1/pay?at=lawson"},
			{Name: "ファミリーマート", URL: "/bills/stm_1/pay?at=family_mart"},
			{Name: "デイリーヤマザキ", URL: "/bills/stm_1/pay?at=daily_yamazaki"},
		},
		Banks:  []PayPlace{{Name: "ATM（キャッシュカード）", URL: "/bills/stm_1/pay?at=atm_card"}},
		Return: &Return{Month: june, Pay: 30209, Then: 37520},
	}
	if chosen != nil {
		p.Stores[2].Here = chosen.Stored
		p.Banks[0].Here = !chosen.Stored
	}
	return p
}

func testStoreGuide() *PayGuide {
	return &PayGuide{
		Name: "ファミリーマート", Machine: "マルチコピー機（以前はFamiポート）", Minutes: 30, Stored: true,
		Steps: []PayStep{
			{Do: "マルチコピー機の最初の画面で「代金支払い」を押す"},
			{Do: "「受付番号」を入力する", Label: "受付番号", Number: "79927398713"},
			{Do: "「確認番号」または「電話番号」を入力する", Label: "確認番号（電話番号）", Phone: "•••• 5678"},
			{Do: "レジで現金で支払い、受領書を受け取る"},
		},
	}
}

func testBankGuide() *PayGuide {
	return &PayGuide{
		Name: "ATM（キャッシュカード）", Machine: "ペイジーのマークのあるATM", Test: true,
		Steps: []PayStep{
			{Do: "「収納機関番号」を入力する", Label: "収納機関番号", Number: "00000"},
			{Do: "「お客様番号」を入力する", Label: "お客様番号", Number: "79927398713"},
			{Do: "「確認番号」を入力する", Label: "確認番号", Number: "0412"},
		},
	}
}

func testTransfer() *TransferTo {
	return &TransferTo{
		Account: BankAccount{Bank: "すずめ銀行", Branch: "本店営業部", Kind: OrdinaryAccount, Number: "1234567", Holder: "ツケ（カ"}, Sum: 30209, Reference: "K7F2-9QXM",
	}
}

func numberInParts() NumberPage {
	p := testNumberPage(nil)
	p.Paying = Paying{Part: 10_070, PartDay: june.Next().Day(20), Whole: "/bills/stm_1/pay?sum=all", Transfer: testTransfer()}
	return p
}

// payoutExamples are the console's pages about money that goes back.
func payoutExamples() []example {
	desk := &Desk{Name: "aoki", Books: true, Audit: true}
	frame := func(here string) Frame { return Frame{Here: here, Token: "x", Desk: desk} }
	file := OpsFile{Number: 3, Day: june.Next().Day(9), State: OpsFileWritten, Records: 2, Total: 12_345, URL: OpsPayoutPath(3, "")}
	gathered, taken, released := file, file, file
	gathered.Number, gathered.State, gathered.URL = 4, OpsFileGathered, OpsPayoutPath(4, "")
	taken.Number, taken.State, taken.Refused, taken.URL, taken.Total = 2, OpsFileTaken, 1, OpsPayoutPath(2, ""), biggest
	released.Number, released.State, released.URL = 1, OpsFileReleased, OpsPayoutPath(1, "")
	full := OpsPayoutsPage{
		Frame: frame(OpsPayoutsPath), May: true, Ready: 2, Sum: 3_000, Day: june.Next().Day(10), More: true,
		Files: []OpsFile{gathered, file, taken, released},
		Waiting: []OpsReturn{
			{Name: "rct_01", Whose: OpsWhosePayer, Amount: biggest, Days: 12, Why: OpsStuckNone, URL: OpsReceiptPath("rct_01", "")},
			{Name: "rct_02", Whose: OpsWhoseMember, Amount: 5_209, Days: 6, Why: OpsStuckRefused, Reason: RefusedNoAccount},
			{Name: "rct_03", Whose: OpsWhoseMember, Amount: 2_000, Days: 1, Why: OpsStuckInFile, File: 3, URL: OpsPayoutPath(3, "")},
			{Name: "rct_04", Whose: OpsWhoseMember, Amount: 1_000, Why: OpsStuckReady},
		},
	}
	mayNot := full
	mayNot.May, mayNot.Said = false, SaidOpsNothing
	line := OpsFileLine{Key: "00170000123456789012", Sent: 5_209, Outcome: OpsLineOpen}
	open := OpsFilePage{Frame: frame(OpsPayoutPath(4, "")), File: gathered, Lines: []OpsFileLine{line}, May: true, Reasons: OpsRefusals()}
	open.Said = SaidOpsGathered
	soon := open
	soon.File, soon.Said = file, SaidNothing
	due := soon
	due.Due = true
	wrong := due
	wrong.Form = Form{
		Typed: map[string]string{"transfer_key": "00170000123456789013", "transfer_amount": "5,208", "why": "closed"},
		Slips: []Slip{{Field: "transfer_key", What: SlipTransferKey}, {Field: "transfer_amount", What: SlipTransferAmount}},
	}
	over := OpsFilePage{Frame: frame(OpsPayoutPath(2, "")), File: taken, May: true, Due: true, Reasons: OpsRefusals(), Lines: []OpsFileLine{
		{Key: "00170000123456789012", Sent: 5_209, Outcome: OpsLinePaid},
		{Key: "10230000123456789099", Sent: biggest, Outcome: OpsLineRefused, Reason: RefusedOther},
	}}
	over.Said = SaidOpsTook
	again := over
	again.Said = SaidOpsFailed
	again.Form = Form{Typed: map[string]string{}, Slips: []Slip{{Field: "transfer_key", What: SlipTransferOver}}}
	gone := over
	gone.File, gone.Lines, gone.Said = released, []OpsFileLine{{Key: "00170000123456789012", Sent: 5_209, Outcome: OpsLineWithdrawn}}, SaidNothing
	payee := OpsPayeePage{Frame: frame(OpsPayeePath("rct_01")), Amount: 777, Name: "rct_01", Action: OpsPayeePath("rct_01"), Back: OpsPayoutsPath}
	guest := OpsPayeePage{Frame: frame(OpsGuestPath("stm_01")), Amount: biggest, Name: "K7F2-9QXM", Guest: true, Action: OpsGuestPath("stm_01"), Back: OpsPayoutsPath}
	guest.Asked = &OpsRequest{By: "aoki", Asked: noon, URL: OpsApprovalPath("apr_1", "")}
	guest.Form = Form{
		Typed: map[string]string{"payee_bank": "0001", "payee_branch": "999", "type": "4", "payee_number": "12345", "payee_holder": "山田"},
		Slips: []Slip{{Field: "payee_branch", Text: "口座のこの欄が正しくありません。"}},
	}
	second := full
	second.Waiting = []OpsReturn{{Name: "rct_01", Whose: OpsWhosePayer, Amount: 777, Days: 3, Why: OpsStuckSecond, URL: OpsApprovalPath("apr_1", "")}}
	second.Form = Form{Typed: map[string]string{"payee_reference": "K7F2-9QXN"}, Slips: []Slip{{Field: "payee_reference", What: SlipPayeeReference}}}
	ask := OpsApprovalPage{
		Frame: frame(OpsApprovalPath("apr_1", "")), MayApprove: true, ApproveURL: OpsApprovalPath("apr_1", "approve"), RefuseURL: OpsApprovalPath("apr_1", "refuse"),
		Request: OpsRequest{What: "ops.kind.payee_name", State: OpsWaiting, By: "aoki", Asked: noon, Until: noon.Add(24 * time.Hour)},
		About:   OpsReceiptPath("rct_01", ""), Payee: true, AccountURL: OpsProposedPath("apr_1"),
	}
	admin := ask
	admin.MayApprove, admin.AccountURL, admin.Request.What = false, "", "ops.kind.guest_return"
	proposed := OpsProposedPage{
		Frame: frame(OpsProposedPath("apr_1")), Until: noon.Add(10 * time.Minute), URL: OpsApprovalPath("apr_1", ""),
		Account: BankAccount{Bank: "みずほ", Branch: "渋谷中央", Kind: SavingsAccount, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"},
	}
	return []example{
		{"ops-payee-empty", payee},
		{"ops-payee-full", guest},
		{"ops-payouts-second", second},
		{"ops-approval-payee", ask},
		{"ops-approval-payee-no", admin},
		{"ops-proposed", proposed},
		{"ops-payouts-full", full},
		{"ops-payouts-no", mayNot},
		{"ops-payouts-empty", OpsPayoutsPage{Frame: frame(OpsPayoutsPath), May: true}},
		{"ops-payout-gathered", open},
		{"ops-payout-soon", soon},
		{"ops-payout-due", due},
		{"ops-payout-wrong", wrong},
		{"ops-payout-taken", over},
		{"ops-payout-again", again},
		{"ops-payout-released", gone},
	}
}
