package konbini_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/konbini"
)

// example is 30,000 yen and 209 yen for the bill, payable until 10 December 2026.
const example = "91912345000010000000020260001026121000302098"

func exampleCode() konbini.Code {
	return konbini.Code{Company: "912345", Free: "000010000000020260001", Due: "2026-12-10", Yen: 30_209}
}

// TestCheckDigit: vectors that published programs and files agree on.
func TestCheckDigit(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		digits string
		want   int
	}{
		{"91" + "912345" + "012345678901234567890" + "1" + "010331" + "0" + "123000", 3},
		{"91" + "942386" + "178953917853935692730" + "1" + "030731" + "1" + "031290", 3},
		{"91" + "929023" + "219420000000000037554" + "3" + "999999" + "9" + "999999", 9},
		{"91" + "929023" + "252070000010123499900" + "1" + "999999" + "0" + "010605", 0},
		{example[:43], 8},
	} {
		got, err := konbini.CheckDigit(row.digits)
		if got != row.want || err != nil {
			t.Errorf("CheckDigit(%s) = %d, %v; want %d", row.digits, got, err, row.want)
		}
	}
	if _, err := konbini.CheckDigit(example); !errors.Is(err, konbini.ErrLength) {
		t.Errorf("44 digits: %v", err)
	}
	if _, err := konbini.CheckDigit(strings.Repeat("x", 43)); !errors.Is(err, konbini.ErrDigits) {
		t.Errorf("no digits: %v", err)
	}
}

func TestBuildAndParse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		digits string
		code   konbini.Code
	}{
		{example, exampleCode()},
		{
			"91" + "912345" + "012345678901234567890" + "1" + "010331" + "0" + "123000" + "3",
			konbini.Code{Company: "912345", Free: "012345678901234567890", Reissue: 1, Due: "2001-03-31", Yen: 123_000},
		},
		{
			"91" + "942386" + "178953917853935692730" + "1" + "030731" + "1" + "031290" + "3",
			konbini.Code{Company: "942386", Free: "178953917853935692730", Reissue: 1, Due: "2003-07-31", Stamp: true, Yen: 31_290},
		},
		{
			"91" + "929023" + "252070000010123499900" + "1" + "999999" + "0" + "010605" + "0",
			konbini.Code{Company: "929023", Free: "252070000010123499900", Reissue: 1, Yen: 10_605},
		},
	} {
		built, err := konbini.Build(row.code, 300_000)
		if built != row.digits || err != nil {
			t.Errorf("Build(%+v) = %s, %v; want %s", row.code, built, err, row.digits)
		}
		parsed, err := konbini.Parse(row.digits)
		if diff := cmp.Diff(row.code, parsed); diff != "" || err != nil {
			t.Errorf("Parse(%s): %v (-want +got):\n%s", row.digits, err, diff)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*konbini.Code)
		want   error
	}{
		"short company":        {func(c *konbini.Code) { c.Company = "12345" }, konbini.ErrCompany},
		"long company":         {func(c *konbini.Code) { c.Company = "4912345" }, konbini.ErrCompany},
		"company of letters":   {func(c *konbini.Code) { c.Company = "91234x" }, konbini.ErrCompany},
		"full-width company":   {func(c *konbini.Code) { c.Company = "１２" }, konbini.ErrCompany}, // six bytes
		"long free field":      {func(c *konbini.Code) { c.Free += "0" }, konbini.ErrFree},
		"free field of signs":  {func(c *konbini.Code) { c.Free = "-1" }, konbini.ErrFree},
		"reissue below":        {func(c *konbini.Code) { c.Reissue = -1 }, konbini.ErrReissue},
		"reissue above":        {func(c *konbini.Code) { c.Reissue = 10 }, konbini.ErrReissue},
		"no such day":          {func(c *konbini.Code) { c.Due = "2026-02-29" }, konbini.ErrDue},
		"another form of day":  {func(c *konbini.Code) { c.Due = "261210" }, konbini.ErrDue},
		"day of last century":  {func(c *konbini.Code) { c.Due = "1999-12-31" }, konbini.ErrDue},
		"day of next century":  {func(c *konbini.Code) { c.Due = "2100-01-01" }, konbini.ErrDue},
		"nothing to pay":       {func(c *konbini.Code) { c.Yen = 0 }, konbini.ErrAmount},
		"less than nothing":    {func(c *konbini.Code) { c.Yen = -1 }, konbini.ErrAmount},
		"above the limit":      {func(c *konbini.Code) { c.Yen = 300_001 }, konbini.ErrAmount},
		"beyond the six digit": {func(c *konbini.Code) { c.Yen = 1_000_000 }, konbini.ErrAmount},
	} {
		c := exampleCode()
		row.change(&c)
		if got, err := konbini.Build(c, 300_000); !errors.Is(err, row.want) || got != "" {
			t.Errorf("%s: Build = %q, %v; want %v", name, got, err, row.want)
		}
	}
	c := exampleCode()
	c.Yen = 300_000
	if _, err := konbini.Build(c, 300_000); err != nil {
		t.Errorf("the limit itself: %v", err)
	}
	c.Yen = 1_000_000
	if _, err := konbini.Build(c, 2_000_000); !errors.Is(err, konbini.ErrAmount) {
		t.Errorf("a limit above what six digits hold: %v", err)
	}
}

