package billing

import (
	"slices"
	"strings"

	"tsuke/internal/id"
)

// referenceMax is how many references are looked for in one text at most: what banks carry is shorter.
const referenceMax = 32

// ReferencesIn lists the reference numbers that a text holds: two groups of four in half or full width, small or capital, joined, with a
// hyphen or with a blank between them, anywhere in the text, and with the check letter that they must have (rule B36).
func ReferencesIn(text string) []id.Reference {
	var found []id.Reference
	for _, window := range referenceWindows(text) {
		if r, err := id.ParseReference(window); err == nil && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	return found
}

// referencesLike lists the reference numbers that differ from something in a text by one letter, or by two neighbours swapped: what
// goes wrong when they are typed in by hand. The check letter finds each such slip, so these are nobody's word, only hints.
func referencesLike(text string) []id.Reference {
	var found []id.Reference
	add := func(letters []rune) {
		if r, err := id.ParseReference(string(letters)); err == nil && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	for _, window := range referenceWindows(text) {
		if _, err := id.ParseReference(window); err == nil {
			continue
		}
		for i, letter := range []rune(window) {
			changed := []rune(window)
			for _, other := range referenceLetters {
				changed[i] = other
				add(changed)
			}
			changed[i] = letter
			if i > 0 {
				changed[i-1], changed[i] = changed[i], changed[i-1]
				add(changed)
			}
		}
	}
	return found
}

// referenceLetters are the letters and digits of references.
const referenceLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const referenceGroup = 4

// referenceWindows lists the eight letters of every place in a text where a reference can stand.
func referenceWindows(text string) []string {
	letters := []rune(text)
	var windows []string
	for i := range letters {
		first, next := groupAt(letters, i)
		if first == "" {
			continue
		}
		second, _ := groupAt(letters, next)
		if second == "" && next < len(letters) && strings.ContainsRune(referenceJoints, letters[next]) {
			second, _ = groupAt(letters, next+1)
		}
		if second != "" && len(windows) < referenceMax {
			windows = append(windows, first+second)
		}
	}
	return windows
}

// referenceJoints are what people and banks write between the two groups; the long vowel mark is what a hyphen becomes among kana.
const referenceJoints = "- \u3000\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d\uff70"

// groupAt is the four letters at a place, in half width, and the place after them; empty if there are no four.
func groupAt(letters []rune, at int) (group string, next int) {
	if at+referenceGroup > len(letters) {
		return "", at
	}
	var b strings.Builder
	for _, r := range letters[at : at+referenceGroup] {
		if 0xff01 <= r && r <= 0xff5e {
			r -= 0xfee0
		}
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "", at
		}
		b.WriteRune(r)
	}
	return b.String(), at + referenceGroup
}
