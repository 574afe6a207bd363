package checkout_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/run"
	"tsuke/internal/term"
)

// shop is a database with one merchant's orders and as many members as a test wants.
type shop struct {
	t        *testing.T
	db       *db.DB
	checkout *checkout.Checkout
	credit   *credit.Credit
	merchant id.Merchant
}

const (
	confirmWithin = time.Hour
	captureWithin = 30 * 24 * time.Hour
)

var (
	byMember   = checkout.Actor{Side: fault.Member, Name: "member", Request: "K7F2-9QXM"}
	byMerchant = checkout.Actor{Side: fault.Merchant, Name: "merchant"}
)

func open(t *testing.T) *shop {
	t.Helper()
	book, err := term.NewBook(credit.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{
		t: t, db: dbtest.Open(t), checkout: &checkout.Checkout{Terms: book}, credit: &credit.Credit{Terms: book},
		merchant: id.New[id.MerchantKind](dbtest.Start, 1),
	}
	t.Cleanup(s.verify)
	return s
}

// verify proves the books and every sum after each test.
func (s *shop) verify() {
	s.t.Helper()
	s.read(func(tx *db.Tx) error {
		broken, err := ledger.Verify(tx, append(append([]ledger.Check{}, credit.Checks...), checkout.Checks...)...)
		for _, b := range broken {
			s.t.Error(b)
		}
		return err
	})
}

func (s *shop) write(fn func(*db.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(context.Background(), fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) try(fn func(*db.Tx) error) error { return s.db.Write(context.Background(), fn) }

func (s *shop) read(fn func(*db.Tx) error) {
	s.t.Helper()
	if err := s.db.Read(context.Background(), fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) member(bucket int) id.Member {
	s.t.Helper()
	m := id.New[id.MemberKind](s.db.Now(), bucket)
	s.write(func(tx *db.Tx) error { return s.credit.Open(tx, m) })
	return m
}

func (s *shop) order(m id.Member, ref string, amount money.Yen) checkout.Order {
	return checkout.Order{
		Merchant: s.merchant, MerchantLive: true, Member: m, OrderRef: ref, Amount: amount, Channel: credit.Online,
		Capture: checkout.Manual, ConfirmWithin: confirmWithin, By: byMember,
	}
}

func (s *shop) authorize(orders ...checkout.Order) []run.Result[checkout.Authorization] {
	s.t.Helper()
	var out []run.Result[checkout.Authorization]
	s.write(func(tx *db.Tx) error {
		var err error
		out, err = s.checkout.Authorize(tx, orders)
		return err
	})
	return out
}

// buy authorizes one order that must be approved.
func (s *shop) buy(m id.Member, ref string, amount money.Yen) checkout.Payment {
	s.t.Helper()
	r := s.authorize(s.order(m, ref, amount))[0]
	if r.Refused != nil || r.Value.Payment.State != checkout.Authorized {
		s.t.Fatalf("%s: refused %v, payment %+v", ref, r.Refused, r.Value.Payment)
	}
	return r.Value.Payment
}

func (s *shop) account(m id.Member) credit.Account {
	s.t.Helper()
	var a credit.Account
	s.read(func(tx *db.Tx) (err error) {
		a, err = credit.Load(tx, m)
		return err
	})
	return a
}

func (s *shop) kinds(p id.Payment) []string {
	s.t.Helper()
	var out []string
	s.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(p), 100)
		for _, f := range facts {
			out = append(out, f.Kind)
		}
		return err
	})
	return out
}

func (s *shop) advance(d time.Duration) { dbtest.Clock(s.db).Advance(d) }

func (s *shop) confirm(p id.Payment) error {
	return s.try(func(tx *db.Tx) error {
		_, err := s.checkout.Confirm(tx, s.merchant, p, captureWithin, byMerchant)
		return err
	})
}

func (s *shop) capture(p id.Payment, amount money.Yen, final bool) error {
	return s.try(func(tx *db.Tx) error {
		_, err := s.checkout.Capture(tx, s.merchant, p, amount, final, captureWithin, byMerchant)
		return err
	})
}

func (s *shop) void(p id.Payment) error {
	return s.try(func(tx *db.Tx) error {
		_, err := s.checkout.Void(tx, s.merchant, p, byMerchant)
		return err
	})
}

func (s *shop) refund(p id.Payment, amount money.Yen) error {
	return s.try(func(tx *db.Tx) error {
		_, err := s.checkout.Refund(tx, s.merchant, p, amount, "too small", byMerchant)
		return err
	})
}

func (s *shop) load(p id.Payment) checkout.Payment {
	s.t.Helper()
	var out checkout.Payment
	s.read(func(tx *db.Tx) (err error) {
		out, err = checkout.FindOfMerchant(tx, s.merchant, p)
		return err
	})
	return out
}

func TestOneOrderIsHeldOnce(t *testing.T) { // rule P01
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.buy(m, "A-1", 8_500)
	for range 3 {
		again := s.authorize(s.order(m, "A-1", 8_500))[0]
		if !again.Value.Existing || again.Value.Payment.ID != first.ID {
			t.Fatalf("a second payment was made: %+v", again)
		}
	}
	if a := s.account(m); a.Held != 8_500 || a.Usable(credit.Online) != 41_500 {
		t.Errorf("held %d, usable %d", a.Held, a.Usable(credit.Online))
	}
	if got := s.kinds(first.ID); len(got) != 4 {
		t.Errorf("timeline %v", got)
	}
}

func TestAnOrderTakenForSomethingElseIsRefused(t *testing.T) { // rule P01
	t.Parallel()
	s := open(t)
	m, other := s.member(7), s.member(8)
	first := s.buy(m, "A-1", 8_500)
	for name, o := range map[string]checkout.Order{
		"another amount": s.order(m, "A-1", 8_501),
		"another member": s.order(other, "A-1", 8_500),
	} {
		r := s.authorize(o)[0]
		if r.Refused == nil || r.Refused.Kind != checkout.OrderTaken || r.Refused.Object != first.ID.String() || r.Refused.Charged != fault.ChargedOnce {
			t.Errorf("%s: %+v", name, r.Refused)
		}
	}
	if s.account(other).Held != 0 {
		t.Error("the other member holds something")
	}
}

func TestTwoShopsMayUseOneNumber(t *testing.T) { // rule P01: an order is its merchant's
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.buy(m, "A-1", 8_500)
	o := s.order(m, "A-1", 8_500)
	o.Merchant = id.New[id.MerchantKind](dbtest.Start, 2)
	second := s.authorize(o)[0]
	if second.Value.Existing || second.Value.Payment.ID == first.ID || second.Value.Payment.Merchant != o.Merchant || s.account(m).Held != 17_000 {
		t.Errorf("%+v", second)
	}
}

func TestOneBatchSeesItself(t *testing.T) { // rules P01, C02
	t.Parallel()
	s := open(t)
	m := s.member(7)
	results := s.authorize(
		s.order(m, "A-1", 30_000),
		s.order(m, "A-1", 30_000), // the same order in the same batch
		s.order(m, "A-2", 30_000), // over the limit, because of A-1
		s.order(m, "A-3", 20_000),
		s.order(m, "A-2", 30_000), // declined again: a new decision
	)
	var states []string
	for _, r := range results {
		states = append(states, fmt.Sprint(r.Value.Payment.State, r.Value.Existing))
	}
	want := "[authorizedfalse authorizedtrue declinedfalse authorizedfalse declinedfalse]"
	if got := fmt.Sprint(states); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if results[0].Value.Payment.ID != results[1].Value.Payment.ID {
		t.Error("one order has two payments")
	}
	if a := s.account(m); a.Held != 50_000 || a.Tries != 4 {
		t.Errorf("held %d, tries %d", a.Held, a.Tries)
	}
}

func TestADeclinedOrderCanBeTriedAgain(t *testing.T) { // rule P04
	t.Parallel()
	s := open(t)
	m := s.member(7)
	full := s.buy(m, "A-1", 50_000)
	declined := s.authorize(s.order(m, "A-2", 1_000))[0].Value.Payment
	if declined.State != checkout.Declined || declined.Reasons[0] != credit.OverLimit {
		t.Fatalf("%+v", declined)
	}
	if err := s.void(full.ID); err != nil {
		t.Fatal(err)
	}
	again := s.buy(m, "A-2", 1_000)
	if again.RetryOf != declined.ID {
		t.Errorf("retry of %s, want %s", again.RetryOf, declined.ID)
	}
	s.read(func(tx *db.Tx) error {
		p, ok, err := checkout.FindByOrder(tx, s.merchant, "A-2")
		if !ok || p.ID != again.ID {
			t.Errorf("the order's payment is %s", p.ID)
		}
		return err
	})
}

func TestVoidGivesEverythingBackOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.member(7)
	p := s.buy(m, "A-1", 8_500)
	for range 2 { // the second one is answered with the payment
		if err := s.void(p.ID); err != nil {
			t.Fatal(err)
		}
	}
	if a := s.account(m); a.Held != 0 || a.Usable(credit.Online) != 50_000 {
		t.Errorf("held %d", a.Held)
	}
	if got := fmt.Sprint(s.kinds(p.ID)); got != "[payment.authorized payment.voided]" {
		t.Error(got)
	}
	if err := s.capture(p.ID, 0, true); !fault.Is(err, checkout.WrongState) {
		t.Errorf("a voided payment was captured: %v", err)
	}
}

