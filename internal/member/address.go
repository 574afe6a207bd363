package member

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tsuke/internal/fault"
	"tsuke/internal/kana"
	"tsuke/internal/postal"
)

// prefectures are the 47, in the order of their codes (JIS X 0401).
var prefectures = strings.Fields(`北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県
石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県
愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県`)

// Prefectures lists the 47 prefectures, for a page's choice.
func Prefectures() []string { return slices.Clone(prefectures) }

// FillAddress lists the places of a postal code as typed, for the button that fills the address in (rule M12). No place
// is no slip: the table may not know a new code yet.
func FillAddress(typed string) ([]postal.Place, error) {
	code, err := kana.PostalCode(typed)
	if err != nil {
		return nil, PostalShape.In("postal")
	}
	return postal.Find(code), nil
}

// readAddress judges an address (rule M12). hint is where the postal code belongs if the town differs, which is told and
// not refused.
func readAddress(in AddressInput) (a storedAddress, hint postal.Place, slips []*fault.Error) {
	code, err := kana.PostalCode(in.PostalCode)
	if err != nil {
		slips = append(slips, PostalShape.In("postal"))
	}
	a.PostalCode = code
	rest, slip := readAddressPart("city", in.City)
	if slip != nil {
		slips = append(slips, slip)
	}
	var ok bool
	if a.Prefecture, a.City, ok = splitPrefecture(in.Prefecture, rest); !ok {
		slips = append(slips, PrefectureUnknown.In("prefecture"))
	}
	if a.City == "" && slip == nil {
		slips = append(slips, CityMissing.In("city"))
	}
	if a.Building, slip = readAddressPart("building", in.Building); slip != nil {
		slips = append(slips, slip)
	}
	if len(slips) > 0 {
		return a, postal.Place{}, slips
	}
	verdict := postal.Judge(a.PostalCode, a.Prefecture, a.City)
	switch verdict.Agreement {
	case postal.Mismatch:
		p := verdict.Place
		return a, p, []*fault.Error{AddressMismatch.In("postal").With("place", p.Prefecture+p.City+p.Town)}
	case postal.TownDiffers:
		hint = verdict.Place
	case postal.Unknown, postal.Match:
	}
	return a, hint, nil
}

// readAddressPart brings a part of an address to the form that is printed on an envelope.
func readAddressPart(field, typed string) (string, *fault.Error) {
	if len(typed) > typedMax {
		return "", AddressLong.In(field).With("max", strconv.Itoa(addressMax))
	}
	text, _ := kana.Name(typed)
	if utf8.RuneCountInString(text) > addressMax {
		return "", AddressLong.In(field).With("max", strconv.Itoa(addressMax))
	}
	if bad := kana.JIS0208(text); len(bad) > 0 {
		return "", AddressCharacter.In(field).With("characters", string(bad))
	}
	return text, nil
}

// splitPrefecture reads the prefecture, which may be written short (「東京」), and takes it off the front of the rest,
// where many people write it once more; if its own field is empty, it is taken from there.
func splitPrefecture(typed, rest string) (prefecture, city string, ok bool) {
	typed = kana.Text(typed)
	for _, p := range prefectures {
		if typed == p || typed != "" && typed == shortOf(p) || typed == "" && strings.HasPrefix(rest, p) {
			return p, strings.TrimSpace(strings.TrimPrefix(rest, p)), true
		}
	}
	return "", rest, false
}

func shortOf(prefecture string) string {
	if prefecture == "北海道" {
		return prefecture
	}
	_, size := utf8.DecodeLastRuneInString(prefecture)
	return prefecture[:len(prefecture)-size]
}

// addressKey is what two spellings of one home have in common: the postal code and the numbers of block, house and room.
// 「神宮前一丁目2番3号 青空荘405」 and 「神宮前1-2-3-405」 have the same. Two homes can share a key, which costs a person a
// look and nobody a membership (rule M16).
func addressKey(a storedAddress) string {
	text := kana.Text(a.City + " " + a.Building)
	text = countedKanji.ReplaceAllStringFunc(text, func(m string) string {
		numeral := strings.TrimRightFunc(m, func(r rune) bool { return !strings.ContainsRune(numerals, r) })
		return strconv.Itoa(kanjiNumber(numeral)) + m[len(numeral):]
	})
	numbers := digitRuns.FindAllString(text, -1)
	if len(numbers) == 0 {
		return a.PostalCode + "/" + strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, a.Prefecture+text)
	}
	for i, n := range numbers {
		numbers[i] = strings.TrimLeft(n, "0")
	}
	return a.PostalCode + "/" + strings.Join(numbers, "-")
}

const numerals = "一二三四五六七八九十"

var (
	digitRuns    = regexp.MustCompile(`[0-9]+`)
	countedKanji = regexp.MustCompile(`[` + numerals + `]+(?:丁目|番地|番|号|階)`)
)

// kanjiNumber reads a numeral up to 九十九.
func kanjiNumber(s string) int {
	total, digit := 0, 0
	for _, r := range s {
		if r == '十' {
			total += 10 * max(digit, 1)
			digit = 0
			continue
		}
		digit = strings.Index(numerals, string(r))/len("一") + 1
	}
	return total + digit
}
