package barcode

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrModule is the width of a QR code's module in CSS pixels, and qrQuiet its white border in modules (ISO/IEC 18004 wants four).
const (
	qrModule = 4
	qrQuiet  = 4
)

// QR draws a text as a QR code with error correction M. title is what it is for, told to those who do not see it. The text
// itself is in no attribute.
func QR(text, title string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("barcode: no QR code of this text: %w", err)
	}
	n := code.Bounds().Dx()
	var path strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(code.At(x, y).RGBA()) {
				x++
			}
			if x > from {
				_, _ = fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+qrQuiet, y+qrQuiet, x-from, x-from)
			}
		}
	}
	side := n + 2*qrQuiet
	size := strconv.Itoa(side * qrModule)
	return template.HTML(`<svg role="img" width="` + size + `" height="` + size + `" viewBox="0 0 ` + strconv.Itoa(side) + " " + //nolint:gosec // numbers, and an escaped title
		strconv.Itoa(side) + `" shape-rendering="crispEdges"><title>` + template.HTMLEscapeString(title) + `</title><path d="` + path.String() + `"/></svg>`), nil
}

func dark(r, _, _, _ uint32) bool { return r == 0 }
