package app

import (
	"errors"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/run"
)

// A file for a bank or the agent has its name once nothing that it tells can be undone any more, and until then there is none.
func TestNoFileTellsWhatCouldBeUndone(t *testing.T) { // rule X12
	t.Parallel()
	dir := t.TempDir()
	lies := func() []string {
		t.Helper()
		found, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range found {
			names = append(names, f.Name())
		}
		return names
	}
	write := func(w io.Writer) error {
		_, err := io.WriteString(w, "transfers\n")
		return err
	}
	for _, tc := range []struct {
		name   string
		surely error
		want   []string
	}{
		{"the standby is away", run.NotDurable.New(), nil},
		{"it has everything", nil, []string{"payouts-00000001.txt"}},
	} {
		asked := 0
		_, err := writeWhole(dir, "payouts-00000001.txt", write, func() error {
			asked++
			return tc.surely
		})
		if !errors.Is(err, tc.surely) || asked != 1 {
			t.Errorf("%s: asked %d times, %v", tc.name, asked, err)
		}
		if diff := cmp.Diff(tc.want, lies()); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}
