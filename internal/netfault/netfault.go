// Package netfault is a TCP proxy that breaks a line on command: it loses a request, an answer or half of one between two
// ends that know nothing of it. Tests put it between a shop and the service, and between the service and PostgreSQL.
//
// # The story
//
// What passes is counted in exchanges. An exchange begins when the client speaks for the first time, or again after the
// server has spoken, and lasts until the client speaks again. So a request over HTTP with its answer is one exchange, and
// with PostgreSQL each round trip is one. [Proxy.Arm] says what happens to which exchange from now on, on whichever
// connection it comes; the [Trap] it gives tells whether it did and what the client had said. [Proxy.Heal] makes the line
// good again and ends what was left silent.
//
// Nothing here is random: the same conversation meets the same fault at the same byte. Only Latency and Slow take time,
// a few milliseconds for each piece.
//
// # Lock order
//
// Proxy.mu before link.mu. Neither is held while something is read or written.
package netfault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Kind is what happens to an exchange.
type Kind int

// The kinds, from the mildest.
const (
	None          Kind = iota
	Latency            // each piece arrives late
	Slow               // a few bytes at a time, with pauses
	Slice              // one byte at a time
	CutRequest         // the line is cut before anything of the request has reached the server
	HalfRequest        // half of the request reaches the server, then the line is cut
	DropAnswer         // the server has answered; the line is cut before anything of it has reached the client
	HalfAnswer         // half of the answer reaches the client, then the line is cut
	ResetRequest       // as CutRequest, by RST instead of FIN
	ResetAnswer        // as DropAnswer, by RST instead of FIN
	SilentRequest      // half-open: the line stays up, and nothing of the request ever arrives
	SilentAnswer       // half-open: the server has answered, the line stays up, and nothing of it ever arrives
	Refuse             // every connection is cut and no new one is taken, until the line is healed
)

var names = map[Kind]string{
	None: "none", Latency: "latency", Slow: "slow", Slice: "one byte at a time", CutRequest: "cut before the request",
	HalfRequest: "cut in the request", DropAnswer: "answer dropped", HalfAnswer: "cut in the answer",
	ResetRequest: "reset before the request", ResetAnswer: "reset before the answer", SilentRequest: "half-open, request lost",
	SilentAnswer: "half-open, answer lost", Refuse: "refused",
}

// String is the kind in words, for a table.
func (k Kind) String() string { return names[k] }

// Kinds lists every fault, the mildest first.
func Kinds() []Kind {
	var all []Kind
	for k := Latency; k <= Refuse; k++ {
		all = append(all, k)
	}
	return all
}

// Lost tells whether a fault of the kind keeps the client from having the whole answer.
func (k Kind) Lost() bool { return k >= CutRequest }

// Fault is what is armed.
type Fault struct {
	Kind  Kind
	Skip  int  // how many exchanges pass unharmed first
	Stays bool // it happens to every later exchange too, and to new connections
}

// Trap is an armed fault.
type Trap struct {
	fault Fault
	seen  atomic.Int64
	sent  []byte
	met   chan struct{}
}

// Met is closed when an exchange has met the fault.
func (t *Trap) Met() <-chan struct{} { return t.met }

// Sent is what the client had said in the exchange that met the fault, as far as it came in one piece. It may be asked
// once Met is closed.
func (t *Trap) Sent() []byte { return t.sent }

// Seen is how many exchanges have begun since it was armed.
func (t *Trap) Seen() int { return int(t.seen.Load()) }

// The pace of the faults that take time.
const (
	lateBy    = 3 * time.Millisecond
	slowPause = time.Millisecond
	slowBytes = 64
	pieceMax  = 32 << 10
)

// Proxy is one line to one server. It is safe for concurrent use.
type Proxy struct {
	addr, target string
	ctx          context.Context //nolint:containedctx // the life of the proxy
	end          context.CancelFunc
	running      sync.WaitGroup

	mu       sync.Mutex
	listener net.Listener // nil while connections are refused
	trap     *Trap
	links    map[*link]bool
}

// Listen opens a line on a free port of the loopback to the server at target.
func Listen(target string) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	p := &Proxy{addr: listener.Addr().String(), target: target, ctx: ctx, end: end, links: map[*link]bool{}}
	p.accept(listener)
	return p, nil
}

// Addr is where clients connect to.
func (p *Proxy) Addr() string { return p.addr }

// Arm replaces the fault that is armed.
func (p *Proxy) Arm(f Fault) *Trap {
	t := &Trap{fault: f, met: make(chan struct{})}
	p.mu.Lock()
	p.trap = t
	p.mu.Unlock()
	if f.Kind == Refuse {
		p.refuse()
		close(t.met)
	}
	return t
}

// Heal disarms the fault, ends the connections that it left silent, and takes new ones again. An error means that the
// port is lost to somebody else.
func (p *Proxy) Heal() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trap = nil
	for l := range p.links {
		if l.silent() {
			l.cut(false)
		}
	}
	if p.listener != nil || p.ctx.Err() != nil {
		return nil
	}
	listener, err := net.Listen("tcp", p.addr)
	if err != nil {
		return fmt.Errorf("netfault: %w", err)
	}
	p.accept(listener)
	return nil
}

