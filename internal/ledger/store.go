package ledger

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/money"
)

func newHeads() *db.Set {
	return db.NewSet(db.Cols{"bucket:int", "id:bytes", "reason:text", "ref:bytes", "day:text", "at:int"})
}

func newLines() *db.Set {
	return db.NewSet(db.Cols{"bucket:int", "entry:bytes", "number:int", "account:text", "holder:bytes", "amount:int"})
}

// insertHeads answers the ids of those that did not stand already.
func insertHeads(tx *db.Tx, heads *db.Set) ([]id.Entry, error) {
	var posted []id.Entry
	_, err := tx.Each(`-- ledger.insertHeads
		INSERT INTO entry (bucket, id, reason, ref, day, at)
		SELECT r.bucket, r.id, r.reason, r.ref, r.day, r.at FROM {rows} WHERE TRUE
		ON CONFLICT (bucket, reason, ref) DO NOTHING
		RETURNING id`, heads, func(row db.Row) error {
		var eid id.Entry
		err := row.Scan(&eid)
		posted = append(posted, eid)
		return err
	})
	return posted, err
}

// insertNew writes heads that cannot stand already, and all lines, with the commit.
func insertNew(tx *db.Tx, heads, lines *db.Set) error {
	err := tx.Later(`-- ledger.insertNewHeads
		INSERT INTO entry (bucket, id, reason, ref, day, at)
		SELECT r.bucket, r.id, r.reason, r.ref, r.day, r.at FROM {rows}`, heads)
	if err != nil {
		return err
	}
	return tx.Later(insertLinesSQL, lines)
}

const insertLinesSQL = `-- ledger.insertLines
	INSERT INTO line (bucket, entry, number, account, holder, amount)
	SELECT r.bucket, r.entry, r.number, r.account, r.holder, r.amount FROM {rows}`

func insertLines(tx *db.Tx, lines *db.Set) error {
	_, err := tx.Each(insertLinesSQL, lines, nil)
	return err
}

// selectBalance looks into every bucket: a merchant's lines stand in those of the members who bought.
func selectBalance(tx *db.Tx, a Account, holder []byte) (money.Yen, error) {
	var sum money.Yen
	err := tx.Row(`-- ledger.selectBalance
		WITH RECURSIVE b (bucket) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT bucket + 1 FROM b WHERE bucket < $3)
		SELECT CAST(COALESCE(SUM((SELECT SUM(l.amount) FROM line l WHERE l.bucket = b.bucket AND l.holder = $1 AND l.account = $2)), 0) AS BIGINT)
		FROM b`, holder, string(a), id.Buckets-1).Scan(&sum)
	return sum, err
}

func selectTotals(tx *db.Tx) (map[Account]money.Yen, error) {
	sums := map[Account]money.Yen{}
	err := tx.Rows(`-- ledger.selectTotals
		SELECT account, CAST(SUM(amount) AS BIGINT) FROM line GROUP BY account`, nil, func(row db.Row) error {
		var a Account
		var sum money.Yen
		err := row.Scan(&a, &sum)
		sums[a] = sum
		return err
	})
	return sums, err
}

func selectAbout(tx *db.Tx, bucket int, ref []byte) ([]Posted, error) {
	var out []Posted
	err := tx.Rows(`-- ledger.selectAbout
		SELECT e.id, e.reason, e.day, e.at, l.account, l.holder, l.amount
		FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
		WHERE e.bucket = $1 AND e.ref = $2 ORDER BY e.at, e.id, l.number`, []any{bucket, ref}, func(row db.Row) error {
		p := Posted{Entry: Entry{Bucket: bucket, Ref: ref}}
		var l Line
		var at int64
		if err := row.Scan(&p.ID, &p.Reason, &p.Day, &at, &l.Account, &l.Holder, &l.Amount); err != nil {
			return err
		}
		p.At = db.FromMicros(at)
		if n := len(out); n == 0 || out[n-1].ID != p.ID {
			out = append(out, p)
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, l)
		return nil
	})
	return out, err
}

// booksChecks are the ledger's own proofs: each selects what must not exist.
var booksChecks = []Check{
	{Name: "every entry balances", Of: id.EntryKind{}, SQL: `-- ledger.checkEntries
		SELECT e.id, 'entry of reason ' || e.reason || ' on ' || e.day || ' is out by ' || CAST(SUM(l.amount) AS TEXT)
		FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
		GROUP BY e.bucket, e.id, e.reason, e.day HAVING SUM(l.amount) <> 0 OR COUNT(*) < 2`},
	{Name: "no entry without lines", Of: id.EntryKind{}, SQL: `-- ledger.checkHeads
		SELECT e.id, 'entry of reason ' || e.reason || ' on ' || e.day || ' has no lines'
		FROM entry e WHERE NOT EXISTS (SELECT 1 FROM line l WHERE l.bucket = e.bucket AND l.entry = e.id)`},
	{Name: "no line without entry", Of: id.EntryKind{}, SQL: `-- ledger.checkLines
		SELECT l.entry, 'line on ' || l.account || ' without entry'
		FROM line l WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.bucket = l.bucket AND e.id = l.entry)`},
	{Name: "debits equal credits", SQL: `-- ledger.checkTotal
		SELECT 'books', 'the books are out by ' || CAST(SUM(amount) AS TEXT) FROM line HAVING SUM(amount) <> 0`},
}

// runCheck collects at most limit breaks of one check, in the order of what they are about.
func runCheck(tx *db.Tx, c Check, limit int) ([]Break, error) {
	var found []Break
	err := tx.Rows(c.SQL+" ORDER BY 1, 2 LIMIT $1", []any{limit}, func(row db.Row) error {
		var about any
		b := Break{Check: c.Name, Code: c.Code()}
		if err := row.Scan(&about, &b.What); err != nil {
			return err
		}
		b.Subject, b.Bucket = c.subject(about)
		found = append(found, b)
		return nil
	})
	return found, err
}
