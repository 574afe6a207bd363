package konbini_test

import (
	"errors"
	"image/color"
	"strings"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/konbini"
)

func TestCodeWords(t *testing.T) {
	t.Parallel()
	want := []int{
		105, 102,
		91, 91, 23, 45, 0, 0, 10, 0, 0, 0, 2, 2, 60, 0, 10, 26, 12, 10, 0, 30, 20, 98,
		101, 106,
	}
	got, err := konbini.CodeWords(example)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("CodeWords: %v (-want +got):\n%s", err, diff)
	}
	for _, digits := range []string{"", example[2:], example[:43] + "7", strings.Repeat("x", 44)} {
		if _, err := konbini.CodeWords(digits); err == nil {
			t.Errorf("CodeWords(%q) was accepted", digits)
		}
	}
	if _, err := konbini.Widths(example[:43] + "7"); !errors.Is(err, konbini.ErrCheckDigit) {
		t.Errorf("Widths with a wrong check digit: %v", err)
	}
}

// TestBarsAgree compares our bars with those of an independent encoder, module by module.
func TestBarsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits, err := konbini.Build(konbini.Code{
			Company: rapid.StringMatching("[0-9]{6}").Draw(t, "company"),
			Free:    rapid.StringMatching("[0-9]{21}").Draw(t, "free"),
			Yen:     rapid.Int64Range(1, 999_999).Draw(t, "yen"),
		}, 999_999)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := code128.Encode(string(code128.FNC1) + digits)
		if err != nil {
			t.Fatal(err)
		}
		if got := modules(t, digits); got != drawn(theirs) {
			t.Fatalf("%s\nours   %s\ntheirs %s", digits, got, drawn(theirs))
		}
	})
}

func TestSymbolIsAsWideAsPromised(t *testing.T) {
	t.Parallel()
	if konbini.Modules != 288 {
		t.Errorf("%d modules", konbini.Modules)
	}
	if got := len(modules(t, example)); got != konbini.Modules {
		t.Errorf("the example has %d modules", got)
	}
}

// modules draws our bars with # and a blank.
func modules(t interface{ Fatal(...any) }, digits string) string {
	widths, err := konbini.Widths(digits)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for i, w := range widths {
		out.WriteString(strings.Repeat(string("# "[i%2]), w))
	}
	return out.String()
}

// drawn reads another encoder's picture, one pixel to a module.
func drawn(b barcode.Barcode) string {
	var out strings.Builder
	for x := b.Bounds().Min.X; x < b.Bounds().Max.X; x++ {
		if b.At(x, b.Bounds().Min.Y) == color.Black {
			out.WriteByte('#')
		} else {
			out.WriteByte(' ')
		}
	}
	return out.String()
}
