package main

import "tsuke/internal/db"

// insertBare writes the rows of orders into the tables of the product's own schema.
func insertBare(tx *db.Tx, set *db.Set) error {
	for _, text := range []string{
		`-- bench.insertPayment
		INSERT INTO payment (bucket, id, merchant, member, order_ref, channel, capture, state, amount, captured, released, refunded,
			reasons, facts, due, created, changed)
		SELECT r.bucket, r.id, r.merchant, r.member, r.order_ref, 'online', 'manual', 'authorized', r.amount, 0, 0, 0,
			'', r.facts, r.due, r.now, r.now FROM {rows}`,
		`-- bench.insertOrder
		INSERT INTO shop_order (bucket, hash, payment, live)
		SELECT r.bucket, r.hash, r.id, TRUE FROM {rows}`,
		`-- bench.insertKey
		INSERT INTO idempotency (bucket, key, operation, fingerprint, parts, status, answer, object, first_seen)
		SELECT r.bucket, r.hash, 'createPayment', r.hash, r.parts, 201, r.answer, r.object, r.now FROM {rows}`,
		`-- bench.insertEvent
		INSERT INTO event (bucket, subject, turn, id, kind, member, merchant, side, actor, data, request, at)
		SELECT r.bucket, r.id, r.now, r.event, 'payment.authorized', r.member, r.merchant, 'merchant', r.actor, r.data,
			'K7F2-9QXM', r.now FROM {rows}`,
		`-- bench.insertOutbox
		INSERT INTO event_outbox (bucket, turn, id, facts) SELECT r.bucket, r.now, r.event, r.waiting FROM {rows}`,
	} {
		if err := tx.Later(text, set); err != nil {
			return err
		}
	}
	return nil
}
