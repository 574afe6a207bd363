package billing

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// selectUnbilled lists captures of before a day that wait for their invoice, the oldest first.
func selectUnbilled(tx *db.Tx, day jst.Day, limit int) ([]unbilled, error) {
	var found []unbilled
	err := tx.Rows(`-- billing.selectUnbilled
		SELECT c.id, c.payment, c.member, c.amount, c.day FROM capture c
		WHERE c.bill_month IS NULL AND c.invoice IS NULL AND c.day < $1 ORDER BY c.day, c.bucket, c.id LIMIT $2`,
		[]any{day, limit}, func(row db.Row) error {
			var c unbilled
			err := row.Scan(&c.id, &c.payment, &c.member, &c.amount, &c.day)
			found = append(found, c)
			return err
		})
	return found, err
}

// claimCapture notes on a capture which invoice it stands on; false if it has one.
func claimCapture(tx *db.Tx, c id.Capture, st id.Statement) (bool, error) {
	n, err := tx.Exec(`-- billing.claimCapture
		UPDATE capture SET invoice = $3 WHERE bucket = $1 AND id = $2 AND bill_month IS NULL AND invoice IS NULL`, c.Bucket(), c, st)
	return n == 1, err
}

// claimRefunds notes the same on the refunds of a payment that no invoice has counted, and adds them up.
func claimRefunds(tx *db.Tx, p id.Payment, st id.Statement) (money.Yen, error) {
	var sum money.Yen
	err := tx.Rows(`-- billing.claimRefunds
		UPDATE refund SET invoice = $3
		WHERE bucket = $1 AND payment = $2 AND bill_month IS NULL AND invoice IS NULL AND receipt IS NULL RETURNING amount`,
		[]any{p.Bucket(), p, st}, func(row db.Row) error {
			var amount money.Yen
			err := row.Scan(&amount)
			sum += amount
			return err
		})
	return sum, err
}

func updateRefundReceipt(tx *db.Tx, r id.Refund, receipt id.Receipt) error {
	_, err := tx.Exec(`-- billing.updateRefundReceipt
		UPDATE refund SET receipt = $3 WHERE bucket = $1 AND id = $2`, r.Bucket(), r, receipt)
	return err
}

// selectInvoicesOf lists the invoices of a payment, the oldest first.
func selectInvoicesOf(tx *db.Tx, p id.Payment) ([]Statement, error) {
	return collect(tx, `-- billing.selectInvoicesOf
		SELECT `+statementColumns+`
		FROM capture c JOIN statement s ON s.bucket = c.bucket AND s.id = c.invoice
		WHERE c.bucket = $1 AND c.payment = $2 ORDER BY s.id`, []any{p.Bucket(), p})
}

func selectInvoice(tx *db.Tx, statement id.Statement) (Statement, error) {
	return firstOf(collect(tx, `-- billing.selectInvoice
		SELECT `+statementColumns+` FROM statement s WHERE s.bucket = $1 AND s.id = $2 AND s.capture IS NOT NULL`,
		[]any{statement.Bucket(), statement}))
}

// selectInvoiceOf answers whose purchase an invoice is of, and how much of the whole payment is captured and not given back.
func selectInvoiceOf(tx *db.Tx, st Statement) (of InvoiceOf, rest money.Yen, err error) {
	var bought int64
	err = tx.Row(`-- billing.selectInvoiceOf
		SELECT p.id, p.merchant, p.order_ref, p.created, p.captured - p.refunded
		FROM capture c JOIN payment p ON p.bucket = c.bucket AND p.id = c.payment
		WHERE c.bucket = $1 AND c.id = $2`, st.ID.Bucket(), st.Capture).Scan(&of.Payment, &of.Merchant, &of.OrderRef, &bought, &rest)
	of.Bought = jst.DayOf(db.FromMicros(bought))
	return of, rest, orNoInvoice(err)
}

func orNoInvoice(err error) error {
	if errors.Is(err, db.ErrNone) {
		return NoInvoice.New()
	}
	return err
}

// selectInvoiceItems lists the purchase and the refunds that an invoice counts.
func selectInvoiceItems(tx *db.Tx, st Statement) ([]Item, error) {
	return items(tx, `-- billing.selectInvoiceItems
		SELECT x.kind, x.day, x.amount, p.id, p.merchant, p.order_ref, p.created
		FROM (SELECT 'purchase' AS kind, c.id, c.day, c.amount, c.payment, c.created FROM capture c WHERE c.bucket = $1 AND c.id = $2
			UNION ALL
			SELECT 'refund', f.id, f.day, -f.amount, f.payment, f.created FROM refund f WHERE f.bucket = $1 AND f.invoice = $3) x
		JOIN payment p ON p.bucket = $1 AND p.id = x.payment
		ORDER BY x.kind, x.day, x.created, x.id`, []any{st.ID.Bucket(), st.Capture, st.ID})
}

