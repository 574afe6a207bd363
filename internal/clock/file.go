package clock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// lookEvery is how often the file is read at most, in real time.
const lookEvery = 100 * time.Millisecond

// maxFileBytes bounds what is read: a duration's text is far shorter.
const maxFileBytes = 64

// Offset is the system's clock moved by what a file says. It is safe for use by several goroutines.
type Offset struct {
	path    string
	machine func() time.Time // time.Now, with its monotonic reading

	mu     sync.Mutex
	looked time.Time
	by     time.Duration
	err    error
}

// File is a clock that runs with the system's, moved by the duration in a file: one line as time.ParseDuration reads
// it, such as "744h". A missing file means no offset. The file is read again after at most 100 ms of real time. It gives
// an error if the file cannot be read or understood now; if that happens later, the last good offset stays (see Err).
func File(path string) (*Offset, error) {
	return openFile(path, time.Now)
}

func openFile(path string, machine func() time.Time) (*Offset, error) {
	by, err := readOffset(path)
	if err != nil {
		return nil, err
	}
	return &Offset{path: path, machine: machine, looked: machine(), by: by}, nil
}

// Now implements Clock.
func (o *Offset) Now() time.Time {
	now := o.machine()
	return plain(now.Add(o.look(now)))
}

// By is the present offset.
func (o *Offset) By() time.Duration { return o.look(o.machine()) }

// Err is why the file could not be read when it was last looked at, or nil.
func (o *Offset) Err() error {
	o.look(o.machine())
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// Advance moves the clock, for everybody who reads the file; this one at once.
func (o *Offset) Advance(by time.Duration) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	was, err := readOffset(o.path)
	if err != nil {
		return err
	}
	if err := WriteFile(o.path, was+by); err != nil {
		return err
	}
	o.by, o.err, o.looked = was+by, nil, o.machine()
	return nil
}

func (o *Offset) look(now time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if since := now.Sub(o.looked); 0 <= since && since < lookEvery {
		return o.by
	}
	o.looked = now
	by, err := readOffset(o.path)
	o.err = err
	if err == nil {
		o.by = by
	}
	return o.by
}

func readOffset(path string) (time.Duration, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("clock: %w", err)
	}
	by, err := time.ParseDuration(strings.TrimSpace(string(text)))
	if err != nil || len(text) > maxFileBytes {
		return 0, fmt.Errorf("clock: %s must hold one duration such as 744h", path)
	}
	return by, nil
}

// WriteFile puts an offset into the file of a File clock. The file is replaced as a whole, so that no reader sees half.
func WriteFile(path string, by time.Duration) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".clock-*")
	if err != nil {
		return fmt.Errorf("clock: %w", err)
	}
	_, err = temp.WriteString(by.String() + "\n")
	if err == nil {
		err = temp.Chmod(0o644)
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("clock: %w", errors.Join(err, os.Remove(temp.Name())))
	}
	return nil
}
