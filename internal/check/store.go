package check

import (
	"errors"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

const runColumns = `id, state, version, begun, COALESCE(ended, 0), checks, failed, more, breaks, found, gone`

func scanRun(row db.Row) (Run, error) {
	var r Run
	var begun, ended int64
	var failed, more string
	err := row.Scan(&r.ID, &r.State, &r.Version, &begun, &ended, &r.Checks, &failed, &more, &r.Breaks, &r.Found, &r.Gone)
	r.Begun, r.Ended, r.Failed, r.More = db.FromMicros(begun), instant(ended), strings.Fields(failed), strings.Fields(more)
	return r, err
}

// instant reads a column in which 0 stands for none.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return db.FromMicros(micros)
}

func insertRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`-- check.insertRun
		INSERT INTO check_run (bucket, id, state, version, begun, ended, checks, failed, more, breaks, found, gone)
		VALUES (0, $1, $2, $3, $4, NULL, 0, '', '', 0, 0, 0)`, r.ID, r.State, r.Version, db.Micros(r.Begun))
	return err
}

func updateRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`-- check.updateRun
		UPDATE check_run SET state = $2, ended = $3, checks = $4, failed = $5, more = $6, breaks = $7, found = $8, gone = $9
		WHERE bucket = 0 AND id = $1`,
		r.ID, r.State, db.Micros(r.Ended), r.Checks, strings.Join(r.Failed, " "), strings.Join(r.More, " "), r.Breaks, r.Found, r.Gone)
	return err
}

func lockRunning(tx *db.Tx) (Run, bool, error) {
	r, err := scanRun(tx.Row(`-- check.lockRunning
		SELECT ` + runColumns + ` FROM check_run WHERE bucket = 0 AND state = 'running' {forupdate}`))
	if errors.Is(err, db.ErrNone) {
		return Run{}, false, nil
	}
	return r, err == nil, err
}

// lockStill locks a run that must still be the one that runs.
func lockStill(tx *db.Tx, which id.CheckRun) error {
	r, found, err := lockRunning(tx)
	if err == nil && (!found || r.ID != which) {
		err = ErrOvertaken
	}
	return err
}

func selectRun(tx *db.Tx, complete bool) (Run, bool, error) {
	text := `-- check.selectLast
		SELECT ` + runColumns + ` FROM check_run WHERE bucket = 0 ORDER BY id DESC LIMIT 1`
	if complete {
		text = `-- check.selectComplete
		SELECT ` + runColumns + ` FROM check_run WHERE state = 'complete' ORDER BY ended DESC LIMIT 1`
	}
	r, err := scanRun(tx.Row(text))
	if errors.Is(err, db.ErrNone) {
		return Run{}, false, nil
	}
	return r, err == nil, err
}

const breakColumns = `id, code, subject, said, says, first_seen, last_seen, COALESCE(gone, 0), earlier, COALESCE(before, 0), owner, COALESCE(owned, 0)`

func scanBreak(row db.Row) (Break, error) {
	var b Break
	var first, last, gone, before, owned int64
	err := row.Scan(&b.ID, &b.Code, &b.Subject, &b.Said, &b.Says, &first, &last, &gone, &b.Earlier, &before, &b.Owner, &owned)
	b.First, b.Last, b.Gone, b.Before, b.Owned = db.FromMicros(first), db.FromMicros(last), instant(gone), instant(before), instant(owned)
	return b, err
}

func listBreaks(tx *db.Tx, text string, args ...any) ([]Break, error) {
	var out []Break
	err := tx.Rows(text, args, func(row db.Row) error {
		b, err := scanBreak(row)
		out = append(out, b)
		return err
	})
	return out, err
}

// selectOpen reads what is open of one check, over all buckets.
func selectOpen(tx *db.Tx, code string, lock bool) ([]Break, error) {
	if lock {
		return listBreaks(tx, `-- check.lockOpen
			SELECT `+breakColumns+` FROM check_break WHERE code = $1 AND gone IS NULL ORDER BY bucket, id {forupdate}`, code)
	}
	return listBreaks(tx, `-- check.selectOpen
		SELECT `+breakColumns+` FROM check_break WHERE code = $1 AND gone IS NULL ORDER BY bucket, id`, code)
}

func selectAllOpen(tx *db.Tx, limit int) ([]Break, error) {
	return listBreaks(tx, `-- check.selectAllOpen
		SELECT `+breakColumns+` FROM check_break WHERE gone IS NULL ORDER BY first_seen, code, id LIMIT $1`, limit)
}

func selectGone(tx *db.Tx, since time.Time, limit int) ([]Break, error) {
	return listBreaks(tx, `-- check.selectGone
		SELECT `+breakColumns+` FROM check_break WHERE gone >= $1 ORDER BY gone DESC, id LIMIT $2`, db.Micros(since), limit)
}

func selectOpenCodes(tx *db.Tx) ([]string, error) {
	var out []string
	err := tx.Rows(`-- check.selectOpenCodes
		SELECT DISTINCT code FROM check_break WHERE gone IS NULL ORDER BY code`, nil, func(row db.Row) error {
		var code string
		err := row.Scan(&code)
		out = append(out, code)
		return err
	})
	return out, err
}

