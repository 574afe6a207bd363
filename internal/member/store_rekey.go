package member

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/keys"
	"tsuke/internal/vault"
)

// Keyed lists what this package keeps under keys of the vault, and how a row of it is brought under the one in use (rule K03). A
// member's data key brings all that is sealed with it, such as a bank account (account.go); numbers, addresses and names are hashed
// anew. Members go on buying meanwhile: rows under an older key are found and opened until that key is retired.
//
// Three things end by themselves instead: a code, and a count, whose values nobody knows any more; and the number of a registration
// that is open or waits for a person, because the row's place follows from it.
func (m *Members) Keyed() []keys.Place {
	return []keys.Place{
		keyed("member.data_key", vault.Wrapping, m.moveMemberKey, `-- member.countMembers
			SELECT substr(data_key, 1, 5), COUNT(*) FROM member WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(data_key, 1, 5)`, `-- member.selectOldMembers
			SELECT bucket, id FROM member WHERE bucket >= $1 AND bucket < $2 AND substr(data_key, 1, 5) <> $3 ORDER BY bucket, id`),
		keyed("application.data_key", vault.Wrapping, m.moveDraftKey, `-- member.countDrafts
			SELECT substr(data_key, 1, 5), COUNT(*) FROM application WHERE bucket >= $1 AND bucket < $2 AND length(data_key) > 0 GROUP BY substr(data_key, 1, 5)`, `-- member.selectOldDrafts
			SELECT bucket, id FROM application WHERE bucket >= $1 AND bucket < $2 AND length(data_key) > 0 AND substr(data_key, 1, 5) <> $3 ORDER BY bucket, id`),
		keyed("code.data_key", vault.Wrapping, m.moveCodeKey, `-- member.countCodes
			SELECT substr(data_key, 1, 5), COUNT(*) FROM code WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(data_key, 1, 5)`, `-- member.selectOldCodes
			SELECT bucket, binding FROM code WHERE bucket >= $1 AND bucket < $2 AND substr(data_key, 1, 5) <> $3 ORDER BY bucket, binding`),
		keyed("phone_claim.phone_index", vault.Indexing, m.moveClaim, `-- member.countClaims
			SELECT substr(phone_index, 1, 4), COUNT(*) FROM phone_claim WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(phone_index, 1, 4)`, `-- member.selectOldClaims
			SELECT bucket, phone_index FROM phone_claim WHERE bucket >= $1 AND bucket < $2 AND substr(phone_index, 1, 4) <> $3 ORDER BY bucket, phone_index`),
		keyed("member.address_index", vault.Indexing, m.moveAddress, `-- member.countAddresses
			SELECT substr(address_index, 1, 4), COUNT(*) FROM member WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(address_index, 1, 4)`, `-- member.selectOldAddresses
			SELECT bucket, id FROM member WHERE bucket >= $1 AND bucket < $2 AND substr(address_index, 1, 4) <> $3 ORDER BY bucket, id`),
		keyed("member_payer.payer_index", vault.Indexing, m.movePayer, `-- member.countPayers
			SELECT substr(payer_index, 1, 4), COUNT(*) FROM member_payer WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(payer_index, 1, 4)`, `-- member.selectOldPayers
			SELECT bucket, member FROM member_payer WHERE bucket >= $1 AND bucket < $2 AND substr(payer_index, 1, 4) <> $3 ORDER BY bucket, member`),
		keyed("application.address_index", vault.Indexing, m.moveDraftAddress, `-- member.countDraftAddresses
			SELECT substr(address_index, 1, 4), COUNT(*) FROM application WHERE bucket >= $1 AND bucket < $2 AND length(address_index) > 0 GROUP BY substr(address_index, 1, 4)`, `-- member.selectOldDraftAddresses
			SELECT bucket, id FROM application WHERE bucket >= $1 AND bucket < $2 AND length(address_index) > 0 AND substr(address_index, 1, 4) <> $3 ORDER BY bucket, id`),
		keyed("application.phone_index", vault.Indexing, m.endDraftNumber, `-- member.countDraftNumbers
			SELECT substr(phone_index, 1, 4), COUNT(*) FROM application WHERE bucket >= $1 AND bucket < $2 AND length(phone_index) > 0 GROUP BY substr(phone_index, 1, 4)`, `-- member.selectOldDraftNumbers
			SELECT bucket, id FROM application WHERE bucket >= $1 AND bucket < $2 AND length(phone_index) > 0 AND substr(phone_index, 1, 4) <> $3 ORDER BY bucket, id`),
		keyed("code.hash", vault.Indexing, endCode, `-- member.countCodeHashes
			SELECT substr(hash, 1, 4), COUNT(*) FROM code WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(hash, 1, 4)`, `-- member.selectOldCodeHashes
			SELECT bucket, binding FROM code WHERE bucket >= $1 AND bucket < $2 AND substr(hash, 1, 4) <> $3 ORDER BY bucket, binding`),
		keyed("rate.name", vault.Indexing, endRate, `-- member.countRates
			SELECT substr(name, 1, 4), COUNT(*) FROM rate WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(name, 1, 4)`, `-- member.selectOldRates
			SELECT bucket, name FROM rate WHERE bucket >= $1 AND bucket < $2 AND substr(name, 1, 4) <> $3 ORDER BY bucket, name`),
	}
}