func TestAnUnconfirmedAuthorizationGivesItselfBack(t *testing.T) { // rule P05
	t.Parallel()
	s := open(t)
	m := s.member(7)
	p, kept := s.buy(m, "A-1", 8_500), s.buy(m, "A-2", 1_000)
	if err := s.confirm(kept.ID); err != nil {
		t.Fatal(err)
	}
	expire := func() (n int) {
		s.write(func(tx *db.Tx) (err error) {
			n, err = s.checkout.ExpireDue(tx, 100)
			return err
		})
		return n
	}
	s.advance(confirmWithin - time.Microsecond)
	if n := expire(); n != 0 {
		t.Fatalf("%d expired a microsecond early", n)
	}
	s.advance(time.Microsecond)
	if n := expire(); n != 1 || s.load(p.ID).State != checkout.Expired {
		t.Fatalf("%d expired, state %s", n, s.load(p.ID).State)
	}
	if a := s.account(m); a.Held != 1_000 {
		t.Errorf("held %d", a.Held)
	}
	if err := s.confirm(p.ID); !fault.Is(err, checkout.WrongState) {
		t.Errorf("an expired payment was confirmed: %v", err)
	}
	s.advance(30 * 24 * time.Hour)
	if n := expire(); n != 1 || s.load(kept.ID).State != checkout.Expired {
		t.Errorf("the confirmed one outlived its time: %d, %s", n, s.load(kept.ID).State)
	}
}

