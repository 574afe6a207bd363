package payout

import (
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
)

const fileColumns = `f.number, f.day, f.state, f.records, f.total, f.hash, f.gathered`

func scanFile(row db.Row) (File, error) {
	var f File
	var gathered int64
	err := row.Scan(&f.Number, &f.Day, &f.State, &f.Records, &f.Total, &f.Hash, &gathered)
	f.Gathered = db.FromMicros(gathered)
	return f, err
}

func selectOpenFile(tx *db.Tx) (File, bool, error) {
	f, err := scanFile(tx.Row(`-- payout.selectOpenFile
		SELECT ` + fileColumns + ` FROM payout_file f WHERE f.bucket = 0 AND f.state = 'gathered'`))
	if errors.Is(err, db.ErrNone) {
		return File{}, false, nil
	}
	return f, err == nil, err
}

func selectFile(tx *db.Tx, number int) (File, error) {
	f, err := scanFile(tx.Row(`-- payout.selectFile
		SELECT `+fileColumns+` FROM payout_file f WHERE f.bucket = 0 AND f.number = $1`, number))
	return f, orNoFile(err)
}

func selectByHash(tx *db.Tx, hash []byte) (number int, err error) {
	err = tx.Row(`-- payout.selectByHash
		SELECT f.number FROM payout_file f WHERE f.bucket = 0 AND f.hash = $1`, hash).Scan(&number)
	if errors.Is(err, db.ErrNone) {
		err = OtherBytes.New()
	}
	return number, err
}

func lockFile(tx *db.Tx, number int) (File, error) {
	f, err := scanFile(tx.Row(`-- payout.lockFile
		SELECT `+fileColumns+` FROM payout_file f WHERE f.bucket = 0 AND f.number = $1 {forupdate f}`, number))
	return f, orNoFile(err)
}

func orNoFile(err error) error {
	if errors.Is(err, db.ErrNone) {
		return NoFile.New()
	}
	return err
}

func selectFiles(tx *db.Tx, limit int) ([]File, error) {
	var found []File
	err := tx.Rows(`-- payout.selectFiles
		SELECT `+fileColumns+` FROM payout_file f WHERE f.bucket = 0 ORDER BY f.number DESC LIMIT $1`, []any{limit}, func(row db.Row) error {
		f, err := scanFile(row)
		found = append(found, f)
		return err
	})
	return found, err
}

// insertFile opens the file after the last. Whoever does so in the same moment tries again and finds this one.
func insertFile(tx *db.Tx, f File) (number int, err error) {
	err = tx.Row(`-- payout.insertFile
		INSERT INTO payout_file (bucket, number, day, state, records, total, hash, gathered, changed)
		SELECT 0, COALESCE(MAX(f.number), 0) + 1, $1, 'gathered', $2, $3, NULL, $4, $4 FROM payout_file f WHERE f.bucket = 0
		ON CONFLICT DO NOTHING RETURNING number`, f.Day, f.Records, f.Total, db.Micros(f.Gathered)).Scan(&number)
	if errors.Is(err, db.ErrNone) {
		err = db.ErrSerialization
	}
	return number, err
}

func updateFile(tx *db.Tx, number int, to FileState, hash []byte) error {
	_, err := tx.Exec(`-- payout.updateFile
		UPDATE payout_file SET state = $2, hash = $3, changed = $4 WHERE bucket = 0 AND number = $1`, number, to, hash, db.Micros(tx.Now()))
	return err
}

// waiting is a return that the next file may take.
type waiting struct {
	decided int64
	receipt id.Receipt
}

// selectWaiting lists returns by bank that are in no file, after one, the longest waiting first.
func selectWaiting(tx *db.Tx, after waiting, limit int) ([]waiting, error) {
	var found []waiting
	err := tx.Rows(`-- payout.selectWaiting
		SELECT x.decided, x.receipt FROM (
			SELECT k.bucket, k.source AS receipt, k.chosen AS decided FROM credit_return k WHERE k.paid_day IS NULL
			UNION ALL SELECT d.bucket, d.receipt, d.decided FROM receipt_decision d
				WHERE d.act = 'returned' AND d.way = 'bank' AND d.paid_day IS NULL) x
		LEFT JOIN payout p ON p.bucket = x.bucket AND p.receipt = x.receipt
		WHERE COALESCE(p.state, 'decided') = 'decided' AND (x.decided > $1 OR (x.decided = $1 AND x.receipt > $2))
		ORDER BY x.decided, x.receipt LIMIT $3`, []any{after.decided, after.receipt[:], limit}, func(row db.Row) error {
		var w waiting
		err := row.Scan(&w.decided, &w.receipt)
		found = append(found, w)
		return err
	})
	return found, err
}

