package barcode

import (
	"image"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

var run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)`)

// TestQR reads the drawing back with another program's eyes.
func TestQR(t *testing.T) {
	t.Parallel()
	const text = "otpauth://totp/Tsuke:aoki?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Tsuke"
	drawn, err := QR(text, `<b>"`)
	if err != nil {
		t.Fatal(err)
	}
	svg := string(drawn)
	if strings.Contains(svg, "secret") || strings.Contains(svg, "<b>") {
		t.Error("the text or the title is written out")
	}
	m := regexp.MustCompile(`viewBox="0 0 (\d+) `).FindStringSubmatch(svg)
	side, _ := strconv.Atoi(m[1])
	const scale = 4
	img := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, r := range run.FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.Atoi(r[1])
		y, _ := strconv.Atoi(r[2])
		w, _ := strconv.Atoi(r[3])
		for dy := range scale {
			for dx := range w * scale {
				img.SetGray(x*scale+dx, y*scale+dy, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil || read.GetText() != text {
		t.Errorf("read %v, %v", read, err)
	}
	if _, err := QR(strings.Repeat("x", 5000), ""); err == nil {
		t.Error("5,000 characters fit")
	}
}
