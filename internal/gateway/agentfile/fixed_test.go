package agentfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

// The same notice in the two fixed layouts: a header, the detail, and in one of them the closing records.
var (
	operatorHead   = wide("1")
	operatorDetail = wide("2" + "01" + "20261205" + "0944" + "1" + barcode + "   " + "0013233" + "29" + "20261206" + "00000000" + "20261207" + "000010")
	factorHead     = wide("1" + "20261206" + "12345" + "00001" + "TSUKE")
	factorDetail   = wide("2" + "01" + "20261205" + "0944" + barcode + "   " + "0013233" + "20261206" + "00000000" + "        " + "20261207" + "0010")
	factorClosing  = wide("8" + "00001" + "0000030209")
	factorEnd      = wide("9")
)

// agreed is a contract whose chains are told.
func agreed() agentfile.Contract {
	return agentfile.Contract{
		Issuers: []string{"912345"}, Factor: "12345", Company: "00001", CompanyName: "つけ払い（株）",
		Chains: map[string]string{"000010": "010", "0010": "010"},
		Count:  agentfile.Span{From: 2, Width: 5}, Total: agentfile.Span{From: 7, Width: 10},
	}
}

func wide(s string) string { return s + strings.Repeat(" ", 120-len(s)) }

// lines joins records with CR LF.
func lines(records ...string) string { return strings.Join(records, "\r\n") + "\r\n" }

func operatorFile(details ...string) string {
	return lines(append([]string{operatorHead}, details...)...)
}

func factorFile(details ...string) string {
	closing := wide(fmt.Sprintf("8%05d%010d", len(details), 30_209*len(details)))
	return lines(append(append([]string{factorHead}, details...), closing, factorEnd)...)
}

// fixedLine is what both say.
func fixedLine(t testing.TB) agentfile.Line {
	l := line(t)
	l.Number, l.Store = 2, "0013233"
	l.CreatedDay, l.AccountingDay = day(t, "2026-12-06"), day(t, "2026-12-07")
	return l
}

func TestReadFixed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		text   string
		layout agentfile.Layout
	}{
		"operator": {operatorFile(operatorDetail), agentfile.Operator},
		"factor":   {factorFile(factorDetail), agentfile.Factor},
	} {
		f, err := agreed().Read(strings.NewReader(row.text))
		if err != nil || f.Layout != row.layout {
			t.Fatalf("%s: %v, %v", name, f.Layout, err)
		}
		if diff := cmp.Diff([]agentfile.Line{fixedLine(t)}, f.Lines); diff != "" || len(f.Bad) != 0 {
			t.Errorf("%s: bad %v, lines (-want +got):\n%s", name, f.Bad, diff)
		}
		if as, err := agreed().ReadAs(row.layout, strings.NewReader(row.text)); err != nil || !cmp.Equal(f, as) {
			t.Errorf("%s: ReadAs says %+v, %v", name, as, err)
		}
		bare, err := agentfile.Read(strings.NewReader(row.text))
		if err != nil || len(bare.Lines) != 1 || bare.Lines[0].Chain != "010" || bare.Lines[0].ChainName != "" {
			t.Errorf("%s without a contract: %+v, %v", name, bare, err)
		}
	}
}

// TestOneKeyInEveryLayout: what came by one layout and comes again by another counts once.
func TestOneKeyInEveryLayout(t *testing.T) {
	t.Parallel()
	csv := read(t, header+notice)
	for _, text := range []string{operatorFile(operatorDetail), factorFile(factorDetail)} {
		f, err := agentfile.Read(strings.NewReader(text))
		if err != nil || len(f.Lines) != 1 || !bytes.Equal(f.Lines[0].Key(), csv.Lines[0].Key()) {
			t.Errorf("%v: %+v, %v", f.Layout, f.Lines, err)
		}
	}
}

