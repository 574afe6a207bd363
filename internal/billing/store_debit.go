package billing

import (
	"tsuke/internal/db"
	"tsuke/internal/jst"
)

func selectDebits(tx *db.Tx, day jst.Day, first, last, limit int) ([]Statement, error) {
	return collect(tx, `-- billing.selectDebits
		SELECT `+statementColumns+` FROM statement s
		WHERE s.state = 'issued' AND s.way = 'debit' AND NOT s.awaited AND s.due = $1 AND s.bucket BETWEEN $2 AND $3
		ORDER BY s.bucket, s.id LIMIT $4`, []any{day, first, last, limit})
}

// updateAwaited stores whether a bank is to answer for a statement, and how and when it is to be paid otherwise.
func updateAwaited(tx *db.Tx, s Statement) error {
	_, err := tx.Exec(`-- billing.updateAwaited
		UPDATE statement SET awaited = $3, due = $4, way = $5 WHERE bucket = $1 AND id = $2`, s.ID.Bucket(), s.ID, s.Awaited, s.Due, s.Way)
	return err
}
