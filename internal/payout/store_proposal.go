package payout

import (
	"errors"
	"time"

	"tsuke/internal/db"
)

const proposalColumns = `a.key, a.data_key, a.account, a.seen_by, a.seen`

func scanProposal(row db.Row) (proposal, bool, error) {
	var p proposal
	var seen int64
	err := row.Scan(&p.key, &p.dataKey, &p.account, &p.seenBy, &seen)
	if errors.Is(err, db.ErrNone) {
		return proposal{}, false, nil
	}
	p.seen = db.FromMicros(seen)
	return p, err == nil, err
}

func findProposal(tx *db.Tx, to Payee) (proposal, bool, error) {
	return scanProposal(tx.Row(`-- payout.findProposal
		SELECT `+proposalColumns+` FROM payout_proposal a WHERE a.bucket = $1 AND a.about = $2`, to.bucket(), to.String()))
}

func lockProposal(tx *db.Tx, to Payee) (proposal, bool, error) {
	return scanProposal(tx.Row(`-- payout.lockProposal
		SELECT `+proposalColumns+` FROM payout_proposal a WHERE a.bucket = $1 AND a.about = $2 {forupdate a}`, to.bucket(), to.String()))
}

func upsertProposal(tx *db.Tx, to Payee, p proposal) error {
	_, err := tx.Exec(`-- payout.upsertProposal
		INSERT INTO payout_proposal (bucket, about, key, data_key, account, made, seen_by, seen) VALUES ($1, $2, $3, $4, $5, $6, '', 0)
		ON CONFLICT (bucket, about) DO UPDATE SET key = excluded.key, data_key = excluded.data_key, account = excluded.account,
			made = excluded.made, seen_by = '', seen = 0`,
		to.bucket(), to.String(), p.key, p.dataKey, p.account, db.Micros(tx.Now()))
	return err
}

func updateProposalSeen(tx *db.Tx, to Payee, by string) error {
	_, err := tx.Exec(`-- payout.updateProposalSeen
		UPDATE payout_proposal SET seen_by = $3, seen = $4 WHERE bucket = $1 AND about = $2`, to.bucket(), to.String(), by, db.Micros(tx.Now()))
	return err
}

func deleteProposal(tx *db.Tx, to Payee) error {
	_, err := tx.Exec(`-- payout.deleteProposal
		DELETE FROM payout_proposal WHERE bucket = $1 AND about = $2`, to.bucket(), to.String())
	return err
}

func deleteProposals(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`-- payout.deleteProposals
		DELETE FROM payout_proposal WHERE made < $1`, db.Micros(before))
	return err
}

func countProposalKeys(tx *db.Tx, from, to int, take func(db.Row) error) error {
	return tx.Rows(`-- payout.countProposalKeys
		SELECT substr(data_key, 1, 5), COUNT(*) FROM payout_proposal WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(data_key, 1, 5)`,
		[]any{from, to}, take)
}

func selectOldProposalKeys(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error {
	return tx.Rows(`-- payout.selectOldProposalKeys
		SELECT bucket, key FROM payout_proposal WHERE bucket >= $1 AND bucket < $2 AND substr(data_key, 1, 5) <> $3
		ORDER BY bucket, key`, []any{from, to, current}, take)
}

func lockProposalKey(tx *db.Tx, bucket int, key string) (dataKey []byte, found bool, err error) {
	err = tx.Row(`-- payout.lockProposalKey
		SELECT a.data_key FROM payout_proposal a WHERE a.bucket = $1 AND a.key = $2 {forupdate a}`, bucket, key).Scan(&dataKey)
	if errors.Is(err, db.ErrNone) {
		return nil, false, nil
	}
	return dataKey, err == nil, err
}

func updateProposalKey(tx *db.Tx, bucket int, key string, wrapped []byte) error {
	_, err := tx.Exec(`-- payout.updateProposalKey
		UPDATE payout_proposal SET data_key = $3 WHERE bucket = $1 AND key = $2`, bucket, key, wrapped)
	return err
}
