package barcode_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"pgregory.net/rapid"

	"tsuke/internal/konbini"
	"tsuke/internal/web/barcode"
)

const example = "91912345000010000000020260001026121000302098"

func drawn(t fataler, digits string, size barcode.Size) template.HTML {
	widths, err := konbini.Widths(digits)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := barcode.Draw(widths, "123", size)
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

type fataler interface{ Fatal(...any) }

func TestMarkup(t *testing.T) {
	t.Parallel()
	svg, err := barcode.Draw([]int{2, 1, 4}, `<受付番号> "1"`, barcode.Screen)
	if err != nil {
		t.Fatal(err)
	}
	want := `<svg class="barcode" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 27 96" width="27" height="96" shape-rendering="crispEdges">` +
		`<title>&lt;受付番号&gt; &#34;1&#34;</title>` +
		`<path fill="#fff" d="M0 0h27v96H0z"/><path fill="#000" d="M10 0h2v96h-2zM13 0h4v96h-4z"/></svg>`
	if string(svg) != want {
		t.Errorf("Draw =\n%s\nwant\n%s", svg, want)
	}
}

// TestSizes: at most 60 mm wide and at least 10 mm high on paper; no wider than a phone of 320 pixels on a screen.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		size barcode.Size
		want string
	}{
		{barcode.Screen, `viewBox="0 0 308 96" width="308" height="96"`},
		{barcode.Paper, `viewBox="0 0 308 60" width="52.1444mm" height="10.1580mm"`},
	} {
		if svg := string(drawn(t, example, row.size)); !strings.Contains(svg, row.want) || strings.Contains(svg, "style") {
			t.Errorf("no %s, or a style, in %s", row.want, svg)
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	t.Parallel()
	for _, widths := range [][]int{nil, {}, {1, 1}, {0}, {5}, {1, -1, 1}, {1, 2, 0}} {
		if svg, err := barcode.Draw(widths, "", barcode.Screen); !errors.Is(err, barcode.ErrWidths) || svg != "" {
			t.Errorf("Draw(%v) = %q, %v", widths, svg, err)
		}
	}
}

// TestReadsBack: what is drawn, a reader of others reads as the digits it was drawn from, at one dot a module and more.
func TestReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits, err := konbini.Build(konbini.Code{
			Company: rapid.StringMatching("[0-9]{6}").Draw(t, "company"),
			Free:    rapid.StringMatching("[0-9]{21}").Draw(t, "free"),
			Stamp:   rapid.Bool().Draw(t, "stamp"),
			Yen:     rapid.Int64Range(1, 300_000).Draw(t, "yen"),
		}, 300_000)
		if err != nil {
			t.Fatal(err)
		}
		size := rapid.SampledFrom([]barcode.Size{barcode.Screen, barcode.Paper}).Draw(t, "size")
		picture := raster(t, drawn(t, digits, size), rapid.IntRange(1, 4).Draw(t, "dots"))
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		result, err := oned.NewCode128Reader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_ASSUME_GS1: true})
		if err != nil {
			t.Fatal(err)
		}
		// ]C1 is the function character that makes it GS1-128. A check word of 102 is the same character, and this
		// reader reports it although it is no data.
		if got := strings.TrimSuffix(result.GetText(), "\x1d"); got != "]C1"+digits {
			t.Fatalf("%s reads back as %q", digits, got)
		}
	})
}

// TestScannerReadsBack asks zbarimg, another reader again. On the build machine it must be installed.
func TestScannerReadsBack(t *testing.T) {
	t.Parallel()
	zbar, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is not installed (Debian: zbar-tools)")
		}
		t.Skip("zbarimg is not installed")
	}
	file := filepath.Join(t.TempDir(), "barcode.png")
	var picture bytes.Buffer
	if err := png.Encode(&picture, raster(t, drawn(t, example, barcode.Screen), 3)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), zbar, "--quiet", "--raw", file).Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != example {
		t.Errorf("zbarimg reads %q, %v; want %s", got, err, example)
	}
}

// raster paints the rectangles of an SVG of ours, dots to a unit, and fails on markup that it does not know.
func raster(t fataler, svg template.HTML, dots int) image.Image {
	var picture *image.Gray
	markup := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		token, err := markup.Token()
		if errors.Is(err, io.EOF) {
			return picture
		}
		if err != nil {
			t.Fatal(err)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range element.Attr {
			attr[a.Name.Local] = a.Value
		}
		switch element.Name.Local {
		case "svg":
			var width, height int
			if _, err := fmt.Sscanf(attr["viewBox"], "0 0 %d %d", &width, &height); err != nil {
				t.Fatal(err)
			}
			picture = image.NewGray(image.Rect(0, 0, width*dots, height*dots))
		case "path":
			paint(t, picture, attr["d"], map[string]color.Gray{"#000": {}, "#fff": {Y: 255}}[attr["fill"]], dots)
		}
	}
}

func paint(t fataler, picture *image.Gray, d string, ink color.Gray, dots int) {
	for _, one := range strings.Split(strings.TrimPrefix(d, "M"), "M") {
		var x, width, height, back int
		one = strings.Replace(one, "H0z", fmt.Sprintf("h-%dz", picture.Bounds().Dx()/dots), 1)
		if _, err := fmt.Sscanf(one, "%d 0h%dv%dh-%dz", &x, &width, &height, &back); err != nil || back != width {
			t.Fatal("not a rectangle: ", one, err)
		}
		area := image.Rect(x*dots, 0, (x+width)*dots, height*dots)
		draw.Draw(picture, area, image.NewUniform(ink), image.Point{}, draw.Src)
	}
}
