package e2e_test

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"

	"tsuke/e2e/browser"
)

// slipDigits are the 44 digits of a payment slip (GS1 Japan, guideline for payment slips with GS1-128).
type slipDigits string

func (d slipDigits) amount() string { return strings.TrimLeft(string(d[37:43]), "0") }

// sound adds up the check digit anew: the digits before it, from the right, by 3 and 1 in turn, fill up to a ten.
func (d slipDigits) sound(t *testing.T) {
	t.Helper()
	if len(d) != 44 || !strings.HasPrefix(string(d), "91") || strings.Trim(string(d), "0123456789") != "" {
		t.Fatalf("%q are not 44 digits that begin with 91", d)
	}
	sum, weight := 0, 3
	for i := len(d) - 2; i >= 0; i-- {
		sum += weight * int(d[i]-'0')
		weight = 4 - weight
	}
	if check := (10 - sum%10) % 10; check != int(d[43]-'0') {
		t.Errorf("%s ends with another check digit than %d", d, check)
	}
}

// scan reads the barcode on the screen as tills do, with two readers, and compares it with the digits printed beneath it.
func scan(t *testing.T, w *browser.Page) slipDigits {
	t.Helper()
	printed := slipDigits(strings.Join(strings.Fields(w.Text(".digits")), ""))
	printed.sound(t)
	picture := w.Picture("svg.barcode")
	if got := scanZXing(t, picture); got != string(printed) {
		t.Errorf("ZXing reads %q, printed is %s", got, printed)
	}
	if got, asked := scanZBar(t, picture); asked && got != string(printed) {
		t.Errorf("ZBar reads %q, printed is %s", got, printed)
	}
	return printed
}

func scanZXing(t *testing.T, picture []byte) string {
	t.Helper()
	drawn, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(drawn)
	if err != nil {
		t.Fatal(err)
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_ASSUME_GS1: true}
	read, err := oned.NewCode128Reader().Decode(bitmap, hints)
	if err != nil {
		t.Fatal(err)
	}
	// ]C1 says that the first character is the function character of GS1-128. A check word of 102 is the same character,
	// and this reader reports it although it is no data.
	digits, isGS1 := strings.CutPrefix(strings.TrimSuffix(read.GetText(), "\x1d"), "]C1")
	if !isGS1 {
		t.Errorf("%q is no GS1-128", read.GetText())
	}
	return digits
}

func scanZBar(t *testing.T, picture []byte) (digits string, asked bool) {
	t.Helper()
	zbar, found := tool(t, "zbarimg", "zbar-tools")
	if !found {
		return "", false
	}
	file := filepath.Join(t.TempDir(), "barcode.png")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), zbar, "--quiet", "--raw", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out)), true
}
