package debit_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/debit"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/run"
	"tsuke/internal/term"
	"tsuke/internal/world"
	"tsuke/internal/zengin"
)

var format = zengin.Format{NoConsignorAccount: true}

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// town is a world in which three members pay June by direct debit, due on Monday 27 July, on the day on which that is gathered.
func town(t *testing.T) *world.World {
	t.Helper()
	w := world.New(t)
	for name, value := range map[string]string{
		debit.Consignor.Name(): "1234567890", debit.ConsignorName.Name(): "ﾂｹ", debit.BankCode.Name(): "0001", debit.BranchCode.Name(): "001",
	} {
		must(t, w.Write(func(tx *db.Tx) error {
			return w.Terms.Set(tx, term.Change{Name: name, From: day(t, "2026-06-10"), Value: value, By: "operator"})
		}))
	}
	must(t, w.Terms.Reload(context.Background(), w.DB))
	for i, name := range []string{"hanako", "taro", "jiro"} {
		must(t, w.Member(name))
		w.Ways[w.Members[name]] = string(billing.Debit)
		w.Accounts[w.Members[name]] = zengin.Account{
			Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: zengin.AccountNumber("765432" + string(rune('0'+i))), Holder: "ﾔﾏﾀﾞ ﾊﾅｺ",
		}
		_, err := w.Buy(name, "A-"+name, 10_000, checkout.Automatic)
		must(t, err)
		_, err = w.Act("A-"+name, func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
			return w.Checkout.Confirm(tx, w.Merchant, p, world.CaptureWithin, by)
		})
		must(t, err)
	}
	set(w, "2026-07-01 00:30")
	june, err := jst.ParseMonth("2026-06")
	must(t, err)
	_, err = w.Billing.CloseAll(context.Background(), w.DB, june, nil)
	must(t, err)
	set(w, "2026-07-15 05:00")
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func set(w *world.World, minute string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", minute, jst.Zone())
	must(w.T, err)
	w.Clock.Set(at)
}

// ask gathers and writes the request.
func ask(t testing.TB, w *world.World, on jst.Day) []byte {
	t.Helper()
	_, err := w.Debits.Gather(context.Background(), on)
	must(t, err)
	var file bytes.Buffer
	_, err = w.Debits.Ask(context.Background(), on, &file)
	must(t, err)
	return file.Bytes()
}

// answered is a bank's answer to a request, with each debit as change makes it; who is told to leave one out does not give it.
func answered(t testing.TB, request []byte, change func(i int, d *zengin.Debit) (keep bool)) []byte {
	t.Helper()
	r, err := zengin.ReadRequest(bytes.NewReader(request), format)
	must(t, err)
	var file bytes.Buffer
	_, err = zengin.WriteResult(&file, format, r.Header(), func(yield func(zengin.Debit, error) bool) {
		i := -1
		for d, err := range r.Debits() {
			i++
			d.Result = zengin.Debited
			if change != nil && !change(i, &d) {
				continue
			}
			if !yield(d, err) {
				return
			}
		}
	})
	must(t, err)
	return file.Bytes()
}

func statement(t testing.TB, w *world.World, name string) billing.Statement {
	t.Helper()
	june, _ := jst.ParseMonth("2026-06")
	st, ok := w.Statement(name, june)
	if !ok {
		t.Fatalf("%s has no bill", name)
	}
	return st
}

func TestDayOf(t *testing.T) { // rule T01
	w := world.New(t)
	for month, want := range map[string][2]string{
		"2026-06": {"2026-07-15", "2026-07-27"}, "2026-10": {"2026-11-17", "2026-11-27"}, "2026-11": {"2026-12-17", "2026-12-28"},
		"2026-12": {"2027-01-18", "2027-01-27"}, "2027-01": {"2027-02-17", "2027-03-01"},
	} {
		m, err := jst.ParseMonth(month)
		must(t, err)
		gather, on, err := w.Debits.DayOf(m)
		if err != nil || gather.String() != want[0] || on.String() != want[1] {
			t.Errorf("%s is gathered on %s for %s, %v; want %v", month, gather, on, err, want)
		}
	}
}

