package sim

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
	membership "tsuke/internal/member"
)

// numbersFile is a file with which the agent is told of receipt numbers.
type numbersFile struct {
	records []billing.NumberRecord
	hash    []byte
}

// payByNumber is a member who pays by receipt number from the next bill on.
func (m *member) payByNumber() {
	w := m.w
	w.write("way", func(tx *db.Tx) error { return w.house.members.ChooseWay(tx, m.id, membership.ByNumber, "member") }, func() {
		w.tell("%s pays by receipt number from the next bill on.", m.name)
	})
}

// tellNumbers tells the agent of every number that begins or ends, as the product's worker does: a file that was gathered and cut off
// is gone on with, and has the same lines again.
func (w *world) tellNumbers() {
	x := w.ways
	w.after(x.between(12*time.Hour, 6*24*time.Hour), "numbers", w.tellNumbers)
	for round := 0; w.house.up && round < roundsMax; round++ {
		if !w.tellNumberFile() {
			return
		}
	}
}

// tellNumberFile writes one file. It is false if there is none, or something went wrong.
func (w *world) tellNumberFile() bool {
	x, h := w.ways, w.house
	var file billing.NumberFile
	var found bool
	most := 1 + x.in(5)
	err := h.db.Write(background, func(tx *db.Tx) (err error) {
		file, found, err = billing.GatherNumbers(tx, most)
		return err
	})
	if h.failed("numbers", err) || !h.up {
		return false
	}
	if !w.handNumbers(file.Number) {
		return false
	}
	if !found {
		w.checkNumbersTold()
		return false
	}
	var records []billing.NumberRecord
	err = h.db.Read(background, func(tx *db.Tx) (err error) {
		records, err = billing.NumberRecords(tx, file.Number)
		return err
	})
	if h.failed("numbers", err) || !h.up {
		return false
	}
	var text bytes.Buffer
	for _, r := range records {
		fmt.Fprintln(&text, r.Ends, r.Slip.Digits, string(r.Slip.ReceiptNumber()), r.Code)
	}
	w.sameFile(fmt.Sprintf("numbers %d", file.Number), text.Bytes())
	sum := sha256.Sum256(text.Bytes())
	x.untold[file.Number] = numbersFile{records, sum[:]}
	err = h.db.Write(background, func(tx *db.Tx) error {
		var members []id.Member
		for _, r := range records {
			members = append(members, r.Slip.Member)
		}
		if _, err := credit.Lock(tx, members...); err != nil {
			return err
		}
		return billing.NumbersWritten(tx, file.Number, sum[:])
	})
	return !h.failed("numbers", err) && h.up
}

// handNumbers hands over the files that are written: all but the one that is gathered, once nothing of it can be lost.
func (w *world) handNumbers(gathered int) bool {
	x := w.ways
	if len(x.untold) == 0 {
		return true
	}
	if !w.durable() {
		return false
	}
	t := w.rows()
	for _, number := range slices.Sorted(maps.Keys(x.untold)) {
		if number == gathered {
			continue
		}
		f := x.untold[number]
		delete(x.untold, number)
		if row := t.NumberFiles.Find(int64(number)); row == nil || !bytes.Equal(row.Hash, f.hash) { // it was lost with the machine
			continue
		}
		w.tell("The agent is told of %d receipt numbers.", len(f.records))
		for _, r := range f.records {
			x.registry[r.Slip.Digits] = !r.Ends
		}
	}
	return true
}

// serves tells whether a terminal takes money for a slip: if it is paid by its number, the agent has to know that.
func (x *ways) serves(slip billing.Slip) bool {
	return slip.Kind != billing.Number || x.registry[slip.Digits]
}

// comesBack is a member whose number no terminal knows: yet, or any more.
func (m *member) comesBack(slip billing.Slip) {
	w := m.w
	if _, ended := w.ways.registry[slip.Digits]; !ended {
		w.after(w.ways.between(6*time.Hour, 48*time.Hour), "pay", func() { w.agent.scan(m, slip) })
	} else if w.ways.in(3) == 0 {
		w.after(w.ways.between(24*time.Hour, 4*24*time.Hour), "pay", m.pay)
	}
}
