package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// barrierWait is how long somebody waits for a standby before the answer is that nobody knows yet.
const barrierWait = 2 * time.Second

// askEvery is how old an answer about the standbys may be. It is shorter than commitWait: a commit that nobody waits for
// any more became visible after the server was last asked. Each new connection asks too, so a server that was started
// again is asked before anything is read from it.
const askEvery = 5 * time.Second

// standby is what a PostgreSQL promises about synchronous standbys, and the barrier behind what it holds.
type standby struct {
	live    bool // refuse connections that keep less than they promise
	asking  chan struct{}
	promise atomic.Pointer[promise]

	mu      sync.Mutex
	next    *ride
	driving bool
}

// promise is the server's two settings, as one connection has them.
type promise struct {
	names, commit string
	asked         time.Time
}

// replicated tells whether a commit waits for a standby.
func (p promise) replicated() bool { return p.names != "" && p.commit != "local" && p.commit != "off" }

// broken says what is promised and not kept, empty if all is.
func (p promise) broken() string {
	switch {
	case p.commit == "off":
		return "synchronous_commit=off: it can lose what it acknowledged; set synchronous_commit=on or start with durability eval"
	case p.commit == "local" && p.names != "":
		return "synchronous_standby_names set and synchronous_commit=local: that no commit is lost with a machine is promised " +
			"and not kept; set synchronous_commit=on, or clear synchronous_standby_names, or start with durability eval"
	}
	return ""
}

// errPromise is a server that keeps less than it promises.
var errPromise = errors.New("db: this PostgreSQL runs with")

// watch has each new connection tell what it promises, and count the server's warnings.
func (s *standby) watch(cfg *pgxpool.Config, live bool) {
	s.live = live
	s.asking = make(chan struct{}, 1)
	cfg.ConnConfig.OnNotice = countWarning
	cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		conn.PgConn().CustomData()[warningsKey] = new(atomic.Int64)
		return s.ask(ctx, conn)
	}
}

// querier is a connection or a pool.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func (s *standby) ask(ctx context.Context, c querier) error {
	p := promise{asked: time.Now()}
	err := c.QueryRow(ctx, "-- db.promise\nSELECT current_setting('synchronous_standby_names'), current_setting('synchronous_commit')").
		Scan(&p.names, &p.commit)
	if err != nil {
		return err
	}
	if broken := p.broken(); broken != "" && s.live {
		return fmt.Errorf("%w %s", errPromise, broken)
	}
	s.promise.Store(&p)
	return nil
}

// current is a promise that is young enough. One caller asks, the others wait for it.
func (b *postgresDB) current(ctx context.Context) (promise, error) {
	if p := b.standby.promise.Load(); p != nil && time.Since(p.asked) < askEvery {
		return *p, nil
	}
	select {
	case b.standby.asking <- struct{}{}:
		defer func() { <-b.standby.asking }()
	case <-ctx.Done():
		return promise{}, ctx.Err()
	}
	if p := b.standby.promise.Load(); p == nil || time.Since(p.asked) >= askEvery {
		if err := b.standby.ask(ctx, b.pool); err != nil {
			return promise{}, mapped(err)
		}
	}
	return *b.standby.promise.Load(), nil
}

func (b *postgresDB) profile(ctx context.Context) (Profile, error) {
	p, err := b.current(ctx)
	switch {
	case err != nil:
		return "", err
	case p.replicated():
		return Replicated, nil
	}
	return Single, nil
}

// ride is one barrier, shared by all who came while the one before it was under way: only a barrier that begins after a
// read stands behind what was read.
type ride struct {
	done chan struct{}
	err  error
}

func (b *postgresDB) barrier(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, barrierWait)
	defer cancel()
	p, err := b.current(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	if !p.replicated() {
		return nil
	}
	r := b.board()
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrNotDurable, ctx.Err())
	}
}

func (b *postgresDB) board() *ride {
	s := &b.standby
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.next = &ride{done: make(chan struct{})}
	}
	if !s.driving {
		s.driving = true
		go b.drive()
	}
	return s.next
}

// drive makes barriers until nobody waits for one.
func (b *postgresDB) drive() {
	s := &b.standby
	for {
		s.mu.Lock()
		r := s.next
		s.next = nil
		s.driving = r != nil
		s.mu.Unlock()
		if r == nil {
			return
		}
		r.err = b.mark()
		close(r.done)
	}
}

// mark commits an empty record and waits until the standby has it, and so has everything before it. The record holds no
// row: nothing grows, nothing is locked, and no right is needed.
func (b *postgresDB) mark() error {
	ctx, cancel := context.WithTimeout(context.Background(), barrierWait)
	defer cancel()
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	defer conn.Release()
	before := warnings(conn.Conn())
	_, err = conn.Exec(ctx, "-- db.barrier\nSELECT pg_logical_emit_message(TRUE, 'tsuke', '')")
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrNotDurable, err)
	case warnings(conn.Conn()) != before:
		return fmt.Errorf("%w: the server stopped waiting for it", ErrNotDurable)
	}
	return nil
}

const warningsKey = "tsuke.warnings"

// countWarning counts what the server warns of on a connection.
func countWarning(c *pgconn.PgConn, n *pgconn.Notice) {
	if count, ok := c.CustomData()[warningsKey].(*atomic.Int64); ok && n.SeverityUnlocalized == "WARNING" {
		count.Add(1)
	}
}

// warnings tells how often the server has warned on a connection. A commit whose wait for the standby was cut off (by
// pg_cancel_backend) reports success, and only warns that a takeover may undo it.
func warnings(c *pgx.Conn) int64 {
	count, ok := c.PgConn().CustomData()[warningsKey].(*atomic.Int64)
	if !ok {
		return 0
	}
	return count.Load()
}
