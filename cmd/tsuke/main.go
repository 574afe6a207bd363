// Command tsuke is the whole service: pages, API, workers, and the tools of its operator. Run "tsuke --help".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"tsuke/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
