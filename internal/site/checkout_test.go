package site_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
	"tsuke/internal/site"
	"tsuke/internal/web"
)

// The order that most of these tests are about.
const (
	orderRef           = "A-1"
	price    money.Yen = 8500
)

// An open checkout is decided once, however it is pressed.
func TestPressed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		press func(s *service, b *browser, path string) []*page
	}{
		{"open × pressed", func(_ *service, b *browser, path string) []*page { return []*page{b.post(path + "/press")} }},
		{"open × pressed twice", func(_ *service, b *browser, path string) []*page {
			return []*page{b.post(path + "/press"), b.post(path + "/press")}
		}},
		{"open × pressed, reloaded, pressed", func(_ *service, b *browser, path string) []*page {
			first := b.post(path + "/press")
			return []*page{first, b.get(first.path), b.get(path + "/press"), b.post(path + "/press")}
		}},
		{"open × pressed 16 times at once", func(s *service, b *browser, path string) []*page {
			return s.atOnce(16, path+"/press", b)
		}},
		{"open × pressed at once in two browsers", func(s *service, b *browser, path string) []*page {
			return s.atOnce(16, path+"/press", b, s.device(hanako))
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			b := s.register(hanako)
			_, path := s.order(orderRef, price)
			for range 2 { // loaded, and loaded again
				if press := b.get(path).confirms(price); press != path+"/press" {
					t.Fatalf("the button leads to %s", press)
				}
			}
			s.charged(hanako, orderRef, 0, 0)
			for _, p := range tc.press(s, b, path) {
				p.at(path).paid(price)
			}
			b.get(path).at(path).paid(price) // Back from the shop's thank-you page
			s.charged(hanako, orderRef, price, 0, checkout.Authorized)
		})
	}
}

