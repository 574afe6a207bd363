package main

import (
	"tsuke/internal/db"
	"tsuke/internal/jst"
)

// insertCaptures writes payments that are captured in full, with their captures.
func insertCaptures(tx *db.Tx, set *db.Set) error {
	for _, text := range []string{
		`-- bench.insertCaptured
		INSERT INTO payment (bucket, id, merchant, member, order_ref, channel, capture, state, amount, captured, released, refunded,
			reasons, facts, due, created, changed)
		SELECT r.bucket, r.payment, r.merchant, r.member, r.ref, 'online', 'automatic', 'captured', r.amount, r.amount, 0, 0,
			'', '', r.now, r.now, r.now FROM {rows}`,
		`-- bench.insertCapture
		INSERT INTO capture (bucket, id, payment, member, merchant, amount, channel, day, bill_month, created)
		SELECT r.bucket, r.capture, r.payment, r.member, r.merchant, r.amount, 'online', r.day, r.month, r.now FROM {rows}`,
	} {
		if err := tx.Later(text, set); err != nil {
			return err
		}
	}
	return nil
}

// owe adds what was bought in a month to what the accounts owe.
func owe(tx *db.Tx, month jst.Month) error {
	if err := tx.Survey(); err != nil {
		return err
	}
	_, err := tx.Exec(`-- main.owe
		UPDATE credit SET unpaid = credit.unpaid + x.total, ceiling = credit.ceiling + x.total
		FROM (SELECT bucket, member, SUM(amount) AS total FROM capture WHERE bill_month = $1 GROUP BY bucket, member) x
		WHERE x.bucket = credit.bucket AND x.member = credit.member`, month)
	return err
}

// written lists the tables into which a close writes, each with the select of the rows that the close of a month wrote
// there: $1 is the month, $2 the instant at which it began.
var written = []struct{ table, rows string }{
	{"statement", `SELECT t.* FROM statement t WHERE t.month = $1 AND t.issued >= $2`},
	{"slip", `SELECT t.* FROM statement s JOIN slip t ON t.bucket = s.bucket AND t.statement = s.id WHERE s.month = $1 AND s.issued >= $2`},
	{"entry", `SELECT t.* FROM statement s JOIN entry t ON t.bucket = s.bucket AND t.reason = 'fee_billed' AND t.ref = s.id
		WHERE s.month = $1 AND s.issued >= $2`},
	{"line", `SELECT t.* FROM statement s JOIN entry e ON e.bucket = s.bucket AND e.reason = 'fee_billed' AND e.ref = s.id
		JOIN line t ON t.bucket = e.bucket AND t.entry = e.id WHERE s.month = $1 AND s.issued >= $2`},
	{"event", `SELECT t.* FROM statement s JOIN event t ON t.bucket = s.bucket AND t.subject = s.id WHERE s.month = $1 AND s.issued >= $2`},
	{"event_outbox", `SELECT t.* FROM event_outbox t WHERE CAST($1 AS TEXT) <> '' AND t.turn >= $2`},
	{"month_close", `SELECT t.* FROM month_close t WHERE t.month = $1 AND t.closed >= $2`},
}
