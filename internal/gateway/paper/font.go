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

// typeface is a font and the characters that it has.
type typeface struct {
	file []byte
	has  [1024]uint64 // a bit for each character of the basic plane
}

func (t *typeface) covers(r rune) bool {
	return r >= 0 && r <= 0xFFFF && t.has[r/64]&(1<<(r%64)) != 0
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
	return t, t.readCharacters()
}

// readCharacters reads the character map as generate/main.go writes it: the only one of the file, of format 4 (OpenType,
// cmap), whose runs give glyphs by a difference alone.
func (t *typeface) readCharacters() error {
	be := binary.BigEndian
	for i := range int(be.Uint16(t.file[4:])) {
		entry := t.file[12+16*i:]
		if string(entry[:4]) != "cmap" {
			continue
		}
		runs := t.file[be.Uint32(entry[8:])+12:]
		count := int(be.Uint16(runs[6:])) / 2
		ends, starts := runs[14:], runs[16+2*count:]
		for n := range count - 1 { // the last run is the end mark
			for r := be.Uint16(starts[2*n:]); r <= be.Uint16(ends[2*n:]); r++ {
				t.has[r/64] |= 1 << (r % 64)
			}
		}
		return nil
	}
	return errFont
}
