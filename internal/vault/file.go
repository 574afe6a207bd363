package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// FileName is the name of the key file in the folder of secrets.
const FileName = "vault.json"

// fileMax bounds the key file; one with a dozen keys has about 4 KB.
const fileMax = 1 << 20

// Create makes the folder, if need be, and a key file with fresh keys in it, readable by the service's user only. It
// never overwrites: losing the keys is losing every personal field.
func Create(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := newKeyFile()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, FileName)
	return f.write(path, func(temp string) error {
		err := os.Link(temp, path) // unlike a rename, it fails if the file exists
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("vault: %s exists and is kept: its keys may be the only way to read what is stored", path)
		}
		return err
	})
}

// Open reads the key file in a folder of secrets and makes a vault of it.
func Open(dir string) (*Vault, error) {
	keys, err := OpenFile(filepath.Join(dir, FileName))
	if err != nil {
		return nil, err
	}
	return New(keys), nil
}

// Add puts a fresh key into one part of the key file. It is not used for anything new until Promote, so that every
// process can be restarted and know it before it meets its first use.
func Add(dir string, part Part) error {
	return changeKeyFile(dir, part, func(m *keyset.Manager, _ *keyset.Handle) error {
		template, err := part.template()
		if err != nil {
			return err
		}
		_, err = m.Add(template)
		return err
	})
}

// Promote makes the key that was added last the one that is used for all that is new.
func Promote(dir string, part Part) error {
	return changeKeyFile(dir, part, func(m *keyset.Manager, h *keyset.Handle) error {
		last, err := h.Entry(h.Len() - 1)
		if err != nil {
			return err
		}
		return m.SetPrimary(last.KeyID())
	})
}

// Retire removes the keys that are older than the one in use. What is still under them can never be read (Wrapping) or
// found (Indexing) again: it is for the time after every row was moved, and for old backups to become unreadable.
func Retire(dir string, part Part) error {
	return changeKeyFile(dir, part, func(m *keyset.Manager, h *keyset.Handle) error {
		for i := range h.Len() {
			entry, err := h.Entry(i)
			if err != nil {
				return err
			}
			if entry.IsPrimary() {
				return nil
			}
			if err := m.Delete(entry.KeyID()); err != nil {
				return err
			}
		}
		return nil
	})
}

func changeKeyFile(dir string, part Part, change func(*keyset.Manager, *keyset.Handle) error) (err error) {
	path := filepath.Join(dir, FileName)
	unlock, err := lockKeyFile(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	f, _, err := readKeyFile(path)
	if err != nil {
		return err
	}
	if err := f.change(part, change); err != nil {
		return fmt.Errorf("vault: %s: %w", path, err)
	}
	if _, err := f.keys(); err != nil {
		return fmt.Errorf("vault: %s: %w", path, err)
	}
	return f.write(path, func(temp string) error { return os.Rename(temp, path) })
}

// lockName is the file that stands beside the keys while a command changes them.
const lockName = ".vault.lock"

// lockKeyFile keeps two commands from changing the keys at the same time: the second would undo what the first did. A command
// that was killed leaves its lock, which a person takes away who knows that none is running.
func lockKeyFile(dir string) (unlock func() error, err error) {
	path := filepath.Join(dir, lockName)
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("vault: another command is changing the keys, or one was ended midway; if none is running, remove %s", path)
	}
	if err != nil {
		return nil, err
	}
	return func() error { return os.Remove(path) }, lock.Close()
}

func missing(path string) error {
	return fmt.Errorf("vault: there is no key file %s: create one for a new installation, "+
		"or restore it from the backup of secrets", path)
}

func readKeyFile(path string) (_ *keyFile, info fs.FileInfo, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, missing(path)
	}
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if info, err = refuseOpenToOthers(file, path); err != nil {
		return nil, nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, fileMax))
	if err != nil {
		return nil, nil, err
	}
	f, err := parseKeyFile(text)
	if err != nil {
		return nil, nil, fmt.Errorf("vault: %s: %w; restore it from the backup of secrets", path, err)
	}
	return f, info, nil
}

// refuseOpenToOthers looks at the open file, not at its name, so that what is judged is what is read.
func refuseOpenToOthers(file *os.File, path string) (fs.FileInfo, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("vault: %s is not a file", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("vault: %s holds the keys to all personal data and has mode %04o, so that other users can reach it; "+
			"run: chmod 600 %s", path, mode, path)
	}
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	if mode := dir.Mode().Perm(); mode&0o022 != 0 {
		return nil, fmt.Errorf("vault: the folder of %s has mode %04o, so that other users can replace the file; run: chmod go-w %s",
			path, mode, filepath.Dir(path))
	}
	return info, nil
}

// write puts the file in its place as a whole or not at all, whatever happens to the machine meanwhile.
func (f *keyFile) write(path string, place func(temp string) error) (err error) {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".vault-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.Remove(temp.Name()); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	_, err = temp.Write(append(text, '\n'))
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := place(temp.Name()); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) (err error) {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
