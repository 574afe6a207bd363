package load

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

func raiseTries(tx *db.Tx, tries string) error {
	_, err := tx.Exec(`-- load.raiseTries
		INSERT INTO term (bucket, name, scope, from_day, value, set_by, set_at)
		VALUES (0, 'credit.tries.max', '', '2026-01-01', $1, 'load', $2)
		ON CONFLICT (bucket, name, scope, from_day) DO NOTHING`, tries, db.Micros(tx.Now()))
	return err
}

func insertMerchants(tx *db.Tx, p Population, from, to int) error {
	merchants := db.NewSet(db.Cols{"bucket:int", "id:bytes", "name:text"})
	keys := db.NewSet(db.Cols{"bucket:int", "hash:bytes", "id:bytes", "merchant:bytes", "prefix:text"})
	for j := from; j < to; j++ {
		m, plain := p.Merchant(j), p.APIKey(j)
		merchants.Add(m.Bucket(), m, fmt.Sprintf("Load %d", j))
		hash := sha256.Sum256([]byte(plain))
		bucket := int(binary.BigEndian.Uint16(hash[:])) >> 6 // as package merchant finds it
		keys.Add(bucket, hash[:], id.In[id.APIKeyKind](moment{p.Seed, drawKeyID, j}, bucket), m, plain[:13])
	}
	_, err := tx.Each(`-- load.insertMerchants
		INSERT INTO merchant (bucket, id, state, name_ja, name_en, contact_phone, contact_mail, contact_url, hours_ja,
			hours_en, return_origins, created)
		SELECT r.bucket, r.id, 'live', r.name, r.name, '', 'load@shop.example.jp', '', '', '', 'https://shop.example.jp', $4 FROM {rows}`,
		merchants, nil, db.Micros(born))
	if err != nil {
		return err
	}
	_, err = tx.Each(`-- load.insertKeys
		INSERT INTO api_key (bucket, key_hash, id, merchant, environment, prefix, created)
		SELECT r.bucket, r.hash, r.id, r.merchant, 'live', r.prefix, $6 FROM {rows}`, keys, nil, db.Micros(born))
	return err
}

func insertMembers(tx *db.Tx, p Population, from, to int) error {
	members := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	tokens := db.NewSet(db.Cols{"bucket:int", "id:bytes", "member:bytes", "merchant:bytes"})
	for i := from; i < to; i++ {
		m := p.Member(i)
		members.Add(m.Bucket(), m)
		tokens.Add(m.Bucket(), p.Token(i), m, p.Merchant(p.MerchantOf(i)))
	}
	_, err := tx.Each(`-- load.insertMembers
		INSERT INTO member (bucket, id, state, data_key, phone, name, name_norm, birth, consented, address, address_index,
			mail, lang, agreement, agreed, created)
		SELECT r.bucket, r.id, 'numberless', $4, $4, $4, $4, $4, 0, $4, r.id, $4, 'ja', '', $3, $3 FROM {rows}`,
		members, nil, db.Micros(born), []byte{})
	if err != nil {
		return err
	}
	_, err = tx.Each(`-- load.insertAccounts
		INSERT INTO credit (bucket, member, limit_online, limit_store, held, unpaid, held_store, unpaid_store, ceiling,
			blocks, verified, tries, tries_since, opened)
		SELECT r.bucket, r.id, $3, 0, 0, 0, 0, 0, $3, 0, FALSE, 0, 0, $4 FROM {rows}`, members, nil, limitYen, db.Micros(born))
	if err != nil {
		return err
	}
	_, err = tx.Each(`-- load.insertTokens
		INSERT INTO member_token (bucket, id, member, merchant, granted, revoked)
		SELECT r.bucket, r.id, r.member, r.merchant, $5, 0 FROM {rows}`, tokens, nil, db.Micros(born))
	return err
}
