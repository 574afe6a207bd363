package disk

import (
	"errors"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// The driver is SQLite's C translated to Go: a pointer to a function is the address of a Go func value, and a struct of C
// is a Go struct of uintptrs. What is read and written here through unsafe pointers is memory of that translation, outside
// of Go's heap; so is what this package hands to it, which is never given back.

// at is the value of type T at an address of the translation.
func at[T any](address uintptr) *T {
	return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&address)))
}

// called is the function of type F that a pointer of the translation points to.
func called[F any](pointer uintptr) F {
	return *(*F)(unsafe.Pointer(&pointer))
}

// pointed is the pointer of the translation to a function of this package.
func pointed[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

type (
	openFunc     = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, outFlags uintptr) int32
	deleteFunc   = func(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32
	closeFunc    = func(tls *libc.TLS, file uintptr) int32
	writeFunc    = func(tls *libc.TLS, file, data uintptr, n int32, offset int64) int32
	truncateFunc = func(tls *libc.TLS, file uintptr, size int64) int32
	syncFunc     = func(tls *libc.TLS, file uintptr, flags int32) int32
)

var (
	below   *sqlite3.Tsqlite3_vfs // the default before ours
	belowAt uintptr

	handlesMu sync.Mutex
	handles   = map[uintptr]handle{}  // open watched files by the address of their sqlite3_file
	methods   = map[uintptr]uintptr{} // the addresses of our twins of the methods below
)

// handle is an open file of a watched folder.
type handle struct {
	disk  *Disk
	file  *content
	below *sqlite3.Tsqlite3_io_methods
}

var errNoVFS = errors.New("disk: SQLite has no file layer that could be wrapped")

// install wraps SQLite's default file layer, once.
var install = sync.OnceValue(func() error {
	tls := libc.NewTLS() // kept: the file layer lives as long as the process
	if sqlite3.Xsqlite3_initialize(tls) != sqlite3.SQLITE_OK {
		return errNoVFS
	}
	if belowAt = sqlite3.Xsqlite3_vfs_find(tls, 0); belowAt == 0 {
		return errNoVFS
	}
	below = at[sqlite3.Tsqlite3_vfs](belowAt)
	name, err := libc.CString("tsuke-disk")
	if err != nil {
		return err
	}
	ours := copied(tls, *below)
	v := at[sqlite3.Tsqlite3_vfs](ours)
	v.FpNext, v.FzName = 0, name
	v.FxOpen = pointed[openFunc](open)
	v.FxDelete = pointed[deleteFunc](remove)
	if sqlite3.Xsqlite3_vfs_register(tls, ours, 1) != sqlite3.SQLITE_OK {
		return errNoVFS
	}
	return nil
})

// copied is the address of a copy in the translation's memory, which is kept as long as the process lives.
func copied[T any](tls *libc.TLS, value T) uintptr {
	address := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(value)))
	if address == 0 {
		panic("disk: no memory")
	}
	*at[T](address) = value
	return address
}

func open(tls *libc.TLS, _, path, file uintptr, flags int32, outFlags uintptr) int32 {
	rc := called[openFunc](below.FxOpen)(tls, belowAt, path, file, flags, outFlags)
	f := at[sqlite3.Tsqlite3_file](file)
	if rc != sqlite3.SQLITE_OK || path == 0 || f.FpMethods == 0 {
		return rc
	}
	d, base := of(libc.GoString(path))
	if d == nil {
		return rc
	}
	journal := flags&(sqlite3.SQLITE_OPEN_MAIN_JOURNAL|sqlite3.SQLITE_OPEN_SUPER_JOURNAL|sqlite3.SQLITE_OPEN_WAL) != 0
	handlesMu.Lock()
	defer handlesMu.Unlock()
	handles[file] = handle{
		disk: d, below: at[sqlite3.Tsqlite3_io_methods](f.FpMethods),
		file: d.opened(base, journal && flags&sqlite3.SQLITE_OPEN_CREATE != 0),
	}
	f.FpMethods = twin(tls, f.FpMethods)
	return rc
}

// twin is the address of the methods below with ours in place of those that change a file. The lock is held.
func twin(tls *libc.TLS, original uintptr) uintptr {
	if known := methods[original]; known != 0 {
		return known
	}
	address := copied(tls, *at[sqlite3.Tsqlite3_io_methods](original))
	t := at[sqlite3.Tsqlite3_io_methods](address)
	t.FxClose = pointed[closeFunc](shut)
	t.FxWrite = pointed[writeFunc](write)
	t.FxTruncate = pointed[truncateFunc](truncate)
	t.FxSync = pointed[syncFunc](flush)
	methods[original] = address
	return address
}

func handleOf(file uintptr) handle {
	handlesMu.Lock()
	defer handlesMu.Unlock()
	return handles[file]
}

func shut(tls *libc.TLS, file uintptr) int32 {
	handlesMu.Lock()
	h := handles[file]
	delete(handles, file)
	handlesMu.Unlock()
	return called[closeFunc](h.below.FxClose)(tls, file)
}

func write(tls *libc.TLS, file, data uintptr, n int32, offset int64) int32 {
	h := handleOf(file)
	if !h.disk.write(h.file, offset, unsafe.Slice(at[byte](data), n)) {
		return sqlite3.SQLITE_FULL
	}
	return called[writeFunc](h.below.FxWrite)(tls, file, data, n, offset)
}

func truncate(tls *libc.TLS, file uintptr, size int64) int32 {
	h := handleOf(file)
	h.disk.truncate(h.file, size)
	return called[truncateFunc](h.below.FxTruncate)(tls, file, size)
}

func flush(tls *libc.TLS, file uintptr, flags int32) int32 {
	h := handleOf(file)
	rc := int32(sqlite3.SQLITE_IOERR_FSYNC)
	if h.disk.sync(h.file, func() bool {
		rc = called[syncFunc](h.below.FxSync)(tls, file, flags)
		return rc == sqlite3.SQLITE_OK
	}) {
		return sqlite3.SQLITE_OK
	}
	return rc
}

func remove(tls *libc.TLS, _, path uintptr, syncDir int32) int32 {
	rc := called[deleteFunc](below.FxDelete)(tls, belowAt, path, syncDir)
	if d, base := of(libc.GoString(path)); d != nil && rc == sqlite3.SQLITE_OK {
		d.removed(base, syncDir != 0)
	}
	return rc
}
