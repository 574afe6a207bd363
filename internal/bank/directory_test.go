package bank_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/bank"
)

var (
	someBanks = []bank.Bank{{Code: "0005", Name: "三菱ＵＦＪ", Kana: "ミツビシユーエフジエイ"}, {Code: "0001", Name: "みずほ", Kana: "ミズホ"}, {Code: "9900", Name: "ゆうちょ", Kana: "ユウチヨ"}}
	some      = []bank.Branch{
		{Bank: "0001", Code: "004", Name: "丸の内中央", Kana: "マルノウチチユウオウ"},
		{Bank: "9900", Code: "018", Name: "〇一八", Kana: "ゼロイチハチ"},
		{Bank: "0001", Code: "001", Name: "東京営業部", Kana: "トウキヨウ"},
	}
)

const someText = "test 1\t2026-08-24\n0001\tみずほ\tミズホ\t2\n001\t東京営業部\tトウキヨウ\n004\t丸の内中央\tマルノウチチユウオウ\n" +
	"0005\t三菱ＵＦＪ\tミツビシユーエフジエイ\t0\n9900\tゆうちょ\tユウチヨ\t1\n018\t〇一八\tゼロイチハチ\n"

func TestPackedForm(t *testing.T) {
	t.Parallel()
	d := directory(t, someBanks, some)
	packed := pack(t, d)
	if diff := cmp.Diff(someText, string(unzip(t, packed))); diff != "" {
		t.Errorf("Pack (-want +got):\n%s", diff)
	}
	if !bytes.Equal(packed, pack(t, d)) {
		t.Error("two packings differ")
	}
	for name, r := range map[string]io.Reader{"whole": bytes.NewReader(packed), "by bytes": iotest.OneByteReader(bytes.NewReader(packed))} {
		again, err := bank.Read(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !sameDirectory(d, again) {
			t.Errorf("%s: Read of Pack is another directory", name)
		}
	}
}

// sameDirectory compares through what a caller can see.
func sameDirectory(a, b *bank.Directory) bool {
	sourceA, dayA := a.Snapshot()
	sourceB, dayB := b.Snapshot()
	same := sourceA == sourceB && dayA == dayB && cmp.Equal(a.Banks(), b.Banks())
	for _, bank := range a.Banks() {
		same = same && cmp.Equal(a.Branches(bank.Code), b.Branches(bank.Code))
	}
	return same
}

// TestRoundTrip: whatever New accepts, Read gives back as it was.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[ぁ-ん亜-熙Ａ-Ｚ・、　]{1,20}`)
		reading := rapid.StringMatching(`[ア-オサ-ソナ-ノマ-モー．Ａ-Ｚ]{1,7}[アイウ]`)
		codes := rapid.SliceOfNDistinct(rapid.StringMatching(`[0-9]{4}`), 0, 5, rapid.ID[string]).Draw(t, "codes")
		var banks []bank.Bank
		var branches []bank.Branch
		for _, code := range codes {
			banks = append(banks, bank.Bank{Code: code, Name: name.Draw(t, "name"), Kana: reading.Draw(t, "kana")})
			for _, own := range rapid.SliceOfNDistinct(rapid.StringMatching(`[0-9]{3}`), 0, 5, rapid.ID[string]).Draw(t, "branches") {
				branches = append(branches, bank.Branch{Bank: code, Code: own, Name: name.Draw(t, "name"), Kana: reading.Draw(t, "kana")})
			}
		}
		d, err := bank.New("s", "d", banks, branches)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := d.Pack(&out); err != nil {
			t.Fatal(err)
		}
		again, err := bank.Read(&out)
		if err != nil || !sameDirectory(d, again) {
			t.Fatalf("%v and %v came back as %v: %v", banks, branches, again, err)
		}
		for _, b := range banks {
			if found, ok := again.Find(b.Code); !ok || found != b {
				t.Fatalf("Find(%s) = %v, %t", b.Code, found, ok)
			}
		}
		for _, o := range branches {
			if found, ok := again.Branch(o.Bank, o.Code); !ok || found != o {
				t.Fatalf("Branch(%s, %s) = %v, %t", o.Bank, o.Code, found, ok)
			}
		}
	})
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := bank.Bank{Code: "0001", Name: "みずほ", Kana: "ミズホ"}
	office := bank.Branch{Bank: "0001", Code: "001", Name: "本店", Kana: "ホンテン"}
	withBank := func(change func(*bank.Bank)) []bank.Bank {
		b := good
		change(&b)
		return []bank.Bank{b}
	}
	withBranch := func(change func(*bank.Branch)) []bank.Branch {
		o := office
		change(&o)
		return []bank.Branch{office, o}
	}
	for _, row := range []struct {
		says     string
		banks    []bank.Bank
		branches []bank.Branch
	}{
		{"001: a code has 4 digits", withBank(func(b *bank.Bank) { b.Code = "001" }), nil},
		{"000１: a code has 4 digits", withBank(func(b *bank.Bank) { b.Code = "000１" }), nil},
		{"a code has 4 digits", withBank(func(b *bank.Bank) { b.Code = "000a" }), nil},
		{`0001: the name "" is empty`, withBank(func(b *bank.Bank) { b.Name = "" }), nil},
		{"has a tab or line break", withBank(func(b *bank.Bank) { b.Name = "み\tずほ" }), nil},
		{"has a tab or line break", withBank(func(b *bank.Bank) { b.Kana = "ミズ\nホ" }), nil},
		{`the reading "" is empty`, withBank(func(b *bank.Bank) { b.Kana = "" }), nil},
		{`0001: ['瑞' '穂'] of the reading have no half-width form`, withBank(func(b *bank.Bank) { b.Kana = "瑞穂ア" }), nil},
		{"more than 15 half-width characters", withBank(func(b *bank.Bank) { b.Kana = "ガガガガガガガガ" }), nil},
		{"0001 occurs twice: keep one", []bank.Bank{good, good}, nil},
		{`branches of "0001" but no such bank, or it occurs twice`, nil, []bank.Branch{office}},
		{"0001 occurs twice: keep one", []bank.Bank{good, good}, []bank.Branch{office}},
		{"0001-1: a code has 3 digits", []bank.Bank{good}, withBranch(func(o *bank.Branch) { o.Code = "1" })},
		{"0001-001 occurs twice: keep one", []bank.Bank{good}, withBranch(func(o *bank.Branch) { o.Name = "別" })},
		{"0001-002: the name", []bank.Bank{good}, withBranch(func(o *bank.Branch) { o.Code, o.Name = "002", "\n" })},
		{"0001-002: the reading", []bank.Bank{good}, withBranch(func(o *bank.Branch) { o.Code, o.Kana = "002", "ハヒフヘホパピプペポ"+"パ" })},
	} {
		_, err := bank.New("s", "d", row.banks, row.branches)
		if !errors.Is(err, bank.ErrEntry) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("New(%v, %v): %v, want %q", row.banks, row.branches, err, row.says)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	whole := pack(t, directory(t, someBanks, some))
	damagedSum := bytes.Clone(whole)
	damagedSum[len(damagedSum)-6] ^= 1
	for _, row := range []struct {
		name   string
		packed []byte
		says   string
	}{
		{"empty", nil, "EOF"},
		{"no gzip", []byte(someText), "header"},
		{"cut", whole[:len(whole)/2], "EOF"},
		{"damaged", damagedSum, "checksum"},
		{"no text", zipped(""), "source and day"},
		{"no day", zipped("test\n"), "source and day"},
		{"a bank of three fields", zipped("a\tb\n0001\tみずほ\t0\n"), "no line of a bank"},
		{"a bank of five fields", zipped("a\tb\n0001\tみずほ\tミズホ\t0\t\n"), "no line of a bank"},
		{"a bank's code", zipped("a\tb\n00１\tみずほ\tミズホ\t0\n"), "no line of a bank"},
		{"no count", zipped("a\tb\n0001\tみずほ\tミズホ\tx\n"), "number of branches"},
		{"less than no branches", zipped("a\tb\n0001\tみずほ\tミズホ\t-1\n"), "number of branches"},
		{"one branch too few", zipped("a\tb\n0001\tみずほ\tミズホ\t2\n001\t東京\tトウキヨウ\n"), "no line of a branch"},
		{"one too many", zipped("a\tb\n0001\tみずほ\tミズホ\t0\n001\t東京\tトウキヨウ\n"), "no line of a bank"},
		{"a branch of two fields", zipped("a\tb\n0001\tみずほ\tミズホ\t1\n001\t東京\n"), "no line of a branch"},
		{"a branch's code", zipped("a\tb\n0001\tみずほ\tミズホ\t1\n0a1\t東京\tトウキヨウ\n"), "no line of a branch"},
		{"a long code", zipped("a\tb\n0001\tみずほ\tミズホ\t1\n0010\t東京\tトウキヨウ\n"), "no line of a branch"},
		{"branches out of order", zipped("a\tb\n0001\tみずほ\tミズホ\t2\n002\t東京\tトウキヨウ\n001\t京都\tキヨウト\n"), "no line of a branch"},
		{"branches twice", zipped("a\tb\n0001\tみずほ\tミズホ\t2\n002\t東京\tトウキヨウ\n002\t京都\tキヨウト\n"), "no line of a branch"},
		{"banks out of order", zipped("a\tb\n0005\tみずほ\tミズホ\t0\n0001\tみずほ\tミズホ\t0\n"), "bank 0001 after 0005"},
		{"banks twice", zipped("a\tb\n0005\tみずほ\tミズホ\t0\n0005\tみずほ\tミズホ\t0\n"), "bank 0005 after 0005"},
	} {
		d, err := bank.Read(bytes.NewReader(row.packed))
		if !errors.Is(err, bank.ErrDamaged) || !strings.Contains(err.Error(), row.says) || d != nil {
			t.Errorf("%s: %v, want %q", row.name, err, row.says)
		}
	}
}

