package site_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/merchant"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// A member who has bought nothing is told so on each page.
func TestNothingYet(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	for _, tc := range []struct {
		path   string
		ja, en []string
	}{
		{web.HomePath, []string{"使える金額 50,000円", "利用枠50,000円", "今お支払いいただく請求はありません", "まだ利用はありません"}, []string{"Available", "¥50,000", "There is nothing to pay now", "No purchases yet"}},
		{web.BillsPath, []string{"請求はまだありません", "支払期日は7月10日(金)"}, []string{"No bills yet", "due Fri 10 Jul 2026"}},
		{web.HistoryPath, []string{"0件です", "まだ利用はありません"}, []string{"0 found", "No purchases yet"}},
	} {
		b.get(tc.path+"?lang=ja").at(tc.path).says(http.StatusOK, tc.ja...)
		b.get(tc.path+"?lang=en").at(tc.path).says(http.StatusOK, tc.en...)
	}
}

// story is a member's June and July: two purchases billed, one of them refunded in part, one sent twice, one that the shop
// voided, one declined, one waiting for its shop.
type story struct {
	*service
	shoes                                  merchant.Merchant
	first, second, voided, declined, fresh checkout.Payment
	bill                                   billing.Statement
}

// tellStory lets hanako live the story up to 5 July, 09:00.
func tellStory(t *testing.T) *story {
	t.Helper()
	s := &story{service: newSite(t)}
	s.register(hanako)
	s.shoes = s.newShop("あおい靴店", "Aoi Shoes")
	s.at("2026-06-10 10:00")
	s.first = s.sell(hanako, s.shop, sale{"J-1", 8_000, false})
	s.clock.Advance(time.Minute)
	s.again(s.first) // the same order once more
	s.clock.Advance(time.Hour / 2)
	s.first = s.act(s.first, func(tx *db.Tx) (checkout.Payment, error) {
		return s.checkout.Capture(tx, s.shop.ID, s.first.ID, 0, true, 0, byShop)
	})
	s.at("2026-06-12 10:00")
	s.second = s.sell(hanako, s.shoes, sale{"J-2", 12_000, true})
	s.at("2026-06-13 10:00")
	s.voided = s.sell(hanako, s.shop, sale{"J-3", 700, false})
	s.clock.Advance(time.Minute)
	s.void("J-3")
	s.at("2026-06-20 10:00")
	s.refund(s.first, 1_500)
	s.at("2026-06-21 10:00")
	_, path := s.order("J-4", 60_000)
	s.device(hanako).post(path+"/press").told(http.StatusConflict, "PAY-401", "請求はありません")
	s.read(func(tx *db.Tx) (err error) {
		s.declined, _, err = checkout.FindByOrder(tx, s.shop.ID, "J-4")
		return err
	})
	s.at("2026-07-01 00:10")
	s.bill = s.service.bill(hanako, "2026-06")
	s.at("2026-07-04 18:30")
	s.fresh = s.sell(hanako, s.shop, sale{"J-5", 3_000, false})
	s.at("2026-07-05 09:00")
	return s
}

// again hands in an order a second time.
func (s *service) again(p checkout.Payment) {
	s.t.Helper()
	out := s.decide(checkout.Order{
		Merchant: p.Merchant, MerchantLive: true, Member: p.Member, OrderRef: p.OrderRef, Amount: p.Amount, Channel: p.Channel,
		Capture: p.Capture, Session: p.Session, ConfirmWithin: time.Hour, By: byShop,
	})
	if out.Refused != nil || !out.Value.Existing {
		s.t.Fatalf("sent again: %+v", out)
	}
}

// section is a section by its heading.
func (p *page) section(h2 string) *html.Node {
	p.t.Helper()
	for _, n := range p.all("main section") {
		for d := range n.Descendants() {
			if d.Type == html.ElementNode && d.Data == "h2" && textOf(d) == h2 {
				return n
			}
		}
	}
	p.t.Fatalf("%s has no %s:\n%s", p.path, h2, p.main())
	return nil
}

// links are the addresses on a page below a path, in their order.
func (p *page) links(path string) []string {
	var out []string
	for _, a := range p.all("a") {
		if href := attr(a, "href"); strings.HasPrefix(href, path) && !slices.Contains(out, href) {
			out = append(out, href)
		}
	}
	return out
}