func TestReadFixedForgives(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"line feeds alone":        strings.ReplaceAll(factorFile(factorDetail), "\r", ""),
		"no line ends":            strings.ReplaceAll(factorFile(factorDetail), "\r\n", ""),
		"no line ends, end mark":  strings.ReplaceAll(factorFile(factorDetail), "\r\n", "") + "\x1a",
		"end mark":                factorFile(factorDetail) + "\x1a",
		"no last line end":        strings.TrimSuffix(factorFile(factorDetail), "\r\n"),
		"blank lines":             strings.ReplaceAll(factorFile(factorDetail), "\r\n", "\n") + "\n   \n",
		"blanks at the ends lost": lines(strings.TrimRight(factorHead, " "), strings.TrimRight(factorDetail, " "), factorClosing[:16], "9"),
		"time without its zero":   strings.Replace(factorFile(factorDetail), "0944", " 944", 1),
		"store without its zeros": strings.Replace(factorFile(factorDetail), "0013233", "13233  ", 1),
		"payout day of blanks":    strings.Replace(factorFile(factorDetail), "00000000        ", "                ", 1),
		"operator, no line ends":  operatorHead + operatorDetail,
		"operator, blanks lost":   lines("1", strings.TrimRight(operatorDetail, " ")),
		"operator, closed":        lines(operatorHead, operatorDetail, factorClosing, factorEnd),
		"operator, ended":         lines(operatorHead, operatorDetail, factorEnd),
	} {
		f, err := agreed().Read(strings.NewReader(text))
		if err != nil || len(f.Lines) != 1 || len(f.Bad) != 0 {
			t.Errorf("%s: %+v, %v", name, f, err)
			continue
		}
		got, want := f.Lines[0], fixedLine(t)
		if !bytes.Equal(got.Key(), want.Key()) {
			t.Errorf("%s: another key", name)
		}
		got.Number, got.Store = want.Number, want.Store
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestBadDetails: each kind of damage is found in its field, and the details around it are read.
func TestBadDetails(t *testing.T) {
	t.Parallel()
	bad := func(l agentfile.Layout, c agentfile.Column, p agentfile.Problem) agentfile.LineError {
		return agentfile.LineError{Layout: l, Line: 3, Column: c, Problem: p}
	}
	unstamped := barcode[:36] + "2" + barcode[37:43]
	unpaid := barcode[:37] + "000000"
	check := func(body string) string {
		n, err := konbini.CheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(body, n)
	}
	const operator, factor = agentfile.Operator, agentfile.Factor
	for _, row := range []struct {
		old, new string
		want     agentfile.LineError
	}{
		{"201", "x01", bad(operator, 0, agentfile.BadRecord)},
		{"201", "301", bad(factor, 0, agentfile.BadRecord)},
		{"201", "204", bad(operator, 2, agentfile.BadType)},
		{"201", "2  ", bad(factor, 2, agentfile.BadType)},
		{"20261205", "20261305", bad(operator, 3, agentfile.BadDay)},
		{"20261205", "        ", bad(factor, 3, agentfile.BadDay)},
		{"0944", "2460", bad(operator, 4, agentfile.BadTime)},
		{"0944", "    ", bad(factor, 4, agentfile.BadTime)},
		{"1" + barcode, "9" + barcode, bad(operator, 5, agentfile.OtherBarcodeKind)},
		{barcode, barcode[:43] + " ", bad(operator, 6, agentfile.BadDigits)},
		{barcode, "90" + barcode[2:], bad(operator, 6, agentfile.BadDigits)},
		{barcode, barcode[:20] + "x" + barcode[21:], bad(operator, 6, agentfile.BadDigits)},
		{barcode, barcode[:42] + "18", bad(operator, 6, agentfile.BadCheckDigit)}, // another amount
		{barcode, check(unstamped), bad(operator, 6, agentfile.BadStamp)},
		{barcode, check(unpaid), bad(operator, 6, agentfile.BadAmount)},
		{barcode, "90" + barcode[2:], bad(factor, 5, agentfile.BadPart)},
		{barcode, "9 " + barcode[2:], bad(factor, 5, agentfile.BadPart)},
		{barcode, "91 " + barcode[3:], bad(factor, 6, agentfile.BadPart)},
		{barcode, check("91" + "9" + "12346" + barcode[8:43]), bad(factor, 7, agentfile.OtherCode)},
		{barcode, check(barcode[:8] + "00002" + barcode[13:43]), bad(factor, 8, agentfile.OtherCode)},
		{barcode, barcode[:13] + "x" + barcode[14:], bad(factor, 9, agentfile.BadPart)},
		{barcode, barcode[:29] + "-" + barcode[30:], bad(factor, 10, agentfile.BadPart)},
		{barcode, barcode[:30] + "      " + barcode[36:], bad(factor, 11, agentfile.BadPart)},
		{barcode, check(unstamped), bad(factor, 12, agentfile.BadStamp)},
		{barcode, check(unpaid), bad(factor, 13, agentfile.BadAmount)},
		{barcode, barcode[:42] + "18", bad(factor, 14, agentfile.BadCheckDigit)}, // another amount
		{"0013233", "00x3233", bad(operator, 8, agentfile.BadCode)},
		{"0013233", "00 3233", bad(factor, 16, agentfile.BadCode)},
		{"20261206", "20261232", bad(operator, 10, agentfile.BadDay)},
		{"20261206", "2026120 ", bad(factor, 17, agentfile.BadDay)},
		{"20261206" + "00000000", "20261206" + "00000001", bad(operator, 11, agentfile.BadDay)},
		{"20261206" + "00000000", "20261206" + "99999999", bad(factor, 18, agentfile.BadDay)},
		{"20261207", "20260229", bad(operator, 12, agentfile.BadDay)},
		{"20261207", "2026-2-9", bad(factor, 20, agentfile.BadDay)},
		{"20261207" + "000010", "20261207" + "      ", bad(operator, 13, agentfile.BadCode)},
		{"20261207" + "0010", "20261207" + "\xb1\xb2\xb3\xb4", bad(factor, 21, agentfile.BadCode)},
		{" ", "", bad(operator, 0, agentfile.BadLength)},
		{" ", "  ", bad(factor, 0, agentfile.BadLength)},
	} {
		base, file := operatorDetail, operatorFile
		if row.want.Layout == factor {
			base, file = factorDetail, factorFile
		}
		damaged := strings.Replace(base, row.old, row.new, 1)
		switch {
		case row.want.Problem == agentfile.BadLength && row.new == "":
			damaged = base[:101] // the last digit of the chain is lost
		case row.want.Problem == agentfile.BadLength:
			damaged = base + " "
		}
		if damaged == base {
			t.Fatalf("%s is not in the detail", row.old)
		}
		c := agreed()
		c.BarcodeKind, c.Issuers = "1", nil
		f, err := c.Read(strings.NewReader(file(base, damaged, base)))
		if diff := cmp.Diff([]agentfile.LineError{row.want}, f.Bad); diff != "" || err != nil {
			t.Errorf("%q for %q: %v (-want +got):\n%s", row.new, row.old, err, diff)
		}
		if len(f.Lines) != 2 || f.Lines[1].Number != 4 {
			t.Errorf("%q for %q: the other lines are %v", row.new, row.old, f.Lines)
		}
	}
}

func TestAllBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	for layout, want := range map[agentfile.Layout][]agentfile.Column{
		agentfile.Operator: {2, 3, 4, 6, 8, 10, 11, 12, 13},
		agentfile.Factor:   {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20, 21},
	} {
		text := operatorFile(operatorDetail, "2"+strings.Repeat("x", 119))
		if layout == agentfile.Factor {
			text = factorFile(factorDetail, "2"+strings.Repeat("x", 119))
		}
		f, err := agreed().Read(strings.NewReader(text))
		var got []agentfile.Column
		for _, bad := range f.Bad {
			got = append(got, bad.Column)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v: %v (-want +got):\n%s", layout, err, diff)
		}
	}
}

