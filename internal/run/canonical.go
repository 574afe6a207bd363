package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// canonical writes a decoded JSON value in the one form that RFC 8785 gives it: members sorted by the UTF-16 code units
// of their names on every level, no white space, the shortest escapes.
//
// Numbers are the part of that RFC that is not needed here, nor wanted near money: it prints the double nearest to what
// was written. Requests hold whole numbers only (rule A05), which the RFC prints as they are as far as a double counts,
// up to 2^53. Beyond it two numbers would become one; here each keeps its digits. A fraction or an exponent is refused.
func canonical(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case string:
		canonicalText(b, v)
	case json.Number:
		return canonicalNumber(b, string(v))
	case int:
		b.WriteString(strconv.Itoa(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case []any:
		return canonicalList(b, v)
	case map[string]any:
		return canonicalObject(b, v)
	default:
		return fmt.Errorf("run: %T has no canonical form", v)
	}
	return nil
}

func canonicalNumber(b *bytes.Buffer, text string) error {
	digits := strings.TrimPrefix(text, "-")
	whole := digits != "" && strings.Trim(digits, "0123456789") == ""
	if !whole || text != "0" && digits[0] == '0' {
		return fmt.Errorf("run: a number of %d characters is not a whole one", len(text))
	}
	b.WriteString(text)
	return nil
}

func canonicalList(b *bytes.Buffer, list []any) error {
	b.WriteByte('[')
	for i, v := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := canonical(b, v); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func canonicalObject(b *bytes.Buffer, object map[string]any) error {
	b.WriteByte('{')
	for i, name := range namesInOrder(object) {
		if i > 0 {
			b.WriteByte(',')
		}
		canonicalText(b, name)
		b.WriteByte(':')
		if err := canonical(b, object[name]); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// namesInOrder sorts by UTF-16 code units, which differs from the order of bytes only beyond U+FFFF.
func namesInOrder(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if isASCII(a) && isASCII(b) {
			return strings.Compare(a, b)
		}
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
	})
	return names
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

const hexDigits = "0123456789abcdef"

func canonicalText(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= ' ':
			b.WriteByte(c) // bytes of UTF-8 too
		case strings.IndexByte("\b\t\n\f\r", c) >= 0:
			b.WriteByte('\\')
			b.WriteByte("btn_fr"[c-'\b'])
		default:
			b.WriteString(`\u00`)
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&0xf])
		}
	}
	b.WriteByte('"')
}
