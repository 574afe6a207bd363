package e2e_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tsuke/e2e/browser"
)

// payer is a member who looks at their bill in one language, without script.
type payer struct {
	*person
	t    *testing.T
	w    *browser.Page
	name string // of the way, and of the pictures
	en   bool
	path string // of the bill, once there is one
}

// payer is somebody who has registered and buys nothing yet.
func (d *demo) payer(t *testing.T, name string, en bool) *payer {
	t.Helper()
	p := &payer{person: d.member(t), t: t, name: name, en: en}
	language := "ja"
	if en {
		language = "en-GB,en;q=0.9"
	}
	p.w = p.window(t, browser.Phone(), browser.NoScript(), browser.Language(language))
	return p
}

func (p *payer) says(ja, en string) string {
	if p.en {
		return en
	}
	return ja
}

// wants looks for sentences' figures on the page, which has to fit and to be in one language.
func (p *payer) wants(page string, figures ...string) {
	p.t.Helper()
	p.w.Shot(p.name + "-" + page + p.says("-ja", "-en"))
	text := p.w.Text("main")
	for _, figure := range figures {
		if !strings.Contains(text, figure) {
			p.t.Errorf("%s, %s: %s does not say %q: %s", p.name, page, p.w.Path(), figure, text)
		}
	}
	for _, m := range p.w.Misfits() {
		p.t.Errorf("%s, %s: %s", p.name, page, m)
	}
	if p.en && !p.w.Has("main [lang=ja]") {
		(&story{t: p.t, d: p.d, w: p.w}).onlyEnglish(p.name + ", " + page)
	}
}

// choose takes a way to pay for the bills to come.
func (p *payer) choose(way string) {
	p.t.Helper()
	p.w.Go(p.d.public + "/account/way")
	p.w.Click(`button[name=way][value=` + way + `]`)
	if p.w.Has(`button[name=way][value=` + way + `]`) {
		p.t.Errorf("%s: %s was not chosen: %s", p.name, way, p.w.Text("main"))
	}
	p.wants("chosen")
}

// register registers a bank account and has it debited.
func (p *payer) register(number string) {
	p.t.Helper()
	p.w.Go(p.d.public + "/account/way")
	p.w.Click(`main section[aria-labelledby=debit-h] a[href="/account/bank"]`)
	p.w.Fill("#f-q", "0001")
	p.w.Click("main form[role=search] button")
	p.w.Click(`main a[href^="/account/bank/0001"]`)
	p.w.Fill("#f-q", "001")
	p.w.Click("main form[role=search] button")
	p.w.Click(`main a[href^="/account/bank/0001/001"]`)
	p.w.Fill("input[name=account_number]", number)
	p.wants("account")
	p.w.Click(`main form[action="/account/bank/0001/001"] button`)
	p.wants("confirm", "••••"+number[len(number)-3:])
	p.w.Click(`main form[action="/account/confirm"] button`)
	p.wants("registered", "•"+number[len(number)-3:])
	p.choose("debit")
}

// find waits until the bill is there.
func (p *payer) find() {
	p.t.Helper()
	until(p.t, "the bill", func() bool {
		p.path = p.bill(p.t)
		return p.path != ""
	})
}

func (p *payer) of(below string) string { return p.d.public + p.path + below }

// payAtTheTill pays what a barcode says.
func (p *payer) payAtTheTill(digits string) {
	p.t.Helper()
	p.w.Go(p.d.stage + "/till")
	p.w.Fill("#digits", digits)
	p.w.Click(`form[action="/till/scan"] button`)
	p.w.Click(`form[action$="/pay"] button`)
	p.d.atTill(p.t, "/till/confirm")
	p.until("is paid", func() bool { return p.w.Has(".hero .tag.ok") })
}

// until looks at the bill again and again.
func (p *payer) until(what string, true func() bool) {
	p.t.Helper()
	until(p.t, p.name+" "+what, func() bool {
		p.w.Go(p.of(""))
		return true()
	})
}

// onCards are the digits as they are printed beneath the barcode.
var onCards = regexp.MustCompile(`\((91)\)(\d{6})-(\d{22})\s+(\d{6})-(\d)-(\d{6})-(\d)`)

