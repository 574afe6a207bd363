package billing_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

func TestOneMonthOneBill(t *testing.T) { // rules B01, B04, B09
	h := open(t)
	m := h.member(7)
	h.buy(m, 20_000)
	second := h.buy(m, 10_000)
	h.refund(second, 1_000)
	idle := h.member(7)
	h.at("2026-07-01 00:00")
	if n := h.closeMonth("2026-06"); n != 1 {
		t.Errorf("%d statements, want 1", n)
	}
	if _, ok := h.findStatement(idle, "2026-06"); ok {
		t.Error("a member who bought nothing got a statement")
	}
	st := h.statement(m, "2026-06")
	want := billing.Statement{
		ID: st.ID, Member: m, Month: month(t, "2026-06"), Purchases: 30_000, Refunds: 1_000, Fee: 209, Total: 29_209,
		Way: billing.EBarcode, Due: day(t, "2026-07-10"), State: billing.Issued, Issued: h.db.Now(),
	}
	if diff := cmp.Diff(want, st); diff != "" {
		t.Error(diff)
	}
	slip := h.slip(st)
	code, err := konbini.Parse(slip.Digits)
	if err != nil {
		t.Fatal(err)
	}
	if code.Yen != 29_209 || code.Due != "2026-10-31" || code.Stamp || slip.ValidFrom != day(t, "2026-07-01") || slip.Number[:4] != "0007" {
		t.Errorf("slip %+v says %+v", slip, code)
	}
	if diff := cmp.Diff([]string{"statement.issued"}, h.events(event.Subject(st.ID))); diff != "" {
		t.Error(diff)
	}
	h.read(func(tx *db.Tx) error { // the fee with its tax: 190 + 19
		for account, want := range map[ledger.Account]money.Yen{ledger.BillingFee: -190, ledger.ConsumptionTax: -19} {
			got, err := ledger.Balance(tx, account, nil)
			if err != nil || got != want {
				t.Errorf("%s is %d, want %d (%v)", account, got, want, err)
			}
		}
		return nil
	})
}

