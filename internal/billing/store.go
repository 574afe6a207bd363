package billing

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

const openSQL = `-- billing.selectOpen
	SELECT r.bucket,
		(SELECT MIN(c.bill_month) FROM capture c WHERE c.bucket = r.bucket AND c.bill_month <= $2
			AND c.bill_month > COALESCE((SELECT MAX(k.month) FROM month_close k WHERE k.bucket = r.bucket), '')),
		(SELECT MIN(f.bill_month) FROM refund f WHERE f.bucket = r.bucket AND f.bill_month <= $2
			AND f.bill_month > COALESCE((SELECT MAX(k.month) FROM month_close k WHERE k.bucket = r.bucket), ''))
	FROM {rows}
	WHERE NOT EXISTS (SELECT 1 FROM month_close k WHERE k.bucket = r.bucket AND k.month = $2)
	ORDER BY r.bucket`

func scanOpen(open *[]openBucket) func(db.Row) error {
	var o openBucket // one for all rows, because a scan takes it to the heap
	var refunded jst.Month
	return func(row db.Row) error {
		err := row.Scan(&o.bucket, &o.oldest, &refunded)
		if o.oldest.IsZero() || !refunded.IsZero() && refunded.Before(o.oldest) {
			o.oldest = refunded
		}
		*open = append(*open, o)
		return err
	}
}

func setOf(buckets []int) *db.Set {
	set := db.NewSet(db.Cols{"bucket:int"})
	for _, b := range buckets {
		set.Add(b)
	}
	return set
}

// selectOpen lists those of some buckets, in ascending order, in which a month is not closed, with the oldest month up to it
// that has something to bill.
func selectOpen(tx *db.Tx, month jst.Month, buckets []int) ([]openBucket, error) {
	open := make([]openBucket, 0, len(buckets))
	_, err := tx.Each(openSQL, setOf(buckets), scanOpen(&open), month)
	return open, err
}

// countUnbilled counts those of some buckets in which a month is not closed and it, or one before it, has something to bill.
func countUnbilled(tx *db.Tx, month jst.Month, buckets []int) (int, error) {
	all := 0
	_, err := tx.Each(`-- billing.countUnbilled
		SELECT COUNT(*) FROM {rows}
		WHERE NOT EXISTS (SELECT 1 FROM month_close k WHERE k.bucket = r.bucket AND k.month = $2)
			AND (EXISTS (SELECT 1 FROM capture c WHERE c.bucket = r.bucket AND c.bill_month <= $2
					AND c.bill_month > COALESCE((SELECT MAX(k.month) FROM month_close k WHERE k.bucket = r.bucket), ''))
				OR EXISTS (SELECT 1 FROM refund f WHERE f.bucket = r.bucket AND f.bill_month <= $2
					AND f.bill_month > COALESCE((SELECT MAX(k.month) FROM month_close k WHERE k.bucket = r.bucket), '')))`,
		setOf(buckets), func(row db.Row) error {
			n := 0
			err := row.Scan(&n)
			all += n
			return err
		}, month)
	return all, err
}

func queueOpen(q *db.Queue, month jst.Month, buckets []int, open *[]openBucket) {
	q.Each(openSQL, setOf(buckets), scanOpen(open), month)
}

func insertCloses(tx *db.Tx, month jst.Month, buckets []int, closed map[int]*Slice) error {
	set := db.NewSet(db.Cols{"bucket:int", "month:text", "statements:int", "total:int", "closed:int"})
	for _, b := range buckets {
		set.Add(b, month, closed[b].Statements, closed[b].Total, db.Micros(tx.Now()))
	}
	return tx.Later(`-- billing.insertCloses
		INSERT INTO month_close (bucket, month, statements, total, closed)
		SELECT r.bucket, r.month, r.statements, r.total, r.closed FROM {rows}`, set)
}

// selectProgress adds up what is closed of a month.
func selectProgress(tx *db.Tx, month jst.Month) (Progress, error) {
	p := Progress{Month: month, Buckets: id.Buckets}
	var first, last int64
	err := tx.Row(`-- billing.selectProgress
		SELECT COUNT(*), CAST(COALESCE(SUM(k.statements), 0) AS BIGINT), CAST(COALESCE(SUM(k.total), 0) AS BIGINT),
			COALESCE(MIN(k.closed), 0), COALESCE(MAX(k.closed), 0)
		FROM month_close k WHERE k.month = $1`, month).Scan(&p.Closed, &p.Statements, &p.Total, &first, &last)
	p.First, p.Last = db.FromMicros(first), db.FromMicros(last)
	return p, err
}