// card reads the digits off a postcard as it goes to the printer, which are in no other place.
func (d *demo) card(t *testing.T, reference string) string {
	t.Helper()
	list := readFile(t, filepath.Join(d.dir, "printer", "2026-06", "2026-06.csv"))
	at := regexp.MustCompile(`(?m)^\d+,` + reference + `,([^,]+),(\d+),(\d+),`).FindStringSubmatch(list)
	if at == nil {
		t.Fatalf("no card for %s: %s", reference, list)
	}
	reader, found := tool(t, "pdftotext", "poppler-utils")
	if !found {
		return ""
	}
	out, err := exec.CommandContext(t.Context(), reader, "-f", at[2], "-l", at[3], filepath.Join(d.dir, "printer", "2026-06", at[1]), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	parts := onCards.FindStringSubmatch(string(out))
	if parts == nil {
		t.Fatalf("the card has no digits: %s", out)
	}
	digits := strings.Join(parts[1:], "")
	slipDigits(digits).sound(t)
	return digits
}

// TestMoney pays bills in ways that the story does not, and late, on one demonstration: by barcode and by postcard, by debit
// and after a debit that failed, on the day that was promised, in parts, and not at all. Each in both languages, without
// script. Two of staff decide what takes two.
func TestMoney(t *testing.T) {
	t.Parallel()
	d := openDemo(t, [2]string{"collection.plan.enabled", "true"}, [2]string{"credit.limit.online", "400000"})
	var cards, debits, empties, kept, broken, odd []*payer
	for _, en := range []bool{false, true} {
		cards, debits, empties = append(cards, d.payer(t, "postcard", en)), append(debits, d.payer(t, "debit", en)), append(empties, d.payer(t, "no-money", en))
		kept, broken, odd = append(kept, d.payer(t, "kept", en)), append(broken, d.payer(t, "broken", en)), append(odd, d.payer(t, "odd", en))
	}
	all := func(groups ...[]*payer) (out []*payer) {
		for _, g := range groups {
			out = append(out, g...)
		}
		return out
	}
	for _, p := range cards {
		p.choose("postcard")
	}
	for i, p := range all(debits, empties) {
		p.register("123450" + string(rune('1'+i)))
	}
	for _, p := range all(cards, debits, empties, odd) {
		d.bought(t, p.person, 12_000)
	}
	for _, p := range all(kept, broken) {
		d.bought(t, p.person, 299_700)
	}
	d.moveClock(t, time.Date(2026, 7, 1, 9, 0, 0, 0, tokyo))
	for _, p := range all(cards, debits, empties, kept, broken, odd) {
		p.find()
	}
	printer := browser.Open(t, browser.Phone(), browser.NoScript())
	printer.Go(d.stage + "/printer")
	printer.Click("main form button")
	printer.Shot("printed")
	for _, p := range cards {
		p.w.Go(p.of("/pay"))
		p.wants("pay", "12,209")
		p.w.Go(p.of(""))
		p.payAtTheTill(d.card(t, p.w.Text(".ref")))
		p.wants("paid", "12,209")
	}
	for _, p := range odd {
		d.oddMoney(t, p.person)
	}
	desk := &office{t: t, d: d, a: d.clerk(t, "aoki", "ja"), b: d.clerk(t, "baba", "en")}
	desk.match(odd)
	for i, p := range all(debits, empties) {
		p.w.Go(p.of(""))
		p.wants("to-be-debited", p.says("2026年7月27日(月)に引き落とし", "Debited on Mon 27 Jul 2026"), "みずほ ••••50"+string(rune('1'+i)))
		if p.w.Has("main a.btn:not(.sub)") {
			t.Errorf("%s: what the bank takes is asked for: %s", p.name, p.w.Text("main"))
		}
		p.w.Go(p.of("/pay"))
		p.wants("to-be-debited-pay", "12,000")
	}

	d.moveClock(t, time.Date(2026, 7, 13, 10, 0, 0, 0, tokyo))
	d.quiet(t)
	for _, p := range all(kept, broken) {
		p.signIn()
		p.promise("2026-07-20", p.says("7月20日", "20 Jul"))
	}
	d.moveClock(t, time.Date(2026, 7, 20, 12, 0, 0, 0, tokyo))
	for _, p := range kept {
		p.w.Go(p.of("/pay"))
		p.wants("pay", "299,909")
		p.payAtTheTill(string(scan(t, p.w)))
		p.wants("paid", "299,909")
		p.w.Go(d.public + "/bills/hard")
		p.wants("nothing-late")
	}

	w := browser.Open(t, browser.Desk(), browser.NoScript())
	w.Go(d.stage + "/bank")
	w.Choose("#month", "2026-06")
	w.Click(`form[action="/bank/request"] button`)
	for _, ending := range []string{"503", "504"} { // those of whom the bank finds nothing to take
		empty(t, w, ending)
	}
	for _, p := range debits {
		p.signIn()
		p.w.Go(p.of(""))
		p.wants("debit-asked", "12,000")
		if p.w.Has(`main a[href$="/pay"]`) {
			t.Errorf("%s: can be paid while the bank is asked: %s", p.name, p.w.Text("main"))
		}
	}
	d.moveClock(t, time.Date(2026, 7, 27, 16, 0, 0, 0, tokyo))
	w.Reload()
	w.Click(`form[action$="/answer"] button`)
	w.Shot("bank-answered")
	d.quiet(t)
	for _, p := range debits {
		p.signIn()
		p.until("is debited", func() bool { return p.w.Has(".hero .tag.ok") })
		p.wants("debited", "12,000")
	}
	for _, p := range empties {
		p.signIn()
		p.w.Go(p.of(""))
		p.wants("failed", "12,209", p.says("8月6日", "6 Aug")) // a store's fee, and ten days more
		p.w.Go(p.of("/pay"))
		p.wants("failed-pay", "12,209", p.says("8月6日", "6 Aug"))
		scan(t, p.w) // to be paid at a till now
	}
	for _, p := range broken {
		p.signIn()
		p.w.Go(d.public + "/bills/hard")
		p.wants("broken", "299,909")
		if p.w.Has("main .note.info") {
			t.Errorf("the promise of 20 July stands: %s", p.w.Text("main .note.info"))
		}
		p.payInParts()
	}
	d.moveClock(t, time.Date(2026, 9, 11, 10, 0, 0, 0, tokyo)) // the first fee day of a bill that was due on 6 August is over
	d.quiet(t)
	desk.a, desk.b = d.clerk(t, "aoki", "ja"), d.clerk(t, "baba", "en")
	for i, p := range empties {
		p.signIn()
		p.until("costs more", func() bool { return strings.Contains(p.w.Text("main"), "12,309") })
		p.wants("late", "12,309", "209", "100")
		asks, decides := desk.a, desk.b
		if i == 1 {
			asks, decides = desk.b, desk.a
		}
		desk.giveUp(p, asks, decides)
	}
	d.verify(t)
}

// quiet waits until no more letters come: what was to be sent by now is sent.
func (d *demo) quiet(t *testing.T) {
	t.Helper()
	p, same := d.person(t, ""), 0
	var last string
	until(t, "an end of the letters", func() bool {
		page := p.at(t, d.stage+"/phone")
		if same++; page != last {
			same, last = 0, page
		}
		return same >= 5
	})
}

// signIn proves the number anew: half a month has passed.
func (p *payer) signIn() {
	p.t.Helper()
	p.w.Go(p.d.public + "/bills")
	if !p.w.Has(`form[action="/signin"]`) {
		return
	}
	p.w.Fill("input[name=phone]", p.phone)
	p.w.Click(`form[action="/signin"] button`)
	if !p.w.Has("input[name=code]") {
		p.w.Shot("signin")
		p.t.Fatal(p.w.Path(), p.w.Text("main"))
	}
	p.w.Fill("input[name=code]", p.d.code(p.t, p.phone))
	p.w.Click(`main form:has(input[name=code]) button`)
}

// promise looks why the bill is late and what that costs, and promises a day.
func (p *payer) promise(day, said string) {
	p.t.Helper()
	p.w.Go(p.of(""))
	p.wants("overdue", "299,909")
	p.w.Click(`main a[href="/bills/hard"]`)
	p.wants("hard", "299,909", "100")
	p.w.PickDay("#f-day", day)
	p.w.Click(`main form[action="/bills/hard"] button`)
	p.wants("promised", said)
}

// empty has the bank find no money in an account.
func empty(t *testing.T, w *browser.Page, ending string) {
	t.Helper()
	const accounts = `main li:has(form[action^="/bank/accounts/"])`
	for i, text := range w.Texts(accounts + " p.mono") {
		if strings.HasSuffix(text, ending) {
			one := fmt.Sprintf("%s:nth-child(%d) ", accounts, i+1)
			w.Choose(one+"select", "short")
			w.Click(one + "button")
			return
		}
	}
	t.Fatalf("no account ends with %s: %s", ending, w.Text("main"))
}

// payInParts agrees to two parts, and pays the first of them at a till.
func (p *payer) payInParts() {
	p.t.Helper()
	p.w.Click(`main a[href="` + p.path + `/parts"]`)
	p.w.Choose("#f-parts", "2")
	p.w.PickDay("#f-first", "2026-07-27")
	p.w.Click("main form[method=get] button")
	p.wants("parts", "149,955", "149,954", p.says("8月10日", "10 Aug"))
	p.w.Click("main form[method=post] button")
	p.wants("parts-agreed", "149,955", "149,954")
	p.w.Go(p.of("/pay"))
	p.wants("part-pay", "149,955")
	digits := scan(p.t, p.w)
	p.w.Go(p.d.stage + "/till")
	p.w.Fill("#digits", string(digits))
	p.w.Click(`form[action="/till/scan"] button`)
	p.w.Click(`form[action$="/pay"] button`)
	p.d.atTill(p.t, "/till/confirm")
	p.until("has paid a part", func() bool { return !strings.Contains(p.w.Text(".hero"), "299,909") })
	p.wants("part-paid", "149,954")
}

// office is two people of staff, of whom one reads Japanese and the other English.
type office struct {
	t    *testing.T
	d    *demo
	a, b *browser.Page
}

// clerk is a person of staff who has enrolled.
func (d *demo) clerk(t *testing.T, name, language string) *browser.Page {
	t.Helper()
	w := browser.Open(t, browser.Desk(), browser.NoScript(), browser.Language(language))
	link, code := d.invited(t, name)
	w.Go(d.public + link)
	w.Fill("#f-totp", code)
	w.Click("main form button")
	return w
}

// match has each of two match odd money with the bill that the payer meant.
func (o *office) match(odd []*payer) {
	o.t.Helper()
	for i, w := range []*browser.Page{o.a, o.b} {
		w.Go(o.d.public + "/ops/receipts")
		w.Click("main .list a.item")
		w.Shot("odd-" + odd[i].says("ja", "en"))
		w.Click(`main form[action$="/match"] button`)
		if w.Has("main form") || !w.Has("main .note.ok") {
			o.t.Errorf("not matched: %s", w.Text("main"))
		}
		w.Shot("matched-" + odd[i].says("ja", "en"))
	}
	for _, p := range odd {
		p.w.Go(p.of(""))
		p.wants("matched")
	}
}

// giveUp stops dunning and lets it go on, takes the first charge back, which is the store's fee after the debit that failed,
// and gives the bill up: one asks, the other decides.
func (o *office) giveUp(p *payer, asks, decides *browser.Page) {
	o.t.Helper()
	bill := o.d.public + "/ops/late/" + strings.TrimPrefix(p.path, "/bills/")
	asks.Go(bill)
	asks.Shot("late-" + p.says("ja", "en"))
	asks.Click(`main form[action$="/stop"] button`)
	if !asks.Has("main .note.warn") {
		o.t.Errorf("dunning was not stopped: %s", asks.Text("main"))
	}
	asks.Shot("stopped-" + p.says("ja", "en"))
	asks.Click(`main form[action$="/resume"] button`)
	if asks.Has("main .note.warn") {
		o.t.Errorf("dunning does not go on: %s", asks.Text("main"))
	}
	asks.Click(`main form[action$="/waive"] input[name=charge]`)
	asks.Click(`main form[action$="/waive"] button`)
	o.approve(decides, asks)
	p.w.Go(p.of(""))
	p.wants("waived", "12,100")
	if strings.Contains(p.w.Text(".hero"), "12,309") {
		o.t.Errorf("the fee is still asked for: %s", p.w.Text("main"))
	}
	asks.Go(bill)
	asks.Click(`main form[action$="/write"] button`)
	o.approve(decides, asks)
	p.w.Go(p.of(""))
	p.wants("written-off", "12,100")
	if p.w.Has(`main a[href$="/pay"]`) {
		o.t.Errorf("the bill that was given up can be paid: %s", p.w.Text("main"))
	}
}

// approve decides what the other has asked for just now; who asked cannot.
func (o *office) approve(decides, asked *browser.Page) {
	o.t.Helper()
	asked.Click(`main .note a[href^="/ops/approvals/"]`)
	request := asked.URL()
	if asked.Has(`main form[action$="/approve"]`) {
		o.t.Error("who asked may approve")
	}
	decides.Go(request)
	decides.Shot("to-approve")
	decides.Click(`main form[action$="/approve"] button`)
	if !strings.Contains(decides.Attribute("main .tag", "class"), "ok") {
		o.t.Errorf("not approved: %s", decides.Text("main"))
	}
}
