package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"tsuke/internal/api"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/load"
	"tsuke/internal/run"
	"tsuke/internal/term"
)

// core is the product's way from an order to its answer, without HTTP: the lanes that the service runs, on the same
// database, with the relay at work as in the service.
type core struct {
	db     *db.DB
	lanes  *run.Lanes[checkout.Order, checkout.Authorization]
	people load.Population
	placed atomic.Int64
	stop   context.CancelFunc
	ended  sync.WaitGroup
}

func newCore(ctx context.Context, d *db.DB, people load.Population, lanes int) (*core, error) {
	book, err := term.NewBook(credit.Terms...)
	if err != nil {
		return nil, err
	}
	if err := book.Reload(ctx, d); err != nil {
		return nil, err
	}
	c := &core{db: d, people: people}
	verb := &checkout.Checkout{Terms: book}
	c.lanes = run.NewLanes(run.Batcher[checkout.Order, checkout.Authorization]{DB: d, Batch: verb.Batch, Render: api.Render},
		lanes, checkout.Order.Bucket)
	relay := event.NewRelay(d, nil, nil)
	d.OnCommit(relay.Wake)
	working, stop := context.WithCancel(ctx)
	c.stop = stop
	tick := time.NewTicker(500 * time.Millisecond)
	c.ended.Go(func() { _ = relay.Run(working, tick.C) })
	return c, nil
}

func (c *core) close() {
	c.lanes.Stop()
	c.stop()
	c.ended.Wait()
}

// order is the n-th order of a measurement: its member and merchant follow from n, its reference and key are new.
func (c *core) order(name string, n int64, shops int) (run.Order[checkout.Order], error) {
	i := int(uint64(n) * 0x9e3779b97f4a7c15 % uint64(c.people.Members))
	o := checkout.Order{
		Merchant: c.people.Merchant(i % shops), MerchantLive: true, Member: c.people.Member(i), OrderRef: fmt.Sprintf("%s-%d", name, n),
		Amount: 1200, Channel: credit.Online, Capture: checkout.Manual, ConfirmWithin: time.Hour,
		By: checkout.Actor{Side: fault.Merchant, Name: "merchant key_01jz0000000000000000000000", Request: "K7F2-9QXM"},
	}
	print, err := run.PrintOf("createPayment", map[string]any{
		"order_ref": o.OrderRef, "amount": 1200, "currency": "JPY", "member_token": "tok_01jz0000000000000000000000", "capture": "manual",
	})
	key := run.Key{Scope: "live " + o.Merchant.String(), Value: "key-" + o.OrderRef + "-0123456789", Operation: "createPayment", Print: print}
	return run.Order[checkout.Order]{Key: key, Input: o}, err
}

// drive has callers place one order after the other until the time is over.
func (c *core) drive(ctx context.Context, name string, callers, shops int, lasts time.Duration) (sample, error) {
	var all sync.WaitGroup
	spent := make([][]time.Duration, callers)
	errs := make([]error, callers)
	begun := time.Now()
	end := begun.Add(lasts)
	for i := range callers {
		all.Go(func() {
			for time.Now().Before(end) && errs[i] == nil {
				order, err := c.order(name, c.placed.Add(1), shops)
				at := time.Now()
				if err == nil {
					var done run.Done[checkout.Authorization]
					done, err = c.lanes.Do(ctx, order)
					if err == nil && done.Status != 201 {
						err = fmt.Errorf("order %s was answered with %d: %s", order.Input.OrderRef, done.Status, done.Body)
					}
				}
				spent[i], errs[i] = append(spent[i], time.Since(at)), err
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	for _, err := range errs {
		if err != nil {
			return sample{}, err
		}
	}
	return sampleOf(spent, took), nil
}
