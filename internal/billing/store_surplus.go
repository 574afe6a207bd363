package billing

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
)

const overpaidColumns = `c.source, c.member, t.statement, s.month, c.amount, c.state, s.state, COALESCE(u.month, ''), COALESCE(k.chosen, 0), k.paid_day`

// A credit that was sent back is used in itself: see withdrawToReturn.
const overpaidTables = `bill_credit c
	JOIN receipt t ON t.bucket = c.bucket AND t.id = c.source
	JOIN statement s ON s.bucket = t.bucket AND s.id = t.statement
	LEFT JOIN statement u ON u.bucket = c.bucket AND u.id = c.used_in
	LEFT JOIN credit_return k ON k.bucket = c.bucket AND k.source = c.source`

// overpaidOnly leaves out what is not the member's any more because it pays for something else: what made a loss of ours good, and
// what was found not to be over.
const overpaidOnly = `c.state <> 'withdrawn' AND NOT EXISTS (SELECT 1 FROM loss_regained g WHERE g.bucket = c.bucket AND g.source = c.source)`

func scanOverpaid(row db.Row) (Overpaid, error) {
	var o Overpaid
	var state, bill, used string
	var chosen int64
	err := row.Scan(&o.Receipt, &o.Member, &o.Statement, &o.Month, &o.Amount, &state, &bill, &used, &chosen, &o.PaidDay)
	if err != nil {
		return Overpaid{}, err
	}
	if used != "" {
		if o.UsedIn, err = jst.ParseMonth(used); err != nil {
			return Overpaid{}, err
		}
	}
	if chosen != 0 {
		o.Chosen = db.FromMicros(chosen)
	}
	o.billPaid = bill == string(Paid)
	o.Fate = o.fate(state, chosen != 0)
	return o, nil
}

func selectOverpaid(tx *db.Tx, member id.Member, statement id.Statement) ([]Overpaid, error) {
	var found []Overpaid
	err := tx.Rows(`-- billing.selectOverpaid
		SELECT `+overpaidColumns+` FROM `+overpaidTables+`
		WHERE c.bucket = $1 AND c.member = $2 AND t.statement = $3 AND `+overpaidOnly+` ORDER BY t.created, t.id`,
		[]any{member.Bucket(), member, statement}, func(row db.Row) error {
			o, err := scanOverpaid(row)
			found = append(found, o)
			return err
		})
	return found, err
}

// selectOverpaidBy gives db.ErrNone if no money of a receipt stands to the member's credit, or ever did.
func selectOverpaidBy(tx *db.Tx, member id.Member, receipt id.Receipt) (Overpaid, error) {
	return scanOverpaid(tx.Row(`-- billing.selectOverpaidBy
		SELECT `+overpaidColumns+` FROM `+overpaidTables+`
		WHERE c.bucket = $1 AND c.source = $2 AND c.member = $3 AND `+overpaidOnly, receipt.Bucket(), receipt, member))
}

// withdrawToReturn takes a credit out of what bills can take off. It is used in itself, so that it stays so, whatever comes
// in for its bill: see allocate.
func withdrawToReturn(tx *db.Tx, o Overpaid) error {
	n, err := tx.Exec(`-- billing.withdrawToReturn
		UPDATE bill_credit SET state = 'used', used_in = source WHERE bucket = $1 AND source = $2 AND state = 'open'`, o.Receipt.Bucket(), o.Receipt)
	if err == nil && n == 0 {
		err = db.ErrSerialization
	}
	return err
}

func insertCreditReturn(tx *db.Tx, o Overpaid) error {
	_, err := tx.Exec(`-- billing.insertCreditReturn
		INSERT INTO credit_return (bucket, source, member, statement, amount, chosen, paid_day, paid_by)
		VALUES ($1, $2, $3, $4, $5, $6, NULL, '')`, o.Receipt.Bucket(), o.Receipt, o.Member, o.Statement, o.Amount, db.Micros(o.Chosen))
	return err
}

func updateCreditReturned(tx *db.Tx, receipt id.Receipt, day jst.Day, by string) error {
	_, err := tx.Exec(`-- billing.updateCreditReturned
		UPDATE credit_return SET paid_day = $3, paid_by = $4 WHERE bucket = $1 AND source = $2 AND paid_day IS NULL`,
		receipt.Bucket(), receipt, day, by)
	return err
}

// surplusChecks: what a member wanted back is used for nothing else (rules B38, B39). That it is owed until it was sent is
// proved beside the returns that people decided.
var surplusChecks = []ledger.Check{
	{Name: "money that a member wanted back is no bill's any more", Of: id.ReceiptKind{}, SQL: `-- billing.checkCreditReturns
		SELECT k.source, 'a credit of ' || CAST(COALESCE(c.amount, 0) AS TEXT) || ' that is to be sent back is ' || COALESCE(c.state, 'not there')
		FROM credit_return k LEFT JOIN bill_credit c ON c.bucket = k.bucket AND c.source = k.source AND c.member = k.member AND c.reason = 'surplus'
		WHERE c.source IS NULL OR c.amount <> k.amount OR c.state <> 'used' OR c.used_in <> c.source
			OR NOT EXISTS (SELECT 1 FROM receipt t WHERE t.bucket = k.bucket AND t.id = k.source AND t.state = 'confirmed' AND t.statement = k.statement)
		UNION ALL
		SELECT c.source, 'a credit of ' || CAST(c.amount AS TEXT) || ' in bucket ' || CAST(c.bucket AS TEXT) || ' is used in itself and goes back to nobody'
		FROM bill_credit c WHERE c.used_in = c.source AND NOT EXISTS (SELECT 1 FROM credit_return k WHERE k.bucket = c.bucket AND k.source = c.source)
			AND NOT EXISTS (SELECT 1 FROM loss_regained g WHERE g.bucket = c.bucket AND g.source = c.source)`},
	{Name: "what makes a loss good was given back of an invoice that was written off, and is no more than that", Of: id.StatementKind{}, SQL: `-- billing.checkRegained
		SELECT x.statement, CAST(SUM(x.regained) AS TEXT) || ' of ' || CAST(SUM(x.lost) AS TEXT) || ' that were written off in bucket ' || CAST(x.bucket AS TEXT)
		FROM (SELECT bucket, statement, amount AS regained, 0 AS lost FROM loss_regained
			UNION ALL SELECT bucket, statement, 0, amount FROM receipt WHERE chain = 'written_off') x
		GROUP BY x.bucket, x.statement HAVING SUM(x.regained) > SUM(x.lost)
		UNION ALL
		SELECT g.statement, 'a credit of ' || CAST(COALESCE(c.amount, 0) AS TEXT) || ' that made a loss good is ' || COALESCE(c.state, 'not there')
		FROM loss_regained g LEFT JOIN bill_credit c ON c.bucket = g.bucket AND c.source = g.source AND c.member = g.member
		WHERE c.source IS NULL OR c.amount <> g.amount OR c.state <> 'used' OR c.used_in <> c.source
			OR NOT EXISTS (SELECT 1 FROM receipt t WHERE t.bucket = g.bucket AND t.id = g.source AND t.statement = g.statement
				AND t.chain = 'refund' AND t.surplus = g.amount)`},
}
