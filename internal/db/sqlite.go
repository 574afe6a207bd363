package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
)

// groupMax is how many waiting functions one commit takes at most. More would only make the first ones wait longer.
const groupMax = 256

// queueMax bounds the functions that wait for the writer. A caller beyond it waits for a place or its deadline.
const queueMax = 4096

// thresholds say, in pages of 4 kB, when the write-ahead log is moved into the file.
type thresholds struct {
	checkpoint int // so long a log is moved by the checkpointer
	remainder  int // so little the writer moves itself, between two groups: what came while the checkpointer was at work
	log        int // so long a log the writer moves itself even if it is more
}

// sizes make the checkpointer begin at 256 MB. The longer the log, the more often a page was written again meanwhile, and is
// moved only once: with 64 MB a sixth more is written. Only a log whose pages have all been moved begins again at its start;
// the writer's part of that takes a few milliseconds, because the checkpointer has flushed what it moved (see hold).
var sizes = thresholds{checkpoint: 65536, remainder: 1024, log: 4 * 65536}

// cache is how much of the file the writer and each reader keep at most, in kibibytes. More is slower while the file has less
// than a gigabyte: whenever a tree was rebalanced, SQLite looks through all pages it keeps when it commits (it numbers pages
// anew by way of the page at that place, and then drops what it holds behind the file's end). The pages between the root and
// the leaves have room in it.
const cache = 16 << 10

// slots is how many pages all connections of the process keep together, see layPages: the writer's and half as many.
const slots = 6 << 10

// sqliteDB is SQLite in WAL mode: one writing connection owned by one goroutine, and a pool of readers.
type sqliteDB struct {
	file    string
	held    *os.File // for the checkpointer, see hold
	writer  *sql.Conn
	writers *sql.DB
	readers *sql.DB
	queue   chan *waiting
	stop    chan struct{}
	done    sync.WaitGroup
	flush   chan struct{} // wakes the checkpointer
	moved   atomic.Bool   // the checkpointer has moved what was there when it began
	broken  atomic.Bool
	ended   chan struct{} // closed when it breaks

	// Only the writer's goroutine touches these.
	sizes   thresholds
	logged  int  // pages added to the log since it began
	due     int  // the length of the log at which the checkpointer is woken next
	written int  // pages added since it was woken last
	moving  bool // it is at work

	stmts map[string]prepared // on the writer; only its goroutine touches them
}

// prepared is a statement whose arguments have no names, and which argument stands at each of its places.
type prepared struct {
	*sql.Stmt

	places []int
}

// errBroken is what a broken store answers to everything: it cannot tell any more what it holds. What is asked for may be
// a repeat of what the next start will find.
var errBroken = fmt.Errorf("%w: %w", ErrCommitUnknown, ErrBroken)

// waiting is one function that wants to be part of the next group.
type waiting struct {
	ctx    context.Context //nolint:containedctx // checked once, before work begins
	run    func(session) error
	err    error
	panics any
	done   chan struct{}
}

func openSQLite(ctx context.Context, file string, opt Options) (*sqliteDB, error) {
	if file == "" {
		return nil, errors.New("db: sqlite: names no file; write sqlite:FILE")
	}
	layPages()
	base := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)" +
		"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-" + strconv.Itoa(cache) + ")"
	b := &sqliteDB{
		file: file, queue: make(chan *waiting, queueMax), stop: make(chan struct{}), flush: make(chan struct{}, 1), ended: make(chan struct{}),
		stmts: map[string]prepared{}, sizes: sizes, due: sizes.checkpoint,
	}
	var err error
	if b.writers, err = sql.Open("sqlite", base+"&_pragma=wal_autocheckpoint(0)&_pragma=temp_store(MEMORY)"); err != nil {
		return nil, err
	}
	if b.writer, err = b.writers.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("db: open %s: %w", file, err), b.writers.Close())
	}
	if err = settle(ctx, b.writer); err == nil {
		b.held, err = hold(file)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("db: open %s: %w", file, err), b.writer.Close(), b.writers.Close())
	}
	if b.readers, err = sql.Open("sqlite", base+"&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(err, b.writer.Close(), b.writers.Close(), release(b.held))
	}
	b.readers.SetMaxOpenConns(opt.MaxConns)
	b.readers.SetMaxIdleConns(opt.MaxConns)
	b.done.Add(2)
	go b.writeLoop()
	go b.checkpointLoop()
	return b, nil
}

func (b *sqliteDB) engine() Engine { return SQLite }

func (b *sqliteDB) checkDurability(ctx context.Context) error {
	return b.read(ctx, func(s session) error {
		var journal string
		var synchronous int64
		_, err := s.query("-- db.journalMode\nPRAGMA journal_mode", nil, func(r Row) error { return r.Scan(&journal) })
		if err != nil {
			return err
		}
		_, err = s.query("-- db.synchronous\nPRAGMA synchronous", nil, func(r Row) error { return r.Scan(&synchronous) })
		if err != nil {
			return err
		}
		if journal != "wal" || synchronous < 2 {
			return fmt.Errorf("db: %s runs with journal_mode=%s, synchronous=%d and can lose what it acknowledged; "+
				"put the file on a local disk that allows WAL", b.file, journal, synchronous)
		}
		return nil
	})
}

