package kana

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// HalfWidth is a name as bank and collection-agent files carry it: half-width katakana, A–Z, 0–9, blank and ( ) - .
// with ﾞ and ﾟ as characters of their own. Small kana are written large, ヲ as ｵ, the long sound as a hyphen, the middle
// dot as a point (全銀協標準通信プロトコル, the characters of a C field). bad lists what has no half-width form; it is
// left out of half, so a caller that must not lose anything checks bad first.
//
// One character of half is one byte in the file (JIS X 0201) though it is three in a Go string: count with
// utf8.RuneCountInString, shorten with Cut.
func HalfWidth(s string) (half string, bad []rune) {
	var out strings.Builder
	// Decomposition splits ガ into カ and a mark; it must come first, because no half-width letter carries a mark.
	wide := norm.NFD.String(strings.ToUpper(Katakana(s)))
	bad = listed(wide, func(r rune) bool { return halfOf(r) != 0 })
	for _, r := range wide {
		if h := halfOf(r); h != 0 {
			out.WriteRune(h)
		}
	}
	return strings.Join(strings.Fields(out.String()), " "), bad
}

// halfOf is the half-width form of a decomposed character, or 0.
func halfOf(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" ().-", r):
		return r
	case r == 'ー' || isHyphen(r) && r != '~' && r != '〜':
		return '-'
	case r >= 0xFF71 && r <= 0xFF9F: // already half-width: ｱ to ﾟ
		return r
	}
	return wideToHalf[r]
}

var wideToHalf = func() map[rune]rune {
	const (
		wide = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A" +
			"ァィゥェォヵヶッャュョヮヲヰヱ・。"
		half = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ" +
			"ｱｲｳｴｵｶｹﾂﾔﾕﾖﾜｵｲｴ.."
	)
	to := []rune(half)
	table := make(map[rune]rune, len(to))
	for i, r := range []rune(wide) {
		table[r] = to[i]
	}
	return table
}()

// Cut shortens a half-width text to at most n characters without parting a letter from its ﾞ or ﾟ.
func Cut(half string, n int) string {
	runes := []rune(half)
	if len(runes) <= n {
		return half
	}
	n = max(n, 0)
	for n > 0 && (runes[n] == 'ﾞ' || runes[n] == 'ﾟ') {
		n--
	}
	return strings.TrimRight(string(runes[:n]), " ")
}
