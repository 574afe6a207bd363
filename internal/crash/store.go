package crash

import (
	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// bill is a statement that can be paid.
type bill struct {
	digits string
	amount money.Yen
}

// selectBills lists the open slips of a month.
func selectBills(tx *db.Tx, month jst.Month) ([]bill, error) {
	var out []bill
	err := tx.Rows(`-- crash.selectBills
		SELECT s.digits, s.amount FROM slip s JOIN statement t ON t.bucket = s.bucket AND t.id = s.statement
		WHERE t.month = $1 AND s.state = 'open' ORDER BY s.digits`, []any{month}, func(row db.Row) error {
		var b bill
		err := row.Scan(&b.digits, &b.amount)
		out = append(out, b)
		return err
	})
	return out, err
}

// countUnbilled counts members who bought in a month and have no statement for it.
func countUnbilled(tx *db.Tx, month jst.Month) (n int, err error) {
	err = tx.Row(`-- crash.countUnbilled
		SELECT COUNT(DISTINCT c.member) FROM capture c WHERE c.bill_month = $1 AND NOT EXISTS (
			SELECT 1 FROM statement t WHERE t.bucket = c.bucket AND t.member = c.member AND t.month = c.bill_month)`, month).Scan(&n)
	return n, err
}

// countPaid counts the statements of a month that are paid and had something to pay, and the receipts for them.
func countPaid(tx *db.Tx, month jst.Month) (statements, receipts int, err error) {
	err = tx.Row(`-- crash.countPaid
		SELECT COUNT(DISTINCT t.id), COUNT(r.id) FROM statement t
		JOIN receipt r ON r.bucket = t.bucket AND r.statement = t.id
		WHERE t.month = $1 AND t.state = 'paid' AND t.total > 0`, month).Scan(&statements, &receipts)
	return statements, receipts, err
}
