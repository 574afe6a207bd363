package e2e_test

import (
	"strings"
	"testing"

	"tsuke/e2e/browser"
)

// C8, by what only it has.
const (
	sameButton    = `form[action$="/similar"] button[name=answer][value=same]`
	anotherButton = `form[action$="/similar"] button[name=answer][value=another]`
	againButton   = `form[action$="/again"] button`
)

func wantQuestion(t *testing.T, w *browser.Page, about payment) {
	t.Helper()
	if w.Count(sameButton) != 1 || w.Count(anotherButton) != 1 || w.Has(payButton) || w.Has(onward) {
		t.Errorf("%s does not ask: %s", w.Path(), w.Text("main"))
	}
	if text := w.Text("main"); !strings.Contains(text, about.Reference) || !strings.Contains(text, yen(about.Amount)) {
		t.Errorf("%s asks about something else than %s: %s", w.Path(), about.Reference, text)
	}
}

// startAgain is the bad cart: it forgets the order under way and orders the same under a new number.
func (d *demo) startAgain(t *testing.T, w *browser.Page, s session) session {
	t.Helper()
	w.Go(d.stage + "/shop/orders/" + s.OrderRef)
	w.Click(`details:has(form[action$="/again"]) summary`)
	w.Click(againButton)
	next := d.sessionAt(t, w.URL())
	if next.OrderRef == s.OrderRef {
		t.Errorf("the cart kept the number %s", s.OrderRef)
	}
	return next
}

// pressAndLose presses, and the answer never arrives.
func pressAndLose(w *browser.Page) {
	w.Press(payButton)
	w.Offline(true)
	w.Settle()
	w.Offline(false)
}

// startedAgain is what members of other services were told to do, three times: each time the answer is lost, and the cart makes
// a new order number. One charge comes of it. The page asks each time that a press would charge the same again, and never
// otherwise: not before the press, not about another amount, not after the answer.
func startedAgain(t *testing.T, d *demo) (string, string) {
	p := d.member(t)
	w := p.window(t, browser.Phone())
	first := d.order(t, w, goods)
	for w.Go(first.URL); w.Has(payButton); w.Go(first.URL) { // the cut may have been faster than the press
		pressAndLose(w)
	}
	until(t, "the shop's confirmation", func() bool { return d.lastPayment(t, first.OrderRef).State == once })
	paid := d.lastPayment(t, first.OrderRef)
	tries := []session{first}
	for range 3 {
		s := d.startAgain(t, w, tries[len(tries)-1])
		wantConfirm(t, w) // nothing is asked before the press
		for w.Go(s.URL); w.Has(payButton); w.Go(s.URL) {
			pressAndLose(w)
		}
		until(t, "the end of the press", func() bool { w.Go(s.URL); return w.Has(sameButton) })
		wantQuestion(t, w, paid)
		w.Reload()
		wantQuestion(t, w, paid)
		tries = append(tries, s)
	}
	w.Shot("asked")
	for _, s := range tries[1:] {
		d.charged(t, s.OrderRef, none)
	}
	last := tries[len(tries)-1]
	w.Go(last.URL)
	second := w.Tab()
	second.Go(last.URL)
	w.Click(sameButton)
	if wantPaid(t, w); !strings.Contains(w.Text("main"), paid.Reference) || !strings.Contains(w.Text("main"), last.OrderRef) {
		t.Errorf("the answer shows %s", w.Text("main"))
	}
	w.Shot("same")
	second.Click(anotherButton) // of a page that is older than the answer
	wantPaid(t, second)
	w.Back()
	wantPaid(t, w)
	w.Go(last.URL)
	w.Click(onward)
	if text := w.Text("main"); !strings.Contains(text, first.OrderRef) || !strings.Contains(text, paid.Reference) {
		t.Errorf("the cart did not settle: %s", text)
	}
	w.Shot("shop")
	for _, s := range tries[1:] {
		d.charged(t, s.OrderRef, none)
	}
	dearer := d.ask(t, last.OrderRef+"-dearer", last.Amount+100)
	w.Go(dearer.URL)
	w.Click(payButton)
	wantPaid(t, w)
	return first.OrderRef, once
}

// startedAgainWithoutScript buys the same twice on purpose: asked once, said to be another, charged.
func startedAgainWithoutScript(t *testing.T, d *demo) (string, string) {
	w := d.member(t).window(t, browser.Desk(), browser.NoScript())
	first := d.order(t, w, goods)
	w.Click(payButton)
	w.Click(onward)
	now := d.charged(t, first.OrderRef, once)
	second := d.order(t, w, goods)
	w.Click(payButton)
	wantQuestion(t, w, now)
	w.Click(anotherButton)
	wantConfirm(t, w)
	d.charged(t, second.OrderRef, none)
	w.Click(payButton)
	wantPaid(t, w)
	w.Click(onward)
	d.charged(t, first.OrderRef, once)
	return second.OrderRef, once
}
