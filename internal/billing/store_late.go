package billing

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

func selectLate(tx *db.Tx, before jst.Day, after Statement, limit int) ([]Statement, error) {
	return collect(tx, `-- billing.selectLate
		SELECT `+statementColumns+` FROM statement s
		WHERE s.past_due AND s.due < $1 AND (s.due, s.bucket, s.id) > ($2, $3, $4) ORDER BY s.due, s.bucket, s.id LIMIT $5`,
		[]any{before, after.Due.String(), after.ID.Bucket(), after.ID[:], limit})
}

// insertCharge stores a charge; it is false if the statement has one of that kind for the day.
func insertCharge(tx *db.Tx, c Charge) (added bool, err error) {
	n, err := tx.Exec(`-- billing.insertCharge
		INSERT INTO late_charge (bucket, id, statement, day, kind, member, amount, full_amount, yen_days, rate, state, reason, created, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'charged', '', $11, $11)
		ON CONFLICT (bucket, statement, day, kind) DO NOTHING`,
		c.ID.Bucket(), c.ID, c.Statement, c.Day, c.Kind, c.Member, c.Amount, c.Full, c.YenDays, int(c.Rate), db.Micros(tx.Now()))
	return n == 1, err
}

func waiveCharge(tx *db.Tx, charge id.LateCharge, why Waiver) error {
	_, err := tx.Exec(`-- billing.waiveCharge
		UPDATE late_charge SET state = 'waived', reason = $3, changed = $4 WHERE bucket = $1 AND id = $2 AND state = 'charged'`,
		charge.Bucket(), charge, why, db.Micros(tx.Now()))
	return err
}

// selectCharges lists what a statement was charged, by day.
func selectCharges(tx *db.Tx, statement id.Statement) ([]Charge, error) {
	var found []Charge
	err := tx.Rows(`-- billing.selectCharges
		SELECT `+chargeColumns+`
		FROM late_charge c WHERE c.bucket = $1 AND c.statement = $2 ORDER BY c.day, c.kind`,
		[]any{statement.Bucket(), statement}, func(row db.Row) error {
			c, err := scanCharge(row)
			found = append(found, c)
			return err
		})
	return found, err
}

func selectFeeDays(tx *db.Tx, member id.Member) ([]jst.Day, error) {
	var days []jst.Day
	err := tx.Rows(`-- billing.selectFeeDays
		SELECT c.day FROM late_charge c WHERE c.bucket = $1 AND c.member = $2 AND c.kind = 'fee' ORDER BY c.day`,
		[]any{member.Bucket(), member}, func(row db.Row) error {
			var d jst.Day
			err := row.Scan(&d)
			days = append(days, d)
			return err
		})
	return days, err
}

func selectOwedLate(tx *db.Tx, member id.Member) (money.Yen, error) {
	var owed money.Yen
	err := tx.Row(`-- billing.selectOwedLate
		SELECT CAST(COALESCE(SUM(s.total + s.late - s.moved - s.received), 0) AS BIGINT) FROM statement s
		WHERE s.bucket = $1 AND s.member = $2 AND s.past_due`, member.Bucket(), member).Scan(&owed)
	return owed, err
}
