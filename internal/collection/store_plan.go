package collection

import (
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
)

func insertPlan(tx *db.Tx, p Plan) error {
	_, err := tx.Exec(`-- collection.insertPlan
		INSERT INTO bill_plan (bucket, statement, number, member, state, sum, before, long, made_by, made, until_day, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $10)`,
		p.Statement.Bucket(), p.Statement, p.Number, p.Member, p.State, p.Sum, p.Before, p.Long, p.By, db.Micros(p.Made))
	if err != nil {
		return err
	}
	set := db.NewSet(db.Cols{"bucket:int", "statement:bytes", "number:int", "part:int", "id:bytes", "day:text", "amount:int", "upto:int"})
	for i, part := range p.Parts {
		set.Add(p.Statement.Bucket(), p.Statement, p.Number, i+1, part.ID, part.Day, part.Amount, part.Upto)
	}
	_, err = tx.Each(`-- collection.insertPlanParts
		INSERT INTO bill_plan_part (bucket, statement, number, part, id, day, amount, upto)
		SELECT r.bucket, r.statement, r.number, r.part, r.id, r.day, r.amount, r.upto FROM {rows}`, set, nil)
	return err
}

func updatePlan(tx *db.Tx, p Plan) error {
	_, err := tx.Exec(`-- collection.updatePlan
		UPDATE bill_plan SET state = $4, until_day = $5, changed = $6 WHERE bucket = $1 AND statement = $2 AND number = $3`,
		p.Statement.Bucket(), p.Statement, p.Number, p.State, p.Until, db.Micros(tx.Now()))
	return err
}

const planColumns = `p.statement, p.number, p.member, p.state, p.sum, p.before, p.long, p.made_by, p.made, p.until_day`

func scanPlan(row db.Row) (Plan, error) {
	var p Plan
	var made int64
	err := row.Scan(&p.Statement, &p.Number, &p.Member, &p.State, &p.Sum, &p.Before, &p.Long, &p.By, &made, &p.Until)
	p.Made = db.FromMicros(made)
	return p, err
}

// selectPlan answers the newest plan of a statement, with its parts.
func selectPlan(tx *db.Tx, statement id.Statement) (Plan, error) {
	p, err := scanPlan(tx.Row(`-- collection.selectPlan
		SELECT `+planColumns+` FROM bill_plan p WHERE p.bucket = $1 AND p.statement = $2 ORDER BY p.number DESC LIMIT 1`,
		statement.Bucket(), statement))
	if err != nil {
		return Plan{}, err
	}
	err = tx.Rows(`-- collection.selectPlanParts
		SELECT q.id, q.day, q.amount, q.upto FROM bill_plan_part q
		WHERE q.bucket = $1 AND q.statement = $2 AND q.number = $3 ORDER BY q.part`,
		[]any{statement.Bucket(), statement, p.Number}, func(row db.Row) error {
			var part Part
			err := row.Scan(&part.ID, &part.Day, &part.Amount, &part.Upto)
			p.Parts = append(p.Parts, part)
			return err
		})
	return p, err
}

// selectPlansOf answers all plans of statements, without their parts: on which days each was kept.
func selectPlansOf(tx *db.Tx, late []billing.Late) (map[id.Statement][]Plan, error) {
	set := db.NewSet(db.Cols{"bucket:int", "statement:bytes"})
	for _, l := range late {
		set.Add(l.ID.Bucket(), l.ID)
	}
	found := map[id.Statement][]Plan{}
	_, err := tx.Each(`-- collection.selectPlansOf
		SELECT `+planColumns+` FROM {rows} JOIN bill_plan p ON p.bucket = r.bucket AND p.statement = r.statement`, set,
		func(row db.Row) error {
			p, err := scanPlan(row)
			found[p.Statement] = append(found[p.Statement], p)
			return err
		})
	return found, err
}

func selectStanding(tx *db.Tx, after id.Statement, limit int) ([]id.Statement, error) {
	var found []id.Statement
	err := tx.Rows(`-- collection.selectStanding
		SELECT p.statement FROM bill_plan p WHERE p.state = 'standing' AND (p.bucket, p.statement) > ($1, $2)
		ORDER BY p.bucket, p.statement LIMIT $3`, []any{bucketAfter(after), after[:], limit}, func(row db.Row) error {
		var st id.Statement
		err := row.Scan(&st)
		found = append(found, st)
		return err
	})
	return found, err
}

// selectBehind lists statements whose plan stands with a part that was to be paid before a day and is not.
func selectBehind(tx *db.Tx, day jst.Day, after id.Statement, limit int) ([]billing.Statement, error) {
	var found []billing.Statement
	err := tx.Rows(`-- collection.selectBehind
		SELECT p.statement, p.member FROM bill_plan p JOIN statement s ON s.bucket = p.bucket AND s.id = p.statement
		WHERE p.state = 'standing' AND (p.bucket, p.statement) > ($1, $2)
			AND EXISTS (SELECT 1 FROM bill_plan_part q WHERE q.bucket = p.bucket AND q.statement = p.statement AND q.number = p.number
				AND q.day < $3 AND q.upto > s.received - p.before)
		ORDER BY p.bucket, p.statement LIMIT $4`, []any{bucketAfter(after), after[:], day, limit}, func(row db.Row) error {
		var st billing.Statement
		err := row.Scan(&st.ID, &st.Member)
		found = append(found, st)
		return err
	})
	return found, err
}

// bucketAfter is the bucket in which a list goes on after a statement; the first for none.
func bucketAfter(after id.Statement) int {
	if after.IsZero() {
		return 0
	}
	return after.Bucket()
}

// Checks are what Verify proves about plans (rules D09, D12).
var Checks = []ledger.Check{
	{Name: "the parts of a plan add up to it, one after the other", Of: id.StatementKind{}, SQL: `-- collection.checkParts
		SELECT x.statement, 'a plan of ' || CAST(x.sum AS TEXT) || ' in bucket ' || CAST(x.bucket AS TEXT)
		FROM (SELECT p.bucket, p.statement, p.sum, COUNT(q.part) AS parts, COALESCE(SUM(q.amount), 0) AS total, MAX(q.upto) AS upto, MAX(q.part) AS last,
				SUM(CASE WHEN q.upto = (SELECT SUM(o.amount) FROM bill_plan_part o WHERE o.bucket = q.bucket AND o.statement = q.statement
					AND o.number = q.number AND o.part <= q.part) THEN 0 ELSE 1 END) AS wrong
			FROM bill_plan p LEFT JOIN bill_plan_part q ON q.bucket = p.bucket AND q.statement = p.statement AND q.number = p.number
			GROUP BY p.bucket, p.statement, p.number, p.sum) x
		WHERE x.parts < 2 OR x.last <> x.parts OR x.total <> x.sum OR x.upto <> x.sum OR x.wrong > 0`},
	{Name: "a plan stands while its statement is past due, and is done when it is paid", Of: id.StatementKind{}, SQL: `-- collection.checkPlans
		SELECT p.statement, 'a plan in bucket ' || CAST(p.bucket AS TEXT) || ' is ' || p.state || ', its statement ' || COALESCE(s.state, 'missing')
		FROM bill_plan p LEFT JOIN statement s ON s.bucket = p.bucket AND s.id = p.statement AND s.member = p.member
		WHERE s.id IS NULL OR (p.state = 'standing' AND NOT s.past_due) OR (p.state = 'done' AND s.state = 'issued')`},
}
