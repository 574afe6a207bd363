package e2e_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tsuke/e2e/browser"
)

var anInvoice = regexp.MustCompile(`/i/[A-Za-z0-9_-]{46}`)

// invoice is the address of an invoice in the newest letter that has one, off the demonstration's telephone.
func (d *demo) invoice(t *testing.T) (path string) {
	t.Helper()
	until(t, "the invoice's letter", func() bool {
		paths := d.invoices(t)
		if len(paths) > 0 {
			path = paths[0]
		}
		return path != ""
	})
	return path
}

// invoices are the addresses in all letters that have one, the newest first, each once.
func (d *demo) invoices(t *testing.T) (paths []string) {
	t.Helper()
	p := d.person(t, "")
	for at := "/phone"; at != ""; {
		page := p.at(t, d.stage+at)
		for _, path := range anInvoice.FindAllString(page, -1) {
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
		at = fieldOf(page, `rel="next" href="([^"]+)"`)
	}
	return paths
}

// TestGuest buys without membership and without script: by the form at the checkout, then by the letter's address. In Japanese
// the invoice is paid at the till; in English its reader says that it is not theirs.
func TestGuest(t *testing.T) {
	t.Parallel()
	for _, told := range []struct {
		name    string
		options []browser.Option
		notMine bool
	}{
		{"ja, paid", []browser.Option{browser.NoScript()}, false},
		{"en, not mine", []browser.Option{browser.NoScript(), browser.Language("en-GB,en;q=0.9")}, true},
	} {
		t.Run(told.name, func(t *testing.T) {
			t.Parallel()
			d := openDemo(t)
			d.moveClock(t, opening.AddDate(0, 0, 3)) // from the third day on the shop's customers may pay by invoice
			w := browser.Open(t, browser.Phone(), told.options...)
			phone := newPhone()
			order := d.guestBuys(t, w, phone)
			d.moveClock(t, opening.AddDate(0, 0, 4).Add(6*time.Hour))
			w.Go(d.public + d.invoice(t))
			w.Shot("invoice")
			if told.notMine {
				w.Click("input[name=reason][value=not_bought]")
				w.Click(`form[action$="/not-mine"] button`)
				w.Shot("invoice-not-mine")
				if w.Has(`form[action$="/not-mine"]`) || w.Has("section.code") || !w.Says("You need not pay") && !w.Says("you need not pay") {
					t.Errorf("the bill still stands: %s", w.Text("main"))
				}
				if out := d.must(t, append([]string{"invoices", "disputes"}, d.database()...)...); !regexp.MustCompile(order.OrderRef).MatchString(out) {
					t.Errorf("no work for a person: %s", out)
				}
				d.verify(t)
				return
			}
			digits := scan(t, w)
			w.Go(d.stage + "/till")
			w.Fill("#digits", string(digits))
			w.Click(`form[action="/till/scan"] button`)
			w.Click(`form[action$="/pay"] button`)
			until(t, "the payment", func() bool {
				w.Go(d.public + d.invoice(t))
				return !w.Has("section.code")
			})
			w.Shot("invoice-paid")
			d.verify(t)
		})
	}
}

// guestBuys goes from the shop to its thank-you page without an account.
func (d *demo) guestBuys(t *testing.T, w *browser.Page, phone string) session {
	t.Helper()
	order := d.order(t, w, "kyusu")
	until(t, "the offer", func() bool { // the server looks for new terms once a minute
		w.Reload()
		return w.Says("請求書払い") || w.Says("pay by invoice")
	})
	w.Shot("guest-enter")
	d.prove(t, w, phone)
	if !w.Has(`form[action$="/guest"]`) {
		t.Fatalf("%s does not offer an invoice: %s", w.Path(), w.Text("main"))
	}
	w.Click(`form[action$="/guest"] button`)
	w.Shot("guest-slips")
	for field, text := range map[string]string{
		"family": "山田", "given": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ", "year": "1990", "month": "4", "day": "5",
		"postal": "150-0001", "prefecture": "東京都", "city": "渋谷区神宮前1-2-" + phone[len(phone)-4:], "mail": "hanako@example.jp",
	} {
		w.Fill("input[name="+field+"]", text)
	}
	w.Click("input[name=agree]")
	w.Shot("guest-form")
	w.Click(`form[action$="/guest"] button`)
	wantConfirm(t, w)
	w.Shot("guest-confirm")
	w.Click(payButton)
	wantPaid(t, w)
	w.Shot("guest-done")
	w.Click(onward)
	d.charged(t, order.OrderRef, "captured")
	return order
}

// atTheForm is somebody without an account who has proven their number at a checkout, and may fill in the form for an invoice.
func (d *demo) atTheForm(t *testing.T, s session) *person {
	t.Helper()
	p := d.person(t, newPhone())
	d.proveBy(t, p, s)
	return p
}

// TestGuestsMoneyBack pays an invoice with too much and goes the whole way back without script: the account is given on the invoice's
// page with a code, the bank takes the file and makes the transfer, and the page says so.
func TestGuestsMoneyBack(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	d.moveClock(t, opening.AddDate(0, 0, 3))
	w := browser.Open(t, browser.Phone(), browser.NoScript())
	phone := newPhone()
	d.guestBuys(t, w, phone)
	d.moveClock(t, opening.AddDate(0, 0, 4).Add(6*time.Hour))
	path := d.invoice(t)
	w.Go(d.public + path)
	reference := aReference.FindString(w.Text("main"))
	d.atTill(t, "/bank/transfer", "payer", reference, "amount", "30000")
	const give = `main a.btn[href$="/account"]`
	until(t, "the choice", func() bool {
		w.Go(d.public + path)
		return w.Has(give)
	})
	w.Shot("invoice-give")
	w.Click(give)
	w.Shot("return-start")
	w.Click(`main form[action$="/account/send"] button`)
	w.Shot("return-code")
	w.Fill("#f-code", d.code(t, phone))
	w.Click(`main form[action$="/account/code"] button`)
	w.Fill("#f-q", "0001")
	w.Click("main form[role=search] button")
	w.Click(`main a[href$="/account/0001"]`)
	w.Fill("#f-q", "001")
	w.Click("main form[role=search] button")
	w.Click(`main a[href$="/account/0001/001"]`)
	w.Shot("return-account")
	w.Fill("#f-account_number", "1234567")
	w.Fill("#f-payer_holder", "ヤマダ ハナコ")
	w.Click(`main form[action$="/account/0001/001"] button`)
	w.Shot("return-confirm")
	w.Click(`main form[action$="/account/confirm"] button`)
	if !w.Says("••••567") || w.Has(give) {
		t.Errorf("the account was not taken: %s", w.Text("main"))
	}
	w.Shot("invoice-given")

	w.Go(d.stage + "/bank")
	w.Click(`form[action="/bank/payouts"] button`)
	d.moveClock(t, opening.AddDate(0, 0, 9).Add(7*time.Hour))
	w.Go(d.stage + "/bank")
	w.Shot("bank-payouts")
	w.Click(`form[action$=".txt"] button`)
	w.Shot("bank-payouts-made")
	w.Go(d.public + path)
	if !w.Says("振り込みました") {
		t.Errorf("the page does not say that the money was sent: %s", w.Text("main"))
	}
	w.Shot("invoice-sent")
	d.verify(t)
}

var aReference = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`)

// bySlip buys by invoice without drawing a page.
func (d *demo) bySlip(t *testing.T, amount int64) {
	t.Helper()
	s := d.ask(t, fmt.Sprintf("E-%04d", numbers.Add(1)), amount)
	p := d.atTheForm(t, s)
	form := "/pay/" + s.ID + "/guest"
	p.post(t, form, "terms", fieldOf(p.get(t, form), `name="terms" value="([^"]+)"`), "agree", "yes",
		"family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ", "year", "1990", "month", "4", "day", "5",
		"postal", "150-0001", "prefecture", "東京都", "city", "渋谷区神宮前1-2-"+p.phone[len(p.phone)-4:], "mail", "hanako"+p.phone[len(p.phone)-4:]+"@example.jp")
	d.captures(t, p, s)
}