// queueSums adds up a month per member, in the order of buckets and members, out of an index alone: a capture or refund says
// itself in which channel its payment was made.
func queueSums(q *db.Queue, month jst.Month, buckets []int, all *[]sums) {
	q.Each(`-- billing.selectSums
		SELECT x.member, CAST(SUM(x.purchase) AS BIGINT), CAST(SUM(x.refund) AS BIGINT), CAST(SUM(x.store) AS BIGINT)
		FROM (SELECT c.bucket, c.member, c.amount AS purchase, 0 AS refund, CASE WHEN c.channel = 'store' THEN c.amount ELSE 0 END AS store
				FROM {rows} JOIN capture c ON c.bucket = r.bucket AND c.bill_month = $2
			UNION ALL
			SELECT f.bucket, f.member, 0, f.amount, CASE WHEN f.channel = 'store' THEN -f.amount ELSE 0 END
				FROM {rows} JOIN refund f ON f.bucket = r.bucket AND f.bill_month = $2) x
		GROUP BY x.bucket, x.member ORDER BY x.bucket, x.member`, setOf(buckets), func(row db.Row) error {
		var s sums
		err := row.Scan(&s.member, &s.purchases, &s.refunds, &s.store)
		*all = append(*all, s)
		return err
	}, month)
}

func scanAmounts(found map[id.Member]money.Yen) func(db.Row) error {
	return func(row db.Row) error {
		var member id.Member
		var sum money.Yen
		err := row.Scan(&member, &sum)
		found[member] = sum
		return err
	}
}

// queueCredits adds up what stands to the credit of the members of some buckets. Their accounts are locked.
func queueCredits(q *db.Queue, buckets []int, found map[id.Member]money.Yen) {
	q.Each(`-- billing.selectBucketCredits
		SELECT c.member, CAST(SUM(c.amount) AS BIGINT)
		FROM {rows} JOIN bill_credit c ON c.bucket = r.bucket
		WHERE c.state = 'open' GROUP BY c.member`, setOf(buckets), scanAmounts(found))
}

// queueLates adds up what the paid statements of the members of some buckets left of their late charges. Their accounts are
// locked.
func queueLates(q *db.Queue, buckets []int, found map[id.Member]money.Yen) {
	q.Each(`-- billing.selectBucketLates
		SELECT s.member, CAST(SUM(s.total + s.late - s.moved - s.received) AS BIGINT)
		FROM {rows} JOIN statement s ON s.bucket = r.bucket
		WHERE s.late > s.moved AND s.state = 'paid' AND NOT s.awaited AND NOT s.written_off GROUP BY s.member`, setOf(buckets), scanAmounts(found))
}

// selectMemberSums adds up one member's month.
func selectMemberSums(tx *db.Tx, member id.Member, month jst.Month) (sums, error) {
	s := sums{member: member}
	err := tx.Row(`-- billing.selectMemberSums
		SELECT CAST(COALESCE(SUM(x.purchase), 0) AS BIGINT), CAST(COALESCE(SUM(x.refund), 0) AS BIGINT)
		FROM (SELECT c.amount AS purchase, 0 AS refund FROM capture c WHERE c.bucket = $1 AND c.bill_month = $2 AND c.member = $3
			UNION ALL
			SELECT 0, f.amount FROM refund f WHERE f.bucket = $1 AND f.bill_month = $2 AND f.member = $3) x`,
		member.Bucket(), month, member).Scan(&s.purchases, &s.refunds)
	return s, err
}

// selectFirstOpen is the first month after one and before another in which something of a member's is billed.
func selectFirstOpen(tx *db.Tx, member id.Member, after, before jst.Month) (jst.Month, bool, error) {
	var month jst.Month
	err := tx.Row(`-- billing.selectFirstOpen
		SELECT x.month FROM (SELECT c.bill_month AS month FROM capture c WHERE c.bucket = $1 AND c.member = $2 AND c.bill_month > COALESCE($3, '') AND c.bill_month < $4
			UNION ALL
			SELECT f.bill_month FROM refund f WHERE f.bucket = $1 AND f.member = $2 AND f.bill_month > COALESCE($3, '') AND f.bill_month < $4) x
		ORDER BY x.month LIMIT 1`, member.Bucket(), member, after, before).Scan(&month)
	if errors.Is(err, db.ErrNone) {
		return month, false, nil
	}
	return month, err == nil, err
}

