package postal

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold brings two spellings of one place name to the same text. It is only for comparing: what it returns is no name.
//
//   - width and compatibility forms, blanks, hyphens and invisible selectors: gone;
//   - the particles が ケ ヶ and の ノ 之, written in every way or left out (霞が関 霞ヶ関 霞関): gone;
//   - kanji numerals become digits (一番町 1番町, 二十四軒 24軒);
//   - old and new forms of a kanji, and forms used for one another in place names (竈 釜, 渕 淵): one of them.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Variation_Selector, unicode.Cf, unicode.Pd), strings.ContainsRune("・ー−", r):
			return -1
		}
		if to, ok := spellings[r]; ok {
			return to
		}
		return r
	}, norm.NFKC.String(s))
	return digits(s)
}

// spellings maps each kanji or kana to the first of its group; -1 drops it.
var spellings = func() map[rune]rune {
	table := map[rune]rune{}
	for _, r := range "ケヶヵがガ箇ノの之乃" {
		table[r] = -1
	}
	for _, group := range strings.Fields(groups) {
		runes := []rune(group)
		for _, r := range runes[1:] {
			table[r] = runes[0]
		}
	}
	return table
}()

// groups are spellings that mean the same in an address. 丁 is with 町 for 番丁 and 番町.
const groups = `
ツッつっ 町丁 崎﨑嵜 高髙 淵渕渊 薮藪籔 曽曾 条條 釜竈竃 島嶋嶌 竜龍 沢澤 辺邊邉 浜濱濵 広廣 国國圀 桧檜 斎斉齋齊 桜櫻 滝瀧 鉄鐵鐡 関關 駅驛 学學
宝寶 奥奧 黒黑 徳德 瀬瀨 真眞 来來 万萬 与與 伝傳 戸戶 旧舊 栄榮 横橫 歩步 渋澁 温溫 亀龜 経經 続續 芸藝 荘莊庄 蔵藏 薬藥 豊豐 鶏鷄雞 麦麥 壷壺 舘館
富冨 鯵鰺 麹麴 祇祗 砺礪 芦蘆葦 恵惠 穂穗 県縣 鴬鶯 蛍螢 塩鹽 梅楳 峰峯 剣劍劔 厳嚴 巌巖 顕顯 参參 湾灣 鴎鷗 篭籠 桝枡 杉杦 柳栁 橋槗 桑桒 昇曻
吉𠮷 松枩 秋穐 野埜 岳嶽 灯燈 炉爐 涌湧 猪豬 祢禰 祷禱 莱萊 蝋蠟 騨驒 弥彌 梼檮 狭狹 帯帶 団團 観觀 歓歡 勧勸 権權 総總 聡聰 両兩 遥遙 尭堯 槙槇
晋晉 凜凛 円圓 図圖 壱壹 坂阪 黄黃 間閒 堀濠
`

// digits writes runs of kanji numerals up to 99 as ASCII digits: 二十四 is 24, 十 is 10, 三 is 3. 百 and 千 stay: they stand
// in names far more often than in numbers.
func digits(s string) string {
	var out strings.Builder
	value, some := 0, false // of the run being read
	flush := func() {
		if some {
			out.WriteString(strconv.Itoa(value))
		}
		value, some = 0, false
	}
	for _, r := range s {
		n := strings.IndexRune("〇一二三四五六七八九", r)
		switch {
		case n >= 0:
			if value%10 != 0 {
				flush() // 一二 is two numbers
			}
			value, some = value+n/3, true
		case r == '十' && value < 10:
			value, some = max(value, 1)*10, true
		default:
			flush()
			out.WriteRune(r)
		}
	}
	flush()
	return out.String()
}
