package debit

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

const runColumns = `d.day, d.state, d.bills, d.total, d.request, d.answer, d.gathered, COALESCE(d.asked, 0), COALESCE(d.answered, 0)`

func scanRun(row db.Row) (Run, error) {
	var r Run
	var gathered, asked, answered int64
	err := row.Scan(&r.Day, &r.State, &r.Bills, &r.Total, &r.Request, &r.Answer, &gathered, &asked, &answered)
	r.Gathered = db.FromMicros(gathered)
	if asked != 0 {
		r.Asked = db.FromMicros(asked)
	}
	if answered != 0 {
		r.Answered = db.FromMicros(answered)
	}
	return r, err
}

func selectRun(tx *db.Tx, day jst.Day) (Run, bool, error) {
	run, err := scanRun(tx.Row(`-- debit.selectRun
		SELECT `+runColumns+` FROM debit_run d WHERE d.bucket = 0 AND d.day = $1`, day))
	if errors.Is(err, db.ErrNone) {
		return Run{}, false, nil
	}
	return run, err == nil, err
}

func listRuns(tx *db.Tx, limit int) ([]Run, error) {
	var found []Run
	err := tx.Rows(`-- debit.listRuns
		SELECT `+runColumns+` FROM debit_run d WHERE d.bucket = 0 ORDER BY d.day DESC LIMIT $1`, []any{limit}, func(row db.Row) error {
		r, err := scanRun(row)
		found = append(found, r)
		return err
	})
	return found, err
}

// insertRun ends the gathering of a day: how many bills there are and what they come to is told by its items.
func insertRun(tx *db.Tx, day jst.Day) error {
	_, err := tx.Exec(`-- debit.insertRun
		INSERT INTO debit_run (bucket, day, state, bills, total, request, answer, gathered, asked, answered)
		SELECT 0, $1, 'gathered', COUNT(*), COALESCE(SUM(i.amount), 0), NULL, NULL, $2, NULL, NULL FROM debit_item i WHERE i.day = $1
		ON CONFLICT (bucket, day) DO NOTHING`, day, db.Micros(tx.Now()))
	return err
}

// recountRun counts the bills of a run that was not asked for yet, without those that were taken out.
func recountRun(tx *db.Tx, day jst.Day) error {
	n, err := tx.Exec(`-- debit.recountRun
		UPDATE debit_run SET
			bills = (SELECT COUNT(*) FROM debit_item i WHERE i.day = $1 AND i.code <> 'no_account'),
			total = (SELECT COALESCE(SUM(i.amount), 0) FROM debit_item i WHERE i.day = $1 AND i.code <> 'no_account')
		WHERE bucket = 0 AND day = $1 AND state = 'gathered'`, day)
	if err == nil && n == 0 {
		err = db.ErrSerialization // it was asked for meanwhile: look again
	}
	return err
}

func askRun(tx *db.Tx, day jst.Day, hash []byte) error {
	_, err := tx.Exec(`-- debit.askRun
		UPDATE debit_run SET state = 'asked', request = $2, asked = $3 WHERE bucket = 0 AND day = $1 AND state = 'gathered'`,
		day, hash, db.Micros(tx.Now()))
	return err
}

func answerRun(tx *db.Tx, day jst.Day, hash []byte) error {
	_, err := tx.Exec(`-- debit.answerRun
		UPDATE debit_run SET state = 'answered', answer = $2, answered = $3 WHERE bucket = 0 AND day = $1 AND state = 'asked'`,
		day, hash, db.Micros(tx.Now()))
	return err
}

func insertItems(tx *db.Tx, day jst.Day, items []item) error {
	set := db.NewSet(db.Cols{"bucket:int", "day:text", "statement:bytes", "member:bytes", "number:text", "amount:int", "created:int"})
	for _, it := range items {
		set.Add(it.statement.Bucket(), day, it.statement, it.member, it.number, it.amount, db.Micros(tx.Now()))
	}
	_, err := tx.Each(`-- debit.insertItems
		INSERT INTO debit_item (bucket, day, statement, member, number, amount, state, code, receipt, created, changed)
		SELECT r.bucket, r.day, r.statement, r.member, r.number, r.amount, 'asked', '', NULL, r.created, r.created FROM {rows}`, set, nil)
	return err
}

// selectItems lists the bills of a run in the order of their numbers, after one; those that were taken out are not among them.
func selectItems(tx *db.Tx, day jst.Day, after string, limit int) ([]item, error) {
	first, _ := bucketIn(after)
	var found []item
	err := tx.Rows(`-- debit.selectItems
		SELECT i.statement, i.member, i.number, i.amount, i.state FROM debit_item i
		WHERE i.day = $1 AND i.bucket >= $2 AND i.number > $3 AND i.code <> 'no_account' ORDER BY i.bucket, i.number LIMIT $4`,
		[]any{day, first, after, limit}, func(row db.Row) error {
			var it item
			err := row.Scan(&it.statement, &it.member, &it.number, &it.amount, &it.state)
			found = append(found, it)
			return err
		})
	return found, err
}

// selectItem finds the bill with a number.
func selectItem(tx *db.Tx, bucket int, number string) (item, error) {
	return oneItem(number, tx.Row(`-- debit.selectItem
		SELECT i.statement, i.member, i.amount, i.state FROM debit_item i WHERE i.bucket = $1 AND i.number = $2`, bucket, number))
}

// lockItem is selectItem with the row locked. The member's account is locked already.
func lockItem(tx *db.Tx, bucket int, number string) (item, error) {
	return oneItem(number, tx.Row(`-- debit.lockItem
		SELECT i.statement, i.member, i.amount, i.state FROM debit_item i WHERE i.bucket = $1 AND i.number = $2 {forupdate i}`, bucket, number))
}

func oneItem(number string, row db.Row) (item, error) {
	it := item{number: number}
	err := row.Scan(&it.statement, &it.member, &it.amount, &it.state)
	return it, err
}

func updateItem(tx *db.Tx, it item, to itemState, code string, receipt id.Receipt) error {
	_, err := tx.Exec(`-- debit.updateItem
		UPDATE debit_item SET state = $3, code = $4, receipt = $5, changed = $6 WHERE bucket = $1 AND number = $2`,
		it.statement.Bucket(), it.number, to, code, receipt, db.Micros(tx.Now()))
	return err
}
