package site_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/check"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// returnReceipt sends money back, as the program's wiring does.
func (s *service) returnReceipt(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	if _, err := s.billing.ReturnReceipt(tx, c.Receipt, billing.ReturnWay(c.Way), by, second); err != nil {
		return nil, err
	}
	r, err := billing.LoadReceipt(tx, c.Receipt)
	return approval.Effect{{Account: ledger.Suspense, Amount: r.Amount}, {Account: ledger.ReturnsPayable, Amount: -r.Amount}}, err
}

// colleague is a person of staff with the browser and the authenticator that they enrolled.
type colleague struct {
	*browser

	name string
	link string // that they enrolled with
	key  mask.Secret
}

// hire invites a person and enrols them by their link, with what the page shows.
func (s *service) hire(name string, roles ...staff.Role) *colleague {
	s.t.Helper()
	var link staff.Link
	s.write(func(tx *db.Tx) (err error) {
		link, err = s.staff.Add(tx, name, roles, "operator")
		return err
	})
	c := &colleague{browser: s.browser(), name: name, link: web.OpsEnrolPath + link.Token.Reveal()}
	p := c.get(c.link).at(c.link)
	c.key = mask.Secret(strings.ReplaceAll(textOf(p.one("[class=digits]")), " ", ""))
	c.post(c.link, "totp", c.code()).at(web.OpsReceiptsPath)
	return c
}

func (c *colleague) code() string {
	c.s.t.Helper()
	code, err := totp.GenerateCode(c.key.Reveal(), c.s.clock.Now())
	if err != nil {
		c.s.t.Fatal(err)
	}
	return code
}

// enter enters a code that was not used, and answers the page to which it leads.
func (c *colleague) enter(back string) *page {
	c.s.t.Helper()
	c.s.clock.Advance(time.Minute)
	return c.post(web.OpsSignInPath, "totp", c.code(), "return", back)
}