// TestAnswers follows each result code to what becomes of the bill, the fee and the account.
func TestAnswers(t *testing.T) { // rules T04, T05, T06
	on := day(t, "2026-07-27")
	for _, tc := range []struct {
		code    zengin.ResultCode
		state   billing.State
		owed    int64
		due     string
		account bool
	}{
		{zengin.Debited, billing.Paid, 0, "2026-07-27", true},
		{zengin.InsufficientFunds, billing.Issued, 10_209, "2026-08-10", true},
		{zengin.NoAccount, billing.Issued, 10_209, "2026-08-10", false},
		{zengin.StoppedByHolder, billing.Issued, 10_209, "2026-08-10", false},
		{zengin.NoMandate, billing.Issued, 10_209, "2026-08-10", false},
		{zengin.StoppedByBiller, billing.Issued, 10_000, "2026-08-10", true},
		{zengin.OtherReason, billing.Issued, 10_000, "2026-08-10", true},
	} {
		t.Run("code "+tc.code.String(), func(t *testing.T) {
			w := town(t)
			request := ask(t, w, on)
			set(w, "2026-07-31 10:00")
			file := answered(t, request, func(_ int, d *zengin.Debit) bool {
				d.Result = tc.code
				return true
			})
			report, err := w.Debits.Answer(context.Background(), on, bytes.NewReader(request), bytes.NewReader(file))
			must(t, err)
			if report.Run.State != debit.Answered || report.Run.Bills != 3 {
				t.Errorf("the run is %+v", report.Run)
			}
			st := statement(t, w, "hanako")
			if st.State != tc.state || int64(st.Owed()) != tc.owed || st.Due.String() != tc.due || st.Awaited {
				t.Errorf("the bill is %s, %d owed, due %s, awaited %v", st.State, st.Owed(), st.Due, st.Awaited)
			}
			if _, has := w.Accounts[w.Members["hanako"]]; has != tc.account {
				t.Errorf("the account stands: %v", has)
			}
		})
	}
}

// TestNothingIsBooked of an answer that does not fit, and each difference is named.
func TestNothingIsBooked(t *testing.T) { // rule T04
	on := day(t, "2026-07-27")
	for _, tc := range []struct {
		name  string
		files func(t *testing.T, request []byte) (sent, answer []byte)
		want  *fault.Kind // nil: an error of the file itself
		count int
	}{
		{"one is missing", func(t *testing.T, q []byte) ([]byte, []byte) {
			return q, answered(t, q, func(i int, _ *zengin.Debit) bool { return i != 1 })
		}, debit.OtherAnswer, 1},
		{"another amount", func(t *testing.T, q []byte) ([]byte, []byte) {
			return q, answered(t, q, func(i int, d *zengin.Debit) bool {
				if i == 1 {
					d.Amount++
				}
				return true
			})
		}, debit.OtherAnswer, 1},
		{"another account", func(t *testing.T, q []byte) ([]byte, []byte) {
			return q, answered(t, q, func(_ int, d *zengin.Debit) bool {
				d.Account.Number = "0000001"
				return true
			})
		}, debit.OtherAnswer, 3},
		{"a number nobody asked for", func(t *testing.T, q []byte) ([]byte, []byte) {
			return q, answered(t, q, func(i int, d *zengin.Debit) bool {
				if i == 0 {
					d.Customer = strings.Repeat("9", 20)
				}
				return true
			})
		}, debit.OtherAnswer, 2},
		{"another request", func(t *testing.T, q []byte) ([]byte, []byte) {
			other := append(bytes.Clone(q), 0x1A)
			return other, answered(t, q, nil)
		}, debit.OtherRequest, 0},
		{"an answer that is cut off", func(t *testing.T, q []byte) ([]byte, []byte) {
			return q, answered(t, q, nil)[:360]
		}, nil, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := town(t)
			request := ask(t, w, on)
			sent, answer := tc.files(t, request)
			report, err := w.Debits.Answer(context.Background(), on, bytes.NewReader(sent), bytes.NewReader(answer))
			switch {
			case tc.want == nil && (err == nil || fault.Is(err, debit.OtherAnswer)), tc.want != nil && !fault.Is(err, tc.want):
				t.Errorf("answered with %v", err)
			case len(report.Mismatches) != tc.count:
				t.Errorf("%d differences are named: %v", len(report.Mismatches), report.Mismatches)
			}
			for _, name := range w.Names() {
				if st := statement(t, w, name); st.State != billing.Issued || !st.Awaited {
					t.Errorf("%s's bill is %s", name, st.State)
				}
			}
			_, err = w.Debits.Answer(context.Background(), on, bytes.NewReader(request), bytes.NewReader(answered(t, request, nil)))
			if st := statement(t, w, "taro"); err != nil || st.State != billing.Paid {
				t.Errorf("the right answer afterwards: %v, the bill is %s", err, st.State)
			}
		})
	}
}

