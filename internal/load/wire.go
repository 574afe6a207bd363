package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"tsuke/internal/clock"
)

// wire is one kept connection to the service, speaking just enough HTTP/1.1 for its API: net/http's client would cost the
// machine that is being measured about as much as the answer does. It is used by one goroutine.
type wire struct {
	addr  string
	clock clock.Clock
	conn  net.Conn
	in    *bufio.Reader
	out   []byte
	body  []byte
}

// response is an answer; its body is valid until the next request on the wire.
type response struct {
	status   int
	body     []byte
	replayed bool
}

const answerWithin = 20 * time.Second

// errNoHTTP is an answer that this client does not understand; the service never sends one.
var errNoHTTP = errors.New("load: this is no answer of the API")

// call sends a request and reads its answer. After any error the connection is given up: whether the request was worked
// off is then unknown.
func (w *wire) call(ctx context.Context, method, path, apiKey, key, body string) (response, error) {
	r, err := w.exchange(ctx, method, path, apiKey, key, body)
	if err != nil {
		w.close()
	}
	return r, err
}

func (w *wire) exchange(ctx context.Context, method, path, apiKey, key, body string) (response, error) {
	if err := ctx.Err(); err != nil {
		return response{}, err
	}
	if w.conn == nil {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", w.addr)
		if err != nil {
			return response{}, err
		}
		w.conn, w.in = conn, bufio.NewReaderSize(conn, 4<<10)
	}
	if err := w.conn.SetDeadline(w.clock.Now().Add(answerWithin)); err != nil {
		return response{}, err
	}
	w.out = appendRequest(w.out[:0], method, path, w.addr, apiKey, key, body)
	if _, err := w.conn.Write(w.out); err != nil {
		return response{}, err
	}
	return w.read()
}

func (w *wire) close() {
	if w.conn != nil {
		_ = w.conn.Close() // it is given up
		w.conn = nil
	}
}

func appendRequest(b []byte, method, path, host, apiKey, key, body string) []byte {
	b = append(b, method...)
	b = append(b, ' ')
	b = append(b, path...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	b = append(b, "\r\nAuthorization: Bearer "...)
	b = append(b, apiKey...)
	if method == "POST" {
		b = append(b, "\r\nIdempotency-Key: "...)
		b = append(b, key...)
		b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(body)), 10)
	}
	b = append(b, "\r\n\r\n"...)
	return append(b, body...)
}

// read takes one answer off the connection.
func (w *wire) read() (response, error) {
	var r response
	line, err := w.in.ReadSlice('\n')
	if err != nil {
		return r, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return r, errNoHTTP
	}
	if r.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return r, errNoHTTP
	}
	length, closes := -1, false
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return r, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return r, errNoHTTP
			}
		case bytes.EqualFold(name, []byte("Idempotency-Replayed")):
			r.replayed = true
		case bytes.EqualFold(name, []byte("Connection")):
			closes = bytes.EqualFold(value, []byte("close"))
		}
	}
	w.body = w.body[:0]
	if length >= 0 {
		err = w.take(length)
	} else {
		err = w.takeChunks()
	}
	r.body = w.body
	if closes {
		w.close()
	}
	return r, err
}

// bodyMax bounds an answer of the API; a page of a hundred payments with their captures stays below it.
const bodyMax = 4 << 20

func (w *wire) take(n int) error {
	if n < 0 || len(w.body)+n > bodyMax {
		return fmt.Errorf("%w: a body of %d bytes", errNoHTTP, n)
	}
	at := len(w.body)
	if cap(w.body) < at+n {
		w.body = append(make([]byte, 0, 2*(at+n)), w.body...)
	}
	w.body = w.body[:at+n]
	_, err := io.ReadFull(w.in, w.body[at:])
	return err
}

// takeChunks reads a body that is sent in chunks (RFC 9112, section 7.1); the service sends no trailers.
func (w *wire) takeChunks() error {
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 32)
		if err != nil {
			return errNoHTTP
		}
		if err := w.take(int(size)); err != nil {
			return err
		}
		if _, err := w.in.Discard(len("\r\n")); err != nil || size == 0 {
			return err
		}
	}
}
