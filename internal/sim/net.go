package sim

import "time"

// send carries a request to the service and its answer back. Each way it may be lost, doubled or late, and overtaken.
func (w *world) send(q *request, hear func(reply)) {
	w.carry("request", func() {
		w.house.receive(q, hear)
	})
}

// send carries an answer back.
func (h *house) send(d *delivery, r reply) {
	h.w.carry("answer", func() { d.answer(r) })
}

// carry is the network. It forgets nothing that it does not mean to forget, and keeps no order.
func (w *world) carry(what string, arrive func()) {
	if w.chance(w.plan.loss) {
		w.faults.Lost++
		w.tell("  … the %s is lost", what)
		return
	}
	w.after(w.delay(), what, arrive)
	if w.chance(w.plan.double) {
		w.faults.Doubled++
		w.after(w.delay(), what, arrive)
	}
}

// delay is how long a message is under way: milliseconds, and sometimes minutes.
func (w *world) delay() time.Duration {
	if w.chance(w.plan.late) {
		w.faults.Late++
		return w.between(time.Second, 10*time.Minute)
	}
	return w.between(5*time.Millisecond, 400*time.Millisecond)
}
