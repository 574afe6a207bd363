package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresDB is PostgreSQL behind pgx's own pool.
type postgresDB struct {
	pool     *pgxpool.Pool
	standby  standby
	plansFor time.Duration
}

// commitWait is how long a commit may take once begun. It does not follow the caller's deadline: cutting a commit off
// would only turn a known outcome into an unknown one.
const commitWait = 10 * time.Second

// How long a connection may take to be made, and to answer whether it is still alive. A line that is half-open does
// neither, and would hold its place in the pool for ever.
const (
	connectWait = 5 * time.Second
	pingWait    = 2 * time.Second
)

func openPostgres(ctx context.Context, dsn string, opt Options) (*postgresDB, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		// The parser's text can repeat the password, so it is not passed on.
		return nil, errors.New("db: the PostgreSQL address cannot be read; write postgres://USER@HOST:PORT/DATABASE")
	}
	cfg.MaxConns = int32(min(opt.MaxConns, 1000))
	cfg.PingTimeout = pingWait
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectWait
	}
	params := cfg.ConnConfig.RuntimeParams
	setDefault(params, "application_name", "tsuke")
	setDefault(params, "timezone", "UTC")
	setDefault(params, "statement_timeout", "60000")
	setDefault(params, "idle_in_transaction_session_timeout", "60000")
	for _, name := range planned {
		setDefault(params, name, "off")
	}
	setDefault(params, "plan_cache_mode", "force_generic_plan")
	b := &postgresDB{plansFor: plansFor}
	b.standby.watch(cfg, opt.Durability == Live)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("db: open postgres: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		if errors.Is(err, errPromise) {
			return nil, err
		}
		return nil, fmt.Errorf("db: postgres does not answer: %w", err)
	}
	b.pool = pool
	return b, nil
}

func setDefault(params map[string]string, name, value string) {
	if _, ok := params[name]; !ok {
		params[name] = value
	}
}

func (b *postgresDB) engine() Engine { return Postgres }

// durable lists the server settings without which an acknowledged commit can be lost, and the values that are refused.
var durable = []struct{ setting, refused string }{
	{"fsync", "off"},
	{"full_page_writes", "off"},
}

func (b *postgresDB) checkDurability(ctx context.Context) error {
	return b.read(ctx, func(s session) error {
		for _, d := range durable {
			var value string
			_, err := s.query("-- db.setting\nSELECT current_setting($1)", []any{d.setting}, func(r Row) error { return r.Scan(&value) })
			if err != nil {
				return err
			}
			if strings.EqualFold(value, d.refused) {
				return fmt.Errorf("db: this PostgreSQL runs with %s=%s and can lose what it acknowledged; "+
					"set %s=on or start with durability eval", d.setting, value, d.setting)
			}
		}
		return nil
	})
}

// What a transaction begins with. It travels with the first statement.
const (
	beginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED"
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
)

func (b *postgresDB) write(ctx context.Context, run func(session) error) error {
	return b.transact(ctx, beginWrite, func(s *pgSession) error {
		if err := run(s); err != nil {
			return err
		}
		return s.commit(ctx)
	})
}

func (b *postgresDB) read(ctx context.Context, run func(session) error) error {
	return b.transact(ctx, beginRead, func(s *pgSession) error { return run(s) })
}

func (b *postgresDB) transact(ctx context.Context, begin string, run func(*pgSession) error) error {
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return mapped(err)
	}
	s := &pgSession{ctx: ctx, conn: conn.Conn(), begin: b.begin(conn.Conn(), begin)}
	defer func() {
		s.undo(ctx) // what was read, or an error or a panic of run
		conn.Release()
	}()
	return run(s)
}

func (b *postgresDB) script(ctx context.Context, s session, text string) error {
	pg := s.(*pgSession)
	if err := pg.pipeline(nil); err != nil {
		return err
	}
	_, err := pg.conn.Exec(ctx, text) // no arguments: the simple protocol takes several statements
	return mapped(err)
}

func (b *postgresDB) close() error {
	b.pool.Close()
	return nil
}
