package agentfile

// Column is a column of the CSV or a field of a fixed record, counted from 1; 0 stands for the line as a whole.
type Column int

const wholeLine Column = 0

// The columns of the CSV.
const (
	columnKind Column = iota + 1
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

// The fields of a detail of the operator's layout.
const (
	operatorRecord Column = iota + 1
	operatorType
	operatorDay
	operatorTime
	operatorBarcodeKind
	operatorBarcode
	operatorFiller
	operatorStore
	operatorClass
	operatorAcquired
	operatorPayout
	operatorAccounting
	operatorChain
	operatorSpare
)

// The fields of a detail of the bank factor's layout.
const (
	factorRecord Column = iota + 1
	factorType
	factorDay
	factorTime
	factorIdentifier
	factorCountry
	factorFactor
	factorCompany
	factorCustomer
	factorReissue
	factorDue
	factorStamp
	factorAmount
	factorCheck
	factorFiller
	factorStore
	factorAcquired
	factorPayout
	factorFiller2
	factorAccounting
	factorChain
	factorSpare
)

// column is what a column is called, as the header row has it and for people who do not read Japanese, and its bytes in
// a fixed record.
type column struct {
	ja, en string
	width  int
}

// barcodeOf is which columns make up the 44 digits.
var barcodeOf = [layouts]struct{ first, last Column }{
	CSV:      {columnBarcode, columnBarcode},
	Operator: {operatorBarcode, operatorBarcode},
	Factor:   {factorIdentifier, factorCheck},
}

// tables are the columns of each layout; entry 0 stays empty.
var tables = [layouts][]column{
	CSV: {
		columnKind:       {"種別", "kind", 0},
		columnDay:        {"収納日", "day paid", 0},
		columnTime:       {"収納時刻", "time paid", 0},
		columnBarcode:    {"バーコード情報", "barcode", 0},
		columnUser1:      {"ユーザー使用欄１", "user field 1", 0},
		columnUser2:      {"ユーザー使用欄２", "user field 2", 0},
		columnStamp:      {"印紙フラグ", "stamp flag", 0},
		columnAmount:     {"金額", "amount", 0},
		columnChain:      {"コンビニ本部コード", "chain code", 0},
		columnChainName:  {"コンビニ名", "chain name", 0},
		columnStore:      {"コンビニ店舗コード", "store code", 0},
		columnPayoutDay:  {"振込日", "payout day", 0},
		columnCreatedDay: {"データ作成日", "day made", 0},
	},
	Operator: {
		operatorRecord:      {"レコード区分", "record kind", 1},
		operatorType:        {"データ種別", "type", 2},
		operatorDay:         {"収納日", "day paid", 8},
		operatorTime:        {"収納時刻", "time paid", 4},
		operatorBarcodeKind: {"バーコード種別", "barcode kind", 1},
		operatorBarcode:     {"バーコード情報", "barcode", 44},
		operatorFiller:      {"予備１", "filler", 3},
		operatorStore:       {"店舗コード", "store code", 7},
		operatorClass:       {"客層", "customer class", 2},
		operatorAcquired:    {"データ取得日", "day acquired", 8},
		operatorPayout:      {"振込予定日", "planned payout day", 8},
		operatorAccounting:  {"経理処理日", "accounting day", 8},
		operatorChain:       {"コンビニ本部コード", "chain code", 6},
		operatorSpare:       {"予備２", "spare", 18},
	},
	Factor: {
		factorRecord:     {"レコード区分", "record kind", 1},
		factorType:       {"データ種別", "type", 2},
		factorDay:        {"収納日", "day paid", 8},
		factorTime:       {"収納時刻", "time paid", 4},
		factorIdentifier: {"識別子", "application identifier", 2},
		factorCountry:    {"国コード", "country digit", 1},
		factorFactor:     {"ファクターコード", "factor code", 5},
		factorCompany:    {"企業コード", "company code", 5},
		factorCustomer:   {"お客様番号", "customer number", 16},
		factorReissue:    {"再発行区分", "reissue digit", 1},
		factorDue:        {"支払期限", "last day to pay", 6},
		factorStamp:      {"印紙フラグ", "stamp flag", 1},
		factorAmount:     {"金額", "amount", 6},
		factorCheck:      {"検査数字", "check digit", 1},
		factorFiller:     {"予備１", "filler", 3},
		factorStore:      {"店舗コード", "store code", 7},
		factorAcquired:   {"データ取得日", "day acquired", 8},
		factorPayout:     {"振込予定日", "planned payout day", 8},
		factorFiller2:    {"予備２", "filler", 8},
		factorAccounting: {"経理処理日", "accounting day", 8},
		factorChain:      {"コンビニ本部コード", "chain code", 4},
		factorSpare:      {"予備３", "filler", 15},
	},
}
