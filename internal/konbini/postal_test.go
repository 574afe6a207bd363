package konbini_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/konbini"
)

// The bodies that published programs agree on, with their check digits.
const (
	upperBody = "0000000000000000003600226000033421101"
	lowerBody = "100250881102000000061050501000000000000000"
	upperLine = "61" + upperBody
	lowerLine = "22" + lowerBody
)

func TestPostalCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		body, want string
		err        error
	}{
		{upperBody, "61", nil},
		{lowerBody, "22", nil},
		{strings.Repeat("0", 37), "00", nil},
		{strings.Repeat("0", 42), "00", nil},
		{"1" + strings.Repeat("0", 36), "89", nil},                            // 9; 1 + 18 = 19
		{"01" + strings.Repeat("0", 35), "51", nil},                           // 1; 3 + 2 = 5
		{"001" + strings.Repeat("0", 34), "68", nil},                          // 8; 1 + 16 = 17
		{"0001" + strings.Repeat("0", 33), "61", nil},                         // 1; 4 + 2 = 6
		{strings.Repeat("0", 36) + "1", "47", nil},                            // the 19th odd position: times 7; 1 + 14 = 15
		{strings.Repeat("0", 41) + "1", "91", nil},                            // the 21st even position: times 7; 7 + 2 = 9
		{strings.Repeat("0", 15) + "1" + strings.Repeat("0", 21), "41", nil},  // the 8th even position: times 2; 2 + 2 = 4
		{strings.Repeat("0", 13) + "11" + strings.Repeat("0", 22), "53", nil}, // 2 + 1; 9 + 1 + 6 = 16
		{"03" + strings.Repeat("0", 35), "43", nil},                           // 3; 9 + 6 = 15
		{"04" + strings.Repeat("0", 35), "94", nil},                           // 4; 12 + 8 = 20
		{"02" + strings.Repeat("0", 35), "02", nil},                           // 2; 6 + 4 = 10, written 0
		{"", "", konbini.ErrPostalLength},
		{strings.Repeat("0", 38), "", konbini.ErrPostalLength},
		{strings.Repeat("x", 37), "", konbini.ErrDigits},
	} {
		got, err := konbini.PostalCheck(row.body)
		if got != row.want || !errors.Is(err, row.err) {
			t.Errorf("PostalCheck(%s) = %q, %v; want %q, %v", row.body, got, err, row.want, row.err)
		}
	}
}

func TestPostalLines(t *testing.T) {
	t.Parallel()
	upper, err := konbini.ParsePostalUpper(upperLine)
	wantUpper := konbini.PostalUpper{
		Account: "00000000000", Zeros: "00000", Yen: 3_600, FeePayer: 2, Agent: "260000334", Company: "21101",
	}
	if diff := cmp.Diff(wantUpper, upper); diff != "" || err != nil {
		t.Errorf("upper: %v (-want +got):\n%s", err, diff)
	}
	lower, err := konbini.ParsePostalLower(lowerLine)
	wantLower := konbini.PostalLower{
		Free: "1002508811020000", Agent: "006105050", Maker: "10000", Control: "000", Zeros: "00000000",
	}
	if diff := cmp.Diff(wantLower, lower); diff != "" || err != nil {
		t.Errorf("lower: %v (-want +got):\n%s", err, diff)
	}
	if got, err := konbini.BuildPostalUpper(konbini.PostalUpper{Yen: 3_600, FeePayer: 2, Agent: "260000334", Company: "21101"}, 300_000); got != upperLine || err != nil {
		t.Errorf("upper with empty fields: %s, %v", got, err)
	}
	if got, err := konbini.BuildPostalLower(konbini.PostalLower{Free: "1002508811020000", Agent: "006105050", Maker: "10000"}); got != lowerLine || err != nil {
		t.Errorf("lower with empty fields: %s, %v", got, err)
	}
}

func TestBuildPostalRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*konbini.PostalUpper)
		want   error
	}{
		"nothing to pay":   {func(u *konbini.PostalUpper) { u.Yen = 0 }, konbini.ErrAmount},
		"above the limit":  {func(u *konbini.PostalUpper) { u.Yen = 300_001 }, konbini.ErrAmount},
		"fee payer below":  {func(u *konbini.PostalUpper) { u.FeePayer = -1 }, konbini.ErrPostalPayer},
		"fee payer above":  {func(u *konbini.PostalUpper) { u.FeePayer = 10 }, konbini.ErrPostalPayer},
		"short account":    {func(u *konbini.PostalUpper) { u.Account = "1" }, konbini.ErrPostalField},
		"long zeros":       {func(u *konbini.PostalUpper) { u.Zeros = "000000" }, konbini.ErrPostalField},
		"short agent":      {func(u *konbini.PostalUpper) { u.Agent = "12345678" }, konbini.ErrPostalField},
		"long company":     {func(u *konbini.PostalUpper) { u.Company = "123456" }, konbini.ErrPostalField},
		"account of signs": {func(u *konbini.PostalUpper) { u.Account = "00000-00000" }, konbini.ErrDigits},
	} {
		u := konbini.PostalUpper{Yen: 1}
		row.change(&u)
		if got, err := konbini.BuildPostalUpper(u, 300_000); !errors.Is(err, row.want) || got != "" {
			t.Errorf("%s: %q, %v; want %v", name, got, err, row.want)
		}
	}
	if _, err := konbini.BuildPostalUpper(konbini.PostalUpper{Yen: 1_000_000}, 2_000_000); !errors.Is(err, konbini.ErrAmount) {
		t.Errorf("more than six digits: %v", err)
	}
	for name, row := range map[string]struct {
		lower konbini.PostalLower
		want  error
	}{
		"reissue below":  {konbini.PostalLower{Reissue: -1}, konbini.ErrReissue},
		"reissue above":  {konbini.PostalLower{Reissue: 10}, konbini.ErrReissue},
		"short free":     {konbini.PostalLower{Free: "1"}, konbini.ErrPostalField},
		"long agent":     {konbini.PostalLower{Agent: "1234567890"}, konbini.ErrPostalField},
		"short maker":    {konbini.PostalLower{Maker: "1234"}, konbini.ErrPostalField},
		"long control":   {konbini.PostalLower{Control: "1234"}, konbini.ErrPostalField},
		"short zeros":    {konbini.PostalLower{Zeros: "0"}, konbini.ErrPostalField},
		"maker of signs": {konbini.PostalLower{Maker: "12-45"}, konbini.ErrDigits},
	} {
		if got, err := konbini.BuildPostalLower(row.lower); !errors.Is(err, row.want) || got != "" {
			t.Errorf("%s: %q, %v; want %v", name, got, err, row.want)
		}
	}
}

func TestParsePostalRefuses(t *testing.T) {
	t.Parallel()
	unpaid := strings.Repeat("0", 39)
	for _, row := range []struct {
		digits string
		want   error
	}{
		{"", konbini.ErrPostalLength},
		{lowerLine, konbini.ErrPostalLength},
		{upperLine[:38] + "x", konbini.ErrDigits},
		{"x" + upperLine[1:], konbini.ErrPostalCheck},
		{"16" + upperBody, konbini.ErrPostalCheck},
		{unpaid, konbini.ErrAmount},
	} {
		if got, err := konbini.ParsePostalUpper(row.digits); !errors.Is(err, row.want) || got != (konbini.PostalUpper{}) {
			t.Errorf("upper %q: %+v, %v; want %v", row.digits, got, err, row.want)
		}
	}
	for _, row := range []struct {
		digits string
		want   error
	}{
		{"", konbini.ErrPostalLength},
		{upperLine, konbini.ErrPostalLength},
		{lowerLine[:43] + "-", konbini.ErrDigits},
		{"21" + lowerBody, konbini.ErrPostalCheck},
		{"22" + "2" + lowerBody[1:], konbini.ErrPostalCheck},
	} {
		if got, err := konbini.ParsePostalLower(row.digits); !errors.Is(err, row.want) || got != (konbini.PostalLower{}) {
			t.Errorf("lower %q: %+v, %v; want %v", row.digits, got, err, row.want)
		}
	}
}

// TestPostalRoundTrip: what can be built reads back as itself.
func TestPostalRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := func(name string, n int) string {
			return rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", n)).Draw(t, name)
		}
		upper := konbini.PostalUpper{
			Account: digits("account", 11), Zeros: digits("zeros", 5), Yen: rapid.Int64Range(1, 999_999).Draw(t, "yen"),
			FeePayer: rapid.IntRange(0, 9).Draw(t, "payer"), Agent: digits("agent", 9), Company: digits("company", 5),
		}
		built, err := konbini.BuildPostalUpper(upper, 999_999)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := konbini.ParsePostalUpper(built); err != nil || got != upper {
			t.Fatalf("%+v reads back as %+v, %v", upper, got, err)
		}
		lower := konbini.PostalLower{
			Free: digits("free", 16), Reissue: rapid.IntRange(0, 9).Draw(t, "reissue"), Agent: digits("agent", 9),
			Maker: digits("maker", 5), Control: digits("control", 3), Zeros: digits("zeros", 8),
		}
		built, err = konbini.BuildPostalLower(lower)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := konbini.ParsePostalLower(built); err != nil || got != lower {
			t.Fatalf("%+v reads back as %+v, %v", lower, got, err)
		}
	})
}

// FuzzParsePostal: what is accepted as either line builds again to the same digits.
func FuzzParsePostal(f *testing.F) {
	f.Add(upperLine)
	f.Add(lowerLine)
	f.Add("")
	f.Fuzz(func(t *testing.T, digits string) {
		if upper, err := konbini.ParsePostalUpper(digits); err == nil {
			if again, err := konbini.BuildPostalUpper(upper, 999_999); err != nil || again != digits {
				t.Fatalf("%s → %+v → %s, %v", digits, upper, again, err)
			}
		}
		if lower, err := konbini.ParsePostalLower(digits); err == nil {
			if again, err := konbini.BuildPostalLower(lower); err != nil || again != digits {
				t.Fatalf("%s → %+v → %s, %v", digits, lower, again, err)
			}
		}
	})
}
