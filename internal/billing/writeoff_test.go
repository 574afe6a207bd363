package billing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/fault"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

func TestTwoPeopleWriteOff(t *testing.T) { // rule D14
	t.Parallel()
	for _, tc := range []struct {
		by, second string
		want       *fault.Kind
	}{
		{"1024", "2048", nil},
		{"1024", "1024", TwoNeeded},
		{"staff-a", "STAFF-A", TwoNeeded},
		{"", "2048", WhoUnclear},
		{"1024", "", WhoUnclear},
		{"1024", "山田 太郎", WhoUnclear},
	} {
		err := checkTwo(tc.by, tc.second)
		if tc.want == nil && err != nil || tc.want != nil && !fault.Is(err, tc.want) {
			t.Errorf("%q and %q: %v", tc.by, tc.second, err)
		}
	}
}

func TestLossOf(t *testing.T) { // rule D14
	t.Parallel()
	at := time.Date(2026, 8, 10, 3, 0, 0, 0, time.UTC)
	fee := Charge{Kind: LateFee, Amount: 100, Created: at}
	waived := fee
	waived.Waived = Goodwill
	for _, tc := range []struct {
		name     string
		received money.Yen
		charges  []Charge
		want     map[ledger.Account]money.Yen
	}{
		{"nothing was paid", 0, nil, map[ledger.Account]money.Yen{"member_receivable": -30_309, "bad_debt": 30_100, "billing_fee": 190, "consumption_tax": 19}},
		{"a part of the principal was", 10_000, nil, map[ledger.Account]money.Yen{"member_receivable": -20_309, "bad_debt": 20_100, "billing_fee": 190, "consumption_tax": 19}},
		{"the principal was", 30_000, nil, map[ledger.Account]money.Yen{"member_receivable": -309, "bad_debt": 100, "billing_fee": 190, "consumption_tax": 19}},
		{"a part of the fee too", 30_099, nil, map[ledger.Account]money.Yen{"member_receivable": -210, "bad_debt": 100, "billing_fee": 100, "consumption_tax": 10}},
		{"all but what earlier bills left", 30_209, nil, map[ledger.Account]money.Yen{"member_receivable": -100, "bad_debt": 100}},
		{
			"with late charges, damages without tax", 30_209,
			[]Charge{fee, fee, waived, {Kind: LateFee, Created: at}, {Kind: Damages, Amount: 372, Created: at}, {Kind: Fallback, Amount: 209, Created: at}},
			map[ledger.Account]money.Yen{"member_receivable": -881, "bad_debt": 100, "late_fee": 182, "late_damages": 372, "billing_fee": 190, "consumption_tax": 37},
		},
	} {
		st := Statement{Month: aMonth("2026-06"), Total: 30_309, Fee: 209, Lates: 100, Received: tc.received}
		got := map[ledger.Account]money.Yen{}
		var sum money.Yen
		for _, l := range lossOf(st, tc.charges, term.Terms{}) {
			if _, twice := got[l.Account]; twice {
				t.Errorf("%s: two lines on %s", tc.name, l.Account)
			}
			got[l.Account] = l.Amount
			sum += l.Amount
		}
		if diff := cmp.Diff(tc.want, got); diff != "" || sum != 0 {
			t.Errorf("%s: out by %d (-want +got):\n%s", tc.name, sum, diff)
		}
	}
}

func TestWritten(t *testing.T) { // rules D14, D15
	t.Parallel()
	st := Statement{Total: 30_209, Late: 400, Received: 5_000}
	if st.Written() != 0 || st.Owed() != 25_609 {
		t.Errorf("owed %d, given up %d", st.Owed(), st.Written())
	}
	st.WrittenOff = true
	if st.Written() != 25_609 || st.Owed() != 0 || payable(Statement{State: Issued, WrittenOff: true}) == nil {
		t.Errorf("given up: owed %d, given up %d", st.Owed(), st.Written())
	}
	st.Received = 30_609
	if st.Written() != 0 || st.Owed() != 0 {
		t.Errorf("paid after all: owed %d, given up %d", st.Owed(), st.Written())
	}
}
