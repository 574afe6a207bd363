package netfault

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// echo is a server that answers each line with "<line> done", and keeps what reached it.
type echo struct {
	listener net.Listener
	mu       sync.Mutex
	heard    strings.Builder
	lines    chan string
	all      sync.WaitGroup
}

func openEcho(t *testing.T) *echo {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{listener: listener, lines: make(chan string, 100)}
	e.all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			e.all.Go(func() { e.serve(conn) })
		}
	})
	t.Cleanup(e.close)
	return e
}

// close takes nobody new, and returns when everybody's line has ended and been read to its end.
func (e *echo) close() {
	_ = e.listener.Close()
	e.all.Wait()
}

func (e *echo) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		e.mu.Lock()
		e.heard.WriteString(line)
		e.mu.Unlock()
		if err != nil {
			return
		}
		e.lines <- line
		if _, err := fmt.Fprintf(conn, "%s done\n", strings.TrimSpace(line)); err != nil {
			return
		}
	}
}

func (e *echo) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard.String()
}

func open(t *testing.T) (*Proxy, *echo) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	e := openEcho(t)
	p, err := Listen(e.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, e
}

// patience bounds what is sure to come; brief is how long a silent line is listened to.
const (
	patience = time.Minute
	brief    = 50 * time.Millisecond
)

func connect(t *testing.T, p *Proxy) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// exchange sends a line and reads until the answer's end or an error.
func exchange(conn net.Conn, line string, within time.Duration) (string, error) {
	if err := conn.SetDeadline(time.Now().Add(within)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, line+"\n"); err != nil {
		return "", err
	}
	var got strings.Builder
	one := make([]byte, 1)
	for {
		n, err := conn.Read(one)
		got.Write(one[:n])
		if err != nil || one[0] == '\n' {
			return got.String(), err
		}
	}
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func isCut(err error) bool { return errors.Is(err, io.EOF) || isReset(err) }

// TestEachKind sends one line through each fault, and looks at what reached both ends.
func TestEachKind(t *testing.T) {
	const whole = "ask 1 done\n"
	none := func(err error) bool { return err == nil }
	for _, test := range []struct {
		kind   Kind
		within time.Duration
		heard  string // by the server
		got    string // by the client
		ended  func(error) bool
	}{
		{None, patience, "ask 1\n", whole, none},
		{Latency, patience, "ask 1\n", whole, none},
		{Slow, patience, "ask 1\n", whole, none},
		{Slice, patience, "ask 1\n", whole, none},
		{CutRequest, patience, "", "", isCut},
		{HalfRequest, patience, "ask", "", isCut},
		{DropAnswer, patience, "ask 1\n", "", isCut},
		{HalfAnswer, patience, "ask 1\n", whole[:len(whole)/2], isCut},
		{ResetRequest, patience, "", "", isReset},
		{ResetAnswer, patience, "ask 1\n", "", isReset},
		{SilentRequest, brief, "", "", isTimeout},
		{SilentAnswer, brief, "ask 1\n", "", isTimeout},
	} {
		t.Run(test.kind.String(), func(t *testing.T) {
			p, e := open(t)
			conn := connect(t, p)
			trap := p.Arm(Fault{Kind: test.kind})
			got, err := exchange(conn, "ask 1", test.within)
			if got != test.got || !test.ended(err) {
				t.Errorf("the client has %q, %v", got, err)
			}
			<-trap.Met()
			if string(trap.Sent()) != "ask 1\n" {
				t.Errorf("met by %q", trap.Sent())
			}
			if strings.HasSuffix(test.heard, "\n") {
				<-e.lines
			}
			if err := p.Heal(); err != nil {
				t.Fatal(err)
			}
			if again, err := exchange(connect(t, p), "ask 2", patience); again != "ask 2 done\n" || err != nil {
				t.Errorf("after healing: %q, %v", again, err)
			}
			if test.kind.Lost() {
				if _, err := exchange(conn, "ask 3", patience); err == nil {
					t.Error("the broken connection works again")
				}
			}
			p.Close()
			e.close() // now the server has heard all it ever will
			if heard := strings.Replace(e.text(), "ask 2\n", "", 1); heard != test.heard {
				t.Errorf("the server heard %q", heard)
			}
		})
	}
	if len(Kinds()) != int(Refuse) {
		t.Errorf("%d kinds", len(Kinds()))
	}
}

// TestRefuse cuts what is connected and takes nobody until it is healed.
func TestRefuse(t *testing.T) {
	p, _ := open(t)
	conn := connect(t, p)
	if _, err := exchange(conn, "ask 1", patience); err != nil {
		t.Fatal(err)
	}
	<-p.Arm(Fault{Kind: Refuse}).Met()
	if got, err := exchange(conn, "ask 2", patience); !isCut(err) {
		t.Errorf("the old connection: %q, %v", got, err)
	}
	if c, err := net.Dial("tcp", p.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a new connection: %v, %v", c, err)
	}
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	if got, err := exchange(connect(t, p), "ask 3", patience); got != "ask 3 done\n" || err != nil {
		t.Errorf("after healing: %q, %v", got, err)
	}
}

// TestSkip counts exchanges over all connections, and harms only the one that is meant.
func TestSkip(t *testing.T) {
	p, _ := open(t)
	one, two := connect(t, p), connect(t, p)
	trap := p.Arm(Fault{Kind: DropAnswer, Skip: 2})
	for i, conn := range []net.Conn{one, two, one, two} {
		got, err := exchange(conn, fmt.Sprintf("ask %d", i), patience)
		if lost := err != nil; lost != (i == 2) {
			t.Errorf("exchange %d: %q, %v", i, got, err)
		}
	}
	<-trap.Met()
	if string(trap.Sent()) != "ask 2\n" || trap.Seen() != 4 {
		t.Errorf("met by %q, one of %d", trap.Sent(), trap.Seen())
	}
}

// TestStays makes the whole line silent, new connections included, and heals it.
func TestStays(t *testing.T) {
	p, e := open(t)
	p.Arm(Fault{Kind: SilentRequest, Skip: 1, Stays: true})
	one := connect(t, p)
	if _, err := exchange(one, "ask 1", patience); err != nil {
		t.Fatal(err)
	}
	<-e.lines
	for _, conn := range []net.Conn{one, connect(t, p), connect(t, p)} {
		if got, err := exchange(conn, "lost", brief); !isTimeout(err) {
			t.Errorf("%q, %v", got, err)
		}
	}
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	if got, err := exchange(connect(t, p), "ask 2", patience); got != "ask 2 done\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if e.text() != "ask 1\nask 2\n" {
		t.Errorf("the server heard %q", e.text())
	}
}

// TestDeadServer tells a client at once that nobody is there.
func TestDeadServer(t *testing.T) {
	p, e := open(t)
	_ = e.listener.Close()
	if got, err := exchange(connect(t, p), "ask", patience); !isCut(err) {
		t.Errorf("%q, %v", got, err)
	}
}