// What C2 must show before anybody presses (Act on Specified Commercial Transactions, Art. 12-6).
func TestConfirmPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, path := s.order(orderRef, price)
	p := b.get(path).says(http.StatusOK, "みどり雑貨", "リネンのふきん", "8,500円 × 1点", "注文から2〜4日", "発送前は取り消せます。",
		"2026年7月10日(金)", "コンビニ（電子バーコード）", "毎月10日と25日に100円", "年14.6%", "03-0000-0000", "2回押しても、数えるのは1回だけです", "09:30まで")
	for name, want := range map[string]string{
		"送料": "0円", "請求の手数料": "209円", "この注文を含む合計": "8,709円", "このあと使える金額": "41,500円",
	} {
		if got := p.fact(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	p = b.get(path+"?lang=en").says(http.StatusOK, "Midori Goods", "¥8,500", "By Fri 10 Jul 2026", "Pressing twice counts once")
	if got := p.fact("Available afterwards"); got != "¥41,500" {
		t.Errorf("available afterwards are %s", got)
	}
	b.post(path+"/press").says(http.StatusOK, "¥8,500, once.").titled("Your way of paying is fixed")
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// stage is a state in which a checkout stands, and what its page then tells, whatever is done about it.
type stage struct {
	name  string
	reach func(s *service, b *browser, session checkout.Session, path string)
	shows func(p *page)
	en    string
	held  money.Yen
	state []checkout.State // of the order's payments
}

var stages = []stage{
	{
		name:  "done",
		reach: func(_ *service, b *browser, _ checkout.Session, path string) { b.post(path + "/press") },
		shows: func(p *page) { p.paid(price) },
		en:    "¥8,500, once.", held: price, state: []checkout.State{checkout.Authorized},
	},
	{
		name: "refused",
		reach: func(s *service, b *browser, _ checkout.Session, path string) {
			s.sell(hanako, s.shop, sale{ref: "B-1", amount: 45_000})
			b.post(path + "/press")
		},
		shows: func(p *page) {
			p.told(http.StatusConflict, "PAY-401", "請求はありません", "3,500円足りません")
		},
		en: "¥3,500 short of this purchase", held: 45_000, state: []checkout.State{checkout.Declined},
	},
	expired,
	withdrawn,
	{
		name: "voided by the shop",
		reach: func(s *service, b *browser, _ checkout.Session, path string) {
			b.post(path + "/press")
			s.void(orderRef)
		},
		shows: func(p *page) {
			p.told(http.StatusOK, "PAY-304", "請求はありません", "取消しになりました", "使える金額は元に戻っています")
		},
		en: "The shop cancelled the order and your limit is back", state: []checkout.State{checkout.Voided},
	},
	{
		name: "never confirmed by the shop",
		reach: func(s *service, b *browser, _ checkout.Session, path string) {
			b.post(path + "/press")
			s.clock.Advance(time.Hour)
			s.write(func(tx *db.Tx) error {
				_, err := s.checkout.ExpireDue(tx, 10)
				return err
			})
		},
		shows: func(p *page) {
			p.told(http.StatusOK, "PAY-305", "請求はありません", "お店の確認がなく")
		},
		en: "The shop never confirmed, so it was cancelled", state: []checkout.State{checkout.Expired},
	},
}

var expired = stage{
	name:  "expired",
	reach: func(s *service, _ *browser, _ checkout.Session, _ string) { s.clock.Advance(30 * time.Minute) },
	shows: func(p *page) {
		p.told(http.StatusGone, "PAY-301", "請求はありません", "30分がたったため")
	},
	en: "This payment page has timed out",
}

var withdrawn = stage{
	name: "withdrawn",
	reach: func(s *service, _ *browser, session checkout.Session, _ string) {
		s.write(func(tx *db.Tx) error {
			_, err := s.checkout.WithdrawSession(tx, s.shop.ID, session.ID, byShop)
			return err
		})
		s.clock.Advance(time.Minute)
	},
	shows: func(p *page) { p.told(http.StatusGone, "PAY-302", "請求はありません", "09:00にお店から") },
	en:    "The shop called this payment off",
}

func (s *service) void(ref string) {
	s.t.Helper()
	s.write(func(tx *db.Tx) error {
		p, _, err := checkout.FindByOrder(tx, s.shop.ID, ref)
		if err != nil {
			return err
		}
		_, err = s.checkout.Void(tx, s.shop.ID, p.ID, byShop)
		return err
	})
}

// Whatever is done about a checkout that came to an end, its page tells how it ended, and nothing is charged that was not.
func TestStages(t *testing.T) {
	t.Parallel()
	for _, st := range stages {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			b := s.register(hanako)
			session, path := s.order(orderRef, price)
			b.get(path).confirms(price)
			st.reach(s, b, session, path)
			b = s.device(hanako) // as after proving the number again
			second := s.device(hanako)
			for _, event := range []struct {
				name string
				do   func() []*page
			}{
				{"loaded", func() []*page { return []*page{b.get(path)} }},
				{"reloaded", func() []*page { return []*page{b.get(path), b.get(path + "?done=1"), b.get(path + "?again=1")} }},
				{"pressed", func() []*page { return []*page{b.post(path + "/press")} }},
				{"pressed twice", func() []*page { return []*page{b.post(path + "/press"), b.post(path + "/press")} }},
				{"pressed at once in two browsers", func() []*page { return s.atOnce(16, path+"/press", b, second) }},
				{"Back", func() []*page { return []*page{b.get(path + "/press"), b.get(path + "/code"), b.get(path + "/leave")} }},
				{"asked for time", func() []*page { return []*page{b.post(path + "/extend")} }},
			} {
				for _, p := range event.do() {
					st.shows(p)
				}
				s.charged(hanako, orderRef, st.held, 0, st.state...)
				if t.Failed() {
					t.Fatalf("the cell is: %s × %s", st.name, event.name)
				}
			}
			p := b.get(path + "?lang=en")
			p.says(p.status, st.en, "Midori Goods", "¥8,500")
		})
	}
}

// While a press is under way its page says so, in every browser that has the address, and ends in the result.
func TestPending(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.term(site.DecideSeconds, "", "0")
	s.at("2026-06-02 09:00")
	b, second, stranger := s.device(hanako), s.device(hanako), s.browser()
	_, path := s.order(orderRef, price)
	begun, letGo := s.hold()
	pending := func(p *page) {
		t.Helper()
		p.at(path).told(http.StatusOK, "PAY-203", "09:10までにお知らせします", "1回を超えることはありません").titled("結果を確かめています")
	}
	pending(b.post(path + "/press"))
	<-begun
	for range 2 {
		pending(b.get(path))
	}
	pending(b.post(path + "/press"))
	for _, p := range s.atOnce(4, path+"/press", b, second) {
		pending(p)
	}
	pending(second.get(path))
	p := stranger.get(path) // signed out meanwhile: the address holds a secret
	pending(p)
	if got := attr(p.one("[data-poll]"), "data-poll"); got != path+"/state" {
		t.Errorf("looks for the result at %s", got)
	}
	if got := textOf(b.get(path + "/state").doc); !strings.Contains(got, `"done":false`) {
		t.Errorf("the result is %s", got)
	}
	letGo()
	s.settled(b, path)
	b.get(path).paid(price)
	second.get(path).paid(price)
	if p := stranger.get(path).paid(price); p.has("/payments/") || len(p.facts("支払期日")) != 0 {
		t.Error("whoever has the address sees the member's bill")
	}
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// settled looks for the result as the pending page does, until it is there.
func (s *service) settled(b *browser, path string) {
	s.t.Helper()
	for range 10_000 {
		if strings.Contains(textOf(b.get(path+"/state").doc), `"done":true`) {
			return
		}
	}
	s.t.Fatal("there is no result")
}

// A press waits as long as the term says: a result that comes in time is shown at once, another one later.
func TestPressWaits(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		seconds string
		inTime  bool
	}{{"0", false}, {"1", false}, {"8", true}} {
		t.Run(tc.seconds, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.register(hanako)
			s.term(site.DecideSeconds, "", tc.seconds)
			s.at("2026-06-02 09:00")
			b := s.device(hanako)
			_, path := s.order(orderRef, price)
			begun, letGo := s.hold()
			coming := b.soon(path + "/press")
			<-begun
			if tc.inTime {
				letGo()
				(<-coming).at(path).paid(price)
				return
			}
			(<-coming).at(path).told(http.StatusOK, "PAY-203", "確認中です")
			letGo()
			s.settled(b, path)
			b.get(path).paid(price)
			s.charged(hanako, orderRef, price, 0, checkout.Authorized)
		})
	}
}

