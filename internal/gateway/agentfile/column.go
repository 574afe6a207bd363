package agentfile

// Column is a column of the file, counted from 1; 0 stands for the line as a whole.
type Column int

// The columns.
const (
	wholeLine Column = iota
	columnKind
	columnDay
	columnTime
	columnBarcode
	columnUser1
	columnUser2
	columnStamp
	columnAmount
	columnChain
	columnChainName
	columnStore
	columnPayoutDay
	columnCreatedDay

	columns = int(columnCreatedDay)
)

// names of the columns, as the header row has them and for people who do not read Japanese.
var names = [columns + 1]struct{ ja, en string }{
	columnKind:       {"種別", "kind"},
	columnDay:        {"収納日", "day paid"},
	columnTime:       {"収納時刻", "time paid"},
	columnBarcode:    {"バーコード情報", "barcode"},
	columnUser1:      {"ユーザー使用欄１", "user field 1"},
	columnUser2:      {"ユーザー使用欄２", "user field 2"},
	columnStamp:      {"印紙フラグ", "stamp flag"},
	columnAmount:     {"金額", "amount"},
	columnChain:      {"コンビニ本部コード", "chain code"},
	columnChainName:  {"コンビニ名", "chain name"},
	columnStore:      {"コンビニ店舗コード", "store code"},
	columnPayoutDay:  {"振込日", "payout day"},
	columnCreatedDay: {"データ作成日", "day made"},
}
