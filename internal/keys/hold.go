package keys

import (
	"slices"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/vault"
)

// goneAfter is how long after it was last heard of a service is taken to have ended.
const goneAfter = 3 * time.Minute

// holder is what a running service says of a part.
type holder struct {
	process string
	part    vault.Part
	holds   string
	since   time.Time
}

// word is how a key that is held is written.
func word(key vault.Key) string { return key.ID.String() + ":" + string(key.Standing) }

// holding is what this process writes of a part.
func (k *Keys) holding(part vault.Part) string {
	var words []string
	for _, key := range k.Vault.Keys(part) {
		words = append(words, word(key))
	}
	return strings.Join(words, " ")
}

// knows tells whether a service can read what is under a key.
func (h holder) knows(key vault.Key) bool {
	return slices.ContainsFunc(strings.Fields(h.holds), func(w string) bool { return strings.HasPrefix(w, key.ID.String()+":") })
}

// uses tells whether a service puts what is new under a key.
func (h holder) uses(key vault.Key) bool {
	key.Standing = vault.InUse
	return slices.Contains(strings.Fields(h.holds), word(key))
}

// Check refuses a folder that lacks a key which was put in use and not retired (rule K05). The fault is KeyMissing.
func (k *Keys) Check(tx *db.Tx) error {
	known, err := selectKeys(tx)
	if err != nil {
		return err
	}
	for _, key := range known {
		if !key.Promoted.IsZero() && key.Retired.IsZero() && !k.holds(key.Key) {
			return KeyMissing.New().With("part", string(key.Part)).With("key", key.ID.String())
		}
	}
	return nil
}

// Hold writes down that a service runs, and which keys it holds (rule K02). A service says so before it begins to work, whenever its
// keys have changed, and once a minute.
func (k *Keys) Hold(tx *db.Tx, process string) error {
	if err := k.record(tx, "service"); err != nil {
		return err
	}
	for _, part := range vault.Parts {
		if err := upsertHolder(tx, holder{process: process, part: part, holds: k.holding(part)}); err != nil {
			return err
		}
	}
	return deleteHolders(tx, tx.Now().Add(-24*time.Hour)) // of others: this one was just heard of
}

// Leave writes down that a service has ended.
func (k *Keys) Leave(tx *db.Tx, process string) error { return deleteHolder(tx, process) }
