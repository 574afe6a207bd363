package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tsuke/e2e/browser"
)

// afterwards is how an order must stand when its trouble is over.
type afterwards struct {
	state  string // of its one payment, or empty
	tag    string // the look of the state on the member's page
	before func(t *testing.T, d *demo, w *browser.Page, s session)
}

// troubles are all that the panel offers, in an order in which the one that moves the clock comes last.
var troubles = []struct {
	kind string
	ends afterwards
}{
	{"lost_answer", afterwards{state: once, tag: "ok"}},
	{"twice", afterwards{state: once, tag: "ok"}},
	{"kill_before", afterwards{state: once, tag: "ok", before: pressAgain}},
	{"kill_after", afterwards{state: once, tag: "ok"}},
	{"kill_confirm", afterwards{state: once, tag: "ok"}},
	{"slow_shop", afterwards{state: once, tag: "ok", before: bothSayPending}},
	{"sold_out", afterwards{state: "voided", tag: "off"}},
	{"never_confirm", afterwards{state: "expired", tag: "off", before: letTimePass}},
}

// TestTrouble makes each trouble of the panel: whatever dies or is lost on the way, the order ends charged once or not at
// all, the member's page and the shop's say the same, and the books agree.
func TestTrouble(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	p := d.member(t)
	w := p.window(t, browser.Desk())
	w.Go(d.stage + "/trouble")
	for _, kind := range d.kinds(t, w) {
		if !slices.ContainsFunc(troubles, func(row struct {
			kind string
			ends afterwards
		},
		) bool {
			return row.kind == kind
		}) {
			t.Errorf("nobody has said how %s must end", kind)
		}
	}
	for _, row := range troubles {
		// Each by a member of their own: the same goods bought again by one would be asked about.
		t.Run(row.kind, func(t *testing.T) { d.trouble(t, d.member(t), row.kind, row.ends) })
	}
}

func (d *demo) kinds(t *testing.T, w *browser.Page) []string {
	t.Helper()
	var out []string
	for i := 1; ; i++ {
		kind := w.Attribute(`label.choice:nth-of-type(`+string(rune('0'+i))+`) input[name=kind]`, "value")
		if kind == "" {
			break
		}
		out = append(out, kind)
	}
	if len(out) < 5 {
		t.Errorf("the panel offers only %v", out)
	}
	return out
}

// trouble arms one kind, buys, and waits for the end of it. The window is a new one, so that a failure spoils nothing after.
func (d *demo) trouble(t *testing.T, p *person, kind string, ends afterwards) {
	w := p.window(t, browser.Desk())
	w.Go(d.stage + "/trouble")
	w.Click(`input[name=kind][value=` + kind + `]`)
	w.Click(`form[action="/trouble"]:has(fieldset) button`)
	s := d.order(t, w, goods)
	w.Click(payButton)
	w.Shot("pressed")
	if ends.before != nil {
		ends.before(t, d, w, s)
	}
	until(t, "the page of the result", func() bool {
		w.Go(s.URL)
		return w.Has(onward) || w.Attribute("main", "data-error-page") != ""
	})
	if w.Has(onward) {
		w.Click(onward)
	}
	var now payment
	until(t, "the end of "+kind, func() bool {
		now = d.lastPayment(t, s.OrderRef)
		return now.State == ends.state
	})
	standing := ends.state
	if !now.standing() {
		standing = none
	}
	d.charged(t, s.OrderRef, standing)
	d.bothTell(t, w, s, now, ends.tag)
	d.proveOnThePage(t, w)
}

func (d *demo) lastPayment(t *testing.T, ref string) payment {
	t.Helper()
	all := d.payments(t, ref)
	if len(all) == 0 {
		return payment{}
	}
	return all[0]
}

// bothTell looks at the order from both sides.
func (d *demo) bothTell(t *testing.T, w *browser.Page, s session, now payment, tag string) {
	t.Helper()
	w.Go(d.public + "/payments/" + now.ID)
	if !w.Has("main .hero .tag."+tag) || !strings.Contains(w.Text("main .hero"), yen(s.Amount)) {
		t.Errorf("the member is shown %s", w.Text("main .hero"))
	}
	w.Shot("member")
	for _, page := range []string{"/shop/orders/", "/shop/staff/"} {
		until(t, "the shop's page "+page, func() bool {
			w.Go(d.stage + page + s.OrderRef)
			return strings.Contains(w.Text("main"), now.Reference)
		})
		w.Shot("shop")
	}
	w.Go(d.stage + "/trouble")
	if story := w.Text("section.stories article"); !strings.Contains(story, s.OrderRef) || !strings.Contains(story, now.Reference) {
		t.Errorf("the panel tells %s", story)
	}
	w.Shot("panel")
}

// proveOnThePage presses the panel's own button, which has the product prove its books.
func (d *demo) proveOnThePage(t *testing.T, w *browser.Page) {
	t.Helper()
	w.Click(`form[action="/trouble/verify"] button`)
	if !w.Has("#books .note.ok") {
		t.Errorf("the panel says of the books: %s", w.Text("#books"))
	}
}

// pressAgain finds that the press never arrived, and presses once more.
func pressAgain(t *testing.T, d *demo, w *browser.Page, s session) {
	t.Helper()
	d.back(t, s)
	d.charged(t, s.OrderRef, none)
	w.Go(s.URL)
	wantConfirm(t, w)
	w.Click(payButton)
}

// back waits until the server has been started again.
func (d *demo) back(t *testing.T, s session) {
	t.Helper()
	until(t, "the server", func() bool {
		resp, err := caller.Get(d.public + "/healthz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	if now := d.sessionAt(t, s.URL); now.State != "open" {
		t.Errorf("the checkout is %s", now.State)
	}
}

// bothSayPending looks while the shop takes its time.
func bothSayPending(t *testing.T, d *demo, w *browser.Page, s session) {
	t.Helper()
	w.Go(s.URL)
	w.Click(onward)
	now := d.charged(t, s.OrderRef, "authorized")
	w.Go(d.public + "/payments/" + now.ID)
	if !w.Has("main .hero .tag.info") {
		t.Errorf("the member is shown %s", w.Text("main .hero"))
	}
	w.Shot("pending-member")
	w.Go(d.stage + "/shop/orders/" + s.OrderRef)
	w.Shot("pending-shop")
}

// letTimePass waits longer than the service waits for a shop.
func letTimePass(t *testing.T, d *demo, w *browser.Page, s session) {
	t.Helper()
	w.Go(s.URL)
	w.Click(onward)
	d.charged(t, s.OrderRef, "authorized")
	d.moveClock(t, d.now(t).Add(65*time.Minute))
}
