package crash

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
)

// Build makes the product's binary.
func Build(ctx context.Context, exe string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", exe, "tsuke/cmd/tsuke")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("crash: building the product: %w\n%s", err, out)
	}
	return nil
}

// product is an installation: the binary with its database, its secrets and a clock that can be moved.
type product struct {
	exe, dsn, dir string
}

// install makes the secrets of an installation in a folder that exists.
func install(ctx context.Context, exe, dsn, dir string) (*product, error) {
	p := &product{exe: exe, dsn: dsn, dir: dir}
	if err := os.WriteFile(p.path("token"), []byte("none\n"), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, "secrets", "create", p.path("secrets"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("crash: secrets: %w\n%s", err, out)
	}
	return p, nil
}

func (p *product) path(name string) string { return filepath.Join(p.dir, name) }

func (p *product) command(failpoint string, args ...string) *exec.Cmd {
	cmd := exec.Command(p.exe, args...)
	cmd.Env = append(os.Environ(), "TSUKE_DB="+p.dsn, "TSUKE_SECRETS="+p.path("secrets"),
		"TSUKE_CLOCK_FILE="+p.path("clock"), "TSUKE_FAILPOINT="+failpoint, "LANG=C")
	cmd.SysProcAttr = withParent()
	return cmd
}

// do runs a command of the operator's. killed tells that it ended at its failpoint.
func (p *product) do(failpoint string, args ...string) (out string, killed bool, err error) {
	text, err := p.command(failpoint, args...).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == -1 && failpoint != "" {
		return string(text), true, nil
	}
	if err != nil {
		err = fmt.Errorf("crash: tsuke %s: %w\n%s", strings.Join(args, " "), err, text)
	}
	return string(text), false, err
}

// server is a running service.
type server struct {
	cmd    *exec.Cmd
	died   chan struct{} // closed when the process is gone
	listen chan string   // the address, once
	log    *tail
}

// serve starts the service on a port that is free. Letters and texts go nowhere.
func (p *product) serve(failpoint string) (*server, error) {
	cmd := p.command(failpoint, "serve", "--addr", "127.0.0.1:0", "--public-url", "http://127.0.0.1:8081",
		"--mail", "smtp://127.0.0.1:1", "--sms", "http://127.0.0.1:1/", "--sms-token-file", p.path("token"))
	said, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, died: make(chan struct{}), listen: make(chan string, 1), log: &tail{}}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the kernel ends the service with the thread that started it
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		lines := bufio.NewScanner(said)
		for lines.Scan() {
			s.read(lines.Text())
		}
		_ = cmd.Wait() // it is killed
		close(s.died)
	}()
	return s, <-started
}

var serving = regexp.MustCompile(`msg=serving addr=(\S+)`)

func (s *server) read(line string) {
	s.log.add(line)
	if m := serving.FindStringSubmatch(line); m != nil {
		s.listen <- m[1]
	}
}

// ready waits until the service listens. dead tells that it ended before.
func (s *server) ready(ctx context.Context) (addr string, dead bool, err error) {
	select {
	case addr := <-s.listen:
		return addr, false, nil
	case <-s.died:
		return "", true, nil
	case <-ctx.Done():
		return "", false, errors.Join(ctx.Err(), s.kill())
	}
}

// kill ends the service as a power cut ends it, and comes back when it is gone.
func (s *server) kill() error {
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.died
	return nil
}

// tail keeps the end of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

const tailMax = 40

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, line)
	if len(t.lines) > 2*tailMax {
		t.lines = append(t.lines[:0], t.lines[len(t.lines)-tailMax:]...)
	}
}

// Write takes a line of a log.
func (t *tail) Write(line []byte) (int, error) {
	t.add(strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}

// String is the end of the log.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b bytes.Buffer
	for _, line := range t.lines[max(0, len(t.lines)-tailMax):] {
		b.WriteString(line + "\n")
	}
	return b.String()
}
