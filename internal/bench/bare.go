package main

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/id"
)

var bareRows atomic.Int64

// inserting measures what it costs to keep the rows of an order and nothing else: one durable transaction for each, with
// no look-up, no lock and no decision.
func (p *place) inserting(callers int) func(context.Context, string) (sample, error) {
	return func(ctx context.Context, name string) (sample, error) {
		return p.metered(ctx, func() (sample, error) {
			return drive(callers, p.s.lasts, func(int) error {
				order, err := p.order(name, bareRows.Add(1), p.s.shops)
				if err != nil {
					return err
				}
				return p.bare.Write(ctx, func(tx *db.Tx) error { return insertRows(tx, order.Input) })
			})
		})
	}
}

// insertRows writes a payment, its order, its key with an answer, its event, and its place in the outbox.
func insertRows(tx *db.Tx, o checkout.Order) error {
	bucket := o.Member.Bucket()
	pid := id.In[id.PaymentKind](tx, bucket)
	hash := id.Hash(o.Merchant.String(), o.OrderRef)
	answer := make([]byte, 180) // as large as a kept answer is
	tx.Chance(answer)
	facts := "limit=50000 usable=50000"
	data := `{"amount":1200,"order_ref":"` + o.OrderRef + `"}`
	now := db.Micros(tx.Now())
	set := db.NewSet(db.Cols{
		"bucket:int", "id:bytes", "hash:bytes", "merchant:bytes", "member:bytes", "order_ref:text", "amount:int", "facts:text", "due:int",
		"now:int", "answer:bytes", "parts:bytes", "event:bytes", "actor:text", "data:text", "waiting:bytes", "object:text",
	})
	set.Add(bucket, pid, hash, o.Merchant, o.Member, o.OrderRef, o.Amount, facts, now+int64(time.Hour/time.Microsecond), now, answer,
		answer[:30], id.In[id.EventKind](tx, bucket), o.By.Name, data, answer[:34], "pay_"+strconv.FormatInt(now, 10)+"0123456789")
	return insertBare(tx, set)
}
