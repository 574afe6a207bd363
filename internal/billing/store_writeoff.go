package billing

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
)

func insertWriteOff(tx *db.Tx, w WriteOff) error {
	_, err := tx.Exec(`-- billing.insertWriteOff
		INSERT INTO write_off (bucket, id, statement, member, amount, reason, decided_by, second_by, decided, undone_by, undone_second, undone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', NULL)`,
		w.ID.Bucket(), w.ID, w.Statement, w.Member, w.Amount, w.Reason, w.By, w.Second, db.Micros(w.Decided))
	return err
}

func updateUndone(tx *db.Tx, w WriteOff) error {
	_, err := tx.Exec(`-- billing.updateUndone
		UPDATE write_off SET undone_by = $3, undone_second = $4, undone = $5 WHERE bucket = $1 AND id = $2 AND undone IS NULL`,
		w.ID.Bucket(), w.ID, w.UndoneBy, w.UndoneSecond, db.Micros(w.Undone))
	return err
}

func updateWrittenOff(tx *db.Tx, s Statement) error {
	_, err := tx.Exec(`-- billing.updateWrittenOff
		UPDATE statement SET written_off = $3, past_due = $4 WHERE bucket = $1 AND id = $2`, s.ID.Bucket(), s.ID, s.WrittenOff, s.PastDue)
	return err
}

const writeOffColumns = `w.id, w.statement, w.member, w.amount, w.reason, w.decided_by, w.second_by, w.decided, w.undone_by, w.undone_second,
	COALESCE(w.undone, 0)`

func collectWriteOffs(tx *db.Tx, text string, args []any) ([]WriteOff, error) {
	var found []WriteOff
	err := tx.Rows(text, args, func(row db.Row) error {
		var w WriteOff
		var decided, undone int64
		err := row.Scan(&w.ID, &w.Statement, &w.Member, &w.Amount, &w.Reason, &w.By, &w.Second, &decided, &w.UndoneBy, &w.UndoneSecond, &undone)
		w.Decided = db.FromMicros(decided)
		if undone != 0 {
			w.Undone = db.FromMicros(undone)
		}
		found = append(found, w)
		return err
	})
	return found, err
}

func selectWriteOffs(tx *db.Tx, statement id.Statement) ([]WriteOff, error) {
	return collectWriteOffs(tx, `-- billing.selectWriteOffs
		SELECT `+writeOffColumns+` FROM write_off w WHERE w.bucket = $1 AND w.statement = $2 ORDER BY w.decided, w.id`,
		[]any{statement.Bucket(), statement})
}

func selectStandingWriteOffs(tx *db.Tx, limit int) ([]WriteOff, error) {
	return collectWriteOffs(tx, `-- billing.selectStandingWriteOffs
		SELECT `+writeOffColumns+` FROM write_off w WHERE w.undone IS NULL ORDER BY w.decided DESC, w.bucket, w.id LIMIT $1`, []any{limit})
}

// countOpen counts a member's statements that are past due, and those that were written off.
func countOpen(tx *db.Tx, member id.Member) (late, given int, err error) {
	err = tx.Row(`-- billing.countOpen
		SELECT COUNT(CASE WHEN s.past_due THEN 1 END), COUNT(CASE WHEN s.written_off THEN 1 END) FROM statement s
		WHERE s.bucket = $1 AND s.member = $2`, member.Bucket(), member).Scan(&late, &given)
	return late, given, err
}

// selectLinesOf answers the lines of an entry.
func selectLinesOf(tx *db.Tx, reason ledger.Reason, ref id.WriteOff) ([]ledger.Line, error) {
	var lines []ledger.Line
	err := tx.Rows(`-- billing.selectLinesOf
		SELECT l.account, l.holder, l.amount FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
		WHERE e.bucket = $1 AND e.reason = $2 AND e.ref = $3 ORDER BY l.number`,
		[]any{ref.Bucket(), string(reason), ref}, func(row db.Row) error {
			var l ledger.Line
			err := row.Scan(&l.Account, &l.Holder, &l.Amount)
			lines = append(lines, l)
			return err
		})
	return lines, err
}

// writeOffChecks: what was given up is what stands in the books, and what came in all the same (rules D14 to D16).
var writeOffChecks = []ledger.Check{
	{Name: "a statement is written off by a decision that stands", Of: id.StatementKind{}, SQL: `-- billing.checkWrittenOff
		SELECT s.id, 'a statement of ' || s.month || ' in bucket ' || CAST(s.bucket AS TEXT) || ' is written off by nobody'
		FROM statement s WHERE s.written_off AND NOT EXISTS (SELECT 1 FROM write_off w
			WHERE w.bucket = s.bucket AND w.statement = s.id AND w.member = s.member AND w.undone IS NULL)
		UNION ALL
		SELECT w.statement, 'a write-off of ' || CAST(w.amount AS TEXT) || ' in bucket ' || CAST(w.bucket AS TEXT) || ' stands for nothing'
		FROM write_off w WHERE w.undone IS NULL AND NOT EXISTS (SELECT 1 FROM statement s
			WHERE s.bucket = w.bucket AND s.id = w.statement AND s.written_off)`},
	{Name: "every write-off stands in the books, and one that was taken back is reversed", Of: id.WriteOffKind{}, SQL: `-- billing.checkWriteOffBooks
		SELECT x.id, 'a write-off of ' || CAST(x.amount AS TEXT) || ' in bucket ' || CAST(x.bucket AS TEXT) || ' is booked with ' || CAST(x.booked AS TEXT)
		FROM (SELECT w.bucket, w.id, w.amount, w.undone,
				COALESCE(SUM(CASE WHEN e.reason = 'written_off' THEN l.amount END), 0) AS booked,
				COUNT(CASE WHEN e.reason = 'write_off_undone' THEN 1 END) AS reversals
			FROM write_off w
			LEFT JOIN entry e ON e.bucket = w.bucket AND e.ref = w.id AND e.reason IN ('written_off', 'write_off_undone')
			LEFT JOIN line l ON l.bucket = e.bucket AND l.entry = e.id AND l.account = 'member_receivable' AND l.holder = w.member
			GROUP BY w.bucket, w.id, w.amount, w.undone) x
		WHERE x.booked <> -x.amount OR (x.undone IS NULL AND x.reversals > 0) OR (x.undone IS NOT NULL AND x.reversals = 0)`},
	{Name: "recoveries are what came in for statements that are written off, and what shops gave back of them", SQL: `-- billing.checkRecoveries
		SELECT 'bucket ' || CAST(x.bucket AS TEXT), 'recoveries in bucket ' || CAST(x.bucket AS TEXT) || ' are out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT bucket, amount FROM line WHERE account = 'recoveries'
			UNION ALL SELECT w.bucket, w.amount FROM write_off w WHERE w.undone IS NULL
			UNION ALL SELECT g.bucket, g.amount FROM loss_regained g
			UNION ALL SELECT s.bucket, s.received + s.moved - s.total - s.late FROM statement s WHERE s.written_off) x
		GROUP BY x.bucket HAVING SUM(x.amount) <> 0`},
}
