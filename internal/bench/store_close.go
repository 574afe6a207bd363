package main

import (
	"strings"

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
	_, err := tx.Exec(`-- bench.owe
		UPDATE credit SET unpaid = credit.unpaid + x.total, ceiling = credit.ceiling + x.total
		FROM (SELECT bucket, member, SUM(amount) AS total FROM capture WHERE bill_month = $1 GROUP BY bucket, member) x
		WHERE x.bucket = credit.bucket AND x.member = credit.member`, month)
	return err
}

// copied is a table into which the rows of another are written once more.
type copied struct {
	make []string
	copy string
}

func (c copied) prepare(tx *db.Tx) error {
	for _, text := range c.make {
		if _, err := tx.Exec(text); err != nil {
			return err
		}
	}
	return nil
}

// closedRows are the tables in which a close writes, with the keys and indexes that its rows stand in.
var closedRows = []copied{
	copyOf("statement", "", "bucket, id", "bucket, member, month", "due"),
	copyOf("slip", "", "bucket, id", "bucket, number", "bucket, statement"),
	copyOf("entry", "WHERE reason = 'fee_billed'", "bucket, id", "bucket, reason, ref"),
	copyOf("line", "WHERE EXISTS (SELECT 1 FROM entry e WHERE e.bucket = line.bucket AND e.id = line.entry AND e.reason = 'fee_billed')", "bucket, entry, number", "holder, account"),
	copyOf("event", "WHERE kind = 'statement.issued'", "subject, bucket, turn"),
}

// copyOf copies a table's rows into a new one; keys are its columns that are indexed, the first of them unique.
func copyOf(table, where string, keys ...string) copied {
	c := copied{make: []string{"-- bench.makeCopy\nCREATE TABLE copy_" + table + " AS SELECT * FROM " + table + " WHERE 1 = 0"}}
	for i, columns := range keys {
		unique := ""
		if i == 0 {
			unique = "UNIQUE "
		}
		name := "copy_" + table + "_" + strings.NewReplacer(", ", "_").Replace(columns)
		c.make = append(c.make, "-- bench.makeIndex\nCREATE "+unique+"INDEX "+name+" ON copy_"+table+" ("+columns+")")
	}
	c.copy = "-- bench.copy\nINSERT INTO copy_" + table + " SELECT * FROM " + table + " " + where
	return c
}
