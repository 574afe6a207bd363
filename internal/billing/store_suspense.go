package billing

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// carried is a payment at a till whose money another receipt carries on.
type carried struct {
	told      id.Receipt // the one that the agent's lines name
	receipt   id.Receipt // the one that pays
	statement id.Statement
	member    id.Member
}

// selectCarried finds out whether a match took the money of a payment at a till out of suspense.
func selectCarried(tx *db.Tx, bucket int, tillKey []byte) (carried, bool, error) {
	var c carried
	err := tx.Row(`-- billing.selectCarried
		SELECT t.id, d.carried, d.statement, d.member
		FROM receipt t JOIN receipt_decision d ON d.bucket = t.bucket AND d.receipt = t.id
		WHERE t.bucket = $1 AND t.till_key = $2 AND d.act = 'matched'`, bucket, tillKey).Scan(&c.told, &c.receipt, &c.statement, &c.member)
	if errors.Is(err, db.ErrNone) {
		return carried{}, false, nil
	}
	return c, err == nil, err
}

// lockReceiptByID gives NoReceipt if there is none.
func lockReceiptByID(tx *db.Tx, receipt id.Receipt) (Receipt, error) {
	r, found, err := oneReceipt(tx, `-- billing.lockReceiptByID
		SELECT `+receiptColumns+` FROM receipt t WHERE t.bucket = $1 AND t.id = $2 {forupdate t}`, []any{receipt.Bucket(), receipt})
	if err == nil && !found {
		err = NoReceipt.New()
	}
	return r, err
}

// selectReceipt gives NoReceipt if there is none.
func selectReceipt(tx *db.Tx, receipt id.Receipt) (Receipt, error) {
	r, found, err := oneReceipt(tx, `-- billing.selectReceipt
		SELECT `+receiptColumns+` FROM receipt t WHERE t.bucket = $1 AND t.id = $2`, []any{receipt.Bucket(), receipt})
	if err == nil && !found {
		err = NoReceipt.New()
	}
	return r, err
}

// selectOwner answers whose statement it is, which never changes. It gives NoStatement if there is none.
func selectOwner(tx *db.Tx, statement id.Statement) (id.Member, error) {
	var member id.Member
	err := tx.Row(`-- billing.selectOwner
		SELECT member FROM statement WHERE bucket = $1 AND id = $2`, statement.Bucket(), statement).Scan(&member)
	if errors.Is(err, db.ErrNone) {
		err = NoStatement.New()
	}
	return member, err
}

func insertDecision(tx *db.Tx, d Decision) error {
	var bucket any
	if !d.Carried.IsZero() {
		bucket = d.Carried.Bucket()
	}
	_, err := tx.Exec(`-- billing.insertDecision
		INSERT INTO receipt_decision (bucket, receipt, act, carried_bucket, carried, statement, member, way, decided_by, second_by, decided,
			paid_day, paid_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, '')`,
		d.Receipt.Bucket(), d.Receipt, d.Act, bucket, d.Carried, d.Statement, d.Member, d.Way, d.By, d.Second, db.Micros(d.Decided))
	return err
}

// selectDecision answers what was decided about a locked receipt; db.ErrNone if nothing was.
func selectDecision(tx *db.Tx, receipt id.Receipt) (Decision, error) {
	var d Decision
	var decided int64
	err := tx.Row(`-- billing.selectDecision
		SELECT d.receipt, d.act, d.carried, d.statement, d.member, d.way, d.decided_by, d.second_by, d.decided, d.paid_day, d.paid_by
		FROM receipt_decision d WHERE d.bucket = $1 AND d.receipt = $2`, receipt.Bucket(), receipt).
		Scan(&d.Receipt, &d.Act, &d.Carried, &d.Statement, &d.Member, &d.Way, &d.By, &d.Second, &decided, &d.PaidDay, &d.PaidBy)
	d.Decided = db.FromMicros(decided)
	return d, err
}

func updateReturnPaid(tx *db.Tx, receipt id.Receipt, day jst.Day, by string) error {
	_, err := tx.Exec(`-- billing.updateReturnPaid
		UPDATE receipt_decision SET paid_day = $3, paid_by = $4 WHERE bucket = $1 AND receipt = $2 AND act = 'returned' AND paid_day IS NULL`,
		receipt.Bucket(), receipt, day, by)
	return err
}

func insertOrigin(tx *db.Tx, made, source id.Receipt) error {
	_, err := tx.Exec(`-- billing.insertOrigin
		INSERT INTO receipt_origin (bucket, receipt, source_bucket, source) VALUES ($1, $2, $3, $4)`,
		made.Bucket(), made, source.Bucket(), source)
	return err
}

func selectOrigin(tx *db.Tx, made id.Receipt) (id.Receipt, bool, error) {
	var source id.Receipt
	err := tx.Row(`-- billing.selectOrigin
		SELECT source FROM receipt_origin WHERE bucket = $1 AND receipt = $2`, made.Bucket(), made).Scan(&source)
	if errors.Is(err, db.ErrNone) {
		return source, false, nil
	}
	return source, err == nil, err
}