func TestRefusedFixedFiles(t *testing.T) {
	t.Parallel()
	other := strings.Replace(factorHead, "12345", "54321", 1)
	utf8Head := "1" + "20261206" + "12345" + "00001" + "ツケ払い" + strings.Repeat(" ", 101-8)
	for name, row := range map[string]struct {
		text string
		want agentfile.FileError
	}{
		"nothing to tell by":          {lines(factorHead, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.Ambiguous}},
		"a header alone":              {operatorHead, agentfile.FileError{Reason: agentfile.Ambiguous}},
		"details of both":             {lines(factorHead, factorDetail, operatorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.Ambiguous}},
		"no detail whose digits fit":  {factorFile(strings.Replace(factorDetail, barcode, barcode[:43]+"7", 1)), agentfile.FileError{Reason: agentfile.Ambiguous}},
		"no header":                   {lines(factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.NoHeader}},
		"another factor":              {lines(other, factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.OtherCompany, Line: 1, Code: "54321"}},
		"another company":             {lines(strings.Replace(factorHead, "00001", "00002", 1), factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.OtherCompany, Line: 1, Code: "00002"}},
		"another company's group":     {lines(factorHead, factorDetail, factorClosing, other, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.OtherCompany, Line: 4, Code: "54321"}},
		"no day made":                 {lines(strings.Replace(factorHead, "20261206", "20261306", 1), factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.BadHeader, Line: 1}},
		"no factor code":              {lines(strings.Replace(factorHead, "12345", "1234 ", 1), factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.BadHeader, Line: 1}},
		"no company code":             {lines(strings.Replace(factorHead, "00001", "     ", 1), factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.BadHeader, Line: 1}},
		"header of 121 bytes":         {lines(factorHead+" ", factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 1}},
		"UTF-8":                       {lines(utf8Head, factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.NotShiftJIS}},
		"two headers":                 {lines(factorHead, factorHead, factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 2}},
		"a detail after the closing":  {lines(factorHead, factorDetail, factorClosing, factorDetail, factorEnd), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 4}},
		"a detail after the end":      {lines(factorHead, factorDetail, factorClosing, factorEnd, factorDetail), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 5}},
		"end without closing":         {lines(factorHead, factorDetail, factorEnd), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 3}},
		"two closings":                {lines(factorHead, factorDetail, factorClosing, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 4}},
		"cut off after a detail":      {lines(factorHead, factorDetail), agentfile.FileError{Reason: agentfile.NoEnd}},
		"cut off before the end":      {lines(factorHead, factorDetail, factorClosing), agentfile.FileError{Reason: agentfile.NoEnd}},
		"a detail lost":               {lines(factorHead, factorDetail, wide("8"+"00002"+"0000060418"), factorEnd), agentfile.FileError{Reason: agentfile.OtherSums, Line: 3}},
		"a detail doubled":            {lines(factorHead, factorDetail, factorDetail, factorClosing, factorEnd), agentfile.FileError{Reason: agentfile.OtherSums, Line: 4}},
		"another sum":                 {lines(factorHead, factorDetail, wide("8"+"00001"+"0000030208"), factorEnd), agentfile.FileError{Reason: agentfile.OtherSums, Line: 3}},
		"no count":                    {lines(factorHead, factorDetail, wide("8"), factorEnd), agentfile.FileError{Reason: agentfile.OtherSums, Line: 3}},
		"a count with a sign":         {lines(factorHead, factorDetail, wide("8"+"+0001"+"0000030209"), factorEnd), agentfile.FileError{Reason: agentfile.OtherSums, Line: 3}},
		"operator: a detail lost":     {lines(operatorHead, operatorDetail, wide("8"+"00002"+"0000060418")), agentfile.FileError{Reason: agentfile.OtherSums, Line: 3}},
		"operator: two headers":       {lines(operatorHead, operatorDetail, operatorHead), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 3}},
		"operator: another issuer's":  {operatorFile(operatorDetail, strings.Replace(operatorDetail, barcode, "91929023252070000010123499900199999900106050", 1)), agentfile.FileError{Reason: agentfile.OtherCompany, Line: 3, Code: "929023"}},
		"operator: after its end":     {lines(operatorHead, operatorDetail, factorEnd, operatorHead), agentfile.FileError{Reason: agentfile.OutOfOrder, Line: 4}},
		"an error instead of records": {"error:\r\nx", agentfile.FileError{Reason: agentfile.AgentFault, Message: "x"}},
		"nothing":                     {"\x1a\r\n\x1a", agentfile.FileError{Reason: agentfile.Empty}},
	} {
		f, err := agreed().Read(strings.NewReader(row.text))
		var got *agentfile.FileError
		if !errors.As(err, &got) || *got != row.want || f.Lines != nil {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
	if _, err := agreed().ReadAs(agentfile.Factor, strings.NewReader("\x1a\n\x1a")); !errors.As(err, new(*agentfile.FileError)) {
		t.Errorf("nothing, as a known layout: %v", err)
	}
	if _, err := agreed().ReadAs(agentfile.Layout(3), strings.NewReader(factorHead)); !errors.As(err, new(*agentfile.ContractError)) {
		t.Errorf("no such layout: %v", err)
	}
	csv := shiftJIS(t, header+strings.Replace(notice, barcode, "91929023252070000010123499900199999900106050", 1))
	var got *agentfile.FileError
	if _, err := agreed().Read(bytes.NewReader(csv)); !errors.As(err, &got) || *got != (agentfile.FileError{Reason: agentfile.OtherCompany, Line: 2, Code: "929023"}) {
		t.Errorf("CSV of another issuer: %v", err)
	}
}

// TestDayWithoutPayments: no detail tells the layout, so it has to be named.
func TestDayWithoutPayments(t *testing.T) {
	t.Parallel()
	none := lines(factorHead, wide("8"+"00000"+"0000000000"), factorEnd)
	f, err := agreed().ReadAs(agentfile.Factor, strings.NewReader(none))
	if err != nil || len(f.Lines)+len(f.Bad) != 0 || f.Layout != agentfile.Factor {
		t.Errorf("factor: %+v, %v", f, err)
	}
	f, err = agreed().ReadAs(agentfile.Operator, strings.NewReader(operatorHead))
	if err != nil || len(f.Lines)+len(f.Bad) != 0 || f.Layout != agentfile.Operator {
		t.Errorf("operator: %+v, %v", f, err)
	}
}

// TestGroups: a file may hold several headers, each closed by its own sums.
func TestGroups(t *testing.T) {
	t.Parallel()
	f, err := agreed().Read(strings.NewReader(lines(
		factorHead, factorDetail, factorClosing,
		factorHead, factorDetail, factorDetail, wide("8"+"00002"+"0000060418"), factorEnd,
	)))
	if err != nil || len(f.Lines) != 3 || f.Lines[2].Number != 6 {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestSumsWithABadDetail: a detail that cannot be read counts, and its yen are not missed.
func TestSumsWithABadDetail(t *testing.T) {
	t.Parallel()
	f, err := agreed().Read(strings.NewReader(factorFile(factorDetail, strings.Replace(factorDetail, "0944", "9944", 1))))
	if err != nil || len(f.Lines) != 1 || len(f.Bad) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestTypesAndChains(t *testing.T) {
	t.Parallel()
	c := agreed()
	c.Types = map[string]agentfile.Kind{"K1": agentfile.Confirmed, "S1": agentfile.Prompt, "K2": agentfile.Confirmed}
	c.Chains = map[string]string{"000123": "030"}
	text := strings.Replace(operatorFile(operatorDetail), "201", "2K2", 1)
	text = strings.Replace(text, "20261207000010", "20261207000123", 1)
	f, err := c.Read(strings.NewReader(text))
	if err != nil || len(f.Lines) != 1 {
		t.Fatalf("%+v, %v", f, err)
	}
	if l := f.Lines[0]; l.Kind != agentfile.Confirmed || l.Chain != "030" || l.ChainName != "ファミリーマート" {
		t.Errorf("%+v", l)
	}
	var out bytes.Buffer
	if err := c.Write(&out, agentfile.Operator, jst.Day{}, f.Lines); err != nil || !strings.Contains(out.String(), "\r\n2K1") || !strings.Contains(out.String(), "000123") {
		t.Errorf("%v:\n%s", err, &out)
	}
	f.Lines[0].Kind = agentfile.Cancelled
	want := agentfile.LineError{Layout: agentfile.Operator, Line: 2, Column: 2, Problem: agentfile.BadType}
	if err := c.Write(&out, agentfile.Operator, jst.Day{}, f.Lines); !errors.Is(err, want) {
		t.Errorf("a kind without a type: %v", err)
	}
}

// TestChainCodes: without an agreed chain the code stays, but for the zeros in front of three digits.
func TestChainCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"000010": "010", "    10": "010", "001234": "1234", "123456": "123456", "000000": "000", "000100": "100"} {
		f, err := agentfile.Read(strings.NewReader(operatorFile(strings.Replace(operatorDetail, "20261207000010", "20261207"+code, 1))))
		if err != nil || len(f.Lines) != 1 || f.Lines[0].Chain != want || f.Lines[0].ChainName != "" {
			t.Errorf("%s: %+v, %v; want %s", code, f, err, want)
		}
	}
}

func TestContractCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		field  string
		change func(*agentfile.Contract)
	}{
		{"Issuers", func(c *agentfile.Contract) { c.Issuers = []string{"912345", "12345"} }},
		{"Issuers", func(c *agentfile.Contract) { c.Issuers = []string{"91234x"} }},
		{"Factor", func(c *agentfile.Contract) { c.Factor = "1234" }},
		{"Factor", func(c *agentfile.Contract) { c.Factor = "1234x" }},
		{"Company", func(c *agentfile.Contract) { c.Company = "123456" }},
		{"Company", func(c *agentfile.Contract) { c.Company = "     " }},
		{"CompanyName", func(c *agentfile.Contract) { c.CompanyName = strings.Repeat("つ", 21) }},
		{"CompanyName", func(c *agentfile.Contract) { c.CompanyName = "a\r\nb" }},
		{"CompanyName", func(c *agentfile.Contract) { c.CompanyName = "한국" }},
		{"Types", func(c *agentfile.Contract) { c.Types = map[string]agentfile.Kind{"1": agentfile.Prompt} }},
		{"Types", func(c *agentfile.Contract) { c.Types = map[string]agentfile.Kind{" 1": agentfile.Prompt} }},
		{"Types", func(c *agentfile.Contract) { c.Types = map[string]agentfile.Kind{"01": "99"} }},
		{"Chains", func(c *agentfile.Contract) { c.Chains = map[string]string{"x": "010"} }},
		{"Chains", func(c *agentfile.Contract) { c.Chains = map[string]string{"0010": "10"} }},
		{"Chains", func(c *agentfile.Contract) { c.Chains = map[string]string{"0010": "abc"} }},
		{"BarcodeKind", func(c *agentfile.Contract) { c.BarcodeKind = "12" }},
		{"BarcodeKind", func(c *agentfile.Contract) { c.BarcodeKind = " " }},
		{"Count", func(c *agentfile.Contract) { c.Count = agentfile.Span{From: 1, Width: 5} }},
		{"Count", func(c *agentfile.Contract) { c.Count = agentfile.Span{From: 2} }},
		{"Count", func(c *agentfile.Contract) { c.Count = agentfile.Span{From: 2, Width: 6} }},
		{"Count", func(c *agentfile.Contract) { c.Count = agentfile.Span{From: 116, Width: 6} }},
		{"Total", func(c *agentfile.Contract) { c.Total = agentfile.Span{From: 7, Width: 19} }},
		{"Total", func(c *agentfile.Contract) { c.Total = agentfile.Span{From: 7, Width: -1} }},
	} {
		c := agreed()
		row.change(&c)
		_, read := c.Read(strings.NewReader(factorFile(factorDetail)))
		_, as := c.ReadAs(agentfile.Factor, strings.NewReader(factorFile(factorDetail)))
		for _, err := range []error{c.Check(), read, as, c.Write(&bytes.Buffer{}, agentfile.Factor, day(t, "2026-12-06"), nil)} {
			var got *agentfile.ContractError
			if !errors.As(err, &got) || got.Field != row.field || strings.HasSuffix(err.Error(), ": ") {
				t.Errorf("%s: %v", row.field, err)
			}
		}
	}
}

