package billing

import (
	"slices"

	"tsuke/internal/id"
	"tsuke/internal/ledger"
)

// Checks are what Verify proves about bills and the money that came in for them.
var Checks = slices.Concat(billChecks, moneyChecks, suspenseChecks, accountChecks, transferChecks, surplusChecks, writeOffChecks, invoiceChecks, waiverChecks)

// billChecks: statements are their lines, and every line is on one (rules B01, B03, B07, B19).
var billChecks = []ledger.Check{
	{Name: "everything of a closed month is on its member's statement, and a statement is what its month holds", Of: id.MemberKind{}, SQL: `-- billing.checkLines
		SELECT x.member, 'month ' || x.month || ' in bucket ' || CAST(x.bucket AS TEXT) || ': bought ' || CAST(SUM(x.bought) AS TEXT) || ', refunded '
			|| CAST(SUM(x.refunded) AS TEXT) || ', billed ' || CAST(SUM(x.purchases) AS TEXT) || ' and ' || CAST(SUM(x.refunds) AS TEXT)
		FROM (SELECT c.bucket, c.member, c.bill_month AS month, c.amount AS bought, 0 AS refunded, 0 AS purchases, 0 AS refunds,
				CASE WHEN p.channel = 'store' THEN c.amount ELSE 0 END AS store, 0 AS bills
				FROM capture c JOIN payment p ON p.bucket = c.bucket AND p.id = c.payment WHERE c.bill_month IS NOT NULL
			UNION ALL
			SELECT f.bucket, f.member, f.bill_month, 0, f.amount, 0, 0, CASE WHEN p.channel = 'store' THEN -f.amount ELSE 0 END, 0
				FROM refund f JOIN payment p ON p.bucket = f.bucket AND p.id = f.payment WHERE f.bill_month IS NOT NULL
			UNION ALL
			SELECT s.bucket, s.member, s.month, 0, 0, s.purchases, s.refunds, -s.store, 1 FROM statement s WHERE s.month IS NOT NULL) x
		LEFT JOIN month_fence m ON m.bucket = x.bucket
		GROUP BY x.bucket, x.member, x.month, m.closed
		HAVING (SUM(x.bills) = 0 AND x.month <= COALESCE(m.closed, ''))
			OR (SUM(x.bills) > 0 AND (SUM(x.bought) <> SUM(x.purchases) OR SUM(x.refunded) <> SUM(x.refunds) OR SUM(x.store) <> 0
				OR x.month > COALESCE(m.closed, '')))`},
	{Name: "a closed month has as many statements as were issued", SQL: `-- billing.checkCloses
		SELECT 'bucket ' || CAST(x.bucket AS TEXT) || ', ' || x.month, 'month ' || x.month || ' in bucket ' || CAST(x.bucket AS TEXT) || ' has ' || CAST(SUM(x.n) AS TEXT) || ' statements too many, '
			|| CAST(SUM(x.total) AS TEXT) || ' yen too much'
		FROM (SELECT bucket, month, 1 AS n, total FROM statement WHERE month IS NOT NULL
			UNION ALL SELECT bucket, month, -statements, -total FROM month_close) x
		GROUP BY x.bucket, x.month HAVING SUM(x.n) <> 0 OR SUM(x.total) <> 0`},
	{Name: "a bucket is closed as far as its fence", SQL: `-- billing.checkFences
		SELECT 'bucket ' || CAST(m.bucket AS TEXT), 'bucket ' || CAST(m.bucket AS TEXT) || ' has its fence at ' || m.closed
		FROM month_fence m WHERE m.closed <> COALESCE((SELECT MAX(k.month) FROM month_close k WHERE k.bucket = m.bucket), '')`},
	{Name: "a statement takes the credits that it says, and what it carries is a credit", Of: id.StatementKind{}, SQL: `-- billing.checkCredits
		SELECT s.id, 'a statement of ' || COALESCE(s.month, s.due) || ' in bucket ' || CAST(s.bucket AS TEXT) || ' takes ' || CAST(s.credits AS TEXT) || ', carries '
			|| CAST(s.carried AS TEXT)
		FROM statement s
		LEFT JOIN (SELECT bucket, used_in, member, SUM(amount) AS total FROM bill_credit WHERE state = 'used' GROUP BY bucket, used_in, member) u
			ON u.bucket = s.bucket AND u.used_in = s.id AND u.member = s.member
		LEFT JOIN bill_credit c ON c.bucket = s.bucket AND c.source = s.id AND c.reason = 'carried' AND c.member = s.member
		WHERE s.credits <> COALESCE(u.total, 0) OR s.carried <> COALESCE(c.amount, 0)`},
	{Name: "every credit has its source, and one that is used its statement", Of: id.MemberKind{}, SQL: `-- billing.checkSources
		SELECT c.member, 'a credit of ' || CAST(c.amount AS TEXT) || ' in bucket ' || CAST(c.bucket AS TEXT) || ' (' || c.reason || ', ' || c.state || ')'
		FROM bill_credit c
		WHERE (c.state = 'used' AND c.used_in <> c.source
				AND NOT EXISTS (SELECT 1 FROM statement s WHERE s.bucket = c.bucket AND s.id = c.used_in AND s.member = c.member))
			OR (c.reason = 'carried' AND NOT EXISTS (SELECT 1 FROM statement s
				WHERE s.bucket = c.bucket AND s.id = c.source AND s.carried = c.amount AND c.state <> 'withdrawn'))
			OR (c.reason = 'surplus' AND NOT EXISTS (SELECT 1 FROM receipt t WHERE t.bucket = c.bucket AND t.id = c.source AND t.state = 'confirmed'
				AND CASE WHEN c.state = 'withdrawn' THEN t.surplus = 0 ELSE t.surplus = c.amount END))`},
	{Name: "a statement that can be paid has a slip over no more than it asks for, or says why not", Of: id.StatementKind{}, SQL: `-- billing.checkSlips
		SELECT s.id, 'a statement of ' || COALESCE(s.month, s.due) || ' in bucket ' || CAST(s.bucket AS TEXT) || ' over ' || CAST(s.total AS TEXT)
		FROM statement s
		WHERE (s.state <> 'paid' AND NOT s.written_off AND NOT EXISTS (SELECT 1 FROM slip l WHERE l.bucket = s.bucket AND l.statement = s.id AND l.state = 'open')
				AND NOT EXISTS (SELECT 1 FROM event e WHERE e.bucket = s.bucket AND e.subject = s.id AND e.kind = 'statement.slip_withheld'))
			OR EXISTS (SELECT 1 FROM slip l WHERE l.bucket = s.bucket AND l.statement = s.id
				AND (l.amount > s.total + COALESCE((SELECT SUM(c.amount) FROM late_charge c WHERE c.bucket = s.bucket AND c.statement = s.id), 0)
					OR l.member <> s.member OR (l.state = 'open' AND s.state = 'paid')))`},
	{Name: "what earlier statements left of their late charges is asked for once", Of: id.MemberKind{}, SQL: `-- billing.checkLates
		SELECT s.member, 'a member in bucket ' || CAST(s.bucket AS TEXT) || ' is asked for ' || CAST(SUM(s.lates) AS TEXT) || ' of ' || CAST(SUM(s.moved) AS TEXT)
		FROM statement s GROUP BY s.bucket, s.member HAVING SUM(s.lates) <> SUM(s.moved)`},
	{Name: "what a statement was charged for being late is its charges", Of: id.StatementKind{}, SQL: `-- billing.checkCharges
		SELECT s.id, 'a statement of ' || COALESCE(s.month, s.due) || ' in bucket ' || CAST(s.bucket AS TEXT) || ' was charged ' || CAST(s.late AS TEXT)
		FROM statement s LEFT JOIN (SELECT bucket, statement, SUM(amount) AS total FROM late_charge WHERE state = 'charged' GROUP BY bucket, statement) c
			ON c.bucket = s.bucket AND c.statement = s.id
		WHERE s.late <> COALESCE(c.total, 0)`},
	{Name: "every late charge stands in the books, and one that was waived does no more", Of: id.LateChargeKind{}, SQL: `-- billing.checkChargeBooks
		SELECT c.id, 'a late charge of ' || CAST(c.amount AS TEXT) || ' in bucket ' || CAST(c.bucket AS TEXT) || ' on ' || c.day || ' is ' || c.state
		FROM (SELECT c.bucket, c.id, c.member, c.amount, c.day, c.state, COALESCE(SUM(l.amount), 0) AS booked
			FROM late_charge c
			LEFT JOIN entry e ON e.bucket = c.bucket AND e.ref = c.id AND e.reason IN ('late_charged', 'late_waived')
			LEFT JOIN line l ON l.bucket = e.bucket AND l.entry = e.id AND l.account = 'member_receivable' AND l.holder = c.member
			GROUP BY c.bucket, c.id, c.member, c.amount, c.day, c.state) c
		WHERE c.booked <> CASE WHEN c.state = 'charged' THEN c.amount ELSE 0 END`},
}

