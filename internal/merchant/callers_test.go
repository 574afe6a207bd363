package merchant_test

import (
	"context"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/merchant"
)

// TestCallersAreBelievedForAMoment: what was read of a caller holds for two seconds; a refusal is never remembered, and a
// key that expires sooner stops when it does.
func TestCallersAreBelievedForAMoment(t *testing.T) { // rule A12
	t.Parallel()
	d := dbtest.Open(t)
	hand := dbtest.Clock(d)
	m := created(t, d, aozora())
	issue := func(expires time.Time) (plain mask.Secret, which id.APIKey) {
		write(t, d, func(tx *db.Tx) error {
			k, err := merchant.Merchants{}.IssueKey(tx, m.ID, merchant.LiveKeys, expires, "operator")
			plain, which = k.Plain, k.Key.ID
			return err
		})
		return plain, which
	}
	var callers merchant.Callers
	expect := func(when string, plain mask.Secret, refused *fault.Kind, live bool) {
		t.Helper()
		who, err := callers.Authenticate(context.Background(), d, plain)
		if refused != nil && !fault.Is(err, refused) || refused == nil && (err != nil || who.Merchant != m.ID || who.Live != live) {
			t.Errorf("%s: %+v, %v", when, who, err)
		}
	}
	plain, which := issue(time.Time{})
	short, _ := issue(hand.Now().Add(time.Second))
	expect("first", plain, nil, true)
	expect("first of a short one", short, nil, true)
	write(t, d, func(tx *db.Tx) error {
		_, err := merchant.Merchants{}.Move(tx, m.ID, merchant.Pause, "operator")
		return err
	})
	hand.Advance(time.Second)
	expect("after its end", short, merchant.KeyExpired, false)
	expect("paused a second ago", plain, nil, true)
	hand.Advance(time.Second)
	expect("paused two seconds ago", plain, nil, false)
	write(t, d, func(tx *db.Tx) error { return merchant.Merchants{}.RevokeKey(tx, which, "operator") })
	hand.Advance(merchant.CallerMemory)
	expect("revoked two seconds ago", plain, merchant.KeyRevoked, false)
	expect("revoked, again", plain, merchant.KeyRevoked, false)
	expect("no key", "", merchant.KeyMissing, false)
}