func TestWriteFixedRefuses(t *testing.T) {
	t.Parallel()
	const operator, factor = agentfile.Operator, agentfile.Factor
	for name, row := range map[string]struct {
		change func(*agentfile.Line)
		layout agentfile.Layout
		column agentfile.Column
		want   agentfile.Problem
	}{
		"kind":                        {func(l *agentfile.Line) { l.Kind = "99" }, operator, 2, agentfile.BadType},
		"long kind":                   {func(l *agentfile.Line) { l.Kind = "001" }, factor, 2, agentfile.Uncarried},
		"no day":                      {func(l *agentfile.Line) { l.Day = jst.Day{} }, factor, 3, agentfile.BadDay},
		"no time":                     {func(l *agentfile.Line) { l.Time = "" }, operator, 4, agentfile.BadTime},
		"another amount":              {func(l *agentfile.Line) { l.Amount++ }, operator, 6, agentfile.Uncarried},
		"another amount in parts":     {func(l *agentfile.Line) { l.Amount++ }, factor, 13, agentfile.Uncarried},
		"another stamp":               {func(l *agentfile.Line) { l.Stamp = true }, operator, 6, agentfile.Uncarried},
		"another stamp in parts":      {func(l *agentfile.Line) { l.Stamp = true }, factor, 12, agentfile.Uncarried},
		"short barcode":               {func(l *agentfile.Line) { l.Barcode = l.Barcode[1:] }, factor, 5, agentfile.BadDigits},
		"no barcode":                  {func(l *agentfile.Line) { l.Barcode = "" }, operator, 6, agentfile.BadDigits},
		"a barcode of another factor": {func(l *agentfile.Line) { l.Barcode = "91929023252070000010123499900199999900106050" }, factor, 7, agentfile.OtherCode},
		"long store":                  {func(l *agentfile.Line) { l.Store = "12345678" }, operator, 8, agentfile.Uncarried},
		"long chain":                  {func(l *agentfile.Line) { l.Chain = "12345" }, factor, 21, agentfile.Uncarried},
	} {
		bad := line(t)
		row.change(&bad)
		var out bytes.Buffer
		err := agreed().Write(&out, row.layout, day(t, "2026-12-06"), []agentfile.Line{line(t), bad})
		var got agentfile.LineError
		if !errors.As(err, &got) || got.Layout != row.layout || got.Line != 3 || got.Column != row.column || got.Problem != row.want || out.Len() != 0 {
			t.Errorf("%s: %+v after %d bytes", name, err, out.Len())
		}
	}
	for field, row := range map[string]struct {
		layout agentfile.Layout
		change func(*agentfile.Contract)
		made   jst.Day
	}{
		"Factor":  {factor, func(c *agentfile.Contract) { c.Factor = "" }, day(t, "2026-12-06")},
		"Company": {factor, func(c *agentfile.Contract) { c.Company = "" }, day(t, "2026-12-06")},
		"Made":    {factor, func(*agentfile.Contract) {}, jst.Day{}},
		"Count":   {operator, func(c *agentfile.Contract) { c.Count = agentfile.Span{From: 2, Width: 1} }, jst.Day{}},
		"Total":   {operator, func(c *agentfile.Contract) { c.Total.Width = 4 }, jst.Day{}},
		"Layout":  {agentfile.Layout(-1), func(*agentfile.Contract) {}, jst.Day{}},
	} {
		c := agreed()
		row.change(&c)
		ten := slices.Repeat([]agentfile.Line{line(t)}, 10)
		var got *agentfile.ContractError
		if err := c.Write(&bytes.Buffer{}, row.layout, row.made, ten); !errors.As(err, &got) || got.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	broken := errors.New("disk full")
	if err := agreed().Write(failing{broken}, operator, jst.Day{}, nil); !errors.Is(err, broken) {
		t.Errorf("a writer that fails: %v", err)
	}
}

func TestLayoutNames(t *testing.T) {
	t.Parallel()
	for layout, want := range map[agentfile.Layout]string{agentfile.CSV: "csv", agentfile.Operator: "operator", agentfile.Factor: "factor"} {
		got, ok := agentfile.ParseLayout(want)
		if layout.String() != want || got != layout || !ok {
			t.Errorf("%v is %v, %t", want, got, ok)
		}
	}
	if _, ok := agentfile.ParseLayout("unknown"); ok || agentfile.Layout(3).String() != "unknown" || agentfile.Layout(-1).String() != "unknown" {
		t.Error("a layout that is none has a name")
	}
}

func TestWordsOfFixedLayouts(t *testing.T) {
	t.Parallel()
	for p := agentfile.BadLength; p <= agentfile.Uncarried; p++ {
		text := agentfile.LineError{Layout: agentfile.Factor, Line: 12, Problem: p}.Text()
		if strings.HasSuffix(text.JA, ": ") || strings.HasSuffix(text.EN, ": ") {
			t.Errorf("problem %d has no words", p)
		}
	}
	for r := agentfile.Ambiguous; r <= agentfile.OtherSums; r++ {
		if text := (&agentfile.FileError{Reason: r, Code: "54321"}).Text(); text.JA == "" || text.EN == "" || strings.Contains(text.EN, "%!") {
			t.Errorf("reason %d: %q", r, text)
		}
	}
	for _, row := range []struct{ got, want string }{
		{agentfile.LineError{Layout: agentfile.Operator, Line: 3, Column: 6, Problem: agentfile.BadDigits}.Error(), "agentfile: Line 3, bytes 17 to 60 (barcode): Not 44 digits that begin with 91. Fetch the file again; if it stays, ask the agent"},
		{agentfile.LineError{Layout: agentfile.Factor, Line: 3, Column: 21, Problem: agentfile.BadCode}.Text().JA, "3行目の102〜105バイト目「コンビニ本部コード」: 数字だけのコードではありません"},
		{(&agentfile.FileError{Reason: agentfile.OtherCompany, Line: 1, Code: "54321"}).Error(), "agentfile: Line 1: A file of another company (code 54321). Fetch your own file; if your code has changed, add it to the contract's settings"},
		{(&agentfile.FileError{Reason: agentfile.OtherSums, Line: 9}).Text().JA, "9行目: 終わりのレコードの件数か合計金額が明細と一致しません。ファイルをもう一度受け取り、同じなら収納代行会社に確かめてください"},
	} {
		if row.got != row.want {
			t.Errorf("got  %s\nwant %s", row.got, row.want)
		}
	}
}

// TestGoldenFixed is one file of each fixed layout with every kind of line, byte for byte, and what is read from it.
func TestGoldenFixed(t *testing.T) {
	t.Parallel()
	paid := day(t, "2026-12-05")
	var want []agentfile.Line
	for i, row := range []struct {
		kind         agentfile.Kind
		chain, store string
		yen          money.Yen
	}{
		{agentfile.Prompt, "010", "0013233", 30_209},
		{agentfile.Cancelled, "010", "0013233", 30_209},
		{agentfile.Confirmed, "030", "0000001", 55_000},
		{agentfile.RealTime, "820", "", 1_209},
		{agentfile.PostalTransfer, "910", "0011106", 8_790},
	} {
		digits, err := konbini.Build(konbini.Code{
			Company: "912345", Free: fmt.Sprintf("0000100000000202600%02d", i), Due: "2026-12-10", Stamp: row.yen >= 55_000, Yen: int64(row.yen),
		}, 300_000)
		if err != nil {
			t.Fatal(err)
		}
		l := agentfile.Line{
			Number: i + 2, Kind: row.kind, Day: paid, Time: fmt.Sprintf("09%02d", i), Barcode: digits, User1: digits[13:19], User2: digits[19:30],
			Stamp: row.yen >= 55_000, Amount: row.yen, Chain: row.chain, Store: row.store, CreatedDay: paid.Add(i + 1),
		}
		if row.kind == agentfile.PostalTransfer {
			l.Time = "0000"
		}
		if row.kind == agentfile.Confirmed {
			l.PayoutDay, l.AccountingDay = day(t, "2026-12-25"), day(t, "2026-12-08")
		}
		want = append(want, l)
	}
	want[0].ChainName, want[1].ChainName = "セブン－イレブン", "セブン－イレブン" // the only chain of the contract
	for layout, name := range map[agentfile.Layout]string{agentfile.Operator: "operator.txt", agentfile.Factor: "factor.txt"} {
		var written bytes.Buffer
		if err := agreed().Write(&written, layout, paid, want); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, written.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept, written.Bytes()) {
			t.Errorf("Write makes another file than %s (go test -update)", golden)
		}
		f, err := agreed().Read(bytes.NewReader(kept))
		if err != nil || len(f.Bad) != 0 || f.Layout != layout {
			t.Fatalf("%s: %v, %v, bad %v", name, f.Layout, err, f.Bad)
		}
		if diff := cmp.Diff(want, f.Lines); diff != "" {
			t.Errorf("%s: what is read (-want +got):\n%s", name, diff)
		}
	}
}