func TestAutomaticCaptureComesWithTheConfirmation(t *testing.T) { // rule B02
	t.Parallel()
	s := open(t)
	m := s.member(7)
	dbtest.Clock(s.db).Set(time.Date(2026, 6, 30, 14, 59, 59, 999_999_000, time.UTC)) // 30 June, 23:59:59.999999 in Japan
	o := s.order(m, "A-1", 8_500)
	o.Capture = checkout.Automatic
	p := s.authorize(o)[0].Value.Payment
	s.advance(time.Minute)
	for range 2 {
		if err := s.confirm(p.ID); err != nil {
			t.Fatal(err)
		}
	}
	if a := s.account(m); a.Held != 0 || a.Unpaid != 8_500 {
		t.Errorf("held %d, unpaid %d", a.Held, a.Unpaid)
	}
	s.read(func(tx *db.Tx) error {
		caps, err := checkout.Captures(tx, p.ID)
		if len(caps) != 1 || caps[0].BillMonth.String() != "2026-06" || caps[0].Day.String() != "2026-06-30" {
			t.Errorf("%+v", caps)
		}
		return err
	})
}

func TestPartCapturesKeepOrReleaseTheRest(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.member(7)
	p := s.buy(m, "A-1", 10_000)
	steps := []struct {
		amount         money.Yen
		final          bool
		held, unpaid   money.Yen
		public         checkout.State
		refusedBecause *fault.Kind
	}{
		{3_000, false, 7_000, 3_000, checkout.PartiallyCaptured, nil},
		{7_001, true, 7_000, 3_000, checkout.PartiallyCaptured, checkout.OverOpen},
		{2_000, false, 5_000, 5_000, checkout.PartiallyCaptured, nil},
		{1_000, true, 0, 6_000, checkout.Captured, nil},
		{1_000, true, 0, 6_000, checkout.Captured, checkout.WrongState},
	}
	for i, step := range steps {
		err := s.capture(p.ID, step.amount, step.final)
		if step.refusedBecause == nil && err != nil || step.refusedBecause != nil && !fault.Is(err, step.refusedBecause) {
			t.Fatalf("step %d: %v", i, err)
		}
		a, now := s.account(m), s.load(p.ID)
		if a.Held != step.held || a.Unpaid != step.unpaid || now.Public() != step.public {
			t.Fatalf("step %d: held %d, unpaid %d, %s", i, a.Held, a.Unpaid, now.Public())
		}
	}
}

func TestVoidAfterPartCaptureReleasesTheRest(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.member(7)
	p := s.buy(m, "A-1", 10_000)
	if err := s.capture(p.ID, 4_000, false); err != nil {
		t.Fatal(err)
	}
	if err := s.void(p.ID); err != nil {
		t.Fatal(err)
	}
	if a, now := s.account(m), s.load(p.ID); a.Held != 0 || a.Unpaid != 4_000 || now.State != checkout.Captured || now.Released != 6_000 {
		t.Errorf("held %d, unpaid %d, %+v", a.Held, a.Unpaid, now)
	}
}

