package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"tsuke/internal/checkout"
	"tsuke/internal/fault"
)

// Bounds of a request's body (rule A04).
const (
	bodyMax   = 64 << 10
	depthMax  = 8
	faultsMax = 20 // as many slips of one body are told at once
)

// readBody takes the body of a request off the line: JSON in UTF-8, bounded.
func readBody(r *http.Request) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || kind != "application/json" || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return nil, NotJSON.New()
	}
	raw, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, bodyMax))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, TooLarge.New()
	case err != nil:
		return nil, malformed("本文が途中で切れています", "it ends too early").Because(err)
	}
	return raw, nil
}

// slip is a fault of the JSON itself.
type slip struct{ ja, en string }

func malformed(ja, en string) slip { return slip{ja, en} }

// Because words the slip as a fault; its cause goes to the log only.
func (s slip) Because(cause error) *fault.Error {
	return BadJSON.Because(cause).With("problem_ja", s.ja).With("problem_en", s.en)
}

// parseObject reads one JSON object. Unlike encoding/json it refuses what two readers could understand differently: a
// name that stands twice, text that is not UTF-8, anything behind the object (RFC 7493). Numbers stay as they were
// written.
func parseObject(raw []byte) (map[string]any, error) {
	if !utf8.Valid(raw) {
		return nil, malformed("UTF-8ではありません", "it is not UTF-8").Because(nil)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	value, err := parseValue(d, 1)
	if err != nil {
		return nil, fault.From(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("JSONの後ろに余分な文字があります", "something follows the object").Because(nil)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, malformed("最も外側は { } です", "the outermost value is not an object").Because(nil)
	}
	return object, nil
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	if depth > depthMax {
		return nil, malformed("入れ子が深すぎます", "it is nested too deeply").Because(nil)
	}
	token, err := d.Token()
	if err != nil {
		return nil, malformed("書き方が正しくありません", "its syntax is wrong").Because(errors.New("json: syntax"))
	}
	switch token {
	case json.Delim('{'):
		return parseMembers(d, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := parseValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, parseEnd(d)
	}
	return token, nil
}

func parseMembers(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		name, err := d.Token()
		text, ok := name.(string)
		if err != nil || !ok {
			return nil, malformed("書き方が正しくありません", "its syntax is wrong").Because(errors.New("json: syntax"))
		}
		if _, twice := object[text]; twice {
			return nil, malformed("同じ項目が2回あります", "a field stands twice").Because(nil)
		}
		if object[text], err = parseValue(d, depth+1); err != nil {
			return nil, err
		}
	}
	return object, parseEnd(d)
}

func parseEnd(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return malformed("途中で切れています", "it ends too early").Because(errors.New("json: syntax"))
	}
	return nil
}

// judge compares a value with the published schema: one description for the reader of the reference and for the
// machine. It fills in defaults, so that leaving a field out means the same as writing its default (rule X02).
type judge struct {
	*contract

	bad []*fault.Error
}

func (j *judge) value(s *huma.Schema, v any, at string) {
	if s.Ref != "" {
		s = j.SchemaFromRef(s.Ref)
	}
	if len(j.bad) >= faultsMax {
		return
	}
	switch s.Type {
	case huma.TypeObject:
		j.object(s, v, at)
	case huma.TypeArray:
		j.list(s, v, at)
	case huma.TypeString:
		j.text(s, v, at)
	case huma.TypeInteger:
		j.integer(s, v, at)
	case huma.TypeBoolean:
		if _, ok := v.(bool); !ok {
			j.wrongType(at, "true か false", "true or false")
		}
	}
}

func (j *judge) object(s *huma.Schema, v any, at string) {
	object, ok := v.(map[string]any)
	if !ok {
		j.wrongType(at, "オブジェクト { }", "an object")
		return
	}
	names := keys(s.Properties)
	for _, name := range keys(object) {
		if s.Properties[name] == nil {
			j.add(FieldUnknown.In(join(at, printable(name))).With("known", strings.Join(names, ", ")))
		}
	}
	for _, name := range names {
		property := s.Properties[name]
		value, given := object[name]
		switch {
		case given:
			j.value(property, value, join(at, name))
		case slices.Contains(s.Required, name):
			j.add(FieldMissing.In(join(at, name)))
		case property.Default != nil:
			object[name] = property.Default
		}
	}
}

func (j *judge) list(s *huma.Schema, v any, at string) {
	list, ok := v.([]any)
	if !ok {
		j.wrongType(at, "リスト [ ]", "a list")
		return
	}
	if s.MinItems != nil && len(list) < *s.MinItems || s.MaxItems != nil && len(list) > *s.MaxItems {
		want := fmt.Sprintf("%d–%d", *s.MinItems, *s.MaxItems)
		j.out(at, want+"行", want+" entries long")
		return
	}
	for i, item := range list {
		j.value(s.Items, item, at+"["+strconv.Itoa(i)+"]")
	}
}

func (j *judge) text(s *huma.Schema, v any, at string) {
	text, ok := v.(string)
	if !ok {
		j.wrongType(at, "文字列", "a string")
		return
	}
	length := utf8.RuneCountInString(text)
	switch {
	case len(s.Enum) > 0:
		if !slices.Contains(s.Enum, any(text)) {
			j.out(at, oneOf(s.Enum, " か "), oneOf(s.Enum, " or "))
		}
	case s.MinLength != nil && length < *s.MinLength || s.MaxLength != nil && length > *s.MaxLength:
		want := fmt.Sprintf("%d–%d", *s.MinLength, *s.MaxLength)
		j.out(at, want+"文字", want+" characters long")
	case s.Pattern != "" && !j.patterns[s.Pattern].MatchString(text):
		j.out(at, s.Pattern+" の形", "of the form "+s.Pattern)
	case strings.ContainsFunc(text, unreadable):
		j.out(at, "制御文字を含まない文章", "text without control characters")
	}
}

func (j *judge) integer(s *huma.Schema, v any, at string) {
	n, ok := v.(json.Number)
	if !ok || !wholeNumber.MatchString(n.String()) {
		j.wrongType(at, "整数", "a whole number")
		return
	}
	value, err := strconv.ParseInt(n.String(), 10, 64)
	switch {
	case len(s.Enum) > 0:
		if !slices.ContainsFunc(s.Enum, func(e any) bool { return fmt.Sprint(e) == n.String() }) {
			j.out(at, oneOf(s.Enum, " か "), oneOf(s.Enum, " or "))
		}
	case err != nil,
		s.Minimum != nil && value < int64(*s.Minimum),
		s.Maximum != nil && value > int64(*s.Maximum):
		want := "64-bit"
		if s.Minimum != nil && s.Maximum != nil {
			want = fmt.Sprintf("%d–%d", int64(*s.Minimum), int64(*s.Maximum))
		}
		j.out(at, want+"の整数", "a whole number in "+want)
	}
}

// wholeNumber is an integer as RFC 8259 writes it, without fraction and exponent: 1.0 and 1e3 are whole numbers to some
// readers and not to others, so they are none here (rule A05).
var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

func (j *judge) wrongType(at, ja, en string) {
	j.add(FieldType.In(at).With("want_ja", ja).With("want_en", en))
}

// out tells that a value is outside what is allowed. The identity of an order has kinds of its own, which the verbs
// answer with too.
func (j *judge) out(at, ja, en string) {
	switch at {
	case "order_ref":
		j.add(checkout.BadOrderRef.In(at))
	case "amount":
		j.add(checkout.BadAmount.In(at).With("max", checkout.AmountMax.String()))
	case "capture":
		j.add(checkout.BadCapture.In(at))
	default:
		j.add(FieldRange.In(at).With("want_ja", ja).With("want_en", en))
	}
}

func (j *judge) add(e *fault.Error) {
	if len(j.bad) < faultsMax {
		j.bad = append(j.bad, e)
	}
}

// unreadable finds what is no text: control characters but for line breaks and tabs, and the mark that stands where a
// half of a surrogate pair was sent.
func unreadable(r rune) bool {
	return r == utf8.RuneError || (r < ' ' && r != '\n' && r != '\t' && r != '\r') || (0x7f <= r && r < 0xa0)
}

// printable is the name of a field that may be repeated to the caller: what is no plain name may be data sent in the
// wrong place.
func printable(name string) string {
	if !fieldName.MatchString(name) {
		return "(…)"
	}
	return name
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func oneOf(all []any, or string) string {
	words := make([]string, len(all))
	for i, v := range all {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, or)
}

// judgeQuery compares the query with what the operation takes. An unknown name is refused: a filter with a slip in its
// name would answer with everything.
func (c *call) judgeQuery(op route) error {
	j := judge{contract: c.contract}
	sent := c.r.URL.Query()
	for _, name := range keys(sent) {
		i := slices.IndexFunc(op.query, func(p param) bool { return p.name == name })
		if i < 0 {
			j.add(FieldUnknown.In(printable(name)).With("known", op.queryNames()))
			continue
		}
		p := op.query[i]
		switch {
		case len(sent[name]) > 1:
			j.out(name, "1回だけ指定するもの", "given once")
		case p.schema.Type == huma.TypeInteger:
			j.value(p.schema, json.Number(sent[name][0]), name)
		default:
			j.value(p.schema, sent[name][0], name)
		}
	}
	if len(j.bad) > 0 {
		return fault.Join(j.bad)
	}
	return nil
}

// query is one value of the query, judged; empty if it was not given.
func (c *call) query(name string) string { return c.r.URL.Query().Get(name) }

// limit is how many entries a page of a list has.
func (c *call) limit() int {
	n, err := strconv.Atoi(c.query("limit"))
	if err != nil {
		return limitDefault
	}
	return n
}

// keys lists the names of a map in order.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
