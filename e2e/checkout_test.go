package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/e2e/browser"
)

// cell is one thing that people do at a checkout which stands in one state. It gives the order that it is about and the state
// in which its one payment must stand afterwards; empty: nothing is charged.
type cell struct {
	name string
	act  func(t *testing.T, d *demo) (ref, want string)
}

// TestCheckout does at the checkout what people do: whatever is pressed, however often, in however many windows, the page
// shows where things stand, and one order is charged once or not at all.
func TestCheckout(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	t.Run("cells", func(t *testing.T) {
		for _, c := range []cell{
			{"reload in each state", reloadEverywhere},
			{"triple press", triplePress},
			{"triple press without script", triplePressWithoutScript},
			{"press left over from the page before", pressLeftOver},
			{"two tabs at once", twoTabs},
			{"two devices at once", twoDevices},
			{"back from the thank-you page", backFromThanks},
			{"back to the shop before paying", backToTheShop},
			{"withdrawn by the shop", withdrawn},
			{"left and come back", leftAndBack},
			{"amount changed", amountChanged},
			{"signed out meanwhile", signedOut},
			{"browser closed", browserClosed},
			{"network cut after pressing", networkCut},
			{"more than the limit", overTheLimit},
			{"somebody else's browser", strangersBrowser},
			{"started again three times", startedAgain},
			{"started again without script", startedAgainWithoutScript},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				ref, want := c.act(t, d)
				d.charged(t, ref, want)
			})
		}
	})
	t.Run("expired", func(t *testing.T) { // moves the clock, so it comes last
		ref, want := expired(t, d)
		d.charged(t, ref, want)
	})
}

// These goods are made to order: bought, they are confirmed, and captured when they are shipped. "Once" is this state.
const (
	goods = "tenugui"
	once  = "confirmed"
	none  = ""
)

func reloadEverywhere(t *testing.T, d *demo) (string, string) {
	p := d.member(t)
	w := browser.Open(t, browser.Phone())
	s := d.order(t, w, goods)
	w.Reload()
	if !w.Has(phoneField) {
		t.Errorf("a stranger is shown %s", w.Text("main"))
	}
	w.Fill("input[name=phone]", p.phone)
	w.Click(`form[action$="/phone"] button`)
	w.Reload()
	w.Fill("input[name=code]", d.code(t, p.phone))
	w.Click(`form[action$="/code"] button`)
	w.Reload()
	wantConfirm(t, w)
	w.Click(payButton)
	for range 3 {
		w.Reload()
		wantPaid(t, w)
	}
	if n := len(w.Sent(http.MethodPost, "/pay/"+s.ID+"/press")); n != 1 {
		t.Errorf("reloading pressed %d times", n)
	}
	w.Click(onward)
	return s.OrderRef, once
}

func triplePress(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	w.TripleClick(payButton)
	w.Settle()
	if n := len(w.Sent(http.MethodPost, "/pay/"+s.ID+"/press")); n != 1 {
		t.Errorf("the page sent %d presses", n)
	}
	wantPaid(t, w)
	w.Click(onward)
	return s.OrderRef, once
}

func triplePressWithoutScript(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Desk(), browser.NoScript())
	s := d.order(t, w, goods)
	w.TripleClick(payButton)
	w.Settle()
	if w.Has(onward) { // else the last press has met the page that says it is paid, and has gone on
		wantPaid(t, w)
		w.Click(onward)
	}
	return s.OrderRef, once
}

// pressLeftOver presses a page's button with the press that was meant for the page before: nothing is paid, nobody is sent on
// (rule P13).
func pressLeftOver(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	w.PressAgain(payButton)
	w.Settle()
	wantConfirm(t, w)
	if n := len(w.Sent(http.MethodPost, "/pay/"+s.ID+"/press")); n != 0 {
		t.Errorf("a press meant for the page before pressed %d times", n)
	}
	w.Click(payButton)
	w.PressAgain(onward)
	w.Settle()
	wantPaid(t, w)
	w.Click(onward)
	return s.OrderRef, once
}

func twoTabs(t *testing.T, d *demo) (string, string) {
	left := d.member(t).window(t, browser.Desk())
	s := d.order(t, left, goods)
	right := left.Tab()
	right.Go(s.URL)
	left.Press(payButton)
	right.Press(payButton)
	for _, w := range []*browser.Page{left, right} {
		w.Settle()
		if n := len(w.Sent(http.MethodPost, "/pay/"+s.ID+"/press")); n != 1 {
			t.Errorf("a tab sent %d presses", n)
		}
		wantPaid(t, w)
	}
	right.Click(onward)
	return s.OrderRef, once
}

