package agentfile

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

// reader judges the columns of one line and collects what is wrong.
type reader struct {
	layout Layout
	number int
	fields []string // of column 1 and on
	bad    []LineError
}

func (r *reader) field(c Column) string { return strings.TrimSpace(r.fields[c-1]) }

func (r *reader) refuse(c Column, p Problem) {
	r.bad = append(r.bad, LineError{Layout: r.layout, Line: r.number, Column: c, Problem: p})
}

func (r *reader) day(c Column) jst.Day {
	day, ok := parsePlain(r.field(c))
	if !ok {
		r.refuse(c, BadDay)
	}
	return day
}

// dayOrNone takes zeros or nothing for a day that is not known yet.
func (r *reader) dayOrNone(c Column) jst.Day {
	if strings.Trim(r.field(c), "0") == "" {
		return jst.Day{}
	}
	return r.day(c)
}

// time fills up leading zeros: a spreadsheet makes 0944 to 944. The post office tells no time.
func (r *reader) time(c Column, k Kind) string {
	s := fill(r.field(c), 4)
	if k.postal() && strings.Trim(s, "0") == "" {
		return "0000"
	}
	if r.field(c) == "" || len(s) != 4 || !allDigits(s) || s[:2] > "23" || s[2:] > "59" {
		r.refuse(c, BadTime)
	}
	return s
}

// checked wants the 44th digit to fit. It is not held against postal lines: their due day is rewritten to 999999.
func (r *reader) checked(c Column, k Kind, digits string) {
	check, err := konbini.CheckDigit(digits[:43])
	if (err != nil || check != int(digits[43]-'0')) && !k.postal() {
		r.refuse(c, BadCheckDigit)
	}
}

// flag reads a stamp flag.
func (r *reader) flag(c Column, s string) bool {
	if s != "0" && s != "1" {
		r.refuse(c, BadStamp)
	}
	return s == "1"
}

// yen reads an amount. A correction may say that nothing was paid.
func (r *reader) yen(c Column, k Kind, s string) money.Yen {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !allDigits(s) || n > 999_999 || n < 1 && k != PostalCorrection {
		r.refuse(c, BadAmount)
	}
	return money.Yen(n)
}

func (r *reader) digits(c Column, least, most int) string {
	s := r.field(c)
	if len(s) < least || len(s) > most || s != "" && !allDigits(s) {
		r.refuse(c, BadCode)
	}
	return s
}

func (r *reader) text(c Column) string {
	s := r.field(c)
	if utf8.RuneCountInString(s) > 60 || strings.ContainsRune(s, utf8.RuneError) || strings.ContainsFunc(s, unicode.IsControl) {
		r.refuse(c, BadText)
	}
	return s
}

// decoded turns Windows-31J into UTF-8; bytes that are none become U+FFFD.
func decoded(text []byte) string {
	s, err := japanese.ShiftJIS.NewDecoder().Bytes(text)
	if err != nil {
		return "\ufffd"
	}
	return string(s)
}

// parsePlain reads a day YYYYMMDD.
func parsePlain(s string) (jst.Day, bool) {
	if len(s) != 8 || !allDigits(s) {
		return jst.Day{}, false
	}
	day, err := jst.ParseDay(s[:4] + "-" + s[4:6] + "-" + s[6:])
	return day, err == nil
}

// plain writes a day as YYYYMMDD, none as 0.
func plain(d jst.Day) string {
	if d.IsZero() {
		return "0"
	}
	return strings.ReplaceAll(d.String(), "-", "")
}

// fill puts zeros in front up to n digits.
func fill(s string, n int) string {
	return strings.Repeat("0", max(n-len(s), 0)) + s
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func ascii(text []byte) bool {
	return !slices.ContainsFunc(text, func(b byte) bool { return b >= utf8.RuneSelf })
}
