package e2e_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/e2e/browser"
)

// invited is a person of staff as the demonstration's office shows them: the path of their link, and what their authenticator
// shows now.
func (d *demo) invited(t *testing.T, name string) (link, code string) {
	t.Helper()
	d.atTill(t, "/staff", "name", name)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.stage+"/staff", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := caller.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	_, own, _ := strings.Cut(string(text), `id="`+name+`"`)
	own, _, _ = strings.Cut(own, "</li>")
	link, code = fieldOf(own, `href="[^"]*(/ops/enrol/[^"]+)"`), fieldOf(own, `data-code="(\d{6})"`)
	if link == "" || code == "" {
		t.Fatalf("%s was not invited: %s", name, own)
	}
	return link, code
}

// staff is a person of staff who has enrolled just now.
func (d *demo) staff(t *testing.T, name string) *person {
	t.Helper()
	p := d.person(t, "")
	link, code := d.invited(t, name)
	p.post(t, link, "totp", code)
	return p
}

// oddMoney lets a member pay a bill of which the agent then tells another amount, until that is certain.
func (d *demo) oddMoney(t *testing.T, p *person) {
	t.Helper()
	digits := fieldOf(p.get(t, p.bill(t)+"/pay"), `(?s)<p class="digits">(.*?)</p>`)
	digits = strings.NewReplacer("<span>", "", "</span>", "", " ", "").Replace(digits)
	d.atTill(t, "/trouble/files", "office", "agent", "kind", "agent_amount")
	slip := d.atTill(t, "/till/scan", "digits", digits, "store", "000101")
	d.atTill(t, slip+"/pay")
	d.atTill(t, "/till/confirm")
}

const oneMoney = `href="(/ops/receipts/rct_[0-9a-z]+)"`

// prepareConsole leaves a request about money that waits, and a link that is not used.
func (a *audit) prepareConsole(t *testing.T) {
	d := a.d
	a.aoki, a.kubo, a.stranger = d.staff(t, "aoki"), d.staff(t, "kubo"), d.person(t, "")
	until(t, "the odd money", func() bool { return fieldOf(a.aoki.get(t, "/ops/receipts"), oneMoney) != "" })
	a.money = fieldOf(a.aoki.get(t, "/ops/receipts"), oneMoney)
	a.aoki.post(t, a.money+"/return", "way", "bank")
	a.request = fieldOf(a.aoki.get(t, "/ops/approvals"), `href="(/ops/approvals/apr_[0-9a-z]+)"`)
	a.invitation, _ = d.invited(t, "sato")
	a.prepareEntries(t)
}

// prepareEntries leaves an entry of the books by hand, and a request for another one.
func (a *audit) prepareEntries(t *testing.T) {
	t.Helper()
	ask := func(reference string) string {
		a.aoki.post(t, "/ops/journal/new", "reference", reference, "reason", "bank_fee", "note", "2026-06-30", "day", "2026-06-30",
			"account1", "bank_fees", "side1", "debit", "amount1", "500", "account2", "input_tax", "side2", "debit", "amount2", "50",
			"account3", "bank", "side3", "credit", "amount3", "550")
		return fieldOf(a.aoki.get(t, "/ops/approvals"), `href="(/ops/approvals/apr_[0-9a-z]+)"`)
	}
	a.kubo.post(t, ask("BANK-2026-6-1")+"/approve")
	a.entry = fieldOf(a.aoki.get(t, "/ops/journal"), `href="(/ops/journal/jnl_[0-9a-z]+)"`)
	a.entryAsked = ask("BANK-2026-6-2")
}

