package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// The test binary is its own child: with an act in its environment it plays the product's binary.
func TestMain(m *testing.M) {
	switch os.Getenv("TSUKE_ACT") {
	case "serve":
		serve(os.Args[len(os.Args)-1])
	case "fail":
		fmt.Fprintln(os.Stderr, "no such database: x.db")
		os.Exit(3)
	case "verify":
		fmt.Println("OK")
		fmt.Fprintln(os.Stderr, "42 entries")
		os.Exit(0)
	default:
		goleak.VerifyTestMain(m)
	}
}

// serve answers who it is at /pid and its health at /healthz, until it is asked to end.
func serve(addr string) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /pid", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, os.Getpid()) })
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: addr, Handler: mux}
	go func() { <-ctx.Done(); _ = server.Close() }()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ended gently")
	os.Exit(0)
}

func act(t *testing.T, name string, args ...string) Command {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Exe: exe, Args: args, Env: []string{"TSUKE_ACT=" + name}}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func pid(t *testing.T, addr string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + addr + "/pid")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestServerIsStartedAgain(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	log := &tailWriter{}
	s := Start(act(t, "serve", addr), "http://"+addr+"/healthz", log)
	ready := func() {
		t.Helper()
		if err := s.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ready()
	first := pid(t, addr)
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	ready()
	second := pid(t, addr)
	if first == second {
		t.Error("the same process answers after the kill")
	}
	if restarts, away := s.Gap(); restarts != 1 || away <= 0 {
		t.Errorf("%d restarts, away %v", restarts, away)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "ended gently") {
		t.Errorf("the server was not asked to end: %q", log)
	}
	if err := s.Kill(); err != nil {
		t.Errorf("nothing to kill: %v", err)
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready after the end")
	}
}

func TestServerThatDoesNotStart(t *testing.T) {
	t.Parallel()
	s := Start(act(t, "fail"), "http://127.0.0.1:1/healthz", io.Discard)
	if err := s.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "no such database: x.db") {
		t.Errorf("the reason is not told: %v", err)
	}
	<-s.Ended()
	if restarts, _ := s.Gap(); restarts != maxFalseStarts {
		t.Errorf("started %d times", restarts)
	}
	none := Start(Command{Exe: "/absent"}, "http://127.0.0.1:1/healthz", io.Discard)
	<-none.Ended()
	if !errors.Is(none.Err(), os.ErrNotExist) {
		t.Errorf("no binary: %v", none.Err())
	}
}

func TestReadyGivesUp(t *testing.T) {
	t.Parallel()
	addr := freeAddr(t)
	s := Start(act(t, "serve", addr), "http://"+addr+"/nowhere", io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Ready(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ready: %v", err)
	}
	if err := s.Stop(ctx); err != nil { // a server that may not even have begun to listen
		t.Error(err)
	}
}

func TestOutput(t *testing.T) {
	t.Parallel()
	out, err := Output(t.Context(), act(t, "verify", "verify", "--db", "sqlite:x"))
	if err != nil || string(out) != "OK\n" {
		t.Errorf("%q, %v", out, err)
	}
	_, err = Output(t.Context(), act(t, "fail", "receipts", "import", "--db", "sqlite:x"))
	var failure *Failure
	if !errors.As(err, &failure) || failure.Status != 3 || failure.Name != "receipts import" {
		t.Fatalf("%v", err)
	}
	if want := "receipts import ended with status 3: no such database: x.db"; failure.Error() != want {
		t.Errorf("%q", failure.Error())
	}
	if _, err := Output(t.Context(), Command{Exe: "/absent"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no binary: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Output(ctx, act(t, "verify")); err == nil {
		t.Error("ran although given up")
	}
}
