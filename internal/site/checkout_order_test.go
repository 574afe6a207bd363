package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// open × amount changed by the shop (P06): the old page leads to the new one with both amounts, and pressing the old button
// charges nothing.
func TestAmountChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, old := s.order(orderRef, price)
	b.get(old).confirms(price)
	_, path := s.order(orderRef, 9200)
	changed := func(p *page) {
		t.Helper()
		p.at(path).says(http.StatusOK, "金額が変わりました", "8,500円から9,200円").confirms(9200)
	}
	changed(b.post(old + "/press"))
	changed(b.get(old))
	s.atOnce(16, old+"/press", b) // each led to the new page, or was told that another one is being decided
	changed(b.get(old))
	s.charged(hanako, orderRef, 0, 0)
	if p := b.get(path); strings.Contains(p.main(), "金額が変わりました") {
		t.Error("tells of a change to somebody who saw no other amount")
	}
	other, _ := s.order("A-2", 100)
	if p := b.get(path + "?from=" + other.ID.String()); strings.Contains(p.main(), "金額が変わりました") {
		t.Error("compares with the amount of another order")
	}
	b.post(path + "/press").paid(9200)
	b.get(old).at(path).paid(9200)
	b.post(old + "/press").at(path).paid(9200)
	s.charged(hanako, orderRef, 9200, 0, checkout.Authorized)
	s.write(func(tx *db.Tx) error { // done × amount changed: there is only the refund
		_, err := s.checkout.OpenSession(tx, changedTo(s, 9900), time.Hour, byShop)
		if !fault.Is(err, checkout.OrderTaken) {
			t.Errorf("a paid order was changed: %v", err)
		}
		return nil
	})
}

func changedTo(s *service, amount money.Yen) checkout.Session {
	return checkout.Session{
		Merchant: s.shop.ID, OrderRef: orderRef, Amount: amount, Capture: checkout.Manual,
		Cart: checkout.Cart{
			Lines:    []checkout.CartLine{{Name: "ふきん", Quantity: 1, UnitAmount: amount, TaxRate: 10}},
			Delivery: "2日", Cancellation: "発送前",
		},
		ReturnURL: "https://shop.example.jp/done", CancelURL: "https://shop.example.jp/cart",
	}
}

// A page whose time is over does not say that nothing is charged when the order was paid in a newer one.
func TestReplaced(t *testing.T) {
	t.Parallel()
	for _, end := range []stage{expired, withdrawn} {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			b := s.register(hanako)
			first, old := s.order(orderRef, price)
			end.reach(s, b, first, old)
			b = s.device(hanako)
			end.shows(b.get(old))
			_, path := s.order(orderRef, price)
			b.get(old).at(path).confirms(price)
			b.post(path + "/press").paid(price)
			b.get(old).at(path).paid(price)
			s.charged(hanako, orderRef, price, 0, checkout.Authorized)
		})
	}
}