func insertStatements(tx *db.Tx, statements []Statement) error {
	set := db.NewSet(db.Cols{
		"bucket:int", "id:bytes", "member:bytes", "month:text?", "purchases:int", "refunds:int", "credits:int", "fee:int", "lates:int",
		"total:int", "carried:int", "store:int", "way:text", "due:text", "state:text", "issued:int", "capture:bytes?",
	})
	for _, s := range statements {
		set.Add(s.ID.Bucket(), s.ID, s.Member, s.Month, s.Purchases, s.Refunds, s.Credits, s.Fee, s.Lates, s.Total, s.Carried,
			s.Store, s.Way, s.Due, s.State, db.Micros(s.Issued), s.Capture)
	}
	return tx.Later(`-- billing.insertStatements
		INSERT INTO statement (bucket, id, member, month, purchases, refunds, credits, fee, lates, total, carried, store, way, due,
			state, past_due, paid_day, issued, awaited, late, moved, received, certain, capture)
		SELECT r.bucket, r.id, r.member, r.month, r.purchases, r.refunds, r.credits, r.fee, r.lates, r.total, r.carried, r.store,
			r.way, r.due, r.state, FALSE, NULL, r.issued, FALSE, 0, 0, 0, 0, r.capture FROM {rows}`, set)
}

const statementColumns = `s.id, s.member, s.month, s.purchases, s.refunds, s.credits, s.fee, s.lates, s.total, s.carried, s.store,
	s.way, s.due, s.state, s.past_due, s.paid_day, s.issued, s.awaited, s.late, s.moved, s.received, s.certain, s.written_off, s.capture`

func scanStatement(row db.Row) (Statement, error) {
	var s Statement
	var issued int64
	err := row.Scan(&s.ID, &s.Member, &s.Month, &s.Purchases, &s.Refunds, &s.Credits, &s.Fee, &s.Lates, &s.Total, &s.Carried, &s.Store,
		&s.Way, &s.Due, &s.State, &s.PastDue, &s.PaidDay, &issued, &s.Awaited, &s.Late, &s.Moved, &s.Received, &s.Certain, &s.WrittenOff,
		&s.Capture)
	s.Issued = db.FromMicros(issued)
	return s, err
}

// lockStatements answers the statements with these ids as they are now, locked in bucket, id order.
func lockStatements(tx *db.Tx, statements []Statement) ([]Statement, error) {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	for _, s := range statements {
		set.Add(s.ID.Bucket(), s.ID)
	}
	var locked []Statement
	_, err := tx.Each(`-- billing.lockStatements
		SELECT `+statementColumns+`
		FROM {rows} JOIN statement s ON s.bucket = r.bucket AND s.id = r.id ORDER BY s.bucket, s.id {forupdate s}`,
		set, func(row db.Row) error {
			s, err := scanStatement(row)
			locked = append(locked, s)
			return err
		})
	return locked, err
}

func updateStatement(tx *db.Tx, s Statement) error {
	_, err := tx.Exec(`-- billing.updateStatement
		UPDATE statement SET state = $3, past_due = $4, paid_day = $5, received = $6, certain = $7, late = $8
		WHERE bucket = $1 AND id = $2`, s.ID.Bucket(), s.ID, s.State, s.PastDue, s.PaidDay, s.Received, s.Certain, s.Late)
	return err
}

func selectStatement(tx *db.Tx, member id.Member, statement id.Statement) (Statement, error) {
	found, err := collect(tx, `-- billing.selectStatement
		SELECT `+statementColumns+` FROM statement s WHERE s.bucket = $1 AND s.id = $2 AND s.member = $3`,
		[]any{statement.Bucket(), statement, member})
	return firstOf(found, err)
}

func selectStatements(tx *db.Tx, member id.Member) ([]Statement, error) {
	return collect(tx, `-- billing.selectStatements
		SELECT `+statementColumns+` FROM statement s WHERE s.bucket = $1 AND s.member = $2
		ORDER BY COALESCE(s.month, substr(s.due, 1, 7)) DESC, s.due DESC, s.id DESC`,
		[]any{member.Bucket(), member})
}

