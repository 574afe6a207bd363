package sim

import "time"

// happening is something that will happen.
type happening struct {
	at   time.Time
	nth  int // of the same instant, the one that was planned first comes first
	what string
	do   func()
}

// queue is what will happen, the next first: a heap. It is written out here because one of interfaces boxes each happening.
type queue []happening

func (q queue) before(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].nth < q[j].nth
	}
	return q[i].at.Before(q[j].at)
}

func (q *queue) push(h happening) {
	*q = append(*q, h)
	all := *q
	for i := len(all) - 1; i > 0; {
		up := (i - 1) / 2
		if !all.before(i, up) {
			return
		}
		all[i], all[up] = all[up], all[i]
		i = up
	}
}

func (q *queue) pop() happening {
	all := *q
	first, last := all[0], len(all)-1
	all[0], all[last] = all[last], happening{}
	all = all[:last]
	*q = all
	for i := 0; ; {
		next := 2*i + 1
		if next >= last {
			return first
		}
		if next+1 < last && all.before(next+1, next) {
			next++
		}
		if !all.before(next, i) {
			return first
		}
		all[i], all[next] = all[next], all[i]
		i = next
	}
}

// after plans something. The same instant is shared by nobody: a microsecond is added for each plan.
func (w *world) after(d time.Duration, what string, do func()) { w.at(w.now.Add(d), what, do) }

func (w *world) at(at time.Time, what string, do func()) {
	w.planned++
	w.queue.push(happening{at: at.Truncate(time.Microsecond), nth: w.planned, what: what, do: do})
}

// play lets things happen until an instant, or until a guarantee is broken.
func (w *world) play(until time.Time) {
	for len(w.queue) > 0 && w.violation == nil && w.queue[0].at.Before(until) {
		next := w.queue.pop()
		if next.at.After(w.now) {
			w.now = next.at
		}
		if !w.now.Before(w.midnight) {
			w.atMidnight()
		}
		w.steps++
		w.note(next.what)
		next.do()
		if w.steps%checkEvery == 0 {
			w.check(false)
		}
	}
	if w.now.Before(until) && w.violation == nil {
		w.now = until
	}
}

// note adds to the hash of the run.
func (w *world) note(what string) {
	w.mix(uint64(w.now.UnixMicro()))
	for i := range len(what) {
		w.trace = (w.trace ^ uint64(what[i])) * 1099511628211
	}
}

func (w *world) mix(n uint64) { w.trace = (w.trace ^ n) * 1099511628211 }
