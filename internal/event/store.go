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

func newOutboxSet() *db.Set {
	return db.NewSet(db.Cols{"bucket:int", "subject:bytes?", "turn:int", "id:bytes", "facts:bytes"})
}

// The turn of a fact about a new subject is its instant and its step.
const insertFirstSQL = `-- event.insertFirst
INSERT INTO event (bucket, subject, turn, id, kind, member, merchant, side, actor, data, request, at)
SELECT r.bucket, r.subject, r.at + r.step, r.id, r.kind, r.member, r.merchant, r.side, r.actor, r.data, r.request, r.at
FROM {rows} WHERE TRUE`

const insertFirstOutboxSQL = `-- event.insertFirstOutbox
INSERT INTO event_outbox (bucket, turn, id, facts) SELECT r.bucket, r.turn, r.id, r.facts FROM {rows} WHERE TRUE`

// insertFirst writes facts about new subjects, and one row into the outbox for all of them.
func insertFirst(tx *db.Tx, facts, outbox *db.Set) error {
	if err := tx.Later(insertFirstSQL, facts); err != nil {
		return err
	}
	return tx.Later(insertFirstOutboxSQL, outbox)
}

// The turn is the later of now and the one after the subject's last. On SQLite the set is inserted row by row and each
// row sees those before it, so turns may grow by more than one; only their order counts.
const insertFurtherSQL = `-- event.insertFurther
INSERT INTO event (bucket, subject, turn, id, kind, member, merchant, side, actor, data, request, at)
SELECT n.bucket, n.subject, n.step + CASE WHEN n.next > n.at THEN n.next ELSE n.at END, n.id,
	n.kind, n.member, n.merchant, n.side, n.actor, n.data, n.request, n.at
FROM (
	SELECT r.bucket, r.id, r.step, r.kind, r.subject, r.member, r.merchant, r.side, r.actor, r.data, r.request, r.at,
		1 + COALESCE((SELECT MAX(e.turn) FROM event e WHERE e.bucket = r.bucket AND e.subject = r.subject), 0) AS next
	FROM {rows}
) AS n
WHERE TRUE`

const insertFurtherOutboxSQL = `-- event.insertFurtherOutbox
INSERT INTO event_outbox (bucket, turn, id, facts)
SELECT e.bucket, e.turn, e.id, r.facts
FROM {rows} JOIN event e ON e.bucket = r.bucket AND e.subject = r.subject AND e.turn >= r.turn AND e.id = r.id`

