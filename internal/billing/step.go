package billing

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// OpenFile is the first step of ImportFile, for who takes a file's lines one by one: it registers the file, or finds it.
// A report that is Repeated has nothing more to do.
func OpenFile(tx *db.Tx, f File) (Report, error) { return openFile(tx, f) }

// TakeLine is the step of ImportFile for one line. Lines of one bucket are taken in the file's order.
func (b *Billing) TakeLine(tx *db.Tx, file id.ReceiptFile, l Line) (Outcome, error) {
	return b.take(tx, file, l)
}

// FinishFile is the last step of ImportFile: every line is taken, with these outcomes.
func FinishFile(tx *db.Tx, file id.ReceiptFile, outcomes []Outcome) error {
	var counts Counts
	for _, o := range outcomes {
		counts.add(o.Result)
	}
	return finishFile(tx, file, counts)
}

// CloseStep is the step of CloseAll for one bucket: it closes the oldest month with something to bill, up to this month,
// or this month if there is none. done says that nothing is left.
func (b *Billing) CloseStep(tx *db.Tx, month jst.Month, bucket int) (issued int, done bool, err error) {
	open, err := selectOpen(tx, month, []int{bucket})
	if err != nil || len(open) == 0 {
		return 0, true, err
	}
	if open[0].oldest.IsZero() {
		_, err := closeIdle(tx, month, []int{bucket})
		return 0, true, err
	}
	issued, err = b.Close(tx, open[0].oldest, bucket)
	return issued, open[0].oldest == month, err
}
