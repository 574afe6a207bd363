package bank

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Row is one heading of a list to leaf through and what stands below it.
type Row[T Bank | Branch] struct {
	Head    string // あ か さ た な は ま や ら わ, or A for a reading that begins with a letter or figure
	Entries []T    // in the order of their readings, then of their codes; at least one
}

// BanksByKana groups all banks by the row of the kana table that their reading begins with. Rows without a bank are left
// out.
func (d *Directory) BanksByKana() []Row[Bank] {
	return rows(d.Banks(), func(b Bank) string { return b.Kana })
}

// BranchesByKana groups a bank's branches like BanksByKana; nil when there is no such bank.
func (d *Directory) BranchesByKana(bank string) []Row[Branch] {
	return rows(d.Branches(bank), func(b Branch) string { return b.Kana })
}

// rows takes entries in the order of their codes.
func rows[T Bank | Branch](entries []T, reading func(T) string) []Row[T] {
	type keyed struct {
		entry   T
		head    int
		place   int // in the order of the codes
		reading string
	}
	all := make([]keyed, len(entries))
	for i, e := range entries {
		all[i] = keyed{e, headOf(reading(e)), i, string(fold(nil, reading(e)))}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.head, b.head), strings.Compare(a.reading, b.reading), cmp.Compare(a.place, b.place))
	})
	var out []Row[T]
	for i, k := range all {
		if i == 0 || k.head != all[i-1].head {
			out = append(out, Row[T]{Head: heads[k.head].head})
		}
		last := &out[len(out)-1]
		last.Entries = append(last.Entries, k.entry)
	}
	return out
}

// heads is the kana table row by row; the last row takes what is in none.
var heads = []struct{ head, kana string }{
	{"あ", "アイウエオヴヰヱ"},
	{"か", "カキクケコガギグゲゴ"},
	{"さ", "サシスセソザジズゼゾ"},
	{"た", "タチツテトダヂヅデド"},
	{"な", "ナニヌネノ"},
	{"は", "ハヒフヘホバビブベボパピプペポ"},
	{"ま", "マミムメモ"},
	{"や", "ヤユヨ"},
	{"ら", "ラリルレロ"},
	{"わ", "ワヲン"},
	{"A", ""},
}

func headOf(reading string) int {
	begin, _ := utf8.DecodeRuneInString(reading)
	for i, row := range heads {
		if strings.ContainsRune(row.kana, begin) {
			return i
		}
	}
	return len(heads) - 1
}
