package run

import (
	"errors"

	"tsuke/internal/db"
)

func insertKeyRows(tx *db.Tx, set *db.Set) error {
	return tx.LaterNew(`-- run.insertKeys
		INSERT INTO idempotency (bucket, key, operation, fingerprint, parts, status, answer, object, first_seen)
		SELECT r.bucket, r.key, r.operation, r.fingerprint, r.parts, r.status, r.answer, r.object, r.first_seen
		FROM {rows} WHERE TRUE`, set)
}

func (s *stored) scan(row db.Row, before ...any) error {
	var first int64
	var parts, answer []byte
	err := row.Scan(append(before, &s.operation, &s.sum, &parts, &s.answer.Status, &answer, &s.answer.Object, &first)...)
	s.parts = string(parts)
	s.answer.Body = unpack(answer, s.answer.Object)
	s.firstSeen = db.FromMicros(first)
	return err
}

func selectKey(tx *db.Tx, key Key) (stored, bool, error) {
	var s stored
	err := s.scan(tx.Row(`-- run.selectKey
		SELECT operation, fingerprint, parts, status, answer, object, first_seen
		FROM idempotency WHERE bucket = $1 AND key = $2`, key.bucket(), key.hash()))
	if errors.Is(err, db.ErrNone) {
		return stored{}, false, nil
	}
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
		SELECT i.key, i.operation, i.fingerprint, i.parts, i.status, i.answer, i.object, i.first_seen
		FROM {rows} JOIN idempotency i ON i.bucket = r.bucket AND i.key = r.key`, set, func(row db.Row) error {
		var hash []byte
		var s stored
		err := s.scan(row, &hash)
		found[string(hash)] = s
		return err
	})
	return found
}

// stripKeys takes from the keys of a bucket what is only for a repeat soon after, if they were answered before an instant
// (microseconds): at most limit of them, in order of their hash. It tells how many.
func stripKeys(tx *db.Tx, bucket int, before int64, limit int) (int64, error) {
	return tx.Exec(`-- run.stripKeys
		UPDATE idempotency SET fingerprint = $4, parts = $4, answer = NULL
		WHERE bucket = $1 AND key IN (
			SELECT i.key FROM idempotency i
			WHERE i.bucket = $1 AND i.first_seen < $2 AND i.fingerprint <> $4
			ORDER BY i.key LIMIT $3
		)`, bucket, before, limit, []byte{})
}
