package konbini

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The two lines that the post office reads optically (OCR-B) on a 払込取扱票, so that one postcard is paid at a
// convenience store by its bars and at a post office by these. The upper one has 39 digits, two check digits and:
//
//	 1–11  account of the payee (口座記号番号)
//	12–16  zeros
//	17–22  amount in yen
//	23     who pays the fee (料金負担): 2 the payee
//	24–32  agents differ: zeros with some, a number of theirs with others
//	33–37  company code
//
// and the lower one 44, two check digits and:
//
//	 1–16  free field
//	17     reissue digit
//	18–26  agents differ, as above
//	27–31  maker of the slip
//	32–34  control
//	35–42  zeros
//
// Where agents differ, and where one of them only was seen to write zeros, the digits are fields here: what the agent's
// manual says goes in, and nothing is left out when a line is read.
const (
	upperLength = 39
	lowerLength = 44
)

// What is wrong with the postal lines or with what they are to be built from, beside ErrDigits, ErrReissue and ErrAmount.
var (
	ErrPostalLength = errors.New("konbini: the upper postal line has 39 digits, the lower one 44")
	ErrPostalCheck  = errors.New("konbini: the check digits of the postal line do not fit")
	ErrPostalField  = errors.New("konbini: a field of the postal line has another number of digits")
	ErrPostalPayer  = errors.New("konbini: the fee payer is a digit")
)

// PostalUpper is what the upper line says. An empty field stands for zeros; ParsePostalUpper gives all digits.
type PostalUpper struct {
	Account  string // 11 digits
	Zeros    string // 5 digits
	Yen      int64
	FeePayer int    // 0–9; 2 when the payee pays the post office's fee
	Agent    string // 9 digits, the agent's
	Company  string // 5 digits
}

// PostalLower is what the lower line says. An empty field stands for zeros; ParsePostalLower gives all digits.
type PostalLower struct {
	Free    string // 16 digits
	Reissue int    // 0 the first slip, 1–9 the later ones
	Agent   string // 9 digits, the agent's
	Maker   string // 5 digits
	Control string // 3 digits
	Zeros   string // 8 digits
}

// BuildPostalUpper makes the 39 digits. limitYen is the most that the agent collects with one slip; the line itself
// ends at 999,999. The errors are ErrPostalField, ErrDigits, ErrPostalPayer and ErrAmount.
func BuildPostalUpper(u PostalUpper, limitYen int64) (string, error) {
	switch {
	case u.Yen < 1 || u.Yen > min(limitYen, maxDigits):
		return "", ErrAmount
	case u.FeePayer < 0 || u.FeePayer > 9:
		return "", ErrPostalPayer
	}
	return postalLine(
		postalField{u.Account, 11}, postalField{u.Zeros, 5}, postalField{fmt.Sprintf("%06d", u.Yen), 6},
		postalField{strconv.Itoa(u.FeePayer), 1}, postalField{u.Agent, 9}, postalField{u.Company, 5},
	)
}

// BuildPostalLower makes the 44 digits. The errors are ErrPostalField, ErrDigits and ErrReissue.
func BuildPostalLower(l PostalLower) (string, error) {
	if l.Reissue < 0 || l.Reissue > 9 {
		return "", ErrReissue
	}
	return postalLine(
		postalField{l.Free, 16}, postalField{strconv.Itoa(l.Reissue), 1}, postalField{l.Agent, 9},
		postalField{l.Maker, 5}, postalField{l.Control, 3}, postalField{l.Zeros, 8},
	)
}

// ParsePostalUpper reads 39 ASCII digits. The errors are ErrPostalLength, ErrDigits, ErrPostalCheck and ErrAmount.
func ParsePostalUpper(digits string) (PostalUpper, error) {
	body, err := postalBody(digits, upperLength)
	if err != nil {
		return PostalUpper{}, err
	}
	yen, err := strconv.ParseInt(body[16:22], 10, 64)
	if err != nil || yen < 1 {
		return PostalUpper{}, ErrAmount
	}
	return PostalUpper{
		Account: body[:11], Zeros: body[11:16], Yen: yen, FeePayer: int(body[22] - '0'), Agent: body[23:32], Company: body[32:],
	}, nil
}

// ParsePostalLower reads 44 ASCII digits. The errors are ErrPostalLength, ErrDigits and ErrPostalCheck.
func ParsePostalLower(digits string) (PostalLower, error) {
	body, err := postalBody(digits, lowerLength)
	if err != nil {
		return PostalLower{}, err
	}
	return PostalLower{
		Free: body[:16], Reissue: int(body[16] - '0'), Agent: body[17:26], Maker: body[26:31], Control: body[31:34], Zeros: body[34:],
	}, nil
}

// PostalCheck is the two digits before a body of 37 or 42 digits. The second is computed first: the digits at odd
// positions (counted from 1) times 9, 8, … 2 and 9 again, the others as they are, sum modulo 10. The first: the digits
// at odd positions as they are, the others times 3, 4, … 9, 2 and 3 again, and twice the second digit, sum modulo 11,
// where 10 is written 0. The errors are ErrPostalLength and ErrDigits.
func PostalCheck(body string) (string, error) {
	if len(body) != upperLength-2 && len(body) != lowerLength-2 {
		return "", ErrPostalLength
	}
	if !allDigits(body) {
		return "", ErrDigits
	}
	first, second := 0, 0
	for i := range len(body) {
		digit, turn := int(body[i]-'0'), i/2%8
		if i%2 == 0 {
			second += digit * (9 - turn)
			first += digit
		} else {
			second += digit
			first += digit * ((turn+1)%8 + 2)
		}
	}
	second %= 10
	first = (first + 2*second) % 11 % 10
	return strconv.Itoa(first) + strconv.Itoa(second), nil
}

type postalField struct {
	digits string
	width  int
}

func postalLine(fields ...postalField) (string, error) {
	var body strings.Builder
	for _, f := range fields {
		switch {
		case f.digits == "":
			f.digits = strings.Repeat("0", f.width)
		case len(f.digits) != f.width:
			return "", ErrPostalField
		}
		body.WriteString(f.digits)
	}
	check, err := PostalCheck(body.String())
	if err != nil {
		return "", err
	}
	return check + body.String(), nil
}

// postalBody is a line without its check digits, once these fit.
func postalBody(digits string, length int) (string, error) {
	if len(digits) != length {
		return "", ErrPostalLength
	}
	check, err := PostalCheck(digits[2:])
	switch {
	case err != nil:
		return "", err
	case check != digits[:2]:
		return "", ErrPostalCheck
	}
	return digits[2:], nil
}
