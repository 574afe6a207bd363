// Package db is the one door to the database. The same code and the same SQL run on an embedded SQLite file and on
// PostgreSQL; this package hides what differs and nothing else.
//
// # The story
//
// A verb of the domain takes a *Tx and never opens one. [DB.Write] opens it, runs the verb, and commits; [DB.Read] gives
// a read-only snapshot. A transaction knows one instant, [Tx.Now], so that everything written together is dated
// together. The function handed to Write may run again after a serialization failure: it must touch nothing but the Tx
// and the values it assigns.
//
// On SQLite one goroutine owns the only writing connection. It takes all functions that wait, runs each in a savepoint,
// and commits once for all of them (group commit): one fsync serves many. A function that fails takes only its own
// savepoint with it; one that is alone needs none. On both engines a function whose statement failed has failed. On PostgreSQL each Write is a read-committed transaction on a pooled connection, retried a bounded
// number of times on 40001 and 40P01 only.
//
// A commit whose answer was lost is [ErrCommitUnknown]. Nobody may retry it blindly; the same idempotency key finds out.
//
// # Lock order
//
// Rows that a decision depends on are locked with {forupdate} in (bucket, id) order, one table after the other in the
// order the packages stand in the floor table: merchants before credit rows before orders before payments.
package db

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"tsuke/internal/clock"
)

// Durability says what a commit must survive before the process accepts money.
type Durability int

// The durability levels.
const (
	// Live refuses a store that can lose an acknowledged commit: fsync off, asynchronous commit, a journal that is not
	// a write-ahead log.
	Live Durability = iota
	// Eval accepts any store. The pages then carry a banner.
	Eval
)

// Engine names the database software behind a DB.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options are the settings of Open. The zero value is right for live use.
type Options struct {
	Clock      clock.Clock  // the instant of each transaction; the system's clock if nil
	Chance     func([]byte) // fills what must not be guessed; the system's source if nil
	Durability Durability   // what is demanded of the store
	Logger     *slog.Logger // retries and slow commits are told here; discarded if nil
	MaxConns   int          // PostgreSQL connections and SQLite readers; 16 if zero
	At         func(string) // told each point that a transaction reaches, for tests that end the process there; may be nil
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	backend    backend
	committed  atomic.Pointer[func()]
	inFlight   atomic.Int64 // transactions of people and shops that are under way
	others     atomic.Int64 // and those that were committed
	clock      clock.Clock
	chance     func([]byte)
	pause      func(ctx context.Context, try int) error // between two tries of a transaction
	at         func(string)
	log        *slog.Logger
	name       string
	durability Durability
}

// backend is what differs between the engines.
type backend interface {
	engine() Engine
	write(ctx context.Context, run func(session) error) error
	read(ctx context.Context, run func(session) error) error
	script(ctx context.Context, s session, text string) error
	checkDurability(ctx context.Context) error
	close() error
}

// session is one open transaction of a backend.
type session interface {
	exec(sql string, args []any) (int64, error)
	query(sql string, args []any, scan func(Row) error) (int64, error)
}

// Open opens the database that dsn names: "sqlite:FILE" or a "postgres://" URL. It checks that the store keeps what it
// acknowledges (see Options.Durability) and does not migrate.
func Open(ctx context.Context, dsn string, opt Options) (*DB, error) {
	d := &DB{clock: opt.Clock, chance: opt.Chance, at: opt.At, pause: pause, log: opt.Logger, durability: opt.Durability}
	if d.clock == nil {
		d.clock = clock.System()
	}
	if d.chance == nil {
		d.chance = systemChance
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if opt.MaxConns <= 0 {
		opt.MaxConns = 16
	}
	var err error
	switch scheme, rest, _ := strings.Cut(dsn, ":"); scheme {
	case "sqlite":
		d.name = "sqlite:" + rest
		d.backend, err = openSQLite(ctx, rest, opt)
	case "postgres", "postgresql":
		d.name = "postgres"
		d.backend, err = openPostgres(ctx, dsn, opt)
	default:
		return nil, fmt.Errorf("db: %q is no database address: it begins with sqlite: or postgres://", scheme)
	}
	if err != nil {
		return nil, err
	}
	if opt.Durability == Live {
		if err := d.backend.checkDurability(ctx); err != nil {
			return nil, errors.Join(err, d.Close())
		}
	}
	return d, nil
}

// Engine says which software holds the data.
func (d *DB) Engine() Engine { return d.backend.engine() }

// Writers is how many transactions can write at the same time: one on SQLite.
func (d *DB) Writers() int {
	if pg, ok := d.backend.(*postgresDB); ok {
		return int(pg.pool.Config().MaxConns)
	}
	return 1
}

// restFactor is how many times as long as a piece of long work the others are left alone after it, and restMax how long at most: a
// piece that hung on a broken line says nothing of how much there is to do.
const (
	restFactor = 2
	restMax    = 5 * time.Second
)

type backgroundKey struct{}

// Background marks what is done with a context as work for which nobody waits: the long work of Turn makes room for all else only.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

func inBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }

