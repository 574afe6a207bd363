package job

import (
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

func newJobSet() *db.Set {
	return db.NewSet(db.Cols{"bucket:int", "id:bytes", "kind:text", "ref:text", "payload:text", "due:int", "now:int"})
}

const insertJobsSQL = `-- job.insertJobs
INSERT INTO job (bucket, id, kind, ref, payload, due, state, attempts, claim_at, lease_token, last_fault, created_at)
SELECT r.bucket, r.id, r.kind, r.ref, r.payload, r.due, 'waiting', 0, r.due, 0, '', r.now
FROM {rows} WHERE TRUE
ON CONFLICT (bucket, kind, ref) DO NOTHING`

func insertJobs(tx *db.Tx, jobs *db.Set) error {
	_, err := tx.Each(insertJobsSQL, jobs, nil)
	return err
}

// lockGate lets claims and the starts of chains happen one after the other.
func lockGate(tx *db.Tx) error {
	var claims int64
	return tx.Row(`-- job.lockGate
SELECT claims FROM job_gate WHERE bucket = 0 {forupdate}`).Scan(&claims)
}

const dueKindsSQL = `-- job.dueKinds
SELECT r.kind FROM {rows} WHERE EXISTS (
	SELECT 1 FROM job j WHERE j.kind = r.kind AND j.state IN ('waiting', 'running') AND j.claim_at <= r.now
)`

// dueKinds tells which of the kinds have something to claim.
func dueKinds(tx *db.Tx, kinds []string) ([]string, error) {
	set := db.NewSet(db.Cols{"kind:text", "now:int"})
	for _, kind := range kinds {
		set.Add(kind, db.Micros(tx.Now()))
	}
	var due []string
	_, err := tx.Each(dueKindsSQL, set, func(row db.Row) error {
		var kind string
		if err := row.Scan(&kind); err != nil {
			return err
		}
		due = append(due, kind)
		return nil
	})
	return due, err
}

const loadDueSQL = `-- job.loadDue
SELECT bucket, id, kind, ref, payload, due, state, attempts, lease_token FROM job
WHERE kind = $1 AND state IN ('waiting', 'running') AND claim_at <= $2
ORDER BY claim_at, bucket, id LIMIT $3`

// loadDue gives the jobs of a kind that can be claimed, longest due first, as the runs they would be: with the attempt
// and the token of the claim to come.
func loadDue(tx *db.Tx, kind string, limit int) ([]Run, error) {
	var runs []Run
	err := tx.Rows(loadDueSQL, []any{kind, db.Micros(tx.Now()), limit}, func(row db.Row) error {
		var r Run
		var payload string
		var due int64
		if err := row.Scan(&r.Bucket, &r.ID, &r.Kind, &r.Ref, &payload, &due, &r.state, &r.Attempt, &r.token); err != nil {
			return err
		}
		r.Payload, r.Due = []byte(payload), db.FromMicros(due)
		r.Attempt++
		r.token++
		runs = append(runs, r)
		return nil
	})
	return runs, err
}

const leaseSQL = `-- job.lease
UPDATE job SET state = 'running', attempts = r.attempts, claim_at = r.until, lease_token = r.token
FROM {rows}
WHERE job.bucket = r.bucket AND job.id = r.id AND job.lease_token = r.token - 1
	AND job.state IN ('waiting', 'running') AND job.claim_at <= r.now
RETURNING job.id`

// lease claims the runs, and gives those that were still to be had: a run may have ended between look and claim.
func lease(tx *db.Tx, runs []Run, kinds map[string]Handler) ([]Run, error) {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes", "attempts:int", "until:int", "token:int", "now:int"})
	for _, r := range runs {
		set.Add(r.Bucket, r.ID, r.Attempt, db.Micros(tx.Now().Add(kinds[r.Kind].lease())), r.token, db.Micros(tx.Now()))
	}
	got := make(map[id.Job]bool, len(runs))
	_, err := tx.Each(leaseSQL, set, func(row db.Row) error {
		var job id.Job
		if err := row.Scan(&job); err != nil {
			return err
		}
		got[job] = true
		return nil
	})
	var leased []Run
	for _, r := range runs {
		if got[r.ID] {
			leased = append(leased, r)
		}
	}
	return leased, err
}

const settleSQL = `-- job.settle
UPDATE job SET state = $4, attempts = $5, claim_at = $6, finished_at = $7, last_fault = $8
WHERE bucket = $1 AND id = $2 AND lease_token = $3 AND state = 'running'`

// settle writes how a run ended. It is refused when the job has been claimed by another since.
func settle(tx *db.Tx, run Run, out outcome) error {
	var finished any
	if out.state != Waiting {
		finished = db.Micros(out.at)
	}
	n, err := tx.Exec(settleSQL, run.Bucket, run.ID, run.token, out.state, out.attempts, db.Micros(out.at), finished, out.code)
	if err == nil && n != 1 {
		return ErrLeaseLost
	}
	return err
}

const recordColumns = `bucket, id, kind, ref, state, due, attempts, last_fault, COALESCE(finished_at, 0)`

func scanRecord(row db.Row) (Record, error) {
	var r Record
	var due, finished int64
	err := row.Scan(&r.Bucket, &r.ID, &r.Kind, &r.Ref, &r.State, &due, &r.Attempts, &r.LastFault, &finished)
	r.Due, r.FinishedAt = db.FromMicros(due), db.FromMicros(finished)
	return r, err
}

func loadRecord(tx *db.Tx, bucket int, kind, ref string) (Record, error) {
	return oneRecord(tx, `-- job.loadRecord
SELECT `+recordColumns+` FROM job WHERE bucket = $1 AND kind = $2 AND ref = $3`, bucket, kind, ref)
}

// lastOfChain gives the latest run of a recurring kind: their refs sort by time.
func lastOfChain(tx *db.Tx, bucket int, kind string) (Record, error) {
	return oneRecord(tx, `-- job.lastOfChain
SELECT `+recordColumns+` FROM job WHERE bucket = $1 AND kind = $2 ORDER BY ref DESC LIMIT 1`, bucket, kind)
}

func oneRecord(tx *db.Tx, sql string, args ...any) (Record, error) {
	var found []Record
	err := tx.Rows(sql, args, func(row db.Row) error {
		r, err := scanRecord(row)
		found = append(found, r)
		return err
	})
	switch {
	case err != nil:
		return Record{}, err
	case len(found) == 0:
		return Record{}, db.ErrNone
	}
	return found[0], nil
}

func listDead(tx *db.Tx, limit int) ([]Record, error) {
	var dead []Record
	err := tx.Rows(`-- job.listDead
SELECT `+recordColumns+` FROM job WHERE state = 'dead' ORDER BY finished_at DESC, bucket, id LIMIT $1`, []any{limit},
		func(row db.Row) error {
			r, err := scanRecord(row)
			dead = append(dead, r)
			return err
		})
	return dead, err
}

func revive(tx *db.Tx, job id.Job) (bool, error) {
	n, err := tx.Exec(`-- job.revive
UPDATE job SET state = 'waiting', attempts = 0, claim_at = $3, finished_at = NULL
WHERE bucket = $1 AND id = $2 AND state = 'dead'`, job.Bucket(), job, db.Micros(tx.Now()))
	return n == 1, err
}

func sweep(tx *db.Tx, before time.Time, limit int) (int, error) {
	n, err := tx.Exec(`-- job.sweep
DELETE FROM job WHERE (bucket, id) IN (
	SELECT j.bucket, j.id FROM job j WHERE j.state = 'done' AND j.finished_at < $1 ORDER BY j.finished_at LIMIT $2
)`, db.Micros(before), limit)
	return int(n), err
}