// insertFurther writes facts about subjects that may have some already, with a row each in the outbox, which waits until
// the fact's turn is known.
func insertFurther(tx *db.Tx, facts, outbox *db.Set) error {
	if err := tx.LaterAll(insertFurtherSQL, facts); err != nil {
		return err
	}
	return tx.LaterAll(insertFurtherOutboxSQL, outbox)
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
ORDER BY e.turn DESC LIMIT $3`

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

func loadMerchantPlaces(tx *db.Tx, merchant id.Merchant, after int64, limit int) ([]place, error) {
	return loadPlacesFrom(after, limit, func(after int64, pages int, scan func(db.Row) error) error {
		return tx.Rows(`-- event.loadMerchantPages
SELECT last, facts FROM merchant_event WHERE bucket = $1 AND merchant = $2 AND last > $3 ORDER BY last LIMIT $4`,
			[]any{merchant.Bucket(), merchant, after, pages}, scan)
	})
}

func loadPlaces(tx *db.Tx, after int64, limit int) ([]place, error) {
	return loadPlacesFrom(after, limit, func(after int64, pages int, scan func(db.Row) error) error {
		return tx.Rows(`-- event.loadPages
SELECT last, facts FROM event_log WHERE bucket = 0 AND last > $1 ORDER BY last LIMIT $2`, []any{after, pages}, scan)
	})
}

// loadPlacesFrom reads the places behind after, at most limit, a few pages at a time: pages may be full or hold one fact.
func loadPlacesFrom(after int64, limit int, load func(after int64, pages int, scan func(db.Row) error) error) ([]place, error) {
	var places []place
	pages := limit/pageMax + 2
	for found := pages; found == pages && len(places) < limit; {
		found = 0
		err := load(after, pages, func(row db.Row) error {
			var last int64
			var facts []byte
			if err := row.Scan(&last, &facts); err != nil {
				return err
			}
			page, err := placesOf(last, facts)
			for _, p := range page {
				if p.position > after {
					places = append(places, p)
				}
			}
			found, after = found+1, last
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return places[:min(limit, len(places))], nil
}

const loadFactsSQL = `-- event.loadFacts
SELECT ` + factColumns + `, r.nth
FROM {rows} JOIN event e ON e.bucket = r.bucket AND e.subject = r.subject AND e.turn = r.turn`

// loadFacts reads the facts at the given places, in any order, and tells for each which place it was. The log and the
// facts live in different buckets, so they are fetched by subject and turn and not joined.
func loadFacts(tx *db.Tx, places []place, each func(i int, f Recorded)) error {
	set := db.NewSet(db.Cols{"bucket:int", "subject:bytes", "turn:int", "nth:int"})
	for i, p := range places {
		set.Add(p.subject.Bucket(), p.subject, p.turn, i)
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
	set := db.NewSet(db.Cols{"position:int"})
	set.Add(position)
	return tx.LaterAll(`-- event.moveRelay
UPDATE event_relay SET position = r.position FROM {rows} WHERE event_relay.bucket = 0`, set)
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
SELECT bucket, turn, id, facts FROM event_outbox ORDER BY turn, bucket, id LIMIT $1`

// waitingRow is a row of the outbox.
type waitingRow struct {
	bucket int64
	turn   int64
	id     id.Event
	facts  []byte
}

func loadOutbox(tx *db.Tx, limit int) ([]waitingRow, error) {
	var waiting []waitingRow
	err := tx.Rows(loadOutboxSQL, []any{limit}, func(row db.Row) error {
		var w waitingRow
		err := row.Scan(&w.bucket, &w.turn, &w.id, &w.facts)
		waiting = append(waiting, w)
		return err
	})
	return waiting, err
}

const loadLastNumbersSQL = `-- event.loadLastNumbers
SELECT r.merchant, COALESCE((
	SELECT MAX(m.last) FROM merchant_event m WHERE m.bucket = r.bucket AND m.merchant = r.merchant
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
	set := db.NewSet(db.Cols{"last:int", "facts:bytes"})
	for page := range slices.Chunk(given, pageMax) {
		var facts []byte
		for _, w := range page {
			facts = w.appendPlace(facts)
		}
		set.Add(page[len(page)-1].position, facts)
	}
	return tx.Later(`-- event.insertLog
INSERT INTO event_log (bucket, last, facts) SELECT 0, r.last, r.facts FROM {rows} WHERE TRUE`, set)
}

func insertMerchantEvents(tx *db.Tx, given []waitingFact) error {
	set := db.NewSet(db.Cols{"bucket:int", "merchant:bytes", "last:int", "facts:bytes"})
	for _, feed := range byMerchant(given) {
		for page := range slices.Chunk(feed, pageMax) {
			var facts []byte
			for _, w := range page {
				facts = w.appendPlace(facts)
			}
			end := page[len(page)-1]
			set.Add(end.merchant.Bucket(), end.merchant, end.number, facts)
		}
	}
	return tx.Later(`-- event.insertMerchantEvents
INSERT INTO merchant_event (bucket, merchant, last, facts) SELECT r.bucket, r.merchant, r.last, r.facts FROM {rows} WHERE TRUE`, set)
}

const deleteOutboxSQL = `-- event.deleteOutbox
DELETE FROM event_outbox WHERE (bucket, turn, id) IN (SELECT r.bucket, r.turn, r.id FROM {rows})`

func deleteOutbox(tx *db.Tx, placed []waitingRow) error {
	set := db.NewSet(db.Cols{"bucket:int", "turn:int", "id:bytes"})
	for _, w := range placed {
		set.Add(w.bucket, w.turn, w.id)
	}
	return tx.LaterAll(deleteOutboxSQL, set)
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
	set := db.NewSet(db.Cols{"reader:text", "position:int"})
	set.Add(reader, position)
	return tx.LaterAll(`-- event.moveCursor
UPDATE event_cursor SET position = r.position FROM {rows} WHERE event_cursor.bucket = 0 AND event_cursor.reader = r.reader`, set)
}
