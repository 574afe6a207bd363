package postal

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for places.gz
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed places.gz
var packed []byte

// table is the unpacked data: about 5 MB, made at the first look-up.
type table struct {
	source, day string
	cities      []city
	full        rows // by seven digits
	shared      rows // by the first five, for codes that full does not list
}

type city struct {
	prefecture, name string
}

// row is one town of one code. Its town is a piece of the unpacked text, not a copy.
type row struct {
	code uint32
	city uint16 // index into cities
	town string
}

// rows are in the order of their codes.
type rows []row

func (r rows) at(code uint32) rows {
	from, _ := slices.BinarySearchFunc(r, code, func(r row, code uint32) int { return int(r.code) - int(code) })
	to := from
	for to < len(r) && r[to].code == code {
		to++
	}
	return r[from:to]
}

func (t *table) place(r row) Place {
	c := t.cities[r.city]
	return Place{Prefecture: c.prefecture, City: c.name, Town: r.town}
}

// load unpacks the table once. The data is part of the binary, so damage is a broken build and not a condition that a
// caller could handle; a test unpacks it.
var load = sync.OnceValue(func() *table {
	t, err := unpack(packed)
	if err != nil {
		panic("postal: the embedded table is damaged: " + err.Error())
	}
	return t
})

// unpack reads what generate/main.go wrote: a line with source and day, then four sections, each headed by its number
// of lines: prefectures and cities ("13\t東京都"), and rows by seven and by five digits ("distance\tcity\ttown", the
// distance counted from the row before, an empty city meaning the same city).
func unpack(packed []byte) (*table, error) {
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return nil, err
	}
	in := &lines{rest: string(text)}
	t := &table{}
	t.source, t.day, _ = strings.Cut(in.next(), "\t")

	prefectures := map[string]string{}
	for range in.count() {
		code, name, _ := strings.Cut(in.next(), "\t")
		prefectures[code] = name
	}
	byCode := map[string]uint16{}
	for range in.count() {
		code, name, _ := strings.Cut(in.next(), "\t")
		if len(code) != 5 || prefectures[code[:2]] == "" {
			return nil, fmt.Errorf("city %q has no prefecture", code)
		}
		byCode[code] = uint16(len(t.cities)) // Japan has about 1,900
		t.cities = append(t.cities, city{prefectures[code[:2]], name})
	}
	t.full = in.rows(byCode)
	t.shared = in.rows(byCode)
	if in.err == nil && in.rest != "" {
		in.err = fmt.Errorf("%d bytes too many", len(in.rest))
	}
	return t, in.err
}

// lines reads a text line by line and keeps the first error.
type lines struct {
	rest string
	err  error
}

func (l *lines) next() string {
	line, rest, ok := strings.Cut(l.rest, "\n")
	if !ok {
		l.fail("the text ends too early")
	}
	l.rest = rest
	return line
}

func (l *lines) count() int {
	n, err := strconv.Atoi(l.next())
	if err != nil || n < 0 || n > len(l.rest) {
		l.fail("a section without its length")
		return 0
	}
	return n
}

func (l *lines) rows(cities map[string]uint16) rows {
	n := l.count()
	out := make(rows, 0, n)
	code, at := uint32(0), uint16(0)
	for range n {
		distance, tail, _ := strings.Cut(l.next(), "\t")
		cityCode, town, _ := strings.Cut(tail, "\t")
		d, err := strconv.ParseUint(distance, 10, 24)
		if err != nil {
			l.fail("a row without its distance")
			return nil
		}
		code += uint32(d)
		if cityCode != "" {
			city, known := cities[cityCode]
			if !known {
				l.fail("a row of an unknown city")
				return nil
			}
			at = city
		}
		out = append(out, row{code, at, town})
	}
	return out
}

func (l *lines) fail(text string) {
	if l.err == nil {
		l.err = fmt.Errorf("%s, %d bytes before the end", text, len(l.rest))
	}
}