func (b *sqliteDB) write(ctx context.Context, run func(session) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &waiting{ctx: ctx, run: run, done: make(chan struct{})}
	select {
	case b.queue <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-b.stop:
		return sql.ErrConnDone
	}
	<-w.done
	if w.panics != nil {
		panic(w.panics)
	}
	return w.err
}

func (b *sqliteDB) writeLoop() {
	defer b.done.Done()
	for {
		select {
		case w := <-b.queue:
			b.group(b.gather(w))
		case <-b.stop:
			b.drain()
			return
		}
	}
}

// gather takes what waits already; it never waits itself, so an idle system commits a single function at once.
func (b *sqliteDB) gather(first *waiting) []*waiting {
	group := []*waiting{first}
	for len(group) < groupMax {
		select {
		case w := <-b.queue:
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

func (b *sqliteDB) drain() {
	for {
		select {
		case w := <-b.queue:
			w.err = sql.ErrConnDone
			close(w.done)
		default:
			return
		}
	}
}

// group runs the functions one after the other, each in a savepoint if there are several, and commits once.
func (b *sqliteDB) group(group []*waiting) {
	defer func() {
		for _, w := range group {
			close(w.done)
		}
	}()
	s := &liteSession{ctx: context.Background(), conn: b.writer, stmts: b.stmts}
	if err := b.begin(s); err != nil {
		failAll(group, err)
		return
	}
	wrote := false
	for _, w := range group {
		if w.err = w.ctx.Err(); w.err != nil {
			continue
		}
		if len(group) == 1 {
			w.err = runCaught(s, w) // a savepoint of its own would copy each page before it changes
		} else {
			w.err = b.inSavepoint(s, w)
		}
		wrote = wrote || w.err == nil
	}
	end := "COMMIT"
	if !wrote {
		end = "ROLLBACK"
	}
	if _, err := s.exec(end, nil); err != nil {
		if errors.Is(err, ErrBroken) {
			b.breaks()
			err = errors.Join(ErrCommitUnknown, err) // it is in the log's file, and the next start may find it there
		}
		_, rollback := s.exec("ROLLBACK", nil)
		failAll(group, errors.Join(err, rollback))
		return
	}
	b.maybeCheckpoint()
}

func (b *sqliteDB) begin(s *liteSession) error {
	if b.broken.Load() {
		return errBroken
	}
	_, err := s.exec("BEGIN IMMEDIATE", nil)
	return err
}

func failAll(group []*waiting, err error) {
	for _, w := range group {
		if w.err == nil {
			w.err = err
		}
	}
}

func (b *sqliteDB) inSavepoint(s *liteSession, w *waiting) error {
	if _, err := s.exec("SAVEPOINT one", nil); err != nil {
		return err
	}
	err := runCaught(s, w)
	if err != nil || w.panics != nil {
		_, undo := s.exec("ROLLBACK TO one", nil)
		err = errors.Join(err, undo)
	}
	_, release := s.exec("RELEASE one", nil)
	return errors.Join(err, release)
}

// runCaught keeps a panic of one caller from taking the writer and its neighbours down; it is raised again in the
// caller's own goroutine.
func runCaught(s *liteSession, w *waiting) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.panics = p
			err = errors.New("db: the function panicked")
		}
	}()
	s.failed = nil
	err = w.run(s)
	if err == nil {
		err = s.failed
	}
	return err
}

// maybeCheckpoint wakes the checkpointer when the log has grown, and when that is done moves the remainder itself.
func (b *sqliteDB) maybeCheckpoint() {
	var pages int
	err := b.writer.Raw(func(conn any) (err error) {
		pages, _, err = conn.(sqlite.DBStatus).Status(sqlite.DBStatusCacheWrite, true)
		return err
	})
	if err != nil {
		return // it only says that op is unknown
	}
	b.logged += pages
	b.written += pages
	switch {
	case !b.moving && b.logged < b.due, b.moving && !b.moved.Swap(false):
	case b.moving && (b.written <= b.sizes.remainder || b.logged >= b.sizes.log):
		b.moving = false
		if b.checkpoint(b.writer) {
			b.logged = 0
		}
		b.due = b.logged + b.sizes.checkpoint // a reader who is in the way has time until then
	default:
		b.written, b.moving = 0, true
		b.flush <- struct{}{}
	}
}

// checkpointLoop moves pages from the log into the file on a connection of its own, and flushes them, so that the writer's
// commits do not wait for it. When the process ends, the last connection's close does the rest.
func (b *sqliteDB) checkpointLoop() {
	defer b.done.Done()
	for {
		select {
		case <-b.flush:
			b.checkpoint(b.writers)
			if b.held.Sync() != nil {
				b.breaks() // SQLite's own flush may not be told of it
			}
			b.moved.Store(true)
		case <-b.stop:
			return
		}
	}
}

