package bank

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jba/templatecheck"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/debit"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/page/pagetest"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/payout"
	"tsuke/internal/term"
	"tsuke/internal/world"
	"tsuke/internal/zengin"
)

const debitDay = "2026-07-27" // a Monday

// town is a bank beside the real books: hanako and taro pay June by direct debit, and it is the day on which that is gathered.
type town struct {
	t     *testing.T
	dir   string
	world *world.World
	bank  *Bank
	desk  *trouble.Desk
	said  []string
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func june(t *testing.T) jst.Month {
	t.Helper()
	m, err := jst.ParseMonth("2026-06")
	must(t, err)
	return m
}

func newTown(t *testing.T) *town {
	t.Helper()
	v := &town{t: t, dir: t.TempDir(), world: world.New(t)}
	w := v.world
	from := jst.DayOf(w.Clock.Now()).Add(5)
	for name, value := range map[string]string{
		debit.Consignor.Name(): "1234567890", debit.ConsignorName.Name(): "ﾂｹ", debit.BankCode.Name(): "0001", debit.BranchCode.Name(): "001",
		payout.Consignor.Name(): "1234567890", payout.ConsignorName.Name(): "ﾂｹ", payout.BankCode.Name(): "0001", payout.BranchCode.Name(): "001",
		payout.AccountNumber.Name(): "7654321",
	} {
		must(t, w.Write(func(tx *db.Tx) error {
			return w.Terms.Set(tx, term.Change{Name: name, From: from, Value: value, By: "operator"})
		}))
	}
	must(t, w.Terms.Reload(context.Background(), w.DB))
	for i, name := range []string{"hanako", "taro"} {
		must(t, w.Member(name))
		w.Ways[w.Members[name]] = string(billing.Debit)
		w.Accounts[w.Members[name]] = zengin.Account{
			Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: zengin.AccountNumber(fmt.Sprintf("765432%d", i)), Holder: "ﾔﾏﾀﾞ ﾊﾅｺ",
		}
		_, err := w.Buy(name, "A-"+name, 10_000, checkout.Automatic)
		must(t, err)
		_, err = w.Act("A-"+name, func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
			return w.Checkout.Confirm(tx, w.Merchant, p, world.CaptureWithin, by)
		})
		must(t, err)
	}
	v.at("2026-07-01")
	_, err := w.Billing.CloseAll(context.Background(), w.DB, june(t), nil)
	must(t, err)
	v.at("2026-07-15")
	v.open()
	return v
}

func (v *town) at(day string) {
	v.t.Helper()
	d, err := jst.ParseDay(day)
	must(v.t, err)
	v.world.Clock.Set(d.Start().Add(9 * time.Hour))
}

func (v *town) open() {
	v.t.Helper()
	site := &page.Site{Host: "127.0.0.1:8080", Member: "http://127.0.0.1:8081", Clock: v.world.Clock, Logger: slog.New(slog.DiscardHandler)}
	var err error
	v.desk, err = trouble.Open(v.dir, v.world.Clock)
	must(v.t, err)
	v.bank, err = Open(v.dir, site, v.desk, Product{
		Request: v.request, Answer: v.answer, Payouts: v.payouts, Took: v.took, Refused: v.refused,
	})
	must(v.t, err)
}

// request is the product's side: it gathers and writes.
func (v *town) request(ctx context.Context, month jst.Month, path string) (string, error) {
	_, day, err := v.world.Debits.DayOf(month)
	if err != nil {
		return "", err
	}
	if _, err := v.world.Debits.Gather(ctx, day); err != nil {
		return "", err
	}
	var text bytes.Buffer
	if _, err := v.world.Debits.Ask(ctx, day, &text); err != nil {
		return "", err
	}
	return "written", os.WriteFile(path, text.Bytes(), 0o600)
}