// moneyChecks: what came in stands in the books once, and does what its state says (rules B11 to B16).
var moneyChecks = []ledger.Check{
	{Name: "a statement stands where its receipts say", Of: id.StatementKind{}, SQL: `-- billing.checkStates
		SELECT s.id, 'a statement of ' || COALESCE(s.month, s.due) || ' in bucket ' || CAST(s.bucket AS TEXT) || ' is ' || s.state
		FROM statement s
		LEFT JOIN (SELECT bucket, statement, SUM(principal) AS principal, SUM(fee) AS fee, SUM(late) AS late,
				SUM(CASE WHEN state = 'confirmed' THEN principal + fee + late ELSE 0 END) AS certain
				FROM receipt WHERE use = 'matched' AND state <> 'cancelled' GROUP BY bucket, statement) t
			ON t.bucket = s.bucket AND t.statement = s.id
		WHERE s.received <> COALESCE(t.principal + t.fee + t.late, 0) OR s.certain <> COALESCE(t.certain, 0)
			OR COALESCE(t.principal, 0) > s.total - s.fee - s.lates OR COALESCE(t.fee, 0) > s.fee + s.lates
			OR COALESCE(t.late, 0) > s.late - s.moved
			OR (COALESCE(t.fee, 0) > 0 AND t.principal < s.total - s.fee - s.lates)
			OR (COALESCE(t.late, 0) > 0 AND t.fee < s.fee + s.lates)
			OR (s.total > 0 AND (s.state = 'issued') <> (s.paid_day IS NULL))
			OR (s.paid_day IS NOT NULL AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.bucket = s.bucket AND r.statement = s.id
				AND r.use = 'matched' AND r.state <> 'cancelled' AND r.paid_day = s.paid_day))`},
	{Name: "a receipt belongs to its slip's statement", Of: id.ReceiptKind{}, SQL: `-- billing.checkReceipts
		SELECT t.id, 'a receipt of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT)
		FROM receipt t WHERE t.slip IS NOT NULL AND NOT EXISTS (SELECT 1 FROM slip l
			WHERE l.bucket = t.bucket AND l.id = t.slip AND l.statement = t.statement AND l.member = t.member)`},
	{Name: "money paid twice stands to the member's credit once it is certain", Of: id.ReceiptKind{}, SQL: `-- billing.checkSurplus
		SELECT t.id, 'a second payment of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT)
		FROM receipt t WHERE t.surplus > 0 AND (t.state = 'confirmed') <> EXISTS (SELECT 1 FROM bill_credit c
			WHERE c.bucket = t.bucket AND c.source = t.id AND c.member = t.member AND c.amount = t.surplus AND c.state <> 'withdrawn')`},
	{Name: "every receipt stands in the books as far as it has come", Of: id.ReceiptKind{}, SQL: `-- billing.checkReceiptBooks
		SELECT t.id, 'a receipt of ' || CAST(t.amount AS TEXT) || ' in bucket ' || CAST(t.bucket AS TEXT) || ' is ' || t.state || ', ' || t.use
		FROM (SELECT t.bucket, t.id, t.state, t.use, t.amount, t.member, t.chain,
				COALESCE(SUM(CASE WHEN l.account = 'agent_prompt' THEN l.amount END), 0) AS prompt,
				COALESCE(SUM(CASE WHEN l.account = 'agent_receivable' THEN l.amount END), 0) AS receivable,
				COALESCE(SUM(CASE WHEN l.account = 'bank' THEN l.amount END), 0) AS bank,
				COALESCE(SUM(CASE WHEN l.account = 'member_receivable' AND l.holder = t.member THEN l.amount END), 0) AS member_side,
				COALESCE(SUM(CASE WHEN l.account = 'suspense' THEN l.amount END), 0) AS suspense
			FROM receipt t
			LEFT JOIN entry e ON e.bucket = t.bucket AND e.ref = t.id AND e.reason IN ('receipt_prompt', 'receipt_confirmed', 'receipt_cancelled',
				'receipt_moved', 'receipt_matched', 'receipt_returned')
			LEFT JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
			WHERE t.chain NOT IN (` + allowances + `)
			GROUP BY t.bucket, t.id, t.state, t.use, t.amount, t.member, t.chain) t
		WHERE t.prompt <> CASE WHEN t.state = 'prompt' THEN t.amount ELSE 0 END
			OR t.receivable <> CASE WHEN t.state IN ('confirmed', 'returned') AND t.chain <> 'transfer' THEN t.amount ELSE 0 END
			OR t.bank <> CASE WHEN t.state IN ('confirmed', 'returned') AND t.chain = 'transfer' THEN t.amount ELSE 0 END
			OR t.member_side <> CASE WHEN t.state <> 'cancelled' AND t.use <> 'suspense' THEN -t.amount ELSE 0 END
			OR t.suspense <> CASE WHEN t.state IN ('prompt', 'confirmed') AND t.use = 'suspense' THEN -t.amount ELSE 0 END`},
	{Name: "the agent's accounts and suspense are the receipts, less what people booked by hand that the agent paid out", SQL: `-- billing.checkAgent
		SELECT x.account, x.account || ' is out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT account, amount FROM line WHERE account IN ('agent_prompt', 'agent_receivable', 'suspense')
			UNION ALL SELECT 'agent_prompt', -amount FROM receipt WHERE state = 'prompt'
			UNION ALL SELECT 'agent_receivable', -amount FROM receipt WHERE state IN ('confirmed', 'returned') AND chain NOT IN ('transfer', ` + allowances + `)
			UNION ALL SELECT 'suspense', amount FROM receipt WHERE state IN ('prompt', 'confirmed') AND use = 'suspense'
			UNION ALL SELECT h.account, -h.amount FROM journal j JOIN journal_line h ON h.bucket = j.bucket AND h.journal = j.id
				WHERE j.undone IS NULL AND h.account = 'agent_receivable') x
		GROUP BY x.account HAVING SUM(x.amount) <> 0`},
	{Name: "every line that told of money has its receipt", SQL: `-- billing.checkTold
		SELECT l.line_key, 'a line of ' || CAST(l.amount AS TEXT) || ' yen in bucket ' || CAST(l.bucket AS TEXT) || ' is ' || l.result
		FROM receipt_line l WHERE (l.receipt IS NULL AND (l.result <> 'suspense' OR l.reason NOT IN ('kind_unknown', 'amount_wrong')))
			OR (l.receipt IS NOT NULL AND NOT EXISTS (SELECT 1 FROM receipt t WHERE t.bucket = l.bucket AND t.id = l.receipt))`},
	{Name: "every billing fee stands in the books", Of: id.StatementKind{}, SQL: `-- billing.checkFees
		SELECT s.id, 'the fee of ' || CAST(s.fee AS TEXT) || ' of a statement in bucket ' || CAST(s.bucket AS TEXT)
		FROM statement s WHERE s.fee > 0 AND NOT EXISTS (SELECT 1 FROM entry e JOIN line l ON l.bucket = e.bucket AND l.entry = e.id
			WHERE e.bucket = s.bucket AND e.reason = 'fee_billed' AND e.ref = s.id AND l.account = 'member_receivable'
				AND l.holder = s.member AND l.amount = s.fee)`},
}

