package till

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
)

// slips maps what is wrong with typed digits to what the till says.
var slips = []struct {
	err error
	key string
}{
	{konbini.ErrLength, "slip.length"},
	{konbini.ErrDigits, "slip.digits"},
	{konbini.ErrIdentifier, "slip.identifier"},
	{konbini.ErrCheckDigit, "slip.check"},
	{konbini.ErrDue, "slip.due"},
	{konbini.ErrAmount, "slip.amount"},
	{errMinute, "slip.minute"},
	{errState, "slip.state"},
	{errNumber, "number.wrong"},
	{errUnknown, "number.unknown"},
	{errEnded, "number.ended"},
	{errPaid, "number.paid"},
}

func slipKey(err error) string {
	for _, s := range slips {
		if errors.Is(err, s.err) {
			return s.key
		}
	}
	return "slip.other"
}

// shown is a slip with what a page adds to it.
type shown struct {
	Slip
	StoreName page.Word
	Late      bool // past its day when it was scanned
}

func show(s Slip) shown {
	out := shown{Slip: s}
	if due := s.Due(); !due.IsZero() {
		out.Late = jst.DayOf(s.Scanned).After(due)
	}
	for _, store := range Stores() {
		if store.Code == s.Store {
			out.StoreName = store.Name
		}
	}
	return out
}

type tillPage struct {
	page.Frame
	Stores  []Store
	Typed   string
	Store   string
	Slip    string // the key of what is wrong with what was typed
	Paid    []shown
	Waiting int  // payments that are not confirmed
	Armed   bool // something goes wrong with the next notice
	Notices []Notice

	TypedNumber string
	NumberSlip  string // the key of what is wrong with a number that was typed
	Known       int    // numbers that can be paid with
	Taken       int    // files of numbers that were taken
	Refused     string // what is wrong with the next one
}

func (t *Till) tillPage(r *http.Request) tillPage {
	t.takeNumbers()
	mem := t.look()
	p := tillPage{Frame: t.book.Frame(r, "till", "till.title"), Stores: Stores(), Store: Stores()[0].Code}
	p.Taken, p.Refused = mem.Taken, mem.Refused
	for _, k := range mem.Numbers {
		if mem.judge(k, t.clock.Now()) == nil {
			p.Known++
		}
	}
	p.Armed = t.desk.Waits(trouble.Agent) != ""
	for _, s := range slices.Backward(mem.Slips) {
		if s.State == "prompt" {
			p.Waiting++
		}
		if s.State != "scanned" && len(p.Paid) < 10 {
			p.Paid = append(p.Paid, show(s))
		}
	}
	for _, n := range slices.Backward(mem.Notices) {
		if len(p.Notices) < 10 {
			p.Notices = append(p.Notices, n)
		}
	}
	return p
}

type slipPage struct {
	page.Frame
	Slip shown
	Slow bool // the same slip was taken within this minute
}

// Handler serves the till's pages, below /till.
func (t *Till) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /till", func(w http.ResponseWriter, r *http.Request) {
		t.book.Show(w, http.StatusOK, "till", t.tillPage(r))
	})
	mux.HandleFunc("POST /till/scan", t.postScan)
	mux.HandleFunc("GET /till/scan", func(w http.ResponseWriter, r *http.Request) { page.Go(w, r, "/till") })
	mux.HandleFunc("POST /till/number", t.postNumber)
	mux.HandleFunc("GET /till/number", func(w http.ResponseWriter, r *http.Request) { page.Go(w, r, "/till") })
	mux.HandleFunc("POST /till/numbers", t.postNumbers)
	mux.HandleFunc("GET /till/slips/{number}", t.getSlip)
	mux.HandleFunc("POST /till/slips/{number}/pay", t.postPay)
	mux.HandleFunc("POST /till/slips/{number}/cancel", t.postCancel)
	mux.HandleFunc("POST /till/confirm", t.postConfirm)
	mux.HandleFunc("POST /till/notices/{number}/send", t.postSend)
	mux.HandleFunc("/till/", func(w http.ResponseWriter, r *http.Request) { t.book.NotFound(w, r, "till") })
	return mux
}

func number(r *http.Request) int {
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return 0
	}
	return n
}

func slipPath(number int) string { return "/till/slips/" + strconv.Itoa(number) }

func (t *Till) postScan(w http.ResponseWriter, r *http.Request) {
	n, err := t.scan(r.PostFormValue("store"), r.PostFormValue("digits"))
	if err != nil {
		p := t.tillPage(r)
		p.Typed, p.Store, p.Slip = r.PostFormValue("digits"), r.PostFormValue("store"), slipKey(err)
		p.Title = p.T("till.wrong") + p.Title
		t.book.Show(w, http.StatusUnprocessableEntity, "till", p)
		return
	}
	page.Go(w, r, slipPath(n))
}

func (t *Till) postNumber(w http.ResponseWriter, r *http.Request) {
	n, err := t.scanNumber(r.PostFormValue("store"), r.PostFormValue("number"), r.PostFormValue("phone"))
	if err != nil {
		p := t.tillPage(r)
		p.TypedNumber, p.Store, p.NumberSlip = r.PostFormValue("number"), r.PostFormValue("store"), slipKey(err)
		p.Title = p.T("till.wrong") + p.Title
		t.book.Show(w, http.StatusUnprocessableEntity, "till", p)
		return
	}
	page.Go(w, r, slipPath(n))
}

// postNumbers asks the product for its file of numbers now.
func (t *Till) postNumbers(w http.ResponseWriter, r *http.Request) {
	t.answer(w, r, t.fetchNumbers(r.Context()), "/till")
}

func (t *Till) getSlip(w http.ResponseWriter, r *http.Request) {
	mem := t.look()
	s := mem.slip(number(r))
	if s == nil {
		t.book.NotFound(w, r, "till")
		return
	}
	title := "till.receipt"
	if s.State == "scanned" {
		title = "till.take"
	}
	t.book.Show(w, http.StatusOK, "slip", slipPage{
		Frame: t.book.Frame(r, "till", title), Slip: show(*s), Slow: r.URL.Query().Get("slip") == "minute",
	})
}

// answer leads on to a page, or says what could not be done.
func (t *Till) answer(w http.ResponseWriter, r *http.Request, err error, to string) {
	switch {
	case err == nil:
		page.Go(w, r, to)
	case errors.Is(err, errMinute):
		page.Go(w, r, to+"?slip=minute")
	case errors.Is(err, errState):
		page.Go(w, r, to)
	case errors.Is(err, errAbsent):
		t.book.NotFound(w, r, "till")
	default:
		t.book.Show(w, http.StatusInternalServerError, "tillfailed", tillFailed{t.book.Frame(r, "till", "till.failed")})
	}
}

// tillFailed is the page for what the till could not write down.
type tillFailed struct{ page.Frame }

func (t *Till) postPay(w http.ResponseWriter, r *http.Request) {
	t.answer(w, r, t.pay(r.Context(), number(r)), slipPath(number(r)))
}

func (t *Till) postCancel(w http.ResponseWriter, r *http.Request) {
	t.answer(w, r, t.cancel(r.Context(), number(r)), slipPath(number(r)))
}

func (t *Till) postConfirm(w http.ResponseWriter, r *http.Request) {
	t.answer(w, r, t.confirmAll(r.Context()), "/till")
}

func (t *Till) postSend(w http.ResponseWriter, r *http.Request) {
	t.answer(w, r, t.deliver(r.Context(), number(r)), "/till")
}
