// Package kiosk knows the numbers that stand for a bill where no barcode is shown: at a store's kiosk or till, and at cash
// machines and in online banking (Pay-easy).
//
// # The story
//
// A payer without paper goes to a store, types a 受付番号 and a 確認番号 at a kiosk, takes what it prints to the till and
// pays. Each chain calls the machine and the number differently and asks for them in its own order; [Guide] holds the steps
// in both languages, as data for the pages. Which chain takes which [Channel] is part of the contract with the collection agent and changes;
// it is a value ([Acceptance]).
//
// Every number is text. A number of a till begins with zeros as often as not, and what was an integer once has lost them.
//
//	受付番号 (ReceiptNumber)          11 digits, ours: ten random ones and a check digit (Luhn, ISO/IEC 7812-1)
//	払込票番号 (SlipNumber)           13 digits, the agent's, told at a till of Seven-Eleven; see SlipNumberOf
//	オンライン決済番号 (OnlineNumber)  11 digits, the agent's, typed at a till of Daily Yamazaki; see OnlineNumberOf
//	確認番号 (Confirmation)           10 or 11 digits: the payer's telephone number
//
// Whoever issues a ReceiptNumber sees to it that it is unique among open bills and not used again for long enough (two
// years are usual): ten random digits alone do not.
package kiosk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Words are a text in both languages.
type Words struct{ JA, EN string }

// In gives the text in a language: "en", or Japanese for all others.
func (w Words) In(lang string) string {
	if lang == "en" {
		return w.EN
	}
	return w.JA
}

// ReceiptNumber is a 受付番号: 11 digits, the last of them a check digit.
type ReceiptNumber string

// SlipNumber is a 払込票番号 of Seven-Eleven: 13 digits.
type SlipNumber string

// OnlineNumber is an オンライン決済番号 of Daily Yamazaki: 11 digits.
type OnlineNumber string

const (
	receiptDigits = 11
	slipDigits    = 13
	onlineDigits  = 11
	tenDigits     = 10_000_000_000
)

// ErrRandom means that the source of randomness gave the same useless bytes again and again: it is broken.
var ErrRandom = errors.New("kiosk: the source of random bytes gives no usable ones")

// New makes a receipt number from a source of random bytes, every number equally likely. The error is ErrRandom or what
// random failed with.
func New(random io.Reader) (ReceiptNumber, error) {
	const usable = ^uint64(0) - ^uint64(0)%tenDigits // whole rounds of ten digits; what lies above would favour small numbers
	for range 16 {
		var bytes [8]byte
		if _, err := io.ReadFull(random, bytes[:]); err != nil {
			return "", fmt.Errorf("kiosk: random bytes: %w", err)
		}
		if n := binary.BigEndian.Uint64(bytes[:]); n < usable {
			body := fmt.Sprintf("%010d", n%tenDigits)
			return ReceiptNumber(body + string(luhn(body))), nil
		}
	}
	return "", ErrRandom
}

// Parse reads a receipt number: 11 ASCII digits, with blanks and hyphens between them as Grouped and people write them. The
// error is an *Error.
func Parse(s string) (ReceiptNumber, error) {
	digits, err := number(FieldReceipt, s, receiptDigits, receiptDigits)
	if err != nil {
		return "", err
	}
	if luhn(digits[:receiptDigits-1]) != digits[receiptDigits-1] {
		return "", &Error{Field: FieldReceipt, Problem: BadCheckDigit}
	}
	return ReceiptNumber(digits), nil
}

// Grouped is the number as people read it: "1234-5678-903".
func (n ReceiptNumber) Grouped() string { return grouped(string(n)) }

// ParseSlipNumber reads a 払込票番号 as the agent issued it. The error is an *Error.
func ParseSlipNumber(s string) (SlipNumber, error) {
	digits, err := number(FieldSlip, s, slipDigits, slipDigits)
	return SlipNumber(digits), err
}

// Grouped is the number as people read it: "7211-5609-21558".
func (n SlipNumber) Grouped() string { return grouped(string(n)) }

// ParseOnlineNumber reads an オンライン決済番号 as the agent issued it. The error is an *Error.
func ParseOnlineNumber(s string) (OnlineNumber, error) {
	digits, err := number(FieldOnline, s, onlineDigits, onlineDigits)
	return OnlineNumber(digits), err
}

// SlipNumberOf is the 払込票番号 of a receipt number, where the agent's contract gives us two digits of our own to put before
// it (an assumption: the 13 digits are seen, how agents make them is not published). The error is an *Error.
func SlipNumberOf(assigned string, n ReceiptNumber) (SlipNumber, error) {
	if len(assigned) != slipDigits-receiptDigits {
		return "", &Error{Field: FieldSlip, Problem: BadLength, Least: slipDigits, Most: slipDigits}
	}
	return ParseSlipNumber(assigned + string(n))
}

// OnlineNumberOf is the オンライン決済番号 of a receipt number: the same 11 digits, where the contract says so.
func OnlineNumberOf(n ReceiptNumber) OnlineNumber { return OnlineNumber(n) }

// Grouped is the number as people read it: "3731-9058-040".
func (n OnlineNumber) Grouped() string { return grouped(string(n)) }

// Confirmation is the 確認番号 that belongs to a telephone number: 10 or 11 digits that begin with 0, from a national or an
// international form ("090-1234-5678", "+819012345678"). It is personal data: keep it as such. The error is an *Error.
func Confirmation(phone string) (string, error) {
	if national, ok := strings.CutPrefix(phone, "+81"); ok {
		phone = "0" + national
	}
	digits, err := number(FieldConfirmation, phone, 10, 11)
	if err == nil && digits[0] != '0' {
		return "", &Error{Field: FieldConfirmation, Problem: NotPhone}
	}
	return digits, err
}

// number is the digits of a number, without what people put between them.
func number(f Field, s string, least, most int) (string, error) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(s)
	switch {
	case digits == "":
		return "", &Error{Field: f, Problem: Missing, Least: least, Most: most}
	case !allDigits(digits):
		return "", &Error{Field: f, Problem: NotDigits}
	case len(digits) < least || len(digits) > most:
		return "", &Error{Field: f, Problem: BadLength, Least: least, Most: most}
	}
	return digits, nil
}

// luhn is the check digit over digits: every second one from the right doubled, its digits added, to the next ten.
func luhn(digits string) byte {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
			d -= d / 10 * 9
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// grouped puts a hyphen after every fourth digit, but leaves no single one at the end.
func grouped(digits string) string {
	var out strings.Builder
	for i := range len(digits) {
		if i > 0 && i%4 == 0 && i < len(digits)-1 {
			out.WriteByte('-')
		}
		out.WriteByte(digits[i])
	}
	return out.String()
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