// odd is money that somebody paid with the barcode of a bill, and that is not what the bill asks for.
func (s *service) odd(st billing.Statement, amount money.Yen, kind billing.LineKind) (r id.Receipt) {
	s.t.Helper()
	slip := s.slip(st)
	line := billing.Line{Number: 2, Kind: kind, Day: jst.DayOf(s.clock.Now()), Time: "1024", Digits: slip.Digits, Amount: amount, Chain: "010", Store: "012345"}
	hash := id.Hash("file", string(kind), amount.EN())
	_, err := s.billing.ImportFile(s.t.Context(), s.db, billing.File{Hash: hash, Agent: "agent", Lines: []billing.Line{line}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.read(func(tx *db.Tx) error {
		all, err := s.billing.ListWaiting(tx, 10)
		for _, w := range all {
			if w.Amount == amount {
				r = w.Receipt
			}
		}
		return err
	})
	return r
}

// A browser that nobody enrolled opens nothing of the console, whoever's it is as a member (rules O03, O04).
func TestConsoleIsClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	for _, b := range []*browser{s.browser(), s.device(hanako)} {
		for _, path := range []string{web.OpsPath, web.OpsReceiptsPath, web.OpsApprovalsPath, web.OpsLatePath, web.OpsBooksPath, web.OpsLooksPath} {
			p := b.get(path).at(web.OpsSignInPath).says(http.StatusOK, "このブラウザは登録されていません")
			if len(p.all("form[method=post]")) != 0 {
				t.Errorf("%s: something can be sent", path)
			}
		}
		b.post(web.OpsSignInPath, "totp", "123456").at(web.OpsSignInPath)
		b.post(web.OpsReceiptPath("rct_1", "return"), "way", "bank").at(web.OpsSignInPath)
		b.get(web.OpsEnrolPath+"nonsense").says(http.StatusGone, "このリンクはもう使えません")
		b.get("/ops/nothing").says(http.StatusNotFound)
	}
	aoki := s.hire("aoki", staff.Finance)
	aoki.get(web.MenuPath).at(web.SignInPath) // nobody is a member by being staff
	aoki.get(aoki.link).says(http.StatusGone)
	for _, c := range aoki.client.Jar.Cookies(s.url) {
		if strings.HasPrefix(c.Name, "tsuke-ops") {
			t.Errorf("%s is sent to members' pages", c.Name)
		}
	}
}

// Signing in, the wrong code, the idle half hour, and signing out (rules O04 to O06).
func TestConsoleSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	aoki := s.hire("aoki", staff.Finance)
	aoki.get(web.OpsReceiptsPath).says(http.StatusOK, "待っている入金はありません")
	aoki.get(web.OpsLooksPath).says(http.StatusForbidden, "あなたの役割では、これはできません")
	s.clock.Advance(31 * time.Minute)
	aoki.get(web.OpsLatePath).at(web.OpsSignInPath).says(http.StatusOK, "aoki")
	p := aoki.post(web.OpsSignInPath, "totp", "12345", "return", web.OpsLatePath).says(http.StatusUnprocessableEntity, "数字6桁")
	if len(p.slips()) != 1 || p.value("return") != web.OpsLatePath {
		t.Errorf("%v %s", p.slips(), p.value("return"))
	}
	aoki.post(web.OpsSignInPath, "totp", wrongCode(aoki.code())).says(http.StatusUnprocessableEntity, "確認コードが違う")
	aoki.post(web.OpsSignInPath, "totp", aoki.code(), "return", web.OpsLatePath).at(web.OpsLatePath)
	aoki.get(web.OpsSignInPath + "?return=" + url.QueryEscape("https://evil.example")).at(web.OpsReceiptsPath)
	aoki.get(web.OpsSignInPath + "?return=" + url.QueryEscape("/menu")).at(web.OpsReceiptsPath)
	aoki.post(web.OpsSignOutPath).at(web.OpsSignInPath).says(http.StatusOK, "ログアウトしました")
	aoki.get(web.OpsReceiptsPath).at(web.OpsSignInPath)
	aoki.post(web.OpsSignInPath, "totp", aoki.code()).says(http.StatusUnprocessableEntity, "一度使ったもの")
	s.clock.Advance(time.Minute)
	for range 5 {
		aoki.post(web.OpsSignInPath, "totp", wrongCode(aoki.code()))
	}
	aoki.post(web.OpsSignInPath, "totp", aoki.code()).says(http.StatusTooManyRequests, "入力を止めています")
}

// TestTwoPeopleSendMoneyBack: one finds odd money and asks for its return, cannot approve it, and another one does (rules O09 to
// O11).
func TestTwoPeopleSendMoneyBack(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	aoki, baba, sato := s.hire("aoki", staff.Finance), s.hire("baba", staff.Finance), s.hire("sato", staff.Support)
	money := s.odd(s.bill, 6_300, billing.LineConfirmed)
	here := web.OpsReceiptPath(money.String(), "")
	aoki.get(web.OpsReceiptsPath).says(http.StatusOK, "6,300円", "請求の金額と違います", "セブン-イレブン")
	aoki.get(here).says(http.StatusOK, "6,300円", s.bill.Reference().String(), "番号と一致します")
	sato.get(here).says(http.StatusOK, "経理の担当者です")
	sato.post(web.OpsReceiptPath(money.String(), "match"), "statement", s.bill.ID.String()).says(http.StatusForbidden)
	sato.post(web.OpsReceiptPath(money.String(), "return"), "way", "bank").says(http.StatusForbidden)

	aoki.post(web.OpsReceiptPath(money.String(), "return"), "way", "pigeon").says(http.StatusUnprocessableEntity, "返金の方法が正しくありません")
	aoki.post(web.OpsReceiptPath(money.String(), "return"), "way", "bank").at(here).says(http.StatusOK, "承認を求めました", "返金の承認を待っています")
	p := aoki.get(web.OpsApprovalsPath).says(http.StatusOK, "入金を支払った人に返す", "aoki", "6,300円")
	request := attr(p.one("main li a"), "href")
	aoki.get(request).says(http.StatusOK, "あなたの申請です", "仮受", "返す入金")
	aoki.post(request+"/approve").says(http.StatusForbidden, "自分の申請は承認できません")
	sato.post(request + "/approve").says(http.StatusForbidden)
	sato.get(request).says(http.StatusOK, "承認できるのは")

	s.clock.Advance(16 * time.Minute) // too long for what two people decide (rule O07)
	baba.get(request).at(request)
	baba.post(request+"/approve").at(web.OpsSignInPath).says(http.StatusOK, "もう一度入れてください")
	baba.enter(request).at(request)
	baba.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました", "baba")
	baba.post(request + "/approve").at(request) // twice is once
	aoki.enter(request)
	aoki.post(request+"/refuse").says(http.StatusConflict, "すでに決まっています")
	aoki.get(here).says(http.StatusOK, "支払った人に返すと決まりました", "aoki が求め、baba が")
	s.read(func(tx *db.Tx) error {
		d, found, err := billing.LoadDecision(tx, money)
		if !found || d.Act != billing.ActReturned || !strings.HasPrefix(d.By, "stf_") || !strings.HasPrefix(d.Second, "stf_") || d.By == d.Second {
			t.Errorf("%+v", d)
		}
		return err
	})
}

