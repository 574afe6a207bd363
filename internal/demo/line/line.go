// Package line is the wire between everybody and the product's server in the demo: a reverse proxy that keeps the public
// address while the server behind it is killed and started again, and that can be told to behave badly.
//
// # The story
//
// A request comes in and is read whole. If the server is just starting, the request waits for it, as it would behind a
// load balancer: it has not been sent, so waiting is safe. Then the trouble in force may strike, once at each place: the
// answer is thrown away, the request is sent twice at the same moment, or the server is killed before the request is
// sent or after it has answered. What the caller sees then is what it would see in life: a machine gets a connection
// that breaks, and a person gets a page that says that the line broke and where to look.
package line

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
)

//go:embed templates/*.html
var files embed.FS

const (
	maxBody = 2 << 20
	waitFor = 15 * time.Second // how long a request waits for a server that is starting
	redials = 5
)

// errCut stands for a connection that was cut on purpose.
var errCut = errors.New("line: cut on purpose")

// Server is what the line needs to know of the server behind it.
type Server interface {
	Ready(ctx context.Context) error
	Kill() error
	Gap() (restarts int, away time.Duration)
}

// Line is the proxy. It is safe for concurrent use.
type Line struct {
	server Server
	desk   *trouble.Desk
	book   *page.Book
	origin string // of the demo's own pages
	base   http.RoundTripper
	log    *slog.Logger

	mu    sync.Mutex
	noted int // restarts that were noted
}

// New makes the proxy to the server at target ("127.0.0.1:40001"). site is the demo's, whose host the page of a broken
// line takes its stylesheet from.
func New(target string, server Server, desk *trouble.Desk, site *page.Site) (http.Handler, error) {
	book, err := page.NewBook(site, files, lineWords)
	if err != nil {
		return nil, err
	}
	l := &Line{
		server: server, desk: desk, book: book, origin: "http://" + site.Host, log: site.Logger,
		base: &http.Transport{DisableKeepAlives: true, ResponseHeaderTimeout: time.Minute, DisableCompression: true},
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: target})
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		Transport: l, ErrorHandler: l.broken,
		ErrorLog: log.New(io.Discard, "", 0), // what goes wrong here is told by broken
	}, nil
}

// place is where a request meets the line, as far as troubles are concerned.
type place struct {
	verb    string // the key of its name in the words of the trouble page
	once    string // tells requests apart, so that each place is struck once; a repeat of a request is the same place
	shop    bool   // a call of the shop
	pay     bool   // the press, or the call, that charges
	confirm bool   // the shop's confirmation
}

// placeOf knows the requests of a purchase by their addresses.
func placeOf(r *http.Request) place {
	if r.Method != http.MethodPost {
		return place{}
	}
	key, path := r.Header.Get("Idempotency-Key"), r.URL.Path
	switch {
	case path == "/v1/checkout-sessions":
		return place{verb: "verb.session", once: key, shop: true}
	case path == "/v1/payments":
		return place{verb: "verb.payment", once: key, shop: true, pay: true}
	case strings.HasPrefix(path, "/v1/payments/") && strings.HasSuffix(path, "/confirm"):
		return place{verb: "verb.confirm", once: key, shop: true, confirm: true}
	case strings.HasPrefix(path, "/v1/"):
		return place{verb: "verb.other", once: key, shop: true}
	case isPress(path):
		return place{verb: "verb.press", once: "press " + path, pay: true}
	default:
		return place{}
	}
}

