package app

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"tsuke/internal/db/dbtest"
)

// Rule K04: what the schema keeps under a key of the vault is counted before the key is retired. By their names these are data_key,
// and the indexes of what is sealed; two keyed hashes are named otherwise.
func TestEveryKeyedColumnIsCounted(t *testing.T) {
	t.Parallel()
	h := build(t, dbtest.DSN(t))
	var counted []string
	for _, p := range h.Keys.Places {
		counted = append(counted, p.Name)
	}
	files, err := filepath.Glob(filepath.Join("..", "db", "migrations", "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	table := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	column := regexp.MustCompile(`(?m)^\t(data_key|\w+_index) BYTEA`)
	want := []string{"code.hash", "rate.name"}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range table.FindAllStringSubmatch(string(text), -1) {
			for _, c := range column.FindAllStringSubmatch(found[2], -1) {
				want = append(want, found[1]+"."+c[1])
			}
		}
	}
	slices.Sort(counted)
	slices.Sort(want)
	if !slices.Equal(counted, want) {
		t.Errorf("counted are\n%v, in the schema are\n%v", counted, want)
	}
}
