package event

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

func newFactSet() *db.Set {
	return db.NewSet(db.Cols{
		"bucket:int", "id:bytes", "step:int", "kind:text", "subject:bytes", "member:bytes?", "merchant:bytes?",
		"side:text", "actor:text", "data:text", "request:text", "at:int",
	})
}

// The turn of a fact about a new subject is its instant.
const insertFirstSQL = `-- event.insertFirst
INSERT INTO event (bucket, id, turn, kind, subject, member, merchant, side, actor, data, request, at)
SELECT r.bucket, r.id, r.at + r.step, r.kind, r.subject, r.member, r.merchant, r.side, r.actor, r.data, r.request, r.at
FROM {rows} WHERE TRUE`

const insertFirstOutboxSQL = `-- event.insertFirstOutbox
INSERT INTO event_outbox (bucket, turn, id, merchant)
SELECT r.bucket, r.at + r.step, r.id, r.merchant FROM {rows} WHERE TRUE`

func insertFirst(tx *db.Tx, facts *db.Set) error {
	if err := tx.Later(insertFirstSQL, facts); err != nil {
		return err
	}
	return tx.Later(insertFirstOutboxSQL, facts)
}

// The turn is the later of now and the one after the subject's last. On SQLite the set is inserted row by row and each
// row sees those before it, so turns may grow by more than one; only their order counts.
const insertFurtherSQL = `-- event.insertFurther
INSERT INTO event (bucket, id, turn, kind, subject, member, merchant, side, actor, data, request, at)
SELECT n.bucket, n.id, n.step + CASE WHEN n.next > n.at THEN n.next ELSE n.at END,
	n.kind, n.subject, n.member, n.merchant, n.side, n.actor, n.data, n.request, n.at
FROM (
	SELECT r.bucket, r.id, r.step, r.kind, r.subject, r.member, r.merchant, r.side, r.actor, r.data, r.request, r.at,
		1 + COALESCE((SELECT MAX(e.turn) FROM event e WHERE e.bucket = r.bucket AND e.subject = r.subject), 0) AS next
	FROM {rows}
) AS n
WHERE TRUE`

const insertFurtherOutboxSQL = `-- event.insertFurtherOutbox
INSERT INTO event_outbox (bucket, turn, id, merchant)
SELECT e.bucket, e.turn, e.id, e.merchant FROM {rows} JOIN event e ON e.bucket = r.bucket AND e.id = r.id`

func insertFurther(tx *db.Tx, facts *db.Set) error {
	if err := tx.LaterAll(insertFurtherSQL, facts); err != nil {
		return err
	}
	return tx.LaterAll(insertFurtherOutboxSQL, facts)
}

const factColumns = `e.id, e.kind, e.subject, e.member, e.merchant, e.side, e.actor, e.request, e.data, e.at`

func scanFact(row db.Row, more ...any) (Recorded, error) {
	var f Recorded
	var data string
	var at int64
	err := row.Scan(append([]any{
		&f.ID, &f.Kind, &f.Subject, &f.Member, &f.Merchant, &f.Side, &f.Actor, &f.Request, &data, &at,
	}, more...)...)
	f.Data, f.At = []byte(data), db.FromMicros(at)
	return f, err
}

const loadTimelineSQL = `-- event.loadTimeline
SELECT ` + factColumns + ` FROM event e
WHERE e.bucket = $1 AND e.subject = $2
ORDER BY e.turn DESC, e.id DESC LIMIT $3`

func loadTimeline(tx *db.Tx, subject Subject, limit int) ([]Recorded, error) {
	var facts []Recorded
	err := tx.Rows(loadTimelineSQL, []any{subject.Bucket(), subject, limit}, func(row db.Row) error {
		f, err := scanFact(row)
		facts = append(facts, f)
		return err
	})
	slices.Reverse(facts)
	return facts, err
}

// place says where a fact stands.
type place struct {
	position int64 // in the log; 0 when a feed was read
	number   int64 // in its merchant's feed; 0 without a merchant
	bucket   int64
	id       id.Event
}

