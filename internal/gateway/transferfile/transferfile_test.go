package transferfile_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
	"pgregory.net/rapid"

	"tsuke/internal/gateway/transferfile"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	header = "取引日,入金金額,振込依頼人名,摘要\r\n"
	paid   = "2026/12/05,\"30,209\",ﾔﾏﾀﾞ ﾊﾅｺ,振込\r\n"
)

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func shiftJIS(t testing.TB, s string) string {
	t.Helper()
	out, err := japanese.ShiftJIS.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t testing.TB, text string, m transferfile.Mapping) transferfile.File {
	t.Helper()
	f, err := transferfile.Read(strings.NewReader(text), m)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func line(t testing.TB) transferfile.Line {
	return transferfile.Line{
		Number: 2, Account: "main", Day: day(t, "2026-12-05"), Amount: 30_209, Payer: "ヤマダ ハナコ", Text: "振込", Ordinal: 1,
	}
}

// difference compares lines with their masked values: cmp would print them as dots.
func difference(want, got []transferfile.Line) string { return cmp.Diff(revealed(want), revealed(got)) }

func revealed(lines []transferfile.Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, fmt.Sprint(l.Number, "|", l.Account, "|", l.Day, "|", l.Amount, "|", l.Payer.Reveal(), "|", l.Text.Reveal(), "|", l.Ordinal))
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		text     string
		encoding transferfile.Encoding
	}{
		"UTF-8":               {header + paid, transferfile.UTF8},
		"with a mark":         {"\ufeff" + header + paid, transferfile.UTF8},
		"Shift_JIS":           {shiftJIS(t, header+paid), transferfile.ShiftJIS},
		"line feeds alone":    {strings.ReplaceAll(header+paid, "\r", ""), transferfile.UTF8},
		"no last line end":    {strings.TrimSuffix(header+paid, "\r\n"), transferfile.UTF8},
		"end-of-file mark":    {header + paid + "\x1a", transferfile.UTF8},
		"one comma more":      {header + strings.Replace(paid, "\r", ",\r", 1), transferfile.UTF8},
		"full-width header":   {strings.Replace(header, "入金金額", "\"入金金額\u3000\"", 1) + paid, transferfile.UTF8},
		"full-width name":     {header + strings.Replace(paid, "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ\u3000ハナコ", 1), transferfile.UTF8},
		"amount with a unit":  {header + strings.Replace(paid, "30,209", "¥30,209", 1), transferfile.UTF8},
		"amount without":      {header + strings.Replace(paid, `"30,209"`, "30209円", 1), transferfile.UTF8},
		"day without slashes": {header + strings.Replace(paid, "2026/12/05", "20261205", 1), transferfile.UTF8},
	} {
		f := read(t, row.text, transferfile.Deposits("main"))
		if diff := difference([]transferfile.Line{line(t)}, f.Lines); diff != "" || len(f.Bad) != 0 || f.Passed != 0 || f.Encoding != row.encoding {
			t.Errorf("%s: bad %v, %d passed, encoding %d, lines (-want +got):\n%s", name, f.Bad, f.Passed, f.Encoding, diff)
		}
	}
}

// TestHeaderFurtherDown: lines about the account stand above the header, and columns in any order around ours.
func TestHeaderFurtherDown(t *testing.T) {
	t.Parallel()
	f := read(t, "口座番号,普通 1234567\r\n\"照会日\r\n\r\n番号,摘要,振込依頼人名,出金金額,入金金額,残高,取引日\r\n"+
		"1,振込,ﾔﾏﾀﾞ ﾊﾅｺ,,30209,130209,20261205\r\n2,手数料,,110,,130099,20261205\r\n", transferfile.Deposits("main"))
	want := line(t)
	want.Number = 5
	if diff := difference([]transferfile.Line{want}, f.Lines); diff != "" || len(f.Bad) != 0 || f.Passed != 1 {
		t.Errorf("bad %v, %d passed, lines (-want +got):\n%s", f.Bad, f.Passed, diff)
	}
}

