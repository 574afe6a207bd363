package journal

import (
	"errors"
	"strings"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
)

// insertEntry tells whether the reference was free.
func insertEntry(tx *db.Tx, e Entry) (bool, error) {
	n, err := tx.Exec(`-- journal.insertEntry
		INSERT INTO journal (bucket, id, reference, reason, note, day, decided_by, second_by, decided, undone_by, undone_second, undone_note, undone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', NULL) ON CONFLICT (bucket, reference) DO NOTHING`,
		e.ID.Bucket(), e.ID, e.Reference, string(e.Reason), e.Note, e.Day, e.By, e.Second, db.Micros(e.Decided))
	return n == 1, err
}

func insertLines(tx *db.Tx, e Entry) error {
	set := db.NewSet(db.Cols{"bucket:int", "journal:bytes", "number:int", "account:text", "amount:int"})
	for i, l := range e.Lines {
		set.Add(e.ID.Bucket(), e.ID, i+1, string(l.Account), l.Amount)
	}
	_, err := tx.Each(`-- journal.insertLines
		INSERT INTO journal_line (bucket, journal, number, account, amount)
		SELECT r.bucket, r.journal, r.number, r.account, r.amount FROM {rows}`, set, nil)
	return err
}

func updateUndone(tx *db.Tx, e Entry) error {
	_, err := tx.Exec(`-- journal.updateUndone
		UPDATE journal SET undone_by = $3, undone_second = $4, undone_note = $5, undone = $6 WHERE bucket = $1 AND id = $2 AND undone IS NULL`,
		e.ID.Bucket(), e.ID, e.UndoneBy, e.UndoneSecond, e.UndoneNote, db.Micros(e.Undone))
	return err
}

const entryColumns = `j.id, j.reference, j.reason, j.note, j.day, j.decided_by, j.second_by, j.decided, j.undone_by, j.undone_second, j.undone_note,
	COALESCE(j.undone, 0)`

func scanEntry(row db.Row) (Entry, error) {
	var e Entry
	var decided, undone int64
	err := row.Scan(&e.ID, &e.Reference, &e.Reason, &e.Note, &e.Day, &e.By, &e.Second, &decided, &e.UndoneBy, &e.UndoneSecond, &e.UndoneNote, &undone)
	e.Decided = db.FromMicros(decided)
	if undone != 0 {
		e.Undone = db.FromMicros(undone)
	}
	return e, err
}

// selectEntry gives NoEntry if there is none. The lines are read by addLines.
func selectEntry(tx *db.Tx, which id.Journal, lock bool) (Entry, error) {
	text := `-- journal.selectEntry
		SELECT ` + entryColumns + ` FROM journal j WHERE j.bucket = $1 AND j.id = $2`
	if lock {
		text = `-- journal.lockEntry
		SELECT ` + entryColumns + ` FROM journal j WHERE j.bucket = $1 AND j.id = $2 {forupdate}`
	}
	e, err := scanEntry(tx.Row(text, which.Bucket(), which))
	if errors.Is(err, db.ErrNone) {
		err = NoEntry.New()
	}
	return e, err
}

func selectByReference(tx *db.Tx, bucket int, reference string) (which id.Journal, found bool, failure error) {
	err := tx.Row(`-- journal.selectByReference
		SELECT id FROM journal WHERE bucket = $1 AND reference = $2`, bucket, reference).Scan(&which)
	if errors.Is(err, db.ErrNone) {
		return id.Journal{}, false, nil
	}
	return which, err == nil, err
}

// selectEntries reads over all buckets; it is a console's list.
func selectEntries(tx *db.Tx, s Search, limit int) ([]Entry, error) {
	first, last := "", "9999-12-31"
	if !s.First.IsZero() {
		first = s.First.String()
	}
	if !s.Last.IsZero() {
		last = s.Last.String()
	}
	var found []Entry
	err := tx.Rows(`-- journal.selectEntries
		SELECT `+entryColumns+` FROM journal j
		WHERE j.day >= $1 AND j.day <= $2 AND ($3 = '' OR j.reason = $3) AND ($4 = '' OR j.reference = $4)
		ORDER BY j.day DESC, j.decided DESC, j.bucket, j.id LIMIT $5`, []any{first, last, string(s.Reason), s.Reference, limit}, func(row db.Row) error {
		e, err := scanEntry(row)
		found = append(found, e)
		return err
	})
	return found, err
}

