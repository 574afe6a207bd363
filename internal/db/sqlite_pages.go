package db

import (
	"sync"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	pageSize  = 4096
	cacheLine = 64
)

// layPages gives SQLite one piece of memory for the pages that its connections keep. Otherwise each page is asked for by
// itself, from an allocator that gives out powers of two: a page with its header takes 8 kB, and the headers of all pages
// lie at the same place of their 8 kB, for which a processor's cache has few lines. SQLite goes through all headers whenever
// it commits after a tree was rebalanced (see cache), and each of them came from memory. Here a slot is an odd number of
// lines, so that headers are spread over the whole cache, and half as large.
//
// All connections of the process share the slots: once they are taken, a page that is needed replaces the one that was not
// looked at for the longest time, whoever kept it. Whoever opened a database with the driver before has settled where its
// pages lie; that is slower and nothing else (sqlite3_config, SQLITE_CONFIG_PAGECACHE).
var layPages = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	header := libc.Xcalloc(tls, 1, 5*8) // and behind it the arguments
	if header == 0 {
		return
	}
	defer libc.Xfree(tls, header)
	args := header + 8
	if sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_PCACHE_HDRSZ, libc.VaList(args, header)) != sqlite3.SQLITE_OK {
		return
	}
	slot := slotFor(int(libc.AtomicLoadPInt32(header)))
	if memory := libc.Xmalloc(tls, libc.Tsize_t(slots*slot)); memory != 0 { // kept as long as the process lives
		sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_PAGECACHE, libc.VaList(args, memory, int32(slot), int32(slots)))
	}
})

// slotFor is how many bytes a page takes with a header of so many.
func slotFor(header int) int { return ((pageSize+header+cacheLine-1)/cacheLine | 1) * cacheLine }