// open × browser closed, network lost after sending: the payment is made, and the same address says so.
func TestBrowserClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, path := s.order(orderRef, price)
	begun, letGo := s.hold()
	ctx, closeBrowser := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.String()+path+"/press", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() {
		res, err := b.client.Do(r)
		if err == nil {
			err = res.Body.Close()
		}
		gone <- err
	}()
	<-begun
	closeBrowser()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatalf("the browser was answered: %v", err)
	}
	b.get(path).told(http.StatusOK, "PAY-203", "確認中です")
	letGo()
	s.settled(b, path)
	b.get(path).paid(price)
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// open × left: back at the shop nothing is charged, and the way back to the payment stays open.
func TestLeft(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	session, path := s.order(orderRef, price)
	leave := func() {
		t.Helper()
		p := b.post(path + "/leave")
		if got, want := p.header.Get("Location"), "https://shop.example.jp/cart?checkout_session="+session.ID.String(); p.status != http.StatusSeeOther || got != want {
			t.Fatalf("left for %s with %d, want %s", got, p.status, want)
		}
	}
	leave()
	leave()
	for range 2 {
		b.get(path).told(http.StatusOK, "PAY-303", "請求はありません", "09:30まで")
	}
	s.browser().get(path).told(http.StatusOK, "PAY-303", "請求はありません")
	s.charged(hanako, orderRef, 0, 0)
	back := attr(b.get(path).one("a[href="+path+"?again=1]"), "href")
	b.get(back).confirms(price)
	b.get(back).confirms(price)

	signedOut := s.browser() // back in a browser in which nobody is signed in: the code brings them to C2, not to the same page
	s.clock.Advance(time.Minute)
	signedOut.get(back).titled("後払いで支払う")
	signedOut.post(path+"/phone", "phone", hanako).at(path + "/code")
	signedOut.post(path+"/code", "code", s.code(hanako)).at(path).confirms(price)
	b.get(path).confirms(price)
	leave()
	b.post(path + "/press").paid(price) // in the tab that was still open
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
	b.post(path + "/leave").at(path).paid(price) // and leaving what is paid changes nothing
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// open, done × logged out meanwhile.
func TestLoggedOutMeanwhile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, path := s.order(orderRef, price)
	b.get(path).confirms(price)
	b.post(web.SignOutPath)
	for _, p := range []*page{b.get(path), b.post(path + "/press")} {
		p.at(path).titled("後払いで支払う").says(http.StatusOK, "みどり雑貨", "8,500円")
	}
	s.charged(hanako, orderRef, 0, 0)
	s.clock.Advance(time.Minute)
	b.post(path+"/phone", "phone", hanako).at(path+"/code").says(http.StatusOK, "みどり雑貨", "8,500円")
	b.post(path+"/code", "code", s.code(hanako)).at(path).confirms(price)
	p := b.post(path + "/press").paid(price)
	if !p.has("/payments/") || p.fact("支払期日") == "" {
		t.Errorf("the member does not see their bill:\n%s", p.main())
	}
	b.post(web.SignOutPath)
	for _, p := range []*page{b.get(path), b.post(path + "/press"), b.get(path + "/code")} {
		if p.at(path).paid(price); p.has("/payments/") || len(p.facts("支払期日")) != 0 {
			t.Errorf("whoever has the address sees the bill:\n%s", p.main())
		}
	}
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// M20: a code that is older than 15 minutes buys nothing; a new one leads back to the same place.
func TestNotFresh(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, path := s.order(orderRef, price)
	s.clock.Advance(14 * time.Minute)
	b.get(path).confirms(price)
	s.clock.Advance(2 * time.Minute)
	for _, p := range []*page{b.post(path + "/press"), b.get(path)} {
		p.at(path).titled("後払いで支払う")
	}
	s.charged(hanako, orderRef, 0, 0)
	b.post(path+"/phone", "phone", hanako).at(path + "/code")
	b.post(path+"/code", "code", s.code(hanako)).at(path).confirms(price)
	b.post(path + "/press").paid(price)
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// WCAG 2.2.1: five minutes before its end a page offers more time.
func TestMoreTime(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	_, path := s.order(orderRef, price)
	s.clock.Advance(24 * time.Minute)
	b := s.device(hanako)
	if p := b.get(path); len(p.all("form[action="+path+"/extend]")) != 0 {
		t.Error("asks six minutes before the end")
	}
	s.clock.Advance(time.Minute)
	b.get(path).one("form[action=" + path + "/extend]")
	b.post(path+"/extend").at(path).says(http.StatusOK, "有効時間を延ばしました", "09:55まで").confirms(price)
	s.clock.Advance(29 * time.Minute)
	b = s.device(hanako)
	b.post(path + "/press").paid(price)
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// open × we fail: not charged, and pressing again is safe.
func TestWeFail(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, path := s.order(orderRef, price)
	s.failing(errors.New("the disk is full of secrets"))
	for range 2 {
		p := b.post(path+"/press").told(http.StatusInternalServerError, "PAY-501", "請求はありません", "当社", "何度送っても請求は1回です")
		if strings.Contains(p.main(), "disk") || !strings.Contains(s.log.String(), textOf(p.one("[data-err-ref]"))) {
			t.Errorf("what failed is not in the log under the reference, or it is on the page:\n%s", p.main())
		}
		b.get(attr(p.one("main a[href="+path+"/press]"), "href")).at(path).confirms(price) // 「もう一度開く」
	}
	for _, p := range s.atOnce(8, path+"/press", b) {
		p.told(http.StatusInternalServerError, "PAY-501", "請求はありません")
	}
	s.charged(hanako, orderRef, 0, 0)
	s.failing(nil)
	b.post(path + "/press").paid(price)
	s.failing(errors.New("still"))
	b.post(path + "/press").paid(price) // done × we fail
	s.charged(hanako, orderRef, price, 0, checkout.Authorized)
}

// open × the answer of a commit is lost: the page tells whether it stands.
func TestCommitUnknown(t *testing.T) {
	t.Parallel()
	for _, stands := range []bool{false, true} {
		t.Run(fmt.Sprintf("stands %t", stands), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			b := s.register(hanako)
			session, path := s.order(orderRef, price)
			b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			s.failing(fmt.Errorf("connection reset: %w", db.ErrCommitUnknown))
			if p := b.post(path + "/press"); p.status != http.StatusSeeOther || p.header.Get("Location") != path {
				t.Fatalf("answered %d to %q:\n%s", p.status, p.header.Get("Location"), p.main())
			}
			s.failing(nil)
			if !stands {
				b.get(path).confirms(price)
				s.charged(hanako, orderRef, 0, 0)
			} else { // the transaction whose answer was lost
				out := s.decide(checkout.Order{
					Merchant: s.shop.ID, MerchantLive: true, Member: s.memberOf(hanako), OrderRef: orderRef, Amount: price,
					Channel: credit.Online, Capture: checkout.Manual, Session: session.ID, ConfirmWithin: time.Hour,
					By: checkout.Actor{Side: fault.Member, Name: "member"},
				})
				if out.Refused != nil {
					t.Fatal(out.Refused)
				}
				b.get(path).paid(price)
			}
			b.post(path + "/press")
			b.get(path).paid(price)
			s.charged(hanako, orderRef, price, 0, checkout.Authorized)
		})
	}
}

// An address of no checkout is a page that does not exist, whatever is asked of it.
func TestNoSuchCheckout(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	nobodys := id.New[id.SessionKind](s.clock.Now(), 7).String()
	payment := id.New[id.PaymentKind](s.clock.Now(), 7).String()
	for _, bad := range []string{web.CheckoutPath + "nonsense", web.CheckoutPath + payment, web.CheckoutPath + nobodys} {
		for _, what := range []string{"", "/state", "/code"} {
			b.get(bad+what).told(http.StatusNotFound, "GEN-404", "影響ありません")
		}
		for _, what := range []string{"/press", "/leave", "/extend", "/phone", "/code", "/resend"} {
			b.post(bad+what).told(http.StatusNotFound, "GEN-404", "影響ありません")
		}
	}
}