func selectNext(tx *db.Tx, member id.Member) (Statement, error) {
	found, err := collect(tx, `-- billing.selectNext
		SELECT `+statementColumns+` FROM statement s WHERE s.bucket = $1 AND s.member = $2 AND s.state <> 'paid'
			AND (s.state <> 'issued' OR NOT s.written_off)
		ORDER BY CASE WHEN s.state = 'issued' THEN 0 ELSE 1 END, s.due, s.id LIMIT 1`, []any{member.Bucket(), member})
	return firstOf(found, err)
}

// selectDue lists statements that may have become past due, the longest waiting first.
func selectDue(tx *db.Tx, day jst.Day, limit int) ([]Statement, error) {
	return collect(tx, `-- billing.selectDue
		SELECT `+statementColumns+` FROM statement s WHERE s.state = 'issued' AND NOT s.past_due AND NOT s.awaited AND s.due < $1
			AND NOT s.written_off
		ORDER BY s.due, s.bucket, s.id LIMIT $2`, []any{day, limit})
}

func countPastDue(tx *db.Tx, member id.Member) (int, error) {
	var n int
	err := tx.Row(`-- billing.countPastDue
		SELECT COUNT(*) FROM statement WHERE bucket = $1 AND member = $2 AND past_due`, member.Bucket(), member).Scan(&n)
	return n, err
}

func collect(tx *db.Tx, text string, args []any) ([]Statement, error) {
	var found []Statement
	err := tx.Rows(text, args, func(row db.Row) error {
		s, err := scanStatement(row)
		found = append(found, s)
		return err
	})
	return found, err
}

func firstOf(found []Statement, err error) (Statement, error) {
	if err != nil {
		return Statement{}, err
	}
	if len(found) == 0 {
		return Statement{}, db.ErrNone
	}
	return found[0], nil
}

// selectItems lists the purchases and then the refunds that are billed in a member's month.
func selectItems(tx *db.Tx, member id.Member, month jst.Month) ([]Item, error) {
	return items(tx, `-- billing.selectItems
		SELECT x.kind, x.day, x.amount, p.id, p.merchant, p.order_ref, p.created
		FROM (SELECT 'purchase' AS kind, c.id, c.day, c.amount, c.payment, c.created FROM capture c
				WHERE c.bucket = $1 AND c.bill_month = $2 AND c.member = $3
			UNION ALL
			SELECT 'refund', f.id, f.day, -f.amount, f.payment, f.created FROM refund f
				WHERE f.bucket = $1 AND f.bill_month = $2 AND f.member = $3) x
		JOIN payment p ON p.bucket = $1 AND p.id = x.payment
		ORDER BY x.kind, x.day, x.created, x.id`, []any{member.Bucket(), month, member})
}

// items reads lines of purchases and refunds.
func items(tx *db.Tx, text string, args []any) ([]Item, error) {
	var found []Item
	err := tx.Rows(text, args, func(row db.Row) error {
		var it Item
		var bought int64
		err := row.Scan(&it.Kind, &it.Day, &it.Amount, &it.Payment, &it.Merchant, &it.OrderRef, &bought)
		it.Bought = jst.DayOf(db.FromMicros(bought))
		found = append(found, it)
		return err
	})
	return found, err
}

// selectUsage adds up what a member bought, by the month it is billed in, from a month on.
func selectUsage(tx *db.Tx, member id.Member, first jst.Month) (map[jst.Month]money.Yen, error) {
	found := map[jst.Month]money.Yen{}
	err := tx.Rows(`-- billing.selectUsage
		SELECT x.bill_month, CAST(SUM(x.amount) AS BIGINT)
		FROM (SELECT c.bill_month, c.amount FROM capture c WHERE c.bucket = $1 AND c.bill_month >= $2 AND c.member = $3
			UNION ALL
			SELECT f.bill_month, -f.amount FROM refund f WHERE f.bucket = $1 AND f.bill_month >= $2 AND f.member = $3) x
		GROUP BY x.bill_month`, []any{member.Bucket(), first, member}, func(row db.Row) error {
		var month jst.Month
		var sum money.Yen
		err := row.Scan(&month, &sum)
		found[month] = sum
		return err
	})
	return found, err
}

