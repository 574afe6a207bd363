// Package job does work that is due at an instant: it is leased, retried and bounded, and what fails for good stays
// visible. It knows no word of the domain.
//
// # The story
//
// A verb calls [Enqueue] in its own transaction. (bucket, kind, ref) names a job: enqueued twice, it is one job. A
// [Worker] claims jobs that are due, under a lease and with a fencing token, and hands each to the [Handler] of its kind:
//
//   - InTx runs in the transaction that also marks the job as done. Effects in the database happen exactly once.
//   - Outside runs without a transaction, for calls that leave the process, under a deadline; the writes that follow
//     from its outcome are then committed together with the mark. The call itself can happen more than once (a crash
//     between call and commit), so it carries a key of its own, made from the job's id.
//
// The token grows with each claim. Marking a job as done, or as failed, demands the token of its last claim: whoever
// outlived their lease is refused ([ErrLeaseLost]), and all their writes are rolled back.
//
// A failed job waits and is tried again, later each time; after its last wait, or after an error marked with
// [Permanent], it is dead: a row that stays, counted and listed ([Dead]) until a person revives it. Attempts are counted
// when a job is claimed, so a job that takes its process down is dead after as many tries as any other.
//
// # Recurring work
//
// A [Recurring] kind is a chain: finishing one run enqueues the next, in the same transaction. After downtime the missed
// runs are made up for one by one in order (or skipped, if the kind says so). A run that ends dead does not stop the
// chain.
//
// # Lock order
//
// A claim locks the gate, then job rows; it locks nothing else. A run locks what its handler locks, and its own job's
// row last. Enqueue locks nothing.
package job

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

// ErrLeaseLost means that a run came to its end after its lease: another worker has the job now. Its writes are rolled
// back.
var ErrLeaseLost = errors.New("job: another worker has claimed this job")

// State is where a job stands.
type State string

// The states. waiting → running → done; running → waiting after a failure or the end of the lease; running → dead after
// the last one; dead → waiting when a person revives it.
const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Dead    State = "dead"
)

// Job is work to be done once. All fields but Payload are required.
type Job struct {
	Bucket  int       // the bucket of the object it is about
	Kind    string    // which handler does it, such as "notice.send"
	Ref     string    // what it is for: with bucket and kind it names the job for ever
	Due     time.Time // not before this instant
	Payload any       // for the handler, kept as JSON; no personal data; nil for none
}

// payloadMax bounds a payload in bytes of JSON. A job that needs more wants to name a row instead.
const payloadMax = 16 << 10

// Enqueue adds jobs in the transaction that makes them necessary. A job whose bucket, kind and ref exist already is
// left as it is, whatever its state.
func Enqueue(tx *db.Tx, jobs ...Job) error {
	if len(jobs) == 0 {
		return nil
	}
	set := newJobSet()
	for _, j := range jobs {
		payload, err := j.checked()
		if err != nil {
			return err
		}
		set.Add(j.Bucket, id.In[id.JobKind](tx, j.Bucket), j.Kind, j.Ref, payload, db.Micros(j.Due), db.Micros(tx.Now()))
	}
	return insertJobs(tx, set)
}

func (j Job) checked() (string, error) {
	switch {
	case j.Kind == "" || j.Ref == "":
		return "", fmt.Errorf("job: kind %q, ref %q: both are needed", j.Kind, j.Ref)
	case j.Bucket < 0 || j.Bucket >= id.Buckets:
		return "", fmt.Errorf("job: %s is for bucket %d, buckets are 0 to %d", j.Kind, j.Bucket, id.Buckets-1)
	case j.Due.IsZero():
		return "", fmt.Errorf("job: %s has no due instant", j.Kind)
	case j.Payload == nil:
		return "{}", nil
	}
	payload, err := json.Marshal(j.Payload)
	if err != nil {
		return "", fmt.Errorf("job: payload of %s: %w", j.Kind, err)
	}
	if len(payload) > payloadMax {
		return "", fmt.Errorf("job: payload of %s has %d bytes, at most %d are kept", j.Kind, len(payload), payloadMax)
	}
	return string(payload), nil
}

// Run is one attempt at a job, as its handler gets it.
type Run struct {
	ID      id.Job
	Bucket  int
	Kind    string
	Ref     string
	Due     time.Time // when it was due, UTC; a late run reads its day from here, not from the clock
	Attempt int       // from 1
	Payload json.RawMessage

	state State // before this claim
	token int64 // of this claim
}

// Decode reads the payload into what it was written from.
func (r Run) Decode(into any) error {
	if err := json.Unmarshal(r.Payload, into); err != nil {
		return fmt.Errorf("job: payload of %s (%s): %w", r.ID, r.Kind, err)
	}
	return nil
}

// Record is a job as people look at it.
type Record struct {
	ID         id.Job
	Bucket     int
	Kind       string
	Ref        string
	State      State
	Due        time.Time
	Attempts   int
	LastFault  string    // the code of the last failure, never its text
	FinishedAt time.Time // when it became done or dead; zero before
}

// Load gives one job. It answers db.ErrNone if there is none.
func Load(tx *db.Tx, bucket int, kind, ref string) (Record, error) {
	return loadRecord(tx, bucket, kind, ref)
}

// ListDead lists jobs that were given up, the latest first: each is a work item for a person.
func ListDead(tx *db.Tx, limit int) ([]Record, error) {
	return listDead(tx, limit)
}

// Revive lets a dead job be tried again from now on, with all its attempts. It answers false if the job is not dead,
// for instance because somebody else has revived it.
func Revive(tx *db.Tx, job id.Job) (bool, error) {
	return revive(tx, job)
}

// Sweep removes jobs that were done before an instant, at most limit, and answers how many. A ref that was swept could
// be enqueued again, so keep jobs for longer than anybody may ask for them twice. Dead jobs are never swept.
func Sweep(tx *db.Tx, before time.Time, limit int) (int, error) {
	return sweep(tx, before, limit)
}