// open × paid elsewhere: whoever paid sees their payment, everybody else that the order is paid and not charged to them.
func TestPaidElsewhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	other := s.register(taro)
	order := func(ref, phone string, amount money.Yen) string { // paid by the shop's program, not in this checkout
		s.t.Helper()
		_, path := s.order(ref, price)
		out := s.decide(checkout.Order{
			Merchant: s.shop.ID, MerchantLive: true, Member: s.memberOf(phone), OrderRef: ref, Amount: amount,
			Channel: credit.Online, Capture: checkout.Manual, ConfirmWithin: time.Hour, By: byShop,
		})
		if out.Refused != nil {
			s.t.Fatal(out.Refused)
		}
		return path
	}
	s.run("by the same member", func() {
		path := order("A-1", hanako, price)
		for _, p := range []*page{b.get(path), b.post(path + "/press"), b.get(path)} {
			p.at(path).paid(price)
		}
		s.charged(hanako, "A-1", price, 0, checkout.Authorized)
	})
	s.run("by another member", func() {
		path := order("A-2", hanako, price)
		for _, p := range append(s.atOnce(4, path+"/press", other), other.get(path)) {
			p.at(path)
		}
		p := other.get(path).told(http.StatusOK, "PAY-201", "請求はありません", "この注文の支払いは済んでいます")
		if p.has("/payments/") {
			s.t.Error("one member is led to another's payment")
		}
		s.charged(taro, "A-2", 0, 0, checkout.Authorized)
	})
	s.run("by one of two who are not signed in", func() {
		path := order("A-3", hanako, price)
		s.browser().get(path).told(http.StatusOK, "PAY-201", "8,500円が1件、確定しています")
	})
	s.run("by the same member, for another amount", func() {
		path := order("A-4", hanako, 700)
		for _, p := range []*page{b.get(path), b.post(path + "/press")} {
			p.told(http.StatusOK, "PAY-201", "700円が1件、確定しています")
		}
		s.charged(hanako, "A-4", 3*price+700, 0, checkout.Authorized)
	})
	s.run("in this checkout, by another member", func() {
		_, path := s.order("A-5", price)
		b.get(path).confirms(price)
		other.post(path + "/press").paid(price)
		for _, p := range []*page{b.get(path), b.post(path + "/press")} {
			if p.at(path).paid(price); p.has("/payments/") || len(p.facts("支払期日")) != 0 {
				s.t.Error("one member sees another's bill")
			}
		}
		s.charged(taro, "A-5", price, 0, checkout.Authorized)
	})
	s.run("again, after the shop voided the first", func() {
		_, old := s.order("A-6", price+500)
		other.post(old + "/press").paid(price + 500)
		s.void("A-6")
		s.clock.Advance(time.Minute)
		other.get(old).told(http.StatusOK, "PAY-304", "請求はありません")
		_, path := s.order("A-6", price+500)
		other.get(old).told(http.StatusOK, "PAY-304", "請求はありません")
		other.get(path).confirms(price + 500)
		other.post(path + "/press").paid(price + 500)
		other.get(old).paid(price + 500)
		b.get(old).told(http.StatusOK, "PAY-201", "請求はありません")
		s.charged(taro, "A-6", 2*price+500, 0, checkout.Authorized, checkout.Voided)
	})
}

// What the button says it does: it places the order too, unless a page of the shop was the final confirmation.
func TestShopConfirms(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	asked := changedTo(s, price)
	asked.Cart.ShopConfirms = true
	var opened checkout.Session
	s.write(func(tx *db.Tx) (err error) {
		opened, err = s.checkout.OpenSession(tx, asked, time.Hour, byShop)
		return err
	})
	p := b.get(web.SessionPath(opened.ID.String(), "")).says(http.StatusOK, "お店が受け付けると確定します", "8,500円を後払いで支払う")
	if strings.Contains(p.main(), "注文と支払いが確定します") || len(p.all("[name=grant]")) != 0 {
		t.Errorf("promises what was not asked for:\n%s", p.main())
	}
}

// A member who ticks it agrees that the shop may buy again without them; the tick is all that is taken from the browser.
func TestAgreedWhilePaying(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, path := s.order("A-1", price)
	b.get(path).one("[name=grant]")
	if p := b.post(path+"/press", "amount", "1", "member", s.memberOf(hanako).String()).paid(price); strings.Contains(p.main(), "次回から") {
		t.Error("agreed to what was not ticked")
	}
	b.get(web.ShopsPath).says(http.StatusOK, "同意したお店はありません")
	_, path = s.order("A-2", price+500)
	if p := b.post(path+"/press", "grant", "yes").paid(price+500).says(http.StatusOK, "次回から画面での確認なしに"); !p.has(web.ShopsPath) {
		t.Error("no way to end it")
	}
	b.get(web.ShopsPath).says(http.StatusOK, "みどり雑貨")
	s.charged(hanako, "A-2", 2*price+500, 0, checkout.Authorized)
}
