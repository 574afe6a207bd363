package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/credit"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

// measures lists what is timed, the references first.
func (p *place) measures() []measure {
	var all []measure
	if p.cluster != nil {
		all = append(all, measure{"pgbench TPC-B", 32, p.pgbench})
		p.references = append(p.references, 0)
	}
	p.references = append(p.references, len(all))
	all = append(all, measure{"bare INSERT", 1, p.inserting(1)}, measure{"bare INSERT", 64, p.inserting(64)})
	for _, callers := range []int{1, 8, 64, 512} {
		all = append(all, measure{"in process", callers, p.insideBy(callers, p.s.shops)})
	}
	all = append(all, measure{"in process, one shop", 64, p.insideBy(64, 1)})
	for _, callers := range []int{1, 8, 64, 256, 512} {
		all = append(all, measure{"through HTTP", callers, p.outsideBy(callers)})
	}
	return slices.DeleteFunc(all, func(m measure) bool {
		reference := m.name == "pgbench TPC-B" || m.name == "bare INSERT"
		return !reference && !strings.Contains(fmt.Sprintf("%s %d", m.name, m.callers), p.s.only)
	})
}

var (
	tps     = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)
	latency = regexp.MustCompile(`(?m)^latency average = ([0-9.]+) ms`)
)

// pgbench runs TPC-B with prepared statements; its clients share this machine's cores, as ours do.
func (p *place) pgbench(ctx context.Context, _ string) (sample, error) {
	return p.metered(ctx, func() (sample, error) {
		out, err := p.cluster.Run(ctx, "pgbench", "-h", p.cluster.Socket(), "-p", p.cluster.Port(), "-U", "postgres", "-n",
			"-M", "prepared", "-c", "32", "-j", "2", "-T", fmt.Sprint(int(p.s.lasts.Seconds())), "pgbench")
		if err != nil {
			return sample{}, err
		}
		rate, mean := tps.FindStringSubmatch(out), latency.FindStringSubmatch(out)
		if rate == nil || mean == nil {
			return sample{}, fmt.Errorf("pgbench said no rate: %s", out)
		}
		perSecond, err := strconv.ParseFloat(rate[1], 64)
		if err != nil {
			return sample{}, err
		}
		ms, err := strconv.ParseFloat(mean[1], 64)
		return sample{
			n: int(perSecond * p.s.lasts.Seconds()), rate: perSecond, p50: time.Duration(ms * float64(time.Millisecond)),
		}, err
	})
}

// drive has callers do one thing after the other until the time is over. Its n are new over all measures.
func drive(callers int, lasts time.Duration, do func(caller int) error) (sample, error) {
	var all sync.WaitGroup
	c := clock.System()
	spent := make([][]time.Duration, callers)
	errs := make([]error, callers)
	begun := c.Now()
	end := begun.Add(lasts)
	for i := range callers {
		all.Go(func() {
			for at := c.Now(); at.Before(end) && errs[i] == nil; {
				errs[i] = do(i)
				now := c.Now()
				spent[i] = append(spent[i], now.Sub(at))
				at = now
			}
		})
	}
	all.Wait()
	took := c.Now().Sub(begun)
	for _, err := range errs {
		if err != nil {
			return sample{}, err
		}
	}
	return sampleOf(spent, took), nil
}

// insideBy measures the service without its doors: orders go to its lanes, its workers are on.
func (p *place) insideBy(callers, shops int) func(context.Context, string) (sample, error) {
	return func(ctx context.Context, name string) (sample, error) {
		lanes, stop, err := p.product.Start(ctx)
		if err != nil {
			return sample{}, err
		}
		defer stop()
		return p.metered(ctx, func() (sample, error) {
			return drive(callers, p.s.lasts, func(int) error {
				order, err := p.order(name, p.placed.Add(1), shops)
				if err != nil {
					return err
				}
				return charge(ctx, lanes, order)
			})
		})
	}
}

// lanesOf is what takes orders in process.
type lanesOf = *run.Lanes[checkout.Order, checkout.Authorization]

// charge hands in an order that must be charged.
func charge(ctx context.Context, lanes lanesOf, order run.Order[checkout.Order]) error {
	done, err := lanes.Do(ctx, order)
	if err == nil && done.Status != 201 {
		err = fmt.Errorf("order %s was answered with %d: %s", order.Input.OrderRef, done.Status, done.Body)
	}
	return err
}

// stride leads through all members in an order that has nothing to do with their places in the tables. It is a prime, so it
// meets each of them once in a round unless their number is a multiple of it.
const stride = 7_368_787

// order is the n-th order of a measure: member, shop and amount follow from n, its reference and key are new. Each member
// has one turn in every round through all of them, with another amount in each: the same amount again would be held up as
// similar. The amounts of [load.Load] are multiples of four, these never are.
func (p *place) order(name string, n int64, shops int) (run.Order[checkout.Order], error) {
	members := int64(p.s.members)
	who := int(n % members * stride % members)
	return p.orderOf(who, p.people.Merchant(who%shops), name+"-"+strconv.FormatInt(n, 10), money.Yen(1+4*((n/members*37+int64(who))%2477)))
}

// orderOf is one member's order.
func (p *place) orderOf(who int, merchant id.Merchant, ref string, amount money.Yen) (run.Order[checkout.Order], error) {
	o := checkout.Order{
		Merchant: merchant, MerchantLive: true, Member: p.people.Member(who), OrderRef: ref,
		Amount: amount, Channel: credit.Online, Capture: checkout.Manual, ConfirmWithin: time.Hour,
		SimilarWithin: 30 * time.Minute,
		By:            checkout.Actor{Side: fault.Merchant, Name: "merchant key_01jz0000000000000000000000", Request: "K7F2-9QXM"},
	}
	print, err := run.PrintOf("createPayment", map[string]any{
		"order_ref": o.OrderRef, "amount": int64(o.Amount), "currency": "JPY", "member_token": "tok_01jz0000000000000000000000", "capture": "manual",
	})
	key := run.Key{Scope: "live " + o.Merchant.String(), Value: "key-" + o.OrderRef + "-0123456789", Operation: "createPayment", Print: print}
	return run.Order[checkout.Order]{Key: key, Input: o}, err
}
