package agentfile_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	header  = "種別,収納日,収納時刻,バーコード情報,ユーザー使用欄１,ユーザー使用欄２,印紙フラグ,金額,コンビニ本部コード,コンビニ名,コンビニ店舗コード,振込日,データ作成日\r\n"
	barcode = "91912345000010000000020260001026121000302098" // 30,209 yen until 2026-12-10
	notice  = "01,20261205,0944,EAN" + barcode + `,000000,00202600010,0,30209,010,"セブン－イレブン",013233,0,20261205` + "\r\n"
)

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func line(t testing.TB) agentfile.Line {
	return agentfile.Line{
		Kind: agentfile.Prompt, Day: day(t, "2026-12-05"), Time: "0944", Barcode: barcode,
		User1: "000000", User2: "00202600010", Amount: 30_209,
		Chain: "010", ChainName: "セブン－イレブン", Store: "013233", CreatedDay: day(t, "2026-12-05"),
	}
}

func shiftJIS(t testing.TB, s string) []byte {
	t.Helper()
	out, err := japanese.ShiftJIS.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

func read(t testing.TB, text string) agentfile.File {
	t.Helper()
	f, err := agentfile.Read(bytes.NewReader(shiftJIS(t, text)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRead(t *testing.T) {
	t.Parallel()
	want := line(t)
	want.Number = 2
	f := read(t, header+notice)
	if diff := cmp.Diff([]agentfile.Line{want}, f.Lines); diff != "" || len(f.Bad) != 0 {
		t.Errorf("bad %v, lines (-want +got):\n%s", f.Bad, diff)
	}
}

// TestReadForgives: what a line loses on its way changes neither what it says nor its key.
func TestReadForgives(t *testing.T) {
	t.Parallel()
	whole := line(t)
	for name, text := range map[string]string{
		"time without its zero":  header + strings.Replace(notice, ",0944,", ",944,", 1),
		"chain without its zero": header + strings.Replace(notice, ",010,", ",10,", 1),
		"store without its zero": header + strings.Replace(notice, ",013233,", ",13233,", 1),
		"no quotation marks":     header + strings.ReplaceAll(notice, `"`, ""),
		"no last line end":       header + strings.TrimSuffix(notice, "\r\n"),
		"line feeds alone":       strings.ReplaceAll(header+notice, "\r", ""),
		"end-of-file character":  header + notice + "\x1a",
		"empty lines":            "\r\n" + header + "\r\n" + notice + " \r\n\r\n",
		"blanks around":          header + strings.ReplaceAll(strings.ReplaceAll(notice, `"`, ""), ",", " , "),
		"payout day of zeros":    header + strings.Replace(notice, ",0,20261205", ",00000000,20261205", 1),
		"payout day left out":    header + strings.Replace(notice, ",0,20261205", ",,20261205", 1),
		"header worded anew":     strings.Replace(strings.Replace(header, "コンビニ店舗コード", "店舗コード", 1), "欄１", "欄1", 1) + notice,
	} {
		f := read(t, text)
		if len(f.Lines) != 1 || len(f.Bad) != 0 {
			t.Errorf("%s: %d lines, bad %v", name, len(f.Lines), f.Bad)
			continue
		}
		got := f.Lines[0]
		if !bytes.Equal(got.Key(), whole.Key()) {
			t.Errorf("%s: another key", name)
		}
		got.Number, got.Store = 0, whole.Store // the store stays as the file has it; its key does not
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestReadPublishedLine is the example line of a published importer of these files. Its barcode was made for a test and asks for
// 999,999 yen, which the amount column contradicts: the column is the money.
func TestReadPublishedLine(t *testing.T) {
	t.Parallel()
	f := read(t, header+"02,20230504,944,EAN91929023219420000000000037554399999999999999,00000,0000375543,0,12345,10,セブン,13233,0,20230504\r\n")
	want := agentfile.Line{
		Number: 2, Kind: agentfile.Confirmed, Day: day(t, "2023-05-04"), Time: "0944",
		Barcode: "91929023219420000000000037554399999999999999", User1: "00000", User2: "0000375543",
		Amount: 12_345, Chain: "010", ChainName: "セブン", Store: "13233", CreatedDay: day(t, "2023-05-04"), AmountDiffers: true,
	}
	if diff := cmp.Diff([]agentfile.Line{want}, f.Lines); diff != "" || len(f.Bad) != 0 {
		t.Errorf("bad %v, lines (-want +got):\n%s", f.Bad, diff)
	}
}

func TestReadPostal(t *testing.T) {
	t.Parallel()
	unlimited := barcode[:30] + "999999" + barcode[36:] // the agent rewrites the day and leaves the check digit
	f := read(t, header+
		"12,20261205,0,EAN"+unlimited+",000000,00202600010,1,30209,910,郵便振替,011106,20261225,20261208\r\n"+
		"22,20261205,0000,EAN"+unlimited+",000000,00202600010,1,0,910,郵便振替,,20261225,20261209\r\n"+
		"01,20261205,0944,EAN"+unlimited+",000000,00202600010,1,30209,010,店,1,0,20261208\r\n")
	if len(f.Lines) != 2 {
		t.Fatalf("%d lines, bad %v", len(f.Lines), f.Bad)
	}
	transfer, correction := f.Lines[0], f.Lines[1]
	if transfer.Time != "0000" || !transfer.Stamp || transfer.PayoutDay != day(t, "2026-12-25") || transfer.AmountDiffers {
		t.Errorf("transfer: %+v", transfer)
	}
	if correction.Kind != agentfile.PostalCorrection || correction.Amount != 0 || !correction.AmountDiffers {
		t.Errorf("correction: %+v", correction)
	}
	if want := []agentfile.LineError{{Line: 4, Column: 4, Problem: agentfile.BadCheckDigit}}; cmp.Diff(want, f.Bad) != "" {
		t.Errorf("a store's line with such a check digit: %v", f.Bad)
	}
}

// TestBadLines: each kind of damage is found in its column, and the lines around it are read.
func TestBadLines(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		old, new string
		want     agentfile.LineError
	}{
		{"01,2026", "04,2026", agentfile.LineError{Column: 1, Problem: agentfile.BadKind}},
		{"01,2026", "1,2026", agentfile.LineError{Column: 1, Problem: agentfile.BadKind}},
		{"20261205,0944", "20261305,0944", agentfile.LineError{Column: 2, Problem: agentfile.BadDay}},
		{"20261205,0944", "2026-12-05,0944", agentfile.LineError{Column: 2, Problem: agentfile.BadDay}},
		{"20261205,0944", "0,0944", agentfile.LineError{Column: 2, Problem: agentfile.BadDay}},
		{",0944,", ",2400,", agentfile.LineError{Column: 3, Problem: agentfile.BadTime}},
		{",0944,", ",0960,", agentfile.LineError{Column: 3, Problem: agentfile.BadTime}},
		{",0944,", ",09:44,", agentfile.LineError{Column: 3, Problem: agentfile.BadTime}},
		{",0944,", ",,", agentfile.LineError{Column: 3, Problem: agentfile.BadTime}},
		{",0944,", ",9 4,", agentfile.LineError{Column: 3, Problem: agentfile.BadTime}},
		{"EAN91", "91", agentfile.LineError{Column: 4, Problem: agentfile.BadBarcode}},
		{"EAN" + barcode, "9.19123E+43", agentfile.LineError{Column: 4, Problem: agentfile.BadBarcode}},
		{"EAN" + barcode, "EAN" + barcode[:43], agentfile.LineError{Column: 4, Problem: agentfile.BadBarcode}},
		{"EAN91", "EAN90", agentfile.LineError{Column: 4, Problem: agentfile.BadBarcode}},
		{barcode, barcode[:43] + "7", agentfile.LineError{Column: 4, Problem: agentfile.BadCheckDigit}},
		{",000000,", ",a,", agentfile.LineError{Column: 5, Problem: agentfile.BadCode}},
		{",00202600010,", ",2.0E+09,", agentfile.LineError{Column: 6, Problem: agentfile.BadCode}},
		{",0,30209", ",2,30209", agentfile.LineError{Column: 7, Problem: agentfile.BadStamp}},
		{",0,30209", ",,30209", agentfile.LineError{Column: 7, Problem: agentfile.BadStamp}},
		{"30209,010", "0,010", agentfile.LineError{Column: 8, Problem: agentfile.BadAmount}},
		{"30209,010", "-30209,010", agentfile.LineError{Column: 8, Problem: agentfile.BadAmount}},
		{"30209,010", "+30209,010", agentfile.LineError{Column: 8, Problem: agentfile.BadAmount}},
		{"30209,010", "30209.0,010", agentfile.LineError{Column: 8, Problem: agentfile.BadAmount}},
		{"30209,010", "1000000,010", agentfile.LineError{Column: 8, Problem: agentfile.BadAmount}},
		{"30209,010", "99999999999999999999,010", agentfile.LineError{Column: 8, Problem: agentfile.BadAmount}},
		{"30209,010", ",010", agentfile.LineError{Column: 8, Problem: agentfile.BadAmount}},
		{",010,", ",,", agentfile.LineError{Column: 9, Problem: agentfile.BadCode}},
		{",010,", ",0100,", agentfile.LineError{Column: 9, Problem: agentfile.BadCode}},
		{"セブン－イレブン", strings.Repeat("店", 61), agentfile.LineError{Column: 10, Problem: agentfile.BadText}},
		{",013233,", ",store,", agentfile.LineError{Column: 11, Problem: agentfile.BadCode}},
		{",0,20261205", ",20261301,20261205", agentfile.LineError{Column: 12, Problem: agentfile.BadDay}},
		{",0,20261205", ",0,0", agentfile.LineError{Column: 13, Problem: agentfile.BadDay}},
		{",0,20261205", ",0", agentfile.LineError{Column: 0, Problem: agentfile.BadColumns}},
		{",0,20261205", ",0,20261205,", agentfile.LineError{Column: 0, Problem: agentfile.BadColumns}},
		{`ブン"`, `ブン`, agentfile.LineError{Column: 0, Problem: agentfile.BadColumns}},
	} {
		row.want.Line = 3
		damaged := strings.Replace(notice, row.old, row.new, 1)
		if damaged == notice {
			t.Fatalf("%s is not in the line", row.old)
		}
		f := read(t, header+notice+damaged+notice)
		if diff := cmp.Diff([]agentfile.LineError{row.want}, f.Bad); diff != "" {
			t.Errorf("%s for %s (-want +got):\n%s", row.new, row.old, diff)
		}
		if len(f.Lines) != 2 || f.Lines[1].Number != 4 {
			t.Errorf("%s for %s: the other lines are %v", row.new, row.old, f.Lines)
		}
	}
}

func TestAllBadColumnsAreNamed(t *testing.T) {
	t.Parallel()
	f := read(t, header+strings.Repeat("x,", 12)+"x\r\n")
	var got []agentfile.Column
	for _, bad := range f.Bad {
		got = append(got, bad.Column)
	}
	if diff := cmp.Diff([]agentfile.Column{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13}, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func TestBytesThatAreNoShiftJIS(t *testing.T) {
	t.Parallel()
	raw := bytes.Replace(shiftJIS(t, header+notice), shiftJIS(t, "セブン－イレブン"), []byte{0x83, 0x20, 0xFF}, 1)
	f, err := agentfile.Read(bytes.NewReader(raw))
	if want := []agentfile.LineError{{Line: 2, Column: 10, Problem: agentfile.BadText}}; err != nil || cmp.Diff(want, f.Bad) != "" {
		t.Errorf("%v, bad %v", err, f.Bad)
	}
}

func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(header + notice)
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Split(strings.TrimSpace(header), ",")
	fields[7], fields[8] = fields[8], fields[7]
	for name, row := range map[string]struct {
		raw  []byte
		want agentfile.FileError
	}{
		"nothing":           {nil, agentfile.FileError{Reason: agentfile.Empty}},
		"blank":             {[]byte(" \r\n\x1a"), agentfile.FileError{Reason: agentfile.Empty}},
		"byte order mark":   {[]byte("\ufeff"), agentfile.FileError{Reason: agentfile.Empty}},
		"UTF-8":             {[]byte(header + notice), agentfile.FileError{Reason: agentfile.NotShiftJIS}},
		"UTF-8 with a mark": {[]byte("\ufeff" + header + notice), agentfile.FileError{Reason: agentfile.NotShiftJIS}},
		"UTF-16":            {[]byte(utf16), agentfile.FileError{Reason: agentfile.NotShiftJIS}},
		"no header":         {shiftJIS(t, notice), agentfile.FileError{Reason: agentfile.NoHeader}},
		"short header":      {shiftJIS(t, "種別,収納日\r\n"+notice), agentfile.FileError{Reason: agentfile.NoHeader}},
		"a page":            {[]byte("<html><body>502</body></html>"), agentfile.FileError{Reason: agentfile.NoHeader}},
		"broken header":     {[]byte("\"\n"), agentfile.FileError{Reason: agentfile.NoHeader}},
		"columns swapped":   {shiftJIS(t, strings.Join(fields, ",")+"\r\n"+notice), agentfile.FileError{Reason: agentfile.OtherOrder}},
		"agent's error": {
			shiftJIS(t, "error:\r\n収納データのダウンロードにエラーが発生しました。\r\n日時：2026/12/05 05:00:00\r\n"),
			agentfile.FileError{Reason: agentfile.AgentFault, Message: "収納データのダウンロードにエラーが発生しました。 日時:2026/12/05 05:00:00"},
		},
		"agent's error in UTF-8": {
			[]byte("\ufefferror:認証に失敗しました。" + strings.Repeat("長", 400)),
			agentfile.FileError{Reason: agentfile.AgentFault, Message: "認証に失敗しました。" + strings.Repeat("長", 290)},
		},
		"too large": {bytes.Repeat([]byte("a"), agentfile.MaxBytes+1), agentfile.FileError{Reason: agentfile.TooLarge}},
	} {
		f, err := agentfile.Read(bytes.NewReader(row.raw))
		var got *agentfile.FileError
		if !errors.As(err, &got) || *got != row.want || f.Lines != nil {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
	broken := errors.New("broken pipe")
	if _, err := agentfile.Read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
}

// TestWords: every problem and every reason has its sentence in both languages, which says where and what to do.
func TestWords(t *testing.T) {
	t.Parallel()
	for p := agentfile.BadColumns; p <= agentfile.BadText; p++ {
		for _, column := range []agentfile.Column{0, 4} {
			e := agentfile.LineError{Line: 12, Column: column, Problem: p}
			text := e.Text()
			if !strings.Contains(text.JA, "12行目") || !strings.Contains(text.EN, "Line 12") || strings.HasSuffix(text.JA, ": ") || strings.HasSuffix(text.EN, ": ") {
				t.Errorf("%+v: %q", e, text)
			}
		}
	}
	for r := agentfile.Empty; r <= agentfile.OtherOrder; r++ {
		if text := (&agentfile.FileError{Reason: r}).Text(); text.JA == "" || text.EN == "" {
			t.Errorf("reason %d has no words", r)
		}
	}
	e := agentfile.LineError{Line: 12, Column: 3, Problem: agentfile.BadTime}
	if got := e.Text().JA; got != "12行目の3列目「収納時刻」: 時刻ではありません。0944のように4桁で書いてください" {
		t.Errorf("JA: %s", got)
	}
	if got := e.Error(); got != "agentfile: Line 12, column 3 (time paid): Not a time. Write four digits such as 0944" {
		t.Errorf("Error: %s", got)
	}
}

// TestKey: what makes another notice makes another key, and the rest does not.
func TestKey(t *testing.T) {
	t.Parallel()
	base := line(t)
	for name, row := range map[string]struct {
		change func(*agentfile.Line)
		same   bool
	}{
		"kind":    {func(l *agentfile.Line) { l.Kind = agentfile.Confirmed }, false},
		"day":     {func(l *agentfile.Line) { l.Day = l.Day.Add(1) }, false},
		"time":    {func(l *agentfile.Line) { l.Time = "0945" }, false},
		"barcode": {func(l *agentfile.Line) { l.Barcode = strings.Replace(l.Barcode, "2026", "2027", 1) }, false},
		"store":   {func(l *agentfile.Line) { l.Store = "013234" }, false},
		"number":  {func(l *agentfile.Line) { l.Number = 9 }, true},
		"payout":  {func(l *agentfile.Line) { l.PayoutDay = l.Day }, true},
		"made":    {func(l *agentfile.Line) { l.CreatedDay = l.Day.Add(1) }, true},
		"amount":  {func(l *agentfile.Line) { l.Amount = 1 }, true},
		"name":    {func(l *agentfile.Line) { l.ChainName = "" }, true},
		"zeros":   {func(l *agentfile.Line) { l.Store = "13233" }, true},
	} {
		changed := base
		row.change(&changed)
		if bytes.Equal(base.Key(), changed.Key()) != row.same {
			t.Errorf("another %s: same key is %t", name, !row.same)
		}
	}
	if len(base.Key()) != 16 {
		t.Errorf("%d bytes", len(base.Key()))
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	one, again, other := read(t, header+notice), read(t, header+notice), read(t, header+notice+notice)
	if one.Hash != again.Hash || one.Hash == other.Hash {
		t.Error("the hash is not that of the bytes")
	}
}

func TestChainName(t *testing.T) {
	t.Parallel()
	if name, ok := agentfile.ChainName("020"); name != "ローソン" || !ok {
		t.Errorf("020 is %q", name)
	}
	if name, ok := agentfile.ChainName("999"); name != "" || ok {
		t.Errorf("999 is %q", name)
	}
}

// TestGolden is one file with every kind of line, byte for byte, and what is read from it.
func TestGolden(t *testing.T) {
	t.Parallel()
	paid := day(t, "2026-12-05")
	var lines []agentfile.Line
	for i, row := range []struct {
		kind         agentfile.Kind
		chain, store string
		yen, asked   money.Yen
	}{
		{agentfile.Prompt, "010", "013233", 30_209, 30_209},
		{agentfile.Prompt, "030", "000001", 55_000, 55_000},
		{agentfile.Cancelled, "030", "000001", 55_000, 55_000},
		{agentfile.RealTime, "820", "000000", 1_209, 1_209},
		{agentfile.Confirmed, "010", "013233", 30_209, 30_209},
		{agentfile.PostalTransfer, "910", "011106", 8_709, 8_790},
		{agentfile.PostalCorrection, "911", "011106", 8_790, 8_790},
	} {
		digits, err := konbini.Build(konbini.Code{
			Company: "912345", Free: fmt.Sprintf("0000100000000202600%02d", row.asked%100), Due: "2026-12-10",
			Stamp: konbini.NeedsStamp(int64(row.asked), 50_000, 1000, true), Yen: int64(row.asked),
		}, 300_000)
		if err != nil {
			t.Fatal(err)
		}
		name, ok := agentfile.ChainName(row.chain)
		if !ok {
			t.Fatal(row.chain)
		}
		l := agentfile.Line{
			Kind: row.kind, Day: paid, Time: fmt.Sprintf("09%02d", i), Barcode: digits, User1: digits[13:19], User2: digits[19:30],
			Stamp: digits[36] == '1', Amount: row.yen, Chain: row.chain, ChainName: name, Store: row.store, CreatedDay: paid.Add(i),
			AmountDiffers: row.yen != row.asked, // a clerk at the post office keyed 8,709 for 8,790; corrected a day later
		}
		if row.kind == agentfile.PostalTransfer || row.kind == agentfile.PostalCorrection {
			l.Time = "0000"
		}
		if row.kind == agentfile.Confirmed || l.Time == "0000" {
			l.PayoutDay = day(t, "2026-12-25")
		}
		lines = append(lines, l)
	}
	var written bytes.Buffer
	if err := agentfile.Write(&written, lines); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "notices.csv")
	if *update {
		if err := os.WriteFile(golden, written.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, written.Bytes()) {
		t.Errorf("Write makes another file than %s (go test -update)", golden)
	}
	f, err := agentfile.Read(bytes.NewReader(want))
	if err != nil || len(f.Bad) != 0 {
		t.Fatalf("%v, bad %v", err, f.Bad)
	}
	for i := range lines {
		lines[i].Number = i + 2
	}
	if diff := cmp.Diff(lines, f.Lines); diff != "" {
		t.Errorf("what is read (-want +got):\n%s", diff)
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*agentfile.Line)
		want   agentfile.LineError
	}{
		"kind":             {func(l *agentfile.Line) { l.Kind = "99" }, agentfile.LineError{Line: 3, Column: 1, Problem: agentfile.BadKind}},
		"no day":           {func(l *agentfile.Line) { l.Day = jst.Day{} }, agentfile.LineError{Line: 3, Column: 2, Problem: agentfile.BadDay}},
		"amount":           {func(l *agentfile.Line) { l.Amount = -1 }, agentfile.LineError{Line: 3, Column: 8, Problem: agentfile.BadAmount}},
		"a line in a name": {func(l *agentfile.Line) { l.ChainName = "a\r\nb" }, agentfile.LineError{Line: 3, Column: 10, Problem: agentfile.BadText}},
		"unwritable name":  {func(l *agentfile.Line) { l.ChainName = "한국" }, agentfile.LineError{Line: 3, Column: 10, Problem: agentfile.BadText}},
		"comma in a code":  {func(l *agentfile.Line) { l.User1 = "1,2" }, agentfile.LineError{Line: 3, Column: 0, Problem: agentfile.BadColumns}},
	} {
		bad := line(t)
		row.change(&bad)
		var out bytes.Buffer
		err := agentfile.Write(&out, []agentfile.Line{line(t), bad})
		var got agentfile.LineError
		if !errors.As(err, &got) || got != row.want || out.Len() != 0 {
			t.Errorf("%s: %v after %d bytes, want %v", name, err, out.Len(), row.want)
		}
	}
	broken := errors.New("disk full")
	if err := agentfile.Write(failing{broken}, []agentfile.Line{line(t)}); !errors.Is(err, broken) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

var _ io.Writer = failing{}