func TestReadSigned(t *testing.T) {
	t.Parallel()
	m := transferfile.Signed("main")
	m.PayerAfter = append(m.PayerAfter, "振込 カード ")
	f := read(t, "取引日,入出金（円）,取引後残高(円),入出金内容\r\n"+
		"20261205,30209,130209,振込　ﾔﾏﾀﾞ ﾊﾅｺ\r\n"+
		"20261205,-110,130099,振込手数料\r\n"+
		"20261205,▲110,129989,振込手数料\r\n"+
		"20261206,5,129994,利息\r\n"+
		"20261206,1209,131203,振込 カード カ）ツケ\r\n"+
		"20261206,0,131203,残高\r\n", m)
	want := []transferfile.Line{
		{Number: 2, Account: "main", Day: day(t, "2026-12-05"), Amount: 30_209, Payer: "ヤマダ ハナコ", Text: "振込 ヤマダ ハナコ", Ordinal: 1},
		{Number: 5, Account: "main", Day: day(t, "2026-12-06"), Amount: 5, Text: "利息", Ordinal: 1},
		{Number: 6, Account: "main", Day: day(t, "2026-12-06"), Amount: 1_209, Payer: "カ)ツケ", Text: "振込 カード カ)ツケ", Ordinal: 1},
	}
	if diff := difference(want, f.Lines); diff != "" || len(f.Bad) != 0 || f.Passed != 3 {
		t.Errorf("bad %v, %d passed, lines (-want +got):\n%s", f.Bad, f.Passed, diff)
	}
}

// TestKey: equal lines of one day are counted, and files that overlap agree on them.
func TestKey(t *testing.T) {
	t.Parallel()
	m := transferfile.Deposits("main")
	next := strings.Replace(paid, "12/05", "12/06", 1)
	first := read(t, header+paid+paid, m)
	second := read(t, shiftJIS(t, header+next+paid+strings.Replace(paid, ",振込", ",フリコミ", 1)+paid), m)
	if first.Lines[0].Ordinal != 1 || first.Lines[1].Ordinal != 2 || second.Lines[0].Ordinal != 1 || second.Lines[3].Ordinal != 3 {
		t.Fatalf("ordinals: %v and %v", revealed(first.Lines), revealed(second.Lines))
	}
	keys := map[string]bool{}
	for _, l := range append(first.Lines, second.Lines...) {
		keys[string(l.Key())] = true
		if len(l.Key()) != 16 {
			t.Errorf("%d bytes", len(l.Key()))
		}
	}
	if len(keys) != 4 { // three on the 5th, one on the 6th
		t.Errorf("%d keys", len(keys))
	}
	base := line(t)
	for name, row := range map[string]struct {
		change func(*transferfile.Line)
		same   bool
	}{
		"account": {func(l *transferfile.Line) { l.Account = "other" }, false},
		"day":     {func(l *transferfile.Line) { l.Day = l.Day.Add(1) }, false},
		"amount":  {func(l *transferfile.Line) { l.Amount++ }, false},
		"payer":   {func(l *transferfile.Line) { l.Payer = "" }, false},
		"ordinal": {func(l *transferfile.Line) { l.Ordinal++ }, false},
		"serial":  {func(l *transferfile.Line) { l.Serial = "1" }, false},
		"text":    {func(l *transferfile.Line) { l.Text = "" }, true},
		"number":  {func(l *transferfile.Line) { l.Number++ }, true},
	} {
		changed := base
		row.change(&changed)
		if bytes.Equal(base.Key(), changed.Key()) != row.same {
			t.Errorf("another %s: same key is %t", name, !row.same)
		}
	}
	if first.Hash == second.Hash || first.Hash != read(t, header+paid+paid, m).Hash {
		t.Error("the hash is not that of the bytes")
	}
}

