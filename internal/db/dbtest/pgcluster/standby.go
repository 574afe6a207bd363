package pgcluster

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// ForTest starts a cluster of the test's own and stops it at its end. Where no server is installed the test is skipped,
// except in CI.
func ForTest(t testing.TB, settings ...string) (context.Context, *Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*readyWithin)
	t.Cleanup(cancel)
	c, err := Start(ctx, settings...)
	if errors.Is(err, ErrNotInstalled) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return ctx, c
}

// Standby copies the cluster and starts the copy as a standby that streams from it under the given name. Whoever starts
// it stops it.
func (c *Cluster) Standby(ctx context.Context, name string) (*Cluster, error) {
	s := &Cluster{bin: c.bin, owner: c.owner, password: c.password}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	if _, err := c.run(ctx, "pg_basebackup", "--pgdata="+s.path("data"), "--dbname="+c.replicationDSN(), "--checkpoint=fast",
		"--wal-method=stream", "--no-sync"); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	err := s.appendConfiguration(strings.Join([]string{
		"unix_socket_directories = '" + s.path("socket") + "'",
		"synchronous_standby_names = ''",
		"primary_conninfo = '" + c.replicationDSN() + "&application_name=" + name + "'",
		"",
	}, "\n"))
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	signal := filepath.Join(s.path("data"), "standby.signal")
	if err := errors.Join(os.WriteFile(signal, nil, 0o600), s.owner.own(signal)); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	if err := s.bootOnFreePort(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// replicationDSN is the address that a standby streams from: the socket, whose directory keeps strangers out.
func (c *Cluster) replicationDSN() string {
	query := url.Values{"host": {c.path("socket")}, "port": {strconv.Itoa(c.port)}}
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/", RawQuery: query.Encode()}
	return u.String()
}

// WaitFor has each commit of this cluster wait for the standby of this name from now on; nobody is waited for if it is
// empty. It returns when the server obeys.
func (c *Cluster) WaitFor(ctx context.Context, standby string) error {
	if _, err := c.ask(ctx, "ALTER SYSTEM SET synchronous_standby_names = '"+standby+"'"); err != nil {
		return err
	}
	if _, err := c.ask(ctx, "SELECT pg_reload_conf()"); err != nil {
		return err
	}
	for ctx.Err() == nil {
		waits, err := c.commitWaits(ctx)
		if err != nil || waits == (standby != "") {
			return err
		}
		pause(ctx)
	}
	return ctx.Err()
}

// commitWaits tells whether commits wait for a standby, by trying one: a session may have read the setting before the
// process that all of them obey has.
func (c *Cluster) commitWaits(ctx context.Context) (bool, error) {
	if synced, err := c.ask(ctx, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"); err != nil || synced != "0" {
		return true, err
	}
	tried := make(chan error, 1)
	go func() {
		_, err := c.ask(ctx, "SELECT pg_logical_emit_message(TRUE, 'probe', '')")
		tried <- err
	}()
	for {
		cut, err := c.CutWaits(ctx)
		switch {
		case err != nil:
			return false, errors.Join(err, <-tried)
		case cut > 0:
			return true, <-tried
		}
		select {
		case err := <-tried:
			return false, err
		default:
			pause(ctx)
		}
	}
}

// CutWaits ends the waiting of commits for their standby, as an operator does who has lost patience: the server reports
// success to their callers, and warns. It tells how many waited.
func (c *Cluster) CutWaits(ctx context.Context) (int, error) {
	out, err := c.ask(ctx, "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(out)
}

// Waiting counts the commits that wait for a standby.
func (c *Cluster) Waiting(ctx context.Context) (int, error) {
	out, err := c.ask(ctx, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(out)
}

// Alone returns when no standby streams from this cluster any more: one that was killed goes on until its last process
// has noticed.
func (c *Cluster) Alone(ctx context.Context) error {
	for ctx.Err() == nil {
		streaming, err := c.ask(ctx, "SELECT count(*) FROM pg_stat_replication")
		if err != nil || streaming == "0" {
			return err
		}
		pause(ctx)
	}
	return ctx.Err()
}

// Promote makes a standby a server of its own and waits until it takes writes.
func (c *Cluster) Promote(ctx context.Context) error {
	_, err := c.ask(ctx, "SELECT pg_promote(TRUE, 60)")
	return err
}

// ask runs one statement as the superuser, through the socket.
func (c *Cluster) ask(ctx context.Context, sql string) (string, error) {
	out, err := c.run(ctx, "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command="+sql,
		"--dbname="+c.SocketDSN(superuser))
	return strings.TrimSpace(out), err
}
