package api

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the service answers into the golden files")

// TestExamples sends every published example and compares the answer with the published one.
func TestExamples(t *testing.T) { // rule A08
	t.Parallel()
	service := open(t)
	files := map[string]bool{}
	for _, e := range examples() {
		files[e.file()] = true
		t.Run(e.operation+"."+e.name, func(t *testing.T) {
			w := service.another(t)
			real := w.given(e.given)
			out := w.sendExample(e, real)
			if out.status != e.status || out.field("code") != e.problem {
				t.Fatalf("%d %s, want %d %s\n%s", out.status, out.field("code"), e.status, e.problem, out.body)
			}
			golden(t, e.file(), illustrated(real, string(out.body)))
		})
	}
	entries, err := os.ReadDir("examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range entries {
		if !files["examples/"+f.Name()] {
			t.Errorf("examples/%s belongs to no example", f.Name())
		}
	}
}

// given brings the world into the state that an example starts from and answers which real ids stand for the
// illustrative ones.
func (w *world) given(state string) map[string]string {
	w.t.Helper()
	real := map[string]string{exampleToken: w.token.String()}
	switch state {
	case "", "token":
	case "open", "done":
		session := w.must("/v1/checkout-sessions", exampleCart).field("id")
		real[exampleSession] = session
		if state == "done" {
			w.press(session)
		}
	case "opened":
		real[exampleSession] = w.must("/v1/checkout-sessions", exampleCart, withKey(openedKey)).field("id")
	case "cancelled":
		w.must("/v1/payments/cancel-by-key", `{"key":"`+chargedKey+`"}`)
	case "charged", "captured", "refunded":
		body := strings.ReplaceAll(exampleCharge, exampleToken, w.token.String())
		p := w.must("/v1/payments", body, withKey(chargedKey)).field("id")
		real[examplePayment] = p
		if state != "charged" {
			w.must("/v1/payments/"+p+"/confirm", "{}")
			w.must("/v1/payments/"+p+"/captures", `{"amount":1980}`)
		}
		if state == "refunded" {
			w.must("/v1/payments/"+p+"/refunds", `{"amount":500,"reason":"箱のつぶれ"}`)
		}
		w.relay()
	default:
		w.t.Fatalf("no world is %q", state)
	}
	return real
}

func (w *world) sendExample(e example, real map[string]string) result {
	w.t.Helper()
	var r route
	for _, r = range routes() {
		if r.id == e.operation {
			break
		}
	}
	path, body := r.path, e.body
	if r.inPath.name != "" {
		path = strings.ReplaceAll(path, "{"+r.inPath.name+"}", e.path)
	}
	for illustrative, actual := range real {
		path, body = strings.ReplaceAll(path, illustrative, actual), strings.ReplaceAll(body, illustrative, actual)
	}
	if e.query != "" {
		path += "?" + e.query
	}
	changes := []change{withHeader("Accept-Language", "en")}
	if e.key != "" {
		changes = append(changes, withKey(e.key))
	}
	if e.auth == "none" {
		changes = append(changes, withHeader("Authorization", ""))
	}
	return w.do(r.method, path, body, changes...)
}

var (
	anyID         = regexp.MustCompile(`\b(mem|mer|pay|ses|tok|cap|ref|evt)_[0-9a-z]{26}\b`)
	anyReference  = regexp.MustCompile(`"reference":"[0-9A-Z]{4}-[0-9A-Z]{4}"`)
	toldReference = regexp.MustCompile(`reference [0-9A-Z]{4}-[0-9A-Z]{4}`)
)

// illustrated puts illustrative ids in the place of the ids of chance, the same one for the same object.
func illustrated(real map[string]string, text string) string {
	known := map[string]string{}
	for illustrative, actual := range real {
		known[actual] = illustrative
	}
	count := map[string]int{}
	text = anyID.ReplaceAllStringFunc(text, func(found string) string {
		if known[found] == "" {
			prefix := found[:4]
			count[prefix]++
			known[found] = fmt.Sprintf("%s01jwk5e0g0tznhd9c9pvr2ba7%c", prefix, "tvwxyz01234568"[count[prefix]])
		}
		return known[found]
	})
	text = toldReference.ReplaceAllString(text, "reference K7F2-9QXM")
	return anyReference.ReplaceAllString(text, `"reference":"K7F2-9QXM"`)
}

// golden compares text, which is JSON, with a file; -update writes it.
func golden(t *testing.T, name, text string) {
	t.Helper()
	got := indented([]byte(text)) + "\n"
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got, -update writes it):\n%s", name, diff)
	}
}

// TestEveryOperationHasAnExample also finds an example of an operation that does not exist.
func TestEveryOperationHasAnExample(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	for _, e := range examples() {
		have[e.operation] = true
	}
	for _, r := range routes() {
		if !have[r.id] {
			t.Errorf("%s has no example", r.id)
		}
		delete(have, r.id)
	}
	for operation := range have {
		t.Errorf("an example is of %s, which does not exist", operation)
	}
}
