package postal

import (
	"bytes"
	"compress/gzip"
	"fmt"
)

// Codes lists every code of the table (true) and the highest code below each five-digit prefix (false).
func Codes() map[string]bool {
	codes := map[string]bool{}
	for _, r := range load().shared {
		codes[fmt.Sprintf("%05d99", r.code)] = false
	}
	for _, r := range load().full {
		codes[fmt.Sprintf("%07d", r.code)] = true
	}
	return codes
}

// Packed is the embedded table.
func Packed() []byte { return packed }

// Unpack reads a table and drops it.
func Unpack(packed []byte) error {
	_, err := unpack(packed)
	return err
}

// Pack makes a table of a text.
func Pack(text string) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write([]byte(text)) // a buffer takes everything
	_ = zip.Close()
	return out.Bytes()
}

// Fold is what Judge compares.
var Fold = fold

// Cities lists each prefecture's cities.
func Cities() map[string][]string {
	out := map[string][]string{}
	for _, c := range load().cities {
		out[c.prefecture] = append(out[c.prefecture], c.name)
	}
	return out
}
