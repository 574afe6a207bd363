package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// decline is a reason for which a press is not decided in the member's favour, the page that tells it, and what makes it
// go away.
type decline struct {
	name    string
	cause   func(s *service)
	code    string
	says    []string
	pays    bool // the page leads to the bill to pay
	cure    func(s *service)
	refused credit.Reason
}

// may lets 30,000 yen of May be billed, so that on 5 June 20,000 are usable.
func may(s *service) {
	s.at("2026-05-20 12:00")
	s.sell(hanako, s.shop, sale{"M-1", 30_000, true})
	s.at("2026-06-05 09:00")
	s.bill(hanako, "2026-05")
}

// pastDue lets that bill not be paid in time.
func pastDue(s *service) {
	may(s)
	s.at("2026-06-11 09:00")
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.MarkPastDue(tx, jst.DayOf(tx.Now()), 10)
		return err
	})
}

// payMay pays what was billed for May.
func payMay(s *service) {
	st := s.bill(hanako, "2026-05")
	slip := s.slip(st)
	s.till(billing.LinePrompt, slip, jst.DayOf(s.clock.Now()))
}

func (s *service) block(on bool, b credit.Block) {
	s.t.Helper()
	who := s.memberOf(hanako)
	s.write(func(tx *db.Tx) error {
		if on {
			return credit.SetBlock(tx, who, b)
		}
		return credit.LiftBlock(tx, who, b)
	})
}

func (s *service) move(on merchant.Event) {
	s.t.Helper()
	s.write(func(tx *db.Tx) error {
		_, err := s.merchants.Move(tx, s.shop.ID, on, "test")
		return err
	})
}

// The order is over 25,000 yen.
var declines = []decline{
	{
		name: "limit, no bill", code: "PAY-401", refused: credit.OverLimit,
		cause: func(s *service) { s.sell(hanako, s.shop, sale{"B-1", 30_000, false}) },
		says:  []string{"5,000円足りません", "今使える金額は20,000円で、この注文は25,000円です", "金額を減らすか"},
		cure:  func(s *service) { s.void("B-1") },
	},
	{
		name: "limit, a bill to pay", code: "PAY-401", refused: credit.OverLimit, pays: true, cause: may,
		says: []string{"5,000円足りません", "今使える金額は20,000円", "5月分の30,209円を支払うと、確認できしだい50,000円まで使えます"},
		cure: payMay,
	},
	{
		name: "limit, a bill that would not be enough", code: "PAY-401", refused: credit.OverLimit,
		cause: func(s *service) {
			s.at("2026-05-20 12:00")
			s.sell(hanako, s.shop, sale{"M-1", 2_000, true})
			s.at("2026-06-05 09:00")
			s.bill(hanako, "2026-05")
			s.sell(hanako, s.shop, sale{"B-1", 40_000, false})
		},
		says: []string{"17,000円足りません", "今使える金額は8,000円", "金額を減らすか"},
		cure: func(s *service) { s.void("B-1") },
	},
	{
		name: "limit, a bill that is being confirmed", code: "PAY-401", refused: credit.OverLimit, // it is not paid a second time
		cause: func(s *service) {
			may(s)
			payMay(s)
			s.sell(hanako, s.shop, sale{"B-1", 30_000, false})
		},
		says: []string{"5,000円足りません", "今使える金額は20,000円", "金額を減らすか"},
		cure: func(s *service) { s.void("B-1") },
	},
	{
		name: "past due", code: "PAY-403", refused: credit.BillPastDue, pays: true,
		cause: pastDue,
		says:  []string{"5月分30,209円の支払期日（6月10日(水)）が過ぎています", "10分ほどで確認でき"},
		cure:  payMay,
	},
	{
		name: "on hold", code: "PAY-404", refused: credit.AccountHeld,
		cause: func(s *service) { s.block(true, credit.OnHold) },
		says:  []string{"今回は後払いを使えません"},
		cure:  func(s *service) { s.block(false, credit.OnHold) },
	},
	{
		name: "on hold and past due with a bill to pay", code: "PAY-404", refused: credit.AccountHeld, // paying would not open it
		cause: func(s *service) {
			pastDue(s)
			s.block(true, credit.OnHold)
		},
		says: []string{"今回は後払いを使えません"},
		cure: func(s *service) {
			s.block(false, credit.OnHold)
			payMay(s)
		},
	},
	{
		name: "too many tries", code: "PAY-404", refused: credit.TooManyTries,
		cause: func(s *service) {
			for n := range 10 {
				s.sell(hanako, s.shop, sale{refOf(100 + n), 100, false})
			}
		},
		says: []string{"今回は後払いを使えません"},
		cure: func(s *service) { s.clock.Advance(10 * time.Minute) },
	},
	{
		name: "shop paused", code: "PAY-408", refused: credit.ShopPaused,
		cause: func(s *service) { s.move(merchant.Pause) },
		says:  []string{"このお店は今、後払いを休んでいます"},
		cure:  func(s *service) { s.move(merchant.Resume) },
	},
	{
		name: "dearer than the shop may sell", code: "PAY-404", refused: credit.OverShopMax, // the shop is open: nothing says otherwise
		cause: func(s *service) {
			s.term(credit.MerchantMax, s.shop.ID.String(), "24999")
			s.at("2026-06-02 23:45")
			s.term(credit.MerchantMax, s.shop.ID.String(), "25000")
		},
		says: []string{"今回は後払いを使えません"},
		cure: func(s *service) { s.at("2026-06-03 00:05") },
	},
}

