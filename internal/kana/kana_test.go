package kana_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/kana"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"", ""},
		{"  　東京都　　港区 ", "東京都 港区"},
		{"ＡＢＣ－１２３", "ABC-123"},
		{"ｶﾞｷﾞ", "ガギ"},
		{"か゛は゜", "がぱ"},
		{"葛\U000E0100城", "葛城"}, // ideographic variation selector
		{"辻\uFE00", "辻"},
		{"a\u200Bb\u202Ec\uFEFF", "abc"}, // zero width, direction override, byte order mark
		{"一行目\r\n二行目", "一行目 二行目"},
		{"㈱ツケ①", "(株)ツケ1"},
		{"か\u3099", "が"},
		{"髙﨑", "髙﨑"}, // look-alikes stay: Name maps them
	} {
		if got := kana.Text(row.in); got != row.want {
			t.Errorf("Text(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"０９０－１２３４－５６７８", "09012345678"},
		{"090ー1234−5678", "09012345678"},
		{"090‐1234‑5678", "09012345678"},
		{"090–1234—5678", "09012345678"},
		{"（０９０）１２３４ ５６７８", "09012345678"},
		{"【123】「456」", "123456"},
		{"12a4", "12a4"},
		{"一二三", "一二三"},
	} {
		if got := kana.Digits(row.in); got != row.want {
			t.Errorf("Digits(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

func TestPostalCode(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in, want string
		err      error
	}{
		{"150-0001", "1500001", nil},
		{"１５０ー０００１", "1500001", nil},
		{"〒１５０－０００１", "1500001", nil},
		{" 〒 150 0001 ", "1500001", nil},
		{"1500001", "1500001", nil},
		{"", "", kana.ErrPostalCode},
		{"150-001", "", kana.ErrPostalCode},
		{"150-00011", "", kana.ErrPostalCode},
		{"150-000a", "", kana.ErrPostalCode},
		{"一五〇〇〇〇一", "", kana.ErrPostalCode},
	} {
		got, err := kana.PostalCode(row.in)
		if got != row.want || err != row.err {
			t.Errorf("PostalCode(%q) = %q, %v; want %q, %v", row.in, got, err, row.want, row.err)
		}
	}
	if got := kana.PostalCodeDisplay("1500001"); got != "150-0001" {
		t.Errorf("PostalCodeDisplay = %q", got)
	}
	if got := kana.PostalCodeDisplay("x"); got != "x" {
		t.Errorf("PostalCodeDisplay of no code = %q", got)
	}
}

func TestKatakana(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"やまだ　じゅんいちろう", "ヤマダ ジュンイチロウ"},
		{"ﾔﾏﾀﾞ ｼﾞｭﾝ", "ヤマダ ジュン"},
		{"さとー", "サトー"},
		{"サト-", "サトー"},
		{"サト－", "サトー"},
		{"サト〜", "サト〜"},
		{"みすゞ", "ミスヾ"},
		{"ゔぁいおりん", "ヴァイオリン"},
		{"ゕゖ", "ヵヶ"},
		{"わ゛", "ヷ"},
		{"0-1", "0-1"},
	} {
		if got := kana.Katakana(row.in); got != row.want {
			t.Errorf("Katakana(%q) = %q, want %q", row.in, got, row.want)
		}
	}
	if bad := kana.NotKatakana("ヤマダ・ジュン ー"); len(bad) != 0 {
		t.Errorf("NotKatakana of a reading = %q", bad)
	}
	if diff := cmp.Diff([]rune("山a1"), kana.NotKatakana("山ヤa山1")); diff != "" {
		t.Errorf("NotKatakana (-want +got):\n%s", diff)
	}
}

func TestHalfWidth(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in, want string
		bad      []rune
	}{
		{"やまだ　じゅんいちろう", "ﾔﾏﾀﾞ ｼﾞﾕﾝｲﾁﾛｳ", nil},
		{"カ）アトバライショップ", "ｶ)ｱﾄﾊﾞﾗｲｼﾖﾂﾌﾟ", nil},
		{"ヴァイオリン・ヲタ", "ｳﾞｱｲｵﾘﾝ.ｵﾀ", nil},
		{"サトー", "ｻﾄ-", nil},
		{"ｻﾄｰ", "ｻﾄ-", nil},
		{"ａbc－１", "ABC-1", nil},
		{"ヰヱヮヵヶ", "ｲｴﾜｶｹ", nil},
		{"山ダ\\", "ﾀﾞ", []rune{'山', '\\'}},
		{"", "", nil},
	} {
		got, bad := kana.HalfWidth(row.in)
		if got != row.want {
			t.Errorf("HalfWidth(%q) = %q, want %q", row.in, got, row.want)
		}
		if diff := cmp.Diff(row.bad, bad); diff != "" {
			t.Errorf("HalfWidth(%q) bad (-want +got):\n%s", row.in, diff)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in   string
		n    int
		want string
	}{
		{"ﾔﾏﾀﾞ", 4, "ﾔﾏﾀﾞ"},
		{"ﾔﾏﾀﾞ", 3, "ﾔﾏ"}, // not ﾔﾏﾀ: that would be another name
		{"ﾔﾏﾀﾞ", 2, "ﾔﾏ"},
		{"ﾊﾟ", 1, ""},
		{"ﾔﾏ ﾀﾛｳ", 3, "ﾔﾏ"},
		{"ﾔﾏ", 0, ""},
		{"ﾔﾏ", -1, ""},
	} {
		if got := kana.Cut(row.in, row.n); got != row.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", row.in, row.n, got, row.want)
		}
	}
}

// TestRewritingIsStable: normalising twice changes nothing, whatever was typed.
func TestRewritingIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune(
			"あがぱわゐをゞ゛゜アガヴーｶﾞﾟｰ-－〜 　髙﨑𠮷㈱①漢字ＡａＡ1１\u3099\uFE00\U000E0100",
		)))).Draw(t, "s")
		half := func(s string) string { h, _ := kana.HalfWidth(s); return h }
		name := func(s string) string { n, _ := kana.Name(s); return n }
		for rule, rewrite := range map[string]func(string) string{
			"Text": kana.Text, "Digits": kana.Digits, "Katakana": kana.Katakana, "HalfWidth": half, "Name": name,
		} {
			if once := rewrite(s); rewrite(once) != once {
				t.Fatalf("%s(%q) = %q, then %q", rule, s, once, rewrite(once))
			}
		}
	})
}
