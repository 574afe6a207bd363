package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// fileKeys is a KeySource on a key file. What it holds is replaced as a whole when the file was: a change of keys puts
// another file in its place, so that which file it is tells whether anything changed.
type fileKeys struct {
	path string
	held atomic.Pointer[localKeys]

	reading sync.Mutex
	file    fs.FileInfo // the one that was read last
}

// OpenFile reads a key file. It refuses one that others than its owner can read, or that others can replace.
func OpenFile(path string) (KeySource, error) {
	k := &fileKeys{path: path}
	if err := k.read(); err != nil {
		return nil, err
	}
	return k, nil
}

// read takes what stands in the file now.
func (k *fileKeys) read() error {
	f, info, err := readKeyFile(k.path)
	if err != nil {
		return err
	}
	keys, err := f.keys()
	if err != nil {
		return fmt.Errorf("vault: %s: %w; restore it from the backup of secrets", k.path, err)
	}
	k.held.Store(keys)
	k.file = info
	return nil
}

// Reload implements KeySource.
func (k *fileKeys) Reload() (bool, error) {
	k.reading.Lock()
	defer k.reading.Unlock()
	now, err := os.Stat(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, missing(k.path)
	}
	if err != nil {
		return false, err
	}
	if os.SameFile(now, k.file) && now.ModTime().Equal(k.file.ModTime()) && now.Size() == k.file.Size() {
		return false, nil
	}
	return true, k.read()
}

// Wrap implements KeySource.
func (k *fileKeys) Wrap(_ context.Context, key, bound []byte) ([]byte, error) {
	return k.held.Load().wrap(key, bound)
}

// Unwrap implements KeySource. What is under a key that nobody here has heard of may have been written by a process that
// read a newer file.
func (k *fileKeys) Unwrap(_ context.Context, wrapped, bound []byte) ([]byte, error) {
	held := k.held.Load()
	if !held.knows(wrapped) {
		if changed, err := k.Reload(); err == nil && changed {
			held = k.held.Load()
		}
	}
	return held.unwrap(wrapped, bound)
}

// Newest implements KeySource.
func (k *fileKeys) Newest(wrapped []byte) bool { return bytes.HasPrefix(wrapped, k.held.Load().newest) }

// Index implements KeySource.
func (k *fileKeys) Index(message []byte) [][]byte { return k.held.Load().index(message) }

// Keys implements KeySource.
func (k *fileKeys) Keys(part Part) []Key { return slices.Clone(k.held.Load().listed[part]) }
