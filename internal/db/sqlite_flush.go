package db

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// SQLite flushes the file only when all of the log has been moved, and only the writer gets that far (see maybeCheckpoint): it
// would flush what the checkpointer has moved before, too, and everybody would wait for it, 130 ms after 256 MB and more. So
// the checkpointer flushes what it has moved, through a descriptor of its own, while the writer goes on. Nothing rests on that:
// SQLite flushes once more before the log begins again, and finds little left to do.

// descriptor is an open file, and for how many databases it is.
type descriptor struct {
	file  *os.File
	users int
}

// descriptors are those of this process, by the file's path. There is one for each file, closed behind the last database on
// it: whoever closes a descriptor drops every lock that the process has on the file (fcntl(2)), and SQLite's would be among
// them.
var descriptors = struct {
	sync.Mutex

	open map[string]*descriptor
}{open: map[string]*descriptor{}}

// hold is the descriptor of a file that SQLite has open, until release.
func hold(file string) (*os.File, error) {
	path, err := filepath.Abs(file)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return nil, err
	}
	descriptors.Lock()
	defer descriptors.Unlock()
	d := descriptors.open[path]
	if d == nil {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		d = &descriptor{file: f}
		descriptors.open[path] = d
	}
	d.users++
	return d.file, nil
}

// release gives back what hold has answered. Whoever calls it has no connection to the file any more.
func release(f *os.File) error {
	descriptors.Lock()
	defer descriptors.Unlock()
	d := descriptors.open[f.Name()]
	if d == nil {
		return errors.New("db: the descriptor was given back already")
	}
	if d.users--; d.users > 0 {
		return nil
	}
	delete(descriptors.open, f.Name())
	return f.Close()
}
