//go:build unix

package pgcluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// childEnv makes this test binary start a cluster and wait: the part of a test process that is going to be killed.
const childEnv = "PGCLUSTER_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(child())
	}
	os.Exit(m.Run())
}

func child() int {
	c, err := Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(c.root)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0 // without Stop, as a test process ends
}

func start(t *testing.T, settings ...string) (context.Context, *Cluster) {
	t.Helper()
	return ForTest(t, settings...)
}

func (c *Cluster) query(ctx context.Context, t *testing.T, dsn, sql string) string {
	t.Helper()
	out, err := c.run(ctx, "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command="+sql, "--dbname="+dsn)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	ctx, c := start(t, "max_connections = 40")
	for name, want := range map[string]string{
		"fsync":              "on",
		"full_page_writes":   "on",
		"synchronous_commit": "on",
		"jit":                "off",
		"shared_buffers":     "256MB",
		"max_connections":    "40", // the caller's line wins
		"TimeZone":           "UTC",
	} {
		for _, dsn := range []string{c.DSN("postgres"), c.SocketDSN("postgres")} {
			if got := c.query(ctx, t, dsn, "SHOW "+name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	}
}

func TestPasswordIsAskedForOnTCP(t *testing.T) {
	t.Parallel()
	ctx, c := start(t)
	wrong := strings.Replace(c.DSN("postgres"), c.password, "wrong", 1)
	if _, err := c.run(ctx, "psql", "--command=SELECT 1", "--dbname="+wrong); err == nil {
		t.Error("a wrong password was let in")
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	ctx, c := start(t)
	if err := c.CreateDatabase(ctx, "first"); err != nil {
		t.Fatal(err)
	}
	c.query(ctx, t, c.SocketDSN("first"), "CREATE TABLE tab (yen BIGINT)")
	if err := c.CreateFromTemplate(ctx, "second", "first"); err != nil {
		t.Fatal(err)
	}
	c.query(ctx, t, c.SocketDSN("second"), "INSERT INTO tab (yen) VALUES (8500)")
	for database, want := range map[string]string{"first": "0", "second": "1"} {
		if got := c.query(ctx, t, c.DSN(database), "SELECT count(yen) FROM tab"); got != want {
			t.Errorf("%s has %s rows, want %s", database, got, want)
		}
	}
	if err := c.CreateDatabase(ctx, "second"); err == nil {
		t.Error("a second database of the same name was made")
	}
}

func TestCommittedRowsOutliveKill(t *testing.T) {
	t.Parallel()
	ctx, c := start(t)
	dsn := c.SocketDSN("postgres")
	c.query(ctx, t, dsn, "CREATE TABLE tab (yen BIGINT)")
	for round := range 3 {
		c.query(ctx, t, dsn, fmt.Sprintf("INSERT INTO tab (yen) VALUES (%d)", round))
		if err := c.Kill(); err != nil {
			t.Fatal(err)
		}
		if c.answers(ctx) {
			t.Fatal("a killed server answers")
		}
		if err := c.Restart(ctx); err != nil {
			t.Fatal(err)
		}
		if got, want := c.query(ctx, t, dsn, "SELECT count(yen) FROM tab"), fmt.Sprint(round+1); got != want {
			t.Fatalf("%s rows after restart %d, want %s", got, round+1, want)
		}
	}
	if err := c.Restart(ctx); err != nil { // of a running server
		t.Fatal(err)
	}
	if got := c.query(ctx, t, dsn, "SELECT count(yen) FROM tab"); got != "3" {
		t.Errorf("%s rows after an orderly restart, want 3", got)
	}
}

func TestStopRemovesEverything(t *testing.T) {
	t.Parallel()
	_, c := start(t)
	root := c.root
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", root, err)
	}
	if err := c.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
}

func TestBadSettingIsReported(t *testing.T) {
	t.Parallel()
	start(t) // skips if there is no server to start
	c, err := Start(context.Background(), "no_such_setting = 1")
	if err == nil {
		_ = c.Stop()
		t.Fatal("a server with an unknown setting started")
	}
	if !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("the server's own words are missing: %v", err)
	}
}

// TestServerEndsWithItsOwner kills a process that owns a cluster, as `go test -timeout` or a person would.
func TestServerEndsWithItsOwner(t *testing.T) {
	t.Parallel()
	ctx, _ := start(t) // skips if there is no server to start
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=1")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stdin.Close() }()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	root := strings.TrimSpace(line)
	if _, err := os.Stat(filepath.Join(root, "data", "postmaster.pid")); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // "signal: killed"
	for {
		if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
			return // the watcher removes the directory last
		}
		if pause(ctx); ctx.Err() != nil {
			t.Fatalf("%s is still there", root)
		}
	}
}

func TestStaleDirectoriesAreRemoved(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	dir := func(name string) string {
		d := filepath.Join(temp, name)
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
		return d
	}
	lock := func(d string) *os.File {
		f, err := lockDir(d)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	live, stale, young, other := dir(dirPrefix+"live"), dir(dirPrefix+"stale"), dir(dirPrefix+"young"), dir("other")
	held := lock(live)
	defer func() { _ = held.Close() }()
	for _, d := range []string{stale, other} {
		if err := lock(d).Close(); err != nil {
			t.Fatal(err)
		}
	}
	removeStale(temp)
	for d, want := range map[string]bool{live: true, stale: false, young: true, other: true} {
		if _, err := os.Stat(d); (err == nil) != want {
			t.Errorf("%s there: %t, want %t", filepath.Base(d), err == nil, want)
		}
	}
}
