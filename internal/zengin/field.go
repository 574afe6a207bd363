package zengin

// Field is one field of a record, or one that people type. 0 stands for the record as a whole.
type Field int

// The fields.
const (
	wholeRecord Field = iota

	FieldKind // データ区分, the first byte of every record

	FieldType // of the header
	FieldCode
	FieldConsignor
	FieldConsignorName
	FieldDay
	FieldOurBank
	FieldOurBankName
	FieldOurBranch
	FieldOurBranchName
	FieldOurAccountType
	FieldOurAccountNumber
	fieldHeaderFiller

	FieldBank // of a data record
	FieldBankName
	FieldBranch
	FieldBranchName
	fieldDataFiller
	FieldAccountType
	FieldAccountNumber
	FieldHolder
	FieldAmount
	FieldNew
	FieldCustomer
	FieldResult
	fieldDataEndFiller

	FieldCount // of the trailer
	FieldSum
	FieldDoneCount
	FieldDoneSum
	FieldFailedCount
	FieldFailedSum
	fieldTrailerFiller

	fieldEndFiller // of the end record

	FieldTransferDay // of the header of transfers, where debits have their day

	FieldPayeeBank // of a transfer's data record
	FieldPayeeBankName
	FieldPayeeBranch
	FieldPayeeBranchName
	FieldClearing
	FieldPayeeType
	FieldPayeeNumber
	FieldPayee
	FieldTransferAmount
	FieldTransferNew
	FieldTransferKey
	FieldDesignation
	FieldMark
	fieldTransferFiller

	fieldSumFiller // of the trailer of transfers

	FieldSymbol       // 記号, in a passbook of Japan Post Bank; in no file
	FieldSymbolNumber // 番号
)

// fields are where each field stands, from 1, and what it is called.
var fields = [...]struct {
	from, size int
	ja, en     string
}{
	FieldKind: {1, 1, "データ区分", "record kind"},

	FieldType:             {2, 2, "種別コード", "type"},
	FieldCode:             {4, 1, "コード区分", "code"},
	FieldConsignor:        {5, 10, "委託者コード", "consignor"},
	FieldConsignorName:    {15, 40, "委託者名", "consignor's name"},
	FieldDay:              {55, 4, "引落日", "debit day"},
	FieldOurBank:          {59, 4, "取引銀行番号", "consignor's bank"},
	FieldOurBankName:      {63, 15, "取引銀行名", "consignor's bank name"},
	FieldOurBranch:        {78, 3, "取引支店番号", "consignor's branch"},
	FieldOurBranchName:    {81, 15, "取引支店名", "consignor's branch name"},
	FieldOurAccountType:   {96, 1, "預金種目（委託者）", "consignor's account type"},
	FieldOurAccountNumber: {97, 7, "口座番号（委託者）", "consignor's account number"},
	fieldHeaderFiller:     {104, 17, "ダミー", "filler"},

	FieldBank:          {2, 4, "引落銀行番号", "bank"},
	FieldBankName:      {6, 15, "引落銀行名", "bank name"},
	FieldBranch:        {21, 3, "引落支店番号", "branch"},
	FieldBranchName:    {24, 15, "引落支店名", "branch name"},
	fieldDataFiller:    {39, 4, "ダミー", "filler"},
	FieldAccountType:   {43, 1, "預金種目", "account type"},
	FieldAccountNumber: {44, 7, "口座番号", "account number"},
	FieldHolder:        {51, 30, "預金者名", "account holder"},
	FieldAmount:        {81, 10, "引落金額", "amount"},
	FieldNew:           {91, 1, "新規コード", "new code"},
	FieldCustomer:      {92, 20, "顧客番号", "customer number"},
	FieldResult:        {112, 1, "振替結果コード", "result code"},
	fieldDataEndFiller: {113, 8, "ダミー", "filler"},

	FieldCount:         {2, 6, "合計件数", "count of all"},
	FieldSum:           {8, 12, "合計金額", "sum of all"},
	FieldDoneCount:     {20, 6, "振替済件数", "count of debited"},
	FieldDoneSum:       {26, 12, "振替済金額", "sum of debited"},
	FieldFailedCount:   {38, 6, "振替不能件数", "count of not debited"},
	FieldFailedSum:     {44, 12, "振替不能金額", "sum of not debited"},
	fieldTrailerFiller: {56, 65, "ダミー", "filler"},

	fieldEndFiller: {2, 119, "ダミー", "filler"},

	FieldTransferDay:     {55, 4, "取組日", "transfer day"},
	FieldPayeeBank:       {2, 4, "被仕向銀行番号", "bank"},
	FieldPayeeBankName:   {6, 15, "被仕向銀行名", "bank name"},
	FieldPayeeBranch:     {21, 3, "被仕向支店番号", "branch"},
	FieldPayeeBranchName: {24, 15, "被仕向支店名", "branch name"},
	FieldClearing:        {39, 4, "手形交換所番号", "clearing house"},
	FieldPayeeType:       {43, 1, "預金種目", "account type"},
	FieldPayeeNumber:     {44, 7, "口座番号", "account number"},
	FieldPayee:           {51, 30, "受取人名", "payee"},
	FieldTransferAmount:  {81, 10, "振込金額", "amount"},
	FieldTransferNew:     {91, 1, "新規コード", "new code"},
	FieldTransferKey:     {92, 20, "EDI情報", "EDI information"},
	FieldDesignation:     {112, 1, "振込指定区分", "how it is sent"},
	FieldMark:            {113, 1, "識別表示", "mark"},
	fieldTransferFiller:  {114, 7, "ダミー", "filler"},
	fieldSumFiller:       {20, 101, "ダミー", "filler"},

	FieldSymbol:       {0, 5, "記号", "passbook symbol"},
	FieldSymbolNumber: {0, 8, "番号", "passbook number"},
}

