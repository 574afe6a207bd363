package zengin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tsuke/internal/zengin"
)

// TestMatch: every difference that Match knows, each made by one change of a result that is right or of its request.
func TestMatch(t *testing.T) {
	t.Parallel()
	const first, second = "00000000000000000001", "00000000000000000002"
	type change func(sent, result *zengin.File)
	answer := func(f func(*zengin.Debit)) change { return func(_, result *zengin.File) { f(&result.Debits[1]) } }
	told := func(f zengin.Field, d zengin.Difference) []zengin.Mismatch {
		return []zengin.Mismatch{{Record: 3, Field: f, Difference: d, Customer: second}}
	}
	for name, row := range map[string]struct {
		change change
		want   []zengin.Mismatch
	}{
		"as asked":         {func(_, _ *zengin.File) {}, nil},
		"in another order": {func(_, result *zengin.File) { slices.Reverse(result.Debits) }, nil},
		"another consignor": {
			func(_, result *zengin.File) { result.Header.Consignor = "0987654321" },
			[]zengin.Mismatch{{Record: 1, Field: zengin.FieldConsignor, Difference: zengin.AnotherConsignor}},
		},
		"another day": {
			func(_, result *zengin.File) { result.Header.Day = "1028" },
			[]zengin.Mismatch{{Record: 1, Field: zengin.FieldDay, Difference: zengin.AnotherDay}},
		},
		"a day that the years around have not": {
			func(_, result *zengin.File) { result.Header.Day = "0229" },
			[]zengin.Mismatch{{Record: 1, Field: zengin.FieldDay, Difference: zengin.AnotherDay}},
		},
		"a request for another day": {
			func(sent, _ *zengin.File) { sent.Header.Day = "1227" },
			[]zengin.Mismatch{{InRequest: true, Record: 1, Field: zengin.FieldDay, Difference: zengin.AnotherDay}},
		},
		"not asked for": {
			answer(func(d *zengin.Debit) { d.Customer = "9" }),
			[]zengin.Mismatch{
				{Record: 3, Field: zengin.FieldCustomer, Difference: zengin.Unasked, Customer: "9"},
				{InRequest: true, Record: 3, Field: zengin.FieldCustomer, Difference: zengin.Unanswered, Customer: second},
			},
		},
		"answered twice": {
			func(_, result *zengin.File) { result.Debits = append(result.Debits, result.Debits[0]) },
			[]zengin.Mismatch{{Record: 4, Field: zengin.FieldCustomer, Difference: zengin.AnsweredTwice, Customer: first}},
		},
		"answered twice for another": {
			func(_, result *zengin.File) { result.Debits[1] = result.Debits[0] },
			[]zengin.Mismatch{
				{Record: 3, Field: zengin.FieldCustomer, Difference: zengin.AnsweredTwice, Customer: first},
				{InRequest: true, Record: 3, Field: zengin.FieldCustomer, Difference: zengin.Unanswered, Customer: second},
			},
		},
		"asked twice": {
			func(sent, _ *zengin.File) { sent.Debits = append(sent.Debits, sent.Debits[1]) },
			[]zengin.Mismatch{{InRequest: true, Record: 4, Field: zengin.FieldCustomer, Difference: zengin.AskedTwice, Customer: second}},
		},
		"asked twice and not answered": {
			func(sent, result *zengin.File) {
				sent.Debits, result.Debits = append(sent.Debits, sent.Debits[1]), result.Debits[:1]
			},
			[]zengin.Mismatch{
				{InRequest: true, Record: 4, Field: zengin.FieldCustomer, Difference: zengin.AskedTwice, Customer: second},
				{InRequest: true, Record: 3, Field: zengin.FieldCustomer, Difference: zengin.Unanswered, Customer: second},
			},
		},
		"not answered": {
			func(_, result *zengin.File) { result.Debits = result.Debits[1:] },
			[]zengin.Mismatch{{InRequest: true, Record: 2, Field: zengin.FieldCustomer, Difference: zengin.Unanswered, Customer: first}},
		},
		"another amount":              {answer(func(d *zengin.Debit) { d.Amount-- }), told(zengin.FieldAmount, zengin.AmountChanged)},
		"another bank":                {answer(func(d *zengin.Debit) { d.Account.Bank = "0009" }), told(zengin.FieldBank, zengin.AccountChanged)},
		"another branch":              {answer(func(d *zengin.Debit) { d.Account.Branch = "019" }), told(zengin.FieldBranch, zengin.AccountChanged)},
		"another type":                {answer(func(d *zengin.Debit) { d.Account.Type = zengin.Current }), told(zengin.FieldAccountType, zengin.AccountChanged)},
		"another number":              {answer(func(d *zengin.Debit) { d.Account.Number = "7654322" }), told(zengin.FieldAccountNumber, zengin.AccountChanged)},
		"another holder":              {answer(func(d *zengin.Debit) { d.Account.Holder = "ｻﾄｳ ﾊﾅ" }), told(zengin.FieldHolder, zengin.AccountChanged)},
		"spaces in the holder's name": {answer(func(d *zengin.Debit) { d.Account.Holder = "ｻﾄｳﾊﾅｺ" }), nil},
		"what banks fill in": {
			answer(func(d *zengin.Debit) {
				d.Account.BankName, d.Account.BranchName, d.New = "", "ﾎﾝﾃﾝ", zengin.Changed
			}), nil,
		},
		"all at once": {
			func(_, result *zengin.File) {
				result.Header.Consignor, result.Header.Day = "0000000000", "0101"
				result.Debits[0].Amount, result.Debits[0].Account = 1, zengin.Account{}
				result.Debits[1].Customer = "X"
			},
			[]zengin.Mismatch{
				{Record: 1, Field: zengin.FieldConsignor, Difference: zengin.AnotherConsignor},
				{Record: 1, Field: zengin.FieldDay, Difference: zengin.AnotherDay},
				{Record: 2, Field: zengin.FieldAmount, Difference: zengin.AmountChanged, Customer: first},
				{Record: 2, Field: zengin.FieldBank, Difference: zengin.AccountChanged, Customer: first},
				{Record: 2, Field: zengin.FieldBranch, Difference: zengin.AccountChanged, Customer: first},
				{Record: 2, Field: zengin.FieldAccountType, Difference: zengin.AccountChanged, Customer: first},
				{Record: 2, Field: zengin.FieldAccountNumber, Difference: zengin.AccountChanged, Customer: first},
				{Record: 2, Field: zengin.FieldHolder, Difference: zengin.AccountChanged, Customer: first},
				{Record: 3, Field: zengin.FieldCustomer, Difference: zengin.Unasked, Customer: "X"},
				{InRequest: true, Record: 3, Field: zengin.FieldCustomer, Difference: zengin.Unanswered, Customer: second},
			},
		},
	} {
		sent := zengin.File{Header: header(), Debits: debits()}
		result := zengin.File{Header: header(), Debits: answers(zengin.Debited, zengin.NoMandate)}
		row.change(&sent, &result)
		got := zengin.Match(sent, result, day(t, "2026-11-27"))
		if diff := cmp.Diff(row.want, got, cmpopts.IgnoreUnexported(zengin.Mismatch{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, m := range got {
			text := m.Text()
			file := map[bool][2]string{false: {"結果ファイルの", "Result file: "}, true: {"依頼ファイルの", "Request file: "}}[m.InRequest]
			if !strings.HasPrefix(text.JA, file[0]) || !strings.HasPrefix(text.EN, file[1]) || strings.Contains(text.JA+text.EN, "%") ||
				strings.HasSuffix(text.JA, ": ") || strings.HasSuffix(text.EN, ": ") {
				t.Errorf("%s: %q", name, text)
			}
			for _, secret := range []string{"7654321", "0123456", "ﾔﾏﾀﾞ", "ｻﾄｳ"} {
				if strings.Contains(text.JA+text.EN, secret) {
					t.Errorf("%s: %q tells %s", name, text, secret)
				}
			}
		}
	}
	for d := zengin.FirstDifference; d <= zengin.LastDifference; d++ {
		if text := (zengin.Mismatch{Record: 2, Field: zengin.FieldAmount, Difference: d}).Text(); strings.HasSuffix(text.JA, ": ") || strings.HasSuffix(text.EN, ": ") {
			t.Errorf("difference %d has no words: %q", d, text)
		}
	}
}

// TestMatchAcrossYears: the day in the header is taken for the one about the run, so that the words name the right year.
func TestMatchAcrossYears(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ run, header, ja, en string }{
		{"2026-12-28", "1228", "", ""},
		{"2027-01-27", "0127", "", ""},
		{
			"2027-01-27", "1228",
			"結果ファイルの1番目のレコードの55–58桁目「引落日」: 依頼した引落日は2027-01-27ですが、このファイルは2026-12-28のものです。別の回のファイルでないか確かめてください",
			"Result file: Record 1, columns 55–58 (debit day): The request is for 2027-01-27, but this file is for 2026-12-28. See whether it belongs to another run",
		},
		{
			"2026-12-28", "0127",
			"結果ファイルの1番目のレコードの55–58桁目「引落日」: 依頼した引落日は2026-12-28ですが、このファイルは2027-01-27のものです。別の回のファイルでないか確かめてください",
			"Result file: Record 1, columns 55–58 (debit day): The request is for 2026-12-28, but this file is for 2027-01-27. See whether it belongs to another run",
		},
	} {
		run := day(t, row.run)
		sent, result := zengin.File{Header: header()}, zengin.File{Header: header()}
		sent.Header.Day, result.Header.Day = zengin.MonthDayOf(run), zengin.MonthDay(row.header)
		got := zengin.Match(sent, result, run)
		switch {
		case row.ja == "" && len(got) == 0:
		case row.ja == "" || len(got) != 1 || got[0].Text().JA != row.ja || got[0].Text().EN != row.en:
			t.Errorf("%s for %s: %v", row.header, row.run, got)
		}
	}
}