// Turn does one piece of long work, whose transactions use the context that it is given. If people or shops write meanwhile, they are
// left alone afterwards for twice as long as the piece took, so that they keep more than half of their pace, although the piece
// leaves them colder pages, too. They write if a transaction of this process that is not in the [Background] was committed meanwhile,
// or is under way when the piece is done. What other processes write is not seen.
//
// It answers whether the next piece may be larger: on SQLite, if nobody else wrote. On PostgreSQL, where nobody can see who waits
// for a row, it may not.
//
// How long it took the machine's monotonic clock tells. The database's clock may be set meanwhile, by hours or by weeks, and
// the work would pause for as long as it was moved.
func (d *DB) Turn(ctx context.Context, work func(context.Context)) (free bool) {
	begun, before := time.Now(), d.others.Load()
	work(Background(ctx))
	if d.others.Load() == before && d.inFlight.Load() == 0 {
		return d.Engine() == SQLite
	}
	timer := time.NewTimer(min(restFactor*time.Since(begun), restMax))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return false
}

// Broken is closed when the store takes nothing any more (ErrBroken): only a new start can tell what it holds. PostgreSQL
// starts itself again; there it stays open.
func (d *DB) Broken() <-chan struct{} {
	if lite, ok := d.backend.(*sqliteDB); ok {
		return lite.ended
	}
	return nil
}

// Name is the address without credentials, for logs and the start-up line.
func (d *DB) Name() string { return d.name }

// Now is the instant of the database's clock, for code that dates something outside a transaction.
func (d *DB) Now() time.Time { return instant(d.clock) }

// OnCommit has f called after each commit of this process, to wake whoever looks for new rows. It must not block.
func (d *DB) OnCommit(f func()) { d.committed.Store(&f) }

// Close waits for running transactions and closes all connections.
func (d *DB) Close() error { return d.backend.close() }

// maxTries bounds how often one logical transaction is run on serialization failures and broken connections.
const maxTries = 8

// longest bounds a transaction on PostgreSQL whose caller set no deadline: on a line that is half-open nothing answers, not
// even the server's own statement_timeout. Who has a person waiting sets a shorter one.
const longest = 10 * time.Minute

func (d *DB) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok || d.Engine() != Postgres {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, longest)
}

// Write runs fn in one logical transaction and commits it. When fn or the commit meets a serialization failure or a
// deadlock, or the connection breaks before the commit, fn runs again, at most eight times, with a pause that grows and
// jitters. An error of fn rolls everything back and is returned as it is. ErrCommitUnknown means that the transaction may
// or may not stand.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if !inBackground(ctx) {
		d.inFlight.Add(1)
		defer d.inFlight.Add(-1)
	}
	ctx, cancel := d.bounded(ctx)
	defer cancel()
	for try := 1; ; try++ {
		var after []func()
		err := d.backend.write(ctx, func(s session) error {
			tx := d.tx(ctx, s)
			if err := fn(tx); err != nil {
				return err
			}
			after = tx.after
			d.reach(BeforeCommit)
			return nil
		})
		if err == nil {
			d.reach(AfterCommit)
			if !inBackground(ctx) {
				d.others.Add(1)
			}
			for _, f := range after {
				f()
			}
			if f := d.committed.Load(); f != nil {
				(*f)()
			}
			return nil
		}
		if !again(err) || try == maxTries {
			return err
		}
		d.log.Debug("transaction runs again", "try", try, "err", err)
		if err := d.pause(ctx, try); err != nil {
			return err
		}
	}
}

// again tells whether a transaction may run once more: it surely left nothing behind. What is wrapped in an unknown commit
// says nothing about that, whatever it is.
func again(err error) bool {
	return !errors.Is(err, ErrCommitUnknown) && (errors.Is(err, ErrSerialization) || errors.Is(err, ErrConnection))
}

// Read runs fn on one consistent read-only snapshot. Writes are refused by the database. When the connection turns out to be
// broken before fn was answered anything (all pooled ones are, after the server was started again), fn runs again on another
// one, at most eight times; what has been answered something never runs twice.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	ctx, cancel := d.bounded(ctx)
	defer cancel()
	for try := 1; ; try++ {
		heard := false
		err := d.backend.read(ctx, func(s session) error {
			defer func() { heard = answered(s) }()
			return fn(d.tx(ctx, s))
		})
		if err == nil || heard || !again(err) || try == maxTries {
			return err
		}
		d.log.Debug("snapshot is read again", "try", try, "err", err)
		if err := d.pause(ctx, try); err != nil {
			return err
		}
	}
}

// answered tells whether a function has seen anything of the database. Only a line to a server can break before.
func answered(s session) bool {
	pg, ok := s.(*pgSession)
	return !ok || pg.heard
}

func (d *DB) tx(ctx context.Context, s session) *Tx {
	return &Tx{ctx: ctx, session: s, engine: d.backend.engine(), now: instant(d.clock), chance: d.chance, at: d.at}
}

// systemChance is the operating system's source. Its Read never gives an error: it ends the process instead.
func systemChance(b []byte) { _, _ = crand.Read(b) }

// pause waits between two tries: full jitter under a doubling ceiling of 2 ms to 128 ms.
func pause(ctx context.Context, try int) error {
	ceiling := 2 * time.Millisecond << min(try, 6)
	timer := time.NewTimer(rand.N(ceiling)) //nolint:gosec // jitter needs no secrecy
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// instant is the clock's time as the database can hold it: UTC, whole microseconds.
func instant(c clock.Clock) time.Time { return c.Now().UTC().Truncate(time.Microsecond) }

// Micros turns an instant into the BIGINT the tables hold: microseconds since 1970-01-01 UTC. The zero time is 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros is the instant of a stored BIGINT; 0 is the zero time.
func FromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