func (a *audit) staffStops() []stop {
	return []stop{
		a.at("ops-receipts", "/ops/receipts"),
		{name: "ops-receipt", pattern: "/ops/receipts/{receipt}", url: a.d.public + a.money},
		a.at("ops-payouts", "/ops/payouts"),
		a.at("ops-approvals", "/ops/approvals"),
		{name: "ops-own", pattern: "/ops/approvals/{approval}", url: a.d.public + a.request},
		a.at("ops-late", "/ops/late"), a.at("ops-books", "/ops/books"), a.at("ops-breaks", "/ops/breaks"),
		a.at("ops-journal", "/ops/journal"), a.at("ops-draft", "/ops/journal/new"),
		a.wrong("ops-draft-slips", "/ops/journal/new", `form[action="/ops/journal/new"] button`),
		{name: "ops-entry", pattern: "/ops/journal/{entry}", url: a.d.public + a.entry},
		{name: "ops-own-entry", url: a.d.public + a.entryAsked},
		{name: "ops-entries", url: a.d.public + "/ops/books?object=" + strings.TrimPrefix(a.money, "/ops/receipts/")},
		{name: "ops-books-slips", url: a.d.public + "/ops/books?object=x", status: slips},
		{name: "ops-not-allowed", url: a.d.public + "/ops/looks", status: http.StatusForbidden},
		{name: "ops-absent", url: a.d.public + "/ops/nothing", status: http.StatusNotFound},
	}
}

func (a *audit) adminStops() []stop {
	return []stop{
		{name: "ops-approval", url: a.d.public + a.request},
		a.at("ops-looks", "/ops/looks"),
	}
}

func (a *audit) strangerStops() []stop {
	return []stop{
		a.at("ops-signin", "/ops/signin"),
		{name: "ops-enrol", pattern: "/ops/enrol/{link}", url: a.d.public + a.invitation},
		a.wrong("ops-enrol-slips", a.invitation, `form[action^="/ops/enrol"] button`),
		{name: "ops-link-over", url: a.d.public + "/ops/enrol/none", status: http.StatusGone},
	}
}

// TestTwoOfStaff: a member pays, and the agent tells another amount. One of staff finds the money and asks for its return, and
// cannot approve it; another one does; the member's bill is still to be paid.
func TestTwoOfStaff(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	p := d.member(t)
	d.bought(t, p, 12_000)
	d.moveClock(t, time.Date(2026, 7, 1, 9, 0, 0, 0, tokyo))
	until(t, "the bill", func() bool { return p.bill(t) != "" })
	d.oddMoney(t, p)

	enter := func(name string) *browser.Page {
		w := browser.Open(t, browser.Phone(), browser.Language("ja"))
		link, code := d.invited(t, name)
		w.Go(d.public + link)
		w.Fill("#f-totp", code)
		w.Click("main form button")
		w.Shot("entered-" + name)
		return w
	}
	aoki, baba := enter("aoki"), enter("baba")
	aoki.Click("main .list a.item")
	aoki.Click(`main form[action$="/return"] button`)
	money := aoki.Path()
	aoki.Shot("asked")
	aoki.Click(`main .note a[href^="/ops/approvals/"]`)
	request := aoki.Path()
	if got := aoki.Texts(`main form[action$="/approve"]`); len(got) != 0 {
		t.Errorf("who asked may approve: %q", got)
	}
	baba.Click(`a[href="/ops/approvals"]`)
	baba.Click("main .list a.item")
	if baba.Path() != request {
		t.Errorf("at %s, want %s", baba.Path(), request)
	}
	baba.Shot("to-approve")
	baba.Click(`main form[action$="/approve"] button`)
	baba.Shot("approved")
	if got := baba.Attribute("main .tag", "class"); !strings.Contains(got, "ok") {
		t.Errorf("after approving: %s", got)
	}
	aoki.Go(d.public + money)
	aoki.Shot("decided")
	if got := aoki.Texts(`main form`); len(got) != 0 {
		t.Errorf("more can be decided: %q", got)
	}
	if p.bill(t) == "" || !strings.Contains(p.get(t, p.bill(t)), `/pay"`) {
		t.Error("the bill is not to be paid any more")
	}
	d.verify(t)
}

// lateStops are the console's pages about a bill past due.
func (a *audit) lateStops(t *testing.T, aoki *person) []stop {
	bill := fieldOf(aoki.get(t, "/ops/late"), `href="(/ops/late/stm_[0-9a-z]+)"`)
	if bill == "" {
		t.Fatal("no bill past due on the console")
	}
	return []stop{
		{name: "ops-late-bills", url: a.d.public + "/ops/late"},
		{name: "ops-contact", url: a.d.public + bill, theirs: true}, // what was sent is told as it was
		namesOf(a.wrong("ops-contact-slips", bill, `main form[action^="/ops/late"] button`)),
	}
}
