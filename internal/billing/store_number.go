package billing

import (
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
)

// insertClaims claims receipt numbers and answers those that nobody had.
func insertClaims(tx *db.Tx, numbers []kiosk.ReceiptNumber) (map[kiosk.ReceiptNumber]bool, error) {
	set := db.NewSet(db.Cols{"bucket:int", "number:text", "created:int"})
	for _, n := range numbers {
		set.Add(claimBucket(n), string(n), db.Micros(tx.Now()))
	}
	got := map[kiosk.ReceiptNumber]bool{}
	_, err := tx.Each(`-- billing.insertClaims
		INSERT INTO number_claim (bucket, number, created) SELECT r.bucket, r.number, r.created FROM {rows} WHERE TRUE
		ON CONFLICT (bucket, number) DO NOTHING RETURNING number`, set, func(row db.Row) error {
		var n kiosk.ReceiptNumber
		err := row.Scan(&n)
		got[n] = true
		return err
	})
	return got, err
}

// insertNumbered adds to the slips of the way Number what only they have.
func insertNumbered(tx *db.Tx, slips []Slip) error {
	set := db.NewSet(db.Cols{"bucket:int", "slip:bytes", "statement:bytes", "code:text"})
	n := 0
	for _, s := range slips {
		if s.Kind == Number {
			set.Add(s.ID.Bucket(), s.ID, s.Statement, drawCode(tx))
			n++
		}
	}
	if n == 0 {
		return nil
	}
	_, err := tx.Each(`-- billing.insertNumbered
		INSERT INTO number_slip (bucket, slip, statement, code, told_in, ended_in)
		SELECT r.bucket, r.slip, r.statement, r.code, 0, 0 FROM {rows}`, set, nil)
	return err
}

// begun is what only a slip of the way Number has.
type begun struct {
	code            string
	toldIn, endedIn int // the file in which the agent is told of its beginning and its end; 0 before
}

func selectNumbered(tx *db.Tx, slip Slip) (begun, bool, error) {
	var n begun
	err := tx.Row(`-- billing.selectNumbered
		SELECT n.code, n.told_in, n.ended_in FROM number_slip n WHERE n.bucket = $1 AND n.slip = $2`,
		slip.ID.Bucket(), slip.ID).Scan(&n.code, &n.toldIn, &n.endedIn)
	if errors.Is(err, db.ErrNone) {
		return n, false, nil
	}
	return n, err == nil, err
}

func fileWritten(tx *db.Tx, file int) (bool, error) {
	var written bool
	err := tx.Row(`-- billing.fileWritten
		SELECT f.written FROM number_file f WHERE f.bucket = 0 AND f.number = $1`, file).Scan(&written)
	return written, err
}

func selectOpenNumberFile(tx *db.Tx) (NumberFile, bool, error) {
	var f NumberFile
	err := tx.Row(`-- billing.selectOpenNumberFile
		SELECT f.number, f.made FROM number_file f WHERE f.bucket = 0 AND NOT f.written`).Scan(&f.Number, &f.Made)
	if errors.Is(err, db.ErrNone) {
		return NumberFile{}, false, nil
	}
	return f, err == nil, err
}

// insertNumberFile opens the file after the last. Whoever does so in the same moment tries again and finds this one.
func insertNumberFile(tx *db.Tx, made jst.Day) (NumberFile, error) {
	f := NumberFile{Made: made}
	err := tx.Row(`-- billing.insertNumberFile
		INSERT INTO number_file (bucket, number, made, written, hash, changed)
		SELECT 0, COALESCE(MAX(f.number), 0) + 1, $1, FALSE, NULL, $2 FROM number_file f WHERE f.bucket = 0
		ON CONFLICT DO NOTHING RETURNING number`, made, db.Micros(tx.Now())).Scan(&f.Number)
	if errors.Is(err, db.ErrNone) {
		err = db.ErrSerialization
	}
	return f, err
}

func updateNumberFile(tx *db.Tx, file int, hash []byte) error {
	_, err := tx.Exec(`-- billing.updateNumberFile
		UPDATE number_file SET written = TRUE, hash = $2, changed = $3 WHERE bucket = 0 AND number = $1 AND NOT written`,
		file, hash, db.Micros(tx.Now()))
	return err
}