// selectOpen lists returns by bank that are not sent, or are in a file whose outcome is not told.
func selectOpen(tx *db.Tx, limit int) ([]Open, error) {
	var found []Open
	err := tx.Rows(`-- payout.selectOpen
		SELECT x.receipt, x.member, x.amount, x.decided, COALESCE(p.state, 'decided'), COALESCE(p.file, 0), COALESCE(p.reason, '') FROM (
			SELECT k.bucket, k.source AS receipt, k.member, k.amount, k.chosen AS decided FROM credit_return k WHERE k.paid_day IS NULL
			UNION ALL SELECT d.bucket, d.receipt, d.member, t.amount, d.decided FROM receipt_decision d
				JOIN receipt t ON t.bucket = d.bucket AND t.id = d.receipt
				WHERE d.act = 'returned' AND d.way = 'bank' AND d.paid_day IS NULL) x
		LEFT JOIN payout p ON p.bucket = x.bucket AND p.receipt = x.receipt
		ORDER BY x.decided, x.receipt LIMIT $1`, []any{limit}, func(row db.Row) error {
		var o Open
		var decided int64
		err := row.Scan(&o.Receipt, &o.Member, &o.Amount, &decided, &o.State, &o.File, &o.Reason)
		o.Decided = db.FromMicros(decided)
		found = append(found, o)
		return err
	})
	return found, err
}

// lockPayout locks where a return stands; its receipt is locked already. One that was in no file yet is decided.
func lockPayout(tx *db.Tx, receipt id.Receipt) (standing, error) {
	s := standing{state: Decided}
	err := tx.Row(`-- payout.lockPayout
		SELECT p.state, p.file, p.reason FROM payout p WHERE p.bucket = $1 AND p.receipt = $2 {forupdate p}`, receipt.Bucket(), receipt).
		Scan(&s.state, &s.file, &s.reason)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return s, err
}

// selectState answers where a return stands without locking it.
func selectState(tx *db.Tx, receipt id.Receipt) (State, error) {
	state := Decided
	err := tx.Row(`-- payout.selectState
		SELECT p.state FROM payout p WHERE p.bucket = $1 AND p.receipt = $2`, receipt.Bucket(), receipt).Scan(&state)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return state, err
}

func upsertPayout(tx *db.Tx, receipt id.Receipt, member id.Member, to State, file int, reason Reason) error {
	_, err := tx.Exec(`-- payout.upsertPayout
		INSERT INTO payout (bucket, receipt, member, state, file, reason, changed) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (bucket, receipt) DO UPDATE SET state = excluded.state, file = excluded.file, reason = excluded.reason, changed = excluded.changed`,
		receipt.Bucket(), receipt, member, to, file, reason, db.Micros(tx.Now()))
	return err
}

// selectFailed lists what the bank refused to pay to a member.
func selectFailed(tx *db.Tx, member id.Member) ([]id.Receipt, error) {
	var found []id.Receipt
	err := tx.Rows(`-- payout.selectFailed
		SELECT p.receipt FROM payout p WHERE p.bucket = $1 AND p.member = $2 AND p.state = 'failed' ORDER BY p.receipt`,
		[]any{member.Bucket(), member}, func(row db.Row) error {
			var r id.Receipt
			err := row.Scan(&r)
			found = append(found, r)
			return err
		})
	return found, err
}

const recordColumns = `k.receipt, k.file, k.number, k.amount, k.sent, k.outcome, k.reason, k.data_key, k.account`

func scanRecord(row db.Row, more ...any) (record, error) {
	var r record
	err := row.Scan(append([]any{&r.receipt, &r.file, &r.number, &r.amount, &r.sent, &r.outcome, &r.reason, &r.key, &r.account}, more...)...)
	return r, err
}

func insertRecord(tx *db.Tx, r record) error {
	_, err := tx.Exec(`-- payout.insertRecord
		INSERT INTO payout_record (bucket, receipt, file, number, ref, amount, sent, outcome, reason, data_key, account, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', '', $8, $9, $10)`,
		r.receipt.Bucket(), r.receipt, r.file, r.number, ref(r.number), r.amount, r.sent, r.key, r.account, db.Micros(tx.Now()))
	return err
}

