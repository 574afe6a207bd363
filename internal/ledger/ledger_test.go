package ledger_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

var (
	hanako = []byte("member-hanako-id")
	shop   = []byte("merchant-shop-id")
	day    = jst.DayOf(dbtest.Start)
)

func captured(ref string, amount money.Yen) ledger.Entry {
	return ledger.Entry{
		Bucket: 3, Reason: ledger.Captured, Ref: []byte(ref), Day: day,
		Lines: []ledger.Line{ledger.Debit(ledger.MemberReceivable, hanako, amount), ledger.Credit(ledger.MerchantPayable, shop, amount)},
	}
}

func post(d *db.DB, entries ...ledger.Entry) error {
	return d.Write(context.Background(), func(tx *db.Tx) error { return ledger.Post(tx, entries...) })
}

func balance(t *testing.T, d *db.DB, a ledger.Account, holder []byte) money.Yen {
	t.Helper()
	var sum money.Yen
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		sum, err = ledger.Balance(tx, a, holder)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func broken(t *testing.T, d *db.DB, checks ...ledger.Check) []ledger.Break {
	t.Helper()
	var out []ledger.Break
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		out, err = ledger.Verify(tx, checks...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPostingTwiceIsOneEntry(t *testing.T) { // rule L02
	t.Parallel()
	d := dbtest.Open(t)
	for range 3 {
		if err := post(d, captured("a", 8_500), captured("b", 500)); err != nil {
			t.Fatal(err)
		}
	}
	if got := balance(t, d, ledger.MemberReceivable, hanako); got != 9_000 {
		t.Errorf("owed %d", got)
	}
	if got := balance(t, d, ledger.MerchantPayable, shop); got != -9_000 {
		t.Errorf("payable %d", got)
	}
	if b := broken(t, d); b != nil {
		t.Error(b)
	}
}

func TestTwiceInOneCallIsOneEntry(t *testing.T) { // rule L02
	t.Parallel()
	d := dbtest.Open(t)
	if err := post(d, captured("a", 8_500), captured("a", 8_500)); err != nil {
		t.Fatal(err)
	}
	if got := balance(t, d, ledger.MemberReceivable, hanako); got != 8_500 {
		t.Errorf("owed %d", got)
	}
}

func TestPostRefusesWhatDoesNotBalance(t *testing.T) { // rule L01
	t.Parallel()
	d := dbtest.Open(t)
	line := func(a ledger.Account, amount money.Yen) ledger.Line { return ledger.Line{Account: a, Amount: amount} }
	for name, lines := range map[string][]ledger.Line{
		"one line":         {line(ledger.Suspense, 1)},
		"none":             nil,
		"out by one":       {line(ledger.Suspense, 2), line(ledger.AgentReceivable, -1)},
		"a zero line":      {line(ledger.Suspense, 1), line(ledger.AgentReceivable, -1), line(ledger.BillingFee, 0)},
		"unknown account":  {line("petty_cash", 1), line(ledger.Suspense, -1)},
		"beyond the range": {line(ledger.Suspense, money.Max), line(ledger.AgentReceivable, money.Max), line(ledger.BillingFee, -money.Max), line(ledger.BillingFee, -money.Max)},
	} {
		if err := post(d, ledger.Entry{Bucket: 1, Reason: ledger.Captured, Ref: []byte(name), Day: day, Lines: lines}); err == nil {
			t.Errorf("%s was posted", name)
		}
	}
	if err := post(d, ledger.Entry{Bucket: 1, Reason: ledger.Captured, Day: day, Lines: captured("x", 1).Lines}); err == nil {
		t.Error("an entry about nothing was posted")
	}
	if b := broken(t, d); b != nil {
		t.Error(b)
	}
}

func TestTrialBalance(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	if err := post(d, captured("a", 8_500)); err != nil {
		t.Fatal(err)
	}
	var got []ledger.Total
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		got, err = ledger.Trial(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Total{{ledger.MemberReceivable, 8_500}, {ledger.MerchantPayable, -8_500}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestVerifyFindsWhatIsBroken breaks the books behind the ledger's back, one way at a time: a check that cannot fail
// proves nothing (rule L04).
func TestVerifyFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, damage, check string }{
		{"an amount changed", "UPDATE line SET amount = amount + 1 WHERE account = 'member_receivable'", "every entry balances"},
		{"a line lost", "DELETE FROM line WHERE account = 'merchant_payable'", "debits equal credits"},
		{"all lines lost", "DELETE FROM line", "no entry without lines"},
		{"an entry lost", "DELETE FROM entry", "no line without entry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.Open(t)
			if err := post(d, captured("a", 8_500)); err != nil {
				t.Fatal(err)
			}
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				_, err := tx.Exec("-- ledger_test.damage\n" + c.damage)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range broken(t, d) {
				if b.Check == c.check {
					return
				}
			}
			t.Errorf("%q found nothing", c.check)
		})
	}
}

func TestVerifyRunsOthersChecks(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	b := broken(t, d, ledger.Check{Name: "never", SQL: "-- ledger_test.never\nSELECT 'it', 'seen' WHERE 1 = 1"})
	if len(b) != 1 || b[0].String() != "never: seen" {
		t.Error(b)
	}
}
