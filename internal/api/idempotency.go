package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/run"
)

// prepare reads what a request that changes something asks for, before anything is claimed.
func (c *call) prepare(op route) error {
	value, err := readKey(c.r.Header)
	if err != nil {
		return err
	}
	if c.body, err = c.readInput(op); err != nil {
		return err
	}
	c.key = run.Key{Scope: c.scope(), Value: value, Operation: op.id}
	meaning, optional := c.meaning(op)
	if c.key.Print, err = run.PrintOf(op.id, meaning, optional...); err != nil {
		return err
	}
	c.refused = func(e *fault.Error) run.Answer { return problemAnswer(e, c.ref) }
	return nil
}

// readKey takes the idempotency key off the header (rule X01).
func readKey(h http.Header) (string, error) {
	sent := h.Values("Idempotency-Key")
	if len(sent) == 0 {
		return "", KeyMissing.New()
	}
	value, ok := run.ParseKey(sent[0])
	if !ok || len(sent) > 1 {
		return "", KeyMalformed.New()
	}
	return value, nil
}

// scope is who may see a key: the merchant in its environment, whichever API key it uses (rule X04).
func (c *call) scope() string { return fmt.Sprintf("%s %s", c.who.Environment, c.who.Merchant) }

// readInput is the body as judged by the published schema. A verb that needs no body may be sent none.
func (c *call) readInput(op route) (map[string]any, error) {
	if c.r.ContentLength == 0 && op.body == nothing {
		return map[string]any{}, nil
	}
	raw, err := readBody(c.r)
	if err != nil {
		return nil, err
	}
	body, err := parseObject(raw)
	if err != nil {
		return nil, err
	}
	j := judge{contract: c.contract}
	j.value(c.contract.schema(op.body), body, "")
	if len(j.bad) > 0 {
		return nil, fault.Join(j.bad)
	}
	return body, nil
}

// meaning is what the fingerprint is taken of: the body without what has its default, and the object in the address (rule
// X02). It also names the fields that may be left out.
func (c *call) meaning(op route) (all map[string]any, optional []string) {
	all = maps.Clone(c.body)
	s := c.contract.SchemaFromRef(c.contract.schema(op.body).Ref)
	for name, property := range s.Properties {
		if slices.Contains(s.Required, name) {
			continue
		}
		optional = append(optional, name)
		if property.Default != nil && fmt.Sprint(all[name]) == fmt.Sprint(property.Default) {
			delete(all, name)
		}
	}
	if object := c.r.PathValue("id"); object != "" {
		all["id"] = object
	}
	return all, optional
}

// input is the judged body as a Go value.
func input[T any](c *call) (T, error) {
	var in T
	text, err := json.Marshal(c.body)
	if err == nil {
		err = json.Unmarshal(text, &in)
	}
	return in, err
}

// once runs a verb for the request's key and tells its answer, or the answer that was given before.
func (c *call) once(verb run.Verb) (reply, error) {
	out, err := c.Runner.Do(c.ctx, c.key, c.refused, verb)
	if err != nil {
		return reply{}, err
	}
	return c.told(out)
}

// told adds what the caller should know about an answer: whether it was given before, when, and what the payment's
// state is now (rule X08); and whether the order had its payment already (rule X09).
func (c *call) told(out run.Outcome) (reply, error) {
	header := http.Header{}
	if out.Status == http.StatusOK && c.key.Operation == payOperation {
		header.Set("Duplicate-Of", out.Object)
	}
	if !out.Replayed {
		return reply{status: out.Status, body: out.Body, header: header}, nil
	}
	header.Set("Idempotency-Replayed", "true")
	header.Set("Idempotency-First-Seen", instant(out.FirstSeen))
	if out.Forgotten {
		var err error
		if out.Body, err = c.recall(out); err != nil {
			return reply{}, err
		}
		header.Set("Idempotency-Replayed", "reference")
	}
	err := c.DB.Read(c.ctx, func(tx *db.Tx) error {
		state, err := stateNow(tx, out.Object)
		if state != "" {
			header.Set("Payment-State", state)
		}
		return err
	})
	if err != nil { // the answer stands; only what it became is not known now
		c.Log.WarnContext(c.ctx, "replayed without the present state", "reference", c.ref.String(), "err", err.Error())
	}
	return reply{status: out.Status, body: out.Body, header: header}, nil
}

// stateNow is the present state of the payment that an object is or has; empty if it has none.
func stateNow(tx *db.Tx, object string) (string, error) {
	pid, err := id.Parse[id.PaymentKind](object)
	if err != nil {
		sid, err := id.Parse[id.SessionKind](object)
		if err != nil {
			return "", nil //nolint:nilerr // an answer about nothing that has a state
		}
		s, _, err := checkout.FindSession(tx, sid)
		if err != nil || s.Payment.IsZero() {
			return "", err
		}
		pid = s.Payment
	}
	p, ok, err := checkout.Find(tx, pid)
	if err != nil || !ok {
		return "", err
	}
	return string(p.Public()), nil
}

// findKey is GET /v1/idempotency/{key}: what became of a key, without touching it (rule X10). Whether it is being worked
// on is asked first: what ends in between is then found as done.
func findKey(c *call) (reply, error) {
	value, ok := run.ParseKey(c.r.PathValue("key"))
	if !ok {
		return reply{}, KeyMalformed.New()
	}
	out := keyState{State: "absent"}
	if c.Runner.Running(c.scope(), value) || c.Lanes.Running(c.scope(), value) {
		out.State = "running"
	}
	err := c.DB.Read(c.ctx, func(tx *db.Tx) error {
		found, ok, err := run.Find(tx, c.scope(), value)
		if ok {
			out = keyStateOf(found)
		}
		return err
	})
	return reply{status: http.StatusOK, body: encode(out)}, err
}

// keyStateOf is a key that was answered or cancelled.
func keyStateOf(found run.Outcome) keyState {
	out := keyState{State: "done", Status: &found.Status, FirstSeen: pointer(instant(found.FirstSeen))}
	if found.Operation == run.CancelledKey {
		out.State = "cancelled"
		return out
	}
	out.Operation = &found.Operation
	if found.Object != "" {
		out.Object = &found.Object
		out.Link = linkTo(found.Object)
	}
	return out
}

// linkTo is where an object can be fetched; nil if it cannot.
func linkTo(object string) *string {
	if _, err := id.Parse[id.PaymentKind](object); err == nil {
		return pointer("/v1/payments/" + object)
	}
	if _, err := id.Parse[id.SessionKind](object); err == nil {
		return pointer("/v1/checkout-sessions/" + object)
	}
	return nil
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// panicked is what a handler panicked with, for the log.
type panicked struct{ cause any }

func (p panicked) Error() string { return strings.TrimSpace(fmt.Sprintf("panic: %v", p.cause)) }