func (v *town) answer(ctx context.Context, day jst.Day, request, answer string) (string, error) {
	sent, err := os.ReadFile(request)
	must(v.t, err)
	got, err := os.ReadFile(answer)
	must(v.t, err)
	report, err := v.world.Debits.Answer(ctx, day, bytes.NewReader(sent), bytes.NewReader(got))
	word := fmt.Sprintf("debited %d of %d", report.Totals.DoneCount, report.Totals.Count)
	var f *fault.Error
	switch {
	case errors.As(err, &f) && (f.Kind == debit.SecondAnswer || f.Kind == debit.OtherAnswer):
		word = "refused"
	case err != nil:
		word = "unreadable"
	case report.Repeated:
		word = "repeated"
	}
	v.said = append(v.said, word)
	return word, err
}

func (v *town) bill(name string) billing.Statement {
	v.t.Helper()
	st, found := v.world.Statement(name, june(v.t))
	if !found {
		v.t.Fatal("no bill of " + name)
	}
	return st
}

// stands holds the bills and the books against what is right.
func (v *town) stands(when string, hanako, taro billing.State) {
	v.t.Helper()
	got := []billing.State{v.bill("hanako").State, v.bill("taro").State}
	if diff := cmp.Diff([]billing.State{hanako, taro}, got); diff != "" {
		v.t.Errorf("%s: %s", when, diff)
	}
	if broken := v.world.Verify(); len(broken) > 0 {
		v.t.Errorf("%s: %v", when, broken)
	}
}

// asked has the bank receive the request and gives the keys of hanako's and taro's accounts.
func (v *town) asked() (hanako, taro string) {
	v.t.Helper()
	must(v.t, v.bank.fetch(v.t.Context(), june(v.t)))
	mem := v.bank.look()
	if mem.Refused != "" || len(mem.Runs) != 1 || mem.Runs[0].Day != debitDay || mem.Runs[0].Count != 2 || mem.Runs[0].Amount != 20_000 {
		v.t.Fatalf("asked: %+v", mem)
	}
	return keyOf(v.world.Accounts[v.world.Members["hanako"]]), keyOf(v.world.Accounts[v.world.Members["taro"]])
}

func TestDebits(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	_, taro := v.asked()
	must(t, v.bank.set(taro, Short))
	if err := v.bank.answer(t.Context(), debitDay); !errors.Is(err, errEarly) {
		t.Errorf("before the day: %v", err)
	}
	v.asked() // the product writes the same again
	v.open()  // and a restart forgets nothing
	v.at(debitDay)
	must(t, v.bank.answer(t.Context(), debitDay))
	v.stands("answered", billing.Paid, billing.Issued)
	if st := v.bill("taro"); st.Way != billing.EBarcode || st.Awaited {
		t.Errorf("the bill that was not debited: %+v", st)
	}
	must(t, v.bank.set(taro, Enough)) // too late: what was answered stays
	must(t, v.bank.answer(t.Context(), debitDay))
	v.stands("answered again", billing.Paid, billing.Issued)
	if diff := cmp.Diff([]string{"debited 1 of 2", "repeated"}, v.said); diff != "" {
		t.Error(diff)
	}
}

// Each state of an account is a result of its own in the file.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, state := range States() {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			v := newTown(t)
			_, taro := v.asked()
			must(t, v.bank.set(taro, state))
			v.at("2026-07-30") // later than the day
			must(t, v.bank.answer(t.Context(), debitDay))
			want := map[State]billing.State{Enough: billing.Paid, Short: billing.Issued, Closed: billing.Issued, Stopped: billing.Issued}[state]
			v.stands("answered", billing.Paid, want)
			text, err := os.ReadFile(filepath.Join(v.dir, "answer-"+debitDay+"-0.txt"))
			must(t, err)
			r, err := zengin.ReadResult(bytes.NewReader(text), format)
			must(t, err)
			file, err := r.File()
			must(t, err)
			found := false
			for _, d := range file.Debits {
				found = found || keyOf(d.Account) == taro && d.Result == answers[state]
			}
			if !found {
				t.Errorf("no result %s: %+v", answers[state], file.Totals)
			}
		})
	}
}

