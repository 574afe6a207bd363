package vault

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Part names one of the two keysets.
type Part string

// The parts.
const (
	Wrapping Part = "wrapping" // encrypts data keys: AES-256-GCM
	Indexing Part = "indexing" // makes blind indexes: HMAC-SHA-256
)

// Parts lists them.
var Parts = []Part{Wrapping, Indexing}

// KeyID is the number of a key. It is no secret: it stands before all that is under the key.
type KeyID uint32

// String is how people read it: eight digits of base 16.
func (k KeyID) String() string { return fmt.Sprintf("%08x", uint32(k)) }

// Standing is where a key is on its way from being added to being retired.
type Standing string

// The standings.
const (
	Waiting Standing = "waiting" // added and not promoted: it is read and looked up by, and nothing new is under it
	InUse   Standing = "in_use"  // all that is new is under it
	Older   Standing = "older"   // what is under it is still read and found
)

// Key is one key of a part, without its material.
type Key struct {
	Part     Part
	ID       KeyID
	Standing Standing
}

// Prefix is how all bytes under the key begin: wrapped data keys of the wrapping part, blind indexes of the other.
func (k Key) Prefix() []byte {
	if k.Part == Wrapping {
		return tinkPrefix(uint32(k.ID))
	}
	return binary.BigEndian.AppendUint32(nil, uint32(k.ID))
}

// PrefixBytes is how long a prefix of the part is.
func (p Part) PrefixBytes() int { return len(Key{Part: p}.Prefix()) }

// KeyOf reads a prefix. It is false for bytes that are none.
func (p Part) KeyOf(prefix []byte) (KeyID, bool) {
	n := p.PrefixBytes()
	if len(prefix) < n {
		return 0, false
	}
	k := KeyID(binary.BigEndian.Uint32(prefix[n-4 : n]))
	return k, bytes.HasPrefix(prefix, Key{Part: p, ID: k}.Prefix())
}

// template is what a new key of the part looks like.
func (p Part) template() (*tinkpb.KeyTemplate, error) {
	switch p {
	case Wrapping:
		return aead.AES256GCMKeyTemplate(), nil
	case Indexing:
		return prf.HMACSHA256PRFKeyTemplate(), nil
	}
	return nil, fmt.Errorf("vault: %q is no part: it is %s or %s", p, Wrapping, Indexing)
}

// keyFile is the content of vault.json: two Tink keysets in the clear.
type keyFile struct {
	Version  int             `json:"version"`
	Wrapping json.RawMessage `json:"wrapping"`
	Indexing json.RawMessage `json:"indexing"`
}

const keyFileVersion = 1

func (f *keyFile) part(p Part) (*json.RawMessage, error) {
	if _, err := p.template(); err != nil {
		return nil, err
	}
	if p == Wrapping {
		return &f.Wrapping, nil
	}
	return &f.Indexing, nil
}

// change lets the manager of one keyset change it.
func (f *keyFile) change(p Part, change func(*keyset.Manager, *keyset.Handle) error) error {
	raw, err := f.part(p)
	if err != nil {
		return err
	}
	handle, err := readKeyset(*raw)
	if err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(handle)
	if err := change(manager, handle); err != nil {
		return err
	}
	if handle, err = manager.Handle(); err != nil {
		return err
	}
	*raw, err = writeKeyset(handle)
	return err
}

func newKeyFile() (*keyFile, error) {
	f := &keyFile{Version: keyFileVersion}
	for _, p := range Parts {
		template, err := p.template()
		if err != nil {
			return nil, err
		}
		handle, err := keyset.NewHandle(template)
		if err != nil {
			return nil, fmt.Errorf("vault: new %s key: %w", p, err)
		}
		raw, err := f.part(p)
		if err != nil {
			return nil, err
		}
		if *raw, err = writeKeyset(handle); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func parseKeyFile(text []byte) (*keyFile, error) {
	var f keyFile
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, errors.New("it is not JSON") // the parser's own text could repeat a piece of a key
	}
	if f.Version != keyFileVersion {
		return nil, fmt.Errorf("it has version %d, this binary reads version %d", f.Version, keyFileVersion)
	}
	return &f, nil
}

var errKeyset = errors.New("it holds a keyset that cannot be read")

func readKeyset(raw json.RawMessage) (*keyset.Handle, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, errKeyset
	}
	return handle, nil
}

