package tidy_test

import (
	"flag"
	"os"
	"testing"

	"tsuke/internal/tidy"
)

var update = flag.Bool("update", false, "draw the picture of the floors anew")

// TestPicture keeps the README's picture and the floor table the same.
func TestPicture(t *testing.T) {
	const file = "../../docs/images/floors.svg"
	want := tidy.House().Picture()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("%s is not the floor table's picture (%v): run go test ./internal/tidy -update", file, err)
	}
}
