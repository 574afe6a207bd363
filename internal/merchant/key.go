package merchant

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/mask"
)

// Environment is which kind of installation a key belongs to (rule S05). Whoever serves requests compares it with their
// own.
type Environment string

// The environments.
const (
	LiveKeys Environment = "live"
	TestKeys Environment = "test"
)

// Issued is a new key. The plain text is shown once and stored nowhere.
type Issued struct {
	Key   Key
	Plain mask.Secret // tsk_live_ or tsk_test_ and 40 characters
}

// Key is a merchant's key without its secret.
type Key struct {
	ID          id.APIKey
	Merchant    id.Merchant
	Environment Environment
	Prefix      string // how the key begins, to recognise it by: "tsk_live_7k2m"
	Created     time.Time
	Expires     time.Time // zero: does not expire
	Revoked     time.Time // zero while it lives
}

// Live tells whether the key opens anything at an instant.
func (k Key) Live(now time.Time) bool {
	return k.Revoked.IsZero() && (k.Expires.IsZero() || now.Before(k.Expires))
}

// Principal is whose request it is.
type Principal struct {
	Merchant    id.Merchant
	Key         id.APIKey
	Environment Environment
}

const (
	keyBytes    = 25 // 200 bits of chance: 40 characters without a rest
	keyChars    = 40
	prefixChars = 4 // of the secret that are shown
)

// crockford is base 32 without the letters that are mistaken for digits, as in ids.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// IssueKey makes a key for a merchant (rule S03). expires may be zero. by says who did it. The faults are NoMerchant,
// EnvironmentUnknown and ExpiryPast.
func (m Merchants) IssueKey(tx *db.Tx, merchant id.Merchant, env Environment, expires time.Time, by string) (Issued, error) {
	if env != LiveKeys && env != TestKeys {
		return Issued{}, EnvironmentUnknown.In("environment")
	}
	if !expires.IsZero() && !expires.After(tx.Now()) {
		return Issued{}, ExpiryPast.In("expires")
	}
	if _, err := m.Load(tx, merchant); err != nil {
		return Issued{}, err
	}
	plain := newKey(env)
	hash := sha256.Sum256([]byte(plain))
	k := Key{
		ID: id.In[id.APIKeyKind](tx, bucketOf(hash[:])), Merchant: merchant, Environment: env,
		Prefix: plain[:len(plain)-keyChars+prefixChars], Created: tx.Now(), Expires: expires,
	}
	if err := insertKey(tx, k, hash[:]); err != nil {
		return Issued{}, err
	}
	issued := Issued{Key: k, Plain: mask.Secret(plain)}
	return issued, event.Append(tx, fact(event.Subject(k.ID), "merchant.key_issued", by, map[string]any{
		"merchant": merchant, "environment": env, "prefix": k.Prefix,
	}))
}

// RevokeKey ends a key at once and for good (rule S04). One that is revoked is no error. The fault is NoKey.
func (Merchants) RevokeKey(tx *db.Tx, which id.APIKey, by string) error {
	k, found, err := lockKey(tx, which)
	if err != nil {
		return err
	}
	if !found {
		return NoKey.New().About(which.String())
	}
	if !k.Revoked.IsZero() {
		return nil
	}
	if err := updateRevoked(tx, which); err != nil {
		return err
	}
	return event.Append(tx, fact(event.Subject(which), "merchant.key_revoked", by, map[string]any{"merchant": k.Merchant}))
}

// Keys lists a merchant's keys in the order in which they were issued, those that are revoked included.
func (Merchants) Keys(tx *db.Tx, merchant id.Merchant) ([]Key, error) {
	return selectKeys(tx, merchant)
}

// Authenticate tells whose request carries a key. The faults are KeyMissing, KeyShape, KeyUnknown, KeyRevoked and
// KeyExpired; only who holds a whole key learns the last two.
func (Merchants) Authenticate(tx *db.Tx, plain mask.Secret) (Principal, error) {
	k, err := keyOf(tx, plain)
	return k.principal(), err
}

// keyOf finds the key that a caller shows, if it opens anything now.
func keyOf(tx *db.Tx, plain mask.Secret) (Key, error) {
	if plain == "" {
		return Key{}, KeyMissing.New()
	}
	env, ok := readKey(plain.Reveal())
	if !ok {
		return Key{}, KeyShape.New()
	}
	hash := sha256.Sum256([]byte(plain.Reveal()))
	k, stored, found, err := selectKey(tx, bucketOf(hash[:]), hash[:])
	if err != nil {
		return Key{}, err
	}
	// The look-up compares hashes, which tell nothing about keys that are near; this comparison is for engines whose
	// index could compare less than the whole.
	if !found || subtle.ConstantTimeCompare(stored, hash[:]) != 1 || k.Environment != env {
		return Key{}, KeyUnknown.New()
	}
	switch {
	case !k.Revoked.IsZero():
		return Key{}, KeyRevoked.New().About(k.ID.String())
	case !k.Live(tx.Now()):
		return Key{}, KeyExpired.New().About(k.ID.String())
	}
	return k, nil
}

func (k Key) principal() Principal {
	return Principal{Merchant: k.Merchant, Key: k.ID, Environment: k.Environment}
}

func newKey(env Environment) string {
	var b [keyBytes]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never gives an error: it ends the process instead
	return prefixOf(env) + crockford.EncodeToString(b[:])
}

func prefixOf(env Environment) string { return "tsk_" + string(env) + "_" }

// readKey tells a key from other texts before the database is asked.
func readKey(plain string) (Environment, bool) {
	for _, env := range []Environment{LiveKeys, TestKeys} {
		secret, ok := strings.CutPrefix(plain, prefixOf(env))
		if !ok {
			continue
		}
		_, err := crockford.DecodeString(secret)
		return env, err == nil && len(secret) == keyChars
	}
	return "", false
}

// bucketOf is the bucket of a key's row: the first ten bits of its hash.
func bucketOf(hash []byte) int { return int(binary.BigEndian.Uint16(hash)) >> 6 }