// TestBadLines: each kind of damage is found in its column, and the lines around it are read.
func TestBadLines(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		old, new, column string
		want             transferfile.Problem
	}{
		{"2026/12/05", "2026/13/05", "取引日", transferfile.BadDay},
		{"2026/12/05", "26/12/05", "取引日", transferfile.BadDay},
		{"2026/12/05", "", "取引日", transferfile.BadDay},
		{`"30,209"`, "30209.5", "入金金額", transferfile.BadAmount},
		{`"30,209"`, `"30,20"`, "入金金額", transferfile.BadAmount},
		{`"30,209"`, "多額", "入金金額", transferfile.BadAmount},
		{`"30,209"`, "-30209", "入金金額", transferfile.Negative},
		{"ﾔﾏﾀﾞ", "\ufffd", "振込依頼人名", transferfile.BadText},
		{"ﾔﾏﾀﾞ", strings.Repeat("ア", 200), "振込依頼人名", transferfile.BadText},
		{"振込", strings.Repeat("字", 201), "摘要", transferfile.BadText},
		{`"30,209"`, "30,209", "", transferfile.BadColumns},
		{",振込", "", "", transferfile.BadColumns},
		{",振込", ",振込,,", "", transferfile.BadColumns},
		{",振込", ",振込,メモ", "", transferfile.BadColumns},
		{"振込", `"振込`, "", transferfile.BadColumns},
	} {
		damaged := strings.Replace(paid, row.old, row.new, 1)
		if damaged == paid {
			t.Fatalf("%s is not in the line", row.old)
		}
		f := read(t, header+paid+damaged+paid, transferfile.Deposits("main"))
		want := []transferfile.LineError{{Line: 3, Column: row.column, Problem: row.want}}
		if diff := cmp.Diff(want, f.Bad); diff != "" {
			t.Errorf("%s for %s (-want +got):\n%s", row.new, row.old, diff)
		}
		if len(f.Lines) != 2 || f.Lines[1].Number != 4 {
			t.Errorf("%s for %s: the other lines are %v", row.new, row.old, revealed(f.Lines))
		}
	}
	f := read(t, header+"x,y,\ufffd,\ufffd\r\n", transferfile.Deposits(""))
	if len(f.Bad) != 4 {
		t.Errorf("all columns are bad: %v", f.Bad)
	}
	raw := strings.Replace(shiftJIS(t, header+paid), shiftJIS(t, "振込\r"), "\x83\x20\r", 1)
	f = read(t, raw, transferfile.Deposits(""))
	if want := []transferfile.LineError{{Line: 2, Column: "摘要", Problem: transferfile.BadText}}; cmp.Diff(want, f.Bad) != "" {
		t.Errorf("bytes that are no Shift_JIS: %v", f.Bad)
	}
}

