//go:build ignore

// Generate makes the fonts of package paper from two Debian packages, fonts-morisawa-bizud-gothic and fonts-ocr-b. The
// second holds PostScript outlines, which fontforge turns into TrueType:
//
//	apt-get download fonts-morisawa-bizud-gothic fonts-ocr-b
//	for package in *.deb; do dpkg-deb -x "$package" fonts; done
//	fontforge -lang=ff -c 'Open($1); ScaleToEm(1000); Generate($2)' fonts/usr/share/fonts/opentype/ocr-b/OCRB.otf OCRB.ttf
//	cd internal/gateway/paper && BIZUD=…/fonts/usr/share/fonts/truetype/bizud-gothic OCRB=…/OCRB.ttf go generate
//
// It leaves out the outlines of all characters that the package does not print, the character map's entries for them, and
// the tables that a PDF has no use for; what stays keeps its glyph number, so nothing else needs to be rewritten. The
// same input gives the same bytes.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/text/encoding/japanese"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 || os.Args[1] == "" || os.Args[2] == "" {
		log.Fatal("usage: generate BIZUD_FOLDER OCRB.ttf OUTPUT_FOLDER (with go generate: set BIZUD and OCRB)")
	}
	for _, job := range []struct {
		file, output string
		wanted       func(rune) bool
	}{
		{filepath.Join(os.Args[1], "BIZUDPGothic-Regular.ttf"), "regular.ttf.gz", contains(names())},
		{filepath.Join(os.Args[1], "BIZUDPGothic-Bold.ttf"), "bold.ttf.gz", contains(labels())},
		{os.Args[2], "ocrb.ttf.gz", func(r rune) bool { return '0' <= r && r <= '9' }},
	} {
		if err := generate(job.file, filepath.Join(os.Args[3], job.output), job.wanted); err != nil {
			log.Fatalf("%s: %v", job.file, err)
		}
	}
}

func contains(set map[rune]bool) func(rune) bool { return func(r rune) bool { return set[r] } }

// names is what people, shops and towns are called with: all of Windows-31J (JIS X 0208 and the characters of NEC and
// IBM, such as 髙, 﨑 and ①), the signs that it writes otherwise than Unicode, and Latin letters with accents.
func names() map[rune]bool {
	set := map[rune]bool{'〜': true, '−': true, '—': true, '‖': true, '〓': true, '¥': true, '‾': true}
	for r := rune(' '); r <= 'ſ'; r++ {
		set[r] = true
	}
	decoder := japanese.ShiftJIS.NewDecoder()
	for lead := 0x81; lead <= 0xFC; lead++ {
		for trail := 0x40; trail <= 0xFC; trail++ {
			if char, err := decoder.Bytes([]byte{byte(lead), byte(trail)}); err == nil {
				if r := []rune(string(char)); len(r) == 1 && r[0] != '\uFFFD' {
					set[r[0]] = true
				}
			}
		}
	}
	for r := rune('｡'); r <= 'ﾟ'; r++ {
		set[r] = true
	}
	return set
}

// labels is what the package itself prints in bold: kana, Latin letters, figures, and the kanji of its own words.
func labels() map[rune]bool {
	set := map[rune]bool{}
	for r := rune(' '); r <= '~'; r++ {
		set[r] = true
	}
	for r := rune('ぁ'); r <= 'ヿ'; r++ {
		set[r] = true
	}
	for _, r := range "月火水木金土年日円案込、。・ー「」（）／〓−¥〒年月日円請求書支払期限合計金額領収証票控受印紙貼付欄別後納郵便料参照番号税内消費登録印重要親展開封前必読差出人返還先" {
		set[r] = true
	}
	return set
}

// font is the tables of a TrueType file.
type font map[string][]byte

// kept are the tables that a PDF's font needs, or its maker reads.
var kept = []string{"OS/2", "cmap", "cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "prep"}

func generate(input, output string, wanted func(rune) bool) error {
	file, err := os.ReadFile(input)
	if err != nil {
		return err
	}
	f, err := parse(file)
	if err != nil {
		return err
	}
	glyphs, err := f.characters()
	if err != nil {
		return err
	}
	maps.DeleteFunc(glyphs, func(r rune, _ uint16) bool { return !wanted(r) })
	if err := f.cut(glyphs); err != nil {
		return err
	}
	f["cmap"] = characterMap(glyphs)
	clear(f["head"][20:36])                                    // when it was made and changed: fontforge writes the present time
	f["post"] = append([]byte{0, 3, 0, 0}, f["post"][4:32]...) // version 3: glyphs have no names
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(f.file()); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	log.Printf("%s: %d characters, %d bytes", output, len(glyphs), packed.Len())
	return os.WriteFile(output, packed.Bytes(), 0o644)
}

func parse(file []byte) (font, error) {
	if len(file) < 12 || binary.BigEndian.Uint32(file) != 0x00010000 {
		return nil, errors.New("not a TrueType file")
	}
	f := font{}
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		entry := file[12+16*i:]
		start, size := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		if tag := string(entry[:4]); slices.Contains(kept, tag) {
			f[tag] = slices.Clone(file[start : start+size])
		}
	}
	return f, nil
}

