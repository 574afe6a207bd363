package numberfile_test

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
	"pgregory.net/rapid"

	"tsuke/internal/gateway/numberfile"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func day(t interface{ Fatal(...any) }, s string) jst.Day {
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// begins is a record that begins a number.
func begins(t interface{ Fatal(...any) }, number kiosk.ReceiptNumber, yen money.Yen, last string) numberfile.Record {
	digits, err := konbini.Build(konbini.Code{Company: "900000", Free: "00000" + "00070" + string(number), Due: last, Yen: int64(yen)}, 999_999)
	if err != nil {
		t.Fatal(err)
	}
	r := numberfile.Record{
		Number: number, Digits: digits, Confirmation: "09012345678", Slip: "00" + kiosk.SlipNumber(number), Amount: yen, Code: "0412",
		Product: "ツケ 6月分のご利用", Payer: "山田 花子",
	}
	if last != "" {
		r.Last = day(t, last)
	}
	return r
}

func ends(r numberfile.Record) numberfile.Record {
	return numberfile.Record{Ends: true, Number: r.Number, Digits: r.Digits}
}

func example(t interface{ Fatal(...any) }) numberfile.File {
	other := begins(t, "00000000026", 500, "2026-09-30")
	return numberfile.File{
		Serial: 12, Made: day(t, "2026-07-01"), Issuer: "900000", Client: "00000",
		Records: []numberfile.Record{begins(t, "79927398713", 30_209, "2026-10-31"), begins(t, "00000000018", 999_999, ""), ends(other)},
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := numberfile.Write(&out, example(t)); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "numbers.csv")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, out.Bytes()) {
		t.Errorf("the file is\n%s\nwant (go test -update):\n%s", sjis(t, out.Bytes()), sjis(t, want))
	}
	back, err := numberfile.Read(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(example(t), back); diff != "" {
		t.Error(diff)
	}
}

func sjis(t *testing.T, raw []byte) string {
	t.Helper()
	s, err := japanese.ShiftJIS.NewDecoder().Bytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	return string(s)
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{"山田 花子", 10, "山田 花子"},
		{"長宗我部 源五郎右衛門之助", 10, "長宗我部 源五郎右衛"},
		{"ツケ〜", 22, "ツケ～"},
	} {
		if got := numberfile.Text(c.in, c.most); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestWriteRefuses: what cannot be told is told to whoever writes, and nothing is written.
func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*numberfile.File)
		want   numberfile.Error
	}{
		{"no serial", func(f *numberfile.File) { f.Serial = 0 }, numberfile.Error{Line: 1, Column: 3, Problem: numberfile.BadSerial}},
		{"serial of nine digits", func(f *numberfile.File) { f.Serial = 100_000_000 }, numberfile.Error{Line: 1, Column: 3, Problem: numberfile.BadSerial}},
		{"no day", func(f *numberfile.File) { f.Made = jst.Day{} }, numberfile.Error{Line: 1, Column: 4, Problem: numberfile.BadDay}},
		{"issuer", func(f *numberfile.File) { f.Issuer = "90000" }, numberfile.Error{Line: 1, Column: 5, Problem: numberfile.BadCompany}},
		{"client", func(f *numberfile.File) { f.Client = "0000x" }, numberfile.Error{Line: 1, Column: 6, Problem: numberfile.BadCompany}},
		{"check digit", func(f *numberfile.File) { f.Records[0].Number = "79927398714" }, numberfile.Error{Line: 2, Column: 2, Problem: numberfile.BadNumber}},
		{"grouped", func(f *numberfile.File) { f.Records[0].Number = "7992-7398-713" }, numberfile.Error{Line: 2, Column: 2, Problem: numberfile.BadNumber}},
		{"another's digits", func(f *numberfile.File) { f.Records[0].Digits = f.Records[1].Digits }, numberfile.Error{Line: 2, Column: 5, Problem: numberfile.BadDigits}},
		{"no digits to end", func(f *numberfile.File) { f.Records[2].Digits = "" }, numberfile.Error{Line: 4, Column: 3, Problem: numberfile.BadDigits}},
		{"no phone", func(f *numberfile.File) { f.Records[0].Confirmation = "" }, numberfile.Error{Line: 2, Column: 3, Problem: numberfile.BadPhone}},
		{"international", func(f *numberfile.File) { f.Records[0].Confirmation = "+819012345678" }, numberfile.Error{Line: 2, Column: 3, Problem: numberfile.BadPhone}},
		{"slip number", func(f *numberfile.File) { f.Records[0].Slip = "79927398713" }, numberfile.Error{Line: 2, Column: 4, Problem: numberfile.BadSlip}},
		{"nothing to pay", func(f *numberfile.File) { f.Records[0].Amount = 0 }, numberfile.Error{Line: 2, Column: 6, Problem: numberfile.BadAmount}},
		{"a million", func(f *numberfile.File) { f.Records[0].Amount = 1_000_000 }, numberfile.Error{Line: 2, Column: 6, Problem: numberfile.BadAmount}},
		{"another amount", func(f *numberfile.File) { f.Records[0].Amount++ }, numberfile.Error{Line: 2, Column: 6, Problem: numberfile.OtherAmount}},
		{"another day", func(f *numberfile.File) { f.Records[0].Last = f.Records[0].Last.Add(1) }, numberfile.Error{Line: 2, Column: 7, Problem: numberfile.OtherExpiry}},
		{"code", func(f *numberfile.File) { f.Records[0].Code = "041" }, numberfile.Error{Line: 2, Column: 8, Problem: numberfile.BadCode}},
		{"no product", func(f *numberfile.File) { f.Records[0].Product = "" }, numberfile.Error{Line: 2, Column: 9, Problem: numberfile.BadText}},
		{"long product", func(f *numberfile.File) { f.Records[0].Product = strings.Repeat("ツ", 23) }, numberfile.Error{Line: 2, Column: 9, Problem: numberfile.BadText}},
		{"comma", func(f *numberfile.File) { f.Records[0].Product = "ツケ,6月" }, numberfile.Error{Line: 2, Column: 9, Problem: numberfile.BadText}},
		{"quotation mark", func(f *numberfile.File) { f.Records[0].Product = `"ツケ` }, numberfile.Error{Line: 2, Column: 9, Problem: numberfile.BadText}},
		{"two lines", func(f *numberfile.File) { f.Records[0].Payer = "山田\r\n" }, numberfile.Error{Line: 2, Column: 10, Problem: numberfile.BadText}},
		{"long name", func(f *numberfile.File) { f.Records[0].Payer = strings.Repeat("山", 11) }, numberfile.Error{Line: 2, Column: 10, Problem: numberfile.BadText}},
		{"no such character", func(f *numberfile.File) { f.Records[0].Payer = "𠮷野" }, numberfile.Error{Line: 2, Column: 10, Problem: numberfile.BadText}},
		{"twice", func(f *numberfile.File) { f.Records[1] = ends(f.Records[0]) }, numberfile.Error{Line: 3, Column: 2, Problem: numberfile.Twice}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := example(t)
			c.change(&f)
			var out bytes.Buffer
			judge(t, numberfile.Write(&out, f), c.want)
			if out.Len() > 0 {
				t.Error("something was written")
			}
		})
	}
}

