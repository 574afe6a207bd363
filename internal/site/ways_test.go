package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/member"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// The words of ways are the same on all floors.
func TestWayWords(t *testing.T) {
	t.Parallel()
	for i, way := range []string{member.ByEBarcode, member.ByNumber, member.ByPostcard, member.ByDebit} {
		if got := web.Ways()[i]; string(got) != way || got.Key() == "" || got.Text() == "" {
			t.Errorf("way %d is %q, %q, %q; the member's is %s", i, got, got.Key(), got.Text(), way)
		}
	}
}

// bankAccount is what a member has registered.
func (s *service) bankAccount(phone string) (a zengin.Account, found bool) {
	s.t.Helper()
	who := s.memberOf(phone)
	s.read(func(tx *db.Tx) (err error) {
		a, found, err = s.members.FindAccount(tx, who)
		return err
	})
	return a, found
}

func (s *service) wayOf(phone string) string {
	s.t.Helper()
	who := s.memberOf(phone)
	var p member.Profile
	s.read(func(tx *db.Tx) (err error) {
		p, err = s.members.LoadProfile(tx, who)
		return err
	})
	return p.WayToPay
}

// M23, M24, B08: the page says from which bill a change counts; a press that arrives twice is one change.
func TestChooseWay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	b.get(web.MenuPath).one("main a[href=/account/way]")
	b.get(web.ProfilePath).one("main a[href=/account/way]")
	b.get(web.WayPath).at(web.WayPath).says(http.StatusOK,
		"コンビニ（電子バーコード）", "翌月10日", "翌月20日", "翌月27日銀行の休業日は次の営業日", "209円", "0円",
		"6月の利用の請求（7月のお支払い）から", "5月以前", "先に、引き落とす銀行口座の登録が必要です")
	b.get(web.WayPath+"?lang=en").says(http.StatusOK, "the bill for June 2026, which you pay in July 2026", "Next bank day", "¥209")
	p := b.get(web.WayPath + "?lang=ja")
	if got := len(p.all("main form button[name=way]")); got != 2 { // not what stands, and not debit without an account
		t.Errorf("%d ways can be chosen", got)
	}
	p.one("main form button[value=postcard]")

	b.post(web.WayPath, "way", "postcard").at(web.WayPath).says(http.StatusOK, "支払い方法を変更しました")
	p = b.post(web.WayPath, "way", "postcard").at(web.WayPath) // pressed again
	if strings.Contains(p.main(), "変更しました") || s.wayOf(hanako) != "postcard" {
		t.Error("the second press changed something")
	}
	b.get(web.MenuPath).says(http.StatusOK, "はがきの請求書")
	b.get(web.ProfilePath).says(http.StatusOK, "はがきの請求書", "翌月20日")

	p = b.post(web.WayPath, "way", "debit").says(http.StatusUnprocessableEntity, "引き落とす銀行口座がまだ登録されていません", "先に銀行口座を登録")
	if got := p.slips(); len(got) != 1 || got[0] != "way" {
		t.Errorf("slips at %v", got)
	}
	b.post(web.WayPath, "way", "gold").says(http.StatusUnprocessableEntity, "この支払い方法は選べません")
	b.get(web.WayPath + "?lang=en").at(web.WayPath)
	b.post(web.WayPath, "way", "debit").says(http.StatusUnprocessableEntity, "There is no bank account to debit yet")
	s.browser().post(web.WayPath, "way", "ebarcode").at(web.SignInPath)
	if got := s.wayOf(hanako); got != "postcard" {
		t.Errorf("pays by %s", got)
	}
}

// B08: after midnight of the 1st and before the close, a change counts from the month that has just ended, if anything was bought in it.
func TestChooseWayBeforeTheClose(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.register(taro)
	s.sell(hanako, s.shop, sale{"J-1", 12_000, true})
	s.at("2026-07-01 00:05")
	s.device(hanako).get(web.WayPath).says(http.StatusOK, "6月の利用の請求（7月のお支払い）から", "5月以前")
	s.device(taro).get(web.WayPath).says(http.StatusOK, "7月の利用の請求（8月のお支払い）から", "6月以前")
	b := s.device(hanako)
	b.post(web.WayPath, "way", "postcard").at(web.WayPath)
	if st := s.bill(hanako, "2026-06"); st.Way != billing.Postcard {
		t.Errorf("the bill is paid by %s", st.Way)
	}
	b.get(web.WayPath).says(http.StatusOK, "7月の利用の請求（8月のお支払い）から", "6月以前")
}

