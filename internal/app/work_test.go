package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
)

// TestExpiry lets the shop be silent: the authorization gives itself back once its hour is over (rule P05), and the
// member is told.
func TestExpiry(t *testing.T) {
	t.Parallel()
	h := build(t, dsn(t))
	h.serve()
	s, m := h.newShop(), h.newMember()
	paid := h.must(s.order(h, "A-1", 3000, h.grant(m, s), "order-A-1-0123456789"))
	state := func() string {
		return h.must(h.request("GET", "/v1/payments/"+paid.field("id"), "", "Authorization", "Bearer "+s.key)).field("state")
	}
	h.at("2026-06-01 09:50")
	if got := state(); got != "authorized" {
		t.Errorf("before its time it is %s", got)
	}
	h.at("2026-06-01 10:15")
	h.until("the expiry", func() bool { return state() == "expired" })
	h.until("the letter about it", func() bool { return h.toldOf("3,000円") })
	h.verify()
}

// toldOf tells whether a letter or text with these words was sent.
func (h *house) toldOf(words string) bool {
	return slices.ContainsFunc(h.carriers.told(), func(s string) bool { return strings.Contains(s, words) })
}

// statement is a member's newest bill; its state is empty if there is none.
func (h *house) statement(m id.Member) (st billing.Statement) {
	h.t.Helper()
	h.read(func(tx *db.Tx) error {
		all, err := billing.Statements(tx, m)
		if len(all) > 0 {
			st = all[0]
		}
		return err
	})
	return st
}

// TestJump moves the clock by 41 days at once, as after a long outage: the bill comes first, then what follows from it,
// each once, and the books agree.
func TestJump(t *testing.T) {
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-05 10:00")
	h.serve()
	s, m := h.newShop(), h.newMember()
	h.buy(s, "A-1", 5000, h.grant(m, s))
	h.at("2026-07-16 10:00")
	h.until("the bill to be past due", func() bool { return h.statement(m).PastDue })
	h.until("the runs of 41 days", func() bool { return h.nextRun(pastDueJob) == "2026-07-17T00:00:01+09:00" })
	// The debit day of 29 June was over before its bills could be gathered: that run is none to try again for days.
	h.until("the runs of debits", func() bool { return h.nextRun(gatherJob) == "2026-07-17T05:00:00+09:00" }) // rule T01
	st := h.statement(m)
	if st.Month.String() != "2026-06" || st.Total != 5209 || st.Due.String() != "2026-07-10" {
		t.Errorf("%+v", st)
	}
	h.read(func(tx *db.Tx) error {
		account, err := credit.Load(tx, m)
		if account.Blocks&credit.PastDue == 0 {
			t.Error("the account may buy")
		}
		told, errTold := event.Timeline(tx, event.Subject(st.ID), 10)
		kinds := make([]string, len(told))
		for i, f := range told {
			kinds[i] = f.Kind
		}
		if diff := cmp.Diff([]string{"statement.issued", "statement.past_due"}, kinds); diff != "" {
			t.Errorf("facts (-want +got):\n%s", diff)
		}
		dead, errDead := job.ListDead(tx, 10)
		for _, j := range dead {
			t.Errorf("given up: %s %s: %s", j.Kind, j.Ref, j.LastFault)
		}
		return errors.Join(err, errTold, errDead)
	})
	if got := h.nextRun(closeMonthJob); got != "2026-08-01T00:30:00+09:00" {
		t.Errorf("the next close is at %s", got)
	}
	h.until("the letter about being late", func() bool { return h.toldOf("支払期日を過ぎています") })
	h.until("the text about it", func() bool { return len(h.texts()) == 1 })
	h.verify()
}

func (h *house) texts() []string {
	h.carriers.mu.Lock()
	defer h.carriers.mu.Unlock()
	return slices.Clone(h.carriers.texts)
}

