package bank

import (
	"strconv"
	"strings"
)

// A longer text is no name; it is not looked at, so that nobody can make a search slow.
const maxQueryBytes = 300

// words says how a typed text may differ from the directory besides spelling. All of it is folded.
type words struct {
	digits  int         // of a code
	shorter [][2]string // long forms and what the directory has instead, the longest first
	kinds   []string    // endings that say what kind of institution or office it is
}

var (
	bankWords = words{
		digits: 4,
		shorter: [][2]string{
			{"株式会社", ""},
			{"信用農業協同組合連合会", "信連"},
			{"信用漁業協同組合連合会", "信漁連"},
			{"信用協同組合", "信組"},
			{"農業協同組合", "農協"},
			{"漁業協同組合", "漁協"},
			{"信用組合", "信組"},
			{"信用金庫", "信金"},
			{"労働金庫", "労金"},
			{"シンヨウノウギヨウキヨウドウクミアイレンゴウカイ", "シンレン"},
			{"シンヨウキヨウドウクミアイ", "シンクミ"},
			{"ノウギヨウキヨウドウクミアイ", "ノウキヨウ"},
			{"ギヨギヨウキヨウドウクミアイ", "ギヨキヨウ"},
			{"シンヨウクミアイ", "シンクミ"},
			{"シンヨウキンコ", "シンキン"},
			{"ロウドウキンコ", "ロウキン"},
		},
		kinds: []string{"銀行", "信金", "信組", "労金", "農協", "ギンコウ", "バンク", "シンキン", "シンクミ", "ロウキン", "ノウキヨウ", "BANK"},
	}
	branchWords = words{
		digits: 3,
		kinds:  []string{"特別出張所", "出張所", "営業所", "営業部", "支店", "店", "シユツチヨウジヨ", "エイギヨウシヨ", "エイギヨウブ", "シテン", "テン", "BRANCH"},
	}
)

// attempt is one way in which a query may be meant.
type attempt struct {
	text  string // folded, not empty
	roman string // the same in simple letters, "" when it is not all letters
	typed bool   // what was typed, not a rewriting of it: a part of a code counts, and not only a whole one
}

// attempts lists the ways, the most literal first. A way is only tried when those before it find nothing, so that
// 「東京営業部」 does not find every 東京.
func (w words) attempts(query string) []attempt {
	if len(query) > maxQueryBytes {
		return nil
	}
	typed := normal(query)
	short := w.shortened(typed)
	texts := []string{typed, short, w.withoutKind(short)}
	for _, text := range texts {
		texts = append(texts, kanjiNumerals(text))
	}
	var out []attempt
	seen := map[string]bool{}
	for _, text := range texts {
		if seen[text] || strings.Trim(text, "ー") == "" {
			continue // strokes alone are no name
		}
		seen[text] = true
		out = append(out, attempt{text: text, roman: lettersOnly(text), typed: text == typed})
	}
	return out
}

// shortened writes the long forms as the directory does. 農協 is written JA in front everywhere else.
func (w words) shortened(text string) string {
	for _, pair := range w.shorter {
		text = strings.ReplaceAll(text, pair[0], pair[1])
	}
	if name, ok := strings.CutPrefix(text, "JA"); ok && w.digits == bankWords.digits && lettersOnly(text) == "" && name != "" {
		return strings.TrimSuffix(name, "農協") + "農協"
	}
	return text
}

// withoutKind cuts the first ending that fits; what is nothing but an ending stays.
func (w words) withoutKind(text string) string {
	for _, kind := range w.kinds {
		if name, ok := strings.CutSuffix(text, kind); ok && name != "" {
			return name
		}
	}
	return text
}

// lettersOnly is a text of letters in their simple form; "" when anything else is in it.
func lettersOnly(text string) string {
	for _, r := range text {
		if (r < 'A' || r > 'Z') && r != 'ー' {
			return ""
		}
	}
	return simple(text)
}

// kanjiNumerals writes figures up to 999 the way names do: 77 is 七十七, 第2 is 第二.
func kanjiNumerals(text string) string {
	var out strings.Builder
	for text != "" {
		end := strings.IndexFunc(text+" ", func(r rune) bool { return r < '0' || r > '9' })
		if n, err := strconv.Atoi(text[:end]); err == nil && end <= 3 {
			out.WriteString(kanjiNumeral(n))
		} else {
			out.WriteString(text[:end])
		}
		text = text[end:]
		next := strings.IndexAny(text, "0123456789")
		if next < 0 {
			next = len(text)
		}
		out.WriteString(text[:next])
		text = text[next:]
	}
	return out.String()
}

// kanjiNumeral is a number of 0 to 999: 〇, 十六, 百五, 二百.
func kanjiNumeral(n int) string {
	if n == 0 {
		return "〇"
	}
	ones := strings.Split(",一,二,三,四,五,六,七,八,九", ",")
	text := ""
	for _, place := range []struct {
		value int
		name  string
	}{{100, "百"}, {10, "十"}} {
		switch digit := n / place.value % 10; digit {
		case 0:
		case 1:
			text += place.name
		default:
			text += ones[digit] + place.name
		}
	}
	return text + ones[n%10]
}
