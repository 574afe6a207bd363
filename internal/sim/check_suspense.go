package sim

import "tsuke/internal/sim/memory"

// checkDecisions is G13 and G24 of what people decided about money in suspense: it was done once, and is told.
func (w *world) checkDecisions(t *memory.Tables) {
	decided := map[memory.ID]bool{}
	for _, d := range t.Decisions.Rows() {
		decided[d.Receipt] = true
		r := t.Receipts.Find(memory.Key{Bucket: d.Bucket, ID: d.Receipt})
		if r == nil || r.Use != "suspense" {
			w.breaks("G13", "it was decided about money that is not in suspense")
			continue
		}
		if d.Act == "matched" {
			w.checkMatched(t, d, r)
			continue
		}
		sent, told := 0, count(t, d.Receipt, "receipt.return_paid")
		if d.PaidDay != "" {
			sent = 1
		}
		if len(t.RecordsOf(d.Receipt)) > 0 { // it can have been sent more than once, and come back: see checkSending
			sent = told
		}
		if r.State != "returned" || d.Second == d.By || told != sent || count(t, d.Receipt, "receipt.return_decided") != 1 {
			w.breaks("G24", "%d yen were to be sent back by %s and %s, are %s, were sent %d times and %d facts say so", r.Amount, d.By, d.Second,
				r.State, sent, told)
		}
	}
	for _, r := range t.Receipts.Rows() {
		if (r.State == "moved" || r.State == "returned") != decided[r.ID] {
			w.breaks("G13", "%d yen are %s, and it was decided: %v", r.Amount, r.State, decided[r.ID])
		}
	}
}

// checkMatched wants money that was matched to stand on the bill that was named, as what it was.
func (w *world) checkMatched(t *memory.Tables, d *memory.Decision, r *memory.Receipt) {
	c := t.Receipts.Find(memory.Key{Bucket: d.CarriedBucket, ID: d.Carried})
	o := t.Origins.Find(memory.Key{Bucket: d.CarriedBucket, ID: d.Carried})
	switch {
	case r.State != "moved" || c == nil || o == nil || o.Source != r.ID:
		w.breaks("G13", "%d yen that were matched are %s, carried on by %+v from %+v", r.Amount, r.State, c, o)
	case c.Amount != r.Amount || c.PaidDay != r.PaidDay || c.Statement != d.Statement || c.Use == "suspense":
		w.breaks("G13", "%d yen of %s that were matched are %d of %s", r.Amount, r.PaidDay, c.Amount, c.PaidDay)
	case count(t, r.ID, "receipt.moved") != 1 || count(t, c.ID, "receipt.matched") != 1:
		w.breaks("G24", "%d yen were matched and %d and %d facts say so", r.Amount, count(t, r.ID, "receipt.moved"), count(t, c.ID, "receipt.matched"))
	}
}

func countDesk(t *memory.Tables) Desk {
	d := Desk{Closed: t.LineCloses.Len()}
	for _, r := range t.Decisions.Rows() {
		if r.Act == "matched" {
			d.Matched++
		} else {
			d.Returned++
		}
	}
	return d
}