func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	all := []string{"取引日", "入金金額", "振込依頼人名", "摘要"}
	for name, row := range map[string]struct {
		raw  string
		want transferfile.FileError
	}{
		"nothing":          {"", transferfile.FileError{Reason: transferfile.Empty}},
		"blank":            {"\ufeff \r\n\x1a", transferfile.FileError{Reason: transferfile.Empty}},
		"UTF-16":           {"\xff\xfea\x00", transferfile.FileError{Reason: transferfile.UTF16}},
		"UTF-16, other":    {"\xfe\xff\x00a", transferfile.FileError{Reason: transferfile.UTF16}},
		"no header":        {paid, transferfile.FileError{Reason: transferfile.NoHeader, Columns: all}},
		"a page":           {"<html>\n<body>502", transferfile.FileError{Reason: transferfile.NoHeader, Columns: all}},
		"columns missing":  {"口座\r\n取引日,入金金額,内容\r\n", transferfile.FileError{Reason: transferfile.NoHeader, Columns: all[2:]}},
		"in Shift_JIS too": {shiftJIS(t, "取引日,入金金額,内容,摘要\r\n"), transferfile.FileError{Reason: transferfile.NoHeader, Columns: all[2:3]}},
		"header too deep":  {strings.Repeat("x\r\n", 30) + header, transferfile.FileError{Reason: transferfile.NoHeader, Columns: all}},
		"a column twice":   {"取引日,入金金額,振込依頼人名,摘要,摘要\r\n", transferfile.FileError{Reason: transferfile.Twice, Columns: all}},
		"the first twice":  {"取引日,取引日,入金金額,振込依頼人名,摘要\r\n", transferfile.FileError{Reason: transferfile.Twice, Columns: all}},
		"too large":        {strings.Repeat("a", transferfile.MaxBytes+1), transferfile.FileError{Reason: transferfile.TooLarge}},
	} {
		f, err := transferfile.Read(strings.NewReader(row.raw), transferfile.Deposits(""))
		var got *transferfile.FileError
		if !errors.As(err, &got) || f.Lines != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(row.want, *got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if f := read(t, strings.Repeat("x\r\n", 29)+header, transferfile.Deposits("")); len(f.Lines)+len(f.Bad) != 0 {
		t.Errorf("a header and nothing else: %+v", f)
	}
	broken := errors.New("broken pipe")
	if _, err := transferfile.Read(iotest.ErrReader(broken), transferfile.Deposits("")); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
}

func TestMappingCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		field  string
		change func(*transferfile.Mapping)
	}{
		{"Day", func(m *transferfile.Mapping) { m.Day = "" }},
		{"Amount", func(m *transferfile.Mapping) { m.Amount = " " }},
		{"Payer", func(m *transferfile.Mapping) { m.PayerAfter = nil }},
		{"Payer", func(m *transferfile.Mapping) { m.Text = "" }},
		{"PayerAfter", func(m *transferfile.Mapping) { m.Payer = "振込依頼人名" }},
		{"PayerAfter", func(m *transferfile.Mapping) { m.PayerAfter = []string{"振込", " "} }},
		{"Columns", func(m *transferfile.Mapping) { m.Text = "取引日" }},
		{"Columns", func(m *transferfile.Mapping) { m.Text = "入出金（円）" }},
		{"Columns", func(m *transferfile.Mapping) { m.Text = "　" }},
		{"Columns", func(m *transferfile.Mapping) { m.Text = "a\nb" }},
		{"Columns", func(m *transferfile.Mapping) { m.Serial = "取引日" }},
		{"Out", func(m *transferfile.Mapping) { m.Out = "出金金額" }},
		{"Out", func(m *transferfile.Mapping) { m.Balance, m.Signed = "残高", false }},
	} {
		m := transferfile.Signed("")
		row.change(&m)
		_, reading := transferfile.Read(strings.NewReader(header), m)
		for _, err := range []error{m.Check(), reading, transferfile.Write(&bytes.Buffer{}, m, transferfile.UTF8, nil)} {
			var got *transferfile.MappingError
			if !errors.As(err, &got) || got.Field != row.field || strings.HasSuffix(err.Error(), ": ") {
				t.Errorf("%s: %v", row.field, err)
			}
		}
	}
	if err := errors.Join(transferfile.Deposits("").Check(), transferfile.Signed("").Check()); err != nil {
		t.Error(err)
	}
}

