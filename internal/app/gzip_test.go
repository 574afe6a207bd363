package app

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTakesGzip reads what clients send (RFC 9110, 12.5.3).
func TestTakesGzip(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"gzip": true, "deflate, gzip": true, "br;q=1.0, gzip;q=0.8, *;q=0.1": true, "GZIP": true, " gzip ; q=0.001": true,
		"gzip;q=1": true, "": false, "identity": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "x-gzip-like": false,
	} {
		if got := takesGzip(http.Header{"Accept-Encoding": {text}}); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if takesGzip(http.Header{}) || !takesGzip(http.Header{"Accept-Encoding": {"br", "gzip"}}) {
		t.Error("no line, or two lines, are read wrongly")
	}
}

// TestCompressed looks at what leaves for each kind of answer, through a real server.
func TestCompressed(t *testing.T) {
	t.Parallel()
	long, dense := strings.Repeat("後払い ", 400), ""
	for n := range 100 { // compressed, it is still long enough to be compressed again
		dense += fmt.Sprintf("%x", sha256.Sum256([]byte{byte(n)}))
	}
	for _, test := range []struct {
		name   string
		method string
		takes  string
		serve  http.HandlerFunc
		status int
		zipped bool
		body   string
	}{
		{name: "long text", takes: "gzip", serve: text(200, "text/html; charset=utf-8", long), status: 200, zipped: true, body: long},
		{name: "long answer of the API", takes: "gzip", serve: text(201, "application/json", long), status: 201, zipped: true, body: long},
		{name: "long problem", takes: "gzip", serve: text(422, "application/problem+json", long), status: 422, zipped: true, body: long},
		{name: "of a type to be guessed", takes: "gzip", serve: text(200, "", "<!DOCTYPE html>"+long), status: 200, zipped: true, body: "<!DOCTYPE html>" + long},
		{name: "not wanted", serve: text(200, "text/html", long), status: 200, body: long},
		{name: "refused", takes: "gzip;q=0", serve: text(200, "text/html", long), status: 200, body: long},
		{name: "small", takes: "gzip", serve: text(200, "text/html", "ok\n"), status: 200, body: "ok\n"},
		{name: "small problem", takes: "gzip", serve: text(404, "application/problem+json", "{}"), status: 404, body: "{}"},
		{name: "picture", takes: "gzip", serve: text(200, "image/png", long), status: 200, body: long},
		{name: "font of a type to be guessed", takes: "gzip", serve: text(200, "", "wOF2\x00"+long), status: 200, body: "wOF2\x00" + long},
		{name: "asked for its head", method: http.MethodHead, takes: "gzip", serve: text(200, "text/html", long), status: 200},
		{name: "without a body", takes: "gzip", serve: text(204, "", ""), status: 204},
		{name: "not modified", takes: "gzip", serve: text(304, "text/html", ""), status: 304},
		{name: "leads on", takes: "gzip", serve: text(303, "", ""), status: 303},
		{name: "nothing said", takes: "gzip", serve: func(http.ResponseWriter, *http.Request) {}, status: 200},
		{name: "part of a file", takes: "gzip", serve: text(206, "text/css", long), status: 206, body: long},
		{
			name: "compressed already", takes: "gzip", status: 200, zipped: true, body: dense,
			serve: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Content-Type", "text/css")
				z := gzip.NewWriter(w)
				_, _ = io.WriteString(z, dense)
				_ = z.Close()
			},
		},
		{
			name: "byte by byte", takes: "gzip", status: 200, zipped: true, body: long,
			serve: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "999999") // of the plain text, so it must go
				w.Header().Set("Content-Type", "text/plain")
				for i := range len(long) {
					_, _ = io.WriteString(w, long[i:i+1])
				}
			},
		},
		{
			name: "file", takes: "gzip", status: 200, zipped: true, body: long,
			serve: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/css")
				http.ServeContent(w, r, "", dayOne, strings.NewReader(long))
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(compressed(test.serve))
			t.Cleanup(server.Close)
			req, err := http.NewRequestWithContext(t.Context(), test.method, server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if test.takes != "" {
				req.Header.Set("Accept-Encoding", test.takes)
			}
			got, err := do(req)
			if err != nil {
				t.Fatal(err)
			}
			if got.status != test.status {
				t.Errorf("status %d, want %d", got.status, test.status)
			}
			if zipped := got.header.Get("Content-Encoding") == "gzip"; zipped != test.zipped {
				t.Errorf("Content-Encoding %q", got.header.Get("Content-Encoding"))
			}
			body := got.body
			if test.zipped {
				if len(body) >= len(test.body) {
					t.Errorf("%d bytes became %d", len(test.body), len(body))
				}
				body = unzip(t, body)
			}
			if diff := cmp.Diff(test.body, string(body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if vary := got.header.Values("Vary"); test.name != "nothing said" && !strings.Contains(strings.Join(vary, ","), "Accept-Encoding") {
				t.Errorf("Vary %q", vary)
			}
			if test.zipped && got.header.Get("Accept-Ranges") != "" {
				t.Error("parts of the plain text are offered")
			}
		})
	}
}

func text(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		w.Header().Set("Vary", "Cookie")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// unzip also proves that there is one layer of gzip and an end.
func unzip(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// TestFlushed sends what is there when a handler asks for it, small or not.
func TestFlushed(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]string{"small": "first", "long": strings.Repeat("first ", 400)} {
		read, wrote := make(chan struct{}), make(chan error, 1)
		server := httptest.NewServer(compressed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, first)
			wrote <- http.NewResponseController(w).Flush()
			<-read
			_, _ = io.WriteString(w, "second")
		})))
		t.Cleanup(server.Close)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "gzip")
		resp, err := client.Do(req) // comes back although the handler has not ended
		if err != nil {
			t.Fatal(err)
		}
		if err := <-wrote; err != nil {
			t.Error(err)
		}
		close(read)
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.Header.Get("Content-Encoding") == "gzip" {
			body = unzip(t, body)
		}
		if resp.StatusCode != http.StatusAccepted || string(body) != first+"second" {
			t.Errorf("%s: %d, %d bytes", name, resp.StatusCode, len(body))
		}
	}
}

// TestCutOff lets a handler panic in the middle of an answer: the client must not take it for the whole.
func TestCutOff(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(compressed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, strings.Repeat("half ", 4000))
		panic(http.ErrAbortHandler)
	})))
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	if a, err := do(req); err == nil {
		t.Errorf("half an answer looks whole: %d, %d bytes", a.status, len(a.body))
	}
}
