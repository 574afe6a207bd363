package app

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// zipFrom is the size of an answer in bytes from which compressing is worth it: less travels in one packet either way.
const zipFrom = 1 << 10

// compressed sends text with gzip to those who take it. Pages hold no secret beside what an attacker could inject into
// them and measure: codes and tokens are never drawn (BREACH).
func compressed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		z := &zipWriter{ResponseWriter: w, takes: r.Method != http.MethodHead && takesGzip(r.Header)}
		h.ServeHTTP(z, r)
		z.finish() // not deferred: the answer of a handler that panics has to look cut off
	})
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3). A weight of 0 refuses.
func takesGzip(h http.Header) bool {
	for part := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			_, q, weighted := strings.Cut(weight, "=")
			return !weighted || strings.Trim(q, " 0.") != ""
		}
	}
	return false
}

var zippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// zipWriter holds an answer back until it is long enough to be worth compressing, or until it ends.
type zipWriter struct {
	http.ResponseWriter

	takes  bool         // the client takes gzip
	status int          // 0 until the handler has chosen one
	held   []byte       // the beginning of the answer while it is held back
	begun  bool         // the status and the header are out
	zip    *gzip.Writer // nil if the answer goes out as it is
}

var (
	zipped   = []string{"text/", "application/json", "application/problem+json", "application/openapi+yaml", "image/svg+xml"}
	bodiless = []int{http.StatusNoContent, http.StatusPartialContent, http.StatusNotModified}
)

// worth tells whether the answer may be compressed, as far as its status and header say.
func (z *zipWriter) worth() bool {
	head := z.Header()
	if !z.takes || slices.Contains(bodiless, z.status) || head.Get("Content-Encoding") != "" {
		return false
	}
	if n, err := strconv.Atoi(head.Get("Content-Length")); err == nil && n < zipFrom {
		return false
	}
	kind := head.Get("Content-Type")
	return kind == "" || slices.ContainsFunc(zipped, func(z string) bool { return strings.HasPrefix(kind, z) })
}

// WriteHeader implements http.ResponseWriter.
func (z *zipWriter) WriteHeader(status int) {
	switch {
	case status < http.StatusOK: // an interim answer, the real one follows
		z.ResponseWriter.WriteHeader(status)
	case z.status == 0:
		z.status = status
		if !z.worth() {
			_ = z.begin(false) // nothing is held yet, so nothing is written
		}
	}
}

// Write implements http.ResponseWriter.
func (z *zipWriter) Write(b []byte) (int, error) {
	if z.status == 0 {
		z.WriteHeader(http.StatusOK)
	}
	if z.begun {
		return z.body().Write(b)
	}
	z.held = append(z.held, b...)
	if len(z.held) < zipFrom {
		return len(b), nil
	}
	if err := z.begin(true); err != nil {
		return 0, err
	}
	return len(b), nil
}

// begin sends status, header, and what was held back.
func (z *zipWriter) begin(zip bool) error {
	head := z.Header()
	if head.Get("Content-Type") == "" && len(z.held) > 0 {
		head.Set("Content-Type", http.DetectContentType(z.held))
	}
	if zip && z.worth() {
		head.Set("Content-Encoding", "gzip")
		head.Del("Content-Length")
		head.Del("Accept-Ranges")
		z.zip = zippers.Get().(*gzip.Writer)
		z.zip.Reset(z.ResponseWriter)
	}
	head.Add("Vary", "Accept-Encoding") // here, because handlers set a Vary of their own
	z.begun = true
	z.ResponseWriter.WriteHeader(z.status)
	if len(z.held) == 0 {
		return nil
	}
	_, err := z.body().Write(z.held)
	z.held = nil
	return err
}

func (z *zipWriter) body() io.Writer {
	if z.zip != nil {
		return z.zip
	}
	return z.ResponseWriter
}

// FlushError sends what there is so far, for http.ResponseController.
func (z *zipWriter) FlushError() error {
	if z.status == 0 {
		z.WriteHeader(http.StatusOK)
	}
	if !z.begun {
		if err := z.begin(false); err != nil {
			return err
		}
	}
	if z.zip != nil {
		if err := z.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(z.ResponseWriter).Flush()
}

func (z *zipWriter) finish() {
	if z.status != 0 && !z.begun {
		_ = z.begin(false) // the client is gone then
	}
	if z.zip != nil {
		_ = z.zip.Close() // the client is gone then
		zippers.Put(z.zip)
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (z *zipWriter) Unwrap() http.ResponseWriter { return z.ResponseWriter }