// accountChecks: what an account owes is what its purchases and payments add up to (rules B11, B17, B18).
var accountChecks = []ledger.Check{
	{Name: "what an account owes is bought less refunded less paid", Of: id.MemberKind{}, SQL: `-- billing.checkUnpaid
		SELECT x.member, 'an account in bucket ' || CAST(x.bucket AS TEXT) || ' is out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT bucket, member, unpaid AS amount FROM credit
			UNION ALL SELECT bucket, member, -amount FROM capture
			UNION ALL SELECT bucket, member, amount FROM refund WHERE receipt IS NULL
			UNION ALL SELECT bucket, member, principal + surplus FROM receipt WHERE state <> 'cancelled' AND use <> 'suspense'
			UNION ALL SELECT bucket, member, -amount FROM credit_return
			UNION ALL SELECT bucket, member, -amount FROM loss_regained) x
		GROUP BY x.bucket, x.member HAVING SUM(x.amount) <> 0`},
	{Name: "what an account owes from stores is bought there less refunded less what paid statements hold of it", Of: id.MemberKind{}, SQL: `-- billing.checkUnpaidStore
		SELECT x.member, 'an account in bucket ' || CAST(x.bucket AS TEXT) || ' is out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT bucket, member, unpaid_store AS amount FROM credit
			UNION ALL SELECT c.bucket, c.member, -c.amount FROM capture c JOIN payment p ON p.bucket = c.bucket AND p.id = c.payment
				WHERE p.channel = 'store'
			UNION ALL SELECT f.bucket, f.member, f.amount FROM refund f JOIN payment p ON p.bucket = f.bucket AND p.id = f.payment
				WHERE p.channel = 'store'
			UNION ALL SELECT bucket, member, store FROM statement WHERE state <> 'issued') x
		GROUP BY x.bucket, x.member HAVING SUM(x.amount) <> 0`},
	{Name: "what the books say a member owes is the account, and the fees and late charges not paid", Of: id.MemberKind{}, SQL: `-- billing.checkReceivable
		SELECT x.member, 'a member in bucket ' || CAST(MAX(x.bucket) AS TEXT) || ' is out by ' || CAST(SUM(x.amount) AS TEXT)
		FROM (SELECT bucket, holder AS member, amount FROM line WHERE account = 'member_receivable'
			UNION ALL SELECT bucket, member, -unpaid FROM credit
			UNION ALL SELECT bucket, member, -fee - late FROM statement
			UNION ALL SELECT bucket, member, total + late - moved - received FROM statement WHERE written_off
			UNION ALL SELECT bucket, member, fee + late FROM receipt WHERE state <> 'cancelled' AND use <> 'suspense') x
		GROUP BY x.member HAVING SUM(x.amount) <> 0`},
	{Name: "an account is blocked as past due exactly while one of its bills is", Of: id.MemberKind{}, SQL: `-- billing.checkBlocks
		SELECT c.member, 'an account in bucket ' || CAST(c.bucket AS TEXT) || ' has the blocks ' || CAST(c.blocks AS TEXT)
		FROM credit c WHERE ((c.blocks & 1) <> 0) <> EXISTS (SELECT 1 FROM statement s
			WHERE s.bucket = c.bucket AND s.member = c.member AND s.past_due)`},
}
