package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tsuke/internal/app"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest/pgcluster"
	"tsuke/internal/load"
	"tsuke/internal/vault"
)

// place is an engine with the databases that the measures need.
type place struct {
	s          settings
	about      string
	dir        string
	cluster    *pgcluster.Cluster // nil for SQLite
	product    *app.App           // the service, its members seeded
	bare       *db.DB             // the same schema, for rows without a service
	people     load.Population
	references []int        // of the measures
	placed     atomic.Int64 // orders so far: no two measures place the same
	second     atomic.Int64 // in which one member has bought last, see soaked
	crowds     uint64       // that called so far: no two are alike
	checked    int          // orders that were looked up after they were placed
}

// tuned are the settings that docs/operate.md recommends for PostgreSQL on a machine of this size.
var tuned = []string{
	"shared_buffers = 4GB", "max_wal_size = 16GB", "min_wal_size = 8GB", "checkpoint_timeout = 30min",
	"wal_compression = lz4", "wal_buffers = 64MB", "max_connections = 200",
}

// fillLog begins one file of the log after the other, until there are as many as min_wal_size keeps. The checkpoint behind it
// lets them be used again, as in a service that has run for a day: a new cluster makes each file anew, 16 MB of zeros that
// are flushed while every commit waits.
const fillLog = `DO $$ BEGIN FOR file IN 1..512 LOOP PERFORM pg_logical_emit_message(FALSE, 'bench', ''), pg_switch_wal(); END LOOP; END $$`

func prepare(ctx context.Context, s settings, engine string) (_ *place, err error) {
	p := &place{s: s, about: engine, people: load.Population{Seed: 1, Members: s.members, Merchants: s.shops}}
	if p.dir, err = os.MkdirTemp(s.dir, "tsuke-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	product, bare := "sqlite:"+filepath.Join(p.dir, "product.db"), "sqlite:"+filepath.Join(p.dir, "bare.db")
	if engine == "postgres" {
		if product, bare, err = p.startCluster(ctx); err != nil {
			return p, err
		}
	}
	if err := vault.Create(filepath.Join(p.dir, "secrets")); err != nil {
		return p, err
	}
	p.product, err = app.Open(ctx, app.Config{
		DB: product, Secrets: filepath.Join(p.dir, "secrets"), Addr: "127.0.0.1:0", PublicURL: "http://127.0.0.1:8081",
		Mail: "smtp://127.0.0.1:1", MailFrom: "bench@example.jp", SMS: "http://127.0.0.1:1/", SMSToken: p.token(),
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		return p, err
	}
	if p.bare, err = db.Open(ctx, bare, db.Options{MaxConns: 64}); err != nil {
		return p, err
	}
	if err := p.bare.Migrate(ctx); err != nil {
		return p, err
	}
	fmt.Fprintf(os.Stderr, "%s: seeding %d members\n", engine, s.members)
	if err := load.Seed(ctx, p.product.DB, p.people); err != nil {
		return p, err
	}
	if engine == "postgres" { // pgbench vacuums its own tables, too
		p.about += hugePages()
		if _, err := p.psql(ctx, "VACUUM (ANALYZE)", fillLog, "CHECKPOINT"); err != nil {
			return p, err
		}
	}
	return p, p.product.Terms.Reload(ctx, p.product.DB)
}

// hugePages tells whether the machine has large pages set aside, which PostgreSQL takes for its buffers if they suffice.
func hugePages() string {
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(info)) {
		if count, ok := strings.CutPrefix(line, "HugePages_Total:"); ok && strings.TrimSpace(count) != "0" {
			return ", " + strings.TrimSpace(count) + " huge pages"
		}
	}
	return ""
}

// token is the file with the token of a carrier that nobody calls.
func (p *place) token() string {
	path := filepath.Join(p.dir, "token")
	if err := os.WriteFile(path, []byte("none\n"), 0o600); err != nil {
		panic(err)
	}
	return path
}

func (p *place) startCluster(ctx context.Context) (product, bare string, err error) {
	settings := slices.Clone(tuned)
	if p.s.explain {
		settings = append(settings, "shared_preload_libraries = pg_stat_statements")
	}
	if p.s.soak > 0 {
		settings = append(settings, frequent...)
	}
	if p.cluster, err = pgcluster.Start(ctx, settings...); err != nil {
		return "", "", err
	}
	for _, name := range []string{"product", "bare", "pgbench"} {
		if err := p.cluster.CreateDatabase(ctx, name); err != nil {
			return "", "", err
		}
	}
	if p.s.explain {
		if _, err := p.psql(ctx, "CREATE EXTENSION pg_stat_statements"); err != nil {
			return "", "", err
		}
	}
	if p.s.close {
		return p.cluster.SocketDSN("product"), p.cluster.SocketDSN("bare"), nil
	}
	_, err = p.cluster.Run(ctx, "pgbench", "-h", p.cluster.Socket(), "-p", p.cluster.Port(), "-U", "postgres", "-i", "-q",
		"-s", fmt.Sprint(p.s.scale), "pgbench")
	return p.cluster.SocketDSN("product"), p.cluster.SocketDSN("bare"), err
}

func (p *place) close() error {
	var errs error
	if p.bare != nil {
		errs = errors.Join(errs, p.bare.Close())
	}
	if p.product != nil {
		errs = errors.Join(errs, p.product.Close())
	}
	if p.cluster != nil {
		errs = errors.Join(errs, p.cluster.Stop())
	}
	return errors.Join(errs, os.RemoveAll(p.dir))
}

// pid is the database's first process; 0 if it runs in this one.
func (p *place) pid() int {
	if p.cluster == nil {
		return 0
	}
	return p.cluster.PID()
}

// metered takes a sample with the processor time and the log that each of its orders cost.
func (p *place) metered(ctx context.Context, take func() (sample, error)) (sample, error) {
	own, other, wal := ownCPU(), treeCPU(p.pid()), p.walBytes(ctx)
	s, err := take()
	if err == nil && s.n > 0 {
		s.own = (ownCPU() - own) / time.Duration(s.n)
		s.database = (treeCPU(p.pid()) - other) / time.Duration(s.n)
		s.wal = (p.walBytes(ctx) - wal) / int64(s.n)
	}
	return s, err
}

// walBytes is how much the cluster has written ahead since it was made. SQLite's log and file are written by this process:
// there it is all that the process has written.
func (p *place) walBytes(ctx context.Context) int64 {
	if p.cluster == nil {
		return ownWrites()
	}
	out, err := p.psql(ctx, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
	var n int64
	if err == nil {
		_, err = fmt.Sscan(strings.TrimSpace(out), &n)
	}
	if err != nil {
		return 0
	}
	return n
}

// psql runs commands in the product's database, each in a transaction of its own.
func (p *place) psql(ctx context.Context, commands ...string) (string, error) {
	args := []string{"-h", p.cluster.Socket(), "-p", p.cluster.Port(), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-At"}
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	return p.cluster.Run(ctx, "psql", append(args, "product")...)
}

// verify proves the product's books after all that was done to it.
func (p *place) verify(ctx context.Context, w io.Writer) error {
	broken, err := p.product.Verify(ctx)
	if err != nil {
		return err
	}
	if len(broken) > 0 {
		return fmt.Errorf("the books are broken: %v", broken[0])
	}
	if p.checked == 0 {
		fmt.Fprintln(w, "\nthe books are right")
		return nil
	}
	fmt.Fprintf(w, "\n%d orders were looked up: every answer was true, and the books are right\n", p.checked)
	return nil
}