func insertSlips(tx *db.Tx, slips []Slip) error {
	set := db.NewSet(db.Cols{
		"bucket:int", "id:bytes", "statement:bytes", "member:bytes", "kind:text", "number:text", "digits:text", "reissue:int",
		"amount:int", "valid_from:text", "valid_to:text?", "created:int",
	})
	for _, s := range slips {
		set.Add(s.ID.Bucket(), s.ID, s.Statement, s.Member, s.Kind, s.Number, s.Digits, s.Reissue, s.Amount, s.ValidFrom, s.ValidTo,
			db.Micros(s.Created))
	}
	err := tx.Later(`-- billing.insertSlips
		INSERT INTO slip (bucket, id, statement, member, kind, number, digits, reissue, amount, valid_from, valid_to, state, created)
		SELECT r.bucket, r.id, r.statement, r.member, r.kind, r.number, r.digits, r.reissue, r.amount, r.valid_from, r.valid_to,
			'open', r.created FROM {rows}`, set)
	if err != nil {
		return err
	}
	return insertNumbered(tx, slips)
}

const slipColumns = `l.id, l.statement, l.member, l.kind, l.number, l.digits, l.reissue, l.amount, l.valid_from, l.valid_to,
	l.state, l.created`

func selectOpenSlip(tx *db.Tx, statement id.Statement) (Slip, bool, error) {
	return oneSlip(tx.Row(`-- billing.selectOpenSlip
		SELECT `+slipColumns+` FROM slip l WHERE l.bucket = $1 AND l.statement = $2 AND l.state = 'open'`,
		statement.Bucket(), statement))
}

func selectSlipByNumber(tx *db.Tx, bucket int, number string) (Slip, bool, error) {
	return oneSlip(tx.Row(`-- billing.selectSlipByNumber
		SELECT `+slipColumns+` FROM slip l WHERE l.bucket = $1 AND l.number = $2`, bucket, number))
}

func oneSlip(row db.Row) (Slip, bool, error) {
	var s Slip
	var state string
	var created int64
	err := row.Scan(&s.ID, &s.Statement, &s.Member, &s.Kind, &s.Number, &s.Digits, &s.Reissue, &s.Amount, &s.ValidFrom, &s.ValidTo,
		&state, &created)
	if errors.Is(err, db.ErrNone) {
		return Slip{}, false, nil
	}
	s.Closed, s.Created = state == "closed", db.FromMicros(created)
	return s, err == nil, err
}

// closeSlips closes every way that is open to pay a statement.
func closeSlips(tx *db.Tx, statement id.Statement) error {
	_, err := tx.Exec(`-- billing.closeSlips
		UPDATE slip SET state = 'closed' WHERE bucket = $1 AND statement = $2 AND state = 'open'`, statement.Bucket(), statement)
	return err
}

func closeSlip(tx *db.Tx, slip id.Slip) error {
	_, err := tx.Exec(`-- billing.closeSlip
		UPDATE slip SET state = 'closed' WHERE bucket = $1 AND id = $2`, slip.Bucket(), slip)
	return err
}

// selectCredits adds up what stands to members' credit. The members' accounts are locked, or it is for a page.
func selectCredits(tx *db.Tx, members []id.Member) (map[id.Member]money.Yen, error) {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes"})
	for _, m := range members {
		set.Add(m.Bucket(), m)
	}
	found := map[id.Member]money.Yen{}
	_, err := tx.Each(`-- billing.selectCredits
		SELECT c.member, CAST(SUM(c.amount) AS BIGINT)
		FROM {rows} JOIN bill_credit c ON c.bucket = r.bucket AND c.member = r.member
		WHERE c.state = 'open' GROUP BY c.member`, set, func(row db.Row) error {
		var member id.Member
		var sum money.Yen
		err := row.Scan(&member, &sum)
		found[member] = sum
		return err
	})
	return found, err
}

// useCredits takes the open credits of each statement's member into the statement, if it counts them.
func useCredits(tx *db.Tx, statements []Statement) error {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes", "statement:bytes"})
	for _, s := range statements {
		if s.Credits > 0 {
			set.Add(s.ID.Bucket(), s.Member, s.ID)
		}
	}
	return tx.Later(`-- billing.useCredits
		UPDATE bill_credit SET state = 'used', used_in = r.statement
		FROM {rows} WHERE bill_credit.bucket = r.bucket AND bill_credit.member = r.member AND bill_credit.state = 'open'`, set)
}