// prepareGuests leaves one guest before the form, and three purchases whose invoices come on the next day.
func (a *audit) prepareGuests(t *testing.T) {
	d := a.d
	if status := d.call(t, "/healthz", nil, nil); status != http.StatusOK { // which looks for new terms
		t.Fatalf("health: %d", status)
	}
	a.guestAt = d.ask(t, fmt.Sprintf("E-%04d", numbers.Add(1)), 4_500)
	a.guest = d.atTheForm(t, a.guestAt)
	d.bySlip(t, 4_600)
	d.bySlip(t, 49_000)
	d.bySlip(t, 5_100)
}

func (a *audit) guestStops() []stop {
	form := "/pay/" + a.guestAt.ID + "/guest"
	return []stop{
		{name: "guest", pattern: "/pay/{session}/guest", url: a.d.public + form},
		a.wrong("guest-slips", form, `main form[action$="/guest"] button.big`),
	}
}

// invoiceStops are an invoice that is to be paid, one whose reader has said that it is not theirs, and one that was paid with too much.
func (a *audit) invoiceStops(t *testing.T) []stop {
	t.Helper()
	var paths []string
	until(t, "three invoices", func() bool {
		paths = a.d.invoices(t)
		return len(paths) >= 3
	})
	a.nobody.post(t, paths[1]+"/not-mine", "reason", "not_bought")
	a.d.atTill(t, "/bank/transfer", "payer", aReference.FindString(a.nobody.get(t, paths[2])), "amount", "60000")
	until(t, "the choice", func() bool { return strings.Contains(a.nobody.get(t, paths[2]), paths[2]+`/account"`) })
	return []stop{
		{name: "invoice-give", url: a.d.public + paths[2]},
		{name: "return-start", pattern: "/i/{token}/account", url: a.d.public + paths[2] + "/account"},
		{name: "invoice", pattern: "/i/{token}", url: a.d.public + paths[0]},
		a.wrong("invoice-slips", paths[0], `main form[action$="/not-mine"] button`),
		{name: "invoice-not-mine", url: a.d.public + paths[1]},
	}
}
