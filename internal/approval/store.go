package approval

import (
	"encoding/json"
	"errors"
	"fmt"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

const columns = `id, command, hash, effect, state, asked_by, asked, expires, decided_by, decided`

func scanApproval(row db.Row) (Approval, error) {
	var a Approval
	var command, effect string
	var asked, expires, decided int64
	if err := row.Scan(&a.ID, &command, &a.hash, &effect, &a.State, &a.AskedBy, &asked, &expires, &a.By, &decided); err != nil {
		return Approval{}, err
	}
	a.Asked, a.Expires, a.Decided = db.FromMicros(asked), db.FromMicros(expires), db.FromMicros(decided)
	if err := errors.Join(json.Unmarshal([]byte(command), &a.Command), json.Unmarshal([]byte(effect), &a.Effect)); err != nil {
		return Approval{}, fmt.Errorf("approval: a stored request has a shape this program does not know: %w", err)
	}
	return a, nil
}

func insertApproval(tx *db.Tx, a Approval, command string) (bool, error) {
	effect, err := json.Marshal(a.Effect)
	if err != nil {
		return false, fmt.Errorf("approval: the effect cannot be written: %w", err)
	}
	n, err := tx.Exec(`-- approval.insertApproval
		INSERT INTO approval (bucket, id, kind, command, hash, effect, state, asked_by, asked, expires, decided_by, decided)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, 0) ON CONFLICT (bucket, hash) WHERE state = 'waiting' DO NOTHING`,
		a.ID.Bucket(), a.ID, string(a.Command.Kind), command, a.hash, string(effect), a.State, a.AskedBy, db.Micros(a.Asked), db.Micros(a.Expires))
	return n == 1, err
}

func updateApproval(tx *db.Tx, a Approval) error {
	_, err := tx.Exec(`-- approval.updateApproval
		UPDATE approval SET state = $3, decided_by = $4, decided = $5 WHERE bucket = $1 AND id = $2 AND state = 'waiting'`,
		a.ID.Bucket(), a.ID, a.State, a.By, db.Micros(a.Decided))
	return err
}

// selectApproval gives NoRequest if there is none.
func selectApproval(tx *db.Tx, which id.Approval, lock bool) (Approval, error) {
	text := `-- approval.selectApproval
		SELECT ` + columns + ` FROM approval WHERE bucket = $1 AND id = $2`
	if lock {
		text = `-- approval.lockApproval
		SELECT ` + columns + ` FROM approval WHERE bucket = $1 AND id = $2 {forupdate}`
	}
	a, err := scanApproval(tx.Row(text, which.Bucket(), which))
	if errors.Is(err, db.ErrNone) {
		err = NoRequest.New()
	}
	return a, err
}

func lockWaiting(tx *db.Tx, bucket int, hash []byte) (Approval, bool, error) {
	a, err := scanApproval(tx.Row(`-- approval.lockWaiting
		SELECT `+columns+` FROM approval WHERE bucket = $1 AND hash = $2 AND state = 'waiting' {forupdate}`, bucket, hash))
	if errors.Is(err, db.ErrNone) {
		return Approval{}, false, nil
	}
	return a, err == nil, err
}

// selectApprovals reads over all buckets; it is a console's list.
func selectApprovals(tx *db.Tx, limit int) ([]Approval, error) {
	var out []Approval
	err := tx.Rows(`-- approval.selectApprovals
		SELECT `+columns+` FROM approval ORDER BY asked DESC, id DESC LIMIT $1`, []any{limit}, func(row db.Row) error {
		a, err := scanApproval(row)
		out = append(out, a)
		return err
	})
	return out, err
}

func selectWaiting(tx *db.Tx, bucket int) ([]Approval, error) {
	var out []Approval
	err := tx.Rows(`-- approval.selectWaiting
		SELECT `+columns+` FROM approval WHERE bucket = $1 AND state = 'waiting' ORDER BY id`, []any{bucket}, func(row db.Row) error {
		a, err := scanApproval(row)
		out = append(out, a)
		return err
	})
	return out, err
}