// lockFile locks a file, whose facts tell what was done about its lines. It gives NoLine if there is none.
func lockFile(tx *db.Tx, file id.ReceiptFile) error {
	err := tx.Row(`-- billing.lockFile
		SELECT f.id FROM receipt_file f WHERE f.bucket = $1 AND f.id = $2 {forupdate f}`, file.Bucket(), file).Scan(&file)
	if errors.Is(err, db.ErrNone) {
		err = NoLine.New()
	}
	return err
}

// lockLine finds a line in suspense by its place in its file, whatever bucket it is in, and what was done about it.
func lockLine(tx *db.Tx, ref LineRef) (l waitingLine, found bool, err error) {
	err = tx.Rows(`-- billing.lockLine
		SELECT l.bucket, l.line_key, l.reason, l.receipt, l.statement, l.amount FROM receipt_line l
		WHERE l.file = $1 AND l.number = $2 AND l.result = 'suspense' {forupdate l}`, []any{ref.File, ref.Number}, func(row db.Row) error {
		found = true
		return row.Scan(&l.bucket, &l.key, &l.reason, &l.receipt, &l.statement, &l.amount)
	})
	return l, found, err
}

func selectLineClose(tx *db.Tx, l waitingLine) (ClosedLine, bool, error) {
	var c ClosedLine
	var closed int64
	err := tx.Row(`-- billing.selectLineClose
		SELECT c.note, c.closed_by, c.closed FROM receipt_line_close c WHERE c.bucket = $1 AND c.line_key = $2`, l.bucket, l.key).
		Scan(&c.Note, &c.By, &closed)
	c.Closed = db.FromMicros(closed)
	if errors.Is(err, db.ErrNone) {
		return ClosedLine{}, false, nil
	}
	return c, err == nil, err
}

func insertLineClose(tx *db.Tx, l waitingLine, c ClosedLine) error {
	_, err := tx.Exec(`-- billing.insertLineClose
		INSERT INTO receipt_line_close (bucket, line_key, note, closed_by, closed) VALUES ($1, $2, $3, $4, $5)`,
		l.bucket, l.key, c.Note, c.By, db.Micros(c.Closed))
	return err
}

// selectToldDigits answers the digits with which money in suspense was told of.
func selectToldDigits(tx *db.Tx, receipt id.Receipt) (string, error) {
	var digits string
	err := tx.Row(`-- billing.selectToldDigits
		SELECT l.digits FROM receipt_line l WHERE l.bucket = $1 AND l.receipt = $2 AND l.result = 'suspense'
		ORDER BY l.created, l.number LIMIT 1`, receipt.Bucket(), receipt).Scan(&digits)
	if errors.Is(err, db.ErrNone) {
		return "", nil
	}
	return digits, err
}

// selectByNumbers lists the statements whose slips have one of these numbers, with whether each slip was replaced.
func selectByNumbers(tx *db.Tx, numbers []slipNumber) ([]numbered, error) {
	set := db.NewSet(db.Cols{"bucket:int", "number:text"})
	for _, n := range numbers {
		set.Add(n.bucket, n.number)
	}
	var found []numbered
	_, err := tx.Each(`-- billing.selectByNumbers
		SELECT `+statementColumns+`, l.number, l.state
		FROM {rows} JOIN slip l ON l.bucket = r.bucket AND l.number = r.number
		JOIN statement s ON s.bucket = l.bucket AND s.id = l.statement`, set, func(row db.Row) error {
		var n numbered
		var state string
		st, err := scanStatement(more{row, []any{&n.number, &state}})
		n.statement, n.replaced = st, state == "closed"
		found = append(found, n)
		return err
	})
	return found, err
}

// more reads columns that stand behind those of another scan.
type more struct {
	row  db.Row
	also []any
}

// Scan implements db.Row.
func (m more) Scan(dest ...any) error { return m.row.Scan(append(dest, m.also...)...) }

// selectOwing lists statements on which exactly an amount was to be paid on a day, the newest first.
func selectOwing(tx *db.Tx, amount money.Yen, day jst.Day, limit int) ([]Statement, error) {
	return collect(tx, `-- billing.selectOwing
		SELECT `+statementColumns+` FROM statement s
		WHERE s.state = 'issued' AND NOT s.written_off AND s.total + s.late - s.moved - s.received = $1 AND s.issued < $2
		ORDER BY s.issued DESC, s.bucket, s.id LIMIT $3`, []any{amount, db.Micros(day.Add(1).Start()), limit})
}