// layout lists the fields of each kind of record in order; the test sees that they fill 120 bytes.
var layout = map[byte][]Field{
	kindHeader: {
		FieldKind, FieldType, FieldCode, FieldConsignor, FieldConsignorName, FieldDay, FieldOurBank, FieldOurBankName,
		FieldOurBranch, FieldOurBranchName, FieldOurAccountType, FieldOurAccountNumber, fieldHeaderFiller,
	},
	kindData: {
		FieldKind, FieldBank, FieldBankName, FieldBranch, FieldBranchName, fieldDataFiller, FieldAccountType, FieldAccountNumber,
		FieldHolder, FieldAmount, FieldNew, FieldCustomer, FieldResult, fieldDataEndFiller,
	},
	kindTrailer: {
		FieldKind, FieldCount, FieldSum, FieldDoneCount, FieldDoneSum, FieldFailedCount, FieldFailedSum, fieldTrailerFiller,
	},
	kindEnd: {FieldKind, fieldEndFiller},
}

// transferLayout lists the fields of the records that transfers have otherwise.
var transferLayout = map[byte][]Field{
	kindHeader: {
		FieldKind, FieldType, FieldCode, FieldConsignor, FieldConsignorName, FieldTransferDay, FieldOurBank, FieldOurBankName,
		FieldOurBranch, FieldOurBranchName, FieldOurAccountType, FieldOurAccountNumber, fieldHeaderFiller,
	},
	kindData: {
		FieldKind, FieldPayeeBank, FieldPayeeBankName, FieldPayeeBranch, FieldPayeeBranchName, FieldClearing, FieldPayeeType, FieldPayeeNumber,
		FieldPayee, FieldTransferAmount, FieldTransferNew, FieldTransferKey, FieldDesignation, FieldMark, fieldTransferFiller,
	},
	kindTrailer: {FieldKind, FieldCount, FieldSum, fieldSumFiller},
}

// of cuts the field out of a record.
func (f Field) of(record []byte) []byte {
	at := fields[f].from - 1
	return record[at : at+fields[f].size]
}

// judgeDigits wants exactly as many digits as the field has.
func judgeDigits(f Field, s string) Problem {
	if len(s) != fields[f].size || !allDigits(s) {
		return BadDigits
	}
	return fine
}

// judgeText wants text of the file's set that fits and begins with no space. An empty text is refused where the field
// must be told.
func judgeText(f Field, s, extra string) Problem {
	n := 0
	for _, r := range s {
		if byteOf(r, extra) == 0 {
			return BadText
		}
		n++
	}
	switch {
	case n > fields[f].size:
		return TooLong
	case s == "" && (f == FieldHolder || f == FieldCustomer || f == FieldConsignorName || f == FieldPayee || f == FieldTransferKey):
		return Empty
	case s != "" && (s[0] == ' ' || s[len(s)-1] == ' '):
		return BadSpace
	}
	return fine
}

// byteOf is a character in JIS X 0201, or 0 if a file must not hold it.
func byteOf(r rune, extra string) byte {
	switch {
	case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == ' ', r == '(', r == ')', r == '-', r == '.':
		return byte(r)
	case r >= 'ｱ' && r <= 'ﾟ': // U+FF71–FF9F: ｱ to ﾝ and the two marks
		return byte(r - 0xFF61 + 0xA1)
	}
	for _, e := range extra {
		switch {
		case e != r:
		case r == '¥':
			return 0x5C
		case r > 0xFF60:
			return byte(r - 0xFF61 + 0xA1)
		default:
			return byte(r)
		}
	}
	return 0
}

const unknown = '\uFFFD'

// runeOf is a byte of JIS X 0201 as a character, or unknown for a byte that the code does not have.
func runeOf(b byte) rune {
	switch {
	case b == 0x5C:
		return '¥'
	case b == 0x7E:
		return '‾'
	case b >= ' ' && b < 0x7E:
		return rune(b)
	case b >= 0xA1 && b <= 0xDF:
		return rune(b) - 0xA1 + 0xFF61
	}
	return unknown
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
