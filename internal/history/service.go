package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"tsuke/internal/api"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

// service is a way to ask one process.
type service interface {
	send(ctx context.Context, key string, ask Ask) Answer
}

// overHTTP asks as a shop's program does, on a connection for each request.
type overHTTP struct {
	host   string
	shop   *shop
	client *http.Client
}

// perRequest makes a connection for each request, so that a fault hits the one that it is meant for.
var perRequest = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}

func (h overHTTP) send(ctx context.Context, key string, ask Ask) Answer {
	req, err := h.request(ctx, key, ask)
	if err != nil {
		return Answer{}
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return Answer{}
	}
	body, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return Answer{}
	}
	return read(resp.StatusCode, body, resp.Header.Get("Idempotency-Replayed") == "true")
}

func (h overHTTP) request(ctx context.Context, key string, ask Ask) (*http.Request, error) {
	method, path, body := http.MethodPost, "/v1/payments/"+ask.Payment, "{}"
	switch ask.Verb {
	case Pay:
		path = "/v1/payments"
		body = fmt.Sprintf(`{"order_ref":%q,"amount":%d,"currency":"JPY","member_token":%q}`, ask.Order, ask.Amount, h.shop.tokens[ask.Member])
	case Capture:
		path, body = path+"/captures", fmt.Sprintf(`{"amount":%d}`, ask.Amount)
	case Void:
		path += "/void"
	case Refund:
		path, body = path+"/refunds", fmt.Sprintf(`{"amount":%d}`, ask.Amount)
	case Look:
		method, path = http.MethodGet, "/v1/orders/"+ask.Order+"/payment"
	case Find:
		method, path = http.MethodGet, "/v1/idempotency/"+key
	case Used:
		return nil, errors.New("history: only the core tells what a member has used")
	}
	if method == http.MethodGet {
		body = ""
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+h.host+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+h.shop.apiKey)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
	}
	return req, nil
}

// read understands an answer of the API.
func read(status int, body []byte, replayed bool) Answer {
	var v struct {
		ID, State, Object, Code, Charged string
		Amount                           int64
		Decline                          *struct{ Code string }
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return Answer{}
	}
	a := Answer{
		Told: Whole, Status: status, Body: string(body), Replayed: replayed,
		Code: v.Code, Payment: v.ID, Amount: v.Amount, State: v.State,
	}
	if v.Decline != nil {
		a.Decline = v.Decline.Code
	}
	if a.Payment == "" {
		a.Payment = v.Object
	}
	switch {
	case v.Charged == string(fault.Checking):
		return Answer{}
	case status >= http.StatusInternalServerError, v.Code == run.InFlight.Code:
		return Answer{Told: Nothing, Status: status}
	}
	return a
}

// inProcess asks lanes and runner without HTTP.
type inProcess struct {
	*process
	shop *shop
}

var caller = checkout.Actor{Side: fault.Merchant, Name: "merchant"}

func (p inProcess) send(ctx context.Context, key string, ask Ask) Answer {
	switch ask.Verb {
	case Pay:
		return p.pay(ctx, key, ask)
	case Look, Find, Used:
		return p.look(ctx, key, ask)
	default:
		return p.move(ctx, key, ask)
	}
}

func (p inProcess) move(ctx context.Context, key string, ask Ask) Answer {
	pid, err := id.Parse[id.PaymentKind](ask.Payment)
	if err != nil {
		return Answer{}
	}
	out, err := p.runner.Do(ctx, p.key(key, ask), refusal, func(tx *db.Tx) (run.Answer, error) {
		var paid checkout.Payment
		var err error
		switch ask.Verb {
		case Capture:
			paid, err = p.Checkout.Capture(tx, p.shop.id, pid, 0, true, time.Hour, caller)
		case Void:
			paid, err = p.Checkout.Void(tx, p.shop.id, pid, caller)
		default:
			paid, err = p.Checkout.Refund(tx, p.shop.id, pid, 0, "", caller)
		}
		if err != nil {
			return run.Answer{}, err
		}
		return rendered(paid), nil
	})
	return told(out, err)
}

// rendered is a payment as an answer.
func rendered(p checkout.Payment) run.Answer {
	return api.Render(run.Result[checkout.Authorization]{Value: checkout.Authorization{Payment: p, Existing: true}})
}

func refusal(e *fault.Error) run.Answer {
	return api.Render(run.Result[checkout.Authorization]{Refused: e})
}

func (p inProcess) scope() string { return string(merchant.LiveKeys) + " " + p.shop.id.String() }

func (p inProcess) key(value string, ask Ask) run.Key {
	k := run.Key{Scope: p.scope(), Value: value, Operation: string(ask.Verb)}
	var err error
	if k.Print, err = run.PrintOf(k.Operation, map[string]string{"meaning": ask.meaning()}); err != nil {
		panic(err) // a map of texts is an object
	}
	return k
}

func (p inProcess) pay(ctx context.Context, key string, ask Ask) Answer {
	done, err := p.lanes.Do(ctx, run.Order[checkout.Order]{Key: p.key(key, ask), Input: checkout.Order{
		Merchant: p.shop.id, MerchantLive: true, Member: p.shop.members[ask.Member], OrderRef: ask.Order, Amount: money.Yen(ask.Amount),
		Channel: credit.Online, Capture: checkout.Manual, ConfirmWithin: time.Hour, By: caller,
	}})
	return told(done.Outcome, err)
}

// told reads an outcome, or what an error says about it.
func told(out run.Outcome, err error) Answer {
	if err == nil {
		return read(out.Status, english(out.Body), out.Replayed)
	}
	e := run.Charged(err)
	switch {
	case e.Charged == fault.Checking:
		return Answer{}
	case e.Kind.Status >= http.StatusInternalServerError, e.Kind == run.InFlight:
		return Answer{Told: Nothing, Status: e.Kind.Status}
	}
	return Answer{Told: Whole, Status: e.Kind.Status, Code: e.Kind.Code}
}

// english takes the English problem out of a kept refusal; any other answer is what it is.
func english(body []byte) []byte {
	var both struct{ EN json.RawMessage }
	if err := json.Unmarshal(body, &both); err == nil && both.EN != nil {
		return both.EN
	}
	return body
}

func (p inProcess) look(ctx context.Context, key string, ask Ask) Answer {
	var a Answer
	err := p.DB.Read(ctx, func(tx *db.Tx) error {
		a = Answer{Told: Whole, Status: http.StatusOK}
		switch ask.Verb {
		case Look:
			paid, ok, err := checkout.FindByOrder(tx, p.shop.id, ask.Order)
			if !ok {
				a.Status = http.StatusNotFound
				return err
			}
			a.Payment, a.State, a.Amount = paid.ID.String(), string(paid.Public()), int64(paid.Amount)
			return err
		case Find:
			_, ok, err := run.Find(tx, p.scope(), key)
			a.State = map[bool]string{true: "done", false: "absent"}[ok]
			return err
		default:
			account, err := credit.Load(tx, p.shop.members[ask.Member])
			a.Held, a.Unpaid = int64(account.Held), int64(account.Unpaid)
			return err
		}
	})
	if err != nil {
		return Answer{}
	}
	return a
}
