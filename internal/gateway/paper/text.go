package paper

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// geta is what Japanese printers set for a character that they have no type for (下駄記号).
const geta = '〓'

// printable gives the text as it can be printed, and what was replaced in it. Voiced kana written as two characters become
// one, line breaks and tabs become blanks. A character that has no shape of its own (a variation selector, a mark of
// direction, a control character) is left out and reported like one that becomes 〓: without its selector a kanji of a
// name may have another shape than its bearer writes.
func printable(text string, has func(rune) bool) (string, []rune) {
	var out strings.Builder
	var replaced []rune
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD")) {
		switch {
		case unicode.IsSpace(r) && r != '\u3000' && r != '\u00A0':
			out.WriteByte(' ')
		case has(r):
			out.WriteRune(r)
		case unicode.In(r, unicode.Variation_Selector, unicode.Cf, unicode.Cc):
			replaced = append(replaced, r)
		default:
			out.WriteRune(geta)
			replaced = append(replaced, r)
		}
	}
	return strings.TrimSpace(out.String()), replaced
}

// wrap breaks a text into lines of at most width, where Unicode's line breaking (UAX 14) allows it, for it knows which
// signs must not begin a line (禁則処理). A word that is wider than a line is broken between characters. Nothing but blanks
// at the ends of lines is lost. ok is false when even one character is wider than width.
func wrap(text string, width float64, measure func(string) float64) (lines []string, ok bool) {
	var line string
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line = ""
	}
	fits := func(s string) bool { return measure(strings.TrimRight(s, " ")) <= width }
	state := -1
	for text != "" {
		var piece string
		piece, text, _, state = uniseg.FirstLineSegmentInString(text, state)
		if fits(line + piece) {
			line += piece
			continue
		}
		if line != "" {
			flush()
		}
		if fits(piece) {
			line = piece
			continue
		}
		for clusters := uniseg.NewGraphemes(piece); clusters.Next(); {
			cluster := clusters.Str()
			if line != "" && !fits(line+cluster) {
				flush()
			}
			if !fits(cluster) {
				return nil, false
			}
			line += cluster
		}
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines, true
}
