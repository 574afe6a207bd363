package demo

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const maxPage = 20 << 10 // bytes

// survey is what a page holds, as far as the rules of the house ask for it.
type survey struct {
	faults []string
	h1     int
	labels map[string]bool // ids that a label names
	ids    map[string]bool
	fields []string // ids of fields outside a label
	jumps  []string // ids that links of the page jump to
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (s *survey) visit(n *html.Node, inLabel bool) {
	if n.Type == html.ElementNode {
		s.element(n, inLabel)
		inLabel = inLabel || n.Data == "label"
	}
	for c := range n.ChildNodes() {
		s.visit(c, inLabel)
	}
}

func (s *survey) element(n *html.Node, inLabel bool) {
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			s.faults = append(s.faults, n.Data+" has "+a.Key)
		}
		if a.Key == "id" {
			if s.ids[a.Val] {
				s.faults = append(s.faults, "id "+a.Val+" stands twice")
			}
			s.ids[a.Val] = true
		}
	}
	switch n.Data {
	case "h1":
		s.h1++
	case "style":
		s.faults = append(s.faults, "inline style")
	case "script":
		if attr(n, "src") == "" {
			s.faults = append(s.faults, "inline script")
		}
	case "label":
		s.labels[attr(n, "for")] = true
	case "input", "select", "textarea":
		if attr(n, "type") != "hidden" && !inLabel {
			s.fields = append(s.fields, attr(n, "id"))
		}
	case "img":
		if !hasAttr(n, "alt") {
			s.faults = append(s.faults, "a picture without alt")
		}
	case "a":
		if to := attr(n, "href"); strings.HasPrefix(to, "#") {
			s.jumps = append(s.jumps, to[1:])
		}
	}
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

var missingWord = regexp.MustCompile(`\[[a-z]+\.[a-z_.]*\]|\{\d\}`)

// judge holds a page against the rules.
func judge(text, lang string) []string {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return []string{err.Error()}
	}
	s := &survey{labels: map[string]bool{}, ids: map[string]bool{}}
	s.visit(doc, false)
	if s.h1 != 1 {
		s.faults = append(s.faults, "not one h1")
	}
	for _, id := range s.fields {
		if !s.labels[id] || id == "" {
			s.faults = append(s.faults, "field "+id+" has no label")
		}
	}
	for _, id := range s.jumps {
		if !s.ids[id] {
			s.faults = append(s.faults, "a jump to nowhere: "+id)
		}
	}
	if !strings.Contains(text, `<html lang="`+lang+`">`) {
		s.faults = append(s.faults, "lang is not "+lang)
	}
	if word := missingWord.FindString(text); word != "" {
		s.faults = append(s.faults, "a sentence is missing: "+word)
	}
	if len(text) > maxPage {
		s.faults = append(s.faults, "too large")
	}
	return s.faults
}

func TestJudge(t *testing.T) {
	t.Parallel()
	good := `<!doctype html><html lang="ja"><body><h1>a</h1><label for="x">x</label><input id="x"><label><input></label><a href="#x">y</a></body></html>`
	if faults := judge(good, "ja"); faults != nil {
		t.Errorf("a good page: %q", faults)
	}
	for name, change := range map[string][2]string{
		"two h1": {"<h1>a</h1>", "<h1>a</h1><h1>b</h1>"}, "no h1": {"<h1>a</h1>", ""}, "no label": {`for="x"`, `for="z"`},
		"style": {"<h1>", `<h1 style="color:red">`}, "handler": {"<h1>", `<h1 onclick="x()">`}, "script": {"<h1>", "<script>x</script><h1>"},
		"language": {`lang="ja"`, `lang="en"`}, "word": {"a</h1>", "[cart.title]</h1>"}, "figure": {"a</h1>", "{0}</h1>"},
		"picture": {"<h1>", `<img src="x"><h1>`}, "twice": {"<h1>", `<p id="x"><h1>`}, "jump": {"#x", "#z"},
	} {
		if faults := judge(strings.Replace(good, change[0], change[1], 1), "ja"); len(faults) != 1 {
			t.Errorf("%s: %q", name, faults)
		}
	}
}

// Every page of the demo, full and empty, in both languages.
func TestPagesKeepTheRules(t *testing.T) {
	v := visit(t, t.TempDir())
	look := func(path string, want int) {
		t.Helper()
		for _, lang := range []string{"ja", "en"} {
			v.get(v.stage + "/?lang=" + lang)
			status, _, text := v.get(v.stage + path)
			if status != want {
				t.Errorf("%s in %s: %d, want %d", path, lang, status, want)
			}
			for _, fault := range judge(text, lang) {
				t.Errorf("%s in %s: %s", path, lang, fault)
			}
		}
	}
	for _, path := range []string{
		"/", "/clock", "/trouble", "/phone", "/till", "/printer", "/bank", "/shop", "/shop/goods/kyusu", "/shop/goods/sencha", "/shop/cart", "/shop/orders",
		"/shop/staff",
	} {
		look(path, http.StatusOK)
	}
	for _, path := range []string{"/nowhere", "/shop/goods/none", "/shop/orders/A-1", "/till/slips/1", "/bank/x", "/printer/x", "/shop/staff/A-1", "/shop/return"} {
		look(path, http.StatusNotFound)
	}
	v.post(v.stage+"/trouble", "kind", "twice")
	look("/trouble", http.StatusOK)
	page := v.order("sencha")
	for _, path := range []string{"/shop/cart", "/shop/address", "/shop/payment", "/shop/confirm", "/shop/orders", "/shop/orders/A-1001"} {
		look(path, http.StatusOK)
	}
	v.post(page + "/press")
	v.get(v.stage + "/shop/return?checkout_session=ses_1")
	v.post(v.stage + "/trouble/verify")
	v.post(v.stage+"/till/scan", "store", "000101", "digits", "91912345000010000000020260001026081000087091")
	look("/till/slips/1", http.StatusOK)
	v.post(v.stage + "/till/slips/1/pay")
	for _, path := range []string{
		"/shop/orders/A-1001", "/shop/staff", "/shop/staff/A-1001", "/shop/staff/A-1001?slip=amount", "/trouble", "/till/slips/1", "/till",
	} {
		look(path, http.StatusOK)
	}
	for path, fields := range map[string][]string{"/shop/address": {"name", ""}, "/till/scan": {"digits", "12"}} {
		_, _, text := v.post(v.stage+path, fields...)
		for _, fault := range judge(text, "en") {
			t.Errorf("%s with slips: %s", path, fault)
		}
		v.contains(path+" with slips", text, "<title>Error: ", `role="alert"`, `aria-invalid="true"`)
	}
}
