package collection

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// upsertHold stores a hold unless one stands on a day: then it is false, and nothing changed.
func upsertHold(tx *db.Tx, h Hold, today jst.Day) (bool, error) {
	n, err := tx.Exec(`-- collection.upsertHold
		INSERT INTO dunning_hold (bucket, member, reason, last_day, stopped_by, stopped) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (bucket, member) DO UPDATE SET reason = excluded.reason, last_day = excluded.last_day,
			stopped_by = excluded.stopped_by, stopped = excluded.stopped, lifted_by = NULL, lifted = NULL
		WHERE dunning_hold.lifted IS NOT NULL OR dunning_hold.last_day < $7`,
		h.Member.Bucket(), h.Member, h.Reason, h.Last, h.By, db.Micros(h.Stopped), today)
	return n == 1, err
}

// liftHold lifts the hold that stands on a day. It is false if none does.
func liftHold(tx *db.Tx, whom id.Member, by string, today jst.Day) (bool, error) {
	n, err := tx.Exec(`-- collection.liftHold
		UPDATE dunning_hold SET lifted_by = $3, lifted = $4
		WHERE bucket = $1 AND member = $2 AND lifted IS NULL AND (last_day IS NULL OR last_day >= $5)`,
		whom.Bucket(), whom, by, db.Micros(tx.Now()), today)
	return n == 1, err
}

const holdColumns = `member, reason, last_day, stopped_by, stopped, COALESCE(lifted_by, ''), COALESCE(lifted, 0)`

func scanHold(row db.Row) (Hold, error) {
	var h Hold
	var stopped, lifted int64
	err := row.Scan(&h.Member, &h.Reason, &h.Last, &h.By, &stopped, &h.LiftBy, &lifted)
	h.Stopped = db.FromMicros(stopped)
	if lifted != 0 {
		h.Lifted = db.FromMicros(lifted)
	}
	return h, err
}

// selectHold answers the latest hold, whether it stands or not.
func selectHold(tx *db.Tx, whom id.Member) (Hold, bool, error) {
	h, err := scanHold(tx.Row(`-- collection.selectHold
		SELECT `+holdColumns+` FROM dunning_hold WHERE bucket = $1 AND member = $2`, whom.Bucket(), whom))
	if errors.Is(err, db.ErrNone) {
		return Hold{}, false, nil
	}
	return h, err == nil, err
}

// selectHolds lists the holds of members that stand on a day, of all buckets.
func selectHolds(tx *db.Tx, today jst.Day, limit int) ([]Hold, error) {
	var found []Hold
	err := tx.Rows(`-- collection.selectHolds
		SELECT `+holdColumns+` FROM dunning_hold
		WHERE lifted IS NULL AND (last_day IS NULL OR last_day >= $1) AND member <> $2 ORDER BY stopped LIMIT $3`,
		[]any{today, Everybody, limit}, func(row db.Row) error {
			h, err := scanHold(row)
			found = append(found, h)
			return err
		})
	return found, err
}