// Each reason has a page that is honest about it and names what would change it. When that has happened, C2 is shown and a
// press decides anew; until then pressing again is not even handed in.
func TestDeclines(t *testing.T) {
	t.Parallel()
	for _, tc := range declines {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			const asked money.Yen = 25_000
			s := newSite(t)
			s.register(hanako)
			tc.cause(s)
			b := s.device(hanako)
			before := s.account(hanako)
			_, path := s.order(orderRef, asked)
			if p := b.get(path); before.Usable(credit.Online) >= asked {
				if got, want := p.fact("このあと使える金額"), (before.Usable(credit.Online) - asked).JA(); got != want {
					t.Errorf("%s are left afterwards, want %s", got, want)
				}
			}
			told := func(p *page) {
				t.Helper()
				p.told(http.StatusConflict, tc.code, "請求はありません", tc.says...)
				if p.has(web.BillsPath) != tc.pays {
					t.Errorf("leads to a bill: %t", !tc.pays)
				}
				if !p.has("https://shop.example.jp/cart?checkout_session=") {
					t.Error("no way back to the shop")
				}
			}
			told(b.post(path + "/press"))
			s.reason(tc.refused)
			told(b.get(path))
			told(b.post(path + "/press"))
			told(b.get(path + "?done=1"))
			s.charged(hanako, orderRef, before.Held, before.Unpaid, checkout.Declined)
			if tries := s.account(hanako).Tries; tries != before.Tries+1 && tries != 1 {
				t.Errorf("%d tries were counted, before it was %d", tries, before.Tries)
			}
			if tc.pays {
				pay := attr(b.get(path).one("main a[href="+web.PayPath(s.bill(hanako, "2026-05").ID.String())+"]"), "href")
				b.get(pay).at(pay).says(http.StatusOK, "30,209円")
			}

			s.clock.Advance(time.Minute)
			tc.cure(s)
			b = s.device(hanako)
			b.get(path).confirms(asked)
			b.post(path + "/press").paid(asked)
			after := s.account(hanako)
			s.charged(hanako, orderRef, after.Held, after.Unpaid, checkout.Authorized, checkout.Declined)
			if after.Held < asked {
				t.Errorf("%d yen are on hold", after.Held)
			}
		})
	}
}

