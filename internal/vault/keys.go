package vault

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

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
	for _, p := range []Part{Wrapping, Indexing} {
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

// localKeys is a KeySource in memory.
type localKeys struct {
	wrapping tink.AEAD
	newest   []byte // how keys wrapped under the newest wrapping key begin
	indexing []prf.PRF
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
	k := &localKeys{}
	if k.wrapping, err = aead.New(wrapping); err != nil {
		return nil, errKeyset
	}
	primary, err := wrapping.Primary()
	if err != nil {
		return nil, errKeyset
	}
	k.newest = tinkPrefix(primary.KeyID())
	set, err := prf.NewPRFSet(indexing)
	if err != nil {
		return nil, errKeyset
	}
	k.indexing = append(k.indexing, set.PRFs[set.PrimaryID])
	for i := range indexing.Len() {
		entry, err := indexing.Entry(indexing.Len() - 1 - i)
		if err != nil {
			return nil, errKeyset
		}
		if older, ok := set.PRFs[entry.KeyID()]; ok && entry.KeyID() != set.PrimaryID {
			k.indexing = append(k.indexing, older)
		}
	}
	for _, p := range k.indexing {
		if _, err := p.ComputePRF(nil, IndexBytes); err != nil {
			return nil, errKeyset
		}
	}
	return k, nil
}

// tinkPrefix is how a ciphertext under a key with Tink's output prefix begins: a byte 1 and the key's id.
func tinkPrefix(keyID uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{1}, keyID)
}

// Wrap implements KeySource.
func (k *localKeys) Wrap(_ context.Context, key, bound []byte) ([]byte, error) {
	wrapped, err := k.wrapping.Encrypt(key, bound)
	if err != nil {
		return nil, fmt.Errorf("vault: wrap a data key: %w", err)
	}
	return wrapped, nil
}

// Unwrap implements KeySource.
func (k *localKeys) Unwrap(_ context.Context, wrapped, bound []byte) ([]byte, error) {
	key, err := k.wrapping.Decrypt(wrapped, bound)
	if err != nil {
		return nil, ErrSealed
	}
	return key, nil
}

// Newest implements KeySource.
func (k *localKeys) Newest(wrapped []byte) bool { return bytes.HasPrefix(wrapped, k.newest) }

// Index implements KeySource.
func (k *localKeys) Index(message []byte) [][]byte {
	out := make([][]byte, len(k.indexing))
	for i, p := range k.indexing {
		var err error
		if out[i], err = p.ComputePRF(message, IndexBytes); err != nil {
			panic(err) // each key has been tried for this length when it was read
		}
	}
	return out
}