// M25 to M28: from the search to the registered account, with Back, reload and double presses.
func TestRegisterAccount(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ja", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			b := s.register(hanako)
			said := map[string][]string{
				"ja": {"よく使われる金融機関", "口座番号の入力", "口座番号は7桁の数字です", "口座の確認", "銀行口座を登録しました", "この口座を登録する", "削除できません", "銀行口座を削除しました"},
				"en": {"Banks that many people use", "Your account", "An account number has seven digits", "Check your account", "Your bank account is registered", "Register this account", "can't be removed", "Your bank account is removed"},
			}[lang]
			b.get(web.WayPath + "?lang=" + lang).one("main section a[href=/account/bank]")
			b.get(web.BankPath).at(web.BankPath).says(http.StatusOK, said[0], "みずほ", "ゆうちょ")
			p := b.get(web.BankPath + "?q=みずほ")
			to := attr(p.one("main a[href=/account/bank/0001]"), "href")
			if p.value("q") != "みずほ" {
				t.Error("what was searched for is gone")
			}
			b.get(to).at(to).says(http.StatusOK, "みずほ")
			p = b.get(to + "?q=トウキヨウ")
			form := attr(p.one("main a[href=/account/bank/0001/001]"), "href")
			p = b.get(form).at(form).says(http.StatusOK, said[1], "みずほ", "東京営業部")
			if got := p.value("holder"); got != "ヤマダ ハナコ" {
				t.Errorf("the holder is %q", got)
			}

			p = b.post(form, "type", "1", "account_number", "12345", "holder", "山田").says(http.StatusUnprocessableEntity, said[2])
			if got := strings.Join(p.slips(), " "); got != "account_number holder" || p.value("account_number") != "12345" {
				t.Errorf("slips at %s, %q is left", got, p.value("account_number"))
			}
			b.post(form, "type", "1", "account_number", "１２３４５６７", "holder", "やまだ はなこ").at(web.AccountConfirmPath)
			p = b.get(web.AccountConfirmPath).at(web.AccountConfirmPath).says(http.StatusOK, said[3], said[5], "••••567", "ﾔﾏﾀﾞ ﾊﾅｺ") // reloaded
			if strings.Contains(p.main(), "1234567") {
				t.Error("the number is shown")
			}
			if p := b.get(form).at(form); p.value("account_number") != "" || strings.Contains(p.main(), "4567") { // Back
				t.Error("the number is shown again")
			}
			if _, found := s.bankAccount(hanako); found {
				t.Fatal("registered before it was confirmed")
			}
			key := p.value("account")
			b.post(web.AccountConfirmPath, "account", key).at(web.WayPath).says(http.StatusOK, said[4], "••••567", "東京営業部")
			b.post(web.AccountConfirmPath, "account", key).at(web.WayPath) // pressed again
			b.get(web.AccountConfirmPath).at(web.WayPath)                  // Back, reloaded
			a, found := s.bankAccount(hanako)
			if !found || a.Number != "1234567" || a.Branch != "001" {
				t.Fatalf("registered: %v", a)
			}

			p = b.get(web.WayPath)
			p.one("main form button[value=debit]")
			b.post(web.WayPath, "way", "debit").at(web.WayPath).says(http.StatusOK, "••••567")
			b.get(web.AccountRemovePath).at(web.AccountRemovePath).says(http.StatusOK, said[6])
			b.post(web.AccountRemovePath).at(web.AccountRemovePath).says(http.StatusOK, said[6])
			b.post(web.WayPath, "way", "ebarcode")
			b.get(web.AccountRemovePath).one("main form[action=/account/remove]")
			b.post(web.AccountRemovePath).at(web.WayPath).says(http.StatusOK, said[7])
			b.post(web.AccountRemovePath).at(web.WayPath) // pressed again
			b.get(web.AccountRemovePath).at(web.WayPath)
		})
	}
}