// characters reads the character map of format 4 for Windows (OpenType, cmap).
func (f font) characters() (map[rune]uint16, error) {
	cmap := f["cmap"]
	be := binary.BigEndian
	for i := range int(be.Uint16(cmap[2:])) {
		entry := cmap[4+8*i:]
		table := cmap[be.Uint32(entry[4:]):]
		if be.Uint16(entry) != 3 || be.Uint16(entry[2:]) != 1 || be.Uint16(table) != 4 {
			continue
		}
		glyphs := map[rune]uint16{}
		segments := int(be.Uint16(table[6:])) / 2
		ends, starts := table[14:], table[16+2*segments:]
		deltas, offsets := table[16+4*segments:], table[16+6*segments:]
		for s := range segments {
			start, end, delta, offset := be.Uint16(starts[2*s:]), be.Uint16(ends[2*s:]), be.Uint16(deltas[2*s:]), int(be.Uint16(offsets[2*s:]))
			for r := int(start); r <= int(end) && r < 0xFFFF; r++ {
				glyph := uint16(r) + delta
				if offset != 0 {
					glyph = be.Uint16(offsets[2*s+offset+2*(r-int(start)):])
					if glyph != 0 {
						glyph += delta
					}
				}
				if glyph != 0 {
					glyphs[rune(r)] = glyph
				}
			}
		}
		return glyphs, nil
	}
	return nil, errors.New("no character map of format 4")
}

// cut empties the glyphs that no character needs. Glyph 0, the sign for what is missing, stays.
func (f font) cut(glyphs map[rune]uint16) error {
	be := binary.BigEndian
	long := be.Uint16(f["head"][50:]) == 1
	count := int(be.Uint16(f["maxp"][4:]))
	at := func(glyph int) int {
		if long {
			return int(be.Uint32(f["loca"][4*glyph:]))
		}
		return 2 * int(be.Uint16(f["loca"][2*glyph:]))
	}
	needed := map[int]bool{0: true}
	for _, glyph := range glyphs {
		needed[int(glyph)] = true
	}
	var outlines, places []byte
	for glyph := range count {
		places = be.AppendUint32(places, uint32(len(outlines)))
		outline := f["glyf"][at(glyph):at(glyph+1)]
		if !needed[glyph] || len(outline) == 0 {
			continue
		}
		if int16(be.Uint16(outline)) < 0 {
			return fmt.Errorf("glyph %d is made of others, which this program does not follow", glyph)
		}
		outlines = append(outlines, outline...)
		for len(outlines)%4 != 0 {
			outlines = append(outlines, 0)
		}
	}
	f["loca"], f["glyf"] = be.AppendUint32(places, uint32(len(outlines))), outlines
	be.PutUint16(f["head"][50:], 1)
	return nil
}

// characterMap writes a map of format 4, a segment for each run of characters whose glyphs follow each other too.
func characterMap(glyphs map[rune]uint16) []byte {
	type run struct{ start, end, delta uint16 }
	var runs []run
	for _, r := range slices.Sorted(maps.Keys(glyphs)) {
		delta := glyphs[r] - uint16(r)
		if n := len(runs); n > 0 && runs[n-1].end+1 == uint16(r) && runs[n-1].delta == delta {
			runs[n-1].end++
			continue
		}
		runs = append(runs, run{uint16(r), uint16(r), delta})
	}
	runs = append(runs, run{0xFFFF, 0xFFFF, 1})
	power, steps := 1, 0
	for power*2 <= len(runs) {
		power, steps = power*2, steps+1
	}
	be := binary.BigEndian
	words := func(b []byte, of ...int) []byte {
		for _, w := range of {
			b = be.AppendUint16(b, uint16(w))
		}
		return b
	}
	b := words(nil, 0, 1, 3, 1, 0, 12) // one map, for Windows, 12 bytes on
	b = words(b, 4, 16+8*len(runs), 0, 2*len(runs), 2*power, steps, 2*(len(runs)-power))
	for _, r := range runs {
		b = words(b, int(r.end))
	}
	b = words(b, 0)
	for _, r := range runs {
		b = words(b, int(r.start))
	}
	for _, r := range runs {
		b = words(b, int(r.delta))
	}
	return append(b, make([]byte, 2*len(runs))...)
}

// file writes the tables with their sums (OpenType, organization of an OpenType font).
func (f font) file() []byte {
	be := binary.BigEndian
	tags := slices.SortedFunc(maps.Keys(f), cmp.Compare[string])
	power, steps := 1, 0
	for power*2 <= len(tags) {
		power, steps = power*2, steps+1
	}
	head := be.AppendUint32(nil, 0x00010000)
	for _, w := range []int{len(tags), 16 * power, steps, 16 * (len(tags) - power)} {
		head = be.AppendUint16(head, uint16(w))
	}
	be.PutUint32(f["head"][8:], 0)
	var body []byte
	at := 12 + 16*len(tags)
	for _, tag := range tags {
		head = append(head, tag...)
		head = be.AppendUint32(head, sum(f[tag]))
		head = be.AppendUint32(head, uint32(at+len(body)))
		head = be.AppendUint32(head, uint32(len(f[tag])))
		body = append(body, f[tag]...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	whole := append(head, body...)
	adjust := 0xB1B0AFBA - sum(whole)
	for i, tag := range tags {
		if tag == "head" {
			be.PutUint32(whole[be.Uint32(whole[12+16*i+8:])+8:], adjust)
		}
	}
	return whole
}

func sum(b []byte) uint32 {
	var total uint32
	for ; len(b) >= 4; b = b[4:] {
		total += binary.BigEndian.Uint32(b)
	}
	var rest [4]byte
	copy(rest[:], b)
	return total + binary.BigEndian.Uint32(rest[:])
}
