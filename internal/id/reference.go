package id

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"strings"
)

// Reference is a number that a person reads to another, such as "K7F2-9QXM": 25 bits of chance and the bucket of the row
// that holds it, scrambled by them so that references of one bucket do not look alike. It is short, so it can be
// guessed: it names a thing and opens nothing. The zero Reference means none; where one is stored it is a BIGINT. Two of
// one bucket are equal once in 33 million: whoever needs it unique says so with a constraint and draws again.
type Reference int64

// What can be wrong with a text that should be a reference.
var (
	ErrReferenceForm  = errors.New("id: a reference number has two groups of four letters or digits, such as K7F2-9QXM")
	ErrReferenceCheck = errors.New("id: a character of this reference number is wrong")
)

const (
	bucketBits     = 10
	chanceBits     = 25
	referenceChars = 7 // and the check character
)

// NewReference draws a reference in a bucket from 0 to Buckets-1; it panics for another.
func NewReference(bucket int) Reference {
	if bucket < 0 || bucket >= Buckets {
		panic("id: bucket out of range")
	}
	for {
		var b [4]byte
		_, _ = rand.Read(b[:]) // crypto/rand.Read never gives an error: it ends the process instead
		if r := referenceOf(binary.BigEndian.Uint32(b[:])>>(32-chanceBits), bucket); r != 0 {
			return r
		}
	}
}

func referenceOf(chance uint32, bucket int) Reference {
	return Reference(int64(chance)<<bucketBits | int64(bucket^scramble(chance)))
}

// scramble spreads 25 bits over 10 by multiplying with 2^32 ÷ the golden ratio.
func scramble(chance uint32) int { return int(chance * 0x9e3779b1 >> (32 - bucketBits)) }

// Bucket is the bucket of the row that holds the reference.
func (r Reference) Bucket() int {
	return int(r)&(Buckets-1) ^ scramble(uint32(r>>bucketBits))
}

// String is the reference in two groups of four, and "" for the zero Reference.
func (r Reference) String() string {
	if r == 0 {
		return ""
	}
	var out [referenceChars + 2]byte
	check := 0
	for n := range referenceChars {
		v := int(r>>(5*(referenceChars-1-n))) & 31
		check = fold(check, v)
		at := n
		if n >= 4 {
			at++
		}
		out[at] = alphabet[v]
	}
	out[4] = '-'
	out[8] = alphabet[fold(check, 0)]
	return strings.ToUpper(string(out[:]))
}

// fold takes one more character into the check: the field of 32 elements with x^5 + x^2 + 1, where the sum so far is
// multiplied by x. A text is right if it folds to 0. A wrong character changes its own term, and two neighbours swapped
// change the sum by (1 + x) × their difference × a power of x, which is 0 only if they are equal: both are always found.
func fold(sum, character int) int {
	sum <<= 1
	if sum&32 != 0 {
		sum ^= 0b100101
	}
	return sum ^ character
}

// ParseReference reads a reference as people type it: small letters, without the hyphen or with one of any shape, with
// spaces, in full-width characters, O for 0, I or L for 1. It gives ErrReferenceForm if it is no reference and
// ErrReferenceCheck if a character must be wrong; errors never repeat the text.
func ParseReference(s string) (Reference, error) {
	var r Reference
	check, count := 0, 0
	for _, c := range s {
		c = narrow(c)
		if strings.ContainsRune(separators, c) {
			continue
		}
		v := strings.IndexRune(alphabet, lookalike(lower(c)))
		if v < 0 || count > referenceChars {
			return 0, ErrReferenceForm
		}
		check = fold(check, v)
		if count < referenceChars {
			r = r<<5 | Reference(v)
		}
		count++
	}
	if count != referenceChars+1 {
		return 0, ErrReferenceForm
	}
	if check != 0 || r == 0 {
		return 0, ErrReferenceCheck
	}
	return r, nil
}

// separators are what keyboards give for a hyphen or a space; the long vowel mark stands on the same key in Japan.
const separators = "- \u3000\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"

// narrow reads the full-width forms of ASCII (U+FF01 to U+FF5E) as ASCII.
func narrow(c rune) rune {
	if 0xff01 <= c && c <= 0xff5e {
		return c - 0xfee0
	}
	return c
}

// lookalike reads the letters that Crockford's alphabet leaves out as the digits they are mistaken for.
func lookalike(c rune) rune {
	switch c {
	case 'o':
		return '0'
	case 'i', 'l':
		return '1'
	}
	return c
}

// IsZero tells whether the Reference is none.
func (r Reference) IsZero() bool { return r == 0 }

// MarshalText is the text of String.
func (r Reference) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseReference reads; an empty text is the zero Reference.
func (r *Reference) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = 0
		return nil
	}
	parsed, err := ParseReference(string(text))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}
