package merchant

import (
	"errors"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

func insertMerchant(tx *db.Tx, m Merchant) error {
	_, err := tx.Exec(`-- merchant.insertMerchant
		INSERT INTO merchant (bucket, id, state, name_ja, name_en, contact_phone, contact_mail, contact_url, hours_ja,
			hours_en, return_origins, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		m.ID.Bucket(), m.ID, m.State, m.NameJA, m.NameEN, m.Contact.Phone, m.Contact.Mail, m.Contact.URL, m.Contact.HoursJA,
		m.Contact.HoursEN, strings.Join(m.ReturnOrigins, "\n"), db.Micros(m.Created))
	return err
}

const merchantColumns = `id, state, name_ja, name_en, contact_phone, contact_mail, contact_url, hours_ja, hours_en,
	return_origins, created`

func selectMerchant(tx *db.Tx, merchant id.Merchant, lock bool) (Merchant, bool, error) {
	text := `-- merchant.selectMerchant
		SELECT ` + merchantColumns + ` FROM merchant WHERE bucket = $1 AND id = $2`
	if lock {
		text = `-- merchant.lockMerchant
		SELECT ` + merchantColumns + ` FROM merchant WHERE bucket = $1 AND id = $2 {forupdate}`
	}
	var m Merchant
	found, err := absent(scanMerchant(tx.Row(text, merchant.Bucket(), merchant), &m))
	return m, found, err
}

// selectMerchants reads over all buckets; it is a console's list. Ids are ordered by time.
func selectMerchants(tx *db.Tx, after id.Merchant, limit int) ([]Merchant, error) {
	var out []Merchant
	err := tx.Rows(`-- merchant.selectMerchants
		SELECT `+merchantColumns+` FROM merchant WHERE id > $1 ORDER BY id LIMIT $2`,
		[]any{after[:], limit}, func(row db.Row) error {
			var m Merchant
			err := scanMerchant(row, &m)
			out = append(out, m)
			return err
		})
	return out, err
}

func scanMerchant(row db.Row, m *Merchant) error {
	var origins string
	var created int64
	err := row.Scan(&m.ID, &m.State, &m.NameJA, &m.NameEN, &m.Contact.Phone, &m.Contact.Mail, &m.Contact.URL,
		&m.Contact.HoursJA, &m.Contact.HoursEN, &origins, &created)
	m.ReturnOrigins, m.Created = strings.Fields(origins), db.FromMicros(created)
	return err
}

func updateState(tx *db.Tx, m Merchant, to State) error {
	n, err := tx.Exec(`-- merchant.updateState
		UPDATE merchant SET state = $4 WHERE bucket = $1 AND id = $2 AND state = $3`, m.ID.Bucket(), m.ID, m.State, to)
	return mustChange(n, err)
}

func updateOrigins(tx *db.Tx, m Merchant) error {
	n, err := tx.Exec(`-- merchant.updateOrigins
		UPDATE merchant SET return_origins = $3 WHERE bucket = $1 AND id = $2`,
		m.ID.Bucket(), m.ID, strings.Join(m.ReturnOrigins, "\n"))
	return mustChange(n, err)
}

func insertShop(tx *db.Tx, s Shop) error {
	_, err := tx.Exec(`-- merchant.insertShop
		INSERT INTO shop (bucket, id, merchant, name, created) VALUES ($1, $2, $3, $4, $5)`,
		s.ID.Bucket(), s.ID, s.Merchant, s.Name, db.Micros(s.Created))
	return err
}

func selectShops(tx *db.Tx, merchant id.Merchant) ([]Shop, error) {
	var out []Shop
	err := tx.Rows(`-- merchant.selectShops
		SELECT id, merchant, name, created FROM shop WHERE bucket = $1 AND merchant = $2 ORDER BY id`,
		[]any{merchant.Bucket(), merchant}, func(row db.Row) error {
			var s Shop
			var created int64
			err := row.Scan(&s.ID, &s.Merchant, &s.Name, &created)
			s.Created = db.FromMicros(created)
			out = append(out, s)
			return err
		})
	return out, err
}

func insertKey(tx *db.Tx, k Key, hash []byte) error {
	_, err := tx.Exec(`-- merchant.insertKey
		INSERT INTO api_key (bucket, key_hash, id, merchant, environment, prefix, created, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.ID.Bucket(), hash, k.ID, k.Merchant, k.Environment, k.Prefix, db.Micros(k.Created), orNull(k.Expires))
	return err
}

const keyColumns = `id, merchant, environment, prefix, created, expires, revoked`

func selectKey(tx *db.Tx, bucket int, hash []byte) (k Key, stored []byte, found bool, err error) {
	found, err = absent(scanKey(tx.Row(`-- merchant.selectKey
		SELECT `+keyColumns+`, key_hash FROM api_key WHERE bucket = $1 AND key_hash = $2`, bucket, hash), &k, &stored))
	return k, stored, found, err
}

func lockKey(tx *db.Tx, which id.APIKey) (k Key, found bool, err error) {
	found, err = absent(scanKey(tx.Row(`-- merchant.lockKey
		SELECT `+keyColumns+` FROM api_key WHERE bucket = $1 AND id = $2 {forupdate}`, which.Bucket(), which), &k))
	return k, found, err
}

// selectKeys reads over all buckets: a key lies in the bucket of its hash. It is a console's list.
func selectKeys(tx *db.Tx, merchant id.Merchant) ([]Key, error) {
	var out []Key
	err := tx.Rows(`-- merchant.selectKeys
		SELECT `+keyColumns+` FROM api_key WHERE merchant = $1 ORDER BY id`, []any{merchant}, func(row db.Row) error {
		var k Key
		err := scanKey(row, &k)
		out = append(out, k)
		return err
	})
	return out, err
}

func scanKey(row db.Row, k *Key, more ...any) error {
	var created int64
	var expires, revoked *int64
	err := row.Scan(append([]any{&k.ID, &k.Merchant, &k.Environment, &k.Prefix, &created, &expires, &revoked}, more...)...)
	k.Created, k.Expires, k.Revoked = db.FromMicros(created), instant(expires), instant(revoked)
	return err
}

func updateRevoked(tx *db.Tx, which id.APIKey) error {
	n, err := tx.Exec(`-- merchant.updateRevoked
		UPDATE api_key SET revoked = $3 WHERE bucket = $1 AND id = $2 AND revoked IS NULL`,
		which.Bucket(), which, db.Micros(tx.Now()))
	return mustChange(n, err)
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
		return errors.New("merchant: a row that was locked did not change")
	}
	return err
}

func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.Micros(t)
}

func instant(micros *int64) time.Time {
	if micros == nil {
		return time.Time{}
	}
	return db.FromMicros(*micros)
}
