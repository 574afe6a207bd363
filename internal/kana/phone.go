package kana

import (
	"errors"
	"strings"
)

// PhoneKind says what a Japanese telephone number is for, as the numbering plan (電気通信番号計画) assigns it.
type PhoneKind int

// The kinds. Only Mobile can receive a code by SMS.
const (
	NoPhone  PhoneKind = iota // not a number of the plan
	Mobile                    // 060, 070, 080, 090
	IP                        // 050
	Fixed                     // an area code
	TollFree                  // 0120, 0800
	Special                   // 0570 and other charged services
	Machine                   // 020: pagers and machines
)

// The shapes Phone refuses. With the last five the number exists and is returned together with the error: it may be
// somebody's number to call, but no SMS arrives there.
var (
	ErrPhoneEmpty      = errors.New("kana: no telephone number")
	ErrPhoneDigits     = errors.New("kana: the telephone number has characters that are not digits")
	ErrPhoneForeign    = errors.New("kana: the telephone number is of another country")
	ErrPhoneStart      = errors.New("kana: the telephone number does not begin with 0")
	ErrPhoneLength     = errors.New("kana: the telephone number has too few or too many digits")
	ErrPhoneUnassigned = errors.New("kana: no such telephone number is assigned")
	ErrPhoneFixed      = errors.New("kana: a fixed line cannot receive SMS")
	ErrPhoneIP         = errors.New("kana: a 050 number cannot receive SMS")
	ErrPhoneTollFree   = errors.New("kana: a toll-free number cannot receive SMS")
	ErrPhoneSpecial    = errors.New("kana: a charged service number cannot receive SMS")
	ErrPhoneMachine    = errors.New("kana: a 020 number cannot receive SMS")
)

// Phone turns a Japanese telephone number written in any usual way into E.164 ("+819012345678") and says what it is
// for. The error is nil for a mobile number only. ErrPhoneFixed, ErrPhoneIP, ErrPhoneTollFree, ErrPhoneSpecial and
// ErrPhoneMachine come with the number and its kind; the other errors with "" and NoPhone.
func Phone(s string) (e164 string, kind PhoneKind, err error) {
	digits, err := domestic(s)
	if err != nil {
		return "", NoPhone, err
	}
	kind, err = kindOf(digits)
	if kind == NoPhone {
		return "", NoPhone, err
	}
	return "+81" + digits[1:], kind, err
}

// domestic strips grouping and the country code: +81, 0081 and 010-81 stand for the leading 0, also when the writer
// kept it as in +81(0)90.
func domestic(s string) (string, error) {
	digits := strings.NewReplacer(".", "", "・", "", "/", "").Replace(Digits(s))
	if digits == "" {
		return "", ErrPhoneEmpty
	}
	for _, prefix := range []string{"+81", "0081", "01081"} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok {
			digits = "0" + strings.TrimPrefix(rest, "0")
			break
		}
	}
	switch {
	case digits[0] == '+' && allDigits(digits[1:]):
		return "", ErrPhoneForeign
	case !allDigits(digits):
		return "", ErrPhoneDigits
	}
	return digits, nil
}

// kindOf judges a domestic number of ASCII digits. The order matters: 0800 before 080, and the eleven-digit ranges
// before the area codes, so that a mobile number with a digit missing is not taken for a fixed line.
func kindOf(digits string) (PhoneKind, error) {
	if digits[0] != '0' {
		return NoPhone, ErrPhoneStart
	}
	if len(digits) < 10 {
		return NoPhone, ErrPhoneLength
	}
	if kind, err := serviceKind(digits); kind != NoPhone || err != nil {
		return kind, err
	}
	switch digits[:3] {
	case "060", "070", "080", "090":
		return eleven(digits, Mobile, nil)
	case "050":
		return eleven(digits, IP, ErrPhoneIP)
	}
	switch {
	case digits[1] == '0':
		return NoPhone, ErrPhoneUnassigned
	case len(digits) != 10:
		return NoPhone, ErrPhoneLength
	}
	return Fixed, ErrPhoneFixed
}

// eleven judges the ranges of eleven digits whose fourth is not 0: 090-0 and 060-0 are not assigned.
func eleven(digits string, kind PhoneKind, refused error) (PhoneKind, error) {
	switch {
	case len(digits) != 11:
		return NoPhone, ErrPhoneLength
	case digits[3] == '0':
		return NoPhone, ErrPhoneUnassigned
	}
	return kind, refused
}

// serviceKind judges the prefixes of services. 020 has eleven digits, or fourteen for machines (0200).
func serviceKind(digits string) (PhoneKind, error) {
	services := []struct {
		prefix  string
		lengths []int
		kind    PhoneKind
		refused error
	}{
		{"0120", []int{10}, TollFree, ErrPhoneTollFree},
		{"0800", []int{11}, TollFree, ErrPhoneTollFree},
		{"0570", []int{10}, Special, ErrPhoneSpecial},
		{"0180", []int{10}, Special, ErrPhoneSpecial},
		{"0990", []int{10}, Special, ErrPhoneSpecial},
		{"0200", []int{14}, Machine, ErrPhoneMachine},
		{"020", []int{11}, Machine, ErrPhoneMachine},
	}
	for _, s := range services {
		if !strings.HasPrefix(digits, s.prefix) {
			continue
		}
		for _, n := range s.lengths {
			if len(digits) == n {
				return s.kind, s.refused
			}
		}
		return NoPhone, ErrPhoneLength
	}
	return NoPhone, nil
}

// PhoneDisplay writes an E.164 number of Japan the way people in Japan do: "090-1234-5678". Area codes have two to
// five digits and no rule, so fixed lines are grouped only for 03 and 06. Anything else is returned unchanged.
func PhoneDisplay(e164 string) string {
	rest, ok := strings.CutPrefix(e164, "+81")
	if !ok || !allDigits(rest) {
		return e164
	}
	digits := "0" + rest
	kind, _ := kindOf(digits)
	switch {
	case kind == Mobile || kind == IP:
		return digits[:3] + "-" + digits[3:7] + "-" + digits[7:]
	case kind == TollFree || kind == Special:
		return digits[:4] + "-" + digits[4:7] + "-" + digits[7:]
	case kind == Fixed && (digits[1] == '3' || digits[1] == '6'):
		return digits[:2] + "-" + digits[2:6] + "-" + digits[6:]
	case kind == NoPhone:
		return e164
	}
	return digits
}
