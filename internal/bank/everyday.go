package bank

import "slices"

// everyday are the banks that most people have their account at, the ones with offices or machines everywhere first.
// What is listed is a matter of taste; that each code is in the directory is not, and a test holds it.
var everyday = []string{
	"0001", // みずほ
	"0005", // 三菱ＵＦＪ
	"0009", // 三井住友
	"0010", // りそな
	"0017", // 埼玉りそな
	"9900", // ゆうちょ
	"0033", // ＰａｙＰａｙ
	"0036", // 楽天
	"0038", // ドコモＳＭＴＢネット, formerly 住信ＳＢＩネット
	"0039", // ａｕじぶん
	"0040", // イオン
	"0034", // セブン
	"0035", // ソニー
	"0310", // ＧＭＯあおぞらネット
	"0397", // ＳＢＩ新生
}

// Everyday lists the banks that a page shows before anything is typed, in that order.
func (d *Directory) Everyday() []Bank {
	banks, _ := d.Pick(everyday...)
	return banks
}

// Pick finds banks by their codes, in the order of the codes, and lists the codes that the directory does not have.
func (d *Directory) Pick(codes ...string) (banks []Bank, missing []string) {
	for _, code := range codes {
		if b, ok := d.Find(code); ok {
			banks = append(banks, b)
		} else {
			missing = append(missing, code)
		}
	}
	return banks, missing
}

// everydayPlace is a bank's place in everyday; all others share the one behind it.
func everydayPlace(code string) int {
	if i := slices.Index(everyday, code); i >= 0 {
		return i
	}
	return len(everyday)
}

// otherNames are names that people use and the directory does not have: short ones of the banks' own signs, former ones,
// and full ones that are shortened by no rule.
var otherNames = map[string][]string{
	"0005": {"MUFG", "三菱東京ＵＦＪ", "ミツビシＵＦＪ"},
	"0009": {"SMBC"},
	"0010": {"RESONA"},
	"0033": {"ジャパンネット"},
	"0034": {"SEVEN"},
	"0035": {"SONY"},
	"0038": {"住信ＳＢＩネット", "スミシンＳＢＩネット", "スミシンエスビーアイネット"},
	"0040": {"AEON"},
	"0042": {"LAWSON"},
	"0307": {"ORIX"},
	"2004": {"商工組合中央金庫"},
	"2010": {"全国信用協同組合連合会"},
	"2950": {"労働金庫連合会"},
	"3000": {"農林中央金庫"},
	"9900": {"郵貯", "郵便貯金", "郵便局", "ＪＰ"},
}
