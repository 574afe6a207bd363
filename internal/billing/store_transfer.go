package billing

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
)

func selectTransferLine(tx *db.Tx, l Transfer) (knownLine, bool, error) {
	var k knownLine
	o := &k.outcome
	err := tx.Row(`-- billing.selectTransferLine
		SELECT l.file, l.number, l.result, l.reason, l.receipt, l.statement FROM transfer_line l WHERE l.bucket = $1 AND l.line_key = $2`,
		l.bucket(), l.Key).Scan(&k.file, &k.number, &o.Result, &o.Reason, &o.Receipt, &o.Statement)
	if errors.Is(err, db.ErrNone) {
		return knownLine{}, false, nil
	}
	return k, err == nil, err
}

// insertTransferLine records what became of a line. If another transaction has taken the same line meanwhile, this one runs
// again and finds it.
func insertTransferLine(tx *db.Tx, file id.ReceiptFile, account []byte, l Transfer, out Outcome) error {
	n, err := tx.Exec(`-- billing.insertTransferLine
		INSERT INTO transfer_line (bucket, line_key, file, number, account, day, amount, result, reason, receipt_bucket, receipt, statement,
			created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (bucket, line_key) DO NOTHING`,
		l.bucket(), l.Key, file, l.Number, account, l.Day, l.Amount, out.Result, out.Reason, out.Receipt.Bucket(), out.Receipt,
		out.Statement, db.Micros(tx.Now()))
	if err == nil && n == 0 {
		err = db.ErrSerialization
	}
	return err
}

// takenLine is a line that was taken before.
type takenLine struct {
	Lacking
	key []byte
}

// selectTransferLines lists the lines of an account that were taken, of the days from first to last.
func selectTransferLines(tx *db.Tx, account []byte, first, last jst.Day) ([]takenLine, error) {
	var found []takenLine
	err := tx.Rows(`-- billing.selectTransferLines
		SELECT l.line_key, l.file, l.number, l.day, l.amount FROM transfer_line l
		WHERE l.account = $1 AND l.day >= $2 AND l.day <= $3 ORDER BY l.day, l.created, l.number`, []any{account, first, last}, func(row db.Row) error {
		var l takenLine
		err := row.Scan(&l.key, &l.Line.File, &l.Line.Number, &l.Day, &l.Amount)
		found = append(found, l)
		return err
	})
	return found, err
}

// selectByReferences lists the statements that have one of these references, each once.
func selectByReferences(tx *db.Tx, references []id.Reference) ([]Statement, error) {
	set := db.NewSet(db.Cols{"bucket:int", "tail:bytes"})
	empty := true
	for _, r := range references {
		if tail, ok := r.Tail(); ok {
			set.Add(r.Bucket(), tail)
			empty = false
		}
	}
	if empty {
		return nil, nil
	}
	var found []Statement
	_, err := tx.Each(`-- billing.selectByReferences
		SELECT `+statementColumns+`
		FROM {rows} JOIN statement s ON s.bucket = r.bucket AND substr(s.id, 14, 3) = r.tail`, set, func(row db.Row) error {
		st, err := scanStatement(row)
		found = append(found, st)
		return err
	})
	return found, err
}

// selectOpenOf lists the bills of members that are to be paid, at most limit.
func selectOpenOf(tx *db.Tx, members []id.Member, limit int) ([]Statement, error) {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes"})
	for _, m := range members {
		set.Add(m.Bucket(), m)
	}
	if len(members) == 0 {
		return nil, nil
	}
	var found []Statement
	_, err := tx.Each(`-- billing.selectOpenOf
		SELECT `+statementColumns+`
		FROM {rows} JOIN statement s ON s.bucket = r.bucket AND s.member = r.member WHERE s.state = 'issued'`, set, func(row db.Row) error {
		st, err := scanStatement(row)
		if len(found) < limit {
			found = append(found, st)
		}
		return err
	})
	return found, err
}

func insertPayer(tx *db.Tx, receipt id.Receipt, dataKey, sealed []byte) error {
	_, err := tx.Exec(`-- billing.insertPayer
		INSERT INTO transfer_payer (bucket, receipt, data_key, sealed) VALUES ($1, $2, $3, $4)`, receipt.Bucket(), receipt, dataKey, sealed)
	return err
}

func selectPayer(tx *db.Tx, receipt id.Receipt) (dataKey, sealed []byte, found bool, err error) {
	err = tx.Row(`-- billing.selectPayer
		SELECT p.data_key, p.sealed FROM transfer_payer p WHERE p.bucket = $1 AND p.receipt = $2`, receipt.Bucket(), receipt).Scan(&dataKey, &sealed)
	if errors.Is(err, db.ErrNone) {
		return nil, nil, false, nil
	}
	return dataKey, sealed, err == nil, err
}

