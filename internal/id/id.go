// Package id makes and reads the ids of objects and the reference numbers that people read to each other.
//
// # The story
//
// An [ID] has 16 bytes: 48 bits of milliseconds since 1970, 10 bits of bucket, 70 bits of chance. It sorts by the time it
// was made, so that new rows go to the end of an index; it carries its bucket, so that an id alone finds its row on
// whichever machine holds it; and nobody guesses it. As text it is a prefix that names the kind and 26 characters of
// Crockford's base 32 in lower case, in the same order as the bytes. Each kind of object has a type of its own; the file
// kinds.go lists them all.
//
// A [Reference] is what a person reads aloud: two groups of four characters, the last of them a check character that
// finds one wrong character or two neighbours swapped.
package id

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Buckets is how many buckets there are. Every row belongs to one, from 0 to Buckets-1.
const Buckets = 1024

// ErrForm tells that a text is not an id at all.
var ErrForm = errors.New("id: an id is a prefix of three letters, an underscore and 26 letters or digits")

// KindError tells that a text is an id of another kind than the one asked for.
type KindError struct {
	Want  string // the prefix of the kind asked for, such as "pay"
	Found string // the prefix of the kind found, such as "ref"
}

// Error names both prefixes.
func (e *KindError) Error() string {
	return fmt.Sprintf("id: %s_… was expected, this is %s_…", e.Want, e.Found)
}

// ID identifies one object of kind K. The zero ID means none and is stored as NULL. Ids compare with ==.
type ID[K Kind] [16]byte

const (
	alphabet  = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's base 32: no i, l, o, u
	textChars = 26
)

// New makes an id at an instant in a bucket. The instant lies between 1970 and 10889 and the bucket between 0 and
// Buckets-1; it panics otherwise, because both come from the program and never from outside.
func New[K Kind](now time.Time, bucket int) ID[K] {
	return made[K](now, bucket, func(b []byte) { _, _ = rand.Read(b) }) // crypto/rand.Read never fails: it ends the process
}

// Moment is what an id is made in: a transaction, which knows its instant and where its chance comes from.
type Moment interface {
	Now() time.Time
	Chance(b []byte)
}

// In makes an id in a transaction, at its instant and of its chance. It panics as New does.
func In[K Kind](m Moment, bucket int) ID[K] { return made[K](m.Now(), bucket, m.Chance) }

// First is the least id that can be made at an instant, in whichever bucket: where a search by time begins.
func First[K Kind](at time.Time) ID[K] {
	var i ID[K]
	binary.BigEndian.PutUint64(i[:8], uint64(max(at.UnixMilli(), 0))<<16)
	return i
}

func made[K Kind](now time.Time, bucket int, chance func([]byte)) ID[K] {
	ms := now.UnixMilli()
	if ms < 0 || ms >= 1<<48 || bucket < 0 || bucket >= Buckets {
		panic(fmt.Sprintf("id: %s or bucket %d out of range", now.UTC().Format(time.RFC3339), bucket))
	}
	var i ID[K]
	binary.BigEndian.PutUint64(i[:8], uint64(ms)<<16)
	chance(i[7:])
	i[6] = byte(bucket >> 2)
	i[7] = byte(bucket)<<6 | i[7]&0x3f
	return i
}

// Parse reads an id of kind K in the form of String; capitals are taken for their small letters. It gives a *KindError
// for an id of another kind and ErrForm for anything else. Errors never repeat the text: people paste the wrong thing.
func Parse[K Kind](s string) (ID[K], error) {
	prefix, text, ok := strings.Cut(s, "_")
	if !ok || len(text) != textChars {
		return ID[K]{}, ErrForm
	}
	var i ID[K]
	var kind K
	if found := strings.ToLower(prefix); found != kind.prefix() {
		return ID[K]{}, otherKind(kind.prefix(), found)
	}
	var hi, lo uint64 // 130 bits are read; the first two must be 0
	for n := range textChars {
		v := strings.IndexByte(alphabet, lower(text[n]))
		if v < 0 || n == 0 && v > 7 {
			return ID[K]{}, ErrForm
		}
		hi, lo = hi<<5|lo>>59, lo<<5|uint64(v)
	}
	binary.BigEndian.PutUint64(i[:8], hi)
	binary.BigEndian.PutUint64(i[8:], lo)
	if i.IsZero() {
		return ID[K]{}, ErrForm // the zero ID has no text
	}
	return i, nil
}

