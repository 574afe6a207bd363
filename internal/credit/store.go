package credit

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

func insertAccount(tx *db.Tx, a Account) error {
	_, err := tx.Exec(`-- credit.insertAccount
		INSERT INTO credit (bucket, member, limit_online, limit_store, held, unpaid, held_store, unpaid_store, ceiling,
			blocks, verified, tries, tries_since, opened)
		VALUES ($1, $2, $3, $4, 0, 0, 0, 0, $5, 0, $6, 0, 0, $7)`,
		a.Member.Bucket(), a.Member, a.LimitOnline, a.LimitStore, a.ceiling(), a.Verified, db.Micros(a.Opened))
	return err
}

const accountColumns = `c.member, c.limit_online, c.limit_store, c.held, c.unpaid, c.held_store, c.unpaid_store,
	c.blocks, c.verified, c.tries, c.tries_since, c.opened`

func selectAccounts(tx *db.Tx, members []id.Member, lock bool) (map[id.Member]*Account, error) {
	q := tx.Queue()
	found := queueAccounts(q, members, lock)
	return found, q.Run()
}

func queueAccounts(q *db.Queue, members []id.Member, lock bool) map[id.Member]*Account {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes"})
	for _, m := range members {
		set.Add(m.Bucket(), m)
	}
	text := `-- credit.selectAccounts
		SELECT ` + accountColumns + `
		FROM {rows} JOIN credit c ON c.bucket = r.bucket AND c.member = r.member`
	if lock {
		text = `-- credit.lockAccounts
		SELECT ` + accountColumns + `
		FROM {rows} JOIN credit c ON c.bucket = r.bucket AND c.member = r.member
		ORDER BY c.bucket, c.member {forupdate c}`
	}
	found := make(map[id.Member]*Account, len(members))
	q.Each(text, set, scanInto(found))
	return found
}

// queueBuyers locks accounts of which some are named by a token. The member behind a token never changes, so it may be
// looked up in the same statement.
func queueBuyers(q *db.Queue, buyers []Buyer) map[id.Member]*Account {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes?", "token:bytes?"})
	seen := make(map[Buyer]bool, len(buyers))
	for _, b := range buyers {
		if !seen[b] {
			seen[b] = true
			set.Add(b.Bucket(), b.Member, b.Token)
		}
	}
	found := make(map[id.Member]*Account, len(buyers))
	q.Each(`-- credit.lockBuyers
		SELECT `+accountColumns+`
		FROM {rows} JOIN credit c ON c.bucket = r.bucket AND c.member = COALESCE(r.member,
			(SELECT t.member FROM member_token t WHERE t.bucket = r.bucket AND t.id = r.token))
		ORDER BY c.bucket, c.member {forupdate c}`, set, scanInto(found))
	return found
}

func scanInto(found map[id.Member]*Account) func(db.Row) error {
	return func(row db.Row) error {
		var a Account
		var triesSince, opened int64
		err := row.Scan(&a.Member, &a.LimitOnline, &a.LimitStore, &a.Held, &a.Unpaid, &a.HeldStore, &a.UnpaidStore,
			&a.Blocks, &a.Verified, &a.Tries, &triesSince, &opened)
		a.TriesSince, a.Opened = db.FromMicros(triesSince), db.FromMicros(opened)
		found[a.Member] = &a
		return err
	}
}

func updateAccounts(tx *db.Tx, changes []Change) error {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes", "held:int", "unpaid:int", "held_store:int", "unpaid_store:int", "tries:int?", "tries_since:int?"})
	for _, c := range changes {
		var tries, since any
		if !c.keepTries {
			tries, since = c.Tries, db.Micros(c.TriesSince)
		}
		set.Add(c.Member.Bucket(), c.Member, c.Held, c.Unpaid, c.HeldStore, c.UnpaidStore, tries, since)
	}
	return tx.LaterAll(`-- credit.updateAccounts
		UPDATE credit SET held = credit.held + r.held, unpaid = credit.unpaid + r.unpaid,
			held_store = credit.held_store + r.held_store, unpaid_store = credit.unpaid_store + r.unpaid_store,
			tries = COALESCE(r.tries, credit.tries), tries_since = COALESCE(r.tries_since, credit.tries_since)
		FROM {rows} WHERE credit.bucket = r.bucket AND credit.member = r.member`, set)
}

