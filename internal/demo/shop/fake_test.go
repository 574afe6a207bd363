package shop

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tsuke/internal/money"
)

// fakeService is a pay-later service in memory that keeps what the API promises: the same key does a thing once and
// gets the same answer. What happens on the line to it is decided by trouble.
type fakeService struct {
	t *testing.T

	mu       sync.Mutex
	answers  map[string]stored // by key
	payments map[string]*Payment
	sessions map[string]*Session
	events   []Event
	calls    []string // "POST confirm #1 replayed"
	tokens   map[string]bool
	offer    string // the token given with a session that is done
	decline  string

	// trouble sees each POST before and after it is done, and tells whether the line breaks there.
	trouble func(n int, verb string) (before, after bool, status int)
}

type stored struct {
	status int
	body   []byte
}

func newFake(t *testing.T) *fakeService {
	return &fakeService{
		t: t, answers: map[string]stored{}, payments: map[string]*Payment{}, sessions: map[string]*Session{},
		tokens: map[string]bool{}, trouble: func(int, string) (bool, bool, int) { return false, false, 0 },
	}
}

func (f *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer tsk_test_x" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method == http.MethodGet {
		f.look(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	verb := verbOf(r.URL.Path)
	n := len(f.calls) + 1
	before, after, status := f.trouble(n, verb)
	if before {
		f.calls = append(f.calls, verb+" lost")
		panic(http.ErrAbortHandler)
	}
	if status != 0 {
		f.calls = append(f.calls, fmt.Sprintf("%s %d", verb, status))
		w.WriteHeader(status)
		return
	}
	key := r.Header.Get("Idempotency-Key")
	answer, known := f.answers[key]
	if !known {
		answer = f.do(verb, r.URL.Path, body)
		f.answers[key] = answer
	}
	note := verb
	if known {
		note += " replayed"
	}
	if after {
		f.calls = append(f.calls, note+" unanswered")
		panic(http.ErrAbortHandler)
	}
	f.calls = append(f.calls, note)
	if known {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

func verbOf(path string) string {
	switch {
	case path == "/v1/checkout-sessions":
		return "session"
	case path == "/v1/payments":
		return "payment"
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}

func jsonAnswer(status int, v any) stored {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return stored{status, text}
}

func (f *fakeService) do(verb, path string, body []byte) stored {
	parts := strings.Split(path, "/")
	switch verb {
	case "session":
		var req sessionRequest
		if err := json.Unmarshal(body, &req); err != nil {
			return jsonAnswer(400, Problem{Code: "malformed"})
		}
		sum := req.Shipping
		for _, l := range req.Lines {
			sum += l.UnitAmount * money.Yen(l.Quantity)
		}
		if sum != req.Amount {
			f.t.Errorf("lines and postage are %d, amount is %d", sum, req.Amount)
		}
		s := &Session{
			ID: fmt.Sprintf("ses_%d", len(f.sessions)+1), State: "open", OrderRef: req.OrderRef, Amount: req.Amount,
			URL: "http://127.0.0.1:8081/pay/x",
		}
		f.sessions[s.ID] = s
		return jsonAnswer(201, s)
	case "payment":
		var req paymentRequest
		if err := json.Unmarshal(body, &req); err != nil {
			return jsonAnswer(400, Problem{Code: "malformed"})
		}
		if !f.tokens[req.MemberToken] {
			return jsonAnswer(404, Problem{Code: "member_token_not_found", Detail: "その同意はありません。"})
		}
		return jsonAnswer(201, f.pay(req.OrderRef, req.Amount))
	case "withdraw":
		s := f.sessions[parts[3]]
		s.State = "withdrawn"
		return jsonAnswer(200, s)
	}
	p := f.payments[parts[3]]
	var amount amountRequest
	if err := json.Unmarshal(body, &amount); err != nil {
		return jsonAnswer(400, Problem{Code: "malformed"})
	}
	return f.move(p, verb, amount.Amount)
}

func (f *fakeService) move(p *Payment, verb string, amount money.Yen) stored {
	switch {
	case verb == "confirm" && p.State == "authorized":
		p.State, p.Captured = "captured", p.Amount
	case verb == "void" && p.State == "authorized":
		p.State = "voided"
	case verb == "captures" && p.State == "confirmed":
		p.State, p.Captured = "captured", amount
	case verb == "refunds" && p.Refunded+amount <= p.Captured:
		p.State, p.Refunded = "partially_refunded", p.Refunded+amount
	default:
		return jsonAnswer(409, Problem{Code: "payment_state_conflict"})
	}
	f.tell("payment."+p.State, p)
	return jsonAnswer(200, p)
}

func (f *fakeService) tell(kind string, p *Payment) {
	f.events = append(f.events, Event{Number: int64(len(f.events) + 1), Type: kind, Payment: p.ID})
}

// pay charges an order. The caller holds the lock, or is the only one.
func (f *fakeService) pay(ref string, amount money.Yen) *Payment {
	p := &Payment{
		ID: fmt.Sprintf("pay_%d", len(f.payments)+1), Reference: "K7F2-9QXM", OrderRef: ref, State: "authorized", Amount: amount,
	}
	if f.decline != "" {
		p.State, p.Decline = "declined", &Decline{Code: f.decline}
	}
	f.payments[p.ID] = p
	f.tell("payment."+p.State, p)
	return p
}

// press is the member's press on the service's page.
func (f *fakeService) press(session string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.sessions[session]
	s.Payment = f.pay(s.OrderRef, s.Amount)
	s.State, s.MemberToken = "done", f.offer
	if s.Payment.State == "declined" {
		s.State, s.MemberToken = "refused", ""
	}
	if f.offer != "" {
		f.tokens[f.offer] = true
	}
}

func (f *fakeService) look(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	var found any
	switch {
	case r.URL.Path == "/v1/events":
		var after int64
		if _, err := fmt.Sscan(r.URL.Query().Get("after"), &after); err != nil {
			f.t.Error(err)
		}
		found = map[string]any{"data": f.events[after:]}
	case parts[2] == "checkout-sessions" && f.sessions[parts[3]] != nil:
		found = f.sessions[parts[3]]
	case parts[2] == "payments" && f.payments[parts[3]] != nil:
		found = f.payments[parts[3]]
	case parts[2] == "orders":
		for _, p := range f.payments {
			if p.OrderRef == parts[3] {
				found = p
			}
		}
	}
	if found == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(found)
}

// change changes how the service behaves from now on.
func (f *fakeService) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// live counts the payments of an order that charge somebody.
func (f *fakeService) live(ref string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, p := range f.payments {
		if p.OrderRef == ref && p.State != "declined" && p.State != "voided" && p.State != "expired" {
			n++
		}
	}
	return n
}

func (f *fakeService) said() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}
