package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

// Print is the fingerprint of a request's input: one hash to compare by, and a short hash of each field so that a
// mismatch can name the fields that differ without keeping their values.
type Print struct {
	sum    [sha256.Size]byte
	fields string // "amount=1f0c33a9 order_ref=77ab0e21"
}

// PrintOf fingerprints an operation on a decoded body: the meaning, not the bytes, so white space, the order of fields
// and equivalent spellings do not matter (rule X02). body is marshalled as JSON and must be an object.
func PrintOf(operation string, body any) (Print, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return Print{}, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return Print{}, fmt.Errorf("run: the input of %s is no JSON object: %w", operation, err)
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	whole := sha256.New()
	fmt.Fprintf(whole, "%d:%s", len(operation), operation)
	parts := make([]string, len(names))
	for i, name := range names {
		value := sha256.Sum256(compact(fields[name]))
		fmt.Fprintf(whole, "%d:%s%x", len(name), name, value)
		parts[i] = name + "=" + hex.EncodeToString(value[:4])
	}
	p := Print{fields: strings.Join(parts, " ")}
	whole.Sum(p.sum[:0])
	return p, nil
}

func compact(raw json.RawMessage) []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return raw
	}
	return b.Bytes()
}

// differing names the fields in which two prints differ, sorted.
func differing(a, b string) []string {
	count := map[string]int{}
	for _, part := range slices.Concat(strings.Fields(a), strings.Fields(b)) {
		count[part]++
	}
	seen := map[string]bool{}
	var names []string
	for part, n := range count {
		name, _, _ := strings.Cut(part, "=")
		if n == 1 && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func (k Key) hash() []byte { return id.Hash(k.Scope, k.Value) }

func (k Key) hashText() string { return string(k.hash()) }

func (k Key) bucket() int { return id.BucketOf(k.Scope, k.Value) }

// stored is a key's row.
type stored struct {
	operation string
	sum       []byte
	fields    string
	answer    Answer
	firstSeen time.Time
}

func (s stored) outcome() Outcome {
	return Outcome{Answer: s.answer, Replayed: true, FirstSeen: s.firstSeen}
}

// matches answers KeyReused if the key was used for another request.
func (s stored) matches(k Key) error {
	if s.operation == k.Operation && bytes.Equal(s.sum, k.Print.sum[:16]) {
		return nil
	}
	names := differing(s.fields, k.Print.fields)
	if s.operation != k.Operation {
		names = []string{"operation"}
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
	set := db.NewSet(db.Cols{"bucket:int", "key:bytes", "operation:text", "fingerprint:bytes", "fields:text", "status:int", "answer:bytes?", "object:text", "first_seen:int"})
	for _, k := range all {
		set.Add(k.key.bucket(), k.key.hash(), k.key.Operation, k.key.Print.sum[:16], k.key.Print.fields,
			k.answer.Status, k.answer.Body, k.answer.Object, db.Micros(tx.Now()))
	}
	return insertKeyRows(tx, set)
}