func deletePayer(tx *db.Tx, receipt id.Receipt) error {
	_, err := tx.Exec(`-- billing.deletePayer
		DELETE FROM transfer_payer WHERE bucket = $1 AND receipt = $2`, receipt.Bucket(), receipt)
	return err
}

func lockPayerKey(tx *db.Tx, receipt id.Receipt) (dataKey []byte, found bool, err error) {
	err = tx.Row(`-- billing.lockPayerKey
		SELECT p.data_key FROM transfer_payer p WHERE p.bucket = $1 AND p.receipt = $2 {forupdate}`, receipt.Bucket(), receipt).Scan(&dataKey)
	if errors.Is(err, db.ErrNone) {
		return nil, false, nil
	}
	return dataKey, err == nil, err
}

func updatePayerKey(tx *db.Tx, receipt id.Receipt, wrapped []byte) error {
	_, err := tx.Exec(`-- billing.updatePayerKey
		UPDATE transfer_payer SET data_key = $3 WHERE bucket = $1 AND receipt = $2`, receipt.Bucket(), receipt, wrapped)
	return err
}

// transferChecks: a transfer is taken once, stands at the bank, and who made it is known only while that is needed (rules B35 to B37).
var transferChecks = []ledger.Check{
	{Name: "every line of a bank's statement is one receipt, and every transfer is a line", Of: id.ReceiptKind{}, SQL: `-- billing.checkTransfers
		SELECT l.receipt, 'a transfer of ' || CAST(l.amount AS TEXT) || ' on ' || l.day || ' has no receipt'
		FROM transfer_line l WHERE NOT EXISTS (SELECT 1 FROM receipt t WHERE t.bucket = l.receipt_bucket AND t.id = l.receipt AND t.chain = 'transfer'
			AND t.amount = l.amount AND t.paid_day = l.day)
		UNION ALL
		SELECT t.id, 'a transfer of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT) || ' is in no statement of the bank, or in several'
		FROM receipt t LEFT JOIN transfer_line l ON l.receipt_bucket = t.bucket AND l.receipt = t.id
		WHERE t.chain = 'transfer' AND NOT EXISTS (SELECT 1 FROM receipt_origin o WHERE o.bucket = t.bucket AND o.receipt = t.id)
		GROUP BY t.bucket, t.id, t.amount HAVING COUNT(l.receipt) <> 1`},
	{Name: "who made a transfer is kept exactly while its money waits or has to go back", Of: id.ReceiptKind{}, SQL: `-- billing.checkPayers
		SELECT t.id, 'a transfer of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT) || ' is ' || t.state || ', ' || t.use
		FROM receipt t LEFT JOIN transfer_payer p ON p.bucket = t.bucket AND p.receipt = t.id
			LEFT JOIN receipt_decision d ON d.bucket = t.bucket AND d.receipt = t.id
		WHERE (p.receipt IS NOT NULL) <> (t.chain = 'transfer' AND t.use = 'suspense'
			AND (t.state = 'confirmed' OR (t.state = 'returned' AND d.paid_day IS NULL AND NOT EXISTS (
				SELECT 1 FROM payout_record k JOIN entry e ON e.bucket = k.bucket AND e.ref = k.ref AND e.reason = 'payout_failed'
				WHERE k.bucket = t.bucket AND k.receipt = t.id))))`},
	{Name: "what the books say is in our account is the transfers less what was sent back, and what people booked by hand", SQL: `-- billing.checkBank
		SELECT 'bank', 'our account is out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT amount FROM line WHERE account = 'bank'
			UNION ALL SELECT -amount FROM receipt WHERE chain = 'transfer' AND state IN ('confirmed', 'returned')
			UNION ALL SELECT t.amount FROM receipt_decision d JOIN receipt t ON t.bucket = d.bucket AND t.id = d.receipt
				WHERE d.act = 'returned' AND d.paid_day IS NOT NULL
			UNION ALL SELECT amount FROM credit_return WHERE paid_day IS NOT NULL
			UNION ALL SELECT -h.amount FROM journal j JOIN journal_line h ON h.bucket = j.bucket AND h.journal = j.id
				WHERE j.undone IS NULL AND h.account = 'bank') x
		HAVING SUM(x.amount) <> 0`},
}

func countPayerKeys(tx *db.Tx, from, to int, take func(db.Row) error) error {
	return tx.Rows(`-- billing.countPayerKeys
		SELECT substr(data_key, 1, 5), COUNT(*) FROM transfer_payer WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(data_key, 1, 5)`, []any{from, to}, take)
}

func selectOldPayerKeys(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error {
	return tx.Rows(`-- billing.selectOldPayerKeys
		SELECT bucket, receipt FROM transfer_payer WHERE bucket >= $1 AND bucket < $2 AND substr(data_key, 1, 5) <> $3 ORDER BY bucket, receipt`, []any{from, to, current}, take)
}