// addLines reads the lines of entries.
func addLines(tx *db.Tx, entries []Entry) error {
	set, at := db.NewSet(db.Cols{"bucket:int", "id:bytes"}), make(map[id.Journal]*Entry, len(entries))
	for i := range entries {
		entries[i].Lines = nil
		at[entries[i].ID] = &entries[i]
		set.Add(entries[i].ID.Bucket(), entries[i].ID)
	}
	_, err := tx.Each(`-- journal.selectLines
		SELECT l.journal, l.account, l.amount FROM {rows} JOIN journal_line l ON l.bucket = r.bucket AND l.journal = r.id
		ORDER BY l.bucket, l.journal, l.number`, set, func(row db.Row) error {
		var which id.Journal
		var l Line
		if err := row.Scan(&which, &l.Account, &l.Amount); err != nil {
			return err
		}
		at[which].Lines = append(at[which].Lines, l)
		return nil
	})
	return err
}

// touchable is the accounts that may be touched by hand, in SQL, and byHand those of them that nothing else moves.
func touchable() string {
	return accounts(func(h Hand) bool { return h.Touchable() })
}

func byHand() string {
	return accounts(func(h Hand) bool {
		return h.Touchable() && h.Account != ledger.Bank && h.Account != ledger.AgentReceivable
	})
}

func accounts(which func(Hand) bool) string {
	var words []string
	for _, h := range hands {
		if which(h) {
			words = append(words, "'"+string(h.Account)+"'")
		}
	}
	return strings.Join(words, ", ")
}

// Checks prove that what two people decided is what stands in the books, and that nothing else stands there by hand (rules O16 to
// O18). What it does to the bank and to what agents owe is derived where these are (billing.Checks).
var Checks = []ledger.Check{
	{Name: "every entry by hand stands in the books as it was decided, and its mirror once it was reversed", Of: id.JournalKind{}, SQL: `-- journal.checkBooked
		SELECT x.ref, 'line ' || CAST(x.number AS TEXT) || ' on ' || x.account || ' of an entry by hand, ' || x.reason || ' in bucket ' || CAST(x.bucket AS TEXT)
			|| ', is out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT e.bucket, e.ref, e.reason, l.number, l.account, l.amount
				FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id WHERE e.reason IN ('manual', 'manual_reversed')
			UNION ALL SELECT bucket, journal, 'manual', number, account, -amount FROM journal_line
			UNION ALL SELECT l.bucket, l.journal, 'manual_reversed', l.number, l.account, l.amount
				FROM journal_line l JOIN journal j ON j.bucket = l.bucket AND j.id = l.journal WHERE j.undone IS NOT NULL) x
		GROUP BY x.bucket, x.ref, x.reason, x.number, x.account HAVING SUM(x.amount) <> 0`},
	{Name: "an entry by hand has its day, its lines and the two people who decided it", Of: id.JournalKind{}, SQL: `-- journal.checkDecided
		SELECT j.id, 'an entry by hand of ' || j.day || ' in bucket ' || CAST(j.bucket AS TEXT) || ' is not in the books of its day'
		FROM journal j WHERE NOT EXISTS (SELECT 1 FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
			WHERE e.bucket = j.bucket AND e.reason = 'manual' AND e.ref = j.id AND e.day = j.day)
		UNION ALL
		SELECT e.ref, 'an entry ' || e.reason || ' of ' || e.day || ' in bucket ' || CAST(e.bucket AS TEXT) || ' was decided by nobody'
		FROM entry e WHERE e.reason IN ('manual', 'manual_reversed') AND NOT EXISTS (SELECT 1 FROM journal j
			WHERE j.bucket = e.bucket AND j.id = e.ref AND (e.reason = 'manual' OR j.undone IS NOT NULL))
		UNION ALL
		SELECT l.journal, 'a line on ' || l.account || ' in bucket ' || CAST(l.bucket AS TEXT) || ' is of no entry by hand'
		FROM journal_line l WHERE NOT EXISTS (SELECT 1 FROM journal j WHERE j.bucket = l.bucket AND j.id = l.journal)`},
	{Name: "entries by hand touch only the accounts that are theirs, and these only they touch", SQL: `-- journal.checkAccounts
		SELECT e.ref, 'an entry ' || e.reason || ' of ' || e.day || ' in bucket ' || CAST(e.bucket AS TEXT) || ' touches ' || l.account
		FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
		WHERE (e.reason IN ('manual', 'manual_reversed') AND (l.account NOT IN (` + touchable() + `) OR LENGTH(l.holder) > 0))
			OR (e.reason NOT IN ('manual', 'manual_reversed') AND l.account IN (` + byHand() + `))`},
}