func judge(t *testing.T, err error, want numberfile.Error) {
	t.Helper()
	var got *numberfile.Error
	if !errors.As(err, &got) || *got != want {
		t.Errorf("%v, want %v", err, want.Error())
	}
}

// TestReadRefuses: a file with a slip is not taken at all.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	if err := numberfile.Write(&whole, example(t)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		from, to string // in the file, decoded
		want     numberfile.Error
	}{
		{"another title", "受付番号", "受付票", numberfile.Error{Problem: numberfile.NoHeader}},
		{"no header", "1,受付番号", "2,受付番号", numberfile.Error{Problem: numberfile.NoHeader}},
		{"serial", "00000012", "12", numberfile.Error{Line: 1, Column: 3, Problem: numberfile.BadSerial}},
		{"serial of zeros", "00000012", "00000000", numberfile.Error{Line: 1, Column: 3, Problem: numberfile.BadSerial}},
		{"no such day", "20260701", "20260631", numberfile.Error{Line: 1, Column: 4, Problem: numberfile.BadDay}},
		{"issuer", ",900000,00000", ",9000,00000", numberfile.Error{Line: 1, Column: 5, Problem: numberfile.BadCompany}},
		{"kind", "2,79927398713", "4,79927398713", numberfile.Error{Line: 2, Column: 1, Problem: numberfile.BadKind}},
		{"column too many", ",0412,", ",0412,,", numberfile.Error{Line: 2, Problem: numberfile.BadColumns}},
		{"column too many to end", "3,00000000026,", "3,00000000026,,", numberfile.Error{Line: 4, Problem: numberfile.BadColumns}},
		{"number", "2,79927398713", "2,79927398714", numberfile.Error{Line: 2, Column: 2, Problem: numberfile.BadNumber}},
		{"amount of letters", ",30209,", ",3o209,", numberfile.Error{Line: 2, Column: 6, Problem: numberfile.BadAmount}},
		{"other amount", ",30209,", ",30208,", numberfile.Error{Line: 2, Column: 6, Problem: numberfile.OtherAmount}},
		{"expiry at noon", "20261031235959", "20261031120000", numberfile.Error{Line: 2, Column: 7, Problem: numberfile.BadExpiry}},
		{"expiry without a time", "20261031235959", "20261031", numberfile.Error{Line: 2, Column: 7, Problem: numberfile.BadExpiry}},
		{"short expiry", "20261031235959", "2026", numberfile.Error{Line: 2, Column: 7, Problem: numberfile.BadExpiry}},
		{"other expiry", "20261031235959", "20261030235959", numberfile.Error{Line: 2, Column: 7, Problem: numberfile.OtherExpiry}},
		{"no expiry", "20261031235959", "", numberfile.Error{Line: 2, Column: 7, Problem: numberfile.OtherExpiry}},
		{"cut off", "8,3,1030208\r\n", "", numberfile.Error{Problem: numberfile.NoTrailer}},
		{"cut off in the trailer", "8,3,1030208\r\n", "8,3,1030208", numberfile.Error{Problem: numberfile.NoTrailer}},
		{"only a header", "\r\n2,", "\r\n", numberfile.Error{Line: 2, Column: 1, Problem: numberfile.BadKind}},
		{"count", "8,3,", "8,4,", numberfile.Error{Line: 5, Problem: numberfile.OtherSums}},
		{"sum", "8,3,1030208", "8,3,1030207", numberfile.Error{Line: 5, Problem: numberfile.OtherSums}},
		{"trailer of two columns", "8,3,1030208", "8,3", numberfile.Error{Line: 5, Problem: numberfile.BadColumns}},
		{"after the trailer", "8,3,1030208\r\n", "8,3,1030208\r\n8,3,1030208\r\n", numberfile.Error{Line: 5, Column: 1, Problem: numberfile.BadKind}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := sjis(t, whole.Bytes())
			if !strings.Contains(text, c.from) {
				t.Fatalf("nothing to change: %q", c.from)
			}
			changed, err := japanese.ShiftJIS.NewEncoder().String(strings.Replace(text, c.from, c.to, 1))
			if err != nil {
				t.Fatal(err)
			}
			_, err = numberfile.Read(strings.NewReader(changed))
			judge(t, err, c.want)
		})
	}
	for _, c := range []struct {
		name string
		raw  io.Reader
		want numberfile.Error
	}{
		{"empty", strings.NewReader(""), numberfile.Error{Problem: numberfile.Empty}},
		{"UTF-8", strings.NewReader(sjis(t, whole.Bytes())), numberfile.Error{Problem: numberfile.NoHeader}},
		{"too large", io.LimitReader(zeros{}, numberfile.MaxBytes+1), numberfile.Error{Problem: numberfile.TooLarge}},
		{"no characters", bytes.NewReader(bytes.Replace(whole.Bytes(), []byte("\x83\x63"), []byte("\xFD\xFF"), 1)), numberfile.Error{Line: 2, Column: 9, Problem: numberfile.BadText}},
	} {
		_, err := numberfile.Read(c.raw)
		judge(t, err, c.want)
	}
	broken := errors.New("no disk")
	if _, err := numberfile.Read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a source that fails: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteFails(t *testing.T) {
	t.Parallel()
	if err := numberfile.Write(full{}, example(t)); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("%v", err)
	}
}

