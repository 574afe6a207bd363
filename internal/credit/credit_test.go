package credit_test

import (
	"context"
	"errors"
	"testing"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

func setUp(t *testing.T) (*db.DB, *credit.Credit, id.Member) {
	t.Helper()
	book, err := term.NewBook(credit.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	d, c := dbtest.Open(t), &credit.Credit{Terms: book}
	m := id.New[id.MemberKind](dbtest.Start, 3)
	write(t, d, func(tx *db.Tx) error { return c.Open(tx, m) })
	return d, c, m
}

func write(t *testing.T, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, d *db.DB, m id.Member) credit.Account {
	t.Helper()
	var a credit.Account
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		a, err = credit.Load(tx, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOpenGivesTheTermsOfToday(t *testing.T) { // rule C01
	t.Parallel()
	d, _, m := setUp(t)
	if a := load(t, d, m); a.LimitOnline != 50_000 || a.LimitStore != 2_000 || a.Verified || a.Usable(credit.Online) != 50_000 {
		t.Errorf("%+v", a)
	}
}

func TestTheDatabaseIsTheLastNet(t *testing.T) { // rule C02
	t.Parallel()
	d, _, m := setUp(t)
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		return credit.Apply(tx, credit.Moved(m, credit.Online, 50_001, 0))
	})
	if !errors.Is(err, db.ErrCheck) || load(t, d, m).Held != 0 {
		t.Errorf("more than the limit was held: %v", err)
	}
	err = d.Write(context.Background(), func(tx *db.Tx) error {
		return credit.Apply(tx, credit.Moved(m, credit.Online, -1, 0))
	})
	if !errors.Is(err, db.ErrCheck) {
		t.Errorf("less than nothing is held: %v", err)
	}
}

func TestApplyAddsUpChangesOfOneMember(t *testing.T) {
	t.Parallel()
	d, _, m := setUp(t)
	write(t, d, func(tx *db.Tx) error {
		return credit.Apply(tx,
			credit.Moved(m, credit.Online, 30_000, 0), credit.Moved(m, credit.Store, 1_000, 500), credit.Moved(m, credit.Online, -30_000, 30_000))
	})
	a := load(t, d, m)
	if a.Held != 1_000 || a.Unpaid != 30_500 || a.HeldStore != 1_000 || a.UnpaidStore != 500 {
		t.Errorf("%+v", a)
	}
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		return credit.Apply(tx, credit.Moved(id.New[id.MemberKind](dbtest.Start, 4), credit.Online, 1, 0))
	})
	if err == nil {
		t.Error("a change of nobody's account was taken")
	}
}

func TestBlocksStackAndLift(t *testing.T) { // rules C03, C04
	t.Parallel()
	d, _, m := setUp(t)
	steps := []struct {
		do   func(*db.Tx) error
		want credit.Block
	}{
		{func(tx *db.Tx) error { return credit.SetBlock(tx, m, credit.PastDue) }, credit.PastDue},
		{func(tx *db.Tx) error { return credit.SetBlock(tx, m, credit.PastDue) }, credit.PastDue},
		{func(tx *db.Tx) error { return credit.SetBlock(tx, m, credit.OnHold) }, credit.PastDue | credit.OnHold},
		{func(tx *db.Tx) error { return credit.LiftBlock(tx, m, credit.PastDue) }, credit.OnHold},
		{func(tx *db.Tx) error { return credit.LiftBlock(tx, m, credit.PastDue) }, credit.OnHold},
		{func(tx *db.Tx) error { return credit.LiftBlock(tx, m, credit.OnHold) }, 0},
	}
	for i, s := range steps {
		write(t, d, s.do)
		if got := load(t, d, m).Blocks; got != s.want {
			t.Errorf("step %d: blocks %b, want %b", i, got, s.want)
		}
	}
}

func TestALoweredLimitTakesNothingBack(t *testing.T) { // rule C07
	t.Parallel()
	d, _, m := setUp(t)
	write(t, d, func(tx *db.Tx) error { return credit.Apply(tx, credit.Moved(m, credit.Online, 40_000, 0)) })
	write(t, d, func(tx *db.Tx) error { return credit.SetLimit(tx, m, credit.Online, 10_000, "review", "operator") })
	if a := load(t, d, m); a.Held != 40_000 || a.Usable(credit.Online) != 0 {
		t.Errorf("%+v", a)
	}
	write(t, d, func(tx *db.Tx) error { return credit.Apply(tx, credit.Moved(m, credit.Online, -40_000, 40_000)) })
	write(t, d, func(tx *db.Tx) error {
		return credit.SetLimit(tx, m, credit.Online, 70_000, "paid on time", "operator")
	})
	if a := load(t, d, m); a.Usable(credit.Online) != 30_000 {
		t.Errorf("%+v", a)
	}
}

// TestRestoreMakesRoomAboveTheLimit takes a payment of 30,000 yen back after the member bought up to the limit again: the
// debt comes back whole, the excess can be paid down, and the room above the limit goes with it.
func TestRestoreMakesRoomAboveTheLimit(t *testing.T) { // rules B13, C07
	t.Parallel()
	d, _, m := setUp(t)
	apply := func(unpaid money.Yen) error {
		return d.Write(context.Background(), func(tx *db.Tx) error {
			return credit.Apply(tx, credit.Moved(m, credit.Online, 0, unpaid))
		})
	}
	if err := apply(50_000); err != nil {
		t.Fatal(err)
	}
	if err := apply(30_000); !errors.Is(err, db.ErrCheck) {
		t.Errorf("30,000 yen above the limit without room: %v", err)
	}
	write(t, d, func(tx *db.Tx) error {
		if err := credit.Restore(tx, m, 30_000); err != nil {
			return err
		}
		return credit.Apply(tx, credit.Moved(m, credit.Online, 0, 30_000))
	})
	if a := load(t, d, m); a.Unpaid != 80_000 || a.Usable(credit.Online) > 0 || a.LimitOnline != 50_000 {
		t.Errorf("taken back: %+v", a)
	}
	if err := apply(1); !errors.Is(err, db.ErrCheck) {
		t.Errorf("more than what was restored: %v", err)
	}
	if err := apply(-70_000); err != nil {
		t.Fatal(err)
	}
	write(t, d, func(tx *db.Tx) error { return credit.Restore(tx, m, 1_000) })
	if err := apply(40_001); !errors.Is(err, db.ErrCheck) {
		t.Errorf("the room stayed after the debt was paid: %v", err)
	}
}

func TestBillMonths(t *testing.T) { // rule B02
	t.Parallel()
	d, _, m := setUp(t)
	june, err := jst.ParseMonth("2026-06")
	if err != nil {
		t.Fatal(err)
	}
	months := func(day jst.Day) (out map[int]jst.Month) {
		write(t, d, func(tx *db.Tx) (err error) {
			out, err = credit.BillMonths(tx, day, m.Bucket(), 9)
			return err
		})
		return out
	}
	if got := months(june.Last()); got[3] != june || got[9] != june {
		t.Errorf("open: %v", got)
	}
	write(t, d, func(tx *db.Tx) error { return credit.CloseMonth(tx, june, 3) })
	write(t, d, func(tx *db.Tx) error { return credit.CloseMonth(tx, june.Prev(), 3) }) // never goes back
	got := months(june.Last())
	if got[3] != june.Next() || got[9] != june {
		t.Errorf("closed: %v", got)
	}
	if got := months(june.Next().First()); got[3] != june.Next() {
		t.Errorf("the next month: %v", got)
	}
	if got := months(june.Add(5).First()); got[3] != june.Add(5) {
		t.Errorf("a later month: %v", got)
	}
}
