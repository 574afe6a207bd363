// Package kana brings what people in Japan type into the one form the rest of the program judges and stores.
//
// A person types 「０９０－１２３４－５６７８」, a phone keyboard adds an invisible selector, an address book pastes half-width
// kana. None of that is a mistake, so none of it is refused: every input is normalised here first and judged afterwards.
// What a page shows again is always what the person typed; what is compared, encrypted and sent is the normal form.
//
// Two kinds of function live here. Text, Digits, Katakana, HalfWidth and Name only rewrite: they accept everything, are
// idempotent, and report what could not be carried over. Phone, Mail, PostalCode and BirthDate also judge: each shape they refuse
// has its own exported error, so that a page can name the cure. The errors never contain the input, because it is personal data.
//
// Two character sets matter. JIS X 0208 (levels 1 and 2, 6,879 characters) is what agencies, banks and printing
// services accept. Windows-31J, which Go and browsers call Shift_JIS, has vendor rows on top of it: 髙 and ① encode without
// an error although the receiver may not know them. JIS0208 tells the two apart.
package kana

import (
	"errors"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ErrPostalCode means that a postal code does not have exactly seven digits.
var ErrPostalCode = errors.New("kana: a postal code has seven digits")

// Text is the normal form of free text: compatibility forms folded (full-width letters, half-width kana, ① and ㈱),
// invisible characters dropped, white space trimmed and folded to one blank, composed (Unicode NFC).
// Kanji that only look alike are left as they are; Name maps those.
func Text(s string) string {
	s = norm.NFKC.String(strings.Map(visible, joinVoicing(s)))
	return strings.Join(strings.Fields(s), " ")
}

// visible drops what takes no room on paper and would make two equal texts differ: controls, zero-width and direction
// marks (category Cf), and the selectors that choose a glyph variant (U+FE00–FE0F, U+E0100–E01EF, U+180B–180F).
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r):
		return -1
	}
	return r
}

// joinVoicing turns the stand-alone marks ゛ and ゜ into combining ones, so that か゛ becomes が. Compatibility
// decomposition alone would put a blank in between.
func joinVoicing(s string) string {
	return voicing.Replace(s)
}

var voicing = strings.NewReplacer("゛", "\u3099", "゜", "\u309A")

// Digits is the normal form of a number that people group as they like: full-width digits become ASCII, and blanks,
// brackets and hyphens of every shape go. Anything else stays, so that the caller can refuse it.
func Digits(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r == ' ' || isHyphen(r) || unicode.In(r, unicode.Ps, unicode.Pe) {
			return -1
		}
		return r
	}, Text(s)))
}

// isHyphen knows the strokes that keyboards put where a hyphen is meant, the long sound mark and the box-drawing line
// included. The kanji 一 is not one of them: it is a digit.
func isHyphen(r rune) bool {
	switch r {
	case '-', '‐', '‑', '‒', '–', '—', '―', '⁃', '−', '─', '━', 'ー', '〜', '~':
		return true
	}
	return false
}

// PostalCode is the seven digits of a postal code written in any usual way: "〒150-0001", 「１５０ー０００１」.
// The error is ErrPostalCode.
func PostalCode(s string) (string, error) {
	code := Digits(strings.TrimPrefix(Text(s), "〒"))
	if len(code) != 7 || !allDigits(code) {
		return "", ErrPostalCode
	}
	return code, nil
}

// PostalCodeDisplay groups seven digits for a page: "150-0001". Anything else is returned unchanged.
func PostalCodeDisplay(code string) string {
	if len(code) != 7 || !allDigits(code) {
		return code
	}
	return code[:3] + "-" + code[3:]
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Katakana is the normal form of a reading (フリガナ): Text, with hiragana turned into full-width katakana. A hyphen
// right after a kana letter is a long sound, as people type 「サト-」 for 「サトー」. Small letters and long sounds stay.
func Katakana(s string) string {
	var out strings.Builder
	afterKana := false
	// Composed again: わ with a voicing mark is two characters, ヷ is one.
	for _, r := range norm.NFC.String(strings.Map(katakanaOf, Text(s))) {
		if afterKana && r != '〜' && r != '~' && isHyphen(r) {
			r = 'ー'
		}
		out.WriteRune(r)
		afterKana = unicode.Is(unicode.Katakana, r) || r == 'ー'
	}
	return out.String()
}

// katakanaOf maps ぁ–ゖ and the iteration marks ゝゞ; the two blocks lie 0x60 apart.
func katakanaOf(r rune) rune {
	if r >= 'ぁ' && r <= 'ゖ' || r == 'ゝ' || r == 'ゞ' {
		return r + 0x60
	}
	return r
}

// NotKatakana lists, once each and in order, the characters of a normalised reading that are no katakana. The long
// sound mark, the middle dot and the blank belong to a reading.
func NotKatakana(s string) []rune {
	return listed(s, func(r rune) bool {
		return r >= 'ァ' && r <= 'ヺ' || r == 'ー' || r == '・' || r == 'ヽ' || r == 'ヾ' || r == ' '
	})
}

// listed is the characters of s that good refuses, once each, in the order of their first appearance.
func listed(s string, good func(rune) bool) []rune {
	var bad []rune
	seen := map[rune]bool{}
	for _, r := range s {
		if good(r) || seen[r] {
			continue
		}
		seen[r] = true
		bad = append(bad, r)
	}
	return bad
}