func updateBlocks(tx *db.Tx, member id.Member, set, lift Block) error {
	_, err := tx.Exec(`-- credit.updateBlocks
		UPDATE credit SET blocks = (blocks | $3) & ~CAST($4 AS BIGINT) WHERE bucket = $1 AND member = $2`,
		member.Bucket(), member, set, lift)
	return err
}

func updateLimits(tx *db.Tx, a Account) error {
	_, err := tx.Exec(`-- credit.updateLimits
		UPDATE credit SET limit_online = $3, limit_store = $4, ceiling = $5 WHERE bucket = $1 AND member = $2`,
		a.Member.Bucket(), a.Member, a.LimitOnline, a.LimitStore, a.ceiling())
	return err
}

func raiseCeiling(tx *db.Tx, member id.Member, coming money.Yen) error {
	_, err := tx.Exec(`-- credit.raiseCeiling
		UPDATE credit SET ceiling = CASE WHEN held + unpaid + $3 > limit_online THEN held + unpaid + $3 ELSE limit_online END
		WHERE bucket = $1 AND member = $2`, member.Bucket(), member, coming)
	return err
}

func insertLimitChange(tx *db.Tx, member id.Member, channel Channel, old, limit money.Yen, reason, actor string) error {
	_, err := tx.Exec(`-- credit.insertLimitChange
		INSERT INTO limit_change (bucket, member, at, channel, old_limit, new_limit, reason, actor)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (bucket, member, at, channel) DO UPDATE
		SET new_limit = excluded.new_limit, reason = excluded.reason, actor = excluded.actor`,
		member.Bucket(), member, db.Micros(tx.Now()), channel, old, limit, reason, actor)
	return err
}

func queueLockBuckets(q *db.Queue, buckets []int) {
	set := db.NewSet(db.Cols{"bucket:int"})
	for _, b := range buckets {
		set.Add(b)
	}
	q.Each(`-- credit.lockBuckets
		SELECT COUNT(*) FROM (SELECT c.member FROM {rows} JOIN credit c ON c.bucket = r.bucket
			ORDER BY c.bucket, c.member {forupdate c}) x`, set, func(db.Row) error { return nil })
}

func upsertFences(tx *db.Tx, buckets []int, month jst.Month) error {
	set := db.NewSet(db.Cols{"bucket:int", "month:text"})
	for _, b := range buckets {
		set.Add(b, month)
	}
	return tx.Later(`-- credit.upsertFences
		INSERT INTO month_fence (bucket, closed) SELECT r.bucket, r.month FROM {rows} WHERE TRUE
		ON CONFLICT (bucket) DO UPDATE SET closed = excluded.closed WHERE month_fence.closed < excluded.closed`, set)
}

func selectFences(tx *db.Tx, buckets []int) (map[int]jst.Month, error) {
	set := db.NewSet(db.Cols{"bucket:int"})
	seen := map[int]bool{}
	for _, b := range buckets {
		if !seen[b] {
			seen[b] = true
			set.Add(b)
		}
	}
	fences := make(map[int]jst.Month, set.Len())
	_, err := tx.Each(`-- credit.selectFences
		SELECT f.bucket, f.closed FROM {rows} JOIN month_fence f ON f.bucket = r.bucket`, set, func(row db.Row) error {
		var bucket int
		var month jst.Month
		err := row.Scan(&bucket, &month)
		fences[bucket] = month
		return err
	})
	return fences, err
}

// Checks are what Verify proves about credit rows alone; checkout and billing prove their sums.
var Checks = []ledger.Check{
	{Name: "no account uses more than its ceiling", Of: id.MemberKind{}, SQL: `-- credit.checkCeiling
		SELECT member, 'an account in bucket ' || CAST(bucket AS TEXT) || ' uses ' || CAST(held + unpaid AS TEXT) || ' of ' || CAST(ceiling AS TEXT)
		FROM credit WHERE held + unpaid > ceiling`},
}