// TestRequestEnds: a request that is taken back, one whose money was matched meanwhile, and one whose time is over (rules O10,
// O11).
func TestRequestEnds(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	aoki, baba := s.hire("aoki", staff.Finance), s.hire("baba", staff.Finance)
	money := s.odd(s.bill, 6_300, billing.LineConfirmed)
	ask := func() string {
		aoki.post(web.OpsReceiptPath(money.String(), "return"), "way", "bank").at(web.OpsReceiptPath(money.String(), ""))
		return attr(aoki.get(web.OpsApprovalsPath).all("main li a")[0], "href")
	}
	first := ask()
	aoki.post(first+"/refuse").at(first).says(http.StatusOK, "却下・取下げ")
	second := ask()
	s.clock.Advance(24 * time.Hour)
	for _, c := range []*colleague{aoki, baba} {
		c.enter(web.OpsPath)
	}
	baba.post(second+"/approve").says(http.StatusConflict, "期限が過ぎました")
	baba.get(second).says(http.StatusOK, "期限切れ")
	third := ask()
	baba.post(web.OpsReceiptPath(money.String(), "match"), "statement", "stm_1").says(http.StatusUnprocessableEntity, "この請求は見つかりません")
	baba.post(web.OpsReceiptPath(money.String(), "match"), "statement", s.bill.ID.String()).
		at(web.OpsReceiptPath(money.String(), "")).says(http.StatusOK, "請求に充てました", s.bill.Reference().String(), "baba")
	baba.post(third+"/approve").says(http.StatusConflict, "すでに別の請求に充てられています")
}

// TestLookAtContact is O7 and rule O08: a bill past due, its member's contact masked until somebody says why, and the record.
func TestLookAtContact(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-15")
	sato, kubo, aoki := s.hire("sato", staff.Support), s.hire("kubo", staff.Admin), s.hire("aoki", staff.Finance)
	here := web.OpsContactPath(s.bill.ID.String())
	sato.get(web.OpsLatePath).says(http.StatusOK, s.bill.Reference().String(), "5日超過", "2回目の案内", "7月20日")
	for _, c := range []*colleague{sato, kubo} {
		p := c.get(here).says(http.StatusOK, "山••••")
		if text := p.main(); strings.Contains(text, "花子") || strings.Contains(text, "hanako@") {
			t.Errorf("%s sees personal data: %s", c.name, text)
		}
	}
	sato.post(here, "reason", "").says(http.StatusUnprocessableEntity, "理由が空")
	kubo.post(here, "reason", "curious").says(http.StatusForbidden)
	p := sato.post(here, "reason", "電話で問い合わせ").says(http.StatusOK, "山田 花子", "ヤマダ ハナコ", "hanako@example.jp", "電話で問い合わせ")
	look := p.path
	sato.get(look).says(http.StatusOK, "山田 花子") // loading it again is the same look
	aoki.get(look).says(http.StatusNotFound)
	kubo.get(look).says(http.StatusForbidden)
	kubo.get(web.OpsLooksPath).says(http.StatusOK, "sato", s.memberOf(hanako).String(), "電話で問い合わせ")
	s.clock.Advance(10 * time.Minute)
	sato.get(look).says(http.StatusNotFound)
	s.clock.Advance(6 * time.Minute)
	sato.post(here, "reason", "電話で問い合わせ").at(web.OpsSignInPath)
	s.at("2026-09-01 10:00")
	sato.enter(web.OpsPath)
	sato.get(web.OpsLatePath).says(http.StatusOK, "次: 担当者が電話します")
	sato.get(web.OpsContactPath("stm_1")).says(http.StatusNotFound)
}

