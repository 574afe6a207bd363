package staff

import (
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

func insertPerson(tx *db.Tx, p Person, key string) (bool, error) {
	n, err := tx.Exec(`-- staff.insertPerson
		INSERT INTO staff (bucket, id, name, name_key, roles, state, data_key, totp, step, wrong, paused, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0, 0, 0, $8) ON CONFLICT (bucket, name_key) DO NOTHING`,
		p.ID.Bucket(), p.ID, p.Name, key, rolesText(p.Roles), p.State, p.dataKey, db.Micros(p.Created))
	return n == 1, err
}

const personColumns = `id, name, roles, state, data_key, totp, step, wrong, paused, created`

func scanPerson(row db.Row) (Person, error) {
	var p Person
	var roles string
	var paused, created int64
	err := row.Scan(&p.ID, &p.Name, &roles, &p.State, &p.dataKey, &p.totp, &p.step, &p.wrong, &paused, &created)
	p.Roles, p.paused, p.Created = rolesOf(roles), db.FromMicros(paused), db.FromMicros(created)
	return p, err
}

// selectPerson gives NoPerson if there is none.
func selectPerson(tx *db.Tx, who id.Staff, lock bool) (Person, error) {
	text := `-- staff.selectPerson
		SELECT ` + personColumns + ` FROM staff WHERE bucket = $1 AND id = $2`
	if lock {
		text = `-- staff.lockPerson
		SELECT ` + personColumns + ` FROM staff WHERE bucket = $1 AND id = $2 {forupdate}`
	}
	p, err := scanPerson(tx.Row(text, who.Bucket(), who))
	if errors.Is(err, db.ErrNone) {
		err = NoPerson.New()
	}
	return p, err
}

// selectByName gives NoPerson if there is none.
func selectByName(tx *db.Tx, bucket int, key string) (id.Staff, error) {
	var who id.Staff
	err := tx.Row(`-- staff.selectByName
		SELECT id FROM staff WHERE bucket = $1 AND name_key = $2`, bucket, key).Scan(&who)
	if errors.Is(err, db.ErrNone) {
		err = NoPerson.In("name")
	}
	return who, err
}

// selectPeople reads over all buckets; it is a console's list.
func selectPeople(tx *db.Tx) ([]Person, error) {
	var out []Person
	err := tx.Rows(`-- staff.selectPeople
		SELECT `+personColumns+` FROM staff ORDER BY name_key`, nil, func(row db.Row) error {
		p, err := scanPerson(row)
		out = append(out, p)
		return err
	})
	return out, err
}

func updatePerson(tx *db.Tx, p Person) error {
	var totp any
	if p.totp != nil {
		totp = p.totp
	}
	_, err := tx.Exec(`-- staff.updatePerson
		UPDATE staff SET state = $3, totp = $4, step = $5, wrong = $6, paused = $7 WHERE bucket = $1 AND id = $2`,
		p.ID.Bucket(), p.ID, p.State, totp, p.step, p.wrong, db.Micros(p.paused))
	return err
}

func updateKey(tx *db.Tx, who id.Staff, dataKey []byte) error {
	_, err := tx.Exec(`-- staff.updateKey
		UPDATE staff SET data_key = $3 WHERE bucket = $1 AND id = $2`, who.Bucket(), who, dataKey)
	return err
}

func insertLink(tx *db.Tx, t token, who id.Staff, totp []byte, expires time.Time) error {
	_, err := tx.Exec(`-- staff.insertLink
		INSERT INTO staff_link (bucket, token_hash, staff, totp, expires) VALUES ($1, $2, $3, $4, $5)`,
		t.bucket, t.hash, who, totp, db.Micros(expires))
	return err
}

type linkRow struct {
	staff   id.Staff
	totp    []byte
	expires time.Time
}

func selectLink(tx *db.Tx, t token) (linkRow, bool, error) {
	var l linkRow
	var expires int64
	err := tx.Row(`-- staff.selectLink
		SELECT staff, totp, expires FROM staff_link WHERE bucket = $1 AND token_hash = $2`, t.bucket, t.hash).Scan(&l.staff, &l.totp, &expires)
	l.expires = db.FromMicros(expires)
	found, err := absent(err)
	return l, found, err
}

func deleteLinks(tx *db.Tx, who id.Staff) error {
	_, err := tx.Exec(`-- staff.deleteLinks
		DELETE FROM staff_link WHERE bucket = $1 AND staff = $2`, who.Bucket(), who)
	return err
}

func insertBrowser(tx *db.Tx, t token, who id.Staff, device string) error {
	_, err := tx.Exec(`-- staff.insertBrowser
		INSERT INTO staff_browser (bucket, token_hash, staff, device, created, session_hash, opened, seen, proven)
		VALUES ($1, $2, $3, $4, $5, NULL, 0, 0, 0)`, t.bucket, t.hash, who, device, db.Micros(tx.Now()))
	return err
}

type browserRow struct {
	staff  id.Staff
	proven time.Time
}

func selectBrowser(tx *db.Tx, t token) (browserRow, bool, error) {
	var b browserRow
	var proven int64
	found, err := absent(tx.Row(`-- staff.selectBrowser
		SELECT staff, proven FROM staff_browser WHERE bucket = $1 AND token_hash = $2`, t.bucket, t.hash).Scan(&b.staff, &proven))
	b.proven = db.FromMicros(proven)
	return b, found, err
}

func deleteBrowsers(tx *db.Tx, who id.Staff) error {
	_, err := tx.Exec(`-- staff.deleteBrowsers
		DELETE FROM staff_browser WHERE bucket = $1 AND staff = $2`, who.Bucket(), who)
	return err
}

func updateSession(tx *db.Tx, s Session) error {
	_, err := tx.Exec(`-- staff.updateSession
		UPDATE staff_browser SET session_hash = $3, opened = $4, seen = $5, proven = $6 WHERE bucket = $1 AND token_hash = $2`,
		s.browser.bucket, s.browser.hash, s.hash, db.Micros(s.Opened), db.Micros(s.Seen), db.Micros(s.Proven))
	return err
}

func selectSession(tx *db.Tx, t token) (Session, bool, error) {
	s := Session{hash: t.hash, browser: token{bucket: t.bucket}}
	var opened, seen, proven int64
	found, err := absent(tx.Row(`-- staff.selectSession
		SELECT staff, token_hash, opened, seen, proven FROM staff_browser WHERE bucket = $1 AND session_hash = $2`, t.bucket, t.hash).
		Scan(&s.Person.ID, &s.browser.hash, &opened, &seen, &proven))
	s.Opened, s.Seen, s.Proven = db.FromMicros(opened), db.FromMicros(seen), db.FromMicros(proven)
	return s, found, err
}

func updateSeen(tx *db.Tx, s Session) error {
	_, err := tx.Exec(`-- staff.updateSeen
		UPDATE staff_browser SET seen = $3 WHERE bucket = $1 AND session_hash = $2 AND seen < $3`, s.browser.bucket, s.hash, db.Micros(tx.Now()))
	return err
}

func endSession(tx *db.Tx, s Session) error {
	_, err := tx.Exec(`-- staff.endSession
		UPDATE staff_browser SET session_hash = NULL, proven = 0 WHERE bucket = $1 AND session_hash = $2`, s.browser.bucket, s.hash)
	return err
}

func insertLook(tx *db.Tx, l Look) error {
	_, err := tx.Exec(`-- staff.insertLook
		INSERT INTO access_log (bucket, id, staff, member, what, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		l.ID.Bucket(), l.ID, l.By, l.Member, l.What, l.Reason, db.Micros(l.At))
	return err
}

func scanLook(row db.Row) (Look, error) {
	var l Look
	var at int64
	err := row.Scan(&l.ID, &l.By, &l.Member, &l.What, &l.Reason, &at)
	l.At = db.FromMicros(at)
	return l, err
}

// selectLook gives NoPerson if there was none.
func selectLook(tx *db.Tx, look id.Look) (Look, error) {
	l, err := scanLook(tx.Row(`-- staff.selectLook
		SELECT id, staff, member, what, reason, at FROM access_log WHERE bucket = $1 AND id = $2`, look.Bucket(), look))
	if errors.Is(err, db.ErrNone) {
		err = NoPerson.New()
	}
	return l, err
}

func selectLooks(tx *db.Tx, before time.Time, limit int) ([]Look, error) {
	var out []Look
	err := tx.Rows(`-- staff.selectLooks
		SELECT id, staff, member, what, reason, at FROM access_log WHERE at < $1 ORDER BY at DESC, id DESC LIMIT $2`,
		[]any{db.Micros(before), limit}, func(row db.Row) error {
			l, err := scanLook(row)
			out = append(out, l)
			return err
		})
	return out, err
}

func absent(err error) (found bool, failure error) {
	if errors.Is(err, db.ErrNone) {
		return false, nil
	}
	return err == nil, err
}

func countKeys(tx *db.Tx, from, to int, take func(db.Row) error) error {
	return tx.Rows(`-- staff.countKeys
		SELECT substr(data_key, 1, 5), COUNT(*) FROM staff WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(data_key, 1, 5)`, []any{from, to}, take)
}

func selectOldKeys(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error {
	return tx.Rows(`-- staff.selectOldKeys
		SELECT bucket, id FROM staff WHERE bucket >= $1 AND bucket < $2 AND substr(data_key, 1, 5) <> $3 ORDER BY bucket, id`, []any{from, to, current}, take)
}
