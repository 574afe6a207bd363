package member

import (
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

// memberRow is a member as stored; what is personal is sealed.
type memberRow struct {
	id                           id.Member
	state                        State
	dataKey                      []byte
	phone, name, nameNorm, birth []byte
	guardian                     []byte
	consented                    time.Time
	address, addressIndex, mail  []byte
	lang, wayToPay, agreement    string
	agreed, created              time.Time
}

func insertMember(tx *db.Tx, r memberRow) error {
	_, err := tx.Exec(`-- member.insertMember
		INSERT INTO member (bucket, id, state, data_key, phone, name, name_norm, birth, guardian, consented, address,
			address_index, mail, lang, agreement, agreed, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		r.id.Bucket(), r.id, r.state, r.dataKey, r.phone, r.name, r.nameNorm, r.birth, orNull(r.guardian),
		db.Micros(r.consented), r.address, r.addressIndex, r.mail, r.lang, r.agreement, db.Micros(r.agreed), db.Micros(r.created))
	return err
}

const memberColumns = `id, state, data_key, phone, name, name_norm, birth, guardian, consented, address, address_index,
	mail, lang, way_to_pay, agreement, agreed, created`

func selectMember(tx *db.Tx, member id.Member) (memberRow, error) {
	return scanMember(tx.Row(`-- member.selectMember
		SELECT `+memberColumns+` FROM member WHERE bucket = $1 AND id = $2`, member.Bucket(), member))
}

func scanMember(row db.Row) (memberRow, error) {
	var r memberRow
	var consented, agreed, created int64
	err := row.Scan(&r.id, &r.state, &r.dataKey, &r.phone, &r.name, &r.nameNorm, &r.birth, &r.guardian, &consented,
		&r.address, &r.addressIndex, &r.mail, &r.lang, &r.wayToPay, &r.agreement, &agreed, &created)
	r.consented, r.agreed, r.created = db.FromMicros(consented), db.FromMicros(agreed), db.FromMicros(created)
	return r, err
}

// updateMember writes a guest's row anew: with what they gave this time, or as a member's.
func updateMember(tx *db.Tx, r memberRow, from State) error {
	n, err := tx.Exec(`-- member.updateMember
		UPDATE member SET state = $3, data_key = $4, phone = $5, name = $6, name_norm = $7, birth = $8, guardian = $9, consented = $10,
			address = $11, address_index = $12, mail = $13, lang = $14, agreement = $15, agreed = $16
		WHERE bucket = $1 AND id = $2 AND state = $17`,
		r.id.Bucket(), r.id, r.state, r.dataKey, r.phone, r.name, r.nameNorm, r.birth, orNull(r.guardian), db.Micros(r.consented),
		r.address, r.addressIndex, r.mail, r.lang, r.agreement, db.Micros(r.agreed), from)
	return mustChange(n, err)
}

func selectState(tx *db.Tx, member id.Member) (State, error) {
	var state State
	err := tx.Row(`-- member.selectState
		SELECT state FROM member WHERE bucket = $1 AND id = $2`, member.Bucket(), member).Scan(&state)
	return state, err
}

// lockMember locks a member's row, which orders all that a member does.
func lockMember(tx *db.Tx, member id.Member) error {
	_, err := lockMemberState(tx, member)
	return err
}

func lockMemberState(tx *db.Tx, member id.Member) (State, error) {
	var state State
	err := tx.Row(`-- member.lockMember
		SELECT state FROM member WHERE bucket = $1 AND id = $2 {forupdate}`, member.Bucket(), member).Scan(&state)
	return state, err
}

func updateState(tx *db.Tx, member id.Member, from, to State) error {
	n, err := tx.Exec(`-- member.updateState
		UPDATE member SET state = $4 WHERE bucket = $1 AND id = $2 AND state = $3`, member.Bucket(), member, from, to)
	return mustChange(n, err)
}

func updateLang(tx *db.Tx, member id.Member, lang string) (int64, error) {
	return tx.Exec(`-- member.updateLang
		UPDATE member SET lang = $3 WHERE bucket = $1 AND id = $2`, member.Bucket(), member, lang)
}

func selectWays(tx *db.Tx, members []id.Member) (map[id.Member]string, error) {
	return waysBy(tx, `-- member.selectWays
		SELECT m.id, m.way_to_pay FROM {rows} JOIN member m ON m.bucket = r.bucket AND m.id = r.id`, members)
}

// selectOtherWays finds whom it looks for in an index of few.
func selectOtherWays(tx *db.Tx, members []id.Member) (map[id.Member]string, error) {
	return waysBy(tx, `-- member.selectOtherWays
		SELECT m.id, m.way_to_pay FROM {rows} JOIN member m ON m.bucket = r.bucket AND m.id = r.id WHERE m.way_to_pay <> 'ebarcode'`, members)
}

func waysBy(tx *db.Tx, text string, members []id.Member) (map[id.Member]string, error) {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	for _, m := range members {
		set.Add(m.Bucket(), m)
	}
	out := make(map[id.Member]string, len(members))
	_, err := tx.Each(text, set, func(row db.Row) error {
		var m id.Member
		var way string
		err := row.Scan(&m, &way)
		out[m] = way
		return err
	})
	return out, err
}

// selectMembersAt lists the members whose address has one of these indexes, over all buckets: at most once in a
// registration.
func selectMembersAt(tx *db.Tx, indexes [][]byte) ([]id.Member, error) {
	set := db.NewSet(db.Cols{"home:bytes"})
	for _, i := range indexes {
		set.Add(i)
	}
	var out []id.Member
	_, err := tx.Each(`-- member.selectMembersAt
		SELECT m.id FROM {rows} JOIN member m ON m.address_index = r.home ORDER BY m.id`, set, func(row db.Row) error {
		var m id.Member
		err := row.Scan(&m)
		out = append(out, m)
		return err
	})
	return out, err
}

func selectClaim(tx *db.Tx, p place, lock bool) (id.Member, bool, error) {
	text := `-- member.selectClaim
		SELECT member FROM phone_claim WHERE bucket = $1 AND phone_index = $2`
	if lock {
		text = `-- member.lockClaim
		SELECT member FROM phone_claim WHERE bucket = $1 AND phone_index = $2 {forupdate}`
	}
	var m id.Member
	found, err := absent(tx.Row(text, p.bucket, p.index).Scan(&m))
	return m, found, err
}

func insertClaim(tx *db.Tx, p place, member id.Member) (bool, error) {
	n, err := tx.Exec(`-- member.insertClaim
		INSERT INTO phone_claim (bucket, phone_index, member, claimed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bucket, phone_index) DO NOTHING`, p.bucket, p.index, member, db.Micros(tx.Now()))
	return n == 1, err
}

func updateClaim(tx *db.Tx, p place, member id.Member) error {
	n, err := tx.Exec(`-- member.updateClaim
		UPDATE phone_claim SET member = $3, claimed = $4 WHERE bucket = $1 AND phone_index = $2`,
		p.bucket, p.index, member, db.Micros(tx.Now()))
	return mustChange(n, err)
}

// rate is how often something was counted in the span that ends then.
type rate struct {
	count int
	ends  time.Time
}

// counted names what is counted; others are its names under the index keys that are not in use.
type counted struct {
	bucket int
	name   []byte
	others []counted
}

// countRate counts once more. A span begins with the first time in it.
func countRate(tx *db.Tx, c counted, span time.Duration) (rate, error) {
	var r rate
	var ends int64
	err := tx.Row(`-- member.countRate
		INSERT INTO rate (bucket, name, count, ends) VALUES ($1, $2, 1, $4)
		ON CONFLICT (bucket, name) DO UPDATE SET
			count = CASE WHEN rate.ends <= $3 THEN 1 ELSE rate.count + 1 END,
			ends = CASE WHEN rate.ends <= $3 THEN excluded.ends ELSE rate.ends END
		RETURNING count, ends`, c.bucket, c.name, db.Micros(tx.Now()), db.Micros(tx.Now().Add(span))).Scan(&r.count, &ends)
	r.ends = db.FromMicros(ends)
	return r, err
}

// findRate is the zero rate if nothing was counted.
func findRate(tx *db.Tx, c counted) (rate, error) {
	return scanRate(tx.Row(`-- member.findRate
		SELECT count, ends FROM rate WHERE bucket = $1 AND name = $2`, c.bucket, c.name))
}

func lockRate(tx *db.Tx, c counted) (rate, error) {
	return scanRate(tx.Row(`-- member.lockRate
		SELECT count, ends FROM rate WHERE bucket = $1 AND name = $2 {forupdate}`, c.bucket, c.name))
}

func scanRate(row db.Row) (rate, error) {
	var r rate
	var ends int64
	_, err := absent(row.Scan(&r.count, &ends))
	r.ends = db.FromMicros(ends)
	return r, err
}

func updateRateEnd(tx *db.Tx, c counted, ends time.Time) error {
	n, err := tx.Exec(`-- member.updateRateEnd
		UPDATE rate SET ends = $3 WHERE bucket = $1 AND name = $2`, c.bucket, c.name, db.Micros(ends))
	return mustChange(n, err)
}

func deleteRate(tx *db.Tx, c counted) error {
	_, err := tx.Exec(`-- member.deleteRate
		DELETE FROM rate WHERE bucket = $1 AND name = $2`, c.bucket, c.name)
	return err
}

func sweepRates(tx *db.Tx, limit int) (int64, error) {
	return tx.Exec(`-- member.sweepRates
	DELETE FROM rate WHERE (bucket, name) IN (
		SELECT bucket, name FROM rate WHERE ends <= $1 ORDER BY ends LIMIT $2)`, db.Micros(tx.Now()), limit)
}

// codeRow is the newest code for a purpose and what it is bound to.
type codeRow struct {
	purpose              Purpose
	dataKey, phone, hash []byte
	sent, expires, used  time.Time
}

func upsertCode(tx *db.Tx, b binding, r codeRow) error {
	_, err := tx.Exec(`-- member.upsertCode
		INSERT INTO code (bucket, binding, purpose, data_key, phone, hash, sent, expires, used)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)
		ON CONFLICT (bucket, binding) DO UPDATE SET data_key = excluded.data_key, phone = excluded.phone,
			hash = excluded.hash, sent = excluded.sent, expires = excluded.expires, used = 0`,
		b.bucket, b.hash, r.purpose, r.dataKey, r.phone, r.hash, db.Micros(r.sent), db.Micros(r.expires))
	return err
}

func findCode(tx *db.Tx, b binding) (codeRow, bool, error) {
	return scanCode(tx.Row(`-- member.findCode
		SELECT purpose, data_key, phone, hash, sent, expires, used FROM code WHERE bucket = $1 AND binding = $2`, b.bucket, b.hash))
}

func lockCode(tx *db.Tx, b binding) (codeRow, bool, error) {
	return scanCode(tx.Row(`-- member.lockCode
		SELECT purpose, data_key, phone, hash, sent, expires, used FROM code WHERE bucket = $1 AND binding = $2 {forupdate}`,
		b.bucket, b.hash))
}

func scanCode(row db.Row) (codeRow, bool, error) {
	var r codeRow
	var sent, expires, used int64
	found, err := absent(row.Scan(&r.purpose, &r.dataKey, &r.phone, &r.hash, &sent, &expires, &used))
	r.sent, r.expires, r.used = db.FromMicros(sent), db.FromMicros(expires), db.FromMicros(used)
	return r, found, err
}

func updateCodeUsed(tx *db.Tx, b binding) error {
	n, err := tx.Exec(`-- member.updateCodeUsed
		UPDATE code SET used = $3 WHERE bucket = $1 AND binding = $2 AND used = 0`, b.bucket, b.hash, db.Micros(tx.Now()))
	return mustChange(n, err)
}

func sweepCodes(tx *db.Tx, before time.Time, limit int) (int64, error) {
	return tx.Exec(`-- member.sweepCodes
	DELETE FROM code WHERE (bucket, binding) IN (
		SELECT bucket, binding FROM code WHERE expires <= $1 ORDER BY expires LIMIT $2)`, db.Micros(before), limit)
}

// absent tells a row that is not there from a failure.
func absent(err error) (found bool, failure error) {
	if errors.Is(err, db.ErrNone) {
		return false, nil
	}
	return err == nil, err
}

// mustChange is for a row that is locked and known to be there.
func mustChange(n int64, err error) error {
	if err == nil && n != 1 {
		return errors.New("member: a row that was locked did not change")
	}
	return err
}

// orNull stores an empty field as NULL.
func orNull(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

func deleteClaim(tx *db.Tx, p place) error {
	n, err := tx.Exec(`-- member.deleteClaim
		DELETE FROM phone_claim WHERE bucket = $1 AND phone_index = $2`, p.bucket, p.index)
	return mustChange(n, err)
}
