// Command pgserve starts one private PostgreSQL server for a whole test run, so that not every test process has to
// start its own.
//
//	pgserve go test ./...    runs the command with TSUKE_TEST_DB=postgres and TSUKE_TEST_PG=<address>, stops the server,
//	                         and ends with the command's exit status
//	pgserve                  prints the address and keeps the server until its input ends or it is interrupted
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"tsuke/internal/db/dbtest/pgcluster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status, err := serve(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgserve:", err)
		status = max(status, 1)
	}
	os.Exit(status)
}

func serve(ctx context.Context, command []string) (status int, err error) {
	cluster, err := pgcluster.Start(ctx)
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	if len(command) > 0 {
		return run(ctx, command, cluster.DSN("postgres"))
	}
	fmt.Println(cluster.DSN("postgres"))
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		ended <- err
	}()
	select {
	case <-ctx.Done():
		return 0, nil
	case err := <-ended:
		return 0, err
	}
}

// run passes an interrupt on and waits: the command decides how it ends.
func run(ctx context.Context, command []string, dsn string) (status int, err error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env = append(os.Environ(), "TSUKE_TEST_DB=postgres", "TSUKE_TEST_PG="+dsn)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil
	}
	return 0, err
}
