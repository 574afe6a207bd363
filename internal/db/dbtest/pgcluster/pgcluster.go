// Package pgcluster starts a private PostgreSQL server for tests from the binaries that are installed on the machine.
//
// The server lives in a temporary directory of its own, listens on a Unix socket in that directory and on a free port
// of 127.0.0.1, and belongs to the process that started it. However that process ends, a small watcher notices, stops
// the server and removes the directory; directories that a power cut left behind are removed by the next Start.
//
// Commits are durable (fsync on), because the product refuses to run live on a server where they are not, and because
// crash tests kill this one.
package pgcluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	superuser   = "postgres"
	dirPrefix   = "tsuke-pg-"
	readyWithin = 60 * time.Second
	pollEvery   = 20 * time.Millisecond
	portTries   = 3
)

// ErrNotInstalled means that no PostgreSQL server binaries were found on this machine.
var ErrNotInstalled = errors.New("pgcluster: PostgreSQL is not installed: run `apt-get install postgresql`, " +
	"or name the folder of its binaries in TSUKE_TEST_PG_BIN")

// Cluster is one running (or killed) private server. Its methods must not be called from two goroutines at once,
// except DSN, SocketDSN, CreateDatabase and CreateFromTemplate.
type Cluster struct {
	root     string // everything below belongs to this cluster
	bin      string // folder of initdb, postgres, createdb
	port     int
	password string
	owner    account
	server   *process
	lock     *os.File // held for life: its release tells Start of another process that this directory is stale
	watch    *watcher
}

// Start makes a new cluster and waits until it takes connections. Each setting is a line of postgresql.conf,
// "name = value", and wins over the settings of this package.
//
// It answers ErrNotInstalled if there are no server binaries.
func Start(ctx context.Context, settings ...string) (*Cluster, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	owner, err := serverAccount()
	if err != nil {
		return nil, err
	}
	removeStale(os.TempDir())
	c := &Cluster{bin: bin, owner: owner, password: rand.Text()}
	if err := c.create(ctx, settings); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) create(ctx context.Context, settings []string) error {
	if err := c.prepare(); err != nil {
		return err
	}
	if err := c.initdb(ctx); err != nil {
		return err
	}
	if err := c.configure(settings); err != nil {
		return err
	}
	return c.bootOnFreePort(ctx)
}

// prepare makes the cluster's folder and the watcher that removes it.
func (c *Cluster) prepare() (err error) {
	if c.root, err = os.MkdirTemp("", dirPrefix); err != nil {
		return err
	}
	if c.lock, err = lockDir(c.root); err != nil {
		return err
	}
	if c.watch, err = startWatcher(c.root); err != nil {
		return err
	}
	if err := os.Mkdir(c.path("socket"), 0o700); err != nil {
		return err
	}
	return c.owner.own(c.root, c.path("socket"))
}

func (c *Cluster) bootOnFreePort(ctx context.Context) (err error) {
	for range portTries {
		if err = c.choosePort(); err != nil {
			return err
		}
		if err = c.boot(ctx, false); err == nil {
			return nil
		}
	}
	return err
}

func (c *Cluster) initdb(ctx context.Context) error {
	secret := c.path("password")
	if err := os.WriteFile(secret, []byte(c.password), 0o600); err != nil {
		return err
	}
	if err := c.owner.own(secret); err != nil {
		return err
	}
	// The socket is protected by its directory, the TCP port by the password.
	_, err := c.run(ctx, "initdb", "--pgdata="+c.path("data"), "--username="+superuser, "--pwfile="+secret,
		"--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync")
	return errors.Join(err, os.Remove(secret))
}

// configure appends to the file that initdb wrote; the last line of a name wins.
func (c *Cluster) configure(settings []string) error {
	lines := append([]string{
		"",
		"listen_addresses = '127.0.0.1'",
		"unix_socket_directories = '" + c.path("socket") + "'",
		"unix_socket_permissions = 0700",
		"max_connections = 200",
		"shared_buffers = 256MB",
		"jit = off",
		"fsync = on",
		"full_page_writes = on",
		"synchronous_commit = on",
		"max_wal_size = 2GB",
		"timezone = 'UTC'",
		"log_timezone = 'UTC'",
		"lc_messages = 'C'",
	}, settings...)
	return c.appendConfiguration(strings.Join(lines, "\n") + "\n")
}

// choosePort takes a port that nobody has. Before the server listens there, another process may take it; then the
// server ends, and Start chooses again.
func (c *Cluster) choosePort() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c.port = l.Addr().(*net.TCPAddr).Port
	return errors.Join(l.Close(), c.appendConfiguration(fmt.Sprintf("port = %d\n", c.port)))
}

