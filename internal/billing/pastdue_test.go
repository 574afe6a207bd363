package billing_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
)

func (h *house) mayBuy(m id.Member) bool {
	h.t.Helper()
	_, ok := h.tryAuthorize(m, credit.Online, 100)
	return ok
}

func TestPastDueBlocksUntilPaid(t *testing.T) { // rule B17
	h := open(t)
	m, st, slip := billed(h)
	h.at("2026-07-10 23:59")
	if n := h.markPastDue("2026-07-10"); n != 0 || !h.mayBuy(m) {
		t.Errorf("%d past due on the due day", n)
	}
	h.at("2026-07-11 00:00")
	if n := h.markPastDue("2026-07-11"); n != 1 || h.mayBuy(m) || !h.statement(m, "2026-06").PastDue {
		t.Errorf("%d past due on the day after", n)
	}
	if n := h.markPastDue("2026-07-12"); n != 0 {
		t.Errorf("%d past due again", n)
	}
	h.verify()
	h.at("2026-08-20 10:30") // the barcode still works
	out := h.tell(line(billing.LinePrompt, slip, day(t, "2026-08-20"), "1024"))
	if out[0].Result != billing.Applied || !h.mayBuy(m) {
		t.Errorf("paid late: %+v", out[0])
	}
	h.verify()
	h.tell(line(billing.LineCancelled, slip, day(t, "2026-08-20"), "1024"))
	if h.mayBuy(m) || !h.statement(m, "2026-06").PastDue {
		t.Error("a payment taken back after the due day does not block at once")
	}
	h.verify()
	h.tell(line(billing.LineConfirmed, slip, day(t, "2026-08-21"), "1024"))
	if !h.mayBuy(m) || h.statement(m, "2026-06").PastDue {
		t.Error("paid, and still blocked")
	}
	kinds := []string{
		"statement.issued", "statement.past_due", "statement.confirming", "statement.reopened", "statement.past_due", "statement.paid",
	}
	if diff := cmp.Diff(kinds, h.events(event.Subject(st.ID))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"account.unblocked", "account.unblocked"}, h.events(event.Subject(m))); diff != "" {
		t.Error(diff)
	}
}

func TestTwoBillsPastDue(t *testing.T) { // rule B17
	h := open(t)
	m, june, first := billed(h)
	h.buy(m, 1_000)
	h.at("2026-08-01 00:00")
	h.closeMonth("2026-07")
	july := h.statement(m, "2026-07")
	if n := h.markPastDue("2026-08-11"); n != 2 {
		t.Fatalf("%d past due, want 2", n)
	}
	h.tell(line(billing.LineConfirmed, first, day(t, "2026-08-12"), "1024"))
	if h.mayBuy(m) {
		t.Error("unblocked while July is past due")
	}
	h.tell(line(billing.LineConfirmed, h.slip(july), day(t, "2026-08-12"), "1025"))
	if !h.mayBuy(m) || h.statement(m, june.Month.String()).PastDue {
		t.Error("all is paid, and still blocked")
	}
}

func TestConfirmingIsNotPastDue(t *testing.T) { // rules B11, B17
	h := open(t)
	m, _, slip := billed(h)
	h.at("2026-07-10 22:00")
	h.tell(line(billing.LinePrompt, slip, day(t, "2026-07-10"), "2150"))
	h.at("2026-07-11 00:00")
	if n := h.markPastDue("2026-07-11"); n != 0 || !h.mayBuy(m) {
		t.Errorf("%d past due, although paid at the till", n)
	}
}

// TestPaymentRacesTheDueDay lets payments arrive while their statements are being marked: who has paid is not blocked.
func TestPaymentRacesTheDueDay(t *testing.T) { // rule B17
	h := open(t)
	var slips []billing.Slip
	var members []id.Member
	for range 8 {
		m := h.member(7)
		h.buy(m, 1_000)
		members = append(members, m)
	}
	h.at("2026-07-01 00:00")
	h.closeMonth("2026-06")
	for _, m := range members {
		slips = append(slips, h.slip(h.statement(m, "2026-06")))
	}
	h.at("2026-07-11 00:00")
	var both sync.WaitGroup
	both.Go(func() {
		for _, s := range slips {
			h.tell(line(billing.LinePrompt, s, day(t, "2026-07-10"), "2359"))
		}
	})
	both.Go(func() {
		for {
			n := 0
			if err := h.try(func(tx *db.Tx) (err error) {
				n, err = h.billing.MarkPastDue(tx, day(t, "2026-07-11"), 1)
				return err
			}); err != nil {
				t.Error(err)
				return
			}
			if n == 0 {
				return
			}
		}
	})
	both.Wait()
	for _, m := range members {
		if !h.mayBuy(m) {
			t.Error("a member who paid is blocked")
		}
	}
}

// TestDueDayWaitsForAPayment lets a payment and the due day's work queue for one account, the payment first.
func TestDueDayWaitsForAPayment(t *testing.T) { // rule B17
	h := open(t)
	m := h.member(7)
	h.buy(m, 1_000)
	h.at("2026-07-01 00:00")
	h.closeMonth("2026-06")
	s := h.slip(h.statement(m, "2026-06"))
	h.at("2026-07-11 00:00")
	var both sync.WaitGroup
	meanwhile := func(act func()) { // gives it time to reach the lock
		patience, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		both.Go(act)
		<-patience.Done()
	}
	err := h.try(func(tx *db.Tx) error {
		if _, err := credit.Lock(tx, m); err != nil {
			return err
		}
		meanwhile(func() { h.tell(line(billing.LinePrompt, s, day(t, "2026-07-10"), "2359")) })
		meanwhile(func() {
			if err := h.try(func(tx *db.Tx) error {
				_, err := h.billing.MarkPastDue(tx, day(t, "2026-07-11"), 10)
				return err
			}); err != nil {
				t.Error(err)
			}
		})
		return nil
	})
	both.Wait()
	if err != nil || !h.mayBuy(m) {
		t.Errorf("a member who paid is blocked: %v", err)
	}
}