// selectRecords lists the records of a file in the order in which it has them.
func selectRecords(tx *db.Tx, file int) ([]record, error) {
	var found []record
	err := tx.Rows(`-- payout.selectRecords
		SELECT `+recordColumns+` FROM payout_record k WHERE k.file = $1 ORDER BY k.bucket, k.number`, []any{file}, func(row db.Row) error {
		r, err := scanRecord(row)
		found = append(found, r)
		return err
	})
	return found, err
}

// countRefused counts what the bank refused of each file. It reads over all buckets; it is a console's list.
func countRefused(tx *db.Tx) (map[int]int, error) {
	out := map[int]int{}
	err := tx.Rows(`-- payout.countRefused
		SELECT k.file, COUNT(*) FROM payout_record k WHERE k.outcome = 'failed' GROUP BY k.file`, nil, func(row db.Row) error {
		var file, n int
		err := row.Scan(&file, &n)
		out[file] = n
		return err
	})
	return out, err
}

// selectRecord finds a record by its key. The fault is NoRecord.
func selectRecord(tx *db.Tx, number string) (record, error) {
	bucket, _ := bucketIn(number)
	r, err := scanRecord(tx.Row(`-- payout.selectRecord
		SELECT `+recordColumns+` FROM payout_record k WHERE k.bucket = $1 AND k.number = $2`, bucket, number))
	if errors.Is(err, db.ErrNone) {
		err = NoRecord.New()
	}
	return r, err
}

func updateRecord(tx *db.Tx, r record, outcome string, reason Reason) error {
	_, err := tx.Exec(`-- payout.updateRecord
		UPDATE payout_record SET outcome = $3, reason = $4, changed = $5 WHERE bucket = $1 AND number = $2`,
		r.receipt.Bucket(), r.number, outcome, reason, db.Micros(tx.Now()))
	return err
}

// selectStanding answers where a return stands, with its last record and the day of that one's file.
func selectStanding(tx *db.Tx, receipt id.Receipt) (s standing, r record, day jst.Day, found bool, err error) {
	r, err = scanRecord(tx.Row(`-- payout.selectStanding
		SELECT `+recordColumns+`, p.state, p.file, p.reason, f.day FROM payout p
		JOIN payout_record k ON k.bucket = p.bucket AND k.receipt = p.receipt AND k.file = p.file
		JOIN payout_file f ON f.bucket = 0 AND f.number = p.file
		WHERE p.bucket = $1 AND p.receipt = $2`, receipt.Bucket(), receipt), &s.state, &s.file, &s.reason, &day)
	if errors.Is(err, db.ErrNone) {
		return s, r, day, false, nil
	}
	return s, r, day, err == nil, err
}

func upsertAccount(tx *db.Tx, receipt id.Receipt, key, sealed []byte) error {
	_, err := tx.Exec(`-- payout.upsertAccount
		INSERT INTO payout_account (bucket, receipt, data_key, account, changed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (bucket, receipt) DO UPDATE SET data_key = excluded.data_key, account = excluded.account, changed = excluded.changed`,
		receipt.Bucket(), receipt, key, sealed, db.Micros(tx.Now()))
	return err
}

func selectAccount(tx *db.Tx, receipt id.Receipt) (key, sealed []byte, err error) {
	err = tx.Row(`-- payout.selectAccount
		SELECT a.data_key, a.account FROM payout_account a WHERE a.bucket = $1 AND a.receipt = $2`, receipt.Bucket(), receipt).Scan(&key, &sealed)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return key, sealed, err
}

func eraseRecords(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`-- payout.eraseRecords
		UPDATE payout_record SET data_key = NULL, account = NULL WHERE account IS NOT NULL AND outcome <> 'open' AND changed < $1
			AND NOT EXISTS (SELECT 1 FROM payout p WHERE p.bucket = payout_record.bucket AND p.receipt = payout_record.receipt
				AND p.file = payout_record.file AND p.state = 'failed')`, db.Micros(before))
	return err
}

func deleteAccounts(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`-- payout.deleteAccounts
		DELETE FROM payout_account WHERE EXISTS (SELECT 1 FROM receipt_decision d
			WHERE d.bucket = payout_account.bucket AND d.receipt = payout_account.receipt AND d.paid_day < $1)`, jst.DayOf(before))
	return err
}