// nextRun is when a kind of recurring job is due next.
func (h *house) nextRun(kind string) (ref string) {
	h.t.Helper()
	recurring := h.jobs().Recurring
	next := recurring[slices.IndexFunc(recurring, func(r job.Recurring) bool { return r.Kind == kind })].Next
	h.read(func(tx *db.Tx) error {
		at := next(tx.Now())
		record, err := job.Load(tx, id.BucketOf("job", kind), kind, jst.In(at).Format(time.RFC3339))
		if errors.Is(err, db.ErrNone) {
			return nil
		}
		ref = record.Ref
		return err
	})
	return ref
}

// TestMonth lets a month pass by the clock: bill, reminders three days before and on the day (rule N08), past due the day
// after. The service was away on the mornings before, so the reminders of the day come late, and still on the day.
func TestMonth(t *testing.T) {
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-05 10:00")
	h.serve()
	s, m := h.newShop(), h.newMember()
	h.buy(s, "A-1", 5000, h.grant(m, s))
	h.at("2026-07-01 00:31")
	h.until("the bill", func() bool { return h.statement(m).Total == 5209 })
	h.until("its letter", func() bool { return h.toldOf("5,209円") })
	h.at("2026-07-07 09:30")
	h.until("the first reminder", func() bool { return h.toldOf("あと3日です") })
	h.at("2026-07-10 09:30")
	h.until("the second reminder", func() bool { return h.toldOf("今日が支払期日です") })
	if h.statement(m).PastDue {
		t.Error("past due on the due day")
	}
	h.at("2026-07-11 01:00")
	h.until("the bill to be past due", func() bool { return h.statement(m).PastDue })
	for _, words := range []string{"あと3日です", "今日が支払期日です"} {
		n := 0
		for _, told := range h.carriers.told() {
			if strings.Contains(told, words) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("told %d times: %s", n, words)
		}
	}
	h.verify()
}

// run is a job as the worker would hand it over.
func runAt(t *testing.T, text string) job.Run {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, jst.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return job.Run{Due: at}
}

// TestPastDueWaitsForTheClose runs the jobs by hand, in the wrong order.
func TestPastDueWaitsForTheClose(t *testing.T) {
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-05 10:00")
	m := h.newMember()
	h.owe(m)
	h.at("2026-07-16 10:00")
	if _, err := h.markPastDue(t.Context(), runAt(t, "2026-07-10 01:00")); err != nil {
		t.Fatal(err)
	}
	if st := h.statement(m); st.Total != 5209 || st.PastDue {
		t.Errorf("on the due day: %+v", st)
	}
	// The month before the run's is not over by this clock, so its close fails, and nobody is blocked.
	_, err := h.markPastDue(t.Context(), runAt(t, "2026-08-01 01:00"))
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != billing.MonthOpen || h.statement(m).PastDue {
		t.Errorf("without the close of July: %v, %+v", err, h.statement(m))
	}
	if _, err := h.markPastDue(t.Context(), runAt(t, "2026-07-11 01:00")); err != nil {
		t.Fatal(err)
	}
	if !h.statement(m).PastDue {
		t.Error("the day after the due day it is not past due")
	}
	h.verify()
}

// TestRemindIssuesTheBillFirst reminds of a bill that nobody has issued yet.
func TestRemindIssuesTheBillFirst(t *testing.T) {
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-05 10:00")
	m := h.newMember()
	h.owe(m)
	h.at("2026-07-07 08:30")
	missed := runAt(t, "2026-07-05 09:00")
	if _, err := h.remind(t.Context(), missed); err != nil || h.statement(m).Total != 0 {
		t.Errorf("before 9:00: %v, %+v", err, h.statement(m))
	}
	h.at("2026-07-07 09:01")
	for range 2 {
		if _, err := h.remind(t.Context(), missed); err != nil {
			t.Fatal(err)
		}
	}
	if h.statement(m).Total != 5209 {
		t.Error("there is no bill")
	}
	h.write(func(tx *db.Tx) error {
		n, err := h.Notices.Remind(tx, jst.DayOf(tx.Now()), batchMax)
		if n != 0 {
			t.Error("it was not reminded of")
		}
		return err
	})
}

