package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/fault"
)

var short = &fault.Kind{
	Code: "too_short", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
	What: fault.Text{JA: "{field}が{missing}文字足りません", EN: "{field} is {missing} characters short"},
	Next: fault.Text{JA: "長くしてください", EN: "Make it longer"},
}

func TestSentencesNameFieldAndFigures(t *testing.T) {
	e := short.In("order_ref").With("missing", "3")
	if got, want := e.What("en"), "order_ref is 3 characters short"; got != want {
		t.Errorf("en: %q, want %q", got, want)
	}
	if got, want := e.What("fr"), "order_refが3文字足りません"; got != want {
		t.Errorf("unknown languages read Japanese: %q, want %q", got, want)
	}
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	a := short.In("x").With("missing", "1")
	b := a.With("missing", "2")
	if a.Param("missing") != "1" || b.Param("missing") != "2" {
		t.Errorf("a=%q b=%q", a.Param("missing"), b.Param("missing"))
	}
}

func TestIsLooksThroughWrapping(t *testing.T) {
	err := fmt.Errorf("checkout: %w", short.New())
	if !fault.Is(err, short) || !errors.Is(err, short.In("other")) {
		t.Error("a wrapped occurrence is not recognised")
	}
	if fault.Is(err, fault.Unclassified) || fault.Is(errors.New("x"), short) {
		t.Error("another kind is recognised")
	}
}

func TestUnclassifiedIsOurs(t *testing.T) {
	e := fault.From(errors.New("connection lost: password=secret"))
	if e.Kind.Side != fault.Us || e.Kind.Status != 500 {
		t.Errorf("side %s, status %d", e.Kind.Side, e.Kind.Status)
	}
	for _, lang := range []string{"ja", "en"} {
		if s := e.What(lang) + e.Next(lang); s == "" || errors.Is(e, short.New()) || strings.Contains(s, "secret") {
			t.Errorf("%s: %q", lang, s)
		}
	}
	if fault.From(nil) != nil {
		t.Error("nil became an error")
	}
}

func TestJoinKeepsEverySlip(t *testing.T) {
	all := fault.Join([]*fault.Error{short.In("a"), short.In("b"), short.In("c")}).All()
	var fields []string
	for _, e := range all {
		fields = append(fields, e.Field)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, fields); diff != "" {
		t.Error(diff)
	}
	if fault.Join(nil) != nil {
		t.Error("no slip became an error")
	}
}
