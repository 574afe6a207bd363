package web

import (
	"html/template"
	"net/http"
	"time"

	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// ErrorPage is every page that tells why something did not go on. It answers five questions, always in the same order:
// what happened, is anything charged, whose side was it, what to do next, and by which number can it be found.
//
// It needs no database: with Charged at fault.Checking and a number made by the process it is true even when nothing can
// be looked up.
type ErrorPage struct {
	Frame
	Code      string         // such as PAY-401; one without sentences of its own is told by What and Next
	With      map[string]any // the figures the sentences name; see Errors
	Charged   fault.Charged  // from the books, never guessed; empty where a page has nothing to do with money
	Sum       money.Yen      // with fault.ChargedOnce
	By        time.Time      // with fault.Checking: when the answer is there at the latest; zero if that is not known
	Side      Side           // with What; the catalogue knows it for its own codes
	What      string         // in the page's language: a fact
	Next      string         // in the page's language: one action, then the alternative
	HTTP      int            // the status, if not the code's own
	GoURL     string         // the main action's address
	Again     bool           // with What: opening the same address again may be of use
	Order     *Order         // at checkout
	Reference string
	At        time.Time
}

type errorSpec struct {
	status int
	side   Side
	look   string // info while unknown, warn where it can be cured, bad only to avoid harm
	toShop bool   // the main action leads back to the shop
	again  bool   // the main action opens the same address again
}

var errorSpecs = map[string]errorSpec{
	"PAY-201":       {http.StatusOK, SideNone, "ok", true, false},
	"PAY-301":       {http.StatusGone, SideMember, "info", true, false},
	"PAY-302":       {http.StatusGone, SideShop, "info", true, false},
	"PAY-303":       {http.StatusOK, SideMember, "info", false, false},
	"PAY-401":       {http.StatusConflict, SideRule, "warn", false, false},
	"PAY-401/short": {http.StatusConflict, SideRule, "warn", true, false},
	"PAY-402":       {http.StatusConflict, SideRule, "warn", true, false},
	"PAY-403":       {http.StatusConflict, SideRule, "warn", false, false},
	"PAY-404":       {http.StatusConflict, SideRule, "warn", true, false},
	"PAY-405":       {http.StatusConflict, SideUs, "warn", false, false},
	"PAY-407":       {http.StatusConflict, SideShop, "warn", false, false},
	"PAY-408":       {http.StatusConflict, SideShop, "warn", true, false},
	"PAY-501":       {http.StatusServiceUnavailable, SideUs, "warn", false, true},
	"PAY-503":       {http.StatusServiceUnavailable, SideUs, "info", false, false},
	"AUTH-102":      {http.StatusTooManyRequests, SideRule, "warn", false, false},
	"AUTH-103":      {http.StatusTooManyRequests, SideRule, "warn", false, false},
	"BILL-101":      {http.StatusOK, SidePartner, "info", false, false},
	"BILL-103":      {http.StatusConflict, SideNone, "info", false, false},
	"BILL-104":      {http.StatusConflict, SideUs, "warn", false, false},
	"GEN-404":       {http.StatusNotFound, SideInput, "info", false, false},
	"GEN-429":       {http.StatusTooManyRequests, SideDevice, "warn", false, true},
}

// FaultPage makes the page of a fault. The fault's own sentences are shown unless the code has sentences in the
// catalogue and the caller gives the figures they name in With.
func FaultPage(e *fault.Error, lang Lang, at time.Time) ErrorPage {
	page := ErrorPage{
		Code: e.Kind.Page, Charged: e.Charged, Side: faultSides[e.Kind.Side], HTTP: e.Kind.Status,
		What: e.What(string(lang)), Next: e.Next(string(lang)), Reference: e.Reference, At: at,
		Again: e.Kind.Retry == fault.RetryLater,
	}
	if e.RetryAfterSeconds > 0 {
		page.With = map[string]any{"n": e.RetryAfterSeconds, "at": at.Add(time.Duration(e.RetryAfterSeconds) * time.Second)}
	}
	return page
}

var faultSides = map[fault.Side]Side{
	fault.Member: SideInput, fault.Merchant: SideShop, fault.Us: SideUs, fault.Network: SideDevice,
	fault.Partner: SidePartner, fault.Policy: SideRule,
}

// errorView is an error page in one language.
type errorView struct {
	ErrorPage
	Look     string
	Head     string
	Sure     template.HTML // is anything charged
	Also     template.HTML
	Cause    Side
	Why      template.HTML
	ToDo     template.HTML
	Go       template.HTML
	GoTo     string
	Shop     string // the way back to the shop besides the main action; may be empty
	ShowTime bool
}

// kind is the code, or the variant of it that the figures given can tell: a limit that is short while there is no bill to
// pay has another way out than one with a bill.
func (e ErrorPage) kind() string {
	if _, ok := e.With["month"]; e.Code == "PAY-401" && !ok {
		return "PAY-401/short"
	}
	return e.Code
}

// told puts an error page into words.
func (p phrases) told(e ErrorPage) (errorView, error) {
	v := errorView{ErrorPage: e, Look: "warn", Cause: e.Side, ShowTime: !e.At.IsZero(), GoTo: e.GoURL}
	var err error
	if v.Sure, err = p.chargedSentence(e); err != nil {
		return v, err
	}
	s, known := errorSpecs[e.kind()]
	if known {
		v.Look = s.look
	}
	byCode := v
	byCode.Cause = s.side
	if known && (e.What == "" || len(e.With) > 0) && p.toldByCode(&byCode) {
		v = byCode
	} else {
		s = errorSpec{again: e.Again}
		if err := p.toldByFault(&v); err != nil {
			return v, err
		}
	}
	return v, p.leads(&v, s)
}

// leads says where the main action goes, and which other way there is at checkout.
func (p phrases) leads(v *errorView, s errorSpec) (err error) {
	shop := ""
	if v.Order != nil {
		shop = v.Order.Back
	}
	switch {
	case s.toShop && shop != "":
		v.GoTo = shop
		return nil
	case v.GoTo == "" && s.again && v.Here != "":
		v.GoTo = v.Here
	case v.GoTo == "":
		v.GoTo = HomePath
		v.Go, err = p.markup("err.home")
	}
	v.Shop = shop
	return err
}

// toldByCode fills in the catalogue's sentences; false if a figure that they name was not given.
func (p phrases) toldByCode(v *errorView) bool {
	pairs := v.pairs()
	key := "err." + v.kind()
	head, err := p.fill(key+".what", pairs)
	if err != nil {
		return false
	}
	for _, part := range head {
		v.Head += part.text
	}
	if _, ok := texts[key+".also"]; ok {
		if v.Also, err = p.markup(key+".also", pairs...); err != nil {
			return false
		}
	}
	if v.Why, err = p.markup(key+".why", pairs...); err != nil {
		return false
	}
	if v.ToDo, err = p.markup(key+".next", pairs...); err != nil {
		return false
	}
	v.Go, err = p.markup(key+".go", pairs...)
	return err == nil
}

func (e ErrorPage) pairs() []any {
	pairs := []any{"code", e.Code}
	for name, value := range e.With {
		pairs = append(pairs, name, value)
	}
	return pairs
}

func (p phrases) toldByFault(v *errorView) (err error) {
	v.Head, v.ToDo = v.What, template.HTML(template.HTMLEscapeString(v.Next)) //nolint:gosec // escaped here
	if v.Head == "" {
		v.Head = p.text("err.other.what")
	}
	if v.Next == "" {
		if v.ToDo, err = p.markup("err.other.next"); err != nil {
			return err
		}
	}
	if v.Why, err = p.markup(whys[v.Cause]); err != nil {
		return err
	}
	if v.Desk != nil {
		v.Go, err = p.markup("ops.error.go")
		return err
	}
	v.Go, err = p.markup("err.other.go")
	return err
}

var whys = map[Side]string{
	SideNone: "why.none", SideInput: "why.input", SideDevice: "why.device", SideMember: "why.input",
	SideShop: "why.shop", SideUs: "why.us", SidePartner: "why.partner", SideRule: "why.rule",
	SideOffice: "why.office",
}

// chargedSentence is one of four sentences, chosen by what the books say.
func (p phrases) chargedSentence(e ErrorPage) (template.HTML, error) {
	switch e.Charged {
	case fault.NotCharged:
		return p.markup("charged.no")
	case fault.ChargedOnce:
		return p.markup("charged.once", "sum", e.Sum)
	case fault.Checking:
		if e.By.IsZero() {
			return p.markup("charged.checking")
		}
		return p.markup("charged.until", "by", e.By)
	}
	return p.markup("charged.apart")
}

// Status is the code's own unless HTTP says otherwise.
func (e ErrorPage) Status() int {
	if e.HTTP != 0 {
		return e.HTTP
	}
	if s, ok := errorSpecs[e.kind()]; ok {
		return s.status
	}
	return http.StatusInternalServerError
}

func (e ErrorPage) spec(p phrases) spec {
	s := spec{template: "error/page", area: plainArea, live: e.Charged != "", code: e.Code}
	if s.code == "" {
		s.code = "PAY-501"
	}
	if e.Order != nil {
		s.area, s.back = checkoutArea, e.Order.Back
	}
	if v, err := p.told(e); err == nil {
		s.title = v.Head
	}
	return s
}

// ErrorExamples gives, for each code of the catalogue, figures of the kind its sentences name. Tests and previews use
// it; it is also the list of what a caller must give in With.
func ErrorExamples() map[string]map[string]any {
	month, _ := jst.ParseMonth("2026-06")
	due := month.Next().Day(10)
	at := due.Start().Add(10*time.Hour + 24*time.Minute)
	return map[string]map[string]any{
		"PAY-201": nil,
		"PAY-301": {"n": 30},
		"PAY-302": {"at": at},
		"PAY-303": {"until": at},
		"PAY-401": {
			"missing": money.Yen(980), "usable": money.Yen(7520), "sum": money.Yen(8500), "month": month,
			"pay": money.Yen(30000), "then": money.Yen(37520),
		},
		"PAY-401/short": {"missing": money.Yen(980), "usable": money.Yen(7520), "sum": money.Yen(8500)},
		"PAY-402":       {"cap": money.Yen(15000), "sum": money.Yen(18200), "over": money.Yen(3200)},
		"PAY-403":       {"month": month, "sum": money.Yen(30000), "due": due, "n": 10},
		"PAY-404":       nil, "PAY-405": nil,
		"PAY-407": {"was": money.Yen(8500), "sum": money.Yen(9200)},
		"PAY-408": nil, "PAY-501": nil,
		"PAY-503":  {"from": at, "until": at.Add(2 * time.Hour)},
		"AUTH-102": {"at": at}, "AUTH-103": {"at": at},
		"BILL-101": {"sum": money.Yen(30000)},
		"BILL-103": {"sum": money.Yen(30000), "day": due},
		"BILL-104": {"sum": money.Yen(300209), "most": money.Yen(300000)},
		"GEN-404":  nil, "GEN-429": {"n": 20},
	}
}