// Whatever the bank does, nothing is booked that was not answered whole, nothing twice, and the right answer ends it well.
func TestBankTroubles(t *testing.T) {
	t.Parallel()
	for kind, tt := range map[trouble.Kind]struct {
		first billing.State // of both bills after the answer that was tampered with
		said  []string      // that and the next press
	}{
		trouble.BankTwice:   {billing.Paid, []string{"debited 2 of 2", "repeated", "refused", "repeated"}},
		trouble.BankAmount:  {billing.Issued, []string{"refused", "debited 2 of 2"}},
		trouble.BankMissing: {billing.Issued, []string{"refused", "debited 2 of 2"}},
		trouble.BankCut:     {billing.Issued, []string{"unreadable", "debited 2 of 2"}},
		trouble.BankSilent:  {billing.Issued, []string{"debited 2 of 2"}},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			v := newTown(t)
			v.asked()
			must(t, v.desk.Set(trouble.Bank, kind))
			v.at("2026-07-29")
			must(t, v.bank.answer(t.Context(), debitDay))
			v.stands("after the trouble", tt.first, tt.first)
			if tt.first == billing.Issued { // nobody is late before the bank has answered (rule T03)
				if st := v.bill("hanako"); !st.Awaited || st.Late != 0 || st.PastDue {
					t.Errorf("meanwhile: %+v", st)
				}
			}
			must(t, v.bank.answer(t.Context(), debitDay))
			v.stands("at the end", billing.Paid, billing.Paid)
			if diff := cmp.Diff(tt.said, v.said); diff != "" {
				t.Error(diff)
			}
			if records := v.desk.FileRecords(); len(records) != 1 || records[0].Kind != kind || len(records[0].Steps) != 1 {
				t.Errorf("noted: %+v", records)
			}
		})
	}
}

// What the product refuses, and a file that is no request, are told on the page and change nothing.
func TestNoRequest(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	for name, write := range map[string]func(path string) error{
		"refused": func(string) error { return errors.New("not set up") },
		"no file": func(string) error { return nil },
		"no text": func(path string) error { return os.WriteFile(path, []byte("hello"), 0o600) },
	} {
		v.bank.product.Request = func(_ context.Context, _ jst.Month, path string) (string, error) { return "said", write(path) }
		must(t, v.bank.fetch(t.Context(), june(t)))
		mem := v.bank.look()
		if !strings.HasPrefix(mem.Refused, "said\n") || len(mem.Runs) != 0 {
			t.Errorf("%s: %+v", name, mem)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	_, taro := v.asked()
	srv := httptest.NewServer(v.bank.Handler())
	defer srv.Close()
	browser := srv.Client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, row := range []struct {
		path, field, value string
		status             int
		to                 string
	}{
		{"/bank/request", "month", "2026-06", 303, "/bank"},
		{"/bank/request", "month", "soon", 303, "/bank"},
		{"/bank/accounts/" + taro, "state", "closed", 303, "/bank"},
		{"/bank/accounts/" + taro, "state", "rich", 303, "/bank"},
		{"/bank/accounts/none", "state", "closed", 404, ""},
		{"/bank/runs/" + debitDay + "/answer", "", "", 303, "/bank?slip=early"},
		{"/bank/runs/2026-08-27/answer", "", "", 404, ""},
		{"/bank/payouts", "", "", 303, "/bank"},
		{"/bank/payouts/payouts-00000001.txt", "", "", 404, ""},
		{"/bank/payouts/payouts-00000001.txt/1", "reason", "closed", 404, ""},
		{"/bank/payouts/payouts-00000001.txt/1", "reason", "bored", 303, "/bank"},
	} {
		resp, err := browser.PostForm(srv.URL+row.path, url.Values{row.field: {row.value}})
		must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != row.status || resp.Header.Get("Location") != row.to {
			t.Errorf("%s %s: %d %q", row.path, row.value, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
	v.at(debitDay)
	v.bank.dir = filepath.Join(v.dir, "absent")
	resp, err := browser.PostForm(srv.URL+"/bank/runs/"+debitDay+"/answer", nil)
	must(t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusInternalServerError {
		t.Errorf("not written: %d", resp.StatusCode)
	}
}

func TestWordsAndTemplates(t *testing.T) {
	t.Parallel()
	book := newTown(t).bank.book
	pagetest.Words(t, book, words)
	for name, p := range map[string]any{"bank": bankPage{}, "bankfailed": bankFailed{}} {
		if err := templatecheck.CheckHTML(book.Templates().Lookup(name), p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
