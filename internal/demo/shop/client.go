package shop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tsuke/internal/money"
)

const (
	callDeadline   = 5 * time.Second
	maxAnswerBytes = 1 << 20
)

// Session is a checkout session as the API tells it.
type Session struct {
	ID          string    `json:"id"`
	URL         string    `json:"url"`
	State       string    `json:"state"` // open, done, refused, left, withdrawn, duplicate, expired
	OrderRef    string    `json:"order_ref"`
	Amount      money.Yen `json:"amount"`
	Payment     *Payment  `json:"payment"`
	Similar     *Similar  `json:"similar"`      // what the member was asked about before anything was charged
	MemberToken string    `json:"member_token"` // given when the member agreed to be charged again without being present
	ExpiresAt   time.Time `json:"expires_at"`
}

// Similar is a payment that an order looked like, and what the member said.
type Similar struct {
	OrderRef  string `json:"order_ref"`
	Reference string `json:"reference"`
	Answer    string `json:"answer"` // asked, same, another
}

// Payment is one order's money as the API tells it.
type Payment struct {
	ID        string    `json:"id"`
	Reference string    `json:"reference"`
	OrderRef  string    `json:"order_ref"`
	State     string    `json:"state"`
	Amount    money.Yen `json:"amount"`
	Captured  money.Yen `json:"captured"`
	Refunded  money.Yen `json:"refunded"`
	ConfirmBy time.Time `json:"confirm_by"`
	CaptureBy time.Time `json:"capture_by"`
	Decline   *Decline  `json:"decline"`
}

// Decline is why a payment was not approved.
type Decline struct {
	Code  string `json:"code"`
	Retry string `json:"retry"`
}

// Problem is an error of the API (RFC 9457).
type Problem struct {
	Code      string `json:"code"`
	Title     string `json:"title"`
	Detail    string `json:"detail"`
	Side      string `json:"side"`
	Charged   string `json:"charged"`
	Next      string `json:"next"`
	Reference string `json:"reference"`
}

// Event is one line of the feed of what happened.
type Event struct {
	Number  int64  `json:"number"`
	Type    string `json:"type"`
	Payment string `json:"payment"`
	Session string `json:"checkout_session"`
}

// Answer is what came back from a call.
type Answer struct {
	Status   int
	Replayed bool // the answer to an earlier try with the same key
	Body     []byte
}

// verdict is what an answer means for the next step.
type verdict int

const (
	again   verdict = iota // not known, or not now: the same call with the same key is the right next step
	done                   // it stands
	refused                // it does not stand, and the same call would not change that
)

func (a Answer) verdict() verdict {
	switch {
	case a.Status >= 200 && a.Status < 300:
		return done
	case a.Status >= 500, a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooManyRequests,
		a.Status == http.StatusTooEarly:
		return again
	case a.Status == http.StatusConflict && a.problem().Code == "idempotency_in_flight":
		return again
	default:
		return refused
	}
}

func (a Answer) problem() Problem {
	var p Problem
	_ = json.Unmarshal(a.Body, &p) // an answer without a body is told by its status alone
	return p
}

// Client calls the API. It does not try again by itself: whoever calls has stored what it wants, and its key, first.
type Client struct {
	base string
	key  string
	http *http.Client
}

// NewClient makes a client of the API below base ("http://127.0.0.1:8081") with the shop's secret key.
func NewClient(base, key string) *Client {
	return &Client{base: base, key: key, http: &http.Client{
		Timeout: callDeadline,
		// A connection for each call: on a kept one, Go's transport would repeat a call that broke, and the repeats
		// would not be in the shop's book.
		Transport:     &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Post sends what the shop wants done, under a key that stays the same for every try.
func (c *Client) Post(ctx context.Context, path, key, lang string, body []byte) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	return c.send(req, lang)
}

func (c *Client) send(req *http.Request, lang string) (Answer, error) {
	req.Header.Set("Authorization", "Bearer "+c.key)
	req.Header.Set("Accept-Language", lang)
	resp, err := c.http.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // without the address, which holds ids
		}
		return Answer{}, fmt.Errorf("shop: no answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	if err != nil {
		return Answer{}, fmt.Errorf("shop: answer not read: %w", err)
	}
	return Answer{Status: resp.StatusCode, Replayed: resp.Header.Get("Idempotency-Replayed") == "true", Body: body}, nil
}

// errAbsent is the answer 404.
var errAbsent = errors.New("shop: not there")

// get reads an object. It is a look and changes nothing, so a failed one is simply repeated later.
func (c *Client) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	a, err := c.send(req, "en")
	switch {
	case err != nil:
		return err
	case a.Status == http.StatusNotFound:
		return errAbsent
	case a.Status != http.StatusOK:
		return fmt.Errorf("shop: answered %d %s", a.Status, a.problem().Code)
	}
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("shop: answer not understood: %w", err)
	}
	return nil
}

// Session reads a checkout session.
func (c *Client) Session(ctx context.Context, id string) (*Session, error) {
	s := &Session{}
	return s, c.get(ctx, "/v1/checkout-sessions/"+url.PathEscape(id), s)
}

// Payment reads a payment.
func (c *Client) Payment(ctx context.Context, id string) (*Payment, error) {
	p := &Payment{}
	return p, c.get(ctx, "/v1/payments/"+url.PathEscape(id), p)
}

// PaymentOf reads the payment of an order by the shop's own number. It fails with errAbsent if there is none.
func (c *Client) PaymentOf(ctx context.Context, orderRef string) (*Payment, error) {
	p := &Payment{}
	return p, c.get(ctx, "/v1/orders/"+url.PathEscape(orderRef)+"/payment", p)
}

// Events reads what happened after a number, oldest first.
func (c *Client) Events(ctx context.Context, after int64) ([]Event, error) {
	var feed struct {
		Data []Event `json:"data"`
	}
	err := c.get(ctx, "/v1/events?limit=100&after="+strconv.FormatInt(after, 10), &feed)
	return feed.Data, err
}
