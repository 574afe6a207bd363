package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	smsDeadline    = 5 * time.Second
	maxAnswerBytes = 16 << 10
)

// SMSSettings say where an HTTP carrier is.
type SMSSettings struct {
	URL       string // https, or http to this machine
	TokenFile string // holds the bearer token; readable by its owner only
}

// HTTPSMS sends texts to a carrier that speaks HTTP: a POST of {"to", "body", "key"} with the bearer token and the key
// as Idempotency-Key, answered by 2xx and {"id": "…"}. A carrier with another dialect gets an adapter of its own.
type HTTPSMS struct {
	url       string
	tokenFile string
	client    *http.Client
	deadline  time.Duration
}

// NewHTTPSMS checks the settings and that the token can be read. Close gives its connections back.
func NewHTTPSMS(set SMSSettings) (*HTTPSMS, error) {
	if err := checkURL(set.URL); err != nil {
		return nil, err
	}
	if _, err := readSecret(set.TokenFile); err != nil {
		return nil, fmt.Errorf("gateway: token of the SMS carrier: %w", err)
	}
	transport := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: smsDeadline}).DialContext,
		TLSHandshakeTimeout:    smsDeadline,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        16,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: maxAnswerBytes,
	}
	return &HTTPSMS{
		url:       set.URL,
		tokenFile: set.TokenFile,
		deadline:  smsDeadline,
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// checkURL accepts https anywhere and http to this machine: what is sent holds a phone number and a code.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return errors.New("gateway: the SMS carrier's URL is not a URL such as https://sms.example.jp/v1/texts")
	case u.User != nil:
		return errors.New("gateway: the SMS carrier's URL must not hold a password: name a token file")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	default:
		return errors.New("gateway: the SMS carrier's URL must begin with https://")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close closes idle connections.
func (s *HTTPSMS) Close() { s.client.CloseIdleConnections() }

type smsOrder struct {
	To   string `json:"to"`
	Body string `json:"body"`
	Key  string `json:"key"`
}

type smsAnswer struct {
	ID string `json:"id"`
}

// Send implements SMS. It takes at most 5 seconds.
func (s *HTTPSMS) Send(ctx context.Context, t Text) (Outcome, error) {
	if t.To == "" || t.Body == "" || !ValidKey(t.Key) {
		return Refused, smsError("prepare", BadMessage, 0, nil)
	}
	token, err := readSecret(s.tokenFile)
	if err != nil {
		return SurelyNotSent, smsError("prepare", BadSecret, 0, err)
	}
	body, err := json.Marshal(smsOrder{To: t.To.Reveal(), Body: t.Body, Key: t.Key})
	if err != nil {
		return Refused, smsError("prepare", BadMessage, 0, nil)
	}
	ctx, cancel := context.WithTimeout(ctx, s.deadline)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return SurelyNotSent, smsError("prepare", NoConnection, 0, nil)
	}
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", t.Key)
	resp, err := s.client.Do(req)
	if err != nil {
		return lost(err, connected.Load())
	}
	defer func() { _ = resp.Body.Close() }()
	return judge(resp)
}

// lost classifies a call without an answer. Until there was a connection, TLS included, not a byte of the message can
// have left; from then on it may have arrived.
func lost(err error, connected bool) (Outcome, error) {
	what, is := cause(err)
	if connected {
		return Unknown, smsError("send", what, 0, is)
	}
	if what == Cut {
		what = NoConnection
	}
	return SurelyNotSent, smsError("connect", what, 0, is)
}

// judge classifies an answer by RFC 9110. Three statuses are about the message itself. Those that leave it open are 303
// ("look elsewhere for what I did"), 409, by which carriers say that the same key is in work, and server errors. All
// others were answered instead of acting: not now, or our address or token is wrong, which is no fault of the message.
func judge(resp *http.Response) (Outcome, error) {
	status := resp.StatusCode
	switch {
	case 200 <= status && status < 300:
		return confirmed(resp)
	case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge, status == http.StatusUnprocessableEntity:
		return Refused, smsError("send", Answered, status, nil)
	case status == http.StatusSeeOther, status == http.StatusConflict, status >= 500 && status != http.StatusNotImplemented:
		return Unknown, smsError("send", Answered, status, nil)
	default:
		return SurelyNotSent, smsError("send", Answered, status, nil)
	}
}

// confirmed reads the agreed answer. A page of a proxy with status 200 is not a carrier's word.
func confirmed(resp *http.Response) (Outcome, error) {
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes+1))
	if err != nil {
		what, is := cause(err)
		return Unknown, smsError("answer", what, resp.StatusCode, is)
	}
	var answer smsAnswer
	if len(text) > maxAnswerBytes || json.Unmarshal(text, &answer) != nil || answer.ID == "" {
		return Unknown, smsError("answer", WrongAnswer, resp.StatusCode, nil)
	}
	return Done, nil
}

func smsError(step string, what What, status int, is error) error {
	return &Error{Channel: "sms", Step: step, What: what, Status: status, is: is}
}