func writeKeyset(handle *keyset.Handle) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		return nil, fmt.Errorf("vault: write keyset: %w", err)
	}
	return out.Bytes(), nil
}

// localKeys are keys in memory. They never change.
type localKeys struct {
	wrapping tink.AEAD
	newest   []byte // how keys wrapped under the key in use begin
	indexing []indexKey
	listed   map[Part][]Key
}

// indexKey is a key for indexes, and how they begin.
type indexKey struct {
	prefix []byte
	prf    prf.PRF
}

func (f *keyFile) keys() (*localKeys, error) {
	wrapping, err := readKeyset(f.Wrapping)
	if err != nil {
		return nil, err
	}
	indexing, err := readKeyset(f.Indexing)
	if err != nil {
		return nil, err
	}
	k := &localKeys{listed: map[Part][]Key{}}
	if k.wrapping, err = aead.New(wrapping); err != nil {
		return nil, errKeyset
	}
	set, err := prf.NewPRFSet(indexing)
	if err != nil {
		return nil, errKeyset
	}
	for part, handle := range map[Part]*keyset.Handle{Wrapping: wrapping, Indexing: indexing} {
		if k.listed[part], err = listed(part, handle); err != nil {
			return nil, err
		}
	}
	for _, key := range k.listed[Wrapping] {
		if key.Standing == InUse {
			k.newest = key.Prefix()
		}
	}
	for _, key := range slices.Backward(k.listed[Indexing]) {
		one := indexKey{key.Prefix(), set.PRFs[uint32(key.ID)]}
		if one.prf == nil {
			return nil, errKeyset
		}
		if _, err := one.prf.ComputePRF(nil, indexHashBytes); err != nil {
			return nil, errKeyset
		}
		if key.Standing == InUse {
			k.indexing = slices.Insert(k.indexing, 0, one)
		} else {
			k.indexing = append(k.indexing, one)
		}
	}
	return k, nil
}

// listed reads the numbers of a keyset's keys.
func listed(part Part, handle *keyset.Handle) ([]Key, error) {
	var out []Key
	standing := Older
	for i := range handle.Len() {
		entry, err := handle.Entry(i)
		if err != nil {
			return nil, errKeyset
		}
		key := Key{Part: part, ID: KeyID(entry.KeyID()), Standing: standing}
		if entry.IsPrimary() {
			key.Standing, standing = InUse, Waiting
		}
		out = append(out, key)
	}
	if standing == Older {
		return nil, errKeyset // none is in use
	}
	return out, nil
}

// tinkPrefix is how a ciphertext under a key with Tink's output prefix begins: a byte 1 and the key's id.
func tinkPrefix(keyID uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{1}, keyID)
}

func (k *localKeys) wrap(key, bound []byte) ([]byte, error) {
	wrapped, err := k.wrapping.Encrypt(key, bound)
	if err != nil {
		return nil, fmt.Errorf("vault: wrap a data key: %w", err)
	}
	return wrapped, nil
}

func (k *localKeys) unwrap(wrapped, bound []byte) ([]byte, error) {
	key, err := k.wrapping.Decrypt(wrapped, bound)
	if err != nil {
		return nil, ErrSealed
	}
	return key, nil
}

// knows tells whether a wrapped key is under one of these.
func (k *localKeys) knows(wrapped []byte) bool {
	return slices.ContainsFunc(k.listed[Wrapping], func(key Key) bool { return bytes.HasPrefix(wrapped, key.Prefix()) })
}

func (k *localKeys) index(message []byte) [][]byte {
	out := make([][]byte, len(k.indexing))
	for i, key := range k.indexing {
		hash, err := key.prf.ComputePRF(message, indexHashBytes)
		if err != nil {
			panic(err) // each key has been tried for this length when it was read
		}
		out[i] = slices.Concat(key.prefix, hash)
	}
	return out
}
