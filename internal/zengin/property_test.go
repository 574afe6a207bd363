package zengin_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/zengin"
)

const extras = "/,'+:?｢｣¥ｦ"

// texts are texts of n characters at most that a file with all extra characters takes.
func texts(least, most int) *rapid.Generator[string] {
	chars := rapid.SampledFrom([]rune("ｱｲｳｶｻﾀﾊﾝﾞﾟABCXYZ0189 ().-" + extras))
	return rapid.Custom(func(t *rapid.T) string {
		s := strings.Trim(rapid.StringOfN(chars, least, most, -1).Draw(t, "text"), " ")
		if s == "" && least > 0 {
			return "ｱ"
		}
		return s
	})
}

func types() *rapid.Generator[zengin.AccountType] {
	return rapid.SampledFrom([]zengin.AccountType{zengin.Ordinary, zengin.Current, zengin.Savings, zengin.OtherType})
}

func digits(n int) *rapid.Generator[string] { return rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", n)) }

func drawFile(t *rapid.T, f zengin.Format) (zengin.Header, []zengin.Debit) {
	first, _ := jst.Date(2024, 1, 1) // a leap year
	h := zengin.Header{
		Consignor: digits(10).Draw(t, "consignor"), ConsignorName: texts(1, 40).Draw(t, "name"),
		Day:  zengin.MonthDayOf(first.Add(rapid.IntRange(0, 365).Draw(t, "day"))),
		Bank: digits(4).Draw(t, "bank"), BankName: texts(0, 15).Draw(t, "bank name"),
		Branch: digits(3).Draw(t, "branch"), BranchName: texts(0, 15).Draw(t, "branch name"),
	}
	if !f.NoConsignorAccount {
		h.AccountType, h.AccountNumber = types().Draw(t, "type"), zengin.AccountNumber(digits(7).Draw(t, "number"))
	}
	debit := rapid.Custom(func(t *rapid.T) zengin.Debit {
		return zengin.Debit{
			Account: zengin.Account{
				Bank: digits(4).Draw(t, "bank"), BankName: texts(0, 15).Draw(t, "bank name"),
				Branch: digits(3).Draw(t, "branch"), BranchName: texts(0, 15).Draw(t, "branch name"),
				Type: types().Draw(t, "type"), Number: zengin.AccountNumber(digits(7).Draw(t, "number")), Holder: mask.Name(texts(1, 30).Draw(t, "holder")),
			},
			Amount: money.Yen(rapid.Int64Range(1, 9_999_999_999).Draw(t, "amount")), New: zengin.NewCode(rapid.IntRange(0, 2).Draw(t, "new")),
			Customer: texts(1, 20).Draw(t, "customer"), Result: rapid.SampledFrom(zengin.ResultCodes()).Draw(t, "result"),
		}
	})
	return h, rapid.SliceOfNDistinct(debit, 0, 20, func(d zengin.Debit) string { return d.Customer }).Draw(t, "debits")
}

// TestRoundTrip: what is asked reads back as itself, and so does what is answered; the two match.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := zengin.Format{
			CRLF: rapid.Bool().Draw(t, "CRLF"), EndByte: rapid.Bool().Draw(t, "end byte"), Extra: extras,
			NoConsignorAccount: rapid.Bool().Draw(t, "no account"), BlankResult: rapid.Bool().Draw(t, "blank"),
		}
		h, ds := drawFile(t, f)
		files := map[bool]zengin.File{}
		for _, result := range []bool{false, true} {
			write := zengin.WriteRequest
			if result {
				write = zengin.WriteResult
			}
			var out bytes.Buffer
			told, err := write(&out, f, h, each(ds))
			if err != nil {
				t.Fatal(err)
			}
			got, err := readAll(&out, zengin.Format{Extra: extras}, result)
			if err != nil {
				t.Fatal(err)
			}
			var want []zengin.Debit
			for _, d := range ds {
				if !result {
					d.Result = 0
				}
				want = append(want, d)
			}
			if diff := cmp.Diff(zengin.File{Header: h, Debits: want, Summary: told}, got); diff != "" {
				t.Fatalf("result %t (-want +got):\n%s", result, diff)
			}
			files[result] = got
		}
		year, ok := h.Day.Near(mustDay("2024-06-30"))
		if bad := zengin.Match(files[false], files[true], year); !ok || len(bad) != 0 {
			t.Fatalf("%t, %v", ok, bad)
		}
	})
}

func mustDay(s string) jst.Day {
	d, err := jst.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// fuzzRead: any bytes are either refused in words, or are exactly what a writer makes of what was read.
func fuzzRead(f *testing.F, result bool) {
	write := zengin.WriteRequest
	if result {
		write = zengin.WriteResult
	}
	for _, lines := range [][]string{exampleRequest(), exampleResult(), {exampleHeader, "8" + strings.Repeat("0", 54) + strings.Repeat("_", 65), exampleEnd}} {
		f.Add(encoded(f, "", lines...))
		f.Add(encoded(f, "\r\n", lines...))
		f.Add(append(encoded(f, "\r\n", lines...), 0x1A))
		f.Add(encoded(f, "\n", lines...))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		format := zengin.Format{Extra: extras}
		file, err := readAll(bytes.NewReader(raw), format, result)
		if err != nil {
			var refused zengin.FieldError
			if !errors.As(err, &refused) || refused.Text().JA == "" || refused.Text().EN == "" {
				t.Fatal(err)
			}
			return
		}
		format.CRLF = len(raw) > 121 && raw[120] == '\r'
		format.EndByte = raw[len(raw)-1] == 0x1A
		format.NoConsignorAccount = file.Header.AccountType == 0
		var out bytes.Buffer
		told, err := write(&out, format, file.Header, each(file.Debits))
		if isDoubled(err) {
			return // a reader leaves that to Match
		}
		if err != nil || told.Totals != file.Totals {
			t.Fatalf("%+v, %v; read were %+v", told.Totals, err, file.Totals)
		}
		// The reader takes for the same: a missing last line end, an account of zeros, a blank result in a request.
		if got, want := plain(out.Bytes(), file.Debits), plain(raw, file.Debits); !bytes.Equal(got, want) {
			t.Fatalf("written %q\nread    %q", got, want)
		}
	})
}

func isDoubled(err error) bool {
	var refused zengin.FieldError
	return errors.As(err, &refused) && refused.Problem == zengin.Doubled
}

// plain is a file without what a reader forgives.
func plain(raw []byte, ds []zengin.Debit) []byte {
	out := bytes.ReplaceAll(bytes.TrimSuffix(raw, []byte{0x1A}), []byte("\r\n"), nil)
	if string(out[95:103]) == "00000000" {
		copy(out[95:], "        ")
	}
	for i, d := range ds {
		if d.Result == 0 {
			out[120*(i+1)+111] = '0'
		}
	}
	return out
}

func FuzzReadRequest(f *testing.F) { fuzzRead(f, false) }

func FuzzReadResult(f *testing.F) { fuzzRead(f, true) }

// FuzzJapanPost: whatever is typed gives an account that lacks nothing but its holder, or is refused.
func FuzzJapanPost(f *testing.F) {
	f.Add("10180", "12345671")
	f.Add("１０１８０", "１")
	f.Fuzz(func(t *testing.T, symbol, number string) {
		a, err := zengin.JapanPost(symbol, number)
		if err != nil {
			return
		}
		a.Holder = "ｱ"
		if bad := a.Validate(); len(bad) != 0 {
			t.Fatalf("JapanPost(%q, %q): %v", symbol, number, bad)
		}
	})
}
