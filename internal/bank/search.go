package bank

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// rank says how well an entry answers a query; less is better.
type rank int

const (
	byCode   rank = iota // the whole code
	byNumber             // the code without its leading zeros, as spreadsheets leave it
	byName               // the whole name, reading or other name
	byBegin              // the beginning of the code, name, reading or other name
	byPart               // a part of the name, reading or other name
	noAnswer
)

// SearchBanks lists at most limit banks for what a person typed, the best first: the whole code, the whole name, the
// beginning of a code or name, a part of a name. Among equals those that Everyday lists come first, then the order of
// codes decides. The same query gives the same list.
//
// A name may be typed in kanji, kana of every width and size, or letters; as the directory has it or with 銀行, 信用金庫
// and the like, with JA in front, with figures for 七十七, or as people or former signs call the bank (MUFG, 住信SBIネット).
// What only a rewriting finds is listed when the text as typed finds nothing. A text of more than 300 bytes finds
// nothing.
func (d *Directory) SearchBanks(query string, limit int) []Bank {
	return first(limit, bankWords.attempts(query), func(offer func(Bank, spellings)) {
		for _, b := range d.banks {
			offer(b.Bank, spellings{b.Code, b.Name, b.Kana, otherNames[b.Code]})
		}
	}, func(a, b Bank) int { return cmp.Compare(everydayPlace(a.Code), everydayPlace(b.Code)) })
}

// SearchBranches is like SearchBanks for the branches of the bank with that code; the endings are 支店, 出張所 and the like.
// Among equals the order of codes decides.
func (d *Directory) SearchBranches(bank, query string, limit int) []Branch {
	b, ok := d.institution(bank)
	if !ok {
		return nil
	}
	return first(limit, branchWords.attempts(query), func(offer func(Branch, spellings)) {
		b.each(func(branch Branch) bool {
			offer(branch, spellings{branch.Code, branch.Name, branch.Kana, nil})
			return true
		})
	}, func(Branch, Branch) int { return 0 })
}

// spellings is what an entry may be found by.
type spellings struct {
	code, name, reading string
	others              []string
}

// first compares each entry with the attempts, takes the answers of the first attempt that has any, orders them and cuts
// the list. Entries come in the order of their codes, which a stable sort keeps.
func first[T any](limit int, attempts []attempt, entries func(offer func(T, spellings)), among func(a, b T) int) []T {
	if limit <= 0 || len(attempts) == 0 {
		return nil
	}
	type answer struct {
		rank  rank
		entry T
	}
	found := make([][]answer, len(attempts))
	m := matcher{attempts: attempts}
	entries(func(entry T, s spellings) {
		if i, r := m.match(s); r < noAnswer {
			found[i] = append(found[i], answer{r, entry})
		}
	})
	best := found[len(m.attempts)-1]
	slices.SortStableFunc(best, func(a, b answer) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), among(a.entry, b.entry))
	})
	var out []T
	for _, f := range best[:min(limit, len(best))] {
		out = append(out, f.entry)
	}
	return out
}

// matcher compares one entry after the other and keeps the room it folds them in. What comes after an attempt that has
// found something is not tried any more.
type matcher struct {
	attempts                        []attempt
	name, reading, book, contracted []byte
}

// match is the first attempt that an entry answers, and how well; noAnswer when it answers none.
func (m *matcher) match(s spellings) (int, rank) {
	m.name = fold(m.name[:0], s.name)
	m.reading = fold(m.reading[:0], s.reading)
	m.book, m.contracted = m.book[:0], m.contracted[:0]
	for i, a := range m.attempts {
		r := min(rankCode(a, s.code), rankText(m.name, a.text), rankText(m.reading, a.text), m.rankOthers(a, s), m.rankRoman(a, s))
		if r < noAnswer {
			m.attempts = m.attempts[:i+1]
			return i, r
		}
	}
	return 0, noAnswer
}

func (m *matcher) rankOthers(a attempt, s spellings) rank {
	r := noAnswer
	for _, name := range s.others {
		r = min(r, rankText(fold(nil, name), a.text))
	}
	return r
}

// rankRoman spells the reading when the first attempt of letters asks for it.
func (m *matcher) rankRoman(a attempt, s spellings) rank {
	if a.roman == "" {
		return noAnswer
	}
	if len(m.book) == 0 {
		var other bool
		if m.book, other = spell(m.book, s.reading, false); other {
			m.contracted, _ = spell(m.contracted, s.reading, true)
		}
	}
	return min(rankText(m.book, a.roman), rankText(m.contracted, a.roman))
}

func rankCode(a attempt, code string) rank {
	switch {
	case a.text == code:
		return byCode
	case !a.typed || !allDigits(a.text):
		return noAnswer
	case len(a.text) < len(code) && strings.TrimLeft(code, "0") == strings.TrimLeft(a.text, "0"):
		return byNumber
	case strings.HasPrefix(code, a.text):
		return byBegin
	}
	return noAnswer
}

func rankText(name []byte, text string) rank {
	switch at := bytes.Index(name, []byte(text)); {
	case at < 0:
		return noAnswer
	case len(name) == len(text):
		return byName
	case at == 0:
		return byBegin
	}
	return byPart
}
