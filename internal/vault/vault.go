// Package vault encrypts the personal fields of the database, makes them findable without being readable, and forgets
// them when a person has to be forgotten.
//
// # The story
//
// Each person (a subject) has a data key of their own, made by [Vault.NewSubject]. The package that owns the person's
// row keeps it there, wrapped: encrypted under the wrapping key, which lives outside the database. [Subject.Seal] and
// [Subject.Open] encrypt single fields with the data key, AES-256-GCM, bound to the subject's id and the field's name: a
// sealed phone number that somebody copies into another row, or into another column, does not open.
//
// Forgetting a person is destroying their wrapped key. Whatever was sealed with it, in tables, backups and logs of the
// database alike, is noise from then on; the rows that money rests on stay.
//
// [Vault.Index] is how a sealed field is looked up: a keyed hash of 16 bytes (HMAC-SHA-256, shortened) behind the number of
// its key. Without the key nobody can try phone numbers until one fits. Values are brought to one form (see package kana)
// before.
//
// # Keys
//
// A [KeySource] holds the wrapping key and the index key. [OpenFile] reads them from a file that only the service can
// read; a key management service can take its place. Both keys rotate without a pause: a new key is added, then all
// processes know it; it is promoted, then all processes use it; rows are moved to it ([Vault.Rewrap], and writing the
// index anew); the old one is retired. A wrapped key and an index begin with the number of their key ([Key.Prefix]), so that
// rows can be counted by key without opening one. A process reads the file again when it was replaced ([Vault.Reload]), and by
// itself when it meets a data key under a key that it does not know. Package keys leads through the whole of it. Data keys are
// unwrapped for each use and not cached.
//
// No error of this package carries a value, and none tells why a field did not open: whether it was changed, moved, or
// sealed with another key is nobody's business who could ask.
package vault

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// The errors of this package.
var (
	// ErrSealed means that a sealed field or a wrapped key does not open: it was changed or moved, or belongs to another
	// key.
	ErrSealed = errors.New("vault: it does not open: changed, moved, or sealed with another key")
	// ErrErased means that the subject's data key has been destroyed: the person was forgotten.
	ErrErased = errors.New("vault: the subject's key is gone; what it sealed cannot be read any more")
)

// KeySource holds the keys that are not in the database. It is safe for concurrent use.
type KeySource interface {
	// Wrap encrypts a data key under the newest wrapping key. What it gives opens with the same context text only.
	Wrap(ctx context.Context, key, bound []byte) ([]byte, error)
	// Unwrap opens what Wrap gave under any wrapping key that is not retired. It answers ErrSealed if it does not open.
	Unwrap(ctx context.Context, wrapped, bound []byte) ([]byte, error)
	// Newest tells whether a wrapped key is under the newest wrapping key.
	Newest(wrapped []byte) bool
	// Index gives the keyed hash of a message, IndexBytes long, under each index key, the one in use first.
	Index(message []byte) [][]byte
	// Keys lists the keys of a part in the order in which they were added.
	Keys(part Part) []Key
	// Reload reads the keys again if they were changed, and tells whether they were. If they cannot be read, it goes on with
	// those that it has.
	Reload() (bool, error)
}

// IndexBytes is the length of a blind index: the number of its key, and what is left of the hash.
const IndexBytes = indexKeyBytes + indexHashBytes

const (
	indexKeyBytes  = 4
	indexHashBytes = 16
)

// dataKeyBytes is the length of a data key: AES-256.
const dataKeyBytes = 32

// Vault seals and finds personal fields. It is safe for concurrent use.
type Vault struct {
	keys KeySource
}

// New makes a vault on a source of keys.
func New(keys KeySource) *Vault { return &Vault{keys: keys} }

// NewSubject makes a data key for a person and gives it wrapped, about 65 bytes, for the person's row. owner is the id of
// that row; it is needed again to open.
func (v *Vault) NewSubject(ctx context.Context, owner string) (Subject, []byte, error) {
	key := make([]byte, dataKeyBytes)
	_, _ = rand.Read(key) // crypto/rand.Read never gives an error: it ends the process instead
	subject, err := newSubject(owner, key)
	if err != nil {
		return Subject{}, nil, err
	}
	wrapped, err := v.keys.Wrap(ctx, key, boundTo(keyPurpose, owner))
	if err != nil {
		return Subject{}, nil, err
	}
	return subject, wrapped, nil
}