// Checks are what Verify proves about payouts: a file is its records, each return is on its way once at most, and what was sent is in
// the books exactly as far as it has come (rules B44 to B46). That it is owed until then is proved beside the returns.
var Checks = []ledger.Check{
	{Name: "a file of transfers is its records, and none of one that is over is open", SQL: `-- payout.checkFiles
		SELECT 'file ' || CAST(f.number AS TEXT), 'file ' || CAST(f.number AS TEXT) || ' is ' || f.state || ' with ' || CAST(f.records AS TEXT) || ' transfers over ' || CAST(f.total AS TEXT)
		FROM payout_file f LEFT JOIN payout_record k ON k.file = f.number
		GROUP BY f.number, f.state, f.records, f.total
		HAVING COUNT(k.receipt) <> f.records OR COALESCE(SUM(k.amount), 0) <> f.total
			OR (f.state IN ('taken', 'released') AND SUM(CASE WHEN k.outcome = 'open' THEN 1 ELSE 0 END) > 0)
			OR SUM(CASE WHEN (k.outcome = 'released') = (f.state = 'released') THEN 0 ELSE 1 END) > 0`},
	{Name: "a return is in one file at most, and stands as its last record says", Of: id.ReceiptKind{}, SQL: `-- payout.checkStates
		SELECT p.receipt, 'a return in bucket ' || CAST(p.bucket AS TEXT) || ' is ' || p.state || ', its record ' || COALESCE(k.outcome, 'nowhere')
		FROM payout p LEFT JOIN payout_record k ON k.bucket = p.bucket AND k.receipt = p.receipt AND k.file = p.file
		WHERE COALESCE(k.outcome, '') NOT IN (CASE p.state WHEN 'in_file' THEN 'open' WHEN 'paid' THEN 'paid' WHEN 'failed' THEN 'failed' ELSE 'released' END,
				CASE p.state WHEN 'decided' THEN 'failed' ELSE '-' END)
			OR (p.state = 'failed' AND p.reason <> k.reason)
		UNION ALL
		SELECT k.receipt, 'a return in bucket ' || CAST(k.bucket AS TEXT) || ' is on its way ' || CAST(COUNT(*) AS TEXT) || ' times'
		FROM payout_record k WHERE k.outcome IN ('open', 'paid') GROUP BY k.bucket, k.receipt HAVING COUNT(*) > 1`},
	{Name: "a return that was sent by file counts as sent, and one that is on its way does not", Of: id.ReceiptKind{}, SQL: `-- payout.checkReturns
		SELECT p.receipt, 'a return in bucket ' || CAST(p.bucket AS TEXT) || ' is ' || p.state || ' and was sent on ' || COALESCE(x.paid_day, 'no day')
		FROM payout p LEFT JOIN (SELECT bucket, source AS receipt, member, paid_day FROM credit_return
			UNION ALL SELECT bucket, receipt, NULL, paid_day FROM receipt_decision WHERE act = 'returned' AND way = 'bank') x
			ON x.bucket = p.bucket AND x.receipt = p.receipt
		WHERE x.receipt IS NULL OR (x.member IS NULL) <> (p.member IS NULL) OR x.member <> p.member
			OR (p.state = 'paid' AND x.paid_day IS NULL) OR (p.state = 'in_file' AND x.paid_day IS NOT NULL)`},
	{Name: "a transfer is in the books exactly while the bank has made it", SQL: `-- payout.checkBooks
		SELECT x.ref, 'a transfer of ' || CAST(x.amount AS TEXT) || ' in bucket ' || CAST(x.bucket AS TEXT) || ' is ' || x.outcome || ', and the books have '
			|| CAST(x.booked AS TEXT)
		FROM (SELECT k.bucket, k.ref, k.number, k.amount, k.outcome,
				COALESCE(SUM(CASE WHEN l.account = 'bank' THEN -l.amount END), 0) AS booked
			FROM payout_record k
			LEFT JOIN entry e ON e.bucket = k.bucket AND e.ref = k.ref AND e.reason IN ('payout_sent', 'payout_failed')
			LEFT JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
			GROUP BY k.bucket, k.ref, k.number, k.amount, k.outcome) x
		WHERE x.booked <> CASE WHEN x.outcome = 'paid' THEN x.amount ELSE 0 END
		UNION ALL
		SELECT e.ref, 'an entry of a transfer in bucket ' || CAST(e.bucket AS TEXT) || ' is of no file'
		FROM entry e WHERE e.reason IN ('payout_sent', 'payout_failed')
			AND NOT EXISTS (SELECT 1 FROM payout_record k WHERE k.bucket = e.bucket AND k.ref = e.ref)`},
}
