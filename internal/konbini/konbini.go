// Package konbini knows the barcode on a convenience-store payment slip and on a phone that stands for one: 44 digits in
// a GS1-128 symbol (「GS1-128による標準料金代理収納ガイドライン」, GS1 Japan). It is the only form that tills of
// all chains read; what a till reads comes back in the collection agent's file.
//
// The digits, counted from 1:
//
//	 1– 2  application identifier, always 91
//	 3– 8  issuer's company code (請求書発行企業コード): the GS1 company code without its leading 4
//	 9–29  free field: agents take the first five or six for their client and leave the rest to the issuer
//	30     reissue digit (再発行区分): 0 for the first slip, then 1 to 9
//	31–36  last day to pay, YYMMDD; 999999 when there is none
//	37     stamp flag (印紙フラグ): 1 when the store's receipt needs a revenue stamp
//	38–43  amount in yen
//	44     check digit over the 43 before it, modulus 10, weights 3 and 1 from the right
//
// A slip is built once and then only read: Build and Parse are each other's inverse. On a postcard the post office reads two
// lines of its own (BuildPostalUpper, BuildPostalLower). Nothing here draws; Widths hands the bars
// to whoever does.
package konbini

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	identifier = "91"
	noLimit    = "999999"
	length     = 44
	freeLength = 21
	maxDigits  = 999_999 // yen that six digits can carry
)

// What is wrong with a slip's digits or with what they are to be built from.
var (
	ErrLength     = errors.New("konbini: not 44 digits")
	ErrDigits     = errors.New("konbini: a character that is no digit")
	ErrIdentifier = errors.New("konbini: the application identifier is not 91")
	ErrCheckDigit = errors.New("konbini: the check digit does not fit")
	ErrCompany    = errors.New("konbini: the company code has six digits")
	ErrFree       = errors.New("konbini: the free field has at most 21 digits")
	ErrReissue    = errors.New("konbini: the reissue digit is 0 to 9")
	ErrDue        = errors.New("konbini: the last day to pay is no day of this century")
	ErrStamp      = errors.New("konbini: the stamp flag is 0 or 1")
	ErrAmount     = errors.New("konbini: the amount is not between 1 yen and the limit")
)

// Code is what the 44 digits say.
type Code struct {
	Company string // six digits
	Free    string // up to 21 digits, filled up with zeros on the right; Parse gives all 21
	Reissue int    // 0 the first slip, 1–9 the later ones
	Due     string // the last day to pay, a Japan day "2026-12-10" of 2000–2099; "" when there is none
	Stamp   bool   // the receipt needs a revenue stamp; see NeedsStamp
	Yen     int64  // what is collected, tax and fees included; at least 1
}

// Build makes the 44 digits. limitYen is the most that the agent collects with one barcode (often 300,000 yen, a term of
// the contract); the format itself ends at 999,999. The errors are ErrCompany, ErrFree, ErrReissue, ErrDue, ErrAmount.
func Build(c Code, limitYen int64) (string, error) {
	due, err := shortDay(c.Due)
	switch {
	case len(c.Company) != 6 || !allDigits(c.Company):
		return "", ErrCompany
	case len(c.Free) > freeLength || !allDigits(c.Free):
		return "", ErrFree
	case c.Reissue < 0 || c.Reissue > 9:
		return "", ErrReissue
	case err != nil:
		return "", err
	case c.Yen < 1 || c.Yen > min(limitYen, maxDigits):
		return "", ErrAmount
	}
	free := c.Free + strings.Repeat("0", freeLength-len(c.Free))
	body := fmt.Sprintf("%s%s%s%d%s%d%06d", identifier, c.Company, free, c.Reissue, due, flag(c.Stamp), c.Yen)
	check, err := CheckDigit(body)
	return body + strconv.Itoa(check), err
}

// Parse reads 44 ASCII digits. Every digit is judged; the amount may be as high as the format allows, because what was
// once collected is read whatever today's limit is.
func Parse(digits string) (Code, error) {
	if err := verify(digits); err != nil {
		return Code{}, err
	}
	due, err := longDay(digits[30:36])
	if err != nil {
		return Code{}, err
	}
	stamp := digits[36]
	yen, err := strconv.ParseInt(digits[37:43], 10, 64)
	switch {
	case stamp != '0' && stamp != '1':
		return Code{}, ErrStamp
	case err != nil || yen < 1:
		return Code{}, ErrAmount
	}
	return Code{
		Company: digits[2:8], Free: digits[8:29], Reissue: int(digits[29] - '0'),
		Due: due, Stamp: stamp == '1', Yen: yen,
	}, nil
}

// verify judges what does not depend on the meaning of the fields.
func verify(digits string) error {
	switch {
	case len(digits) != length:
		return ErrLength
	case !allDigits(digits):
		return ErrDigits
	case digits[:2] != identifier:
		return ErrIdentifier
	}
	check, err := CheckDigit(digits[:length-1])
	if err != nil {
		return err
	}
	if check != int(digits[length-1]-'0') {
		return ErrCheckDigit
	}
	return nil
}

// CheckDigit computes the digit over the 43 before it. The errors are ErrLength and ErrDigits.
func CheckDigit(digits string) (int, error) {
	if len(digits) != length-1 {
		return 0, ErrLength
	}
	if !allDigits(digits) {
		return 0, ErrDigits
	}
	sum := 0
	for i := range len(digits) {
		weight := 1
		if i%2 == 0 { // the last of the 43, like the first, has weight 3
			weight = 3
		}
		sum += int(digits[i]-'0') * weight
	}
	return (10 - sum%10) % 10, nil
}

// Readable is the two lines of figures beneath the bars, grouped as clerks know them:
// "(91)912345-0000100000000202600010" and "261210-0-030209-8". The errors are those of Parse that do not depend on fields.
func Readable(digits string) (upper, lower string, err error) {
	if err := verify(digits); err != nil {
		return "", "", err
	}
	upper = "(" + digits[:2] + ")" + digits[2:8] + "-" + digits[8:30]
	lower = digits[30:36] + "-" + digits[36:37] + "-" + digits[37:43] + "-" + digits[43:]
	return upper, lower, nil
}

// NeedsStamp says whether a receipt for yen (tax included) needs a revenue stamp: from thresholdYen on (50,000 yen), and
// where the receipt itemises consumption tax, judged by the amount without it (印紙税法 別表第一 17号, 消費税法の改正等に伴う印紙税の取扱い).
// So 54,999 yen at 10 % need one and 54,545 do not. Whether a channel's receipt is subject to stamp duty at all is up
// to the contract with the agent.
func NeedsStamp(yen, thresholdYen, taxBasisPoints int64, itemised bool) bool {
	if itemised {
		yen -= yen * taxBasisPoints / (10_000 + taxBasisPoints) // the tax inside yen, rounded down
	}
	return yen >= thresholdYen
}

const dayForm = "2006-01-02"

// shortDay writes a day as YYMMDD.
func shortDay(day string) (string, error) {
	if day == "" {
		return noLimit, nil
	}
	t, err := time.Parse(dayForm, day)
	if err != nil || t.Year() < 2000 || t.Year() > 2099 {
		return "", ErrDue
	}
	return t.Format("060102"), nil
}

// longDay reads YYMMDD. The format is younger than 2000, so all years are of this century.
func longDay(yymmdd string) (string, error) {
	if yymmdd == noLimit {
		return "", nil
	}
	t, err := time.Parse("20060102", "20"+yymmdd)
	if err != nil {
		return "", ErrDue
	}
	return t.Format(dayForm), nil
}

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
