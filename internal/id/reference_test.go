package id

import (
	"errors"
	"math/bits"
	"regexp"
	"strings"
	"testing"
)

// samples are references of all shapes: small, large, sparse and drawn.
func samples() []Reference {
	out := []Reference{1, 31, 32, 1<<35 - 1, 1 << 34, 0x155555555, 0x2aaaaaaaa}
	for bucket := 0; bucket < Buckets; bucket += 16 {
		out = append(out, NewReference(bucket))
	}
	return out
}

func TestReferenceCarriesItsBucket(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)
	for bucket := range Buckets {
		r := NewReference(bucket)
		if r.Bucket() != bucket || r <= 0 || r >= 1<<35 {
			t.Fatalf("%d of bucket %d says %d", r, bucket, r.Bucket())
		}
		if !form.MatchString(r.String()) {
			t.Fatalf("%d is written %s", r, r)
		}
		if got, err := ParseReference(r.String()); err != nil || got != r {
			t.Fatalf("%s is read as %d, %v", r, got, err)
		}
	}
}

// Stored references are printed on letters: these texts are of the first version.
func TestReferenceTextIsFixed(t *testing.T) {
	t.Parallel()
	for r, want := range map[Reference]string{
		0: "", 1: "0000-0012", 1<<35 - 1: "ZZZZ-ZZZC", referenceOf(0, 5): "0000-005A", referenceOf(20_000_000, 700): "K2B8-02DE",
	} {
		if got := r.String(); got != want {
			t.Errorf("%d is written %q, want %q", r, got, want)
		}
	}
}

// References of one bucket share no group: each of the last two characters takes all its values.
func TestReferencesOfOneBucketDoNotLookAlike(t *testing.T) {
	t.Parallel()
	var at [referenceChars]uint32
	for range 2000 {
		text := strings.ReplaceAll(NewReference(77).String(), "-", "")
		for n := range at {
			at[n] |= 1 << strings.IndexByte(strings.ToUpper(alphabet), text[n])
		}
	}
	for n, seen := range at {
		if bits.OnesCount32(seen) != 32 {
			t.Errorf("character %d takes %d of 32 values", n+1, bits.OnesCount32(seen))
		}
	}
}

func TestEverySingleErrorIsFound(t *testing.T) {
	t.Parallel()
	for _, r := range samples() {
		right := r.String()
		for n := range right {
			for _, c := range strings.ToUpper(alphabet) {
				if right[n] == '-' || rune(right[n]) == c {
					continue
				}
				wrong := right[:n] + string(c) + right[n+1:]
				if got, err := ParseReference(wrong); !errors.Is(err, ErrReferenceCheck) {
					t.Fatalf("%s for %s is read as %s, %v", wrong, right, got, err)
				}
			}
		}
	}
}

func TestEverySwapIsFound(t *testing.T) {
	t.Parallel()
	for _, r := range samples() {
		right := strings.ReplaceAll(r.String(), "-", "")
		for i := range right {
			for j := i + 1; j < len(right); j++ { // neighbours, and any two others as well
				swapped := []byte(right)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				if right[i] == right[j] {
					continue
				}
				if got, err := ParseReference(string(swapped)); !errors.Is(err, ErrReferenceCheck) {
					t.Fatalf("%s for %s is read as %s, %v", swapped, right, got, err)
				}
			}
		}
	}
}

// The proof behind the two tests above, over the whole field: folding is one-to-one in either argument, and for no sum
// do two different characters fold to the same in both orders.
func TestFoldIsATotallyAntiSymmetricQuasigroup(t *testing.T) {
	t.Parallel()
	for sum := range 32 {
		var bySum, byCharacter uint32
		for x := range 32 {
			bySum |= 1 << fold(x, sum)
			byCharacter |= 1 << fold(sum, x)
			for y := range 32 {
				if x != y && fold(fold(sum, x), y) == fold(fold(sum, y), x) {
					t.Fatalf("after %d, %d %d folds as %d %d", sum, x, y, y, x)
				}
			}
		}
		if bits.OnesCount32(bySum) != 32 || bits.OnesCount32(byCharacter) != 32 {
			t.Fatalf("folding with %d is not one-to-one", sum)
		}
	}
}

func TestParseReferenceIsTolerant(t *testing.T) {
	t.Parallel()
	want := referenceOf(20_000_000, 700)
	for _, text := range []string{
		"K2B8-02DE", "k2b8-02de", "K2B802DE", " k2b8 02de ", "K2B8‐02DE", "K2B8−02DE", "K2B8ー02DE", "K2B8–02DE",
		"K2B8-O2DE", "K2B8-o2de", "Ｋ２Ｂ８－０２ＤＥ", "ｋ２ｂ８　０２ｄｅ", "K-2-B-8-0-2-D-E",
	} {
		if got, err := ParseReference(text); err != nil || got != want {
			t.Errorf("%q is read as %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"oOo0-ooi2", "0000-00L2", "0000-00l2", "0000-00I2"} {
		if got, err := ParseReference(text); err != nil || got != 1 {
			t.Errorf("%q is read as %s, %v", text, got, err)
		}
	}
	for text, want := range map[string]error{
		"": ErrReferenceForm, "K2B8-02D": ErrReferenceForm, "K2B8-02DEC": ErrReferenceForm, "K2B8-02DU": ErrReferenceForm,
		"K2B8_02DE": ErrReferenceForm, "----": ErrReferenceForm, "090-1234-5678": ErrReferenceForm, "K2B8-02D\xff": ErrReferenceForm,
		"けいにびはち-16": ErrReferenceForm, "K2B8-02DD": ErrReferenceCheck, "0000-0000": ErrReferenceCheck,
	} {
		if got, err := ParseReference(text); !errors.Is(err, want) || !got.IsZero() {
			t.Errorf("%q is read as %s, %v; want %v", text, got, err, want)
		}
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	three := regexp.MustCompile(`^[a-z]{3}$`)
	for _, k := range kinds {
		if seen[k.prefix()] || !three.MatchString(k.prefix()) {
			t.Errorf("the prefix %q is taken or not three letters", k.prefix())
		}
		seen[k.prefix()] = true
	}
}

func FuzzParseReference(f *testing.F) {
	for _, seed := range []string{"K2B8-02DE", "k2b802de", "Ｋ２Ｂ８－０２ＤＥ", "0000-0000", "oOo0-ooi2", "", "-", "K2B8-02DU", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseReference(text)
		if (err != nil) != r.IsZero() {
			t.Fatalf("%q is read as %d, %v", text, r, err)
		}
		if err != nil {
			return
		}
		if again, err := ParseReference(r.String()); err != nil || again != r || r.Bucket() < 0 || r.Bucket() >= Buckets {
			t.Fatalf("%q is read as %d, then %d, %v", text, r, again, err)
		}
	})
}