func insertLink(tx *db.Tx, st Statement, hash []byte) error {
	_, err := tx.Exec(`-- billing.insertLink
		INSERT INTO invoice_link (bucket, token_hash, statement, member, created) VALUES ($1, $2, $3, $4, $5)`,
		st.ID.Bucket(), hash, st.ID, st.Member, db.Micros(tx.Now()))
	return err
}

func selectLink(tx *db.Tx, bucket int, hash []byte) (member id.Member, st id.Statement, err error) {
	err = tx.Row(`-- billing.selectLink
		SELECT member, statement FROM invoice_link WHERE bucket = $1 AND token_hash = $2`, bucket, hash).Scan(&member, &st)
	return member, st, orNoInvoice(err)
}

const disputeColumns = `d.statement, d.member, d.reason, d.state, d.against, d.opened, d.decided, d.decided_by`

func scanDispute(row db.Row) (Dispute, error) {
	var d Dispute
	var opened int64
	var decided *int64
	err := row.Scan(&d.Statement, &d.Member, &d.Reason, &d.State, &d.Against, &opened, &decided, &d.By)
	d.Opened = db.FromMicros(opened)
	if decided != nil {
		d.Decided = db.FromMicros(*decided)
	}
	return d, err
}

func selectDispute(tx *db.Tx, st id.Statement) (Dispute, bool, error) {
	d, err := scanDispute(tx.Row(`-- billing.selectDispute
		SELECT `+disputeColumns+` FROM invoice_dispute d WHERE d.bucket = $1 AND d.statement = $2`, st.Bucket(), st))
	if errors.Is(err, db.ErrNone) {
		return Dispute{}, false, nil
	}
	return d, err == nil, err
}

func selectDisputes(tx *db.Tx, limit int) ([]Dispute, error) {
	var found []Dispute
	err := tx.Rows(`-- billing.selectDisputes
		SELECT `+disputeColumns+` FROM invoice_dispute d WHERE d.state = 'open' ORDER BY d.opened, d.bucket, d.statement LIMIT $1`,
		[]any{limit}, func(row db.Row) error {
			d, err := scanDispute(row)
			found = append(found, d)
			return err
		})
	return found, err
}

func insertDispute(tx *db.Tx, d Dispute) error {
	_, err := tx.Exec(`-- billing.insertDispute
		INSERT INTO invoice_dispute (bucket, statement, member, reason, state, against, opened, decided, decided_by)
		VALUES ($1, $2, $3, $4, 'open', '', $5, NULL, '')`, d.Statement.Bucket(), d.Statement, d.Member, d.Reason, db.Micros(d.Opened))
	return err
}

func updateDispute(tx *db.Tx, d Dispute) error {
	_, err := tx.Exec(`-- billing.updateDispute
		UPDATE invoice_dispute SET state = $3, against = $4, decided = $5, decided_by = $6 WHERE bucket = $1 AND statement = $2`,
		d.Statement.Bucket(), d.Statement, d.State, d.Against, db.Micros(d.Decided), d.By)
	return err
}