// TestBooksPage is O11: accounts, the daily check, the close, and the entries about an object.
func TestBooksPage(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	aoki := s.hire("aoki", staff.Finance)
	money := s.odd(s.bill, 6_300, billing.LineConfirmed)
	aoki.get(web.OpsBooksPath).says(http.StatusOK, "毎日の点検が済んでいません", "毎日の点検を見る")
	s.check()
	s.clock.Advance(2 * time.Hour)
	aoki.enter(web.OpsPath)
	aoki.get(web.OpsBooksPath).says(http.StatusOK, "合わないところはありません", "2時間前", "1024／1024", "仮受", "会員への請求")
	aoki.get(web.OpsBooksPath+"?object="+money.String()).says(http.StatusOK, "receipt_confirmed", "6,300円")
	aoki.get(web.OpsBooksPath+"?object="+s.bill.ID.String()).says(http.StatusOK, "fee_billed", "請求手数料")
	aoki.get(web.OpsBooksPath+"?object="+id.New[id.CaptureKind](s.clock.Now(), 1).String()).says(http.StatusOK, "仕訳はありません")
	aoki.get(web.OpsBooksPath+"?object=hello").says(http.StatusUnprocessableEntity, "仕訳を探せません")
}

// check makes the daily check.
func (s *service) check() {
	s.t.Helper()
	proof := check.Proof{DB: s.db, Checks: ledger.All(checks...), Version: "test", Log: slog.New(slog.DiscardHandler)}
	if _, err := proof.Run(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// shift changes what an account owes, behind the product's back.
func (s *service) shift(by int) {
	s.t.Helper()
	s.write(func(tx *db.Tx) error {
		_, err := tx.Exec("-- site_test.shift\nUPDATE credit SET unpaid = unpaid + $1 WHERE unpaid > 0", by)
		return err
	})
}

// TestBreakPages is O19 to O21: what does not agree is listed with its age, is taken over and noted on by those with the right, and
// ends by itself. Opening a page makes no check.
func TestBreakPages(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	aoki, kubo, sato := s.hire("aoki", staff.Finance), s.hire("kubo", staff.Admin), s.hire("sato", staff.Support)
	sato.get(web.OpsBreaksPath).says(http.StatusForbidden)
	s.check()
	aoki.get(web.OpsBreaksPath).says(http.StatusOK, "合わないところはありません", "1時間以内")
	s.shift(-1)
	aoki.get(web.OpsBreaksPath).says(http.StatusOK, "合わないところはありません")
	s.check()
	list := aoki.get(web.OpsBreaksPath).says(http.StatusOK, "合わないところが", "会員の未払いの額を、購入から", "今日から", "担当はまだいません")
	found := list.links(web.OpsBreaksPath + "/brk_")
	if len(found) == 0 {
		t.Fatal("nothing is listed")
	}
	here := found[0]
	s.clock.Advance(3 * 24 * time.Hour)
	aoki.enter(web.OpsPath)
	kubo.enter(web.OpsPath)
	sato.enter(web.OpsPath)
	aoki.get(web.OpsBreaksPath).says(http.StatusOK, "3日前から", "毎日の点検が済んでいません")
	aoki.get(here).says(http.StatusOK, "次にすること", "会員の督促を止めて", "当社の記録の問題です", "請求や返金は起きていません", "担当になる", "メモはまだありません")

	sato.get(here).says(http.StatusForbidden)
	sato.post(here+"/own", "instead", "").says(http.StatusForbidden)
	sato.post(here+"/note", "finding", "x").says(http.StatusForbidden)
	aoki.post(here+"/own", "instead", "").at(here).says(http.StatusOK, "担当になりました", "あなたが担当です")
	aoki.post(here+"/own", "instead", "").at(here).says(http.StatusOK, "あなたが担当です") // pressed twice
	kubo.post(here+"/own", "instead", "").says(http.StatusConflict, "ほかの担当者に変わりました")
	kubo.post(here+"/own", "instead", "nobody").says(http.StatusConflict)
	shown := kubo.get(here).says(http.StatusOK, "aokiさんから引き継ぐ").value("instead")
	kubo.post(here+"/own", "instead", shown).at(here).says(http.StatusOK, "あなたが担当です")
	aoki.get(web.OpsBreaksPath).says(http.StatusOK, "担当: kubo")
	aoki.get(here + "/own").at(here)
	aoki.get(here + "/note").at(here)

	kubo.post(here+"/note", "finding", " ").says(http.StatusUnprocessableEntity, "500文字以内")
	kubo.post(here+"/note", "finding", "取り込みが止まっていた").at(here).says(http.StatusOK, "メモを残しました", "取り込みが止まっていた", "kubo")
	kubo.get(web.OpsBreaksPath + "/brk_1").says(http.StatusNotFound)
	kubo.get(web.OpsBreakPath(id.New[id.BreakKind](s.clock.Now(), 1).String(), "")).says(http.StatusNotFound, "不一致は見つかりません")

	s.shift(1)
	s.check()
	kubo.get(web.OpsBreaksPath).says(http.StatusOK, "合わないところはありません", "この30日で合うようになったもの", "3日間")
	kubo.get(here).says(http.StatusOK, "に合いました（3日間）", "取り込みが止まっていた")
	aoki.post(here+"/own", "instead", shown).says(http.StatusConflict, "すでになくなっています")
	s.clock.Advance(31 * 24 * time.Hour)
	kubo.enter(web.OpsPath)
	if len(kubo.get(web.OpsBreaksPath).says(http.StatusOK).links(web.OpsBreaksPath+"/brk_")) > 0 {
		t.Error("what agrees again for longer than 30 days is listed")
	}
}

// writeOff gives a bill up, as the program's wiring does.
func (s *service) writeOff(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	w, err := s.billing.WriteOff(tx, c.Statement, by, second, billing.WriteOffReason(c.Reason))
	if err != nil {
		return nil, err
	}
	entries, err := ledger.About(tx, w.ID[:])
	return approval.EffectOf(entries...), err
}

// TestTwoPeopleGiveUpABill: one asks, another approves, and what was shown is what is booked (rules D14, O09, O10).
func TestTwoPeopleGiveUpABill(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-09-15")
	aoki, baba, sato := s.hire("aoki", staff.Collection), s.hire("baba", staff.Finance), s.hire("sato", staff.Support)
	here := web.OpsContactPath(s.bill.ID.String())
	sato.post(web.OpsWritePath(s.bill.ID.String()), "why", "bankrupt").says(http.StatusForbidden)
	if len(sato.get(here).all("select")) != 0 {
		t.Error("support can ask for it")
	}
	aoki.post(web.OpsWritePath(s.bill.ID.String()), "why", "bored").says(http.StatusUnprocessableEntity)
	aoki.post(web.OpsWritePath(s.bill.ID.String()), "why", "bankrupt").at(here).says(http.StatusOK, "貸倒れの承認を待っています", "aoki")
	request := attr(baba.get(web.OpsApprovalsPath).says(http.StatusOK, "請求を貸倒れにする").one("main li a"), "href")
	baba.get(request).says(http.StatusOK, "破産・免責", "貸倒損失", "会員への請求")
	aoki.post(request + "/approve").says(http.StatusForbidden)
	baba.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました")
	s.read(func(tx *db.Tx) error {
		st, err := billing.Find(tx, s.bill.ID)
		if !st.WrittenOff || st.PastDue {
			t.Errorf("%+v", st)
		}
		return err
	})
	aoki.get(web.OpsLatePath).says(http.StatusOK, "支払期日を過ぎた請求はありません")
	aoki.get(here).at(here)
}

// waiveCharges takes late charges back, as the program's wiring does.
func (s *service) waiveCharges(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	if err := s.billing.WaiveCharges(tx, c.Charges, by, second, billing.Waiver(c.Reason)); err != nil {
		return nil, err
	}
	entries, err := billing.WaivedEntries(tx, c.Charges)
	return approval.EffectOf(entries...), err
}

// chargedStory is a bill past due that was charged two fees, of 100 yen each.
func chargedStory(t *testing.T) (*story, []billing.Charge) {
	t.Helper()
	s := lateStory(t, "2026-08-25")
	var charges []billing.Charge
	s.write(func(tx *db.Tx) error {
		late, err := billing.LockLate(tx, []billing.Statement{s.bill})
		if err != nil {
			return err
		}
		var two []billing.Charge
		for _, text := range []string{"2026-08-10", "2026-08-25"} {
			day, _ := jst.ParseDay(text)
			two = append(two, billing.Charge{Day: day, Kind: billing.LateFee, Amount: 100, Full: 100})
		}
		if _, err := s.billing.AddCharges(tx, late[0], two...); err != nil {
			return err
		}
		charges, err = billing.ChargesOf(tx, s.bill.ID)
		return err
	})
	return s, charges
}

func (s *story) late() billing.Statement {
	s.t.Helper()
	var st billing.Statement
	s.read(func(tx *db.Tx) (err error) {
		st, err = billing.Find(tx, s.bill.ID)
		return err
	})
	return st
}

// TestTwoPeopleTakeAChargeBack: one chooses charges of a bill, another approves, and the member's bill says so (rules O12, O09,
// O10).
func TestTwoPeopleTakeAChargeBack(t *testing.T) {
	t.Parallel()
	s, charges := chargedStory(t)
	aoki, baba, sato := s.hire("aoki", staff.Collection), s.hire("baba", staff.Finance), s.hire("sato", staff.Support)
	here, waive := web.OpsContactPath(s.bill.ID.String()), web.OpsWaivePath(s.bill.ID.String())
	sato.post(waive, "charge", charges[0].ID.String(), "excuse", "our_fault").says(http.StatusForbidden)
	aoki.get(here).says(http.StatusOK, "取り消す費用", "8月10日", "遅延事務手数料", "100円")
	p := aoki.post(waive, "excuse", "our_fault").says(http.StatusUnprocessableEntity, "取り消す費用がありません")
	if len(p.slips()) != 1 {
		t.Errorf("%v", p.slips())
	}
	aoki.post(waive, "charge", charges[0].ID.String(), "excuse", "bored").says(http.StatusUnprocessableEntity, "取り消す理由が正しくありません")
	aoki.post(waive, "charge", charges[0].ID.String(), "excuse", "our_fault").at(here).says(http.StatusOK, "費用の取消しの承認を待っています")
	if st := s.late(); st.Late != 200 {
		t.Errorf("asking alone took something back: %+v", st)
	}
	request := attr(baba.get(web.OpsApprovalsPath).says(http.StatusOK, "遅延の費用を取り消す", "1件の費用", "100円").one("main li a"), "href")
	baba.get(request).says(http.StatusOK, "当社の責任", "遅延事務手数料", "会員への請求", "対象の請求を見る")
	aoki.post(request + "/approve").says(http.StatusForbidden)
	baba.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました")
	baba.post(request + "/approve").at(request) // twice is once
	if st := s.late(); st.Late != 100 || !st.PastDue {
		t.Errorf("%+v", st)
	}
	aoki.get(here).says(http.StatusOK, "取消し済み")
	aoki.post(waive, "charge", charges[0].ID.String(), "excuse", "our_fault").says(http.StatusUnprocessableEntity, "すでに請求していません")
	s.device(hanako).get(web.BillPath(s.bill.ID.String())).says(http.StatusOK, "当社で取り消しました")
}

// TestManyChargesTakenBack: the charges of some days, all or none (rule O13).
func TestManyChargesTakenBack(t *testing.T) {
	t.Parallel()
	s, _ := chargedStory(t)
	aoki, baba, sato := s.hire("aoki", staff.Collection), s.hire("baba", staff.Finance), s.hire("sato", staff.Support)
	sato.post(web.OpsWaiveManyPath, "from", "2026-08-01", "to", "2026-08-31", "excuse", "courtesy").says(http.StatusForbidden)
	if len(sato.get(web.OpsLatePath).all("select")) != 0 {
		t.Error("support can ask for it")
	}
	for _, tc := range []struct{ first, last, says string }{
		{"", "2026-08-31", "日付を読み取れません"},
		{"2026-08-01", "8/31", "日付を読み取れません"},
		{"2026-08-02", "2026-08-01", "最後の日が、最初の日より前です"},
		{"2026-08-11", "2026-08-24", "取り消す費用がありません"},
	} {
		p := aoki.post(web.OpsWaiveManyPath, "from", tc.first, "to", tc.last, "excuse", "courtesy").says(http.StatusUnprocessableEntity, tc.says)
		if len(p.slips()) != 1 || p.value("from") != tc.first {
			t.Errorf("%+v: %v", tc, p.slips())
		}
	}
	aoki.post(web.OpsWaiveManyPath, "from", "2026-08-10", "to", "2026-08-25", "excuse", "courtesy").at(web.OpsLatePath).says(http.StatusOK, "承認を求めました")
	request := attr(baba.get(web.OpsApprovalsPath).says(http.StatusOK, "2件の費用", "200円").one("main li a"), "href")

	one := web.OpsWaivePath(s.bill.ID.String())
	s.write(func(tx *db.Tx) error { // another decision comes first
		charges, err := billing.ChargesOf(tx, s.bill.ID)
		if err != nil {
			return err
		}
		return s.billing.WaiveCharges(tx, []id.LateCharge{charges[0].ID}, "1024", "2048", billing.Hardship)
	})
	baba.post(request+"/approve").says(http.StatusConflict, "すでに請求していません")
	if st := s.late(); st.Late != 100 {
		t.Errorf("a part of it was done: %+v", st)
	}
	baba.post(request + "/refuse").at(request)
	aoki.get(one).at(web.OpsContactPath(s.bill.ID.String()))
	aoki.post(web.OpsWaiveManyPath, "from", "2026-08-10", "to", "2026-08-25", "excuse", "courtesy").at(web.OpsLatePath)
	request = attr(baba.get(web.OpsApprovalsPath).says(http.StatusOK, "1件の費用").all("main li a")[0], "href")
	baba.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました")
	if st := s.late(); st.Late != 0 || !st.PastDue {
		t.Errorf("%+v", st)
	}
}

// held tells whether dunning of whom stands stopped, and by whom.
func (s *service) held(whom id.Member) (collection.Hold, bool) {
	var h collection.Hold
	found := false
	s.read(func(tx *db.Tx) (err error) {
		h, found, err = collection.FindHold(tx, whom)
		return err
	})
	return h, found
}

// TestStopSwitch is the stop switch of O7 for one member (rules N14, O01, O15): who may press it, what it says, and that it is pressed
// once however often it arrives.
func TestStopSwitch(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-15")
	sato, kubo := s.hire("sato", staff.Support), s.hire("kubo", staff.Collection)
	member, here := s.memberOf(hanako), web.OpsContactPath(s.bill.ID.String())
	stop, resume := web.OpsStopPath(s.bill.ID.String()), web.OpsResumePath(s.bill.ID.String())
	sato.get(here).says(http.StatusOK, "督促を止める", "遅延事務手数料と遅延損害金は止まりません", "止められるのは")
	sato.post(stop, "hold", "hardship").says(http.StatusForbidden)
	sato.post(resume).says(http.StatusForbidden)
	for _, wrong := range [][]string{{"hold", "bored"}, {"hold", "incident"}, {"hold", "talks", "last", "2026-07-14"}, {"hold", "talks", "last", "soon"}} {
		if p := kubo.post(stop, wrong...).says(http.StatusUnprocessableEntity); len(p.slips()) != 1 {
			t.Errorf("%v: %v", wrong, p.slips())
		}
	}
	if p := kubo.post(stop, "hold", "talks", "last", "2026-07-14"); p.value("last") != "2026-07-14" || attr(p.one("option[selected]"), "value") != "talks" {
		t.Error("what was typed is lost")
	}
	if _, stands := s.held(member); stands {
		t.Fatal("stopped by a wrong form")
	}
	kubo.post(resume).says(http.StatusNotFound, "止められていません")
	sato.get(here).says(http.StatusOK, "次に送るもの", "支払える日を教えてください・6月分18,709円", "お問い合わせ番号: "+s.bill.Reference().String())
	kubo.post(stop, "hold", "hardship", "last", "２０２６/7/25").at(here).says(http.StatusOK, "督促を止めました", "この会員の督促を止めています", "生活の事情", "7月25日", "kubo")
	kubo.post(stop, "hold", "hardship", "last", "2026-07-25").at(here) // twice is once
	kubo.post(stop, "hold", "talks").says(http.StatusConflict, "すでに", "再開してから")
	if h, stands := s.held(member); !stands || h.Reason != collection.Hardship || !strings.HasPrefix(h.By, "stf_") {
		t.Errorf("%v %+v", stands, h)
	}
	sato.get(web.OpsLatePath).says(http.StatusOK, "最後の案内", "8月9日", "督促を止めています（生活の事情）", "督促を止めている会員", member.String())
	sato.get(web.OpsLatePath+"?lang=en").says(http.StatusOK, "Dunning is stopped: hardship", "Members whose dunning is stopped")
	kubo.post(resume).at(here).says(http.StatusOK, "督促を再開しました")
	kubo.post(resume).at(here)
	sato.get(web.OpsLatePath+"?lang=ja").says(http.StatusOK, "2回目の案内", "7月20日")

	if text := kubo.post(stop, "hold", "deceased").at(here).main(); strings.Contains(text, "次に送るもの") {
		t.Error("a step is shown although nothing is sent")
	}
	if text := sato.get(web.OpsLatePath).says(http.StatusOK, "次: 何も送りません").main(); strings.Contains(text, "2回目の案内") {
		t.Error("a step is announced although dunning is stopped")
	}
	kubo.post(web.OpsResumePath(member.String())).at(web.OpsLatePath).says(http.StatusOK, "督促を再開しました") // from the list
	for _, path := range []string{stop, resume} {
		kubo.get(path).at(here)
	}
	kubo.post(web.OpsStopPath("stm_1"), "hold", "hardship").says(http.StatusNotFound)
}

// TestStopForEverybody is rule N15 on the console: a banner on the list until it is resumed.
func TestStopForEverybody(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-15")
	sato, kubo := s.hire("sato", staff.Support), s.hire("kubo", staff.Finance)
	stop, resume := web.OpsStopPath(web.OpsEverybody), web.OpsResumePath(web.OpsEverybody)
	sato.post(stop, "hold", "incident").says(http.StatusForbidden)
	kubo.post(stop, "hold", "hardship").says(http.StatusUnprocessableEntity, "督促を止める理由が一覧にありません")
	kubo.post(stop, "hold", "incident").at(web.OpsLatePath).says(http.StatusOK, "全員の督促を止めています", "障害", "kubo", "全員の督促を再開する", "次: 何も送りません")
	sato.get(web.OpsLatePath+"?lang=en").says(http.StatusOK, "All dunning is stopped", "an incident", "Next: nothing is sent")
	sato.get(web.OpsContactPath(s.bill.ID.String())+"?lang=ja").says(http.StatusOK, "全員の督促を止めています（障害）")
	kubo.post(stop, "hold", "incident").at(web.OpsLatePath)
	if p := kubo.post(resume).at(web.OpsLatePath).says(http.StatusOK, "督促を再開しました", "2回目の案内"); strings.Contains(p.main(), "全員の督促を止めています") {
		t.Error("the banner stays")
	}
	kubo.get(resume).at(web.OpsLatePath)
}
