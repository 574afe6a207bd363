// Package disk is a disk that can lose power: it shows what SIGKILL cannot, because what a killed process has written
// lives on in the kernel's memory.
//
// # The story
//
// [Watch] takes over a folder. From then on SQLite's files in it are written through this package, which passes
// everything on and remembers, for each file, what it holds for certain (all that was there when an fsync ended) and the
// writes and truncations since. [Disk.Cut] is the moment of the power loss: it answers what the disk could hold
// afterwards. Everything certain is there; of each later write a random subset of its sectors is; a file whose folder was
// not synced may be missing. The process itself goes on and does not notice. [Image.Write] puts what was left into
// another folder, where the product is opened as on the next morning.
//
// A disk can also fail on the living: [Disk.FailSync] lets fsync fail, [Disk.Fill] lets the disk be full, and [Disk.Deaf]
// makes it a disk without fsync, to prove that whoever forgot one would be found out.
//
// SQLite's default file layer (VFS) of the process is wrapped once; files outside of watched folders pass untouched. The
// shared memory of the write-ahead log (-shm) is not a file's content and does not survive.
//
// # Locks
//
// Disk.mu is held for moments only, never while SQLite's own file layer works, except that Cut sees no write half done.
package disk

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Disk is a folder whose files can lose what was not synced. It is safe for concurrent use.
type Disk struct {
	dir string

	mu       sync.Mutex
	files    map[string]*content // that have a name now
	durable  map[string]*content // that have a name for certain
	deaf     bool
	failSync bool
	room     int64 // bytes that can still be written; negative: no end
	syncs    int
}

// content is what stands in a file, or may.
type content struct {
	certain []byte
	pending []change
	settled int  // how many changes have left pending so far
	fresh   bool // its folder is synced with its first sync, as SQLite does for a new journal or log
}

// change is a write, or a truncation to size if data is nil.
type change struct {
	at   int64
	data []byte
	size int64
}

var (
	watchedMu sync.Mutex
	watched   = map[string]*Disk{}
)

// Watch takes over a folder. What is in it counts as synced. Databases in it are opened afterwards.
func Watch(dir string) (*Disk, error) {
	if err := install(); err != nil {
		return nil, err
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{dir: dir, files: map[string]*content{}, room: -1}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "-shm") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		d.files[e.Name()] = &content{certain: text}
	}
	d.durable = maps.Clone(d.files)
	watchedMu.Lock()
	defer watchedMu.Unlock()
	watched[dir] = d
	return d, nil
}

// Release gives the folder back, after its databases were closed.
func (d *Disk) Release() {
	watchedMu.Lock()
	defer watchedMu.Unlock()
	delete(watched, d.dir)
}

// of is the disk and the name of a file, if it is watched.
func of(path string) (*Disk, string) {
	watchedMu.Lock()
	defer watchedMu.Unlock()
	d := watched[filepath.Dir(path)]
	if d == nil || strings.HasSuffix(path, "-shm") {
		return nil, ""
	}
	return d, filepath.Base(path)
}

// Deaf makes a disk that answers every fsync and does nothing.
func (d *Disk) Deaf() { d.set(func() { d.deaf = true }) }

// FailSync lets every fsync fail from now on (EIO), or no more.
func (d *Disk) FailSync(fail bool) { d.set(func() { d.failSync = fail }) }

// Fill leaves room for so many more bytes; a negative number is a disk without end.
func (d *Disk) Fill(room int64) { d.set(func() { d.room = room }) }

func (d *Disk) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// Syncs is how many fsyncs were answered so far.
func (d *Disk) Syncs() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.syncs
}

// opened makes or finds a file.
func (d *Disk) opened(name string, syncsFolder bool) *content {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.files[name]
	if c == nil {
		c = &content{fresh: syncsFolder}
		d.files[name] = c
	}
	return c
}

// write remembers a write. It answers false if the disk is full.
func (d *Disk) write(c *content, at int64, data []byte) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.room >= 0 {
		if d.room < int64(len(data)) {
			return false
		}
		d.room -= int64(len(data))
	}
	c.pending = append(c.pending, change{at: at, data: slices.Clone(data)})
	return true
}

func (d *Disk) truncate(c *content, size int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c.pending = append(c.pending, change{size: size})
}

// sync runs an fsync and then counts what had been written before it as certain. It answers false if the disk fails.
func (d *Disk) sync(c *content, run func() bool) bool {
	d.mu.Lock()
	before, deaf := c.settled+len(c.pending), d.deaf
	if d.failSync {
		d.mu.Unlock()
		return false
	}
	d.mu.Unlock()
	if deaf {
		return true
	}
	if !run() {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncs++
	for c.settled < before { // unless another connection's fsync was faster
		c.certain = c.pending[0].applied(c.certain)
		c.pending = c.pending[1:]
		c.settled++
	}
	if c.fresh {
		c.fresh = false
		d.durable = maps.Clone(d.files)
	}
	return true
}

// removed forgets a name; for certain if the folder was synced.
func (d *Disk) removed(name string, synced bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.files, name)
	if synced && !d.deaf {
		d.durable = maps.Clone(d.files)
	}
}

func (p change) applied(to []byte) []byte {
	if p.data == nil {
		return resized(to, p.size)
	}
	if end := p.at + int64(len(p.data)); end > int64(len(to)) {
		to = resized(to, end)
	}
	copy(to[p.at:], p.data)
	return to
}

// resized cuts a text or fills it up with zeros.
func resized(text []byte, size int64) []byte {
	if size <= int64(len(text)) {
		return text[:size:size]
	}
	return append(text, make([]byte, size-int64(len(text)))...)
}

// Image is what a disk holds after the power came back: the files by name.
type Image map[string][]byte

// Cut is a power loss at this moment. What is lost and what is not follows from r.
func (d *Disk) Cut(r *rand.Rand) Image {
	d.mu.Lock()
	defer d.mu.Unlock()
	image := Image{}
	names := maps.Clone(d.durable)
	maps.Copy(names, d.files)
	sector := []int64{512, 4096}[r.IntN(2)]
	keep := []int{0, 50, 90, 100}[r.IntN(4)] // percent of the sectors that made it
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, is := d.durable[name], d.files[name]
		c := is
		if was != is && (is == nil || r.IntN(2) == 0) { // made, removed or replaced, and the folder not synced: either
			c = was
			if is == nil && r.IntN(2) == 0 {
				c = nil
			}
		}
		if c != nil {
			image[name] = c.torn(r, sector, keep)
		}
	}
	return image
}

// Kernel is what the kernel's memory holds: everything that was written, synced or not, as after a kill.
func (d *Disk) Kernel() (Image, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	image := Image{}
	for name := range d.files {
		text, err := os.ReadFile(filepath.Join(d.dir, name))
		if err != nil {
			return nil, err
		}
		image[name] = text
	}
	return image, nil
}

// torn is a file of which only what was synced is certain.
func (c *content) torn(r *rand.Rand, sector int64, keep int) []byte {
	out := slices.Clone(c.certain)
	for _, p := range c.pending {
		if p.data == nil {
			if r.IntN(100) < keep {
				out = p.applied(out)
			}
			continue
		}
		for at := int64(0); at < int64(len(p.data)); {
			end := min((p.at+at)/sector*sector+sector-p.at, int64(len(p.data)))
			if r.IntN(100) < keep {
				out = change{at: p.at + at, data: p.data[at:end]}.applied(out)
			}
			at = end
		}
	}
	return out
}

// Write puts the files into a folder that exists.
func (i Image) Write(dir string) error {
	for name, text := range i {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
