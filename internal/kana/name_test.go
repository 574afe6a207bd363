package kana_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"tsuke/internal/kana"
)

func TestName(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in, want string
		changes  []kana.Change
	}{
		{"髙橋　一郎", "高橋 一郎", []kana.Change{{From: "髙", To: "高"}}},
		{"山﨑", "山崎", []kana.Change{{From: "﨑", To: "崎"}}},
		{"𠮷田 𠮷彦", "吉田 吉彦", []kana.Change{{From: "𠮷", To: "吉"}}},
		{"德濵栁瀨桒槗曻鷗", "徳浜柳瀬桑橋昇鴎", []kana.Change{
			{From: "德", To: "徳"},
			{From: "濵", To: "浜"},
			{From: "栁", To: "柳"},
			{From: "瀨", To: "瀬"},
			{From: "桒", To: "桑"},
			{From: "槗", To: "橋"},
			{From: "曻", To: "昇"},
			{From: "鷗", To: "鴎"},
		}},
		{"\uFA19田", "神田", []kana.Change{{From: "\uFA19", To: "神"}}}, // compatibility ideograph
		{"\uFA2E", "郎", []kana.Change{{From: "\uFA2E", To: "郎"}}},   // its NFKC form 郞 is a variant itself
		{"㈱ツケ①", "(株)ツケ1", []kana.Change{{From: "㈱", To: "(株)"}, {From: "①", To: "1"}}},
		{"ﾔﾏﾀﾞ ＡＢ", "ヤマダ AB", nil},                      // a matter of width is no other character
		{"葛\U000E0100城", "葛城", nil},                     // nor is an invisible selector
		{"渡邊 渡邉 澤 齋 齊 眞 廣 濱", "渡邊 渡邉 澤 齋 齊 眞 廣 濱", nil}, // JIS X 0208 has them: level 2
		{"佐々木 高崎 斎", "佐々木 高崎 斎", nil},
		{"草彅", "草彅", nil}, // no standard form: JIS0208 reports it
	} {
		got, changes := kana.Name(row.in)
		if got != row.want {
			t.Errorf("Name(%q) = %q, want %q", row.in, got, row.want)
		}
		if diff := cmp.Diff(row.changes, changes); diff != "" {
			t.Errorf("Name(%q) changes (-want +got):\n%s", row.in, diff)
		}
	}
}

func TestJIS0208(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in  string
		bad []rune
	}{
		{"山田 Taro ~", nil},
		{"邊邉濱澤齋齊眞廣高崎浜斎々〇", nil},
		{"〜−‖¢£¬—¥～－", nil}, // both code points of one character
		{"髙﨑德瀨槗濵栁桒曻𠮷鷗", []rune("髙﨑德瀨槗濵栁桒曻𠮷鷗")},
		{"①㈱Ⅳ№℡", []rune("①㈱Ⅳ№℡")},
		{"ｱ", []rune("ｱ")},
		{"é한\n\x00", []rune("é한\n\x00")},
		{"髙髙", []rune("髙")},
		{"\xff", []rune{'\uFFFD'}},
	} {
		if diff := cmp.Diff(row.bad, kana.JIS0208(row.in)); diff != "" {
			t.Errorf("JIS0208(%q) (-want +got):\n%s", row.in, diff)
		}
	}
}

// TestJIS0208Size counts the set: JIS X 0208:1997 has 6,879 characters, of which 2,965 kanji are level 1 and 3,390 level 2.
// Nine more code points stand for characters that Windows-31J placed elsewhere.
func TestJIS0208Size(t *testing.T) {
	t.Parallel()
	total, kanji := 0, 0
	for r := rune(0x80); r <= 0xFFFF; r++ {
		if r >= 0xD800 && r <= 0xDFFF || r == 0xFFFD || len(kana.JIS0208(string(r))) != 0 {
			continue
		}
		total++
		if r >= 0x4E00 && r <= 0x9FFF {
			kanji++
		}
	}
	if total != 6879+9 {
		t.Errorf("%d code points, want 6,879 and 9 twins", total)
	}
	if kanji != 2965+3390+1 { // 仝 stands among the symbols of row 1
		t.Errorf("%d kanji, want 6,355 and 仝", kanji)
	}
}

// TestVariants: each pair leads from outside JIS X 0208 into it.
func TestVariants(t *testing.T) {
	t.Parallel()
	if len(kana.Variants) < 120 {
		t.Errorf("%d variants: the table was not read in pairs", len(kana.Variants))
	}
	for from, to := range kana.Variants {
		if len(kana.JIS0208(string(from))) == 0 {
			t.Errorf("%c is storable: nobody must be asked to give it up for %c", from, to)
		}
		if len(kana.JIS0208(string(to))) != 0 {
			t.Errorf("%c, offered for %c, is not storable", to, from)
		}
		if kana.Text(string(from)) != string(from) {
			t.Errorf("%c never arrives: Text makes it %s", from, kana.Text(string(from)))
		}
	}
}

// TestWindows31J: what JIS0208 accepts, the Shift_JIS encoder takes once it is rewritten. Without that, 〜 is an error.
func TestWindows31J(t *testing.T) {
	t.Parallel()
	encode := func(s string) error {
		_, err := japanese.ShiftJIS.NewEncoder().String(s)
		return err
	}
	if encode("〜") == nil {
		t.Error("the encoder has learnt 〜: Windows31J can go")
	}
	for r := rune(' '); r <= 0xFFFF; r++ {
		if r >= 0xD800 && r <= 0xDFFF || len(kana.JIS0208(string(r))) != 0 {
			continue
		}
		if err := encode(kana.Windows31J(string(r))); err != nil {
			t.Errorf("%U %c: %v", r, r, err)
		}
	}
}
