package billing_test

import (
	"slices"
	"testing"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/term"
)

// What a decision to take charges back has to be, before any charge is looked at (rules O12, O13).
func TestWhatCanBeTakenBack(t *testing.T) {
	t.Parallel()
	store := dbtest.Open(t)
	book, err := term.NewBook(billing.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	b := &billing.Billing{Terms: book}
	many := make([]id.LateCharge, billing.WaiveMax+1)
	for i := range many {
		many[i] = id.New[id.LateChargeKind](dbtest.Start, i)
	}
	one := many[:1]
	for _, tc := range []struct {
		name       string
		which      []id.LateCharge
		by, second string
		why        billing.Waiver
		want       *fault.Kind
	}{
		{"by one person", one, "1024", "1024", billing.OurFault, billing.TwoNeeded},
		{"by nobody", one, "", "2048", billing.OurFault, billing.WhoUnclear},
		{"for a rule's reason", one, "1024", "2048", billing.PaidBefore, billing.WaiverUnknown},
		{"for a dispute's reason", one, "1024", "2048", billing.Goodwill, billing.WaiverUnknown},
		{"none", nil, "1024", "2048", billing.OurFault, billing.NoCharges},
		{"201", many, "1024", "2048", billing.OurFault, billing.TooManyCharges},
		{"200 that there are not", many[1:], "1024", "2048", billing.OurFault, billing.ChargeUnknown},
		{"200, one of them twice", slices.Concat(many[1:], many[1:2]), "1024", "2048", billing.Hardship, billing.ChargeUnknown},
	} {
		err := store.Write(t.Context(), func(tx *db.Tx) error { return b.WaiveCharges(tx, tc.which, tc.by, tc.second, tc.why) })
		if !fault.Is(err, tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	for _, w := range append(billing.Waivers(), billing.Goodwill) {
		if !w.ByPeople() {
			t.Errorf("%s is by a rule", w)
		}
	}
	if billing.PaidBefore.ByPeople() || billing.Waiver("").ByPeople() {
		t.Error("a rule is told as people's decision")
	}
}
