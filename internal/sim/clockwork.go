package sim

import (
	"container/heap"
	"time"
)

// happening is something that will happen.
type happening struct {
	at   time.Time
	nth  int // of the same instant, the one that was planned first comes first
	what string
	do   func()
}

// queue is what will happen, the next first.
type queue []happening

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].nth < q[j].nth
	}
	return q[i].at.Before(q[j].at)
}

func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *queue) Push(x any) { *q = append(*q, x.(happening)) }

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = happening{}
	*q = old[:len(old)-1]
	return last
}

// after plans something. The same instant is shared by nobody: a microsecond is added for each plan.
func (w *world) after(d time.Duration, what string, do func()) { w.at(w.now.Add(d), what, do) }

func (w *world) at(at time.Time, what string, do func()) {
	w.planned++
	heap.Push(&w.queue, happening{at: at.Truncate(time.Microsecond), nth: w.planned, what: what, do: do})
}

// play lets things happen until an instant, or until a guarantee is broken.
func (w *world) play(until time.Time) {
	for len(w.queue) > 0 && w.violation == nil && w.queue[0].at.Before(until) {
		next := heap.Pop(&w.queue).(happening)
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