const loadMerchantPlacesSQL = `-- event.loadMerchantPlaces
SELECT 0, number, event_bucket, event_id FROM merchant_event
WHERE bucket = $1 AND merchant = $2 AND number > $3
ORDER BY number LIMIT $4`

func loadMerchantPlaces(tx *db.Tx, merchant id.Merchant, after int64, limit int) ([]place, error) {
	return scanPlaces(tx, loadMerchantPlacesSQL, merchant.Bucket(), merchant, after, limit)
}

const loadPlacesSQL = `-- event.loadPlaces
SELECT position, number, event_bucket, event_id FROM event_log
WHERE bucket = 0 AND position > $1
ORDER BY position LIMIT $2`

func loadPlaces(tx *db.Tx, after int64, limit int) ([]place, error) {
	return scanPlaces(tx, loadPlacesSQL, after, limit)
}

func scanPlaces(tx *db.Tx, sql string, args ...any) ([]place, error) {
	var places []place
	err := tx.Rows(sql, args, func(row db.Row) error {
		var p place
		if err := row.Scan(&p.position, &p.number, &p.bucket, &p.id); err != nil {
			return err
		}
		places = append(places, p)
		return nil
	})
	return places, err
}

const loadFactsSQL = `-- event.loadFacts
SELECT ` + factColumns + `, r.nth FROM {rows} JOIN event e ON e.bucket = r.bucket AND e.id = r.id`

// loadFacts reads the facts at the given places, in any order, and tells for each which place it was. The log and the
// facts live in different buckets, so they are fetched by id and not joined.
func loadFacts(tx *db.Tx, places []place, each func(i int, f Recorded)) error {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes", "nth:int"})
	for i, p := range places {
		set.Add(p.bucket, p.id, i)
	}
	n, err := tx.Each(loadFactsSQL, set, func(row db.Row) error {
		var nth int64
		f, err := scanFact(row, &nth)
		if err != nil {
			return err
		}
		f.Number = places[nth].number
		each(int(nth), f)
		return nil
	})
	if err == nil && n != int64(len(places)) {
		return fmt.Errorf("event: %d of %d facts that have a place are missing", int64(len(places))-n, len(places))
	}
	return err
}

func lockRelay(tx *db.Tx) (position int64, err error) {
	err = tx.Row(`-- event.lockRelay
SELECT position FROM event_relay WHERE bucket = 0 {forupdate}`).Scan(&position)
	return position, err
}

func moveRelay(tx *db.Tx, position int64) error {
	_, err := tx.Exec(`-- event.moveRelay
UPDATE event_relay SET position = $1 WHERE bucket = 0`, position)
	return err
}

func lastPosition(tx *db.Tx) (position int64, err error) {
	err = tx.Row(`-- event.lastPosition
SELECT position FROM event_relay WHERE bucket = 0`).Scan(&position)
	return position, err
}

const findOldestTurnSQL = `-- event.findOldestTurn
SELECT turn FROM event_outbox ORDER BY turn, bucket, id LIMIT 1`

func findOldestTurn(tx *db.Tx) (time.Time, bool, error) {
	var turn int64
	err := tx.Row(findOldestTurnSQL).Scan(&turn)
	if errors.Is(err, db.ErrNone) {
		return time.Time{}, false, nil
	}
	return db.FromMicros(turn), err == nil, err
}

const loadOutboxSQL = `-- event.loadOutbox
SELECT bucket, turn, id, merchant FROM event_outbox ORDER BY turn, bucket, id LIMIT $1`

func loadOutbox(tx *db.Tx, limit int) ([]waitingFact, error) {
	var waiting []waitingFact
	err := tx.Rows(loadOutboxSQL, []any{limit}, func(row db.Row) error {
		var w waitingFact
		if err := row.Scan(&w.bucket, &w.turn, &w.id, &w.merchant); err != nil {
			return err
		}
		waiting = append(waiting, w)
		return nil
	})
	return waiting, err
}