func twoDevices(t *testing.T, d *demo) (string, string) {
	p := d.member(t)
	phone := p.window(t, browser.Phone())
	s := d.order(t, phone, goods)
	desk := browser.Open(t, browser.Desk()) // another browser: no cookies
	desk.Go(s.URL)
	d.prove(t, desk, p.phone)
	desk.Press(payButton)
	phone.Press(payButton)
	for _, w := range []*browser.Page{desk, phone} {
		w.Settle()
		wantPaid(t, w)
	}
	phone.Click(onward)
	return s.OrderRef, once
}

func backFromThanks(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	w.Click(payButton)
	w.Click(onward)
	if !strings.HasPrefix(w.URL(), d.stage+"/shop/orders/") {
		t.Errorf("the shop's thank-you page is %s", w.URL())
	}
	for range 2 { // over the page that said "done" to the one on which the button was
		w.Back()
		wantPaid(t, w)
	}
	w.Forward()
	w.Forward()
	if !strings.Contains(w.Text("main"), s.OrderRef) {
		t.Errorf("the shop has forgotten %s: %s", s.OrderRef, w.Text("main"))
	}
	return s.OrderRef, once
}

func backToTheShop(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	w.Click(`header.top a[href*="checkout_session="]`)
	d.charged(t, s.OrderRef, none)
	if now := d.sessionAt(t, s.URL); now.State != "open" {
		t.Errorf("looking back at the shop made the checkout %s", now.State)
	}
	w.Click(`main a[href="` + s.URL + `"]`) // the shop leads back to it
	wantConfirm(t, w)
	w.Back()
	w.Forward()
	w.Click(payButton)
	wantPaid(t, w)
	w.Click(onward)
	return s.OrderRef, once
}

func withdrawn(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	d.call(t, "/v1/checkout-sessions/"+s.ID+"/withdraw", struct{}{}, nil)
	w.Click(payButton) // of a page that is older than the withdrawal
	wantError(t, w, "PAY-302")
	w.Reload()
	wantError(t, w, "PAY-302")
	w.Back()
	wantError(t, w, "PAY-302")
	w.Shot("withdrawn")
	return s.OrderRef, none
}

func leftAndBack(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	w.Click(`form[action$="/leave"] button`)
	if !strings.HasPrefix(w.URL(), d.stage+"/shop/") {
		t.Errorf("leaving leads to %s", w.URL())
	}
	d.charged(t, s.OrderRef, none)
	w.Go(s.URL)
	wantError(t, w, "PAY-303")
	w.Shot("left")
	w.Click("main a.btn.big")
	wantConfirm(t, w)
	w.Click(payButton)
	wantPaid(t, w)
	w.Click(onward)
	return s.OrderRef, once
}

func amountChanged(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	was := d.order(t, w, goods)
	now := d.ask(t, was.OrderRef, was.Amount+700)
	w.Click(payButton) // of the page with the old amount
	d.charged(t, was.OrderRef, none)
	wantConfirm(t, w)
	for _, figure := range []int64{was.Amount, now.Amount} {
		if text := w.Text("main .note.warn[role=alert]"); !strings.Contains(text, yen(figure)) {
			t.Errorf("the note of the change does not say %s: %s", yen(figure), text)
		}
	}
	w.Shot("changed")
	w.Click(payButton)
	wantPaid(t, w)
	// The new amount is in no order of the shop's, so the shop gives the payment back: nobody pays what it did not ask for.
	until(t, "the shop's void", func() bool { return d.lastPayment(t, was.OrderRef).State == "voided" })
	if p := d.lastPayment(t, was.OrderRef); p.Amount != now.Amount {
		t.Errorf("the payment was of %d, want %d", p.Amount, now.Amount)
	}
	return was.OrderRef, none
}

// ask opens a checkout as the shop does, for an order that it may have asked about before.
func (d *demo) ask(t *testing.T, ref string, amount int64) session {
	t.Helper()
	var s session
	status := d.call(t, "/v1/checkout-sessions", map[string]any{
		"order_ref": ref, "amount": amount, "currency": "JPY", "shipping": 0, "delivery": "3日以内に発送", "cancellation": "8日以内",
		"lines":      []map[string]any{{"name": "手ぬぐい", "quantity": 1, "unit_amount": amount, "tax_rate": 10}},
		"return_url": d.stage + "/shop/return", "cancel_url": d.stage + "/shop/left", "capture": "manual", "expires_in": 1800,
		"final_confirmation": "shop", "offer_token": true,
	}, &s)
	if status != http.StatusCreated {
		t.Fatalf("a new checkout for %s: %d", ref, status)
	}
	return s
}