// TestTheRestOfWhatIsRefundedFreesTheOrder: a part was captured and refunded, and then the rest is given back. Nothing of
// the payment is left, so the order can be paid anew.
func TestTheRestOfWhatIsRefundedFreesTheOrder(t *testing.T) { // rule P07
	t.Parallel()
	for name, giveBack := range map[string]func(*shop, id.Payment) error{
		"void":   (*shop).void,
		"expiry": func(s *shop, _ id.Payment) error { s.advance(captureWithin); s.expire(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			m := s.member(7)
			p := s.buy(m, "A-1", 10_000)
			err := errors.Join(s.capture(p.ID, 4_000, false), s.refund(p.ID, 4_000), giveBack(s, p.ID))
			if a, now := s.account(m), s.load(p.ID); err != nil || a.Exposure() != 0 || now.State != checkout.Refunded || now.Released != 6_000 {
				t.Fatalf("exposure %d, %+v, %v", a.Exposure(), now, err)
			}
			if again := s.buy(m, "A-1", 10_000); again.ID == p.ID || again.State != checkout.Authorized {
				t.Errorf("the order cannot be paid anew: %+v", again)
			}
		})
	}
}

func TestRefundsNeverExceedWhatWasCaptured(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.member(7)
	p := s.buy(m, "A-1", 10_000)
	if err := s.refund(p.ID, 1); !fault.Is(err, checkout.WrongState) {
		t.Errorf("an uncaptured payment was refunded: %v", err)
	}
	if err := s.capture(p.ID, 0, true); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		amount, unpaid money.Yen
		public         checkout.State
		refused        *fault.Kind
	}{
		{4_000, 6_000, checkout.PartiallyRefunded, nil},
		{6_001, 6_000, checkout.PartiallyRefunded, checkout.OverCaptured},
		{1_000, 5_000, checkout.PartiallyRefunded, nil},
		{0, 0, checkout.Refunded, nil}, // the rest
		{1, 0, checkout.Refunded, checkout.WrongState},
	} {
		err := s.refund(p.ID, step.amount)
		if step.refused == nil && err != nil || step.refused != nil && !fault.Is(err, step.refused) {
			t.Fatalf("refund of %d: %v", step.amount, err)
		}
		if a, now := s.account(m), s.load(p.ID); a.Unpaid != step.unpaid || now.Public() != step.public {
			t.Fatalf("refund of %d: unpaid %d, %s", step.amount, a.Unpaid, now.Public())
		}
	}
	s.buy(m, "A-1", 10_000) // the order is free again
}

func TestAnotherMerchantSeesNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	p := s.buy(s.member(7), "A-1", 10_000)
	s.merchant = id.New[id.MerchantKind](dbtest.Start, 2)
	for name, err := range map[string]error{"confirm": s.confirm(p.ID), "capture": s.capture(p.ID, 0, true), "void": s.void(p.ID), "refund": s.refund(p.ID, 0)} {
		if !fault.Is(err, checkout.NoPayment) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReferenceFindsThePayment(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.member(7)
	var want checkout.Payment
	for i := range 5 {
		want = s.buy(m, fmt.Sprint("A-", i), 100)
	}
	s.read(func(tx *db.Tx) error {
		found, err := checkout.FindByReference(tx, want.Reference())
		if len(found) != 1 || found[0].ID != want.ID {
			t.Errorf("%d found", len(found))
		}
		return err
	})
}

func TestListsPageByKey(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.member(7)
	var ids []id.Payment
	for i := range 7 {
		ids = append(ids, s.buy(m, fmt.Sprint("A-", i), 100).ID)
		s.advance(time.Second)
	}
	s.read(func(tx *db.Tx) error {
		for name, list := range map[string]func(checkout.Filter) ([]checkout.Payment, error){
			"merchant": func(f checkout.Filter) ([]checkout.Payment, error) { return checkout.ListOfMerchant(tx, s.merchant, f) },
			"member":   func(f checkout.Filter) ([]checkout.Payment, error) { return checkout.ListOfMember(tx, m, f) },
		} {
			var seen []id.Payment
			f := checkout.Filter{Limit: 3}
			for {
				page, err := list(f)
				if err != nil {
					return err
				}
				if len(page) == 0 {
					break
				}
				for _, p := range page {
					seen = append(seen, p.ID)
				}
				f.After = page[len(page)-1].ID
			}
			if len(seen) != 7 || seen[0] != ids[6] || seen[6] != ids[0] {
				t.Errorf("%s: %d seen", name, len(seen))
			}
			one, err := list(checkout.Filter{OrderRef: "A-3", States: []checkout.State{checkout.Authorized}})
			if err != nil || len(one) != 1 {
				t.Errorf("%s filtered: %d, %v", name, len(one), err)
			}
			none, err := list(checkout.Filter{States: []checkout.State{checkout.Voided, checkout.Expired}})
			if err != nil || len(none) != 0 {
				t.Errorf("%s by state: %d, %v", name, len(none), err)
			}
		}
		return nil
	})
}
