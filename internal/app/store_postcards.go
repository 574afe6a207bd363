package app

import (
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// postcardBill names a bill that may be printed.
type postcardBill struct {
	member    id.Member
	statement id.Statement
}

// selectPostcards lists the bills of a month that are paid with a postcard and wait to be paid, those after a bill, in
// bucket, id order.
func selectPostcards(tx *db.Tx, month jst.Month, after id.Statement, limit int) ([]postcardBill, error) {
	bucket := 0
	if !after.IsZero() {
		bucket = after.Bucket()
	}
	var bills []postcardBill
	err := tx.Rows(`-- app.selectPostcards
		SELECT s.member, s.id FROM statement s
		WHERE s.month = $1 AND s.way = $2 AND s.state = $3 AND NOT s.written_off AND (s.bucket, s.id) > ($4, $5)
		ORDER BY s.bucket, s.id LIMIT $6`,
		[]any{month, billing.Postcard, billing.Issued, bucket, after[:], limit}, func(row db.Row) error {
			var b postcardBill
			err := row.Scan(&b.member, &b.statement)
			bills = append(bills, b)
			return err
		})
	return bills, err
}
