// Package fault is the one way in which this program tells that something did not go as asked.
//
// # The story
//
// A [Kind] is one entry of the catalogue: a stable code, whose side it was on, the HTTP status, whether the same request
// may be sent again, and two sentences in Japanese and English: what happened, and what to do next. Each package of the
// domain declares its kinds in faults.go. An [Error] is one occurrence: a kind with the field it is about, the figures
// its sentences name, and the answer to the question that matters most, whether anybody was charged.
//
// Nobody writes "charged" by hand: the runner reads it off the outcome of the transaction. An error that nobody
// classified is on our side ([Unclassified]); its text is for the log and never shown.
//
// A decline is a result, not an error, and does not stand here.
package fault

import (
	"errors"
	"maps"
	"strings"
)

// Side says where a failure arose. Exactly one side is named.
type Side string

// The sides.
const (
	Member   Side = "member"   // what was typed or chosen, or the member's device
	Merchant Side = "merchant" // the shop's request or the shop's system
	Us       Side = "us"       // this service
	Network  Side = "network"  // the line between two of them
	Partner  Side = "partner"  // a bank, a convenience store's agent, an SMS or mail carrier
	Policy   Side = "policy"   // limit, unpaid bill, assessment: a rule, not a failure
)

// Charged answers "was anybody charged?".
type Charged string

// The answers.
const (
	NotCharged  Charged = "no"
	ChargedOnce Charged = "once"
	Checking    Charged = "checking" // the outcome is being found out; it is charged once at most
)

// Retry says what sending the same request again would do.
type Retry string

// The answers. Sending again is always safe with the same idempotency key; this tells whether it is of use.
const (
	RetryNever Retry = "never" // the same request gets the same answer
	RetryLater Retry = "later" // the cause passes by itself; see RetryAfterSeconds
	RetryFixed Retry = "fixed" // after what the sentence names was corrected
)

// Text is one sentence in both languages. {name} stands for a figure given with Error.With.
type Text struct{ JA, EN string }

// In gives the sentence in a language: "en", or Japanese for all others.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.JA
}

// Kind is one entry of the catalogue. Kinds are compared by identity and never changed.
type Kind struct {
	Code   string // stable, snake_case; merchants program against it
	Page   string // the code people see beneath a page's reference number, such as PAY-401; may be empty
	Status int    // HTTP status
	Side   Side
	Retry  Retry
	What   Text // a fact, without the word "error"
	Next   Text // one action, then the alternative
}

// New makes an occurrence of the kind.
func (k *Kind) New() *Error { return &Error{Kind: k} }

// In makes an occurrence about one field of the input, named as the caller named it.
func (k *Kind) In(field string) *Error { return &Error{Kind: k, Field: field} }

// Because makes an occurrence with the error that caused it, which goes to the log and is never shown.
func (k *Kind) Because(cause error) *Error { return &Error{Kind: k, cause: cause} }

// Error is one occurrence of a kind.
type Error struct {
	Kind              *Kind
	Field             string // the input field it is about, or empty
	Charged           Charged
	Reference         string // for people; set at the edge
	RetryAfterSeconds int    // with RetryLater
	Object            string // the id of the object that stands in the way or was made, or empty

	params map[string]string
	also   []*Error
	cause  error
}

// With gives a figure that the sentences name as {name}. Personal data must not be given. It returns a copy.
func (e *Error) With(name, value string) *Error {
	c := *e
	c.params = maps.Clone(e.params)
	if c.params == nil {
		c.params = map[string]string{}
	}
	c.params[name] = value
	return &c
}

// About names the object that the error is about, such as the payment an order already has. It returns a copy.
func (e *Error) About(object string) *Error {
	c := *e
	c.Object = object
	return &c
}

// After says in how many seconds the same request may be of use. It returns a copy.
func (e *Error) After(seconds int) *Error {
	c := *e
	c.RetryAfterSeconds = seconds
	return &c
}

// Params are the figures given with With, for a page that words them in its own way.
func (e *Error) Params() map[string]string { return maps.Clone(e.params) }

// Param is one figure, or "" if it was not given.
func (e *Error) Param(name string) string { return e.params[name] }

// What is the sentence that says what happened.
func (e *Error) What(lang string) string { return e.fill(e.Kind.What.In(lang)) }

// Next is the sentence that says what to do.
func (e *Error) Next(lang string) string { return e.fill(e.Kind.Next.In(lang)) }

func (e *Error) fill(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	pairs := []string{"{field}", e.Field}
	for name, value := range e.params {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// Error is for logs: the code, the field and the cause, never what was typed.
func (e *Error) Error() string {
	s := e.Kind.Code
	if e.Field != "" {
		s += " in " + e.Field
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	for _, a := range e.also {
		s += "; " + a.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is(err, kind.New()) true for every occurrence of the kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error) // the target itself, not its causes
	return ok && t.Kind == e.Kind
}

// Is tells whether err is an occurrence of kind.
func Is(err error, kind *Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// From classifies err: itself if it is an Error, otherwise Unclassified because of it. It answers nil for nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Unclassified.Because(err)
}

// Join makes one error of several slips of one input; the first leads. It answers nil for none.
func Join(all []*Error) *Error {
	if len(all) == 0 {
		return nil
	}
	c := *all[0]
	c.also = all[1:]
	return &c
}

// All lists this occurrence and those joined to it, in order.
func (e *Error) All() []*Error {
	first := *e
	first.also = nil
	return append([]*Error{&first}, e.also...)
}

// Unclassified is the kind of an error that nobody foresaw. It is ours.
var Unclassified = &Kind{
	Code: "internal", Page: "PAY-501", Status: 500, Side: Us, Retry: RetryLater,
	What: Text{"受け付けられませんでした", "We couldn't take this"},
	Next: Text{
		"当社の不具合です。1分ほどおいて、同じ操作をもう一度お試しください。同じ操作が二重に請求されることはありません。",
		"A fault on our side. Try the same thing again in about a minute; it can't be charged twice.",
	},
}
