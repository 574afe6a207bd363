package load

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

const pageMax = 100

type paymentList struct {
	Data []payment `json:"data"`
	Next *string   `json:"next"`
}

func (l *Load) list(ctx context.Context, w *wire, merchant int, after string, limit int) (paymentList, error) {
	path := "/v1/payments?limit=" + strconv.Itoa(limit)
	if after != "" {
		path += "&after=" + url.QueryEscape(after)
	}
	var page paymentList
	_, err := l.get(ctx, w, merchant, path, &page)
	return page, err
}

// verifyList reads a merchant's payments back to the mark: each is of an order that was placed, and each order has at
// most one that was not declined.
func (l *Load) verifyList(ctx context.Context, w *wire, merchant int, mine map[string]*order, v *Verdict) error {
	charged := map[string]string{}
	mark, newest := l.marks[merchant], ""
	defer func() { l.marks[merchant] = max(mark, newest) }()
	for after := ""; ; {
		page, err := l.list(ctx, w, merchant, after, pageMax)
		if err != nil {
			return err
		}
		for _, p := range page.Data {
			if p.ID <= mark { // ids are ordered by time
				return nil
			}
			newest = max(newest, p.ID)
			if mine[p.OrderRef] == nil {
				v.Unasked = append(v.Unasked, fmt.Sprintf("%s of order %s", p.ID, p.OrderRef))
			}
			if p.State == "declined" {
				continue
			}
			if other := charged[p.OrderRef]; other != "" {
				v.Doubled = append(v.Doubled, fmt.Sprintf("order %s has the payments %s and %s", p.OrderRef, other, p.ID))
			}
			charged[p.OrderRef] = p.ID
		}
		if page.Next == nil {
			return nil
		}
		after = *page.Next
	}
}

type happening struct {
	Number  int64  `json:"number"`
	ID      string `json:"id"`
	Type    string `json:"type"`
	Payment string `json:"payment"`
}

type eventList struct {
	Data []happening `json:"data"`
	Next int64       `json:"next"`
}

func (l *Load) events(ctx context.Context, w *wire, merchant int, after int64) (eventList, error) {
	var page eventList
	_, err := l.get(ctx, w, merchant, fmt.Sprintf("/v1/events?after=%d&limit=%d", after, pageMax), &page)
	return page, err
}

// endOfFeed is the last number of a merchant's feed, found by doubling and halving.
func (l *Load) endOfFeed(ctx context.Context, w *wire, merchant int) (int64, error) {
	has := func(after int64) (bool, error) {
		page, err := l.events(ctx, w, merchant, after)
		return len(page.Data) > 0, err
	}
	low, high := int64(-1), int64(1) // something comes after low; perhaps nothing after high
	for {
		more, err := has(high)
		if err != nil {
			return 0, err
		}
		if !more {
			break
		}
		low, high = high, 2*high
	}
	for low+1 < high {
		middle := low + (high-low)/2
		more, err := has(middle)
		if err != nil {
			return 0, err
		}
		if more {
			low = middle
		} else {
			high = middle
		}
	}
	return high, nil
}

// counted is how often each kind of fact of a payment stands in the feed.
type counted map[Op]int64

var happenings = map[string]Op{
	"payment.authorized": Authorize, "payment.confirmed": Confirm, "payment.captured": Capture,
	"payment.voided": Void, "payment.refunded": Refund,
}

// verifyFeed reads what is new in a merchant's feed until all acknowledged effects have shown or ctx ends. Numbers must
// follow each other, and each effect must stand there exactly as often as it was asked for. The feed trails the commits:
// what has not come yet is waited for.
func (l *Load) verifyFeed(ctx context.Context, w *wire, merchant int, mine map[string]*order, v *Verdict) error {
	seen := map[string]counted{}
	ids := map[string]bool{}
	last := l.feeds[merchant]
	defer func() { l.feeds[merchant] = last }()
	for try := 0; ; {
		page, err := l.events(ctx, w, merchant, last)
		if err != nil {
			return err
		}
		for _, h := range page.Data {
			if h.Number != last+1 || ids[h.ID] {
				v.Lost = append(v.Lost, fmt.Sprintf("feed of merchant %d: %s has number %d after %d", merchant, h.ID, h.Number, last))
			}
			last, ids[h.ID] = h.Number, true
			v.Events++
			if op, ok := happenings[h.Type]; ok {
				if seen[h.Payment] == nil {
					seen[h.Payment] = counted{}
				}
				seen[h.Payment][op]++
			}
		}
		if len(page.Data) > 0 {
			continue
		}
		missing := compareFeed(mine, seen, v, false)
		if missing == 0 {
			return nil
		}
		if try++; pause(ctx, try) != nil {
			compareFeed(mine, seen, v, true)
			return nil
		}
	}
}

// compareFeed counts the effects that the feed does not show yet, and reports them and those that it shows too often if
// it is told to tell, or if none is missing.
func compareFeed(mine map[string]*order, seen map[string]counted, v *Verdict, tell bool) (missing int) {
	var lost, doubled []string
	for _, o := range mine {
		e := o.expect(&Verdict{})
		if e.payment == "" {
			continue
		}
		e.authorized.least, e.authorized.most = 1, 1
		for op, must := range map[Op]bounds{
			Authorize: e.authorized, Confirm: e.confirmed, Capture: e.captures, Void: e.voided, Refund: e.refunds,
		} {
			n := seen[e.payment][op]
			if n < must.least {
				lost = append(lost, fmt.Sprintf("feed: order %s has %d events of %d acknowledged: %s", o.ref, n, must.least, op))
			}
			if n > must.most {
				doubled = append(doubled, fmt.Sprintf("feed: order %s has %d events of %d: %s", o.ref, n, must.most, op))
			}
		}
	}
	if tell || len(lost) == 0 {
		v.Lost, v.Doubled = append(v.Lost, lost...), append(v.Doubled, doubled...)
	}
	return len(lost)
}
