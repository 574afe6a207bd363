package billing

import (
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/money"
)

// insertFile registers a file; one that is known stays as it is.
func insertFile(tx *db.Tx, file id.ReceiptFile, f File) error {
	_, err := tx.Exec(`-- billing.insertFile
		INSERT INTO receipt_file (bucket, id, hash, agent, state, lines, unread, applied, repeated, surplus, suspense, superseded,
			received, finished)
		VALUES ($1, $2, $3, $4, 'open', $5, $6, 0, 0, 0, 0, 0, $7, NULL)
		ON CONFLICT (bucket, hash) DO NOTHING`,
		file.Bucket(), file, f.Hash, printable(f.Agent, 64), len(f.Lines), f.Unread, db.Micros(tx.Now()))
	return err
}

func selectFile(tx *db.Tx, bucket int, hash []byte) (Report, error) {
	var r Report
	var state string
	c := &r.Counts
	err := tx.Row(`-- billing.selectFile
		SELECT id, state, applied, repeated, surplus, suspense, superseded FROM receipt_file WHERE bucket = $1 AND hash = $2`,
		bucket, hash).Scan(&r.File, &state, &c.Applied, &c.Repeated, &c.Surplus, &c.Suspense, &c.Superseded)
	r.Repeated = state == "done"
	return r, err
}

func finishFile(tx *db.Tx, file id.ReceiptFile, c Counts) error {
	_, err := tx.Exec(`-- billing.finishFile
		UPDATE receipt_file SET state = 'done', applied = $3, repeated = $4, surplus = $5, suspense = $6, superseded = $7, finished = $8
		WHERE bucket = $1 AND id = $2`,
		file.Bucket(), file, c.Applied, c.Repeated, c.Surplus, c.Suspense, c.Superseded, db.Micros(tx.Now()))
	return err
}

// knownLine is a line that was taken before.
type knownLine struct {
	file    id.ReceiptFile
	number  int
	outcome Outcome
}

// again answers a line that is known: with what became of it if it is the very same line of the very same file, whose
// import goes on, otherwise as a repetition.
func (k knownLine) again(file id.ReceiptFile, l Line) Outcome {
	out := k.outcome
	out.Number = l.Number
	if k.file != file || k.number != l.Number {
		out.Result, out.Reason = Repeated, ""
	}
	return out
}

func selectLine(tx *db.Tx, bucket int, key []byte) (knownLine, bool, error) {
	var k knownLine
	o := &k.outcome
	err := tx.Row(`-- billing.selectLine
		SELECT file, number, result, reason, receipt, statement FROM receipt_line WHERE bucket = $1 AND line_key = $2`, bucket, key).
		Scan(&k.file, &k.number, &o.Result, &o.Reason, &o.Receipt, &o.Statement)
	if errors.Is(err, db.ErrNone) {
		return knownLine{}, false, nil
	}
	return k, err == nil, err
}

// insertLine records what became of a line. If another transaction has taken the same line meanwhile, this one runs
// again and finds it.
func insertLine(tx *db.Tx, a *arrival, out Outcome) error {
	l := a.line
	n, err := tx.Exec(`-- billing.insertLine
		INSERT INTO receipt_line (bucket, line_key, file, number, kind, result, reason, receipt, statement, digits, amount, paid_day,
			paid_time, chain, store, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (bucket, line_key) DO NOTHING`,
		a.bucket, l.key(), a.file, l.Number, printable(string(l.Kind), 8), out.Result, out.Reason, out.Receipt, out.Statement,
		printable(l.Digits, 64), l.Amount, l.Day, printable(l.Time, 8), printable(l.Chain, 16), printable(l.Store, 32), db.Micros(tx.Now()))
	if err == nil && n == 0 {
		err = db.ErrSerialization
	}
	return err
}

const receiptColumns = `t.id, t.slip, t.statement, t.member, t.state, t.use, t.reason, t.amount, t.principal, t.fee, t.late, t.surplus, t.paid_day,
	t.paid_time, t.chain, t.store, t.created, t.changed, t.till_key`

func scanReceipt(row db.Row, more ...any) (Receipt, error) {
	var r Receipt
	var created, changed int64
	err := row.Scan(append([]any{
		&r.ID, &r.Slip, &r.Statement, &r.Member, &r.State, &r.Use, &r.Reason, &r.Amount, &r.Principal, &r.Fee, &r.Late,
		&r.Surplus, &r.PaidDay, &r.PaidTime, &r.Chain, &r.Store, &created, &changed, &r.tillKey,
	}, more...)...)
	r.Created, r.Changed = db.FromMicros(created), db.FromMicros(changed)
	return r, err
}

// lockReceipt finds the payment at a till that a line is about.
func lockReceipt(tx *db.Tx, bucket int, tillKey []byte) (Receipt, bool, error) {
	return oneReceipt(tx, `-- billing.lockReceipt
		SELECT `+receiptColumns+` FROM receipt t WHERE t.bucket = $1 AND t.till_key = $2 {forupdate t}`, []any{bucket, tillKey})
}

// selectReceiptsToFold lists the receipts of a statement in the order in which they were told, each with what a later statement
// has used of it. The member's account is locked, so nobody changes them meanwhile.
func selectReceiptsToFold(tx *db.Tx, statement id.Statement) ([]Receipt, error) {
	var found []Receipt
	err := tx.Rows(`-- billing.selectReceiptsToFold
		SELECT `+receiptColumns+`, COALESCE(c.amount, 0)
		FROM receipt t LEFT JOIN bill_credit c ON c.bucket = t.bucket AND c.source = t.id AND c.state = 'used'
		WHERE t.bucket = $1 AND t.statement = $2 AND t.use <> 'suspense' ORDER BY t.created, t.id`,
		[]any{statement.Bucket(), statement}, func(row db.Row) error {
			var used money.Yen
			r, err := scanReceipt(row, &used)
			r.used = used
			found = append(found, r)
			return err
		})
	return found, err
}

