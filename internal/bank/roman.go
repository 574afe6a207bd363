package bank

import "strings"

// Some people type letters: mizuho, tokyo, Shinjuku. The directory's readings have only large kana, so 東京 is トウキヨウ and
// its letters by the book are TOUKIYOU, while nobody would write the capital so. A reading is therefore tried in two
// ways, by the book and with キヨ taken for キョ and ツポ for ッポ; and both sides are brought to one way of writing.

// spell appends a reading in simple letters to dst, one kana after the other; with contracted, a large ヤ, ユ or ヨ is taken
// for a small one and ツ for a doubled consonant wherever that gives a sound. other says that the two ways differ.
// Letters in a reading stay, what is neither kana nor letter is dropped.
func spell(dst []byte, reading string, contracted bool) (letters []byte, other bool) {
	begin, last := len(dst), rune(0)
	for _, r := range reading {
		r = letter(r)
		var syllable string
		switch {
		case r >= 'A' && r <= 'Z':
			dst = squeeze(dst, begin, byte(r))
			last = 0
			continue
		case r >= 'ア' && r <= 'ヴ':
			syllable = syllables[r-'ア']
		}
		if syllable == "" {
			continue
		}
		small := strings.ContainsRune("ヤユヨ", r) && strings.ContainsRune("キシチニヒミリギジビピ", last)
		double := last == 'ツ' && strings.IndexByte("KSTP", syllable[0]) >= 0
		other = other || small || double
		switch {
		case contracted && small:
			dst = dst[:len(dst)-len("I")]
		case contracted && double:
			dst = append(dst[:len(dst)-len("TU")], syllable[0])
		}
		for i := range len(syllable) {
			dst = squeeze(dst, begin, syllable[i])
		}
		last = r
	}
	return dst, other
}

// syllables are the letters of the katakana from ア to ヴ in Unicode's order; "" where fold leaves none.
var syllables = [...]string{
	"A", "", "I", "", "U", "", "E", "", "O", "KA", "GA", "KI", "GI", "KU", "GU", "KE", "GE", "KO", "GO",
	"SA", "ZA", "SI", "ZI", "SU", "ZU", "SE", "ZE", "SO", "ZO", "TA", "DA", "TI", "", "", "TU", "", "TE", "DE", "TO", "DO",
	"NA", "NI", "NU", "NE", "NO", "HA", "BA", "PA", "HI", "BI", "PI", "HU", "BU", "PU", "HE", "BE", "PE", "HO", "BO", "PO",
	"MA", "MI", "MU", "ME", "MO", "", "YA", "", "YU", "", "YO", "RA", "RI", "RU", "RE", "RO", "", "WA", "I", "E", "", "N", "VU",
}

// simple brings what was typed to the one way of writing: shi is si, tsu tu, fu hu, jo zyo, m before b, p and m is n, and
// long vowels are short.
func simple(typed string) string {
	var out []byte
	typed = sounds.Replace(typed)
	for i := range len(typed) {
		out = squeeze(out, 0, typed[i])
	}
	return string(out)
}

var sounds = strings.NewReplacer("SHI", "SI", "CHI", "TI", "TSU", "TU", "FU", "HU", "JI", "ZI", "DZU", "ZU", "DU", "ZU", "SH", "SY",
	"TCH", "TTY", "CH", "TY", "J", "ZY", "MB", "NB", "MP", "NP", "MM", "NM", "ー", "")

// squeeze appends a letter unless it only makes the vowel before it long: ou, oo, oh and uu.
func squeeze(dst []byte, begin int, letter byte) []byte {
	if len(dst) > begin {
		switch last := dst[len(dst)-1]; {
		case last == 'O' && (letter == 'U' || letter == 'O' || letter == 'H'), last == 'U' && letter == 'U':
			return dst
		}
	}
	return append(dst, letter)
}
