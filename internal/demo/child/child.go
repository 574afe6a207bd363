// Package child runs the product's binary for the demo: as the server, which is started again whenever it dies, and for
// single commands. The demo kills the server to show that nothing depends on its staying alive, so nothing here is
// gentle: Kill is SIGKILL, and what the server had in memory is gone.
package child

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"tsuke/internal/clock"
)

const (
	maxFalseStarts = 3 // a server that dies this often before it was ready is not started again
	lookEvery      = 50 * time.Millisecond
	lookFor        = 2 * time.Second
	maxTail        = 4 << 10
)

// Command is a program with its arguments.
type Command struct {
	Exe  string
	Args []string
	Env  []string // added to the demo's own
}

// Server is a running server. It is safe for concurrent use.
type Server struct {
	command Command
	health  string
	log     io.Writer
	client  *http.Client
	clock   clock.Clock

	mu       sync.Mutex
	process  *os.Process
	died     chan struct{} // closed when the process is gone; a new one for each process
	ready    chan struct{} // closed while the server answers; a new one after each death
	isReady  bool
	diedAt   time.Time
	lastGap  time.Duration
	restarts int
	stopping bool

	ended chan struct{} // closed when the server will not be started again
	err   error         // why; read after ended
}

// Start starts the server and looks after it until Stop. health is the URL that answers 200 when it is ready. The
// server's output goes to log.
func Start(command Command, health string, log io.Writer) *Server {
	s := &Server{
		command: command, health: health, log: log, clock: clock.System(),
		client: &http.Client{Timeout: lookFor, Transport: &http.Transport{DisableKeepAlives: true}},
		ready:  make(chan struct{}), ended: make(chan struct{}),
	}
	go s.watch()
	return s
}

// watch starts the server again and again. It keeps its thread, because the kernel is told to end the server with the
// thread that started it.
func (s *Server) watch() {
	runtime.LockOSThread()
	defer close(s.ended)
	falseStarts := 0
	for {
		tail := &tailWriter{}
		wasReady, err := s.once(io.MultiWriter(s.log, tail))
		if s.over() {
			return
		}
		if falseStarts++; wasReady {
			falseStarts = 0
		}
		if falseStarts == maxFalseStarts {
			s.err = fmt.Errorf("child: the server does not start: %w\n%s", err, tail)
			return
		}
	}
}

// once runs the server until it dies and tells whether it had been ready.
func (s *Server) once(out io.Writer) (wasReady bool, err error) {
	cmd := exec.Command(s.command.Exe, s.command.Args...)
	cmd.Env = append(os.Environ(), s.command.Env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = ownGroup(true)
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return false, nil
	}
	if err := cmd.Start(); err != nil {
		s.mu.Unlock()
		return false, err
	}
	s.process, s.died = cmd.Process, make(chan struct{})
	s.mu.Unlock()

	ctx, cancel := context.WithCancel(context.Background())
	var looking sync.WaitGroup
	looking.Go(func() { s.look(ctx) })
	err = cmd.Wait()
	cancel()
	looking.Wait()

	s.mu.Lock()
	defer s.mu.Unlock()
	wasReady = s.isReady
	s.process = nil
	s.diedAt = s.clock.Now()
	s.restarts++
	if s.isReady {
		s.isReady, s.ready = false, make(chan struct{})
	}
	close(s.died)
	return wasReady, err
}

// look asks for the server's health until it is well.
func (s *Server) look(ctx context.Context) {
	for {
		if s.well(ctx) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.isReady = true
			if !s.diedAt.IsZero() {
				s.lastGap = s.clock.Now().Sub(s.diedAt)
			}
			close(s.ready)
			return
		}
		if Pause(ctx, lookEvery) != nil {
			return
		}
	}
}

func (s *Server) well(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.health, nil)
	if err != nil {
		return false
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

func (s *Server) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// Ready waits until the server answers. It fails when ctx ends, and when the server will not be started again.
func (s *Server) Ready(ctx context.Context) error {
	s.mu.Lock()
	ready := s.ready
	s.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-s.ended:
		return errors.Join(errors.New("child: the server has ended"), s.err)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Ended is closed when the server will not be started again; Err then tells why.
func (s *Server) Ended() <-chan struct{} { return s.ended }

// Err is why the server is not started any more: nil after Stop, else what it said last. It is read after Ended.
func (s *Server) Err() error { return s.err }

// Kill ends the server as a power cut would and comes back when its process is gone. It is started again by itself.
func (s *Server) Kill() error {
	s.mu.Lock()
	process, died := s.process, s.died
	s.mu.Unlock()
	if process == nil {
		return nil
	}
	if err := process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("child: %w", err)
	}
	<-died
	return nil
}

// Gap is how often the server was started again, and how long it was away the last time.
func (s *Server) Gap() (restarts int, away time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.restarts, s.lastGap
}

// Stop asks the server to end, and kills it if it has not when ctx ends.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	s.stopping = true
	process := s.process
	s.mu.Unlock()
	if process != nil {
		if err := endGently(process); err != nil && !errors.Is(err, os.ErrProcessDone) {
			_ = process.Kill()
		}
	}
	select {
	case <-s.ended:
	case <-ctx.Done():
		if process != nil {
			_ = process.Kill()
		}
		<-s.ended
	}
	s.client.CloseIdleConnections()
	return s.err
}

// Failure is a command that ended with a status other than 0.
type Failure struct {
	Name   string // the command's first words
	Status int
	Said   string // the end of what it wrote to its standard error
}

// Error tells what the command said.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s ended with status %d: %s", f.Name, f.Status, strings.TrimSpace(f.Said))
}

// Output runs a command to its end and gives what it wrote to its standard output.
func Output(ctx context.Context, command Command) ([]byte, error) {
	var out bytes.Buffer
	said := &tailWriter{}
	cmd := exec.CommandContext(ctx, command.Exe, command.Args...)
	cmd.Env = append(os.Environ(), command.Env...)
	cmd.Stdout, cmd.Stderr = &out, said
	cmd.SysProcAttr = ownGroup(false)
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out.Bytes(), &Failure{Name: name(command.Args), Status: exit.ExitCode(), Said: said.String()}
	}
	return out.Bytes(), err
}

// name is what a command's arguments begin with, without its flags.
func name(args []string) string {
	end := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, "-") })
	if end < 0 {
		end = len(args)
	}
	return strings.Join(args[:min(end, 2)], " ")
}

// Pause waits. It fails if ctx ends first.
func Pause(ctx context.Context, d time.Duration) error {
	wait, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-wait.Done()
	return ctx.Err()
}

// tailWriter keeps the end of what is written to it.
type tailWriter struct {
	mu   sync.Mutex
	text []byte
}

func (t *tailWriter) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - maxTail; over > 0 {
		t.text = slices.Delete(t.text, 0, over)
	}
	return len(p), nil
}

func (t *tailWriter) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
