package run

import (
	"errors"

	"tsuke/internal/db"
)

func insertKeyRows(tx *db.Tx, set *db.Set) error {
	return tx.LaterNew(`-- run.insertKeys
		INSERT INTO idempotency (bucket, key, operation, fingerprint, fields, status, answer, object, first_seen)
		SELECT r.bucket, r.key, r.operation, r.fingerprint, r.fields, r.status, r.answer, r.object, r.first_seen
		FROM {rows} WHERE TRUE`, set)
}

func selectKey(tx *db.Tx, key Key) (stored, bool, error) {
	var s stored
	var first int64
	err := tx.Row(`-- run.selectKey
		SELECT operation, fingerprint, fields, status, answer, object, first_seen
		FROM idempotency WHERE bucket = $1 AND key = $2`, key.bucket(), key.hash()).
		Scan(&s.operation, &s.sum, &s.fields, &s.answer.Status, &s.answer.Body, &s.answer.Object, &first)
	if errors.Is(err, db.ErrNone) {
		return stored{}, false, nil
	}
	s.firstSeen = db.FromMicros(first)
	return s, err == nil, err
}

// queueKeys finds those of the keys that were answered, by the text of their hash. The map is filled when the queue runs.
func queueKeys(q *db.Queue, keys []Key) map[string]stored {
	set := db.NewSet(db.Cols{"bucket:int", "key:bytes"})
	for _, k := range keys {
		set.Add(k.bucket(), k.hash())
	}
	found := map[string]stored{}
	q.Each(`-- run.selectKeys
		SELECT i.key, i.operation, i.fingerprint, i.fields, i.status, i.answer, i.object, i.first_seen
		FROM {rows} JOIN idempotency i ON i.bucket = r.bucket AND i.key = r.key`, set, func(row db.Row) error {
		var hash []byte
		var s stored
		var first int64
		err := row.Scan(&hash, &s.operation, &s.sum, &s.fields, &s.answer.Status, &s.answer.Body, &s.answer.Object, &first)
		s.firstSeen = db.FromMicros(first)
		found[string(hash)] = s
		return err
	})
	return found
}
