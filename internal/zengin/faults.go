package zengin

import (
	"fmt"

	"tsuke/internal/fault"
)

// Problem is what is wrong with a field, a record or a file.
type Problem int

// The problems.
const (
	fine Problem = iota

	BadDigits   // not exactly as many digits as the field has
	BadText     // a character outside the file's set
	BadSpace    // text that begins or ends with a space
	TooLong     // more characters than the field has
	Empty       // nothing where something must stand
	BadAmount   // not 1 to 9,999,999,999 yen
	BadAccount  // an account type that is none of 1, 2, 4, 9
	BadNew      // a new code that is none of 0, 1, 2
	BadResult   // a result code that is none of 0–4, 8, 9; in a request neither 0 nor space
	BadDay      // no year has such a day
	Doubled     // the customer number stands in an earlier record too
	TooMany     // more than 999,999 data records
	SumTooLarge // the sum has more than twelve digits
	BadSymbol   // not a passbook of ordinary savings at Japan Post Bank
	BadNumber   // not a passbook number that ends in 1

	EmptyFile  // nothing in the file
	BadOrder   // a record of a kind that must not follow the one before
	NotDebit   // the type is not 91
	NotJIS     // a byte that JIS X 0201 does not have
	IsEBCDIC   // the file is, or is to be, in EBCDIC
	BadCode    // the code is neither 0 nor 1
	BadExtra   // the format allows characters that this package does not know
	NotBlank   // a filler that holds something
	BadLineEnd // a record that is not 120 bytes, or line ends that change
	CutOff     // the file ends before its end record
	MoreAfter  // something follows the end record
	WrongCount // the trailer counts or sums otherwise than the records
	NotZero    // the trailer of a request tells results

	NotTransfer    // the type is not 21
	PaidTwice      // the key stands in an earlier record too
	BadDesignation // a transfer that is not sent by wire
	BadMark        // the mark does not say that the key is EDI information, or says so where it is not
)

