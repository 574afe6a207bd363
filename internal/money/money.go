// Package money holds amounts of Japanese yen and the few sums that a pay-later service does with them.
//
// # The story
//
// An amount is a whole number of yen in an int64; nothing smaller exists and no float comes near it. An amount stays
// within ±[Max] (10^12 yen), far above anything that is lent and far below what an int64 holds, so that an overflow is
// found by [Add] and [Sum] long before it could wrap. Rates are whole basis points. Wherever yen are divided the result
// is rounded once, towards zero, and the place that divides says so; [Split] gives the remainders away instead, so that
// the parts add up to the whole.
package money

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Yen is an amount in whole yen, at most Max either way. Whether it includes tax is said by the field that holds it.
type Yen int64

// Max is the largest amount, either way: 10^12 yen.
const Max Yen = 1_000_000_000_000

// BasisPoints is a rate in hundredths of a percent: 1460 is 14.6 %.
type BasisPoints int64

const wholeRate = 10_000 // 100 % in basis points

// ErrRange tells that a result would lie outside ±Max.
var ErrRange = errors.New("money: amount beyond 10^12 yen")

// ErrForm tells that a JSON value is not a whole number of yen.
var ErrForm = errors.New("money: an amount of yen is a whole number such as 8500: no quotes, fraction or exponent")

// InRange tells whether the amount lies within ±Max.
func (y Yen) InRange() bool { return -Max <= y && y <= Max }

// String is the plain number, as in a file or a URL: "8500", "-500".
func (y Yen) String() string { return strconv.FormatInt(int64(y), 10) }

// JA is the amount as Japanese pages print it: "8,500円", "−500円" (U+2212).
func (y Yen) JA() string {
	sign, digits := y.grouped()
	return sign + digits + "円"
}

// EN is the amount as English pages print it: "¥8,500", "−¥500" (U+2212).
func (y Yen) EN() string {
	sign, digits := y.grouped()
	return sign + "¥" + digits
}

func (y Yen) grouped() (sign, digits string) {
	negative, size := magnitude(y)
	if negative {
		sign = "−"
	}
	plain := strconv.FormatUint(size, 10)
	var b strings.Builder
	for i, r := range plain {
		if i > 0 && (len(plain)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return sign, b.String()
}

// UnmarshalJSON accepts a JSON number that is written as a whole number within ±Max, in its one shortest form. It
// refuses 1.0, 1e3, -0, "1" and null: a sender that writes these does not count in yen.
func (y *Yen) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return ErrRange
	}
	if err != nil || strconv.FormatInt(n, 10) != string(text) {
		return ErrForm
	}
	if !Yen(n).InRange() {
		return ErrRange
	}
	*y = Yen(n)
	return nil
}

// Add is a + b, or ErrRange if an operand or the result lies outside ±Max.
func Add(a, b Yen) (Yen, error) {
	if !a.InRange() || !b.InRange() || !(a + b).InRange() {
		return 0, ErrRange
	}
	return a + b, nil
}

// Sub is a − b, or ErrRange if an operand or the result lies outside ±Max.
func Sub(a, b Yen) (Yen, error) {
	if !b.InRange() {
		return 0, ErrRange
	}
	return Add(a, -b)
}

// Sum adds from left to right, and gives ErrRange as soon as an operand or a partial sum lies outside ±Max.
func Sum(ys ...Yen) (Yen, error) {
	var total Yen
	for _, y := range ys {
		var err error
		if total, err = Add(total, y); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Share is the rate's part of an amount, rounded down: 2,145 yen at 300 basis points is 64 yen. For a negative amount
// it is the negative of the share of its size, so that a refund takes back what the sale gave. A negative rate counts
// as 0.
func (y Yen) Share(rate BasisPoints) Yen {
	return y.Portion(int64(max(rate, 0)), wholeRate)
}

// Portion is y × num ÷ den, multiplied without loss and rounded once, towards zero: late damages of 30,000 yen for
// d days at 14.6 % a year are Portion(1460·d, 10000·365). What has no answer (num below 0, den below 1, a result beyond
// Max) is given as an amount beyond Max, which every Add and Sum refuses.
func (y Yen) Portion(num, den int64) Yen {
	negative, size := magnitude(y)
	part := Max + 1
	if num >= 0 && den >= 1 {
		hi, lo := bits.Mul64(size, uint64(num))
		if hi < uint64(den) {
			quotient, _ := bits.Div64(hi, lo, uint64(den))
			part = Yen(min(quotient, uint64(Max+1)))
		}
	}
	if negative {
		return -part
	}
	return part
}

// TaxIncluded takes the tax out of a total that includes it: tax = total × rate ÷ (1 + rate), rounded down, and
// net + tax = total. 209 yen at 10 % (1000 basis points) are 190 and 19.
func TaxIncluded(total Yen, rate BasisPoints) (net, tax Yen) {
	rate = max(rate, 0)
	tax = total.Portion(int64(rate), int64(wholeRate+rate))
	return total - tax, tax
}

// Split divides a total in proportion to the weights by the method of the largest remainder: each part is its exact
// share rounded down or up, and the parts add up to the total. Among equal remainders the earlier part gets the yen. A
// negative weight counts as 0 and one above Max as Max; if all are 0 the parts are as equal as can be. Without weights
// there is nobody to give to, and the result is nil.
func Split(total Yen, weights []int64) []Yen {
	if len(weights) == 0 {
		return nil
	}
	shares, sum := countedWeights(weights)
	negative, size := magnitude(total)
	parts := make([]Yen, len(shares))
	rest := make([]uint64, len(shares))
	left := size
	for i, share := range shares {
		hi, lo := bits.Mul64(size, share)
		quotient, remainder := bits.Div64(hi, lo, sum) // share ≤ sum, so the quotient fits
		parts[i], rest[i] = Yen(quotient), remainder
		left -= quotient
	}
	order := make([]int, len(shares))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rest[a] > rest[b]:
			return -1
		case rest[a] < rest[b]:
			return 1
		}
		return 0
	})
	for _, i := range order[:left] { // fewer yen are left than there are parts with a remainder
		parts[i]++
	}
	if negative {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}

func countedWeights(weights []int64) (shares []uint64, sum uint64) {
	shares = make([]uint64, len(weights))
	for i, w := range weights {
		shares[i] = uint64(min(max(w, 0), int64(Max)))
		sum += shares[i]
	}
	if sum == 0 {
		for i := range shares {
			shares[i] = 1
		}
		sum = uint64(len(shares))
	}
	return shares, sum
}

// magnitude is the sign and the size of an amount; it holds for the smallest int64 too.
func magnitude(y Yen) (negative bool, size uint64) {
	if y < 0 {
		return true, -uint64(y)
	}
	return false, uint64(y)
}

// String is the rate in percent: "14.6 %".
func (r BasisPoints) String() string {
	negative, size := magnitude(Yen(r))
	sign := ""
	if negative {
		sign = "−"
	}
	text := fmt.Sprintf("%d.%02d", size/100, size%100)
	return sign + strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}
