package term

import (
	"errors"

	"tsuke/internal/db"
)

// All changes are in bucket 0: they are few, and always read together.

const loadRowsSQL = `-- term.loadRows
SELECT name, scope, from_day, value, set_by, set_at FROM term
WHERE bucket = 0
ORDER BY name, scope, from_day`

func loadRows(tx *db.Tx) ([]Listed, error) {
	var rows []Listed
	err := tx.Rows(loadRowsSQL, nil, func(row db.Row) error {
		var r Listed
		var value *string
		var at int64
		if err := row.Scan(&r.Name, &r.Scope, &r.From, &value, &r.By, &at); err != nil {
			return err
		}
		r.At = db.FromMicros(at)
		r.Ends = value == nil
		if value != nil {
			r.Value = *value
		}
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// The day has been found to be far enough ahead, so the row that may be replaced has not begun.
const upsertRowSQL = `-- term.upsertRow
INSERT INTO term (bucket, name, scope, from_day, value, set_by, set_at) VALUES (0, $1, $2, $3, $4, $5, $6)
ON CONFLICT (bucket, name, scope, from_day) DO UPDATE
SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at`

func upsertRow(tx *db.Tx, c Change) error {
	value := &c.Value
	if c.Ends {
		value = nil
	}
	n, err := tx.Exec(upsertRowSQL, c.Name, c.Scope, c.From, value, c.By, db.Micros(tx.Now()))
	if err == nil && n != 1 {
		return errors.New("term: the change was not written")
	}
	return err
}
