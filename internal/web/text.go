package web

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/web/barcode"
)

// words is one sentence in both languages. {name} stands for a figure; {name:form} for a figure in a form of its own:
//
//	jst.Day     {d} 7月10日(金) / Fri 10 Jul 2026         {d:full} 2026年7月10日(金), for a duty or another year
//	jst.Month   {m} 7月 / July 2026                       {m:full} 2026年7月
//	time.Time   {at} 10:24                                {at:moment} 7月7日(火) 10:24    {at:second} 7月7日(火) 10:24:07    {at:exact} 10:24:07
//	string      {s} as it is                              {s:whole} never broken over two lines
//	int         {n} 3                                     {n:day} 3 in Japanese, "3 days" or "1 day" in English
//
// {brand} is always known.
type words struct{ ja, en string }

type catalogue map[string]words

// texts is every sentence of every page.
var texts = joined(frameTexts, memberTexts, menuTexts, accountTexts, returnTexts, registerTexts, checkoutTexts, publicTexts, legalTexts, errorTexts, hardTexts,
	numberTexts, planTexts, invoiceTexts, opsTexts,
	journalTexts,
	opsPayoutTexts)

func joined(all ...catalogue) catalogue {
	sum := catalogue{}
	for _, c := range all {
		for key, w := range c {
			if _, twice := sum[key]; twice {
				panic("web: text " + key + " stands twice")
			}
			sum[key] = w
		}
	}
	return sum
}

// phrases speaks one language.
type phrases struct {
	lang     Lang
	brand    string
	operator Operator
}

func (p phrases) in(w words) string {
	if p.lang == English {
		return w.en
	}
	return w.ja
}

// text is a sentence as plain text. A key or a figure that does not exist is shown as it was asked for; tests refuse it.
func (p phrases) text(key string, pairs ...any) string {
	parts, err := p.fill(key, pairs)
	if err != nil {
		return key
	}
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(part.text)
	}
	return b.String()
}

// markup is a sentence for a page: figures that must not break from their unit are kept together.
func (p phrases) markup(key string, pairs ...any) (template.HTML, error) {
	parts, err := p.fill(key, pairs)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, part := range parts {
		text := template.HTMLEscapeString(part.text)
		switch {
		case part.whole:
			text = `<span class="num">` + text + `</span>`
		case part.ja && p.lang != Japanese:
			text = `<span lang="ja">` + text + `</span>`
		}
		b.WriteString(text)
	}
	return template.HTML(b.String()), nil //nolint:gosec // every part was escaped above
}

// part is a piece of a sentence: a whole one is a figure with its unit, a Japanese one a name that stands so on every page.
type part struct {
	text  string
	whole bool
	ja    bool
}

func (p phrases) fill(key string, pairs []any) ([]part, error) {
	w, ok := texts[key]
	if !ok {
		return nil, fmt.Errorf("web: no text %q", key)
	}
	given, err := figures(pairs)
	if err != nil {
		return nil, fmt.Errorf("text %q: %w", key, err)
	}
	var parts []part
	for rest := p.in(w); rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		if before != "" {
			parts = append(parts, part{text: before})
		}
		if !found {
			break
		}
		hole, after, found := strings.Cut(after, "}")
		if !found {
			return nil, fmt.Errorf("text %q: { without }", key)
		}
		name, form, _ := strings.Cut(hole, ":")
		if name == "brand" {
			parts = append(parts, part{text: p.brand})
		} else {
			v, ok := given[name]
			if !ok {
				return nil, fmt.Errorf("text %q: no figure %q", key, name)
			}
			f, err := p.figure(v, form)
			if err != nil {
				return nil, fmt.Errorf("text %q, figure %q: %w", key, name, err)
			}
			parts = append(parts, f)
		}
		rest = after
	}
	return parts, nil
}

func figures(pairs []any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("figures come as name and value, %d given", len(pairs))
	}
	given := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("figure %d has no name", i/2+1)
		}
		given[name] = pairs[i+1]
	}
	return given, nil
}

// figure formats a value as the language writes it.
func (p phrases) figure(v any, form string) (part, error) {
	switch v := v.(type) {
	case money.Yen:
		return part{text: p.yen(v), whole: true}, nil
	case money.BasisPoints:
		return part{text: percent(v), whole: true}, nil
	case jst.Day:
		return part{text: p.day(v, form), whole: form == ""}, nil
	case jst.Month:
		return part{text: p.month(v, form), whole: true}, nil
	case time.Time:
		return part{text: p.time(v, form), whole: form == "" || form == "exact"}, nil
	case int:
		return part{text: p.count(v, form), whole: true}, nil
	case string:
		return part{text: v, whole: form == "whole", ja: form == "ja"}, nil
	}
	return part{}, fmt.Errorf("no way to write a %T", v)
}

func (p phrases) yen(y money.Yen) string {
	if p.lang == English {
		return y.EN()
	}
	return y.JA()
}

func (p phrases) day(d jst.Day, form string) string {
	switch {
	case p.lang == English:
		return d.EN()
	case form == "full":
		return d.JAFull()
	}
	return d.JA()
}

func (p phrases) month(m jst.Month, form string) string {
	if m.IsZero() { // the bill of one purchase and of no month
		return p.text("bill.invoice")
	}
	switch {
	case p.lang == English:
		return m.EN()
	case form == "full":
		return m.JAFull()
	}
	return m.JA()
}

func (p phrases) time(t time.Time, form string) string {
	switch form {
	case "moment":
		return p.day(jst.DayOf(t), "") + " " + jst.ClockText(t)
	case "exact":
		return jst.In(t).Format("15:04:05")
	case "second":
		return p.day(jst.DayOf(t), "") + " " + jst.In(t).Format("15:04:05")
	}
	return jst.ClockText(t)
}

