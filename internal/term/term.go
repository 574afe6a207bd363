// Package term holds the numbers of the domain: limits, fees, due days, periods. Each is a term with a default that is
// declared next to the code that uses it, and can be changed from a Japan day on without a new binary.
//
// # The story
//
// A package declares its terms as values and lists them:
//
//	var LimitOnline = term.Yen("credit.limit.online", 50_000, "what a member may owe at most")
//
//	var Terms = []term.Def{LimitOnline}
//
// The program puts all lists into one [Book]. [Book.Load] reads the changes from the database into a snapshot, [Terms],
// which pure functions take as an argument: LimitOnline.On(terms, day). A term may be changed for everybody or for one
// scope, such as a merchant's id; OnFor prefers the scope's value. The zero Terms answers all defaults. A running
// process works with [Book.Current] and calls [Book.Reload] every minute.
//
// # Why the past stands still
//
// A term is asked for a day, so that a month closed late is closed by the terms of that month. For that, and so that all
// processes agree although each reads the changes only now and then, a change begins on a later day: it is refused if
// that day begins in less than [Notice]. A change that has not begun may be replaced; one that has begun never changes.
//
// Nothing is locked: one change is one row.
package term

import (
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Def is a term as the book and the operator see it. Term and Number are the only ones.
type Def interface {
	Name() string    // package, dot, what it is: "credit.limit.online"
	Meaning() string // one line
	Unit() string    // "yen", "minutes", …
	Range() string   // which values are allowed, for people
	Default() string // as text

	parse(text string) (any, error)
	format(value any) string
}

// Term is one number, switch or text of the domain.
type Term[T comparable] struct {
	name    string
	meaning string
	unit    string
	allowed string // for people
	value   T      // the default
	read    func(text string) (T, error)
	write   func(T) string
}

// Name is the name that the changes are stored under.
func (t Term[T]) Name() string { return t.name }

// Meaning is one line for people.
func (t Term[T]) Meaning() string { return t.meaning }

// Unit is what the value counts.
func (t Term[T]) Unit() string { return t.unit }

// Range says which values are allowed.
func (t Term[T]) Range() string { return t.allowed }

// Default is the value without any change, as text.
func (t Term[T]) Default() string { return t.write(t.value) }

func (t Term[T]) parse(text string) (any, error) {
	v, err := t.read(text)
	if err != nil {
		return nil, err
	}
	if t.write(v) != text {
		return nil, fmt.Errorf("%w: write it as %s", errValue, t.write(v))
	}
	return v, nil
}

func (t Term[T]) format(value any) string { return t.write(value.(T)) }

// On is the value on a Japan day. It panics if terms were loaded by a book that does not list this term: such a term
// could never be changed, which is a mistake in the program's wiring.
func (t Term[T]) On(terms Terms, day jst.Day) T { return t.OnFor(terms, day, "") }

// OnFor is the value on a Japan day for one scope, such as a merchant's id: the scope's own value if there is one on that
// day, otherwise what is valid for everybody.
func (t Term[T]) OnFor(terms Terms, day jst.Day, scope string) T {
	if v, ok := terms.find(t.name, day, scope); ok {
		return v.(T)
	}
	return t.value
}

// Number is a term whose values lie between two bounds, both allowed.
type Number[T ~int | ~int64] struct {
	Term[T]
}

// Between narrows the bounds of a number, both allowed. It answers a copy.
func (n Number[T]) Between(lo, hi T) Number[T] {
	n.allowed = n.write(lo) + "–" + n.write(hi)
	read := n.read
	n.read = func(text string) (T, error) {
		v, err := read(text)
		if err == nil && (v < lo || v > hi) {
			err = errRange
		}
		return v, err
	}
	return n
}

func number[T ~int | ~int64](name string, value T, meaning, unit string, lo, hi, one T) Number[T] {
	t := Term[T]{
		name: name, meaning: meaning, unit: unit, value: value,
		write: func(v T) string { return strconv.FormatInt(int64(v/one), 10) },
		read: func(text string) (T, error) {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return 0, errValue
			}
			if n > int64(hi/one) || n < int64(lo/one) {
				return 0, errRange
			}
			return T(n) * one, nil
		},
	}
	return Number[T]{t}.Between(lo, hi)
}

// Yen is an amount of money, by default 0 to money.Max. The declaring package says whether tax is included.
func Yen(name string, value money.Yen, meaning string) Number[money.Yen] {
	return number(name, value, meaning, "yen", 0, money.Max, 1)
}

// Int is a count, by default 0 to 1,000,000.
func Int(name string, value int, meaning string) Number[int] {
	return number(name, value, meaning, "count", 0, 1_000_000, 1)
}

// DayOfMonth is a day of the month, 1 to 31; who uses it clamps it to the month's last.
func DayOfMonth(name string, value int, meaning string) Number[int] {
	return number(name, value, meaning, "day of the month", 1, 31, 1)
}

// Days is a number of days, by default 0 to 3,660 (ten years).
func Days(name string, value int, meaning string) Number[int] {
	return number(name, value, meaning, "days", 0, 3660, 1)
}

// Minutes is a period, declared and changed in whole minutes, by default 0 to 366 days.
func Minutes(name string, minutes int, meaning string) Number[time.Duration] {
	return number(name, time.Duration(minutes)*time.Minute, meaning, "minutes", 0, 366*24*time.Hour, time.Minute)
}

// BasisPoints is a rate, by default 0 to 10,000 basis points (100 %).
func BasisPoints(name string, value money.BasisPoints, meaning string) Number[money.BasisPoints] {
	return number(name, value, meaning, "basis points (1/100 %)", 0, 10_000, 1)
}

// Bool is a switch.
func Bool(name string, value bool, meaning string) Term[bool] {
	return Term[bool]{
		name: name, meaning: meaning, unit: "switch", allowed: "true, false", value: value,
		write: strconv.FormatBool,
		read: func(text string) (bool, error) {
			v, err := strconv.ParseBool(text)
			if err != nil {
				return false, errValue
			}
			return v, nil
		},
	}
}

// textMax is the length of a text term in characters.
const textMax = 500

// Text is one line of text, at most 500 characters. It may be empty.
func Text(name, value, meaning string) Term[string] {
	return Term[string]{
		name: name, meaning: meaning, unit: "text", allowed: "1 line, ≤500", value: value,
		write: func(v string) string { return v },
		read: func(text string) (string, error) {
			if !utf8.ValidString(text) || utf8.RuneCountInString(text) > textMax {
				return "", errRange
			}
			for _, r := range text {
				if unicode.IsControl(r) {
					return "", errValue
				}
			}
			return text, nil
		},
	}
}

// OneOf is a text that is one of a few words; the default is the first.
func OneOf(name, meaning string, words ...string) Term[string] {
	t := Text(name, "", meaning)
	t.unit, t.allowed = "word", ""
	if len(words) > 0 {
		t.value = words[0]
	}
	for i, w := range words {
		if i > 0 {
			t.allowed += ", "
		}
		t.allowed += w
	}
	t.read = func(text string) (string, error) {
		for _, w := range words {
			if w == text {
				return text, nil
			}
		}
		return "", errRange
	}
	return t
}
