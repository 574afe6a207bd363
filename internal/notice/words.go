package notice

import (
	"fmt"
	"net/url"
	"strings"
	"text/template"
	"unicode/utf16"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/zengin"
)

// wording is how a kind of notice is said in one language, as templates over view.
type wording struct {
	head string // the line in the inbox and the subject of the letter
	body string // the letter; empty if the kind has none
	text string // the text to a phone, without amounts, names and addresses; empty if the kind has none
}

// view is what templates are filled with.
type view struct {
	figures

	Shop  string     // in the language of the words
	Days  int        // until Due
	Costs *LateTerms // of paying late; nil if nothing is said about them
	Fees  []jst.Day  // when the next two are added
	Link  string     // the secret address of an invoice; empty where it is not to go out
	Why   string     // nothing was debited, as a sentence without its full stop
}

// words are a notice in one language, ready to go out.
type words struct {
	head   string
	letter string
	text   string
}

// language is a catalogue with what its templates may call.
type language struct {
	lang  string
	brand string
	kinds map[Kind]wording
	alone map[Kind]wording // what is said in other words about an invoice (rule I11)
	funcs template.FuncMap
	made  map[string]*template.Template // by source
}

// languages are the two catalogues, parsed when the program starts: a template that does not parse stops it there.
var languages = map[string]*language{
	"ja": parse("ja", "ツケ", japanese, japaneseInvoice, template.FuncMap{
		"yen": money.Yen.JA, "day": jst.Day.JA, "full": jst.Day.JAFull, "month": jst.Month.JA, "device": deviceJA,
	}),
	"en": parse("en", "Tsuke", english, englishInvoice, template.FuncMap{
		"yen": money.Yen.EN, "day": jst.Day.EN, "full": jst.Day.EN, "month": jst.Month.EN, "device": deviceEN,
	}),
}

func parse(lang, brand string, kinds, alone map[Kind]wording, funcs template.FuncMap) *language {
	l := &language{lang: lang, brand: brand, kinds: kinds, alone: alone, funcs: funcs, made: map[string]*template.Template{}}
	for _, catalogue := range []map[Kind]wording{kinds, alone} {
		for kind, w := range catalogue {
			for _, source := range []string{w.head, w.body, w.text} {
				l.made[source] = template.Must(template.New(lang + " " + string(kind)).Option("missingkey=error").Funcs(funcs).Parse(source))
			}
		}
	}
	return l
}

// of gives the words of a kind: those of an invoice if it is about one and they are others.
func (l *language) of(kind Kind, f figures) wording {
	if w, other := l.alone[kind]; f.Invoice && other {
		return w
	}
	return l.kinds[kind]
}

// in gives the language: English if asked for, otherwise Japanese.
func in(lang string) *language {
	if lang == "en" {
		return languages["en"]
	}
	return languages["ja"]
}

func (l *language) fill(source string, v view) (string, error) {
	var b strings.Builder
	if err := l.made[source].Execute(&b, v); err != nil {
		return "", fmt.Errorf("notice: words: %w", err)
	}
	return b.String(), nil
}

// shopNames remembers the merchants of one list.
type shopNames map[id.Merchant]struct{ ja, en string }

// shopOf is the name under which a member knows the merchant of a notice.
func (n *Notices) shopOf(tx *db.Tx, m id.Merchant, lang string, known shopNames) (string, error) {
	if m.IsZero() {
		return "", nil
	}
	names, ok := known[m]
	if !ok {
		found, err := n.Merchants.Load(tx, m)
		if err != nil {
			return "", err
		}
		names.ja, names.en = found.Name("ja"), found.Name("en")
		known[m] = names
	}
	if lang == "en" {
		return names.en, nil
	}
	return names.ja, nil
}

func (n *Notices) viewOf(tx *db.Tx, s stored, lang string, known shopNames) (view, error) {
	if s.figures.Invoice && s.figures.Merchant.IsZero() {
		_, of, err := billing.LoadInvoice(tx, s.member, id.Statement(s.subject))
		if err != nil {
			return view{}, err
		}
		s.figures.Merchant = of.Merchant
	}
	shop, err := n.shopOf(tx, s.figures.Merchant, lang, known)
	if err != nil {
		return view{}, err
	}
	v := view{figures: s.figures, Shop: shop}
	if !s.figures.Due.IsZero() {
		v.Days = s.figures.Due.Sub(jst.DayOf(tx.Now()))
	}
	switch s.kind { //nolint:exhaustive // the others say nothing about costs
	case PastDue, DunFirst, DunSecond, DunLast, PlanBroken, PlanEnded:
		due := s.figures.Due
		if due.IsZero() { // of a plan: fees are added from the month after the bill's due day, which is over
			due = s.figures.Month.Next().First()
		}
		if n.Late != nil {
			late := n.Late(due)
			v.Costs, v.Fees = &late, feeDays(due, jst.DayOf(tx.Now()), late)
		}
	case NotDebited:
		v.Why = whyNotDebited(s.figures.Code, lang)
	}
	return v, nil
}

