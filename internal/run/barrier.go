package run

import (
	"context"

	"tsuke/internal/db"
	"tsuke/internal/fault"
)

// durable lets an answer that was found, and not made by a commit of this request, pass only once the commit that made it
// can no longer be undone (rule X12). A request that makes its answer needs no more than its own commit.
func durable(ctx context.Context, d *db.DB, out Outcome) (Outcome, error) {
	if !out.Replayed {
		return out, nil
	}
	if err := Durable(ctx, d); err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// Durable answers NotDurable unless everything that was read before it is as durable as the database promises. Look-ups
// call it before they tell what they read.
func Durable(ctx context.Context, d *db.DB) error {
	err := d.Durable(ctx)
	if err == nil {
		return nil
	}
	e := NotDurable.Because(err).After(1)
	e.Charged = fault.Checking
	return e
}
