package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/id"
)

// asks is C8: nothing is charged for this order, the earlier payment by time, amount and reference, and two answers of
// equal weight. It answers the page's form.
func (p *page) asks(earlier checkout.Payment) (of string) {
	p.t.Helper()
	p.titled("別の買い物ですか").says(http.StatusOK, "この注文には、まだ請求していません", earlier.Reference().String(), earlier.OrderRef, earlier.Amount.JA())
	buttons := p.all("main form [name=answer]")
	if len(buttons) != 2 || attr(buttons[0], "class") != attr(buttons[1], "class") || attr(buttons[0], "value") != "same" || attr(buttons[1], "value") != "another" {
		p.t.Errorf("%d answers", len(buttons))
	}
	return attr(p.one("main form [name=of]"), "value")
}

func (s *service) paymentOf(ref string) (p checkout.Payment) {
	s.t.Helper()
	s.read(func(tx *db.Tx) (err error) {
		p, _, err = checkout.FindByOrder(tx, s.shop.ID, ref)
		return err
	})
	return p
}

// similar payment × said to be the same: Back, reload, a second tab and a second answer all show the payment that stands.
func TestSimilarAndTheSame(t *testing.T) { // rules P09, P10
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, first := s.order("A-1", price)
	b.post(first + "/press").paid(price)
	paid := s.paymentOf("A-1")
	s.clock.Advance(time.Minute)
	_, path := s.order("A-2", price)
	b.get(path).confirms(price)
	tab := s.device(hanako)
	var of string
	for _, p := range []*page{b.post(path + "/press"), b.get(path), b.get(path + "/similar"), b.post(path + "/press"), tab.get(path), tab.post(path + "/press")} {
		of = p.at(path).asks(paid)
	}
	b.post(path+"/similar", "of", of, "answer", "neither").asks(paid)
	b.post(path+"/similar", "of", id.New[id.PaymentKind](s.clock.Now(), 1).String(), "answer", "another").asks(paid)
	b.get(path+"?lang=en").says(http.StatusOK, "Is this another purchase?", "It is the same", "It is another", "Nothing is charged for this order yet")
	b.get(path + "?lang=ja")
	for _, p := range []*page{
		b.post(path+"/similar", "of", of, "answer", "same"), b.get(path), b.post(path+"/similar", "of", of, "answer", "another"),
		b.post(path + "/press"), tab.get(path), tab.post(path+"/similar", "of", of, "answer", "another"), tab.post(path + "/extend"),
	} {
		p.at(path).paid(price).says(http.StatusOK, "注文番号A-2は、この支払いと同じ買い物です", paid.Reference().String())
		if !p.has("https://shop.example.jp/done") && !strings.Contains(p.main(), "みどり雑貨に戻る") {
			t.Error("no way back to the shop")
		}
	}
	s.charged(hanako, "A-1", price, 0, checkout.Authorized)
	s.charged(hanako, "A-2", price, 0)
	b.get("/payments/"+paid.ID.String()).says(http.StatusOK, "請求する前に止めました", "この利用と同じ買い物でした")
	s.write(func(tx *db.Tx) error {
		_, err := s.checkout.Void(tx, s.shop.ID, paid.ID, byShop)
		return err
	})
	b.get(path).told(http.StatusOK, "PAY-304", "請求はありません")
}

// similar payment × said to be another: the order is shown again, and the press after that is decided.
func TestSimilarAndAnother(t *testing.T) { // rules P09, P10
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, first := s.order("A-1", price)
	b.post(first + "/press").paid(price)
	s.clock.Advance(time.Minute)
	_, path := s.order("A-2", price)
	of := b.post(path + "/press").asks(s.paymentOf("A-1"))
	for _, p := range []*page{b.post(path+"/similar", "of", of, "answer", "another"), b.get(path), b.post(path+"/similar", "of", of, "answer", "same")} {
		p.at(path).confirms(price)
	}
	for range 2 {
		b.post(path + "/press").at(path).paid(price)
	}
	s.charged(hanako, "A-2", 2*price, 0, checkout.Authorized)
	s.clock.Advance(time.Minute)
	_, third := s.order("A-3", price)
	b.post(third + "/press").asks(s.paymentOf("A-2"))
}

// A question that is moot is not asked: the first payment was given back, or is long past; nor is anybody else asked.
func TestAMootQuestion(t *testing.T) { // rule P09
	t.Parallel()
	s := newSite(t)
	b, other := s.register(hanako), s.register(taro)
	_, first := s.order("A-1", price)
	b.post(first + "/press").paid(price)
	_, path := s.order("A-2", price)
	b.post(path + "/press").asks(s.paymentOf("A-1"))
	other.get(path).confirms(price)
	s.void("A-1")
	b.get(path).confirms(price)
	b.post(path + "/press").paid(price)
	s.charged(hanako, "A-2", price, 0, checkout.Authorized)
}

// done × refunded in full: the page does not say that a charge stands.
func TestDoneAndRefunded(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, path := s.order(orderRef, price)
	b.post(path + "/press").paid(price)
	s.write(func(tx *db.Tx) error {
		p, _, err := checkout.FindByOrder(tx, s.shop.ID, orderRef)
		if err != nil {
			return err
		}
		if _, err := s.checkout.Capture(tx, s.shop.ID, p.ID, price, true, time.Hour, byShop); err != nil {
			return err
		}
		_, err = s.checkout.Disown(tx, s.shop.ID, p.ID, byShop)
		return err
	})
	if p := b.get(path).told(http.StatusOK, "PAY-306", "請求はありません", "全額返金されました"); strings.Contains(p.main(), "確定しています") {
		t.Error("it says that a charge stands")
	}
}
