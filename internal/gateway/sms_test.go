package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/mask"
)

const (
	testPhone = "+819012345678"
	testToken = "tkn-5f2b81"
)

var testText = Text{To: mask.Phone(testPhone), Body: "確認コードは 482913 です", Key: "code.01ab"}

func secretFile(t *testing.T, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(testToken+"\n"), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func newSMS(t *testing.T, url string) *HTTPSMS {
	t.Helper()
	s, err := NewHTTPSMS(SMSSettings{URL: url, TokenFile: secretFile(t, 0o600)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// checkTold fails if what an error says would leak the message, or does not fit the outcome.
func checkTold(t *testing.T, outcome Outcome, err error, private ...string) {
	t.Helper()
	if (err == nil) != (outcome == Done) {
		t.Fatalf("outcome %v comes with error %v", outcome, err)
	}
	if err == nil {
		return
	}
	var told *Error
	if !errors.As(err, &told) {
		t.Fatalf("error %T is no *gateway.Error", err)
	}
	for _, p := range private {
		if strings.Contains(err.Error(), p) {
			t.Errorf("the error tells %q: %v", p, err)
		}
	}
}

func TestHTTPSMSAnswers(t *testing.T) {
	t.Parallel()
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		}
	}
	hijack := func(raw string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = io.WriteString(conn, raw)
			_ = conn.Close()
		}
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   Outcome
		status int
	}{
		{"taken", status(200, `{"id":"m-1"}`), Done, 0},
		{"accepted", status(202, `{"id":"m-1","more":true}`), Done, 0},
		{"success without an id is nobody's word", status(200, `{}`), Unknown, 200},
		{"a proxy's page with status 200", status(200, `<html>welcome</html>`), Unknown, 200},
		{"endless answer", status(200, `{"id":"`+strings.Repeat("x", maxAnswerBytes)+`"}`), Unknown, 200},
		{"bad number", status(400, `no such phone `+testPhone), Refused, 400},
		{"unprocessable", status(422, ``), Refused, 422},
		{"token changed", status(401, ``), SurelyNotSent, 401},
		{"wrong path", status(404, ``), SurelyNotSent, 404},
		{"too many", status(429, ``), SurelyNotSent, 429},
		{"same key in work", status(409, ``), Unknown, 409},
		{"server error", status(500, `failed for `+testPhone), Unknown, 500},
		{"bad gateway", status(502, ``), Unknown, 502},
		{"not implemented", status(501, ``), SurelyNotSent, 501},
		{"cut before the answer", hijack(""), Unknown, 0},
		{"cut inside the head", hijack("HTTP/1.1 200 OK\r\nContent-Le"), Unknown, 0},
		{"cut inside the body", hijack("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"id\":\"m-1\"}"), Unknown, 200},
		{"not HTTP", hijack("220 mail.example.jp ESMTP\r\n"), Unknown, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(tt.answer)
			defer srv.Close()
			outcome, err := newSMS(t, srv.URL+"/v1/texts").Send(t.Context(), testText)
			checkTold(t, outcome, err, testPhone, "9012345678", "482913", testToken)
			if outcome != tt.want {
				t.Fatalf("outcome %v, want %v (%v)", outcome, tt.want, err)
			}
			var told *Error
			if errors.As(err, &told) && told.Status != tt.status {
				t.Errorf("status %d, want %d", told.Status, tt.status)
			}
		})
	}
}

func TestHTTPSMSRequest(t *testing.T) {
	t.Parallel()
	type seen struct {
		Method, Path, Token, Key, Kind string
		Body                           smsOrder
	}
	var got []seen
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := seen{
			Method: r.Method, Path: r.URL.Path, Token: r.Header.Get("Authorization"),
			Key: r.Header.Get("Idempotency-Key"), Kind: r.Header.Get("Content-Type"),
		}
		if err := json.NewDecoder(r.Body).Decode(&s.Body); err != nil {
			t.Error(err)
		}
		got = append(got, s)
		_, _ = io.WriteString(w, `{"id":"m-1"}`)
	}))
	defer srv.Close()
	outcome, err := newSMS(t, srv.URL+"/v1/texts").Send(t.Context(), testText)
	checkTold(t, outcome, err)
	want := []seen{{
		Method: "POST", Path: "/v1/texts", Token: "Bearer " + testToken, Key: "code.01ab", Kind: "application/json",
		Body: smsOrder{To: testPhone, Body: testText.Body, Key: "code.01ab"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A redirect is not followed: the text and the token go where the operator said and nowhere else.
func TestHTTPSMSRedirect(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]Outcome{301: SurelyNotSent, 303: Unknown, 307: SurelyNotSent, 308: SurelyNotSent} {
		visited := false
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
		srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, code))
		outcome, err := newSMS(t, srv.URL).Send(t.Context(), testText)
		checkTold(t, outcome, err, testPhone)
		srv.Close()
		elsewhere.Close()
		if outcome != want || visited {
			t.Errorf("%d: outcome %v, want %v; followed: %v", code, outcome, want, visited)
		}
	}
}