func TestOrderOfSteps(t *testing.T) { // rules T02, T04
	w := town(t)
	on := day(t, "2026-07-27")
	ctx := context.Background()
	if _, err := w.Debits.Ask(ctx, on, &bytes.Buffer{}); !fault.Is(err, debit.NotGathered) {
		t.Errorf("asked before anything was gathered: %v", err)
	}
	_, err := w.Debits.Gather(ctx, on)
	must(t, err)
	if _, err := w.Debits.Answer(ctx, on, strings.NewReader(""), strings.NewReader("")); !fault.Is(err, debit.NotAsked) {
		t.Errorf("answered before anybody was asked: %v", err)
	}
	request := ask(t, w, on)
	if again := ask(t, w, on); !bytes.Equal(request, again) {
		t.Error("the same request is written otherwise the second time")
	}
	account := w.Accounts[w.Members["taro"]]
	account.Number = "1111111"
	w.Accounts[w.Members["taro"]] = account
	if _, err := w.Debits.Ask(ctx, on, &bytes.Buffer{}); !fault.Is(err, debit.AccountsChanged) {
		t.Errorf("an account was changed after the request was written: %v", err)
	}
	delete(w.Accounts, w.Members["taro"])
	if _, err := w.Debits.Ask(ctx, on, &bytes.Buffer{}); !fault.Is(err, debit.AccountsChanged) {
		t.Errorf("an account was removed after the request was written: %v", err)
	}
	_, err = w.Debits.Answer(ctx, on, bytes.NewReader(request), bytes.NewReader(answered(t, request, nil)))
	must(t, err)
	report, err := w.Debits.Answer(ctx, on, bytes.NewReader(request), bytes.NewReader(answered(t, request, nil)))
	if err != nil || !report.Repeated {
		t.Errorf("the same answer again: %+v, %v", report, err)
	}
	own := w.Debits.DB
	w.Debits.DB = dbtest.WithoutStandby(own)
	_, err = w.Debits.Answer(ctx, on, bytes.NewReader(request), bytes.NewReader(answered(t, request, nil)))
	w.Debits.DB = own
	if !fault.Is(err, run.NotDurable) { // rule X12
		t.Errorf("told that it was taken before, although that can be undone: %v", err)
	}
	other := answered(t, request, func(_ int, d *zengin.Debit) bool {
		d.Result = zengin.InsufficientFunds
		return true
	})
	if _, err := w.Debits.Answer(ctx, on, bytes.NewReader(request), bytes.NewReader(other)); !fault.Is(err, debit.SecondAnswer) {
		t.Errorf("another answer: %v", err)
	}
	w.Read(func(tx *db.Tx) error {
		runs, err := debit.Runs(tx, 10)
		if len(runs) != 1 || runs[0].State != debit.Answered || runs[0].Total != 30_000 || runs[0].Answered.IsZero() {
			t.Errorf("the runs are %+v", runs)
		}
		return err
	})
}

// TestAccountRemovedMeanwhile: a member removes the account between the gathering and the request. Everybody else is asked for.
func TestAccountRemovedMeanwhile(t *testing.T) { // rule T02
	w := town(t)
	on := day(t, "2026-07-27")
	ctx := context.Background()
	_, err := w.Debits.Gather(ctx, on)
	must(t, err)
	delete(w.Accounts, w.Members["taro"])
	request := ask(t, w, on)
	if st := statement(t, w, "taro"); st.Awaited || st.Way != billing.EBarcode || st.Owed() != 10_000 {
		t.Errorf("taro's bill is %+v", st)
	}
	report, err := w.Debits.Answer(ctx, on, bytes.NewReader(request), bytes.NewReader(answered(t, request, nil)))
	if err != nil || report.Totals.DoneCount != 2 || report.Run.Bills != 2 || report.Run.Total != 20_000 {
		t.Errorf("%+v, %v", report, err)
	}
	if st := statement(t, w, "jiro"); st.State != billing.Paid {
		t.Errorf("jiro's bill is %s", st.State)
	}
}

func TestWhenItIsGathered(t *testing.T) { // rules T01, T02
	w := town(t)
	ctx := context.Background()
	if _, err := w.Debits.Gather(ctx, day(t, "2026-07-26")); !fault.Is(err, debit.NoDebitDay) {
		t.Errorf("gathered for a Sunday: %v", err)
	}
	set(w, "2026-07-14 23:59")
	if _, err := w.Debits.Gather(ctx, day(t, "2026-07-27")); !fault.Is(err, debit.TooEarly) {
		t.Errorf("gathered a day too early: %v", err)
	}
	set(w, "2026-07-28 00:00")
	if _, err := w.Debits.Gather(ctx, day(t, "2026-07-27")); !fault.Is(err, debit.TooLate) {
		t.Errorf("gathered when the debit day was over: %v", err)
	}
	set(w, "2026-07-20 10:00")
	_, err := w.Buy("taro", "B-1", 100, checkout.Automatic)
	must(t, err)
	_, err = w.Act("B-1", func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
		return w.Checkout.Confirm(tx, w.Merchant, p, world.CaptureWithin, by)
	})
	must(t, err)
	set(w, "2026-08-20 05:00")
	if _, err := w.Debits.Gather(ctx, day(t, "2026-08-27")); !fault.Is(err, debit.TooEarly) {
		t.Errorf("gathered before the month was billed: %v", err)
	}
}