// TestWords: every problem and reason has its sentence in both languages, and none repeats what stands in the file.
func TestWords(t *testing.T) {
	t.Parallel()
	for p := transferfile.BadColumns; p <= transferfile.SameSerial; p++ {
		for _, column := range []string{"", "摘要"} {
			e := transferfile.LineError{Line: 12, Column: column, Problem: p}
			text := e.Text()
			if !strings.Contains(text.JA, "12行目") || !strings.Contains(text.EN, "Line 12") || strings.HasSuffix(text.JA, ": ") || strings.HasSuffix(text.EN, ": ") {
				t.Errorf("%+v: %q", e, text)
			}
		}
	}
	for r := transferfile.Empty; r <= transferfile.Twice; r++ {
		e := &transferfile.FileError{Reason: r}
		if r >= transferfile.NoHeader {
			e.Columns = []string{"取引日", "摘要"}
		}
		if text := e.Text(); text.JA == "" || text.EN == "" || strings.Contains(text.EN, "%") {
			t.Errorf("reason %d: %q", r, text)
		}
	}
	e := transferfile.LineError{Line: 3, Column: "取引日", Problem: transferfile.BadDay}
	if got := e.Error(); got != "transferfile: Line 3, column 取引日: Not a day. Write it such as 2026/12/05, with four digits of the year" {
		t.Error(got)
	}
	if got := (&transferfile.FileError{Reason: transferfile.NoHeader, Columns: []string{"取引日", "摘要"}}).Error(); got !=
		"transferfile: The header row lacks these columns: 取引日, 摘要. See whether it is the bank's file, and whether the mapping names its columns" {
		t.Error(got)
	}
	if got := fmt.Sprintf("%v %+v", line(t), line(t)); strings.Contains(got, "ヤマダ") || strings.Contains(got, "振込") {
		t.Errorf("a line prints whose money it is: %s", got)
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	deposits, signed := transferfile.Deposits("main"), transferfile.Signed("main")
	for name, row := range map[string]struct {
		mapping transferfile.Mapping
		change  func(*transferfile.Line)
		want    transferfile.LineError
	}{
		"no day":                {deposits, func(l *transferfile.Line) { l.Day = jst.Day{} }, transferfile.LineError{Line: 3, Column: "取引日", Problem: transferfile.BadDay}},
		"nothing":               {deposits, func(l *transferfile.Line) { l.Amount = 0 }, transferfile.LineError{Line: 3, Column: "入金金額", Problem: transferfile.BadAmount}},
		"less than nothing":     {deposits, func(l *transferfile.Line) { l.Amount = -1 }, transferfile.LineError{Line: 3, Column: "入金金額", Problem: transferfile.Negative}},
		"beyond all":            {deposits, func(l *transferfile.Line) { l.Amount = money.Max + 1 }, transferfile.LineError{Line: 3, Column: "入金金額", Problem: transferfile.BadAmount}},
		"out of the account":    {signed, func(l *transferfile.Line) { l.Amount = -1 }, transferfile.LineError{Line: 3, Column: "入出金(円)", Problem: transferfile.BadAmount}},
		"unwritable name":       {deposits, func(l *transferfile.Line) { l.Payer = "한국" }, transferfile.LineError{Line: 3, Problem: transferfile.Uncarried}},
		"long name":             {deposits, func(l *transferfile.Line) { l.Payer = mask.Name(strings.Repeat("ア", 201)) }, transferfile.LineError{Line: 3, Column: "振込依頼人名", Problem: transferfile.BadText}},
		"a payer not in a text": {signed, func(l *transferfile.Line) { l.Text = "利息" }, transferfile.LineError{Line: 3, Problem: transferfile.Uncarried}},
	} {
		good, bad := line(t), line(t)
		good.Text, bad.Text = "", ""
		row.change(&bad)
		var out bytes.Buffer
		err := transferfile.Write(&out, row.mapping, transferfile.ShiftJIS, []transferfile.Line{good, bad})
		var got transferfile.LineError
		if !errors.As(err, &got) || got != row.want || out.Len() != 0 {
			t.Errorf("%s: %v after %d bytes, want %v", name, err, out.Len(), row.want)
		}
	}
	var wrong *transferfile.MappingError
	if err := transferfile.Write(&bytes.Buffer{}, deposits, transferfile.Encoding(2), nil); !errors.As(err, &wrong) || wrong.Field != "Encoding" {
		t.Errorf("no such encoding: %v", err)
	}
	deposits.Text = "한국"
	if err := transferfile.Write(&bytes.Buffer{}, deposits, transferfile.ShiftJIS, nil); !errors.As(err, &wrong) || wrong.Field != "Columns" {
		t.Errorf("a column that cannot be written: %v", err)
	}
	broken := errors.New("disk full")
	if err := transferfile.Write(failing{broken}, signed, transferfile.UTF8, nil); !errors.Is(err, broken) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestGolden is one file of each example, byte for byte, and what is read from it.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		mapping  transferfile.Mapping
		encoding transferfile.Encoding
		text     func(payer string) string
	}{
		"deposits.csv": {transferfile.Deposits("main"), transferfile.UTF8, func(string) string { return "振込" }},
		"signed.csv":   {transferfile.Signed("main"), transferfile.ShiftJIS, func(payer string) string { return "振込 " + payer }},
	} {
		var want []transferfile.Line
		for i, l := range []transferfile.Line{
			{Day: day(t, "2026-12-05"), Amount: 30_209, Payer: "ヤマダ ハナコ", Ordinal: 1},
			{Day: day(t, "2026-12-05"), Amount: 30_209, Payer: "ヤマダ ハナコ", Ordinal: 2},
			{Day: day(t, "2026-12-05"), Amount: 1_209, Payer: "カ)コーヒー・ヴァンダム", Ordinal: 1},
			{Day: day(t, "2026-12-06"), Amount: 30_209, Payer: "ヤマダ ハナコ", Ordinal: 1},
		} {
			l.Number, l.Account, l.Text = i+2, "main", mask.Name(row.text(l.Payer.Reveal()))
			want = append(want, l)
		}
		var written bytes.Buffer
		if err := transferfile.Write(&written, row.mapping, row.encoding, want); err != nil {
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
		f := read(t, string(kept), row.mapping)
		if diff := difference(want, f.Lines); diff != "" || len(f.Bad) != 0 || f.Encoding != row.encoding {
			t.Errorf("%s: bad %v (-want +got):\n%s", name, f.Bad, diff)
		}
	}
}

// TestRoundTrip: what is written reads back as itself, in both encodings and with both examples.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	first := day(t, "2020-01-01")
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]transferfile.Mapping{transferfile.Deposits("a"), transferfile.Signed("b"), balanced()}).Draw(t, "mapping")
		e := rapid.SampledFrom([]transferfile.Encoding{transferfile.UTF8, transferfile.ShiftJIS}).Draw(t, "encoding")
		name := rapid.StringOfN(rapid.SampledFrom([]rune("アガパーャヴ()・ABC1.,\"'~-")), 1, 30, -1)
		seen := map[string]int{}
		var want []transferfile.Line
		for range rapid.IntRange(0, 6).Draw(t, "lines") {
			payer := "ア" + name.Draw(t, "payer")
			payer = strings.NewReplacer("ア-", "ア", "ガ-", "ガ", "パ-", "パ", "ー-", "ー", "ャ-", "ャ", "ヴ-", "ヴ").Replace(payer)
			l := transferfile.Line{
				Number: len(want) + 2, Account: m.Account, Day: first.Add(rapid.IntRange(0, 2).Draw(t, "day")),
				Amount: money.Yen(rapid.SampledFrom([]int64{1, 209, 30_209, 1_000_000}).Draw(t, "amount")), Payer: mask.Name(payer), Text: mask.Name("振込 " + payer),
			}
			like := fmt.Sprint(l.Day, l.Amount, payer)
			seen[like]++
			l.Ordinal = seen[like]
			want = append(want, l)
		}
		if slipped(want) {
			t.Skip("a hyphen after kana is a long sound")
		}
		var out bytes.Buffer
		if err := transferfile.Write(&out, m, e, want); err != nil {
			t.Fatal(err)
		}
		f, err := transferfile.Read(&out, m)
		if err != nil || len(f.Bad) != 0 || f.Passed != 0 {
			t.Fatalf("%v, bad %v, %d passed", err, f.Bad, f.Passed)
		}
		if diff := difference(want, f.Lines); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// slipped says whether a payer still has a hyphen behind kana, which is read as a long sound.
