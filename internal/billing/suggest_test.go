package billing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/id"
	"tsuke/internal/jst"
)

func TestNumberLikely(t *testing.T) { // rule B27
	t.Parallel()
	const number = "0007123456789012"
	whole := "91" + "900000" + "00000" + number + strings.Repeat("0", 15)
	if got, ok := numberLikely(whole); !ok || got != number {
		t.Errorf("%q, %v", got, ok)
	}
	for _, bad := range []string{"", whole[1:], whole + "0", whole[:43] + "x", strings.Repeat("０", 44)} {
		if got, ok := numberLikely(bad); ok {
			t.Errorf("%q is read as %q", bad, got)
		}
	}
}

func TestNeighbours(t *testing.T) { // rule B27
	t.Parallel()
	const number = "0007123456789012"
	all := neighbours(number)
	seen := map[string]bool{}
	for i, n := range all {
		differ := 0
		for at := range number {
			if n.number[at] != number[at] {
				differ++
			}
		}
		if seen[n.number] || (differ == 0) != (i == 0) || differ > 2 || n.bucket < 0 || n.bucket >= id.Buckets {
			t.Errorf("%d: %+v", i, n)
		}
		seen[n.number] = true
	}
	for n, want := range map[string]bool{
		"0007123456789013": true, "0003123456789012": true, "1007123456789012": true, "0001723456789012": true, "0007123456789021": true,
		"0007123456789033": false, "2007123456789012": false, "0007213456789013": false,
	} {
		if seen[n] != want {
			t.Errorf("%s is a neighbour: %v", n, seen[n])
		}
	}
}

func TestLikeliest(t *testing.T) { // rule B27
	t.Parallel()
	first, err := jst.ParseMonth("2026-01")
	if err != nil {
		t.Fatal(err)
	}
	month := first.Add
	of := func(n byte, m int, why Likeness) Suggestion {
		return Suggestion{Statement: id.Statement{15: n}, Month: month(m), Why: why}
	}
	got := likeliest([]Suggestion{
		of(1, 1, SameAmount), of(2, 2, SameAmount), of(1, 1, CloseNumber), of(3, 1, SameNumber), of(3, 1, OldBarcode), of(4, 9, OldBarcode),
	})
	want := []Suggestion{of(3, 1, SameNumber), of(4, 9, OldBarcode), of(1, 1, CloseNumber), of(2, 2, SameAmount)}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b jst.Month) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	var many []Suggestion
	for n := range byte(20) {
		many = append(many, of(n+1, int(n), SameAmount))
	}
	if got := likeliest(many); len(got) != suggestMax || got[0].Month != month(19) {
		t.Errorf("%d suggestions, the first of %s", len(got), got[0].Month)
	}
}

// FuzzLineRef reads whatever is typed as the name of a line.
func FuzzLineRef(f *testing.F) {
	f.Add("rcf_00f8kq2d00000000000000000a/12")
	f.Add("rcf_/")
	f.Add("/1")
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseLineRef(s)
		if err != nil {
			return
		}
		if again, err := ParseLineRef(l.String()); err != nil || again != l || l.Number < 1 {
			t.Errorf("%q is %v, which is %v, %v", s, l, again, err)
		}
	})
}