// suspenseChecks: what people decided about money in suspense was done once, and leads both ways (rules B24 to B29).
var suspenseChecks = []ledger.Check{
	{Name: "money is out of suspense by a decision, and a decision takes it out", Of: id.ReceiptKind{}, SQL: `-- billing.checkDecisions
		SELECT t.id, 'a receipt of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT) || ' is ' || t.state || ', and it was decided: '
			|| COALESCE(d.act, 'nothing')
		FROM receipt t LEFT JOIN receipt_decision d ON d.bucket = t.bucket AND d.receipt = t.id
		WHERE COALESCE(d.act, '') <> CASE t.state WHEN 'moved' THEN 'matched' WHEN 'returned' THEN 'returned' ELSE '' END
		UNION ALL
		SELECT d.receipt, 'a decision in bucket ' || CAST(d.bucket AS TEXT) || ' is about no receipt'
		FROM receipt_decision d WHERE NOT EXISTS (SELECT 1 FROM receipt t WHERE t.bucket = d.bucket AND t.id = d.receipt)`},
	{Name: "money that was matched is carried on by one receipt, and that one leads back", Of: id.ReceiptKind{}, SQL: `-- billing.checkCarried
		SELECT d.receipt, 'a receipt of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT) || ' was matched and is not carried on'
		FROM receipt_decision d JOIN receipt t ON t.bucket = d.bucket AND t.id = d.receipt
		WHERE d.act = 'matched' AND NOT EXISTS (SELECT 1 FROM receipt c
			JOIN receipt_origin o ON o.bucket = c.bucket AND o.receipt = c.id AND o.source_bucket = d.bucket AND o.source = d.receipt
			WHERE c.bucket = d.carried_bucket AND c.id = d.carried AND c.amount = t.amount AND c.paid_day = t.paid_day
				AND c.statement = d.statement AND c.member = d.member AND c.use <> 'suspense')
		UNION ALL
		SELECT o.receipt, 'a receipt in bucket ' || CAST(o.bucket AS TEXT) || ' comes from no match'
		FROM receipt_origin o WHERE NOT EXISTS (SELECT 1 FROM receipt_decision d
			WHERE d.bucket = o.source_bucket AND d.receipt = o.source AND d.carried_bucket = o.bucket AND d.carried = o.receipt)`},
	{Name: "money to be sent back is owed until it was", Of: id.ReceiptKind{}, SQL: `-- billing.checkReturns
		SELECT t.id, 'money of ' || CAST(t.amount AS TEXT) || ' to be sent back in bucket ' || CAST(t.bucket AS TEXT) || ' is owed with '
			|| CAST(t.owed AS TEXT) || ' and sent with ' || CAST(t.sent AS TEXT)
		FROM (SELECT t.bucket, t.id, COALESCE(k.amount, t.amount) AS amount, COALESCE(d.act, CASE WHEN k.source IS NOT NULL THEN 'returned' END) AS act,
				COALESCE(d.paid_day, k.paid_day) AS paid_day,
				COALESCE(SUM(CASE WHEN l.account = 'returns_payable' THEN -l.amount END), 0) AS owed,
				COALESCE(SUM(CASE WHEN l.account = 'bank' THEN -l.amount END), 0) AS sent
			FROM receipt t
			LEFT JOIN receipt_decision d ON d.bucket = t.bucket AND d.receipt = t.id AND d.act = 'returned'
			LEFT JOIN credit_return k ON k.bucket = t.bucket AND k.source = t.id
			LEFT JOIN (SELECT bucket, id, ref AS receipt FROM entry WHERE reason IN ('receipt_returned', 'credit_returned', 'return_paid')
				UNION ALL SELECT p.bucket, e.id, p.receipt FROM payout_record p
					JOIN entry e ON e.bucket = p.bucket AND e.ref = p.ref AND e.reason IN ('payout_sent', 'payout_failed')) e
				ON e.bucket = t.bucket AND e.receipt = t.id
			LEFT JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
			GROUP BY t.bucket, t.id, t.amount, d.act, d.paid_day, k.source, k.amount, k.paid_day) t
		WHERE t.owed <> CASE WHEN t.act IS NOT NULL AND t.paid_day IS NULL THEN t.amount ELSE 0 END
			OR t.sent <> CASE WHEN t.paid_day IS NOT NULL THEN t.amount ELSE 0 END`},
	{Name: "what is owed to be sent back is decided returns and nothing else", SQL: `-- billing.checkReturnsTotal
		SELECT 'returns_payable', 'returns payable are out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT amount FROM line WHERE account = 'returns_payable'
			UNION ALL SELECT t.amount FROM receipt_decision d JOIN receipt t ON t.bucket = d.bucket AND t.id = d.receipt
				WHERE d.act = 'returned' AND d.paid_day IS NULL
			UNION ALL SELECT amount FROM credit_return WHERE paid_day IS NULL) x
		HAVING SUM(x.amount) <> 0`},
	{Name: "what was closed with a note is a notice that waited, and not money", SQL: `-- billing.checkClosed
		SELECT c.line_key, 'a note in bucket ' || CAST(c.bucket AS TEXT) || ' is about no notice that waits'
		FROM receipt_line_close c WHERE NOT EXISTS (SELECT 1 FROM receipt_line l WHERE l.bucket = c.bucket AND l.line_key = c.line_key
			AND l.result = 'suspense' AND (l.receipt IS NULL OR l.reason = 'cancel_after_confirm'))`},
}