func slipped(lines []transferfile.Line) bool {
	for _, l := range lines {
		for _, letter := range strings.Split("アガパーャヴ", "") {
			if strings.Contains(l.Payer.Reveal(), letter+"-") {
				return true
			}
		}
	}
	return false
}

// FuzzRead: any bytes are either refused, or read into lines that can be written and read again to the same lines and keys.
func FuzzRead(f *testing.F) {
	f.Add([]byte(header+paid), false)
	f.Add([]byte(shiftJIS(f, header+paid+paid)), false)
	f.Add([]byte("取引日,入出金(円),取引後残高(円),入出金内容\n令和8年12月5日,¥1,,振込 ﾔﾏﾀﾞ\n20261205,-5,,\n"), true)
	f.Add([]byte("\ufeff"), true)
	f.Fuzz(func(t *testing.T, raw []byte, signed bool) {
		m := transferfile.Deposits("main")
		if signed {
			m = transferfile.Signed("main")
		}
		file, err := transferfile.Read(bytes.NewReader(raw), m)
		if err != nil {
			var refused *transferfile.FileError
			if !errors.As(err, &refused) || refused.Text().EN == "" {
				t.Fatal(err)
			}
			return
		}
		for _, bad := range file.Bad {
			if bad.Line < 1 || bad.Text().JA == "" {
				t.Fatal(bad)
			}
		}
		var out bytes.Buffer
		if err := transferfile.Write(&out, m, transferfile.UTF8, file.Lines); err != nil {
			t.Fatal(err)
		}
		again, err := transferfile.Read(&out, m)
		if err != nil || len(again.Bad) != 0 || len(again.Lines) != len(file.Lines) {
			t.Fatalf("%v, bad %v, %d lines for %d", err, again.Bad, len(again.Lines), len(file.Lines))
		}
		for i, l := range file.Lines {
			l.Number = again.Lines[i].Number
			if again.Lines[i] != l || !bytes.Equal(again.Lines[i].Key(), l.Key()) {
				t.Fatalf("(-first +again):\n%s", difference([]transferfile.Line{l}, again.Lines[i:i+1]))
			}
		}
	})
}