// insertRegained takes down that money of a receipt makes good what was written off of its invoice. Like what goes back to a member it
// is used in itself: see withdrawToReturn.
func insertRegained(tx *db.Tx, r Receipt) error {
	_, err := tx.Exec(`-- billing.insertUsedInItself
		INSERT INTO bill_credit (bucket, source, member, amount, reason, state, used_in, created)
		VALUES ($1, $2, $3, $4, 'surplus', 'used', $2, $5)`, r.ID.Bucket(), r.ID, r.Member, r.Amount, db.Micros(r.Created))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`-- billing.insertRegained
		INSERT INTO loss_regained (bucket, source, member, statement, amount, created) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.ID.Bucket(), r.ID, r.Member, r.Statement, r.Amount, db.Micros(r.Created))
	return err
}

// selectRegained adds up what was given back of an invoice after it was written off.
func selectRegained(tx *db.Tx, st Statement) (money.Yen, error) {
	var sum money.Yen
	err := tx.Row(`-- billing.selectRegained
		SELECT COALESCE(SUM(g.amount), 0) FROM loss_regained g WHERE g.bucket = $1 AND g.statement = $2`, st.ID.Bucket(), st.ID).Scan(&sum)
	return sum, err
}

// updateFrozen stores what a dispute changes of a statement.
func updateFrozen(tx *db.Tx, st Statement) error {
	_, err := tx.Exec(`-- billing.updateFrozen
		UPDATE statement SET awaited = $3, past_due = $4, due = $5, late = $6 WHERE bucket = $1 AND id = $2`,
		st.ID.Bucket(), st.ID, st.Awaited, st.PastDue, st.Due, st.Late)
	return err
}

// invoiceChecks: an invoice is its capture, whatever lowers it stands in the books, and nothing is asked for while its payer says
// that it is not theirs (rules I05, I07, I09).
var invoiceChecks = []ledger.Check{
	{Name: "a statement is of a month or of one capture", Of: id.StatementKind{}, SQL: `-- billing.checkInvoiceKinds
		SELECT s.id, 'a statement in bucket ' || CAST(s.bucket AS TEXT) || ' due on ' || s.due
		FROM statement s WHERE (s.month IS NULL) <> (s.capture IS NOT NULL)`},
	{Name: "an invoice is its capture less the refunds that it counts", Of: id.StatementKind{}, SQL: `-- billing.checkInvoices
		SELECT s.id, 'an invoice in bucket ' || CAST(s.bucket AS TEXT) || ' due on ' || s.due || ' over ' || CAST(s.total AS TEXT)
		FROM statement s
		LEFT JOIN capture c ON c.bucket = s.bucket AND c.id = s.capture AND c.invoice = s.id AND c.member = s.member AND c.bill_month IS NULL
		WHERE s.capture IS NOT NULL AND (c.id IS NULL OR c.amount <> s.purchases OR s.store <> 0
			OR s.refunds <> COALESCE((SELECT SUM(f.amount) FROM refund f WHERE f.bucket = s.bucket AND f.invoice = s.id), 0))`},
	{Name: "what is billed by invoice is of payments by invoice, and on the invoice that it names", Of: id.CaptureKind{}, SQL: `-- billing.checkInvoiced
		SELECT c.id, 'a capture of ' || CAST(c.amount AS TEXT) || ' in bucket ' || CAST(c.bucket AS TEXT)
		FROM capture c JOIN payment p ON p.bucket = c.bucket AND p.id = c.payment
		WHERE p.invoice <> (c.bill_month IS NULL)
			OR (c.invoice IS NOT NULL AND NOT EXISTS (SELECT 1 FROM statement s WHERE s.bucket = c.bucket AND s.id = c.invoice AND s.capture = c.id))`},
	{Name: "a refund by invoice is counted once", Of: id.RefundKind{}, SQL: `-- billing.checkInvoiceRefunds
		SELECT f.id, 'a refund of ' || CAST(f.amount AS TEXT) || ' in bucket ' || CAST(f.bucket AS TEXT)
		FROM refund f JOIN payment p ON p.bucket = f.bucket AND p.id = f.payment
		LEFT JOIN receipt t ON t.bucket = f.bucket AND t.id = f.receipt
		WHERE p.invoice <> (f.bill_month IS NULL) OR (f.invoice IS NOT NULL AND f.receipt IS NOT NULL)
			OR (f.bill_month IS NOT NULL AND (f.invoice IS NOT NULL OR f.receipt IS NOT NULL))
			OR (f.receipt IS NOT NULL AND (t.id IS NULL OR t.amount > f.amount OR t.member <> f.member OR t.chain <> 'refund' OR t.state <> 'confirmed'))`},
	{Name: "what a payment gives back after its invoices is what they take of it", Of: id.PaymentKind{}, SQL: `-- billing.checkTakenBack
		SELECT x.payment, 'a payment in bucket ' || CAST(x.bucket AS TEXT) || ' is out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT bucket, payment, amount FROM refund WHERE receipt IS NOT NULL
			UNION ALL SELECT c.bucket, c.payment, -t.amount FROM receipt t JOIN statement s ON s.bucket = t.bucket AND s.id = t.statement
				JOIN capture c ON c.bucket = s.bucket AND c.id = s.capture WHERE t.chain = 'refund') x
		GROUP BY x.bucket, x.payment HAVING SUM(x.amount) <> 0`},
	{Name: "what an invoice asks for less stands in the books", Of: id.ReceiptKind{}, SQL: `-- billing.checkAllowances
		SELECT t.id, 'an allowance of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT) || ' (' || t.chain || ')'
		FROM receipt t WHERE t.chain IN (` + allowances + `) AND (t.state <> 'confirmed' OR t.use = 'suspense'
			OR (t.chain <> 'refund' AND NOT EXISTS (SELECT 1 FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
				WHERE e.bucket = t.bucket AND e.ref = t.id AND e.reason = 'invoice_waived' AND l.account = 'member_receivable'
					AND l.holder = t.member AND l.amount = -t.amount)))`},
	{Name: "nothing is asked for while an invoice is disputed", Of: id.StatementKind{}, SQL: `-- billing.checkDisputes
		SELECT s.id, 'an invoice in bucket ' || CAST(s.bucket AS TEXT) || ' due on ' || s.due
		FROM statement s LEFT JOIN invoice_dispute d ON d.bucket = s.bucket AND d.statement = s.id
		WHERE (s.capture IS NOT NULL AND s.awaited <> (COALESCE(d.state, '') = 'open'))
			OR (d.state IS NOT NULL AND (s.capture IS NULL OR s.member <> d.member)) OR (d.state = 'open' AND s.past_due)`},
}
