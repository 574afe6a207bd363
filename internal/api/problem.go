package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/run"
)

// problemPath is where the page about a code stands.
const problemPath = "/v1/docs/problems/"

// problemOf words a fault for a program and for a person (RFC 9457). It is the only place that does. Whether anybody was
// charged comes from the runner; the reference is that of the payment if the fault is about one, and of the request
// otherwise.
func problemOf(e *fault.Error, lang string, request id.Reference) problem {
	e = run.Charged(e)
	p := problem{
		Type: problemPath + e.Kind.Code, Title: e.What(lang), Status: e.Kind.Status, Code: e.Kind.Code,
		Side: string(e.Kind.Side), Charged: string(e.Charged), Next: e.Next(lang), Reference: request.String(),
		Retry: string(e.Kind.Retry), Object: e.Object,
	}
	p.Detail = strings.TrimSpace(sentence(p.Title, lang) + sentence(p.Next, lang))
	if about, err := id.Parse[id.PaymentKind](e.Object); err == nil {
		p.Reference = id.ReferenceOf(about).String()
	}
	for _, one := range e.All() {
		if one.Field != "" {
			p.Errors = append(p.Errors, slips{Field: one.Field, Code: one.Kind.Code, Message: one.What(lang)})
		}
	}
	return p
}

// sentence ends a sentence so that another can follow.
func sentence(s, lang string) string {
	stop, gap := "。", ""
	if lang == "en" {
		stop, gap = ".", " "
	}
	if s != "" && !strings.HasSuffix(s, stop) {
		s += stop
	}
	return s + gap
}

// worded is a problem in both languages. It is kept with a key like that: whoever repeats the request reads the answer
// in the language they ask for, and every repeat in that language is the same byte by byte (rule X08).
type worded struct {
	JA json.RawMessage `json:"ja"`
	EN json.RawMessage `json:"en"`
}

// problemAnswer is a problem as it is kept with a key, if it is final for it.
func problemAnswer(e *fault.Error, request id.Reference) run.Answer {
	both := worded{JA: encode(problemOf(e, "ja", request)), EN: encode(problemOf(e, "en", request))}
	return run.Answer{Status: e.Kind.Status, Body: encode(both), Object: e.Object}
}

// inLanguage takes one language out of a kept problem.
func inLanguage(kept []byte, lang string) []byte {
	var both worded
	if err := json.Unmarshal(kept, &both); err != nil {
		panic(err) // only problemAnswer wrote it
	}
	if lang == "en" {
		return both.EN
	}
	return both.JA
}

var languages = language.NewMatcher([]language.Tag{language.Japanese, language.English})

// langOf is the language that the caller wants its sentences in: ja unless English is preferred.
func langOf(r *http.Request) string {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return "ja"
	}
	if _, i, confidence := languages.Match(tags...); i == 1 && confidence > language.No {
		return "en"
	}
	return "ja"
}

// freeReference draws the reference of a request.
func freeReference() id.Reference { return id.FreeReference(0) }
