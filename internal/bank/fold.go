package bank

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tsuke/internal/kana"
)

// normal brings a typed text into the characters that the directory is written in, and folds it.
func normal(typed string) string {
	standard, _ := kana.Name(typed)
	return string(fold(nil, kana.Katakana(standard)))
}

// fold appends s to dst in a form in which two spellings of one name are the same text. It is only for comparing.
//
//   - full-width letters and digits are ASCII, letters are upper case;
//   - hiragana is katakana, small letters are large, ヲ is オ, ヂ ヅ are ジ ズ;
//   - every stroke is a long sound (ー － -); blanks, points, commas and brackets are gone;
//   - ガ or ケ beside a kanji are one: 自由が丘 自由ケ丘 自由ヶ丘;
//   - old and new forms of a kanji are one of them: 北國 北国.
//
// It runs over every name of a bank for each search, so it is written for what the directory holds; what people type
// is normalised before. A test holds that both give the same for every name.
func fold(dst []byte, s string) []byte {
	last := rune(0)
	for i, r := range s {
		r = letter(r)
		if r < 0 {
			continue
		}
		if r == 'ガ' && (unicode.Is(unicode.Han, last) || beforeHan(s[i:])) {
			r = 'ケ'
		}
		last = r
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// beforeHan is true where the second character of s is a kanji.
func beforeHan(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[size:])
	return unicode.Is(unicode.Han, next)
}

// letter folds one character; -1 drops it.
func letter(r rune) rune {
	switch {
	case r >= '！' && r <= '～': // the full-width forms of ! to ~ lie in the same order
		r -= '！' - '!'
	case r >= 'ぁ' && r <= 'ゖ':
		r += 'ァ' - 'ぁ'
	}
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case r >= 0x4E00:
		if to, ok := sameKanji[r]; ok {
			return to
		}
		return r
	case r >= 'ァ' && r <= 'ヶ':
		return large(r)
	case r == '-' || r == 'ー' || r == '−' || r == '─' || r == '━' || r == '~' || r == '〜' || unicode.Is(unicode.Pd, r):
		return 'ー'
	case unicode.IsSpace(r) || strings.ContainsRune("・.,、。'’()", r):
		return -1
	}
	return r
}

// large is a katakana as readings of the directory have it, and the letters that sound alike as one.
func large(r rune) rune {
	switch r {
	case 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', 'ヮ':
		return r + 1 // each small letter stands before its large one
	case 'ヵ', 'ヶ':
		return 'ケ'
	case 'ヲ':
		return 'オ'
	case 'ヂ':
		return 'ジ'
	case 'ヅ':
		return 'ズ'
	}
	return r
}

// sameKanji maps each kanji to the first of its group.
var sameKanji = func() map[rune]rune {
	table := map[rune]rune{}
	for _, group := range strings.Fields(kanjiGroups) {
		runes := []rune(group)
		for _, r := range runes[1:] {
			table[r] = runes[0]
		}
	}
	return table
}()

// kanjiGroups are old, new and simplified forms that occur in names of banks, branches and places, and that people write
// one for another. 坂 and 阪 or 町 and 丁 are not among them: those tell places apart.
const kanjiGroups = `
国國 県縣 滝瀧 曽曾 条條 竜龍 沢澤 辺邊邉 浜濱濵 広廣 崎﨑嵜 高髙 島嶋嶌 淵渕渊 薮藪籔 釜竈竃 桧檜 斎斉齋齊 桜櫻 関關 駅驛 学學 鉄鐵鐡
荘莊庄 壷壺 舘館 富冨 鯵鰺 鴬鶯 蛍螢 峰峯 篭籠 野埜 涌湧 遥遙 渋澁 真眞 来來 万萬 与與 伝傳 栄榮 横橫 徳德 瀬瀨 亀龜 経經 蔵藏 豊豐 台臺
弥彌 塩鹽 厳嚴 総總 円圓 黒黑 黄黃 応應 会會 区區
`