// Subject unwraps a person's data key. It answers ErrErased if the row holds none any more, and ErrSealed if it does
// not open for this owner.
func (v *Vault) Subject(ctx context.Context, owner string, wrapped []byte) (Subject, error) {
	if len(wrapped) == 0 {
		return Subject{}, ErrErased
	}
	key, err := v.keys.Unwrap(ctx, wrapped, boundTo(keyPurpose, owner))
	if err != nil {
		return Subject{}, err
	}
	return newSubject(owner, key)
}

// Rewrap brings a wrapped data key under the newest wrapping key. It answers false if it is there already; the fields
// sealed with the data key stay as they are in any case.
func (v *Vault) Rewrap(ctx context.Context, owner string, wrapped []byte) ([]byte, bool, error) {
	if len(wrapped) == 0 || v.keys.Newest(wrapped) {
		return wrapped, false, nil
	}
	key, err := v.keys.Unwrap(ctx, wrapped, boundTo(keyPurpose, owner))
	if err != nil {
		return nil, false, err
	}
	wrapped, err = v.keys.Wrap(ctx, key, boundTo(keyPurpose, owner))
	return wrapped, err == nil, err
}

// Index is the blind index that a row with this value carries, IndexBytes long. field names the column, so that equal
// values of two columns cannot be matched with each other.
func (v *Vault) Index(field, value string) []byte {
	return v.keys.Index(boundTo(indexPurpose, field, value))[0]
}

// Indexes is what to look a value up by: Index first, then the same under older index keys, for rows that a rotation
// has not reached yet.
func (v *Vault) Indexes(field, value string) [][]byte {
	return v.keys.Index(boundTo(indexPurpose, field, value))
}

// IndexesByAge is Indexes in the order in which the keys were added. Rows only ever move to a younger key, so that whoever
// looks in this order, one after the other, cannot miss one that is moved meanwhile.
func (v *Vault) IndexesByAge(field, value string) [][]byte {
	indexes := v.Indexes(field, value)
	age := map[string]int{}
	for i, key := range v.keys.Keys(Indexing) {
		age[string(key.Prefix())] = i
	}
	slices.SortFunc(indexes, func(a, b []byte) int { return age[string(a[:indexKeyBytes])] - age[string(b[:indexKeyBytes])] })
	return indexes
}

// Keys lists the keys of a part in the order in which they were added. It never gives their material.
func (v *Vault) Keys(part Part) []Key { return v.keys.Keys(part) }

// Reload reads the keys again if they were changed, and tells whether they were. If they cannot be read, the vault goes on
// with those that it has.
func (v *Vault) Reload() (bool, error) { return v.keys.Reload() }

// Subject seals and opens the fields of one person. It is safe for concurrent use and prints no key.
type Subject struct {
	owner string
	aead  *subtle.AESGCM
}

func newSubject(owner string, key []byte) (Subject, error) {
	if owner == "" || len(key) != dataKeyBytes {
		return Subject{}, fmt.Errorf("vault: a subject needs an owner's id and a key of %d bytes", dataKeyBytes)
	}
	aead, err := subtle.NewAESGCM(key)
	if err != nil {
		return Subject{}, fmt.Errorf("vault: data key: %w", err)
	}
	return Subject{owner: owner, aead: aead}, nil
}

// sealVersion begins each sealed field: AES-256-GCM, a random nonce of 12 bytes, the text, a tag of 16.
const sealVersion = 1

// Seal encrypts one field: 29 bytes more than the text. Sealing the same text twice gives different bytes.
func (s Subject) Seal(field, text string) []byte {
	sealed, err := s.aead.Encrypt([]byte(text), boundTo(fieldPurpose, s.owner, field))
	if err != nil {
		panic(err) // AES-GCM refuses nothing but a text of more than 64 GiB
	}
	return append([]byte{sealVersion}, sealed...)
}

// Open decrypts what Seal gave for the same subject and field, and otherwise answers ErrSealed.
func (s Subject) Open(field string, sealed []byte) (string, error) {
	if len(sealed) == 0 || sealed[0] != sealVersion {
		return "", ErrSealed
	}
	text, err := s.aead.Decrypt(sealed[1:], boundTo(fieldPurpose, s.owner, field))
	if err != nil {
		return "", ErrSealed
	}
	return string(text), nil
}

// What a ciphertext or an index is made for. It is part of what it is bound to, so that none can stand for another.
const (
	keyPurpose   = "tsuke data key 1"
	fieldPurpose = "tsuke field 1"
	indexPurpose = "tsuke index 1"
)

// boundTo joins the parts so that no two lists of parts give the same bytes.
func boundTo(parts ...string) []byte {
	var out []byte
	for _, part := range parts {
		out = binary.AppendUvarint(out, uint64(len(part)))
		out = append(out, part...)
	}
	return out
}
