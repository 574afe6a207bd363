package zengin_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/jst"
	"tsuke/internal/zengin"
)

var update = flag.Bool("update", false, "write the golden files")

// The worked example: _ stands for a space.
var (
	exampleHeader  = "19101234567890ｶ)ｱﾄﾊﾞﾗｲ________________________________11270001ﾐｽﾞﾎ___________001ﾄｳｷﾖｳ__________11234567_________________"
	exampleFirst   = "20005ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ__001ﾎﾝﾃﾝ_______________10123456ﾔﾏﾀﾞ_ﾀﾛｳ______________________00000300001000000000000000000010________"
	exampleSecond  = "29900ﾕｳﾁﾖ___________018ｾﾞﾛｲﾁﾊﾁ____________17654321ｻﾄｳ_ﾊﾅｺ_______________________00000123450000000000000000000020________"
	exampleTrailer = "8000002000000042345000000000000000000000000000000000000_________________________________________________________________"
	resultTrailer  = "8000002000000042345000001000000030000000001000000012345_________________________________________________________________"
	exampleEnd     = "9" + strings.Repeat("_", 119)
)

func exampleRequest() []string {
	return []string{exampleHeader, exampleFirst, exampleSecond, exampleTrailer, exampleEnd}
}

// exampleResult is the answer: the second debit failed for want of funds.
func exampleResult() []string {
	failed := exampleSecond[:len(exampleSecond)-9] + "1" + exampleSecond[len(exampleSecond)-8:]
	return []string{exampleHeader, exampleFirst, failed, resultTrailer, exampleEnd}
}