// owe lets a member buy something for 5,000 yen that is billed at once, on a service that is not running.
func (h *house) owe(m id.Member) {
	h.t.Helper()
	s := h.newShop()
	by := checkout.Actor{Side: fault.Merchant, Name: "merchant"}
	h.write(func(tx *db.Tx) error {
		done, err := h.Checkout.Authorize(tx, []checkout.Order{{
			Merchant: s.id, MerchantLive: true, Member: m, OrderRef: "A-1", Amount: 5000, Channel: credit.Online,
			Capture: checkout.Automatic, ConfirmWithin: time.Hour, By: by,
		}})
		if err != nil {
			return err
		}
		_, err = h.Checkout.Confirm(tx, s.id, done[0].Value.Payment.ID, 30*24*time.Hour, by)
		return err
	})
}

// TestSweep removes what is long done, and goes on where one transaction does not hold it all.
func TestSweep(t *testing.T) {
	t.Parallel()
	h := build(t, dsn(t))
	const jobs = batchMax + 5
	h.write(func(tx *db.Tx) error {
		for i := range jobs {
			if err := job.Enqueue(tx, job.Job{Bucket: i, Kind: "test.done", Ref: fmt.Sprint(i), Due: tx.Now()}); err != nil {
				return err
			}
		}
		return nil
	})
	worker, err := job.NewWorker(h.DB, job.Config{Kinds: map[string]job.Handler{"test.done": {InTx: func(*db.Tx, job.Run) error { return nil }}}})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n > 0; {
		if n, err = worker.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (n int) {
		h.read(func(tx *db.Tx) error {
			for i := range jobs {
				_, err := job.Load(tx, i, "test.done", fmt.Sprint(i))
				if err == nil {
					n++
				} else if !errors.Is(err, db.ErrNone) {
					return err
				}
			}
			return nil
		})
		return n
	}
	for _, step := range []struct {
		at   string
		want int
	}{{"2026-08-29 04:00", jobs}, {"2026-08-31 04:00", 0}} {
		h.at(step.at)
		if _, err := h.sweep(t.Context(), job.Run{}); err != nil {
			t.Fatal(err)
		}
		if got := left(); got != step.want {
			t.Errorf("%s: %d are left, want %d", step.at, got, step.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.sweep(ctx, job.Run{}); err == nil {
		t.Error("a stopped sweep says that it is done")
	}
}

// TestAnswersAreForgotten repeats a request after 399 days, and after the turn of every bucket has come behind the 400th.
func TestAnswersAreForgotten(t *testing.T) { // rule X14
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-01 09:00")
	h.serve()
	s, m := h.newShop(), h.newMember()
	const key = "order-A-1-0123456789"
	charge := s.order(h, "A-1", 3000, h.grant(m, s), key)
	first := h.must(charge)
	bought := jst.DayOf(h.Clock.Now())
	again := func() answer {
		h.t.Helper()
		body, err := charge.GetBody()
		if err != nil {
			t.Fatal(err)
		}
		charge.Body = body
		return h.must(charge)
	}
	for day := range 400 {
		if err := h.forget(t.Context(), bought.Add(day)); err != nil {
			t.Fatal(err)
		}
	}
	if a := again(); a.header.Get("Idempotency-Replayed") != "true" || string(a.body) != string(first.body) {
		t.Errorf("before its time: %v %s", a.header, a.body)
	}
	for day := 401; day < 431; day++ {
		if err := h.forget(t.Context(), bought.Add(day)); err != nil {
			t.Fatal(err)
		}
	}
	if a := again(); a.header.Get("Idempotency-Replayed") != "reference" || a.field("id") != first.field("id") {
		t.Errorf("after its time: %v %s", a.header, a.body)
	}
	h.verify()
}