func insertCredits(tx *db.Tx, credits []billCredit) error {
	set := db.NewSet(db.Cols{"bucket:int", "source:bytes", "member:bytes", "amount:int", "reason:text", "created:int"})
	for _, c := range credits {
		set.Add(c.source.Bucket(), c.source, c.member, c.amount, c.reason, db.Micros(tx.Now()))
	}
	return tx.Later(`-- billing.insertCredits
		INSERT INTO bill_credit (bucket, source, member, amount, reason, state, used_in, created)
		SELECT r.bucket, r.source, r.member, r.amount, r.reason, 'open', NULL, r.created FROM {rows}`, set)
}

// giveCredit lets money stand to a member's credit, or changes how much of it does. A credit that a statement has used stays.
func giveCredit(tx *db.Tx, c billCredit) error {
	_, err := tx.Exec(`-- billing.giveCredit
		INSERT INTO bill_credit (bucket, source, member, amount, reason, state, used_in, created)
		VALUES ($1, $2, $3, $4, $5, 'open', NULL, $6)
		ON CONFLICT (bucket, source) DO UPDATE SET amount = excluded.amount, state = 'open' WHERE bill_credit.state <> 'used'`,
		c.source.Bucket(), c.source, c.member, c.amount, c.reason, db.Micros(tx.Now()))
	return err
}

// withdrawCredit takes back a credit, if there is one that no statement has used, because its money pays its own statement
// after all.
func withdrawCredit(tx *db.Tx, receipt id.Receipt) error {
	_, err := tx.Exec(`-- billing.withdrawCredit
		UPDATE bill_credit SET state = 'withdrawn' WHERE bucket = $1 AND source = $2 AND state = 'open'`, receipt.Bucket(), receipt)
	return err
}

// selectLates adds up what members' paid statements left of their late charges. The members' accounts are locked, or it is
// for a page.
func selectLates(tx *db.Tx, members []id.Member) (map[id.Member]money.Yen, error) {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes"})
	for _, m := range members {
		set.Add(m.Bucket(), m)
	}
	found := map[id.Member]money.Yen{}
	_, err := tx.Each(`-- billing.selectLates
		SELECT s.member, CAST(SUM(s.total + s.late - s.moved - s.received) AS BIGINT)
		FROM {rows} JOIN statement s ON s.bucket = r.bucket AND s.member = r.member
		WHERE s.late > s.moved AND s.state = 'paid' AND NOT s.awaited AND NOT s.written_off GROUP BY s.member`, set, func(row db.Row) error {
		var member id.Member
		var sum money.Yen
		err := row.Scan(&member, &sum)
		found[member] = sum
		return err
	})
	return found, err
}

// moveLates marks what members' paid statements left of their late charges as asked for by these new statements.
func moveLates(tx *db.Tx, statements []Statement) error {
	set := db.NewSet(db.Cols{"bucket:int", "member:bytes"})
	for _, s := range statements {
		if s.Lates > 0 {
			set.Add(s.ID.Bucket(), s.Member)
		}
	}
	return tx.Later(`-- billing.moveLates
		UPDATE statement SET moved = statement.total + statement.late - statement.received
		FROM {rows} WHERE statement.bucket = r.bucket AND statement.member = r.member AND statement.late > statement.moved
			AND statement.state = 'paid' AND NOT statement.awaited AND NOT statement.written_off`, set)
}

// selectCreditItems lists the credits that a statement took.
func selectCreditItems(tx *db.Tx, member id.Member, statement id.Statement) ([]Item, error) {
	var items []Item
	err := tx.Rows(`-- billing.selectCreditItems
		SELECT c.source, c.amount, c.reason, c.created FROM bill_credit c
		WHERE c.bucket = $1 AND c.member = $2 AND c.used_in = $3 ORDER BY c.created, c.source`,
		[]any{member.Bucket(), member, statement}, func(row db.Row) error {
			it := Item{Kind: ItemCredit}
			var source event.Subject
			var created int64
			err := row.Scan(&source, &it.Amount, &it.Why, &created)
			it.Amount, it.Source, it.Day = -it.Amount, source, jst.DayOf(db.FromMicros(created))
			items = append(items, it)
			return err
		})
	return items, err
}