// selectUntold lists open slips whose numbers the agent does not know, of bills that are to be paid.
func selectUntold(tx *db.Tx, today jst.Day, limit int) ([]Slip, error) {
	return slipsOf(tx, `-- billing.selectUntold
		SELECT `+slipColumns+` FROM number_slip n
		JOIN slip l ON l.bucket = n.bucket AND l.id = n.slip
		JOIN statement s ON s.bucket = n.bucket AND s.id = n.statement
		WHERE n.told_in = 0 AND n.ended_in = 0 AND l.state = 'open' AND s.state = 'issued' AND (l.valid_to IS NULL OR l.valid_to >= $1)
		ORDER BY n.bucket, n.slip LIMIT $2`, []any{today, limit})
}

// selectOldestUntold is when the oldest of these slips was made.
func selectOldestUntold(tx *db.Tx, today jst.Day) (time.Time, error) {
	var created int64
	err := tx.Row(`-- billing.selectOldestUntold
		SELECT l.created FROM number_slip n
		JOIN slip l ON l.bucket = n.bucket AND l.id = n.slip
		JOIN statement s ON s.bucket = n.bucket AND s.id = n.statement
		WHERE n.told_in = 0 AND n.ended_in = 0 AND l.state = 'open' AND s.state = 'issued' AND (l.valid_to IS NULL OR l.valid_to >= $1)
		ORDER BY l.created LIMIT 1`, today).Scan(&created)
	return db.FromMicros(created), err
}

// selectEnding lists slips whose numbers the agent knows and that nobody shall pay with any more.
func selectEnding(tx *db.Tx, today jst.Day, limit int) ([]Slip, error) {
	return slipsOf(tx, `-- billing.selectEnding
		SELECT `+slipColumns+` FROM number_slip n
		JOIN slip l ON l.bucket = n.bucket AND l.id = n.slip
		JOIN statement s ON s.bucket = n.bucket AND s.id = n.statement
		WHERE n.told_in <> 0 AND n.ended_in = 0 AND (l.state = 'closed' OR s.state <> 'issued' OR l.valid_to < $1)
			AND NOT EXISTS (SELECT 1 FROM receipt t WHERE t.bucket = n.bucket AND t.statement = n.statement AND t.slip = n.slip
				AND t.state IN ('prompt', 'confirmed'))
		ORDER BY n.bucket, n.slip LIMIT $2`, []any{today, limit})
}

func slipsOf(tx *db.Tx, text string, args []any) ([]Slip, error) {
	var found []Slip
	err := tx.Rows(text, args, func(row db.Row) error {
		s, _, err := oneSlip(row)
		found = append(found, s)
		return err
	})
	return found, err
}

func markTold(tx *db.Tx, file int, slips []Slip) error {
	_, err := tx.Each(`-- billing.markTold
		UPDATE number_slip SET told_in = r.file FROM {rows} WHERE number_slip.bucket = r.bucket AND number_slip.slip = r.slip`,
		fileRows(file, slips), nil)
	return err
}

func markEnded(tx *db.Tx, file int, slips []Slip) error {
	_, err := tx.Each(`-- billing.markEnded
		UPDATE number_slip SET ended_in = r.file FROM {rows} WHERE number_slip.bucket = r.bucket AND number_slip.slip = r.slip`,
		fileRows(file, slips), nil)
	return err
}

func fileRows(file int, slips []Slip) *db.Set {
	set := db.NewSet(db.Cols{"bucket:int", "slip:bytes", "file:int"})
	for _, s := range slips {
		set.Add(s.ID.Bucket(), s.ID, file)
	}
	return set
}

// selectRecords lists what a file tells: what begins, then what ends. What begins and ends in the same file was dropped.
func selectRecords(tx *db.Tx, file int) ([]NumberRecord, error) {
	var out []NumberRecord
	for _, ends := range []bool{false, true} {
		err := tx.Rows(`-- billing.selectRecords
			SELECT `+slipColumns+`, n.code FROM number_slip n JOIN slip l ON l.bucket = n.bucket AND l.id = n.slip
			WHERE n.told_in <> n.ended_in AND CASE WHEN $2 THEN n.ended_in ELSE n.told_in END = $1 ORDER BY n.bucket, n.slip`,
			[]any{file, ends}, func(row db.Row) error {
				r := NumberRecord{Ends: ends}
				var state string
				var created int64
				s := &r.Slip
				err := row.Scan(&s.ID, &s.Statement, &s.Member, &s.Kind, &s.Number, &s.Digits, &s.Reissue, &s.Amount, &s.ValidFrom,
					&s.ValidTo, &state, &created, &r.Code)
				s.Closed, s.Created = state == "closed", db.FromMicros(created)
				out = append(out, r)
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
