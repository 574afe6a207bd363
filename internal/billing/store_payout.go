package billing

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
)

func reopenReturn(tx *db.Tx, receipt id.Receipt) error {
	_, err := tx.Exec(`-- billing.reopenReturn
		UPDATE receipt_decision SET paid_day = NULL, paid_by = '' WHERE bucket = $1 AND receipt = $2 AND act = 'returned'`, receipt.Bucket(), receipt)
	return err
}

func reopenCreditReturn(tx *db.Tx, receipt id.Receipt) error {
	_, err := tx.Exec(`-- billing.reopenCreditReturn
		UPDATE credit_return SET paid_day = NULL, paid_by = '' WHERE bucket = $1 AND source = $2`, receipt.Bucket(), receipt)
	return err
}