// TestRoundTripFixed: what is written in a fixed layout reads back as itself, with the keys that it has as CSV.
func TestRoundTripFixed(t *testing.T) {
	t.Parallel()
	first := day(t, "2020-01-01")
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Custom(func(t *rapid.T) jst.Day { return first.Add(rapid.IntRange(0, 10_000).Draw(t, "day")) })
		layout := rapid.SampledFrom([]agentfile.Layout{agentfile.Operator, agentfile.Factor}).Draw(t, "layout")
		c := agreed()
		c.Issuers = nil
		if rapid.Bool().Draw(t, "without sums") {
			c.Count, c.Total = agentfile.Span{}, agentfile.Span{}
		}
		var want []agentfile.Line
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			code := konbini.Code{
				Company: "912345", Free: "00001" + rapid.StringMatching("[0-9]{16}").Draw(t, "free"),
				Reissue: rapid.IntRange(0, 9).Draw(t, "reissue"), Stamp: rapid.Bool().Draw(t, "stamp"), Yen: rapid.Int64Range(1, 999_999).Draw(t, "yen"),
			}
			digits, err := konbini.Build(code, 999_999)
			if err != nil {
				t.Fatal(err)
			}
			l := agentfile.Line{
				Number: len(want) + 2, Kind: rapid.SampledFrom([]agentfile.Kind{agentfile.Prompt, agentfile.Confirmed, agentfile.Cancelled}).Draw(t, "kind"),
				Day: days.Draw(t, "paid"), Barcode: digits, User1: digits[13:19], User2: digits[19:30],
				Time:  fmt.Sprintf("%02d%02d", rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")),
				Stamp: code.Stamp, Amount: money.Yen(code.Yen), Chain: rapid.StringMatching("[2-9][0-9]{2}").Draw(t, "chain"),
				Store: rapid.StringMatching("[0-9]{7}|").Draw(t, "store"), CreatedDay: days.Draw(t, "made"),
			}
			if rapid.Bool().Draw(t, "settled") {
				l.PayoutDay, l.AccountingDay = days.Draw(t, "payout"), days.Draw(t, "accounting")
			}
			want = append(want, l)
		}
		var out, csv bytes.Buffer
		if err := errors.Join(c.Write(&out, layout, first, want), agentfile.Write(&csv, want)); err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "without line ends") {
			out = *bytes.NewBuffer(bytes.ReplaceAll(out.Bytes(), []byte("\r\n"), nil))
		}
		f, err := c.Read(&out)
		if err != nil || len(f.Bad) != 0 || f.Layout != layout || cmp.Diff(want, f.Lines) != "" {
			t.Fatalf("%v, bad %v (-want +got):\n%s", err, f.Bad, cmp.Diff(want, f.Lines))
		}
		again, err := c.Read(&csv)
		if err != nil || len(again.Lines) != len(want) || again.Layout != agentfile.CSV {
			t.Fatalf("as CSV: %+v, %v", again, err)
		}
		for i := range again.Lines {
			if !bytes.Equal(again.Lines[i].Key(), f.Lines[i].Key()) {
				t.Fatalf("line %d has another key as CSV", i)
			}
		}
	})
}