// keyed is a place with its two statements. A wrapped key begins with five bytes that name its key, an index with four.
func keyed(name string, part vault.Part, move func(*db.Tx, keys.Row) (bool, error), count, old string) keys.Place {
	return keys.Place{
		Name: name, Part: part, Move: move,
		Count: func(tx *db.Tx, from, to int, take func(db.Row) error) error {
			return tx.Rows(count, []any{from, to}, take)
		},
		Old: func(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error {
			return tx.Rows(old, []any{from, to, current}, take)
		},
	}
}

func lockMemberRow(tx *db.Tx, r keys.Row) (memberRow, bool, error) {
	row, err := scanMember(tx.Row(`-- member.lockMemberRow
		SELECT `+memberColumns+` FROM member WHERE bucket = $1 AND id = $2 {forupdate}`, r.Bucket, r.Name))
	found, err := absent(err)
	return row, found, err
}

func updateMemberKey(tx *db.Tx, member id.Member, dataKey []byte) error {
	n, err := tx.Exec(`-- member.updateMemberKey
		UPDATE member SET data_key = $3 WHERE bucket = $1 AND id = $2`, member.Bucket(), member, dataKey)
	return mustChange(n, err)
}

func updateAddressIndex(tx *db.Tx, member id.Member, index []byte) error {
	n, err := tx.Exec(`-- member.updateAddressIndex
		UPDATE member SET address_index = $3 WHERE bucket = $1 AND id = $2`, member.Bucket(), member, index)
	return mustChange(n, err)
}

func lockClaimRow(tx *db.Tx, p place) (member id.Member, claimed int64, found bool, err error) {
	found, err = absent(tx.Row(`-- member.lockClaimRow
		SELECT member, claimed FROM phone_claim WHERE bucket = $1 AND phone_index = $2 {forupdate}`, p.bucket, p.index).Scan(&member, &claimed))
	return member, claimed, found, err
}

// insertMovedClaim keeps since when the number is claimed.
func insertMovedClaim(tx *db.Tx, p place, member id.Member, claimed int64) (bool, error) {
	n, err := tx.Exec(`-- member.insertMovedClaim
		INSERT INTO phone_claim (bucket, phone_index, member, claimed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bucket, phone_index) DO NOTHING`, p.bucket, p.index, member, claimed)
	return n == 1, err
}

func updateDraftKey(tx *db.Tx, app id.Application, dataKey []byte) error {
	n, err := tx.Exec(`-- member.updateDraftKey
		UPDATE application SET data_key = $3 WHERE bucket = $1 AND id = $2`, app.Bucket(), app, dataKey)
	return mustChange(n, err)
}

func updateDraftAddress(tx *db.Tx, app id.Application, index []byte) error {
	n, err := tx.Exec(`-- member.updateDraftAddress
		UPDATE application SET address_index = $3 WHERE bucket = $1 AND id = $2`, app.Bucket(), app, index)
	return mustChange(n, err)
}

func updateDraftNumber(tx *db.Tx, app id.Application, index []byte) error {
	n, err := tx.Exec(`-- member.updateDraftNumber
		UPDATE application SET phone_index = $3 WHERE bucket = $1 AND id = $2`, app.Bucket(), app, index)
	return mustChange(n, err)
}

func updateCodeKey(tx *db.Tx, b binding, dataKey []byte) error {
	n, err := tx.Exec(`-- member.updateCodeKey
		UPDATE code SET data_key = $3 WHERE bucket = $1 AND binding = $2`, b.bucket, b.hash, dataKey)
	return mustChange(n, err)
}

func deleteCode(tx *db.Tx, b binding) error {
	n, err := tx.Exec(`-- member.deleteCode
		DELETE FROM code WHERE bucket = $1 AND binding = $2`, b.bucket, b.hash)
	return mustChange(n, err)
}

// addRate brings a count to where another one may stand: what was counted adds up, and the span ends when the later of both does.
func addRate(tx *db.Tx, c counted, r rate) error {
	_, err := tx.Exec(`-- member.addRate
		INSERT INTO rate (bucket, name, count, ends) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bucket, name) DO UPDATE SET
			count = CASE WHEN rate.ends <= $5 THEN excluded.count ELSE rate.count + excluded.count END,
			ends = CASE WHEN rate.ends > excluded.ends THEN rate.ends ELSE excluded.ends END`,
		c.bucket, c.name, r.count, db.Micros(r.ends), db.Micros(tx.Now()))
	return err
}
