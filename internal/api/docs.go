package api

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tsuke/internal/fault"
)

//go:embed docs
var docFiles embed.FS

// document serves the description of the contract: for programs, and for people without a single request elsewhere. All
// pages are drawn once, here.
func (a *API) document() {
	doc := a.contract.doc
	text := encode(doc)
	a.page("/v1/openapi.json", "application/openapi+json", text)
	yaml, err := doc.YAML()
	if err != nil {
		panic(err)
	}
	a.page("/v1/openapi.yaml", "application/openapi+yaml", yaml)
	style, err := docFiles.ReadFile("docs/style.css")
	if err != nil {
		panic(err)
	}
	a.page("/v1/docs/style.css", "text/css; charset=utf-8", style)
	pages := template.Must(template.ParseFS(docFiles, "docs/pages.html"))
	kinds := Documented()
	a.html("/v1/docs", pages, "reference", a.contract.reference())
	a.html("/v1/docs/retries", pages, "retries", nil)
	a.html("/v1/docs/problems", pages, "problems", problemsPage{kinds})
	for _, k := range kinds {
		a.html(problemPath+k.Code, pages, "problem", problemPageOf(k))
	}
}

func (a *API) html(path string, pages *template.Template, name string, data any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		panic(err)
	}
	a.page(path, "text/html; charset=utf-8", b.Bytes())
}

// page serves bytes that never change while the process lives.
func (a *API) page(path, kind string, body []byte) {
	a.mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		_, _ = w.Write(body)
	})
}

// referencePage is the reference as it is drawn.
type referencePage struct {
	Lead    string
	Points  []string
	Version string
	Server  string
	Groups  []groupPart
	Shapes  []fieldsPart
}

type groupPart struct {
	Name, About string
	Operations  []operationPart
}

type operationPart struct {
	ID, Method, Path, Summary, About string
	Params, Body                     fieldsPart
	Answers                          []answerPart
	Problems                         []*fault.Kind
	Examples                         []examplePart
}

type fieldsPart struct {
	Caption string
	Fields  []fieldPart
}

type fieldPart struct {
	Name, Type, Shape, About string
	Required                 bool
}

type answerPart struct {
	Status       int
	Shape, About string
}

type examplePart struct {
	Summary, Request, Status, Answer string
}

func (c *contract) reference() referencePage {
	lead, points, _ := strings.Cut(introduction, "\n\n- ")
	page := referencePage{Lead: lead, Points: strings.Split(points, "\n- "), Version: Version, Server: c.doc.Servers[0].URL}
	for _, t := range tags {
		g := groupPart{Name: t.Name, About: t.Description}
		for _, r := range routes() {
			if r.tag == t.Name {
				g.Operations = append(g.Operations, c.operationPart(r))
			}
		}
		page.Groups = append(page.Groups, g)
	}
	for _, name := range keys(c.Map()) {
		if len(c.Map()[name].Properties) > 0 && !c.isBody(name) {
			page.Shapes = append(page.Shapes, fieldsPart{name, c.fields(schemaPrefix+name, "")})
		}
	}
	return page
}

// isBody tells whether a schema is the body of a request, whose fields stand with its operation.
func (c *contract) isBody(name string) bool {
	return slices.ContainsFunc(routes(), func(r route) bool {
		return r.body != nil && refName(c.schema(r.body)) == name
	}) || name == refName(c.schema(reflect.TypeFor[line]()))
}

func (c *contract) operationPart(r route) operationPart {
	op := operationPart{
		ID: r.id, Method: r.method, Path: r.path, Summary: r.summary, About: r.about,
		Params: fieldsPart{Caption: "Parameters"}, Body: fieldsPart{Caption: "Body"},
	}
	if r.inPath.name != "" {
		op.Params.Fields = append(op.Params.Fields, c.field(r.inPath.name, r.inPath.schema, r.inPath.about, true))
	}
	for _, p := range r.query {
		op.Params.Fields = append(op.Params.Fields, c.field(p.name, p.schema, p.about, false))
	}
	if r.body != nil {
		op.Body.Fields = c.fields(c.schema(r.body).Ref, "")
	}
	for _, a := range r.answers {
		op.Answers = append(op.Answers, answerPart{a.status, refName(c.schema(a.body)), a.about})
	}
	for _, k := range Documented() {
		if slices.Contains(r.faults(), k) {
			op.Problems = append(op.Problems, k)
		}
	}
	for _, e := range examples() {
		if e.operation == r.id {
			op.Examples = append(op.Examples, examplePartOf(e))
		}
	}
	return op
}