var problems = [...]fault.Text{
	BadDigits:   {JA: "決められた桁数の数字ではありません。足りない桁は左に0を付けてください", EN: "Not as many digits as the field has. Put zeros in front where digits are missing"},
	BadText:     {JA: "ファイルで使えない文字があります。半角の英大文字・数字・カナ（小さい字は大きく、長音は-）と ( ) - . で書いてください", EN: "A character that the file cannot hold. Use half-width capitals, digits and kana (small kana large, long sounds as -) and ( ) - ."},
	BadSpace:    {JA: "空白で始まるか終わっています。左に詰めてください", EN: "Begins or ends with a space. Align it to the left"},
	TooLong:     {JA: "長すぎます。濁点・半濁点も1文字として数えて縮めてください", EN: "Too long. Shorten it; each voiced mark counts as a character"},
	Empty:       {JA: "空欄です。書いてください", EN: "Empty. Fill it in"},
	BadAmount:   {JA: "1円から9,999,999,999円の金額ではありません。金額を確かめてください", EN: "Not an amount from 1 to 9,999,999,999 yen. Check the amount"},
	BadAccount:  {JA: "1（普通）・2（当座）・4（貯蓄）・9（その他）のどれでもありません。通帳で種目を確かめてください", EN: "None of 1 (ordinary), 2 (current), 4 (savings), 9 (other). Look it up in the passbook"},
	BadNew:      {JA: "0・1（初回）・2（変更）のどれでもありません。どれかを指定してください", EN: "None of 0, 1 (first debit), 2 (changed). Give one of them"},
	BadResult:   {JA: "結果コードではありません（依頼は0か空白、結果は0・1・2・3・4・8・9）。金融機関に意味を確かめてください", EN: "Not a result code (0 or space in a request; 0, 1, 2, 3, 4, 8 or 9 in a result). Ask the bank what it means"},
	BadDay:      {JA: "ない月日です。1127のように月と日を4桁で書いてください", EN: "No such day. Write month and day in four digits such as 1127"},
	Doubled:     {JA: "同じ顧客番号のレコードが前にもあります。二重に引き落とさないよう、片方を除いてください", EN: "An earlier record has the same customer number. Take one of them out, so that nobody is debited twice"},
	TooMany:     {JA: "999,999件を超えています。ファイルを分けてください", EN: "More than 999,999 debits. Divide them into several files"},
	SumTooLarge: {JA: "合計が12桁を超えています。ファイルを分けてください", EN: "The sum has more than twelve digits. Divide the debits into several files"},
	BadSymbol:   {JA: "1で始まる5桁の記号ではありません。ゆうちょ銀行の通常貯金の通帳にある記号を書いてください", EN: "Not a symbol of five digits that begins with 1. Give the symbol in the passbook of an ordinary savings account"},
	BadNumber:   {JA: "1で終わる2桁から8桁の番号ではありません。ゆうちょ銀行の通帳にある番号をそのまま書いてください", EN: "Not a number of two to eight digits that ends in 1. Give the number as the passbook has it"},

	EmptyFile:  {JA: "ファイルが空です。もう一度受け取ってください", EN: "The file is empty. Fetch it again"},
	BadOrder:   {JA: "ヘッダー・データ・トレーラー・エンドの順ではありません。金融機関から受け取ったままのファイルを送ってください", EN: "Not in the order header, data, trailer, end. Send the file as the bank made it"},
	NotDebit:   {JA: "口座振替（91）のファイルではありません。別の種類のファイルと取り違えていないか確かめてください", EN: "Not a file of direct debits (91). See whether it was mistaken for one of another type"},
	NotJIS:     {JA: "JIS X 0201の1バイト文字ではありません。編集や保存をしていない、金融機関から受け取ったままのファイルを送ってください", EN: "Not in the single bytes of JIS X 0201. Send the bank's own file, not one that was edited or saved again"},
	IsEBCDIC:   {JA: "EBCDICのファイルは扱えません。金融機関との契約でJISコード（0）を選んでください", EN: "Files in EBCDIC are not supported. Agree on JIS code (0) with the bank"},
	BadCode:    {JA: "コード区分が0（JIS）でも1（EBCDIC）でもありません。契約の設定を確かめてください", EN: "The code is neither 0 (JIS) nor 1 (EBCDIC). Check what was agreed with the bank"},
	BadExtra:   {JA: "追加で使える文字は / , ' + : ? ｢ ｣ ¥ ｦ だけです。契約の設定を直してください", EN: "Only / , ' + : ? ｢ ｣ ¥ ｦ can be allowed besides the common characters. Correct the settings of the contract"},
	NotBlank:   {JA: "空白のはずの欄に文字があります。金融機関にその意味を確かめてください", EN: "Something stands where spaces must be. Ask the bank what it means"},
	BadLineEnd: {JA: "1レコードが120バイトではないか、改行がそろっていません。改行はすべてCR+LFか、すべて無しにしてください", EN: "Not 120 bytes a record, or line ends that change. End all records with CR LF or none"},
	CutOff:     {JA: "エンドレコードの前でファイルが終わっています。もう一度受け取ってください", EN: "The file ends before its end record. Fetch it again"},
	MoreAfter:  {JA: "エンドレコードの後に続きがあります。複数のファイルがつながっていないか確かめてください", EN: "Something follows the end record. See whether several files were joined"},
	WrongCount: {JA: "トレーラーの件数・金額がデータレコードの合計と違います。取り込まずに金融機関に問い合わせてください", EN: "The trailer counts or sums otherwise than the records. Do not book it; ask the bank"},
	NotZero:    {JA: "依頼のトレーラーに結果の件数・金額があります。結果ファイルと取り違えていないか確かめてください", EN: "The trailer of a request tells results. See whether it is a result file"},

	NotTransfer:    {JA: "総合振込（21）のファイルではありません。別の種類のファイルと取り違えていないか確かめてください", EN: "Not a file of transfers (21). See whether it was mistaken for one of another type"},
	PaidTwice:      {JA: "同じ番号のレコードが前にもあります。二重に振り込まないよう、片方を除いてください", EN: "An earlier record has the same key. Take one of them out, so that nobody is paid twice"},
	BadDesignation: {JA: "電信扱い（7）ではありません。振込指定区分を7にしてください", EN: "Not sent by wire (7). Write 7"},
	BadMark:        {JA: "EDI情報があるときはY、顧客コードのときは空白です。契約の設定を確かめてください", EN: "Y where EDI information stands, a space where customer codes do. Check what was agreed with the bank"},
}

// FieldError is one field, record or file that was refused. It never repeats what stands there.
type FieldError struct {
	Record  int   // counted from 1, the header being 1; 0 if no file is spoken of
	Field   Field // 0 when the record or file as a whole is meant
	Problem Problem
}

// Error is the English text.
func (e FieldError) Error() string { return "zengin: " + e.Text().EN }

// Text says where it is, what is wrong and what to do.
func (e FieldError) Text() fault.Text {
	what := problems[e.Problem]
	where := place(e.Record, e.Field)
	if where.JA == "" {
		return what
	}
	return fault.Text{JA: where.JA + ": " + what.JA, EN: where.EN + ": " + what.EN}
}

// place names a record and a field of it as far as they are given.
func place(record int, f Field) fault.Text {
	name := fields[f]
	switch {
	case record == 0 && f == wholeRecord:
		return fault.Text{}
	case record == 0:
		return fault.Text{JA: "「" + name.ja + "」", EN: "Field " + name.en}
	case f == wholeRecord:
		return fault.Text{JA: fmt.Sprintf("%d番目のレコード", record), EN: fmt.Sprintf("Record %d", record)}
	}
	last := name.from + name.size - 1
	return fault.Text{
		JA: fmt.Sprintf("%d番目のレコードの%d–%d桁目「%s」", record, name.from, last, name.ja),
		EN: fmt.Sprintf("Record %d, columns %d–%d (%s)", record, name.from, last, name.en),
	}
}
