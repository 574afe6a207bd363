package main

import (
	"context"
	"fmt"

	"tsuke/internal/clock"
	"tsuke/internal/load"
)

// outsideBy measures the whole service behind a socket. Its callers remember each answer, and a part of what they were
// told is looked up at the end of each measure.
func (p *place) outsideBy(callers int) func(context.Context, string) (sample, error) {
	return func(ctx context.Context, name string) (sample, error) {
		serving, stop := context.WithCancel(ctx)
		defer stop()
		ready, ended := make(chan string, 1), make(chan error, 1)
		go func() { ended <- p.product.Serve(serving, func(addr string) { ready <- addr }) }()
		var addr string
		select {
		case addr = <-ready:
		case err := <-ended:
			return sample{}, err
		}
		p.crowds++ // the same purchase twice within half an hour would be asked about (rule P09)
		crowd := load.New(load.Options{Name: name, Addr: addr, People: p.people, Callers: callers, Seed: p.crowds})
		s, err := p.metered(ctx, func() (sample, error) { return p.call(ctx, crowd) })
		if err == nil {
			err = p.check(ctx, crowd)
		}
		crowd.Close()
		stop()
		if ended := <-ended; err == nil {
			err = ended
		}
		return s, err
	}
}

func (p *place) call(ctx context.Context, crowd *load.Load) (sample, error) {
	c := clock.System()
	begun := c.Now()
	working, done := context.WithDeadline(ctx, begun.Add(p.s.lasts))
	defer done()
	crowd.Work(working)
	took := c.Now().Sub(begun)
	t := crowd.Tally()
	if n := t.Done[load.Authorize]; n < t.Requests-crowd.Callers { // the last one of each caller may be cut off
		return sample{}, fmt.Errorf("%d of %d orders were answered with success: %v", n, t.Requests, t.Refused)
	}
	took50 := t.Took[load.Authorize]
	n := t.Done[load.Authorize]
	return sample{n: n, rate: float64(n) / took.Seconds(), p50: took50.P50, p99: took50.P99}, nil
}

// checkEvery is how many orders a look-up stands for.
const checkEvery = 20

func (p *place) check(ctx context.Context, crowd *load.Load) error {
	crowd.Settle(ctx)
	v := crowd.Verify(ctx, load.Look{Every: checkEvery})
	p.checked += v.Orders
	if !v.OK() {
		return fmt.Errorf("the service broke its word: %s", v.Findings()[0])
	}
	return nil
}
