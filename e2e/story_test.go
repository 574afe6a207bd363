package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tsuke/e2e/browser"
)

// TestStory is the whole life of a purchase, told once for each way in which people look at it: registered, bought on 10
// June, billed on 1 July with 30,209 yen due on 10 July, paid at a store's till, and bought again.
func TestStory(t *testing.T) {
	t.Parallel()
	for _, told := range []struct {
		name    string
		options []browser.Option
		en      bool
		number  bool // the bill is paid by receipt number
	}{
		{name: "ja"},
		{name: "ja without script", options: []browser.Option{browser.NoScript()}},
		{name: "en", options: []browser.Option{browser.Language("en-GB,en;q=0.9")}, en: true},
		{name: "ja by number without script", options: []browser.Option{browser.NoScript()}, number: true},
		{name: "en by number without script", options: []browser.Option{browser.NoScript(), browser.Language("en-GB,en;q=0.9")}, en: true, number: true},
	} {
		t.Run(told.name, func(t *testing.T) {
			t.Parallel()
			d := openDemo(t)
			s := &story{t: t, d: d, w: browser.Open(t, browser.Phone(), told.options...), phone: newPhone(), en: told.en, number: told.number}
			s.tell()
			if told.name == "ja" && os.Getenv("TSUKE_DOC_SHOTS") == "1" {
				s.keepViews()
			}
		})
	}
}

type story struct {
	t     *testing.T
	d     *demo
	w     *browser.Page
	phone string
	en    bool

	number bool
	views  map[string][]byte // for the documentation
}

func (s *story) tell() {
	s.views = map[string][]byte{}
	s.begin()
	s.register()
	if s.number {
		s.chooseNumbers()
	}
	s.buy("kiriko", 30_000)
	s.waitForTheBill()
	if s.number {
		s.payAtTheTerminal(s.seeTheNumber())
	} else {
		s.payAtTheTill(s.seeTheBill())
	}
	s.seeTheLimitBack()
	s.buy("kyusu", 8_500)
	s.d.verify(s.t)
}

// look is what is looked at on every page on the way.
func (s *story) look(name string) {
	s.t.Helper()
	s.w.Shot(name)
	for _, e := range s.w.Errors() {
		s.t.Errorf("%s: console: %s", name, e)
	}
	for _, q := range s.w.Strangers(s.d.stage, s.d.public) {
		s.t.Errorf("%s: asked a stranger: %s", name, q.URL)
	}
	for _, q := range s.w.Requests() {
		if q.Status >= http.StatusBadRequest {
			s.t.Errorf("%s: %s %s answered %d", name, q.Method, q.URL, q.Status)
		}
	}
	s.w.Forget()
	want := map[bool]string{false: "ja", true: "en"}[s.en]
	if got := s.w.Attribute("html", "lang"); got != want {
		s.t.Errorf("%s: the page is in %q, want %s", name, got, want)
	}
	if s.en {
		s.onlyEnglish(name)
	}
}

