package checkout_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/run"
)

// The tests of this file let transactions race, as several processes on one database do. SQLite lets one write at a time;
// PostgreSQL lets them meet.

// TestAnotherProcessIsFaster lets a second process charge an order while a first one, which has seen that nobody has, is about
// to commit. The first one loses, looks again, and finds the payment.
func TestAnotherProcessIsFaster(t *testing.T) { // rule P01
	t.Parallel()
	s := open(t)
	if s.db.Engine() == db.SQLite {
		t.Skip("SQLite has one writer: no transaction can commit behind another one's back")
	}
	m, other := s.member(7), s.member(8)
	tries := 0
	var late, fast run.Result[checkout.Authorization]
	s.write(func(tx *db.Tx) error {
		r, err := s.checkout.Authorize(tx, []checkout.Order{s.order(m, "A-1", 10_000)})
		if err != nil {
			return err
		}
		if late, tries = r[0], tries+1; tries == 1 {
			fast = s.authorize(s.order(other, "A-1", 10_000))[0]
		}
		return nil
	})
	if fast.Refused != nil || !fast.Value.Payment.State.Live() || late.Refused == nil || late.Refused.Kind != checkout.OrderTaken || tries != 2 {
		t.Errorf("%+v was faster, and the other one ended with %+v after %d tries", fast, late, tries)
	}
	if s.account(m).Held != 0 || s.account(other).Held != 10_000 {
		t.Errorf("%d held for who came late, %d for who was faster", s.account(m).Held, s.account(other).Held)
	}
}

func TestManyProcessesOneMember(t *testing.T) { // rule C02
	t.Parallel()
	s := open(t)
	m := s.member(7)
	var all sync.WaitGroup
	var approved atomic.Int64
	for i := range 9 { // of 12,000 yen each; four fit into 50,000
		all.Go(func() {
			err := s.try(func(tx *db.Tx) error {
				r, err := s.checkout.Authorize(tx, []checkout.Order{s.order(m, fmt.Sprint("A-", i), 12_000)})
				if err == nil && r[0].Value.Payment.State == checkout.Authorized {
					tx.AfterCommit(func() { approved.Add(1) })
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := approved.Load(); n != 4 || s.account(m).Held != 48_000 || s.account(m).Tries != 9 {
		t.Errorf("%d approved, %d held, %d tries", n, s.account(m).Held, s.account(m).Tries)
	}
}

func TestManyProcessesOnePayment(t *testing.T) { // rule P07
	t.Parallel()
	s := open(t)
	p := s.buy(s.member(7), "A-1", 10_000)
	var all sync.WaitGroup
	var captured atomic.Int64
	for range 6 { // of 4,000 yen each; two fit
		all.Go(func() {
			switch err := s.capture(p.ID, 4_000, false); {
			case err == nil:
				captured.Add(1)
			case !fault.Is(err, checkout.OverOpen):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := s.load(p.ID); captured.Load() != 2 || got.Captured != 8_000 || got.Open() != 2_000 {
		t.Errorf("%d captures, payment %+v", captured.Load(), got)
	}
}

func TestExpiryRacesTheCapture(t *testing.T) { // rule P05
	t.Parallel()
	s := open(t)
	m := s.member(7)
	var payments []id.Payment
	for i := range 9 {
		payments = append(payments, s.buy(m, fmt.Sprint("A-", i), 1_000).ID)
	}
	s.advance(confirmWithin)
	var all sync.WaitGroup
	for i, p := range payments {
		all.Go(func() {
			if err := s.capture(p, 0, true); err != nil && !fault.Is(err, checkout.WrongState) {
				t.Error(err)
			}
		})
		if i%3 == 0 {
			all.Go(func() { s.expire() })
		}
	}
	all.Wait()
	for s.expire() > 0 {
	}
	for _, pid := range payments {
		p := s.load(pid)
		if p.Captured+p.Released != p.Amount || (p.State == checkout.Captured) != (p.Captured == p.Amount) {
			t.Errorf("%s: %s, captured %d, released %d", p.OrderRef, p.State, p.Captured, p.Released)
		}
	}
}

// expire gives back what is due and tells how many it looked at.
func (s *shop) expire() (n int) {
	s.t.Helper()
	err := s.try(func(tx *db.Tx) (err error) {
		n, err = s.checkout.ExpireDue(tx, 100)
		return err
	})
	if err != nil {
		s.t.Error(err)
	}
	return n
}

func TestACapturedPaymentNeverExpires(t *testing.T) { // rule P05
	t.Parallel()
	s := open(t)
	p := s.buy(s.member(7), "A-1", 10_000)
	if err := s.capture(p.ID, 0, true); err != nil {
		t.Fatal(err)
	}
	s.advance(captureWithin + time.Hour)
	if n := s.expire(); n != 0 || s.load(p.ID).State != checkout.Captured {
		t.Errorf("%d expired, state %s", n, s.load(p.ID).State)
	}
}

func TestAnUncapturedRestGivesItselfBack(t *testing.T) { // rule P05: what was captured in part stays
	t.Parallel()
	s := open(t)
	m := s.member(7)
	p := s.buy(m, "A-1", 10_000)
	if err := s.capture(p.ID, 4_000, false); err != nil {
		t.Fatal(err)
	}
	s.advance(captureWithin)
	if n := s.expire(); n != 1 {
		t.Fatalf("%d were due", n)
	}
	got := s.load(p.ID)
	if got.State != checkout.Captured || got.Captured != 4_000 || got.Released != 6_000 || s.account(m).Held != 0 {
		t.Errorf("%+v, held %d", got, s.account(m).Held)
	}
	s.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(p.ID), 10)
		if last := facts[len(facts)-1]; last.Kind != "payment.released" || last.Side != fault.Us || last.Actor != "clock" {
			t.Errorf("the timeline says %s by %s (%s)", last.Kind, last.Side, last.Actor)
		}
		return err
	})
	if again := s.authorize(s.order(m, "A-1", 10_000))[0]; !again.Value.Existing || again.Value.Payment.ID != p.ID {
		t.Errorf("the order was paid again: %+v", again)
	}
}
