package kiosk_test

import (
	"errors"
	"testing"

	"tsuke/internal/kiosk"
)

func TestParsePayEasy(t *testing.T) {
	t.Parallel()
	whole := kiosk.PayEasy{Collector: "58191", Customer: "12345678901234567890", Code: "1234"}
	with := func(change func(*kiosk.PayEasy)) kiosk.PayEasy {
		p := whole
		change(&p)
		return p
	}
	for _, row := range []struct {
		name  string
		typed kiosk.PayEasy
		mode  kiosk.Mode
		err   kiosk.Error
	}{
		{"whole", whole, kiosk.Live, kiosk.Error{}},
		{"tax agency", with(func(p *kiosk.PayEasy) { p.Collector = "00200" }), kiosk.Live, kiosk.Error{}},
		{"one digit", with(func(p *kiosk.PayEasy) { p.Customer = "0" }), kiosk.Live, kiosk.Error{}},
		{"six of confirmation", with(func(p *kiosk.PayEasy) { p.Code = "000001" }), kiosk.Live, kiosk.Error{}},
		{"municipal", with(func(p *kiosk.PayEasy) { p.Category = "001" }), kiosk.Live, kiosk.Error{}},
		{"national", with(func(p *kiosk.PayEasy) { p.Category = "1234567890" }), kiosk.Live, kiosk.Error{}},
		{"a test", with(func(p *kiosk.PayEasy) { p.Collector = kiosk.TestCollector }), kiosk.Test, kiosk.Error{}},
		{"no collector", with(func(p *kiosk.PayEasy) { p.Collector = "" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCollector, Problem: kiosk.Missing, Least: 5, Most: 5}},
		{"short collector", with(func(p *kiosk.PayEasy) { p.Collector = "5819" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCollector, Problem: kiosk.BadLength, Least: 5, Most: 5}},
		{"collector of letters", with(func(p *kiosk.PayEasy) { p.Collector = "5819l" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCollector, Problem: kiosk.NotDigits}},
		{"no customer", with(func(p *kiosk.PayEasy) { p.Customer = " " }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCustomer, Problem: kiosk.Missing, Least: 1, Most: 20}},
		{"long customer", with(func(p *kiosk.PayEasy) { p.Customer += "1" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCustomer, Problem: kiosk.BadLength, Least: 1, Most: 20}},
		{"customer of signs", with(func(p *kiosk.PayEasy) { p.Customer = "1/2" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCustomer, Problem: kiosk.NotDigits}},
		{"no confirmation", with(func(p *kiosk.PayEasy) { p.Code = "" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldPayEasyCode, Problem: kiosk.Missing, Least: 4, Most: 6}},
		{"short confirmation", with(func(p *kiosk.PayEasy) { p.Code = "123" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldPayEasyCode, Problem: kiosk.BadLength, Least: 4, Most: 6}},
		{"long confirmation", with(func(p *kiosk.PayEasy) { p.Code = "1234567" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldPayEasyCode, Problem: kiosk.BadLength, Least: 4, Most: 6}},
		{"confirmation of letters", with(func(p *kiosk.PayEasy) { p.Code = "12a4" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldPayEasyCode, Problem: kiosk.NotDigits}},
		{"category of a blank", with(func(p *kiosk.PayEasy) { p.Category = " " }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCategory, Problem: kiosk.Missing, Least: 3, Most: 10}},
		{"short category", with(func(p *kiosk.PayEasy) { p.Category = "12" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCategory, Problem: kiosk.BadLength, Least: 3, Most: 10}},
		{"neither", with(func(p *kiosk.PayEasy) { p.Category = "1234" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCategory, Problem: kiosk.BadLength, Least: 3, Most: 10}},
		{"long category", with(func(p *kiosk.PayEasy) { p.Category = "12345678901" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCategory, Problem: kiosk.BadLength, Least: 3, Most: 10}},
		{"category of letters", with(func(p *kiosk.PayEasy) { p.Category = "a01" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCategory, Problem: kiosk.NotDigits}},
		{"a test in earnest", with(func(p *kiosk.PayEasy) { p.Collector = "00000" }), kiosk.Live, kiosk.Error{Field: kiosk.FieldCollector, Problem: kiosk.TestNumber}},
		{"in earnest as a test", whole, kiosk.Test, kiosk.Error{Field: kiosk.FieldCollector, Problem: kiosk.RealNumber}},
	} {
		got, err := kiosk.ParsePayEasy(row.typed, row.mode)
		judge(t, row.name, err, row.err)
		want := row.typed
		if err != nil {
			want = kiosk.PayEasy{}
		}
		if got != want {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
	grouped := whole.Grouped()
	if grouped.Customer != "1234-5678-9012-3456-7890" || grouped.Collector != "58191" || grouped.Code != "1234" {
		t.Errorf("grouped: %+v", grouped)
	}
	if again, err := kiosk.ParsePayEasy(grouped, kiosk.Live); err != nil || again != whole {
		t.Errorf("read back from its groups: %+v, %v", again, err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	l := kiosk.PublishedLimits()
	for _, row := range []struct {
		yen int64
		by  kiosk.Means
		err kiosk.Error
	}{
		{1, kiosk.ATMCash, kiosk.Error{}},
		{99_000, kiosk.ATMCash, kiosk.Error{}},
		{99_001, kiosk.ATMCard, kiosk.Error{}},
		{999_999, kiosk.ATMCard, kiosk.Error{}},
		{999_999, kiosk.NetBank, kiosk.Error{}},
		{0, kiosk.NetBank, kiosk.Error{Field: kiosk.FieldAmount, Problem: kiosk.TooSmall, Yen: 1}},
		{-1, kiosk.ATMCash, kiosk.Error{Field: kiosk.FieldAmount, Problem: kiosk.TooSmall, Yen: 1}},
		{99_001, kiosk.ATMCash, kiosk.Error{Field: kiosk.FieldAmount, Problem: kiosk.TooLarge, Yen: 99_000}},
		{1_000_000, kiosk.ATMCard, kiosk.Error{Field: kiosk.FieldAmount, Problem: kiosk.TooLarge, Yen: 999_999}},
		{1_000_000, kiosk.NetBank, kiosk.Error{Field: kiosk.FieldAmount, Problem: kiosk.TooLarge, Yen: 999_999}},
	} {
		judge(t, "limit", l.Check(row.yen, row.by), row.err)
	}
	if err := l.Valid(); err != nil {
		t.Error(err)
	}
	for _, wrong := range []kiosk.Limits{{}, {Least: 1}, {Least: 1, Cash: 1}, {Least: 1, Account: 1}, {Least: 100, Cash: 99, Account: 100}} {
		if wrong.Valid() == nil {
			t.Errorf("%+v was accepted", wrong)
		}
	}
}

// FuzzPayEasy: what is accepted reads back from its groups, and 00000 never where it must not.
func FuzzPayEasy(f *testing.F) {
	f.Add("58191", "1234-5678", "1234", "", false)
	f.Add("00000", "1", "000000", "001", true)
	f.Fuzz(func(t *testing.T, collector, customer, code, category string, test bool) {
		p, err := kiosk.ParsePayEasy(kiosk.PayEasy{Collector: collector, Customer: customer, Code: code, Category: category}, kiosk.Mode(test))
		if err != nil {
			var told *kiosk.Error
			if !errors.As(err, &told) || told.Text().JA == "" {
				t.Fatal(err)
			}
			return
		}
		if again, err := kiosk.ParsePayEasy(p.Grouped(), kiosk.Mode(test)); err != nil || again != p || (p.Collector == "00000") != test {
			t.Fatalf("%+v, %v", again, err)
		}
	})
}