// FuzzReadFixed: any bytes read as either fixed layout are refused, or read into lines that can be written and read again
// to the same lines and keys; and what is detected is read as what was detected.
func FuzzReadFixed(f *testing.F) {
	for _, seed := range []string{
		operatorFile(operatorDetail), factorFile(factorDetail, factorDetail), operatorHead + operatorDetail, "1", "1\n2\n8\n9", "8", "",
		lines(factorHead, factorClosing, factorEnd), factorFile(strings.Replace(factorDetail, "201", "212", 1)),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		bare := agentfile.Contract{}
		if file, err := bare.Read(bytes.NewReader(raw)); err == nil {
			if as, err := bare.ReadAs(file.Layout, bytes.NewReader(raw)); err != nil || !cmp.Equal(file, as) {
				t.Fatalf("%v: %v", file.Layout, err)
			}
		}
		for _, layout := range []agentfile.Layout{agentfile.Operator, agentfile.Factor} {
			file, err := bare.ReadAs(layout, bytes.NewReader(raw))
			if err != nil {
				var refused *agentfile.FileError
				if !errors.As(err, &refused) || refused.Text().EN == "" {
					t.Fatal(err)
				}
				continue
			}
			for _, bad := range file.Bad {
				if bad.Line < 1 || bad.Layout != layout || bad.Text().JA == "" {
					t.Fatal(bad)
				}
			}
			rewrite(t, layout, file)
		}
	})
}

// rewrite writes what was read, a file of its own for each line, and reads it again.
func rewrite(t *testing.T, layout agentfile.Layout, file agentfile.File) {
	for _, l := range file.Lines {
		c := agentfile.Contract{Factor: l.Barcode[3:8], Company: l.Barcode[8:13]}
		var out bytes.Buffer
		if err := c.Write(&out, layout, l.Day, []agentfile.Line{l}); err != nil {
			t.Fatal(err)
		}
		again, err := c.ReadAs(layout, &out)
		if err != nil || len(again.Lines) != 1 || len(again.Bad) != 0 {
			t.Fatalf("%v, %+v", err, again)
		}
		got := again.Lines[0]
		if !bytes.Equal(got.Key(), l.Key()) {
			t.Fatal("another key")
		}
		got.Number, got.Store = l.Number, l.Store
		if got != l {
			t.Fatalf("(-first +again):\n%s", cmp.Diff(l, got))
		}
	}
}