func countOpen(tx *db.Tx) (int, error) {
	var n int
	err := tx.Row(`-- check.countOpen
		SELECT COUNT(*) FROM check_break WHERE gone IS NULL`).Scan(&n)
	return n, err
}

// key names a break: its check and what it is about.
type key struct{ code, subject string }

// was is how often a break was there before, and when that ended.
type was struct {
	times int
	last  time.Time
}

// selectEarlier tells of breaks that are opened how often they were there before.
func selectEarlier(tx *db.Tx, opened []Break) (map[key]was, error) {
	out := map[key]was{}
	if len(opened) == 0 {
		return out, nil
	}
	set := db.NewSet(db.Cols{"code:text", "subject:text"})
	for _, b := range opened {
		set.Add(b.Code, b.Subject)
	}
	_, err := tx.Each(`-- check.selectEarlier
		SELECT b.code, b.subject, COUNT(*), MAX(b.gone) FROM {rows} JOIN check_break b ON b.code = r.code AND b.subject = r.subject
		WHERE b.gone IS NOT NULL GROUP BY b.code, b.subject`, set, func(row db.Row) error {
		var k key
		var w was
		var last int64
		err := row.Scan(&k.code, &k.subject, &w.times, &last)
		w.last = db.FromMicros(last)
		out[k] = w
		return err
	})
	return out, err
}

func insertBreaks(tx *db.Tx, breaks []Break) error {
	if len(breaks) == 0 {
		return nil
	}
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes", "code:text", "subject:text", "said:text", "at:int", "earlier:int", "before:int"})
	for _, b := range breaks {
		before := int64(0)
		if b.Earlier > 0 {
			before = db.Micros(b.Before)
		}
		set.Add(b.ID.Bucket(), b.ID, b.Code, b.Subject, b.Said, db.Micros(b.First), b.Earlier, before)
	}
	_, err := tx.Each(`-- check.insertBreaks
		INSERT INTO check_break (bucket, id, code, subject, said, says, first_seen, last_seen, gone, earlier, before, owner, owned)
		SELECT r.bucket, r.id, r.code, r.subject, r.said, r.said, r.at, r.at, NULL, r.earlier, NULLIF(r.before, 0), NULL, NULL FROM {rows}`, set, nil)
	return err
}

// updateBreaks writes what was found again, and what is gone.
func updateBreaks(tx *db.Tx, breaks []Break) error {
	if len(breaks) == 0 {
		return nil
	}
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes", "says:text", "seen:int", "gone:int"})
	for _, b := range breaks {
		gone := int64(0)
		if b.State() == Gone {
			gone = db.Micros(b.Gone)
		}
		set.Add(b.ID.Bucket(), b.ID, b.Says, db.Micros(b.Last), gone)
	}
	_, err := tx.Each(`-- check.updateBreaks
		UPDATE check_break SET says = r.says, last_seen = r.seen, gone = NULLIF(r.gone, 0)
		FROM {rows} WHERE check_break.bucket = r.bucket AND check_break.id = r.id`, set, nil)
	return err
}

// selectBreak gives NoBreak if there is none.
func selectBreak(tx *db.Tx, which id.Break, lock bool) (Break, error) {
	text := `-- check.selectBreak
		SELECT ` + breakColumns + ` FROM check_break WHERE bucket = $1 AND id = $2`
	if lock {
		text = `-- check.lockBreak
		SELECT ` + breakColumns + ` FROM check_break WHERE bucket = $1 AND id = $2 {forupdate}`
	}
	b, err := scanBreak(tx.Row(text, which.Bucket(), which))
	if errors.Is(err, db.ErrNone) {
		err = NoBreak.New()
	}
	return b, err
}

func updateOwner(tx *db.Tx, b Break) error {
	_, err := tx.Exec(`-- check.updateOwner
		UPDATE check_break SET owner = $3, owned = $4 WHERE bucket = $1 AND id = $2`, b.ID.Bucket(), b.ID, b.Owner, db.Micros(b.Owned))
	return err
}

func selectNotes(tx *db.Tx, which id.Break) ([]Noted, error) {
	var out []Noted
	err := tx.Rows(`-- check.selectNotes
		SELECT number, note, noted_by, at FROM check_note WHERE bucket = $1 AND about = $2 ORDER BY number`, []any{which.Bucket(), which}, func(row db.Row) error {
		var n Noted
		var at int64
		err := row.Scan(&n.Number, &n.Note, &n.By, &at)
		n.At = db.FromMicros(at)
		out = append(out, n)
		return err
	})
	return out, err
}

func insertNote(tx *db.Tx, which id.Break, n Noted) error {
	_, err := tx.Exec(`-- check.insertNote
		INSERT INTO check_note (bucket, about, number, note, noted_by, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		which.Bucket(), which, n.Number, n.Note, n.By, db.Micros(n.At))
	return err
}
