package zengin

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"tsuke/internal/fault"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
)

// AccountType is the kind of an account as the files have it (預金種目). The zero AccountType is none.
type AccountType int

// The types.
const (
	Ordinary  AccountType = 1 // 普通
	Current   AccountType = 2 // 当座
	Savings   AccountType = 4 // 貯蓄
	OtherType AccountType = 9 // その他
)

var accountTypes = map[AccountType]fault.Text{
	Ordinary:  {JA: "普通", EN: "ordinary"},
	Current:   {JA: "当座", EN: "current"},
	Savings:   {JA: "貯蓄", EN: "savings"},
	OtherType: {JA: "その他", EN: "other"},
}

// Text is what a page calls the type; empty for none.
func (t AccountType) Text() fault.Text { return accountTypes[t] }

func (t AccountType) known() bool { return accountTypes[t] != fault.Text{} }

// AccountNumber is seven digits that print as dots.
type AccountNumber = mask.Secret

// Account is a bank account. It prints without its number and holder. Accounts compare with ==.
type Account struct {
	Bank       string // four digits
	BankName   string // half-width kana, at most 15 characters, or empty; see Name
	Branch     string // three digits
	BranchName string // as BankName
	Type       AccountType
	Number     AccountNumber // seven digits
	Holder     mask.Name     // half-width kana, at most 30 characters
}

// Validate lists all that a file could not hold, in the order of the record. An account without problems can be written
// with every Format.
func (a Account) Validate() []FieldError { return a.problems(0, "") }

func (a Account) problems(record int, extra string) []FieldError {
	kind := fine
	if !a.Type.known() {
		kind = BadAccount
	}
	var bad []FieldError
	for _, c := range []struct {
		field   Field
		problem Problem
	}{
		{FieldBank, judgeDigits(FieldBank, a.Bank)},
		{FieldBankName, judgeText(FieldBankName, a.BankName, extra)},
		{FieldBranch, judgeDigits(FieldBranch, a.Branch)},
		{FieldBranchName, judgeText(FieldBranchName, a.BranchName, extra)},
		{FieldAccountType, kind},
		{FieldAccountNumber, judgeDigits(FieldAccountNumber, a.Number.Reveal())},
		{FieldHolder, judgeText(FieldHolder, a.Holder.Reveal(), extra)},
	} {
		if c.problem != fine {
			bad = append(bad, FieldError{Record: record, Field: c.field, Problem: c.problem})
		}
	}
	return bad
}

// MaskedNumber is what its owner recognises: dots and the last three of seven digits; dots for anything else.
func (a Account) MaskedNumber() string {
	number := a.Number.Reveal()
	if judgeDigits(FieldAccountNumber, number) != fine {
		return a.Number.String()
	}
	return a.Number.String() + number[4:]
}

// String is bank and branch, and dots: "0005-001 ••••".
func (a Account) String() string { return a.Bank + "-" + a.Branch + " " + a.Number.String() }

// GoString is the text of String, for %#v.
func (a Account) GoString() string { return a.String() }

// Format prints the text of String for every verb of package fmt.
func (a Account) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, a.String()) }

// LogValue is the text of String, for log/slog.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText is the text of String, for every encoder that asks for it.
func (a Account) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// JapanPostBank is the bank number of ゆうちょ銀行.
const JapanPostBank = "9900"

// JapanPost turns the 記号 and 番号 in a passbook of Japan Post Bank into what other banks' files call the account: branch
// 018 and number 1234567 for 10180 and 12345671. It takes ordinary savings only, whose symbol begins with 1: the branch is
// the symbol's second and third digits and an 8, the number is the passbook's without its last digit, which is always
// 1. The digits may be typed in any width and grouping. The holder is left empty.
//
// The rule is what passbooks say and no source of ours gives it; have the member confirm the result, which the bank
// prints on the passbook's first page as 店番 and 口座番号.
func JapanPost(symbol, number string) (Account, error) {
	symbol, number = kana.Digits(symbol), kana.Digits(number)
	if len(symbol) != 5 || !allDigits(symbol) || symbol[0] != '1' {
		return Account{}, FieldError{Field: FieldSymbol, Problem: BadSymbol}
	}
	if len(number) < 2 || len(number) > 8 || !allDigits(number) || number[len(number)-1] != '1' {
		return Account{}, FieldError{Field: FieldSymbolNumber, Problem: BadNumber}
	}
	number = number[:len(number)-1]
	return Account{
		Bank: JapanPostBank, Branch: symbol[1:3] + "8", Type: Ordinary,
		Number: AccountNumber(strings.Repeat("0", 7-len(number)) + number),
	}, nil
}

// The longest names that the files hold, in characters of half-width kana, for Name.
const (
	HolderLength     = 30
	ConsignorLength  = 40
	BankNameLength   = 15
	BranchNameLength = 15
)

// Name brings a name into the files' characters and shortens it to n of them, never parting a letter from its ﾞ or ﾟ:
// kana.HalfWidth and kana.Cut. bad lists what has no such form, kanji for instance; it is left out of name, so a caller
// asks for the reading if bad is not empty.
func Name(s string, n int) (name string, bad []rune) {
	half, bad := kana.HalfWidth(s)
	return kana.Cut(half, n), bad
}

// SameHolder tells whether two names are one holder's: equal in the files' characters, spaces aside. A name that is empty
// or has characters without such a form equals none.
func SameHolder(a, b string) bool {
	one, badOne := kana.HalfWidth(a)
	two, badTwo := kana.HalfWidth(b)
	return one != "" && len(badOne)+len(badTwo) == 0 && unspaced(one) == unspaced(two)
}

func unspaced(name string) string { return strings.ReplaceAll(name, " ", "") }