func TestBuildFillsTheFreeField(t *testing.T) {
	t.Parallel()
	c := exampleCode()
	c.Free = "12345"
	digits, err := konbini.Build(c, 300_000)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := konbini.Parse(digits)
	if err != nil || parsed.Free != "123450000000000000000" {
		t.Errorf("the free field is %q, %v", parsed.Free, err)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	with := func(from int, digits string) string { // the example with other digits from a position counted from 1
		body := example[:from-1] + digits + example[from-1+len(digits):43]
		check, err := konbini.CheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(body, check)
	}
	for name, row := range map[string]struct {
		digits string
		want   error
	}{
		"empty":                     {"", konbini.ErrLength},
		"43 digits":                 {example[:43], konbini.ErrLength},
		"45 digits":                 {example + "0", konbini.ErrLength},
		"with the agent's prefix":   {"EAN" + example, konbini.ErrLength},
		"a letter":                  {"91x" + example[3:], konbini.ErrDigits},
		"another identifier":        {with(1, "90"), konbini.ErrIdentifier},
		"wrong check digit":         {example[:43] + "7", konbini.ErrCheckDigit},
		"two digits swapped":        {"91192345" + example[8:], konbini.ErrCheckDigit},
		"no such day":               {with(31, "260229"), konbini.ErrDue},
		"no such month":             {with(31, "261310"), konbini.ErrDue},
		"day 00":                    {with(31, "261200"), konbini.ErrDue},
		"all zero day":              {with(31, "000000"), konbini.ErrDue},
		"stamp flag 2":              {with(37, "2"), konbini.ErrStamp},
		"nothing to pay":            {with(38, "000000"), konbini.ErrAmount},
		"a test line of 9 all over": {"91929023219420000000000037554399999999999999", konbini.ErrStamp},
	} {
		if got, err := konbini.Parse(row.digits); !errors.Is(err, row.want) || got != (konbini.Code{}) {
			t.Errorf("%s: Parse(%s) = %+v, %v; want %v", name, row.digits, got, err, row.want)
		}
	}
}

func TestReadable(t *testing.T) {
	t.Parallel()
	upper, lower, err := konbini.Readable(example)
	if upper != "(91)912345-0000100000000202600010" || lower != "261210-0-030209-8" || err != nil {
		t.Errorf("Readable = %q, %q, %v", upper, lower, err)
	}
	if _, _, err := konbini.Readable(example[1:]); !errors.Is(err, konbini.ErrLength) {
		t.Errorf("43 digits: %v", err)
	}
}

func TestNeedsStamp(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		yen      int64
		itemised bool
		want     bool
	}{
		{54_545, true, false},
		{54_998, true, false}, // tax 4,999, 49,999 without it
		{54_999, true, true},  // tax 4,999, 50,000 without it
		{55_000, true, true},
		{49_999, false, false},
		{50_000, false, true},
		{1, true, false},
	} {
		if got := konbini.NeedsStamp(row.yen, 50_000, 1000, row.itemised); got != row.want {
			t.Errorf("NeedsStamp(%d, itemised %t) = %t", row.yen, row.itemised, got)
		}
	}
	// The same rule with the threshold and the tax of 2013.
	for yen, want := range map[int64]bool{31_500: true, 31_499: true, 31_498: false} {
		if got := konbini.NeedsStamp(yen, 30_000, 500, true); got != want {
			t.Errorf("NeedsStamp(%d) at 5 %% from 30,000 = %t", yen, got)
		}
	}
}

// TestRoundTrip: what can be built reads back as itself, and with any one digit mistyped it does not read at all.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := func(name string, n int) string {
			return rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", n)).Draw(t, name)
		}
		code := konbini.Code{
			Company: digits("company", 6), Free: digits("free", 21),
			Reissue: rapid.IntRange(0, 9).Draw(t, "reissue"),
			Stamp:   rapid.Bool().Draw(t, "stamp"),
			Yen:     rapid.Int64Range(1, 999_999).Draw(t, "yen"),
		}
		if n := rapid.IntRange(0, 36_524).Draw(t, "due"); n > 0 {
			code.Due = time.Date(2000, 1, n, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
		}
		built, err := konbini.Build(code, 999_999)
		if err != nil {
			t.Fatal(err)
		}
		if parsed, err := konbini.Parse(built); err != nil || parsed != code {
			t.Fatalf("%+v reads back as %+v, %v", code, parsed, err)
		}
		at := rapid.IntRange(0, 43).Draw(t, "at")
		wrong := []byte(built)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, err := konbini.Parse(string(wrong)); err == nil {
			t.Fatalf("%s was accepted for %s", wrong, built)
		}
	})
}

// FuzzParse: what is accepted builds again to the same digits.
func FuzzParse(f *testing.F) {
	f.Add(example)
	f.Add("91929023219420000000000037554399999999999999")
	f.Add("")
	f.Fuzz(func(t *testing.T, digits string) {
		code, err := konbini.Parse(digits)
		if err != nil {
			return
		}
		if again, err := konbini.Build(code, 999_999); err != nil || again != digits {
			t.Fatalf("%s → %+v → %s, %v", digits, code, again, err)
		}
	})
}
