package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
)

// groupMax is how many waiting functions one commit takes at most. More would only make the first ones wait longer.
const groupMax = 256

// queueMax bounds the functions that wait for the writer. A caller beyond it waits for a place or its deadline.
const queueMax = 4096

// checkpointBytes is the size of the write-ahead log after which its pages are moved into the file.
const checkpointBytes = 8 << 20

// sqliteDB is SQLite in WAL mode: one writing connection owned by one goroutine, and a pool of readers.
type sqliteDB struct {
	file    string
	writer  *sql.Conn
	writers *sql.DB
	readers *sql.DB
	queue   chan *waiting
	stop    chan struct{}
	done    sync.WaitGroup
	flush   chan struct{} // wakes the checkpointer
	broken  atomic.Bool

	stmts map[string]*sql.Stmt // prepared on the writer; only its goroutine touches it
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
	base := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)" +
		"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-65536)"
	b := &sqliteDB{
		file: file, queue: make(chan *waiting, queueMax), stop: make(chan struct{}), flush: make(chan struct{}, 1),
		stmts: map[string]*sql.Stmt{},
	}
	var err error
	if b.writers, err = sql.Open("sqlite", base+"&_pragma=wal_autocheckpoint(0)"); err != nil {
		return nil, err
	}
	if b.writer, err = b.writers.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("db: open %s: %w", file, err), b.writers.Close())
	}
	if err := settle(ctx, b.writer); err != nil {
		return nil, errors.Join(fmt.Errorf("db: open %s: %w", file, err), b.writer.Close(), b.writers.Close())
	}
	if b.readers, err = sql.Open("sqlite", base+"&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(err, b.writers.Close())
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

// group runs the functions one after the other, each in a savepoint, and commits once.
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
		w.err = b.inSavepoint(s, w)
		wrote = wrote || w.err == nil
	}
	end := "COMMIT"
	if !wrote {
		end = "ROLLBACK"
	}
	if _, err := s.exec(end, nil); err != nil {
		if errors.Is(err, ErrBroken) {
			b.broken.Store(true)
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
	return w.run(s)
}

func (b *sqliteDB) maybeCheckpoint() {
	info, err := os.Stat(b.file + "-wal")
	if err != nil || info.Size() < checkpointBytes {
		return
	}
	select {
	case b.flush <- struct{}{}:
	default:
	}
}

// checkpointLoop moves pages from the log into the file on a connection of its own, so that the writer's commits do not
// wait for it. When the process ends, the last connection's close does the rest.
func (b *sqliteDB) checkpointLoop() {
	defer b.done.Done()
	for {
		select {
		case <-b.flush:
			// PASSIVE never blocks the writer or a reader; what it cannot move now, a later one will.
			rows, err := b.writers.QueryContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
			if err == nil {
				err = errors.Join(rows.Err(), rows.Close())
			}
			if errors.Is(mapped(err), ErrBroken) {
				b.broken.Store(true)
			}
		case <-b.stop:
			return
		}
	}
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
	for _, st := range b.stmts {
		if err := st.Close(); err != nil {
			return err
		}
	}
	return errors.Join(b.writer.Close(), b.writers.Close(), b.readers.Close())
}

// liteSession is a transaction on one connection. Writers keep prepared statements; an interrupted statement would roll
// back the whole group, so the writer's statements run without the caller's deadline.
type liteSession struct {
	ctx   context.Context //nolint:containedctx // the session lives inside one call
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (s *liteSession) prepared(text string) (*sql.Stmt, error) {
	if st, ok := s.stmts[text]; ok {
		return st, nil
	}
	st, err := s.conn.PrepareContext(s.ctx, text)
	if err != nil {
		return nil, mapped(err)
	}
	s.stmts[text] = st
	return st, nil
}

func (s *liteSession) exec(text string, args []any) (int64, error) {
	var res sql.Result
	var err error
	if s.stmts == nil || len(args) == 0 {
		res, err = s.conn.ExecContext(s.ctx, text, args...)
	} else {
		st, prepErr := s.prepared(text)
		if prepErr != nil {
			return 0, prepErr
		}
		res, err = st.ExecContext(s.ctx, args...)
	}
	if err != nil {
		return 0, mapped(err)
	}
	return res.RowsAffected()
}

func (s *liteSession) query(text string, args []any, scan func(Row) error) (n int64, err error) {
	var rows *sql.Rows
	if s.stmts == nil {
		rows, err = s.conn.QueryContext(s.ctx, text, args...)
	} else {
		st, prepErr := s.prepared(text)
		if prepErr != nil {
			return 0, prepErr
		}
		rows, err = st.QueryContext(s.ctx, args...)
	}
	if err != nil {
		return 0, mapped(err)
	}
	defer func() { err = errors.Join(err, mapped(rows.Close())) }()
	for rows.Next() {
		n++
		if err := scan(rows); err != nil {
			return n, err
		}
	}
	return n, mapped(rows.Err())
}