// breaks has the database take nothing any more.
func (b *sqliteDB) breaks() {
	if b.broken.CompareAndSwap(false, true) {
		close(b.ended)
	}
}

// checkpoint moves what it can and tells whether that was everything: PASSIVE never blocks the writer or a reader, and
// leaves what a reader may still look at to a later one.
func (b *sqliteDB) checkpoint(on interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
},
) bool {
	var busy, logged, moved int
	err := on.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &logged, &moved)
	if errors.Is(mapped(err), ErrBroken) {
		b.breaks()
	}
	return err == nil && busy == 0 && logged == moved
}

func (b *sqliteDB) read(ctx context.Context, run func(session) error) (err error) {
	if b.broken.Load() {
		return errBroken
	}
	conn, err := b.readers.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	s := &liteSession{ctx: ctx, conn: conn}
	if _, err := s.exec("BEGIN", nil); err != nil {
		return err
	}
	err = run(s)
	s.ctx = context.WithoutCancel(ctx)
	_, end := s.exec("ROLLBACK", nil)
	return errors.Join(err, end)
}

func (b *sqliteDB) script(_ context.Context, s session, text string) error {
	_, err := s.exec(liteDDL(text), nil)
	return err
}

func (b *sqliteDB) close() error {
	close(b.stop)
	b.done.Wait()
	var errs error
	for _, st := range b.stmts {
		errs = errors.Join(errs, st.Close())
	}
	return errors.Join(errs, b.writer.Close(), b.writers.Close(), b.readers.Close(), release(b.held))
}

// liteSession is a transaction on one connection. Writers keep prepared statements; an interrupted statement would roll
// back the whole group, so the writer's statements run without the caller's deadline.
type liteSession struct {
	ctx   context.Context //nolint:containedctx // the session lives inside one call
	conn  *sql.Conn
	stmts map[string]prepared

	// failed is the first error of a statement. As on PostgreSQL a transaction that saw one is good for nothing: a
	// statement over a set leaves what it did before it failed (see renderRows).
	failed error
}

func (s *liteSession) prepared(text string) (prepared, error) {
	if st, ok := s.stmts[text]; ok {
		return st, nil
	}
	plain, places := nameless(text)
	st, err := s.conn.PrepareContext(s.ctx, plain)
	if err != nil {
		return prepared{}, mapped(err)
	}
	s.stmts[text] = prepared{st, places}
	return s.stmts[text], nil
}

// arguments are args in the order of the statement's places.
func (p prepared) arguments(args []any) ([]any, error) {
	out := make([]any, len(p.places))
	for i, n := range p.places {
		if n > len(args) {
			return nil, fmt.Errorf("db: a statement names $%d and has %d arguments", n, len(args))
		}
		out[i] = args[n-1]
	}
	return out, nil
}

var placeMark = regexp.MustCompile(`'[^']*'|--[^\n]*|\$[0-9]+`)

// nameless writes a statement with ? for each $1, and tells which argument stands at each place. The driver asks for the
// name of each argument, and SQLite goes through the list of all names to find one.
func nameless(text string) (string, []int) {
	var places []int
	plain := placeMark.ReplaceAllStringFunc(text, func(m string) string {
		if m[0] != '$' {
			return m
		}
		n, err := strconv.Atoi(m[1:])
		if err != nil || n == 0 {
			return m // SQLite will say what is wrong with it
		}
		places = append(places, n)
		return "?"
	})
	return plain, places
}

func (s *liteSession) exec(text string, args []any) (n int64, err error) {
	defer s.note(&err)
	var res sql.Result
	if s.stmts == nil || len(args) == 0 {
		res, err = s.conn.ExecContext(s.ctx, text, args...)
	} else {
		st, prepErr := s.prepared(text)
		if prepErr != nil {
			return 0, prepErr
		}
		if args, err = st.arguments(args); err != nil {
			return 0, err
		}
		res, err = st.ExecContext(s.ctx, args...)
	}
	if err != nil {
		return 0, mapped(err)
	}
	return res.RowsAffected()
}

// note remembers the first statement that failed.
func (s *liteSession) note(err *error) {
	if s.failed == nil {
		s.failed = *err
	}
}

func (s *liteSession) query(text string, args []any, scan func(Row) error) (n int64, err error) {
	var rows *sql.Rows
	if s.stmts == nil {
		rows, err = s.conn.QueryContext(s.ctx, text, args...)
	} else {
		rows, err = s.ask(text, args)
	}
	if err != nil {
		err = mapped(err)
		s.note(&err)
		return 0, err
	}
	defer func() {
		failed := mapped(errors.Join(rows.Err(), rows.Close())) // not what scan says: the caller may go on after that
		s.note(&failed)
		err = errors.Join(err, failed)
	}()
	for rows.Next() {
		n++
		if err := scan(rows); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *liteSession) ask(text string, args []any) (*sql.Rows, error) {
	st, err := s.prepared(text)
	if err != nil {
		return nil, err
	}
	if args, err = st.arguments(args); err != nil {
		return nil, err
	}
	return st.QueryContext(s.ctx, args...)
}