func TestReaderAndWriterThatFail(t *testing.T) {
	t.Parallel()
	if _, err := bank.Read(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Read: %v", err)
	}
	if err := bank.Embedded().Pack(full{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("Pack: %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func zipped(text string) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = io.WriteString(zip, text) // a buffer takes everything
	_ = zip.Close()
	return out.Bytes()
}

// FuzzRead: a text is refused, or it is a directory whose entries are found by their codes.
func FuzzRead(f *testing.F) {
	f.Add(someText)
	f.Add("a\tb\n0001\tみずほ\tミズホ\t1\n001\t東京\tトウキヨウ\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := bank.Read(bytes.NewReader(zipped(text)))
		if err != nil {
			return
		}
		for _, b := range d.Banks() {
			if found, ok := d.Find(b.Code); !ok || found != b {
				t.Fatalf("Find(%q) = %v, %t", b.Code, found, ok)
			}
			for _, o := range d.Branches(b.Code) {
				if found, ok := d.Branch(b.Code, o.Code); !ok || found != o {
					t.Fatalf("Branch(%q, %q) = %v, %t", b.Code, o.Code, found, ok)
				}
			}
		}
		_ = d.SearchBanks(text, 3)
		_ = d.BanksByKana()
	})
}

// BenchmarkRead unpacks the embedded directory and says how much of the heap it takes for good.
func BenchmarkRead(b *testing.B) {
	packed := bank.Packed()
	var d *bank.Directory
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		var err error
		if d, err = bank.Read(bytes.NewReader(packed)); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1024, "KiB-kept")
	runtime.KeepAlive(d)
}

func BenchmarkFind(b *testing.B) {
	d := bank.Embedded()
	for b.Loop() {
		d.Find("0310")
	}
}

func BenchmarkBranch(b *testing.B) {
	d := bank.Embedded()
	for b.Loop() {
		d.Branch("0005", "899")
	}
}
