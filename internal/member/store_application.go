package member

import (
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

// applicationRow is a registration as stored; what is personal is sealed.
type applicationRow struct {
	id                           id.Application
	state                        ApplicationState
	phoneIndex                   []byte
	dataKey                      []byte
	phone, name, birth, guardian []byte
	consented                    time.Time
	address, addressIndex, mail  []byte
	takenOver                    bool
	agreement                    string
	agreed                       time.Time
	reason                       ReviewReason
	decidedBy                    string
	member                       id.Member
	lang                         string
	opened, changed, expires     time.Time
}

// gone tells that an unfinished registration has had its time, whether or not it is erased already.
func (r applicationRow) gone(now time.Time) bool { return r.state == Open && !now.Before(r.expires) }

// erased is the row without what is personal (rule M18).
func (r applicationRow) erased() *applicationRow {
	r.dataKey, r.phone, r.name, r.birth, r.guardian = nil, nil, nil, nil, nil
	r.address, r.addressIndex, r.mail = nil, nil, nil
	return &r
}

func insertApplication(tx *db.Tx, r applicationRow) (bool, error) {
	n, err := tx.Exec(`-- member.insertApplication
		INSERT INTO application (bucket, id, state, phone_index, data_key, phone, consented, taken_over, agreement, agreed,
			reason, decided_by, lang, opened, changed, expires)
		VALUES ($1, $2, $3, $4, $5, $6, 0, $7, '', 0, '', '', $8, $9, $10, $11)
		ON CONFLICT (bucket, phone_index) WHERE state IN ('open', 'review') DO NOTHING`,
		r.id.Bucket(), r.id, r.state, r.phoneIndex, r.dataKey, r.phone, r.takenOver, r.lang, db.Micros(r.opened),
		db.Micros(r.changed), db.Micros(r.expires))
	return n == 1, err
}

func updateApplication(tx *db.Tx, r applicationRow) error {
	n, err := tx.Exec(`-- member.updateApplication
		UPDATE application SET state = $3, data_key = $4, phone = $5, name = $6, birth = $7, guardian = $8, consented = $9,
			address = $10, address_index = $11, mail = $12, taken_over = $13, agreement = $14, agreed = $15, reason = $16,
			decided_by = $17, member = $18, changed = $19, expires = $20
		WHERE bucket = $1 AND id = $2`,
		r.id.Bucket(), r.id, r.state, orNull(r.dataKey), orNull(r.phone), orNull(r.name), orNull(r.birth), orNull(r.guardian),
		db.Micros(r.consented), orNull(r.address), orNull(r.addressIndex), orNull(r.mail), r.takenOver, r.agreement,
		db.Micros(r.agreed), r.reason, r.decidedBy, r.member, db.Micros(r.changed), db.Micros(r.expires))
	return mustChange(n, err)
}

const applicationColumns = `id, state, phone_index, data_key, phone, name, birth, guardian, consented, address,
	address_index, mail, taken_over, agreement, agreed, reason, decided_by, member, lang, opened, changed, expires`

func selectApplication(tx *db.Tx, app id.Application, lock bool) (applicationRow, bool, error) {
	text := `-- member.selectApplication
		SELECT ` + applicationColumns + ` FROM application WHERE bucket = $1 AND id = $2`
	if lock {
		text = `-- member.lockApplication
		SELECT ` + applicationColumns + ` FROM application WHERE bucket = $1 AND id = $2 {forupdate}`
	}
	return scanApplication(tx.Row(text, app.Bucket(), app))
}

// lockLiveApplication is the registration of a number that is open or waits for a person.
func lockLiveApplication(tx *db.Tx, p place) (applicationRow, bool, error) {
	return scanApplication(tx.Row(`-- member.lockLiveApplication
		SELECT `+applicationColumns+` FROM application
		WHERE bucket = $1 AND phone_index = $2 AND state IN ('open', 'review') {forupdate}`, p.bucket, p.index))
}

func scanApplication(row db.Row) (applicationRow, bool, error) {
	var r applicationRow
	var consented, agreed, opened, changed, expires int64
	found, err := absent(row.Scan(&r.id, &r.state, &r.phoneIndex, &r.dataKey, &r.phone, &r.name, &r.birth, &r.guardian,
		&consented, &r.address, &r.addressIndex, &r.mail, &r.takenOver, &r.agreement, &agreed, &r.reason, &r.decidedBy,
		&r.member, &r.lang, &opened, &changed, &expires))
	r.consented, r.agreed = db.FromMicros(consented), db.FromMicros(agreed)
	r.opened, r.changed, r.expires = db.FromMicros(opened), db.FromMicros(changed), db.FromMicros(expires)
	return r, found, err
}

func deleteApplication(tx *db.Tx, app id.Application) error {
	n, err := tx.Exec(`-- member.deleteApplication
		DELETE FROM application WHERE bucket = $1 AND id = $2`, app.Bucket(), app)
	return mustChange(n, err)
}

func sweepApplications(tx *db.Tx, limit int) (int64, error) {
	return tx.Exec(`-- member.sweepApplications
	DELETE FROM application WHERE (bucket, id) IN (
		SELECT bucket, id FROM application WHERE state = 'open' AND expires <= $1 ORDER BY expires LIMIT $2)`, db.Micros(tx.Now()), limit)
}

// selectWaiting reads over all buckets; it is an operator's list.
func selectWaiting(tx *db.Tx, limit int) ([]Waiting, error) {
	var out []Waiting
	err := tx.Rows(`-- member.selectWaiting
		SELECT id, reason, agreed FROM application WHERE state = 'review' ORDER BY id LIMIT $1`, []any{limit}, func(row db.Row) error {
		var w Waiting
		var agreed int64
		err := row.Scan(&w.ID, &w.Reason, &agreed)
		w.Since = db.FromMicros(agreed)
		out = append(out, w)
		return err
	})
	return out, err
}