var (
	japanese = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}ー々]+`)

	// theirs are names, addresses and a shop's terms, which are as people wrote them, the other language's name, and the
	// example of a year that can be typed.
	// machines are the words on buttons and fields of stores' terminals and cash machines, which stand beside the English ones.
	machines = regexp.MustCompile(`「[^」]*」|\([^()]*[\p{Han}\p{Katakana}][^()]*\)`)

	theirs = strings.NewReplacer("東京都", "", "大阪府", "", "渋谷区神宮前", "", "山田", "", "花子", "", "ヤマダ", "", "ハナコ", "", "日本語", "", "平成", "",
		"ツケ デモ事務局", "", "ツケデモ", "", "山••", "", "手ぬぐい", "", "3日以内に発送", "", "8日以内", "")
)

func (s *story) onlyEnglish(name string) {
	s.t.Helper()
	if !strings.HasPrefix(s.w.URL(), s.d.public) {
		return
	}
	for _, text := range append(s.w.Texts("body"), s.w.Title()) {
		if left := japanese.FindAllString(theirs.Replace(machines.ReplaceAllString(text, "")), -1); len(left) > 0 {
			s.t.Errorf("%s: the English page says %q", name, left)
		}
	}
}

// says is a sentence's figure in the language of the story.
func (s *story) says(ja, en string) string {
	if s.en {
		return en
	}
	return ja
}

func (s *story) wantText(selector, figure string) {
	s.t.Helper()
	if text := s.w.Text(selector); !strings.Contains(text, figure) {
		s.t.Errorf("%s: %s does not say %s: %s", s.w.Path(), selector, figure, text)
	}
}

// begin chooses the language of the demonstration's own pages; the service's follow what the browser asks for.
func (s *story) begin() {
	s.w.Go(s.d.stage + "/")
	if s.en {
		s.w.Click(`footer a[hreflang=en]`)
	}
	s.look("start")
}

func (s *story) register() {
	w := s.w
	w.Go(s.d.public + "/register")
	s.look("register-phone")
	w.Fill("input[name=phone]", s.phone)
	w.Click(`form[action="/register"] button`)
	s.look("register-code")
	w.Fill("input[name=code]", lookUpCode(s.t, s.d, w, s.phone))
	w.Click(`form[action="/register/code"] button`)
	s.look("register-name")
	w.Fill("input[name=family]", "山田")
	w.Fill("input[name=given]", "花子")
	w.Fill("input[name=family_kana]", "やまだ") // hiragana is taken for katakana
	w.Fill("input[name=given_kana]", "ハナコ")
	w.Click(`form[action="/register/name"] button.big`)
	s.look("register-birth")
	w.Fill("input[name=year]", "1990")
	w.Fill("input[name=month]", "4")
	w.Fill("input[name=day]", "5")
	w.Click(`form[action="/register/birth"] button.big`)
	s.look("register-address")
	w.Fill("input[name=postal]", "１５０−０００１")
	w.Click("button[name=fill]")
	if w.Value("input[name=prefecture]") != "東京都" || w.Value("input[name=city]") != "渋谷区神宮前" {
		s.t.Errorf("150-0001 became %q %q", w.Value("input[name=prefecture]"), w.Value("input[name=city]"))
	}
	w.Fill("input[name=city]", "渋谷区神宮前1-2-3")
	s.look("register-address-filled")
	w.Click(`form[action="/register/address"] button.btn.big`)
	s.look("register-mail")
	w.Fill("input[name=mail]", "hanako@example.jp")
	w.Click(`form[action="/register/mail"] button.big`)
	s.look("register-agree")
	w.Click("input[name=agree]")
	w.Click(`form[action="/register/agree"] button.big`)
	s.wantText("main .hero", "50,000")
	s.look("register-done")
}

// buy fills the cart, pays later, and comes back to the shop, which asks the service what became of it.
func (s *story) buy(slug string, amount int64) {
	s.t.Helper()
	w, again := s.w, slug == "kyusu"
	w.Go(s.d.stage + "/shop")
	w.Click(`a[href="/shop/goods/` + slug + `"]`)
	s.look("shop-" + slug)
	w.Click(`form[action="/shop/cart"] button.big`)
	s.look("shop-cart")
	w.Click(`main a[href="/shop/address"]`)
	if !again { // the shop remembers the address
		w.Fill("#name", "山田 花子")
		w.Fill("#postal", "150-0001")
		w.Fill("#place", "東京都渋谷区神宮前1-2-3")
		w.Fill("#phone", s.phone)
	}
	s.look("shop-address")
	w.Click(`form[action="/shop/address"] button`)
	w.Click("input[name=method][value=later]")
	s.look("shop-payment")
	w.Click(`form[action="/shop/payment"] button`)
	s.look("shop-confirm")
	w.Click(`form[action="/shop/order"] button`)
	checkout := s.d.sessionAt(s.t, w.URL())
	if checkout.Amount != amount {
		s.t.Errorf("the shop asks for %d, want %d", checkout.Amount, amount)
	}
	if w.Has(phoneField) { // half a month has passed since the last code, or an hour
		s.look("checkout-enter")
		w.Fill("input[name=phone]", s.phone)
		w.Click(`form[action$="/phone"] button`)
		s.look("checkout-code")
		w.Fill("input[name=code]", lookUpCode(s.t, s.d, w, s.phone))
		w.Click(`form[action$="/code"] button`)
	}
	wantConfirm(s.t, w)
	s.look("checkout-confirm")
	if !again {
		s.view("checkout")
	}
	w.Click(payButton)
	wantPaid(s.t, w)
	s.look("checkout-done")
	w.Click(onward)
	now := s.d.charged(s.t, checkout.OrderRef, "captured") // these goods leave at once
	if now.Amount != amount {
		s.t.Errorf("%s costs %d, want %d", checkout.OrderRef, now.Amount, amount)
	}
	s.wantText("main", now.Reference) // what the shop was told by the service
	s.look("shop-order")
}

func (s *story) waitForTheBill() {
	for _, leap := range []string{"monthend", "first"} {
		s.w.Go(s.d.stage + "/clock")
		s.w.Click(`form:has(input[value=` + leap + `]) button`)
	}
	s.look("clock")
	until(s.t, "the bill of June", func() bool {
		s.w.Go(s.d.public + "/")
		return s.w.Has(`main a.btn[href^="/bills/"][href$="/pay"]`)
	})
	s.wantText(`section[aria-labelledby=bill-h]`, "30,209")
	s.wantText(`section[aria-labelledby=bill-h]`, s.says("7月10日", "10 Jul"))
	s.wantText(`section[aria-labelledby=usable-h]`, "20,000")
	s.look("home-billed")
	s.view("home")
}

func (s *story) seeTheBill() slipDigits {
	s.w.Click(`section[aria-labelledby=bill-h] a.btn`)
	s.wantText("main .hero", "30,209")
	s.wantText("main .hero", s.says("7月10日", "10 Jul"))
	digits := scan(s.t, s.w)
	if digits.amount() != "30209" {
		s.t.Errorf("the barcode asks for %s yen", digits.amount())
	}
	s.look("bill-pay")
	s.view("bill")
	return digits
}

func (s *story) payAtTheTill(digits slipDigits) {
	s.w.Go(s.d.stage + "/till")
	s.w.Fill("#digits", string(digits))
	s.look("till")
	s.w.Click(`form[action="/till/scan"] button`)
	s.wantText("main .hero", "30,209")
	s.look("till-slip")
	s.w.Click(`form[action$="/pay"] button`)
	s.look("till-paid")
}

// chooseNumbers has the bills paid by receipt number from this month's on.
func (s *story) chooseNumbers() {
	s.w.Go(s.d.public + "/account/way")
	s.w.Click(`button[name=way][value=number]`)
	s.wantText("main .hero", s.says("受付番号・ATM", "Receipt number or ATM"))
	s.look("way-number")
}

// seeTheNumber chooses a store and reads the number off its steps.
func (s *story) seeTheNumber() string {
	s.w.Click(`section[aria-labelledby=bill-h] a.btn`)
	pay := s.w.URL()
	until(s.t, "the number", func() bool {
		s.w.Go(pay)
		return s.w.Has(`main a[href*="at=lawson"]`)
	})
	s.wantText("main .hero", "30,209")
	s.look("bill-number")
	s.w.Click(`main a[href*="at=lawson"]`)
	s.wantText("main", s.says("「受付番号」を入力する", "Type the receipt number"))
	s.wantText("main", s.says("登録の電話番号", "Your registered phone number"))
	if strings.Contains(strings.Join(s.w.Texts("main"), ""), s.phone) {
		s.t.Error("the page shows the phone number")
	}
	s.look("bill-number-store")
	return s.w.Text("main dd [data-copy]")
}

// payAtTheTerminal types the number and the phone number where a store's terminal asks for them.
func (s *story) payAtTheTerminal(number string) {
	s.w.Go(s.d.stage + "/till")
	s.w.Fill("#number", number)
	s.w.Fill("#phone", s.phone)
	s.look("till-number")
	s.w.Click(`form[action="/till/number"] button`)
	s.wantText("main .hero", "30,209")
	s.look("till-number-slip")
	s.w.Click(`form[action$="/pay"] button`)
	s.look("till-number-paid")
}

func (s *story) seeTheLimitBack() {
	until(s.t, "the limit", func() bool {
		s.w.Go(s.d.public + "/")
		return strings.Contains(s.w.Text(`section[aria-labelledby=usable-h] .amount`), "50,000")
	})
	s.look("home-paid")
}

// view keeps what a phone shows at once, for the documentation.
func (s *story) view(name string) {
	if os.Getenv("TSUKE_DOC_SHOTS") != "1" {
		return
	}
	plain := browser.Phone()
	plain.Density = 1
	s.w.Resize(plain)
	s.views[name] = s.w.View()
	s.w.Resize(browser.Phone())
}

func (s *story) keepViews() {
	folder := filepath.Join("..", "docs", "images")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		s.t.Fatal(err)
	}
	for name, picture := range s.views {
		if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
			s.t.Error(err)
		}
	}
}
