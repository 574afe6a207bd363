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
		INSERT INTO capture (bucket, id, payment, member, merchant, amount, day, bill_month, created)
		SELECT r.bucket, r.capture, r.payment, r.member, r.merchant, r.amount, r.day, r.month, r.now FROM {rows}`,
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

// makeCopies makes tables with the columns and indexes of those in which a close writes, for psql.
const makeCopies = `
	CREATE TABLE copy_statement (LIKE statement INCLUDING ALL);
	CREATE TABLE copy_slip (LIKE slip INCLUDING ALL);
	CREATE TABLE copy_entry (LIKE entry INCLUDING ALL);
	CREATE TABLE copy_line (LIKE line INCLUDING ALL);
	CREATE TABLE copy_event (LIKE event INCLUDING ALL);`

// fillCopies writes the rows that a close left behind once more, each table in a transaction of its own.
const fillCopies = `
	INSERT INTO copy_statement SELECT * FROM statement;
	INSERT INTO copy_slip SELECT * FROM slip;
	INSERT INTO copy_entry SELECT * FROM entry WHERE reason = 'fee_billed';
	INSERT INTO copy_line SELECT l.* FROM line l JOIN copy_entry e ON e.bucket = l.bucket AND e.id = l.entry;
	INSERT INTO copy_event SELECT * FROM event WHERE kind = 'statement.issued';`
