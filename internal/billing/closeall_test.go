package billing_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// crowd lets members of many buckets buy, online and in stores, and get something back, alike in every house. It answers the
// members in their order.
func (h *house) crowd() []id.Member {
	var members []id.Member
	ways := map[id.Member]string{}
	for i := range 24 {
		m := h.member(i * 7)
		members = append(members, m)
		h.buy(m, money.Yen(1_000+i))
		switch i % 4 {
		case 1:
			ways[m] = string(billing.Postcard)
		case 2:
			h.write(func(tx *db.Tx) error {
				_, err := tx.Exec("-- billing_test.verify\nUPDATE credit SET verified = TRUE, limit_store = 15000 WHERE member = $1", m)
				return err
			})
			h.confirm(h.authorize(m, credit.Store, money.Yen(500+i)))
		case 3:
			h.refund(h.buy(m, 3_000), money.Yen(2_000+i))
		}
	}
	h.billing.Ways = func(*db.Tx, []id.Member) (map[id.Member]string, error) { return ways, nil }
	return members
}

// told is all that the close of a month left behind, but for ids and numbers of chance.
type told struct {
	Bills    []billing.Statement
	Slips    []billing.Slip
	Facts    []string
	Accounts []credit.Account
	Trial    []ledger.Total
	Progress billing.Progress
}

func (h *house) told(members []id.Member, of string) (all told) {
	h.t.Helper()
	for i, m := range members {
		st := h.statement(m, of)
		slip := h.slip(st)
		h.read(func(tx *db.Tx) error {
			facts, err := event.Timeline(tx, event.Subject(st.ID), 10)
			for _, f := range facts {
				all.Facts = append(all.Facts, fmt.Sprintf("%d %s %s", i, f.Kind, f.Data))
			}
			return err
		})
		account := h.account(m)
		account.Member, st.ID, st.Member = id.Member{}, id.Statement{}, id.Member{}
		slip.ID, slip.Statement, slip.Member, slip.Number, slip.Digits = id.Slip{}, id.Statement{}, id.Member{}, slip.Number[:4], ""
		all.Bills, all.Slips, all.Accounts = append(all.Bills, st), append(all.Slips, slip), append(all.Accounts, account)
	}
	h.read(func(tx *db.Tx) (err error) {
		if all.Trial, err = ledger.Trial(tx); err != nil {
			return err
		}
		all.Progress, err = billing.CloseProgress(tx, month(h.t, of))
		return err
	})
	return all
}

// TestACloseThatIsCutOffLeavesTheSameBills cuts a close off wherever it can be: between two slices, while one is drawn up, and
// between its last row and its commit.
func TestACloseThatIsCutOffLeavesTheSameBills(t *testing.T) { // rules B03, B43
	whole := open(t)
	members := whole.crowd()
	whole.at("2026-07-01 00:30")
	whole.closeMonth("2026-06")
	want := whole.told(members, "2026-06")
	if !want.Progress.Done() || want.Progress.Statements != len(members) {
		t.Errorf("progress %+v", want.Progress)
	}

	cut := open(t)
	members = cut.crowd()
	cut.at("2026-07-01 00:30")
	ways, crash := cut.billing.Ways, errors.New("crash")
	for round := 0; ; round++ {
		ctx, cancel := context.WithCancel(t.Context())
		var slices atomic.Int64
		cut.billing.Ways = func(tx *db.Tx, m []id.Member) (map[id.Member]string, error) {
			if round%2 == 0 && slices.Load() > 0 {
				cancel() // while a slice is drawn up: on SQLite its transaction still comes to its end
				return nil, crash
			}
			slices.Add(1)
			return ways(tx, m)
		}
		_, err := cut.billing.CloseAll(ctx, cut.db, month(t, "2026-06"), func(p billing.Progress) {
			if round%2 == 1 && slices.Load() > 0 && !p.Done() {
				cancel() // between two slices
			}
		})
		cancel()
		if err == nil {
			if round < 4 {
				t.Errorf("the close came to its end in round %d", round)
			}
			break
		}
		cut.billing.Ways = ways
		err = cut.try(func(tx *db.Tx) error { // all rows of a slice are written, and then its end comes before the commit
			var left []int
			for b := range 200 {
				if closed, err := credit.Closed(tx, b); err != nil || closed.IsZero() {
					left = append(left, b)
				}
			}
			if _, err := cut.billing.Close(tx, month(t, "2026-06"), left...); err != nil {
				return err
			}
			if p, err := billing.CloseProgress(tx, month(t, "2026-06")); err != nil || p.Closed < len(left) {
				t.Errorf("%d of %d buckets are closed inside the transaction: %v", p.Closed, len(left), err)
			}
			return crash
		})
		if !errors.Is(err, crash) {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, cut.told(members, "2026-06")); diff != "" {
		t.Error(diff)
	}
}
