package run

import (
	"bytes"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

func (k Key) hash() []byte { return id.Hash(k.Scope, k.Value) }

func (k Key) hashText() string { return string(k.hash()) }

func (k Key) bucket() int { return id.BucketOf(k.Scope, k.Value) }

// printLen is how many bytes of a fingerprint are kept. None are kept any more once the answer is not (rule X14).
const printLen = 16

// stored is a key's row.
type stored struct {
	operation string
	sum       []byte
	parts     string
	answer    Answer
	firstSeen time.Time
}

func (s stored) outcome() Outcome {
	return Outcome{
		Answer: s.answer, Operation: s.operation, Replayed: true, Forgotten: len(s.sum) == 0, FirstSeen: s.firstSeen,
	}
}

// matches answers KeyReused if the key was used for another request. A cancelled key answers every request alike.
func (s stored) matches(k Key) error {
	names := []string{"operation"}
	switch {
	case s.operation == CancelledKey:
		return nil
	case s.operation != k.Operation:
	case len(s.sum) == 0 || bytes.Equal(s.sum, k.Print.sum[:printLen]):
		return nil
	default:
		names = k.Print.differing(s.parts)
	}
	return KeyReused.New().With("first_seen", s.firstSeen.Format(time.RFC3339)).With("fields", strings.Join(names, ", "))
}

// Syntax of keys on the wire (rule X01): an RFC 8941 string or a bare token of 16–255 visible ASCII characters.
func ParseKey(header string) (string, bool) {
	if n := len(header); n >= 2 && header[0] == '"' && header[n-1] == '"' {
		header = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(header[1 : n-1])
	}
	if len(header) < 16 || len(header) > 255 {
		return "", false
	}
	for i := range len(header) {
		if header[i] <= ' ' || header[i] > '~' {
			return "", false
		}
	}
	return header, true
}

// keyed is a key with the answer to keep.
type keyed struct {
	key    Key
	answer Answer
}

// insertKeys stores answers with the commit. If one of the keys was answered meanwhile, the transaction runs again and
// finds that answer.
func insertKeys(tx *db.Tx, all []keyed) error {
	set := db.NewSet(db.Cols{"bucket:int", "key:bytes", "operation:text", "fingerprint:bytes", "parts:bytes", "status:int", "answer:bytes?", "object:text", "first_seen:int"})
	for _, k := range all {
		set.Add(k.key.bucket(), k.key.hash(), k.key.Operation, k.key.Print.sum[:printLen], []byte(k.key.Print.parts),
			k.answer.Status, pack(k.answer), k.answer.Object, db.Micros(tx.Now()))
	}
	return insertKeyRows(tx, set)
}
