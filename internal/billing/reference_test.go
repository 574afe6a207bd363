package billing_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tsuke/internal/billing"
	"tsuke/internal/id"
)

func TestReferencesIn(t *testing.T) { // rule B36
	t.Parallel()
	const one, two = "K2B8-02DE", "0000-005A"
	for _, row := range []struct{ text, want string }{
		{"K2B8-02DE", one},
		{"K2B802DE ヤマダ タロウ", one},
		{"ヤマダタロウK2B8-02DE", one},
		{"ヤマダ K2B8 02DE タロウ", one},
		{"Ｋ２Ｂ８－０２ＤＥ　ヤマダ", one},
		{"k2b8ー02de", one},
		{"K2B8ｰ02DE", one},
		{"K2B8-O2DE", one}, // letters that the alphabet leaves out
		{"フリコミ 1K2B802DE9 ヤマダ", one},
		{"K2B8-02DE K2B8 02DE", one}, // the same twice
		{"K2B8-02DE\nK2B8-02DE フリコミ", one},
		{"K2B8-02DE 0000005A", one + " " + two},
		{"K2B8-02DD", ""}, // the check letter does not fit
		{"K2B8--02DE", ""},
		{"K2B8\n02DE", ""}, // of two texts
		{"K2B-802DE", ""},
		{"K2B8-02D", ""},
		{"K2B8ヤ02DE", ""},
		{"K2B8-02DU", ""},
		{"ヤマダ タロウ", ""},
		{"1234567", ""},
		{"", ""},
	} {
		got := strings.Trim(fmt.Sprint(billing.ReferencesIn(row.text)), "[]")
		if got != row.want {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
		}
	}
}

// TestReferencesAreFoundAnywhere: whatever stands around a reference, in kana, is no hindrance; a letter changed is.
func TestReferencesAreFoundAnywhere(t *testing.T) { // rule B36
	t.Parallel()
	kana := rapid.StringOfN(rapid.SampledFrom([]rune("アイウヤマダタロー　 ()")), 0, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		r := id.NewReference(rapid.IntRange(0, id.Buckets-1).Draw(t, "bucket"))
		written := []rune(strings.Replace(r.String(), "-", rapid.SampledFrom([]string{"-", "", " ", "ー", "－"}).Draw(t, "joint"), 1))
		before, after := kana.Draw(t, "before"), kana.Draw(t, "after")
		if got := billing.ReferencesIn(before + string(written) + after); len(got) != 1 || got[0] != r {
			t.Fatalf("%s is read as %v", string(written), got)
		}
		at := rapid.SampledFrom([]int{0, 1, 2, 3, len(written) - 1}).Draw(t, "at")
		other := []rune(rapid.SampledFrom([]string{"A", "7", "Z", "0"}).Draw(t, "other"))[0]
		if written[at] == other {
			t.Skip("the same letter")
		}
		written[at] = other
		if got := billing.ReferencesIn(before + string(written) + after); len(got) != 0 {
			t.Fatalf("%s is read as %v", string(written), got)
		}
	})
}

// FuzzReferencesIn: whatever a bank writes, what is found has its check letter and stands in the text.
func FuzzReferencesIn(f *testing.F) {
	for _, seed := range []string{"K2B8-02DE", "ヤマダ Ｋ２Ｂ８０２ＤＥ", "K2B8 02DE0000005A", "", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range billing.ReferencesIn(text) {
			if again, err := id.ParseReference(r.String()); err != nil || again != r {
				t.Fatalf("%q has %s: %v", text, r, err)
			}
		}
	})
}
