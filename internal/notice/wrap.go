package notice

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// columns is the longest line of a letter in columns of a terminal, as RFC 5322 recommends; a Japanese letter takes two.
const columns = 78

// wrap breaks lines that are longer than columns. It breaks at blanks and between Japanese letters, but not where a line
// must not end or begin (JIS X 4051), nor within an amount, a date or a word. What cannot be broken stays whole.
func wrap(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = wrapLine(line)
	}
	return strings.Join(lines, "\n")
}

func wrapLine(line string) string {
	var out, current strings.Builder
	used := 0
	for _, piece := range pieces(line) {
		long := columnsOf(piece)
		if used > 0 && used+columnsOf(strings.TrimRight(piece, " ")) > columns {
			out.WriteString(strings.TrimRight(current.String(), " "))
			out.WriteString("\n")
			current.Reset()
			used = 0
		}
		current.WriteString(piece)
		used += long
	}
	return out.String() + strings.TrimRight(current.String(), " ")
}

// pieces cuts a line where it may be broken. Blanks stay with the piece before them.
func pieces(line string) []string {
	var out []string
	start := 0
	var before rune
	for i, r := range line {
		if i > 0 && mayBreak(before, r) {
			out = append(out, line[start:i])
			start = i
		}
		before = r
	}
	return append(out, line[start:])
}

const (
	notFirst = "、。，．・：；？！）」』〉》】〕％%ー々ゝゞ〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ)]}"
	notLast  = "（「『〈《【〔([{"
	units    = "円年月日回件分時秒歳店枚か本"
)

// mayBreak tells whether a line may end with a and the next begin with b.
func mayBreak(a, b rune) bool {
	switch {
	case b == ' ':
		return false
	case a == ' ':
		return true
	case strings.ContainsRune(notFirst, b), strings.ContainsRune(notLast, a):
		return false
	case unicode.IsDigit(a) && strings.ContainsRune(units, b):
		return false // 30,000|円
	case strings.ContainsRune(units, a) && (unicode.IsDigit(b) || b == '('):
		return false // 7月|10日|(金)
	}
	return wide(a) || wide(b)
}

func wide(r rune) bool { return runeColumns(r) == 2 }

// runeColumns counts what some mailboxes show wide and others narrow as wide.
func runeColumns(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth, width.EastAsianAmbiguous:
		return 2
	case width.Neutral, width.EastAsianNarrow, width.EastAsianHalfwidth:
	}
	return 1
}

func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}
