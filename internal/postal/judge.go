package postal

import (
	"strings"
	"unicode"
)

// Agreement says how an address goes with its postal code.
type Agreement int

// The agreements. Unknown and Match need no word; TownDiffers is worth a question; Mismatch is a slip to correct.
const (
	Unknown     Agreement = iota // the table does not have the code: it may be new
	Match                        // prefecture, city and town
	TownDiffers                  // prefecture and city; the town, or the ward of the city, is another or cannot be compared
	Mismatch                     // another prefecture or another city
)

// Verdict is what Judge found.
type Verdict struct {
	Agreement Agreement
	Place     Place // where the code belongs; of several places the one nearest to the address. Zero with Unknown
}

// Judge compares a code of seven ASCII digits with an address: the prefecture, and the rest from the city on. The
// prefecture may also stand at the beginning of rest, or be left out there and be given as "".
//
// An address without a single kanji or kana cannot be compared below the prefecture and gets TownDiffers.
func Judge(code, prefecture, rest string) Verdict {
	a := address{prefecture: fold(prefecture), rest: fold(rest), readable: strings.ContainsFunc(rest, japanese)}
	best := Verdict{}
	for _, p := range Find(code) {
		found := Verdict{Agreement: a.agreement(p), Place: p}
		nearer := found.Agreement < best.Agreement ||
			found.Agreement == best.Agreement && a.inPrefecture(p) && !a.inPrefecture(best.Place)
		if best.Agreement == Unknown || nearer {
			best = found
		}
	}
	return best
}

func japanese(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// address is what was typed, folded.
type address struct {
	prefecture, rest string
	readable         bool
}

func (a address) agreement(p Place) Agreement {
	rest := strings.TrimPrefix(a.rest, fold(p.Prefecture))
	after, ok := afterCity(rest, p.City)
	switch {
	case a.prefecture != "" && !a.inPrefecture(p):
		return Mismatch
	case !a.readable:
		return TownDiffers
	case ok && inTown(after, p):
		return Match
	case ok || sameCityOtherWard(rest, p.City):
		return TownDiffers
	}
	return Mismatch
}

func (a address) inPrefecture(p Place) bool {
	full := fold(p.Prefecture)
	return a.prefecture == full || a.prefecture == withoutKind(full)
}

// withoutKind is the prefecture as people say it: 東京, 京都, 大阪. 北海道 has no shorter form.
func withoutKind(prefecture string) string {
	for _, kind := range []string{"都", "府", "県"} {
		if short, ok := strings.CutSuffix(prefecture, kind); ok {
			return short
		}
	}
	return prefecture
}

// afterCity is what follows the city. Towns and villages may be written without the county or the island in front of
// them: 「上川郡東川町」 or 「東川町」, 「三宅島三宅村」 or 「三宅村」.
func afterCity(rest, cityName string) (string, bool) {
	names := []string{cityName}
	if strings.HasSuffix(cityName, "町") || strings.HasSuffix(cityName, "村") {
		for _, above := range []string{"郡", "島"} {
			if _, town, ok := strings.Cut(cityName, above); ok && len([]rune(town)) > 1 {
				names = append(names, town)
			}
		}
	}
	for _, name := range names {
		if after, ok := strings.CutPrefix(rest, fold(name)); ok {
			return after, true
		}
	}
	return "", false
}

// sameCityOtherWard is true where the city is right and its ward missing or another one. Wards are merged and renamed
// (浜松市 in 2024) and their old names written for years.
func sameCityOtherWard(rest, cityName string) bool {
	name, ward, ok := strings.Cut(cityName, "市")
	return ok && strings.HasSuffix(ward, "区") && strings.HasPrefix(rest, fold(name+"市"))
}

// inTown is true where the text after the city begins with the town. In Kyoto street names may stand before it
// (「寺町通御池上る上本能寺前町」).
func inTown(after string, p Place) bool {
	town := fold(p.Town)
	for _, section := range []string{"大字", "字"} {
		after, town = strings.TrimPrefix(after, section), strings.TrimPrefix(town, section)
	}
	if strings.HasPrefix(p.City, "京都市") {
		return strings.Contains(after, town)
	}
	return strings.HasPrefix(after, town)
}
