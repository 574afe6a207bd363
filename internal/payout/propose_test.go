package payout_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/zengin"
)

// B49: an account waits under a key until a second person approves; another one takes its place; who looks at it is kept.
func TestProposals(t *testing.T) {
	w := open(t)
	to := payout.Payee{Receipt: w.nobody}
	propose := func(digit string) (key string) {
		t.Helper()
		must(t, w.Write(func(tx *db.Tx) (err error) {
			key, err = w.Payouts.Propose(tx, to, account(digit, "ﾀﾞﾚｶ"), "7")
			return err
		}))
		return key
	}
	name := func(key, by, second string) error {
		return w.Write(func(tx *db.Tx) error { return w.Payouts.NameProposed(tx, w.nobody, key, by, second) })
	}
	first := propose("3")
	if again := propose("3"); again != first {
		t.Errorf("the same account has the keys %s and %s", first, again)
	}
	second := propose("4")
	if err := name(first, "7", "12"); !fault.Is(err, payout.ProposalGone) {
		t.Errorf("the account of before: %v", err)
	}
	if err := name(second, "7", "7"); err == nil {
		t.Error("one person is two")
	}
	seen := func(by string) (number zengin.AccountNumber, found bool) {
		t.Helper()
		w.Read(func(tx *db.Tx) error {
			a, _, ok, err := w.Payouts.Seen(tx, to, second, by, 10*time.Minute)
			number, found = a.Number, ok
			return err
		})
		return number, found
	}
	if _, found := seen("12"); found {
		t.Error("shown to who did not ask")
	}
	err := w.Write(func(tx *db.Tx) error { return w.Payouts.LookAt(tx, to, first, "12") })
	if !fault.Is(err, payout.ProposalGone) {
		t.Errorf("a look at the account of before: %v", err)
	}
	must(t, w.Write(func(tx *db.Tx) error { return w.Payouts.LookAt(tx, to, second, "12") }))
	if number, found := seen("12"); !found || number != "4444444" {
		t.Errorf("shown: %t", found)
	}
	if _, found := seen("7"); found {
		t.Error("shown to somebody else")
	}
	w.Clock.Advance(10 * time.Minute)
	if _, found := seen("12"); found {
		t.Error("shown later")
	}
	must(t, name(second, "7", "12"))
	if err := name(second, "7", "12"); !fault.Is(err, payout.ProposalGone) {
		t.Errorf("kept after it was approved: %v", err)
	}
	w.Read(func(tx *db.Tx) error {
		told, err := event.Timeline(tx, event.Subject(w.nobody), 20)
		var kinds []string
		for _, f := range told {
			kinds = append(kinds, f.Kind)
		}
		if diff := cmp.Diff([]string{"payout.account_shown", "payout.account_named"}, kinds[len(kinds)-2:]); diff != "" {
			t.Error(diff)
		}
		return err
	})
	_, read := w.written()
	if len(read.Transfers) != 3 {
		t.Errorf("%d transfers", len(read.Transfers))
	}

	old := propose("5")
	w.Clock.Advance(8*24*time.Hour + time.Second)
	must(t, w.Write(func(tx *db.Tx) error { return w.Payouts.Sweep(tx) }))
	if err := name(old, "7", "12"); !fault.Is(err, payout.ProposalGone) {
		t.Errorf("kept for ever: %v", err)
	}
}

// B48: a file is shown with its lines and refusals; whoever has its bytes is kept with each return.
func TestFileIsShown(t *testing.T) {
	w := open(t)
	w.Read(func(tx *db.Tx) error {
		all, err := payout.ListOpen(tx, 10)
		for _, o := range all {
			lacks, errLacks := w.Payouts.Lacks(tx, o)
			if errLacks != nil || lacks != (o.Receipt == w.nobody) {
				t.Errorf("%s lacks an account: %t %v", o.Receipt, lacks, errLacks)
			}
		}
		return err
	})
	f, _, _ := w.gather()
	var shown, again bytes.Buffer
	for _, out := range []*bytes.Buffer{&shown, &again} {
		must(t, w.Write(func(tx *db.Tx) error {
			out.Reset()
			return w.Payouts.Show(tx, f.Number, out, "7")
		}))
	}
	if !bytes.Equal(shown.Bytes(), again.Bytes()) || !bytes.Equal(shown.Bytes(), w.bytes(f.Number)) {
		t.Error("not the same bytes")
	}
	err := w.Write(func(tx *db.Tx) error { return w.Payouts.Show(tx, 9, &again, "7") })
	if !fault.Is(err, payout.NoFile) {
		t.Errorf("another file: %v", err)
	}
	var lines []payout.Line
	look := func() (sum money.Yen, refused map[int]int) {
		t.Helper()
		w.Read(func(tx *db.Tx) (err error) {
			sum = 0
			if _, lines, err = payout.Lines(tx, f.Number); err != nil {
				return err
			}
			for _, l := range lines {
				sum += l.Sent
			}
			refused, err = payout.Refusals(tx)
			return err
		})
		return sum, refused
	}
	if sum, refused := look(); sum != 10_000 || len(refused) != 0 || lines[0].Outcome != payout.LineOpen {
		t.Errorf("%d %v %+v", sum, refused, lines)
	}
	_, err = w.refuse(payout.Refusal{Line: 2, Key: lines[0].Key, Amount: 5_000, Reason: payout.Closed})
	must(t, err)
	if _, refused := look(); refused[f.Number] != 1 || lines[0].Outcome != payout.LineRefused || lines[0].Reason != payout.Closed {
		t.Errorf("%v %+v", refused, lines)
	}
	w.Read(func(tx *db.Tx) error {
		told, err := event.Timeline(tx, event.Subject(lines[1].Receipt), 20)
		if last := told[len(told)-1]; last.Kind != "payout.file_shown" || last.Actor != "7" {
			t.Errorf("%s by %s", last.Kind, last.Actor)
		}
		return err
	})
}
