package keys

import (
	"errors"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/vault"
)

// home is the bucket of this package's rows.
const home = 0

func insertKey(tx *db.Tx, k Key) (bool, error) {
	n, err := tx.Exec(`-- keys.insertKey
		INSERT INTO vault_key (bucket, part, number, id, added) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (bucket, part, number) DO NOTHING`, home, string(k.Part), int64(k.ID), k.Row, db.Micros(tx.Now()))
	return n == 1, err
}

// updatePromoted writes down since when a key is in use, and answers its row; false if that is known.
func updatePromoted(tx *db.Tx, k vault.Key) (row id.ID[id.VaultKeyKind], changed bool, err error) {
	err = tx.Row(`-- keys.updatePromoted
		UPDATE vault_key SET promoted = $4 WHERE bucket = $1 AND part = $2 AND number = $3 AND promoted IS NULL RETURNING id`,
		home, string(k.Part), int64(k.ID), db.Micros(tx.Now())).Scan(&row)
	if errors.Is(err, db.ErrNone) {
		return row, false, nil
	}
	return row, err == nil, err
}

func updateRetired(tx *db.Tx, k Key) error {
	_, err := tx.Exec(`-- keys.updateRetired
		UPDATE vault_key SET retired = $4 WHERE bucket = $1 AND part = $2 AND number = $3 AND retired IS NULL`,
		home, string(k.Part), int64(k.ID), db.Micros(tx.Now()))
	return err
}

func selectKeys(tx *db.Tx) ([]Key, error) {
	var out []Key
	err := tx.Rows(`-- keys.selectKeys
		SELECT part, number, id, added, COALESCE(promoted, 0), COALESCE(retired, 0) FROM vault_key WHERE bucket = $1 ORDER BY part, added, number`,
		[]any{home}, func(row db.Row) error {
			var k Key
			var part string
			var number, added, promoted, retired int64
			err := row.Scan(&part, &number, &k.Row, &added, &promoted, &retired)
			k.Part, k.ID = vault.Part(part), vault.KeyID(number)
			k.Added, k.Promoted, k.Retired = db.FromMicros(added), db.FromMicros(promoted), db.FromMicros(retired)
			out = append(out, k)
			return err
		})
	return out, err
}

// upsertHolder keeps since when a service holds what it holds.
func upsertHolder(tx *db.Tx, h holder) error {
	_, err := tx.Exec(`-- keys.upsertHolder
		INSERT INTO vault_holder (bucket, process, part, holds, since, seen) VALUES ($1, $2, $3, $4, $5, $5)
		ON CONFLICT (bucket, process, part) DO UPDATE SET holds = excluded.holds, seen = excluded.seen,
			since = CASE WHEN vault_holder.holds = excluded.holds THEN vault_holder.since ELSE excluded.since END`,
		home, h.process, string(h.part), h.holds, db.Micros(tx.Now()))
	return err
}

func deleteHolder(tx *db.Tx, process string) error {
	_, err := tx.Exec(`-- keys.deleteHolder
		DELETE FROM vault_holder WHERE bucket = $1 AND process = $2`, home, process)
	return err
}

func deleteHolders(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`-- keys.deleteHolders
		DELETE FROM vault_holder WHERE bucket = $1 AND seen < $2`, home, db.Micros(before))
	return err
}

// selectHolders lists the services that were heard of since an instant.
func selectHolders(tx *db.Tx, from time.Time) ([]holder, error) {
	var out []holder
	err := tx.Rows(`-- keys.selectHolders
		SELECT process, part, holds, since FROM vault_holder WHERE bucket = $1 AND seen >= $2 ORDER BY process, part`,
		[]any{home, db.Micros(from)}, func(row db.Row) error {
			var h holder
			var part string
			var since int64
			err := row.Scan(&h.process, &part, &h.holds, &since)
			h.part, h.since = vault.Part(part), db.FromMicros(since)
			out = append(out, h)
			return err
		})
	return out, err
}
