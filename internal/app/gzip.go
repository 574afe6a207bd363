package app

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"
)

// compressed sends text with gzip to those who take it. Pages hold no secret beside what an attacker could inject into
// them and measure: codes and tokens are never drawn (BREACH).
func compressed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Method == http.MethodHead {
			h.ServeHTTP(w, r)
			return
		}
		z := &zipWriter{ResponseWriter: w}
		defer z.close()
		h.ServeHTTP(z, r)
	})
}

var zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// zipWriter decides at the first byte whether the answer is worth compressing.
type zipWriter struct {
	http.ResponseWriter
	zip     *gzip.Writer
	decided bool
}

var zipped = []string{"text/", "application/json", "application/problem+json", "application/yaml", "image/svg+xml"}

func (z *zipWriter) decide(status int) {
	if z.decided {
		return
	}
	z.decided = true
	head := z.Header()
	if status == http.StatusNoContent || status == http.StatusNotModified || head.Get("Content-Encoding") != "" {
		return
	}
	for _, kind := range zipped {
		if strings.HasPrefix(head.Get("Content-Type"), kind) {
			head.Set("Content-Encoding", "gzip")
			head.Del("Content-Length")
			z.zip = zippers.Get().(*gzip.Writer)
			z.zip.Reset(z.ResponseWriter)
			return
		}
	}
}

// WriteHeader implements http.ResponseWriter.
func (z *zipWriter) WriteHeader(status int) {
	z.decide(status)
	z.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (z *zipWriter) Write(b []byte) (int, error) {
	if !z.decided {
		if z.Header().Get("Content-Type") == "" {
			z.Header().Set("Content-Type", http.DetectContentType(b))
		}
		z.decide(http.StatusOK)
	}
	if z.zip == nil {
		return z.ResponseWriter.Write(b)
	}
	return z.zip.Write(b)
}

func (z *zipWriter) close() {
	if z.zip == nil {
		return
	}
	_ = z.zip.Close() //nolint:errcheck // the client is gone then
	zippers.Put(z.zip)
}

// Unwrap lets http.ResponseController reach the connection.
func (z *zipWriter) Unwrap() http.ResponseWriter { return z.ResponseWriter }