// M25: Japan Post Bank takes the passbook's figures, and has no branch to pick.
func TestRegisterPassbook(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	form := web.BranchesPath("9900")
	p := b.get(form).at(form).says(http.StatusOK, "ゆうちょ", "記号（5桁）", "番号（8桁まで）")
	if len(p.all("[name=type]"))+len(p.all("[name=account_number]")) > 0 {
		t.Error("asks for what a passbook does not have")
	}
	p = b.post(form, "symbol", "01234", "passbook_number", "12345678", "holder", "サトウ タロウ").
		says(http.StatusUnprocessableEntity, "記号は1で始まる5桁", "番号は1で終わる8桁まで", "登録されているお名前と違います")
	if got := strings.Join(p.slips(), " "); got != "symbol passbook_number holder" {
		t.Errorf("slips at %s", got)
	}
	p = b.post(form, "symbol", "１０１８０", "passbook_number", "12345671", "holder", p.value("holder")+"x").says(http.StatusUnprocessableEntity)
	p = b.post(form, "symbol", p.value("symbol"), "passbook_number", p.value("passbook_number"), "holder", "ヤマダハナコ").
		at(web.AccountConfirmPath).says(http.StatusOK, "ゆうちょ", "〇一八", "普通", "••••567")
	if got := len(p.all("main a[href=/account/bank/9900]")); got != 1 {
		t.Errorf("%d ways back", got)
	}
	b.post(web.AccountConfirmPath, "account", p.value("account")).at(web.WayPath).says(http.StatusOK, "ゆうちょ")
	b.get(web.AccountNumberPath("9900", "018")).at(form)
	b.post(web.AccountNumberPath("9900", "018"), "type", "1").at(form)
}

// M28: of two tabs, the one that shows an older entry shows the newer one before anything is registered.
func TestTwoTabsOneAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	first := b.post(web.AccountNumberPath("0001", "001"), "type", "1", "account_number", "1234567", "holder", "ヤマダハナコ").at(web.AccountConfirmPath).value("account")
	second := b.post(web.AccountNumberPath("0005", "001"), "type", "2", "account_number", "7654321", "holder", "ヤマダハナコ").at(web.AccountConfirmPath).value("account")
	b.post(web.AccountConfirmPath, "account", first).at(web.AccountConfirmPath).says(http.StatusOK, "三菱ＵＦＪ", "••••321")
	b.post(web.AccountConfirmPath, "account", "").at(web.AccountConfirmPath)
	if _, found := s.bankAccount(hanako); found {
		t.Fatal("registered what was not shown")
	}
	b.post(web.AccountConfirmPath, "account", second).at(web.WayPath)
	if a, found := s.bankAccount(hanako); !found || a.Bank != "0005" || a.Type != zengin.Current {
		t.Errorf("registered %v", a)
	}
	p := b.post(web.AccountNumberPath("0001", "001"), "type", "1", "account_number", "1234567", "holder", "ヤマダハナコ").
		says(http.StatusOK, "今の口座に代わって")
	s.clock.Advance(time.Hour)
	key := p.value("account")
	s.freshen(b, hanako)
	b.get(web.AccountConfirmPath).at(web.WayPath) // its hour is over
	b.post(web.AccountConfirmPath, "account", key).at(web.WayPath)
	if a, _ := s.bankAccount(hanako); a.Bank != "0005" {
		t.Errorf("registered %v", a)
	}
}

// freshen enters a new code in a browser whose last one is old, from the page that asks for it.
func (s *service) freshen(b *browser, phone string) *page {
	s.t.Helper()
	p := b.get(web.BankPath).at(web.BankPath)
	b.post(attr(p.one("main form"), "action"), "return", p.value("return")).at(web.AccountCodePath)
	return b.post(web.AccountCodePath, "code", s.code(phone)).at(web.BankPath)
}

// M20, M27: what changes an account, and what shows the member's name, asks for a code of the last minutes. What was
// typed meanwhile is not lost.
func TestAccountNeedsAFreshCode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	form := web.AccountNumberPath("0001", "001")
	b.get(form).at(form)
	s.clock.Advance(16 * time.Minute)
	for _, path := range []string{web.BankPath, web.BranchesPath("0001"), form, web.AccountConfirmPath, web.AccountRemovePath} {
		p := b.get(path).at(path).says(http.StatusOK, "ご本人の確認", "•••• 5678")
		if strings.Contains(p.main(), "ヤマダ") || p.value("return") != path {
			t.Errorf("%s: goes on to %s", path, p.value("return"))
		}
	}
	p := b.post(form, "type", "1", "account_number", "1234567", "holder", "ヤマダハナコ").at(web.AccountConfirmPath).says(http.StatusOK, "ご本人の確認")
	if strings.Contains(p.main(), "567 ") || strings.Contains(p.main(), "みずほ") {
		t.Error("the account is shown without a code")
	}
	b.post(web.AccountConfirmPath, "account", "").at(web.AccountConfirmPath).says(http.StatusOK, "ご本人の確認")
	b.post(web.AccountRemovePath).at(web.AccountRemovePath).says(http.StatusOK, "ご本人の確認")

	send := attr(p.one("main form"), "action")
	b.get(send).at(web.WayPath) // opened instead of sent
	p = b.post(send, "return", p.value("return")).at(web.AccountCodePath)
	if len(p.all("main a")) != 0 {
		t.Error("another number is offered")
	}
	b.post(send, "return", web.AccountConfirmPath).at(web.AccountCodePath) // pressed again
	code := s.code(hanako)
	b.post(web.AccountCodePath, "code", wrongCode(code)).says(http.StatusUnprocessableEntity, "確認コードが違います")
	b.get(web.AccountCodePath + "/resend").at(web.AccountCodePath)
	s.clock.Advance(time.Minute)
	b.post(web.AccountCodePath+"/resend").at(web.AccountCodePath).says(http.StatusOK, "確認コードをSMSで送りました")
	b.post(web.AccountCodePath, "code", s.code(hanako)).at(web.AccountConfirmPath).says(http.StatusOK, "口座の確認", "みずほ", "••••567")
	b.get(web.AccountCodePath).at(web.HomePath) // nothing to enter any more
	s.browser().post(send).at(web.SignInPath)
}

