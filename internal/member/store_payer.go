package member

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
)

func selectPayerIndex(tx *db.Tx, member id.Member) ([]byte, error) {
	var index []byte
	_, err := absent(tx.Row(`-- member.selectPayerIndex
		SELECT payer_index FROM member_payer WHERE bucket = $1 AND member = $2`, member.Bucket(), member).Scan(&index))
	return index, err
}

func upsertPayerIndex(tx *db.Tx, member id.Member, index []byte) error {
	_, err := tx.Exec(`-- member.upsertPayerIndex
		INSERT INTO member_payer (bucket, member, payer_index) VALUES ($1, $2, $3)
		ON CONFLICT (bucket, member) DO UPDATE SET payer_index = excluded.payer_index`, member.Bucket(), member, index)
	return err
}

// selectPayers lists the members with one of these indexes, in the order of their ids. Whoever has a common name is one of several.
func selectPayers(tx *db.Tx, indexes [][]byte) ([]id.Member, error) {
	set := db.NewSet(db.Cols{"payer_index:bytes"})
	for _, index := range indexes {
		set.Add(index)
	}
	var found []id.Member
	_, err := tx.Each(`-- member.selectPayers
		SELECT m.member FROM {rows} JOIN member_payer m ON m.payer_index = r.payer_index ORDER BY m.member LIMIT 100`, set, func(row db.Row) error {
		var one id.Member
		err := row.Scan(&one)
		found = append(found, one)
		return err
	})
	return found, err
}