// feeDays are the next two days after today on which a late bill grows.
func feeDays(due, today jst.Day, late LateTerms) []jst.Day {
	var days []jst.Day
	for month := due.Month().Next(); len(days) < 2; month = month.Next() {
		for _, day := range []jst.Day{month.Day(late.First), month.Day(late.Second)} {
			if day.After(today) && len(days) < 2 {
				days = append(days, day)
			}
		}
	}
	return days
}

// Why nothing was debited, where no bank has said so, or said nothing that helps.
var (
	noAccount = fault.Text{
		JA: "引き落としに使える口座の登録がないため、引き落とせませんでした",
		EN: "Nothing was debited, because no bank account is registered for it",
	}
	noReason = fault.Text{JA: "金融機関で引き落としができませんでした", EN: "The bank could not debit the amount"}
)

// whyNotDebited is the bank's answer in the member's words.
func whyNotDebited(code, lang string) string {
	why := noReason
	switch {
	case code == "no_account": // as package debit names it
		why = noAccount
	case len(code) == 1 && zengin.ResultCode(code[0]) != zengin.OtherReason && zengin.ResultCode(code[0]).Known():
		why = zengin.ResultCode(code[0]).ForMember()
	}
	if lang == "en" {
		return why.EN
	}
	return why.JA
}

// headOf is the one line of a notice.
func (n *Notices) headOf(tx *db.Tx, s stored, lang string, known shopNames) (string, error) {
	l := in(lang)
	v, err := n.viewOf(tx, s, l.lang, known)
	if err != nil {
		return "", err
	}
	return l.fill(l.of(s.kind, v.figures).head, v)
}

// compose puts a notice into the words that go out.
func (n *Notices) compose(tx *db.Tx, s stored, lang, link string) (words, error) {
	l := in(lang)
	v, err := n.viewOf(tx, s, l.lang, shopNames{})
	if err != nil {
		return words{}, err
	}
	w := l.of(s.kind, v.figures)
	v.Link = link
	head, err := l.fill(w.head, v)
	if err != nil {
		return words{}, err
	}
	body, err := l.fill(w.body, v)
	if err != nil {
		return words{}, err
	}
	text, err := l.fill(w.text, v)
	if err != nil {
		return words{}, err
	}
	return words{head: head, letter: n.letter(l, body, s.reference()), text: n.fit(l, text, s.reference())}, nil
}

// letter adds to a body what stands at the foot of every letter: the reference number, the service's plain address and
// how the operator is reached.
func (n *Notices) letter(l *language, body string, r id.Reference) string {
	label, about := "お問い合わせ番号: ", "このメールは、お客様の利用・お支払い・登録について送っています。"
	if l.lang == "en" {
		label, about = "Reference number: ", "We send this about your purchases, payments or membership."
	}
	foot := []string{strings.TrimSpace(body), "", label + r.String(), "", "--", n.brand(l)}
	for _, line := range []string{n.PublicURL, n.Contact, about} {
		if line != "" {
			foot = append(foot, line)
		}
	}
	return wrap(strings.Join(foot, "\n")) + "\n"
}

func (n *Notices) brand(l *language) string {
	name := n.BrandJA
	if l.lang == "en" {
		name = n.BrandEN
	}
	if name == "" {
		return l.brand
	}
	return name
}

// The length of one part of a text: 70 characters if one of them is not in the alphabet of GSM 03.38, which no Japanese
// letter is, otherwise 160 (3GPP TS 23.038). A longer text is cut into parts that some phones show apart.
const (
	partJA = 70
	partEN = 160
)

// fit writes a text to a phone in one part: with the service's name and host if there is room, without the host or
// without both otherwise.
func (n *Notices) fit(l *language, text string, r id.Reference) string {
	if text == "" {
		return ""
	}
	room, open, end, label := partJA, "【", "】", "お問い合わせ番号"
	if l.lang == "en" {
		room, open, end, label = partEN, "", ": ", " Ref. "
	}
	core := strings.TrimSpace(text) + label + r.String()
	named := open + n.brand(l) + end + core
	for _, try := range []string{named + " " + n.host(), named} {
		if len(utf16.Encode([]rune(try))) <= room && !strings.HasSuffix(try, " ") {
			return try
		}
	}
	return core
}

// host is the service's address as short as people can type it.
func (n *Notices) host() string {
	u, err := url.Parse(n.PublicURL)
	if err != nil {
		return ""
	}
	return u.Host
}

// A browser is kept as two words, browser and system; see member.Device.
var (
	browsers = map[string]string{
		"edge": "Edge", "opera": "Opera", "samsung": "Samsung Internet", "firefox": "Firefox", "chrome": "Chrome", "safari": "Safari",
	}
	systems = map[string]string{
		"ios": "iPhone", "ipados": "iPad", "android": "Android", "windows": "Windows", "chromeos": "ChromeOS", "macos": "Mac", "linux": "Linux",
	}
)

func deviceJA(words string) string { return device(words, "不明なブラウザ", "不明な端末") }

func deviceEN(words string) string { return device(words, "an unknown browser", "an unknown device") }

func device(words, noBrowser, noSystem string) string {
	first, second, _ := strings.Cut(words, " ")
	browser, ok := browsers[first]
	if !ok {
		browser = noBrowser
	}
	system, ok := systems[second]
	if !ok {
		system = noSystem
	}
	return system + " / " + browser
}