// A press of the code that arrives twice comes with the cookie of before, and ends at the same page.
func TestAccountCodeTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	s.clock.Advance(time.Hour)
	b.post(web.AccountCodePath+"/send", "return", web.BankPath).at(web.AccountCodePath)
	twin := s.browser()
	twin.client.Jar.SetCookies(s.url, b.client.Jar.Cookies(s.url))
	code := s.code(hanako)
	b.post(web.AccountCodePath, "code", code).at(web.BankPath)
	twin.post(web.AccountCodePath, "code", code).at(web.BankPath).says(http.StatusOK, "金融機関を選ぶ")
}

// A code that somebody had sent to another number in this browser proves nothing about the member.
func TestAccountCodeOfAnother(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(taro)
	s.clock.Advance(time.Hour)
	b := s.register(hanako)
	s.clock.Advance(time.Hour)
	b.post(web.SignInPath, "phone", taro)
	b.post(web.AccountCodePath, "code", s.code(taro)).at(web.WayPath)
	b.get(web.BankPath).says(http.StatusOK, "ご本人の確認")
}

// Lists to leaf through, and addresses that lead nowhere.
func TestPickBank(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	p := b.get(web.BankPath + "?row=ka").at(web.BankPath)
	if n := len(p.all("main ul[class=list] li")); n != 50 {
		t.Errorf("%d banks on a page", n)
	}
	p.one("main a[aria-current=true]")
	next := attr(p.one("main a[rel=next]"), "href")
	p = b.get(next)
	if prev := attr(p.one("main a[rel=prev]"), "href"); prev != web.BankPath+"?row=ka" {
		t.Errorf("back to %s", prev)
	}
	seen := map[string]bool{}
	for next != "" {
		p = b.get(next)
		for _, a := range p.all("main ul[class=list] a") {
			if at := attr(a, "href"); seen[at] {
				t.Errorf("%s stands twice", at)
			} else {
				seen[at] = true
			}
		}
		following := p.all("main a[rel=next]")
		if next = ""; len(following) > 0 {
			next = attr(following[0], "href")
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d banks after the first page", len(seen))
	}
	for _, odd := range []string{"?row=zz", "?row=ka&from=-1", "?row=ka&from=9999", "?row=ka&from=x", "?q=" + strings.Repeat("a", 3000), "?q=%20"} {
		b.get(web.BankPath + odd).at(web.BankPath)
	}
	b.get(web.BankPath+"?q=ぬるぽ").says(http.StatusOK, "見つかりませんでした")
	b.get(web.BranchesPath("0001")+"?row=sa").says(http.StatusOK, "渋谷")
	b.get(web.BranchesPath("0001") + "?row=latin").says(http.StatusOK)
	few := b.get(web.BranchesPath("0040")).at(web.BranchesPath("0040"))
	if len(few.all("main ul[class=list] a")) == 0 || len(few.all("[aria-labelledby=rows-h]")) > 0 {
		t.Error("the few branches of a bank are not simply listed")
	}
	for _, nowhere := range []string{web.BranchesPath("9998"), web.AccountNumberPath("0001", "999"), web.AccountNumberPath("9998", "001")} {
		b.get(nowhere).says(http.StatusNotFound)
		b.post(nowhere, "account_number", "1234567").says(http.StatusNotFound)
	}
	b.post(web.BranchesPath("0001"), "account_number", "1234567").says(http.StatusNotFound)
}
