// Package mask holds personal data and secrets as values that print as dots.
//
// # The story
//
// A phone number in a log line is a leak that nobody notices. So such a value travels as a [Phone], [Mail], [Name],
// [Address] or [Secret]: a string to the program, dots to fmt, log/slog, encoding/json, html/template and every other
// printer that asks a value for its text. The dots are always four, so that not even the length is told. Whoever needs
// the value says Reveal, which a reviewer can search for; a page that lets its owner recognise it says Masked.
//
// Two gaps are Go's own. fmt does not ask the methods of values in unexported fields, so a struct that is printed with
// its fields keeps masked values in exported ones; and encoding/json writes the keys of a map as they are, so a masked
// value is never a key.
package mask

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode/utf8"
)

// Kind is what a masked value is. The kinds are those of this package and no others.
type Kind interface {
	masked(value string) string
}

// Text is a masked value of kind K.
type Text[K Kind] string

// The kinds of masked values.
type (
	// PhoneKind is a telephone number; Masked shows its last four digits.
	PhoneKind struct{}
	// MailKind is a mail address; Masked shows its first character and its domain.
	MailKind struct{}
	// NameKind is a person's name, in any script.
	NameKind struct{}
	// AddressKind is a postal address or a part of one.
	AddressKind struct{}
	// SecretKind is a code, key or password.
	SecretKind struct{}
)

// The masked values. Phone("+819012345678") makes one.
type (
	Phone   = Text[PhoneKind]
	Mail    = Text[MailKind]
	Name    = Text[NameKind]
	Address = Text[AddressKind]
	Secret  = Text[SecretKind]
)

const dots = "••••"

// Reveal is the value itself: for the database's vault, the letter, the carrier, and its owner's own page.
func (t Text[K]) Reveal() string { return string(t) }

// Masked is what its owner recognises and nobody else can use: "•••• 5678" for a phone, "t••••@example.jp" for mail,
// dots for all others. An empty value stays empty.
func (t Text[K]) Masked() string {
	if t == "" {
		return ""
	}
	var kind K
	return kind.masked(string(t))
}

// String is four dots, or nothing if the value is empty.
func (t Text[K]) String() string {
	if t == "" {
		return ""
	}
	return dots
}

// GoString is the text of String, for %#v.
func (t Text[K]) GoString() string { return t.String() }

// Format prints the text of String for every verb of package fmt.
func (t Text[K]) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, t.String()) }

// LogValue is the text of String, for log/slog.
func (t Text[K]) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText is the text of String.
func (t Text[K]) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalJSON is the text of String in quotes.
func (t Text[K]) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// masked shows four digits of a number that has at least eight, so that more stay hidden than are shown.
func (PhoneKind) masked(value string) string {
	if len(value) < 8 || !isASCII(value) {
		return dots
	}
	return dots + " " + value[len(value)-4:]
}

func (MailKind) masked(value string) string {
	at := strings.LastIndexByte(value, '@')
	if at < 0 || utf8.RuneCountInString(value[:at]) < 2 {
		return dots // a local part of one character would be shown whole
	}
	_, size := utf8.DecodeRuneInString(value)
	return value[:size] + dots + value[at:]
}

func (NameKind) masked(string) string    { return dots }
func (AddressKind) masked(string) string { return dots }
func (SecretKind) masked(string) string  { return dots }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