// TestErrors: each has words in both languages, without anything of what stands in the file.
func TestErrors(t *testing.T) {
	t.Parallel()
	for p := numberfile.Empty; p <= numberfile.Twice; p++ {
		for _, at := range []numberfile.Error{{Problem: p}, {Line: 3, Problem: p}, {Line: 3, Column: 2, Problem: p}} {
			text := at.Text()
			if len(text.JA) < 20 || len(text.EN) < 10 || at.Error() != "numberfile: "+text.EN {
				t.Errorf("%d: %+v", p, text)
			}
		}
	}
	if err := numberfile.Check(numberfile.Record{}); err == nil || err.Error() != "numberfile: "+(&numberfile.Error{Problem: numberfile.BadNumber}).Text().EN {
		t.Errorf("%v", err)
	}
	if err := numberfile.Check(begins(t, "79927398713", 500, "")); err != nil {
		t.Error(err)
	}
}

// TestRoundTrip: what is written reads back as itself.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := numberfile.File{
			Serial: rapid.IntRange(1, numberfile.MaxSerial).Draw(t, "serial"), Made: day(t, "2026-07-01").Add(rapid.IntRange(0, 5_000).Draw(t, "made")),
			Issuer: "900000", Client: "00000",
		}
		seen := map[kiosk.ReceiptNumber]bool{}
		for range rapid.IntRange(0, 5).Draw(t, "records") {
			body := fmt.Sprintf("%016d", rapid.Uint64Range(0, 9_999_999_999).Draw(t, "number"))
			n, err := kiosk.New(strings.NewReader(body))
			if err != nil || seen[n] {
				continue
			}
			seen[n] = true
			last := rapid.SampledFrom([]string{"", "2026-10-31", "2099-12-31"}).Draw(t, "last")
			r := begins(t, n, money.Yen(rapid.Int64Range(1, 999_999).Draw(t, "yen")), last)
			r.Product = rapid.StringOfN(rapid.SampledFrom([]rune(`ローソン－～ｶﾞ髙①\;'A 月`)), 1, numberfile.MaxProduct, -1).Draw(t, "product")
			r.Confirmation = rapid.StringMatching("0[0-9]{9,10}").Draw(t, "phone")
			if rapid.Bool().Draw(t, "ends") {
				r = ends(r)
			}
			want.Records = append(want.Records, r)
		}
		var out bytes.Buffer
		if err := numberfile.Write(&out, want); err != nil {
			t.Fatal(err)
		}
		got, err := numberfile.Read(&out)
		if err != nil || cmp.Diff(want, got) != "" {
			t.Fatalf("%v\n%s", err, cmp.Diff(want, got))
		}
	})
}

// FuzzRead: what is taken is written as the same bytes.
func FuzzRead(f *testing.F) {
	var out bytes.Buffer
	if err := numberfile.Write(&out, example(f)); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte("1,\x8e\xf3\x95\x74\x94\xd4\x8d\x86,00000001,20260701,900000,00000\r\n8,0,0\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := numberfile.Read(bytes.NewReader(raw))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := numberfile.Write(&again, file); err != nil {
			t.Fatal(err)
		}
		back, err := numberfile.Read(&again)
		if err != nil || cmp.Diff(file, back) != "" {
			t.Fatalf("%v\n%s", err, cmp.Diff(file, back))
		}
	})
}