// balanced is a bank with numbers and balances.
func balanced() transferfile.Mapping {
	m := transferfile.Deposits("main")
	m.Serial, m.Out, m.Balance = "取引番号", "出金金額", "残高"
	return m
}

// TestBalance: whatever line is left out, doubled or changed, the file does not add up, and the place is named.
func TestBalance(t *testing.T) {
	t.Parallel()
	lines := []string{
		"20261205,1,30209,,ﾔﾏﾀﾞ ﾊﾅｺ,振込,130209\r\n",
		"20261205,2,,110,,手数料,130099\r\n",
		"20261206,3,500,,ｻﾄｳ,振込,130599\r\n",
		"20261206,4,700,,ｻﾄｳ,振込,131299\r\n",
	}
	const names = "取引日,取引番号,入金金額,出金金額,振込依頼人名,摘要,残高\r\n"
	up := []string{lines[3], lines[2], lines[1], lines[0]}
	for name, row := range map[string]struct {
		lines []string
		want  []transferfile.LineError
	}{
		"as it is":         {lines, nil},
		"the newest first": {up, nil},
		"one line":         {lines[2:3], nil},
		"one left out":     {[]string{lines[0], lines[1], lines[3]}, []transferfile.LineError{{Line: 4, Column: "残高", Problem: transferfile.BadBalance}}},
		"a fee left out":   {[]string{lines[0], lines[2], lines[3]}, []transferfile.LineError{{Line: 3, Column: "残高", Problem: transferfile.BadBalance}}},
		"two swapped":      {[]string{lines[0], lines[2], lines[1], lines[3]}, []transferfile.LineError{{Line: 3, Column: "残高", Problem: transferfile.BadBalance}}},
		"one twice":        {[]string{lines[0], lines[1], lines[2], lines[2], lines[3]}, []transferfile.LineError{{Line: 5, Column: "取引番号", Problem: transferfile.SameSerial}}},
		"another number":   {[]string{lines[0], lines[1], lines[2], strings.Replace(lines[2], ",3,", ",5,", 1), lines[3]}, []transferfile.LineError{{Line: 5, Column: "残高", Problem: transferfile.BadBalance}}},
		"another amount":   {[]string{lines[0], lines[1], strings.Replace(lines[2], "500", "900", 1), lines[3]}, []transferfile.LineError{{Line: 4, Column: "残高", Problem: transferfile.BadBalance}}},
		"no balance":       {[]string{lines[0], strings.Replace(lines[1], "130099", "", 1)}, []transferfile.LineError{{Line: 3, Column: "残高", Problem: transferfile.BadAmount}}},
		"a strange number": {[]string{strings.Replace(lines[0], ",1,", ",ﾔﾏﾀﾞ,", 1)}, []transferfile.LineError{{Line: 2, Column: "取引番号", Problem: transferfile.BadSerial}}},
		"a strange fee":    {[]string{strings.Replace(lines[1], "110", "-110", 1)}, []transferfile.LineError{{Line: 2, Column: "出金金額", Problem: transferfile.BadAmount}}},
	} {
		f := read(t, names+strings.Join(row.lines, ""), balanced())
		if diff := cmp.Diff(row.want, f.Bad); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
