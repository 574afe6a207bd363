package app

import (
	"slices"
	"testing"

	"tsuke/internal/approval"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/staff"
)

// TestEntriesAreApproved: the requests of package approval book and reverse an entry by hand as the service is wired, each shows
// what it moves alone, and the books agree (rules O16 to O18).
func TestEntriesAreApproved(t *testing.T) {
	t.Parallel()
	h := build(t, dbtest.DSN(t))
	aoki := staff.Person{ID: id.New[id.StaffKind](h.DB.Now(), 3), Name: "aoki", Roles: []staff.Role{staff.Finance}, State: staff.Active}
	baba := staff.Person{ID: id.New[id.StaffKind](h.DB.Now(), 4), Name: "baba", Roles: []staff.Role{staff.Finance}, State: staff.Active}
	carryOut := func(c approval.Command, want approval.Effect) {
		t.Helper()
		asked, err := h.Approvals.Ask(t.Context(), aoki, c)
		if err != nil || !slices.Equal(asked.Effect, want) {
			t.Fatalf("%v %v", asked.Effect, err)
		}
		err = h.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := h.Approvals.Approve(tx, baba, asked.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		broken, err := h.Verify(t.Context())
		if err != nil || len(broken) > 0 {
			t.Errorf("%v %v", broken, err)
		}
	}
	carryOut(approval.Command{
		Kind: approval.PostJournal, Reference: "BANK-1", Reason: string(journal.Interest), Note: "6月の利息", Day: jst.DayOf(h.DB.Now()),
		Lines: []journal.Line{{Account: ledger.Bank, Amount: 847}, {Account: ledger.WithheldTax, Amount: 153}, {Account: ledger.Interest, Amount: -1_000}},
	}, approval.Effect{{Account: ledger.Bank, Amount: 847}, {Account: ledger.Interest, Amount: -1_000}, {Account: ledger.WithheldTax, Amount: 153}})
	var entry journal.Entry
	err := h.DB.Read(t.Context(), func(tx *db.Tx) error {
		all, err := journal.List(tx, journal.Search{Reference: "bank-1"}, 2)
		if len(all) != 1 || all[0].By != aoki.ID.String() || all[0].Second != baba.ID.String() {
			t.Fatalf("%+v", all)
		}
		entry = all[0]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	carryOut(approval.Command{Kind: approval.ReverseJournal, Journal: entry.ID, Note: "銀行の訂正"},
		approval.Effect{{Account: ledger.Bank, Amount: -847}, {Account: ledger.Interest, Amount: 1_000}, {Account: ledger.WithheldTax, Amount: -153}})
}
