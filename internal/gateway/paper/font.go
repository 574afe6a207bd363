package paper

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the fonts
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

//go:embed fonts/regular.ttf.gz
var packedRegular []byte

//go:embed fonts/bold.ttf.gz
var packedBold []byte

//go:embed fonts/ocrb.ttf.gz
var packedOCRB []byte

// typeface is a font, and how wide its characters are.
type typeface struct {
	file   []byte
	widths [1 << 16]uint16 // of the characters of the basic plane, in thousandths of the size; 0 where there is none
}

func (t *typeface) covers(r rune) bool { return r >= 0 && r <= 0xFFFF && t.widths[r] > 0 }

// measure gives a text's width in the unit of size.
func (t *typeface) measure(size float64, text string) float64 {
	sum := 0
	for _, r := range text {
		if r <= 0xFFFF {
			sum += int(t.widths[r])
		}
	}
	return float64(sum) * size / 1000
}

var (
	regular = sync.OnceValues(func() (*typeface, error) { return unpack(packedRegular) })
	bold    = sync.OnceValues(func() (*typeface, error) { return unpack(packedBold) })
	ocrb    = sync.OnceValues(func() (*typeface, error) { return unpack(packedOCRB) })
)

var errFont = errors.New("paper: the embedded font is damaged: build the program anew")

func unpack(packed []byte) (*typeface, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", errFont, err)
	}
	file, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", errFont, err)
	}
	t := &typeface{file: file}
	return t, t.readWidths()
}

// readWidths reads the character map as generate/main.go writes it: the only one of the file, of format 4 (OpenType,
// cmap), whose runs give glyphs by a difference alone; and the glyphs' widths (hmtx), of which the last holds for all
// that follow.
func (t *typeface) readWidths() error {
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(t.file[4:])) {
		entry := t.file[12+16*i:]
		tables[string(entry[:4])] = t.file[be.Uint32(entry[8:]):][:be.Uint32(entry[12:])]
	}
	for _, name := range []string{"cmap", "head", "hhea", "hmtx"} {
		if tables[name] == nil {
			return errFont
		}
	}
	perSize, measured := int(be.Uint16(tables["head"][18:])), int(be.Uint16(tables["hhea"][34:]))
	runs := tables["cmap"][12:]
	count := int(be.Uint16(runs[6:])) / 2
	ends, starts, deltas := runs[14:], runs[16+2*count:], runs[16+4*count:]
	for n := range count - 1 { // the last run is the end mark
		for r := be.Uint16(starts[2*n:]); r <= be.Uint16(ends[2*n:]); r++ {
			glyph := int(r + be.Uint16(deltas[2*n:]))
			advance := int(be.Uint16(tables["hmtx"][4*min(glyph, measured-1):]))
			t.widths[r] = uint16((advance*1000 + perSize/2) / perSize)
		}
	}
	return nil
}