// yen is an amount as pages write its digits.
func yen(amount int64) string {
	if amount < 1000 {
		return fmt.Sprint(amount)
	}
	return fmt.Sprintf("%d,%03d", amount/1000, amount%1000)
}

func signedOut(t *testing.T, d *demo) (string, string) {
	p := d.member(t)
	w := p.window(t, browser.Phone())
	s := d.order(t, w, goods)
	other := w.Tab()
	other.Go(d.public + "/menu")
	other.Click(`form[action="/signout"] button`)
	w.Click(payButton) // of a page that was drawn for a member
	d.charged(t, s.OrderRef, none)
	if !w.Has(phoneField) || !strings.HasPrefix(w.URL(), s.URL) {
		t.Errorf("%s does not ask who is buying: %s", w.URL(), w.Text("main"))
	}
	d.prove(t, w, p.phone)
	wantConfirm(t, w)
	w.Click(payButton)
	wantPaid(t, w)
	w.Click(onward)
	return s.OrderRef, once
}

func browserClosed(t *testing.T, d *demo) (string, string) {
	p := d.member(t)
	before := p.window(t, browser.Phone())
	s := d.order(t, before, goods)
	d.charged(t, s.OrderRef, none)
	again := p.window(t, browser.Phone()) // opened anew at the same address
	again.Go(s.URL)
	wantConfirm(t, again)
	again.Press(payButton)
	after := p.window(t, browser.Phone()) // and once more, while the press may still be under way
	after.Go(s.URL)
	until(t, "the payment", func() bool { after.Reload(); return after.Has(onward) })
	nobody := browser.Open(t, browser.Phone()) // the address alone tells the result and nothing of the member's
	nobody.Go(s.URL)
	wantPaid(t, nobody)
	if nobody.Has(`main a[href^="/payments/"]`) {
		t.Error("a stranger is led to the member's payment")
	}
	// Nobody goes back to the shop: it learns of the order all the same.
	until(t, "the shop's confirmation", func() bool { return d.sessionAt(t, s.URL).Payment.State == once })
	return s.OrderRef, once
}

func networkCut(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	w.Press(payButton)
	w.Offline(true) // the answer may or may not have come
	w.Settle()
	w.Offline(false)
	w.Go(s.URL)
	if w.Has(payButton) { // the press was cut off too: nothing is charged yet
		d.charged(t, s.OrderRef, none)
		w.Click(payButton)
	}
	wantPaid(t, w)
	w.Click(onward)
	return s.OrderRef, once
}

func overTheLimit(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, "tansu") // 52,000 yen
	w.Click(payButton)
	wantError(t, w, "PAY-401")
	if text := w.Text("main"); !strings.Contains(text, "2,000") || !strings.Contains(text, "50,000") {
		t.Errorf("the reason lacks its figures: %s", text)
	}
	w.Reload()
	wantError(t, w, "PAY-401")
	w.Shot("over-the-limit")
	return s.OrderRef, none
}

// A member's page is pressed in a browser in which another member has signed in since: nobody pays for somebody else.
func strangersBrowser(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	other := d.member(t)
	stranger := other.window(t, browser.Phone())
	stranger.Go(s.URL)
	wantConfirm(t, stranger) // whoever holds the address may pay, with their own limit
	stranger.Click(payButton)
	wantPaid(t, stranger)
	w.Click(payButton)
	wantPaid(t, w)
	if w.Has(`main a[href^="/payments/"]`) {
		t.Error("one member is led to another's payment")
	}
	w.Click(onward)
	return s.OrderRef, once
}

func expired(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Phone())
	s := d.order(t, w, goods)
	d.moveClock(t, d.now(t).Add(31*time.Minute))
	until(t, "the end of the checkout", func() bool { return d.sessionAt(t, s.URL).State == "expired" })
	w.Click(payButton) // of a page that is older than half an hour
	wantError(t, w, "PAY-301")
	w.Reload()
	wantError(t, w, "PAY-301")
	w.Shot("expired")
	return s.OrderRef, none
}
