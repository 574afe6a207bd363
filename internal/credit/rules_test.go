package credit_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/credit"
	"tsuke/internal/money"
)

var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// fine is an account and a merchant against which nothing speaks.
func fine() credit.Facts {
	return credit.Facts{
		Account:      credit.Account{LimitOnline: 50_000, LimitStore: 15_000, Verified: true},
		MerchantLive: true, MaxTries: 10, TriesSpan: 10 * time.Minute, Now: now,
	}
}

func with(change func(*credit.Facts)) credit.Facts {
	f := fine()
	change(&f)
	return f
}

func TestDecide(t *testing.T) {
	t.Parallel()
	online := func(amount money.Yen) credit.Ask { return credit.Ask{Amount: amount, Channel: credit.Online} }
	store := func(amount money.Yen) credit.Ask { return credit.Ask{Amount: amount, Channel: credit.Store} }
	for _, c := range []struct {
		rule    string
		facts   credit.Facts
		ask     credit.Ask
		reasons []credit.Reason
		usable  money.Yen
		missing money.Yen
	}{
		{"C02 the whole limit", fine(), online(50_000), nil, 50_000, 0},
		{"C02 one yen more", fine(), online(50_001), []credit.Reason{credit.OverLimit}, 50_000, 1},
		{"C02 what is on hold counts", with(func(f *credit.Facts) { f.Held = 30_000 }), online(20_001), []credit.Reason{credit.OverLimit}, 20_000, 1},
		{"C02 what is unpaid counts", with(func(f *credit.Facts) { f.Unpaid = 50_000 }), online(1), []credit.Reason{credit.OverLimit}, 0, 1},
		{"C02 a lowered limit is never negative", with(func(f *credit.Facts) { f.LimitOnline = 10_000; f.Unpaid = 30_000 }), online(1), []credit.Reason{credit.OverLimit}, 0, 1},
		{"C02 money to the member's credit does not raise the limit", with(func(f *credit.Facts) { f.Unpaid = -30_000 }), online(50_001), []credit.Reason{credit.OverLimit}, 50_000, 1},
		{"C02 stores: the store limit", fine(), store(15_001), []credit.Reason{credit.OverLimit}, 15_000, 1},
		{"C02 stores: the smaller rest", with(func(f *credit.Facts) { f.Unpaid = 40_000 }), store(10_001), []credit.Reason{credit.OverLimit}, 10_000, 1},
		{"C02 stores: what was bought in stores", with(func(f *credit.Facts) { f.Unpaid, f.UnpaidStore = 12_000, 12_000 }), store(3_001), []credit.Reason{credit.OverLimit}, 3_000, 1},
		{"C03 past due", with(func(f *credit.Facts) { f.Blocks = credit.PastDue }), online(1), []credit.Reason{credit.BillPastDue}, 50_000, 0},
		{"D14 a bill was given up", with(func(f *credit.Facts) { f.Blocks = credit.WrittenOff }), online(1), []credit.Reason{credit.BillWritten}, 50_000, 0},
		{"I04 what other accounts of the person use counts", with(func(f *credit.Facts) { f.Held = 10_000; f.Others.Exposure = 30_000 }), online(10_001), []credit.Reason{credit.OverLimit}, 10_000, 1},
		{"I04 and leaves nothing when it is the whole limit", with(func(f *credit.Facts) { f.Unpaid = 1; f.Others.Exposure = 60_000 }), online(1), []credit.Reason{credit.OverLimit}, 0, 1},
		{"I04 their credit does not raise the limit", with(func(f *credit.Facts) { f.Unpaid = -5_000; f.Others.Exposure = 10_000 }), online(40_001), []credit.Reason{credit.OverLimit}, 40_000, 1},
		{"I04 what is past due there stops all", with(func(f *credit.Facts) { f.Others.PastDue = true }), online(1), []credit.Reason{credit.BillPastDue}, 50_000, 0},
		{"C04 on hold", with(func(f *credit.Facts) { f.Blocks = credit.OnHold }), online(1), []credit.Reason{credit.AccountHeld}, 50_000, 0},
		{"C05 the tenth try", with(func(f *credit.Facts) { f.Tries, f.TriesSince = 9, now.Add(-time.Minute) }), online(1), nil, 50_000, 0},
		{"C05 the eleventh try", with(func(f *credit.Facts) { f.Tries, f.TriesSince = 10, now.Add(-time.Minute) }), online(1), []credit.Reason{credit.TooManyTries}, 50_000, 0},
		{"C05 a new span", with(func(f *credit.Facts) { f.Tries, f.TriesSince = 10, now.Add(-10*time.Minute) }), online(1), nil, 50_000, 0},
		{"C06 stores need an identity check", with(func(f *credit.Facts) { f.Verified = false }), store(1), []credit.Reason{credit.NotIdentified}, 15_000, 0},
		{"C06 online does not", with(func(f *credit.Facts) { f.Verified = false }), online(1), nil, 50_000, 0},
		{"C08 paused merchant", with(func(f *credit.Facts) { f.MerchantLive = false }), online(1), []credit.Reason{credit.ShopPaused}, 50_000, 0},
		{"C08 the merchant's highest amount", with(func(f *credit.Facts) { f.MerchantMax = 5_000 }), online(5_001), []credit.Reason{credit.OverShopMax}, 50_000, 0},
		{
			"C10 every reason, the weightiest first",
			with(func(f *credit.Facts) {
				f.MerchantLive, f.Blocks, f.Verified, f.Tries, f.TriesSince, f.MerchantMax = false, credit.PastDue|credit.OnHold|credit.WrittenOff, false, 10, now, 1
			}),
			store(99_999),
			[]credit.Reason{credit.ShopPaused, credit.AccountHeld, credit.BillPastDue, credit.BillWritten, credit.NotIdentified, credit.TooManyTries, credit.OverShopMax, credit.OverLimit},
			15_000, 84_999,
		},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := credit.Decide(c.facts, c.ask)
			want := credit.Decision{Approved: len(c.reasons) == 0, Reasons: c.reasons, Usable: c.usable, Missing: c.missing}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEachReasonHasAMerchantCodeThatTellsNothing(t *testing.T) { // rule C09
	t.Parallel()
	f := with(func(f *credit.Facts) {
		f.MerchantLive, f.Blocks, f.Verified, f.Tries, f.TriesSince, f.MerchantMax = false, credit.PastDue|credit.OnHold|credit.WrittenOff, false, 10, now, 1
	})
	seen := map[string]bool{}
	for _, r := range credit.Decide(f, credit.Ask{Amount: 99_999, Channel: credit.Store}).Reasons {
		code := r.MerchantCode()
		if code == "" {
			t.Errorf("%s has no code", r)
		}
		seen[code] = true
	}
	if credit.BillPastDue.MerchantCode() != credit.AccountHeld.MerchantCode() || credit.NotIdentified.MerchantCode() != credit.AccountHeld.MerchantCode() ||
		credit.BillWritten.MerchantCode() != credit.AccountHeld.MerchantCode() {
		t.Error("a merchant can tell the member's affairs apart")
	}
	if len(seen) != 4 {
		t.Errorf("codes %v", seen)
	}
}

func TestApprovedNeverExceedsTheLimit(t *testing.T) { // rule C02, as a property
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := fine()
		yen := rapid.Map(rapid.Int64Range(0, 60_000), func(n int64) money.Yen { return money.Yen(n) })
		f.Held = yen.Draw(t, "held")
		f.Unpaid = yen.Draw(t, "unpaid") - 10_000
		f.HeldStore = min(yen.Draw(t, "held in stores"), f.Held)
		ask := credit.Ask{Amount: yen.Draw(t, "amount") + 1, Channel: rapid.SampledFrom([]credit.Channel{credit.Online, credit.Store}).Draw(t, "channel")}
		d := credit.Decide(f, ask)
		if d.Approved && f.Exposure()+ask.Amount > f.LimitOnline {
			t.Fatalf("approved %d on an exposure of %d", ask.Amount, f.Exposure())
		}
		if d.Approved != (ask.Amount <= f.Usable(ask.Channel)) {
			t.Fatal("the page's figure and the decision disagree")
		}
	})
}
