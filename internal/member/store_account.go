package member

import (
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/zengin"
)

// accountRow is a bank account as stored; number and holder are sealed.
type accountRow struct {
	bank, branch   string
	kind           zengin.AccountType
	number, holder []byte
}

// entryRow is an account that was entered and not confirmed yet.
type entryRow struct {
	accountRow
	form    string
	expires time.Time
}

func updateWay(tx *db.Tx, member id.Member, from, to string) error {
	n, err := tx.Exec(`-- member.updateWay
		UPDATE member SET way_to_pay = $4 WHERE bucket = $1 AND id = $2 AND way_to_pay = $3`, member.Bucket(), member, from, to)
	return mustChange(n, err)
}

func upsertAccount(tx *db.Tx, member id.Member, r accountRow) error {
	_, err := tx.Exec(`-- member.upsertAccount
		INSERT INTO bank_account (bucket, member, bank, branch, type, number, holder, registered)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (bucket, member) DO UPDATE SET bank = excluded.bank, branch = excluded.branch, type = excluded.type,
			number = excluded.number, holder = excluded.holder, registered = excluded.registered`,
		member.Bucket(), member, r.bank, r.branch, int64(r.kind), r.number, r.holder, db.Micros(tx.Now()))
	return err
}

func selectAccount(tx *db.Tx, member id.Member) (accountRow, bool, error) {
	var r accountRow
	var kind int64
	found, err := absent(tx.Row(`-- member.selectAccount
		SELECT bank, branch, type, number, holder FROM bank_account WHERE bucket = $1 AND member = $2`,
		member.Bucket(), member).Scan(&r.bank, &r.branch, &kind, &r.number, &r.holder))
	r.kind = zengin.AccountType(kind)
	return r, found, err
}

func selectAccountSince(tx *db.Tx, member id.Member) (time.Time, bool, error) {
	var registered int64
	found, err := absent(tx.Row(`-- member.selectAccountSince
		SELECT registered FROM bank_account WHERE bucket = $1 AND member = $2`, member.Bucket(), member).Scan(&registered))
	return db.FromMicros(registered), found, err
}

func deleteAccount(tx *db.Tx, member id.Member) error {
	n, err := tx.Exec(`-- member.deleteAccount
		DELETE FROM bank_account WHERE bucket = $1 AND member = $2`, member.Bucket(), member)
	return mustChange(n, err)
}

func upsertEntry(tx *db.Tx, member id.Member, r entryRow) error {
	_, err := tx.Exec(`-- member.upsertEntry
		INSERT INTO bank_account_entry (bucket, member, form, bank, branch, type, number, holder, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (bucket, member) DO UPDATE SET form = excluded.form, bank = excluded.bank, branch = excluded.branch,
			type = excluded.type, number = excluded.number, holder = excluded.holder, expires = excluded.expires`,
		member.Bucket(), member, r.form, r.bank, r.branch, int64(r.kind), r.number, r.holder, db.Micros(r.expires))
	return err
}

func selectEntry(tx *db.Tx, member id.Member) (entryRow, bool, error) {
	var r entryRow
	var kind, expires int64
	found, err := absent(tx.Row(`-- member.selectEntry
		SELECT form, bank, branch, type, number, holder, expires FROM bank_account_entry WHERE bucket = $1 AND member = $2`,
		member.Bucket(), member).Scan(&r.form, &r.bank, &r.branch, &kind, &r.number, &r.holder, &expires))
	r.kind, r.expires = zengin.AccountType(kind), db.FromMicros(expires)
	return r, found, err
}

// deleteEntry removes what was entered, if anything was.
func deleteEntry(tx *db.Tx, member id.Member) error {
	_, err := tx.Exec(`-- member.deleteEntry
		DELETE FROM bank_account_entry WHERE bucket = $1 AND member = $2`, member.Bucket(), member)
	return err
}

func sweepEntries(tx *db.Tx, limit int) (int64, error) {
	return tx.Exec(`-- member.sweepEntries
		DELETE FROM bank_account_entry WHERE (bucket, member) IN (
			SELECT bucket, member FROM bank_account_entry WHERE expires <= $1 ORDER BY expires LIMIT $2)`, db.Micros(tx.Now()), limit)
}