func TestHome(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	s.service.tell()
	b := s.device(hanako)
	p := b.get(web.HomePath).at(web.HomePath)
	for name, want := range map[string]string{
		"利用枠": "50,000円", "まだ払っていない分": "−18,500円", "お店の発送を待っている分": "−3,000円", "ネットのお店": "28,500円", "実店舗": "2,000円",
	} {
		if got := p.fact(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	p.says(http.StatusOK, "使える金額 28,500円", "6月分の18,709円を支払うと、確認できしだい47,000円まで使えます", "6月分の請求", "お支払い待ち",
		"2026年7月10日(金)まで あと5日", "手数料209円を含みます", "7月の利用0円", "支払期日は8月10日(月)")
	if pay := web.PayPath(s.bill.ID.String()); !p.has(pay) {
		t.Errorf("no way to pay the bill of %s", pay)
	}
	want := []string{s.fresh.ID.String(), s.declined.ID.String(), s.voided.ID.String()}
	for i := range want {
		want[i] = web.PaymentPath(want[i])
	}
	latest := &page{t: t, doc: p.section("最近の利用")}
	if diff := cmp.Diff(want, latest.links("/payments/")); diff != "" {
		t.Errorf("latest purchases: %s", diff)
	}
	for _, link := range p.links("/payments/") {
		b.get(link).at(link)
	}
	if got := len(p.all("main svg[class=chart] rect")); got != 6 {
		t.Errorf("%d bars", got)
	}
	if got := textOf(p.section("お知らせ")); !strings.Contains(got, "未読") || !strings.Contains(got, "みどり雑貨") {
		t.Errorf("notices: %s", got)
	}
	b.get(web.HomePath+"?lang=en").says(http.StatusOK, "¥28,500", "−¥18,500", "Bill for June 2026", "5 days left", "Midori Goods",
		"Pay the ¥18,709 of June 2026 and ¥47,000 is available", "By Fri 10 Jul 2026")
}

func TestBills(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	b := s.device(hanako)
	here, pay := web.BillPath(s.bill.ID.String()), web.PayPath(s.bill.ID.String())
	p := b.get(web.BillsPath).at(web.BillsPath).says(http.StatusOK, "18,709円", "お支払い待ち", "7月の利用", "ほかの請求はありません")
	if !p.has(here) || !p.has(pay) {
		t.Error("no way to the open bill")
	}
	p = b.get(here).at(here).says(http.StatusOK, "お支払い額", "18,709円", "2026年7月10日(金)まで", "支払い方法がコンビニ（電子バーコード）のため")
	for name, want := range map[string]string{"みどり雑貨": "8,000円", "あおい靴店": "12,000円", "返金": "−1,500円", "請求の手数料": "209円", "請求額": "18,709円"} {
		if got := p.fact(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	p.says(http.StatusOK, "6月10日(水) みどり雑貨の利用分", s.bill.Reference().String())
	want := []string{web.PaymentPath(s.first.ID.String()), web.PaymentPath(s.second.ID.String())}
	if diff := cmp.Diff(want, p.links("/payments/")); diff != "" {
		t.Errorf("lines lead to %s", diff)
	}
	for _, link := range want {
		b.get(link).at(link).says(http.StatusOK, "6月分")
	}
	b.get(here+"?lang=en").says(http.StatusOK, "Bill for June 2026", "Midori Goods", "Aoi Shoes", "−¥1,500", "¥18,709", "Billing fee")
	b.get(web.BillsPath+"?lang=en").says(http.StatusOK, "¥18,709", "By Fri 10 Jul 2026", "5 days left")
}

// M6: the barcode and its digits while there is something to pay; a bill that was paid says so instead.
func TestPayBill(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	b := s.device(hanako)
	here, pay := web.BillPath(s.bill.ID.String()), web.PayPath(s.bill.ID.String())
	slip := s.slip(s.bill)
	p := b.get(pay).at(pay).says(http.StatusOK, "18,709円", "2026年10月31日(土)まで使えます", "セブン-イレブン", "47,000円まで使えます", "10分以内")
	if got := digitsOf(p); got != slip.Digits || len(got) != 44 {
		t.Errorf("the digits are %s, want %s", got, slip.Digits)
	}
	if bars := p.all("main svg"); len(bars) != 1 || !strings.Contains(textOf(bars[0]), slip.Digits[:4]+" "+slip.Digits[4:8]) || len(p.all("main svg path"))+len(p.all("main svg rect")) == 0 {
		t.Error("there is no barcode that says its number")
	}
	b.get(pay+"?lang=en").says(http.StatusOK, "Pay the bill for June 2026", "¥18,709", "7-Eleven", "Can be used until Sat 31 Oct 2026")
	b.get(pay + "?lang=ja").at(pay)

	s.at("2026-07-07 10:30")
	day := jst.DayOf(s.clock.Now())
	s.till(billing.LinePrompt, slip, day)
	b = s.device(hanako)
	p = b.get(pay).told(http.StatusOK, "BILL-101", "確認中です", "18,709円", "もう一度支払わないでください")
	if len(p.all("main svg")) != 0 || len(p.all("[class=digits]")) != 0 {
		t.Error("shows a barcode for a bill that is paid")
	}
	b.get(here).at(here).says(http.StatusOK, "確認中", "支払い直さないでください", "7月7日(火) 10:24", "セブン-イレブン", "お店からの速報")
	if got := b.get(web.HomePath).fact("ネットのお店"); got != "47,000円" {
		t.Errorf("%s are usable", got)
	}

	s.at("2026-07-12 05:00")
	s.till(billing.LineConfirmed, slip, day)
	b = s.device(hanako)
	p = b.get(pay).told(http.StatusConflict, "BILL-103", "影響ありません", "7月7日(火)に18,709円を受け取りました")
	if len(p.all("main svg")) != 0 {
		t.Error("shows a barcode for a bill that is paid")
	}
	p = b.get(here).at(here).says(http.StatusOK, "支払い済み", "7月7日(火)に支払い済み", "7月7日(火) 10:24", "セブン-イレブン")
	if p.has(pay) || strings.Contains(p.main(), "速報") || p.fact("お支払いの合計") != "18,709円" {
		t.Errorf("the bill is paid for good:\n%s", p.main())
	}
	p = b.get(web.BillsPath).says(http.StatusOK, "7月7日(火)に支払い済み", "18,709円")
	if p.has(pay) {
		t.Error("offers to pay what is paid")
	}
	b.get(pay+"?lang=en").told(http.StatusConflict, "BILL-103", "not affected", "We received ¥18,709 on Tue 7 Jul 2026")
}

func digitsOf(p *page) string {
	return strings.ReplaceAll(textOf(p.one("p[class=digits]")), " ", "")
}

// B09, B21: a barcode that tills do not take any more is replaced when its page is opened, once.
func TestLateBill(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	pay := web.PayPath(s.bill.ID.String())
	s.at("2026-07-11 09:00")
	b := s.device(hanako)
	b.get(pay).at(pay).says(http.StatusOK, "1日過ぎています")
	b.get(web.BillPath(s.bill.ID.String())).says(http.StatusOK, "期日超過", "1日過ぎています")
	old := digitsOf(b.get(pay))
	s.at("2026-11-01 09:00")
	b = s.device(hanako)
	p := b.get(pay).at(pay).says(http.StatusOK, "18,709円")
	if digitsOf(p) == old {
		t.Error("shows a barcode that tills refuse")
	}
	for range 2 {
		if digitsOf(b.get(pay)) != digitsOf(p) {
			t.Error("each look makes another barcode")
		}
	}
}

// T03: while a bank is asked to debit a bill nothing else is offered, so that nobody pays it twice; until then the barcode is.
func TestBillThatIsDebited(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	pay := web.PayPath(s.bill.ID.String())
	st := s.bill
	st.Way = billing.Debit
	b := s.device(hanako)
	s.write(func(tx *db.Tx) error { return billing.Await(tx, []billing.Statement{st}) })
	p := b.get(pay).at(pay).says(http.StatusOK, "18,709円", "引き落としを銀行に依頼しました", "ほかの方法で支払わないでください")
	if len(p.all("main svg")) != 0 || len(p.all("[class=digits]")) != 0 {
		t.Error("shows a barcode for a bill that a bank was asked to debit")
	}
	b.get(pay+"?lang=en").says(http.StatusOK, "The bank was asked to take it on Fri 10 Jul 2026")
	s.write(func(tx *db.Tx) error {
		return s.billing.NotDebited(tx, st.Member, st.ID, jst.DayOf(tx.Now()).Add(10), 209, "1")
	})
	p = b.get(pay+"?lang=ja").says(http.StatusOK, "18,918円")
	if len(p.all("main svg")) != 1 || strings.Contains(p.main(), "引き落とし") {
		t.Error("not debited, and no barcode to pay it with")
	}
	b.get(web.BillPath(st.ID.String())).says(http.StatusOK, "コンビニ払いの手数料", "口座から引き落とせなかったため")
}

// M30, T01 to T03: a bill that a bank will debit says when and from which account, and that nothing need be done, on each page that names
// it; paying it otherwise comes second, and not at all once the bank was asked. Nobody is late while the bank has not answered.
func TestBillThatWillBeDebited(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	member := s.memberOf(hanako)
	account := zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
	s.write(func(tx *db.Tx) error {
		if err := s.members.RegisterAccount(tx, member, account); err != nil {
			return err
		}
		return s.members.ChooseWay(tx, member, "debit", "member")
	})
	s.sell(hanako, s.shop, sale{"J-1", 12_000, true})
	s.at("2026-07-01 00:10")
	st := s.bill(hanako, "2026-06")
	here, pay := web.BillPath(st.ID.String()), web.PayPath(st.ID.String())
	b := s.device(hanako)
	for _, path := range []string{web.HomePath, web.BillsPath, here} {
		p := b.get(path+"?lang=ja").says(http.StatusOK,
			"引き落とし予定", "2026年7月27日(月)に引き落とし", "銀行口座（みずほ ••••567）から引き落とします。手続きは必要ありません", "先に12,000円を支払う")
		if got := attr(p.one("main a[href="+pay+"]"), "class"); !strings.Contains(got, "sub") || strings.Contains(p.main(), "あと") {
			t.Errorf("%s: paying otherwise comes first (%s):\n%s", path, got, p.main())
		}
		b.get(path+"?lang=en").says(http.StatusOK, "To be debited", "Debited on Mon 27 Jul 2026", "(みずほ ••••567)", "nothing to do", "Pay ¥12,000 earlier")
	}
	p := b.get(pay+"?lang=ja").says(http.StatusOK, "2026年7月27日(月)に、銀行口座（みずほ ••••567）から引き落とします", "先に支払いたいときは")
	if len(p.all("main section[class=code]")) != 1 {
		t.Error("it can't be paid earlier")
	}

	s.write(func(tx *db.Tx) error { return billing.Await(tx, []billing.Statement{st}) })
	for _, path := range []string{web.HomePath, web.BillsPath, here} {
		if p := b.get(path).says(http.StatusOK, "引き落とし予定", "みずほ ••••567", "ほかの方法では支払わないでください"); p.has(pay) {
			t.Errorf("%s offers to pay what a bank was asked for", path)
		}
	}
	account.Number = "7654321" // the bank may have been told the one before
	s.write(func(tx *db.Tx) error { return s.members.RegisterAccount(tx, member, account) })
	if p := b.get(here).says(http.StatusOK, "登録の銀行口座から引き落とします"); strings.Contains(p.main(), "••••") {
		t.Errorf("names an account that the bank may not debit:\n%s", p.main())
	}
	s.at("2026-07-29 10:00")
	b = s.device(hanako)
	for _, path := range []string{web.HomePath, web.BillsPath, here} {
		if p := b.get(path).says(http.StatusOK, "確認中", "銀行の回答を待っています"); p.has(pay) || strings.Contains(p.main(), "過ぎて") || strings.Contains(p.main(), "期日超過") {
			t.Errorf("%s: nobody is late before the bank has answered:\n%s", path, p.main())
		}
	}
}

// T02, B40: without an account there is nothing to debit, and the bill is to be paid like any other; a bill of more than stores take
// that is debited is no fault.
func TestDebitWithoutAnAccountOrOfALargeSum(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	member := s.memberOf(hanako)
	s.write(func(tx *db.Tx) error {
		account := zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
		if err := credit.SetLimit(tx, member, credit.Online, 500_000, "test", "operator"); err != nil {
			return err
		}
		if err := s.members.RegisterAccount(tx, member, account); err != nil {
			return err
		}
		return s.members.ChooseWay(tx, member, "debit", "member")
	})
	s.sell(hanako, s.shop, sale{"J-1", 300_001, true})
	s.at("2026-07-01 00:10")
	st := s.bill(hanako, "2026-06")
	here, pay := web.BillPath(st.ID.String()), web.PayPath(st.ID.String())
	b := s.device(hanako)
	p := b.get(pay).at(pay).says(http.StatusOK, "300,001円", "銀行口座（みずほ ••••567）から引き落とします")
	if strings.Contains(p.main(), "コンビニ") || strings.Contains(p.main(), "バーコード") {
		t.Errorf("speaks of stores:\n%s", p.main())
	}
	s.write(func(tx *db.Tx) error {
		if err := s.members.ChooseWay(tx, member, "ebarcode", "member"); err != nil {
			return err
		}
		return s.members.RemoveAccount(tx, member)
	})
	p = b.get(here).says(http.StatusOK, "お支払い待ち", "2026年7月27日(月)まで", "300,001円を支払う")
	if strings.Contains(p.main(), "引き落と") {
		t.Errorf("there is no account to debit:\n%s", p.main())
	}
}

// B07: a bill with nothing to pay was never paid, and says neither.
func TestNothingToPay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.refund(s.sell(hanako, s.shop, sale{"J-1", 2_000, true}), 0)
	s.at("2026-07-01 00:10")
	st := s.bill(hanako, "2026-06")
	b := s.device(hanako)
	here := web.BillPath(st.ID.String())
	p := b.get(web.PayPath(st.ID.String())).at(here)
	if got := p.fact("請求額"); got != "0円" || strings.Contains(p.main(), "受け取りました") || p.has(web.PayPath(st.ID.String())) {
		t.Errorf("the bill says\n%s", p.main())
	}
	b.get(web.BillsPath).says(http.StatusOK, "お支払いは不要でした")
}

// Another member's bill and purchase do not exist, and neither does what is nobody's.
func TestOthersDoNotExist(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	s.register(taro)
	b := s.device(taro)
	now := s.clock.Now()
	for _, path := range []string{
		web.BillPath(s.bill.ID.String()), web.PayPath(s.bill.ID.String()), web.PaymentPath(s.first.ID.String()),
		web.BillPath(id.New[id.StatementKind](now, 7).String()), web.PaymentPath(id.New[id.PaymentKind](now, 7).String()),
		web.BillPath("nonsense"), web.PayPath("nonsense"), web.PaymentPath("nonsense"), web.PaymentPath(s.bill.ID.String()),
	} {
		b.get(path).told(http.StatusNotFound, "GEN-404", "影響ありません", "ページが見つかりません")
		b.get(path+"?lang=en").told(http.StatusNotFound, "GEN-404", "not affected", "Page not found")
		b.get(web.HomePath + "?lang=ja")
	}
	if p := b.get(web.HistoryPath+"?shop="+s.shop.ID.String()).says(http.StatusOK, "0件です"); p.has("/payments/") {
		t.Error("another member's purchases are listed")
	}
}

// A page of a member's leads who is not signed in through the sign-in and back to it.
func TestMemberPagesAskForTheSignIn(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	for _, path := range []string{
		web.HomePath, web.BillsPath, web.BillPath(s.bill.ID.String()), web.PayPath(s.bill.ID.String()),
		web.HistoryPath + "?month=2026-06&state=complete", web.PaymentPath(s.first.ID.String()),
	} {
		s.clock.Advance(time.Hour)
		b := s.browser()
		p := b.get(path).at(web.SignInPath)
		if got := p.value("return"); got != path {
			t.Errorf("%s returns to %q", path, got)
		}
		b.post(web.SignInPath, "phone", hanako, "return", p.value("return")).at(web.SignInCodePath)
		if p = b.post(web.SignInCodePath+"?return="+url.QueryEscape(path), "code", s.code(hanako)); p.path != path || p.status != http.StatusOK {
			t.Errorf("%s was answered with %d at %s", path, p.status, p.path)
		}
	}
}
