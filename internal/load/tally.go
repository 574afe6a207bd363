package load

import (
	"maps"
	"slices"
	"time"
)

// Tally is what callers met.
type Tally struct {
	Orders    int
	Requests  int            // keys used
	Done      map[Op]int     // requests answered with success
	Declined  int            // authorizations among them that were declined
	Refused   map[string]int // requests answered with a final refusal, by code
	Replayed  int            // answers that were kept ones
	Lost      int            // tries without any answer
	PutOff    int            // tries answered with "not now" or "not known"
	Open      int            // requests without an answer
	Promised  int            // requests answered with success before Settle
	Resent    int            // requests that got their answer from Settle only
	Committed int            // of these: done already when the answer was lost
	Took      map[Op]Latency // of the tries that were answered, by operation
}

// Latency is how long answers took.
type Latency struct {
	Count                    int
	P50, P90, P99, P999, Max time.Duration
}

// tally is one caller's part.
type tally struct {
	Lost, PutOff, Replayed int
	took                   map[Op][]time.Duration
}

func (t *tally) told(op Op, a answer, took time.Duration) {
	if a.replayed {
		t.Replayed++
	}
	if t.took == nil {
		t.took = map[Op][]time.Duration{}
	}
	t.took[op] = append(t.took[op], took)
}

func (t *tally) add(u tally) {
	t.Lost += u.Lost
	t.PutOff += u.PutOff
	t.Replayed += u.Replayed
	if t.took == nil {
		t.took = map[Op][]time.Duration{}
	}
	for op, took := range u.took {
		t.took[op] = append(t.took[op], took...)
	}
}

// Tally adds up what the callers met so far.
func (l *Load) Tally() Tally {
	out := Tally{Done: map[Op]int{}, Refused: map[string]int{}, Took: map[Op]Latency{}}
	var sum tally
	for _, c := range l.callers {
		sum.add(c.tally)
		out.Orders += len(c.orders)
		for _, o := range c.orders {
			for _, r := range o.requests {
				out.count(r)
			}
		}
	}
	out.Lost, out.PutOff, out.Replayed = sum.Lost, sum.PutOff, sum.Replayed
	for op, took := range sum.took {
		out.Took[op] = latencyOf(took)
	}
	return out
}

func (t *Tally) count(r *request) {
	t.Requests++
	if !r.answered() {
		t.Open++
		return
	}
	a := r.answers[0]
	switch {
	case a.status >= 300:
		t.Refused[a.code]++
	default:
		t.Done[r.op]++
		if !r.resent {
			t.Promised++
		}
		if a.state == "declined" {
			t.Declined++
		}
	}
	if r.resent {
		t.Resent++
		if a.replayed {
			t.Committed++
		}
	}
}

// Add adds another load's tally; its latencies are left out, because percentiles cannot be added.
func (t *Tally) Add(u Tally) {
	if t.Done == nil {
		t.Done, t.Refused = map[Op]int{}, map[string]int{}
	}
	for _, op := range slices.Collect(maps.Keys(u.Done)) {
		t.Done[op] += u.Done[op]
	}
	for code, n := range u.Refused {
		t.Refused[code] += n
	}
	t.Orders += u.Orders
	t.Requests += u.Requests
	t.Declined += u.Declined
	t.Replayed += u.Replayed
	t.Lost += u.Lost
	t.PutOff += u.PutOff
	t.Open += u.Open
	t.Promised += u.Promised
	t.Resent += u.Resent
	t.Committed += u.Committed
}

// latencyOf sorts what it is given.
func latencyOf(took []time.Duration) Latency {
	if len(took) == 0 {
		return Latency{}
	}
	slices.Sort(took)
	at := func(perMille int) time.Duration { return took[min(len(took)*perMille/1000, len(took)-1)] }
	return Latency{Count: len(took), P50: at(500), P90: at(900), P99: at(990), P999: at(999), Max: took[len(took)-1]}
}
