package billing_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// TestHandsOnTheBank: what people book by hand on the bank, and of what the agent paid out, is derived beside transfers and receipts,
// and nothing else is (rules O16, O18).
func TestHandsOnTheBank(t *testing.T) {
	b := openBranch(t)
	b.takes(b.came("2026-07-06", 5_209, "ヤマダ ハナコ", 1))
	book, err := term.NewBook(journal.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	hand := &journal.Journal{Terms: book}
	draft := journal.Draft{Reference: "PAYOUT-7", Reason: journal.AgentPayout, Note: "7月前半の精算"}
	draft.Lines = []journal.Line{
		{Account: ledger.Bank, Amount: 4_879},
		{Account: ledger.AgentFees, Amount: 300},
		{Account: ledger.InputTax, Amount: 30},
		{Account: ledger.AgentReceivable, Amount: -5_209},
	}
	bank, agent := b.balance(ledger.Bank), b.balance(ledger.AgentReceivable)
	var e journal.Entry
	b.write(func(tx *db.Tx) error {
		draft.Day = jst.DayOf(tx.Now())
		e, err = hand.Post(tx, draft, "1024", "2048")
		return err
	})
	stands := func(when string, wantBank, wantAgent money.Yen) {
		t.Helper()
		if gotBank, gotAgent := b.balance(ledger.Bank), b.balance(ledger.AgentReceivable); gotBank != wantBank || gotAgent != wantAgent {
			t.Errorf("%s: the bank %d and the agent %d, want %d and %d", when, gotBank, gotAgent, wantBank, wantAgent)
		}
		b.verify()
	}
	stands("booked", bank+4_879, agent-5_209)
	for sql, check := range map[string]string{
		`UPDATE line SET amount = amount + 1 WHERE account = 'bank'`:                             "in our account",
		`UPDATE journal_line SET amount = amount + 1 WHERE account = 'bank'`:                     "in our account",
		`UPDATE line SET amount = amount + 1 WHERE account = 'agent_receivable'`:                 "the agent's accounts",
		`UPDATE journal_line SET amount = amount + 1 WHERE account = 'agent_receivable'`:         "the agent's accounts",
		`UPDATE journal SET undone = 1, undone_by = '1', undone_second = '2', undone_note = 'x'`: "in our account",
	} {
		if found := b.tampered(sql); !strings.Contains(found, check) {
			t.Errorf("%s is not found:\n%s", sql, found)
		}
	}
	b.write(func(tx *db.Tx) error {
		_, err := hand.Reverse(tx, e.ID, "別の精算でした", "1024", "2048")
		return err
	})
	stands("reversed", bank, agent)
}

// tampered is what billing's checks say after a statement, which is rolled back.
func (h *house) tampered(sql string) string {
	h.t.Helper()
	var found []string
	rolledBack := errors.New("rolled back")
	err := h.db.Write(context.Background(), func(tx *db.Tx) error {
		found = nil
		if _, err := tx.Exec("-- billing_test.tamper\n" + sql); err != nil {
			return err
		}
		broken, err := ledger.Verify(tx, billing.Checks...)
		if err != nil {
			return err
		}
		for _, b := range broken {
			found = append(found, b.String())
		}
		return rolledBack
	})
	if !errors.Is(err, rolledBack) {
		h.t.Error(err)
	}
	return strings.Join(found, "\n")
}
