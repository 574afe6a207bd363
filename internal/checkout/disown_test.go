package checkout_test

import (
	"slices"
	"testing"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
)

func (s *shop) disown(p id.Payment) (checkout.Payment, error) {
	var out checkout.Payment
	err := s.try(func(tx *db.Tx) (err error) {
		out, err = s.checkout.Disown(tx, s.merchant, p, byMerchant)
		return err
	})
	return out, err
}

// TestWhatHasNoOrderIsReturned holds each state that a payment can be in against what goes back, said once and again.
func TestWhatHasNoOrderIsReturned(t *testing.T) { // rule P11
	t.Parallel()
	for name, c := range map[string]struct {
		before             func(*shop, id.Payment) error
		state              checkout.State
		released, refunded money.Yen
		facts              []string
	}{
		"authorized": {
			func(*shop, id.Payment) error { return nil }, checkout.Voided, 8_500, 0,
			[]string{"payment.disowned", "payment.voided"},
		},
		"confirmed": {
			func(s *shop, p id.Payment) error { return s.confirm(p) }, checkout.Voided, 8_500, 0,
			[]string{"payment.disowned", "payment.voided"},
		},
		"captured in part": {
			func(s *shop, p id.Payment) error { return s.capture(p, 3_000, false) }, checkout.Refunded, 5_500, 3_000,
			[]string{"payment.disowned", "payment.released", "payment.refunded"},
		},
		"captured": {
			func(s *shop, p id.Payment) error { return s.capture(p, 0, true) }, checkout.Refunded, 0, 8_500,
			[]string{"payment.disowned", "payment.refunded"},
		},
		"refunded in part": {
			func(s *shop, p id.Payment) error { return s.refunded(p, 500) }, checkout.Refunded, 0, 8_500,
			[]string{"payment.disowned", "payment.refunded"},
		},
		"refunded": {func(s *shop, p id.Payment) error { return s.refunded(p, 0) }, checkout.Refunded, 0, 8_500, nil},
		"voided":   {func(s *shop, p id.Payment) error { return s.void(p) }, checkout.Voided, 8_500, 0, nil},
		"expired":  {func(s *shop, _ id.Payment) error { s.lapse(); return nil }, checkout.Expired, 8_500, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			m := s.member(7)
			p := s.buy(m, "A-1", 8_500)
			if err := c.before(s, p.ID); err != nil {
				t.Fatal(err)
			}
			before := len(s.kinds(p.ID))
			for range 3 {
				got, err := s.disown(p.ID)
				if err != nil || got.State != c.state || got.Released != c.released || got.Refunded != c.refunded || got.Captured != c.refunded {
					t.Fatalf("%+v, %v", got, err)
				}
			}
			if got := s.kinds(p.ID)[before:]; !slices.Equal(got, c.facts) {
				t.Errorf("timeline %v, want %v", got, c.facts)
			}
			if a := s.account(m); a.Held != 0 || a.Unpaid != 0 {
				t.Errorf("held %d, unpaid %d", a.Held, a.Unpaid)
			}
			s.buy(m, "A-1", 8_500) // the order is free again
		})
	}
}

func TestNobodyDisownsAnothersPayment(t *testing.T) { // rules P11, A02
	t.Parallel()
	s := open(t)
	p := s.buy(s.member(7), "A-1", 8_500)
	err := s.try(func(tx *db.Tx) error {
		_, err := s.checkout.Disown(tx, id.New[id.MerchantKind](s.db.Now(), 2), p.ID, byMerchant)
		return err
	})
	if !fault.Is(err, checkout.NoPayment) || s.load(p.ID).State != checkout.Authorized {
		t.Errorf("%v, %s", err, s.load(p.ID).State)
	}
	declined := s.authorize(s.order(s.member(8), "A-2", 50_001))[0].Value.Payment
	if got, err := s.disown(declined.ID); err != nil || got.State != checkout.Declined {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestTheReasonStands: with the facts, for shop, member and operator, and with the refund.
func TestTheReasonStands(t *testing.T) { // rule P11
	t.Parallel()
	s := open(t)
	p := s.buy(s.member(7), "A-1", 8_500)
	if err := s.capture(p.ID, 3_000, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.disown(p.ID); err != nil {
		t.Fatal(err)
	}
	s.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(p.ID), 10)
		if err != nil {
			return err
		}
		for _, f := range facts[2:] {
			var data struct{ Reason string }
			if err := f.Decode(&data); err != nil || data.Reason != checkout.NoOrder || f.Side != fault.Merchant {
				t.Errorf("%s: %q, %s, %v", f.Kind, data.Reason, f.Side, err)
			}
		}
		refunds, err := checkout.Refunds(tx, p.ID)
		if len(refunds) != 1 || refunds[0].Reason != checkout.NoOrder {
			t.Errorf("%+v", refunds)
		}
		return err
	})
}
