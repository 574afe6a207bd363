package zengin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/mask"
	"tsuke/internal/zengin"
)

func TestName(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in   string
		n    int
		want string
		bad  []rune
	}{
		{"やまだ　じゅんいちろう", 30, "ﾔﾏﾀﾞ ｼﾞﾕﾝｲﾁﾛｳ", nil},
		{"カ）アトバライショップ", 30, "ｶ)ｱﾄﾊﾞﾗｲｼﾖﾂﾌﾟ", nil},
		{"ヴァイオリン・ヲタ", 30, "ｳﾞｱｲｵﾘﾝ.ｵﾀ", nil},
		{"カ）アトバライショップ", 13, "ｶ)ｱﾄﾊﾞﾗｲｼﾖﾂﾌﾟ", nil},
		{"カ）アトバライショップ", 12, "ｶ)ｱﾄﾊﾞﾗｲｼﾖﾂ", nil}, // not ﾌ without its mark
		{"やまだ たろう", 3, "ﾔﾏ", nil},
		{"やまだ たろう", 5, "ﾔﾏﾀﾞ", nil}, // no space at the end
		{"山田 タロウ", 30, "ﾀﾛｳ", []rune("山田")},
		{"", 30, "", nil},
	} {
		got, bad := zengin.Name(row.in, row.n)
		if got != row.want || cmp.Diff(row.bad, bad) != "" {
			t.Errorf("Name(%q, %d) = %q, %q; want %q, %q", row.in, row.n, got, bad, row.want, row.bad)
		}
	}
}

// TestNamesFit: whatever is typed, what Name makes of it fits a file or is empty.
func TestNamesFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("あがぱゃっわゐをゞ゛゜アガヴーｶﾞﾟｰ-－ 　（）．・ＡａA1髙\u3099")))).Draw(t, "typed")
		name, _ := zengin.Name(s, zengin.HolderLength)
		a := account()
		a.Holder = mask.Name(name)
		want := []zengin.FieldError(nil)
		if name == "" {
			want = []zengin.FieldError{{Field: zengin.FieldHolder, Problem: zengin.Empty}}
		}
		if diff := cmp.Diff(want, a.Validate()); diff != "" {
			t.Fatalf("Name(%q) = %q (-want +got):\n%s", s, name, diff)
		}
	})
}

