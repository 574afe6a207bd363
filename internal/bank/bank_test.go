package bank_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/bank"
	"tsuke/internal/kana"
)

func TestFind(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	for _, row := range []struct{ code, branch, name, kana, file, branchName, branchKana, branchFile string }{
		{"0001", "001", "みずほ", "ミズホ", "ﾐｽﾞﾎ", "東京営業部", "トウキヨウ", "ﾄｳｷﾖｳ"},
		{"0005", "001", "三菱ＵＦＪ", "ミツビシユーエフジエイ", "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ", "本店", "ホンテン", "ﾎﾝﾃﾝ"},
		{"9900", "018", "ゆうちょ", "ユウチヨ", "ﾕｳﾁﾖ", "〇一八", "ゼロイチハチ", "ｾﾞﾛｲﾁﾊﾁ"},
		{"0009", "091", "三井住友", "ミツイスミトモ", "ﾐﾂｲｽﾐﾄﾓ", "クローバー", "クローバー", "ｸﾛ-ﾊﾞ-"},
		{"0033", "010", "ＰａｙＰａｙ", "ペイペイ", "ﾍﾟｲﾍﾟｲ", "ＬＩＮＥ", "ＬＩＮＥ", "LINE"},
		{"0484", "001", "ナショナル・オーストラリア・バンク・リミテッド", "ナシヨナル．オーストラリア．ハ", "ﾅｼﾖﾅﾙ.ｵ-ｽﾄﾗﾘｱ.ﾊ", "", "", ""}, // cut by the directory
	} {
		b, ok := d.Find(row.code)
		if want := (bank.Bank{Code: row.code, Name: row.name, Kana: row.kana}); !ok || b != want || b.FileName() != row.file {
			t.Errorf("Find(%s) = %v, %t, in files %q; want %v, %q", row.code, b, ok, b.FileName(), want, row.file)
		}
		if row.branchName == "" {
			continue
		}
		o, ok := d.Branch(row.code, row.branch)
		want := bank.Branch{Bank: row.code, Code: row.branch, Name: row.branchName, Kana: row.branchKana}
		if !ok || o != want || o.FileName() != row.branchFile {
			t.Errorf("Branch(%s, %s) = %v, %t, in files %q; want %v, %q", row.code, row.branch, o, ok, o.FileName(), want, row.branchFile)
		}
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	for _, code := range []string{"", "1", "001", "0002", "00010", "9999", "000１", "ｘｘｘｘ", "\xff"} {
		if b, ok := d.Find(code); ok || b != (bank.Bank{}) {
			t.Errorf("Find(%q) = %v, %t", code, b, ok)
		}
		if got := d.Branches(code); got != nil {
			t.Errorf("Branches(%q) has %d", code, len(got))
		}
		if got := d.BranchesByKana(code); got != nil {
			t.Errorf("BranchesByKana(%q) = %v", code, got)
		}
		if got := d.SearchBranches(code, "本店", 10); got != nil {
			t.Errorf("SearchBranches(%q) = %v", code, got)
		}
	}
	for _, code := range []string{"", "1", "002", "0001", "999", "00１", "\xff"} {
		if o, ok := d.Branch("0001", code); ok || o != (bank.Branch{}) {
			t.Errorf("Branch(0001, %q) = %v, %t", code, o, ok)
		}
	}
	if o, ok := d.Branch("9999", "001"); ok {
		t.Errorf("Branch(9999, 001) = %v", o)
	}
}

// TestWholeDirectory: the directory has the size its source was counted to have; codes are unique and in order; every
// entry is found by its code, is written in the characters that are promised, and fits the files' fields in bytes.
func TestWholeDirectory(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	banks, branches := d.Banks(), 0
	last := ""
	for _, b := range banks {
		if found, ok := d.Find(b.Code); !ok || found != b || b.Code <= last || len(b.Code) != 4 {
			t.Errorf("%v after %q is found as %v, %t", b, last, found, ok)
		}
		last = b.Code
		usable(t, b.Code, b.Name, b.Kana, b.FileName())
		offices := d.Branches(b.Code)
		branches += len(offices)
		if len(offices) == 0 {
			t.Errorf("%v has no branch", b)
		}
		lastBranch := ""
		for _, o := range offices {
			found, ok := d.Branch(b.Code, o.Code)
			if !ok || found != o || o.Bank != b.Code || o.Code <= lastBranch || len(o.Code) != 3 {
				t.Errorf("%v after %q is found as %v, %t", o, lastBranch, found, ok)
			}
			lastBranch = o.Code
			usable(t, o.Bank+"-"+o.Code, o.Name, o.Kana, o.FileName())
		}
	}
	if len(banks) != 1_146 || branches != 28_944 {
		t.Errorf("%d banks and %d branches, want 1,146 and 28,944", len(banks), branches)
	}
}

func usable(t *testing.T, code, name, reading, file string) {
	t.Helper()
	half, bad := kana.HalfWidth(reading)
	text, err := japanese.ShiftJIS.NewEncoder().String(file)
	if len(bad) > 0 || half != file || err != nil || len(text) != utf8.RuneCountInString(file) || len(text) < 1 || len(text) > 15 {
		t.Errorf("%s: %q is %q in files (%d bytes, %v), without cutting %q, not convertible %q", code, reading, file, len(text), err, half, bad)
	}
	if strings.ContainsAny(reading, "ァィゥェォヵヶッャュョヮ－-") || strings.ContainsFunc(reading, func(r rune) bool {
		return !unicode.In(r, unicode.Katakana, unicode.Latin) && !strings.ContainsRune("ー．　", r)
	}) {
		t.Errorf("%s: the reading %q", code, reading)
	}
	if _, changes := kana.Name(name); len(changes) > 0 || strings.TrimSpace(name) != name || name == "" {
		t.Errorf("%s: the name %q", code, name)
	}
}

func TestListsAreCopies(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	d.Banks()[0].Name = "changed"
	d.Branches("0001")[0].Name = "changed"
	if d.Banks()[0].Name != "みずほ" || d.Branches("0001")[0].Name != "東京営業部" {
		t.Error("a caller changed the directory")
	}
}

func TestHandMadeNameIsCut(t *testing.T) {
	t.Parallel()
	if got := (bank.Bank{Kana: "アイウエオカキクケコサシスセガ"}).FileName(); got != "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾ" { // ｶ without its mark would be another letter
		t.Errorf("FileName = %q", got)
	}
	if got := (bank.Branch{Kana: "渋谷"}).FileName(); got != "" {
		t.Errorf("FileName = %q", got)
	}
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	if source, day := bank.Embedded().Snapshot(); source != "zengin-code 1.0.0-p20260824" || day != "2026-08-24" {
		t.Errorf("Snapshot() = %q, %q: say the new one in LICENSE-data.md and NOTICE too", source, day)
	}
}

// TestEveryday: a bank that people look for first does not vanish from the page unnoticed when the data is renewed, and
// no name is kept for a bank that is gone.
func TestEveryday(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	if _, missing := d.Pick(bank.Everyday...); len(missing) > 0 {
		t.Errorf("the directory has no %v: take the codes out of everyday", missing)
	}
	var names []string
	for _, b := range d.Everyday() {
		names = append(names, b.Name)
	}
	want := []string{
		"みずほ", "三菱ＵＦＪ", "三井住友", "りそな", "埼玉りそな", "ゆうちょ", "ＰａｙＰａｙ", "楽天", "ドコモＳＭＴＢネット", "ａｕじぶん", "イオン",
		"セブン", "ソニー", "ＧＭＯあおぞらネット", "ＳＢＩ新生",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("Everyday() (-want +got):\n%s", diff)
	}
	for code, others := range bank.OtherNames {
		b, ok := d.Find(code)
		if !ok {
			t.Errorf("the directory has no %s: take %v out of otherNames", code, others)
		}
		for _, name := range others {
			if bank.Fold(name) == bank.Fold(b.Name) || bank.Fold(name) == bank.Fold(b.Kana) {
				t.Errorf("%s is in the directory as %v: take it out of otherNames", name, b)
			}
		}
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	banks, missing := bank.Embedded().Pick("9900", "0002", "0001", "")
	if len(banks) != 2 || banks[0].Name != "ゆうちょ" || banks[1].Name != "みずほ" || !slices.Equal(missing, []string{"0002", ""}) {
		t.Errorf("Pick = %v, %q", banks, missing)
	}
}

// TestByKana: every bank and every branch of the three largest stands in the list once, under the right head, in order.
func TestByKana(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	heads := list(t, d.BanksByKana(), d.Banks(), func(b bank.Bank) string { return b.Kana })
	if heads != "あかさたなはまやらわ" {
		t.Errorf("heads %s", heads)
	}
	for _, code := range []string{"0001", "0005", "0009", "0038"} {
		list(t, d.BranchesByKana(code), d.Branches(code), func(o bank.Branch) string { return o.Kana })
	}
}

func list[T bank.Bank | bank.Branch](t *testing.T, rows []bank.Row[T], all []T, reading func(T) string) (heads string) {
	t.Helper()
	// Where each row ends in Unicode's order of full-width katakana, ン among them; ヴ comes after all of them.
	ends := []struct {
		head string
		last rune
	}{{"あ", 'オ'}, {"か", 'ゴ'}, {"さ", 'ゾ'}, {"た", 'ド'}, {"な", 'ノ'}, {"は", 'ポ'}, {"ま", 'モ'}, {"や", 'ヨ'}, {"ら", 'ロ'}, {"わ", 'ン'}}
	count := map[T]int{}
	for _, row := range rows {
		heads += row.Head
		if len(row.Entries) == 0 {
			t.Errorf("%s is empty", row.Head)
		}
		last := ""
		for _, e := range row.Entries {
			count[e]++
			begin, _ := utf8.DecodeRuneInString(reading(e))
			want := "A"
			for i := len(ends) - 1; i >= 0 && begin >= 'ァ'; i-- {
				if begin <= ends[i].last {
					want = ends[i].head
				}
			}
			if row.Head != want {
				t.Errorf("%v stands under %s, want %s", e, row.Head, want)
			}
			if folded := bank.Fold(reading(e)); folded < last {
				t.Errorf("%v stands after %s", e, last)
			} else {
				last = folded
			}
		}
	}
	for _, e := range all {
		if count[e] != 1 {
			t.Errorf("%v stands %d times in the list", e, count[e])
		}
	}
	if len(count) != len(all) {
		t.Errorf("%d entries in the list, want %d", len(count), len(all))
	}
	return heads
}

func TestRowsOfLettersAndRareKana(t *testing.T) {
	t.Parallel()
	d := directory(t, []bank.Bank{
		{Code: "0003", Name: "ヴ", Kana: "ヴ"}, {Code: "0002", Name: "ワ", Kana: "ワ"}, {Code: "0001", Name: "Ｚ", Kana: "Ｚ"}, {Code: "0004", Name: "９", Kana: "９"},
	}, nil)
	want := []bank.Row[bank.Bank]{
		{Head: "あ", Entries: []bank.Bank{{Code: "0003", Name: "ヴ", Kana: "ヴ"}}},
		{Head: "わ", Entries: []bank.Bank{{Code: "0002", Name: "ワ", Kana: "ワ"}}},
		{Head: "A", Entries: []bank.Bank{{Code: "0004", Name: "９", Kana: "９"}, {Code: "0001", Name: "Ｚ", Kana: "Ｚ"}}},
	}
	if diff := cmp.Diff(want, d.BanksByKana()); diff != "" {
		t.Errorf("BanksByKana (-want +got):\n%s", diff)
	}
}

// TestEmbeddedIsWhole: what is embedded passes the rules of New and packs to the same text again.
func TestEmbeddedIsWhole(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	source, day := d.Snapshot()
	var branches []bank.Branch
	for _, b := range d.Banks() {
		branches = append(branches, d.Branches(b.Code)...)
	}
	again, err := bank.New(source, day, d.Banks(), branches)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(unzip(t, pack(t, again)), unzip(t, bank.Packed())) {
		t.Error("the embedded directory packs to another text")
	}
}

func unzip(t testing.TB, packed []byte) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func pack(t testing.TB, d *bank.Directory) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := d.Pack(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func directory(t testing.TB, banks []bank.Bank, branches []bank.Branch) *bank.Directory {
	t.Helper()
	d, err := bank.New("test 1", "2026-08-24", banks, branches)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
