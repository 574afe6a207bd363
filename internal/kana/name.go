package kana

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Change is one character of a name and what the normal form writes instead: {"髙", "高"}.
type Change struct {
	From, To string
}

// Name is the normal form of a person's name or an address for files and for comparing: Text, with the kanji variants
// that JIS X 0208 lacks replaced by the form everybody can print. The name as typed stays the member's name; changes
// lists, once each and in order, what a page shows as 髙→高. Old kanji that the standard has (澤, 齋, 邊) are kept.
//
// What is still not storable afterwards, such as 彅, JIS0208(normal) tells.
func Name(s string) (normal string, changes []Change) {
	for _, char := range listed(s, func(r rune) bool { return standardForm(r) == string(r) }) {
		// Full-width letters and half-width kana change too, but nobody calls them another character.
		if unicode.In(char, unicode.Han, unicode.So, unicode.No, unicode.Nl) {
			changes = append(changes, Change{From: string(char), To: standardForm(char)})
		}
	}
	return strings.Map(standardKanji, Text(s)), changes
}

// standardForm is what one typed character becomes: its compatibility form (the compatibility ideograph U+FA19 is 神,
// ㈱ is three characters), and then the standard form of that.
func standardForm(r rune) string {
	return strings.Map(standardKanji, norm.NFKC.String(string(r)))
}

func standardKanji(r rune) rune {
	if to, ok := variants[r]; ok {
		return to
	}
	return r
}

// variants maps kanji outside JIS X 0208 to the form of the same character inside it. NFKC knows none of them: 﨑 sits in
// the compatibility block but is, with eleven others there, an ideograph of its own. Read pairwise, 髙 to 高; the first
// line is what occurs in family names, the rest are old forms (康熙字典体) that the standard left out.
var variants = func() map[rune]rune {
	const pairs = "髙高﨑崎𠮷吉濵浜德徳栁柳瀨瀬桒桑槗橋曻昇𡈽土𣘺橋𠀋丈杦杉㐂喜靍鶴靏鶴曺曹凞熙煇輝昻昂冝宜喆哲悊哲贒賢榘矩羡羨勛勲" +
		"凬風厓崖裵裴兊兌﨔欅﨟臈﨤返鈆鉛閒間愠慍鷗鴎增増悅悦敎教寬寛橫横淸清甁瓶綠緑緖緒薰薫賴頼郞郎鄕郷靑青黑黒彥彦產産" +
		"黃黄步歩涉渉內内吳呉錄録稅税說説銳鋭閱閲硏研戶戸戾戻每毎晚晩虛虚巢巣絕絶脫脱緣縁歲歳尙尚狀状溫温强強查査徵徴曆暦歷歴" +
		"啞唖焰焔嚙噛俠侠軀躯繫繋鹼鹸麴麹屢屡繡繍蔣蒋醬醤蟬蝉搔掻驒騨簞箪摑掴塡填顚顛禱祷瀆涜囊嚢潑溌醱醗頰頬麵麺萊莱蠟蝋攢攅" +
		"屛屏幷并俱倶姸妍吞呑瘦痩剝剥筓笄荆荊栅柵撿検噓嘘妒妬堇菫窻窓蔥葱虵蛇靁雷鬭闘"
	table := map[rune]rune{}
	runes := []rune(pairs)
	for i := 0; i+1 < len(runes); i += 2 {
		table[runes[i]] = runes[i+1]
	}
	return table
}()