// fields lists the properties of a schema in the order in which its type declares them.
func (c *contract) fields(ref, at string) []fieldPart {
	s, t := c.SchemaFromRef(ref), c.TypeFromRef(ref)
	var out []fieldPart
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		p := s.Properties[name]
		if p == nil {
			continue
		}
		out = append(out, c.field(join(at, name), p, p.Description, slices.Contains(s.Required, name)))
		if p.Type == huma.TypeArray && p.Items.Ref == c.schema(reflect.TypeFor[line]()).Ref {
			out = append(out, c.fields(p.Items.Ref, join(at, name)+"[]")...)
		}
	}
	return out
}

// field words one property.
func (c *contract) field(name string, s *huma.Schema, about string, required bool) fieldPart {
	f := fieldPart{Name: name, Type: s.Type, About: about, Required: required}
	if s.Format == "date-time" || s.Format == "date" {
		f.Type = s.Format
	}
	switch {
	case s.Ref != "":
		f.Shape = refName(s)
		f.Type = f.Shape
	case len(s.AnyOf) > 0:
		f.Shape = refName(s.AnyOf[0])
		f.Type = f.Shape + " or null"
	case s.Type == huma.TypeArray && s.Items.Ref != "":
		f.Shape = refName(s.Items)
		f.Type = "list of " + f.Shape
		if f.Shape == refName(c.schema(reflect.TypeFor[line]())) {
			f.Shape, f.Type = "", "list of objects"
		}
	case len(s.Enum) > 0:
		f.Type = oneOf(s.Enum, ", ")
	}
	if s.Nullable {
		f.Type += " or null"
	}
	f.Type += boundsOf(s)
	if s.Default != nil {
		f.About = strings.TrimSpace(fmt.Sprintf("%s Default: %v.", f.About, s.Default))
	}
	return f
}

// boundsOf words the limits of a value: ", 1–64 characters".
func boundsOf(s *huma.Schema) string {
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf(", %d–%d", int64(*s.Minimum), int64(*s.Maximum))
	case s.MinLength != nil && s.MaxLength != nil:
		return fmt.Sprintf(", %d–%d characters", *s.MinLength, *s.MaxLength)
	case s.MinItems != nil && s.MaxItems != nil:
		return fmt.Sprintf(", %d–%d entries", *s.MinItems, *s.MaxItems)
	}
	return ""
}

func refName(s *huma.Schema) string { return s.Ref[strings.LastIndex(s.Ref, "/")+1:] }

func examplePartOf(e example) examplePart {
	part := examplePart{Summary: e.summary, Status: strconv.Itoa(e.status) + " " + http.StatusText(e.status)}
	if e.body != "" {
		part.Request = indented([]byte(e.body))
	}
	if text, err := exampleFiles.ReadFile(e.file()); err == nil {
		part.Answer = indented(text)
	}
	return part
}

func indented(text []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(text), "", "  ") != nil {
		return string(text)
	}
	return b.String()
}

// problemsPage lists all problems.
type problemsPage struct{ Kinds []*fault.Kind }

// problemPage is the page about one problem.
type problemPage struct {
	Title       string
	Kind        *fault.Kind
	Retry, Kept string
	Operations  []operationPart
}

func problemPageOf(k *fault.Kind) problemPage {
	p := problemPage{Title: k.Code + " – Tsuke API", Kind: k, Kept: "No. Nothing was recorded; the same key can be sent again."}
	switch k.Retry {
	case fault.RetryNever:
		p.Retry = "the same request gets the same answer."
	case fault.RetryLater:
		p.Retry = "the cause passes by itself; send the same request with the same key again."
	case fault.RetryFixed:
		p.Retry = "correct what is named and send it again, with the same key if it was never answered."
	}
	if k.Status == http.StatusConflict && k.Retry == fault.RetryNever {
		p.Kept = "Yes. It is final for this key and is replayed; a new try needs a new key."
	}
	for _, r := range routes() {
		if slices.Contains(r.faults(), k) {
			p.Operations = append(p.Operations, operationPart{ID: r.id, Method: r.method, Path: r.path})
		}
	}
	return p
}
