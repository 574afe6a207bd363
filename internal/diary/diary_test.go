package diary_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/diary"
	"tsuke/internal/world"
)

var update = flag.Bool("update", false, "write what is observed into the diaries")

func TestDiaries(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/diary/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d diaries, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := diary.Run(world.New(t), string(want))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(got, "BROKEN") {
				t.Error("the books break:\n" + got)
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