// RoundTrip implements http.RoundTripper for the proxy.
func (l *Line) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1)); err != nil || len(body) > maxBody {
			return nil, errors.Join(errors.New("line: request not read"), err)
		}
	}
	p := placeOf(r)
	if l.strikes(p, p.pay, trouble.KillBefore) {
		l.desk.Note("step.kill_before", p.verb)
		return nil, errors.Join(errCut, l.server.Kill())
	}
	if l.strikes(p, p.shop || p.pay, trouble.Twice) {
		return l.twice(r, body, p)
	}
	resp, err := l.send(r, body)
	if err != nil {
		return nil, err
	}
	if l.strikes(p, p.shop, trouble.LostAnswer) {
		l.desk.Note("step.lost", p.verb, fmt.Sprint(resp.StatusCode))
		return nil, errors.Join(errCut, swallow(resp))
	}
	if l.strikes(p, p.pay, trouble.KillAfter) || l.strikes(p, p.confirm, trouble.KillConfirm) {
		err := swallow(resp)
		l.desk.Note("step.kill_after", p.verb, fmt.Sprint(resp.StatusCode))
		return nil, errors.Join(errCut, err, l.server.Kill())
	}
	return resp, nil
}

// strikes tells whether a kind of trouble strikes now, if this is a place for it.
func (l *Line) strikes(p place, here bool, kind trouble.Kind) bool {
	return here && l.desk.Strike(p.once, kind)
}

// send sends a request once it can be sent. A refused connection means that nobody has it, so it is tried again; any
// other failure is final, because the server may have acted.
func (l *Line) send(r *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), waitFor)
	defer cancel()
	for try := 1; ; try++ {
		if err := l.server.Ready(ctx); err != nil {
			return nil, err
		}
		l.noteRestart()
		out := r.Clone(r.Context())
		out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		resp, err := l.base.RoundTrip(out)
		if err == nil || try == redials || !refused(err) {
			return resp, err
		}
	}
}

// refused tells whether the connection itself was refused.
func refused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && errors.Is(err, syscall.ECONNREFUSED)
}

// noteRestart notes, once for each, that the server is back.
func (l *Line) noteRestart() {
	restarts, away := l.server.Gap()
	l.mu.Lock()
	news := restarts > l.noted
	l.noted = restarts
	l.mu.Unlock()
	if news {
		l.desk.Note("step.back", fmt.Sprintf("%d", away.Milliseconds()))
	}
}

// twice sends a request two times at the same moment and gives back the answer to the first.
func (l *Line) twice(r *http.Request, body []byte, p place) (*http.Response, error) {
	first, second := "–", "–" // no answer
	var other sync.WaitGroup
	other.Go(func() {
		twin, err := l.send(r, body)
		if err == nil {
			second = statusOf(twin)
			err = swallow(twin)
		}
		if err != nil {
			l.log.Info("the second of two requests was not answered", "err", err)
		}
	})
	resp, err := l.send(r, body)
	other.Wait()
	if err == nil {
		first = statusOf(resp)
	}
	l.desk.Note("step.twice", p.verb, first, second)
	return resp, err
}

// statusOf is an answer in a word: its status, and a mark if it says that it is a repeated one.
func statusOf(resp *http.Response) string {
	s := fmt.Sprint(resp.StatusCode)
	if resp.Header.Get("Idempotency-Replayed") == "true" {
		s += "↺"
	}
	return s
}

// swallow reads an answer to its end, so that the server has done all it does, and throws it away.
func swallow(resp *http.Response) error {
	_, err := io.Copy(io.Discard, resp.Body)
	return errors.Join(err, resp.Body.Close())
}

// brokenPage is what a person sees when the line broke.
type brokenPage struct {
	page.Frame
	Look string // where the result can be seen
	Sent bool   // the request may have arrived
}

// broken tells a caller that there is no answer: to a machine by a connection that breaks, to a person by a page.
func (l *Line) broken(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, errCut) {
		l.log.Info("no answer from the server", "method", r.Method, "err", err)
	}
	if strings.HasPrefix(r.URL.Path, "/v1/") {
		panic(http.ErrAbortHandler) // the server's own way to break the connection without a word
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+l.origin+"; img-src "+l.origin+
		"; script-src "+l.origin+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	f := l.book.Frame(r, "line", "line.title")
	f.Base = l.origin
	l.book.Show(w, http.StatusBadGateway, "broken", brokenPage{Frame: f, Look: lookAt(r.URL.Path), Sent: r.Method == http.MethodPost})
}