func TestNotSetUp(t *testing.T) {
	w := world.New(t)
	if _, err := w.Debits.Ask(context.Background(), day(t, "2026-07-27"), &bytes.Buffer{}); !fault.Is(err, debit.NotSetUp) {
		t.Errorf("asked without a consignor: %v", err)
	}
}

// TestTwoAnswersAtOnce hands in the same answer twice at the same time: each bill is paid once.
func TestTwoAnswersAtOnce(t *testing.T) { // rule T04
	w := town(t)
	on := day(t, "2026-07-27")
	request := ask(t, w, on)
	file := answered(t, request, func(i int, d *zengin.Debit) bool {
		if i == 0 {
			d.Result = zengin.InsufficientFunds
		}
		return true
	})
	var all sync.WaitGroup
	failed := make([]error, 4)
	for i := range failed {
		all.Go(func() {
			_, failed[i] = w.Debits.Answer(context.Background(), on, bytes.NewReader(request), bytes.NewReader(file))
		})
	}
	all.Wait()
	must(t, errors.Join(failed...))
	paid := 0
	for _, name := range w.Names() {
		st := statement(t, w, name)
		var d billing.Detail
		w.Read(func(tx *db.Tx) (err error) {
			d, err = billing.LoadStatement(tx, w.Members[name], st.ID)
			return err
		})
		if st.State == billing.Paid {
			paid++
			if len(d.Receipts) != 1 || d.Receipts[0].Surplus != 0 {
				t.Errorf("%s paid by %+v", name, d.Receipts)
			}
		} else if len(d.Charges) != 1 {
			t.Errorf("%s is charged %+v", name, d.Charges)
		}
	}
	if paid != 2 {
		t.Errorf("%d of 2 bills are paid", paid)
	}
}

// TestAnswerGoesOn: an answer that is cut off and taken again on another day charges nobody twice, though fees are known by their day.
func TestAnswerGoesOn(t *testing.T) { // rules T04, T05
	w := town(t)
	on := day(t, "2026-07-27")
	ctx := context.Background()
	request := ask(t, w, on)
	file := answered(t, request, func(i int, d *zengin.Debit) bool {
		d.Result = []zengin.ResultCode{zengin.InsufficientFunds, zengin.Debited, zengin.NoAccount}[i]
		return true
	})
	cut := errors.New("cut off")
	unusable := w.Debits.Unusable
	w.Debits.Unusable = func(*db.Tx, id.Member) error { return cut }
	set(w, "2026-07-31 10:00")
	if _, err := w.Debits.Answer(ctx, on, bytes.NewReader(request), bytes.NewReader(file)); !errors.Is(err, cut) {
		t.Fatalf("not cut off: %v", err)
	}
	w.Debits.Unusable = unusable
	set(w, "2026-08-01 10:00")
	report, err := w.Debits.Answer(ctx, on, bytes.NewReader(request), bytes.NewReader(file))
	if err != nil || report.Repeated || report.Run.State != debit.Answered {
		t.Fatalf("%+v, %v", report, err)
	}
	var owed []int
	for _, name := range w.Names() {
		st := statement(t, w, name)
		owed = append(owed, int(st.Owed()))
	}
	slices.Sort(owed)
	if !slices.Equal(owed, []int{0, 10_209, 10_209}) {
		t.Errorf("owed is %v", owed)
	}
}

// TestGatheringGoesOn gathers while others do, and after nothing was left.
func TestGatheringGoesOn(t *testing.T) { // rule T02
	w := town(t)
	on := day(t, "2026-07-27")
	var all sync.WaitGroup
	runs, failed := make([]debit.Run, 4), make([]error, 4)
	for i := range runs {
		all.Go(func() { runs[i], failed[i] = w.Debits.Gather(context.Background(), on) })
	}
	all.Wait()
	must(t, errors.Join(failed...))
	for _, run := range runs {
		if run.Bills != 3 || run.Total != 30_000 {
			t.Errorf("gathered %d bills over %d", run.Bills, run.Total)
		}
	}
}