func (c *Cluster) appendConfiguration(text string) error {
	f, err := os.OpenFile(filepath.Join(c.path("data"), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// boot starts the server and waits for its first answer. A server that follows a killed one may find the memory of the
// old one still in use by backends that are about to notice; after a kill a start that fails is therefore tried again
// until time is up.
func (c *Cluster) boot(ctx context.Context, afterKill bool) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		if err := c.launch(); err != nil {
			return err
		}
		for c.server.running() && ctx.Err() == nil {
			if c.answers(ctx) {
				return nil
			}
			pause(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("pgcluster: the server does not answer: %w; end of its log:\n%s", ctx.Err(), c.logTail())
		case !afterKill:
			return fmt.Errorf("pgcluster: the server ended at once; end of its log:\n%s", c.logTail())
		}
		pause(ctx)
	}
}

func (c *Cluster) launch() error {
	log, err := os.OpenFile(c.path("server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own handle
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), "-D", c.path("data"))
	cmd.Dir = c.root
	cmd.Env = environment()
	cmd.Stdout, cmd.Stderr = log, log // never the test's own: `go test` waits for whoever holds those
	c.server, err = startProcess(cmd, c.owner)
	return err
}

// answers connects through the socket and asks for nothing; pg_isready would say yes before the first query works.
func (c *Cluster) answers(ctx context.Context) bool {
	_, err := c.run(ctx, "psql", "--no-psqlrc", "--quiet", "--command=SELECT 1", "--dbname="+c.SocketDSN(superuser))
	return err == nil
}

// DSN is the TCP address of a database of this cluster: postgres://user:password@127.0.0.1:port/database.
func (c *Cluster) DSN(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, c.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// SocketDSN is the address of a database through the Unix socket, which is faster than TCP; only the user who runs the
// tests and the superuser may open it.
func (c *Cluster) SocketDSN(database string) string {
	query := url.Values{"host": {c.path("socket")}, "port": {strconv.Itoa(c.port)}}
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database, RawQuery: query.Encode()}
	return u.String()
}

// CreateDatabase makes an empty database.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) error {
	return c.CreateFromTemplate(ctx, name, "template0")
}

// CreateFromTemplate makes a database that is a copy of another one, to which nobody may be connected.
func (c *Cluster) CreateFromTemplate(ctx context.Context, name, template string) error {
	_, err := c.run(ctx, "createdb", "--host="+c.path("socket"), "--port="+strconv.Itoa(c.port),
		"--username="+superuser, "--template="+template, name)
	return err
}

// Kill ends the postmaster with SIGKILL, as a crash of the machine's software would; its backends notice and end
// themselves. What was committed must be there after Restart.
func (c *Cluster) Kill() error { return c.server.kill() }

// KillBackend ends one of the processes that serve a client with SIGKILL. The server then ends all others and recovers, as
// it does when one of them crashes. If nobody is connected nothing happens.
func (c *Cluster) KillBackend(ctx context.Context) error {
	out, err := c.run(ctx, "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--dbname="+c.SocketDSN(superuser),
		"--command=SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY xact_start LIMIT 1")
	pid := strings.TrimSpace(out)
	if err != nil || pid == "" {
		return err
	}
	n, err := strconv.Atoi(pid)
	if err != nil {
		return err
	}
	backend, err := os.FindProcess(n)
	if err != nil {
		return err
	}
	if err := backend.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Restart boots the server again on the same data, socket and port, after Kill or while it still runs (then it is
// first stopped in good order).
func (c *Cluster) Restart(ctx context.Context) error {
	if err := c.server.stop(ctx); err != nil {
		return err
	}
	return c.boot(ctx, true)
}

// Stop ends the server, throws its connections out and removes its directory. A second Stop does nothing.
func (c *Cluster) Stop() error {
	if c.root == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	var errs []error
	if c.server != nil {
		errs = append(errs, c.server.stop(ctx))
	}
	if c.watch != nil {
		errs = append(errs, c.watch.release())
	}
	errs = append(errs, os.RemoveAll(c.root))
	if c.lock != nil {
		errs = append(errs, c.lock.Close())
	}
	c.root = ""
	return errors.Join(errs...)
}

func (c *Cluster) path(name string) string { return filepath.Join(c.root, name) }

// Socket is the folder of the server's Unix socket, which belongs to the server's account.
func (c *Cluster) Socket() string { return c.path("socket") }

// Port names the socket in that folder, and the port on 127.0.0.1.
func (c *Cluster) Port() string { return strconv.Itoa(c.port) }

// PID is the server's first process.
func (c *Cluster) PID() int { return c.server.cmd.Process.Pid }

// Run runs one of the server's own programs, such as pgbench, as the server's account, and answers what it prints.
func (c *Cluster) Run(ctx context.Context, program string, args ...string) (string, error) {
	return c.run(ctx, program, args...)
}

// run runs one of the server's own programs as the server's account.
func (c *Cluster) run(ctx context.Context, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir = c.root
	cmd.Env = environment()
	c.owner.become(cmd)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("pgcluster: %s: %w: %s", program, err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// environment leaves out PGHOST, PGDATA and the like: the machine's own settings must not reach a private server.
func environment() []string {
	out := []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "TMPDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			out = append(out, name+"="+value)
		}
	}
	return out
}

func (c *Cluster) logTail() string {
	text, err := os.ReadFile(c.path("server.log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// pause waits for the next look at something that only changes outside this process.
func pause(ctx context.Context) {
	t := time.NewTimer(pollEvery)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