func TestItemsAddUpToTheTotal(t *testing.T) { // rules B01, B05
	h := open(t)
	m := h.member(7)
	first := h.buy(m, 3_000)
	h.buy(m, 2_000)
	h.refund(first, 500)
	h.at("2026-07-01 00:00")
	h.closeMonth("2026-06")
	d := h.detail(h.statement(m, "2026-06"))
	type row struct {
		Kind   billing.ItemKind
		Amount money.Yen
	}
	var rows []row
	for _, it := range d.Items {
		rows = append(rows, row{it.Kind, it.Amount})
		if it.Kind == billing.ItemRefund && (it.Payment != first.ID || it.OrderRef != first.OrderRef || it.Merchant != h.merchant || it.Bought != first.Day()) {
			t.Errorf("the refund is not told with its purchase: %+v", it)
		}
	}
	want := []row{{billing.ItemPurchase, 3_000}, {billing.ItemPurchase, 2_000}, {billing.ItemRefund, -500}, {billing.ItemFee, 209}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	h.read(func(tx *db.Tx) error {
		if _, err := billing.LoadStatement(tx, h.anotherMember(), d.ID); !fault.Is(err, billing.NoStatement) {
			t.Errorf("another member sees the statement: %v", err)
		}
		return nil
	})
}

func (h *house) anotherMember() id.Member { return id.New[id.MemberKind](h.db.Now(), 7) }

func TestCloseWaitsForTheMonthsLastMicrosecond(t *testing.T) { // rule B03
	h := open(t)
	m := h.member(7)
	h.at("2026-06-30 23:30")
	h.buy(m, 1_000)
	end := month(t, "2026-06").End()
	dbtest.Clock(h.db).Set(end.Add(-time.Microsecond)) // 23:59:59.999999 in Japan
	err := h.try(func(tx *db.Tx) error {
		_, err := h.billing.Close(tx, month(t, "2026-06"), 7)
		return err
	})
	if !fault.Is(err, billing.MonthOpen) {
		t.Errorf("closed a microsecond early: %v", err)
	}
	if _, err := h.billing.CloseAll(context.Background(), h.db, month(t, "2026-06"), nil); !fault.Is(err, billing.MonthOpen) {
		t.Errorf("closed everywhere a microsecond early: %v", err)
	}
	last := h.authorize(m, credit.Online, 500)
	h.confirm(last)
	dbtest.Clock(h.db).Set(end)
	h.buy(m, 700)
	h.closeMonth("2026-06")
	if st := h.statement(m, "2026-06"); st.Purchases != 1_500 {
		t.Errorf("June has %d, want 1,500: the purchase of the last microsecond and not that of July", st.Purchases)
	}
}

func TestClosingAgainChangesNothing(t *testing.T) { // rule B03
	h := open(t)
	m := h.member(7)
	h.buy(m, 1_000)
	h.at("2026-07-01 00:00")
	if n := h.closeIn(m, "2026-06"); n != 1 {
		t.Fatalf("%d statements, want 1", n)
	}
	first := h.statement(m, "2026-06")
	if n := h.closeIn(m, "2026-06") + h.closeMonth("2026-06") + h.closeMonth("2026-06"); n != 0 {
		t.Errorf("%d statements of a closed month", n)
	}
	if diff := cmp.Diff(first, h.statement(m, "2026-06")); diff != "" {
		t.Error(diff)
	}
}

func TestMonthsAreClosedInOrder(t *testing.T) { // rule B03
	h := open(t)
	m := h.member(7)
	h.buy(m, 1_000)
	h.at("2026-07-15 12:00")
	h.buy(m, 2_000)
	h.at("2026-08-01 00:00")
	err := h.try(func(tx *db.Tx) error {
		_, err := h.billing.Close(tx, month(t, "2026-07"), 7)
		return err
	})
	if !fault.Is(err, billing.EarlierOpen) {
		t.Errorf("July was closed before June: %v", err)
	}
	if n := h.closeMonth("2026-07"); n != 2 {
		t.Errorf("%d statements, want June's and July's", n)
	}
	if june, july := h.statement(m, "2026-06"), h.statement(m, "2026-07"); june.Purchases != 1_000 || july.Purchases != 2_000 {
		t.Errorf("June %d, July %d", june.Purchases, july.Purchases)
	}
}

func TestCaptureAfterTheCloseIsBilledNextMonth(t *testing.T) { // rule B02
	h := open(t)
	m := h.member(7)
	h.buy(m, 500)
	h.at("2026-06-30 23:50")
	late := h.authorize(m, credit.Online, 1_000) // confirmed, and so captured, in July; dated in June
	h.at("2026-07-01 00:10")
	h.closeMonth("2026-06")
	h.confirm(late)
	h.at("2026-08-01 00:00")
	h.closeMonth("2026-07")
	if june, july := h.statement(m, "2026-06"), h.statement(m, "2026-07"); june.Purchases != 500 || july.Purchases != 1_000 {
		t.Errorf("June %d, July %d", june.Purchases, july.Purchases)
	}
}

func TestRefundAfterTheCloseExceedsTheNextBill(t *testing.T) { // rules B05, B07, B19
	h := open(t)
	m := h.member(7)
	big := h.buy(m, 30_000)
	h.at("2026-07-01 00:00")
	h.closeMonth("2026-06")
	june := h.statement(m, "2026-06")
	h.refund(big, 30_000)
	h.buy(m, 1_000)
	if diff := cmp.Diff(june, h.statement(m, "2026-06")); diff != "" {
		t.Errorf("the closed statement changed: %s", diff)
	}
	h.tell(line(billing.LineConfirmed, h.slip(june), day(t, "2026-07-05"), "0944"))
	h.at("2026-08-01 00:00")
	h.closeMonth("2026-07")
	july := h.statement(m, "2026-07")
	if july.Total != 0 || july.Carried != 29_000 || july.Fee != 0 || !july.Settled() || july.State != billing.Paid {
		t.Errorf("July is %+v", july)
	}
	h.buy(m, 25_000)
	h.at("2026-09-01 00:00")
	h.closeMonth("2026-08")
	if aug := h.statement(m, "2026-08"); aug.Credits != 29_000 || aug.Carried != 4_000 || aug.Total != 0 {
		t.Errorf("August is %+v", aug)
	}
	h.buy(m, 5_000)
	h.at("2026-10-01 00:00")
	h.closeMonth("2026-09")
	if sep := h.statement(m, "2026-09"); sep.Credits != 4_000 || sep.Total != 1_209 {
		t.Errorf("September is %+v", sep)
	}
}

func TestNoSlipAboveTheMost(t *testing.T) { // rule B10
	h := open(t)
	m := h.member(7)
	h.write(func(tx *db.Tx) error {
		return credit.SetLimit(tx, m, credit.Online, 500_000, "test", "operator")
	})
	h.buy(m, 300_000)
	h.at("2026-07-01 00:00")
	h.closeMonth("2026-06")
	st := h.statement(m, "2026-06")
	if st.Total != 300_209 {
		t.Fatalf("total %d", st.Total)
	}
	h.read(func(tx *db.Tx) error {
		if _, err := h.billing.SlipFor(tx, m, st.ID); !fault.Is(err, billing.NoSlip) {
			t.Errorf("slip: %v", err)
		}
		return nil
	})
	if diff := cmp.Diff([]string{"statement.issued", "statement.slip_withheld"}, h.events(event.Subject(st.ID))); diff != "" {
		t.Error(diff)
	}
}

func TestWaysHook(t *testing.T) { // rule B08
	h := open(t)
	m := h.member(7)
	h.buy(m, 1_000)
	h.at("2026-07-01 00:00")
	h.billing.Ways = func(_ *db.Tx, members []id.Member) (map[id.Member]string, error) {
		return map[id.Member]string{m: "pigeon"}, nil
	}
	if _, err := h.billing.CloseAll(context.Background(), h.db, month(t, "2026-06"), nil); err == nil {
		t.Error("a month was closed with a way to pay that nobody knows")
	}
	h.billing.Ways = func(_ *db.Tx, members []id.Member) (map[id.Member]string, error) {
		return map[id.Member]string{m: string(billing.EBarcode)}, nil
	}
	if n := h.closeMonth("2026-06"); n != 1 {
		t.Errorf("%d statements, want 1", n)
	}
}

// TestCloseGoesOnAfterACrash cuts the close off after every slice in turn.
func TestCloseGoesOnAfterACrash(t *testing.T) { // rule B03
	h := open(t)
	var members []id.Member
	for b := range 5 {
		m := h.member(b * 200)
		h.buy(m, 1_000)
		members = append(members, m)
	}
	h.at("2026-07-01 00:00")
	crash := errors.New("crash")
	issued := 0
	for cut := range 10 {
		var n atomic.Int64
		h.billing.Ways = func(*db.Tx, []id.Member) (map[id.Member]string, error) {
			if n.Add(1) > 1 { // one slice a run
				return nil, crash
			}
			return nil, nil
		}
		done, err := h.billing.CloseAll(context.Background(), h.db, month(t, "2026-06"), nil)
		issued += done
		if err == nil {
			if cut < 4 {
				t.Errorf("finished in run %d", cut)
			}
			break
		}
		if !errors.Is(err, crash) {
			t.Fatal(err)
		}
	}
	if issued != len(members) {
		t.Errorf("%d statements for %d members", issued, len(members))
	}
	for _, m := range members {
		if st := h.statement(m, "2026-06"); st.Total != 1_209 {
			t.Errorf("total %d", st.Total)
		}
	}
}

// TestABucketThatFailsHoldsUpNoOther fails in bucket 3 only; then everywhere, which ends the round early.
func TestABucketThatFailsHoldsUpNoOther(t *testing.T) { // rule B03
	h := open(t)
	bad, good := h.member(3), h.member(900)
	h.buy(bad, 1_000)
	h.buy(good, 1_000)
	h.at("2026-07-01 00:00")
	unbilled := func() (n int) {
		h.read(func(tx *db.Tx) (err error) {
			n, err = billing.Unbilled(tx, month(t, "2026-06"))
			return err
		})
		return n
	}
	if n := unbilled(); n != 2 {
		t.Errorf("%d buckets are not billed before the close", n)
	}
	broken := errors.New("broken")
	h.billing.Ways = func(_ *db.Tx, members []id.Member) (map[id.Member]string, error) {
		if members[0].Bucket() == 3 {
			return nil, broken
		}
		return nil, nil
	}
	n, err := h.billing.CloseAll(context.Background(), h.db, month(t, "2026-06"), nil)
	if n != 1 || !errors.Is(err, broken) || !strings.Contains(err.Error(), "2026-06 in bucket 3:") {
		t.Errorf("%d statements, %v", n, err)
	}
	if st := h.statement(good, "2026-06"); st.Total != 1_209 {
		t.Errorf("the other bucket's bill: %+v", st)
	}
	h.read(func(tx *db.Tx) error {
		if closed, err := credit.Closed(tx, 7); err != nil || closed != month(t, "2026-06") {
			t.Errorf("a bucket without members is closed as far as %s (%v)", closed, err)
		}
		return nil
	})
	if n := unbilled(); n != 1 {
		t.Errorf("%d buckets are not billed", n)
	}
	h.billing.Ways = nil
	if n := h.closeMonth("2026-06"); n != 1 || h.statement(bad, "2026-06").Total != 1_209 || unbilled() != 0 {
		t.Errorf("after the cure %d statements, %d buckets not billed", n, unbilled())
	}
}

func TestCloseStopsWhenEverythingFails(t *testing.T) { // rule B03
	h := open(t)
	for b := range 12 {
		h.buy(h.member(b), 1_000)
	}
	h.at("2026-07-01 00:00")
	var tries atomic.Int64
	h.billing.Ways = func(*db.Tx, []id.Member) (map[id.Member]string, error) {
		tries.Add(1)
		return nil, errors.New("broken")
	}
	// Two slices are under way on PostgreSQL, so one more may have begun when the eighth fails.
	if n, err := h.billing.CloseAll(context.Background(), h.db, month(t, "2026-06"), nil); n != 0 || err == nil || tries.Load() < 8 || tries.Load() > 9 {
		t.Errorf("%d statements in %d tries, %v", n, tries.Load(), err)
	}
}

func TestCloseAllTellsItsProgress(t *testing.T) {
	h := open(t)
	h.buy(h.member(3), 1_000)
	h.at("2026-07-01 00:00")
	var told []int
	_, err := h.billing.CloseAll(context.Background(), h.db, month(t, "2026-06"), func(p billing.Progress) {
		if p.Buckets != id.Buckets {
			t.Errorf("of %d", p.Buckets)
		}
		told = append(told, p.Closed)
	})
	if err != nil || told[0] != 0 || told[len(told)-1] != id.Buckets {
		t.Errorf("told %v (%v)", told, err)
	}
	h.read(func(tx *db.Tx) error { // every fence stands, in buckets without members too
		for _, b := range []int{0, 3, 1023} {
			if closed, err := credit.Closed(tx, b); err != nil || closed != month(t, "2026-06") {
				t.Errorf("bucket %d is closed as far as %s (%v)", b, closed, err)
			}
		}
		return nil
	})
}

// TestCaptureRacesTheClose confirms June's authorizations while June is being closed: each is billed once, in June or July.
func TestCaptureRacesTheClose(t *testing.T) { // rules B02, B03
	h := open(t)
	const n = 40
	h.at("2026-06-30 22:00")
	var late []checkout.Payment
	m := make([]id.Member, 4)
	for i := range m {
		m[i] = h.member(7)
	}
	for i := range n {
		dbtest.Clock(h.db).Advance(70 * time.Second)
		late = append(late, h.authorize(m[i%len(m)], credit.Online, 100+money.Yen(i)))
	}
	h.at("2026-07-01 00:00")
	var both sync.WaitGroup
	errs := make(chan error, n+1)
	both.Go(func() {
		for _, p := range late {
			errs <- h.try(func(tx *db.Tx) error {
				_, err := h.checkout.Confirm(tx, h.merchant, p.ID, time.Hour, byMerchant)
				return err
			})
		}
	})
	both.Go(func() {
		_, err := h.billing.CloseAll(context.Background(), h.db, month(t, "2026-06"), nil)
		errs <- err
	})
	both.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	h.verify() // whatever is of June stands on June's statements
	h.at("2026-08-01 00:00")
	h.closeMonth("2026-07")
	var billed, bought money.Yen
	for _, member := range m {
		for _, of := range []string{"2026-06", "2026-07"} {
			if st, ok := h.findStatement(member, of); ok {
				billed += st.Purchases
			}
		}
	}
	for _, p := range late {
		bought += p.Amount
	}
	if billed != bought {
		t.Errorf("billed %d of %d", billed, bought)
	}
}

// TestCloseWaitsForACapture holds a capture of June open, written and not committed, while June is being closed.
func TestCloseWaitsForACapture(t *testing.T) { // rules B02, B03
	h := open(t)
	m := h.member(7)
	h.at("2026-06-30 23:00")
	p := h.authorize(m, credit.Online, 1_000)
	h.at("2026-07-01 00:00")
	written, closed := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var both sync.WaitGroup
	both.Go(func() {
		patience, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		err := h.try(func(tx *db.Tx) error {
			_, err := h.checkout.Confirm(tx, h.merchant, p.ID, time.Hour, byMerchant)
			once.Do(func() { close(written) })
			select {
			case <-closed: // the close did not wait
			case <-patience.Done():
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	both.Go(func() {
		defer close(closed)
		<-written
		err := h.try(func(tx *db.Tx) error {
			_, err := h.billing.Close(tx, month(t, "2026-06"), 7)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	both.Wait()
	if st := h.statement(m, "2026-06"); st.Purchases != 1_000 {
		t.Errorf("June has %d of 1,000", st.Purchases)
	}
}

func TestPreviewAndUsage(t *testing.T) {
	h := open(t)
	m := h.member(7)
	preview := func(with money.Yen) (st billing.Statement) {
		t.Helper()
		h.read(func(tx *db.Tx) (err error) {
			if with > 0 {
				st, err = h.billing.PreviewWith(tx, m, jst.MonthOf(tx.Now()), with)
			} else {
				st, err = h.billing.Preview(tx, m, jst.MonthOf(tx.Now()))
			}
			return err
		})
		return st
	}
	if st := preview(0); st.Total != 0 || st.Fee != 0 {
		t.Errorf("nothing bought: %+v", st)
	}
	if st := preview(8_500); st.Total != 8_709 || st.Fee != 209 || st.Due != day(t, "2026-07-10") {
		t.Errorf("before the first purchase: %+v", st)
	}
	p := h.buy(m, 8_500)
	h.refund(p, 500)
	if st := preview(0); st.Total != 8_209 || st.Purchases != 8_500 || st.Refunds != 500 {
		t.Errorf("after it: %+v", st)
	}
	h.at("2026-08-20 12:00")
	h.buy(m, 100)
	h.read(func(tx *db.Tx) error {
		usage, err := billing.Usage(tx, m, 4)
		want := []billing.MonthSum{
			{Month: month(t, "2026-05")},
			{Month: month(t, "2026-06"), Amount: 8_000},
			{Month: month(t, "2026-07")},
			{Month: month(t, "2026-08"), Amount: 100},
		}
		if diff := cmp.Diff(want, usage); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

func TestNextBill(t *testing.T) {
	h := open(t)
	m := h.member(7)
	next := func() (st billing.Statement, ok bool) {
		h.read(func(tx *db.Tx) (err error) {
			st, ok, err = billing.NextBill(tx, m)
			return err
		})
		return st, ok
	}
	if _, ok := next(); ok {
		t.Error("a bill of nothing")
	}
	h.buy(m, 1_000)
	h.at("2026-07-20 00:00")
	h.closeMonth("2026-06")
	h.buy(m, 2_000)
	h.at("2026-08-01 00:00")
	h.closeMonth("2026-07")
	june, july := h.statement(m, "2026-06"), h.statement(m, "2026-07")
	if st, _ := next(); st.ID != june.ID {
		t.Error("the oldest is not the next")
	}
	h.tell(line(billing.LinePrompt, h.slip(june), day(t, "2026-08-01"), "0944"))
	if st, _ := next(); st.ID != july.ID {
		t.Error("one that is being confirmed goes before one to be paid")
	}
	h.tell(line(billing.LineConfirmed, h.slip(july), day(t, "2026-08-01"), "0945"))
	if st, ok := next(); !ok || st.ID != june.ID || st.State != billing.Confirming {
		t.Error("one that is being confirmed is not shown")
	}
	h.tell(line(billing.LineConfirmed, slipOf(h, june), day(t, "2026-08-01"), "0944"))
	if _, ok := next(); ok {
		t.Error("everything is paid and there is a next bill")
	}
}