func oneReceipt(tx *db.Tx, text string, args []any) (Receipt, bool, error) {
	var found []Receipt
	err := tx.Rows(text, args, func(row db.Row) error {
		r, err := scanReceipt(row)
		found = append(found, r)
		return err
	})
	if err != nil || len(found) == 0 {
		return Receipt{}, false, err
	}
	return found[0], true, nil
}

func selectReceipts(tx *db.Tx, statement id.Statement) ([]Receipt, error) {
	var found []Receipt
	err := tx.Rows(`-- billing.selectReceipts
		SELECT `+receiptColumns+` FROM receipt t WHERE t.bucket = $1 AND t.statement = $2 ORDER BY t.created, t.id`,
		[]any{statement.Bucket(), statement}, func(row db.Row) error {
			r, err := scanReceipt(row)
			found = append(found, r)
			return err
		})
	return found, err
}

// insertReceipt stores a new receipt. If another line about the same payment was taken meanwhile, this one runs again.
func insertReceipt(tx *db.Tx, r Receipt) error {
	n, err := tx.Exec(`-- billing.insertReceipt
		INSERT INTO receipt (bucket, id, till_key, slip, statement, member, state, use, reason, amount, principal, fee, late, surplus,
			paid_day, paid_time, chain, store, created, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (bucket, till_key) DO NOTHING`,
		r.ID.Bucket(), r.ID, r.tillKey, r.Slip, r.Statement, r.Member, r.State, r.Use, r.Reason, r.Amount, r.Principal, r.Fee, r.Late,
		r.Surplus, r.PaidDay, r.PaidTime, r.Chain, r.Store, db.Micros(r.Created), db.Micros(r.Changed))
	if err == nil && n == 0 {
		err = db.ErrSerialization
	}
	return err
}

func updateReceipt(tx *db.Tx, r Receipt) error {
	_, err := tx.Exec(`-- billing.updateReceipt
		UPDATE receipt SET state = $3, use = $4, principal = $5, fee = $6, late = $7, surplus = $8, changed = $9 WHERE bucket = $1 AND id = $2`,
		r.ID.Bucket(), r.ID, r.State, r.Use, r.Principal, r.Fee, r.Late, r.Surplus, db.Micros(r.Changed))
	return err
}

func selectOldestPrompt(tx *db.Tx) (time.Time, error) {
	var created int64
	err := tx.Row(`-- billing.selectOldestPrompt
		SELECT t.created FROM receipt t WHERE t.state = 'prompt' ORDER BY t.created LIMIT 1`).Scan(&created)
	return db.FromMicros(created), err
}

// selectWaiting lists money in suspense, money to be sent back, notices that could not be used and that nobody has closed, and
// prompt reports older than an instant.
func selectWaiting(tx *db.Tx, before time.Time, limit int) ([]Waiting, error) {
	var found []Waiting
	err := tx.Rows(`-- billing.selectWaiting
		SELECT x.reason, x.receipt, x.file, x.number, x.statement, x.state, x.amount, x.paid_day, x.paid_time, x.chain, x.store, x.created
		FROM (SELECT t.reason, t.id AS receipt, CAST(NULL AS BYTEA) AS file, 0 AS number, t.statement, t.state, t.amount, t.paid_day, t.paid_time,
				t.chain, t.store, t.created
				FROM receipt t WHERE t.use = 'suspense' AND t.state IN ('prompt', 'confirmed')
			UNION ALL
			SELECT '', t.id, CAST(NULL AS BYTEA), 0, t.statement, t.state, t.amount, t.paid_day, t.paid_time, t.chain, t.store, t.created
				FROM receipt t WHERE t.state = 'prompt' AND t.use <> 'suspense' AND t.created < $1
			UNION ALL
			SELECT 'return_unpaid', t.id, CAST(NULL AS BYTEA), 0, t.statement, t.state, t.amount, t.paid_day, t.paid_time, t.chain, t.store, d.decided
				FROM receipt_decision d JOIN receipt t ON t.bucket = d.bucket AND t.id = d.receipt
				WHERE d.act = 'returned' AND d.paid_day IS NULL
			UNION ALL
			SELECT 'credit_return', t.id, CAST(NULL AS BYTEA), 0, t.statement, t.state, k.amount, t.paid_day, t.paid_time, t.chain, t.store, k.chosen
				FROM credit_return k JOIN receipt t ON t.bucket = k.bucket AND t.id = k.source
				WHERE k.paid_day IS NULL
			UNION ALL
			SELECT l.reason, l.receipt, l.file, l.number, l.statement, '', l.amount, l.paid_day, l.paid_time, l.chain, l.store, l.created
				FROM receipt_line l WHERE l.result = 'suspense' AND (l.receipt IS NULL OR l.reason = 'cancel_after_confirm')
					AND NOT EXISTS (SELECT 1 FROM receipt_line_close c WHERE c.bucket = l.bucket AND c.line_key = l.line_key)) x
		ORDER BY x.created, x.receipt LIMIT $2`, []any{db.Micros(before), limit}, func(row db.Row) error {
		var w Waiting
		var since int64
		err := row.Scan(&w.Reason, &w.Receipt, &w.Line.File, &w.Line.Number, &w.Statement, &w.State, &w.Amount, &w.PaidDay, &w.PaidTime,
			&w.Chain, &w.Store, &since)
		w.Since = db.FromMicros(since)
		found = append(found, w)
		return err
	})
	return found, err
}