func TestSameHolder(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		same bool
	}{
		{"やまだ　たろう", "ﾔﾏﾀﾞ ﾀﾛｳ", true},
		{"ヤマダタロウ", "ヤマダ　タロウ", true},
		{"ジュンイチロウ", "ジユンイチロウ", true}, // banks know no small letters
		{"サトー", "サト-", true},
		{"ヤマダ タロウ", "ヤマダ ジロウ", false},
		{"ヤマタ タロウ", "ヤマダ タロウ", false}, // the mark counts
		{"山ヤマダ", "ヤマダ", false},        // what cannot be written is not left out
		{"ヤマダ", "山ヤマダ", false},
		{"", "", false},
		{" ", "　", false},
	} {
		if got := zengin.SameHolder(row.a, row.b); got != row.same {
			t.Errorf("SameHolder(%q, %q) = %t", row.a, row.b, got)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	if bad := account().Validate(); len(bad) != 0 {
		t.Errorf("a good account: %v", bad)
	}
	for _, kind := range []zengin.AccountType{zengin.Ordinary, zengin.Current, zengin.Savings, zengin.OtherType} {
		a := account()
		a.Type, a.BankName, a.BranchName = kind, "", ""
		if bad := a.Validate(); len(bad) != 0 || kind.Text().JA == "" || kind.Text().EN == "" {
			t.Errorf("type %d: %v, %q", kind, bad, kind.Text())
		}
	}
	for name, row := range map[string]struct {
		change func(*zengin.Account)
		field  zengin.Field
		want   zengin.Problem
	}{
		"bank of three digits":    {func(a *zengin.Account) { a.Bank = "005" }, zengin.FieldBank, zengin.BadDigits},
		"bank of letters":         {func(a *zengin.Account) { a.Bank = "00A5" }, zengin.FieldBank, zengin.BadDigits},
		"full-width bank":         {func(a *zengin.Account) { a.Bank = "０" }, zengin.FieldBank, zengin.BadDigits},
		"bank name too long":      {func(a *zengin.Account) { a.BankName = strings.Repeat("ｱ", 16) }, zengin.FieldBankName, zengin.TooLong},
		"bank name in kanji":      {func(a *zengin.Account) { a.BankName = "銀行" }, zengin.FieldBankName, zengin.BadText},
		"branch of four digits":   {func(a *zengin.Account) { a.Branch = "0001" }, zengin.FieldBranch, zengin.BadDigits},
		"branch name full-width":  {func(a *zengin.Account) { a.BranchName = "ホンテン" }, zengin.FieldBranchName, zengin.BadText},
		"no type":                 {func(a *zengin.Account) { a.Type = 0 }, zengin.FieldAccountType, zengin.BadAccount},
		"type 3":                  {func(a *zengin.Account) { a.Type = 3 }, zengin.FieldAccountType, zengin.BadAccount},
		"number of six digits":    {func(a *zengin.Account) { a.Number = "123456" }, zengin.FieldAccountNumber, zengin.BadDigits},
		"number of eight digits":  {func(a *zengin.Account) { a.Number = "12345678" }, zengin.FieldAccountNumber, zengin.BadDigits},
		"no holder":               {func(a *zengin.Account) { a.Holder = "" }, zengin.FieldHolder, zengin.Empty},
		"small kana":              {func(a *zengin.Account) { a.Holder = "ｼﾞｭﾝ" }, zengin.FieldHolder, zengin.BadText},
		"wo":                      {func(a *zengin.Account) { a.Holder = "ｦﾀ" }, zengin.FieldHolder, zengin.BadText},
		"the half-width long bar": {func(a *zengin.Account) { a.Holder = "ｻﾄｰ" }, zengin.FieldHolder, zengin.BadText},
		"lower case":              {func(a *zengin.Account) { a.Holder = "Taro" }, zengin.FieldHolder, zengin.BadText},
		"an extra character":      {func(a *zengin.Account) { a.Holder = "ｱ/ｲ" }, zengin.FieldHolder, zengin.BadText},
		"a line end":              {func(a *zengin.Account) { a.Holder = "ｱ\r\nｲ" }, zengin.FieldHolder, zengin.BadText},
		"holder of 31":            {func(a *zengin.Account) { a.Holder = mask.Name(strings.Repeat("ｱ", 31)) }, zengin.FieldHolder, zengin.TooLong},
		"a space in front":        {func(a *zengin.Account) { a.Holder = " ｱ" }, zengin.FieldHolder, zengin.BadSpace},
		"a space behind":          {func(a *zengin.Account) { a.Holder = "ｱ " }, zengin.FieldHolder, zengin.BadSpace},
	} {
		a := account()
		row.change(&a)
		if diff := cmp.Diff([]zengin.FieldError{{Field: row.field, Problem: row.want}}, a.Validate()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var all []zengin.Field
	for _, bad := range (zengin.Account{}).Validate() {
		all = append(all, bad.Field)
	}
	want := []zengin.Field{zengin.FieldBank, zengin.FieldBranch, zengin.FieldAccountType, zengin.FieldAccountNumber, zengin.FieldHolder}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("an empty account (-want +got):\n%s", diff)
	}
}

// TestAccountPrintsMasked: neither number nor holder comes out of any printer, alone or inside a record.
func TestAccountPrintsMasked(t *testing.T) {
	t.Parallel()
	a := account()
	d := debits()[0]
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("debit", "account", a, "debit", d)
	asJSON, err := json.Marshal(map[string]any{"account": a, "debit": d, "header": header()})
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%v|%+v|%#v|%s|%q|%d|%x|%v|%+v|%#v|%v|%v|%+v", a, a, a, a, a, a, a, &a, d, d, d, []zengin.Account{a}, header())
	for _, printed := range []string{text, logged.String(), string(asJSON)} {
		for _, secret := range []string{"0123456", "1234567|", "ﾔﾏﾀﾞ", "ﾀﾛｳ", fmt.Sprintf("%x", "0123456")} {
			if strings.Contains(printed, secret) {
				t.Errorf("%q in %s", secret, printed)
			}
		}
	}
	if a.String() != "0005-001 ••••" || a.GoString() != a.String() {
		t.Errorf("String: %s, GoString: %s", a.String(), a.GoString())
	}
	if got := a.MaskedNumber(); got != "••••456" {
		t.Errorf("MaskedNumber: %s", got)
	}
	if got := (zengin.Account{Number: "123"}).MaskedNumber(); got != "••••" {
		t.Errorf("MaskedNumber of a short number: %s", got)
	}
	if got := (zengin.Account{}).MaskedNumber(); got != "" {
		t.Errorf("MaskedNumber of none: %s", got)
	}
}

func TestJapanPost(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ symbol, number, branch, want string }{
		{"10180", "76543211", "018", "7654321"},
		{"10180", "12345671", "018", "1234567"},
		{"１０１８０", "１２３４５６７－１", "018", "1234567"},
		{"12340", "11", "238", "0000001"},
		{"19990", "1231", "998", "0000123"},
	} {
		got, err := zengin.JapanPost(row.symbol, row.number)
		want := zengin.Account{Bank: "9900", Branch: row.branch, Type: zengin.Ordinary, Number: zengin.AccountNumber(row.want)}
		if err != nil || got != want {
			t.Errorf("JapanPost(%s, %s) = %s %s, %v", row.symbol, row.number, got, got.Number.Reveal(), err)
		}
	}
	for _, row := range []struct {
		symbol, number string
		want           zengin.FieldError
	}{
		{"00180", "12345671", zengin.FieldError{Field: zengin.FieldSymbol, Problem: zengin.BadSymbol}}, // a transfer account
		{"1018", "12345671", zengin.FieldError{Field: zengin.FieldSymbol, Problem: zengin.BadSymbol}},
		{"101800", "12345671", zengin.FieldError{Field: zengin.FieldSymbol, Problem: zengin.BadSymbol}},
		{"1O180", "12345671", zengin.FieldError{Field: zengin.FieldSymbol, Problem: zengin.BadSymbol}},
		{"", "", zengin.FieldError{Field: zengin.FieldSymbol, Problem: zengin.BadSymbol}},
		{"10180", "12345670", zengin.FieldError{Field: zengin.FieldSymbolNumber, Problem: zengin.BadNumber}},
		{"10180", "123456711", zengin.FieldError{Field: zengin.FieldSymbolNumber, Problem: zengin.BadNumber}},
		{"10180", "1", zengin.FieldError{Field: zengin.FieldSymbolNumber, Problem: zengin.BadNumber}},
		{"10180", "x1", zengin.FieldError{Field: zengin.FieldSymbolNumber, Problem: zengin.BadNumber}},
		{"10180", "", zengin.FieldError{Field: zengin.FieldSymbolNumber, Problem: zengin.BadNumber}},
	} {
		got, err := zengin.JapanPost(row.symbol, row.number)
		var bad zengin.FieldError
		if !errors.As(err, &bad) || bad != row.want || got != (zengin.Account{}) {
			t.Errorf("JapanPost(%q, %q): %v, want %v", row.symbol, row.number, err, row.want)
		}
	}
}
