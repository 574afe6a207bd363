package site

import "tsuke/internal/web"

// chainNames are the chains, apps and offices that take an e-barcode, by the collection agent's codes, as people know
// them; the agent's own spelling is for its files.
var chainNames = map[string]struct{ ja, en string }{
	"010": {"セブン-イレブン", "7-Eleven"},
	"020": {"ローソン", "Lawson"},
	"030": {"ファミリーマート", "FamilyMart"},
	"050": {"デイリーヤマザキ", "Daily Yamazaki"},
	"080": {"ミニストップ", "Ministop"},
	"530": {"PayB", "PayB"},
	"730": {"ポプラ", "Poplar"},
	"750": {"J-Coin", "J-Coin"},
	"760": {"セイコーマート", "Seicomart"},
	"780": {"au PAY", "au PAY"},
	"800": {"d払い", "d Barai"},
	"810": {"LINE Pay", "LINE Pay"},
	"820": {"PayPay", "PayPay"},
	"830": {"楽天銀行", "Rakuten Bank"},
	"840": {"銀行Pay", "Ginko Pay"},
	"890": {"MMK設置店", "MMK terminal"},
	"910": {"郵便振替", "Post office transfer"},
	"911": {"郵便振替（窓口）", "Post office counter"},
}

// chain is a chain's name in the page's language; empty for a code that is not known.
func (v *visit) chain(code string) string {
	name := chainNames[code]
	if v.lang == web.English {
		return name.en
	}
	return name.ja
}
