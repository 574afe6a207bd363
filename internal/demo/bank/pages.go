package bank

import (
	"errors"
	"net/http"
	"slices"

	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/jst"
)

// shownRun is a run with what a page adds to it.
type shownRun struct {
	Run
	Ready bool // its debit day has come
}

type bankPage struct {
	page.Frame
	Months   []jst.Month // that can be asked for, the last one first
	Accounts []Account
	States   []State
	Runs     []shownRun // newest first
	Refused  string     // why there is no request
	Early    bool
	Armed    bool

	Deposits  []Deposit // newest first
	Statement statement
	Slip      bool // the last transfer was none

	Payouts  []shownPayout // newest first
	Refusals []Refusal
	Asked    statement
	Soon     bool // their day has not come
}

// shownPayout is a file of transfers with what a page adds to it.
type shownPayout struct {
	Payout
	Ready bool
}

const (
	monthsShown   = 3
	depositsShown = 10
)

func (b *Bank) page(r *http.Request) bankPage {
	mem := b.look()
	today := jst.DayOf(b.clock.Now())
	p := bankPage{
		Frame: b.book.Frame(r, "bank", "bank.title"), Accounts: mem.Accounts, States: States(), Refused: mem.Refused,
		Early: r.URL.Query().Get("slip") == "early", Armed: b.desk.Waits(trouble.Bank) != "",
	}
	p.Deposits, p.Statement, p.Slip = slices.Clone(mem.Deposits), mem.Statement, r.URL.Query().Get("slip") == "transfer"
	slices.Reverse(p.Deposits)
	p.Deposits = p.Deposits[:min(len(p.Deposits), depositsShown)]
	p.Refusals, p.Asked, p.Soon = Refusals(), mem.Asked, r.URL.Query().Get("slip") == "day"
	for _, f := range slices.Backward(mem.Payouts) {
		p.Payouts = append(p.Payouts, shownPayout{f, !today.Before(f.PayDay())})
	}
	for i := range monthsShown {
		p.Months = append(p.Months, today.Month().Add(-1-i))
	}
	for _, run := range slices.Backward(mem.Runs) {
		p.Runs = append(p.Runs, shownRun{run, !today.Before(run.DebitDay())})
	}
	return p
}

// Handler serves the bank's pages, below /bank.
func (b *Bank) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /bank", func(w http.ResponseWriter, r *http.Request) { b.book.Show(w, http.StatusOK, "bank", b.page(r)) })
	mux.HandleFunc("POST /bank/request", func(w http.ResponseWriter, r *http.Request) {
		month, err := jst.ParseMonth(r.PostFormValue("month"))
		if err != nil {
			err = errState
		} else {
			err = b.fetch(r.Context(), month)
		}
		b.done(w, r, err)
	})
	mux.HandleFunc("POST /bank/accounts/{key}", func(w http.ResponseWriter, r *http.Request) {
		b.done(w, r, b.set(r.PathValue("key"), State(r.PostFormValue("state"))))
	})
	mux.HandleFunc("POST /bank/runs/{day}/answer", func(w http.ResponseWriter, r *http.Request) {
		b.done(w, r, b.answer(r.Context(), r.PathValue("day")))
	})
	mux.HandleFunc("POST /bank/transfer", func(w http.ResponseWriter, r *http.Request) {
		b.done(w, r, b.transfer(r.Context(), r.PostFormValue("amount"), r.PostFormValue("payer")))
	})
	mux.HandleFunc("POST /bank/statement", func(w http.ResponseWriter, r *http.Request) { b.done(w, r, b.tellAgain(r.Context())) })
	mux.HandleFunc("POST /bank/payouts", func(w http.ResponseWriter, r *http.Request) { b.done(w, r, b.collect(r.Context())) })
	mux.HandleFunc("POST /bank/payouts/{file}", func(w http.ResponseWriter, r *http.Request) {
		b.done(w, r, b.payOut(r.Context(), r.PathValue("file")))
	})
	mux.HandleFunc("POST /bank/payouts/{file}/{key}", func(w http.ResponseWriter, r *http.Request) {
		b.done(w, r, b.refuse(r.Context(), r.PathValue("file"), r.PathValue("key"), Refusal(r.PostFormValue("reason"))))
	})
	mux.HandleFunc("/bank/", func(w http.ResponseWriter, r *http.Request) { b.book.NotFound(w, r, "bank") })
	return mux
}

// bankFailed is the page for what the bank could not write down.
type bankFailed struct{ page.Frame }

// done leads back to the bank's page, or says what could not be done.
func (b *Bank) done(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case err == nil, errors.Is(err, errState):
		page.Go(w, r, "/bank")
	case errors.Is(err, errEarly):
		page.Go(w, r, "/bank?slip=early")
	case errors.Is(err, errPayDay):
		page.Go(w, r, "/bank?slip=day")
	case errors.Is(err, errTransfer):
		page.Go(w, r, "/bank?slip=transfer")
	case errors.Is(err, errAbsent):
		b.book.NotFound(w, r, "bank")
	default:
		b.book.Show(w, http.StatusInternalServerError, "bankfailed", bankFailed{b.book.Frame(r, "bank", "bank.failed")})
	}
}