// encoded is lines in JIS X 0201, by somebody else's table.
func encoded(t testing.TB, end string, lines ...string) []byte {
	t.Helper()
	text := strings.ReplaceAll(strings.Join(lines, end)+end, "_", " ")
	out, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

func header() zengin.Header {
	return zengin.Header{
		Consignor: "1234567890", ConsignorName: "ｶ)ｱﾄﾊﾞﾗｲ", Day: "1127", Bank: "0001", BankName: "ﾐｽﾞﾎ", Branch: "001", BranchName: "ﾄｳｷﾖｳ",
		AccountType: zengin.Ordinary, AccountNumber: "1234567",
	}
}

func account() zengin.Account {
	return zengin.Account{
		Bank: "0005", BankName: "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ", Branch: "001", BranchName: "ﾎﾝﾃﾝ", Type: zengin.Ordinary, Number: "0123456", Holder: "ﾔﾏﾀﾞ ﾀﾛｳ",
	}
}

func debits() []zengin.Debit {
	return []zengin.Debit{
		{Account: account(), Amount: 30_000, New: zengin.First, Customer: "00000000000000000001"},
		{Account: zengin.Account{
			Bank: "9900", BankName: "ﾕｳﾁﾖ", Branch: "018", BranchName: "ｾﾞﾛｲﾁﾊﾁ", Type: zengin.Ordinary, Number: "7654321", Holder: "ｻﾄｳ ﾊﾅｺ",
		}, Amount: 12_345, Customer: "00000000000000000002"},
	}
}

// answers are the debits with a result each.
func answers(codes ...zengin.ResultCode) []zengin.Debit {
	all := debits()
	for i := range all {
		all[i].Result = codes[i]
	}
	return all
}

func each(ds []zengin.Debit) iter.Seq2[zengin.Debit, error] {
	return func(yield func(zengin.Debit, error) bool) {
		for _, d := range ds {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func month(t testing.TB, s string) jst.Month {
	t.Helper()
	m, err := jst.ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestWorkedExample: the files of the worked example, byte for byte.
func TestWorkedExample(t *testing.T) {
	t.Parallel()
	crlf := zengin.Format{CRLF: true}
	for _, row := range []struct {
		file   string
		format zengin.Format
		result bool
		want   []byte
		size   int
	}{
		{"request.txt", zengin.Format{}, false, encoded(t, "", exampleRequest()...), 600},
		{"request-crlf.txt", crlf, false, encoded(t, "\r\n", exampleRequest()...), 610},
		{"result.txt", zengin.Format{}, true, encoded(t, "", exampleResult()...), 600},
		{"result-crlf.txt", crlf, true, encoded(t, "\r\n", exampleResult()...), 610},
	} {
		var out bytes.Buffer
		write, ds := zengin.WriteRequest, debits()
		totals := zengin.Totals{Count: 2, Amount: 42_345}
		if row.result {
			write, ds = zengin.WriteResult, answers(zengin.Debited, zengin.InsufficientFunds)
			totals.DoneCount, totals.DoneAmount, totals.FailedCount, totals.FailedAmount = 1, 30_000, 1, 12_345
		}
		written, err := write(&out, row.format, header(), each(ds))
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", row.file)
		if *update {
			if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		onDisk, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), onDisk) {
			t.Errorf("another file than %s (go test -update)", golden)
		}
		if !bytes.Equal(out.Bytes(), row.want) || out.Len() != row.size {
			t.Errorf("%s: %d bytes, not the example's:\n%q\n%q", row.file, out.Len(), out.Bytes(), row.want)
		}
		if want := (zengin.Summary{Totals: totals, Hash: sha256.Sum256(out.Bytes())}); written != want {
			t.Errorf("%s: %+v, want %+v", row.file, written, want)
		}
		read := zengin.ReadRequest
		if row.result {
			read = zengin.ReadResult
		}
		r, err := read(bytes.NewReader(onDisk), zengin.Format{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.File()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(zengin.File{Header: header(), Debits: ds, Summary: written}, got); diff != "" {
			t.Errorf("%s is read as (-want +got):\n%s", row.file, diff)
		}
	}
}

// TestLayout: the fields of each kind of record lie side by side and fill it, and all have names in both languages.
func TestLayout(t *testing.T) {
	t.Parallel()
	listed := map[zengin.Field]bool{zengin.FieldSymbol: true, zengin.FieldSymbolNumber: true} // stand in no file
	type record struct {
		name   string
		fields []zengin.Field
	}
	var records []record
	for kind, fields := range zengin.Layout {
		records = append(records, record{string(kind), fields})
	}
	for kind, fields := range zengin.TransferLayout {
		records = append(records, record{string(kind) + " of transfers", fields})
	}
	for _, r := range records {
		kind, at := r.name, 1
		for _, f := range r.fields {
			from, size, _, _ := zengin.Span(f)
			if from != at || size < 1 {
				t.Errorf("record %s: field %d begins at %d, want %d", kind, f, from, at)
			}
			at += size
			listed[f] = true
		}
		if at != 121 {
			t.Errorf("record %s has %d bytes", kind, at-1)
		}
	}
	for f := zengin.FieldKind; f <= zengin.LastField; f++ {
		if _, _, ja, en := zengin.Span(f); !listed[f] || ja == "" || en == "" {
			t.Errorf("field %d: in a record %t, named %q, %q", f, listed[f], ja, en)
		}
	}
}

// TestNear: the year is that of the run which is expected, whenever the file is read.
func TestNear(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ monthDay, expected, want string }{
		{"1127", "2026-11-27", "2026-11-27"},
		{"1228", "2026-12-28", "2026-12-28"},
		{"1228", "2027-01-27", "2026-12-28"}, // the December result where January's is expected
		{"0127", "2026-12-28", "2027-01-27"}, // and the other way round
		{"0104", "2026-12-28", "2027-01-04"},
		{"0301", "2027-03-01", "2027-03-01"},
		{"0229", "2028-02-28", "2028-02-29"},
		{"0229", "2027-03-01", "2028-02-29"},
		{"0229", "2026-03-02", ""}, // 2025, 2026, 2027 have none
		{"0230", "2026-03-02", ""},
		{"1327", "2026-03-02", ""},
		{"127", "2026-03-02", ""},
		{"1-27", "2026-03-02", ""},
		{"", "2026-03-02", ""},
	} {
		got, ok := zengin.MonthDay(row.monthDay).Near(day(t, row.expected))
		if got.String() != row.want || ok != (row.want != "") {
			t.Errorf("%s near %s = %s, %t; want %s", row.monthDay, row.expected, got, ok, row.want)
		}
	}
	if _, ok := zengin.MonthDay("1127").Near(jst.Day{}); ok {
		t.Error("a day near none")
	}
	if got := zengin.MonthDayOf(day(t, "2027-03-01")); got != "0301" {
		t.Errorf("MonthDayOf = %s", got)
	}
	if got := zengin.MonthDayOf(jst.Day{}); got != "" {
		t.Errorf("MonthDayOf of no day = %q", got)
	}
}

// TestWords: every problem has its sentence in both languages, which says where and what to do.
func TestWords(t *testing.T) {
	t.Parallel()
	for p := zengin.Fine + 1; p <= zengin.LastProblem; p++ {
		for _, f := range []zengin.Field{0, zengin.FieldAmount} {
			text := zengin.FieldError{Record: 12, Field: f, Problem: p}.Text()
			if !strings.Contains(text.JA, "12番目のレコード") || !strings.Contains(text.EN, "Record 12") ||
				strings.HasSuffix(text.JA, ": ") || strings.HasSuffix(text.EN, ": ") {
				t.Errorf("problem %d: %q", p, text)
			}
		}
	}
	e := zengin.FieldError{Record: 2, Field: zengin.FieldAmount, Problem: zengin.BadAmount}
	if got := e.Text().JA; got != "2番目のレコードの81–90桁目「引落金額」: 1円から9,999,999,999円の金額ではありません。金額を確かめてください" {
		t.Errorf("JA: %s", got)
	}
	if got := e.Error(); got != "zengin: Record 2, columns 81–90 (amount): Not an amount from 1 to 9,999,999,999 yen. Check the amount" {
		t.Errorf("Error: %s", got)
	}
	typed := zengin.FieldError{Field: zengin.FieldAccountNumber, Problem: zengin.BadDigits}.Text()
	if !strings.HasPrefix(typed.JA, "「口座番号」: ") || !strings.HasPrefix(typed.EN, "Field account number: ") {
		t.Errorf("in a form: %q", typed)
	}
	if got := (zengin.FieldError{Problem: zengin.EmptyFile}).Text().EN; got != "The file is empty. Fetch it again" {
		t.Errorf("about a file: %s", got)
	}
}

// TestResultCodes: the seven codes, what is said of each and what follows.
func TestResultCodes(t *testing.T) {
	t.Parallel()
	usual := zengin.UsualReactions()
	want := map[string]zengin.Reaction{
		"0": zengin.Settled, "1": zengin.RetryBySlip, "2": zengin.RegisterAgain, "3": zengin.RegisterAgain, "4": zengin.RegisterAgain,
		"8": zengin.CalledOff, "9": zengin.NeedsPerson,
	}
	for _, c := range zengin.ResultCodes() {
		reaction, ok := want[c.String()]
		if !ok || !c.Known() || usual.Of(c) != reaction {
			t.Errorf("code %s: reaction %d, want %d", c, usual.Of(c), reaction)
		}
		delete(want, c.String())
		member, operator := c.ForMember(), c.ForOperator()
		if member.JA == "" || member.EN == "" || !strings.HasPrefix(operator.JA, c.String()) || !strings.HasPrefix(operator.EN, c.String()) {
			t.Errorf("code %s: %q, %q", c, member, operator)
		}
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
	for _, c := range []zengin.ResultCode{0, '5', '6', '7', ' ', 0xFF} {
		if c.Known() || c.ForMember().JA != "" || usual.Of(c) != zengin.NeedsPerson {
			t.Errorf("code %d is known", c)
		}
	}
	if got := fmt.Sprint(zengin.ResultCode(0)); got != "" {
		t.Errorf("no answer prints as %q", got)
	}
	if got := (zengin.Reactions{zengin.Debited: zengin.Settled}).Of(zengin.NoAccount); got != zengin.NeedsPerson {
		t.Errorf("a code that is not listed leads to %d", got)
	}
}
