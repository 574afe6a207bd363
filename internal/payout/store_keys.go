package payout

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/keys"
)

// A record is named by what names its entries in the books.

func countRecordKeys(tx *db.Tx, from, to int, take func(db.Row) error) error {
	return tx.Rows(`-- payout.countRecordKeys
		SELECT substr(data_key, 1, 5), COUNT(*) FROM payout_record WHERE bucket >= $1 AND bucket < $2 AND data_key IS NOT NULL
		GROUP BY substr(data_key, 1, 5)`, []any{from, to}, take)
}

func selectOldRecordKeys(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error {
	return tx.Rows(`-- payout.selectOldRecordKeys
		SELECT bucket, ref FROM payout_record WHERE bucket >= $1 AND bucket < $2 AND data_key IS NOT NULL AND substr(data_key, 1, 5) <> $3
		ORDER BY bucket, ref`, []any{from, to, current}, take)
}

func lockRecordKey(tx *db.Tx, r keys.Row) (number string, dataKey []byte, found bool, err error) {
	err = tx.Row(`-- payout.lockRecordKey
		SELECT k.number, k.data_key FROM payout_record k WHERE k.bucket = $1 AND k.ref = $2 AND k.data_key IS NOT NULL {forupdate}`,
		r.Bucket, r.Name).Scan(&number, &dataKey)
	if errors.Is(err, db.ErrNone) {
		return "", nil, false, nil
	}
	return number, dataKey, err == nil, err
}

func updateRecordKey(tx *db.Tx, r keys.Row, wrapped []byte) error {
	_, err := tx.Exec(`-- payout.updateRecordKey
		UPDATE payout_record SET data_key = $3 WHERE bucket = $1 AND ref = $2`, r.Bucket, r.Name, wrapped)
	return err
}

func countAccountKeys(tx *db.Tx, from, to int, take func(db.Row) error) error {
	return tx.Rows(`-- payout.countAccountKeys
		SELECT substr(data_key, 1, 5), COUNT(*) FROM payout_account WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(data_key, 1, 5)`,
		[]any{from, to}, take)
}

func selectOldAccountKeys(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error {
	return tx.Rows(`-- payout.selectOldAccountKeys
		SELECT bucket, receipt FROM payout_account WHERE bucket >= $1 AND bucket < $2 AND substr(data_key, 1, 5) <> $3
		ORDER BY bucket, receipt`, []any{from, to, current}, take)
}

func lockAccountKey(tx *db.Tx, receipt id.Receipt) (dataKey []byte, found bool, err error) {
	err = tx.Row(`-- payout.lockAccountKey
		SELECT a.data_key FROM payout_account a WHERE a.bucket = $1 AND a.receipt = $2 {forupdate}`, receipt.Bucket(), receipt).Scan(&dataKey)
	if errors.Is(err, db.ErrNone) {
		return nil, false, nil
	}
	return dataKey, err == nil, err
}

func updateAccountKey(tx *db.Tx, receipt id.Receipt, wrapped []byte) error {
	_, err := tx.Exec(`-- payout.updateAccountKey
		UPDATE payout_account SET data_key = $3 WHERE bucket = $1 AND receipt = $2`, receipt.Bucket(), receipt, wrapped)
	return err
}