// reason makes sure why the order was declined.
func (s *service) reason(want credit.Reason) {
	s.t.Helper()
	s.read(func(tx *db.Tx) error {
		p, _, err := checkout.FindByOrder(tx, s.shop.ID, orderRef)
		if err == nil && (len(p.Reasons) == 0 || p.Reasons[0] != want) {
			s.t.Errorf("declined for %v, want %s first", p.Reasons, want)
		}
		return err
	})
}

// A decline is the member's whose press it was: another one is asked to confirm, with figures of their own.
func TestDeclinedForAnother(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	other := s.register(taro)
	s.block(true, credit.OnHold)
	s.sell(taro, s.shop, sale{"B-1", 45_000, false}) // it would be declined for them too, if they pressed
	_, path := s.order(orderRef, price)
	p := b.post(path+"/press").told(http.StatusConflict, "PAY-404", "請求はありません")
	reference := textOf(p.one("[data-err-ref]"))
	s.clock.Advance(time.Minute)
	p = other.get(path)
	p.confirms(price)
	if strings.Contains(p.main(), reference) {
		t.Error("shows another member's reference number")
	}
	p = other.post(path+"/press").told(http.StatusConflict, "PAY-401", "請求はありません", "3,500円足りません")
	if strings.Contains(p.main(), reference) {
		t.Error("shows another member's reference number")
	}
	b.get(path).confirms(price)
	s.charged(taro, orderRef, 45_000, 0, checkout.Declined, checkout.Declined)
}

// C02: home, checkout and decline name one figure at one moment.
func TestOneUsableFigure(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	step := func(what string, act func()) {
		t.Helper()
		act()
		b := s.device(hanako)
		usable := s.account(hanako).Usable(credit.Online)
		home := b.get(web.HomePath)
		if got := textOf(home.all("main section")[0]); !strings.Contains(got, "使える金額 "+usable.JA()+" ") {
			t.Errorf("%s: home says %q, want %s", what, got, usable.JA())
		}
		if got := home.fact("ネットのお店"); got != usable.JA() {
			t.Errorf("%s: online %s, want %s", what, got, usable.JA())
		}
		_, path := s.order("C-"+what, 1_000)
		if got, want := b.get(path).fact("このあと使える金額"), max(usable-1_000, 0).JA(); got != want {
			t.Errorf("%s: %s are left after 1,000円, want %s", what, got, want)
		}
		_, path = s.order("D-"+what, usable+1)
		if p := b.post(path + "/press"); !strings.Contains(p.main(), "今使える金額は"+usable.JA()) || !strings.Contains(p.main(), "1円足りません") {
			t.Errorf("%s: the decline says\n%s", what, p.main())
		}
		s.clock.Advance(11 * time.Minute)
	}
	var kept, sent checkout.Payment
	step("new", func() {})
	step("held", func() { kept = s.sell(hanako, s.shop, sale{"B-1", 12_345, false}) })
	step("captured", func() { sent = s.sell(hanako, s.shop, sale{"B-2", 10_000, true}) })
	step("refunded", func() { s.refund(sent, 3_000) })
	step("captured-in-part", func() {
		s.act(kept, func(tx *db.Tx) (checkout.Payment, error) {
			return s.checkout.Capture(tx, s.shop.ID, kept.ID, 2_345, false, 24*time.Hour, byShop)
		})
	})
	step("released", func() {
		s.act(kept, func(tx *db.Tx) (checkout.Payment, error) { return s.checkout.Void(tx, s.shop.ID, kept.ID, byShop) })
	})
	step("billed", func() {
		s.at("2026-07-01 09:00")
		s.bill(hanako, "2026-06")
	})
	step("paid", func() { s.till(billing.LinePrompt, s.slip(s.bill(hanako, "2026-06")), jst.DayOf(s.clock.Now())) })
	if got := s.account(hanako).Usable(credit.Online); got != 50_000 {
		t.Errorf("in the end %d are usable", got)
	}
}