// count writes a number; in English with its unit in the singular or plural.
func (p phrases) count(n int, unit string) string {
	s := strconv.Itoa(n)
	if p.lang != English || unit == "" {
		return s
	}
	if n != 1 {
		unit += "s"
	}
	return s + " " + unit
}

// percent writes 1460 basis points as 14.6%.
func percent(r money.BasisPoints) string {
	s := strconv.FormatInt(int64(r)/100, 10)
	if rest := int64(r) % 100; rest != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%02d", rest), "0")
	}
	return s + "%"
}

// funcs are what templates may call.
func (p phrases) funcs(a *assets) template.FuncMap {
	return template.FuncMap{
		"lang":  func() string { return string(p.lang) },
		"brand": func() string { return p.brand },
		"asset": a.path,
		// t is a sentence of the catalogue: {{t "home.due" "day" .Due}}.
		"t": p.markup,
		// word is a sentence without figures whose key is a value, such as a state's.
		"word":   func(key string) (template.HTML, error) { return p.markup(key) },
		"yen":    func(y money.Yen) template.HTML { return numbered(p.yen(y)) },
		"amount": p.amount,
		"minus":  func(y money.Yen) money.Yen { return -y },
		"day":    func(d jst.Day) template.HTML { return numbered(p.day(d, "")) },
		"fullday": func(d jst.Day) string {
			return p.day(d, "full")
		},
		"month":  func(m jst.Month) template.HTML { return numbered(p.month(m, "full")) },
		"moment": func(t time.Time) template.HTML { return dated(p.time(t, "moment")) },
		"second": func(t time.Time) template.HTML { return dated(p.time(t, "second")) },
		"groups": groups,
		"field":  field,
		"bars":   p.bars,
		"path":   address,
		"qr":     func(text string) (template.HTML, error) { return barcode.QR(text, p.text("ops.enrol.qr")) },
		// plain is a sentence as a figure of another one.
		"plain":    func(key string) string { return p.text(key) },
		"slip":     p.slip,
		"told":     p.told,
		"operator": func() operatorView { return operatorView{p.contact(), p.operator.Address} },
	}
}

// slip is the sentence of one thing to put right.
func (p phrases) slip(s Slip) (template.HTML, error) {
	if s.What == SlipOther {
		return template.HTML(template.HTMLEscapeString(s.Text)), nil //nolint:gosec // escaped here
	}
	var pairs []any
	for name, value := range s.With {
		pairs = append(pairs, name, value)
	}
	return p.markup(string(s.What), pairs...)
}

// operatorView is who runs the service, in one language.
type operatorView struct {
	ShopContact
	Address string
}

// Reachable tells whether there is any way to reach the operator.
func (o operatorView) Reachable() bool { return o.Phone != "" || o.Mail != "" }

func (p phrases) contact() ShopContact {
	o := p.operator
	return ShopContact{Name: o.Name, Phone: o.Phone, Mail: o.Mail, Hours: p.in(words{o.HoursJA, o.HoursEN})}
}

func numbered(s string) template.HTML {
	return template.HTML(`<span class="num">` + template.HTMLEscapeString(s) + `</span>`) //nolint:gosec // escaped here
}

// dated keeps the day and the time of day together, each for itself.
func dated(s string) template.HTML {
	i := strings.LastIndex(s, " ")
	return numbered(s[:i]) + " " + numbered(s[i+1:])
}

// amount writes a sum large, its unit small.
func (p phrases) amount(y money.Yen) template.HTML {
	s := template.HTMLEscapeString(p.yen(y))
	if bare, ok := strings.CutSuffix(s, "円"); ok {
		s = bare + "<small>円</small>"
	}
	return template.HTML(`<span class="num">` + s + `</span>`) //nolint:gosec // escaped above
}

// groups sets digits in groups of four, as a clerk reads them. A short number stays whole.
func groups(digits string) []string {
	if len(digits) <= shortNumber {
		return []string{digits}
	}
	var out []string
	for len(digits) > 4 {
		out = append(out, digits[:4])
		digits = digits[4:]
	}
	return append(out, digits)
}

// shortNumber is how many digits are read at a glance.
const shortNumber = 6

// address is the path of a page by its name in templates.
func address(name string) (string, error) {
	p, ok := pathNames[name]
	if !ok {
		return "", fmt.Errorf("web: no path %q", name)
	}
	return p, nil
}

var pathNames = map[string]string{
	"home": HomePath, "bills": BillsPath, "history": HistoryPath, "menu": MenuPath, "profile": ProfilePath,
	"way": WayPath, "bank": BankPath, "accountremove": AccountRemovePath,
	"shops": ShopsPath, "devices": DevicesPath, "sent": SentPath, "notices": NoticesPath,
	"signin": SignInPath, "signout": SignOutPath, "signoutall": SignOutAllPath, "register": RegisterPath,
	"help": HelpPath, "how": HowPath, "terms": TermsPath, "privacy": PrivacyPath,
	"accessibility": AccessibilityPath, "licenses": ThirdPartyNoticesPath, "language": LanguagePath,
	"hard": HardPath,
	"ops":  OpsPath, "opsmoney": OpsReceiptsPath, "opspairs": OpsApprovalsPath, "opslate": OpsLatePath, "opsbooks": OpsBooksPath, "opsbreaks": OpsBreaksPath,
	"opssignout": OpsSignOutPath, "opsjournal": OpsJournalPath,
	"opspayouts": OpsPayoutsPath,
}