const loadLastNumbersSQL = `-- event.loadLastNumbers
SELECT r.merchant, COALESCE((
	SELECT MAX(m.number) FROM merchant_event m WHERE m.bucket = r.bucket AND m.merchant = r.merchant
), 0) FROM {rows}`

// loadLastNumbers gives the last number of each merchant concerned. Only the holder of the relay's lock writes numbers,
// so the highest one is the last.
func loadLastNumbers(tx *db.Tx, waiting []waitingFact) (map[id.Merchant]int64, error) {
	last := map[id.Merchant]int64{}
	set := db.NewSet(db.Cols{"bucket:int", "merchant:bytes"})
	for _, w := range waiting {
		if _, asked := last[w.merchant]; asked || w.merchant.IsZero() {
			continue
		}
		last[w.merchant] = 0
		set.Add(w.merchant.Bucket(), w.merchant)
	}
	_, err := tx.Each(loadLastNumbersSQL, set, func(row db.Row) error {
		var merchant id.Merchant
		var number int64
		if err := row.Scan(&merchant, &number); err != nil {
			return err
		}
		last[merchant] = number
		return nil
	})
	return last, err
}

func insertLog(tx *db.Tx, given []waitingFact) error {
	set := db.NewSet(db.Cols{"position:int", "number:int", "event_bucket:int", "event_id:bytes"})
	for _, w := range given {
		set.Add(w.position, w.number, w.bucket, w.id)
	}
	_, err := tx.Each(`-- event.insertLog
INSERT INTO event_log (bucket, position, number, event_bucket, event_id)
SELECT 0, r.position, r.number, r.event_bucket, r.event_id FROM {rows} WHERE TRUE`, set, nil)
	return err
}

func insertMerchantEvents(tx *db.Tx, given []waitingFact) error {
	set := db.NewSet(db.Cols{"bucket:int", "merchant:bytes", "number:int", "event_bucket:int", "event_id:bytes"})
	for _, w := range given {
		if w.number > 0 {
			set.Add(w.merchant.Bucket(), w.merchant, w.number, w.bucket, w.id)
		}
	}
	_, err := tx.Each(`-- event.insertMerchantEvents
INSERT INTO merchant_event (bucket, merchant, number, event_bucket, event_id)
SELECT r.bucket, r.merchant, r.number, r.event_bucket, r.event_id FROM {rows} WHERE TRUE`, set, nil)
	return err
}

const deleteOutboxSQL = `-- event.deleteOutbox
DELETE FROM event_outbox WHERE (bucket, turn, id) IN (SELECT r.bucket, r.turn, r.id FROM {rows})`

func deleteOutbox(tx *db.Tx, given []waitingFact) error {
	set := db.NewSet(db.Cols{"bucket:int", "turn:int", "id:bytes"})
	for _, w := range given {
		set.Add(w.bucket, w.turn, w.id)
	}
	n, err := tx.Each(deleteOutboxSQL, set, nil)
	if err == nil && n != int64(len(given)) {
		return fmt.Errorf("event: %d facts got a place, %d left the outbox", len(given), n)
	}
	return err
}

func lockCursor(tx *db.Tx, reader string) (position int64, err error) {
	if _, err := tx.Exec(`-- event.insertCursor
INSERT INTO event_cursor (bucket, reader, position) VALUES (0, $1, 0) ON CONFLICT (bucket, reader) DO NOTHING`, reader); err != nil {
		return 0, err
	}
	err = tx.Row(`-- event.lockCursor
SELECT position FROM event_cursor WHERE bucket = 0 AND reader = $1 {forupdate}`, reader).Scan(&position)
	return position, err
}

func findCursor(tx *db.Tx, reader string) (position int64, err error) {
	err = tx.Row(`-- event.findCursor
SELECT position FROM event_cursor WHERE bucket = 0 AND reader = $1`, reader).Scan(&position)
	return position, err
}

func moveCursor(tx *db.Tx, reader string, position int64) error {
	_, err := tx.Exec(`-- event.moveCursor
UPDATE event_cursor SET position = $2 WHERE bucket = 0 AND reader = $1`, reader, position)
	return err
}
