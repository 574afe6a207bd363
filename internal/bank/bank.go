// Package bank knows the banks of Japan and their branches: code, name, reading, and how a person finds hers.
//
// A member who wants her bills debited has to say where her account is. Nobody knows her bank's code by heart, so she
// types みずほ, ﾐｽﾞﾎ, 三菱UFJ銀行, JAさがみ or mizuho, and picks from what Directory.SearchBanks finds; then the same for
// the branch. What is kept is two codes. What goes into a debit or transfer file beside them is FileName, the reading in
// the letters of the Zengin format.
//
// The directory is inside the binary, so that nobody is asked about a member's bank. It is as old as the release
// (Directory.Snapshot): banks merge and branches move every month. Therefore a code that it does not know may be new;
// whoever uses it decides whether that is worth a question.
//
// Names are those of the directory that banks exchange (全国銀行協会): without 銀行, and 信用金庫, 信用組合, 労働金庫 and
// 農業協同組合 shortened to 信金, 信組, 労金 and 農協. The searches know the long forms.
//
// Layout: directory.go the packed form and how it is read and written; search.go what is found and in which order;
// query.go the ways a typed text may be meant; fold.go and roman.go when two spellings are one; kanarows.go the lists for
// a page without script; everyday.go names that are not in the directory. Package zengincode reads the source of the
// data, generate/main.go is the program around it.
package bank

import "tsuke/internal/kana"

//go:generate go run generate/main.go $ZENGIN_CODE directory.gz

// The fields of the Zengin format that carry a bank's or a branch's name have this many bytes, one for each half-width
// character (「銀行名」 and 「支店名」 of the debit and transfer records).
const fileNameBytes = 15

// Bank is an institution that takes part in the domestic transfer system: {"0005", "三菱ＵＦＪ", "ミツビシユーエフジエイ"}.
type Bank struct {
	Code string // four digits, 金融機関コード
	Name string // as the directory has it; letters and digits are full-width
	Kana string // full-width katakana, small letters written large, cut by the directory so that FileName is whole
}

// Branch is an office of a bank where accounts are: {"0001", "001", "東京営業部", "トウキヨウ"}. Codes are unique within a
// bank, names nearly so.
type Branch struct {
	Bank string // the bank's code
	Code string // three digits, 支店コード
	Name string // without 支店, but with 出張所, 営業部 and the like
	Kana string // like Bank.Kana
}

// FileName is the name as debit and transfer files carry it: half-width katakana of at most 15 characters, which are as
// many bytes there ("ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ"). Every name of a Directory fits whole; one made by hand is cut.
func (b Bank) FileName() string { return fileName(b.Kana) }

// FileName is like Bank.FileName.
func (b Branch) FileName() string { return fileName(b.Kana) }

func fileName(reading string) string {
	half, _ := kana.HalfWidth(reading)
	return kana.Cut(half, fileNameBytes)
}