func TestHTTPSMSSlow(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-release
	}))
	defer srv.Close()
	defer close(release)
	s := newSMS(t, srv.URL)
	s.deadline = 50 * time.Millisecond
	outcome, err := s.Send(t.Context(), testText)
	checkTold(t, outcome, err, testPhone)
	if outcome != Unknown || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("outcome %v, %v: want unknown, deadline exceeded", outcome, err)
	}
}

func TestHTTPSMSNotReached(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	_ = listener.Close()
	outcome, err := newSMS(t, "http://"+closed).Send(t.Context(), testText)
	checkTold(t, outcome, err, testPhone)
	if outcome != SurelyNotSent {
		t.Errorf("nobody listens: outcome %v (%v), want not_sent", outcome, err)
	}

	srv := httptest.NewUnstartedServer(http.NotFoundHandler()) // its certificate is known to nobody
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	outcome, err = newSMS(t, srv.URL).Send(t.Context(), testText)
	checkTold(t, outcome, err, testPhone)
	if outcome != SurelyNotSent {
		t.Errorf("certificate of nobody: outcome %v (%v), want not_sent", outcome, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	outcome, err = newSMS(t, srv.URL).Send(ctx, testText)
	checkTold(t, outcome, err, testPhone)
	if outcome != SurelyNotSent || !errors.Is(err, context.Canceled) {
		t.Errorf("given up before: outcome %v (%v), want not_sent, canceled", outcome, err)
	}
}

func TestHTTPSMSBadMessage(t *testing.T) {
	t.Parallel()
	s := newSMS(t, "http://127.0.0.1:1/")
	for name, text := range map[string]Text{
		"no phone": {Body: "x", Key: "k"}, "no body": {To: testPhone, Key: "k"}, "no key": {To: testPhone, Body: "x"},
		"key with a line end": {To: testPhone, Body: "x", Key: "a\r\nX: y"},
	} {
		outcome, err := s.Send(t.Context(), text)
		checkTold(t, outcome, err, testPhone)
		if outcome != Refused {
			t.Errorf("%s: outcome %v, want refused", name, outcome)
		}
	}
}

func TestNewHTTPSMS(t *testing.T) {
	t.Parallel()
	good := secretFile(t, 0o600)
	for url, ok := range map[string]bool{
		"https://sms.example.jp/v1": true, "http://127.0.0.1:9/sms": true, "http://[::1]:9/sms": true,
		"http://localhost:9": true, "http://sms.example.jp/v1": false, "ftp://sms.example.jp": false, "": false,
		"https://user:pw@sms.example.jp": false, "sms.example.jp": false, "://": false,
	} {
		s, err := NewHTTPSMS(SMSSettings{URL: url, TokenFile: good})
		if (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
		if s != nil {
			s.Close()
		}
		if err != nil && strings.Contains(err.Error(), "pw") {
			t.Errorf("%q: the error tells the password", url)
		}
	}
	var loose *LooseSecret
	if _, err := NewHTTPSMS(SMSSettings{URL: "https://sms.example.jp", TokenFile: secretFile(t, 0o644)}); !errors.As(err, &loose) {
		t.Errorf("a token file that others may read: %v", err)
	}
	if _, err := NewHTTPSMS(SMSSettings{URL: "https://sms.example.jp", TokenFile: "absent"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no token file: %v", err)
	}
}

// A token that cannot be read any more keeps the text at home, and the next try reads the file again.
func TestHTTPSMSTokenIsReadEachTime(t *testing.T) {
	t.Parallel()
	var token string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token = r.Header.Get("Authorization")
		_, _ = io.WriteString(w, `{"id":"m-1"}`)
	}))
	defer srv.Close()
	path := secretFile(t, 0o600)
	s, err := NewHTTPSMS(SMSSettings{URL: srv.URL, TokenFile: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := os.WriteFile(path, []byte("two\nlines\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	outcome, err := s.Send(t.Context(), testText)
	checkTold(t, outcome, err, "lines")
	if outcome != SurelyNotSent || token != "" {
		t.Fatalf("unreadable token: outcome %v, sent %q", outcome, token)
	}
	if err := os.WriteFile(path, []byte("next"), 0o600); err != nil {
		t.Fatal(err)
	}
	if outcome, err = s.Send(t.Context(), testText); outcome != Done || token != "Bearer next" {
		t.Errorf("changed token: outcome %v (%v), sent %q", outcome, err, token)
	}
}