func otherKind(want, found string) error {
	for _, k := range kinds {
		if k.prefix() == found {
			return &KindError{Want: want, Found: found}
		}
	}
	return ErrForm
}

// lower is the small letter of an ASCII capital, and any other character as it is.
func lower[T byte | rune](c T) T {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// String is the prefix and 26 characters, such as "pay_01jz…", and "" for the zero ID.
func (i ID[K]) String() string {
	if i.IsZero() {
		return ""
	}
	var kind K
	return text(kind.prefix(), i)
}

func text(prefix string, i [16]byte) string {
	out := make([]byte, len(prefix)+1+textChars)
	copy(out, prefix)
	out[len(prefix)] = '_'
	hi, lo := binary.BigEndian.Uint64(i[:8]), binary.BigEndian.Uint64(i[8:])
	for n := len(out) - 1; n > len(prefix); n-- {
		out[n] = alphabet[lo&31]
		hi, lo = hi>>5, lo>>5|hi<<59
	}
	return string(out)
}

// Named is the text and the bucket of an id as it is stored, for what knows its kind only when it runs. What is no id has
// no text.
func Named(kind Kind, stored []byte) (string, int) {
	var i ID[EventKind] // ids of all kinds carry their bucket in the same place
	if len(stored) != len(i) {
		return "", 0
	}
	copy(i[:], stored)
	return text(kind.prefix(), i), i.Bucket()
}

// Bucket is the bucket of the object's row, from 0 to Buckets-1.
func (i ID[K]) Bucket() int { return int(i[6])<<2 | int(i[7]>>6) }

// Time is when the id was made: UTC, milliseconds.
func (i ID[K]) Time() time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(i[:8]) >> 16)).UTC()
}

// IsZero tells whether the ID is none.
func (i ID[K]) IsZero() bool { return i == ID[K]{} }

// Compare is -1, 0 or +1 as i sorts before, with or after j: by time first.
func (i ID[K]) Compare(j ID[K]) int { return bytes.Compare(i[:], j[:]) }

// MarshalText is the text of String.
func (i ID[K]) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText writes; an empty text is the zero ID.
func (i *ID[K]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = ID[K]{}
		return nil
	}
	parsed, err := Parse[K](string(text))
	if err != nil {
		return err
	}
	*i = parsed
	return nil
}

// Value stores the id as BYTEA of 16 bytes, the zero ID as NULL.
func (i ID[K]) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i[:], nil
}

// Scan reads what Value stores.
func (i *ID[K]) Scan(src any) error {
	if src == nil {
		*i = ID[K]{}
		return nil
	}
	stored, ok := src.([]byte)
	if !ok || len(stored) != len(i) {
		return fmt.Errorf("id: a column of 16 bytes is expected, not %T of %d", src, len(stored))
	}
	copy(i[:], stored)
	return nil
}

// Hash is 16 bytes that stand for a list of texts: the first half of SHA-256 over each text behind its length, so that
// ("ab", "c") and ("a", "bc") differ. It is an index key, never a secret's protection.
func Hash(parts ...string) []byte {
	h := sha256.New()
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return h.Sum(nil)[:16]
}

// BucketOf is the bucket of what is unique by a list of texts, such as a merchant and its order reference: the last
// 10 bits of their Hash. It is stored in rows and must never change.
func BucketOf(parts ...string) int {
	return int(binary.BigEndian.Uint16(Hash(parts...)[14:])) % Buckets
}