// Close cuts every connection and waits until the proxy is gone.
func (p *Proxy) Close() {
	p.end()
	p.refuse()
	p.running.Wait()
}

func (p *Proxy) refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close() // it was open
		p.listener = nil
	}
	for l := range p.links {
		l.cut(true)
	}
}

// accept takes connections until the listener is closed. Whoever calls it holds mu, or is alone.
func (p *Proxy) accept(listener net.Listener) {
	p.listener = listener
	p.running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			p.running.Go(func() { p.serve(listener, client) })
		}
	})
}

// serve carries one connection until both its ends are done.
func (p *Proxy) serve(listener net.Listener, client net.Conn) {
	var dial net.Dialer
	server, err := dial.DialContext(p.ctx, "tcp", p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	ctx, end := context.WithCancel(p.ctx)
	l := &link{proxy: p, client: client.(*net.TCPConn), server: server.(*net.TCPConn), ctx: ctx, end: end}
	defer l.cut(false)
	p.mu.Lock()
	if p.listener != listener { // refused meanwhile
		p.mu.Unlock()
		return
	}
	p.links[l] = true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { l.carry(l.client, l.server, l.ask) })
	both.Go(func() { l.carry(l.server, l.client, l.answer) })
	both.Wait()
	if l.silent() { // half-open lasts until it is healed, whatever the ends do
		<-l.ctx.Done()
	}
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

// next says what happens to the exchange that begins with this piece.
func (p *Proxy) next(piece []byte) Kind {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.trap
	if t == nil {
		return None
	}
	seen := int(t.seen.Add(1))
	switch first := seen == t.fault.Skip+1; {
	case first && t.sent == nil && t.fault.Kind != Refuse:
		t.sent = bytes.Clone(piece)
		close(t.met)
		return t.fault.Kind
	case t.fault.Stays && seen > t.fault.Skip:
		return t.fault.Kind
	}
	return None
}

// link is one connection through the proxy.
type link struct {
	proxy          *Proxy
	client, server *net.TCPConn
	ctx            context.Context //nolint:containedctx // the life of the connection
	end            context.CancelFunc

	mu     sync.Mutex
	asking bool // the client spoke last
	kind   Kind // of the exchange that runs
}

// carry hands each piece of from to pass, until one end closes or pass says that the line is cut. The end of one direction
// is carried too, unless the line is half-open.
func (l *link) carry(from, to *net.TCPConn, pass func([]byte) bool) {
	buf := make([]byte, pieceMax)
	for {
		n, err := from.Read(buf)
		if n > 0 && !pass(buf[:n]) {
			return
		}
		switch {
		case err == nil:
		case l.silent():
			return
		case errors.Is(err, io.EOF):
			_ = to.CloseWrite() // the other end may be gone already
			return
		default:
			l.cut(false)
			return
		}
	}
}

// ask passes what the client says.
func (l *link) ask(piece []byte) bool {
	l.mu.Lock()
	if !l.asking {
		l.asking, l.kind = true, l.proxy.next(piece)
	}
	kind := l.kind
	l.mu.Unlock()
	switch kind {
	case CutRequest:
		return l.cut(false)
	case ResetRequest:
		return l.cut(true)
	case HalfRequest:
		_ = l.write(l.server, piece[:len(piece)/2], None)
		return l.cut(false)
	case SilentRequest:
		return true
	default:
		return l.write(l.server, piece, kind)
	}
}

// answer passes what the server says. After an answer that was swallowed the client is still asking.
func (l *link) answer(piece []byte) bool {
	l.mu.Lock()
	kind := l.kind
	l.asking = kind == SilentAnswer
	l.mu.Unlock()
	switch kind {
	case DropAnswer:
		return l.cut(false)
	case ResetAnswer:
		return l.cut(true)
	case HalfAnswer:
		_ = l.write(l.client, piece[:len(piece)/2], None)
		return l.cut(false)
	case SilentAnswer:
		return true
	default:
		return l.write(l.client, piece, kind)
	}
}

func (l *link) silent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kind == SilentRequest || l.kind == SilentAnswer
}

// write sends a piece at the pace of the fault.
func (l *link) write(to *net.TCPConn, piece []byte, kind Kind) bool {
	size := len(piece)
	switch kind {
	case Latency:
		l.pause(lateBy)
	case Slow:
		size = slowBytes
	case Slice:
		size = 1
	default:
	}
	for len(piece) > 0 {
		n := min(size, len(piece))
		if _, err := to.Write(piece[:n]); err != nil {
			return l.cut(false)
		}
		piece = piece[n:]
		if kind == Slow {
			l.pause(slowPause)
		}
	}
	return true
}

func (l *link) pause(d time.Duration) {
	ctx, cancel := context.WithTimeout(l.ctx, d)
	defer cancel()
	<-ctx.Done()
}

// cut ends both connections, by RST if hard. It answers false, for whoever carries on no more.
func (l *link) cut(hard bool) bool {
	if hard {
		_ = l.client.SetLinger(0) // what is closed already is as good
		_ = l.server.SetLinger(0)
	}
	_ = l.client.Close()
	_ = l.server.Close()
	l.end()
	return false
}
